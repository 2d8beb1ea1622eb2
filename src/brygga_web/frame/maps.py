"""The map: per cent of the jobs that are short or left over, hatched where the sign is not sure.

No stops for the keyboard in it: the links stand in the table, which holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from brygga_web.frame.formats import number
from brygga_web.frame.outlines import Outlines, Shape, outlines
from brygga_web.frame.texts import text

STEPS = (-5, -3, -1, 1, 3, 5)
CLASSES = ("s3", "s2", "s1", "m0", "b1", "b2", "b3")
DARK = ("s3", "b2", "b3")
LETTER = 7.0
"""Pixels a letter takes in the map's text."""


@dataclass(frozen=True)
class Place:
    """What the map shows of a municipality."""

    name: str
    percent: float
    unsure: bool
    number: int


def map_class(percent: float) -> str:
    """The class of the scale that a percentage of the jobs falls in.

    Examples
    --------
    >>> map_class(-6), map_class(0), map_class(4.2)
    ('s3', 'm0', 'b2')
    """
    return CLASSES[sum(percent >= step for step in STEPS)]


def draw_map(places: Mapping[str, Place], *, area: tuple[str, ...], title: str, language: str) -> SafeString | None:
    """The map of `places` within `area`, or none without outlines. Others of the area are pale."""
    drawn = outlines(area)
    if drawn is None:
        return None
    taken: list[tuple[float, float]] = []
    ground = f'<rect class="sea" width="{drawn.width}" height="{drawn.height}"/><path class="land" d="{drawn.land}"/>'
    areas = "".join(_area(drawn.shapes[code], places.get(code)) for code in area)
    labels = "".join(
        _label(drawn, drawn.shapes[code], place, taken, language) for code, place in places.items() if code in area
    )
    return mark_safe(
        f'<svg class="chart map" viewBox="0 0 {drawn.width} {drawn.height}" role="img" aria-labelledby="map-title">'
        f'<title id="map-title">{escape(title)}</title>{_hatch()}{ground}{areas}{labels}</svg>'
    )


def scale_strip(language: str) -> SafeString:
    """The legend: one strip with numbers at the steps and words at the ends."""
    width = 100 / len(CLASSES)
    boxes = "".join(
        f'<rect class="{css}" x="{n * width:.2f}%" width="{width:.2f}%" height="14"/>' for n, css in enumerate(CLASSES)
    )
    ticks = "".join(
        f'<text x="{(n + 1) * width:.2f}%" y="30" text-anchor="middle">{number(step, language)}</text>'
        for n, step in enumerate(STEPS)
    )
    words = (
        f'<text x="0" y="48">{text("charts.surplus", language)}</text>'
        f'<text x="50%" y="48" text-anchor="middle">{text("charts.percent_of_jobs", language)}</text>'
        f'<text class="strong" x="100%" y="48" text-anchor="end">{text("charts.shortage", language)}</text>'
    )
    label = escape(text("charts.scale_label", language))
    return mark_safe(f'<svg class="strip" role="img" aria-label="{label}">{boxes}{ticks}{words}</svg>')


def _hatch() -> str:
    return (
        '<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" x2="0" y1="0" y2="9"/></pattern></defs>'
    )


def _area(shape: Shape, place: Place | None) -> str:
    if place is None:
        return f'<path class="muni outside" d="{shape.path}"/>'
    drawn = f'<path class="muni {map_class(place.percent)}" d="{shape.path}"/>'
    return drawn + (f'<path class="unsure" fill="url(#hatch)" d="{shape.path}"/>' if place.unsure else "")


def _label(drawn: Outlines, shape: Shape, place: Place, taken: list[tuple[float, float]], language: str) -> str:
    """Name and value inside, or beside the map with a line where the shape is too narrow."""
    x, y = shape.centre
    ink = "on-dark" if map_class(place.percent) in DARK and not place.unsure else "on-light"
    tag = f'<text class="m-nr {ink}" x="{x:.0f}" y="{y + 8:.0f}">{place.number}</text>'
    longest = max(len(word) for word in place.name.split(" "))
    if shape.room >= longest * LETTER and shape.height > 44:
        return _words(place, x, y, ink + (" halo" if place.unsure else ""), shape.room, language) + tag
    x2, y2 = _free(drawn, x, y, taken)
    line = f'<path class="m-name lead" d="M{x:.0f} {y:.0f}L{x2:.0f} {y2 - 14:.0f}"/>'
    line += f'<circle class="m-name dot" cx="{x:.0f}" cy="{y:.0f}" r="3"/>'
    return line + _words(place, x2, y2, "on-light halo", 200, language) + tag


def _words(place: Place, x: float, y: float, ink: str, width: float, language: str) -> str:
    fits = len(place.name) * LETTER <= width
    lines = [place.name] if fits else place.name.split(" ")
    top = y - 8 * len(lines) + 8
    names = "".join(
        f'<text class="m-name {ink}" x="{x:.0f}" y="{top + 17 * n:.0f}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    value = number(place.percent, language, 1)
    return names + f'<text class="m-val {ink}" x="{x:.0f}" y="{top + 17 * len(lines) + 1:.0f}">{value}</text>'


def _free(drawn: Outlines, x: float, y: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The nearest spot outside every shape of the area, or nearly so, where no label stands yet."""
    boxes = [(*shape.centre, shape.width / 2, shape.height / 2) for shape in drawn.shapes.values()]
    spots = [(px, py) for py in range(30, drawn.height - 30, 15) for px in range(60, drawn.width - 50, 20)]

    def cost(spot: tuple[float, float]) -> float:
        px, py = spot
        away = ((px - x) ** 2 + (py - y) ** 2) ** 0.5
        inside = sum(abs(px - bx) < bw * 0.85 + 25 and abs(py - by) < bh * 0.85 + 14 for bx, by, bw, bh in boxes)
        crowd = sum(abs(px - tx) < 100 and abs(py - ty) < 58 for tx, ty in taken)
        steps = [(x + (px - x) * n / 8, y + (py - y) * n / 8) for n in range(1, 9)]
        crossed = sum(any(abs(sx - tx) < 45 and abs(sy - ty) < 26 for sx, sy in steps) for tx, ty in taken)
        return away + 400 * inside + 2_000 * crowd + 600 * crossed

    best = min(spots, key=cost) if spots else (x, y)
    taken.append(best)
    return best
