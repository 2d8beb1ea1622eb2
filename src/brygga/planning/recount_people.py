"""Who completes, who arrives, who leaves a post behind: from starts, and held against the arrivals a plan states.

Start reading at `completed`, then `arrival_breaches`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.errors import TableError
from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.recount_breaches import NOBODY, TOLERANCE, breach, breached, countable, counted
from brygga.planning.recount_money import granted

SOURCE = ["site", "occupation", "year"]
FLOW = ["site", "municipality", "occupation", "year"]


def completed(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Expected placed completers: site, occupation, year (they complete, within the years that count), made."""
    rows = _out_of(problem, starts).join(problem.leads, on="measure")
    rows = rows.with_columns(made=pl.col("people") * pl.col("share"))
    return rows.group_by(SOURCE, maintain_order=True).agg(total("made")).sort(SOURCE)


def left_posts(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Posts that completers leave in the site's municipality: municipality, occupation, year, persons."""
    rows = _out_of(problem, starts).join(problem.drains, on="measure")
    rows = rows.join(problem.sites.select("site", "municipality"), on="site")
    return rows.select("municipality", "occupation", "year", persons=pl.col("people") * pl.col("share"))


def _out_of(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Starts with the year they complete as `year` and those who then take up a post as `people`."""
    rows = granted(problem, starts.join(problem.measures.drop("occupation"), on="measure"))
    people = pl.col("seats") * pl.col("yield") * pl.col("probability")
    rows = rows.select("measure", "site", year=pl.col("year") + pl.col("years"), people=people)
    return rows.filter(pl.col("year") <= problem.settings.horizon)


def by_shares(problem: Problem, made: pl.DataFrame) -> pl.DataFrame:
    """Completers split by the reach shares: site, municipality, occupation, year, persons."""
    rows = made.join(problem.reach.filter(pl.col("share") > 0), on="site")
    return rows.select(*FLOW, persons=pl.col("made") * pl.col("share")).sort(FLOW)


def read_arrivals(problem: Problem, arrivals: pl.DataFrame | None, made: pl.DataFrame) -> pl.DataFrame:
    """The arrivals to count, one row per site, municipality, occupation and year; a number that is none counts as 0.

    With fixed reach they follow from the shares when none are given. Those after the horizon count nothing.

    Raises
    ------
    TableError when reach is free, somebody completes and no arrivals are given.
    """
    if arrivals is None and problem.settings.reach == "free" and made.height:
        raise TableError(
            "the plan says nothing about arrivals, and reach is free",
            why="without them nobody knows which posts its completers fill",
            todo="write arrivals.csv with site, municipality, occupation, year and persons",
        )
    if arrivals is None:
        return by_shares(problem, made)
    given = arrivals.with_columns(pl.col("year").cast(pl.Int64), counted("persons"))
    given = given.filter(pl.col("year") <= problem.settings.horizon)
    return given.group_by(FLOW, maintain_order=True).agg(total("persons")).sort(FLOW)


def arrival_breaches(
    problem: Problem, arrivals: pl.DataFrame | None, came: pl.DataFrame, made: pl.DataFrame
) -> list[pl.DataFrame]:
    """Nobody arrives who did not complete, nor outside reach; with fixed reach exactly the shares arrive.

    Parameters
    ----------
    arrivals : as the plan states them
    came : from `read_arrivals`
    made : from `completed`
    """
    stay = problem.reach.group_by("site", maintain_order=True).agg(staying=total("share"))
    sums = came.group_by(SOURCE, maintain_order=True).agg(came=total("persons"))
    sums = sums.join(made, on=SOURCE, how="left").join(stay, on="site", how="left")
    sums = sums.with_columns(may=pl.col("made").fill_null(0.0) * pl.col("staying").fill_null(0.0))
    wide = came.join(problem.reach, on=["site", "municipality"], how="left").with_columns(
        beyond=pl.when(pl.col("share").fill_null(0.0) > 0).then(0.0).otherwise("persons"), nothing=pl.lit(0.0)
    )
    to = pl.format("{} to {}", "site", "municipality")
    return [
        *([_not_persons(arrivals, to)] if arrivals is not None else []),
        breach(sums, "completers", pl.format("{} at {}", "occupation", "site"), "came", "may"),
        breach(wide, "beyond reach", to, "beyond", "nothing"),
        *([_off_shares(problem, made, came, to)] if problem.settings.reach == "fixed" else []),
    ]


def _not_persons(arrivals: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    persons = pl.col("persons").cast(pl.Float64)
    bad = ~countable("persons") | (persons < -TOLERANCE)
    return breached(arrivals.filter(bad.fill_null(True)), NOBODY, name, persons, pl.lit(0.0))


def _off_shares(problem: Problem, made: pl.DataFrame, came: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    due = by_shares(problem, made).rename({"persons": "due"})
    both = due.join(came, on=FLOW, how="full", coalesce=True)
    off = (pl.col("due").fill_null(0.0) - pl.col("persons").fill_null(0.0)).abs()
    return breach(both.with_columns(off=off, nothing=pl.lit(0.0)), "fixed share", name, "off", "nothing")
