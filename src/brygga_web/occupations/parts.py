"""The parts of a number: what adds up to the gap, one click down from the number itself."""

from __future__ import annotations

from typing import Any

from brygga.workflow.results import Results
from brygga_web.frame import opened
from brygga_web.frame.choices import Scope
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

NEEDED = ("employed_at_work", "vacancies", "industry", "heard", "events")
AVAILABLE = ("employed_residents", "unemployed", "retirements", "entrants", "movers", "running_classes")


def parts_table(results: Results, scope: Scope) -> Table:
    """Needed, available, commuting, and what is left: the sums are sums of the rows above them."""
    language = scope.language
    parts = opened.ask("parts", results, year=scope.year, **scope.asked())
    needed, available = (sum(parts.get(name, 0.0) for name in group) for group in (NEEDED, AVAILABLE))
    gap = parts.get("unfilled", 0.0) - parts.get("without_work", 0.0)
    records = [
        *_rows(parts, NEEDED, language),
        _sum("needed", needed, language),
        *_rows(parts, AVAILABLE, language),
        _sum("available", available, language),
        _part("net_in_commuting", parts.get("net_in_commuting", 0.0), language),
    ]
    return Table(
        key="delar",
        caption=text("occupations.parts_title", language),
        title=text("occupations.parts_title", language),
        subtitle=text("occupations.parts_sub", language, year=scope.year),
        columns=[
            Column("name", text("occupations.col_part", language), "head"),
            Column("persons", text("charts.col_diagram", language), "bar"),
            Column("persons", text("occupations.col_persons", language), digits=1, mark=True),
        ],
        records=records,
        total={"name": text("occupations.sum_gap", language), "persons": gap, "modelled": True},
        language=language,
    )


def _rows(parts: dict[str, float], group: tuple[str, ...], language: str) -> list[dict[str, Any]]:
    return [_part(name, parts[name], language) for name in group if name in parts]


def _part(name: str, persons: float, language: str) -> dict[str, Any]:
    return {"name": text(f"occupations.part_{name}", language), "persons": persons, "modelled": True}


def _sum(name: str, persons: float, language: str) -> dict[str, Any]:
    """A subtotal: in bold, and without a bar of its own."""
    return {"name": text(f"occupations.sum_{name}", language), "persons": persons, "modelled": True, "sum": True}
