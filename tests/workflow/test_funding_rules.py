"""Rules as dated data: in force between two days, by county, with how far to trust them; and the chance of a grant."""

import importlib.util
import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brygga.core.errors import ParameterError
from brygga.outcomes.beta import beta_quantile
from brygga.workflow.funding_grants import Chance, foretold, grant_chances, surprise
from brygga.workflow.funding_rules import KEYS, STANDING, eligibility_on, limit_on, rules, window

RECIPE = Path(__file__).parents[2] / "recipes" / "yh_grants.py"
DAY = date(2026, 12, 31)


@pytest.mark.parametrize("name", KEYS)
def test_every_rule_says_how_far_to_trust_it(name):
    frame = rules(name)
    assert set(frame["standing"]) <= set(STANDING)
    assert frame.filter(pl.col("valid_to") < pl.col("valid_from")).is_empty()
    read = frame.filter(standing="read")
    assert read.height
    assert read["address"].str.starts_with("http").all()
    notes = frame.filter(standing="example")["note_en"]
    assert (notes.str.contains("verify") | notes.str.contains("not found")).all()
    assert frame["note_sv"].is_not_null().all()


def test_co_financing_is_46_per_cent_and_40_in_norra_mellansverige():
    def share(*counties):
        found = eligibility_on(DAY, counties).filter(scheme="esf_plus", delivery="short")
        return found["most_share"].item()

    assert share("10", "12", "07") == 0.54
    assert share("20") == share("17", "21") == 0.60
    assert share("20", "03") == 0.54
    assert limit_on("esf_cofinancing", DAY) == pytest.approx(1 - share("10"))


def test_a_rule_is_read_between_its_first_and_last_day():
    def schemes(day):
        return set(eligibility_on(day, ["10"])["scheme"])

    assert "esf_2014" in schemes(date(2020, 12, 31))
    assert "esf_2014" not in schemes(date(2021, 1, 1))
    assert "esf_plus" in schemes(date(2029, 12, 31))
    assert "esf_plus" not in schemes(date(2030, 1, 1))
    with pytest.raises(ParameterError, match=r"no rule esf_cofinancing_2014_low is in force on 2026-12-31"):
        limit_on("esf_cofinancing_2014_low", DAY)


def test_the_last_day_of_a_yh_application_moved_from_september_to_june():
    old = window("state", "yh", 2019, date(2018, 5, 1))
    new = window("state", "yh", 2021, date(2020, 5, 1))
    now = window("state", "yh", 2028, DAY)
    assert (old.closes, old.decided) == (date(2018, 9, 4), date(2019, 1, 1))
    assert (new.closes, new.standing) == (date(2020, 6, 16), "read")
    assert (now.closes, now.decided, now.standing) == (date(2027, 6, 16), date(2028, 1, 1), "example")
    assert window("state", "yh", 2010, date(2009, 1, 1)) is None
    call = window("esf_plus", "short", 2028, DAY)
    assert (call.per, call.closes) == ("call", None)


def test_a_chance_is_a_count_added_to_what_was_believed():
    """Beta(1, 1), 3 of 4 granted: Beta(4, 2), mean 2/3; a year later with drift 1/6, n = 1 / (1/6 + 1/6) = 3."""
    known = Chance().after(3, 4)
    assert (known.yes, known.no, known.mean) == (4, 2, pytest.approx(2 / 3))
    later = known.later(1 / 6)
    assert (later.yes, later.no) == (pytest.approx(2), pytest.approx(1))
    assert later.interval == pytest.approx((math.sqrt(0.1), math.sqrt(0.9)))
    assert foretold({2024: (3, 4)}, 2025, drift=1 / 6) == later
    both = foretold({2023: (3, 4), 2024: (0, 1)}, 2026, drift=1 / 6)
    assert both == Chance(2, 2).later(1 / 6, 2)
    assert foretold({2024: (3, 4)}, 2024, drift=1 / 6) == Chance()


def test_a_start_further_away_is_less_sure_and_as_likely():
    chances = [foretold({2024: (75, 204)}, year, drift=0.04) for year in range(2025, 2032)]
    widths = [high - low for low, high in (chance.interval for chance in chances)]
    assert widths == sorted(widths)
    assert max(c.mean for c in chances) == pytest.approx(min(c.mean for c in chances))


def test_surprise_is_the_chance_of_what_was_granted():
    """From Beta(1, 1) one granted of one was a half, and two of two a third."""
    assert surprise(Chance(), 1, 1) == pytest.approx(math.log(2))
    assert surprise(Chance(), 2, 2) == pytest.approx(math.log(3))


def test_each_area_and_year_has_its_own_chance():
    frame = grant_chances().filter(year=2028)
    assert frame["area"].n_unique() == frame.height >= 15
    assert frame["probability"].n_unique() > 10
    assert (frame["p10"] < frame["probability"]).all()
    assert (frame["probability"] < frame["p90"]).all()
    technical = grant_chances().filter(area="Teknik och tillverkning")
    assert technical.drop_nulls("applied").select("granted", "applied").rows() == [(125, 194), (124, 207), (75, 204)]
    assert grant_chances().filter(area="Data/IT", year=2028)["p90"].item() < technical.filter(year=2028)["p90"].item()
    first = technical.filter(year=2023)
    assert first["probability"].item() == pytest.approx(126 / 196, abs=1e-4)
    assert first["p10"].item() == pytest.approx(beta_quantile(0.1, 126, 70), abs=1e-4)


@pytest.mark.shared_data
def test_the_kept_chances_are_what_the_recipe_makes():
    spec = importlib.util.spec_from_file_location("yh_grants", RECIPE)
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    found = recipe.counts()
    drift = recipe.drift_of(found)
    assert round(drift, 3) == pytest.approx(recipe.value_on("planning.grant_drift", recipe.DAY).number, abs=6e-4)
    assert recipe.lost(found, drift) < recipe.lost(found, drift / 5)
    assert recipe.lost(found, drift) < recipe.lost(found, drift * 5)
    made = recipe.chances(found, recipe.value_on("planning.grant_drift", recipe.DAY).number)
    assert made.equals(grant_chances())
