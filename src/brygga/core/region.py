"""A region: any set of municipalities, its years and its tables, read from one folder.

`region.toml` says what the region is; each table is a CSV (or parquet) file beside it,
described in docs/tables.md. Reading checks every table and how they fit together, and
reports all faults at once.

Start reading at `read_region`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import BryggaError, FileError, SettingError, TableError, listed, raise_all

TABLES = (
    "population",
    "population_total",
    "vital_rates",
    "working_life",
    "employed",
    "employed_age",
    "commuting",
    "unemployed",
    "unemployed_youth",
    "vacancies",
    "education_stock",
    "industry_outlook",
    "sites",
    "programmes",
    "programme_leads",
    "programme_funding",
    "programme_grants",
    "intake",
    "funders",
    "budgets",
    "pay",
    "tax",
    "events",
    "outcomes",
    "facts",
)
"""The tables of a region folder, in the order of docs/tables.md."""

MAY_BE_ABSENT = ("education_stock", "events", "facts", "outcomes", "programme_grants")
"""Without these files nothing is known of the matter, which is a state and no fault."""

SETTINGS = ("name_sv", "name_en", "municipalities", "base_year", "first_plan_year", "last_plan_year", "to")
FARTHEST = 2100


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
    settings = _settings(path)
    faults = _setting_faults(settings, path)
    raise_all(str(path), faults)
    extra = frozenset(settings.get("extra_codes", {}).get("kommun", []))
    frames, faults = _tables(path.parent, extra)
    faults += _municipality_faults(settings["municipalities"], extra, path)
    if not faults:
        faults = _fit_faults(settings, frames)
    raise_all(str(path.parent), faults)
    return Region(
        name_sv=settings["name_sv"],
        name_en=settings["name_en"],
        kind=settings.get("kind", "own"),
        municipalities=tuple(settings["municipalities"]),
        base_year=settings["base_year"],
        first_plan_year=settings["first_plan_year"],
        last_plan_year=settings["last_plan_year"],
        to=settings["to"],
        tables=frames,
        folder=path.parent,
        needs=_beside(path, settings.get("needs")),
        ads=_beside(path, settings.get("ads")),
        extra_codes=extra,
        names=settings.get("names", {}),
    )


def _settings(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(
            f"no region at {path}: {error.strerror}",
            why="a region is a folder with region.toml and its tables",
            todo="write the example with `brygga data example FOLDER` and start from it",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(
            f"{path} cannot be read: {error}", why="it must be TOML in UTF-8", todo="mend the line named"
        ) from error


def _setting_faults(settings: Mapping[str, Any], path: Path) -> list[BryggaError]:
    missing = [key for key in SETTINGS if key not in settings]
    if missing:
        return [
            SettingError(
                f"{path.name} lacks {listed(missing)}",
                why="without them it is not clear what to compute",
                todo="compare with the example's region.toml (`brygga data example FOLDER`)",
            )
        ]
    years = [settings[key] for key in ("base_year", "first_plan_year", "last_plan_year", "to")]
    faults: list[BryggaError] = []
    if not settings["municipalities"]:
        faults.append(
            SettingError(
                f"{path.name}: municipalities is empty",
                why="a region is at least one municipality",
                todo='write municipalities = ["1060", "1082"]',
            )
        )
    if any(not isinstance(year, int) for year in years) or sorted(years) != years or years[-1] > FARTHEST:
        faults.append(
            SettingError(
                f"{path.name}: base_year, first_plan_year, last_plan_year, to = {listed(years)}",
                why=f"they must be whole years, each not before the one ahead of it, and not after {FARTHEST}",
                todo="write for example 2024, 2027, 2031, 2036",
            )
        )
    return faults


def _municipality_faults(municipalities: list[Any], extra: frozenset[str], path: Path) -> list[BryggaError]:
    try:
        codes.check_codes([str(m) for m in municipalities], "kommun", where=f"{path.name}.municipalities", extra=extra)
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


def _fit_faults(settings: Mapping[str, Any], frames: Mapping[str, pl.DataFrame]) -> list[BryggaError]:
    """What only shows between tables: municipalities without rows, overlapping codes, unknown names."""
    faults: list[BryggaError] = []
    wanted = set(settings["municipalities"])
    for name, column in (("population", "municipality"), ("employed", "municipality"), ("commuting", "work")):
        absent = sorted(wanted - set(frames[name][column]))
        if absent:
            faults.append(_absent(name, column, absent))
    occupations = frames["employed"]["occupation"].unique().to_list()
    try:
        codes.check_partition(occupations, where="employed.occupation")
    except BryggaError as fault:
        faults.append(fault)
    faults += _reference_faults(frames)
    base = settings["base_year"]
    faults += [_no_year(name, base) for name in ("employed", "population") if base not in set(frames[name]["year"])]
    return faults


REFERENCES = (
    ("employed", "industry", "industry_outlook", "industry"),
    ("employed", "occupation", "employed_age", "occupation"),
    ("programmes", "site", "sites", "site"),
    ("programme_leads", "programme", "programmes", "programme"),
    ("programme_leads", "occupation", "employed", "occupation"),
    ("programme_funding", "programme", "programmes", "programme"),
    ("programme_funding", "funder", "funders", "funder"),
    ("programme_grants", "programme", "programmes", "programme"),
    ("intake", "programme", "programmes", "programme"),
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


def _beside(path: Path, name: str | None) -> Path | None:
    return path.parent / name if name else None
