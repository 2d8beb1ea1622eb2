import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brygga.core.errors import TableError
from brygga.projection.occupation_ages import Ageing, predict_ages
from brygga.projection.occupation_growth import (
    Known,
    Pull,
    best_without,
    predict_counties,
    predict_shares,
    share_out,
    two_digit_groups,
)

GROUPS = two_digit_groups(["721", "722", "821"])
jobs = arrays(float, (2, 3, 2), elements=st.integers(1, 999).map(float))


def test_a_county_drifts_towards_its_neighbours_by_hand():
    """One origin, no growth known. Group 72 of county A is 80 + 20, of B 20 + 80; the nation half and half.

    A tenth a year, two years: .19 of the way from 80 to 50 is 74.3. The group 82 has one occupation and stays.
    """
    known = Known(np.array([[[80.0], [20.0], [5.0]], [[20.0], [80.0], [7.0]]]), GROUPS)
    found = predict_counties(known, 2, Pull(0.0, 0.0, 0.1))["brygga"]
    np.testing.assert_allclose(found, [[74.3, 25.7, 5.0], [25.7, 74.3, 7.0]])


def test_a_county_follows_its_population_by_hand():
    """The nation's population goes 200 to 202, A's 100 to 102: A's yearly log growth is .0198, the nation's .00995."""
    known = Known(np.ones((2, 3, 1)) * 10, GROUPS, np.array([[100.0, 102.0], [100.0, 100.0]]))
    found = predict_counties(known, 1, Pull(0.5, 0.0, 0.0))
    np.testing.assert_allclose(found["national_growth"], 10.1)
    np.testing.assert_allclose(found["brygga"][0], 10 * np.exp((np.log(1.01) + np.log(1.02)) / 2))
    np.testing.assert_allclose(found["brygga"][1], 10 * np.exp(np.log(1.01) / 2))
    np.testing.assert_allclose(found["trend"], 10.0)


def test_an_occupation_keeps_a_part_of_its_growth_by_hand():
    """All employees stay 200 while one occupation doubles from 40: half of log 2 a year goes on."""
    known = Known(np.array([[[40.0, 80.0], [160.0, 120.0]]]), np.array([0, 1]))
    found = predict_counties(known, 1, Pull(0.0, 0.5, 0.0))
    np.testing.assert_allclose(found["brygga"][0], [80 * 2**0.5, 120 * 0.75**0.5])
    np.testing.assert_allclose(found["constant_share"][0], [160, 90])


@given(jobs, arrays(float, 3, elements=st.integers(0, 999).map(float)), st.integers(1, 3))
def test_given_totals_are_kept(persons, totals, ahead):
    """Law: what is shared out adds up to what was given, and constant shares are those of the origin."""
    found = predict_shares(Known(persons, GROUPS), totals, ahead, Pull(0.5, 0.2, 0.02))
    for method in ("brygga", "constant_share"):
        np.testing.assert_allclose(found[method].sum(0), totals, rtol=1e-9, atol=1e-9)
    base = persons[:, :, -1]
    np.testing.assert_allclose(found["constant_share"], base / base.sum(0) * totals, rtol=1e-9, atol=1e-9)


@given(jobs, st.permutations(range(3)))
def test_the_order_of_occupations_changes_nothing(persons, order):
    codes = ["721", "722", "821"]
    plain = predict_counties(Known(persons, GROUPS), 2, Pull())["brygga"]
    turned = predict_counties(Known(persons[:, order], two_digit_groups([codes[n] for n in order])), 2, Pull())[
        "brygga"
    ]
    np.testing.assert_allclose(plain[:, order], turned, rtol=1e-12)


def test_an_occupation_that_nobody_had_stays_empty():
    assert share_out(np.array([[0.0], [0.0]]), np.array([50.0])).tolist() == [[0.0], [0.0]]


def test_constants_never_see_their_own_fold():
    """Law: whatever the errors of a fold, its own choice stays."""
    errors = np.array([[[1.0, 5.0, 5.0]], [[5.0, 1.0, 1.0]]])
    actual = np.full((1, 3), 100.0)
    assert best_without(errors, actual) == [1, 0, 0]
    errors[:, 0, 0] = 99.0, 0.0
    assert best_without(errors, actual)[0] == 1


def test_errors_and_outcomes_of_different_shape_are_named():
    with pytest.raises(TableError, match=r"errors have the shape \(1, 2, 3\) and outcomes \(2, 2\)"):
        best_without(np.zeros((1, 2, 3)), np.zeros((2, 2)))


WIDTHS = np.array([9.0, 5.0])


def test_growing_older_by_hand():
    """Of 90 young welders 10 a year grow out of a group of nine years; of 100 old carpenters 20 retire.

    Young: 80 welders, brought to 90. Old: 10 welders and 80 carpenters, brought to 100.
    """
    persons = np.array([[[90.0], [0.0]], [[0.0], [100.0]]])
    found = predict_ages(persons, WIDTHS, 1, Ageing(keep=1.0, age=0.0, occupation=0.0))["brygga"]
    np.testing.assert_allclose(found, [[90, 0], [100 / 9, 800 / 9]])


def test_age_groups_and_occupations_that_grow_by_hand():
    """The young double while all stay 200: at half a part they go on by the root of two."""
    persons = np.array([[[50.0, 100.0]], [[150.0, 100.0]]])
    found = predict_ages(persons, WIDTHS, 1, Ageing(keep=0.0, age=0.5, occupation=0.0))
    np.testing.assert_allclose(found["brygga"].ravel(), [100 * 2**0.5, 100 * (2 / 3) ** 0.5])
    np.testing.assert_allclose(found["constant_share"].ravel(), [200, 200 / 3])
    np.testing.assert_allclose(found["national_growth"].ravel(), [100, 100])


@given(arrays(float, (2, 3, 1), elements=st.integers(1, 999).map(float)), st.integers(1, 6), st.floats(0, 1))
def test_growing_older_keeps_the_size_of_an_age_group(persons, ahead, keep):
    found = predict_ages(persons, WIDTHS, ahead, Ageing(keep=keep, age=0.0, occupation=0.0))["brygga"]
    np.testing.assert_allclose(found.sum(1), persons[:, :, 0].sum(1))
    assert (found >= 0).all()
