"""Update: the taxonomy of this machine, built from files or from the publisher.

Start reading at `update_taxonomy`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from brygga.coding.pack import SCHEMAS, Pack, read_pack, write_pack
from brygga.core.places import home
from brygga.sources.http import Tell
from brygga.sources.publisher import Planned, fetch, plan
from brygga.sources.taxonomy import read_exports
from brygga.sources.taxonomy_files import ESCO_ENGLISH, JOBTECH
from brygga.workflow.taxonomy import as_pack, installed

ESCO_PAGE = "https://esco.ec.europa.eu/en/use-esco/download"
WITHOUT_ESCO = (
    "ESCO's labels are not in it: ESCO has no open address to fetch from. Download its CSV files in English "
    f"at {ESCO_PAGE} and give their folder with --esco."
)


@dataclass(frozen=True)
class Updated:
    """What was built: the pack, where it lies, the known exports that were not there, and remarks."""

    pack: Pack
    folder: Path
    missing: tuple[str, ...]
    remarks: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Rows of each table, and places."""
        return {name: getattr(self.pack, name).height for name in SCHEMAS} | {"places": len(self.pack.places)}

    def summary(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "folder": str(self.folder),
            "version": self.pack.version,
            "counts": self.counts(),
            "missing": list(self.missing),
            "sources": list(self.pack.sources),
            "remarks": list(self.remarks),
        }


def downloads(version: str, today: date) -> Path:
    """Where fetched exports lie until the pack is built: by number, or by day for the latest."""
    return home("cache") / "downloads" / f"jobtech-{today.isoformat() if version == 'latest' else version}"


def plan_update(version: str = "latest", *, today: date | None = None) -> list[Planned]:
    """The files that a live update fetches."""
    return plan(downloads(version, today or date.today()), version)


def update_taxonomy(
    out: Path | None = None,
    *,
    exports: Path | None = None,
    esco: Path | None = None,
    version: str = "latest",
    today: date | None = None,
    tell: Tell = lambda what, done, total: None,
) -> Updated:
    """Build the pack that verbs use when no other taxonomy is given.

    Parameters
    ----------
    out : folder for the pack; None for the user's data folder
    exports : folder of exports to read; None to fetch JobTech's from the publisher
    esco : folder with ESCO's files, beside what is fetched
    version : JobTech's number to fetch, or latest
    today : the day that the latest version is named after
    tell : called with a word, the steps done and all steps

    Raises
    ------
    FileError, TableError, UnknownCodeError, FaultsError
        If something cannot be fetched, read or written; the old pack then stays as it was.
    """
    target = out or installed()
    folders = [exports] if exports else [_fetched(version, today or date.today(), tell), *([esco] if esco else [])]
    found = read_exports(*folders)
    write_pack(as_pack(found), target)
    remarks = []
    if not set(found.missing).isdisjoint(JOBTECH):
        remarks.append("Some of JobTech's exports are missing; what they hold is not in the pack.")
    if ESCO_ENGLISH in found.missing:
        remarks.append(WITHOUT_ESCO)
    if not exports:
        shutil.rmtree(folders[0], ignore_errors=True)
    return Updated(read_pack(target), target, found.missing, tuple(remarks))


def _fetched(version: str, today: date, tell: Tell) -> Path:
    """The folder with the publisher's exports, all of them."""
    folder = downloads(version, today)
    for old in folder.parent.glob("jobtech-20*-*"):  # a latest of an earlier day, broken off, is no longer the latest
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    planned = plan(folder, version)
    fetch(planned, folder, tell=tell)
    return folder
