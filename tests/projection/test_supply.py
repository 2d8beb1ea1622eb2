import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.projection.classes import class_flows
from brygga.projection.demand import Axes
from brygga.projection.supply import AGE_GROUPS, SUPPLY_PARTS, demographic_entry, project_supply, working_life
from brygga.projection.uncertainty import CENTRAL, Draws, Uncertainty

AXES = Axes(["A"], ["5", "7212"], [2024, 2025, 2026])
NO_CLASSES = pl.DataFrame(
    schema={
        "municipality": pl.String,
        "occupation": pl.String,
        "year": pl.Int64,
        "taken_out": pl.Float64,
        "running": pl.Float64,
    }
)
POPULATION_GROUPS = ("16-19", "20-24", *AGE_GROUPS[1:])


def table(values, value):
    rows = [("A", occupation, float(persons)) for occupation, persons in values.items()]
    return pl.DataFrame(rows, schema=["municipality", "occupation", value], orient="row")


def profile(**shares):
    """Share per age group for each occupation, the rest of the ten groups empty."""
    rows = [(o, group, given.get(group, 0.0)) for o, given in shares.items() for group in AGE_GROUPS]
    return pl.DataFrame(rows, schema=["occupation", "age_group", "share"], orient="row")


def bands(growth=(1.0, 1.0, 1.0), draws=range(1), size=100.0):
    rows = [
        ("A", group, year, draw, size * factor)
        for group in POPULATION_GROUPS
        for year, factor in zip(AXES.years, growth, strict=True)
        for draw in draws
    ]
    return pl.DataFrame(rows, schema=["municipality", "age_group", "year", "draw", "persons"], orient="row")


def life(exits=0.0, career=0.0):
    rates = {"age_group": AGE_GROUPS, "participation": [0.8] * 10, "exit_rate": [0.0] * 8 + [exits] * 2}
    return working_life(pl.DataFrame(rates), career=career, floor=0.01)


FLAT = dict.fromkeys(AGE_GROUPS, 0.1)
OLD = {"45-49": 0.2, "50-54": 0.2, "55-59": 0.2, "60-64": 0.2, "65-69": 0.2}
EMPLOYED = table({"5": 780.0, "7212": 80.0}, "persons")
JOBLESS = table({"5": 20.0, "7212": 20.0}, "persons")
AGES = profile(**{"5": FLAT, "7212": OLD})


def supply(draws=CENTRAL, classes=NO_CLASSES, people=None, **changed):
    people = bands(draws=draws.numbers) if people is None else people
    settings_ = {"life": life(exits=0.1), "axes": AXES, "draws": draws} | changed
    return project_supply(EMPLOYED, JOBLESS, AGES, people, classes, **settings_)


def total(frame, occupation, year):
    return frame.filter(occupation=occupation, year=year).select(pl.sum_horizontal(SUPPLY_PARTS)).to_series().mean()


def test_the_base_year_is_employed_and_unemployed():
    assert total(supply(), "7212", 2024) == pytest.approx(100)
    assert total(supply(), "5", 2024) == pytest.approx(800)


def test_leavers_by_hand():
    """Of 20 welders aged 60-64, and 20 aged 65-69, a tenth leave; a fifth of the last 18 turn 70."""
    frame = supply().filter(year=2025)
    leavers = dict(frame.select("occupation", "leavers").iter_rows())
    assert leavers["7212"] == pytest.approx(2 + 2 + 18 / 5)
    assert leavers["5"] == pytest.approx(8 + 8 + 72 / 5)


def test_an_ageing_occupation_shrinks_where_nothing_else_changes():
    """Nobody under 45 is a welder, so no young person becomes one; the labour force as a whole stands still."""
    frame = supply()
    assert total(frame, "7212", 2026) < 100
    assert total(frame, "7212", 2026) + total(frame, "5", 2026) == pytest.approx(900)


def test_with_careers_alone_the_occupations_stand_still():
    """If each generation does at each age what the last one did, and nobody leaves early, nothing changes."""
    frame = supply(life=life(career=1.0))
    assert total(frame, "7212", 2026) == pytest.approx(100)


@settings(deadline=None, max_examples=25)
@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0.8, 1.2))
def test_changes_of_occupation_sum_to_zero(career, exits, growth):
    """However people change occupation, the labour force is what the population calls for."""
    frame = supply(life=life(exits=exits, career=career), people=bands((1.0, growth, growth**2)))
    assert total(frame, "7212", 2026) + total(frame, "5", 2026) == pytest.approx(_expected(growth**2), rel=1e-9)


def _expected(factor):
    """Base 900, and of each of the 1100 added 0.8 x 820 / 720: adults here work that much more than the table says."""
    return 900 + 0.8 * 820 / 720 * 1100 * (factor - 1)


def test_same_seed_same_numbers_and_no_shock_no_spread():
    draws = Draws(0, 5, 1, Uncertainty(entrants=0.3, exits=0.2, participation_nation=0.02, persistence=0.8))
    assert supply(draws).equals(supply(draws))
    assert supply(draws).filter(year=2026, occupation="5")["entrants"].n_unique() == 5
    calm = supply(Draws(0, 5, 1))
    assert calm.filter(draw=3).drop("draw").equals(supply().drop("draw"))


PROGRAMME = pl.DataFrame(
    {
        "programme": ["weld"],
        "site": ["skolan"],
        "years": [1],
        "completion": [0.8],
        "placement": [0.75],
        "deadweight": [0.5],
    }
)
LEADS = pl.DataFrame({"programme": ["weld"], "occupation": ["7212"], "share": [1.0]})


def reach(**shares):
    rows = {"site": ["skolan"] * len(shares), "municipality": list(shares), "share": list(shares.values())}
    return pl.DataFrame(rows)


def intake(**seats):
    years = [int(year[1:]) for year in seats]
    schema = {"programme": pl.String, "year": pl.Int64, "seats": pl.Float64}
    rows = [("weld", *row) for row in zip(years, seats.values(), strict=True)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def entry(**persons):
    rows = [(m, "7212", year, float(p)) for m, p in persons.items() for year in range(2025, 2030)]
    return pl.DataFrame(rows, schema=["municipality", "occupation", "year", "persons"], orient="row")


def classes(seats, entrants, places, *, plan_years=(2027, 2031), stay=1.0, programme=PROGRAMME):
    years = {"base_year": 2024, "to": 2029, "plan_years": plan_years}
    flows = class_flows(programme, LEADS, seats, places, entrants, **years, stay=stay)
    return flows.sort("municipality", "year")


def test_running_classes_finish_and_the_plans_are_left_out():
    """Ten seats give 3 welders (0.8 x 0.75 x 0.5), twenty in 2025 give 6; the usual class has 40 / 3.

    The last class to run starts in 2026. All who finished are still there, since stay is 1.
    """
    flows = classes(intake(y2024=10.0, y2025=20.0, y2026=10.0), entry(A=50), reach(A=1.0))
    assert flows["taken_out"].to_list() == pytest.approx([4, 8, 12, 16, 20])
    assert flows["running"].to_list() == pytest.approx([3, 9, 12, 12, 12])


def test_those_who_finished_fade_as_a_plans_completers_do():
    """Three a year, half of whom are left a year later: 3, 4.5, 5.25 and so on; nobody new from 2028."""
    flows = classes(intake(y2026=10.0), entry(A=50), reach(A=1.0), stay=0.5)
    assert flows["taken_out"].to_list() == pytest.approx([3, 4.5, 5.25, 5.625, 5.8125])
    assert flows["running"].to_list() == pytest.approx([3, 4.5, 5.25, 2.625, 1.3125])


def test_classes_after_the_last_plan_year_stay_in_the_entry():
    flows = classes(intake(y2026=10.0), entry(A=50), reach(A=1.0), plan_years=(2027, 2027))
    assert flows["taken_out"].to_list() == pytest.approx([3, 6, 9, 12, 12])


@given(st.floats(0, 1), st.integers(1, 3))
def test_a_plan_of_the_usual_classes_gives_back_the_entry_in_every_year(stay, years):
    """What is taken out is what runs, and what the usual classes of the plan bring, fading alike."""
    programme = PROGRAMME.with_columns(years=pl.lit(years, pl.Int64))
    flows = classes(intake(y2026=10.0), entry(A=50), reach(A=1.0), stay=stay, programme=programme)
    planned, stock = {start + years for start in range(2027, 2032)}, 0.0
    for row in flows.iter_rows(named=True):
        stock = stay * stock + (3.0 if row["year"] in planned else 0.0)
        assert row["taken_out"] == pytest.approx(row["running"] + stock)


def test_a_programme_that_paused_last_year_is_not_counted_twice():
    """Ten in 2025 and none in 2026: the young hold five a year of it, and only the ten are on their way."""
    flows = classes(intake(y2025=10.0, y2026=0.0), entry(A=50), reach(A=1.0))
    assert flows["taken_out"].to_list() == pytest.approx([1.5, 3.0, 4.5, 6.0, 7.5])


def test_entrants_never_fall_below_zero():
    """B has half an entrant a year and should lose 1.2: A gives the rest as far as it goes."""
    flows = classes(intake(y2026=10.0), entry(A=2, B=0.5), reach(A=0.6, B=0.4)).filter(year=2025)
    assert dict(flows.select("municipality", "taken_out").iter_rows()) == pytest.approx({"A": 2.0, "B": 0.5})


def test_a_programme_never_given_takes_nobody_out():
    assert not classes(intake(), entry(A=50), reach(A=1.0))["taken_out"].sum()


def test_entry_is_a_fifth_of_those_aged_25_to_29():
    young = demographic_entry(EMPLOYED, JOBLESS, AGES, bands(), life=life(), axes=AXES, draws=CENTRAL)
    assert dict(young.filter(year=2025).select("occupation", "persons").iter_rows()) == {"5": 16.0, "7212": 0.0}
