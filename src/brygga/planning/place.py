"""Where the completers of given classes and seats go: the same problem with the decisions made.

Used for the plan that is found and for the plan as last year. With free reach by linear programmes
(`flows`); with fixed reach a multiplication by shares.

Start reading at `place`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.core.sums import total
from brygga.planning.by_measure import SOURCE, by_measure, completers_of, posts_left
from brygga.planning.flows import free_flows
from brygga.planning.problem import Problem
from brygga.planning.tail_flows import tail_flows

__all__ = ["ARRIVALS", "by_measure", "place"]
ARRIVALS = ["site", "municipality", "occupation", "year", "persons"]
SCHEMA = {name: pl.Int64 if name == "year" else pl.Float64 if name == "persons" else pl.String for name in ARRIVALS}


def place(
    problem: Problem,
    classes: pl.DataFrame,
    *,
    weights: npt.NDArray[np.float64] | None = None,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
) -> pl.DataFrame:
    """Arrivals that leave least short, for the classes and seats as given.

    Of equally good ones those nearest to the reach shares.

    Parameters
    ----------
    classes : measure, site, year, seats (whole or not); limits are not looked at
    weights : of the draws, sorted by name; their mean counts when None
    cvar_weight, cvar_level : what the mean of the worst (1 - level) share of draws counts besides their mean; found
        in rounds, each as costly as a placing

    Returns
    -------
    site, municipality, occupation, year, persons: expected completers who take up a post there.
    """
    made = completers_of(problem, classes).group_by(SOURCE, maintain_order=True).agg(total("persons"))
    if not made.height:
        return pl.DataFrame(schema=SCHEMA)
    if problem.settings.reach == "fixed":
        placed = made.join(problem.reach.filter(pl.col("share") > 0), on="site")
        placed = placed.with_columns(persons=pl.col("persons") * pl.col("share"))
    elif cvar_weight > 0 and weights is None and problem.need_draws["draw"].n_unique() > 1:
        left = posts_left(problem, classes)
        placed = tail_flows(problem, made, left, cvar_weight=cvar_weight, cvar_level=cvar_level)
    else:
        placed = free_flows(problem, made, posts_left(problem, classes), weights=weights)
    return placed.select(ARRIVALS).sort(ARRIVALS[:-1])
