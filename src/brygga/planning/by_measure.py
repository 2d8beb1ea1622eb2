"""Who completes what, and arrivals of a site divided over its measures as they contribute.

Start reading at `completers_of`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.planning.problem import Problem

SOURCE = ["site", "occupation", "year"]
BY_MEASURE = ["measure", "site", "municipality", "occupation", "year"]


def completers_of(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Expected placed completers of every measure, in the year they complete, within the years that count.

    Parameters
    ----------
    classes : measure, site, year, seats (whole or not)

    Returns
    -------
    measure, site, occupation, year, persons
    """
    rows = placed_by_start(problem, classes).join(problem.leads.filter(pl.col("share") > 0), on="measure")
    rows = rows.with_columns(persons=pl.col("persons") * pl.col("share"))
    keys = ["measure", *SOURCE]
    return rows.group_by(keys, maintain_order=True).agg(total("persons")).filter(pl.col("persons") > 0).sort(keys)


def posts_left(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Posts that completers leave behind: municipality, occupation, year, persons."""
    rows = placed_by_start(problem, classes).join(problem.drains.filter(pl.col("share") > 0), on="measure")
    rows = rows.join(problem.sites.select("site", "municipality"), on="site")
    keys = ["municipality", "occupation", "year"]
    return rows.group_by(keys, maintain_order=True).agg(persons=total(pl.col("persons") * pl.col("share"))).sort(keys)


def placed_by_start(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Each start with those who complete and get a post: measure, site, year (they complete), persons."""
    chances = problem.probabilities.rename({"probability": "of_year"})
    rows = classes.join(problem.measures, on="measure").join(chances, on=["measure", "year"], how="left")
    persons = pl.coalesce("of_year", "probability") * pl.col("yield") * pl.col("seats")
    rows = rows.select("measure", "site", pl.col("year") + pl.col("years"), persons=persons)
    return rows.filter((pl.col("year") <= problem.settings.horizon) & (pl.col("persons") > 0))


def by_measure(problem: Problem, classes: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """Arrivals (site, municipality, occupation, year, persons) divided over the measures that trained them.

    People of one site, occupation and year are alike: each municipality gets them in the same proportions.

    Returns
    -------
    measure, site, municipality, occupation, year, persons
    """
    made = completers_of(problem, classes)
    part = pl.col("persons") / total("persons").over(SOURCE)
    parts = made.select("measure", *SOURCE, part=part)
    rows = parts.join(arrivals, on=SOURCE).with_columns(persons=pl.col("part") * pl.col("persons"))
    return rows.select(*BY_MEASURE, "persons").filter(pl.col("persons") > 0).sort(BY_MEASURE)
