"""Between tables and arrays: the only way in and out, so that a missing cell never becomes a zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core.errors import TableError

Floats = NDArray[np.float64]
Dims = Mapping[str, Sequence[Any]]


def to_array(frame: pl.DataFrame, value: str, dims: Dims, *, absent: float | None = None, where: str = "") -> Floats:
    """Column `value` as an array with one axis a dimension, labels in the order given.

    Rows whose labels are not asked for are left out. A cell without a row is an error,
    unless `absent` says what it means.

    Examples
    --------
    >>> frame = pl.DataFrame({"m": ["b", "a"], "persons": [2.0, 1.0]})
    >>> to_array(frame, "persons", {"m": ["a", "b"]})
    array([1., 2.])
    """
    shape = tuple(len(labels) for labels in dims.values())
    flat = pl.lit(0, pl.Int64)
    for (column, labels), size in zip(dims.items(), shape, strict=True):
        order = pl.col(column).replace_strict(list(labels), range(size), default=None, return_dtype=pl.Int64)
        flat = flat * size + order
    placed = frame.select(at=flat, value=pl.col(value).cast(pl.Float64)).drop_nulls("at")
    if placed["value"].null_count():
        raise TableError(
            f"{where or value}: {placed['value'].null_count()} cell(s) without a number",
            why="a hidden or unknown cell is not zero, and the sum over it is not known",
            todo="write an estimate with status modelled, or use a coarser occupation or industry",
        )
    array = np.full(int(np.prod(shape)), np.nan)
    array[placed["at"].to_numpy()] = placed["value"].to_numpy()
    if np.isnan(array).any():
        array = _filled(array.reshape(shape), dims, absent, where or value)
    return array.reshape(shape)


def to_frame(arrays: Mapping[str, Floats], dims: Dims) -> pl.DataFrame:
    """One row a cell: the labels, then one column an array.

    Examples
    --------
    >>> to_frame({"persons": np.array([1.0, 2.0])}, {"m": ["a", "b"]}).rows()
    [('a', 1.0), ('b', 2.0)]
    """
    shape = tuple(len(labels) for labels in dims.values())
    places = np.unravel_index(np.arange(int(np.prod(shape))), shape) if dims else ()
    labels = {
        column: pl.Series(column, list(values)).gather(place)
        for (column, values), place in zip(dims.items(), places, strict=True)
    }
    return pl.DataFrame(labels | {name: np.broadcast_to(array, shape).ravel() for name, array in arrays.items()})


def _filled(array: Floats, dims: Dims, absent: float | None, where: str) -> Floats:
    if absent is not None:
        return np.where(np.isnan(array), absent, array)
    at = np.argwhere(np.isnan(array))
    first = ", ".join(str(list(labels)[i]) for labels, i in zip(dims.values(), at[0], strict=True))
    raise TableError(
        f"{where}: {len(at)} cell(s) of {' x '.join(dims)} missing, first {first}",
        why="a missing cell is neither zero nor known",
        todo="add the rows, or give them persons 0 if they were counted and none",
    )
