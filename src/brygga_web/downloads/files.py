"""Writing a page's tables: Excel with a sheet of sources, and CSV that a Swedish Excel opens right.

Codes and names are always text, and no text is ever a formula. CSV: UTF-8 with BOM,
semicolon, decimal comma; an apostrophe goes before a text that a program would compute.
"""

from __future__ import annotations

import csv
from html import unescape
from io import BytesIO, StringIO

import xlsxwriter
from django.utils.html import strip_tags

from brygga.workflow import names
from brygga_web.frame import formats, opened
from brygga_web.frame.pages import Page, all_sources, area_name, finer_says, occupations_name
from brygga_web.frame.tables import FileValue, Table
from brygga_web.frame.texts import joined, text

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
SHEET_NAME = 31
Fact = tuple[str, FileValue]


def csv_file(page: Page) -> bytes:
    """All tables of the page one under the other, each under its name, then the sources."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for table in page.tables:
        writer.writerow([_safe(_plain(table.caption))])
        writer.writerow([_safe(title) for title in _titles(table)])
        writer.writerows([_for_csv(value) for value in row] for row in table.file_rows())
        writer.writerow([])
    writer.writerow([text("files.sources_sheet", page.scope.language)])
    writer.writerows([_safe(name), _for_csv(value)] for name, value in facts(page))
    return "\ufeff".encode() + file.getvalue().encode()


def xlsx_file(page: Page) -> bytes:
    """A sheet a table, as a real table with a frozen header, and a sheet of sources."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": f"Brygga: {page.file}", "author": "Brygga"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for table in page.tables:
            _sheet(book.add_worksheet(table.key[:SHEET_NAME]), table)
        sheet = book.add_worksheet(str(text("files.sources_sheet", page.scope.language)))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90, wrap)
        for row, (name, value) in enumerate(facts(page)):
            sheet.write_string(row, 0, name)
            _write(sheet, row, 1, value)
    return file.getvalue()


def facts(page: Page) -> list[Fact]:
    """What a file says of itself: area, choice, interval, version, row counts, sources."""
    language, scope, results = page.scope.language, page.scope, page.results
    listed = [f"{code} {names.municipality(code, results.region)}" for code in scope.municipalities]
    rows: list[Fact] = []
    if results.region.is_example:
        rows.append(
            (
                _word("made", language),
                _plain(text("frame.example", language) + " " + text("frame.example_means", language)),
            )
        )
    rows += [
        (_word("area", language), area_name(results, language)),
        (_word("municipalities", language), joined(listed, language)),
        (_word("occupations", language), _plain(occupations_name(scope.chosen, language))),
        *([(_word("note", language), _plain(finer_says(scope)))] if scope.finer else []),
        *([(_word("event", language), scope.event)] if scope.event else []),
        (_word("year", language), str(scope.year)),
        (_word("base_year", language), str(results.region.base_year)),
        (_word("version", language), opened.foundations(results).version),
        (_word("interval", language), _word("interval_says", language)),
        (_word("hidden", language), _word("hidden_says", language)),
    ]
    rows += [(_plain(text("files.rows", language, sheet=table.key)), len(table.file_rows())) for table in page.tables]
    rows += [(_plain(source["title"]), _plain(source["says"])) for source in all_sources(page)]
    return rows


def _sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table) -> None:
    titles, rows = _titles(table), table.file_rows()
    for column, title in enumerate(titles):
        widest = max([len(title), *(len(str(row[column] or "")) for row in rows)])
        sheet.set_column(column, column, min(max(widest + 3, 8), 50))
        sheet.write_string(0, column, title)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value)
    if rows:
        sheet.add_table(
            0,
            0,
            len(rows),
            len(titles) - 1,
            {"columns": [{"header": title} for title in titles], "style": "Table Style Light 1"},
        )
    sheet.freeze_panes(1, 1)


def _titles(table: Table) -> list[str]:
    """Column titles, each once: a table in Excel allows no two alike."""
    titles: list[str] = []
    for title in map(_plain, table.file_columns()):
        number = 2
        unique = title
        while unique.lower() in (given.lower() for given in titles):
            unique, number = f"{title} {number}", number + 1
        titles.append(unique)
    return titles


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: FileValue) -> None:
    if isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, formats.DASH if value is None else _plain(value))


def _for_csv(value: FileValue) -> str:
    if value is None:
        return formats.DASH
    if isinstance(value, (int, float)):
        return f"{value:.10g}".replace(".", ",")
    return _safe(_plain(value))


def _safe(value: str) -> str:
    """Text that no spreadsheet program computes.

    Examples
    --------
    >>> _safe("=1+1"), _safe("0767")
    ("'=1+1", '0767')
    """
    return f"'{value}" if value.startswith(RISKY) else value


def _plain(value: str) -> str:
    """Our own texts without markup; what others wrote is never markup and stays as it is."""
    return unescape(strip_tags(value)) if hasattr(value, "__html__") else value


def _word(key: str, language: str) -> str:
    return _plain(text(f"files.{key}", language))
