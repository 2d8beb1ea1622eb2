"""Occupation network: the table `occupation_network` for a region's occupations, and its matrix.

Start reading at `network_of`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from brygga.coding.network import occupation_network
from brygga.core.grids import Floats, to_array
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.workflow.settings import decision_day
from brygga.workflow.taxonomy import open_pack

MOST_DIGITS = 4


def network_of(region: Region, *, taxonomy: Path | None = None, least: float | None = None) -> pl.DataFrame:
    """Table `occupation_network` over the occupations that the region counts.

    Parameters
    ----------
    region : its table `employed` says which codes, `occupation_education` their schooling
    taxonomy : a pack or a folder of exports; None for the installed one, or our own words alone
    least : strength under which two occupations are not related; by parameter `coding.network_least`
    """
    occupations = sorted(region.tables["employed"]["occupation"].unique())
    floor = value_on("coding.network_least", decision_day(region)).number if least is None else least
    return occupation_network(
        open_pack(taxonomy),
        occupations,
        education=region.tables["occupation_education"],
        employed=_units(region),
        least=floor,
    )


def related_matrix(network: pl.DataFrame, occupations: Sequence[str]) -> Floats:
    """Table `occupation_network` as an array from (rows) to (columns), 0 where two are not related."""
    return to_array(network, "strength", {"from_code": occupations, "to_code": occupations}, absent=0.0)


def _units(region: Region) -> Mapping[str, float]:
    """Persons at work by four-digit code, where the region counts that finely."""
    employed = region.tables["employed"].filter(pl.col("year") == region.base_year)
    fine = employed.filter(pl.col("occupation").str.len_chars() == MOST_DIGITS)
    found: dict[str, float] = {}
    for occupation, persons in fine.select("occupation", "persons").sort(pl.all()).iter_rows():
        found[occupation] = found.get(occupation, 0.0) + (persons or 0.0)
    return found
