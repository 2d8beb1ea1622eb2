"""The CSV files of a problem folder, read as tables.

A file is first read with the types of its columns, which ten million rows need. Where that fails, it is read as
text, so that whoever wrote it is told which cells are wrong.

Start reading at `read_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from brygga.core.errors import BryggaError, FileError, listed
from brygga.planning.columns import FILES, GUIDE

OTHERS = {";": "semicolons", "\t": "tabs"}
PLAN_FILES = ("plan", "arrivals", "short", "guidance_plan")
"""What `brygga plan solve` writes; no warning when it was written into the problem's own folder."""


@dataclass
class Given:
    """The tables of a folder, the faults of its files and what is said but not read."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    faults: list[BryggaError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_tables(folder: Path) -> Given:
    """Every file of the form that is in `folder`; a warning for each other CSV file, which nobody reads."""
    given = Given()
    for name in FILES:
        path = folder / f"{name}.csv"
        if path.exists():
            try:
                given.tables[name] = read_csv(path)
            except FileError as fault:
                given.unreadable.add(name)
                given.faults.append(fault)
    known = {*FILES, *PLAN_FILES}
    unread = sorted(path.name for path in folder.glob("*.[cC][sS][vV]") if path.name.removesuffix(".csv") not in known)
    if unread:
        given.warnings.append(f"{listed(unread)} belongs to no part of a problem folder and is not read.")
    return given


def read_csv(path: Path) -> pl.DataFrame:
    """One file: typed where every cell can be, else as text; without columns where the file has no bytes.

    Raises
    ------
    FileError when it is no table of UTF-8 text separated by commas.
    """
    head = _head(path)
    if not head:
        return pl.DataFrame()
    kinds = {column: kind for column, kind in FILES[path.stem].items() if column in head}
    if len(kinds) == len(head):
        try:
            return pl.read_csv(path, schema_overrides=kinds, infer_schema=False, null_values=None)
        except (OSError, pl.exceptions.PolarsError):
            pass  # read again as text below, which tells the cells or the line
    try:
        texts = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(path, error) from error
    return texts.rename({column: column.strip() for column in texts.columns})


def _head(path: Path) -> list[str]:
    """The names of the columns as they stand, or none for a file without text."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            line = next((line for line in file if line.strip()), "")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    other = next((mark for mark in OTHERS if mark in line and "," not in line), None)
    if other:
        raise FileError(
            f"{path.name} is separated by {OTHERS[other]}",
            why="a problem folder has commas between columns and a point in decimals",
            todo=f"save it as CSV with commas and decimal points (see {GUIDE})",
        )
    return [column.strip().strip('"') for column in line.split(",")] if line else []


def _unreadable(path: Path, error: Exception) -> FileError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, UnicodeDecodeError) or "utf-8" in reason.lower() or "utf8" in reason.lower():
        what, todo = "is not UTF-8 text", "save it as CSV UTF-8"
    elif "more fields" in reason or "ragged" in reason:
        what = "has a row with more cells than the head has names"
        todo = "put a name that holds a comma in quotes, and write decimals with a point"
    else:
        what, todo = f"cannot be read: {reason}", f"check {path}"
    return FileError(f"{path.name} {what}", why="it is no table", todo=todo)
