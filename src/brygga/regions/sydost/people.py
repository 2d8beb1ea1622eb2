"""Population, vital rates, working life and education of the example region.

    P[a+1, t+1] = P[a, t] (1 - death[a]) + net[t+1] * migration_share[a]

Each municipality starts in 2010 with the age structure of its county (north-east Skåne with
the mean of Blekinge and Skåne: without the university towns it is older than its county) and
walks through 2011-2024, its published total met exactly every year.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core.sums import total
from brygga.core.tables import dictionary
from brygga.regions.fit import Margin, ipf
from brygga.regions.sydost import given

Floats = NDArray[np.float64]
FIRST = 2011
SEXES = ("men", "women")
GIRLS = 0.485
AGES = [f"{low}-{low + 4}" for low in range(25, 70, 5)]
LEVELS = {
    "primary and secondary education less than 9 years (ISCED97 1)": "1",
    "primary and secondary education 9-10 years (ISCED97 2)": "2",
    "upper secondary education, 2 years or less (ISCED97 3C)": "3",
    "upper secondary education 3 years (ISCED97 3A)": "3",
    "post-secondary education, less than 3 years (ISCED97 4+5B)": "4",
    "post-secondary education 3 years or more (ISCED97 5A)": "5",
    "post-graduate education (ISCED97 6)": "6",
}
AGED = "modelled: county ages 2010 (SCB) aged to 2024 with national rates, the published total met every year"


def population_total() -> pl.DataFrame:
    """Table `population_total`: published totals 2011-2024."""
    rows = given.read("facts").filter(
        (pl.col("variable") == "population")
        & (pl.col("dimension") == "date=12-31")
        & (pl.col("quality") == "official")
        & pl.col("area_code").is_in(list(given.municipalities()))
    )
    years = rows.with_columns(pl.col("year").cast(pl.Int64)).filter(pl.col("year").is_between(FIRST, given.BASE))
    return years.select(
        municipality="area_code",
        year="year",
        persons="number",
        status=pl.lit("observed"),
        source=pl.concat_str(pl.lit("fact "), "id", pl.lit(", "), "source_publisher"),
    ).sort("municipality", "year")


def vital_rates() -> pl.DataFrame:
    """Table `vital_rates`: the rates of 2024, scaled so that the nation's births and deaths come out."""
    rates = given.read("vital_rates")
    scaled = rates.select(
        "sex",
        "age",
        death_rate=(pl.col("death_rate") * pl.col("death_factor")).clip(0, 1).round(8),
        birth_rate=(pl.col("birth_rate") * pl.col("birth_factor")).round(8),
        migration_share=pl.col("migration_share") / total("migration_share"),
    )
    return given.marked(scaled, "estimated: national counts 2006-2010 (SCB) scaled to births F1930 and deaths F1931")


def population(totals: pl.DataFrame) -> pl.DataFrame:
    """Table `population`: by single age and sex at the end of the base year."""
    rows = []
    for place in given.places().iter_rows(named=True):
        known = totals.filter(pl.col("municipality") == place["municipality"]).sort("year")["persons"].to_list()
        state = _walk(_profile(place["profile"]), known)
        rows += [
            (place["municipality"], sex, age, given.BASE, round(float(state[s, age]), 4))
            for s, sex in enumerate(SEXES)
            for age in range(101)
        ]
    schema = ["municipality", "sex", "age", "year", "persons"]
    return given.marked(pl.DataFrame(rows, schema=schema, orient="row"), AGED)


def working_life() -> pl.DataFrame:
    """Table `working_life`: participation and final exits by age, stated; exits from 55 as head counts show them."""
    stated = given.marked(given.read("structure/working_life"), given.ASSUMED)
    counted = {group: given.parameter(f"exits_{group.replace('-', '_')}") for group in ("55-59", "60-64", "65-69")}
    rate = pl.col("age_group").replace_strict(counted, default=None, return_dtype=pl.Float64)
    told = pl.format("participation {}; exits example.exits, from head counts by age", pl.lit(given.ASSUMED))
    return stated.with_columns(
        exit_rate=pl.coalesce(rate, "exit_rate"), source=pl.when(rate.is_not_null()).then(told).otherwise("source")
    )


def education_stock(people: pl.DataFrame) -> pl.DataFrame:
    """Table `education_stock`: the counties' levels 2018, tilted as stated, fitted to adults and Blekinge's levels."""
    levels = sorted(set(LEVELS.values()))
    county = given.read("education_county_2018").with_columns(
        level=pl.col("isced97").replace_strict(LEVELS, default=None)
    )
    known = (
        county.drop_nulls()
        .group_by("area_code", "level", maintain_order=True)
        .agg(total("persons"))
        .sort("area_code", "level")
    )
    adults = (
        people.filter(pl.col("age").is_between(16, 74))
        .group_by("municipality", maintain_order=True)
        .agg(total("persons"))
    )
    wanted = dict(adults.iter_rows())
    seed, cells = [], []
    for place in given.places().iter_rows(named=True):
        mix = dict(known.filter(pl.col("area_code") == place["county"]).select("level", "persons").iter_rows())
        for level in levels:
            tilt = place["high_education"] if level in ("5", "6") else 1.0
            seed.append(mix[level] / sum(mix.values()) * tilt)
            cells.append((place["municipality"], level))
    fitted = ipf(np.array(seed), _education_margins(cells, wanted, known))
    rows = [(*cell, given.BASE, round(float(n), 3)) for cell, n in zip(cells, fitted, strict=True)]
    schema = ["municipality", "education_level", "year", "persons"]
    source = "modelled: county levels 2018 (SCB), tilt stated, fitted to adults; SUN 4 holds all shorter than 3 years"
    return given.marked(pl.DataFrame(rows, schema=schema, orient="row"), source)


def occupation_education() -> pl.DataFrame:
    """Table `occupation_education`: which levels an occupation has, by the longest prefix that says, stated."""
    rows = {row["prefix"]: row for row in given.read("structure/occupation_education").iter_rows(named=True)}
    made = []
    for node in given.occupations():
        row = rows[max((prefix for prefix in rows if node.startswith(prefix)), key=len)]
        levels = {level: float(row[level]) for level in sorted(set(LEVELS.values()))}
        made += [
            (node, level, "all", round(number / sum(levels.values()), 6), None, None, "modelled", row["source"])
            for level, number in levels.items()
            if number > 0
        ]
    return pl.DataFrame(made, schema=[column.column for column in dictionary("occupation_education")], orient="row")


def _education_margins(cells: list[tuple[str, str]], wanted: dict[str, float], known: pl.DataFrame) -> list[Margin]:
    order = list(given.municipalities())
    adults = Margin("adults", np.array([order.index(m) for m, _ in cells]), np.array([wanted[m] for m in order]))
    blekinge = known.filter(pl.col("area_code") == "10").sort("level")
    levels = blekinge["level"].to_list()
    shares = blekinge["persons"].to_numpy() / blekinge["persons"].sum()
    inside = sum(wanted[m] for m in order if m.startswith("10"))
    member = np.array([levels.index(level) if m.startswith("10") else -1 for m, level in cells])
    return [Margin("Blekinge's levels", member, shares * inside), adults]


def _profile(counties: str) -> Floats:
    """Shares by sex and age in 2010: one county's, or the mean of several ("10+12")."""
    ages = given.read("population_county_2010")
    found = []
    for code in counties.split("+"):
        rows = ages.filter(pl.col("area_code") == code).sort("sex", "age")
        n = rows["persons"].to_numpy().astype(np.float64).reshape(2, 101)
        found.append(n / n.sum())
    mean: Floats = np.mean(found, axis=0)
    return mean


def _walk(profile: Floats, totals: list[float]) -> Floats:
    """From the profile of 2010 to the base year, one published total a year."""
    rates = given.read("vital_rates").sort("sex", "age")
    death, birth, move = (rates[c].to_numpy().reshape(2, 101) for c in ("death_rate", "birth_rate", "migration_share"))
    toward = (float(rates["death_factor"][0]), float(rates["birth_factor"][0]))
    state = profile * totals[0]
    for step, size in enumerate(totals, 1):
        death_now, birth_now = (1 + (factor - 1) * step / len(totals) for factor in toward)
        born = float((state[1] * birth[1]).sum()) * birth_now
        alive = state * (1 - np.clip(death * death_now, 0, 1))
        state = np.zeros_like(state)
        state[:, 1:] = alive[:, :-1]
        state[:, 100] += alive[:, 100]
        state[:, 0] = born * np.array([1 - GIRLS, GIRLS])
        state = np.maximum(state + (size - state.sum()) * move, 0)
        state *= size / state.sum()
    return state
