"""Completers brought to posts: who arrives where, and what stays short or is too many there.

Completers of a measure with one occupation and fixed reach enter the cells directly; others go through
a source (site, occupation and year), with free reach by a flow to each municipality. What the stock of a
cell is worth stands in `segments.py`.

Start reading at `add_posts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.planning.limits import Uses
from brygga.planning.needs import Needs, places_of
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Numbers, Places, Program
from brygga.planning.segments import Balance, add_floors, add_segments, add_tail
from brygga.planning.starts import Starts


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
        balance = self._balance(arrivals, gone, until)
        given = self.program, self.problem, self.needs
        most, lowest = self._most(arrivals, balance), self._most(gone, balance)
        segments = add_segments(*given, balance, most, lowest, limited=self.limited)
        of = np.concatenate([segments.filled_row, segments.over_row, segments.lost_row])
        self.groups.append(balance.cell[of] % self.width)
        floors = add_floors(*given, balance, segments)
        if tail is not None:
            extra = self.problem.settings.surplus_weight
            added = add_tail(self.program, extra, self.needs, balance, segments, tail)
            self.groups.append(np.full(added, -1))
        self.program.offset += self.needs.nothing
        frame = pl.DataFrame(
            {
                "municipality": self.names.municipalities[balance.cell // self.width],
                "occupation": self.names.occupations[balance.cell % self.width],
                "year": balance.year + self.names.first,
                "row": balance.rows,
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

    def _balance(self, arrivals: _Arrivals, gone: _Arrivals, until: Places) -> Balance:
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
        return Balance(cell, year, rows, at)

    def _most(self, people: _Arrivals, balance: Balance) -> Numbers:
        """The largest stock people could make in each balance row."""
        most = np.zeros((self.needs.persons.shape[1], self.names.length))
        np.add.at(most, (people.cell, people.year), people.most)
        for year in range(1, self.names.length):
            most[:, year] += self.problem.settings.stay * most[:, year - 1]
        return np.asarray(most[balance.cell, balance.year])
