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
from brygga.planning.problem import Problem

__all__ = ["ARRIVALS", "by_measure", "place"]
ARRIVALS = ["site", "municipality", "occupation", "year", "persons"]
SCHEMA = {name: pl.Int64 if name == "year" else pl.Float64 if name == "persons" else pl.String for name in ARRIVALS}


def place(problem: Problem, classes: pl.DataFrame, *, weights: npt.NDArray[np.float64] | None = None) -> pl.DataFrame:
    """Arrivals that leave least short, for the classes and seats as given.

    Of equally good ones those nearest to the reach shares.

    Parameters
    ----------
    classes : measure, site, year, seats (whole or not); limits are not looked at
    weights : of the draws, sorted by name; their mean counts when None

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
    else:
        from brygga.planning.flows import free_flows

        placed = free_flows(problem, made, posts_left(problem, classes), weights=weights)
    return placed.select(ARRIVALS).sort(ARRIVALS[:-1])
