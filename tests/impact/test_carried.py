"""The three answers: each with its range, and what a region without industry gets."""

import polars as pl
import pytest

from brygga.impact.carried import Estimate, Span, carried_jobs, spending, suppliers
from brygga.impact.input_output import germany_1990

CLAIM = Estimate("claim", "somebody", "allt", "all", "nation", Span(3, 4, 5), "heard", "observed")


def employed(jobs):
    return pl.DataFrame([{"municipality": "1080", "industry": i, "year": 2024, "persons": p} for i, p in jobs.items()])


def answers(frame):
    return carried_jobs(
        frame,
        year=2024,
        nation=germany_1990(),
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
    assert suppliers(nation, nation.jobs, 0.3) == pytest.approx(national, abs=1e-3)
    assert spending(nation, nation.jobs, 0.3, 0.0) == pytest.approx(national, abs=1e-3)


def test_without_industrial_jobs_there_is_nothing_to_answer():
    table = answers(employed({"Q": 100.0}))
    assert table["status"].to_list() == ["not_applicable", "not_applicable", "observed"]
    assert table["low"].to_list() == [None, None, 3.0]
