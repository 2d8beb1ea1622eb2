"""Nytta: what an industrial job carries, in three answers, and the tax where people live beside what each pays."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import benefit, names
from brygga.workflow.carry import LEFT_OUT
from brygga.workflow.results import Results
from brygga_web.frame import formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

ORDER = ("input_output", "local_multiplier", "claim")


def benefit_page(results: Results, scope: Scope) -> Page:
    """Everything the page says about a choice of municipalities and a year."""
    language = scope.language
    carried = results.table("carried_jobs")
    near = near_answers(carried)
    tax = _tax(results, scope)
    return Page(
        name="benefit",
        file="nytta",
        scope=scope,
        results=results,
        answer=carried_answer(near, language),
        sub=text("benefit.sub", language, n=near.height),
        tables=[_jobs(carried, language), *([tax] if tax.records else []), _sources(carried, language)],
        shown={"no_tax": "" if tax.records else text("benefit.tax_none", language, year=scope.year)},
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
    numbers = _numbered(carried)
    records = [
        row
        | {
            "number": str(numbers[row["source"]]),
            "kind": text(f"benefit.kind_{row['answer']}", language),
            "where": text(f"benefit.reach_{row['reach']}", language),
            "includes": row[f"includes_{language}"],
            "modelled": row["status"] == "modelled",
            "instead": "" if row["low"] < row["high"] else str(text("benefit.no_range", language)),
        }
        for row in _in_order(carried)
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
            Column("number", text("benefit.col_source", language), "text"),
        ],
        records=records,
        css="stack words",
        language=language,
    )


def _in_order(carried: pl.DataFrame) -> list[dict[str, Any]]:
    """The answers as the page shows them: computed, measured, claimed."""
    return sorted(carried.iter_rows(named=True), key=lambda row: (ORDER.index(row["answer"]), row["name"]))


def _numbered(carried: pl.DataFrame) -> dict[str, int]:
    """Each source once, numbered from 1 in the order of the answers."""
    named = dict.fromkeys(row["source"] for row in _in_order(carried))
    return {source: number for number, source in enumerate(named, 1)}


def _sources(carried: pl.DataFrame, language: str) -> Table:
    """The sources of the answers: a numbered list on the page, a table in files."""
    return Table(
        key="svarens-kallor",
        caption=text("benefit.sources", language),
        columns=[
            Column("number", text("benefit.col_source", language), "head"),
            Column("source", text("benefit.col_written", language), "text"),
        ],
        records=[{"number": str(number), "source": source} for source, number in _numbered(carried).items()],
        language=language,
    )


def _tax(results: Results, scope: Scope) -> Table:
    """Tax a year beside what each municipality pays a year, in thousands; the set is summed in every draw."""
    language = scope.language
    title = text("benefit.tax_title", language, year=scope.year)
    first, last = results.region.first_plan_year, results.region.last_plan_year
    years = [str(year) for year in dict.fromkeys(benefit.pay_years(results))]
    pay = text("benefit.col_tax", language, years=formats.DASH.join(years))
    return Table(
        key="skatt",
        caption=title,
        title=title,
        subtitle=text("benefit.tax_sub", language, first=first, last=last),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan"),
            Column("p50", pay, strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            Column("naive", text("benefit.col_last", language)),
            Column("persons", text("benefit.col_persons", language)),
            Column("pays", text("benefit.col_pays", language)),
        ],
        records=_tax_records(results, scope),
        total=_tax_total(results, scope),
        notes=[text("benefit.tax_note", language, left_out=LEFT_OUT[language])],
        language=language,
    )


def _tax_records(results: Results, scope: Scope) -> list[dict[str, object]]:
    asked = benefit.tax(results, municipalities=scope.municipalities, year=scope.year, by="municipality")
    best = {row["municipality"]: row for row in asked.filter(plan="best").iter_rows(named=True)}
    paid = benefit.paid_a_year(results, municipalities=scope.municipalities)
    return [
        {"name": names.municipality(code, results.region), "code": code, **_thousands(best[code], paid[code])}
        for code in scope.municipalities
        if code in best
    ]


def _tax_total(results: Results, scope: Scope) -> dict[str, object] | None:
    whole = benefit.tax(results, municipalities=scope.municipalities, year=scope.year).filter(plan="best")
    if not whole.height:
        return None
    paid = benefit.paid_a_year(results, municipalities=scope.municipalities)
    name = text("start.whole", scope.language)
    return {"name": name, **_thousands(whole.row(0, named=True), sum(paid.values()))}


def _thousands(row: dict[str, Any], pays: float) -> dict[str, object]:
    amounts = {key: row[key] / 1000 for key in ("p10", "p50", "p90", "naive")}
    return {**amounts, "persons": row["persons"], "pays": pays / 1000, "modelled": True}
