"""What a pin costs and what one whole unit more gives, by solving again."""

from dataclasses import replace

import polars as pl
import pytest

from brygga.core import tables
from brygga.planning.generate import generate_problem
from brygga.planning.reasons_again import one_more, pin_costs
from brygga.planning.reasons_tables import one_more_table, pins_table
from brygga.planning.solve import solve
from tests.planning.problems import problem, rows, welders

PINS = "measure site year kind classes"


def test_a_pin_that_keeps_a_course_shut_costs_what_it_would_have_closed():
    """Never in 2027: ten posts stay unfilled a year longer, and nothing is saved."""
    made = problem({**welders(), "pins": rows(PINS, ("course", "school", 2027, "never", None))})
    costs = pin_costs(made, solve(made, gap=0.0), gap=0.0)
    assert costs.height == 1
    row = costs.row(0, named=True)
    assert (row["cost"], row["short"], row["money"]) == (pytest.approx(10), pytest.approx(10), pytest.approx(0))
    assert row["low"] <= row["cost"] <= row["high"]
    assert row["high"] == pytest.approx(10)


def test_a_pin_that_asks_for_what_is_best_anyway_costs_nothing():
    made = problem({**welders(), "pins": rows(PINS, ("course", "school", 2027, "must", None))})
    assert pin_costs(made, solve(made, gap=0.0), gap=0.0)["cost"].to_list() == pytest.approx([0])


def test_several_pins_have_a_row_each_and_one_together():
    pins = rows(PINS, ("course", "school", 2027, "never", None), ("course", "school", 2028, "must", None))
    made = problem({**welders(), "pins": pins})
    plan = solve(made, gap=0.0)
    costs = pin_costs(made, plan, gap=0.0)
    assert costs.select("year", "kind").rows() == [(2027, "never"), (2028, "must"), (2027, "all")]
    assert costs["cost"].to_list() == pytest.approx([10, 0, 10])
    assert tables.check(pins_table(costs), "plan_pins").height == 3
    one = pin_costs(made, plan, pins=pins.head(1), gap=0.0)
    assert one["kind"].to_list() == ["never"]
    assert pin_costs(problem(), solve(problem(), gap=0.0)).is_empty()


def small_school():
    """Twenty posts, classes of ten: one room, applicants and money for more."""
    tables = welders()
    tables["need"] = tables["need"].with_columns(persons=pl.lit(20.0))
    tables["measures"] = tables["measures"].with_columns(classes_max=pl.lit(2))
    tables["sites"] = rows("site municipality rooms applicants", ("school", "sodra", 1, 40))
    tables["budgets"] = rows("funder year amount", ("fund", 2027, 5000.0))
    return problem(tables, last=2027)


def test_one_more_room_gains_a_class_of_ten_for_three_years():
    made = small_school()
    gains = one_more(made, solve(made, gap=0.0), gap=0.0)
    assert gains.select("limit", "name", "year", "added", "unit").rows() == [("rooms", "school", "all", 1.0, "classes")]
    row = gains.row(0, named=True)
    assert (row["estimate"], row["gain"], row["low"], row["high"]) == pytest.approx((30, 30, 30, 30))
    assert tables.check(one_more_table(gains), "plan_one_more").height == 1


def test_the_price_promises_more_than_a_whole_unit_gives():
    """Three apply where a class needs five: a fourth is worth three person-years by price and really nothing."""
    tables = welders()
    tables["sites"] = tables["sites"].with_columns(applicants=pl.lit(3.0))
    made = problem(tables, last=2027)
    gains = one_more(made, solve(made, gap=0.0), gap=0.0)
    row = gains.filter(limit="applicants").row(0, named=True)
    assert row["estimate"] == pytest.approx(3)
    assert row["gain"] == pytest.approx(0)


def test_a_million_more_in_a_year_without_a_budget():
    made = problem({**welders(), "budgets": rows("funder year amount", ("fund", 2028, 1000.0))})
    gains = one_more(made, solve(made, gap=0.0), gap=0.0)
    row = gains.filter(year="2027").row(0, named=True)
    assert (row["limit"], row["added"], row["gain"]) == ("budget", 1000, pytest.approx(10))


def test_what_is_found_lies_within_its_interval_and_is_never_below_zero():
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, seed=1)
    made = replace(made, budgets=made.budgets.with_columns(pl.col("amount") * 0.3))
    plan = solve(made, gap=0.05)
    gains = one_more(made, plan, most=1, gap=0.05)
    assert gains.height >= 1
    inside = (gains["low"] <= gains["gain"]) & (gains["gain"] <= gains["high"]) & (gains["low"] >= 0)
    assert inside.all()
