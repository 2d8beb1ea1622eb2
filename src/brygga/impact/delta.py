"""Delta: the exponent of the region's size in FLQ, chosen when nobody gives it.

Delta cannot be seen in the jobs: how much regions buy of each other is what FLQ is to guess. But the jobs do show how
much of the nation's multipliers goes when only the mix of industries is heeded (SLQ), and that is known to be too
little. With `m` the mean over industries and regions of the logarithm of the type I output multipliers,

    leak(method) = m(nation) - m(method)
    level        = the delta at which leak(FLQ) = LEAK_OVER_SLQ * leak(SLQ)
    w            = leak(SLQ) / (leak(SLQ) + HALF_LEAK) * R / (R + 1)
    delta        = w level + (1 - w) USUAL, kept within LOWEST..HIGHEST

over the R regions that the jobs are given for: one delta for all regions of a country. The more the mix of industries
says, and the more regions say it, the less USUAL counts; without regions or coefficients it is all there is.

- `LEAK_OVER_SLQ`: in a reference country with regional tables the nation's multipliers are 30.6 % off, those of SLQ
  10.6 % and those of the best single delta 7.3 % (figures handed down; no regional table was at hand). Invented
  countries with just these three figures have 1.44 to 1.72. It is one country's figure, taken to hold in others.
- `USUAL`: what studies of delta have found, and the most robust companion of the level in invented countries.

Figures: docs/method/regionalising.md; the countries: bench/impact/delta_worlds.py.

Start reading at `choose_delta`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.impact.leontief import Matrix, Vector
from brygga.impact.location_quotients import cross_quotients, location_quotients, size_factor
from brygga.impact.ranges import Range

LEAK_OVER_SLQ = 1.55
USUAL = 0.25
HALF_LEAK = 0.05
LOWEST, HIGHEST = 0.10, 0.45
UNDER, OVER = 0.12, 0.15
"""How far under and over the choice the best delta lies in four invented countries of five."""

GRID = np.linspace(0.0, 0.5, 21)


@dataclass(frozen=True)
class Delta(Range):
    """The exponent with its range, and the reason in words."""

    reason: str = ""

    @classmethod
    def given(cls, value: float) -> Delta:
        """A delta that the user has decided: no range."""
        return cls(value, value, value, "given")


def choose_delta(national: Vector, *, coefficients: Matrix | None = None, regions: Matrix | None = None) -> Delta:
    """The exponent for the regions of a country.

    Parameters
    ----------
    national : jobs by industry in the nation, (n,) persons
    coefficients : technical coefficients of the nation, (n, n)
    regions : jobs by region and industry, (R, n) persons; all regions of the country where they are known. A region
        that is the nation says nothing and is left out

    Examples
    --------
    Without any region only the usual value is left.

    >>> delta = choose_delta(np.array([200.0, 200.0]))
    >>> delta.mid, delta.reason
    (0.25, 'the usual value: nothing is known of the regions')
    """
    parts = _parts(national, regions)
    if coefficients is None or not len(parts):
        return _delta(USUAL, "the usual value: nothing is known of the regions")
    slq, flq = _leaks(coefficients, parts, national)
    level = min(float(np.interp(LEAK_OVER_SLQ * slq, flq, GRID)), HIGHEST)
    weight = slq / (slq + HALF_LEAK) * len(parts) / (len(parts) + 1)
    mid = min(max(weight * level + (1.0 - weight) * USUAL, LOWEST), HIGHEST)
    return _delta(mid, _reason(level, weight, len(parts), slq))


def _parts(national: Vector, regions: Matrix | None) -> Matrix:
    """The regions that have jobs and are less than the nation."""
    if regions is None:
        return np.empty((0, len(national)))
    jobs = regions.sum(axis=1)
    parts: Matrix = regions[(jobs > 0) & (jobs < national.sum() * (1.0 - 1e-9))]
    return parts


def _leaks(coefficients: Matrix, regions: Matrix, national: Vector) -> tuple[float, Vector]:
    """By how much the log of the multipliers falls under the nation's: with SLQ, and with FLQ at each delta of `GRID`.

    The mean over the industries a region has, then over regions, so that no large region outweighs the rest.
    """
    whole = _log_multipliers(coefficients)
    simple, flegg = np.zeros(len(regions)), np.zeros((len(regions), len(GRID)))
    for row, jobs in enumerate(regions):
        here = jobs > 0
        quotients = location_quotients(jobs, national)
        sizes = size_factor(float(jobs.sum()), float(national.sum()), 1.0) ** GRID
        shares = np.minimum(1.0, cross_quotients(quotients) * sizes[:, None, None])
        simple[row] = (whole - _log_multipliers(coefficients * np.minimum(1.0, quotients)[:, None]))[here].mean()
        flegg[row] = (whole - _log_multipliers(coefficients * shares))[:, here].mean(axis=1)
    return float(simple.mean()), np.maximum.accumulate(flegg.mean(axis=0))


def _log_multipliers(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms of the output multipliers of one table, (n,), or of a stack of them, (k, n)."""
    count = coefficients.shape[-1]
    turned = np.swapaxes(np.eye(count) - coefficients, -1, -2)
    ones = np.ones((*coefficients.shape[:-1], 1))
    return np.asarray(np.log(np.linalg.solve(turned, ones)[..., 0]), dtype=np.float64)


def _delta(mid: float, reason: str) -> Delta:
    return Delta(max(mid - UNDER, 0.0), mid, mid + OVER, reason)


def _reason(level: float, weight: float, regions: int, slq: float) -> str:
    whose = "the region" if regions == 1 else f"{regions} regions"
    return (
        f"the mix of industries in {whose} alone (SLQ) takes {100 * (1 - np.exp(-slq)):.1f} % off the nation's "
        f"multipliers; {LEAK_OVER_SLQ} times as much goes at delta {level:.2f}, which counts {100 * weight:.0f} % "
        f"beside the usual {USUAL}"
    )
