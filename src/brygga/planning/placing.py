"""Completers brought to posts: flows from sites to municipalities, and what stays short there.

The part of the programme that the search for a plan and the placing of a given plan share.
A cell and year has one row; what completers leave behind (drains) is added to its need.

Start reading at `add_placing`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.program import Places, Program

CELL = ["municipality", "occupation"]
SOURCE = ["site", "occupation", "year"]


@dataclass(frozen=True)
class Placing:
    """Columns and rows that bring completers to posts.

    `sources` has a row per site, occupation and year; `flows` the column of each source and municipality;
    `balance` the row of each cell and year.
    """

    sources: pl.DataFrame
    flows: pl.DataFrame
    supply: Places
    balance: pl.DataFrame


def add_placing(program: Program, problem: Problem, sources: pl.DataFrame) -> Placing:
    """Rows of supply per source and of balance per cell and year; `sources` sorted and without doubles.

    With free reach a flow per source and municipality; with fixed reach one flow per source,
    split by the shares. The supply rows still lack what completes: the caller adds it.
    """
    free = problem.settings.reach == "free"
    staying = problem.reach.group_by("site", maintain_order=True).agg(total("share").alias("share_staying"))
    sources = sources.join(staying, on="site").sort(SOURCE)
    if not free:
        sources = sources.with_columns(share_staying=pl.lit(1.0))
    ways = _ways(problem, sources.with_row_index("source"))
    supply = program.rows(sources.height, lower=-np.inf if free else 0.0, upper=0.0)
    flows = program.columns(ways.height if free else sources.height)
    ways = ways.with_columns(column=pl.Series(flows) if free else pl.Series(flows)[ways["source"]])
    program.entries(supply[ways["source"].to_numpy()] if free else supply, flows, 1.0)
    cells = pl.concat([ways.select(CELL), _drained_cells(problem)]).unique()
    balance = _add_balance(program, problem, cells)
    landing = ways.join(balance, on=[*CELL, "year"])
    amount = np.ones(landing.height) if free else landing["share"].to_numpy()
    program.entries(landing["row"].to_numpy(), landing["column"].to_numpy(), amount)
    return Placing(sources, ways, supply, balance)


def add_drains(program: Program, placing: Placing, drained: pl.DataFrame) -> None:
    """Posts left behind: `drained` says municipality, occupation, year, column and persons per unit of the column."""
    rows = drained.join(placing.balance, on=[*CELL, "year"])
    program.entries(rows["row"].to_numpy(), rows["column"].to_numpy(), -rows["per_unit"].to_numpy())


def _ways(problem: Problem, sources: pl.DataFrame) -> pl.DataFrame:
    """Source x municipality within reach where somebody may still be needed, or where too many would count.

    With free reach nobody goes where no post will be open; fixed shares go there too, and count if surplus does.
    """
    reached = sources.join(problem.reach.filter(pl.col("share") > 0), on="site")
    if problem.settings.surplus_weight == 0 or problem.settings.reach == "free":
        needed = problem.need.filter(pl.col("persons") > 0).select(*CELL, "year")
        left = _drained_cells(problem).with_columns(year=pl.lit(problem.settings.horizon, pl.Int64))
        until = pl.concat([needed, left]).group_by(CELL, maintain_order=True).agg(until=pl.col("year").max())
        reached = reached.join(until, on=CELL).filter(pl.col("year") <= pl.col("until"))
    return reached.sort(*SOURCE, "municipality")


def _drained_cells(problem: Problem) -> pl.DataFrame:
    """Municipality and occupation of every post that completers may leave behind."""
    left = problem.drains.filter(pl.col("share") > 0).join(problem.offers, on="measure").join(problem.sites, on="site")
    return left.select(CELL).unique().sort(CELL)


def _add_balance(program: Program, problem: Problem, cells: pl.DataFrame) -> pl.DataFrame:
    """One row per cell and year; returns the row of each. The offset makes starting nothing worth 0."""
    settings = problem.settings
    years = pl.DataFrame({"year": list(settings.years)}, schema={"year": pl.Int64})
    grid = weighted_need(problem, cells.join(years, how="cross")).sort(*CELL, "year")
    need, worth = grid["persons"].to_numpy(), grid["worth"].to_numpy()
    first = (grid["year"] == settings.first).to_numpy()
    before = np.where(first, 0.0, np.concatenate([[0.0], need[:-1]])) if len(need) else need
    level = need - settings.stay * before
    rows = program.rows(len(need), lower=level, upper=level)
    drained = grid.join(_drained_cells(problem).with_columns(drained=True), on=CELL, how="left", maintain_order="left")
    most = np.where(drained["drained"].fill_null(False).to_numpy(), np.inf, need)
    short = program.columns(len(need), cost=worth, upper=most)
    surplus = program.columns(len(need), cost=worth * settings.surplus_weight)
    for columns, sign in ((short, 1.0), (surplus, -1.0)):
        program.entries(rows, columns, sign)
        program.entries(rows[~first], columns[:-1][~first[1:]], -sign * settings.stay)
    program.offset -= float(need @ worth)
    return grid.with_columns(row=pl.Series(rows, dtype=pl.Int64)).select(*CELL, "year", "row")


def weighted_need(problem: Problem, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells and years with need (0 where no row says) and the `worth` of a person-year there."""
    settings = problem.settings
    worth = pl.col("weight").fill_null(1.0) * settings.discount ** (pl.col("year") - settings.first)
    return (
        cells.join(problem.need, on=[*CELL, "year"], how="left")
        .join(problem.weights, on="occupation", how="left")
        .with_columns(pl.col("persons").fill_null(0.0), worth=worth)
    )
