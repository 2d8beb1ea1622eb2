"""See: what is short, where and when, if nothing new is started.

    population -> supply, by residence \\
                                         matching through commuting -> unfilled, without work
    industries, needs -> demand, by workplace /

Start reading at `see`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.execution import HERE, Execution, stream
from brygga.core.grids import Dims, Floats, to_frame
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.projection.demand import DEMAND_PARTS, Axes
from brygga.projection.growth import Growth
from brygga.projection.openings import job_openings
from brygga.projection.population import BANDS
from brygga.projection.quantiles import LEVELS, span
from brygga.projection.supply import SUPPLY_PARTS
from brygga.projection.uncertainty import CENTRAL, Draws, Uncertainty
from brygga.workflow.country import see_country
from brygga.workflow.ground import Ground, prepare
from brygga.workflow.project import Levels, matched, openings, project
from brygga.workflow.settings import decision_day
from brygga.workflow.width import WIDTH_DRAWS, gap_width

BATCH = 48
"""Draws computed together: enough to be quick, few enough to fit in memory."""

MOST_CELLS = 40_000_000
"""Cells and draws that are matched one by one and held in memory: forty municipalities with 500 draws."""

MATCHED = ("demand", "supply", "unfilled", "without_work")
FLOWS = ("expansion", "replacement")


@dataclass(frozen=True)
class Seen:
    """Some draws, municipality x occupation x year x draw: what tables `gap_draws` and `opening_draws` hold.

    bands : population, municipality x age group x year x draw
    net_in_commuting : people who come in to work less those who go out
    """

    bands: Floats
    demand: Floats
    supply: Floats
    unfilled: Floats
    without_work: Floats
    net_in_commuting: Floats
    expansion: Floats
    replacement: Floats


def see(
    region: Region,
    *,
    coded_needs: pl.DataFrame | None = None,
    to: int,
    draws: int,
    seed: int,
    execution: Execution = HERE,
    uncertainty: Uncertainty | None = None,
    without_intake_from: int | None = None,
    growth: Growth | None = None,
    heard: pl.DataFrame | None = None,
    country: bool | None = None,
) -> dict[str, pl.DataFrame]:
    """Unfilled posts, people without work and job openings per occupation, municipality and year.

    Parameters
    ----------
    region : the region and its tables
    coded_needs : table `coded_needs`: what companies said; nothing when nobody has been asked
    to : last year
    draws : random draws that the intervals are read from
    seed : same seed and tables, same numbers, wherever and in whatever batches they are computed
    execution : where the batches run
    uncertainty : how large the shocks are; as the parameters say when left out
    without_intake_from : first year whose classes are left out of supply; the first plan year when left out
    growth : what several models say of each industry; the outlook alone when left out
    heard : `heard_posts` after the update by what statistics expect; as companies stated it when left out
    country : whether to go block by block and match representative draws alone (`see_country`); when left
        out, from `MOST_CELLS` cells and draws on

    Returns
    -------
    tables `gap_draws`, `unfilled`, `without_work`, `gap`, `job_openings`, `opening_draws`, `gap_parts`,
    `gap_width` and `population_projection`, with the base year among the years (job openings start a year later).
    Block by block, those of `see_country`.
    """
    day = decision_day(region)
    size = uncertainty_on(day, base_year=region.base_year) if uncertainty is None else uncertainty
    ground = prepare(
        region, coded_needs, to=to, day=day, without_intake_from=without_intake_from, growth=growth, heard=heard
    )
    if country or (country is None and _cells(ground) * draws > MOST_CELLS):
        found = see_country(ground, Draws(0, draws, seed, size), execution=execution)
        return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in found.items()}
    shown = shown_axes(ground)
    calm = project(CENTRAL, ground)
    central = seen_of(calm, ground)
    batches = [Draws(first, last, seed, size) for first, last in _batches(draws)]
    seen = together(list(stream(partial(project_draws, ground=ground), batches, execution)))
    numbers = shown.cells | {"year": shown.years, "draw": range(draws)}
    ahead = numbers | {"year": shown.years[1:]}
    found = {
        "gap_draws": to_frame({name: getattr(seen, name) for name in MATCHED}, numbers),
        **spans(seen, central, shown),
        "job_openings": job_openings(
            seen.expansion, seen.replacement, central.replacement[:, :, 0, 0], ground.heard, axes=shown
        ),
        "opening_draws": to_frame({name: getattr(seen, name) for name in FLOWS}, ahead),
        "gap_parts": gap_parts(calm, central, shown),
        "gap_width": gap_width(ground, Draws(0, min(draws, WIDTH_DRAWS), seed, size)),
        "population_projection": population_spans(seen.bands, central.bands, shown),
    }
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in found.items()}


def project_draws(draws: Draws, ground: Ground) -> Seen:
    """All steps for some draws, on the municipalities shown."""
    return seen_of(project(draws, ground), ground)


def seen_of(levels: Levels, ground: Ground) -> Seen:
    """Levels with those matched and the openings, on the municipalities shown."""
    inside = slice(ground.shown)
    left = matched(levels, ground)
    by_place = (left.unfilled, left.without_work, left.net_in_commuting)
    unfilled, without_work, net = (array[inside] for array in by_place)
    flows = openings(levels, ground)
    return Seen(levels.bands[inside], levels.posts[inside], levels.people[inside], unfilled, without_work, net, *flows)


def together(parts: list[Seen]) -> Seen:
    """Batches of draws as one; the list is emptied as it is joined, so that no number stands in memory twice."""
    names = [field.name for field in fields(Seen)]
    arrays = [[getattr(part, name) for part in parts] for name in names]
    parts.clear()
    joined = []
    while arrays:
        joined.append(np.concatenate(arrays.pop(0), -1))
    return Seen(*joined)


def shown_axes(ground: Ground) -> Axes:
    """Labels of the municipalities shown, without the ring around them."""
    return ground.axes.among(range(ground.shown))


def spans(seen: Seen, central: Seen, axes: Axes) -> dict[str, pl.DataFrame]:
    """Tables `unfilled`, `without_work` and `gap`: the interval per cell, beside the base year's value."""
    values = {
        "unfilled": (seen.unfilled, central.unfilled),
        "without_work": (seen.without_work, central.without_work),
        "gap": (seen.unfilled - seen.without_work, central.unfilled - central.without_work),
    }
    dims = axes.cells | {"year": axes.years}
    return {name: _interval(drawn, calm[:, :, :1, 0], dims) for name, (drawn, calm) in values.items()}


def population_spans(bands: Floats, central: Floats, axes: Axes) -> pl.DataFrame:
    """Table `population_projection`: the interval per age group, beside the base year's number."""
    dims = {"municipality": axes.municipalities, "age_group": list(BANDS), "year": axes.years}
    return _interval(bands, central[:, :, :1, 0], dims)


def gap_parts(calm: Levels, central: Seen, axes: Axes) -> pl.DataFrame:
    """Table `gap_parts`: the run without shocks, in parts with sign.

    Parts of demand stand with plus, parts of supply with minus, so more retirements make the gap
    larger; `net_in_commuting` is minus the people who come in to work less those who go out. These
    parts add up to `unfilled` - `without_work`, which stand beside them, both as they are (plus).
    """
    parts = {name: calm.demand[name] for name in DEMAND_PARTS}
    parts |= {name: -calm.supply[name] for name in SUPPLY_PARTS}
    parts |= {"net_in_commuting": -central.net_in_commuting}
    parts |= {"unfilled": central.unfilled, "without_work": central.without_work}
    dims = axes.cells | {"year": axes.years}
    shape = tuple(len(labels) for labels in dims.values())
    names = sorted(parts)
    inside = [parts[name][: shape[0], ..., 0] for name in names]
    values = np.stack([np.broadcast_to(value, shape) for value in inside], -1)
    return to_frame({"persons": values}, dims | {"part": names}).with_columns(status=pl.lit("modelled"))


def uncertainty_on(day: date, *, base_year: int) -> Uncertainty:
    """How large the shocks are, by the parameters in force; how far counts are off, by those of the base year."""
    named = {field.name: f"sd_{field.name}" for field in fields(Uncertainty)}
    named |= {"persistence": "persistence", "growth": "sd_growth_scale", "events": "events_happen"}
    named |= {"heard": "heard_spread", "models": "models_drawn"}
    counted = date(base_year, 12, 31)
    days = {field: counted if field == "base_count" else day for field in named}
    return Uncertainty(**{field: value_on(f"projection.{name}", days[field]).number for field, name in named.items()})


def _cells(ground: Ground) -> int:
    axes = ground.axes
    return ground.shown * len(axes.occupations) * len(axes.years)


def _interval(drawn: Floats, naive: Floats, dims: Dims) -> pl.DataFrame:
    """One row a cell: the interval over the draws, and the naive answer."""
    levels = span(drawn)
    columns = {name: levels[..., at] for at, name in enumerate(LEVELS)} | {"naive": naive}
    return to_frame(columns, dims).with_columns(status=pl.lit("modelled"))


def _batches(draws: int) -> list[tuple[int, int]]:
    """First and last of the draws computed together, never one alone unless there is only one.

    Sums over a single draw are grouped in another way, and would differ in the last digit.
    """
    starts = list(range(0, max(draws - 1, 1), BATCH))
    return list(zip(starts, [*starts[1:], draws], strict=True))
