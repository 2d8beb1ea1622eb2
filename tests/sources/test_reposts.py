"""Ads posted again count once."""

from datetime import date, timedelta
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.sources.reposts import RECORD, counted_once, fingerprint, identity

START = date(2026, 1, 1)
ROW = {
    "ad_id": "1",
    "original_id": None,
    "headline": "Svetsare sökes!",
    "text": "Sista dag 2026-05-01.",
    "employer": "Exempel AB",
    "municipality": "1060",
}


def records(*ads):
    """Ads as (identity, fingerprint, day or none, positions)."""
    rows = [(one, said, None if day is None else START + timedelta(day), float(seek)) for one, said, day, seek in ads]
    return pl.DataFrame(rows, schema=RECORD, orient="row")


def counted(ads, days=60):
    """Day first published and positions of each ad that counts, in order."""
    once = counted_once(records(*ads), days).filter("counted")
    return sorted((str(first), most) for first, most in once.select("first", "most").rows())


@pytest.mark.parametrize(
    ("ads", "expected"),
    [
        ([(1, 9, 0, 2), (2, 9, 20, 3)], [("2026-01-01", 3)]),  # posted again: the first day, the most positions
        ([(1, 9, 0, 2), (2, 9, 60, 2)], [("2026-01-01", 2)]),  # on the last day of the window
        ([(1, 9, 0, 2), (2, 9, 61, 2)], [("2026-01-01", 2), ("2026-03-03", 2)]),  # a day after it
        ([(1, 9, 0, 1), (2, 9, 40, 1), (3, 9, 80, 1)], [("2026-01-01", 1), ("2026-03-22", 1)]),  # no chain without end
        ([(1, 9, 0, 2), (1, 8, 200, 5)], [("2026-01-01", 5)]),  # the same ad with another text
        ([(1, 9, 0, 2), (2, 8, 0, 2)], [("2026-01-01", 2), ("2026-01-01", 2)]),  # two ads
        ([(1, 9, 0, 1), (2, 9, 5, 1), (2, 8, 5, 1), (3, 8, 7, 4)], [("2026-01-01", 4)]),  # one joins the others
        ([(1, 9, None, 2), (2, 9, 20, 1)], [("2026-01-21", 2)]),  # a day of one is the day of both
        ([(1, 9, None, 2)], [("None", 2)]),
        ([], []),
    ],
)
def test_what_counts_once(ads, expected):
    assert counted(ads) == expected


AD = st.tuples(st.integers(1, 6), st.integers(1, 4), st.none() | st.integers(0, 200), st.integers(1, 9))


@given(st.lists(AD, max_size=12), st.randoms(use_true_random=False), st.integers(1, 100))
def test_order_is_of_no_consequence(ads, random, days):
    shuffled = random.sample(ads, len(ads))
    assert counted(shuffled, days) == counted(ads, days)


@given(st.lists(AD, max_size=9), st.integers(1, 100))
def test_the_groups_are_those_that_hang_together(ads, days):
    """Held against the definition, pair by pair."""
    sessions = {}
    for said in {ad[1] for ad in ads}:
        dated = sorted({ad[2] for ad in ads if ad[1] == said and ad[2] is not None})
        begins = []
        for day in dated:
            if not begins or day - begins[-1] > days:
                begins.append(day)
        for ad in ads:
            if ad[1] == said:
                day = ad[2] if ad[2] is not None else (begins[0] if begins else None)
                sessions[ad] = (said, max((b for b in begins if day is not None and b <= day), default=None))
    group = list(range(len(ads)))
    for _ in ads:
        for i, j in combinations(range(len(ads)), 2):
            if ads[i][0] == ads[j][0] or sessions[ads[i]] == sessions[ads[j]]:
                group[i] = group[j] = min(group[i], group[j])
    assert len(counted(ads, days)) == len(set(group))


@given(st.lists(AD, min_size=1, max_size=12), st.integers(1, 100))
def test_a_copy_of_everything_changes_nothing(ads, days):
    assert counted(ads + ads, days) == counted(ads, days)


@given(st.lists(AD, min_size=1, max_size=12))
def test_a_longer_window_never_counts_more(ads):
    assert len(counted(ads, 10)) >= len(counted(ads, 30)) >= len(counted(ads, 300))


def test_the_ids_of_a_live_and_a_historical_ad_are_one():
    assert identity(ROW) == identity(ROW | {"ad_id": "h1", "original_id": "1"})
    assert identity(ROW) != identity(ROW | {"ad_id": "2"})


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"ad_id": "2"}, True),
        ({"headline": "SVETSARE  SÖKES"}, True),
        ({"text": "Sista dag 2026-06-15!"}, True),
        ({"employer": "exempel ab"}, True),
        ({"employer": "Annat AB"}, False),
        ({"municipality": "1080"}, False),
        ({"municipality": None}, False),
        ({"headline": "Montör sökes!"}, False),
    ],
)
def test_what_makes_an_ad_the_same(changed, same):
    assert (fingerprint(ROW, "7212") == fingerprint(ROW | changed, "7212")) is same


def test_another_occupation_is_another_ad():
    assert fingerprint(ROW, "7212") != fingerprint(ROW, "7223")


@pytest.mark.parametrize("missing", [{"employer": None}, {"headline": "", "text": "12 34"}])
def test_without_employer_or_words_no_ad_is_like_another(missing):
    one, other = ROW | missing, ROW | missing | {"ad_id": "2"}
    assert fingerprint(one, "7212") != fingerprint(other, "7212")
    assert fingerprint(one, "7212") == fingerprint(dict(one), "7212")
