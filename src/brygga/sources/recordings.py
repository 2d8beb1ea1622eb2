"""Recordings: requests and the replies they got, in a folder, so that the same code runs without a network.

A reply is two files in the provider's folder: the reply as it came, and the request it answers with its day. They
are found by provider, method, path with query, and body; and by the vintage of the table where there is one.

Start reading at `Recording`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import urllib.parse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from brygga.core.errors import FileError

LONGEST_SLUG = 60
"""Letters of the path in a file's name; the rest is told apart by the hash."""

LONGEST_KEPT = 400
"""Days that a reply of an unchanged table is kept: official tables come once a year."""


@dataclass(frozen=True)
class Request:
    """What a publisher is asked.

    Examples
    --------
    >>> str(Request("kolada", "GET", "https://api.kolada.se/v3/kpi?page=2"))
    'GET https://api.kolada.se/v3/kpi?page=2'
    """

    provider: str
    method: str
    address: str
    body: Any = None
    accept: str = "application/json"

    @property
    def target(self) -> str:
        """Path and query: the address without the host."""
        parts = urllib.parse.urlsplit(self.address)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def payload(self) -> bytes | None:
        """The body as it is sent."""
        return None if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()

    def name(self, vintage: str = "") -> str:
        """The name of the reply's file: readable, and one a request and vintage."""
        slug = re.sub(r"[^A-Za-z0-9]+", "-", self.target).strip("-")[-LONGEST_SLUG:]
        return f"{self.method}-{slug}-{digest([self.method, self.target, self.body, vintage])[:16]}"

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


@dataclass(frozen=True)
class Reply:
    """What came, whole, and the day it came."""

    content: bytes
    retrieved: date

    def json(self) -> Any:
        """The content read as JSON.

        Raises
        ------
        ValueError
            If it is none.
        """
        return json.loads(self.content)


@dataclass(frozen=True)
class Recording:
    """A folder of requests and replies."""

    folder: Path

    def find(self, request: Request, vintage: str = "") -> Reply | None:
        """The reply to the request, or none."""
        path = self._path(request, vintage)
        try:
            content, about = path.read_bytes(), json.loads(_beside(path).read_text(encoding="utf-8"))
            return Reply(content, date.fromisoformat(about["retrieved"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FileError(
                f"{path} cannot be used: {getattr(error, 'strerror', None) or error}",
                why="it and the .request.json beside it hold one reply of a publisher",
                todo="delete both, and fetch or record it again",
            ) from error

    def store(self, request: Request, reply: Reply, vintage: str = "") -> None:
        """Keep the reply; the file that says what it answers comes last, so that half a pair is never found."""
        path = self._path(request, vintage)
        about = {"method": request.method, "path": request.target, "body": request.body} | {
            "retrieved": reply.retrieved.isoformat(),
            "vintage": vintage,
        }
        write_whole(path, reply.content)
        write_whole(_beside(path), (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())

    def tidy(self, today: date) -> None:
        """Take away what was kept without a vintage (it held only for its own run), and what is too old."""
        for beside in sorted(self.folder.glob("*/*.request.json")):
            about = json.loads(beside.read_text(encoding="utf-8"))
            if not about["vintage"] or (today - date.fromisoformat(about["retrieved"])).days > LONGEST_KEPT:
                beside.unlink(missing_ok=True)
                beside.with_name(beside.name.removesuffix(".request.json") + ".reply").unlink(missing_ok=True)

    def _path(self, request: Request, vintage: str) -> Path:
        return self.folder / request.provider / f"{request.name(vintage)}.reply"


def digest(content: Any) -> str:
    """SHA-256 of anything that JSON holds, the same for the same content.

    Examples
    --------
    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    FileError
        If the disk is full or the folder may not be written to; nothing is left half-written.
    """
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.replace(path)
    except OSError as error:
        if part:
            part.unlink(missing_ok=True)
        raise FileError(
            f"{path} cannot be written: {error.strerror or error}",
            why="what comes is kept there, and nothing is left half-written",
            todo="free space there or choose another folder, then run the same command again: what has come is kept",
        ) from error


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.request.json")
