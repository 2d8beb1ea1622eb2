"""What the plan costs if every application is granted: budgets hold on average, so this may exceed them."""

from __future__ import annotations

import polars as pl

from brygga.workflow.results import Results

SLACK = 1.0 + 1e-6


def full_cost(results: Results, plan: str = "best") -> float:
    """Classes and seats of a plan at their full cost, in kronor: nothing is refused."""
    return float(_full(results, plan)["full_sek"].sum())


def exceeded(results: Results, plan: str = "best") -> tuple[int, int]:
    """How many funders, and in how many of their years, would pay more than their budget if all is granted."""
    paid = _full(results, plan).join(results.table("programme_funding"), on="programme")
    asked = paid.group_by("funder", "year").agg(asked=(pl.col("full_sek") * pl.col("share")).sum())
    budgets = results.table("plan_money").filter(plan=plan).select("funder", "year", "budget_sek")
    over = asked.join(budgets, on=["funder", "year"]).filter(pl.col("asked") > SLACK * pl.col("budget_sek"))
    return over["funder"].n_unique(), over.height


def _full(results: Results, plan: str) -> pl.DataFrame:
    prices = results.table("programmes").select("programme", "cost_class_sek", "cost_seat_sek")
    full = pl.col("classes") * pl.col("cost_class_sek") + pl.col("seats") * pl.col("cost_seat_sek")
    return results.table("plan").filter(plan=plan).join(prices, on="programme").with_columns(full_sek=full)
