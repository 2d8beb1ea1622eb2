"""The greatest likelihood of a table of counts with effects of rows, columns and a few features.

    count[h,w] ~ Poisson(exp(a[h] + b[w] + sum_k theta[k] feature[k,h,w]))

Newton's method in all of it at once. A step needs a weighted two-way fit of each feature and of what is
left, rows + columns (`brygga.commuting.two_way`): at 290 zones that costs some tens of products of
matrix and vector, where solving the equations outright costs 290.

Start reading at `maximise`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.commuting.two_way import FEW, column_effects, over, product
from brygga.core.errors import TableError
from brygga.core.grids import Floats

Bools = NDArray[np.bool_]
STEPS = 100
LAST_STEP = 2e-4
"""A step this small is the last: what is wrong after it is about its square (2e-9 of a count at 290 zones)."""

LAST_OF_FEW = 1e-9
"""The same for few zones, where another step costs nothing."""

ROUGH = 0.05
"""The same for the first guess."""

LONGEST_STEP = 6.0
COARSE = 40
"""Zones that the first guess is made from, where there are at least twice as many."""

FIRST_TURNS = 3


@dataclass(frozen=True)
class Maximum:
    """Fitted counts, the features' coefficients and their information matrix."""

    fitted: Floats
    theta: Floats
    information: Floats


def maximise(
    counts: Floats, active: Bools, features: Floats, *, rows: bool, columns: bool, last: float | None = None
) -> Maximum:
    """Fit counts by effects of rows and columns (either or both) and by features.

    Parameters
    ----------
    counts : row x column, zero or more, zero outside `active`
    active : cells that are counted; every row and column with an effect has a count among them
    features : feature x row x column, zero outside `active`
    rows, columns : whether rows and columns have effects of their own
    last : change of a logarithm that is small enough to stop at; as exact as is cheap when left out

    Returns
    -------
    the fit at the greatest likelihood; with effects of rows their sums are those of the counts, and so for columns.

    Raises
    ------
    TableError when a coefficient grows without end.

    Examples
    --------
    >>> counts = np.array([[8.0, 2.0], [4.0, 1.0]])
    >>> found = maximise(counts, counts > 0, np.zeros((0, 2, 2)), rows=True, columns=True)
    >>> found.fitted.round(6)
    array([[8., 2.],
           [4., 1.]])
    """
    last = last or (LAST_OF_FEW if len(counts) <= FEW else LAST_STEP)
    with np.errstate(all="ignore"):  # a step too long is seen by its likelihood
        try:
            theta = _coarse(counts, active, features, rows=rows, columns=columns)
            line = _start(counts, active, _along(theta, features), rows=rows, columns=columns)
            return _climbed(counts, active.astype(np.float64), features, theta, line, last, rows=rows, columns=columns)
        except np.linalg.LinAlgError as error:
            raise _not_fitted() from error


def _climbed(
    counts: Floats,
    active: Floats,
    features: Floats,
    theta: Floats,
    line: Floats,
    last: float,
    *,
    rows: bool,
    columns: bool,
) -> Maximum:
    """Newton steps from `theta` and the logarithms `line`, halved until they help.

    The few large arrays are written anew in place: to fetch fresh memory for them took longer than the sums.
    """
    fitted, tried, flown, room = np.exp(line), np.empty_like(line), np.empty_like(line), np.empty_like(features)
    fitted *= active
    best = _likelihood(counts, line, fitted)
    for _ in range(STEPS):
        np.subtract(counts, fitted, out=tried)
        information, change, step = _step(tried, fitted, features, room, rows=rows, columns=columns)
        longest = max(step.max(), -step.min())
        size = min(1.0, LONGEST_STEP / longest) if longest > 0 else 1.0
        while True:
            np.multiply(step, size, out=tried)
            tried += line
            np.exp(tried, out=flown)
            flown *= active
            likely = _likelihood(counts, tried, flown)
            if likely >= best - 1e-12 * abs(best) or size < 1e-6:
                break
            size /= 2
        theta, best = theta + size * change, likely
        line, tried, fitted, flown = tried, line, flown, fitted
        if longest <= last:
            return Maximum(fitted, theta, information)
    raise _not_fitted()


def _coarse(counts: Floats, active: Bools, features: Floats, *, rows: bool, columns: bool) -> Floats:
    """Coefficients to start from: those of the zones with most counts, where there are many zones."""
    size = len(counts)
    if size < 2 * COARSE or counts.shape != (size, size):
        return np.zeros(len(features))
    most = np.sort(np.argsort(-(counts.sum(0) + counts.sum(1)), kind="stable")[:COARSE])
    part = np.ix_(most, most)
    some = counts[part]
    there = active[part] & (some.sum(1) > 0)[:, None] & (some.sum(0) > 0)
    if not (some * there).any():
        return np.zeros(len(features))
    kept = features[:, most][:, :, most] * there
    try:
        return maximise(some * there, there, kept, rows=rows, columns=columns, last=ROUGH).theta
    except TableError:
        return np.zeros(len(features))


def _start(counts: Floats, active: Bools, line: Floats, *, rows: bool, columns: bool) -> Floats:
    """Logarithms of counts, given the features' part of it: a few turns of scaling to the sums of rows and columns."""
    seed = np.exp(line)
    seed *= active
    u, v = np.full(len(seed), counts.sum() / seed.sum()), np.ones(seed.shape[1])
    at_rows, at_columns = counts.sum(1), counts.sum(0)
    turned = np.ascontiguousarray(seed.T)
    for _ in range(FIRST_TURNS):
        u = np.where(at_rows > 0, over(at_rows, product(seed, v[None])[0]), u) if rows else u
        v = np.where(at_columns > 0, over(at_columns, product(turned, u[None])[0]), v) if columns else v
    line += np.log(u)[:, None]
    line += np.log(v)
    return line


def _step(
    left: Floats, fitted: Floats, features: Floats, room: Floats, *, rows: bool, columns: bool
) -> tuple[Floats, Floats, Floats]:
    """Information on the coefficients, their change, and the change of every cell's logarithm; `room` is written to."""
    weighed = np.multiply(features, fitted, out=room)
    at_rows = np.concatenate([weighed.sum(2), left.sum(1)[None]])
    at_columns = np.concatenate([weighed.sum(1), left.sum(0)[None]])
    a, b = _two_way(fitted, at_rows, at_columns, rows=rows, columns=columns)
    information = np.einsum("khw,lhw->kl", weighed, features)
    information -= product(a[:-1], at_rows[:-1]).T + product(b[:-1], at_columns[:-1]).T
    score = np.einsum("khw,hw->k", features, left)
    score -= product(a[:-1], at_rows[-1:])[0] + product(b[:-1], at_columns[-1:])[0]
    change = np.linalg.lstsq(information, score, rcond=None)[0] if len(features) else np.zeros(0)
    step = _along(change, features)
    step += (a[-1] - change @ a[:-1])[:, None]
    step += b[-1] - change @ b[:-1]
    return information, change, step


def _along(theta: Floats, features: Floats) -> Floats:
    """Sum of features, each times its coefficient: row x column."""
    if not len(theta):
        return np.zeros(features.shape[1:])
    line = np.asarray(theta[0] * features[0])
    for one, feature in zip(theta[1:], features[1:], strict=True):
        line += one * feature
    return line


def _two_way(
    weight: Floats, at_rows: Floats, at_columns: Floats, *, rows: bool, columns: bool
) -> tuple[Floats, Floats]:
    """Effects of rows and columns (target x row, target x column) whose weighted sums are those of each target."""
    row_sums, column_sums = weight.sum(1), weight.sum(0)
    if rows and columns:
        turned = np.ascontiguousarray(weight.T)
        right = at_columns - product(turned, over(at_rows, row_sums))
        b = column_effects(weight, turned, row_sums, column_sums, right)
        return over(at_rows - product(weight, b), row_sums), b
    if rows:
        return over(at_rows, row_sums), np.zeros_like(at_columns)
    return np.zeros_like(at_rows), over(at_columns, column_sums) if columns else np.zeros_like(at_columns)


def _likelihood(counts: Floats, line: Floats, fitted: Floats) -> float:
    return float(np.einsum("hw,hw->", counts, line) - fitted.sum())


def _not_fitted() -> TableError:
    return TableError(
        f"gravity: no best fit found in {STEPS} steps",
        why="a coefficient grows without end, as when all flows stay at home or lie on one pair",
        todo="look for zones with next to no flows, or exclude those who stay (own excluded)",
    )
