"""Taxonomy: the pack that verbs code with - the one installed, one given, or our own words alone.

Start reading at `open_pack`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from brygga.coding.pack import FORMAT, Pack, embedded_pack, is_pack, read_pack, with_own, write_pack
from brygga.core import codes
from brygga.core.errors import BryggaError, FileError
from brygga.core.places import home
from brygga.sources import taxonomy, taxonomy_files
from brygga.sources.taxonomy import Exports, read_exports
from brygga.sources.taxonomy_files import find_exports


def installed() -> Path:
    """Where `brygga data update taxonomy` puts the pack unless told otherwise."""
    return home("data") / "taxonomy"


def open_pack(path: Path | None = None) -> Pack:
    """The pack to code with.

    Parameters
    ----------
    path : a pack's folder, or one of raw exports, which is built once and kept in the user's cache;
        None for the pack installed by `brygga data update taxonomy`, or our own words where none is

    Raises
    ------
    FileError, TableError, UnknownCodeError, FaultsError
        If what lies there cannot be read; see `read_pack` and `read_exports`.
    """
    if path is None:
        return read_pack(installed()) if is_pack(installed()) else embedded_pack()
    if is_pack(path):
        return read_pack(path)
    if not path.is_dir():
        raise FileError(
            f"{path} is no folder",
            why="a taxonomy is a folder of exports, or a pack made of them",
            todo="check the path after --taxonomy",
        )
    kept = home("cache") / f"taxonomy-{_key(path)}"
    if is_pack(kept):
        try:
            return read_pack(kept)
        except BryggaError:  # a damaged cache is built again
            pass
    built = as_pack(read_exports(path))
    try:
        return read_pack(write_pack(built, kept))
    except FileError:  # nowhere to keep it: it is built the next time too
        return with_own(built)


def unit_of(code: str) -> str:
    """One unit group of SCB for a group of JobTech: the same code, else the last (of managers, level 2).

    Examples
    --------
    >>> unit_of("1370"), unit_of("7223")
    ('1372', '7223')
    """
    units = codes.from_jobtech(code)
    return code if code in units else units[-1]


def as_pack(exports: Exports) -> Pack:
    """The taxonomy half of a pack."""
    return Pack(
        version=exports.version,
        sources=exports.sources,
        labels=exports.labels,
        skills=exports.skills,
        skill_links=exports.skill_links,
        esco_links=exports.esco_links,
        substitutes=exports.substitutes,
        crosswalk=exports.crosswalk,
        places=exports.places,
    )


def _key(folder: Path) -> str:
    """Names, sizes and times of the exports in a folder and how they are read, in a few characters."""
    paths = find_exports(folder).values()
    state = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    readers = b"".join(Path(str(module.__file__)).read_bytes() for module in (taxonomy, taxonomy_files))
    return hashlib.sha256(json.dumps([FORMAT, state]).encode() + readers).hexdigest()[:16]
