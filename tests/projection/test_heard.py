import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import SettingError, TableError
from brygga.projection.heard import heard_openings, heard_posts
from brygga.projection.heard_once import advertised_posts, counted_posts
from brygga.projection.heard_update import Hearing

from .conftest import NEEDS, coded

EMPLOYED = pl.DataFrame({"occupation": ["7212", "7223", "5"], "persons": [140.0, 260.0, 800.0]})


def heard(*rows):
    return heard_posts(coded(*rows), EMPLOYED, municipalities=["9901", "9902"], base_year=2024)


def test_the_twins_by_hand():
    """Four welders of whom two are new; three CNC operators, all new; ten in care (5330 lies in 5), none new."""
    rows = heard(*NEEDS).rows()
    assert rows == [
        ("9901", "7212", 2028, 4.0, 2.0, 0.0),
        ("9902", "5", 2028, 10.0, 0.0, 0.0),
        ("9902", "7223", 2029, 3.0, 3.0, 0.0),
    ]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=8))
def test_saying_it_again_changes_nothing(said):
    assert heard(*said).equals(heard(*dict.fromkeys(said), *said))


def test_a_later_answer_of_the_half_year_takes_the_place_of_the_first():
    first = ("c1", "Verkstan", "9901", "7212", 2.0, 2.0, 2028, 1.0, date(2026, 7, 1))
    later = ("c2", " verkstan ", "9901", "7212", 6.0, 6.0, 2028, 1.0, date(2026, 12, 31))
    assert heard(first, later)["posts"].to_list() == [6.0]


def test_another_half_year_or_wanted_year_is_another_need():
    first = ("c1", "Verkstan", "9901", "7212", 2.0, 2.0, 2028, 1.0, date(2026, 6, 30))
    later = ("c2", "Verkstan", "9901", "7212", 2.0, 2.0, 2028, 1.0, date(2026, 7, 1))
    ahead = ("c3", "Verkstan", "9901", "7212", 2.0, 2.0, 2029, 1.0, date(2026, 6, 30))
    assert heard(first, later, ahead)["posts"].to_list() == [4.0, 2.0]


def test_a_coarse_code_is_spread_by_the_employed():
    rows = heard(("c1", "Verkstan", "9901", "72", 4.0, 4.0, 2028, 1.0, date(2026, 6, 30)))
    assert rows["posts"].to_list() == pytest.approx([4 * 140 / 400, 4 * 260 / 400])


def test_uncoded_foreign_and_past_needs_are_left_out():
    assert not heard(
        ("c1", "Verkstan", "9901", None, 4.0, 4.0, 2028, 1.0, date(2026, 6, 30)),
        ("c2", "Verkstan", "1080", "7212", 4.0, 4.0, 2028, 1.0, date(2026, 6, 30)),
        ("c3", "Verkstan", "9901", "7212", 4.0, 4.0, 2024, 1.0, date(2024, 6, 30)),
    ).height


WHERE = {"municipalities": ["9901", "9902"], "base_year": 2024}
HEARING = Hearing(
    bias_need=2.0,
    bias_ad=1.0,
    sd_bias=0.5,
    sd_horizon=0.1,
    jobs=35.0,
    sd_coverage=0.4,
    lumps=3.0,
)
EXACT = Hearing(**(HEARING.__dict__ | {"bias_need": 1.0, "sd_bias": 0.0, "sd_horizon": 0.0}))
SILENCE = coded(*NEEDS).clear()
WELDERS = ("c1", "Verkstan", "9901", "7212", 6.0, 6.0, 2028, 0.5, date(2026, 10, 1))


def ads(*rows):
    """Ads from (id, employer, municipality, occupation, positions, published)."""
    names = {"ad_id": pl.String, "employer": pl.String, "municipality": pl.String, "occupation": pl.String}
    return pl.DataFrame(rows, schema=names | {"positions": pl.Float64, "published": pl.Date}, orient="row")


def prior(openings=10.0, sd=4.0, **columns):
    cells = [(m, o, year) for m in ("9901", "9902") for o in ("5", "7212", "7223") for year in (2026, 2028, 2029)]
    frame = pl.DataFrame(cells, schema=["municipality", "occupation", "year"], orient="row")
    return frame.with_columns(openings=pl.lit(openings), openings_sd=pl.lit(sd), **columns)


def posterior(needs, *, hearing=HEARING, before=None, **options):
    said = coded(*needs) if needs else SILENCE
    table = heard_openings(said, EMPLOYED, prior() if before is None else before, hearing, **WHERE, **options)
    return tables.check(table, "heard_openings", extra_codes=("9901", "9902"))


def cell(table, municipality="9901", occupation="7212", year=2028):
    at = {"municipality": municipality, "occupation": occupation, "year": year}
    return table.filter(pl.all_horizontal(pl.col(name) == value for name, value in at.items())).row(0, named=True)


def test_the_update_by_hand():
    """Ten expected, give or take four; 35 of 140 jobs asked, so 2.5 openings there; six said, worth three."""
    found = cell(posterior([WELDERS]))
    v = math.log(1 + 0.4**2 + 3 * 0.75 / 2.5) + 0.4**2
    weight = v / (v + 0.5**2 + 0.1**2 * 2)
    at_heard = math.exp((1 - weight) * (math.log(2.5) - v / 2) + weight * math.log(6 / 2) + (1 - weight) * v / 2)
    assert found["posterior"] == pytest.approx(at_heard + 7.5)
    assert (found["prior"], found["stated"], found["organisations"], found["coverage"]) == (10, 6, 1, 0.25)
    assert found["p10"] < found["p50"] < found["posterior"] < found["p90"]


def test_of_what_nothing_was_heard_the_prior_stays():
    for table in (posterior([]), posterior([WELDERS]).filter(pl.col("stated") == 0)):
        assert (table["posterior"] == table["prior"]).all()
        assert (table["posterior_sd"] == table["prior_sd"]).all()
        assert (table["p50"] == table["prior"]).all()


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 200), st.floats(0.5, 200), st.floats(0.1, 50))
def test_full_coverage_without_bias_is_believed_as_it_stands(said, expected, sd):
    share = pl.DataFrame({"municipality": ["9901"], "occupation": ["7212"], "share": [1.0]})
    need = (*WELDERS[:4], said, said, *WELDERS[6:])
    found = cell(posterior([need], hearing=EXACT, before=prior(expected, sd), coverage=share))
    assert found["posterior"] == pytest.approx(said)
    assert found["posterior_sd"] == pytest.approx(0, abs=1e-6 * said)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 200), st.floats(1, 200), st.floats(0.1, 50), st.floats(0.05, 1))
def test_what_is_stated_without_any_precision_changes_nothing(said, expected, sd, share):
    deaf = Hearing(**(HEARING.__dict__ | {"sd_bias": 1e6, "jobs": 140 * share}))
    need = (*WELDERS[:4], said, said, *WELDERS[6:])
    assert cell(posterior([need], hearing=deaf, before=prior(expected, sd)))["posterior"] == pytest.approx(expected)


@settings(deadline=None, max_examples=20)
@given(st.floats(1, 100), st.floats(1.01, 3))
def test_more_said_is_more_expected_and_the_covered_posts_are_not_lost(said, factor):
    exact = Hearing(**(EXACT.__dict__ | {"jobs": 14.0}))
    few, many = (cell(posterior([(*WELDERS[:4], n, n, *WELDERS[6:])], hearing=exact)) for n in (said, said * factor))
    assert few["posterior"] < many["posterior"]
    assert few["posterior"] > said


POSTED = [
    ("a1", "Verkstan AB", "9901", "7212", 2.0, date(2026, 11, 5)),
    ("a2", "Verkstan", "9901", "7212", 5.0, date(2026, 9, 5)),
    ("a3", "Lillverken", "9901", "7223", 3.0, date(2026, 3, 5)),
    ("a4", None, "9901", "7223", 2.0, date(2026, 3, 5)),
    ("a5", None, "9901", "7223", 4.0, date(2026, 8, 5)),
]


def test_ads_by_hand():
    """Verkstan's two ads of the autumn are one of five; of six nameless posts three may be Lillverken's."""
    found = counted_posts(SILENCE, EMPLOYED, **WHERE, ads=ads(*POSTED))
    assert found.select("organisation", "occupation", "posts", "source").rows() == [
        ("verkstan", "7212", 5.0, "ad"),
        (None, "7223", 3.0, "ad"),
        ("lillverken", "7223", 3.0, "ad"),
    ]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(POSTED), max_size=6), st.permutations(POSTED))
def test_posting_again_or_in_another_order_changes_nothing(again, order):
    copies = [(f"{ad_id}{n}", *rest) for n, (ad_id, *rest) in enumerate(again) if rest[0]]
    posted, needs = ads(*order, *copies), [WELDERS, *NEEDS]
    assert posterior(needs, ads=posted).equals(posterior([*needs, *needs][::-1], ads=ads(*POSTED)))


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2028, 2, 1)])
def test_a_need_posted_as_an_ad_changes_nothing(day):
    """In the half-year it was stated or the year it was wanted for; under its own name or none."""
    for employer in ("VERKSTAN AB", None):
        told = posterior([WELDERS], ads=ads(("a1", employer, "9901", "7212", 6.0, day)))
        assert told.equals(posterior([WELDERS]))


def test_an_ad_by_another_organisation_is_another_post():
    told = posterior([WELDERS], ads=ads(("a1", "Annan", "9901", "7212", 6.0, date(2028, 2, 1))))
    assert (cell(told)["stated"], cell(told)["organisations"]) == (12, 2)


def test_a_code_of_jobtech_and_one_of_the_employer():
    """Managers 1320 of JobTech lie in SSYK 1; the employer's code stands before ours; a repost does not count."""
    sizes = pl.DataFrame({"occupation": ["1", "7212"], "persons": [10.0, 10.0]})
    given_codes = ads(
        ("a1", "A", "9901", "7212", 2.0, date(2026, 3, 5)), ("a2", "B", "9901", "7212", 1.0, date(2026, 3, 5))
    )
    bulk = given_codes.with_columns(employer_code=pl.lit("1320"), counted=pl.Series([True, False]))
    found = counted_posts(SILENCE, sizes, **WHERE, ads=bulk)
    assert found.select("occupation", "posts").rows() == [("1", 2.0)]


def test_growth_after_the_update_is_the_part_called_growth_less_what_statistics_gave():
    plain = {"hearing": HEARING, "prior": prior()}
    found = heard_posts(coded(WELDERS), EMPLOYED, **WHERE, **plain).row(0, named=True)
    with_expansion = plain | {"prior": prior(expansion=pl.lit(2.0))}
    less = heard_posts(coded(WELDERS), EMPLOYED, **WHERE, **with_expansion).row(0, named=True)
    assert found["posts"] == 6
    assert 0 < found["growth"] < 3
    assert found["growth_sd"] > 0
    assert less["growth"] == pytest.approx(found["growth"] - 0.25 * 2)


def test_refills_and_ads_do_not_move_the_level():
    refill = (*WELDERS[:7], 0.0, WELDERS[8])
    found = heard_posts(coded(refill), EMPLOYED, **WHERE, ads=ads(*POSTED), prior=prior(), hearing=HEARING)
    assert found["growth"].to_list() == [0.0] * found.height


def test_an_event_and_a_need_of_the_same_establishment_count_once():
    event = {"municipality": ["9901"], "occupation": ["7212"], "year": [2028], "posts": [30.0]}
    told = [pl.DataFrame({"event": ["Verkstan bygger ut"]} | event), pl.DataFrame({"event": ["Nytt verk"]} | event)]
    told += [told[1].with_columns(organisation=pl.lit("Verkstan AB")), told[0].with_columns(organisation=pl.lit("X"))]
    growth = [heard_posts(coded(WELDERS), EMPLOYED, **WHERE, events=events)["growth"].item() for events in told]
    assert growth == [0.0, 3.0, 0.0, 3.0]


def test_a_cell_without_a_prior_is_an_error_and_a_year_beyond_it_is_left_out():
    short = prior().filter(pl.col("occupation") != "7212")
    words = r"prior: no openings for 9901/7212/2028.*not zero but unknown.*project the openings"
    with pytest.raises(TableError, match=words):
        posterior([WELDERS], before=short)
    later = (*WELDERS[:6], 2040, *WELDERS[7:])
    assert posterior([later])["stated"].sum() == 0


def test_a_share_of_nothing_or_more_than_all_is_an_error():
    share = pl.DataFrame({"municipality": ["9901"], "occupation": ["7212"], "share": [1.2]})
    with pytest.raises(TableError, match=r"coverage.share: 9901/7212/1.2 not above 0 up to 1.*leave the row out"):
        posterior([WELDERS], coverage=share)
    with pytest.raises(SettingError, match=r"cannot be weighed with jobs 0.*heard_\*.yaml"):
        Hearing(**(HEARING.__dict__ | {"jobs": 0.0}))


def test_a_years_ads_by_occupation_and_month():
    """Welders of two months; half of a merged group in each of its unit groups; last year and the unknown left out."""
    rows = [
        ("7212", "9901", "2024-03", 2.0),
        ("7212", "9901", "2024-11", 3.0),
        ("7212", "9901", "2023-11", 50.0),
        ("1320", "9902", "2024-03", 4.0),
        ("unknown", "9901", "2024-03", 9.0),
        ("7212", "unknown", "2024-03", 9.0),
    ]
    table = pl.DataFrame(rows, schema=["occupation", "municipality", "month", "positions"], orient="row")
    sizes = pl.DataFrame({"occupation": ["1321", "1322", "7212"], "persons": [1.0, 9.0, 5.0]})
    found = advertised_posts(table, sizes, municipalities=["9901", "9902"], year=2024)
    assert found.rows() == [("9901", "7212", 5.0), ("9902", "1321", 2.0), ("9902", "1322", 2.0)]
