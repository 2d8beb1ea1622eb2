"""Supply and use to symmetric: a case by hand, what each model keeps, and what stops it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import FaultsError, SettingError, TableError
from brygga.impact.supply_use import MODELS, SupplyUse, symmetric


def tables(make, use, final=None, primary=None):
    """Whole tables: what is not used further is final, what is not bought is primary."""
    make, use = np.array(make, dtype=float), np.array(use, dtype=float)
    return SupplyUse(
        products=tuple(f"p{at}" for at in range(make.shape[1])),
        industries=tuple(f"i{at}" for at in range(make.shape[0])),
        make=make,
        use=use,
        final=make.sum(axis=0)[:, None] - use.sum(axis=1)[:, None] if final is None else np.array(final, dtype=float),
        primary=make.sum(axis=1)[None, :] - use.sum(axis=0)[None, :] if primary is None else np.array(primary, float),
    )


@pytest.fixture
def dairy():
    """The farm makes 90 milk and 10 cheese, the dairy 40 cheese; the dairy buys 20 milk, the farm 5 cheese."""
    return tables([[90, 10], [0, 40]], [[0, 20], [5, 0]])


def test_product_technology_by_hand(dairy):
    """Dairy: 20 milk for 40 cheese, so 0.5 each, 25 for 50 in all; the farm's 10 took 5, so milk took -5: named."""
    found = symmetric(dairy, "A")
    assert found.flows == pytest.approx(np.array([[-5.0, 25.0], [5.0, 0.0]]))
    assert found.negative == ("p0 -> p0 -5",)


def test_industry_technology_by_hand(dairy):
    """The farm's inputs (5 cheese) are shared 90:10 over what it makes."""
    found = symmetric(dairy, "B")
    assert found.flows == pytest.approx(np.array([[0.0, 20.0], [4.5, 0.5]]))
    assert found.negative == ()


def test_fixed_product_sales_by_hand(dairy):
    """Cheese is sold 10:40 by farm and dairy, whoever buys it: the farm buys 1 of its own and 4 of the dairy."""
    found = symmetric(dairy, "D")
    assert found.labels == ("i0", "i1")
    assert found.flows == pytest.approx(np.array([[1.0, 20.0], [4.0, 0.0]]))


def test_fixed_industry_sales_by_hand(dairy):
    """The farm sells all it makes as milk is sold, 20 of 90, so 22.2 of 100; the dairy gives back what that takes."""
    found = symmetric(dairy, "C")
    assert found.flows == pytest.approx(np.array([[0.0, 200 / 9], [5.0, -20 / 9]]))
    assert found.negative == ("i1 -> i1 -2.222",)


@st.composite
def economies(draw):
    size = draw(st.integers(1, 5))
    made = draw(st.lists(st.floats(0, 10), min_size=size * size, max_size=size * size))
    make = np.array(made).reshape(size, size) + np.diag(np.full(size, 60.0))
    share = draw(st.lists(st.floats(0, 1), min_size=size * size, max_size=size * size))
    return tables(make, np.array(share).reshape(size, size) * make.sum(axis=0)[:, None] / (2 * size))


@given(economies(), st.sampled_from(MODELS))
def test_every_model_keeps_rows_and_columns(economy, model):
    found = symmetric(economy, model)
    assert found.flows.sum(axis=1) + found.final.sum(axis=1) == pytest.approx(found.output, rel=1e-9, abs=1e-9)
    assert found.flows.sum(axis=0) + found.primary.sum(axis=0) == pytest.approx(found.output, rel=1e-9, abs=1e-9)
    assert found.flows.sum() == pytest.approx(economy.use.sum(), rel=1e-9, abs=1e-9)


def test_more_products_than_industries_go_with_b_and_d():
    wide = tables([[50, 10, 0], [0, 5, 35]], [[1, 2], [3, 4], [5, 6]])
    assert symmetric(wide, "B").flows.shape == (3, 3)
    assert symmetric(wide, "D").flows.shape == (2, 2)
    with pytest.raises(TableError, match=r"3 products and 2 industries.*model A turns the make table round"):
        symmetric(wide, "A")


def test_what_stops_it_is_named(dairy):
    with pytest.raises(SettingError, match="model 'E' of supply and use"):
        symmetric(dairy, "E")
    with pytest.raises(TableError, match="make table: it is singular"):
        symmetric(tables([[10, 10], [10, 10]], [[1, 1], [1, 1]]), "C")
    with pytest.raises(TableError, match=r"supply and use differ for 1 product\(s\): p1 made 50, used 60"):
        symmetric(tables([[90, 10], [0, 40]], [[0, 20], [5, 0]], final=[[70], [55]]), "D")
    with pytest.raises(FaultsError, match=r"no output of industry i1[\s\S]*no output of product p1"):
        symmetric(tables([[90, 0], [0, 0]], [[0, 0], [0, 0]]), "D")
    with pytest.raises(TableError, match=r"use table has cells that are no numbers"):
        symmetric(tables([[90, 10], [0, 40]], [[0, np.nan], [5, 0]], final=[[1], [1]], primary=[[1, 1]]), "D")
    with pytest.raises(TableError, match=r"final table is \(1, 1\), with 2 products and 2 industries"):
        symmetric(tables([[90, 10], [0, 40]], [[0, 20], [5, 0]], final=[[70]]), "D")
