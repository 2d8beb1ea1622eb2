"""Intervals from past errors: as wide as the same method missed elsewhere.

Start reading at `with_intervals`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

WITHIN = 0.8
"""The share of outcomes that an interval shall hold."""

HALF = 0.5
"""Half a person more on both sides, so that a count of zero has a logarithm."""


def with_intervals(rows: pl.DataFrame, *, fold: str, by: Sequence[str]) -> pl.DataFrame:
    """The rows with `low` and `high`, from the errors of all other folds alone.

    In a class, four of five errors of the other folds were smaller than some factor; the interval goes
    that factor down and up from the prediction.

    Parameters
    ----------
    rows : as for `scores`
    fold : the column whose own errors are left out (the origin, or the county)
    by : the columns that name a class; `method` is always one

    Returns
    -------
    The rows in their order. Missing where the class has no errors in other folds.

    Examples
    --------
    >>> rows = pl.DataFrame({"origin": [1, 2], "method": "a", "actual": [99.5, 199.5], "predicted": [199.5, 199.5]})
    >>> with_intervals(rows, fold="origin", by=[]).select(pl.col("low", "high").round(1)).rows()
    [(199.5, 199.5), (99.5, 399.5)]
    """
    keys = ["method", *by]
    error = ((pl.col("actual") + HALF).log() - (pl.col("predicted") + HALF).log()).abs().round(12)
    errors = rows.select(fold, *keys, error=error).drop_nulls("error")
    widths = []
    for left_out in rows[fold].unique(maintain_order=True).sort().to_list():
        others = errors.filter(pl.col(fold) != left_out)
        width = others.group_by(keys, maintain_order=True).agg(width=pl.col("error").quantile(WITHIN, "linear"))
        widths.append(width.with_columns(pl.lit(left_out, rows.schema[fold]).alias(fold)))
    given = rows.join(pl.concat(widths), on=[fold, *keys], how="left", maintain_order="left")
    middle = pl.col("predicted") + HALF
    ends = {
        "low": pl.max_horizontal(middle * (-pl.col("width")).exp() - HALF, pl.lit(0.0)),
        "high": middle * pl.col("width").exp() - HALF,
    }
    known = pl.col("width").is_not_null()
    return given.with_columns(pl.when(known).then(value).alias(name) for name, value in ends.items()).drop("width")
