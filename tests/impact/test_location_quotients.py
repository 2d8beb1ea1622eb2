"""Quotients by hand, and the size of a region."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.impact.location_quotients import (
    augmented_quotients,
    cross_quotients,
    flegg_quotients,
    location_quotients,
    size_factor,
)


@pytest.fixture
def small_region():
    """30 + 10 of 200 + 200 jobs: SLQ 1.5 and 0.5, size 0.1."""
    return np.array([30.0, 10.0]), np.array([200.0, 200.0])


def test_quotients_by_hand(small_region):
    quotients = location_quotients(*small_region)
    assert quotients.tolist() == [1.5, 0.5]
    assert cross_quotients(quotients).tolist() == [[1.5, 3.0], [1 / 3, 0.5]]


def test_flq_by_hand(small_region):
    """40 of 400 jobs."""
    factor = np.log2(1.1) ** 0.5
    assert size_factor(40.0, 400.0, 0.5) == pytest.approx(factor)
    assert flegg_quotients(*small_region, factor)[1, 0] == pytest.approx(factor / 3)


def test_aflq_raises_the_columns_of_strong_buyers_alone(small_region):
    flq, aflq = flegg_quotients(*small_region, 0.5), augmented_quotients(*small_region, 0.5)
    assert aflq[:, 0] == pytest.approx(flq[:, 0] * np.log2(2.5))
    assert aflq[:, 1] == pytest.approx(flq[:, 1])


def test_a_newcomer_is_taken_as_in_the_nation():
    """The region has no second industry; one that came would buy of the first as the nation does, times SLQ."""
    assert cross_quotients(np.array([0.8, 0.0])).tolist() == [[0.8, 0.8], [0.0, 0.0]]


def test_an_industry_that_the_nation_lacks_has_no_quotient():
    assert location_quotients(np.array([10.0, 0.0]), np.array([100.0, 0.0])).tolist() == [1.0, 0.0]


@settings(deadline=None)
@given(st.floats(1, 1e6), st.floats(0.0, 1.0), st.floats(1.0, 10.0))
def test_a_region_is_smaller_in_a_larger_nation(jobs, delta, times):
    part = size_factor(jobs, 1e7, delta)
    assert 0 < size_factor(jobs, 1e7 * times, delta) <= part + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize("jobs", [[0.0, 0.0], [300.0, 200.0]])
def test_a_region_is_a_part_of_its_nation(jobs):
    with pytest.raises(TableError, match="region is a part of its nation and has jobs"):
        location_quotients(np.array(jobs), np.array([200.0, 200.0]))


def test_a_region_larger_than_its_nation_is_an_error():
    with pytest.raises(TableError, match="300 in the region, 200 in the nation"):
        size_factor(300.0, 200.0, 0.2)
