"""Establishment asked: from what a person writes to checked new posts, with every fault in one report.

The checks are those of a closure (`closure_shock`); and twelve months at least are followed.

Start reading at `new_posts`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from brygga.core.errors import SettingError
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.impact.closure import Shock, even_leaving
from brygga.impact.months import add_months
from brygga.workflow.closure_shock import Asked, shock_of
from brygga.workflow.settings import decision_day

LARGE = 100
"""More posts than this are offered over several months where no last day is given."""
FEWEST_MONTHS = 12


@dataclass(frozen=True)
class Wanted:
    """New posts as written: texts and files. `first` and `until` are the days the first and the last are offered."""

    municipality: str
    industry: str
    posts: float
    first: str | date
    until: str | date | None = None
    occupations: Path | None = None
    months: int = 24
    draws: int = 100


def new_posts(region: Region, wanted: Wanted) -> tuple[Shock, tuple[str, ...]]:
    """The new posts that are asked for, checked, and what had to be assumed about them.

    Raises
    ------
    BryggaError: every fault of what was asked, in one report.
    """
    if wanted.months < FEWEST_MONTHS:
        raise _too_short(wanted.months)
    asked = Asked(
        municipality=wanted.municipality,
        industry=wanted.industry,
        posts=wanted.posts,
        first=wanted.first,
        notice=_day(wanted.first),
        occupations=wanted.occupations,
        leaving=None if wanted.until is None else str(wanted.until),
        months=wanted.months,
        draws=wanted.draws,
        sign=1,
    )
    shock, notes = shock_of(region, asked)
    if wanted.until is not None or shock.posts <= LARGE:
        return shock, notes
    months = round(value_on("impact.hiring_months", decision_day(region)).number)
    offered = even_leaving(shock.notice, add_months(shock.notice, months - 1))
    note = f"no last day is given: the posts are taken to be offered evenly over {months} months"
    return replace(shock, leaving=offered), (*notes, note)


def _day(given: str | date) -> date | None:
    """The day, or None where it is none: the checks of the first day then say so."""
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        return None


def _too_short(months: int) -> SettingError:
    return SettingError(
        f"--months {months} is fewer than {FEWEST_MONTHS}",
        why="what stands unfilled is told twelve months after the first posts",
        todo="follow 12 months or more",
    )
