"""Beta: exact quantiles of the beta distribution, without a statistics library.

The distribution function is the regularised incomplete beta function, by its continued
fraction (modified Lentz); the quantile is found by bisection, which cannot fail.

Start reading at `beta_quantile`.

The continued fraction is the usual one (described at boostorg.github.io/math, Incomplete Beta Functions); the tests
hold it against known values.
"""

from __future__ import annotations

import math

SMALLEST = 1e-300
PRECISION = 1e-15
MOST_TERMS = 10_000
HALVINGS = 120


def beta_quantile(probability: float, successes: float, failures: float) -> float:
    """The x below which a Beta(`successes`, `failures`) number falls with `probability`.

    With no weight on one side the distribution is a point: 0 without successes, 1 without failures.

    Examples
    --------
    >>> round(beta_quantile(0.5, 3, 3), 12), beta_quantile(0.25, 1, 1), beta_quantile(0.1, 4, 0)
    (0.5, 0.25, 1.0)
    """
    if successes <= 0:
        return 0.0
    if failures <= 0:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = beta_share_below(middle, successes, failures)
        if below == probability:
            return middle
        low, high = (middle, high) if below < probability else (low, middle)
    return (low + high) / 2


def beta_share_below(x: float, successes: float, failures: float) -> float:
    """The chance that a Beta(`successes`, `failures`) number is at most `x` (regularised incomplete beta).

    Examples
    --------
    >>> round(beta_share_below(0.5, 2, 3), 6)
    0.6875
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    a, b = successes, failures
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(log_front) * _fraction(x, a, b) / a
    return 1.0 - math.exp(log_front) * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function; converges fast for x below the mean."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for term in range(1, MOST_TERMS):
        m = float(term)
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away_from_zero(1.0 + factor * d)
            c = _away_from_zero(1.0 + factor / c)
            value *= d * c
        if abs(d * c - 1.0) < PRECISION * 10:
            break
    return value


def _away_from_zero(number: float) -> float:
    return number if abs(number) > SMALLEST else SMALLEST
