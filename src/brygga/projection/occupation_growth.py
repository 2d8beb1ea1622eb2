"""Employees by county and occupation some years ahead, when only a year or two of history is known.

All occupations of a county grow with the nation's employees, or with its population where no year of
employees is known yet. Ours lets a county grow with its own population, gives an occupation a little of
its own past growth, and lets a county's shares within a two-digit group drift towards the nation's, since
part of what is extreme there is how a large employer coded its people. A second question is asked apart:
how a known national total of each occupation spreads over counties.

Start reading at `predict_counties`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import TableError
from brygga.core.grids import Floats

METHODS = ("brygga", "no_change", "national_growth", "trend", "constant_share")
GIVEN_METHODS = ("brygga", "no_change", "constant_share")
POPULATION_YEARS = 3
"""Years over which a population's growth is averaged."""


@dataclass(frozen=True)
class Pull:
    """The three constants of `brygga`.

    Parameters
    ----------
    county : the part of a county's population growth above the nation's that its employees follow
    occupation : the part of an occupation's past growth above the average that goes on
    neighbours : how far, a year, a county's shares within a two-digit group move to the nation's
    """

    county: float = 0.5
    occupation: float = 0.1
    neighbours: float = 0.01


TRIED = tuple(Pull(0.5, *each) for each in product((0.0, 0.1, 0.2, 0.3), (0.0, 0.01, 0.02, 0.03)))
"""The constants that are chosen among, leaving the scored county out.

The county's part is stated and not fitted: half, between none and a constant share of the population
employed. Only Stockholm tells anything about it, so left out, it would be told by nobody.
"""


@dataclass(frozen=True)
class Known:
    """What is known at the origin.

    Parameters
    ----------
    jobs : county x occupation x year, employees; the last year is the origin
    groups : for every occupation the place of its two-digit group
    population : county x year, inhabitants up to the origin; None where they are not known
    """

    jobs: Floats
    groups: NDArray[np.int64]
    population: Floats | None = None


def predict_counties(known: Known, ahead: int, pull: Pull) -> dict[str, Floats]:
    """Every method's answer `ahead` years after the origin, county x occupation, from nothing later.

    `national_growth` lets all grow as all employees of the nation did, `constant_share` as the occupation
    did in the nation, `trend` as the cell itself did. Where no year of employees is known, the nation's
    population stands in for the first two, and a trend is no change.

    Examples
    --------
    >>> known = Known(np.array([[[100.0, 110.0]], [[100.0, 90.0]]]), np.array([0]))
    >>> {name: cells.ravel().round(1).tolist() for name, cells in predict_counties(known, 1, Pull(0, 0, 0)).items()}
    ... # doctest: +NORMALIZE_WHITESPACE
    {'brygga': [110.0, 90.0], 'no_change': [110.0, 90.0], 'national_growth': [110.0, 90.0],
     'trend': [121.0, 81.0], 'constant_share': [110.0, 90.0]}
    """
    base = known.jobs[:, :, -1]
    nation, own = _nation(known), _occupations(known)
    return {
        "brygga": _ours(known, ahead, pull),
        "no_change": base.copy(),
        "national_growth": base * np.exp(ahead * nation),
        "trend": base * np.exp(ahead * _yearly(known.jobs)),
        "constant_share": base * np.exp(ahead * (nation + own)),
    }


def share_out(predicted: Floats, totals: Floats) -> Floats:
    """Predictions of a method brought to given national totals, occupation by occupation.

    An occupation that a method has nobody in stays empty.

    Examples
    --------
    >>> share_out(np.array([[30.0], [10.0]]), np.array([80.0])).ravel().tolist()
    [60.0, 20.0]
    """
    sums = predicted.sum(0)
    shared: Floats = predicted * np.divide(totals, sums, out=np.zeros_like(totals), where=sums > 0)
    return shared


def predict_shares(known: Known, totals: Floats, ahead: int, pull: Pull) -> dict[str, Floats]:
    """How given national totals of the year predicted spread over counties: ours, and constant shares.

    `no_change` is not told the totals; it stands there as the yardstick of all tables.
    """
    base = known.jobs[:, :, -1]
    return {
        "brygga": share_out(_ours(known, ahead, pull), totals),
        "no_change": base.copy(),
        "constant_share": share_out(base, totals),
    }


def best_without(errors: Floats, actual: Floats) -> list[int]:
    """For every fold the candidate with the least error in all other folds.

    Parameters
    ----------
    errors : candidate x window x fold, sum of absolute errors in persons
    actual : window x fold, sum of what came in persons

    Returns
    -------
    One place in the list of candidates per fold; the first of equals. Windows (origin and horizon) count
    alike, each by its error in per cent.

    Examples
    --------
    Two candidates, one window, three folds: the second candidate is good in fold 0 alone.

    >>> best_without(np.array([[[9.0, 1.0, 1.0]], [[0.0, 2.0, 2.0]]]), np.array([[10.0, 10.0, 10.0]]))
    [0, 1, 1]
    """
    if errors.ndim != 3 or errors.shape[1:] != actual.shape:
        raise TableError(
            f"errors have the shape {errors.shape} and outcomes {actual.shape}",
            why="each candidate needs one error a window and fold",
            todo="sum both over the same cells",
        )
    chosen = []
    for fold in range(actual.shape[1]):
        others = [n for n in range(actual.shape[1]) if n != fold] or [fold]
        share = errors[:, :, others].sum(2) / actual[:, others].sum(1)
        chosen.append(int(np.argmin(share.mean(1).round(12))))
    return chosen


def two_digit_groups(occupations: Sequence[str]) -> NDArray[np.int64]:
    """The place of every occupation's two-digit group.

    Examples
    --------
    >>> two_digit_groups(["721", "722", "821"]).tolist()
    [0, 0, 1]
    """
    places: Mapping[str, int] = {code: n for n, code in enumerate(sorted({each[:2] for each in occupations}))}
    return np.array([places[each[:2]] for each in occupations], dtype=np.int64)


def _ours(known: Known, ahead: int, pull: Pull) -> Floats:
    base = known.jobs[:, :, -1]
    towards = 1 - (1 - pull.neighbours) ** ahead
    smoothed = (1 - towards) * base + towards * _group_shares(base, known.groups)
    county = 0.0 if known.population is None else pull.county * _above_nation(known.population)[:, None]
    growth = _nation(known) + county + pull.occupation * _occupations(known)
    result: Floats = smoothed * np.exp(ahead * growth)
    return result


def _group_shares(base: Floats, groups: NDArray[np.int64]) -> Floats:
    """Each county's two-digit groups, with the nation's shares of occupations within the group."""
    spread = np.zeros_like(base)
    for group in range(int(groups.max()) + 1):
        inside = groups == group
        nation = base[:, inside].sum()
        if nation > 0:
            spread[:, inside] = base[:, inside].sum(1, keepdims=True) * base[:, inside].sum(0) / nation
    return spread


def _nation(known: Known) -> float:
    """The nation's yearly growth: of its employees, or of its population where no year of them is known."""
    years: int = known.jobs.shape[2] - 1
    if years:
        grown = float(np.log(known.jobs[:, :, -1].sum() / known.jobs[:, :, 0].sum()))
        return grown / years
    return 0.0 if known.population is None else float(_recent(known.population.sum(0)))


def _occupations(known: Known) -> Floats:
    """Yearly growth of every occupation in the nation above all employees'; nothing where no year is known."""
    if known.jobs.shape[2] == 1:
        return np.zeros(known.jobs.shape[1])
    return _yearly(known.jobs.sum(0)) - _nation(known)


def _yearly(jobs: Floats) -> Floats:
    """Yearly growth from the first to the last year, nothing where either is empty."""
    first, last = jobs[..., 0], jobs[..., -1]
    years = max(jobs.shape[-1] - 1, 1)
    there = (first > 0) & (last > 0)
    ratio = np.divide(last, first, out=np.ones_like(first), where=there)
    growth: Floats = np.log(ratio) / years
    return growth


def _above_nation(population: Floats) -> Floats:
    return _recent(population) - _recent(population.sum(0))


def _recent(population: Floats) -> Floats:
    """Yearly growth over the last years known."""
    years = min(population.shape[-1] - 1, POPULATION_YEARS)
    if not years:
        return np.zeros(population.shape[:-1])
    growth: Floats = np.log(population[..., -1] / population[..., -1 - years]) / years
    return growth
