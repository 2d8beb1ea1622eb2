"""Evaluate: how often the coder's first answer is the right one, at four, three and one digits.

The truth may stand in JobTech's grouping, which merges unit groups of SCB (managers of level 1
and 2, say); a code agrees when its group is the same, so both sides are lifted to JobTech's first.

Start reading at `agreement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from brygga.core import codes
from brygga.core.errors import TableError


@dataclass(frozen=True)
class Agreement:
    """Shares of rows (0-1) whose first answer is right, among the rows with a known truth."""

    rows: int
    coded: int
    four: float
    three: float
    one: float
    within_top: float


def agreement(coded: pl.DataFrame, truth: Sequence[str | None]) -> Agreement:
    """How far `coded` agrees with the true codes; a row that the coder abstained from counts as wrong.

    Parameters
    ----------
    coded : table `coded`
    truth : for each row, in order, an SSYK 2012 code of SCB or JobTech, or None where nobody knows

    Raises
    ------
    TableError
        If `coded` has rows that the truth does not reach.

    Examples
    --------
    >>> coded = pl.DataFrame({"row": [0, 1], "rank": [1, 1], "code": ["1322", "7223"]})
    >>> agreement(coded, ["1320", "7222"])
    Agreement(rows=2, coded=2, four=0.5, three=1.0, one=1.0, within_top=0.5)
    """
    reached = 1 + max(coded["row"].to_list(), default=-1)
    if reached > len(truth):
        raise TableError(
            f"coded has {reached} rows, the truth {len(truth)}",
            why="each row is compared with the truth in its place",
            todo="give one true code, or None, for each text",
        )
    true_codes = [None if code is None else to_jobtech(code) for code in truth]
    answers = coded.with_columns(
        answer=pl.col("code").map_elements(to_jobtech, return_dtype=pl.String, skip_nulls=False),
        truth=pl.col("row").replace_strict(dict(enumerate(true_codes)), return_dtype=pl.String),
    ).filter(pl.col("truth").is_not_null())
    first = answers.filter(pl.col("rank") == 1)
    right = {n: first.filter(pl.col("answer").str.head(n) == pl.col("truth").str.head(n)).height for n in (4, 3, 1)}
    within = answers.filter(pl.col("answer") == pl.col("truth"))["row"].n_unique()
    known = sum(code is not None for code in true_codes)
    share = {n: count / known if known else 0.0 for n, count in right.items()}
    answered = first.filter(pl.col("answer") != "").height
    return Agreement(known, answered, share[4], share[3], share[1], within / known if known else 0.0)


def to_jobtech(code: str | None) -> str:
    """JobTech's group of a unit group; a code that is JobTech's own, or none, stays as it is.

    Examples
    --------
    >>> to_jobtech("1322"), to_jobtech("1320"), to_jobtech("7223")
    ('1320', '1320', '7223')
    """
    groups: dict[str, str] = dict(codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows())
    return groups.get(code or "", code or "")
