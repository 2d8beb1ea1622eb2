"""SCB: official statistics, from the publisher's tables to ours.

Each official table is asked for in its parts (`scb_tables`), of which just the codes that are needed are taken
(`scb_picks`), in as few calls as SCB allows (`pxweb`), and read into the checked table (`scb_read`). A table whose
id is not known or has gone is looked for in SCB's catalogue and checked by its variables.

Start reading at `fetch`.

Source: SCB, the statistical database (CC0), https://statistikdatabasen.scb.se/api/v2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from brygga.core import codes as code_lists
from brygga.core.errors import BryggaError, UnknownCodeError, listed
from brygga.sources.http import Client, RefusedError, Tell
from brygga.sources.json_stat import Dimension, Shape
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.pxweb import DEFAULT_CELLS, Found, PxWeb, cells_of, chunks
from brygga.sources.scb_picks import NotInDivisionError, Periods, year_of
from brygga.sources.scb_read import Chosen, official_rows, together
from brygga.sources.scb_tables import TABLES, Official, Part, Variable

PROVIDER = "scb"
ADDRESS = "https://statistikdatabasen.scb.se/api/v2"
CALLS, SECONDS = 3, 1.0
"""Until /config has said more."""

LICENCE = "CC0 1.0"
SOURCE = "Källa: SCB"
MOST_TRIED = 3
"""Tables of the catalogue whose metadata is read before the search is given up."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """What would be asked, from the sizes that the tables are known to have; the live run counts anew."""
    lines = [PlannedCall("", "config", 1, 0, "limits and pace")] if any(_wants(wanted, t) for t in TABLES) else []
    for official in TABLES:
        if not _wants(wanted, official):
            continue
        for part in official.parts:
            if _too_late(part, wanted):
                continue
            selection = _expected(part, wanted)
            found = _given(official, part, wanted) or part.id
            calls = len(chunks(selection, DEFAULT_CELLS)) + 1 + (0 if found else 1)
            note = f"{found or 'looked for in the catalogue'}{', if it is there' if part.may_lack else ''}"
            lines.append(PlannedCall(official.name, part.name, calls, cells_of(selection), note))
    return lines


def fetch(client: Client, wanted: Wanted, *, tell: Tell = lambda what, done, total: None) -> Iterator[Fetched]:
    """Ask for every official table that is wanted, and yield each when it is whole and checked.

    Raises
    ------
    UnknownCodeError
        If a table has changed: naming table, variable, code and what to do.
    RefusedError, UnreachableError
        If SCB says no, or cannot be reached; what came is kept.
    TableError
        If what came is no table, or is absurd.
    """
    server = PxWeb(client)
    for official in TABLES:
        if _wants(wanted, official):
            yield fetch_table(server, official, wanted, tell=tell)


def fetch_table(
    server: PxWeb, official: Official, wanted: Wanted, *, tell: Tell = lambda what, done, total: None
) -> Fetched:
    """One official table, from its parts; one that may lack and has changed does not keep the others back."""
    server.limits()
    rows, sources, updated = [], [], []
    remarks: list[str] = []
    faults: list[str] = []
    selections: dict[str, Mapping[str, tuple[str, ...]]] = {}
    ids: dict[str, str] = {}
    for part in official.parts:
        if _too_late(part, wanted):
            continue
        tell(f"{official.name}: {part.name}", server.client.calls, 0)
        try:
            chosen = find(server, official, part, wanted)
        except RefusedError as error:
            if not (part.may_lack and error.status == 404):
                raise
            remarks.append(f"{part.name}, with the years from {part.first_year}, is not published (yet)")
            continue
        except UnknownCodeError as error:
            if not part.may_lack or isinstance(error, NotInDivisionError):
                raise
            faults.append(f"{part.name}, with the years from {part.first_year}, is left out: {error}")
            continue
        selection = chosen.selection()
        frame, day = server.table(chosen.table, selection, shape=chosen.shape)
        rows.append((part, official_rows(official, part, chosen, frame)))
        sources.append(chosen.table)
        updated.append(day)
        selections[chosen.table] = selection
        if chosen.table != part.id:
            ids[part.name] = chosen.table
            remarks.append(f"{part.name} is {chosen.table} ({chosen.shape.label})")
    table, said = together(official, rows)
    return Fetched(
        official.name, table, tuple(sources), tuple(updated), selections, (*remarks, *said), ids, tuple(faults)
    )


@dataclass(frozen=True)
class Probed:
    """What the publisher has in place of one part: its id, day of change and cells to fetch, or what does not fit."""

    table: str
    part: str
    id: str
    updated: str
    cells: int
    fault: str = ""


def probe(client: Client, wanted: Wanted) -> Iterator[Probed]:
    """Read the metadata of every part and report what would be fetched, or what does not fit; no data are asked for."""
    server = PxWeb(client)
    server.limits()
    for official in TABLES:
        for part in official.parts if wanted.wants(official.name) else ():  # those on request as well
            try:
                chosen = find(server, official, part, wanted)
            except (UnknownCodeError, RefusedError) as error:
                yield Probed(official.name, part.name, _given(official, part, wanted) or part.id, "", 0, str(error))
                continue
            cells = cells_of(chosen.selection())
            yield Probed(official.name, part.name, chosen.table, chosen.shape.updated, cells)


def find(server: PxWeb, official: Official, part: Part, wanted: Wanted) -> Chosen:
    """The live table of a part, and what is to be asked of it.

    A table that is known and has changed is a fault, never a reason to take another one that looks like it.

    Raises
    ------
    UnknownCodeError
        If the table does not fit what is described here.
    RefusedError
        With status 404, if there is no such table and none in the catalogue.
    """
    given = _given(official, part, wanted)
    if given and given in wanted.ids.values():
        return choose(given, server.shape(given), part, wanted)
    first: BryggaError | None = None
    for table in dict.fromkeys(id for id in (given, part.id) if id):
        try:
            return choose(table, server.shape(table), part, wanted)
        except NotInDivisionError:
            raise
        except UnknownCodeError as error:
            if not part.guessed:
                raise
            first = first or error
        except RefusedError as error:
            if error.status != 404 or part.may_lack:
                raise
            first = first or error
    for words in part.query.split("|"):
        for candidate in _candidates(server.search(words), part)[:MOST_TRIED]:
            try:
                return choose(candidate.id, server.shape(candidate.id), part, wanted)
            except NotInDivisionError:
                raise
            except UnknownCodeError as error:
                first = first or error
    raise first or _not_found(official, part)


def choose(table: str, shape: Shape, part: Part, wanted: Wanted) -> Chosen:
    """Which codes of a table are asked for.

    Raises
    ------
    UnknownCodeError
        If a variable or code that is needed is not there.
    """
    metric = next((dimension for dimension in shape.with_role("metric")), None)
    metric = metric or next((dimension for dimension in shape.dimensions if dimension.name == "ContentsCode"), None)
    free = [dimension for dimension in shape.dimensions if dimension is not metric]
    chosen: dict[str, tuple[Variable, Mapping[str, str | int]]] = {}
    for variable in part.variables:
        dimension = _dimension(variable, free, shape)
        if dimension is None:
            if variable.may_lack:
                continue
            raise UnknownCodeError(
                f"{table} has no variable {variable.codes[0]} ({variable.words[0]}); "
                f"it has {listed((d.name for d in shape.dimensions), most=12)}",
                why=f"{part.name} cannot be read without it: the publisher has changed the table",
                todo=f"run `brygga data update --probe`, and give another table with --table {part.name}=ID",
            )
        free.remove(dimension)
        chosen[dimension.name] = (variable, variable.pick(table, dimension, wanted))
    return Chosen(table, shape, chosen, metric.name if metric else "", _contents(table, part, metric))


def _dimension(variable: Variable, free: list[Dimension], shape: Shape) -> Dimension | None:
    """The dimension by its code, else by its role, else by words of its label."""
    by_code = next((d for code in variable.codes for d in free if d.name.lower() == code.lower()), None)
    if by_code:
        return by_code
    if isinstance(variable.pick, Periods):
        return next((d for d in shape.with_role("time") if d in free), None)
    return next((d for word in variable.words for d in free if re.search(rf"\b{word}", d.label.lower())), None)


def _contents(table: str, part: Part, metric: Dimension | None) -> dict[str, str]:
    """The contents to ask for: the publisher's code -> our column, or its label when each is a row of its own."""
    if metric is None:
        return {}
    if part.as_column:
        pattern = re.compile(part.contents[0].pattern, re.IGNORECASE)
        found = {
            code: metric.labels.get(code, code).strip(" -")
            for code in metric.codes
            if pattern.search(metric.labels.get(code, code)) and not _is_rate(metric, code)
        }
        if found:
            return found
        raise _no_content(table, metric, part.contents[0].pattern or "a number of persons")
    if len(part.contents) == 1 and len(metric.codes) == 1:
        return {metric.codes[0]: part.contents[0].column}
    chosen: dict[str, str] = {}
    for content in part.contents:
        fits = [code for code in metric.codes if re.search(content.pattern, metric.labels.get(code, ""), re.IGNORECASE)]
        code = content.code if content.code in metric.codes else (fits[0] if len(fits) == 1 else "")
        if not code:
            raise _no_content(table, metric, content.code or content.pattern)
        chosen[code] = content.column
    return chosen


def _is_rate(metric: Dimension, code: str) -> bool:
    words = f"{metric.labels.get(code, '')} {metric.units.get(code, '')}".lower()
    return any(word in words for word in ("procent", "andel", "grad", "talet", "kvot", "%"))


def _candidates(found: list[Found], part: Part) -> list[Found]:
    """Tables of the catalogue that could be the part, the newest first."""
    needed = [
        re.compile("|".join(rf"\b{word}" for word in variable.words))
        for variable in part.variables
        if not variable.may_lack
    ]
    taken = {other.id for official in TABLES for other in official.parts if other is not part}
    fits = [
        table
        for table in found
        if all(any(words.search(name) for name in table.variables) for words in needed)
        and (not part.folder or part.folder in table.folders)
        and all(word in table.label.lower() for word in part.label)
        and (not part.first_year or year_of(table.last) >= part.first_year)
        and table.id not in taken
    ]
    return sorted(fits, key=lambda table: (table.last, table.id), reverse=True)


def _given(official: Official, part: Part, wanted: Wanted) -> str:
    """The id given by hand, or found on an earlier run."""
    by_hand = wanted.ids.get(part.name) or (wanted.ids.get(official.name) if part is official.parts[0] else None)
    return by_hand or wanted.known.get(part.name, "")


def _wants(wanted: Wanted, official: Official) -> bool:
    return official.name in wanted.tables if official.on_request else wanted.wants(official.name)


def _too_late(part: Part, wanted: Wanted) -> bool:
    return bool(wanted.last_year and part.first_year > wanted.last_year)


def _expected(part: Part, wanted: Wanted) -> dict[str, tuple[str, ...]]:
    """A selection of the size that is expected, for the plan."""
    areas = {0: len(wanted.municipalities), -1: 1 + len({code_lists.county_of(code) for code in wanted.municipalities})}
    sizes = {f"{n} {v.codes[0]}": areas.get(v.size, v.size) for n, v in enumerate(part.variables)}
    if part.first_year:
        sizes = {name: 1 if name.endswith(" Tid") else size for name, size in sizes.items()}
    sizes["contents"] = 6 if part.as_column else len(part.contents)
    return {name: tuple(map(str, range(size))) for name, size in sizes.items()}


def _no_content(table: str, metric: Dimension, wanted: str) -> UnknownCodeError:
    return UnknownCodeError(
        f"{table}, variable {metric.name}: nothing that is counted fits {wanted}; "
        f"it has {listed((f'{code} ({metric.labels.get(code, code)})' for code in metric.codes), most=12)}",
        why="the publisher has renamed what the table counts, and a wrong column would look right",
        todo="run `brygga data update --probe`, and report what it says",
    )


def _not_found(official: Official, part: Part) -> RefusedError:
    return RefusedError(
        f"{official.name}: SCB's catalogue has no table that fits {part.name} (asked for: {part.query})",
        why="its id is not known, and no table found there stands in its folder and has its variables",
        todo=f"look it up at statistikdatabasen.scb.se and give its id with --table {part.name}=TAB...",
        status=404,
        detail="",
    )
