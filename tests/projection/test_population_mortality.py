"""Death rates: cohorts' deaths by hand, a fall that is found again, areas believed as far as their deaths are many."""

import numpy as np
import pytest

from brygga.projection.population_mortality import at_death, cohort_deaths, fit_mortality, hazards

AGES = 101


def world(sizes, relative, years=13, fall=0.02):
    """People and expected deaths of areas with `relative` mortality that falls by `fall` a year."""
    rate = 0.0005 * np.exp(0.08 * np.arange(AGES))
    people = np.ones((len(sizes), 2, AGES, years)) * np.array(sizes)[:, None, None, None]
    later = np.exp(-fall * np.arange(years))
    deaths = people * rate[:, None] * later * np.array(relative)[:, None, None, None]
    return people, deaths, rate * later[-1]


def fit(people, deaths, parent=None, **given):
    settings = {"window": 12, "prior": 0.0, "prior_years": 1.0} | given
    return fit_mortality(people, deaths, parent or [0] * len(people), **settings)


def test_a_fall_is_found_again_and_goes_on():
    people, deaths, last = world([10_000.0], [1.0])
    fitted = fit(people, deaths)
    assert fitted.improvement == pytest.approx(0.02, abs=1e-6)
    assert fitted.fluctuation == pytest.approx(0, abs=1e-6)
    assert fitted.rates(2)[0, 0, 70] == pytest.approx(last[70] * np.exp([-0.02, -0.04]), rel=5e-3)


def test_the_expectation_weighs_as_its_years_say():
    """A slope over 12 years against an expectation that weighs as much: half of each."""
    people, deaths, _ = world([10_000.0], [1.0])
    assert fit(people, deaths, prior=0.01, prior_years=12.0).improvement == pytest.approx(0.015, abs=1e-6)


def test_many_deaths_are_believed_and_few_are_not():
    people, deaths, _ = world([50_000.0, 50_000.0, 0.1], [1.2, 0.8, 1.2])
    fitted = fit(people, deaths)
    ratio = fitted.rate[:, 0, 85] / fitted.rate[0:2, 0, 85].mean()
    assert ratio[:2] == pytest.approx([1.2, 0.8], abs=0.01)
    assert 1.0 < ratio[2] < 1.1
    assert (fitted.relative_sd[2, :, 3] > 5 * fitted.relative_sd[0, :, 3]).all()


def test_a_small_area_leans_on_its_parent():
    people, deaths, _ = world([50_000.0, 0.1, 50_000.0, 0.1], [1.3, 1.3, 0.7, 0.7])
    fitted = fit(people, deaths, parent=[0, 0, 1, 1])
    ratio = fitted.rate[1, 0, 85] / fitted.rate[3, 0, 85]
    assert ratio == pytest.approx(1.3 / 0.7, rel=0.03)


def test_hazards_and_deaths_share_the_year_alike():
    """For small rates, what a closed cohort loses by its hazards is what it loses by its deaths."""
    rate = np.full((1, 2, 5), 1e-4)
    newborn, hazard = hazards(rate)
    assert newborn == pytest.approx(np.full((1, 2), 0.8e-4))
    assert hazard[0, 0] == pytest.approx([0.7e-4, 1e-4, 1e-4, 1e-4, 1e-4])
    deaths = cohort_deaths(1000 * rate)
    assert deaths.sum() == pytest.approx((1000 * rate).sum())


def aging(years=6):
    """People without moves: cohorts that lose a part of the living every year, and the dead by age at year end."""
    rate = np.minimum(0.0005 * np.exp(0.08 * np.arange(AGES)), 0.5)
    people = np.zeros((1, 2, AGES, years))
    ended = np.zeros_like(people)
    people[..., 0] = 1000 * np.cumprod(1 - rate)
    births = np.full((1, 2, years), 1000.0)
    for t in range(1, years):
        start = np.concatenate([births[..., t - 1 : t], people[:, :, :-1, t - 1]], axis=2)
        start[:, :, -1] += people[:, :, -1, t - 1]
        ended[..., t] = start * rate
        people[..., t] = start - ended[..., t]
    return people, births, ended


def test_the_way_that_deaths_are_counted_is_seen():
    """The same dead by age at year end and by age at death: told apart, and nearly the same once converted."""
    people, births, ended = aging()
    died, way = at_death(people, births, ended)
    assert way == "year_end"
    assert died.sum((0, 2)) == pytest.approx(ended.sum((0, 2)))
    again, other = at_death(people, births, died)
    assert other == "death"
    assert again is died
    assert cohort_deaths(died)[0, 0, 60:78, 1:] == pytest.approx(ended[0, 0, 60:78, 1:], rel=0.01)
