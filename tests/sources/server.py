"""A publisher on this machine: plays PxWeb replies made in the documented shape, and misbehaves when told to.

Numbers are invented: each cell is a small number that follows from its codes, so that a table joined from pieces
can be compared with the one that was asked for at once.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

from brygga.sources.http import Network

Codes = Mapping[str, str]
"""Code -> label."""


@dataclass
class Axis:
    """A variable of a made table."""

    name: str
    label: str
    codes: Codes
    role: str = ""
    sums: bool = False
    """Whether it may be left out and is then summed up."""


@dataclass
class Made:
    """A made table."""

    id: str
    label: str
    axes: list[Axis]
    folder: str = ""
    updated: str = "2026-02-21T07:00:00Z"
    notes: list[str] = field(default_factory=list)
    units: Codes = field(default_factory=dict)
    value: Callable[[tuple[str, ...]], float | str | None] = lambda codes: crc32("|".join(codes).encode()) % 90
    """A number, or a sign such as `..` for a cell without one."""

    def axis(self, name: str) -> Axis:
        return next(axis for axis in self.axes if axis.name == name)

    def reply(self, selection: Mapping[str, list[str]] | None) -> dict[str, Any]:
        """The dataset of a selection, or the metadata without one."""
        chosen = [
            (axis, list(axis.codes) if selection is None else [c for c in axis.codes if c in selection[axis.name]])
            for axis in self.axes
            if selection is None or axis.name in selection
        ]
        cells = [] if selection is None else list(itertools.product(*(codes for _, codes in chosen)))
        given = [self.value(cell) for cell in cells]
        return {
            "version": "2.0",
            "class": "dataset",
            "label": self.label,
            "source": "SCB",
            "updated": self.updated,
            "note": self.notes,
            "role": {
                role: [axis.name for axis, _ in chosen if axis.role == role]
                for role in ("time", "geo", "metric")
                if any(axis.role == role for axis, _ in chosen)
            },
            "id": [axis.name for axis, _ in chosen],
            "size": [len(codes) for _, codes in chosen],
            "dimension": {axis.name: self._dimension(axis, codes) for axis, codes in chosen},
            "extension": {"px": {"tableid": self.id}},
            "value": [None if isinstance(value, str) else value for value in given],
            **({"status": signs} if (signs := {str(n): v for n, v in enumerate(given) if isinstance(v, str)}) else {}),
        }

    def _dimension(self, axis: Axis, codes: list[str]) -> dict[str, Any]:
        category: dict[str, Any] = {
            "index": {code: n for n, code in enumerate(codes)},
            "label": {code: axis.codes[code] for code in codes},
        }
        if axis.role == "metric":
            category["unit"] = {code: {"base": self.units.get(code, "antal"), "decimals": 0} for code in codes}
        extension = {"elimination": axis.sums, "show": "value", "codelists": []}
        return {"label": axis.label, "category": category, "extension": extension}

    def entry(self) -> dict[str, Any]:
        """How the catalogue lists it."""
        time = list(next(axis for axis in self.axes if axis.role == "time").codes)
        return {
            "id": self.id,
            "label": self.label,
            "updated": self.updated,
            "firstPeriod": time[0],
            "lastPeriod": time[-1],
            "variableNames": [axis.label for axis in self.axes],
            "paths": [[{"id": self.folder[:2]}, {"id": self.folder[:6]}, {"id": self.folder}]],
        }


@dataclass
class Publisher:
    """What the server has, how it misbehaves, and what it was asked.

    moods: for a part of the path (or "" for every call), what to do with the next calls there:
    a status such as 429 or 500, `after` (429 with Retry-After), `slow`, `cut`, `page`, `half`.
    """

    tables: dict[str, Made]
    address: str = ""
    cells: int = 150_000
    told_cells: int = 0
    pace: int = 3
    moods: dict[str, list[str]] = field(default_factory=dict)
    dies_at: int = 0
    asked: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Status and content."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path.endswith("/config"):
            return 200, _json(
                {
                    "apiVersion": "2.2.0",
                    "maxDataCells": self.told_cells or self.cells,
                    "maxCallsPerTimeWindow": self.pace,
                    "timeWindow": 1,
                    "license": "https://creativecommons.org/share-your-work/public-domain/cc0/",
                    "sourceReferences": [{"language": "sv", "text": "Källa: SCB"}],
                }
            )
        if path.endswith("/tables"):
            words = query.get("query", [""])[0].lower().split()
            found = [made.entry() for made in self.tables.values() if all(w in made.label.lower() for w in words)]
            return 200, _json({"tables": found, "page": {"pageNumber": 1, "totalPages": 1}})
        match = re.search(r"/tables/(\w+)/(metadata|data)$", path)
        made = self.tables.get(match[1]) if match else None
        if not match or made is None:
            return 404, _problem(404, "Non-existent table")
        if match[2] == "metadata":
            return 200, _json(made.reply(None))
        return self._data(made, json.loads(body)["selection"])

    def _data(self, made: Made, asked: list[dict[str, Any]]) -> tuple[int, bytes]:
        selection = {entry["variableCode"]: entry["valueCodes"] for entry in asked}
        names = {axis.name for axis in made.axes}
        if not set(selection) <= names:
            return 400, _problem(400, "Non-existent variable")
        if any(axis.name not in selection and not axis.sums for axis in made.axes):
            return 400, _problem(400, "Missing selection for mandatory variable")
        if any(code not in made.axis(name).codes for name, codes in selection.items() for code in codes):
            return 400, _problem(400, "Non-existent value")
        if math.prod(len(codes) for codes in selection.values()) > self.cells:
            return 400, _problem(400, "Too many cells selected")
        return 200, _json(made.reply(selection))


@contextmanager
def served(publisher: Publisher) -> Iterator[Publisher]:
    """The publisher, reachable at its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._act("GET", b"")

        def do_POST(self) -> None:
            self._act("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _act(self, method: str, body: bytes) -> None:
            publisher.asked.append(f"{method} {self.path}")
            if publisher.dies_at and len(publisher.asked) >= publisher.dies_at:
                self.close_connection = True
                self.connection.close()
                return
            key = next((part for part, moods in publisher.moods.items() if part in self.path and moods), None)
            mood = "" if key is None else publisher.moods[key].pop(0)
            if mood.isdigit() or mood == "after":
                self._send(429 if mood == "after" else int(mood), b"Too many requests", after=mood == "after")
                return
            status, content = publisher.answer(method, self.path, body)
            if mood == "page":
                status, content = 200, b"<html>Under arbete</html>"
            if mood == "half":
                content = content[: len(content) // 2]
            self._send(status, content, cut=mood == "cut", slow=mood == "slow")

        def _send(
            self, status: int, content: bytes, *, after: bool = False, cut: bool = False, slow: bool = False
        ) -> None:
            self.send_response(status)
            if after:
                self.send_header("Retry-After", "7")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if slow:
                publisher.done.wait(10)
            self.wfile.write(content[: len(content) // 2] if cut else content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

        def handle_error(self, *args: object) -> None:
            """A connection that was closed on purpose is no fault."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            """A connection that was closed on purpose is no fault."""

    with Server(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        publisher.address = f"http://127.0.0.1:{http.server_port}/api/v2"
        try:
            yield publisher
        finally:
            publisher.done.set()
            http.shutdown()
            thread.join()


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    now: float = 0.0
    waited: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waited.append(round(seconds, 3))

    def time(self) -> float:
        return self.now


def network(clock: Clock, **settings: Any) -> Network:
    """A network that waits by the clock."""
    return Network(**{"sleep": clock.sleep, "clock": clock.time, "today": date(2026, 11, 23)} | settings)


def _json(content: Any) -> bytes:
    return json.dumps(content).encode()


def _problem(status: int, title: str) -> bytes:
    return _json({"type": "Parameter error", "title": title, "status": status})
