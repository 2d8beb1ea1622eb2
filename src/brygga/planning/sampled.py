"""Prices of the shared limits where the linear programme is too large to solve: from samples of its groups.

Groups of occupations compete for rooms, applicants and money only (`pricing.py`). A sample of every k-th group
with a k-th of every shared limit is a linear programme of a k-th of the size, with nearly the same prices.
Their mean over all samples is tried: each group alone, at these prices, gives the prices of its own
rows. Then the shared prices move towards what the groups would take too much of. Every try is a
proven bound, by the closed form.

Start reading at `sampled_duals`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from brygga.planning.bound import Priced, listen
from brygga.planning.model import Core, small_form
from brygga.planning.pricing import parts_of
from brygga.planning.program import Matrix, Numbers, Places, by_column, highs_of, make_solver

SAMPLE = 45_000
"""About so many columns a sample has: some seconds by the simplex method."""
TRIES, FIXED_TRIES = 40, 5
"""Tries of prices at most, and where the amount of work is fixed."""
LITTLE = 1e-4
"""The tries end when the last few of them have won less than this share of the bound."""
FEW = 4
STEP, SHORTER, LONGER = 1.0, 0.5, 1.1
"""The first step as a share of the distance to the target that the rule of Polyak takes, and how it is changed."""
NEAR, FAR, PART = 1e-4, 0.02, 0.3
"""The distance to the target: a part of that to the best plan, as shares of the bound at least and at most."""
Tell = Callable[[float], None]


@dataclass(frozen=True)
class Tried:
    """Prices of every row, the bound they prove, and what the groups take of the shared rows at these prices."""

    duals: Numbers
    bound: float
    used: Numbers


class Pieces:
    """The small linear form by groups: samples of it, and each group at prices of the rows they share."""

    def __init__(self, core: Core) -> None:
        self.core, self.priced = core, Priced(core)
        program, of = small_form(core)
        of_start, of_column, shared = parts_of(core, program.height)
        self.group = np.concatenate([of_column, of_start[of]])
        self.columns, self.rows = program.column_values(), program.row_values()
        self.matrix: Matrix = by_column(*program.triplets(), program.width)
        self.count = int(self.group.max(initial=-1)) + 1
        height = core.program.height
        self.shared = np.flatnonzero(shared[:height])
        self.is_shared = shared
        order = np.argsort(self.group, kind="stable")
        ends = np.searchsorted(self.group[order], np.arange(self.count + 1))
        self.members = [order[ends[at] : ends[at + 1]] for at in range(self.count)]

    def sample(self, groups: Places, stop: Callable[[], bool]) -> Numbers | None:
        """Prices of the shared rows by some groups with their part of every limit; None when it was stopped."""
        part = len(groups) / self.count
        members = np.concatenate([self.members[group] for group in groups])
        rows, lp = self._programme(members, self.columns[0, members], part)
        solver = _solved(lp, stop)
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        duals = np.zeros(len(self.is_shared))
        duals[rows] = np.asarray(solver.getSolution().row_dual)
        return duals[self.shared]

    def at(self, prices: Numbers, stop: Callable[[], bool]) -> Tried | None:
        """Every group alone at these `prices` of the shared rows; None when it was stopped."""
        height = self.core.program.height
        whole = np.zeros(len(self.is_shared))
        whole[self.shared] = prices
        duals, values = whole.copy(), np.zeros(self.columns.shape[1])
        start, row, value = self.matrix
        priced = np.add.reduceat(np.append(whole[row] * value, 0.0), start[:-1]) * (np.diff(start) > 0)
        cost = self.columns[0] - priced
        for members in self.members:
            if stop():
                return None
            rows, lp = self._programme(members, cost[members], None)
            solution = _solved(lp, stop).getSolution()
            duals[rows] = np.asarray(solution.row_dual)
            values[members] = np.asarray(solution.col_value)
        column = np.repeat(np.arange(len(values)), np.diff(start))
        used = np.bincount(row, values[column] * value, len(whole)).astype(float)[self.shared]
        signed = self.priced.signed(duals[:height])
        return Tried(signed, self.priced.value(signed), used)

    def _programme(self, members: Places, cost: Numbers, part: float | None) -> tuple[Places, highspy.HighsLp]:
        """The rows and the programme of some columns; shared rows with a part of their limits, or left out."""
        start, row, value = self.matrix
        count = start[members + 1] - start[members]
        at = np.repeat(start[members] - (np.cumsum(count) - count), count) + np.arange(count.sum())
        column, row, value = np.repeat(np.arange(len(members)), count), row[at], value[at]
        if part is None:
            own = ~self.is_shared[row]
            column, row, value = column[own], row[own], value[own]
        rows, place = np.unique(row, return_inverse=True)
        limits = self.rows[:, rows].copy()
        if part is not None:
            limits[:, self.is_shared[rows]] *= part
        columns = self.columns[:, members].copy()
        columns[0] = cost
        matrix = by_column(place.astype(np.int32), column.astype(np.int32), value, len(members))
        return rows, highs_of(columns, limits, matrix, relaxed=True)


def sampled_duals(
    core: Core, *, stop: Callable[[], bool], tell: Tell, target: Callable[[], float], tries: int = TRIES
) -> Numbers:
    """Prices of every row of `core`; each better bound is told at once.

    Parameters
    ----------
    stop : asked between groups; True ends it
    tell : called with every better proven bound
    target : the best plan's objective so far
    tries : of prices, at most
    """
    pieces = Pieces(core)
    if not pieces.count:
        return np.zeros(core.program.height)
    samples = max(1, -(-pieces.columns.shape[1] // SAMPLE))
    found = []
    for first in range(min(samples, pieces.count)):
        prices = pieces.sample(np.arange(first, pieces.count, samples), stop)
        if prices is None:
            break
        found.append(prices)
    best = Tried(np.zeros(core.program.height), -np.inf, np.zeros(len(pieces.shared)))
    if not found:
        return best.duals
    prices, step, bounds = np.mean(found, axis=0), STEP, []
    for _ in range(tries):
        tried = None if stop() else pieces.at(prices, stop)
        if tried is None:
            break
        won = tried.bound > best.bound
        step *= LONGER if won else SHORTER
        if won:
            best = tried
            tell(best.bound)
        bounds.append(best.bound)
        if len(bounds) > FEW and bounds[-1] - bounds[-1 - FEW] < LITTLE * abs(best.bound):
            break
        moved = _moved(pieces, best, step, target())
        if moved is None:
            break
        prices = moved
    return best.duals


def _moved(pieces: Pieces, best: Tried, step: float, target: float) -> Numbers | None:
    """Prices after a step towards what is taken too much of; None when every shared row is kept to."""
    now, limit = best.duals[pieces.shared], pieces.rows[1, pieces.shared]
    over = best.used - np.where(np.isfinite(limit), limit, 0.0)
    over[(over < 0) & (now == 0)] = 0.0
    length = float(over @ over)
    if length == 0.0:
        return None
    size = abs(best.bound)
    distance = max(NEAR * size, PART * (min(target, best.bound + FAR * size) - best.bound))
    low, high = _signs(pieces)
    return np.asarray(np.clip(now - step * distance / length * over, low, high))


def _signs(pieces: Pieces) -> tuple[Numbers, Numbers]:
    """Least and most price a shared row may have: none above zero where only a most is set."""
    low, high = pieces.rows[0, pieces.shared], pieces.rows[1, pieces.shared]
    return np.where(np.isfinite(high), -np.inf, 0.0), np.where(np.isfinite(low), np.inf, 0.0)


def _solved(lp: highspy.HighsLp, stop: Callable[[], bool]) -> highspy.Highs:
    solver = make_solver()
    solver.setOptionValue("solver", "simplex")
    listen(solver, stop)
    solver.passModel(lp)
    solver.run()
    return solver
