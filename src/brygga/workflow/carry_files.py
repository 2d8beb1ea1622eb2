"""Carry files: a question about what posts carry, computed and written into a folder.

The question of the run (all manufacturing, as it lies in the region) fills the tables of step `carry`. Any other goes
to a folder of its own inside, so that the pages of a run never show another question's numbers.

Start reading at `answer_into`.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from brygga.core.region import Region
from brygga.core.tables import check_writable
from brygga.workflow.carry import Question, carried
from brygga.workflow.job import Job
from brygga.workflow.run import run_step
from brygga.workflow.settings import settings_for
from brygga.workflow.store import write_step

BEFORE = ("gap_draws", "plan_stock")
"""What the tax of a plan starts from; without them there is no plan to tell it of."""


def answer_into(region: Region, out: Path, question: Question) -> tuple[dict[str, pl.DataFrame], Path]:
    """The tables of a question, written with their story; returns them and the folder they are in.

    With the tables of `brygga see` and `brygga act` in `out`, the run's own question also gives the tax of the plan.

    Raises
    ------
    FileError when the folder cannot be written; SettingError or UnknownCodeError for a place or an industry unknown.
    """
    check_writable(out)
    settings = settings_for(region)
    if question == Question() and all((out / f"{name}.parquet").is_file() for name in BEFORE):
        return run_step("carry", Job(region, settings, out)), out
    frames = carried(region, question)
    folder = folder_of(out, question)
    asked = f"asked about industry {question.industry}, municipality {question.municipality or 'all'}"
    write_step("carry", frames, folder, region=region, settings=settings, warnings=(asked,))
    return frames, folder


def folder_of(out: Path, question: Question) -> Path:
    """Where the tables of a question go.

    Examples
    --------
    >>> folder_of(Path("out"), Question("29", "1060")).as_posix(), folder_of(Path("out"), Question()).as_posix()
    ('out/carry-29-1060', 'out')
    """
    if question == Question():
        return out
    place = f"-{question.municipality}" if question.municipality else ""
    return out / f"carry-{question.industry}{place}"
