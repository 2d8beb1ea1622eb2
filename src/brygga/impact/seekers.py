"""Seekers: the people hit by a closure, how they search, and the courses that they may go to.

A class is a layer (direct, indirect, induced) and an age, written "direct:35-54". Persons are fractions of modelled
people. Those of layer direct know from month 0 that they lose their post and search meanwhile with `notice_effort`
of what they do afterwards; the others learn it as it happens.

Start reading at `Hit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import BryggaError, SettingError, TableError, listed, raise_all
from brygga.impact.market import Array, Market, faults_of

NOTIFIED = "direct"
SEPARATOR = ":"
COURSE_EFFORT = 0.2
"""Share of a person's search that goes on while in a course: a judgement, not checked."""


@dataclass(frozen=True)
class Hit:
    """The people who lose their post, by month.

    Parameters
    ----------
    leaving : (months, homes, occupations, classes) persons whose post ends as the month begins
    effort : (draws, classes) how well they search against those without work already (who have 1)
    leave_rate : (classes,) share a month of those without work or in a course who leave working life
    notice_effort : 0-1, of `effort`, while the notice runs
    draw_scale : (draws, classes) persons of the class in the draw, as a share of `leaving`; None: 1
    notified : (classes,) who search from month 0; None: those whose layer is direct
    """

    leaving: Array
    effort: Array
    leave_rate: Array
    notice_effort: float
    draw_scale: Array | None = None
    notified: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class CourseGroup:
    """People from one home and occupation who go to a course together.

    Parameters
    ----------
    from_home, from_occupation, to_occupation : labels of the market
    classes : labels of classes, shared by their persons hit; empty: all
    month, months : when it starts (as the month begins, after that month's leavers), and how long it lasts
    persons : seats; nobody goes who has work, still has the old post, or has left
    completion : 0-1, share of those still there at the end who then search as the better of the old and new occupation
    key : what the seats are called in a table
    """

    from_home: str
    from_occupation: str
    classes: tuple[str, ...]
    to_occupation: str
    month: int
    months: int
    persons: float
    completion: float
    key: str


def notified(market: Market, hit: Hit) -> NDArray[np.bool_]:
    """Which classes search from month 0."""
    if hit.notified is not None:
        return hit.notified
    return np.array([name.split(SEPARATOR)[0] == NOTIFIED for name in market.classes])


def scale(market: Market, hit: Hit) -> Array:
    """(draws, classes) persons of the class in the draw as a share of those in `leaving`."""
    return np.ones((1, len(market.classes))) if hit.draw_scale is None else hit.draw_scale


def check_hit(market: Market, hit: Hit, courses: Sequence[CourseGroup], draws: int) -> None:
    """Nothing, or every fault of the people hit and their courses in one report."""
    h, o, c = len(market.homes), len(market.occupations), len(market.classes)
    faults: list[BryggaError] = [
        *faults_of("hit.leaving", hit.leaving, (len(hit.leaving), h, o, c), draws),
        *faults_of("hit.effort", hit.effort, (None, c), draws),
        *faults_of("hit.draw_scale", scale(market, hit), (None, c), draws),
        *faults_of("hit.leave_rate", hit.leave_rate, (c,), draws),
    ]
    if not 0 <= hit.notice_effort <= 1:
        faults.append(
            SettingError(
                f"notice_effort is {hit.notice_effort:g}",
                why="it is the share of a person's search that goes on beside the old post",
                todo="give a share from 0 to 1",
            )
        )
    for course in courses:
        faults.extend(_course_faults(market, course))
    raise_all("the people hit", faults)


def _course_faults(market: Market, course: CourseGroup) -> list[BryggaError]:
    known = {
        "home": ([course.from_home], market.homes),
        "occupation": ([course.from_occupation, course.to_occupation], market.occupations),
        "class": (list(course.classes), market.classes),
    }
    faults: list[BryggaError] = [
        TableError(
            f"course {course.key}: {listed(strange)} is no {kind} of the market",
            why="people go to a course from where they live and from what they did",
            todo=f"use the market's labels ({listed(list(labels))})",
        )
        for kind, (asked, labels) in known.items()
        if (strange := [name for name in asked if name not in labels])
    ]
    if course.month < 0 or course.months < 1 or not course.persons >= 0 or not 0 <= course.completion <= 1:
        faults.append(
            SettingError(
                f"course {course.key}: month {course.month}, months {course.months}, persons {course.persons:g}, "
                f"completion {course.completion:g}",
                why="a course starts at month 0 or later, lasts a month or more, and completion is a share",
                todo="mend the course",
            )
        )
    return faults
