"""Age groups: their bounds, and single years of age inside them.

Start reading at `single_ages`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats

SMALLEST = 0.05
"""Persons a single age that the shape between groups is read from at least; the group's own sum stays exact."""


def bounds(group: str, *, where: str = "age_group") -> tuple[int, int]:
    """First and last age of a group.

    Raises
    ------
    TableError when the text names no ages.

    Examples
    --------
    >>> bounds("16-24"), bounds("065-69"), bounds("40")
    ((16, 24), (65, 69), (40, 40))
    """
    found = re.fullmatch(r"0*(\d{1,3})(?:\s*[-–]\s*0*(\d{1,3}))?(?: (?:years|år))?", group.strip())
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if low > high:
        raise TableError(
            f"{where}: {group!r} is no age group",
            why="its first and last age are needed",
            todo="write 55-59, or leave out sums over ages",
        )
    return low, high


def in_order(groups: Sequence[str], *, where: str = "age_group") -> list[str]:
    """Age groups from the youngest, side by side.

    Raises
    ------
    TableError when two overlap, or ages between them are missing.

    Examples
    --------
    >>> in_order(["25-29", "16-24"])
    ['16-24', '25-29']
    """
    ordered = sorted(groups, key=lambda group: bounds(group, where=where))
    pairs = itertools.pairwise(ordered)
    apart = [f"{a} and {b}" for a, b in pairs if bounds(a)[1] + 1 != bounds(b)[0]]
    if apart:
        raise TableError(
            f"{where}: {listed(apart)} do not follow on each other",
            why="people are followed from one age to the next",
            todo="leave out sums over ages, and give every age between the first and the last once",
        )
    return ordered


def single_ages(persons: Floats, groups: Sequence[str]) -> tuple[range, Floats]:
    """Persons by single age: straight on a log scale between the middles of groups, each group's sum kept.

    Parameters
    ----------
    persons : cell x age group
    groups : at least two, in order

    Returns
    -------
    The ages, and cell x age.

    Examples
    --------
    >>> ages, people = single_ages(np.array([[500.0, 500.0]]), ["50-54", "55-59"])
    >>> ages, people[0, :2].round(6).tolist()
    (range(50, 60), [100.0, 100.0])
    """
    ends = [bounds(group) for group in groups]
    width = np.array([high - low + 1 for low, high in ends], dtype=float)
    middle = np.array([(low + high) / 2 for low, high in ends])
    height = np.log(np.maximum(persons / width, SMALLEST))
    ages = range(ends[0][0], ends[-1][1] + 1)
    at = np.arange(ages.start, ages.stop)
    left = np.clip(np.searchsorted(middle, at, side="right") - 1, 0, len(groups) - 2)
    part = (at - middle[left]) / (middle[left + 1] - middle[left])
    shape = np.exp(height[:, left] * (1 - part) + height[:, left + 1] * part)
    starts = [low - ages.start for low, _ in ends]
    sums = np.add.reduceat(shape, starts, axis=1)
    return ages, shape * np.repeat(persons / sums, width.astype(int), axis=1)
