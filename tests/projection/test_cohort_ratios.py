"""Cohort change ratios: by hand, and the known errors of the 21 counties."""

import numpy as np
import pytest

from brygga.core.errors import SettingError
from brygga.projection.cohort_ratios import cohort_ratios


def test_two_years_ahead_by_hand():
    """Of 100 aged 20 two years ago 90 are left at 22; of 50 aged 20 now 45 are expected. 23 of the oldest 60 die."""
    people = np.zeros((1, 2, 61, 3))
    people[0, 0, 20] = [100, 0, 50]
    people[0, 0, 22] = [0, 0, 90]
    people[0, 0, 58:, 0] = [10, 10, 40]
    people[0, 0, 60, 2] = 30
    ahead = cohort_ratios(people, horizon=2)
    assert ahead[0, 0, 22, 1] == pytest.approx(45)
    assert ahead[0, 0, 60, 1] == pytest.approx(30 * 30 / 60)


def test_children_follow_the_women():
    """Twice as many women of bearing age in a year: twice as many children."""
    people = np.ones((1, 2, 101, 2))
    people[0, 1, 19:44, 1] = 2
    people[0, 1, 20:45, 0] = people[0, 1, 19:44, 0] = 1
    people[0, :, 0, 1] = 8
    women = people[0, 1, 20:45, 1].sum()
    ahead = cohort_ratios(people, horizon=1)
    assert ahead[0, 0, 0, 0] == pytest.approx(8 * ahead[0, 1, 20:45, 0].sum() / women)
    assert ahead[0, 1, 20:45, 0].sum() > women


def test_a_population_that_stands_still_stays():
    people = np.repeat(np.linspace(200, 1, 101)[None, None, :, None], 6, axis=3).repeat(2, axis=1)
    ahead = cohort_ratios(people, horizon=5)
    assert ahead == pytest.approx(np.repeat(people[..., :1], 5, axis=3))


def test_too_few_years_are_an_error():
    with pytest.raises(SettingError, match=r"3 years of people for a horizon of 3.*choose a later origin"):
        cohort_ratios(np.ones((1, 2, 101, 3)), horizon=3)
