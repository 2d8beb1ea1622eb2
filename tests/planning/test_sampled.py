"""Prices from samples of groups: every one proves a bound, and together nearly what the whole programme proves."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how_often
from hypothesis import strategies as st

from brygga.core.errors import InfeasibleError
from brygga.planning import exact, sampled
from brygga.planning.bound import Priced, linear_bound, linear_of
from brygga.planning.exact import run_bound, solve_program
from brygga.planning.exchange import Exchange, Goal
from brygga.planning.generate import benchmark_problem
from brygga.planning.model import build, core_of
from brygga.planning.sampled import sampled_duals
from tests.planning.invented import invented_problem


def bounds_of(made, **options):
    """The bound that the prices prove, and all that were told on the way."""
    core, told = core_of(made), []
    asked = {"stop": lambda: False, "tell": told.append, "target": lambda: float("inf")}
    duals = sampled_duals(core, **(asked | options))
    return linear_of(core, duals, "samples").value, told


def test_samples_prove_nearly_what_the_whole_programme_proves(monkeypatch):
    monkeypatch.setattr(sampled, "SAMPLE", 800)
    made = benchmark_problem(sites=6, programmes=12, years=4, modes=2, reach="fixed", seed=3)
    whole = linear_bound(made).value
    nothing = core_of(made).posts.needs.nothing
    value, told = bounds_of(made)
    assert value <= whole * (1 + 1e-9)
    assert (whole - value) / (nothing - whole) < 0.05
    assert told == sorted(told)
    assert value >= told[-1] - 1e-9


@how_often(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 10_000), st.sampled_from(["free", "fixed"]))
def test_no_prices_of_samples_prove_more_than_the_best_plan(seed, reach):
    made = invented_problem(seed, reach=reach)
    try:
        best = solve_program(build(made).program, seconds=20).value
    except InfeasibleError:
        return
    value, told = bounds_of(made, tries=3)
    assert max([value, *told]) <= best + 1e-6 * (1 + abs(best))


def test_stopped_at_once_it_proves_what_no_prices_prove():
    made = benchmark_problem(sites=3, programmes=4, years=3, modes=1, reach="fixed", seed=1)
    core = core_of(made)
    duals = sampled_duals(core, stop=lambda: True, tell=lambda bound: None, target=lambda: 1.0)
    assert Priced(core).value(duals) == pytest.approx(linear_of(core, duals, "").value)
    assert not duals.any()


def test_a_large_problem_is_bounded_by_samples(monkeypatch):
    monkeypatch.setattr(exact, "LARGE", 10)
    monkeypatch.setattr(exact, "ALONE", 5)
    monkeypatch.setattr(sampled, "SAMPLE", 800)
    made = benchmark_problem(sites=4, programmes=8, years=3, modes=2, reach="fixed", seed=2)
    exchange = Exchange(Goal(core_of(made).posts.needs.nothing, 0.0), iterations=1000)
    report = run_bound(made, exchange, seed=1)
    assert report.how.startswith("samples")
    assert 0 < report.linear <= linear_bound(made).value * (1 + 1e-9)
