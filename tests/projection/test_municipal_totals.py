import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from brygga.core.errors import TableError
from brygga.projection.municipal_totals import Drift, fit_drift, predict_totals

DRIFT = Drift(county_years=10, fade=0.5, own_years=2.0)


def people(**years):
    """`people(a=[100, 110])`: inhabitants from 2011 on; a and b lie in county 10, c in county 12."""
    codes = {"a": "1060", "b": "1080", "c": "1290"}
    rows = [(codes[name], 2011 + n, float(x)) for name, xs in years.items() for n, x in enumerate(xs)]
    return pl.DataFrame(rows, schema=["municipality", "year", "persons"], orient="row")


def counties(**years):
    rows = [(name[1:], 2011 - len(xs) + n, float(x)) for name, xs in years.items() for n, x in enumerate(xs)]
    return pl.DataFrame(rows, schema=["county", "year", "persons"], orient="row")


def said(found, method, area="1060"):
    return found.filter(pl.col("method") == method, pl.col("area") == area)["predicted"].item()


def test_two_years_by_hand():
    """County 10 goes from 200 to 210, county 12 from 200 to 200; a from 100 to 120, b from 100 to 90.

    The nation grows log(410/400) = .02469; county 10 log(210/200) = .04879, .02410 above it, of which half is
    left in the first year ahead and a quarter in the second; a grew log 1.2 = .18232, .13353 above its county,
    of which one known year keeps 1/3. Two years ahead: 2 x .02469 + .75 x .02410 + 2 x .13353 / 3.
    """
    found = predict_totals(people(a=[100, 120], b=[100, 90], c=[200, 200]), origin=2012, horizons=[2], drift=DRIFT)
    growth = 2 * 0.0246926 + 0.75 * (0.0487902 - 0.0246926) + 2 / 3 * (0.1823216 - 0.0487902)
    assert said(found, "brygga") == pytest.approx(120 * np.exp(growth), rel=1e-6)
    assert said(found, "no_change") == 120
    assert said(found, "trend") == pytest.approx(120 * 1.2**2)
    assert said(found, "county_share") == pytest.approx(120 * 1.05**2)


def test_with_one_year_only_the_county_file_says_anything():
    """a has no history: its county, 100 to 110 to 121 before 2011, grew a tenth each year."""
    start = people(a=[133.1])
    alone = predict_totals(start, origin=2011, horizons=[1], drift=DRIFT)
    assert {said(alone, method) for method in ("brygga", "trend", "county_share")} == {133.1}
    known = predict_totals(start, origin=2011, horizons=[1], drift=DRIFT, counties=counties(c10=[100, 110, 121]))
    assert said(known, "county_share") == said(known, "brygga") == pytest.approx(146.41)
    assert said(known, "trend") == 133.1


def test_the_nation_returns_to_its_mean_by_hand():
    """Growth 0, then a tenth twice: the mean is 2/3 of log 1.1; of the rest nine tenths are left, then .81."""
    known = counties(c10=[100, 100, 110])
    found = predict_totals(people(a=[121]), origin=2011, horizons=[2], drift=DRIFT, counties=known)
    assert said(found, "brygga") == pytest.approx(121 * 1.1 ** (2 * 2 / 3 + (0.9 + 0.81) / 3))


def test_years_of_a_county_before_a_hole_are_not_read():
    holed = counties(c10=[100, 110, 121]).filter(pl.col("year") != 2010)
    found = predict_totals(people(a=[133.1]), origin=2011, horizons=[1], drift=DRIFT, counties=holed)
    assert said(found, "county_share") == 133.1


@given(st.lists(st.integers(1, 10**6), min_size=8, max_size=8), st.integers(0, 2))
def test_the_future_changes_nothing(later, known):
    """Law: whatever stands after the origin, every answer is the same."""
    first = [[100, 103, 101], [50, 49, 51], [70, 75, 80]]
    origin = 2011 + known
    plain = people(**dict(zip("abc", first, strict=True)))
    spoiled = plain.with_columns(
        persons=pl.when(pl.col("year") > origin)
        .then(pl.Series(later[: plain.height] + [7] * (plain.height - 8), dtype=pl.Float64))
        .otherwise("persons")
    )
    ask = {"origin": origin, "horizons": [1, 5], "drift": DRIFT}
    assert_frame_equal(predict_totals(plain, **ask), predict_totals(spoiled, **ask))


@given(st.permutations(range(9)))
def test_the_order_of_rows_changes_nothing(order):
    plain = people(a=[100, 103, 101], b=[50, 49, 51], c=[70, 75, 80])
    ask = {"origin": 2013, "horizons": [3], "drift": DRIFT}
    assert_frame_equal(predict_totals(plain, **ask), predict_totals(plain[order], **ask), check_exact=True)


@given(st.floats(0.97, 1.03), st.integers(1, 5))
def test_where_all_grow_alike_every_method_but_no_change_agrees(rate, ahead):
    grown = people(**{name: [x * rate**n for n in range(3)] for name, x in {"a": 100, "b": 50, "c": 70}.items()})
    found = predict_totals(grown, origin=2013, horizons=[ahead], drift=DRIFT)
    for method in ("brygga", "trend", "county_share"):
        assert said(found, method) == pytest.approx(100 * rate ** (2 + ahead))


def test_the_constants_that_would_have_been_right_are_chosen():
    """Growth of a municipality above its county never goes on here, so it is shrunk as much as is tried."""
    rows = people(a=[100, 110, 110, 110, 110, 110], b=[100, 90, 90, 90, 90, 90], c=[100] * 6)
    assert fit_drift(rows, origins=[2012], horizon=4).own_years == 5.0
    assert fit_drift(rows, origins=[], horizon=4) == Drift()


def test_an_origin_outside_the_file_is_named():
    with pytest.raises(TableError, match=r"no row of 2015\. a method can only stand in a year that it knows"):
        predict_totals(people(a=[1, 2]), origin=2015, horizons=[1], drift=DRIFT)


def test_a_missing_year_is_named():
    rows = people(a=[1, 2], b=[1, 2]).filter(~((pl.col("municipality") == "1080") & (pl.col("year") == 2011)))
    with pytest.raises(TableError, match="missing, first 1080, 2011"):
        predict_totals(rows, origin=2012, horizons=[1], drift=DRIFT)


def test_a_municipality_with_nobody_is_named():
    with pytest.raises(TableError, match=r"nobody lives in 1060 in some year.*merged"):
        predict_totals(people(a=[0, 2]), origin=2012, horizons=[1], drift=DRIFT)
