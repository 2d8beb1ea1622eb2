"""Mortality: death rates by age and sex, how fast they fall, and how areas differ.

    m[a,s,t+k]   = m[a,s] exp(-improvement[s,g] (k + lag))        the nation
    m[r,a,s,t+k] = m[a,s,t+k] relative[r,s,g]                     an area r, age class g

The rate is deaths over the mean of the people at both ends of the year, pooled over the last years and
smoothed over ages. The improvement is the slope of the logarithm of the age-standardised rate. An area's
deaths over those expected at its parent's rates is believed as far as the deaths are many: with
`credible` expected deaths it is believed half; that number is found from how far areas differ beyond chance.

    deaths of a cohort from age a to a+1 = (share of deaths at a late in life's year) + (early share at a+1)

Half of the deaths at an age fall on either side of the year's end, but four fifths of infants' at once.

Start reading at `fit_mortality`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brygga.core.grids import Floats

CLASSES = ((0, 40), (40, 65), (65, 80), (80, 200))
"""Ages that share an improvement and an area's ratio."""
BASE_YEARS = 3
INFANTS_EARLY = 0.8
"""Part of infants' deaths that fall in the calendar year of birth: most die in their first days."""
SMALLEST_RATE = 1e-6
OLD = 75
LEAST_CREDIBLE, MOST_CREDIBLE = 50.0, 5_000.0


@dataclass(frozen=True)
class Mortality:
    """Death rates and their prospects.

    Parameters
    ----------
    rate : area x sex x age, at the middle of the last `BASE_YEARS`
    improvement : sex x age, fall of the rate in log points a year
    fluctuation : yearly deviation of the nation's rate from its trend, log points (standard deviation)
    relative_sd : area x sex x class of ages, what is unknown of an area's ratio, log points
    """

    rate: Floats
    improvement: Floats
    fluctuation: float
    relative_sd: Floats

    def among(self, chosen: Sequence[int]) -> Mortality:
        """The same for some of the areas."""
        return replace(self, rate=self.rate[list(chosen)], relative_sd=self.relative_sd[list(chosen)])

    def rates(self, years: int) -> Floats:
        """Death rate in each of the coming `years`: area x sex x age x year."""
        ahead = np.arange(1, years + 1) + (BASE_YEARS - 1) / 2
        return np.asarray(self.rate[..., None] * np.exp(-self.improvement[..., None] * ahead))


def fit_mortality(
    people: Floats, deaths: Floats, parent: list[int], *, window: int, prior: float, prior_years: float
) -> Mortality:
    """Rates, improvement and ratios of areas, from what was counted until the last year.

    Parameters
    ----------
    people : area x sex x age x year
    deaths : the same; the first year is not used
    parent : number of each area's parent
    window : years that the improvement is taken from (fewer when there are fewer)
    prior : improvement that is expected before looking, log points a year
    prior_years : the prior weighs as much as the slope of this many years
    """
    lived = (people[..., 1:] + people[..., :-1]) / 2
    died = deaths[..., 1:]
    base = min(BASE_YEARS, lived.shape[3])
    level = _smooth(_over(died[..., -base:].sum((0, 3)), lived[..., -base:].sum((0, 3))))
    improvement, fluctuation = _improvement(lived.sum(0), died.sum(0), window, prior, prior_years)
    recent = slice(-min(window, lived.shape[3]), None)
    expected = _expected(lived[..., recent], died[..., recent])
    counted = _by_class(died[..., recent].sum(3))
    relative, sd = _ratios(counted, expected, np.array(parent))
    classes = class_of(people.shape[2])
    return Mortality(
        rate=level[None] * relative[:, :, classes],
        improvement=improvement[:, classes],
        fluctuation=fluctuation,
        relative_sd=sd,
    )


def hazards(rate: Floats) -> tuple[Floats, Floats]:
    """Hazard of dying before the year's end: of the newborn, and from each age to the next.

    Parameters
    ----------
    rate : area x sex x age, any further axes; the last age is open and stays in itself

    Returns
    -------
    The newborn's (without the age axis), and one per age.
    """
    early = _early(rate.shape[2], rate.ndim - 3)
    hazard = (1 - early) * rate
    hazard[:, :, :-1] += (early * rate)[:, :, 1:]
    hazard[:, :, -1] = rate[:, :, -1]
    return (early * rate)[:, :, 0], hazard


def cohort_deaths(deaths: Floats) -> Floats:
    """Deaths in a year by the age that the cohort ends the year at: area x sex x age, any further axes.

    The first are the newborn's; the last are those who were in the open age already or came into it.

    Examples
    --------
    >>> cohort_deaths(np.array([10.0, 4.0, 6.0]).reshape(1, 1, 3)).ravel().round(9).tolist()
    [8.0, 4.0, 8.0]
    """
    early = _early(deaths.shape[2], deaths.ndim - 3)
    ended = early * deaths
    ended[:, :, 1:] += ((1 - early) * deaths)[:, :, :-1]
    ended[:, :, -1] += ((1 - early) * deaths)[:, :, -1]
    return np.asarray(ended)


def at_death(people: Floats, births: Floats, deaths: Floats) -> tuple[Floats, str]:
    """Deaths by the age at death, whichever way they were counted; and the way: death or year_end.

    Some tables count the dead by their age at death, others by the age they would have had at the end of the year
    (the year less the year of birth). The old hardly move, so the right way is the one that leaves fewer moves of
    the old in the sum of all areas.

    Parameters
    ----------
    people : area x sex x age x year
    births : area x sex x year; the first year is not used
    deaths : area x sex x age x year; the first year is not used
    """
    nation, born, dead = (counted.sum((0, 1))[..., 1:] for counted in (people, births, deaths))
    before = people.sum((0, 1))[..., :-1]
    old = slice(OLD, people.shape[2] - 1)
    left = {}
    for way, ended in (("death", cohort_deaths(dead[None, None])[0, 0]), ("year_end", dead)):
        start = np.vstack([born, before[:-1]])
        left[way] = float(np.abs((nation - start + ended)[old]).sum())
    if left["death"] <= left["year_end"]:
        return deaths, "death"
    return _from_year_end(deaths), "year_end"


def _from_year_end(ended: Floats) -> Floats:
    """Deaths by age at death from those by age at the end of the year; their sum is kept.

    Half of those who would have ended the year at an age died a year younger; of the infants' deaths a fifth
    fall in the year after birth; of the open age's deaths a quarter were not there yet.
    """
    younger = ended / 2
    younger[:, :, 0] = 0
    younger[:, :, 1] = np.minimum(ended[:, :, 1], (1 / INFANTS_EARLY - 1) * ended[:, :, 0])
    younger[:, :, -1] = ended[:, :, -1] / 4
    deaths = ended - younger
    deaths[:, :, :-1] += younger[:, :, 1:]
    return deaths


def _early(ages: int, more: int) -> Floats:
    early = np.full(ages, 0.5)
    early[0] = INFANTS_EARLY
    return early.reshape(ages, *[1] * more)


def class_of(ages: int) -> NDArray[np.int64]:
    """The class of each age from 0."""
    return np.searchsorted([high for _, high in CLASSES], np.arange(ages), side="right")


def _by_class(counts: Floats) -> Floats:
    """Sums over ages: area x sex x class, any further axes."""
    return np.stack([counts[:, :, low:high].sum(2) for low, high in CLASSES], axis=2)


def _over(count: Floats, lived: Floats) -> Floats:
    return np.divide(count, lived, out=np.zeros_like(count), where=lived > 0)


def _smooth(rate: Floats) -> Floats:
    """Mean of three ages side by side (sex x age): the newborn and the open age stay as they are."""
    smooth = rate.copy()
    smooth[:, 2:-1] = (rate[:, 1:-2] + rate[:, 2:-1] + rate[:, 3:]) / 3
    return np.maximum(smooth, SMALLEST_RATE)


def _improvement(lived: Floats, died: Floats, window: int, prior: float, prior_years: float) -> tuple[Floats, float]:
    """Fall of the standardised rate a year (sex x class), and the yearly deviation of those 65 and over."""
    years = min(window, lived.shape[2])
    at = np.arange(years) - (years - 1) / 2
    weight, prior_weight = (at**2).sum(), (prior_years**3 - prior_years) / 12
    rates = _over(died[..., -years:], lived[..., -years:])
    standard = lived[..., -years:].mean(2)
    fall = np.full((2, len(CLASSES)), prior)
    left = []
    for g, (low, high) in enumerate(CLASSES):
        index = (rates[:, low:high] * standard[:, low:high, None]).sum(1)
        logs = np.log(np.maximum(index, SMALLEST_RATE))
        slope = (logs * at).sum(1) / max(weight, 1)
        fall[:, g] = (prior_weight * prior - weight * slope) / (prior_weight + weight)
        if low >= 65:
            left.append(logs - logs.mean(1, keepdims=True) - slope[:, None] * at)
    degrees = max(1, years - 2)
    return fall, float(np.sqrt((np.stack(left) ** 2).sum(2).mean() / degrees))


def _expected(lived: Floats, died: Floats) -> Floats:
    """Deaths by area, sex and class if every area died at the nation's rates of the same year."""
    rates = _over(died.sum(0), lived.sum(0))
    return _by_class((lived * rates[None]).sum(3))


def _ratios(counted: Floats, expected: Floats, parent: Floats) -> tuple[Floats, Floats]:
    """Deaths over those expected, shrunk from the area to its parent and from the parent to the nation."""
    above = np.stack([counted[parent == p].sum(0) for p in range(parent.max() + 1)])
    above_expected = np.stack([expected[parent == p].sum(0) for p in range(parent.max() + 1)])
    upper, upper_sd = _shrunk(above, above_expected)
    own, own_sd = _shrunk(counted, expected * upper[parent])
    return upper[parent] * own, np.sqrt(upper_sd[parent] ** 2 + own_sd**2)


def _shrunk(counted: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """(deaths + k) / (expected + k): k makes areas differ as much as they do beyond chance."""
    beyond = ((counted - expected) ** 2 - expected).sum(0) / np.maximum((expected**2).sum(0), 1e-9)
    credible = np.clip(1 / np.maximum(beyond, 1e-9), LEAST_CREDIBLE, MOST_CREDIBLE)
    ratio = (counted + credible) / (expected + credible)
    return ratio, np.sqrt(1 / (expected + credible))
