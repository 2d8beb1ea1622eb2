import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.projection.error_spread import with_intervals
from brygga.projection.fallback import choose, rolling
from brygga.projection.scores import scores


def scored(**errors):
    return pl.DataFrame({"size_class": "small", "method": list(errors), "weighted_mape": list(errors.values())})


@pytest.mark.parametrize(
    ("errors", "method", "best_naive"),
    [
        ({"brygga": 5.0, "no_change": 4.0, "trend": 3.0}, "trend", "trend"),
        ({"brygga": 2.0, "no_change": 4.0, "trend": 3.0}, "brygga", "trend"),
        ({"brygga": 3.0, "no_change": 3.0, "trend": 3.0}, "brygga", "no_change"),
        ({"brygga": 3.0, "no_change": 4.0, "used": 1.0}, "brygga", "no_change"),
    ],
)
def test_by_hand(errors, method, best_naive):
    found = choose(scored(**errors), by=["size_class"]).row(0, named=True)
    assert (found["method"], found["best_naive"]) == (method, best_naive)


errors = st.floats(0, 100)


@settings(max_examples=40)
@given(st.lists(st.tuples(errors, errors, errors), min_size=1, max_size=5))
def test_a_naive_that_won_is_used_and_named(classes):
    """Law: the used method's error is never above ours, nor above any naive one's."""
    rows = [
        (f"class {n}", method, error)
        for n, triple in enumerate(classes)
        for method, error in zip(("brygga", "no_change", "trend"), triple, strict=True)
    ]
    given_scores = pl.DataFrame(rows, schema=["size_class", "method", "weighted_mape"], orient="row")
    found = choose(given_scores, by=["size_class"])
    assert found.height == len(classes)
    for row, (ours, *naive) in zip(found.iter_rows(named=True), classes, strict=True):
        used = dict(zip(("brygga", "no_change", "trend"), (ours, *naive), strict=True))[row["method"]]
        assert used == min(ours, *naive)
        assert (row["method"] != "brygga") == (min(naive) < ours)


def test_a_class_without_a_naive_score_is_named():
    with pytest.raises(TableError, match="small lacks a score of brygga or of every naive method"):
        choose(scored(brygga=1.0), by=["size_class"])


def cells(origin, horizon, ours, naive, actual=100.0):
    fixed = {"origin": origin, "horizon": horizon, "area": "1060", "size_class": "small", "base": 100.0}
    return pl.DataFrame({**fixed, "method": ["brygga", "trend"], "actual": actual, "predicted": [ours, naive]})


def test_only_outcomes_that_had_come_are_compared():
    """In 2013 the outcome of 2011 two years ahead is known, that of 2012 two years ahead is not."""
    rows = pl.concat([cells(2011, 2, 90.0, 99.0), cells(2012, 2, 100.0, 50.0), cells(2013, 2, 90.0, 80.0)])
    used = rolling(rows, ["size_class"])
    assert used.select("origin", "method", "predicted").rows() == [
        (2011, "used", 90.0),
        (2012, "used", 100.0),
        (2013, "used", 80.0),
    ]


def test_the_used_rows_are_scored_beside_the_others():
    rows = pl.concat([cells(2011, 1, 90.0, 99.0), cells(2012, 1, 100.0, 50.0)])
    found = scores(pl.concat([rows, rolling(rows, ["size_class"])]), by=[])
    assert found.select("method", "mape").rows() == [("brygga", 5.0), ("trend", 25.5), ("used", 30.0)]


def folds(errors, fold="origin"):
    return pl.DataFrame(
        {fold: list(range(len(errors))), "method": "ours", "actual": [99.5 * e + 0.5 * (e - 1) for e in errors]}
    ).with_columns(predicted=pl.lit(99.5))


def test_an_interval_does_not_know_its_own_outcome():
    """The folds missed by factors 1.1, 1.2 and 3: the third's interval is as wide as the first two say."""
    rows = folds([1.1, 1.2, 3.0])
    found = with_intervals(rows, fold="origin", by=[]).row(2, named=True)
    factor = 1.1 * (1.2 / 1.1) ** 0.8
    assert found["high"] == pytest.approx(100 * factor - 0.5)
    assert found["low"] == pytest.approx(100 / factor - 0.5)


@settings(max_examples=25)
@given(st.lists(st.floats(1.0, 3.0), min_size=2, max_size=8), st.floats(1.0, 50.0))
def test_a_fold_s_own_error_never_moves_its_interval(errors, own):
    before = with_intervals(folds(errors), fold="origin", by=[]).row(0, named=True)
    after = with_intervals(folds([own, *errors[1:]]), fold="origin", by=[]).row(0, named=True)
    assert (before["low"], before["high"]) == (after["low"], after["high"])
    assert before["low"] <= before["predicted"] <= before["high"]


def test_without_other_folds_there_is_no_interval():
    found = with_intervals(folds([1.1]), fold="origin", by=[])
    assert found.select("low", "high").row(0) == (None, None)
