"""What a person may write wrong about a closure: the words of each fault, all of them in one report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brygga.core.errors import BryggaError, FaultsError, FileError, SettingError, TableError, UnknownCodeError
from brygga.core.region import Region, read_region
from brygga.impact.closure import Shock
from brygga.workflow.closure_files import read_leaving, read_occupations
from brygga.workflow.closure_run import run_closure
from brygga.workflow.closure_shock import Asked, check_shock, shock_of


@pytest.fixture(scope="module")
def region(mini: Path) -> Region:
    return read_region(mini)


def ask(region: Region, **given: Any) -> tuple[Shock, tuple[str, ...]]:
    asked = {"municipality": "9901", "industry": "25", "posts": 60, "first": "2027-03-01"}
    return shock_of(region, Asked(**{**asked, **given}))


def fault(region: Region, **given: Any) -> BryggaError:
    with pytest.raises(BryggaError) as caught:
        ask(region, **given)
    return caught.value


# dates


def test_the_notice_is_the_latest_day_that_the_law_allows(region: Region):
    shock, _ = ask(region, posts=100)
    assert (shock.notice, shock.first_leaving, shock.last_leaving) == (date(2026, 11, 1), *[date(2027, 3, 1)] * 2)
    longer, _ = ask(region, posts=101)
    assert longer.notice == date(2026, 9, 1)
    assert [day for day, _ in longer.leaving] == [date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)]


def test_the_first_leave_as_soon_as_the_law_allows(region: Region):
    shock, _ = ask(region, posts=26, first=None, notice="2026-08-31")
    assert shock.first_leaving == date(2026, 12, 31)
    shock, _ = ask(region, posts=25, first=None, notice="2026-08-31")
    assert shock.first_leaving == date(2026, 10, 31)


def test_both_dates_stand_as_given(region: Region):
    shock, _ = ask(region, notice="2027-02-01")
    assert (shock.notice, shock.first_leaving) == (date(2027, 2, 1), date(2027, 3, 1))


def test_a_last_leaving_date_spreads_the_posts(region: Region):
    shock, _ = ask(region, leaving="2027-06-01")
    assert len(shock.leaving) == 4
    assert sum(share for _, share in shock.leaving) == pytest.approx(1.0)


def test_leaving_before_the_notice(region: Region):
    wrong = fault(region, notice="2027-04-01")
    assert wrong.what == "the first leave on 2027-03-01, before the notice on 2027-04-01."
    assert wrong.why == "a notice comes before the posts end."


@pytest.mark.parametrize("day", ["1 mars 2027", "2027-02-30", "20270301x", "01/03/2027", ""])
def test_a_date_is_year_month_day(region: Region, day: str):
    assert "is no date" in fault(region, first=day).what


@pytest.mark.parametrize(("day", "year"), [("2023-12-31", 2023), ("2037-06-01", 2037)])
def test_a_notice_outside_the_years_of_the_region(region: Region, day: str, year: int):
    wrong = fault(region, first=None, notice=day)
    assert wrong.what == f"the notice on {day} is outside 2024-2036."
    assert "2024-01-01 to 2036-12-31" in wrong.todo


def test_no_date_at_all(region: Region):
    assert "give --date (the first leaving date), --notice" in fault(region, first=None).todo


def test_posts_that_end_after_the_months(region: Region):
    wrong = fault(region, months=6, leaving="2027-12-01")
    assert wrong.what == "the last leave on 2027-12-01, 13 months after the notice, and 6 are followed."
    assert "--months 26" in wrong.todo


# numbers and places


@pytest.mark.parametrize("posts", [0, -5, 12.5, 200_000, float("nan"), float("inf")])
def test_posts_are_whole_and_above_none(region: Region, posts: float):
    wrong = fault(region, posts=posts)
    assert "is no number of posts" in wrong.what
    assert "--posts 140" in wrong.todo


def test_more_posts_than_jobs(region: Region):
    wrong = fault(region, posts=201)
    assert wrong.what == "--posts 201: industry 25 has about 200 job(s) in 9901 in 2024."
    assert wrong.why == "no more posts can disappear than there are."
    assert ask(region, posts=201, sign=1)[0].key == "9901-25+201"


def test_an_industry_without_jobs_there(region: Region):
    assert "industry 29 has no job in 9902" in fault(region, municipality="9902", industry="29").what


def test_a_municipality_outside_the_region(region: Region):
    wrong = fault(region, municipality="1080")
    assert isinstance(wrong, SettingError)
    assert wrong.what == "--municipality 1080 Karlskrona lies outside the region."
    assert "9901 Storby, 9902 Lillby" in wrong.todo


@pytest.mark.parametrize("code", ["999", "Storby", "12345", ""])
def test_an_unknown_municipality(region: Region, code: str):
    wrong = fault(region, municipality=code)
    assert isinstance(wrong, UnknownCodeError)
    assert "is no municipality" in wrong.what
    assert "9901 Storby" in wrong.todo


def test_unknown_industries(region: Region):
    assert "is no industry of SNI 2007" in fault(region, industry="ZZ").what
    wrong = fault(region, industry="A")
    assert "has no jobs in the region" in wrong.what
    assert "25 Manufacture of metal products" in wrong.todo


@pytest.mark.parametrize(("name", "value"), [("months", 0), ("months", 121), ("draws", 9), ("draws", 2001)])
def test_months_and_draws_out_of_range(region: Region, name: str, value: int):
    assert f"--{name} {value} is outside" in fault(region, **{name: value}).what


@pytest.mark.parametrize("budget", [-1.0, float("nan"), float("inf")])
def test_a_budget_is_a_sum_of_money(mini: Path, budget: float, tmp_path: Path):
    with pytest.raises(SettingError, match="is no sum of money"):
        run_closure(mini, Asked("9901", "25", 60, first="2027-03-01"), out=tmp_path, budget=budget)


def test_a_region_needs_a_folder_for_the_results(mini: Path):
    with pytest.raises(SettingError, match=r"no folder is given for the results.*give the run's folder with -o"):
        run_closure(mini, Asked("9901", "25", 60, first="2027-03-01"))


def test_every_fault_in_one_report(region: Region, tmp_path: Path):
    wrong = fault(region, posts=0, municipality="1080", industry="ZZ", first="soon", months=0, draws=1, leaving="later")
    assert isinstance(wrong, FaultsError)
    assert len(wrong.faults) == 7


# occupations


def test_occupations_must_sum_to_the_posts(region: Region):
    wrong = fault(region, occupations={"7212": 20, "7223": 30})
    assert wrong.what == "the occupations' posts sum to 50, not to 60 (--posts)."
    assert wrong.todo.endswith("give --posts 50.")


def test_occupations_that_the_region_does_not_count(region: Region):
    wrong = fault(region, occupations={"7213": 60})
    assert wrong.what == "occupation 7213 is not counted in the region as such."
    assert wrong.todo.startswith("choose the nearest: 7212")
    wrong = fault(region, occupations={"72": 60})
    assert "choose one of those inside it: 7212" in wrong.todo
    assert "is no SSYK 2012 code" in fault(region, occupations={"9999": 60}).what


def test_a_finer_occupation_is_counted_in_the_one_that_holds_it(region: Region):
    shock, notes = ask(region, occupations={"5311": 20, "5": 10, "7223": 30})
    assert shock.occupations == {"5": 30, "7223": 30}
    assert notes == ("occupation 5311 is counted as 5 Service, care and shop sales occupations",)


def test_a_program_is_told_the_same(region: Region):
    shock = Shock("1080", "ZZ", 0.0, date(2027, 4, 1), ((date(2027, 3, 1), 1.0),))
    with pytest.raises(FaultsError) as caught:
        check_shock(region, shock)
    assert len(caught.value.faults) == 4


# files


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("occupation,posts\n7212,20\n7223,40\n", "utf-8"),
        ("occupation;posts\r\n7212;20\r\n7223;40\r\n", "utf-8-sig"),
        ("Yrke;Antal\n7212 Svetsare å;20,0\n7223 Maskinställare;40\n\n", "cp1252"),
        ("SSYK\tposts\n7212\t 20\n7223\t4 0\n5\t0\n", "utf-8"),
    ],
)
def test_occupations_as_people_save_them(tmp_path: Path, content: str, encoding: str):
    path = tmp_path / "posts.csv"
    path.write_bytes(content.encode(encoding))
    assert read_occupations(path)[0] == {"7212": 20.0, "7223": 40.0}


def test_faults_of_a_file_have_row_and_column(tmp_path: Path):
    path = tmp_path / "posts.csv"
    path.write_text("occupation,posts\n7212,20\nwelder,5\n7223,many\n7212,-1\n7212,3\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_occupations(path)
    told = [wrong.what for wrong in caught.value.faults]
    assert told == [
        "posts.csv, row 3, column occupation: 'welder'.",
        "posts.csv, row 4, column posts: 'many'.",
        "posts.csv, row 5, column posts: '-1'.",
        "posts.csv, row 6, column occupation: '7212'.",
    ]


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(FileError, match="cannot be read"):
        read_occupations(tmp_path / "nothing.csv")
    empty = tmp_path / "empty.csv"
    empty.write_text("occupation,posts\n", encoding="utf-8")
    with pytest.raises(TableError, match="has no row"):
        read_occupations(empty)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="has no column occupation, posts"):
        read_occupations(other)


def test_leaving_dates_of_a_file(region: Region, tmp_path: Path):
    path = tmp_path / "leaving.csv"
    path.write_text("datum;antal\n2027-03-01;20\n2027-05-01;40\n", encoding="utf-8")
    assert read_leaving(path) == {date(2027, 3, 1): 20.0, date(2027, 5, 1): 40.0}
    shock, _ = ask(region, first=None, leaving=str(path))
    assert shock.leaving == ((date(2027, 3, 1), 20 / 60), (date(2027, 5, 1), 40 / 60))
    assert shock.notice == date(2026, 11, 1)
    assert "the leaving dates' posts sum to 60, not to 61" in fault(region, posts=61, leaving=str(path)).what
