from math import exp, log

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.projection.growth import MODELS, Trend, growth_paths

TREND = Trend(damping=0.5, window=8, most=1.0, least_steps=2, least_origins=3, farthest=3)
OUTLOOK = pl.DataFrame({"industry": ["C", "Q"], "growth": [0.1, 0.0]})


def history(cells, first=2015):
    """Rows of jobs_history from {(municipality, industry): counts}, one a year; None is hidden."""
    rows = [(m, i, first + t, count) for (m, i), counts in cells.items() for t, count in enumerate(counts)]
    schema = {"municipality": pl.String, "industry": pl.String, "year": pl.Int64, "persons": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def paths(rows, *, industries=("C",), municipalities=("1080",), base=2019, trend=TREND, **options):
    years = range(base, base + 4)
    outlook = OUTLOOK.filter(pl.col("industry").is_in(list(industries)))
    return growth_paths(
        rows, outlook, industries=industries, municipalities=municipalities, years=years, trend=trend, **options
    )


def of(growth, model, at=(0, 0)):
    return growth.factor[(growth.models.index(model), *at)].tolist()


def test_a_damped_trend_by_hand():
    """100 to 110 twice over: 10 of 105 persons a year; halved each year ahead."""
    rows = history({("1080", "C"): [100, 110, 121, 133.1]}, first=2016)
    g = log((1 + 1 / 21) / (1 - 1 / 21))
    expected = [1, exp(g * 0.5), exp(g * 0.75), exp(g * 0.875)]
    assert of(paths(rows), "damped_trend") == pytest.approx(expected)
    assert of(paths(rows), "outlook") == pytest.approx([1, 1.1, 1.21, 1.331])


def test_the_share_stays_while_the_nation_grows():
    """The municipality shrinks; its share model grows with the nation all the same."""
    rows = history({("00", "C"): [1000, 1100, 1210, 1331, 1464.1], ("1080", "C"): [90, 80, 75, 70, 60]})
    found = paths(rows)
    assert of(found, "constant_share")[1] == pytest.approx(((1 + 1 / 21) / (1 - 1 / 21)) ** 0.5)
    assert of(found, "damped_trend")[1] < of(found, "constant_share")[1]


def test_without_history_the_outlook_alone_counts():
    found = paths(None)
    assert (found.models, found.weights.tolist()) == (("outlook",), [1.0])
    assert found.mean[0, 0].tolist() == pytest.approx([1, 1.1, 1.21, 1.331])


def test_an_industry_or_municipality_without_history_leans_on_what_there_is():
    rows = history({("1080", "C"): [100, 110, 105, 112, 118], ("1081", "C"): [50, 49, 52, 52, 53]})
    found = paths(rows, industries=("C", "Q"), municipalities=("1080", "1082"))
    assert found.factor[:, 1].tolist() == [np.ones((2, 4)).tolist()] * 3
    assert of(found, "damped_trend", (0, 1)) == pytest.approx(of(found, "constant_share", (0, 1)))


counts = st.lists(st.floats(1, 5000), min_size=6, max_size=6)


@settings(deadline=None, max_examples=25)
@given(st.lists(counts, min_size=2, max_size=4), st.floats(0.01, 1000))
def test_a_copy_of_the_history_scaled_by_k_grows_the_same(many, k):
    places = ("1080", "1081", "1280", "0765")[: len(many)]
    cells = {(place, "C"): one for place, one in zip(places, many, strict=True)}
    once = paths(history(cells), municipalities=places, base=2020)
    scaled = {cell: [x * k for x in one] for cell, one in cells.items()}
    again = paths(history(scaled), municipalities=places, base=2020)
    assert once.factor.ravel() == pytest.approx(again.factor.ravel(), rel=1e-6)
    assert once.weights.tolist() == pytest.approx(again.weights.tolist(), rel=1e-5)


@settings(deadline=None, max_examples=20)
@given(counts, counts, st.randoms())
def test_order_changes_not_a_bit_and_weights_sum_to_one(one, other, random):
    rows = history({("1080", "C"): one, ("1280", "C"): other})
    found = paths(rows, municipalities=("1080", "1280"), base=2020)
    shuffled = rows[random.sample(range(rows.height), rows.height)]
    again = paths(shuffled, municipalities=("1280", "1080"), base=2020)
    assert np.array_equal(found.factor, again.factor[:, :, ::-1])
    assert np.array_equal(found.weights, again.weights)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.factor[..., 0] == 1).all()


@settings(deadline=None, max_examples=20)
@given(st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_constant_history_does_not_grow(one, other):
    found = paths(history({("1080", "C"): [one] * 5, ("1280", "C"): [other] * 5}))
    assert of(found, "constant_share") == of(found, "damped_trend") == [1] * 4


def test_a_change_across_a_break_is_no_growth():
    jumped = history({("1080", "C"): [100, 100, 700, 700, 700]})
    broken = Trend(**(TREND.__dict__ | {"breaks": (2017,)}))
    assert of(paths(jumped), "damped_trend")[1] > 1.1
    assert of(paths(jumped, trend=broken), "damped_trend") == [1] * 4


def test_only_what_was_known_in_the_base_year_counts():
    rows = history({("1080", "C"): [100, 103, 104, 109, 110]})
    later = pl.concat([rows, history({("1080", "C"): [900.0]}, first=2020)])
    assert np.array_equal(paths(rows).factor, paths(later).factor)


def test_a_hidden_year_is_stepped_over_and_is_no_zero():
    """50, 60 and 70 every other year is 20 persons in 240 person-years."""
    hidden = paths(history({("1080", "C"): [50, None, 60, None, 70], ("1280", "C"): [None] * 5}))
    rate = 20 / 240
    assert of(hidden, "damped_trend")[1] == pytest.approx(((1 + rate / 2) / (1 - rate / 2)) ** 0.5)


def test_a_break_in_a_hidden_year_breaks_the_step_over_it():
    broken = Trend(**(TREND.__dict__ | {"breaks": (2016,)}))
    found = paths(history({("1080", "C"): [50, None, 60, 60, 60]}), trend=broken)
    assert of(found, "damped_trend") == [1] * 4


def test_an_industry_that_vanishes_falls_and_breaks_nothing():
    capped = Trend(**(TREND.__dict__ | {"most": 0.1}))
    found = paths(history({("1080", "C"): [100, 60, 0, 0, 0]}), trend=capped)
    assert of(found, "damped_trend")[1] == pytest.approx(exp(-0.1 * 0.5))


def test_small_cells_lean_on_the_nation_and_large_ones_on_themselves():
    """Large and small municipalities see the same rates; only the small ones are drawn to the nation."""
    random = np.random.default_rng(1)
    cells = {}
    for n in range(40):
        size, rate = (20000, 20)[n % 2], 0.03 * (-1) ** (n // 2)
        noise = random.normal(0, 1, 6) * np.sqrt(size) * 0.5
        cells[f"{10 + n % 3}{n:02}", "C"] = (size * np.exp(rate * np.arange(6)) + noise).clip(0)
    own = {place: log(x[-1] / x[0]) / 5 for (place, _), x in cells.items()}
    found = paths(history(cells), municipalities=tuple(own), base=2020)
    step = dict(zip(own, np.log(found.factor[1, 0, :, 1]) / 0.5, strict=True))
    large, small = list(own)[::2], list(own)[1::2]
    kept = [np.mean([abs(step[p]) for p in some]) / np.mean([abs(own[p]) for p in some]) for some in (large, small)]
    assert kept[0] > 0.9
    assert kept[1] < 0.5


def test_weights_are_equal_when_the_history_is_short():
    rows = history({("1080", "C"): [100, 110, 90, 120], ("1280", "C"): [100, 90, 91, 92]}, first=2016)
    assert paths(rows).weights.tolist() == pytest.approx([1 / 3] * 3)


def steady(places):
    """Half of the places grow by 5 % a year for ever, the other half shrink as much."""
    return {(place, "C"): [1000 * exp(0.05 * (-1) ** n * t) for t in range(12)] for n, place in enumerate(places)} | {
        ("00", "C"): [1e6] * 12
    }


def test_the_model_that_was_right_in_the_past_counts_most():
    undamped = Trend(**(TREND.__dict__ | {"damping": 1.0}))
    found = paths(history(steady(("1080", "1280")), first=2008), trend=undamped)
    weight = dict(zip(MODELS, found.weights, strict=True))
    assert weight["outlook"] == pytest.approx(1 / 3)
    assert weight["damped_trend"] == pytest.approx(2 / 3, abs=1e-3)


def test_an_outlook_is_scored_only_when_past_outlooks_are_given():
    past = pl.DataFrame({"origin": [2005], "industry": ["C"], "growth": [0.5]})
    undamped = Trend(**(TREND.__dict__ | {"damping": 1.0}))
    found = paths(history(steady(("1080", "1280")), first=2008), trend=undamped, past_outlooks=past)
    assert found.weights[MODELS.index("outlook")] < 0.01


def test_an_outlook_given_later_is_not_known_at_the_origin():
    rows = history(steady(("1080", "1280")), first=2008)
    late = pl.DataFrame({"origin": [2030], "industry": ["C"], "growth": [0.5]})
    assert np.array_equal(paths(rows, past_outlooks=late).weights, paths(rows).weights)


def test_a_history_of_other_industries_is_an_error():
    words = r"jobs_history: no number up to 2019 for any industry of the region \(C\).*classification.*table employed"
    with pytest.raises(TableError, match=words):
        paths(history({("1080", "29"): [1, 2, 3]}))


def test_a_nation_smaller_than_its_parts_is_an_error():
    words = (
        r"industry C has 90 persons in the nation \(00\) in 2015, and 100 in its municipalities.*same table and year"
    )
    with pytest.raises(TableError, match=words):
        paths(history({("00", "C"): [90.0], ("1080", "C"): [100.0]}))
