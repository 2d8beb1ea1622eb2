"""Closure: when and where posts disappear after a notice, and who held them.

A shock takes `posts` in one industry of one municipality. Three layers of posts follow:

    direct     the posts of the notice, by occupation o (given, or by the staffing of the workplace)
    indirect   posts at suppliers, by industry i and draw (`carried_posts`)
    induced    posts where the wages were spent, by industry i and draw

    indirect[w, o] = sum_i posts_i  jobs[w, i, o] / sum_wo jobs[w, i, o]
    induced[w, o]  = sum_i posts_i  sum_h hit[h] near[h, w] jobs[w, i, o] / sum_wo near[h, w] jobs[w, i, o]

`hit` is where those live who lost a direct post, `near` how easily residents of h reach w (0 to 1): people spend
where they live. Each post is held by one person; who it is follows the workplace and the occupation:

    persons[h, o, a] = sum_w posts[w, o]  lives[w, h]  age[o, a]

`lives` are the column shares of commuting (those from outside are a home of their own), `age` the ages of the
occupation. So persons in all are posts in all, whatever the order of municipalities (laws). Direct posts end on
their dates; those that follow do so later, by a geometric lag whose mean is a judgement.

Start reading at `hit_by`.

The steps are those of the project's own method; no published model was followed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from brygga.core.errors import SettingError
from brygga.core.grids import Floats
from brygga.impact.months import add_months
from brygga.impact.seekers import SEPARATOR

LAYERS = ("direct", "indirect", "induced")
AGE_CLASSES: Mapping[str, tuple[str, ...]] = {
    "16-34": ("16-24", "25-29", "30-34"),
    "35-54": ("35-39", "40-44", "45-49", "50-54"),
    "55-69": ("55-59", "60-64", "65-69"),
}
"""The age classes of a closure, and the age groups of table `employed_age` in each."""

CLASSES = tuple(f"{layer}{SEPARATOR}{age}" for layer in LAYERS for age in AGE_CLASSES)
"""Who one is: layer and age class, as the class axis of the matching."""

SPREAD_ABOVE, SPREAD_MONTHS = 100, 3
"""More posts than this leave evenly over so many months where no dates are given, fewer all at once: a judgement."""


@dataclass(frozen=True)
class Shock:
    """Posts that disappear (sign -1) or come (sign 1) in one industry of one municipality.

    `leaving` are dates with the share of the posts that end then (shares sum to 1); `occupations` posts by
    occupation, where they are known. A shock never holds the name of a company.
    """

    municipality: str
    industry: str
    posts: float
    notice: date
    leaving: tuple[tuple[date, float], ...]
    occupations: Mapping[str, float] | None = None
    sign: int = -1

    @property
    def key(self) -> str:
        """What the shock is called in every table.

        Examples
        --------
        >>> Shock("1060", "29", 500, date(2026, 9, 1), ((date(2027, 3, 1), 1.0),)).key
        '1060-29-500'
        """
        return f"{self.municipality}-{self.industry}{'-' if self.sign < 0 else '+'}{self.posts:g}"

    @property
    def first_leaving(self) -> date:
        """The day the first posts end."""
        return min(day for day, _ in self.leaving)

    @property
    def last_leaving(self) -> date:
        """The day the last posts end."""
        return max(day for day, _ in self.leaving)

    @property
    def first_month(self) -> int:
        """Months from the notice to the first posts' end."""
        return month_after(self.notice, self.first_leaving)

    @property
    def last_month(self) -> int:
        """Months from the notice to the last posts' end."""
        return month_after(self.notice, self.last_leaving)


@dataclass(frozen=True)
class Posts:
    """Posts lost by layer, workplace and occupation.

    `mean` is (layers, works, occupations), posts; `by_draw` (draws, layers) their sums in each draw.
    """

    mean: Floats
    by_draw: Floats

    @property
    def scale(self) -> Floats:
        """Each layer's posts in a draw over their mean (draws, layers); 1 where there are none."""
        mean = self.mean.sum((1, 2))
        return np.where(mean > 0, self.by_draw / np.where(mean > 0, mean, 1.0), 1.0)


def month_after(notice: date, day: date) -> int:
    """The month of a day, counted from the month of the notice, which is 0.

    Examples
    --------
    >>> month_after(date(2026, 9, 1), date(2027, 3, 1))
    6
    """
    return 12 * (day.year - notice.year) + day.month - notice.month


def even_leaving(first: date, last: date) -> tuple[tuple[date, float], ...]:
    """Dates a month apart from the first to the last, each with the same share of the posts.

    Examples
    --------
    >>> [f"{day} {share:.2f}" for day, share in even_leaving(date(2027, 1, 31), date(2027, 3, 31))]
    ['2027-01-31 0.33', '2027-02-28 0.33', '2027-03-31 0.33']
    """
    steps = max(month_after(first, last), 0)
    days = [add_months(first, step) for step in range(steps + 1)]
    return tuple((day, 1.0 / len(days)) for day in days)


def usual_leaving(first: date, posts: float) -> tuple[tuple[date, float], ...]:
    """When posts end where only the first date is known: at once, or month by month where they are many."""
    return even_leaving(first, add_months(first, SPREAD_MONTHS - 1) if posts > SPREAD_ABOVE else first)


def leaving_by_month(shock: Shock, months: int) -> Floats:
    """Share of the direct posts that end in each month (months,), from the month of the notice; sums to 1.

    Raises
    ------
    SettingError when a post ends outside the months.
    """
    share = np.zeros(months)
    for day, part in shock.leaving:
        month = month_after(shock.notice, day)
        if not 0 <= month < months:
            raise SettingError(
                f"posts leave on {day}, month {month} after the notice of {shock.notice}",
                why=f"the {months} months that are followed begin with the notice",
                todo="follow more months (--months), or correct the dates",
            )
        share[month] += part
    return share


def delayed(share: Floats, mean: float) -> Floats:
    """A share by month put off by a geometric lag of `mean` months; what would fall beyond the end is told within it.

    Examples
    --------
    >>> delayed(np.array([1.0, 0.0, 0.0]), 0.0).tolist()
    [1.0, 0.0, 0.0]
    >>> delayed(np.array([0.0, 1.0, 0.0]), 1.0).round(3).tolist()
    [0.0, 0.667, 0.333]
    """
    months = len(share)
    stay = mean / (1.0 + mean)
    late = np.zeros(months)
    for month in np.flatnonzero(share):
        tail = stay ** np.arange(months - month)
        late[month:] += share[month] * tail / tail.sum()
    return late


def indirect_posts(by_industry: Floats, jobs: Floats) -> Floats:
    """Posts of industries (industries,) at workplaces and in occupations as the industry's jobs are there.

    Parameters
    ----------
    by_industry : posts by industry
    jobs : persons at work by workplace, industry and occupation

    Returns
    -------
    posts by workplace and occupation; those of an industry without a job in the region lie as all jobs do.
    """
    whole = jobs.sum((0, 2))
    known = np.where(whole > 0, by_industry, 0.0)
    placed = np.einsum("i,wio->wo", known / np.where(whole > 0, whole, 1.0), jobs)
    return np.asarray(placed + (by_industry.sum() - known.sum()) * jobs.sum(1) / jobs.sum())


def induced_posts(by_industry: Floats, jobs: Floats, hit: Floats, near: Floats) -> Floats:
    """Posts of industries where the people of each home spend: by the industry's jobs within their reach.

    Parameters
    ----------
    by_industry : posts by industry
    jobs : persons at work by workplace, industry and occupation
    hit : persons by home who lost a direct post
    near : how easily a home reaches a workplace, 0 to 1: homes x works

    Returns
    -------
    posts by workplace and occupation, as many as came in.
    """
    if hit.sum() <= 0:
        return indirect_posts(by_industry, jobs)
    there = jobs.sum(2)
    pull = near[:, :, None] * there[None, :, :]
    whole = pull.sum(1, keepdims=True)
    alike = np.broadcast_to(there / np.where(there.sum(0) > 0, there.sum(0), 1.0), pull.shape)
    share = np.where(whole > 0, pull / np.where(whole > 0, whole, 1.0), alike)
    spent = np.einsum("h,hwi->wi", hit / hit.sum(), share) * by_industry
    placed = np.einsum("wi,wio->wo", spent / np.where(there > 0, there, 1.0), jobs)
    return np.asarray(placed + (by_industry.sum() - placed.sum()) * jobs.sum(1) / jobs.sum())


def persons_hit(posts: Floats, lives: Floats, ages: Floats) -> Floats:
    """Persons by home, occupation and age class who held the posts.

    Parameters
    ----------
    posts : posts by workplace and occupation
    lives : of those who work in a workplace, the share who live in each home: works x homes
    ages : of those in an occupation, the share in each age class: occupations x classes

    Examples
    --------
    >>> persons_hit(np.array([[10.0]]), np.array([[0.8, 0.2]]), np.array([[0.5, 0.5]])).tolist()
    [[[4.0, 4.0]], [[1.0, 1.0]]]
    """
    return np.asarray(np.einsum("wo,wh,oa->hoa", posts, lives, ages, optimize=True))


def hit_by(
    posts: Posts, lives: Floats, ages: Floats, *, leaving: Floats, lags: Sequence[float]
) -> tuple[Floats, Floats]:
    """Who loses a post in which month, and how many more or fewer they are in each draw.

    Parameters
    ----------
    posts : posts lost by layer, workplace and occupation
    lives, ages : see `persons_hit`
    leaving : share of the direct posts that end in each month, see `leaving_by_month`
    lags : mean months that the posts of each layer end after the direct ones, in the order of `LAYERS`

    Returns
    -------
    persons by month, home, occupation and class (`CLASSES`), and the scale by draw and class.
    """
    layers = []
    for layer, lag in enumerate(lags):
        persons = persons_hit(posts.mean[layer], lives, ages)
        layers.append(delayed(leaving, lag)[:, None, None, None] * persons)
    return np.concatenate(layers, axis=3), np.repeat(posts.scale, len(AGE_CLASSES), axis=1)
