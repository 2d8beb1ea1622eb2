"""Growth rates of a history of counts, shrunk from municipality to county to nation by cell size.

A step runs from one known year of a cell to its next. A cell's yearly growth over its steps is

    g = sum(x1 - x0) / sum(years (x0 + x1) / 2)

which is defined when a cell is zero at one end, adds up over cells as people do, and does not
change when all counts are multiplied by k. A step across a series break is no growth and is left
out; hidden and missing years are stepped over. Small cells are noise, so each level leans on the
one above it:

    g_shrunk = g_above + w (g - g_above),   w = tau^2 / (tau^2 + c / e)

`e` is the person-years that the cell's growth rests on, `c` how much a step of one person-year
scatters around its cell's growth, `tau` how much cells truly differ; both are read from the history
by moments, so the rule for how small is small comes from the data.

Start reading at `shrunk_growth`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import TableError
from brygga.core.grids import Floats, to_array

NATION = "00"
SUM_SLACK = 0.02
"""How far a published nation may lie below the sum of its municipalities: sums of disturbed counts do."""


@dataclass(frozen=True)
class History:
    """Counts per place, industry and year; what is hidden or missing is not a number."""

    places: tuple[str, ...]
    industries: tuple[str, ...]
    years: tuple[int, ...]
    persons: Floats
    nation: Floats

    def until(self, year: int) -> History:
        """What was known at the end of `year`."""
        seen = sum(known <= year for known in self.years)
        return History(
            self.places, self.industries, self.years[:seen], self.persons[..., :seen], self.nation[..., :seen]
        )


@dataclass(frozen=True)
class Steps:
    """Yearly changes: place x industry x step. A step that cannot be used has no person-years."""

    change: Floats
    person_years: Floats

    @property
    def growth(self) -> Floats:
        """Growth a year, place x industry; not a number where no step can be used."""
        return ratio(self.change.sum(2), self.person_years.sum(2))


def read_history(
    jobs_history: pl.DataFrame, industries: Sequence[str], municipalities: Sequence[str], *, base_year: int
) -> History:
    """The history up to the base year as arrays, labels in alphabetical order.

    Its places are those of the table and the `municipalities` asked for, of which nothing may be known.

    Raises
    ------
    TableError when it has none of the industries, or a nation smaller than its municipalities.
    """
    known = jobs_history.filter(
        pl.col("persons").is_not_null() & (pl.col("year") <= base_year) & pl.col("industry").is_in(list(industries))
    )
    if known.is_empty():
        raise TableError(
            f"jobs_history: no number up to {base_year} for any industry of the region ({', '.join(industries)})",
            why="growth cannot be read from another classification or from later years",
            todo="use the industry codes of table employed, or leave the table out: then the outlook alone counts",
        )
    places = sorted({*known["municipality"], *municipalities} - {NATION})
    years = known["year"].unique().sort().to_list()
    names = sorted(industries)
    dims = {"municipality": [*places, NATION], "industry": names, "year": years}
    persons = to_array(known, "persons", dims, absent=np.nan)
    _check_nation(persons[-1], persons[:-1], names, years)
    return History(tuple(places), tuple(names), tuple(years), persons[:-1], persons[-1:])


def shrunk_growth(history: History, *, breaks: Collection[int], window: int) -> tuple[Floats, Floats]:
    """Growth a year of the nation (industry) and of each place (place x industry), the latter shrunk.

    Parameters
    ----------
    history : what is known
    breaks : years that are not comparable with the year before
    window : latest usable steps of a nation that count

    Returns
    -------
    nation, places : shares a year; not a number for an industry without any usable step
    """
    own = _latest(steps_of(history.persons, history.years, breaks), window)
    published = _latest(steps_of(history.nation, history.years, breaks), window)
    counties = sorted({place[:2] for place in history.places})
    member = np.array([[float(place[:2] == county) for place in history.places] for county in counties])
    county = Steps(*(np.einsum("cp,pis->cis", member, part) for part in (own.change, own.person_years)))
    summed = Steps(*(part.sum(0, keepdims=True) for part in (own.change, own.person_years)))
    nation = np.where(np.isnan(published.growth), summed.growth, published.growth)
    above = _shrink(county, np.broadcast_to(nation, county.growth.shape))
    return nation[0], _shrink(own, above[member.argmax(0)])


def steps_of(persons: Floats, years: Sequence[int], breaks: Collection[int]) -> Steps:
    """Changes from each cell's last known year to the next; none across a break. Steps are numbered by their end."""
    era = [sum(b <= year for b in breaks) for year in years]
    change, person_years = np.zeros((2, *persons.shape))
    last = np.zeros(persons.shape[:-1], dtype=int)
    for t in range(1, len(years)):
        last = np.where(np.isfinite(persons[..., t - 1]), t - 1, last)
        before, after = np.take_along_axis(persons, last[..., None], -1)[..., 0], persons[..., t]
        usable = np.isfinite(before) & np.isfinite(after) & (np.take(era, last) == era[t])
        change[..., t] = np.where(usable, after - before, 0.0)
        person_years[..., t] = np.where(usable, (years[t] - np.take(years, last)) * (after + before) / 2, 0.0)
    return Steps(change, person_years)


def ratio(over: Floats, under: Floats) -> Floats:
    """`over / under`, not a number where there is nothing to divide by."""
    return np.asarray(np.divide(over, under, out=np.full(np.shape(under), np.nan), where=under > 0))


def _latest(steps: Steps, window: int) -> Steps:
    """The latest `window` steps that any place can use."""
    used = np.flatnonzero((steps.person_years > 0).any((0, 1)))[-window:]
    return Steps(steps.change[..., used], steps.person_years[..., used])


def _shrink(steps: Steps, above: Floats) -> Floats:
    """Each cell's growth drawn towards the one above it by the size of the cell."""
    growth, size = steps.growth, steps.person_years.sum(2)
    away = np.where(size > 0, growth - above, 0.0)
    scatter, all_size = _scatter(steps, growth), float(size.sum())
    if scatter is None or all_size == 0:
        return above
    if scatter == 0:
        return np.asarray(above + away)
    excess = float((size * away**2).sum()) - np.count_nonzero(size) * scatter
    spread = max(0.0, excess) / all_size
    return np.asarray(above + spread * size / (spread * size + scatter) * away)


def _scatter(steps: Steps, growth: Floats) -> float | None:
    """How much a step of one person-year varies around its cell's growth; nothing where no cell has two steps."""
    expected = np.where(np.isnan(growth), 0.0, growth)[..., None] * steps.person_years
    off = ratio((steps.change - expected) ** 2, steps.person_years)
    freedom = np.count_nonzero(steps.person_years) - np.count_nonzero(steps.person_years.sum(2))
    return float(np.nansum(off)) / freedom if freedom else None


def _check_nation(nation: Floats, places: Floats, industries: Sequence[str], years: Sequence[int]) -> None:
    summed = np.nansum(places, 0) if len(places) else np.zeros(nation.shape)
    short = np.argwhere(nation < summed * (1 - SUM_SLACK))
    if len(short):
        i, t = short[0]
        raise TableError(
            f"jobs_history: industry {industries[i]} has {nation[i, t]:g} persons in the nation (00) in {years[t]}, "
            f"and {summed[i, t]:g} in its municipalities",
            why="the parts cannot be more than the whole, so one of them counts something else",
            todo="take both from the same table and year",
        )
