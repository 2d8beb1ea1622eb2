"""Births per woman: a level that goes on and turns, areas believed as far as their births are many."""

import numpy as np
import pytest

from brygga.projection.population_fertility import fit_fertility

AGES = 60


def mothers(levels, sizes=(1000.0,), relative=(1.0,)):
    """Women of `sizes` at every age bear level / 20 children a year from 20 to 39, areas `relative` times that."""
    women = np.ones((len(sizes), AGES, len(levels))) * np.array(sizes)[:, None, None]
    births = np.zeros((len(sizes), 2, AGES, len(levels)))
    each = np.array(levels) / 20 * np.array(sizes)[:, None] * np.array(relative)[:, None]
    births[:, 0, 20:40], births[:, 1, 20:40] = 0.52 * each[:, None], 0.48 * each[:, None]
    return women, births


def test_a_change_goes_on_by_half():
    """Up 4 % a year for long: 2 % next year, 1 % the year after, with nothing that pulls."""
    women, births = mothers(np.exp(0.04 * np.arange(8)))
    fitted = fit_fertility(women, births, momentum=0.5, pull=0.0)
    assert fitted.levels(3) - fitted.level == pytest.approx([0.02, 0.03, 0.035])
    assert fitted.boys == pytest.approx(0.52)


def test_what_is_far_from_the_mean_turns():
    """A tenth above the mean and still: the first year takes a tenth of that back."""
    women, births = mothers(np.exp([0.0, 0.0, 0.0, 0.0, 0.2, 0.2, 0.2]))
    fitted = fit_fertility(women, births, momentum=0.7, pull=0.1)
    assert fitted.change == pytest.approx(0)
    assert fitted.levels(1)[0] - fitted.level == pytest.approx(-0.1 * 0.1)


def test_a_level_that_stands_still_stays_without_surprise():
    fitted = fit_fertility(*mothers([1.8] * 6), momentum=0.7, pull=0.05)
    assert np.exp(fitted.levels(4)) == pytest.approx(1.8)
    assert fitted.deviations(np.ones((4, 2))) == pytest.approx(0)
    assert fitted.shape[0].sum() == pytest.approx(1)


def test_surprises_go_on_as_changes_do():
    women, births = mothers(np.exp([0.0, 0.0, 0.04, 0.04, 0.0, 0.0]))
    fitted = fit_fertility(women, births, momentum=0.5, pull=0.0)
    path = fitted.deviations(np.array([[1.0], [0.0], [0.0]]))[:, 0] / fitted.surprise
    assert path == pytest.approx([1.0, 1.5, 1.75])


def test_areas_differ_as_far_as_their_births_are_many():
    fitted = fit_fertility(*mothers([1.8] * 8, (50_000, 50_000, 1), (1.2, 0.8, 1.2)), momentum=0.7, pull=0.05)
    level = fitted.shape.sum(1)
    assert level[:2] == pytest.approx([1.2, 0.8], abs=0.01)
    assert 1.0 < level[2] < 1.05
    assert fitted.area_sd[2] > 5 * fitted.area_sd[0]
