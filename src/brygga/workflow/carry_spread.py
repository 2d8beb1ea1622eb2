"""Carry spread: where the posts asked about lie, and where those that follow do.

Start reading at `direct_posts`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array
from brygga.core.sums import total
from brygga.impact.carried_places import Cells, cells_of
from brygga.impact.industries import divisions
from brygga.impact.leontief import Matrix
from brygga.workflow.carry_inputs import Inputs


def direct_posts(inputs: Inputs, industry: str, municipality: str | None, posts: float) -> Floats:
    """Direct posts by workplace and occupation: the staffing of the industry there, else of the industry in the region.

    Parameters
    ----------
    industry : SNI 2007 section or division
    municipality : the workplace; None as the industry lies in the region
    posts : persons

    Returns
    -------
    (works, occupations), summing to `posts`; zeros where nobody in the region works in the industry
    """
    there = within(inputs.jobs, industry)
    staffing = to_array(
        there.group_by("municipality", "occupation", maintain_order=True).agg(total("persons")),
        "persons",
        {"municipality": inputs.works, "occupation": inputs.occupations},
        absent=0.0,
    )
    if staffing.sum() <= 0:
        return staffing
    if municipality is None:
        return np.asarray(posts * staffing / staffing.sum())
    at = inputs.works.index(municipality)
    own = staffing[at] if staffing[at].sum() > 0 else staffing.sum(axis=0)
    placed = np.zeros_like(staffing)
    placed[at] = posts * own / own.sum()
    return placed


def weights(inputs: Inputs, industry: str, municipality: str | None) -> dict[int, float]:
    """The industry's places in the national table, each with its part of the posts; empty where nobody works in it."""
    there = within(inputs.jobs, industry)
    local = there.filter(pl.col("municipality") == municipality) if municipality else there
    known = local if local.height else there
    sums = known.group_by("place", maintain_order=True).agg(total("persons")).sort("place")
    whole = float(sums["persons"].sum())
    return {place: persons / whole for place, persons in sums.iter_rows()} if whole > 0 else {}


def within(jobs: pl.DataFrame, industry: str) -> pl.DataFrame:
    """The jobs that lie within an SNI 2007 section or division.

    Raises
    ------
    UnknownCodeError when the industry is no such code.
    """
    inside = divisions(industry)
    codes = [code for code in jobs["industry"].unique().to_list() if divisions(code) <= inside]
    return jobs.filter(pl.col("industry").is_in(codes))


def spread_of(inputs: Inputs, direct: Floats) -> Cells:
    """Where the posts that follow `direct` lie."""
    hit = inputs.residence.share[: len(inputs.works)] @ direct.sum(axis=1)
    return cells_of(
        inputs.jobs, places=len(inputs.national.industries), municipalities=inputs.works, hit=hit, near=inputs.near
    )


def heads_and_pay(inputs: Inputs, cells: Cells, layer: str) -> tuple[Matrix, Matrix]:
    """For a layer, persons and monthly pay (SEK) per post by place and workplace."""
    shape = (cells.places, len(inputs.works))
    frame = cells.frame
    works = frame["municipality"].replace_strict(list(inputs.works), range(len(inputs.works)), return_dtype=pl.Int64)
    paid = dict(zip(inputs.occupations, inputs.pay.tolist(), strict=True))
    pay = frame["occupation"].replace_strict(list(paid), list(paid.values()), return_dtype=pl.Float64).to_numpy()
    heads, money = np.zeros(shape), np.zeros(shape)
    at = (frame["place"].to_numpy(), works.to_numpy())
    np.add.at(heads, at, frame[layer].to_numpy())
    np.add.at(money, at, frame[layer].to_numpy() * pay)
    return heads, money
