"""Quotients by hand, the limits of FLQ, and the mapping from industries to sectors."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError, UnknownCodeError
from brygga.impact.input_output import germany_1990, technical_coefficients, total_output
from brygga.impact.regionalise import (
    cross_quotients,
    flegg_quotients,
    jobs_by_sector,
    location_quotients,
    regional_coefficients,
    regional_spending,
    sector_of,
    size_factor,
)

regions = st.lists(st.floats(1, 1e6), min_size=6, max_size=6).map(np.array)
deltas = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(sorted)


def outputs(coefficients):
    """Output in all sectors per unit that each sells."""
    return np.array([total_output(coefficients, sold).sum() for sold in np.eye(len(coefficients))])


@pytest.fixture
def small_region():
    """30 + 10 of 200 + 200 jobs: SLQ 1.5 and 0.5, size 0.1."""
    return np.array([30.0, 10.0]), np.array([200.0, 200.0])


def test_quotients_by_hand(small_region):
    quotients = location_quotients(*small_region)
    assert quotients.tolist() == [1.5, 0.5]
    assert cross_quotients(quotients).tolist() == [[1.5, 3.0], [1 / 3, 0.5]]


def test_flq_by_hand(small_region):
    """40 of 400 jobs; with delta 0 the size does not matter."""
    factor = np.log2(1.1) ** 0.5
    assert size_factor(40.0, 400.0, 0.5) == pytest.approx(factor)
    assert flegg_quotients(*small_region, factor)[1, 0] == pytest.approx(factor / 3)
    bought = regional_coefficients(np.full((2, 2), 0.3), *small_region, size_factor(40.0, 400.0, 0.0))
    assert bought == pytest.approx(np.array([[0.3, 0.3], [0.1, 0.15]]))


def test_delta_zero_gives_cilq(small_region):
    size = size_factor(40.0, 5e6, 0.0)
    assert flegg_quotients(*small_region, size) == pytest.approx(cross_quotients(location_quotients(*small_region)))


@settings(deadline=None)
@given(st.floats(0.0, 1.0))
def test_a_region_that_is_the_nation_leaves_the_coefficients(delta):
    table = germany_1990()
    a = technical_coefficients(table.flows, table.output)
    size = size_factor(table.jobs.sum(), table.jobs.sum(), delta)
    assert regional_coefficients(a, table.jobs, table.jobs, size) == pytest.approx(a)
    assert regional_spending(a[:, 0], table.jobs, table.jobs, size) == pytest.approx(a[:, 0])


@settings(deadline=None)
@given(regions, deltas)
def test_multipliers_fall_as_delta_grows(jobs, delta):
    table = germany_1990()
    a = technical_coefficients(table.flows, table.output)
    size = [size_factor(jobs.sum(), table.jobs.sum(), d) for d in delta]
    low, high = (outputs(regional_coefficients(a, jobs, table.jobs, factor)) for factor in size)
    assert (low >= high - 1e-12).all()
    assert (outputs(a) >= low - 1e-12).all()


@settings(deadline=None)
@given(regions, st.floats(0.0, 1.0), st.floats(1.0, 10.0))
def test_a_region_is_smaller_in_a_larger_nation(jobs, delta, times):
    part = size_factor(jobs.sum(), 1e7, delta)
    assert 0 < size_factor(jobs.sum(), 1e7 * times, delta) <= part + 1e-12 <= 1 + 1e-12


def test_a_seller_that_the_region_lacks_sells_nothing():
    bought = regional_coefficients(np.full((2, 2), 0.3), np.array([10.0, 0.0]), np.array([100.0, 100.0]), 0.1)
    assert bought[1].tolist() == [0.0, 0.0]
    assert np.isfinite(bought).all()


@pytest.mark.parametrize(
    ("industry", "sector"),
    [
        ("A", "agriculture"),
        ("02", "agriculture"),
        ("D", "manufacturing"),
        ("29", "manufacturing"),
        ("41", "construction"),
        ("I", "trade"),
        ("58", "business_services"),
        ("Q", "other_services"),
        ("99", "other_services"),
    ],
)
def test_industries_belong_to_a_sector(industry, sector):
    assert sector_of(industry) == sector


@pytest.mark.parametrize("industry", ["", "X", "00", "7", "C29"])
def test_an_unknown_industry_is_an_error(industry):
    with pytest.raises(UnknownCodeError, match="belongs to no sector of the input-output table"):
        sector_of(industry)


def test_jobs_are_summed_by_sector_and_year():
    employed = pl.DataFrame(
        {"industry": ["29", "C", "F", "29"], "persons": [5.0, 2.0, 1.0, 99.0], "year": [2024, 2024, 2024, 2023]}
    )
    assert jobs_by_sector(employed, year=2024).tolist() == [0.0, 7.0, 1.0, 0.0, 0.0, 0.0]


def test_a_hidden_cell_is_not_zero_jobs():
    employed = pl.DataFrame(
        {"municipality": ["1080"], "industry": ["29"], "persons": [None], "year": [2024]},
        schema_overrides={"persons": pl.Float64},
    )
    with pytest.raises(TableError, match="1 hidden cell\\(s\\), first industry 29 in 1080"):
        jobs_by_sector(employed, year=2024)


@pytest.mark.parametrize("jobs", [[0.0, 0.0], [300.0, 200.0]])
def test_a_region_is_a_part_of_its_nation(jobs):
    with pytest.raises(TableError, match="region is a part of its nation and has jobs"):
        location_quotients(np.array(jobs), np.array([200.0, 200.0]))


def test_a_region_larger_than_its_nation_is_an_error():
    with pytest.raises(TableError, match="300 in the region, 200 in the nation"):
        size_factor(300.0, 200.0, 0.2)
