import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.commuting.flows import base_flows, commuting_of, employed_residents
from brygga.core.errors import TableError


@pytest.fixture
def storby():
    """Ten welders and thirty others work in S; of forty workers thirty live there, ten in L; four of S work outside."""
    employed = pl.DataFrame({"municipality": ["S", "S"], "occupation": ["7212", "5"], "persons": [10.0, 30.0]})
    commuting = pl.DataFrame({"home": ["S", "L", "S"], "work": ["S", "S", "outside"], "persons": [30.0, 10.0, 4.0]})
    return employed, commuting


def test_workers_live_where_all_workers_live(storby):
    flows = base_flows(*storby)
    welders = {(home, work): persons for _, home, work, persons in flows.filter(occupation="7212").rows()}
    assert welders == pytest.approx({("S", "S"): 7.5, ("L", "S"): 2.5, ("S", "outside"): 1.0})


def test_residents_count_those_who_work_outside(storby):
    residents = employed_residents(base_flows(*storby))
    assert dict(residents.filter(municipality="S").select("occupation", "persons").rows()) == {"5": 25.5, "7212": 8.5}


persons = st.floats(0.1, 1000)


@settings(deadline=None)
@given(st.lists(persons, min_size=4, max_size=4), st.lists(persons, min_size=8, max_size=8))
def test_flows_sum_to_both_margins(jobs, moves):
    places = [("A", "A"), ("A", "B"), ("B", "A"), ("B", "B"), ("outside", "A"), ("outside", "B")]
    places += [("A", "outside"), ("B", "outside")]
    employed = pl.DataFrame({"municipality": ["A", "A", "B", "B"], "occupation": ["7212", "5"] * 2, "persons": jobs})
    commuting = pl.DataFrame({"home": [h for h, _ in places], "work": [w for _, w in places], "persons": moves})
    flows = base_flows(employed, commuting)
    at_work = flows.filter(pl.col("work") != "outside").group_by(municipality="work", occupation="occupation")
    both = at_work.agg(flow=pl.col("persons").sum()).join(employed, on=["municipality", "occupation"])
    assert both["flow"].to_list() == pytest.approx(both["persons"].to_list())
    out = dict(flows.filter(work="outside").group_by("home").agg(pl.col("persons").sum()).iter_rows())
    assert out == pytest.approx({"A": moves[6], "B": moves[7]})


def test_places_beyond_the_region_become_one_zone():
    commuting = pl.DataFrame({"home": ["A", "B", "C"], "work": ["A", "A", "A"], "persons": [3.0, 1.0, 1.0]})
    assert commuting_of(commuting, ["A"]).rows() == [("A", "A", 3.0), ("outside", "A", 2.0)]


def test_jobs_without_workers_are_an_error(storby):
    employed, commuting = storby
    with pytest.raises(TableError, match=r"nobody works in S.*their holders must live somewhere.*add rows"):
        base_flows(employed, commuting.filter(work="outside"))
