"""People, births and deaths by single age, sex, area and year: read, held against each other, and cut at a year.

Ages are whole years as text, the oldest open (`100+`); a mother's age may be below or above a limit
(`<15`, `49+`) or unknown. Births and deaths fall in a year, people are counted at its end; so those of the
first year are not needed.

Start reading at `read_history`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.core.grids import Floats
from brygga.core.sums import total
from brygga.projection.cohorts import SEXES
from brygga.projection.population_tables import UNKNOWN, Tidy, grid, tidy

OLDEST_MOTHER = 49
YOUNGEST_MOTHER = 14
MANY = 20_000
LEAST_TOP = 70
"""The oldest age may be open from here at the earliest: below it, those 65 and over are not followed."""


@dataclass(frozen=True)
class History:
    """What was counted, as arrays.

    Parameters
    ----------
    areas, years : labels; the years follow on each other
    people : area x sex (men, women) x age (the last open) x year, at the end of the year
    births : area x sex of the child x age of the mother (the same ages) x year
    deaths : area x sex x age x year, at death or at the end of the year (`population_mortality.at_death` sees which)

    Births and deaths of years that are not needed are not a number.
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    people: Floats
    births: Floats
    deaths: Floats

    @property
    def top(self) -> int:
        """The oldest age, which is open."""
        return int(self.people.shape[2]) - 1

    def until(self, year: int) -> History:
        """The same without anything after `year`."""
        keep = self.years.index(year) + 1
        people, births, deaths = (np.array(counted[..., :keep]) for counted in (self.people, self.births, self.deaths))
        return replace(self, years=self.years[:keep], people=people, births=births, deaths=deaths)


def read_history(
    population: pl.DataFrame,
    births: pl.DataFrame,
    deaths: pl.DataFrame,
    *,
    until: int | None = None,
    people_until: int | None = None,
    names: Sequence[str] = ("population", "births", "deaths"),
) -> History:
    """The three tables as one history, or every fault of them in one report.

    Parameters
    ----------
    population : `age, sex, region, year, population`; every cell of region x sex x age x year has a row
    births, deaths : `age, sex, region, year, n`; the same regions, from the second year to `until`. A
        mother's age that no row has is one that no mother had
    until : last year that births and deaths are needed for; by default the last of the population
    people_until : last year that the population is needed for; by default the last there is
    names : what the user calls the three tables (files)

    Rows of years that are not needed are not looked at: a fault there stops nothing.

    Raises
    ------
    TableError, or FaultsError when there are several faults: a column that is missing or holds no
    numbers, an age or a sex that is not understood, a cell that is missing, empty, negative or there
    twice, years with a hole, regions that only some of the tables have.
    """
    faults: list[BryggaError] = []
    people, born, dead = (
        tidy(frame, value, name, faults, until=last)
        for frame, value, name, last in zip(
            (population, births, deaths), ("population", "n", "n"), names, (people_until, until, until), strict=True
        )
    )
    top = min([_top(table, faults) for table in (people, dead) if table.usable], default=0)
    if not people.usable:
        _raise(faults, names)
    areas, years = people.rows["region"].unique().sort().to_list(), _years(people, faults)
    needed = [year for year in years[1:] if until is None or year <= until]
    for table in (born, dead):
        faults += _other_regions(table, areas, names[0])
    counted = _by_age(people, top, areas, years, years, faults)
    died = _by_age(dead, top, areas, years, needed, faults)
    mothers = _by_mother(born, top, areas, years, needed, faults)
    _raise(faults, names)
    women = counted[:, 1, YOUNGEST_MOTHER : OLDEST_MOTHER + 1].sum(1)
    faults += _absurd(died.sum((1, 2)), counted.sum((1, 2)), ("deaths", "people", names[2]), areas, years)
    whom = f"women of {YOUNGEST_MOTHER}-{OLDEST_MOTHER}"
    faults += _absurd(mothers.sum((1, 2)), women, ("births", whom, names[1]), areas, years)
    _raise(faults, names)
    return History(tuple(areas), tuple(years), counted, mothers, died)


def official_history(
    population: pl.DataFrame, births: pl.DataFrame, deaths: pl.DataFrame, *, share_boys: float, until: int | None = None
) -> History:
    """The history of tables `official_population`, `official_births` and `official_deaths`.

    Parameters
    ----------
    population, births, deaths : the checked tables, of the same municipalities
    share_boys : births stand there without the child's sex
    until : last year that births and deaths are needed for; by default the last of the population

    Raises
    ------
    TableError or FaultsError as `read_history`; a hidden cell is one of the faults.
    """
    people = population.select("age", "sex", "year", region="municipality", population="persons")
    dead = deaths.select("age", "sex", "year", region="municipality", n="persons")
    born = births.select("year", age="mother_age", region="municipality", n="persons")
    parts = [
        born.with_columns(sex=pl.lit(sex), n=pl.col("n") * share)
        for sex, share in (("men", share_boys), ("women", 1 - share_boys))
    ]
    names = ("official_population", "official_births", "official_deaths")
    return read_history(people, pl.concat(parts), dead, until=until, names=names)


def parents_of(areas: Sequence[str], parents: Mapping[str, str] | None) -> list[str]:
    """The parent of each area (a county, say); without a table, the nation is the parent of all.

    Raises
    ------
    TableError when an area has no parent in the table.

    Examples
    --------
    >>> parents_of(["1080", "1290"], {"1080": "10", "1290": "12"})
    ['10', '12']
    """
    if parents is None:
        return [""] * len(areas)
    orphans = [area for area in areas if not parents.get(area)]
    if orphans:
        raise TableError(
            f"no parent for {listed(orphans)}",
            why="a small area leans on the larger one it lies in",
            todo="name the county of each area, or give no parents at all",
        )
    return [parents[area] for area in areas]


def _raise(faults: Sequence[BryggaError], names: Sequence[str]) -> None:
    raise_all(", ".join(names), faults)


def _top(table: Tidy, faults: list[BryggaError]) -> int:
    """The oldest age of all; ages must follow on each other from 0."""
    ages = sorted(table.rows["age"].unique().to_list())
    top = int(ages[-1])
    unknown, holes = ages[0] == UNKNOWN, sorted(set(range(top + 1)) - set(ages))
    said = ["has people of unknown age"] if unknown else []
    said += [f"lacks age {listed(holes)}"] if holes and table.left_out == 0 else []
    said += [f"ends at age {top}"] if top < LEAST_TOP else []
    if said:
        faults.append(
            TableError(
                f"{table.name}.age {', '.join(said)}",
                why=f"people are followed from year to year, by single age from 0 to at least {LEAST_TOP}",
                todo="give single years of age, the oldest open",
            )
        )
    return top


def _years(people: Tidy, faults: list[BryggaError]) -> list[int]:
    years = sorted(people.rows["year"].unique().to_list())
    holes = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if holes:
        faults.append(
            TableError(
                f"{people.name}.year lacks {listed(holes)}",
                why="people are followed from year to year",
                todo="give every year between the first and the last",
            )
        )
    return years


def _other_regions(table: Tidy, areas: Sequence[str], first: str) -> Iterable[BryggaError]:
    more = sorted(set(table.rows["region"].unique().to_list()) - set(areas))
    if more:
        yield TableError(
            f"{table.name}.region: {listed(more)} not in {first}",
            why="births and deaths belong to people who are counted",
            todo="name regions the same way in the three tables",
        )


def _by_age(
    table: Tidy, top: int, areas: Sequence[str], years: Sequence[int], needed: Sequence[int], faults: list[BryggaError]
) -> Floats:
    """area x sex x age x year, ages from `top` together; nothing of use where the table has faults already."""
    if not table.usable:
        return np.empty(0)
    rows = table.rows.filter(pl.col("age") >= 0).with_columns(pl.col("age").clip(upper_bound=top))
    dims = {"region": areas, "sex": SEXES, "age": rows["age"].unique().sort().to_list()}
    return grid(table, rows, dims, years=years, needed=needed, faults=faults)


def _by_mother(
    table: Tidy, top: int, areas: Sequence[str], years: Sequence[int], needed: Sequence[int], faults: list[BryggaError]
) -> Floats:
    """area x sex x age of the mother x year. Births of unknown age follow those of the same region, sex and year."""
    if not table.usable:
        return np.empty(0)
    key = ["region", "sex", "year"]
    rows = table.rows.with_columns(
        pl.when(pl.col("age") == UNKNOWN).then("age").otherwise(pl.col("age").clip(YOUNGEST_MOTHER, OLDEST_MOTHER))
    )
    known = rows.filter(pl.col("age") != UNKNOWN).group_by([*key, "age"], maintain_order=True).agg(total("n"))
    unknown = rows.filter(pl.col("age") == UNKNOWN).select(*key, without="n")
    whole = known.group_by(key, maintain_order=True).agg(whole=total("n"))
    joined = known.join(whole, on=key, how="left").join(unknown, on=key, how="left")
    lost = joined.filter((pl.col("whole") <= 0) & (pl.col("without").fill_null(0) > 0) & pl.col("year").is_in(needed))
    if lost.height:
        first = lost.sort(key).row(0, named=True)
        faults.append(
            TableError(
                f"{table.name}: all mothers of {first['region']} {first['year']} are of unknown age",
                why="births follow the number of women by age",
                todo="give the mother's age",
            )
        )
    share = 1 + pl.col("without").fill_null(0) / pl.col("whole")
    spread = joined.with_columns(n=pl.when(pl.col("whole") > 0).then(pl.col("n") * share).otherwise(0.0))
    ages = spread["age"].unique().sort().to_list()
    found = grid(table, spread, {"region": areas, "sex": SEXES, "age": ages}, years=years, needed=needed, faults=faults)
    everything = np.zeros((len(areas), len(SEXES), max(top, OLDEST_MOTHER) + 1, len(years)))
    everything[..., ~np.isin(years, needed)] = np.nan
    everything[:, :, ages] = found
    return everything


def _absurd(
    events: Floats, people: Floats, words: tuple[str, str, str], areas: Sequence[str], years: Sequence[int]
) -> Iterable[BryggaError]:
    """More events in a year than there were people at its start or end, or none among very many: area x year."""
    word, whom, name = words
    most = np.maximum(people[:, 1:], people[:, :-1])
    none = np.flatnonzero((events[:, 1:].sum(0) == 0) & (most.sum(0) > MANY))
    if none.size:
        yield TableError(
            f"{name}: no {word} at all in {listed(years[int(year) + 1] for year in none)}",
            why=f"among {most.sum(0)[none[0]]:,.0f} {whom} there are some",
            todo="give the counts, or leave the years out of all three tables",
        )
    found = np.argwhere(events[:, 1:] > most)
    if found.size:
        area, year = (int(place) for place in found[0])
        yield TableError(
            f"{name}: {len(found)} region and year with more {word} than {whom}, first {areas[area]} {years[year + 1]} "
            f"({events[area, year + 1]:g} of {most[area, year]:g})",
            why="that cannot be",
            todo="see that the tables count the same regions in the same unit",
        )
