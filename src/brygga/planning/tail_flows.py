"""The best flows when the worst draws count besides the mean of all.

For given weights of the draws the best flows are cheap (`flows`). The least of `mean + weight * mean of the
worst draws` over flows is the largest, over the weights that this sum can stand for, of the least weighted
sum; so weights and flows are found in turn:

1. flows that are best for some weights, and what stays short in each draw with them;
2. the best mixture of all flows so far, and the weights against which it can do no better;
3. with these weights again, until the mixture is as good as the flows that these weights ask for.

A mixture of flows is a flow; since shortage is convex it closes at least as much as the mixture of what they close.

Start reading at `tail_flows`.
"""

from __future__ import annotations

from math import fsum

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.core.sums import total
from brygga.planning.flow_program import solved
from brygga.planning.flows import free_flows
from brygga.planning.problem import Problem
from brygga.planning.program import Program
from brygga.planning.recount_cells import count_cells

Numbers = npt.NDArray[np.float64]
FLOW = ["site", "municipality", "occupation", "year"]
ROUNDS = 60
NEAR = 1e-7
"""How near, as a share of the objective, mixture and bound are when the search ends."""
LEAST = 1e-9
"""Parts of a mixture smaller than this are left out."""


def tail_flows(
    problem: Problem, made: pl.DataFrame, left: pl.DataFrame, *, cvar_weight: float, cvar_level: float
) -> pl.DataFrame:
    """Flows that leave least short where the worst `1 - cvar_level` share of draws counts `cvar_weight` more.

    Parameters
    ----------
    made : site, occupation, year, persons who complete
    left : municipality, occupation, year, persons who leave a post

    Returns
    -------
    site, municipality, occupation, year, persons
    """
    draws = problem.need_draws["draw"].n_unique()
    weights = np.full(draws, (1.0 + cvar_weight) / draws)
    found: list[pl.DataFrame] = []
    missed: list[Numbers] = []
    parts, bound = np.ones(1), -np.inf
    for _ in range(ROUNDS):
        flows = free_flows(problem, made, left, weights=weights)
        found.append(flows)
        missed.append(count_cells(problem, flows, left).by_draw["weighted"].to_numpy())
        bound = max(bound, fsum(weights * missed[-1]))
        parts, weights, value = _mixture(np.array(missed), cvar_weight, cvar_level)
        if value - bound <= NEAR * max(1.0, abs(value)):
            break
    return _mixed(found, parts)


def _mixture(missed: Numbers, weight: float, level: float) -> tuple[Numbers, Numbers, float]:
    """The best mixture of flows (rows of `missed`, draws in columns), the weights against it, and its value."""
    flows, draws = missed.shape
    program = Program()
    part = program.columns(flows, cost=missed.mean(axis=1))
    whole = program.rows(1, lower=1.0, upper=1.0)
    program.entries(np.repeat(whole, flows), part, 1.0)
    threshold = program.columns(1, cost=weight, lower=-np.inf)
    above = program.columns(draws, cost=weight / ((1.0 - level) * draws))
    rows = program.rows(draws, lower=0.0)
    program.entries(rows, above, 1.0)
    program.entries(rows, np.repeat(threshold, draws), 1.0)
    program.entries(np.tile(rows, flows), np.repeat(part, draws), -missed.ravel())
    best = solved(program)
    parts = np.maximum(best.values[part], 0.0)
    parts = np.where(parts < LEAST, 0.0, parts)
    prices = np.maximum(best.prices[rows], 0.0)
    prices *= weight / max(float(prices.sum()), 1e-300)
    return parts / parts.sum(), 1.0 / draws + prices, best.value


def _mixed(found: list[pl.DataFrame], parts: Numbers) -> pl.DataFrame:
    """Flows added up in these parts."""
    scaled = [
        flows.with_columns(persons=pl.col("persons") * float(part))
        for flows, part in zip(found, parts, strict=True)
        if part > 0
    ]
    if len(scaled) == 1:
        return scaled[0]
    return pl.concat(scaled).group_by(FLOW, maintain_order=True).agg(total("persons")).sort(FLOW)
