"""The front: what stays short against what it costs against the worst-off municipality, each point with its bound.

    for caps K on a grid from nothing to what the plan without a cap costs:   min short   cost <= K
    at the knee's cap and without a cap, floor after floor until none holds:  min short   cost <= K, met share >= floor

Cost is an axis here, so the problem's own `cost_weight` is set aside: a point leaves the least
weighted shortage (and surplus) for its money. A hair of cost keeps a plan from buying classes that close
nothing; the bounds are lowered by as much as it can weigh. Every solve starts from its neighbour's plan.

A plan is allowed at every dearer cap and lower floor, and a bound holds at every cheaper cap and higher
floor. So afterwards each point takes over the best plan and the best bound that it may: more money is
never worse, a higher floor never better. Then points that another beats in all three are taken away.

Start reading at `front`; `knee.py` has the arithmetic, `worst_off.py` what the worst off is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import floor as whole_part
from math import fsum, inf

from brygga.core.errors import InfeasibleError, SettingError
from brygga.planning.draws import weighed
from brygga.planning.effort import Effort, doubts
from brygga.planning.knee import SAME, Knee, dominated, knee_of
from brygga.planning.problem import Problem
from brygga.planning.solve import Plan
from brygga.planning.worst_off import WorstOff, check_year, out_of_reach, with_floor, worst_off

HAIR = 1e-5
"""What all the money together weighs, as a share of what nothing leaves short: only to tell useless cost apart."""
MOST_POINTS = 100
Say = Callable[[str], None]


@dataclass(frozen=True)
class Point:
    """One plan of the front with the limits it was made for.

    `cap`: the most it might cost, thousand kronor (None: no cap but the budgets). `floor`: the met share every
    municipality within reach was promised (None: no promise). `weighted`: weighted person-years short (and
    surplus). `bound`: no plan within cap and floor leaves less. `plan`: classes, guidance, arrivals, recount.
    """

    cap: float | None
    floor: float | None
    plan: Plan
    weighted: float
    bound: float
    worst: WorstOff | None

    @property
    def cost(self) -> float:
        """What the plan costs, thousand kronor."""
        return self.plan.counted.cost

    @property
    def short(self) -> float:
        """Person-years that stay short, unweighted."""
        return self.plan.counted.short


@dataclass(frozen=True)
class Front:
    """The points that no other beats, and what can be said of them.

    `curve`: points without a floor, cheapest first; `fair`: points with one, by cap and floor. `knee`: of the
    curve. `year`: target year of the met share. `removed`: how many points another one beat. `notes`: what was
    left out and why, in words.
    """

    curve: tuple[Point, ...]
    fair: tuple[Point, ...]
    knee: Knee | None
    year: int
    out_of_reach: tuple[str, ...]
    removed: int
    notes: tuple[str, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, those without a floor first."""
        return self.curve + self.fair


def front(
    problem: Problem,
    *,
    points: int = 8,
    year: int | None = None,
    step: float = 0.05,
    floors: bool = True,
    time_limit: float = 30.0,
    gap: float = 0.01,
    seed: int = 1,
    iterations: int | None = None,
    say: Say = lambda text: None,
) -> Front:
    """Cost against shortage against the worst-off municipality.

    Parameters
    ----------
    points : how many caps, nothing and no cap among them
    year : target year of the met share; the last year that counts by default
    step : how much a floor is raised at a time, as a share
    floors : whether to raise floors at all; without them the front is the curve
    time_limit, gap, seed, iterations : for each point, see `solve.solve`
    say : called with a line of words before each point

    Raises
    ------
    SettingError when the numbers asked for make no front; InfeasibleError when the problem has no plan at all.
    """
    _check(points, step)
    year = check_year(problem, year)
    effort = Effort(time_limit=time_limit, gap=gap, seed=seed, iterations=iterations)
    maker = _Maker(_with_hair(problem), effort, year, say)
    try:
        _add_curve(maker, points)
        maker.found = shared(maker.found)
        knee = _knee(maker.found)
        ends = [maker.found[knee.index], maker.found[-1]] if knee else [maker.found[-1]]
        for base in ends if floors else []:
            _add_floors(maker, base, step)
    except KeyboardInterrupt:
        if not maker.found:
            raise
        maker.notes.append("Stopped by hand: not all points were made.")
    notes = [*maker.notes, *doubts(problem, (point.plan for point in maker.found))]
    return _gathered(shared(maker.found), notes, year, out_of_reach(problem, year))


def _check(points: int, step: float) -> None:
    if not 2 <= points <= MOST_POINTS:
        raise SettingError(f"{points} points", why="a front has two ends", todo=f"ask for 2 to {MOST_POINTS}")
    if not 0.001 <= step <= 1:
        raise SettingError(f"floors in steps of {step:g}", why="that is no step in shares", todo="use 0.001 to 1")


def _with_hair(problem: Problem) -> Problem:
    """The problem with a hair of cost in place of its own cost weight."""
    settings = problem.settings
    money = fsum(problem.budgets["amount"])
    weight = HAIR * fsum(weighed(problem, problem.need)["weighted"]) / money if money > 0 else 0.0
    return replace(problem, settings=replace(settings, cost_weight=weight))


@dataclass
class _Maker:
    """Makes points of one problem, and keeps them in order with what was left out."""

    problem: Problem
    effort: Effort
    year: int
    say: Say
    found: list[Point] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def point(self, cap: float | None, floor: float | None, start: Plan | None) -> Point:
        """The point at a cap and a floor, from a neighbour's plan."""
        self.say(_named(cap, floor))
        limited = replace(self.problem, cost_cap=cap)
        if floor is not None:
            limited = with_floor(limited, floor, self.year)
        plan = self.effort.solved(limited, None if start is None else start.classes)
        weight = self.problem.settings.cost_weight
        most = fsum(self.problem.budgets["amount"]) if cap is None else cap
        return Point(
            cap=cap,
            floor=floor,
            plan=plan,
            weighted=plan.objective - weight * plan.counted.cost,
            bound=max(0.0, plan.bound - weight * most),
            worst=worst_off(self.problem, plan.counted, self.year),
        )


def _named(cap: float | None, floor: float | None) -> str:
    money = "all the money of the budgets" if cap is None else f"at most {cap:,.0f} thousand kronor"
    return money if floor is None else f"{money}, at least {floor:.1%} of the need met everywhere"


def _add_curve(maker: _Maker, points: int) -> None:
    """Points on an even grid of caps, each from the one before; the last is the plan without a cap.

    The grid ends at that plan's cost, or at the sum of the budgets when no plan better than nothing was found in
    time.
    """
    last = maker.point(None, None, None)
    maker.found.append(last)
    most = last.cost
    if most == 0 and last.bound < last.weighted:
        most = fsum(maker.problem.budgets["amount"])
    if most == 0:
        return
    for i in range(points - 1):
        cap = most * i / (points - 1)
        before = maker.found[-2].plan if len(maker.found) > 1 else None
        try:
            maker.found.insert(-1, maker.point(cap, None, before))
        except InfeasibleError:
            maker.notes.append(f"No plan costs at most {cap:,.0f} thousand kronor: pins or floors ask for more.")
        except SettingError:
            maker.notes.append(f"No plan for at most {cap:,.0f} thousand kronor was found in time; there may be one.")


def _add_floors(maker: _Maker, base: Point, step: float) -> None:
    """Points with the base's money and higher and higher floors, until none holds."""
    last = base
    while (floor := _next_floor(last, step)) is not None:
        try:
            last = maker.point(base.cap, floor, last.plan)
        except InfeasibleError:
            maker.notes.append(f"No plan with {_named(base.cap, floor)}.")
            return
        except SettingError:
            maker.notes.append(f"No plan with {_named(base.cap, floor)} was found in time; there may be one.")
            return
        maker.found.append(last)


def _next_floor(last: Point, step: float) -> float | None:
    """The next whole step above what the last point's worst off has; None when that is beyond everything."""
    if last.worst is None:
        return None
    steps = whole_part(max(last.worst.share, last.floor or 0.0) / step + SAME) + 1
    return round(step * steps, 9) if step * steps <= 1 + SAME else None


def shared(points: Sequence[Point]) -> list[Point]:
    """The points, each with the best plan and the best bound of all that it may take over.

    A point may take any plan that costs no more than its cap and leaves nobody below its floor: one with less
    short, of equals the cheaper, of equals the one whose worst off has more. It may take the bound of any point
    with no lower cap and no higher floor.
    """
    made = []
    for point in points:
        best = point
        for one in points:
            if _allowed(one, point) and _better(one, best):
                best = one
        bound = max(one.bound for one in points if _within(point, one))
        made.append(replace(best, cap=point.cap, floor=point.floor, bound=min(bound, best.weighted)))
    return made


def _allowed(plan: Point, point: Point) -> bool:
    """Whether the plan of one point keeps cap and floor of another."""
    cheap = point.cap is None or plan.cost <= point.cap * (1 + SAME)
    return cheap and (point.floor is None or _share(plan) >= point.floor - SAME)


def _better(a: Point, b: Point) -> bool:
    for x, y in ((a.weighted, b.weighted), (a.cost, b.cost), (-_share(a), -_share(b))):
        if abs(x - y) > SAME * max(1.0, abs(y)):
            return x < y
    return False


def _share(point: Point) -> float:
    return point.worst.share if point.worst else 0.0


def _within(inner: Point, outer: Point) -> bool:
    """Whether every plan within the limits of `inner` is within those of `outer`."""
    cheaper = (inf if inner.cap is None else inner.cap) <= (inf if outer.cap is None else outer.cap)
    return cheaper and (inner.floor or 0.0) >= (outer.floor or 0.0)


def _knee(curve: Sequence[Point]) -> Knee | None:
    return knee_of([p.cost for p in curve], [p.weighted for p in curve], [p.bound for p in curve])


def _gathered(found: Sequence[Point], notes: Sequence[str], year: int, beyond: Sequence[str]) -> Front:
    """The points that no other beats, in order, and the knee of those without a floor."""
    beaten = dominated([p.cost for p in found], [p.weighted for p in found], [_share(p) for p in found])
    kept = [point for point, gone in zip(found, beaten, strict=True) if not gone]
    curve = sorted((p for p in kept if p.floor is None), key=lambda p: (p.cost, -p.weighted))
    fair = sorted((p for p in kept if p.floor is not None), key=lambda p: (inf if p.cap is None else p.cap, p.floor))
    return Front(
        curve=tuple(curve),
        fair=tuple(fair),
        knee=_knee(curve),
        year=year,
        out_of_reach=tuple(beyond),
        removed=sum(beaten),
        notes=tuple(notes),
    )
