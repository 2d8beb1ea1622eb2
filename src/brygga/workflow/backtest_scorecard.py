"""The scorecard: the back-tests of all stages as one table, as a document, and as the site shows it.

`collect` reads the answers of `brygga backtest ... --json`; `write_report` writes them as Markdown and as
JSON tables with their dictionaries; `embedded` is the scorecard that the package carries, measured on
open data that the package does not.

Start reading at `collect`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from brygga.core import tables
from brygga.core.errors import FileError, SettingError, TableError
from brygga.core.places import PACKAGE, SHARED_DATA
from brygga.core.provenance import write_json
from brygga.projection.fallback import OURS, SIMPLEST, USED, choose
from brygga.workflow.backtest_result import ALL

__all__ = [
    "ALL",
    "ANCHORS",
    "OURS",
    "USED",
    "Scorecard",
    "as_markdown",
    "best_naive",
    "briefly",
    "collect",
    "embedded",
    "open_data",
    "write_report",
]

FOLDER = PACKAGE / "scorecard"
STAGES = ("population", "municipalities", "occupations_county", "occupations_age")
NAMES = {
    "population": "Population by age",
    "municipalities": "Inhabitants of municipalities",
    "occupations_county": "Employees by county and occupation (SSYK-3)",
    "occupations_age": "Employees by occupation (SSYK-4) and age, Sweden",
}
KEYS = ("stage", "given", "breaks", "origin", "horizon", "cell_class", "method")
NOT_TESTED = (
    "supply, demand, the gap and unfilled posts by municipality",
    "commuting after the years that the matrix is known for",
    "occupations by municipality, and any occupation before 2014",
    "anything after 2024",
)
ANCHORS = {
    "direction": (0.77, 0.84),
    "faster": (0.52, 0.67),
}
"""What the US Bureau of Labor Statistics reaches with its projections, as the project's method quotes it."""


@dataclass(frozen=True)
class Scorecard:
    """The scores and the choices of all stages, with what a reader must know."""

    scores: pl.DataFrame
    choices: pl.DataFrame
    about: Mapping[str, Any]


def open_data(name: str, option: str) -> Path:
    """A file of the open data beside the repository, for when no file is given.

    Raises
    ------
    SettingError when there is none, naming the option that gives one.
    """
    path = SHARED_DATA / name
    if not path.is_file():
        raise SettingError(
            f"no file was given with {option}",
            why=f"the open data beside the repository, which hold {Path(name).name}, are not there",
            todo=f"give the file with {option} FILE",
        )
    return path


def collect(files: Sequence[Path]) -> Scorecard:
    """One scorecard from the JSON answers of back-tests, in any order.

    Raises
    ------
    FileError when a file cannot be read; TableError when it is no back-test, or two files hold the same scores.
    """
    scored, chosen = [], []
    about: dict[str, Any] = {"registered": {}, "inputs": {}, "notes": []}
    for file in sorted(files):
        for stage, answer in _answers(file).items():
            pooled = [{"origin": ALL, **row} for row in answer.get("pooled") or []]
            rows = _rows(stage, [*answer["rows"], *pooled], file)
            scored.append(rows)
            chosen.append(_choices(stage, answer, rows))
            about["inputs"] |= answer.get("inputs") or {}
            about["notes"] += [note for note in answer.get("notes") or [] if note not in about["notes"]]
            about["registered"][stage] = answer.get("settings_sha256")
    if not scored:
        raise TableError("no back-test was given", why="a scorecard collects them", todo="name one or more JSON files")
    scores = tables.check(pl.concat(scored), "scorecard").sort(KEYS)
    choices = tables.check(pl.concat(chosen), "scorecard_choices")
    return Scorecard(scores, choices.sort("stage", "given", "breaks", "horizon", "cell_class"), about)


@functools.cache
def embedded() -> Scorecard:
    """The scorecard that the package carries, made by `recipes/scorecard.py`."""
    about = yaml.safe_load((FOLDER / "about.yaml").read_text(encoding="utf-8"))
    return Scorecard(
        tables.read(FOLDER / "scorecard.csv", "scorecard"),
        tables.read(FOLDER / "scorecard_choices.csv", "scorecard_choices"),
        about,
    )


def best_naive(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Our row of one cell class, with the error that decides and the best naive one, the simplest of equals.

    Parameters
    ----------
    rows : the rows of the scorecard that differ in method alone
    """
    measure = "mape" if any(row["weighted_mape"] is None for row in rows) else "weighted_mape"
    ours = next(row for row in rows if row["method"] == OURS)
    others = [row for row in rows if row["method"] not in (OURS, USED)]
    naive = min(others, key=lambda row: (row[measure], SIMPLEST.index(row["method"])))
    return {**ours, "ours": ours[measure], "naive": naive[measure], "best_naive": naive["method"]}


def briefly(card: Scorecard) -> Scorecard:
    """What the package and its page need: the longest horizon in detail, shorter ones pooled."""
    longest = pl.col("horizon") == pl.col("horizon").max().over("stage", "given", "breaks")
    pooled = (pl.col("origin") == ALL) & (pl.col("cell_class") == ALL)
    by_one = ((pl.col("origin") == ALL) | (pl.col("cell_class") == ALL)) & longest
    plain = pl.col("breaks").is_in(["none", "carried"])
    kept = card.scores.filter(pooled | (by_one & plain) | (pl.col("stage") == "population"))
    rounded = [pl.col(name).round(2) for name in ("mape", "weighted_mape")]
    rounded += [pl.col(name).round(3) for name in ("direction", "faster", "rank", "coverage_80")]
    choices = card.choices.with_columns(pl.col("ours", "naive").round(2))
    return Scorecard(kept.with_columns(rounded), choices, card.about)


def write_report(card: Scorecard, folder: Path) -> list[Path]:
    """Write `scorecard.md`, and both tables as JSON with their dictionaries; returns the files.

    Raises
    ------
    FileError when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"{folder} cannot be made: {error.strerror}",
            why="the report needs a folder that you may write in",
            todo="choose another one with -o",
        ) from error
    written = []
    for name, frame in (("scorecard", card.scores), ("scorecard_choices", card.choices)):
        content = {"table": name, "columns": [asdict(c) for c in tables.dictionary(name)], "rows": frame.to_dicts()}
        write_json(content, folder / f"{name}.json")
        written.append(folder / f"{name}.json")
    text = folder / "scorecard.md"
    try:
        text.write_text(as_markdown(card), encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"{text} cannot be written: {error.strerror}",
            why="the report is one of its files",
            todo="free space, or choose another folder with -o",
        ) from error
    return [*written, text]


def as_markdown(card: Scorecard) -> str:
    """The scorecard as a document."""
    lines = [
        "# How well the methods would have predicted years that are known by now",
        "",
        "Each method stands in an earlier year, reads the data known then, and predicts a year whose outcome is known.",
        "Its few constants and the width of its interval come from other starting years, later ones among them.",
        "Error is in per cent of what came; direction 0.5 is a coin; coverage should be 0.8.",
        "",
    ]
    present = [stage for stage in STAGES if stage in card.scores["stage"].to_list()]
    for stage in present:
        lines += [f"## {NAMES[stage]}", "", *_stage_lines(card, stage)]
    lines += _later_lines(card)
    lines += ["## What is not back-tested", "", *[f"- {each}" for each in NOT_TESTED], ""]
    lines += _anchor_lines()
    notes = card.about.get("notes") or []
    lines += ["## Notes", "", *[f"- {note}" for note in notes], ""] if notes else []
    hashes = {stage: code for stage, code in (card.about.get("registered") or {}).items() if code}
    for stage in present:
        registered = hashes.get(stage)
        says = f"settings registered beforehand, SHA-256 {registered}" if registered else "settings not registered"
        lines.append(f"- {NAMES[stage]}: {says}")
    return "\n".join(lines) + "\n"


def _later_lines(card: Scorecard) -> list[str]:
    """What happened after the years that were scored, where the scorecard knows it."""
    seen = card.about.get("later")
    if not seen:
        return []
    errors = ", ".join(f"{method} {error:.2f}" for method, error in sorted(seen["error"].items(), key=lambda e: e[1]))
    return [
        "## Where it went wrong",
        "",
        f"Inhabitants of {seen['municipalities']} municipalities five years ahead from {seen['first']}-{seen['last']},",
        f"after the nation's growth broke in 2016: weighted error in per cent {errors}. The 80 % interval held",
        f"{seen['coverage_80']:.0%} of the outcomes.",
        "",
    ]


def _stage_lines(card: Scorecard, stage: str) -> list[str]:
    scores = card.scores.filter(pl.col("stage") == stage)
    longest = scores.filter(pl.col("horizon") == pl.col("horizon").max().over("given", "breaks"))
    head = ["known of later", "breaks", "horizon", "class", "method"]
    measures = ["mape", "weighted_mape", "direction", "faster", "rank", "coverage_80"]
    lines = ["| " + " | ".join([*head, *measures]) + " |", "|" + "---|" * (len(head) + len(measures))]
    pooled = longest.filter(pl.col("origin") == ALL).sort("given", "breaks", "cell_class", "method")
    keys = ["given", "breaks", "horizon", "cell_class", "method"]
    lines += [_line(row, keys, measures) for row in pooled.iter_rows(named=True)]
    single = longest.filter((pl.col("origin") != ALL) & (pl.col("cell_class") == ALL))
    if single.height:
        lines += ["", "By origin:", "", "| origin | known of later | breaks | method | " + " | ".join(measures) + " |"]
        lines += ["|" + "---|" * (4 + len(measures))]
        keys = ["origin", "given", "breaks", "method"]
        lines += [_line(row, keys, measures) for row in single.sort(keys).iter_rows(named=True)]
    chosen = card.choices.filter(pl.col("stage") == stage)
    if chosen.height:
        lines += ["", "To be preferred, by these errors:", ""]
        lines += ["| class | known of later | breaks | used | ours | best naive | naive |"]
        lines += ["|---|---|---|---|---|---|---|"]
        for row in chosen.iter_rows(named=True):
            cells = [row["cell_class"], row["given"], row["breaks"], row["method"]]
            lines.append(f"| {' | '.join(cells)} | {row['ours']:.2f} | {row['best_naive']} | {row['naive']:.2f} |")
    return [*lines, ""]


def _line(row: Mapping[str, Any], keys: Sequence[str], measures: Sequence[str]) -> str:
    shown = ["" if row[name] is None else f"{row[name]:.2f}" for name in measures]
    return "| " + " | ".join([*(str(row[key]) for key in keys), *shown]) + " |"


def _anchor_lines() -> list[str]:
    spans = {name: f"{low:.0%}-{high:.0%}".replace("%-", "-") for name, (low, high) in ANCHORS.items()}
    return [
        "## Beside others",
        "",
        f"The US Bureau of Labor Statistics has directions right for {spans['direction']} of occupations, and faster",
        f"or slower than average for {spans['faster']}, as the project's method quotes it (the source was not opened).",
        "Those are occupations of a nation, ours are other cells and years: a sense of scale and nothing more.",
        "",
    ]


def _answers(file: Path) -> dict[str, Mapping[str, Any]]:
    """The back-tests of a file by stage."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(
            f"{file} cannot be read: {error}",
            why="a scorecard collects the JSON answers of back-tests",
            todo="write one with `brygga backtest municipalities --json > FILE`",
        ) from error
    rows = content.get("rows") if isinstance(content, dict) else None
    if not rows:
        raise TableError(
            f"{file.name} holds no rows of a back-test",
            why="a scorecard collects them",
            todo="write one with `brygga backtest municipalities --json > FILE`",
        )
    name = str(content.get("backtest") or "")
    if name == "occupations":
        apart = {each["backtest"]: each for each in content["tables"]}
        return {name: {**each, "rows": [r for r in rows if r["table"] == name]} for name, each in apart.items()}
    if name not in STAGES:
        raise TableError(
            f"{file.name} says it is a back-test of {name or 'nothing'}",
            why=f"the scorecard knows {', '.join(STAGES)}",
            todo="write one with `brygga backtest municipalities --json > FILE`",
        )
    return {name: content}


def _rows(stage: str, rows: Sequence[Mapping[str, Any]], file: Path) -> pl.DataFrame:
    """The rows of one back-test in the columns of the scorecard."""
    absent = {"given": "nothing", "breaks": "none", "cells": None, "weighted_mape": None}
    made = []
    for row in rows:
        given = absent | dict(row)
        made.append(
            {column.column: given.get(column.column) for column in tables.dictionary("scorecard")}
            | {"stage": stage, "origin": str(given["origin"]), "cell_class": _class_of(given)}
        )
    schema = {column.column: tables.TYPES[column.type] for column in tables.dictionary("scorecard")}
    frame = pl.DataFrame(made, schema=schema)
    if stage == "population" and ALL not in frame["origin"].to_list():
        frame = pl.concat([frame, _pooled(frame)])
    return tables.check(frame, "scorecard", where=file.name)


def _class_of(row: Mapping[str, Any]) -> str:
    return str(row.get("age_band") or row.get("size_class") or ALL)


def _pooled(frame: pl.DataFrame) -> pl.DataFrame:
    """The mean over origins, which all have the same cells."""
    keys = [key for key in KEYS if key != "origin"]
    means = [pl.col(name).mean().round(9) for name in ("mape", "weighted_mape", "direction", "faster", "rank")]
    ordered = frame.sort(KEYS).group_by(keys, maintain_order=True)
    pooled = ordered.agg(pl.col("cells").sum().replace(0, None), *means, pl.col("coverage_80").mean().round(9))
    return pooled.with_columns(origin=pl.lit(ALL)).select(frame.columns).cast(frame.schema)


def _choices(stage: str, answer: Mapping[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    """The choices that the answer gives, or those that its pooled errors decide."""
    names = [column.column for column in tables.dictionary("scorecard_choices")]
    if answer.get("choices"):
        made = [dict(row) | {"stage": stage, "cell_class": _class_of(row)} for row in answer["choices"]]
        return pl.DataFrame(made).select(names)
    measure = "weighted_mape" if rows["weighted_mape"].null_count() < rows.height else "mape"
    by = ["stage", "given", "breaks", "horizon", "cell_class"]
    pooled = rows.filter((pl.col("origin") == ALL) & (pl.col("method") != USED))
    return choose(pooled, by=by, measure=measure).select(names)
