"""Settings of a back-test, written down with a hash before any outcome is read.

`register` writes what a run will do: origins, horizons, methods, the constants it chooses among, what the
files must hold, and the hash of the modules that predict. A run that is given the file compares all of it
before it opens a data file, and says the hash in its answer; so nobody can choose the settings that happen
to score well and call them chosen beforehand.

Start reading at `check_registered`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brygga.core.errors import FileError, SettingError, listed
from brygga.core.places import PACKAGE
from brygga.core.provenance import sha256, write_json

SHARED_MODULES = ("projection/scores.py", "projection/fallback.py", "projection/error_spread.py")
Plan = Mapping[str, Any]


def digest(plans: Mapping[str, Plan]) -> str:
    """The SHA-256 of settings, the same for any order of keys and any spacing.

    Examples
    --------
    >>> digest({"a": {"x": 1, "y": 2}}) == digest({"a": {"y": 2, "x": 1}})
    True
    """
    text = json.dumps(plans, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def modules(*names: str) -> dict[str, str]:
    """The hash of each module that predicts or scores, by its path in the package."""
    return {name: sha256(PACKAGE / name) for name in sorted({*names, *SHARED_MODULES})}


def register(plans: Mapping[str, Plan], path: Path) -> str:
    """Write the settings of one or more back-tests and their hash; returns the hash.

    Raises
    ------
    SettingError when the file is there already: what is registered is never overwritten.
    """
    if path.exists():
        raise SettingError(
            f"{path} exists already",
            why="settings that were registered once are not written over",
            todo="choose another name with -o",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"{path.parent} cannot be made: {error.strerror}",
            why="the settings need a folder that you may write in",
            todo="choose another place with -o",
        ) from error
    code = digest(plans)
    write_json({"settings": plans, "sha256": code}, path)
    return code


def check_registered(path: Path | None, name: str, plan: Plan) -> str:
    """The registered hash, when the file is whole and says what this run will do; "" without a file.

    Parameters
    ----------
    path : the file of `register`, or None
    name : the back-test (municipalities, occupations)
    plan : the settings that this run would use

    Raises
    ------
    FileError when the file cannot be read; SettingError when it was changed or says something else.
    """
    if path is None:
        return ""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        plans, code = dict(content["settings"]), str(content["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(
            f"{path} holds no registered settings",
            why="a file with settings and sha256 is needed",
            todo="write one with `brygga backtest register -o FILE`",
        ) from error
    found = digest(plans)
    if found != code:
        raise SettingError(
            f"{path} was changed after it was registered: it says {code[:12]} and holds {found[:12]}",
            why="settings that change after the fact are no promise",
            todo="take the file as it was written, or register anew and say that you did",
        )
    if name not in plans:
        raise SettingError(
            f"{path} registers {listed(sorted(plans))} and not {name}",
            why="what is run must have been registered",
            todo="register this back-test too, in a file of its own",
        )
    other = sorted(key for key in {*plans[name], *plan} if plans[name].get(key) != _plain(plan).get(key))
    if other:
        raise SettingError(
            f"this run differs from {path} in {listed(_differences(plans[name], _plain(plan), other))}",
            why="what is run must be what was registered",
            todo="run with the registered settings, or register these in a new file",
        )
    return code


def years(text: str) -> list[int]:
    """Years from "2011", "2011,2013", "2011:2014" or "1975:2005:5" (last one included).

    Raises
    ------
    SettingError when it is none of these.

    Examples
    --------
    >>> years("2011:2014"), years("1975:2005:10"), years("2011,2013")
    ([2011, 2012, 2013, 2014], [1975, 1985, 1995, 2005], [2011, 2013])
    """
    try:
        if ":" not in text:
            return sorted({int(part) for part in text.split(",")})
        first, last, *step = (int(part) for part in text.split(":"))
        found = list(range(first, last + 1, step[0] if step else 1))
        if len(step) > 1 or not found:
            raise ValueError(text)
        return found
    except ValueError as error:
        raise SettingError(
            f'--origins "{text}"',
            why="these are no years",
            todo="write 2011:2014, 1975:2005:5 (first, last, step) or 2011,2013",
        ) from error


def _plain(plan: Plan) -> dict[str, Any]:
    """The plan as it comes back from a file: lists for tuples."""
    found: dict[str, Any] = json.loads(json.dumps(plan))
    return found


def _differences(registered: Plan, plan: Plan, keys: Sequence[str]) -> list[str]:
    shown = []
    for key in keys:
        ends = [str(each.get(key)) for each in (registered, plan)]
        short = all(len(end) <= 40 for end in ends)
        shown.append(f"{key} (registered {ends[0]}, now {ends[1]})" if short else key)
    return shown
