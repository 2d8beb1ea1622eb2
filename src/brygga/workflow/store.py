"""Writing what a step computed, each table with the story of how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from brygga.core import tables
from brygga.core.parameters import Value, all_values
from brygga.core.provenance import Input, Provenance, Result, sha256, write_result
from brygga.core.region import TABLES, Region
from brygga.workflow.settings import Settings, decision_day

METHODS = {
    "listen": "docs/method/coding.md",
    "see": "docs/method/projection.md",
    "act": "docs/method/planning.md",
    "carry": "docs/method/impact.md",
    "stress": "docs/method/stress.md",
    "closure": "docs/method/closure.md",
    "follow_up": "docs/method/outcomes.md",
}
THEMES = {
    "listen": ("coding",),
    "see": ("projection", "commuting"),
    "act": ("planning", "commuting"),
    "carry": ("impact", "commuting"),
    "stress": ("impact", "commuting", "coding"),
    "closure": ("impact", "commuting", "coding"),
    "follow_up": ("outcomes",),
}


def write_step(
    step: str,
    frames: Mapping[str, pl.DataFrame],
    out: Path,
    *,
    region: Region,
    settings: Settings,
    warnings: Sequence[str] = (),
) -> None:
    """Check the tables of `step` and write each with its sidecar into `out`."""
    story = Provenance(
        step=step,
        region=region.name_sv,
        settings=settings.as_mapping(),
        inputs=region_inputs(region),
        parameters=parameters_in_force(step, region),
        method=METHODS[step],
        warnings=(*region.notes, *warnings),
        steps=tuple((name, frame.height) for name, frame in frames.items()),
    )
    for name, frame in frames.items():
        checked = tables.check(frame, name, extra_codes=region.extra_codes)
        write_result(Result(name, checked, story), out)


def region_inputs(region: Region) -> tuple[Input, ...]:
    """Every file of the region with its hash, rows, and how many values are observed and modelled."""
    inputs = [_input(path, region) for path in sorted(region.folder.iterdir()) if path.suffix in (".csv", ".parquet")]
    texts = [path for path in (region.needs, region.ads) if path and path.suffix not in (".csv", ".parquet")]
    return tuple(inputs) + tuple(Input(path.name, sha256(path), 0) for path in texts)


def parameters_in_force(step: str, region: Region) -> tuple[Value, ...]:
    """The parameters of the step's themes that hold on the region's decision day."""
    day = decision_day(region)
    latest: dict[str, Value] = {}
    for value in all_values():
        if value.name.split(".")[0] in THEMES[step] and value.valid_from <= day:
            latest[value.name] = value
    return tuple(latest.values())


def _input(path: Path, region: Region) -> Input:
    frame = region.tables.get(path.stem) if path.stem in TABLES else None
    if frame is None:
        return Input(path.name, sha256(path), 0)
    return Input(path.name, sha256(path), frame.height, *tables.observed_and_modelled(frame, path.stem))
