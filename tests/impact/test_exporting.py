"""Jobs that sell outside: by hand, the laws of shares, what is stated, the claim beside, and the words of errors."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import FaultsError, TableError
from brygga.impact.exporting import Abroad, Claim, common_groups, excess_shares, exporting_jobs, sweden_jobs
from brygga.impact.ranges import Range

NONE = Range(0.0, 0.0, 0.0)
PLAIN = Abroad(NONE, NONE)
WIDE = Abroad(Range(0.0, 0.5, 0.67), Range(0.0, 0.1, 0.25))
REGION = {"10": 10.0, "29": 20.0, "G": 20.0, "Q": 50.0}
NATION = {"C": 100.0, "G": 250.0, "Q": 650.0}


def told(abroad=PLAIN, **more):
    given = {"draws": 40, "seed": 1, "nation_source": "made"} | more
    return tables.check(exporting_jobs(REGION, NATION, abroad, **given), "exporting_jobs")


def row(table, **key):
    return table.filter(**key).row(0, named=True)


def test_the_plain_excess_by_hand():
    """30 of 100 jobs in manufacturing where the nation has 10 %: 20 sell outside, two in three of each division."""
    table = told()
    industry = row(table, industry="C")
    assert (industry["jobs"], industry["p50"], industry["share"]) == pytest.approx((30.0, 20.0, 2 / 3))
    assert row(table, industry="29")["p50"] == pytest.approx(20 * 2 / 3)
    assert row(table, industry="Q")["p50"] == 0.0
    assert row(table, industry="all")["p50"] == pytest.approx(20.0)
    assert industry["part_p50"] == pytest.approx(1.0)


def test_what_the_nation_sells_abroad_is_not_needed_at_home():
    """Half of the nation's manufacturing works for others: 5 of 30 jobs are needed, not 10."""
    half = Range(0.5, 0.5, 0.5)
    assert row(told(Abroad(half, NONE)), industry="C")["p50"] == pytest.approx(25.0)


def test_the_interval_starts_at_the_plain_excess():
    plain, wide = row(told(), industry="C"), row(told(WIDE), industry="C")
    assert plain["p50"] <= wide["p10"] < wide["p50"] < wide["p90"] <= 30.0


def test_a_nation_known_by_division_is_compared_by_division():
    """All of the region's vehicles are needed there if the nation has as many; food alone is in excess."""
    nation = {"10": 10.0, "29": 200.0, "G": 250.0, "Q": 540.0}
    table = exporting_jobs(REGION, nation, PLAIN, draws=1, seed=1, nation_source="made")
    assert row(table, industry="29")["p50"] == 0.0
    assert row(table, industry="10")["p50"] == pytest.approx(9.0)


def test_the_finest_groups_that_both_know():
    assert common_groups(["10", "29", "H", "Q"], ["A", "C", "H-U"]) == [(["10", "29"], ["C"]), (["H", "Q"], ["H-U"])]
    assert common_groups(["C"], ["10-12", "13-33"]) == [(["C"], ["10-12", "13-33"])]


def test_public_services_do_not_sell_what_their_group_has_in_excess():
    """H and Q are one group in the nation: 30 in excess fall on H, which has 40."""
    shares = excess_shares({"C": 10.0, "H": 40.0, "Q": 50.0}, {"C": 40.0, "H-U": 60.0}, NONE, NONE, draws=1, seed=1)
    assert shares.round(9).tolist() == [[0.0, 0.75, 0.0]]


def test_stated_shares_take_the_place_of_quotients_and_divisions_of_their_section():
    table = told(stated={"C": (0.9, "survey"), "29": (0.5, "the works")})
    assert row(table, method="stated", industry="10")["p50"] == pytest.approx(9.0)
    assert row(table, method="stated", industry="29")["source"] == "the works"
    assert row(table, method="stated", industry="all")["p50"] == pytest.approx(9.0 + 10.0)
    assert row(table, method="stated", industry="all")["source"].startswith("2 of 4 industries as stated")
    assert row(table, method="location_quotient", industry="29")["p50"] == pytest.approx(20 * 2 / 3)


def test_the_claim_stands_beside_with_what_it_would_mean():
    """57 % of the jobs that sell outside are 30 jobs in manufacturing: then 52.6 sell outside."""
    table = told(WIDE, claim=Claim(0.57, "said", "annat län", "another county"))
    claim = row(table, method="claim", industry="all")
    assert claim["p50"] == pytest.approx(30 / 0.57)
    assert row(table, method="claim", industry="C")["part_p50"] == 0.57
    assert claim["status"] == "provisional"
    assert claim["reason_en"].startswith("Below the computed range")
    assert claim["reason_en"].endswith("another county")


@pytest.mark.parametrize(("share", "words"), [(0.2, "Below"), (0.35, "Within"), (0.5, "Above")])
def test_the_claim_is_compared_with_the_range(share, words):
    """20 jobs in manufacturing beside 35 or more in trade: at most 36 %, less the more the nation trades abroad."""
    region, abroad = {"C": 30.0, "G": 60.0, "Q": 10.0}, Abroad(NONE, Range(0.0, 0.1, 0.25))
    claim = Claim(share, "said", "", "")
    table = exporting_jobs(region, NATION, abroad, draws=40, seed=1, nation_source="made", claim=claim)
    assert row(table, method="location_quotient", industry="C")["part_p90"] == pytest.approx(20 / 55, abs=0.01)
    assert row(table, method="claim", industry="C")["reason_en"].startswith(words)


jobs = st.floats(0.5, 1e4)


@settings(max_examples=30)
@given(st.tuples(jobs, jobs, jobs, jobs), st.tuples(jobs, jobs, jobs), st.floats(0, 1), st.floats(0, 1))
def test_no_industry_sells_more_than_it_has(region, nation, goods, services):
    here = dict(zip(REGION, region, strict=True))
    there = dict(zip(NATION, nation, strict=True))
    shares = excess_shares(here, there, Range(0, goods, 1), Range(0, services, 1), draws=4, seed=2)
    assert ((shares >= 0) & (shares <= 1)).all()


@settings(max_examples=30)
@given(st.tuples(jobs, jobs, jobs))
def test_a_region_with_the_nations_mix_has_no_excess(nation):
    there = dict(zip(NATION, nation, strict=True))
    shares = excess_shares({code: 0.01 * n for code, n in there.items()}, there, NONE, NONE, draws=1, seed=1)
    assert shares.max() == pytest.approx(0.0, abs=1e-9)


def test_sweden_adds_up_to_its_total():
    assert sum(sweden_jobs().values()) == 5_109_384


def test_every_fault_is_told_at_once():
    with pytest.raises(FaultsError) as found:
        told(stated={"30": (0.5, "x"), "29": (1.5, "x")})
    assert "industry 30 has no jobs in the region" in str(found.value)
    assert "1.5 of industry 29 sells outside" in str(found.value)


def test_a_region_without_jobs_is_an_error():
    with pytest.raises(TableError, match="no jobs in the region"):
        exporting_jobs({}, NATION, PLAIN, draws=1, seed=1, nation_source="made")


def test_the_order_of_industries_does_not_matter():
    turned = exporting_jobs(
        dict(reversed(REGION.items())), dict(reversed(NATION.items())), WIDE, draws=40, seed=1, nation_source="made"
    )
    assert turned.equals(exporting_jobs(REGION, NATION, WIDE, draws=40, seed=1, nation_source="made"))
    assert isinstance(turned, pl.DataFrame)
