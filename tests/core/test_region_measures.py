"""Faults between the tables of a region's measures, each in words that say what to mend."""

import polars as pl

from brygga.core import tables
from brygga.core.region_measures import measure_faults


def table(name, *rows):
    return pl.DataFrame(list(rows), schema=tables.empty(name).schema, orient="row")


def faults(**given):
    names = ("guidance", "payments", "programme_drains", "programme_funding", "budgets")
    frames = {name: given.get(name, tables.empty(name)) for name in names}
    return [str(fault) for fault in measure_faults(frames, last_plan_year=2031)]


def steps(*numbered):
    rows = [("g", "p", n, "a", "b", "c", 1.0, adds, "modelled", None) for n, adds in numbered]
    return table("guidance", *rows)


def test_steps_in_order_that_fall_are_fine():
    assert faults(guidance=steps((1, 4.0), (2, 4.0), (3, 1.0))) == []


def test_a_step_that_is_left_out_is_named():
    (told,) = faults(guidance=steps((1, 4.0), (3, 2.0)))
    assert told.startswith("guidance: g for p has steps 1, 3.")
    assert "without gaps" in told


def test_a_step_that_reaches_more_than_the_one_before_is_named():
    (told,) = faults(guidance=steps((1, 2.0), (2, 3.0)))
    assert told.startswith("guidance: g for p adds 2, 3 applicants by step.")


def test_payments_that_do_not_sum_to_one_are_named():
    (told,) = faults(payments=table("payments", ("p", 0, 0.5), ("p", 1, 0.4), ("q", 0, 1.0)))
    assert told.startswith("payments: the shares of p (0.9) do not sum to 1.")


def test_a_payment_in_a_year_without_a_budget_row_is_named():
    """A class of 2031 is paid in 2032 and 2033; town has a row for the first, 0 kronor, and state for neither."""
    given = {
        "payments": table("payments", ("p", 0, 0.5), ("p", 2, 0.5)),
        "programme_funding": table("programme_funding", ("p", "town", 0.5), ("p", "state", 0.5), ("p", "none", 0.0)),
        "budgets": table("budgets", ("town", 2032, 0.0, "modelled", None), ("town", 2033, 1.0, "modelled", None)),
    }
    (told,) = faults(**given)
    assert told.startswith("budgets: no row for state 2032, state 2033.")


def test_nobody_leaves_more_than_one_post():
    (told,) = faults(programme_drains=table("programme_drains", ("p", "7223", 0.7, None), ("p", "7212", 0.4, None)))
    assert told.startswith("programme_drains: the shares of p (1.1) sum to more than 1.")
