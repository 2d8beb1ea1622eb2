"""Courses in a closure: who could go where in the mini region, three scenarios, and why the others are left out."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import SettingError
from brygga.impact.closure import Shock
from brygga.impact.course_packages import Offer
from brygga.impact.market import standing
from brygga.impact.notice_clock import notice_clock
from brygga.workflow.closure_courses import packages, thin
from brygga.workflow.closure_hit import hit_of
from brygga.workflow.closure_inputs import inputs_of
from brygga.workflow.course_offers import course_offers
from brygga.workflow.course_table import WORDS, Choice
from brygga.workflow.results import open_results

NOTICE = date(2027, 2, 1)
MONTHS = 36
SHOCK = Shock("9901", "29", 60, NOTICE, ((notice_clock({"10": 60}, NOTICE).first_leaving, 1.0),))


@pytest.fixture(scope="module")
def run(results_folder):
    results = open_results(results_folder)
    inputs = inputs_of(results, start=NOTICE, months=MONTHS, draws=10)
    return results, closed_to(inputs.market, "5"), hit_of(inputs, SHOCK)


def closed_to(market, occupation):
    """The market without vacancies for one occupation, where nobody takes another's: what a course is for."""
    place = market.occupations.index(occupation)
    vacancies, inflow = market.vacancies.copy(), market.inflow.copy()
    vacancies[:, :, place] = inflow[:, :, place] = 0.0
    vacancies[:, :, market.occupations.index("7212")] += 30.0
    related = np.eye(len(market.occupations))
    return standing(replace(market, vacancies=vacancies, inflow=inflow, related=related))


@pytest.fixture(scope="module")
def chosen(run):
    return packages(run[0], SHOCK, run[1], run[2], months=MONTHS, budget=2_000_000)


def offers_of(results, market, **changes):
    given = {
        "notice": NOTICE,
        "first_leaving": SHOCK.first_leaving,
        "months": MONTHS,
        "homes": market.homes,
        "occupations": market.occupations,
        "day": date(2026, 12, 31),
    }
    return course_offers(results.region, results.table("plan_starts"), **(given | changes))


def test_what_could_start_for_those_hit(run):
    """Welding is adult education: the plan's class in August, and classes bought in August and January."""
    results, market, _ = run
    could = offers_of(results, market)
    welding = [offer for offer in could.offers if offer.programme == "svets-storby"]
    assert {(offer.month, offer.paid is None) for offer in welding} >= {(6, True), (11, True)}
    assert all(offer.months == 10 and offer.homes == ("9901", "9902") for offer in welding)
    assert all(offer.paid is not None for offer in could.offers if offer.programme == "cnc-lillby")
    starts = results.table("plan_starts").filter(programme="svets-storby", year=2027)
    paid = [offer.paid for offer in welding if offer.paid is not None and offer.month == 6]
    assert paid == [pytest.approx(starts["seats"].item() * starts["probability"].item() * 0.5)]


def test_a_class_that_cannot_end_in_time_is_turned_down(run):
    results, market, _ = run
    assert offers_of(results, market, months=12).turned_down["svets-storby"] == "late"
    short = offers_of(results, market, months=MONTHS)
    assert all(offer.month + offer.months < MONTHS for offer in short.offers)


def test_nothing_leads_to_occupations_that_the_market_has_not(run):
    results, market, _ = run
    assert set(offers_of(results, market, occupations=("5",)).turned_down.values()) == {"leads"}


def test_each_scenario_is_at_least_as_good_as_the_one_before(chosen):
    simulated = chosen.simulated
    assert simulated["none"] < simulated["planned"] < simulated["best"]
    assert chosen.groups["none"] == ()
    assert chosen.cost_sek <= chosen.budget_sek == 2_000_000
    assert chosen.value <= chosen.bound + 1e-6


def test_a_larger_budget_never_wins_less(run):
    results, market, hit = run
    values = [
        packages(results, SHOCK, market, hit, months=MONTHS, budget=budget, quick=True).value
        for budget in (0, 300_000, 700_000, 5_000_000)
    ]
    assert values == sorted(values)
    assert values[0] == values[1] < values[2]  # a class of the least size is 400,000 SEK


def test_money_is_the_reason_only_where_more_of_it_would_win_more(run):
    results, market, hit = run
    poor, rich = (
        packages(results, SHOCK, market, hit, months=MONTHS, budget=budget, quick=True).table.filter(scenario="best")
        for budget in (0, 50_000_000)
    )
    assert WORDS["money"][1] not in rich["reason_en"].to_list()
    assert poor["cost_sek"].sum() == 0 < rich["cost_sek"].sum()


def test_a_package_that_does_less_than_none_is_dropped(run):
    results, market, hit = run

    def crowded(courses):
        return 100.0 - len(courses), None

    found = packages(results, SHOCK, market, hit, months=MONTHS, budget=2_000_000, run=crowded)
    assert found.groups == {"none": (), "planned": (), "best": ()}
    assert set(found.simulated.values()) == {100.0}
    assert not found.table["chosen"].any()
    assert WORDS["together"][1] in found.table["reason_en"].to_list()
    assert found.cost_sek == 0


def test_the_table_has_a_reason_for_every_programme_and_its_rows_are_the_groups(run, chosen):
    results = run[0]
    table = tables.check(chosen.table, "closure_courses", extra_codes=results.region.extra_codes)
    for scenario in ("planned", "best"):
        mine = table.filter(scenario=scenario)
        assert set(mine["programme"]) == {"svets-storby", "cnc-lillby"}
        sent = mine.filter("chosen")
        assert sent["persons"].sum() == pytest.approx(sum(group.persons for group in chosen.groups[scenario]))
        assert mine.filter(~pl.col("chosen"))["persons"].sum() == 0
    assert table.filter(scenario="best")["cost_sek"].sum() == pytest.approx(chosen.cost_sek)
    assert table.filter(scenario="planned")["cost_sek"].sum() == 0
    assert table["reason_sv"].str.len_chars().min() > 10
    quantiles = table.filter("chosen")
    assert (quantiles["p10"] <= quantiles["p90"]).all()


def test_the_default_budget_is_so_much_a_post(run):
    results, market, hit = run
    assert packages(results, SHOCK, market, hit, months=MONTHS, quick=True).budget_sek == 60 * 30_000
    with pytest.raises(SettingError, match=r"a budget of -1 SEK"):
        packages(results, SHOCK, market, hit, months=MONTHS, budget=-1)


def test_the_same_run_gives_the_same_table(run):
    results, market, hit = run
    one, two = (packages(results, SHOCK, market, hit, months=MONTHS, quick=True).table for _ in range(2))
    assert one.equals(two)


def test_fewer_draws_are_spread_over_the_market(run):
    _, market, hit = run
    few, people = thin(market, hit, 4)
    assert few.draws == len(few.kappa) == 4
    assert len(people.effort) in (1, 4)
    assert (few.kappa == market.kappa[[0, 3, 6, 9]]).all()
    assert thin(market, hit, 50) == (market, hit)


def test_an_empty_choice_has_nobody(run):
    from brygga.impact.course_packages import best_package

    offer = Offer("a", 1, 2, {"7212": 1.0}, ("9901",), 1, 4, 1, 10.0, 1.0, 0.8)
    package = best_package([offer], [], {}, budget=10)
    choice = Choice((offer,), package, run[1].kappa[:1, None][:, :0], (), {}, ())
    assert choice.emptied().dropped
    assert choice.emptied().groups("best") == ()
    assert replace(choice, dropped=True).package.value == 0
