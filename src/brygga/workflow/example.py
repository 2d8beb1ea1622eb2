"""The example region: written by its recipe, run like any other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brygga.core.region import read_region
from brygga.regions.sydost.recipe import build_sydost
from brygga.workflow.run import is_current, run, whole_folder
from brygga.workflow.store import region_inputs


@dataclass(frozen=True)
class Counts:
    """How many values of a region are observed and how many modelled."""

    observed: int
    modelled: int


def write_example(folder: Path) -> Counts:
    """Write the example region into `folder`, which must be new or empty."""
    with whole_folder(folder) as work:
        build_sydost(work)
    inputs = region_inputs(read_region(folder))
    return Counts(sum(i.observed for i in inputs), sum(i.modelled for i in inputs))


def run_example(out: Path, *, progress: Callable[[str, int, int], None], **given: Any) -> Path:
    """Run the loop on the example region into `out`, unless it already holds just that."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        build_sydost(folder)
        if not is_current(out, folder, **given):
            run(folder, out, progress=progress, **given)
    return out
