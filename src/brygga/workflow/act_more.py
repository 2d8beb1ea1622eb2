"""Act, on request: what another sum of money would give, and how the plan holds when another future comes.

Both solve many plans, so they are no part of the loop: `act_front` draws the front of cost, shortage and
the worst-off municipality, `act_scenarios` holds the plan against 20-50 draws from See and tells the regret.

Start reading at `act_front` and `act_scenarios`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.execution import HERE, Execution
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.planning.draws import keep_draws
from brygga.planning.front import front
from brygga.planning.front_files import front_summary, front_table, scenario_summary
from brygga.planning.problem import Problem
from brygga.planning.scenarios import Candidate, scenarios
from brygga.workflow.act import Tables, problem_of
from brygga.workflow.act_summary import DIGITS, rounded

Say = Callable[[str], None]
CELL = ["municipality", "occupation", "year"]
LEVEL = 0.9


def act_front(
    region: Region,
    gap_draws: pl.DataFrame,
    *,
    points: int = 6,
    step: float = 0.1,
    seconds: float = 8.0,
    gap: float = 0.02,
    seed: int = 1,
    say: Say = lambda text: None,
) -> tuple[Tables, dict[str, Any]]:
    """Table `plan_front` and its summary: cost against shortage against the worst-off municipality.

    Parameters
    ----------
    points : how many sums of money, nothing and all of it among them
    step : how much what every municipality is promised is raised at a time, as a share of its need
    seconds, gap, seed : of each plan, see `planning.solve.solve`
    """
    asked = {"time_limit": seconds, "gap": gap, "seed": seed}
    found = front(problem_of(region, gap_draws), points=points, step=step, say=say, **asked)  # type: ignore[arg-type]
    return _checked(region, {"plan_front": front_table(found)}), rounded(front_summary(found))


def act_scenarios(
    region: Region,
    gap_draws: pl.DataFrame,
    best: Candidate | None = None,
    *,
    draws: int = 20,
    cvar_weight: float = 0.0,
    replan: bool = False,
    seconds: float = 8.0,
    gap: float = 0.02,
    seed: int = 1,
    execution: Execution = HERE,
    say: Say = lambda text: None,
) -> tuple[Tables, dict[str, Any]]:
    """Tables `plan_regret`, `plan_candidates`, `plan_first_year` and their summary.

    Parameters
    ----------
    best : the plan made for the median need, held against the draws beside the usual candidates
    draws : how many of See's draws, evenly spread by how short they are
    cvar_weight : weight of the worst draws in a cautious plan; none is made without
    replan : whether later years are planned anew in each draw (many more plans)
    seconds, gap, seed : of each plan, see `planning.solve.solve`
    execution : where the draws run
    """
    problem = keep_draws(with_draws(problem_of(region, gap_draws), gap_draws), draws, seed=seed)
    found = scenarios(
        problem,
        {"best": best} if best is not None else None,
        cvar_weight=cvar_weight,
        cvar_level=LEVEL,
        replan=replan,
        time_limit=seconds,
        gap=gap,
        seed=seed,
        execution=execution,
        say=say,
    )
    frames = {"plan_regret": found.regret, "plan_candidates": found.summary, "plan_first_year": found.first_year}
    return _checked(region, frames), rounded(scenario_summary(found, weight=cvar_weight, level=LEVEL))


def with_draws(problem: Problem, gap_draws: pl.DataFrame) -> Problem:
    """The problem with See's draws as its need, and their mean where one need is asked for."""
    later = gap_draws.filter(pl.col("year").is_between(problem.settings.first, problem.settings.horizon))
    width = len(str(later["draw"].max() or 0))
    name = pl.col("draw").cast(pl.String).str.zfill(width)
    rows = later.select(name.alias("draw"), *CELL, persons=pl.col("unfilled").round(DIGITS)).sort("draw", *CELL)
    count = rows["draw"].n_unique()
    mean = rows.group_by(CELL, maintain_order=True).agg(persons=total("persons") / count).sort(CELL)
    return replace(problem, need=mean, need_draws=rows.filter(pl.col("persons") > 0))


def _checked(region: Region, frames: Mapping[str, pl.DataFrame]) -> Tables:
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in frames.items()}
