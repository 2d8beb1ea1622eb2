import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.projection.education_gap import by_education, education_draws, education_of, education_spans, local_key

KEY = pl.DataFrame(
    [("7223", "2", 0.25), ("7223", "3", 0.75), ("5", "3", 0.5), ("5", "6", 0.5)],
    schema=["occupation", "education_level", "share"],
    orient="row",
).with_columns(education_field=pl.lit("all"))
RESIDENTS = pl.DataFrame(
    [("A", "7223", 100.0), ("A", "5", 100.0), ("B", "7223", 100.0), ("B", "5", 100.0)],
    schema=["municipality", "occupation", "persons"],
    orient="row",
)
NO_STOCK = pl.DataFrame(
    schema={"municipality": pl.String, "education_level": pl.String, "year": pl.Int64, "persons": pl.Float64}
)
HOMES = pl.DataFrame({"home": ["A", "A", "B"], "work": ["A", "B", "B"], "share": [1.0, 0.4, 0.6]})
EDUCATIONS = ("2/all", "3/all", "6/all")


def stock(**levels):
    rows = [(m, level, n) for m, given_ in levels.items() for level, n in given_.items()]
    return pl.DataFrame(rows, schema=["municipality", "education_level", "persons"], orient="row")


def cells(unfilled, idle, supply=100.0):
    """gap_draws of two years and two draws; numbers by municipality and occupation."""
    rows = [
        (m, o, year, draw, supply + 10 * draw, unfilled[i] * (1 + draw) + year - 2024, idle[i])
        for i, (m, o) in enumerate((m, o) for m in "AB" for o in ("7223", "5"))
        for year in (2024, 2025)
        for draw in (0, 1)
    ]
    names = ["municipality", "occupation", "year", "draw", "supply", "unfilled", "without_work"]
    return pl.DataFrame(rows, schema=names, orient="row")


def growth(**factor):
    rows = [
        (m, e, year, 1.0 if year == 2024 else factor.get(e[0], 1.0))
        for m in "AB"
        for e in EDUCATIONS
        for year in (2024, 2025)
    ]
    return pl.DataFrame(rows, schema=["municipality", "education", "year", "factor"], orient="row")


CALM = pl.DataFrame(
    [(e, year, draw, 1.0) for e in EDUCATIONS for year in (2024, 2025) for draw in (0, 1)],
    schema=["education", "year", "draw", "factor"],
    orient="row",
)


def share(key, municipality, occupation):
    found = key.filter(municipality=municipality, occupation=occupation)
    return dict(found.select("education", "share").iter_rows())


def test_without_a_stock_the_nations_key_holds_everywhere():
    here = local_key(KEY, RESIDENTS, NO_STOCK)
    assert share(here, "A", "7223") == pytest.approx({"2/all": 0.25, "3/all": 0.75, "6/all": 0.0})
    assert share(here, "B", "5") == pytest.approx({"2/all": 0.0, "3/all": 0.5, "6/all": 0.5})


def test_a_municipality_with_longer_educations_has_them_in_its_occupations():
    """A has twice B's share of doctors: the occupation that can have them has more in A, and rows still sum to 1."""
    here = local_key(KEY, RESIDENTS, stock(A={"2": 10, "3": 50, "6": 40}, B={"2": 10, "3": 70, "6": 20}))
    assert share(here, "A", "5")["6/all"] > 0.5 > share(here, "B", "5")["6/all"]
    sums = here.group_by("municipality", "occupation").agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * 4)


def test_a_hidden_stock_is_an_error():
    hidden = stock(A={"2": 10.0, "3": None, "6": 40.0}, B={"2": 10.0, "3": 70.0, "6": 20.0})
    with pytest.raises(TableError, match="without a number"):
        local_key(KEY, RESIDENTS, hidden)


def test_people_by_education_and_age_by_hand():
    """100 machinists, half of them 60-64: 25 of level 2 and 75 of level 3, each half in that age."""
    ages = pl.DataFrame(
        [(o, a, 0.5) for o in ("7223", "5") for a in ("25-29", "60-64")],
        schema=["occupation", "age_group", "share"],
        orient="row",
    )
    here = local_key(KEY, RESIDENTS, NO_STOCK)
    found = education_of(RESIDENTS, here, ages).filter(municipality="A", age_group="60-64")
    assert dict(found.select("education", "persons").iter_rows()) == pytest.approx(
        {"2/all": 12.5, "3/all": 37.5 + 25, "6/all": 25}
    )


def test_gap_by_hand():
    """B has 10 machinist posts unfilled; 4 of them are seen from A, and a quarter of these call for level 2."""
    here = local_key(KEY, RESIDENTS, NO_STOCK)
    draws = education_draws(cells([0, 0, 10, 0], [0, 0, 0, 0]), here, HOMES, growth(), CALM).frame.filter(
        year=2024, draw=0
    )
    gap = {(m, e[0]): d - s for m, e, d, s in draws.select("municipality", "education", "demand", "supply").rows()}
    assert gap == pytest.approx(
        {("A", "2"): 1, ("A", "3"): 3, ("A", "6"): 0, ("B", "2"): 1.5, ("B", "3"): 4.5, ("B", "6"): 0}, abs=1e-9
    )


def test_more_young_with_an_education_is_more_supply_of_it_and_less_of_the_rest():
    here = local_key(KEY, RESIDENTS, NO_STOCK)
    draws = education_draws(cells([0] * 4, [0] * 4), here, HOMES, growth(**{"6": 1.5}), CALM).frame
    supply = dict(draws.filter(municipality="A", year=2025, draw=0).select("education", "supply").iter_rows())
    whole = 25 + 125 + 75
    assert supply == pytest.approx({"2/all": 25 * 200 / whole, "3/all": 125 * 200 / whole, "6/all": 75 * 200 / whole})


@settings(max_examples=40)
@given(
    st.lists(st.floats(0, 90), min_size=4, max_size=4),
    st.lists(st.floats(0, 90), min_size=4, max_size=4),
    st.floats(0.2, 3),
)
def test_all_educations_together_miss_what_all_occupations_miss(unfilled, idle, factor):
    """The same posts and people, seen otherwise: in every draw and year."""
    here = local_key(KEY, RESIDENTS, stock(A={"2": 10, "3": 50, "6": 40}, B={"2": 10, "3": 70, "6": 20}))
    given_ = cells(unfilled, idle)
    draws = education_draws(given_, here, HOMES, growth(**{"3": factor}), CALM).frame
    by_occupation = given_.group_by("year", "draw", maintain_order=True).agg(
        gap=pl.col("unfilled").sum() - pl.col("without_work").sum()
    )
    education = draws.group_by("year", "draw", maintain_order=True).agg(
        gap=pl.col("demand").sum() - pl.col("supply").sum()
    )
    both = by_occupation.join(education, on=["year", "draw"], suffix="_education")
    assert np.abs(both["gap"].to_numpy() - both["gap_education"].to_numpy()).max() < 1e-6


def test_the_regions_interval_is_of_its_sum():
    here = local_key(KEY, RESIDENTS, NO_STOCK)
    found = education_draws(cells([0, 0, 10, 0], [5, 5, 0, 0]), here, HOMES, growth(), CALM)
    draws = found.frame
    spans = tables.check(education_spans(found), "education_gap", extra_codes=("A", "B"))
    assert spans.height == 3 * 3 * 3 * 2
    region = spans.filter(municipality="all", education_level="2", measure="gap", year=2024).row(0, named=True)
    sums = (
        draws.filter(education="2/all", year=2024)
        .group_by("draw")
        .agg(gap=pl.col("demand").sum() - pl.col("supply").sum())
    )
    assert (region["p10"], region["p50"], region["p90"]) == pytest.approx(
        tuple(sums["gap"].quantile(q, "linear") for q in (0.1, 0.5, 0.9))
    )
    assert region["naive"] == pytest.approx(sums["gap"].mean())


def test_a_flow_by_education_keeps_its_sum():
    flow = cells([0, 0, 10, 0], [0] * 4).select("municipality", "occupation", "year", "draw", openings="unfilled")
    dims, found = by_education(flow, local_key(KEY, RESIDENTS, NO_STOCK), "openings")
    assert list(dims) == ["municipality", "education", "year", "draw"]
    assert found.sum() == pytest.approx(flow["openings"].sum())


def test_an_occupation_without_education_is_named():
    with pytest.raises(TableError, match="no row for 5"):
        local_key(KEY.filter(occupation="7223"), RESIDENTS, NO_STOCK)


def test_shares_that_do_not_sum_to_one_are_named():
    with pytest.raises(TableError, match=r"5 do not sum to 1, 5 to 0\.5"):
        local_key(KEY.head(3), RESIDENTS, NO_STOCK)


def test_homes_must_be_whole():
    with pytest.raises(TableError, match="the shares of workplace B do not sum to 1"):
        education_draws(cells([0] * 4, [0] * 4), local_key(KEY, RESIDENTS, NO_STOCK), HOMES.head(2), growth(), CALM)
