"""How far the assumptions may be off: one number a layer, and the shocks drawn from them.

Start reading at `Uncertainty`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from brygga.core.grids import Floats
from brygga.projection.shocks import normals, persistent


@dataclass(frozen=True)
class Uncertainty:
    """Standard deviations, in log points unless said, and how much of a deviation stays a year later.

    Parameters
    ----------
    persistence : share of a deviation that is left a year later
    demand_nation, demand_county, demand_municipality, demand_occupation, demand_cell : yearly, number of jobs
    structure_occupation : yearly surprise in an occupation's size, which stays: posts and people alike
    growth : multiplies the outlook's own `growth_sd` (1 as it stands), which is the spread of a year's growth
    participation_nation, participation_municipality : yearly, people in the labour force
    entrants, exits : yearly, per occupation: share of the young who choose it, and its exit rates
    migration_nation, migration_county, migration_municipality : yearly, net moves as a share of the population
    vacancies, vacancies_occupation, vacancies_nation : measurement of the base year's vacancies, per
        municipality and occupation, per occupation, and common to all
    unemployed, unemployed_occupation, unemployed_nation : the same of the unemployed
    base_count : measurement of a published count of the base year, persons (standard deviation) a cell
    hidden_count : the same of a count that is hidden
    heard : multiplies the spread of what companies said (1 as it stands)
    models : whether each industry follows one model of its growth in a draw (1), or their mean (0)
    events : whether an event happens or not in a draw (1), or counts by its probability (0)
    """

    persistence: float = 0.0
    demand_nation: float = 0.0
    demand_county: float = 0.0
    demand_municipality: float = 0.0
    demand_occupation: float = 0.0
    demand_cell: float = 0.0
    structure_occupation: float = 0.0
    growth: float = 0.0
    participation_nation: float = 0.0
    participation_municipality: float = 0.0
    entrants: float = 0.0
    exits: float = 0.0
    migration_nation: float = 0.0
    migration_county: float = 0.0
    migration_municipality: float = 0.0
    vacancies: float = 0.0
    vacancies_occupation: float = 0.0
    vacancies_nation: float = 0.0
    unemployed: float = 0.0
    unemployed_occupation: float = 0.0
    unemployed_nation: float = 0.0
    base_count: float = 0.0
    hidden_count: float = 0.0
    heard: float = 0.0
    models: float = 0.0
    events: float = 0.0


STAGES: Mapping[str, tuple[str, ...]] = {
    "population": ("migration_nation", "migration_county", "migration_municipality"),
    "supply": ("participation_nation", "participation_municipality", "entrants", "exits"),
    "demand": (
        *("demand_nation", "demand_county", "demand_municipality", "demand_occupation", "demand_cell"),
        *("growth", "events"),
    ),
    "structure": ("structure_occupation",),
    "models": ("models",),
    "heard": ("heard",),
    "base_year": (
        *("vacancies", "vacancies_occupation", "vacancies_nation"),
        *("unemployed", "unemployed_occupation", "unemployed_nation"),
        *("base_count", "hidden_count"),
    ),
}
"""What belongs to each stage that makes an interval wide."""


def only(size: Uncertainty, stage: str) -> Uncertainty:
    """The shocks of one stage alone.

    Examples
    --------
    >>> only(Uncertainty(persistence=0.8, exits=0.1, demand_cell=0.1), "supply")
    Uncertainty(persistence=0.8, ...exits=0.1, ...)
    """
    others = {name: 0.0 for other, names in STAGES.items() if other != stage for name in names}
    return replace(size, **others)


NONE = Uncertainty()
"""No shocks: every draw is the central run."""


@dataclass(frozen=True)
class Draws:
    """Which draws of a run to compute: numbers `first` to `last - 1` of those made from `seed`, or `chosen` ones."""

    first: int
    last: int
    seed: int
    size: Uncertainty = NONE
    chosen: tuple[int, ...] = ()

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the draws."""
        return self.chosen or range(self.first, self.last)

    def deviations(self, layer: str, labels: Sequence[str], years: int, sd: float) -> Floats:
        """Persistent deviations of a layer: label x year x draw, zero in the base year."""
        persistence = self.size.persistence
        return persistent(
            layer, labels, years=years, draws=self.numbers, sd=sd, persistence=persistence, seed=self.seed
        )

    def surprises(self, layer: str, labels: Sequence[str], years: int, sd: float) -> Floats:
        """Yearly deviations that stay and add up: label x year x draw, zero in the base year."""
        return persistent(layer, labels, years=years, draws=self.numbers, sd=sd, persistence=1.0, seed=self.seed)

    def once(self, layer: str, labels: Sequence[str], sd: float) -> Floats:
        """One deviation a label and draw, for the whole run: label x draw."""
        if sd == 0:
            return np.zeros((len(labels), len(self.numbers)), np.float32)
        return np.asarray(sd * normals(layer, labels, draws=self.numbers, seed=self.seed)[:, 0])

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


def count_factors(
    draws: Draws, counts: Floats, sd: Floats, *, municipalities: Sequence[str], occupations: Sequence[str]
) -> Floats | None:
    """Factor on base-year counts that may be off by `sd` persons a cell: municipality x occupation x draw, mean 1.

    The count and what it stands for are never negative: the factor is log-normal, with the spread that `sd`
    is of the count. A cell that was counted and none stays none. Nothing when no count may be off.
    """
    if not (sd > 0).any():
        return None
    labels = [f"{m}/{o}" for m in municipalities for o in occupations]
    off = draws.once("base_count", labels, 1.0).reshape(*counts.shape, -1)
    relative = np.where(counts > 0, sd / np.where(counts > 0, counts, 1.0), 0.0)
    log_sd = np.sqrt(np.log1p(relative**2)).astype(counts.dtype)[..., None]
    return np.asarray(np.exp(log_sd * off - log_sd**2 / 2))


def migration_shocks(draws: Draws, municipalities: Sequence[str], *, years: int) -> Floats:
    """Deviations of net migration as a share of the population: municipality x year x draw."""
    size = draws.size
    nation = draws.deviations("migration", ["nation"], years, size.migration_nation)
    counties = [municipality[:2] for municipality in municipalities]
    county = draws.deviations("migration/county", counties, years, size.migration_county)
    own = draws.deviations("migration", municipalities, years, size.migration_municipality)
    return nation + county + own


def strays(draws: Draws, occupations: Sequence[str], mix: Floats, *, years: int) -> Floats | None:
    """Factor on an occupation's size, posts and people alike: occupation x year x draw; 1 in the base year.

    People follow the jobs, and both are counted by the same codes: an occupation that grows or shrinks in the register
    does so on both sides. What all occupations of the mix add up to stays. Nothing when none may stray.

    Parameters
    ----------
    draws : which draws, and how large the surprise is
    occupations : labels
    mix : share of each occupation in all jobs of the base year
    years : with the base year
    """
    sd = draws.size.structure_occupation
    if sd == 0:
        return None
    factor = np.exp(draws.surprises("structure/occupation", occupations, years, sd))
    return np.asarray(factor / np.einsum("o,otd->td", mix.astype(factor.dtype), factor))


CENTRAL = Draws(0, 1, 0)
"""The run without shocks."""
