"""Employees of the nation by occupation and age group some years ahead.

Ours knows three things that no change does not: people grow older and take their occupation with them,
an age group grows as it did (large cohorts follow each other), and an occupation keeps a part of its
own past growth.

Start reading at `predict_ages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from brygga.core.grids import Floats

METHODS = ("brygga", "no_change", "national_growth", "trend", "constant_share")


@dataclass(frozen=True)
class Ageing:
    """The three constants of `brygga`.

    Parameters
    ----------
    keep : the part of those who grow into the next age group that take their occupation with them
    age : the part of an age group's past growth that goes on
    occupation : the part of an occupation's past growth above the average that goes on
    """

    keep: float = 0.25
    age: float = 0.5
    occupation: float = 0.25


TRIED = tuple(Ageing(*each) for each in product((0.0, 0.25, 0.5), (0.0, 0.5, 1.0), (0.0, 0.25, 0.5)))
"""The constants that are chosen among, leaving the scored major group out."""


def predict_ages(jobs: Floats, widths: Floats, ahead: int, ageing: Ageing) -> dict[str, Floats]:
    """Every method's answer `ahead` years after the last known year, age group x occupation.

    Parameters
    ----------
    jobs : age group x occupation x year, employees; the last year is the origin
    widths : years in each age group
    ahead : years ahead
    ageing : the constants of `brygga`

    Returns
    -------
    By method. `constant_share`: each cell keeps its share of an age group that grows as it did;
    `national_growth`: all grow as all employees did; `trend`: each cell as it did. Without a known year of
    growth all three are no change.

    Examples
    --------
    Two age groups of five years; a year ahead a fifth of the ten young welders and of the twenty older
    carpenters have grown out of their group, and two welders into the older one.

    >>> jobs = np.array([[[10.0], [10.0]], [[0.0], [20.0]]])
    >>> predict_ages(jobs, np.array([5.0, 5.0]), 1, Ageing(1.0, 0.0, 0.0))["brygga"].round(2).tolist()
    [[10.0, 10.0], [2.0, 18.0]]
    """
    base = jobs[:, :, -1]
    every, by_age, by_occupation = (_yearly(jobs.sum(axes)) for axes in ((0, 1), 1, 0))
    growth = every + ageing.age * (by_age - every)[:, None] + ageing.occupation * (by_occupation - every)
    return {
        "brygga": _grown_older(base, widths, ahead, ageing.keep) * np.exp(ahead * growth),
        "no_change": base.copy(),
        "national_growth": base * np.exp(ahead * every),
        "trend": base * np.exp(ahead * _yearly(jobs)),
        "constant_share": base * np.exp(ahead * by_age)[:, None],
    }


def _grown_older(base: Floats, widths: Floats, ahead: int, keep: float) -> Floats:
    """The occupations of each age group, partly those of the people who grow into it; its size as it was."""
    moved = base * np.minimum(1.0, ahead / widths)[:, None]
    older = base - moved
    older[1:] += moved[:-1]
    sizes, now = older.sum(1, keepdims=True), base.sum(1, keepdims=True)
    older *= np.divide(now, sizes, out=np.zeros_like(now), where=sizes > 0)
    return (1 - keep) * base + keep * older


def _yearly(jobs: Floats) -> Floats:
    """Yearly growth from the first to the last year, nothing where either is empty."""
    first, last = jobs[..., 0], jobs[..., -1]
    there = (first > 0) & (last > 0)
    ratio = np.divide(last, first, out=np.ones_like(first), where=there)
    growth: Floats = np.log(ratio) / max(jobs.shape[-1] - 1, 1)
    return growth
