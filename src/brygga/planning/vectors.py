"""Plans as vectors of the exact programme, and back.

Start reading at `read_plan`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.planning.model import Decisions, Model
from brygga.planning.program import Numbers, Places, Program

PLAN = ["measure", "site", "year", "classes", "seats"]


def read_plan(decisions: Decisions, values: Numbers) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Classes (measure, site, year, classes, seats) and guidance (guidance, year, steps) of a vector, rounded.

    Classes beyond those that the seats fill are left out: they do nothing.
    """
    starts, steps = decisions.starts, decisions.guidance
    classes = np.rint(values[starts["classes"].to_numpy()]).astype(np.int64)
    seats = np.rint(values[starts["seats"].to_numpy()]).astype(np.int64)
    enough = np.ceil(seats / np.maximum(starts["class_max"].to_numpy(), 1e-9) - 1e-9).astype(np.int64)
    classes = np.minimum(classes, np.maximum(enough, starts["least"].fill_null(0).to_numpy()))
    rows = starts.with_columns(classes=pl.Series(classes), seats=pl.Series(seats)).filter(pl.col("classes") > 0)
    bought = np.rint(values[steps["column"].to_numpy()]).astype(np.int64)
    summed = (
        steps.with_columns(steps=pl.Series(bought, dtype=pl.Int64))
        .group_by("guidance", "year", maintain_order=True)
        .agg(pl.col("steps").sum())
        .filter(pl.col("steps") > 0)
    )
    return rows.select(PLAN), summed.select("guidance", "year", "steps")


def without_idle_steps(model: Model, values: Numbers) -> Numbers:
    """`values` without the last steps of guidance whose applicants no seat needs.

    Where cost has no weight the solver buys them or not, as it happens.
    """
    steps = model.decisions.guidance["column"].to_numpy()
    if not len(steps) or not np.rint(values[steps]).any():
        return values
    whole, (row, column, value) = np.rint(values), model.program.triplets()
    upper = model.program.row_values()[1]
    used = np.bincount(row, value * whole[column], len(upper))
    chained = np.isin(row, model.core.limits.chains)
    for step in steps[::-1]:
        own = (column == step) & ~chained
        before = row[(column == step) & chained & (value < 0)]
        later = whole[column[np.isin(row, before) & (column != step)]]
        if whole[step] and not later.any() and (used[row[own]] - value[own] <= upper[row[own]] + 1e-9).all():
            whole[step] = 0.0
            np.subtract.at(used, row[own], value[own])
    return whole


def start_values(decisions: Decisions, classes: pl.DataFrame, guidance: pl.DataFrame) -> tuple[Places, Numbers] | None:
    """The whole columns and their values in a plan; None when the plan has a start that has no column."""
    key = ["measure", "site", "year"]
    given = classes.select(*key, own="classes", filled="seats")
    rows = decisions.starts.join(given, on=key, how="left", maintain_order="left")
    if rows["own"].drop_nulls().sum() != classes["classes"].sum():
        return None
    steps = decisions.guidance.join(guidance, on=["guidance", "year"], how="left", maintain_order="left")
    rank = pl.col("step").rank("ordinal").over("guidance", "year")
    bought = steps.select((rank <= pl.col("steps").fill_null(0)).cast(pl.Float64).alias("bought"))["bought"]
    values = [rows[name].fill_null(0).cast(pl.Float64).to_numpy() for name in ("own", "filled")]
    columns = [rows[name].to_numpy() for name in ("classes", "seats")]
    return np.concatenate([*columns, steps["column"].to_numpy()]), np.concatenate([*values, bought.to_numpy()])


def whole_values(model: Model, values: Numbers) -> tuple[Places, Numbers]:
    """All columns of a vector, whole ones rounded."""
    whole = model.program.column_values()[3] > 0
    return np.arange(len(whole)), np.where(whole, np.rint(values[: len(whole)]), values[: len(whole)])


def with_classes(model: Model, values: Numbers) -> Program:
    """The programme with classes and guidance as in `values`."""
    columns = model.program.column_values()
    fixed = np.concatenate(
        [model.decisions.starts["classes"].to_numpy(), model.decisions.guidance["column"].to_numpy()]
    )
    columns[1, fixed] = columns[2, fixed] = np.rint(values[fixed])
    return model.program.with_columns(columns)
