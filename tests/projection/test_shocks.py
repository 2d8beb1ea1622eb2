import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.projection.quantiles import summarise
from brygga.projection.shocks import persistent
from brygga.projection.uncertainty import Draws, Uncertainty

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


def test_sums_come_before_quantiles():
    """Two cells that always sum to ten: the sum is certain, although each is not."""
    rows = [(m, d, float(d if m == "a" else 10 - d)) for d in range(11) for m in "ab"]
    draws = pl.DataFrame(rows, schema=["m", "draw", "v"], orient="row")
    assert summarise(draws, by=[], value="v").rows() == [(10.0, 10.0, 10.0)]
    assert summarise(draws, by=["m"], value="v").rows() == [("a", 1.0, 5.0, 9.0), ("b", 1.0, 5.0, 9.0)]
