"""Draws: one of them, mean and median, and a sample of them."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.planning.draws import draw_ids, draw_totals, in_draw, keep_draws, mean_problem, median_problem, systematic
from tests.planning.problems import problem, rows, welders

NEEDS = {"a": 2.0, "b": 4.0, "c": 12.0}


def drawn(needs=NEEDS, **changed):
    """Welders short in Norra in 2028, another number in each draw; in draw c also two in Södra."""
    cells = [("norra", "welder", 2028, persons, draw) for draw, persons in needs.items()]
    extra = [("sodra", "welder", 2028, 2.0, "c")] if "c" in needs else []
    need = rows("municipality occupation year persons draw", *cells, *extra)
    return problem({**welders(), "need": need}, **changed)


def persons(made):
    return dict(made.need.select("municipality", "persons").iter_rows())


def test_a_draw_alone_is_its_own_need_without_floors():
    floors = rows("municipality year share", ("norra", 2028, 0.5))
    need = rows("municipality occupation year persons draw", ("norra", "welder", 2028, 5.0, "x"))
    one = in_draw(problem({**welders(), "need": need, "floors": floors}), "x")
    assert persons(one) == {"norra": 5.0}
    assert one.need_draws.height == one.floors.height == 0


def test_mean_and_median_count_a_missing_row_as_nothing():
    made = drawn()
    assert persons(mean_problem(made)) == pytest.approx({"norra": 6.0, "sodra": 2 / 3})
    assert persons(median_problem(made)) == {"norra": 4.0, "sodra": 0.0}
    assert draw_ids(made) == ["a", "b", "c"]


def test_totals_are_weighted_and_discounted():
    made = drawn(discount=0.5)
    assert draw_totals(made).rows() == [("a", 1.0), ("b", 2.0), ("c", 7.0)]


def test_a_problem_without_draws_says_so():
    with pytest.raises(SettingError, match=r"no draws.*column draw"):
        draw_ids(problem())


def test_few_draws_are_all_kept_and_many_are_spread_from_low_to_high():
    many = drawn({f"{i:02d}": float(i) for i in range(1, 41)})
    assert keep_draws(many, 40) is many
    few = keep_draws(many, 10, seed=3)
    kept = sorted(int(name) for name in draw_ids(few))
    assert len(kept) == 10
    assert all(b - a == 4 for a, b in pairwise(kept))
    assert persons(few)["norra"] == pytest.approx(sum(kept) / 10)


def test_the_order_of_rows_does_not_matter():
    many = {f"{i:02d}": float(i % 7) for i in range(30)}
    one, other = drawn(many), drawn(dict(reversed(many.items())))
    assert draw_ids(keep_draws(one, 8, seed=2)) == draw_ids(keep_draws(other, 8, seed=2))


def test_one_draw_is_no_uncertainty():
    with pytest.raises(SettingError, match="keep 2 or more"):
        keep_draws(drawn(), 1)


@given(st.integers(2, 30), st.integers(2, 60), st.integers(0, 50))
def test_a_systematic_sample_has_no_draw_twice(most, more, seed):
    places = systematic(most + more, most, seed=seed)
    assert len(set(places)) == most
    assert all(0 <= place < most + more for place in places)


def test_every_draw_has_the_same_chance_to_be_kept():
    counted = [0] * 7
    for seed in range(4000):
        for place in systematic(7, 3, seed=seed):
            counted[place] += 1
    assert pl.Series(counted).min() > 0.9 * 4000 * 3 / 7
    assert pl.Series(counted).max() < 1.1 * 4000 * 3 / 7
