"""The chance that an application is granted: per application area and year, with how sure that is.

A round that was decided is a count: granted of applied. Before it the share is Beta distributed,
and the count is added to it. From one round to the next the mean stays and the distribution widens,
because the money and the applications change: its size n becomes `1 / (1 / n + drift)`. A
start several years ahead therefore has the area's latest chance and a wide interval. `planning.grant_drift` is
the drift that best foretold the rounds that are known; `recipes/yh_grants.py` estimates it and writes
`rules/grant_chances.csv`.

Start reading at `foretold`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from brygga.core import tables
from brygga.core.places import PACKAGE
from brygga.outcomes.beta import beta_quantile

RULES = PACKAGE / "rules"
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Chance:
    """A share that is Beta(`yes`, `no`) distributed."""

    yes: float = 1.0
    no: float = 1.0

    @property
    def mean(self) -> float:
        """The probability that one application is granted."""
        return self.yes / (self.yes + self.no)

    @property
    def interval(self) -> tuple[float, float]:
        """Between these the share lies eight times in ten."""
        return beta_quantile(LOW, self.yes, self.no), beta_quantile(HIGH, self.yes, self.no)

    def later(self, drift: float, years: int = 1) -> Chance:
        """The same mean, as unsure as it is `years` rounds later.

        Examples
        --------
        >>> Chance(15, 5).later(0.05)
        Chance(yes=7.5, no=2.5)
        """
        size = self.yes + self.no
        share = 1 / (1 + size * drift * years)
        return Chance(self.yes * share, self.no * share)

    def after(self, granted: float, applied: float) -> Chance:
        """What is known when a round has been decided.

        Examples
        --------
        >>> Chance().after(granted=3, applied=4)
        Chance(yes=4.0, no=2.0)
        """
        return Chance(self.yes + granted, self.no + applied - granted)


def foretold(rounds: Mapping[int, tuple[float, float]], year: int, *, drift: float) -> Chance:
    """The chance in round `year` of an area, from its rounds before.

    Parameters
    ----------
    rounds : application year -> granted, applied
    year : the round asked for, after some of these
    drift : by how much 1/n grows a year

    Examples
    --------
    One known round, half of eight: Beta(1, 1) becomes Beta(5, 5), n = 10; with drift 0.1, n = 5 a year later.

    >>> foretold({2024: (4, 8)}, 2025, drift=0.1)
    Chance(yes=2.5, no=2.5)
    """
    chance, last = Chance(), None
    for known in sorted(one for one in rounds if one < year):
        chance = chance.later(drift, known - last) if last is not None else chance
        chance, last = chance.after(*rounds[known]), known
    return chance if last is None else chance.later(drift, year - last)


def surprise(chance: Chance, granted: float, applied: float) -> float:
    """Minus the logarithm of how likely `granted` of `applied` was (beta-binomial, but for a constant)."""
    after = chance.after(granted, applied)
    return _log_beta(chance) - _log_beta(after)


def _log_beta(chance: Chance) -> float:
    return math.lgamma(chance.yes) + math.lgamma(chance.no) - math.lgamma(chance.yes + chance.no)


@functools.cache
def grant_chances() -> pl.DataFrame:
    """Table `grant_chances`: per scheme, delivery, area and start year; kept by its recipe."""
    return tables.read(RULES / "grant_chances.csv", "grant_chances")
