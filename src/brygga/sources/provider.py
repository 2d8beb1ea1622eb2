"""Provider: what a module must offer to be fetched by `brygga data update --territory`.

A provider is a module (scb, kolada, skatteverket, ...) with the constants and two functions of `Provider`. `plan`
says without any network what would be asked; `fetch` asks through the client it is given, and yields each official
table as soon as it is whole and checked, so that it is written and locked before the next one is asked for.

Start reading at `Provider`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from brygga.sources.http import Client, Tell


@dataclass(frozen=True)
class Wanted:
    """What data are wanted for.

    Parameters
    ----------
    territory : codes of municipalities, the ones a region is about
    ring : municipalities that exchange commuters with them
    last_year : no year after it is asked for; 0 for the latest there is
    tables : names of official tables to fetch; empty for all
    ids : for single tables, the publisher's id given by hand: official table -> id
    known : ids found on an earlier run: official table (or part of one) -> id
    """

    territory: tuple[str, ...]
    ring: tuple[str, ...] = ()
    last_year: int = 0
    tables: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Territory and ring, in order of code."""
        return tuple(sorted({*self.territory, *self.ring}))

    def wants(self, table: str) -> bool:
        """Whether the official table is to be fetched."""
        return not self.tables or table in self.tables


@dataclass(frozen=True)
class PlannedCall:
    """One line of the plan: how many calls for a source table, and how many cells they bring."""

    table: str
    source: str
    calls: int
    cells: int
    note: str = ""


@dataclass(frozen=True)
class Fetched:
    """One official table, whole and checked.

    Parameters
    ----------
    table : official table (official_population)
    frame : checked against its dictionary
    sources : the publisher's ids, such as TAB638
    updated : when the publisher last changed each of them, as it says
    selection : what was asked for, as JSON would hold it; its hash goes into the lock
    remarks : what a reader must know (a series break inside, cells hidden, a part that was not there)
    ids : ids that were found in a catalogue or taken: part of the table -> id, for the next run
    faults : parts that should be in it and could not be read; the rest of the table stands
    """

    table: str
    frame: pl.DataFrame
    sources: tuple[str, ...]
    updated: tuple[str, ...]
    selection: Any
    remarks: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


class Provider(Protocol):
    """A module that can be asked. Its client is made with PROVIDER, ADDRESS, CALLS and SECONDS."""

    PROVIDER: str
    ADDRESS: str
    CALLS: int
    SECONDS: float
    LICENCE: str
    SOURCE: str

    def plan(self, wanted: Wanted) -> Sequence[PlannedCall]:
        """What would be asked, without a network."""

    def fetch(self, client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
        """Ask, and yield each table when it is whole; what is not wanted (`wanted.wants`) is not asked for.

        Raises
        ------
        RefusedError, FileError, TableError, UnknownCodeError
        """
