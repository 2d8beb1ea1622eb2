"""Parameters that were fitted are what the recipe finds."""

from datetime import date

import pytest

from brygga.core.parameters import value_on

TODAY = date(2026, 11, 23)


@pytest.mark.shared_data
def test_fitted_parameters_are_what_the_recipe_finds():
    from recipes.supply import sd_education, unit_group_strength

    assert round(unit_group_strength()) == value_on("projection.unit_group_strength", TODAY).number
    assert round(sd_education(), 3) == value_on("projection.sd_education", TODAY).number


@pytest.mark.shared_data
def test_the_nations_exits_are_those_of_the_document():
    from recipes.supply import national_exits

    found = {group: round(rate, 3) for group, rate in national_exits().items()}
    assert found == {"55-59": 0.012, "60-64": 0.074, "65-69": 0.081}
