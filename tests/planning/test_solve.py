"""The solver: worked by hand, against every plan there is, and by its laws."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brygga.core.errors import InfeasibleError, TableError
from brygga.planning.as_last_year import counted_plan, nothing_plan, plan_as_last_year
from brygga.planning.generate import generate_problem
from brygga.planning.problem import make_problem
from brygga.planning.reasons import covered, limits_of
from brygga.planning.recount import require_sound
from brygga.planning.solve import solve
from tests.planning.problems import MEASURE_COLUMNS, problem, rows, welders
from tests.planning.problems import settings as of

CASES = yaml.safe_load((Path(__file__).parent / "portfolio.yaml").read_text(encoding="utf-8"))


def test_a_level_of_ten_is_closed_by_ten_completers_once():
    plan = solve(problem(), gap=0.0)
    assert plan.classes.rows() == [("course", "school", 2027, 1, 10)]
    assert plan.counted.cells["short"].to_list() == [10, 0, 0, 0]
    assert (plan.objective, plan.nothing, plan.status) == (10.0, 40.0, "optimal")
    assert plan.bound == pytest.approx(10.0)


def test_those_who_leave_are_trained_again():
    plan = solve(problem(stay=0.5, surplus_weight=1.0, cost_weight=0.001), gap=0.0)
    assert plan.classes["seats"].to_list() == [10, 5]
    assert plan.counted.cells["stock"].to_list() == [0, 10, 10, 5]


def test_with_fixed_reach_half_of_them_go_elsewhere():
    plan = solve(problem(reach="fixed"), gap=0.0)
    assert plan.counted.cells.filter(municipality="norra")["stock"].to_list() == [0, 5, 10, 10]
    assert plan.arrivals.filter(municipality="sodra")["persons"].sum() == 10


def test_probability_counts_for_people_and_money_but_not_for_rooms():
    tables = welders()
    tables["measures"] = tables["measures"].with_columns(probability=pl.lit(0.5), classes_max=2)
    plan = solve(problem(tables), gap=0.0)
    assert plan.classes.row(0) == ("course", "school", 2027, 2, 20)
    assert plan.counted.money["spent"].to_list()[0] == 1000
    assert plan.counted.cells["stock"].max() == 10


def test_a_start_that_is_granted_counts_in_full_the_year_it_is_granted():
    tables = {**welders(), "probabilities": rows("measure year probability", ("course", 2028, 1.0))}
    tables["measures"] = tables["measures"].with_columns(probability=pl.lit(0.1))
    plan = solve(problem(tables, cost_weight=0.001), gap=0.0)
    assert plan.classes.rows() == [("course", "school", 2027, 1, 10), ("course", "school", 2028, 1, 9)]
    assert plan.counted.money["spent"].to_list() == [100, 900]
    assert plan.counted.cells["stock"].to_list() == pytest.approx([0, 1, 10, 10])
    assert plan.bound == pytest.approx(plan.objective)


def _fitters(**changed):
    tables = {**welders(), "drains": rows("measure occupation share", ("course", "fitter", 1.0))}
    return problem({**tables, **changed})


def test_training_the_employed_only_moves_the_vacancy():
    plan = solve(_fitters(), gap=0.0)
    assert plan.objective == pytest.approx(40)
    half = _fitters(drains=rows("measure occupation share", ("course", "fitter", 0.5)))
    plan = solve(half, gap=0.0)
    assert plan.classes.rows() == [("course", "school", 2027, 1, 10)]
    assert plan.objective == pytest.approx(10 + 3 * 5)
    assert plan.bound == pytest.approx(plan.objective)


def test_posts_left_behind_can_be_filled_by_another_course():
    """Ten welders leave five fitters' posts in Södra; a fitters' course there fills these too."""
    measures = [("course", "welder", 1, 1.0, 5, 10, 1, 0.0, 50.0), ("other", "fitter", 1, 1.0, 5, 10, 1, 0.0, 50.0)]
    more = _fitters(
        measures=rows(MEASURE_COLUMNS, *measures),
        drains=rows("measure occupation share", ("course", "fitter", 0.5)),
        funding=rows("funder measure share", ("fund", "course", 1.0), ("fund", "other", 1.0)),
    )
    plan = solve(more, gap=0.0)
    assert plan.objective == pytest.approx(10)
    assert plan.counted.cells.filter(occupation="fitter")["drained"].to_list() == [5, 5, 5]
    closed = covered(more, plan)
    assert dict(closed.select("measure", "person_years").iter_rows()) == pytest.approx({"course": 30, "other": 15})


def _placed(need, reach, seats=10, **changed):
    """Persons by municipality who arrive in 2028 from one class of the welders' course."""
    cells = [(m, "welder", y, float(n)) for m, n in need.items() for y in range(2027, 2031)]
    tables = {
        **welders(),
        "need": rows("municipality occupation year persons", *cells),
        "reach": rows("site municipality share", *[("school", m, share) for m, share in reach.items()]),
    }
    plan = counted_plan(
        problem(tables, **changed), rows("measure site year classes seats", ("course", "school", 2027, 1, seats))
    )
    return dict(plan.arrivals.select("municipality", "persons").iter_rows()), plan.counted.objective


NEAR = {"home": 0.5, "near": 0.3, "far": 0.2}


def test_among_equally_good_places_completers_go_as_people_commute():
    came, _ = _placed({"home": 50, "near": 50, "far": 50}, NEAR)
    assert came == pytest.approx({"home": 5, "near": 3, "far": 2})


def test_what_one_place_does_not_need_goes_home_first():
    came, _ = _placed({"home": 50, "near": 50, "far": 1}, NEAR)
    assert came == pytest.approx({"home": 6, "near": 3, "far": 1})


def test_when_home_has_no_need_they_go_where_the_share_is_next():
    came, _ = _placed({"home": 0, "near": 50, "far": 50}, NEAR)
    assert came == pytest.approx({"near": 8, "far": 2})
    came, _ = _placed({"home": 0, "near": 6, "far": 50}, NEAR)
    assert came == pytest.approx({"near": 6, "far": 4})


def test_nobody_is_kept_near_where_more_shortage_is_closed_farther_away():
    came, short = _placed({"home": 1, "near": 0, "far": 9}, NEAR)
    assert came == pytest.approx({"home": 1, "far": 9})
    assert short == pytest.approx(10)


def test_nobody_arrives_where_no_post_is_open():
    came, _ = _placed({"home": 2, "near": 1, "far": 0}, NEAR, surplus_weight=0.05)
    assert came == pytest.approx({"home": 2, "near": 1})


def test_leads_share_the_completers_between_occupations():
    need = [("norra", o, y, 6.0) for o in ("welder", "fitter") for y in range(2027, 2031)]
    tables = {
        **welders(),
        "need": rows("municipality occupation year persons", *need),
        "leads": rows("measure occupation share", ("course", "welder", 0.6), ("course", "fitter", 0.3)),
    }
    came = solve(problem(tables), gap=0.0).arrivals.filter(year=2028)
    assert dict(came.select("occupation", "persons").iter_rows()) == pytest.approx({"welder": 6, "fitter": 3})


def test_surplus_counts_where_it_has_weight():
    tables = welders()
    tables["need"] = tables["need"].with_columns(persons=pl.lit(3.0))
    assert solve(problem(tables, reach="fixed"), gap=0.0).classes["seats"].sum() >= 6
    assert solve(problem(tables, reach="fixed", surplus_weight=2.0), gap=0.0).classes.is_empty()


def test_a_plan_costs_no_more_than_it_is_worth():
    assert solve(problem(cost_weight=1.0), gap=0.0).classes.is_empty()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_cases_of_a_programme_manager(case):
    plan = solve(_of_case(case), gap=0.0)
    started = dict(plan.classes.group_by("measure").agg(pl.col("seats").sum()).iter_rows())
    left = dict(plan.counted.cells.group_by("municipality").agg(pl.col("short").last()).iter_rows())
    assert started == case["expect"]["seats"]
    assert {name: left.get(name, 0.0) for name in case["expect"]["left"]} == pytest.approx(case["expect"]["left"])


def _of_case(case):
    need = [(m, o, 2028, float(n)) for o, cells in case["need"].items() for m, n in cells.items()]
    measures = [(m["name"], m["leads_to"], 1, 1.0, 1, m["seats"], 1, 0.0, m["cost_seat"]) for m in case["measures"]]
    reach = [(m["place"], place, 1.0 / len(m["reach"])) for m in case["measures"] for place in m["reach"]]
    tables = {
        "need": rows("municipality occupation year persons", *need),
        "measures": rows(MEASURE_COLUMNS, *measures),
        "sites": rows("site municipality rooms", *{(m["place"], m["place"], 9) for m in case["measures"]}),
        "applicants": rows("site measure applicants", *[(m["place"], m["name"], 99) for m in case["measures"]]),
        "reach": rows("site municipality share", *dict.fromkeys(reach)),
        "budgets": rows("funder year amount", ("fund", 2027, case["budget"])),
        "funding": rows("funder measure share", *[("fund", m["name"], 1.0) for m in case["measures"]]),
    }
    return make_problem(of(last=2027, horizon=2028), tables)


def _tiny(seed, reach):
    """Two measures, one site, two years: few enough plans to try them all."""
    made = generate_problem(municipalities=2, measures=2, sites=1, years=2, reach=reach, seed=seed, cost_weight=0.001)
    measures = made.measures.with_columns(class_min=pl.lit(2.0), class_max=pl.lit(3.0), classes_max=pl.lit(1))
    sites = made.sites.with_columns(rooms=pl.lit(1.0), applicants=pl.lit(3.0))
    return replace(made, measures=measures, sites=sites)


@pytest.mark.parametrize("reach", ["free", "fixed"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_plan_is_better_than_the_optimum(seed, reach):
    made = _tiny(seed, reach)
    starts = list(product(made.measures["measure"], made.sites["site"], made.settings.starts))
    best = nothing_plan(made).counted.objective
    for sizes in product((0, 2, 3), repeat=len(starts)):
        classes = [(*start, 1, seats) for start, seats in zip(starts, sizes, strict=True) if seats]
        plan = rows("measure site year classes seats", *classes) if classes else None
        if plan is not None and not (counted := counted_plan(made, plan).counted).breaches.height:
            best = min(best, counted.objective)
    found = solve(made, gap=0.0)
    assert found.objective == pytest.approx(best, abs=1e-4)
    assert found.bound <= found.objective + 1e-9


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(1, 1000), reach=st.sampled_from(["free", "fixed"]))
def test_laws_of_a_plan(seed, reach):
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, reach=reach, seed=seed)
    plan = solve(made, gap=0.01, time_limit=20)
    require_sound(plan.counted)
    assert plan.bound <= plan.objective <= plan.nothing + 1e-6
    assert plan.counted.cost == pytest.approx(plan.counted.costs["cost"].sum())
    assert plan.counted.cost == pytest.approx(plan.counted.money["spent"].sum())
    money = plan.counted.money
    assert (money["spent"] <= money["budget"] + 1e-6).all()
    closed = covered(made, plan)["person_years"].sum()
    assert closed == pytest.approx(made.need["persons"].sum() - plan.counted.short, abs=1e-3)


@pytest.mark.parametrize("seed", [1, 2])
def test_more_money_or_more_applicants_are_never_worse(seed):
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, seed=seed)
    richer = replace(made, budgets=made.budgets.with_columns(amount=pl.col("amount") * 1.5))
    fuller = replace(made, sites=made.sites.with_columns(applicants=pl.col("applicants") * 2))
    now = solve(made, gap=0.0).objective
    for more in (richer, fuller):
        assert solve(more, gap=0.0).objective <= now + 1e-4


def test_the_order_of_rows_does_not_matter_and_neither_does_a_second_run():
    made = generate_problem(municipalities=6, measures=12, sites=5, own_site=True, seed=4)
    names = ("need", "measures", "sites", "reach", "budgets", "funding")
    given = {name: getattr(made, name).reverse() for name in names} | {
        "applicants": made.offers.reverse(),
        "offers": made.offers.select("measure", "site"),
    }
    turned = make_problem(made.settings, given)
    first, second = solve(made, gap=0.01), solve(turned, gap=0.01)
    assert first.status == "optimal"
    assert first.classes.equals(second.classes)
    assert first.arrivals.equals(second.arrivals)
    assert (first.objective, first.bound) == (second.objective, second.bound)


def test_a_plan_that_is_cut_off_says_so_and_keeps_its_bound():
    made = generate_problem(municipalities=8, measures=12, sites=5, reach="fixed")
    plan = solve(made, gap=0.0, time_limit=1.5)
    assert plan.status == "time_limit"
    assert plan.bound <= plan.objective


def test_pins_hold():
    pins = rows("measure site year kind classes", ("course", "school", 2027, "never", None))
    plan = solve(problem({**welders(), "pins": pins}), gap=0.0)
    assert plan.classes["year"].to_list() == [2028]


def test_pins_that_clash_with_money_name_the_budget_and_the_smallest_relaxation():
    tables = {**welders(), "pins": rows("measure site year kind classes", ("course", "school", 2027, "must", None))}
    tables["budgets"] = tables["budgets"].with_columns(amount=pl.lit(300.0))
    words = r"course at school 2027 \(1 or more\).*budget of fund in 2027: 500 thousand kronor needed, 300 given"
    with pytest.raises(InfeasibleError, match=words):
        solve(problem(tables))


def test_pins_that_clash_with_rooms_name_them():
    tables = {**welders(), "pins": rows("measure site year kind classes", ("course", "school", 2027, "at_least", 3))}
    tables["measures"] = tables["measures"].with_columns(classes_max=pl.lit(5), cost_seat=pl.lit(1.0))
    with pytest.raises(InfeasibleError, match=r"rooms at school in 2027: 3 classes, 2 allowed"):
        solve(problem(tables))


def test_what_one_more_unit_buys():
    """Ten are needed and six apply; who starts in 2027 works three years: one more applicant buys three."""
    tables = welders()
    tables["sites"] = tables["sites"].with_columns(applicants=pl.lit(6.0))
    tables["budgets"] = tables["budgets"].head(1)
    made = problem(tables, last=2027)
    plan = solve(made, gap=0.0)
    limits = limits_of(made, plan)
    applicants = limits.filter(limit="applicants", year=2027).row(0, named=True)
    assert (applicants["used"], applicants["at_most"], applicants["one_more"]) == (6, 6, pytest.approx(3))
    assert limits.filter(limit="budget")["one_more"].to_list() == [0.0]


def test_one_more_million_is_counted_per_million():
    made = problem(welders() | {"budgets": rows("funder year amount", ("fund", 2027, 600.0))})
    limits = limits_of(made, solve(made, gap=0.0))
    assert limits.filter(limit="budget", year=2027)["one_more"].item() == pytest.approx(30)


def test_as_last_year_runs_for_sure_and_in_full():
    tables = {**welders(), "last_year": rows("measure site classes seats", ("course", "school", 1, 8))}
    tables["measures"] = tables["measures"].with_columns(probability=pl.lit(0.5))
    tables["probabilities"] = rows("measure year probability", ("course", 2028, 0.1))
    made = problem(tables)
    repeated = plan_as_last_year(made)
    assert repeated.counted.costs["cost"].to_list() == [800, 800]
    assert repeated.counted.cells["stock"].to_list() == [0, 8, 10, 10]
    assert repeated.counted.breaches.is_empty()
    assert counted_plan(made, repeated.classes).counted.costs["cost"].to_list() == [400, 80]


def test_as_last_year_repeats_every_year_and_tells_what_it_breaks():
    tables = {**welders(), "last_year": rows("measure site classes seats", ("course", "school", 1, 8))}
    tables["budgets"] = tables["budgets"].with_columns(amount=pl.lit(700.0))
    repeated = plan_as_last_year(problem(tables))
    assert repeated.classes["seats"].to_list() == [8, 8]
    assert (
        repeated.counted.breaches.select("what", "name", "used", "at_most").rows() == [("budget", "fund", 800, 700)] * 2
    )
    assert repeated.counted.cells["stock"].to_list() == [0, 8, 10, 10]
    with pytest.raises(TableError, match=r"budget fund 2027: 800.0 of 700.0"):
        require_sound(repeated.counted)
