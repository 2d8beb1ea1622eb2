"""What a plan costs and who pays when: expected cost of classes and seats, guidance in full.

Start reading at `cost_of_starts`, then `paid`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.recount_breaches import breach

PAID = ["measure", "site", "start", "funder", "year"]


def granted(problem: Problem, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` (measure, start year, probability) where the chance of the start year replaces the measure's."""
    chances = problem.probabilities.rename({"probability": "own"})
    joined = rows.join(chances, on=["measure", "year"], how="left", maintain_order="left")
    return joined.with_columns(probability=pl.coalesce("own", "probability")).drop("own")


def cost_of_starts(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """What each start (measure, site, year, classes, seats) costs in expectation, all years of payment.

    Returns
    -------
    measure, site, year, cost (thousand kronor; 0 for a measure that is unknown)
    """
    rows = granted(problem, starts.join(problem.measures, on="measure", how="left"))
    each = pl.col("cost_class") * pl.col("classes") + pl.col("cost_seat") * pl.col("seats")
    cost = (pl.col("probability") * each).fill_null(0.0)
    return rows.select("measure", "site", "year", cost=cost).sort("measure", "site", "year")


def paid(problem: Problem, costs: pl.DataFrame) -> pl.DataFrame:
    """Who pays what when, of costs by measure, site and start year (`cost`; several rows of a start are summed).

    Returns
    -------
    measure, site, start (year of the start), funder, year (of the payment), spent (thousand kronor)
    """
    rows = costs.join(problem.funding, on="measure").join(problem.payments, on="measure", suffix="_of_payment")
    spent = pl.col("cost") * pl.col("share") * pl.col("share_of_payment")
    rows = rows.with_columns(start=pl.col("year"), year=pl.col("year") + pl.col("offset"), spent=spent)
    return rows.group_by(PAID, maintain_order=True).agg(total("spent")).sort(PAID)


def money_used(problem: Problem, payments: pl.DataFrame) -> pl.DataFrame:
    """Spent and budget for every funder and year with either: funder, year, spent, budget."""
    spent = payments.group_by("funder", "year", maintain_order=True).agg(total("spent"))
    both = spent.join(problem.budgets, on=["funder", "year"], how="full", coalesce=True)
    used = both.select("funder", "year", pl.col("spent").fill_null(0.0), budget=pl.col("amount").fill_null(0.0))
    return used.sort("funder", "year")


def money_breaches(problem: Problem, money: pl.DataFrame, cost: float) -> list[pl.DataFrame]:
    """Budgets, and the cap on the whole plan's cost where there is one."""
    whole = pl.DataFrame(
        {"name": [""], "year": [None], "cost": [cost], "cap": [problem.cost_cap]},
        schema={"name": pl.String, "year": pl.Int64, "cost": pl.Float64, "cap": pl.Float64},
    )
    return [
        breach(money, "budget", pl.col("funder"), "spent", "budget"),
        breach(whole, "cost of the whole plan", pl.col("name"), "cost", "cap"),
    ]
