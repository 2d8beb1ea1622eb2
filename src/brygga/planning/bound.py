"""A proven lower bound on every plan's objective, from the prices of the limits.

The small linear form (`model.small_form`) is solved for its prices only. Whatever state the solver ended in, the
bound is then computed here, in closed form:

    prices . limits + sum over columns of the least each can be worth at its reduced cost

A start's least is taken over whole classes. Any prices of the right sign give a valid bound, so
neither a time limit nor a badly solved programme can make it wrong, only weak.

Start reading at `linear_bound`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import polars as pl

from brygga.planning.model import Core, core_of, last_class, small_form
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, make_solver

INTERIOR = range(50_000, 200_000)
"""With so many columns the interior-point method HiPO is tried first (63,000: 9 CPU-s, simplex 3 to 19); with more it
takes more memory and time than samples of groups (`sampled.py`)."""
ENOUGH = {
    "ipm_optimality_tolerance": 1e-4,
    "primal_feasibility_tolerance": 1e-5,
    "dual_feasibility_tolerance": 1e-6,
}
"""How near prices of the interior-point method need be: they cost 2e-6 of the bound."""
FAR_OFF = 1e-3
"""Prices of the interior-point method that prove less than its own value by this share are not used: after presolve
its row prices may be of no use although the value is right (seen: -64,815 proven where 54,958 was found)."""
SAFETY = 1e-9
"""The bound gives away this share of itself against rounding."""


@dataclass(frozen=True)
class Linear:
    """A proven bound and the prices it rests on.

    `value`: no plan has a lower objective. `prices`: limit, name, year, price (person-years per unit of the limit).
    `duals`: price of each row of `core`, at most zero where the row limits from above. `how`: the method that
    found them.
    """

    value: float
    prices: pl.DataFrame
    duals: Numbers
    core: Core
    how: str


def linear_bound(
    problem: Problem,
    *,
    weights: Numbers | None = None,
    seconds: float = INFINITE,
    stop: Callable[[], bool] | None = None,
) -> Linear:
    """The bound of the linear relaxation of `problem`, in closed form.

    Parameters
    ----------
    weights : of the draws in order of their names; equal without
    seconds : after which the prices found so far are used
    stop : asked now and then; True ends the search for prices
    """
    core = core_of(problem, weights=weights)
    return linear_of(core, *_row_duals(core, seconds, stop))


def linear_of(core: Core, duals: Numbers, how: str) -> Linear:
    """What these prices of the rows of `core` prove, or no prices at all where that is more."""
    priced = Priced(core)
    duals = priced.signed(duals)
    limits = core.limits.frame
    prices = limits.select("limit", "name", "year").with_columns(price=pl.Series(0.0 - duals[limits["row"].to_numpy()]))
    return Linear(max(priced.value(duals), priced.value(np.zeros_like(duals))), prices, duals, core, how)


def _row_duals(core: Core, seconds: float, stop: Callable[[], bool] | None) -> tuple[Numbers, str]:
    """Row prices of the small form, by the first method whose prices prove what it says it found."""
    program, _ = small_form(core)
    priced = Priced(core)
    lp = program.to_highs(relaxed=True)
    height = core.program.height
    methods = ["hipo", "simplex"] if lp.num_col_ in INTERIOR else ["simplex"]
    until = time.perf_counter() + seconds
    for method in methods:
        left = until - time.perf_counter()
        if left <= 0:
            break
        solver = make_solver(time_limit=left)
        given = solver.setOptionValue("solver", method) == highspy.HighsStatus.kOk
        if not given:
            continue
        if method == "hipo":
            solver.setOptionValue("run_crossover", "off")
            solver.setOptionValue("hipo_system", "normaleq")
            for name, tolerance in ENOUGH.items():
                solver.setOptionValue(name, tolerance)
        listen(solver, stop)
        solver.passModel(lp)
        if solver.run() == highspy.HighsStatus.kError:
            continue
        duals = np.asarray(solver.getSolution().row_dual)[:height]
        if len(duals) != height or not np.isfinite(duals).all() or not duals.any():
            continue
        found = solver.getInfo().objective_function_value
        if method == "simplex" or priced.value(priced.signed(duals)) >= found - FAR_OFF * abs(found):
            return duals, method
    return np.zeros(height), "none"


def listen(solver: highspy.Highs, stop: Callable[[], bool] | None) -> None:
    """Let `stop` end a run of `solver` at its next pause."""
    if stop is None:
        return

    def ask(event: highspy.highs.HighsCallbackEvent) -> None:
        if stop():
            event.interrupt()

    for pause in (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt):
        pause.subscribe(ask)


class Priced:
    """Closed-form bounds of one `Core` at any prices of its rows."""

    def __init__(self, core: Core) -> None:
        self.core = core
        columns, rows = core.program.column_values(), core.program.row_values()
        self.cost, self.upper = columns[0], columns[2]
        self.row_lower, self.row_upper = rows
        self.entry_row, self.entry_column, self.entry_value = core.program.triplets()
        self.use_row, self.use_start, self.per_class, self.per_seat = core.uses.arrays()
        weight = core.problem.settings.cost_weight
        self.class_cost, self.seat_cost = weight * core.starts.cost_class, weight * core.starts.cost_seat
        self.steps = core.limits.steps["column"].to_numpy()
        new = core.limits.steps.select(pl.struct("guidance", "year").rle_id().alias("of"))["of"]
        self.step_of = new.to_numpy().astype(np.int64)

    def signed(self, duals: Numbers) -> Numbers:
        """`duals` clipped to the sign their rows allow, and zero where a row has no limit on that side."""
        signed = np.where(np.isfinite(self.row_lower), duals, np.minimum(duals, 0.0))
        signed = np.where(np.isfinite(self.row_upper), signed, np.maximum(signed, 0.0))
        signed[self.core.limits.chains] = 0.0
        return signed

    def limits_worth(self, duals: Numbers) -> Numbers:
        """Price times limit of every row."""
        return np.where(duals > 0, duals, 0.0) * _finite(self.row_lower) + np.where(duals < 0, duals, 0.0) * _finite(
            self.row_upper
        )

    def reduced(self, duals: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Reduced costs of the columns of `core`, and of a class and a seat of each start."""
        count = self.core.starts.count
        price = np.bincount(self.entry_column, duals[self.entry_row] * self.entry_value, len(self.cost))
        at = duals[self.use_row]
        classes = np.bincount(self.use_start, at * self.per_class, count)
        seats = np.bincount(self.use_start, at * self.per_seat, count)
        return self.cost - price, self.class_cost - classes, self.seat_cost - seats

    def start_values(self, classes: Numbers, seats: Numbers) -> Numbers:
        """The least each start can be worth at these reduced costs of a class and a seat, over whole classes."""
        starts = self.core.starts
        filled, _ = last_class(starts)
        least = np.full(starts.count, np.inf)
        for number in (starts.least, filled, filled + 1, starts.classes):
            chosen = np.clip(number, starts.least, np.maximum(starts.classes, starts.least))
            most = np.minimum(chosen * starts.class_max, np.maximum(starts.seats, chosen * starts.class_min))
            value = chosen * classes + np.where(seats < 0, seats * most, seats * chosen * starts.class_min)
            least = np.minimum(least, value)
        return least

    def column_values(self, reduced: Numbers) -> Numbers:
        """The least each column of `core` can be worth; of guidance the first step carries the best number of steps."""
        values: Numbers = np.minimum(0.0, reduced) * self.upper
        if len(self.steps):
            values[self.steps] = _best_steps(reduced[self.steps], self.step_of)
        return values

    def value(self, duals: Numbers) -> float:
        """The proven bound at these prices, which must be `signed`."""
        columns, classes, seats = self.reduced(duals)
        parts = (self.limits_worth(duals), self.column_values(columns), self.start_values(classes, seats))
        value = self.core.program.offset + sum(float(part.sum()) for part in parts)
        size = sum(float(np.abs(part).sum()) for part in parts)
        return value - SAFETY * min(size, abs(value) + 1.0) if np.isfinite(value) else -INFINITE


def _finite(limits: Numbers) -> Numbers:
    return np.where(np.isfinite(limits), limits, 0.0)


def _best_steps(reduced: Numbers, of: Places) -> Numbers:
    """For steps bought in order: the least sum of the first ones, at the first step of each guidance and year."""
    values, run, best, first = np.zeros(len(reduced)), 0.0, 0.0, 0
    for at in range(len(reduced)):
        if at == 0 or of[at] != of[at - 1]:
            run, best, first = 0.0, 0.0, at
        run += reduced[at]
        best = min(best, run)
        values[first] = best
    return values
