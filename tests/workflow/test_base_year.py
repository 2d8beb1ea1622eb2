from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from brygga.core.region import Region, read_region
from brygga.workflow.base_year import see_base_year, whole_areas
from brygga.workflow.ground import without_hidden

SURVEY = pl.DataFrame({"county": ["00"], "year": [2024], "quarter": [4], "vacancies": [2.0], "margin": [0.2]})


@pytest.fixture(scope="module")
def twins(mini) -> Region:
    return read_region(mini)


def ads(positions, day=date(2024, 10, 1)):
    said = {"ad_id": "a1", "municipality": "9901", "occupation": "7212", "published": day, "positions": positions}
    return pl.DataFrame([said], schema_overrides={"positions": pl.Float64})


def welders(made):
    table = made["base_vacancies"]
    return table.filter(pl.col("municipality") == "9901", pl.col("occupation") == "7212")["persons"].item()


def test_two_of_a_hundred_jobs_are_vacant_more_where_they_are_advertised(twins):
    jobs = twins.tables["employed"].filter(pl.col("year") == 2024)["persons"].sum()
    plain, posted = (see_base_year(twins, survey=SURVEY, ads=one) for one in (None, ads(300.0)))
    assert plain["base_vacancies"]["persons"].sum() == pytest.approx(0.02 * jobs)
    assert posted["base_vacancies"]["persons"].sum() == pytest.approx(0.02 * jobs)
    assert welders(posted) > 2 * welders(plain)


def test_ads_of_another_year_change_nothing_and_those_in_bulk_count_as_well(twins):
    plain = see_base_year(twins, survey=SURVEY)
    assert welders(see_base_year(twins, survey=SURVEY, ads=ads(300.0, date(2025, 10, 1)))) == welders(plain)
    bulk = pl.DataFrame({"occupation": ["7212"], "municipality": ["9901"], "month": ["2024-10"], "positions": [300.0]})
    found = see_base_year(twins, survey=SURVEY, ads_demand=bulk)
    assert welders(found) == pytest.approx(welders(see_base_year(twins, survey=SURVEY, ads=ads(300.0))))


def test_both_ends_of_the_gap_stand_beside_what_is_published(twins):
    ours = [twins.tables[name].filter(pl.col("year") == 2024)["persons"].sum() for name in ("vacancies", "unemployed")]
    said = {"area": ["9901", "9901"], "measure": ["vacancies", "unemployed"], "persons": [1.0, 1.0]}
    table = see_base_year(twins, published=pl.DataFrame(said))["base_balance"]
    all_ours = table.filter(pl.col("area") == "00")["persons"].to_list()
    assert all_ours == pytest.approx([*ours, ours[0] - ours[1]])
    storby = table.filter(pl.col("area") == "9901")
    assert storby["difference"].to_list() == pytest.approx((storby["persons"] - storby["published"]).to_list())
    assert table.filter(pl.col("area") == "99")["difference"].to_list() == [None] * 3


def test_a_hidden_count_stands_for_some_and_not_for_none(twins):
    hidden = twins.tables["employed"].with_columns(
        persons=pl.when(pl.col("occupation") == "7212").then(None).otherwise("persons"),
        status=pl.when(pl.col("occupation") == "7212").then(pl.lit("suppressed")).otherwise("status"),
    )
    region = replace(twins, tables={**twins.tables, "employed": hidden})
    assert without_hidden(hidden, date(2026, 11, 23))["persons"].null_count() == 0
    assert welders(see_base_year(region, survey=SURVEY)) > 0


def test_an_area_is_whole_with_all_its_municipalities():
    assert whole_areas(("1060", "1080", "1081", "1082")) == ["1060", "1080", "1081", "1082"]
    assert whole_areas(("0980",)) == ["0980", "09"]
