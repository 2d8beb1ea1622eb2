"""Those hit: where they live (map and table), who is hard to place, and which ways lead back to work.

The people are computed, not registered: fractions are allowed, nothing is hidden, and every number carries its m.
Those who live outside the area are kept as a row of their own and never dropped.

Start reading at `homes_table`.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.closure import sentences
from brygga_web.closure.chosen import Event
from brygga_web.closure.curves import SHARES, age
from brygga_web.frame.context import address
from brygga_web.frame.maps import Place, draw_map, fitting_step, scale_strip
from brygga_web.frame.pages import area_name
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

OUTSIDE = "outside"
MOST_HARD = 10
MOST_WAYS = 12
LEAST_HIRES = 0.05
"""A way that fewer people than this take is not counted among the ways."""
LAYERS = ("direct", "indirect", "induced")
Row = dict[str, Any]


def home_rows(results: Results, event: Event, language: str) -> list[Row]:
    """One record a municipality of residence in order of code, outside last: people by layer, and their share."""
    persons = results.table("closure_persons").filter(shock=event.key)
    sums: dict[str, dict[str, float]] = {}
    for row in persons.group_by("home", "layer", maintain_order=True).agg(pl.col("persons").sum()).to_dicts():
        sums.setdefault(row["home"], {})[row["layer"]] = row["persons"]
    whole = sum(sum(layers.values()) for layers in sums.values())
    area = results.region.municipalities
    order = [*(code for code in area if code in sums), *sorted(sums.keys() - set(area))]
    numbered = {code: n for n, code in enumerate(area, 1)}
    return [
        {
            "code": code if code in numbered else "",
            "home": code,
            "shown_code": str(numbered[code]) if code in numbered else "",
            "number": numbered.get(code),
            "name": names.municipality(code, results.region) if code in numbered else text("charts.outside", language),
            "persons": sum(sums[code].values()),
            "share": sum(sums[code].values()) / whole if whole else 0.0,
            **{layer: sums[code].get(layer, 0.0) for layer in LAYERS},
            "modelled": True,
        }
        for code in order
    ]


def homes_table(rows: list[Row], event: Event, language: str) -> Table:
    """Where those hit live."""
    title = text("closure.homes_title", language)
    hit = sum(row["persons"] for row in rows)
    return Table(
        key="bostad",
        caption=title,
        title=title,
        subtitle=sentences.homes(rows, event.municipality, hit, language),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            Column("persons", text("charts.col_diagram", language), "bar"),
            Column("persons", text("closure.col_hit", language), digits=1, strong=True, mark=True),
            Column("share", text("closure.col_of_hit", language), "percent", digits=1),
            *(Column(layer, text(f"closure.layer_{layer}", language), digits=1) for layer in LAYERS),
        ],
        records=rows,
        total={"name": text("closure.all_hit", language), "persons": hit, "share": 1.0, "modelled": True}
        | {layer: sum(row[layer] for row in rows) for layer in LAYERS},
        notes=[text("closure.homes_note", language)],
        css="stack crowded",
        language=language,
    )


def homes_map(rows: list[Row], results: Results, language: str) -> dict[str, SafeString | None]:
    """The same shares on a map, per 100 of those hit."""
    shown = {
        row["code"]: Place(row["name"], 100 * row["share"], 100 * row["share"], 100 * row["share"], row["number"])
        for row in rows
        if row["code"]
    }
    step = fitting_step(shown.values()) if shown else 1.0
    title = text("closure.map_title", language, area=area_name(results, language))
    drawn = draw_map(shown, area=results.region.municipalities, title=title, step=step, language=language)
    return {"map": drawn, "strip": scale_strip(step, language, words="closure.map_unit")}


def hard_table(results: Results, event: Event, language: str) -> Table | None:
    """Who is hardest to place, hardest first."""
    if not results.has("closure_hard"):
        return None
    rows = results.table("closure_hard").filter(shock=event.key).sort("rank")
    if not rows.height:
        return None
    records = [_hard(row, results, language) for row in rows.head(MOST_HARD).iter_rows(named=True)]
    title = text("closure.hard_title", language)
    return Table(
        key="svart",
        caption=title,
        title=title,
        subtitle=text("closure.hard_sub", language, shown=len(records), n=rows.height),
        columns=[
            Column("name", text("closure.col_who", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn"),
            Column("p50", text("closure.col_chance", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            Column("persons", text("closure.col_hit", language), digits=1),
            Column("reason", text("closure.col_why", language), "text", css="long"),
        ],
        records=records,
        css="stack words",
        language=language,
        extra={"scale": SHARES},
    )


def _hard(row: Row, results: Results, language: str) -> Row:
    place = home_name(row["home"], results, language)
    return {
        "name": f"{names.occupation(row['occupation'], language)}, {age(row['age_group'], language)}, {place}",
        "code": row["occupation"],
        "persons": row["persons"],
        **{f"p{q}": 100 * row[f"p{q}"] for q in (10, 50, 90)},
        "reason": row[f"reason_{language}"],
        "modelled": True,
    }


def home_name(code: str, results: Results, language: str) -> str:
    """A municipality of the area by name, everywhere else as outside."""
    if code in results.region.municipalities:
        return names.municipality(code, results.region)
    return str(text("charts.outside", language)).lower()


def ways_table(results: Results, event: Event, language: str) -> Table | None:
    """From which occupation to which, and where the vacancies are; most hires first."""
    if not results.has("closure_ways"):
        return None
    rows = results.table("closure_ways").filter(pl.col("persons") >= LEAST_HIRES, shock=event.key)
    rows = rows.sort(["persons", "occupation", "to_occupation"], descending=[True, False, False])
    if not rows.height:
        return None
    title = text("closure.ways_title", language)
    records = [_way(row, results, language) for row in rows.head(MOST_WAYS).iter_rows(named=True)]
    return Table(
        key="vagar",
        caption=title,
        title=title,
        subtitle=text("closure.ways_sub", language, shown=len(records), n=rows.height),
        columns=[
            Column("name", text("closure.col_from_to", language), "head"),
            Column("strength", text("closure.col_strength", language), "text", css="nb"),
            Column("persons", text("charts.col_diagram", language), "bar", tone="plan"),
            Column("persons", text("closure.col_hires", language), digits=1, strong=True, mark=True),
            Column("vacancies", text("closure.col_vacancies", language), digits=1),
        ],
        records=records,
        notes=[text("closure.ways_note", language)],
        css="stack words",
        language=language,
    )


def _way(row: Row, results: Results, language: str) -> Row:
    before, after = (names.occupation(row[key], language) for key in ("occupation", "to_occupation"))
    same = row["occupation"] == row["to_occupation"]
    return row | {
        "name": text("closure.way_same" if same else "closure.way", language, before=before, after=after),
        "code": row["to_occupation"],
        "href": address("occupation", language, code=row["to_occupation"]),
        "strength": strength(row["strength"], language),
        "modelled": True,
    }


def strength(value: float, language: str) -> SafeString:
    """How near two occupations are, in words with the number."""
    key = "same" if value >= 1 else "near" if value >= 0.7 else "related" if value >= 0.4 else "far"
    return text(f"closure.strength_{key}", language, value=f"{100 * value:.0f}")
