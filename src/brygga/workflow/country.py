"""See the country: the same steps for hundreds of municipalities, block by block in memory that does not grow.

A block is a functional region. First pass, all draws: population, demand, supply and openings of a block are
computed in half-size numbers, quantiles are read off each cell at once, and only sums are kept: each draw's total per
county and nation, as whole numbers of a millionth, so that no order of adding changes a digit.

Second pass, representative draws: the draws are put in order of the nation's demand less supply, cut into as many
groups of equal size as there are representatives, and the middle one of each group is computed again, a block
together with its ring, and matched. Unfilled posts and people without work rest on these.

Start reading at `see_country`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core import codes
from brygga.core.execution import HERE, Execution, stream
from brygga.core.grids import Floats, to_frame
from brygga.projection.demand import Axes
from brygga.projection.openings import job_openings, opening_draws
from brygga.projection.population import BANDS
from brygga.projection.quantiles import LEVELS, span
from brygga.projection.uncertainty import CENTRAL, Draws
from brygga.workflow.ground import Ground
from brygga.workflow.project import matched, openings, project

REPRESENTATIVE = 20
"""Draws that are matched."""

LEAST_EXCHANGE = 0.01
"""A municipality is in a block's ring when it fills this part of the block's jobs, or employs it of its workers."""

NEAR = 1e-7
"""How near the balances of the matching are met: unfilled posts then hold to a hundredth of a thousandth or so."""

PIECE = 6
"""Municipalities of a block that are computed together."""

MILLION = 2.0**20
NATION = "00"
LEVEL, MATCH = ("demand", "supply", "demand_less_supply"), ("unfilled", "without_work")

Whole = NDArray[np.int64]
Area = tuple[str, str]
"""Kind and code of an area."""


@dataclass(frozen=True)
class Block:
    """A functional region and, for the matching, its ring: what its draws start from, and its code."""

    area: str
    ground: Ground


@dataclass(frozen=True)
class Answer:
    """What a block gives.

    frames : tables of its cells
    sums : for the block and its part of each county, how many municipalities are summed, and the totals of each
        draw in millionths: measure x occupation x year x draw
    """

    frames: dict[str, pl.DataFrame]
    sums: dict[Area, tuple[int, Whole]]


def see_country(
    ground: Ground,
    draws: Draws,
    *,
    representative: int = REPRESENTATIVE,
    execution: Execution = HERE,
) -> dict[str, pl.DataFrame]:
    """Levels, openings and matched cells for many municipalities.

    Parameters
    ----------
    ground : what every draw starts from
    draws : all draws
    representative : how many of them are matched
    execution : where the blocks run; the numbers are the same everywhere

    Returns
    -------
    tables `levels`, `area_levels`, `job_openings` and `population_projection`, which rest on all draws, and
    `unfilled`, `without_work`, `gap` and `gap_draws` (with the numbers of the draws), which rest on the
    representative ones.
    """
    groups = blocks_of(ground.axes, shown=ground.shown)
    axes = ground.axes.among(range(ground.shown))
    alone = (Block(area, ground.among(members)) for area, members in groups.items())
    first = Gathered(axes, LEVEL)
    for answer in stream(partial(_levels, draws=draws), alone, execution):
        first.add(answer)
    chosen = representative_draws(first.score(), representative)
    again = Draws(draws.first, draws.last, draws.seed, draws.size, tuple(draws.numbers[i] for i in chosen))
    ringed = (Block(area, with_ring(ground, members)) for area, members in groups.items())
    second = Gathered(axes, MATCH)
    for answer in stream(partial(_matched, draws=again), ringed, execution):
        second.add(answer)
    areas = pl.concat([first.areas(), second.areas()]).sort("area_type", "area", "occupation", "year", "measure")
    return {**first.tables(), **second.tables(), "area_levels": areas}


def blocks_of(axes: Axes, *, shown: int) -> dict[str, list[int]]:
    """The municipalities shown, by functional region (those without one by county), each in order of their codes."""
    regions = dict(codes.classification("kommun").select("code", "functional_region").iter_rows())
    groups: dict[str, list[int]] = {}
    for at in sorted(range(shown), key=lambda i: axes.municipalities[i]):
        code = axes.municipalities[at]
        groups.setdefault(regions.get(code, f"county {code[:2]}"), []).append(at)
    return dict(sorted(groups.items()))


def with_ring(ground: Ground, members: Sequence[int]) -> Ground:
    """A block with the municipalities that exchange commuters with it; the ring comes after the members."""
    commuters = ground.flows.shares[:-1] * ground.flows.employed.sum(1)
    jobs, workers = commuters[:, members].sum(1), commuters[members].sum(0)
    least_in = LEAST_EXCHANGE * jobs.sum()
    least_out = LEAST_EXCHANGE * workers.sum()
    near = np.flatnonzero((jobs >= max(least_in, 1e-9)) | (workers >= max(least_out, 1e-9)))
    ring = sorted(set(near.tolist()) - set(members), key=lambda i: ground.axes.municipalities[i])
    return ground.among([*members, *ring], shown=len(members))


def representative_draws(score: Floats, count: int) -> list[int]:
    """The middle draw of each of `count` groups of equal size, in order of `score`; all when there are no more.

    Examples
    --------
    >>> representative_draws(np.array([5.0, 1.0, 4.0, 2.0, 3.0, 0.0]), 2)
    [1, 2]
    """
    order = np.argsort(score, kind="stable")
    if len(score) <= count:
        return list(range(len(score)))
    parts = np.array_split(order, count)
    return sorted(int(part[len(part) // 2]) for part in parts)


class Gathered:
    """What the blocks gave so far: their tables, and sums over counties and nation in every draw.

    A functional region is a block, so its sums are whole when it comes; a county's are when its last
    municipality has come. Only then are quantiles taken, and the sums let go.
    """

    def __init__(self, axes: Axes, measures: Sequence[str]) -> None:
        self.axes, self.measures = axes, measures
        self.frames: dict[str, list[pl.DataFrame]] = {}
        self.spans: list[pl.DataFrame] = []
        self.open: dict[Area, Whole] = {}
        self.waiting = {county: axes.counties.count(county) for county in axes.counties}

    def add(self, answer: Answer) -> None:
        """Take in a block."""
        for name, frame in answer.frames.items():
            self.frames.setdefault(name, []).append(frame)
        for (kind, area), (places, totals) in answer.sums.items():
            if kind == "functional_region":
                self._close(kind, area, totals)
                continue
            for key in ((kind, area), ("nation", NATION)):
                if key in self.open:
                    self.open[key] += totals
                else:
                    self.open[key] = totals.copy()
            self.waiting[area] -= places
            if not self.waiting[area]:
                self._close(kind, area, self.open.pop((kind, area)))

    def score(self) -> Floats:
        """Demand less supply of the nation, all occupations, summed over the years after the base, per draw."""
        return np.asarray(self.open["nation", NATION][LEVEL.index("demand_less_supply"), :, 1:].sum((0, 1)) / MILLION)

    def areas(self) -> pl.DataFrame:
        """Table `area_levels`, the measures gathered here."""
        if ("nation", NATION) in self.open:
            self._close("nation", NATION, self.open.pop(("nation", NATION)))
        return pl.concat(self.spans)

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables of all blocks, in order of their keys."""
        keys = ["municipality", "age_group", "occupation", "year", "measure"]
        whole = {}
        for name in list(self.frames):
            parts = self.frames.pop(name)
            if "draw" in parts[0].columns:  # the largest is put in order without a copy
                places = sorted(_places(parts), key=lambda place: str(place["municipality"][0]))
                whole[name] = pl.concat(places, rechunk=False)
                continue
            frame = pl.concat(parts)
            whole[name] = frame.sort([key for key in keys if key in frame.columns])
        return whole

    def _close(self, kind: str, area: str, totals: Whole) -> None:
        dims = {"measure": self.measures, "occupation": self.axes.occupations, "year": self.axes.years}
        levels = _interval(totals / MILLION, dims)
        names = levels.columns
        self.spans.append(levels.select(area_type=pl.lit(kind), area=pl.lit(area), **{n: pl.col(n) for n in names}))


def _levels(block: Block, draws: Draws) -> Answer:
    """First pass: a block's levels and openings in all draws."""
    ground = block.ground
    axes = ground.axes
    calm = project(CENTRAL, ground)
    bands, posts, people, leavers = _all_draws(draws, ground.narrowed())
    _, naive = openings(calm, ground)
    flows = opening_draws(posts, people, leavers, ground.flows.held)
    del leavers
    opened = job_openings(*flows, naive[:, :, 0, 0], ground.heard, axes=axes)
    del flows
    dims = axes.cells | {"year": axes.years}
    frames = {
        "levels": pl.concat(
            _interval(drawn, dims, naive=base[:, :, :1, 0]).select(
                "municipality",
                "occupation",
                "year",
                pl.lit(name).alias("measure"),
                *LEVELS,
                "naive",
                "status",
            )
            for name, drawn, base in (("demand", posts, calm.posts), ("supply", people, calm.people))
        ),
        "job_openings": opened,
        "population_projection": _interval(
            bands,
            {"municipality": axes.municipalities, "age_group": list(BANDS), "year": axes.years},
            naive=calm.bands[:, :, :1, 0],
        ),
    }
    return Answer(frames, _sums(block.area, axes.counties, (posts, people, posts - people)))


def _matched(block: Block, draws: Draws) -> Answer:
    """Second pass: a block with its ring, matched in the representative draws."""
    ground, inside = block.ground, slice(block.ground.shown)
    levels, calm = project(draws, ground), project(CENTRAL, ground)
    left, before = (matched(found, ground, tolerance=NEAR) for found in (levels, calm))
    axes = ground.axes.among(range(ground.shown))
    dims = axes.cells | {"year": axes.years}
    now, base = ({name: getattr(found, name)[inside] for name in MATCH} for found in (left, before))
    drawn = now | {"gap": now["unfilled"] - now["without_work"]}
    naive = base | {"gap": base["unfilled"] - base["without_work"]}
    frames = {name: _interval(drawn[name], dims, naive=naive[name][:, :, :1, 0]) for name in drawn}
    cells = {"demand": levels.posts[inside], "supply": levels.people[inside], **now}
    frames["gap_draws"] = to_frame(cells, dims | {"draw": list(draws.numbers)})
    return Answer(frames, _sums(block.area, axes.counties, [now[name] for name in MATCH]))


def _all_draws(draws: Draws, ground: Ground) -> tuple[Floats, Floats, Floats, Floats]:
    """Population, posts, people and leavers of a block, computed a few municipalities at a time."""
    axes, count = ground.axes, len(draws.numbers)
    cells = (len(axes.municipalities), len(axes.occupations), len(axes.years), count)
    bands: Any = np.empty((cells[0], len(BANDS), cells[2], count), np.float32)
    posts, people, leavers = (np.empty_like(bands, shape=cells) for _ in range(3))
    for piece in _pieces(cells[0]):
        at = slice(piece.start, piece.stop)
        levels = project(draws, ground.among(piece))
        bands[at], posts[at], people[at] = levels.bands, levels.posts, levels.people
        leavers[at] = levels.supply["leavers"]
        del levels
    return bands, posts, people, leavers


def _places(parts: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Each municipality's rows, which stand together in a part and are as many as any other's, without a copy."""
    for part in parts:
        rows = part.height // part["municipality"].n_unique()
        yield from (part.slice(first, rows) for first in range(0, part.height, rows))


def _sums(area: str, counties: Sequence[str], values: Sequence[Floats]) -> dict[Area, tuple[int, Whole]]:
    """`Answer.sums` of a block's measures, each municipality x occupation x year x draw."""
    found: dict[Area, tuple[int, Whole]] = {}
    for m, county in enumerate(counties):
        whole = np.stack([np.rint(value[m].astype(np.float64) * MILLION).astype(np.int64) for value in values])
        for key in (("county", county), ("functional_region", area)):
            places, totals = found.get(key, (0, None))
            found[key] = (places + 1, whole.copy() if totals is None else np.add(totals, whole, out=totals))
    return found


def _interval(drawn: Floats, dims: Mapping[str, Sequence[object]], *, naive: Floats | None = None) -> pl.DataFrame:
    """One row a cell: the interval over the draws, and the naive answer where there is one."""
    levels = span(drawn)
    columns = {name: levels[..., at] for at, name in enumerate(LEVELS)}
    if naive is not None:
        columns["naive"] = naive
    return to_frame(columns, dims).with_columns(status=pl.lit("modelled"))


def _pieces(municipalities: int) -> Iterator[range]:
    for first in range(0, municipalities, PIECE):
        yield range(first, min(first + PIECE, municipalities))
