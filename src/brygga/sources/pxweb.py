"""PxWeb: a thin client for version 2 of the API that SCB and others serve their tables with.

A table is asked for by POST, in as few calls as its cell limit allows; the pieces joined are the table that one
call would have given. Limits and pace are read from the server. Whole replies are kept under the table's day of
change, so that an unchanged table is not fetched anew, a changed one is, and a broken fetch goes on.

Start reading at `PxWeb.table`.

Source: PxWebApi 2 (github.com/PxTools/PxApiSpecs); limits as in SCB's recorded /config.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import polars as pl

from brygga.core.errors import FileError, TableError, UnknownCodeError, listed
from brygga.sources.http import Client, RefusedError
from brygga.sources.json_stat import MISREAD, STATE, VALUE, Dataset, Shape, read_dataset, read_shape

Selection = Mapping[str, tuple[str, ...]]
"""Variable -> codes; what is left out the publisher sums up, where it may."""

LANGUAGE = "sv"
DEFAULT_CELLS = 150_000
SLACK = 1.1
"""The pace is a tenth slower than allowed: clocks and lines are not exact."""

TOO_MANY = re.compile(r"cell|too (many|large)|för många", re.IGNORECASE)
FEWEST_CELLS = 1_000
"""A call smaller than this is not split again when the server says it is too large."""

PAGE, MOST_PAGES = 100, 5
"""Tables a page of the catalogue, and pages that are read: what is not among the first 500 was asked for too widely."""


@dataclass(frozen=True)
class Limits:
    """What the server allows: cells a call, and calls in a window of seconds."""

    cells: int
    calls: int
    seconds: float
    licence: str
    source: str


@dataclass(frozen=True)
class Found:
    """A table in the catalogue."""

    id: str
    label: str
    variables: tuple[str, ...]
    folders: frozenset[str]
    first: str
    last: str


@dataclass
class PxWeb:
    """A server of PxWebApi 2.

    Parameters
    ----------
    client : asks at the server's pace
    """

    client: Client
    _fresh: set[str] = field(default_factory=set, init=False)

    def limits(self) -> Limits:
        """What the server allows; asked once, and the client's pace set by it."""
        if "limits" not in self.client.memory:
            config = self.client.get("config")
            try:
                limits = Limits(
                    cells=int(config.get("maxDataCells", DEFAULT_CELLS)),
                    calls=int(config["maxCallsPerTimeWindow"]),
                    seconds=float(config["timeWindow"]),
                    licence=str(config.get("license", "")),
                    source=_source(config),
                )
            except MISREAD as error:
                raise TableError(
                    f"{self.client.base}/config does not say how much may be asked for ({error!r})",
                    why="asking too fast or too much is refused, and unfair to others",
                    todo="check that the address is that of a PxWebApi 2 server",
                ) from error
            self.client.limiter.calls = max(1, limits.calls)
            self.client.limiter.seconds = limits.seconds * SLACK
            self.client.memory["limits"] = limits
        return cast(Limits, self.client.memory["limits"])

    def shape(self, table: str) -> Shape:
        """The table's dimensions and day of change, as they are now."""
        fresh = table in self._fresh
        content = self.client.get(f"tables/{table}/metadata", fresh=fresh, lang=LANGUAGE)
        return read_shape(content, table)

    def code_list(self, name: str) -> dict[str, tuple[str, ...]]:
        """Another division of a variable: its code -> the codes of the table that it gathers."""
        content = self.client.get(f"codelists/{name}", lang=LANGUAGE)
        try:
            return {str(value["code"]): tuple(map(str, value["valueMap"])) for value in content["values"]}
        except MISREAD as error:
            raise TableError(
                f"code list {name} cannot be read ({error!r})",
                why="without its values nobody knows what a group gathers",
                todo="leave the code list out and ask for single codes",
            ) from error

    def search(self, words: str) -> list[Found]:
        """Tables of the catalogue that answer to the words, all pages."""
        found: list[Found] = []
        page = 1
        while True:
            content = self.client.get("tables", lang=LANGUAGE, query=words, pageSize=PAGE, pageNumber=page)
            try:
                found += [_found(entry) for entry in content["tables"]]
                pages = int((content.get("page") or {}).get("totalPages", 1))
            except MISREAD as error:
                raise TableError(
                    f"{self.client.base}/tables does not list tables ({error!r})",
                    why="a table whose id is not known is looked for there",
                    todo="give its id with --table NAME=ID",
                ) from error
            if page >= min(pages, MOST_PAGES):
                return found
            page += 1

    def table(
        self,
        table: str,
        selection: Selection,
        *,
        shape: Shape | None = None,
        code_lists: Mapping[str, str] | None = None,
    ) -> tuple[pl.DataFrame, str]:
        """The selected part of a table, one row a cell, and the day of change of what came.

        Parameters
        ----------
        table : its id, such as TAB638
        selection : variable -> codes
        shape : its metadata, if it is at hand
        code_lists : variable -> another division of it, whose codes the selection then names

        Returns
        -------
        frame : a column of codes a dimension, `value` and `state`, in the order of the selection; and `updated`

        Raises
        ------
        UnknownCodeError
            If a variable or code is not there.
        TableError
            If the reply is not what was asked for, or the table changes while it is fetched.
        """
        for attempt in (1, 2):
            shape = shape if shape and attempt == 1 else self.shape(table)
            check_selection(table, self._divided(shape, code_lists or {}), selection)
            pieces = list(self._pieces(table, selection, code_lists or {}, shape.updated, self.limits().cells))
            days = sorted({piece.shape.updated for piece in pieces})
            if len(days) == 1:
                return _joined(table, selection, pieces), days[0]
            self._fresh.add(table)
        raise TableError(
            f"{table} changed while it was fetched ({listed(days)})",
            why="half an old table and half a new one do not belong together",
            todo="run the same command again in an hour",
        )

    def _divided(self, shape: Shape, code_lists: Mapping[str, str]) -> Shape:
        """The shape with the codes of other divisions in place of its own."""
        return replace(
            shape,
            dimensions=tuple(
                replace(dimension, codes=tuple(self.code_list(code_lists[dimension.name])))
                if dimension.name in code_lists
                else dimension
                for dimension in shape.dimensions
            ),
        )

    def _pieces(
        self, table: str, selection: Selection, code_lists: Mapping[str, str], vintage: str, limit: int
    ) -> Iterator[Dataset]:
        for part in chunks(selection, limit):
            cells = cells_of(part)
            body = {
                "selection": [
                    {"variableCode": name, "valueCodes": list(codes)}
                    | ({"codelist": code_lists[name]} if name in code_lists else {})
                    for name, codes in part.items()
                ]
            }
            try:
                content = self.client.post(
                    f"tables/{table}/data",
                    body,
                    vintage=f"{table} {vintage}",
                    fresh=table in self._fresh,
                    lang=LANGUAGE,
                    outputFormat="json-stat2",
                )
            except RefusedError as error:
                if error.status in (400, 403, 413) and TOO_MANY.search(error.detail) and cells > FEWEST_CELLS:
                    yield from self._pieces(table, part, code_lists, vintage, cells // 2)
                    continue
                raise _refused(table, error) from error
            yield _as_asked(table, part, read_dataset(content, table))


def cells_of(selection: Selection) -> int:
    """How many cells a selection brings.

    Examples
    --------
    >>> cells_of({"Region": ("1080", "1081"), "Kon": ("1", "2")})
    4
    """
    return math.prod(len(codes) for codes in selection.values())


def chunks(selection: Selection, limit: int) -> list[dict[str, tuple[str, ...]]]:
    """The selection in as few pieces as one split variable gives, none with more cells than the limit.

    What fits is not split. Of the variables that can be split so that each piece fits, the one with the fewest
    pieces is taken, the first of equals; when none can, the longest is taken code by code and its pieces split on.

    Raises
    ------
    TableError
        If not even one cell is allowed.

    Examples
    --------
    >>> [cells_of(piece) for piece in chunks({"Region": tuple("abcde"), "Tid": ("1", "2", "3")}, 6)]
    [6, 6, 3]
    >>> len(chunks({"Region": tuple("abcde"), "Tid": ("1", "2", "3")}, 15))
    1
    """
    if limit < 1:
        raise TableError(
            "a call may bring no cells", why="then nothing can be fetched", todo="check the server's /config"
        )
    whole = {name: tuple(codes) for name, codes in selection.items()}
    cells = cells_of(whole)
    if cells <= limit:
        return [whole]
    pieces = {
        name: math.ceil(len(codes) / (limit * len(codes) // cells))
        for name, codes in whole.items()
        if limit * len(codes) >= cells
    }
    if pieces:
        name = min(pieces, key=pieces.__getitem__)
        size = limit * len(whole[name]) // cells
    else:
        name, size = max(whole, key=lambda longest: len(whole[longest])), 1
    starts = range(0, len(whole[name]), size)
    return [piece for at in starts for piece in chunks({**whole, name: whole[name][at : at + size]}, limit)]


def check_selection(table: str, shape: Shape, selection: Selection) -> None:
    """Raise if the table lacks a variable or code, or has a variable that must be chosen and is not.

    Raises
    ------
    UnknownCodeError
        Naming table, variable, code and what to do.
    """
    dimensions = {dimension.name: dimension for dimension in shape.dimensions}
    for name, codes in selection.items():
        if name not in dimensions:
            raise UnknownCodeError(
                f"{table} has no variable {name}; it has {listed(dimensions, most=12)}",
                why="the publisher has changed the table since it was described here",
                todo="run `brygga data update --probe`, and give another table with --table NAME=ID",
            )
        missing = [code for code in codes if code not in set(dimensions[name].codes)]
        if missing or not codes:
            raise UnknownCodeError(
                f"{table}, variable {name}: {listed(missing) or 'nothing chosen, and'} not there",
                why=f"it has {listed(dimensions[name].codes)}; codes are merged, split and renamed over the years",
                todo="leave the code out, or run `brygga data update --probe` to see what the table offers now",
            )
    left_out = [d.name for d in shape.dimensions if d.name not in selection and not d.may_be_left_out]
    if left_out:
        raise UnknownCodeError(
            f"{table} must be told what to choose of {listed(left_out)}",
            why="the publisher does not sum these up, and all of their codes would come as if they were one",
            todo="run `brygga data update --probe`: the table has a variable that is not described here",
        )


def _as_asked(table: str, part: Selection, dataset: Dataset) -> Dataset:
    """The dataset if it holds just what was asked for."""
    came = {dimension.name: dimension.codes for dimension in dataset.shape.dimensions}
    for name, codes in part.items():
        if set(came.get(name, ())) != set(codes):
            lacking = [code for code in codes if code not in came.get(name, ())]
            raise TableError(
                f"{table}, variable {name}: the reply has {len(came.get(name, ()))} codes where {len(codes)} were "
                f"asked for{f'; it lacks {listed(lacking)}' if lacking else ''}",
                why="cells that did not come must not be taken for zeros",
                todo="run the same command later; `brygga data update --probe` tells what the table offers now",
            )
    more = [name for name, codes in came.items() if name not in part and len(codes) > 1]
    if more:
        raise TableError(
            f"{table}: the reply is also divided by {listed(more)}, which was not asked for",
            why="their codes would be counted as if they were one",
            todo="run `brygga data update --probe`: the table has a variable that is not described here",
        )
    return dataset


def _joined(table: str, selection: Selection, pieces: list[Dataset]) -> pl.DataFrame:
    """The pieces as one table in the order of the selection, as one call would have given."""
    names = list(selection)
    frame = pl.concat([piece.frame().select(*names, VALUE, STATE) for piece in pieces])
    if frame.height != cells_of(selection):
        raise TableError(
            f"{table}: {frame.height} cells came where {cells_of(selection)} were asked for",
            why="a cell that is missing or doubled changes every sum",
            todo="delete the folder of kept replies, and run the same command again",
        )
    return frame.sort([pl.col(name).cast(pl.Enum(selection[name])) for name in names])


def _found(entry: Mapping[str, Any]) -> Found:
    paths = entry.get("paths") or []
    return Found(
        id=str(entry.get("id", "")),
        label=str(entry.get("label", "")),
        variables=tuple(str(name).lower() for name in entry.get("variableNames", ())),
        folders=frozenset(str(step.get("id", "")) for path in paths for step in path),
        first=str(entry.get("firstPeriod", "")),
        last=str(entry.get("lastPeriod", "")),
    )


def _source(config: Mapping[str, Any]) -> str:
    references = {entry.get("language"): entry.get("text", "") for entry in config.get("sourceReferences", [])}
    return str(references.get(LANGUAGE) or next(iter(references.values()), ""))


def _refused(table: str, error: RefusedError) -> FileError:
    if error.status == 404:
        return RefusedError(
            f"{table} is not there (404)",
            why="the publisher has taken the table away or given it another id",
            todo="run `brygga data update --probe`, and give its new id with --table NAME=ID",
            status=404,
            detail=error.detail,
        )
    return error
