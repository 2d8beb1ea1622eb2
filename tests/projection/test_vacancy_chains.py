import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError, TableError
from brygga.projection.vacancy_chains import vacancy_chains

CODES = ["3114", "7212", "7223"]


def openings(*numbers):
    return pl.DataFrame({"occupation": CODES, "openings": list(numbers)})


def moves(grid):
    rows = [(CODES[k], CODES[j], float(grid[k][j])) for k in range(3) for j in range(3)]
    return pl.DataFrame(rows, schema=["from_occupation", "to_occupation", "persons"], orient="row")


def test_two_thirds_filled_by_the_employed_are_three_hirings_an_opening():
    found = vacancy_chains(openings(10.0, 0.0, 4.0), 2 / 3)
    assert found["vacancies"].to_list() == pytest.approx([30, 0, 12])
    assert found["from_outside"].to_list() == pytest.approx([10, 0, 4])
    assert found["net_moves"].to_list() == pytest.approx([0, 0, 0])


def test_a_chain_over_two_occupations_by_hand():
    """Half of the technicians are hired, all from among the welders, half of whom come from welding."""
    found = vacancy_chains(openings(8.0, 0.0, 0.0), 0.5, moves([[0, 0, 0], [4, 4, 0], [0, 0, 0]]))
    assert found["vacancies"].to_list() == pytest.approx([8, 8, 0])
    assert found["from_outside"].to_list() == pytest.approx([4, 4, 0])
    assert found["net_moves"].to_list() == pytest.approx([4, -4, 0])


grids = st.lists(st.floats(0, 100), min_size=9, max_size=9).map(lambda x: np.reshape(x, (3, 3)))
shares = st.lists(st.floats(0, 0.9), min_size=3, max_size=3)


def shared(given_shares):
    return pl.DataFrame({"occupation": CODES, "share": given_shares})


@settings(deadline=None)
@given(st.lists(st.floats(0, 500), min_size=3, max_size=3), shares, grids)
def test_chains_end_with_as_many_from_outside_as_posts_opened(opened, share, grid):
    found = vacancy_chains(openings(*opened), shared(share), moves(grid))
    assert found["from_outside"].sum() == pytest.approx(sum(opened))
    assert found["net_moves"].sum() == pytest.approx(0, abs=1e-6)
    of_each = found["from_outside"] + found["net_moves"]
    assert of_each.to_list() == pytest.approx(opened, abs=1e-6)
    assert (found["vacancies"] + 1e-9 >= found["openings"]).all()


@settings(deadline=None)
@given(st.lists(st.floats(0, 500), min_size=3, max_size=3), grids, st.floats(0.1, 50))
def test_moves_inside_an_occupation_cancel(opened, grid, more):
    """Hire more from the same occupation and as many as before from all else: only the chains grow longer."""
    outside = np.full(3, 50.0)
    ends = []
    for inside in (grid, grid + np.diag(np.full(3, more))):
        hired = inside.sum(0)
        share = shared((hired / (hired + outside)).tolist())
        ends.append(vacancy_chains(openings(*opened), share, moves(inside)))
    assert ends[0]["from_outside"].to_list() == pytest.approx(ends[1]["from_outside"].to_list(), abs=1e-6)
    assert ends[0]["net_moves"].to_list() == pytest.approx(ends[1]["net_moves"].to_list(), abs=1e-6)
    assert (ends[0]["vacancies"] <= ends[1]["vacancies"] + 1e-9).all()


def test_municipalities_and_years_are_chains_of_their_own():
    both = pl.concat(
        [openings(10.0, 1.0, 0.0).with_columns(year=2025), openings(2.0, 3.0, 4.0).with_columns(year=2026)]
    )
    grid = moves([[1, 2, 0], [3, 4, 1], [0, 5, 6]])
    found = vacancy_chains(both[::-1], 0.6, grid)[::-1]
    alone = vacancy_chains(openings(2.0, 3.0, 4.0), 0.6, grid)
    assert found.filter(pl.col("year") == 2026)["vacancies"].to_list() == pytest.approx(alone["vacancies"].to_list())


def test_posts_that_disappear_start_no_chain():
    found = vacancy_chains(openings(-5.0, 3.0, 0.0), 0.5)
    assert found["openings"].to_list() == [-5, 3, 0]
    assert found["vacancies"].to_list() == pytest.approx([0, 6, 0])


def test_a_share_of_one_never_ends():
    with pytest.raises(SettingError, match=r"filled by employed people: 3114 1, 7212 1, 7223 1.*no chain ever ends"):
        vacancy_chains(openings(1.0, 1.0, 1.0), 1.0)


def test_moves_elsewhere_or_hidden_are_errors():
    elsewhere = moves(np.eye(3)).with_columns(from_occupation=pl.lit("5330"))
    with pytest.raises(TableError, match=r"transitions: 5330 not among the occupations.*would be lost"):
        vacancy_chains(openings(1.0, 1.0, 1.0), 0.5, elsewhere)
    hidden = moves(np.eye(3)).with_columns(persons=pl.lit(None, pl.Float64))
    with pytest.raises(TableError, match=r"transitions.persons: empty or below zero.*hidden move is not zero"):
        vacancy_chains(openings(1.0, 1.0, 1.0), 0.5, hidden)
