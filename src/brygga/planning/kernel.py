"""The moves of the search over seats, compiled where numba is installed and plain Python where it is not.

A plan is a number of seats at every start; its classes are the fewest that hold them. A move takes
seats at one or two starts, gives seats at one or two others, and is kept when the objective falls, or
rises by less than chance allows at the temperature. No limit is ever broken: what each row has left is
kept up to date, and a move that would overdraw one is taken back before anything else.

Most moves are refused by a bound: the objective is convex in the stocks, so the worth of one
person more in each cell (`GAIN`) times the change is never more than what the move really saves.

Start reading at `run_moves`; `python -m brygga.planning.kernel` compiles everything once.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from math import ceil, exp, floor, log
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from brygga.planning.layout import (
    ABOVE,
    ACCEPTED,
    ACTIVE,
    ACTIVE_COUNT,
    APPLICANTS,
    ARRIVES,
    BACK_SHARE,
    BACK_SOURCE,
    BACKS,
    BEST,
    BEST_FLOW,
    BEST_IDLE,
    BEST_LEVELS,
    BEST_SEATS,
    CELLS,
    CHANGE_COUNT,
    CHANGES,
    CLASSES,
    CLASSES_LEAST,
    CLASSES_MOST,
    COST_WEIGHT,
    DRAIN_OCCUPATION,
    DRAIN_SHARE,
    DRAINS,
    DRAW_LEVELS,
    DRAWN,
    DRAWS,
    EXCESS,
    FLOORED,
    FLOORS,
    FLOW,
    FREE,
    GAIN,
    GROUPS,
    GUIDANCE_STEPS,
    GUIDANCES,
    HOME,
    IDLE,
    JOURNAL,
    JOURNAL_SIZE,
    KIN,
    KIN_OF,
    KIN_START,
    LACKING,
    LEAD_OCCUPATION,
    LEAD_SHARE,
    LEADS,
    LEFT,
    LEVELS,
    MADE,
    NEED,
    OCCUPATIONS,
    OWN,
    PAY_ROW,
    PAY_SHARE,
    PAYS,
    PLACE,
    PRICE_CLASS,
    PRICE_SEAT,
    PULL,
    RANDOM,
    RATE,
    ROOMS,
    SEATS,
    SEATS_MOST,
    SITE,
    SITES,
    SIZE_LEAST,
    SIZE_MOST,
    START_YEARS,
    STARTS,
    STARTS_COUNT,
    STAY,
    STAYING,
    STEP_COUNT,
    STEP_NUMBER,
    STEP_WHOLE,
    STEPS,
    STOCK,
    SUMS,
    SURPLUS,
    TRIED,
    UNIT,
    UNITS,
    VALUE,
    WAY_CHAIN,
    WAY_SHARE,
    WAYS,
    WAYS_COUNT,
    WORTH,
    YEARS,
)

Function = TypeVar("Function", bound=Callable[..., Any])

PLAIN = "brygga.planning.plain_kernel"
"""The name of this module when it is loaded again without numba."""

try:
    if __name__ == PLAIN:
        raise ImportError(PLAIN)
    from numba import njit
except ImportError:
    KERNEL = "python"

    def compiled(function: Function) -> Function:
        """The function as it is: numba is not installed."""
        return function

    entry = compiled
else:
    KERNEL = "numba"
    compiling: Any = njit
    options = {"nogil": True, "error_model": "numpy"}

    def compiled(function: Function) -> Function:
        """A function that only compiled ones call: it becomes part of them."""
        return cast(Function, compiling(**options, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function))

    def entry(function: Function) -> Function:
        """A function that Python calls: compiled with all it calls at its first call, and kept beside this file."""
        return cast(Function, compiling(**options, cache=True)(function))


MASK = 0xFFFFFFFF
TINY = 1e-9
RESOLUTION = 1 << 30


@compiled
def below(whole: Any, count: int) -> int:
    """A whole number from 0 to count - 1 (xorshift with 128 bits: alike compiled and not)."""
    x = whole[RANDOM + 0]
    x = x ^ ((x << 11) & MASK)
    w = whole[RANDOM + 3]
    whole[RANDOM + 0] = whole[RANDOM + 1]
    whole[RANDOM + 1] = whole[RANDOM + 2]
    whole[RANDOM + 2] = w
    w = (w ^ (w >> 19)) ^ (x ^ (x >> 8))
    whole[RANDOM + 3] = w
    return int((w * count) >> 32)


@compiled
def missing(whole: Any, real: Any, cell: int, stock: float) -> float:
    """Weighted persons short (and surplus) of a cell with draws at this net stock."""
    surplus = real[SURPLUS]
    first, last = whole[whole[DRAWS] + cell], whole[whole[DRAWS] + cell + 1]
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if real[whole[DRAW_LEVELS] + middle] > stock:
            high = middle
        else:
            low = middle + 1
    weight, need = 0.0, 0.0
    if low < last:
        weight, need = real[whole[ABOVE] + low], real[whole[SUMS] + low]
    short = need - weight * stock
    if surplus > 0.0:
        short += surplus * ((real[whole[ABOVE] + first] - weight) * stock - (real[whole[SUMS] + first] - need))
    return short


@compiled
def slope(whole: Any, real: Any, cell: int, stock: float) -> float:
    """What one person more saves in a cell with draws."""
    surplus = real[SURPLUS]
    first, last = whole[whole[DRAWS] + cell], whole[whole[DRAWS] + cell + 1]
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if real[whole[DRAW_LEVELS] + middle] > stock + TINY:
            high = middle
        else:
            low = middle + 1
    weight = real[whole[ABOVE] + low] if low < last else 0.0
    return float(weight - surplus * (real[whole[ABOVE] + first] - weight))


@compiled
def mean_short(whole: Any, real: Any, cell: int, stock: float) -> float:
    """Persons short in the mean over draws."""
    cells = whole[CELLS]
    first, last = whole[whole[DRAWS] + cell], whole[whole[DRAWS] + cell + 1]
    if first == last:
        return max(0.0, float(real[cells + 4 * cell + NEED]) - stock)
    short = 0.0
    for k in range(first, last):
        if real[whole[DRAW_LEVELS] + k] > stock:
            short += real[whole[DRAW_LEVELS] + k] - stock
    return float(short / (last - first))


@compiled
def draw_near(whole: Any, real: Any, chain: int, t: int, change: float) -> None:
    """Bring up to date what one person more from year `t` on is worth to every site that reaches a chain."""
    years = whole[YEARS]
    for k in range(whole[whole[BACKS] + chain], whole[whole[BACKS] + chain + 1]):
        source = whole[whole[BACK_SOURCE] + k]
        if whole[FREE] == 0:
            real[whole[PULL] + source * years + t] += real[whole[BACK_SHARE] + k] * change
        else:
            most = 0.0
            for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
                most = max(most, real[whole[CELLS] + 4 * (whole[whole[WAY_CHAIN] + way] + t) + GAIN])
            real[whole[PULL] + source * years + t] = most * real[whole[STAYING] + source // whole[OCCUPATIONS]]


@compiled
def shift(whole: Any, real: Any, chain: int, since: int, amount: float) -> None:
    """Add people to a chain from a year on; brings stock, gains, floors and value up to date."""
    cells, years, stay, surplus = whole[CELLS], whole[YEARS], real[STAY], real[SURPLUS]
    drawn = whole[DRAWN] > 0
    floored = whole[FLOORED] > 0
    value, people = 0.0, amount
    for t in range(since, years):
        i = chain + t
        old = real[cells + 4 * i + STOCK]
        new = old + people
        real[cells + 4 * i + STOCK] = new
        if drawn and whole[whole[DRAWS] + i + 1] > whole[whole[DRAWS] + i]:
            after = missing(whole, real, i, new)
            before = missing(whole, real, i, old)
        else:
            after, before = real[cells + 4 * i + NEED] - new, real[cells + 4 * i + NEED] - old
            if after < 0.0:
                after = -surplus * after
            if before < 0.0:
                before = -surplus * before
        value += real[cells + 4 * i + WORTH] * (after - before)
        if floored:
            row = chain // (years * whole[OCCUPATIONS]) * years + t
            most, short = real[whole[FLOORS] + row], real[whole[LACKING] + row]
            change = mean_short(whole, real, i, new)
            change -= mean_short(whole, real, i, old)
            real[whole[LACKING] + row] = short + change
            real[EXCESS] += max(0.0, short + change - most) - max(0.0, short - most)
        people *= stay
    real[VALUE] += value
    gain = 0.0
    for t in range(years - 1, -1, -1):
        i = chain + t
        if drawn and whole[whole[DRAWS] + i + 1] > whole[whole[DRAWS] + i]:
            own = slope(whole, real, i, real[cells + 4 * i + STOCK])
        elif real[cells + 4 * i + STOCK] < real[cells + 4 * i + NEED] - TINY:
            own = 1.0
        else:
            own = -surplus
        gain = own * real[cells + 4 * i + WORTH] + stay * gain
        if floored and own > 0.0:
            row = chain // (years * whole[OCCUPATIONS]) * years + t
            if real[whole[LACKING] + row] > real[whole[FLOORS] + row]:
                gain += real[RATE]
        change = gain - real[cells + 4 * i + GAIN]
        if change != 0.0:
            real[cells + 4 * i + GAIN] = gain
            draw_near(whole, real, chain // years, t, change)


@compiled
def note(whole: Any, real: Any, chain: int, since: int, place: int, amount: float) -> None:
    """Write a change of stock into the journal of this move."""
    k = whole[STEP_COUNT]
    whole[whole[JOURNAL] + 3 * k + 0] = chain
    whole[whole[JOURNAL] + 3 * k + 1] = since
    whole[whole[JOURNAL] + 3 * k + 2] = place
    real[whole[JOURNAL_SIZE] + k] = amount
    whole[STEP_COUNT] = k + 1


@compiled
def move(whole: Any, real: Any, way: int, since: int, amount: float) -> None:
    """Let people take a way (below zero: leave it)."""
    chain, place = whole[whole[WAY_CHAIN] + way], way * whole[YEARS] + since
    shift(whole, real, chain, since, amount)
    real[whole[FLOW] + place] += amount
    note(whole, real, chain, since, place, amount)


@compiled
def settle(whole: Any, real: Any, source: int, since: int, amount: float) -> None:
    """Bring completers of a source to where they are worth most, up to the next post that is filled, and so on."""
    cells, years, left = whole[CELLS], whole[YEARS], amount
    smallest = amount / 16.0
    while left > TINY:
        best, most = -1, TINY
        for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
            gain = real[cells + 4 * (whole[whole[WAY_CHAIN] + way] + since) + GAIN]
            if gain > most:
                best, most = way, gain
        if best < 0:
            break
        piece, kept = left, 1.0
        for t in range(since, years):
            i = whole[whole[WAY_CHAIN] + best] + t
            room = real[cells + 4 * i + NEED] - real[cells + 4 * i + STOCK]
            if room > TINY and room < piece * kept:
                piece = room / kept
            kept *= real[STAY]
        piece = min(left, max(piece, smallest))
        move(whole, real, best, since, piece)
        left -= piece
    if left > 0.0:
        real[whole[IDLE] + source * years + since] += left
        note(whole, real, -1, since, source * years + since, left)


@compiled
def loss_of(whole: Any, real: Any, chain: int, since: int) -> float:
    """What one person fewer from a year on costs."""
    cells = whole[CELLS]
    loss, kept = 0.0, 1.0
    for t in range(since, whole[YEARS]):
        i = chain + t
        if whole[whole[DRAWS] + i + 1] > whole[whole[DRAWS] + i]:
            stock = real[cells + 4 * i + STOCK] - 2 * TINY
            own = slope(whole, real, i, stock)
        elif real[cells + 4 * i + STOCK] <= real[cells + 4 * i + NEED] + TINY:
            own = 1.0
        else:
            own = -real[SURPLUS]
        loss += kept * own * real[cells + 4 * i + WORTH]
        if whole[FLOORED] > 0 and own > 0.0:
            row = chain // (whole[YEARS] * whole[OCCUPATIONS]) * whole[YEARS] + t
            if real[whole[LACKING] + row] > real[whole[FLOORS] + row] - 0.01:
                loss += kept * real[RATE]
        kept *= real[STAY]
    return loss


@compiled
def withdraw(whole: Any, real: Any, source: int, since: int, amount: float) -> None:
    """Take completers of a source away: first those without a post, then from where least is lost."""
    cells, years, left = whole[CELLS], whole[YEARS], amount
    smallest = amount / 16.0
    idle = min(left, real[whole[IDLE] + source * years + since])
    if idle > 0.0:
        real[whole[IDLE] + source * years + since] -= idle
        note(whole, real, -1, since, source * years + since, -idle)
        left -= idle
    while left > TINY:
        best, least = -1, 1e300
        for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
            if real[whole[FLOW] + way * years + since] > TINY:
                loss = loss_of(whole, real, whole[whole[WAY_CHAIN] + way], since)
                if loss < least:
                    best, least = way, loss
        if best < 0:
            break
        piece, kept = left, 1.0
        for t in range(since, years):
            i = whole[whole[WAY_CHAIN] + best] + t
            room = real[cells + 4 * i + STOCK] - real[cells + 4 * i + NEED]
            if room > TINY and room < piece * kept:
                piece = room / kept
            kept *= real[STAY]
        piece = min(left, max(piece, smallest), real[whole[FLOW] + best * years + since])
        move(whole, real, best, since, -piece)
        left -= piece


@compiled
def reroute(whole: Any, real: Any, source: int, since: int) -> None:
    """Move completers of a source from where they are worth least to where they are worth most, while that helps."""
    cells, years = whole[CELLS], whole[YEARS]
    for _ in range(6):
        best, most = -1, TINY
        worst, least = -1, 1e300
        if real[whole[IDLE] + source * years + since] > TINY:
            least = 0.0
        for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
            gain = real[cells + 4 * (whole[whole[WAY_CHAIN] + way] + since) + GAIN]
            if gain > most:
                best, most = way, gain
            if least > 0.0 and real[whole[FLOW] + way * years + since] > TINY:
                loss = loss_of(whole, real, whole[whole[WAY_CHAIN] + way], since)
                if loss < least:
                    worst, least = way, loss
        if best < 0 or most <= least + 1e-7 or best == worst:
            return
        piece = real[whole[IDLE] + source * years + since] if worst < 0 else real[whole[FLOW] + worst * years + since]
        kept = 1.0
        for t in range(since, years):
            i = whole[whole[WAY_CHAIN] + best] + t
            room = real[cells + 4 * i + NEED] - real[cells + 4 * i + STOCK]
            if room > TINY and room < piece * kept:
                piece = room / kept
            if worst >= 0:
                i = whole[whole[WAY_CHAIN] + worst] + t
                room = real[cells + 4 * i + STOCK] - real[cells + 4 * i + NEED]
                if room > TINY and room < piece * kept:
                    piece = room / kept
            kept *= real[STAY]
        if piece <= TINY:
            return
        if worst < 0:
            real[whole[IDLE] + source * years + since] -= piece
            note(whole, real, -1, since, source * years + since, -piece)
        else:
            move(whole, real, worst, since, -piece)
        move(whole, real, best, since, piece)


@compiled
def leave(whole: Any, real: Any, start: int, more: int) -> None:
    """Let the completers of `more` seats leave the posts they leave."""
    site, unit = whole[whole[STARTS] + 8 * start + SITE], whole[whole[STARTS] + 8 * start + UNIT]
    since, measure = whole[whole[ARRIVES] + unit], unit // whole[START_YEARS]
    for k in range(whole[whole[DRAINS] + measure], whole[whole[DRAINS] + measure + 1]):
        if since < whole[YEARS]:
            chain = (whole[whole[HOME] + site] * whole[OCCUPATIONS] + whole[whole[DRAIN_OCCUPATION] + k]) * whole[YEARS]
            people = -real[whole[UNITS] + 5 * unit + MADE] * more * real[whole[DRAIN_SHARE] + k]
            shift(whole, real, chain, since, people)
            note(whole, real, chain, since, -1, people)


@compiled
def spread(whole: Any, real: Any, start: int, more: int) -> None:
    """Let the completers of `more` seats (below zero: fewer) join, and leave the posts they leave."""
    site, unit = whole[whole[STARTS] + 8 * start + SITE], whole[whole[STARTS] + 8 * start + UNIT]
    since, measure = whole[whole[ARRIVES] + unit], unit // whole[START_YEARS]
    if since >= whole[YEARS] or more == 0:
        return
    made = real[whole[UNITS] + 5 * unit + MADE] * more
    for k in range(whole[whole[LEADS] + measure], whole[whole[LEADS] + measure + 1]):
        source = site * whole[OCCUPATIONS] + whole[whole[LEAD_OCCUPATION] + k]
        people = made * real[whole[LEAD_SHARE] + k]
        if whole[FREE] > 0:
            if people > 0.0:
                settle(whole, real, source, since, people * real[whole[STAYING] + site])
            else:
                withdraw(whole, real, source, since, -people * real[whole[STAYING] + site])
        else:
            for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
                shift(whole, real, whole[whole[WAY_CHAIN] + way], since, people * real[whole[WAY_SHARE] + way])
                note(whole, real, whole[whole[WAY_CHAIN] + way], since, -1, people * real[whole[WAY_SHARE] + way])
    leave(whole, real, start, more)


@compiled
def undo(whole: Any, real: Any) -> None:
    """Take back every change of stock in the journal, the last first."""
    for k in range(whole[STEP_COUNT] - 1, -1, -1):
        chain, place, amount = (
            whole[whole[JOURNAL] + 3 * k + 0],
            whole[whole[JOURNAL] + 3 * k + 2],
            real[whole[JOURNAL_SIZE] + k],
        )
        if chain < 0:
            real[whole[IDLE] + place] -= amount
        else:
            shift(whole, real, chain, whole[whole[JOURNAL] + 3 * k + 1], -amount)
            if place >= 0:
                real[whole[FLOW] + place] -= amount
    whole[STEP_COUNT] = 0


@compiled
def gain_of(whole: Any, real: Any, start: int) -> float:
    """The most one seat more can save (fixed reach: what the first hair of a seat saves)."""
    site, unit = whole[whole[STARTS] + 8 * start + SITE], whole[whole[STARTS] + 8 * start + UNIT]
    since, measure, years = whole[whole[ARRIVES] + unit], unit // whole[START_YEARS], whole[YEARS]
    if since >= years:
        return 0.0
    gain = 0.0
    for k in range(whole[whole[LEADS] + measure], whole[whole[LEADS] + measure + 1]):
        source = site * whole[OCCUPATIONS] + whole[whole[LEAD_OCCUPATION] + k]
        gain += real[whole[LEAD_SHARE] + k] * real[whole[PULL] + source * years + since]
    for k in range(whole[whole[DRAINS] + measure], whole[whole[DRAINS] + measure + 1]):
        chain = (whole[whole[HOME] + site] * whole[OCCUPATIONS] + whole[whole[DRAIN_OCCUPATION] + k]) * years
        gain -= real[whole[DRAIN_SHARE] + k] * real[whole[CELLS] + 4 * (chain + since) + GAIN]
    return float(real[whole[UNITS] + 5 * unit + MADE] * gain)


@compiled
def loss_bound(whole: Any, real: Any, start: int, fewer: int) -> float:
    """The least that taking seats can cost, with free reach: those without a post first, then the cheapest way."""
    cells = whole[CELLS]
    site, unit = whole[whole[STARTS] + 8 * start + SITE], whole[whole[STARTS] + 8 * start + UNIT]
    since, measure = whole[whole[ARRIVES] + unit], unit // whole[START_YEARS]
    if since >= whole[YEARS]:
        return 0.0
    loss = 0.0
    for k in range(whole[whole[LEADS] + measure], whole[whole[LEADS] + measure + 1]):
        source = site * whole[OCCUPATIONS] + whole[whole[LEAD_OCCUPATION] + k]
        people = (
            real[whole[UNITS] + 5 * unit + MADE] * fewer * real[whole[LEAD_SHARE] + k] * real[whole[STAYING] + site]
        )
        people -= real[whole[IDLE] + source * whole[YEARS] + since]
        least = 1e300
        for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
            if real[whole[FLOW] + way * whole[YEARS] + since] > TINY:
                least = min(least, real[cells + 4 * (whole[whole[WAY_CHAIN] + way] + since) + GAIN])
        if people > 0.0 and least < 1e299:
            loss += people * least
    for k in range(whole[whole[DRAINS] + measure], whole[whole[DRAINS] + measure + 1]):
        chain = (whole[whole[HOME] + site] * whole[OCCUPATIONS] + whole[whole[DRAIN_OCCUPATION] + k]) * whole[YEARS]
        loss -= (
            real[whole[UNITS] + 5 * unit + MADE]
            * fewer
            * real[whole[DRAIN_SHARE] + k]
            * real[cells + 4 * (chain + since) + GAIN]
        )
    return float(loss)


@compiled
def fit(seats: int, least: float, most: float, classes: int) -> int:
    """The largest number up to `seats` that classes of `least` to `most` seats, at least so many, can hold; or -1."""
    count = max(ceil(seats / most - TINY), classes)
    if seats <= 0:
        return 0 if count * least <= 0.0 else (-1 if classes > 0 else 0)
    if count * least <= seats + TINY:
        return seats
    count -= 1
    while count >= max(1, classes):
        top = floor(count * most + TINY)
        if count * least <= top + TINY:
            return top
        count -= 1
    return -1 if classes > 0 else 0


@compiled
def most_seats(whole: Any, real: Any, start: int, seats: int, classes: int) -> int:
    """The most seats that every limit leaves to a start that has these."""
    unit = whole[whole[STARTS] + 8 * start + UNIT]
    size = real[whole[UNITS] + 5 * unit + SIZE_MOST]
    most = int(whole[whole[STARTS] + 8 * start + SEATS_MOST])
    row = whole[whole[STARTS] + 8 * start + ROOMS]
    if row >= 0:
        count = min(int(whole[whole[STARTS] + 8 * start + CLASSES_MOST]), classes + floor(real[whole[LEFT] + row]))
        most = min(most, floor(count * size + TINY))
    for column in (APPLICANTS, OWN):
        row = whole[whole[STARTS] + 8 * start + column]
        if row >= 0:
            most = min(most, seats + floor(real[whole[LEFT] + row]))
    price, each = real[whole[UNITS] + 5 * unit + PRICE_CLASS], real[whole[UNITS] + 5 * unit + PRICE_SEAT]
    full = price + each * size
    if full <= 0.0:
        return most
    for k in range(whole[whole[PAYS] + unit], whole[whole[PAYS] + unit + 1]):
        money = (
            real[whole[LEFT] + whole[whole[PAY_ROW] + k]] / real[whole[PAY_SHARE] + k] + price * classes + each * seats
        )
        if money < 0.0:
            return 0
        if money < full * 1e6:
            count = floor(money / full)
            rest = money - count * full
            extra = 0.0
            if rest > price:
                extra = min(size, (rest - price) / each) if each > 0.0 else size
            most = min(most, floor(count * size + extra))
    return most


@compiled
def set_seats(whole: Any, real: Any, start: int, seats: int) -> bool:
    """Give a start these seats in the fewest classes; False when a limit is overdrawn: then take it back."""
    unit = whole[whole[STARTS] + 8 * start + UNIT]
    classes = max(
        ceil(seats / real[whole[UNITS] + 5 * unit + SIZE_MOST] - TINY),
        int(whole[whole[STARTS] + 8 * start + CLASSES_LEAST]),
    )
    more, others = seats - whole[whole[SEATS] + start], classes - whole[whole[CLASSES] + start]
    holds = (
        classes <= whole[whole[STARTS] + 8 * start + CLASSES_MOST]
        and classes * real[whole[UNITS] + 5 * unit + SIZE_LEAST] <= seats + TINY
    )
    whole[whole[SEATS] + start], whole[whole[CLASSES] + start] = seats, classes
    row = whole[whole[STARTS] + 8 * start + ROOMS]
    if row >= 0:
        real[whole[LEFT] + row] -= others
        holds = holds and (others <= 0 or real[whole[LEFT] + row] >= 0.0)
    for column in (APPLICANTS, OWN):
        row = whole[whole[STARTS] + 8 * start + column]
        if row >= 0:
            real[whole[LEFT] + row] -= more
            holds = holds and (more <= 0 or real[whole[LEFT] + row] >= 0.0)
    money = real[whole[UNITS] + 5 * unit + PRICE_CLASS] * others + real[whole[UNITS] + 5 * unit + PRICE_SEAT] * more
    for k in range(whole[whole[PAYS] + unit], whole[whole[PAYS] + unit + 1]):
        row = whole[whole[PAY_ROW] + k]
        real[whole[LEFT] + row] -= real[whole[PAY_SHARE] + k] * money
        holds = holds and (money <= 0.0 or real[whole[LEFT] + row] >= 0.0)
    real[VALUE] += real[COST_WEIGHT] * money
    place = whole[whole[PLACE] + start]
    if seats > 0 and place < 0:
        whole[whole[PLACE] + start] = whole[ACTIVE_COUNT]
        whole[whole[ACTIVE] + whole[ACTIVE_COUNT]] = start
        whole[ACTIVE_COUNT] += 1
    elif seats == 0 and place >= 0:
        whole[ACTIVE_COUNT] -= 1
        last = whole[whole[ACTIVE] + whole[ACTIVE_COUNT]]
        whole[whole[ACTIVE] + place] = last
        whole[whole[PLACE] + last] = place
        whole[whole[PLACE] + start] = -1
    return bool(holds)


@entry
def set_level(whole: Any, real: Any, guidance: int, year: int, level: int) -> bool:
    """Buy or sell steps of guidance one by one; False when a limit is overdrawn."""
    steps = whole[GUIDANCE_STEPS]
    holds = True
    while whole[whole[LEVELS] + whole[START_YEARS] * guidance + year] != level:
        up = 1 if level > whole[whole[LEVELS] + whole[START_YEARS] * guidance + year] else -1
        key = guidance * steps + whole[whole[LEVELS] + whole[START_YEARS] * guidance + year] + (0 if up > 0 else -1)
        whole[whole[LEVELS] + whole[START_YEARS] * guidance + year] += up
        for k in range(whole[whole[STEPS] + key], whole[whole[STEPS] + key + 1]):
            for column in range(2):
                row = whole[whole[STEP_WHOLE] + 4 * k + column]
                if row >= 0:
                    real[whole[LEFT] + row + year] += up * real[whole[STEP_NUMBER] + 2 * k + 0]
                    holds = holds and real[whole[LEFT] + row + year] >= 0.0
            unit = whole[whole[STEP_WHOLE] + 4 * k + 2] + year
            for pay in range(whole[whole[PAYS] + unit], whole[whole[PAYS] + unit + 1]):
                row = whole[whole[PAY_ROW] + pay]
                real[whole[LEFT] + row] -= up * real[whole[PAY_SHARE] + pay] * real[whole[STEP_NUMBER] + 2 * k + 1]
                holds = holds and (up < 0 or real[whole[LEFT] + row] >= 0.0)
            real[VALUE] += up * real[COST_WEIGHT] * real[whole[STEP_NUMBER] + 2 * k + 1]
    return holds


@compiled
def fewer_seats(whole: Any, real: Any, start: int) -> int:
    """What is left of a start when some, or all, of its seats are taken: all, a class, or a random part."""
    unit = whole[whole[STARTS] + 8 * start + UNIT]
    least, most = real[whole[UNITS] + 5 * unit + SIZE_LEAST], real[whole[UNITS] + 5 * unit + SIZE_MOST]
    seats, pinned = whole[whole[SEATS] + start], int(whole[whole[STARTS] + 8 * start + CLASSES_LEAST])
    lowest = ceil(pinned * least - TINY)
    way, kept = below(whole, 4), lowest
    if way == 2:
        kept = floor((whole[whole[CLASSES] + start] - 1) * most + TINY)
        if whole[whole[CLASSES] + start] <= 1:
            kept = ceil(least - TINY)
    elif way == 3 and seats > lowest:
        kept = fit(lowest + below(whole, seats - lowest), least, most, pinned)
    return int(lowest if kept < lowest or kept >= seats else kept)


@compiled
def more_seats(whole: Any, real: Any, start: int, taken: int) -> int:
    """How many seats a start gets: all it may, a full class, the number taken, or a random number."""
    unit = whole[whole[STARTS] + 8 * start + UNIT]
    seats, classes = whole[whole[SEATS] + start], whole[whole[CLASSES] + start]
    top = most_seats(whole, real, start, seats, classes)
    if top <= seats:
        return int(seats)
    way, wanted = below(whole, 4), top
    if way == 1:
        size = real[whole[UNITS] + 5 * unit + SIZE_MOST]
        full = floor(classes * size + TINY)
        wanted = full if full > seats else floor((classes + 1) * size + TINY)
    elif way == 2 and taken > 0:
        wanted = seats + taken
    elif way == 3:
        wanted = seats + 1 + below(whole, top - seats)
    least, most = real[whole[UNITS] + 5 * unit + SIZE_LEAST], real[whole[UNITS] + 5 * unit + SIZE_MOST]
    pinned = int(whole[whole[STARTS] + 8 * start + CLASSES_LEAST])
    given = fit(min(top, wanted), least, most, pinned)
    if given <= seats:
        given = fit(top, least, most, pinned)
    return int(max(given, seats))


@compiled
def receiver(whole: Any, real: Any, site: int, year: int, near: int, tries: int) -> int:
    """A start at a site to give seats to: the best of a few by worth a seat, or a krona; -1 when there is none."""
    best, most = -1, -1e300
    by_krona = below(whole, 2)
    way = below(whole, 28)
    if near >= 0 and way < 4:
        key = whole[whole[KIN_OF] + near]
        first, last = whole[whole[KIN] + key], whole[whole[KIN] + key + 1]
    elif way < 10:
        first, last = (
            whole[whole[GROUPS] + site * whole[START_YEARS]],
            whole[whole[GROUPS] + (site + 1) * whole[START_YEARS]],
        )
    else:
        first, last = (
            whole[whole[GROUPS] + site * whole[START_YEARS] + year],
            whole[whole[GROUPS] + site * whole[START_YEARS] + year + 1],
        )
    if last <= first:
        return -1
    for _ in range(1 + below(whole, tries)):
        pick = first + below(whole, last - first)
        start = int(whole[whole[KIN_START] + pick]) if near >= 0 and way < 4 else pick
        if start == near or whole[whole[STARTS] + 8 * start + SEATS_MOST] <= whole[whole[SEATS] + start]:
            continue
        gain = gain_of(whole, real, start)
        if by_krona == 1:
            unit = whole[whole[STARTS] + 8 * start + UNIT]
            gain /= (
                1e-9
                + real[whole[UNITS] + 5 * unit + PRICE_SEAT]
                + real[whole[UNITS] + 5 * unit + PRICE_CLASS] / real[whole[UNITS] + 5 * unit + SIZE_MOST]
            )
        if gain > most:
            best, most = start, gain
    return int(best)


@compiled
def record(whole: Any, start: int) -> None:
    """Remember what a start has before a move changes it."""
    k = whole[CHANGE_COUNT]
    for before in range(k):
        if whole[whole[CHANGES] + 2 * before + 0] == start:
            return
    whole[whole[CHANGES] + 2 * k + 0] = start
    whole[whole[CHANGES] + 2 * k + 1] = whole[whole[SEATS] + start]
    whole[CHANGE_COUNT] = k + 1


@compiled
def take(whole: Any, real: Any, start: int, kept: int) -> int:
    """Leave a start with so many seats; how many are taken."""
    taken = whole[whole[SEATS] + start] - kept
    if taken > 0:
        record(whole, start)
        set_seats(whole, real, start, kept)
    return int(taken)


@compiled
def give(whole: Any, real: Any, start: int, taken: int) -> int:
    """Give seats to a start; how many, 0 when it can get none, -1 when a limit is overdrawn after all."""
    if start < 0:
        return 0
    wanted = more_seats(whole, real, start, taken)
    given = wanted - whole[whole[SEATS] + start]
    if given <= 0:
        return 0
    record(whole, start)
    return int(given) if set_seats(whole, real, start, wanted) else -1


@compiled
def exchange(whole: Any, real: Any, start: int, kept: int, tries: int, limit: float) -> bool:
    """Take seats at a start and give to one other of its site, if that can cost less than `limit` at all."""
    unit = whole[whole[STARTS] + 8 * start + UNIT]
    site, year = int(whole[whole[STARTS] + 8 * start + SITE]), int(unit % whole[START_YEARS])
    chosen = receiver(whole, real, site, year, start, tries)
    if chosen < 0:
        return False
    taken = whole[whole[SEATS] + start] - kept
    most = whole[whole[STARTS] + 8 * chosen + SEATS_MOST] - whole[whole[SEATS] + chosen]
    row = whole[whole[STARTS] + 8 * chosen + APPLICANTS]
    if row >= 0:
        free = real[whole[LEFT] + row] + (taken if row == whole[whole[STARTS] + 8 * start + APPLICANTS] else 0)
        most = min(most, floor(free))
    if most <= 0:
        return False
    if real[EXCESS] <= 0.0 and limit < 1e299:
        loss = loss_bound(whole, real, start, taken) if whole[FREE] > 0 else taken * gain_of(whole, real, start)
        saved = real[whole[UNITS] + 5 * unit + PRICE_CLASS] * whole[whole[CLASSES] + start]
        saved += real[whole[UNITS] + 5 * unit + PRICE_SEAT] * taken
        if loss - real[COST_WEIGHT] * saved - most * max(0.0, gain_of(whole, real, chosen)) > limit:
            return False
    take(whole, real, start, kept)
    return bool(give(whole, real, chosen, taken) > 0)


@compiled
def propose(whole: Any, real: Any, tries: int, limit: float) -> bool:
    """Change the seats of up to four starts within all limits; False when nothing comes of it."""
    whole[CHANGE_COUNT] = 0
    kind = below(whole, 32)
    sites, years = whole[SITES], whole[START_YEARS]
    if whole[ACTIVE_COUNT] == 0 or kind == 0:
        return bool(
            give(whole, real, receiver(whole, real, below(whole, sites), below(whole, years), -1, tries), 0) > 0
        )
    start = whole[whole[ACTIVE] + below(whole, whole[ACTIVE_COUNT])]
    site, year = int(whole[whole[STARTS] + 8 * start + SITE]), int(whole[whole[STARTS] + 8 * start + UNIT] % years)
    kept = fewer_seats(whole, real, start)
    if kept >= whole[whole[SEATS] + start]:
        return False
    if kind >= 9:
        return exchange(whole, real, start, kept, tries, limit)
    taken = take(whole, real, start, kept)
    if kind == 1:
        return True
    if kind < 4:
        site = below(whole, sites)
    elif kind < 7:
        first = whole[whole[GROUPS] + site * years + year]
        count = whole[whole[GROUPS] + site * years + year + 1] - first
        begin = below(whole, count)
        for k in range(count):
            other = first + (begin + k) % count
            if other != start and whole[whole[SEATS] + other] > 0:
                taken += take(whole, real, other, fewer_seats(whole, real, other))
                break
    given = give(whole, real, receiver(whole, real, site, year, start, tries), taken)
    if given <= 0:
        return False
    return bool(give(whole, real, receiver(whole, real, site, year, start, tries), taken - given) >= 0)


@compiled
def take_back(whole: Any, real: Any) -> None:
    """Give every start of this move the seats it had."""
    for k in range(whole[CHANGE_COUNT] - 1, -1, -1):
        set_seats(whole, real, whole[whole[CHANGES] + 2 * k + 0], whole[whole[CHANGES] + 2 * k + 1])
    whole[CHANGE_COUNT] = 0


@compiled
def screen(whole: Any, real: Any) -> float:
    """A bound on what the stocks can win by this move (below zero: won), from the gains before it."""
    change = 0.0
    for k in range(whole[CHANGE_COUNT]):
        start = whole[whole[CHANGES] + 2 * k + 0]
        more = whole[whole[SEATS] + start] - whole[whole[CHANGES] + 2 * k + 1]
        if whole[FREE] > 0 and more < 0:
            change += loss_bound(whole, real, start, -more)
        else:
            change -= more * gain_of(whole, real, start)
    return change


@compiled
def outlook(whole: Any, real: Any) -> float:
    """What the stocks win by this move, exactly, without changing them; -1e300 where its starts share cells."""
    cells, years, surplus = whole[CELLS], whole[YEARS], real[SURPLUS]
    count, change = whole[CHANGE_COUNT], 0.0
    for k in range(count):
        start = whole[whole[CHANGES] + 2 * k]
        main = whole[whole[KIN_OF] + start] % whole[OCCUPATIONS]
        for other in range(k):
            if whole[whole[KIN_OF] + whole[whole[CHANGES] + 2 * other]] % whole[OCCUPATIONS] == main:
                return -1e300
        site, unit = whole[whole[STARTS] + 8 * start + SITE], whole[whole[STARTS] + 8 * start + UNIT]
        since, measure = whole[whole[ARRIVES] + unit], unit // whole[START_YEARS]
        lead = whole[whole[LEADS] + measure]
        if whole[whole[LEADS] + measure + 1] != lead + 1:
            return -1e300
        if whole[whole[DRAINS] + measure + 1] != whole[whole[DRAINS] + measure]:
            return -1e300
        more = whole[whole[SEATS] + start] - whole[whole[CHANGES] + 2 * k + 1]
        people = real[whole[UNITS] + 5 * unit + MADE] * more * real[whole[LEAD_SHARE] + lead]
        source = site * whole[OCCUPATIONS] + main
        for way in range(whole[whole[WAYS] + source], whole[whole[WAYS] + source + 1]):
            amount = people * real[whole[WAY_SHARE] + way]
            chain = whole[whole[WAY_CHAIN] + way]
            for i in range(chain + since, chain + years):
                stock = real[cells + 4 * i + STOCK]
                if whole[DRAWN] > 0 and whole[whole[DRAWS] + i + 1] > whole[whole[DRAWS] + i]:
                    after, before = missing(whole, real, i, stock + amount), missing(whole, real, i, stock)
                else:
                    before = real[cells + 4 * i + NEED] - stock
                    after = before - amount
                    if after < 0.0:
                        after = -surplus * after
                    if before < 0.0:
                        before = -surplus * before
                change += real[cells + 4 * i + WORTH] * (after - before)
                amount *= real[STAY]
    return change


@compiled
def guide(whole: Any, real: Any, tries: int) -> int:
    """Buy a step of guidance and give seats, or sell one and take them; the key of what was done, -1 for nothing."""
    years = whole[START_YEARS]
    guidance, year = below(whole, whole[GUIDANCES]), below(whole, years)
    steps = whole[GUIDANCE_STEPS]
    level, up = whole[whole[LEVELS] + whole[START_YEARS] * guidance + year], below(whole, 2)
    key = guidance * steps + level - (1 - up)
    if (
        (up == 1 and level >= steps)
        or (up == 0 and level == 0)
        or whole[whole[STEPS] + key] == whole[whole[STEPS] + key + 1]
    ):
        return -1
    set_to = level + (1 if up == 1 else -1)
    done = int((guidance * years + year) * 2 + up)
    holds = set_level(whole, real, guidance, year, set_to)
    entry = whole[whole[STEPS] + key] + below(whole, whole[whole[STEPS] + key + 1] - whole[whole[STEPS] + key])
    site, unit = whole[whole[STEP_WHOLE] + 4 * entry + 3], whole[whole[STEP_WHOLE] + 4 * entry + 2] + year
    first, last = whole[whole[GROUPS] + site * years + year], whole[whole[GROUPS] + site * years + year + 1]
    if up == 1:
        chosen = receiver(whole, real, site, year, -1, tries)
        if below(whole, 2) == 0:
            for k in range(first, last):
                if whole[whole[STARTS] + 8 * k + UNIT] == unit:
                    chosen = k
        if not holds or give(whole, real, chosen, 0) <= 0:
            take_back(whole, real)
            set_level(whole, real, guidance, year, level)
            return -1
        return done
    tried = 0
    while not holds and last > first and tried < 3:
        begin = below(whole, last - first)
        for k in range(last - first):
            other = first + (begin + k) % (last - first)
            own = whole[whole[STARTS] + 8 * other + OWN]
            if whole[whole[SEATS] + other] > 0 and (own < 0 or real[whole[LEFT] + own] < 0.0 or below(whole, 4) == 0):
                take(whole, real, other, fewer_seats(whole, real, other))
                break
        holds = True
        for k in range(whole[whole[STEPS] + key], whole[whole[STEPS] + key + 1]):
            for column in range(2):
                row = whole[whole[STEP_WHOLE] + 4 * k + column]
                holds = holds and (row < 0 or real[whole[LEFT] + row + year] >= 0.0)
        tried += 1
    if not holds:
        take_back(whole, real)
        set_level(whole, real, guidance, year, level)
        return -1
    return done


@compiled
def copy_section(array: Any, source: int, target: int, count: int) -> None:
    """Copy numbers from one place in an array to another."""
    for k in range(count):
        array[target + k] = array[source + k]


@entry
def keep_best(whole: Any, real: Any) -> None:
    """Remember this plan when it is the best so far and meets the floors."""
    if real[EXCESS] <= TINY and real[VALUE] < real[BEST] - TINY:
        real[BEST] = real[VALUE]
        copy_section(whole, whole[SEATS], whole[BEST_SEATS], whole[STARTS_COUNT])
        copy_section(whole, whole[LEVELS], whole[BEST_LEVELS], whole[GUIDANCES] * whole[START_YEARS])
        if whole[FREE] > 0:
            copy_section(real, whole[FLOW], whole[BEST_FLOW], whole[WAYS_COUNT] * whole[YEARS])
            copy_section(real, whole[IDLE], whole[BEST_IDLE], whole[SITES] * whole[OCCUPATIONS] * whole[YEARS])


@entry
def restore(whole: Any, real: Any, target: Any, again: bool) -> None:
    """Bring an empty state to the seats `target` as far as limits allow; `again`: people where `best_flow` has them."""
    for start in range(whole[STARTS_COUNT]):
        pinned = whole[whole[STARTS] + 8 * start + CLASSES_LEAST]
        if pinned > 0:
            set_seats(
                whole,
                real,
                start,
                ceil(pinned * real[whole[UNITS] + 5 * whole[whole[STARTS] + 8 * start + UNIT] + SIZE_LEAST] - TINY),
            )
    for start in range(whole[STARTS_COUNT]):
        seats, unit = whole[whole[SEATS] + start], whole[whole[STARTS] + 8 * start + UNIT]
        if target[start] > seats:
            top = min(int(target[start]), most_seats(whole, real, start, seats, whole[whole[CLASSES] + start]))
            least, most = real[whole[UNITS] + 5 * unit + SIZE_LEAST], real[whole[UNITS] + 5 * unit + SIZE_MOST]
            wanted = fit(top, least, most, int(whole[whole[STARTS] + 8 * start + CLASSES_LEAST]))
            if wanted > seats and not set_seats(whole, real, start, wanted):
                set_seats(whole, real, start, seats)
        if not (again and whole[FREE] > 0) and whole[whole[SEATS] + start] > 0:
            spread(whole, real, start, whole[whole[SEATS] + start])
            whole[STEP_COUNT] = 0
    if again and whole[FREE] > 0:
        copy_section(real, whole[BEST_IDLE], whole[IDLE], whole[SITES] * whole[OCCUPATIONS] * whole[YEARS])
        for way in range(whole[WAYS_COUNT]):
            for t in range(whole[YEARS]):
                people = real[whole[BEST_FLOW] + way * whole[YEARS] + t]
                if people > 0.0:
                    real[whole[FLOW] + way * whole[YEARS] + t] = people
                    shift(whole, real, whole[whole[WAY_CHAIN] + way], t, people)
        for start in range(whole[STARTS_COUNT]):
            if whole[whole[SEATS] + start] > 0:
                leave(whole, real, start, whole[whole[SEATS] + start])
        whole[STEP_COUNT] = 0


@entry
def run_moves(whole: Any, real: Any, moves: int, hot: float, cold: float, rate: float, tries: int, probe: Any) -> None:
    """Try `moves` moves while the temperature goes from `hot` to `cold` (0: only what is no worse).

    `rate` : what a person short beyond a floor costs; `tries` : of how many starts a receiver is the best at most;
    `probe` : when it has room, no move is kept and the sizes of their changes are written there instead.
    """
    if whole[STARTS_COUNT] == 0:
        return
    temperature, probed = hot, 0
    often = max(1000, whole[STARTS_COUNT] // 4)
    guided = whole[GUIDANCES]
    floored = whole[FLOORED] > 0
    real[RATE] = rate
    looks = whole[FREE] == 0 and not floored and probe.shape[0] == 0
    for step in range(moves):
        if step & 63 == 0:
            temperature = hot * exp(log(cold / hot) * step / moves) if cold > 0.0 else 0.0
        if step % often == often - 1:
            keep_best(whole, real)
        whole[TRIED] += 1
        value, excess = real[VALUE], real[EXCESS]
        if whole[FREE] > 0 and whole[ACTIVE_COUNT] > 0 and below(whole, 8) == 0:
            start = whole[whole[ACTIVE] + below(whole, whole[ACTIVE_COUNT])]
            unit = whole[whole[STARTS] + 8 * start + UNIT]
            key = unit // whole[START_YEARS]
            if (
                whole[whole[LEADS] + key + 1] > whole[whole[LEADS] + key]
                and whole[whole[ARRIVES] + unit] < whole[YEARS]
            ):
                lead = whole[
                    whole[LEAD_OCCUPATION]
                    + whole[whole[LEADS] + key]
                    + below(whole, whole[whole[LEADS] + key + 1] - whole[whole[LEADS] + key])
                ]
                source = whole[whole[STARTS] + 8 * start + SITE] * whole[OCCUPATIONS] + lead
                reroute(whole, real, source, whole[whole[ARRIVES] + unit])
                if real[VALUE] - value + rate * (real[EXCESS] - excess) > 0.0:
                    undo(whole, real)
                    real[VALUE], real[EXCESS] = value, excess
                whole[STEP_COUNT] = 0
            continue
        limit = 1e300 if probe.shape[0] > 0 else 0.0
        if temperature > 0.0:
            limit = -temperature * log((1.0 + below(whole, RESOLUTION)) / RESOLUTION)
        done = -1
        if guided > 0 and below(whole, 12) == 0:
            whole[CHANGE_COUNT] = 0
            done = guide(whole, real, tries)
            if done < 0:
                continue
        elif not propose(whole, real, tries, limit):
            take_back(whole, real)
            real[VALUE] = value
            continue
        priced = real[VALUE] - value
        kept = excess > 0.0 or probe.shape[0] > 0 or priced + screen(whole, real) <= limit
        if kept and looks and excess <= 0.0:
            kept = priced + outlook(whole, real) <= limit
        if kept:
            for k in range(whole[CHANGE_COUNT]):
                start = whole[whole[CHANGES] + 2 * k + 0]
                spread(whole, real, start, whole[whole[SEATS] + start] - whole[whole[CHANGES] + 2 * k + 1])
            change = real[VALUE] - value
            if floored:
                change += rate * (real[EXCESS] - excess)
            if probe.shape[0] > 0:
                kept = False
                if probed < probe.shape[0]:
                    probe[probed] = abs(change)
                    probed += 1
            else:
                kept = change <= limit
            if not kept:
                undo(whole, real)
        if kept:
            whole[STEP_COUNT] = 0
            whole[ACCEPTED] += 1
        else:
            take_back(whole, real)
            if done >= 0:
                cell = done // 2
                year = cell % whole[START_YEARS]
                set_level(
                    whole,
                    real,
                    cell // whole[START_YEARS],
                    year,
                    whole[whole[LEVELS] + whole[START_YEARS] * (cell // whole[START_YEARS]) + year]
                    + 1
                    - 2 * (done % 2),
                )
            real[VALUE] = value
            real[EXCESS] = excess
    keep_best(whole, real)


def plain() -> ModuleType:
    """This module in plain Python, whether numba is installed or not."""
    spec = importlib.util.spec_from_file_location(PLAIN, __file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_ready() -> bool:
    """Whether the first call is quick: nothing to compile, or compiled before."""
    if KERNEL == "python":
        return True
    function: Any = run_moves
    if function.signatures:
        return True
    kept = Path(function.stats.cache_path).glob("kernel.run_moves-*.nbi")
    return any(path.stat().st_mtime >= Path(__file__).stat().st_mtime for path in kept)


def compile_all() -> None:
    """Compile every function and keep the result beside this file, by one search of an invented problem."""
    from brygga.planning.exchange import Exchange, Goal
    from brygga.planning.generate import generate_problem
    from brygga.planning.search import run_search

    run_search(generate_problem(), Exchange(Goal(nothing=0.0), iterations=1), seed=1, iterations=1)


if __name__ == "__main__":
    # As a module of its own name, so that what is compiled is found again under that name.
    from brygga.planning import kernel

    kernel.compile_all()
