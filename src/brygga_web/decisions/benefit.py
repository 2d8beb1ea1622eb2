"""Nytta: what an industrial job carries, in three answers, and the tax where people live beside what each pays."""

from __future__ import annotations

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.frame import formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Column, Table, total_of
from brygga_web.frame.texts import text

ORDER = ("input_output", "local_multiplier", "claim")


def benefit_page(results: Results, scope: Scope) -> Page:
    """Everything the page says about a choice of municipalities and a year."""
    language = scope.language
    carried = results.table("carried_jobs")
    near = near_answers(carried)
    return Page(
        name="benefit",
        file="nytta",
        scope=scope,
        results=results,
        answer=carried_answer(near, language),
        sub=text("benefit.sub", language, n=near.height),
        tables=[_jobs(carried, language), _tax(results, scope)],
    )


def near_answers(carried: pl.DataFrame) -> pl.DataFrame:
    """The computed and measured answers for the area that have a range."""
    return carried.filter(pl.col("answer") != "claim", pl.col("reach") == "region", pl.col("low") < pl.col("high"))


def carried_answer(near: pl.DataFrame, language: str) -> SafeString:
    """How many further jobs, from the lowest to the highest of the answers."""
    if not near.height:
        return text("benefit.answer_none", language)
    low, high = near["low"].min(), near["high"].max()
    return text(
        "benefit.answer", language, low=formats.number(low, language, 1), high=formats.number(high, language, 1)
    )


def _jobs(carried: pl.DataFrame, language: str) -> Table:
    rows = sorted(carried.iter_rows(named=True), key=lambda row: (ORDER.index(row["answer"]), row["name"]))
    records = [
        row
        | {
            "kind": text(f"benefit.kind_{row['answer']}", language),
            "where": text(f"benefit.reach_{row['reach']}", language),
            "includes": row[f"includes_{language}"],
            "modelled": row["status"] == "modelled",
            "instead": "" if row["low"] < row["high"] else str(text("benefit.no_range", language)),
        }
        for row in rows
    ]
    title = text("benefit.jobs_title", language)
    return Table(
        key="jobb",
        caption=title,
        title=title,
        subtitle=text("benefit.jobs_sub", language),
        columns=[
            Column("name", text("benefit.col_answer", language), "head"),
            Column("mid", text("charts.col_diagram", language), "drawn", low="low", high="high", tone="plan", tick=""),
            Column("mid", text("benefit.col_jobs", language), digits=1, strong=True, mark=True),
            Column("span", text("benefit.col_range", language), "span", low="low", high="high", digits=1),
            Column("kind", text("benefit.col_kind", language), "text"),
            Column("where", text("benefit.col_reach", language), "text"),
            Column("includes", text("benefit.col_includes", language), "text", css="long"),
            Column("source", text("benefit.col_source", language), "text", css="long"),
        ],
        records=records,
        css="stack words",
        language=language,
    )


def _tax(results: Results, scope: Scope) -> Table:
    language = scope.language
    records = _tax_records(results, scope)
    title = text("benefit.tax_title", language, year=scope.year)
    total = total_of(records, ["p50", "naive", "persons", "pays"]) | {"name": text("start.whole", language)}
    return Table(
        key="skatt",
        caption=title,
        title=title,
        subtitle=text("benefit.tax_sub", language),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan"),
            Column("p50", text("benefit.col_tax", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            Column("naive", text("benefit.col_last", language)),
            Column("persons", text("benefit.col_persons", language)),
            Column("pays", text("benefit.col_pays", language)),
        ],
        records=records,
        total=total,
        notes=[text("benefit.tax_note", language, left_out=text("benefit.left_out", language))],
        language=language,
    )


def _tax_records(results: Results, scope: Scope) -> list[dict[str, object]]:
    taxes = results.table("municipal_tax").filter(year=scope.year)
    best = {row["municipality"]: row for row in taxes.filter(plan="best").iter_rows(named=True)}
    usual = {row["municipality"]: row for row in taxes.filter(plan="last_year").iter_rows(named=True)}
    pays = dict(results.table("plan_municipalities").filter(plan="best").select("municipality", "pays_sek").iter_rows())
    return [
        {
            "name": names.municipality(code, results.region),
            "code": code,
            "modelled": True,
            **{key: best[code][key] / 1000 for key in ("p10", "p50", "p90")},
            "naive": usual[code]["p50"] / 1000,
            "persons": best[code]["persons"],
            "pays": pays.get(code, 0.0) / 1000,
        }
        for code in scope.municipalities
        if code in best and code in usual
    ]
