"""A plan counted again from the tables, by code that shares nothing with the solver.

Every limit of the problem is held against the plan's own rows, and stock, shortage, money and
objective are added up anew. `recount_starts` goes through what starts, `recount_money` through who
pays, `recount_people` through who completes and arrives, `recount_cells` through what stays short.

Start reading at `recount`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import polars as pl

from brygga.core.errors import SettingError, TableError, listed
from brygga.planning.problem import Problem
from brygga.planning.recount_breaches import KINDS
from brygga.planning.recount_cells import count_cells, floor_breaches, tail_mean
from brygga.planning.recount_money import cost_of_starts, money_breaches, money_used, paid
from brygga.planning.recount_people import arrival_breaches, completed, left_posts, read_arrivals
from brygga.planning.recount_starts import bought, read_starts, start_breaches

__all__ = ["KINDS", "Recount", "recount", "require_sound"]
BOUGHT = ["guidance", "year", "site", "measure", "step", "cost"]
SHOWN = "{what} {name} {year}: {used} of {at_most}"


@dataclass(frozen=True)
class Recount:
    """What a plan does, and which limits it breaks.

    `breaches`: what (in `KINDS`), name, year, used, at_most (thousand kronor for money). `money`: funder, year, spent,
    budget. `paid`: measure, site, start, funder, year, spent. `cells`: municipality, occupation, year, need, stock,
    drained, short, surplus for every cell with one of the first three, in the mean over draws. `by_draw`: draw,
    weighted (shortage and surplus, weighted and discounted; one row named "" when the need is certain). `costs`:
    measure, site, year, cost; `guidance`: guidance, year, site, measure, step, cost. All persons, person-years and
    thousand kronor, expected.
    """

    breaches: pl.DataFrame
    money: pl.DataFrame
    paid: pl.DataFrame
    cells: pl.DataFrame
    by_draw: pl.DataFrame
    costs: pl.DataFrame
    guidance: pl.DataFrame
    cost: float
    short: float
    surplus: float
    objective: float


def recount(
    problem: Problem,
    classes: pl.DataFrame,
    arrivals: pl.DataFrame | None = None,
    guidance: pl.DataFrame | None = None,
    *,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
) -> Recount:
    """Count a plan again.

    Parameters
    ----------
    problem : the tables the plan answers
    classes : measure, site, year, classes, seats
    arrivals : site, municipality, occupation, year, persons; with fixed reach computed when None
    guidance : guidance, year, steps bought
    cvar_weight : what the mean of the worst draws counts beside the mean of all
    cvar_level : the share of draws that are not among the worst, 0 up to but not 1

    Raises
    ------
    TableError when arrivals are needed and not given, SettingError for a weight or level out of range.
    """
    _check_tail(cvar_weight, cvar_level)
    starts, uncountable = read_starts(classes)
    steps, unknown_steps = bought(problem, guidance)
    made = completed(problem, starts)
    came = read_arrivals(problem, arrivals, made)
    costs = cost_of_starts(problem, starts)
    payments = paid(problem, pl.concat([costs, steps.select(costs.columns)]))
    money, cost = money_used(problem, payments), fsum([*costs["cost"], *steps["cost"]])
    counted = count_cells(problem, came, left_posts(problem, starts))
    breaches = [
        uncountable,
        unknown_steps,
        *start_breaches(problem, starts, steps),
        *money_breaches(problem, money, cost),
        *arrival_breaches(problem, arrivals, came, made),
        floor_breaches(problem, counted.cells),
    ]
    weighted = counted.by_draw["weighted"].to_list()
    missed = fsum(weighted) / len(weighted) + cvar_weight * tail_mean(weighted, cvar_level)
    return Recount(
        breaches=pl.concat(breaches).sort("what", "name", "year", "used"),
        money=money,
        paid=payments,
        cells=counted.cells,
        by_draw=counted.by_draw,
        costs=costs,
        guidance=steps.select(BOUGHT).sort(BOUGHT),
        cost=cost,
        short=fsum(counted.cells["short"]),
        surplus=fsum(counted.cells["surplus"]),
        objective=missed + problem.settings.cost_weight * cost,
    )


def require_sound(counted: Recount) -> None:
    """Raise when the plan breaks a limit.

    Raises
    ------
    TableError
        Naming the limits, what the plan uses of each and what is allowed.
    """
    if counted.breaches.height:
        shown = [SHOWN.format(**row) for row in counted.breaches.rows(named=True)]
        raise TableError(
            f"the plan breaks {len(shown)} limit(s): {listed(shown)}",
            why="a plan that breaks a limit cannot be carried out",
            todo="give it fewer classes or seats there, or raise the limit in the problem folder",
        )


def _check_tail(weight: float, level: float) -> None:
    if not 0 <= weight < float("inf"):
        raise SettingError(
            f"cvar_weight is {weight:g}", why="the tail cannot count less than nothing", todo="give 0 or more"
        )
    if not 0 <= level < 1:
        raise SettingError(
            f"cvar_level is {level:g}",
            why="it is the share of draws that are not among the worst, and some must be",
            todo="give a number from 0 up to, but not, 1",
        )
