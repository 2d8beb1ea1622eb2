"""A region's programmes as measures, and the whole step on the invented twins."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import BryggaError
from brygga.core.region import read_region
from brygga.planning.describe import describe_plan
from brygga.planning.measures import Numbers, net_factors, region_problem, youth_applicants
from brygga.planning.problem import read_problem
from brygga.workflow.act import act, median_need, problem_of, reach_of
from tests.planning.problems import rows

MINI = Path(__file__).parents[1] / "data" / "mini"
NUMBERS = Numbers(0.97, 0.92, 2_000_000, 0.0, youth_share=0.1, youth_cap=0.25, short_course_refill=0.5)


@pytest.fixture(scope="module")
def twins():
    return read_region(MINI)


@pytest.fixture(scope="module")
def draws(twins):
    random = np.random.default_rng(1)
    occupations = twins.tables["programme_leads"]["occupation"].unique().sort()
    cells = [
        (m, o, y, d, 0.0, 0.0, max(0.0, 2 * (y - 2024) + random.normal()), 0.0)
        for m in twins.municipalities
        for o in occupations
        for y in range(2025, 2037)
        for d in range(10)
    ]
    return rows("municipality occupation year draw demand supply unfilled without_work", *cells)


def test_unemployed_young_are_shared_once_and_capped():
    """40 unemployed, a tenth may begin: 4, by applicants 3 to 1; the second is capped at a quarter of its 2."""
    programmes = rows(
        "measure site delivery applicants", ("a", "s", "adult", 6.0), ("b", "s", "short", 2.0), ("c", "s", "yh", 9.0)
    )
    youth = rows("municipality year persons", ("m", 2024, 40.0), ("m", 2020, 999.0))
    extra = youth_applicants(programmes, youth, rows("site municipality share", ("s", "m", 1.0)), NUMBERS)
    assert dict(extra.iter_rows()) == pytest.approx({"a": 1.5, "b": 0.5})
    wide = youth_applicants(
        programmes, youth, rows("site municipality share", ("s", "m", 1.0)), replace(NUMBERS, youth_cap=2)
    )
    assert dict(wide.iter_rows()) == pytest.approx({"a": 3.0, "b": 1.0})


def test_money_is_in_thousand_kronor_and_what_cannot_start_yet_is_pinned(twins, draws):
    programmes = twins.tables["programmes"].with_columns(first_start=pl.lit(2029))
    late = replace(twins, tables={**twins.tables, "programmes": programmes})
    problem = problem_of(late, draws)
    assert problem.budgets["amount"].max() == 1000
    assert problem.pins.filter(kind="never")["year"].unique().sort().to_list() == [2027, 2028]
    assert problem.settings.cost_weight == pytest.approx(1000 / 2_000_000)
    assert problem.measures["yield"].to_list() == pytest.approx([0.6, 0.6])


def test_a_short_course_counts_only_the_posts_that_are_refilled(twins, draws):
    short = twins.tables["programmes"].with_columns(delivery=pl.lit("short"))
    region = replace(twins, tables={**twins.tables, "programmes": short})
    made = region_problem(region, median_need(draws, first=2027), reach=reach_of(twins), numbers=NUMBERS)
    assert made.measures["yield"].to_list() == pytest.approx([0.3, 0.3])
    assert made.warnings[-1].startswith("2 short course(s) for people already employed count with 0.5 of those compl")
    assert made.drains.is_empty()
    assert net_factors(short, 0.5)["factor"].to_list() == [0.5, 0.5]
    assert net_factors(twins.tables["programmes"], 0.5)["factor"].to_list() == [1, 1]
    whole = region_problem(
        region, median_need(draws, first=2027), reach=reach_of(twins), numbers=replace(NUMBERS, short_course_refill=1)
    )
    assert not any("already employed" in text for text in whole.warnings)


def planned(region, draws, **changed):
    """The twins' problem with tables changed."""
    whole = replace(region, tables={**region.tables, **changed})
    return region_problem(whole, median_need(draws, first=2027), reach=reach_of(region), numbers=NUMBERS)


def test_a_post_that_is_known_to_be_left_is_opened_again(twins, draws):
    """0.6 placed of a seat; 60 % leave a known post, 40 % one that is not known and refilled half the times.

    One of these counts 0.6 + 0.4 x 0.5 = 0.8; a seat 0.48; the known posts are 0.36 a seat, 0.75 of what counts.
    """
    short = twins.tables["programmes"].with_columns(delivery=pl.lit("short"))
    drains = rows("programme occupation share source", ("svets-storby", "8211", 0.6, None))
    made = planned(twins, draws, programmes=short, programme_drains=drains)
    yields = dict(made.measures.select("measure", "yield").iter_rows())
    assert yields == pytest.approx({"svets-storby": 0.48, "cnc-lillby": 0.3})
    assert made.drains.rows() == [("svets-storby", "8211", pytest.approx(0.75))]
    assert any("open the posts that their people leave: svets-storby" in text for text in made.warnings)
    whole = planned(twins, draws, programmes=short, programme_drains=drains.with_columns(share=pl.lit(1.0)))
    assert whole.measures.filter(measure="svets-storby")["yield"].item() == pytest.approx(0.6)
    assert whole.drains["share"].item() == 1
    assert any(text.startswith("1 short course(s)") for text in whole.warnings)


def test_every_delivery_is_a_measure_by_the_same_sum(twins, draws):
    """Completion x placement x (1 - deadweight), years rounded up, money in thousand kronor; only the short is cut."""
    deliveries = ["upper_secondary", "yh", "adult", "validation", "short", "recruitment"]
    one = twins.tables["programmes"].filter(programme="svets-storby")
    rates = {"completion": 0.9, "placement": 0.8, "deadweight": 0.25}
    programmes = pl.concat(
        one.with_columns(programme=pl.lit(d), delivery=pl.lit(d), years=pl.lit(2.4), **rates) for d in deliveries
    ).with_columns(pl.col("years").ceil().cast(pl.Int64))
    leads = pl.concat(
        twins.tables["programme_leads"].filter(programme="svets-storby").with_columns(programme=pl.lit(d))
        for d in deliveries
    )
    funding = pl.concat(
        twins.tables["programme_funding"].filter(programme="svets-storby").with_columns(programme=pl.lit(d))
        for d in deliveries
    )
    intake = twins.tables["intake"].clear()
    made = planned(
        twins, draws, programmes=programmes, programme_leads=leads, programme_funding=funding, intake=intake
    ).measures
    yields = dict(made.select("measure", "yield").iter_rows())
    assert yields == pytest.approx({d: 0.27 if d == "short" else 0.54 for d in deliveries})
    assert set(made["years"]) == {3}
    assert set(made["cost_class"]) == {200.0}


def test_guidance_is_bought_in_steps_where_its_programme_is_given(twins, draws):
    columns = "guidance programme step name_sv name_en provider cost_sek applicants status source"
    told = ("Besök", "Visits", "Storby", 40000.0)
    steps = [("visits", "svets-storby", n, *told, adds, "modelled", None) for n, adds in ((1, 4.0), (2, 2.0))]
    made = planned(twins, draws, guidance=rows(columns, *steps))
    assert made.guidance.rows() == [
        ("visits", "storskolan", "svets-storby", 1, 40.0, 4.0),
        ("visits", "storskolan", "svets-storby", 2, 40.0, 2.0),
    ]


def test_places_at_work_limit_the_seats_of_a_start(twins, draws):
    places = rows(
        "programme year places weeks status source",
        ("svets-storby", 2028, 6.0, 15.0, "modelled", None),
        ("svets-storby", 2040, 6.0, 15.0, "modelled", None),
    )
    made = planned(twins, draws, placements=places)
    assert made.placements.rows() == [("storskolan", "svets-storby", 2028, 6.0)]


def test_a_class_is_paid_as_its_profile_says_also_after_the_last_start(twins, draws):
    profile = rows("programme offset share", ("cnc-lillby", 0, 0.5), ("cnc-lillby", 1, 0.5))
    later = twins.tables["budgets"].filter(funder="staten", year=2031).with_columns(year=pl.lit(2032, pl.Int64))
    made = planned(twins, draws, payments=profile, budgets=pl.concat([twins.tables["budgets"], later]))
    assert made.payments.rows() == [("cnc-lillby", 0, 0.5), ("cnc-lillby", 1, 0.5), ("svets-storby", 0, 1.0)]
    assert made.budgets.filter(funder="staten")["year"].to_list() == list(range(2027, 2033))


def test_a_floor_for_a_municipality_reaches_the_problem(twins, draws):
    floors = rows("municipality year share source", ("9901", 2030, 0.2, "the board"), ("9901", 2020, 0.2, None))
    assert planned(twins, draws, floors=floors).floors.rows() == [("9901", 2030, 0.2)]


def test_what_the_region_says_of_a_start_goes_before_its_application_area(twins, draws):
    given = rows("programme year probability status source", ("cnc-lillby", 2027, 1.0, "observed", None))
    region = replace(twins, tables={**twins.tables, "programme_grants": given})
    areas = rows("measure year probability", ("cnc-lillby", 2027, 0.4), ("cnc-lillby", 2028, 0.3))
    made = region_problem(
        region, median_need(draws, first=2027), reach=reach_of(region), numbers=NUMBERS, chances=areas
    )
    assert made.probabilities.rows() == [("cnc-lillby", 2027, 1.0), ("cnc-lillby", 2028, 0.3)]


def test_a_granted_start_is_counted_in_full_in_its_year(twins, draws):
    programme = twins.tables["programmes"]["programme"][0]
    columns = "programme year probability status source"
    given = [(programme, y, p, "observed", "decision") for y, p in ((2026, 1.0), (2027, 1.0), (2028, 0.4))]
    grants = rows(columns, *given)
    region = replace(twins, tables={**twins.tables, "programme_grants": grants})
    assert problem_of(region, draws).probabilities.rows() == [(programme, 2027, 1.0), (programme, 2028, 0.4)]
    plan = rows("programme site year", *[(programme, twins.tables["programmes"]["site"][0], y) for y in (2027, 2028)])
    tables = twins.tables
    named = describe_plan(plan, tables["programmes"], tables["sites"], tables["programme_funding"], grants)
    assert named["grant_probability"].to_list() == [1.0, 0.4]


def test_the_summary_says_in_fields_what_the_warnings_say_in_words(twins, draws):
    lonely = rows("occupation", ("2",)).join(
        draws.filter(occupation=draws["occupation"][0]).drop("occupation"), how="cross"
    )
    more = pl.concat([draws, lonely.select(draws.columns).with_columns(unfilled=pl.lit(3.0))])
    programmes = twins.tables["programmes"].with_columns(first_start=pl.lit(2028))
    late = replace(twins, tables={**twins.tables, "programmes": programmes})
    _, summary = act(late, more, gap=0.01, time_limit=20)
    assert summary["not_led_to"] == {"occupations": 1, "person_years": 3.0 * 2 * 10}
    first = summary["last_year_breaks"][0]
    assert list(first) == ["kind", "what", "name", "year", "used", "at_most"]
    assert {row["kind"] for row in summary["last_year_breaks"]} >= {"pin_most"}


def test_funding_that_does_not_sum_to_one_is_told(twins, draws):
    funding = twins.tables["programme_funding"].with_columns(share=pl.col("share") * 0.5)
    poor = replace(twins, tables={**twins.tables, "programme_funding": funding})
    with pytest.raises(BryggaError, match=r"funding shares of .* do not sum to 1"):
        region_problem(poor, median_need(draws, first=2027), reach=reach_of(twins), numbers=NUMBERS)


def test_need_is_the_median_over_draws(draws):
    need = median_need(draws, first=2027)
    assert need["year"].min() == 2027
    one = draws.filter(municipality="9901", occupation="7212", year=2030)["unfilled"].median()
    assert need.filter(municipality="9901", occupation="7212", year=2030)["persons"].item() == pytest.approx(
        one, abs=1e-5
    )


def test_the_step_gives_three_plans_and_a_problem_anybody_can_check(twins, draws, tmp_path):
    frames, summary = act(twins, draws, folder=tmp_path, gap=0.01, time_limit=20)
    assert read_problem(tmp_path).need.height == median_need(draws, first=2027).height
    assert summary["bound"] <= summary["objective"] <= summary["last_year_objective"] <= summary["nothing_objective"]
    assert summary["improvement_gap"] <= 0.01
    assert "seconds" not in summary
    assert set(frames["plan"]["plan"]) == {"last_year", "best"}
    assert set(frames["plan_short"]["plan"]) == {"nothing", "last_year", "best"}
    plan, money = frames["plan"], frames["plan_money"]
    for name in ("last_year", "best"):
        paid = money.filter(plan=name)["spent_sek"].sum()
        assert paid == pytest.approx(plan.filter(plan=name)["cost_sek"].sum())
    best = money.filter(plan="best")
    assert (best["spent_sek"] <= best["budget_sek"] + 1).all()


def test_shortage_with_a_plan_is_taken_draw_by_draw(twins, draws):
    frames, _ = act(twins, draws, gap=0.01, time_limit=20)
    stock = frames["plan_stock"].filter(plan="best").row(-1, named=True)
    cell = {key: stock[key] for key in ("municipality", "occupation", "year")}
    left = (draws.filter(**cell)["unfilled"] - stock["persons"]).clip(lower_bound=0.0)
    shown = frames["plan_short"].filter(plan="best", **cell)
    assert shown["p90"].item() == pytest.approx(left.quantile(0.9, "linear"))


def test_each_row_names_provider_first_start_and_who_decides(twins, draws):
    frames, _ = act(twins, draws, gap=0.01, time_limit=20)
    given = twins.tables
    named = describe_plan(frames["plan"], given["programmes"], given["sites"], given["programme_funding"])
    row = named.filter(programme="svets-storby").row(0, named=True)
    assert (row["provider"], row["first_start"], row["decided_by"]) == ("Storskolan", 2027, "Storby kommun")
    assert row["funders"] == "staten 0.5, storby 0.5"
    assert named.height == frames["plan"].height
