"""One occupation or group: its need, what the number is made of, codes, pay, programmes and companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names, questions
from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.rows import SPREAD, by_group, spread
from brygga_web.decisions.shortage import where
from brygga_web.frame import drawing, formats, opened
from brygga_web.frame.choices import ALL, INDUSTRIAL, ChoiceError, Scope, node_of, occupations_in
from brygga_web.frame.pages import Page, occupations_name
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text
from brygga_web.occupations.parts import parts_table

Row = dict[str, Any]


def occupation_scope(code: str, scope: Scope, results: Results) -> Scope:
    """The choice narrowed to one occupation or group.

    Raises
    ------
    ChoiceError with status 404 when the run has no such occupation.
    """
    if code in (ALL, INDUSTRIAL):
        raise ChoiceError("faults.occupation", code=code, status=404)
    try:
        occupations = occupations_in(code, results)
    except ChoiceError as fault:
        raise ChoiceError(fault.key, status=404, **fault.values) from fault
    node = node_of(code, occupations)
    kept = scope.finer if scope.chosen == code else ""
    return replace(scope, occupations=occupations, chosen=node, finer=code if node != code else kept)


def occupation_page(results: Results, scope: Scope) -> Page:
    """The sheet of one occupation for the chosen municipalities and year."""
    language = scope.language
    short = spread("shortage", results, scope)
    gap = spread("shortage", results, scope, value="gap")
    return Page(
        name="occupation",
        file="yrke",
        scope=scope,
        results=results,
        answer=answer(short, scope),
        sub=text("occupations.sub", language, gap=sentences.gap(gap, year=scope.year, language=language)),
        tables=[_figures(results, scope), parts_table(results, scope), _programmes(results, scope)],
        shown={
            "heading": text("occupations.heading", language, occupation=title(scope), area=where(results, scope)),
            "ruler": _ruler(short, language),
            "ruler_says": _ruler_says(short, results, language),
            "codes": _codes(scope),
            "companies": companies(results, scope),
        },
        parts={"code": scope.chosen},
    )


def title(scope: Scope) -> str:
    """What the occupation is called."""
    name = occupations_name(scope.chosen, scope.language)
    return f"{scope.chosen} {name}" if scope.finer else name


def answer(short: Mapping[str, float], scope: Scope) -> SafeString:
    """One sentence for a reader of fifteen."""
    if short["p90"] < sentences.NOTHING:
        return text("occupations.answer_none", scope.language, year=scope.year)
    return text("occupations.answer", scope.language, ends=sentences.ends(short, scope.language), year=scope.year)


def companies(results: Results, scope: Scope) -> Row:
    """Companies that agreed to be named, and how many more answered."""
    units = {unit for code in scope.occupations for unit in names.units_within(code)}
    said = results.table("coded_needs").filter(
        pl.col("occupation").is_in(list(units)), pl.col("municipality").is_in(scope.municipalities)
    )
    named = said.filter("consent").sort("company", "year")
    others = said.height - named.height
    return {
        "named": [_said(row, results, scope.language) for row in named.iter_rows(named=True)],
        "others": text("occupations.companies_unnamed", scope.language, n=others) if others else "",
    }


def years(results: Results, scope: Scope) -> list[Row]:
    """Unfilled posts through the years: for the Word page."""
    rows = opened.answer("shortage", results, year=None, by="year", **scope.asked()).sort("year")
    return [{"year": row["year"], **{key: row[key] for key in SPREAD}} for row in rows.iter_rows(named=True)]


def list_page(results: Results, scope: Scope) -> Page:
    """All occupation groups with their need."""
    language = scope.language
    records = by_group(results, scope)
    return Page(
        name="occupations",
        file="brist",
        scope=scope,
        results=results,
        answer=text("occupations.list_answer", language),
        sub=text("occupations.list_sub", language, groups=len(records), year=scope.year),
        tables=[
            Table(
                key="grupper",
                caption=text("occupations.list_title", language),
                columns=[
                    Column("name", text("charts.col_group", language), "head"),
                    Column("short", text("charts.col_short", language), strong=True, mark=True),
                    Column("span", text("charts.col_likely", language), "span", low="short_p10", high="short_p90"),
                ],
                records=sorted(records, key=lambda row: row["name"].lower()),
                css="stack",
                language=language,
            )
        ],
    )


def _said(row: Row, results: Results, language: str) -> Row:
    low, high = row["persons_low"], row["persons_high"]
    persons = formats.number(low, language) if low == high else formats.span(low, high, language)
    return {
        "company": row["company"],
        "place": names.municipality(row["municipality"], results.region),
        "words": row["text"],
        "language": row["language"],
        "said": text("occupations.said", language, persons=persons, year=row["year"]),
    }


def _ruler(short: Mapping[str, float], language: str) -> SafeString:
    ends = short["p10"], short["p50"], short["p90"]
    return drawing.ruler(*ends, naive=short["naive"], language=language, word=text("charts.likely", language))


def _ruler_says(short: Mapping[str, float], results: Results, language: str) -> SafeString:
    return text(
        "decisions.ruler_says",
        language,
        p50=formats.number(short["p50"], language),
        naive=formats.number(short["naive"], language),
        base=results.region.base_year,
    )


def _figures(results: Results, scope: Scope) -> Table:
    language, year = scope.language, scope.year
    values = {
        name: spread("shortage", results, scope, value=name) for name in ("demand", "supply", "short", "without_work")
    }
    values["left"] = spread("shortage", results, scope, plan="best")
    openings = opened.ask("openings", results, year=year, by=None, **scope.asked()).row(0, named=True)
    keys = {"demand": "demand", "supply": "supply", "short": "short", "left": "left", "without_work": "without"}
    records: list[Row] = [
        {"name": text(f"occupations.fig_{key}", language, year=year), "modelled": True, **values[name]}
        for name, key in keys.items()
    ]
    records.append({"name": text("occupations.fig_openings", language, year=year), "modelled": True, **openings})
    records += _pay(results, scope)
    return Table(
        key="siffror",
        caption=text("occupations.figures_title", language),
        title=text("occupations.figures_title", language),
        columns=[
            Column("name", text("occupations.col_item", language), "head"),
            Column("p50", text("occupations.col_value", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
        ],
        records=records,
        language=language,
    )


def _pay(results: Results, scope: Scope) -> list[Row]:
    """The lowest and highest mean pay of the occupations in the group."""
    pay = results.table("pay").filter(pl.col("occupation").is_in(scope.occupations)).drop_nulls("sek_month")
    if not pay.height:
        return []
    low, high = pay["sek_month"].min(), pay["sek_month"].max()
    kronor = text(
        "occupations.kronor",
        scope.language,
        value=formats.number(low, scope.language) if low == high else formats.span(low, high, scope.language),
    )
    modelled = pay["status"].eq("modelled").any()
    year = pay["year"].max()
    name = text("occupations.fig_pay", scope.language, year=year)
    return [{"name": name, "p50": str(kronor), "instead": " ", "modelled": modelled}]


def _codes(scope: Scope) -> list[Row]:
    units = [unit for code in scope.occupations for unit in names.units_within(code)]
    return [{"code": unit, "name": names.occupation(unit, scope.language)} for unit in units]


def _programmes(results: Results, scope: Scope) -> Table:
    language = scope.language
    leads = results.table("programme_leads").filter(pl.col("occupation").is_in(scope.occupations))
    chosen = results.table("programmes").filter(pl.col("programme").is_in(leads["programme"].unique().to_list()))
    sites = dict(results.table("sites").select("site", "municipality").iter_rows())
    records = [
        {
            "name": row[f"name_{language}"],
            "code": row["programme"],
            "shown_code": "",
            "provider": row["provider"],
            "place": names.municipality(sites[row["site"]], results.region),
            "length": str(text("measures.years", language, n=row["years"])),
            "seats": row["class_max"] * row["classes_max"],
            "placed": row["placement"],
            "modelled": row["status"] == "modelled",
        }
        for row in chosen.sort("programme").iter_rows(named=True)
    ]
    return Table(
        key="utbildningar",
        caption=text("occupations.programmes_title", language),
        title=text("occupations.programmes_title", language),
        subtitle=text("occupations.programmes_sub" if records else "occupations.programmes_none", language),
        columns=[
            Column("name", text("occupations.col_programme", language), "head"),
            Column("provider", text("measures.col_provider", language), "text"),
            Column("place", text("occupations.col_place", language), "text"),
            Column("length", text("occupations.col_length", language), "text"),
            Column("seats", text("occupations.col_seats", language)),
            Column("placed", text("occupations.col_placed", language), "percent", mark=True),
        ],
        records=records,
        language=language,
    )


def all_of(scope: Scope, results: Results) -> Scope:
    """The choice widened to every occupation."""
    return replace(scope, occupations=questions.occupations(results), chosen=ALL)
