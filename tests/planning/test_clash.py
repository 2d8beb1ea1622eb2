"""Wishes that cannot hold: what clashes by name, the smallest relaxation, and what no relaxation helps."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brygga.core.errors import InfeasibleError
from brygga.planning.clash import clash_table, explain_clash, find_clash
from brygga.planning.generate import generate_problem
from tests.planning.problems import MEASURE_COLUMNS, problem, rows, welders

PINS = "measure site year kind classes"


def pinned(*pins, **changed):
    """The welders' problem with pins and other tables."""
    return problem({**welders(), "pins": rows(PINS, *pins), **changed})


def needs(made):
    """Limit, name, year, figure as it stands and figure needed."""
    return clash_table(made).rows()


MUST = ("course", "school", 2027, "must", None)
THREE = ("course", "school", 2027, "at_least", 3)


def test_what_can_hold_does_not_clash():
    assert find_clash(problem()) is None
    assert find_clash(pinned(MUST)) is None
    assert clash_table(pinned(MUST)).is_empty()
    assert "all hold" not in str(explain_clash(pinned(MUST)))


def test_a_budget_that_is_too_small_says_what_would_do():
    made = pinned(MUST, budgets=rows("funder year amount", ("fund", 2027, 300.0)))
    assert needs(made) == [("budget", "fund", 2027, 300, 500)]
    words = r"pins course at school 2027 \(1 or more\).*fund in 2027: 500 thousand kronor needed, 300 given"
    with pytest.raises(InfeasibleError, match=words):
        raise explain_clash(made)


def test_a_payment_in_a_later_year_needs_its_own_budget():
    """Five seats at 100, half of it paid a year later, when there is no money."""
    made = pinned(
        MUST,
        budgets=rows("funder year amount", ("fund", 2027, 1000.0)),
        payments=rows("measure offset share", ("course", 0, 0.5), ("course", 1, 0.5)),
    )
    assert needs(made) == [("budget", "fund", 2028, 0, 250)]


def test_rooms_most_classes_applicants_and_places_clash_together():
    made = pinned(
        THREE,
        measures=rows(MEASURE_COLUMNS, ("course", "welder", 1, 1.0, 5, 10, 2, 0.0, 1.0)),
        sites=rows("site municipality rooms applicants", ("school", "sodra", 1, 14)),
        placements=rows("site measure year places", ("school", "course", 2027, 12.0)),
    )
    assert needs(made) == [
        ("applicants", "school", 2027, 14, 15),
        ("classes", "course", 2027, 2, 3),
        ("placements", "course", 2027, 12, 15),
        ("rooms", "school", 2027, 1, 3),
    ]
    words = r"workplace-training places of course in 2027: 15 seats, 12 places"
    with pytest.raises(InfeasibleError, match=words):
        raise explain_clash(made)


def test_guidance_helps_before_applicants_must_give():
    sites = rows("site municipality rooms applicants", ("school", "sodra", 2, 3))
    guidance = rows("guidance site measure step cost applicants", ("g", "school", "course", 1, 10.0, 4))
    assert find_clash(pinned(MUST, sites=sites, guidance=guidance)) is None
    assert needs(pinned(MUST, sites=sites)) == [("applicants", "school", 2027, 3, 5)]


def test_a_cap_on_the_whole_cost_clashes_too():
    made = replace(pinned(MUST), cost_cap=400.0)
    assert [row[0] for row in needs(made)] == ["cost_cap"]
    assert "500 thousand kronor needed, 400 given" in str(explain_clash(made))


def test_only_the_wishes_that_clash_are_named():
    """One class a year is affordable; three in 2027 are not, whatever is pinned in 2028."""
    later = ("course", "school", 2028, "must", None)
    measures = rows(MEASURE_COLUMNS, ("course", "welder", 1, 1.0, 5, 10, 5, 0.0, 1.0))
    clash = find_clash(pinned(THREE, later, measures=measures))
    assert clash.wishes.rows() == [("pin", "course at school", 2027, 3)]
    assert clash.limits["limit"].to_list() == ["rooms"]


def test_a_floor_that_money_would_meet():
    floors = rows("municipality year share", ("norra", 2028, 1.0))
    made = problem({**welders(), "floors": floors, "budgets": rows("funder year amount", ("fund", 2027, 300.0))})
    assert needs(made) == [("budget", "fund", 2027, 300, 1000)]
    assert r"the floors norra 2028 (100.0%) cannot all hold" in str(explain_clash(made))


def test_a_floor_that_nothing_meets_says_the_most():
    """The course ends in 2028, so nobody can fill a post in 2027; ten of ten can be filled in 2028."""
    floors = rows("municipality year share", ("norra", 2027, 0.2), ("norra", 2028, 0.9))
    made = problem({**welders(), "floors": floors})
    assert needs(made) == [("floor", "norra", 2027, 0.2, 0.0)]
    with pytest.raises(InfeasibleError, match=r"floors cannot be met: norra in 2027: 20.0% asked for, 0.0% at most"):
        raise explain_clash(made)


def test_what_drains_take_counts_against_a_floor():
    """Every welder leaves a fitter's post in Norra: nobody's net need is met."""
    tables = {**welders(), "drains": rows("measure occupation share", ("course", "fitter", 1.0))}
    tables["sites"] = tables["sites"].with_columns(municipality=pl.lit("norra"))
    floors = rows("municipality year share", ("norra", 2028, 0.5))
    assert needs(problem({**tables, "floors": floors})) == [("floor", "norra", 2028, 0.5, 0.0)]


def test_class_sizes_that_fit_no_whole_number_of_seats_ask_for_one_more_class():
    """One class of 5.2 to 5.8 has no whole number of seats, two have 11."""
    made = pinned(MUST, measures=rows(MEASURE_COLUMNS, ("course", "welder", 1, 1.0, 5.2, 5.8, 1, 0.0, 1.0)))
    assert needs(made) == [("classes", "course", 2027, 1, 2)]


def test_without_time_nothing_is_claimed():
    made = pinned(MUST, budgets=rows("funder year amount", ("fund", 2027, 300.0)))
    said = str(explain_clash(made, seconds=0.0))
    assert "course at school 2027" in said


def test_the_set_is_irreducible():
    """Floor of 10 in Norra: one site lacks rooms and applicants, the other only a little money; only money is named."""
    tables = {
        **welders(),
        "sites": rows("site municipality rooms applicants", ("a", "sodra", 0, 0), ("b", "sodra", 2, 30)),
        "reach": rows("site municipality share", ("a", "norra", 1.0), ("b", "norra", 1.0)),
        "budgets": rows("funder year amount", ("fund", 2027, 900.0)),
        "floors": rows("municipality year share", ("norra", 2028, 1.0)),
    }
    assert needs(problem(tables)) == [("budget", "fund", 2027, 900, 1000)]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(1, 300), least=st.integers(2, 4))
def test_raising_the_limits_to_the_figures_makes_the_wishes_hold(seed, least):
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, seed=seed)
    pins = rows(PINS, *[(m, "S00", 2027, "at_least", least) for m in ("P00", "P01")])
    made = replace(made, pins=pins, measures=made.measures.with_columns(classes_max=pl.lit(9)))
    clash = find_clash(made)
    assert clash is not None
    raised = made
    for limit, name, year, _, need in clash_table(made).rows():
        raised = raised_to(raised, limit, name, year, need)
    assert find_clash(raised) is None
    for limit in clash.limits.rows(named=True):
        lower = limit["need"] - (1.0 if limit["limit"] != "budget" else 0.01)
        assert find_clash(raised_to(raised, limit["limit"], limit["name"], limit["year"], lower)) is not None


def raised_to(made, limit, name, year, need):
    """The problem with one limit at another figure."""
    if limit == "budget":
        here = (pl.col("funder") == name) & (pl.col("year") == year)
        return replace(made, budgets=made.budgets.with_columns(amount=pl.when(here).then(need).otherwise("amount")))
    column = {"rooms": "rooms", "applicants": "applicants"}[limit]
    here = pl.col("site") == name
    return replace(made, sites=made.sites.with_columns(pl.when(here).then(need).otherwise(column).alias(column)))
