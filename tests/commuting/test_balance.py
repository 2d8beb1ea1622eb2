"""Balance: a case by hand, the laws of scaling, published margins, and what is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brygga.commuting.balance import balance, scaled_margins, scaling
from brygga.commuting.labels import margin_of, matrix, places
from brygga.core.errors import FaultsError, TableError
from brygga.core.places import SHARED_DATA

SEED = np.array([[3.0, 1.0], [1.0, 3.0]])
PERSONS = st.floats(0.5, 5000)
SEEDS = arrays(np.float64, (5, 5), elements=PERSONS)
SUMS = arrays(np.float64, 5, elements=st.floats(1, 1e5))


def test_two_by_two_in_the_head():
    """T[a,a] = x with x (x - 3) = 9 (6 - x) (5 - x): x = 4.5, and the odds ratio stays 9."""
    found = balance(SEED, np.array([6.0, 2.0]), np.array([5.0, 3.0]))
    assert found == pytest.approx(np.array([[4.5, 1.5], [0.5, 1.5]]))
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(9)


@settings(max_examples=40)
@given(SEEDS, SUMS, SUMS)
def test_margins_are_met_and_odds_kept(seed, home, work):
    home, work = scaled_margins(home, work, "work")
    found = balance(seed, home, work)
    assert found.sum(1) == pytest.approx(home, rel=1e-9)
    assert found.sum(0) == pytest.approx(work, rel=1e-9)
    odds = (found[0, 0] * found[1, 1] / found[0, 1] / found[1, 0]) / (seed[0, 0] * seed[1, 1] / seed[0, 1] / seed[1, 0])
    assert odds == pytest.approx(1, rel=1e-6)


@settings(max_examples=40)
@given(SEEDS)
def test_a_seed_with_its_own_margins_stays(seed):
    assert balance(seed, seed.sum(1), seed.sum(0)) == pytest.approx(seed, rel=1e-9)


@settings(max_examples=40)
@given(SEEDS, SUMS, st.floats(0.01, 100))
def test_the_size_of_the_seed_is_irrelevant(seed, home, size):
    work = np.full(5, home.sum() / 5)
    assert balance(seed * size, home, work) == pytest.approx(balance(seed, home, work), rel=1e-8)


def test_zero_stays_zero_and_an_empty_zone_is_allowed():
    seed = np.array([[4.0, 0.0, 0.0], [1.0, 5.0, 0.0], [0.0, 0.0, 0.0]])
    found = balance(seed, np.array([2.0, 8.0, 0.0]), np.array([5.0, 5.0, 0.0]))
    assert found == pytest.approx(np.array([[2.0, 0, 0], [3.0, 5.0, 0], [0, 0, 0]]))


def test_slow_turns_are_finished_by_newton():
    """Nearly separate halves: plain turns gain a ten-thousandth each; the answer is still exact."""
    seed = np.array([[1.0, 1e-4], [1e-4, 1.0]])
    found = balance(seed, np.array([0.7, 0.3]), np.array([0.5, 0.5]))
    assert found.sum(0) == pytest.approx([0.5, 0.5], rel=1e-10)
    assert found.sum(1) == pytest.approx([0.7, 0.3], rel=1e-10)
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(1e8, rel=1e-6)


def test_few_cells_give_the_same_as_all(monkeypatch):
    random = np.random.default_rng(2)
    seed = np.where(random.random((40, 40)) < 0.3, random.random((40, 40)), 0) + np.eye(40)
    home, work = seed.sum(1) * random.uniform(0.9, 1.1, 40), seed.sum(0)
    home, work = scaled_margins(home, work, "work")
    dense = balance(seed, home, work)
    monkeypatch.setattr("brygga.commuting.balance.FEW", 1.0)
    assert balance(seed, home, work) == pytest.approx(dense, rel=1e-9)


def test_a_batch_gives_the_same_bytes_as_each_alone():
    random = np.random.default_rng(3)
    seed = random.random((30, 30)) + 5 * np.eye(30)
    home, work = scaled_margins(random.random((7, 30)), random.random((7, 30)), "mean")
    u, v = scaling(seed, home, work)
    for one in range(7):
        alone = scaling(seed, home[one : one + 1], work[one : one + 1])
        assert (alone[0][0].tobytes(), alone[1][0].tobytes()) == (u[one].tobytes(), v[one].tobytes())


@pytest.mark.shared_data
def test_halland_2016_meets_the_margins_of_2019():
    flows = pl.read_csv(SHARED_DATA / "commuting" / "halland_od_2016.csv")
    margins = pl.read_csv(SHARED_DATA / "commuting" / "halland_margins_2019.csv")
    zones = places(flows, ("home", "work"))
    home, work = (margin_of(margins.cast({"persons": pl.Float64}), zones, side) for side in ("home", "work"))
    found = balance(matrix(flows, zones)[0], home, work, zones=zones)
    assert np.abs(found.sum(1) / home - 1).max() < 1e-9
    assert np.abs(found.sum(0) / work - 1).max() < 1e-9


def test_sums_that_differ_are_both_named():
    with pytest.raises(TableError, match=r"home sums to 8 persons and work to 9.*--scale home, work or mean"):
        balance(SEED, np.array([6.0, 2.0]), np.array([5.0, 4.0]))


def test_a_zone_without_flows_is_named_with_a_way_out():
    seed = np.array([[3.0, 1.0], [0.0, 0.0]])
    with pytest.raises(TableError, match=r"Hylte: persons in the margin home, but no flow.*--fill gravity"):
        balance(seed, np.array([6.0, 2.0]), np.array([5.0, 3.0]), zones=["Halmstad", "Hylte"])


def test_numbers_below_zero_and_unknown_are_refused():
    with pytest.raises(FaultsError, match=r"seed: 1 number\(s\) negative(.|\n)*margin home: 1 number\(s\)"):
        balance(np.array([[3.0, -1.0], [1.0, 3.0]]), np.array([np.nan, 2.0]), np.array([5.0, 3.0]))


def test_zeros_that_cannot_carry_the_margins_are_told():
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(TableError, match=r"cannot be balanced to the margins.*hidden cells empty instead of zero"):
        balance(seed, np.array([3.0, 1.0]), np.array([1.0, 3.0]))


def test_many_draws_of_a_whole_country_are_met():
    """290 zones, of which most people stay: turns creep, and Newton finishes each draw."""
    random = np.random.default_rng(11)
    at = random.random((290, 2)) * 500
    size = random.lognormal(9, 1, 290)
    law = np.outer(size, size) * (np.hypot(*(at[:, None] - at).T) + 6) ** -2.2
    seed = random.poisson(law / law.sum() * 5e6).astype(float)
    seed = np.where(seed < 3, 0.0, seed)
    home, work = (seed.sum(axis) * random.normal(1, 0.05, (6, 290)) for axis in (1, 0))
    home, work = scaled_margins(home, work, "mean")
    u, v = scaling(seed, home, work)
    for one in range(6):
        flows = u[one][:, None] * seed * v[one]
        assert np.abs(flows.sum(1) / home[one] - 1).max() < 1e-9
        assert np.abs(flows.sum(0) / work[one] - 1).max() < 1e-9
