"""People, births and deaths by single age, sex, area and year: read, held against each other, and cut at a year.

Ages are whole years as text, the oldest open (`100+`); a mother's age may be below or above a limit
(`<15`, `49+`) or unknown. Births and deaths fall in a year, people are counted at its end; so those of the
first year are not needed.

Start reading at `read_history`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.core.grids import Floats, to_array
from brygga.core.sums import total
from brygga.projection.cohorts import SEXES

SEX_WORDS = {
    "men": ("males", "male", "men", "man", "män", "m"),
    "women": ("females", "female", "women", "woman", "kvinnor", "kvinna", "f", "w", "k"),
}
UNKNOWN_AGES = ("no information", "unknown", "uppgift saknas", "okänd")
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
    names: Sequence[str] = ("population", "births", "deaths"),
) -> History:
    """The three tables as one history, or every fault of them in one report.

    Parameters
    ----------
    population : `age, sex, region, year, population`; every cell of region x sex x age x year has a row
    births, deaths : `age, sex, region, year, n`; the same regions, from the second year to `until`. A
        mother's age that no row has is one that no mother had
    until : last year that births and deaths are needed for; by default the last of the population
    names : what the user calls the three tables (files)

    Raises
    ------
    TableError, or FaultsError when there are several faults: a column that is missing or holds no
    numbers, an age or a sex that is not understood, a cell that is missing, empty, negative or there
    twice, years with a hole, regions that only some of the tables have.
    """
    faults: list[BryggaError] = []
    tables = [
        _tidy(frame, value, name, faults)
        for frame, value, name in zip((population, births, deaths), ("population", "n", "n"), names, strict=True)
    ]
    _raise(faults, names)
    people, born, dead = tables
    top = min(_top(people, names[0], faults), _top(dead, names[2], faults))
    _raise(faults, names)
    areas = people["region"].unique().sort().to_list()
    years = _years(people, names[0], faults)
    last = until if until is not None else years[-1]
    needed = [year for year in years[1:] if year <= last]
    for table, name in ((born, names[1]), (dead, names[2])):
        faults += _other_regions(table, areas, name, names[0])
    people, dead = (table.with_columns(pl.col("age").clip(upper_bound=top)) for table in (people, dead))
    mothers = _mothers(born, needed, names[1], faults)
    ages, mothers_ages = range(top + 1), mothers["age"].unique().sort().to_list()
    everything = {"region": areas, "sex": SEXES}
    counted = _grid(people, everything | {"age": ages}, years, years, names[0], faults)
    children = _grid(mothers, everything | {"age": mothers_ages}, years, needed, names[1], faults)
    died = _grid(dead, everything | {"age": ages}, years, needed, names[2], faults)
    _raise(faults, names)
    by_mother = np.where(np.isin(years, needed), 0.0, np.full_like(counted, np.nan))
    by_mother[:, :, mothers_ages] = children
    women = counted[:, 1, YOUNGEST_MOTHER : OLDEST_MOTHER + 1].sum(1)
    faults += _absurd(died.sum((1, 2)), counted.sum((1, 2)), names[2], "deaths", "people", areas, years)
    faults += _absurd(
        by_mother.sum((1, 2)), women, names[1], "births", f"women of {YOUNGEST_MOTHER}-{OLDEST_MOTHER}", areas, years
    )
    _raise(faults, names)
    return History(tuple(areas), tuple(years), counted, by_mother, died)


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


def _tidy(frame: pl.DataFrame, value: str, name: str, faults: list[BryggaError]) -> pl.DataFrame:
    """region, sex (men|women), age (whole; -1 unknown), year, n: only what was understood."""
    needed = ["age", "sex", "region", "year", value]
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        faults.append(
            TableError(
                f"{name} lacks column(s) {listed(missing)}; it has {listed(frame.columns, 12)}",
                why=f"it is read by the columns {', '.join(needed)}",
                todo="rename or add them",
            )
        )
        return pl.DataFrame(schema={"region": pl.String, "sex": pl.String, "age": pl.Int64, "year": pl.Int64})
    texts = frame.select(
        pl.col("age", "sex", "region").cast(pl.String).str.strip_chars(),
        year=_whole(pl.col("year").cast(pl.Float64, strict=False)),
        n=pl.col(value).cast(pl.Float64, strict=False),
    )
    before = len(faults)
    ages = {age: _age(age) for age in texts["age"].unique().drop_nulls().to_list()}
    sexes = {
        word: next((sex for sex, words in SEX_WORDS.items() if word.lower() in words), None)
        for word in texts["sex"].unique().drop_nulls().to_list()
    }
    faults += _not_understood(name, "age", ages, "23, 100+ or <15 (whole years)")
    faults += _not_understood(name, "sex", sexes, "Males and Females, or men and women")
    empty = [column for column in texts.columns if texts[column].is_null().any()]
    if empty or texts["n"].is_nan().any() or not texts["n"].is_finite().fill_null(True).all():
        rows = texts.filter(pl.any_horizontal(pl.all().is_null()) | ~pl.col("n").is_finite())
        faults.append(
            TableError(
                f"{name}: {rows.height} row(s) with an empty cell or no number, first {_row(rows)}",
                why="a hidden or unknown count is not zero",
                todo="write the count, or use a coarser region",
            )
        )
    if texts.height == 0:
        faults.append(TableError(f"{name} has no rows", why="there is nothing to count", todo="give the whole table"))
    negative = texts.filter(pl.col("n") < 0)
    if negative.height:
        faults.append(
            TableError(
                f"{name}.{value}: {negative.height} below zero, first {_row(negative)}",
                why="a count cannot be negative",
                todo="correct the number",
            )
        )
    if len(faults) > before:
        return pl.DataFrame(schema={"region": pl.String, "sex": pl.String, "age": pl.Int64, "year": pl.Int64})
    twice = texts.filter(texts.select("age", "sex", "region", "year").is_duplicated())
    if twice.height:
        faults.append(
            TableError(
                f"{name}: {twice.height} rows share their age, sex, region and year, first {_row(twice)}",
                why="which of them counts cannot be guessed",
                todo="keep one row of each, or add them up",
            )
        )
    return texts.with_columns(
        pl.col("age").replace_strict(ages, return_dtype=pl.Int64),
        pl.col("sex").replace_strict(sexes, return_dtype=pl.String),
        pl.col("year").cast(pl.Int64),
    )


def _whole(numbers: pl.Expr) -> pl.Expr:
    """Whole numbers; nothing where there is a part."""
    return pl.when(numbers == numbers.floor()).then(numbers)


def _age(text: str) -> int | None:
    if text.lower() in UNKNOWN_AGES:
        return -1
    found = re.fullmatch(r"(<?)(\d{1,3})(\+?)", text)
    if not found or (found[1] and found[3]):
        return None
    return int(found[2]) - 1 if found[1] else int(found[2])


def _not_understood(name: str, column: str, read: Mapping[str, object], example: str) -> list[BryggaError]:
    odd = sorted(text for text, meaning in read.items() if meaning is None)
    if not odd:
        return []
    return [
        TableError(
            f"{name}.{column}: {listed(repr(text) for text in odd)} not understood",
            why="people are followed by single age and sex",
            todo=f"write {example}",
        )
    ]


def _row(rows: pl.DataFrame) -> str:
    first = rows.sort("region", "year", "sex", "age", "n").row(0, named=True)
    year = "" if first["year"] is None else f"{first['year']:g}"
    return ", ".join(str(value) for value in (first["region"], first["sex"], first["age"], year, first["n"]))


def _top(table: pl.DataFrame, name: str, faults: list[BryggaError]) -> int:
    """The oldest age of all; ages must follow on each other from 0."""
    ages = sorted(table["age"].unique().to_list())
    top = ages[-1] if ages else 0
    holes = sorted(set(range(top + 1)) ^ set(ages))
    if holes or top < LEAST_TOP:
        said = f"lacks age {listed(holes)}" if holes and holes[0] >= 0 else f"ends at age {top} or has unknown ages"
        faults.append(
            TableError(
                f"{name}.age {said}",
                why=f"people are followed from year to year, by single age from 0 to at least {LEAST_TOP}",
                todo="give single years of age, the oldest open",
            )
        )
    return int(top)


def _years(people: pl.DataFrame, name: str, faults: list[BryggaError]) -> list[int]:
    years = sorted(people["year"].unique().to_list())
    holes = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if holes:
        faults.append(
            TableError(
                f"{name}.year lacks {listed(holes)}",
                why="people are followed from year to year",
                todo="give every year between the first and the last",
            )
        )
    return list(range(years[0], years[-1] + 1))


def _other_regions(table: pl.DataFrame, areas: Sequence[str], name: str, first: str) -> Iterable[BryggaError]:
    more = sorted(set(table["region"].unique().to_list()) - set(areas))
    if more:
        yield TableError(
            f"{name}.region: {listed(more)} not in {first}",
            why="births and deaths belong to people who are counted",
            todo="name regions the same way in the three tables",
        )


def _absurd(
    events: Floats, people: Floats, name: str, word: str, whom: str, areas: Sequence[str], years: Sequence[int]
) -> Iterable[BryggaError]:
    """More events in a year than there were people at its start or end, or none among very many: area x year."""
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
        area, year = found[0]
        yield TableError(
            f"{name}: {len(found)} region and year with more {word} than {whom}, first {areas[area]} {years[year + 1]} "
            f"({events[area, year + 1]:g} of {most[area, year]:g})",
            why="that cannot be",
            todo="see that the tables count the same regions in the same unit",
        )


def _mothers(born: pl.DataFrame, needed: Sequence[int], name: str, faults: list[BryggaError]) -> pl.DataFrame:
    """Births by the mother's age 14-49; those of unknown age follow the known of the same region, sex and year."""
    known = born.filter(pl.col("age") >= 0).with_columns(pl.col("age").clip(YOUNGEST_MOTHER, OLDEST_MOTHER))
    key = ["region", "sex", "year"]
    known = known.group_by([*key, "age"], maintain_order=True).agg(total("n"))
    unknown = born.filter(pl.col("age") < 0).select(*key, without="n")
    whole = known.group_by(key, maintain_order=True).agg(whole=total("n"))
    joined = known.join(whole, on=key, how="left").join(unknown, on=key, how="left")
    lost = joined.filter((pl.col("whole") <= 0) & (pl.col("without").fill_null(0) > 0) & pl.col("year").is_in(needed))
    if lost.height:
        faults.append(
            TableError(
                f"{name}: all mothers of {lost.row(0)[0]} {lost.row(0)[2]} are of unknown age",
                why="births follow the number of women by age",
                todo="give the mother's age",
            )
        )
    share = 1 + pl.col("without").fill_null(0) / pl.col("whole")
    return joined.with_columns(n=pl.when(pl.col("whole") > 0).then(pl.col("n") * share).otherwise(0.0))


def _grid(
    table: pl.DataFrame,
    dims: Mapping[str, Sequence[object]],
    years: Sequence[int],
    needed: Sequence[int],
    name: str,
    faults: list[BryggaError],
) -> Floats:
    """Counts with every needed cell filled; years that are not needed are not a number."""
    shape = [len(labels) for labels in dims.values()]
    grid = np.full((*shape, len(years)), np.nan)
    inside = table.filter(pl.col("year").is_in(list(needed)))
    summed = inside.group_by([*dims, "year"], maintain_order=True).agg(total("n"))
    try:
        counted = to_array(summed, "n", {**dims, "year": list(needed)}, where=name)
    except TableError as fault:
        faults.append(fault)
        return grid
    grid[..., [years.index(year) for year in needed]] = counted
    return grid
