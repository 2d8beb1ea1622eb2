"""Follow up: how it went, and what the next plan learns from it, as a list of steps.

Start reading at `follow_up`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from brygga.core import tables
from brygga.core.errors import FileError
from brygga.core.parameters import value_on
from brygga.core.places import REGIONS
from brygga.core.region import Region
from brygga.outcomes.disclosure import shown_outcomes, shown_rates
from brygga.outcomes.rates import apply_rates, check_outcomes, update_rates
from brygga.workflow.settings import decision_day


def follow_up(region: Region) -> dict[str, pl.DataFrame]:
    """Tables `updated_rates` and `outcomes` as they may be shown: few people are hidden in both.

    The plan learns from every count, hidden or not: see `learned_programmes`.
    """
    shown = shown_outcomes(
        region.tables["outcomes"],
        region.tables["programmes"],
        region.tables["sites"],
        smallest=int(value_on("outcomes.smallest_shown_count", decision_day(region)).number),
    )
    rates = shown_rates(_updated(region), shown)
    return {"updated_rates": tables.check(rates, "updated_rates"), "outcomes": tables.check(shown, "outcomes")}


def learned_programmes(region: Region) -> pl.DataFrame:
    """Table `programmes` with completion and placement after the outcomes; unchanged without outcomes."""
    programmes = apply_rates(region.tables["programmes"], _updated(region))
    return tables.check(programmes, "programmes", extra_codes=region.extra_codes)


def with_learned_rates(region: Region) -> Region:
    """The region as the next plan should see it: only the rates of its programmes differ."""
    return replace(region, tables={**region.tables, "programmes": learned_programmes(region)})


def add_outcomes(region: Region, file: Path) -> Region:
    """Read outcomes from `file` and write them into the region's folder; a row for the same class replaces the old.

    Raises
    ------
    FileError, TableError, or FaultsError with every fault of the file; then nothing is written.
    """
    _refuse_packaged(region)
    given = tables.read(file, "outcomes", extra_codes=region.extra_codes)
    check_outcomes(given, region.tables["programmes"])
    kept = region.tables["outcomes"].join(given, on=tables.keys("outcomes"), how="anti")
    merged = tables.check(pl.concat([kept, given]).sort(tables.keys("outcomes")), "outcomes")
    tables.write(merged, region.folder / "outcomes.csv")
    return replace(region, tables={**region.tables, "outcomes": merged})


def _updated(region: Region) -> pl.DataFrame:
    weight = value_on("outcomes.prior_weight", decision_day(region)).number
    return update_rates(region.tables["programmes"], region.tables["outcomes"], prior_weight=weight)


def _refuse_packaged(region: Region) -> None:
    if region.folder.resolve().is_relative_to(REGIONS.resolve()):
        raise FileError(
            f"{region.folder} is the example inside the program",
            why="outcomes written there would vanish with the next version",
            todo="write your own copy with `brygga data example FOLDER` and add the outcomes there",
        )
