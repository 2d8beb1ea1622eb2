"""Which points of a front to keep, where it bends, and what a person-year costs along it: pure arithmetic.

A point is what its plan costs, what stays short with it, and a bound: no plan for at most that
money leaves less. What is true of the plans found need not be true of the best plans, so every
answer says what it may be at most and at least, given the bounds.

Start reading at `knee_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SAME = 1e-9
"""Two figures nearer than this, as a share of the larger, are one."""


@dataclass(frozen=True)
class Price:
    """Thousand kronor per person-year between two neighbours: as found, and at least and at most by the bounds."""

    found: float
    least: float
    most: float


@dataclass(frozen=True)
class Knee:
    """Where the front bends most.

    `index`: the point; `distance`: from the chord, on axes from 0 to 1 (0.7 is the corner); `possible`: every
    point that may be the knee of the best plans; `before`, `after`: what a person-year costs on either side.
    """

    index: int
    distance: float
    possible: tuple[int, ...]
    before: Price
    after: Price


def knee_of(costs: Sequence[float], values: Sequence[float], bounds: Sequence[float]) -> Knee | None:
    """The point farthest below the straight line between the ends of a front; None when no point lies below it.

    Both axes are normalised: cost from the cheapest point to the dearest, shortage likewise. With x and y on
    these axes a point lies `(1 - x - y) / sqrt(2)` below the chord. Of equally far points the cheapest.

    Parameters
    ----------
    costs : thousand kronor, rising
    values : weighted person-years that stay short, falling
    bounds : what no plan for at most that money goes below; at most `values`

    Examples
    --------
    >>> knee_of([0, 10, 40], [100, 40, 20], [100, 40, 20]).index
    1
    >>> knee_of([0, 10, 20], [100, 50, 0], [100, 50, 0]) is None
    True
    """
    cost, value, bound = (np.asarray(given, dtype=np.float64) for given in (costs, values, bounds))
    if len(cost) < 3 or cost[-1] <= cost[0] or value[0] <= value[-1]:
        return None
    x = (cost - cost[0]) / (cost[-1] - cost[0])
    below = (1.0 - x - (value - value[-1]) / (value[0] - value[-1])) / sqrt(2.0)
    index = int(np.argmax(below > below.max() - SAME))
    if below[index] <= SAME:
        return None
    return Knee(
        index=index,
        distance=float(below[index]),
        possible=_possible(x, value, bound),
        before=price_between(costs, values, bounds, index - 1),
        after=price_between(costs, values, bounds, index),
    )


def _possible(x: Numbers, value: Numbers, bound: Numbers) -> tuple[int, ...]:
    """Points that are the knee for some best plans that values and bounds allow.

    Point i is at least as far below the chord as j when `(s[i] - s[j]) * u <= x[j] - x[i]`, where s is what
    stays short and u = 1 / (s[first] - s[last]). Best for i: s[i] at its bound, the others as found. The
    scale u may be anything the ends allow.
    """
    least = 1.0 / max(value[0] - bound[-1], SAME)
    most = 1.0 / max(bound[0] - value[-1], SAME)
    inner = range(1, len(x) - 1)
    found = []
    for i in inner:
        low, high = least, max(most, least)
        for j in inner:
            ahead, room = bound[i] - value[j], x[j] - x[i]
            if j == i or abs(ahead) < SAME:
                if j != i and room < -SAME:
                    low = inf
            elif ahead > 0:
                high = min(high, room / ahead)
            else:
                low = max(low, room / ahead)
        if low <= high * (1.0 + SAME):
            found.append(i)
    return tuple(found)


def price_between(cost: Sequence[float], value: Sequence[float], bound: Sequence[float], index: int) -> Price:
    """What a person-year costs from point `index` to the next, at least and at most by the bounds; inf: buys nothing.

    Examples
    --------
    >>> price_between([0, 10], [100, 80], [99, 75], 0)
    Price(found=0.5, least=0.4, most=0.5263157894736842)
    """
    more = cost[index + 1] - cost[index]
    found = value[index] - value[index + 1]
    most_closed, least_closed = value[index] - bound[index + 1], bound[index] - value[index + 1]
    return Price(*(float(more / closed) if closed > SAME else inf for closed in (found, most_closed, least_closed)))


def dominated(costs: Sequence[float], values: Sequence[float], shares: Sequence[float]) -> list[bool]:
    """Which points another point equals or beats in all three: cost, what stays short, share of the worst off.

    Of points alike in all three the first stays.

    Examples
    --------
    >>> dominated([0, 10, 12], [9, 5, 5], [0.0, 0.2, 0.2])
    [False, False, True]
    """
    points = list(zip(costs, values, [-share for share in shares], strict=True))
    return [any(_beats(b, a, earlier=j < i) for j, b in enumerate(points) if j != i) for i, a in enumerate(points)]


def _beats(a: tuple[float, ...], b: tuple[float, ...], *, earlier: bool) -> bool:
    room = [SAME * max(1.0, abs(one)) for one in b]
    no_worse = all(x <= y + r for x, y, r in zip(a, b, room, strict=True))
    better = any(x < y - r for x, y, r in zip(a, b, room, strict=True))
    return no_worse and (better or earlier)


def told_apart(values: Sequence[float], bounds: Sequence[float]) -> list[bool]:
    """Whether each point surely leaves less short than any plan for the money of the point before; the first does.

    Where it is False, a better plan for the cheaper point may do as well as the plan found for the dearer.

    Examples
    --------
    >>> told_apart([100, 80, 79], [100, 78, 70])
    [True, True, False]
    """
    return [True] + [value < bound - SAME for value, bound in zip(values[1:], bounds[:-1], strict=True)]
