"""Which table a region is measured with, and what is said of it."""

import polars as pl
import pytest

from brygga.core.region import Region
from brygga.core.tables import write
from brygga.impact.exporting import sweden_jobs
from brygga.workflow.national import national_of
from tests.impact.made_tables import official_input_output

INDUSTRIES = ["10", "16", "29", "A", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S"]


def region(**more):
    employed = pl.DataFrame({"industry": INDUSTRIES, "year": [2024] * len(INDUSTRIES)})
    return {"employed": employed, **more}


def history(persons):
    """Table `jobs_history` of the nation."""
    rows = [
        ("00", industry, year, value * (year - 2022), "SCB") for year in (2023, 2024) for industry, value in persons
    ]
    return pl.DataFrame(rows, schema=["municipality", "industry", "year", "persons", "source"], orient="row")


def test_without_an_official_table_the_stand_in_says_so():
    nation = national_of(region())
    assert nation.stand_in
    assert "Named stand-in: Germany" in nation.source
    assert len(nation.industries) == 6


def test_every_industry_of_the_region_has_one_place_in_the_official_table():
    nation = national_of(region(official_input_output=official_input_output()))
    assert not nation.stand_in
    assert [nation.industries[nation.place(code)] for code in ("29", "G", "16")] == ["CPA_C29", "G", "CPA_C16"]
    assert {nation.place(code) for code in INDUSTRIES} <= set(range(len(nation.industries)))
    assert nation.lacks == ()


def test_jobs_are_those_counted_in_sweden_and_split_as_wages_are():
    nation = national_of(region(official_input_output=official_input_output()))
    assert nation.jobs.sum() == pytest.approx(sum(sweden_jobs().values()))
    assert nation.jobs[nation.place("G")] == pytest.approx(sweden_jobs()["G"])
    makers = [nation.place(code) for code in ("10", "16", "29")]
    assert nation.jobs[makers] / nation.wages[makers] == pytest.approx(
        [nation.jobs[makers[0]] / nation.wages[makers[0]]] * 3
    )
    assert "SCB, day population 2021" in nation.source
    assert "split within as wages are" in nation.source


def test_the_region_s_own_count_of_the_nation_comes_first():
    persons = [(code, 1000.0) for code in ("B", "C", *INDUSTRIES[3:])]
    nation = national_of(region(official_input_output=official_input_output(), jobs_history=history(persons)))
    assert nation.jobs[nation.place("G")] == pytest.approx(2000)
    assert nation.jobs.sum() == pytest.approx(2000 * len(persons))
    assert nation.industries[nation.place("29")] == "CPA_C29"
    assert nation.source.endswith("jobs: SCB, 2024, split within as wages are")


def test_a_table_that_cannot_be_used_is_replaced_and_the_reason_told():
    nation = national_of(region(official_input_output=official_input_output(without=("D1",))))
    assert nation.stand_in
    assert "The official table was not used: the input-output table lacks wages" in nation.source


@pytest.mark.parametrize("name", ["official_input_output.csv", "official/official_input_output.parquet"])
def test_the_official_table_is_found_in_the_region_s_folder(tmp_path, name):
    whole = Region("Två", "Two", "official", ("1080",), 2024, 2026, 2030, 2035, region(), tmp_path)
    assert national_of(whole).stand_in
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write(official_input_output(), tmp_path / name)
    found = national_of(whole)
    assert not found.stand_in
    assert found.industries == national_of(region(official_input_output=official_input_output())).industries
