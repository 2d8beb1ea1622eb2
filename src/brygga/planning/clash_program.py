"""The programme in which every limit may give, for `clash.py`.

Without floors only the starts that pins ask for and the limits on them matter; with floors also the
completers who can come to the municipalities that have one.

Start reading at `elastic`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np
import polars as pl

from brygga.planning.alone import draws_with
from brygga.planning.model import add_decisions, build
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, Program, make_solver

Status = highspy.HighsModelStatus
NO_PLAN = (Status.kInfeasible, Status.kUnboundedOrInfeasible)
TEN = 10.0
LEAST_SECONDS = 0.2


@dataclass(frozen=True)
class Elastic:
    """The programme with a column of extra room per limit and of lacking persons per floor.

    `limits`: limit, name, year, at_most, unit, row. `pins`: measure, site, year, least, row. `floors`: municipality,
    year, share, at_least, row. `prices`: of one unit more of each limit.
    """

    program: Program
    limits: pl.DataFrame
    pins: pl.DataFrame
    floors: pl.DataFrame
    prices: Numbers
    extra: Places
    lacking: Places
    until: float

    @property
    def wishes(self) -> int:
        """Pins from below and floors."""
        return self.pins.height + self.floors.height

    def is_late(self) -> bool:
        """Whether the time for all searches is over."""
        return time.perf_counter() > self.until

    def cheapest(self, may_give: np.ndarray) -> tuple[Numbers | None, bool]:
        """Extra room of each limit in the cheapest relaxation where only some may give, and whether that is proven.

        None when nothing helps.
        """

        def change(cost: Numbers, upper: Numbers, lower: Numbers) -> None:
            cost[self.extra] = self.prices
            upper[self.extra] = np.where(may_give, INFINITE, 0.0)
            upper[self.lacking] = 0.0

        values, status = self._solved(change)
        return (None if values is None else values[self.extra]), status == Status.kOptimal

    def lacking_floors(self) -> Numbers | None:
        """Persons that each floor lacks at least when every limit may give; None when no plan holds the pins."""

        def change(cost: Numbers, upper: Numbers, lower: Numbers) -> None:
            cost[self.lacking] = 1.0

        values, status = self._solved(change)
        return values[self.lacking] if values is not None and status == Status.kOptimal else None

    def is_infeasible(self, kept: np.ndarray) -> bool:
        """Whether the wishes that are kept clash with the limits as they stand (proven)."""
        rows = np.concatenate([self.pins["row"].to_numpy(), self.floors["row"].to_numpy()])

        def change(cost: Numbers, upper: Numbers, lower: Numbers) -> None:
            upper[self.extra] = 0.0
            upper[self.lacking] = 0.0
            lower[rows[~kept]] = -INFINITE

        return self._solved(change)[1] in NO_PLAN

    def _solved(
        self, change: Callable[[Numbers, Numbers, Numbers], None]
    ) -> tuple[Numbers | None, highspy.HighsModelStatus]:
        """The values of all columns (None without a plan) after `change` to costs, upper limits, lower ones of rows."""
        lp = self.program.to_highs()
        cost, upper, lower = np.zeros(lp.num_col_), np.array(lp.col_upper_), np.array(lp.row_lower_)
        change(cost, upper, lower)
        lp.col_cost_, lp.col_upper_, lp.row_lower_, lp.offset_ = cost, upper, lower, 0.0
        solver = make_solver(gap=1e-6, time_limit=max(LEAST_SECONDS, self.until - time.perf_counter()))
        solver.passModel(lp)
        solver.run()
        feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.asarray(solver.getSolution().col_value) if feasible else None
        return values, solver.getModelStatus()


def elastic(problem: Problem, *, seconds: float) -> Elastic:
    """The programme of what matters for the wishes of `problem`, with room to give everywhere."""
    until = time.perf_counter() + seconds
    small = _what_matters(problem)
    if small.floors.height:
        model = build(small, cuts=False, own_rows=True)
        program, decisions, floors = model.program, model.decisions, model.floors
    else:
        program = Program()
        decisions = add_decisions(program, small)
        floors = small.floors.with_columns(at_least=pl.lit(0.0), row=pl.lit(0, pl.Int64))
    prices = 1.0 / _sizes(problem, decisions.limits)
    extra = program.columns(decisions.limits.height)
    program.entries(decisions.limits["row"].to_numpy(), extra, -1.0)
    lacking = program.columns(floors.height)
    program.entries(floors["row"].to_numpy(), lacking, 1.0)
    return Elastic(program, decisions.limits, decisions.pins, floors, prices, extra, lacking, until)


def _what_matters(problem: Problem) -> Problem:
    """The problem with the starts that pins ask for, or that can help a floor, and the need of floors only."""
    asked = problem.pins.filter(pl.col("kind").is_in(["must", "at_least"])).select("measure", "site")
    floored = problem.floors.filter(pl.col("share") > 0)
    here = pl.col("municipality").is_in(floored["municipality"].unique().implode())
    need = problem.need.filter(here & (pl.col("persons") > 0))
    led = problem.leads.filter(
        (pl.col("share") > 0) & pl.col("occupation").is_in(need["occupation"].unique().implode())
    )
    near = problem.reach.filter(here & (pl.col("share") > 0))
    helps = problem.offers.filter(
        pl.col("measure").is_in(led["measure"].unique().implode())
        & pl.col("site").is_in(near["site"].unique().implode())
    )
    pairs = pl.concat([asked, helps.select("measure", "site")]).unique()
    return replace(
        problem,
        need=problem.need.filter(here),
        need_draws=draws_with(problem.need_draws, here),
        floors=floored,
        offers=problem.offers.join(pairs, on=["measure", "site"], how="semi").sort("measure", "site"),
    )


def _sizes(problem: Problem, limits: pl.DataFrame) -> Numbers:
    """What counts as one unit of each limit: a class, ten seats, the money of a full class."""
    full = problem.measures.select(pl.col("cost_class") + pl.col("cost_seat") * pl.col("class_max")).to_series().mean()
    money = max(float(full or 0.0), 1e-3)  # type: ignore[arg-type]
    sizes = {"applicants": TEN, "placements": TEN, "budget": money, "cost_cap": money}
    return np.array([sizes.get(limit, 1.0) for limit in limits["limit"]])
