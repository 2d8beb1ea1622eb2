import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.projection.demand import DEMAND_PARTS, Axes, project_demand
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
    rows = [("A", "elderly", year, draw, p) for draw in draws for year, p in zip(AXES.years, sizes, strict=True)]
    return pl.DataFrame(rows, schema=["municipality", "age_group", "year", "draw", "persons"], orient="row")


def demand(draws=CENTRAL, **changed):
    given = {"employed": EMPLOYED, "vacancies": VACANT, "industry_outlook": outlook()} | changed
    bands = elderly(draws=draws.numbers)
    rest = {"heard": HEARD, "events": EVENTS, "axes": AXES, "draws": draws, "floor": 0.01}
    return project_demand(*given.values(), bands, **rest)


def parts(frame, occupation, year):
    row = frame.filter(occupation=occupation, year=year, draw=0)
    return [round(row[part].item(), 9) for part in DEMAND_PARTS]


def test_demand_by_hand():
    """Welders grow ten per cent a year, care follows the elderly; a hall at 30 % is 3 posts, and 2 of 4 are growth."""
    frame = demand()
    assert parts(frame, "7212", 2024) == [100, 5, 0, 0, 0]
    assert parts(frame, "7212", 2025) == [100, 5, 10, 0, 3]
    assert parts(frame, "7212", 2026) == [100, 5, 21, 2, 3]
    assert parts(frame, "5", 2026) == [200, 0.01, 40, 0, 0]


def test_an_event_happens_or_not_in_a_draw():
    draws = Draws(0, 200, 1, Uncertainty(events=1.0))
    posts = demand(draws).filter(occupation="7212", year=2026)["events"]
    assert set(posts) == {0.0, 10.0}
    assert posts.mean() / 10 == pytest.approx(0.3, abs=0.08)


def test_a_closed_workplace_leaves_no_negative_posts():
    closed = EVENTS.with_columns(posts=-500.0, probability=1.0)
    rest = {"heard": HEARD, "events": closed, "axes": AXES, "draws": CENTRAL, "floor": 0.01}
    frame = project_demand(EMPLOYED, VACANT, outlook(), elderly(), **rest)
    assert sum(parts(frame, "7212", 2026)) == pytest.approx(0.01)


def test_uncertain_growth_spreads_and_its_median_stays():
    draws = Draws(0, 400, 1, Uncertainty(growth=1.0))
    jobs = demand(draws, industry_outlook=outlook(sd=0.05)).filter(occupation="7212")
    middle = {year: group["industry"].median() for (year,), group in jobs.group_by("year")}
    assert middle == pytest.approx({2024: 0, 2025: 10, 2026: 21}, abs=1.5)
    assert jobs.filter(year=2026)["industry"].std() > jobs.filter(year=2025)["industry"].std() > 0


def test_a_hidden_cell_is_an_error():
    hidden = EMPLOYED.with_columns(persons=pl.Series([None, 200.0]))
    with pytest.raises(TableError, match=r"1 cell\(s\) without a number.*not zero.*status modelled"):
        demand(employed=hidden)


def test_openings_by_hand():
    """Of 100 welders 5 leave, 80 of the jobs are held from A and 20 from outside; demand grows by 13 in 2025."""
    flows = pl.DataFrame(
        {"occupation": ["7212"] * 2, "home": ["A", "outside"], "work": ["A"] * 2, "persons": [80.0, 20.0]}
    )
    rows = [("A", o, y, 0, 100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0) for o in AXES.occupations for y in AXES.years]
    names = ["municipality", "occupation", "year", "draw", "employed_residents", "unemployed", "retirements"]
    supply = pl.DataFrame(rows, schema=[*names, "entrants", "movers", "running_classes", "leavers"], orient="row")
    draws = opening_draws(demand(), supply, flows, axes=AXES, draws=CENTRAL)
    openings = job_openings(draws, draws, HEARD).filter(occupation="7212")
    assert openings["expansion"].to_list() == pytest.approx([13, 13])
    assert openings["replacement"].to_list() == pytest.approx([5, 5])
    assert openings["p50"].to_list() == pytest.approx([18, 18])
    assert openings["heard"].to_list() == [0, 4]
    assert openings["naive"].to_list() == pytest.approx([5, 5])
