"""A table with named industries: places, jobs brought to it, merging."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import FaultsError, TableError, UnknownCodeError
from brygga.impact.leontief import effects, technical_coefficients
from brygga.impact.national import SECTORS, coarsened, germany_1990, held, merged, with_jobs
from brygga.impact.published_files import official_national
from tests.impact.made_tables import official_input_output

LARGE = official_national(official_input_output())


@pytest.fixture
def large():
    return LARGE


def test_six_sectors_have_every_section():
    nation = germany_1990()
    assert [nation.place(letter) for letter in "ABCDEFGHIJKLMNOPQRSTU"] == [
        *[0],
        *[1] * 4,
        2,
        *[3] * 3,
        *[4] * 5,
        *[5] * 7,
    ]
    assert nation.industries == SECTORS
    assert nation.stand_in


def test_jobs_are_summed_by_sector_whatever_the_grain():
    jobs = germany_1990().jobs_by_industry({"29": 100, "C": 50, "B+C": 1, "86.10": 7, "Q": 3})
    assert jobs.tolist() == [0, 151, 0, 0, 0, 10]


@given(st.dictionaries(st.sampled_from(["A", "B", "29", "C", "G", "46", "H", "N", "Q", "T"]), st.floats(0, 1e6)))
def test_no_job_is_lost(persons):
    jobs = LARGE.jobs_by_industry(persons)
    assert jobs.sum() == pytest.approx(sum(persons.values()), abs=1e-6)


def test_a_section_over_several_industries_has_no_single_place(large):
    with pytest.raises(
        UnknownCodeError, match=r"industry 'G' is several industries of the table: CPA_G45, CPA_G46, CPA_G47"
    ):
        large.place("G")
    assert large.industries[large.place("46")] == "CPA_G46"
    assert large.industries[large.place("11")] == "CPA_C10-12"


def test_it_is_split_as_the_nation_is(large):
    split = large.jobs_by_industry({"G": 100.0})
    trade = [large.industries.index(code) for code in ("CPA_G45", "CPA_G46", "CPA_G47")]
    assert split[trade] == pytest.approx(100 * large.output[trade] / large.output[trade].sum())
    counted = with_jobs(large, {"45": 10.0, "46": 10.0, "47": 80.0}, source="counted")
    assert counted.jobs_by_industry({"G": 100.0})[trade] == pytest.approx([10, 10, 80])
    assert "counted" in counted.source
    assert "jobs" not in counted.lacks


def test_coarsened_gives_every_code_one_place(large):
    codes = ["10", "29", "30", "C", "G", "H", "Q"]
    table = coarsened(large, [code for code in codes if code != "C"])
    assert [table.industries[table.place(code)] for code in ("29", "G", "H")] == ["CPA_C29", "G", "H"]
    assert "C" in coarsened(large, codes).industries


def test_merging_keeps_sums_and_a_merged_table_buys_the_same(large):
    groups = [list(range(20)), list(range(20, len(large.industries)))]
    two = merged(large, groups)
    assert two.flows.sum() == pytest.approx(large.flows.sum())
    assert two.output.sum() == pytest.approx(large.output.sum())
    one = merged(two, [[0, 1]])
    bought = large.flows.sum() / large.output.sum()
    made = effects(technical_coefficients(one.flows, one.output), np.ones(1))
    assert made[0] == pytest.approx(1 / (1 - bought))


def test_what_a_coarse_table_leaves_unsaid_is_taken_in():
    holds = held(["A", "C", "F", "G-I", "J-N", "O-S"])
    assert {"35", "05", "38"} <= holds[1]
    assert {"97", "99"} <= holds[5]
    assert held(["A", "nonsense"]) == ()


def test_codes_that_cannot_be_placed_are_all_named():
    with pytest.raises(FaultsError) as caught:
        germany_1990().jobs_by_industry({"Volvo": 1.0, "29": 2.0, "XX": 3.0})
    assert "'Volvo'" in str(caught.value)
    assert "'XX'" in str(caught.value)


@pytest.mark.parametrize("persons", [-1.0, float("nan")])
def test_negative_or_unknown_jobs_are_faults(persons):
    with pytest.raises(TableError, match="jobs by industry: 29"):
        germany_1990().jobs_by_industry({"29": persons})


def test_what_a_table_lacks_is_said(large):
    with pytest.raises(TableError, match=r"the input-output table lacks jobs \(Eurostat, naio_10_cp1700, 2020\)"):
        large.need("wages", "jobs")
    assert large.need("wages") is large
