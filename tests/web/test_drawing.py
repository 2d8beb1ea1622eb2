"""What is drawn stands where its numbers say, and says itself without colour."""

from __future__ import annotations

import re

import polars as pl
import pytest

from brygga_web.frame import drawing
from brygga_web.frame.fan import fan
from brygga_web.frame.maps import STEPS, Place, draw_map, map_class
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


def test_map_classes_mirror_at_their_steps():
    assert [map_class(step) for step in STEPS] == ["s2", "s1", "m0", "b1", "b2", "b3"]
    assert map_class(-5.1) == "s3"


def test_the_map_names_no_highest_and_hatches_the_unsure():
    places = {"1060": Place("Olofström", 2.3, True, 1), "1293": Place("Hässleholm", -6.4, False, 2)}
    drawn = draw_map(places, area=("1060", "1293"), title="Karta", language="sv")
    assert drawn.count('fill="url(#hatch)"') == 1
    assert "−6,4" in drawn
    assert 'role="img"' in drawn


def test_neighbours_share_their_border_to_the_pixel():
    drawn = outlines(("1060", "1082"))
    first, second = (_pixels(drawn.shapes[code].path) for code in ("1060", "1082"))
    assert len(first & second) > 3


def test_an_invented_municipality_has_no_map():
    assert outlines(("9901",)) is None


def test_every_label_stands_inside_the_picture():
    area = ("0765", "0767", "1060", "1080", "1081", "1082", "1083", "1256", "1272", "1273", "1290", "1293")
    places = {code: Place("Sölvesborg", 1.0, False, n) for n, code in enumerate(area)}
    drawn = draw_map(places, area=area, title="x", language="sv")
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
