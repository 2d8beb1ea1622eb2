import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError, TableError
from brygga.projection.population import (
    GROUPS,
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


def test_a_hidden_year_in_between_makes_no_change_larger():
    """From 100 in 2014 to 120 in 2024 is 2 a year, whatever is known in between."""
    years = list(range(2014, 2025))
    whole = pl.DataFrame({"municipality": "A", "year": years, "persons": [100.0 + 2 * n for n in range(11)]})
    gaps = whole.with_columns(persons=pl.when(pl.col("year").is_in([2016, 2023])).then(None).otherwise("persons"))
    start = people(lambda sex, age: 1)
    found = [net_migration(totals, start, rates(), years=10)["persons"].item() for totals in (whole, gaps, whole[::5])]
    assert found == pytest.approx([found[0]] * 3)
