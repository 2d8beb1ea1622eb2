"""Closure: from a plant's notice to who is hit, where they find work and what it costs, as a list of steps.

1. Posts lost by layer, workplace and occupation, with the draws of what follows (`closure_hit.posts_of`).
2. Who held them: persons by home, occupation, age and month (`closure_hit.hit_of`).
3. The legal clock of the notice.
4. Course packages: none, those already paid for, the best that the money buys.
5. The months: each package simulated on the same market and draws (`impact.matching`).
6. The tables of what came out.

Start reading at `closure`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import TableError
from brygga.core.grids import Floats
from brygga.core.region import Region
from brygga.impact.clock_steps import closure_clock
from brygga.impact.closure import Posts, Shock
from brygga.impact.curves import Curves, with_chance
from brygga.impact.matching import STEPS as MATCHING_STEPS
from brygga.impact.matching import simulate
from brygga.impact.notice_clock import notice_clock
from brygga.impact.seekers import CourseGroup, Hit
from brygga.workflow.closure_courses import Packages, packages
from brygga.workflow.closure_hard import hard_table
from brygga.workflow.closure_hit import hit_of, posts_of
from brygga.workflow.closure_inputs import Inputs, Source, inputs_of
from brygga.workflow.closure_shock import county_or_any, jobs_there
from brygga.workflow.closure_summary import summary_table
from brygga.workflow.closure_tables import (
    Groups,
    curves_table,
    groups_of,
    persons_table,
    posts_table,
    tax_draws,
    tax_table,
    told_by,
    ways_table,
)
from brygga.workflow.job import Job

SCENARIOS = ("none", "planned", "best")
YEAR = 12
Progress = Callable[[str, int, int], None]
PARTS = ("hit", "courses", *SCENARIOS)


@dataclass(frozen=True)
class JobTables:
    """A run on its way as a source: its region, and the tables that `see` and `act` have written."""

    job: Job

    @property
    def region(self) -> Region:
        """The region of the job."""
        return self.job.region

    def table(self, name: str) -> pl.DataFrame:
        """A table of the region, or one that an earlier step wrote.

        Raises
        ------
        TableError when no step wrote it, FileError where `see` should have.
        """
        if name in self.region.tables:
            return self.region.tables[name]
        if name.startswith("plan") and not (self.job.out / f"{name}.parquet").is_file():
            raise TableError(
                f"{self.job.out} has no table {name}",
                why="no plan has been made there",
                todo=f"run `brygga act REGION -o {self.job.out}` first, or `brygga run`",
            )
        return self.job.stored(name, "act" if name.startswith("plan") else "see")


@dataclass(frozen=True)
class Followed:
    """A closure followed through its months, as arrays."""

    inputs: Inputs
    shock: Shock
    posts: Posts
    hit: Hit
    groups: dict[str, Groups]
    courses: Packages
    curves: dict[str, Curves] = field(default_factory=dict)

    @property
    def month_12(self) -> int:
        """Twelve months after the last direct posts ended, or the last month that is followed."""
        return self.month_after(YEAR)

    def month_after(self, months: int) -> int:
        """The month so long after the last direct posts ended, or the last that is followed."""
        return min(self.shock.last_month + months, self.inputs.months)

    @functools.cached_property
    def told(self) -> dict[str, Curves]:
        """The curves of each scenario by every grouping that is told."""
        return {scenario: told_by(curves, self.groups) for scenario, curves in self.curves.items()}

    @property
    def people(self) -> Floats:
        """Persons hit by home, occupation and class."""
        return np.asarray(self.hit.leaving.sum(0))


def closure(
    source: Source,
    shock: Shock,
    *,
    months: int = 36,
    draws: int = 200,
    seed: int = 1,
    budget: float | None = None,
    taxonomy: Path | None = None,
    inputs: Inputs | None = None,
    steps: int = MATCHING_STEPS,
    quick: bool = False,
    progress: Progress = lambda step, done, total: None,
) -> dict[str, pl.DataFrame]:
    """The tables `closure_*` of one shock; those of several shocks are put under one another.

    Parameters
    ----------
    source : a finished run, or a job on its way (`JobTables`)
    shock : checked (`closure_shock.shock_of` or `check_shock`)
    months, draws, seed, taxonomy : see `inputs_of`
    budget : SEK for courses beyond the plan; a stated amount for each post when not given
    inputs : what closures of the region share, where they are made already; they decide months, draws and seed
    steps : steps that each month is cut into, at least
    quick : whether courses are chosen by the chances before the notice, without simulating them first
    progress : told the step's name, how many are done and how many there are
    """
    shared = inputs or inputs_of(source, start=shock.notice, months=months, draws=draws, seed=seed, taxonomy=taxonomy)
    return tables_of(follow(source, shared, shock, budget=budget, steps=steps, quick=quick, progress=progress))


def follow(
    source: Source,
    inputs: Inputs,
    shock: Shock,
    *,
    budget: float | None = None,
    steps: int = MATCHING_STEPS,
    quick: bool = False,
    progress: Progress = lambda step, done, total: None,
) -> Followed:
    """The shock followed through its months, in each scenario."""
    progress(PARTS[0], 0, len(PARTS))
    posts = posts_of(inputs, shock)
    hit = hit_of(inputs, shock, posts=posts)
    groups = groups_of(inputs, hit.leaving)
    progress(PARTS[1], 1, len(PARTS))
    chosen = packages(source, shock, inputs.market, hit, months=inputs.months, budget=budget, quick=quick)
    found = Followed(inputs, shock, posts, hit, groups, chosen)
    for done, scenario in enumerate(SCENARIOS, 2):
        progress(scenario, done, len(PARTS))
        courses = chosen.groups[scenario]
        same = next((one for one in found.curves if _sent(chosen.groups[one]) == _sent(courses)), None)
        found.curves[scenario] = found.curves[same] if same else _simulated(found, courses, steps)
    return found


def _sent(courses: Sequence[CourseGroup]) -> list[str]:
    """Who is sent where and when, whatever the package is called."""
    return sorted(repr(replace(group, key="", persons=round(group.persons, 6))) for group in courses)


def _simulated(found: Followed, courses: Sequence[CourseGroup], steps: int) -> Curves:
    """The months with these courses; how many have work a year after is asked of those without alone."""
    return simulate(
        found.inputs.market,
        found.hit,
        months=found.inputs.months,
        courses=courses,
        groups={name: group.labels for name, group in found.groups.items() if name != "hard" or not courses},
        after=None if courses else YEAR,
        steps=steps,
    )


def tables_of(found: Followed) -> dict[str, pl.DataFrame]:
    """The tables of a closure, each held against its dictionary."""
    inputs, shock, none = found.inputs, found.shock, found.curves["none"]
    lost = {scenario: _tax(found, curves) for scenario, curves in found.curves.items()}
    frames = {
        "closure_shocks": _shock_row(found),
        "closure_summary": summary_table(found, {scenario: tax for scenario, (tax, _) in lost.items()}),
        "closure_posts": posts_table(inputs, shock, found.posts, inputs.months),
        "closure_persons": persons_table(inputs, shock, found.hit.leaving),
        "closure_curves": pl.concat(
            curves_table(shock, scenario, with_chance(curves, inputs.seed)) for scenario, curves in found.told.items()
        ),
        "closure_hard": hard_table(
            inputs, shock, found.groups["hard"].names, none.after["hard"], found.people, found.hit.effort
        ),
        "closure_ways": ways_table(inputs, shock, none, found.people),
        "closure_courses": found.courses.table,
        "closure_clock": clock_table(shock),
        "closure_tax": pl.concat(
            tax_table(inputs, shock, scenario, found.month_12, *drawn) for scenario, drawn in lost.items()
        ),
    }
    extra = inputs.region.extra_codes
    return {name: tables.check(frame, name, extra_codes=extra) for name, frame in frames.items()}


def clock_table(shock: Shock) -> pl.DataFrame:
    """Table `closure_clock`: the law's clock from the day of the notice; an invented municipality names no county."""
    county = county_or_any(shock.municipality)
    clock = notice_clock({county: shock.posts}, shock.notice, leaving=shock.first_leaving)
    steps = closure_clock(clock, shock=shock.key)
    if shock.municipality in codes.codes("kommun"):
        return steps
    without = {f"text_{tongue}": f"{codes.name_of(county, 'county', tongue)}: " for tongue in ("sv", "en")}
    return steps.with_columns(pl.col(column).str.strip_prefix(name) for column, name in without.items())


def _tax(found: Followed, curves: Curves) -> tuple[Floats, Floats]:
    """Tax lost, and persons without work or in a course, by draw and home, in month 12."""
    names = found.groups["home_layer"].names
    states = [curves.state[state]["home_layer"][:, found.month_12] for state in ("without_work", "in_course")]
    without = states[0] + states[1]
    homes = found.inputs.market.homes
    persons = np.zeros((len(without), len(homes)))
    for column, name in enumerate(names):
        persons[:, homes.index(name.split(" ")[0])] += without[:, column]
    return tax_draws(found.inputs, without, names, found.people), persons


def _shock_row(found: Followed) -> pl.DataFrame:
    shock, inputs = found.shock, found.inputs
    followed = shock.last_month + YEAR <= inputs.months
    return pl.DataFrame(
        {
            "shock": shock.key,
            "kind": "closure" if shock.sign < 0 else "establishment",
            "municipality": shock.municipality,
            "industry": shock.industry,
            "posts": shock.posts,
            "notice": shock.notice,
            "first_leaving": shock.first_leaving,
            "last_leaving": shock.last_leaving,
            "last_month": shock.last_month,
            "month_12": found.month_12 if followed else None,
            "months": inputs.months,
            "draws": float(inputs.draws),
            "jobs": jobs_there(inputs.region, shock.municipality, shock.industry),
            "occupations": "given" if shock.occupations else "staffing",
            "conserved": max(curves.conserved for curves in found.curves.values()),
            "network": str(inputs.network["source"][0]),
            "source": inputs.carried(shock.industry).source,
            "status": "modelled",
        },
        schema_overrides={"month_12": pl.Int64},
    )
