"""Occupations that stray: posts and people alike, and all jobs together as they were."""

import numpy as np
import pytest

from brygga.core.region import read_region
from brygga.projection.uncertainty import Draws, Uncertainty, strays
from brygga.workflow.ground import prepare
from brygga.workflow.project import matched, project
from brygga.workflow.settings import decision_day

STRAYING = Uncertainty(structure_occupation=0.05)
MIX = np.array([0.5, 0.3, 0.2])


def test_nothing_strays_without_spread():
    assert strays(Draws(0, 3, 1), ["a", "b", "c"], MIX, years=4) is None


def test_all_jobs_together_stay_and_the_base_year_is_as_counted():
    factor = strays(Draws(0, 40, 1, STRAYING), ["a", "b", "c"], MIX, years=6)
    assert factor.shape == (3, 6, 40)
    assert (factor[:, 0] == 1).all()
    assert np.einsum("o,otd->td", MIX, factor) == pytest.approx(np.ones((6, 40)), rel=1e-6)


def test_surprises_stay_so_the_spread_grows_with_the_root_of_the_years():
    names = [str(n) for n in range(400)]
    log = np.log(strays(Draws(0, 20, 1, STRAYING), names, np.full(400, 1 / 400), years=10))
    assert log[:, 1].std() == pytest.approx(0.05, rel=0.05)
    assert log[:, 9].std() == pytest.approx(0.05 * 3, rel=0.05)


def test_what_is_left_over_strays_with_the_occupation(mini):
    """By hand: an occupation a tenth larger has a tenth more posts, people, unfilled posts and people without work."""
    region = read_region(mini)
    ground = prepare(region, None, to=2027, day=decision_day(region))
    levels = project(Draws(0, 6, 1, STRAYING), ground)
    usual = project(Draws(0, 6, 1), ground)
    assert levels.posts == pytest.approx(usual.posts * levels.stray, rel=1e-9)
    left, before = matched(levels, ground), matched(usual, ground)
    for name in ("unfilled", "without_work", "net_in_commuting"):
        moved, still = getattr(left, name), getattr(before, name)
        assert moved == pytest.approx(still * levels.stray, rel=1e-6, abs=1e-6)
