"""Carried posts: the posts that follow when posts in one industry come or go, by industry and draw.

    f     = posts / e_k in industry k, 0 elsewhere      final demand that employs `posts` there
    x_I   solves (I - R) x = f                          what the region's industries turn out for each other
    x_II  solves (I - R - h w') x = f                   the same with the households closed
    indirect_i = e_i x_I,i - posts (in k)
    induced_i  = e_i (x_II,i - x_I,i)

`R` are the region's coefficients (`regionalise`), `e` jobs per output, `w` wages per output that are paid to
people who live in the region, `h` what households buy in the region per wage. Everything is linear in
`posts` and follows its sign: a closure is an establishment with minus.

What is uncertain is drawn: delta (`delta`), the share of a labour cost that is spent, and, where the
coefficients are a stand-in from another country, whether the region is sized as a part of its own nation or
of the table's. The draws hang on the seed alone, so two shocks of the same region meet the same draws.
One draw is one solve; nothing is inverted.

Wages go to the residence: of what a workplace pays, only the part that goes to people who live in the region
(`resident_share`) is spent there.

Start reading at `carried_posts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brygga.core.errors import SettingError, TableError
from brygga.impact.delta import Delta, choose_delta
from brygga.impact.leontief import Matrix, Vector, shock_solve, technical_coefficients, with_households
from brygga.impact.location_quotients import cross_quotients, location_quotients, size_factor
from brygga.impact.national import National
from brygga.impact.ranges import Range

NEEDED = ("jobs", "wages", "household_purchases", "household_total")
SPENT = Range(0.30, 0.50, 0.80)
"""Share of a labour cost that households spend: parameter `impact.wage_spent_share`, for callers without a day."""


@dataclass(frozen=True)
class CarriedPosts:
    """Posts carried by a shock, with the shock's sign.

    Attributes
    ----------
    industries : of the national table, (n,)
    indirect, induced : posts by draw and industry (persons), (draws, n)
    delta : the exponent of each draw, (draws,)
    source : where the national table comes from
    reason : how delta was chosen, in words
    """

    industries: tuple[str, ...]
    indirect: Matrix
    induced: Matrix
    delta: Vector
    source: str
    reason: str = ""


def carried_posts(
    national: National,
    region_jobs: Vector,
    home_jobs: float,
    *,
    industry: int,
    posts: float,
    draws: int,
    seed: int,
    delta: Delta | None = None,
    spent: Range = SPENT,
    resident_share: float = 1.0,
) -> CarriedPosts:
    """Indirect and induced posts by draw and industry when `posts` come (plus) or go (minus) in `industry`.

    Parameters
    ----------
    national : the national table
    region_jobs : jobs in the region by the table's industries (persons)
    home_jobs : jobs in the nation that the region lies in (persons)
    industry : place of the shock's industry in the table
    posts : direct posts (persons), minus for a closure
    delta : the exponent of the region's size; chosen by `choose_delta` when not given
    spent : share of a labour cost that households spend
    resident_share : share of the wages paid in the region that goes to people who live there, 0 to 1

    Raises
    ------
    SettingError when the industry is not in the table, or the share or the number of draws is out of range.
    TableError when nobody works in that industry in the nation, or the table lacks wages or what households buy.

    Examples
    --------
    >>> from brygga.impact.national import germany_1990
    >>> table = germany_1990()
    >>> carried = carried_posts(table, 0.01 * table.jobs, 5e6, industry=1, posts=100.0, draws=8, seed=1)
    >>> carried.indirect.shape, bool((carried.indirect >= 0).all()), bool((carried.induced > 0).all())
    ((8, 6), True, True)
    """
    _checked(national.need(*NEEDED), industry, draws, resident_share)
    bought = technical_coefficients(national.flows, national.output, industries=national.industries)
    chosen = delta or _delta(national, bought, region_jobs)
    rng = np.random.default_rng(seed)
    deltas, shares = chosen.sample(draws, rng), spent.sample(draws, rng)
    nations = _nations(national, home_jobs, draws, rng)
    quotients = location_quotients(region_jobs, national.jobs)
    cross = cross_quotients(quotients)
    basket = national.household_purchases / national.household_total
    wages = resident_share * national.wages / national.output
    posts_of = national.jobs / national.output
    sold = np.zeros(len(posts_of) + 1)
    sold[industry] = posts / posts_of[industry]
    indirect, induced = np.empty((2, draws, len(posts_of)))
    for draw in range(draws):
        size = size_factor(float(region_jobs.sum()), float(nations[draw]), float(deltas[draw]))
        regional = bought * np.minimum(1.0, cross * size)
        closed = with_households(regional, wages, shares[draw] * basket * np.minimum(1.0, quotients * size))
        indirect[draw] = posts_of * shock_solve(regional, sold[:-1])
        induced[draw] = posts_of * shock_solve(closed, sold)[:-1] - indirect[draw]
    indirect[:, industry] -= posts
    return CarriedPosts(national.industries, indirect, induced, deltas, national.source, chosen.reason)


def _delta(national: National, bought: Matrix, region_jobs: Vector) -> Delta:
    """Another country's mix of industries says nothing of delta; the own nation's does."""
    if national.stand_in:
        return choose_delta(national.jobs)
    return choose_delta(national.jobs, coefficients=bought, regions=region_jobs[None, :])


def _nations(national: National, home_jobs: float, draws: int, rng: np.random.Generator) -> Vector:
    """The jobs of the nation that sizes the region: its own; in half of the draws a stand-in's, which may be."""
    in_table = rng.permutation(draws) % 2 == 1
    nations: Vector = np.where(in_table & national.stand_in, float(national.jobs.sum()), home_jobs)
    return nations


def _checked(national: National, industry: int, draws: int, resident_share: float) -> None:
    if not 0 <= industry < len(national.output):
        raise SettingError(
            f"industry number {industry} of a table with {len(national.output)} industries",
            why="the posts would lie nowhere",
            todo="take the number from National.place",
        )
    if draws < 1 or not 0.0 <= resident_share <= 1.0:
        raise SettingError(
            f"{draws} draws with a share of {resident_share} living in the region",
            why="at least one draw is needed, and a share lies between 0 and 1",
            todo="give the share of those working in the region who also live there",
        )
    if national.jobs[industry] <= 0:
        raise TableError(
            f"industry {national.industries[industry]} has no jobs in the nation's table",
            why="posts become output through the nation's jobs per output",
            todo="merge it with a neighbour in the table",
        )
