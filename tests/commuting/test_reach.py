import polars as pl
import pytest

from brygga.commuting.distance import distances, haversine_km
from brygga.commuting.reach import reach_shares
from brygga.core.errors import TableError, UnknownCodeError

SITES = pl.DataFrame({"site": ["skolan"], "municipality": ["A"]})
COMMUTING = pl.DataFrame(
    {"home": ["A", "A", "A", "A"], "work": ["A", "B", "C", "outside"], "persons": [75.0, 24.0, 1.0, 50.0]}
)


def test_reach_is_where_the_residents_work():
    """A third of the residents work outside, and so do a third of those who are trained there."""
    assert reach_shares(SITES, COMMUTING)["share"].to_list() == pytest.approx([0.5, 0.16, 0.02 / 3])


def test_a_place_too_far_leaves_its_part_to_the_others():
    near = reach_shares(SITES, COMMUTING, least=0.02)
    assert near["municipality"].to_list() == ["A", "B"]
    assert near["share"].sum() == pytest.approx(2 / 3)


def test_a_site_nobody_lives_at_is_an_error():
    with pytest.raises(TableError, match=r"site skolan lies where nobody.*could reach no workplace.*sites\.csv"):
        reach_shares(SITES, COMMUTING.with_columns(home=pl.lit("B")))


def test_a_degree_of_latitude_is_111_km():
    assert haversine_km(56, 15, 57, 15) == pytest.approx(111.2, abs=0.1)


def test_distance_is_the_same_both_ways_and_zero_at_home():
    km = {(home, work): value for home, work, value in distances(["1080", "1060"]).rows()}
    assert km["1080", "1060"] == pytest.approx(km["1060", "1080"])
    assert km["1080", "1080"] == 0


def test_an_invented_municipality_has_no_place():
    with pytest.raises(UnknownCodeError, match=r"distances: 1 code\(s\) not in the municipalities of Sweden: 9901"):
        distances(["9901"])
