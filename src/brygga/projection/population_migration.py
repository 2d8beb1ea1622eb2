"""Net migration by age, in layers: the nation, the larger areas, the areas.

What is left of a cohort's change when its dead are taken out is net migration; a rate is moves over those who
could move. The nation's rate, and how a layer's rate stands above that of the layer it lies in, both follow

    rate[a,t+k] = mean[a] + persistence^k state[g]          a an age, g its age group

mean: over the years known, older years counting less; by single age, drawn towards the layer above (0) as far
      as areas differ no more than chance and the years' swings would make them.
state: how far this year lies from the mean, by age group, through a Kalman filter: one year in a large area
      is believed nearly whole, in a small one little.

A year in which the elderly of an area "move" far more than in its other years is a border that moved: it counts
neither for means nor for states.

Start reading at `fit_migration`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brygga.core.grids import Floats
from brygga.projection.population_mortality import cohort_deaths

GROUPS = ((0, 5), (6, 10), (11, 15), (16, 19), (20, 24), (25, 29), (30, 39), (40, 64), (65, 84))
"""Ages at the end of the year; those older do not move (what looks like moves there is deaths' rounding)."""
ELDERLY = len(GROUPS) - 1
BREAK_RATE, BREAK_SPREADS = 0.012, 8.0
SAME, PAIRS = 0.5, 30.0
"""Correlation between age groups' surprises before looking, and how many observed pairs it weighs as much as."""
TYPICAL, LEAST_SPREAD = 0.005, 0.1
"""A surprise of common size: areas where chance is larger count less. Part of a variance that chance never explains."""

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Layer:
    """How the rates of some units stand above those of the layer they lie in.

    Parameters
    ----------
    name : nation, parent or area
    units : labels; `of` says which of them each area lies in
    own : units that differ from the layer above at all
    persistence : part of a year's deviation that is left a year later
    mean : unit x sex x age; `mean_sd` (unit x group) what is unknown of it
    state : unit x group, the deviation of the last year; `state_sd` what is unknown of it
    surprises : group x group, covariance of a year's new deviations
    breaks : unit and year of every border that moved
    """

    name: str
    units: tuple[str, ...]
    of: Places
    own: Flags
    persistence: float
    mean: Floats
    mean_sd: Floats
    state: Floats
    state_sd: Floats
    surprises: Floats
    breaks: tuple[tuple[str, int], ...]

    def among(self, chosen: Sequence[int]) -> Layer:
        """The same for some of the areas: the units that they lie in."""
        kept, of = np.unique(self.of[list(chosen)], return_inverse=True)
        return replace(
            self,
            units=tuple(self.units[unit] for unit in kept),
            of=of,
            **{name: getattr(self, name)[kept] for name in ("own", "mean", "mean_sd", "state", "state_sd")},
        )


@dataclass(frozen=True)
class Migration:
    """Layers from the nation down; `noise` is a single age's variance of moves per person who could move, by group."""

    layers: tuple[Layer, ...]
    noise: Floats

    def among(self, chosen: Sequence[int]) -> Migration:
        """The same for some of the areas."""
        return replace(self, layers=tuple(layer.among(chosen) for layer in self.layers))

    def rates(self, years: int) -> Floats:
        """Net moves per person who could move: area x sex x age x coming year."""
        where, moving = group_of(self.layers[0].mean.shape[2])
        ahead = np.arange(1, years + 1)
        steps = []
        for layer in self.layers:
            state = (layer.state[:, where] * moving)[:, None, :, None] * layer.persistence**ahead
            steps.append((layer.mean[..., None] + state)[layer.of])
        return np.asarray(sum(steps))


@dataclass(frozen=True)
class Constants:
    """The few numbers that are fitted on past origins (recipes/population.py) or assumed.

    Parameters
    ----------
    nation, area : persistence of a year's deviation, of the nation's rates and of areas'
    nation_memory, area_memory : years after which a year counts half in a mean
    """

    nation: float
    area: float
    nation_memory: float
    area_memory: float


def group_of(ages: int) -> tuple[Places, Floats]:
    """The age group of each age, and 1 where people move, 0 above the oldest group."""
    at = np.arange(ages)
    where = np.searchsorted([high for _, high in GROUPS], at, side="left")
    return np.minimum(where, ELDERLY), (where <= ELDERLY).astype(float)


def net_moves(people: Floats, births: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """Moves by age at the end of the year, and those who could move: area x sex x age x year.

    Parameters
    ----------
    people : area x sex x age x year
    births : area x sex x year; the first year is not used
    deaths : area x sex x age at death x year; the first year is not used

    Returns
    -------
    Both from the second year on. The law: people[t] = people[t-1] + births - deaths + moves.
    """
    start = np.zeros_like(people[..., 1:])
    start[:, :, 0] = births[..., 1:]
    start[:, :, 1:] = people[:, :, :-1, :-1]
    start[:, :, -1] += people[:, :, -1, :-1]
    return people[..., 1:] - start + cohort_deaths(deaths[..., 1:]), start


def fit_migration(
    moves: Floats,
    start: Floats,
    *,
    areas: Sequence[str],
    parents: Sequence[str],
    last: int,
    constants: Constants,
) -> Migration:
    """Means, states and surprises of each layer, from what was counted until the last year.

    Parameters
    ----------
    moves, start : from `net_moves`
    areas, parents : label of each area and of the larger area it lies in; where all lie in one, that
        layer is left out
    last : the last year
    """
    where, moving = group_of(moves.shape[2])
    start = start * moving[:, None]
    moves = np.where(start > 0, moves, 0.0)
    upper = sorted(set(parents))
    inside = np.array([upper.index(parent) for parent in parents])
    noise = _noise(moves, start, where)
    whole = np.zeros(len(areas), dtype=np.int64)
    units: list[tuple[str, Sequence[str], Places]] = [("nation", ("",), whole)]
    if 1 < len(upper) < len(areas):
        units.append(("parent", upper, inside))
    units.append(("area", areas, np.arange(len(areas))))
    layers: list[Layer] = []
    above = np.zeros_like(moves)
    for name, labels, of in units:
        own_moves, own_start = _summed(moves, of), _summed(start, of)
        first = np.array([int(np.argmax(of == unit)) for unit in range(len(labels))])
        counted = own_moves, own_start, above[first]
        layers.append(_fit_layer(name, tuple(labels), of, counted, noise, constants, last))
        above = _rate(own_moves, own_start)[of]
    return Migration(tuple(layers), noise)


def _summed(counts: Floats, of: Places) -> Floats:
    """Sums over the areas of each unit."""
    return np.stack([counts[of == unit].sum(0) for unit in range(int(of.max()) + 1)])


def _fit_layer(
    name: str,
    units: tuple[str, ...],
    of: Places,
    counted: tuple[Floats, Floats, Floats],
    noise: Floats,
    constants: Constants,
    last: int,
) -> Layer:
    """One layer: deviations from the layer above, their means, states and surprises.

    `counted`: moves, those who could move, and the rate of the layer above, unit x sex x age x year.
    """
    moves, start, above = counted
    top = name == "nation"
    persistence = constants.nation if top else constants.area
    memory = constants.nation_memory if top else constants.area_memory
    beyond = moves - start * above
    by_group, exposed = _grouped(beyond), np.maximum(_grouped(start), 1.0)
    deviation = by_group / exposed
    own = np.abs(by_group).sum((1, 2)) > 1e-6
    usable = _usable(deviation[:, ELDERLY], exposed[:, ELDERLY], noise[ELDERLY])
    weights = usable * 0.5 ** (np.arange(moves.shape[3])[::-1] / memory)
    mean = (beyond * weights[:, None, None]).sum(3) / np.maximum((start * weights[:, None, None]).sum(3), 1e-9)
    group_mean = (deviation * weights[:, None]).sum(2) / weights.sum(1)[:, None]
    surprises = _surprises(deviation - group_mean[..., None], exposed, usable & own[:, None], persistence, noise)
    mean_error = _mean_error(surprises, weights, exposed, persistence, noise)
    if top:
        trust, mean_sd = np.ones_like(group_mean), np.zeros_like(group_mean)
    else:
        trust, mean_sd = _trust(group_mean, mean_error, own)
        mean = _shrunk(mean, group_mean, trust, (start * weights[:, None, None]).sum(3), noise)
    around = deviation - (trust * group_mean)[..., None]
    state, state_sd = _filter(around, noise[:, None] / exposed, usable, persistence, np.diag(surprises))
    broken = tuple((units[u], last - moves.shape[3] + 1 + int(t)) for u, t in np.argwhere(~usable))
    return Layer(name, units, of, own, persistence, mean, mean_sd, state, state_sd, surprises, broken)


def _rate(moves: Floats, start: Floats) -> Floats:
    return np.divide(moves, start, out=np.zeros_like(moves), where=start > 0)


def _grouped(counts: Floats) -> Floats:
    """Sums over sexes and the ages of a group: unit x group, any further axes."""
    return np.stack([counts[:, :, low : high + 1].sum((1, 2)) for low, high in GROUPS], axis=1)


def _noise(moves: Floats, start: Floats, where: Places) -> Floats:
    """Variance of a single age's moves around its group's, per person who could move, by group."""
    rate = _rate(moves, start)
    group = _rate(_grouped(moves), _grouped(start))[:, where][:, None]
    apart = np.where(start > 0, rate - group, 0.0)
    mean = apart.mean(3, keepdims=True)
    years = apart.shape[3]
    squares = start * (apart - mean) ** 2 * years / max(1, years - 1)
    found = [squares[:, :, low : high + 1] for low, high in GROUPS]
    counted = [start[:, :, low : high + 1] > 0 for low, high in GROUPS]
    return np.array([s.sum() / max(1, c.sum()) for s, c in zip(found, counted, strict=True)])


def _usable(elderly: Floats, exposed: Floats, noise: float) -> Flags:
    """unit x year: false where the elderly's rate lies far outside the unit's other years."""
    middle = np.median(elderly, axis=1, keepdims=True)
    spread = 1.4826 * np.median(np.abs(elderly - middle), axis=1, keepdims=True)
    spread = np.maximum(spread, np.sqrt(noise / exposed))
    return ~((np.abs(elderly - middle) > BREAK_RATE) & (np.abs(elderly - middle) > BREAK_SPREADS * spread))


def _surprises(around: Floats, exposed: Floats, usable: Flags, persistence: float, noise: Floats) -> Floats:
    """Covariance of what a year adds, without the chance of single persons' moves."""
    fresh = around[..., 1:] - persistence * around[..., :-1]
    years = around.shape[2]
    chance = (1 + persistence**2) * noise / exposed.mean(2)
    weight = (1 / (1 + chance / TYPICAL**2)).mean(1)[:, None] * (usable[:, 1:] & usable[:, :-1])
    pairs, whole_weight = np.count_nonzero(weight), max(float(weight.sum()), 1e-18)
    whole = np.einsum("ugt,uht,ut->gh", fresh, fresh, weight) / whole_weight * years / max(1, years - 1)
    by_chance = (chance * weight.sum(1)[:, None]).sum(0) / whole_weight
    spread = np.sqrt(np.maximum(np.diag(whole) - by_chance, LEAST_SPREAD * np.diag(whole)))
    size = np.sqrt(np.maximum(np.diag(whole), 1e-18))
    seen = whole / np.outer(size, size)
    alike = (pairs * seen + PAIRS * SAME) / (pairs + PAIRS)
    np.fill_diagonal(alike, 1.0)
    return np.asarray(alike * np.outer(spread, spread))


def _mean_error(surprises: Floats, weights: Floats, exposed: Floats, persistence: float, noise: Floats) -> Floats:
    """Variance of a mean over the years (unit x group): swings that persist, and chance."""
    swing = np.diag(surprises) / (1 - persistence**2) * (1 + persistence) / (1 - persistence)
    years = weights.sum(1) ** 2 / np.maximum((weights**2).sum(1), 1e-9)
    lived = np.maximum((exposed * weights[:, None]).sum(2), 1e-9)
    return np.asarray(swing / np.maximum(years, 1)[:, None] + noise / lived)


def _trust(group_mean: Floats, error: Floats, own: Flags) -> tuple[Floats, Floats]:
    """How far a unit's mean is believed (unit x group), and what is left unknown (standard deviation)."""
    weight = own[:, None] / (error + np.median(error, axis=0) + 1e-18)
    differ = (weight * (group_mean**2 - error)).sum(0) / np.maximum(weight.sum(0), 1e-18)
    differ = np.maximum(differ, 0.0)
    trust = differ / np.maximum(differ + error, 1e-18)
    return trust, np.sqrt(differ * (1 - trust)) * own[:, None]


def _shrunk(mean: Floats, group_mean: Floats, trust: Floats, lived: Floats, noise: Floats) -> Floats:
    """Means by single age: the group's drawn to 0 by its trust, the age's own shape by what chance explains."""
    where, moving = group_of(mean.shape[2])
    flat = group_mean[:, where][:, None] * moving
    chance = noise[where] / np.maximum(lived, 1e-9)
    shape = mean - flat
    extra = lived * (shape**2 - chance)
    sums = [(extra[:, :, low : high + 1].sum(), lived[:, :, low : high + 1].sum()) for low, high in GROUPS]
    differ = np.array([max(float(above / max(below, 1e-18)), 0.0) for above, below in sums])[where]
    believed = differ / np.maximum(differ + chance, 1e-18)
    return np.asarray((flat * trust[:, where][:, None] + shape * believed) * moving)


def _filter(around: Floats, chance: Floats, usable: Flags, persistence: float, fresh: Floats) -> tuple[Floats, Floats]:
    """Kalman filter of each unit and group through the years: the last deviation and its standard deviation.

    `chance` is the variance of single persons' moves in a year's rate, unit x group x year.
    """
    state = np.zeros(around.shape[:2])
    variance = np.broadcast_to(fresh / (1 - persistence**2), state.shape).copy()
    for t in range(around.shape[2]):
        if t:
            state, variance = persistence * state, persistence**2 * variance + fresh
        gain = np.where(usable[:, t, None], variance / np.maximum(variance + chance[..., t], 1e-18), 0.0)
        state, variance = state + gain * (around[..., t] - state), (1 - gain) * variance
    return state, np.sqrt(variance)
