"""Nytta: what an industrial job carries and where, who gains by it, and the tax of the plan beside what each pays.

Start reading at `benefit_page`; the answers are in `further_jobs`, the rest of what is carried in `carried_where`.
"""

from __future__ import annotations

from typing import Any

from brygga.workflow import benefit, names
from brygga.workflow.carry import LEFT_OUT
from brygga.workflow.results import Results
from brygga_web.decisions.carried_where import carried_tables, missing
from brygga_web.decisions.further_jobs import (
    answers_table,
    blocks,
    carried_answer,
    jobs_table,
    near_answers,
    sources_table,
)
from brygga_web.frame import formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text


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
        tables=[
            answers_table(carried, language),
            jobs_table(carried, language),
            *carried_tables(results, language),
            *([tax] if tax.records else []),
            sources_table(carried, language),
        ],
        shown={
            "blocks": blocks(carried, language),
            "missing": missing(results, language),
            "own": "user" in carried["answer"],
            "no_tax": "" if tax.records else text("benefit.tax_none", language, year=scope.year),
        },
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
