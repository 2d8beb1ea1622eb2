"""A file that Excel saved, as the tables want it: UTF-8, commas, decimal points."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import polars as pl

from brygga.core.errors import FileError, TableError
from brygga.core.tables import write

DECIMAL = re.compile(r"-?\d{1,3}(?:[\u00a0\u202f ]\d{3})*(?:,\d+)?|-?\d+(?:,\d+)?")
SPACES = re.compile(r"[\u00a0\u202f ]")


def to_utf8(source: Path, target: Path) -> int:
    """Write `source` (cp1252 or UTF-8; semicolon, tab or comma) to `target`; returns its rows.

    Codes keep their zeros. A decimal comma becomes a point and a thousands space goes, only
    where the cell is nothing but such a number.

    Raises
    ------
    FileError when the file cannot be read, TableError when it has no header row.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise FileError(
            f"{source} cannot be read: {error.strerror}", why="there is nothing to mend", todo="check the path"
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = list(csv.reader(io.StringIO(text), delimiter=_separator(text)))
    if not rows or not any(rows[0]):
        raise TableError(f"{source.name} is empty", why="a table needs its header row", todo="save it again")
    head, body = rows[0], [row for row in rows[1:] if any(row)]
    uneven = [n for n, row in enumerate(body, 2) if len(row) != len(head)]
    if uneven:
        raise TableError(
            f"{source.name}, row {uneven[0]}: {len(body[uneven[0] - 2])} cells under {len(head)} headings",
            why="it is not clear which cell belongs where",
            todo="mend that row, and quote cells that hold the separator",
        )
    mended = [[_mended(cell) for cell in row] for row in body]
    write(pl.DataFrame(mended, schema=dict.fromkeys(head, pl.String), orient="row"), target)
    return len(body)


def _separator(text: str) -> str:
    first = text.splitlines()[0] if text.strip() else ""
    return max(";\t,", key=first.count)


def _mended(cell: str) -> str:
    """A Swedish number as a plain one; everything else as it stands.

    Examples
    --------
    >>> _mended("1 480,5"), _mended("0767"), _mended("CNC, 5-axlig")
    ('1480.5', '0767', 'CNC, 5-axlig')
    """
    cell = cell.strip()
    return SPACES.sub("", cell).replace(",", ".") if DECIMAL.fullmatch(cell) else cell
