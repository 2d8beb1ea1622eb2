"""The best seats and guidance for classes that are decided: a programme without the hard part.

With its classes fixed, all sites, years and programmes together are a programme whose whole
numbers are nearly free: seats within their class sizes, steps of guidance, and where people go.
HiGHS solves it from the plan's own seats, so that the result is whole and never worse. Only measures
and sites with a class are in it.

Start reading at `polished`.
"""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import polars as pl

from brygga.planning.exchange import Offer
from brygga.planning.model import Decisions, build
from brygga.planning.problem import Problem
from brygga.planning.program import Numbers, Places, make_solver

NODES = 50
"""A programme that is not proven within so many nodes keeps the best seats found: a count, not a time."""
GAP = 1e-6
PLAN = ["measure", "site", "year", "classes", "seats"]
PAIR = ["measure", "site"]
BY = "polish"


def polished(
    problem: Problem,
    offer: Offer,
    *,
    seconds: float = float("inf"),
    seed: int = 1,
    tail: tuple[float, float] | None = None,
) -> Offer | None:
    """The offer with the best seats for its classes; None when HiGHS finds no better ones in time.

    Parameters
    ----------
    offer : a plan that holds every limit
    seconds : after which the best seats so far are taken; a run that is not cut off gives the same every time
    tail : weight and level of the worst draws' mean in the objective
    """
    used = problem.offers.join(offer.classes.select(PAIR).unique(), on=PAIR, how="semi")
    model = build(replace(problem, offers=used), tail=tail)
    lp = model.program.to_highs()
    known = _fixed(model.decisions, offer, lp)
    if known is None:
        return None
    solver = make_solver(seed=seed, time_limit=max(0.01, seconds), gap=GAP)
    solver.setOptionValue("mip_max_nodes", NODES)
    solver.passModel(lp)
    solver.setSolution(len(known[0]), *known)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    if not info.objective_function_value < offer.value - GAP * abs(offer.value):
        return None
    return _read(model.decisions, np.asarray(solver.getSolution().col_value), info.objective_function_value)


def _fixed(decisions: Decisions, offer: Offer, lp: highspy.HighsLp) -> tuple[Places, Numbers] | None:
    """Fix the classes in `lp`; returns whole columns and the plan's values. None when a class has no column."""
    starts = decisions.starts.join(
        offer.classes.select(PLAN).rename({"classes": "own", "seats": "filled"}),
        on=PLAN[:3],
        how="left",
        maintain_order="left",
    )
    own, filled = (starts[name].fill_null(0).to_numpy().astype(float) for name in ("own", "filled"))
    if int(own.sum()) != int(offer.classes["classes"].sum()):
        return None
    classes, seats = starts["classes"].to_numpy(), starts["seats"].to_numpy()
    lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
    lower[classes] = upper[classes] = own
    upper[seats] = np.where(own > 0, upper[seats], 0.0)
    lp.col_lower_, lp.col_upper_ = lower, upper
    bought = dict.fromkeys(decisions.guidance["column"].to_list(), 0.0)
    steps = decisions.guidance.join(offer.guidance, on=["guidance", "year"])
    ordered = steps.with_columns(rank=pl.col("step").rank("dense").over("guidance", "year"))
    bought |= dict.fromkeys(ordered.filter(pl.col("rank") <= pl.col("steps"))["column"].to_list(), 1.0)
    columns = np.concatenate([classes, seats, np.array(list(bought), np.int64)])
    return columns.astype(np.int32), np.concatenate([own, filled, np.array(list(bought.values()))])


def _read(decisions: Decisions, values: Numbers, value: float) -> Offer:
    """Whole classes, seats and steps of a vector."""
    whole = np.rint(values).astype(np.int64)
    starts = decisions.starts
    rows = starts.with_columns(
        classes=pl.Series(whole[starts["classes"].to_numpy()]), seats=pl.Series(whole[starts["seats"].to_numpy()])
    )
    steps = decisions.guidance.with_columns(bought=pl.Series(whole[decisions.guidance["column"].to_numpy()]))
    guidance = (
        steps.filter(pl.col("bought") > 0)
        .group_by("guidance", "year", maintain_order=True)
        .agg(steps=pl.col("step").n_unique().cast(pl.Int64))
        .sort("guidance", "year")
    )
    return Offer(value, rows.filter(pl.col("classes") > 0).select(PLAN).sort(PLAN[:3]), guidance, BY)
