"""Reading the open files that back-tests use: columns as text first, so that 0767 stays 0767.

Start reading at `read_columns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from brygga.core.errors import FileError, TableError, listed


def column_names(file: Path) -> list[str]:
    """The columns of a CSV or parquet file.

    Raises
    ------
    FileError when the file cannot be read.
    """
    try:
        if file.suffix == ".parquet":
            return list(pl.read_parquet_schema(file))
        return pl.read_csv(file, infer_schema=False, n_rows=1).columns
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(file, error) from error


def read_columns(file: Path, columns: Sequence[str]) -> pl.DataFrame:
    """The named columns of a CSV or parquet file, all as text.

    Raises
    ------
    FileError when the file cannot be read; TableError when a column is missing or the file has no row.
    """
    try:
        found = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(file, error) from error
    missing = [column for column in columns if column not in found.columns]
    if missing:
        raise TableError(
            f"{file.name}: no column {listed(missing)}; it has {listed(found.columns, 12)}",
            why=f"{', '.join(columns)} are needed",
            todo="rename or add the columns",
        )
    if not found.height:
        raise TableError(f"{file.name}: no rows", why="there is nothing to predict", todo="fetch the file again")
    return found.select(pl.col(column).cast(pl.String) for column in columns)


def number_column(texts: pl.Series, where: str, *, whole: bool = False) -> pl.Series:
    """A column of texts as numbers, zero or more.

    Raises
    ------
    TableError naming the cells that are empty, no numbers or below zero.
    """
    numbers = texts.cast(pl.Float64, strict=False)
    wrong = numbers.is_null() | ~numbers.is_finite().fill_null(False) | (numbers < 0).fill_null(False)
    if whole:
        wrong = wrong | (numbers != numbers.floor()).fill_null(False)
    if wrong.any():
        shown = [f"{texts[i]!r} (row {i + 2})" for i in wrong.arg_true().to_list()]
        raise TableError(
            f"{where}.{texts.name}: {listed(shown)}",
            why=f"a {'whole ' if whole else ''}number from 0 up is needed, and a hidden cell is not zero",
            todo="correct the cells, or leave the area out of all years",
        )
    return numbers.cast(pl.Int64) if whole else numbers


def _unreadable(file: Path, error: Exception) -> FileError:
    return FileError(
        f"{file} cannot be read: {str(error).splitlines()[0]}",
        why="the back-test needs it",
        todo="check the path; CSV with comma and UTF-8, or parquet",
    )
