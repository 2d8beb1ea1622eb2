"""Labels: places as files call them, codes or names or other words, and matrices in their order.

Start reading at `places`.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from brygga.core import codes
from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.grids import Floats, to_array

OUTSIDE = "outside"


def places(frame: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """The labels in some columns, each once, in alphabetical order (the zone outside last)."""
    found = {label for column in columns for label in frame[column].drop_nulls()}
    return sorted(found, key=lambda label: (label == OUTSIDE, label))


@functools.cache
def _code_by_name() -> dict[str, str]:
    return {name: code for code, name in codes.classification("kommun").select("code", "name").iter_rows()}


def code_of(label: str) -> str | None:
    """The municipality code of a code or a name; none for any other label.

    Examples
    --------
    >>> code_of("Halmstad"), code_of("1380"), code_of("AT11")
    ('1380', '1380', None)
    """
    return label if label in codes.codes("kommun") else _code_by_name().get(label)


def same_names(frame: pl.DataFrame, columns: Sequence[str], wanted: Collection[str]) -> pl.DataFrame:
    """The frame with places written as in `wanted`, where one file has codes and the other names."""
    by_code = {code: label for label in wanted if (code := code_of(label))}
    mapped = {
        label: by_code.get(code_of(label) or "", label) for label in places(frame, columns) if label not in wanted
    }
    return frame.with_columns(pl.col(column).replace(mapped) for column in columns) if mapped else frame


def matrix(flows: pl.DataFrame, zones: Sequence[str], column: str = "persons") -> tuple[Floats, Floats]:
    """Numbers and whether they are known, home x work; a pair without a row is 0 persons (as published), unknown cost.

    Examples
    --------
    >>> flows = pl.DataFrame({"home": ["a", "a"], "work": ["a", "b"], "persons": [3.0, None]})
    >>> [array.tolist() for array in matrix(flows, ["a", "b"])]
    [[[3.0, nan], [0.0, 0.0]], [[1.0, 0.0], [1.0, 1.0]]]
    """
    dims = {"home": list(zones), "work": list(zones)}
    cells = flows.select("home", "work", known=pl.col(column).is_not_null(), number=pl.col(column).fill_null(0.0))
    absent = 1.0 if column == "persons" else 0.0
    known = to_array(cells.with_columns(pl.col("known").cast(pl.Float64)), "known", dims, absent=absent)
    return np.where(known > 0, to_array(cells, "number", dims, absent=0.0), np.nan), known


def margin_of(margins: pl.DataFrame, zones: Sequence[str], side: str) -> Floats:
    """One side of the margins, in the order of the zones."""
    return to_array(margins.filter(margin=side), "persons", {"municipality": list(zones)}, where=f"margin {side}")


def compare(
    flows: pl.DataFrame, margins: pl.DataFrame, names: tuple[str, str], *, without_flows: str = ""
) -> list[BryggaError]:
    """Places of one file that the other lacks; `without_flows` says what can be done for places of the margins only."""
    if flows.is_empty() or margins.is_empty():
        return []
    there, asked = set(places(flows, ("home", "work"))), set(margins["municipality"])
    faults: list[BryggaError] = []
    for here, lacking in ((names[0], sorted(there - asked)), (names[1], sorted(asked - there))):
        other = names[1] if here == names[0] else names[0]
        if lacking:
            faults.append(
                TableError(
                    f"{listed(lacking)} in {here} and not in {other}",
                    why="a place that only one file knows is neither zero nor matched",
                    todo="write places alike in both; if municipalities have merged, say --merge OLD=NEW"
                    + (without_flows if here == names[1] else ""),
                )
            )
    return faults
