"""The value of cooperation: what the municipalities lose together when each plans alone.

Alone, each chooses classes at its own sites with its own money for its own shortage and does not see the
others (`alone.py`). Then people go where they go: the plans together are placed by the reach of the whole
problem and counted against the real need. The value is that total minus the joint plan.

With J the best joint plan and U the union of the plans made alone, U is one of the joint problem's own plans, so
U >= J. The joint plan found lies between its bound B and its objective O:

    max(0, U - O) <= U - J <= U - B                      of these plans made alone (proven)
    0 <= U' - J <= sum of objectives alone - B           of whatever best plans they would choose alone (proven)

The second holds because completers may stay at home as each had planned, and those of others only help; it needs a
surplus that weighs nothing, or free reach, and no weight of the worst draws. A municipality without sites starts
nothing alone.

Start reading at `cooperation`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from typing import Any

import polars as pl

from brygga.core.errors import InfeasibleError
from brygga.core.execution import HERE, Execution, run
from brygga.core.sums import total
from brygga.planning.alone import alone_problem, divided, weighted_needs
from brygga.planning.plans import Proven
from brygga.planning.problem import Problem
from brygga.planning.reasons_money import paid_by
from brygga.planning.reasons_plans import Placed, by_shares, placed
from brygga.planning.solve import solve

STATUS = {"as_asked": (), "without_floors": ("floors",), "without_wishes": ("floors", "pins")}
"""How a plan made alone came about: with its pins and floors, or without those that cannot hold alone."""
CLASSES = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}
GUIDANCE = {"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64}


@dataclass(frozen=True)
class Alone:
    """What one municipality would do alone: its plan, what it would believe of it, and how it came about."""

    municipality: str
    status: str
    classes: pl.DataFrame
    guidance: pl.DataFrame
    objective: float
    bound: float
    short: float


@dataclass(frozen=True)
class Cooperation:
    """The value of planning together, in weighted person-years of shortage (the objective).

    `value` with `low` and `high`: of these plans made alone; `any_high`: of whatever best plans they choose alone
    (None where surplus has weight and reach is fixed, the worst draws weigh, or limits are broken).
    `value_by_shares`: when nobody guides people after the plans made alone and they go by the reach shares.
    `person_years` and `cost`: union less joint, unfilled person-years unweighted and thousand kronor.
    `municipalities`: a row each, see `_municipalities`. `alone`: municipality, part, status, objective, bound,
    short (as it believes), sites. `union`: the plans together; `comparable`: they break no limit of the whole problem,
    as is so unless wishes had to be left out alone.
    """

    value: float
    low: float
    high: float
    any_high: float | None
    value_by_shares: float
    person_years: float
    cost: float
    municipalities: pl.DataFrame
    alone: pl.DataFrame
    union: Placed
    comparable: bool


def cooperation(
    problem: Problem,
    joint: Proven,
    *,
    rule: str = "need",
    time_limit: float = 20.0,
    gap: float = 0.01,
    seed: int = 1,
    iterations: int | None = None,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
    execution: Execution = HERE,
) -> Cooperation:
    """What it is worth to plan together.

    Parameters
    ----------
    joint : the joint plan with its bound
    rule : how money without a municipality is divided alone, see `alone.divided`
    time_limit, gap, seed, iterations : of each plan made alone, see `solve.solve`
    cvar_weight, cvar_level : what the worst draws weighed in the joint plan; alone they weigh the same
    execution : where the plans alone are made; the result is the same everywhere when none is cut off by time

    Returns
    -------
    A `Cooperation`; its joint side is `joint` as given, or the union itself where that happens to be better (a
    joint plan far from its bound): the value is then 0 and its upper end says what may be left.
    """
    parts = divided(problem, rule=rule)
    tail = {"cvar_weight": cvar_weight, "cvar_level": cvar_level}
    options = {"time_limit": time_limit, "gap": gap, "seed": seed, "iterations": iterations, **tail}
    work = [_Work(name, alone_problem(problem, [name], parts), options) for name in parts]
    plans = run(_plan_alone, work, execution)
    united = _united(plans)
    union = placed(problem, united[0], united[1], **tail)
    loose = by_shares(problem, union.classes, union.guidance, **tail)
    own, best = union.counted, joint.counted
    comparable = not own.breaches.height
    found = max(0.0, own.objective - best.objective) if comparable else own.objective - best.objective
    return Cooperation(
        value=found,
        low=found,
        high=max(found, own.objective - joint.bound),
        any_high=_any_high(problem, plans, joint.bound) if comparable and not cvar_weight else None,
        value_by_shares=loose.counted.objective - best.objective,
        person_years=own.short - best.short,
        cost=own.cost - best.cost,
        municipalities=_municipalities(problem, plans, union, joint),
        alone=_alone_table(problem, plans, parts),
        union=union,
        comparable=comparable,
    )


@dataclass(frozen=True)
class _Work:
    municipality: str
    problem: Problem
    options: Mapping[str, Any] = field(default_factory=dict)


def _plan_alone(work: _Work) -> Alone:
    """The best plan of one municipality; wishes that cannot hold alone are left out and said so."""
    error: InfeasibleError | None = None
    for status, left_out in STATUS.items():
        problem = _without(work.problem, left_out)
        try:
            plan = solve(problem, **work.options)
        except InfeasibleError as clash:
            error = clash
            continue
        counted = plan.counted
        return Alone(work.municipality, status, plan.classes, plan.guidance, plan.objective, plan.bound, counted.short)
    raise error or AssertionError("no wish, and yet no plan")


def _without(problem: Problem, left_out: Sequence[str]) -> Problem:
    pins = problem.pins.filter(pl.col("kind").is_in(["never", "at_most"])) if "pins" in left_out else problem.pins
    floors = problem.floors.clear() if "floors" in left_out else problem.floors
    return replace(problem, pins=pins, floors=floors)


def _united(plans: Sequence[Alone]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Classes and guidance of all plans; no two share a site or a guidance."""
    classes = pl.concat([pl.DataFrame(schema=CLASSES), *(plan.classes.select(list(CLASSES)) for plan in plans)])
    guidance = pl.concat([pl.DataFrame(schema=GUIDANCE), *(plan.guidance.select(list(GUIDANCE)) for plan in plans)])
    return classes.sort("measure", "site", "year"), guidance.sort("guidance", "year")


def _any_high(problem: Problem, plans: Sequence[Alone], bound: float) -> float | None:
    """The most that cooperation can be worth whichever best plans are chosen alone."""
    settings = problem.settings
    if settings.reach == "fixed" and settings.surplus_weight > 0:
        return None
    needs = weighted_needs(problem)
    planning = {plan.municipality for plan in plans}
    others = fsum(need for name, need in needs.items() if name not in planning)
    return fsum(plan.objective for plan in plans) + others - bound


def _alone_table(problem: Problem, plans: Sequence[Alone], parts: Mapping[str, float]) -> pl.DataFrame:
    rows = [(p.municipality, parts[p.municipality], p.status, p.objective, p.bound, p.short) for p in plans]
    columns = {"municipality": pl.String, "part": pl.Float64, "status": pl.String}
    numbers = dict.fromkeys(("objective", "bound", "short"), pl.Float64)
    sites = problem.sites.group_by("municipality", maintain_order=True).agg(sites=pl.len().cast(pl.Int64))
    return (
        pl.DataFrame(rows, schema={**columns, **numbers}, orient="row")
        .join(sites, on="municipality")
        .sort("municipality")
    )


def _municipalities(problem: Problem, plans: Sequence[Alone], union: Placed, joint: Proven) -> pl.DataFrame:
    """What each has alone and jointly; some lose, and that is shown.

    Returns
    -------
    municipality, need, short_believed (alone, before people go where they go; its need where it has no site),
    short_alone, short_jointly, gain (person-years less short), cost_alone, cost_jointly, saved; costs as in
    `reasons_money.paid_by`, own funders and common money together. Unweighted person-years, thousand kronor.
    """
    names = pl.concat([problem.need["municipality"], problem.sites["municipality"], problem.reach["municipality"]])
    frame = pl.DataFrame({"municipality": names.unique().sort()})
    need = problem.need.group_by("municipality", maintain_order=True).agg(need=total("persons"))
    believed = pl.DataFrame(
        [(plan.municipality, plan.short) for plan in plans],
        schema={"municipality": pl.String, "short_believed": pl.Float64},
        orient="row",
    )
    parts = [need, believed]
    for name, plan in (("alone", union), ("jointly", joint)):
        short = plan.counted.cells.group_by("municipality", maintain_order=True).agg(total("short"))
        paid = paid_by(problem, plan.counted.paid, plan.arrivals)
        parts.append(short.rename({"short": f"short_{name}"}))
        parts.append(paid.select("municipality", (pl.col("own") + pl.col("common")).alias(f"cost_{name}")))
    for part in parts:
        frame = frame.join(part, on="municipality", how="left")
    filled = frame.with_columns(pl.col("short_believed").fill_null(pl.col("need"))).fill_null(0.0)
    return filled.select(
        "municipality",
        "need",
        "short_believed",
        "short_alone",
        "short_jointly",
        "cost_alone",
        "cost_jointly",
        gain=pl.col("short_alone") - pl.col("short_jointly"),
        saved=pl.col("cost_alone") - pl.col("cost_jointly"),
    ).sort("municipality")
