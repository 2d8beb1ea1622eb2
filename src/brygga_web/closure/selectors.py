"""The page on closures: everything it says of the closure chosen, and the stress test of the area.

A run that holds no closure still has a page: the stress test where there is one, and how to make the rest.

Start reading at `closure_page`.
"""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.closure import curves as back
from brygga_web.closure import people, sentences, stress, support
from brygga_web.closure.chosen import Event, chosen, options
from brygga_web.frame import drawing, formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Table
from brygga_web.frame.texts import text

FILE = "nedlaggning"
Row = dict[str, Any]


def closure_page(results: Results, scope: Scope) -> Page:
    """Everything the page says about a closure, or about none."""
    language = scope.language
    event = chosen(results, scope)
    rows = stress.stress_rows(results)
    tested = stress.stress_table(results, language)
    parts = _parts(event, results, language) if event else {"tables": [], "shown": {}}
    answer, sub = _answer(event, rows, results, language)
    return Page(
        name="closure",
        file=FILE,
        scope=scope,
        results=results,
        answer=answer,
        sub=sub,
        tables=[*([tested] if tested else []), *parts["tables"]],
        shown={"options": options(results, scope), "event": event, **parts["shown"]},
        sources=_sources(event, language),
    )


def measures(results: Results, event: Event) -> dict[tuple[str, str], Row]:
    """The summary of a closure: (measure, scenario) -> p10, p50, p90, unit."""
    if not results.has("closure_summary"):
        return {}
    rows = results.table("closure_summary").filter(shock=event.key)
    return {(row["measure"], row["scenario"]): row for row in rows.iter_rows(named=True)}


def _answer(
    event: Event | None, rows: list[Row], results: Results, language: str
) -> tuple[SafeString | str, SafeString]:
    if event:
        found = measures(results, event)
        place = names.municipality(event.municipality, results.region)
        says = sentences.answer(event.posts, place, found.get(("without_work_12", "none")), language)
        helps = sentences.courses(found.get(("fewer_without_work_12", "best")), language)
        sub = text(
            "closure.sub",
            language,
            event=event.name(results, language),
            day=sentences.day(event.notice, language).replace(" ", formats.NBSP),
        )
        return sentences.together(says, helps), sentences.together(
            sub, sentences.others(found.get(("crowded_out_12", "none")), language)
        )
    if rows:
        return sentences.first_of(rows, language), text("closure.sub_stress", language)
    return text("closure.empty", language), text("closure.empty_sub", language)


def _parts(event: Event, results: Results, language: str) -> dict[str, Any]:
    """Tables and drawings of one closure, each where the run has what it needs."""
    tables: list[Table | None] = []
    shown: Row = {"facts": _facts(event, results, language)}
    curves = back.curves_of(results, event.key, event.month_12)
    if curves:
        shown |= {"panels": back.panels(curves, language), "marked": event.month_12 is not None}
        tables += [back.months_table(curves, language)]
        tables += [back.ages_table(curves, language), back.occupations_table(curves, language)]
    tables += [people.hard_table(results, event, language), people.ways_table(results, event, language)]
    tables += [support.courses_table(results, event, language), support.left_out_table(results, event, language)]
    tables.append(support.clock_table(results, event, language))
    if results.has("closure_persons"):
        homes = people.home_rows(results, event, language)
        shown |= people.homes_map(homes, results, language)
        tables.append(people.homes_table(homes, event, language))
    tables.append(support.tax_table(results, event, language))
    return {"tables": [table for table in tables if table and table.records], "shown": shown}


def _facts(event: Event, results: Results, language: str) -> list[Row]:
    """Posts lost, people without work a year after, tax lost: each with its range and what it is beside."""
    found = measures(results, event)
    lost, without = found.get(("posts_all", "all")), found.get(("without_work_12", "none"))
    tax = found.get(("tax_lost_12", "none"))
    people_scale = drawing.scale_over([row["p90"] for row in (lost, without) if row] + [event.posts])
    made = []
    if lost:
        made.append(_fact("posts", lost, people_scale, language, naive=event.posts))
    if without:
        best = found.get(("without_work_12", "best"))
        made.append(_fact("without", without, people_scale, language, naive=best["p50"] if best else None))
    if tax:
        scale = drawing.scale_over([tax["p90"] / 1e6])
        made.append(_fact("tax", {key: tax[key] / 1e6 for key in back.QUANTILES}, scale, language, digits=1))
    return made


def _fact(
    key: str, of: Row, scale: drawing.Scale, language: str, *, naive: float | None = None, digits: int = 0
) -> Row:
    given = "none" if naive is None else "naive"
    return {
        "name": text(f"closure.fact_{key}", language),
        "value": formats.number(of["p50"], language, digits),
        "unit": text(f"closure.fact_{key}_unit", language),
        "drawn": drawing.interval(scale, of["p10"], of["p50"], of["p90"], naive=naive),
        "says": text(
            f"closure.fact_{key}_{given}",
            language,
            span=formats.span(of["p10"], of["p90"], language, digits),
            naive=formats.number(naive, language, digits),
        ),
    }


def _sources(event: Event | None, language: str) -> list[dict[str, SafeString]]:
    """How we know, for this page: whose coefficients, how people find work, and what is never shown."""
    keys = ["matching", "notices"]
    made = [
        {"title": text(f"closure.how_{key}", language), "says": text(f"closure.how_{key}_says", language)}
        for key in keys
    ]
    if event:
        says = text("closure.how_carried_says", language, source=event.row["source"])
        made.insert(0, {"title": text("closure.how_carried", language), "says": says})
    return made
