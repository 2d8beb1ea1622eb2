import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError, TableError
from brygga.core.places import SHARED_DATA
from brygga.projection.population import (
    GROUPS,
    cohort_change_ratios,
    inhabitants,
    net_migration,
    project_bands,
    project_population,
)

AGES = range(101)


def people(count):
    """`count(sex, age)` persons in A."""
    rows = [("A", sex, age, 2024, float(count(sex, age))) for sex in ("men", "women") for age in AGES]
    return pl.DataFrame(rows, schema=["municipality", "sex", "age", "year", "persons"], orient="row")


def rates(death=lambda age: 0.0, birth=lambda age: 0.0, moving=lambda age: 1 / 202):
    rows = [
        (sex, age, death(age), birth(age) if sex == "women" else 0.0, moving(age))
        for sex in ("men", "women")
        for age in AGES
    ]
    names = ["sex", "age", "death_rate", "birth_rate", "migration_share"]
    return pl.DataFrame(rows, schema=names, orient="row")


def moves(persons):
    return pl.DataFrame({"municipality": ["A"], "persons": [float(persons)]})


def test_a_year_by_hand():
    """100 women of 30 with 0.1 children each, 50 men of 80 of whom one in ten dies, four move in at 31."""
    start = people(lambda sex, age: 100 * (sex == "women" and age == 30) + 50 * (sex == "men" and age == 80))
    given_rates = rates(
        death=lambda age: 0.1 * (age == 80), birth=lambda age: 0.1 * (age == 30), moving=lambda age: 0.5 * (age == 31)
    )
    after, components = project_population(start, given_rates, moves(4), to=2025)
    assert components.row(0, named=True) == pytest.approx(
        {"municipality": "A", "year": 2025, "births": 10, "deaths": 5, "net_migration": 4}
    )
    left = {(r["sex"], r["age"]): r["persons"] for r in after.filter(year=2025).iter_rows(named=True) if r["persons"]}
    assert left == pytest.approx(
        {("men", 0): 5.14, ("women", 0): 4.86, ("women", 31): 102, ("men", 31): 2, ("men", 81): 45}
    )


def test_the_twins_stay_as_they_are(twins):
    """20 are born and 20 die in Storby, 10 and 10 in Lillby, and the totals stand still: nobody moves."""
    tables = twins.tables
    net = net_migration(tables["population_total"], tables["population"], tables["vital_rates"], years=5)
    assert net["persons"].to_list() == pytest.approx([0, 0])
    _, components = project_population(tables["population"], tables["vital_rates"], net, to=2030)
    storby = components.filter(municipality="9901")
    assert storby["births"].to_list() == pytest.approx([20] * 6)
    assert storby["deaths"].to_list() == pytest.approx([20] * 6)


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 0.5), st.floats(0, 0.3), st.floats(-400, 400), st.integers(1, 6))
def test_people_are_conserved(dying, bearing, moving, years):
    start = people(lambda sex, age: age % 7)
    given_rates = rates(death=lambda age: dying * age / 100, birth=lambda age: bearing * (20 <= age < 40))
    after, components = project_population(start, given_rates, moves(moving), to=2024 + years)
    total = after.group_by("year").agg(pl.col("persons").sum()).sort("year")["persons"]
    change = components.sort("year").select(pl.col("births") - pl.col("deaths") + pl.col("net_migration"))
    assert total.diff()[1:].to_list() == pytest.approx(change.to_series().to_list(), abs=1e-8)
    assert after["persons"].min() >= 0


def test_bands_hold_everybody(twins):
    tables = twins.tables
    still = pl.DataFrame({"municipality": ["9901", "9902"], "persons": [0.0, 0.0]})
    people = inhabitants(
        tables["population"].filter(year=2024), tables["vital_rates"], still, municipalities=["9901", "9902"]
    )
    bands = project_bands(people, np.zeros((2, 7, 2)))
    sizes = dict(zip(GROUPS, bands[0, :, 6, 1], strict=True))
    assert sizes["population"] == pytest.approx(1800)
    assert sizes["elderly"] == sizes["80+"] == pytest.approx(200)
    groups = [size for name, size in sizes.items() if name[0].isdigit()]
    assert sum(groups) == pytest.approx(1800)


def test_a_missing_age_is_an_error():
    start = people(lambda sex, age: 1).filter(~((pl.col("age") == 40) & (pl.col("sex") == "men")))
    with pytest.raises(TableError, match=r"population\.persons: 1 cell.*first A, men, 40.*neither zero nor known"):
        project_population(start, rates(), moves(0), to=2025)


def test_running_backwards_is_an_error():
    with pytest.raises(SettingError, match=r"population of 2024, to 2020.*runs forward"):
        project_population(people(lambda sex, age: 1), rates(), moves(0), to=2020)


def test_one_total_gives_no_net_migration():
    totals = pl.DataFrame({"municipality": ["A"], "year": [2024], "persons": [100.0]})
    with pytest.raises(TableError, match=r"fewer than two years for A.*add rows"):
        net_migration(totals, people(lambda sex, age: 1), rates(), years=5)


def test_cohort_ratios_by_hand():
    """Of 100 aged 20 in 2000, 90 were left in 2005: of 200 aged 20 then, 180 are expected in 2010."""
    rows = [("A", "men", 20, 2000, 100.0), ("A", "men", 25, 2005, 90.0), ("A", "men", 20, 2005, 200.0)]
    rows += [("A", "men", 100, year, 1.0) for year in (2000, 2005)]
    history = pl.DataFrame(rows, schema=["area", "sex", "age", "year", "persons"], orient="row")
    ahead = cohort_change_ratios(history, origin=2005, years=1, horizon=5)
    assert ahead.row(0) == ("A", "men", 25, 2010, 180.0)


def test_ratios_without_history_are_an_error():
    history = pl.DataFrame({"area": ["A"], "sex": ["men"], "age": [20], "year": [2005], "persons": [1.0]})
    with pytest.raises(TableError, match=r"history\.year: no row for 2000.*choose a later origin"):
        cohort_change_ratios(history, origin=2005, years=1, horizon=5)


@pytest.mark.shared_data
def test_five_years_ahead_for_the_21_counties():
    """Mean absolute error over counties and origins 1975-2005; no change would miss by 6.48, 2.03 and 4.77 %."""
    counted = pl.read_parquet(SHARED_DATA / "regions" / "population_county_age_sex_1968_2010.parquet")
    age = pl.col("age").str.extract(r"(\d+)").cast(pl.Int64)
    history = counted.select("sex", "year", area="region", age=age, persons="population")
    group = pl.when(pl.col("age") < 20).then(pl.lit("15-19")).when(pl.col("age") < 65).then(pl.lit("20-64"))
    origins = [cohort_change_ratios(history, origin=o, years=1, horizon=5) for o in range(1975, 2006, 5)]
    both = pl.concat(origins).join(history, on=["area", "sex", "age", "year"], suffix="_counted")
    grown = both.filter(pl.col("age") >= 15)
    by_group = grown.group_by("area", "year", group=group.otherwise(pl.lit("65+")))
    sums = by_group.agg(pl.col("persons", "persons_counted").sum())
    error = 100 * (pl.col("persons") / pl.col("persons_counted") - 1).abs().mean()
    errors = dict(sums.group_by("group").agg(error=error).iter_rows())
    assert errors["15-19"] == pytest.approx(1.58, abs=0.005)
    assert errors["20-64"] == pytest.approx(1.80, abs=0.005)
    assert errors["65+"] == pytest.approx(1.61, abs=0.005)
