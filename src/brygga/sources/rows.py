"""Rows: named columns of a CSV file as people save it, with every bad row in one report and none of the good ones lost.

UTF-8 or cp1252, comma, semicolon or tab, quoted cells with line breaks, a byte order mark, zero bytes. A quote that is
never closed spoils its own line, not those below it. Nothing is turned into numbers: codes and ids stay text.

Start reading at `read_rows`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from brygga.core.errors import FileError, TableError, listed

DELIMITERS = ",;\t"
MOST_TOLD = 20
NO_TEXT = (b"PK\x03", b"\x1f\x8b", b"%PDF", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf\x11\xe0")
"""What spreadsheets, packed files, PDF and UTF-16 begin with."""

CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
LOOKED_AT, MOST_CONTROLS, FEW = 4096, 0.05, 8
"""Bytes at the start of a file of which at most a share, or a few, are control characters; else it is no text."""

Parsed = list[tuple[int, list[str] | None]]
"""Rows, each with the number of its last line; None where a quote is never closed."""


@dataclass(frozen=True)
class Rows:
    """The cells of the columns asked for.

    Attributes
    ----------
    cells : for each column its cells, in the order of the file; empty where a row was bad
    faults : one sentence for each bad row: where it stands and what is wrong with it
    warnings : what the reader had to assume about the file
    """

    cells: dict[str, list[str]]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def report(self) -> str | None:
        """All bad rows in one report; none when there is no bad row."""
        if not self.faults:
            return None
        told = "\n".join(f"  {fault}" for fault in self.faults[:MOST_TOLD])
        more = len(self.faults) - MOST_TOLD
        return f"{len(self.faults)} bad row(s), the others are used:\n{told}" + (
            f"\n  and {more} more" if more > 0 else ""
        )


def read_rows(path: Path, columns: Sequence[str]) -> Rows:
    """The columns of a CSV file.

    A row with too few or too many cells is bad: it keeps its place with empty cells and is told of. Empty cells
    beyond the header are no fault, and a blank line is no row.

    Parameters
    ----------
    path : the file, with a header
    columns : names that its header must have

    Raises
    ------
    FileError
        If the file cannot be read.
    TableError
        If it is empty, or lacks a column.
    """
    text, warnings = _text(path)
    header, body = _parsed(text, path.name, columns)
    width, places = len(header), [header.index(column) for column in columns]
    warnings += [
        f"{path.name} has the column {column} {header.count(column)} times; the first is read."
        for column in dict.fromkeys(columns)
        if header.count(column) > 1
    ]
    cells: dict[str, list[str]] = {column: [] for column in columns}
    faults = []
    for line, row in body:
        fault = _fault(row, width)
        if fault:
            faults.append(f"{path.name}, line {line}: {fault}")
        for column, place in zip(columns, places, strict=True):
            cells[column].append(row[place] if row and not fault else "")
    return Rows(cells, tuple(faults), tuple(warnings))


def _fault(row: list[str] | None, width: int) -> str | None:
    """What is wrong with a row under a header of `width` cells."""
    if row is None:
        return "a quote is opened and never closed"
    if len(row) < width or any(row[width:]):
        return f"{len(row)} cells where the header has {width}"
    return None


def _text(path: Path) -> tuple[str, list[str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror or error}",
            why="rows are read from a CSV file",
            todo="check the path",
        ) from error
    warnings = []
    begins = content[:LOOKED_AT]
    controls = len(begins) - len(begins.translate(None, CONTROLS))
    if content.startswith(NO_TEXT) or controls > max(FEW, MOST_CONTROLS * len(begins)):
        raise FileError(
            f"{path.name} is no CSV file in UTF-8 or cp1252",
            why="it begins like a spreadsheet, a packed file or UTF-16",
            todo="save it as 'CSV UTF-8' and try again",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, other = _mixed(content)
        warnings.append(
            f"{path.name} is not UTF-8 throughout: {other} line(s) were read as cp1252; look that å, ä and ö are right."
        )
    if "\0" in text:
        warnings.append(f"{path.name} holds zero bytes, which were taken out.")
        text = text.replace("\0", "")
    return text, warnings


def _mixed(content: bytes) -> tuple[str, int]:
    """Each line as UTF-8, or as cp1252 where it is not; and how many were the latter."""
    lines, other = [], 0
    for line in content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", errors="replace"))
            other += 1
    return "".join(lines), other


def _parsed(text: str, name: str, columns: Sequence[str]) -> tuple[list[str], Parsed]:
    """The header and the rows below it, by the delimiter that fits best."""
    if not text.strip():
        raise TableError(
            f"{name} is empty",
            why=f"it should have a header with {listed(columns)}",
            todo="check that it was saved whole",
        )
    first = text.lstrip().splitlines()[0]
    heads = {mark: next(csv.reader([first], delimiter=mark)) for mark in DELIMITERS}
    mark = max(DELIMITERS, key=lambda one: (sum(_plain(head) in columns for head in heads[one]), len(heads[one])))
    csv.field_size_limit(2**31 - 1)
    lines = list(io.StringIO(text, newline=""))
    try:
        reader = csv.reader(lines, delimiter=mark, strict=True)
        rows: Parsed = [(reader.line_num, row) for row in reader if row]
    except csv.Error:
        rows = list(_mended(lines, mark))
    header = [_plain(head) for head in rows[0][1] or heads[mark]]
    lacking = [column for column in columns if column not in header]
    if lacking:
        raise TableError(
            f"{name} has no column {listed(lacking)}; its columns are {listed(header, most=20)}",
            why="columns are found by their names in the first row",
            todo="give the name as it stands there",
        )
    return header, rows[1:]


def _mended(lines: Sequence[str], mark: str) -> Iterator[tuple[int, list[str] | None]]:
    """Rows of a file with wrong quotes: one that would run on over the lines below it ends with its own line."""
    start = 0
    while start < len(lines):
        reader = csv.reader((lines[place] for place in range(start, len(lines))), delimiter=mark)
        begin = start
        for row in reader:
            end = start + reader.line_num
            if end - begin > 1 and not _well_quoted(lines[begin:end], mark):
                yield begin + 1, None
                begin += 1
                break
            if row:
                yield end, row
            begin = end
        start = begin


def _well_quoted(lines: Sequence[str], mark: str) -> bool:
    try:
        return len(list(csv.reader(lines, delimiter=mark, strict=True))) == 1
    except csv.Error:
        return False


def _plain(head: str) -> str:
    return head.strip()
