"""Notice rules: the law about redundancy notices and the support beside it, as dated rows.

Table `notice_rules` under `rules/` holds one row a rule, smallest number and first day in force, with source,
address, the day somebody last looked, and its standing: *read* in a stored copy of the page, *reported* in a note
and not opened, or an *example* value. A rule with several rows (the lead time from 5, 26 and 101 posts) answers
with the row of the largest `least` that is not above the number asked for.

Start reading at `rules_on`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from brygga.core import tables
from brygga.core.errors import ParameterError
from brygga.core.places import PACKAGE

FILE = PACKAGE / "rules" / "notice_rules.csv"


@dataclass(frozen=True)
class Rule:
    """One row of table `notice_rules`; `value` is None where the rule is words."""

    rule: str
    least: int
    value: float | None
    unit: str
    who: str
    text_sv: str
    text_en: str
    note_sv: str
    note_en: str
    standing: str
    source: str
    address: str

    @property
    def number(self) -> int:
        """The value as a whole number, for counts, months and weeks."""
        if self.value is None:
            raise ParameterError(
                f"rule {self.rule} has no value", why="it is words alone", todo="show its text, or add the number read"
            )
        return round(self.value)


@dataclass(frozen=True)
class NoticeRules:
    """The rules in force on a day."""

    day: date
    rows: Mapping[str, tuple[Rule, ...]]

    def one(self, rule: str, number: float = 0) -> Rule:
        """The row of `rule` for a number: the largest `least` that is not above it.

        Raises
        ------
        ParameterError when the rule is not in force on the day, or has no row for so small a number.

        Examples
        --------
        >>> lead = [rules_on(date(2026, 11, 23)).one("lead_time", posts).number for posts in (25, 26, 100, 101)]
        >>> lead
        [2, 4, 4, 6]
        """
        fitting = [row for row in self.all(rule) if row.least <= number]
        if not fitting:
            raise ParameterError(
                f"rule {rule} has no row for {number:g}",
                why=f"its first row is from {self.all(rule)[0].least}",
                todo="ask for a larger number, or add the row with its source to rules/notice_rules.csv",
            )
        return fitting[-1]

    def all(self, rule: str) -> tuple[Rule, ...]:
        """Every row of `rule` in force, smallest number first."""
        if rule not in self.rows:
            raise ParameterError(
                f"no rule {rule} is in force on {self.day}",
                why="a rule is read only between its first and its last day",
                todo="add a dated row with its source to rules/notice_rules.csv",
            )
        return self.rows[rule]


@functools.cache
def notice_rules() -> pl.DataFrame:
    """Table `notice_rules`, checked."""
    return tables.read(FILE, "notice_rules")


def rules_on(day: date, *, frame: pl.DataFrame | None = None) -> NoticeRules:
    """The rules in force on `day`: of each rule and smallest number the latest row.

    Parameters
    ----------
    day : the day of the notice
    frame : other rows of table `notice_rules`; those of the package by default
    """
    known = notice_rules() if frame is None else frame
    begun = (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    key = ["rule", "least"]
    kept = known.filter(begun).sort("valid_from").unique(key, keep="last", maintain_order=True).sort(key)
    fields = list(Rule.__dataclass_fields__)
    rows: dict[str, list[Rule]] = {}
    for row in kept.select(fields).iter_rows(named=True):
        texts = {name: row[name] or "" for name in fields if name not in ("value", "least")}
        rows.setdefault(row["rule"], []).append(Rule(least=row["least"], value=row["value"], **texts))
    return NoticeRules(day, {name: tuple(found) for name, found in rows.items()})
