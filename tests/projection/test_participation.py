import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.projection.participation import (
    ages_apart,
    labour_force,
    national_slopes,
    participation_rates,
    project_participation,
)

FORCE = ("in work", "unemployed")


def labour(rates, *, years=(2022, 2023, 2024), age="25-54", size=1000.0):
    """Rates by municipality, a number or one a year; 5 in 100 of the labour force are unemployed."""
    rows = []
    for municipality, rate in rates.items():
        for i, year in enumerate(years):
            share = rate[i] if isinstance(rate, tuple) else rate
            n = size[municipality] if isinstance(size, dict) else size
            parts = {"in work": share * 0.95, "unemployed": share * 0.05, "outside": 1 - share}
            rows += [(municipality, "men", age, status, year, n * part) for status, part in parts.items()]
    names = ["municipality", "sex", "age_group", "labour_status", "year", "persons"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_the_65_year_olds_are_the_difference_of_two_sums():
    rows = [
        ("1080", "16-64", 100.0, "observed"),
        ("1080", "16-65", 103.0, "observed"),
        ("1080", "16-66", 105.0, "observed"),
        ("1080", "60-64", 20.0, "observed"),
        ("1081", "16-64", 50.0, "observed"),
        ("1081", "16-65", None, "suppressed"),
        ("1081", "16-66", 52.0, "observed"),
    ]
    frame = pl.DataFrame(rows, schema=["municipality", "age_group", "persons", "status"], orient="row")
    found = ages_apart(frame).sort("municipality", "age_group")
    assert found.rows() == [
        ("1080", "60-64", 20.0, "observed"),
        ("1080", "65", 3.0, "modelled"),
        ("1080", "66", 2.0, "modelled"),
        ("1081", "65", None, "not_available"),
        ("1081", "66", None, "not_available"),
    ]


def test_a_sum_smaller_than_its_part_is_an_error_unless_disturbed():
    rows = {"municipality": ["1080"] * 2, "age_group": ["16-64", "16-65"], "persons": [100.0, 98.0]}
    frame = pl.DataFrame(rows)
    with pytest.raises(TableError, match=r"16-65 has fewer people than 16-64 in 1 cell\(s\), first 1080"):
        ages_apart(frame)
    disturbed = ages_apart(frame.with_columns(disturbed=pl.lit(True)))
    assert disturbed["persons"].to_list() == [0.0]


def test_the_nation_is_kept_and_a_municipality_that_stays_apart_is_believed():
    frame = labour({"1080": 0.7, "1081": 0.9, "1082": 0.8, "1290": 0.8})
    rates = participation_rates(frame, in_force=FORCE)
    assert tables.check(rates, "participation").height == 4
    found = dict(rates.select("municipality", "rate").iter_rows())
    assert found == pytest.approx({"1080": 0.7, "1081": 0.9, "1082": 0.8, "1290": 0.8}, abs=1e-6)


def test_a_municipality_that_jumps_about_is_drawn_to_its_county():
    noisy = {"1080": (0.6, 0.9, 0.6), "1081": (0.8, 0.8, 0.8), "1082": (0.9, 0.6, 0.9), "1083": (0.8, 0.8, 0.8)}
    rates = participation_rates(
        labour(noisy, size={"1080": 10.0, "1081": 1e4, "1082": 10.0, "1083": 1e4}), in_force=FORCE
    )
    found = dict(rates.select("municipality", "rate").iter_rows())
    assert abs(found["1080"] - 0.8) < 0.02, "its own mean is 0.7"
    sd = dict(rates.select("municipality", "rate_sd").iter_rows())
    assert sd["1080"] >= sd["1081"]


def test_a_hidden_cell_does_not_count_that_year():
    frame = labour({"1080": 0.7, "1081": 0.9})
    which = (pl.col("municipality") == "1080") & (pl.col("labour_status") == "outside")
    gone = frame.with_columns(persons=pl.when(which).then(None).otherwise("persons"))
    hidden = pl.concat([gone.filter(pl.col("year") == 2024), frame.filter(pl.col("year") < 2024)])
    rates = participation_rates(hidden, in_force=FORCE)
    assert rates.filter(municipality="1080").height == 1
    assert rates["rate"].max() <= 1
    never = participation_rates(gone, in_force=FORCE)
    assert never.filter(municipality="1080")["rate"].item() == pytest.approx(0.9), "the county is all that is known"


def test_slope_by_hand():
    """On the logit scale 0.5 is 0 and 0.7310586 is 1: from the first year to the third half a step a year."""
    frame = labour({"1080": (0.5, 0.6224593, 0.7310586)})
    slope = national_slopes(frame, in_force=FORCE).row(0, named=True)
    assert (slope["slope"], slope["slope_sd"]) == pytest.approx((0.5, 0.0), abs=1e-6)


def base(**rates):
    rows = [("1080", "men", age.strip("_").replace("_", "-"), 2024, rate, 0.01) for age, rate in rates.items()]
    names = ["municipality", "sex", "age_group", "year", "rate", "rate_sd"]
    return pl.DataFrame(rows, schema=names, orient="row")


TREND = pl.DataFrame({"sex": ["men"] * 2, "age_group": ["55-59", "60-64"], "slope": [0.1, 0.1]})


def test_a_trend_fades_and_the_old_follow_the_pension_age():
    """After two years of damping 0.5 the trend has made 0.075; those of 60-64 are as 1 in 5 of the way to 55-59."""
    path = project_participation(base(_55_59=0.8, _60_64=0.6), TREND, to=2026, damping=0.5, drift=0.5)
    rates = dict(path.filter(year=2026).select("age_group", "rate").iter_rows())
    assert rates["55-59"] == pytest.approx(4 * 2.718281828**0.075 / (1 + 4 * 2.718281828**0.075))
    assert rates["60-64"] == pytest.approx(0.6 + 0.2 * (2 * 0.5 / 5))
    assert tables.check(path, "participation").height == 6


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(0, 1), st.floats(0, 0.4), st.floats(-1, 1))
def test_a_rate_stays_a_share_and_stands_still_without_news(rates, damping, drift, slope):
    start = base(_50_54=rates[0], _55_59=rates[1], _60_64=rates[2])
    slopes = TREND.with_columns(slope=pl.lit(slope))
    path = project_participation(start, slopes, to=2034, damping=damping, drift=drift)
    assert path["rate"].is_between(0, 1).all()
    still = project_participation(start, slopes.head(0), to=2034, damping=damping, drift=0.0)
    for row in start.iter_rows(named=True):
        assert still.filter(age_group=row["age_group"])["rate"].to_list() == pytest.approx([row["rate"]] * 11, abs=2e-4)


def test_labour_force_is_population_times_rate():
    people = pl.DataFrame(
        {"municipality": ["1080"], "sex": ["men"], "age_group": ["55-59"], "year": [2024], "persons": [200.0]}
    )
    rates = base(_55_59=0.8)
    assert labour_force(people, rates)["persons"].to_list() == [160.0]
    with pytest.raises(TableError, match=r"no rate for 1 populated cell.*1080, men, 55-59 in 2025"):
        labour_force(people.with_columns(year=pl.lit(2025, pl.Int64)), rates)


def test_a_status_that_no_row_has_is_named():
    with pytest.raises(TableError, match="labour_status: studying in no row"):
        participation_rates(labour({"1080": 0.7}), in_force=("in work", "studying"))
