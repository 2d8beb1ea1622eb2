"""People without work and posts without people in the base year of an official region.

    unemployed    counted per municipality; over occupations modelled: residents' occupations x a stated factor
    vacancies     county's vacancies per 100 employments x employees; over occupations by a stated factor

Ages are published in groups that overlap (16-64 beside 60-64); only groups that tile the ages wanted are added up.

Start reading at `unemployed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from brygga.core import codes
from brygga.core.errors import TableError, listed
from brygga.core.sums import total
from brygga.regions.official_ages import tiles
from brygga.regions.official_cells import HIDDEN, added, sources
from brygga.regions.official_jobs import NATION
from brygga.regions.official_life import UNEMPLOYED, of_status
from brygga.regions.sydost import given

WORKING_AGE = ((15, 74), (16, 74), (20, 74), (16, 66), (16, 65), (16, 64), (20, 66), (20, 65), (20, 64))
"""Ages that the unemployed are counted over, the widest that the table has."""

YOUTH = ((18, 24), (16, 24), (15, 24), (20, 24))


def unemployed(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int, residents: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `unemployed`: each municipality's total as counted, its occupations modelled."""
    rows = of_status(found, areas, base, UNEMPLOYED)
    groups = _tiled(rows, WORKING_AGE, "unemployed")
    cells = added(rows.filter(pl.col("age_group").is_in(groups)), ["municipality"])
    factor = _factors(residents["occupation"].unique().to_list(), "unemployed_factor")
    weighed = residents.with_columns(weight=pl.col("persons") * pl.col("occupation").replace_strict(factor))
    share = pl.col("weight") / total("weight").over("municipality")
    ages = f"{groups[0].split('-')[0]}-{groups[-1].split('-')[1]}"
    frame = weighed.join(cells.select("municipality", counted="persons"), on="municipality").select(
        "municipality",
        "occupation",
        year=pl.lit(base, pl.Int64),
        persons=(pl.col("counted") * share).round(6),
        status=pl.lit("modelled"),
        source=pl.lit(f"total of {ages}: {sources(rows)}; over occupations residents' occupations x a stated factor"),
    )
    notes = [f"Unemployed are those of {ages} by the population's status; their occupations are modelled"]
    hidden = int(cells["hidden"].sum())
    if hidden:
        notes.append(f"{hidden} cells of unemployed are hidden: each counts as {HIDDEN} persons, none as zero")
    return frame.sort("municipality", "occupation"), tuple(notes)


def unemployed_youth(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int) -> pl.DataFrame:
    """Table `unemployed_youth`: the youngest ages that the table can tell, said in the source."""
    rows = of_status(found, areas, base, UNEMPLOYED)
    groups = _tiled(rows, YOUTH, "young unemployed")
    cells = added(rows.filter(pl.col("age_group").is_in(groups)), ["municipality"])
    exact = groups == ["18-24"]
    told_all = pl.lit("observed" if exact else "modelled")
    status = pl.when(pl.col("hidden") > 0).then(pl.lit("suppressed")).otherwise(told_all)
    told = f"{sources(rows)}, ages {', '.join(groups)}" + ("" if exact else " taken for 18-24")
    return cells.select(
        "municipality", year=pl.lit(base, pl.Int64), persons="persons", status=status, source=pl.lit(told)
    )


def vacancies(found: Mapping[str, pl.DataFrame], jobs: pl.DataFrame, base: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `vacancies`: the county's rate x employees, spread over occupations by stated factors; modelled."""
    by_municipality = jobs.group_by("municipality", maintain_order=True).agg(employees=total("persons"))
    rates, notes = _vacancy_rates(found.get("official_vacancies"), by_municipality["municipality"].to_list(), base)
    at_work = jobs.group_by("municipality", "occupation", maintain_order=True).agg(total("persons"))
    factor = _factors(at_work["occupation"].unique().to_list(), "vacancy_factor")
    weighed = at_work.with_columns(weight=pl.col("persons") * pl.col("occupation").replace_strict(factor))
    whole = weighed.join(by_municipality, on="municipality").join(rates, on="municipality")
    share = pl.col("weight") / total("weight").over("municipality")
    frame = whole.select(
        "municipality",
        "occupation",
        year=pl.lit(base, pl.Int64),
        persons=(pl.col("rate") / 100 * pl.col("employees") * share).round(6),
        status=pl.lit("modelled"),
        source=pl.col("told") + "; over occupations employees x a stated factor",
    )
    return frame.sort("municipality", "occupation"), notes


def _tiled(rows: pl.DataFrame, spans: Sequence[tuple[int, int]], what: str) -> list[str]:
    """The groups of the first span that they tile."""
    groups = set(rows["age_group"].to_list())
    chosen = next((found for low, high in spans if (found := tiles(groups, low, high))), None)
    if chosen is None:
        raise TableError(
            f"official_labour_status: its ages ({listed(sorted(groups), most=20)}) do not tile those of the {what}",
            why="groups that overlap or leave a gap would count people twice or not at all",
            todo=f"fetch a table with ages {spans[0][0]}-{spans[0][1]}, or with groups that part them",
        )
    return chosen


def _factors(occupations: Sequence[str], column: str) -> dict[str, float]:
    """A stated factor per occupation: the longest prefix decides; 1 where none fits."""
    rows = {row["prefix"]: float(row[column]) for row in given.read("structure/slack").iter_rows(named=True)}
    found = {}
    for occupation in occupations:
        fits = [prefix for prefix in rows if occupation.startswith(prefix)]
        found[occupation] = rows[max(fits, key=len)] if fits else 1.0
    return found


def _vacancy_rates(table: pl.DataFrame | None, areas: Sequence[str], base: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Municipality, rate (per 100 employments) and where it is from: county, nation or stated."""
    known: dict[str, tuple[float, int]] = {}
    if table is not None:
        rows = table.filter(pl.col("year") <= base, pl.col("vacancies").is_not_null())
        for (county,), part in rows.group_by("county", maintain_order=True):
            last = part.filter(pl.col("year") == pl.col("year").max())
            known[str(county)] = (float(last["vacancies"].sum()) / last.height, int(last["year"][0]))
    told = []
    for code in areas:
        county = codes.county_of(code)
        where = next((area for area in (county, NATION) if area in known), None)
        if where is None:
            told.append((code, given.parameter("vacancy_rate"), "example.vacancy_rate, stated"))
        else:
            rate, year = known[where]
            told.append((code, rate, f"vacancies per 100 employments of {where}, quarters of {year}"))
    frame = pl.DataFrame(told, schema=["municipality", "rate", "told"], orient="row")
    note = "Vacancies are modelled: the rate of the county's survey x employees, spread over occupations as stated"
    stated = sum(how.endswith("stated") for _, _, how in told)
    more = (f"The rate of vacancies is stated for {stated} municipalities: no survey was there",) if stated else ()
    return frame, (note, *more)
