"""Quantiles of draws: sums first, in every draw, and only then the quantile.

Start reading at `summarise`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.core.errors import TableError
from brygga.core.sums import total

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
    sums = draws.group_by([*by, "draw"], maintain_order=True).agg(total(value))
    spans = [pl.col(value).quantile(q, "linear").alias(name) for name, q in LEVELS.items()]
    return sums.group_by(list(by), maintain_order=True).agg(spans).sort(list(by)) if by else sums.select(spans)


def cell_spans(draws: pl.DataFrame, *, by: Sequence[str], values: Sequence[str]) -> dict[str, pl.DataFrame]:
    """For each value the same as `summarise`, where every cell has one row a draw and nothing is to be summed.

    Raises
    ------
    TableError when a cell lacks a draw or has one twice.

    Examples
    --------
    >>> draws = pl.DataFrame({"m": ["a"] * 3, "draw": [0, 1, 2], "v": [1.0, 2.0, 3.0]})
    >>> cell_spans(draws, by=["m"], values=["v"])["v"].rows()
    [('a', 1.2, 2.0, 2.8)]
    """
    count = draws["draw"].n_unique()
    ordered = draws.sort([*by, "draw"])
    cells = ordered.select(by).gather_every(count)
    if ordered.height % count or cells.is_duplicated().any():
        raise TableError(
            f"draws: a cell of {' x '.join(by)} lacks one of {count} draws, or has one twice",
            why="its interval would rest on other draws than the rest",
            todo="sum to the cells first, or compute the missing draws",
        )
    spans = {name: np.quantile(ordered[name].to_numpy().reshape(-1, count), [*LEVELS.values()], 1) for name in values}
    return {name: cells.with_columns(**dict(zip(LEVELS, span, strict=True))) for name, span in spans.items()}
