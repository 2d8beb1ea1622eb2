import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import SettingError, TableError
from brygga.projection.vacancies import base_balance, base_vacancies

SURVEY = pl.DataFrame(
    {
        "county": ["10", "10", "00", "07"],
        "year": [2024] * 4,
        "quarter": [3, 4, 4, 4],
        "vacancies": [9.0, 2.0, 3.0, None],
        "margin": [0.1, 0.49, None, None],
    }
)
EMPLOYED = pl.DataFrame(
    {
        "municipality": ["1080", "1080", "1082", "0765"],
        "occupation": ["7212", "5", "7212", "5"],
        "persons": [100.0, 200.0, 100.0, 50.0],
    }
)
POSTS = pl.DataFrame({"municipality": ["1080", "1082"], "occupation": ["7212", "3"], "posts": [4.0, 2.0]})


def vacant(posts=POSTS, survey=SURVEY, employed=EMPLOYED, **options):
    settings_ = {"year": 2024, "prior_posts": 10.0, "lumps": 2.0, "unknown_sd": 0.2} | options
    return base_vacancies(survey, employed, posts, **settings_)


def cell(table, municipality, occupation):
    return table.filter(pl.col("municipality") == municipality, pl.col("occupation") == occupation).row(0, named=True)


def test_blekinge_by_hand():
    """Two of 100 of 400 jobs: 8 posts. Weights: 10 x 1/4 + 4/2, 10 x 1/2, 10 x 1/4 and 2/2 for 3, of 13 in all."""
    found = vacant()
    assert cell(found, "1080", "7212")["persons"] == pytest.approx(8 * 4.5 / 13)
    assert cell(found, "1082", "3")["persons"] == pytest.approx(8 * 1 / 13)
    share, rate = 4.5 / 13, (0.49 / 1.96) / 2
    loose = (1 - share) / (share * 14)
    expected = 8 * share * (rate**2 + loose + rate**2 * loose) ** 0.5
    assert cell(found, "1080", "7212")["persons_sd"] == pytest.approx(expected, rel=1e-4)


def test_a_county_that_is_not_published_has_the_nations_rate():
    row = cell(vacant(), "0765", "5")
    assert row["persons"] == pytest.approx(50 * 0.03)
    assert row["persons_sd"] == pytest.approx(50 * 0.03 * 0.2)
    assert row["source"].startswith("vacancy survey 00 2024 quarter 4")


ads = st.lists(
    st.tuples(st.sampled_from(["1080", "1082"]), st.sampled_from(["7212", "5", "3"]), st.floats(0, 50)), max_size=8
)


@settings(deadline=None, max_examples=40)
@given(ads, st.floats(0.1, 1000), st.floats(0.5, 10))
def test_the_countys_sum_stays_the_surveys_whatever_is_advertised(posted, prior_posts, lumps):
    posts = pl.DataFrame(posted, schema=POSTS.schema, orient="row")
    found = vacant(posts, prior_posts=prior_posts, lumps=lumps)
    assert found.filter(pl.col("municipality") != "0765")["persons"].sum() == pytest.approx(8)
    assert found.equals(vacant(posts[::-1], prior_posts=prior_posts, lumps=lumps))


def test_without_ads_vacancies_follow_the_employed_and_many_ads_are_followed():
    none = vacant(POSTS.clear())
    assert cell(none, "1080", "5")["persons"] == pytest.approx(4)
    many = vacant(POSTS.with_columns(posts=pl.col("posts") * 1e6))
    assert cell(many, "1080", "7212")["persons"] == pytest.approx(8 * 4 / 6, rel=1e-3)
    assert cell(many, "1080", "7212")["persons_sd"] < cell(vacant(), "1080", "7212")["persons_sd"]


def test_ads_outside_the_municipalities_change_nothing():
    beyond = pl.concat([POSTS, pl.DataFrame({"municipality": ["1081"], "occupation": ["7212"], "posts": [99.0]})])
    assert vacant(beyond).equals(vacant())


def test_a_survey_without_the_county_is_an_error():
    with pytest.raises(TableError, match=r"official_vacancies: no rate for 07 in 2024, nor for the nation.*as none"):
        vacant(survey=SURVEY.filter(pl.col("county") != "00"))


def test_hidden_employed_and_weights_of_nothing_are_errors():
    hidden = EMPLOYED.with_columns(persons=pl.Series([None, 200.0, 100.0, 50.0]))
    with pytest.raises(TableError, match=r"persons: 1 cell\(s\) without a number, first 1080/7212.*not zero"):
        vacant(employed=hidden)
    with pytest.raises(SettingError, match=r"prior_posts 0, lumps 2.*above 0"):
        vacant(prior_posts=0.0)


UNEMPLOYED = pl.DataFrame({"municipality": ["1080", "1082"], "occupation": ["7212", "5"], "persons": [30.0, 20.0]})
PUBLISHED = pl.DataFrame(
    {"area": ["10", "10", "1080"], "measure": ["vacancies", "unemployed", "unemployed"], "persons": [9.0, 48.0, 31.0]}
)


def balance(published=PUBLISHED, whole=("10", "1080")):
    at_home = vacant().filter(pl.col("municipality") != "0765")
    found = base_balance(at_home, UNEMPLOYED, published, year=2024, whole=whole)
    return tables.check(found, "base_balance")


def test_both_published_totals_and_the_gap_by_hand():
    county = balance().filter(pl.col("area") == "10")
    assert county["measure"].to_list() == ["vacancies", "unemployed", "gap"]
    assert county["persons"].to_list() == pytest.approx([8, 50, -42])
    assert county["published"].to_list() == [9, 48, -39]
    assert county["difference"].to_list() == pytest.approx([-1, 2, -3])


def test_a_part_of_an_area_is_not_held_against_the_whole():
    county = balance(whole=["1080"]).filter(pl.col("area") == "10")
    assert county["difference"].to_list() == [None] * 3
    assert county["status"].unique().to_list() == ["not_available"]


def test_another_measure_is_an_error():
    with pytest.raises(TableError, match=r"published.measure: notices.*write one of vacancies, unemployed"):
        balance(PUBLISHED.with_columns(measure=pl.lit("notices")))
