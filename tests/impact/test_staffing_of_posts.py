"""Posts by occupation: by the municipality's own staffing, the region's, or that of kin."""

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.impact.staffing_of_posts import KIN, OWN, REGION, staffing

CELLS = [
    ("1080", "29", "8211", 30.0),
    ("1080", "29", "2144", 10.0),
    ("1081", "29", "8211", 60.0),
    ("1082", "28", "7223", 5.0),
    ("1080", "Q", "53", 100.0),
]


@pytest.fixture
def employed():
    rows = [(*cell, 2024) for cell in CELLS] + [("1080", "29", "9999", 500.0, 2020)]
    return pl.DataFrame(rows, schema=["municipality", "industry", "occupation", "persons", "year"], orient="row")


def test_own_staffing_then_the_region_s(employed):
    found = staffing(employed, year=2024)
    assert found.of("1080", "29") == {"2144": 0.25, "8211": 0.75}
    assert found.of("1082", "29") == {"2144": 0.1, "8211": 0.9}
    place = found.industries.index("29")
    assert found.level[:, place].tolist() == [OWN, OWN, REGION]


def test_a_division_the_region_lacks_follows_its_section(employed):
    found = staffing(employed, year=2024, municipalities=["1080"], industries=["25", "C", "87"])
    assert found.of("1080", "25") == {"2144": 0.25, "8211": 0.75}
    assert found.of("1080", "87") == {"53": 1.0}
    assert found.level.tolist() == [[KIN, KIN, KIN]]


def test_posts_are_kept(employed):
    posts = {("1080", "29"): 8.0, ("1082", "Q"): -3.5}
    spread = staffing(employed, year=2024).posts(posts)
    assert spread[("1080", "29", "8211")] == 6.0
    assert sum(spread.values()) == pytest.approx(4.5)


def test_every_row_adds_up_whatever_the_order(employed):
    one = staffing(employed, year=2024)
    other = staffing(employed.sample(fraction=1.0, shuffle=True, seed=4), year=2024)
    assert np.array_equal(one.shares, other.shares)
    assert one.shares.sum(axis=2) == pytest.approx(np.ones((3, 3)))


def test_hidden_cells_empty_years_and_unheard_of_industries(employed):
    hidden = employed.with_columns(persons=pl.when(pl.col("industry") == "Q").then(None).otherwise(pl.col("persons")))
    with pytest.raises(TableError, match=r"employed: 1 hidden cell\(s\) in 2024, first industry Q in 1080"):
        staffing(hidden, year=2024)
    with pytest.raises(TableError, match="employed has no rows for 2019"):
        staffing(employed, year=2019)
    with pytest.raises(TableError, match="nobody in the region works in industry A or anything like it"):
        staffing(employed, year=2024, industries=["A"])
