"""Posts that a shock carries: by hand, linear, with the sign of the shock, and what commuters take home."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError, TableError
from brygga.impact.carried_posts import carried_posts
from brygga.impact.delta import USUAL, Delta
from brygga.impact.national import MANUFACTURING, National, germany_1990
from brygga.impact.ranges import Range

GERMANY = germany_1990()
REGION = np.array([500.0, 9000.0, 3000.0, 9000.0, 8000.0, 15000.0])
NO_SPREAD = Range(0.5, 0.5, 0.5)


@pytest.fixture
def two():
    """A factory buys 0.2 of services; one job per unit in both; wages 0.5, of which all that is spent buys services."""
    return National(
        flows=np.array([[0.0, 0.0], [20.0, 0.0]]),
        output=np.array([100.0, 100.0]),
        wages=np.array([50.0, 50.0]),
        value_added=np.array([80.0, 100.0]),
        jobs=np.array([100.0, 100.0]),
        household_purchases=np.array([0.0, 50.0]),
        household_total=50.0,
        source="by hand",
        industries=("factory", "services"),
    )


def carried(posts=100.0, **more):
    given = {"industry": MANUFACTURING, "draws": 20, "seed": 3} | more
    return carried_posts(GERMANY, REGION, 5e6, posts=posts, **given)


def test_by_hand(two):
    """Region as nation, half of wages spent: x_s = 0.2 + 0.5 w, w = 0.5 (1 + x_s), so x_s = 0.6 for each post."""
    found = carried_posts(
        two, two.jobs, 200.0, industry=0, posts=100.0, draws=2, seed=1, delta=Delta.given(0.3), spent=NO_SPREAD
    )
    assert found.industries == ("factory", "services")
    assert found.indirect == pytest.approx(np.array([[0.0, 20.0]] * 2))
    assert found.induced == pytest.approx(np.array([[0.0, 40.0]] * 2))
    assert found.reason == "given"


def test_commuters_take_their_wages_home(two):
    """A fifth of the pay stays: x_s = 0.2 + 0.5 w, w = 0.1 (1 + x_s), so x_s = 0.25 / 0.95."""
    given = {"industry": 0, "posts": 100.0, "draws": 1, "seed": 1, "delta": Delta.given(0.3), "spent": NO_SPREAD}
    found = carried_posts(two, two.jobs, 200.0, resident_share=0.2, **given)
    assert found.indirect[0, 1] == pytest.approx(20.0)
    assert found.induced[0, 1] == pytest.approx(100 * (0.25 / 0.95) - 20)
    assert not carried_posts(two, two.jobs, 200.0, resident_share=0.0, **given).induced.any()


@settings(deadline=None, max_examples=20)
@given(st.floats(-1e4, 1e4), st.integers(0, 5), st.integers(0, 5))
def test_linear_in_posts_and_with_their_sign(posts, industry, seed):
    one, many = (carried(p, industry=industry, seed=seed) for p in (1.0, posts))
    for layer in ("indirect", "induced"):
        assert getattr(many, layer) == pytest.approx(posts * getattr(one, layer), abs=1e-9 * max(1.0, abs(posts)))
    assert (many.delta == one.delta).all()
    assert (one.indirect >= -1e-12).all()
    assert (one.induced > 0).all()


def test_zero_posts_carry_nothing():
    none = carried(0.0)
    assert not none.indirect.any()
    assert not none.induced.any()


def test_posts_fall_as_delta_grows():
    low, high = (carried(delta=Delta.given(d), draws=1) for d in (0.1, 0.4))
    assert (low.indirect >= high.indirect).all()
    assert low.indirect.sum() > high.indirect.sum()


def test_a_stand_in_sizes_half_of_the_draws():
    """With one delta and one share only two answers are left: sized in Sweden, and in the table's own country."""
    found = carried(delta=Delta.given(0.3), spent=NO_SPREAD)
    sums = found.indirect.sum(axis=1).round(9)
    values, times = np.unique(sums, return_counts=True)
    assert times.tolist() == [10, 10]
    assert values[0] < values[1]  # the region is a smaller part of Germany
    own = carried_posts(
        replace(GERMANY, stand_in=False),
        REGION,
        5e6,
        industry=MANUFACTURING,
        posts=100.0,
        draws=20,
        seed=3,
        delta=Delta.given(0.3),
        spent=NO_SPREAD,
    )
    assert own.indirect.sum(axis=1) == pytest.approx(np.full(20, values[1]))


def test_another_country_says_nothing_of_delta():
    assert np.median(carried(draws=200).delta) == pytest.approx(USUAL, abs=0.01)
    assert "usual" in carried().reason


def test_a_newcomer_buys_at_home_what_the_region_has():
    region = REGION.copy()
    region[0] = 0.0
    found = carried_posts(GERMANY, region, 5e6, industry=0, posts=10.0, draws=2, seed=1)
    assert found.indirect[:, 0] == pytest.approx(0.0)
    assert (found.indirect[:, 1:].sum(axis=1) > 0).all()


def test_a_table_without_wages_is_told(two):
    with pytest.raises(TableError, match="the input-output table lacks wages"):
        carried_posts(replace(two, lacks=("wages",)), two.jobs, 200.0, industry=0, posts=1.0, draws=1, seed=1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"industry": 6}, "industry number 6 of a table with 6 industries"),
        ({"draws": 0}, "at least one draw is needed"),
        ({"resident_share": 1.2}, "a share lies between 0 and 1"),
    ],
)
def test_settings_out_of_range(more, words):
    with pytest.raises(SettingError, match=words):
        carried(**more)


def test_an_industry_without_jobs_carries_nothing_that_can_be_said(two):
    empty = replace(two, jobs=np.array([0.0, 100.0]))
    with pytest.raises(TableError, match="industry factory has no jobs in the nation's table"):
        carried_posts(empty, np.array([0.0, 50.0]), 200.0, industry=0, posts=1.0, draws=1, seed=1)
