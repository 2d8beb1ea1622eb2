"""The limits and laws of the region's coefficients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.impact.leontief import effects, technical_coefficients
from brygga.impact.location_quotients import location_quotients
from brygga.impact.national import germany_1990
from brygga.impact.regionalise import METHODS, home_shares, regionalised

TABLE = germany_1990()
A = technical_coefficients(TABLE.flows, TABLE.output)
regions = st.lists(st.floats(0, 1e5), min_size=6, max_size=6).map(np.array).filter(lambda jobs: jobs.sum() > 1)
deltas = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(sorted)


def outputs(coefficients):
    return effects(coefficients, np.ones(len(coefficients)))


def test_by_hand():
    """30 + 10 of 200 + 200 jobs, delta 0: CILQ with SLQ on the diagonal, no more than the nation's."""
    bought = regionalised(np.full((2, 2), 0.3), np.array([30.0, 10.0]), np.array([200.0, 200.0]), delta=0.0)
    assert bought == pytest.approx(np.array([[0.3, 0.3], [0.1, 0.15]]))


@settings(deadline=None)
@given(regions)
def test_delta_zero_gives_cilq(jobs):
    zero = regionalised(A, jobs, TABLE.jobs, method="flq", delta=0.0)
    assert zero == pytest.approx(regionalised(A, jobs, TABLE.jobs, method="cilq"))


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.sampled_from(METHODS))
def test_a_region_that_is_the_nation_leaves_the_coefficients(delta, method):
    assert regionalised(A, TABLE.jobs, TABLE.jobs, method=method, delta=delta) == pytest.approx(A)


@settings(deadline=None)
@given(regions, deltas, st.sampled_from(["flq", "aflq"]))
def test_multipliers_fall_as_delta_grows(jobs, delta, method):
    low, high = (outputs(regionalised(A, jobs, TABLE.jobs, method=method, delta=d)) for d in delta)
    assert (low >= high - 1e-12).all()
    assert (outputs(A) >= low - 1e-12).all()
    assert (high >= 1.0).all()


@settings(deadline=None)
@given(regions, st.permutations(range(6)), st.floats(0.0, 1.0), st.sampled_from(METHODS))
def test_the_order_of_industries_does_not_matter(jobs, order, delta, method):
    there = regionalised(A, jobs, TABLE.jobs, method=method, delta=delta)
    turned = regionalised(A[np.ix_(order, order)], jobs[order], TABLE.jobs[order], method=method, delta=delta)
    assert turned == pytest.approx(there[np.ix_(order, order)])


def test_slq_asks_only_who_sells():
    jobs = np.array([10.0, 900.0, 100.0, 200.0, 200.0, 300.0])
    shares = home_shares(jobs, TABLE.jobs, method="slq")
    assert shares == pytest.approx(np.minimum(1.0, location_quotients(jobs, TABLE.jobs))[:, None] * np.ones((1, 6)))


def test_an_industry_that_the_region_lacks_buys_and_sells_nothing():
    bought = regionalised(np.full((2, 2), 0.3), np.array([10.0, 0.0]), np.array([100.0, 100.0]), delta=0.1)
    assert bought[1].tolist() == bought[:, 1].tolist() == [0.0, 0.0]
    assert bought[0, 0] > 0
