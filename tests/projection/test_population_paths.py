"""Paths of the population: by history where it is known, by held rates where it is not."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import FaultsError, TableError
from brygga.projection.area_population import Constants
from brygga.projection.cohorts import Rates
from brygga.projection.population import GROUPS, Inhabitants
from brygga.projection.population_paths import People, fit_history, paths
from brygga.projection.uncertainty import CENTRAL, Draws, Uncertainty

CONSTANTS = Constants.on(date(2026, 12, 31))
PARENTS = {"1080": "10", "1081": "10", "1290": "12"}
YEARS = range(2024, 2028)
SHOCKS = Uncertainty(migration_nation=0.002, migration_municipality=0.002)


def history(first=2014, last=2024):
    """Three municipalities where everybody stays: a hundred of each age and sex, the oldest die, mothers are 30."""
    places = pl.DataFrame({"municipality": list(PARENTS), "scale": [1.0, 2.0, 5.0]})
    years = pl.DataFrame({"year": list(range(first, last + 1))})
    cells = places.join(pl.DataFrame({"sex": ["men", "women"]}), how="cross").join(
        pl.DataFrame({"age": list(range(101))}), how="cross"
    )
    people = cells.join(years, how="cross").with_columns(persons=100 * pl.col("scale"))
    died = people.with_columns(persons=pl.when(pl.col("age") == 100).then(100 * pl.col("scale")).otherwise(0.0))
    born = places.join(years, how="cross").with_columns(mother_age=pl.lit(30), persons=200 * pl.col("scale"))
    return people, born, died


def start(people):
    """The base year of `history`, with rates under which nobody is born, dies or moves."""
    base = np.tile(np.array([1.0, 2.0, 5.0])[:, None, None] * 100, (1, 2, 101))
    still = np.zeros((2, 101))
    return People(tuple(PARENTS), Inhabitants(base, np.zeros(3), Rates(still, still, still, 0.5)), people)


def fitted(**given):
    return fit_history(*history(**given), base_year=2024, constants=CONSTANTS, parents=PARENTS, share_boys=0.5)


def test_a_population_that_stands_still_stays_by_its_history():
    found = paths(start(fitted()), years=YEARS, draws=CENTRAL)
    whole = list(GROUPS).index("20-24")
    assert found.shape == (3, len(GROUPS), 4, 1)
    assert found[:, whole, :, 0] == pytest.approx(np.outer([1000.0, 2000, 5000], np.ones(4)), rel=0.01)


def test_too_short_a_history_leaves_rates_that_are_held():
    assert fitted(first=2022) is None
    found = paths(start(None), years=YEARS, draws=CENTRAL)
    assert found[0, list(GROUPS).index("0-15"), :, 0].tolist() == [3200, 3000, 2800, 2600]


def test_draws_are_the_same_with_and_without_others():
    whole = start(fitted())
    draws = Draws(0, 5, 7, SHOCKS)
    every, some = paths(whole, years=YEARS, draws=draws), paths(whole.among([2, 0]), years=YEARS, draws=draws)
    assert (every[[2, 0]] == some).all()
    assert every.std(-1)[:, :, 1:].min() > 0


def test_without_shocks_every_draw_is_the_central_path():
    people = start(fitted())
    calm = paths(
        people, years=YEARS, draws=Draws(0, 3, 1, replace(SHOCKS, migration_nation=0, migration_municipality=0))
    )
    assert (calm == paths(people, years=YEARS, draws=CENTRAL)).all()


def test_numbers_of_half_the_size_stay_so():
    people = start(fitted()).narrowed()
    for draws in (CENTRAL, Draws(0, 2, 1, SHOCKS)):
        assert paths(people, years=YEARS, draws=draws).dtype == np.float32


def test_a_history_that_ends_before_the_base_year_is_named():
    with pytest.raises(TableError, match=r"population_history\.year: the last is 2023, and the base year 2024"):
        fitted(last=2023)


def test_a_history_without_deaths_of_a_year_is_named():
    people, born, died = history()
    with pytest.raises((TableError, FaultsError), match="2020"):
        fit_history(
            people,
            born,
            died.filter(pl.col("year") != 2020),
            base_year=2024,
            constants=CONSTANTS,
            parents=PARENTS,
            share_boys=0.5,
        )
