"""What single rows of a plan are worth, by placing again: exact for the plan as it stands, limits aside.

Occupations share nothing but limits and money once classes are decided, so a row is taken out or put in only
in the problem of its own occupations, which is small.

Start reading at `row_worth`, then `refusals`.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from brygga.planning.alone import draws_with
from brygga.planning.problem import Problem
from brygga.planning.reasons_plans import Classes, missed

START = ["measure", "site", "year"]


def row_worth(problem: Problem, plan: Classes, rows: pl.DataFrame) -> pl.DataFrame:
    """What the plan would lose without each of its rows, or win with one full class of a row it lacks.

    Parameters
    ----------
    rows : measure, site, year

    Returns
    -------
    measure, site, year, worth : weighted person-years of shortage (and surplus), money not counted.
    """
    standing = {row[:3]: row[3:] for row in plan.classes.select(*START, "classes", "seats").iter_rows()}
    full = dict(problem.measures.select("measure", pl.col("class_max").floor()).iter_rows())
    worths = []
    for start in rows.select(START).iter_rows():
        own, others = _around(problem, plan, start)
        if start in standing:
            worths.append(missed(own, others) - missed(own, _with(others, start, *standing[start])))
        else:
            worths.append(missed(own, others) - missed(own, _with(others, start, 1, full[start[0]])))
    return rows.select(START).with_columns(worth=pl.Series(worths, dtype=pl.Float64))


def refusals(problem: Problem, plan: Classes) -> pl.DataFrame:
    """What a no costs, for each row of the plan whose chance is below 1.

    Returns
    -------
    measure, site, year, probability, loses_on_no (weighted person-years more than after a yes, all other rows as
    expected), loses_expected (that times the chance of a no), frees (thousand kronor that a yes would have cost).
    """
    chances = _chances(problem, plan.classes).filter((pl.col("probability") < 1) & (pl.col("probability") > 0))
    rows = []
    for measure, site, year, classes, seats, chance, cost in chances.iter_rows():
        own, others = _around(problem, plan, (measure, site, year))
        granted = _with(others, (measure, site, year), classes, seats / chance)
        loss = missed(own, others) - missed(own, granted)
        rows.append((measure, site, year, chance, loss, (1 - chance) * loss, cost))
    numbers = dict.fromkeys(("probability", "loses_on_no", "loses_expected", "frees"), pl.Float64)
    schema = {"measure": pl.String, "site": pl.String, "year": pl.Int64, **numbers}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _chances(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Rows of a plan with their chance, and what each costs when granted."""
    years = problem.probabilities.rename({"probability": "that_year"})
    rows = classes.join(problem.measures, on="measure").join(years, on=["measure", "year"], how="left")
    cost = pl.col("cost_class") * pl.col("classes") + pl.col("cost_seat") * pl.col("seats")
    chance = pl.coalesce("that_year", "probability")
    return rows.sort(START).select(*START, "classes", "seats", probability=chance, cost=cost.cast(pl.Float64))


def _around(problem: Problem, plan: Classes, start: tuple[str, str, int]) -> tuple[Problem, pl.DataFrame]:
    """The problem of the occupations a start touches, and the plan's other rows that touch them too."""
    touched = pl.concat([problem.leads, problem.drains]).filter(pl.col("share") > 0)
    own = touched.filter(pl.col("measure") == start[0])["occupation"].unique()
    mine = pl.col("occupation").is_in(own.implode())
    near = touched.filter(mine)["measure"].unique()
    others = plan.classes.filter(pl.col("measure").is_in(near.implode()))
    same = (pl.col("measure") == start[0]) & (pl.col("site") == start[1]) & (pl.col("year") == start[2])
    small = replace(
        problem,
        need=problem.need.filter(mine),
        need_draws=draws_with(problem.need_draws, mine),
        leads=problem.leads.filter(mine),
        drains=problem.drains.filter(mine),
    )
    return small, others.filter(~same)


def _with(others: pl.DataFrame, start: tuple[str, str, int], classes: float, seats: float) -> pl.DataFrame:
    columns = [*START, "classes", "seats"]
    row = pl.DataFrame([(*start, float(classes), float(seats))], schema=columns, orient="row")
    given = others.select(*START, pl.col("classes", "seats").cast(pl.Float64))
    return pl.concat([given, row.cast(dict(given.schema))]).sort(START)  # type: ignore[arg-type]
