"""Quantiles of draws: sums first, in every draw, and only then the quantile.

Start reading at `summarise`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

LEVELS = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def summarise(draws: pl.DataFrame, *, by: Sequence[str], value: str) -> pl.DataFrame:
    """The 80 % interval and the median of `value`, summed to `by` in every draw first.

    Parameters
    ----------
    draws : one row per cell and `draw`
    by : columns to keep; all other cells are summed within each draw
    value : the column to sum

    Returns
    -------
    One row per `by`: `p10`, `p50`, `p90`. They don't add up over groups: a sum of cells
    that move apart varies less than its parts, and a median of sums is no sum of medians.

    Examples
    --------
    >>> draws = pl.DataFrame({"m": ["a", "b"] * 2, "draw": [0, 0, 1, 1], "v": [1.0, 3.0, 2.0, 2.0]})
    >>> summarise(draws, by=[], value="v").rows()
    [(4.0, 4.0, 4.0)]
    """
    sums = draws.group_by([*by, "draw"]).agg(pl.col(value).sum())
    spans = [pl.col(value).quantile(q, "linear").alias(name) for name, q in LEVELS.items()]
    return sums.group_by(list(by)).agg(spans).sort(list(by)) if by else sums.select(spans)
