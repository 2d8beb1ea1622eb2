"""Population where only one year is known by age: cohort component with rates that are held.

The next year's population of a municipality is this year's, a year older, less the dead,
plus the born and the net of those who move (`cohorts.one_year`). Net moves are what the
known totals leave when births and deaths are taken out, averaged over the last years. Where more years
are known by age, `area_population` takes its place (`population_paths`).

Start reading at `project_population`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.core.errors import SettingError, TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.projection.cohorts import AGES, SEXES, Rates, Year, one_year, rates_from

BANDS = {
    "0-15": (0, 15),
    "16-19": (16, 19),
    "20-24": (20, 24),
    "25-29": (25, 29),
    "30-34": (30, 34),
    "35-39": (35, 39),
    "40-44": (40, 44),
    "45-49": (45, 49),
    "50-54": (50, 54),
    "55-59": (55, 59),
    "60-64": (60, 64),
    "65-69": (65, 69),
    "70-79": (70, 79),
    "80+": (80, 100),
}
SHARE_BOYS = 0.514


def net_migration(
    population_total: pl.DataFrame,
    population: pl.DataFrame,
    vital_rates: pl.DataFrame,
    *,
    years: int,
    share_boys: float = SHARE_BOYS,
) -> pl.DataFrame:
    """Net moves per year and municipality that the known totals call for.

    Parameters
    ----------
    population_total : table `population_total`; the changes of its last `years` years are averaged
    population : table `population` of one year, the last of the totals
    vital_rates : table `vital_rates`
    years : changes to average (fewer when the table holds fewer)
    share_boys : boys among the newborn

    Returns
    -------
    One row per municipality: `persons` a year (signed) = mean change of the total - births + deaths,
    births and deaths as the vital rates give them in the population's year. A year that is hidden or
    missing in between makes no change larger: the change is that of the whole window by its years.

    Raises
    ------
    TableError when a municipality has fewer than two totals.
    """
    municipalities = population["municipality"].unique().sort().to_list()
    natural = _natural_change(population, rates_from(vital_rates, share_boys=share_boys), municipalities)
    known = population_total.filter(pl.col("persons").is_not_null()).sort("year")
    window = known.filter(pl.col("year") >= pl.col("year").max().over("municipality") - years)
    span = pl.col("year").last() - pl.col("year").first()
    ordered = window.group_by("municipality", maintain_order=True).agg(
        change=(pl.col("persons").last() - pl.col("persons").first()) / span, totals=pl.len()
    )
    thin = sorted(set(municipalities) - set(ordered.filter(pl.col("totals") > 1)["municipality"]))
    if thin:
        raise TableError(
            f"population_total: fewer than two years for {listed(thin)}",
            why="net migration is what the change of the total leaves after births and deaths",
            todo="add rows for at least two years",
        )
    change = to_array(ordered, "change", {"municipality": municipalities})
    return to_frame({"persons": change - natural}, {"municipality": municipalities})


def project_population(
    population: pl.DataFrame,
    vital_rates: pl.DataFrame,
    net_migration: pl.DataFrame,
    *,
    to: int,
    share_boys: float = SHARE_BOYS,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Population by single year of age to the end of year `to`, and what changed it.

    Parameters
    ----------
    population : table `population` of one base year
    vital_rates : table `vital_rates`, held constant
    net_migration : one row per municipality, `persons` a year (signed), held constant
    to : last year
    share_boys : boys among the newborn

    Returns
    -------
    population : municipality, sex, age, year, persons; the base year included
    components : municipality, year, births, deaths, net_migration; exactly
        population[t] = population[t-1] + births - deaths + net_migration
    """
    municipalities, base, people = _people(population, to)
    rates = rates_from(vital_rates, share_boys=share_boys)
    moves = to_array(net_migration, "persons", {"municipality": municipalities}, where="net_migration")[:, None]
    lived = [*_lives(people[..., None], rates, np.repeat(moves[:, None], to - base, 1))]
    years = list(range(base + 1, to + 1))
    stock = np.stack([people, *(year.people[..., 0] for year in lived)], 3)
    dims = {"municipality": municipalities, "sex": SEXES, "age": AGES}
    nobody = np.zeros((len(municipalities), 0))
    parts = {
        name: np.stack([getattr(year, field)[:, 0] for year in lived], 1) if lived else nobody
        for name, field in (("births", "births"), ("deaths", "deaths"), ("net_migration", "moves"))
    }
    return (
        to_frame({"persons": stock}, dims | {"year": [base, *years]}),
        to_frame(parts, {"municipality": municipalities, "year": years}),
    )


@dataclass(frozen=True)
class Inhabitants:
    """What the population starts from.

    people : municipality x sex x age in the base year
    moves : net moves a year, municipality
    rates : vital rates, held constant
    """

    people: Floats
    moves: Floats
    rates: Rates

    def among(self, chosen: Sequence[int]) -> Inhabitants:
        """The same for some of the municipalities."""
        return replace(self, people=self.people[list(chosen)], moves=self.moves[list(chosen)])

    def narrowed(self) -> Inhabitants:
        """The same with numbers of half the size (float32), for many draws."""
        rates = self.rates
        small = Rates(
            **{name: getattr(rates, name).astype(np.float32) for name in ("death", "birth", "moving")}, boys=rates.boys
        )
        return Inhabitants(self.people.astype(np.float32), self.moves.astype(np.float32), small)


def inhabitants(
    population: pl.DataFrame,
    vital_rates: pl.DataFrame,
    net_migration: pl.DataFrame,
    *,
    municipalities: Sequence[str],
    share_boys: float = SHARE_BOYS,
) -> Inhabitants:
    """What the population starts from, out of tables (as in `project_population`)."""
    dims = {"municipality": municipalities, "sex": SEXES, "age": AGES}
    return Inhabitants(
        to_array(population, "persons", dims, where="population.persons"),
        to_array(net_migration, "persons", {"municipality": municipalities}, where="net_migration"),
        rates_from(vital_rates, share_boys=share_boys),
    )


def project_bands(start: Inhabitants, moves: Floats) -> Floats:
    """Population in the age groups `GROUPS`, in every draw.

    Parameters
    ----------
    start : people and net moves of the base year, and vital rates
    moves : shocks to net migration as a share of the base year's population, municipality x year x draw
        (the first year is the base); zeros for none

    Returns
    -------
    Persons, municipality x age group x year x draw.
    """
    size = start.people.sum((1, 2))
    bands = np.empty((len(size), len(GROUPS), *moves.shape[1:]), start.people.dtype)
    for m in range(len(size)):
        stock = np.repeat(start.people[m : m + 1, ..., None], moves.shape[2], 3)
        steps = start.moves[m] + moves[m : m + 1, 1:] * size[m]
        _in_bands(stock, out=bands[m : m + 1, :, 0])
        for t, year in enumerate(_lives(stock, start.rates, steps), 1):
            _in_bands(year.people, out=bands[m : m + 1, :, t])
    return bands


def of_working_age(bands: Floats) -> Floats:
    """The age groups of working life out of `project_bands`: those under 25 together, then by five years to 69."""
    groups = list(GROUPS)
    adults = slice(groups.index("25-29"), groups.index("65-69") + 1)
    young = bands[:, groups.index("16-19")] + bands[:, groups.index("20-24")]
    return np.concatenate([young[:, None], bands[:, adults]], 1)


def drivers_of(bands: Floats) -> dict[str, Floats]:
    """The people that the number of jobs in an industry may follow: municipality x year x draw."""
    groups = list(GROUPS)
    return {name: bands[:, groups.index(name)] for name in groups[len(BANDS) :]}


GROUPS = BANDS | {"children": (1, 5), "pupils": (6, 19), "elderly": (80, 100), "population": (0, 100)}
"""Age groups of the projection, and those that the number of jobs in an industry may follow."""


def _people(population: pl.DataFrame, to: int) -> tuple[list[str], int, Floats]:
    years = population["year"].unique().to_list()
    if len(years) != 1 or to < years[0]:
        raise SettingError(
            f"population of {listed(sorted(years))}, to {to}",
            why="a projection starts from one base year and runs forward",
            todo="give the rows of the base year, and a last year that is not before it",
        )
    municipalities = population["municipality"].unique().sort().to_list()
    dims = {"municipality": municipalities, "sex": SEXES, "age": AGES}
    return municipalities, years[0], to_array(population, "persons", dims, where="population.persons")


def _lives(people: Floats, rates: Rates, moves: Floats) -> Iterator[Year]:
    """Year after year; `moves` is municipality x year x draw."""
    for t in range(moves.shape[1]):
        year = one_year(people, rates, moves[:, t])
        people = year.people
        yield year


def _natural_change(population: pl.DataFrame, rates: Rates, municipalities: list[str]) -> Floats:
    dims = {"municipality": municipalities, "sex": SEXES, "age": AGES}
    people = to_array(population, "persons", dims, where="population.persons")[..., None]
    year = one_year(people, rates, np.zeros((len(municipalities), 1)))
    return np.asarray((year.births - year.deaths)[:, 0])


def _in_bands(people: Floats, *, out: Floats) -> None:
    """Municipality x sex x age x draw summed to the age groups: municipality x age group x draw."""
    by_age = people[:, 0] + people[:, 1]
    for at, (low, high) in enumerate(GROUPS.values()):
        out[:, at] = by_age[:, low : high + 1].sum(1)
