"""Surprises of a projection of the population: in layers that areas share, persisting, each label its own stream.

Migration: every layer (nation, larger area, area) gets each year a new deviation by age group, correlated between
groups as in the past, that fades as deviations do; and what is unknown of its mean and of its last year.
Mortality: how fast it falls, and how the year is, common to all; an area's level, its own. Fertility: the
change of the nation's level, and an area's level. Cells: chance of single persons, variance as large as the
deaths and as the noise of moves.

Start reading at `draw_surprises`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from brygga.core.grids import Floats
from brygga.projection.population_fertility import Fertility
from brygga.projection.population_migration import GROUPS, Layer, Migration, Places, group_of
from brygga.projection.population_mortality import Mortality, class_of
from brygga.projection.shocks import normals


@dataclass(frozen=True)
class Surprises:
    """Drawn deviations, read one year at a time (`t` from 0).

    Parameters
    ----------
    count : draws
    moves : per layer, unit x group x year x draw; `of` per layer, the unit of each area
    death_nation : year x draw, log points; death_area : area x draw, in standard deviations of the area's level
    death_sd : area x sex x class of ages, log points; `death_class` is the class of each age
    birth : area x year x draw, log points
    noise : variance of moves per person, by age; 0 where nobody moves
    areas, draws, seed : for the chance of single persons, drawn year by year
    """

    count: int
    moves: tuple[Floats, ...]
    of: tuple[Places, ...]
    death_nation: Floats
    death_area: Floats
    death_sd: Floats
    death_class: Places
    birth: Floats
    noise: Floats
    areas: tuple[str, ...]
    draws: Sequence[int]
    seed: int

    def part(self, some: slice) -> Surprises:
        """Those of some areas."""
        return replace(
            self,
            of=tuple(of[some] for of in self.of),
            death_area=self.death_area[some],
            death_sd=self.death_sd[some],
            birth=self.birth[some],
            areas=self.areas[some],
        )

    def moving(self, t: int) -> Floats:
        """Added to net moves per person: area x 1 x age x draw."""
        where, moving = group_of(self.noise.shape[0])
        summed = np.asarray(sum(layer[of, :, t] for layer, of in zip(self.moves, self.of, strict=True)))
        return np.asarray((summed[:, where] * moving[:, None])[:, None])

    def dying(self, t: int) -> Floats:
        """Factor on the hazard of dying: area x sex x age x draw."""
        own = self.death_sd[..., None] * self.death_area[:, None, None]
        return np.asarray(np.exp(self.death_nation[t] + own)[:, :, self.death_class])

    def bearing(self, t: int) -> Floats:
        """Factor on births per woman: area x 1 x draw."""
        return np.exp(self.birth[:, t])[:, None]

    def counted(self, people: Floats, hazard: Floats, t: int) -> Floats:
        """People with the chance of single deaths and moves, never below zero.

        `people` is area x sex x age x draw, `hazard` the hazard of dying without surprises.
        """
        sexes, ages = people.shape[1:3]
        labels = [f"{area}/{t}" for area in self.areas]
        drawn = normals("population/cell", labels, draws=self.draws, seed=self.seed, width=sexes * ages)
        chance = drawn.reshape(len(labels), sexes, ages, self.count)
        spread = people * (np.minimum(hazard, 1) + self.noise[:, None])
        np.sqrt(spread, out=spread)
        spread *= chance
        spread += people
        return np.maximum(spread, 0, out=spread)


def draw_surprises(
    areas: Sequence[str],
    migration: Migration,
    *,
    mortality: Mortality,
    fertility: Fertility,
    years: int,
    draws: Sequence[int],
    seed: int,
    nation_spread: float,
    area_spread: float,
    improvement_sd: float,
) -> Surprises:
    """The surprises of all coming years.

    Parameters
    ----------
    areas : labels
    migration, mortality, fertility : as fitted
    years, draws, seed : how far, which draws, and what they follow from
    nation_spread, area_spread : factors on the surprises of migration in the nation, and on all those below it
    improvement_sd : what is unknown of the yearly fall of mortality, log points
    """
    where, moving = group_of(mortality.rate.shape[2])
    spreads = [nation_spread if layer.name == "nation" else area_spread for layer in migration.layers]
    fall, year = normals("population/mortality", ["fall", "year"], draws=draws, seed=seed, width=years)
    nation = improvement_sd * fall[0] * np.arange(1, years + 1)[:, None] + mortality.fluctuation * year
    bearing = normals("population/fertility", ["nation"], draws=draws, seed=seed, width=years)[0]
    own_deaths = normals("population/mortality/area", areas, draws=draws, seed=seed)[:, 0]
    own_births = normals("population/fertility/area", areas, draws=draws, seed=seed)[:, 0]
    level = fertility.deviations(bearing)
    return Surprises(
        count=len(draws),
        moves=tuple(_moves(layer, years, draws, seed, s) for layer, s in zip(migration.layers, spreads, strict=True)),
        of=tuple(layer.of for layer in migration.layers),
        death_nation=nation,
        death_area=own_deaths,
        death_sd=area_spread * mortality.relative_sd,
        death_class=class_of(mortality.rate.shape[2]),
        birth=level[None] + (fertility.area_sd[:, None] * own_births)[:, None],
        noise=migration.noise[where] * moving,
        areas=tuple(areas),
        draws=draws,
        seed=seed,
    )


def _moves(layer: Layer, years: int, draws: Sequence[int], seed: int, spread: float) -> Floats:
    """Deviations of a layer's rates: unit x group x year x draw."""
    labels = [f"{unit}/{low}-{high}" for unit in layer.units for low, high in GROUPS]
    drawn = normals(f"population/moves/{layer.name}", labels, draws=draws, seed=seed, width=years + 2)
    drawn = drawn.reshape(len(layer.units), len(GROUPS), years + 2, len(draws))
    root = _root(layer.surprises)
    fresh = spread * np.einsum("gh,uhtd->ugtd", root, drawn[:, :, 2:])
    deviation = layer.state_sd[..., None] * drawn[:, :, 0]
    mean = spread * layer.mean_sd[..., None] * drawn[:, :, 1]
    path = np.zeros((*deviation.shape[:2], years, len(draws)))
    for t in range(years):
        deviation = layer.persistence * deviation + fresh[:, :, t]
        path[:, :, t] = deviation + (1 - layer.persistence ** (t + 1)) * mean
    return np.asarray(path * layer.own[:, None, None, None])


def _root(covariance: Floats) -> Floats:
    """A square root of a covariance, whole or rounded to slightly less than whole."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T)
