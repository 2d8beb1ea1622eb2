"""The tables beside the plan: compared with as last year, money, municipalities, limits."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions.granted import exceeded, full_cost
from brygga_web.frame import formats, opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.tables import Column, Table, total_of
from brygga_web.frame.texts import text

MOST_LIMITS = 12
NEARLY = 0.999
"""A limit used to this share counts as reached."""
WORTH = 0.05
"""A limit is worth naming when one more unit gives this much."""


def compare(results: Results, scope: Scope) -> Table:
    """The three plans side by side: what still stands unfilled, what is filled, what it costs."""
    language = scope.language
    short = opened.ask("shortage", results, year=scope.year, by=None, **scope.asked()).filter(value="short")
    filled = opened.ask("covered", results, year=scope.year, by=None, **scope.asked())
    cost = dict(results.table("plan").group_by("plan").agg(pl.col("cost_sek").sum()).iter_rows())
    covers = {row["plan"]: row for row in filled.iter_rows(named=True)}
    records = []
    for plan in ("best", "last_year", "nothing"):
        row = short.filter(plan=plan).row(0, named=True)
        one = covers.get(plan, {"p10": 0.0, "p50": 0.0, "p90": 0.0})
        records.append(
            row
            | {"name": text(f"measures.plan_{plan}", language), "msek": cost.get(plan, 0.0) / 1e6, "modelled": True}
            | {f"filled_{key}": one[key] for key in ("p10", "p50", "p90")}
        )
    title = text("measures.compare_title", language)
    return Table(
        key="jamfor",
        caption=title,
        title=title,
        subtitle=text("measures.compare_sub", language, year=scope.year),
        columns=[
            Column("name", text("measures.col_plan", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tick=""),
            Column(
                "p50",
                text("measures.col_still", language, year=scope.year),
                strong=True,
                mark=True,
                unit=text("decisions.posts", language),
            ),
            Column("span", text("charts.col_likely", language), "span"),
            Column("filled_p50", text("measures.col_filled", language, year=scope.year)),
            Column("filled_span", text("charts.col_likely", language), "span", low="filled_p10", high="filled_p90"),
            Column("msek", text("measures.col_msek", language), digits=1),
        ],
        records=records,
        language=language,
    )


def money(results: Results, language: str) -> Table:
    """Spent per funder, with its budget."""
    region = results.region
    funders = {row["funder"]: row for row in results.table("funders").iter_rows(named=True)}
    spent = (
        results.table("plan_money")
        .filter(plan="best")
        .group_by("funder")
        .agg(pl.col("spent_sek").sum() / 1e6, pl.col("budget_sek").sum() / 1e6)
        .sort("spent_sek", "funder", descending=[True, False])
    )
    whole = spent["spent_sek"].sum() or 1.0
    records = [
        row | {"name": funders[row["funder"]][f"name_{language}"], "share": row["spent_sek"] / whole}
        for row in spent.iter_rows(named=True)
    ]
    title = text("measures.money_title", language)
    return Table(
        key="pengar",
        caption=title,
        title=title,
        subtitle=text("measures.money_sub", language, first=region.first_plan_year, last=region.last_plan_year),
        columns=[
            Column("name", text("measures.col_funder", language), "head"),
            Column("spent_sek", text("charts.col_diagram", language), "bar", tone="plan"),
            Column("spent_sek", text("measures.col_msek", language), digits=1, strong=True),
            Column("share", text("measures.col_share", language), "percent"),
            Column("budget_sek", text("measures.col_budget", language), digits=1),
        ],
        records=records,
        total=total_of(records, ["spent_sek", "share", "budget_sek"]) | {"name": text("measures.sum", language)},
        notes=[_over(results, len(records), language)],
        language=language,
    )


def _over(results: Results, funders: int, language: str) -> SafeString:
    """What it costs if all is granted, and how many budgets that would break."""
    over, cases = exceeded(results)
    return text(
        "measures.over_note" if cases else "measures.inside_note",
        language,
        full=formats.millions(full_cost(results), language),
        funders=formats.number(over, language),
        all=formats.number(funders, language),
        cases=formats.number(cases, language),
    )


def places(results: Results, language: str) -> Table:
    """What each municipality gets and pays, in order of code."""
    given = {
        row["municipality"]: row
        for row in results.table("plan_municipalities").filter(plan="best").iter_rows(named=True)
    }
    records = [
        given[code]
        | {
            "name": names.municipality(code, results.region),
            "code": code,
            "msek": given[code]["pays_sek"] / 1e6,
            "modelled": True,
        }
        for code in results.region.municipalities
        if code in given
    ]
    title = text("measures.places_title", language)
    return Table(
        key="kommuner",
        caption=title,
        title=title,
        subtitle=text("measures.places_sub", language),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            Column("persons", text("charts.col_diagram", language), "bar", tone="plan"),
            Column(
                "persons",
                text("measures.col_fills", language),
                strong=True,
                mark=True,
                unit=text("decisions.persons", language),
            ),
            Column("person_years", text("measures.col_closed", language)),
            Column(
                "msek",
                f"{text('measures.col_pays', language)}, {text('measures.col_msek', language).lower()}",
                digits=1,
            ),
        ],
        records=records,
        total=total_of(records, ["persons", "person_years", "msek"]) | {"name": text("measures.whole", language)},
        language=language,
    )


def limits(results: Results, language: str) -> Table:
    """The limits that are reached, dearest first."""
    named = names_of(results, language)
    of_plan = results.table("plan_limits")
    reached = of_plan.filter(pl.col("used") >= NEARLY * pl.col("at_most"), pl.col("one_more") >= WORTH)
    rows = reached.sort("one_more", "limit", "name", "year", descending=[True, False, False, False])
    records = [_limit(row, named, language) for row in rows.head(MOST_LIMITS).iter_rows(named=True)]
    title = text("measures.limits_title", language)
    return Table(
        key="granser",
        caption=title,
        title=title,
        subtitle=text("measures.limits_sub" if records else "measures.limits_none", language),
        columns=[
            Column("name", text("measures.col_limit", language), "head"),
            Column("used", text("measures.col_used", language), digits=1),
            Column("at_most", text("measures.col_at_most", language), digits=1),
            Column("unit", text("measures.col_unit", language), "text"),
            Column("one_more", text("measures.col_one_more", language), digits=1, strong=True),
        ],
        records=records,
        notes=[text("measures.limits_note", language)],
        language=language,
    )


def _limit(row: dict[str, Any], named: dict[str, str], language: str) -> dict[str, Any]:
    kind = row["limit"]
    scale = 1e6 if kind == "budget" else 1.0
    shown = named.get(row["name"], row["name"])
    return row | {
        "name": text(f"measures.limit_{kind}", language, name=shown),
        "shown_code": str(row["year"]),
        "used": row["used"] / scale,
        "at_most": row["at_most"] / scale,
        "unit": text(f"measures.unit_{kind}", language),
    }


def names_of(results: Results, language: str) -> dict[str, str]:
    """Names of funders, sites and programmes."""
    tables = (
        ("funders", "funder", f"name_{language}"),
        ("sites", "site", "name"),
        ("programmes", "programme", f"name_{language}"),
    )
    sites = dict(results.table("sites").select("site", "municipality").iter_rows())
    placed = {
        row["programme"]: f"{row[shown]}, {place}"
        for shown in (f"name_{language}",)
        for row in results.table("programmes").iter_rows(named=True)
        if (place := names.municipality(sites[row["site"]], results.region)) not in row[shown]
    }
    return {
        code: placed.get(code, name) if table == "programmes" else name
        for table, key, shown in tables
        for code, name in results.table(table).select(key, shown).iter_rows()
    }
