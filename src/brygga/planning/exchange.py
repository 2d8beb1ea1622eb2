"""The meeting point of the two lines of work: the best plan, the best bound, and when to stop.

One line proves that no plan is better than a bound, the other searches plans; both run in
threads of one process and meet here only. With `iterations` neither may see what the other has
done so far, since that depends on who was faster: `best` then shows the warm start and `bound` nothing, and a
line stops only when its own fixed amount of work is done, the time is over, or at Ctrl-C.

Start reading at `Exchange`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

import polars as pl

Progress = Callable[[float, float, float], None]
"""Called with seconds, the best plan's objective (infinite before the first) and the bound, when one has moved."""
LOWEST = 0.0
"""Shortage, surplus and cost are never below zero, so neither is any objective."""
EXACT = 1e-6
"""A plan this near its bound, as a share of the objective (of one where that is smaller), is optimal."""


@dataclass(frozen=True)
class Offer:
    """A plan one line has found: its value, measure-site-year classes and seats, and guidance bought."""

    value: float
    classes: pl.DataFrame
    guidance: pl.DataFrame
    by: str

    @property
    def rank(self) -> tuple[float, str]:
        """Order of offers; of equally good ones the line first in the alphabet, whoever was first in time."""
        return self.value, self.by


@dataclass(frozen=True)
class Goal:
    """When a plan is near enough.

    `gap` : (objective - bound) / objective. `improvement_gap` : (objective - bound) / (nothing - bound); it
    replaces `gap` when it is given. `nothing` : the objective when nothing starts.
    """

    nothing: float
    gap: float = 0.01
    improvement_gap: float | None = None

    def reached(self, value: float, bound: float) -> bool:
        """Whether a plan of this `value` is near enough to `bound`.

        Examples
        --------
        >>> Goal(nothing=200.0, gap=0.02).reached(100.0, 98.5), Goal(nothing=200.0, gap=0.01).reached(100.0, 98.5)
        (True, False)
        >>> Goal(nothing=200.0, improvement_gap=0.02).reached(100.0, 98.5)
        True
        """
        if is_proven(value, bound):
            return True
        if self.improvement_gap is not None:
            return value - bound <= self.improvement_gap * (self.nothing - bound)
        return value - bound <= self.gap * abs(value)


def is_proven(value: float, bound: float) -> bool:
    """Whether no plan can be noticeably better than one of this `value`.

    Examples
    --------
    >>> is_proven(40.0, 40.0 - 1e-6), is_proven(40.0, 39.9), is_proven(float("inf"), 0.0)
    (True, False, False)
    """
    return value - bound <= EXACT * max(1.0, abs(value)) and value < float("inf")


@dataclass
class Exchange:
    """Where both lines leave what they find; any thread may call any of it.

    Parameters
    ----------
    goal : how near the bound is near enough
    until : `time.perf_counter()` at which the lines stop
    iterations : when set, each line does an amount of work that follows from it alone
    given : a plan known before the lines begin (a warm start); the one `best` shows with `iterations`
    stopped : set by Ctrl-C, or by anybody who wants the best plan so far
    """

    goal: Goal
    until: float = float("inf")
    iterations: int | None = None
    given: Offer | None = None
    stopped: Event = field(default_factory=Event)
    _offers: dict[str, Offer] = field(default_factory=dict)
    _bounds: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _ended: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        if self.given is not None:
            self._offers[self.given.by] = self.given

    def offer_plan(self, value: float, classes: pl.DataFrame, guidance: pl.DataFrame, *, by: str) -> bool:
        """Leave a plan; True when it is better than all before.

        Parameters
        ----------
        value : its objective or something above it, on the problem's scale
        classes : measure, site, year, classes, seats; a new frame that nobody changes later
        guidance : guidance, year, steps
        by : name of the line
        """
        offer = Offer(value, classes, guidance, by)
        with self._lock:
            own, best = self._offers.get(by), self._best()
            if own is None or offer.rank < own.rank:
                self._offers[by] = offer
            return best is None or value < best.value

    def offer_bound(self, value: float, *, by: str) -> bool:
        """Leave a proven lower bound on the objective; True when it is better than all before. NaN is none."""
        with self._lock:
            before = self._bound()
            if value > self._bounds.get(by, LOWEST):
                self._bounds[by] = value
            return value > before

    def best(self) -> tuple[float, pl.DataFrame, pl.DataFrame] | None:
        """The best plan so far as (value, classes, guidance), with `iterations` the one `given`; None without one."""
        with self._lock:
            best = self._best() if self.iterations is None else self.given
        return None if best is None else (best.value, best.classes, best.guidance)

    @property
    def value(self) -> float:
        """The best plan's value; infinite where `best` is None."""
        best = self.best()
        return float("inf") if best is None else best[0]

    @property
    def bound(self) -> float:
        """The best bound so far; 0 before the first, and always with `iterations`."""
        if self.iterations is not None:
            return LOWEST
        with self._lock:
            return self._bound()

    def stop(self) -> bool:
        """Whether to stop now: time over, Ctrl-C, ended, or (without `iterations`) near enough."""
        if self.stopped.is_set() or self._ended.is_set() or time.perf_counter() >= self.until:
            return True
        if self.iterations is not None:
            return False
        with self._lock:
            best, bound = self._best(), self._bound()
        return best is not None and self.goal.reached(best.value, bound)

    def seconds_left(self) -> float:
        """Seconds until the lines must stop, at least 0; infinite with `iterations`, where no choice rests on it."""
        return float("inf") if self.iterations is not None else max(0.0, self.until - time.perf_counter())

    def interrupt(self) -> None:
        """Ask both lines to stop: somebody pressed Ctrl-C."""
        self.stopped.set()

    def end(self) -> None:
        """Ask both lines to stop: one has proven its plan, or nothing more can be won."""
        self._ended.set()

    @property
    def interrupted(self) -> bool:
        """Whether somebody pressed Ctrl-C."""
        return self.stopped.is_set()

    @property
    def time_over(self) -> bool:
        """Whether the time is over."""
        return time.perf_counter() >= self.until

    def offers(self) -> list[Offer]:
        """The best plan of each line, the best first; for whoever started the lines, with `iterations` too."""
        with self._lock:
            return sorted(self._offers.values(), key=lambda offer: offer.rank)

    def proven(self, *, at_most: float = float("inf")) -> float:
        """The best bound of all lines not above `at_most`; for whoever started them, with `iterations` too."""
        with self._lock:
            return max((bound for bound in self._bounds.values() if bound <= at_most), default=LOWEST)

    def _best(self) -> Offer | None:
        return min(self._offers.values(), key=lambda offer: offer.rank, default=None)

    def _bound(self) -> float:
        return max(self._bounds.values(), default=LOWEST)
