"""A region: any set of municipalities, its years and its tables, read from one folder.

`region.toml` says what the region is; each table is a CSV (or parquet) file beside it,
described in docs/tables.md. Reading checks every table and how they fit together, and
reports all faults at once.

Start reading at `read_region`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import BryggaError, FileError, TableError, listed, raise_all
from brygga.core.region_file import RegionFile, read_region_file
from brygga.core.region_measures import measure_faults
from brygga.core.sums import total

TABLES = (
    "population",
    "population_total",
    "population_history",
    "births_history",
    "deaths_history",
    "vital_rates",
    "working_life",
    "exit_rates",
    "employed",
    "employed_age",
    "jobs_history",
    "commuting",
    "travel_time",
    "unemployed",
    "unemployed_youth",
    "vacancies",
    "education_stock",
    "occupation_education",
    "industry_outlook",
    "sites",
    "programmes",
    "programme_leads",
    "programme_funding",
    "programme_grants",
    "programme_areas",
    "programme_drains",
    "payments",
    "placements",
    "guidance",
    "intake",
    "funders",
    "funder_schemes",
    "budgets",
    "floors",
    "pay",
    "tax",
    "events",
    "outcomes",
    "official_input_output",
    "facts",
)
"""The tables of a region folder, in the order of docs/tables.md."""

MAY_BE_ABSENT = (
    "births_history",
    "deaths_history",
    "education_stock",
    "occupation_education",
    "events",
    "exit_rates",
    "facts",
    "floors",
    "funder_schemes",
    "guidance",
    "jobs_history",
    "official_input_output",
    "outcomes",
    "payments",
    "placements",
    "population_history",
    "programme_areas",
    "programme_drains",
    "programme_grants",
    "travel_time",
)
"""Without these files nothing is known of the matter, which is a state and no fault."""


@dataclass(frozen=True)
class Region:
    """A set of municipalities with everything known about it."""

    name_sv: str
    name_en: str
    kind: str
    municipalities: tuple[str, ...]
    base_year: int
    first_plan_year: int
    last_plan_year: int
    to: int
    tables: Mapping[str, pl.DataFrame]
    folder: Path
    needs: Path | None = None
    ads: Path | None = None
    extra_codes: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ring: tuple[str, ...] = ()
    """Municipalities around, computed with the territory and left out of every table shown."""

    @property
    def is_example(self) -> bool:
        """Whether the numbers are an example and must be marked as one everywhere."""
        return self.kind == "example"


def read_region(place: Path) -> Region:
    """The region in folder `place` (or whose `region.toml` is `place`), checked.

    Raises
    ------
    FileError when there is no region; otherwise every fault of its settings and tables at once.
    """
    path = place / "region.toml" if place.is_dir() else place
    given = read_region_file(path)
    frames, faults = _tables(path.parent, given.extra_codes)
    faults += _municipality_faults(given, path)
    faults += [_no_file(path, name) for name in (given.needs, given.ads) if name and not (path.parent / name).is_file()]
    notes: tuple[str, ...] = ()
    if not faults:
        frames, notes = _within(given, frames)
        faults = _fit_faults(given, frames)
    raise_all(str(path.parent), faults)
    return Region(
        name_sv=given.name_sv,
        name_en=given.name_en,
        kind=given.kind,
        municipalities=given.municipalities,
        base_year=given.base_year,
        first_plan_year=given.first_plan_year,
        last_plan_year=given.last_plan_year,
        to=given.to,
        tables=frames,
        folder=path.parent,
        needs=_beside(path, given.needs),
        ads=_beside(path, given.ads),
        extra_codes=given.extra_codes,
        names=given.names,
        notes=notes,
        ring=given.ring,
    )


OF_PROGRAMMES = (
    *("programme_leads", "programme_funding", "programme_grants", "programme_areas", "programme_drains"),
    *("payments", "placements", "guidance", "intake", "outcomes"),
)


def _within(given: RegionFile, frames: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    """The tables without sites outside the region and what is given there, and a note that says so."""
    outside = frames["sites"].filter(~pl.col("municipality").is_in(given.municipalities))
    if outside.is_empty():
        return frames, ()
    programmes = frames["programmes"].filter(~pl.col("site").is_in(outside["site"].to_list()))
    kept = pl.col("programme").is_in(programmes["programme"].to_list())
    unknown = ~pl.col("programme").is_in(frames["programmes"]["programme"].to_list())
    sites = frames["sites"].filter(pl.col("municipality").is_in(given.municipalities))
    cut = {name: frames[name].filter(kept | unknown) for name in OF_PROGRAMMES}
    lost = frames["programmes"].height - programmes.height
    note = f"{outside.height} sites lie outside the region and are left out, with {lost} programmes: "
    return {**frames, **cut, "sites": sites, "programmes": programmes}, (note + listed(outside["site"]),)


def _municipality_faults(given: RegionFile, path: Path) -> list[BryggaError]:
    try:
        for name, given_codes in (("municipalities", given.municipalities), ("ring", given.ring)):
            codes.check_codes(given_codes, "kommun", where=f"{path.name}.{name}", extra=given.extra_codes)
    except BryggaError as fault:
        return [fault]
    return []


def _tables(folder: Path, extra: frozenset[str]) -> tuple[dict[str, pl.DataFrame], list[BryggaError]]:
    frames: dict[str, pl.DataFrame] = {}
    faults: list[BryggaError] = []
    for name in TABLES:
        path = next((p for p in (folder / f"{name}.csv", folder / f"{name}.parquet") if p.exists()), None)
        if path is None:
            if name in MAY_BE_ABSENT:
                frames[name] = tables.empty(name)
            else:
                faults.append(_no_table(folder, name))
            continue
        try:
            frames[name] = tables.read(path, name, extra_codes=extra)
        except BryggaError as fault:
            faults += getattr(fault, "faults", [fault])
    return frames, faults


def _no_table(folder: Path, name: str) -> TableError:
    return TableError(
        f"{folder} has no {name}.csv",
        why=f"table {name} is needed for the run",
        todo=f"write it as described under {name} in docs/tables.md",
    )


def _fit_faults(given: RegionFile, frames: Mapping[str, pl.DataFrame]) -> list[BryggaError]:
    """What only shows between tables: municipalities without rows, overlapping codes, unknown names."""
    faults: list[BryggaError] = []
    wanted = {*given.municipalities, *given.ring}
    for name, column in NEEDED:
        absent = sorted(wanted - set(frames[name][column]))
        if absent and not (name in EMPTY and frames[name].is_empty()):
            faults.append(_absent(name, column, absent))
    occupations = frames["employed"]["occupation"].unique().to_list()
    try:
        codes.check_partition(occupations, where="employed.occupation")
    except BryggaError as fault:
        faults.append(fault)
    faults += _reference_faults(frames) + _absurd_faults(given, frames)
    faults += measure_faults(frames, last_plan_year=given.last_plan_year)
    base = given.base_year
    faults += [_no_year(name, base) for name in ("employed", "population") if base not in set(frames[name]["year"])]
    unfunded = sorted(set(range(given.first_plan_year, given.last_plan_year + 1)) - set(frames["budgets"]["year"]))
    if unfunded and frames["programmes"].height:
        faults.append(_no_budget(unfunded))
    empty = [name for name in EMPTY if frames[name].is_empty()]
    return faults + [_no_rows(name) for name in empty]


NEEDED = (
    ("population", "municipality"),
    ("population_total", "municipality"),
    ("employed", "municipality"),
    ("unemployed", "municipality"),
    ("vacancies", "municipality"),
    ("commuting", "work"),
)
"""(table, column): each municipality must have a row there, be it a zero that was counted."""

EMPTY = ("vacancies", "unemployed", "employed_age", "pay", "tax")
"""Tables of which a head without rows is told as such."""

MOST_JOBS, MOST_APART = 3.0, 0.1
"""Jobs an inhabitant, and how far people by age may be from the total: beyond these they are not of one place."""


def _absurd_faults(given: RegionFile, frames: Mapping[str, pl.DataFrame]) -> list[BryggaError]:
    """Municipalities whose tables cannot be of the same people in the base year."""
    base = pl.col("year") == given.base_year
    sums = {
        name: dict(
            frames[name].filter(base).group_by("municipality", maintain_order=True).agg(total("persons")).iter_rows()
        )
        for name in ("population", "population_total", "employed")
    }
    faults: list[BryggaError] = []
    for place in sorted({*given.municipalities, *given.ring}):
        people, whole, jobs = (sums[name].get(place) for name in ("population", "population_total", "employed"))
        if people and whole and abs(people / whole - 1) > MOST_APART:
            faults.append(_apart("population", f"{people:,.0f} people", "population_total", f"{whole:,.0f}", place))
        if people and jobs and jobs > MOST_JOBS * people:
            faults.append(_apart("employed", f"{jobs:,.0f} jobs", "population", f"{people:,.0f} people", place))
    return faults


def _apart(name: str, found: str, other: str, beside: str, place: str) -> TableError:
    return TableError(
        f"{name}: {found} in {place}, and {beside} in {other}",
        why="the two cannot be of the same place and year",
        todo="look for a number in another unit, or a row that belongs elsewhere",
    )


REFERENCES = (
    ("employed", "industry", "industry_outlook", "industry"),
    ("employed", "occupation", "employed_age", "occupation"),
    ("programmes", "site", "sites", "site"),
    ("programme_leads", "programme", "programmes", "programme"),
    ("programme_leads", "occupation", "employed", "occupation"),
    ("programme_funding", "programme", "programmes", "programme"),
    ("programme_funding", "funder", "funders", "funder"),
    ("programme_grants", "programme", "programmes", "programme"),
    ("programme_areas", "programme", "programmes", "programme"),
    ("programme_drains", "programme", "programmes", "programme"),
    ("programme_drains", "occupation", "employed", "occupation"),
    ("payments", "programme", "programmes", "programme"),
    ("placements", "programme", "programmes", "programme"),
    ("guidance", "programme", "programmes", "programme"),
    ("intake", "programme", "programmes", "programme"),
    ("funder_schemes", "funder", "funders", "funder"),
    ("budgets", "funder", "funders", "funder"),
    ("outcomes", "programme", "programmes", "programme"),
)
"""(table, column, table it must stand in, column there)"""


def _reference_faults(frames: Mapping[str, pl.DataFrame]) -> list[BryggaError]:
    faults: list[BryggaError] = []
    for name, column, other, key in REFERENCES:
        unknown = sorted(set(frames[name][column].drop_nulls()) - set(frames[other][key]))
        if unknown:
            faults.append(
                TableError(
                    f"{name}.{column}: {listed(unknown)} not in {other}.{key}",
                    why="rows that point nowhere would vanish from the sums",
                    todo=f"add them to {other}.csv or correct {name}.csv",
                )
            )
    return faults


def _absent(name: str, column: str, absent: list[str]) -> TableError:
    return TableError(
        f"{name}.{column}: no row for {listed(absent)}",
        why="region.toml lists them as part of the region, and no row is not the same as zero",
        todo=f"add their rows to {name}.csv, or take them out of region.toml",
    )


def _no_year(name: str, base: int) -> TableError:
    return TableError(
        f"{name}.year: no row for {base}",
        why="it is the base year that everything starts from",
        todo=f"add rows for {base}, or change base_year in region.toml",
    )


def _no_budget(years: list[int]) -> TableError:
    return TableError(
        f"budgets.year: no row for {listed(years)}",
        why="region.toml lets the plan start classes then, and no row is not the same as no money",
        todo="add rows for these years (0 when there is no money), or end the plan earlier in region.toml",
    )


def _no_rows(name: str) -> TableError:
    return TableError(
        f"{name}.csv has no row",
        why="nothing would be known of it, which is not the same as zero",
        todo=f"fill it in as described under {name} in docs/tables.md",
    )


def _no_file(path: Path, name: str) -> FileError:
    return FileError(
        f"{path.parent} has no {name}",
        why="region.toml names it",
        todo=f"put it there, or take it out of {path.name}",
    )


def _beside(path: Path, name: str) -> Path | None:
    return path.parent / name if name else None
