"""A region from official tables, with what only the projection can make of them: exits and educations by occupation.

    official tables -> regions.official: counted and modelled tables
                    -> exit_rates            head counts by age in successive years (projection.separations)
                    -> occupation_education  occupation by field and by level (projection.matching_key)
                    -> ..._history           people, births and deaths of earlier years (projection.area_population)

These may lack; what is in their place then is said.

Start reading at `assemble`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.sums import total
from brygga.projection.area_population import FEWEST_YEARS
from brygga.projection.matching_key import fit_occupation_education, joint_counts
from brygga.projection.population_history import official_history
from brygga.projection.separations import exit_rates
from brygga.projection.supply import AGE_GROUPS
from brygga.regions.official import build, exchanging, write_region
from brygga.regions.official_checks import check_found
from brygga.regions.official_people import LEVELS
from brygga.sources.breaks import breaks_between

NATION, UNKNOWN, LEVEL = "00", "unknown", "education_level"


def assemble(
    found: Mapping[str, pl.DataFrame],
    *,
    territory: tuple[str, ...],
    ring: tuple[str, ...] = (),
    out: Path,
    today: date | None = None,
) -> tuple[str, ...]:
    """Write the region folder, as `regions.official.assemble`, with exits and educations by occupation.

    Parameters
    ----------
    found : official table -> its checked rows
    territory, ring, out, today : as there

    Returns
    -------
    What a reader must know of the numbers, the same as in region.toml.

    Raises
    ------
    TableError, UnknownCodeError, FaultsError, FileError
        As there. Exits and educations that cannot be made raise nothing: a remark says why, and what is used instead.
    """
    check_found(found, territory, ring)
    near, said = exchanging(found, territory, ring)
    made, notes, base = build(found, territory=territory, ring=near)
    notes = (*said, *notes)
    for name, make, instead in (
        ("exit_rates", _exit_rates, "all occupations are left at the rates of working_life"),
        ("occupation_education", _occupation_education, "the gap by education is not computed"),
    ):
        try:
            made[name] = tables.check(make(found, made, base), name)
        except BryggaError as fault:
            notes = (*notes, f"No {name}, so {instead}: {fault.what}")
    past, remark = _histories(found, (*territory, *near), base)
    made |= past
    notes = (*notes, *remark)
    write_region(made, notes, base, territory=territory, ring=near, out=out, today=today)
    return notes


def _histories(
    found: Mapping[str, pl.DataFrame], areas: Collection[str], base: int
) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    """Tables `population_history`, `births_history` and `deaths_history` if they hold together, and what lacks."""
    made: dict[str, pl.DataFrame] = {}
    for kind in ("population", "births", "deaths"):
        if f"official_{kind}" in found:
            inside = pl.col("municipality").is_in(list(areas)) & (pl.col("year") <= base)
            rows = found[f"official_{kind}"].filter(inside)
            made[f"{kind}_history"] = tables.check(rows.drop("disturbed"), f"{kind}_history")
    instead = "population is projected from the base year, with rates held"
    lacking = sorted({"births_history", "deaths_history"} - set(made))
    if lacking:
        return {}, (f"No {listed(lacking)}, so {instead}",)
    people, born, dead = (made[f"{kind}_history"] for kind in ("population", "births", "deaths"))
    first = max(int(table["year"].min() or 0) for table in (born, dead))  # type: ignore[arg-type]
    people = made["population_history"] = people.filter(pl.col("year") >= first - 1)
    if people["year"].n_unique() < FEWEST_YEARS:
        return {}, (f"Fewer than {FEWEST_YEARS} years of people, so {instead}",)
    try:
        official_history(people, born, dead, share_boys=0.5)
    except BryggaError as fault:
        return {}, (f"No history of the population, so {instead}: {fault.what}",)
    return made, ()


def _exit_rates(found: Mapping[str, pl.DataFrame], made: Mapping[str, pl.DataFrame], base: int) -> pl.DataFrame:
    """Table `exit_rates` of the region's occupations, from the nation's head counts by age."""
    rows = found["official_employed_age"].filter(
        pl.col("county") == NATION, pl.col("year") <= base, pl.col("age_group").is_in(AGE_GROUPS)
    )
    if rows.is_empty():
        raise TableError(
            "official_employed_age has no nation (00)",
            why="occupations of one county are too few to follow by age",
            todo="fetch the nation too",
        )
    hidden = pl.col("persons").is_null().any()
    history = rows.group_by("occupation", "age_group", "year", maintain_order=True).agg(
        persons=pl.when(hidden).then(None).otherwise(total("persons"))
    )
    years = history["year"]
    first, last = int(years.min()), int(years.max())  # type: ignore[arg-type]
    breaks = {one.year for one in breaks_between("official_employed_age", first, last) if one.kind == "register"}
    rates = exit_rates(history, made["working_life"], breaks=breaks)
    return rates.filter(pl.col("occupation").is_in(made["employed"]["occupation"].unique().to_list()))


def _occupation_education(
    found: Mapping[str, pl.DataFrame], made: Mapping[str, pl.DataFrame], base: int
) -> pl.DataFrame:
    """Table `occupation_education` of the region's occupations, from the nation's by field and by level."""
    lacking = [name for name in ("official_occupation_field", "official_occupation_level") if name not in found]
    if lacking:
        raise TableError(
            f"{listed(lacking)} was not fetched",
            why="educations of an occupation are fitted to its fields and its levels",
            todo="fetch both",
        )
    fields, levels = (found[f"official_occupation_{which}"] for which in ("field", "level"))
    common = [year for year in set(fields["year"]) & set(levels["year"]) if year <= base]
    strange = sorted(set(levels[LEVEL]) - {*LEVELS, UNKNOWN})
    if strange or not common:
        raise TableError(
            f"official_occupation_level: level {listed(strange)} is not one of SCB's seven"
            if strange
            else f"official_occupation_field and _level have no year in common up to {base}",
            why="both must count the same people on levels that are known",
            todo="fetch both for one year, and look for a newer version of this program if the levels are new",
        )
    of_year = pl.col("year") == max(common)
    ours = pl.col(LEVEL).replace_strict({**LEVELS, UNKNOWN: UNKNOWN})
    counts = joint_counts(fields.filter(of_year), levels.filter(of_year).with_columns(ours), _both(found, base))
    table = fit_occupation_education(counts)
    occupations = made["employed"]["occupation"].unique().sort().to_list()
    lost = sorted(set(occupations) - set(table["occupation"]))
    if lost:
        raise TableError(
            f"official_occupation_field has nobody in {listed(lost)}",
            why="each occupation of the region needs the educations of those in it",
            todo="fetch the table for the same year as official_employed",
        )
    return table.filter(pl.col("occupation").is_in(occupations))


def _both(found: Mapping[str, pl.DataFrame], base: int) -> pl.DataFrame | None:
    """The nation's people by level and field at once: which fields occur on which level; None where it is not told."""
    table = found.get("official_education")
    if table is None:
        return None
    rows = table.filter(
        pl.col("municipality") == NATION,
        pl.col("year") <= base,
        pl.col("education_field") != "all",
        pl.col(LEVEL).is_in(list(LEVELS)),
    )
    rows = rows.filter(pl.col("year") == pl.col("year").max())
    if rows.is_empty() or rows["persons"].null_count():
        return None
    return rows.with_columns(pl.col(LEVEL).replace_strict(dict(LEVELS)))
