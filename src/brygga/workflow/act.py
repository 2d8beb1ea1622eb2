"""Act: the best affordable plan, what it rests on, what cooperation is worth and how far from the best it may be.

Start reading at `act`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from brygga.commuting.flows import commuting_of
from brygga.commuting.reach import reach_shares
from brygga.core import tables
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.planning.as_last_year import Repeated, nothing_plan, plan_as_last_year
from brygga.planning.cooperation import Cooperation, cooperation
from brygga.planning.describe import describe_plan
from brygga.planning.exchange import Progress
from brygga.planning.measures import Numbers, region_problem
from brygga.planning.problem import Problem, write_problem
from brygga.planning.reasons import limits_of
from brygga.planning.reasons_prices import Prices, prices_of
from brygga.planning.reasons_tables import reason_tables
from brygga.planning.results import Plans, result_tables
from brygga.planning.solve import Plan, solve
from brygga.workflow.act_summary import DIGITS, summary_of
from brygga.workflow.funding import Terms, terms_of
from brygga.workflow.settings import decision_day

Tables = dict[str, pl.DataFrame]
ALONE_SECONDS = 5.0
"""At most this long for each plan that a municipality makes alone; most need less than one."""


@dataclass(frozen=True)
class Acted:
    """Everything `act` found, before it becomes tables."""

    problem: Problem
    terms: Terms
    last_year: Repeated
    best: Plan
    prices: Prices
    together: Cooperation | None


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
    iterations: int | None = None,
    alone: bool = True,
    progress: Progress | None = None,
) -> tuple[Tables, dict[str, Any]]:
    """Nothing new, as last year and the best plan found, each recounted; the proof of the best and its reasons.

    Parameters
    ----------
    region : with its programmes, sites, money and last intake
    gap_draws : table `gap_draws` from `see`
    folder : where the problem is written as a folder anybody can check; nowhere by default
    pins : a user's choices: measure, site, year, kind, classes
    reach : site, municipality, share; from the region's commuting by default
    time_limit, seed, iterations : see `planning.solve.solve`
    gap : near enough, as a share of what measures can do at most
    alone : whether each municipality also plans alone, which tells the value of cooperation

    Returns
    -------
    The result tables, whose names all begin with `plan`, and the summary.
    """
    terms = terms_of(region, decision_day(region))
    problem = problem_of(region, gap_draws, reach=reach, pins=pins, terms=terms)
    if folder is not None:
        write_problem(problem, folder)
    asked = {"time_limit": time_limit, "seed": seed, "iterations": iterations}
    best = solve(problem, improvement_gap=gap, progress=progress, **asked)  # type: ignore[arg-type]
    own = {**asked, "time_limit": min(ALONE_SECONDS, time_limit)}
    together = cooperation(problem, best, **own) if alone else None  # type: ignore[arg-type]
    found = Acted(problem, terms, plan_as_last_year(problem), best, prices_of(problem), together)
    frames = _tables(region, gap_draws, found)
    checked = {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in frames.items()}
    return checked, summary_of(found, checked)


def _tables(region: Region, gap_draws: pl.DataFrame, found: Acted) -> Tables:
    problem, best, prices = found.problem, found.best, found.prices
    plans: Plans = {"nothing": nothing_plan(problem), "last_year": found.last_year, "best": best}
    frames = result_tables(problem, plans, gap_draws=gap_draws, limits=limits_of(problem, best, prices))
    frames |= reason_tables(problem, best, prices, together=found.together)
    frames["plan_starts"] = starts_of(region, frames["plan"].filter(plan="best"), found.terms, frames["plan_reasons"])
    frames["plan_rules"] = found.terms.used
    return frames


def starts_of(region: Region, plan: pl.DataFrame, terms: Terms, reasons: pl.DataFrame) -> pl.DataFrame:
    """Table `plan_starts`: each row of `plan` with what somebody needs to start it.

    Parameters
    ----------
    plan : rows of table `plan`
    terms : the rules laid on the region
    reasons : table `plan_reasons`, for what a no costs
    """
    key = ["programme", "year"]
    named = named_plan(region, plan, terms).rename({"grant_probability": "probability"})
    lost = reasons.filter("chosen").select(*key, "site", "loses_on_no", "loses_expected")
    rows = named.join(terms.windows.rename({"per": "applied"}), on=key, how="left", maintain_order="left")
    rows = rows.join(lost, on=[*key, "site"], how="left", maintain_order="left")
    rows = rows.join(terms.chances.select(*key, "told_by"), on=key, how="left", maintain_order="left")
    closed = terms.pins.group_by("measure", maintain_order=True).agg(years=pl.col("year"))
    first = _first_open(region, dict(closed.iter_rows()))
    granted = (pl.col("probability") >= 1) & (pl.col("applied") == "class")
    return rows.with_columns(
        pl.col("applied").fill_null("none"),
        pl.when(granted).then(None).otherwise(pl.col("apply_by", "decided_on")).name.keep(),
        first_start=pl.col("programme").replace_strict(first, default=None, return_dtype=pl.Int64),
    )


def _first_open(region: Region, closed: dict[str, list[int]]) -> dict[str, int]:
    """The first year from the programme's own first start that no rule closes."""
    last = region.last_plan_year
    return {
        name: next((y for y in range(first, last + 1) if y not in closed.get(name, [])), max(first, last + 1))
        for name, first in region.tables["programmes"].select("programme", "first_start").rows()
    }


def named_plan(region: Region, plan: pl.DataFrame, terms: Terms | None = None) -> pl.DataFrame:
    """Table `plan` with provider, site, first start, who decides, the chance and who pays (`describe_plan`)."""
    chances = (terms or terms_of(region, decision_day(region))).chances
    programmes, sites, funding = (region.tables[name] for name in ("programmes", "sites", "programme_funding"))
    return describe_plan(plan, programmes, sites, funding, chances).sort("year", "programme", "site")


def problem_of(
    region: Region,
    gap_draws: pl.DataFrame,
    *,
    reach: pl.DataFrame | None = None,
    pins: pl.DataFrame | None = None,
    terms: Terms | None = None,
) -> Problem:
    """The planning problem that `act` solves: the region's measures under the rules of its decision day."""
    terms = terms or terms_of(region, decision_day(region))
    need = median_need(gap_draws, first=region.first_plan_year)
    reach = reach_of(region) if reach is None else reach
    wanted = terms.pins if pins is None else pl.concat([terms.pins, pins.select(terms.pins.columns)])
    region = replace(region, tables={**region.tables, "budgets": terms.budgets})
    areas = terms.chances.filter(told_by="area").select("year", "probability", measure="programme")
    return region_problem(region, need, reach=reach, numbers=_numbers(region), pins=wanted, chances=areas)


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


def _numbers(region: Region) -> Numbers:
    day = decision_day(region)
    return Numbers(**{field.name: value_on(f"planning.{field.name}", day).number for field in fields(Numbers)})
