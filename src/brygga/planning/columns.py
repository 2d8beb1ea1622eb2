"""The files of a problem folder: their columns, types and keys, and tables turned into them.

Start reading at `FILES`, then `shaped`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from brygga.core.errors import MOST_SHOWN, BryggaError, TableError, listed

TEXT, WHOLE, NUMBER = pl.String(), pl.Int64(), pl.Float64()
WORDS: Mapping[pl.DataType, str] = {TEXT: "a name", WHOLE: "a whole number", NUMBER: "a number"}

FILES: Mapping[str, Mapping[str, pl.DataType]] = {
    "need": {"municipality": TEXT, "occupation": TEXT, "year": WHOLE, "persons": NUMBER, "draw": TEXT},
    "weights": {"occupation": TEXT, "weight": NUMBER},
    "measures": {
        "measure": TEXT,
        "occupation": TEXT,
        "years": WHOLE,
        "yield": NUMBER,
        "class_min": NUMBER,
        "class_max": NUMBER,
        "classes_max": WHOLE,
        "cost_class": NUMBER,
        "cost_seat": NUMBER,
        "probability": NUMBER,
    },
    "probabilities": {"measure": TEXT, "year": WHOLE, "probability": NUMBER},
    "leads": {"measure": TEXT, "occupation": TEXT, "share": NUMBER},
    "drains": {"measure": TEXT, "occupation": TEXT, "share": NUMBER},
    "sites": {"site": TEXT, "municipality": TEXT, "rooms": NUMBER, "applicants": NUMBER},
    "applicants": {"site": TEXT, "measure": TEXT, "applicants": NUMBER},
    "offers": {"measure": TEXT, "site": TEXT},
    "guidance": {
        "guidance": TEXT,
        "site": TEXT,
        "measure": TEXT,
        "step": WHOLE,
        "cost": NUMBER,
        "applicants": NUMBER,
    },
    "placements": {"site": TEXT, "measure": TEXT, "year": WHOLE, "places": NUMBER},
    "reach": {"site": TEXT, "municipality": TEXT, "share": NUMBER},
    "budgets": {"funder": TEXT, "year": WHOLE, "amount": NUMBER},
    "funding": {"funder": TEXT, "measure": TEXT, "share": NUMBER},
    "funders": {"funder": TEXT, "municipality": TEXT},
    "payments": {"measure": TEXT, "offset": WHOLE, "share": NUMBER},
    "floors": {"municipality": TEXT, "year": WHOLE, "share": NUMBER},
    "last_year": {"measure": TEXT, "site": TEXT, "classes": WHOLE, "seats": NUMBER},
    "pins": {"measure": TEXT, "site": TEXT, "year": WHOLE, "kind": TEXT, "classes": WHOLE},
}
"""The columns of each file, in order."""

REQUIRED = ("need", "measures", "sites", "reach", "budgets", "funding")
KEYS: Mapping[str, tuple[str, ...]] = {
    "need": ("municipality", "occupation", "year", "draw"),
    "weights": ("occupation",),
    "measures": ("measure",),
    "probabilities": ("measure", "year"),
    "leads": ("measure", "occupation"),
    "drains": ("measure", "occupation"),
    "sites": ("site",),
    "applicants": ("site", "measure"),
    "offers": ("measure", "site"),
    "guidance": ("guidance", "site", "measure", "step"),
    "placements": ("site", "measure", "year"),
    "reach": ("site", "municipality"),
    "budgets": ("funder", "year"),
    "funding": ("funder", "measure"),
    "funders": ("funder",),
    "payments": ("measure", "offset"),
    "floors": ("municipality", "year"),
    "last_year": ("measure", "site"),
    "pins": ("measure", "site", "year", "kind"),
}
MAY_LACK = {
    ("need", "draw"),
    ("measures", "occupation"),
    ("measures", "classes_max"),
    ("measures", "probability"),
    ("sites", "rooms"),
    ("sites", "applicants"),
    ("pins", "classes"),
    ("funders", "municipality"),
}
"""Columns that may be left out, or empty: one need for certain, leads.csv says it, as many classes as there are rooms,
granted for sure, no limit of rooms or applicants, the kind says it, no municipality."""
GUIDE = "docs/method/planning-problem.md"
LARGEST_CODE = 2**62


@dataclass
class Shaped:
    """Tables with their columns and types, sorted by key, and what was wrong with them.

    `tables` lacks those without the right columns; `faulty` names those with a value that cannot be read, which stands
    as null, or with a row twice.
    """

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    faults: list[BryggaError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def shaped(tables: Mapping[str, pl.DataFrame]) -> Shaped:
    """Each table with its columns and types; a fault for each lacking column, wrong word, empty cell, repeated key.

    An optional table that is not given becomes one without rows.
    """
    made = Shaped()
    for name, columns in FILES.items():
        if name not in tables:
            if name not in REQUIRED:
                made.tables[name] = pl.DataFrame(schema=dict(columns))
            continue
        frame = tables[name]
        lacking = [c for c in columns if c not in frame.columns and (name, c) not in MAY_LACK]
        if lacking and (frame.width or name in REQUIRED):
            what = f"lacks column(s) {listed(lacking)}; it has {listed(frame.columns, most=12) or 'none'}"
            made.faults.append(_fault(name, what, f"add them as in {GUIDE}"))
            continue
        unread = [c for c in frame.columns if c not in columns]
        if unread:
            made.warnings.append(f"{name}.csv has column(s) {listed(unread)}, which mean nothing and are not read.")
        if not frame.height:
            made.tables[name] = pl.DataFrame(schema=dict(columns))
            continue
        before = len(made.faults)
        made.tables[name] = _in_order(_typed(frame, name, made.faults), name, made.faults)
        if len(made.faults) > before:
            made.faulty.add(name)
    return made


def told(rows: pl.DataFrame, pattern: str) -> str:
    """The first few rows in a pattern of their columns, and how many more there are.

    Examples
    --------
    >>> told(pl.DataFrame({"site": ["a", "b", "c", "d", "e", "f"], "rooms": 0}), "{site} ({rooms})")
    'a (0), b (0), c (0), d (0), e (0) and 1 more'
    """
    texts = [pattern.format(**row) for row in rows.head(MOST_SHOWN).iter_rows(named=True)]
    more = rows.height - MOST_SHOWN
    return ", ".join(texts) + (f" and {more:,} more" if more > 0 else "")


def codes_of(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """A whole number per row that orders the rows as `columns` do, equal where these are equal.

    Sorting ten million rows by it takes a tenth of the memory that sorting them by their texts does.

    Examples
    --------
    >>> codes_of(pl.DataFrame({"site": ["b", "a", "b"], "year": [2027, 2028, 2027]}), ["site", "year"]).to_list()
    [7, 5, 7]
    """
    code, size = pl.repeat(0, frame.height, dtype=pl.Int64, eager=True), 1
    for column in columns:
        values = frame[column].unique().drop_nulls().sort()
        if size * (len(values) + 1) > LARGEST_CODE:
            dense = code.unique().sort()
            code, size = pl.Series(dense.search_sorted(code)).cast(pl.Int64), len(dense)
        code, size = code * (len(values) + 1) + _places(frame[column], values), size * (len(values) + 1)
    return code


def _places(series: pl.Series, values: pl.Series) -> pl.Series:
    """The place of each value among the sorted `values`, from 1; 0 for none."""
    place = series.cast(pl.Enum(values)).to_physical() if series.dtype == TEXT else values.search_sorted(series)
    return pl.select(pl.when(series.is_null()).then(0).otherwise(place.cast(pl.Int64) + 1)).to_series()


def _typed(frame: pl.DataFrame, name: str, faults: list[BryggaError]) -> pl.DataFrame:
    made = {}
    blank = _blank_rows(frame)
    for column, kind in FILES[name].items():
        given = frame[column] if column in frame.columns else pl.repeat(None, frame.height, dtype=kind, eager=True)
        turned, wrong = _turned(given, kind)
        if (name, column) not in MAY_LACK:
            wrong |= turned.is_null()
        if blank is not None:
            wrong &= ~blank
        if wrong.any():
            rows = pl.DataFrame({"row": wrong.arg_true() + 2, "value": given.filter(wrong)})
            faults.append(_value_fault(name, column, rows, kind))
            turned = turned.set(wrong, None)
        made[column] = turned.cast(kind)
    if name == "measures":
        made["probability"] = made["probability"].fill_null(1.0)
    typed = pl.DataFrame(made)
    return typed if blank is None else typed.filter(~blank)


def _blank_rows(frame: pl.DataFrame) -> pl.Series | None:
    """Which rows are empty lines; None when none is."""
    if not all(frame[column].null_count() for column in frame.columns):
        return None
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return blank if blank.any() else None


def _turned(given: pl.Series, kind: pl.DataType) -> tuple[pl.Series, pl.Series]:
    """Values of the right kind, null where there is none, and where there is one that cannot be read."""
    if kind == TEXT:
        text = given.cast(TEXT, strict=False)
        empty = (text == "").fill_null(False)
        text = text.set(empty, None) if empty.any() else text
        return text, given.is_null() & False
    if given.dtype == TEXT:
        given = given.str.strip_chars()
        given = given.set((given == "").fill_null(False), None)
    turned = given if given.dtype == kind else given.cast(NUMBER, strict=False)
    wrong = turned.is_null() & given.is_not_null()
    if turned.dtype == NUMBER:
        wrong |= ~turned.is_finite().fill_null(True)
        if kind == WHOLE:
            wrong |= ((turned.round() != turned) | (turned.abs() > 2**53)).fill_null(False)
    return turned, wrong


def _value_fault(name: str, column: str, rows: pl.DataFrame, kind: pl.DataType) -> TableError:
    what = f"column {column}: {told(rows, '{value!r} (row {row})')} where {WORDS[kind]} belongs"
    texts = rows["value"].drop_nulls().cast(TEXT)
    comma = texts.str.contains(r"^\s*-?\d+,\d+\s*$").any()
    todo = "write decimals with a point (12.5)" if comma else "fill in or correct"
    return _fault(name, what, todo)


def _in_order(frame: pl.DataFrame, name: str, faults: list[BryggaError]) -> pl.DataFrame:
    """The rows sorted by key; a fault where one stands twice."""
    keys = [c for c in KEYS[name] if frame[c].null_count() < frame.height]
    code = codes_of(frame, keys)
    if not code.is_sorted():
        order = code.arg_sort()
        frame, code = frame.select(pl.all().gather(order)), code.gather(order)
    again = (code.diff() == 0).fill_null(False)
    if again.any():
        repeated = frame.filter(again).select(keys).drop_nulls().unique(maintain_order=True)
        if repeated.height:
            pattern = ", ".join(f"{{{key}}}" for key in keys)
            faults.append(_fault(name, f"{told(repeated, pattern)} stands more than once", "keep one row of each"))
    return frame


def _fault(name: str, what: str, todo: str) -> TableError:
    return TableError(f"{name}.csv {what}", why="it cannot be counted with", todo=todo)
