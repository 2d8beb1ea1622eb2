"""Insatser: the plan by place and year, who pays, what limits it, and how it compares with as last year."""

from __future__ import annotations

from typing import Any

import polars as pl

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.plan_facts import facts, remarks
from brygga_web.decisions.plan_tables import compare, limits, money, places
from brygga_web.decisions.plan_together import front, futures, reasons, together
from brygga_web.decisions.rows import spread
from brygga_web.frame import formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Column, Table, total_of
from brygga_web.frame.texts import text

Row = dict[str, Any]


def measures_page(results: Results, scope: Scope) -> Page:
    """Everything the page says; the plan is for the whole area, the choice is only the year."""
    language = scope.language
    filled = spread("covered", results, scope, plan="best")
    rows = plan_rows(results, language)
    cost = sum(row["cost_sek"] for row in rows)
    return Page(
        name="measures",
        file="insatser",
        scope=scope,
        results=results,
        answer=sentences.plan(filled, measures=len(rows), cost_sek=cost, year=scope.year, language=language),
        sub=text(
            "measures.sub",
            language,
            bound=sentences.near_best(results.summary.get("improvement_gap"), language),
        ),
        tables=[
            _portfolio(rows, results, scope),
            _who(_applied(rows, results, language), language),
            compare(results, scope),
            money(results, language),
            places(results, language),
            *together(results, language),
            limits(results, language),
            *reasons(results, language),
            *front(results, language),
            *futures(results, language),
        ],
        shown={"facts": facts(results, scope, filled), **remarks(results, scope)},
    )


def plan_rows(results: Results, language: str) -> list[Row]:
    """One record a measure of the best plan, those that fill most first."""
    region = results.region
    plan = results.table("plan").filter(pl.col("plan") == "best", pl.col("seats") > 0)
    programmes = {row["programme"]: row for row in results.table("programmes").iter_rows(named=True)}
    sites = {row["site"]: row for row in results.table("sites").iter_rows(named=True)}
    arrivals = dict(
        results.table("plan_arrivals")
        .filter(plan="best")
        .group_by("programme")
        .agg(pl.col("persons").sum())
        .iter_rows()
    )
    years = range(region.first_plan_year, region.last_plan_year + 1)
    rows = []
    for (programme,), classes in plan.group_by("programme", maintain_order=True):
        seats = dict(classes.group_by("year").agg(pl.col("seats").sum()).iter_rows())
        rows.append(
            _named(programmes[programme], sites, region, language)
            | {f"y{year}": seats.get(year, 0) for year in years}
            | {
                "steps": [seats.get(year, 0) for year in years],
                "seats": sum(seats.values()),
                "cost_sek": classes["cost_sek"].sum(),
                "ksek": classes["cost_sek"].sum() / 1000,
                "fills": arrivals.get(programme, 0.0),
            }
        )
    return sorted(rows, key=lambda row: (-round(row["fills"]), row["programme"]))


def _named(programme: Row, sites: dict[str, Row], region: Any, language: str) -> Row:
    site = sites[programme["site"]]
    delivery = text(f"measures.delivery_{programme['delivery']}", language)
    place = names.municipality(site["municipality"], region)
    named = programme[f"name_{language}"]
    chance = programme["grant_probability"]
    return {
        "programme": programme["programme"],
        "name": named,
        "code": programme["programme"],
        "named": named if place in named else f"{named}, {place}",
        "shown_code": delivery if place in named else f"{place} · {delivery}",
        "provider": programme["provider"],
        "length": text("measures.years", language, n=programme["years"]),
        "first": str(programme["first_start"]),
        "decides": programme["decided_by"],
        "chance": text("measures.needs_no_grant", language) if chance >= 1 else sentences.chance(chance, language),
    }


def _portfolio(rows: list[Row], results: Results, scope: Scope) -> Table:
    language, region = scope.language, results.region
    years = range(region.first_plan_year, region.last_plan_year + 1)
    title = text("measures.table_title", language)
    span = formats.span(years[0], years[-1], "sv").replace(formats.NBSP, "")
    keys = [f"y{year}" for year in years]
    return Table(
        key="planen",
        caption=title,
        title=title,
        subtitle=text("measures.table_sub", language, year=scope.year),
        columns=[
            Column("name", text("measures.col_measure", language), "head"),
            Column("steps", span, "steps"),
            *(Column(key, key[1:], css="y", unit=text("measures.fact_seats_unit", language)) for key in keys),
            Column("seats", text("measures.col_seats", language), strong=True),
            Column("ksek", text("measures.col_ksek", language)),
            Column(
                "fills",
                text("measures.col_fills", language),
                strong=True,
                mark=True,
                unit=text("decisions.persons", language),
            ),
        ],
        records=[row | {"modelled": True} for row in rows],
        total=total_of(rows, [*keys, "seats", "ksek", "fills"]) | {"name": text("measures.whole", language)},
        css="stack seven",
        language=language,
        extra={"most": max((max(row["steps"]) for row in rows), default=1)},
    )


def _applied(rows: list[Row], results: Results, language: str) -> list[Row]:
    """`rows` with the last day to apply for the first start, and what the plan loses if all starts get a no."""
    if not results.has("plan_starts"):
        return [row | {"apply": "", "no": None} for row in rows]
    starts = results.table("plan_starts").sort("programme", "year")
    told = starts.group_by("programme", maintain_order=True).agg(
        pl.col("apply_by", "window_standing").first(), pl.col("loses_on_no").drop_nulls().sum()
    )
    by = {row["programme"]: row for row in told.iter_rows(named=True)}
    return [
        row | {"apply": _window(one, language), "no": one["loses_on_no"] or None}
        for row in rows
        for one in [by[row["programme"]]]
    ]


def _window(start: Row, language: str) -> str:
    """The last day to apply, and how far to trust it where nobody here has read the rule."""
    if start["apply_by"] is None:
        return ""
    standing = start["window_standing"]
    trust = "" if standing == "read" else f" ({text(f'measures.standing_{standing}', language)})"
    return f"{start['apply_by']}{trust}"


def _who(rows: list[Row], language: str) -> Table:
    title = text("measures.start_title", language)
    return Table(
        key="vem",
        caption=title,
        title=title,
        subtitle=text("measures.start_sub", language),
        columns=[
            Column("name", text("measures.col_measure", language), "head"),
            Column("provider", text("measures.col_provider", language), "text"),
            Column("length", text("measures.col_length", language), "text"),
            Column("first", text("measures.col_first", language), "text"),
            Column("decides", text("measures.col_decides", language), "text"),
            Column("apply", text("measures.col_apply", language), "text"),
            Column("chance", text("measures.col_chance", language), "text"),
            Column("no", text("measures.col_no", language), digits=1, unit=text("measures.person_years", language)),
        ],
        records=rows,
        css="stack words",
        language=language,
    )
