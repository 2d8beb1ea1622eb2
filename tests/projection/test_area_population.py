"""The projection of people: by hand, what is conserved, and what its draws share."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from brygga.core.errors import SettingError, TableError
from brygga.projection import area_population
from brygga.projection.area_population import Constants, fit_population, in_bands, project
from brygga.projection.population_history import History

CONSTANTS = Constants.on(date(2026, 12, 31))
AGES = 101


def town(sizes=(3_000.0, 500.0, 80.0), years=10, seed=3, quiet=False):
    """Areas whose people die, bear and move a little at random; `quiet` gives each year the same counts."""
    random = np.random.default_rng(seed)
    rate = np.minimum(0.0004 * np.exp(0.085 * np.arange(AGES)), 0.6)
    alive = np.cumprod(1 - rate)
    shape = (len(sizes), 2, AGES, years)
    people = np.array(sizes)[:, None, None, None] * alive[:, None] * np.ones(shape)
    if not quiet:
        people = people * (1 + 0.02 * random.standard_normal((len(sizes), 1, 1, years)).cumsum(-1))
    births = np.zeros(shape)
    births[:, :, 20:40] = (people[:, 0, 0] / 40)[:, None, None]
    return History(
        areas=tuple(f"a{i}" for i in range(len(sizes))),
        years=tuple(range(2000, 2000 + years)),
        people=people,
        births=births,
        deaths=people * rate[:, None],
    )


def test_who_is_counted_today_starts_the_path():
    history = town()
    path = project(fit_population(history, constants=CONSTANTS), to=2012, draws=range(3), seed=1)
    assert path.years == (2009, 2010, 2011, 2012)
    assert (path.central[..., 0] == history.people[..., -1]).all()
    assert path.draws.shape == (*path.central.shape, 3)
    assert (path.draws[..., 0, 0] == path.central[..., 0]).all()


def test_a_population_that_stands_still_stays():
    """Nothing changes from year to year but mortality, which is expected to fall by the constant: none here."""
    history = town(quiet=True)
    still = replace(CONSTANTS, improvement=0.0)
    path = project(fit_population(history, constants=still), to=2014, draws=range(0), seed=1)
    young = slice(0, 60)
    assert path.central[:, :, young, 5] == pytest.approx(path.central[:, :, young, 0], rel=0.01)
    assert path.central[:, :, :, 5].sum() == pytest.approx(path.central[:, :, :, 0].sum(), rel=0.005)


def test_a_cohort_is_a_year_older_each_year():
    """Twice as many aged 30 as usual are found again at 35."""
    history = town(quiet=True)
    people = history.people.copy()
    for t in range(10):
        people[:, :, 21 + t, t] *= 2
    deaths = history.deaths * people / history.people
    path = project(
        fit_population(replace(history, people=people, deaths=deaths), constants=CONSTANTS),
        to=2014,
        draws=range(0),
        seed=1,
    )
    usual = history.people[0, 0, 35, -1]
    assert path.central[0, 0, 35, 5] == pytest.approx(2 * usual, rel=0.01)


def test_batches_of_draws_and_a_longer_path_change_nothing():
    fitted = fit_population(town(), constants=CONSTANTS)
    whole = project(fitted, to=2013, draws=range(6), seed=1).draws
    parts = [project(fitted, to=2013, draws=some, seed=1).draws for some in (range(2), range(2, 6))]
    few = project(fitted, to=2013, draws=[5, 1], seed=1).draws
    longer = project(fitted, to=2016, draws=range(6), seed=1).draws
    assert np.array_equal(np.concatenate(parts, axis=-1), whole)
    assert np.array_equal(few, whole[..., [5, 1]])
    assert np.array_equal(longer[:, :, :, :5], whole)
    assert not np.array_equal(project(fitted, to=2013, draws=range(6), seed=2).draws, whole)


def test_blocks_of_areas_and_bands_change_nothing(monkeypatch):
    fitted = fit_population(town(), constants=CONSTANTS)
    whole = project(fitted, to=2012, draws=range(4), seed=1).draws
    banded = project(fitted, to=2012, draws=range(4), seed=1, bands=[(0, 19), (20, 100)]).draws
    assert banded.sum(1) == pytest.approx(in_bands(whole, [(0, 19), (20, 100)]))
    monkeypatch.setattr(area_population, "AT_ONCE", 1)
    assert np.array_equal(project(fitted, to=2012, draws=range(4), seed=1).draws, whole)


def test_an_area_has_the_same_draws_with_and_without_others():
    fitted = fit_population(town(), constants=CONSTANTS)
    whole = project(fitted, to=2013, draws=range(4), seed=1)
    some = project(fitted.among(["a2", "a0"]), to=2013, draws=range(4), seed=1)
    assert some.areas == ("a2", "a0")
    assert (some.draws == whole.draws[[2, 0]]).all()
    assert (some.central == whole.central[[2, 0]]).all()


def test_areas_share_their_luck():
    """The sum of areas varies more than it would if each had its own: the nation's surprises are common."""
    fitted = fit_population(town((900.0, 900.0, 900.0, 900.0)), constants=CONSTANTS)
    drawn = in_bands(project(fitted, to=2014, draws=range(200), seed=1).draws[:, :, :, -1], [(20, 64)])[:, 0]
    apart = np.sqrt(drawn.var(axis=1).sum())
    assert drawn.sum(0).std() > 1.2 * apart


def test_intervals_widen_and_nobody_is_below_zero():
    path = project(fit_population(town(), constants=CONSTANTS), to=2019, draws=range(100), seed=1)
    spread = np.log(path.draws.sum((1, 2))).std(axis=-1)
    assert spread[:, 0] == pytest.approx(0, abs=1e-9)
    assert (np.diff(spread[:, [0, 1, 3, 6, 10]]) > 0).all()
    assert path.draws.min() >= 0


def test_a_small_area_is_less_certain():
    """Where years are alike only the chance of single deaths and moves is left: 37 times the people, a sixth of it."""
    path = project(fit_population(town(quiet=True), constants=CONSTANTS), to=2014, draws=range(200), seed=1)
    spread = np.log(in_bands(path.draws[:, :, :, -1], [(80, 100)])[:, 0]).std(axis=-1)
    assert spread[2] > 2 * spread[0]


def test_counties_come_between():
    """With counties, the areas of one share more of their luck with each other than with the other's."""
    history = town((900.0,) * 6, years=14)
    parents = {area: "north" if place < 3 else "south" for place, area in enumerate(history.areas)}
    fitted = fit_population(history, constants=CONSTANTS, parents=parents)
    assert [layer.name for layer in fitted.migration.layers] == ["nation", "parent", "area"]
    drawn = np.log(in_bands(project(fitted, to=2018, draws=range(300), seed=1).draws[:, :, :, -1], [(20, 64)])[:, 0])
    alike = np.corrcoef(drawn)
    inside = np.mean([alike[i, j] for i in range(6) for j in range(i) if (i < 3) == (j < 3)])
    across = np.mean([alike[i, j] for i in range(3) for j in range(3, 6)])
    assert inside > across


def test_too_short_a_history_is_an_error():
    with pytest.raises(SettingError, match=r"4 year\(s\) of people until 2003.*5 years at least.*later origin"):
        fit_population(town(years=4), constants=CONSTANTS)


def test_running_backwards_is_an_error():
    with pytest.raises(SettingError, match=r"from 2009 to 2009.*runs forward"):
        project(fit_population(town(), constants=CONSTANTS), to=2009, draws=range(1), seed=1)


def test_an_area_without_a_county_is_an_error():
    with pytest.raises(TableError, match=r"no parent for a2"):
        fit_population(town(), constants=CONSTANTS, parents={"a0": "n", "a1": "n"})
