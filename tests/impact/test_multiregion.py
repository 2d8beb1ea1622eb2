"""Regions stacked: a case by hand, against the whole matrix, order, and what stops it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.impact.leontief import shock_solve
from brygga.impact.multiregion import dense, jobs_of, rounds, shared_trade, shock, system


def invented(regions=3, industries=4, seed=1, most=0.7):
    rng = np.random.default_rng(seed)
    tables = {}
    for region in range(regions):
        bought = rng.random((industries, industries))
        tables[f"r{region}"] = bought * rng.uniform(0.1, most, industries) / bought.sum(axis=0)
    own, output = rng.random((regions, industries)), rng.random((regions, industries)) + 0.1
    return system(tables, [f"i{place}" for place in range(industries)], shared_trade(own, output))


def test_two_regions_by_hand():
    """a buys 0.4 of its own kind per unit, a quarter of that from b; b buys nothing: b makes 0.1 per unit of a."""
    trade = np.zeros((2, 2, 1))
    trade[0, 0, 0], trade[1, 0, 0], trade[1, 1, 0] = 0.75, 0.25, 1.0
    two = system({"a": np.array([[0.4]]), "b": np.array([[0.0]])}, ["x"], trade)
    output = shock(two, np.array([[7.0], [0.0]]))
    assert output == pytest.approx(np.array([[10.0], [1.0]]))
    assert jobs_of(output, np.array([[2.0], [3.0]])) == pytest.approx(np.array([[20.0], [3.0]]))


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 50))
def test_rounds_are_the_solve_of_the_whole_matrix(regions, industries, seed):
    made = invented(regions, industries, seed)
    final = np.random.default_rng(seed).normal(size=(regions, industries))
    whole = shock_solve(dense(made), final.ravel()).reshape(final.shape)
    assert shock(made, final) == pytest.approx(whole, rel=1e-10, abs=1e-12)


def test_many_shocks_at_once():
    made = invented()
    final = np.random.default_rng(2).random((3, 4, 5))
    together = shock(made, final)
    for place in range(5):
        assert together[:, :, place] == pytest.approx(shock(made, final[:, :, place]), rel=1e-12)
    assert jobs_of(together, np.ones((3, 4))).shape == (3, 4, 5)


def test_a_shock_is_linear_and_nothing_comes_of_nothing():
    made, final = invented(), np.arange(12.0).reshape(3, 4)
    assert shock(made, -3 * final) == pytest.approx(-3 * shock(made, final))
    assert not shock(made, np.zeros((3, 4))).any()


def test_the_order_of_regions_is_irrelevant():
    made, final = invented(), np.arange(12.0).reshape(3, 4)
    turn = [2, 0, 1]
    turned = system(
        {made.regions[place]: made.technical[place] for place in turn}, made.industries, made.trade[np.ix_(turn, turn)]
    )
    assert shock(turned, final[turn]) == pytest.approx(shock(made, final)[turn])


def test_a_column_of_one_is_solved_whole():
    """Rounds promise nothing where a column adds up to 1, but the system has an answer."""
    table = np.array([[0.0, 0.5], [1.0, 0.0]])
    one = system({"a": table}, ["x", "y"], np.ones((1, 1, 2)))
    assert rounds(lambda output: output, np.ones(2), 1.0) is None
    assert shock(one, np.array([[1.0, 0.0]])) == pytest.approx(np.array([[2.0, 2.0]]))


def test_trade_adds_up_where_anybody_else_makes_it():
    trade = shared_trade(np.array([[0.6, 0.2], [0.5, 0.1]]), np.array([[1.0, 3.0], [2.0, 0.0]]))
    assert trade.sum(axis=0) == pytest.approx(np.array([[1.0, 0.2], [1.0, 1.0]]))


def test_what_does_not_fit_is_named():
    good = np.array([[0.2, 0.1], [0.1, 0.2]])
    with pytest.raises(TableError, match=r"regional tables: b \(1, 1\) with 2 industries"):
        system({"a": good, "b": np.array([[0.1]])}, ["x", "y"], np.zeros((2, 2, 2)))
    with pytest.raises(TableError, match="region a: columns over 1: y"):
        system({"a": np.array([[0.2, 0.9], [0.1, 0.2]])}, ["x", "y"], np.ones((1, 1, 2)))
    with pytest.raises(TableError, match=r"trade shares: 1 over 1 \(y bought in a 1.5\), 1 below 0 \(x: a -> a\)"):
        system({"a": good}, ["x", "y"], np.array([[[-0.1, 1.5]]]))
