"""Breaks in the series that back-tests read: what changed, where, and how each is carried.

Three answers are given side by side. `carried` scores the figures as published. `left_out` leaves out what
a break touches. `bridged` computes and scores on a series made alike: people whose occupation is not known
are spread over the known ones of the same year, and two occupations between which people were recoded are
scored as one.

Start reading at `BREAKS`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from brygga.core.grids import Floats
from brygga.core.sums import total
from brygga.sources.breaks import BREAKS as SERIES_BREAKS

AGES_CHANGE = next(each.year for each in SERIES_BREAKS if each.kind == "ages")
"""The first year of employees by occupation with other ages and imputed occupations."""

WAYS = ("carried", "left_out", "bridged")


@dataclass(frozen=True)
class Break:
    """A break in a series.

    Parameters
    ----------
    name : its key
    table : the back-test it belongs to
    first_after : the first year on the new basis
    says : what changed, and what is done
    area : the area it touches; "" when all
    occupations : the occupations it touches; empty when all
    """

    name: str
    table: str
    first_after: int
    says: str
    area: str = ""
    occupations: tuple[str, ...] = ()

    def touches(self) -> pl.Expr:
        """The cells of the break, by `area` and `occupation`."""
        where = pl.col("area") == self.area if self.area else pl.lit(True)
        return where & pl.col("occupation").is_in(list(self.occupations)) if self.occupations else where

    def crossed(self) -> pl.Expr:
        """The rows whose origin lies before the break and whose outcome lies after."""
        return (pl.col("origin") < self.first_after) & (pl.col("origin") + pl.col("horizon") >= self.first_after)


BREAKS = (
    Break(
        "blekinge_723_821",
        "occupations_county",
        2015,
        "723 in Blekinge rises from 924 to 2,293 in 2015 while 821 halves and comes back by 2017: most likely how a "
        "large employer was coded. Left out: both cells. Bridged: scored as one.",
        area="10",
        occupations=("723", "821"),
    ),
    Break(
        "unidentified",
        "occupations_county",
        2015,
        "Employees whose occupation is not known (0002) fall every year, so known ones grow by being identified. "
        "Never a cell of its own. Bridged: spread over the known occupations of the same county and year.",
    ),
    Break(
        "ssyk4_2023",
        "occupations_age",
        AGES_CHANGE,
        "From 2023 ages 16-69 instead of 16-64, and occupations imputed by a model: those not known fall from "
        "258,494 to 26,894. Ages 65-69 are left out everywhere. Left out: every comparison across 2023. "
        "Bridged: people not known are spread over the known occupations of the same age group and year.",
    ),
)


def of_table(table: str) -> tuple[Break, ...]:
    """The breaks of one back-test."""
    return tuple(each for each in BREAKS if each.table == table)


def spread_unknown(jobs: Floats, unknown: Floats) -> Floats:
    """Area x occupation x year with the people of unknown occupation (area x year) spread in proportion.

    Examples
    --------
    >>> import numpy as np
    >>> spread_unknown(np.array([[[30.0], [10.0]]]), np.array([[4.0]])).ravel().tolist()
    [33.0, 11.0]
    """
    known = jobs.sum(1)
    spread: Floats = jobs * (1 + unknown / known)[:, None, :]
    return spread


def merged(cells: pl.DataFrame, each: Break) -> pl.DataFrame:
    """The cells with those of the break added up into one."""
    name = "+".join(each.occupations)
    apart = ["base", "actual", "predicted"]
    keys = [column for column in cells.columns if column not in apart]
    one = (
        cells.filter(each.touches())
        .with_columns(occupation=pl.lit(name))
        .group_by(keys, maintain_order=True)
        .agg(total(column) for column in apart)
    )
    return pl.concat([cells.filter(~each.touches()), one.select(cells.columns)])
