"""Matching with slack: who fills which posts, and who and what is left over.

Per occupation, year and draw, people S[h] by home meet posts D[w] by workplace:

    T[h,w] = K[h,w] sqrt(U[h] V[w])      people who live in h and work in w
    U[h]   = S[h] - sum_w T[h,w]         people without work
    V[w]   = D[w] - sum_h T[h,w]         unfilled posts

K says how easily people of h and posts of w find each other. It is fixed by the base year, where
T, U and V are known: with x = sqrt(U/U0) and y = sqrt(V/V0), T = T0 x y, and the base year is
x = y = 1, reproduced exactly. Given y each x solves a quadratic, and given x each y:

    U0[h] x^2 + (sum_w T0[h,w] y[w]) x = S[h]

The two are solved in turn; after each turn x is multiplied and y divided by the one number that
makes the sum of U - V right (T does not change by that), without which the turns would creep.
More people anywhere leave nowhere more posts unfilled (see docs/method/commuting.md).

Start reading at `match`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.commuting.flows import OUTSIDE
from brygga.core.errors import TableError
from brygga.core.grids import Floats, to_array, to_frame

TOLERANCE = 1e-9
MOST_TURNS = 20_000
CHECK_EVERY = 8


def match(flows: pl.DataFrame, supply: pl.DataFrame, demand: pl.DataFrame, *, floor: float) -> pl.DataFrame:
    """Unfilled posts and people without work, per zone, occupation, year and draw.

    Parameters
    ----------
    flows : occupation, home, work, persons in the base year (`base_flows`)
    supply : municipality (of residence), occupation, year, draw, persons; the first year is the base
    demand : municipality (of workplace), occupation, year, draw, persons; the same cells
    floor : smallest number of people without work, and of unfilled posts, in the base year

    Returns
    -------
    municipality, occupation, year, draw, `demand`, `supply`, `unfilled`, `without_work` and
    `net_in_commuting` (people who come in to work less those who go out). The zone `outside` is
    among the municipalities: its supply and demand stay as in the base year, its leftovers at the
    region's rates then, and net in-commuting sums to zero over all zones.
    In every row unfilled - without_work = demand - supply - net_in_commuting.

    Raises
    ------
    TableError when supply or demand has a gap, or the base year has fewer people or posts than flows.
    """
    municipalities = supply["municipality"].unique().sort().to_list()
    occupations = supply["occupation"].unique().sort().to_list()
    years, draws = (supply[name].unique().sort().to_list() for name in ("year", "draw"))
    zones = [*municipalities, OUTSIDE]
    dims = {"occupation": occupations, "draw": draws, "year": years, "municipality": municipalities}
    held = to_array(flows, "persons", {"occupation": occupations, "home": zones, "work": zones}, absent=0.0)
    people = _with_outside(to_array(supply, "persons", dims, where="supply"), held.sum(2), floor)
    posts = _with_outside(to_array(demand, "persons", dims, where="demand"), held.sum(1), floor)
    jobless, vacant, net = _leftovers(held, people, posts)
    arrays = {
        "demand": posts,
        "supply": people,
        "unfilled": vacant,
        "without_work": jobless,
        "net_in_commuting": net,
    }
    return to_frame(arrays, dims | {"municipality": zones})


@dataclass(frozen=True)
class Base:
    """The base year: T0 (occupation x home x work), U0 and V0 (occupation x draw x zone)."""

    held: Floats
    jobless: Floats
    vacant: Floats

    def of(self, chosen: NDArray[np.int64]) -> Base:
        """The base year of some of the occupations."""
        return Base(self.held[chosen], self.jobless[chosen], self.vacant[chosen])


def solve(base: Base, people: Floats, posts: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The multipliers x and y of one year, from a first guess; all arrays are occupation x draw x zone.

    Parameters
    ----------
    base : the base year
    people, posts : S and D, above zero
    x, y : first guess, above zero

    Returns
    -------
    x, y with both balances met to 1e-9 of S and D.
    """
    x, y = x.copy(), y.copy()
    left = np.arange(len(x))
    missed = np.full(x.shape[:2], np.inf)
    for _ in range(MOST_TURNS // CHECK_EVERY):
        part, S, D, a, b = base.of(left), people[left], posts[left], x[left], y[left]
        for _ in range(CHECK_EVERY):
            a, b = _one_turn(part, S, D, b)
        still = missed[left] > TOLERANCE  # a draw that is done stays as it is, whatever others need
        x[left], y[left] = np.where(still[..., None], a, x[left]), np.where(still[..., None], b, y[left])
        missed[left] = np.where(still, _missed(part, S, D, a, b), missed[left])
        left = left[missed[left].max(1) > TOLERANCE]
        if not len(left):
            return x, y
    raise _unsolved(len(left))


def _one_turn(base: Base, S: Floats, D: Floats, y: Floats) -> tuple[Floats, Floats]:
    """x given y, y given x, and the two brought to the right sum."""
    x = _root(base.jobless, _each(y, base.held), S)
    y = _root(base.vacant, _each(x, base.held.transpose(0, 2, 1)), D)
    U, V = (base.jobless * x**2).sum(-1), (base.vacant * y**2).sum(-1)
    surplus = (S.sum(-1) - D.sum(-1)) / 2
    root = np.sqrt(surplus**2 + U * V)
    squared = np.where(surplus > 0, (surplus + root) / U, V / (root - surplus))
    scale = np.sqrt(squared)[..., None]
    return x * scale, y / scale


def _each(values: Floats, held: Floats) -> Floats:
    """Sum over the last axis of both. Not by BLAS, whose last digit depends on how many draws come together."""
    return np.asarray(np.einsum("odw,ohw->odh", values, np.ascontiguousarray(held)))


def _root(square: Floats, linear: Floats, total: Floats) -> Floats:
    """The positive root of square x^2 + linear x = total, in the form that loses no digits."""
    return np.asarray(2 * total / (linear + np.sqrt(linear**2 + 4 * square * total)))


def _missed(base: Base, S: Floats, D: Floats, x: Floats, y: Floats) -> Floats:
    """How far the balances are from being met, the worst per occupation and draw, relative to S and D."""
    at_home = base.jobless * x**2 + x * (_each(y, base.held))
    at_work = base.vacant * y**2 + y * (_each(x, base.held.transpose(0, 2, 1)))
    return np.asarray(np.maximum(np.abs(at_home / S - 1), np.abs(at_work / D - 1)).max(2))


def _leftovers(held: Floats, people: Floats, posts: Floats) -> tuple[Floats, Floats, Floats]:
    """People without work, unfilled posts and net in-commuting: occupation x draw x year x zone."""
    base = Base(held, people[:, :, 0] - held.sum(2)[:, None], posts[:, :, 0] - held.sum(1)[:, None])
    _check_base(base)
    x = np.ones_like(base.jobless)
    y, jobless, vacant = x, np.empty_like(people), np.empty_like(posts)
    for t in range(people.shape[2]):
        if t:
            x, y = solve(base, people[:, :, t], posts[:, :, t], x, y)
        jobless[:, :, t], vacant[:, :, t] = base.jobless * x**2, base.vacant * y**2
    return jobless, vacant, posts - people - vacant + jobless


def _with_outside(inside: Floats, held: Floats, floor: float) -> Floats:
    """The zone outside added last: what it holds in the base year, and leftovers at the region's rate, each year."""
    left_over = inside[:, :, 0].sum(-1) - held[:, None, :-1].sum(-1)
    rate = left_over / np.maximum(held[:, :-1].sum(-1), floor)[:, None]
    outside = held[:, -1:] + np.maximum(held[:, -1:] * rate, floor)
    added = np.repeat(outside[:, :, None], inside.shape[2], 2)[..., None]
    return np.concatenate([inside, added], -1)


def _check_base(base: Base) -> None:
    for left_over, table, column in ((base.jobless, "supply", "people"), (base.vacant, "demand", "posts")):
        if (left_over <= 0).any():
            raise TableError(
                f"{table}: {int((left_over <= 0).sum())} cell(s) of the base year with no more {column} than flows",
                why="the matching needs someone without work and a post unfilled in every cell",
                todo="raise the smallest number of either (parameter commuting.smallest_left_over)",
            )


def _unsolved(occupations: int) -> TableError:
    return TableError(
        f"matching: {occupations} occupation(s) not balanced after {MOST_TURNS} turns",
        why="supply or demand is many times the base year's, or far apart in size",
        todo="look for a municipality with next to no jobs in tables employed and commuting",
    )
