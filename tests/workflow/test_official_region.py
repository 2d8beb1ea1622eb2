"""A region from official tables with exits and educations by occupation, and what is said where they lack."""

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.region import read_region
from brygga.workflow.education import see_education
from brygga.workflow.official_region import assemble
from brygga.workflow.see import see
from tests.regions import official_mini as mini
from tests.regions.official_mini import BASE, NURSES, RING, TERRITORY, TODAY, WELDERS


@pytest.fixture(scope="module")
def whole():
    made = mini.found()
    ages = pl.concat([made["official_employed_age"].filter(pl.col("county") == "10"), mini.employed_age_history()])
    return {
        **made,
        "official_employed_age": ages,
        "official_occupation_field": mini.occupation_field(),
        "official_occupation_level": mini.occupation_level(),
    }


@pytest.fixture(scope="module")
def region(whole, tmp_path_factory):
    out = tmp_path_factory.mktemp("official")
    assemble(whole, territory=TERRITORY, ring=RING, out=out, today=TODAY)
    return read_region(out)


def test_exits_of_the_old_are_read_from_head_counts(region):
    rates = region.tables["exit_rates"].filter(pl.col("occupation") == WELDERS)
    by_age = dict(rates.select("age_group", "rate").iter_rows())
    life = dict(region.tables["working_life"].select("age_group", "exit_rate").iter_rows())
    assert by_age["30-34"] == pytest.approx(life["30-34"])
    assert by_age["65-69"] != pytest.approx(life["65-69"])
    assert by_age["60-64"] > by_age["55-59"]


def test_educations_of_an_occupation_are_ours_and_sum_to_one(region):
    key = region.tables["occupation_education"]
    sums = key.group_by("occupation", maintain_order=True).agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * 3)
    assert set(key["education_level"]) == {"3", "5"}
    nurses = key.filter(pl.col("occupation") == NURSES, pl.col("education_level") == "5")
    assert nurses["share"].sum() == pytest.approx(0.2, abs=0.05)


def test_which_fields_occur_on_a_level_is_taken_from_the_nation(whole, tmp_path):
    """Nurses half of business and half of health, a fifth of them long: nobody studies business long in the nation."""
    half = mini.occupation_field().with_columns(
        persons=pl.when((pl.col("occupation") == NURSES) & pl.col("education_field").is_in(["3", "7"]))
        .then(50.0)
        .otherwise(pl.col("persons"))
    )
    rows = [("00", "3", "3", BASE, 400.0), ("00", "3", "5", BASE, 100.0), ("00", "3", "7", BASE, 100.0)]
    rows += [("00", "6", "7", BASE, 100.0)]
    columns = ["municipality", "education_level", "education_field", "year", "persons"]
    nation = pl.concat([whole["official_education"], mini.table("official_education", rows, columns, "SCB TAB655")])

    def long_business(found: dict[str, pl.DataFrame]) -> float:
        assemble(found, territory=TERRITORY, ring=RING, out=tmp_path, today=TODAY)
        key = read_region(tmp_path).tables["occupation_education"].filter(pl.col("occupation") == NURSES)
        return float(key.filter(pl.col("education_level") == "5", pl.col("education_field") == "3")["share"].sum())

    apart = {**whole, "official_occupation_field": half}
    assert long_business({**apart, "official_education": nation}) < 0.01
    assert long_business(apart) > 0.05


def test_see_and_its_view_by_education_run_on_it(region):
    seen = see(region, coded_needs=tables.empty("coded_needs"), to=BASE + 2, draws=4, seed=1)
    by_education = see_education(region, seen, seed=1)
    assert by_education["education_gap"].height > 0
    assert set(by_education["education_gap"]["municipality"]) == {*TERRITORY, "all"}


def test_what_cannot_be_made_is_said_with_what_stands_in_its_place(tmp_path):
    notes = assemble(mini.found(), territory=TERRITORY, ring=RING, out=tmp_path, today=TODAY)
    assert [note for note in notes if note.startswith("No ")] == [
        "No exit_rates, so all occupations are left at the rates of working_life: employed_age: nobody over 55 can be "
        "followed from one year to the next.",
        "No occupation_education, so the gap by education is not computed: official_occupation_field, "
        "official_occupation_level was not fetched.",
    ]
    assert read_region(tmp_path).tables["exit_rates"].is_empty()


def test_levels_that_are_not_known_are_named(whole, tmp_path):
    odd = whole["official_occupation_level"].with_columns(pl.col("education_level").replace("6", "6A"))
    notes = assemble(
        {**whole, "official_occupation_level": odd}, territory=TERRITORY, ring=RING, out=tmp_path, today=TODAY
    )
    assert any("level 6A is not one of SCB's seven" in note for note in notes)


def test_years_without_each_other_are_named(whole, tmp_path):
    later = whole["official_occupation_level"].with_columns(year=pl.lit(BASE + 1, pl.Int64))
    notes = assemble(
        {**whole, "official_occupation_level": later}, territory=TERRITORY, ring=RING, out=tmp_path, today=TODAY
    )
    assert any(f"_level have no year in common up to {BASE}" in note for note in notes)
