"""Act: the best affordable plan, what it rests on and how far from the best possible it may be, as a list of steps.

Start reading at `act`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from math import fsum
from pathlib import Path
from typing import Any

import polars as pl

from brygga.commuting.flows import commuting_of
from brygga.commuting.reach import reach_shares
from brygga.core import tables
from brygga.core.errors import listed
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.planning.as_last_year import Repeated, nothing_plan, plan_as_last_year
from brygga.planning.describe import describe_plan
from brygga.planning.measures import Numbers, region_problem
from brygga.planning.problem import Problem, not_led_to, write_problem
from brygga.planning.reasons import covered, limits_of
from brygga.planning.recount import KINDS
from brygga.planning.results import Plans, result_tables
from brygga.planning.solve import Plan, Progress, solve
from brygga.workflow.settings import decision_day

Tables = dict[str, pl.DataFrame]
DIGITS = 6


def act(
    region: Region,
    gap_draws: pl.DataFrame,
    *,
    folder: Path | None = None,
    pins: pl.DataFrame | None = None,
    reach: pl.DataFrame | None = None,
    time_limit: float = 60.0,
    gap: float = 0.005,
    seed: int = 1,
    progress: Progress | None = None,
) -> tuple[Tables, dict[str, Any]]:
    """Nothing new, as last year and the best plan found, each recounted; and the proof of the best.

    Parameters
    ----------
    region : with its programmes, sites, money and last intake
    gap_draws : table `gap_draws` from `see`
    folder : where the problem is written as a folder anybody can check; nowhere by default
    pins : a user's choices: measure, site, year, kind, classes
    reach : site, municipality, share; from the region's commuting by default
    time_limit, gap, seed : see `planning.solve.solve`

    Returns
    -------
    The seven result tables whose names begin with `plan`, and the summary.
    """
    problem = problem_of(region, gap_draws, reach=reach, pins=pins)
    if folder is not None:
        write_problem(problem, folder)
    nothing, last_year = nothing_plan(problem), plan_as_last_year(problem)
    best = solve(problem, time_limit=time_limit, gap=gap, seed=seed, progress=progress)
    limits = limits_of(problem, best.classes, best.counted)
    plans: Plans = {"nothing": nothing, "last_year": last_year, "best": best}
    frames = result_tables(problem, plans, gap_draws=gap_draws, limits=limits)
    checked = {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in frames.items()}
    return checked, summary_of(problem, last_year, best)


def named_plan(region: Region, plan: pl.DataFrame) -> pl.DataFrame:
    """Table `plan` with provider, site, first possible start, who decides and who pays (`describe_plan`)."""
    parts = ("programmes", "sites", "programme_funding", "programme_grants")
    return describe_plan(plan, *(region.tables[name] for name in parts)).sort("year", "programme", "site")


def problem_of(
    region: Region, gap_draws: pl.DataFrame, *, reach: pl.DataFrame | None = None, pins: pl.DataFrame | None = None
) -> Problem:
    """The planning problem that `act` solves."""
    need = median_need(gap_draws, first=region.first_plan_year)
    reach = reach_of(region) if reach is None else reach
    return region_problem(region, need, reach=reach, numbers=_numbers(region), pins=pins)


def reach_of(region: Region) -> pl.DataFrame:
    """Where completers of each site may work, as the projection reads it too: site, municipality, share."""
    flows = region.tables["commuting"].filter(pl.col("year") == region.base_year)
    commuting = commuting_of(flows, sorted(region.municipalities))
    least = value_on("commuting.least_reach", decision_day(region)).number
    return reach_shares(region.tables["sites"], commuting, least=least)


def median_need(gap_draws: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """Unfilled posts if nothing new is started, the median over draws, per cell and year from `first`."""
    cell = ["municipality", "occupation", "year"]
    later = gap_draws.filter(pl.col("year") >= first)
    return later.group_by(cell, maintain_order=True).agg(persons=pl.col("unfilled").median().round(DIGITS)).sort(cell)


def summary_of(problem: Problem, last_year: Repeated, best: Plan) -> dict[str, Any]:
    """The proof in a few numbers, what each plan costs and closes, and what to be warned of; no seconds."""
    unled = not_led_to(problem.need, problem.leads)
    closes = {"last_year": last_year.counted, "best": best.counted}
    nothing_short = fsum(problem.need["persons"])
    content = {
        "objective": best.objective,
        "bound": best.bound,
        "nothing_objective": best.nothing,
        "last_year_objective": last_year.counted.objective,
        "bound_gap": best.bound_gap,
        "improvement_gap": best.improvement_gap,
        "status": best.status,
        "short_person_years": {"nothing": nothing_short, **{name: c.short for name, c in closes.items()}},
        "cost_sek": {"nothing": 0.0, **{name: c.cost * 1000 for name, c in closes.items()}},
        "covered": covered(problem, best.arrivals, best.counted).to_dicts(),
        "not_led_to": {"occupations": unled["occupation"].n_unique(), "person_years": fsum(unled["persons"])},
        "last_year_breaks": _breaks(last_year),
        "warnings": [*problem.warnings, *_overruns(last_year), *_cut_off(best)],
    }
    return {key: _rounded(value) for key, value in content.items()}


def _numbers(region: Region) -> Numbers:
    day = decision_day(region)
    return Numbers(**{field.name: value_on(f"planning.{field.name}", day).number for field in fields(Numbers)})


def _breaks(last_year: Repeated) -> list[dict[str, Any]]:
    """What repeating last year would break, as fields: kind, what, name, year, used, at_most (thousand kronor)."""
    breaches = last_year.counted.breaches
    return breaches.select(
        pl.col("what").replace_strict(KINDS, return_dtype=pl.String).alias("kind"), pl.all()
    ).to_dicts()


def _overruns(last_year: Repeated) -> list[str]:
    """What repeating last year would break."""
    breaches = last_year.counted.breaches
    if not breaches.height:
        return []
    rows = breaches.sort("what", "name", "year").rows(named=True)
    shown = listed(f"{r['what']} {r['name']} {r['year']}: {r['used']:.6g} of {r['at_most']:.6g}" for r in rows)
    return [f"As last year breaks {len(rows)} limit(s) (money in thousand kronor): {shown}."]


def _cut_off(best: Plan) -> list[str]:
    if best.status == "optimal":
        return []
    return ["The plan was cut off by its time limit: its bound holds, but another machine may find another plan."]


def _rounded(content: Any) -> Any:
    """Floats to six decimals, so that a summary reads well and stays the same."""
    if isinstance(content, float):
        return round(content, DIGITS)
    if isinstance(content, Mapping):
        return {key: _rounded(value) for key, value in content.items()}
    return [_rounded(value) for value in content] if isinstance(content, list) else content
