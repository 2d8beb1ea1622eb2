"""What must hold before official tables become a region: tables there, one register a year, municipalities that last.

All faults come at once, each with a way out.

Start reading at `base_year`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.core.sums import total

NEEDED = (
    "official_population",
    "official_births",
    "official_deaths",
    "official_employed",
    "official_employed_age",
    "official_commuting",
    "official_labour_status",
)
"""Without these a region cannot be computed."""

HELPFUL: Mapping[str, str] = {
    "official_moves": "the national age profile of those who move",
    "official_vacancies": "a stated rate of vacancies",
    "official_jobs": "no history of jobs: industries stay as they are",
    "official_education": "no stock of education",
    "official_tax": "tax rates that are not available",
}
"""Tables that may lack, and what stands in their place."""

REGISTER = pl.col("source").fill_null("").str.split(";").list.first().str.strip_chars()
"""The publisher's table and register that a row's source names, before any remark."""

SAME_YEAR = ("official_population", "official_employed", "official_commuting", "official_labour_status")
"""The base year is the last one that all of these have."""


LEAST_JOBS, MOST_JOBS = 0.02, 3.0
"""Employees an inhabitant beyond which a table is of something else (project assumption, not checked)."""


def check_found(found: Mapping[str, pl.DataFrame], territory: Sequence[str], ring: Sequence[str]) -> None:
    """Raise every fault of the tables found at once.

    Raises
    ------
    TableError, UnknownCodeError, or FaultsError when there are several.
    """
    faults: list[BryggaError] = []
    for codes_of, where in ((territory, "territory"), (ring, "ring")):
        try:
            codes.check_codes(codes_of, "kommun", where=where)
        except BryggaError as error:
            faults.append(error)
    both = sorted(set(territory) & set(ring))
    if both or not territory:
        faults.append(_no_territory(both))
    faults += [_missing(name) for name in NEEDED if name not in found or found[name].is_empty()]
    faults += [fault for name in found if (fault := _two_registers(name, found[name]))]
    raise_all("official tables", faults)


def base_year(found: Mapping[str, pl.DataFrame], areas: Sequence[str]) -> int:
    """The last year that population, employed, commuting and labour status all have.

    Raises
    ------
    TableError when they have none in common, or a municipality ends before it (it was merged).
    """
    years = {name: set(found[name]["year"].to_list()) for name in SAME_YEAR}
    common = set.intersection(*years.values())
    if not common:
        had = "; ".join(f"{name} {min(have)}-{max(have)}" for name, have in years.items())
        raise TableError(
            f"no year is in all of {listed(SAME_YEAR)}: {had}",
            why="population, jobs, commuting and status of one year describe the same people",
            todo="fetch again without --last-year, or with one that all tables have",
        )
    base: int = max(common)
    population = found["official_population"].filter(pl.col("municipality").is_in(list(areas)))
    last = population.group_by("municipality", maintain_order=True).agg(pl.col("year").max()).sort("municipality")
    ended = last.filter(pl.col("year") < base)
    if ended.height:
        told = ", ".join(f"{code} (last {year})" for code, year in ended.iter_rows())
        raise TableError(
            f"official_population: {told} has no row in {base}",
            why="the municipality was merged into another or has a new code, and its people are counted there now",
            todo="name the municipality that it became in --territory",
        )
    return base


def check_plausible(jobs: pl.DataFrame, people: pl.DataFrame) -> None:
    """Raise where a municipality has absurdly many or few jobs for its people.

    Parameters
    ----------
    jobs, people : tables `employed` and `population` of the base year
    """
    sums = (
        frame.group_by("municipality", maintain_order=True).agg(total("persons").alias(name))
        for frame, name in ((jobs, "jobs"), (people, "people"))
    )
    both = next(sums).join(next(sums), on="municipality").with_columns(ratio=pl.col("jobs") / pl.col("people"))
    odd = both.filter(~pl.col("ratio").is_between(LEAST_JOBS, MOST_JOBS)).sort("municipality")
    if odd.height:
        told = listed(f"{code} ({jobs:,.0f} and {people:,.0f})" for code, jobs, people, _ in odd.iter_rows())
        raise TableError(
            f"official_employed and official_population: employees and inhabitants do not go together in {told}",
            why=f"no municipality has under {LEAST_JOBS:g} or over {MOST_JOBS:g} employees an inhabitant",
            todo="see whether the publisher counts in thousands or for another area now, and fetch both again",
        )


def _two_registers(name: str, frame: pl.DataFrame) -> TableError | None:
    """The fault of a cell that stands twice, or of an area whose year comes from two registers."""
    if "year" not in frame.columns or frame.is_empty():
        return None
    area = next((c for c in ("municipality", "county", "home") if c in frame.columns), None)
    by = [column for column in (area, "year") if column]
    told = frame.select(*by, register=REGISTER)
    mixed = told.unique().group_by(by, maintain_order=True).agg(pl.col("register").sort()).sort(by)
    mixed = mixed.filter(pl.col("register").list.len() > 1)
    if mixed.height:
        first = mixed.row(0, named=True)
        return TableError(
            f"{name}: {first['year']} stands in two registers ({listed(first['register'])}), {mixed.height} area(s)",
            why="both count the same people, so they would be counted twice",
            todo="keep the rows of one register for each year; 2020 and 2021 are in RAMS and in BAS, and BAS goes on",
        )
    key = tables.keys(name)
    twice = frame.filter(frame.select(key).is_duplicated())
    if twice.height:
        return TableError(
            f"{name}: {twice.height} rows stand twice, first {', '.join(map(str, twice.select(key).row(0)))}",
            why="which of them counts cannot be guessed",
            todo="fetch the table again: `brygga data update --territory CODE,...`",
        )
    return None


def _missing(name: str) -> TableError:
    return TableError(
        f"{name} is missing or empty",
        why="a region cannot be computed without it, and a missing table is not one of zeros",
        todo="fetch it with `brygga data update --territory CODE,...`, or play a recording that has it with --from",
    )


def _no_territory(both: Sequence[str]) -> TableError:
    return TableError(
        f"territory and ring share {listed(both)}" if both else "territory is empty",
        why="a region is at least one municipality, and its ring is made of others",
        todo="name each municipality in one of the two",
    )
