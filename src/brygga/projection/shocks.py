"""Shocks: random deviations in layers that are shared and persist.

A layer is the nation, a county, a municipality, an industry, an occupation or a cell of them.
Each number is a pure function of seed, layer, label, draw and year (a counter is mixed to
random bits, as counter-based generators do): the order of the labels, the other labels, the
batches that draws are computed in, which draws are asked for and the horizon change nothing.

    x[t] = persistence x[t-1] + sd e[t],  x[base] = 0,  e standard normal

and a quantity is multiplied by exp(x), so that its median stays.

Start reading at `persistent`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brygga.core.grids import Floats

Words = NDArray[np.uint64]
PLACES = np.uint64(2**16)
"""Random words set aside for each draw of a label, two numbers a word: far more than years anyone projects."""

STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB))
LAST = np.uint64(31)
"""The counter's step and the mixer of splitmix64 (Steele, Lea and Flood 2014)."""

AT_ONCE = 16_384
"""Words mixed together: they fit in the processor's cache."""


def persistent(
    layer: str, labels: Sequence[str], *, years: int, draws: Sequence[int], sd: float, persistence: float, seed: int
) -> Floats:
    """Deviations (log points, float32) per label, year and draw; zero in the first year, which is the base.

    Examples
    --------
    >>> a = persistent("industry", ["25", "29"], years=3, draws=range(4), sd=0.1, persistence=0.8, seed=1)
    >>> b = persistent("industry", ["29", "25"], years=3, draws=[2, 3], sd=0.1, persistence=0.8, seed=1)
    >>> bool((a[1, :, 2:] == b[0]).all())
    True
    """
    deviations: Floats = np.zeros((len(labels), years, len(draws)), np.float32)
    if sd == 0 or years < 2:
        return deviations
    fresh = normals(layer, labels, draws=draws, seed=seed, width=years - 1)
    fresh *= np.float32(sd)
    deviations[:, 1] = fresh[:, 0]
    for t in range(2, years):
        np.multiply(deviations[:, t - 1], np.float32(persistence), out=deviations[:, t])
        deviations[:, t] += fresh[:, t - 1]
    return deviations


def normals(layer: str, labels: Sequence[str], *, draws: Sequence[int], seed: int, width: int = 1) -> Floats:
    """Standard normal numbers (float32) per label, place in the row (`width` of them) and draw.

    Two uniform numbers of 32 bits give two normal ones (Box and Muller); none lies beyond 6.7.
    """
    pairs = (width + 1) // 2
    counters = _counters(draws, pairs)
    keys = _keys(layer, labels, seed)
    numbers: Floats = np.empty((len(labels), pairs, 2, len(draws)), np.float32)
    together = max(1, AT_ONCE // max(counters.size, 1))
    for first in range(0, len(labels), together):
        some = slice(first, first + together)
        halves = _mixed(keys[some], counters).view(np.uint32)
        distance = halves[..., 0::2].astype(np.float32)
        distance += np.float32(0.5)
        distance *= np.float32(2.0**-32)
        np.minimum(distance, np.float32(1 - 2.0**-24), out=distance)
        np.log(distance, out=distance)
        distance *= np.float32(-2)
        np.sqrt(distance, out=distance)
        angle = halves[..., 1::2].astype(np.float32)
        angle *= np.float32(2 * np.pi * 2.0**-32)
        np.multiply(np.cos(angle), distance, out=numbers[some, :, 0])
        np.multiply(np.sin(angle), distance, out=numbers[some, :, 1])
    return numbers.reshape(len(labels), 2 * pairs, len(draws))[:, :width]


def uniforms(layer: str, labels: Sequence[str], *, draws: Sequence[int], seed: int) -> Floats:
    """Numbers between 0 and 1 per label and draw."""
    words = _mixed(_keys(layer, labels, seed), _counters(draws, 1))[:, 0]
    return np.asarray((words >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def _keys(layer: str, labels: Sequence[str], seed: int) -> Words:
    """One random word a label, from seed, layer and label."""
    start = hashlib.blake2b(f"{seed}\n{layer}\n".encode(), digest_size=8)
    words = np.empty(len(labels), np.uint64)
    for i, label in enumerate(labels):
        of_label = start.copy()
        of_label.update(label.encode())
        words[i] = int.from_bytes(of_label.digest(), "little")
    return words


def _counters(draws: Sequence[int], pairs: int) -> Words:
    """The place of each pair of numbers in its label's stream: pair x draw."""
    rows = np.asarray(draws, np.uint64) * PLACES
    return np.asarray((rows + np.arange(1, pairs + 1, dtype=np.uint64)[:, None]) * STEP)


def _mixed(keys: Words, counters: Words) -> Words:
    """Random words: key x pair x draw."""
    words = keys[:, None, None] + counters
    shifted = np.empty_like(words)
    for shift, factor in (FIRST, SECOND):
        np.right_shift(words, shift, out=shifted)
        np.bitwise_xor(words, shifted, out=words)
        np.multiply(words, factor, out=words)
    np.right_shift(words, LAST, out=shifted)
    return np.asarray(np.bitwise_xor(words, shifted, out=words))
