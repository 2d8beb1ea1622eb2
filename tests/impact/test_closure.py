"""Who loses a post: a case by hand, conservation, linearity, order."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.impact.closure import (
    CLASSES,
    Posts,
    Shock,
    delayed,
    even_leaving,
    hit_by,
    indirect_posts,
    induced_posts,
    leaving_by_month,
    persons_hit,
    usual_leaving,
)

NOTICE = date(2026, 9, 1)


def shock(**given: object) -> Shock:
    asked = {"municipality": "1060", "industry": "29", "posts": 500.0, "notice": NOTICE}
    return Shock(**{**asked, "leaving": ((date(2027, 3, 1), 1.0),), **given})  # type: ignore[arg-type]


def test_persons_by_hand():
    # 10 welders and 20 nurses at w0: 80 % live at h0; half of the welders are young, a quarter of the nurses.
    posts = np.array([[10.0, 20.0]])
    found = persons_hit(posts, np.array([[0.8, 0.2]]), np.array([[0.5, 0.5], [0.25, 0.75]]))
    assert found.shape == (2, 2, 2)
    assert found[0].tolist() == [[4.0, 4.0], [4.0, 12.0]]
    assert found[1].tolist() == [[1.0, 1.0], [1.0, 3.0]]


def test_indirect_posts_lie_as_the_industry_does():
    jobs = np.zeros((2, 2, 2))
    jobs[0, 0] = [30.0, 10.0]
    jobs[1, 0] = [10.0, 0.0]
    jobs[1, 1] = [0.0, 50.0]
    found = indirect_posts(np.array([10.0, 5.0]), jobs)
    assert found.tolist() == [[6.0, 2.0], [2.0, 5.0]]


def test_posts_of_an_industry_that_the_region_lacks_lie_as_all_jobs_do():
    jobs = np.zeros((2, 2, 1))
    jobs[:, 0, 0] = [30.0, 10.0]
    assert indirect_posts(np.array([0.0, 8.0]), jobs).tolist() == [[6.0], [2.0]]


def test_induced_posts_follow_the_home_of_those_hit():
    jobs = np.full((2, 1, 1), 100.0)
    near = np.array([[1.0, 0.25], [0.25, 1.0]])
    found = induced_posts(np.array([10.0]), jobs, np.array([1.0, 0.0]), near)
    assert found.round(9).tolist() == [[8.0], [2.0]]


def test_induced_posts_without_anybody_hit_lie_as_the_jobs():
    jobs = np.array([[[30.0]], [[10.0]]])
    assert induced_posts(np.array([4.0]), jobs, np.zeros(2), np.eye(2)).tolist() == [[3.0], [1.0]]


cells = st.floats(0.0, 500.0, allow_nan=False)


@given(
    st.lists(cells, min_size=12, max_size=12),
    st.lists(st.floats(0.0, 50.0), min_size=3, max_size=3),
    st.lists(st.floats(0.0, 1.0), min_size=6, max_size=6),
)
def test_posts_are_conserved_wherever_they_fall(jobs: list[float], by_industry: list[float], near: list[float]):
    there = np.array(jobs).reshape(2, 3, 2) + 1e-3
    wanted = np.array(by_industry)
    reach = np.array(near).reshape(3, 2)
    assert np.isclose(indirect_posts(wanted, there).sum(), wanted.sum(), rtol=1e-9, atol=1e-9)
    found = induced_posts(wanted, there, np.array([3.0, 1.0, 2.0]), reach)
    assert np.isclose(found.sum(), wanted.sum(), rtol=1e-9, atol=1e-9)
    assert (found >= -1e-9).all()


@given(st.lists(st.floats(0.0, 1.0), min_size=4, max_size=24), st.floats(0.0, 24.0))
def test_a_delay_moves_shares_and_loses_none(parts: list[float], mean: float):
    share = np.array(parts)
    late = delayed(share, mean)
    assert np.isclose(late.sum(), share.sum())
    assert (np.cumsum(late) <= np.cumsum(share) + 1e-9).all()


def test_mean_delay_is_the_lag_where_the_months_are_many():
    share = np.zeros(400)
    share[0] = 1.0
    assert np.isclose(delayed(share, 6.0) @ np.arange(400), 6.0)


def posts(scale: float = 1.0) -> Posts:
    rng = np.random.default_rng(1)
    mean = scale * rng.random((3, 4, 5))
    drawn = mean.sum((1, 2)) * (0.5 + rng.random((7, 3)))
    return Posts(mean, drawn * mean.sum((1, 2)) / drawn.mean(0))


def people(given: Posts) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    lives, ages = rng.random((4, 6)), rng.random((5, 3))
    lives, ages = lives / lives.sum(1, keepdims=True), ages / ages.sum(1, keepdims=True)
    leaving = leaving_by_month(shock(leaving=usual_leaving(date(2027, 3, 1), 500)), 24)
    return hit_by(given, lives, ages, leaving=leaving, lags=[0.0, 3.0, 6.0])


def test_persons_are_posts_in_every_draw():
    given_posts = posts()
    leaving, scale = people(given_posts)
    assert leaving.shape == (24, 6, 5, len(CLASSES))
    by_draw = (leaving.sum((0, 1, 2)) * scale).sum(1)
    assert np.abs(by_draw - given_posts.by_draw.sum(1)).max() < 1e-9


def test_direct_posts_end_on_their_dates_and_others_after():
    leaving, _ = people(posts())
    by_layer = leaving.sum((1, 2)).reshape(24, 3, 3).sum(2)
    assert np.flatnonzero(by_layer[:, 0]).tolist() == [6, 7, 8]
    assert not by_layer[:6].any()
    assert (by_layer[9:, 1:] > 0).all()


def test_twice_the_posts_are_twice_the_persons():
    once, scale = people(posts())
    twice, same = people(posts(2.0))
    assert np.allclose(twice, 2 * once)
    assert np.allclose(scale, same)


def test_no_posts_hit_nobody():
    leaving, scale = people(Posts(np.zeros((3, 4, 5)), np.zeros((7, 3))))
    assert not leaving.any()
    assert (scale == 1).all()


def test_many_posts_end_over_three_months_and_few_at_once():
    assert len(usual_leaving(date(2027, 3, 1), 101)) == 3
    assert usual_leaving(date(2027, 3, 1), 100) == ((date(2027, 3, 1), 1.0),)
    assert [day.isoformat() for day, _ in even_leaving(date(2027, 1, 31), date(2027, 3, 31))] == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]


def test_the_key_tells_a_closure_from_an_establishment():
    assert shock().key == "1060-29-500"
    assert shock(sign=1, posts=300.0).key == "1060-29+300"


def test_a_post_that_ends_after_the_months_is_an_error():
    with pytest.raises(SettingError, match=r"month 18 after the notice of 2026-09-01\..*follow more months"):
        leaving_by_month(shock(leaving=((date(2028, 3, 1), 1.0),)), 12)
