"""Population of areas by sex and single age: cohort component with births, deaths and net migration.

    P[a+1,t+1] = P[a,t] (survival[a] + moves[a+1])
    P[0,t+1]   = births[t] (survival + moves[0])

`fit_population` reads what was known in a year; `project` runs it forward, once without surprises and once
a draw with them. Surprises come in layers that areas share (nation, larger area, area, cell) and persist, so
that sums over areas, ages and sexes have intervals too: sum the draws first, then take quantiles.

Start reading at `fit_population`, then `project`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from brygga.core.errors import SettingError
from brygga.core.grids import Floats
from brygga.core.parameters import value_on
from brygga.projection.population_fertility import Fertility, fit_fertility
from brygga.projection.population_history import History, parents_of
from brygga.projection.population_migration import Constants as MigrationConstants
from brygga.projection.population_migration import Migration, fit_migration, net_moves
from brygga.projection.population_mortality import Mortality, at_death, fit_mortality, hazards
from brygga.projection.population_surprises import Surprises, draw_surprises

FEWEST_YEARS = 5
"""Years of people that a projection starts from at least: four of births, deaths and moves."""


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


@dataclass(frozen=True)
class Projection:
    """People to come.

    Parameters
    ----------
    areas, years : labels; the first year is the last that was counted
    central : area x sex (men, women) x age x year, without surprises
    draws : the same x draw
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


def project(fitted: Fitted, *, to: int, draws: range, seed: int) -> Projection:
    """People of every area, sex, age and year until `to`.

    Parameters
    ----------
    fitted : from `fit_population`
    to : last year
    draws : the draws to compute; any split of them into batches gives the same draws
    seed : same seed, same draws; a longer horizon or more areas leave the nearer and the others as they are

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
    none = _run(fitted, years, None)[..., 0]
    some = _run(fitted, years, _surprises(fitted, years, draws, seed)) if len(draws) else none[..., None][..., :0]
    return Projection(fitted.areas, tuple(range(fitted.year, to + 1)), none, some)


def in_bands(people: Floats, bands: Sequence[tuple[int, int]]) -> Floats:
    """Sums over sexes and ages: area x band, any further axes; a band's last age is included.

    Examples
    --------
    >>> in_bands(np.ones((1, 2, 101)), [(15, 19), (65, 100)]).tolist()
    [[10.0, 72.0]]
    """
    return np.stack([people[:, :, low : high + 1].sum((1, 2)) for low, high in bands], axis=1)


def _surprises(fitted: Fitted, years: int, draws: range, seed: int) -> Surprises:
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


def _run(fitted: Fitted, years: int, surprises: Surprises | None) -> Floats:
    """area x sex x age x year (the first is the start) x draw."""
    people = fitted.people[..., None] if surprises is None else np.repeat(fitted.people[..., None], surprises.count, 3)
    rates, moves = fitted.mortality.rates(years), fitted.migration.rates(years)
    levels = np.exp(fitted.fertility.levels(years))
    run = [people]
    for t in range(years):
        death, moving = rates[..., t, None], moves[..., t, None]
        birth = levels[t] * fitted.fertility.shape[..., None]
        if surprises is not None:
            death, moving = death * surprises.dying(t), moving + surprises.moving(t)
            birth = birth * surprises.bearing(t)
        run.append(_one_year(run[-1], death, moving, birth, fitted.fertility.boys))
        if surprises is not None:
            run[-1] = surprises.counted(run[-1], death, t)
    return np.stack(run, axis=3)


def _one_year(people: Floats, death: Floats, moving: Floats, birth: Floats, boys: float) -> Floats:
    """People a year later: area x sex x age x draw. Births follow the women of the year's start, half a year older."""
    newborn, hazard = hazards(death)
    women = people[:, 1]
    between = women.copy()
    between[:, 1:] = (women[:, 1:] + women[:, :-1]) / 2
    births = (between * birth).sum(1)
    born = np.stack([births * boys, births * (1 - boys)], axis=1)
    stay = np.exp(-hazard)
    later = np.zeros_like(people)
    later[:, :, 1:] = people[:, :, :-1] * np.maximum(stay[:, :, :-1] + moving[:, :, 1:], 0)
    later[:, :, -1] += people[:, :, -1] * stay[:, :, -1]
    later[:, :, 0] = born * np.maximum(np.exp(-newborn) + moving[:, :, 0], 0)
    return later
