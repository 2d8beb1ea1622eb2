"""Rules laid on a region's own measures: who may pay, how much, until when to apply; and how likely a yes is."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.region import read_region
from brygga.workflow.funding import chances_of, schemes_of, terms_of
from brygga.workflow.funding_grants import grant_chances
from brygga.workflow.funding_rules import rules

MINI = Path(__file__).parents[1] / "data" / "mini"
DAY = date(2026, 12, 31)


@pytest.fixture(scope="module")
def twins():
    return read_region(MINI)


def table(name, *rows):
    return pl.DataFrame(list(rows), schema=tables.empty(name).schema, orient="row")


def changed(region, **frames):
    return replace(region, tables={**region.tables, **frames})


def social_fund(twins, share, delivery="short", **frames):
    """The twins where the European Social Fund pays a share of the welders' course."""
    programmes = twins.tables["programmes"].with_columns(
        delivery=pl.when(programme="svets-storby").then(pl.lit(delivery)).otherwise("delivery")
    )
    funders = pl.concat([twins.tables["funders"], table("funders", ("esf", "ESF+", "ESF+", "eu", None))])
    money = [("esf", year, 1e6, "modelled", None) for year in range(2027, 2032)]
    return changed(
        twins,
        programmes=programmes,
        funders=funders,
        budgets=pl.concat([twins.tables["budgets"], table("budgets", *money)]),
        programme_funding=table(
            "programme_funding",
            ("svets-storby", "esf", share),
            ("svets-storby", "storby", 1 - share),
            ("cnc-lillby", "staten", 1.0),
        ),
        **frames,
    )


def test_money_comes_under_the_terms_of_its_kind_unless_the_region_says_otherwise(twins):
    assert dict(schemes_of(social_fund(twins, 0.5)).iter_rows()) == {
        "staten": "state",
        "storby": "municipality",
        "esf": "esf_plus",
    }
    own = changed(twins, funder_schemes=table("funder_schemes", ("staten", "our_own")))
    assert schemes_of(own)["scheme"].to_list() == ["our_own", "municipality"]
    assert not [text for text in terms_of(own, DAY).warnings if "staten" in text]


def test_co_financing_must_be_met_by_others(twins):
    enough = terms_of(social_fund(twins, 0.54), DAY)
    assert enough.pins.is_empty()
    assert not [text for text in enough.warnings if "co-financing" in text]
    little = terms_of(social_fund(twins, 0.6), DAY)
    assert little.pins.select("measure", "site").unique().rows() == [("svets-storby", "storskolan")]
    assert little.pins["year"].to_list() == [2027, 2028, 2029, 2030, 2031]
    assert set(little.pins["kind"]) == {"never"}
    assert little.warnings[0].startswith(
        "esf pays 0.6 of svets-storby: esf_plus pays at most 0.54 of short measures, the rest is co-financing by others"
    )
    assert little.warnings[0].endswith("read in a stored copy of the page); the plan may not start it.")


def test_a_funder_cannot_pay_for_what_it_is_not_eligible_for(twins):
    school = terms_of(social_fund(twins, 0.5, "upper_secondary"), DAY)
    assert school.pins["measure"].unique().to_list() == ["svets-storby"]
    assert school.warnings[0] == (
        "esf pays 0.5 of svets-storby: esf_plus money is not for upper_secondary measures; the plan may not start it."
    )


def test_an_example_value_warns_and_forbids_nothing(twins):
    funding = table("programme_funding", ("svets-storby", "staten", 1.0), ("cnc-lillby", "staten", 1.0))
    made = terms_of(changed(twins, programme_funding=funding), DAY)
    assert made.pins.is_empty()
    assert "state pays at most 0.5 of adult measures" in made.warnings[0]
    assert made.warnings[0].endswith("an example value, so it may start: verify.")


def test_the_rule_of_the_day_decides(twins):
    """The same funding before and after a rule changes: 60 % from 2028 on."""
    known = rules("rules_eligibility")
    new = known.filter(scheme="esf_plus", delivery="short", counties="all").with_columns(
        most_share=pl.lit(0.6), valid_from=pl.lit(date(2028, 1, 1))
    )
    both = pl.concat([known, new])
    region = social_fund(twins, 0.6)
    assert terms_of(region, date(2027, 12, 31), eligibility=both).pins.height == 5
    assert terms_of(region, date(2028, 1, 1), eligibility=both).pins.is_empty()


def test_money_after_the_last_day_of_its_terms_is_named(twins):
    told = terms_of(social_fund(twins, 0.5), DAY).warnings
    assert told == (
        "cnc-lillby: the application for a start in 2027 closed on 2026-06-16, before 2026-12-31, and no grant is "
        "known; an example value, so it may start: verify.",
        "esf has money in 2030, 2031, after the last day of its terms (esf_plus, 2029-12-31): no rule is known for "
        "those years.",
    )


def test_a_class_whose_application_closed_starts_only_when_it_is_granted(twins):
    """The window read for 2018 (4 September) on a plan from 2019: the first start is 2020, or 2019 if granted."""
    region = replace(twins, first_plan_year=2019, last_plan_year=2021)
    early = changed(region, programmes=region.tables["programmes"].with_columns(first_start=pl.lit(2019)))
    made = terms_of(early, date(2018, 12, 31))
    assert made.pins.select("measure", "year", "kind").rows() == [("cnc-lillby", 2019, "never")]
    assert any("closed on 2018-09-04, before 2018-12-31, and no grant is known; it can" in t for t in made.warnings)
    open_still = terms_of(early, date(2018, 9, 4))
    assert open_still.pins.is_empty()
    grants = table("programme_grants", ("cnc-lillby", 2019, 1.0, None, None, "observed", None))
    assert terms_of(changed(early, programme_grants=grants), date(2018, 12, 31)).pins.is_empty()
    windows = made.windows.filter(programme="cnc-lillby")
    assert windows.select("year", "apply_by", "decided_on").rows() == [
        (2019, date(2018, 9, 4), date(2019, 1, 1)),
        (2020, date(2019, 9, 4), date(2020, 1, 1)),
        (2021, date(2020, 9, 4), date(2021, 1, 1)),
    ]


def test_few_weeks_at_work_are_named(twins):
    programmes = twins.tables["programmes"].with_columns(delivery=pl.lit("upper_secondary"), years=pl.lit(3))
    places = [("svets-storby", year, 8.0, 12.0, "modelled", None) for year in (2027, 2028)]
    region = changed(twins, programmes=programmes, placements=table("placements", *places))
    told = [text for text in terms_of(region, DAY).warnings if "weeks" in text]
    assert told == [
        "svets-storby has 12 weeks at a workplace for each, fewer than 15 (apl_weeks_vocational; reported, not opened)."
    ]


def test_a_chance_is_told_by_the_region_then_the_area_then_the_programme(twins):
    area = "Teknik och tillverkning"
    region = changed(
        twins,
        programme_areas=table("programme_areas", ("cnc-lillby", area)),
        programme_grants=table("programme_grants", ("cnc-lillby", 2027, 1.0, 1.0, 1.0, "observed", None)),
    )
    found = chances_of(region)
    assert found.height == 2 * 5
    told = found.filter(programme="cnc-lillby")
    assert told["told_by"].to_list() == ["region", "area", "area", "area", "area"]
    assert told["probability"][0] == 1
    kept = grant_chances().filter(area=area, year=2028).row(0, named=True)
    assert told.row(1)[2:5] == (kept["probability"], kept["p10"], kept["p90"])
    welders = found.filter(programme="svets-storby")
    assert set(welders["told_by"]) == {"programme"}
    assert welders["p10"].null_count() == 5


def test_a_cap_lowers_a_budget_when_it_is_reported_and_warns_when_it_is_an_example(twins):
    region = social_fund(twins, 0.5)
    known = rules("rules_limits").filter(rule="esf_budget_cap")
    low = known.with_columns(value=pl.lit(400_000.0))
    example = terms_of(region, DAY, limits=low)
    assert example.budgets.equals(region.tables["budgets"])
    (told,) = [text for text in example.warnings if "esf_budget_cap" in text]
    assert told.startswith(
        "esf has more in 2027, 2028, 2029, 2030, 2031 than the 400,000 kronor a year its terms allow"
    )
    assert told.endswith("verify.")
    sure = terms_of(region, DAY, limits=low.with_columns(standing=pl.lit("reported")))
    assert set(sure.budgets.filter(funder="esf")["amount_sek"]) == {400_000.0}
    rest = pl.col("funder") != "esf"
    assert sure.budgets.filter(rest).equals(region.tables["budgets"].filter(rest))
    assert any(text.endswith("the plan may use no more.") for text in sure.warnings)
    assert not [text for text in terms_of(region, date(2030, 1, 1), limits=low).warnings if "esf_budget_cap" in text]


def test_a_seat_dearer_than_the_funders_unit_cost_is_named(twins):
    """A full class of 8: 300,000 / 8 + 100,000 = 137,500 for a seat; at most 2.5 years 55,000, at most 1.5 91,667."""
    assert not [text for text in terms_of(twins, DAY).warnings if "a seat and year" in text]
    short = twins.tables["programmes"].with_columns(years=pl.lit(1, pl.Int64))
    (told,) = [t for t in terms_of(changed(twins, programmes=short), DAY).warnings if "a seat and year" in t]
    assert told.startswith("cnc-lillby costs 91,667 kronor a seat and year or more, over 89,700 (yh_seat_year_most;")
