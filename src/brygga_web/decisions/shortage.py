"""Brist: where it will be short, by occupation, year and municipality; and the yearly openings under their own name."""

from __future__ import annotations

from typing import Any

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.rows import (
    SPREAD,
    by_group,
    by_municipality,
    by_occupation,
    group_columns,
    largest_groups,
    spread,
    total_row,
)
from brygga_web.frame import drawing, formats, opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.context import address
from brygga_web.frame.fan import fan
from brygga_web.frame.pages import Page, area_name, occupations_name
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import in_sentence, joined, text


def shortage_page(results: Results, scope: Scope) -> Page:
    """Everything the page says about a choice."""
    language, year, base = scope.language, scope.year, results.region.base_year
    short = spread("shortage", results, scope)
    gap = spread("shortage", results, scope, value="gap")
    years = opened.answer("shortage", results, year=None, by="year", **scope.asked())
    return Page(
        name="shortage",
        file="brist",
        scope=scope,
        results=results,
        answer=sentences.shortage(short, year=year, language=language, within=_within(scope)),
        sub=text(
            "shortage.sub",
            language,
            area=where(results, scope),
            occupations=in_sentence(occupations_name(scope.chosen, language)),
            largest=sentences.largest(largest_groups(results, scope), language),
            gap=sentences.gap(gap, year=year, language=language),
        ),
        tables=[
            _occupations(results, scope),
            _years(years, results, scope),
            _places(results, scope),
            _flow(results, scope),
        ],
        shown={
            "ruler": drawing.ruler(
                short["p10"],
                short["p50"],
                short["p90"],
                naive=short["naive"],
                language=language,
                word=text("charts.likely", language),
            ),
            "ruler_says": text(
                "decisions.ruler_says",
                language,
                p50=formats.number(short["p50"], language),
                naive=formats.number(short["naive"], language),
                base=base,
            ),
            "fan": fan(years.sort("year"), year=year, base_year=base, language=language),
        },
    )


def _within(scope: Scope) -> str:
    return sentences.within(scope.chosen, occupations_name(scope.chosen, scope.language), scope.language)


def where(results: Results, scope: Scope) -> str:
    """The area, or the municipalities chosen, in words."""
    if scope.whole_area:
        return area_name(results, scope.language)
    return joined([names.municipality(code, results.region) for code in scope.municipalities], scope.language)


def _occupations(results: Results, scope: Scope) -> Table:
    """Groups, or the occupations of the one group chosen."""
    language = scope.language
    one = len(names.groups_of(scope.occupations)) == 1
    title = text("shortage.groups_title", language, year=scope.year)
    return Table(
        key="yrken",
        caption=title,
        title=title,
        subtitle=text("shortage.groups_sub", language, base=results.region.base_year),
        columns=group_columns(results, language),
        records=(by_occupation if one else by_group)(results, scope),
        total=total_row(results, scope, text("shortage.all", language)),
        notes=[text("shortage.minus", language), text("decisions.not_added", language)],
        css="stack",
        language=language,
    )


def _years(years: Any, results: Results, scope: Scope) -> Table:
    language = scope.language
    base = results.region.base_year
    rows = [
        {"year": str(row["year"]), "modelled": row["year"] > base, **{key: row[key] for key in SPREAD}}
        for row in years.sort("year").iter_rows(named=True)
    ]
    return Table(
        key="ar",
        caption=text("shortage.fan_table", language),
        title=text("shortage.fan_title", language, first=rows[0]["year"], last=rows[-1]["year"]),
        subtitle=text("shortage.fan_sub", language),
        columns=[
            Column("year", text("charts.col_year", language), "head"),
            Column("p50", text("charts.col_short", language), strong=True),
            Column("span", text("charts.col_likely", language), "span"),
        ],
        records=rows,
        css="plain",
        show_caption=True,
        language=language,
    )


def _places(results: Results, scope: Scope) -> Table:
    language = scope.language
    title = text("shortage.municipalities_title", language, year=scope.year)
    columns = group_columns(results, language)
    return Table(
        key="kommuner",
        caption=title,
        title=title,
        subtitle=text("shortage.municipalities_sub", language),
        columns=[Column("name", text("charts.col_municipality", language), "head"), *columns[1:]],
        records=[row | {"shown_code": row["code"]} for row in by_municipality(results, scope)],
        total=total_row(results, scope, text("shortage.all", language)),
        notes=[text("decisions.not_added", language)],
        language=language,
    )


def _flow(results: Results, scope: Scope) -> Table:
    language = scope.language
    one = len(names.groups_of(scope.occupations)) == 1
    by = "occupation" if one else "group"
    rows = opened.ask("openings", results, year=scope.year, by=by, **scope.asked())
    named = names.occupation if one else names.group
    records = [
        row
        | {
            "name": named(row[by], language),
            "code": row[by] if one else "",
            "href": address("occupation", language, code=row[by]) + scope.query(yrke=""),
            "modelled": True,
        }
        for row in rows.iter_rows(named=True)
    ]
    title = text("shortage.openings_title", language)
    return Table(
        key="rekryteringsbehov",
        caption=title,
        title=title,
        subtitle=text("shortage.openings_sub", language, year=scope.year),
        columns=[
            Column("name", text(f"charts.col_{by}", language), "head"),
            Column("p50", text("charts.col_diagram", language), "bar", tone="plan"),
            Column("p50", text("shortage.openings_p50", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            Column("replacement", text("shortage.openings_replacement", language)),
            Column("expansion", text("shortage.openings_expansion", language)),
            Column("heard", text("shortage.openings_heard", language)),
        ],
        records=sorted(records, key=lambda row: (-round(row["p50"]), row[by])),
        notes=[text("decisions.not_added", language)],
        language=language,
    )
