"""The draws of a problem: one of them, their mean or median, and fewer of them.

A draw is one possible need, all municipalities, occupations and years together; all draws
of a problem are equally likely. A cell without a row in a draw needs nothing there.

Start reading at `in_draw`, then `keep_draws`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from brygga.core.errors import SettingError
from brygga.core.sums import total
from brygga.planning.problem import Problem

CELL = ["municipality", "occupation", "year"]


def draw_ids(problem: Problem) -> list[str]:
    """The names of the draws, in alphabetical order.

    Raises
    ------
    SettingError when the problem has none.
    """
    names: list[str] = problem.need_draws["draw"].unique().sort().to_list()
    if not names:
        raise SettingError(
            "the problem has no draws",
            why="without them there is one future only, and nothing to regret",
            todo="give need.csv a column draw",
        )
    return names


def in_draw(problem: Problem, draw: str) -> Problem:
    """The problem as it is when everybody knows that `draw` will come. Floors are left out.

    A floor is promised in the mean over draws; in a single draw it could ask for what no plan can do.
    """
    need = problem.need_draws.filter(pl.col("draw") == draw).drop("draw").sort(CELL)
    return replace(problem, need=need, need_draws=problem.need_draws.clear(), floors=problem.floors.clear())


def mean_problem(problem: Problem) -> Problem:
    """The problem with the mean need and no draws."""
    return replace(problem, need_draws=problem.need_draws.clear())


def median_problem(problem: Problem) -> Problem:
    """The problem with each cell's median over draws as its need, and no draws."""
    names = draw_ids(problem)
    cells = problem.need_draws.select(CELL).unique().join(pl.DataFrame({"draw": names}), how="cross")
    whole = cells.join(problem.need_draws, on=[*CELL, "draw"], how="left").with_columns(pl.col("persons").fill_null(0))
    need = whole.group_by(CELL).agg(pl.col("persons").median()).sort(CELL)
    return replace(problem, need=need, need_draws=problem.need_draws.clear())


def draw_totals(problem: Problem) -> pl.DataFrame:
    """Weighted, discounted need of each draw over all cells and years: draw, weighted; by draw."""
    return weighed(problem, problem.need_draws).group_by("draw").agg(total("weighted")).sort("draw")


def weighed(problem: Problem, need: pl.DataFrame) -> pl.DataFrame:
    """Rows of need with what they count in the objective while they stay short, column `weighted`."""
    settings = problem.settings
    worth = pl.col("weight").fill_null(1.0) * settings.discount ** (pl.col("year") - settings.first)
    joined = need.join(problem.weights, on="occupation", how="left")
    return joined.with_columns(weighted=worth * pl.col("persons"))


def keep_draws(problem: Problem, most: int, *, seed: int = 1) -> Problem:
    """The problem with at most `most` draws, still equally likely: a systematic sample.

    Draws are ordered by their total weighted need and every `D / most`-th is kept, from a random
    beginning. Each has the same chance to be kept, so means over the kept draws are right on average over
    seeds, and the order sees to it that low, middle and high draws are all there. With `most` draws or fewer
    nothing changes.

    Raises
    ------
    SettingError when fewer than two draws would be kept.
    """
    if most < 2:
        raise SettingError(f"{most} draws to keep", why="a single draw is no uncertainty", todo="keep 2 or more")
    ordered = draw_totals(problem).sort("weighted", "draw")["draw"].to_list()
    if len(ordered) <= most:
        return problem
    kept = [ordered[i] for i in systematic(len(ordered), most, seed=seed)]
    draws = problem.need_draws.filter(pl.col("draw").is_in(kept))
    need = draws.group_by(CELL).agg(total("persons") / most).sort(CELL)
    return replace(problem, need=need, need_draws=draws)


def systematic(count: int, most: int, *, seed: int) -> list[int]:
    """Places of a systematic sample of `most` among `count`: equally far apart from a random beginning.

    Examples
    --------
    >>> systematic(10, 5, seed=1)
    [1, 3, 5, 7, 9]
    """
    step = count / most
    begin = float(np.random.default_rng(seed).uniform(0.0, step))
    return [min(int(begin + i * step), count - 1) for i in range(most)]
