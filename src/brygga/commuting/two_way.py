"""Two-way fits: effects of rows and of columns whose weighted sums are given, without solving large equations.

Products of a matrix and a vector are taken row by row, so that no number depends on how many threads
or other vectors take part.

Start reading at `column_effects`.
"""

from __future__ import annotations

import numpy as np

from brygga.core.grids import Floats

FEW = 64
"""Zones up to which equations are solved outright."""

MOST_GRADIENTS = 400
SOLVED = 1e-5
"""How exactly equations of more zones are solved, relative to their right side."""


def product(matrix: Floats, vectors: Floats) -> Floats:
    """Each row of a contiguous matrix times each vector: vector x row.

    Examples
    --------
    >>> product(np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[1.0, 1.0]])).tolist()
    [[3.0, 3.0]]
    """
    return np.asarray(np.vecdot(matrix, vectors[:, None, :]), dtype=np.float64)


def over(above: Floats, below: Floats) -> Floats:
    """Above over below; zero where below is."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def column_effects(weight: Floats, turned: Floats, row_sums: Floats, column_sums: Floats, right: Floats) -> Floats:
    """Effects b of columns, once those of rows are eliminated, for each right side: target x column.

        column_sums b - weight' ((weight b) / row_sums) = right

    Parameters
    ----------
    weight : row x column, zero or more
    turned : the same, column x row and contiguous
    row_sums, column_sums : its sums
    right : target x column; each target sums to zero, as b is known but for a constant

    Returns
    -------
    b, solved outright for few columns and to 1e-5 of `right` for many (by conjugate gradients).

    Examples
    --------
    >>> weight = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> b = column_effects(weight, weight.T.copy(), weight.sum(1), weight.sum(0), np.array([[2.0, -2.0]]))
    >>> round(float(b[0, 0] - b[0, 1]), 6)
    1.5
    """
    if len(column_sums) <= FEW:
        return _outright(weight, row_sums, column_sums, right)
    per_row, per_column = (over(np.ones_like(sums), sums) for sums in (row_sums, column_sums))
    b, left = np.zeros_like(right), right - right.sum(1, keepdims=True) * (column_sums / column_sums.sum())
    enough = SOLVED * np.sqrt((right * right * per_column).sum(1)) + 1e-300
    toward = left * per_column
    power = (left * toward).sum(1)
    for _ in range(MOST_GRADIENTS):
        if (np.sqrt(power) <= enough).all():
            break
        ahead = toward * column_sums - product(turned, product(weight, toward) * per_row)
        bend = (toward * ahead).sum(1)
        length = np.divide(power, bend, out=np.zeros_like(bend), where=bend > 0)[:, None]
        b += length * toward
        left -= length * ahead
        eased = left * per_column
        power, before = (left * eased).sum(1), power
        toward = eased + (power / np.maximum(before, 1e-300))[:, None] * toward
    return b


def _outright(weight: Floats, row_sums: Floats, column_sums: Floats, right: Floats) -> Floats:
    rooted = weight / np.sqrt(np.where(row_sums > 0, row_sums, 1.0))[:, None]
    slope = np.diag(np.where(column_sums > 0, column_sums * (1 + 1e-13), 1.0)) - rooted.T @ rooted
    slope += np.outer(column_sums, column_sums) / column_sums.sum()
    return np.asarray(np.linalg.solve(slope, right.T).T)
