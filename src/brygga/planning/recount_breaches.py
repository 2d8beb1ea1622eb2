"""What a plan can break: one word for each limit, and the rows that go beyond it.

Start reading at `KINDS`, then `breach`.
"""

from __future__ import annotations

import polars as pl

TOLERANCE = 1e-6
"""How far beyond a limit is rounding: so much of a count, so large a share of money and of persons above one."""
COUNTABLE = 1e12
"""What is larger cannot be a number of classes, seats, steps or persons, and could not be summed exactly."""
NOT_WHOLE = "not a whole number"
TWICE = "more than one row for"
NOBODY = "not a number of persons, or below nobody,"
KINDS = {
    "not offered, or outside the years,": "offer",
    NOT_WHOLE: "whole",
    TWICE: "twice",
    "smallest class (seats needed, seats)": "class_min",
    "largest class": "class_max",
    "most classes": "classes",
    "applicants": "applicants",
    "rooms": "rooms",
    "places": "placements",
    "fewest classes pinned (pinned, started)": "pin_least",
    "most classes pinned, or not yet allowed to start,": "pin_most",
    "steps of guidance": "guidance",
    "budget": "budget",
    "cost of the whole plan": "cost_cap",
    "least of the need met (floor, met)": "floor",
    NOBODY: "persons",
    "completers": "completers",
    "beyond reach": "reach",
    "fixed share": "fixed_share",
}
"""One word for each thing a plan can break, for sentences in other languages."""
SCHEMA = {"what": pl.String, "name": pl.String, "year": pl.Int64, "used": pl.Float64, "at_most": pl.Float64}


def breach(
    frame: pl.DataFrame, what: str, name: pl.Expr, used: str, at_most: str, *, counts: bool = False
) -> pl.DataFrame:
    """Rows of `frame` that use more than they may; no limit where `at_most` is null.

    Parameters
    ----------
    what : one of `KINDS`
    name : what the limit is on
    used, at_most : columns to compare
    counts : both are whole numbers, so that a large limit gives no more slack than a small one

    Examples
    --------
    >>> rooms = pl.DataFrame({"site": ["a", "b"], "year": [2027, 2027], "classes": [3, 9], "rooms": [2.0, None]})
    >>> breach(rooms, "rooms", pl.col("site"), "classes", "rooms", counts=True).rows()
    [('rooms', 'a', 2027, 3.0, 2.0)]
    """
    slack = pl.lit(1.0) if counts else pl.max_horizontal(pl.lit(1.0), pl.col(at_most).abs())
    wrong = frame.filter(pl.col(used) - pl.col(at_most) > TOLERANCE * slack)
    return breached(wrong, what, name, pl.col(used), pl.col(at_most))


def breached(wrong: pl.DataFrame, what: str, name: pl.Expr, used: pl.Expr, at_most: pl.Expr) -> pl.DataFrame:
    """A breach for every row of `wrong`: what, name, year, used, at_most."""
    columns = {"name": name, "year": pl.col("year"), "used": used, "at_most": at_most}
    cast = {column: expression.cast(SCHEMA[column]) for column, expression in columns.items()}
    return wrong.select(what=pl.lit(what, pl.String), **cast)


def countable(column: str) -> pl.Expr:
    """Whether a column's value can be counted: a number, neither infinite nor absurd.

    Examples
    --------
    >>> pl.DataFrame({"seats": [8.0, float("nan"), None, 1e30]}).select(countable("seats"))["seats"].to_list()
    [True, False, False, False]
    """
    value = pl.col(column).cast(pl.Float64)
    return (value.is_finite() & (value.abs() <= COUNTABLE)).fill_null(False)


def counted(column: str) -> pl.Expr:
    """The value of a column where it is `countable`, else 0."""
    return pl.when(countable(column)).then(pl.col(column).cast(pl.Float64)).otherwise(0.0).alias(column)
