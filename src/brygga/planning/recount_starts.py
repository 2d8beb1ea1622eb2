"""The rows of a plan held against the limits on starts: offers, sizes, rooms, applicants, places, pins, guidance.

Start reading at `start_breaches`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.recount_breaches import NOT_WHOLE, SCHEMA, TOLERANCE, TWICE, breach, breached, countable, counted

START = ["measure", "site", "year"]
COUNTS = ("classes", "seats")
LABEL = pl.format("{} at {}", "measure", "site")


def read_starts(classes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The starts of a plan, one row each, and what no count can be (fractions, below zero, not a number, doubles).

    Returns
    -------
    measure, site, year, classes, seats (floats, rows that start nothing left out); breaches. A number that is
    none counts as 0.
    """
    given = classes.select("measure", "site", pl.col("year").cast(pl.Int64), pl.col(COUNTS).cast(pl.Float64))
    wrong = [not_whole(given, column, pl.format("{}, {}", LABEL, pl.lit(column))) for column in COUNTS]
    summed = (
        given.with_columns(counted(column) for column in COUNTS)
        .group_by(START, maintain_order=True)
        .agg(total("classes"), total("seats"), rows=pl.len(), once=pl.lit(1))
        .sort(START)
    )
    doubles = breach(summed, TWICE, LABEL, "rows", "once", counts=True)
    return summed.filter((pl.col("classes") != 0) | (pl.col("seats") != 0)).select(given.columns), pl.concat(
        [*wrong, doubles]
    )


def not_whole(rows: pl.DataFrame, column: str, name: pl.Expr) -> pl.DataFrame:
    """A breach where `column` is no whole number from 0 up; `at_most` is the nearest that is."""
    value = pl.col(column).cast(pl.Float64)
    fraction = (value - value.round()).abs() > TOLERANCE
    bad = ~countable(column) | (value < -TOLERANCE) | fraction
    nearest = value.round().clip(lower_bound=0.0)
    return breached(rows.filter(bad.fill_null(True)), NOT_WHOLE, name, value, nearest)


def bought(problem: Problem, guidance: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every step of guidance a plan buys (the rows of guidance.csv with the `year`), and what it breaks.

    Steps are bought in order: `steps` 2 means the first two of that guidance in that year, at all its sites.
    """
    rank = pl.col("step").rank("dense").over("guidance").cast(pl.Float64)
    known = problem.guidance.with_columns(rank=rank)
    if guidance is None or not guidance.height:
        return known.with_columns(year=pl.lit(None, pl.Int64)).clear(), pl.DataFrame(schema=SCHEMA)
    given = guidance.select("guidance", pl.col("year").cast(pl.Int64), pl.col("steps").cast(pl.Float64))
    summed = given.with_columns(counted("steps")).group_by("guidance", "year", maintain_order=True)
    asked = summed.agg(total("steps"), rows=pl.len(), once=pl.lit(1)).sort("guidance", "year")
    most = known.group_by("guidance", maintain_order=True).agg(most=pl.col("rank").max())
    timely = pl.col("year").is_between(problem.settings.first, problem.settings.last)
    asked = asked.join(most, on="guidance", how="left").with_columns(
        most=pl.when(timely).then(pl.col("most").fill_null(0.0)).otherwise(0.0)
    )
    rows = asked.join(known, on="guidance").filter(pl.col("rank") <= pl.col("steps") + TOLERANCE)
    name = pl.col("guidance")
    breaches = [
        not_whole(given, "steps", pl.format("{}, steps", name)),
        breach(asked, TWICE, name, "rows", "once", counts=True),
        breach(asked, "steps of guidance", name, "steps", "most", counts=True),
    ]
    return rows.select(*known.columns, "year"), pl.concat(breaches)


def start_breaches(problem: Problem, starts: pl.DataFrame, steps: pl.DataFrame) -> list[pl.DataFrame]:
    """Every limit on starts (from `read_starts`), with the `steps` of guidance bought (from `bought`)."""
    rows = starts.join(problem.measures, on="measure", how="left")
    rows = rows.join(problem.offers.with_columns(offered=True), on=["measure", "site"], how="left")
    rows = rows.join(problem.placements, on=["site", "measure", "year"], how="left")
    rows = rows.join(_raised(steps, ["site", "measure", "year"]), on=["site", "measure", "year"], how="left")
    timely = pl.col("year").is_between(problem.settings.first, problem.settings.last)
    rows = rows.with_columns(
        not_offered=(pl.col("offered").is_null() | ~timely).cast(pl.Float64),
        least_seats=pl.col("class_min") * pl.col("classes"),
        most_seats=pl.col("class_max") * pl.col("classes"),
        applicants=_whole(pl.col("applicants") + pl.col("raised").fill_null(0.0)),
        places=_whole(pl.col("places")),
        nothing=pl.lit(0.0),
    )
    return [
        breach(rows, "not offered, or outside the years,", LABEL, "not_offered", "nothing"),
        breach(rows, "smallest class (seats needed, seats)", LABEL, "least_seats", "seats", counts=True),
        breach(rows, "largest class", LABEL, "seats", "most_seats", counts=True),
        breach(rows, "most classes", LABEL, "classes", "classes_max", counts=True),
        breach(rows, "applicants", LABEL, "seats", "applicants", counts=True),
        breach(rows, "places", LABEL, "seats", "places", counts=True),
        *_site_breaches(problem, starts, steps),
        *_pin_breaches(problem, starts),
    ]


def _whole(limit: pl.Expr) -> pl.Expr:
    """The whole classes or seats a limit has room for."""
    return (limit + 1e-9).floor()


def _raised(steps: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Applicants added by guidance."""
    return steps.group_by(keys, maintain_order=True).agg(raised=total("applicants"))


def _site_breaches(problem: Problem, starts: pl.DataFrame, steps: pl.DataFrame) -> list[pl.DataFrame]:
    used = starts.group_by("site", "year", maintain_order=True).agg(total("classes"), total("seats"))
    sites = used.join(problem.sites, on="site", how="left")
    sites = sites.join(_raised(steps, ["site", "year"]), on=["site", "year"], how="left").with_columns(
        rooms=_whole(pl.col("rooms")), applicants=_whole(pl.col("applicants") + pl.col("raised").fill_null(0.0))
    )
    name = pl.col("site")
    return [
        breach(sites, "rooms", name, "classes", "rooms", counts=True),
        breach(sites, "applicants", name, "seats", "applicants", counts=True),
    ]


def _pin_breaches(problem: Problem, starts: pl.DataFrame) -> list[pl.DataFrame]:
    pinned = problem.pins.rename({"classes": "said"}).join(starts, on=START, how="left")
    kind = pl.col("kind")
    pinned = pinned.with_columns(
        pl.col("classes").fill_null(0.0),
        least=pl.when(kind == "must").then(1).when(kind == "at_least").then(pl.col("said")).otherwise(0),
        most=pl.when(kind == "never").then(0).when(kind == "at_most").then(pl.col("said")),
    )
    return [
        breach(pinned, "fewest classes pinned (pinned, started)", LABEL, "least", "classes", counts=True),
        breach(pinned, "most classes pinned, or not yet allowed to start,", LABEL, "classes", "most", counts=True),
    ]
