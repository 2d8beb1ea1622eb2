import numpy as np
import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.projection.demand import DEMAND_PARTS, Axes, project_demand, workplaces
from brygga.projection.growth import Growth
from brygga.projection.openings import job_openings, opening_draws
from brygga.projection.uncertainty import CENTRAL, Draws, Uncertainty

AXES = Axes(["A"], ["5", "7212"], [2024, 2025, 2026])
EMPLOYED = pl.DataFrame(
    {"municipality": ["A", "A"], "industry": ["25", "Q"], "occupation": ["7212", "5"], "persons": [100.0, 200.0]}
)
VACANT = pl.DataFrame({"municipality": ["A"], "occupation": ["7212"], "persons": [5.0]})
HEARD = pl.DataFrame({"municipality": ["A"], "occupation": ["7212"], "year": [2026], "posts": [4.0], "growth": [2.0]})
EVENTS = pl.DataFrame(
    {
        "event": ["new hall"],
        "municipality": ["A"],
        "occupation": ["7212"],
        "year": [2025],
        "posts": [10.0],
        "probability": [0.3],
    }
)


def outlook(driver="elderly", growth=0.1, sd=0.0):
    return pl.DataFrame(
        {"industry": ["25", "Q"], "driver": ["constant", driver], "growth": [growth, 0.0], "growth_sd": [sd, sd]}
    )


def elderly(sizes=(100.0, 110.0, 120.0), draws=range(1)):
    return {"elderly": np.repeat(np.array(sizes)[None, :, None], len(draws), 2)}


def demand(draws=CENTRAL, drivers=None, counted=None, **changed):
    """Parts of demand by name, municipality x occupation x year x draw, all of one shape."""
    given = {"employed": EMPLOYED, "vacancies": VACANT, "industry_outlook": outlook(), "heard": HEARD, "events": EVENTS}
    at = workplaces(**(given | changed), axes=AXES, floor=0.01)
    drivers = elderly(draws=draws.numbers) if drivers is None else drivers
    found = project_demand(at, drivers, axes=AXES, draws=draws, counted=counted)
    shape = (1, 2, 3, len(draws.numbers))
    return {name: np.broadcast_to(part, shape) for name, part in found.items()}


def cell(occupation, year):
    return 0, AXES.occupations.index(occupation), AXES.years.index(year)


def parts(found, occupation, year):
    return [round(float(found[part][cell(occupation, year)][0]), 9) for part in DEMAND_PARTS]


def test_demand_by_hand():
    """Welders grow ten per cent a year, care follows the elderly; a hall at 30 % is 3 posts, and 2 of 4 are growth."""
    found = demand()
    assert parts(found, "7212", 2024) == [100, 5, 0, 0, 0]
    assert parts(found, "7212", 2025) == [100, 5, 10, 0, 3]
    assert parts(found, "7212", 2026) == [100, 5, 21, 2, 3]
    assert parts(found, "5", 2026) == [200, 0.01, 40, 0, 0]


def test_an_event_happens_or_not_in_a_draw():
    posts = demand(Draws(0, 200, 1, Uncertainty(events=1.0)))["events"][cell("7212", 2026)]
    assert set(posts) == {0.0, 10.0}
    assert posts.mean() / 10 == pytest.approx(0.3, abs=0.08)


def test_a_closed_workplace_leaves_no_negative_posts():
    closed = EVENTS.with_columns(posts=-500.0, probability=1.0)
    assert sum(parts(demand(events=closed), "7212", 2026)) == pytest.approx(0.01)


def test_uncertain_growth_spreads_and_its_median_stays():
    jobs = demand(Draws(0, 400, 1, Uncertainty(growth=1.0)), industry_outlook=outlook(sd=0.05))["industry"][0, 1]
    assert np.median(jobs, 1) == pytest.approx([0, 10, 21], abs=1.5)
    assert jobs[2].std() > jobs[1].std() > 0


MODELS = Growth(
    ("damped_trend", "outlook"), np.array([0.25, 0.75]), np.array([[[[1.0, 1.2, 1.4]]] * 2, [[[1.0, 1.0, 1.0]]] * 2])
)


def test_the_central_run_is_the_weighted_mean_of_the_models():
    """A quarter says 40 % more in two years; the rest that care follows the elderly (20 % more) and welders stay."""
    found = demand(growth=MODELS)
    assert parts(found, "7212", 2026)[2] == pytest.approx(100 * 0.25 * 0.4)
    assert parts(found, "5", 2026)[2] == pytest.approx(200 * (0.25 * 0.4 + 0.75 * 0.2))


def test_each_draw_follows_one_model():
    """The spread between models is part of the interval: two paths, a quarter and three quarters of the draws."""
    jobs = demand(Draws(0, 400, 1, Uncertainty(models=1.0)), growth=MODELS)["industry"][cell("7212", 2026)]
    assert set(np.round(jobs, 6)) == {0.0, 40.0}
    assert (jobs > 0).mean() == pytest.approx(0.25, abs=0.07)


def test_what_companies_said_spreads_and_never_turns_growth_into_loss():
    unsure = HEARD.with_columns(growth_sd=pl.lit(2.0))
    said = demand(Draws(0, 400, 1, Uncertainty(heard=1.0)), heard=unsure)["heard"][cell("7212", 2026)]
    assert said.min() == 0
    assert np.median(said) == pytest.approx(2, abs=0.3)
    assert (demand(heard=unsure)["heard"][cell("7212", 2026)] == 2).all()


def test_a_count_that_may_be_off_moves_jobs_and_their_growth():
    found = demand(counted=np.full((1, 2, 1), 1.5))
    assert parts(found, "7212", 2026)[:3] == [150, 5, 31.5]


def test_a_hidden_cell_is_an_error():
    hidden = EMPLOYED.with_columns(persons=pl.Series([None, 200.0]))
    with pytest.raises(TableError, match=r"1 cell\(s\) without a number.*not zero.*status modelled"):
        demand(employed=hidden)


def test_openings_by_hand():
    """Of 100 welders 5 leave, 80 of the jobs are held from A and 20 from outside; demand grows by 13 in 2025."""
    posts = sum(demand()[name] for name in DEMAND_PARTS)
    people, leavers = np.full((1, 2, 3, 1), 100.0), np.full((1, 2, 3, 1), 5.0)
    held = np.zeros((2, 2, 2))
    held[1, :, 0] = 80, 20
    expansion, replacement = opening_draws(posts, people, leavers, held)
    openings = job_openings(expansion, replacement, replacement[:, :, 0, 0], HEARD, axes=AXES).filter(occupation="7212")
    assert openings["expansion"].to_list() == pytest.approx([13, 13])
    assert openings["replacement"].to_list() == pytest.approx([5, 5])
    assert openings["p50"].to_list() == pytest.approx([18, 18])
    assert openings["heard"].to_list() == [0, 4]
    assert openings["naive"].to_list() == pytest.approx([5, 5])
