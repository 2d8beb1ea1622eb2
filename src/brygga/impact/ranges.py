"""Ranges: an uncertain number as low, middle and high, and draws from it.

Half of the draws lie under the middle and half over it, evenly spread to each end:

    x = low + (mid - low) 2u        u < 0.5
    x = mid + (high - mid)(2u - 1)  otherwise,   u even on 0 to 1

so the middle is the median. The u are stratified (one in each of as many equal strips as there are
draws, in shuffled order), so that few draws already give steady quantiles. The shape is a project
assumption, not checked.

Start reading at `Range.sample`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brygga.core.errors import SettingError
from brygga.impact.leontief import Vector


@dataclass(frozen=True)
class Range:
    """An uncertain number: its lowest, middle and highest value, in order."""

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        """Raise when the three do not stand in order."""
        if not self.low <= self.mid <= self.high:
            raise SettingError(
                f"range {self.low} to {self.high} with the middle {self.mid}",
                why="low, middle and high have to stand in order",
                todo="give the lowest first and the highest last",
            )

    def sample(self, draws: int, rng: np.random.Generator) -> Vector:
        """`draws` values, half of them under the middle.

        Examples
        --------
        >>> drawn = Range(0.0, 1.0, 3.0).sample(4, np.random.default_rng(1))
        >>> int((drawn < 1.0).sum()), bool(drawn.min() >= 0.0), bool(drawn.max() <= 3.0)
        (2, True, True)
        """
        strips = (rng.permutation(draws) + rng.random(draws)) / max(draws, 1)
        return np.interp(strips, [0.0, 0.5, 1.0], [self.low, self.mid, self.high])
