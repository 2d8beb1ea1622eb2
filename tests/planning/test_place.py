"""Placing: nothing better exists, nobody is made up, and of equally good places the usual ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.planning.as_last_year import counted_plan, nothing_plan, plan_as_last_year
from brygga.planning.by_measure import by_measure
from brygga.planning.generate import benchmark_problem
from brygga.planning.place import ARRIVALS, place
from brygga.planning.problem import make_problem, tables_of
from brygga.planning.recount import KINDS, recount
from tests.planning.invented import invented_plan, invented_problem
from tests.planning.problems import MEASURE_COLUMNS, problem, rows, welders
from tests.planning.slow_recount import completers_slowly, placed_slowly

CLASSES = "measure site year classes seats"
TEN = rows(CLASSES, ("course", "school", 2027, 1, 10))
NEAR = {"home": 0.5, "near": 0.3, "far": 0.2}


def near_problem(need, shares=None, **changed):
    """One class of the welders' course; so many missing every year in each municipality."""
    cells = [(m, "welder", y, float(n)) for m, n in need.items() for y in range(2027, 2031)]
    reach = [("school", m, share) for m, share in (shares or NEAR).items()]
    tables = {
        "need": rows("municipality occupation year persons", *cells),
        "reach": rows("site municipality share", *reach),
    }
    return problem({**welders(), **tables, **changed.pop("tables", {})}, **changed)


def came(asked, classes=TEN, **keywords):
    return dict(place(asked, classes, **keywords).select("municipality", "persons").iter_rows())


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ({"home": 50, "near": 50, "far": 50}, {"home": 5, "near": 3, "far": 2}),
        ({"home": 50, "near": 50, "far": 1}, {"home": 6, "near": 3, "far": 1}),
        ({"home": 0, "near": 50, "far": 50}, {"near": 8, "far": 2}),
        ({"home": 0, "near": 6, "far": 50}, {"near": 6, "far": 4}),
        ({"home": 1, "near": 0, "far": 9}, {"home": 1, "far": 9}),
        ({"home": 2, "near": 1, "far": 0}, {"home": 2, "near": 1}),
    ],
    ids=str,
)
def test_completers_go_where_most_is_closed_and_else_as_people_commute(need, expected):
    assert came(near_problem(need)) == pytest.approx(expected)


def test_a_hair_less_shortage_is_worth_any_way():
    """Far away their posts count 0.001 % more: all that may go there do."""
    tables = {
        "need": rows("municipality occupation year persons", ("home", "a", 2028, 50.0), ("far", "b", 2028, 50.0)),
        "leads": rows("measure occupation share", ("course", "a", 0.5), ("course", "b", 0.5)),
    }
    assert came(near_problem({}, tables=tables)) == {"home": 5, "far": 5}
    two = rows("municipality occupation year persons", ("home", "welder", 2028, 50.0), ("far", "welder", 2029, 50.0))
    nearly = near_problem({}, tables={"need": two}, discount=0.99999, stay=1.0, horizon=2029)
    assert came(nearly) == {"home": 10}
    assert came(replace(nearly, settings=replace(nearly.settings, discount=1.0))) == pytest.approx(
        {"home": 8, "far": 2}
    )


def test_at_most_the_sum_of_the_shares_stays():
    assert came(near_problem({"home": 50}, {"home": 0.4, "near": 0.2})) == {"home": 6}
    assert came(near_problem({"home": 50}, {"home": 0.0, "near": 0.6})) == {}


def test_with_fixed_reach_the_shares_go_whether_needed_or_not():
    assert came(near_problem({"home": 1}, reach="fixed")) == {"home": 5, "near": 3, "far": 2}


def test_draws_are_weighed():
    """Home needs 10 in draw a and none in b, near 4 in both; where b alone counts nobody goes home."""
    drawn = [("a", "home", 10.0), ("a", "near", 4.0), ("b", "home", 0.0), ("b", "near", 4.0)]
    need = rows("draw municipality occupation year persons", *[(d, m, "welder", 2028, n) for d, m, n in drawn])
    asked = near_problem({}, tables={"need": need}, horizon=2028)
    assert came(asked) == pytest.approx({"near": 4, "home": 6})
    assert came(asked, weights=np.array([0.0, 1.0])) == pytest.approx({"near": 4})


def test_the_surplus_of_unlikely_draws_is_weighed_against_the_shortage_of_others():
    """Ten are missing in one draw of four: with surplus at a half, sending them costs more than it closes."""
    need = rows(
        "draw municipality occupation year persons", *[(d, "home", "welder", 2028, 10.0 * (d == "a")) for d in "abcd"]
    )
    assert came(near_problem({}, tables={"need": need}, surplus_weight=0.5, horizon=2028)) == {}
    assert came(near_problem({}, tables={"need": need}, surplus_weight=0.3, horizon=2028)) == {"home": 10}


def test_posts_that_completers_left_are_filled_by_others():
    measures = [("course", "welder", 1, 1.0, 5, 10, 1, 0.0, 50.0), ("other", "fitter", 1, 1.0, 5, 10, 1, 0.0, 50.0)]
    tables = {
        **welders(),
        "measures": rows(MEASURE_COLUMNS, *measures),
        "drains": rows("measure occupation share", ("course", "fitter", 0.5)),
        "funding": rows("funder measure share", ("fund", "*", 1.0)),
    }
    classes = rows(CLASSES, ("course", "school", 2027, 1, 10), ("other", "school", 2027, 1, 8))
    arrivals = place(problem(tables), classes)
    assert arrivals.select("municipality", "occupation", "persons").rows() == [
        ("norra", "welder", 10),
        ("sodra", "fitter", 5),
    ]


def test_floors_send_people_where_they_must_and_miss_only_what_cannot_be_met():
    """Home is short for three years, far for the last one only; half of far's 8 must be met in it."""
    cells = [("home", "welder", year, 50.0) for year in (2028, 2029, 2030)] + [("far", "welder", 2030, 8.0)]
    need = rows("municipality occupation year persons", *cells)
    floors = rows("municipality year share", ("far", 2030, 0.5))
    asked = near_problem({}, tables={"need": need, "floors": floors})
    assert came(replace(asked, floors=floors.clear())) == pytest.approx({"home": 10})
    assert came(asked) == pytest.approx({"home": 6, "far": 4})
    all_of_it, few = replace(asked, floors=floors.with_columns(share=pl.lit(1.0))), TEN.with_columns(seats=5)
    assert came(all_of_it, few) == {"far": 5}
    assert {KINDS[what] for what in recount(all_of_it, few, place(all_of_it, few)).breaches["what"]} == {"floor"}


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_placing_closes_more_and_none_makes_people_up(seed):
    """Against one programme with every draw, cell and floor written out."""
    asked = invented_problem(seed, reach="free")
    classes, guidance = invented_plan(asked, seed)
    arrivals, best = place(asked, classes), placed_slowly(asked, classes)
    counted = recount(asked, classes, arrivals, guidance)
    broken = {KINDS[what] for what in counted.breaches["what"]}
    assert not broken & {"completers", "reach", "persons"}
    assert ("floor" in broken) == (best == float("inf"))
    if "floor" not in broken:
        assert np.mean(counted.by_draw["weighted"].to_numpy()) == pytest.approx(best, rel=1e-6, abs=1e-6)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 100_000), level=st.sampled_from([0.0, 0.5, 0.6, 0.9]))
def test_the_worst_draws_are_placed_for_as_well_as_can_be(seed, level):
    asked, tail = invented_problem(seed, reach="free"), {"cvar_weight": 1.5, "cvar_level": level}
    asked = replace(asked, settings=replace(asked.settings, cost_weight=0.0))
    classes, _ = invented_plan(asked, seed)
    best = placed_slowly(asked, classes, **tail)
    if best < float("inf"):
        counted = recount(asked, classes, place(asked, classes, **tail), **tail)
        assert counted.objective == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_between_two_draws_the_worst_one_is_as_good_as_it_can_be():
    """Ten go home or near; draw a needs 10 at home, b 10 near, and each leaves 10 short anyway."""
    drawn = [("a", "home", 20.0), ("a", "near", 0.0), ("b", "home", 0.0), ("b", "near", 18.0)]
    need = rows("draw municipality occupation year persons", *[(d, m, "welder", 2028, n) for d, m, n in drawn])
    asked = near_problem({}, tables={"need": need}, horizon=2028)
    assert came(asked, cvar_weight=10.0, cvar_level=0.5) == pytest.approx({"home": 6, "near": 4})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_choosing_among_equals_does_not_change_what_is_closed(seed, monkeypatch):
    asked = benchmark_problem(5, 4, 4, reach="free", seed=seed, horizon_after=1)
    starts = asked.offers.join(asked.measures, on="measure").filter(pl.col("years") > 1)
    classes = starts.select(
        "measure",
        "site",
        year=pl.lit(2027, pl.Int64),
        classes=pl.lit(1, pl.Int64),
        seats=pl.col("class_max").cast(pl.Int64),
    )
    near = counted_plan(asked, classes)
    monkeypatch.setattr("brygga.planning.flow_program._nearest", lambda *_: None)
    anyhow = counted_plan(asked, classes)
    assert near.counted.objective == pytest.approx(anyhow.counted.objective, rel=1e-9)
    made, _ = completers_slowly(asked, classes)
    assert _unusual(asked, made, near.arrivals) <= _unusual(asked, made, anyhow.arrivals) + 1e-6


def _unusual(asked, made, arrivals):
    """What ways count: 1 for each arrival within the reach share, 3 less the share for each beyond it."""
    share = {(site, m): part for site, m, part in asked.reach.rows()}
    counted = 0.0
    for site, m, o, y, persons in arrivals.rows():
        within = min(persons, share[site, m] * made[site, o, y])
        counted += within + (3 - share[site, m]) * (persons - within)
    return counted


def test_the_order_of_rows_and_of_draws_means_nothing():
    asked = benchmark_problem(5, 4, 4, reach="free", seed=2, draws=3)
    turned = make_problem(asked.settings, {name: frame.reverse() for name, frame in tables_of(asked).items()})
    classes = asked.offers.filter(pl.int_range(pl.len()) % 3 == 0).select(
        "measure", "site", year=pl.lit(2027, pl.Int64), classes=pl.lit(1, pl.Int64), seats=pl.lit(12, pl.Int64)
    )
    assert place(asked, classes).equals(place(turned, classes.reverse()))


def test_a_placing_that_is_not_proven_best_is_refused(monkeypatch):
    monkeypatch.setattr("brygga.planning.flow_program._run", lambda _: None)
    with pytest.raises(SettingError, match="flows that are not proven best are not used"):
        place(problem(), TEN)


def test_nothing_is_placed_of_nothing():
    nothing = nothing_plan(problem())
    assert nothing.arrivals.columns == ARRIVALS
    assert (nothing.arrivals.height, nothing.counted.objective, nothing.guidance.height) == (0, 40, 0)


def test_arrivals_are_divided_over_the_measures_that_trained_them():
    """Six of the long course and two of the short one complete in 2028; both send three quarters to Norra."""
    measures = [("long", "welder", 1, 0.6, 5, 10, 1, 0.0, 0.0), ("short", "welder", 0, 0.2, 5, 10, 1, 0.0, 0.0)]
    tables = {
        **welders(),
        "measures": rows(MEASURE_COLUMNS, *measures),
        "funding": rows("funder measure share", ("fund", "*", 1.0)),
    }
    classes = rows(CLASSES, ("long", "school", 2027, 1, 10), ("short", "school", 2028, 1, 10))
    arrivals = rows(
        " ".join(ARRIVALS), ("school", "norra", "welder", 2028, 6.0), ("school", "sodra", "welder", 2028, 2.0)
    )
    divided = by_measure(problem(tables), classes, arrivals)
    assert divided.select("measure", "municipality", "persons").rows() == [
        ("long", "norra", pytest.approx(4.5)),
        ("long", "sodra", pytest.approx(1.5)),
        ("short", "norra", pytest.approx(1.5)),
        ("short", "sodra", pytest.approx(0.5)),
    ]


def test_as_last_year_runs_for_sure_every_year_and_tells_what_it_breaks():
    tables = {**welders(), "last_year": rows("measure site classes seats", ("course", "school", 1, 8))}
    tables["measures"] = tables["measures"].with_columns(probability=pl.lit(0.5))
    tables["probabilities"] = rows("measure year probability", ("course", 2028, 0.1))
    tables["budgets"] = tables["budgets"].with_columns(amount=pl.lit(700.0))
    repeated = plan_as_last_year(problem(tables))
    assert repeated.counted.costs["cost"].to_list() == [800, 800]
    assert repeated.counted.cells["stock"].to_list() == [0, 8, 10, 10]
    assert repeated.counted.breaches.select("what", "used", "at_most").rows() == [("budget", 800, 700)] * 2
    assert counted_plan(problem(tables), repeated.classes).counted.costs["cost"].to_list() == [400, 80]
