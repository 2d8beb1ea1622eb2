"""What a back-test says: its scores, which method is used where, and how it came about.

Start reading at `Backtest`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from brygga.projection.fallback import choose, rolling
from brygga.projection.scores import scores

ALL = "all"
SCORED = ("given", "breaks", "origin", "horizon", "size_class", "method")


@dataclass(frozen=True)
class Backtest:
    """One back-test.

    Parameters
    ----------
    name : municipalities, occupations
    rows : scores, one row per `given` x `breaks` x `origin` (or all) x `horizon` x `size_class` (or all) x `method`
    choices : the method to use from now on in every size class, with the errors that decided it
    constants : fitted constants, with what was left out when they were fitted
    registered : hash of the settings registered beforehand; "" when none were
    inputs : name and SHA-256 of every file read
    notes : what a reader must know
    """

    name: str
    rows: pl.DataFrame
    choices: pl.DataFrame
    constants: Sequence[Mapping[str, Any]] = ()
    registered: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def summary(self) -> dict[str, Any]:
        """Everything as JSON-ready content; origins are numbers, "all" is their pool."""
        rows = [
            row | {"origin": row["origin"] if row["origin"] == ALL else int(row["origin"])}
            for row in self.rows.iter_rows(named=True)
        ]
        return {
            "backtest": self.name,
            "settings_sha256": self.registered or None,
            "inputs": dict(self.inputs),
            "notes": list(self.notes),
            "constants": [dict(each) for each in self.constants],
            "choices": self.choices.to_dicts(),
            "rows": rows,
        }


def pooled_scores(cells: pl.DataFrame) -> pl.DataFrame:
    """Scores by origin and over all origins, by size class and over all classes.

    Parameters
    ----------
    cells : as for `scores`, with `given`, `breaks` and `size_class`

    Returns
    -------
    The rows of a `Backtest`.
    """
    found = []
    for over_origins in (False, True):
        for over_classes in (False, True):
            by = ["given", "breaks", "horizon"]
            by += [] if over_origins else ["origin"]
            by += [] if over_classes else ["size_class"]
            scored = scores(cells, by=by)
            if over_origins:
                scored = scored.with_columns(origin=pl.lit(ALL))
            if over_classes:
                scored = scored.with_columns(size_class=pl.lit(ALL))
            scored = scored.with_columns(pl.col("origin").cast(pl.String))
            found.append(scored.select(*SCORED, pl.exclude(SCORED)))
    return pl.concat(found).sort(SCORED)


def with_used(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells, and once more those of the method that would have been used at each origin.

    A method is judged by the horizon it is used for: what was better a year ahead is not better five years
    ahead.
    """
    used = [
        rolling(part, ["horizon", "size_class"]) for part in cells.partition_by("given", "breaks", maintain_order=True)
    ]
    return pl.concat([cells, *used])


def choices_from(cells: pl.DataFrame) -> pl.DataFrame:
    """What is to be preferred from now on: every origin's outcomes at the longest horizon, by size class."""
    longest = cells.filter(pl.col("horizon") == pl.col("horizon").max().over("given", "breaks"))
    by = ["given", "breaks", "horizon", "size_class"]
    return choose(scores(longest, by=by), by=by)


def size_class(base: str, bounds: Sequence[int]) -> pl.Expr:
    """The size class of a cell by what stands there at the origin: "0-49", "50-199", ..., "1000+".

    Examples
    --------
    >>> pl.DataFrame({"base": [12.0, 50.0, 4000.0]}).select(size_class("base", [50, 1000]))["size_class"].to_list()
    ['0-49', '50-999', '1000+']
    """
    labels = class_labels(bounds)
    place = pl.sum_horizontal((pl.col(base) >= bound).cast(pl.Int64) for bound in bounds)
    return place.replace_strict(list(range(len(labels))), labels, return_dtype=pl.String).alias("size_class")


def class_labels(bounds: Sequence[int]) -> list[str]:
    """The names of the classes, smallest first."""
    starts = [0, *bounds]
    return [f"{low}-{high - 1}" for low, high in zip(starts, bounds, strict=False)] + [f"{bounds[-1]}+"]


def told(found: Backtest) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of what the terminal shows: the longest horizon, all origins, all sizes, method by method."""
    longest = pl.col("horizon") == pl.col("horizon").max().over("given", "breaks")
    pooled = found.rows.filter(longest & (pl.col("origin") == ALL) & (pl.col("size_class") == ALL))
    errors, shares = ["mape", "weighted_mape"], ["direction", "faster", "rank", "coverage_80"]
    shown = ["given", "breaks", "horizon", "method", "cells", *errors, *shares]
    texts = pooled.sort("given", "breaks", "weighted_mape", "method").with_columns(
        *(pl.col(name).round(2).cast(pl.String) for name in errors),
        *(pl.col(name).round(3).cast(pl.String) for name in shares),
    )
    return shown, [list(row) for row in texts.select(shown).rows()]
