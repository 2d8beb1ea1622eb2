"""Published files: input-output tables in the shapes people have them in, read to a `National`.

    official table     `official_input_output`, long: product_from, product_to, value, status (Eurostat)
    wide CSV           rows and columns with codes or names, label columns first: the shape of the R package iotables,
                       and what SCB's and Eurostat's tables look like when saved from a spreadsheet
    long CSV           prd_ava, prd_use, value (Eurostat's own download)
    ICIO               OECD's inter-country table, SWE_C29 as rows and columns: see `icio`

Start reading at `official_national` or `read_published`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed, raise_all
from brygga.impact.cells import Cells, read_cells
from brygga.impact.industries import divisions_of
from brygga.impact.national import National
from brygga.impact.published_codes import role_of_column, role_of_row
from brygga.impact.published_table import Grid, national_from_grid

LONG = (
    ("product_from", "product_to", "value"),
    ("prd_ava", "prd_use", "value"),
    ("prd_ava", "prd_use", "obs_value"),
    ("prod_na", "induse", "value"),
    ("prod_na", "induse", "obs_value"),
)
"""Column names of long tables: what is sold, who buys, how much."""

MOSTLY = 0.5
"""Share of a column's filled cells that are numbers, from which on it is a column of numbers."""

MOST_MATCH = 0.8
"""Share of the rows of industries whose labels must stand among the columns, for these to be matched by name."""


def official_national(table: pl.DataFrame, *, stand_in: bool = False) -> National:
    """The table `official_input_output` of a region folder, its latest year.

    Raises
    ------
    TableError when it has no industries, or no output.
    """
    year = max(table["year"].to_list())
    latest = table.filter(pl.col("year") == year).sort("product_from", "product_to")
    grid = _from_long(
        latest["product_from"].to_list(),
        latest["product_to"].to_list(),
        latest["value"].to_numpy(),
        withheld=latest.filter(pl.col("status") == "suppressed").height,
    )
    sources = sorted({str(text).split(";")[0] for text in latest["source"].drop_nulls().to_list()})
    return national_from_grid(grid, source=f"{' and '.join(sources) or 'official table'}, {year!s}", stand_in=stand_in)


def read_published(path: Path, *, source: str = "", stand_in: bool = False, jobs_unit: float = 1.0) -> National:
    """A symmetric table from a CSV file, long or wide.

    Parameters
    ----------
    path : the file; comma, semicolon or tab
    source : in words for a page; the file's name by default
    stand_in : whether it is another country's
    jobs_unit : persons per unit of its row of jobs (1000 where it is in thousands)

    Raises
    ------
    FileError, TableError, or FaultsError with all of them.
    """
    cells = read_cells(path)
    grid = _long(cells) or _wide(cells)
    return national_from_grid(grid, source=source or cells.name, stand_in=stand_in, jobs_unit=jobs_unit)


def _long(cells: Cells) -> Grid | None:
    heads = [head.casefold() for head in cells.header]
    for names in LONG:
        if all(name in heads for name in names):
            sold, bought, value = (heads.index(name) for name in names)
            values, faults = cells.numbers([value], unknown_is_fault=False)
            raise_all(cells.name, faults)
            hidden = sum(cell.casefold() in (":c", ": c", "c") for cell in cells.column(value))
            return _from_long(cells.column(sold), cells.column(bought), values[:, 0], withheld=hidden)
    return None


def _from_long(sold: Sequence[str], bought: Sequence[str], values: np.ndarray, *, withheld: int) -> Grid:
    rows, columns = tuple(dict.fromkeys(sold)), tuple(dict.fromkeys(bought))
    down = {code: at for at, code in enumerate(rows)}
    across = {code: at for at, code in enumerate(columns)}
    grid = np.full((len(rows), len(columns)), np.nan)
    grid[[down[code] for code in sold], [across[code] for code in bought]] = values
    return Grid(rows, columns, grid, {}, withheld)


def _wide(cells: Cells) -> Grid:
    first = first_number_column(cells)
    labels = [place for place in range(first) if not is_numeric(cells.column(place))]
    heads = cells.header[first:]
    values, faults = cells.numbers(range(first, len(cells.header)), unknown_is_fault=False)
    raise_all(cells.name, faults)
    texts = [cells.column(place) for place in labels]
    before = _rows_before_totals(texts)
    known = {head.casefold() for head in heads}
    same = [sum(text.casefold() in known for text in column[:before]) for column in texts]
    best = max(range(len(texts)), key=lambda at: same[at])
    if same[best] >= MOST_MATCH * before > 0:
        plain = {head.casefold(): head for head in heads}
        codes = [plain.get(text.casefold(), text) for text in texts[best]]
        return _grid(cells, codes, heads, values, texts)
    return _by_place(cells, texts, heads, values)


def _by_place(cells: Cells, texts: Sequence[Sequence[str]], heads: Sequence[str], values: np.ndarray) -> Grid:
    """Rows and columns whose labels differ: as many industries on both sides, in the same order."""
    rows = _rows_before_totals(texts)
    columns = next((at for at, head in enumerate(heads) if _ends(head)), len(heads))
    readable = [column for column in texts if all(divisions_of(text) for text in column[:rows])]
    if rows != columns or not rows or not readable:
        raise TableError(
            f"{cells.name}: {rows} industries as rows and {columns} as columns, before totals and final uses"
            + ("" if readable else f"; their codes are not read: {listed(texts[0][:rows])}"),
            why="a symmetric table has the same industries on both sides",
            todo="use codes as CPA_C29, C10-12 or 01T02 for rows, and the same for columns",
        )
    codes = list(readable[0])
    return _grid(cells, codes, [*codes[:rows], *heads[rows:]], values, texts)


def _rows_before_totals(texts: Sequence[Sequence[str]]) -> int:
    labels = list(zip(*texts, strict=True))
    return next((at for at, found in enumerate(labels) if role_of_row(*found)), len(labels))


def _ends(head: str) -> bool:
    """Whether a column is the first after the industries."""
    return bool(role_of_column(head) or role_of_row(head)) or head.casefold().startswith(
        ("final", "consumption", "p3", "export")
    )


def _grid(
    cells: Cells, codes: Sequence[str], heads: Sequence[str], values: np.ndarray, texts: Sequence[Sequence[str]]
) -> Grid:
    names = {code: tuple(found) for code, found in zip(codes, zip(*texts, strict=True), strict=True)}
    twice = sorted({code for code in codes if list(codes).count(code) > 1 and divisions_of(code)})
    if twice:
        raise TableError(
            f"{cells.name}: {listed(twice)} stands more than once",
            why="it could not be told which row is meant",
            todo="keep one row a code",
        )
    return Grid(tuple(codes), tuple(heads), values, names)


def first_number_column(cells: Cells) -> int:
    """The first column after the labels: after the last column of words."""
    words = [place for place in range(len(cells.header)) if not is_numeric(cells.column(place))]
    run = [place for place in words if place <= 8]
    if not run or run[-1] + 1 >= len(cells.header):
        raise TableError(
            f"{cells.name}: no columns of numbers after the labels",
            why="each industry that buys has a column",
            todo="check the delimiter, and that numbers have no units",
        )
    return run[-1] + 1


def is_numeric(column: Sequence[str]) -> bool:
    """Whether most of a column's filled cells are numbers."""
    filled = [cell for cell in column if cell]
    numbers = [
        cell for cell in filled if cell.replace(" ", "").lstrip("+-").replace(",", "").replace(".", "").isdigit()
    ]
    return bool(filled) and len(numbers) > MOSTLY * len(filled)
