"""The results of a run, opened for pages and questions: tables, their stories, and the plan's proof.

Start reading at `open_results`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core.errors import FileError, TableError
from brygga.core.provenance import read_result
from brygga.core.region import Region, read_region

RUN_FILE = "run.json"
"""Written last: a folder with it holds a whole run."""


@dataclass(frozen=True)
class Results:
    """One whole run in a folder. Tables are read when first asked for and kept."""

    folder: Path
    region: Region
    run: Mapping[str, Any]
    _kept: dict[str, tuple[pl.DataFrame, dict[str, Any]]] = field(default_factory=dict, repr=False, compare=False)

    def table(self, name: str) -> pl.DataFrame:
        """A result table, or a table of the region where no step made one of that name.

        Raises
        ------
        TableError when there is no table of that name.
        """
        if name in self.region.tables and not (self.folder / f"{name}.parquet").is_file():
            return self.region.tables[name]
        return self._read(name)[0]

    def has(self, name: str) -> bool:
        """Whether the run made a table of that name; some are made only on request."""
        return (self.folder / f"{name}.parquet").is_file()

    def provenance(self, name: str) -> dict[str, Any]:
        """The sidecar of a result table: inputs, parameters, settings, steps and warnings."""
        return self._read(name)[1]

    @property
    def summary(self) -> dict[str, Any]:
        """The plan's objective, bound, gaps, status and warnings."""
        return _json(self.folder / "summary.json")

    def _read(self, name: str) -> tuple[pl.DataFrame, dict[str, Any]]:
        if name not in self._kept:
            if not (self.folder / f"{name}.parquet").is_file():
                raise TableError(
                    f"{self.folder} has no table {name}",
                    why="the run did not make it",
                    todo=f"choose one of: {', '.join(sorted(p.stem for p in self.folder.glob('*.parquet')))}",
                )
            self._kept[name] = read_result(self.folder, name)
        return self._kept[name]


def open_results(folder: Path) -> Results:
    """The run in `folder`; opened once and kept until the folder is written anew.

    Raises
    ------
    FileError when the folder holds no whole run.
    """
    try:
        written = (folder / RUN_FILE).stat().st_mtime_ns
    except OSError as error:
        raise FileError(
            f"{folder} holds no whole run",
            why=f"there is no {RUN_FILE} in it",
            todo="make one with `brygga run REGION -o FOLDER`, or `brygga demo`",
        ) from error
    return _open(folder.resolve(), written)


@functools.lru_cache(maxsize=4)
def _open(folder: Path, written: int) -> Results:
    return Results(folder=folder, region=read_region(folder / "region"), run=_json(folder / RUN_FILE))


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(
            f"{path} cannot be read: {error}",
            why="it is missing or damaged, so nobody can say what the results stand on",
            todo="run it again with `brygga run REGION -o FOLDER`",
        ) from error
    return content
