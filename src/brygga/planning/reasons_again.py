"""What a pin costs and what one whole unit more gives, by solving again from the plan.

A problem without a pin, or with a limit raised, allows every plan that the first allows, so the plan found is never
worse than the one started from. With objectives O (found) and bounds B, of the harder problem 1 and the easier 0:

    found = O1 - O0            max(0, B1 - O0) <= true <= O1 - B0

Start reading at `pin_costs`, then `one_more`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import polars as pl

from brygga.core.execution import HERE, Execution, run
from brygga.planning.problem import Problem
from brygga.planning.reasons_prices import Prices, prices_of
from brygga.planning.recount import Recount
from brygga.planning.solve import solve

MILLION = 1000.0
EVERY = "all"
"""Stands for every year, or every pin at once."""

CONFIRMED = ("budget", "rooms", "applicants", "placements")
PINS = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "kind": pl.String, "classes": pl.Int64}
NUMBERS = dict.fromkeys(("cost", "low", "high", "short", "money"), pl.Float64())


class Proven(Protocol):
    """A plan with its bound, as `solve.Plan`."""

    @property
    def classes(self) -> pl.DataFrame:
        """Columns measure, site, year, classes, seats."""

    @property
    def counted(self) -> Recount:
        """The recount."""

    @property
    def bound(self) -> float:
        """No plan has a lower objective."""


@dataclass(frozen=True)
class Again:
    """What solving again gives: objective (never above the plan's), bound, unfilled person-years, cost."""

    objective: float
    bound: float
    short: float
    cost: float


@dataclass(frozen=True)
class _Work:
    problem: Problem
    start: pl.DataFrame
    options: Mapping[str, Any] = field(default_factory=dict)


def pin_costs(
    problem: Problem, plan: Proven, *, pins: pl.DataFrame | None = None, execution: Execution = HERE, **options: Any
) -> pl.DataFrame:
    """What each pinned choice costs: the plan with it less the best plan found without it, all other pins kept.

    Parameters
    ----------
    plan : the plan of `problem`, with its bound
    pins : those to ask about (measure, site, year, kind); all by default
    options : of `solve.solve` (time_limit, gap, seed, iterations)

    Returns
    -------
    measure, site, year, kind, classes, cost (weighted person-years in the objective), low, high, short (person-years
    more that stay unfilled), money (thousand kronor more that it costs). The row `all` is without any of them.
    """
    key = ["measure", "site", "year", "kind"]
    asked = problem.pins if pins is None else problem.pins.join(pins.select(key), on=key, how="semi")
    if asked.is_empty():
        return pl.DataFrame(schema={**PINS, **NUMBERS})
    without = [problem.pins.join(asked[i].select(key), on=key, how="anti") for i in range(asked.height)]
    if asked.height > 1:
        without.append(problem.pins.join(asked.select(key), on=key, how="anti"))
    work = [_Work(replace(problem, pins=rest), plan.classes, options) for rest in without]
    names = [*asked.select(list(PINS)).rows(), (EVERY, EVERY, problem.settings.first, EVERY, None)]
    rows = [
        (*name, *_difference(plan, again))
        for name, again in zip(names, run(_solved_again, work, execution), strict=False)
    ]
    return pl.DataFrame(rows, schema={**PINS, **NUMBERS}, orient="row")


def one_more(
    problem: Problem,
    plan: Proven,
    prices: Prices | None = None,
    *,
    most: int = 6,
    execution: Execution = HERE,
    **options: Any,
) -> pl.DataFrame:
    """What the plan really gains from one whole unit more of the limits with the highest prices.

    One room at a site, one applicant, one workplace-training place, or a million in a budget year. Rooms and
    applicants stand in the folder once for all years, so one more is one more every year.

    Parameters
    ----------
    most : how many limits of each kind, the dearest first
    options : of `solve.solve` (time_limit, gap, seed, iterations)

    Returns
    -------
    limit, name, year (`all` where it is the same every year), added (thousand kronor for money), unit, estimate
    (added times price), gain (found), low, high.
    """
    units = _units(problem, prices or prices_of(problem), most)
    work = [_Work(_raised(problem, row), plan.classes, options) for row in units.iter_rows(named=True)]
    gains = [_difference(plan, again)[:3] for again in run(_solved_again, work, execution)]
    found = pl.DataFrame(gains, schema=dict.fromkeys(("gain", "low", "high"), pl.Float64), orient="row")
    return pl.concat([units, found], how="horizontal").select(
        "limit", "name", "year", "added", "unit", "estimate", "gain", "low", "high"
    )


def _solved_again(work: _Work) -> Again:
    plan = solve(work.problem, start=work.start, **work.options)
    return Again(plan.objective, plan.bound, plan.counted.short, plan.counted.cost)


def _difference(plan: Proven, again: Again) -> tuple[float, float, float, float, float]:
    """Objective with less without (as found, at least, at most), unfilled and money likewise."""
    counted = plan.counted
    found = counted.objective - again.objective
    if found < 0:
        return 0.0, 0.0, max(0.0, counted.objective - again.bound), 0.0, 0.0
    low, high = max(0.0, plan.bound - again.objective), max(found, counted.objective - again.bound)
    return found, min(low, found), high, counted.short - again.short, counted.cost - again.cost


def _units(problem: Problem, prices: Prices, most: int) -> pl.DataFrame:
    """The units to try: limit, name, year, added, unit, estimate, and the measure and site of a limit that has them."""
    lasting = pl.col("limit").is_in(["rooms", "applicants"])
    million = pl.col("limit") == "budget"
    rows = prices.limits.filter(pl.col("limit").is_in(CONFIRMED) & (pl.col("price") > 0)).with_columns(
        year=pl.when(lasting).then(pl.lit(EVERY)).otherwise(pl.col("year").cast(pl.String)),
        added=pl.when(million).then(MILLION).otherwise(1.0),
    )
    key = ["limit", "name", "year", "added", "unit", "site", "measure"]
    summed = rows.group_by(key, maintain_order=True).agg(estimate=(pl.col("added") * pl.col("price")).sum())
    ranked = summed.sort("limit", "estimate", "name", "year", descending=[False, True, False, False])
    return ranked.group_by("limit", maintain_order=True).head(most)


def _raised(problem: Problem, unit: Mapping[str, Any]) -> Problem:
    """The problem with one limit a unit higher."""
    limit, added = unit["limit"], unit["added"]
    if limit == "budget":
        return replace(problem, budgets=_more_money(problem.budgets, unit["name"], int(unit["year"]), added))
    here = pl.col("site") == unit["site"]
    if unit["measure"] is None:
        return replace(problem, sites=_more(problem.sites, limit, here, added))
    here = here & (pl.col("measure") == unit["measure"])
    if limit == "applicants":
        return replace(problem, offers=_more(problem.offers, "applicants", here, added))
    here = here & (pl.col("year") == int(unit["year"]))
    return replace(problem, placements=_more(problem.placements, "places", here, added))


def _more(frame: pl.DataFrame, column: str, here: pl.Expr, added: float) -> pl.DataFrame:
    return frame.with_columns(pl.when(here).then(pl.col(column) + added).otherwise(column).alias(column))


def _more_money(budgets: pl.DataFrame, funder: str, year: int, added: float) -> pl.DataFrame:
    """A missing row is an empty purse."""
    here = (pl.col("funder") == funder) & (pl.col("year") == year)
    if budgets.filter(here).height:
        return _more(budgets, "amount", here, added)
    row = pl.DataFrame({"funder": [funder], "year": [year], "amount": [added]}, schema=dict(budgets.schema))
    return pl.concat([budgets, row]).sort("funder", "year")
