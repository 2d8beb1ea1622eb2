"""Guidance that raises applicants: what was bought, and what the next step would be worth and cost.

Start reading at `guidance_of`.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl

from brygga.core.sums import total
from brygga.planning.model import offered
from brygga.planning.problem import Problem
from brygga.planning.reasons_prices import Prices, prices_of


class Guided(Protocol):
    """A plan that says which steps it buys: guidance, year, steps."""

    @property
    def guidance(self) -> pl.DataFrame:
        """The steps bought."""


def guidance_of(problem: Problem, plan: Guided, prices: Prices | None = None) -> pl.DataFrame:
    """Steps of guidance bought each year, and what the next would give and cost at the relaxation's prices.

    Returns
    -------
    guidance, year, steps, cost, applicants, then of the next step (null when there is none) next_cost,
    next_applicants, next_worth (its applicants at their price), next_costs (its money at the cost weight and at the
    price of the budgets it is paid from). Thousand kronor, persons, weighted person-years.
    """
    prices = prices or prices_of(problem)
    years = pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})
    steps = problem.guidance.select("guidance").unique().join(years, how="cross")
    steps = steps.join(plan.guidance, on=["guidance", "year"], how="left").with_columns(
        pl.col("steps").fill_null(0).cast(pl.Int64)
    )
    rows = (
        _ranked(problem)
        .join(steps, on="guidance")
        .join(_applicant_prices(problem, prices), on=["measure", "site", "year"])
    )
    rows = rows.join(_krona_prices(problem, prices), on=["measure", "year"])
    had, following = pl.col("rank") <= pl.col("steps"), pl.col("rank") == pl.col("steps") + 1
    sums = rows.group_by("guidance", "year", "steps", maintain_order=True).agg(
        cost=total(pl.col("cost").filter(had)),
        applicants=total(pl.col("applicants").filter(had)),
        there=following.any(),
        next_cost=total(pl.col("cost").filter(following)),
        next_applicants=total(pl.col("applicants").filter(following)),
        next_worth=total((pl.col("applicants") * pl.col("per_applicant")).filter(following)),
        next_costs=total((pl.col("cost") * pl.col("per_krona")).filter(following)),
    )
    nexts = [c for c in sums.columns if c.startswith("next_")]
    return sums.with_columns(pl.when("there").then(pl.col(nexts))).drop("there").sort("guidance", "year")


def _ranked(problem: Problem) -> pl.DataFrame:
    """The rows of guidance.csv with the rank of each step, 1 for the first of its guidance."""
    return problem.guidance.with_columns(rank=pl.col("step").rank("dense").over("guidance").cast(pl.Int64))


def _applicant_prices(problem: Problem, prices: Prices) -> pl.DataFrame:
    """What one applicant more to a measure at a site is worth: by the site's limit and by the measure's own."""
    years = pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})
    pairs = offered(problem).select("measure", "site", "label").join(years, how="cross")
    priced = prices.limits.filter(limit="applicants").select("name", "year", "price")
    for column in ("site", "label"):
        named = priced.rename({"name": column, "price": f"by_{column}"})
        pairs = pairs.join(named, on=[column, "year"], how="left")
    worth = pl.col("by_site").fill_null(0.0) + pl.col("by_label").fill_null(0.0)
    return pairs.select("measure", "site", "year", per_applicant=worth)


def _krona_prices(problem: Problem, prices: Prices) -> pl.DataFrame:
    """What a thousand kronor spent on a measure in a start year weighs: cost weight, cap and its funders' budgets."""
    years = pl.DataFrame({"start": list(problem.settings.starts)}, schema={"start": pl.Int64})
    budgets = prices.limits.filter(limit="budget").select("name", "year", "price")
    cap = float(prices.limits.filter(limit="cost_cap")["price"].sum())
    paid = problem.funding.join(problem.payments, on="measure", suffix="_paid").join(years, how="cross")
    paid = paid.with_columns(year=pl.col("start") + pl.col("offset"))
    paid = paid.join(budgets, left_on=["funder", "year"], right_on=["name", "year"], how="left")
    weighs = total(pl.col("share") * pl.col("share_paid") * pl.col("price").fill_null(0.0))
    summed = paid.group_by("measure", "start", maintain_order=True).agg(per_krona=weighs)
    every = (
        problem.measures.select("measure").join(years, how="cross").join(summed, on=["measure", "start"], how="left")
    )
    weight = problem.settings.cost_weight + cap
    return every.select("measure", year="start", per_krona=pl.col("per_krona").fill_null(0.0) + weight)


def guided(problem: Problem, guidance: pl.DataFrame) -> pl.DataFrame:
    """The rows of guidance.csv that are bought, with the year: steps 2 means the first two of that guidance."""
    return _ranked(problem).join(guidance, on="guidance").filter(pl.col("rank") <= pl.col("steps"))
