"""Given classes and guidance placed and recounted, for the questions that compare plans.

Start reading at `placed`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import polars as pl

from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount, recount


class Classes(Protocol):
    """Anything that says which classes start: measure, site, year, classes, seats."""

    @property
    def classes(self) -> pl.DataFrame:
        """The rows that start."""


@dataclass(frozen=True)
class Placed:
    """Classes, guidance, arrivals and recount; columns as in `solve.Plan`."""

    classes: pl.DataFrame
    guidance: pl.DataFrame
    arrivals: pl.DataFrame
    counted: Recount


def placed(problem: Problem, classes: pl.DataFrame, guidance: pl.DataFrame) -> Placed:
    """The plan with its completers placed as well as they can be."""
    arrivals = place(problem, classes)
    return Placed(classes, guidance, arrivals, recount(problem, classes, arrivals, guidance))


def by_shares(problem: Problem, classes: pl.DataFrame, guidance: pl.DataFrame) -> Placed:
    """The plan with its completers where the reach shares bring them, needed there or not."""
    fixed = replace(problem, settings=replace(problem.settings, reach="fixed"))
    return placed(fixed, classes, guidance)


def missed(problem: Problem, classes: pl.DataFrame) -> float:
    """Weighted, discounted shortage (and surplus, by its weight) that the classes leave; money is not counted."""
    counted = recount(problem, classes, place(problem, classes))
    return counted.objective - problem.settings.cost_weight * counted.cost
