"""The recount: it finds what breaks each limit, and names it."""

import inspect
import re

import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.planning import recount_cells, recount_money, recount_people, recount_starts
from brygga.planning.recount import KINDS, recount, require_sound
from brygga.planning.recount_breaches import NOBODY as NO_PERSONS
from brygga.planning.recount_breaches import NOT_WHOLE, TWICE
from tests.planning.problems import problem, rows, welders

CLASSES = "measure site year classes seats"
ARRIVALS = "measure site municipality occupation year persons"
NOBODY = pl.DataFrame(
    schema={c: pl.Int64 if c == "year" else pl.Float64 if c == "persons" else pl.String for c in ARRIVALS.split()}
)


def test_stock_shortage_and_money_are_added_up():
    classes = rows(CLASSES, ("course", "school", 2027, 1, 8))
    arrivals = rows(ARRIVALS, ("course", "school", "norra", "welder", 2028, 8.0))
    counted = recount(problem(stay=0.5, discount=0.5, cost_weight=0.01), classes, arrivals)
    assert counted.cells["stock"].to_list() == [0, 8, 4, 2]
    assert (counted.cost, counted.short, counted.surplus) == (800, 10 + 2 + 6 + 8, 0)
    assert counted.objective == pytest.approx(10 + 2 / 2 + 6 / 4 + 8 / 8 + 8)
    assert counted.breaches.is_empty()


def test_the_chance_of_the_start_year_replaces_that_of_the_measure():
    tables = {**welders(), "probabilities": rows("measure year probability", ("course", 2028, 0.5))}
    tables["measures"] = tables["measures"].with_columns(probability=pl.lit(0.25))
    classes = rows(CLASSES, ("course", "school", 2027, 1, 8), ("course", "school", 2028, 1, 8))
    came = [("course", "school", "norra", "welder", year, n) for year, n in ((2028, 2.0), (2029, 4.0))]
    counted = recount(problem(tables), classes, rows(ARRIVALS, *came))
    assert counted.costs["cost"].to_list() == [200, 400]
    assert counted.breaches.is_empty()
    one_more = rows(ARRIVALS, came[0], (*came[1][:-1], 5.0))
    assert recount(problem(tables), classes, one_more).breaches["what"].to_list() == ["completers"]


def test_posts_left_behind_are_added_to_the_need_and_fade():
    """8 complete in 2028 at Södra, half of them left a fitter's post there; each year half stays."""
    tables = {**welders(), "drains": rows("measure occupation share", ("course", "fitter", 0.5))}
    classes = rows(CLASSES, ("course", "school", 2027, 1, 8))
    arrivals = rows(ARRIVALS, ("course", "school", "norra", "welder", 2028, 8.0))
    counted = recount(problem(tables, stay=0.5), classes, arrivals)
    fitters = counted.cells.filter(municipality="sodra", occupation="fitter")
    assert fitters.select("year", "drained", "short").rows() == [(2028, 4, 4), (2029, 2, 2), (2030, 1, 1)]
    assert counted.short == (10 + 2 + 6 + 8) + (4 + 2 + 1)


def test_everything_a_plan_can_break_has_its_word():
    modules = (recount_cells, recount_money, recount_people, recount_starts)
    source = "".join(inspect.getsource(module) for module in modules)
    said = re.findall(r"breach(?:ed)?\((?:[^,()]+|[^,]+\([^()]*\)[^,]*), (\"[^\"]+\"|[A-Z_]+),", source)
    named = {"NOT_WHOLE": NOT_WHOLE, "TWICE": TWICE, "NOBODY": NO_PERSONS}
    assert {named.get(word, word.strip('"')) for word in said} == set(KINDS)


BROKEN = {
    ("course", "school", 2027, 1, 11): "largest class",
    ("course", "school", 2027, 1, 4): "smallest class (seats needed, seats)",
    ("course", "school", 2027, 2, 20): "most classes",
    ("course", "school", 2029, 1, 5): "not offered, or outside the years,",
    ("course", "elsewhere", 2027, 1, 5): "not offered, or outside the years,",
    ("course", "school", 2027, 3, 30): "rooms",
    ("course", "school", 2027, 4, 40): "applicants",
    ("course", "school", 2027, 1, 10): "budget",
}


@pytest.mark.parametrize(("start", "what"), BROKEN.items(), ids=str)
def test_a_broken_limit_is_named(start, what):
    tables = welders()
    tables["budgets"] = tables["budgets"].with_columns(amount=pl.lit(900.0))
    counted = recount(problem(tables), rows(CLASSES, start), NOBODY)
    assert what in counted.breaches["what"].to_list()
    with pytest.raises(TableError, match="plan that breaks a limit cannot be carried out"):
        require_sound(counted)


@pytest.mark.parametrize(
    ("arrival", "what"),
    [
        (("course", "school", "norra", "welder", 2028, 9.0), "completers"),
        (("course", "school", "norra", "welder", 2027, 1.0), "completers"),
        (("course", "school", "norra", "cook", 2028, 1.0), "completers"),
        (("course", "school", "ostra", "welder", 2028, 1.0), "beyond reach"),
    ],
)
def test_nobody_arrives_from_nowhere(arrival, what):
    counted = recount(problem(), rows(CLASSES, ("course", "school", 2027, 1, 8)), rows(ARRIVALS, arrival))
    assert what in counted.breaches["what"].to_list()


def test_with_fixed_reach_exactly_the_shares_arrive():
    classes = rows(CLASSES, ("course", "school", 2027, 1, 8))
    arrivals = rows(ARRIVALS, ("course", "school", "norra", "welder", 2028, 8.0))
    assert "fixed share" in recount(problem(reach="fixed"), classes, arrivals).breaches["what"].to_list()


@pytest.mark.parametrize(
    ("pin", "what"),
    [(("must", None), "fewest classes"), (("at_least", 1), "fewest"), (("at_most", 0), "most classes pinned")],
)
def test_a_pin_that_does_not_hold_is_named(pin, what):
    pins = rows("measure site year kind classes", ("course", "school", 2027, *pin))
    started = rows(CLASSES, ("course", "school", 2027 if pin[0] == "at_most" else 2028, 1, 8))
    breaches = recount(problem({**welders(), "pins": pins}), started, NOBODY).breaches
    assert breaches["what"].str.contains(what).any()
