"""Regionalise: how much of what is bought in the nation is bought in the region.

A small region buys more from outside. What an industry buys there per unit of its output is the nation's coefficient
times the share that location quotients leave at home (`location_quotients`):

    r_ij = min(1, Q_ij) a_ij        Q: FLQ, AFLQ, CILQ, or SLQ_i in every column

`delta`, the exponent of the region's size in FLQ and AFLQ, is uncertain: `delta` chooses it with a range.

Start reading at `regionalised`.

The formula is that of Flegg and Webber (1997), see `location_quotients`.
"""

from __future__ import annotations

import numpy as np

from brygga.impact.leontief import Matrix, Vector
from brygga.impact.location_quotients import (
    augmented_quotients,
    cross_quotients,
    flegg_quotients,
    location_quotients,
    size_factor,
)

METHODS = ("flq", "aflq", "cilq", "slq")
"""Ways to share out what is bought; the first two heed the size of the region."""


def home_shares(regional: Vector, national: Vector, *, method: str = "flq", size: float = 1.0) -> Matrix:
    """The share of what industry j (column) buys of i (row) that is bought in the region, 0 to 1, (n, n).

    Parameters
    ----------
    regional, national : jobs by industry; the nation is that of the coefficients
    method : one of `METHODS`
    size : lambda, see `location_quotients.size_factor`; SLQ and CILQ do not heed it

    Examples
    --------
    >>> jobs, nation = np.array([30.0, 10.0]), np.array([200.0, 200.0])
    >>> home_shares(jobs, nation, method="slq").tolist()
    [[1.0, 1.0], [0.5, 0.5]]
    >>> home_shares(jobs, nation, method="flq", size=0.5).round(3).tolist()
    [[0.75, 1.0], [0.167, 0.25]]
    """
    if method == "slq":
        quotients = np.repeat(location_quotients(regional, national)[:, None], len(regional), axis=1)
    elif method == "cilq":
        quotients = cross_quotients(location_quotients(regional, national))
    else:
        chosen = augmented_quotients if method == "aflq" else flegg_quotients
        quotients = chosen(regional, national, size)
    shares: Matrix = np.minimum(1.0, quotients)
    return shares


def regionalised(
    coefficients: Matrix, regional: Vector, national: Vector, *, method: str = "flq", delta: float = 0.0
) -> Matrix:
    """The region's coefficients, (n, n); an industry that the region lacks buys and sells nothing there.

    Parameters
    ----------
    coefficients : of the nation, columns buy from rows
    regional, national : jobs by industry, in the order of the coefficients (persons)
    method : one of `METHODS`
    delta : exponent of the region's size, for FLQ and AFLQ

    Examples
    --------
    >>> jobs, nation = np.array([30.0, 0.0]), np.array([200.0, 200.0])
    >>> regionalised(np.full((2, 2), 0.3), jobs, nation, method="slq").tolist()
    [[0.3, 0.0], [0.0, 0.0]]
    """
    size = size_factor(float(regional.sum()), float(national.sum()), delta)
    bought = coefficients * home_shares(regional, national, method=method, size=size)
    bought[:, regional <= 0] = 0.0
    return bought
