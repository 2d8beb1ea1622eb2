"""New posts filled: by hand, conserved, and never milder with less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import FaultsError, SettingError, TableError
from brygga.impact.establishment import fill, months_until
from brygga.impact.market import market
from brygga.impact.recruiting import EMPLOYED, OUTSIDE, SOURCES, TRAINED, WITHOUT, Workforce, stand, strengths

HOMES, WORKS, OCCUPATIONS = ("1060", "1080", "outside"), ("1060", "1080"), ("7212", "7223", "5")
TRAVEL = np.array([[1.0, 0.4], [0.4, 1.0], [0.2, 0.1]])
RELATED = np.array([[1.0, 0.5, 0.0], [0.4, 1.0, 0.0], [0.0, 0.1, 1.0]])
VACANCIES = np.array([[[12.0, 8.0, 20.0], [9.0, 6.0, 30.0]]])
OTHERS = np.array([[[30.0, 20.0, 90.0], [25.0, 15.0, 120.0], [0.0, 0.0, 0.0]]])
EMPLOYED_AT = np.array(
    [
        [[300.0, 200.0, 700.0], [60.0, 40.0, 90.0]],
        [[50.0, 60.0, 80.0], [250.0, 180.0, 900.0]],
        [[40.0, 30.0, 60.0], [20.0, 10.0, 50.0]],
    ]
)


def at_rest(others=OTHERS, flows=(20.0, 35.0, 3.0, 1.0), draws=1):
    made = market(
        HOMES,
        WORKS,
        OCCUPATIONS,
        ("direct|16-34",),
        travel=TRAVEL,
        related=RELATED,
        vacancies=VACANCIES,
        filled=np.full(draws, 20.0),
        others=others,
    )
    outside = EMPLOYED_AT[2].sum(0) * np.array([[0.0], [0.0], [1.0]])
    trained = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    return stand(made, Workforce(EMPLOYED_AT, outside, trained, np.array([flows] * draws)))


def posts(number, months=24, spread=3, occupation=1, draws=1):
    new = np.zeros((draws, months, 2, 3))
    new[:, :spread, 0, occupation] = number / spread
    return new


def filling(number, *, standing=None, carried=0.0, month=12, **more):
    new = posts(number, **more)
    added = new.copy()
    added[:, 4:8, 1, 2] += carried / 4
    return fill(standing or at_rest(), added, new, month=month)


def test_the_market_at_rest_fills_as_many_as_it_is_said_to():
    standing = at_rest()
    assert standing.hired.sum((0, 2, 3)).round(6).tolist() == [20.0, 35.0, 3.0, 1.0]
    assert standing.filled.sum() == pytest.approx(59.0)


def test_one_post_and_one_seeker_by_hand():
    """One place, one occupation. 10 posts open, 4 a month filled by those without work, 4 by those who have one.

    At rest 0.8 of each vacancy is filled a month. 10 more posts double V: in the first month (one step: the chance of
    40 without work is 4/40 x 2) 16 are filled, half by each source, and half of the fills are new posts.
    """
    one = np.ones((1, 1))
    made = market(
        ["1060"],
        ["1060"],
        ["7223"],
        ("direct|16-34",),
        travel=one,
        related=one,
        vacancies=np.full((1, 1, 1), 10.0),
        filled=np.array([4.0]),
        others=np.full((1, 1, 1), 40.0),
    )
    nobody = np.zeros((1, 1))
    flows = np.array([[4.0, 4.0, 0.0, 0.0]])
    standing = stand(made, Workforce(np.full((1, 1, 1), 400.0), nobody, nobody, flows))
    new = np.full((1, 1, 1, 1), 10.0)
    told = fill(standing, new, new, month=1)
    assert told.filled[0].round(6).tolist() == [0.0, 8.0]
    assert told.hired[0, :, 0, 0].round(6).tolist() == [4.0, 4.0, 0.0, 0.0]
    assert told.left.sum() == pytest.approx(4.0)
    assert told.gained.sum() == pytest.approx(4.0)
    assert told.unfilled.sum() == pytest.approx(2.0)
    assert told.drained.sum() == pytest.approx(10.0 - 4.0 - 2.0)


def test_people_and_posts_are_conserved():
    told = filling(200.0, carried=40.0)
    assert told.residual < 1e-9
    assert told.hired.sum() == pytest.approx(told.filled[0, -1], abs=1e-9)
    assert told.left.sum() == pytest.approx(told.hired[:, EMPLOYED].sum(), abs=1e-9)
    assert 200.0 - told.filled[0, 12] == pytest.approx(told.unfilled.sum(), abs=1e-9)
    assert (told.hired >= 0).all()
    assert (told.unfilled >= 0).all()


def test_no_posts_change_nothing():
    told = filling(0.0)
    for array in (told.filled, told.hired, told.drained, told.drained_by_month, told.gained):
        assert np.abs(array).max() < 1e-9


def test_all_sources_send_people_and_those_outside_live_outside():
    told = filling(200.0)
    by_source = told.hired.sum((0, 2, 3))
    assert (by_source > 0).all()
    assert told.hired[:, OUTSIDE, :2].sum() == 0.0
    assert told.hired[:, WITHOUT, 2].sum() == 0.0
    assert len(by_source) == len(SOURCES)
    assert by_source[TRAINED] < by_source[WITHOUT]


def test_the_same_occupation_and_the_own_municipality_are_left_first():
    """7223 in 1060; what stands unfilled a year later has moved on along the chain, towards 7212."""
    told = filling(200.0)
    assert told.left[0, 0, 1] == told.left.max()
    assert told.left[0].sum(0).argmax() == 1
    assert told.left[0].sum(1).argmax() == 0


@settings(max_examples=15)
@given(st.floats(1.0, 400.0), st.floats(1.05, 3.0))
def test_more_posts_drain_more_and_are_filled_by_more(number, times):
    small, large = filling(number), filling(number * times)
    assert (large.filled[0, 1:] > small.filled[0, 1:]).all()
    assert large.drained.sum() > small.drained.sum()
    assert large.filled[0, -1] / (number * times) <= small.filled[0, -1] / number + 1e-12


@settings(max_examples=10)
@given(st.permutations(range(2)), st.permutations(range(3)))
def test_order_is_irrelevant(works, occupations):
    homes = [*works, 2]
    flows = np.array([[20.0, 35.0, 3.0, 1.0]])
    turned = market(
        [HOMES[i] for i in homes],
        [WORKS[i] for i in works],
        [OCCUPATIONS[i] for i in occupations],
        ("direct|16-34",),
        travel=TRAVEL[np.ix_(homes, works)],
        related=RELATED[np.ix_(occupations, occupations)],
        vacancies=VACANCIES[np.ix_([0], works, occupations)],
        filled=np.array([20.0]),
        others=OTHERS[np.ix_([0], homes, occupations)],
    )
    outside = (EMPLOYED_AT[2].sum(0) * np.array([[0.0], [0.0], [1.0]]))[np.ix_(homes, occupations)]
    trained = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])[np.ix_(homes, occupations)]
    workforce = Workforce(EMPLOYED_AT[np.ix_(homes, works, occupations)], outside, trained, flows)
    new = posts(150.0)
    told = fill(stand(turned, workforce), *[new[:, :, works][..., occupations]] * 2, month=12)
    same = filling(150.0)
    assert np.allclose(told.drained, same.drained[:, works][..., occupations], atol=1e-7)
    assert np.allclose(told.hired, same.hired[:, :, homes][..., occupations], atol=1e-7)


def test_more_without_work_fill_the_posts_sooner_and_drain_others_less():
    """The same strengths, but half as many again without work."""
    few = at_rest()
    more = few.searching.copy()
    more[:, WITHOUT] *= 1.5
    many = stand(few.market, Workforce(EMPLOYED_AT, few.searching[0, OUTSIDE], few.searching[0, TRAINED], FLOWS))
    rested = at_strength(many, more, few.strength)
    assert filling(200.0, standing=rested).filled[0, 12] > filling(200.0, standing=few).filled[0, 12]


FLOWS = np.array([[20.0, 35.0, 3.0, 1.0]])


def at_strength(standing, searching, strength):
    """The market at rest with other people and the given strengths."""
    from dataclasses import replace

    from brygga.impact.market import chance_of_work, meeting, per_seeker

    meets = meeting(np.einsum("dc,dcho->dho", strength, searching), TRAVEL, RELATED)
    each = chance_of_work(per_seeker(standing.vacancies, meets), TRAVEL, RELATED)
    hired = strength[:, :, None, None] * searching * each[:, None]
    filled = standing.vacancies * -np.expm1(-meets)
    return replace(standing, searching=searching, strength=strength, hired=hired, filled=filled)


def test_a_flow_that_nobody_can_fill_is_left_out():
    found = strengths(np.ones((1, 1, 1)), np.array([[[[1.0]], [[0.0]]]]), np.array([[0.5, 0.5]]))
    assert found[0, 1] == 0.0
    assert -np.expm1(-found[0, 0]) == pytest.approx(0.5)


def test_where_more_is_filled_than_stands_open_the_stock_is_raised():
    standing = at_rest(flows=(60.0, 120.0, 10.0, 1.0))
    assert standing.filled.sum() == pytest.approx(191.0, rel=1e-6)
    assert standing.vacancies.sum() == pytest.approx(191.0 / 0.95)


def test_draws_stand_beside_each_other():
    standing = at_rest(draws=2)
    two = fill(standing, posts(100.0), posts(100.0), month=6)
    assert two.filled.shape == (2, 25)
    assert np.allclose(two.filled[0], two.filled[1])


def test_months_until_a_share_is_filled():
    offered = np.full((1, 4), 10.0)
    assert months_until(offered, np.array([[0.0, 5.0, 5.0, 9.0]]), 0.5).tolist() == [1.0]
    assert months_until(offered, np.array([[0.0, 2.0, 6.0, 9.0]]), 0.4).tolist() == [1.5]
    assert months_until(offered, np.array([[0.0, 2.0, 6.0, 9.0]]), 0.95).tolist() == [np.inf]


def test_posts_below_zero_or_of_another_form_are_refused():
    standing = at_rest()
    with pytest.raises(FaultsError, match="new posts has 2 faults"):
        fill(standing, -posts(10.0), posts(10.0)[:, :, :1], month=1)


def test_more_new_than_come_is_refused():
    with pytest.raises(TableError, match="5 more new posts than come"):
        fill(at_rest(), posts(15.0), posts(30.0), month=1)


def test_a_month_beyond_those_followed_is_refused():
    with pytest.raises(SettingError, match="choose a month from 1 to 24"):
        filling(10.0, month=25)


def test_a_workforce_of_another_form_is_refused():
    standing = at_rest()
    with pytest.raises(TableError, match=r"workforce\.trained has the form"):
        stand(standing.market, Workforce(EMPLOYED_AT, OTHERS[0], OTHERS[0][:2], FLOWS))
