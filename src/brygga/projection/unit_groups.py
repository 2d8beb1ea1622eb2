"""Four digits where statistics stop at three: shares of a figure, and how unsure the shares are.

    share[m, .] ~ Dirichlet(concentration x national share of each unit group within its group)

Municipalities differ from the nation in how a group splits; the concentration says how much: a
share s has mean s and variance s (1 - s) / (concentration + 1). Large is alike, small is each its own.

Start reading at `split_figures`; `fit_concentration` reads the concentration from places where the split is known.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_frame
from brygga.core.sums import total

GROUP_DIGITS = 3


def national_shares(national: pl.DataFrame) -> pl.DataFrame:
    """occupation (four digits), group (its first three), share of the group's persons in the nation.

    Examples
    --------
    >>> national_shares(pl.DataFrame({"occupation": ["7211", "7212"], "persons": [10.0, 30.0]})).rows()
    [('7211', '721', 0.25), ('7212', '721', 0.75)]
    """
    group = pl.col("occupation").str.slice(0, GROUP_DIGITS)
    hidden = national.filter(pl.col("persons").is_null())
    if hidden.height:
        raise TableError(
            f"national.persons: no number for {listed(hidden['occupation'])}",
            why="a hidden unit group is not empty, and the shares of its group are not known",
            todo="take a year in which it is published, or estimate it",
        )
    sums = national.group_by("occupation", maintain_order=True).agg(total("persons").alias("persons"))
    sums = sums.with_columns(group=group).sort("occupation")
    whole = sums.group_by("group", maintain_order=True).agg(whole=total("persons")).filter(pl.col("whole") > 0)
    shares = sums.join(whole, on="group", maintain_order="left")
    return shares.select("occupation", "group", share=pl.col("persons") / pl.col("whole"))


def share_draws(
    shares: pl.DataFrame, municipalities: Sequence[str], *, concentration: float, draws: range, seed: int
) -> pl.DataFrame:
    """municipality, occupation, group, draw, share: in every draw the shares of a group sum to 1.

    Each municipality and unit group has its own stream of random numbers: other municipalities, their order and the
    batches of draws change nothing.
    """
    units = shares["occupation"].to_list()
    means = shares["share"].to_numpy()
    numbers = np.array(
        [
            [
                _gamma(f"{place}/{unit}", concentration * mean, draws, seed)
                for unit, mean in zip(units, means, strict=True)
            ]
            for place in municipalities
        ]
    ).reshape(len(municipalities), len(units), len(draws))
    groups = shares["group"].to_numpy()
    of_group = (groups[:, None] == groups[None]).astype(float)
    sums = np.einsum("uv,mvd->mud", of_group, numbers)
    drawn = np.where(sums > 0, numbers / np.where(sums > 0, sums, 1.0), means[None, :, None])
    dims = {"municipality": list(municipalities), "occupation": units, "draw": draws}
    return to_frame({"share": drawn}, dims).join(
        shares.select("occupation", "group"), on="occupation", maintain_order="left"
    )


def split_figures(
    figures: pl.DataFrame, national: pl.DataFrame, *, concentration: float, draws: int, seed: int
) -> pl.DataFrame:
    """Table `unit_figures`: each three-digit figure on its unit groups, with the share's own uncertainty.

    Parameters
    ----------
    figures : municipality, occupation (three digits), year, persons
    national : occupation (four digits), persons
    concentration : how alike places are in how a group splits (parameter `projection.unit_concentration`)
    draws, seed : random numbers that the interval is read from

    Returns
    -------
    One row a municipality, unit group and year; `persons` are the expected ones, and add up to the figure.

    Raises
    ------
    TableError when a figure's group has no unit group with people in the nation.
    """
    shares = national_shares(national)
    lost = figures.filter(~pl.col("occupation").is_in(shares["group"].unique().to_list()))
    if lost.height:
        raise TableError(
            f"national: no unit groups for {listed(lost['occupation'].unique().sort())}",
            why="these figures cannot be split, and leaving them out would lose their people",
            todo="add the unit groups' national counts, or show these at three digits",
        )
    places = figures["municipality"].unique().sort().to_list()
    drawn = share_draws(shares, places, concentration=concentration, draws=range(draws), seed=seed)
    spans = drawn.group_by("municipality", "occupation", maintain_order=True).agg(
        *(pl.col("share").quantile(level, "linear").alias(name) for name, level in (("low", 0.1), ("high", 0.9)))
    )
    whole = figures.rename({"occupation": "group", "persons": "whole"})
    table = (
        whole.join(shares, on="group", maintain_order="left")
        .join(spans, on=["municipality", "occupation"], maintain_order="left")
        .with_columns(
            persons=pl.col("whole") * pl.col("share"),
            p10=pl.col("whole") * pl.col("low"),
            p90=pl.col("whole") * pl.col("high"),
            status=pl.lit("modelled"),
        )
    )
    return table.select(c.column for c in tables.dictionary("unit_figures")).sort("municipality", "occupation", "year")


def fit_concentration(counts: pl.DataFrame) -> float:
    """The concentration with which places split their groups as much apart as they do, by moments.

    A share's squared distance from the mean of all places is s (1 - s) (1/n + (1 - 1/n) / (concentration + 1))
    for a place with n persons in the group; summed over shares, places and groups.

    Parameters
    ----------
    counts : place, group, occupation, persons

    Raises
    ------
    TableError when places are no more apart than chance makes them, so that no concentration can be told.
    """
    kept = counts.group_by("place", "group", "occupation", maintain_order=True).agg(total("persons").alias("persons"))
    n = total("persons").over("place", "group")
    pooled = total("persons").over("group", "occupation") / total("persons").over("group")
    cells = kept.with_columns(n=n, pooled=pooled).filter(pl.col("n") > 1)
    share = pl.col("persons") / pl.col("n")
    own = pl.col("pooled") * (1 - pl.col("pooled"))
    apart, chance, room = cells.select(
        apart=total((share - pl.col("pooled")) ** 2),
        chance=total(own / pl.col("n")),
        room=total(own * (1 - 1 / pl.col("n"))),
    ).row(0)
    if not apart > chance:
        raise TableError(
            "counts: places split their groups no more apart than chance does",
            why="any large concentration would fit as well",
            todo="use more places or larger ones",
        )
    return float(room / (apart - chance) - 1)


def _gamma(label: str, shape: float, draws: range, seed: int) -> Floats:
    key = (zlib.crc32(b"unit_groups"), zlib.crc32(label.encode()))
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
    return np.asarray(stream.standard_gamma(shape, draws.stop)[draws.start :])
