"""The best flows from sites to municipalities for completers that are given, with free reach.

Given what completes, occupations have nothing to do with each other: each is a small linear programme
(`flow_program`). Floors tie the occupations of a municipality together: then there is one programme for all.

Start reading at `free_flows`.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.core.sums import total
from brygga.planning.flow_program import Floors, Ground, best_flows
from brygga.planning.problem import Problem

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
SOURCE = ["occupation", "site", "year"]
CELL = ["occupation", "municipality"]
DECIMALS = 9
NO_FLOORS = Floors(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


def free_flows(
    problem: Problem, made: pl.DataFrame, left: pl.DataFrame, *, weights: Numbers | None = None
) -> pl.DataFrame:
    """The best flows, of equally good ones those nearest to the reach shares; never more than completed.

    Parameters
    ----------
    made : site, occupation, year, persons who complete
    left : municipality, occupation, year, persons who leave a post
    weights : of the draws, sorted by name; the mean when None

    Returns
    -------
    site, municipality, occupation, year, persons
    """
    sources, cells, ways = _tables(problem, made)
    if not sources.height:
        return ways.select("site", "municipality", "occupation", "year", persons=pl.lit(0.0)).clear()
    ground = _ground(problem, sources, cells, ways, _targets(problem, cells, left), weights)
    floors = _floors(problem, cells, left)
    edges = [0, cells.height] if len(floors.wanted) else _edges(cells["occupation"])
    persons = np.zeros(ways.height)
    for first, after in pairwise(edges):
        own = slice(*np.searchsorted(ground.way_cell, [first, after]))
        persons[own] = best_flows(ground, first, after, floors)
    return _as_rows(ways, ground, persons)


def _edges(sorted_names: pl.Series) -> list[int]:
    """Where each name's rows begin, and the end."""
    changes = (sorted_names != sorted_names.shift()).fill_null(True)
    return [*changes.arg_true().to_list(), len(sorted_names)]


def _tables(problem: Problem, made: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Sources, cells and the ways between them, each with its place; ways sorted by cell."""
    reach = problem.reach.filter(pl.col("share") > 0)
    staying = reach.group_by("site", maintain_order=True).agg(staying=total("share"))
    sources = made.join(staying, on="site").sort(SOURCE).with_row_index("source")
    ways = sources.join(reach, on="site")
    cells = ways.select(CELL).unique().sort(CELL).with_row_index("cell")
    return sources, cells, ways.join(cells, on=CELL).sort("cell", "source")


def _ground(
    problem: Problem,
    sources: pl.DataFrame,
    cells: pl.DataFrame,
    ways: pl.DataFrame,
    target: Numbers,
    weights: Numbers | None,
) -> Ground:
    settings = problem.settings
    worth = cells.join(problem.weights, on="occupation", how="left", maintain_order="left")["weight"].fill_null(1.0)
    return Ground(
        stay=settings.stay,
        surplus=settings.surplus_weight,
        most=(sources["persons"] * sources["staying"]).to_numpy(),
        made=sources["persons"].to_numpy(),
        way_source=ways["source"].to_numpy().astype(np.int64),
        way_cell=ways["cell"].to_numpy().astype(np.int64),
        way_year=ways["year"].to_numpy().astype(np.int64) - settings.first,
        way_share=ways["share"].to_numpy(),
        target=target,
        chance=np.full(len(target), 1.0 / len(target)) if weights is None else np.asarray(weights, float),
        worth=np.outer(worth.to_numpy(), settings.discount ** np.arange(len(settings.years))),
    )


def _targets(problem: Problem, cells: pl.DataFrame, left: pl.DataFrame) -> Numbers:
    """Posts that wait for somebody by draw, cell and year: the need and what completers leave behind."""
    draws = problem.need_draws.with_columns(pl.col("draw").fill_null(""))
    names = draws["draw"].unique().sort().to_list()
    needs = [draws.filter(pl.col("draw") == name) for name in names] or [problem.need]
    drained = _spread(problem, cells, left)
    for t in range(1, drained.shape[1]):
        drained[:, t] += problem.settings.stay * drained[:, t - 1]
    return np.stack([_spread(problem, cells, need) + drained for need in needs])


def _spread(problem: Problem, cells: pl.DataFrame, rows: pl.DataFrame) -> Numbers:
    """Persons by cell and year."""
    settings = problem.settings
    persons = np.zeros((cells.height, len(settings.years)))
    found = rows.join(cells, on=CELL).filter(pl.col("year").is_between(settings.first, settings.horizon))
    place = found["cell"].to_numpy(), found["year"].to_numpy() - settings.first
    persons[place] = found["persons"].to_numpy()
    return persons


def _floors(problem: Problem, cells: pl.DataFrame, left: pl.DataFrame) -> Floors:
    """What must be met beyond what is met without arrivals, for each floor that asks for more."""
    places = problem.floors["municipality"].unique()
    among = pl.col("municipality").is_in(places.implode())
    every = pl.concat([frame.filter(among).select(CELL) for frame in (problem.need, problem.need_draws, left, cells)])
    every = every.unique().sort(CELL).with_row_index("cell")
    target, need = _targets(problem, every, left), _spread(problem, every, problem.need)
    met = need - target.mean(axis=0)
    of_place = {name: np.flatnonzero((every["municipality"] == name).to_numpy()) for name in places}
    asked = [
        (share * need[of_place[name], t].sum() - met[of_place[name], t].sum(), name, t)
        for name, year, share in problem.floors.select("municipality", "year", "share").iter_rows()
        for t in [year - problem.settings.first]
    ]
    asked = [row for row in asked if row[0] > 0]
    pairs = [
        (floor, cell, t)
        for floor, (_, name, t) in enumerate(asked)
        for cell in np.flatnonzero((cells["municipality"] == name).to_numpy())
    ]
    if not pairs:
        return NO_FLOORS
    floor, cell, year = np.array(pairs, np.int64).T
    return Floors(np.array([row[0] for row in asked]), floor, cell, year)


def _as_rows(ways: pl.DataFrame, ground: Ground, persons: Numbers) -> pl.DataFrame:
    """Flows to the ninth decimal, lowered where a source would give more than it has."""
    rounded = np.round(np.maximum(persons, 0.0), DECIMALS)
    gone = np.bincount(ground.way_source, rounded, minlength=len(ground.most))
    scale = np.where(gone > ground.most + 10**-DECIMALS, ground.most / np.maximum(gone, 1e-12), 1.0)
    rows = ways.select(
        "site", "municipality", "occupation", "year", persons=pl.Series(rounded * scale[ground.way_source])
    )
    return rows.filter(pl.col("persons") > 0).sort("site", "municipality", "occupation", "year")
