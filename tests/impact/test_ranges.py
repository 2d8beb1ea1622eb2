"""Draws from a range: half under the middle, none outside, and a middle that stands in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.impact.ranges import Range

three = st.lists(st.floats(-5, 5), min_size=3, max_size=3).map(sorted)


@given(three, st.integers(1, 60), st.integers(0, 9))
def test_draws_lie_within_and_around_the_middle(ends, draws, seed):
    drawn = Range(*ends).sample(draws, np.random.default_rng(seed))
    assert drawn.shape == (draws,)
    assert (drawn >= ends[0] - 1e-12).all()
    assert (drawn <= ends[2] + 1e-12).all()
    assert (drawn <= ends[1] + 1e-12).sum() >= draws // 2 <= (drawn >= ends[1] - 1e-12).sum()


def test_quantiles_by_hand():
    """With many draws the tenth is a fifth of the way to the middle, the ninetieth four fifths beyond it."""
    drawn = Range(0.0, 1.0, 3.0).sample(1000, np.random.default_rng(1))
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx([0.2, 1.0, 2.6], abs=0.01)


def test_low_middle_and_high_stand_in_order():
    with pytest.raises(SettingError, match="low, middle and high have to stand in order"):
        Range(0.2, 0.1, 0.3)
