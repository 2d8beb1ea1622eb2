"""Public notices: the one table about notices that may be shown, `redundancy_notices`.

Persons by municipality, industry group (SNI section) and quarter. A cell is open when it has at least five persons and
at least three employers, none of them with more than four fifths of the persons, and when nobody can find what
another holds:

- of each total that somebody may know (municipality, industry or county by quarter, the quarter itself, and over all
  quarters) either no positive cell is hidden, or at least two with five persons and three employers together;
- no hidden cell follows from the totals and the open cells together (a linear system is solved, see `determined`).

Where that does not hold more cells are hidden, smallest first. Cells that are not open are not in the table at all, so
that a hidden cell looks like an empty one. Whoever sums the open cells of some municipalities says "at least"
(`at_least`): sums of open cells never hold a hidden one. Only quarters that are over are counted, so that a notice
that comes in does not show as the difference between two days.

Start reading at `public_notices`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import SettingError
from brygga.core.restricted import Restricted
from brygga.workflow.notices import Notice, notices_in

LEAST_PERSONS, LEAST_EMPLOYERS, MOST_SHARE = 5, 3, 0.8
QUARTER = 3
SOURCE = "notices of the region, small cells hidden"
TOTALS = (
    ("municipality", "quarter"),
    ("industry", "quarter"),
    ("county", "quarter"),
    ("quarter",),
    ("municipality",),
    ("industry",),
    ("municipality", "industry"),
)
"""The totals that somebody may know."""


@dataclass(frozen=True)
class Cell:
    """Notices of one municipality, industry group and quarter; `who` gave them, `largest` the most of one."""

    municipality: str
    industry: str
    quarter: str
    persons: int
    who: frozenset[str]
    largest: int

    @property
    def employers(self) -> int:
        """How many gave notice."""
        return len(self.who)

    @property
    def county(self) -> str:
        """The county, for totals; the municipality itself where it lies in none."""
        known = self.municipality in codes.codes("kommun")
        return codes.county_of(self.municipality) if known else self.municipality

    @property
    def safe(self) -> bool:
        """Whether the cell by itself may be shown."""
        enough = self.persons >= LEAST_PERSONS and self.employers >= LEAST_EMPLOYERS
        return enough and self.largest <= MOST_SHARE * self.persons


def public_notices(notices: Sequence[Notice], *, until: date, extra_codes: Collection[str] = ()) -> pl.DataFrame:
    """Table `redundancy_notices`: the open cells of the quarters that are over on `until`.

    Parameters
    ----------
    notices : every notice kept
    until : the day of publication; the quarter it lies in is left out
    extra_codes : codes of invented municipalities
    """
    cells = cells_of([notice for notice in notices if quarter_of(notice.notice) < quarter_of(until)])
    hidden = hidden_cells(cells)
    rows = [
        {
            "municipality": cell.municipality,
            "industry": cell.industry,
            "quarter": cell.quarter,
            "persons": float(cell.persons),
            "notices": cell.employers,
            "status": "observed",
            "source": SOURCE,
        }
        for place, cell in enumerate(cells)
        if place not in hidden
    ]
    frame = pl.DataFrame(rows, schema=tables.empty("redundancy_notices").schema)
    return tables.check(frame, "redundancy_notices", extra_codes=extra_codes)


def write_public(box: Restricted, out: Path, *, until: str = "") -> tuple[Path, int]:
    """Write the table as CSV to a folder outside the restricted one; the path, and how many cells are open.

    Raises
    ------
    SettingError for a day that is none or lies ahead, or a folder inside the restricted one.
    """
    try:
        day = date.fromisoformat(until) if until else date.today()
    except ValueError:
        raise SettingError(f"--until {until}", why="it is no day", todo="write it as 2026-12-31") from None
    if day > date.today():
        why = "a quarter that is not over can still get notices, and the difference would show them"
        raise SettingError(f"--until {until} lies ahead", why=why, todo="give today or an earlier day")
    if box.folder.resolve() in (out.resolve(), *out.resolve().parents):
        why = "what may be public does not lie with what may not"
        raise SettingError(f"{out} lies in the restricted folder", why=why, todo="choose another folder with -o")
    frame = public_notices(notices_in(box, what=f"public table made until {day}"), until=day)
    path = out / "redundancy_notices.csv"
    tables.write(frame, path)
    return path, frame.height


def at_least(shown: pl.DataFrame, municipalities: Collection[str]) -> float:
    """Persons of the open cells of some municipalities; say "at least", since hidden cells are not in it."""
    return float(shown.filter(pl.col("municipality").is_in(sorted(municipalities)))["persons"].sum())


def quarter_of(day: date) -> str:
    """The quarter of a day.

    Examples
    --------
    >>> quarter_of(date(2026, 9, 30)), quarter_of(date(2026, 10, 1))
    ('2026Q3', '2026Q4')
    """
    return f"{day.year}Q{(day.month - 1) // QUARTER + 1}"


def cells_of(notices: Sequence[Notice]) -> list[Cell]:
    """The notices counted by cell, in order; an employer with several notices in a cell is one employer."""
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for notice in notices:
        key = (notice.municipality, codes.parent(notice.industry, "sni", 1), quarter_of(notice.notice))
        who = found.setdefault(key, {})
        who[notice.key[0]] = who.get(notice.key[0], 0) + notice.posts
    return [Cell(*key, sum(who.values()), frozenset(who), max(who.values())) for key, who in sorted(found.items())]


def hidden_cells(cells: Sequence[Cell]) -> set[int]:
    """Places of the cells that are not shown."""
    hidden = {place for place, cell in enumerate(cells) if not cell.safe}
    groups = _groups(cells)
    order = sorted(range(len(cells)), key=lambda place: (cells[place].persons, place))
    while True:
        more = {_next(cells, group, hidden, order) for group in groups} - {None}
        if not more:
            more = {_beside(groups, place, hidden, order) for place in determined(groups, hidden)} - {None}
        if not more:
            return hidden
        hidden.add(next(place for place in order if place in more))


def determined(groups: Sequence[Collection[int]], hidden: Collection[int]) -> list[int]:
    """Hidden cells that follow from the totals and the open cells, although others of their totals are hidden.

    Each total less its open cells is an equation in its hidden cells; a cell follows when its own unit vector lies in
    the span of the equations. A total with one hidden cell and nothing open is the cell itself: no total is shown, and
    there is nothing left to hide.

    Examples
    --------
    Cells 0 and 1 are one total, 0, 1 and 2 another: cell 2 follows.

    >>> determined([{0, 1}, {0, 1, 2}], {0, 1, 2})
    [2]
    """
    places = sorted(hidden)
    column = {place: number for number, place in enumerate(places)}
    rows = np.array(
        [[float(place in group) for place in places] for group in groups if len(set(group) & column.keys()) > 1]
    )
    if not len(rows):
        return []
    _, size, basis = np.linalg.svd(rows, full_matrices=False)
    span = basis[size > 1e-9]
    return [place for place in places if (span[:, column[place]] ** 2).sum() > 1 - 1e-9]


def _groups(cells: Sequence[Cell]) -> list[set[int]]:
    """The cells of every total."""
    found: dict[tuple[object, ...], set[int]] = {}
    for place, cell in enumerate(cells):
        for total in TOTALS:
            found.setdefault((total, *(getattr(cell, name) for name in total)), set()).add(place)
    return list(found.values())


def _next(cells: Sequence[Cell], group: Collection[int], hidden: Collection[int], order: Sequence[int]) -> int | None:
    """The next cell of a total to hide, or None where its hidden cells are safe or nothing is open."""
    covered = [place for place in group if place in hidden]
    persons = sum(cells[place].persons for place in covered)
    employers = len({name for place in covered for name in cells[place].who})
    if not covered or (len(covered) > 1 and persons >= LEAST_PERSONS and employers >= LEAST_EMPLOYERS):
        return None
    return next((place for place in order if place in group and place not in hidden), None)


def _beside(groups: Sequence[Collection[int]], place: int, hidden: Collection[int], order: Sequence[int]) -> int | None:
    """An open cell that shares a total with a cell that follows: the smallest, or None."""
    near = {other for group in groups if place in group for other in group if other not in hidden}
    return next((other for other in order if other in near), None)
