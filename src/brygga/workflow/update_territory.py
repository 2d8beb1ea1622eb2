"""Update a territory: official data for a set of municipalities, in one command.

The plan of calls is known before anything is asked for. Each official table is written and locked as soon as it is
whole; so a run that was broken off goes on, and a table that has not changed is not fetched anew. At the end the
region folder that `brygga see` reads is made from the official tables.

Start reading at `update_territory`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from brygga.core import tables
from brygga.core.errors import BryggaError, FaultsError, FileError, SettingError, TableError, UnknownCodeError
from brygga.core.places import home
from brygga.sources import scb
from brygga.sources.http import Client, Network, NotRecordedError, RefusedError, Tell, UnreachableError
from brygga.sources.lock import FOLDER, Lock, entry, read_lock, read_official, write_lock
from brygga.sources.provider import Fetched, PlannedCall, Provider, Wanted
from brygga.sources.recordings import Recording
from brygga.workflow.official_region import assemble
from brygga.workflow.territory import check_territory, ring_of

PROVIDERS = ("scb", "kolada", "skatteverket", "eurostat", "barometer", "skolverket", "susa", "jobtech")
"""In the order they are asked."""

BY_TABLE = (RefusedError, NotRecordedError, TableError, UnknownCodeError, FaultsError)
"""Faults of one table, after which the others are still worth asking for."""


@dataclass(frozen=True)
class TerritoryPlan:
    """What is going to be asked for."""

    wanted: Wanted
    lines: tuple[PlannedCall, ...]

    @property
    def calls(self) -> int:
        """Calls in all, on a first run."""
        return sum(line.calls for line in self.lines)

    @property
    def cells(self) -> int:
        """Cells in all."""
        return sum(line.cells for line in self.lines)


@dataclass(frozen=True)
class TerritoryUpdate:
    """What came: rows a table, calls over the network, what a reader must know, and what did not go."""

    folder: Path
    territory: tuple[str, ...]
    ring: tuple[str, ...]
    rows: Mapping[str, int]
    calls: int
    remarks: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())

    def summary(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "folder": str(self.folder),
            "territory": list(self.territory),
            "ring": list(self.ring),
            "rows": dict(self.rows),
            "calls": self.calls,
            "remarks": list(self.remarks),
            "faults": list(self.faults),
        }


def plan_territory(
    territory: str | Sequence[str],
    *,
    ring: str | Sequence[str] | None = None,
    out: Path | None = None,
    last_year: int = 0,
    only: Sequence[str] = (),
    ids: Mapping[str, str] | None = None,
) -> TerritoryPlan:
    """What would be asked, without a network.

    Parameters
    ----------
    territory : codes of municipalities
    ring : codes of those around them; None for `ring_of`, empty for none
    out : the folder to come; ids found on an earlier run are taken from its lock
    last_year : no year after it; 0 for the latest
    only : official tables; empty for all
    ids : ids given by hand

    Raises
    ------
    UnknownCodeError, SettingError
        If a code is no municipality, or a table none of the official ones.
    """
    inside = check_territory(territory)
    around = ring_of(inside) if ring is None else (check_territory(ring, option="--ring") if ring else ())
    both = sorted({*inside} & {*around})
    if both:
        raise SettingError(
            f"{', '.join(both)} stands in the territory and in the ring",
            why="each municipality is counted once",
            todo="leave it out of --ring",
        )
    lock = read_lock(out) if out else None
    wanted = Wanted(inside, around, last_year, tuple(only), dict(ids or {}), dict(lock.ids) if lock else {})
    lines = [line for provider in _providers() for line in provider.plan(wanted)]
    unknown = sorted({*only} - {line.table for line in lines})
    if unknown:
        raise SettingError(
            f"--only {', '.join(unknown)}: no provider has it",
            why="official tables have names such as official_population",
            todo="leave --only out to see all of them in the plan",
        )
    return TerritoryPlan(wanted, tuple(lines))


def update_territory(
    plan: TerritoryPlan,
    out: Path,
    *,
    played: Path | None = None,
    recorded: Path | None = None,
    network: Network | None = None,
    tell: Tell = lambda what, done, total: None,
) -> TerritoryUpdate:
    """Fetch what was planned into `out`, and make the region of it.

    Parameters
    ----------
    plan : from `plan_territory`
    out : folder for the official tables, the lock and the region
    played : folder of a recording; nobody is asked
    recorded : folder that replies are recorded into
    network : how the outside is reached; None for the default
    tell : called with a word, calls done and calls planned

    Raises
    ------
    UnreachableError
        If the network dies: what came is kept, and the same command goes on from there. When only a later provider
        cannot be reached, that is a fault of its tables, and the region is made without them.
    FileError
        If something cannot be read or written, or `out` holds another territory.
    """
    if played:
        _check_recording(played)
    tables.check_writable(out)
    reached = network or Network(
        played=Recording(played) if played else None,
        recorded=Recording(recorded) if recorded else None,
        unfinished=None if played else Recording(home("cache") / "official"),
        today=date.today(),
    )
    lock = _lock(out, plan.wanted)
    clients: list[Client] = []
    remarks: list[str] = []
    faults: list[str] = []
    rows: dict[str, int] = {}

    def progress(text: str, _done: int = 0, _total: int = 0) -> None:
        done = sum(client.calls for client in clients)
        tell(text, min(done, plan.calls), plan.calls)

    reached.tell = progress
    for n, provider in enumerate(_providers()):
        client = reached.client(provider.PROVIDER, provider.ADDRESS, calls=provider.CALLS, seconds=provider.SECONDS)
        clients.append(client)
        for name in _names(provider, plan.wanted):
            try:
                for fetched in _fetched(provider, client, replace(plan.wanted, tables=(name,)), progress):
                    lock = _kept(fetched, provider, client, lock, out)
                    rows[fetched.table] = fetched.frame.height
                    remarks += [f"{fetched.table}: {remark}" for remark in fetched.remarks]
                    faults += [f"{fetched.table}: {fault}" for fault in fetched.faults]
                    progress(f"{fetched.table}: {fetched.frame.height:,} rows")
            except BY_TABLE as error:
                client.taken()
                faults.append(f"{name}: {error}")
            except UnreachableError as error:
                if n == 0 or not rows:
                    raise
                faults.append(f"{name} and what else {provider.PROVIDER} has: {error}")
                break
    said, fault = _region(lock, plan.wanted, out)
    reached.finish()
    calls = sum(client.calls for client in clients)
    tell("done", plan.calls, plan.calls)
    return TerritoryUpdate(
        out, plan.wanted.territory, plan.wanted.ring, rows, calls, (*remarks, *said), (*faults, *fault)
    )


def probe_territory(plan: TerritoryPlan, *, network: Network | None = None) -> Iterator[scb.Probed]:
    """What the publishers have now in place of each table that is described here.

    Of SCB only metadata are read; the few replies of the others are fetched, checked and thrown away.
    """
    reached = network or Network()
    for provider in _providers():
        client = reached.client(provider.PROVIDER, provider.ADDRESS, calls=provider.CALLS, seconds=provider.SECONDS)
        if provider.PROVIDER == scb.PROVIDER:
            yield from scb.probe(client, plan.wanted)
            continue
        for name in _names(provider, plan.wanted):
            try:
                for fetched in _fetched(provider, client, replace(plan.wanted, tables=(name,)), _say_nothing):
                    yield scb.Probed(
                        name,
                        provider.PROVIDER,
                        ", ".join(fetched.sources[:1]),
                        max(fetched.updated),
                        fetched.frame.height,
                    )
            except (*BY_TABLE, UnreachableError) as error:
                yield scb.Probed(name, provider.PROVIDER, "", "", 0, str(error))


def _say_nothing(_what: str, _done: int, _total: int) -> None:
    """A probe reports line by line, not call by call."""


def _providers() -> list[Provider]:
    """The modules that can be asked."""
    return [cast(Provider, import_module(f"brygga.sources.{name}")) for name in PROVIDERS]


def _check_recording(folder: Path) -> None:
    """Raise unless the folder is there and holds a recording."""
    if not folder.is_dir():
        raise FileError(f"{folder} is no folder", why="a recording is played from it", todo="check --from")
    if next(folder.glob("*/*.request.json"), None) is None:
        raise FileError(
            f"{folder} holds no recording",
            why="a recording is a folder a provider, with a .reply and a .request.json for each call",
            todo="make one on a machine with a network: the same command with --record FOLDER instead of --from",
        )


def _names(provider: Provider, wanted: Wanted) -> list[str]:
    return list(dict.fromkeys(line.table for line in provider.plan(wanted) if line.table))


def _fetched(provider: Provider, client: Client, wanted: Wanted, tell: Tell) -> Iterator[Fetched]:
    client.taken()
    return provider.fetch(client, wanted, tell=tell)


def _kept(fetched: Fetched, provider: Provider, client: Client, lock: Lock, out: Path) -> Lock:
    """The table written, and the lock that says so."""
    path = out / FOLDER / f"{fetched.table}.parquet"
    tables.write(fetched.frame, path)
    calls, day = client.taken()
    made = entry(
        fetched,
        path,
        provider=provider.PROVIDER,
        licence=provider.LICENCE,
        source=provider.SOURCE,
        retrieved=day,
        calls=calls,
    )
    lock = replace(lock.with_entry(fetched.table, made), ids={**lock.ids, **fetched.ids})
    write_lock(lock, out)
    return lock


def _lock(out: Path, wanted: Wanted) -> Lock:
    """The folder's lock to go on with, or a new one.

    Raises
    ------
    FileError
        If the folder holds official tables of another territory or ring.
    """
    lock = read_lock(out)
    if lock is None:
        return Lock(wanted.territory, wanted.ring)
    if (lock.territory, lock.ring) != (wanted.territory, wanted.ring):
        raise FileError(
            f"{out} holds the official tables of another territory or ring ({', '.join(lock.territory)})",
            why="tables of two territories in one folder could not be told apart",
            todo="choose another folder with -o, or delete this one",
        )
    return lock


def _region(lock: Lock, wanted: Wanted, out: Path) -> tuple[Sequence[str], Sequence[str]]:
    """The region made from what lies in the folder: remarks, and what did not go."""
    try:
        return assemble(read_official(out, lock), territory=wanted.territory, ring=wanted.ring, out=out), []
    except BryggaError as error:
        if wanted.tables:  # only a part was asked for, and what there is need not make a region
            return [f"no region was made of the official tables: {error}"], []
        return [], [f"region: {error}"]
