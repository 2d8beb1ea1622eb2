"""A plan's files read back, whoever wrote them: columns in any order, further columns, any program's CSV.

Nothing is judged here but whether it can be read: a class of -3 seats or a measure nobody knows is for the
recount to name.

Start reading at `read_plan_folder`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from brygga.core import tables as core_tables
from brygga.core.errors import BryggaError, FileError, TableError, listed, raise_all

FILES: Mapping[str, tuple[str, ...]] = {
    "plan": ("measure", "site", "year", "classes", "seats", "cost"),
    "arrivals": ("site", "municipality", "occupation", "year", "persons"),
    "guidance_plan": ("guidance", "year", "steps"),
    "short": ("municipality", "occupation", "year", "need", "stock", "drained", "short", "surplus"),
}
"""The tables of a plan and their columns, in order."""
SUMMARY = "summary.json"
LATEST = 9999
TEXTS = ("measure", "site", "municipality", "occupation", "guidance")
CELL = ("municipality", "occupation", "year")


class PlanTables(NamedTuple):
    """What a plan decides. `arrivals` is None when the folder has none; without guidance that table has no rows."""

    classes: pl.DataFrame
    arrivals: pl.DataFrame | None
    guidance: pl.DataFrame


@dataclass(frozen=True)
class PlanFolder:
    """A plan and what its folder states about it (None where it states nothing).

    `costs`: measure, site, year, cost. `short`: municipality, occupation, year and one or more of need, stock, drained,
    short, surplus. `summary`: what summary.json says.
    """

    tables: PlanTables
    costs: pl.DataFrame | None
    short: pl.DataFrame | None
    summary: dict[str, Any]


@dataclass
class _Reader:
    """Reads the files of one folder and gathers what is wrong with them."""

    out: Path
    faults: list[BryggaError] = field(default_factory=list)

    def table(self, name: str, wanted: Sequence[str], maybe: Sequence[str] = ()) -> pl.DataFrame | None:
        """The columns `wanted`, and those of `maybe` that are there; None when the file is absent or faulty."""
        path = self.out / f"{name}.csv"
        if not path.exists():
            return None
        try:
            texts = core_tables.read_text(path)
        except BryggaError as error:
            self.faults.append(error)
            return None
        names = [column.strip().lstrip("\ufeff") for column in texts.columns]
        if len(set(names)) < len(names):
            said = (
                f"{path.name} has column(s) {listed(sorted({n for n in names if names.count(n) > 1}))} more than once"
            )
            self.faults.append(TableError(said, why="nobody knows which one counts", todo="keep one of them"))
            return None
        texts.columns = names
        lacking = [column for column in wanted if column not in texts.columns]
        if lacking:
            said = f"{path.name} lacks column(s) {listed(lacking)}; it has {listed(texts.columns, most=12)}"
            why = "the plan cannot be counted without"
            self.faults.append(TableError(said, why=why, todo=f"write {', '.join(FILES[name])}"))
            return None
        columns = [*wanted, *(column for column in maybe if column in texts.columns)]
        return pl.DataFrame([self.column(path.name, texts[column].str.strip_chars()) for column in columns])

    def column(self, where: str, given: pl.Series) -> pl.Series:
        """A column with its type; a fault for cells that are empty or no number (NaN is one here)."""
        turned = given if given.name in TEXTS else given.cast(pl.Float64, strict=False)
        bad = turned.is_null() | (given == "")
        if given.name == "year":
            bad |= (turned.round() != turned) | ~(turned.abs() <= LATEST)
        bad = bad.fill_null(True)
        if bad.any():
            rows = [f"{given[i] or 'nothing'!r} (row {i + 2})" for i in bad.arg_true()]
            word = "a name" if given.name in TEXTS else "a whole year" if given.name == "year" else "a number"
            said = f"{where}, column {given.name}: {listed(rows)} where {word} belongs"
            self.faults.append(TableError(said, why="it cannot be counted with", todo="fill in or correct"))
        return turned.set(bad, None).cast(pl.Int64) if given.name == "year" else turned

    def summary(self) -> dict[str, Any]:
        """What summary.json says; nothing when there is none."""
        path = self.out / SUMMARY
        if not path.exists():
            return {}
        try:
            content = json.loads(path.read_text(encoding="utf-8-sig"))
            if isinstance(content, dict):
                return content
            reason = "it is no list of names and values"
        except (OSError, ValueError) as error:
            reason = str(error)
        todo = "correct it, or take it away to have the plan alone recounted"
        self.faults.append(
            FileError(f"{path.name} cannot be read: {reason}", why="what it states is unknown", todo=todo)
        )
        return {}


def read_plan(out: Path) -> PlanTables:
    """What the plan in a folder decides: classes, arrivals or None, guidance, with the columns of the files.

    Counts are whole numbers where all of them are, else floats.

    Raises
    ------
    FileError, TableError, or FaultsError when there are several.
    """
    reader = _Reader(out)
    tables, _ = _plan_tables(reader)
    raise_all(str(out), reader.faults)
    return tables


def read_plan_folder(out: Path) -> PlanFolder:
    """The plan in `out` and all that its files state about it.

    Raises
    ------
    FileError, TableError, or FaultsError when there are several.
    """
    reader = _Reader(out)
    tables, costs = _plan_tables(reader)
    short = reader.table("short", (*CELL, "short"), ("need", "stock", "drained", "surplus"))
    if short is not None and short.select(CELL).is_duplicated().any():
        rows = short.filter(short.select(CELL).is_duplicated()).select(CELL).unique(maintain_order=True).rows()
        said = f"short.csv: {listed(' '.join(str(v) for v in row) for row in rows)} stands more than once"
        reader.faults.append(TableError(said, why="one row states a cell and year", todo="keep one row of each"))
    folder = PlanFolder(tables, costs, short, reader.summary())
    raise_all(str(out), reader.faults)
    return folder


def _plan_tables(reader: _Reader) -> tuple[PlanTables, pl.DataFrame | None]:
    """What the plan decides, and the cost it states per row."""
    if not (reader.out / "plan.csv").exists():
        there = "holds no plan.csv" if reader.out.is_dir() else "is no folder"
        todo = "give the folder that `brygga plan solve -o` wrote, or one with a plan.csv of your own"
        reader.faults.append(FileError(f"{reader.out} {there}", why="there is no plan to read", todo=todo))
    plan = reader.table("plan", FILES["plan"][:-1], ("cost",))
    arrivals = reader.table("arrivals", FILES["arrivals"])
    guidance = reader.table("guidance_plan", FILES["guidance_plan"])
    costs = plan.select("measure", "site", "year", "cost") if plan is not None and "cost" in plan.columns else None
    tables = PlanTables(
        _whole(_or_empty(plan, "plan").drop("cost", strict=False), "classes", "seats"),
        arrivals,
        _whole(_or_empty(guidance, "guidance_plan"), "steps"),
    )
    return tables, costs


def _or_empty(frame: pl.DataFrame | None, name: str) -> pl.DataFrame:
    if frame is not None:
        return frame
    types = {c: pl.String if c in TEXTS else pl.Int64 if c == "year" else pl.Float64 for c in FILES[name]}
    return pl.DataFrame(schema=types)


def _whole(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Counts as whole numbers where all of them are."""
    numbers = [frame[column] for column in columns]
    if all(((one.round() == one) & one.is_finite() & (one.abs() < 2.0**53)).all() for one in numbers):
        return frame.with_columns(pl.col(columns).cast(pl.Int64))
    return frame
