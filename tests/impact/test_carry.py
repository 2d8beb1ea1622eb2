"""The step on the mini region: parameters in, its tables out."""

import polars as pl
import pytest

from brygga.core.region import read_region
from brygga.workflow.carry import carry


@pytest.fixture(scope="module")
def carried(mini):
    cell = {"municipality": "9901", "occupation": "7212", "year": 2030}
    draws = pl.DataFrame([cell | {"draw": d, "unfilled": 10.0} for d in range(3)])
    stock = pl.DataFrame([cell | {"plan": "best", "persons": 8.0}])
    return carry(read_region(mini), draws, stock)


def test_three_kinds_of_answers_stand_side_by_side(carried):
    jobs = carried["carried_jobs"]
    assert jobs["answer"].unique(maintain_order=True).to_list() == ["input_output", "local_multiplier", "claim"]
    numbered = jobs.drop_nulls("mid")
    assert (numbered["low"] <= numbered["mid"]).all()
    assert (numbered["mid"] <= numbered["high"]).all()
    assert jobs.filter(pl.col("mid").is_null())["status"].to_list() == ["not_available"]


def test_published_numbers_are_the_published_ones(carried):
    mid = dict(carried["carried_jobs"].select("name", "mid").iter_rows())
    assert mid["Moretti, Thulin 2013"] == 0.5
    assert mid["SCB 2020"] == pytest.approx((2060 - 1000) / 1000)
    cluster = carried["carried_jobs"].filter(name="Techtank 2024")
    assert cluster.select("low", "high").row(0) == (3, 5)


def test_nothing_that_is_ours_or_only_said_is_called_observed(carried):
    status = dict(carried["carried_jobs"].select("name", "status").iter_rows())
    assert {name for name, told in status.items() if told == "modelled"} == {
        "FLQ I",
        "FLQ II",
        "Moretti, Thulin 2013",
        "Entreprenörskapsforum 2017",
        "Techtank 2024",
    }
    assert set(status.values()) == {"modelled", "provisional", "not_available"}


def test_tax_goes_where_people_live(carried):
    """8 posts in Storby: 600 of its 800 workers live there, 100 in Lillby, 100 outside; 408,000 a year."""
    tax = {row["municipality"]: row for row in carried["municipal_tax"].iter_rows(named=True)}
    assert tax["9901"]["persons"] == pytest.approx(6)
    assert tax["9901"]["p50"] == pytest.approx(6 * 408_000 * 0.20)
    assert tax["9902"]["p50"] == pytest.approx(1 * 408_000 * 0.22)


def test_draws_of_the_tax_stand_beside_their_quantiles(carried):
    draws = carried["municipal_tax_draws"]
    assert draws.height == 3 * carried["municipal_tax"].height
    middle = draws.filter(municipality="9902")["tax_sek"].median()
    assert middle == carried["municipal_tax"].filter(municipality="9902")["p50"].item()
