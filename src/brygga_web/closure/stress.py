"""The stress test of the area: each large industry or workplace closed in turn, ranked in two ways.

The list stands by people without work after a year; beside stand the place by tax lost, and in what share of the
random futures the row is among the five worst, so that nobody reads more into the order than it carries.

Start reading at `stress_table`.
"""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.closure.chosen import link
from brygga_web.frame import formats
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

MOST_ROWS = 12
Row = dict[str, Any]


def stress_rows(results: Results) -> list[Row]:
    """All rows of the stress test in the order of the first rank, with a plain p10, p50 and p90 of people."""
    if not results.has("stress"):
        return []
    found = results.table("stress").sort("rank_work", "shock").iter_rows(named=True)
    return [row | {f"p{q}": row[f"without_work_12_p{q}"] for q in (10, 50, 90)} for row in found]


def stress_table(results: Results, language: str) -> Table | None:
    """The worst rows as an interval table; nothing where the run has no stress test."""
    rows = stress_rows(results)
    if not rows:
        return None
    title = text("closure.stress_title", language)
    shown = [_record(row, results, language) for row in rows[:MOST_ROWS]]
    return Table(
        key="stresstest",
        caption=title,
        title=title,
        subtitle=text("closure.stress_sub", language, shown=len(shown), n=len(rows)),
        columns=[
            Column("name", text("closure.col_closed", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tick="posts"),
            Column("p50", text("closure.col_more_without", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            Column("hit_12_p50", text("closure.col_of_hit_work", language), mark=True),
            Column("worst_work", text("closure.col_worst", language), "percent"),
            Column("tax_p50", text("closure.col_tax", language), digits=1, mark=True),
            Column("tax_span", text("charts.col_likely", language), "span", low="tax_p10", high="tax_p90", digits=1),
            Column("rank_tax", text("closure.col_rank_tax", language)),
            Column("posts", text("closure.col_posts", language)),
            Column("share", text("closure.col_share", language), "percent", digits=1),
        ],
        records=shown,
        notes=[*_part(rows, language), text("closure.stress_note", language), text("closure.not_added", language)],
        css="stack crowded",
        language=language,
    )


def _part(rows: list[Row], language: str) -> list[SafeString]:
    """How much of its posts each row loses, where that is the same for all."""
    parts = {round(row["posts"] / row["jobs"], 2) for row in rows if row["jobs"]}
    return (
        [text("closure.stress_part", language, share=formats.percent(parts.pop(), language))] if len(parts) == 1 else []
    )


def _record(row: Row, results: Results, language: str) -> Row:
    place = names.municipality(row["municipality"], results.region)
    what = row["label"] or names.industry(row["industry"], language)
    return {
        **row,
        **{f"tax_p{q}": row[f"tax_lost_p{q}"] / 1e6 for q in (10, 50, 90)},
        "name": f"{place}: {what}",
        "code": row["industry"],
        "href": link(row["shock"], results, language),
        "modelled": row["status"] == "modelled",
    }
