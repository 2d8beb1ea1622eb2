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

from brygga.core.grids import Floats, to_array, to_frame
from brygga.projection.demand import Axes
from brygga.projection.quantiles import span


def opening_draws(posts: Floats, people: Floats, leavers: Floats, held: Floats) -> tuple[Floats, Floats]:
    """Expansion and replacement per municipality of workplace and occupation, in each year after the base.

    Parameters
    ----------
    posts, people : demand and supply, municipality x occupation x year x draw; the first year is the base
    leavers : persons who left working life during the year, the same shape
    held : jobs of the base year by home and workplace, occupation x zone x zone, the zone outside last; those who
        live outside leave at the rate of all municipalities together

    Returns
    -------
    expansion, replacement : municipality x occupation x year after the base x draw
    """
    left = leavers[:, :, 1:]
    everywhere = left.sum(0) / people[:, :, :-1].sum(0)
    rates = left / people[:, :, :-1]
    replacement = np.empty_like(rates)
    for o in range(held.shape[0]):
        of_all = np.concatenate([rates[:, o], everywhere[None, o]])
        np.einsum("hw,htd->wtd", held[o, :, :-1].astype(rates.dtype), of_all, out=replacement[:, o])
    return np.asarray(posts[:, :, 1:] - posts[:, :, :-1]), replacement


def job_openings(
    expansion: Floats, replacement: Floats, naive: Floats, heard: pl.DataFrame, *, axes: Axes
) -> pl.DataFrame:
    """Table `job_openings`: medians of the two terms, the interval of their sum, and what companies said of it.

    Parameters
    ----------
    expansion, replacement : `opening_draws` of all draws
    naive : the first year's replacement in the run without shocks, municipality x occupation
    heard : `heard_posts`
    axes : labels; the first year is the base, which has no openings
    """
    years = axes.years[1:]
    ahead = axes.cells | {"year": years}
    low, middle, high = np.moveaxis(span(expansion + replacement), -1, 0)
    columns = {
        "expansion": span(expansion)[..., 1],
        "replacement": span(replacement)[..., 1],
        "heard": to_array(heard, "posts", ahead, absent=0.0),
        "p10": low,
        "p50": middle,
        "p90": high,
        "naive": np.broadcast_to(naive[:, :, None], low.shape),
    }
    return to_frame(columns, ahead).with_columns(status=pl.lit("modelled"))
