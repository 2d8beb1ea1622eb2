"""Flows: who lives where and works where, per occupation, in the base year.

One matrix for all occupations is known, with the zone `outside` on both sides. That people of all
occupations commute alike is the simplification of this module: the holders of a municipality's
jobs live where all its workers live, whatever their occupation, and those who work outside have
the occupations of their neighbours who work in the region.

Start reading at `base_flows`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array
from brygga.core.sums import total

OUTSIDE = "outside"


def commuting_of(commuting: pl.DataFrame, municipalities: Collection[str]) -> pl.DataFrame:
    """The matrix of a region: every other place becomes `outside`, and what never touches the region is left out.

    Examples
    --------
    >>> rows = {"home": ["a", "b", "b"], "work": ["a", "a", "b"], "persons": [3.0, 1.0, 9.0]}
    >>> commuting_of(pl.DataFrame(rows), ["a"]).rows()
    [('a', 'a', 3.0), ('outside', 'a', 1.0)]

    Raises
    ------
    TableError when a number that touches the region is not known.
    """
    inside = list(municipalities)
    place = pl.col("home", "work")
    zoned = commuting.with_columns(pl.when(place.is_in(inside)).then(place).otherwise(pl.lit(OUTSIDE)).name.keep())
    zoned = zoned.filter((pl.col("home") != OUTSIDE) | (pl.col("work") != OUTSIDE))
    _check_known(zoned, "commuting")
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


@dataclass(frozen=True)
class Flows:
    """Who lives where and works where in the base year; the zone outside is the last, on either side.

    employed : jobs held by workplace, municipality x occupation
    shares : of a workplace's jobs those held by people of each home, zone x municipality
    outward : people who work outside, by home, municipality x occupation
    """

    employed: Floats
    shares: Floats
    outward: Floats

    @property
    def held(self) -> Floats:
        """Jobs by home and workplace: occupation x zone x zone."""
        within = self.shares[None] * self.employed.T[:, None]
        out = np.concatenate([self.outward, np.zeros((1, self.outward.shape[1]))])
        return np.concatenate([within, out.T[..., None]], 2)

    def residents(self, counted: Floats | None = None) -> Floats:
        """Employed by home wherever they work: municipality x occupation x draw, each draw with its count of jobs.

        Parameters
        ----------
        counted : factor on the jobs of each workplace where their count may be off, municipality x occupation
            x draw; when left out there is one draw, with jobs as they were counted
        """
        jobs = self.employed[..., None] if counted is None else self.employed[..., None] * counted
        return np.asarray(np.einsum("hw,wod->hod", self.shares[:-1], jobs) + self.outward[..., None])

    def among(self, chosen: Sequence[int]) -> Flows:
        """The same for some of the municipalities: the others become a part of the zone outside."""
        at = list(chosen)
        rest = [i for i in range(len(self.employed)) if i not in set(at)]
        lost = self.shares[[*rest, -1]][:, at].sum(0)
        shares = np.concatenate([self.shares[np.ix_(at, at)], lost[None]])
        outward = self.outward[at] + np.einsum("hw,wo->ho", self.shares[np.ix_(at, rest)], self.employed[rest])
        return Flows(self.employed[at], shares, outward)


def base_flows(
    employed: pl.DataFrame,
    commuting: pl.DataFrame,
    *,
    municipalities: Sequence[str],
    occupations: Sequence[str],
) -> Flows:
    """Employed per occupation, home and workplace; `outside` stands for the rest of the world on either side.

    Parameters
    ----------
    employed : table `employed` of the base year (by workplace, industries are summed)
    commuting : table `commuting` of one year, as `commuting_of` gives it
    municipalities, occupations : labels of the result

    Returns
    -------
    `Flows`. For a workplace in the region the homes sum to its employed in the occupation; for work
    outside, the occupations sum to the commuters of the matrix.

    Raises
    ------
    TableError when a municipality has jobs but no commuters in the matrix, or is missing there, or when
    a number is not known.
    """
    _check_known(employed, "employed")
    jobs = employed.group_by("occupation", "municipality", maintain_order=True).agg(total("persons"))
    shares = residence_shares(commuting)
    _check_places(jobs, shares)
    cells = {"municipality": municipalities, "occupation": occupations}
    at_work = to_array(jobs, "persons", cells, absent=0.0)
    zones = [*municipalities, OUTSIDE]
    living = to_array(shares, "share", {"home": zones, "work": municipalities}, absent=0.0)
    within = np.einsum("hw,wo->ho", living[:-1], at_work)
    in_work = within.sum(1, keepdims=True)
    mix = within / np.where(in_work > 0, in_work, 1.0)
    leaving = commuting.filter(pl.col("work") == OUTSIDE)
    out = to_array(leaving, "persons", {"home": municipalities}, absent=0.0)
    return Flows(at_work, living, mix * out[:, None])


def _check_known(frame: pl.DataFrame, name: str) -> None:
    hidden = frame["persons"].null_count()
    if hidden:
        raise TableError(
            f"{name}.persons: {hidden} cell(s) without a number",
            why="a hidden or unknown cell is not zero, and the sum over it is not known",
            todo="set status suppressed when the publisher hides it, or write an estimate with status modelled",
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
