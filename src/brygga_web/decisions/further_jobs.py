"""How many further jobs an industrial job carries: the answers side by side, the range before any single number.

Each kind of answer (computed, measured, claimed, the reader's own) is told with what it counts, what it leaves out
and why it differs. A claim never widens the range of the page's answer, and neither does a figure of one's own.

Start reading at `carried_answer`, then `blocks`.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga_web.frame import drawing, formats
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

ORDER = ("input_output", "local_multiplier", "claim", "user")
OURS = ("input_output", "local_multiplier")
WHOLE = "C"


def near_answers(carried: pl.DataFrame) -> pl.DataFrame:
    """The computed and measured answers for the area that have a range."""
    return carried.filter(pl.col("answer").is_in(OURS), pl.col("reach") == "region", pl.col("low") < pl.col("high"))


def carried_answer(near: pl.DataFrame, language: str) -> SafeString:
    """How many further jobs, from the lowest to the highest of the answers."""
    if not near.height:
        return text("benefit.answer_none", language)
    low, high = near["low"].min(), near["high"].max()
    return text(
        "benefit.answer", language, low=formats.number(low, language, 1), high=formats.number(high, language, 1)
    )


def blocks(carried: pl.DataFrame, language: str) -> list[dict[str, Any]]:
    """One block a kind of answer: its range over all estimates of that kind, and their words."""
    scale = drawing.scale_over([*carried["low"], *carried["high"]])
    return [_block(kind, carried.filter(answer=kind), scale, language) for kind in ORDER if kind in carried["answer"]]


def _block(kind: str, rows: pl.DataFrame, scale: drawing.Scale, language: str) -> dict[str, Any]:
    low, high = rows["low"].min(), rows["high"].max()
    return {
        "name": text(f"benefit.block_{kind}", language),
        "value": formats.span(low, high, language, 1),
        "unit": text("benefit.unit", language),
        "drawn": drawing.extent(scale, low, high) if low is not None else "",
        "says": text(f"benefit.block_{kind}_says", language),
    }


def answers_table(carried: pl.DataFrame, language: str) -> Table:
    """What each answer counts, what it leaves out and why it differs from the others."""
    title = text("benefit.words_title", language)
    return Table(
        key="svar",
        caption=title,
        title=title,
        subtitle=text("benefit.words_sub", language),
        columns=[
            Column("name", text("benefit.col_answer", language), "head"),
            Column("span", text("benefit.col_range", language), "span", low="low", high="high", digits=1, strong=True),
            Column("includes", text("benefit.col_includes", language), "text", css="long"),
            Column("excludes", text("benefit.col_excludes", language), "text", css="long"),
            Column("differs", text("benefit.col_differs", language), "text", css="long"),
        ],
        records=[_words(row, language) for row in _in_order(carried)],
        css="stack words",
        language=language,
    )


def jobs_table(carried: pl.DataFrame, language: str) -> Table:
    """Every estimate with its range, the range first."""
    numbers = _numbered(carried)
    title = text("benefit.jobs_title", language)
    return Table(
        key="jobb",
        caption=title,
        title=title,
        subtitle=text("benefit.jobs_sub", language),
        columns=[
            Column("name", text("benefit.col_answer", language), "head"),
            Column("mid", text("charts.col_diagram", language), "drawn", low="low", high="high", tone="plan", tick=""),
            Column("span", text("benefit.col_range", language), "span", low="low", high="high", digits=1, strong=True),
            Column("mid", text("benefit.col_jobs", language), digits=1, mark=True),
            Column("kind", text("benefit.col_kind", language), "text"),
            Column("where", text("benefit.col_reach", language), "text"),
            Column("when", text("benefit.col_horizon", language), "text"),
            Column("number", text("benefit.col_source", language), "text"),
        ],
        records=[
            _words(row, language)
            | {
                "number": str(numbers[row["source"]]),
                "where": text(f"benefit.reach_{row['reach']}", language),
                "when": text(f"benefit.horizon_{row['horizon']}", language),
                "modelled": row["status"] == "modelled",
            }
            for row in _in_order(carried)
        ],
        css="stack words",
        language=language,
    )


def sources_table(carried: pl.DataFrame, language: str) -> Table:
    """The sources of the answers: a numbered list on the page, a table in files."""
    return Table(
        key="svarens-kallor",
        caption=text("benefit.sources", language),
        columns=[
            Column("number", text("benefit.col_source", language), "head"),
            Column("source", text("benefit.col_written", language), "text"),
        ],
        records=[{"number": str(number), "source": source} for source, number in _numbered(carried).items()],
        language=language,
    )


def _words(row: dict[str, Any], language: str) -> dict[str, Any]:
    said = {key: row[f"{key}_{language}"] for key in ("includes", "excludes", "differs")}
    named = row["name"] if row["industry"] in (WHOLE, "traded") else _of_industry(row, language)
    kind = text(f"benefit.kind_{row['answer']}", language)
    return row | said | {"name": named, "kind": kind, "instead": _instead(row, language)}


def _instead(row: dict[str, Any], language: str) -> str:
    """What stands where an answer has no range: nothing for one that has, and for one without any number."""
    if row["low"] is None:
        return str(text("benefit.no_number", language))
    return "" if row["low"] < row["high"] else str(text("benefit.no_range", language))


def _of_industry(row: dict[str, Any], language: str) -> SafeString:
    """An estimate of one industry carries its name."""
    return text("benefit.of_industry", language, name=row["name"], industry=names.industry(row["industry"], language))


def _in_order(carried: pl.DataFrame) -> list[dict[str, Any]]:
    """The answers as the page shows them: computed, measured, claimed, own."""
    rows = carried.sort("name", "industry").iter_rows(named=True)
    return sorted(rows, key=lambda row: ORDER.index(row["answer"]))


def _numbered(carried: pl.DataFrame) -> dict[str, int]:
    """Each source once, numbered from 1 in the order of the answers."""
    named = dict.fromkeys(row["source"] for row in _in_order(carried))
    return {source: number for number, source in enumerate(named, 1)}
