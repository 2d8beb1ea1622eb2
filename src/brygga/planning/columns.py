"""The files of a problem folder: their columns, types and keys, and tables turned into them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from brygga.core.errors import BryggaError, TableError, listed

TEXT, WHOLE, NUMBER = pl.String(), pl.Int64(), pl.Float64()

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
    ("measures", "classes_max"),
    ("measures", "probability"),
    ("sites", "rooms"),
    ("sites", "applicants"),
    ("pins", "classes"),
    ("funders", "municipality"),
}
"""Columns that may be left out, or empty: one need for certain, as many classes as there is room for, granted for sure,
no limit of rooms or applicants, the kind says it, no municipality."""


def shaped(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[BryggaError]]:
    """Each table with its columns and types; a fault for each lacking column, wrong word, empty cell, repeated key."""
    made: dict[str, pl.DataFrame] = {}
    faults: list[BryggaError] = []
    for name, columns in FILES.items():
        frame = tables.get(name, pl.DataFrame(schema=dict(columns)))
        lacking = [c for c in columns if c not in frame.columns and (name, c) not in MAY_LACK]
        if lacking:
            faults.append(
                _fault(name, f"lacks column(s) {listed(lacking)}", "add them as in docs/method/planning-problem.md")
            )
            continue
        made[name] = _typed(frame, name, faults)
        _key_fault(made[name], name, faults)
    return made, faults


def _typed(frame: pl.DataFrame, name: str, faults: list[BryggaError]) -> pl.DataFrame:
    made = {}
    for column, kind in FILES[name].items():
        given = frame[column] if column in frame.columns else pl.Series([None] * frame.height, dtype=kind)
        turned = given.cast(NUMBER if kind in (WHOLE, NUMBER) else kind, strict=False)
        wrong = turned.is_null() & given.is_not_null()
        if kind in (WHOLE, NUMBER):
            wrong |= ~turned.is_finite().fill_null(True)
        if kind == WHOLE:
            wrong |= (turned.round() != turned).fill_null(False)
        if (name, column) not in MAY_LACK:
            wrong |= given.is_null()
        rows = [f"{given[i]!r} (row {i + 2})" for i in wrong.arg_true()]
        if rows:
            word = {TEXT: "a name", WHOLE: "a whole number", NUMBER: "a number"}[kind]
            faults.append(_fault(name, f"column {column}: {listed(rows)} where {word} belongs", "fill in or correct"))
        made[column] = turned.set(wrong, None).cast(kind)
    return _filled(pl.DataFrame(made), name)


def _filled(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.with_columns(pl.col("probability").fill_null(1.0)) if name == "measures" else frame


def _key_fault(frame: pl.DataFrame, name: str, faults: list[BryggaError]) -> None:
    repeated = frame.filter(frame.select(KEYS[name]).is_duplicated()).select(KEYS[name]).unique(maintain_order=True)
    if repeated.height:
        shown = listed(", ".join(str(v) for v in row) for row in repeated.rows())
        faults.append(_fault(name, f"{shown} stands more than once", "keep one row of each"))


def _fault(name: str, what: str, todo: str) -> TableError:
    return TableError(f"{name}.csv {what}", why="it cannot be counted with", todo=todo)
