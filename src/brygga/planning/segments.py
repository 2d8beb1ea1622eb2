"""The stock of a cell and year on its convex line, and the rows that look at it: floors and the worst draws.

    stock = filled + over - lost

`filled` runs up to the need and each post in it saves the cell's worth; `over` is surplus; `lost`
is what drains take from an empty stock. With draws `filled` has one segment between each two needs
next to each other in size, worth less and less: the mean over draws takes one row and no copies.

Start reading at `add_segments`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.planning.needs import Needs
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, Program

SHORTEST = 1e-9
"""A segment shorter than this many posts is left out."""


@dataclass(frozen=True)
class Balance:
    """Cell, year and row of every balance of stock, and the row by cell and year (`at`, -1 for none)."""

    cell: Places
    year: Places
    rows: Places
    at: Places

    def following(self) -> Places:
        """The row of the same cell a year later, -1 where there is none."""
        last = self.at.shape[1] - 1
        return np.where(self.year < last, self.at[self.cell, np.minimum(self.year + 1, last)], -1)


@dataclass(frozen=True)
class Segments:
    """Columns of filled posts (with row, end and share of draws short beyond), surplus and lost posts."""

    filled: Places
    filled_row: Places
    end: Numbers
    met: Numbers
    over: Places
    over_row: Places
    lost: Places
    lost_row: Places
    worth: Numbers


def add_segments(
    program: Program, problem: Problem, needs: Needs, balance: Balance, most: Numbers, lowest: Numbers, *, limited: bool
) -> Segments:
    """Columns of each cell and year's stock, entered in its balance row and the next year's.

    Parameters
    ----------
    most, lowest : the largest stock and the most drained posts of each balance row, persons
    limited : give every column a finite upper limit
    """
    settings, cell = problem.settings, balance.cell
    need = needs.persons[:, cell, balance.year].T
    order = np.argsort(need, axis=1, kind="stable")
    ends = np.take_along_axis(need, order, axis=1)
    lengths = np.diff(ends, axis=1, prepend=0.0)
    weights = needs.weights[order]
    total = weights.sum(axis=1, keepdims=True)
    below = np.cumsum(weights, axis=1) - weights
    worth = needs.worth[cell % needs.names.width, balance.year]
    slope = worth[:, None] * (settings.surplus_weight * below - (total - below))
    met = 1.0 - np.arange(need.shape[1]) / need.shape[1]
    index, place = np.nonzero(lengths > SHORTEST)
    filled = program.columns(len(index), cost=slope[index, place], upper=lengths[index, place])
    spare = np.maximum(0.0, most - ends[:, -1])
    can = np.flatnonzero(spare > 0) if limited else np.arange(len(cell))
    price = worth * settings.surplus_weight * total[:, 0]
    over = program.columns(len(can), cost=price[can], upper=spare[can] if limited else INFINITE)
    out = np.flatnonzero(lowest > 0)
    lost = program.columns(len(out), cost=(worth * total[:, 0])[out], upper=lowest[out] if limited else INFINITE)
    columns, of = np.concatenate([filled, over, lost]), np.concatenate([index, can, out])
    sign = np.concatenate([np.ones(len(filled) + len(over)), -np.ones(len(lost))])
    program.entries(balance.rows[of], columns, sign)
    following = balance.following()[of]
    goes_on = following >= 0
    program.entries(following[goes_on], columns[goes_on], -settings.stay * sign[goes_on])
    return Segments(filled, index, ends[index, place], met[place], over, can, lost, out, worth)


def add_floors(program: Program, problem: Problem, needs: Needs, balance: Balance, segments: Segments) -> pl.DataFrame:
    """Rows that keep the promised share of each municipality's need met, persons unweighted."""
    given = problem.floors
    municipality, year = needs.names.municipality(given), given["year"].to_numpy() - needs.names.first
    mean = needs.persons.mean(axis=0).reshape(-1, needs.names.width, needs.names.length).sum(axis=1)
    inside = (municipality >= 0) & (year >= 0) & (year < needs.names.length)
    least = np.where(inside, mean[municipality, np.clip(year, 0, needs.names.length - 1)], 0.0)
    least = least * given["share"].to_numpy()
    rows = program.rows(given.height, lower=least)
    where = np.full((len(needs.names.municipalities), needs.names.length), -1)
    where[municipality[inside], year[inside]] = rows[inside]
    row = where[balance.cell // needs.names.width, balance.year]
    for columns, of, amount in (
        (segments.filled, segments.filled_row, segments.met),
        (segments.lost, segments.lost_row, np.full(len(segments.lost), -1.0)),
    ):
        asked = row[of] >= 0
        program.entries(row[of][asked], columns[asked], amount[asked])
    return given.with_columns(at_least=pl.Series(least), row=pl.Series(rows, dtype=pl.Int64))


def add_tail(
    program: Program, extra: float, needs: Needs, balance: Balance, segments: Segments, tail: tuple[float, float]
) -> int:
    """The mean loss of the worst draws: a level, what each draw lies above it, and each draw's loss as a row.

    `extra`: weight of surplus. `tail`: weight and level. Returns how many columns were added.
    """
    weight, level = tail
    draws = len(needs.persons)
    base = program.columns(1, cost=weight, upper=INFINITE)
    above = program.columns(draws, cost=weight / ((1 - level) * draws))
    rows = program.rows(draws, upper=-needs.losses)
    program.entries(rows, base, -1.0)
    program.entries(rows, above, -1.0)
    for draw, row in enumerate(rows):
        need = needs.persons[draw, balance.cell, balance.year]
        worth, seg_need = segments.worth[segments.filled_row], need[segments.filled_row]
        short = segments.end <= seg_need + SHORTEST
        program.entries(row, segments.filled, np.where(short, -worth, extra * worth))
        program.entries(row, segments.over, extra * segments.worth[segments.over_row])
        program.entries(row, segments.lost, segments.worth[segments.lost_row])
    return 1 + draws
