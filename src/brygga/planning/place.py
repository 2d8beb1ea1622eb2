"""Where the completers of given classes and seats go: the same programme with the decisions made.

Used for the plan that is found and for the plan as last year. With free reach it is a linear
programme; with fixed reach a multiplication by shares.

Many placings close the same shortage, since a post is worth the same everywhere. Of these the
one nearest to how people commute is shown: first everybody within the reach share of each
municipality, and what is more where the share is largest.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.sums import total
from brygga.planning.model import completers, left_behind, offered, with_chance
from brygga.planning.placing import SOURCE, Placing, add_drains, add_placing
from brygga.planning.problem import Problem
from brygga.planning.program import Numbers, Program, solve_linear

ARRIVALS = ["measure", "site", "municipality", "occupation", "year", "persons"]
SCHEMA = {name: pl.Int64 if name == "year" else pl.Float64 if name == "persons" else pl.String for name in ARRIVALS}
NUDGE = 1e-5
"""A hair of cost per arrival within the reach share, in person-years, so that nobody arrives where no post is open;
an arrival beyond the share has 1 to 2 hairs more, fewer the larger the share."""
EXACT = 1e-10
"""The solver tells costs apart down to this, far below a hair times the difference of two shares."""
DECIMALS = 6


def place(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Arrivals that leave least short, for the classes and seats as given (measure, site, year, classes, seats).

    Of equally good ones those nearest to the reach shares.

    Returns
    -------
    measure, site, municipality, occupation, year, persons: expected completers who take up a post there.
    """
    if not classes.height:
        return pl.DataFrame(schema=SCHEMA)
    rows = with_chance(problem, offered(problem).join(classes, on=["measure", "site"]))
    made = completers(problem, rows).with_columns(persons=pl.col("per_seat") * pl.col("seats"))
    if problem.settings.reach == "fixed":
        split = made.join(problem.reach.filter(pl.col("share") > 0), on="site", suffix="_reached")
        placed = split.with_columns(
            municipality="municipality_reached", persons=pl.col("persons") * pl.col("share_reached")
        )
    else:
        placed = _divided(made, _free_flows(problem, made, left_behind(problem, rows)))
    return _summed(placed)


def _free_flows(problem: Problem, made: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """The best flows from each site, occupation and year, of equally good ones those nearest to the shares."""
    program = Program()
    sources = made.group_by(SOURCE, maintain_order=True).agg(made=total("persons")).sort(SOURCE)
    placing = add_placing(program, problem, sources)
    done = program.columns(sources.height, lower=sources["made"].to_numpy(), upper=sources["made"].to_numpy())
    program.entries(placing.supply, done, -placing.sources["share_staying"].to_numpy())
    one = program.columns(1, lower=1.0, upper=1.0)
    gone = left.with_columns(per_unit=pl.col("per_unit") * pl.col("seats"), column=pl.lit(int(one[0]), pl.Int64))
    add_drains(program, placing, gone)
    flows = placing.flows["column"].to_numpy()
    cost = _add_hairs(program, placing, sources)
    lp = program.to_highs()
    cost_with = np.array(lp.col_cost_)
    cost_with[flows] += cost
    lp.col_cost_ = cost_with
    solution = solve_linear(lp, purpose="completers could not be placed", dual_tolerance=EXACT)
    values = np.asarray(solution.col_value)[flows]
    floored = np.floor(np.maximum(values, 0.0) * 10**DECIMALS + 1e-3) / 10**DECIMALS
    return placing.flows.with_columns(flow=pl.Series(floored)).filter(pl.col("flow") > 0)


def _add_hairs(program: Program, placing: Placing, sources: pl.DataFrame) -> Numbers:
    """A column for the part of each flow within its reach share; returns the hair of cost of a flow beyond it."""
    flows = placing.flows.join(sources, on=SOURCE, maintain_order="left")
    share = flows["share"].to_numpy()
    beyond = NUDGE * (3.0 - share)
    within = program.columns(flows.height, cost=NUDGE - beyond, upper=share * flows["made"].to_numpy())
    rows = program.rows(flows.height, upper=0.0)
    program.entries(rows, within, 1.0)
    program.entries(rows, flows["column"].to_numpy(), -1.0)
    return beyond


def _divided(made: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """Flows of a site divided over its measures as they contribute."""
    part = pl.col("persons") / total("persons").over(SOURCE)
    parts = made.filter(pl.col("persons") > 0).with_columns(part=part)
    placed = parts.select("measure", *SOURCE, "part").join(flows.select(*SOURCE, "municipality", "flow"), on=SOURCE)
    return placed.with_columns(persons=pl.col("part") * pl.col("flow"))


def _summed(placed: pl.DataFrame) -> pl.DataFrame:
    keys = ARRIVALS[:-1]
    summed = placed.select(ARRIVALS).group_by(keys, maintain_order=True).agg(total("persons")).sort(keys)
    return summed.filter(pl.col("persons") > 0)
