"""What can be done, by when, and what is lost: courses and what they win, the clock of the law, tax by residence.

Start reading at `courses_table`, `clock_table` and `tax_table`.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.closure.chosen import Event
from brygga_web.closure.sentences import day, month
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import has, text

MOST_COURSES, MOST_SENDERS = 12, 3
ARROW = "\u2192"
Row = dict[str, Any]


def courses_table(results: Results, event: Event, language: str) -> Table | None:
    """Courses that fit those hit: where, when, how much, what they win, and why each is chosen or not."""
    rows = _of("closure_courses", results, event)
    if rows is None:
        return None
    chosen = _by_course(_chosen(rows))
    records = [_course(group, language) for group in chosen[:MOST_COURSES]]
    title = text("closure.courses_title", language)
    return Table(
        key="kurser",
        caption=title,
        title=title,
        subtitle=text("closure.courses_sub", language, shown=len(records), n=len(chosen)),
        columns=[
            Column("name", text("closure.col_course", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan", tick=""),
            Column("p50", text("closure.col_gain", language), digits=1, strong=True, mark=True),
            Column("span", text("closure.col_among", language), "span", digits=1),
            Column("persons", text("closure.col_people", language), digits=1),
            Column("cost", text("closure.col_cost", language)),
            Column("start", text("closure.col_start", language), "text", css="nb"),
            Column("said", text("closure.col_bought", language), "text"),
            Column("who", text("closure.col_from", language), "text", css="long"),
        ],
        records=records,
        notes=[text("closure.courses_note", language)],
        css="stack words crowded",
        language=language,
    )


def _chosen(rows: pl.DataFrame) -> list[Row]:
    """Each chosen place once, in the order of the start: said to be in the plan where it costs nothing more."""
    found: dict[tuple[Any, ...], Row] = {}
    order = ["start", "programme", "place"]
    for row in rows.filter("chosen").sort(*order, "scenario").iter_rows(named=True):
        key = tuple(row[name] for name in (*order, "home", "from_occupation"))
        found[key] = found.get(key, {}) | row | ({} if row["cost_sek"] else {"scenario": "planned"})
    return list(found.values())


def _by_course(rows: list[Row]) -> list[list[Row]]:
    """The chosen places by course, start and where it leads, in the order they come."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("start", "programme", "to_occupation", "scenario"))
        found.setdefault(key, []).append(row)
    return list(found.values())


def left_out_table(results: Results, event: Event, language: str) -> Table | None:
    """Programmes that no package holds, counted by the reason, most first."""
    rows = _of("closure_courses", results, event)
    if rows is None:
        return None
    taken = rows.filter("chosen")["programme"].unique().to_list()
    out = rows.filter(~pl.col("chosen"), ~pl.col("programme").is_in(["", *taken]), scenario="best")
    reason = f"reason_{language}"
    counts = out.group_by(reason, maintain_order=True).agg(n=pl.col("programme").n_unique())
    records = [
        {"name": row[reason], "n": row["n"], "modelled": True}
        for row in counts.sort(["n", reason], descending=[True, False]).iter_rows(named=True)
    ]
    if not records:
        return None
    title = text("closure.out_title", language)
    return Table(
        key="inte-kurser",
        caption=title,
        title=title,
        subtitle=text("closure.out_sub", language),
        columns=[
            Column("name", text("closure.col_why", language), "head"),
            Column("n", text("closure.col_programmes", language)),
        ],
        records=records,
        css="plain",
        language=language,
    )


def _course(group: list[Row], language: str) -> Row:
    """One course for everybody sent to it: months won are their mean, the range that of all groups among them."""
    first, persons = group[0], sum(row["persons"] for row in group)
    won = sum(row["persons"] * row["p50"] for row in group) / persons
    cost = sum(row["cost_sek"] or 0.0 for row in group)
    to = names.occupation(first["to_occupation"], language)
    return first | {
        "name": f"{first[f'name_{language}']} {ARROW} {to}",
        "persons": persons,
        "p50": won,
        "p10": min(row["p10"] for row in group),
        "p90": max(row["p90"] for row in group),
        "cost": cost / 1000,
        "start": text("closure.course_when", language, day=month(first["start"], language), months=first["months"]),
        "said": text(f"closure.bought_{first['scenario']}", language),
        "who": _senders(group, language),
        "modelled": first["status"] == "modelled",
    }


def _senders(group: list[Row], language: str) -> str:
    """The occupations that most are sent from, and how many more there are."""
    sums: dict[str, float] = {}
    for row in group:
        sums[row["from_occupation"]] = sums.get(row["from_occupation"], 0.0) + row["persons"]
    codes = sorted(sums, key=lambda code: (-sums[code], code))
    named = ", ".join(names.occupation(code, language) for code in codes[:MOST_SENDERS])
    more = len(codes) - MOST_SENDERS
    return text("closure.and_more", language, named=named, n=more) if more > 0 else named


def clock_table(results: Results, event: Event, language: str) -> Table | None:
    """The days of the law in order, each with its rule, its source and how far it can be trusted."""
    rows = _of("closure_clock", results, event)
    if rows is None:
        return None
    title = text("closure.clock_title", language)
    return Table(
        key="klockan",
        caption=title,
        title=title,
        subtitle=text("closure.clock_sub", language, day=day(event.notice, language)),
        columns=[
            Column("date", text("closure.col_day", language), "head"),
            Column("text", text("closure.col_means", language), "text"),
            Column("who", text("closure.col_whom", language), "text"),
            Column("standing", text("closure.col_standing", language), "text"),
            Column("source", text("closure.col_source", language), "text"),
        ],
        records=[_step(row, language) for row in rows.sort("date", "step", nulls_last=True).iter_rows(named=True)],
        language=language,
    )


def _step(row: Row, language: str) -> Row:
    return {
        "date": day(row["date"], language) or str(text("closure.no_day", language)),
        "iso": "" if row["date"] is None else row["date"].isoformat(),
        "text": row[f"text_{language}"],
        "who": _who(row["who"], language),
        "standing": text(f"closure.standing_{row['standing']}", language),
        "sure": row["standing"] == "read",
        "source": row["source"],
        "address": row["address"],
    }


def _who(who: str, language: str) -> str:
    """Whom a rule is for, in words; as written where it is not one of ours."""
    key = f"closure.who_{who.replace(' ', '_')}"
    return str(text(key, language)) if has(key) else who


def tax_table(results: Results, event: Event, language: str) -> Table | None:
    """Tax a year lost where those hit live, a year after, in thousands."""
    rows = _of("closure_tax", results, event)
    if rows is None:
        return None
    if event.month_12 is None:
        return None
    at = rows.filter(month=event.month_12)
    found = {row["municipality"]: row for row in at.filter(scenario="none").iter_rows(named=True)}
    best = dict(at.filter(scenario="best").select("municipality", "p50").iter_rows())
    area = results.region.municipalities
    title = text("closure.tax_title", language)
    return Table(
        key="skatt",
        caption=title,
        title=title,
        subtitle=text("closure.tax_sub", language),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tick="best"),
            Column("p50", text("closure.col_tax_lost", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            *([Column("best", text("closure.col_tax_best", language))] if best else []),
            Column("persons", text("charts.col_without", language), digits=1),
        ],
        records=[
            {"name": names.municipality(code, results.region), "code": code, "modelled": True}
            | {key: _thousands(found[code][key]) for key in ("p10", "p50", "p90")}
            | {"best": _thousands(best.get(code)), "persons": found[code]["persons"]}
            for code in area
            if code in found
        ],
        notes=[text("closure.tax_note", language), text("closure.not_added", language)],
        language=language,
    )


def _of(name: str, results: Results, event: Event) -> pl.DataFrame | None:
    """The rows of a closure in a table; nothing where there are none."""
    if not results.has(name):
        return None
    rows = results.table(name).filter(shock=event.key)
    return rows if rows.height else None


def _thousands(amount: float | None) -> float | None:
    return None if amount is None else amount / 1000
