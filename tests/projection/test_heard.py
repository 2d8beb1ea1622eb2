from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.projection.heard import heard_posts

from .conftest import NEEDS, coded

EMPLOYED = pl.DataFrame({"occupation": ["7212", "7223", "5"], "persons": [140.0, 260.0, 800.0]})


def heard(*rows):
    return heard_posts(coded(*rows), EMPLOYED, municipalities=["9901", "9902"], base_year=2024)


def test_the_twins_by_hand():
    """Four welders of whom two are new; three CNC operators, all new; ten in care (5330 lies in 5), none new."""
    rows = heard(*NEEDS).rows()
    assert rows == [("9901", "7212", 2028, 4.0, 2.0), ("9902", "5", 2028, 10.0, 0.0), ("9902", "7223", 2029, 3.0, 3.0)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=8))
def test_saying_it_again_changes_nothing(said):
    assert heard(*said).equals(heard(*dict.fromkeys(said), *said))


def test_a_later_answer_of_the_half_year_takes_the_place_of_the_first():
    first = ("c1", "Verkstan", "9901", "7212", 2.0, 2.0, 2028, 1.0, date(2026, 7, 1))
    later = ("c2", " verkstan ", "9901", "7212", 6.0, 6.0, 2028, 1.0, date(2026, 12, 31))
    assert heard(first, later)["posts"].to_list() == [6.0]


def test_another_half_year_or_wanted_year_is_another_need():
    first = ("c1", "Verkstan", "9901", "7212", 2.0, 2.0, 2028, 1.0, date(2026, 6, 30))
    later = ("c2", "Verkstan", "9901", "7212", 2.0, 2.0, 2028, 1.0, date(2026, 7, 1))
    ahead = ("c3", "Verkstan", "9901", "7212", 2.0, 2.0, 2029, 1.0, date(2026, 6, 30))
    assert heard(first, later, ahead)["posts"].to_list() == [4.0, 2.0]


def test_a_coarse_code_is_spread_by_the_employed():
    rows = heard(("c1", "Verkstan", "9901", "72", 4.0, 4.0, 2028, 1.0, date(2026, 6, 30)))
    assert rows["posts"].to_list() == pytest.approx([4 * 140 / 400, 4 * 260 / 400])


def test_uncoded_foreign_and_past_needs_are_left_out():
    assert not heard(
        ("c1", "Verkstan", "9901", None, 4.0, 4.0, 2028, 1.0, date(2026, 6, 30)),
        ("c2", "Verkstan", "1080", "7212", 4.0, 4.0, 2028, 1.0, date(2026, 6, 30)),
        ("c3", "Verkstan", "9901", "7212", 4.0, 4.0, 2024, 1.0, date(2024, 6, 30)),
    ).height
