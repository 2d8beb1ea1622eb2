"""Jobs of an official region: employees by workplace, industry and occupation, their ages, and how jobs have grown.

The register knows nothing of the occupation or the industry of some employees. They are spread in proportion to those
it knows, within their municipality: first those of a known occupation over its industries, then those of a known
industry over its occupations, then the rest. Totals are kept; every cell that got a part says `modelled` and how large
the observed part is. A cell with a hidden part counts that as one or two persons and says `suppressed`; a cell of which
nothing is told has no number at all, and who computes with it must say what it stands for.

Start reading at `employed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from brygga.core import codes
from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.regions.official_ages import AGE_GROUPS
from brygga.regions.official_cells import HIDDEN, UNKNOWN, added, estimated, of, sections, sources
from brygga.regions.official_checks import REGISTER
from brygga.regions.sydost import given

NATION = "00"
SPREAD_SD = 0.02
"""Standard deviation of an industry's growth where none is stated (project assumption, not checked)."""


def employed(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `employed` of the base year, and what must be said of it.

    Raises
    ------
    TableError when a municipality has no row, or only rest codes.
    """
    rows = sections(of(found, "official_employed", areas, base))
    cells = added(rows, ["municipality", "industry", "occupation"])
    both_known = cells.filter(pl.col("industry") != UNKNOWN, pl.col("occupation") != UNKNOWN)
    nothing_told = (pl.col("hidden") > 0) & (pl.col("known") == 0)
    known, bare = both_known.filter(~nothing_told), both_known.filter(nothing_told)
    _check_known(known, areas)
    dims = {
        "municipality": list(areas),
        "occupation": known["occupation"].unique().sort().to_list(),
        "industry": known["industry"].unique().sort().to_list(),
    }
    told = to_array(known, "persons", dims, absent=0.0)
    whole = spread(told, *_rest(cells, dims))
    frame = to_frame({"persons": whole, "told": told}, dims).filter(pl.col("persons") > 0)
    state = both_known.select(*dims, "hidden", "status", alone=nothing_told)
    frame = frame.join(state, on=list(dims), how="left", maintain_order="left")
    got = pl.col("persons") - pl.col("told") > 1e-9
    with_hidden = pl.col("persons") + pl.when(pl.col("alone")).then(HIDDEN * pl.col("hidden")).otherwise(0.0)
    hidden, plain = pl.col("hidden") > 0, pl.col("status").fill_null("modelled")
    status = pl.when(hidden).then(pl.lit("suppressed")).when(got).then(pl.lit("modelled")).otherwise(plain)
    frame = frame.with_columns(persons=with_hidden, status=status, got=got)
    bare = bare.join(frame, on=list(dims), how="anti", maintain_order="left")
    unknown = bare.select(*dims, pl.lit(None, pl.Float64).alias("persons"), "hidden", "status", got=pl.lit(False))
    together = pl.concat([frame, unknown.with_columns(told=pl.lit(0.0))], how="diagonal")
    made = together.select(
        "municipality",
        "industry",
        "occupation",
        year=pl.lit(base, pl.Int64),
        persons=pl.col("persons").round(6),
        status="status",
        source=_said(sources(rows)),
    )
    return made.sort("municipality", "industry", "occupation"), _notes(cells, frame, bare.height)


def spread(told: Floats, by_occupation: Floats, by_industry: Floats, rest: Floats) -> Floats:
    """Cells with everybody in them: the known, and in proportion those of whom something is not known.

    Parameters
    ----------
    told : municipality x occupation x industry, persons of whom both are known
    by_occupation : municipality x occupation, persons whose industry is not known
    by_industry : municipality x industry, persons whose occupation is not known
    rest : municipality, persons of whom neither is known

    Examples
    --------
    >>> spread(np.array([[[30.0, 10.0], [0.0, 60.0]]]), np.zeros((1, 2)), np.array([[3.0, 7.0]]), np.array([11.0]))
    array([[[36.3, 12.1],
            [ 0. , 72.6]]])
    """
    whole = told.sum((1, 2))
    industries = told.sum(1) / whole[:, None]
    mixed = told + by_occupation[:, :, None] * _shares(told, 2, industries[:, None, :])
    occupations = mixed.sum(2) / mixed.sum((1, 2))[:, None]
    mixed = mixed + by_industry[:, None, :] * _shares(mixed, 1, occupations[:, :, None])
    return np.asarray(mixed * (1 + rest / mixed.sum((1, 2)))[:, None, None])


def employed_age(
    found: Mapping[str, pl.DataFrame], jobs: pl.DataFrame, base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `employed_age`: the ages of each occupation in the region's counties, else in the nation, else of all.

    Counties weigh by the employees that the region's municipalities in them have in the occupation.
    """
    table = found["official_employed_age"].filter(pl.col("year") <= base, pl.col("age_group").is_in(AGE_GROUPS))
    table = table.filter(pl.col("year") == pl.col("year").max())
    lost = sorted(set(AGE_GROUPS) - set(table["age_group"]))
    if lost:
        raise TableError(
            f"official_employed_age lacks the ages {listed(lost)}",
            why="each occupation needs the share of every age group up to 69",
            todo="fetch a table with five-year groups from 25 to 69",
        )
    places = jobs["municipality"].unique().sort().to_list()
    county = pl.col("municipality").replace_strict({code: codes.county_of(code) for code in places})
    weights = jobs.group_by("occupation", county=county, maintain_order=True).agg(weight=total("persons"))
    told = _profiles(table, ["county", "occupation"])
    here = told.join(weights.filter(pl.col("weight") > 0), on=["county", "occupation"])
    mean = total(pl.col("share") * pl.col("weight")) / total("weight")
    own = here.group_by("occupation", "age_group", maintain_order=True).agg(here=mean)
    nation = told.filter(pl.col("county") == NATION).select("occupation", "age_group", nation="share")
    of_nation = table.filter(pl.col("county") == NATION)
    everybody = _profiles(estimated(of_nation if of_nation.height else table), []).select("age_group", all="share")
    grid = pl.DataFrame({"occupation": jobs["occupation"].unique().sort()}).join(everybody, how="cross")
    whole = grid.join(own, on=["occupation", "age_group"], how="left", maintain_order="left")
    whole = whole.join(nation, on=["occupation", "age_group"], how="left", maintain_order="left")
    is_own = pl.col("here").is_not_null()
    frame = whole.select(
        "occupation",
        "age_group",
        share=pl.coalesce("here", "nation", "all"),
        status=pl.when(is_own).then(pl.lit("observed")).otherwise(pl.lit("modelled")),
        source=pl.lit(f"{sources(table)}: ages ")
        + pl.when(is_own).then(pl.lit("here")).otherwise(pl.lit("in the nation")),
    )
    borrowed = frame.filter(pl.col("status") == "modelled")["occupation"].n_unique()
    every = frame["occupation"].n_unique()
    note = f"Ages of {borrowed} of {every} occupations are the nation's: hidden in the county, or nobody there"
    return frame.sort("occupation", "age_group"), (note,) if borrowed else ()


def jobs_history(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]] | None:
    """Table `jobs_history`: jobs per municipality, industry and year of the register that the base year is in.

    Years of an earlier register are left out, since its definition differs; jobs of unknown industry are spread.
    """
    table = found.get("official_jobs")
    if table is None:
        return None
    rows = sections(table.filter(pl.col("municipality").is_in(list(areas)), pl.col("year") <= base))
    if rows.is_empty():
        return None
    registers = rows.with_columns(register=REGISTER)
    last = registers.filter(pl.col("year") == pl.col("year").max())["register"].unique().to_list()
    kept = registers.filter(pl.col("register").is_in(last))
    cells = added(kept, ["municipality", "industry", "year"])
    known = cells.filter(pl.col("industry") != UNKNOWN)
    rest = cells.filter(pl.col("industry") == UNKNOWN).select("municipality", "year", rest="persons")
    whole = known.join(rest, on=["municipality", "year"], how="left", maintain_order="left").with_columns(
        rest=pl.col("rest").fill_null(0.0), all=total("persons").over("municipality", "year")
    )
    got = (pl.col("rest") > 0) & (pl.col("status") != "suppressed") & (pl.col("persons") > 0)
    part = pl.when(pl.col("all") > 0).then(pl.col("persons") / pl.col("all")).otherwise(0.0)
    frame = whole.select(
        "municipality",
        "industry",
        "year",
        persons=(pl.col("persons") + pl.col("rest") * part).round(6),
        status=pl.when(got).then(pl.lit("modelled")).otherwise(pl.col("status")),
        source=pl.lit(sources(kept)) + pl.when(got).then(pl.lit("; unknown industry spread")).otherwise(pl.lit("")),
    )
    left = sorted(set(rows["year"].to_list()) - set(kept["year"].to_list()))
    notes = [f"jobs_history holds {int(rest['rest'].sum()):,} jobs of unknown industry, spread"] if rest.height else []
    notes += [f"jobs_history leaves out {listed(left)}: another register with another definition"] if left else []
    return frame.sort("municipality", "industry", "year"), tuple(notes)


def industry_outlook(industries: Sequence[str]) -> pl.DataFrame:
    """Table `industry_outlook`: every industry constant until told otherwise; its uncertainty as stated."""
    stated = given.read("structure/industries").select("industry", "growth_sd")
    letters = stated.filter(pl.col("industry").str.contains("^[A-Z]$"))
    sd = dict(letters.iter_rows())
    rows = [(code, "constant", 0.0, float(sd.get(code, SPREAD_SD))) for code in sorted(industries)]
    frame = pl.DataFrame(rows, schema=["industry", "driver", "growth", "growth_sd"], orient="row")
    return given.marked(frame, f"{given.ASSUMED}; constant until told otherwise")


def _shares(cells: Floats, axis: int, otherwise: Floats) -> Floats:
    """Shares along an axis; where a row is empty, those given."""
    sums = cells.sum(axis, keepdims=True)
    return np.where(sums > 0, cells / np.where(sums > 0, sums, 1.0), otherwise)


def _rest(cells: pl.DataFrame, dims: Mapping[str, Sequence[str]]) -> tuple[Floats, Floats, Floats]:
    """Persons of unknown industry, of unknown occupation, and of both."""
    places = {"municipality": dims["municipality"]}
    no_industry = cells.filter(pl.col("industry") == UNKNOWN)
    no_occupation = cells.filter(pl.col("occupation") == UNKNOWN)
    strange = no_industry.filter(~pl.col("occupation").is_in([*dims["occupation"], UNKNOWN]))
    nowhere = no_occupation.filter(~pl.col("industry").is_in([*dims["industry"], UNKNOWN]))
    both = pl.concat([no_industry.filter(pl.col("occupation") == UNKNOWN), strange, nowhere])
    rest = both.group_by("municipality", maintain_order=True).agg(total("persons"))
    return (
        to_array(no_industry, "persons", places | {"occupation": dims["occupation"]}, absent=0.0),
        to_array(no_occupation, "persons", places | {"industry": dims["industry"]}, absent=0.0),
        to_array(rest, "persons", places, absent=0.0),
    )


def _check_known(known: pl.DataFrame, areas: Sequence[str]) -> None:
    sums = dict(known.group_by("municipality", maintain_order=True).agg(total("persons")).iter_rows())
    bare = [code for code in areas if not sums.get(code)]
    if bare:
        raise TableError(
            f"official_employed: {listed(bare)} has only rest codes and hidden cells",
            why="there is nothing known to spread the rest in proportion to",
            todo="fetch the table again; if it stays so, the publisher has changed its codes",
        )


def _said(table: str) -> pl.Expr:
    """The source of each cell, with what of it was observed."""
    observed = pl.col("told").round(1).cast(pl.String)
    parts = pl.when(pl.col("hidden") > 0).then(
        pl.concat_str(pl.lit("; "), pl.col("hidden"), pl.lit(" hidden cell(s) of 1 or 2 persons"))
    )
    got = pl.when(pl.col("got")).then(pl.concat_str(pl.lit("; "), observed, pl.lit(" told, the rest spread")))
    return pl.concat_str(pl.lit(table), parts.otherwise(pl.lit("")), got.otherwise(pl.lit("")))


def _notes(cells: pl.DataFrame, frame: pl.DataFrame, bare: int) -> tuple[str, ...]:
    everybody = float(cells["persons"].sum())
    rest = cells.filter((pl.col("industry") == UNKNOWN) | (pl.col("occupation") == UNKNOWN))
    notes = [f"Jobs count {everybody:,.0f} employees; the self-employed have no occupation in the register"]
    if rest.height:
        modelled = frame.filter(pl.col("status") == "modelled").height
        notes.append(
            f"{rest['persons'].sum():,.0f} employees have no known occupation or industry and are spread in proportion "
            f"over {modelled:,} cells, which are modelled"
        )
    hidden = int(cells["hidden"].sum())
    if hidden:
        notes.append(
            f"{hidden:,} counts of employees are hidden: {bare:,} cells of which nothing is told have no number, "
            f"in the others each counts as {HIDDEN} persons, none as zero"
        )
    if set(frame["industry"]) & {"C", "D", "M", "R"}:
        notes.append("Industry C holds B+C, D holds D+E, M holds M+N and R holds R+S+T+U, as published")
    return tuple(notes)


def _profiles(table: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Shares of the age groups per key, of those without a hidden cell and with anybody; every age group has a row."""
    sums = table.group_by(*by, "age_group", maintain_order=True).agg(
        total("persons"), hidden=pl.col("persons").is_null().any()
    )
    keyed = sums.select(*by).unique(maintain_order=True) if by else pl.DataFrame({"": [0]})
    grid = keyed.join(pl.DataFrame({"age_group": AGE_GROUPS}), how="cross")
    whole = grid.join(sums, on=[*by, "age_group"], how="left", maintain_order="left")
    whole = whole.with_columns(pl.col("persons").fill_null(0.0), pl.col("hidden").fill_null(False))
    if by:
        whole = whole.filter(~pl.col("hidden").any().over(by), total("persons").over(by) > 0)
        return whole.select(*by, "age_group", share=pl.col("persons") / total("persons").over(by))
    return whole.select("age_group", share=pl.col("persons") / total("persons"))
