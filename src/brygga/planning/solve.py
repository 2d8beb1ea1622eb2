"""The best plan found within a time, with a proven bound, everything recounted.

Two lines of work run side by side: one proves how low any plan can come (`bound`), the other
searches plans with a compiled kernel (`search`). They meet at an `Exchange` and stop when the plan is
near enough to the bound, the time is over, or somebody presses Ctrl-C. Problems with few starts
are solved by the exact programme alone, to the proven optimum if asked for.

No line is believed: the plan it leaves has its completers placed again and every limit recounted
by other code. A plan that breaks a limit is an error of that line, never a plan.

Start reading at `solve`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import polars as pl

from brygga.core.errors import BryggaError, InfeasibleError, SettingError
from brygga.planning.exchange import EXACT, Exchange, Goal, Offer, Progress, is_proven
from brygga.planning.lines import Line, run_lines, stopping
from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount, recount, require_sound

CLASSES = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}
GUIDANCE = {"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64}
BOUND, SEARCH = "bound", "search"
WARM = "start"
FEW_STARTS = 60
"""With at most so many starts the exact programme needs no plan to begin from."""
FIRST_STAGE = 0.2
"""The part of the time that a first plan may take before the exact programme begins: all of it is used only where
the moves have to be compiled first."""
SECONDS = 60.0
"""The time limit where none is given."""
POLISH, LEAST_POLISH = 0.6, 0.3
"""The polish's part of the seconds kept back, and the fewest seconds it is begun with."""


@dataclass(frozen=True)
class Plan:
    """A plan with its proof.

    `classes`: measure, site, year, classes, seats (rows with classes only). `guidance`: guidance, year, steps.
    `arrivals`: site, municipality, occupation, year, persons. `counted`: the independent recount. `bound`: no plan
    has a lower objective. `nothing`: the objective when nothing starts. `status`: optimal (proven), gap (near enough),
    iterations, time_limit, interrupted (Ctrl-C) or cut_off (a line failed, see `warnings`). `kernel`: numba, python
    or exact. `blocks` and `iterations`: what the search has done. All but `seconds` is the same for the same seed
    and iterations.
    """

    classes: pl.DataFrame
    guidance: pl.DataFrame
    arrivals: pl.DataFrame
    counted: Recount
    bound: float
    nothing: float
    status: str
    seconds: float
    kernel: str = "exact"
    blocks: int = 0
    iterations: int = 0
    seed: int = 1
    cvar_weight: float = 0.0
    cvar_level: float = 0.9
    warnings: tuple[str, ...] = ()

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


@dataclass(frozen=True)
class Asked:
    """What `solve` was asked for, as its parts need it."""

    problem: Problem
    seed: int
    iterations: int | None
    cvar_weight: float
    cvar_level: float

    def placed(self, classes: pl.DataFrame, guidance: pl.DataFrame) -> tuple[pl.DataFrame, Recount]:
        """Completers placed as well as they can be, and everything recounted."""
        weight, level = self.cvar_weight, self.cvar_level
        arrivals = place(self.problem, classes, cvar_weight=weight, cvar_level=level)
        return arrivals, recount(self.problem, classes, arrivals, guidance, cvar_weight=weight, cvar_level=level)


def solve(
    problem: Problem,
    *,
    time_limit: float | None = None,
    gap: float = 0.01,
    improvement_gap: float | None = None,
    seed: int = 1,
    iterations: int | None = None,
    start: pl.DataFrame | None = None,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Plan:
    """The best plan of `problem` within the time, and the bound it is measured by.

    Parameters
    ----------
    problem : checked tables
    time_limit : seconds for everything, building and the last recount included; 60, or none with `iterations`
    gap : near enough, as (objective - bound) / objective
    improvement_gap : near enough, as (objective - bound) / (nothing - bound); replaces `gap`
    seed : same seed and same `iterations`, same plan
    iterations : thousands of moves of the search; the bound then does a fixed amount of work, the gap stops nothing
    start : classes to begin from (measure, site, year, classes, seats); left out, with a warning, when they break a
        limit
    cvar_weight, cvar_level : weight of the mean of the worst (1 - level) share of draws
    progress : called in this thread with seconds, objective and bound: first for starting nothing, then when one moved
    stop : set it from another thread to end with the best plan so far; Ctrl-C does the same

    Raises
    ------
    InfeasibleError
        When pins and floors cannot all hold; names the limits that clash and the smallest relaxation.
    SettingError
        When an argument means nothing, or the time ended before any plan was found.
    """
    began = time.perf_counter()
    time_limit = time_limit if time_limit is not None else (SECONDS if iterations is None else float("inf"))
    _check(time_limit, gap, improvement_gap, iterations, cvar_weight, cvar_level)
    asked = Asked(problem, seed, iterations, cvar_weight, cvar_level)
    nothing = asked.placed(pl.DataFrame(schema=CLASSES), pl.DataFrame(schema=GUIDANCE))[1]
    given, warnings = _given(asked, nothing, start)
    exchange = Exchange(
        Goal(nothing.objective, gap, improvement_gap),
        until=began + time_limit - reserve(time.perf_counter() - began, time_limit),
        iterations=iterations,
        given=given,
        stopped=stop if stop is not None else Event(),
    )
    if progress is not None:
        progress(time.perf_counter() - began, nothing.objective, 0.0)
    with stopping(exchange.interrupt):
        lines: list[Line] = []
        stages = _stages(asked, exchange)
        for works in stages:
            last = works is stages[-1] or iterations is not None
            patience = float("inf") if last else FIRST_STAGE * time_limit
            lines += run_lines(
                works, exchange, began=began, grace=grace(time_limit), patience=patience, progress=progress
            )
        return _finished(asked, exchange, lines, [*problem.warnings, *warnings, *_told(lines)], began, time_limit)


def reserve(recounting: float, time_limit: float) -> float:
    """Seconds kept back for polishing, placing and recounting, from what one recount took; at most a quarter."""
    return min(0.25 * time_limit, 0.05 + 6.0 * recounting)


def grace(time_limit: float) -> float:
    """Seconds a line may take to stop before it is left behind."""
    return min(10.0, 0.5 + 0.1 * time_limit)


def _stages(asked: Asked, exchange: Exchange) -> list[dict[str, Callable[[], object]]]:
    """The lines of work, stage after stage: bound and search side by side; with few starts a short search first."""
    from brygga.planning.exact import ALONE, run_bound
    from brygga.planning.search import run_search
    from brygga.planning.starts import Starts

    weight, level = asked.cvar_weight, asked.cvar_level
    given = exchange.given
    start = given.classes if given is not None and given.by == WARM else None

    def prove() -> object:
        return run_bound(asked.problem, exchange, seed=asked.seed, cvar_weight=weight, cvar_level=level)

    def search(where: Exchange = exchange) -> object:
        tail = {"cvar_weight": weight, "cvar_level": level}
        return run_search(asked.problem, where, seed=asked.seed, iterations=where.iterations, start=start, **tail)

    def first_plan() -> object:
        apart = Exchange(exchange.goal, until=exchange.until, iterations=few(count), stopped=exchange.stopped)
        report = search(apart)
        for offer in apart.offers():
            exchange.offer_plan(offer.value, offer.classes, offer.guidance, by=SEARCH)
            if exchange.given is None or offer.value < exchange.given.value:
                exchange.given = offer
        return report

    count = Starts.of(asked.problem).count
    if count <= FEW_STARTS:
        return [{BOUND: prove}]
    if count <= ALONE:
        return [{SEARCH: first_plan}, {BOUND: prove}]
    return [{BOUND: prove, SEARCH: search}]


def few(starts: int) -> int:
    """Thousands of moves for a first plan, before the exact programme: a matter of half a second."""
    return max(20, starts // 2)


def _given(asked: Asked, nothing: Recount, start: pl.DataFrame | None) -> tuple[Offer | None, list[str]]:
    """The plan known before the lines begin: the warm start or starting nothing, whichever is sound and better."""
    empty = pl.DataFrame(schema=GUIDANCE)
    offers, warnings = [], []
    if nothing.breaches.is_empty():
        offers.append(Offer(nothing.objective, pl.DataFrame(schema=CLASSES), empty, "nothing"))
    if start is not None:
        classes = (
            start.filter(pl.col("classes") > 0)
            .select(list(CLASSES))
            .cast(pl.Schema(CLASSES))
            .sort("measure", "site", "year")
        )
        counted = asked.placed(classes, empty)[1]
        if counted.breaches.is_empty():
            offers.append(Offer(counted.objective, classes, empty, WARM))
        else:
            warnings.append(f"The plan to start from breaks {counted.breaches.height} limit(s) and was left out.")
    return min(offers, key=lambda offer: offer.rank, default=None), warnings


def _finished(
    asked: Asked, exchange: Exchange, lines: list[Line], warnings: list[str], began: float, time_limit: float
) -> Plan:
    """The best plan that the recount finds sound, with its status; or the error that says why there is none."""
    if any(isinstance(line.error, InfeasibleError) or getattr(line.report, "infeasible", False) for line in lines):
        from brygga.planning.clash import explain_clash

        raise explain_clash(asked.problem)
    best: tuple[Offer, pl.DataFrame, Recount] | None = None
    broken: list[Recount] = []
    for offer in _candidates(asked, exchange, began + time_limit):
        if best is not None and offer.value >= best[2].objective - EXACT:
            continue
        arrivals, counted = asked.placed(offer.classes, offer.guidance)
        if counted.breaches.height:
            broken.append(counted)
            warnings.append(f"A plan of the line {offer.by} broke {counted.breaches.height} limit(s) and was left out.")
        elif best is None or counted.objective < best[2].objective:
            best = offer, arrivals, counted
    if best is None:
        raise _no_plan(lines, broken, exchange)
    offer, arrivals, counted = best
    bound, doubt = _bound(exchange, counted.objective)
    search = next((line.report for line in lines if line.name == SEARCH), None)
    return Plan(
        classes=offer.classes,
        guidance=offer.guidance,
        arrivals=arrivals,
        counted=counted,
        bound=bound,
        nothing=exchange.goal.nothing,
        status=_status(exchange, lines, counted.objective, bound),
        seconds=time.perf_counter() - began,
        kernel=str(getattr(search, "kernel", "exact")),
        blocks=int(getattr(search, "blocks", 0)),
        iterations=int(getattr(search, "iterations", 0)),
        seed=asked.seed,
        cvar_weight=asked.cvar_weight,
        cvar_level=asked.cvar_level,
        warnings=(*warnings, *doubt),
    )


def _candidates(asked: Asked, exchange: Exchange, until: float) -> list[Offer]:
    """The best offers of all lines, the best first; before them the best one polished, where that helps."""
    offers = exchange.offers()
    left = until - time.perf_counter() if exchange.iterations is None else float("inf")
    if not offers or exchange.goal.reached(offers[0].value, exchange.proven()):
        return offers
    if exchange.interrupted or left < LEAST_POLISH:
        return offers
    from brygga.planning.polish import polished

    tail = (asked.cvar_weight, asked.cvar_level) if asked.cvar_weight else None
    better = polished(asked.problem, offers[0], seconds=POLISH * left, seed=asked.seed, tail=tail)
    return offers if better is None else [better, *offers]


def _bound(exchange: Exchange, objective: float) -> tuple[float, list[str]]:
    """The best bound not above the objective; a bound well above it cannot be one, and is told and left out."""
    slack = EXACT * max(1.0, abs(objective))
    bound = exchange.proven(at_most=objective + slack)
    if bound < exchange.proven():
        return bound, [f"A bound of {exchange.proven():,.6g} lies above the recounted plan and was left out."]
    return min(bound, objective), []


def _status(exchange: Exchange, lines: list[Line], objective: float, bound: float) -> str:
    if is_proven(objective, bound):
        return "optimal"
    if exchange.goal.reached(objective - EXACT * abs(objective), bound):
        return "gap"
    if exchange.interrupted:
        return "interrupted"
    if exchange.time_over:
        return "time_limit"
    if any(line.error or line.left_behind for line in lines) or exchange.iterations is None:
        return "cut_off"
    return "iterations"


def _told(lines: list[Line]) -> list[str]:
    """What went wrong in a line, one sentence each."""
    errors = [
        f"The line {line.name} ended with {type(line.error).__name__}: {line.error}" for line in lines if line.error
    ]
    return errors + [
        f"The line {line.name} did not stop in time and was left behind." for line in lines if line.left_behind
    ]


def _no_plan(lines: list[Line], broken: list[Recount], exchange: Exchange) -> BryggaError | Exception:
    """Why there is no plan: a line's own error, a breach, or too little time."""
    for counted in broken:
        try:
            require_sound(counted)
        except BryggaError as error:
            return error
    for line in lines:
        if line.error is not None:
            return line.error
    when = "before it was interrupted" if exchange.interrupted else "in the time given"
    return SettingError(
        f"no plan was found {when}",
        why="pins or floors ask for classes, so starting nothing is no plan either",
        todo="allow more time with --time-limit, or take pins or floors away",
    )


def _check(
    time_limit: float,
    gap: float,
    improvement_gap: float | None,
    iterations: int | None,
    cvar_weight: float,
    cvar_level: float,
) -> None:
    """Refuse numbers that mean nothing."""
    wrong = {
        f"the time limit is {time_limit:g} seconds": not time_limit > 0,
        f"the gap is {gap:g}": not 0 <= gap < 1,
        f"the improvement gap is {improvement_gap}": improvement_gap is not None and not 0 <= improvement_gap < 1,
        f"the number of iterations is {iterations}": iterations is not None and iterations < 1,
        f"the weight of the tail is {cvar_weight:g}": not 0 <= cvar_weight < float("inf"),
        f"the level of the tail is {cvar_level:g}": not 0 <= cvar_level < 1,
    }
    for what, is_wrong in wrong.items():
        if is_wrong:
            raise SettingError(
                what,
                why="no search can stop by it",
                todo="give seconds and iterations above 0, gaps and the level from 0 to below 1, a weight from 0",
            )


def _share(part: float, whole: float) -> float:
    return max(0.0, part) / whole if whole > 1e-9 else 0.0
