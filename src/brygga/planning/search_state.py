"""Where a search stands: the empty plan of an instance, a plan put into it, and what a plan is truly worth.

Start reading at `empty_state`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brygga.planning.instance import Instance
from brygga.planning.instance_parts import weighted_draws
from brygga.planning.kernel import restore, set_level
from brygga.planning.layout import (
    ACTIVE_COUNT,
    BEST,
    EXCESS,
    FREE,
    GAIN,
    NEED,
    RANDOM,
    STAY,
    STEP_COUNT,
    STOCK,
    VALUE,
    WORTH,
    YEARS,
    Number,
    Whole,
    pack,
)

MOST_CHANGES = 16


@dataclass(frozen=True)
class State:
    """A plan in progress: both arrays of `layout.pack`, and a view of each section by name."""

    whole: Whole
    real: Number
    views: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        """The section `name`."""
        try:
            return self.views[name]
        except KeyError:
            raise AttributeError(name) from None


def empty_state(instance: Instance, *, seed: int, weights: Number | None = None) -> State:
    """A state in which nothing starts.

    Parameters
    ----------
    weights : of the draws, in the order of their names; their mean where none are given
    """
    data, names = instance.data, instance.names
    starts, floored = instance.starts, bool(np.isfinite(data.floors).any())
    ways = len(data.way_chain) * data.years if data.free else 0
    sources = (len(data.ways) - 1) * data.years if data.free else 0
    journal, bought = _journal(instance), np.zeros((len(names.guidance), data.start_years), np.int64)
    none = np.zeros(starts, np.int64)
    made = {name: value for name, value in data._asdict().items() if isinstance(value, np.ndarray)}
    made |= dict.fromkeys(("seats", "classes", "active", "place", "best_seats"), none)
    made |= {name: np.zeros(ways) for name in ("flow", "best_flow")}
    made |= {name: np.zeros(sources) for name in ("idle", "best_idle")}
    made |= {"levels": bought, "best_levels": bought, "changes": np.zeros((MOST_CHANGES, 2), np.int64)}
    made |= {"journal": np.zeros((journal, 3), np.int64), "journal_size": np.zeros(journal)}
    made |= {"cells": np.zeros((len(data.need), 4)), "left": data.limits}
    made |= {"above": np.zeros(len(data.draw_levels)), "sums": np.zeros(len(data.draw_levels))}
    made |= {"lacking": np.zeros(len(data.floors) if floored else 0)}
    made["pull"] = np.zeros((len(data.ways) - 1) * data.years)
    whole, real, views = pack(made)
    steps = (len(data.steps) - 1) // max(1, len(names.guidance))
    sizes = (data.years, data.start_years, data.occupations, len(data.home), starts, len(data.way_chain))
    whole[YEARS : YEARS + 8] = (*sizes, len(names.guidance), steps)
    whole[FREE : FREE + 3] = (data.free, len(data.draw_levels) > 0, floored)
    real[STAY : STAY + 3] = (data.stay, data.surplus, data.cost_weight)
    real[BEST] = np.inf
    whole[RANDOM : RANDOM + 4] = _generator(seed)
    state = State(whole, real, views)
    weigh(instance, state, np.full(instance.draws, 1.0 / instance.draws) if weights is None else weights)
    clear(instance, state)
    return state


def _journal(instance: Instance) -> int:
    """Most changes of stock one move can make."""
    data = instance.data
    ways = int(np.diff(data.ways).max(initial=0))
    leads, drains = int(np.diff(data.leads).max(initial=0)), int(np.diff(data.drains).max(initial=0))
    pieces = 2 * (ways + data.years) + 40 if data.free else ways
    return 64 + MOST_CHANGES * (leads * pieces + drains)


def _generator(seed: int) -> Whole:
    """Four words of 32 bits from a seed."""
    words: Whole = np.random.SeedSequence(seed).generate_state(4, np.uint32).astype(np.int64)
    words[0] |= 1
    return words


def weigh(instance: Instance, state: State, weights: Number) -> None:
    """Let draws count by `weights`; `clear` or `put` afterwards."""
    data = instance.data
    above, sums = weighted_draws(instance.order, data.draw_levels, weights)
    state.above[:], state.sums[:] = above, sums
    drawn = np.diff(data.draws) > 0
    state.cells[:, NEED] = data.need
    state.cells[:, WORTH] = np.where(drawn, data.worth, data.worth * float(weights.sum()))


def clear(instance: Instance, state: State) -> None:
    """Empty the plan: nothing starts, nothing is used."""
    data, years = instance.data, instance.data.years
    for name in ("seats", "classes", "levels", "flow", "idle"):
        state.views[name][...] = 0
    state.whole[ACTIVE_COUNT : STEP_COUNT + 1] = 0
    state.place[:] = -1
    state.left[:] = data.limits
    cells = state.cells
    cells[:, STOCK] = 0.0
    first, drawn = data.draws[:-1], np.diff(data.draws) > 0
    short = cells[:, NEED].copy()
    own = np.where(short > 0, 1.0, -data.surplus)
    if drawn.any():
        last = data.draws[1:][drawn]
        short[drawn] = state.sums[first[drawn]]
        positive = first[drawn] + _zeros(data.draw_levels, first[drawn], last)
        reach = np.where(positive < last, np.append(state.above, 0.0)[positive], 0.0)
        own[drawn] = reach - data.surplus * (state.above[first[drawn]] - reach)
    state.real[VALUE] = float(np.sum(short * cells[:, WORTH]))
    slopes = (own * cells[:, WORTH]).reshape(-1, years)
    gains, later = np.zeros_like(slopes), np.zeros(len(slopes))
    for t in range(years - 1, -1, -1):
        later = slopes[:, t] + data.stay * later
        gains[:, t] = later
    cells[:, GAIN] = gains.ravel()
    state.pull[:] = _pulls(instance, cells[:, GAIN])
    state.real[EXCESS] = 0.0
    if len(state.lacking):
        state.lacking[:] = data.need.reshape(-1, data.occupations, years).sum(axis=1).ravel()
        state.real[EXCESS] = float(np.maximum(0.0, state.lacking - data.floors).sum())


def _pulls(instance: Instance, gains: Number) -> Number:
    """What one person more of each source is worth by year of joining: over shares, or with free reach at best."""
    data = instance.data
    own = gains[data.way_chain[:, None] + np.arange(data.years)]
    source = np.repeat(np.arange(len(data.ways) - 1), np.diff(data.ways))
    pulls = np.zeros((len(data.ways) - 1, data.years))
    if data.free:
        np.maximum.at(pulls, source, own)
        pulls *= np.repeat(data.staying, data.occupations)[:, None]
    else:
        np.add.at(pulls, source, data.way_share[:, None] * own)
    made: Number = pulls.ravel()
    return made


def _zeros(levels: Number, first: Whole, last: Whole) -> Whole:
    """How many of a cell's sorted needs are zero."""
    zero = np.append(0, np.cumsum(levels <= 1e-9))
    found: Whole = zero[last] - zero[first]
    return found


def put(instance: Instance, state: State, seats: Whole, levels: Whole, *, flows: bool = False) -> None:
    """Put a plan into the state as far as limits allow; `flows`: people where the best plan so far had them."""
    seats, levels = seats.copy(), levels.copy()
    clear(instance, state)
    for guidance, year in zip(*np.nonzero(levels), strict=True):
        level = int(levels[guidance, year])
        if not set_level(state.whole, state.real, int(guidance), int(year), level):
            set_level(state.whole, state.real, int(guidance), int(year), 0)
    restore(state.whole, state.real, seats, flows)


def weighted_by_draw(instance: Instance, state: State, *, stocks: Number | None = None) -> Number:
    """Weighted shortage and surplus of each draw."""
    data = instance.data
    stock = state.cells[:, STOCK] if stocks is None else stocks
    drawn = np.diff(data.draws) > 0
    over = stock - data.need
    fixed = np.where(drawn, 0.0, data.worth * (np.maximum(-over, 0.0) + data.surplus * np.maximum(over, 0.0)))
    made: Number = np.full(instance.draws, float(fixed.sum()))
    if len(data.draw_levels):
        count = instance.draws
        over = np.repeat(stock[drawn], count) - data.draw_levels
        missed = np.maximum(-over, 0.0) + data.surplus * np.maximum(over, 0.0)
        made += np.bincount(instance.order, weights=missed * np.repeat(data.worth[drawn], count), minlength=count)
    return made
