"""The best plan HiGHS finds within its time, with a proven bound and everything recounted.

One thread and a fixed seed: a run that ends by itself gives the same bytes every time. No
vector of the solver is believed: its status is read, classes and seats are rounded to whole
numbers, arrivals are placed again for exactly these, and `recount` goes through every limit.

Three searches, each only as long as the gap asked for is not reached: whole classes with
seats in parts (its bound holds for whole seats too), whole seats for these classes, and the
whole problem from there.

Start reading at `solve`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np
import polars as pl

from brygga.core.errors import SettingError
from brygga.planning.clash import explain_clash
from brygga.planning.model import Model, build
from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, make_solver
from brygga.planning.recount import Recount, recount, require_sound

Progress = Callable[[float, float, float], None]
"""Called with seconds, objective and bound (both as improvement over nothing) at each better plan."""

PLAN = ["measure", "site", "year", "classes", "seats"]
Status = highspy.HighsModelStatus
WITHOUT_PLAN = (Status.kInfeasible, Status.kUnboundedOrInfeasible)
FIRST_PART, FIRST_GAP, SECOND_GAP = 0.9, 0.6, 0.1
ABSOLUTE = 1e-6
"""The first search's part of the time and of the gap, and the second's of the gap."""


@dataclass(frozen=True)
class Plan:
    """A plan with its proof.

    `classes`: measure, site, year, classes, seats (rows with classes only). `arrivals`: measure, site,
    municipality, occupation, year, persons. `counted`: the independent recount. `bound`: no plan has a
    lower objective. `status`: optimal (within the gap asked for) or time_limit (cut off).
    """

    classes: pl.DataFrame
    arrivals: pl.DataFrame
    counted: Recount
    bound: float
    nothing: float
    status: str
    seconds: float

    @property
    def objective(self) -> float:
        """The recounted objective."""
        return self.counted.objective

    @property
    def bound_gap(self) -> float:
        """Distance from the bound, as a share of the objective."""
        return _share(self.objective - self.bound, self.objective)

    @property
    def improvement_gap(self) -> float:
        """Distance from the bound, as a share of what measures can do at most."""
        return _share(self.objective - self.bound, self.nothing - self.bound)


def solve(
    problem: Problem, *, time_limit: float = 60.0, gap: float = 0.005, seed: int = 1, progress: Progress | None = None
) -> Plan:
    """The best plan of `problem`: stops at `gap` (share of the improvement) or after `time_limit` seconds.

    Raises
    ------
    InfeasibleError
        When pins cannot all hold; names the limits that clash and the smallest relaxation.
    SettingError
        When the time ended before any plan was found.
    """
    began = time.perf_counter()
    model = build(problem)
    search = Search(model, seed=seed, gap=gap, until=began + time_limit, progress=progress)
    found = best_values(search)
    if found.infeasible:
        raise explain_clash(problem)
    if found.values is None:
        raise _no_plan(time_limit)
    classes = _rounded(model, found.values)
    arrivals = place(problem, classes)
    counted = recount(problem, classes, arrivals)
    require_sound(counted)
    nothing = recount(problem, classes.clear(), arrivals.clear()).objective
    bound = min(nothing + found.bound, counted.objective)
    status = "time_limit" if found.cut_off else "optimal"
    return Plan(classes, arrivals, counted, bound, nothing, status, time.perf_counter() - began)


@dataclass(frozen=True)
class Search:
    """What the searches share: the model, how near and how long."""

    model: Model
    seed: int
    gap: float
    until: float
    progress: Progress | None

    def left(self) -> float:
        """Seconds left, at least a hundredth."""
        return max(0.01, self.until - time.perf_counter())


@dataclass(frozen=True)
class Found:
    """Values of the columns (None when there is no plan), their value, a bound, and how the search ended."""

    values: Numbers | None
    value: float
    bound: float
    cut_off: bool = False
    infeasible: bool = False

    def within(self, gap: float) -> bool:
        """Whether the plan is near enough to the bound."""
        return self.values is not None and self.value - self.bound <= gap * abs(self.value) + ABSOLUTE


def best_values(search: Search) -> Found:
    """The three searches; the best plan of them and the best bound."""
    seats = search.model.decisions.starts["seats"].to_numpy()
    loose = search.model.program.to_highs(fractional=seats)
    first = run(search, loose, gap=FIRST_GAP * search.gap, seconds=FIRST_PART * search.left())
    if first.infeasible or first.values is None:
        return first
    second = run(search, _with_classes(search.model, first.values), gap=SECOND_GAP * search.gap)
    found = replace(second, bound=first.bound, cut_off=first.cut_off or second.cut_off, infeasible=False)
    if found.within(search.gap):
        return found
    third = run(search, search.model.program.to_highs(), gap=search.gap, start=found.values)
    if third.values is None or third.value > found.value:
        third = replace(found, cut_off=third.cut_off, infeasible=third.infeasible)
    return replace(third, bound=max(first.bound, third.bound))


def run(
    search: Search, lp: highspy.HighsLp, *, gap: float, seconds: float = INFINITE, start: Numbers | None = None
) -> Found:
    """One search by HiGHS. A vector is taken only when HiGHS calls it feasible, the bound only when finite."""
    solver = make_solver(seed=search.seed, time_limit=min(seconds, search.left()), gap=gap)
    _listen(solver, search.progress)
    solver.passModel(lp)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in WITHOUT_PLAN:
        return Found(None, INFINITE, INFINITE, infeasible=True)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value) if feasible else None
    value = info.objective_function_value if feasible else INFINITE
    bound = info.mip_dual_bound if lp.integrality_ else value
    return Found(values, value, bound if np.isfinite(bound) else -INFINITE, cut_off=status != Status.kOptimal)


def _with_classes(model: Model, values: Numbers) -> highspy.HighsLp:
    """The whole problem with its classes decided."""
    lp = model.program.to_highs()
    classes = model.decisions.starts["classes"].to_numpy()
    lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
    lower[classes] = upper[classes] = np.rint(values[classes])
    lp.col_lower_, lp.col_upper_ = lower, upper
    return lp


def _listen(solver: highspy.Highs, progress: Progress | None) -> None:
    if progress is None:
        return

    def report(event: highspy.highs.HighsCallbackEvent) -> None:
        out = event.data_out
        progress(out.running_time, out.objective_function_value, out.mip_dual_bound)

    solver.cbMipImprovingSolution.subscribe(report)


def _no_plan(time_limit: float) -> SettingError:
    return SettingError(
        f"no plan was found in {time_limit:g} seconds",
        why="without a plan that holds every limit there is nothing to show",
        todo="allow more time with --time-limit, or take pins away",
    )


def _rounded(model: Model, values: Numbers) -> pl.DataFrame:
    """Whole classes and seats, within the class sizes; rows with classes only."""
    starts = model.decisions.starts
    classes = np.rint(values[starts["classes"].to_numpy()])
    seats = np.rint(values[starts["seats"].to_numpy()])
    rows = starts.with_columns(
        classes=pl.Series(classes.astype(np.int64), dtype=pl.Int64), seats=pl.Series(seats.astype(np.int64))
    )
    return rows.filter(pl.col("classes") > 0).select(PLAN)


def _share(part: float, whole: float) -> float:
    return max(0.0, part) / whole if whole > 1e-9 else 0.0
