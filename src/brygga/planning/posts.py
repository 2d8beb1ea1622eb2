"""Completers brought to posts: who arrives where, and what stays short or is too many there.

The stock of a cell (municipality and occupation) in a year lies on a convex line of segments:

    stock = filled + over - lost        stock[t] = stay * stock[t-1] + arrivals[t] - drained[t]

`filled` runs up to the need and each post in it saves the cell's worth; `over` is surplus; `lost`
is what drains take from an empty stock. With draws `filled` has one segment between each two needs
next to each other in size, worth less and less: the mean over draws takes one row and no copies.

Start reading at `add_posts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.planning.limits import Uses
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, Program
from brygga.planning.starts import Starts

SHORTEST = 1e-9
"""A segment shorter than this many posts is left out."""


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


@dataclass(frozen=True)
class Posts:
    """Rows and columns that bring completers to posts.

    `sources`: site, occupation, year of each row in `supply`. `balance`: municipality, occupation, year, row of
    each cell and year. `groups`: occupation of each column from `first` on. `links`: rows that say what is
    drained. `several`: which sources have completers of measures that lead to several occupations.
    `flows` : source, municipality, column (free reach only).
    """

    sources: pl.DataFrame
    supply: Places
    several: npt.NDArray[np.bool_]
    balance: pl.DataFrame
    flows: pl.DataFrame
    floors: pl.DataFrame
    first: int
    groups: Places
    links: Places
    needs: Needs


@dataclass(frozen=True)
class _Arrivals:
    """Entries of people in cells and years: an amount per unit of a start's seat (`direct`) or of a column."""

    cell: Places
    year: Places
    start: Places
    column: Places
    amount: Numbers
    most: Numbers


def add_posts(
    program: Program,
    uses: Uses,
    problem: Problem,
    starts: Starts,
    needs: Needs,
    *,
    limited: bool,
    tail: tuple[float, float] | None = None,
) -> Posts:
    """Add flows, drains, balance rows, segments and floors; with `limited` every column has a finite upper limit.

    `tail`: weight and level of the worst draws' mean loss in the objective, beside the mean.
    """
    return _Posts(program, uses, problem, starts, needs, limited).add(tail)


class _Posts:
    """One building of the posts; the order of columns is flows, drained, then lost, filled and over."""

    def __init__(
        self, program: Program, uses: Uses, problem: Problem, starts: Starts, needs: Needs, limited: bool
    ) -> None:
        self.program, self.uses, self.problem, self.starts = program, uses, problem, starts
        self.needs, self.names, self.limited = needs, needs.names, limited
        self.free = problem.settings.reach == "free"
        self.width = len(self.names.occupations)
        self.first = program.width
        self.groups: list[Places] = []

    def add(self, tail: tuple[float, float] | None) -> Posts:
        made = self._per_lead(self.problem.leads)
        left = self._per_lead(self.problem.drains)
        drained = self.names.municipality(self.problem.sites)[self.starts.site[left[0]]] * self.width + left[1]
        until = self._until(drained)
        arrivals, sources, supply, several, flows = self._arrivals(made, until)
        links, gone = self._drained(left, drained)
        balance, at = self._balance(arrivals, gone, until)
        segments = self._segments(balance, at, arrivals, gone)
        floors = self._floors(balance, segments)
        if tail is not None:
            self._tail(balance, segments, tail)
        self.program.offset += self.needs.nothing
        frame = pl.DataFrame(
            {
                "municipality": self.names.municipalities[balance[0] // self.width],
                "occupation": self.names.occupations[balance[0] % self.width],
                "year": balance[1] + self.names.first,
                "row": balance[2],
            }
        )
        groups = np.concatenate([np.zeros(0, np.int64), *self.groups])
        return Posts(sources, supply, several, frame, flows, floors, self.first, groups, links, self.needs)

    def _columns(self, occupations: Places, *, cost: object = 0.0, upper: npt.ArrayLike = INFINITE) -> Places:
        self.groups.append(occupations)
        most = upper if self.limited else INFINITE
        return self.program.columns(len(occupations), cost=cost, upper=most)

    def _per_lead(self, table: pl.DataFrame) -> tuple[Places, Places, Numbers, npt.NDArray[np.bool_]]:
        """Start, occupation, persons per seat, and whether the measure has several, for all `table` leads or drains."""
        starts = self.starts
        rows = table.filter(pl.col("share") > 0)
        measure = places_of(rows, "measure", self.problem.measures["measure"])
        several = np.bincount(measure[measure >= 0], minlength=self.problem.measures.height) > 1
        order = np.argsort(starts.measure, kind="stable")
        ends = np.searchsorted(starts.measure[order], np.arange(self.problem.measures.height + 1))
        start = [order[ends[m] : ends[m + 1]] for m in measure]
        counts = np.array([len(part) for part in start], dtype=np.int64)
        at = np.concatenate([np.zeros(0, np.int64), *start])
        amount = starts.completers[at] * np.repeat(rows["share"].to_numpy(), counts)
        occupation = np.repeat(self.names.occupation(rows), counts)
        kept = (amount > 0) & (starts.arrive[at] < self.names.length)
        return at[kept], occupation[kept], amount[kept], several[starts.measure[at[kept]]]

    def _until(self, drained: Places) -> Places:
        """Last year in which a cell's stock matters, -1 for never."""
        needed = self.needs.persons.max(axis=0) > 0
        last = np.where(needed.any(axis=1), needed.shape[1] - 1 - needed[:, ::-1].argmax(axis=1), -1)
        if self.problem.settings.surplus_weight > 0 and not self.free:
            last[:] = self.names.length - 1
        last[drained] = self.names.length - 1
        return last

    def _arrivals(
        self, made: tuple[Places, Places, Numbers, npt.NDArray[np.bool_]], until: Places
    ) -> tuple[_Arrivals, pl.DataFrame, Places, npt.NDArray[np.bool_], pl.DataFrame]:
        """Where completers can come: directly by their share, or by a flow from their source."""
        start, occupation, amount, several = made
        direct = ~several if not self.free else np.zeros(len(start), bool)
        site, year = self.starts.site, self.starts.arrive
        reach = self.problem.reach.filter(pl.col("share") > 0)
        reach_site = places_of(reach, "site", self.names.sites)
        order = np.argsort(reach_site, kind="stable")
        ends = np.searchsorted(reach_site[order], np.arange(len(self.names.sites) + 1))
        to, share = self.names.municipality(reach)[order], reach["share"].to_numpy()[order]

        def ways(sites: Places) -> tuple[Places, Places]:
            count = ends[sites + 1] - ends[sites]
            each = np.repeat(np.arange(len(sites)), count)
            within = np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count)
            return each, np.repeat(ends[sites], count) + within

        one = np.flatnonzero(direct)
        each, way = ways(site[start[one]])
        cell = to[way] * self.width + occupation[one][each]
        when = year[start[one]][each]
        useful = until[cell] >= when
        each, way, cell, when = each[useful], way[useful], cell[useful], when[useful]
        value = amount[one][each] * share[way]
        by_start = start[one][each]
        most = value * self.starts.seats[by_start]
        no_column = np.full(len(cell), -1)

        rest = np.flatnonzero(~direct)
        key = (site[start[rest]] * self.width + occupation[rest]) * self.names.length + year[start[rest]]
        keys, source = np.unique(key, return_inverse=True)
        s_site, s_occupation = keys // self.names.length // self.width, keys // self.names.length % self.width
        s_year = keys % self.names.length
        staying = np.bincount(reach_site, reach["share"].to_numpy(), len(self.names.sites))[s_site]
        per_source = np.zeros(len(keys))
        np.add.at(per_source, source, amount[rest] * self.starts.seats[start[rest]])
        supply = self.program.rows(len(keys), lower=-INFINITE if self.free else 0.0, upper=0.0)
        kept = staying[source] if self.free else np.ones(len(rest))
        self.uses.add(supply[source], start[rest], 0.0, -amount[rest] * kept)
        each, way = ways(s_site)
        s_cell = to[way] * self.width + s_occupation[each]
        useful = until[s_cell] >= s_year[each]
        if self.free:
            each, way, s_cell = each[useful], way[useful], s_cell[useful]
            capacity = per_source[each] * staying[each]
            column = self._columns(s_occupation[each], upper=capacity)
            self.program.entries(supply[each], column, 1.0)
            s_amount, s_most = np.ones(len(each)), capacity
        else:
            one_each = self._columns(s_occupation, upper=per_source)
            self.program.entries(supply, one_each, 1.0)
            each, way, s_cell = each[useful], way[useful], s_cell[useful]
            column, s_amount = one_each[each], share[way]
            s_most = per_source[each] * s_amount
        flows = pl.DataFrame({"source": each, "municipality": self.names.municipalities[to[way]], "column": column})
        sources = pl.DataFrame(
            {
                "site": self.names.sites[s_site],
                "occupation": self.names.occupations[s_occupation],
                "year": s_year + self.names.first,
            }
        )
        arrivals = _Arrivals(
            np.concatenate([cell, s_cell]),
            np.concatenate([when, s_year[each]]),
            np.concatenate([by_start, np.full(len(s_cell), -1)]),
            np.concatenate([no_column, column]),
            np.concatenate([value, s_amount]),
            np.concatenate([most, s_most]),
        )
        mixed = np.bincount(source, several[rest], len(keys)) > 0
        return arrivals, sources, supply, mixed, flows

    def _drained(
        self, left: tuple[Places, Places, Numbers, npt.NDArray[np.bool_]], cell: Places
    ) -> tuple[Places, _Arrivals]:
        """A column per cell and year for the posts left there, and the rows that say how many."""
        start, _, amount, _ = left
        key = cell * self.names.length + self.starts.arrive[start]
        keys, at = np.unique(key, return_inverse=True)
        most = np.zeros(len(keys))
        np.add.at(most, at, amount * self.starts.seats[start])
        columns = self._columns(keys // self.names.length % self.width, upper=most)
        links = self.program.rows(len(keys), lower=0.0, upper=0.0)
        self.program.entries(links, columns, 1.0)
        self.uses.add(links[at], start, 0.0, -amount)
        nobody, one = np.full(len(keys), -1), np.ones(len(keys))
        gone = _Arrivals(keys // self.names.length, keys % self.names.length, nobody, columns, one, most)
        return links, gone

    def _balance(
        self, arrivals: _Arrivals, gone: _Arrivals, until: Places
    ) -> tuple[tuple[Places, Places, Places], Places]:
        """A row per cell and year from the first who come or go until the stock no longer matters."""
        first = np.full(len(until), self.names.length)
        np.minimum.at(first, arrivals.cell, arrivals.year)
        np.minimum.at(first, gone.cell, gone.year)
        end = np.full(len(until), self.names.length - 1) if self.problem.settings.surplus_weight > 0 else until
        count = np.maximum(0, end - first + 1)
        cell = np.repeat(np.arange(len(until)), count)
        year = np.arange(len(cell)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        rows = self.program.rows(len(cell), lower=0.0, upper=0.0)
        at = np.full((len(until), self.names.length), -1)
        at[cell, year] = rows
        for people, sign in ((arrivals, -1.0), (gone, 1.0)):
            row, by_column = at[people.cell, people.year], people.column >= 0
            self.program.entries(row[by_column], people.column[by_column], sign * people.amount[by_column])
            self.uses.add(row[~by_column], people.start[~by_column], 0.0, sign * people.amount[~by_column])
        return (cell, year, rows), at

    def _most(self, people: _Arrivals, balance: tuple[Places, Places, Places]) -> Numbers:
        """The largest stock people could make in each balance row."""
        most = np.zeros((self.needs.persons.shape[1], self.names.length))
        np.add.at(most, (people.cell, people.year), people.most)
        for year in range(1, self.names.length):
            most[:, year] += self.problem.settings.stay * most[:, year - 1]
        return most[balance[0], balance[1]]

    def _segments(
        self, balance: tuple[Places, Places, Places], at: Places, arrivals: _Arrivals, gone: _Arrivals
    ) -> _Segments:
        cell, year, rows = balance
        settings = self.problem.settings
        need = self.needs.persons[:, cell, year].T
        order = np.argsort(need, axis=1, kind="stable")
        ends = np.take_along_axis(need, order, axis=1)
        lengths = np.diff(ends, axis=1, prepend=0.0)
        weights = self.needs.weights[order]
        total = weights.sum(axis=1, keepdims=True)
        below = np.cumsum(weights, axis=1) - weights
        worth = self.needs.worth[cell % self.width, year]
        slope = worth[:, None] * (settings.surplus_weight * below - (total - below))
        met = 1.0 - np.arange(need.shape[1]) / need.shape[1]
        index, place = np.nonzero(lengths > SHORTEST)
        self.groups.append((cell % self.width)[index])
        filled = self.program.columns(len(index), cost=slope[index, place], upper=lengths[index, place])
        most, lowest = self._most(arrivals, balance), self._most(gone, balance)
        spare = np.maximum(0.0, most - ends[:, -1])
        can = np.flatnonzero(spare > 0) if self.limited else np.arange(len(rows))
        price = worth * settings.surplus_weight * total[:, 0]
        over = self._columns((cell % self.width)[can], cost=price[can], upper=spare[can])
        out = np.flatnonzero(lowest > 0)
        lost = self._columns((cell % self.width)[out], cost=(worth * total[:, 0])[out], upper=lowest[out])
        columns = np.concatenate([filled, over, lost])
        of = np.concatenate([index, can, out])
        sign = np.concatenate([np.ones(len(filled) + len(over)), -np.ones(len(lost))])
        self.program.entries(rows[of], columns, sign)
        last = self.names.length - 1
        following = np.where(year < last, at[cell, np.minimum(year + 1, last)], -1)[of]
        goes_on = following >= 0
        self.program.entries(following[goes_on], columns[goes_on], -settings.stay * sign[goes_on])
        starts = (ends - lengths)[index, place]
        return _Segments(filled, index, starts, ends[index, place], met[place], over, can, lost, out, worth)

    def _floors(self, balance: tuple[Places, Places, Places], segments: _Segments) -> pl.DataFrame:
        """Rows that keep the promised share of each municipality's need met, persons unweighted."""
        given = self.problem.floors
        municipality, year = self.names.municipality(given), given["year"].to_numpy() - self.names.first
        mean = self.needs.persons.mean(axis=0).reshape(-1, self.width, self.names.length).sum(axis=1)
        inside = (municipality >= 0) & (year >= 0) & (year < self.names.length)
        least = np.where(inside, mean[municipality, np.clip(year, 0, self.names.length - 1)], 0.0)
        least = least * given["share"].to_numpy()
        rows = self.program.rows(given.height, lower=least)
        where = np.full((len(self.names.municipalities), self.names.length), -1)
        where[municipality[inside], year[inside]] = rows[inside]
        row = where[balance[0] // self.width, balance[1]]
        for columns, of, amount in (
            (segments.filled, segments.filled_row, segments.met),
            (segments.lost, segments.lost_row, np.full(len(segments.lost), -1.0)),
        ):
            asked = row[of] >= 0
            self.program.entries(row[of][asked], columns[asked], amount[asked])
        return given.with_columns(at_least=pl.Series(least), row=pl.Series(rows, dtype=pl.Int64))

    def _tail(self, balance: tuple[Places, Places, Places], segments: _Segments, tail: tuple[float, float]) -> None:
        """The mean loss of the worst draws: a level, what each draw lies above it, and each draw's loss as a row."""
        weight, level = tail
        draws = len(self.needs.persons)
        self.groups.append(np.full(1 + draws, -1))
        base = self.program.columns(1, cost=weight, upper=INFINITE)
        above = self.program.columns(draws, cost=weight / ((1 - level) * draws))
        rows = self.program.rows(draws, upper=-self.needs.losses)
        self.program.entries(rows, base, -1.0)
        self.program.entries(rows, above, -1.0)
        extra = self.problem.settings.surplus_weight
        for draw, row in enumerate(rows):
            need = self.needs.persons[draw, balance[0], balance[1]]
            worth, seg_need = segments.worth[segments.filled_row], need[segments.filled_row]
            short = segments.end <= seg_need + SHORTEST
            self.program.entries(row, segments.filled, np.where(short, -worth, extra * worth))
            self.program.entries(row, segments.over, extra * segments.worth[segments.over_row])
            self.program.entries(row, segments.lost, segments.worth[segments.lost_row])


@dataclass(frozen=True)
class _Segments:
    """Columns of filled posts (with row, start, end and share of draws short beyond), surplus and lost posts."""

    filled: Places
    filled_row: Places
    start: Numbers
    end: Numbers
    met: Numbers
    over: Places
    over_row: Places
    lost: Places
    lost_row: Places
    worth: Numbers
