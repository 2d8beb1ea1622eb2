"""Fertility: births per woman by her age, where the nation's level is heading, and how areas differ.

    births[r,t]   = sum_a women[r,a] shape[r,a] exp(level[t])
    change[t+1]   = momentum change[t] - pull (level[t] - mean) + surprise
    level[t+1]    = level[t] + change[t+1]

level: the logarithm of the nation's births per woman over her life (the sum of the rates by age). Where it moves it
goes on moving for some years, and far from its mean it turns: Sweden's level has gone up and down like this since
1968. shape: the ages of mothers in the last years, and an area's births over those expected at the nation's rates,
believed as far as births are many and areas differ beyond chance.

Start reading at `fit_fertility`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from brygga.core.grids import Floats

SHAPE_YEARS, AREA_YEARS, CHANGE_YEARS = 2, 5, 2
LEAST_CREDIBLE, MOST_CREDIBLE = 50.0, 20_000.0
SMALLEST = 1e-9


@dataclass(frozen=True)
class Fertility:
    """Births per woman and year, and what moves them.

    Parameters
    ----------
    shape : area x age of the mother, births per woman when the nation has one child per woman
    level, change, mean : the nation's log level in the last year, its yearly change, and its mean over the years known
    momentum, pull : how a change goes on, and how distance from the mean turns it
    surprise : standard deviation of what a year adds to the change
    boys : share of boys among the newborn
    area_sd : what is unknown of an area's level, log points
    """

    shape: Floats
    level: float
    change: float
    mean: float
    momentum: float
    pull: float
    surprise: float
    boys: float
    area_sd: Floats

    def among(self, chosen: Sequence[int]) -> Fertility:
        """The same for some of the areas."""
        return replace(self, shape=self.shape[list(chosen)], area_sd=self.area_sd[list(chosen)])

    def levels(self, years: int) -> Floats:
        """The nation's log level in each of the coming years, without surprises."""
        start = np.array([self.level - self.mean, self.change])
        return self.mean + self._paths(start, np.zeros((years, 1)))[:, 0]

    def deviations(self, fresh: Floats) -> Floats:
        """Log points above the path without surprises, year x draw, from standard normal numbers of that shape."""
        return self._paths(np.zeros(2), self.surprise * fresh)

    def _paths(self, start: Floats, fresh: Floats) -> Floats:
        level, change = np.full((2, fresh.shape[1]), start[:, None])
        path = np.zeros_like(fresh)
        for t, surprise in enumerate(fresh):
            change = self.momentum * change - self.pull * level + surprise
            level = level + change
            path[t] = level
        return path


def fit_fertility(women: Floats, births: Floats, *, momentum: float, pull: float) -> Fertility:
    """Shapes and levels from what was counted until the last year.

    Parameters
    ----------
    women : area x age x year
    births : area x sex of the child x age of the mother x year; the first year is not used
    momentum, pull : how the nation's level moves
    """
    lived = (women[..., 1:] + women[..., :-1]) / 2
    born = births[..., 1:].sum(1)
    by_year = _over(born.sum(0), lived.sum(0))
    level = np.log(np.maximum(by_year.sum(0), SMALLEST))
    change, mean = np.diff(level), level.mean()
    surprises = change[1:] - momentum * change[:-1] + pull * (level[1:-1] - mean)
    last = slice(-SHAPE_YEARS, None)
    rate = _over(born[..., last].sum((0, 2)), lived[..., last].sum((0, 2)))
    relative, area_sd = _relative(born, lived * by_year[None])
    return Fertility(
        shape=rate[None] / max(float(rate.sum()), SMALLEST) * relative[:, None],
        level=float(level[-1]),
        change=float(change[-CHANGE_YEARS:].mean()) if change.size else 0.0,
        mean=float(mean),
        momentum=momentum,
        pull=pull,
        surprise=float(np.sqrt((surprises**2).mean())) if surprises.size else 0.0,
        boys=float(births[:, 0, :, 1:].sum() / max(float(born.sum()), SMALLEST)),
        area_sd=area_sd,
    )


def _relative(born: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Births over those expected, by area, drawn to 1 as far as chance explains it; and what is left unknown."""
    counted, usual = (births[..., -AREA_YEARS:].sum((1, 2)) for births in (born, expected))
    beyond = ((counted - usual) ** 2 - usual).sum() / max(float((usual**2).sum()), SMALLEST)
    credible = float(np.clip(1 / max(beyond, SMALLEST), LEAST_CREDIBLE, MOST_CREDIBLE))
    return (counted + credible) / (usual + credible), np.sqrt(1 / (usual + credible))


def _over(count: Floats, lived: Floats) -> Floats:
    return np.divide(count, lived, out=np.zeros_like(count), where=lived > 0)
