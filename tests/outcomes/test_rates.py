"""What outcomes teach: by hand, the laws of learning, and the words of each fault."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import FaultsError, SettingError, TableError
from brygga.outcomes.rates import apply_rates, update_rates

COUNTS = ("started", "completed", "placed", "matched")


def programmes(**rates):
    """One programme per name, with (completion, placement)."""
    rows = [{"programme": name, "completion": c, "placement": p} for name, (c, p) in rates.items()]
    given = pl.DataFrame(rows)
    others = {"site": "s", "delivery": "yh", "status": "observed", "source": "the school"}
    return given.with_columns(pl.lit(value).alias(name) for name, value in others.items())


def outcomes(*rows):
    """(programme, start_year, started, completed, placed, matched) ..."""
    schema = {name: tables.TYPES[kind] for name, kind in zip(("programme", "start_year"), ("text", "int"), strict=True)}
    frame = pl.DataFrame(rows, schema=schema | dict.fromkeys(COUNTS, pl.Float64), orient="row")
    return frame.with_columns(status=pl.lit("observed"), source=pl.lit(None, pl.String))


WELDING = programmes(welding=(0.5, 0.5))


def p50(updated, rate="completion"):
    return updated.filter(rate=rate)["p50"].item()


def test_by_hand_two_persons_of_prior_and_one_success():
    """Beta(1, 1) and one success is Beta(2, 1): the median is the square root of a half."""
    updated = update_rates(WELDING, outcomes(("welding", 2024, 1, 1, 0, 0)), prior_weight=2)
    assert p50(updated) == pytest.approx(0.5**0.5)
    assert p50(updated, "placement") == pytest.approx(1 - 0.5**0.5)
    row = updated.filter(rate="completion").row(0, named=True)
    assert (row["prior"], row["observed"], row["succeeded"]) == (0.5, 1.0, 1.0)
    assert row["p10"] < row["p50"] < row["p90"]


def test_without_outcomes_programmes_are_unchanged():
    updated = update_rates(WELDING, outcomes(), prior_weight=20)
    assert updated["observed"].to_list() == [0.0, 0.0]
    assert apply_rates(WELDING, updated).equals(WELDING)


def test_a_programme_that_learned_says_so_and_the_other_is_unchanged():
    both = programmes(care=(0.8, 0.9), welding=(0.5, 0.5))
    updated = update_rates(both, outcomes(("welding", 2024, 20, 20, 18, 18)), prior_weight=20)
    learned = apply_rates(both, updated)
    assert learned.row(0) == both.row(0)
    welding = learned.row(1, named=True)
    assert welding["completion"] == p50(updated.filter(programme="welding")) > 0.7
    assert welding["status"] == "modelled"
    assert welding["source"] == "the school; outcomes of 20 persons"


def test_a_count_not_known_yet_teaches_nothing():
    updated = update_rates(WELDING, outcomes(("welding", 2025, 20, 18, None, None)), prior_weight=20)
    assert updated.filter(rate="placement")["observed"].item() == 0
    assert updated.filter(rate="completion")["observed"].item() == 20
    assert apply_rates(WELDING, updated)["placement"].item() == 0.5


def test_hidden_rates_cannot_be_learned_from():
    updated = update_rates(WELDING, outcomes(), prior_weight=20).with_columns(p50=pl.lit(None, pl.Float64))
    with pytest.raises(TableError, match=r"updated_rates: 2 hidden rate\(s\)"):
        apply_rates(WELDING, updated)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.0, 1.0), st.floats(1, 100))
def test_more_successes_never_lower(first, second, prior, weight):
    few, many = sorted((first, second))
    low, high = (
        update_rates(
            programmes(welding=(prior, prior)), outcomes(("welding", 2024, 30, n, n, n)), prior_weight=weight
        ).filter(rate="completion")
        for n in (few, many)
    )
    for name in ("p10", "p50", "p90"):
        assert low[name].item() <= high[name].item() + 1e-12


classes = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5
)


@settings(max_examples=30, deadline=None)
@given(classes, st.randoms())
def test_order_is_irrelevant(counts, shuffle):
    rows = [("welding", 2000 + n, *sorted(c, reverse=True)) for n, c in enumerate(counts)]
    mixed = list(rows)
    shuffle.shuffle(mixed)
    assert update_rates(WELDING, outcomes(*rows), prior_weight=20).equals(
        update_rates(WELDING, outcomes(*mixed), prior_weight=20)
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4), st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_splitting_a_class_in_two_changes_nothing(one, other):
    one, other = sorted(one, reverse=True), sorted(other, reverse=True)
    whole = [a + b for a, b in zip(one, other, strict=True)]
    split = outcomes(("welding", 2024, *one), ("welding", 2025, *other))
    together = outcomes(("welding", 2024, *whole))
    assert update_rates(WELDING, split, prior_weight=20).equals(update_rates(WELDING, together, prior_weight=20))


def test_every_fault_is_told_at_once():
    wrong = outcomes(("welding", 2024, 20, 25, 10, 12), ("welding", 2025, 20, 10, 12, 5), ("baking", 2024, 1, 1, 1, 1))
    with pytest.raises(FaultsError) as told:
        update_rates(WELDING, wrong, prior_weight=20)
    words = str(told.value)
    assert "outcomes has 4 faults" in words
    assert "baking not in programmes.programme" in words
    assert "welding 2024 (25 completed of 20 started)" in words
    assert "welding 2025 (12 placed of 10 completed)" in words
    assert "welding 2024 (12 matched of 10 placed)" in words


def test_a_gap_in_the_counts_is_no_way_around_the_check():
    with pytest.raises(TableError, match=r"welding 2024 \(25 matched of 20 started\)"):
        update_rates(WELDING, outcomes(("welding", 2024, 20, None, None, 25)), prior_weight=20)


def test_a_rate_before_is_needed():
    unknown = WELDING.with_columns(placement=pl.lit(None, pl.Float64))
    with pytest.raises(TableError, match="no completion or placement for welding"):
        update_rates(unknown, outcomes(("welding", 2024, 20, 10, 10, 10)), prior_weight=20)


def test_a_prior_without_weight_is_refused():
    with pytest.raises(SettingError, match=r"outcomes\.prior_weight is 0"):
        update_rates(WELDING, outcomes(), prior_weight=0)
