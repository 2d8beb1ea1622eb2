"""Why wishes cannot all hold: the smallest relaxation of the limits that makes them hold.

Every limit from above gets room to give, at a price in proportion to its size; pins from
below stay. What gives in the cheapest solution is what clashes.
"""

from __future__ import annotations

import highspy
import numpy as np
import polars as pl

from brygga.core.errors import InfeasibleError, listed
from brygga.planning.model import Decisions, add_decisions
from brygga.planning.problem import Problem
from brygga.planning.program import Numbers, Places, Program, make_solver

WORDS = {
    "rooms": "rooms at {name} in {year}: {need:g} classes, {at_most:g} allowed",
    "applicants": "applicants to {name} in {year}: {need:g} seats, {at_most:g} applicants",
    "classes": "most classes of {name} in {year}: {need:g} asked for, {at_most:g} allowed",
    "budget": "budget of {name} in {year}: {need:g} thousand kronor needed, {at_most:g} given",
    "pin": "pin on {name} in {year}: {need:g} classes asked for, at most {at_most:g} pinned",
}


def explain_clash(problem: Problem) -> InfeasibleError:
    """The error that names what clashes with the pins from below, and by how much it would have to give."""
    program = Program()
    decisions = add_decisions(program, problem)
    extra = _extra_room(program, _elastic(program, decisions))
    given = decisions.limits.with_columns(extra=pl.Series(extra, dtype=pl.Float64))
    clashing = given.filter(pl.col("extra") > 1e-6 * pl.max_horizontal(pl.lit(1.0), "at_most"))
    rows = clashing.sort("limit", "name", "year").with_columns(need=pl.col("at_most") + pl.col("extra"))
    said = [WORDS[row["limit"]].format(**row) for row in rows.rows(named=True)]
    return InfeasibleError(
        f"the pins {listed(_pins_of(decisions, clashing))} cannot all hold: {listed(said)}",
        why="these limits clash, and the figures needed are the smallest relaxation that makes the pins hold",
        todo="raise the limits to these figures, or take one of the pins away",
    )


def _extra_room(program: Program, extra: Places) -> Numbers:
    """The cheapest extra room per limit that lets every pin from below hold."""
    lp = program.to_highs()
    cost = np.array(lp.col_cost_)
    cost[: extra.min(initial=0)] = 0.0
    lp.col_cost_ = cost
    solver = make_solver(gap=1e-6)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise InfeasibleError(
            "the pins cannot all hold",
            why=f"no extra room helps: the solver ended with {solver.modelStatusToString(solver.getModelStatus())}",
            todo="check that class_min and class_max of the pinned measures leave room for whole seats",
        )
    return np.asarray(solver.getSolution().col_value)[extra]


def _elastic(program: Program, decisions: Decisions) -> Places:
    """A column of extra room for each limit, priced by its own size."""
    limits = decisions.limits
    costs = pl.concat([decisions.starts["cost_class"], decisions.starts["cost_seat"]])
    unit = pl.when(pl.col("limit") == "budget").then(max(costs.mean() or 1.0, 1e-3))
    size = unit.when(pl.col("limit") == "applicants").then(10.0).otherwise(1.0)
    price = 1 / limits.select(size.alias("size"))["size"].to_numpy()
    extra = program.columns(limits.height, cost=price)
    program.entries(limits["row"].to_numpy(), extra, -1.0)
    return extra


def _pins_of(decisions: Decisions, clashing: pl.DataFrame) -> list[str]:
    """Pins from below in the years that clash."""
    pinned = decisions.starts.filter(pl.col("least").fill_null(0) > 0)
    if clashing.height:
        pinned = pinned.filter(pl.col("year").is_in(clashing["year"].unique().implode()))
    return [f"{r['measure']} at {r['site']} {r['year']} ({r['least']} or more)" for r in pinned.rows(named=True)]
