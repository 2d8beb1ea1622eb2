"""Cells: a table of labels and numbers from a CSV file as people save it, with every wrong cell in one report.

UTF-8 (with or without a byte order mark) or cp1252; comma, semicolon or tab; names in quotes that hold commas; decimal
point or comma; spaces within numbers. What had to be assumed is a warning; what cannot be known is a fault that names
its row and column. An empty cell is neither zero nor known, so it is a fault too.

Start reading at `read_cells`, then `Cells.numbers`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from brygga.core.errors import BryggaError, FileError, TableError, listed
from brygga.impact.leontief import Matrix

DELIMITERS = ",;\t"
NO_TEXT = (b"PK\x03", b"\x1f\x8b", b"%PDF", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf\x11\xe0")
"""What spreadsheets, packed files, PDF and UTF-16 begin with."""

THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$")
NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"), None) | {ord("\u2212"): "-"}
UNKNOWN = {"", "nan", "na", "n/a", "null", "..", ":", "none", "inf", "-inf", "+inf", "infinity"}


@dataclass(frozen=True)
class Cells:
    """A file as text: header, rows (all as wide as the header) with their line numbers, and what was assumed."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str
    warnings: tuple[str, ...]

    def column(self, place: int) -> list[str]:
        """The texts of one column."""
        return [row[place] for row in self.rows]

    def numbers(
        self, columns: Sequence[int], rows: Sequence[int] | None = None, *, unknown_is_fault: bool = True
    ) -> tuple[Matrix, list[BryggaError]]:
        """The cells of some columns (and rows) as numbers, NaN where they are none, and the faults.

        Parameters
        ----------
        columns, rows : places; all rows by default
        unknown_is_fault : whether an empty cell, or one that says it is unknown, is a fault

        Returns
        -------
        (rows, columns) numbers, and at most two faults: cells that are unknown, and cells with text
        """
        chosen = range(len(self.rows)) if rows is None else rows
        comma = self._comma_is_decimal(columns, chosen)
        values = np.full((len(chosen), len(columns)), np.nan)
        unknown, texts = [], []
        for at, row in enumerate(chosen):
            for across, column in enumerate(columns):
                cell = self.rows[row][column]
                place = f"row {self.lines[row]} ({self.rows[row][0]}), column {self.header[column]}"
                if cell.lower() in UNKNOWN or cell.startswith(":"):
                    unknown.append(f"{place}: {cell or 'empty'}")
                    continue
                number = _number(cell, comma)
                if number is None:
                    texts.append(f"{place}: {cell!r}")
                else:
                    values[at, across] = number
        return values, _cell_faults(self.name, unknown if unknown_is_fault else [], texts)

    def _comma_is_decimal(self, columns: Sequence[int], rows: Sequence[int]) -> bool:
        """Whether a comma in a number is a decimal comma; in a comma-separated file it may part thousands."""
        with_comma = [
            cell for row in rows for column in columns if "," in (cell := self.rows[row][column].translate(SPACES))
        ]
        if not with_comma:
            return False
        return not all(THOUSANDS.match(cell) for cell in with_comma) or self.delimiter != ","


def read_cells(path: Path) -> Cells:
    """A CSV file as text cells.

    Raises
    ------
    FileError when it cannot be read or is no text. TableError when it is empty, or its rows are of different lengths.
    """
    text, warnings = _text(path)
    if not text.strip():
        raise TableError(
            f"{path.name} is empty",
            why="a table needs a header row and a row for each industry",
            todo="check that it was saved whole",
        )
    mark, numbered = _best(text)
    header = [_plain(cell) for cell in numbered[0][1]]
    body = [(line, [_plain(cell) for cell in row]) for line, row in numbered[1:] if any(cell.strip() for cell in row)]
    if body and all(len(row) == len(header) + 1 for _, row in body):
        header = ["", *header]  # as R writes tables: no name above the names of rows
    width = max((place + 1 for place, cell in enumerate(header) if cell), default=0)
    ragged = [
        f"row {line}: {len(row)} cells" for line, row in body if len(row) < width or any(cell for cell in row[width:])
    ]
    if ragged:
        raise TableError(
            f"{path.name}: {listed(ragged)} where the header has {width}",
            why="a cell would stand under the wrong industry",
            todo="check quotes around names that hold a comma, and the decimal sign",
        )
    return Cells(
        path.name,
        tuple(header[:width]),
        tuple(tuple(row[:width]) for _, row in body),
        tuple(line for line, _ in body),
        mark,
        tuple(warnings),
    )


def without_row(cells: Cells, label: str) -> Cells:
    """`cells` without the row of that label, if there is one."""
    kept = [at for at, row in enumerate(cells.rows) if not label or row[0].casefold() != label.casefold()]
    return replace(cells, rows=tuple(cells.rows[at] for at in kept), lines=tuple(cells.lines[at] for at in kept))


def content_of(path: Path, most: int = -1) -> bytes:
    """The first bytes of a file, all by default.

    Raises
    ------
    FileError when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror or error}",
            why="the table is read from a CSV file",
            todo="check the path",
        ) from error


def _text(path: Path) -> tuple[str, list[str]]:
    content = content_of(path)
    if content.startswith(NO_TEXT):
        raise FileError(
            f"{path.name} is no CSV file in UTF-8 or cp1252",
            why="it begins like a spreadsheet, a packed file or UTF-16",
            todo="save it as 'CSV UTF-8' and try again",
        )
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        warning = f"{path.name} is not UTF-8 and was read as cp1252; look that å, ä and ö are right."
        return content.decode("cp1252", errors="replace"), [warning]


def _best(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The delimiter under which most rows are as wide as the header, and the rows with their last line."""
    csv.field_size_limit(2**31 - 1)
    tried = {}
    for mark in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        tried[mark] = [(reader.line_num, row) for row in reader if row]

    def fit(mark: str) -> tuple[bool, int, int]:
        width = len(tried[mark][0][1])
        return width > 1, sum(len(row) == width for _, row in tried[mark]), width

    best = max(DELIMITERS, key=fit)
    return best, tried[best]


def _plain(cell: str) -> str:
    return " ".join(cell.replace("\u00a0", " ").split())


def _number(cell: str, comma: bool) -> float | None:
    """The number in a cell, or None.

    Examples
    --------
    >>> _number("1 234,5", True), _number("1,234", False), _number("\u22120.5", False), _number("4 st", False)
    (1234.5, 1234.0, -0.5, None)
    """
    plain = cell.translate(SPACES)
    plain = plain.replace(".", "").replace(",", ".") if comma and "," in plain else plain.replace(",", "")
    return float(plain) if NUMBER.match(plain) else None


def _cell_faults(name: str, unknown: Sequence[str], texts: Sequence[str]) -> list[BryggaError]:
    faults: list[BryggaError] = []
    if unknown:
        faults.append(
            TableError(
                f"{name}: {len(unknown)} cell(s) without a number: {listed(unknown)}",
                why="an empty or unknown cell is not zero",
                todo="write 0 where nothing is bought, and an estimate where the cell is hidden",
            )
        )
    if texts:
        faults.append(
            TableError(
                f"{name}: {len(texts)} cell(s) with text where a number belongs: {listed(texts)}",
                why="it cannot be counted with",
                todo="write numbers alone, as 0.125 or 0,125, without units or marks",
            )
        )
    return faults
