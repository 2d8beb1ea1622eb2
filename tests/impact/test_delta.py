"""The choice of delta: by hand in the smallest country, its limits, and how near it comes to the best."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.parameters import value_on
from brygga.impact import delta as module
from brygga.impact.delta import Delta, choose_delta
from brygga.impact.leontief import effects
from brygga.impact.regionalise import regionalised

A = np.array([[0.1, 0.2, 0.1], [0.3, 0.1, 0.1], [0.1, 0.1, 0.2]])
REGIONS = np.array([[50.0, 10.0, 20.0], [10.0, 60.0, 30.0], [40.0, 30.0, 150.0]])
NATION = REGIONS.sum(axis=0)
tables = st.lists(st.floats(0.0, 0.25), min_size=9, max_size=9).map(lambda cells: np.array(cells).reshape(3, 3))
jobs = st.lists(st.floats(0.0, 1e4), min_size=12, max_size=12).map(lambda cells: np.array(cells).reshape(4, 3) + 0.1)


def leak(method, delta=0.0):
    """Mean fall of the log multipliers, over industries and regions."""
    ones = np.ones(3)
    whole = np.log(effects(A, ones))
    made = [regionalised(A, own, NATION, method=method, delta=delta) for own in REGIONS]
    return np.mean([whole - np.log(effects(table, ones)) for table in made])


def test_by_hand():
    """The level by trying every thousandth; its weight from the leak of SLQ and the three regions."""
    slq = leak("slq")
    tried = np.linspace(0.0, 0.5, 501)
    level = tried[np.argmin([abs(leak("flq", d) - 1.55 * slq) for d in tried])]
    weight = slq / (slq + 0.05) * 3 / 4
    assert choose_delta(NATION, coefficients=A, regions=REGIONS).mid == pytest.approx(
        weight * min(level, 0.45) + (1 - weight) * 0.25, abs=2e-3
    )


@settings(deadline=None, max_examples=40)
@given(tables, jobs)
def test_it_stays_within_its_limits_and_does_not_hang_on_order(table, regions):
    chosen = choose_delta(regions.sum(axis=0), coefficients=table, regions=regions)
    assert module.LOWEST <= chosen.mid <= module.HIGHEST
    assert 0.0 <= chosen.low < chosen.mid < chosen.high
    turned = choose_delta(regions.sum(axis=0)[::-1], coefficients=table[::-1, ::-1], regions=regions[::-1, ::-1])
    assert turned.mid == pytest.approx(chosen.mid)


def test_a_region_that_is_the_nation_says_nothing():
    both = np.vstack([REGIONS, NATION])
    assert choose_delta(NATION, coefficients=A, regions=both) == choose_delta(NATION, coefficients=A, regions=REGIONS)
    assert choose_delta(NATION, coefficients=A, regions=NATION[None, :]).mid == module.USUAL


def test_regions_with_the_mix_of_the_nation_leave_the_usual_value():
    chosen = choose_delta(NATION, coefficients=A, regions=np.array([0.3 * NATION, 0.7 * NATION]))
    assert chosen.mid == pytest.approx(module.USUAL)


def test_the_reason_is_said_in_words():
    reason = choose_delta(NATION, coefficients=A, regions=REGIONS).reason
    assert "the mix of industries in 3 regions alone (SLQ) takes" in reason
    assert "beside the usual 0.25" in reason


def test_a_given_delta_has_no_range():
    assert Delta.given(0.2).sample(5, np.random.default_rng(1)).tolist() == [0.2] * 5


def test_the_parameter_says_what_the_code_does():
    value = value_on("impact.flq_delta", date(2026, 1, 1))
    assert (value.number, value.low, value.high) == (module.USUAL, module.LOWEST, module.HIGHEST)


@pytest.mark.parametrize("seed", range(4))
def test_it_beats_the_nation_and_slq_where_regions_buy_across(seed):
    """Countries in which every region buys of each product in proportion to who makes it, half of it at home first.

    The share bought at home is (h + (1 - h) s_i) min(1, SLQ_i), s_i the region's part of the product and h one half:
    more goes than SLQ says.
    """
    rng = np.random.default_rng(seed)
    n, count = 12, 8
    a = rng.dirichlet(np.full(n, 0.3), n).T * rng.uniform(0.35, 0.6, n)
    regions = 1e4 * rng.gamma(1.5, 1.0, (count, n)) * rng.lognormal(0.0, 0.6, (count, 1))
    nation, ones = regions.sum(axis=0), np.ones(n)
    delta = choose_delta(nation, coefficients=a, regions=regions).mid
    errors = {"nation": 0.0, "slq": 0.0, "flq": 0.0}
    for own in regions:
        quotients = own / own.sum() / (nation / nation.sum())
        true = effects(a * ((0.5 + 0.5 * own / nation) * np.minimum(1.0, quotients))[:, None], ones)
        made = {
            "nation": a,
            "slq": regionalised(a, own, nation, method="slq"),
            "flq": regionalised(a, own, nation, delta=delta),
        }
        for name, table in made.items():
            errors[name] += float((np.abs(effects(table, ones) - true) / true).mean())
    assert errors["flq"] < 0.7 * errors["slq"] < 0.7 * errors["nation"]
