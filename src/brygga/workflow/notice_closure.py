"""Notice closure: what a kept notice would do, told to the crisis group and written nowhere.

A notice of one company is confidential, and so is what is computed from it: a closure of that municipality, industry
and number of posts is the company to anybody who knows the place. So its tables are handed back and not stored, while
`brygga closure` stores those of made-up shocks beside a run.

Start reading at `closure_of_notice`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from brygga.core.errors import raise_all
from brygga.impact.closure import Shock
from brygga.workflow import notices
from brygga.workflow.closure import closure
from brygga.workflow.closure_run import Done
from brygga.workflow.closure_shock import check_shock, setting_faults
from brygga.workflow.results import open_results


def closure_of_notice(
    place: Path,
    number: str,
    *,
    role: str,
    who: str,
    purpose: str,
    months: int = 36,
    draws: int = 200,
    seed: int = 1,
    budget: float | None = None,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
) -> Done:
    """The closure tables of notice `number`, as `brygga closure` makes them of a shock; nothing is written.

    Parameters
    ----------
    place : folder of a finished run with `restricted/` in it
    role, who, purpose : as in `core.restricted.open_restricted`; the opening is written in the audit
    months, draws, seed, budget : see `closure.closure`

    Raises
    ------
    BryggaError for a folder without a run, a role that is not let in, an unknown notice, or one that does not fit.
    """
    raise_all("the closure", setting_faults(months, draws))
    results = open_results(place)
    kept = notices.shock_of(place, number, role=role, who=who, purpose=purpose)
    shock = Shock(kept.municipality, kept.industry, kept.posts, kept.notice, kept.leaving, kept.occupations)
    check_shock(results.region, shock, months=months)
    made = closure(results, shock, months=months, draws=draws, seed=seed, budget=budget, progress=progress)
    return Done(results.region, shock, made, place, results.region.notes)
