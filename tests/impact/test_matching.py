"""The matching: against loops, by hand, its laws, and what is left out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import BryggaError, FaultsError, SettingError, TableError
from brygga.impact.curves import STATES
from brygga.impact.market import standing
from brygga.impact.matching import simulate
from brygga.impact.within_reach import reachable, within_reach
from tests.impact.matching_made import CLASSES, made_courses, made_hit, made_market
from tests.impact.matching_naive import naive

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=10, deadline=None)


def every_cell(market):
    form = (len(market.homes), len(market.occupations), len(market.classes))
    return {"cell": np.arange(int(np.prod(form))).reshape(form)}


def run(market, hit, **asked):
    return simulate(market, hit, **{"months": 10, "groups": every_cell(market)} | asked)


def cells(curves, state, market, draw=0):
    form = (curves.months + 1, len(market.homes), len(market.occupations), len(market.classes))
    return curves.state[state]["cell"][draw].reshape(form)


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_the_loops_say(seed):
    market = made_market(seed)
    hit, courses = made_hit(seed, market, share=0.3), made_courses(seed, market)
    added = np.random.default_rng(seed).gamma(1.0, 1.0, (3, 3, 4)) if seed % 2 else None
    curves = run(market, hit, courses=courses, added=added, steps=3)
    assert curves.steps == 3
    moves = []
    for draw in range(2):
        told, others, _, moved = naive(
            market, hit, months=10, steps=3, courses=courses, added=added, draw=draw, everything=False
        )
        moves.append(moved)
        for state in STATES:
            assert cells(curves, state, market, draw) == pytest.approx(told[state], abs=1e-9)
        reach, *_ = reachable(market, hit, courses=courses, added=added)
        left_out = market.others[draw].sum() - reach.others[draw].sum()
        assert curves.others[draw] + market.others[draw].sum() == pytest.approx(others, abs=1e-9), left_out
    assert curves.moves == pytest.approx(np.mean(moves, axis=0), abs=1e-9)


def test_a_month_by_hand():
    market = made_market(0, h=1, w=1, o=1, draws=1)
    market = replace(
        market,
        vacancies=np.full((1, 1, 1), 10.0),
        inflow=np.full((1, 1, 1), 4.0),
        others=np.full((1, 1, 1), 100.0),
        kappa=np.full(1, 0.01),
    )
    hit = made_hit(0, market, months=1, draws=1, share=1.0)
    hit = replace(
        hit,
        leaving=np.array([[[[20.0, 0.0, 0.0]]]]),
        effort=np.array([[5.0, 1.0, 1.0]]),
        draw_scale=None,
        leave_rate=np.array([0.1, 0.0, 0.0]),
    )
    curves = run(market, hit, months=1, steps=1)
    met = 0.01 * (100 + 5 * 20)
    each = 10 * (1 - np.exp(-met)) / met
    hired = 20 * 5 * 0.01 * each
    assert cells(curves, "re_employed", market)[1, 0, 0, 0] == pytest.approx(hired)
    assert cells(curves, "left", market)[1, 0, 0, 0] == pytest.approx(2.0)
    assert cells(curves, "without_work", market)[1, 0, 0, 0] == pytest.approx(18.0 - hired)
    alone = 10 * (1 - np.exp(-1.0))
    assert curves.others[0] == pytest.approx([0.0, alone - 100 * 0.01 * each])
    assert curves.same[0] == pytest.approx([0.0, hired])
    assert curves.hires_to.tolist() == curves.moves.tolist() == [[pytest.approx(hired)]]


@FEW
@given(SEEDS)
def test_everybody_is_somewhere_and_nothing_is_negative(seed):
    market = made_market(seed)
    hit, courses = made_hit(seed, market), made_courses(seed, market)
    curves = run(market, hit, courses=courses, groups=None)
    assert curves.conserved < 1e-9
    assert curves.unmatched < 1e-9
    for grouping, size in curves.size.items():
        by = [curves.state[state][grouping] for state in STATES]
        assert min(values.min() for values in by) >= -1e-12
        assert sum(by) == pytest.approx(np.repeat(size[:, None], curves.months + 1, axis=1), abs=1e-9)
    found = curves.state["re_employed"]["all"][:, :, 0]
    assert curves.same + curves.related == pytest.approx(found, abs=1e-9)
    assert curves.moves.sum() == pytest.approx(found[:, -1].mean(), abs=1e-9)
    assert curves.hires_to.sum() == pytest.approx(found[:, -1].mean(), abs=1e-9)
    assert curves.moves_at.sum(axis=1) == pytest.approx(curves.moves.sum(axis=1), abs=1e-9)


@FEW
@given(SEEDS)
def test_nobody_hit_changes_nothing_at_all(seed):
    market = made_market(seed)
    hit = made_hit(seed, market)
    nobody = replace(hit, leaving=np.zeros_like(hit.leaving))
    curves = run(market, nobody, courses=made_courses(seed, market), groups=None)
    assert not curves.others.any()
    assert not curves.moves.any()
    assert all(not by.any() for grouping in curves.state.values() for by in grouping.values())
    still = run(market, replace(hit, draw_scale=np.zeros((2, 3))), groups=None)
    assert not still.others.any()


@FEW
@given(SEEDS)
def test_more_vacancies_never_slow_anybody(seed):
    rng = np.random.default_rng([seed, 3])
    market = made_market(seed)
    hit, courses = made_hit(seed, market), made_courses(seed, market)
    courses = courses if seed % 3 else []
    added = rng.gamma(0.3, 3.0, (4, 3, 4)) * (rng.random((4, 3, 4)) < 0.4)
    inflow = market.inflow + rng.gamma(0.3, 1.0, market.inflow.shape) * (rng.random(market.inflow.shape) < 0.4)
    fewer = run(market, hit, courses=courses, steps=16)
    for more in (
        run(market, hit, courses=courses, added=added, steps=16),
        run(replace(market, inflow=inflow), hit, courses=courses, steps=16),
    ):
        assert fewer.steps == more.steps == 16
        for draw in range(2):
            was, now = (cells(curves, "re_employed", market, draw) for curves in (fewer, more))
            assert (now >= was - 1e-9).all()
        assert (more.others <= fewer.others + 1e-9).all()


@FEW
@given(SEEDS)
def test_more_vacancies_at_the_start_help_as_long_as_the_others_join_alike(seed):
    rng = np.random.default_rng([seed, 4])
    market = made_market(seed)
    hit, courses = made_hit(seed, market), made_courses(seed, market)
    market = replace(market, others_inflow=rng.gamma(1.0, 1.0, market.others.shape))
    richer = replace(market, vacancies=market.vacancies * rng.uniform(1.0, 3.0, market.vacancies.shape))
    fewer, more = (run(made, hit, courses=courses, steps=16) for made in (market, richer))
    for draw in range(2):
        was, now = (cells(curves, "re_employed", market, draw) for curves in (fewer, more))
        assert (now >= was - 1e-9).all()


@FEW
@given(SEEDS)
def test_more_people_hit_speed_nobody(seed):
    market = made_market(seed)
    hit = made_hit(seed, market, share=0.3)
    new = made_hit(seed + 1, market, share=0.3).leaving
    extra = np.where(hit.leaving.any(axis=(0, 3))[:, :, None], 0.0, new.sum(axis=0))
    more = replace(hit, leaving=hit.leaving + extra / len(hit.leaving))
    had, came = hit.leaving.any(axis=(0, 3)), extra.any(axis=2)
    courses = []
    for course in made_courses(seed, market):
        cell = (market.homes.index(course.from_home), market.occupations.index(course.from_occupation))
        courses += [course] if had[cell] and not came[cell] else []
    fewer, crowd = (run(market, people, courses=courses, steps=16) for people in (hit, more))
    for draw in range(2):
        alone, crowded = (cells(curves, "re_employed", market, draw) for curves in (fewer, crowd))
        assert (crowded <= alone + 1e-9)[:, had].all()
    assert (crowd.others >= fewer.others - 1e-9).all()


@FEW
@given(SEEDS)
def test_no_order_of_labels_matters(seed):
    rng = np.random.default_rng([seed, 6])
    market = made_market(seed)
    hit, courses = made_hit(seed, market), made_courses(seed, market)
    h, w, o, c = (rng.permutation(size) for size in (3, 3, 4, 3))
    other = replace(
        market,
        homes=tuple(market.homes[n] for n in h),
        works=tuple(market.works[n] for n in w),
        occupations=tuple(market.occupations[n] for n in o),
        classes=tuple(market.classes[n] for n in c),
        travel=market.travel[np.ix_(h, w)],
        related=market.related[np.ix_(o, o)],
        vacancies=market.vacancies[:, w][:, :, o],
        inflow=market.inflow[:, w][:, :, o],
        others=market.others[:, h][:, :, o],
    )
    turned = replace(
        hit,
        leaving=hit.leaving[:, h][:, :, o][:, :, :, c],
        effort=hit.effort[:, c],
        leave_rate=hit.leave_rate[c],
        draw_scale=hit.draw_scale[:, c],
    )
    one = run(market, hit, courses=courses)
    two = run(other, turned, courses=courses[::-1])
    for state in STATES:
        straight, back = cells(one, state, market), cells(two, state, other)
        assert back == pytest.approx(straight[:, h][:, :, o][:, :, :, c], abs=1e-9)
    assert two.moves == pytest.approx(one.moves[np.ix_(o, o)], abs=1e-9)


@FEW
@given(SEEDS)
def test_what_nobody_can_reach_may_be_left_out(seed):
    market = made_market(seed, h=4, w=4, o=6, sparse=0.8)
    hit = made_hit(seed, market, share=0.1)
    courses = made_courses(seed, market) if seed % 2 else []
    added = np.random.default_rng(seed).gamma(0.3, 1.0, (2, 4, 6)) if seed % 3 else None
    asked = {"courses": courses, "added": added, "after": 3, "record": True, "spread": seed % 5 == 0}
    within, whole = run(market, hit, **asked), run(market, hit, everywhere=True, **asked)
    for state in STATES:
        assert within.state[state]["cell"] == pytest.approx(whole.state[state]["cell"], abs=1e-9)
    for name in ("others", "same", "related", "moves", "hires_to", "moves_at"):
        assert getattr(within, name) == pytest.approx(getattr(whole, name), abs=1e-9)
    assert within.after["cell"] == pytest.approx(whole.after["cell"], abs=1e-9, nan_ok=True)
    seen = within_reach(market, hit, courses=courses, spread=asked["spread"])
    assert within.chance[:, :, seen] == pytest.approx(whole.chance[:, :, seen], abs=1e-6)


def test_the_smaller_market_gives_the_same_answer():
    market = made_market(3, h=6, w=6, o=6, sparse=0.9)
    hit = made_hit(3, market, share=0.02)
    smaller, smaller_hit, _ = reachable(market, hit)
    assert smaller.vacancies.size < market.vacancies.size
    one, two = simulate(market, hit, months=6), simulate(smaller, smaller_hit, months=6)
    assert two.state["re_employed"]["all"] == pytest.approx(one.state["re_employed"]["all"], abs=1e-9)
    assert two.others == pytest.approx(one.others, abs=1e-9)


def test_spread_reaches_what_the_others_connect():
    market = made_market(0, h=3, w=3, o=1, draws=1)
    chain = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    market = standing(replace(market, travel=chain))
    hit = made_hit(0, market, draws=1)
    leaving = np.zeros((1, 3, 1, 3))
    leaving[0, 0, 0, 0] = 5.0
    hit = replace(hit, leaving=leaving)
    assert within_reach(market, hit)[:, 0].tolist() == [True, True, False]
    assert within_reach(market, hit, spread=True)[:, 0].tolist() == [True, True, True]


def test_posts_that_end_arrive_in_proportion():
    market = made_market(4)
    hit = made_hit(4, market, notice_effort=0.0)
    once, twice = (run(market, replace(hit, leaving=times * hit.leaving)) for times in (1.0, 2.0))
    assert twice.state["at_work"]["cell"] == pytest.approx(2.0 * once.state["at_work"]["cell"])
    arrived = np.cumsum(hit.leaving, axis=0).sum(axis=(1, 2))
    gone = once.size["cell"].sum() - once.state["at_work"]["cell"].sum(axis=2).sum(axis=0)
    assert gone[1:5] == pytest.approx((arrived * hit.draw_scale.sum(axis=0)).sum(axis=1))


def test_months_are_cut_finer_when_somebody_would_be_hired_twice():
    market = made_market(5)
    hit = made_hit(5, market)
    fast = run(market, replace(hit, leaving=1e-6 * hit.leaving, effort=40.0 * hit.effort), steps=1)
    assert fast.steps > 1
    assert fast.conserved < 1e-9
    assert min(by["cell"].min() for by in fast.state.values()) >= -1e-12


def test_a_chance_without_bound_is_an_error():
    market = made_market(5)
    hit = made_hit(5, market)
    with pytest.raises(SettingError, match="somebody's chance of work is over 4096 a month"):
        run(market, replace(hit, leaving=1e-6 * hit.leaving, effort=1e6 * hit.effort))


def test_a_course_takes_those_without_work_and_no_others():
    market = made_market(6, draws=1)
    hit = made_hit(6, market, share=1.0, draws=1)
    course = replace(made_courses(6, market, number=1)[0], month=1, months=2, persons=1e6, classes=(CLASSES[0],))
    curves = run(market, hit, courses=[course])
    inside = cells(curves, "in_course", market)
    cell = (market.homes.index(course.from_home), market.occupations.index(course.from_occupation), 0)
    assert inside[1].sum() == 0.0
    assert inside[2][cell] > 0
    assert inside[2].sum() == pytest.approx(inside[2][cell])
    assert cells(curves, "at_work", market)[2][cell] > 0
    assert inside[4].sum() == 0.0
    with_none = cells(run(market, hit, courses=[replace(course, from_home="h1", persons=0.0)]), "in_course", market)
    assert not with_none.any()


def test_share_re_employed_after_is_that_of_those_who_left_together():
    market = made_market(7, draws=1)
    hit = made_hit(7, market, months=1, share=1.0, draws=1)
    curves = run(market, hit, after=6, groups=None)
    found, size = curves.state["re_employed"]["occupation"], curves.size["occupation"]
    assert curves.after["occupation"] == pytest.approx(found[:, 6] / size)
    late = np.concatenate([np.zeros_like(hit.leaving)] * 7 + [hit.leaving])
    assert np.isnan(run(market, replace(hit, leaving=late), after=6).after["cell"]).all()


def test_the_recorded_chance_is_what_the_people_meet():
    market = made_market(8, sparse=0.0)
    hit = made_hit(8, market, draws=2)
    curves = run(market, hit, record=True, steps=1, months=2, groups=None)
    chance = market.travel @ curves.chance[0, 1].astype(float) @ market.related.T
    without, notice = curves.state["without_work"], curves.state["at_work"]
    assert curves.chance.shape == (2, 2, 3, 4)
    assert (chance > 0).all()
    assert without["all"].shape == notice["all"].shape == (2, 3, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"effort": np.ones((2, 1))}, "hit.effort has the form 2 x 1, not 1 or 2 x 3"),
        ({"effort": -np.ones((2, 3))}, "hit.effort holds values that are negative or no numbers"),
        ({"leaving": np.ones((4, 3, 4, 2))}, "hit.leaving has the form"),
        ({"notice_effort": 1.2}, "notice_effort is 1.2"),
        ({"effort": np.ones((3, 3)), "draw_scale": None}, "the market has 2 draws and the people hit 3|not 1 or 3"),
    ],
)
def test_faults_of_the_people_hit(change, words):
    market = made_market(0)
    with pytest.raises(BryggaError, match=words):
        run(market, replace(made_hit(0, market), **change))


def test_faults_of_a_course_and_of_a_grouping():
    market = made_market(0)
    hit, course = made_hit(0, market), made_courses(0, market)[0]
    strange = replace(course, from_home="9999", to_occupation="soldier", classes=("nobody",), month=-1)
    with pytest.raises(FaultsError) as told:
        run(market, hit, courses=[strange])
    for words in ("9999 is no home", "soldier is no occupation", "nobody is no class", "month -1"):
        assert words in str(told.value)
    with pytest.raises(TableError, match="grouping mine is no whole number"):
        run(market, hit, groups={"mine": np.zeros((3, 4))})
    with pytest.raises(SettingError, match="0 months in 4 steps"):
        simulate(market, hit, months=0)
    with pytest.raises(TableError, match="added has the form 1 x 2 x 4, not 1 x 3 x 4"):
        run(market, hit, added=np.zeros((1, 2, 4)))
