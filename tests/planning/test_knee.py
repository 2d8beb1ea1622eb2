"""The knee of a front, dominance and prices: by hand, by their laws, and what bounds leave open."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.planning.knee import dominated, knee_of, price_between, told_apart

COSTS, SHORT = [0.0, 60.0, 300.0], [10.0, 4.0, 0.0]
"""Six person-years for 60, the last four for 240 more."""


def test_the_knee_is_the_point_farthest_below_the_chord():
    knee = knee_of(COSTS, SHORT, SHORT)
    assert (knee.index, knee.possible) == (1, (1,))
    assert knee.distance == pytest.approx((1 - 60 / 300 - 4 / 10) / sqrt(2))
    assert knee.before.found == pytest.approx(10)
    assert knee.after.found == pytest.approx(60)


def test_with_gaps_the_prices_have_a_least_and_a_most():
    knee = knee_of(COSTS, SHORT, [10.0, 3.0, 0.0])
    assert (knee.before.least, knee.before.most) == pytest.approx((60 / 7, 60 / 6))
    assert (knee.after.least, knee.after.most) == pytest.approx((240 / 4, 240 / 3))


@pytest.mark.parametrize(
    ("costs", "values"),
    [([0, 10], [9, 1]), ([0, 10, 20], [10, 5, 0]), ([0, 10, 20], [10, 9, 0]), ([0, 0, 0], [5, 4, 3])],
    ids=["two points", "straight", "bent the other way", "all cost the same"],
)
def test_without_a_bend_downwards_there_is_no_knee(costs, values):
    assert knee_of(costs, values, values) is None


def test_of_equally_far_points_the_cheapest_is_the_knee_and_both_are_possible():
    values = [8.0, 4.0, 2.0, 0.0]
    knee = knee_of([0.0, 2.0, 4.0, 8.0], values, values)
    assert (knee.index, knee.possible) == (1, (1, 2))


def test_a_wide_bound_leaves_another_knee_open_and_a_tight_one_does_not():
    costs, values = [0.0, 1.0, 2.0, 10.0], [10.0, 3.0, 2.5, 0.0]
    assert knee_of(costs, values, values).possible == (1,)
    assert knee_of(costs, values, [10.0, 3.0, 1.0, 0.0]).possible == (1, 2)


def test_the_end_may_lie_lower_than_found_and_the_scale_moves_with_it():
    """2.2 person-years for 3.5 of 10 in money: worth it when the whole front closes 6, not when it closes over 6.3."""
    costs, values = [0.0, 3.0, 6.5, 10.0], [10.0, 6.6, 4.4, 4.0]
    assert knee_of(costs, values, values).possible == (2,)
    assert knee_of(costs, values, [10.0, 6.6, 4.4, 3.8]).possible == (2,)
    assert knee_of(costs, values, [10.0, 6.6, 4.4, 3.6]).possible == (1, 2)


@st.composite
def fronts(draw):
    steps = draw(st.lists(st.tuples(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 1)), min_size=2, max_size=8))
    costs, values, bounds = [0.0], [sum(s[1] for s in steps)], [sum(s[1] for s in steps)]
    for more, less, part in steps:
        costs.append(costs[-1] + more)
        values.append(max(values[-1] - less, 0.0))
        bounds.append(values[-1] * part)
    return costs, values, bounds


@given(fronts())
def test_the_knee_found_is_always_among_the_possible(front):
    knee = knee_of(*front)
    assert knee is None or knee.index in knee.possible


@given(fronts(), st.floats(0.01, 100), st.floats(0.01, 100))
def test_units_do_not_move_the_knee(front, money, people):
    costs, values, _ = front
    knee = knee_of(costs, values, values)
    other = knee_of([c * money for c in costs], [v * people for v in values], [v * people for v in values])
    assert (knee is None) == (other is None)
    if knee is not None:
        assert other.distance == pytest.approx(knee.distance)


@given(fronts())
def test_prices_as_found_lie_between_least_and_most(front):
    costs, values, bounds = front
    for i in range(len(costs) - 1):
        price = price_between(costs, values, bounds, i)
        assert price.least <= price.found * (1 + 1e-9)
        assert price.found <= price.most * (1 + 1e-9)


def test_what_closes_nothing_has_no_price():
    assert price_between([0, 10], [5, 5], [5, 5], 0).found == inf


def test_a_point_that_another_equals_in_all_and_beats_in_one_is_dominated():
    costs, values, shares = [0, 10, 12, 12], [9, 5, 6, 5], [0.0, 0.2, 0.2, 0.3]
    assert dominated(costs, values, shares) == [False, False, True, False]


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=12))
def test_something_is_always_kept_and_what_is_kept_beats_what_is_not(points):
    costs, values, shares = ([float(p[i]) for p in points] for i in range(3))
    gone = dominated(costs, values, shares)
    kept = [p for p, out in zip(points, gone, strict=True) if not out]
    assert kept
    assert len(set(kept)) == len(kept)
    for point in points:
        assert any(k[0] <= point[0] and k[1] <= point[1] and k[2] >= point[2] for k in kept)


def test_two_points_are_told_apart_only_beyond_the_bound_of_the_cheaper():
    assert told_apart([100, 80, 79], [100, 79, 70]) == [True, True, False]
    assert told_apart([100, 80, 79], [100, 79.5, 70]) == [True, True, True]
