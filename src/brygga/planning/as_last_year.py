"""The plan as last year: the same classes and seats again, every year the plan may decide.

It is a plan of its own and goes through the same placing and the same recount as the best
plan. Limits do not bend it: what it takes more than allowed stands in the recount's breaches.
It is the comparator "the same again": what ran runs in full, so completers and cost count with
probability 1, while the best plan counts what it applies for in expectation.

Start reading at `plan_as_last_year`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount, recount

SCHEMA = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}
GUIDANCE = {"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64}


@dataclass(frozen=True)
class Repeated:
    """Classes, arrivals, recount and guidance (none) of a plan that is given; columns as in `solve.Plan`."""

    classes: pl.DataFrame
    arrivals: pl.DataFrame
    counted: Recount
    guidance: pl.DataFrame


def plan_as_last_year(problem: Problem) -> Repeated:
    """Last year's classes and seats in every start year, for sure, completers placed as well as they can be."""
    years = pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})
    rows = problem.last_year.with_columns(pl.col("seats").round().cast(pl.Int64)).join(years, how="cross")
    started = rows.filter((pl.col("classes") > 0) | (pl.col("seats") > 0))
    return counted_plan(certain(problem), started.select(*SCHEMA))


def certain(problem: Problem) -> Problem:
    """The problem in which every start is granted."""
    measures = problem.measures.with_columns(probability=pl.lit(1.0))
    return replace(problem, measures=measures, probabilities=problem.probabilities.clear())


def nothing_plan(problem: Problem) -> Repeated:
    """The plan that starts nothing."""
    return counted_plan(problem, pl.DataFrame(schema=SCHEMA))


def counted_plan(problem: Problem, classes: pl.DataFrame) -> Repeated:
    """Any classes and seats (measure, site, year, classes, seats), placed and recounted, limits not enforced."""
    classes = classes.sort("measure", "site", "year")
    arrivals, guidance = place(problem, classes), pl.DataFrame(schema=GUIDANCE)
    return Repeated(classes, arrivals, recount(problem, classes, arrivals, guidance), guidance)
