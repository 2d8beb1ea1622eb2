"""Closure files: posts by occupation and by leaving date, as people save them.

    occupation,posts          yrke;antal
    7223,140                  2027-03-01 for date / datum, posts / antal

UTF-8 or cp1252, comma, semicolon or tab, a byte order mark, decimal comma. Every fault is told with its row and
column, all of them in one report.

Start reading at `read_occupations`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path

from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.sources.rows import Rows, read_rows

OCCUPATION_HEADS = (("occupation", "posts"), ("ssyk", "posts"), ("yrke", "antal"), ("ssyk", "antal"))
DATE_HEADS = (("date", "posts"), ("datum", "antal"))


def read_occupations(path: Path) -> tuple[dict[str, float], tuple[str, ...]]:
    """Posts by occupation code, and what the reader had to assume.

    Raises
    ------
    FileError or TableError, or all faults of the file at once.
    """
    found, warnings = _read(path, OCCUPATION_HEADS, _code)
    return {str(code): posts for code, posts in found.items()}, warnings


def read_leaving(path: Path) -> dict[date, float]:
    """Posts by the day they end.

    Raises
    ------
    FileError or TableError, or all faults of the file at once.
    """
    found, _ = _read(path, DATE_HEADS, _date)
    return {day: posts for day, posts in found.items() if isinstance(day, date)}


def _read(
    path: Path, heads: Sequence[tuple[str, str]], turned: Callable[[str], str | date | None]
) -> tuple[dict[str | date, float], tuple[str, ...]]:
    rows, key, value = _rows(path, heads)
    faults: list[BryggaError] = [
        TableError(fault, why="it cannot be counted with", todo="mend the row") for fault in rows.faults
    ]
    found: dict[str | date, float] = {}
    bad = {place for place, pair in enumerate(zip(rows.cells[key], rows.cells[value], strict=True)) if not any(pair)}
    for place, (label, text) in enumerate(zip(rows.cells[key], rows.cells[value], strict=True)):
        if place in bad:
            continue
        code, posts = turned(label.strip()), _number(text)
        if code is None:
            what = "a date as 2027-03-01" if turned is _date else "an SSYK code of one to four digits"
            faults.append(_wrong(path, place, key, label, what))
        if posts is None:
            faults.append(_wrong(path, place, value, text, "a number of posts, 0 or more"))
        if code is None or posts is None:
            continue
        if code in found:
            faults.append(_wrong(path, place, key, label, "each only once"))
        found[code] = found.get(code, 0.0) + posts
    if not found and not faults:
        faults.append(
            TableError(f"{path.name} has no row", why="no post would disappear", todo=f"give rows of {key} and {value}")
        )
    raise_all(path.name, faults)
    return {code: posts for code, posts in found.items() if posts > 0}, rows.warnings


def _rows(path: Path, heads: Sequence[tuple[str, str]]) -> tuple[Rows, str, str]:
    """The two columns under the first pair of names that the file has, in small or capital letters."""
    for key, value in (pair for head in heads for pair in product(*(_written(name) for name in head))):
        try:
            return read_rows(path, [key, value]), key, value
        except TableError:
            continue
    key, value = heads[0]
    return read_rows(path, [key, value]), key, value


def _written(name: str) -> tuple[str, str, str]:
    return name, name.capitalize(), name.upper()


def _code(text: str) -> str | None:
    code = text.split(" ")[0]
    return code if code.isascii() and code.isdecimal() and 1 <= len(code) <= 4 else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    """A number with decimal comma or point, thousands set apart by blanks of any width.

    Examples
    --------
    >>> _number("1 200"), _number("12,5"), _number("-3"), _number("många")
    (1200.0, 12.5, None, None)
    """
    try:
        number = float("".join(text.split()).replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _wrong(path: Path, place: int, column: str, given: str, wanted: str) -> TableError:
    return TableError(
        f"{path.name}, row {place + 2}, column {column}: {listed([repr(given)])}",
        why=f"it should be {wanted}",
        todo="correct the cell, or leave out the row",
    )
