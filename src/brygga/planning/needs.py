"""What is needed, by draw, cell and year, as arrays, and the names that say which place is which.

A cell is a municipality and an occupation; its place is that of the municipality times the
number of occupations, plus that of the occupation.

Start reading at `Needs.of`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.planning.problem import Problem
from brygga.planning.program import Numbers, Places


@dataclass(frozen=True)
class Names:
    """Names in the order of their places, and how many years count."""

    municipalities: pl.Series
    occupations: pl.Series
    sites: pl.Series
    first: int
    length: int

    @classmethod
    def of(cls, problem: Problem) -> Names:
        """Every name the problem's tables use."""
        at_sites = problem.sites["municipality"]
        places = pl.concat([problem.need["municipality"], problem.reach["municipality"], at_sites])
        led = pl.concat([problem.need["occupation"], problem.leads["occupation"], problem.drains["occupation"]])
        settings = problem.settings
        years = len(settings.years)
        return cls(places.unique().sort(), led.unique().sort(), problem.sites["site"], settings.first, years)

    @property
    def width(self) -> int:
        """How many occupations there are."""
        return len(self.occupations)

    def municipality(self, frame: pl.DataFrame) -> Places:
        """Place of each row's municipality."""
        return places_of(frame, "municipality", self.municipalities)

    def occupation(self, frame: pl.DataFrame) -> Places:
        """Place of each row's occupation."""
        return places_of(frame, "occupation", self.occupations)

    def cell(self, frame: pl.DataFrame) -> Places:
        """Place of each row's municipality and occupation."""
        return self.municipality(frame) * len(self.occupations) + self.occupation(frame)


def places_of(frame: pl.DataFrame, column: str, names: pl.Series) -> Places:
    """Place in `names` of each row's `column`, -1 for none."""
    table = pl.DataFrame({column: names}).with_row_index("place")
    joined = frame.select(column).join(table, on=column, how="left", maintain_order="left")
    return joined["place"].cast(pl.Int64).fill_null(-1).to_numpy()


@dataclass(frozen=True)
class Needs:
    """Need per draw, cell and year, the draws' weights, and the worth of a person-year by occupation and year."""

    names: Names
    persons: Numbers
    weights: Numbers
    worth: Numbers

    @classmethod
    def of(cls, problem: Problem, weights: Numbers | None) -> Needs:
        """The needs of `problem`; `weights` over its draws in order, equal without."""
        names = Names.of(problem)
        cells = len(names.municipalities) * len(names.occupations)
        draws = problem.need_draws["draw"].unique().sort() if problem.need_draws.height else pl.Series("draw", [""])
        table = problem.need_draws if problem.need_draws.height else problem.need
        count = len(draws)
        draw = places_of(table, "draw", draws) if problem.need_draws.height else np.zeros(table.height, np.int64)
        persons = np.zeros((count, cells, names.length))
        year = table["year"].to_numpy() - names.first
        counted = (year >= 0) & (year < names.length)
        persons[draw[counted], names.cell(table)[counted], year[counted]] = table["persons"].to_numpy()[counted]
        worth = np.ones(len(names.occupations))
        given = names.occupation(problem.weights)
        worth[given[given >= 0]] = problem.weights["weight"].to_numpy()[given >= 0]
        years = problem.settings.discount ** np.arange(names.length)
        equal = np.full(count, 1 / count)
        return cls(names, persons, equal if weights is None else np.asarray(weights, float), np.outer(worth, years))

    @property
    def losses(self) -> Numbers:
        """Weighted shortage of each draw when nothing starts."""
        by_occupation = self.persons.reshape(len(self.persons), -1, *self.worth.shape).sum(axis=1)
        return np.asarray((by_occupation * self.worth).sum(axis=(1, 2)))

    @property
    def nothing(self) -> float:
        """The objective of starting nothing."""
        return float(self.weights @ self.losses)
