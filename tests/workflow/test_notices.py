"""Notices: kept whole or not at all, read from files as people save them, and never seen outside the folder."""

import json
from datetime import date

import pytest

from brygga.core.errors import BryggaError, FaultsError, FileError, SettingError, TableError
from brygga.workflow.notice_import import COLUMNS, notice_from, read_notices
from brygga.workflow.notices import (
    Notice,
    add_notices,
    clock_of,
    clock_steps_of,
    notices_in,
    one_notice,
    open_notices,
    remove_notice,
    shock_of,
    told,
)
from brygga.workflow.organisation_number import tidy_number

ANNA = {"role": "crisis", "who": "Anna Ek", "purpose": "first meeting"}
NAME = "Xylofonverken AB"
NUMBER = "556012-5790"


def notice(**changes):
    given = {
        "employer": NAME,
        "organisation_number": NUMBER,
        "municipality": "1060",
        "industry": "29",
        "notice": date(2026, 9, 1),
        "leaving": {date(2027, 3, 1): 140},
        "posts": 140,
        "occupations": {"7223": 100, "8211": 40},
        "source": "the employer",
    }
    return Notice(**(given | changes))


@pytest.fixture
def box(tmp_path):
    return open_notices(tmp_path, create=True, **ANNA)


def test_a_notice_comes_back_as_it_was_kept(box):
    (kept,) = add_notices(box, [notice()])
    assert kept.number == "2026-001"
    assert one_notice(box, "2026-001") == kept == notice(number="2026-001")
    assert told(kept)["occupations"] == "7223: 100, 8211: 40"


def test_numbers_are_never_given_twice(box):
    add_notices(box, [notice(), notice(municipality="1080"), notice(notice=date(2027, 1, 2))])
    remove_notice(box, "2026-002")
    (again,) = add_notices(box, [notice(municipality="1081")])
    assert again.number == "2026-003"
    assert [n.number for n in notices_in(box)] == ["2026-001", "2026-003", "2027-001"]


def test_all_of_a_batch_are_kept_or_none(box):
    with pytest.raises(FaultsError) as caught:
        add_notices(box, [notice(), notice(), notice(municipality="1062", posts=0)], where="the file")
    assert notices_in(box) == []
    words = str(caught.value)
    assert "the file, notice 2: the same employer, municipality and notice date (2026-09-01) as notice 1" in words
    assert "the file, notice 3, municipality: 1 code(s) not in the municipalities of Sweden: 1062" in words
    assert "the file, notice 3: 0 posts" in words


def test_a_notice_that_is_kept_already_is_a_fault_and_names_it(box):
    add_notices(box, [notice()])
    with pytest.raises(TableError, match=r"as 2026-001. it would be counted twice.*brygga notice remove"):
        add_notices(box, [notice(employer="  xylofonverken   ab", organisation_number=NUMBER, posts=140)])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"organisation_number": "556012-5791"}, "its last digit does not check"),
        ({"organisation_number": "55601"}, "it has 10 digits"),
        ({"organisation_number": "811218-9876"}, "looks like a personal identity number"),
        ({"industry": "999"}, "not in SNI 2007"),
        ({"occupations": {"7223": 100}}, "the occupations have 100 posts together, the notice 140"),
        ({"leaving": {date(2027, 3, 1): 100}}, "the leaving dates have 100 posts together, the notice 140"),
        ({"leaving": {date(2026, 8, 31): 140}}, "leaving on 2026-08-31, before the notice on 2026-09-01"),
        ({"leaving": {}}, "no leaving date"),
        ({"employer": " "}, "no employer"),
    ],
)
def test_what_is_wrong_with_a_notice_is_said_without_the_employer(box, changes, words):
    with pytest.raises(BryggaError) as caught:
        add_notices(box, [notice(**changes)])
    assert words in str(caught.value)
    assert NAME not in str(caught.value)


def test_a_number_may_be_left_out_and_is_kept_with_its_hyphen():
    assert tidy_number("5560125790") == NUMBER
    assert tidy_number("") == ""


def test_the_clock_of_a_notice_is_that_of_its_county():
    clock = clock_of(notice())
    assert (clock.months, clock.first_leaving, clock.late_days) == (6, date(2027, 3, 1), 0)
    steps = clock_steps_of(notice(number="2026-001"))
    assert set(steps["shock"]) == {"2026-001"}
    assert NAME not in str(steps.to_dicts())


def test_a_closure_is_handed_plain_numbers(tmp_path, box):
    leaving = {date(2027, 3, 1): 35, date(2027, 4, 1): 105}
    add_notices(box, [notice(leaving=leaving)])
    numbers = shock_of(tmp_path, "2026-001", **ANNA)
    assert (numbers.municipality, numbers.industry, numbers.posts) == ("1060", "29", 140)
    assert numbers.leaving == ((date(2027, 3, 1), 0.25), (date(2027, 4, 1), 0.75))
    assert numbers.first_leaving == date(2027, 3, 1)
    assert numbers.occupations == {"7223": 100.0, "8211": 40.0}
    assert NAME not in str(numbers)
    assert NUMBER not in str(numbers)
    with pytest.raises(BryggaError, match=r"may not open"):
        shock_of(tmp_path, "2026-001", role="planner", who="Bo", purpose="x")


def test_a_number_that_is_not_kept_is_named(box):
    with pytest.raises(SettingError, match=r"there is no notice 2026-009. 0 are kept. choose one of: none yet"):
        one_notice(box, "2026-009")


def test_no_audit_line_holds_a_name_or_number_of_a_company(box):
    add_notices(box, [notice()])
    one_notice(box, "2026-001")
    remove_notice(box, "2026-001")
    text = (box.folder / "audit.log").read_text(encoding="utf-8")
    assert "notices added: 2026-001" in text
    assert "notice removed: 2026-001" in text
    assert NAME not in text
    assert NUMBER not in text


HEAD = ",".join(COLUMNS)
ROWS = (
    "Ö-verken AB,556012-5790,0767,25,2026-09-01,2027-03-01,140,7223,100,tidning",
    "Ö-verken AB,556012-5790,0767,25,2026-09-01,2027-03-01,140,8211,40,tidning",
    "Å Bygg,,1080,41,2026-10-05,2027-01-01:4 2027-02-01:6,10,,,",
)


def write(path, lines, encoding="utf-8", separator=","):
    path.write_bytes("\n".join(line.replace(",", separator) for line in lines).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("cp1252", "\t")]
)
def test_files_are_read_as_people_save_them(tmp_path, encoding, separator):
    first, second = read_notices(write(tmp_path / "n.csv", [HEAD, *ROWS], encoding, separator))
    assert (first.employer, first.municipality, first.posts) == ("Ö-verken AB", "0767", 140)
    assert first.occupations == {"7223": 100, "8211": 40}
    assert second.employer == "Å Bygg"
    assert second.leaving == {date(2027, 1, 1): 4, date(2027, 2, 1): 6}
    assert second.occupations == {}


def test_decimal_commas_and_thousands_are_read(tmp_path):
    row = "A;;1080;41;2026-10-05;2027-04-05;1 200,0;7111;1200,0;"
    (found,) = read_notices(write(tmp_path / "n.csv", [HEAD.replace(",", ";"), row]))
    assert (found.posts, found.occupations) == (1200, {"7111": 1200})


def test_every_fault_of_a_file_is_told_with_row_column_value_and_form(tmp_path):
    rows = [
        "A,556012-5791,767,25,2026-09-01,2027-03-01,140,7223,100,",
        "B,,1080,29,1 sept,2027-03-01,12,,,",
        "C,,1080,29,2026-09-01,2027-3-1,12.5,,,",
        "D,,1080,29,2026-09-01,2026-08-01,12,,,",
        "E,,1080,29,2026-09-01,2027-03-01,12,7223,ten,",
        "F,,1080,29,2026-09-01,2027-03-01,12",
    ]
    with pytest.raises(FaultsError) as caught:
        read_notices(write(tmp_path / "n.csv", [HEAD, *rows]))
    words = str(caught.value)
    assert "767 looks like 0767 read as a number" in words
    assert "n.csv, row 2: organisation number '556012-5791'. its last digit does not check" in words
    assert "n.csv, row 2: the occupations have 100 posts together, the notice 140" in words
    assert (
        "n.csv, row 3, column notice_date: '1 sept'. it cannot be read as it stands. write a day as 2027-03-01" in words
    )
    assert "n.csv, row 4, column leaving_date: '2027-3-1'" in words
    assert "n.csv, row 4, column posts: '12.5'. it cannot be read as it stands. write a whole number as 12" in words
    assert "n.csv, row 5: leaving on 2026-08-01, before the notice on 2026-09-01" in words
    assert "n.csv, row 6, column occupation_posts: 'ten'" in words
    assert "n.csv, row 7: 7 cells, the header 10" in words


def test_a_notice_twice_in_a_file_and_an_occupation_twice_are_faults(tmp_path):
    row = "A,556012-5790,1080,29,2026-09-01,2027-03-01,12,,,"
    with pytest.raises(TableError, match=r"more than once: 1080 on 2026-09-01"):
        read_notices(write(tmp_path / "n.csv", [HEAD, row, row]))
    twice = "A,556012-5790,1080,29,2026-09-01,2027-03-01,12,7223,6,"
    with pytest.raises(TableError, match=r"row 3, column occupation: '7223'.*one row for each occupation"):
        read_notices(write(tmp_path / "n.csv", [HEAD, twice, twice]))


def test_files_that_are_no_list_are_explained(tmp_path):
    with pytest.raises(TableError, match=r"n.csv is empty"):
        read_notices(write(tmp_path / "n.csv", [""]))
    with pytest.raises(TableError, match=r"lacks column\(s\) employer, industry, notice_date, leaving_date, posts"):
        read_notices(write(tmp_path / "n.csv", ["company,municipality", "A,1080"]))
    with pytest.raises(FileError, match=r"none.csv cannot be read: No such file"):
        read_notices(tmp_path / "none.csv")


def test_a_notice_of_options_is_checked_the_same_way():
    texts = {
        "employer": NAME,
        "organisation_number": NUMBER,
        "municipality": "1060",
        "industry": "29",
        "notice_date": "2026-09-01",
        "leaving": ["2027-03-01:40", "2027-04-01:100"],
        "posts": "140",
        "occupations": ["7223=100", "8211=40"],
        "source": "the employer",
    }
    found = notice_from(**texts)
    assert found == notice(leaving={date(2027, 3, 1): 40, date(2027, 4, 1): 100})
    with pytest.raises(FaultsError, match=r"(?s)column notice_date: 'soon'.*column occupation_posts: empty"):
        notice_from(**(texts | {"notice_date": "soon", "occupations": ["7223"]}))


def test_the_kept_file_is_one_json_that_a_person_can_read(box):
    add_notices(box, [notice()])
    content = json.loads((box.folder / "notices.json").read_text(encoding="utf-8"))
    assert content["last"] == {"2026": 1}
    assert content["notices"][0]["leaving"] == {"2027-03-01": 140}
