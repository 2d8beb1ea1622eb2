"""Drawn cells: a dot, a bar and a tick in the row of their own numbers.

SVG with positions in per cent and no viewBox, so that a cell stretches with its column
while text stays text. No script and no inline style: colours come from the style sheet.
Hidden from screen readers, since the numbers stand beside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.safestring import SafeString, mark_safe

from brygga_web.frame.formats import number, span

AXIS_LETTERS = 28
"""How many letters of numbers an axis in a table has room for."""


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Position of a value in per cent of the width."""
        return round(100 * (value - self.low) / (self.high - self.low), 1)


def scale_over(values: Iterable[float | None], most_ticks: int = 6) -> Scale:
    """A scale with round ticks that holds zero and every value.

    Examples
    --------
    >>> scale_over([104, 198, -20]).ticks
    (-50.0, 0.0, 50.0, 100.0, 150.0, 200.0)
    """
    given = [value for value in values if value is not None]
    low, high = min([0.0, *given]), max([0.0, *given])
    if low == high:
        high = 1.0
    step = _round_step((high - low) / (most_ticks - 1))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = tuple(step * n for n in range(first, last + 1))
    room = 0.02 * (ticks[-1] - ticks[0])
    return Scale(ticks[0] - (room if low < 0 else 0), ticks[-1], ticks)


def _round_step(least: float) -> float:
    power = 10 ** floor(log10(least))
    return float(next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= least - 1e-9))


def axis(scale: Scale, language: str) -> SafeString:
    """The axis in the header of a drawn column."""
    marks = "".join(
        f'<text x="{at}%" y="15" text-anchor="{_anchor(at)}">{_tick(tick, scale, language)}</text>'
        for at, tick in ((scale.at(tick), tick) for tick in _thinned(scale, language))
    )
    return mark_safe(f'<svg class="axis" aria-hidden="true">{marks}</svg>')


def tone(low: float, high: float, kind: str = "shortage") -> str:
    """The class of an interval: plan, shortage (none), surplus or unsure of its sign.

    Examples
    --------
    >>> tone(3, 9), tone(-9, -3), tone(-3, 9), tone(3, 9, "plan")
    ('', 'minus', 'unsure', 'plan')
    """
    if kind == "plan":
        return "plan"
    return "minus" if high < 0 else "unsure" if low < 0 else ""


def interval(
    scale: Scale, low: float, middle: float, high: float, *, naive: float | None = None, kind: str = "shortage"
) -> SafeString:
    """A bar from p10 to p90, a dot at p50 and a tick for the comparator."""
    width = max(scale.at(high) - scale.at(low), 0.4)
    tick = ""
    if naive is not None and scale.low <= naive <= scale.high:
        tick = f'<line class="i-naive" x1="{scale.at(naive)}%" x2="{scale.at(naive)}%" y1="5" y2="23"/>'
    return mark_safe(
        f'<svg class="interval" aria-hidden="true"><g class="{tone(low, high, kind)}">'
        f'<line class="zero" x1="{scale.at(0)}%" x2="{scale.at(0)}%" y1="0" y2="28"/>'
        f'<rect class="i-bar" x="{scale.at(low)}%" width="{width:.1f}%" y="10" height="8" rx="4"/>{tick}'
        f'<circle class="i-dot" cx="{scale.at(middle)}%" cy="14" r="7"/></g></svg>'
    )


def extent(scale: Scale, low: float, high: float) -> SafeString:
    """From the lowest to the highest of several answers: a bar without a middle, on an axis from zero."""
    width = max(scale.at(high) - scale.at(low), 1.5)
    start = min(scale.at(low), 100 - width)
    return mark_safe(
        '<svg class="interval" aria-hidden="true"><g class="plan">'
        '<line class="grid" x1="0" x2="100%" y1="14" y2="14"/>'
        f'<line class="zero" x1="{scale.at(0)}%" x2="{scale.at(0)}%" y1="4" y2="24"/>'
        f'<rect class="i-bar" x="{start:.1f}%" width="{width:.1f}%" y="10" height="8" rx="4"/></g></svg>'
    )


def bar(scale: Scale, value: float, css: str = "p-bar", *, naive: float | None = None) -> SafeString:
    """A plain bar from zero, for parts of a sum; a tick for the comparator."""
    start, width = min(scale.at(0), scale.at(value)), abs(scale.at(value) - scale.at(0))
    tick = ""
    if naive is not None:
        tick = f'<line class="i-naive" x1="{scale.at(naive)}%" x2="{scale.at(naive)}%" y1="2" y2="26"/>'
    return mark_safe(
        '<svg class="interval" aria-hidden="true">'
        f'<rect class="{css}" x="{start}%" width="{width:.1f}%" y="6" height="16"/>{tick}</svg>'
    )


def share_bar(share: float) -> SafeString:
    """A part of a whole: dark on pale."""
    return mark_safe(
        '<svg class="interval" aria-hidden="true"><rect class="whole" width="100%" y="10" height="8" rx="4"/>'
        f'<rect class="part" width="{100 * share:.1f}%" y="10" height="8" rx="4"/></svg>'
    )


def steps(values: Iterable[float], most: float) -> SafeString:
    """Small columns, one a year; a zero is a thin line."""
    given = list(values)
    width = 100 / max(len(given), 1)
    drawn = []
    for n, value in enumerate(given):
        tall = 2 if not value else max(3, round(25 * value / most))
        css = ' class="none"' if not value else ""
        drawn.append(f'<rect x="{n * width + 1:.1f}%" width="{width - 2:.1f}%" y="{28 - tall}" height="{tall}"{css}/>')
    return mark_safe(f'<svg class="seats" aria-hidden="true">{"".join(drawn)}</svg>')


def ruler(
    low: float, middle: float, high: float, *, naive: float, language: str, word: str, kind: str = "shortage"
) -> SafeString:
    """The interval writ large: once a page."""
    scale = scale_over([low, high, naive])
    ticks = "".join(
        f'<line class="grid" x1="{scale.at(t)}%" x2="{scale.at(t)}%" y1="30" y2="70"/>'
        f'<text x="{scale.at(t)}%" y="90" text-anchor="{_anchor(scale.at(t))}">{_tick(t, scale, language)}</text>'
        for t in scale.ticks
    )
    wide = max(scale.at(high) - scale.at(low), 0.6)
    centre = min(max((scale.at(low) + scale.at(high)) / 2, 14), 86)
    return mark_safe(
        f'<svg height="98" aria-hidden="true"><g class="{tone(low, high, kind)}">{ticks}'
        f'<rect class="i-bar" x="{scale.at(low)}%" width="{wide:.1f}%" y="43" height="14" rx="7"/>'
        f'<line class="i-naive" x1="{scale.at(naive)}%" x2="{scale.at(naive)}%" y1="34" y2="66"/>'
        f'<circle class="i-dot" cx="{scale.at(middle)}%" cy="50" r="10"/>'
        f'<text class="strong" x="{centre:.1f}%" y="20" text-anchor="middle">'
        f"{word} {span(low, high, language)}</text></g></svg>"
    )


def _thinned(scale: Scale, language: str) -> list[float]:
    """The ticks that have room for their numbers in a column; zero is always among them."""
    longest = max(len(_tick(tick, scale, language)) for tick in scale.ticks)
    every = max(1, ceil(len(scale.ticks) * (longest + 2) / AXIS_LETTERS))
    zero = scale.ticks.index(0.0)
    return [tick for n, tick in enumerate(scale.ticks) if (n - zero) % every == 0]


def _anchor(at: float) -> str:
    return "start" if at < 2 else "end" if at > 98 else "middle"


def _tick(tick: float, scale: Scale, language: str) -> str:
    digits = 0 if all(float(t).is_integer() for t in scale.ticks) else 1
    return number(tick, language, digits)
