"""Curves month by month: small fans on one scale, drawn at the width they are shown at.

A panel is a band from p10 to p90 with its median, in per cent of those hit, and, for comparison,
the median of another panel as a dotted line. One month is marked with its numbers. The table beside
the panels holds the same numbers, so the drawings are hidden from screen readers.

Start reading at `curve`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe

from brygga_web.frame.drawing import Scale
from brygga_web.frame.fan import Plot
from brygga_web.frame.formats import number

Row = Mapping[str, float]
"""month, p10, p50, p90: months from 0, shares in per cent."""
PER_CENT = Scale(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0))
SMALL = Plot(340, 270, 46, 14)
YEAR = 12
ROOM = 30
"""Pixels that the number of the marked month takes on its right."""


def curve(rows: Sequence[Row], *, marked: int, language: str, kind: str = "", other: Sequence[Row] = ()) -> SafeString:
    """One panel of `rows`, sorted by month, the month `marked` with its numbers; `other` is the dotted comparator."""
    last = int(rows[-1]["month"])
    spots = [(SMALL.x(row["month"], 0, last), row) for row in rows]
    inner = _grid(language) + _months(last)
    band = _points(spots, "p10") + _points(spots, "p90")[::-1]
    inner += f'<polygon class="band" points="{_written(band)}"/>'
    inner += f'<polyline class="median" points="{_written(_points(spots, "p50"))}"/>'
    if other:
        dotted = [(SMALL.x(row["month"], 0, last), row) for row in other if row["month"] <= last]
        inner += f'<polyline class="naive" points="{_written(_points(dotted, "p50"))}"/>'
    inner += _marked(spots, marked, language)
    size = f'viewBox="0 0 {SMALL.width} {SMALL.height}"'
    return mark_safe(f'<svg class="chart curve" {size} aria-hidden="true"><g class="{kind}">{inner}</g></svg>')


def _points(spots: Sequence[tuple[int, Row]], key: str) -> list[tuple[int, int]]:
    return [(x, SMALL.y(min(max(row[key], 0.0), 100.0), PER_CENT)) for x, row in spots]


def _written(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _grid(language: str) -> str:
    lines = []
    for tick in PER_CENT.ticks:
        y, css = SMALL.y(tick, PER_CENT), "zero" if tick == 0 else "grid"
        lines.append(f'<line class="{css}" x1="{SMALL.left}" x2="{SMALL.width - SMALL.right}" y1="{y}" y2="{y}"/>')
        lines.append(f'<text x="{SMALL.left - 9}" y="{y + 5}" text-anchor="end">{number(tick, language)}</text>')
    return "".join(lines)


def _months(last: int) -> str:
    ends = {0: "start", last: "end"}
    return "".join(
        f'<text x="{SMALL.x(month, 0, last)}" y="{SMALL.height - 14}" text-anchor="{ends.get(month, "middle")}">'
        f"{month}</text>"
        for month in range(0, last + 1, YEAR)
    )


def _marked(spots: Sequence[tuple[int, Row]], month: int, language: str) -> str:
    found = [(x, row) for x, row in spots if row["month"] == month]
    if not found:
        return ""
    x, row = found[0]
    low, middle, high = (y for _, y in (_points(found, key)[0] for key in ("p10", "p50", "p90")))
    drawn = f'<line class="whisker" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
    drawn += f'<circle class="i-dot" cx="{x}" cy="{middle}" r="6"/>'
    room = SMALL.width - SMALL.right - x
    at, anchor = (x + 11, "start") if room > ROOM else (x - 11, "end")
    return drawn + (
        f'<text class="strong halo-text" x="{at}" y="{middle + 21}" text-anchor="{anchor}">'
        f"{number(row['p50'], language)}</text>"
    )
