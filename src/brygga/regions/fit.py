"""Iterative proportional fitting: make a table meet its margins and change as little else as possible.

    fitted[c] = seed[c] * product of one factor per margin that c belongs to

The factors are found by scaling one margin after the other. Cells that are zero in the
seed stay zero; totals of margins must agree.

Start reading at `ipf`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import InfeasibleError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Margin:
    """Which class each cell belongs to (-1: none), and what each class must sum to."""

    name: str
    member: NDArray[np.int64]
    total: Floats


def ipf(seed: Floats, margins: Sequence[Margin], *, tolerance: float = 1e-9, rounds: int = 5000) -> Floats:
    """Cells as close to `seed` as the margins allow.

    Parameters
    ----------
    seed : one number a cell, zero or more
    margins : each names the class of every cell and the sum of every class
    tolerance : largest relative miss of any margin

    Raises
    ------
    InfeasibleError when a margin has no cell to fill, or the margins cannot all hold.

    Examples
    --------
    >>> rows = Margin("rows", np.array([0, 0, 1, 1]), np.array([3.0, 7.0]))
    >>> columns = Margin("columns", np.array([0, 1, 0, 1]), np.array([4.0, 6.0]))
    >>> ipf(np.ones(4), [rows, columns]).round(6).tolist()
    [1.2, 1.8, 2.8, 4.2]
    """
    cells = seed.astype(np.float64).copy()
    for margin in margins:
        _check(cells, margin)
    for _ in range(rounds):
        for margin in margins:
            inside = margin.member >= 0
            cells[inside] *= _factors(cells, margin)[margin.member[inside]]
        if max(miss(cells, margin) for margin in margins) < tolerance:
            return cells
    worst = max(margins, key=lambda margin: miss(cells, margin))
    raise InfeasibleError(
        f"margin {worst.name} misses by {miss(cells, worst):.2g} after {rounds} rounds",
        why="the margins contradict each other, or zeros in the seed block them",
        todo="compare the totals of the margins and the cells that are zero",
    )


def miss(cells: Floats, margin: Margin) -> float:
    """The largest relative distance between a class's sum and what it must be."""
    wanted = margin.total
    return float(np.max(np.abs(_sums(cells, margin) - wanted) / np.maximum(wanted, 1e-12) * (wanted > 0)))


def _sums(cells: Floats, margin: Margin) -> Floats:
    inside = margin.member >= 0
    return np.bincount(margin.member[inside], cells[inside], minlength=len(margin.total)).astype(np.float64)


def _factors(cells: Floats, margin: Margin) -> Floats:
    sums = _sums(cells, margin)
    return np.divide(margin.total, sums, out=np.ones_like(sums), where=sums > 0)


def _check(cells: Floats, margin: Margin) -> None:
    empty = np.flatnonzero((_sums(cells, margin) == 0) & (margin.total > 0))
    if empty.size:
        raise InfeasibleError(
            f"margin {margin.name}: class {empty[0]} must be {margin.total[empty[0]]:g} but all its cells are zero",
            why="zero times anything is zero",
            todo="give one of its cells a seed above zero",
        )
