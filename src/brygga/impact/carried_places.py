"""Carried places: where the carried posts lie, in which industries and occupations.

A post that follows in industry i of the national table is spread over the region as the jobs are:

    indirect share of cell (w, k, o) = jobs[w, k, o] / sum of the jobs in i
    induced share of cell (w, k, o)  = spent[w, i] jobs[w, k, o] / jobs[w, i]

for workplace w, industry k (as the region counts it, within i) and occupation o. `spent` says where the people
who got the direct posts spend what they earn (`closure.induced_posts`): near where they live. Each share sums to
1 over the cells of an industry, so posts are conserved. The shares do not hang on the draw; so the quantiles of a
cell are its share of the industry's quantiles, and sums over cells are taken in every draw.

Start reading at `Cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.grids import Floats
from brygga.core.sums import total
from brygga.impact.carried import QUANTILES
from brygga.impact.carried_posts import CarriedPosts
from brygga.impact.closure import induced_posts
from brygga.impact.leontief import Matrix, Vector

CELL = ["industry", "occupation", "municipality"]
GROUPINGS = ("industry", "occupation", "municipality")
LAYERS = ("indirect", "induced")


@dataclass(frozen=True)
class Cells:
    """The region's jobs, each cell with its industry in the national table and its share of the posts that follow.

    `frame` has industry, occupation, municipality (text), persons, place (int: industry of the national table),
    indirect and induced (shares, each summing to 1 within a place that has jobs).
    """

    frame: pl.DataFrame
    places: int

    def spread(self, layer: str, groups: pl.Series) -> tuple[list[str], Matrix]:
        """The groups in order, and the share of each place's posts that falls in each: places x groups."""
        labels = groups.unique().sort().to_list()
        order = groups.replace_strict(labels, range(len(labels)), return_dtype=pl.Int64).to_numpy()
        matrix = np.zeros((self.places, len(labels)))
        np.add.at(matrix, (self.frame["place"].to_numpy(), order), self.frame[layer].to_numpy())
        return labels, matrix


def cells_of(
    jobs: pl.DataFrame,
    *,
    places: int,
    municipalities: Sequence[str],
    hit: Vector,
    near: Floats,
) -> Cells:
    """The cells with their shares.

    Parameters
    ----------
    jobs : industry, occupation, municipality, persons and place of every job in the region
    places : industries of the national table
    municipalities : the order of `hit` and `near`
    hit : people by home who hold the direct posts (persons)
    near : how easily a home reaches a workplace, 0 to 1: homes x workplaces
    """
    ordered = jobs.sort(CELL)
    work = ordered["municipality"].replace_strict(
        list(municipalities), range(len(municipalities)), return_dtype=pl.Int64
    )
    place, persons = ordered["place"].to_numpy(), ordered["persons"].to_numpy()
    there = np.zeros((len(municipalities), places))
    np.add.at(there, (work.to_numpy(), place), persons)
    whole = there.sum(axis=0)
    spent = np.zeros_like(there)
    for industry in np.flatnonzero(whole > 0):
        spent[:, industry] = induced_posts(np.ones(1), there[:, [industry], None], hit, near)[:, 0]
    at = there[work.to_numpy(), place]
    alike = np.divide(persons, whole[place], out=np.zeros_like(persons), where=whole[place] > 0)
    near_by = np.divide(persons, at, out=np.zeros_like(persons), where=at > 0) * spent[work.to_numpy(), place]
    return Cells(ordered.with_columns(indirect=alike, induced=near_by), places)


def carried_cells(carried: CarriedPosts, cells: Cells, *, posts: float) -> pl.DataFrame:
    """Carried posts per 100 direct posts by industry, occupation, municipality and layer, with their range.

    Parameters
    ----------
    carried : the posts by draw and place, for `posts` direct posts
    cells : see `cells_of`
    posts : direct posts (persons, not 0)

    Returns
    -------
    table `carried_posts`: cells without jobs are not in it
    """
    layers = []
    for layer, drawn in zip(LAYERS, (carried.indirect, carried.induced), strict=True):
        spans = np.quantile(100.0 * drawn / posts, list(QUANTILES.values()), axis=0)
        at, share = cells.frame["place"].to_numpy(), cells.frame[layer].to_numpy()
        columns = {name: span[at] * share for name, span in zip(QUANTILES, spans, strict=True)}
        layers.append(cells.frame.select(*CELL, layer=pl.lit(layer)).with_columns(**columns))
    told = {"status": pl.lit("modelled"), "source": pl.lit(carried.source)}
    return pl.concat(layers).filter(pl.col("p90") > 0).with_columns(**told).sort(*CELL, "layer")


def carried_sums(carried: CarriedPosts, cells: Cells, *, posts: float) -> pl.DataFrame:
    """Carried posts per 100 direct posts, summed in every draw, by industry, occupation, municipality and in all.

    `naive` is the median in all spread over the region's jobs as they are, whatever the industry.

    Returns
    -------
    table `carried_sums`
    """
    drawn = {"indirect": 100.0 * carried.indirect / posts, "induced": 100.0 * carried.induced / posts}
    middle = {layer: float(np.median(by_place.sum(axis=1))) for layer, by_place in drawn.items()}
    middle["both"] = float(np.median(sum(by_place.sum(axis=1) for by_place in drawn.values())))
    everything = pl.Series("all", ["all"]).new_from_index(0, cells.frame.height)
    frames = []
    for grouping in ("all", *GROUPINGS):
        groups = everything if grouping == "all" else cells.frame[grouping]
        jobs = _share_of_jobs(cells.frame, groups)
        labels: list[str] = []
        sums: dict[str, Matrix] = {}
        for layer in LAYERS:
            labels, matrix = cells.spread(layer, groups)
            sums[layer] = drawn[layer] @ matrix
        sums["both"] = sums["indirect"] + sums["induced"]
        frames += [_summed(grouping, labels, layer, sums[layer], middle[layer] * jobs) for layer in sums]
    told = {"status": pl.lit("modelled"), "source": pl.lit(carried.source)}
    return pl.concat(frames).with_columns(**told).sort("grouping", "group", "layer")


def _share_of_jobs(frame: pl.DataFrame, groups: pl.Series) -> Vector:
    sums = frame.select(group=groups, persons="persons").group_by("group", maintain_order=True).agg(total("persons"))
    persons = sums.sort("group")["persons"].to_numpy()
    return np.asarray(persons / persons.sum())


def _summed(grouping: str, labels: list[str], layer: str, drawn: Matrix, naive: Vector) -> pl.DataFrame:
    spans = np.quantile(drawn, list(QUANTILES.values()), axis=0)
    columns = dict(zip(QUANTILES, spans, strict=True))
    given = {"grouping": [grouping] * len(labels), "group": labels, "layer": [layer] * len(labels)}
    return pl.DataFrame(given).with_columns(**columns, naive=naive)
