"""What `solve` makes of its lines of work: statuses, errors, breaches, warm starts; the lines are stand-ins."""

from threading import Event
from types import SimpleNamespace

import polars as pl
import pytest

from brygga.core.errors import BryggaError, InfeasibleError, SettingError, TableError
from brygga.planning import solve as module
from brygga.planning.solve import CLASSES, GUIDANCE, solve
from tests.planning.problems import problem, rows, welders

NO_STEPS = pl.DataFrame(schema=GUIDANCE)
TEN = rows("measure site year classes seats", ("course", "school", 2027, 1, 10))
EIGHT = rows("measure site year classes seats", ("course", "school", 2027, 1, 8))
TWELVE = rows("measure site year classes seats", ("course", "school", 2027, 1, 12))


@pytest.fixture
def lines(monkeypatch):
    """Replace the lines of work by functions of the exchange."""

    def replace(**works):
        monkeypatch.setattr(
            module,
            "_stages",
            lambda asked, exchange: [{name: lambda w=work: w(exchange) for name, work in works.items()}],
        )

    return replace


def _plans(*offers):
    """A search that leaves plans and their values."""

    def search(exchange):
        for classes, value in offers:
            exchange.offer_plan(value, classes, NO_STEPS, by="search")
        return SimpleNamespace(kernel="numba", blocks=1, iterations=7)

    return search


def _bound(value, infeasible=False):
    def prove(exchange):
        exchange.offer_bound(value, by="bound")
        return SimpleNamespace(infeasible=infeasible)

    return prove


def _waits(exchange):
    while not exchange.stop():
        Event().wait(0.01)


def _fails(exchange):
    raise ZeroDivisionError("no programme")


@pytest.mark.parametrize(
    ("bound", "gap", "status"), [(10.0, 0.0, "optimal"), (9.5, 0.06, "gap"), (9.5, 0.05, "gap"), (5.0, 0.05, "cut_off")]
)
def test_the_status_says_how_near_the_plan_is(lines, bound, gap, status):
    lines(bound=_bound(bound), search=_plans((TEN, 10.0)))
    plan = solve(problem(), gap=gap)
    assert (plan.status, plan.objective, plan.bound, plan.nothing) == (status, 10.0, bound, 40.0)
    assert (plan.kernel, plan.iterations) == ("numba", 7)
    assert plan.bound_gap == pytest.approx((10 - bound) / 10)
    assert plan.improvement_gap == pytest.approx((10 - bound) / (40 - bound))


def test_time_over_with_nothing_found_gives_the_plan_that_starts_nothing(lines):
    lines(search=_waits)
    plan = solve(problem(), time_limit=0.3)
    assert (plan.status, plan.objective, plan.classes.height) == ("time_limit", 40.0, 0)
    assert plan.seconds < 2


def test_time_over_without_any_plan_is_an_error_that_says_why(lines):
    lines(search=_waits)
    pins = rows("measure site year kind classes", ("course", "school", 2027, "must", None))
    with pytest.raises(SettingError, match=r"no plan was found in the time given.*starting nothing is no plan") as told:
        solve(problem({**welders(), "pins": pins}), time_limit=0.2)
    assert "--time-limit" in str(told.value)


def test_somebody_who_says_stop_gets_the_best_plan_so_far(lines):
    stop = Event()
    stop.set()
    lines(search=lambda exchange: (_plans((EIGHT, 16.0))(exchange), _waits(exchange)))
    plan = solve(problem(), time_limit=30, stop=stop)
    assert (plan.status, plan.classes["seats"].to_list()) == ("interrupted", [8])


def test_an_error_in_one_line_is_told_and_the_plan_of_the_other_stands(lines):
    lines(bound=_fails, search=_plans((TEN, 10.0)))
    plan = solve(problem())
    assert (plan.objective, plan.bound, plan.status) == (10.0, 0.0, "cut_off")
    assert plan.warnings == ("The line bound ended with ZeroDivisionError: no programme",)


def test_an_error_is_raised_when_no_plan_is_left(lines):
    pins = rows("measure site year kind classes", ("course", "school", 2027, "must", None))
    lines(bound=_fails)
    with pytest.raises(ZeroDivisionError):
        solve(problem({**welders(), "pins": pins}))


def test_a_plan_that_breaks_a_limit_is_left_out_and_told(lines):
    lines(bound=_plans((TWELVE, 5.0)), search=_plans())
    lines(bound=lambda exchange: exchange.offer_plan(5.0, TWELVE, NO_STEPS, by="bound"), search=_plans((TEN, 10.0)))
    plan = solve(problem())
    assert plan.objective == 10.0
    assert plan.warnings == ("A plan of the line bound broke 2 limit(s) and was left out.",)


def test_a_breach_is_an_error_where_no_other_plan_is(lines):
    pins = rows("measure site year kind classes", ("course", "school", 2027, "must", None))
    lines(search=_plans((TWELVE, 5.0)))
    with pytest.raises(TableError, match=r"the plan breaks 2 limit\(s\)"):
        solve(problem({**welders(), "pins": pins}))


def test_a_bound_above_the_plan_is_told_and_not_believed(lines):
    lines(bound=_bound(30.0), search=_plans((TEN, 10.0)))
    plan = solve(problem())
    assert plan.bound == 0.0
    assert plan.warnings == ("A bound of 30 lies above the recounted plan and was left out.",)


@pytest.mark.parametrize("say", [_bound(0.0, infeasible=True), None])
def test_a_line_that_finds_no_plan_possible_is_explained(lines, say):
    def raises(exchange):
        raise InfeasibleError("no plan holds every limit", why="it is so", todo="nothing")

    tables = {**welders(), "pins": rows("measure site year kind classes", ("course", "school", 2027, "must", None))}
    tables["budgets"] = tables["budgets"].with_columns(amount=pl.lit(300.0))
    lines(bound=say or raises, search=_plans())
    with pytest.raises(InfeasibleError, match="budget of fund in 2027"):
        solve(problem(tables))


def test_a_warm_start_is_where_the_lines_begin_and_its_seats_are_polished(lines):
    seen = []
    lines(search=lambda exchange: seen.append(exchange.best()[0]))
    plan = solve(problem(), start=EIGHT, iterations=5)
    assert (seen, plan.objective, plan.status) == ([16.0], 10.0, "iterations")


def test_a_warm_start_that_breaks_a_limit_is_left_out_and_told(lines):
    lines(search=lambda exchange: None)
    plan = solve(problem(), start=TWELVE, iterations=5)
    assert plan.objective == 40.0
    assert plan.warnings == ("The plan to start from breaks 2 limit(s) and was left out.",)


def test_progress_begins_with_what_nothing_is_worth(lines):
    told = []
    lines(bound=_bound(10.0), search=_plans((TEN, 10.0)))
    solve(problem(), progress=lambda *said: told.append(said[1:]))
    assert (told[0], told[-1]) == ((40.0, 0.0), (10.0, 10.0))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"time_limit": 0.0}, "time limit is 0 seconds"),
        ({"time_limit": float("nan")}, "time limit is nan"),
        ({"gap": 1.0}, "gap is 1"),
        ({"gap": -0.1}, r"gap is -0\.1"),
        ({"improvement_gap": 2.0}, r"improvement gap is 2\.0"),
        ({"iterations": 0}, "number of iterations is 0"),
        ({"cvar_weight": -1.0}, "weight of the tail is -1"),
        ({"cvar_level": 1.0}, "level of the tail is 1"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(given, words):
    with pytest.raises(BryggaError, match=words):
        solve(problem(), **given)


def test_no_classes_is_a_plan_of_the_right_columns(lines):
    lines(search=lambda exchange: None)
    plan = solve(problem(), iterations=1)
    assert dict(plan.classes.schema) == CLASSES
    assert dict(plan.guidance.schema) == GUIDANCE
