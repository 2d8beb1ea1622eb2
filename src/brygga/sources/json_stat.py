"""JSON-stat 2: what PxWebApi answers with, read into a table of codes, values and states.

A dataset is a cube: dimensions with codes, and one value a cell in row-major order (the last dimension runs
fastest). A cell without a value keeps the publisher's sign for why (`..`, `.`, `-`) as its state, and is never
turned into a number here.

Start reading at `read_dataset`.

Source: JSON-stat 2.0 (json-stat.org/full), as SCB's recorded replies and the samples of PxWebApi use it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed

VALUE, STATE = "value", "state"
"""Columns of a frame beside the dimensions."""

MISREAD = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
"""What Python says of content that is of another kind than it should be."""


@dataclass(frozen=True)
class Dimension:
    """One axis of the cube.

    Parameters
    ----------
    name : the variable's code, such as Region
    label : what people call it
    codes : in order
    labels : code -> words
    role : time, geo, metric or nothing
    may_be_left_out : whether the publisher sums it up when it is not asked for
    code_lists : other divisions of it that can be asked for
    units : code -> unit, of a dimension that says what is counted
    """

    name: str
    label: str
    codes: tuple[str, ...]
    labels: Mapping[str, str]
    role: str = ""
    may_be_left_out: bool = False
    code_lists: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """What a table is: its dimensions, its day of change and its remarks; a metadata reply is this without values."""

    table: str
    label: str
    updated: str
    source: str
    notes: tuple[str, ...]
    dimensions: tuple[Dimension, ...]

    @property
    def cells(self) -> int:
        """Cells of the whole cube."""
        return math.prod(len(dimension.codes) for dimension in self.dimensions)

    def with_role(self, role: str) -> tuple[Dimension, ...]:
        """The dimensions that carry a role."""
        return tuple(dimension for dimension in self.dimensions if dimension.role == role)


@dataclass(frozen=True)
class Dataset:
    """A cube with its values (NaN where there is none) and the states of the cells that have one."""

    shape: Shape
    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    states: Mapping[int, str]

    def frame(self) -> pl.DataFrame:
        """One row a cell: a column of codes a dimension, `value` (null where there is none) and `state` (text or null).

        Examples
        --------
        >>> cube = {"class": "dataset", "id": ["Kon"], "size": [2], "value": [3, None], "status": {"1": ".."},
        ...     "dimension": {"Kon": {"category": {"index": ["1", "2"]}}}}
        >>> read_dataset(cube, "TAB1").frame().rows()
        [('1', 3.0, None), ('2', None, '..')]
        """
        sizes = [len(dimension.codes) for dimension in self.shape.dimensions]
        columns: dict[str, pl.Series] = {}
        for n, dimension in enumerate(self.shape.dimensions):
            inner, outer = math.prod(sizes[n + 1 :]), math.prod(sizes[:n])
            index = np.tile(np.repeat(np.arange(sizes[n]), inner), outer)
            columns[dimension.name] = pl.Series(dimension.codes, dtype=pl.String).gather(index)
        states = [self.states.get(cell) for cell in range(len(self.values))] if self.states else [None]
        columns[STATE] = pl.Series(states, dtype=pl.String)
        if not self.states:
            columns[STATE] = pl.repeat(None, len(self.values), dtype=pl.String, eager=True)
        values = pl.Series(VALUE, self.values).fill_nan(None)
        return pl.DataFrame(columns).insert_column(len(sizes), values)


def read_shape(content: Any, where: str) -> Shape:
    """The dimensions of a dataset or metadata reply.

    Raises
    ------
    TableError
        If it is no JSON-stat dataset, or an error in JSON-stat's form.
    """
    if not isinstance(content, dict) or content.get("class", "dataset") != "dataset" or "id" not in content:
        raise _no_dataset(content, where)
    try:
        return _shape(content, where)
    except MISREAD as error:
        raise _broken(where, f"its dimensions cannot be read ({error!r})") from error


def read_dataset(content: Any, where: str) -> Dataset:
    """A data reply.

    Parameters
    ----------
    content : JSON as read
    where : what the user calls it, such as TAB638

    Raises
    ------
    TableError
        If it is no dataset, or its values do not fill its cells.
    """
    shape = read_shape(content, where)
    try:
        values = _values(content["value"], shape.cells, where)
        states = _states(content.get("status"), shape.cells)
    except MISREAD as error:
        raise _broken(where, f"its values cannot be read ({error!r})") from error
    return Dataset(shape, values, states)


def _shape(content: Mapping[str, Any], where: str) -> Shape:
    roles = {str(name): role for role, names in (content.get("role") or {}).items() for name in names or ()}
    dimensions = tuple(
        _dimension(str(name), content["dimension"][name], roles.get(str(name), ""), where) for name in content["id"]
    )
    sizes = [int(size) for size in content["size"]]
    for dimension, size in zip(dimensions, sizes, strict=False):
        if len(dimension.codes) != size:
            raise _broken(where, f"dimension {dimension.name} has {len(dimension.codes)} codes and says {size}")
    if len(sizes) != len(dimensions):
        raise _broken(where, f"it names {len(dimensions)} dimensions and {len(sizes)} sizes")
    return Shape(
        table=str(((content.get("extension") or {}).get("px") or {}).get("tableid", "")),
        label=str(content.get("label", "")),
        updated=str(content.get("updated", "")),
        source=str(content.get("source", "")),
        notes=tuple(str(note) for note in content.get("note") or ()),
        dimensions=dimensions,
    )


def _dimension(name: str, content: Mapping[str, Any], role: str, where: str) -> Dimension:
    category = content["category"]
    index, labels = category.get("index"), category.get("label") or {}
    if index is None:
        codes = list(labels)
    elif isinstance(index, Mapping):
        codes = sorted(index, key=index.__getitem__)
        if sorted(index.values()) != list(range(len(codes))):
            raise _broken(where, f"dimension {name} does not number its codes from 0")
    else:
        codes = list(index)
    if len({str(code) for code in codes}) != len(codes):
        raise _broken(where, f"dimension {name} has a code twice")
    extension = content.get("extension") or {}
    return Dimension(
        name=name,
        label=str(content.get("label", name)),
        codes=tuple(str(code) for code in codes),
        labels={str(code): str(label) for code, label in labels.items()},
        role=role,
        may_be_left_out=bool(extension.get("elimination", False)),
        code_lists=tuple(str(entry["id"]) for entry in extension.get("codelists") or ()),
        units={str(code): str(unit.get("base", "")) for code, unit in (category.get("unit") or {}).items()},
    )


def _values(given: Any, cells: int, where: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Values in a list, or only those that there are, by cell."""
    values = np.full(cells, np.nan)
    if isinstance(given, Mapping):
        places = [int(cell) for cell in given]
        if places and not 0 <= min(places) <= max(places) < cells:
            raise _broken(where, f"a value stands in cell {max(places)} of {cells}")
        values[places] = [_number(value) for value in given.values()]
        return values
    if len(given) != cells:
        raise _broken(where, f"it has {len(given)} values for {cells} cells")
    values[:] = [_number(value) for value in given]
    return values


def _number(value: Any) -> float:
    """A value, NaN for none; neither words, truths nor infinities are numbers."""
    if value is None:
        return math.nan
    if isinstance(value, (bool, str)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _states(given: Any, cells: int) -> dict[int, str]:
    """States by cell: given by cell, in a list, or one for all."""
    if not given:
        return {}
    if isinstance(given, str):
        return dict.fromkeys(range(cells), given)
    pairs = given.items() if isinstance(given, Mapping) else enumerate(given)
    return {int(cell): str(state) for cell, state in pairs if state not in (None, "")}


def _no_dataset(content: Any, where: str) -> TableError:
    said = ""
    if isinstance(content, dict):
        parts = content.get("error") or content.get("errors") or content
        parts = parts if isinstance(parts, list) else [parts]
        said = listed(str(part.get("label") or part.get("title") or "") for part in parts if isinstance(part, dict))
    return TableError(
        f"{where}: the reply is no JSON-stat dataset{f' but says: {said}' if said else ''}",
        why="without dimensions and values there is no table",
        todo="run the same command later; `brygga data update --probe` tells what the publisher answers",
    )


def _broken(where: str, fault: str) -> TableError:
    return TableError(
        f"{where}: {fault}",
        why="the reply does not fit its own description, so no value can be placed",
        todo="run the same command later; if it stays so, the publisher's server is at fault",
    )
