"""The line of work that looks for plans: annealing over seats, anneal after anneal, the best plan offered.

Each anneal goes from warm to cold and ends with a stretch in which nothing worse is taken. The first are
short, so that a plan is there soon; later ones take most of the time, and what remains goes to
lukewarm anneals from the best plan. With a number of iterations the clock is never asked, so
that the same seed gives the same plan; without one each anneal fits into the time that is left.

Start reading at `run_search`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from brygga.planning.exchange import Exchange
from brygga.planning.instance import Instance
from brygga.planning.kernel import KERNEL, is_ready, keep_best, plain, run_moves, set_level
from brygga.planning.layout import (
    BEST,
    CLASSES_LEAST,
    EXCESS,
    SIZE_MOST,
    UNIT,
    VALUE,
    Number,
    Whole,
)
from brygga.planning.problem import Problem
from brygga.planning.recount_cells import tail_mean
from brygga.planning.search_state import State, empty_state, put, weigh, weighted_by_draw

LINE = "search"
MOVES_AN_ITERATION = 1000
BLOCK_SECONDS = 0.15
FIRST_SECONDS = 3.0
"""How long plain Python looks for a first plan while nothing is compiled, at most a tenth of the time."""
COLDEST = 1 / 400
"""The end of an anneal, as a share of its beginning."""
FROZEN = 0.06
"""The last part of an anneal, in which nothing worse is taken."""
TRIES = 8
"""The receiver of seats is the best of so many starts at most."""
WARMEST, WARM = 1.0, 0.05
"""Beginning of an anneal, and of one from a good plan, as a share of the middle change of a random move."""
PARTS, LONG_PARTS, WARM_PARTS = (0.1, 0.3, 0.6), (0.05, 0.95), (0.3, 0.7)
"""The anneals of a search with a number of iterations, as shares of it."""
MANY = 5_000
"""With more starts than this one long anneal gives better plans than two."""
NOTHING: Number = np.zeros(0)


@dataclass(frozen=True)
class SearchReport:
    """What the search did: blocks and iterations of moves, which kernel ran, and the best plan's value.

    `compiling`: seconds until the kernel was compiled and loaded; long only the first time it is used.
    """

    blocks: int
    iterations: int
    kernel: str
    value: float
    compiling: float = 0.0


@dataclass
class Search:
    """A search in progress; `value`, `seats`, `levels` are the best plan by its true objective."""

    problem: Problem
    exchange: Exchange
    instance: Instance
    state: State
    cvar_weight: float
    cvar_level: float
    weights: Number
    value: float = float("inf")
    offered: float = float("inf")
    seats: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    levels: Whole = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    blocks: int = 0
    moves: int = 0
    rate: float = 0.0
    speed: float = 1e5
    told: float = 0.0


def run_search(
    problem: Problem,
    exchange: Exchange,
    *,
    seed: int,
    iterations: int | None = None,
    start: pl.DataFrame | None = None,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
) -> SearchReport:
    """Look for plans until the exchange says stop, or for `iterations` thousand moves, and offer what is found.

    Parameters
    ----------
    start : measure, site, year, seats of a plan to begin from; of seats that break a limit as many as it allows
    cvar_weight, cvar_level : what the mean of the worst `1 - cvar_level` of the draws counts beside their mean
    """
    instance = Instance.of(problem)
    weights = np.full(instance.draws, (1.0 + cvar_weight) / instance.draws)
    state = empty_state(instance, seed=seed, weights=weights)
    search = Search(problem, exchange, instance, state, cvar_weight, cvar_level, weights)
    search.rate = 3.0 * float(instance.data.worth.max(initial=1.0)) * instance.data.years
    if iterations is None and not is_ready():
        _first_plan(search)
    began = time.perf_counter()
    put(instance, state, state.best_seats, state.best_levels)
    run_moves(state.whole, state.real, 1, 0.0, 0.0, search.rate, TRIES, NOTHING)
    compiling = time.perf_counter() - began
    if start is not None:
        put(instance, state, instance.seats_of(start), state.levels)
    if instance.starts == 0:
        _learn(search)
        _offer(search)
        return SearchReport(0, 0, KERNEL, search.value)
    warm = start is not None
    hot = _scale(search)
    if iterations is not None:
        _by_iterations(search, iterations, hot, warm=warm)
    else:
        _by_time(search, hot, warm=warm)
    _sell_unused(search)
    _offer(search)
    return SearchReport(search.blocks, search.moves // MOVES_AN_ITERATION, KERNEL, search.value, compiling)


def _first_plan(search: Search) -> None:
    """A rough plan by the moves in plain Python, for as long as the compiled ones are not there."""
    state, slow = search.state, plain()
    until = time.perf_counter() + min(FIRST_SECONDS, 0.1 * search.exchange.seconds_left())
    slow.restore(state.whole, state.real, state.best_seats, False)
    while time.perf_counter() < until and not search.exchange.stop():
        slow.run_moves(state.whole, state.real, 100, 0.0, 0.0, search.rate, TRIES, NOTHING)
    slow.keep_best(state.whole, state.real)
    if search.cvar_weight == 0.0 and state.real[EXCESS] <= 0.0:
        search.value = float(state.real[BEST])
        search.seats, search.levels = state.best_seats.copy(), state.best_levels.copy()
        _offer(search)


def _by_iterations(search: Search, iterations: int, hot: float, *, warm: bool) -> None:
    """A short anneal, a longer one and a long one, of so many thousand moves together."""
    total = iterations * MOVES_AN_ITERATION
    parts = PARTS if search.instance.starts <= MANY else LONG_PARTS
    for part in WARM_PARTS if warm else parts:
        _anneal(search, hot * (WARM if warm else WARMEST), moves=max(1, int(part * total)))
        _restart(search, warm=warm)


def _by_time(search: Search, hot: float, *, warm: bool) -> None:
    """Anneals of growing length within the time left, until the exchange says stop."""
    left = search.exchange.seconds_left()
    lengths = [0.05 * left, 0.2 * left] if np.isfinite(left) else [2.0, 6.0]
    lengths = lengths if search.instance.starts <= MANY else lengths[:1]
    while not search.exchange.stop():
        left = search.exchange.seconds_left()
        seconds = lengths.pop(0) if lengths else 0.97 * left if np.isfinite(left) else 20.0
        _anneal(search, hot * (WARM if warm else WARMEST), seconds=min(max(seconds, 0.2), max(left, 0.05)))
        if not search.exchange.stop():
            warm = _restart(search, warm=warm)


def _scale(search: Search) -> float:
    """A temperature at which most moves are taken: the middle size of change of random moves in a filled plan."""
    instance, state = search.instance, search.state
    run_moves(state.whole, state.real, 4 * instance.starts + 1000, 0.0, 0.0, search.rate, TRIES, NOTHING)
    sizes = np.full(1000, np.nan)
    run_moves(state.whole, state.real, 20_000, 0.0, 0.0, search.rate, TRIES, sizes)
    found = sizes[sizes > 0]
    return float(np.median(found)) if len(found) else 1.0


def _anneal(search: Search, hot: float, *, moves: int | None = None, seconds: float | None = None) -> None:
    """One anneal of so many moves, or so many seconds, in blocks."""
    began, done = time.perf_counter(), 0.0
    while done < 1.0 and not search.exchange.stop():
        if moves is not None:
            count = min(max(1, moves), 50 * MOVES_AN_ITERATION)
            step = count / moves
        else:
            assert seconds is not None
            count = max(1000, int(search.speed * min(BLOCK_SECONDS, seconds / 20)))
            step = count / search.speed / seconds
        before = time.perf_counter()
        _block(search, count, _heat(hot, done), _heat(hot, done + step))
        spent = time.perf_counter() - before
        search.speed = 0.5 * search.speed + 0.5 * count / max(spent, 1e-6)
        done = done + step if seconds is None else (time.perf_counter() - began) / seconds
    _learn(search)
    _offer(search)
    if search.state.real[EXCESS] > 0:
        search.rate *= 4.0


def _heat(hot: float, done: float) -> float:
    """The temperature when a part of an anneal is done; 0 in its last stretch."""
    along = done / (1.0 - FROZEN)
    return float(hot * COLDEST**along) if along < 1.0 else 0.0


def _block(search: Search, count: int, hot: float, cold: float) -> None:
    state = search.state
    run_moves(state.whole, state.real, count, hot if cold > 0.0 else 0.0, cold, search.rate, TRIES, NOTHING)
    search.blocks += 1
    search.moves += count
    if search.cvar_weight > 0.0 and search.instance.draws > 1:
        _reweigh(search)
    if search.exchange.iterations is None and time.perf_counter() - search.told > 1.0:
        _learn(search)
        _offer(search)


def _reweigh(search: Search) -> None:
    """Let the draws that are worst now count more; plans are compared by what they are truly worth."""
    state, instance = search.state, search.instance
    _learn(search)
    draws = weighted_by_draw(instance, state)
    search.weights = 0.8 * search.weights + 0.2 * _tail_weights(search, draws)
    weigh(instance, state, search.weights)
    state.best_seats[:], state.best_flow[:], state.best_idle[:] = state.seats, state.flow, state.idle
    state.best_levels[:] = state.levels
    put(instance, state, state.best_seats, state.best_levels, flows=True)
    state.real[BEST] = np.inf


def _tail_weights(search: Search, draws: Number) -> Number:
    """Weights of the draws that give mean plus weighted tail for these values."""
    count = len(draws)
    share = max((1.0 - search.cvar_level) * count, 1e-9)
    weights = np.full(count, 1.0 / count)
    left = share
    for draw in np.argsort(-draws, kind="stable"):
        part = min(1.0, left)
        weights[draw] += search.cvar_weight * part / share
        left -= part
    return weights


def _learn(search: Search) -> None:
    """Compare the state's best plan with the best so far."""
    state = search.state
    if search.cvar_weight > 0.0 and search.instance.draws > 1:
        if state.real[EXCESS] > 1e-9:
            return
        draws = weighted_by_draw(search.instance, state)
        cost = state.real[VALUE] - float(draws @ search.weights)
        value = float(draws.mean()) + search.cvar_weight * tail_mean(draws.tolist(), search.cvar_level) + cost
        seats, levels = state.seats, state.levels
    else:
        keep_best(state.whole, state.real)
        value, seats, levels = float(state.real[BEST]), state.best_seats, state.best_levels
    if value < search.value - 1e-9:
        search.value, search.seats, search.levels = value, seats.copy(), levels.copy()


def _offer(search: Search) -> None:
    """Offer the best plan so far, if it is better than what was offered."""
    search.told = time.perf_counter()
    if search.value >= search.offered - 1e-9:
        return
    search.offered = search.value
    data = search.instance.data
    unit = data.starts[:, UNIT]
    classes = np.ceil(search.seats / data.units[unit, SIZE_MOST] - 1e-9).astype(np.int64)
    classes = np.maximum(classes, data.starts[:, CLASSES_LEAST])
    frame = search.instance.classes_frame(search.seats, classes)
    guidance = search.instance.guidance_frame(search.levels)
    search.exchange.offer_plan(search.value, frame, guidance, by=LINE)


def _restart(search: Search, *, warm: bool) -> bool:
    """Begin again: from the best plan when it is `warm`, or from a much better one of the other line; True then."""
    state, instance = search.state, search.instance
    best = search.exchange.best() if search.exchange.iterations is None else None
    if best is not None and best[0] < search.value * (1 - 1e-3):
        put(instance, state, instance.seats_of(best[1]), instance.levels_of(best[2]))
        return True
    if warm and len(search.seats):
        put(instance, state, search.seats, search.levels)
        return True
    put(instance, state, np.zeros_like(state.seats), np.zeros_like(state.levels))
    return False


def _sell_unused(search: Search) -> None:
    """Take steps of guidance out of the best plan whose applicants nobody needs."""
    state = search.state
    if not search.levels.any():
        return
    put(search.instance, state, search.seats, search.levels)
    for guidance, year in zip(*np.nonzero(search.levels), strict=True):
        at = int(guidance), int(year)
        level = int(state.levels[at])
        while level > 0 and set_level(state.whole, state.real, *at, level - 1):
            level -= 1
        set_level(state.whole, state.real, *at, level)
        search.levels[at] = level
