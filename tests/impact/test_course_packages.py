"""Course packages: worth by hand, the best package against trying everything, budgets, and the words of faults."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import FaultsError, SettingError
from brygga.impact.course_gains import Searching, gain, invited, searching, standing_chance
from brygga.impact.course_packages import LEAST_GAIN, Offer, Option, best_package, groups_of
from brygga.impact.market import market
from brygga.impact.matching import simulate
from brygga.impact.seekers import COURSE_EFFORT, NOTIFIED, SEPARATOR, Hit

DIRECT = f"{NOTIFIED}{SEPARATOR}35-54"


def offer(programme="vux", **changes):
    given = {
        "programme": programme,
        "month": 6,
        "months": 3,
        "leads": {"7212": 1.0},
        "homes": ("1060",),
        "class_min": 2.0,
        "class_max": 10.0,
        "classes_max": 1,
        "cost_class_sek": 100_000.0,
        "cost_seat_sek": 5_000.0,
        "completion": 0.7,
    }
    return Offer(**(given | changes))


def chances(months, own, other):
    """One home; those of occupation 0 find work with `own` a month, and `other` when they can take occupation 1."""
    reach = np.empty((1, months, 1, 2))
    reach[..., 0], reach[..., 1] = -np.log(1 - own), -np.log(1 - other)
    here = np.arange(2)
    return Searching(reach, np.eye(2), np.eye(2), here, np.ones((1, 1, 2)), np.zeros((1, 2)), np.zeros((months, 1, 2)))


def test_the_worth_of_a_course_by_hand():
    """Nobody finds work without it; after one month's course half of those without work find it each month."""
    found = chances(4, 0.0, 0.5)
    worth = gain(found, month=0, months=1, to=1, completion=1.0)
    assert worth[0, 0, 0] == pytest.approx(0.5 + 0.75 + 0.875)
    half = gain(found, month=0, months=1, to=1, completion=0.5)
    assert half[0, 0, 0] == pytest.approx((0.5 + 0.75 + 0.875) / 2)


def test_a_course_costs_the_search_it_takes_time_from():
    """No better chances after it: what is lost is a month's search at a fifth of the strength."""
    found = chances(2, 0.5, 0.0)
    worth = gain(found, month=0, months=1, to=1, completion=1.0)[0, 0, 0]
    there = 1 - 0.5**COURSE_EFFORT
    assert worth == pytest.approx((2 * there + (1 - there) * 0.5) - (0.5 + 0.75))
    assert worth < 0


def test_a_course_that_ends_after_the_months_followed_wins_nothing():
    found = chances(6, 0.1, 0.9)
    assert gain(found, month=4, months=10, to=1, completion=1.0)[0, 0, 0] < 0
    assert gain(found, month=6, months=1, to=1, completion=1.0)[0, 0, 0] == 0


@given(st.floats(0, 0.9), st.floats(0, 0.9), st.integers(0, 5), st.integers(1, 4), st.floats(0, 0.4), st.floats(0, 0.4))
def test_completion_and_better_chances_never_lower_the_worth(own, other, month, months, completion, more):
    found = chances(12, own, other)
    worth = gain(found, month=month, months=months, to=1, completion=completion)[0, 0, 0]
    better = gain(found, month=month, months=months, to=1, completion=completion + more)[0, 0, 0]
    assert better >= worth - 1e-12
    easier = chances(12, own, min(0.95, other + more))
    assert gain(easier, month=month, months=months, to=1, completion=completion)[0, 0, 0] >= worth - 1e-12


@pytest.fixture
def town():
    """Two occupations in one place: nothing open in the first, much in the second, ten of the first dismissed."""
    one = np.ones((1, 1))
    made = market(
        ["1060"],
        ["1060"],
        ["7212", "8211"],
        [DIRECT, f"indirect{SEPARATOR}35-54"],
        travel=one,
        related=np.eye(2),
        vacancies=np.array([[[20.0, 1.0]]]),
        filled=np.array([8.0]),
        others=np.array([[[40.0, 40.0]]]),
    )
    leaving = np.zeros((4, 1, 2, 2))
    leaving[2, 0, 1] = [10.0, 5.0]
    hit = Hit(leaving, effort=np.full((1, 2), 2.0), leave_rate=np.array([0.01, 0.01]), notice_effort=0.5)
    return made, hit


def test_who_waits_agrees_with_the_simulation_and_those_not_told_are_not_invited(town):
    made, hit = town
    curves = simulate(made, hit, months=12, record=True)
    found = searching(made, hit, months=12, chance=curves.chance.astype(float))
    there = curves.state["without_work"]["class"][0, :, 0] + curves.state["at_work"]["class"][0, :, 0]
    assert invited(made, hit).tolist() == [True, False]
    assert found.waiting[1].sum() == 0
    assert found.waiting[2:, 0, 1] == pytest.approx(there[2:12], rel=0.02)


def test_the_worth_of_one_person_is_what_the_simulation_says_of_few(town):
    """A tenth of a person in a course, so that nobody is crowded: simulated gain per person against the formula."""
    made, hit = town
    months = 24
    alone = simulate(made, hit, months=months, record=True)
    found = searching(made, hit, months=months, chance=alone.chance.astype(float))
    worth = gain(found, month=3, months=3, to=0, completion=0.8)[0, 0, 0]
    one = best_package(
        [offer(month=3, months=3, completion=0.8, paid=0.1)],
        [Option(0, "1060", "8211", "7212", worth)],
        {("1060", "8211", 3): 5.0},
        budget=0.0,
    )
    with_course = simulate(
        made,
        hit,
        months=months,
        courses=groups_of([offer(month=3, months=3, completion=0.8)], one, scenario="best", classes=(DIRECT,)),
    )
    work = [c.state["re_employed"]["class"][0, 1:, 0].sum() for c in (with_course, alone)]
    assert (work[0] - work[1]) / 0.1 == pytest.approx(worth, rel=0.06)
    assert worth > 5


def test_standing_chances_are_those_of_a_market_at_rest(town):
    made, _ = town
    chance = standing_chance(made, 3)
    filled = chance[0, 0, 0] * made.others[0, 0]
    assert filled == pytest.approx(made.inflow[0, 0])


def test_a_class_is_bought_whole_or_not_at_all():
    options = [Option(0, "1060", "8211", "7212", 3.0)]
    people = {("1060", "8211", 6): 4.0}
    enough = best_package([offer()], options, people, budget=120_000)
    short = best_package([offer()], options, people, budget=99_000)
    some = best_package([offer()], options, people, budget=110_000)
    assert (enough.persons, enough.cost_sek) == ((4.0,), 120_000)
    assert (short.persons, short.cost_sek, short.value) == ((0.0,), 0.0, 0.0)
    assert some.persons == (2.0,)
    few = best_package([offer()], options, {("1060", "8211", 6): 1.5}, budget=1e6)
    assert few.persons == (0.0,)


def test_seats_of_the_plan_cost_nothing_and_need_no_least_class():
    package = best_package(
        [offer(paid=1.5)], [Option(0, "1060", "8211", "7212", 3.0)], {("1060", "8211", 6): 4.0}, budget=0.0
    )
    assert (package.persons, package.cost_sek, package.value, package.bound) == ((1.5,), 0.0, 4.5, 4.5)


def test_seats_go_to_the_occupations_a_programme_leads_to_in_their_shares():
    two = offer(leads={"7212": 0.7, "7223": 0.3}, class_min=0.0)
    options = [Option(0, "1060", "8211", "7212", 1.0), Option(0, "1060", "8211", "7223", 9.0)]
    package = best_package([two], options, {("1060", "8211", 6): 50.0}, budget=1e6)
    assert package.persons == (7.0, 3.0)


def test_each_course_takes_its_share_of_those_who_wait():
    """Eight wait in month 6 and four in month 12: who goes first cannot go again."""
    early, late = offer("a", paid=4.0), offer("b", month=12, paid=4.0)
    options = [Option(0, "1060", "8211", "7212", 2.0), Option(1, "1060", "8211", "7212", 3.0)]
    people = {("1060", "8211", 6): 8.0, ("1060", "8211", 12): 4.0}
    package = best_package([early, late], options, people, budget=0.0)
    assert package.persons[0] / 8 + package.persons[1] / 4 == pytest.approx(1.0)
    assert package.value == pytest.approx(4 * 2 + 2 * 3)


def test_nobody_goes_to_what_wins_too_little():
    options = [Option(0, "1060", "8211", "7212", LEAST_GAIN / 2)]
    package = best_package([offer(paid=5.0)], options, {("1060", "8211", 6): 5.0}, budget=0.0)
    assert package.persons == (0.0,)


def test_without_anybody_to_send_the_package_is_empty():
    for offers in ([], [offer()]):
        package = best_package(offers, [], {}, budget=1e6)
        assert (package.persons, package.value, package.bound, package.cost_sek) == ((), 0.0, 0.0, 0.0)
        assert package.classes == (0.0,) * len(offers)


SMALL = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 2), st.integers(1, 6), st.integers(0, 9)), min_size=1, max_size=4
)


@settings(max_examples=25, deadline=None)
@given(SMALL, st.integers(0, 30), st.integers(0, 20))
def test_the_package_is_the_best_of_all_sets_of_classes_and_more_money_never_wins_less(classes, budget, more):
    """Offers for people of their own, so that each set of classes is filled class by class: all sets are tried."""
    offers = [
        offer(str(n), class_min=0.0, class_max=float(seats), cost_class_sek=float(cost), cost_seat_sek=0.0)
        for n, (seats, cost, _, _) in enumerate(classes)
    ]
    options = [Option(n, "1060", str(n), "7212", worth / 2) for n, (_, _, worth, _) in enumerate(classes)]
    people = {("1060", str(n), 6): float(count) for n, (_, _, _, count) in enumerate(classes)}
    wins = [min(seats, count) * worth / 2 for seats, _, worth, count in classes]
    sets = itertools.product([0, 1], repeat=len(classes))
    cost = [c for _, c, _, _ in classes]
    best = max(
        sum(w for w, on in zip(wins, chosen, strict=True) if on)
        for chosen in sets
        if sum(c for c, on in zip(cost, chosen, strict=True) if on) <= budget / 4
    )
    package = best_package(offers, options, people, budget=budget / 4)
    assert package.value == pytest.approx(best, abs=1e-6)
    assert package.bound == pytest.approx(package.value, abs=1e-6)
    assert package.cost_sek <= budget / 4 + 1e-6
    richer = best_package(offers, options, people, budget=(budget + more) / 4)
    assert richer.value >= package.value - 1e-6


def test_the_people_of_a_package_go_to_their_courses():
    made = best_package([offer()], [Option(0, "1060", "8211", "7212", 3.0)], {("1060", "8211", 6): 4.0}, budget=120_000)
    (group,) = groups_of([offer()], made, scenario="best", classes=(DIRECT,))
    assert (group.from_home, group.from_occupation, group.to_occupation) == ("1060", "8211", "7212")
    assert (group.month, group.months, group.persons, group.completion) == (6, 3, 4.0, 0.7)
    assert (group.key, group.classes) == ("best:vux", (DIRECT,))


def test_budgets_and_courses_that_cannot_be_are_named():
    with pytest.raises(SettingError, match=r"a budget of -5 SEK. money is from zero up"):
        best_package([], [], {}, budget=-5)
    with pytest.raises(SettingError, match=r"a budget of nan SEK"):
        best_package([], [], {}, budget=float("nan"))
    with pytest.raises(FaultsError) as caught:
        best_package([offer("a", class_min=12.0), offer("b", cost_seat_sek=-1.0)], [], {}, budget=1)
    assert "course a: 12 to 10 seats" in str(caught.value)
    assert "course b: 2 to 10 seats, 3 months, 100000 SEK a class and -1 a seat" in str(caught.value)


def test_of_packages_that_win_the_same_the_cheapest_is_taken():
    paid = Offer("planned", 6, 10, {"7212": 1.0}, ("1060",), 2, 10, 1, 0.0, 0.0, 0.7, paid=4.0)
    bought = replace(paid, programme="bought", cost_class_sek=100_000.0, cost_seat_sek=5_000.0, paid=None)
    options = [Option(number, "1060", "8211", "7212", 3.0) for number in (0, 1)]
    best = best_package([bought, paid], options, {("1060", "8211", 6): 4.0}, budget=500_000)
    assert best.persons == pytest.approx((0.0, 4.0))
    assert (best.cost_sek, best.value) == (pytest.approx(0.0), pytest.approx(12.0))
