"""Results that carry how they came about.

A result is a table and its provenance, written side by side: `unfilled.parquet` and
`unfilled.json`. The sidecar names the inputs with their hash, the parameters with value
and source, the settings and seed, the steps with row counts and the warnings. It holds
no clock, user or machine name, so the same data and seed give the same bytes, and
`brygga run --like SIDECAR` computes the same result again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from brygga import __version__
from brygga.core import tables
from brygga.core.errors import FileError, TableError
from brygga.core.parameters import Value

Setting = str | int | float | bool | None


@dataclass(frozen=True)
class Input:
    """A file that was read: name, hash, rows and how many of its values were observed."""

    name: str
    sha256: str
    rows: int
    observed: int = 0
    modelled: int = 0


@dataclass(frozen=True)
class Provenance:
    """How a table came about: inputs, parameters, settings, steps and warnings."""

    step: str
    region: str
    settings: Mapping[str, Setting]
    inputs: tuple[Input, ...] = ()
    parameters: tuple[Value, ...] = ()
    method: str = ""
    warnings: tuple[str, ...] = ()
    steps: tuple[tuple[str, int], ...] = ()
    version: str = field(default=__version__)


@dataclass(frozen=True)
class Result:
    """A checked table and its provenance."""

    name: str
    table: pl.DataFrame
    provenance: Provenance


def write_result(result: Result, folder: Path) -> None:
    """Write `<name>.parquet` and its sidecar `<name>.json` into `folder`."""
    path = folder / f"{result.name}.parquet"
    tables.write(result.table, path)
    sidecar = {
        "table": result.name,
        "rows": result.table.height,
        "sha256": sha256(path),
        **_plain(asdict(result.provenance)),
    }
    write_json(sidecar, path.with_suffix(".json"))


def read_result(folder: Path, name: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The table and the sidecar of a stored result.

    Raises
    ------
    FileError when either is missing or unreadable; TableError when the table was changed since.
    """
    path = folder / f"{name}.parquet"
    try:
        sidecar: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        frame = pl.read_parquet(path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise FileError(
            f"{folder} holds no readable result {name}",
            why=f"{path.name} or its sidecar {path.with_suffix('.json').name} is missing or damaged",
            todo="make it with `brygga run REGION -o FOLDER`",
        ) from error
    if sha256(path) != sidecar.get("sha256"):
        raise TableError(
            f"{path} is not the table that its sidecar describes",
            why="somebody changed one of them, so nobody can say where the numbers come from",
            todo="run the step again",
        )
    return frame, sidecar


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write JSON with sorted keys, whole or not at all."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise FileError(
            f"{path} cannot be written: {error.strerror}",
            why="the result needs its sidecar",
            todo="choose another folder with -o, or free space and rights there",
        ) from error


def _plain(value: Any) -> Any:
    """Dataclass content as JSON-ready values, dates as ISO text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, Setting) else str(value)
