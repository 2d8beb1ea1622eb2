"""Prices moved a little at a time towards those that prove most.

The bound by groups is a concave function of the prices, and every plan of a group, met at
whatever prices, is a plane above that group's part of it. The best point of all planes inside a box
round the best prices so far is tried next; the box grows where that proved more and shrinks where
it did not. A try ends as soon as the planes say that it cannot win.

Start reading at `raise_bound`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np

from brygga.planning.exchange import Exchange
from brygga.planning.model import Core
from brygga.planning.pricing import Groups, How, Solved
from brygga.planning.program import INFINITE, Numbers, Places, Program, make_solver

BOX, SMALLEST_BOX = 0.02, 0.001
"""How far a price may move at first, and at least, as a share of itself and of its kind's mean."""
GAP, FINE_GAP = 5e-3, 1e-3
"""How near groups are solved: at first, and at last at the best prices."""
SHARE, NODES = 50, 20
"""For a fixed amount of work: iterations for each group that is solved, and nodes of its search tree."""
LEAST = 0.02
"""Groups must close this part of the distance between the linear bound and the best plan to be gone on with."""
LONGEST = 5.0
"""Seconds that one group may take at a time."""


@dataclass
class _Planes:
    """Plans of the groups: their own cost and what they take of the shared rows."""

    plans: list[list[Numbers]]
    costs: list[list[float]]
    uses: list[list[Numbers]]

    @classmethod
    def none(cls, groups: int) -> _Planes:
        return cls([[] for _ in range(groups)], [[] for _ in range(groups)], [[] for _ in range(groups)])

    def add(self, groups: Groups, group: int, plan: Numbers) -> None:
        cost, use = groups.use(group, plan)
        self.plans[group].append(plan)
        self.costs[group].append(cost)
        self.uses[group].append(use[: groups.core.program.height])

    def best(self, group: int, duals: Numbers) -> tuple[float, Numbers | None]:
        """The least value of any known plan of the group at these prices: its part of the bound is no higher."""
        values = [cost - float(duals @ use) for cost, use in zip(self.costs[group], self.uses[group], strict=True)]
        if not values:
            return INFINITE, None
        at = int(np.argmin(values))
        return values[at], self.plans[group][at]


@dataclass
class _Search:
    """The state of the search for prices."""

    groups: Groups
    exchange: Exchange
    seed: int
    planes: _Planes
    best: float
    duals: Numbers
    solved: int = 0
    bounds: Numbers = field(default_factory=lambda: np.zeros(0))

    def over(self) -> bool:
        """Whether to stop: told to, or the fixed amount of work is done."""
        fixed = self.exchange.iterations
        return self.exchange.stop() or (fixed is not None and self.solved >= fixed // SHARE)


def raise_bound(core: Core, duals: Numbers, exchange: Exchange, *, seed: int) -> int:
    """Offer ever better bounds until `exchange` says stop or nothing more is won; returns how often groups were solved.

    Parameters
    ----------
    duals : price of each row of `core`, from the linear relaxation
    """
    groups = Groups(core)
    if groups.count < 2:
        return 0
    search = _Search(groups, exchange, seed, _Planes.none(groups.count), -INFINITE, duals)
    began = groups.priced.value(duals)
    _try(search, duals, GAP)
    if search.over() or not _worth_going_on(search, began, search.solved):
        return search.solved
    box = BOX
    while box >= SMALLEST_BOX and not search.over():
        moved, promised = _moved(search, box)
        before = search.best
        if promised <= before + 1e-5 * abs(before):
            break
        won = _try(search, moved, GAP)
        box = box * 1.5 if won and search.best - before > 0.3 * (promised - before) else box * (0.8 if won else 0.5)
    if not search.over():
        _try(search, search.duals, FINE_GAP)
    return search.solved


def _worth_going_on(search: _Search, linear: float, solved: int) -> bool:
    """Whether groups add enough to the linear bound, seen against the distance to the best plan.

    `solved` of them are; the others are taken to add as much each.
    """
    value = search.exchange.value
    distance = value - linear if np.isfinite(value) else 0.05 * abs(linear)
    return (search.best - linear) * search.groups.count / max(1, solved) > LEAST * distance


def _try(search: _Search, duals: Numbers, gap: float) -> bool:
    """Solve every group at these prices, while they can still win; True when they prove more than any before."""
    groups, exchange, planes = search.groups, search.exchange, search.planes
    rest, bounds = groups.closed(duals)
    costs = groups.costs(duals)
    known = [planes.best(group, duals) for group in range(groups.count)]
    most = np.array([value for value, _ in known])
    same = bool((duals == search.duals).all()) and len(search.bounds) == len(bounds)
    if same:
        bounds = np.maximum(bounds, search.bounds)
    linear, enough = float(rest + bounds.sum()), max(5, groups.count // 10)
    order = np.argsort(-np.where(np.isfinite(most), most - bounds, np.abs(bounds)), kind="stable")
    won = False
    for group in order:
        if search.over():
            break
        if rest + np.minimum(most, np.maximum(most, bounds)).sum() <= search.best and np.isfinite(most).all():
            break
        seconds = min(LONGEST, exchange.seconds_left()) if exchange.iterations is None else INFINITE
        nodes = NODES if exchange.iterations is not None else 2**31 - 1
        how = How(gap, seconds, nodes, search.seed, exchange.stop)
        found = groups.solve(int(group), costs, how, known[group][1])
        search.solved += 1
        bounds[group] = max(bounds[group], found.bound)
        most[group] = min(most[group], found.value)
        _keep(search, int(group), found, known[group][0])
        total = float(rest + bounds.sum())
        if total > search.best:
            won, search.best, search.duals, search.bounds = True, total, duals, bounds.copy()
            exchange.offer_bound(total - 1e-7 * (1 + abs(total)), by="prices")
        if search.solved == enough and not _worth_going_on(search, linear, search.solved):
            break
    return won


def _keep(search: _Search, group: int, found: Solved, known: float) -> None:
    better = found.value < known - 1e-6 * abs(found.value)
    if found.plan is not None and better:
        search.planes.add(search.groups, group, found.plan)


def _moved(search: _Search, box: float) -> tuple[Numbers, float]:
    """The best prices of all planes inside the box, and what the planes promise there."""
    groups, planes = search.groups, search.planes
    lower, upper = groups.priced.row_lower, groups.priced.row_upper
    height = len(lower)
    rows = np.flatnonzero(groups.shared[:height]).astype(np.int64)
    now = search.duals[rows]
    reach = box * (np.abs(now) + _usual(search, rows))
    program = Program()
    least = np.where(np.isfinite(upper[rows]), now - reach, np.maximum(0.0, now - reach))
    most = np.where(np.isfinite(lower[rows]), now + reach, np.minimum(0.0, now + reach))
    limit = np.where(np.isfinite(upper[rows]), upper[rows], lower[rows])
    rest, parts = groups.closed(search.duals)
    prices = program.columns(len(rows), cost=-limit, lower=least, upper=np.maximum(least, most))
    values = program.columns(groups.count, cost=-1.0, lower=-INFINITE)
    for group in range(groups.count):
        if not planes.costs[group]:
            program.entries(program.rows(1, upper=parts[group]), values[group], 1.0)
        for cost, use in zip(planes.costs[group], planes.uses[group], strict=True):
            row = program.rows(1, upper=cost)
            taken = np.flatnonzero(use[rows])
            program.entries(row, values[group], 1.0)
            program.entries(row, prices[taken], use[rows][taken])
    solver = make_solver()
    solver.passModel(program.to_highs())
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return search.duals, -INFINITE
    found = np.asarray(solver.getSolution().col_value)
    moved = search.duals.copy()
    moved[rows] = found[prices]
    constant = rest - float(limit @ now)
    return groups.priced.signed(moved), constant - solver.getInfo().objective_function_value


def _usual(search: _Search, rows: Places) -> Numbers:
    """The mean price of each row's kind of limit, so that a price of zero can move as well."""
    kind = np.full(len(search.duals), -1)
    frame = search.groups.core.limits.frame
    kind[frame["row"].to_numpy()] = frame["limit"].rank("dense").to_numpy()
    of = kind[rows] + 1
    prices = np.abs(search.duals[rows])
    total, count = np.bincount(of, prices), np.bincount(of)
    return np.asarray((total / np.maximum(count, 1))[of])
