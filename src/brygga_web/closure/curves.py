"""Back in work month by month: three scenarios on one scale, the same numbers as a table, and by age and occupation.

Shares are of the persons in the group, in each draw of that draw's own; the ranges are those of the table of curves.
The difference between scenarios is shown only as it was computed in every draw, never between two ranges.

Start reading at `Curves`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.closure import sentences
from brygga_web.frame import drawing
from brygga_web.frame.context import address
from brygga_web.frame.curve import curve
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

SCENARIOS = ("none", "planned", "best")
BACK = "re_employed"
STEP = 6
"""Months between the rows of the table."""
MOST_OCCUPATIONS = 10
LEAST_PERSONS = 1.0
"""An occupation with fewer people hit than this is not shown on its own."""
SHARES = drawing.Scale(0.0, 100.0, (0.0, 50.0, 100.0))
QUANTILES = ("p10", "p50", "p90")
Row = dict[str, Any]


@dataclass(frozen=True)
class Curves:
    """The curves of one closure; `month` is a year after the last has left, or the last that is followed."""

    frame: pl.DataFrame
    month: int

    def scenarios(self) -> list[str]:
        """The scenarios that were computed, in order."""
        found = set(self.frame["scenario"])
        return [name for name in SCENARIOS if name in found]

    def shares(self, scenario: str, grouping: str = "all", *, at: int | None = None, state: str = BACK) -> list[Row]:
        """Rows by group and month: group, month, persons, and p10, p50, p90 in per cent of the group."""
        rows = self.frame.filter(scenario=scenario, grouping=grouping, state=state).filter(pl.col("persons") > 0)
        if at is not None:
            rows = rows.filter(month=at)
        return [
            {"group": row["group"], "month": row["month"], "persons": row["persons"]}
            | {key: 100 * row[f"share_{key}"] for key in QUANTILES}
            for row in rows.sort("group", "month").iter_rows(named=True)
        ]


def panels(curves: Curves, language: str) -> list[dict[str, Any]]:
    """A drawing a scenario, all on one scale, with the scenario without courses dotted in the others."""
    base = curves.shares("none")
    drawn = []
    for name in curves.scenarios():
        rows = curves.shares(name)
        kind = "" if name == "none" else "plan"
        other = () if name == "none" else base
        svg = curve(rows, marked=curves.month, language=language, kind=kind, other=other)
        drawn.append({"name": text(f"closure.scenario_{name}", language), "svg": svg})
    return drawn


def months_table(curves: Curves, language: str) -> Table:
    """The panels' numbers, every sixth month and the marked one, with the difference between the middles."""
    by_month: dict[int, Row] = {}
    for name in curves.scenarios():
        for row in curves.shares(name):
            by_month.setdefault(row["month"], {})[name] = row
    last = max(by_month)
    shown = sorted({*range(0, last + 1, STEP), min(curves.month, last)} & by_month.keys())
    columns = [Column("name", text("closure.col_month", language), "head")]
    for name in curves.scenarios():
        columns += [
            Column(name, text(f"closure.col_{name}", language), strong=True, mark=True),
            Column(f"{name}_span", text("charts.col_likely", language), "span", low=f"{name}_p10", high=f"{name}_p90"),
        ]
    if {"none", "best"} <= set(curves.scenarios()):
        columns.append(Column("more", text("closure.col_more", language), digits=1))
    return Table(
        key="manader",
        caption=text("closure.months_title", language),
        columns=columns,
        records=[_month(month, by_month[month], curves.month, language) for month in shown],
        notes=[text("closure.months_note", language)],
        css="stack pairs",
        show_caption=True,
        language=language,
    )


def _month(month: int, by_scenario: dict[str, Row], marked: int, language: str) -> Row:
    key = "month_marked" if month == marked else "month"
    record: Row = {"name": text(f"closure.{key}", language, n=month), "modelled": True}
    for name, row in by_scenario.items():
        record |= {name: row["p50"], f"{name}_p10": row["p10"], f"{name}_p90": row["p90"]}
    if {"none", "best"} <= by_scenario.keys():
        record["more"] = by_scenario["best"]["p50"] - by_scenario["none"]["p50"]
    return record


def ages_table(curves: Curves, language: str) -> Table:
    """Back in work a year after, by age, youngest first."""
    records = _groups(curves, "age_group")
    for record in records:
        record["name"] = age(record["group"], language)
    title = sentences.ages(records, language)
    return _table("aldrar", title, text("closure.ages_sub", language), "closure.col_age", records, curves, language)


def occupations_table(curves: Curves, language: str) -> Table:
    """Back in work a year after, by occupation, most people first."""
    found = _groups(curves, "occupation")
    order = sorted(found, key=lambda row: (-round(row["persons"], 1), row["group"]))
    records = [row for row in order if row["persons"] >= LEAST_PERSONS][:MOST_OCCUPATIONS]
    for record in records:
        code = record["group"]
        record |= {"name": names.occupation(code, language), "code": code}
        record["href"] = address("occupation", language, code=code)
    title, sub = (text(f"closure.occupations_{key}", language) for key in ("title", "sub"))
    table = _table("yrken", title, sub, "charts.col_occupation", records, curves, language)
    left = len(found) - len(records)
    notes = [text("closure.occupations_left", language, n=left)] if left else []
    return replace(table, notes=[*notes, *table.notes])


def _groups(curves: Curves, grouping: str) -> list[Row]:
    """A record a group at the marked month: without courses, and the middle with the best."""
    best = {row["group"]: row["p50"] for row in curves.shares("best", grouping, at=curves.month)}
    return [
        row | {"best": best.get(row["group"]), "modelled": True}
        for row in curves.shares("none", grouping, at=curves.month)
    ]


def _table(
    key: str, title: SafeString, sub: SafeString, head: str, records: list[Row], curves: Curves, language: str
) -> Table:
    with_best = "best" in curves.scenarios()
    best = [Column("best", text("closure.col_best", language))] if with_best else []
    return Table(
        key=key,
        caption=title,
        title=title,
        subtitle=sub,
        columns=[
            Column("name", text(head, language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tick="best"),
            Column("p50", text("closure.col_back", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            *best,
            Column("persons", text("closure.col_hit", language), digits=1, unit=text("decisions.persons", language)),
        ],
        records=records,
        notes=[text("closure.tick_best", language)] if with_best else [],
        language=language,
        extra={"scale": SHARES},
    )


def age(group: str, language: str) -> str:
    """An age class in words: "16-34" as "16–34 år"."""
    return str(text("closure.age", language, ages=group.replace("-", "\u2013" if language == "sv" else " to ")))


def curves_of(results: Results, shock: str, month: int | None) -> Curves | None:
    """The curves of a closure; nothing where the run has none. Without a year followed the last month is marked."""
    if not results.has("closure_curves"):
        return None
    frame = results.table("closure_curves").filter(shock=shock)
    if not frame.height:
        return None
    return Curves(frame, int(frame["month"].max()) if month is None else month)
