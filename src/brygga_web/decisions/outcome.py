"""Utfall: started, completed, in work, in work that matches; and what the next plan learns.

Only tables with few people hidden are read: those that `brygga.workflow.follow_up` shows.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.frame import formats, opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

COUNTS = ("started", "completed", "placed", "matched")


def outcome_page(results: Results, scope: Scope) -> Page:
    """Everything the page says; it has no choices."""
    language = scope.language
    shown = opened.outcomes(results)
    rows = shown["outcomes"]
    return Page(
        name="outcome",
        file="utfall",
        scope=scope,
        results=results,
        answer=answer(rows, language),
        sub=_sub(rows, results, language) if rows.height else "",
        tables=[_classes(rows, results, language), _learned(shown["updated_rates"], results, language)],
        shown={"any": rows.height > 0},
    )


def answer(rows: pl.DataFrame, language: str) -> SafeString | str:
    """Of those who started, how many got work that matches: only classes that show both."""
    if not rows.height:
        return text("outcome.answer_none", language)
    counted = rows.drop_nulls(["started", "matched"])
    if not counted.height:
        return ""
    sums = {count: formats.number(counted[count].sum(), language) for count in ("started", "matched")}
    classes = formats.counted(counted.height, language)
    return text("outcome.answer", language, n=counted.height, classes=classes, **sums)


def _sub(rows: pl.DataFrame, results: Results, language: str) -> SafeString:
    hidden = sum(rows[count].null_count() for count in COUNTS)
    return text(
        "outcome.sub",
        language,
        least=opened.smallest_shown(results),
        hidden=formats.number(hidden, language),
        all=formats.number(rows.height * len(COUNTS), language),
    )


def _classes(rows: pl.DataFrame, results: Results, language: str) -> Table:
    """Classes with a count to show; how many have none is said in words."""
    named = _programmes(results, language)
    counted = rows.filter(~pl.all_horizontal(pl.col(COUNTS).is_null()))
    hidden = rows.height - counted.height
    records = [
        row
        | {
            **named[row["programme"]],
            "code": row["programme"],
            "start": str(row["start_year"]),
            "modelled": row["status"] == "modelled",
        }
        for row in counted.sort("programme", "start_year").iter_rows(named=True)
    ]
    title = text("outcome.table_title", language)
    return Table(
        key="klasser",
        caption=title,
        title=title,
        subtitle=text("outcome.table_sub", language),
        columns=[
            Column("name", text("outcome.col_programme", language), "head"),
            Column("start", text("outcome.col_start", language), "text"),
            *(Column(key, text(f"outcome.col_{key}", language), mark=key == "started") for key in COUNTS),
        ],
        records=records,
        notes=_notes("outcome.classes_hidden", hidden, language),
        language=language,
    )


def _notes(key: str, hidden: int, language: str) -> list[SafeString]:
    more = [text(key, language, n=hidden, count=formats.number(hidden, language))] if hidden else []
    return [text("outcome.hidden_note", language), *more]


def _learned(rates: pl.DataFrame, results: Results, language: str) -> Table:
    """Rates with an outcome to show; how many have none is said in words."""
    named = _programmes(results, language)
    learned = rates.drop_nulls("p50")
    records: list[dict[str, Any]] = [
        {
            "name": named[row["programme"]]["name"],
            "shown_code": _beside(named[row["programme"]], text(f"outcome.rate_{row['rate']}", language)),
            "code": row["programme"],
            "named": named[row["programme"]]["named"],
            "rate": text(f"outcome.rate_{row['rate']}", language),
            "modelled": True,
            "prior": row["prior"],
            "tick": row["prior"] * 100,
            **{key: None if row[key] is None else row[key] * 100 for key in ("p10", "p50", "p90")},
            "share": row["p50"],
        }
        for row in learned.sort("programme", "rate").iter_rows(named=True)
    ]
    title = text("outcome.learned_title", language)
    return Table(
        key="larande",
        caption=title,
        title=title,
        subtitle=text("outcome.learned_sub", language),
        columns=[
            Column("name", text("outcome.col_programme", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan", tick="tick"),
            Column("prior", text("outcome.col_before", language), "percent"),
            Column("share", text("outcome.col_after", language), "percent", strong=True, mark=True),
            Column("span", f"{text('charts.col_likely', language)}, %", "span"),
        ],
        records=records,
        notes=_notes("outcome.rates_hidden", rates.height - learned.height, language),
        language=language,
    )


def _beside(named: dict[str, str], rate: str) -> str:
    return f"{named['shown_code']} · {rate}" if named["shown_code"] else rate


def _programmes(results: Results, language: str) -> dict[str, dict[str, str]]:
    """Name of each programme, with its place where the name does not hold it."""
    sites = dict(results.table("sites").select("site", "municipality").iter_rows())
    rows = results.table("programmes").select("programme", "site", f"name_{language}").iter_rows()
    named = [(code, name, names.municipality(sites[site], results.region)) for code, site, name in rows]
    return {
        code: {
            "name": name,
            "shown_code": "" if place in name else place,
            "named": name if place in name else f"{name}, {place}",
        }
        for code, name, place in named
    }
