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


def placed(
    problem: Problem,
    classes: pl.DataFrame,
    guidance: pl.DataFrame,
    *,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
) -> Placed:
    """The plan with its completers placed as well as they can be; the worst draws weigh as in `recount.recount`."""
    arrivals = place(problem, classes, cvar_weight=cvar_weight, cvar_level=cvar_level)
    counted = recount(problem, classes, arrivals, guidance, cvar_weight=cvar_weight, cvar_level=cvar_level)
    return Placed(classes, guidance, arrivals, counted)


def by_shares(
    problem: Problem,
    classes: pl.DataFrame,
    guidance: pl.DataFrame,
    *,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
) -> Placed:
    """The plan with its completers where the reach shares bring them, needed there or not."""
    fixed = replace(problem, settings=replace(problem.settings, reach="fixed"))
    return placed(fixed, classes, guidance, cvar_weight=cvar_weight, cvar_level=cvar_level)
