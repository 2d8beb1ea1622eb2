"""Publisher: JobTech's exports fetched from where they are published, whole or not at all.

Each file is written under a passing name and takes its own only when it has come whole and reads as an export;
so a fetch that was broken off goes on where it stopped. A server that is busy (429) or ailing (5xx), and a
connection that is cut, are tried again after 1, 2, 4 and 8 seconds, or after as long as the server asks.

Start reading at `fetch`.

Source: Arbetsförmedlingen, JobTech Taxonomy (open data).
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from brygga.core.errors import BryggaError, FileError, SettingError
from brygga.sources.http import Tell
from brygga.sources.patience import LARGEST, PASSING, SILENCE, WAITS, download, patiently, reason
from brygga.sources.recordings import Request
from brygga.sources.taxonomy_files import JOBTECH, concepts_of

ADDRESS = "https://data.jobtechdev.se/taxonomy"
"""Where JobTech publishes; BRYGGA_TAXONOMY_ADDRESS overrides it."""


@dataclass(frozen=True)
class Planned:
    """One file to fetch: its name, its address, and whether it lies there from an earlier try."""

    name: str
    address: str
    there: bool


def plan(folder: Path, version: str = "latest", *, address: str | None = None) -> list[Planned]:
    """The files to fetch into `folder`.

    Parameters
    ----------
    folder : where they go; a file that lies there was fetched whole
    version : the taxonomy's number, or latest

    Raises
    ------
    SettingError
        If the version is neither a number nor latest, or the address is no web address.
    """
    if version != "latest" and not version.isdecimal():
        raise SettingError(
            f"--version {version} is no version of JobTech's taxonomy",
            why="versions are numbers",
            todo="give a number such as 31, or leave --version out for the latest",
        )
    base = (address or os.environ.get("BRYGGA_TAXONOMY_ADDRESS") or ADDRESS).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise SettingError(
            f"{base} is no web address",
            why="exports are fetched over http or https",
            todo="mend BRYGGA_TAXONOMY_ADDRESS, or give the files with --from",
        )
    return [
        Planned(
            file,
            f"{base}/version/{version}/query/{name}/{name}.json",
            (folder / file).is_file(),
        )
        for file in JOBTECH
        for name in (file.removesuffix(".json"),)
    ]


def fetch(
    planned: Sequence[Planned],
    folder: Path,
    *,
    sleep: Callable[[float], None] = time.sleep,
    tell: Tell = lambda what, done, total: None,
) -> None:
    """Fetch what is not there yet, one file after the other.

    Parameters
    ----------
    planned : from `plan`
    folder : the same as there
    sleep : waits that many seconds
    tell : called with each file once it is there and with what went wrong before a new try, files done, files in all

    Raises
    ------
    FileError
        If a file cannot be fetched or written; the files before it stay, and are not fetched again.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    for done, file in enumerate(planned):
        if not file.there:
            content = _with_patience(file, sleep, partial(_remark, tell, done, len(planned)))
            part = folder / f"{file.name}.part"
            try:
                part.write_bytes(content)
                part.replace(folder / file.name)
            except OSError as error:
                raise _unwritable(folder, error) from error
        tell(file.name, done + 1, len(planned))


def _remark(tell: Tell, done: int, total: int, text: str) -> None:
    tell(text, done, total)


def _with_patience(file: Planned, sleep: Callable[[float], None], remark: Callable[[str], None]) -> bytes:
    """The file, tried again after a while where that may help."""
    try:
        return patiently(
            lambda: _checked(_download(file.address), file),
            sleep=sleep,
            remark=lambda text: remark(f"{file.name}: {text}"),
            waits=WAITS,
        )
    except urllib.error.HTTPError as error:
        error.close()
        raise _refused(file, error.code) from error
    except PASSING as error:
        raise _no_connection(file, error) from error


def _download(address: str) -> bytes:
    return download(Request("taxonomy", "GET", address), silence=SILENCE, largest=LARGEST)


def _checked(content: bytes, file: Planned) -> bytes:
    """The content if it reads as an export; else it was cut off or is a page about something else."""
    try:
        concepts_of(json.loads(content), file.name)
    except (ValueError, RecursionError, BryggaError) as error:
        raise http.client.HTTPException("what came is no export of the taxonomy") from error
    return content


def _refused(file: Planned, code: int) -> FileError:
    if code == 404:
        return FileError(
            f"{file.address} is not there (404)",
            why="the publisher has no such version, or has renamed the export",
            todo="try without --version, or download the exports by hand and give their folder with --from",
        )
    return FileError(
        f"{file.address} answers {code}",
        why="the publisher's server does not hand the export out now",
        todo="run the same command later: what has come is kept; or give a folder of exports with --from",
    )


def _no_connection(file: Planned, error: Exception) -> FileError:
    return FileError(
        f"{file.address} cannot be fetched: {reason(error)}",
        why="there is no network, or the connection is cut again and again",
        todo="run the same command later: what has come is kept; or give a folder of exports with --from",
    )


def _unwritable(folder: Path, error: OSError) -> FileError:
    return FileError(
        f"{folder} cannot be written: {error.strerror or error}",
        why="the exports are kept there until the pack is built",
        todo="free some space there, or set BRYGGA_HOME to a folder that you may write to",
    )
