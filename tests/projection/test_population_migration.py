"""Net migration: what is left when births and deaths are taken out, in layers that lean on each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.projection.population_migration import Constants, fit_migration, group_of, net_moves

AGES, YEARS, LAST = 101, 12, 2011
CONSTANTS = Constants(nation=0.8, area=0.5, nation_memory=10.0, area_memory=20.0)


def steady(sizes, rates, swing=0.0, seed=0):
    """Moves and those who could move: areas of `sizes` a cell, net rates `rates`, yearly swings common to ages."""
    start = np.ones((len(sizes), 2, AGES, YEARS)) * np.array(sizes, dtype=float)[:, None, None, None]
    swings = swing * np.random.default_rng(seed).standard_normal((len(sizes), YEARS))
    _, moving = group_of(AGES)
    moves = start * moving[:, None] * (np.array(rates)[:, None, None, None] + swings[:, None, None, :])
    return moves, start


def fit(moves, start, parents=None):
    areas = [f"a{i}" for i in range(len(moves))]
    parents = parents or [""] * len(moves)
    return fit_migration(moves, start, areas=areas, parents=parents, last=LAST, constants=CONSTANTS)


@given(st.integers(0, 2**32 - 1))
def test_everybody_is_accounted_for(seed):
    random = np.random.default_rng(seed)
    people = random.integers(0, 50, (2, 2, 12, 4)).astype(float)
    births, deaths = random.integers(0, 9, (2, 2, 4)).astype(float), random.integers(0, 3, people.shape).astype(float)
    moves, _ = net_moves(people, births, deaths)
    change = np.diff(people.sum(2)) - births[..., 1:] + deaths[..., 1:].sum(2)
    assert moves.sum(2) == pytest.approx(change)


def test_who_could_move_is_a_year_younger():
    people = np.arange(8.0).reshape(1, 1, 4, 2)
    _, start = net_moves(people, np.array([[[0.0, 9.0]]]), np.zeros_like(people))
    assert start[0, 0, :, 0].tolist() == [9, 0, 2, 4 + 6]


def test_steady_rates_go_on():
    """Three areas that always gain 2 %, lose 2 % and stand still."""
    fitted = fit(*steady([9_000, 9_000, 9_000], [0.02, -0.02, 0.0]))
    ahead = fitted.rates(3)
    assert ahead[:, 0, 30] == pytest.approx(np.array([[0.02] * 3, [-0.02] * 3, [0.0] * 3]), abs=1e-4)
    assert (ahead[:, :, 90:] == 0).all()


def test_a_last_year_out_of_line_fades():
    """A year 1 % above is half as much above the mean a year later, and a quarter after two."""
    moves, start = steady([9_000, 9_000], [0.0, 0.0])
    moves[0, :, :85, -1], moves[1, :, :85, -1] = 90, -90
    ahead = fit(moves, start).rates(3)[0, 0, 45]
    mean = fit(moves, start).layers[1].mean[0, 0, 45]
    assert mean == pytest.approx(0, abs=0.001)
    assert (ahead[1] - mean) / (ahead[0] - mean) == pytest.approx(0.5)
    assert ahead[0] > 0.003


def test_a_small_area_is_drawn_to_the_others():
    """Chance alone moves the small: with swings of single persons its mean counts less than the large one's."""
    moves, start = steady([20_000, 20_000, 1], [0.02, -0.02, 0.02], swing=0.002)
    moves += np.random.default_rng(1).standard_normal(moves.shape) * np.sqrt(0.1 * start) * (start < 100)
    moves *= group_of(AGES)[1][:, None]
    area = fit(moves, start).layers[-1]
    large, small = area.mean[0].mean(), area.mean[2].mean()
    assert 0 < small < 0.9 * large
    assert (area.mean_sd[2] > area.mean_sd[0]).all()


def test_a_small_area_leans_on_its_parent():
    """Without an own record worth believing, a small area moves as its county does and not as the nation."""
    moves, start = steady(
        [20_000, 20_000, 30, 20_000, 20_000, 30], [0.03, 0.031, 0.03, -0.03, -0.031, -0.03], swing=0.002
    )
    fitted = fit(moves, start, ["north"] * 3 + ["south"] * 3)
    assert [layer.name for layer in fitted.layers] == ["nation", "parent", "area"]
    ahead = fitted.rates(5)[:, 0, 45, 4]
    assert ahead[2] > 0.02
    assert ahead[5] < -0.02


def test_an_only_child_is_its_parent():
    moves, start = steady([900, 800, 700], [0.01, -0.01, 0.02], swing=0.003)
    fitted = fit(moves, start, ["north", "south", "south"])
    assert fitted.layers[-1].own.tolist() == [False, True, True]
    assert fitted.layers[-1].mean[0] == pytest.approx(0, abs=1e-12)


def test_a_border_that_moved_is_found_and_left_out():
    moves, start = steady([9_000] * 4, [0.01, -0.01, 0.0, 0.0], swing=0.001)
    kept = fit(moves, start).rates(1)
    moves[1, :, :, 7] += 0.05 * start[1, :, :, 7]
    moves[2, :, :, 7] -= 0.05 * start[2, :, :, 7]
    fitted = fit(moves, start)
    assert fitted.layers[-1].breaks == (("a1", LAST - 4), ("a2", LAST - 4))
    assert fitted.rates(1)[:, 0, 30] == pytest.approx(kept[:, 0, 30], abs=0.001)


def test_nobody_to_move_from_gives_no_rate():
    moves, start = steady([100, 100], [0.01, -0.01], swing=0.001)
    start[0, :, 40:60], moves[0, :, 40:60] = 0, 3
    assert np.abs(fit(moves, start).rates(2)).max() < 0.2
