"""Matching: month by month, who among the people hit finds which vacancy, and what that does to everybody else.

In steps of h months, with A what a vacancy meets (`market.meeting`, everybody who searches, by how well they do),

    each     = V (1 - exp(-A)) / A                     posts a month for each seeker that a vacancy meets
    hired    = h s kappa (T each K') N                 persons of effectiveness s, by home and occupation
    filled   = h V (1 - exp(-A))                       the same persons, by workplace and occupation
    N' = N - hired - h r N,   V' = V - filled + h J    r leave working life, J vacancies a month come

Those who know that they will lose their post search meanwhile with a part of s; those in a course with
`seekers.COURSE_EFFORT` of it, and who completes one searches with the better of the two rows of K. Others without
work compete; as many join them as find work today, so that without anybody hit nothing moves.

**More vacancies never slow anybody's re-employment, more seekers never speed it.** Order states by "no fewer without
work anywhere, no more vacancies anywhere". With f(A) = (1 - exp(-A)) / A, which falls in A while A f(A) grows:
a vacancy keeps 1 - h A f(A) of itself, which is never negative and falls as anybody is added, so V' grows in V and
falls in N. A person stays with 1 - h s kappa (T V f(A) K') - h r, which falls in V, and grows as others are added;
and N times that grows in N itself, since N f(A) does, as long as no chance in a step is over 1. So a step keeps the
order, and so do sums, the notice (a smaller s), a course (those sent are the smaller of the seats and of those
without work, and both what goes and what stays grow in these), leaving (a share), and vacancies that come. The order
at the end is the order at the start: with more vacancies, at once or later, in stock or flow, anywhere, everybody's
group has at every month at least as many re-employed; and with more people hit, the others without work are at least
as many. In a draw in which somebody's chance in a step would be over 1, the steps of a month are doubled until it is
not; the law is exact for one number of steps.

Start reading at `simulate`.

Source: the urn model of matching, as in `brygga.impact.market`; the proof is our own, and the tests try it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from brygga.core.errors import BryggaError, SettingError, TableError, raise_all
from brygga.impact.curves import STATES, Curves, Labels, check_groupings, groupings
from brygga.impact.market import Array, Market, chance_of_work, check_market, faults_of, meeting, per_seeker
from brygga.impact.matching_block import Asked, Block, Found, StepTooLongError
from brygga.impact.seekers import CourseGroup, Hit, check_hit, scale
from brygga.impact.within_reach import Mask, Reach, frozen, reach_of, within_reach

STEPS = 4
"""Steps that a month is cut into, unless somebody's chance in one would be over 1."""
MOST_STEPS = 4096
CACHED = 1_000_000
"""Bytes that an array which changes may take, roughly: the draws computed at the same time are as few as that needs."""


def simulate(
    market: Market,
    hit: Hit,
    *,
    months: int = 36,
    courses: Sequence[CourseGroup] = (),
    added: Array | None = None,
    groups: Mapping[str, Labels] | None = None,
    steps: int = STEPS,
    after: int | None = None,
    record: bool = False,
    spread: bool = False,
    everywhere: bool = False,
) -> Curves:
    """Follow the people hit month by month.

    Parameters
    ----------
    market : at rest (`market.market`), or as somebody wants it
    hit : who loses a post when; a post ends as its month begins, and a curve's place t is the beginning of month t
    courses : who goes where; nobody by default
    added : (months, works, occupations) vacancies that come on top as each month begins
    groups : grouping -> label (homes, occupations, classes) from 0, -1 for none; None: the usual ones
        (`curves.groupings`)
    steps : steps a month, at least; doubled in the draws that need it
    after : months after losing the post at which `Curves.after` tells the share re-employed
    record : keep `Curves.chance`
    spread, everywhere : whether what the others connect counts as within reach (`within_reach`), and whether cells
        nobody can reach are computed too, which changes nothing but the time

    Raises
    ------
    TableError or SettingError for every fault of the market and the people hit, all in one report.

    Examples
    --------
    Ten lose their post at once where ten vacancies and a hundred others are.

    >>> import numpy as np
    >>> from brygga.impact.market import market
    >>> made = market(["1060"], ["1060"], ["7223"], ["direct:16-34"], travel=np.ones((1, 1)), related=np.ones((1, 1)),
    ...     vacancies=np.full((1, 1, 1), 10.0), filled=np.array([4.0]), others=np.full((1, 1, 1), 100.0))
    >>> ten = Hit(np.full((1, 1, 1, 1), 10.0), effort=np.full((1, 1), 3.0), leave_rate=np.zeros(1), notice_effort=0.5)
    >>> simulate(made, ten, months=12).state["re_employed"]["all"][0, [0, 6, 12], 0].round(1).tolist()
    [0.0, 4.6, 7.1]
    """
    _check(market, hit, months, steps, courses, added)
    form = (len(market.homes), len(market.occupations), len(market.classes))
    labels, names = groupings(market) if groups is None else (dict(groups), {})
    check_groupings(labels, form)
    seen = within_reach(market, hit, courses=courses, spread=spread)
    whole = frozen(market, seen)
    reach = reach_of(market, hit, seen, courses=courses, added=added, everywhere=everywhere)
    small, small_hit = reach.market(whole), reach.hit(hit)
    asked = Asked(months, courses, None if added is None else reach.posts(added), after, record)
    cut = {name: reach.people(label) for name, label in labels.items()}
    sizes = {name: int(label.max(initial=-1)) + 1 for name, label in labels.items()}
    draws = max(market.draws, len(hit.effort), len(scale(market, hit)))
    order = np.argsort(_fastest(small, small_hit, draws), kind="stable")
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(_cores()) as cores:  # small products: a core for each block
        blocks = _blocks(small, small_hit, order)
        parts = list(cores.map(lambda rows: _followed(small, small_hit, asked, rows, steps, cut, sizes), blocks))
    back = np.argsort(order)
    made = _gathered(parts, market, reach, names, back)
    return replace(made, chance=_everywhere(parts, market, reach, seen, back)) if record else made


def _cores() -> int:
    """Cores that this process may use; blocks of draws are apart, so their number changes no result."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fastest(market: Market, hit: Hit, draws: int) -> Array:
    """(draws,) the highest chance a month of anybody hit while nobody else is: draws alike are computed together."""
    people = (hit.leaving > 0).any(axis=(0, 3))
    kappa = market.kappa[:, None, None]
    each = per_seeker(market.vacancies, kappa * meeting(market.others, market.travel, market.related))
    chance = kappa * chance_of_work(each, market.travel, market.related)
    fastest = np.where(people, chance, 0.0).max(axis=(1, 2), initial=0.0) * hit.effort.max(axis=1, initial=0.0)
    return np.broadcast_to(fastest, (draws,))


def _followed(
    market: Market,
    hit: Hit,
    asked: Asked,
    rows: Labels,
    steps: int,
    groups: Mapping[str, Labels],
    sizes: Mapping[str, int],
) -> Found:
    """Some draws, in steps as short as they need."""
    while True:
        try:
            return Block(market, hit, asked, rows, steps, groups, sizes).run()
        except StepTooLongError:
            steps = _doubled(steps)


def _gathered(
    parts: Sequence[Found], market: Market, reach: Reach, names: Mapping[str, tuple[str, ...]], back: Labels
) -> Curves:
    """The blocks of draws under one another, in the rows and columns of the whole market."""

    def under(arrays: Iterable[Array]) -> Array:
        return np.concatenate(list(arrays))[back]

    def mean(arrays: Iterable[Array], rows: Labels, columns: Labels, form: tuple[int, int]) -> Array:
        whole = np.zeros(form)
        whole[np.ix_(rows, columns)] = sum(arrays)
        return whole / draws

    w, o = len(market.works), len(market.occupations)
    groupings, first = list(parts[0].size), parts[0]
    same = under(part.same for part in parts)
    draws = len(same)
    return Curves(
        state={name: {by: under(part.state[name][by] for part in parts) for by in groupings} for name in STATES},
        size={by: under(part.size[by] for part in parts) for by in groupings},
        names=names,
        same=same,
        related=under(part.related for part in parts),
        moves=mean((part.moves for part in parts), reach.occupations, reach.occupations, (o, o)),
        hires_to=mean((part.hires_to for part in parts), reach.works, reach.occupations, (w, o)),
        moves_at=mean((part.moves_at for part in parts), reach.occupations, reach.works, (o, w)),
        others=under(part.others for part in parts),
        after={by: under(part.after[by] for part in parts) for by in first.after},
        chance=None,
        conserved=max(part.conserved for part in parts),
        unmatched=max(part.unmatched for part in parts),
        steps=max(part.steps for part in parts),
    )


def _everywhere(parts: Sequence[Found], market: Market, reach: Reach, seen: Mask, back: Labels) -> NDArray[np.float32]:
    """What the draws recorded, and what stands still where nobody hit can reach."""
    kappa = market.kappa[:, None, None]
    met = kappa * meeting(market.others, market.travel, market.related)
    still = np.where(seen, 0.0, kappa * per_seeker(market.vacancies, met)).astype(np.float32)
    told = np.concatenate([part.chance for part in parts if part.chance is not None])[back]
    whole = np.repeat(np.broadcast_to(still, (len(back), *still.shape[1:]))[:, None], told.shape[1], axis=1)
    whole[:, :, reach.works[:, None], reach.occupations] += told
    return whole


def _blocks(market: Market, hit: Hit, order: Labels) -> list[Labels]:
    """The draws, a few at a time, so that each array that changes takes at most `CACHED` bytes (one draw at least)."""
    places, occupations = max(len(market.homes), len(market.works)), len(market.occupations)
    cells = int((hit.leaving > 0).any(axis=(0, 3)).sum()) * len(market.classes)
    size = max(1, CACHED // (8 * max(places * occupations, cells, 1)))
    return [order[first : first + size] for first in range(0, len(order), size)]


def _doubled(steps: int) -> int:
    if 2 * steps > MOST_STEPS:
        raise SettingError(
            f"somebody's chance of work is over {steps} a month",
            why="vacancies would be filled at once, and months say nothing",
            todo="check kappa, the effort of those hit and the vacancies against the others without work",
        )
    return 2 * steps


def _check(
    market: Market, hit: Hit, months: int, steps: int, courses: Sequence[CourseGroup], added: Array | None
) -> None:
    check_market(market)
    draws = max(market.draws, len(hit.effort), len(scale(market, hit)))
    check_hit(market, hit, courses, draws)
    faults: list[BryggaError] = []
    if months < 1 or steps < 1:
        faults.append(
            SettingError(
                f"{months} months in {steps} steps each",
                why="people are followed for a month or more, in a step or more a month",
                todo="give numbers from 1 up",
            )
        )
    if added is not None:
        form = (len(added), len(market.works), len(market.occupations))
        faults.extend(faults_of("added", added, form, draws))
    if market.draws not in (1, draws):
        faults.append(
            TableError(
                f"the market has {market.draws} draws and the people hit {draws}",
                why="a draw of the one belongs to a draw of the other",
                todo="draw both as often, or one of them once",
            )
        )
    raise_all("the matching", faults)
