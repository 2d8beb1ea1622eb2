"""Published answers of the German table, a two-sector economy by hand, and laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.impact.leontief import effects, shock_solve, technical_coefficients, with_households
from brygga.impact.national import germany_1990

# Eurostat (2008), Manual of Supply, Use and Input-Output Tables, chapter 15.
OUTPUT = [1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782]
VALUE_ADDED = [0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199]
EMPLOYMENT = [0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242]


@pytest.fixture
def germany():
    return germany_1990()


@pytest.fixture
def factory_and_services():
    """The factory buys 0.2 of services per unit; one job per unit in both."""
    return np.array([[0.0, 0.0], [0.2, 0.0]]), np.array([1.0, 1.0])


def test_published_multipliers_come_out_to_every_printed_digit(germany):
    a = technical_coefficients(germany.flows, germany.output)
    assert effects(a, np.ones(6)).round(4).tolist() == OUTPUT
    assert effects(a, germany.value_added / germany.output).round(4).tolist() == VALUE_ADDED
    assert effects(a, germany.jobs / 1000 / germany.output).round(4).tolist() == EMPLOYMENT


def test_the_columns_of_the_embedded_table_add_up(germany):
    """Output = domestic inputs + imports + product taxes + value added, as published."""
    imports = np.array([2927, 156703, 13427, 21943, 13371, 13772])
    taxes = np.array([1084, 6505, 1548, 8349, 8473, 12551])
    total = germany.flows.sum(axis=0) + imports + taxes + germany.value_added
    assert np.abs(total - germany.output).max() <= 1


def test_effects_by_hand(factory_and_services):
    a, jobs = factory_and_services
    assert effects(a, jobs).tolist() == [1.2, 1.0]


def test_type_two_by_hand(factory_and_services):
    """Wages 0.5 per unit, all spent on services: x_s = .2 + w, w = .5 (1 + x_s), so x_s = 1.4."""
    a, jobs = factory_and_services
    closed = with_households(a, np.array([0.5, 0.5]), np.array([0.0, 1.0]))
    assert effects(closed, np.append(jobs, 0.0))[0] == pytest.approx(2.4)


def test_households_that_spend_nothing_change_nothing(germany):
    a = technical_coefficients(germany.flows, germany.output)
    closed = with_households(a, germany.wages / germany.output, np.zeros(6))
    jobs = germany.jobs / germany.output
    assert effects(closed, np.append(jobs, 0.0))[:6] == pytest.approx(effects(a, jobs))


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=6, max_size=6), st.floats(0, 10))
def test_output_is_linear_in_what_is_sold(sold, times):
    table = germany_1990()
    a = technical_coefficients(table.flows, table.output)
    once = shock_solve(a, np.array(sold))
    assert np.allclose(shock_solve(a, times * np.array(sold)), times * once)
    assert np.allclose(once - a @ once, sold, atol=1e-6)


def test_a_sector_without_output_is_an_error():
    with pytest.raises(TableError, match=r"sector\(s\) 1 \(from 0\) have no output"):
        technical_coefficients(np.ones((2, 2)), np.array([10.0, 0.0]))


def test_an_economy_that_eats_itself_is_an_error():
    with pytest.raises(TableError, match="buy at least as much as they make"):
        technical_coefficients(np.array([[12.0]]), np.array([10.0]))


def test_an_industry_without_output_is_named_where_names_are_known():
    with pytest.raises(TableError, match=r"sector\(s\) steel have no output"):
        technical_coefficients(np.ones((2, 2)), np.array([10.0, 0.0]), industries=("farm", "steel"))


def test_a_singular_system_is_an_error_and_no_traceback():
    with pytest.raises(TableError, match="buy at least as much as they make"):
        shock_solve(np.array([[1.0]]), np.array([1.0]))
