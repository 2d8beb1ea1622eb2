import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.commuting.flows import base_flows, commuting_of
from brygga.core.errors import TableError


@pytest.fixture
def storby():
    """Ten welders and thirty others work in S; of forty workers thirty live there, ten in L; four of S work outside."""
    employed = pl.DataFrame({"municipality": ["S", "S"], "occupation": ["7212", "5"], "persons": [10.0, 30.0]})
    commuting = pl.DataFrame({"home": ["S", "L", "S"], "work": ["S", "S", "outside"], "persons": [30.0, 10.0, 4.0]})
    return employed, commuting


def flows_of(employed, commuting, places):
    """Home and workplace in the order of `places`, occupations 5 and 7212."""
    return base_flows(employed, commuting_of(commuting, places), municipalities=places, occupations=["5", "7212"])


def test_workers_live_where_all_workers_live(storby):
    held = flows_of(*storby, ["L", "S"]).held
    assert held[1] == pytest.approx(np.array([[0, 2.5, 0], [0, 7.5, 1], [0, 0, 0]]))


def test_residents_count_those_who_work_outside(storby):
    flows = flows_of(*storby, ["L", "S"])
    assert flows.residents()[1, :, 0] == pytest.approx([25.5, 8.5])
    twice = flows.residents(np.full((2, 2, 1), 2.0))
    assert twice[1, :, 0] == pytest.approx([48, 16])


def test_a_part_of_a_region_has_the_rest_outside(storby):
    """Ten of L work in S: to S they come from outside, to L they leave for it with the occupations of S's jobs."""
    whole = flows_of(*storby, ["L", "S"])
    of_s, of_l = whole.among([1]), whole.among([0])
    assert of_s.held == pytest.approx(flows_of(*storby, ["S"]).held)
    assert of_l.outward[0] == pytest.approx([7.5, 2.5])
    assert of_l.residents() == pytest.approx(whole.residents()[:1])


persons = st.floats(0.1, 1000)


@settings(deadline=None)
@given(st.lists(persons, min_size=4, max_size=4), st.lists(persons, min_size=8, max_size=8))
def test_flows_sum_to_both_margins(jobs, moves):
    places = [("A", "A"), ("A", "B"), ("B", "A"), ("B", "B"), ("outside", "A"), ("outside", "B")]
    places += [("A", "outside"), ("B", "outside")]
    employed = pl.DataFrame({"municipality": ["A", "A", "B", "B"], "occupation": ["5", "7212"] * 2, "persons": jobs})
    commuting = pl.DataFrame({"home": [h for h, _ in places], "work": [w for _, w in places], "persons": moves})
    held = flows_of(employed, commuting, ["A", "B"]).held
    assert held.sum(1)[:, :2].T.ravel() == pytest.approx(jobs)
    assert held.sum(0)[:2, 2] == pytest.approx([moves[6], moves[7]])


def test_places_beyond_the_region_become_one_zone():
    commuting = pl.DataFrame({"home": ["A", "B", "C"], "work": ["A", "A", "A"], "persons": [3.0, 1.0, 1.0]})
    assert commuting_of(commuting, ["A"]).rows() == [("A", "A", 3.0), ("outside", "A", 2.0)]


def test_jobs_without_workers_are_an_error(storby):
    employed, commuting = storby
    with pytest.raises(TableError, match=r"nobody works in S.*their holders must live somewhere.*add rows"):
        flows_of(employed, commuting.filter(work="outside"), ["S"])


@pytest.mark.parametrize("table", ["employed", "commuting"])
def test_a_number_that_is_not_known_is_an_error(storby, table):
    given = dict(zip(("employed", "commuting"), storby, strict=True))
    unknown = pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise("persons").alias("persons")
    given[table] = given[table].with_columns(unknown)
    with pytest.raises(TableError, match=rf"{table}\.persons: 1 cell.*is not zero.*status suppressed"):
        flows_of(*given.values(), ["S"])
