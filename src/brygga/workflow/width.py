"""Width: how much each stage of the reckoning adds to the width of the interval.

Each stage's shocks are drawn alone (population, supply, demand, models of growth, what companies said,
measurement of the base year), then all together. Widths do not add up, since independent deviations partly
cancel; variances do, as far as the stages act side by side, and `share` is a stage's variance over their sum.
Demand less supply is taken before anybody is matched: it is additive, and the matching draws nothing.

Start reading at `gap_width`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_frame
from brygga.projection.quantiles import span
from brygga.projection.uncertainty import STAGES, Draws, only
from brygga.workflow.ground import Ground
from brygga.workflow.project import openings, project

WIDTH_DRAWS = 100
"""Draws that the widths are read from: a width is then known to about a tenth."""

ALL = "all"
MEASURES = ("demand_less_supply", "job_openings")
SCOPES = ("region", "cell")


def gap_width(ground: Ground, draws: Draws) -> pl.DataFrame:
    """Table `gap_width`: what each stage alone, and all together, make of the 80 % interval, per year.

    Parameters
    ----------
    ground : what every draw starts from
    draws : the draws, and how large their shocks are

    Returns
    -------
    scope (`region`: of the sum over municipalities and occupations; `cell`: the mean over the cells of each one's
    own), measure, stage, year, `width` (p90 - p10) and `share` of the variance that the stages alone add up to.
    """
    names = [*STAGES, ALL]
    found = [_spread(ground, replace(draws, size=draws.size if n == ALL else only(draws.size, n))) for n in names]
    width, variance = (np.stack(arrays, 2) for arrays in zip(*found, strict=True))
    alone = variance[:, :, :-1].sum(2, keepdims=True)
    share = variance / np.where(alone > 0, alone, 1.0)
    share[:, :, -1] = alone[:, :, 0] > 0
    dims = {"scope": SCOPES, "measure": MEASURES, "stage": names, "year": ground.axes.years}
    frame = to_frame({"width": width, "share": share}, dims).with_columns(status=pl.lit("modelled"))
    openings_of_base = (pl.col("measure") == "job_openings") & (pl.col("year") == ground.axes.years[0])
    return frame.filter(~openings_of_base).sort("scope", "measure", "stage", "year")


def _spread(ground: Ground, draws: Draws) -> tuple[Floats, Floats]:
    """Width and variance, scope x measure x year."""
    levels = project(draws, ground)
    gap = (levels.posts - levels.people)[: ground.shown]
    opened = sum(openings(levels, ground))
    assert isinstance(opened, np.ndarray)
    base = np.zeros((*opened.shape[:2], 1, opened.shape[3]))
    measures = [gap, np.concatenate([base, opened], 2)]
    wholes = [measure.sum((0, 1)) for measure in measures]
    width = [[_width(whole) for whole in wholes], [_width(measure).mean((0, 1)) for measure in measures]]
    variance = [[_variance(whole) for whole in wholes], [_variance(measure).mean((0, 1)) for measure in measures]]
    return np.array(width), np.array(variance)


def _variance(values: Floats) -> Floats:
    """About the first draw, so that draws that are alike have none at all."""
    return np.asarray((values - values[..., :1]).var(-1))


def _width(values: Floats) -> Floats:
    levels = span(values)
    return np.asarray(levels[..., -1] - levels[..., 0])
