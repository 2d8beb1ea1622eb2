"""Which method is used where: ours, or the naive one that has beaten it.

Start reading at `choose`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brygga.core.errors import TableError, listed
from brygga.projection.scores import scores

OURS = "brygga"
SIMPLEST = ("no_change", "national_growth", "county_share", "trend", "constant_share", "cohort_ratio")
"""Naive methods, the simplest first: of equally good ones the simplest is named."""

USED = "used"
"""The name under which the chosen method's own predictions are scored."""


def choose(scored: pl.DataFrame, by: Sequence[str], *, measure: str = "weighted_mape") -> pl.DataFrame:
    """The method to use in every class of cells: ours, unless a naive one was better.

    Parameters
    ----------
    scored : a table of `scores`, of origins whose outcomes are known already
    by : the columns that name a class (size class, stage)
    measure : the error that decides, lower is better

    Returns
    -------
    One row a class, sorted: `method`, the one to use; `ours` and `naive`, the two errors; `best_naive`, the
    name of the best naive method, the simplest of equals. At the same error ours is used, since it comes
    with reasons. A class in which nothing was scored is not among the rows: nothing is known of it.

    Raises
    ------
    TableError when a class has no score of ours, or of no naive method.

    Examples
    --------
    >>> scored = pl.DataFrame({"size_class": ["small", "small", "large", "large"],
    ...     "method": ["brygga", "no_change"] * 2, "weighted_mape": [5.0, 4.0, 1.0, 2.0]})
    >>> choose(scored, by=["size_class"]).select("size_class", "method").rows()
    [('large', 'brygga'), ('small', 'no_change')]
    """
    known = scored.filter((pl.col("method") != USED) & pl.col(measure).is_not_null())
    order = {method: n for n, method in enumerate(SIMPLEST)}
    ours = known.filter(pl.col("method") == OURS).select(*by, ours=measure)
    naive = (
        known.filter(pl.col("method") != OURS)
        .with_columns(simple=pl.col("method").replace_strict(order, default=len(order), return_dtype=pl.Int64))
        .sort(*by, pl.col(measure).round(9), "simple", "method")
        .group_by(list(by), maintain_order=True)
        .agg(best_naive=pl.col("method").first(), naive=pl.col(measure).first())
    )
    both = ours.join(naive, on=list(by), how="full", coalesce=True, nulls_equal=True)
    lacking = both.filter(pl.col("ours").is_null() | pl.col("naive").is_null())
    if lacking.height:
        named = listed(", ".join(str(part) for part in row) for row in lacking.select(by).rows())
        raise TableError(
            f"scores: {named} lacks a score of {OURS} or of every naive method",
            why="what is used is decided by comparing the two",
            todo="score both on the same cells",
        )
    used = pl.when(pl.col("naive") < pl.col("ours")).then("best_naive").otherwise(pl.lit(OURS))
    return both.select(*by, method=used, ours="ours", naive="naive", best_naive="best_naive").sort(by)


def rolling(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The rows of the method that would have been used at each origin, under the name `used`.

    At an origin only outcomes that had come by then are compared: those of earlier origins and short
    horizons. Where there are none, ours is used and nothing speaks for or against it.

    Parameters
    ----------
    rows : as for `scores`, with the columns `by`
    by : the columns that name a class
    """
    made = []
    for origin in rows["origin"].unique().sort().to_list():
        now = rows.filter(pl.col("origin") == origin)
        past = rows.filter((pl.col("origin") + pl.col("horizon") <= origin) & pl.col("actual").is_not_null())
        chosen = choose(scores(past, by=by), by=by) if past.height else None
        made.append(use(now, chosen, by=by))
    return pl.concat(made).with_columns(method=pl.lit(USED))


def use(rows: pl.DataFrame, choices: pl.DataFrame | None, by: Sequence[str]) -> pl.DataFrame:
    """Of the rows of all methods those that the choices name, class by class.

    Parameters
    ----------
    rows : predictions with `method` and the columns `by`
    choices : a table of `choose`; None when nothing has been scored
    by : the columns that name a class; one without a choice gets ours

    Examples
    --------
    >>> rows = pl.DataFrame({"size_class": ["small"] * 2, "method": ["brygga", "trend"], "predicted": [1.0, 2.0]})
    >>> choices = pl.DataFrame({"size_class": ["small"], "method": ["trend"]})
    >>> use(rows, choices, by=["size_class"]).rows(), use(rows, None, by=["size_class"]).rows()
    ([('small', 'trend', 2.0)], [('small', 'brygga', 1.0)])
    """
    if choices is None:
        return rows.filter(pl.col("method") == OURS)
    named = choices.select(*by, use="method")
    both = rows.join(named, on=list(by), how="left", maintain_order="left", nulls_equal=True)
    return both.filter(pl.col("method") == pl.col("use").fill_null(OURS)).drop("use")
