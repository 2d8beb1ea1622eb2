from dataclasses import fields

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.projection.quantiles import LEVELS, span, summarise
from brygga.projection.shocks import normals, persistent, uniforms
from brygga.projection.uncertainty import STAGES, Draws, Uncertainty, count_factors, only

labels = st.lists(st.sampled_from(["25", "29", "Q", "7212", "9901/5"]), min_size=1, max_size=5, unique=True)


def walk(chosen, draws=range(10), years=4, seed=1, sd=0.1):
    return persistent("layer", chosen, years=years, draws=draws, sd=sd, persistence=0.5, seed=seed)


@settings(deadline=None)
@given(labels, st.integers(0, 9))
def test_a_label_has_its_own_stream(chosen, first):
    """Neither the other labels, nor their order, nor the batch or horizon change a number."""
    alone = np.stack([walk([label], years=9)[0, :4, first:] for label in chosen])
    assert (walk(chosen, range(first, 10)) == alone).all()


def test_the_base_year_has_no_deviation_and_another_seed_gives_others():
    assert (walk(["25"])[:, 0] == 0).all()
    assert (walk(["25"], seed=1)[:, 1] != walk(["25"], seed=2)[:, 1]).all()


def test_draws_asked_for_alone_are_the_same():
    assert (walk(["25", "Q"], draws=[7, 2]) == walk(["25", "Q"])[..., [7, 2]]).all()


def test_numbers_are_standard_normal_and_apart():
    """Mean, spread and tails over 400,000 numbers; neighbours in label, year and draw know nothing of each other."""
    numbers = normals("layer", [f"label {i}" for i in range(200)], draws=range(500), seed=1, width=4)
    assert numbers.mean() == pytest.approx(0, abs=0.006)
    assert numbers.std() == pytest.approx(1, abs=0.005)
    assert (numbers**4).mean() == pytest.approx(3, abs=0.05)
    for axis in range(3):
        apart = np.moveaxis(numbers, axis, 0)
        assert np.corrcoef(apart[1:].ravel(), apart[:-1].ravel())[0, 1] == pytest.approx(0, abs=0.008)


def test_uniform_numbers_are_even():
    numbers = uniforms("layer", ["a", "b"], draws=range(4000), seed=1)
    assert np.histogram(numbers, 10, (0, 1))[0] == pytest.approx(800, abs=120)


def test_no_spread_no_deviation():
    assert not walk(["25"], sd=0).any()


def test_deviations_persist():
    """After many years the spread is sd / sqrt(1 - persistence^2), here 0.1 / sqrt(0.75)."""
    last = walk(["25"], draws=range(4000), years=20)[0, -1]
    assert last.std() == pytest.approx(0.1 / np.sqrt(0.75), rel=0.05)


def test_measurement_is_shared_by_the_nation():
    factor = Draws(0, 50, 1, Uncertainty(vacancies_nation=0.2)).measured("vacancies", ["A", "B"], ["5"])
    assert (factor[0] == factor[1]).all()
    assert factor.std() > 0


def test_a_factor_on_counts_has_the_spread_of_the_count_and_keeps_the_mean():
    counts, draws = np.array([[100.0, 4.0, 0.0]]), Draws(0, 20_000, 1)
    labels = {"municipalities": ["A"], "occupations": ["5", "6", "7"]}
    factor = count_factors(draws, counts, np.full((1, 3), 2.0), **labels)
    people = counts[..., None] * factor
    assert people.mean(2)[0] == pytest.approx([100, 4, 0], rel=0.02)
    assert people.std(2)[0] == pytest.approx([2, 2, 0], rel=0.05)
    assert people.min() >= 0
    assert count_factors(draws, counts, np.zeros((1, 3)), **labels) is None


@given(st.integers(1, 40), st.integers(0, 9))
def test_quantiles_by_sorting_are_those_of_numpy(count, seed):
    values = np.random.default_rng(seed).normal(size=(3, 2, count))
    assert span(values) == pytest.approx(np.moveaxis(np.quantile(values, [*LEVELS.values()], axis=-1), 0, -1))


def test_sums_come_before_quantiles():
    """Two cells that always sum to ten: the sum is certain, although each is not."""
    rows = [(m, d, float(d if m == "a" else 10 - d)) for d in range(11) for m in "ab"]
    draws = pl.DataFrame(rows, schema=["m", "draw", "v"], orient="row")
    assert summarise(draws, by=[], value="v").rows() == [(10.0, 10.0, 10.0)]
    assert summarise(draws, by=["m"], value="v").rows() == [("a", 1.0, 5.0, 9.0), ("b", 1.0, 5.0, 9.0)]


def test_every_shock_belongs_to_one_stage():
    staged = [name for names in STAGES.values() for name in names]
    assert sorted([*staged, "persistence"]) == sorted(field.name for field in fields(Uncertainty))
    alone = only(Uncertainty(**dict.fromkeys([*staged, "persistence"], 0.5)), "supply")
    assert {field.name for field in fields(alone) if getattr(alone, field.name)} == {"persistence", *STAGES["supply"]}
