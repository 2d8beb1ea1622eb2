"""The parts of Act that are made on request, written beside what `act` wrote and noted in its summary.

Start reading at `add_front`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core.execution import HERE, Execution
from brygga.core.provenance import read_result, write_json
from brygga.core.region import Region
from brygga.planning.scenarios import Candidate
from brygga.workflow.act_more import Say, act_front, act_scenarios
from brygga.workflow.follow_up import with_learned_rates
from brygga.workflow.run import Job
from brygga.workflow.settings import settings_for
from brygga.workflow.store import write_step


def add_front(region: Region, out: Path, *, points: int, say: Say = lambda text: None, **given: Any) -> None:
    """Write table `plan_front` into `out`, and the summary's part `front`."""
    job = _job(region, out, given)
    frames, told = act_front(
        with_learned_rates(region), job.stored("gap_draws", "see"), points=points, seed=job.settings.seed, say=say
    )
    _add("front", frames, told, job)


def add_scenarios(
    region: Region,
    out: Path,
    *,
    draws: int,
    cvar_weight: float = 0.0,
    execution: Execution = HERE,
    say: Say = lambda text: None,
    **given: Any,
) -> None:
    """Write tables `plan_regret`, `plan_candidates` and `plan_first_year`, and the summary's part `scenarios`."""
    job = _job(region, out, given)
    frames, told = act_scenarios(
        with_learned_rates(region),
        job.stored("gap_draws", "see"),
        _best(out),
        draws=draws,
        cvar_weight=cvar_weight,
        seed=job.settings.seed,
        execution=execution,
        say=say,
    )
    _add("scenarios", frames, told, job)


def _job(region: Region, out: Path, given: dict[str, Any]) -> Job:
    return Job(region, settings_for(region, **{key: value for key, value in given.items() if value is not None}), out)


def _best(out: Path) -> Candidate:
    """The plan that `act` wrote, as a candidate."""
    plan = read_result(out, "plan")[0].filter(plan="best")
    bought = read_result(out, "plan_guidance")[0].filter(pl.col("steps") > 0)
    classes = plan.select("site", "year", "classes", "seats", measure="programme")
    return Candidate(
        classes.select("measure", "site", "year", "classes", "seats"), bought.select("guidance", "year", "steps")
    )


def _add(part: str, frames: dict[str, pl.DataFrame], told: dict[str, Any], job: Job) -> None:
    path = job.out / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    write_step("act", frames, job.out, region=job.region, settings=job.settings, warnings=tuple(told["notes"]))
    write_json({**summary, part: told}, path)
