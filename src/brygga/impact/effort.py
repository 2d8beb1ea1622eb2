"""Effort: how well those hit search, by age, against the others without work.

A closure takes everybody's post, also of those who are good at finding another, while those who have been without
work for long are many among the others; so the people hit find work several times as fast. How many times is a
number by age with a range, drawn alike for all ages (`parameters/impact/re_employment_*.yaml`): a draw in which the
young do well is one in which the old do, too.

Start reading at `efforts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from brygga.core.errors import TableError, listed
from brygga.core.parameters import value_on
from brygga.impact.market import Array
from brygga.impact.seekers import SEPARATOR

AGES = ("16-34", "35-54", "55-69")


def efforts(classes: Sequence[str], *, draws: int, seed: int, day: date) -> Array:
    """Search effectiveness (draws, classes) of classes "layer:age"; half of the draws lie under the parameter's value.

    Raises
    ------
    TableError when a class ends in another age than 16-34, 35-54 or 55-69.

    Examples
    --------
    >>> efforts(("direct:16-34", "direct:55-69"), draws=200, seed=1, day=date(2026, 1, 1)).shape
    (200, 2)
    """
    ages = [name.split(SEPARATOR)[-1] for name in classes]
    strange = sorted(set(ages) - set(AGES))
    if strange:
        raise TableError(
            f"age {listed(strange)} in a class of the people hit",
            why=f"how well people search is known for {listed(list(AGES))}",
            todo="divide the people hit into these ages",
        )
    rng = np.random.default_rng([seed, 1])
    luck = (rng.permutation(draws) + rng.random(draws)) / max(draws, 1)
    found = np.empty((draws, len(ages)))
    for column, age in enumerate(ages):
        value = value_on(f"impact.re_employment_effort_{age.replace('-', '_')}", day)
        middle = value.number
        low, high = middle if value.low is None else value.low, middle if value.high is None else value.high
        found[:, column] = np.interp(luck, [0.0, 0.5, 1.0], [low, middle, high])
    return found


def notice_effort(day: date) -> float:
    """Search while the notice runs, as a share of that afterwards."""
    return value_on("impact.re_employment_notice_effort", day).number
