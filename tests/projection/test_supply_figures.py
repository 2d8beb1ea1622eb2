"""Parameters that were fitted are what the recipe finds."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

from brygga.core.parameters import value_on

TODAY = date(2026, 11, 23)


def recipe():
    """recipes/supply.py as a module."""
    spec = importlib.util.spec_from_file_location("supply", Path(__file__).parents[2] / "recipes" / "supply.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared_data
def test_fitted_parameters_are_what_the_recipe_finds():
    supply = recipe()
    assert round(supply.unit_group_strength()) == value_on("projection.unit_group_strength", TODAY).number
    assert round(supply.sd_education(), 4) == value_on("projection.sd_education", TODAY).number


@pytest.mark.shared_data
def test_the_interval_of_an_education_covers_further_ahead_than_it_was_fitted():
    """Fitted one year ahead; a spread that lasts covers three and five years ahead too, and a little less at nine."""
    supply = recipe()
    sd = value_on("projection.sd_education", TODAY).number
    assert [round(supply.education_coverage(ahead, sd=sd), 1) for ahead in (1, 3, 5)] == [0.8, 0.8, 0.8]
    assert supply.education_coverage(9, sd=sd) > 0.7


@pytest.mark.shared_data
def test_the_nations_exits_are_those_of_the_document():
    found = {group: round(rate, 3) for group, rate in recipe().national_exits().items()}
    assert found == {"55-59": 0.012, "60-64": 0.074, "65-69": 0.081}
