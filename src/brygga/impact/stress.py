"""Stress: each large workplace or industry in turn loses posts; which loss is worst?

Every shock s is worked out in the same draws d of the same market, so a rank is compared draw by draw:

    rank[s]        = 1 + how many shocks have a larger median
    among_worst[s] = share of draws in which fewer than `worst` shocks are larger than s

Equal losses get the same rank, so neither rank depends on the order of municipalities. `among_worst` says how sure
a rank is: where two shocks change places between draws, both are among the worst in some.

The naive answer is the rank by posts alone: as if all who lose a post had the same chances and paid the same tax.

Start reading at `ranked`.

Source: the project's own method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import SettingError

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

WORST = 5
"""A shock among so many largest is called one of the worst."""

SAME = 1e-9
"""Losses that differ by less than this share of the largest are the same loss: no more than rounding."""


@dataclass(frozen=True)
class Ranked:
    """Ranks from 1 (worst), and the share of draws in which each shock is among the worst."""

    rank: Whole
    among_worst: Array


def ranked(losses: Array, *, worst: int = WORST) -> Ranked:
    """Ranks of shocks by their median loss, and how sure they are.

    Parameters
    ----------
    losses : (shocks, draws) persons or SEK; the draws are the same for every shock
    worst : how many are called the worst

    Examples
    --------
    The second is larger in two draws of three.

    >>> told = ranked(np.array([[1.0, 1.0, 3.0], [2.0, 2.0, 2.0]]), worst=1)
    >>> told.rank.tolist(), told.among_worst.round(2).tolist()
    ([2, 1], [0.33, 0.67])
    """
    if losses.ndim != 2 or worst < 1:
        raise SettingError(
            f"losses of form {losses.shape} ranked by the worst {worst}",
            why="losses stand by shock and draw, and at least one is worst",
            todo="give an array (shocks, draws) and a number from 1",
        )
    if not losses.size:
        return Ranked(np.zeros(len(losses), dtype=np.int64), np.zeros(len(losses)))
    above = np.stack([_larger(losses[:, draw]) for draw in range(losses.shape[1])], axis=1)
    return Ranked(1 + _larger(np.median(losses, axis=1)), (above < worst).mean(axis=1))


def rank_of(sizes: Array) -> Whole:
    """Rank from 1 by size alone (the naive answer); equal sizes share a rank.

    Examples
    --------
    >>> rank_of(np.array([300.0, 500.0, 300.0])).tolist()
    [2, 1, 2]
    """
    return 1 + _larger(sizes)


def _larger(values: Array) -> Whole:
    """How many values are larger than each, differences of rounding apart."""
    ordered = np.sort(values)
    slack = SAME * np.abs(ordered[-1]) if len(ordered) else 0.0
    return np.asarray(len(values) - np.searchsorted(ordered, values + slack, side="right"), dtype=np.int64)
