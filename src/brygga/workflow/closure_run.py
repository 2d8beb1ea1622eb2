"""Closure run: from a folder and what somebody asks for, to tables written beside those of other shocks.

The folder is a finished run, or a region with the folder of a run (or of `brygga see`) to start from and write to;
the tables of `see` are made where they are missing. Several shocks share the tables `closure_*`: another shock is
added, the same one replaced, and shocks of other region files are left out. Files appear whole or not at all, with
their story; the names of files that a user gave are never in it, since they may name a company.

Start reading at `run_closure`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, FileError, SettingError
from brygga.core.execution import HERE
from brygga.core.provenance import Provenance, Result, Setting, read_result, write_result
from brygga.core.region import Region, read_region
from brygga.impact.closure import Shock
from brygga.workflow.closure import JobTables, closure
from brygga.workflow.closure_inputs import Source
from brygga.workflow.closure_shock import Asked, shock_of
from brygga.workflow.job import Job
from brygga.workflow.results import RUN_FILE, open_results
from brygga.workflow.run import run_step
from brygga.workflow.settings import settings_for
from brygga.workflow.store import parameters_in_force, region_inputs

Progress = Callable[[str, int, int], None]
STEP = "closure"
METHOD = "docs/method/closure.md"


@dataclass(frozen=True)
class Done:
    """A closure that was computed: what it was, its tables (this shock alone), where they lie, what to know."""

    region: Region
    shock: Shock
    tables: Mapping[str, pl.DataFrame]
    out: Path
    notes: tuple[str, ...]


def run_closure(
    place: Path,
    asked: Asked,
    *,
    out: Path | None = None,
    budget: float | None = None,
    seed: int = 1,
    taxonomy: Path | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Done:
    """Compute a closure and write its tables.

    Parameters
    ----------
    place : folder of a finished run, or of a region
    asked : the shock as written
    out : folder of the run to start from and to write to, where `place` is a region; `place` itself for a run
    budget : SEK for courses beyond the plan
    seed, taxonomy : see `closure_inputs.inputs_of`
    progress : told the step's name, how many are done and how many there are

    Raises
    ------
    BryggaError for every fault of what was asked, before anything is computed.
    """
    if budget is not None and not 0 <= budget < float("inf"):
        raise SettingError(
            f"--budget {budget:g} is no sum of money",
            why="courses are bought for kronor, none or more",
            todo="give SEK from 0 up, or leave it out for a stated amount per post",
        )
    finished = (place / RUN_FILE).is_file()
    region = read_region(place / "region" if finished else place)
    shock, notes = shock_of(region, asked)
    target = _target(place, out, finished)
    tables.check_writable(target)
    source, told = _source(place, region, target, finished, taxonomy, progress)
    frames = closure(
        source,
        shock,
        months=asked.months,
        draws=asked.draws,
        seed=seed,
        budget=budget,
        taxonomy=taxonomy,
        progress=progress,
    )
    setting = _setting(shock, asked, seed, budget)
    write_closure(frames, target, region=region, settings={f"shock {shock.key}": setting}, warnings=told)
    progress("done", 1, 1)
    return Done(region, shock, frames, target, (*region.notes, *notes, *told))


def write_closure(
    frames: Mapping[str, pl.DataFrame],
    out: Path,
    *,
    region: Region,
    settings: Mapping[str, Setting],
    warnings: Sequence[str] = (),
) -> None:
    """Write the tables of a shock beside those of others in `out`, all of them or none."""
    inputs = region_inputs(region)
    before = _before(out, {one.name: one.sha256 for one in inputs})
    mine = {key for frame in frames.values() for key in frame["shock"].unique()}
    kept = {name: value for name, value in before[1].items() if name.removeprefix("shock ") not in mine}
    fit = {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in frames.items()}
    joined = {name: _joined(before[0].get(name), frame, mine) for name, frame in fit.items()}
    story = Provenance(
        step=STEP,
        region=region.name_sv,
        settings={**kept, **settings},
        inputs=inputs,
        parameters=parameters_in_force(STEP, region),
        method=METHOD,
        warnings=(*region.notes, *warnings),
        steps=tuple((name, frame.height) for name, frame in joined.items()),
    )
    out.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out, prefix=".closure."))
    try:
        for name, frame in joined.items():
            checked = tables.check(frame, name, extra_codes=region.extra_codes)
            write_result(Result(name, checked, story), work)
        for path in sorted(work.iterdir()):
            path.replace(out / path.name)
    except OSError as error:
        raise FileError(
            f"{out} cannot be written: {error.strerror}",
            why="the tables of a closure are written whole or not at all",
            todo="free space there or choose another folder with -o",
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _target(place: Path, out: Path | None, finished: bool) -> Path:
    if finished and out is None:
        return place
    if out is None:
        raise SettingError(
            f"{place} is a region, and no folder is given for the results",
            why="a closure starts from what `brygga see` or `brygga run` computed, and its tables lie beside it",
            todo="give the run's folder with -o (one that is missing is made), or give the run's folder itself",
        )
    return out


def _source(
    place: Path, region: Region, out: Path, finished: bool, taxonomy: Path | None, progress: Progress
) -> tuple[Source, tuple[str, ...]]:
    """What the closure starts from; the tables of `see` are made when they are missing."""
    if finished:
        return open_results(place), ()
    job = Job(region, settings_for(region), out, taxonomy, HERE)
    if (out / "gap_draws.parquet").is_file():
        return JobTables(job), ()
    for done, step in enumerate(("listen", "see")):
        progress(step, done, 2)
        run_step(step, job)
    told = "the tables of `brygga see` were missing and have been made first; there is no plan, so no seat is paid for"
    return JobTables(job), (told,)


def _setting(shock: Shock, asked: Asked, seed: int, budget: float | None) -> str:
    """The shock's settings in a line; no name of a file is in it."""
    dates = "; ".join(f"{day} {share:.6g}" for day, share in shock.leaving)
    occupations = "given" if shock.occupations else "staffing"
    money = "stated amount per post" if budget is None else f"{budget:.12g} SEK"
    return (
        f"notice {shock.notice}, leaving {dates}, occupations {occupations}, months {asked.months}, "
        f"draws {asked.draws}, seed {seed}, budget {money}"
    )


def _before(out: Path, inputs: Mapping[str, str]) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """Tables of earlier shocks made from the same region files, and their settings."""
    found: dict[str, pl.DataFrame] = {}
    settings: dict[str, Any] = {}
    for path in sorted(out.glob("closure_*.parquet")):
        try:
            frame, sidecar = read_result(out, path.stem)
        except BryggaError:  # a damaged table is written anew
            continue
        if {one["name"]: one["sha256"] for one in sidecar["inputs"]} == dict(inputs):
            found[path.stem] = frame
            settings |= {name: value for name, value in sidecar["settings"].items() if name.startswith("shock ")}
    return found, settings


def _joined(before: pl.DataFrame | None, frame: pl.DataFrame, mine: set[str]) -> pl.DataFrame:
    """The rows of other shocks, and after them those of these."""
    if before is None or before.schema != frame.schema:
        return frame
    return pl.concat([before.filter(~pl.col("shock").is_in(sorted(mine))), frame])
