"""Carried posts: the posts that follow when posts in one industry come or go, by industry and draw.

    f     = posts / e_k in industry k, 0 elsewhere      final demand that employs `posts` there
    x_I   solves (I - R) x = f                          what the region's industries turn out for each other
    x_II  solves (I - R - h w' / (1)) x = f             the same with the households closed
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
from brygga.impact.input_output import Matrix, National, Vector, technical_coefficients, with_households
from brygga.impact.ranges import Range
from brygga.impact.regionalise import flegg_quotients, location_quotients, size_factor

SPENT = Range(0.30, 0.50, 0.80)
"""Share of a labour cost that households spend: parameter `impact.wage_spent_share`, for callers without a day."""


@dataclass(frozen=True)
class CarriedPosts:
    """Posts carried by a shock, by draw and industry of the national table (persons, with the shock's sign)."""

    industries: tuple[str, ...]
    indirect: Matrix
    induced: Matrix
    delta: Vector
    source: str


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
    national : the national table, see `input_output.National`
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
    TableError when nobody works in that industry in the nation.

    Examples
    --------
    >>> from brygga.impact.input_output import germany_1990
    >>> table = germany_1990()
    >>> carried = carried_posts(table, 0.01 * table.jobs, 5e6, industry=1, posts=100.0, draws=8, seed=1)
    >>> carried.indirect.shape, bool((carried.indirect >= 0).all()), bool((carried.induced > 0).all())
    ((8, 6), True, True)
    """
    _checked(national, industry, draws, resident_share)
    chosen = delta or choose_delta(region_jobs, national.jobs)
    rng = np.random.default_rng(seed)
    deltas, shares = chosen.sample(draws, rng), spent.sample(draws, rng)
    in_table = rng.permutation(draws) % 2 == 1
    table_jobs = float(national.jobs.sum())
    nations = np.where(in_table & getattr(national, "stand_in", True), table_jobs, home_jobs)
    posts_of = national.jobs / national.output
    sold = np.zeros(len(posts_of))
    sold[industry] = posts / posts_of[industry]
    indirect, induced = np.empty((2, draws, len(sold)))
    for draw in range(draws):
        size = size_factor(float(region_jobs.sum()), float(nations[draw]), float(deltas[draw]))
        first, both = _outputs(national, region_jobs, size, float(shares[draw]), resident_share, sold)
        indirect[draw] = posts_of * first
        induced[draw] = posts_of * (both - first)
    indirect[:, industry] -= posts
    return CarriedPosts(_names(national), indirect, induced, deltas, national.source)


def _outputs(
    national: National, region_jobs: Vector, size: float, spent: float, resident_share: float, sold: Vector
) -> tuple[Vector, Vector]:
    """Output by industry of type I and of type II, for what is `sold`."""
    count = len(sold)
    bought = np.minimum(1.0, flegg_quotients(region_jobs, national.jobs, size))
    regional = technical_coefficients(national.flows, national.output) * bought
    basket = spent * national.household_purchases / national.household_total
    here = basket * np.minimum(1.0, location_quotients(region_jobs, national.jobs) * size)
    closed = with_households(regional, resident_share * national.wages / national.output, here)
    first: Vector = np.linalg.solve(np.eye(count) - regional, sold)
    both: Vector = np.linalg.solve(np.eye(count + 1) - closed, np.append(sold, 0.0))[:count]
    return first, both


def _names(national: National) -> tuple[str, ...]:
    from brygga.impact.input_output import SECTORS

    return tuple(getattr(national, "industries", SECTORS))


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
            f"industry {_names(national)[industry]} has no jobs in the nation's table",
            why="posts become output through the nation's jobs per output",
            todo="merge it with a neighbour in the table",
        )
