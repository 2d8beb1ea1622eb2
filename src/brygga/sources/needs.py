"""Needs: what companies said, from a survey's or a visit log's CSV or Excel file.

The file is read as people save it: UTF-8 or cp1252, semicolon, comma or tab, decimal comma,
Swedish or English headings in any order, a title above them. Codes stay text. Every bad cell
is reported at once with sheet, row, column, value and the expected form.

Start reading at `read_needs`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import BryggaError, FileError, TableError, UnknownCodeError, listed, raise_all

LARGEST_FILE = 20_000_000
MOST_PERSONS = 2_000
HEADER_WITHIN = 10
HEADINGS = {
    "need_id": ("need_id", "id", "nr", "behov_id", "löpnummer"),
    "company": ("company", "företag", "arbetsgivare", "employer", "bolag", "företagsnamn"),
    "municipality": ("municipality", "kommun", "kommunkod", "municipality_code"),
    "text": ("text", "behov", "need", "beskrivning", "yrke", "roll", "description", "occupation", "kompetens"),
    "persons_low": ("persons_low", "minst", "antal_minst", "antal_från", "low", "at_least"),
    "persons_high": ("persons_high", "högst", "antal_högst", "antal_till", "high", "at_most"),
    "persons": ("persons", "antal", "antal_personer", "personer", "number", "number_of_persons"),
    "year": ("year", "år", "wanted", "behövs_år"),
    "growth": ("growth", "tillväxt", "andel_tillväxt", "growth_share"),
    "heard_on": ("heard_on", "datum", "date", "hört", "svarsdatum"),
    "language": ("language", "språk"),
    "consent": ("consent", "samtycke", "får_nämnas", "may_be_named"),
}
NEEDED = ("company", "municipality", "text", "heard_on")
YES = frozenset({"true", "ja", "yes", "1", "x", "j", "y", "sant"})
NO = frozenset({"false", "nej", "no", "0", "", "n", "falskt"})
ENGLISH = frozenset({"the", "we", "need", "and", "with", "of", "for", "to", "in", "is", "are", "or", "our"})
Wish = Callable[[str, date], tuple[float | None, float | None, int | None]]
Split = Callable[[str, date], Sequence[tuple[str, float | None, float | None, int | None]]]


class HeardNeeds(NamedTuple):
    """Table `stated_needs`, and what the reader had to assume about the file."""

    needs: pl.DataFrame
    warnings: tuple[str, ...]


class _Cells(NamedTuple):
    """The rows below the header: numbers as the user sees them, and column names as we know them."""

    where: str
    columns: dict[str, int]
    rows: list[tuple[int, list[str]]]
    warnings: list[str]


def read_needs(
    path: Path, *, wish: Wish | None = None, split: Split | None = None, extra_codes: Collection[str] = ()
) -> HeardNeeds:
    """Company needs from a CSV or XLSX file.

    Parameters
    ----------
    path : the file; its headings in Swedish or English (see `HEADINGS`)
    wish : reads how many and when from a need's text and the day it was said; asked where the file
        has no such column or an empty cell (`brygga.coding.needs_text.read_wish`)
    split : the needs of a text, each with its words, number and year; asked where a row has no number of its own,
        so that "2 svetsare nu och 3 montörer nästa år" is two needs (`brygga.coding.needs_text.split_needs`)
    extra_codes : municipality codes accepted beside the classification (invented ones)

    Returns
    -------
    HeardNeeds
        Table `stated_needs` in the order of the file, and warnings.

    Raises
    ------
    FileError
        If the file is missing, too large, protected or no table.
    TableError, UnknownCodeError, or FaultsError when there are several
        For every bad cell: sheet, row, column, value and what was expected.
    """
    cells = _cells(path)
    faults: list[BryggaError] = []
    rows = [
        need
        for number, row in cells.rows
        for need in _split(_need(cells, number, row, wish, faults, extra_codes), cells, number, row, split)
    ]
    raise_all(cells.where, faults)
    table = pl.DataFrame(rows, schema=tables.empty("stated_needs").schema)
    return HeardNeeds(
        tables.check(table, "stated_needs", where=cells.where, extra_codes=extra_codes),
        tuple(dict.fromkeys(cells.warnings)),
    )


def _need(
    cells: _Cells,
    number: int,
    row: Sequence[str],
    wish: Wish | None,
    faults: list[BryggaError],
    extra: Collection[str],
) -> dict[str, object]:
    """One need; what is wrong with it is added to the faults."""

    def cell(column: str) -> str:
        place = cells.columns.get(column)
        return row[place].strip() if place is not None and place < len(row) else ""

    def wrong(column: str, value: str, expected: str) -> None:
        faults.append(
            TableError(
                f"{cells.where}, row {number}, column {column}: {value!r}"
                if value
                else f"{cells.where}, row {number}, column {column}: empty",
                why="the need cannot be counted without it" if not value else "it cannot be read as that",
                todo=f"write {expected}",
            )
        )

    heard_on = _day(cell("heard_on"))
    if heard_on is None:
        wrong("heard_on", cell("heard_on"), "a date as 2026-11-23")
    for column in ("company", "text"):
        if not re.search(r"\w", cell(column)):
            wrong(column, cell(column), "words")
    low, high, said_year = _asked(cell, wish, heard_on or date(2000, 1, 1), wrong)
    year = _year(cell("year"), said_year, heard_on, cells, wrong)
    growth = _share(cell("growth"))
    if growth is None:
        wrong("growth", cell("growth"), "a share from 0 to 1 (0,3) or a percentage with its sign (30 %)")
    if cell("consent").lower() not in YES | NO:
        wrong("consent", cell("consent"), "yes or no (ja or nej)")
    if cell("language").lower() not in ("", "sv", "en"):
        wrong("language", cell("language"), "sv or en")
    return {
        "need_id": cell("need_id") or f"R{number}",
        "company": cell("company"),
        "municipality": _municipality(cell("municipality"), cells.where, number, faults, extra),
        "text": cell("text"),
        "persons_low": low,
        "persons_high": high,
        "year": year,
        "growth": growth,
        "heard_on": heard_on,
        "language": cell("language").lower() or _language(cell("text")),
        "consent": cell("consent").lower() in YES,
    }


def _split(
    need: dict[str, object], cells: _Cells, number: int, row: Sequence[str], split: Split | None
) -> list[dict[str, object]]:
    """A need whose text holds several, each with a number, as so many; one whose row says how many stays whole."""
    heard_on = need["heard_on"]
    given = [cells.columns[name] for name in ("persons_low", "persons_high", "persons") if name in cells.columns]
    if split is None or not isinstance(heard_on, date) or any(row[n].strip() for n in given if n < len(row)):
        return [need]
    parts = split(str(need["text"]), heard_on)
    counted = [part for part in parts if part[1] is not None]
    if len(counted) < 2:
        return [need]
    if len(counted) < len(parts):
        uncounted = listed(f'"{part[0]}"' for part in parts if part[1] is None)
        cells.warnings.append(f"{cells.where}, row {number}: {uncounted} says no number and is left out.")
    said = cells.columns.get("year")
    year = need["year"] if said is not None and said < len(row) and row[said].strip() else None
    return [
        need
        | {"need_id": f"{need['need_id']}.{n}", "text": text, "persons_low": low, "persons_high": high}
        | {"year": year or wanted or heard_on.year + 1}
        for n, (text, low, high, wanted) in enumerate(counted, 1)
    ]


def _asked(
    cell: Callable[[str], str], wish: Wish | None, heard_on: date, wrong: Callable[[str, str, str], None]
) -> tuple[float | None, float | None, int | None]:
    """How many at least and at most, from the columns, else from the text; and the year of the text."""
    said = wish(cell("text"), heard_on) if wish else (None, None, None)
    given = "-".join(part for part in (cell("persons_low"), cell("persons_high")) if part) or cell("persons")
    pair = _persons(given) if given else (said[0], said[1])
    if pair is None or pair[0] is None:
        column = "persons_low" if cell("persons_low") or cell("persons_high") else "persons"
        wrong(column, given, f"a number or a range from 0 to {MOST_PERSONS}, as 3 or 3-4")
        return None, None, said[2]
    return pair[0], pair[1], said[2]


def _persons(given: str) -> tuple[float, float] | None:
    """A number or a range such as 3-4, "ca 5", 1 200 or 2,5; none when it is something else."""
    found = re.fullmatch(
        r"(?:ca\.?|cirka|about)?\s*([\d\s.,]+?)\s*(?:(?:-|–|till|to)\s*([\d\s.,]+))?\s*(?:st|pers\w*)?", given.lower()
    )
    if not found:
        return None
    low = _number(found.group(1))
    high = _number(found.group(2)) if found.group(2) else low
    return (low, high) if low is not None and high is not None and low <= high <= MOST_PERSONS else None


def _number(text: str) -> float | None:
    """A number with decimal comma or point, thousands set apart by blanks of any width."""
    try:
        return float(re.sub(r"\s", "", text).replace(",", "."))
    except ValueError:
        return None


def _share(text: str) -> float | None:
    value = _number(text.rstrip("% ")) if text else 0.0
    if value is not None and text.endswith("%"):
        value /= 100
    return value if value is not None and 0 <= value <= 1 else None


def _year(
    given: str, said: int | None, heard_on: date | None, cells: _Cells, wrong: Callable[[str, str, str], None]
) -> int | None:
    """The year of the column, else of the text, else the year after it was heard (with a warning)."""
    if given:
        value = _number(given)
        if value is not None and value.is_integer() and 2000 <= value <= 2100:
            return int(value)
        wrong("year", given, "a year with four digits, as 2027")
        return None
    if said is None and heard_on is not None:
        cells.warnings.append("Needs without a year are taken as wanted the year after they were heard.")
        return heard_on.year + 1
    return said


def _municipality(given: str, where: str, number: int, faults: list[BryggaError], extra: Collection[str]) -> str:
    """The code of a municipality given by code or by name."""
    names = codes.classification("kommun").select("name", "code").iter_rows()
    by_name: dict[str, str] = {str(name).lower(): str(code) for name, code in names}
    code = by_name.get(given.lower().removesuffix(" kommun"), given)
    try:
        codes.check_codes([code], "kommun", where=f"{where}, row {number}, column municipality", extra=extra)
    except UnknownCodeError as error:
        faults.append(error)
    return code


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _language(text: str) -> str:
    return "en" if len(ENGLISH.intersection(re.findall(r"[a-z]+", text.lower()))) > 1 else "sv"


def _cells(path: Path) -> _Cells:
    """The cells of the file below its header row, which is looked for among the first rows."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(path, f"it is larger than {LARGEST_FILE // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or "unknown fault") from error
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        sheet, rows = _excel(path)
        return _below_header(rows, f"{path.name}, sheet {sheet}", [])
    rows, warnings = _csv(content, path.name)
    return _below_header(rows, path.name, warnings)


def _csv(content: bytes, name: str) -> tuple[list[list[str]], list[str]]:
    warnings: list[str] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        warnings.append(f"{name} is not UTF-8 and was read as cp1252; look that å, ä and ö are right.")
    parsed = [list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=mark)) for mark in ";,\t"]
    return max(parsed, key=lambda rows: max((len(_known(row)) for row in rows[:HEADER_WITHIN]), default=0)), warnings


def _excel(path: Path) -> tuple[str, list[list[str]]]:
    try:
        import fastexcel
    except ImportError as error:
        raise FileError(
            f"{path.name} needs a reader for Excel files",
            why="it is not among what Brygga needs at least",
            todo="install brygga[excel], or save the file as CSV",
        ) from error
    try:
        book = fastexcel.read_excel(path)
        frame = book.load_sheet(0, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise _unreadable(path, str(error).splitlines()[0]) from error
    return book.sheet_names[0], [[value or "" for value in row] for row in frame.iter_rows()]


def _unreadable(path: Path, reason: str) -> FileError:
    return FileError(
        f"{path.name} cannot be read: {reason}",
        why="needs are read from a CSV or an unprotected XLSX file",
        todo=f"check the file {path}, or save it as 'CSV UTF-8'",
    )


def _known(row: Sequence[str]) -> dict[str, int]:
    """Our column names in a header row, and where they stand."""
    given = [re.sub(r"[^\w]+", "_", heading.strip().lower()).strip("_") for heading in row]
    return {
        column: next(place for place, heading in enumerate(given) if heading in names)
        for column, names in HEADINGS.items()
        if any(heading in names for heading in given)
    }


def _below_header(rows: list[list[str]], where: str, warnings: list[str]) -> _Cells:
    counts = [len(_known(row)) for row in rows[:HEADER_WITHIN]]
    if not counts or max(counts) == 0:
        raise TableError(
            f"{where} has no header row that can be read" if rows else f"{where} is empty",
            why="columns are found by their names, in Swedish or English",
            todo=f"put a first row with at least {', '.join(NEEDED)} above the needs",
        )
    header = counts.index(max(counts))
    columns = _known(rows[header])
    lacking = [column for column in NEEDED if column not in columns]
    if lacking:
        raise TableError(
            f"{where} lacks column(s) {listed(lacking)}; its header is {listed(rows[header], most=12)}",
            why="a need is what somebody said, where and when",
            todo=f"add them, for example as {', '.join(HEADINGS[column][1] for column in lacking)}",
        )
    body = [(n, row) for n, row in enumerate(rows[header + 1 :], header + 2) if any(value.strip() for value in row)]
    if not body:
        raise TableError(f"{where} has no needs below its header", why="there is nothing to code", todo="add rows")
    if "growth" not in columns:
        warnings.append("No column says how much is growth: all needs are taken as replacement.")
    return _Cells(where, columns, body, warnings)
