"""The exact programme: published optima, and plans worked by hand for every kind of limit."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how_often
from hypothesis import strategies as st

from brygga.core.errors import InfeasibleError
from brygga.planning.exact import run_bound, solve_program, tiny
from brygga.planning.exchange import Exchange, Goal
from brygga.planning.generate import generate_problem
from brygga.planning.model import build
from brygga.planning.needs import Needs
from brygga.planning.program import Program
from brygga.planning.vectors import read_plan, start_values
from tests.planning.problems import MEASURE_COLUMNS, problem, rows, welders
from tests.planning.published import assignment_problem, assignment_program, location_program, optimum


def proven(made, *, gap=0.0, iterations=None, **tail):
    """The exchange after the line of proof has run alone."""
    exchange = Exchange(Goal(Needs.of(made, None).nothing, gap=gap), iterations=iterations)
    run_bound(made, exchange, seed=1, **tail)
    return exchange


def best(made, **tail):
    """Objective, classes and guidance of the proven best plan."""
    exchange = proven(made, **tail)
    offer = exchange.offers()[0]
    assert exchange.proven() == pytest.approx(offer.value)
    return offer.value, offer.classes.rows(), offer.guidance.rows()


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["c0515_2", "c0530_4", "c1030_1", "c1060_3"])
def test_published_assignments_are_solved(name):
    found = solve_program(assignment_program(name), seconds=60)
    assert found.value == pytest.approx(optimum(name))
    assert found.bound == pytest.approx(found.value)


@pytest.mark.shared_data
def test_a_published_location_problem_is_solved():
    assert solve_program(location_program("cap41"), seconds=60).value == pytest.approx(1_040_444.375)


@pytest.mark.shared_data
@pytest.mark.parametrize("offers", [True, False])
def test_an_assignment_can_be_brought_as_a_planning_problem(offers):
    made = assignment_problem("c0520_2", offers=offers)
    assert tiny(made)
    assert best(made)[0] == pytest.approx(optimum("c0520_2"))


def test_a_level_of_ten_is_closed_by_one_class():
    assert best(problem()) == (10.0, [("course", "school", 2027, 1, 10)], [])


def test_nothing_possible_is_proven_at_once():
    tables = welders()
    tables["sites"] = tables["sites"].with_columns(applicants=pl.lit(4.0))
    assert best(problem(tables)) == (40.0, [], [])


def test_what_is_paid_later_comes_out_of_the_later_budget():
    """500 of 1,000 are there in 2028, where half of each class of 2027 is paid: the class of 2028 is too much."""
    late = {**welders(), "payments": rows("measure offset share", ("course", 0, 0.5), ("course", 1, 0.5))}
    late["need"] = late["need"].with_columns(persons=pl.lit(20.0))
    late["budgets"] = rows("funder year amount", ("fund", 2027, 500.0), ("fund", 2028, 500.0), ("fund", 2029, 500.0))
    assert best(problem(late))[1] == [("course", "school", 2027, 1, 10)]
    late["budgets"] = late["budgets"].head(2)
    value, classes, _ = best(problem(late))
    assert (value, classes) == (50.0, [("course", "school", 2027, 1, 10)])


def guided(*steps, applicants=4.0):
    tables = {**welders(), "guidance": rows("guidance site measure step cost applicants", *steps)}
    tables["sites"] = tables["sites"].with_columns(applicants=pl.lit(applicants))
    tables["budgets"] = tables["budgets"].head(1)
    return tables


def test_guidance_brings_the_applicants_that_a_class_lacks():
    """Four apply, five are the fewest: the first step brings three more, the second, at 400, is too dear with them."""
    tables = guided(("fair", "school", "course", 1, 50.0, 3.0), ("fair", "school", "course", 2, 400.0, 2.0))
    value, classes, guidance = best(problem(tables))
    assert (value, classes, guidance) == (19.0, [("course", "school", 2027, 1, 7)], [("fair", 2027, 1)])


def test_steps_are_bought_in_order():
    tables = guided(("fair", "school", "course", 1, 900.0, 1.0), ("fair", "school", "course", 2, 1.0, 6.0))
    assert best(problem(tables))[1:] == ([], [])


def test_guidance_raises_the_measures_own_applicants_too():
    tables = guided(("fair", "school", "course", 1, 50.0, 2.0), applicants=30.0)
    tables["applicants"] = rows("site measure applicants", ("school", "course", 5.0))
    assert best(problem(tables))[1] == [("course", "school", 2027, 1, 7)]


def test_places_limit_the_seats_of_a_year():
    tables = {**welders(), "placements": rows("site measure year places", ("school", "course", 2027, 6.0))}
    assert best(problem(tables))[1] == [("course", "school", 2027, 1, 6), ("course", "school", 2028, 1, 10)]


def test_a_floor_moves_seats_to_the_place_it_protects():
    """Welders are worth three times as much, yet a fifth of Södra's need of ten fitters must be met."""
    courses = [(p, o, 1, 1.0, 1, 10, 1, 0.0, 100.0) for p, o in (("course", "welder"), ("other", "fitter"))]
    need = [(m, o, y, 10.0) for m, o in (("norra", "welder"), ("sodra", "fitter")) for y in range(2027, 2031)]
    tables = {
        **welders(),
        "need": rows("municipality occupation year persons", *need),
        "weights": rows("occupation weight", ("welder", 3.0)),
        "measures": rows(MEASURE_COLUMNS, *courses),
        "funding": rows("funder measure share", ("fund", "course", 1.0), ("fund", "other", 1.0)),
        "budgets": rows("funder year amount", ("fund", 2027, 1000.0)),
    }
    free = best(problem(tables))[1]
    assert free == [("course", "school", 2027, 1, 10)]
    floor = {**tables, "floors": rows("municipality year share", ("sodra", 2030, 0.2))}
    kept = best(problem(floor))[1]
    assert kept == [("course", "school", 2027, 1, 8), ("other", "school", 2027, 1, 2)]


def test_the_cap_on_all_cost_holds_over_years_and_funders():
    made = replace(problem(), cost_cap=700.0)
    assert best(made)[1] == [("course", "school", 2027, 1, 7)]
    assert best(replace(problem(), cost_cap=0.0))[0] == 40.0


def drawn(**changed):
    """Ten welders short in one future, none in the other; 2030 only."""
    tables = welders()
    cells = [("a", "norra", "welder", 2030, 10.0), ("b", "norra", "welder", 2030, 0.0)]
    tables["need"] = rows("draw municipality occupation year persons", *cells)
    return problem(tables, **changed)


def test_a_seat_is_worth_half_when_half_of_the_futures_need_it():
    assert best(drawn(cost_weight=0.004))[0] == pytest.approx(10 * 0.004 * 100)
    assert best(drawn(cost_weight=0.006)) == (5.0, [], [])


def test_the_tail_adds_the_worst_future():
    """With the worst future as heavy as the mean a seat is worth 0.5 + 1, above its 0.6 of cost."""
    value, classes, _ = best(drawn(cost_weight=0.006), cvar_weight=1.0, cvar_level=0.5)
    assert (value, [row[-1] for row in classes]) == (pytest.approx(6.0), [10])
    assert best(drawn(cost_weight=0.016), cvar_weight=1.0, cvar_level=0.5)[0] == pytest.approx(15.0)


def test_surplus_is_weighed_in_each_future():
    """Ten seats close ten in one future and are ten too many in the other, at a weight of one: worth nothing."""
    assert best(drawn(surplus_weight=1.0, reach="fixed"))[0] == pytest.approx(5.0)


def test_pins_that_cannot_hold_are_an_error():
    tables = {**welders(), "pins": rows("measure site year kind classes", ("course", "school", 2027, "at_least", 2))}
    with pytest.raises(InfeasibleError, match="no plan holds every limit"):
        proven(problem(tables))


def test_contradicting_rows_are_an_error():
    program = Program()
    column = program.columns(1, upper=1.0, whole=True)
    program.entries(program.rows(1, lower=2.0), column, 1.0)
    with pytest.raises(InfeasibleError, match="no plan holds every limit"):
        solve_program(program)


def test_a_plan_given_back_as_a_start_keeps_its_value():
    model = build(problem())
    found = solve_program(model.program)
    classes, guidance = read_plan(model.decisions, found.values)
    columns, values = start_values(model.decisions, classes, guidance)
    assert (found.values[columns] == values).all()
    elsewhere = classes.with_columns(measure=pl.lit("unknown"))
    assert start_values(model.decisions, elsewhere, guidance) is None


@how_often(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(1, 1000), reach=st.sampled_from(["free", "fixed"]))
def test_a_second_run_finds_the_same_plan(seed, reach):
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, reach=reach, seed=seed)
    first, second = (proven(made, gap=0.05).offers()[0] for _ in range(2))
    assert first.value == second.value
    assert first.classes.equals(second.classes)
