"""Where carried posts lie: by hand, conserved, and near where those live who got the direct ones."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.impact.carried_places import carried_cells, carried_sums, cells_of
from brygga.impact.carried_posts import CarriedPosts

JOBS = pl.DataFrame(
    [
        ("29", "7223", "1060", 30.0, 0),
        ("29", "7223", "1080", 10.0, 0),
        ("P", "2343", "1060", 10.0, 1),
        ("P", "2343", "1080", 60.0, 1),
        ("P", "5312", "1080", 30.0, 1),
    ],
    schema=["industry", "occupation", "municipality", "persons", "place"],
    orient="row",
)
WORKS = ("1060", "1080")
CARRIED = CarriedPosts(
    ("manufacturing", "services"),
    indirect=np.array([[8.0, 10.0], [8.0, 20.0], [8.0, 30.0]]),
    induced=np.array([[0.0, 10.0], [0.0, 20.0], [0.0, 30.0]]),
    delta=np.array([0.1, 0.2, 0.3]),
    source="made",
)


def cells(hit=(1.0, 0.0), near=((1.0, 0.0), (0.0, 1.0)), jobs=JOBS):
    return cells_of(jobs, places=2, municipalities=WORKS, hit=np.array(hit), near=np.array(near))


def p50(frame, **key):
    return frame.filter(**key)["p50"].item()


def test_indirect_posts_lie_as_the_jobs_do():
    """20 posts in services: 60 of its 100 jobs are preschool teachers in 1080."""
    table = carried_cells(CARRIED, cells(), posts=100.0)
    assert p50(table, occupation="2343", municipality="1080", layer="indirect") == pytest.approx(12.0)
    assert p50(table, industry="29", municipality="1060", layer="indirect") == pytest.approx(6.0)


def test_induced_posts_lie_where_those_live_who_got_the_direct_ones():
    """Everybody lives in 1060 and reaches nothing else: all of it there, though 1080 has nine jobs in ten."""
    table = carried_cells(CARRIED, cells(), posts=100.0)
    induced = table.filter(layer="induced")
    assert induced["municipality"].unique().to_list() == ["1060"]
    assert p50(induced, occupation="2343") == pytest.approx(20.0)


def test_who_reaches_both_spends_by_the_jobs_there():
    reach = ((1.0, 1.0), (1.0, 1.0))
    table = carried_cells(CARRIED, cells(near=reach), posts=100.0)
    assert p50(table, occupation="5312", municipality="1080", layer="induced") == pytest.approx(20.0 * 0.3)


def test_sums_are_taken_in_every_draw():
    """Both layers of services move together: 20, 40, 60 beside 8."""
    sums = carried_sums(CARRIED, cells(), posts=100.0)
    whole = sums.filter(grouping="all", layer="both").row(0, named=True)
    assert (whole["p50"], whole["naive"]) == pytest.approx((48.0, 48.0))
    assert whole["p10"] == pytest.approx(28.0 + 0.2 * 20.0)
    teachers = sums.filter(grouping="occupation", group="2343", layer="both").row(0, named=True)
    assert teachers["p50"] == pytest.approx(20 * 0.7 + 20.0)
    assert teachers["naive"] == pytest.approx(48.0 * 70 / 140)


persons = st.lists(st.floats(0.5, 500), min_size=5, max_size=5)
ease = st.lists(st.floats(0, 1), min_size=4, max_size=4)


@settings(max_examples=30)
@given(persons, ease, st.lists(st.floats(0, 50), min_size=2, max_size=2))
def test_no_post_is_lost_or_found(persons, near, hit):
    made = cells(hit=hit, near=np.reshape(near, (2, 2)), jobs=JOBS.with_columns(persons=pl.Series(persons)))
    for layer, drawn in (("indirect", CARRIED.indirect), ("induced", CARRIED.induced)):
        for grouping in ("municipality", "occupation"):
            spread = made.spread(layer, made.frame[grouping])[1]
            assert (drawn @ spread).sum(axis=1) == pytest.approx(drawn.sum(axis=1), abs=1e-9)


def test_the_order_of_rows_and_municipalities_does_not_matter():
    turned = cells_of(
        JOBS.reverse(),
        places=2,
        municipalities=WORKS[::-1],
        hit=np.array([3.0, 7.0]),
        near=np.array([[1.0, 0.2], [0.5, 1.0]]),
    )
    straight = cells(hit=(7.0, 3.0), near=((1.0, 0.5), (0.2, 1.0)))
    assert turned.frame.equals(straight.frame)


def test_a_hundred_posts_and_one_carry_the_same_per_hundred():
    one = CarriedPosts(CARRIED.industries, CARRIED.indirect / 100, CARRIED.induced / 100, CARRIED.delta, "made")
    assert carried_cells(one, cells(), posts=1.0)["p50"].to_list() == pytest.approx(
        carried_cells(CARRIED, cells(), posts=100.0)["p50"].to_list()
    )
