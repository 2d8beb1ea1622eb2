"""Breaks: years in which an official series stops being the same thing.

A change over a break is partly a change of counting. Whoever measures growth or scores a projection asks
`breaks_between` first, and either stays on one side of the break, takes the years that both sides have, or says so.

Start reading at `breaks_between`.

Source: the project's notes on its data sources and on the published facts, 2026 (they follow SCB's own remarks on
the tables); the noise of 2025 stands in the note of SCB's table TAB6471, which was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from brygga.core import tables
from brygga.core.errors import TableError

_NOTES = "the project's notes on data sources, series breaks, 2026"
_OCCUPATIONS = (
    "official_employed",
    "official_employed_age",
    "official_employed_history",
    "official_occupation_field",
    "official_occupation_level",
)
_REGISTERS = (*_OCCUPATIONS, "official_jobs", "official_commuting", "official_labour_status")
_PEOPLE = ("official_population", "official_births", "official_deaths", "official_moves")
ALIASES: Final = {"jobs_history": "official_jobs"}
"""Tables of a region that carry an official series under another name."""


@dataclass(frozen=True)
class Break:
    """One break.

    Parameters
    ----------
    kind : classification, definition, register, ages or disturbance
    year : the first year counted in the new way
    both_until : the last year counted in both ways; 0 if there is none
    tables : official tables that it goes through
    what : what changes
    todo : what to do about it
    source : where that was read
    """

    kind: str
    year: int
    both_until: int
    tables: tuple[str, ...]
    what: str
    todo: str
    source: str


BREAKS: Final = (
    Break(
        "classification",
        2014,
        0,
        _OCCUPATIONS,
        "occupations are coded by SSYK 96 before 2014 and by SSYK 2012 from then on",
        "begin in 2014: SCB advises against comparing occupations across the change",
        _NOTES,
    ),
    Break(
        "definition",
        2019,
        0,
        _REGISTERS,
        "who counts as employed is defined anew (monthly employer declarations)",
        "stay on one side, or flag what crosses it",
        _NOTES,
    ),
    Break(
        "register",
        2020,
        2021,
        _REGISTERS,
        "the register RAMS is replaced by BAS; 2020 and 2021 stand in both",
        "take each year from one register only, and chain growth over 2020-2021, where both exist",
        _NOTES,
    ),
    Break(
        "ages",
        2023,
        0,
        _OCCUPATIONS,
        "ages 16-64 become 16-69 (a zero for 65-69 before 2023 means not counted), and missing occupations are imputed",
        "compare the ages up to 64 only, and do not read the change of 2022-2023 as growth",
        "the project's notes on published facts, 2026",
    ),
    Break(
        "disturbance",
        2025,
        0,
        _PEOPLE,
        "every value carries a small random noise (cell key method); totals differ from the sum of their parts",
        "ask for totals instead of adding up cells, and score against the noise floor (about 3 persons a cell)",
        "SCB, note of table TAB6471 (updated 2026-06-08)",
    ),
)


def breaks_between(table: str, first: int, last: int) -> tuple[Break, ...]:
    """The breaks that a comparison of year `first` with year `last` goes over, in order of year.

    Parameters
    ----------
    table : official table, with or without official_ before its name
    first, last : years, in any order

    Raises
    ------
    TableError
        If there is no such table.

    Examples
    --------
    >>> [b.kind for b in breaks_between("official_employed", 2014, 2018)]
    []
    >>> [b.year for b in breaks_between("employed", 2014, 2024)]
    [2019, 2020, 2023]
    >>> [b.kind for b in breaks_between("official_population", 2020, 2025)]
    ['disturbance']
    """
    name = _official(table)
    early, late = sorted((first, last))
    return tuple(one for one in BREAKS if name in one.tables and early < one.year <= late)


def is_comparable(table: str, first: int, last: int) -> bool:
    """Whether nothing breaks the series between two years.

    Examples
    --------
    >>> is_comparable("official_jobs", 2020, 2024), is_comparable("official_jobs", 2018, 2020)
    (True, False)
    """
    return not breaks_between(table, first, last)


def said(table: str, first: int, last: int) -> list[str]:
    """What a reader must be told of a comparison, one sentence a break.

    Examples
    --------
    >>> said("official_jobs", 2019, 2020)[0][:60]
    '2020: the register RAMS is replaced by BAS; 2020 and 2021 st'
    """
    return [f"{one.year}: {one.what}; {one.todo}" for one in breaks_between(table, first, last)]


def _official(table: str) -> str:
    name = ALIASES.get(table, table if table.startswith("official_") else f"official_{table}")
    if name not in tables.names():
        raise TableError(
            f"there is no official table called {table}",
            why="breaks are known by official table",
            todo=f"use one of: {', '.join(n for n in tables.names() if n.startswith('official_'))}",
        )
    return name
