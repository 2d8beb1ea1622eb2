"""Hidden cells: counts that a publisher does not show because they are small, as unknowns with a distribution.

SCB shows 0 and 3 or more of commuters; 1 and 2 are hidden. Before the cell was hidden it was a count
with the expectation mu of a model, so what it is given that it was hidden is Poisson cut to 1..2.

Start reading at `expected`.
"""

from __future__ import annotations

import math

import numpy as np

from brygga.core.grids import Floats

LEAST, MOST = 1, 2
"""The smallest and the largest count that is hidden."""


def expected(mu: Floats, *, least: int = LEAST, most: int = MOST) -> Floats:
    """Mean of a hidden count whose expectation before it was hidden was mu; between `least` and `most`.

    Examples
    --------
    >>> expected(np.array([0.0, 1.0, 1e9])).round(3).tolist()
    [1.0, 1.333, 2.0]
    """
    chances, counts = _chances(mu, least, most)
    return np.asarray(chances @ counts)


def drawn(mu: Floats, *, seed: int, least: int = LEAST, most: int = MOST) -> Floats:
    """Whole hidden counts, drawn with the chances they have; same seed and cells, same counts.

    Examples
    --------
    >>> sorted(set(drawn(np.full(50, 1.0), seed=1).tolist()))
    [1.0, 2.0]
    """
    chances, counts = _chances(mu, least, most)
    uniform = np.random.default_rng(seed).random(np.shape(mu))[..., None]
    return np.asarray(counts[(chances.cumsum(-1) < uniform).sum(-1).clip(max=len(counts) - 1)])


def _chances(mu: Floats, least: int, most: int) -> tuple[Floats, Floats]:
    """Chance of each hidden count, cell x count, and the counts."""
    counts = np.arange(least, most + 1, dtype=np.float64)
    safe = np.maximum(np.asarray(mu, dtype=np.float64), 1e-12)[..., None]
    logs = counts * np.log(safe) - np.array([math.lgamma(count + 1) for count in counts])
    weights = np.exp(logs - logs.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True), counts
