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
After every second turn y takes the step that the last two point to (`_leap`).
More people anywhere leave nowhere more posts unfilled (see docs/method/commuting.md).

Start reading at `leftovers`; `match` is the same from table to table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.commuting.flows import OUTSIDE
from brygga.core.errors import TableError
from brygga.core.grids import Floats, to_array, to_frame

TOLERANCE = 1e-9
MOST_TURNS = 20_000
TILE = 24
"""Draws that are summed together."""

FARTHEST_LEAP, FARTHEST_LOG = 64.0, 8.0
"""How many steps a leap may go at once, and how far in logarithms."""

MOST_LEAPS = 500
"""Leaps before turns alone go on, which always arrive."""


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
    dims = {"municipality": municipalities, "occupation": occupations, "year": years, "draw": draws}
    held = to_array(flows, "persons", {"occupation": occupations, "home": zones, "work": zones}, absent=0.0)
    people = to_array(supply, "persons", dims, where="supply")
    posts = to_array(demand, "persons", dims, where="demand")
    left = leftovers(held, people, posts, floor=floor)
    arrays = {
        "demand": left.posts,
        "supply": left.people,
        "unfilled": left.unfilled,
        "without_work": left.without_work,
        "net_in_commuting": left.net_in_commuting,
    }
    return to_frame(arrays, dims | {"municipality": zones})


@dataclass(frozen=True)
class Base:
    """The base year: T0 (occupation x home x work), and in each draw U0 and V0 (zone x occupation x draw)."""

    held: Floats
    jobless: Floats
    vacant: Floats

    def of(self, chosen: NDArray[np.int64]) -> Base:
        """The base year of some of the occupations."""
        return Base(self.held[chosen], self.jobless[:, chosen], self.vacant[:, chosen])


@dataclass(frozen=True)
class Leftovers:
    """What the matching leaves, zone x occupation x year x draw; the zone outside is the last.

    people, posts : supply and demand with the zone outside
    without_work, unfilled : people and posts left over
    net_in_commuting : people who come in to work less those who go out
    """

    people: Floats
    posts: Floats
    without_work: Floats
    unfilled: Floats
    net_in_commuting: Floats


def leftovers(
    held: Floats,
    people: Floats,
    posts: Floats,
    *,
    floor: float,
    counted: Floats | None = None,
    tolerance: float = TOLERANCE,
) -> Leftovers:
    """Unfilled posts and people without work, from arrays.

    Parameters
    ----------
    held : employed in the base year, occupation x home x work; the last zone is outside
    people, posts : supply and demand, municipality x occupation x year x draw; the first year is the base
    floor : smallest number of people without work, and of unfilled posts, in the base year
    counted : factor on the jobs of each workplace in each draw, where their count may be off (measurement
        error): municipality x occupation x draw. Flows to a workplace follow its jobs
    tolerance : how near both balances are met, relative to supply and demand

    Raises
    ------
    TableError when the base year has fewer people or posts than flows.
    """
    draws = people.shape[3]
    people, posts, counted = _whole_tiles(people), _whole_tiles(posts), _whole_tiles(counted)
    ratio = _with_one(counted, people.shape)
    at_home, at_work = _each(ratio, held), held.sum(1).T[..., None] * ratio
    people, posts = _with_outside(people, at_home, floor), _with_outside(posts, at_work, floor)
    base = Base(held, people[:, :, 0] - at_home, posts[:, :, 0] - at_work)
    _check_base(base)
    # With flows that follow the draw's own count of jobs, T = T0 ratio x y: the ratio goes into y and V0.
    base = Base(held, base.jobless, base.vacant / ratio**2)
    x, y = np.ones_like(base.jobless), ratio
    without_work, unfilled = np.empty_like(people), np.empty_like(posts)
    before = y
    for t in range(people.shape[2]):
        if t:
            ahead = y * np.clip(y / before, 0.8, 1.25)
            before = y
            x, y = solve(base, people[:, :, t], posts[:, :, t], ahead, tolerance=tolerance)
        without_work[:, :, t], unfilled[:, :, t] = base.jobless * x**2, base.vacant * y**2
    net = posts - people - unfilled + without_work
    return Leftovers(*(array[..., :draws] for array in (people, posts, without_work, unfilled, net)))


def solve(base: Base, people: Floats, posts: Floats, y: Floats, *, tolerance: float) -> tuple[Floats, Floats]:
    """The multipliers x and y of one year; all arrays are zone x occupation x draw, whole tiles of draws.

    Parameters
    ----------
    base : the base year
    people, posts : S and D, above zero
    y : first guess, above zero
    tolerance : how near both balances are met, relative to S and D

    Returns
    -------
    x, y
    """
    x, y, left = np.empty_like(y), np.array(y), np.arange(y.shape[1])
    done = np.zeros(y.shape[1:], bool)
    part, S, D, start = base, np.ascontiguousarray(people), np.ascontiguousarray(posts), y
    for pair in range(MOST_TURNS // 2):
        _, first, _ = _one_turn(part, S, D, start)
        a, b, through = _one_turn(part, S, D, first)
        open_ = ~done[left]  # a draw that is done stays as it is, whatever others need
        x[:, left], y[:, left] = np.where(open_, a, x[:, left]), np.where(open_, b, y[:, left])
        done[left] |= _missed(part, S, D, a, b, _each(b, part.held), through) <= tolerance
        still = ~done[left].all(1)
        start = _leap(start, first, b) if pair < MOST_LEAPS else b
        if not still.all():
            left, start = left[still], start[:, still]
            part, S, D = base.of(left), people[:, left], posts[:, left]
        if not len(left):
            return x, y
    raise _unsolved(len(left))


def _one_turn(base: Base, S: Floats, D: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """x given y, y given x, the two brought to the right sum, and sum_h T0 x."""
    x = _root(base.jobless, _each(y, base.held), S)
    through = _each(x, base.held.transpose(0, 2, 1))
    y = _root(base.vacant, through, D)
    U, V = (base.jobless * x * x).sum(0), (base.vacant * y * y).sum(0)
    surplus = (S.sum(0) - D.sum(0)) / 2
    root = np.sqrt(surplus**2 + U * V)
    scale = np.sqrt(np.where(surplus > 0, (surplus + root) / U, V / (root - surplus)))
    return x * scale, y / scale, through * scale


def _leap(start: Floats, first: Floats, second: Floats) -> Floats:
    """Where two turns point to, in logarithms: squared extrapolation, third scheme of R's SQUAREM."""
    step = np.log(first / start)
    bend = np.log(second / first) - step
    length = np.sqrt((step**2).sum(0) / np.maximum((bend**2).sum(0), 1e-300))
    length = np.clip(length, 1.0, FARTHEST_LEAP)
    return np.asarray(start * np.exp(np.clip(2 * length * step + length**2 * bend, -FARTHEST_LOG, FARTHEST_LOG)))


def _each(values: Floats, held: Floats) -> Floats:
    """Sum over the zones of `values`, a tile at a time: the last digit of BLAS depends on how many draws come together.

    Against a plain sum the tiles save two thirds of the time.
    """
    zones, occupations, draws = values.shape
    tiles = (zones, occupations, draws // TILE, TILE)
    sums = np.empty(tiles)
    np.matmul(held[:, None], values.reshape(tiles).transpose(1, 2, 0, 3), out=sums.transpose(1, 2, 0, 3))
    return sums.reshape(values.shape)


def _whole_tiles(values: Floats | None) -> Any:
    """The draws filled up to whole tiles by the last of them."""
    if values is None or not values.shape[-1] % TILE:
        return values
    more = [(0, 0)] * (values.ndim - 1) + [(0, -values.shape[-1] % TILE)]
    return np.pad(values, more, mode="edge")


def _root(square: Floats, linear: Floats, total: Floats) -> Floats:
    """The positive root of square x^2 + linear x = total, in the form that loses no digits."""
    below = linear * linear
    below += 4 * square * total
    np.sqrt(below, out=below)
    below += linear
    return np.asarray(np.divide(2 * total, below, out=below))


def _missed(base: Base, S: Floats, D: Floats, x: Floats, y: Floats, back: Floats, through: Floats) -> Floats:
    """How far the balances are from being met, the worst per occupation and draw, relative to S and D."""
    at_home = (base.jobless * x + back) * x / S
    at_work = (base.vacant * y + through) * y / D
    return np.asarray(np.maximum(np.abs(at_home - 1).max(0), np.abs(at_work - 1).max(0)))


def _with_one(counted: Floats | None, shape: tuple[int, ...]) -> Floats:
    """The factor on jobs with the zone outside, whose count is not drawn: zone x occupation x draw."""
    zones, occupations, _, draws = shape
    ratio = np.ones((zones + 1, occupations, draws))
    if counted is not None:
        ratio[:-1] = counted
    return ratio


def _with_outside(inside: Floats, held: Floats, floor: float) -> Floats:
    """The zone outside added last: what it holds in the base year, and leftovers at the region's rate, each year."""
    within = held[:-1].sum(0)
    rate = (inside[:, :, 0].sum(0) - within) / np.maximum(within, floor)
    outside = held[-1] + np.maximum(held[-1] * rate, floor)
    added = np.broadcast_to(outside[None, :, None], (1, *inside.shape[1:]))
    return np.concatenate([inside, added])


def _check_base(base: Base) -> None:
    for left_over, table, column in ((base.jobless, "supply", "people"), (base.vacant, "demand", "posts")):
        short = int((left_over <= 0).any(-1).sum())
        if short:
            raise TableError(
                f"{table}: {short} cell(s) of the base year with no more {column} than flows",
                why="the matching needs someone without work and a post unfilled in every cell",
                todo="raise the smallest number of either (parameter commuting.smallest_left_over)",
            )


def _unsolved(occupations: int) -> TableError:
    return TableError(
        f"matching: {occupations} occupation(s) not balanced after {MOST_TURNS} turns",
        why="supply or demand is many times the base year's, or far apart in size",
        todo="look for a municipality with next to no jobs in tables employed and commuting",
    )
