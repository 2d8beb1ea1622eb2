import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brygga.commuting.matching import leftovers, match
from brygga.core.errors import TableError

FLOOR = 0.01


def cells(rows, occupation="7212"):
    """(municipality, year, draw, persons) as a table."""
    keys = ["municipality", "year", "draw", "persons"]
    return pl.DataFrame(rows, schema=keys, orient="row").with_columns(
        occupation=pl.lit(occupation), persons=pl.col("persons").cast(pl.Float64)
    )


def flows_of(matrix, zones):
    rows = [("7212", home, work, float(matrix[i][j])) for i, home in enumerate(zones) for j, work in enumerate(zones)]
    return pl.DataFrame(rows, schema=["occupation", "home", "work", "persons"], orient="row")


def one_zone(people, posts):
    """Ninety employed, with the people and posts of the base year first."""
    flows = flows_of([[90.0]], ["A"])
    return match(
        flows,
        cells([("A", 2024 + t, 0, s) for t, s in enumerate(people)]),
        cells([("A", 2024 + t, 0, d) for t, d in enumerate(posts)]),
        floor=FLOOR,
    ).filter(municipality="A")


def test_one_place_by_hand():
    """Base: 90 filled, 10 without work, 10 unfilled, so T = 9 sqrt(U V). With 200 on each side everything doubles."""
    matched = one_zone([100, 200], [100, 200])
    assert matched["without_work"].to_list() == pytest.approx([10, 20])
    assert matched["unfilled"].to_list() == pytest.approx([10, 20])


def test_forty_five_more_people_by_hand():
    """U = 40, V = 2.5 and T = 9 sqrt(100) = 90 fit 130 people and 92.5 posts."""
    matched = one_zone([100, 130], [100, 92.5])
    assert matched["without_work"][1] == pytest.approx(40)
    assert matched["unfilled"][1] == pytest.approx(2.5)


size = st.floats(0.01, 500)
square = st.lists(st.lists(st.floats(0.0, 200), min_size=3, max_size=3), min_size=3, max_size=3)
three = st.lists(size, min_size=3, max_size=3)
two = st.lists(size, min_size=2, max_size=2)
factors = st.lists(st.floats(0.7, 1.4), min_size=2, max_size=2)
ZONES = ["A", "B", "outside"]


def problem(matrix, jobless, vacant, more_people, more_posts, order=(0, 1)):
    T = np.array(matrix)
    T[2, 2] = 0.0
    S, D = T.sum(1)[:2] + jobless, T.sum(0)[:2] + vacant
    people, posts = (
        [(ZONES[z], 2024 + t, 0, size[z] * (more[z] if t else 1)) for z in order for t in (0, 1)]
        for size, more in ((S, more_people), (D, more_posts))
    )
    return flows_of(T, ZONES), cells(people), cells(posts)


@settings(deadline=None, max_examples=60)
@given(square, two, two, factors, factors)
def test_balances_hold_and_the_base_year_comes_back(matrix, jobless, vacant, more_people, more_posts):
    matched = match(*problem(matrix, jobless, vacant, more_people, more_posts), floor=FLOOR)
    base = matched.filter(pl.col("year") == 2024, pl.col("municipality") != "outside").sort("municipality")
    assert base["without_work"].to_list() == pytest.approx(jobless, rel=1e-9, abs=1e-9)
    assert base["unfilled"].to_list() == pytest.approx(vacant, rel=1e-9, abs=1e-9)
    gap = matched["unfilled"] - matched["without_work"]
    parts = matched["demand"] - matched["supply"] - matched["net_in_commuting"]
    assert gap.to_list() == pytest.approx(parts.to_list(), abs=1e-6)
    assert matched.group_by("year").agg(pl.col("net_in_commuting").sum())["net_in_commuting"].abs().max() < 1e-6
    assert matched["unfilled"].min() > 0
    assert matched["without_work"].min() > 0
    assert (matched["unfilled"] <= matched["demand"] * (1 + 1e-9)).all()


@settings(deadline=None, max_examples=40)
@given(square, two, two, factors, st.floats(0.0, 50))
def test_more_supply_never_raises_unfilled(matrix, jobless, vacant, more_posts, extra):
    flows, people, posts = problem(matrix, jobless, vacant, [1.0, 1.0], more_posts)
    richer = people.with_columns(
        pl.when((pl.col("municipality") == "A") & (pl.col("year") > 2024))
        .then(pl.col("persons") + extra)
        .otherwise("persons")
        .alias("persons")
    )
    before, after = (match(flows, s, posts, floor=FLOOR) for s in (people, richer))
    assert ((after["unfilled"] - before["unfilled"]) <= 1e-6 * before["demand"]).all()
    assert ((before["without_work"] - after["without_work"]) <= 1e-6 * before["supply"]).all()


@settings(deadline=None, max_examples=30)
@given(square, two, two, factors, factors)
def test_order_of_rows_changes_nothing(matrix, jobless, vacant, more_people, more_posts):
    one, other = (
        match(*problem(matrix, jobless, vacant, more_people, more_posts, order), floor=FLOOR)
        for order in ((0, 1), (1, 0))
    )
    assert one.equals(other)


@settings(deadline=None, max_examples=30)
@given(two, two, factors, factors, st.floats(0.1, 0.9))
def test_splitting_a_municipality_changes_no_sum(jobless, vacant, more_people, more_posts, part):
    """B is split into two with the same mix: what is unfilled there, and everywhere, is the same."""
    T = np.array([[50.0, 20, 5], [10, 80, 5], [5, 5, 0]])
    assume(min(jobless + vacant) > 0.1)
    whole = match(*problem(T, jobless, vacant, more_people, more_posts), floor=1e-6)
    cut = np.array([[1, 0, 0], [0, part, 0], [0, 1 - part, 0], [0, 0, 1]])
    flows = flows_of(cut @ T @ cut.T, ["A", "B", "C", "outside"])
    _, people, posts = problem(T, jobless, vacant, more_people, more_posts)
    halves = [
        pl.concat(
            [
                table.filter(municipality="A"),
                *(
                    table.filter(municipality="B").with_columns(municipality=pl.lit(m), persons=pl.col("persons") * p)
                    for m, p in (("B", part), ("C", 1 - part))
                ),
            ]
        )
        for table in (people, posts)
    ]
    split = match(flows, *halves, floor=1e-6)
    for value in ("unfilled", "without_work"):
        sums = [_sums(frame, value) for frame in (whole, split)]
        assert sums[0] == pytest.approx(sums[1], rel=1e-6)


def _sums(frame, value):
    """In A, and everywhere, year by year."""
    everywhere = frame.group_by("year").agg(pl.col(value).sum()).sort("year")
    return [*frame.filter(municipality="A").sort("year")[value], *everywhere[value]]


def test_a_place_without_jobs_or_people_is_carried():
    T = [[50.0, 0, 0], [0, 0.0, 0], [0, 0, 0]]
    matched = match(*problem(T, [5.0, FLOOR], [5.0, FLOOR], [1.0, 1.0], [1.0, 1.0]), floor=FLOOR)
    assert matched.filter(municipality="B", year=2025)["unfilled"].item() == pytest.approx(FLOOR)


def test_fewer_people_than_flows_is_an_error():
    with pytest.raises(TableError, match=r"supply: 1 cell\(s\) of the base year with no more people than flows"):
        one_zone([80, 80], [100, 100])


def test_a_missing_cell_is_an_error():
    flows = flows_of([[90.0]], ["A"])
    supply = cells([("A", 2024, 0, 100.0), ("A", 2025, 0, 100.0)])
    with pytest.raises(TableError, match=r"demand: 1 cell.*missing, first A, 7212, 2025, 0.*neither zero nor known"):
        match(flows, supply, supply.head(1), floor=FLOOR)


@given(st.integers(1, 60), st.integers(0, 5))
@settings(deadline=None, max_examples=20)
def test_draws_matched_together_or_apart_have_the_same_bytes(count, seed):
    """Sums by tiles: neither the number of draws nor which others come along changes a digit."""
    random = np.random.default_rng(seed)
    held = random.uniform(0, 50, (2, 6, 6))
    held[:, -1, -1] = 0
    people, posts = held.sum(2)[:, :-1].T, held.sum(1)[:, :-1].T
    people, posts = (
        np.stack([sums + 3, sums * 1.1], 2)[..., None] * np.ones(count) * random.uniform(1, 1.05, count)
        for sums in (people, posts)
    )
    whole = leftovers(held, people, posts, floor=FLOOR)
    last = leftovers(held, people[..., -1:], posts[..., -1:], floor=FLOOR)
    assert (whole.unfilled[..., -1:] == last.unfilled).all()


@settings(deadline=None, max_examples=20)
@given(st.floats(0.7, 1.4))
def test_jobs_counted_otherwise_leave_the_same_vacancies(factor):
    """If 90 were truly 90 x factor, with the people who hold them, the base year's leftovers stay: 10 and 10."""
    counted = np.full((1, 1, 1), factor)
    held = np.array([[[90.0, 0], [0, 0]]])
    both = np.array([[[[90 * factor + 10], [90 * factor + 10]]]])
    left = leftovers(held, both, both, floor=FLOOR, counted=counted)
    assert left.unfilled[0, 0, :, 0] == pytest.approx([10, 10])
    assert left.without_work[0, 0, :, 0] == pytest.approx([10, 10])
