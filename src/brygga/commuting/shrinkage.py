"""Shrinkage: what is known of a pair or a group drawn towards what is common, the less the more is known.

Start reading at `blend`.
"""

from __future__ import annotations

import numpy as np

from brygga.commuting.likelihood import Bools
from brygga.core.grids import Floats

HALVINGS = 60
WIDEST = 1e6
"""A variance above which the model says nothing of a pair."""


def blend(flows: Floats, fitted: Floats, *, known: Bools | None = None) -> Floats:
    """Observed flows drawn towards the model's, little where many were counted and fully where nothing is known.

    A pair's own tie g multiplies the model's persons P; g has mean 1 and variance 1/k over pairs, so that
    after T persons were counted its mean is (T + k) / (P + k) (Poisson with Gamma ties). k is
    what makes the ties as spread as the flows show, one for those who stay and one for those who travel.

    Parameters
    ----------
    flows : persons counted by home and workplace
    fitted : the model's persons for the same cells
    known : cells that were counted; elsewhere the model's persons stand

    Returns
    -------
    persons by home and workplace, between counted and fitted.

    Examples
    --------
    >>> counted, model = np.array([[900.0, 40.0], [2.0, 900.0]]), np.array([[900.0, 20.0], [4.0, 900.0]])
    >>> blend(counted, model).round(1)
    array([[900. ,  38.3],
           [  2.6, 900. ]])
    """
    there = (np.ones(flows.shape, dtype=bool) if known is None else known) & (fitted > 0)
    own: Bools = np.eye(*flows.shape) > 0
    mixed = fitted.copy()
    for kind in (there & own, there & ~own):
        spread = spread_of_ties(flows[kind], fitted[kind]) if kind.any() else 0.0
        mixed[kind] *= (1 + spread * flows[kind]) / (1 + spread * fitted[kind])
    return mixed


def spread_of_ties(flows: Floats, fitted: Floats) -> float:
    """Variance of pairs' ties beyond chance: such that squared errors over P + variance P^2 are 1 in the mean.

    Examples
    --------
    >>> spread_of_ties(np.array([4.0]), np.array([4.0]))
    0.0
    >>> round(spread_of_ties(np.array([40.0, 360.0]), np.array([20.0, 400.0])), 3)
    0.456
    """

    def beyond(spread: float) -> float:
        return float(((flows - fitted) ** 2 / (fitted + spread * fitted**2)).mean()) - 1

    if beyond(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while beyond(high) > 0 and high < WIDEST:
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) > 0 else (low, middle)
    return (low + high) / 2


def shrink(values: Floats, errors: Floats) -> tuple[Floats, float]:
    """Estimates of groups drawn towards their common value, the unsure ones most (DerSimonian and Laird).

    Parameters
    ----------
    values, errors : one estimate a group, and its standard error

    Returns
    -------
    the drawn values, and the standard deviation between groups that was found.

    Examples
    --------
    >>> drawn, between = shrink(np.array([-2.0, -2.0, -4.0]), np.array([0.1, 0.1, 3.0]))
    >>> drawn.round(2).tolist(), between
    ([-2.0, -2.0, -2.0], 0.0)
    """
    weight = 1 / errors**2
    mean = np.average(values, weights=weight)
    beyond = (weight * (values - mean) ** 2).sum() - (len(values) - 1)
    room = weight.sum() - (weight**2).sum() / weight.sum()
    variance = max(0.0, float(beyond / room)) if room > 0 else 0.0
    centre = np.average(values, weights=1 / (errors**2 + variance))
    own = variance / (variance + errors**2)
    return np.asarray(centre + own * (values - centre)), float(np.sqrt(variance))
