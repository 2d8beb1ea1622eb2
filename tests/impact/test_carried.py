"""The three answers: each with its range, and what a region without industry gets."""

import polars as pl
import pytest

from brygga.impact.carried import Estimate, Span, carried_jobs, sizes, spending, suppliers
from brygga.impact.input_output import germany_1990

CLAIM = Estimate("claim", "somebody", "allt", "all", "nation", Span(3, 4, 5), "heard", "provisional")


def employed(jobs):
    return pl.DataFrame([{"municipality": "1080", "industry": i, "year": 2024, "persons": p} for i, p in jobs.items()])


def answers(frame, home_jobs=5e6):
    return carried_jobs(
        frame,
        year=2024,
        nation=germany_1990(),
        home_jobs=home_jobs,
        delta=Span(0.1, 0.175, 0.3),
        spent=Span(0.3, 0.5, 0.8),
        published=[CLAIM],
    )


@pytest.fixture
def mixed():
    return employed({"A": 500.0, "C": 9000.0, "F": 3000.0, "G": 9000.0, "M": 8000.0, "Q": 15000.0})


def test_every_answer_has_its_range_and_source(mixed):
    table = answers(mixed)
    assert table["answer"].to_list() == ["input_output", "input_output", "claim"]
    assert (table["low"] < table["mid"]).all()
    assert (table["mid"] < table["high"]).all()
    assert "stand-in" in table["source"][0]


def test_what_wages_buy_adds_to_what_industry_buys(mixed):
    table = answers(mixed)
    for end in ("low", "mid", "high"):
        assert table[end][1] > table[end][0] > 0


def test_a_region_that_is_the_nation_gets_the_national_answer():
    nation = germany_1990()
    national = 0.016167 / (8381 / 1079446) - 1
    assert suppliers(nation, nation.jobs, 1.0) == pytest.approx(national, abs=1e-3)
    assert spending(nation, nation.jobs, 1.0, 0.0) == pytest.approx(national, abs=1e-3)


def test_without_industrial_jobs_there_is_nothing_to_answer():
    table = answers(employed({"Q": 100.0}))
    assert table["status"].to_list() == ["not_applicable", "not_applicable", "provisional"]
    assert table["low"].to_list() == [None, None, 3.0]


def test_a_region_is_sized_in_its_own_nation_and_the_range_covers_the_stand_in(mixed):
    """In a nation as large as the stand-in nothing but the middle and the high end would differ."""
    home, stand_in = answers(mixed), answers(mixed, home_jobs=germany_1990().jobs.sum())
    assert home["mid"][0] > stand_in["mid"][0]
    assert home["high"][0] > stand_in["high"][0]
    assert home["low"][0] == stand_in["low"][0]


def test_sizes_by_hand():
    """Half of one nation and a quarter of the other."""
    span = sizes(1.0, 2.0, 4.0, Span(0.1, 0.2, 0.3))
    half, quarter = 0.5849625, 0.3219281
    assert (span.low, span.mid, span.high) == pytest.approx((quarter**0.3, half**0.2, half**0.1))
