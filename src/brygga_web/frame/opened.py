"""The run that the site shows, and its answers, each computed once."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from brygga.workflow import assumptions, questions
from brygga.workflow.follow_up import follow_up
from brygga.workflow.names import SettingError
from brygga.workflow.results import RUN_FILE, Results, open_results

QUESTIONS = {
    "shortage": questions.shortage,
    "covered": questions.covered,
    "openings": questions.openings,
    "parts": questions.parts,
    "leading": questions.leading,
}


TABLES = (
    "carried_jobs", "coded_needs", "gap", "gap_draws", "gap_parts", "job_openings", "municipal_tax",
    "municipal_tax_draws", "opening_draws", "plan", "plan_arrivals", "plan_limits", "plan_money",
    "plan_municipalities", "plan_stock", "unfilled", "updated_rates", "without_work",
)  # fmt: skip
"""What a run must hold for every page to answer."""


def is_of_another_version() -> bool:
    """Whether the folder holds a run, but not every table that the pages of this version read."""
    folder = Path(settings.BRYGGA_RESULTS or ".")
    return (folder / RUN_FILE).is_file() and not all((folder / f"{name}.parquet").is_file() for name in TABLES)


def current() -> Results:
    """The opened run of BRYGGA_RESULTS.

    Raises
    ------
    SettingError when no folder is set, FileError when it holds no run.
    """
    if not settings.BRYGGA_RESULTS:
        raise SettingError(
            "BRYGGA_RESULTS is not set",
            why="the site shows the results of a run and has none",
            todo="start it with `brygga serve FOLDER`, or set BRYGGA_RESULTS to a folder that `brygga run` wrote",
        )
    return open_results(Path(settings.BRYGGA_RESULTS))


def ask(question: str, results: Results, **what: Any) -> Any:
    """The answer to one of `QUESTIONS`; computed once for a run and a set. Do not change what you get."""
    return _asked(_stamp(results), question, tuple(sorted(what.items())))


def answer(
    question: str, results: Results, *, plan: str = "last_year", value: str = "short", **what: Any
) -> pl.DataFrame:
    """The rows of one plan (and one value, of a shortage)."""
    rows: pl.DataFrame = ask(question, results, **what).filter(plan=plan)
    return rows.filter(value=value) if question == "shortage" else rows


def foundations(results: Results) -> assumptions.Foundations:
    """What the run rests on."""
    return _foundations(_stamp(results))


def _stamp(results: Results) -> tuple[str, int]:
    return str(results.folder), (results.folder / RUN_FILE).stat().st_mtime_ns


@functools.lru_cache(maxsize=512)
def _asked(stamp: tuple[str, int], question: str, what: tuple[tuple[str, Any], ...]) -> Any:
    return QUESTIONS[question](open_results(Path(stamp[0])), **dict(what))


@functools.lru_cache(maxsize=4)
def _foundations(stamp: tuple[str, int]) -> assumptions.Foundations:
    return assumptions.sources_and_assumptions(open_results(Path(stamp[0])))


def outcomes(results: Results) -> dict[str, pl.DataFrame]:
    """Outcomes and updated rates as they may be shown, with few people hidden."""
    return _outcomes(_stamp(results))


def smallest_shown(results: Results) -> int:
    """The smallest count of people above zero that is shown."""
    named = {value.name: value for value in foundations(results).parameters}
    return int(named["outcomes.smallest_shown_count"].number)


@functools.lru_cache(maxsize=4)
def _outcomes(stamp: tuple[str, int]) -> dict[str, pl.DataFrame]:
    return follow_up(open_results(Path(stamp[0])).region)
