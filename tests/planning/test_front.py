"""The front: a hand-worked curve with its knee, floors until none holds, and the laws of money and promises."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.planning.effort import Effort
from brygga.planning.front import Point, front, shared
from brygga.planning.front_files import front_plans, front_summary, front_table, write_front
from brygga.planning.generate import generate_problem
from brygga.planning.worst_off import WorstOff, out_of_reach, with_floor, within_reach, worst_off
from tests.planning.problems import MEASURE_COLUMNS, problem, rows

ONE_YEAR = {"last": 2027, "horizon": 2028}


def two_courses():
    """Ten welders short at the end of 2028; six seats cost 60 in one course, four 240 in the other."""
    measures = [("cheap", "welder", 1, 1.0, 6, 6, 1, 60.0, 0.0), ("dear", "welder", 1, 1.0, 4, 4, 1, 240.0, 0.0)]
    return problem(
        {
            "need": rows("municipality occupation year persons", ("norra", "welder", 2028, 10.0)),
            "measures": rows(MEASURE_COLUMNS, *measures),
            "sites": rows("site municipality rooms applicants", ("school", "norra", 9, 99)),
            "reach": rows("site municipality share", ("school", "norra", 1.0)),
            "budgets": rows("funder year amount", ("fund", 2027, 1000.0)),
            "funding": rows("funder measure share", ("fund", "cheap", 1.0), ("fund", "dear", 1.0)),
        },
        **ONE_YEAR,
    )


def near_and_far():
    """A hundred buys ten welders in Nära or five in Fjärran; ten are short in each at the end of 2028."""
    measures = [("here", "welder", 1, 1.0, 1, 10, 1, 0.0, 10.0), ("there", "welder", 1, 1.0, 1, 10, 1, 0.0, 20.0)]
    return problem(
        {
            "need": rows("municipality occupation year persons", *[(m, "welder", 2028, 10.0) for m in ("nara", "far")]),
            "measures": rows(MEASURE_COLUMNS, *measures),
            "offers": rows("measure site", ("here", "a"), ("there", "b")),
            "sites": rows("site municipality rooms applicants", ("a", "nara", 9, 99), ("b", "far", 9, 99)),
            "reach": rows("site municipality share", ("a", "nara", 1.0), ("b", "far", 1.0)),
            "budgets": rows("funder year amount", ("fund", 2027, 100.0)),
            "funding": rows("funder measure share", ("fund", "here", 1.0), ("fund", "there", 1.0)),
        },
        **ONE_YEAR,
    )


def test_three_points_and_their_knee():
    """60 closes six; 240 more close the last four. At half the money 60 is all that can be used."""
    found = front(two_courses(), points=3, gap=0.0)
    assert [(p.cost, p.weighted) for p in found.curve] == [(0, 10), (60, 4), (300, 0)]
    assert [p.bound for p in found.curve] == pytest.approx([10, 4, 0], abs=1e-3)
    assert found.knee.index == 1
    assert (found.knee.before.found, found.knee.after.found) == pytest.approx((10, 60))
    table = front_table(found)
    assert table["knee"].to_list() == ["no", "yes", "no"]
    assert table["sek_per_person_year"].to_list() == [None, pytest.approx(10_000), pytest.approx(60_000)]
    assert table["sure"].to_list() == [True, True, True]
    assert front_summary(found)["knee"]["sek_per_person_year_before"]["found"] == pytest.approx(10_000)


def test_points_that_cost_the_same_and_do_the_same_are_one():
    """Between 60 and 300 no more money helps until the second course: seven caps, three points."""
    found = front(two_courses(), points=7, floors=False, gap=0.0)
    assert not found.fair
    assert [p.cost for p in found.curve] == [0, 60, 300]
    assert found.removed == 4


@pytest.fixture(scope="module")
def promised():
    return front(near_and_far(), points=2, step=0.1, gap=0.0)


def test_floors_rise_until_none_holds_and_each_costs_what_it_costs(promised):
    """b in Fjärran take two seats in Nära each: 10 + b stay short; at four Nära would have two only."""
    found = promised
    assert [(p.floor, p.weighted) for p in found.fair] == [(0.1, 11), (0.2, 12), (0.3, 13)]
    assert [p.worst.share for p in found.fair] == pytest.approx([0.1, 0.2, 0.3])
    assert {p.worst.municipality for p in found.fair} == {"far"}
    assert found.notes == ("No plan with all the money of the budgets, at least 40.0% of the need met everywhere.",)
    table = front_table(found).tail(3)
    assert table["floor_costs"].to_list() == pytest.approx([1, 2, 3])
    assert table["sure"].to_list() == [True] * 3


def test_the_worst_off_is_judged_within_reach_only():
    made = near_and_far()
    beyond = replace(made, reach=made.reach.filter(municipality="nara"))
    assert out_of_reach(beyond, 2028) == ["far"]
    assert within_reach(beyond, 2028)["municipality"].to_list() == ["nara"]
    found = front(beyond, points=2, gap=0.0)
    assert found.out_of_reach == ("far",)
    assert found.curve[-1].worst.municipality == "nara"
    assert not found.fair


def test_a_course_that_ends_after_the_target_year_reaches_nobody():
    assert out_of_reach(near_and_far(), 2027) == []
    late = replace(near_and_far(), need=near_and_far().need.with_columns(year=2027))
    assert out_of_reach(late, 2027) == ["far", "nara"]
    assert worst_off(late, front(late, points=2, gap=0.0).curve[0].plan.counted, 2027) is None


def test_a_floor_keeps_higher_promises_that_were_made():
    promised = replace(near_and_far(), floors=rows("municipality year share", ("far", 2028, 0.3), ("nara", 2027, 0.1)))
    made = with_floor(promised, 0.2, 2028).floors.rows()
    assert made == [("far", 2028, 0.3), ("nara", 2027, 0.1), ("nara", 2028, 0.2)]


def test_without_money_the_front_is_a_point_and_has_no_knee():
    made = two_courses()
    found = front(replace(made, budgets=made.budgets.with_columns(amount=0.0)), points=4, gap=0.0)
    assert [(p.cost, p.weighted) for p in found.points] == [(0, 10)]
    assert found.knee is None


def test_pins_that_cost_leave_out_the_caps_they_break_and_say_so():
    pins = rows("measure site year kind classes", ("dear", "school", 2027, "must", 1))
    found = front(replace(two_courses(), pins=pins), points=3, gap=0.0)
    assert [p.cost for p in found.curve] == [300]
    assert found.notes[0] == "No plan costs at most 0 thousand kronor: pins or floors ask for more."


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"points": 1}, "a front has two ends"), ({"step": 0}, "no step in shares"), ({"year": 2031}, "2027-2028 count")],
)
def test_what_makes_no_front_is_said(asked, words):
    with pytest.raises(SettingError, match=words):
        front(two_courses(), **asked)


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 1000))
def test_more_money_is_never_worse_and_a_higher_promise_never_better(seed):
    made = generate_problem(municipalities=2, measures=2, sites=1, years=2, seed=seed)
    found = front(made, points=3, step=0.25, time_limit=2, gap=0.05)
    weighted = [p.weighted for p in found.curve]
    assert weighted == sorted(weighted, reverse=True)
    assert all(p.bound <= p.weighted for p in found.points)
    bounds = [p.bound for p in found.curve]
    assert bounds == sorted(bounds, reverse=True)
    for cap in {p.cap for p in found.fair}:
        fair = [p for p in found.fair if p.cap == cap]
        assert [p.weighted for p in fair] == sorted(p.weighted for p in fair)
        assert all(p.worst.share >= p.floor - 1e-6 for p in fair)
    for p in found.points:
        limited = replace(made, cost_cap=p.cap)
        assert p.plan.counted.breaches.height == 0
        assert limited.cost_cap is None or p.cost <= limited.cost_cap * (1 + 1e-6)


def _point(cap, floor, cost, weighted, bound, share=0.0):
    plan = SimpleNamespace(counted=SimpleNamespace(cost=cost, short=weighted), status="gap")
    return Point(cap, floor, plan, weighted, bound, WorstOff("norra", share))


def test_points_take_over_better_plans_and_bounds_they_may_have():
    """The dearer search found a worse plan, the cheaper one a weaker bound; a promise helps neither."""
    cheap, dear, fair = (
        _point(5.0, None, 5.0, 7.0, 3.0),
        _point(9.0, None, 9.0, 8.0, 6.0),
        _point(9.0, 0.5, 8.0, 6.5, 1.0, share=0.6),
    )
    made = shared([cheap, dear, fair])
    assert [(p.cap, p.floor) for p in made] == [(5.0, None), (9.0, None), (9.0, 0.5)]
    assert [p.weighted for p in made] == [7.0, 6.5, 6.5]
    assert [p.bound for p in made] == [6.0, 6.0, 6.0]


def test_of_equally_good_plans_the_one_that_is_fairer_is_taken():
    plain, fair = _point(9.0, None, 8.0, 6.0, 5.0, share=0.1), _point(9.0, 0.5, 8.0, 6.0, 5.0, share=0.5)
    assert [p.worst.share for p in shared([plain, fair])] == [0.5, 0.5]


def test_a_plan_that_costs_too_much_or_leaves_somebody_behind_is_not_taken_over():
    cheap, dear = _point(5.0, 0.3, 5.0, 7.0, 3.0, share=0.3), _point(9.0, None, 5.1, 6.0, 3.0, share=0.5)
    assert shared([cheap, dear])[0].weighted == 7.0
    poorer = _point(9.0, None, 4.0, 6.0, 3.0, share=0.2)
    assert shared([cheap, poorer])[0].weighted == 7.0
    fairer = _point(9.0, None, 4.0, 6.0, 3.0, share=0.3)
    assert shared([cheap, fairer])[0].weighted == 6.0


def test_a_front_stopped_by_hand_keeps_the_points_it_has(monkeypatch):
    solved, asked = Effort.solved, []

    def stopping(self, problem, start):
        asked.append(problem.cost_cap)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return solved(self, problem, start)

    monkeypatch.setattr(Effort, "solved", stopping)
    found = front(two_courses(), points=3, gap=0.0)
    assert [p.cost for p in found.curve] == [0, 300]
    assert found.notes[-1] == "Stopped by hand: not all points were made."


def test_when_no_plan_was_found_in_time_the_caps_reach_to_the_budgets(monkeypatch):
    """The first search finds nothing better than nothing, and proves nothing; the others do their work."""
    solved = Effort.solved

    def weak(self, problem, start):
        if problem.cost_cap is None and not problem.floors.height:
            return replace(solved(self, replace(problem, cost_cap=0.0), None), bound=0.0)
        return solved(self, problem, start)

    monkeypatch.setattr(Effort, "solved", weak)
    found = front(two_courses(), points=3, gap=0.0)
    assert [(p.cap, p.cost) for p in found.curve] == [(0.0, 0), (500.0, 300)]


def test_files_are_written_whole_and_read_back(promised, tmp_path):
    found = promised
    write_front(found, near_and_far(), tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["front.csv", "front.json", "front_plans.csv"]
    plans = front_plans(found)
    assert plans.filter(point=plans["point"].max()).select("measure", "seats").rows() == [("here", 4), ("there", 3)]
