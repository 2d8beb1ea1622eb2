"""Ranks of shocks: by hand, whatever the order, and equal losses alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brygga.core.errors import SettingError
from brygga.impact.stress import rank_of, ranked

LOSSES = np.array([[10.0, 30.0, 10.0, 10.0], [20.0, 20.0, 20.0, 20.0], [5.0, 40.0, 5.0, 5.0]])


def test_the_larger_median_is_worse():
    assert ranked(LOSSES, worst=1).rank.tolist() == [2, 1, 3]


def test_how_often_a_shock_is_the_worst():
    """In the second draw of four the third shock is."""
    assert ranked(LOSSES, worst=1).among_worst.tolist() == [0.0, 0.75, 0.25]
    assert ranked(LOSSES, worst=2).among_worst.tolist() == [1.0, 0.75, 0.25]


def test_all_are_among_the_worst_where_there_are_few():
    assert ranked(LOSSES, worst=5).among_worst.tolist() == [1.0, 1.0, 1.0]


def test_equal_losses_share_a_rank_and_rounding_decides_nothing():
    same = np.array([[7.0, 7.0], [7.0 * (1 + 1e-13), 7.0], [9.0, 9.0]])
    assert ranked(same).rank.tolist() == [2, 2, 1]


@given(
    arrays(np.float64, (6, 5), elements=st.integers(0, 9).map(float)),
    st.permutations(range(6)),
)
def test_order_is_irrelevant(losses, order):
    told, turned = ranked(losses, worst=2), ranked(losses[list(order)], worst=2)
    assert told.rank[list(order)].tolist() == turned.rank.tolist()
    assert told.among_worst[list(order)].tolist() == turned.among_worst.tolist()


@given(arrays(np.float64, (7,), elements=st.integers(0, 5).map(float)))
def test_a_rank_counts_those_that_are_larger(sizes):
    assert rank_of(sizes).tolist() == [1 + int((sizes > one).sum()) for one in sizes]


def test_no_shock_has_no_rank():
    assert ranked(np.zeros((0, 4))).rank.tolist() == []


def test_losses_in_another_form_are_refused():
    with pytest.raises(SettingError, match="losses stand by shock and draw"):
        ranked(np.zeros(3))
