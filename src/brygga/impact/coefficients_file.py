"""Coefficients from a file: a square table of what industries buy of each other per unit of output.

First column the industry, then one column per industry in the same order; columns buy from rows. Every fault of the
file is told in one report: cells that are no numbers, columns that add up to more than 1, names that differ between
rows and columns, a system that makes no more than it uses.

Start reading at `read_coefficients`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.impact.cells import Cells, read_cells
from brygga.impact.industry_order import label_key, repeated, same_order
from brygga.impact.leontief import OVER_ONE, Matrix, is_productive

FAR_BELOW_ZERO = -0.25
"""A negative coefficient beyond this is a fault; smaller ones come of how tables are made, and are told."""


@dataclass(frozen=True)
class Coefficients:
    """Technical coefficients as read: `matrix[i, j]` is what industry j buys of i per unit of its output."""

    industries: tuple[str, ...]
    matrix: Matrix
    warnings: tuple[str, ...] = ()


def read_coefficients(path: Path) -> Coefficients:
    """COEFFICIENTS as a square matrix of a productive system.

    Raises
    ------
    FileError, TableError, UnknownCodeError, or FaultsError with all of them.
    """
    cells = read_cells(path)
    columns, rows = cells.header[1:], tuple(cells.column(0))
    shape = _shape_faults(cells, rows, columns)
    values, faults = cells.numbers(range(1, len(cells.header)))
    raise_all(cells.name, [*shape, *faults])
    return checked(rows, values, where=cells.name, warnings=cells.warnings)


def checked(industries: Sequence[str], matrix: Matrix, *, where: str, warnings: Sequence[str] = ()) -> Coefficients:
    """A matrix of coefficients held against what coefficients can be; small negatives become warnings.

    Raises
    ------
    TableError or FaultsError: columns over 1, far negative cells, a system without multipliers.
    """
    faults, told = _size_faults(industries, matrix, where), list(warnings)
    below = np.argwhere((matrix < 0) & (matrix >= FAR_BELOW_ZERO)).tolist()
    if below:
        least = matrix[matrix >= FAR_BELOW_ZERO].min()
        where_below = listed(f"{industries[i]} -> {industries[j]}" for i, j in below)
        told.append(f"{where}: {len(below)} small negative coefficient(s), the least {least:.2g}, kept: {where_below}.")
    empty = [industries[j] for j in np.flatnonzero(~matrix.any(axis=0)).tolist()]
    if empty:
        told.append(f"{where}: {len(empty)} industry(ies) buy nothing: {listed(empty)}.")
    if not faults and not is_productive(matrix):
        faults.append(_unproductive(industries, matrix, where))
    raise_all(where, faults)
    return Coefficients(tuple(industries), matrix, tuple(told))


def _shape_faults(cells: Cells, rows: Sequence[str], columns: Sequence[str]) -> list[BryggaError]:
    if len(cells.header) < 2 or not rows:
        return [
            TableError(
                f"{cells.name} has {len(rows)} row(s) and {len(cells.header)} column(s)",
                why="coefficients are a square table with a name before each row",
                todo="first column the industry, then one column per industry in the same order",
            )
        ]
    faults: list[BryggaError] = []
    nameless = [str(line) for line, row in zip(cells.lines, rows, strict=True) if not row]
    if nameless or not all(columns):
        faults.append(
            TableError(
                f"{cells.name}: {'row ' + listed(nameless) if nameless else 'a column'} without an industry",
                why="every row and column needs a name",
                todo="fill it in, or take the row or column away",
            )
        )
    if len(rows) != len(columns):
        alone = [one for one in rows if label_key(one) not in set(map(label_key, columns))]
        alone += [one for one in columns if label_key(one) not in set(map(label_key, rows))]
        faults.append(
            TableError(
                f"{cells.name} is not square: {len(rows)} rows and {len(columns)} columns"
                + (f"; only on one side: {listed(alone)}" if alone else ""),
                why="every industry both sells (its row) and buys (its column)",
                todo="take away totals, value added and final use, or add what is missing",
            )
        )
        return [*faults, *repeated(rows, f"{cells.name}, rows"), *repeated(columns, f"{cells.name}, columns")]
    twice = repeated(rows, f"{cells.name}, rows")
    return [*faults, *twice, *same_order(columns, rows, where=f"{cells.name}, columns", beside="its rows")]


def _size_faults(industries: Sequence[str], matrix: Matrix, where: str) -> list[BryggaError]:
    sums = matrix.sum(axis=0)
    faults: list[BryggaError] = []
    over = [f"{industries[j]} {sums[j]:.6g}" for j in np.flatnonzero(sums > 1 + OVER_ONE).tolist()]
    if over:
        faults.append(
            TableError(
                f"{where}: {len(over)} column(s) add up to more than 1: {listed(over)}",
                why="an industry would buy for more than it sells, before any wages",
                todo="check that columns buy from rows (not the other way), and that cells are purchases per unit of "
                "output, not money or percent",
            )
        )
    far = [f"{industries[i]} -> {industries[j]} {matrix[i, j]:.3g}" for i, j in np.argwhere(matrix < FAR_BELOW_ZERO)]
    if far:
        faults.append(
            TableError(
                f"{where}: {len(far)} cell(s) far below zero: {listed(far)}",
                why="nobody buys less than nothing",
                todo="check the signs; small negatives left by how tables are made are accepted and told",
            )
        )
    return faults


def _unproductive(industries: Sequence[str], matrix: Matrix, where: str) -> TableError:
    full = [industries[j] for j in np.flatnonzero(matrix.sum(axis=0) > 1 - 1e-6).tolist()]
    return TableError(
        f"{where}: the system is singular: the industries buy at least as much as they make"
        + (f"; nothing is left over in {listed(full)}" if full else ""),
        why="every sale would set off an endless chain, and no multiplier exists",
        todo="check that output includes all sales, and that households are not closed into the table twice",
    )
