"""A page: its answer and its tables, the same for the screen and for its files.

`Page` is what a selector makes of a run and a choice. `context` adds what every page has:
the filter, how we know, files, the link that carries the choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from brygga.workflow import names, questions
from brygga.workflow.results import Results
from brygga_web.frame import formats, opened
from brygga_web.frame.choices import ALL, INDUSTRIAL, Scope
from brygga_web.frame.context import address
from brygga_web.frame.tables import Table
from brygga_web.frame.texts import joined, text

FILES = (("Excel", "xlsx"), ("CSV", "csv"))


@dataclass(frozen=True)
class Page:
    """What a page says: name of its address, file name, answer, what stands under it, tables, sources of its own."""

    name: str
    file: str
    scope: Scope
    results: Results
    answer: SafeString | str
    sub: SafeString | str
    tables: Sequence[Table]
    shown: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[Mapping[str, SafeString]] = ()

    @property
    def address(self) -> str:
        """Where the page stands, without the choice."""
        return address(self.name, self.scope.language, **self.parts)


def context(page: Page, *, choose_occupations: bool = False, choose: bool = True) -> dict[str, Any]:
    """The template's context of a page; its tables by key with `_` for `-`."""
    tables = {table.key.replace("-", "_"): table for table in page.tables}
    finer = finer_says(page.scope)
    made = {"page": page, "tables": tables, "finer": finer, "after": _after(page), **page.shown}
    return made | ({"filter": _filter(page, choose_occupations)} if choose else {})


def area_name(results: Results, language: str) -> str:
    """The area in the page's language."""
    return results.region.name_en if language == "en" else results.region.name_sv


def occupations_name(chosen: str, language: str) -> str:
    """What the choice of occupations is called."""
    if chosen == ALL:
        return text("filter.all", language)
    if chosen == INDUSTRIAL:
        return text("filter.industrial", language)
    return names.occupation(chosen, language) if chosen.isdigit() else names.group(chosen, language)


def finer_says(scope: Scope) -> SafeString | str:
    """That the numbers are of the whole node, where a finer code was asked for; else nothing."""
    if not scope.finer:
        return ""
    return text(
        "filter.finer",
        scope.language,
        code=scope.finer,
        name=names.occupation(scope.finer, scope.language),
        node=scope.chosen,
        node_name=names.occupation(scope.chosen, scope.language),
    )


def _filter(page: Page, choose_occupations: bool) -> dict[str, Any]:
    scope, results = page.scope, page.results
    region = results.region
    named = [(code, names.municipality(code, region)) for code in region.municipalities]
    return {
        "action": page.address,
        "years": questions.years(results),
        "year": scope.year,
        "whole_area": scope.whole_area,
        "municipalities_summary": _summary(scope, results),
        "municipalities": [
            {"code": code, "name": name, "chosen": code in scope.municipalities} for code, name in named
        ],
        "groups": _groups(scope, results) if choose_occupations else (),
    }


def _summary(scope: Scope, results: Results) -> SafeString:
    region = results.region
    if scope.whole_area:
        return text(
            "filter.summary_all", scope.language, count=formats.counted(len(region.municipalities), scope.language)
        )
    listed = [names.municipality(code, region) for code in scope.municipalities]
    return text(
        "filter.summary_some",
        scope.language,
        n=len(listed),
        all=len(region.municipalities),
        names=joined(listed, scope.language),
    )


def _groups(scope: Scope, results: Results) -> list[dict[str, Any]]:
    nodes = questions.occupations(results)
    codes = [ALL, *([INDUSTRIAL] if any(map(names.is_industrial, nodes)) else []), *names.groups_of(nodes)]
    if scope.chosen not in codes:
        codes.append(scope.chosen)
    return [
        {"code": code, "name": occupations_name(code, scope.language), "chosen": code == scope.chosen} for code in codes
    ]


def _after(page: Page) -> dict[str, Any]:
    query = page.scope.query()
    folder = address("download", page.scope.language, page=page.file, form="xlsx").removesuffix("xlsx")
    return {
        "sources": all_sources(page),
        "files": [{"name": name, "href": f"{folder}{form}{query}"} for name, form in FILES],
        "carries": text("after.share_event" if page.scope.event else "after.share_link", page.scope.language),
        "link": page.address + (page.scope.query(yrke="") if page.parts else query),
    }


def all_sources(page: Page) -> list[Mapping[str, SafeString]]:
    """How we know, on the page and in its files: what is the page's own first, then what every page rests on."""
    return [*page.sources, *sources(page.results, page.scope.language)]


def sources(results: Results, language: str) -> list[dict[str, SafeString]]:
    """How we know, in a few lines: data, projection, assumptions, what companies said, the plan."""
    base = opened.foundations(results)
    needs = results.table("coded_needs")
    values = {
        "counted": {
            "observed": formats.number(base.observed, language),
            "modelled": formats.number(base.modelled, language),
            "year": results.region.base_year,
        },
        "projection": {"draws": results.table("gap_draws")["draw"].n_unique()},
        "parameters": {"count": len(base.parameters), "unchecked": base.unchecked},
        "needs": {"count": needs.height, "companies": needs["company"].n_unique()},
        "plan": {"gap": formats.number(100 * results.summary["improvement_gap"], language, 1)},
    }
    return [
        {"title": text(f"after.{key}", language), "says": text(f"after.{key}_says", language, **given)}
        for key, given in values.items()
    ]
