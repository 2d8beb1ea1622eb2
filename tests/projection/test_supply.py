import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.projection.classes import class_flows
from brygga.projection.demand import Axes
from brygga.projection.supply import (
    AGE_GROUPS,
    SUPPLY_PARTS,
    demographic_entry,
    project_supply,
    residents,
    working_life,
)
from brygga.projection.uncertainty import CENTRAL, Draws, Uncertainty

AXES = Axes(["A"], ["5", "7212"], [2024, 2025, 2026])


def table(values, value):
    rows = [("A", occupation, float(persons)) for occupation, persons in values.items()]
    return pl.DataFrame(rows, schema=["municipality", "occupation", value], orient="row")


def profile(**shares):
    """Share per age group for each occupation, the rest of the ten groups empty."""
    rows = [(o, group, given.get(group, 0.0)) for o, given in shares.items() for group in AGE_GROUPS]
    return pl.DataFrame(rows, schema=["occupation", "age_group", "share"], orient="row")


def people_aged(growth=(1.0, 1.0, 1.0), draws=range(1), size=100.0):
    """A hundred in each five years of age; those under 25 stand together."""
    groups = size * np.array([2.0] + [1.0] * 9)
    return np.repeat((groups[:, None] * np.array(growth))[None, ..., None], len(draws), 3)


def life(exits=0.0, career=0.0):
    rates = {"age_group": AGE_GROUPS, "participation": [0.8] * 10, "exit_rate": [0.0] * 8 + [exits] * 2}
    return working_life(pl.DataFrame(rates), career=career, floor=0.01)


FLAT = dict.fromkeys(AGE_GROUPS, 0.1)
OLD = {"45-49": 0.2, "50-54": 0.2, "55-59": 0.2, "60-64": 0.2, "65-69": 0.2}
EMPLOYED = np.array([[[780.0], [80.0]]])
JOBLESS = table({"5": 20.0, "7212": 20.0}, "persons")
AGES = profile(**{"5": FLAT, "7212": OLD})


def supply(draws=CENTRAL, people=None, **changed):
    """Parts of supply by name, municipality x occupation x year x draw, all of one shape."""
    people = people_aged(draws=draws.numbers) if people is None else people
    home = residents(JOBLESS, AGES, axes=AXES, floor=0.01)
    given_settings = {"life": life(exits=0.1), "axes": AXES, "draws": draws} | changed
    found = project_supply(home, EMPLOYED, people, **given_settings)
    return {name: np.broadcast_to(part, (1, 2, 3, len(draws.numbers))) for name, part in found.items()}


def total(found, occupation, year):
    at = 0, AXES.occupations.index(occupation), AXES.years.index(year)
    return np.mean(sum(found[part][at] for part in SUPPLY_PARTS))


def test_the_base_year_is_employed_and_unemployed():
    assert total(supply(), "7212", 2024) == pytest.approx(100)
    assert total(supply(), "5", 2024) == pytest.approx(800)


def test_leavers_by_hand():
    """Of 20 welders aged 60-64, and 20 aged 65-69, a tenth leave; a fifth of the last 18 turn 70."""
    assert supply()["leavers"][0, :, 1, 0] == pytest.approx([8 + 8 + 72 / 5, 2 + 2 + 18 / 5])


def test_an_occupation_may_have_exit_rates_of_its_own():
    """Half of the welders aged 60-64 leave; in care, and among older welders, as working_life says."""
    own = pl.DataFrame({"occupation": ["7212"], "age_group": ["60-64"], "rate": [0.5]})
    table_ = {"age_group": AGE_GROUPS, "participation": [0.8] * 10, "exit_rate": [0.0] * 8 + [0.1] * 2}
    lives = working_life(pl.DataFrame(table_), career=0.0, floor=0.01, exit_rates=own, occupations=AXES.occupations)
    assert supply(life=lives)["leavers"][0, :, 1, 0] == pytest.approx([8 + 8 + 72 / 5, 10 + 2 + 18 / 5])


def test_an_ageing_occupation_shrinks_where_nothing_else_changes():
    """Nobody under 45 is a welder, so no young person becomes one; the labour force as a whole stands still."""
    found = supply()
    assert total(found, "7212", 2026) < 100
    assert total(found, "7212", 2026) + total(found, "5", 2026) == pytest.approx(900)


def test_with_careers_alone_the_occupations_stand_still():
    """If each generation does at each age what the last one did, and nobody leaves early, nothing changes."""
    found = supply(life=life(career=1.0))
    assert total(found, "7212", 2026) == pytest.approx(100)


@settings(deadline=None, max_examples=25)
@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0.8, 1.2))
def test_changes_of_occupation_sum_to_zero(career, exits, growth):
    """However people change occupation, the labour force is what the population calls for."""
    found = supply(life=life(exits=exits, career=career), people=people_aged((1.0, growth, growth**2)))
    assert total(found, "7212", 2026) + total(found, "5", 2026) == pytest.approx(_expected(growth**2), rel=1e-9)


def _expected(factor):
    """Base 900, and of each of the 1100 added 0.8 x 820 / 720: adults here work that much more than the table says."""
    return 900 + 0.8 * 820 / 720 * 1100 * (factor - 1)


def test_same_seed_same_numbers_and_no_shock_no_spread():
    draws = Draws(0, 5, 1, Uncertainty(entrants=0.3, exits=0.2, participation_nation=0.02, persistence=0.8))
    found = supply(draws)
    assert all((again == found[name]).all() for name, again in supply(draws).items())
    assert len(set(found["entrants"][0, 0, 2])) == 5
    calm = supply(Draws(0, 5, 1))
    assert all(part[..., 3:4] == pytest.approx(supply()[name]) for name, part in calm.items())


def test_draws_in_parts_are_the_draws_together():
    """Seventy draws are carried forward in two parts; those asked for alone are the same to the last digit."""
    size = Uncertainty(entrants=0.3, exits=0.2, participation_nation=0.02, persistence=0.8)
    found, some = supply(Draws(0, 70, 1, size)), supply(Draws(0, 0, 1, size, chosen=(3, 69)))
    assert all((some[name] == part[..., [3, 69]]).all() for name, part in found.items())


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
    home = residents(JOBLESS, AGES, axes=AXES, floor=0.01)
    young = demographic_entry(home, EMPLOYED, people_aged(), life=life(), axes=AXES, draws=CENTRAL)
    assert young[0, :, 0] == pytest.approx([16.0, 0.0])
