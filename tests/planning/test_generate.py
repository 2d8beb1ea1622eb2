"""Invented instances: the form they are said to have, and that each kind of limit binds."""

from dataclasses import replace

import polars as pl
import pytest

from brygga.core.errors import SettingError
from brygga.planning.bound import linear_bound
from brygga.planning.generate import benchmark_problem
from brygga.planning.problem import tables_of


def test_the_form_is_the_one_that_solvers_are_compared_on():
    made = benchmark_problem(30, 20, 5, 3, "free", 1, horizon_after=3)
    assert (made.settings.first, made.settings.last, made.settings.horizon) == (2027, 2031, 2034)
    assert made.budgets["amount"].to_list() == [0.30 * 500 * 30 * 20] * 5
    assert made.offers.height == 30 * 60
    assert made.offers["applicants"].null_count() == 30 * 60
    pairs = made.need.select("municipality", "occupation").unique().height
    assert 0.38 < pairs / (30 * 20) < 0.52
    course = made.need.filter(
        pl.struct("municipality", "occupation") == made.need.select(pl.struct("municipality", "occupation")).row(0)[0]
    )
    assert course["persons"].to_list() == sorted(course["persons"])
    reach = made.reach.group_by("site").agg(pl.len(), pl.col("share").sum())
    assert set(reach["len"]) == {6}
    assert reach["share"].is_between(0.89, 0.9 + 1e-9).all()
    assert made.sites["municipality"].n_unique() == 30
    assert made.warnings == ()


def test_modes_of_a_programme_share_occupation_and_class_and_differ_in_length():
    measures = benchmark_problem(2, 7, 3, 3).measures.with_columns(
        programme=pl.col("measure").str.split("-").list.first()
    )
    for _, modes in measures.group_by("programme"):
        assert modes["occupation"].n_unique() == modes["class_max"].n_unique() == 1
        assert modes.sort("years")["years"].to_list() == [1, 2, 3]
        assert modes.sort("years")["cost_seat"].is_sorted()
    sizes = set(measures.select("class_min", "class_max").rows())
    assert sizes <= {(8, 16), (15, 30), (12, 24)}


def test_the_same_seed_gives_the_same_problem_and_another_seed_another():
    first, again, other = (benchmark_problem(4, 3, 3, 2, "fixed", seed, draws=2) for seed in (1, 1, 2))
    assert all(table.equals(tables_of(again)[name]) for name, table in tables_of(first).items())
    assert not first.need.equals(other.need)
    assert first.need_draws["draw"].unique().sort().to_list() == ["d1", "d2"]


@pytest.mark.parametrize("budget", [0.30, 0.12])
def test_money_rooms_and_applicants_of_sites_and_programmes_all_bind(budget):
    """Lifting a limit that binds somewhere lowers the bound."""
    made = benchmark_problem(10, 20, 6, 3, "free", 1, budget=budget, own_applicants=True)
    lifted = {
        "money": replace(made, budgets=made.budgets.with_columns(amount=pl.lit(1e9))),
        "rooms": replace(made, sites=made.sites.with_columns(rooms=pl.lit(None, pl.Float64))),
        "applicants": replace(made, sites=made.sites.with_columns(applicants=pl.lit(None, pl.Float64))),
        "programmes": replace(made, offers=made.offers.with_columns(applicants=pl.lit(None, pl.Float64))),
    }
    bound = linear_bound(made).value
    for name, freed in lifted.items():
        assert linear_bound(freed).value < bound * (1 - 1e-6), name


@pytest.mark.parametrize(
    "asked",
    [{"sites": 0}, {"years": 0}, {"modes": 4}, {"modes": 0}, {"budget": -0.1}, {"horizon_after": -1}, {"draws": -1}],
)
def test_an_instance_that_cannot_be_is_refused(asked):
    with pytest.raises(SettingError, match="no problem has that form"):
        benchmark_problem(**{"sites": 2, "programmes": 2, "years": 2, **asked})
