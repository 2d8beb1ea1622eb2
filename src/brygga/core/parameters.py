"""Decided numbers: dated, sourced, and read by day.

One YAML file a number, `parameters/<theme>/<name>.yaml`, with title in both languages,
unit, kind, range, the day somebody last confirmed it, and one value a date with its
source. Asked for a day, `value_on` answers with the latest value in force; it never
guesses backwards. `kind` tells how much to trust: `statistic` (published), `rule` (law or
a funder's terms), `estimate` (ours, with the script that made it), `judgement`
(somebody's named document, or "project assumption, not checked").

Start reading at `value_on`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from brygga.core.errors import BryggaError, ParameterError, raise_all
from brygga.core.places import PARAMETERS

KINDS = ("statistic", "rule", "estimate", "judgement")
UNCHECKED = "project assumption, not checked"
Number = float | int | str


@dataclass(frozen=True)
class Value:
    """A parameter's value on a day, with what a reader needs to trust or doubt it."""

    name: str
    value: Number
    unit: str
    kind: str
    source: str
    title: dict[str, str]
    valid_from: date
    checked: date
    low: float | None = None
    high: float | None = None

    @property
    def number(self) -> float:
        """The value as a number."""
        return float(self.value)


def value_on(name: str, day: date) -> Value:
    """The value of parameter `name` ("theme.name") in force on `day`.

    Raises
    ------
    ParameterError when there is no such parameter, or none in force that early.
    """
    path = PARAMETERS.joinpath(*name.split(".")).with_suffix(".yaml")
    if not path.is_file():
        raise ParameterError(
            f"there is no parameter {name}",
            why=f"no file {path.relative_to(PARAMETERS.parent)}",
            todo="see docs/assumptions.md for the names",
        )
    values = _read(path)
    in_force = [value for value in values if value.valid_from <= day]
    if not in_force:
        raise ParameterError(
            f"{name} has no value on {day}: its first value is from {values[0].valid_from}",
            why="a value is never read backwards in time",
            todo=f"add an earlier dated value with its source to {path.name}, or start the run later",
        )
    return in_force[-1]


def all_values() -> list[Value]:
    """Every dated value of every parameter, by name and date.

    Raises
    ------
    FaultsError listing every incomplete file.
    """
    values: list[Value] = []
    faults: list[BryggaError] = []
    for path in sorted(PARAMETERS.glob("*/*.yaml")):
        try:
            values += _read(path)
        except BryggaError as fault:
            faults.append(fault)
    raise_all("parameters", faults)
    return values


def parse(content: dict[str, Any], name: str) -> list[Value]:
    """The dated values of one parameter file's content, or an error naming what is incomplete."""
    wrong = _faults(content)
    if wrong:
        raise ParameterError(
            f"parameter {name}: {'; '.join(wrong)}",
            why="a number without unit, date and source cannot be shown",
            todo="complete the file as described in CONTRIBUTING.md",
        )
    low, high = content.get("range", (None, None))
    shared = {
        "name": name,
        "unit": content["unit"],
        "kind": content["kind"],
        "title": content["title"],
        "checked": content["checked"],
        "low": low,
        "high": high,
    }
    dated = sorted(content["values"].items())
    return [Value(value=v["value"], source=v["source"], valid_from=day, **shared) for day, v in dated]


@functools.cache
def _read(path: Path) -> list[Value]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return parse(content if isinstance(content, dict) else {}, f"{path.parent.name}.{path.stem}")


def _faults(content: dict[str, Any]) -> list[str]:
    title = content.get("title")
    wrong = []
    if not (isinstance(title, dict) and title.get("sv") and title.get("en")):
        wrong.append("title lacks sv or en")
    if not content.get("unit"):
        wrong.append("no unit")
    if content.get("kind") not in KINDS:
        wrong.append(f"kind is {content.get('kind')!r}, not one of {', '.join(KINDS)}")
    if not isinstance(content.get("checked"), date):
        wrong.append("checked is no date")
    return wrong + _value_faults(content.get("values"), content.get("range"))


def _value_faults(values: Any, bounds: Any) -> list[str]:
    if not isinstance(values, dict) or not values:
        return ["no dated values"]
    wrong = []
    for day, entry in values.items():
        if not isinstance(day, date):
            wrong.append(f"{day} is no date")
        elif not isinstance(entry, dict) or entry.get("value") is None:
            wrong.append(f"{day} has no value")
        elif not str(entry.get("source") or "").strip():
            wrong.append(f"{day} has no source")
        elif bounds and not bounds[0] <= entry["value"] <= bounds[1]:
            wrong.append(f"{day}: {entry['value']} is outside its range {bounds[0]} to {bounds[1]}")
    return wrong
