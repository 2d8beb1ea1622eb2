"""Job openings: how many recruitments a year calls for. A flow, never handed to a plan as a shortage.

    job_openings = expansion + replacement
    expansion    = demand at the end of the year - demand a year before (may be negative)
    replacement  = jobs held in the base year, by home of the holder, x share who leave working life

Vacancies filled by people who change jobs within the occupation open as many as they fill, and
are not counted.

Start reading at `job_openings`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.grids import to_array, to_frame
from brygga.core.sums import across
from brygga.projection.demand import DEMAND_PARTS, Axes
from brygga.projection.quantiles import cell_spans
from brygga.projection.supply import SUPPLY_PARTS
from brygga.projection.uncertainty import Draws

KEY = ("municipality", "occupation", "year")


def opening_draws(
    demand: pl.DataFrame, supply: pl.DataFrame, flows: pl.DataFrame, *, axes: Axes, draws: Draws
) -> pl.DataFrame:
    """Expansion and replacement per municipality of workplace, occupation, year and draw.

    Parameters
    ----------
    demand, supply : `project_demand` and `project_supply` for the same draws
    flows : occupation, home, work, persons of the base year; those who live outside the region
        leave at the rate of the region
    axes, draws : labels of the two

    Returns
    -------
    municipality, occupation, year, draw, expansion, replacement; the years after the base.
    """
    dims = axes.cells | {"year": axes.years, "draw": draws.numbers}
    posts = to_array(demand.with_columns(all=across(DEMAND_PARTS)), "all", dims)
    people = to_array(supply.with_columns(all=across(SUPPLY_PARTS)), "all", dims)[:, :, :-1]
    leavers = to_array(supply, "leavers", dims)[:, :, 1:]
    rates = np.concatenate([leavers / people, leavers.sum(0, keepdims=True) / people.sum(0, keepdims=True)])
    homes = [*axes.municipalities, "outside"]
    held = to_array(
        flows,
        "persons",
        {"occupation": axes.occupations, "home": homes, "work": axes.municipalities},
        absent=0.0,
    )
    replacement = np.einsum("ohw,hotd->wotd", held, rates)
    ahead = axes.cells | {"year": axes.years[1:], "draw": draws.numbers}
    return to_frame({"expansion": np.diff(posts, axis=2), "replacement": replacement}, ahead)


def job_openings(draws: pl.DataFrame, central: pl.DataFrame, heard: pl.DataFrame) -> pl.DataFrame:
    """Table `job_openings`: medians of the two terms, the interval of their sum, and what companies said of it.

    Parameters
    ----------
    draws : `opening_draws` of all draws
    central : `opening_draws` of the run without shocks: its first year's replacement is the naive answer
    heard : `heard_posts`
    """
    total = draws.with_columns(openings=pl.col("expansion") + pl.col("replacement"))
    spans = cell_spans(total, by=KEY, values=("expansion", "replacement", "openings"))
    medians = [spans[term].select(*KEY, pl.col("p50").alias(term)) for term in ("expansion", "replacement")]
    first = central.filter(pl.col("year") == central["year"].min())
    naive = first.select("municipality", "occupation", naive="replacement")
    return (
        medians[0]
        .join(medians[1], on=KEY)
        .join(spans["openings"], on=KEY)
        .join(heard.select(*KEY, heard="posts"), on=KEY, how="left")
        .join(naive, on=["municipality", "occupation"])
        .with_columns(pl.col("heard").fill_null(0.0), status=pl.lit("modelled"))
        .sort(KEY)
    )
