"""Job: one region on its way through the loop, with what earlier steps wrote.

Start reading at `Job`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from brygga.core.errors import FileError, SettingError
from brygga.core.execution import HERE, Execution
from brygga.core.provenance import read_result
from brygga.core.region import Region
from brygga.workflow.settings import Settings
from brygga.workflow.store import region_inputs


@dataclass(frozen=True)
class Job:
    """One region, its settings and the folder its results go to."""

    region: Region
    settings: Settings
    out: Path
    taxonomy: Path | None = None
    execution: Execution = HERE

    def stored(self, name: str, made_by: str) -> pl.DataFrame:
        """A table that an earlier step wrote, made from the same region and settings.

        Raises
        ------
        FileError when it is missing, SettingError when it was made from something else.
        """
        if not (self.out / f"{name}.parquet").is_file():
            raise FileError(
                f"{self.out} has no {name}",
                why="this step starts from it",
                todo=f"run `brygga {made_by.replace('_', '-')} REGION -o {self.out}` first, or `brygga run`",
            )
        frame, sidecar = read_result(self.out, name)
        now = {i.name: i.sha256 for i in region_inputs(self.region)}
        if now != {i["name"]: i["sha256"] for i in sidecar["inputs"]}:
            raise SettingError(
                f"{self.out}/{name} was made from other region files",
                why="a plan for one region cannot stand on the numbers of another",
                todo=f"run `brygga {made_by.replace('_', '-')} REGION -o {self.out}` again",
            )
        asked, made = self.settings.without_intake_from, sidecar["settings"].get("without_intake_from")
        if made_by == "see" and (made or self.region.first_plan_year) != (asked or self.region.first_plan_year):
            raise SettingError(
                f"{self.out}/{name} leaves out classes from {made or self.region.first_plan_year}",
                why=f"a plan that starts in {self.region.first_plan_year} needs what is short without its own classes",
                todo=f"run `brygga see REGION -o {self.out}` again without --without-intake-from",
            )
        return frame
