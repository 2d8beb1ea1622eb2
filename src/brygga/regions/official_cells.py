"""Cells of official tables: hidden ones, rest codes and disturbed values, before they are added up.

A hidden cell holds one or two persons that the publisher does not tell. It never counts as zero: in a sum it counts as
`HIDDEN`, the middle of what it can be, and the sum keeps the status `suppressed` and says how many of its cells are
hidden. A sum without hidden cells is as observed as its parts. A cell of which nothing is told stays without a number
in the region's table `employed`; where weights are needed it counts as `HIDDEN` too (`estimated`).

Start reading at `added`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from brygga.core import codes
from brygga.core.errors import TableError, UnknownCodeError, listed
from brygga.core.sums import total

HIDDEN = 1.5
"""Persons that a hidden cell counts as: the publisher hides one and two. Of 990 published counts of one or two
employees (SSYK-3 x sex, engineers and technicians by age, in 21 counties 2014-2017) the mean is 1.46."""

UNKNOWN, OUTSIDE = "unknown", "outside"
WORST = ("suppressed", "modelled", "provisional", "observed")
"""Statuses of a sum: the first that one of its parts has."""

WIDER: Mapping[str, str] = {"B+C": "C", "D+E": "D", "M+N": "M", "R+S+T+U": "R"}
"""Industries that the publisher merges, and the section that stands for them in a region's tables."""


def added(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Persons added up per key.

    Returns
    -------
    the keys, `persons`, `hidden` (cells that counted as `HIDDEN`), `known` (persons told), `disturbed` (cells with
    noise) and `status`; a cell that cannot be (not_applicable) counts as nothing.

    Examples
    --------
    >>> rows = {"work": ["a", "a"], "persons": [10.0, None], "status": ["observed", "suppressed"]}
    >>> added(pl.DataFrame(rows | {"disturbed": [False, False]}), ["work"]).select("persons", "hidden", "status").row(0)
    (11.5, 1, 'suppressed')
    """
    cells = frame.filter(pl.col("status") != "not_applicable")
    hidden = pl.col("persons").is_null()
    rank = (
        pl.when(hidden)
        .then(0)
        .otherwise(pl.col("status").replace_strict({s: n for n, s in enumerate(WORST)}, default=0))
    )
    sums = cells.group_by(list(by), maintain_order=True).agg(
        known=total("persons"),
        hidden=hidden.sum().cast(pl.Int64),
        disturbed=pl.col("disturbed").sum().cast(pl.Int64),
        rank=rank.min(),
    )
    status = pl.col("rank").replace_strict(dict(enumerate(WORST)), return_dtype=pl.String)
    return sums.with_columns(persons=pl.col("known") + HIDDEN * pl.col("hidden"), status=status).drop("rank").sort(by)


def estimated(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with hidden persons as what they count as.

    Examples
    --------
    >>> estimated(pl.DataFrame({"persons": [4.0, None]}))["persons"].to_list()
    [4.0, 1.5]
    """
    return frame.with_columns(pl.col("persons").fill_null(HIDDEN))


def section(code: str) -> str:
    """The industry of a region's tables for one as published; `unknown` stays unknown.

    Raises
    ------
    UnknownCodeError when it is neither an industry of SNI 2007 nor one of those that the publisher merges.

    Examples
    --------
    >>> section("B+C"), section("F"), section("unknown")
    ('C', 'F', 'unknown')
    """
    if code in WIDER:
        return WIDER[code]
    if code == UNKNOWN or code in codes.codes("sni"):
        return code
    raise UnknownCodeError(
        f"industry {code} is neither SNI 2007 nor one of {', '.join(WIDER)}",
        why="the publisher has divided industries anew, and joined with ours they would be wrong",
        todo="look for a newer version of this program",
    )


def sections(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with each industry as a region's tables have it."""
    given = frame["industry"].unique().sort().to_list()
    return frame.with_columns(pl.col("industry").replace_strict({code: section(code) for code in given}))


def of(found: Mapping[str, pl.DataFrame], name: str, areas: Sequence[str], year: int) -> pl.DataFrame:
    """The rows of an official table on some municipalities in one year.

    Raises
    ------
    TableError when a municipality has none: it was merged, or the table was fetched for other municipalities.
    """
    rows = found[name].filter(pl.col("year") == year, pl.col("municipality").is_in(list(areas)))
    lost = sorted(set(areas) - set(rows["municipality"]))
    if lost:
        raise no_rows(name, lost, year)
    return rows


def no_rows(name: str, lost: Sequence[str], year: int) -> TableError:
    """The fault of municipalities that a table says nothing of."""
    return TableError(
        f"{name}: no row for {listed(lost)} in {year}",
        why="no row is not zero: the municipality was merged with another, or the table was fetched for others",
        todo="name the municipality that it became, or fetch with it: `brygga data update --territory CODE,...`",
    )


def sources(frame: pl.DataFrame) -> str:
    """The sources of some rows, in one text."""
    return " and ".join(frame["source"].drop_nulls().unique().sort().to_list()) or "the publisher"
