"""Lock: what was fetched, from where and when, beside the official tables it describes.

`lock.json` holds one entry an official table: the publisher's ids and their days of change, the hash of what was
asked for, licence and source, the day it came, rows and calls, and the hash of the file. It says which numbers a
region was made from, keeps the ids that were found in a catalogue, and is the same for the same replies.

Start reading at `entry`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.errors import FileError
from brygga.core.provenance import sha256, write_json
from brygga.sources.provider import Fetched
from brygga.sources.recordings import digest

FORM = 1
FILE = "lock.json"
FOLDER = "official"


@dataclass(frozen=True)
class Entry:
    """One official table: publisher, ids and days of change, what was asked for, and the file that holds it."""

    provider: str
    table: tuple[str, ...]
    updated: tuple[str, ...]
    selection_sha256: str
    licence: str
    source: str
    retrieved: str
    rows: int
    calls: int
    sha256: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lock:
    """All entries of a folder, the territory they are about, and the ids found in catalogues."""

    territory: tuple[str, ...]
    ring: tuple[str, ...]
    tables: Mapping[str, Entry] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)

    def with_entry(self, name: str, made: Entry) -> Lock:
        """The lock with one entry more, or another in its place."""
        return Lock(self.territory, self.ring, {**self.tables, name: made}, self.ids)


def entry(
    fetched: Fetched, path: Path, *, provider: str, licence: str, source: str, retrieved: date, calls: int
) -> Entry:
    """What the lock says of a table that was just written to `path`."""
    return Entry(
        provider=provider,
        table=fetched.sources,
        updated=fetched.updated,
        selection_sha256=digest(fetched.selection),
        licence=licence,
        source=source,
        retrieved=retrieved.isoformat(),
        rows=fetched.frame.height,
        calls=calls,
        sha256=sha256(path),
        remarks=fetched.remarks,
    )


def write_lock(lock: Lock, folder: Path) -> None:
    """Write `lock.json` into the folder, whole or not at all."""
    write_json({"form": FORM, **asdict(lock)}, folder / FILE)


def read_lock(folder: Path) -> Lock | None:
    """The lock of a folder, or none if nothing was fetched there.

    Raises
    ------
    FileError
        If it is no lock of this form.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["form"] != FORM:
            raise ValueError(f"form {content['form']}")
        entries = {name: Entry(**_tuples(one)) for name, one in content["tables"].items()}
        return Lock(tuple(content["territory"]), tuple(content["ring"]), entries, content["ids"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError(
            f"{path} cannot be read ({error!r})",
            why="it says which official tables lie in the folder and where they come from",
            todo="delete it and fetch again; replies that are kept are not fetched anew",
        ) from error


def read_official(folder: Path, lock: Lock) -> dict[str, pl.DataFrame]:
    """The official tables that the lock describes and that lie there unchanged.

    Raises
    ------
    FileError
        If a file is not the one that was fetched.
    """
    found = {}
    for name, one in lock.tables.items():
        path = folder / FOLDER / f"{name}.parquet"
        if path.is_file() and sha256(path) != one.sha256:
            raise FileError(
                f"{path} is not the table that {FILE} describes",
                why="somebody changed one of them, so nobody can say where the numbers come from",
                todo="delete the file and fetch again",
            )
        if path.is_file():
            found[name] = tables.read(path, name)
    return found


def _tuples(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}
