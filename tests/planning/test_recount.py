"""The recount: it finds what breaks each limit, and names it."""

import polars as pl
import pytest
from tests.planning.problems import problem, rows, welders

from brygga.core.errors import TableError
from brygga.planning.recount import recount, require_sound

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
    with pytest.raises(TableError, match="a plan that breaks a limit cannot be carried out"):
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
