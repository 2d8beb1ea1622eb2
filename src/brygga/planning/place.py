"""Where the completers of given classes and seats go: the same programme with the decisions made.

Used for the plan that is found and for the plan as last year. With free reach it is a linear
programme; with fixed reach a multiplication by shares.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.sums import total
from brygga.planning.model import SOURCE, add_placing, completers, offered
from brygga.planning.problem import Problem
from brygga.planning.program import Program, solve_linear

ARRIVALS = ["measure", "site", "municipality", "occupation", "year", "persons"]
SCHEMA = {name: pl.Int64 if name == "year" else pl.Float64 if name == "persons" else pl.String for name in ARRIVALS}
NUDGE = 1e-6
"""A hair of cost per arrival, so that nobody is said to arrive where no post is open."""
DECIMALS = 6


def place(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Arrivals that leave least short, for the classes and seats as given (measure, site, year, classes, seats).

    Returns
    -------
    measure, site, municipality, occupation, year, persons: expected completers who take up a post there.
    """
    if not classes.height:
        return pl.DataFrame(schema=SCHEMA)
    rows = offered(problem).join(classes, on=["measure", "site"])
    made = completers(problem, rows).with_columns(persons=pl.col("per_seat") * pl.col("seats"))
    if problem.settings.reach == "fixed":
        split = made.join(problem.reach.filter(pl.col("share") > 0), on="site", suffix="_reached")
        placed = split.with_columns(
            municipality="municipality_reached", persons=pl.col("persons") * pl.col("share_reached")
        )
    else:
        placed = _divided(made, _free_flows(problem, made))
    return _summed(placed)


def _free_flows(problem: Problem, made: pl.DataFrame) -> pl.DataFrame:
    """The best flows from each site, occupation and year."""
    program = Program()
    sources = made.group_by(SOURCE, maintain_order=True).agg(made=total("persons")).sort(SOURCE)
    placing = add_placing(program, problem, sources)
    done = program.columns(sources.height, lower=sources["made"].to_numpy(), upper=sources["made"].to_numpy())
    program.entries(placing.supply, done, -placing.sources["share_staying"].to_numpy())
    flows = placing.flows["column"].to_numpy()
    lp = program.to_highs()
    cost = np.array(lp.col_cost_)
    cost[flows] += NUDGE
    lp.col_cost_ = cost
    values = np.asarray(solve_linear(lp, purpose="completers could not be placed").col_value)[flows]
    floored = np.floor(np.maximum(values, 0.0) * 10**DECIMALS + 1e-3) / 10**DECIMALS
    return placing.flows.with_columns(flow=pl.Series(floored)).filter(pl.col("flow") > 0)


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
