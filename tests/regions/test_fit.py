"""Iterative proportional fitting: a case by hand, its laws, and the words of its errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import InfeasibleError
from brygga.regions.fit import Margin, ipf, miss

ROWS = np.array([0, 0, 1, 1])
COLUMNS = np.array([0, 1, 0, 1])


def test_by_hand() -> None:
    """Independence: a 2 x 2 table of ones becomes row times column over the total."""
    fitted = ipf(
        np.ones(4), [Margin("rows", ROWS, np.array([3.0, 7.0])), Margin("columns", COLUMNS, np.array([4.0, 6.0]))]
    )
    assert fitted == pytest.approx([1.2, 1.8, 2.8, 4.2])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.1, 10), min_size=4, max_size=4), st.floats(1, 9), st.floats(1, 9))
def test_margins_are_met_and_odds_kept(seed: list[float], row: float, column: float) -> None:
    margins = [Margin("r", ROWS, np.array([row, 10 - row])), Margin("c", COLUMNS, np.array([column, 10 - column]))]
    cells = np.array(seed)
    fitted = ipf(cells, margins)
    assert max(miss(fitted, margin) for margin in margins) < 1e-6
    odds = cells[0] * cells[3] / (cells[1] * cells[2])
    assert fitted[0] * fitted[3] / (fitted[1] * fitted[2]) == pytest.approx(odds, rel=1e-5)


def test_a_margin_that_binds_only_some_cells() -> None:
    fitted = ipf(np.ones(3), [Margin("first two", np.array([0, 0, -1]), np.array([6.0]))])
    assert fitted == pytest.approx([3, 3, 1])


def test_a_table_that_fits_is_left_alone() -> None:
    cells = np.array([1.0, 2.0, 3.0, 4.0])
    assert ipf(cells, [Margin("rows", ROWS, np.array([3.0, 7.0]))]) == pytest.approx(cells)


def test_an_empty_class_is_named() -> None:
    with pytest.raises(InfeasibleError, match="margin rows: class 1 must be 5 but all its cells are zero"):
        ipf(np.array([1.0, 1.0, 0.0, 0.0]), [Margin("rows", ROWS, np.array([1.0, 5.0]))])


def test_contradictions_are_named() -> None:
    rows = Margin("rows", ROWS, np.array([3.0, 7.0]))
    columns = Margin("columns", COLUMNS, np.array([4.0, 60.0]))
    with pytest.raises(InfeasibleError, match="the margins contradict each other"):
        ipf(np.ones(4), [rows, columns], rounds=50)
