"""Curves: whole persons against agents, sums into groups, and the shape that is told of Sweden."""

from dataclasses import replace

import numpy as np
import pytest

from brygga.impact.curves import STATES, Summer, groupings, with_chance
from brygga.impact.market import calibrate, market, standing
from brygga.impact.matching import simulate
from brygga.impact.seekers import Hit
from tests.impact.matching_made import CLASSES, made_hit, made_market


def one_cell(vacancies=20.0, filled=8.0, others=200.0, draws=1):
    return market(
        ["1060"],
        ["1060"],
        ["7223"],
        ["direct:16-34"],
        travel=np.ones((1, 1)),
        related=np.ones((1, 1)),
        vacancies=np.full((draws, 1, 1), vacancies),
        filled=np.full(draws, filled),
        others=np.full((draws, 1, 1), others),
    )


def persons(number, draws=1, effort=8.0):
    return Hit(np.full((1, 1, 1, 1), number), np.full((draws, 1), effort), np.zeros(1), 0.0)


def agents(made, number, *, effort, months, steps, runs, seed):
    """Re-employed after each month in runs of whole vacancies, whole others and whole persons: an urn at random."""
    rng = np.random.default_rng(seed)
    kappa, flow, step = float(made.kappa[0]), float(made.inflow.sum()), 1.0 / steps
    vacancies = np.full(runs, int(made.vacancies.sum()))
    others = np.full(runs, int(made.others.sum()))
    hit, found = np.full(runs, number), [np.zeros(runs)]
    for _ in range(months):
        for _ in range(steps):
            met = kappa * (others + effort * hit)
            filled = rng.binomial(vacancies, -step * np.expm1(-met))
            by_hit = np.minimum(rng.binomial(filled, effort * hit / (others + effort * hit)), hit)
            hit = hit - by_hit
            others = others - (filled - by_hit) + rng.poisson(step * flow, runs)
            vacancies = vacancies - filled + rng.poisson(step * flow, runs)
        found.append(number - hit)
    return np.array(found)


def covered(curves, found):
    values = curves.state["re_employed"]["all"][:, :, 0]
    low, high = np.quantile(values, [0.1, 0.9], axis=0)
    inside = (found >= low[:, None] - 1e-9) & (found <= high[:, None] + 1e-9)
    return inside[3:13].mean()


def test_the_interval_of_few_persons_covers_as_often_as_it_says():
    made = one_cell()
    found = agents(made, 6, effort=8.0, months=12, steps=4, runs=1500, seed=1)
    curves = simulate(made, persons(6.0, draws=400), months=12)
    expected = curves.state["re_employed"]["all"][0, :, 0]
    assert found.mean(axis=1) == pytest.approx(expected, abs=0.25)
    assert covered(curves, found) < 0.1
    assert 0.8 <= covered(with_chance(curves, 3), found) < 0.97


def test_whole_persons_are_conserved_and_never_lose_the_work_they_found():
    made = made_market(2)
    curves = simulate(made, made_hit(2, made), months=12)
    lucky = with_chance(curves, 5)
    for grouping, size in curves.size.items():
        whole = sum(lucky.state[state][grouping] for state in STATES)
        assert whole == pytest.approx(np.repeat(size[:, None], 13, axis=1))
        assert min(lucky.state[state][grouping].min() for state in STATES) >= -1e-12
        assert (np.diff(lucky.state["re_employed"][grouping], axis=1) >= -1e-12).all()
    again = with_chance(curves, 5)
    assert again.state["left"]["home"].tolist() == lucky.state["left"]["home"].tolist()
    assert with_chance(curves, 6).state["without_work"]["home"].tolist() != lucky.state["without_work"]["home"].tolist()
    some = with_chance(curves, 5, groups=["all"])
    assert some.state["left"]["home"].tolist() == curves.state["left"]["home"].tolist()
    assert some.state["re_employed"]["all"].tolist() == lucky.state["re_employed"]["all"].tolist()


def test_chance_leaves_the_mean_alone():
    curves = simulate(one_cell(draws=1), persons(3.4, draws=2000), months=6)
    lucky = with_chance(curves, 1)
    for state in STATES:
        was, now = (told.state[state]["all"].mean(axis=0) for told in (curves, lucky))
        assert now == pytest.approx(was, abs=0.08)


def test_groups_are_summed_and_those_in_none_left_out():
    cells = np.arange(12.0).reshape(1, 3, 4)
    assert Summer(np.zeros((3, 4), dtype=int), 1).sum(cells).tolist() == [[66.0]]
    labels = np.array([[0, 0, -1, 2], [0, -1, -1, 2], [2, -1, -1, 0]])
    assert Summer(labels, 3).sum(cells).tolist() == [[16.0, 0.0, 18.0]]


def test_the_usual_groupings_add_up():
    made = made_market(1)
    curves = simulate(made, made_hit(1, made), months=3)
    labels, names = groupings(made)
    assert set(curves.size) == set(labels) == set(names)
    for grouping, size in curves.size.items():
        assert size.shape[1] == len(names[grouping])
        assert size.sum(axis=1) == pytest.approx(curves.size["all"][:, 0])


def shape(filled, effort=(4.0, 2.0, 4.0)):
    made = made_market(11, sparse=0.3, filled=filled)
    hit = replace(made_hit(11, made, months=1, share=1.0), effort=np.array([effort]), draw_scale=None)
    return simulate(made, hit, months=18, after=12)


def test_slower_where_fewer_vacancies_are_filled_and_for_the_oldest():
    easy, hard = shape(0.6), shape(0.2)
    assert (easy.after["all"] > hard.after["all"] + 0.05).all()
    young, old = CLASSES.index("direct:16-34"), CLASSES.index("direct:55-69")
    assert (easy.after["class"][:, young] > easy.after["class"][:, old] + 0.05).all()


def test_slower_where_more_are_without_work():
    made = made_market(12, sparse=0.3)
    hit = replace(made_hit(12, made, months=1, share=1.0), draw_scale=None)
    flow, others = made.inflow.sum(axis=(1, 2)), 2.0 * made.others
    kappa, _ = calibrate(made.vacancies, flow, others, made.travel, made.related)
    crowded = standing(replace(made, others=others, kappa=kappa))
    few, many = (simulate(each, hit, months=12).state["re_employed"]["all"][:, 12, 0] for each in (made, crowded))
    assert (many < few - 0.05).all()


def test_the_own_occupation_first():
    made = made_market(13, sparse=0.3)
    weak = replace(made, related=np.where(np.eye(4) > 0, 1.0, 0.3 * made.related))
    curves = simulate(standing(weak), made_hit(13, made, months=1), months=12)
    share = curves.same[:, 1:] / (curves.same + curves.related)[:, 1:]
    assert (share > 0.5).all()
    assert (share[:, 0] >= share[:, -1]).all()
