"""How far the assumptions may be off: one number a layer, and the shocks drawn from them.

Start reading at `Uncertainty`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brygga.core.grids import Floats
from brygga.projection.shocks import normals, persistent


@dataclass(frozen=True)
class Uncertainty:
    """Standard deviations, in log points unless said, and how much of a deviation stays a year later.

    Parameters
    ----------
    persistence : share of a deviation that is left a year later
    demand_nation, demand_municipality, demand_occupation, demand_cell : yearly, number of jobs
    growth : multiplies the outlook's own `growth_sd` (1 as it stands), which is the spread of a year's growth
    participation_nation, participation_municipality : yearly, people in the labour force
    entrants, exits : yearly, per occupation: share of the young who choose it, and its exit rates
    migration_nation, migration_municipality : yearly, net moves as a share of the population
    vacancies, vacancies_occupation, vacancies_nation : measurement of the base year's vacancies, per
        municipality and occupation, per occupation, and common to all
    unemployed, unemployed_occupation, unemployed_nation : the same of the unemployed
    events : whether an event happens or not in a draw (1), or counts by its probability (0)
    """

    persistence: float = 0.0
    demand_nation: float = 0.0
    demand_municipality: float = 0.0
    demand_occupation: float = 0.0
    demand_cell: float = 0.0
    growth: float = 0.0
    participation_nation: float = 0.0
    participation_municipality: float = 0.0
    entrants: float = 0.0
    exits: float = 0.0
    migration_nation: float = 0.0
    migration_municipality: float = 0.0
    vacancies: float = 0.0
    vacancies_occupation: float = 0.0
    vacancies_nation: float = 0.0
    unemployed: float = 0.0
    unemployed_occupation: float = 0.0
    unemployed_nation: float = 0.0
    events: float = 0.0


NONE = Uncertainty()
"""No shocks: every draw is the central run."""


@dataclass(frozen=True)
class Draws:
    """Which draws of a run to compute: numbers `first` to `last - 1` of the stream made from `seed`."""

    first: int
    last: int
    seed: int
    size: Uncertainty = NONE

    @property
    def numbers(self) -> range:
        """The numbers of the draws."""
        return range(self.first, self.last)

    def deviations(self, layer: str, labels: Sequence[str], years: int, sd: float) -> Floats:
        """Persistent deviations of a layer: label x year x draw, zero in the base year."""
        size = self.size
        return persistent(
            layer, labels, years=years, draws=self.numbers, sd=sd, persistence=size.persistence, seed=self.seed
        )

    def surprises(self, layer: str, labels: Sequence[str], years: int, sd: float) -> Floats:
        """Yearly deviations that stay and add up: label x year x draw, zero in the base year."""
        return persistent(layer, labels, years=years, draws=self.numbers, sd=sd, persistence=1.0, seed=self.seed)

    def once(self, layer: str, labels: Sequence[str], sd: float) -> Floats:
        """One deviation a label and draw, for the whole run: label x draw."""
        if sd == 0:
            return np.zeros((len(labels), len(self.numbers)))
        return np.asarray(sd * normals(layer, labels, draws=self.numbers, seed=self.seed)[..., 0])

    def measured(self, count: str, municipalities: Sequence[str], occupations: Sequence[str]) -> Floats:
        """Factor on a measured base-year count: municipality x occupation x draw, mean 1, so that sums stay.

        `count` is vacancies or unemployed; its three layers are those of `Uncertainty`.
        """
        cell, occupation, nation = (getattr(self.size, f"{count}{layer}") for layer in ("", "_occupation", "_nation"))
        own = self.once(count, [f"{m}/{o}" for m in municipalities for o in occupations], cell)
        own = own.reshape(len(municipalities), len(occupations), len(self.numbers))
        shared = self.once(f"{count}/occupation", occupations, occupation) + self.once(
            f"{count}/nation", ["all"], nation
        )
        return np.asarray(np.exp(own + shared[None] - (cell**2 + occupation**2 + nation**2) / 2))


def migration_shocks(draws: Draws, municipalities: Sequence[str], *, years: int) -> Floats:
    """Deviations of net migration as a share of the population: municipality x year x draw."""
    size = draws.size
    nation = draws.deviations("migration", ["nation"], years, size.migration_nation)
    own = draws.deviations("migration", municipalities, years, size.migration_municipality)
    return nation + own


CENTRAL = Draws(0, 1, 0)
"""The run without shocks."""
