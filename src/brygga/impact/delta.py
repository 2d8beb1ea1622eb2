"""Delta: the exponent of the region's size in FLQ, chosen when nobody gives it.

Start reading at `choose_delta`.
"""

from __future__ import annotations

from dataclasses import dataclass

from brygga.impact.input_output import Vector
from brygga.impact.ranges import Range

LOW, MID, HIGH = 0.10, 0.175, 0.30


@dataclass(frozen=True)
class Delta(Range):
    """The exponent with its range, and the reason in words."""

    reason: str = ""


def choose_delta(regional: Vector, national: Vector) -> Delta:
    """The exponent for a region, from the jobs by industry in the region and in the nation.

    Parameters
    ----------
    regional, national : jobs by industry, in the same order (persons)
    """
    return Delta(LOW, MID, HIGH, "the project's default")
