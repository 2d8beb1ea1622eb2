"""Course gains: months in work that a course wins for one person, from the chances of work that the matching found.

A person from home h and occupation o who searches with effort s finds work in month t with chance 1 - exp(-l),

    l[t] = s chance'[t, h, :] . K[o, :]          chance'[t, h, q] = sum_w T[h, w] chance[t, w, q]

where chance[t, w, q] is what one vacancy-seeker meeting gives (`market.per_seeker` times kappa). With r the share a
month who leave working life, u without work and E at work:

    found = u (1 - exp(-l)),   E' = E + found,   u' = (u - found)(1 - r),   months in work = sum_t E'

A course of L months from month m towards occupation q lets l fall to `COURSE_EFFORT` of itself while it lasts; after
it, the share who complete search with the better of K[o, :] and K[q, :]. The gain is the difference, per person sent,
over the months followed. It is a margin: it holds for one more person, and not for a hundred who crowd each other,
which is why a package is simulated again with everybody in it.

Start reading at `gain`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.impact.market import Array, Market, meeting, per_seeker
from brygga.impact.seekers import COURSE_EFFORT, Hit, notified, scale


@dataclass(frozen=True)
class Searching:
    """The chances of those whom courses are for, month by month, without courses.

    Parameters
    ----------
    reach : (draws, months, homes, occupations) chance a month of taking a vacancy of an occupation, by home
    related : (origins, occupations) from, to
    all_related : (occupations, occupations) the same for every occupation
    origins : (origins,) the occupations that anybody comes from, by their place among the market's
    effort : (draws, homes, origins) how well they search, the mean of their classes
    leave_rate : (homes, origins) share a month who leave working life, likewise
    waiting : (months, homes, occupations) persons without work as a month begins, after its leavers; mean of draws
    """

    reach: Array
    related: Array
    all_related: Array
    origins: NDArray[np.int64]
    effort: Array
    leave_rate: Array
    waiting: Array

    @property
    def months(self) -> int:
        """Months that are followed."""
        return int(self.reach.shape[1])

    @functools.cached_property
    def own(self) -> Array:
        """Chance a month of work, as an intensity, without a course: (draws, months, homes, origins)."""
        return np.asarray(self.effort[:, None] * np.matmul(self.reach, self.related.T))


def standing_chance(market: Market, months: int) -> Array:
    """Chance a month per seeker and vacancy (draws, months, works, occupations) while the market stands still."""
    met = market.kappa[:, None, None] * meeting(market.others, market.travel, market.related)
    each = market.kappa[:, None, None] * per_seeker(market.vacancies, met)
    return np.repeat(each[:, None], months, axis=1)


def invited(market: Market, hit: Hit) -> NDArray[np.bool_]:
    """The classes whom courses are for: those who were given notice, or all where nobody was."""
    told = notified(market, hit)
    return told if told.any() else np.ones_like(told)


def searching(market: Market, hit: Hit, *, months: int, chance: Array | None = None) -> Searching:
    """Who searches how, from a market and the people hit: those of them whom courses are for (`invited`).

    Parameters
    ----------
    chance : (draws, months, works, occupations) of a run without courses, so that those hit already crowd each other;
        by default those of the market standing still
    """
    each = standing_chance(market, months) if chance is None else chance[:, :months]
    reach = np.matmul(market.travel, each)
    asked = invited(market, hit)
    persons = hit.leaving.sum(axis=0) * scale(market, hit).mean(axis=0) * asked
    whole = persons.sum(axis=2)
    origins = np.flatnonzero(whole.sum(axis=0) > 0)
    share = persons / np.where(whole > 0, whole, 1.0)[:, :, None]
    share[whole <= 0] = asked / asked.sum()
    return Searching(
        reach,
        market.related[origins],
        market.related,
        origins,
        np.einsum("hoc,dc->dho", share[:, origins], hit.effort),
        np.einsum("hoc,c->ho", share[:, origins], hit.leave_rate),
        _waiting(market, hit, reach, months),
    )


def gain(
    found: Searching, *, month: int, months: int, to: int, completion: float, effort: float = COURSE_EFFORT
) -> Array:
    """Months in work won per person sent to a course, by draw, home and origin (draws, homes, origins).

    Parameters
    ----------
    found : who searches how without courses
    month : the month the course starts in, counted from the notice
    months : how long it lasts
    to : the occupation it leads to, by its place among the market's
    completion : share who complete it

    A course that ends after the months followed wins nothing and costs what is not searched meanwhile.
    """
    last = min(month + months, found.months)
    better = np.maximum(found.related, found.all_related[to])
    other = found.effort[:, None] * np.matmul(found.reach[:, last:], better.T)
    stay = _months_in_work(found.own[:, month:], found.leave_rate)
    there = _months_in_work(found.own[:, month:last] * effort, found.leave_rate)
    after_own = _months_in_work(found.own[:, last:], found.leave_rate)
    after_new = _months_in_work(other, found.leave_rate)
    later = completion * after_new.total + (1 - completion) * after_own.total
    return there.total + there.at_work * (found.months - last) + there.without * later - stay.total


@dataclass(frozen=True)
class _Path:
    """Sum of months in work, and where people are at the end, per person without work at the beginning."""

    total: Array
    at_work: Array
    without: Array


def _months_in_work(hazard: Array, leave_rate: Array) -> _Path:
    """From the beginning of the first month of `hazard` (draws, months, homes, origins) to the end of the last."""
    without = np.ones((hazard.shape[0], *hazard.shape[2:]))
    at_work, total = np.zeros_like(without), np.zeros_like(without)
    for month in range(hazard.shape[1]):
        hired = without * -np.expm1(-hazard[:, month])
        at_work = at_work + hired
        without = (without - hired) * (1.0 - leave_rate)
        total = total + at_work
    return _Path(total, at_work, without)


def _waiting(market: Market, hit: Hit, reach: Array, months: int) -> Array:
    """Persons invited without work as each month begins, by home and occupation: a mean of draws."""
    hazard = np.matmul(reach.mean(axis=0), market.related.T)
    effort = hit.effort.mean(axis=0)
    size = scale(market, hit).mean(axis=0) * invited(market, hit)
    early = np.where(notified(market, hit), hit.notice_effort, 0.0)
    stays = np.exp(-np.cumsum(hazard, axis=0)[:, :, :, None] * early * effort)
    without = np.zeros(hit.leaving.shape[1:])
    waiting = np.zeros((months, *hazard.shape[1:]))
    for month in range(months):
        if month < len(hit.leaving):
            left = hit.leaving[month] * size * (stays[month - 1] if month else 1.0)
            without = without + left
        waiting[month] = without.sum(axis=2)
        without = without * np.exp(-hazard[month][:, :, None] * effort) * (1.0 - hit.leave_rate)
    return waiting
