import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from brygga.core.errors import TableError
from brygga.projection.scores import scores


def rows(method="ours", **columns):
    count = len(columns["base"])
    fixed = {"origin": 2014, "horizon": 5, "area": [f"{n:02}" for n in range(count)], "method": method}
    return pl.DataFrame({**fixed, **columns})


def of(found, method="ours"):
    return found.row(by_predicate=pl.col("method") == method, named=True)


def test_three_areas_by_hand():
    """100, 200, 100 became 120, 190, 100; predicted 110, 220, 90.

    Errors 10, 30, 10: shares 1/12, 3/19, 1/10, mean 11.374 %; sum 50 of 410 is 12.195 %. Of the two that
    changed one direction was right. All grew 410/400 = 1.025 and were said to grow 420/400 = 1.05: area 0
    rose faster (1.2) and was said to (1.1); area 1 slower (0.95), said faster (1.10); area 2 slower, said
    slower: two of three. Ranks of growth 3 1 2, said 2.5 2.5 1: correlation (1 x .5 - 1 x .5 + 0 x -1) = 0.
    Intervals of 15 each way hold 120 and 100, not 190.
    """
    made = rows(base=[100, 200, 100], actual=[120, 190, 100], predicted=[110, 220, 90])
    made = made.with_columns(low=pl.col("predicted") - 15, high=pl.col("predicted") + 15)
    found = of(scores(made, by=[]))
    assert found["cells"] == 3
    assert found["mape"] == pytest.approx(100 * (1 / 12 + 3 / 19 + 1 / 10) / 3)
    assert found["weighted_mape"] == pytest.approx(100 * 50 / 410)
    assert found["direction"] == pytest.approx(1 / 2)
    assert found["faster"] == pytest.approx(2 / 3)
    assert found["rank"] == pytest.approx(0.0)
    assert found["coverage_80"] == pytest.approx(2 / 3)


def test_the_rank_by_hand():
    """Growth in order 1 2 3 4, predicted in order 1 2 4 3: Spearman is 1 - 6 x 2 / (4 x 15) = 0.8."""
    made = rows(base=[100] * 4, actual=[101, 102, 103, 104], predicted=[100, 110, 130, 120])
    assert of(scores(made, by=[]))["rank"] == pytest.approx(0.8)


def test_ranks_are_taken_within_an_origin_and_not_across():
    """In each origin the order is right; across them the good year would hide it."""
    early = rows(base=[100, 100], actual=[101, 102], predicted=[150, 151])
    late = rows(base=[100, 100], actual=[150, 151], predicted=[101, 102]).with_columns(origin=pl.lit(2015, pl.Int32))
    assert of(scores(pl.concat([early, late]), by=[]))["rank"] == pytest.approx(1.0)


def test_who_says_nothing_is_half_right():
    made = rows("no_change", base=[100, 100], actual=[110, 90], predicted=[100, 100])
    found = of(scores(made, by=[]), "no_change")
    assert (found["direction"], found["faster"], found["rank"], found["coverage_80"]) == (0.5, 0.5, None, None)


def test_a_hidden_outcome_is_left_out_and_a_zero_is_not():
    """Of three areas one is hidden; the one that fell to zero counts in the weighted error, not in the mean share."""
    made = rows(base=[10, 10, 10], actual=[None, 0, 20], predicted=[10, 5, 15])
    found = of(scores(made, by=[]))
    assert (found["cells"], found["mape"], found["weighted_mape"]) == (2, 25.0, 50.0)


def test_methods_are_scored_by_group():
    made = pl.concat(
        [
            rows("a", base=[10, 10], actual=[20, 20], predicted=[20, 10]),
            rows("b", base=[10, 10], actual=[20, 20], predicted=[10, 20]),
        ]
    )
    found = scores(made, by=["area"])
    assert found.select("area", "method", "mape").rows() == [
        ("00", "a", 0.0),
        ("00", "b", 50.0),
        ("01", "a", 50.0),
        ("01", "b", 0.0),
    ]


cells = st.lists(st.tuples(st.integers(1, 999), st.integers(1, 999), st.integers(0, 1998)), min_size=2, max_size=12)


@settings(max_examples=25)
@given(cells)
def test_a_contrary_method_gets_one_minus_the_share(values):
    """Law: mirrored around what stood there, predictions are wrong where they were right."""
    base, actual, predicted = (list(part) for part in zip(*values, strict=True))
    mirrored = [2 * b - p for b, p in zip(base, predicted, strict=True)]
    ours = of(scores(rows(base=base, actual=actual, predicted=predicted), by=[]))
    theirs = of(scores(rows(base=base, actual=actual, predicted=mirrored), by=[]))
    for share in ("direction", "faster"):
        if ours[share] is not None:
            assert theirs[share] == pytest.approx(1 - ours[share])
    if ours["rank"] is not None:
        assert theirs["rank"] == pytest.approx(-ours["rank"])


@settings(max_examples=25)
@given(cells, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(values, random):
    base, actual, predicted = (list(part) for part in zip(*values, strict=True))
    made = rows(base=base, actual=actual, predicted=predicted)
    order = list(range(len(values)))
    random.shuffle(order)
    assert_frame_equal(scores(made, by=["origin"]), scores(made[order], by=["origin"]), check_exact=True)


@settings(max_examples=25)
@given(cells)
def test_a_perfect_prediction(values):
    base, actual, _ = (list(part) for part in zip(*values, strict=True))
    found = of(scores(rows(base=base, actual=actual, predicted=actual), by=[]))
    assert found["mape"] == found["weighted_mape"] == 0
    assert all(found[share] in (None, 1.0) for share in ("direction", "faster", "rank"))


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match=r"no column origin, size_class\. a score says"):
        scores(rows(base=[1], actual=[1], predicted=[1]).drop("origin"), by=["size_class"])


def test_a_silent_method_is_named():
    with pytest.raises(TableError, match=r"1 cell\(s\) without a prediction, first 2014, 5, 01, ours.*silent on hard"):
        scores(rows(base=[1, 1], actual=[1, 2], predicted=[1, None]), by=[])


def test_a_cell_predicted_twice_is_named():
    made = rows(base=[1], actual=[1], predicted=[1])
    with pytest.raises(TableError, match="2014, 5, 00, ours is predicted more than once"):
        scores(pl.concat([made, made]), by=[])


def test_methods_with_different_cells_are_not_compared():
    made = pl.concat(
        [
            rows("a", base=[1, 1], actual=[1, 1], predicted=[1, 1]),
            rows("b", base=[1], actual=[1], predicted=[1]),
        ]
    )
    with pytest.raises(TableError, match=r"1 cell\(s\) predicted by some methods only, first 2014, 5, 01, b"):
        scores(made, by=[])
