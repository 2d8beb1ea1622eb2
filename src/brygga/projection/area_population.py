"""Population of areas by sex and single age: cohort component with births, deaths and net migration.

    P[a+1,t+1] = P[a,t] (survival[a] + moves[a+1])
    P[0,t+1]   = births[t] (survival + moves[0])

`fit_population` reads what was known in a year; `project` runs it forward, once without surprises and once
a draw with them. Surprises come in layers that areas share (nation, larger area, area, cell) and persist, so
that sums over areas, ages and sexes have intervals too: sum the draws first, then take quantiles.

Start reading at `fit_population`, then `project`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from brygga.core.errors import SettingError
from brygga.core.grids import Floats
from brygga.core.parameters import value_on
from brygga.projection.population_fertility import Fertility, fit_fertility
from brygga.projection.population_history import OLDEST_MOTHER, YOUNGEST_MOTHER, History, parents_of
from brygga.projection.population_migration import Constants as MigrationConstants
from brygga.projection.population_migration import Migration, fit_migration, net_moves
from brygga.projection.population_mortality import Mortality, at_death, fit_mortality, hazards
from brygga.projection.population_surprises import Surprises, draw_surprises

FEWEST_YEARS = 5
"""Years of people that a projection starts from at least: four of births, deaths and moves."""
AT_ONCE = 60_000
"""Numbers of a year's people that are worked on together: they stay in the processor's cache."""


@dataclass(frozen=True)
class Constants:
    """What is not read from the history: fitted on past origins (recipes/population.py) or assumed.

    Parameters
    ----------
    nation_persistence, area_persistence : part of a year's deviation of net migration that is left a year later
    nation_memory, area_memory : years after which a year counts half in a mean of net migration
    mortality_window : years that the fall of mortality is read from
    improvement : fall of mortality expected before looking, log points a year
    improvement_years : the expectation weighs as much as a slope over this many years
    improvement_sd : what is unknown of the coming fall, log points a year
    fertility_momentum, fertility_pull : part of a year's change of the nation's fertility that goes on, and how much
        distance from its mean turns it
    nation_spread, area_spread : factors on the surprises of migration, so that intervals cover as they say
    """

    nation_persistence: float
    area_persistence: float
    nation_memory: float
    area_memory: float
    mortality_window: float
    improvement: float
    improvement_years: float
    improvement_sd: float
    fertility_momentum: float
    fertility_pull: float
    nation_spread: float
    area_spread: float

    @classmethod
    def on(cls, day: date) -> Constants:
        """The values in force on `day` of the parameters `projection.population_...`."""
        return cls(**{field.name: value_on(f"projection.population_{field.name}", day).number for field in fields(cls)})


@dataclass(frozen=True)
class Fitted:
    """What was known of a population in a year: who lived there, and how they die, bear and move.

    `years` are the years of people it rests on, `deaths_by` how the dead were counted, which shows in the moves that
    they leave: by age at death (death) or by the age they would have had at the end of the year (year_end).
    """

    areas: tuple[str, ...]
    year: int
    years: int
    people: Floats
    deaths_by: str
    mortality: Mortality
    migration: Migration
    fertility: Fertility
    constants: Constants

    def among(self, areas: Sequence[str]) -> Fitted:
        """The same for some of the areas, in their order: what the others taught stays."""
        chosen = [self.areas.index(area) for area in areas]
        return replace(
            self,
            areas=tuple(areas),
            people=self.people[chosen],
            mortality=self.mortality.among(chosen),
            migration=self.migration.among(chosen),
            fertility=self.fertility.among(chosen),
        )


@dataclass(frozen=True)
class Projection:
    """People to come.

    Parameters
    ----------
    areas, years : labels; the first year is the last that was counted
    central : area x sex (men, women) x age x year, without surprises
    draws : the same x draw; by band instead of age where bands were asked for
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    central: Floats
    draws: Floats


def fit_population(history: History, *, constants: Constants, parents: Mapping[str, str] | None = None) -> Fitted:
    """Everything a projection needs, from a history that ends in the year to start from.

    Parameters
    ----------
    history : people, births and deaths; nothing after its last year is known (`History.until`)
    constants : fitted on past origins (`Constants.on`)
    parents : the larger area that each area leans on (a municipality's county); without it, the nation.
        The nation is the sum of all areas given

    Raises
    ------
    SettingError when the history is too short; TableError when an area has no parent.
    """
    if len(history.years) < FEWEST_YEARS:
        raise SettingError(
            f"{len(history.years)} year(s) of people until {history.years[-1]}",
            why=f"means of migration and mortality need {FEWEST_YEARS} years at least",
            todo="choose a later origin, or give earlier years",
        )
    above = parents_of(history.areas, parents)
    upper = sorted(set(above))
    born = history.births.sum(2)
    deaths, way = at_death(history.people, born, history.deaths)
    moves, start = net_moves(history.people, born, deaths)
    return Fitted(
        areas=history.areas,
        year=history.years[-1],
        years=len(history.years),
        people=history.people[..., -1],
        deaths_by=way,
        mortality=fit_mortality(
            history.people,
            deaths,
            [upper.index(parent) for parent in above],
            window=int(constants.mortality_window),
            prior=constants.improvement,
            prior_years=constants.improvement_years,
        ),
        migration=fit_migration(
            moves,
            start,
            areas=history.areas,
            parents=above,
            last=history.years[-1],
            constants=MigrationConstants(
                constants.nation_persistence,
                constants.area_persistence,
                constants.nation_memory,
                constants.area_memory,
            ),
        ),
        fertility=fit_fertility(
            history.people[:, 1],
            history.births,
            momentum=constants.fertility_momentum,
            pull=constants.fertility_pull,
        ),
        constants=constants,
    )


def project(
    fitted: Fitted,
    *,
    to: int,
    draws: Sequence[int],
    seed: int,
    bands: Sequence[tuple[int, int]] | None = None,
) -> Projection:
    """People of every area, sex, age and year until `to`.

    Parameters
    ----------
    fitted : from `fit_population`; each area's draws are the same with and without others (`Fitted.among`)
    to : last year
    draws : the draws to compute; any split of them into batches gives the same draws
    seed : same seed, same draws; a longer horizon leaves the nearer years as they are
    bands : first and last ages to sum the draws to, so that those of a country fit in memory; single ages without

    Raises
    ------
    SettingError when `to` is not after the year that was fitted.
    """
    if to <= fitted.year:
        raise SettingError(
            f"a projection from {fitted.year} to {to}",
            why="it runs forward from the last year that was counted",
            todo="choose a later year",
        )
    years = to - fitted.year
    yearly = _yearly(fitted, years)
    everywhere = slice(0, len(fitted.areas))
    central = np.stack([year[..., 0] for year in _lives(fitted, yearly, everywhere, None)], axis=3)
    surprises = _surprises(fitted, years, draws, seed)
    kept = len(bands) if bands else fitted.people.shape[2]
    drawn = np.empty((len(fitted.areas), 2, kept, years + 1, len(draws)))
    block = max(1, AT_ONCE // max(1, fitted.people[0].size * len(draws)))
    for first in range(0, len(fitted.areas) if surprises.count else 0, block):
        some = slice(first, first + block)
        for t, people in enumerate(_lives(fitted, yearly, some, surprises.part(some))):
            drawn[some, :, :, t] = _summed(people, bands) if bands else people
    return Projection(fitted.areas, tuple(range(fitted.year, to + 1)), central, drawn)


def in_bands(people: Floats, bands: Sequence[tuple[int, int]]) -> Floats:
    """Sums over sexes and ages: area x band, any further axes; a band's last age is included.

    Examples
    --------
    >>> in_bands(np.ones((1, 2, 101)), [(15, 19), (65, 100)]).tolist()
    [[10.0, 72.0]]
    """
    return np.stack([people[:, :, low : high + 1].sum((1, 2)) for low, high in bands], axis=1)


def _surprises(fitted: Fitted, years: int, draws: Sequence[int], seed: int) -> Surprises:
    constants = fitted.constants
    return draw_surprises(
        fitted.areas,
        fitted.migration,
        years=years,
        draws=draws,
        seed=seed,
        nation_spread=constants.nation_spread,
        area_spread=constants.area_spread,
        improvement_sd=constants.improvement_sd,
        mortality=fitted.mortality,
        fertility=fitted.fertility,
    )


@dataclass(frozen=True)
class _Yearly:
    """Central hazards and rates of the coming years: area x sex (x age) x year, births per woman area x age x year."""

    newborn: Floats
    hazard: Floats
    moving: Floats
    birth: Floats


def _yearly(fitted: Fitted, years: int) -> _Yearly:
    newborn, hazard = hazards(fitted.mortality.rates(years))
    birth = fitted.fertility.shape[..., None] * np.exp(fitted.fertility.levels(years))
    return _Yearly(newborn, hazard, fitted.migration.rates(years), birth)


def _lives(fitted: Fitted, yearly: _Yearly, some: slice, surprises: Surprises | None) -> Iterator[Floats]:
    """Some areas' people in the first and each later year: area x sex x age x draw (one draw without surprises)."""
    people = np.repeat(fitted.people[some][..., None], surprises.count if surprises else 1, axis=3)
    yield people
    for t in range(yearly.hazard.shape[3]):
        newborn, hazard = yearly.newborn[some, :, t, None], yearly.hazard[some, :, :, t, None]
        moving, birth = yearly.moving[some, :, :, t, None], yearly.birth[some, :, t, None]
        single = hazard
        if surprises:
            dying = surprises.dying(t)
            newborn, hazard, birth = newborn * dying[:, :, 0], hazard * dying, birth * surprises.bearing(t)
            moving = moving + surprises.moving(t)
        people = _one_year(people, newborn, hazard, moving, birth, fitted.fertility.boys)
        if surprises:
            people = surprises.counted(people, single, t)
        yield people


def _one_year(people: Floats, newborn: Floats, hazard: Floats, moving: Floats, birth: Floats, boys: float) -> Floats:
    """People a year later: area x sex x age x draw. Births follow the women of the year's start, half a year older."""
    women, fertile = people[:, 1], slice(YOUNGEST_MOTHER, OLDEST_MOTHER + 1)
    between = (women[:, fertile] + women[:, YOUNGEST_MOTHER - 1 : OLDEST_MOTHER]) / 2
    births = (between * birth[:, fertile]).sum(1)
    stay = np.exp(-hazard)
    lasting = people[:, :, -1] * stay[:, :, -1]
    stay[:, :, :-1] += moving[:, :, 1:]
    np.maximum(stay, 0, out=stay)
    later = np.empty_like(people)
    np.multiply(people[:, :, :-1], stay[:, :, :-1], out=later[:, :, 1:])
    later[:, :, -1] += lasting
    born = np.stack([births * boys, births * (1 - boys)], axis=1)
    later[:, :, 0] = born * np.maximum(np.exp(-newborn) + moving[:, :, 0], 0)
    return later


def _summed(people: Floats, bands: Sequence[tuple[int, int]]) -> Floats:
    """Sums over the ages of each band, sexes kept."""
    return np.stack([people[:, :, low : high + 1].sum(2) for low, high in bands], axis=2)
