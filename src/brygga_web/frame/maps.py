"""The map: unfilled posts per 100 posts, hatched where the range is too wide to say which class.

No stops for the keyboard in it: the links stand in the table, which holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from brygga_web.frame.formats import number
from brygga_web.frame.outlines import Outlines, Shape, outlines
from brygga_web.frame.texts import text

CLASSES = ("u0", "u1", "u2", "u3", "u4", "u5")
DARK = ("u4", "u5")
STEPS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
"""Widths of a class that the scale is chosen from."""
UNSURE_CLASSES = 2
"""A range over more classes than this apart is hatched."""
MOST_UNSURE = 1 / 3
"""The scale is the finest that leaves no more places than this hatched."""
LETTER = 7.0
"""Pixels a letter takes in the map's text."""


@dataclass(frozen=True)
class Place:
    """What the map shows of a municipality: unfilled posts per 100, with the ends of the range."""

    name: str
    value: float
    low: float
    high: float
    number: int

    def apart(self, step: float) -> int:
        """How many classes lie between the ends of the range."""
        return _class(self.high, step) - _class(self.low, step)

    def unsure(self, step: float) -> bool:
        """Whether the range is too wide to say which class."""
        return self.apart(step) > UNSURE_CLASSES


def fitting_step(places: Iterable[Place]) -> float:
    """The finest class width that the ranges carry: no more than a third of the places end up hatched.

    Examples
    --------
    >>> fitting_step([Place("Osby", 5.1, 2.1, 7.5, 1)]), fitting_step([Place("Osby", 5.1, 4.6, 5.4, 1)])
    (2.0, 1.0)
    """
    given = list(places)
    fine_enough = [
        step
        for step in STEPS
        if sum(place.unsure(step) for place in given) <= MOST_UNSURE * len(given)
        and sum(place.value >= step * len(CLASSES) for place in given) <= MOST_UNSURE * len(given)
    ]
    return fine_enough[0] if fine_enough else STEPS[-1]


def map_class(value: float, step: float) -> str:
    """The class of the scale that a value falls in; the last class has no upper end.

    Examples
    --------
    >>> map_class(0.4, 1), map_class(2, 1), map_class(40, 1)
    ('u0', 'u2', 'u5')
    """
    return CLASSES[_class(value, step)]


def _class(value: float, step: float) -> int:
    return min(int(max(value, 0.0) / step + 1e-9), len(CLASSES) - 1)


def draw_map(
    places: Mapping[str, Place], *, area: tuple[str, ...], title: str, step: float, language: str
) -> SafeString | None:
    """The map of `places` within `area`, or none without outlines. Others of the area are pale."""
    drawn = outlines(area)
    if drawn is None:
        return None
    taken: list[tuple[float, float]] = []
    ground = f'<rect class="sea" width="{drawn.width}" height="{drawn.height}"/><path class="land" d="{drawn.land}"/>'
    areas = "".join(_area(drawn.shapes[code], places.get(code), step) for code in area)
    labels = "".join(
        _label(drawn, drawn.shapes[code], place, taken, step, language)
        for code, place in places.items()
        if code in area
    )
    return mark_safe(
        f'<svg class="chart map" viewBox="0 0 {drawn.width} {drawn.height}" role="img" aria-labelledby="map-title">'
        f'<title id="map-title">{escape(title)}</title>{_hatch()}{ground}{areas}{labels}</svg>'
    )


def scale_strip(step: float, language: str, words: str = "charts.per_hundred") -> SafeString:
    """The legend: one strip with numbers at the steps, the unit `words` (a text key) and what the ends mean."""
    width = 100 / len(CLASSES)
    boxes = "".join(
        f'<rect class="{css}" x="{n * width:.2f}%" width="{width:.2f}%" height="14"/>' for n, css in enumerate(CLASSES)
    )
    ticks = "".join(
        f'<text x="{(n + 1) * width:.2f}%" y="30" text-anchor="middle">{_edge(n + 1, step, language)}</text>'
        for n in range(len(CLASSES) - 1)
    )
    unit = text(words, language)
    ends_in_words = (
        f'<text x="0" y="48">{text("charts.fewer", language)}</text>'
        f'<text x="50%" y="48" text-anchor="middle">{unit}</text>'
        f'<text class="strong" x="100%" y="48" text-anchor="end">{text("charts.more", language)}</text>'
    )
    ends = {"low": _edge(1, step, language), "high": _edge(len(CLASSES) - 1, step, language)}
    label = escape(text("charts.scale_label", language, unit=unit, **ends))
    return mark_safe(f'<svg class="strip" role="img" aria-label="{label}">{boxes}{ticks}{ends_in_words}</svg>')


def _edge(n: int, step: float, language: str) -> str:
    """The number at an edge between two classes."""
    return number(n * step, language, 0 if step.is_integer() else 1)


def _hatch() -> str:
    """Dark lines for the pale classes, pale lines for the dark."""
    patterns = "".join(
        f'<pattern id="{name}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<line class="{name}" x1="0" x2="0" y1="0" y2="9"/></pattern>'
        for name in ("hatch", "hatch-pale")
    )
    return f"<defs>{patterns}</defs>"


def _area(shape: Shape, place: Place | None, step: float) -> str:
    if place is None:
        return f'<path class="muni outside" d="{shape.path}"/>'
    css = map_class(place.value, step)
    drawn = f'<path class="muni {css}" d="{shape.path}"/>'
    if not place.unsure(step):
        return drawn
    lines = "hatch-pale" if css in DARK else "hatch"
    return drawn + f'<path class="unsure" fill="url(#{lines})" d="{shape.path}"/>'


def _label(
    drawn: Outlines, shape: Shape, place: Place, taken: list[tuple[float, float]], step: float, language: str
) -> str:
    """Name and value inside, or beside the map with a line where the shape is too narrow."""
    x, y = shape.centre
    unsure = place.unsure(step)
    ink = "on-dark" if map_class(place.value, step) in DARK and not unsure else "on-light"
    tag = f'<text class="m-nr {ink}" x="{x:.0f}" y="{y + 8:.0f}">{place.number}</text>'
    longest = max(len(word) for word in place.name.split(" "))
    if shape.room >= longest * LETTER and shape.height > 44:
        return _words(place, x, y, ink + (" halo" if unsure else ""), shape.room, language) + tag
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
    value = number(place.value, language, 1)
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
