"""Tables: their dictionaries, and the only place where a schema is enforced.

Each table has a dictionary, `tables/<name>.csv`: one row a column with type, unit,
role and allowed codes. `read` turns a user's file into a checked frame, `check` holds
a frame against its dictionary, and both report every fault at once.

Roles: `key` (together unique), `value` (a number, zero or more), `signed` (a number
that may be negative), `attribute` (must be filled), `note` (may be empty), `status`.
A value may be missing only where the status says why.

Start reading at `check`.
"""

from __future__ import annotations

import csv
import functools
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from brygga.core import codes as code_lists
from brygga.core.errors import BryggaError, FileError, TableError, UnknownCodeError, listed, raise_all
from brygga.core.places import TABLES

CELL_STATUS = ("observed", "modelled", "suppressed", "not_available", "not_applicable", "provisional")
MAY_BE_MISSING = ("suppressed", "not_available", "not_applicable")
YEARS = (1900, 2100)
TYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
}
NUMBERS = ("int", "float")


@dataclass(frozen=True)
class Column:
    """One row of a table dictionary."""

    column: str
    type: str
    unit: str
    role: str
    codes: str
    description_en: str
    description_sv: str


@functools.cache
def dictionary(name: str) -> tuple[Column, ...]:
    """The columns of table `name`, in order.

    Examples
    --------
    >>> [column.column for column in dictionary("vacancies")][:3]
    ['municipality', 'occupation', 'year']
    """
    path = TABLES / f"{name}.csv"
    if not path.is_file():
        raise TableError(
            f"there is no table called {name}",
            why="only tables with a dictionary can be checked",
            todo=f"use one of: {', '.join(names())}",
        )
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Column(**row) for row in csv.DictReader(file))


def names() -> list[str]:
    """The tables that have a dictionary, in alphabetical order."""
    return sorted(path.stem for path in TABLES.glob("*.csv"))


def keys(name: str) -> list[str]:
    """The columns that together name one row."""
    return [column.column for column in dictionary(name) if column.role == "key"]


def empty(name: str) -> pl.DataFrame:
    """Table `name` without rows."""
    return pl.DataFrame(schema={column.column: TYPES[column.type] for column in dictionary(name)})


def check(frame: pl.DataFrame, name: str, *, where: str = "", extra_codes: Collection[str] = ()) -> pl.DataFrame:
    """Return `frame` with the columns and order of its dictionary, or raise every fault at once.

    Parameters
    ----------
    frame : the data, types as in the dictionary (use `read` for files)
    name : the table's name
    where : what the user calls it (a file); the table's name by default
    extra_codes : codes accepted beside the classifications (invented municipalities, say)

    Raises
    ------
    TableError, UnknownCodeError, or FaultsError when there are several.
    """
    where = where or name
    missing = [column.column for column in dictionary(name) if column.column not in frame.columns]
    if missing:
        raise _missing_columns(where, name, missing, frame.columns)
    frame = frame.select([pl.col(c.column).cast(TYPES[c.type]) for c in dictionary(name)])
    faults = [fault for column in dictionary(name) for fault in _column_faults(frame, name, column, where, extra_codes)]
    faults += _key_faults(frame, name, where)
    raise_all(where, faults)
    return frame


def observed_and_modelled(frame: pl.DataFrame, name: str) -> tuple[int, int]:
    """How many values of a table are observed, and how many modelled.

    A value is a filled cell of a column with role value or signed; provisional and missing ones,
    and those of tables without a status, count as neither.

    Examples
    --------
    >>> shares = pl.DataFrame({"share": [0.4, 0.5, 0.1], "status": ["observed", "modelled", "provisional"]})
    >>> observed_and_modelled(shares, "employed_age")
    (1, 1)
    """
    if "status" not in frame.columns:
        return 0, 0
    values = [c.column for c in dictionary(name) if c.role in ("value", "signed")]
    of_status = [frame.filter(pl.col("status") == status).select(values) for status in ("observed", "modelled")]
    observed, modelled = (sum(len(cells) - cells.null_count() for cells in rows) for rows in of_status)
    return observed, modelled


def read(path: Path, name: str, *, extra_codes: Collection[str] = ()) -> pl.DataFrame:
    """Read table `name` from a CSV (UTF-8, comma, decimal point) or parquet file and check it.

    Raises
    ------
    FileError when the file cannot be read, TableError or UnknownCodeError when the content is wrong.
    """
    if path.suffix == ".parquet":
        return check(_read_parquet(path), name, where=str(path.name), extra_codes=extra_codes)
    texts = read_text(path)
    absent = [c.column for c in dictionary(name) if c.column not in texts.columns and c.role == "note"]
    texts = texts.with_columns(pl.lit(None, pl.String).alias(column) for column in absent)
    missing = [c.column for c in dictionary(name) if c.column not in texts.columns]
    if missing:
        raise _missing_columns(path.name, name, missing, texts.columns)
    turned, faults = typed(texts, name, path.name)
    raise_all(path.name, faults)
    return check(turned, name, where=path.name, extra_codes=extra_codes)


def check_writable(folder: Path) -> None:
    """Try to write in `folder`, or where it would be made, before anything is computed for it. Nothing is left there.

    Raises
    ------
    FileError when that cannot be done.
    """
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    Path(_passing_file(there, "", what=str(folder))).unlink()


def _passing_file(folder: Path, name: str, *, what: str) -> str:
    """A new empty file in `folder` that will take another name or vanish."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
        os.close(handle)
    except OSError as error:
        raise FileError(
            f"{what} cannot be written: {error.strerror}",
            why="the results need a folder that you may write in",
            todo="choose another folder with -o, or free space and rights there",
        ) from error
    return temporary


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame to `path` (by its ending: csv or parquet), whole or not at all."""
    temporary = _passing_file(path.parent, path.name, what=str(path))
    try:
        if path.suffix == ".parquet":
            frame.write_parquet(temporary, compression="zstd", statistics=False)
        else:
            frame.write_csv(temporary)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise FileError(
            f"{path} cannot be written: {error.strerror}",
            why="nothing is left half-written",
            todo="free space there or choose another folder with -o",
        ) from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(path, str(error).splitlines()[0]) from error


def read_text(path: Path) -> pl.DataFrame:
    """All columns as text, so that 0767 stays 0767."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or "unknown fault") from error
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileError(
            f"{path.name}, line {line}: not UTF-8 (it looks like cp1252, what Excel often saves)",
            why="å, ä and ö would turn into other letters",
            todo="save it as 'CSV UTF-8', or run `brygga data to-utf8 FILE` on it",
        ) from error
    if not content.strip():
        raise TableError(f"{path.name} is empty", why="a table needs its header row", todo="see docs/tables.md")
    try:
        return pl.read_csv(content, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _unreadable(path, str(error).splitlines()[0]) from error


def _unreadable(path: Path, reason: str) -> FileError:
    return FileError(
        f"{path.name} cannot be read: {reason}",
        why="it is missing, not a table, or you may not open it",
        todo=f"check the file {path}",
    )


def _missing_columns(where: str, name: str, missing: Iterable[str], found: Iterable[str]) -> TableError:
    return TableError(
        f"{where} lacks column(s) {listed(missing)}; it has {listed(found, most=12)}",
        why=f"table {name} needs them",
        todo=f"add them as described under {name} in docs/tables.md (comma-separated, one header row)",
    )


def typed(texts: pl.DataFrame, name: str, where: str) -> tuple[pl.DataFrame, list[BryggaError]]:
    """Texts turned into the dictionary's types; a fault for each column with words where numbers belong."""
    faults: list[BryggaError] = []
    columns = {}
    for column in dictionary(name):
        given = texts[column.column].str.strip_chars()
        given = given.set(given == "", None)
        turned = _turned(given, column.type)
        bad = turned.is_null() & given.is_not_null()
        if bad.any():
            rows = [f"{given[i]!r} (row {i + 2})" for i in bad.arg_true().to_list()]
            faults.append(
                TableError(
                    f"{where}, column {column.column}: {listed(rows)} where a {_word(column.type)} belongs",
                    why="it cannot be counted with",
                    todo=f"write {_example(column.type)}; an unknown value is left empty with a status that says so",
                )
            )
        columns[column.column] = turned
    return pl.DataFrame(columns), faults


def _turned(given: pl.Series, kind: str) -> pl.Series:
    if kind == "bool":
        return given.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None)
    if kind == "date":
        return given.str.to_date("%Y-%m-%d", strict=False)
    if kind == "float":
        turned = given.cast(pl.Float64, strict=False)
        return turned.set(~turned.is_finite().fill_null(True), None)
    return given.cast(TYPES[kind], strict=False)


def _word(kind: str) -> str:
    return {"int": "whole number", "float": "number", "bool": "true or false", "date": "date"}[kind]


def _example(kind: str) -> str:
    return {"int": "2032", "float": "12.5 (decimal point)", "bool": "true or false", "date": "2026-11-23"}[kind]


def _column_faults(
    frame: pl.DataFrame, name: str, column: Column, where: str, extra: Collection[str]
) -> list[BryggaError]:
    series, place = frame[column.column], f"{where}, column {column.column}"
    faults: list[BryggaError | None] = [
        _empty_fault(frame, name, column, place),
        _hidden_zero_fault(frame, name, column, place),
        _negative_fault(series, column, place),
    ]
    if column.column in ("year", "start_year"):
        faults.append(_year_fault(series, place))
    if column.codes:
        faults.append(_code_fault(series, name, column, where, extra))
    return [fault for fault in faults if fault]


def _empty_fault(frame: pl.DataFrame, name: str, column: Column, place: str) -> TableError | None:
    empty = frame[column.column].is_null()
    if column.role == "note" or not empty.any():
        return None
    if column.role in ("value", "signed") and "status" in frame.columns:
        empty = empty & ~frame["status"].is_in(MAY_BE_MISSING).fill_null(False)
        if not empty.any():
            return None
    rows = [i + 2 for i in empty.arg_true().to_list()]
    return TableError(
        f"{place}: empty in row {listed(rows)}",
        why="an empty cell is neither zero nor known",
        todo=f"fill it in, or set status to one of {', '.join(MAY_BE_MISSING)}",
    )


def _hidden_zero_fault(frame: pl.DataFrame, name: str, column: Column, place: str) -> TableError | None:
    """A hidden count that is written as zero; where a row has one number, so that the status is that number's."""
    values = [one for one in dictionary(name) if one.role == "value"]
    if column.role != "value" or len(values) > 1 or "status" not in frame.columns:
        return None
    hidden = ((frame["status"] == "suppressed") & (frame[column.column] == 0)).fill_null(False)
    if not hidden.any():
        return None
    rows = [i + 2 for i in hidden.arg_true().to_list()]
    return TableError(
        f"{place}: 0 and suppressed in row {listed(rows)}",
        why="hidden is not zero: a suppressed count exists and is not told",
        todo="leave the number empty, or set status to observed if none were counted",
    )


def _negative_fault(series: pl.Series, column: Column, place: str) -> TableError | None:
    if column.type not in NUMBERS or column.role not in ("value", "key"):
        return None
    most = 1.0 if column.unit == "share" else None
    bad = (series < 0) | ((series > most + 1e-9) if most is not None else pl.Series([False]))
    if not bad.fill_null(False).any():
        return None
    rows = [f"{series[i]:g} (row {i + 2})" for i in bad.fill_null(False).arg_true().to_list()]
    return TableError(
        f"{place}: {listed(rows)} {'outside 0 to 1' if most else 'below zero'}",
        why=f"{column.description_en[0].lower()}{column.description_en[1:]} cannot be that",
        todo="shares are written 0.25 for 25 per cent" if most else "correct the number or leave the row out",
    )


def _year_fault(series: pl.Series, place: str) -> TableError | None:
    outside = (series < YEARS[0]) | (series > YEARS[1])
    if not outside.fill_null(False).any():
        return None
    rows = [f"{series[i]} (row {i + 2})" for i in outside.arg_true().to_list()]
    return TableError(
        f"{place}: year {listed(rows)} is outside {YEARS[0]}-{YEARS[1]}",
        why="it is no year that a plan or a statistic has",
        todo="write the year with four digits",
    )


def _code_fault(series: pl.Series, name: str, column: Column, where: str, extra: Collection[str]) -> BryggaError | None:
    present = series.drop_nulls().unique().sort().to_list()
    if column.codes == "cell_status":
        allowed: set[str] = set(CELL_STATUS)
    else:
        tokens = column.codes.split("|")
        lists = [token for token in tokens if token in code_lists.CLASSIFICATIONS]
        allowed = {token for token in tokens if token not in lists} | (set(extra) if "kommun" in lists else set())
        if len(lists) == 1:
            try:
                code_lists.check_codes(present, lists[0], where=f"{where}.{column.column}", extra=allowed)
            except UnknownCodeError as error:
                return error
            return None
    unknown = [code for code in present if code not in allowed]
    if not unknown:
        return None
    return UnknownCodeError(
        f"{where}.{column.column}: {listed(unknown)} not among {', '.join(sorted(allowed))}",
        why=f"table {name} allows no other word there",
        todo="use one of these words",
    )


def _in_order(frame: pl.DataFrame, key: list[str]) -> bool:
    """Whether each row's key comes after the last: none is then repeated, at a tenth of the cost of looking for it."""
    after = pl.lit(value=False)
    for column in reversed(key):
        now, last = pl.col(column), pl.col(column).shift(1)
        after = (now > last) | ((now == last) & after)
    return bool(frame.lazy().select(after.slice(1).fill_null(value=False).all()).collect().item())


def _key_faults(frame: pl.DataFrame, name: str, where: str) -> list[BryggaError]:
    key = keys(name)
    if _in_order(frame, key):
        return []
    repeated = frame.filter(frame.select(key).is_duplicated())
    if not repeated.height:
        return []
    rows = [", ".join(str(value) for value in row) for row in repeated.select(key).unique(maintain_order=True).rows()]
    return [
        TableError(
            f"{where}: {len(rows)} key(s) stand more than once, first {rows[0]}",
            why=f"one row per {' x '.join(key)} is allowed; which of them counts cannot be guessed",
            todo="keep one row of each, or add them up",
        )
    ]
