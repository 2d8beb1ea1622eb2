"""Sums that do not depend on the order of their terms, on threads or on memory.

Floating-point sums differ in their last digit with the order and grouping of the terms, and
polars chooses both as it goes. Here every term becomes a whole number of 2**-40 (about 1e-12),
which add up exactly in any order; so the same data give the same bytes.

Start reading at `total`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import reduce

import polars as pl

STEP = 2.0**40


def total(terms: str | pl.Expr) -> pl.Expr:
    """The sum of a column or expression of numbers, exact to 1e-12; nulls count as nothing, as in polars.

    Examples
    --------
    >>> frame = pl.DataFrame({"work": ["a", "a"], "persons": [0.5, 0.25]})
    >>> frame.group_by("work").agg(total("persons"))["persons"].item()
    0.75
    """
    expression = pl.col(terms) if isinstance(terms, str) else terms
    whole = (expression * STEP).round().cast(pl.Int128)
    return whole.sum().cast(pl.Float64) / STEP


def across(columns: Iterable[str]) -> pl.Expr:
    """The sum of columns row by row, always from the first to the last.

    Examples
    --------
    >>> pl.DataFrame({"a": [1.0], "b": [2.0]}).select(ab=across(["a", "b"]))["ab"].item()
    3.0
    """
    return reduce(operator.add, (pl.col(column) for column in columns))
