"""Bounds: equal to the relaxation where that can be said, never above the optimum, whatever the prices."""

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how_often
from hypothesis import strategies as st

from brygga.core.errors import InfeasibleError
from brygga.planning.bound import Priced, linear_bound
from brygga.planning.exact import BoundReport, run_bound, solve_program
from brygga.planning.exchange import Exchange, Goal
from brygga.planning.generate import generate_problem
from brygga.planning.model import build, core_of, small_form
from brygga.planning.needs import Needs
from brygga.planning.prices import raise_bound
from brygga.planning.pricing import Groups
from brygga.planning.program import make_solver
from tests.planning.invented import invented_problem
from tests.planning.problems import MEASURE_COLUMNS, problem, rows, welders

FEW = how_often(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(1, 10_000)
REACH = st.sampled_from(["free", "fixed"])


def optimum(made, **options):
    """The least objective of a plan, or None when no plan holds every limit."""
    try:
        return solve_program(build(made, **options).program, seconds=20).value
    except InfeasibleError:
        return None


def relaxed(made):
    """The value of the small linear form."""
    solver = make_solver()
    solver.passModel(small_form(core_of(made))[0].to_highs(relaxed=True))
    solver.run()
    return solver.getInfo().objective_function_value


def exchange_of(made, **options):
    return Exchange(Goal(Needs.of(made, None).nothing, gap=0.0), **options)


def test_money_for_fifteen_of_twenty_is_proven_by_its_price():
    """Twenty needed over three years, two courses of ten, money for fifteen seats: each 100 buys three years."""
    courses = [(p, "welder", 1, 1.0, 5, 10, 1, 0.0, 100.0) for p in ("course", "other")]
    tables = {**welders(), "measures": rows(MEASURE_COLUMNS, *courses)}
    tables["need"] = tables["need"].with_columns(persons=pl.lit(20.0))
    tables["budgets"] = rows("funder year amount", ("fund", 2027, 1500.0))
    tables["funding"] = rows("funder measure share", ("fund", "*", 1.0))
    found = linear_bound(problem(tables))
    assert found.value == pytest.approx(80 - 45)
    assert found.prices.filter(limit="budget", year=2027)["price"].item() == pytest.approx(3 / 100)


def test_a_class_that_cannot_be_full_is_counted_whole():
    """Six apply to classes of five to ten at 600 a class: six in a class cost 600, not the 360 of a part of one."""
    tables = welders()
    tables["measures"] = rows(MEASURE_COLUMNS, ("course", "welder", 1, 1.0, 5, 10, 1, 600.0, 0.0))
    tables["sites"] = tables["sites"].with_columns(applicants=pl.lit(6.0))
    tables["budgets"] = rows("funder year amount", ("fund", 2027, 300.0))
    assert linear_bound(problem(tables)).value == pytest.approx(40.0)
    tables["budgets"] = rows("funder year amount", ("fund", 2027, 600.0))
    assert linear_bound(problem(tables)).value == pytest.approx(40 - 18)


@FEW
@given(seed=SEEDS, reach=REACH)
def test_the_closed_form_is_no_less_than_the_relaxation(seed, reach):
    made = generate_problem(municipalities=4, measures=4, sites=3, years=2, reach=reach, seed=seed, cost_weight=0.001)
    value = linear_bound(made).value
    assert value >= relaxed(made) - 1e-5 * (1 + abs(value))


@FEW
@given(seed=SEEDS, reach=REACH)
def test_no_bound_is_above_the_optimum_with_every_optional_file(seed, reach):
    made = invented_problem(seed, reach=reach)
    best = optimum(made)
    if best is None:
        return
    linear = linear_bound(made)
    assert linear.value <= best + 1e-6 * (1 + best)
    exchange = exchange_of(made)
    raise_bound(linear.core, linear.duals, exchange, seed=1)
    assert exchange.bound <= best + 1e-6 * (1 + best)


@FEW
@given(seed=SEEDS, reach=REACH, size=st.sampled_from([0.01, 1.0, 100.0]))
def test_any_prices_give_a_bound(seed, reach, size):
    made = invented_problem(seed, reach=reach)
    best = optimum(made)
    if best is None:
        return
    priced = Priced(core_of(made))
    wild = np.random.default_rng(seed).normal(0, size, len(priced.row_lower))
    assert priced.value(priced.signed(wild)) <= best + 1e-6 * (1 + best)


@FEW
@given(seed=SEEDS)
def test_weights_of_draws_inside_the_tail_bound_the_objective_with_the_tail(seed):
    made = invented_problem(seed, reach="fixed")
    draws = max(1, made.need_draws["draw"].n_unique())
    best = optimum(made, tail=(0.5, 0.5))
    if best is None:
        return
    even = linear_bound(made, weights=np.full(draws, 1.5 / draws)).value
    worst = np.full(draws, 1 / draws)
    worst[0] += 0.5 * min(1.0, 2 / draws)
    worst[1:] += 0.5 * (1 - min(1.0, 2 / draws)) / max(1, draws - 1)
    assert max(even, linear_bound(made, weights=worst).value) <= best + 1e-6 * (1 + best)


class _Watched(Exchange):
    """Keeps every bound that was offered."""

    def offer_bound(self, value, *, by):
        self.__dict__.setdefault("seen", []).append(value)
        return super().offer_bound(value, by=by)


def test_bounds_by_programme_rise_and_never_pass_the_optimum():
    made = generate_problem(municipalities=3, measures=4, sites=3, years=2, reach="fixed", seed=3)
    best = optimum(made)
    linear = linear_bound(made)
    exchange = _Watched(Goal(1e9, gap=0.0))
    solved = raise_bound(linear.core, linear.duals, exchange, seed=1)
    assert solved >= 4
    assert exchange.seen == sorted(exchange.seen)
    assert linear.value - 1e-4 < exchange.seen[-1] <= best + 1e-6


def test_groups_hang_together_by_what_measures_lead_to_and_drain():
    courses = [(p, o, 1, 1.0, 1, 10, 1, 0.0, 9.0) for p, o in (("a", "x"), ("b", "y"), ("c", "z"), ("d", "w"))]
    need = [("norra", o, 2029, 9.0) for o in "xyzw"]
    tables = {
        **welders(),
        "need": rows("municipality occupation year persons", *need),
        "measures": rows(MEASURE_COLUMNS, *courses),
        "funding": rows("funder measure share", ("fund", "*", 1.0)),
    }
    assert Groups(core_of(problem(tables))).count == 4
    drained = {**tables, "drains": rows("measure occupation share", ("a", "y", 0.5))}
    groups = Groups(core_of(problem(drained)))
    assert (groups.count, bool(groups.shared[groups.core.posts.links].any())) == (3, False)
    chain = [("a", "y", 0.5), ("b", "z", 0.5), ("c", "w", 0.5)]
    groups = Groups(core_of(problem({**tables, "drains": rows("measure occupation share", *chain)})))
    assert (groups.count, bool(groups.shared[groups.core.posts.links].all())) == (4, True)


def test_a_fixed_amount_of_work_proves_the_same_twice(monkeypatch):
    monkeypatch.setattr("brygga.planning.exact.ALONE", 5)
    made = generate_problem(municipalities=4, measures=5, sites=3, years=2, reach="fixed", seed=3)
    reports = []
    for _ in range(2):
        exchange = exchange_of(made, iterations=400)
        report = run_bound(made, exchange, seed=1)
        assert isinstance(report, BoundReport)
        reports.append((exchange.proven(), report.linear, report.groups, report.nodes, report.how))
    assert reports[0] == reports[1]
    assert reports[0][0] >= reports[0][1]
    assert reports[0][2] >= 5
