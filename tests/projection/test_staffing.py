import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.projection.staffing import staff

OCCUPATIONS, INDUSTRIES = ("7212", "3114", "5330"), ("25", "28", "87")
PATTERN = [[60.0, 30.0, 10.0], [20.0, 50.0, 10.0], [5.0, 5.0, 90.0]]


def long(grid, *, municipality=None):
    rows = [(o, i, grid[n][k]) for n, o in enumerate(OCCUPATIONS) for k, i in enumerate(INDUSTRIES)]
    frame = pl.DataFrame(
        rows, schema={"occupation": pl.String, "industry": pl.String, "persons": pl.Float64}, orient="row"
    )
    return frame if municipality is None else frame.with_columns(municipality=pl.lit(municipality))


def sums(axis, labels, persons, municipality="1080"):
    return pl.DataFrame({"municipality": municipality, axis: list(labels), "persons": persons}, strict=False)


def jobs(*persons, municipality="1080"):
    return sums("industry", INDUSTRIES, persons, municipality)


def occupied(*persons, municipality="1080"):
    return sums("occupation", OCCUPATIONS, persons, municipality)


def grid(table, municipality="1080"):
    at = dict(zip(table.select("municipality", "occupation", "industry").rows(), table["persons"], strict=True))
    return np.array([[at.get((municipality, o, i), 0.0) for i in INDUSTRIES] for o in OCCUPATIONS])


def fit(pattern=PATTERN, **given_sums):
    return tables.check(staff(long(pattern), year=2024, **given_sums), "employed")


def test_one_kind_of_sums_by_hand():
    """85 of 85 persons in industry 25: twice as many jobs are twice the national column."""
    assert grid(fit(jobs=jobs(170.0, 0.0, 0.0)))[:, 0].tolist() == pytest.approx([120, 40, 10])
    assert grid(fit(occupied=occupied(50.0, 0.0, 0.0)))[0].tolist() == pytest.approx([30, 15, 5])


def test_a_two_by_two_answer_known_in_closed_form():
    """Odds 4 and all sums 10: x / (10 - x) squared is 4, so x = 20 / 3."""
    pattern = [[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    found = grid(fit(pattern, jobs=jobs(10.0, 10.0, 0.0), occupied=occupied(10.0, 10.0, 0.0)))
    assert found[:2, :2].ravel().tolist() == pytest.approx([20 / 3, 10 / 3, 10 / 3, 20 / 3], abs=1e-4)


counts = st.lists(st.floats(0.5, 1000), min_size=9, max_size=9).map(lambda x: np.reshape(x, (3, 3)))


@settings(deadline=None, max_examples=25)
@given(counts, counts)
def test_both_sums_are_met_and_odds_are_the_nations(pattern, truth):
    found = grid(fit(pattern, jobs=jobs(*truth.sum(0)), occupied=occupied(*truth.sum(1))))
    assert found.sum(0) == pytest.approx(truth.sum(0), rel=1e-6)
    assert found.sum(1) == pytest.approx(truth.sum(1), rel=1e-6)
    odds = [x[0, 0] * x[1, 1] / (x[0, 1] * x[1, 0]) for x in (found, pattern)]
    assert odds[0] == pytest.approx(odds[1], rel=0.02)


@settings(deadline=None, max_examples=20)
@given(counts, st.randoms())
def test_the_nations_own_sums_give_the_nation_back_in_any_order(pattern, random):
    order = random.sample(range(9), 9)
    margins = {"jobs": jobs(*pattern.sum(0))[::-1], "occupied": occupied(*pattern.sum(1))}
    found = staff(long(pattern)[order], year=2024, **margins)
    assert grid(found) == pytest.approx(pattern, rel=1e-9)
    assert found.equals(staff(long(pattern), year=2024, **margins))


def test_another_municipality_changes_nothing():
    two = {
        "jobs": pl.concat([jobs(100.0, 50.0, 20.0), jobs(10.0, 5.0, 2.0, municipality="1081")]),
        "occupied": pl.concat([occupied(90.0, 60.0, 20.0), occupied(3.0, 4.0, 10.0, municipality="1081")]),
    }
    alone = fit(jobs=jobs(100.0, 50.0, 20.0), occupied=occupied(90.0, 60.0, 20.0))
    assert grid(fit(**two)) == pytest.approx(grid(alone), rel=1e-7)


def test_a_hidden_sum_gets_what_the_others_leave():
    """170 jobs, 160 of them in known occupations: the hidden one has ten, and is not empty."""
    found = grid(fit(jobs=jobs(100.0, 50.0, 20.0), occupied=occupied(90.0, 70.0, None)))
    assert found.sum(1) == pytest.approx([90, 70, 10])
    assert found.sum(0) == pytest.approx([100, 50, 20])


def test_hidden_sums_of_both_kinds_lean_on_the_pattern():
    found = grid(fit(jobs=jobs(100.0, 50.0, None), occupied=occupied(90.0, 70.0, None)))
    assert found.sum(0)[:2] == pytest.approx([100, 50])
    assert found.sum(1)[:2] == pytest.approx([90, 70])
    assert found[2, 2] > 0


def test_published_cells_stay_and_hidden_ones_share_the_rest():
    known = pl.DataFrame(
        {
            "municipality": "1080",
            "occupation": ["7212", "5330", "3114"],
            "industry": ["25", "25", "25"],
            "persons": [70.0, 0.0, None],
        }
    )
    table = fit(jobs=jobs(100.0, 50.0, 20.0), occupied=occupied(90.0, 60.0, 20.0), known=known)
    status = dict(zip(zip(table["occupation"], table["industry"], strict=True), table["status"], strict=True))
    assert grid(table)[:, 0] == pytest.approx([70, 30, 0])
    assert status["7212", "25"] == status["5330", "25"] == "observed"
    assert status["3114", "25"] == "modelled"
    assert table.filter(pl.col("status") == "modelled")["source"].unique().to_list() == ["national staffing pattern"]


def test_people_where_the_nation_has_nobody_are_placed_all_the_same():
    pattern = [[60.0, 0.0, 0.0], [20.0, 0.0, 0.0], [0.0, 0.0, 90.0]]
    found = grid(fit(pattern, jobs=jobs(10.0, 10.0, 10.0), occupied=occupied(10.0, 10.0, 10.0)))
    assert found.sum(0) == pytest.approx([10, 10, 10], rel=1e-6)


def test_sums_that_disagree_are_an_error_naming_both_unless_told_which_wins():
    disagreeing = {"jobs": jobs(100.0, 50.0, 20.0), "occupied": occupied(90.0, 60.0, 35.0)}
    words = r"1080: 170 jobs over its industries and 185 employed over its occupations.*wins='industry'"
    with pytest.raises(TableError, match=words):
        fit(**disagreeing)
    assert grid(fit(**disagreeing, wins="industry")).sum(1) == pytest.approx(np.array([90, 60, 35]) * 170 / 185)
    assert grid(fit(**disagreeing, wins="occupation")).sum(0) == pytest.approx(np.array([100, 50, 20]) * 185 / 170)


def test_known_sums_above_the_whole_of_the_other_kind_disagree_too():
    with pytest.raises(TableError, match=r"170 jobs over its industries and 180 employed"):
        fit(jobs=jobs(100.0, 50.0, 20.0), occupied=occupied(120.0, 60.0, None))


def test_published_cells_above_their_sum_are_an_error():
    known = long(PATTERN, municipality="1080").filter(pl.col("industry") == "25")
    with pytest.raises(TableError, match=r"1080, industry 25: published cells add up to 85, their sum is given as 80"):
        fit(jobs=jobs(80.0, 50.0, 20.0), known=known)


@pytest.mark.parametrize(
    ("given_sums", "words"),
    [
        ({}, r"no sums for any municipality.*give the jobs per industry"),
        ({"jobs": sums("industry", ["64"], [5.0])}, r"industry: 64 not in the national pattern.*same codes"),
        (
            {"jobs": jobs(1.0, 1.0, 1.0), "occupied": occupied(1.0, 1.0, 1.0, municipality="1081")},
            r"industry: no sums for 1081, which have sums of the other kind.*not the same as zero",
        ),
    ],
)
def test_sums_that_cannot_be_used_say_why(given_sums, words):
    with pytest.raises(TableError, match=words):
        fit(**given_sums)


def test_jobs_in_an_industry_without_anybody_in_the_nation_are_an_error():
    pattern = [[60.0, 0.0, 0.0]] * 3
    with pytest.raises(TableError, match=r"1080, industry 28: 10 persons to place and room for 0"):
        fit(pattern, jobs=jobs(10.0, 10.0, 0.0))
