"""Evaluate: how often the coder is right, at four, three and one digits, and how far its confidence can be trusted.

The truth may stand in JobTech's grouping, which merges unit groups of SCB (managers of level 1
and 2, say); a code agrees when its group is the same, so both sides are lifted to JobTech's first.

Start reading at `agreement`, then `expected_calibration_error`.
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


def accuracy_at(coded: pl.DataFrame, truth: Sequence[str | None], top: int) -> float:
    """The share of rows with a known truth that have it among their first `top` answers.

    Parameters
    ----------
    coded : table `coded`
    truth : for each row, in order, an SSYK 2012 code of SCB or JobTech, or None where nobody knows
    top : answers counted of each row

    Examples
    --------
    >>> coded = pl.DataFrame({"row": [0, 0, 1], "rank": [1, 2, 1], "code": ["7222", "7223", "2512"]})
    >>> accuracy_at(coded, ["7223", "7212"], 1), accuracy_at(coded, ["7223", "7212"], 2)
    (0.0, 0.5)
    """
    return agreement(coded.filter(pl.col("rank") <= top), truth).within_top


def expected_calibration_error(confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """How far confidence lies from the share that was right, over bins of equal width, weighted by their rows.

    Examples
    --------
    Two answers at 0.9 of which one was right: 0.9 - 0.5; two at 0.2, none right: 0.2. Half the rows each.

    >>> round(expected_calibration_error([0.9, 0.9, 0.2, 0.2], [True, False, False, False]), 3)
    0.3
    """
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for sure, hit in zip(confidence, right, strict=True):
        rows[min(int(sure * bins), bins - 1)].append((sure, hit))
    apart = sum(abs(sum(sure for sure, _ in row) - sum(hit for _, hit in row)) for row in rows)
    return apart / len(confidence) if len(confidence) else 0.0


def coverage_at_precision(confidence: Sequence[float], right: Sequence[bool], *, precision: float = 0.9) -> float:
    """The largest share of rows, surest first, among which at least `precision` were right; rows as sure go together.

    Examples
    --------
    The first two are right; with the third 2 of 3 are.

    >>> coverage_at_precision([0.9, 0.8, 0.7, 0.1], [True, True, False, False])
    0.5
    """
    rows = sorted(zip(confidence, right, strict=True), key=lambda row: -row[0])
    hits = covered = 0
    for n, (sure, hit) in enumerate(rows, 1):
        hits += hit
        if (n == len(rows) or rows[n][0] < sure) and hits >= precision * n:
            covered = n
    return covered / len(rows) if rows else 0.0


def to_jobtech(code: str | None) -> str:
    """JobTech's group of a unit group; a code that is JobTech's own, or none, stays as it is.

    Examples
    --------
    >>> to_jobtech("1322"), to_jobtech("1320"), to_jobtech("7223")
    ('1320', '1320', '7223')
    """
    groups: dict[str, str] = dict(codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows())
    return groups.get(code or "", code or "")
