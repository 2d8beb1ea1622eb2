"""EMPLOYMENT: what is read, in any order, and the words for everything that can be wrong with it."""

import numpy as np
import pytest

from brygga.core.errors import FaultsError, TableError, UnknownCodeError
from brygga.impact.employment_file import read_employment

INDUSTRIES = ("A", "C", "G")
ROWS = [
    ("north", "A", 5),
    ("north", "C", 10),
    ("north", "G", 20),
    ("south", "A", 1),
    ("south", "C", 0),
    ("south", "G", 30),
    ("nation", "A", 10),
    ("nation", "C", 40),
    ("nation", "G", 90),
]


@pytest.fixture
def write(tmp_path):
    def written(rows, header=("region", "industry", "persons")):
        path = tmp_path / "E.csv"
        path.write_text("\n".join(",".join(map(str, row)) for row in [header, *rows]), encoding="utf-8")
        return path

    return written


def changed(at, row):
    return [*ROWS[:at], row, *ROWS[at + 1 :]]


def test_regions_and_nation_are_read(write):
    jobs = read_employment(write(ROWS), INDUSTRIES)
    assert jobs.regions == ("north", "south")
    assert jobs.region(["north"]).tolist() == [5, 10, 20]
    assert jobs.nation.tolist() == [10, 40, 90]
    assert jobs.warnings == ()


def test_any_regions_are_one_and_their_order_does_not_matter(write):
    jobs = read_employment(write(ROWS), INDUSTRIES)
    assert jobs.region(["north", "south"]).tolist() == [6, 10, 50]
    assert jobs.region(["south", "North", "south"]).tolist() == [6, 10, 50]
    assert jobs.region(["north", "nation"]).tolist() == jobs.nation.tolist()
    assert jobs.named(["SOUTH", "north", "south"]) == ("north", "south")


def test_rows_in_any_order_are_taken_by_name(write):
    turned = read_employment(write(ROWS[::-1]), INDUSTRIES)
    straight = read_employment(write(ROWS), INDUSTRIES)
    assert (turned.persons == straight.persons).all()
    assert turned.regions == straight.regions
    assert "its industries stand in another order than COEFFICIENTS; taken by name" in turned.warnings[0]


def test_without_a_nation_the_regions_are_summed_and_it_is_said(write):
    jobs = read_employment(write(ROWS[:6]), INDUSTRIES)
    assert jobs.nation.tolist() == [6, 10, 50]
    assert "has no region 'nation': the nation is taken to be the sum of its 2 regions" in jobs.warnings[0]


def test_the_nation_may_have_another_name(write):
    rows = [("Sverige" if region == "nation" else region, *rest) for region, *rest in ROWS]
    assert read_employment(write(rows), INDUSTRIES, nation="sverige").nation.tolist() == [10, 40, 90]


def test_a_single_region_has_nothing_to_be_compared_with(write):
    with pytest.raises(TableError, match="has no region 'nation', and only one other: north"):
        read_employment(write(ROWS[:3]), INDUSTRIES)


def test_a_region_without_all_rows_can_be_others_but_not_asked_for(write):
    jobs = read_employment(write([*ROWS[:4], *ROWS[5:]]), INDUSTRIES)
    assert np.isnan(jobs.persons[1, 1])
    assert len(jobs.complete()) == 1
    with pytest.raises(TableError, match=r"lacks industries of COEFFICIENTS: south: C.*missing is not zero"):
        jobs.region(["south"])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (changed(1, ("north", "C", -3)), r"1 negative number\(s\) of persons: north, C -3"),
        (changed(1, ("north", "C", "..")), r"1 cell\(s\) without a number: row 3"),
        (changed(1, ("north", "C", "ten")), r"1 cell\(s\) with text where a number belongs: .*'ten'"),
        ([*ROWS, ROWS[0]], r"stand more than once: north, A \(rows 2 and 11\)"),
        (changed(1, ("", "C", 3)), "row 3 without a region or an industry"),
        (changed(7, ("nation", "C", 0)), "nobody works in C in the nation"),
        (ROWS[:7] + ROWS[8:], "lacks industries of COEFFICIENTS: nation: C"),
        ([row for row in ROWS if row[1] != "C"], "column industry lacks C"),
    ],
)
def test_the_words_of_each_fault(write, rows, words):
    with pytest.raises(TableError, match=words):
        read_employment(write(rows), INDUSTRIES)


def test_another_classification_is_named(write):
    rows = [(region, {"A": "01", "C": "29", "G": "47"}[industry], jobs) for region, industry, jobs in ROWS]
    with pytest.raises(UnknownCodeError, match="3 of 3 industries stand not in COEFFICIENTS: 01, 29, 47"):
        read_employment(write(rows), INDUSTRIES)


def test_a_column_that_is_missing_is_named(write):
    with pytest.raises(TableError, match="no column persons; its columns are region, industry, jobs"):
        read_employment(write(ROWS, header=("region", "industry", "jobs")), INDUSTRIES)


def test_an_unknown_region_gets_the_nearest_names(write):
    jobs = read_employment(write(ROWS), INDUSTRIES)
    with pytest.raises(UnknownCodeError, match=r"has no region 'nort'\. the nearest names are north"):
        jobs.region(["nort"])


def test_an_empty_region_is_told(write):
    rows = [
        ("south", industry, 0) if region == "south" else (region, industry, jobs) for region, industry, jobs in ROWS
    ]
    with pytest.raises(TableError, match="nobody works in region south"):
        read_employment(write(rows), INDUSTRIES).region(["south"])


def test_a_region_larger_than_its_nation_is_told_by_industry(write):
    jobs = read_employment(write(changed(1, ("north", "C", 50))), INDUSTRIES)
    with pytest.raises(TableError, match="region north has more jobs than the nation: C 50 of 40"):
        jobs.region(["north"])


def test_rounding_is_no_fault(write):
    assert read_employment(write(changed(1, ("north", "C", 40.4))), INDUSTRIES).region(["north"])[1] == 40


def test_all_faults_stand_in_one_report(write):
    rows = [*changed(1, ("north", "C", -3)), ROWS[0], ("north", "X", 1)]
    with pytest.raises(FaultsError) as raised:
        read_employment(write(rows), INDUSTRIES, wanted=["nort", "south"])
    told = str(raised.value)
    assert "has 4 faults" in told
    for words in ("negative number", "more than once", "industry X is not in COEFFICIENTS", "no region 'nort'"):
        assert words in told
