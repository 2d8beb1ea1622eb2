"""One table of people, births or deaths: its rows as far as they are understood, and every fault of it.

A fault never hides another: rows that are not understood are named and left out, the rest is looked at further.

Start reading at `tidy`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.grids import Floats, to_array
from brygga.core.sums import total

SEX_WORDS = {
    "men": ("males", "male", "men", "man", "män", "m"),
    "women": ("females", "female", "women", "woman", "kvinnor", "kvinna", "f", "w", "k"),
}
UNKNOWN_AGES = ("no information", "unknown", "uppgift saknas", "okänd")
UNKNOWN = -1
KEY = ("region", "sex", "age", "year")


@dataclass(frozen=True)
class Tidy:
    """A table as it was understood.

    Parameters
    ----------
    rows : region, sex (men, women), age (whole; -1 unknown), year, n
    name : what the user calls it
    left_out : rows that were not understood, each named in a fault
    """

    rows: pl.DataFrame
    name: str
    left_out: int

    @property
    def usable(self) -> bool:
        """Whether anything was understood."""
        return self.rows.height > 0


def tidy(frame: pl.DataFrame, value: str, name: str, faults: list[BryggaError], *, until: int | None = None) -> Tidy:
    """A table's understood rows; its faults are added to `faults`.

    Parameters
    ----------
    frame : `age, sex, region, year` and `value`
    value : the column of counts
    name : what the user calls the table
    until : rows of later years are not looked at
    """
    needed = ["age", "sex", "region", "year", value]
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        why = f"it is read by the columns {', '.join(needed)}"
        has = listed(frame.columns, 12)
        faults.append(TableError(f"{name} lacks column(s) {listed(missing)}; it has {has}", why=why, todo="add them"))
    elif not frame.height:
        faults.append(TableError(f"{name} has no rows", why="there is nothing to count", todo="give the whole table"))
    if missing or not frame.height:
        return _nothing(name)
    if until is not None:
        frame = frame.filter(~_later(until))
        if not frame.height:
            why = "later years are not looked at, and of these nothing is known"
            faults.append(TableError(f"{name} has no rows up to {until}", why=why, todo="give the earlier years too"))
            return _nothing(name)
    texts = frame.select(
        pl.col("age", "sex", "region").cast(pl.String).str.strip_chars(),
        year=_whole(pl.col("year").cast(pl.Float64, strict=False)),
        n=pl.col(value).cast(pl.Float64, strict=False),
    )
    ages = {text: _age(text) for text in texts["age"].unique().drop_nulls()}
    sexes = {text: _sex(text) for text in texts["sex"].unique().drop_nulls()}
    faults += _not_understood(name, "age", ages, "23, 100+ or <15 (whole years)")
    faults += _not_understood(name, "sex", sexes, "Males and Females, or men and women")
    faults += _cell_faults(texts, value, name)
    read = texts.with_columns(
        pl.col("age").replace_strict(ages, default=None, return_dtype=pl.Int64),
        pl.col("sex").replace_strict(sexes, default=None, return_dtype=pl.String),
        pl.col("year").cast(pl.Int64),
    )
    rows = read.drop_nulls().filter(pl.col("n").is_finite())
    twice = rows.filter(rows.select(KEY).is_duplicated())
    if twice.height:
        faults.append(
            TableError(
                f"{name}: {twice.height} rows share their age, sex, region and year, first {_row(twice)}",
                why="which of them counts cannot be guessed",
                todo="keep one row of each, or add them up",
            )
        )
    return Tidy(rows, name, read.height - rows.height)


def grid(
    table: Tidy,
    rows: pl.DataFrame,
    dims: Mapping[str, Sequence[object]],
    *,
    years: Sequence[int],
    needed: Sequence[int],
    faults: list[BryggaError],
) -> Floats:
    """Counts with every needed cell filled; years that are not needed are not a number.

    Cells that are missing because their rows were not understood are no further fault.

    Parameters
    ----------
    table : where the rows come from
    rows : region, sex, age, year, n; those that share a cell are added up
    dims : labels of region, sex and age
    years, needed : all years of the array, and those that must be there
    """
    filled = np.full((*(len(labels) for labels in dims.values()), len(years)), np.nan)
    summed = rows.filter(pl.col("year").is_in(list(needed))).group_by(KEY, maintain_order=True).agg(total("n"))
    every = {**dims, "year": list(needed)}
    try:
        counted = to_array(summed, "n", every, where=table.name)
    except TableError as fault:
        absent = int(np.prod([len(labels) for labels in every.values()])) - summed.height
        if absent > table.left_out:
            faults.append(fault)
        return filled
    filled[..., [list(years).index(year) for year in needed]] = counted
    return filled


def _nothing(name: str) -> Tidy:
    return Tidy(pl.DataFrame(schema={"region": pl.String, "sex": pl.String}), name, 0)


def _later(until: int) -> pl.Expr:
    """Rows that are known to be of a later year; one whose year cannot be read is not."""
    year = pl.col("year").cast(pl.Float64, strict=False)
    return (year.is_finite() & (year > until)).fill_null(value=False)


def _whole(numbers: pl.Expr) -> pl.Expr:
    """Whole numbers; nothing where there is a part."""
    return pl.when(numbers == numbers.floor()).then(numbers)


def _age(text: str) -> int | None:
    if text.lower() in UNKNOWN_AGES:
        return UNKNOWN
    found = re.fullmatch(r"(<?)(\d{1,3})(\+?)", text)
    if not found or (found[1] and (found[3] or not int(found[2]))):
        return None
    return int(found[2]) - 1 if found[1] else int(found[2])


def _sex(text: str) -> str | None:
    return next((sex for sex, words in SEX_WORDS.items() if text.lower() in words), None)


def _not_understood(name: str, column: str, read: Mapping[str, object], example: str) -> list[BryggaError]:
    odd = sorted(text for text, meaning in read.items() if meaning is None)
    if not odd:
        return []
    return [
        TableError(
            f"{name}.{column}: {listed(repr(text) for text in odd)} not understood",
            why="people are followed by single age and sex",
            todo=f"write {example}",
        )
    ]


def _cell_faults(texts: pl.DataFrame, value: str, name: str) -> list[BryggaError]:
    """Cells that are empty, no numbers or below zero."""
    faults: list[BryggaError] = []
    empty = texts.filter(pl.any_horizontal(pl.all().is_null()) | ~pl.col("n").is_finite())
    if empty.height:
        faults.append(
            TableError(
                f"{name}: {empty.height} row(s) with an empty cell or no number, first {_row(empty)}",
                why="a hidden or unknown count is not zero",
                todo="write the count, or use a coarser region",
            )
        )
    negative = texts.filter(pl.col("n") < 0)
    if negative.height:
        faults.append(
            TableError(
                f"{name}.{value}: {negative.height} below zero, first {_row(negative)}",
                why="a count cannot be negative",
                todo="correct the number",
            )
        )
    return faults


def _row(rows: pl.DataFrame) -> str:
    first = rows.sort("region", "year", "sex", "age", "n").row(0, named=True)
    year = None if first["year"] is None else f"{first['year']:g}"
    return ", ".join(str(value) for value in (first["region"], first["sex"], first["age"], year, first["n"]))
