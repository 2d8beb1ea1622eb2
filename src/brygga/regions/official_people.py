"""People of an official region: population by age and sex, its history, births, deaths and moves, education.

    population, population_total   counted, as published
    vital_rates    the nation's shape by age and sex x a factor per band of ages:
                       factor = (events + prior) / (expected + prior)
                   where expected is what the nation's rates give for the people of the region; few events stay near
                   the nation, many decide for themselves. Moves: (in-moves at the age + prior x the nation's share)
                   / (all in-moves + prior). Priors are parameters (projection.prior_deaths, prior_births, prior_moves).

Start reading at `vital_rates`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.parameters import value_on
from brygga.core.sums import total
from brygga.regions.official_cells import HIDDEN, UNKNOWN, added, estimated, no_rows, of, sources
from brygga.regions.sydost import given

SEXES, AGES = ("men", "women"), tuple(range(101))
YEARS = 5
"""Years of births, deaths and moves that are pooled, at most."""

DEATH_BANDS = ((0, 49), (50, 64), (65, 74), (75, 84), (85, 100))
BIRTH_BANDS = ((15, 24), (25, 29), (30, 34), (35, 49))
LEVELS: Mapping[str, str] = {"1": "1", "2": "2", "3": "3", "4": "3", "5": "4", "6": "5", "7": "6"}
"""Levels of SCB's tables (upper secondary in two, post-secondary under and over three years) -> SUN 2020."""


def population(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int) -> pl.DataFrame:
    """Table `population`: by single age and sex at the end of the base year.

    Raises
    ------
    TableError when an age or sex of a municipality is missing or hidden: a population is never hidden.
    """
    rows = of(found, "official_population", areas, base)
    people = _people(rows, areas, base)
    frame = to_frame({"persons": people}, {"municipality": list(areas), "sex": SEXES, "age": AGES})
    status = "provisional" if (rows["status"] == "provisional").any() else "observed"
    return frame.with_columns(year=pl.lit(base, pl.Int64), status=pl.lit(status), source=pl.lit(sources(rows)))


def population_total(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int) -> pl.DataFrame:
    """Table `population_total`: all ages, every year up to the base year.

    Raises
    ------
    TableError when a municipality has fewer than two years: net moves are the change that births and deaths leave.
    """
    rows = found["official_population"].filter(pl.col("municipality").is_in(list(areas)), pl.col("year") <= base)
    sums = rows.group_by("municipality", "year", maintain_order=True).agg(
        total("persons"),
        whole=pl.col("persons").is_not_null().all() & (pl.len() == len(SEXES) * len(AGES)),
        source=pl.col("source").first(),
    )
    sums = sums.filter(pl.col("whole")).sort("municipality", "year")
    counts = dict(sums.group_by("municipality", maintain_order=True).len().iter_rows())
    thin = [code for code in areas if counts.get(code, 0) < 2]
    if thin:
        raise TableError(
            f"official_population: fewer than two whole years for {listed(thin)}",
            why="net moves are what the change of the population leaves after births and deaths",
            todo="fetch more years; a new municipality was part of another before, and has no history of its own",
        )
    return sums.select("municipality", "year", "persons", status=pl.lit("observed"), source="source")


def vital_rates(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `vital_rates` of the whole region, and what must be said of it."""
    nation = given.read("vital_rates").sort("sex", "age")
    death, birth = (
        (nation[f"{name}_rate"] * nation[f"{name}_factor"]).clip(0, 1).to_numpy().reshape(2, 101)
        for name in ("death", "birth")
    )
    moving = nation["migration_share"].to_numpy().reshape(2, 101)
    deaths, lived = _events(found, "official_deaths", "age", areas, base)
    births, women = _events(found, "official_births", "mother_age", areas, base)
    day = date(base, 12, 31)
    death = death * factors(deaths, lived, death, DEATH_BANDS, value_on("projection.prior_deaths", day).number)
    birth = birth * factors(births, women, birth, BIRTH_BANDS, value_on("projection.prior_births", day).number)
    share, moves = _moving(found, areas, base, moving)
    rates = {"death_rate": np.clip(death, 0, 1), "birth_rate": birth, "migration_share": share}
    source = (
        f"modelled: national shape by age x factor of the region's own {deaths.sum():,.0f} deaths and "
        f"{births.sum():,.0f} births, {moves:,.0f} in-moves, shrunk to the nation"
    )
    frame = to_frame(rates, {"sex": SEXES, "age": AGES})
    note = "Vital rates are modelled: the nation's shape by age, fitted to the region's own births, deaths and moves"
    return frame.with_columns(status=pl.lit("modelled"), source=pl.lit(source)), (note,)


def factors(events: Floats, lived: Floats, rates: Floats, bands: tuple[tuple[int, int], ...], prior: float) -> Floats:
    """How an area departs from the nation's rates in each band of ages; 1 outside the bands.

    Parameters
    ----------
    events, lived, rates : sex x age: events counted, years lived, the nation's rates
    bands : first and last age of each
    prior : events that the nation's rates weigh as in a band

    Examples
    --------
    >>> events, lived, rates = np.zeros((2, 101)), np.ones((2, 101)), np.full((2, 101), 0.5)
    >>> events[0, :3] = 100.0
    >>> factors(events, lived, rates, ((0, 99),), 100.0)[[0, 100]].tolist()
    [2.0, 1.0]
    """
    factor = np.ones(101)
    for low, high in bands:
        band = slice(low, high + 1)
        expected = float((lived * rates)[:, band].sum())
        factor[band] = (float(events[:, band].sum()) + prior) / (expected + prior)
    return factor


def education_stock(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]] | None:
    """Table `education_stock` of the last year up to the base, or None where levels cannot be read as ours."""
    table = found.get("official_education")
    if table is None:
        return None
    rows = table.filter(pl.col("municipality").is_in(list(areas)), pl.col("year") <= base)
    rows = rows.filter(pl.col("year") == pl.col("year").max())
    if rows.is_empty() or not set(rows["education_level"]) <= {*LEVELS, UNKNOWN}:
        return None
    lost = sorted(set(areas) - set(rows["municipality"]))
    if lost:
        raise no_rows("official_education", lost, int(rows["year"][0]))
    unknown = estimated(rows.filter(pl.col("education_level") == UNKNOWN))["persons"].sum()
    known = rows.filter(pl.col("education_level") != UNKNOWN)
    sums = added(
        known.with_columns(pl.col("education_level").replace_strict(dict(LEVELS))),
        ["municipality", "education_level", "year"],
    )
    told = f"{sources(rows)}; SUN 4 holds all post-secondary under 3 years, 5 the longer"
    frame = sums.select("municipality", "education_level", "year", "persons", "status", source=pl.lit(told))
    notes = [f"Education is not known of {unknown:,.0f} persons, who are in no level of education_stock"]
    hidden = int(sums["hidden"].sum())
    notes += (
        [f"{hidden} cells of education are hidden: each counts as {HIDDEN} persons, none as zero"] if hidden else []
    )
    return frame.sort("municipality", "education_level"), tuple(notes)


def _people(rows: pl.DataFrame, areas: Sequence[str], year: int) -> Floats:
    dims = {"municipality": list(areas), "sex": SEXES, "age": AGES}
    return to_array(rows, "persons", dims, where=f"official_population of {year}")


def _events(
    found: Mapping[str, pl.DataFrame], name: str, age: str, areas: Sequence[str], base: int
) -> tuple[Floats, Floats]:
    """Events and years lived per sex and age, of the last years that the population is known for too."""
    known = found["official_population"].filter(pl.col("municipality").is_in(list(areas)))
    have = set(known["year"].to_list())
    told = found[name].filter(pl.col("municipality").is_in(list(areas)), pl.col("year") <= base)
    years = [year for year in sorted(set(told["year"].to_list())) if {year - 1, year} <= have][-YEARS:]
    if not years:
        raise TableError(
            f"{name}: no year that official_population has too, with the year before",
            why="a rate is events over the people they could happen to",
            todo="fetch more years of both",
        )
    lost = sorted(set(areas) - set(told.filter(pl.col("year") == years[-1])["municipality"]))
    if lost:
        raise no_rows(name, lost, years[-1])
    rows = told.filter(pl.col("year").is_in(years)).with_columns(pl.col(age).clip(0, 100).alias("age"))
    if "sex" not in rows.columns:
        rows = rows.with_columns(sex=pl.lit("women"))
    sums = estimated(rows).group_by("sex", "age", maintain_order=True).agg(total("persons"))
    lived = np.zeros((2, 101))
    for year in years:
        ends = [_people(known.filter(pl.col("year") == end), areas, end).sum(0) for end in (year - 1, year)]
        lived += (ends[0] + ends[1]) / 2
    return to_array(sums, "persons", {"sex": SEXES, "age": AGES}, absent=0.0, where=name), lived


def _moving(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int, nation: Floats) -> tuple[Floats, float]:
    """Share of net moves at each sex and age, and the in-moves it rests on."""
    nation = nation / nation.sum()
    table = found.get("official_moves")
    if table is None:
        return nation, 0.0
    rows = table.filter(pl.col("municipality").is_in(list(areas)), pl.col("year") <= base)
    rows = rows.filter(pl.col("year") > base - YEARS).with_columns(pl.col("in_moves").fill_null(HIDDEN))
    sums = rows.group_by("sex", pl.col("age").clip(0, 100), maintain_order=True).agg(total("in_moves"))
    moves = to_array(sums, "in_moves", {"sex": SEXES, "age": AGES}, absent=0.0)
    prior = value_on("projection.prior_moves", date(base, 12, 31)).number
    return (moves + prior * nation) / (moves.sum() + prior), float(moves.sum())
