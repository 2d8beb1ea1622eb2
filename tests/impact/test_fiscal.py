"""Tax by residence: by hand, people and money conserved, and what a lacking table is told."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import BryggaError, FaultsError, TableError
from brygga.impact.fiscal import (
    LEFT_OUT,
    by_residence,
    filled_posts,
    municipal_tax,
    municipal_tax_draws,
    residence_shares,
    with_income,
)

DRAWS = pl.DataFrame(
    {
        "municipality": "1080",
        "occupation": "7212",
        "year": 2030,
        "draw": [0, 1, 2],
        "demand": 0.0,
        "supply": 0.0,
        "unfilled": [4.0, 10.0, 20.0],
        "without_work": 0.0,
    }
)
STOCK = pl.DataFrame(
    {
        "plan": ["nothing", "last_year", "best"],
        "municipality": "1080",
        "occupation": "7212",
        "year": 2030,
        "persons": [2.0, 2.0, 12.0],
    }
)
COMMUTING = pl.DataFrame(
    {
        "home": ["1080", "1082", "outside"],
        "work": "1080",
        "year": 2024,
        "persons": [60.0, 30.0, 10.0],
    }
)
PAY = pl.DataFrame({"occupation": ["7212"], "sek_month": [30_000.0]})
TAX = pl.DataFrame({"municipality": ["1080", "1082"], "municipal_rate": [0.20, 0.25]})


def drawn(**changes):
    tables = {"gap_draws": DRAWS, "plan_stock": STOCK, "commuting": COMMUTING, "pay": PAY, "tax": TAX} | changes
    return municipal_tax_draws(**tables, year=2024)


def tax(**changes):
    return municipal_tax(drawn(**changes))


def row(table, **key):
    return table.filter(**key).row(0, named=True)


def test_posts_are_filled_only_where_they_stand_empty():
    """Best: min(12, 4), min(12, 10), min(12, 20), less 2 that nothing fills."""
    best = filled_posts(DRAWS, STOCK).filter(plan="best").sort("draw")
    assert best["persons"].to_list() == [2.0, 8.0, 10.0]


def test_tax_by_hand():
    """Median 8 posts: 4.8 live at home and pay 20 % of 360,000 each; 2.4 in the neighbour pay 25 %."""
    table = tax()
    home, neighbour = row(table, plan="best", municipality="1080"), row(table, plan="best", municipality="1082")
    assert home["persons"] == pytest.approx(4.8)
    assert home["p50"] == pytest.approx(4.8 * 360_000 * 0.20)
    assert neighbour["p50"] == pytest.approx(2.4 * 360_000 * 0.25)
    assert home["p10"] < home["p50"] < home["p90"]


def test_every_draw_stands_for_every_plan_and_municipality():
    """Draw 0 fills 2: 1.2 live at home, 0.6 in the neighbour."""
    table = drawn()
    assert table.height == 2 * 2 * 3
    first = table.filter(plan="best", draw=0).sort("municipality")
    assert first["tax_sek"].to_list() == pytest.approx([1.2 * 360_000 * 0.20, 0.6 * 360_000 * 0.25])


def test_doing_as_nothing_gives_no_tax():
    assert tax().filter(plan="last_year").select("persons", "p90").sum().row(0) == (0.0, 0.0)


flows = st.lists(st.floats(0, 1000), min_size=6, max_size=6).filter(lambda f: min(sum(f[:3]), sum(f[3:])) > 1)
amounts = st.lists(st.floats(0, 50), min_size=2, max_size=2)


@settings(deadline=None)
@given(flows, amounts, amounts)
def test_people_and_money_are_conserved_over_residences(persons, stock, unfilled):
    homes, works = ["1080", "1082", "outside"], ["1080", "1082"]
    commuting = pl.DataFrame(
        {"home": homes * 2, "work": [w for w in works for _ in homes], "year": 2024, "persons": persons}
    )
    plan = pl.DataFrame({"plan": "best", "municipality": works, "occupation": "7212", "year": 2030, "persons": stock})
    draws = pl.DataFrame({"municipality": works, "occupation": "7212", "year": 2030, "draw": 0, "unfilled": unfilled})
    filled = filled_posts(draws, plan)
    living = by_residence(with_income(filled, PAY), residence_shares(commuting, year=2024))
    assert living["persons"].sum() == pytest.approx(filled["persons"].sum(), abs=1e-9)
    assert living["income_sek"].sum() == pytest.approx(filled["persons"].sum() * 360_000, abs=1e-3)
    assert filled["persons"].sum() == pytest.approx(sum(map(min, stock, unfilled)), abs=1e-9)


def test_everything_that_lacks_is_told_at_once():
    elsewhere = STOCK.with_columns(municipality=pl.lit("0880"))
    with pytest.raises(FaultsError) as told:
        tax(plan_stock=elsewhere, pay=PAY.clear())
    words = str(told.value)
    assert "gap_draws has no draws 0880 7212 2030" in words
    assert "commuting has no flows to workplace 0880" in words
    assert "pay has no pay for occupation 7212" in words


def test_a_municipality_without_tax_rate_is_an_error():
    with pytest.raises(TableError, match="tax has no municipal_rate for 1082"):
        tax(tax=TAX.head(1))


def test_a_hidden_flow_is_not_zero_people():
    hidden = COMMUTING.with_columns(persons=pl.when(pl.col("home") == "1082").then(None).otherwise("persons"))
    with pytest.raises(BryggaError, match="hidden between 1082-1080"):
        tax(commuting=hidden)


def test_what_is_left_out_is_said_in_both_languages():
    for word in ("kommunalekonomisk utjämning", "grundavdrag", "betalade innan", "service", "inte omräknade"):
        assert word in LEFT_OUT["sv"]
    for word in ("equalisation", "basic allowance", "paid before", "services", "not brought to"):
        assert word in LEFT_OUT["en"]
