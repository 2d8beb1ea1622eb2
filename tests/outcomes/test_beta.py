"""Quantiles against closed forms and binomial sums."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.outcomes.beta import beta_quantile, beta_share_below

weights = st.floats(0.05, 5000)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9])
def test_quantiles_with_closed_forms(probability):
    assert beta_quantile(probability, 1, 1) == pytest.approx(probability, abs=1e-12)
    assert beta_quantile(probability, 7, 1) == pytest.approx(probability ** (1 / 7), abs=1e-12)
    assert beta_quantile(probability, 1, 7) == pytest.approx(1 - (1 - probability) ** (1 / 7), abs=1e-12)
    arcsine = math.sin(math.pi * probability / 2) ** 2
    assert beta_quantile(probability, 0.5, 0.5) == pytest.approx(arcsine, abs=1e-12)


@pytest.mark.parametrize(("a", "b", "x"), [(3, 5, 0.2), (17, 4, 0.85), (200, 100, 0.7), (1000, 1500, 0.41)])
def test_share_below_is_a_binomial_tail(a, b, x):
    """I_x(a, b) = P(at least a of a+b-1 succeed), each with chance x."""
    n = a + b - 1
    tail = math.fsum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1)) if n < 500 else None
    if tail is None:
        log = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(a, n + 1)]
        terms = zip(range(a, n + 1), log, strict=True)
        tail = math.fsum(math.exp(c + k * math.log(x) + (n - k) * math.log(1 - x)) for k, c in terms)
    assert beta_share_below(x, a, b) == pytest.approx(tail, rel=1e-9)


@settings(deadline=None)
@given(weights, weights, st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_is_where_the_share_below_is_its_probability(a, b, probability):
    x = beta_quantile(probability, a, b)
    assert 0 <= x <= 1
    if 1e-9 < x < 1 - 1e-9:
        assert beta_share_below(x, a, b) == pytest.approx(probability, abs=1e-6)


@settings(deadline=None)
@given(weights, weights)
def test_quantiles_mirror(a, b):
    assert beta_quantile(0.1, a, b) == pytest.approx(1 - beta_quantile(0.9, b, a), abs=1e-9)


def test_no_weight_on_one_side_is_a_point():
    assert beta_quantile(0.9, 0, 4) == 0.0
    assert beta_quantile(0.1, 4, 0) == 1.0
