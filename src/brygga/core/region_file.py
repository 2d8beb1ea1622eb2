"""region.toml: what a region is, read and checked before any of its tables.

Start reading at `read_region_file`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brygga.core.errors import BryggaError, FileError, SettingError, listed, raise_all

YEARS = ("base_year", "first_plan_year", "last_plan_year", "to")
NEEDED = ("name_sv", "name_en", "municipalities", *YEARS)
EARLIEST, FARTHEST = 1968, 2100


@dataclass(frozen=True)
class RegionFile:
    """The content of a region.toml."""

    name_sv: str
    name_en: str
    municipalities: tuple[str, ...]
    base_year: int
    first_plan_year: int
    last_plan_year: int
    to: int
    kind: str = "own"
    needs: str = ""
    ads: str = ""
    extra_codes: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    ring: tuple[str, ...] = ()


def read_region_file(path: Path) -> RegionFile:
    """The settings in `path`, or every fault of them at once.

    Raises
    ------
    FileError when it cannot be read, otherwise SettingError (or FaultsError with several).
    """
    content = _content(path)
    raise_all(str(path), _faults(content, path.name))
    return RegionFile(
        **{key: content[key] for key in NEEDED if key != "municipalities"},
        municipalities=tuple(content["municipalities"]),
        kind=content.get("kind", "own"),
        needs=content.get("needs", ""),
        ads=content.get("ads", ""),
        extra_codes=frozenset(content.get("extra_codes", {}).get("kommun", [])),
        names=content.get("names", {}),
        ring=tuple(content.get("ring", ())),
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(
            f"no region at {path}: {error.strerror}",
            why="a region is a folder with region.toml and its tables",
            todo="write the example with `brygga data example FOLDER` and start from it",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(
            f"{path} cannot be read: {error}", why="it must be TOML in UTF-8", todo="mend the line named"
        ) from error


def _faults(content: Mapping[str, Any], name: str) -> list[BryggaError]:
    missing = [key for key in NEEDED if key not in content]
    if missing:
        return [
            _fault(
                f"{name} lacks {listed(missing)}",
                "without them it is not clear what to compute",
                "compare with the example's region.toml (`brygga data example FOLDER`)",
            )
        ]
    return [
        *_municipality_faults(content["municipalities"], name),
        *_ring_faults(content.get("ring", []), content["municipalities"], name),
        *_year_faults(content, name),
        *_other(content, name),
    ]


def _municipality_faults(given: Any, name: str) -> list[BryggaError]:
    form = 'write municipalities = ["1060", "1082"], codes in quotation marks'
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        return [_fault(f"{name}: municipalities = {given!r}", "codes are text and keep their zeros", form)]
    if not given:
        return [_fault(f"{name}: municipalities is empty", "a region is at least one municipality", form)]
    repeated = sorted({code for code in given if given.count(code) > 1})
    if repeated:
        why = "each municipality is counted once"
        return [_fault(f"{name}: municipalities names {listed(repeated)} more than once", why, "keep one of each")]
    return []


def _ring_faults(given: Any, municipalities: Any, name: str) -> list[BryggaError]:
    """The ring is computed with the territory and not shown, so it must lie outside it."""
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        form = 'write ring = ["1061", "1083"], codes in quotation marks'
        return [_fault(f"{name}: ring = {given!r}", "codes are text and keep their zeros", form)]
    inside = municipalities if isinstance(municipalities, list) else []
    twice = sorted({code for code in given if code in inside or given.count(code) > 1})
    if not twice:
        return []
    why = "a municipality is shown or in the ring around, and counted once"
    return [_fault(f"{name}: ring names {listed(twice)} again", why, "keep each in one of municipalities and ring")]


def _year_faults(content: Mapping[str, Any], name: str) -> list[BryggaError]:
    years = [content[key] for key in YEARS]
    whole = all(isinstance(year, int) and not isinstance(year, bool) for year in years)
    if whole and EARLIEST <= years[0] < years[1] <= years[2] <= years[3] <= FARTHEST:
        return []
    return [
        _fault(
            f"{name}: {', '.join(YEARS)} = {listed(years)}",
            f"they must be whole years from {EARLIEST} to {FARTHEST}, the base year before the first plan year, and "
            "no later one before an earlier",
            "write for example 2024, 2027, 2031, 2036",
        )
    ]


def _other(content: Mapping[str, Any], name: str) -> list[BryggaError]:
    """Names and file names that are no text, and tables that are none."""
    texts = [key for key in ("name_sv", "name_en", "kind", "needs", "ads") if not isinstance(content.get(key, ""), str)]
    groups = [key for key in ("extra_codes", "names") if not isinstance(content.get(key, {}), dict)]
    faults = [
        _fault(f"{name}: {key} = {content[key]!r}", "it must be text", "put it in quotation marks") for key in texts
    ]
    why = "it must be a part of its own with codes in it"
    faults += [
        _fault(f"{name}: {key} = {content[key]!r}", why, f"write [{key}] on a line, and its codes below")
        for key in groups
    ]
    codes = {} if groups else content.get("extra_codes", {})
    wrong = [key for key, given in codes.items() if not isinstance(given, list)]
    return faults + [
        _fault(f"{name}: extra_codes.{key} is no list", "codes come in a list", f'write {key} = ["9901"]')
        for key in wrong
    ]


def _fault(what: str, why: str, todo: str) -> BryggaError:
    return SettingError(what, why=why, todo=todo)
