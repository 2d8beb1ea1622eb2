"""The evidence of need as one page in Word: need with its range, sources, companies that agreed to be named."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from typing import Any

from django.utils.html import strip_tags
from docx import Document
from docx.shared import Cm, Pt

from brygga.workflow.assumptions import UNCHECKED
from brygga.workflow.results import Results
from brygga_web.decisions import sentences
from brygga_web.decisions.rows import by_municipality, spread
from brygga_web.decisions.shortage import where
from brygga_web.frame import formats, opened
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
    _tables_read(document, results, scope)
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
    rows = [row for row in years(results, scope) if row["year"] % 2 == scope.year % 2]
    left = opened.answer("shortage", results, plan="best", year=None, by="year", **scope.asked())
    with_plan = dict(left.select("year", "p50").iter_rows())
    _table(
        document,
        text("charts.col_year", language),
        [{**row, "name": str(row["year"]), "left": with_plan[row["year"]]} for row in rows],
        results,
        scope,
    )
    document.add_paragraph(plain("shortage.municipalities_title", language, year=scope.year))
    places = [
        {**row, **{key: row[f"short_{key}"] for key in ("p10", "p90", "naive")}, "p50": row["short"]}
        for row in by_municipality(results, scope)
    ]
    _table(document, text("charts.col_municipality", language), places, results, scope)
    document.add_paragraph(plain("occupations.word_modelled", language, base=results.region.base_year))
    document.add_paragraph(plain("decisions.means", language))


def _table(document: Any, head: str, rows: list[dict[str, Any]], results: Results, scope: Scope) -> None:
    """Unfilled posts as last year with their range, the base year's number, and what the plan leaves."""
    language = scope.language
    heads = (
        head,
        f"{text('charts.col_short', language)} (m)",
        f"{text('charts.col_likely', language)} (m)",
        text("charts.col_today", language, year=results.region.base_year),
        f"{text('charts.col_left', language)} (m)",
    )
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, title_of in zip(table.rows[0].cells, heads, strict=True):
        cell.text = _flat(title_of)
    for row in rows:
        numbers = (formats.number(row[key], language) for key in ("p50", "naive", "left"))
        middle, naive, left = numbers
        cells = (row["name"], middle, formats.span(row["p10"], row["p90"], language), naive, left)
        for cell, value in zip(table.add_row().cells, cells, strict=True):
            cell.text = value


def _tables_read(document: Any, results: Results, scope: Scope) -> None:
    """Version, settings with the seed, the data's year, and each table with what it was taken from."""
    language, base = scope.language, opened.foundations(results)
    settings = ", ".join(f"{name} {value}" for name, value in base.settings.items())
    document.add_paragraph(
        plain("occupations.word_run", language, version=base.version, year=results.region.base_year, settings=settings)
    )
    for source in base.inputs:
        if source.said:
            said = "; ".join(plain("about.unchecked", language) if one == UNCHECKED else one for one in source.said)
            counts = (source.observed, source.modelled)
            observed, modelled = (formats.number(count, language) for count in counts)
            line = plain("occupations.word_source", language, said=said, observed=observed, modelled=modelled)
            document.add_paragraph(f"{source.name}: {line}", style="List Bullet")


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
