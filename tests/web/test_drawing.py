"""What is drawn stands where its numbers say, and says itself without colour."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from brygga_web.frame import drawing
from brygga_web.frame.fan import fan
from brygga_web.frame.maps import CLASSES, DARK, Place, draw_map, fitting_step, map_class, scale_strip
from brygga_web.frame.outlines import outlines


def test_a_scale_holds_zero_and_every_value():
    scale = drawing.scale_over([12, 340, None])
    assert scale.ticks[0] == 0
    assert scale.ticks[-1] >= 340
    assert scale.at(0) == 0


def test_a_scale_of_nothing_is_still_a_scale():
    assert drawing.scale_over([]).high > 0
    assert drawing.scale_over([0, 0]).at(0) == 0


@pytest.mark.parametrize(("ends", "tone"), [((3, 9), ""), ((-9, -3), "minus"), ((-3, 9), "unsure")])
def test_the_sign_of_an_interval_is_drawn(ends, tone):
    low, high = ends
    scale = drawing.scale_over([-10, 10])
    assert f'<g class="{tone}">' in drawing.interval(scale, low, (low + high) / 2, high)


def test_an_interval_stands_between_its_ends():
    scale = drawing.Scale(0, 200, (0.0, 100.0, 200.0))
    drawn = drawing.interval(scale, 50, 100, 150, naive=20)
    assert 'x="25.0%" width="50.0%"' in drawn
    assert 'cx="50.0%"' in drawn
    assert 'x1="10.0%"' in drawn


def place(value: float, low: float, high: float, number: int = 1, name: str = "Sölvesborg") -> Place:
    return Place(name, value, low, high, number)


def test_map_classes_are_equal_steps_with_an_open_end():
    assert [map_class(value, 2) for value in (0, 1.9, 2, 4.1, 9.9, 10, 60)] == [
        "u0", "u0", "u1", "u2", "u4", "u5", "u5",
    ]  # fmt: skip


def test_the_scale_is_the_finest_that_the_ranges_carry():
    sure = [place(value, value - 0.1, value + 0.1) for value in (0.4, 1.2, 2.6)]
    assert fitting_step(sure) == 0.5
    wide = [place(5, 2.1, 7.9)] * 3
    assert fitting_step(wide) == 2
    assert fitting_step([*[place(5, 4.9, 5.1)] * 2, place(5, 0, 20)]) == 1, "one in three may be hatched"
    assert fitting_step([]) == 0.5


def test_the_map_names_no_highest_and_hatches_what_spans_four_colours():
    places = {"1060": place(9, 5, 14, 1, "Olofström"), "1293": place(6.4, 4, 7.9, 2, "Hässleholm")}
    drawn = draw_map(places, area=("1060", "1293"), title="Karta", step=2, language="sv")
    assert drawn.count('fill="url(#hatch') == 1
    assert 'fill="url(#hatch-pale)"' in drawn, "pale lines show on a dark class"
    assert "6,4" in drawn
    assert 'role="img"' in drawn


def test_the_strip_says_its_edges():
    strip = scale_strip(0.5, "sv")
    assert re.findall(r">([\d,]+)</text>", strip) == ["0,5", "1,0", "1,5", "2,0", "2,5"]
    assert "färre än 0,5" in strip


def test_map_colours_darken_and_carry_their_labels():
    sheet = (Path(__file__).parents[2] / "src/brygga_web/static/css/figures.css").read_text(encoding="utf-8")
    colours = [re.search(rf"\.map \.{css}, .*fill: (#\w+)", sheet)[1] for css in CLASSES]
    light = [_luminance(colour) for colour in colours]
    assert light == sorted(light, reverse=True)
    ink, white = _luminance("#14242b"), 1.0
    for css, own in zip(CLASSES, light, strict=True):
        label = white if css in DARK else ink
        assert (max(own, label) + 0.05) / (min(own, label) + 0.05) >= 4.5, css


def test_neighbours_share_their_border_to_the_pixel():
    drawn = outlines(("1060", "1082"))
    first, second = (_pixels(drawn.shapes[code].path) for code in ("1060", "1082"))
    assert len(first & second) > 3


def test_an_invented_municipality_has_no_map():
    assert outlines(("9901",)) is None


def test_every_label_stands_inside_the_picture():
    area = ("0765", "0767", "1060", "1080", "1081", "1082", "1083", "1256", "1272", "1273", "1290", "1293")
    places = {code: place(1.0, 0.9, 1.1, n) for n, code in enumerate(area)}
    drawn = draw_map(places, area=area, title="x", step=1, language="sv")
    width, height = (int(x) for x in re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn).groups())
    for x, y in re.findall(r'<text class="m-name[^"]*" x="(-?\d+)" y="(-?\d+)"', drawn):
        assert 20 < int(x) < width - 20
        assert 0 < int(y) < height
    assert len(drawn) < 150_000


def test_a_fan_is_drawn_twice_and_marks_the_year():
    years = list(range(2024, 2037))
    rows = pl.DataFrame(
        {
            "year": years,
            "p10": [100.0] * 13,
            "p50": [120.0 + y - 2024 for y in years],
            "p90": [180.0] * 13,
            "naive": [100.0] * 13,
        }
    )
    drawn = fan(rows, year=2032, base_year=2024, language="sv")
    assert drawn.count("<svg") == 2
    assert drawn.count(">128</text>") == 2
    assert "style" not in drawn


def _pixels(path: str) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for part in path.split("M")[1:]:
        x, y = (int(v) for v in re.match(r"(-?\d+) (-?\d+)", part).groups())
        found.add((x, y))
        for dx, dy in re.findall(r"l(-?\d+) (-?\d+)", part):
            x, y = x + int(dx), y + int(dy)
            found.add((x, y))
    return found


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
