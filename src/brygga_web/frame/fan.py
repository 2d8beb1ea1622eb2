"""The fan: a projection through the years with its interval, drawn twice so that text is never scaled.

Drawn by hand and not by a chart library: two kilobytes, colours from the style sheet, and
nothing that a content security policy forbids. The table beside it holds the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.utils.safestring import SafeString, mark_safe

from brygga_web.frame.drawing import Scale, scale_over
from brygga_web.frame.formats import number
from brygga_web.frame.texts import text


@dataclass(frozen=True)
class Plot:
    """A drawing area in pixels: left, right, top and bottom edge, whole width and height."""

    width: int
    height: int
    left: int
    right: int
    top: int = 16
    bottom: int = 40

    def x(self, year: float, first: int, last: int) -> int:
        """Pixel of a year."""
        return round(self.left + (self.width - self.left - self.right) * (year - first) / max(last - first, 1))

    def y(self, value: float, scale: Scale) -> int:
        """Pixel of a value."""
        return round(self.height - self.bottom - (self.height - self.bottom - self.top) * scale.at(value) / 100)


Spots = list[tuple[int, dict[str, float]]]
WIDE = Plot(720, 400, 62, 138)
NARROW = Plot(340, 320, 54, 14)


def fan(rows: pl.DataFrame, *, year: int, base_year: int, language: str) -> SafeString:
    """Both widths of the fan of `rows` (year, p10, p50, p90, naive), the chosen year marked."""
    drawn = [_one(rows, plot, css, year, base_year, language) for plot, css in ((WIDE, "wide"), (NARROW, "narrow"))]
    return mark_safe("".join(drawn))


def _one(rows: pl.DataFrame, plot: Plot, css: str, year: int, base_year: int, language: str) -> str:
    scale = scale_over([*rows["p10"], *rows["p90"], *rows["naive"]])
    first, last = rows["year"][0], rows["year"][-1]
    spot = [(plot.x(row["year"], first, last), row) for row in rows.iter_rows(named=True)]
    inner = _grid(plot, scale, language) + _years(plot, first, last, year)
    low, high = (_points(spot, key, plot, scale) for key in ("p10", "p90"))
    inner += _shape("polygon", "band", [*low, *reversed(high)])
    inner += _shape("polyline", "median", _points(spot, "p50", plot, scale))
    naive = plot.y(rows["naive"][-1], scale)
    left, right = plot.x(first, first, last), plot.x(last, first, last)
    inner += f'<line class="naive" x1="{left}" x2="{right}" y1="{naive}" y2="{naive}"/>'
    inner += _chosen(plot, scale, spot, year, language)
    inner += _labels(plot, scale, rows, css == "wide", base_year, language)
    return f'<svg class="chart {css}" viewBox="0 0 {plot.width} {plot.height}" aria-hidden="true">{inner}</svg>'


def _points(spot: Spots, key: str, plot: Plot, scale: Scale) -> list[tuple[int, int]]:
    return [(x, plot.y(row[key], scale)) for x, row in spot]


def _shape(kind: str, css: str, points: list[tuple[int, int]]) -> str:
    written = " ".join(f"{x},{y}" for x, y in points)
    return f'<{kind} class="{css}" points="{written}"/>'


def _grid(plot: Plot, scale: Scale, language: str) -> str:
    lines = []
    for tick in scale.ticks:
        y = plot.y(tick, scale)
        css = "zero" if tick == 0 else "grid"
        digits = 0 if float(tick).is_integer() else 1
        lines.append(f'<line class="{css}" x1="{plot.left}" x2="{plot.width - plot.right}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text x="{plot.left - 9}" y="{y + 5}" text-anchor="end">{number(tick, language, digits)}</text>')
    return "".join(lines)


def _years(plot: Plot, first: int, last: int, chosen: int) -> str:
    step = 3 if plot is WIDE else 6
    shown = {chosen} | {y for y in range(first, last + 1, step) if abs(y - chosen) > (1 if plot is WIDE else 2)}
    marks = []
    for year in sorted(shown):
        css = ' class="strong"' if year == chosen else ""
        marks.append(
            f'<text x="{plot.x(year, first, last)}" y="{plot.height - 14}" text-anchor="middle"{css}>{year}</text>'
        )
    return "".join(marks)


def _chosen(plot: Plot, scale: Scale, spot: Spots, year: int, language: str) -> str:
    x, row = next((x, row) for x, row in spot if row["year"] == year)
    low, middle, high = (plot.y(row[key], scale) for key in ("p10", "p50", "p90"))
    words = {key: number(row[key], language) for key in ("p10", "p50", "p90")}
    drawn = f'<line class="whisker" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
    drawn += f'<circle class="i-dot" cx="{x}" cy="{middle}" r="7"/>'
    drawn += f'<text class="strong" x="{x - 12}" y="{middle - 10}" text-anchor="end">{words["p50"]}</text>'
    drawn += f'<text x="{x - 8}" y="{high - 4}" text-anchor="end">{words["p90"]}</text>'
    return drawn + f'<text x="{x + 8}" y="{low + 16}">{words["p10"]}</text>'


def _labels(plot: Plot, scale: Scale, rows: pl.DataFrame, wide: bool, base_year: int, language: str) -> str:
    median, top, naive = (plot.y(rows[key][-1], scale) for key in ("p50", "p90", "naive"))
    as_today = text("charts.as_today", language, year=base_year)
    if not wide:
        y = naive + 18 if naive > median else naive - 8
        return f'<text x="{plot.width - plot.right}" y="{y}" text-anchor="end">{as_today}</text>'
    x = plot.width - plot.right + 10
    if abs(naive - median) < 20:
        naive = median + 22
    four = max(top, 14)
    return (
        f'<text class="strong" x="{x}" y="{median + 5}">{text("charts.projection", language)}</text>'
        f'<text x="{x}" y="{min(four, median - 40)}">{text("charts.four", language)}</text>'
        f'<text x="{x}" y="{min(four, median - 40) + 18}">{text("charts.of_five", language)}</text>'
        f'<text x="{x}" y="{naive + 5}">{as_today}</text>'
    )
