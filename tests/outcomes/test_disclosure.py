"""Few people are hidden, and nothing shown gives them away."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.outcomes.disclosure import hide_small, shown_outcomes, shown_rates

BY = [["municipality"], ["delivery"]]


def cells(*rows):
    return pl.DataFrame(rows, schema={"municipality": pl.String, "delivery": pl.String, "n": pl.Float64}, orient="row")


def hidden(frame):
    return hide_small(frame, "n", BY, smallest=5)["n"].to_list()


def test_one_small_count_takes_the_next_smallest_with_it():
    assert hidden(cells(("1080", "yh", 3), ("1080", "yh", 30), ("1080", "yh", 12))) == [None, 30, None]


def test_five_and_zero_are_shown():
    assert hidden(cells(("1080", "yh", 5), ("1080", "yh", 0))) == [5, 0]


def test_two_ones_take_a_third():
    """Their total, two people, would tell that each is one."""
    assert hidden(cells(("1080", "yh", 1), ("1080", "yh", 1), ("1080", "yh", 9), ("1080", "yh", 20))) == [
        None,
        None,
        None,
        20,
    ]


def test_hiding_in_one_total_is_followed_up_in_the_other():
    """3 takes 10 in its municipality; 10 is then alone in its delivery and takes 11."""
    rows = cells(("1080", "yh", 3), ("1080", "adult", 10), ("1082", "adult", 11), ("1082", "short", 12))
    assert hidden(rows) == [None, None, None, None]


counts = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y"]), st.integers(0, 40)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(counts)
def test_no_total_gives_a_hidden_count_away(rows):
    frame = cells(*rows)
    shown = hide_small(frame, "n", BY, smallest=5)["n"].to_list()
    assert all(value is None or value == 0 or value >= 5 for value in shown)
    for column in range(2):
        for key in {row[column] for row in rows}:
            group = [(row[2], value) for row, value in zip(rows, shown, strict=True) if row[column] == key]
            gone = [n for n, value in group if value is None]
            open_people = [n for n, value in group if value]
            assert not gone or not open_people or (len(gone) >= 2 and sum(gone) >= 5)


@settings(deadline=None)
@given(counts, st.randoms())
def test_what_is_hidden_depends_on_no_order(rows, shuffle):
    mixed = list(rows)
    shuffle.shuffle(mixed)
    one, other = (hide_small(cells(*r), "n", BY, smallest=5).drop_nulls() for r in (rows, mixed))
    key = ["municipality", "delivery", "n"]
    assert one.sort(key).equals(other.sort(key))


@settings(deadline=None)
@given(counts)
def test_hiding_twice_is_hiding_once(rows):
    once = hide_small(cells(*rows), "n", BY, smallest=5)
    assert hide_small(once, "n", BY, smallest=5).equals(once)


PROGRAMMES = pl.DataFrame({"programme": ["care", "welding"], "site": "s", "delivery": "yh"})
SITES = pl.DataFrame({"site": ["s"], "municipality": ["1080"]})
OUTCOMES = pl.DataFrame(
    {
        "programme": ["care", "welding"],
        "start_year": 2024,
        "started": [25.0, 20.0],
        "completed": [22.0, 15.0],
        "placed": [21.0, 9.0],
        "matched": [20.0, 3.0],
        "status": "observed",
        "source": None,
    }
)


def test_outcomes_are_shown_without_the_few():
    shown = shown_outcomes(OUTCOMES, PROGRAMMES, SITES, smallest=5)
    assert shown["matched"].to_list() == [None, None]
    assert shown["placed"].to_list() == [21.0, 9.0]
    assert shown["status"].to_list() == ["suppressed", "suppressed"]


def test_a_rate_goes_with_the_counts_it_could_give_back():
    rates = pl.DataFrame(
        {"programme": "welding", "rate": ["completion", "placement"], "prior": 0.8, "p10": 0.5, "p50": 0.6, "p90": 0.7}
    ).with_columns(observed=pl.lit(20.0), succeeded=pl.lit(15.0), status=pl.lit("modelled"))
    shown = shown_rates(rates, shown_outcomes(OUTCOMES, PROGRAMMES, SITES, smallest=5))
    assert shown["status"].to_list() == ["modelled", "suppressed"]
    assert shown["p50"].to_list() == [0.6, None]
    assert shown["succeeded"].to_list() == [15.0, None]


def test_a_count_not_known_yet_hides_nothing():
    early = OUTCOMES.with_columns(placed=pl.lit(None, pl.Float64), matched=pl.lit(None, pl.Float64))
    assert shown_outcomes(early, PROGRAMMES, SITES, smallest=5).equals(early.sort("programme"))
