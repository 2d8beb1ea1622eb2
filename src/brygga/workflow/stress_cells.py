"""Stress cells: which workplaces and industries a stress test tries, and how many posts each loses.

An industry of a municipality stands for its workplaces together. A region may list workplaces of its own in
workplaces.csv (table `workplaces`): what they are, never whose. They lose the same share, and an industry they belong
to is tried as well.

Start reading at `cells_of`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, SettingError, TableError, listed, raise_all
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.workflow.closure_shock import DRAWS, industry_faults, jobs_there, place_faults

WORKPLACES = "workplaces.csv"
COMPANY = re.compile(r"\b(AB|HB|KB|Aktiebolag(et)?|Handelsbolag(et)?|Ltd|Limited|GmbH|Inc|Oy|ASA?|ApS)\b\.?")
"""What a company's name ends in; a label must not hold one."""


@dataclass(frozen=True)
class Cell:
    """An industry of a municipality, or a workplace in it (`label`), with the jobs there and the posts it loses."""

    municipality: str
    industry: str
    jobs: float
    posts: float
    label: str = ""


def cells_of(
    region: Region,
    *,
    least: float,
    share: float,
    municipalities: Collection[str] = (),
    workplaces: Path | None = None,
) -> tuple[Cell, ...]:
    """The cells to try, by municipality and industry: industries with at least `least` jobs, and all workplaces.

    Posts are whole, one at least. A cell whose jobs are hidden is not known to be large, and is not tried.

    Raises
    ------
    Every fault of the file of workplaces in one report.
    """
    wanted = set(municipalities) or set(region.municipalities)
    employed = region.tables["employed"].filter(
        pl.col("year") == region.base_year, pl.col("municipality").is_in(sorted(wanted & set(region.municipalities)))
    )
    cell = ["municipality", "industry"]
    sums = employed.group_by(cell, maintain_order=True).agg(total("persons")).filter(pl.col("persons") >= least)
    found = [Cell(place, industry, jobs, _lost(jobs, share)) for place, industry, jobs in sums.sort(cell).iter_rows()]
    found += [
        Cell(row["municipality"], row["industry"], row["posts"], _lost(row["posts"], share), row["label"])
        for row in read_workplaces(region, workplaces).iter_rows(named=True)
        if row["municipality"] in wanted
    ]
    return tuple(sorted(found, key=lambda cell: (cell.municipality, cell.industry, cell.label)))


def read_workplaces(region: Region, path: Path | None = None) -> pl.DataFrame:
    """Table `workplaces` of the file, or of the region's own; empty where there is none.

    Raises
    ------
    FileError, TableError or SettingError: every fault in one report.
    """
    own = region.folder / WORKPLACES
    if path is None and not own.is_file():
        return tables.empty("workplaces")
    frame = tables.read(path or own, "workplaces", extra_codes=region.extra_codes)
    raise_all((path or own).name, _workplace_faults(region, frame, (path or own).name))
    return frame


def check_asked(
    region: Region, *, least: float, share: float, draws: int, municipalities: Collection[str] = ()
) -> None:
    """Nothing, or every fault of what is asked of a stress test in one report."""
    faults: list[BryggaError] = []
    if not least >= 1:
        faults.append(
            SettingError(
                f"--least {least:g} is no number of jobs",
                why="an industry without a job has nothing to lose",
                todo="choose for example --least 100",
            )
        )
    if not 0 < share <= 1:
        faults.append(
            SettingError(
                f"--share {share:g} is no share of the posts",
                why="each loses more than nothing and at most all of them",
                todo="shares are written 0.3 for 30 per cent; --all for all posts",
            )
        )
    if not DRAWS[0] <= draws <= DRAWS[1]:
        faults.append(
            SettingError(
                f"--draws {draws} is outside {DRAWS[0]}-{DRAWS[1]}",
                why="fewer give no interval, more do not fit in memory",
                todo=f"choose {DRAWS[0]} to {DRAWS[1]}",
            )
        )
    for code in sorted(set(municipalities)):
        faults += place_faults(region, code)
    raise_all("the stress test", faults)


def check_whole(whole: bool, *, share_given: bool) -> None:
    """Nothing, or the fault of asking both for a share and for all.

    Raises
    ------
    SettingError.
    """
    if whole and share_given:
        raise SettingError(
            "both --all and --share are given",
            why="each loses either all its posts or a share of them",
            todo="give one of them",
        )


def _workplace_faults(region: Region, frame: pl.DataFrame, name: str) -> list[BryggaError]:
    faults: list[BryggaError] = []
    for code in frame["municipality"].unique().sort():
        faults += place_faults(region, code)
    for code in frame["industry"].unique().sort():
        faults += industry_faults(region, code)
    named = [label for label in frame["label"] if COMPANY.search(label)]
    if named:
        faults.append(
            TableError(
                f"{name}.label: {listed(named)} look(s) like a company's name",
                why="a stress test is shown to everybody, and a named company could be harmed by it",
                todo="say what the workplace is: a hospital, a power station, a vehicle plant",
            )
        )
    if faults:
        return faults
    for place, industry, label, posts in frame.select("municipality", "industry", "label", "posts").iter_rows():
        jobs = jobs_there(region, place, industry)
        if posts < 1 or posts > jobs + 0.5:
            faults.append(
                TableError(
                    f"{name}: {label} in {place} has {posts:g} posts, industry {industry} there {jobs:,.0f}",
                    why="a workplace has a post at least, and no more than its industry",
                    todo="correct the posts or the industry, or table employed if it lacks the workplace",
                )
            )
    return faults


def _lost(jobs: float, share: float) -> float:
    """Whole posts, at least one and no more than there are.

    Examples
    --------
    >>> _lost(101.0, 0.3), _lost(1.0, 0.3), _lost(99.6, 1.0)
    (30.0, 1.0, 100.0)
    """
    return float(max(1, round(share * jobs)))
