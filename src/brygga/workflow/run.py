"""The whole loop for one region: listen, see, learn from outcomes, act, carry, stress.

Start reading at `run`. Every step reads the tables of the steps before it and writes its own
with their story; the folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from brygga import __version__
from brygga.core.errors import FileError, SettingError
from brygga.core.execution import HERE, Execution
from brygga.core.places import PACKAGE
from brygga.core.provenance import write_json
from brygga.core.region import Region, read_region
from brygga.workflow.act import act
from brygga.workflow.carry import carry
from brygga.workflow.demand import growth_of, heard_of, see_demand
from brygga.workflow.education import see_education
from brygga.workflow.follow_up import follow_up, with_learned_rates
from brygga.workflow.ground import hidden_notes
from brygga.workflow.job import Job
from brygga.workflow.listen import listen
from brygga.workflow.results import RUN_FILE
from brygga.workflow.see import see, uncertainty_on
from brygga.workflow.settings import Settings, decision_day, settings_for
from brygga.workflow.store import region_inputs, write_step
from brygga.workflow.stress_step import stress_step
from brygga.workflow.taxonomy import open_pack

__all__ = ["STEPS", "Job", "code_hash", "fingerprint", "is_current", "like_sidecar", "run", "run_step", "whole_folder"]

Progress = Callable[[str, int, int], None]
UNHEARD = "no company has been heard: there was no coded_needs in the folder (`brygga listen` makes it)"
REPRESENTED = (
    "so many cells that unfilled posts and people without work rest on representative draws; gap_parts, gap_width, "
    "opening_draws and the view by education are left out"
)
MOST_HEARD = 60
"""Municipalities up to which what companies said is updated by what statistics expect there."""

STEPS = ("listen", "see", "follow_up", "act", "carry", "stress")


def run_step(step: str, job: Job) -> dict[str, pl.DataFrame]:
    """Run one step of the loop and write its tables; returns them."""
    frames, warnings = _compute(step, job)
    write_step(step, frames, job.out, region=job.region, settings=job.settings, warnings=warnings)
    return frames


def run(
    place: Path,
    out: Path,
    *,
    progress: Progress = lambda step, done, total: None,
    taxonomy: Path | None = None,
    execution: Execution = HERE,
    **given: Any,
) -> Path:
    """Run the loop for the region at `place` into folder `out`; returns the folder.

    Parameters
    ----------
    place : region folder or its region.toml
    out : folder for the results; an earlier run in it is replaced when this one is whole
    progress : told the step's name, how many are done and how many there are
    taxonomy : folder with JobTech (and ESCO) exports, for more titles
    execution : where the draws run; the result is the same everywhere
    given : `to`, `draws`, `seed`, `gap`, `time_limit` (see `Settings`)
    """
    region = read_region(place)
    settings = settings_for(region, **given)
    with whole_folder(out) as work:
        copied = copy_region(region, work / "region")
        job = Job(copied, settings, work, taxonomy, execution)
        for done, step in enumerate(STEPS):
            progress(step, done, len(STEPS))
            run_step(step, job)
        write_json(fingerprint(copied, settings, taxonomy=taxonomy), work / RUN_FILE)
        progress("done", len(STEPS), len(STEPS))
    return out


def is_current(out: Path, place: Path, *, taxonomy: Path | None = None, **given: Any) -> bool:
    """Whether `out` already holds what `run` would compute, by the same code from the same files."""
    try:
        stored = json.loads((out / RUN_FILE).read_text(encoding="utf-8"))
        region = read_region(place)
    except (OSError, ValueError):
        return False
    now = fingerprint(region, settings_for(region, **given), taxonomy=taxonomy)
    return bool(stored == json.loads(json.dumps(now)))


def fingerprint(region: Region, settings: Settings, *, taxonomy: Path | None = None) -> dict[str, Any]:
    """What decides a run's numbers: code, settings, the region's files and the taxonomy that texts are coded with."""
    pack = open_pack(taxonomy)
    return {
        "version": __version__,
        "code": code_hash(),
        "settings": dict(settings.as_mapping()),
        "region": region.name_sv,
        "taxonomy": f"{pack.version} ({pack.fingerprint})",
        "parameters_on": decision_day(region).isoformat(),
        "inputs": {i.name: i.sha256 for i in region_inputs(region)},
        "observed": sum(i.observed for i in region_inputs(region)),
        "modelled": sum(i.modelled for i in region_inputs(region)),
    }


def code_hash() -> str:
    """A hash over the library's own files, so that a change of method is a change of result."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".csv", ".yaml", ".json"):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def copy_region(region: Region, to: Path) -> Region:
    """The region's files copied to `to`, so that results and what they came from stay together."""
    to.mkdir(parents=True, exist_ok=True)
    for path in region.folder.iterdir():
        if path.is_file() and path.suffix in (".csv", ".parquet", ".toml", ".json", ".xlsx"):
            shutil.copyfile(path, to / path.name)
    return read_region(to)


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder to work in that takes the place of `out` when all went well, and vanishes otherwise.

    Raises
    ------
    FileError when `out` cannot be written, or holds something that is no earlier run.
    """
    _refuse_foreign(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise FileError(
            f"{out} cannot be written: {error.strerror}",
            why="the results need a folder that you may write in",
            todo="choose another folder with -o (or --out)",
        ) from error
    try:
        work.chmod(0o755)
        yield work
        if out.exists():
            shutil.rmtree(out)
        work.replace(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _refuse_foreign(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and not (out / RUN_FILE).exists()):
        raise FileError(
            f"{out} is not empty and holds no earlier run",
            why="its content would be replaced",
            todo="choose an empty or new folder with -o (or --out)",
        )


def _compute(step: str, job: Job) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    region, settings = job.region, job.settings
    if step == "listen":
        return listen(region, taxonomy=job.taxonomy)
    if step == "see":
        return _seen(job)
    if step == "follow_up":
        return follow_up(region), ()
    if step == "stress":
        return stress_step(job)
    draws = job.stored("gap_draws", "see")
    if step == "carry":
        return carry(region, draws, job.stored("plan_stock", "act")), ()
    frames, summary = act(
        with_learned_rates(region),
        draws,
        folder=job.out / "problem",
        time_limit=settings.time_limit,
        gap=settings.gap,
        seed=settings.seed,
    )
    write_json(summary, job.out / "summary.json")
    return frames, tuple(summary["warnings"])


def _seen(job: Job) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    asked, learned, first = job.settings, with_learned_rates(job.region), job.settings.without_intake_from
    needs, ads = (
        job.stored(name, "listen") if (job.out / f"{name}.parquet").is_file() else None
        for name in ("coded_needs", "coded_ads")
    )
    growth, heard = growth_of(learned, to=asked.to), None
    if needs is not None and len(learned.municipalities) <= MOST_HEARD:
        size = uncertainty_on(decision_day(learned), base_year=learned.base_year)
        heard = heard_of(learned, needs, to=asked.to, uncertainty=size, seed=asked.seed, ads=ads, growth=growth)
    found = see(
        learned,
        coded_needs=needs,
        to=asked.to,
        draws=asked.draws,
        seed=asked.seed,
        execution=job.execution,
        without_intake_from=first,
        growth=growth,
        heard=heard,
    )
    notes = hidden_notes(learned) if needs is not None else (UNHEARD, *hidden_notes(learned))
    if "opening_draws" not in found:
        return found, (*notes, REPRESENTED)
    found |= see_demand(learned, found, coded_needs=needs, ads=ads, heard=heard)
    return found | see_education(learned, found, seed=asked.seed, without_intake_from=first), notes


def like_sidecar(path: Path) -> dict[str, Any]:
    """The settings that a result's sidecar was made with, to make it again.

    Raises
    ------
    FileError when there is no such sidecar, SettingError when another version made it.
    """
    try:
        sidecar = json.loads(path.read_text(encoding="utf-8"))
        settings: dict[str, Any] = sidecar["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(
            f"{path} is no sidecar of a result",
            why="it must be the JSON file beside a table that Brygga wrote",
            todo="give for example out/unfilled.json",
        ) from error
    if sidecar["version"] != __version__:
        raise SettingError(
            f"{path.name} was made by Brygga {sidecar['version']}, this is {__version__}",
            why="another version may compute another number",
            todo=f"pip install brygga=={sidecar['version']}, or run without --like",
        )
    return settings
