"""Shocks: random deviations in layers that are shared and persist.

A layer is the nation, a municipality, an industry, an occupation or a cell of them.
Each label of a layer has its own stream of random numbers, made from the seed, the layer
and the label alone: the order of the labels, the other labels and the batches that draws
are computed in change nothing.

    x[t] = persistence x[t-1] + sd e[t],  x[base] = 0,  e standard normal

and a quantity is multiplied by exp(x), so that its median stays.

Start reading at `persistent`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from brygga.core.grids import Floats

LONGEST = 80
"""Years a row of random numbers is made for: a longer horizon doesn't change the nearer years."""


def persistent(
    layer: str, labels: Sequence[str], *, years: int, draws: range, sd: float, persistence: float, seed: int
) -> Floats:
    """Deviations (log points) per label, year and draw; zero in the first year, which is the base.

    Examples
    --------
    >>> a = persistent("industry", ["25", "29"], years=3, draws=range(4), sd=0.1, persistence=0.8, seed=1)
    >>> b = persistent("industry", ["29", "25"], years=3, draws=range(2, 4), sd=0.1, persistence=0.8, seed=1)
    >>> bool((a[1, :, 2:] == b[0]).all())
    True
    """
    deviations = np.zeros((len(labels), years, len(draws)))
    if sd == 0:
        return deviations
    fresh = sd * normals(layer, labels, draws=draws, seed=seed, width=LONGEST)
    for t in range(1, years):
        deviations[:, t] = persistence * deviations[:, t - 1] + fresh[:, :, t]
    return deviations


def normals(layer: str, labels: Sequence[str], *, draws: range, seed: int, width: int = 1) -> Floats:
    """Standard normal numbers per label, draw and place in the row (`width` of them)."""
    rows = [_stream(layer, label, seed).standard_normal((draws.stop, width))[draws.start :] for label in labels]
    return np.array(rows).reshape(len(labels), len(draws), width)


def uniforms(layer: str, labels: Sequence[str], *, draws: range, seed: int) -> Floats:
    """Numbers between 0 and 1 per label and draw."""
    rows = [_stream(layer, label, seed).random(draws.stop)[draws.start :] for label in labels]
    return np.array(rows).reshape(len(labels), len(draws))


def _stream(layer: str, label: str, seed: int) -> np.random.Generator:
    key = (zlib.crc32(layer.encode()), zlib.crc32(label.encode()))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
