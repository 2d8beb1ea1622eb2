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

from brygga.core.errors import InfeasibleError
from brygga.planning.bound import Linear, linear_bound, linear_of, listen
from brygga.planning.exchange import Exchange, Goal
from brygga.planning.model import Model, build, core_of
from brygga.planning.neighbours import improve
from brygga.planning.prices import raise_bound
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, Program, make_solver
from brygga.planning.sampled import FIXED_TRIES, TRIES, sampled_duals
from brygga.planning.starts import Starts
from brygga.planning.vectors import read_plan, start_values, whole_values, with_classes, without_idle_steps

ALONE = 600
"""Up to this many starts the exact programme is solved alone, without a search for plans beside it."""
WHOLE = 5_000
"""Up to this many starts the exact programme is tried at all."""
LARGE = 100_000
"""With more starts than this the linear programme is not solved whole: its prices come from samples of groups."""
BY = "exact"
NODES = 20
"""For a fixed amount of work one node of the search tree for this many iterations."""
FIRST_TRY, NEAR = 0.2, 0.9
"""Beside a search: parts of the time when sites are tried a few at a time."""
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
    linear = _linear(problem, exchange, weights)
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


def _linear(problem: Problem, exchange: Exchange, weights: Numbers | None) -> Linear:
    """The linear bound with its prices; from samples of groups where the programme is large."""
    if Starts.of(problem).count <= LARGE:
        return linear_bound(problem, weights=weights, seconds=exchange.seconds_left(), stop=exchange.stop)

    def tell(bound: float) -> None:
        exchange.offer_bound(bound, by="linear")

    core = core_of(problem, weights=weights)
    tries = TRIES if exchange.iterations is None else FIXED_TRIES
    duals = sampled_duals(core, stop=exchange.stop, tell=tell, target=lambda: exchange.value, tries=tries)
    return linear_of(core, duals, "samples")


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
        fixed = self.exchange.iterations
        nodes = None if fixed is None or alone else max(1, fixed // NODES)

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
                chosen = with_classes(model, first.values)
                second = self._run(model, gap=0.1 * gap, program=chosen, better=better)
                if second.values is not None:
                    self._offer(model, second.values, second.value)
                    start = whole_values(model, second.values)
                    if second.value - first.bound <= gap * abs(second.value):
                        return first.nodes + second.nodes
        if not alone and fixed is None:
            start = self._near(model, gap, start, better, proven)
        found = self._run(model, gap=gap, start=start, better=better, proven=proven, nodes=nodes)
        proven(found.bound)
        if found.values is not None:
            self._offer(model, found.values, found.value)
        return found.nodes

    def _near(
        self,
        model: Model,
        gap: float,
        start: tuple[Places, Numbers] | None,
        better: Callable[[Numbers, float], None],
        proven: Callable[[float], None],
    ) -> tuple[Places, Numbers] | None:
        """A first run of the whole programme, then some sites at a time from its plan; returns the best start."""
        whole = self.exchange.seconds_left()
        found = self._run(model, gap=gap, seconds=FIRST_TRY * whole, start=start, better=better, proven=proven)
        proven(found.bound)
        if found.values is None or found.ended:
            return start
        until = (1 - NEAR) * whole
        values = improve(
            model,
            found.values,
            found.value,
            stop=lambda: self.exchange.stop() or self.exchange.seconds_left() < until,
            better=better,
            seed=self.seed,
        )
        return whole_values(model, values)

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
