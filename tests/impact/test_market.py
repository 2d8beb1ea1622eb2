"""The market: kappa by hand, both figures met, and the words of its errors."""

from datetime import date

import numpy as np
import pytest

from brygga.core.errors import FaultsError, TableError
from brygga.core.parameters import value_on
from brygga.impact.effort import efforts, notice_effort
from brygga.impact.market import MOST_FILLED, calibrate, market, per_seeker
from tests.impact.matching_made import made_market

DAY = date(2026, 1, 1)


def test_kappa_by_hand():
    kappa, stock = calibrate(np.full((1, 1, 1), 10.0), np.array([4.0]), np.full((1, 1, 1), 100.0), np.eye(1), np.eye(1))
    assert kappa == pytest.approx([-np.log(0.6) / 100.0])
    assert stock.tolist() == [[[10.0]]]


def test_the_flow_is_met_in_every_draw_and_the_stock_kept():
    made = made_market(1, draws=5)
    assert made.inflow.sum(axis=(1, 2)) == pytest.approx(0.4 * made.vacancies.sum(axis=(1, 2)))
    assert len(set(made.kappa.tolist())) == 5


def test_a_flow_faster_than_a_month_raises_the_stock():
    kappa, stock = calibrate(np.full((1, 1, 1), 1.0), np.array([9.5]), np.full((1, 1, 1), 50.0), np.eye(1), np.eye(1))
    assert stock.item() == pytest.approx(9.5 / MOST_FILLED)
    assert stock.item() * -np.expm1(-kappa.item() * 50.0) == pytest.approx(9.5)


def test_nothing_filled_or_nobody_there_gives_kappa_zero():
    nothing, kappa = np.zeros((1, 1, 1)), []
    for vacancies, filled, others in ((5.0, 0.0, 9.0), (0.0, 1.0, 9.0), (5.0, 1.0, 0.0)):
        found, _ = calibrate(nothing + vacancies, np.array([filled]), nothing + others, np.eye(1), np.eye(1))
        kappa += found.tolist()
    assert kappa == [0.0, 0.0, 0.0]


def test_a_vacancy_that_meets_nobody_is_worth_itself():
    assert per_seeker(np.array([3.0, 3.0]), np.array([0.0, 1e-12])) == pytest.approx([3.0, 3.0])


def test_faults_come_in_one_report():
    with pytest.raises(FaultsError) as told:
        market(
            ["a", "a"],
            ["a"],
            ["x"],
            ["direct:16-34"],
            travel=np.ones((1, 1)),
            related=np.full((1, 1), -1.0),
            vacancies=np.ones((1, 1, 1)),
            filled=np.ones(1),
            others=np.full((1, 1, 1), 1.0),
        )
    for words in (
        "market.travel has the form 1 x 1, not 2 x 1",
        "market.related holds values that are negative or no numbers",
        "market.homes: a twice",
    ):
        assert words in str(told.value)


def test_efforts_follow_the_parameters_and_rank_the_ages_alike():
    found = efforts(("direct:16-34", "induced:16-34", "direct:55-69"), draws=200, seed=3, day=DAY)
    young = value_on("impact.re_employment_effort_16_34", DAY)
    assert (found[:, 0] < young.number).sum() == 100
    assert found[:, 0].tolist() == found[:, 1].tolist()
    assert young.low <= found[:, 0].min() < found[:, 0].max() <= young.high
    assert (np.argsort(found[:, 0]) == np.argsort(found[:, 2])).all()
    assert (found[:, 2] < found[:, 0]).all()
    assert 0 < notice_effort(DAY) <= 1
    with pytest.raises(TableError, match="age 70-79 in a class of the people hit"):
        efforts(("direct:70-79",), draws=2, seed=1, day=DAY)
