"""Numbers that must be known before they are added up: a sum over a hidden cell would count it as zero."""

from __future__ import annotations

import polars as pl

from brygga.core.errors import TableError


def known(frame: pl.DataFrame, column: str, *, where: str) -> pl.DataFrame:
    """The frame itself, when every cell of the column has a number.

    Raises
    ------
    TableError saying how many have none.

    Examples
    --------
    >>> known(pl.DataFrame({"persons": [1.0]}), "persons", where="people").height
    1
    """
    hidden = frame[column].null_count()
    if hidden:
        raise TableError(
            f"{where}.{column}: {hidden} cell(s) without a number",
            why="a hidden or unknown cell is not zero, and the sum over it is not known",
            todo="write an estimate with status modelled, or use a coarser occupation or age",
        )
    return frame
