"""One run of all steps for some draws: population, demand, supply, their matching and the openings.

    population -> supply, by residence \\
                                         matching through commuting -> unfilled, without work
    industries, needs -> demand, by workplace /

Start reading at `project`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from brygga.commuting.matching import TOLERANCE, Leftovers, leftovers
from brygga.core.grids import Floats
from brygga.projection.demand import DEMAND_PARTS, project_demand, summed
from brygga.projection.openings import opening_draws
from brygga.projection.population import BANDS, drivers_of, of_working_age
from brygga.projection.population_paths import paths
from brygga.projection.supply import SUPPLY_PARTS, project_supply
from brygga.projection.uncertainty import Draws, count_factors, strays
from brygga.workflow.ground import Ground


@dataclass(frozen=True)
class Levels:
    """Some draws before anybody is matched; arrays are municipality x occupation x year x draw.

    bands : population, municipality x age group x year x draw
    demand, supply : the parts of both, by name
    posts, people : their sums
    counted : factor on the base year's jobs, municipality x occupation x draw; nothing when no count may be off
    stray : factor on each occupation, in posts, people and those who leave: occupation x year x draw, or nothing
    """

    bands: Floats
    demand: dict[str, Floats]
    supply: dict[str, Floats]
    posts: Floats
    people: Floats
    counted: Floats | None
    stray: Floats | None = None


def project(draws: Draws, ground: Ground) -> Levels:
    """Population, demand and supply, for some draws of a territory and its ring."""
    axes = ground.axes
    bands = paths(ground.living, years=axes.years, draws=draws)
    counted = counts_of(draws, ground)
    employed = ground.flows.residents(counted).astype(bands.dtype)
    demand = project_demand(ground.work, drivers_of(bands), axes=axes, draws=draws, counted=counted)
    supply = project_supply(ground.home, employed, of_working_age(bands), life=ground.life, axes=axes, draws=draws)
    posts, people = summed(demand, DEMAND_PARTS), summed(supply, SUPPLY_PARTS)
    stray = strays(draws, axes.occupations, ground.mix, years=len(axes.years))
    if stray is not None:
        for sizes in (posts, people, supply["leavers"]):
            np.multiply(sizes, stray, out=sizes)
    return Levels(bands[:, : len(BANDS)], demand, supply, posts, people, counted, stray)


def counts_of(draws: Draws, ground: Ground) -> Floats | None:
    """How the jobs of the base year may differ from what was published: disturbed and hidden counts."""
    size, axes = draws.size, ground.axes
    counts = ground.work.jobs.sum(0)
    sd = np.sqrt(size.base_count**2 + ground.hidden * size.hidden_count**2).astype(counts.dtype)
    return count_factors(draws, counts, sd, municipalities=axes.municipalities, occupations=axes.occupations)


def matched(levels: Levels, ground: Ground, *, tolerance: float = TOLERANCE) -> Leftovers:
    """Unfilled posts and people without work, zone x occupation x year x draw (see `leftovers`).

    Twice the posts and twice the people everywhere leave twice as many over; so an occupation that strays is
    matched at its usual size, and the zone outside strays with it.
    """
    stray = levels.stray
    left = leftovers(
        ground.flows.held,
        levels.people if stray is None else levels.people / stray,
        levels.posts if stray is None else levels.posts / stray,
        floor=ground.work.floor,
        counted=levels.counted,
        tolerance=tolerance,
    )
    return left if stray is None else Leftovers(*(getattr(left, one.name) * stray for one in fields(left)))


def openings(levels: Levels, ground: Ground) -> tuple[Floats, Floats]:
    """Expansion and replacement of the municipalities shown, in the years after the base."""
    expansion, replacement = opening_draws(levels.posts, levels.people, levels.supply["leavers"], ground.flows.held)
    if levels.counted is not None:
        replacement *= levels.counted[:, :, None]
    return expansion[: ground.shown], replacement[: ground.shown]
