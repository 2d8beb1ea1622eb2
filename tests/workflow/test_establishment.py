"""New posts on the mini region: tables that agree with each other, and the words of the errors."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from brygga.core.errors import BryggaError, FaultsError, SettingError
from brygga.workflow.closure_inputs import inputs_of
from brygga.workflow.establishment import establishment, workforce_of
from brygga.workflow.establishment_asked import Wanted, new_posts
from brygga.workflow.results import open_results

NAMES = ["summary", "sources", "drained", "months", "tax"]


@pytest.fixture(scope="module")
def results(results_folder):
    return open_results(results_folder)


@pytest.fixture(scope="module")
def inputs(results):
    return inputs_of(results, start=date(2027, 6, 1), months=24, draws=10)


@pytest.fixture(scope="module")
def told(results, inputs):
    shock, _ = new_posts(results.region, Wanted("9901", "25", 40, "2027-06-01"))
    return establishment(results, shock, months=24, draws=10, inputs=inputs)


def measure(told, name):
    return told["establishment_summary"].filter(measure=name).row(0, named=True)


def test_all_tables_are_of_the_shock(told):
    assert list(told) == [f"establishment_{name}" for name in NAMES]
    assert {key for frame in told.values() for key in frame["shock"]} == {"9901-25+40"}


def test_those_hired_are_as_many_as_the_posts_filled(told):
    """Means over draws are not told; with 10 draws the medians of the sources and of the posts are near."""
    sources = told["establishment_sources"].group_by("from_state").agg(pl.col("p50").sum())
    hired = sum(sources["p50"])
    assert hired == pytest.approx(measure(told, "filled_end")["p50"], rel=0.05)
    assert 0 < hired <= 40


def test_posts_are_filled_as_time_goes_and_never_more_than_are_offered(told):
    months = told["establishment_months"].pivot("measure", index="month", values="p50").sort("month")
    assert months["filled"].to_list() == sorted(months["filled"].to_list())
    assert (months["filled"] <= months["offered"] + 1e-9).all()
    assert months["offered"].to_list() == [0.0] + [40.0] * 24
    assert measure(told, "filled_12")["p50"] == pytest.approx(months["filled"][12])


def test_those_who_live_outside_come_from_outside_and_are_not_taxed_here(told):
    outside = told["establishment_sources"].filter(from_state="outside")
    assert set(outside["municipality"]) == {"outside"}
    assert set(told["establishment_tax"]["municipality"]) == {"9901", "9902"}


def test_the_tax_is_what_those_pay_who_are_no_longer_without_work(told, inputs):
    tax = told["establishment_tax"]
    assert (tax["persons"] > 0).all()
    most = 12 * inputs.pay.max() * max(tax["persons"].to_list()) * 0.3
    assert 0 < measure(told, "tax_gained_12")["p50"] < 2 * most


def test_posts_carried_come_with_plus_sign(told):
    assert measure(told, "posts_direct")["p50"] == 40
    assert measure(told, "posts_indirect")["p50"] > 0
    assert measure(told, "posts_induced")["p50"] > 0


def test_workplaces_are_drained_and_those_who_left_are_told(told):
    drained = told["establishment_drained"]
    left = measure(told, "from_other_employer")["p50"]
    assert drained["left"].sum() == pytest.approx(left, rel=0.2)
    assert measure(told, "drained_12")["p50"] > 0


def test_the_naive_answer_takes_the_posts_for_those_without_work_in_the_occupation(told, inputs):
    """40 posts, half 7212 and half 7223 as the industry is staffed; in each at most as many as are without work."""
    there = inputs.market.others.mean(0).sum(0)
    names = inputs.market.occupations
    wanted = sum(min(20.0, there[names.index(code)]) for code in ("7212", "7223"))
    assert measure(told, "naive_from_without_work")["p50"] == pytest.approx(wanted)


def test_sources_fill_today_what_the_run_says(results, inputs):
    """Three years are followed, from June 2027 to May 2029."""
    flows = workforce_of(results, inputs).flows.mean(0)
    chains = results.table("vacancy_chains").filter(pl.col("year").is_in([2027, 2028, 2029]))
    assert flows[[0, 2, 3]].sum() == pytest.approx(chains["from_outside"].sum() / 36)
    assert flows[1] == pytest.approx(chains["by_employed"].sum() / 36)


def test_many_posts_are_offered_over_some_months_and_it_is_said(results):
    shock, notes = new_posts(results.region, Wanted("9901", "25", 300, "2027-06-01"))
    assert (shock.first_month, shock.last_month) == (0, 5)
    assert "evenly over 6 months" in notes[-1]
    told, _ = new_posts(results.region, Wanted("9901", "25", 300, "2027-06-01", "2027-07-01"))
    assert told.last_month == 1


def test_all_faults_are_told_at_once_and_a_date_only_once(results):
    wanted = Wanted("1080", "29", 0.5, "soon", months=24)
    with pytest.raises(FaultsError, match="has 3 faults") as told:
        new_posts(results.region, wanted)
    assert "--notice" not in str(told.value)


def test_a_year_at_least_is_followed(results):
    with pytest.raises(SettingError, match="--months 6 is fewer than 12"):
        new_posts(results.region, Wanted("9901", "25", 40, "2027-06-01", months=6))


def test_occupations_must_sum_to_the_posts(results, tmp_path):
    path = tmp_path / "occupations.csv"
    path.write_text("occupation,posts\n7212,10\n7223,20\n", encoding="utf-8")
    with pytest.raises(BryggaError, match="sum to 30, not to 40"):
        new_posts(results.region, Wanted("9901", "25", 40, "2027-06-01", occupations=path))


def test_occupations_given_are_those_hired_for(results, inputs, tmp_path):
    path = tmp_path / "occupations.csv"
    path.write_text("occupation,posts\n5,40\n", encoding="utf-8")
    shock, _ = new_posts(results.region, Wanted("9901", "25", 40, "2027-06-01", occupations=path))
    told = establishment(results, shock, months=24, draws=10, inputs=inputs)
    by = told["establishment_sources"].group_by("occupation").agg(pl.col("p50").sum()).sort("p50")
    assert by["occupation"][-1] == "5"
