"""The shape that Swedish register studies of closures have, on a made region with the parameters in force.

Three municipalities, 40,000 jobs, in proportions like the example region's: two posts of a hundred stand open, one
person without work to twelve jobs, and in a year one hiring to twelve jobs. 40 people of a plant leave.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from brygga.impact.closure import AGE_CLASSES
from brygga.impact.effort import efforts, notice_effort
from brygga.impact.market import market, standing
from brygga.impact.matching import simulate
from brygga.impact.seekers import NOTIFIED, SEPARATOR, Hit

DAY, DRAWS, MONTHS, LEAVE = date(2026, 12, 31), 20, 20, 6
HOMES = ("1060", "1080", "1082")
OCCUPATIONS = ("7223", "7212", "8189", "4", "5")
CLASSES = tuple(f"{NOTIFIED}{SEPARATOR}{age}" for age in AGE_CLASSES)
TRAVEL = np.array([[1.0, 0.1, 0.3], [0.1, 1.0, 0.2], [0.3, 0.2, 1.0]])
RELATED = np.array(
    [
        [1.0, 0.75, 0.5, 0.0, 0.1],
        [0.75, 1.0, 0.5, 0.0, 0.1],
        [0.25, 0.25, 1.0, 0.1, 0.1],
        [0.0, 0.0, 0.1, 1.0, 0.25],
        [0.0, 0.0, 0.1, 0.25, 1.0],
    ]
)
JOBS = np.array([[900, 400, 700, 2000, 4000], [900, 500, 900, 7500, 12000], [600, 300, 500, 3300, 5500]], dtype=float)


def normal_times():
    return market(
        HOMES,
        HOMES,
        OCCUPATIONS,
        CLASSES,
        travel=TRAVEL,
        related=RELATED,
        vacancies=0.02 * JOBS[None],
        filled=np.array([JOBS.sum() / 12 / 12]),
        others=JOBS[None] / 12,
    )


def followed(made):
    """40 of occupation 7223 in 1060, four in five of whom live there, leave after six months."""
    leaving = np.zeros((MONTHS, 3, 5, 3))
    leaving[LEAVE, :, 0] = np.outer([32.0, 2.0, 6.0], [0.35, 0.4, 0.25])
    hit = Hit(
        leaving,
        efforts(CLASSES, draws=DRAWS, seed=1, day=DAY),
        np.array([0.001, 0.001, 0.006]),
        notice_effort=notice_effort(DAY),
    )
    return simulate(made, hit, months=MONTHS)


@pytest.fixture(scope="module")
def usual():
    return followed(normal_times())


def back(curves, grouping="all"):
    """Median share with work again twelve months after the posts ended, by group."""
    month = LEAVE + 12
    return np.median(curves.state["re_employed"][grouping][:, month] / curves.size[grouping], axis=0)


def test_a_majority_has_work_within_a_year_in_normal_times(usual):
    assert 0.5 < back(usual)[0] < 1.0


def test_most_find_work_in_the_same_or_a_related_occupation_and_the_same_first(usual):
    """Of those hired by the month the posts end, more are in the same occupation than of those hired later."""
    same, other = usual.same.mean(0), usual.related.mean(0)
    early = same[LEAVE] / (same[LEAVE] + other[LEAVE])
    late = (same[18] - same[LEAVE]) / (same[18] - same[LEAVE] + other[18] - other[LEAVE])
    assert early > late
    near = usual.moves[0, RELATED[0] >= 0.5].sum()
    assert near > 0.5 * usual.moves[0].sum()


def test_the_same_occupation_takes_more_than_its_part_of_the_vacancies(usual):
    """7223 has a small part of the vacancies within reach, and those who held it find far more of their work there."""
    share = usual.moves[0, 0] / usual.moves[0].sum()
    there = (TRAVEL[0] @ JOBS)[0] / (TRAVEL[0] @ JOBS).sum()
    assert share > 2 * there


def test_they_stay_nearby(usual):
    assert usual.hires_to[0].sum() > 0.5 * usual.hires_to.sum()


def test_the_old_take_longer(usual):
    young, middle, old = back(usual, "class")
    assert old < min(young, middle) - 0.05


def test_it_takes_longer_where_unemployment_is_high(usual):
    """Half again as many without work, a third fewer vacancies, and people search as they did."""
    made = normal_times()
    slack = standing(replace(made, others=1.5 * made.others, vacancies=made.vacancies / 1.5))
    assert back(followed(slack))[0] < back(usual)[0] - 0.05


def test_others_wait_longer_while_they_search(usual):
    assert usual.others.max() > 0
    assert (usual.others > -1e-9).all()
