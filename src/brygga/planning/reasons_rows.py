"""What single rows of a plan are worth, by placing again: exact for the plan as it stands, limits aside.

The programme of the whole problem is taken with every start decided and every limit let go, so that only completers
are placed. Its optimum is the plan's shortage. A question decides one start otherwise and solves on from there,
which takes a few steps of the simplex method.

Start reading at `row_worth`, then `refusals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import highspy
import numpy as np
import polars as pl

from brygga.core.errors import SettingError
from brygga.planning.model import build
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, make_solver
from brygga.planning.reasons_plans import Classes

START = ["measure", "site", "year"]
Start = tuple[str, str, int]


class Placements:
    """The placing of a plan's completers, ready to be asked what it would be with one start otherwise."""

    def __init__(self, problem: Problem, plan: Classes) -> None:
        model = build(problem, cuts=False)
        starts, lp = model.decisions.starts, model.program.to_highs(relaxed=True)
        self.column: dict[Start, int] = {
            (measure, site, year): column
            for measure, site, year, column in starts.select(*START, pl.col("seats").cast(pl.Int64)).iter_rows()
        }
        self.seats = {row[:3]: float(row[3]) for row in plan.classes.select(*START, "seats").iter_rows()}
        decided = np.concatenate(
            [starts["classes"].to_numpy(), starts["seats"].to_numpy(), model.decisions.guidance["column"].to_numpy()]
        )
        cost, lower, upper = np.array(lp.col_cost_), np.array(lp.col_lower_), np.array(lp.col_upper_)
        cost[decided] = lower[decided] = upper[decided] = 0.0
        for start, seats in self.seats.items():
            if start in self.column:
                lower[self.column[start]] = upper[self.column[start]] = seats
        people = np.concatenate([model.placing.supply, model.placing.balance["row"].to_numpy(), model.placing.links])
        free = np.ones(lp.num_row_, bool)
        free[people] = False
        least, most = np.array(lp.row_lower_), np.array(lp.row_upper_)
        least[free], most[free] = -INFINITE, INFINITE
        lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = cost, lower, upper, least, most
        self.solver = make_solver()
        self.solver.setOptionValue("presolve", "off")
        self.solver.passModel(lp)
        self.missed = self._solved()

    def without(self, start: Start) -> float:
        """What the plan misses without one start."""
        return self.with_seats(start, 0.0)

    def with_seats(self, start: Start, seats: float) -> float:
        """What the plan misses when one start has so many seats (whole or not)."""
        if start not in self.column:
            return self.missed
        with self._changed(self.column[start], seats, back=self.seats.get(start, 0.0)):
            return self._solved()

    @contextmanager
    def _changed(self, column: int, seats: float, *, back: float) -> Iterator[None]:
        self.solver.changeColBounds(column, seats, seats)
        try:
            yield
        finally:
            self.solver.changeColBounds(column, back, back)

    def _solved(self) -> float:
        self.solver.run()
        status = self.solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            ended = self.solver.modelStatusToString(status)
            raise SettingError(
                f"completers could not be placed again: the solver ended with {ended}",
                why="what a row is worth is not known without",
                todo="check the problem folder for very large or very small numbers",
            )
        return float(self.solver.getInfo().objective_function_value)


def row_worth(
    problem: Problem, plan: Classes, rows: pl.DataFrame, placements: Placements | None = None
) -> pl.DataFrame:
    """What the plan would lose without each of its rows, or win with one full class of a row it lacks.

    Parameters
    ----------
    rows : measure, site, year
    placements : of this plan, when there are some already

    Returns
    -------
    measure, site, year, worth : weighted person-years of shortage (and surplus), money not counted.
    """
    placed = placements or Placements(problem, plan)
    full = dict(problem.measures.select("measure", pl.col("class_max").floor()).iter_rows())
    worths = [
        placed.without(start) - placed.missed
        if start in placed.seats
        else placed.missed - placed.with_seats(start, full[start[0]])
        for start in rows.select(START).iter_rows()
    ]
    return rows.select(START).with_columns(worth=pl.Series(worths, dtype=pl.Float64))


def refusals(problem: Problem, plan: Classes, placements: Placements | None = None) -> pl.DataFrame:
    """What a no costs, for each row of the plan whose chance is below 1.

    Returns
    -------
    measure, site, year, probability, loses_on_no (weighted person-years more than after a yes, all other rows as
    expected), loses_expected (that times the chance of a no), frees (thousand kronor that a yes would have cost).
    """
    chances = _chances(problem, plan.classes).filter((pl.col("probability") < 1) & (pl.col("probability") > 0))
    placed = placements or Placements(problem, plan) if chances.height else None
    rows = []
    for measure, site, year, seats, chance, cost in chances.iter_rows():
        start = (measure, site, year)
        loss = placed.without(start) - placed.with_seats(start, seats / chance) if placed else 0.0
        rows.append((*start, chance, loss, (1 - chance) * loss, cost))
    numbers = dict.fromkeys(("probability", "loses_on_no", "loses_expected", "frees"), pl.Float64)
    schema = {"measure": pl.String, "site": pl.String, "year": pl.Int64, **numbers}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _chances(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Rows of a plan with their chance, and what each costs when granted."""
    years = problem.probabilities.rename({"probability": "that_year"})
    rows = classes.join(problem.measures, on="measure").join(years, on=["measure", "year"], how="left")
    cost = pl.col("cost_class") * pl.col("classes") + pl.col("cost_seat") * pl.col("seats")
    chance = pl.coalesce("that_year", "probability")
    return rows.sort(START).select(*START, "seats", probability=chance, cost=cost.cast(pl.Float64))
