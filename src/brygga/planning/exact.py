"""The whole programme given to HiGHS, and the line of work that proves: which way to a bound pays at which size.

Few starts: the exact programme alone, with the same result every time. More: the linear bound first,
then programme by programme at prices (`pricing.py`), and where that cannot sharpen it, the exact
programme with the best plan of the other line as its start.

No vector of the solver is believed: its status is read, and classes, seats and steps are rounded.

Start reading at `run_bound`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import polars as pl

from brygga.core.errors import InfeasibleError
from brygga.planning.bound import linear_bound, listen
from brygga.planning.exchange import Exchange, Goal
from brygga.planning.model import Decisions, Model, build
from brygga.planning.prices import raise_bound
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, Program, make_solver
from brygga.planning.starts import Starts

ALONE = 600
"""Up to this many starts the exact programme is solved alone, without a search for plans beside it."""
WHOLE = 5_000
"""Up to this many starts the exact programme is tried at all."""
PLAN = ["measure", "site", "year", "classes", "seats"]
BY = "exact"
NODES = 200
"""Nodes of the search tree for a fixed amount of work."""
FIRST_GAP, FIRST_PART = 0.6, 0.8
"""The first search, seats in parts, takes this part of the gap asked for, and of the time."""
Status = highspy.HighsModelStatus


@dataclass(frozen=True)
class Found:
    """Values of the columns (None without a plan), their value, a proven bound, and how the run ended."""

    values: Numbers | None
    value: float
    bound: float
    ended: bool
    nodes: int


@dataclass(frozen=True)
class BoundReport:
    """What the line did: the linear bound, its best bound, which ways it took, and seconds.

    `groups`: groups of programmes solved at prices; `nodes`: of the exact programme's search tree.
    """

    linear: float
    bound: float
    how: str
    groups: int
    nodes: int
    seconds: float
    infeasible: bool = False


def tiny(problem: Problem) -> bool:
    """Whether the exact programme alone is enough: few starts that can do any good."""
    return Starts.of(problem).count <= ALONE


def solve_program(
    program: Program,
    *,
    seconds: float = INFINITE,
    gap: float = 0.0,
    seed: int = 1,
    nodes: int | None = None,
    start: tuple[Places, Numbers] | None = None,
    fractional: Places | None = None,
    stop: Callable[[], bool] | None = None,
    better: Callable[[Numbers, float], None] | None = None,
    proven: Callable[[float], None] | None = None,
) -> Found:
    """The best values of a whole-number programme within `seconds` or `nodes`, and a proven bound.

    Parameters
    ----------
    gap : (value - bound) / |value| at which to stop
    start : columns and their values; the others are found for them
    fractional : columns that need not be whole
    stop : asked now and then; True ends the run
    better, proven : told each better vector with its value, and the bound now and then

    Raises
    ------
    InfeasibleError
        When no values hold every row.
    """
    solver = make_solver(seed=seed, time_limit=max(0.01, seconds), gap=gap)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    listen(solver, stop)
    _report(solver, better, proven)
    lp = program.to_highs(fractional=fractional)
    solver.passModel(lp)
    if start is not None:
        solver.setSolution(len(start[0]), start[0].astype(np.int32), start[1])
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        raise InfeasibleError(
            "no plan holds every limit",
            why=f"the solver ended with {solver.modelStatusToString(status)}",
            todo="take pins or floors away, or raise the limits they need",
        )
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = info.objective_function_value if feasible else INFINITE
    bound = info.mip_dual_bound if len(lp.integrality_) else (value if status == Status.kOptimal else -INFINITE)
    return Found(
        np.asarray(solver.getSolution().col_value) if feasible else None,
        value,
        bound if np.isfinite(bound) else -INFINITE,
        status == Status.kOptimal,
        int(max(0, info.mip_node_count)),
    )


def _report(
    solver: highspy.Highs, better: Callable[[Numbers, float], None] | None, proven: Callable[[float], None] | None
) -> None:
    def on_better(event: highspy.highs.HighsCallbackEvent) -> None:
        if better is not None:
            better(np.array(event.data_out.mip_solution), event.data_out.objective_function_value)

    def on_bound(event: highspy.highs.HighsCallbackEvent) -> None:
        if proven is not None and np.isfinite(event.data_out.mip_dual_bound):
            proven(event.data_out.mip_dual_bound)

    if better is not None:
        solver.cbMipImprovingSolution.subscribe(on_better)
    if proven is not None:
        solver.cbMipInterrupt.subscribe(on_bound)


def run_bound(
    problem: Problem,
    exchange: Exchange,
    *,
    seed: int,
    weights: Numbers | None = None,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
) -> BoundReport:
    """The line of work that proves; every bound and plan goes to `exchange` at once.

    Parameters
    ----------
    weights : of the draws for the bounds by prices; those of the mean and an equal share of the tail without
    cvar_weight, cvar_level : weight and level of the worst draws' mean

    Raises
    ------
    InfeasibleError
        When no plan holds every limit.
    """
    began = time.perf_counter()
    tail = (cvar_weight, cvar_level) if cvar_weight > 0 else None
    if weights is None and tail is not None:
        draws = max(1, problem.need_draws["draw"].n_unique())
        weights = np.full(draws, (1.0 + cvar_weight) / draws)
    line = _Line(problem, exchange, seed, tail)
    if tiny(problem):
        nodes = line.exact(alone=True)
        bound = exchange.proven()
        return BoundReport(bound, bound, "exact", 0, nodes, time.perf_counter() - began)
    linear = linear_bound(problem, weights=weights, seconds=exchange.seconds_left(), stop=exchange.stop)
    exchange.offer_bound(linear.value, by="linear")
    groups, nodes, how = 0, 0, linear.how
    if not exchange.stop():
        groups = raise_bound(linear.core, linear.duals, exchange, seed=seed)
        how += ", prices" if groups else ""
    fixed_work = exchange.iterations is not None and groups > 0
    if not exchange.stop() and not fixed_work and linear.core.starts.count <= WHOLE:
        nodes = line.exact(alone=False)
        how += ", exact"
    return BoundReport(linear.value, exchange.proven(), how, groups, nodes, time.perf_counter() - began)


@dataclass(frozen=True)
class _Line:
    """The exact programme of one problem and where its plans and bounds go."""

    problem: Problem
    exchange: Exchange
    seed: int
    tail: tuple[float, float] | None

    def exact(self, *, alone: bool) -> int:
        """Solve the exact programme; seats in parts first where a gap is allowed. Returns nodes of the tree."""
        model = build(self.problem, tail=self.tail)
        goal, seats = self.exchange.goal, model.decisions.starts["seats"].to_numpy()
        known = self.exchange.best()
        gap = goal.gap if goal.improvement_gap is None else _as_gap(goal, known[0] if known else goal.nothing)
        nodes = None if self.exchange.iterations is None or alone else NODES

        def better(values: Numbers, value: float) -> None:
            self._offer(model, values, value)

        def proven(bound: float) -> None:
            self.exchange.offer_bound(bound, by=BY)

        start = self._start(model)
        first = None
        if alone and gap > 0:
            until = FIRST_PART * self.exchange.seconds_left()
            first = self._run(model, gap=FIRST_GAP * gap, seconds=until, start=start, fractional=seats, proven=proven)
            proven(first.bound)
            if first.values is not None:
                chosen = _with_classes(model, first.values)
                second = self._run(model, gap=0.1 * gap, program=chosen, better=better)
                if second.values is not None:
                    self._offer(model, second.values, second.value)
                    start = _whole_values(model, second.values)
                    if second.value - first.bound <= gap * abs(second.value):
                        return first.nodes + second.nodes
        found = self._run(model, gap=gap, start=start, better=better, proven=proven, nodes=nodes)
        proven(found.bound)
        if found.values is not None:
            self._offer(model, found.values, found.value)
        return found.nodes

    def _run(
        self,
        model: Model,
        *,
        gap: float,
        seconds: float = INFINITE,
        program: Program | None = None,
        fractional: Places | None = None,
        start: tuple[Places, Numbers] | None = None,
        nodes: int | None = None,
        better: Callable[[Numbers, float], None] | None = None,
        proven: Callable[[float], None] | None = None,
    ) -> Found:
        return solve_program(
            program if program is not None else model.program,
            seconds=min(seconds, self.exchange.seconds_left()),
            gap=gap,
            seed=self.seed,
            nodes=nodes,
            start=start,
            fractional=fractional,
            stop=self.exchange.stop,
            better=better,
            proven=proven,
        )

    def _offer(self, model: Model, values: Numbers, value: float) -> None:
        classes, guidance = read_plan(model.decisions, without_idle_steps(model, values))
        self.exchange.offer_plan(value, classes, guidance, by=BY)

    def _start(self, model: Model) -> tuple[Places, Numbers] | None:
        """Whole columns and their values in the best plan so far; None when it has a start without columns."""
        best = self.exchange.best()
        return None if best is None else start_values(model.decisions, best[1], best[2])


def _as_gap(goal: Goal, value: float) -> float:
    """The gap as a share of the objective that a share of the improvement asks for, judged by a plan of this value."""
    improvement = goal.improvement_gap or 0.0
    return max(0.0, improvement * (goal.nothing - value) / value) if value > 0 else 0.0


def read_plan(decisions: Decisions, values: Numbers) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Classes (measure, site, year, classes, seats) and guidance (guidance, year, steps) of a vector, rounded.

    Classes beyond those that the seats fill are left out: they do nothing.
    """
    starts, steps = decisions.starts, decisions.guidance
    classes = np.rint(values[starts["classes"].to_numpy()]).astype(np.int64)
    seats = np.rint(values[starts["seats"].to_numpy()]).astype(np.int64)
    enough = np.ceil(seats / np.maximum(starts["class_max"].to_numpy(), 1e-9) - 1e-9).astype(np.int64)
    classes = np.minimum(classes, np.maximum(enough, starts["least"].fill_null(0).to_numpy()))
    rows = starts.with_columns(classes=pl.Series(classes), seats=pl.Series(seats)).filter(pl.col("classes") > 0)
    bought = np.rint(values[steps["column"].to_numpy()]).astype(np.int64)
    summed = (
        steps.with_columns(steps=pl.Series(bought, dtype=pl.Int64))
        .group_by("guidance", "year", maintain_order=True)
        .agg(pl.col("steps").sum())
        .filter(pl.col("steps") > 0)
    )
    return rows.select(PLAN), summed.select("guidance", "year", "steps")


def without_idle_steps(model: Model, values: Numbers) -> Numbers:
    """`values` without the last steps of guidance whose applicants no seat needs.

    Where cost has no weight the solver buys them or not, as it happens.
    """
    steps = model.decisions.guidance["column"].to_numpy()
    if not len(steps) or not np.rint(values[steps]).any():
        return values
    whole, (row, column, value) = np.rint(values), model.program.triplets()
    upper = model.program.row_values()[1]
    used = np.bincount(row, value * whole[column], len(upper))
    chained = np.isin(row, model.core.limits.chains)
    for step in steps[::-1]:
        own = (column == step) & ~chained
        before = row[(column == step) & chained & (value < 0)]
        later = whole[column[np.isin(row, before) & (column != step)]]
        if whole[step] and not later.any() and (used[row[own]] - value[own] <= upper[row[own]] + 1e-9).all():
            whole[step] = 0.0
            np.subtract.at(used, row[own], value[own])
    return whole


def start_values(decisions: Decisions, classes: pl.DataFrame, guidance: pl.DataFrame) -> tuple[Places, Numbers] | None:
    """The whole columns and their values in a plan; None when the plan has a start that has no column."""
    key = ["measure", "site", "year"]
    given = classes.select(*key, own="classes", filled="seats")
    rows = decisions.starts.join(given, on=key, how="left", maintain_order="left")
    if rows["own"].drop_nulls().sum() != classes["classes"].sum():
        return None
    steps = decisions.guidance.join(guidance, on=["guidance", "year"], how="left", maintain_order="left")
    rank = pl.col("step").rank("ordinal").over("guidance", "year")
    bought = steps.select((rank <= pl.col("steps").fill_null(0)).cast(pl.Float64).alias("bought"))["bought"]
    values = [rows[name].fill_null(0).cast(pl.Float64).to_numpy() for name in ("own", "filled")]
    columns = [rows[name].to_numpy() for name in ("classes", "seats")]
    return np.concatenate([*columns, steps["column"].to_numpy()]), np.concatenate([*values, bought.to_numpy()])


def _whole_values(model: Model, values: Numbers) -> tuple[Places, Numbers]:
    """All columns of a vector, whole ones rounded."""
    whole = model.program.column_values()[3] > 0
    return np.arange(len(whole)), np.where(whole, np.rint(values[: len(whole)]), values[: len(whole)])


def _with_classes(model: Model, values: Numbers) -> Program:
    """The programme with classes and guidance as in `values`."""
    columns = model.program.column_values()
    fixed = np.concatenate(
        [model.decisions.starts["classes"].to_numpy(), model.decisions.guidance["column"].to_numpy()]
    )
    columns[1, fixed] = columns[2, fixed] = np.rint(values[fixed])
    return model.program.with_columns(columns)
