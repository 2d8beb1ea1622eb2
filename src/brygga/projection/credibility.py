"""Credibility: how far a small cell may be believed on its own, and what it borrows from its group.

A cell (an occupation, a municipality) is observed some times with a weight (persons). Its value is

    value = all + trust_group (group - all) + trust (own - group as shrunk)
    trust = between / (between + within / weight)

within: variance of one observation of weight 1 around its cell, from cells seen more than once;
between: variance of cells around their group; across: variance of groups around all. The three are
estimated from the observations themselves (method of moments, as Bühlmann and Straub's credibility
is taught); a variance that comes out negative is 0, and nobody is then believed on his own.

Start reading at `shrink`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from brygga.core.errors import TableError
from brygga.core.sums import total


@dataclass(frozen=True)
class Credibility:
    """The three variances; `observations` and `cells` they rest on."""

    within: float
    between: float
    across: float
    cells: int
    observations: int

    def trust(self, weight: float) -> float:
        """How far a cell of this weight is believed on its own, 0 to 1.

        Examples
        --------
        >>> Credibility(within=4.0, between=0.04, across=0.0, cells=9, observations=18).trust(100)
        0.5
        """
        whole = self.between * weight + self.within
        return self.between * weight / whole if whole > 0 else 0.0


def fit_credibility(observed: pl.DataFrame, *, within: float | None = None) -> Credibility:
    """Within, between and across from observations: columns cell, group, value, weight (above zero).

    Parameters
    ----------
    observed : one row an observation; a cell may have several
    within : taken as given instead of estimated (needed where no cell is seen twice)

    Raises
    ------
    TableError when no cell is seen twice and `within` is left out.
    """
    cells = _cells(observed)
    again = cells.filter(pl.col("times") > 1)
    if within is None:
        if again.is_empty():
            raise TableError(
                "no cell is observed more than once",
                why="what is chance and what is the cell's own cannot be told apart",
                todo="give two or more years, or the variance of one observation (`within`)",
            )
        within = float(again["scatter"].sum()) / float((again["times"] - 1).sum())
    groups = cells.filter(pl.len().over("group") > 1)
    between = _variance(groups, "own", "weight", "group", within)
    trusted = cells.with_columns(trust=_trust(pl.col("weight"), between, within))
    means = _means(trusted)
    size = means.filter(pl.col("weight") > 0)
    across = _variance(size.with_columns(one=pl.lit(0)), "mean", "weight", "one", between) if between > 0 else 0.0
    return Credibility(within, between, across, cells.height, observed.height)


def shrink(observed: pl.DataFrame, fitted: Credibility) -> pl.DataFrame:
    """Each cell's value, drawn to its group and to all: cell, group, value, sd, trust.

    Parameters
    ----------
    observed : as in `fit_credibility`
    fitted : its answer

    Returns
    -------
    One row a cell. `sd` is what is left unknown of it: between (1 - trust), and the part of the
    group's own uncertainty that the cell borrows.

    Examples
    --------
    >>> two = pl.DataFrame({"cell": ["a", "b"], "group": ["g", "g"], "value": [1.0, 3.0], "weight": [1.0, 1.0]})
    >>> even = Credibility(within=1.0, between=1.0, across=0.0, cells=2, observations=2)
    >>> shrink(two, even).select("cell", "value", "trust").rows()
    [('a', 1.5, 0.5), ('b', 2.5, 0.5)]
    """
    cells = _cells(observed).with_columns(trust=_trust(pl.col("weight"), fitted.between, fitted.within))
    groups = _means(cells)
    all_weight = _trust(pl.col("weight"), fitted.across, fitted.between)
    if fitted.across > 0:
        everybody = groups.select(total(all_weight * pl.col("mean")) / total(all_weight)).item()
        groups = groups.with_columns(trust_group=all_weight)
    else:
        everybody = _plain_mean(cells)
        groups = groups.with_columns(trust_group=pl.lit(0.0))
    shrunk = everybody + pl.col("trust_group") * (pl.col("mean") - everybody)
    groups = groups.select("group", level=shrunk, level_variance=fitted.across * (1 - pl.col("trust_group")))
    joined = cells.join(groups, on="group", how="left", maintain_order="left")
    borrowed = (1 - pl.col("trust")) ** 2 * pl.col("level_variance")
    return joined.select(
        "cell",
        "group",
        value=pl.col("level") + pl.col("trust") * (pl.col("own") - pl.col("level")),
        sd=(fitted.between * (1 - pl.col("trust")) + borrowed).sqrt(),
        trust="trust",
    ).sort("cell")


def _cells(observed: pl.DataFrame) -> pl.DataFrame:
    """cell, group, own (weighted mean), weight, times, scatter (weighted squares around own)."""
    own = total(pl.col("value") * pl.col("weight")).over("cell") / total("weight").over("cell")
    return (
        observed.filter(pl.col("weight") > 0)
        .with_columns(own=own)
        .group_by("cell", maintain_order=True)
        .agg(
            pl.col("group").first(),
            own=pl.col("own").first(),
            scatter=total(pl.col("weight") * (pl.col("value") - pl.col("own")) ** 2),
            times=pl.len().cast(pl.Int64),
            weight=total("weight"),
        )
        .sort("cell")
    )


def _means(cells: pl.DataFrame) -> pl.DataFrame:
    """group, mean (by trust, or by weight where nobody is trusted), weight (the sum of trust)."""
    by = pl.when(total("trust") > 0).then(total(pl.col("trust") * pl.col("own")) / total("trust"))
    plain = total(pl.col("weight") * pl.col("own")) / total("weight")
    return (
        cells.group_by("group", maintain_order=True)
        .agg(mean=by.otherwise(plain), trusted=total("trust"))
        .rename({"trusted": "weight"})
        .sort("group")
    )


def _variance(cells: pl.DataFrame, value: str, weight: str, group: str, noise: float) -> float:
    """Variance of cells around their groups, beyond what `noise` / weight explains; never below zero."""
    if cells.is_empty():
        return 0.0
    mean = total(pl.col(weight) * pl.col(value)).over(group) / total(weight).over(group)
    squares, left, degrees = (
        cells.with_columns(mean=mean)
        .select(
            squares=total(pl.col(weight) * (pl.col(value) - pl.col("mean")) ** 2),
            left=total(weight) - total(pl.col(weight) ** 2 / total(weight).over(group)),
            degrees=pl.len() - pl.col(group).n_unique(),
        )
        .row(0)
    )
    return max(0.0, (squares - degrees * noise) / left) if left > 0 else 0.0


def _trust(weight: pl.Expr, between: float, within: float) -> pl.Expr:
    if between <= 0:
        return weight * 0.0
    return weight * between / (weight * between + within)


def _plain_mean(cells: pl.DataFrame) -> float:
    by = "trust" if cells["trust"].sum() > 0 else "weight"
    return float(cells.select(total(pl.col(by) * pl.col("own")) / total(by)).item())
