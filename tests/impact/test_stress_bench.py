"""Many shocks on one market: as `matching` tells them, by hand, and never milder where more are without work."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.impact.market import market, standing
from brygga.impact.matching import simulate
from brygga.impact.seekers import SEPARATOR, Hit
from brygga.impact.stress_bench import Bench, after_shock

HOMES, WORKS, OCCUPATIONS = ("1060", "1080", "outside"), ("1060", "1080"), ("7212", "7223", "5")
CLASSES = tuple(f"{layer}{SEPARATOR}{age}" for layer in ("direct", "induced") for age in ("16-34", "55-69"))
TRAVEL = np.array([[1.0, 0.4], [0.4, 1.0], [0.2, 0.1]])
RELATED = np.array([[1.0, 0.5, 0.1], [0.4, 1.0, 0.1], [0.1, 0.1, 1.0]])
VACANCIES = np.array([[[12.0, 8.0, 20.0], [9.0, 6.0, 30.0]], [[10.0, 9.0, 25.0], [8.0, 7.0, 20.0]]])
OTHERS = np.array([[[30.0, 20.0, 90.0], [25.0, 15.0, 120.0], [0.0, 0.0, 0.0]]] * 2)
FILLED = np.array([20.0, 16.0])


def a_market(others=OTHERS):
    made = market(
        HOMES,
        WORKS,
        OCCUPATIONS,
        CLASSES,
        travel=TRAVEL,
        related=RELATED,
        vacancies=VACANCIES,
        filled=FILLED,
        others=others,
    )
    return made


def people(direct=60.0, induced=12.0, *, month=3, occupation=1):
    """Those of 1060 and a few from outside, direct in one occupation, induced in another later."""
    leaving = np.zeros((8, 3, 3, 4))
    leaving[month, [0, 2], occupation, 0] = [0.5 * direct, 0.1 * direct]
    leaving[month + 1, 0, occupation, 1] = 0.4 * direct
    leaving[month + 2, 1, 2, 2:] = induced / 2
    effort = np.array([[3.0, 1.5, 3.0, 1.5], [4.0, 2.0, 4.0, 2.0]])
    scale = np.array([[1.0, 1.0, 0.5, 0.5], [1.0, 1.0, 1.5, 1.5]])
    return Hit(leaving, effort, np.array([0.001, 0.01, 0.001, 0.01]), notice_effort=0.5, draw_scale=scale)


def without(hit, *, month=16, steps=1, made=None):
    return after_shock(Bench(made or a_market(), 2, steps=steps), hit, month=month)


def test_the_answer_is_that_of_the_matching_on_the_same_steps():
    """The others' inflow given, and the classes that search alike leave alike, so that nothing is rounded off."""
    made = a_market()
    bench = Bench(made, 2, steps=8)
    rest = replace(made, others_inflow=bench.joining.swapaxes(0, 1))
    cell = np.arange(9).reshape(3, 3, 1) * np.ones((1, 1, 4), dtype=np.int64)
    told = simulate(rest, people(), months=16, groups={"cell": cell}, steps=8, everywhere=True)
    found = without(people(), steps=8)
    assert told.steps == 8
    assert np.allclose(found.without.reshape(2, 9), told.state["without_work"]["cell"][:, 16], atol=1e-9)
    assert np.allclose(found.others.sum((1, 2)), told.others[:, 16], atol=1e-9)


def test_one_month_by_hand():
    """10 vacancies, 4 filled by 100 others; 10 more leave as the month begins, with three times the effort.

    A = .5108 x 130/100 = .6641, and V (1 - exp(-A)) / A = 7.306; kappa is .005108, so each of the ten has
    3 x .005108 x 7.306 = .1120 of a post, and the others lose 4 - 100 x .03732 = .268.
    """
    made = market(
        ["1060"],
        ["1060"],
        ["7223"],
        ["direct|16-34"],
        travel=np.ones((1, 1)),
        related=np.ones((1, 1)),
        vacancies=np.full((1, 1, 1), 10.0),
        filled=np.array([4.0]),
        others=np.full((1, 1, 1), 100.0),
    )
    ten = Hit(np.full((1, 1, 1, 1), 10.0), np.full((1, 1), 3.0), np.zeros(1), notice_effort=0.5)
    found = after_shock(Bench(made, 1), ten, month=1)
    assert found.without.item() == pytest.approx(8.880, abs=1e-3)
    assert found.others.item() == pytest.approx(0.268, abs=1e-3)


def test_no_shock_changes_nothing():
    nobody = replace(people(), leaving=np.zeros((8, 3, 3, 4)))
    found = without(nobody)
    assert found.without.sum() == 0.0
    assert np.abs(found.others).max() < 1e-9


def test_a_bench_is_as_good_as_new_after_a_shock():
    bench = Bench(a_market(), 2)
    first = after_shock(bench, people(), month=16)
    after_shock(bench, people(500.0, occupation=0), month=9)
    again = after_shock(bench, people(), month=16)
    assert np.array_equal(first.without, again.without)


@settings(max_examples=20)
@given(st.floats(1.0, 4.0), st.integers(0, 2), st.integers(0, 1))
def test_more_without_work_never_make_a_shock_milder(times, occupation, home):
    """Vacancies, intensity and those who join as before: whoever the further competitors are."""
    few = a_market()
    few = replace(few, others_inflow=Bench(few, 2).joining.swapaxes(0, 1))
    others = OTHERS.copy()
    others[:, home, occupation] *= times
    low, high = (without(people(), made=made).without for made in (few, replace(few, others=others)))
    assert (high >= low - 1e-9).all()


@settings(max_examples=20)
@given(st.floats(1.0, 300.0), st.floats(1.0, 300.0))
def test_two_shocks_together_are_no_milder_than_the_larger(first, second):
    """In different occupations; those hit by both together compete for the same vacancies."""
    one, other = people(first, 0.0, occupation=1), people(second, 0.0, occupation=0)
    both = replace(one, leaving=one.leaving + other.leaving)
    found = [without(hit) for hit in (one, other, both)]
    sums = [told.without.sum((1, 2)) for told in found]
    whole = [(told.without + told.others).sum((1, 2)) for told in found]
    assert (whole[2] >= whole[0] + whole[1] - 1e-9).all()
    assert (sums[2] >= np.maximum(sums[0], sums[1]) - 1e-9).all()
    assert (sums[2] >= sums[0] + sums[1] - 1e-9).all()


def test_the_old_take_longer():
    """Effort 1.5 against 3 in the first draw, 2 against 4 in the second."""
    hit = people(100.0, 0.0)
    alone = [replace(hit, leaving=hit.leaving * np.eye(4)[kind] / hit.leaving[..., kind].sum()) for kind in (0, 1)]
    young, old = (without(one, month=12).without.sum((1, 2)) for one in alone)
    assert (old > young).all()


def test_it_takes_longer_where_unemployment_is_high():
    """Twice as many without work, half the vacancies; each market at rest and with the same intensity."""
    usual = a_market()
    slack = standing(replace(usual, others=2 * OTHERS, vacancies=0.5 * usual.vacancies))
    assert (without(people(), made=slack).without.sum((1, 2)) > without(people()).without.sum((1, 2))).all()


def test_people_of_another_market_are_refused():
    with pytest.raises(TableError, match=r"hit\.leaving has the form"):
        without(replace(people(), leaving=np.zeros((8, 2, 3, 4))))
