"""Ages as they are published, in groups that overlap, and the ages that a region's tables have.

Start reading at `tiles`.
"""

from __future__ import annotations

from collections.abc import Collection

AGE_GROUPS = ("16-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69")


def tiles(groups: Collection[str], low: int, high: int) -> list[str]:
    """Groups that cover the ages from low to high exactly once, the widest first; none where that cannot be.

    Examples
    --------
    >>> tiles(["16-64", "16-24", "25-29", "30-34", "25-34"], 16, 34)
    ['16-24', '25-34']
    >>> tiles(["16-24"], 18, 24)
    []
    """
    starting = sorted((g for g in groups if bounds(g)[0] == low and bounds(g)[1] <= high), key=bounds, reverse=True)
    for group in starting:
        end = bounds(group)[1]
        rest = [] if end == high else tiles(groups, end + 1, high)
        if end == high or rest:
            return [group, *rest]
    return []


def bounds(group: str) -> tuple[int, int]:
    """First and last age of a group.

    Examples
    --------
    >>> bounds("25-29")
    (25, 29)
    """
    low, _, high = group.partition("-")
    return int(low), int(high or low)


def width(group: str) -> int:
    """How many ages a group has.

    Examples
    --------
    >>> width("25-29")
    5
    """
    low, high = bounds(group)
    return high - low + 1
