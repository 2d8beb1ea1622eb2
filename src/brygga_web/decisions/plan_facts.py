"""What a board asks of a plan: how many seats, what it costs and who pays, what it fills; and what to keep in mind."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names, questions
from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.granted import full_cost
from brygga_web.decisions.plan_together import fact as together
from brygga_web.decisions.rows import spread
from brygga_web.frame import drawing, formats, opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.texts import joined, text

Row = dict[str, Any]
UNLED = "No measure leads to"
EARLY = "As last year breaks"
EARLY_KIND = "pin_most"
SOLVED = ("optimal", "gap", "iterations")
"""Ends of a search that time did not cut off."""
CUT_OFF = "The plan was cut off by its time limit"


def facts(results: Results, scope: Scope, filled: dict[str, float]) -> list[Row]:
    """Seats, cost and posts filled of the best plan, each against as last year; what planning together is worth."""
    best, usual = (_size(results, plan) for plan in ("best", "last_year"))
    return [
        _seats(best, usual, results, scope.language),
        _cost(best, usual, results, scope.language),
        _fills(filled, results, scope),
        *together(results, scope.language),
    ]


def remarks(results: Results, scope: Scope) -> dict[str, list[Any]]:
    """The plan's remarks from its numbers, in the language of the page; warnings it has no words for stay."""
    summary, language = results.summary, scope.language
    breaks = summary.get("last_year_breaks", ())
    early = _early(results) if any(one["kind"] == EARLY_KIND for one in breaks) else None
    said = {
        UNLED: _unled(results, scope) if summary.get("not_led_to", {}).get("occupations") else "",
        EARLY: _early_says(early, results, language) if early is not None and early.height == len(breaks) else "",
        CUT_OFF: text("measures.remark_cut_off", language) if summary.get("status", "optimal") not in SOLVED else "",
    }
    known = tuple(start for start, words in said.items() if words)
    return {
        "remarks": [words for words in said.values() if words],
        "warnings": [note for note in summary.get("warnings", ()) if not note.startswith(known)],
    }


def _size(results: Results, plan: str) -> dict[str, float]:
    rows = results.table("plan").filter(plan=plan)
    return rows.select(pl.col("classes", "seats", "cost_sek").sum()).row(0, named=True)


def _seats(best: dict[str, float], usual: dict[str, float], results: Results, language: str) -> Row:
    region = results.region
    return {
        "css": "plan",
        "name": text("measures.fact_seats", language, first=region.first_plan_year, last=region.last_plan_year),
        "value": formats.number(best["seats"], language),
        "unit": text("measures.fact_seats_unit", language),
        "drawn": _against(best["seats"], usual["seats"]),
        "says": text(
            "measures.fact_seats_says",
            language,
            classes=formats.number(best["classes"], language),
            seats=formats.number(usual["seats"], language),
            usual=formats.number(usual["classes"], language),
        ),
    }


def _cost(best: dict[str, float], usual: dict[str, float], results: Results, language: str) -> Row:
    return {
        "css": "plan",
        "name": text("measures.fact_cost", language),
        "value": formats.millions(best["cost_sek"], language),
        "unit": text("measures.fact_cost_unit", language),
        "drawn": _against(best["cost_sek"], usual["cost_sek"]),
        "says": text(
            "measures.fact_cost_says",
            language,
            payers=_payers(results, language),
            full=formats.millions(full_cost(results), language),
            last_year=formats.millions(usual["cost_sek"], language),
        ),
    }


def _fills(filled: dict[str, float], results: Results, scope: Scope) -> Row:
    language = scope.language
    usual = spread("covered", results, scope, plan="last_year")
    scale = drawing.scale_over([*filled.values(), *usual.values()])
    still = {plan: spread("shortage", results, scope, plan=plan)["p50"] for plan in questions.PLANS}
    return {
        "css": "plan",
        "name": text("measures.fact_fills", language, year=scope.year),
        "value": formats.number(filled["p50"], language),
        "unit": text("decisions.posts", language),
        "drawn": drawing.interval(scale, filled["p10"], filled["p50"], filled["p90"], naive=usual["p50"], kind="plan"),
        "says": text(
            "measures.fact_fills_says",
            language,
            span=formats.span(filled["p10"], filled["p90"], language),
            naive=formats.number(usual["p50"], language),
            usual=formats.span(usual["p10"], usual["p90"], language),
            year=scope.year,
            **{plan: formats.number(posts, language) for plan, posts in still.items()},
        ),
    }


def _against(value: float, usual: float) -> SafeString:
    return drawing.bar(drawing.scale_over([value, usual]), value, naive=usual)


def _payers(results: Results, language: str) -> str:
    """Each kind of funder with its millions, the largest first; those that pay nothing are left out."""
    spent = (
        results.table("plan_money")
        .filter(plan="best")
        .join(results.table("funders").select("funder", "kind"), on="funder")
        .group_by("kind")
        .agg(pl.col("spent_sek").sum())
        .filter(pl.col("spent_sek") > 0)
        .sort("spent_sek", "kind", descending=[True, False])
    )
    return joined(
        [
            text(
                "measures.payer",
                language,
                name=text(f"measures.payer_{row['kind']}", language),
                spent=formats.millions(row["spent_sek"], language),
            )
            for row in spent.iter_rows(named=True)
        ],
        language,
    )


def _unled(results: Results, scope: Scope) -> SafeString:
    """How many occupations with unfilled posts no programme leads to, and how many posts that is."""
    led = set(results.table("programme_leads").filter(pl.col("share") > 0)["occupation"])
    short = results.table("unfilled").filter(pl.col("p50") > 0)["occupation"].unique()
    needed = [code for code in questions.occupations(results) if code in set(short)]
    unled = tuple(code for code in needed if code not in led)
    asked = scope.asked() | {"occupations": unled}
    posts = opened.answer("shortage", results, year=scope.year, by=None, **asked).row(0, named=True)
    return text(
        "measures.remark_unled",
        scope.language,
        count=formats.number(len(unled), scope.language),
        all=formats.number(len(needed), scope.language),
        ends=sentences.ends(posts, scope.language),
        year=scope.year,
    )


def _early(results: Results) -> pl.DataFrame:
    """Classes of the plan as last year before the first year they may start."""
    first = results.table("programmes").select("programme", "first_start", "site")
    usual = results.table("plan").filter(pl.col("plan") == "last_year", pl.col("seats") > 0).drop("site")
    return usual.join(first, on="programme").filter(pl.col("year") < pl.col("first_start")).sort("programme", "year")


def _early_says(early: pl.DataFrame, results: Results, language: str) -> SafeString:
    named = dict(results.table("programmes").select("programme", f"name_{language}").iter_rows())
    sites = dict(results.table("sites").select("site", "municipality").iter_rows())
    listed = [
        f"{named[row['programme']]} ({names.municipality(sites[row['site']], results.region)})"
        for row in early.unique("programme", maintain_order=True).iter_rows(named=True)
    ]
    return text(
        "measures.remark_early",
        language,
        n=early.height,
        count=formats.counted(early.height, language),
        names=joined(listed, language),
    )
