"""Carry answers: what was measured and what is said (`carry_published`), and the user's own figure.

Each is a row beside the computed answers.

Start reading at `published`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from brygga.core.errors import SettingError
from brygga.core.parameters import Value, value_on
from brygga.impact.carried import TRADED, Estimate, Span, Words
from brygga.workflow.carry_published import PUBLISHED, SMALL_PLACES, Published

OWN_SV = Words("Det som den som anger talet menar", "Det som inte anges", "Användarens eget tal, inte räknat här")
OWN_EN = Words("What the one who gives it means", "What is not told", "The user's own figure, not computed here")


def published(day: date) -> list[Estimate]:
    """The answers of `PUBLISHED`, with their numbers in force on a day, and the one that has words alone."""
    told = [
        Estimate(
            answer=row.answer,
            name=row.name,
            industry=row.industry,
            measure=row.measure,
            sv=row.sv,
            en=row.en,
            reach=row.reach,
            horizon=row.horizon,
            span=_span(row, day),
            source=value_on(row.parameter, day).source,
            status=row.status,
        )
        for row in PUBLISHED
    ]
    return [*told[:2], SMALL_PLACES, *told[2:]]


def own(figures: pl.DataFrame) -> list[Estimate]:
    """The user's own figures: table `carried_own`.

    Raises
    ------
    SettingError when low, mid and high do not stand in order.
    """
    for row in figures.iter_rows(named=True):
        _in_order(row["name"], (row["low"], row["mid"], row["high"]))
    return [
        Estimate(
            answer="user",
            name=row["name"],
            industry=row["industry"],
            measure="stated",
            sv=OWN_SV,
            en=OWN_EN,
            reach=row["reach"],
            horizon="unstated",
            span=Span(row["low"], row["mid"], row["high"]),
            source=row["source"],
            status=row["status"],
        )
        for row in figures.iter_rows(named=True)
    ]


def own_of(text: str) -> Estimate:
    """The figure that somebody types: "2", "1-3" or "1-2-3" further jobs per job.

    Raises
    ------
    SettingError when it is none of these.

    Examples
    --------
    >>> own_of("1-3").span
    Span(low=1.0, mid=2.0, high=3.0)
    """
    try:
        numbers = [float(part.replace(",", ".")) for part in text.split("-")]
    except ValueError:
        numbers = []
    if not 1 <= len(numbers) <= 3:
        raise SettingError(
            f"--own {text}",
            why="an own figure is one number of further jobs per job, or a range",
            todo="write --own 2, --own 1-3 or --own 1-2-3",
        )
    low, high = numbers[0], numbers[-1]
    mid = numbers[1] if len(numbers) == 3 else (low + high) / 2
    _in_order(f"--own {text}", (low, mid, high))
    return Estimate(
        answer="user",
        name="own",
        industry=TRADED,
        measure="stated",
        sv=OWN_SV,
        en=OWN_EN,
        reach="region",
        horizon="unstated",
        span=Span(low, mid, high),
        source=f"typed: --own {text}",
        status="provisional",
    )


def ranged(value: Value) -> Span:
    """The value with its range; the value itself at both ends where none is published."""
    low = value.number if value.low is None else value.low
    high = value.number if value.high is None else value.high
    return Span(low, value.number, high)


def _in_order(name: str, numbers: Sequence[float]) -> None:
    if list(numbers) != sorted(numbers):
        raise SettingError(
            f"{name}: {', '.join(f'{number:g}' for number in numbers)}",
            why="low, middle and high have to stand in order",
            todo="write the lowest first and the highest last",
        )


def _span(row: Published, day: date) -> Span:
    value = value_on(row.parameter, day)
    if not row.half_width:
        return ranged(value)
    width = value_on(row.half_width, day).number
    return Span(value.number - width, value.number, value.number + width)
