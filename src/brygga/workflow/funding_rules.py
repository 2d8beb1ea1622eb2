"""The rules that funders and authorities set, as dated data: which is in force on a day, and how far to trust it.

Three tables under `rules/`: who may pay for what and how much of it (`rules_eligibility`), when an application
closes and is decided (`rules_windows`), and single values (`rules_limits`). Each row has first and last day in force,
source, address, the day somebody last looked, and its standing: *read* in a stored copy of the page, *reported* in a
note and not opened, or an *example* value because nothing was found. A plan is only ever forbidden something by a
rule that was read or reported; an example value warns.

Start reading at `eligibility_on`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from brygga.core import tables
from brygga.core.errors import ParameterError
from brygga.core.places import PACKAGE

RULES = PACKAGE / "rules"
EVERYWHERE = "all"
EXAMPLE = "example"
STANDING = {
    "read": "read in a stored copy of the page",
    "reported": "reported, not opened",
    "example": "example value, verify",
}
KEYS = {
    "rules_eligibility": ["scheme", "delivery", "counties"],
    "rules_windows": ["scheme", "delivery"],
    "rules_limits": ["rule"],
}


@dataclass(frozen=True)
class Window:
    """When an application for a start in a year closes and is decided; no dates where none were found."""

    scheme: str
    delivery: str
    per: str
    closes: date | None
    decided: date | None
    standing: str
    source: str


@functools.cache
def rules(name: str) -> pl.DataFrame:
    """Table `name` of the rules, checked."""
    return tables.read(RULES / f"{name}.csv", name)


def in_force(frame: pl.DataFrame, keys: Iterable[str], day: date) -> pl.DataFrame:
    """The rows of `frame` in force on `day`, the latest of each key."""
    begun = (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    return frame.filter(begun).sort("valid_from").unique(list(keys), keep="last", maintain_order=True).sort(list(keys))


def eligibility_on(day: date, counties: Iterable[str], *, frame: pl.DataFrame | None = None) -> pl.DataFrame:
    """What each scheme may pay for in these counties on `day`.

    Parameters
    ----------
    day : the day asked for
    counties : county codes of the region; a row of its own counts only when all of them are in it
    frame : other rows of table `rules_eligibility`; those of the package by default

    Returns
    -------
    scheme, delivery, participants, most_share, standing, source, address, checked_on
    """
    own = set(counties)
    kept = in_force(rules("rules_eligibility") if frame is None else frame, KEYS["rules_eligibility"], day)
    rows = [
        row
        for row in kept.iter_rows(named=True)
        if row["counties"] == EVERYWHERE or (own and own <= set(row["counties"].split()))
    ]
    chosen = {(r["scheme"], r["delivery"]): r for r in sorted(rows, key=lambda r: r["counties"] != EVERYWHERE)}
    columns = ["scheme", "delivery", "participants", "most_share", "standing", "source", "address", "checked_on"]
    return pl.DataFrame(list(chosen.values()), schema=kept.schema).select(columns).sort("scheme", "delivery")


def window(scheme: str, delivery: str, start: int, day: date, *, frame: pl.DataFrame | None = None) -> Window | None:
    """When money of `scheme` for a `delivery` that starts in year `start` is applied for, by the rules of `day`.

    None where no rule is in force.
    """
    kept = in_force(rules("rules_windows") if frame is None else frame, KEYS["rules_windows"], day)
    found = kept.filter(scheme=scheme, delivery=delivery)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    closes = decided = None
    if row["closes_month"] is not None:
        closes = date(start - (row["closes_years_before"] or 0), row["closes_month"], row["closes_day"] or 1)
    if row["decision_month"] is not None:
        decided = date(start - (row["decision_years_before"] or 0), row["decision_month"], 1)
    return Window(scheme, delivery, row["per"], closes, decided, row["standing"], row["source"])


def limit_on(rule: str, day: date, *, frame: pl.DataFrame | None = None) -> float:
    """The value of `rule` in force on `day`.

    Raises
    ------
    ParameterError when there is none.

    Examples
    --------
    >>> limit_on("de_minimis", date(2023, 12, 31)), limit_on("de_minimis", date(2024, 1, 1))
    (200000.0, 300000.0)
    """
    known = rules("rules_limits") if frame is None else frame
    found = in_force(known.filter(rule=rule), KEYS["rules_limits"], day)
    if found.is_empty():
        raise ParameterError(
            f"no rule {rule} is in force on {day}",
            why="a rule is read only between its first and its last day",
            todo="add a dated row with its source to rules/rules_limits.csv",
        )
    return float(found["value"].item())
