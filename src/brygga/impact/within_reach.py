"""Within reach: which part of a market a closure can touch, and the market without the rest.

A vacancy is within reach when somebody hit sees it (travel and relatedness above zero), also as what a course makes
of them. **A vacancy that nobody hit can reach stays at its baseline by definition**: it stands open and is filled as
if nothing had happened, and what the others find there is a constant chance. Without that definition everything
would touch everything a little, through people who compete with people who compete with those hit; with it,
leaving out the rest is exact:

    A at a vacancy within reach needs those others only who can see it
    the others' chance of work = from vacancies within reach (computed) + from the rest (a constant, `elsewhere`)

Posts that are added (`added`) where nobody hit can reach are posts of their own on top of the baseline there. With
`spread` everything counts as within reach that the others connect to it, in any number of steps: an establishment
that drains workplaces none of its new people could reach.

Start reading at `reachable`.

Source: our own definition; the tests compare with the computation over all cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brygga.impact.market import Array, Market, chance_of_work, meeting, per_seeker
from brygga.impact.seekers import CourseGroup, Hit

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Reach:
    """The rows and columns of a market that are computed: places of its homes, works and occupations."""

    homes: NDArray[np.int64]
    works: NDArray[np.int64]
    occupations: NDArray[np.int64]

    def market(self, market: Market) -> Market:
        """The market of these rows and columns."""
        h, w, o = self.homes, self.works, self.occupations
        return replace(
            market,
            homes=_kept(market.homes, h),
            works=_kept(market.works, w),
            occupations=_kept(market.occupations, o),
            travel=market.travel[np.ix_(h, w)],
            related=market.related[np.ix_(o, o)],
            vacancies=market.vacancies[:, w][:, :, o],
            inflow=market.inflow[:, w][:, :, o],
            others=market.others[:, h][:, :, o],
            elsewhere=None if market.elsewhere is None else market.elsewhere[:, h][:, :, o],
            others_inflow=None if market.others_inflow is None else market.others_inflow[:, h][:, :, o],
        )

    def hit(self, hit: Hit) -> Hit:
        """The people hit, of whom none is left out."""
        return replace(hit, leaving=hit.leaving[:, self.homes][:, :, self.occupations])

    def posts(self, posts: Array) -> Array:
        """(..., works, occupations) of these."""
        return posts[..., self.works, :][..., self.occupations]

    def people(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """(homes, occupations, classes) of these."""
        return labels[self.homes][:, self.occupations]


def reachable(
    market: Market,
    hit: Hit,
    *,
    courses: Sequence[CourseGroup] = (),
    added: Array | None = None,
    spread: bool = False,
) -> tuple[Market, Hit, Array | None]:
    """The smaller market that a closure can touch, with the people hit and the posts added in its rows and columns.

    `matching.simulate` does this by itself; the smaller market is for looking at, and its `elsewhere` holds what the
    rest gives the others.

    Examples
    --------
    Nobody hit: no vacancy within reach.

    >>> made = Market(("h",), ("w",), ("o",), ("direct:16-34",), np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1, 1)),
    ...     np.ones((1, 1, 1)), np.ones((1, 1, 1)), np.ones(1))
    >>> nobody = Hit(np.zeros((1, 1, 1, 1)), np.ones((1, 1)), np.zeros(1), 0.3)
    >>> float(reachable(made, nobody)[0].vacancies.sum())
    0.0
    """
    seen = within_reach(market, hit, courses=courses, spread=spread)
    reach = reach_of(market, hit, seen, courses=courses, added=added)
    return reach.market(frozen(market, seen)), reach.hit(hit), None if added is None else reach.posts(added)


def reach_of(
    market: Market,
    hit: Hit,
    seen: Mask,
    *,
    courses: Sequence[CourseGroup] = (),
    added: Array | None = None,
    everywhere: bool = False,
) -> Reach:
    """The rows and columns that hold the vacancies seen or added, all who can see them, and all who are hit."""
    if everywhere:
        return Reach(*(np.arange(len(labels)) for labels in (market.homes, market.works, market.occupations)))
    wanted = seen if added is None else seen | (added > 0).any(axis=0)
    people = _people(hit, market, courses)
    sees = _reached(market.travel.T, wanted, market.related.T)
    masks = (
        people.any(axis=1) | sees.any(axis=1),
        wanted.any(axis=1),
        wanted.any(axis=0) | people.any(axis=0) | sees.any(axis=0) | _named(market, courses),
    )
    return Reach(*(np.flatnonzero(mask) if mask.any() else np.array([0]) for mask in masks))


def within_reach(market: Market, hit: Hit, *, courses: Sequence[CourseGroup] = (), spread: bool = False) -> Mask:
    """(works, occupations) the vacancies that somebody hit can see, with `spread` all that others connect to them."""
    seen = _reached(market.travel, _people(hit, market, courses), market.related)
    while spread:
        further = seen | _reached(market.travel, _reached(market.travel.T, seen, market.related.T), market.related)
        if (further == seen).all():
            break
        seen = further
    return seen


def frozen(market: Market, seen: Mask) -> Market:
    """The market with the vacancies not seen taken out, and what the others find in them kept as a constant."""
    met = market.kappa[:, None, None] * meeting(market.others, market.travel, market.related)
    rest = np.where(seen, 0.0, per_seeker(market.vacancies, met))
    constant = market.kappa[:, None, None] * chance_of_work(rest, market.travel, market.related)
    return replace(
        market,
        vacancies=np.where(seen, market.vacancies, 0.0),
        inflow=np.where(seen, market.inflow, 0.0),
        elsewhere=constant if market.elsewhere is None else market.elsewhere + constant,
    )


def _people(hit: Hit, market: Market, courses: Sequence[CourseGroup]) -> Mask:
    """(homes, occupations) where somebody hit searches; a course lets its people search in its occupation too."""
    people: Mask = np.asarray((hit.leaving > 0).any(axis=(0, 3)))
    from_courses = np.zeros_like(people)
    for course in courses:
        home = market.homes.index(course.from_home)
        if people[home, market.occupations.index(course.from_occupation)]:
            from_courses[home, market.occupations.index(course.to_occupation)] = True
    return people | from_courses


def _named(market: Market, courses: Sequence[CourseGroup]) -> Mask:
    names = {name for course in courses for name in (course.from_occupation, course.to_occupation)}
    return np.array([occupation in names for occupation in market.occupations])


def _reached(travel: Array, people: Mask, related: Array) -> Mask:
    """Where something above zero arrives; on marks, so that nothing is lost to underflow."""
    marks = (travel > 0).astype(np.float64).T @ people.astype(np.float64) @ (related > 0).astype(np.float64)
    return np.asarray(marks > 0)


def _kept(labels: tuple[str, ...], places: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(labels[place] for place in places)
