"""The evidence of need as one page in Word: need with its range, sources, companies that agreed to be named."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from typing import Any

from django.utils.html import strip_tags
from docx import Document
from docx.shared import Cm, Pt

from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.rows import spread
from brygga_web.decisions.shortage import where
from brygga_web.frame import formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.pages import finer_says, sources
from brygga_web.frame.texts import plain, text
from brygga_web.occupations.selectors import answer, companies, title, years

MOST_COMPANIES = 12


def word_page(results: Results, scope: Scope) -> bytes:
    """The Word file of one occupation."""
    document = Document()
    _look(document, scope)
    language = scope.language
    document.add_heading(plain("occupations.word_title", language, occupation=title(scope)), 1)
    document.add_paragraph(f"{where(results, scope)}, {scope.year}")
    if scope.finer:
        document.add_paragraph().add_run(_flat(finer_says(scope))).bold = True
    if results.region.is_example:
        document.add_paragraph().add_run(plain("occupations.word_example", language)).bold = True
    _need(document, results, scope)
    _companies(document, results, scope)
    document.add_heading(plain("occupations.word_sources", language), 2)
    for source in sources(results, language):
        document.add_paragraph(f"{_flat(source['title'])}: {_flat(source['says'])}", style="List Bullet")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _look(document: Any, scope: Scope) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.6)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    document.core_properties.title = plain("occupations.word_title", scope.language, occupation=title(scope))
    document.core_properties.language = {"sv": "sv-SE", "en": "en-GB"}[scope.language]
    document.core_properties.author = "Brygga"


def _need(document: Any, results: Results, scope: Scope) -> None:
    language = scope.language
    short = spread("shortage", results, scope)
    gap = spread("shortage", results, scope, value="gap")
    document.add_heading(plain("occupations.word_need", language), 2)
    document.add_paragraph(_flat(answer(short, scope)))
    document.add_paragraph(_flat(sentences.gap(gap, year=scope.year, language=language)))
    document.add_paragraph(plain("occupations.word_years", language))
    heads = (text("charts.col_year", language), text("charts.col_short", language), text("charts.col_likely", language))
    rows = [row for row in years(results, scope) if row["year"] % 2 == scope.year % 2]
    table = document.add_table(rows=1, cols=3, style="Light Grid Accent 1")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = _flat(head)
    for row in rows:
        ends = formats.span(row["p10"], row["p90"], language)
        cells = (str(row["year"]), formats.number(row["p50"], language), ends)
        for cell, value in zip(table.add_row().cells, cells, strict=True):
            cell.text = value
    document.add_paragraph(plain("decisions.means", language))


def _companies(document: Any, results: Results, scope: Scope) -> None:
    language = scope.language
    found = companies(results, scope)
    document.add_heading(plain("occupations.companies_title", language), 2)
    for row in found["named"][:MOST_COMPANIES]:
        document.add_paragraph(f"{row['company']}, {row['place']}: {_flat(row['said'])}", style="List Bullet")
    if not found["named"]:
        document.add_paragraph(plain("occupations.companies_none", language))
    if found["others"]:
        document.add_paragraph(_flat(found["others"]))


def _flat(words: str) -> str:
    return unescape(strip_tags(words))
