"""Flows: who lives where and works where, per occupation, in the base year.

One matrix for all occupations is known, with the zone `outside` on both sides. That people of all
occupations commute alike is the simplification of this module: the holders of a municipality's
jobs live where all its workers live, whatever their occupation, and those who work outside have
the occupations of their neighbours who work in the region.

Start reading at `base_flows`.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.sums import total

OUTSIDE = "outside"


def commuting_of(commuting: pl.DataFrame, municipalities: Collection[str]) -> pl.DataFrame:
    """The matrix of a region: every other place becomes `outside`, and what never touches the region is left out.

    Examples
    --------
    >>> rows = {"home": ["a", "b", "b"], "work": ["a", "a", "b"], "persons": [3.0, 1.0, 9.0]}
    >>> commuting_of(pl.DataFrame(rows), ["a"]).rows()
    [('a', 'a', 3.0), ('outside', 'a', 1.0)]
    """
    inside = list(municipalities)
    place = pl.col("home", "work")
    zoned = commuting.with_columns(pl.when(place.is_in(inside)).then(place).otherwise(pl.lit(OUTSIDE)).name.keep())
    zoned = zoned.filter((pl.col("home") != OUTSIDE) | (pl.col("work") != OUTSIDE))
    return zoned.group_by("home", "work", maintain_order=True).agg(total("persons")).sort("home", "work")


def residence_shares(commuting: pl.DataFrame) -> pl.DataFrame:
    """Where the workers of each municipality live: home, work, share; the shares of a workplace sum to 1.

    Examples
    --------
    >>> rows = {"home": ["a", "outside"], "work": ["a", "a"], "persons": [3.0, 1.0]}
    >>> residence_shares(pl.DataFrame(rows))["share"].to_list()
    [0.75, 0.25]
    """
    inside = commuting.filter(pl.col("work") != OUTSIDE, pl.col("persons") > 0)
    share = pl.col("persons") / total("persons").over("work")
    return inside.select("home", "work", share=share)


def base_flows(employed: pl.DataFrame, commuting: pl.DataFrame) -> pl.DataFrame:
    """Employed per occupation, home and workplace; `outside` stands for the rest of the world on either side.

    Parameters
    ----------
    employed : table `employed` of the base year (by workplace, industries are summed)
    commuting : table `commuting` of one year

    Returns
    -------
    occupation, home, work, persons. For a workplace in the region the homes sum to its employed in
    the occupation; for work outside, the occupations sum to the commuters of the matrix.

    Raises
    ------
    TableError when a municipality has jobs but no commuters in the matrix, or is missing there.
    """
    jobs = employed.group_by("occupation", "municipality", maintain_order=True).agg(total("persons"))
    shares = residence_shares(commuting)
    _check_places(jobs, shares)
    within = jobs.join(shares, left_on="municipality", right_on="work").select(
        "occupation", "home", work="municipality", persons=pl.col("persons") * pl.col("share")
    )
    return pl.concat([within, _outward(within, commuting)]).sort("occupation", "home", "work")


def employed_residents(flows: pl.DataFrame) -> pl.DataFrame:
    """Employed per municipality of residence and occupation, wherever they work: municipality, occupation, persons."""
    at_home = flows.filter(pl.col("home") != OUTSIDE).group_by(
        municipality="home", occupation="occupation", maintain_order=True
    )
    return at_home.agg(total("persons")).sort("municipality", "occupation")


def _outward(within: pl.DataFrame, commuting: pl.DataFrame) -> pl.DataFrame:
    """Those who work outside, with the occupations of the residents who work in the region."""
    inside = pl.col("home") != OUTSIDE
    of_home = within.filter(inside).group_by("occupation", "home", maintain_order=True).agg(total("persons"))
    mix = of_home.with_columns(mix=pl.col("persons") / total("persons").over("home")).fill_nan(0.0)
    out = commuting.filter(inside, pl.col("work") == OUTSIDE).select("home", out="persons")
    return mix.join(out, on="home").select(
        "occupation", "home", work=pl.lit(OUTSIDE), persons=pl.col("mix") * pl.col("out")
    )


def _check_places(jobs: pl.DataFrame, shares: pl.DataFrame) -> None:
    busy = set(jobs.filter(pl.col("persons") > 0)["municipality"])
    lost = sorted(busy - set(shares["work"]))
    if lost:
        raise TableError(
            f"commuting.work: nobody works in {listed(lost)}",
            why="table employed has jobs there, and their holders must live somewhere",
            todo="add rows with persons for these workplaces",
        )
