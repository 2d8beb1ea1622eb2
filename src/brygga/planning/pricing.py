"""A better bound, programme by programme: whole classes again, at prices for what programmes share.

Programmes compete for rooms, applicants and money only. With a price on these the problem falls
apart into groups of occupations that no measure connects, each a small whole-number programme:

    bound(prices) = prices . limits + sum over groups of the group's own bound

A group not yet solved counts with its closed-form value, so the sum is valid at every moment, and
of a solved group only the solver's proven bound is used, never its objective. Seats may be parts
of persons in a group: that costs next to nothing of the bound and saves most of the time.

Start reading at `Groups`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.core.errors import InfeasibleError
from brygga.planning.bound import Priced, listen
from brygga.planning.model import Core, whole_form
from brygga.planning.needs import Names, places_of
from brygga.planning.program import INFINITE, Numbers, Places, by_column, highs_of, make_solver

LARGEST_PART = 0.5
"""A group may hold this part of all starts before what ties it together is priced as well."""
Status = highspy.HighsModelStatus


QUICK: dict[str, str | bool] = {
    "presolve": "off",
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""In a group these cost HiGHS more than they give (measured: a third of the time without them)."""


@dataclass(frozen=True)
class How:
    """How near (relative gap) and how long a group is solved."""

    gap: float
    seconds: float
    nodes: int
    seed: int
    stop: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Solved:
    """One group at some prices: its proven bound, the value of its best own plan, and the columns of that plan."""

    bound: float
    value: float
    plan: Numbers | None


class Groups:
    """The groups of a problem, and their bounds at any prices of the rows they share."""

    def __init__(self, core: Core) -> None:
        self.core, self.priced = core, Priced(core)
        program, decisions = whole_form(core)
        self.columns, self.rows = program.column_values(), program.row_values()
        self.matrix = by_column(*program.triplets(), program.width)
        self.classes = decisions.starts["classes"].to_numpy()
        self.seats = decisions.starts["seats"].to_numpy()
        self.of_start, self.of_column, self.shared = parts_of(core, len(self.rows[0]))
        self.columns[3, self.seats] = 0.0
        self.count = int(max(self.of_start.max(initial=-1), self.of_column.max(initial=-1))) + 1
        start, row, value = self.matrix
        column = np.repeat(np.arange(program.width), np.diff(start))
        at = self.shared[row]
        self.shared_entries = row[at], column[at], value[at]

    def members(self, group: int) -> Places:
        """Columns of a group: those of its posts, then classes, then seats of its starts."""
        own = np.flatnonzero(self.of_start == group)
        return np.concatenate([np.flatnonzero(self.of_column == group), self.classes[own], self.seats[own]])

    def closed(self, duals: Numbers) -> tuple[float, Numbers]:
        """The closed-form bound as the part of no group and the part of each group."""
        priced = self.priced
        columns, classes, seats = priced.reduced(duals)
        worth, free = priced.limits_worth(duals), priced.column_values(columns)
        starts = priced.start_values(classes, seats)
        parts = np.zeros(self.count + 1)
        parts += np.bincount(self.of_column + 1, free, self.count + 1)
        parts += np.bincount(self.of_start + 1, starts, self.count + 1)
        return float(self.core.program.offset + worth.sum() + parts[0]), parts[1:]

    def costs(self, duals: Numbers) -> Numbers:
        """Cost of every column of the whole form less the price of the shared rows it enters."""
        row, column, value = self.shared_entries
        priced = np.zeros(self.shared.size)
        priced[: len(duals)] = duals
        return np.asarray(self.columns[0] - np.bincount(column, priced[row] * value, self.columns.shape[1]))

    def solve(self, group: int, costs: Numbers, how: How, start: Numbers | None = None) -> Solved:
        """One group at these `costs`, from a plan of its own if given."""
        lp = self._part(self.members(group), costs)
        solver = make_solver(seed=how.seed, time_limit=how.seconds, gap=how.gap)
        solver.setOptionValue("mip_max_nodes", how.nodes)
        solver.setOptionValue("mip_feasibility_tolerance", 1e-6)
        for name, value in QUICK.items():
            solver.setOptionValue(name, value)
        listen(solver, how.stop)
        solver.passModel(lp)
        if start is not None:
            solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == Status.kInfeasible:
            raise InfeasibleError("no plan holds every limit", why="pins ask for too much", todo="take pins away")
        bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else -INFINITE
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not feasible:
            return Solved(bound, INFINITE, None)
        return Solved(bound, info.objective_function_value, np.asarray(solver.getSolution().col_value))

    def _part(self, members: Places, costs: Numbers) -> highspy.HighsLp:
        start, row, value = self.matrix
        count = start[members + 1] - start[members]
        at = np.repeat(start[members] - (np.cumsum(count) - count), count) + np.arange(count.sum())
        column, row, value = np.repeat(np.arange(len(members)), count), row[at], value[at]
        own = ~self.shared[row]
        column, row, value = column[own], row[own], value[own]
        rows, place = np.unique(row, return_inverse=True)
        matrix = by_column(place.astype(np.int32), column.astype(np.int32), value, len(members))
        columns = self.columns[:, members].copy()
        columns[0] = costs[members]
        return highs_of(columns, self.rows[:, rows], matrix)

    def use(self, group: int, plan: Numbers) -> tuple[float, Numbers]:
        """A plan of one group without prices: its cost, and what it takes of each row the groups share."""
        members = self.members(group)
        values = np.zeros(self.columns.shape[1])
        values[members] = plan
        row, column, value = self.shared_entries
        used = np.bincount(row, values[column] * value, self.shared.size).astype(float)
        return float(self.columns[0, members] @ plan), used


def parts_of(core: Core, height: int) -> tuple[Places, Places, npt.NDArray[np.bool_]]:
    """Group of each start and of each column of `core` (-1 for none), and which of `height` rows groups share.

    Occupations hang together by what measures lead to and drain. Where nearly all do, drains are
    priced too, and if need be the completers of measures that lead to several occupations.
    """
    starts, posts = core.starts, core.posts
    names = posts.needs.names
    led = _pairs(core.problem.leads, core.problem.measures["measure"], names)
    drained = _pairs(core.problem.drains, core.problem.measures["measure"], names)
    first = np.full(core.problem.measures.height, -1)
    first[led[::-1, 0]] = led[::-1, 1]
    several = np.bincount(led[:, 0], minlength=len(first)) > 1
    shared = np.zeros(height, bool)
    for rows in (core.limits.frame["row"], posts.floors["row"]):
        shared[rows.to_numpy()] = True
    shared[core.limits.chains] = True
    ties = np.concatenate([led, drained]), led, led[~several[led[:, 0]]]
    for priced, tied in enumerate(ties):
        label = _joined(tied, len(first), len(names.occupations))
        of_start = np.where(first[starts.measure] >= 0, label[first[starts.measure]], -1)
        if priced == 2:
            of_start[several[starts.measure]] = -1
        if np.bincount(of_start + 1, minlength=2)[1:].max(initial=0) <= LARGEST_PART * starts.count:
            break
    if priced >= 1:
        shared[posts.links] = True
    if priced == 2:
        shared[posts.supply[posts.several]] = True
    of_column = np.full(core.program.width, -1)
    last = posts.first + len(posts.groups)
    of_column[posts.first : last] = np.where(posts.groups >= 0, label[posts.groups], -1)
    used = np.unique(of_start[of_start >= 0])
    number = np.full(len(names.occupations) + 1, -1)
    number[used] = np.arange(len(used))
    return number[of_start], number[of_column], shared


def _pairs(table: pl.DataFrame, measures: pl.Series, names: Names) -> Places:
    """Measure and occupation of each row of `leads` or `drains` with a share."""
    rows = table.filter(pl.col("share") > 0)
    return np.stack([places_of(rows, "measure", measures), names.occupation(rows)], axis=1)


def _joined(tied: Places, measures: int, occupations: int) -> Places:
    """A label per occupation: the same for all that a measure ties together, the lowest of their places."""
    label = np.arange(occupations)
    while True:
        lowest = np.full(measures, occupations)
        np.minimum.at(lowest, tied[:, 0], label[tied[:, 1]])
        new = label.copy()
        np.minimum.at(new, tied[:, 1], lowest[tied[:, 0]])
        new = np.minimum(new, new[new])
        if (new == label).all():
            return label
        label = new
