"""Multipliers of a file of coefficients, as a list of steps.

Start reading at `multipliers_of_files`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brygga.core.errors import SettingError, listed
from brygga.impact.beside_coefficients import read_households, read_per_output
from brygga.impact.coefficients_file import Coefficients, checked, read_coefficients
from brygga.impact.industry_order import label_key
from brygga.impact.leontief import Vector
from brygga.impact.multipliers import Multipliers, multipliers

NAMES = {"output": "output", "employment": "persons", "value_added": "value_added", "income": "income"}
"""Quantities in the order they are shown, and what one unit of each is."""


@dataclass(frozen=True)
class Answer:
    """Multipliers, type I beside where type II was asked for, and what had to be assumed."""

    found: Multipliers
    simple: Multipliers
    warnings: tuple[str, ...]

    def summary(self) -> dict[str, object]:
        """For a program: lists in the order of `industries`, at full precision; null where a ratio has no base."""
        content: dict[str, object] = {"industries": list(self.found.industries), "type": self.found.kind}
        content |= _lists(self.found)
        if self.found.kind == 2:
            content["type_1"] = _lists(self.simple)
        return content | {"warnings": list(self.warnings)}

    def rows(self) -> tuple[list[str], list[list[object]]]:
        """For people: head and rows."""
        head, columns = ["industry"], [list[object](self.found.industries)]
        for name in self.found.total:
            head.append(f"{name} {'II' if self.found.kind == 2 else 'I'}")
            columns.append([f"{value:.4f}" for value in self.found.total[name]])
            if name in self.found.ratio:
                head.append("ratio")
                columns.append(["" if np.isnan(value) else f"{value:.3f}" for value in self.found.ratio[name]])
        return head, [list(row) for row in zip(*columns, strict=True)]


def multipliers_of_files(
    coefficients: Path,
    *,
    kind: int = 1,
    employment: Path | None = None,
    value_added: Path | None = None,
    income: Path | None = None,
    households: str = "",
    by_name: bool = False,
) -> Answer:
    """Multipliers of every industry of COEFFICIENTS.

    Parameters
    ----------
    coefficients : first column the industry, then one column per industry in the same order; columns buy from rows
    kind : 1, or 2 with households closed in
    employment, value_added, income : quantities per unit of output, see `impact.beside_coefficients`
    households : for type II: an industry of COEFFICIENTS that is the households, or a file industry,wages,spending
    by_name : take the rows of the other files by name, whatever their order

    Raises
    ------
    BryggaError: what is wrong with a file, all of it in one report. SettingError: type II without households.
    """
    table = read_coefficients(coefficients)
    inside = [place for place, one in enumerate(table.industries) if label_key(one) == label_key(households)]
    _check(kind, households, bool(inside), table)
    last = inside[0] if inside else None
    order = [place for place in range(len(table.industries)) if place != last]
    industries = tuple(table.industries[place] for place in order)
    matrix = table.matrix[np.ix_(order, order)]
    files = {"employment": employment, "value_added": value_added, "income": income}
    per_output: dict[str, Vector] = {
        name: read_per_output(path, industries, what=NAMES[name], by_name=by_name, beyond=households if inside else "")
        for name, path in files.items()
        if path
    }
    wages: Vector | None = None
    if last is not None:
        wages, spending = table.matrix[last, order], table.matrix[order, last]
        own = table.matrix[last, last]
    elif kind == 2:
        wages, spending = read_households(Path(households), industries, by_name=by_name)
        own = 0.0
    if wages is not None and "income" not in per_output:
        per_output["income"] = wages
    simple = multipliers(industries, matrix, per_output)
    if kind == 1 or wages is None:
        return Answer(simple, simple, table.warnings)
    closed = np.block([[matrix, spending[:, None]], [wages[None, :], np.array([[own]])]])
    closed = checked((*industries, "households"), closed, where=f"{coefficients.name} with households").matrix
    return Answer(multipliers(industries, closed, per_output, closed=True), simple, table.warnings)


def _check(kind: int, households: str, inside: bool, table: Coefficients) -> None:
    """Whether the way of closing was said, and can be found."""
    if kind == 2 and not households:
        raise SettingError(
            "type II without --households",
            why="what the wages buy has to come from somewhere",
            todo="name the industry of COEFFICIENTS that is the households, or give a file industry,wages,spending",
        )
    if households and not inside and not Path(households).exists():
        raise SettingError(
            f"--households {households!r} is neither an industry of the table nor a file",
            why="households cannot be closed into the table without it",
            todo=f"the industries are {listed(table.industries, 12)}; a file has the columns industry,wages,spending",
        )
    if kind == 1 and households and not inside:
        raise SettingError(
            f"--households {households!r} with type I",
            why="type I leaves out what the wages buy, so the file would change nothing",
            todo="add --type 2, or leave --households out",
        )


def _lists(found: Multipliers) -> dict[str, object]:
    lists: dict[str, object] = {}
    for name, values in found.total.items():
        lists[f"{name}_multiplier"] = values.tolist()
        if name in found.ratio:
            lists[f"{name}_ratio"] = [None if np.isnan(value) else float(value) for value in found.ratio[name]]
    return lists
