"""One draw: the best that could have been done, and what each candidate's first year can still become.

The first year's **decision** is which classes start where: their number is pinned to the
candidate's, and pairs without a class are pinned to none. Seats of these classes may be fewer than the
candidate's, never more. Everything later, and where everybody goes, is decided knowing the draw.

Start reading at `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

import polars as pl

from brygga.planning.effort import Effort
from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.recount import recount
from brygga.planning.regret import Outcome
from brygga.planning.solve import Plan

KEY = ["measure", "site", "year"]
UNOWED = ("least of the need met (floor, met)", "fewest classes pinned (pinned, started)")
"""Limits from below: taking classes away never mends them."""


@dataclass(frozen=True)
class Given:
    """A candidate in one draw: its classes, those it may start a search from, and what it comes to as it stands.

    `stands` is None for a candidate that breaks limits: then it is no plan of the problem.
    """

    classes: pl.DataFrame
    stands: Outcome | None


@dataclass(frozen=True)
class Work:
    """One draw's work: the problem in that draw (`draws.in_draw`), candidates by name; `replan` them or not."""

    draw: str
    problem: Problem
    candidates: Mapping[str, Given]
    start: pl.DataFrame
    effort: Effort
    replan: bool


@dataclass(frozen=True)
class Answer:
    """What a draw says: the best plan for it alone, that plan's first year, and each candidate replanned."""

    draw: str
    foresight: Outcome
    first_year: pl.DataFrame
    replanned: Mapping[str, Outcome]


def answer(work: Work) -> Answer:
    """Perfect foresight and every candidate replanned in one draw.

    A replanned candidate is a plan for the draw, so foresight takes over the best of them; and a candidate
    that breaks no limit may always be replanned to itself.
    """
    best = work.effort.solved(work.problem, work.start)
    least, first = _outcome(work.problem, best), best.classes
    replanned: dict[str, Outcome] = {}
    for name, given in work.candidates.items():
        if work.replan:
            plan = _kept(work, given)
            one = _outcome(work.problem, plan)
            if one.objective < least.objective and _holds(work.problem, plan):
                least, first = replace(one, bound=least.bound), plan.classes
            if given.stands is not None and given.stands.objective < one.objective:
                one = replace(given.stands, bound=one.bound)
            replanned[name] = one
        if given.stands is not None and given.stands.objective < least.objective:
            least, first = replace(given.stands, bound=least.bound), given.classes
    floor = min(least.bound, least.objective)
    raised = {name: replace(one, bound=min(max(one.bound, floor), one.objective)) for name, one in replanned.items()}
    return Answer(work.draw, replace(least, bound=floor), first_year(work.problem, first), raised)


def _kept(work: Work, given: Given) -> Plan:
    """The candidate with later years planned anew."""
    start = given.classes if given.stands is not None else first_year(work.problem, given.classes)
    return work.effort.solved(pinned(work.problem, given.classes), start)


def _holds(problem: Problem, plan: Plan) -> bool:
    """Whether a plan made with the first year pinned keeps every limit without these pins."""
    return not recount(problem, plan.classes, plan.arrivals, plan.guidance).breaches.height


def _outcome(problem: Problem, plan: Plan) -> Outcome:
    paid = problem.settings.cost_weight * plan.counted.cost
    return Outcome(plan.objective, min(plan.bound, plan.objective), plan.objective - paid, plan.counted.cost)


def first_year(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """The rows of `classes` that start in the first year."""
    return classes.filter(pl.col("year") == problem.settings.first).sort(KEY)


def pinned(problem: Problem, classes: pl.DataFrame) -> Problem:
    """The problem with the first year's classes as in `classes`, and their seats at most as there."""
    own = first_year(problem, classes)
    year = pl.lit(problem.settings.first, pl.Int64)
    pairs = problem.offers.select("measure", "site").with_columns(year=year)
    started = pairs.join(own, on=KEY, how="inner")
    kinds = [
        started.select(*KEY, kind=pl.lit(kind), classes=pl.col("classes").cast(pl.Int64))
        for kind in ("at_least", "at_most")
    ]
    none = pairs.join(own, on=KEY, how="anti").select(*KEY, kind=pl.lit("never"), classes=pl.lit(None, pl.Int64))
    later = problem.pins.filter(pl.col("year") != problem.settings.first).select(none.columns)
    seats = started.select("site", "measure", "year", places=pl.col("seats").cast(pl.Float64))
    others = problem.placements.join(seats, on=["site", "measure", "year"], how="anti").select(seats.columns)
    return replace(
        problem,
        pins=pl.concat([later, *kinds, none]).sort(*KEY, "kind"),
        placements=pl.concat([others, seats]).sort("site", "measure", "year"),
    )


def within_limits(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """As many of the first year's classes as the limits allow, taken in alphabetical order, row by row.

    A row that would break a limit is cut to the most classes that do not, its seats in proportion (whole, at
    least the smallest class).
    """
    sizes: dict[str, float] = dict(problem.measures.select("measure", "class_min").iter_rows())
    kept = first_year(problem, classes).clear()
    for row in first_year(problem, classes).rows(named=True):
        for count in range(row["classes"], 0, -1):
            seats = max(row["seats"] * count // row["classes"], ceil(sizes.get(row["measure"], 0.0) * count))
            one = pl.DataFrame([{**row, "classes": count, "seats": seats}], schema=kept.schema)
            tried = pl.concat([kept, one])
            if not _broken(problem, tried):
                kept = tried
                break
    return kept


def _broken(problem: Problem, classes: pl.DataFrame) -> bool:
    """Whether classes break a limit from above."""
    breaches = recount(problem, classes, place(problem, classes)).breaches
    return bool(breaches.filter(~pl.col("what").is_in(UNOWED)).height)
