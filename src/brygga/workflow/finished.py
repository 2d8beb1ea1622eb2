"""Finished: where a verb that starts from a run finds its tables, and how it adds tables to a folder.

A verb takes either a run's own folder, or a region with -o naming the folder where its earlier steps wrote.

Start reading at `finished`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from brygga.core.errors import FileError
from brygga.core.provenance import read_result
from brygga.core.region import Region, read_region
from brygga.core.tables import check_writable
from brygga.workflow.job import Job
from brygga.workflow.results import RUN_FILE, open_results
from brygga.workflow.settings import Settings, settings_for
from brygga.workflow.store import region_inputs, write_step


@dataclass(frozen=True)
class Finished:
    """A region with the tables that `see` and `act` wrote for it, and the folder that new ones go to, if any."""

    region: Region
    settings: Settings
    folder: Path
    out: Path | None

    def table(self, name: str) -> pl.DataFrame:
        """A table of the region, or one that a step wrote for just this region.

        Raises
        ------
        FileError when no step wrote it; SettingError when it was made from another region.
        """
        if name in self.region.tables:
            return self.region.tables[name]
        made_by = "act" if name.startswith("plan") else "see"
        return Job(self.region, self.settings, self.folder).stored(name, made_by)

    def write(
        self, step: str, frames: Mapping[str, pl.DataFrame], notes: Sequence[str] = (), *, beside: bool = False
    ) -> None:
        """Write tables with their story where results go; nothing without a folder. An open site reads them anew.

        With `beside`, rows of other shocks that lie there, made from the same region, stay.
        """
        if self.out is None:
            return
        whole = {name: self._with_others(name, frame) if beside else frame for name, frame in frames.items()}
        write_step(step, whole, self.out, region=self.region, settings=self.settings, warnings=notes)
        if (self.out / RUN_FILE).is_file():
            os.utime(self.out / RUN_FILE)

    def _with_others(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows with those of other shocks before them."""
        if self.out is None or not (self.out / f"{name}.parquet").is_file():
            return frame
        before, story = read_result(self.out, name)
        made = {one["name"]: one["sha256"] for one in story["inputs"]}
        if made != {one.name: one.sha256 for one in region_inputs(self.region)} or before.schema != frame.schema:
            return frame
        return pl.concat([before.filter(~pl.col("shock").is_in(frame["shock"].unique().to_list())), frame])


def finished(place: Path, out: Path | None, *, draws: int, seed: int) -> Finished:
    """The tables that start a verb: those of the run in `place`, or of the region in `place` and the folder `out`.

    Parameters
    ----------
    place : a run's folder, or a region's
    out : where results go; with a region also where `brygga see` and `brygga act` have written
    draws, seed : as the story of the new tables tells them

    Raises
    ------
    FileError when `place` is a region and `out` is not given, or cannot be written.
    """
    if out is not None:
        check_writable(out)
    if (place / RUN_FILE).is_file():
        region = open_results(place).region
        return Finished(region, _settings(region, draws, seed), place, out)
    region = read_region(place)
    if out is None:
        raise FileError(
            f"{place} is a region without results",
            why="the market is read from the tables of `brygga see` and `brygga act`",
            todo=f"make them with `brygga run {place} -o OUT`, and give OUT instead of {place}",
        )
    return Finished(region, _settings(region, draws, seed), out, out)


def _settings(region: Region, draws: int, seed: int) -> Settings:
    """As the story tells them; the verb itself checks the draws, with all else that it is asked."""
    return replace(settings_for(region, seed=seed), draws=draws)
