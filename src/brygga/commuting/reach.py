"""Reach: where those who are trained at a site come to work.

People live near where they are trained and commute as its residents do: the reach of a site is the
spread over workplaces of those who live in its municipality. Those who would work outside the
region are lost to it, so the shares of a site sum to less than 1.

Start reading at `reach_shares`.
"""

from __future__ import annotations

import polars as pl

from brygga.commuting.flows import OUTSIDE
from brygga.core.errors import TableError, listed
from brygga.core.sums import total


def reach_shares(sites: pl.DataFrame, commuting: pl.DataFrame, *, least: float = 0.0) -> pl.DataFrame:
    """Share of a site's completers that each municipality can count on.

    Parameters
    ----------
    sites : table `sites`
    commuting : table `commuting` of one year
    least : municipalities in the region with a smaller share are out of reach; the others take their part

    Returns
    -------
    site, municipality, share; the shares of a site sum to what stays in the region.

    Raises
    ------
    TableError when nobody who lives in a site's municipality works in the region.
    """
    of_home = commuting.filter(pl.col("home") != OUTSIDE, pl.col("persons") > 0)
    all_shares = of_home.with_columns(share=pl.col("persons") / total("persons").over("home"))
    inside = all_shares.filter(pl.col("work") != OUTSIDE).with_columns(stays=total("share").over("home"))
    near = inside.filter(pl.col("share") >= least)
    near = near.with_columns(share=pl.col("share") / total("share").over("home") * pl.col("stays"))
    reach = sites.select("site", "municipality").join(
        near.select("home", "work", "share"), left_on="municipality", right_on="home"
    )
    lost = sorted(set(sites["site"]) - set(reach["site"]))
    if lost:
        raise TableError(
            f"commuting.home: site {listed(lost)} lies where nobody who works in the region lives",
            why="its completers could reach no workplace",
            todo="add commuting rows from the site's municipality, or correct its municipality in sites.csv",
        )
    return reach.select("site", municipality="work", share="share").sort("site", "municipality")
