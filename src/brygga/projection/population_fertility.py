"""Fertility: births per woman by her age, the nation's, and how areas' levels differ.

    births[r,t] = sum_a women[r,a] rate[a] level[r]

The nation's rates are those of the last years, held; an area's level is its births over those expected at the
nation's rates, believed as far as births are many and areas differ beyond chance.

Start reading at `fit_fertility`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brygga.core.grids import Floats

BASE_YEARS, LEVEL_YEARS = 2, 5
LEAST_CREDIBLE, MOST_CREDIBLE = 50.0, 20_000.0


@dataclass(frozen=True)
class Fertility:
    """Births per woman and year, and what moves them.

    Parameters
    ----------
    rate : area x age of the mother
    boys : share of boys among the newborn
    fluctuation : yearly change of the nation's level, log points (standard deviation)
    level_sd : what is unknown of an area's level, log points
    """

    rate: Floats
    boys: float
    fluctuation: float
    level_sd: Floats


def fit_fertility(women: Floats, births: Floats) -> Fertility:
    """Rates and levels from what was counted until the last year.

    Parameters
    ----------
    women : area x age x year
    births : area x sex of the child x age of the mother x year; the first year is not used
    """
    lived = (women[..., 1:] + women[..., :-1]) / 2
    born = births[..., 1:].sum(1)
    base = slice(-min(BASE_YEARS, lived.shape[2]), None)
    rate = _over(born[..., base].sum((0, 2)), lived[..., base].sum((0, 2)))
    by_year = _over(born.sum(0), lived.sum(0))
    level = np.log(np.maximum((by_year * lived.sum(0).mean(1)[:, None]).sum(0), 1e-9))
    recent = slice(-min(LEVEL_YEARS, lived.shape[2]), None)
    expected = (lived * by_year[None])[..., recent].sum((1, 2))
    counted = born[..., recent].sum((1, 2))
    beyond = ((counted - expected) ** 2 - expected).sum() / max(float((expected**2).sum()), 1e-9)
    credible = float(np.clip(1 / max(beyond, 1e-9), LEAST_CREDIBLE, MOST_CREDIBLE))
    relative = (counted + credible) / (expected + credible)
    boys = births[:, 0, :, 1:].sum() / max(float(born.sum()), 1e-9)
    return Fertility(
        rate=rate[None] * relative[:, None],
        boys=float(boys),
        fluctuation=float(np.sqrt((np.diff(level) ** 2).mean())) if level.size > 1 else 0.0,
        level_sd=np.sqrt(1 / (expected + credible)),
    )


def _over(count: Floats, lived: Floats) -> Floats:
    return np.divide(count, lived, out=np.zeros_like(count), where=lived > 0)
