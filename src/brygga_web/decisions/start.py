"""The start page: the main question answered in one sentence, then map, key figures, tables."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.further_jobs import carried_answer, near_answers
from brygga_web.decisions.granted import full_cost
from brygga_web.decisions.rows import (
    by_group,
    by_municipality,
    gap_columns,
    group_columns,
    largest_groups,
    left_column,
    spread,
    total_row,
    unfilled_columns,
)
from brygga_web.frame import drawing, formats, opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.context import address
from brygga_web.frame.maps import Place, draw_map, fitting_step, scale_strip
from brygga_web.frame.pages import Page, area_name, occupations_name
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import in_sentence, text

MOST_GROUPS = 8


def start_page(results: Results, scope: Scope) -> Page:
    """Everything the start page says about a choice."""
    language, year = scope.language, scope.year
    short = spread("shortage", results, scope)
    left = spread("shortage", results, scope, plan="best")
    within = sentences.within(scope.chosen, occupations_name(scope.chosen, language), language)
    answer = sentences.shortage(short, year=year, language=language, within=within)
    places = by_municipality(results, scope)
    return Page(
        name="start",
        file="start",
        scope=scope,
        results=results,
        answer=format_html("{} {}", answer, sentences.left(left, language=language)),
        sub=_sub(results, scope),
        tables=[_municipalities(places, results, scope), _groups(results, scope)],
        shown={
            **_map(places, results, scope),
            "map_says": text("start.map_says", language, year=year),
            "facts": _facts(short, left, results, scope),
            "counted": _counted(results, language),
            "benefit": _benefit(results, scope),
        },
    )


def _sub(results: Results, scope: Scope) -> SafeString:
    listed = [names.municipality(code, results.region) for code in scope.municipalities]
    count = formats.counted(len(listed), scope.language)
    return text(
        "start.sub",
        scope.language,
        n=len(listed),
        names=listed[0],
        count=count[:1].upper() + count[1:],
        occupations=in_sentence(occupations_name(scope.chosen, scope.language)),
        largest=sentences.largest(largest_groups(results, scope), scope.language),
        means=text("decisions.means", scope.language),
    )


def _facts(short: dict[str, float], left: dict[str, float], results: Results, scope: Scope) -> list[dict[str, Any]]:
    language, base = scope.language, results.region.base_year
    scale = drawing.scale_over([*short.values(), *left.values()])
    return [
        _fact("short", short, scale, scope, year=scope.year, base=base),
        _fact("left", left | {"naive": short["p50"]}, scale, scope, year=scope.year) | {"css": "plan"},
        _cost(results, language),
    ]


def _fact(key: str, of: dict[str, float], scale: drawing.Scale, scope: Scope, **values: int) -> dict[str, Any]:
    language = scope.language
    kind = "plan" if key == "left" else "shortage"
    written = formats.span(of["p10"], of["p90"], language)
    return {
        "name": text(f"start.fact_{key}", language, **values),
        "value": formats.number(of["p50"], language),
        "unit": text("decisions.posts", language),
        "drawn": drawing.interval(scale, of["p10"], of["p50"], of["p90"], naive=of["naive"], kind=kind),
        "says": text(
            f"start.fact_{key}_says", language, span=written, naive=formats.number(of["naive"], language), **values
        ),
    }


def _cost(results: Results, language: str) -> dict[str, Any]:
    region = results.region
    money = results.table("plan_money").filter(plan="best").join(results.table("funders"), on="funder", how="left")
    whole = money["spent_sek"].sum()
    usual = results.table("plan").filter(plan="last_year")["cost_sek"].sum()
    own = money.filter(kind="municipality")["spent_sek"].sum()
    return {
        "css": "plan",
        "name": text("start.fact_cost", language),
        "value": formats.millions(whole, language),
        "unit": text("start.fact_cost_unit", language),
        "drawn": drawing.share_bar(own / whole if whole else 0.0),
        "says": text(
            "start.fact_cost_says",
            language,
            first=region.first_plan_year,
            last=region.last_plan_year,
            own=formats.millions(own, language),
            full=formats.millions(full_cost(results), language),
            last_year=formats.millions(usual, language),
        ),
    }


def _map(places: list[dict[str, Any]], results: Results, scope: Scope) -> dict[str, SafeString | None]:
    """Unfilled posts per 100, the same numbers as in the table, on the scale that their ranges carry."""
    shown = {
        row["code"]: Place(row["name"], row["per_p50"], row["per_p10"], row["per_p90"], row["number"])
        for row in places
        if row["per_p50"] is not None
    }
    step = fitting_step(shown.values())
    title = text("start.map_title", scope.language, area=area_name(results, scope.language), year=scope.year)
    drawn = draw_map(shown, area=results.region.municipalities, title=title, step=step, language=scope.language)
    return {"map": drawn, "strip": scale_strip(step, scope.language)}


def _municipalities(places: list[dict[str, Any]], results: Results, scope: Scope) -> Table:
    language = scope.language
    title = text("start.municipalities_title", language, year=scope.year)
    return Table(
        key="kommuner",
        caption=title,
        title=title,
        subtitle=text(
            "start.municipalities_sub",
            language,
            occupations=occupations_name(scope.chosen, language),
            base=results.region.base_year,
        ),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            *unfilled_columns(results, language),
            left_column(language),
            Column("per_p50", text("charts.col_per_hundred", language), digits=1),
            *gap_columns(language),
        ],
        records=places,
        total=total_row(results, scope, text("start.whole", language)),
        notes=[text("start.municipalities_note", language), text("decisions.not_added", language)],
        language=language,
    )


def _groups(results: Results, scope: Scope) -> Table:
    language = scope.language
    title = text("start.groups_title", language, year=scope.year)
    return Table(
        key="yrkesgrupper",
        caption=title,
        title=title,
        subtitle=text("start.groups_sub", language, base=results.region.base_year),
        columns=group_columns(results, language)[:6],
        records=by_group(results, scope)[:MOST_GROUPS],
        language=language,
    )


def _counted(results: Results, language: str) -> SafeString:
    base = opened.foundations(results)
    return text(
        "start.counted_says",
        language,
        observed=formats.number(base.observed, language),
        modelled=formats.number(base.modelled, language),
    )


def _benefit(results: Results, scope: Scope) -> dict[str, Any]:
    """What a job carries; and the tax of one chosen municipality, since spans of several are not added."""
    taxes = results.table("municipal_tax").filter(
        pl.col("year") == scope.year, pl.col("municipality").is_in(scope.municipalities)
    )
    single = taxes.height == 2 and taxes["municipality"].n_unique() == 1
    link = address("benefit", scope.language) + scope.query(yrke="")
    jobs = carried_answer(near_answers(results.table("carried_jobs")), scope.language)
    if not single:
        return {"link": link, "jobs": jobs}
    best, usual = (taxes.filter(plan=plan).row(0, named=True) for plan in ("best", "last_year"))
    ends = text(
        "decisions.ends",
        scope.language,
        low=formats.millions(best["p10"], scope.language),
        high=formats.millions(best["p90"], scope.language),
    )
    return {
        "link": link,
        "jobs": jobs,
        "says": text(
            "start.benefit_says",
            scope.language,
            year=scope.year,
            ends=ends,
            last_year=formats.millions(usual["p50"], scope.language),
        ),
    }
