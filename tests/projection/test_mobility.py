import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.projection.mobility import (
    change_of_occupation,
    code_nearness,
    fit_occupation_changes,
    gathered,
    occupation_moves,
    rates_of_change,
)

CODES = ["5321", "7212", "7221", "7223"]


def by_code(*persons):
    return pl.DataFrame({"occupation": CODES, "persons": [float(n) for n in persons]})


def living(people, municipality="1080"):
    return people.with_columns(municipality=pl.lit(municipality))


NEAR = code_nearness(CODES, per_digit=3.0)


def test_net_changes_are_met_and_the_near_exchange_most():
    people, net = by_code(400, 100, 100, 200), by_code(0, -10, 10, 0)
    changes = fit_occupation_changes(people, net, NEAR, mobility=0.1)
    assert tables.check(changes, "occupation_changes").height == 12
    moves = occupation_moves(living(people), changes)
    sides = change_of_occupation(moves)
    assert dict(sides.select("occupation", "net").iter_rows()) == pytest.approx(
        {"5321": 0, "7212": -10, "7221": 10, "7223": 0}, abs=1e-6
    )
    assert sides["separations"].sum() == pytest.approx(0.1 * 800)
    gross = dict(sides.select("occupation", (pl.col("separations") + pl.col("entrants")) / 2).iter_rows())
    welders, assistants = 100 * 400 + 100 * 300 * 3**2, 400 * 400
    assert gross["7212"] / gross["5321"] == pytest.approx(welders / assistants)
    of_operators = dict(changes.filter(origin="7223").select("destination", "share").iter_rows())
    assert of_operators["7221"] > of_operators["7212"], "722 is nearer to 7223 than 721 is"


def test_a_sum_that_came_from_outside_is_taken_off_by_size():
    """All grew by a tenth: that is people from outside, and nobody changed."""
    people = by_code(400, 100, 100, 200)
    changes = fit_occupation_changes(people, by_code(40, 10, 10, 20), NEAR, mobility=0.05)
    sides = change_of_occupation(occupation_moves(living(people), changes))
    assert sides["net"].abs().max() < 1e-6


@settings(max_examples=40)
@given(
    st.lists(st.floats(50, 500), min_size=4, max_size=4),
    st.lists(st.floats(-4, 4), min_size=4, max_size=4),
    st.floats(0.05, 0.2),
    st.floats(1, 8),
)
def test_nobody_appears_by_changing_occupation(size, change, mobility, per_digit):
    people = by_code(*size)
    changes = fit_occupation_changes(
        people, by_code(*change), code_nearness(CODES, per_digit=per_digit), mobility=mobility
    )
    both = pl.concat([living(people), living(people, "1081")])
    sides = change_of_occupation(occupation_moves(both, changes))
    zero = sides.group_by("municipality").agg(pl.col("net").sum())
    assert zero["net"].abs().max() < 1e-6


def test_a_small_occupation_beside_a_large_one_is_not_emptied():
    """By nearness alone more than all of the 50 would move to and from their 450 neighbours; three times .19 do."""
    people = by_code(50, 50, 50, 450)
    near = code_nearness(CODES, per_digit=8.0)
    changes = fit_occupation_changes(people, by_code(0, 0, 0, 0), near, mobility=0.1875)
    leaving = dict(rates_of_change(changes).iter_rows())
    assert leaving["7221"] == pytest.approx(3 * 0.1875)


def test_moves_inside_an_occupation_cancel():
    people = by_code(400, 100, 100, 200)
    moves = occupation_moves(living(people), fit_occupation_changes(people, by_code(0, 0, 5, -5), NEAR, mobility=0.1))
    larger = gathered(moves, {code: code[0] for code in CODES})
    assert set(larger["origin"]) == {"5", "7"}
    inside = moves.filter(pl.col("origin").str.head(1) == pl.col("destination").str.head(1))["persons"].sum()
    assert moves["persons"].sum() - larger["persons"].sum() == pytest.approx(inside)
    net = change_of_occupation(larger)
    fine = change_of_occupation(moves).group_by(pl.col("occupation").str.head(1)).agg(pl.col("net").sum())
    assert dict(net.select("occupation", "net").iter_rows()) == pytest.approx(dict(fine.iter_rows()), abs=1e-6)


def test_a_users_own_table_is_used_as_it_stands():
    changes = pl.DataFrame({"origin": ["7223"], "destination": ["7221"], "share": [0.03]})
    moves = occupation_moves(living(by_code(0, 0, 0, 200)), changes)
    assert moves.rows() == [("1080", "7223", "7221", 6.0)]


def test_hidden_people_are_never_nobody():
    changes = pl.DataFrame({"origin": ["7223"], "destination": ["7221"], "share": [0.03]})
    hidden = living(by_code(1, 1, 1, 1)).with_columns(persons=pl.Series([1.0, 1.0, 1.0, None]))
    with pytest.raises(TableError, match=r"people\.persons: 1 cell\(s\) without a number"):
        occupation_moves(hidden, changes)


def test_more_movers_than_people_are_refused():
    with pytest.raises(TableError, match="more leave 7212 than are in it"):
        fit_occupation_changes(by_code(400, 10, 100, 200), by_code(0, -30, 30, 0), NEAR, mobility=0.1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("7223", "7223", 0.1)], "7223 changes to itself"),
        ([("7223", "7221", 0.7), ("7223", "7212", 0.7)], "those of 7223 sum to more than 1"),
    ],
)
def test_what_cannot_be_is_said(rows, words):
    changes = pl.DataFrame(rows, schema=["origin", "destination", "share"], orient="row")
    with pytest.raises(TableError, match=words):
        occupation_moves(living(by_code(1, 1, 1, 1)), changes)
