"""The tables of the page, from the scorecard of the package.

Start reading at `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow.backtest_scorecard import ALL, ANCHORS, USED, Scorecard, best_naive
from brygga_web.frame import formats
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

UNTESTED = ("gap", "commuting", "municipal", "years")
Row = Mapping[str, Any]

SHOWN = (
    ("population", "nothing", "none"),
    ("municipalities", "nothing", "none"),
    ("occupations_county", "nothing", "carried"),
    ("occupations_county", "national_total", "carried"),
    ("occupations_age", "nothing", "left_out"),
)
"""Stage, what is known of later years, and how breaks are carried, in the order of the page."""

WAYS = ("carried", "left_out", "bridged")


def tables(card: Scorecard, language: str) -> dict[str, Table]:
    """Every table of the page by name."""
    made = (_errors(card, language), _used(card, language), _directions(card, language))
    made += (_origins(card, language), _breaks(card, language))
    return {table.key: table for table in made}


def won(card: Scorecard) -> tuple[int, int]:
    """In how many of the tests shown ours had the least error, and how many there are."""
    compared = [best_naive(rows) for shown in SHOWN for rows in _by_class(_longest(card, *shown), whole=True)]
    return sum(row["ours"] < row["naive"] for row in compared), len(compared)


def later(card: Scorecard, language: str) -> SafeString:
    """What happened where growth broke after the years that were scored."""
    seen = card.about["later"]
    return text(
        "scorecard.later_says",
        language,
        count=formats.counted(seen["municipalities"], language),
        first=seen["first"],
        last=seen["last"],
        still=formats.number(seen["error"]["no_change"], language, 1),
        ours=formats.number(seen["error"]["brygga"], language, 1),
        covered=formats.percent(seen["coverage_80"], language),
    )


def registered(card: Scorecard) -> str:
    """The hash of the settings that the figures were measured with."""
    codes = [code for code in card.about["registered"].values() if code]
    return str(codes[0]) if codes else ""


def _longest(card: Scorecard, stage: str, given: str, breaks: str) -> pl.DataFrame:
    """The rows of one test at its longest horizon."""
    rows = card.scores.filter(pl.col("stage") == stage, pl.col("given") == given, pl.col("breaks") == breaks)
    return rows.filter(pl.col("horizon") == pl.col("horizon").max(), pl.col("method") != USED)


def _by_class(rows: pl.DataFrame, *, whole: bool) -> Iterable[list[Row]]:
    """The pooled rows class by class: those of all sizes (age bands have no such), or each size."""
    pooled = rows.filter(pl.col("origin") == ALL)
    if whole and ALL in pooled["cell_class"].to_list():
        pooled = pooled.filter(pl.col("cell_class") == ALL)
    for name in pooled["cell_class"].unique().to_list() if not whole else sorted(set(pooled["cell_class"])):
        yield pooled.filter(pl.col("cell_class") == name).to_dicts()


def _named(row: Row, language: str) -> dict[str, str]:
    """The name of a test and how far ahead it looks."""
    stage = row["stage"]
    key = f"{stage}_given" if row["given"] != "nothing" else stage
    name = text(f"scorecard.stage_{key}", language)
    if stage == "population" and row["cell_class"] != ALL:
        open_ended = str(row["cell_class"]).endswith("+")
        ages = str(row["cell_class"]).rstrip("+") if open_ended else _class(row, language)
        name = text("scorecard.people_open" if open_ended else "scorecard.people", language, ages=ages)
    return {"name": name, "shown_code": text("scorecard.ahead", language, n=row["horizon"], years=row["horizon"])}


def _class(row: Row, language: str) -> str:
    """A size class or an age band as people write it."""
    low, _, high = str(row["cell_class"]).rstrip("+").partition("-")
    first = formats.number(float(low), language)
    if not high:
        return str(text("scorecard.from", language, low=first))
    return formats.span(float(low), float(high), language)


def _errors(card: Scorecard, language: str) -> Table:
    records = []
    for shown in SHOWN:
        for rows in _by_class(_longest(card, *shown), whole=True):
            row = best_naive(rows)
            records.append({**_told(row, language), "zero": 0.0, "end": row["ours"]})
    columns = [
        Column("name", text("scorecard.col_test", language), "head"),
        Column("end", text("charts.col_diagram", language), "drawn", low="zero", high="end", tick="naive", tone="plan"),
        *_error_columns(language),
        Column("coverage_80", text("scorecard.col_coverage", language), "percent"),
    ]
    return _table("fel", columns, records, language)


def _used(card: Scorecard, language: str) -> Table:
    wanted = [shown for shown in SHOWN if shown[1] == "nothing"]
    order = {shown: n for n, shown in enumerate(wanted)}
    rows = [row for row in card.choices.iter_rows(named=True) if (row["stage"], row["given"], row["breaks"]) in order]
    rows.sort(key=lambda row: (order[row["stage"], row["given"], row["breaks"]], _lowest(row)))
    records = []
    for row in rows:
        named = _named(row, language)
        if row["stage"] != "population":
            named["shown_code"] = text(f"scorecard.size_{row['stage']}", language, size=_class(row, language))
        records.append({**row, **named, "used": _method(row["method"], language), **_naive_name(row, language)})
    columns = [
        Column("name", text("scorecard.col_test", language), "head"),
        Column("used", text("scorecard.col_used", language), "text"),
        *_error_columns(language),
    ]
    return _table("anvands", columns, records, language)


def _lowest(row: Row) -> float:
    return float(str(row["cell_class"]).rstrip("+").partition("-")[0])


def _directions(card: Scorecard, language: str) -> Table:
    records: list[dict[str, Any]] = []
    for shown in SHOWN:
        for rows in _by_class(_longest(card, *shown), whole=True):
            row = best_naive(rows)
            if row["direction"] is not None:
                records.append(_told(row, language))
    spans = {
        name: formats.span(low * 100, high * 100, language) + ("%" if language == "en" else f"{formats.NBSP}%")
        for name, (low, high) in ANCHORS.items()
    }
    records.append({"name": text("scorecard.anchor", language), **spans, "rank": None})
    columns = [
        Column("name", text("scorecard.col_test", language), "head"),
        Column("direction", text("scorecard.col_direction", language), "percent", strong=True),
        Column("faster", text("scorecard.col_faster", language), "percent"),
        Column("rank", text("scorecard.col_rank", language), digits=2),
    ]
    return _table("riktning", columns, records, language)


def _origins(card: Scorecard, language: str) -> Table:
    records = []
    for shown in SHOWN:
        rows = _longest(card, *shown).filter(pl.col("origin") != ALL)
        if shown[0] != "population":
            rows = rows.filter(pl.col("cell_class") == ALL)
        for _, part in sorted(rows.group_by("cell_class", "origin")):
            row = best_naive(part.to_dicts())
            records.append({**_told(row, language), "shown_code": row["origin"]})
    columns = [
        Column("name", text("scorecard.col_test", language), "head"),
        *_error_columns(language),
        Column("coverage_80", text("scorecard.col_coverage", language), "percent"),
    ]
    return _table("startar", columns, records, language)


def _breaks(card: Scorecard, language: str) -> Table:
    records = []
    for stage, given in (("occupations_county", "nothing"), ("occupations_county", "national_total"),
                         ("occupations_age", "nothing")):  # fmt: skip
        for way in WAYS:
            for rows in _by_class(_longest(card, stage, given, way), whole=True):
                row = best_naive(rows)
                records.append({**_told(row, language), "way": text(f"scorecard.way_{way}", language)})
    columns = [
        Column("name", text("scorecard.col_test", language), "head"),
        Column("way", text("scorecard.col_way", language), "text"),
        *_error_columns(language),
    ]
    return _table("brott", columns, records, language)


def _told(row: Row, language: str) -> dict[str, Any]:
    return {**row, **_named(row, language), **_naive_name(row, language)}


def _naive_name(row: Row, language: str) -> dict[str, SafeString]:
    return {"naive_name": _method(row["best_naive"], language)}


def _method(name: str, language: str) -> SafeString:
    return text(f"scorecard.method_{name}", language)


def _error_columns(language: str) -> list[Column]:
    return [
        Column("ours", text("scorecard.col_ours", language), digits=2, strong=True),
        Column("naive", text("scorecard.col_naive", language), digits=2),
        Column("naive_name", text("scorecard.col_best", language), "text"),
    ]


def _table(key: str, columns: Sequence[Column], records: Sequence[Row], language: str) -> Table:
    title = text(f"scorecard.{key}_title", language)
    return Table(
        key=key,
        caption=title,
        title=title,
        subtitle=text(f"scorecard.{key}_sub", language),
        columns=columns,
        records=records,
        notes=[text(f"scorecard.{key}_note", language)],
        language=language,
    )
