from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from brygga.core.region import Region, read_region
from brygga.projection.heard_update import CELL
from brygga.projection.uncertainty import Uncertainty
from brygga.workflow.demand import growth_of, heard_of, hearing_on, see_demand, trend_on, unheard
from brygga.workflow.see import see, uncertainty_on

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def twins(mini) -> Region:
    return read_region(mini)


@pytest.fixture(scope="module")
def needs() -> pl.DataFrame:
    """Four welders in Storby, half of them new posts."""
    said = {"need_id": "b1", "company": "Verkstan AB", "municipality": "9901", "occupation": "7212", "year": 2028}
    return pl.DataFrame([said | {"persons_low": 4.0, "persons_high": 4.0, "growth": 0.5, "heard_on": DAY}])


@pytest.fixture(scope="module")
def found(twins, needs):
    return see(twins, coded_needs=needs, to=2029, draws=3, seed=1)


def test_the_prior_is_a_run_in_which_nothing_was_heard(twins, needs):
    """Where no occupation strays: new posts stray with theirs, and a few draws do not average that out."""
    size = replace(uncertainty_on(DAY, base_year=2024), structure_occupation=0.0)
    found, silent = (
        see(twins, coded_needs=heard, to=2029, draws=3, seed=1, uncertainty=size) for heard in (needs, None)
    )
    told = needs.select("municipality", "occupation", pl.col("year").cast(pl.Int64), growth=pl.lit(2.0))
    with_needs, without = unheard(found["opening_draws"], told), unheard(silent["opening_draws"], told.clear())
    assert with_needs["openings"].to_list() == pytest.approx(without["openings"].to_list(), abs=1e-3)


def test_what_was_heard_is_shown_beside_what_was_expected(twins, needs, found):
    made = see_demand(twins, found, coded_needs=needs)
    row = made["heard_openings"].filter(pl.col("stated") > 0).row(0, named=True)
    assert (row["municipality"], row["occupation"], row["year"], row["stated"]) == ("9901", "7212", 2028, 4.0)
    assert row["posterior"] != row["prior"]
    silent = see_demand(twins, found)["heard_openings"]
    assert (silent["posterior"] == silent["prior"]).all()


def test_the_growth_that_see_can_draw_around_is_less_sure_than_what_was_said(twins, needs):
    """Two of four posts are called new; what is expected of them lies below, with a spread."""
    size = Uncertainty(persistence=0.8, demand_cell=0.03, growth=1.0)
    row = heard_of(twins, needs, to=2029, uncertainty=size, seed=1).row(0, named=True)
    assert row["posts"] == 4
    assert 0 < row["growth"] < 2
    assert 0 < row["growth_sd"] < 2


def test_chains_bring_as_many_from_outside_as_posts_open(twins, found):
    made = see_demand(twins, found)["vacancy_chains"]
    assert made["from_outside"].sum() == pytest.approx(made["openings"].clip(0).sum())
    assert made["vacancies"].sum() == pytest.approx(made["from_outside"].sum() / (1 - 0.67))


def test_the_barometer_stands_beside_the_gap(twins, found):
    said = {"area": "00", "edition": "2026-1", "recruitment": "brist", "direction": "öka"}
    barometer = pl.DataFrame([{"occupation": code} | said for code in ("7212", "7223")])
    made = see_demand(twins, found, barometer=barometer)
    assert set(made["yardstick"]["area"]) == {"99"}
    assert made["yardstick_agreement"]["of_the_nation"].to_list() == [2, 2]


def test_growth_follows_the_history_of_jobs_when_there_is_one(twins):
    assert growth_of(twins, to=2029) is None
    industries = twins.tables["employed"]["industry"].unique().sort().to_list()
    rows = [
        (m, i, year, 100.0 + n)
        for n, year in enumerate(range(2020, 2025))
        for m in ("9901", "9902")
        for i in industries
    ]
    history = pl.DataFrame(rows, schema=["municipality", "industry", "year", "persons"], orient="row")
    growth = growth_of(replace(twins, tables={**twins.tables, "jobs_history": history}), to=2029)
    assert growth is not None
    assert growth.factor.shape == (3, len(industries), 2, 6)
    assert (growth.factor[:2, :, :, 1] > 1).all()


def test_settings_come_from_the_parameters_and_breaks_from_the_series():
    assert trend_on(DAY).breaks[:2] == (2019, 2020)
    assert hearing_on(DAY).bias_need == 1.5
    assert CELL == ["municipality", "occupation", "year"]
