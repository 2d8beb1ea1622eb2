"""Plans turned into the result tables that pages and exports read: SEK, programmes, quantiles over draws.

Start reading at `result_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import polars as pl

from brygga.core.sums import total
from brygga.planning.by_measure import by_measure
from brygga.planning.problem import Problem
from brygga.planning.reasons_money import gains_of
from brygga.planning.recount import Recount

SEK = 1000.0
CELL = ["municipality", "occupation", "year"]
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


class Counted(Protocol):
    """Anything with classes, arrivals and a recount: the best plan, last year's, nothing.

    Who came from which measure is not in a plan: people of one site and occupation are alike (`by_measure`).
    """

    @property
    def classes(self) -> pl.DataFrame:
        """Columns measure, site, year, classes, seats."""

    @property
    def arrivals(self) -> pl.DataFrame:
        """Columns site, municipality, occupation, year, persons."""

    @property
    def counted(self) -> Recount:
        """The recount."""


Plans = Mapping[str, Counted]


def result_tables(
    problem: Problem, plans: Plans, *, gap_draws: pl.DataFrame, limits: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Tables `plan`, `plan_arrivals`, `plan_stock`, `plan_money`, `plan_short`, `plan_limits`, `plan_municipalities`.

    Parameters
    ----------
    plans : by name (nothing, last_year, best)
    gap_draws : table `gap_draws`; shortage with a plan is taken draw by draw before any quantile
    limits : from `reasons.limits_of` for the best plan
    """
    stock = _each(plans, _stock)
    return {
        "plan": _each(plans, _classes),
        "plan_arrivals": _each(plans, lambda plan: _arrivals(problem, plan)),
        "plan_stock": stock,
        "plan_money": _each(plans, _money),
        "plan_short": plan_short(gap_draws, stock, tuple(plans), first=problem.settings.first),
        "plan_limits": _limits(limits),
        "plan_municipalities": _each(plans, lambda plan: _municipalities(problem, plan)),
    }


def plan_short(gap_draws: pl.DataFrame, stock: pl.DataFrame, plans: tuple[str, ...], *, first: int) -> pl.DataFrame:
    """Table `plan_short`: quantiles over draws of what stays unfilled with each plan, from year `first`."""
    draws = gap_draws.filter(pl.col("year") >= first).select(*CELL, "draw", "unfilled")
    frames = []
    for name in plans:
        own = stock.filter(pl.col("plan") == name).select(*CELL, stock="persons")
        short = (pl.col("unfilled") - pl.col("stock").fill_null(0.0)).clip(lower_bound=0.0)
        left = draws.join(own, on=CELL, how="left").with_columns(short=short)
        quantiles = [pl.col("short").quantile(q, "linear").alias(column) for column, q in QUANTILES.items()]
        frames.append(
            left.group_by(CELL, maintain_order=True)
            .agg(quantiles)
            .sort(CELL)
            .select(pl.lit(name).alias("plan"), pl.all())
        )
    return pl.concat(frames).with_columns(status=pl.lit("modelled"))


def _each(plans: Plans, make: Callable[[Counted], pl.DataFrame]) -> pl.DataFrame:
    frames = [make(plan).select(pl.lit(name).alias("plan"), pl.all()) for name, plan in plans.items()]
    return pl.concat(frames)


def _classes(plan: Counted) -> pl.DataFrame:
    rows = plan.classes.join(plan.counted.costs, on=["measure", "site", "year"])
    cost = pl.col("cost") * SEK
    return rows.sort("measure", "year").select("year", "site", "classes", "seats", programme="measure", cost_sek=cost)


def _arrivals(problem: Problem, plan: Counted) -> pl.DataFrame:
    keys = ["measure", "municipality", "occupation", "year"]
    divided = by_measure(problem, plan.classes, plan.arrivals)
    summed = divided.group_by(keys, maintain_order=True).agg(total("persons")).sort(keys)
    return summed.rename({"measure": "programme"})


def _stock(plan: Counted) -> pl.DataFrame:
    """Completers in the stock less the posts they left behind; below zero where more was left than filled."""
    moved = plan.counted.cells.filter((pl.col("stock") > 0) | (pl.col("drained") > 0))
    return moved.select(*CELL, persons=pl.col("stock") - pl.col("drained"))


def _money(plan: Counted) -> pl.DataFrame:
    return plan.counted.money.select(
        "funder", "year", spent_sek=pl.col("spent") * SEK, budget_sek=pl.col("budget") * SEK
    )


def _limits(limits: pl.DataFrame) -> pl.DataFrame:
    money = pl.col("limit").is_in(["budget", "cost_cap"])
    scale = pl.when(money).then(SEK).otherwise(1.0)
    return limits.with_columns(
        pl.col("used", "at_most") * scale,
        name=pl.when(pl.col("limit") == "cost_cap").then(pl.lit("all")).otherwise("name"),
        unit=pl.when(money).then(pl.lit("SEK")).otherwise("unit"),
    )


def _municipalities(problem: Problem, plan: Counted) -> pl.DataFrame:
    gains = gains_of(problem, plan.arrivals, plan.counted)
    return gains.with_columns(pays_sek=pl.col("own") * SEK, common_sek=pl.col("common") * SEK).drop("own", "common")
