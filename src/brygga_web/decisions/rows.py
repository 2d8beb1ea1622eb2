"""Rows that several pages show: the same numbers in the same order everywhere."""

from __future__ import annotations

from typing import Any

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions.sentences import NAMED_FROM
from brygga_web.frame import opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.context import address
from brygga_web.frame.tables import Column
from brygga_web.frame.texts import in_sentence, joined, text

AMONG = 5
MOST_NAMED = 3
SPREAD = ("p10", "p50", "p90", "naive")


def spread(question: str, results: Results, scope: Scope, **which: str) -> dict[str, float]:
    """p10, p50, p90 and naive of the whole choice."""
    rows = opened.answer(question, results, year=scope.year, by=None, **scope.asked(), **which)
    return rows.select(SPREAD).row(0, named=True)


def values_by(by: str, results: Results, scope: Scope) -> dict[str, dict[str, dict[str, float]]]:
    """key -> value -> spread, with the plan as last year; `left` is what the best plan leaves unfilled."""
    asked = opened.ask("shortage", results, year=scope.year, by=by, **scope.asked())
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in asked.filter(plan="last_year").iter_rows(named=True):
        found.setdefault(row[by], {})[row["value"]] = {name: row[name] for name in SPREAD}
    for row in asked.filter(plan="best", value="short").iter_rows(named=True):
        found[row[by]]["left"] = {name: row[name] for name in SPREAD}
    return found


def record(values: dict[str, dict[str, float]]) -> dict[str, Any]:
    """A table's record of one key: shortage, gap, demand, supply."""
    short, gap = values["short"], values["gap"]
    demand = values["demand"]["p50"]
    return {
        "modelled": True,
        "short": short["p50"],
        "short_p10": short["p10"],
        "short_p90": short["p90"],
        "short_naive": short["naive"],
        "p10": gap["p10"],
        "p50": gap["p50"],
        "p90": gap["p90"],
        "naive": gap["naive"],
        **{f"per_{key}": 100 * short[key] / demand if demand else None for key in ("p10", "p50", "p90")},
        "without": values["without_work"]["p50"],
        "demand": demand,
        "supply": values["supply"]["p50"],
        "left": values["left"]["p50"],
    }


def by_municipality(results: Results, scope: Scope) -> list[dict[str, Any]]:
    """One record a municipality, in order of code."""
    found = values_by("municipality", results, scope)
    numbered = {code: n for n, code in enumerate(results.region.municipalities, 1)}
    return [
        record(found[code])
        | {
            "code": code,
            "shown_code": str(numbered[code]),
            "number": numbered[code],
            "name": names.municipality(code, results.region),
            "href": address("shortage", scope.language) + scope.query(kommun=code),
        }
        for code in scope.municipalities
    ]


def by_group(results: Results, scope: Scope) -> list[dict[str, Any]]:
    """One record an occupation group, most unfilled posts first."""
    found = values_by("group", results, scope)
    rows = [
        record(values)
        | {
            "group": group,
            "name": names.group(group, scope.language),
            "href": address("occupation", scope.language, code=group) + scope.query(yrke=""),
        }
        for group, values in found.items()
    ]
    return sorted(rows, key=lambda row: (-round(row["short"]), row["group"]))


def by_occupation(results: Results, scope: Scope) -> list[dict[str, Any]]:
    """One record an occupation of the run, most unfilled posts first."""
    found = values_by("occupation", results, scope)
    rows = [
        record(values)
        | {
            "code": code,
            "name": names.occupation(code, scope.language),
            "href": address("occupation", scope.language, code=code) + scope.query(yrke=""),
        }
        for code, values in found.items()
    ]
    return sorted(rows, key=lambda row: (-round(row["short"]), row["code"]))


def total_row(results: Results, scope: Scope, name: str) -> dict[str, Any]:
    """The whole choice, computed on its own and not added up."""
    rows = opened.ask("shortage", results, year=scope.year, by=None, **scope.asked()).filter(plan="last_year")
    values = {row["value"]: {key: row[key] for key in SPREAD} for row in rows.iter_rows(named=True)}
    values["left"] = spread("shortage", results, scope, plan="best")
    return record(values) | {"name": name}


def largest_groups(results: Results, scope: Scope) -> str:
    """Names of the groups that nearly every draw counts among the largest; nothing when too few are chosen."""
    if len(names.groups_of(scope.occupations)) <= 2 * AMONG:
        return ""
    shares = opened.ask("leading", results, year=scope.year, among=AMONG, **scope.asked())
    sure = shares.filter(shares["share"] >= NAMED_FROM)["group"].head(MOST_NAMED)
    return joined([in_sentence(names.group(group, scope.language)) for group in sure], scope.language)


def group_columns(results: Results, language: str) -> list[Column]:
    """Columns of a table of groups or occupations: unfilled posts with interval, then what they are made of."""
    return [
        Column("name", text("charts.col_group", language), "head"),
        *unfilled_columns(results, language),
        left_column(language),
        *gap_columns(language),
    ]


def unfilled_columns(results: Results, language: str) -> list[Column]:
    """Unfilled posts: drawn, as a number, its range, and the base year's number."""
    low, high, unit = "short_p10", "short_p90", text("decisions.posts", language)
    return [
        Column("short", text("charts.col_diagram", language), "drawn", low=low, high=high, tick="short_naive"),
        Column("short", text("charts.col_short", language), strong=True, mark=True, unit=unit),
        Column("short_span", text("charts.col_likely", language), "span", low=low, high=high),
        Column("short_naive", text("charts.col_today", language, year=results.region.base_year), unit=unit),
    ]


def left_column(language: str) -> Column:
    """What still stands unfilled with the plan: beside the unfilled posts as last year, both to be read as they are."""
    return Column("left", text("charts.col_left", language), mark=True, unit=text("decisions.posts", language))


def gap_columns(language: str) -> list[Column]:
    """People without work in the same occupations, and what is left when they are taken from the unfilled posts."""
    return [
        Column("without", text("charts.col_without", language), unit=text("decisions.persons", language)),
        Column("p50", text("charts.col_gap", language), unit=text("decisions.persons", language)),
        Column("gap_span", text("charts.col_likely", language), "span"),
    ]
