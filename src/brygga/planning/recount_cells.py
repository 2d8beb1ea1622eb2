"""Stock, shortage and surplus of every cell, draw by draw, and how they are weighed.

A cell is a municipality and an occupation; its years are the columns of an array.

    stock[t]   = stay * stock[t-1] + arrivals[t]
    drained[t] = stay * drained[t-1] + posts left[t]
    short[t]   = what need[t] + drained[t] is above stock[t]

Start reading at `count_cells`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.recount_breaches import breach

Numbers = npt.NDArray[np.float64]
CELL = ["municipality", "occupation"]


@dataclass(frozen=True)
class Cells:
    """`cells`: municipality, occupation, year, need, stock, drained, short, surplus; `by_draw`: draw, weighted."""

    cells: pl.DataFrame
    by_draw: pl.DataFrame


def count_cells(problem: Problem, arrivals: pl.DataFrame, left: pl.DataFrame) -> Cells:
    """What stays short in every cell and year, in the mean over draws, and the weighted sum of each draw.

    Parameters
    ----------
    arrivals : municipality, occupation, year, persons who take up a post
    left : municipality, occupation, year, persons who leave one
    """
    settings = problem.settings
    cells = _all_cells(problem, arrivals, left)
    need, stated = _spread(problem, cells, problem.need)
    stock = _kept(_spread(problem, cells, arrivals)[0], settings.stay)
    drained = _kept(_spread(problem, cells, left)[0], settings.stay)
    worth = _worth(problem, cells)
    short, surplus = np.zeros_like(need), np.zeros_like(need)
    draws: dict[str, float] = {}
    needs = _draws(problem, cells) or {"": need}
    for draw, own in needs.items():
        over = stock - own - drained
        short += np.maximum(-over, 0.0) / len(needs)
        surplus += np.maximum(over, 0.0) / len(needs)
        missed = np.maximum(-over, 0.0) + settings.surplus_weight * np.maximum(over, 0.0)
        draws[draw] = fsum((worth * missed).ravel().tolist())
    shown = stated | (stock > 0) | (drained > 0)
    values = {"need": need, "stock": stock, "drained": drained, "short": short, "surplus": surplus}
    by_draw = pl.DataFrame(
        {"draw": list(draws), "weighted": list(draws.values())}, schema_overrides={"draw": pl.String}
    )
    return Cells(_long(problem, cells, shown, values), by_draw)


def tail_mean(values: list[float], level: float) -> float:
    """The mean of the worst `1 - level` of equally likely values (conditional value at risk), the last one in part.

    Parameters
    ----------
    level : from 0 (the mean of all) up to, but not, 1 (the worst)

    Examples
    --------
    >>> tail_mean([1.0, 2.0, 3.0, 4.0, 5.0], 0.7), tail_mean([1.0, 2.0, 3.0, 4.0, 5.0], 0.9)
    (4.666666666666667, 5.0)
    """
    share = max((1.0 - level) * len(values), 1e-9)
    left, worst = share, []
    for value in sorted(values, reverse=True):
        worst.append(value * min(1.0, left))
        left -= min(1.0, left)
    return fsum(worst) / share


def floor_breaches(problem: Problem, cells: pl.DataFrame) -> pl.DataFrame:
    """Municipalities and years in which less than the floor of their need is met (persons, unweighted)."""
    sums = cells.group_by("municipality", "year", maintain_order=True).agg(total("need"), total("short"))
    rows = problem.floors.join(sums, on=["municipality", "year"], how="left").with_columns(
        pl.col("need", "short").fill_null(0.0)
    )
    rows = rows.with_columns(floor=pl.col("share") * pl.col("need"), met=pl.col("need") - pl.col("short"))
    return breach(rows, "least of the need met (floor, met)", pl.col("municipality"), "floor", "met")


def _all_cells(problem: Problem, *others: pl.DataFrame) -> pl.DataFrame:
    frames = [frame.select(CELL).unique() for frame in (problem.need, problem.need_draws, *others)]
    return pl.concat(frames).unique().sort(CELL).with_row_index("cell")


def _spread(problem: Problem, cells: pl.DataFrame, rows: pl.DataFrame) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Persons of `rows` as an array of cells and years, and which of them had a row."""
    settings = problem.settings
    persons, there = np.zeros((cells.height, len(settings.years))), np.zeros((cells.height, len(settings.years)), bool)
    within = rows.filter(pl.col("year").is_between(settings.first, settings.horizon))
    summed = within.group_by(*CELL, "year", maintain_order=True).agg(total("persons")).join(cells, on=CELL)
    place = summed["cell"].to_numpy(), summed["year"].to_numpy() - settings.first
    persons[place], there[place] = summed["persons"].to_numpy(), True
    return persons, there


def _kept(came: Numbers, stay: float) -> Numbers:
    """Those still there at the end of each year."""
    there = came.copy()
    for t in range(1, there.shape[1]):
        there[:, t] += stay * there[:, t - 1]
    return there


def _draws(problem: Problem, cells: pl.DataFrame) -> dict[str, Numbers]:
    """The need of each draw as an array; nothing when the need is certain."""
    draws = problem.need_draws.with_columns(pl.col("draw").fill_null("")).partition_by("draw", as_dict=True)
    return {str(draw): _spread(problem, cells, draws[draw,])[0] for (draw,) in sorted(draws)}


def _worth(problem: Problem, cells: pl.DataFrame) -> Numbers:
    """What a person-year in each cell and year counts in the objective."""
    weighed = cells.join(problem.weights, on="occupation", how="left", maintain_order="left")
    ahead = np.arange(len(problem.settings.years))
    return np.outer(weighed["weight"].fill_null(1.0).to_numpy(), problem.settings.discount**ahead)


def _long(
    problem: Problem, cells: pl.DataFrame, shown: npt.NDArray[np.bool_], values: dict[str, Numbers]
) -> pl.DataFrame:
    """The arrays as rows, where `shown`, sorted by municipality, occupation and year."""
    cell, ahead = np.nonzero(shown)
    keys = cells[cell].select(CELL).with_columns(year=pl.Series(ahead + problem.settings.first, dtype=pl.Int64))
    return keys.with_columns(pl.Series(name, value[cell, ahead]) for name, value in values.items())
