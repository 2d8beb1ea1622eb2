"""Establishment: where those come from who fill new posts, and what stands unfilled where they left.

A new post is a vacancy among the others of its cell (workplace and occupation), with the same chance as they, in the
market of `brygga.impact.recruiting`. Month by month, in steps short enough that nobody's chance in one is large:

    filled  = V (1 - exp(-A))                                 of which V_new / V were new posts
    hired_c = a_c N_c  (T (V (1 - exp(-A)) / A) K')            of which to new posts in the same way
    V       gains new and carried posts, today's inflow, and the posts that movers beyond today's leave behind
    N_c     loses those hired beyond today's

Who leaves a job for another opens a post where he or she worked: a vacancy like any other, which draws somebody in
turn, until somebody without work, newly trained or from outside ends the chain. So in every draw and month

    posts that came = vacancies beyond today's + hired from without work, training and outside beyond today's

holds to rounding (`Filling.residual`): the region has that many more at work, or stands with posts unfilled, at the
new workplace or where people left it. Without new posts nothing changes, and twice the posts are never filled by
fewer.

Start reading at `fill`.

Source: the urn model of matching as in `brygga.impact.market`; chains of vacancies as in docs/method/demand.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brygga.core.errors import BryggaError, SettingError, TableError, raise_all
from brygga.impact.market import Array, chance_of_work, faults_of, meeting, per_seeker
from brygga.impact.recruiting import EMPLOYED, OUTSIDE, SOURCES, TRAINED, WITHOUT, Standing

LARGEST_CHANCE = 0.5
"""A month is cut into steps in none of which anybody's chance of a job is larger than this."""

ENDS_CHAIN = (WITHOUT, OUTSIDE, TRAINED)
SLACK = 1e-9
DEPLETED = np.array([source != OUTSIDE for source in range(len(SOURCES))])[:, None, None]
"""The sources that grow smaller as people are hired; the surroundings are large."""


@dataclass(frozen=True)
class Filling:
    """What became of the new posts; the arrays of a `month` tell of its end.

    Parameters
    ----------
    offered, filled : (draws, months + 1) new posts offered so far, and of them filled
    hired : (draws, sources, homes, occupations) persons hired to new posts in all, by where they come from
    left : (draws, works, occupations) persons who left such a post for a new one, in all
    unfilled : (draws, works, occupations) new posts unfilled in the month
    drained : (draws, works, occupations) other posts unfilled in the month beyond today's
    drained_by_month : (draws, months + 1) the same in all
    gained : (draws, homes, occupations) fewer without work, newly trained included, in the month
    residual : the largest difference between the posts that came and what became of them
    """

    offered: Array
    filled: Array
    hired: Array
    left: Array
    unfilled: Array
    drained: Array
    drained_by_month: Array
    gained: Array
    residual: float


@dataclass
class _State:
    """What changes from step to step."""

    vacancies: Array
    new: Array
    searching: Array
    hired: Array
    beyond: Array


def fill(standing: Standing, added: Array, new: Array, *, month: int) -> Filling:
    """Fill new posts month by month.

    Parameters
    ----------
    standing : the market at rest (`recruiting.stand`)
    added : (draws or 1, months, works, occupations) all posts that come, each as its month begins
    new : of `added`, the establishment's own; the rest are the posts that it carries
    month : the month whose end is told by place and occupation; 1 is the first

    Raises
    ------
    TableError when posts are below zero, of another form, or more are new than come; SettingError for the month.
    """
    _check(standing, added, new, month)
    state, months = _start(standing, len(added)), added.shape[1]
    draws = len(state.vacancies)
    offered, filled, drained = np.zeros((3, draws, months + 1))
    came, residual, at = np.zeros(draws), 0.0, state
    for now in range(months):
        state.vacancies = state.vacancies + added[:, now]
        state.new = state.new + new[:, now]
        came += added[:, now].sum(axis=(1, 2))
        offered[:, now + 1] = offered[:, now] + new[:, now].sum(axis=(1, 2))
        _month(standing, state)
        filled[:, now + 1] = state.hired.sum(axis=(1, 2, 3))
        over = (state.vacancies - standing.vacancies).sum(axis=(1, 2))
        drained[:, now + 1] = over - state.new.sum(axis=(1, 2))
        residual = max(residual, float(np.abs(came - over - state.beyond[:, ENDS_CHAIN].sum(axis=1)).max()))
        if now + 1 == month:
            at = _State(**vars(state))
    return Filling(
        offered=offered,
        filled=filled,
        hired=state.hired,
        left=_left(standing, state.hired[:, EMPLOYED]),
        unfilled=at.new,
        drained=at.vacancies - standing.vacancies - at.new,
        drained_by_month=drained,
        gained=(standing.searching - at.searching)[:, [WITHOUT, TRAINED]].sum(axis=1),
        residual=residual,
    )


def months_until(offered: Array, filled: Array, share: float) -> Array:
    """Months until a share of all posts is filled (draws,), within a month by straight line; infinite if never.

    Examples
    --------
    >>> done = np.array([[0.0, 4.0, 8.0, 8.0], [0.0, 1.0, 2.0, 3.0]])
    >>> months_until(np.full((2, 4), 10.0), done, 0.5).tolist()
    [1.25, inf]
    """
    wanted = share * offered[:, -1]
    after = np.argmax(filled >= wanted[:, None], axis=1)
    rows = np.arange(len(filled))
    before = np.maximum(after - 1, 0)
    step = filled[rows, after] - filled[rows, before]
    part = np.divide(wanted - filled[rows, before], step, out=np.zeros(len(filled)), where=step > 0)
    return np.where(filled[:, -1] >= wanted, before + part, np.inf)


def _month(standing: Standing, state: _State) -> None:
    """One month, in as many steps as its first one asks for; arrays are replaced, never written into."""
    done, parts = 0, 1
    while done < parts:
        open_posts = np.maximum(state.vacancies, 0.0)
        meets = _meets(standing, state.searching)
        share = per_seeker(open_posts, meets)
        chance = _chance(standing, share)
        if not done:
            parts = _parts(chance, state.searching)
        part = np.divide(state.new, open_posts, out=np.zeros_like(state.new), where=open_posts > 0)
        extra = (chance * state.searching - standing.hired) / parts
        reopened = _left(standing, extra[:, EMPLOYED])
        state.hired = state.hired + _chance(standing, share * part) * state.searching / parts
        state.vacancies = state.vacancies + (standing.filled - share * meets) / parts + reopened
        state.new = state.new - share * part * meets / parts
        state.searching = state.searching - np.where(DEPLETED, extra, 0.0)
        state.beyond = state.beyond + extra.sum(axis=(2, 3))
        done += 1


def _meets(standing: Standing, searching: Array) -> Array:
    """Seekers that a vacancy meets in a month (draws, works, occupations)."""
    strong = np.einsum("dc,dcho->dho", standing.strength, searching)
    return meeting(strong, standing.market.travel, standing.market.related)


def _chance(standing: Standing, share: Array) -> Array:
    """Chance a month of a job, (draws, sources, homes, occupations), where each seeker met gets `share` of a post."""
    each = chance_of_work(share, standing.market.travel, standing.market.related)
    return standing.strength[:, :, None, None] * each[:, None]


def _parts(chance: Array, searching: Array) -> int:
    """Steps that a month is cut into."""
    return max(1, int(np.ceil(np.where(DEPLETED & (searching > 0), chance, 0.0).max(initial=0.0) / LARGEST_CHANCE)))


def _left(standing: Standing, movers: Array) -> Array:
    """The posts (draws, works, occupations) that movers (draws, homes, occupations) leave behind."""
    return np.asarray(np.einsum("dho,hwo->dwo", movers, standing.left_from, optimize=True))


def _start(standing: Standing, draws: int) -> _State:
    draws = max(len(standing.vacancies), draws)
    vacancies = np.broadcast_to(standing.vacancies, (draws, *standing.vacancies.shape[1:]))
    searching = np.broadcast_to(standing.searching, (draws, *standing.searching.shape[1:]))
    nothing = np.zeros_like(searching)
    return _State(vacancies, np.zeros_like(vacancies), searching, nothing, np.zeros((draws, len(SOURCES))))


def _check(standing: Standing, added: Array, new: Array, month: int) -> None:
    months = added.shape[1] if added.ndim > 1 else 0
    form, draws = (None, months, *standing.vacancies.shape[1:]), len(standing.vacancies)
    faults: list[BryggaError] = [*faults_of("added", added, form, draws), *faults_of("new", new, form, draws)]
    if not faults and (new > added + SLACK).any():
        faults.append(
            TableError(
                f"{float((new - added).max()):g} more new posts than come in a cell",
                why="the establishment's own posts are among all that come",
                todo="add the posts that it carries to its own",
            )
        )
    if not 1 <= month <= months:
        faults.append(
            SettingError(
                f"month {month} of {months}",
                why="the market is told at the end of a month that is followed",
                todo=f"choose a month from 1 to {months}",
            )
        )
    raise_all("new posts", faults)
