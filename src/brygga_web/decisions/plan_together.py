"""What planning together is worth, and, where a run holds them, other sums of money and other futures.

Start reading at `together`.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions.plan_tables import names_of
from brygga_web.frame import drawing, formats
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

TOTAL = "total"
PROVEN = ("value", "low", "high")
Row = dict[str, Any]


def together(results: Results, language: str) -> list[Table]:
    """Table of each municipality alone and jointly; no table where the run was made without it."""
    if not results.has("plan_cooperation"):
        return []
    rows = {row["place"]: row for row in results.table("plan_cooperation").iter_rows(named=True)}
    region, title = results.region, text("measures.together_title", language)
    places = [_place(rows[code], code, results, language) for code in region.municipalities if code in rows]
    whole = rows[TOTAL]
    return [
        Table(
            key="samverkan",
            caption=title,
            title=title,
            subtitle=text("measures.together_sub", language, value=worth(whole, language)),
            columns=[
                Column("name", text("charts.col_municipality", language), "head"),
                Column("gain", text("charts.col_diagram", language), "bar", tone="plan"),
                Column("short_alone", text("measures.col_alone", language), unit=_person_years(language)),
                Column(
                    "short_jointly",
                    text("measures.col_jointly", language),
                    mark=True,
                    unit=_person_years(language),
                ),
                Column("gain", text("measures.col_gain", language), strong=True, unit=_person_years(language)),
                Column("alone_msek", text("measures.col_alone_msek", language), digits=1),
                Column("jointly_msek", text("measures.col_jointly_msek", language), digits=1),
            ],
            records=places,
            total=_millions(whole) | {"name": text("measures.whole", language)},
            notes=[text("measures.together_note", language, believed=_number(whole["short_believed"], language))],
            language=language,
        )
    ]


def fact(results: Results, language: str) -> list[Row]:
    """The headline figure: what planning together is worth, cost counted, with its proven ends."""
    if not results.has("plan_cooperation"):
        return []
    whole = results.table("plan_cooperation").filter(place=TOTAL).row(0, named=True)
    return [
        {
            "css": "plan",
            "name": text("measures.fact_together", language),
            "value": _number(whole["value"], language),
            "unit": _person_years(language),
            "drawn": drawing.bar(drawing.scale_over([whole["high"]]), whole["value"]),
            "says": text("measures.fact_together_says", language, **_ends(whole, language)),
        }
    ]


def worth(whole: Row, language: str) -> SafeString:
    """The value in the plan's objective, between its proven ends."""
    return text("measures.together_worth", language, **{key: _number(whole[key], language) for key in PROVEN})


def front(results: Results, language: str) -> list[Table]:
    """What other sums of money would leave short, and in the worst-off municipality; only where it was asked for."""
    if not results.has("plan_front"):
        return []
    points = results.table("plan_front").sort("point")
    records = [_point(row, results, language) for row in points.iter_rows(named=True)]
    title = text("measures.front_title", language)
    return [
        Table(
            key="front",
            caption=title,
            title=title,
            subtitle=text("measures.front_sub", language),
            columns=[
                Column("name", text("measures.col_sum", language), "head"),
                Column("short", text("charts.col_diagram", language), "bar"),
                Column(
                    "short", text("measures.col_left", language), strong=True, mark=True, unit=_person_years(language)
                ),
                Column("per_ksek", text("measures.col_per_person_year", language)),
                Column("worst_name", text("measures.col_worst", language), "text"),
                Column("worst_share", text("measures.col_worst_share", language), "percent"),
                Column("said", text("measures.col_said", language), "text"),
            ],
            records=records,
            notes=[text("measures.front_note", language)],
            language=language,
        )
    ]


def futures(results: Results, language: str) -> list[Table]:
    """How each plan does over the draws, and its regret; only where it was asked for."""
    if not results.has("plan_candidates"):
        return []
    rows = results.table("plan_candidates").filter(mode="as_it_stands").sort("mean", "candidate")
    known = [row for row in rows.iter_rows(named=True) if row["candidate"] != "foresight"]
    title = text("measures.futures_title", language)
    return [
        Table(
            key="framtider",
            caption=title,
            title=title,
            subtitle=text("measures.futures_sub", language),
            columns=[
                Column("name", text("measures.col_plan", language), "head"),
                Column("mean_regret", text("charts.col_diagram", language), "bar"),
                Column("mean", text("measures.col_mean", language), mark=True, unit=_person_years(language)),
                Column("tail", text("measures.col_tail", language), unit=_person_years(language)),
                Column("mean_regret", text("measures.col_regret", language), strong=True, unit=_person_years(language)),
                Column("worst_regret", text("measures.col_worst_regret", language), unit=_person_years(language)),
            ],
            records=[row | {"name": _candidate(row["candidate"], language), "modelled": True} for row in known],
            notes=[text("measures.futures_note", language)],
            language=language,
        )
    ]


def reasons(results: Results, language: str, most: int = 8) -> list[Table]:
    """The best starts that were left out, and what they were left out for."""
    if not results.has("plan_reasons"):
        return []
    out = results.table("plan_reasons").filter(~pl.col("chosen"), pl.col("worth") > 0)
    best = out.sort("worth", "programme", "site", "year", descending=[True, False, False, False])
    once = best.unique(["programme", "site"], keep="first", maintain_order=True).head(most)
    named = names_of(results, language)
    title = text("measures.out_title", language)
    return [
        Table(
            key="inte",
            caption=title,
            title=title,
            subtitle=text("measures.out_sub", language),
            columns=[
                Column("name", text("measures.col_measure", language), "head"),
                Column("year", text("measures.col_start", language), "text"),
                Column("worth", text("measures.col_would_close", language), digits=1, unit=_person_years(language)),
                Column("why_said", text("measures.col_why", language), "text"),
                Column("limit_said", text("measures.col_limit", language), "text"),
                Column("instead", text("measures.col_instead", language), "text"),
            ],
            records=[_left_out(row, named, language) for row in once.iter_rows(named=True)],
            css="stack words",
            language=language,
        )
    ]


def _place(row: Row, code: str, results: Results, language: str) -> Row:
    shown = {"no_site": "measures.no_site", "without_wishes": "measures.without_wishes"}.get(row["status"])
    return _millions(row) | {
        "name": names.municipality(code, results.region),
        "code": code,
        "modelled": True,
        **({"shown_code": text(shown, language)} if shown else {}),
    }


def _millions(row: Row) -> Row:
    return row | {"alone_msek": row["cost_alone_sek"] / 1e6, "jointly_msek": row["cost_jointly_sek"] / 1e6}


def _ends(whole: Row, language: str) -> dict[str, SafeString | str]:
    counts = {key: _number(whole[key], language) for key in ("low", "high", "short_alone", "short_jointly")}
    money = {key: formats.millions(whole[f"cost_{key}_sek"], language) for key in ("alone", "jointly")}
    return counts | money


def _point(row: Row, results: Results, language: str) -> Row:
    worst, per = row["worst_municipality"], row["sek_per_person_year"]
    said = (
        "front_floor" if row["floor"] is not None else {"yes": "front_knee", "possible": "front_maybe"}.get(row["knee"])
    )
    return row | {
        "name": text("measures.front_cost", language, msek=formats.millions(row["cost_sek"], language)),
        "per_ksek": None if per is None else per / 1000,
        "worst_name": names.municipality(worst, results.region) if worst else "",
        "said": text(f"measures.{said}", language, floor=_percent(row["floor"], language)) if said else "",
        "modelled": True,
    }


def _left_out(row: Row, named: dict[str, str], language: str) -> Row:
    limit, other = row["limit"], row["instead_programme"]
    return row | {
        "name": named.get(row["programme"], row["programme"]),
        "year": str(row["year"]),
        "why_said": text(f"measures.why_{row['why']}", language),
        "limit_said": text(f"measures.limit_{limit}", language, name=named.get(row["limit_name"], row["limit_name"]))
        if limit
        else "",
        "instead": f"{named.get(other, other)} {row['instead_year']}" if other else "",
    }


def _candidate(name: str, language: str) -> SafeString | str:
    return text(f"measures.candidate_{name}", language)


def _number(value: float, language: str) -> SafeString | str:
    return formats.number(value, language)


def _percent(value: float | None, language: str) -> SafeString | str:
    return "" if value is None else formats.percent(value, language)


def _person_years(language: str) -> SafeString:
    return text("measures.person_years", language)
