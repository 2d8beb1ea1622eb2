"""Posts by occupation: by the workplace's own staffing, the region's, or that of kin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.impact.staffing_of_posts import staffed_posts, staffing

INDUSTRIES = ("28", "29", "Q")
PERSONS = np.array(
    [
        [[0.0, 0.0, 0.0], [30.0, 10.0, 0.0], [0.0, 0.0, 100.0]],
        [[0.0, 0.0, 0.0], [60.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        [[0.0, 5.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
    ]
)
"""Three workplaces; operators, engineers, nurses."""


def test_own_staffing_then_the_region_s():
    assert staffing(PERSONS, INDUSTRIES, "29", work=0).tolist() == [0.75, 0.25, 0]
    assert staffing(PERSONS, INDUSTRIES, "29", work=2).tolist() == [0.9, 0.1, 0]
    assert staffing(PERSONS, INDUSTRIES, "29").tolist() == [0.9, 0.1, 0]


def test_a_section_is_all_its_divisions_and_a_division_may_lie_in_a_section():
    assert staffing(PERSONS, INDUSTRIES, "C") == pytest.approx([90 / 105, 15 / 105, 0])
    assert staffing(PERSONS, INDUSTRIES, "86", work=0).tolist() == [0, 0, 1]


def test_an_industry_the_region_lacks_follows_its_section():
    assert staffing(PERSONS, INDUSTRIES, "25", work=0) == pytest.approx([90 / 105, 15 / 105, 0])


@given(st.lists(st.floats(-100, 100), min_size=9, max_size=9))
def test_posts_are_kept(posts):
    given = np.array(posts).reshape(3, 3)
    spread = staffed_posts(given, PERSONS, INDUSTRIES)
    assert spread.sum(axis=2) == pytest.approx(given, abs=1e-9)


def test_an_industry_unheard_of_in_the_region_is_named():
    with pytest.raises(TableError, match="nobody in the region works in industry A or anything like it"):
        staffing(PERSONS, INDUSTRIES, "A")
