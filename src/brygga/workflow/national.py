"""National: which input-output table a region is measured with, as a list of steps.

1. The official table of the region folder, where it has one that says what is needed; else the named stand-in.
2. The nation's jobs by industry: counted (`jobs_history`, municipality 00, else the named table of Sweden); industries
   that are finer than the count share its jobs as they share wages, which is said.
3. Industries merged so far that every industry of the region has one place.

Start reading at `national_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.impact.exporting import SWEDEN_SOURCE, sweden_jobs
from brygga.impact.leontief import technical_coefficients
from brygga.impact.national import National, coarsened, germany_1990, with_jobs
from brygga.impact.published_files import official_national

__all__ = ["national_of"]

NATION = "00"
OFFICIAL = "official_input_output"
ENDINGS = (".csv", ".parquet")
NEEDED = ("wages", "household_purchases", "household_total", "jobs")


def national_of(given: Region | Mapping[str, pl.DataFrame]) -> National:
    """The table to measure with; every industry of the region's `employed` has exactly one place in it.

    A stand-in says so (`stand_in`, `source`), and why the official table was not used where there is one.

    Parameters
    ----------
    given : the region, whose folder is looked into for the official table (`official_input_output`, there or in its
        subfolder `official`, where `brygga data update` puts it); or its tables, with the official one among them
    """
    region_tables = _with_official(given) if isinstance(given, Region) else given
    codes = _industries(region_tables)
    official = region_tables.get(OFFICIAL)
    if official is None or official.is_empty():
        return coarsened(germany_1990(), codes)
    try:
        table = _with_jobs(official_national(official), region_tables).need(*NEEDED)
        table = coarsened(table, codes)
        technical_coefficients(table.flows, table.output, industries=table.industries)
        return table
    except BryggaError as error:
        stand_in = coarsened(germany_1990(), codes)
        return replace(stand_in, source=f"{stand_in.source}. The official table was not used: {error.what}")


def _with_official(region: Region) -> Mapping[str, pl.DataFrame]:
    """The region's tables and, where its folder holds one, the official input-output table."""
    beside = [folder / f"{OFFICIAL}{end}" for folder in (region.folder, region.folder / "official") for end in ENDINGS]
    path = next((one for one in beside if one.is_file()), None)
    return {**region.tables, OFFICIAL: tables.read(path, OFFICIAL)} if path else region.tables


def _industries(region_tables: Mapping[str, pl.DataFrame]) -> list[str]:
    employed = region_tables.get("employed")
    return [] if employed is None else employed["industry"].unique().sort().to_list()


def _with_jobs(table: National, region_tables: Mapping[str, pl.DataFrame]) -> National:
    """The nation's jobs by industry as they are counted; finer industries share theirs as wages do."""
    if "jobs" not in table.lacks:
        return table
    persons, source = _counted(region_tables)
    by_wages = replace(table.need("wages"), jobs=table.wages)
    fine = len(persons) < len(table.industries)
    return with_jobs(by_wages, persons, source=source + (", split within as wages are" if fine else ""))


def _counted(region_tables: Mapping[str, pl.DataFrame]) -> tuple[dict[str, float], str]:
    """Jobs by industry in the nation, and where they come from."""
    history = region_tables.get("jobs_history")
    if history is not None:
        nation = history.filter(pl.col("municipality") == NATION)
        last = nation.filter(pl.col("year") == pl.col("year").max())
        if last.height and not last["persons"].null_count():
            sums = last.group_by("industry", maintain_order=True).agg(total("persons")).sort("industry")
            said = last["source"].drop_nulls().to_list() or ["jobs_history"]
            return dict(sums.iter_rows()), f"{said[0]}, {last['year'][0]}"
    return sweden_jobs(), SWEDEN_SOURCE
