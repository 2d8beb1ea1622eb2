"""Why the plan looks as it does: prices, reduced costs in parts, rows placed again, refusals, guidance."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import brygga.planning
from brygga.core import tables
from brygga.planning.generate import generate_problem
from brygga.planning.place import place
from brygga.planning.reasons import covered, guidance_of, limits_of, reasons_of
from brygga.planning.reasons_prices import LIMITS, prices_of
from brygga.planning.reasons_rows import refusals, row_worth
from brygga.planning.reasons_tables import reason_tables
from brygga.planning.recount import recount
from brygga.planning.solve import solve
from tests.planning.problems import MEASURE_COLUMNS, problem, rows, welders

PARTS = ["drains", "costs", *("classes_limit" if limit == "classes" else limit for limit in LIMITS)]


def six_apply(**changed):
    """Ten welders are needed and six apply, for one start year; who starts in 2027 works three years."""
    tables = welders()
    tables["sites"] = tables["sites"].with_columns(applicants=pl.lit(6.0))
    tables["budgets"] = tables["budgets"].head(1)
    return problem({**tables, **changed}, last=2027)


def row_of(limits, limit, name=None):
    """One limit of the first year."""
    kept = limits.filter(pl.col("limit") == limit, pl.col("year") == 2027)
    return (kept if name is None else kept.filter(name=name)).row(0, named=True)


def test_one_more_applicant_buys_three_person_years():
    made = six_apply()
    limits = limits_of(made, solve(made, gap=0.0))
    applicants = row_of(limits, "applicants")
    assert (applicants["used"], applicants["at_most"], applicants["one_more"]) == (6, 6, pytest.approx(3))
    assert row_of(limits, "budget")["one_more"] == 0.0
    assert row_of(limits, "rooms")["used"] == 1


def test_one_more_million_is_counted_per_million_in_the_year_it_is_paid():
    made = problem(
        {
            **welders(),
            "budgets": rows("funder year amount", ("fund", 2027, 1000.0), ("fund", 2028, 300.0)),
            "payments": rows("measure offset share", ("course", 0, 0.5), ("course", 1, 0.5)),
        },
        last=2027,
    )
    limits = limits_of(made, solve(made, gap=0.0))
    budgets = limits.filter(limit="budget").select("year", "used", "at_most", "one_more").rows()
    assert budgets == [(2027, 300, 1000, 0), (2028, 300, 300, pytest.approx(60))]


def test_places_bind_like_applicants():
    made = six_apply(placements=rows("site measure year places", ("school", "course", 2027, 5.0)))
    limits = limits_of(made, solve(made, gap=0.0))
    places = row_of(limits, "placements")
    assert (places["used"], places["at_most"], places["one_more"]) == (5, 5, pytest.approx(3))
    assert row_of(limits, "applicants")["one_more"] == 0.0


def test_a_floor_is_counted_from_below_and_has_a_price():
    """Money weighs more than posts, so nothing would start but for the floor: five of ten posts in 2028."""
    made = problem({**welders(), "floors": rows("municipality year share", ("norra", 2028, 0.5))}, cost_weight=0.05)
    plan = solve(made, gap=0.0)
    floor = limits_of(made, plan).filter(limit="floor").row(0, named=True)
    assert (floor["name"], floor["used"], floor["at_most"]) == ("norra", pytest.approx(5), pytest.approx(5))
    assert floor["one_more"] == pytest.approx(5 - 3)


def test_a_cap_on_the_whole_cost_is_a_limit_too():
    made = replace(six_apply(), cost_cap=500.0)
    cap = limits_of(made, solve(made, gap=0.0)).filter(limit="cost_cap").row(0, named=True)
    assert (cap["used"], cap["at_most"], cap["one_more"]) == (500, 500, pytest.approx(30))


def guided(cost=10.0, **changed):
    """Six apply; two steps of guidance bring two and one more."""
    guidance = rows(
        "guidance site measure step cost applicants",
        ("g", "school", "course", 1, cost, 2),
        ("g", "school", "course", 2, cost, 1),
    )
    return six_apply(guidance=guidance, **changed)


def test_bought_guidance_raises_the_limit_and_is_told():
    made = guided()
    plan = solve(made, gap=0.0)
    applicants = row_of(limits_of(made, plan), "applicants")
    assert (applicants["used"], applicants["at_most"]) == (9, 9)
    bought = guidance_of(made, plan).row(0, named=True)
    assert (bought["steps"], bought["cost"], bought["applicants"], bought["next_cost"]) == (2, 20, 3, None)


def test_the_next_step_is_weighed_by_the_price_of_applicants_and_of_money():
    """At 10,000 a step nothing is bought: two more applicants would close six person-years."""
    made = guided(cost=10_000.0)
    plan = solve(made, gap=0.0)
    following = guidance_of(made, plan).row(0, named=True)
    assert following["steps"] == 0
    assert following["next_applicants"] == 2
    assert following["next_costs"] >= following["next_worth"] - 1e-6


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(1, 500), reach=st.sampled_from(["free", "fixed"]), cut=st.sampled_from([0.2, 1.0]))
def test_parts_of_the_reduced_cost_add_up_and_no_start_beats_the_relaxation(seed, reach, cut):
    made = generate_problem(municipalities=3, measures=4, sites=2, years=2, reach=reach, seed=seed, cost_weight=0.001)
    made = replace(made, budgets=made.budgets.with_columns(pl.col("amount") * cut))
    starts = prices_of(made).starts
    taken = starts.select(sum(pl.col(part) for part in PARTS)).to_series()
    left = starts["closes"] + starts["pinned"] - taken - starts["net"]
    assert left.abs().max() < 1e-6
    assert starts["net"].max() <= 1e-6
    assert starts.select(pl.min_horizontal(*PARTS).min()).item() >= -1e-6


@pytest.mark.parametrize("limit", ["budgets", "applicants"])
@pytest.mark.parametrize("seed", [1, 4])
def test_a_price_is_what_the_relaxation_gains_from_a_little_more(seed, limit):
    made = generate_problem(municipalities=3, measures=4, sites=2, years=2, seed=seed)
    before = prices_of(made)
    if limit == "budgets":
        raised, more = replace(made, budgets=made.budgets.with_columns(pl.col("amount") + 1e-3)), 1e-3
    else:
        raised, more = replace(made, sites=made.sites.with_columns(pl.col("applicants") + 1)), 1
    price = before.limits.filter(limit=limit.removesuffix("s") if limit == "budgets" else limit)["price"].sum()
    gain = before.value - prices_of(raised).value
    assert gain <= price * more + 1e-6
    if limit == "budgets":
        assert gain == pytest.approx(price * more, rel=1e-2, abs=1e-6)


def two_courses():
    """Money for one class: of two courses for the same posts the dearer one stays out."""
    return problem(
        {
            **welders(),
            "measures": rows(
                MEASURE_COLUMNS,
                ("cheap", "welder", 1, 1.0, 5, 10, 2, 0.0, 50.0),
                ("dear", "welder", 1, 1.0, 5, 10, 1, 0.0, 100.0),
            ),
            "need": rows("municipality occupation year persons", *[("norra", "welder", y, 30.0) for y in (2028, 2029)]),
            "budgets": rows("funder year amount", ("fund", 2027, 500.0)),
            "funding": rows("funder measure share", ("fund", "*", 1.0)),
        },
        last=2027,
    )


def test_why_this_course_and_not_that():
    """Ten seats at 50 close 20 person-years for 500 thousand: 40 a million; the dear one gives 20."""
    made = two_courses()
    plan = solve(made, gap=0.0)
    reasons = {row["measure"]: row for row in reasons_of(made, plan).iter_rows(named=True)}
    cheap, dear = reasons["cheap"], reasons["dear"]
    assert (cheap["chosen"], dear["chosen"]) == (True, False)
    assert dear["why"] == "displaces"
    assert (cheap["per_seat"], cheap["per_million"]) == (pytest.approx(2), pytest.approx(40))
    assert dear["per_million"] == pytest.approx(20)
    assert (dear["limit"], dear["limit_name"], dear["limit_year"]) == ("budget", "fund", 2027)
    assert dear["instead_measure"] == "cheap"
    assert dear["instead_per_limit"] == pytest.approx(40)
    assert dear["own_per_limit"] == pytest.approx(20)
    assert dear["net"] == pytest.approx(20 - 40)
    assert cheap["worth"] == pytest.approx(20)
    assert dear["worth"] == pytest.approx(20)


def test_a_start_that_costs_more_than_it_closes_is_told_so():
    made = problem(cost_weight=0.05)
    plan = solve(made, gap=0.0)
    assert plan.classes.is_empty()
    assert set(reasons_of(made, plan)["why"]) == {"costs_more"}


def test_a_pinned_start_that_would_not_be_chosen_is_told_so():
    made = two_courses()
    made = replace(made, pins=rows("measure site year kind classes", ("dear", "school", 2027, "at_least", 1)))
    made = replace(made, budgets=made.budgets.with_columns(amount=pl.lit(500.0)))
    reasons = reasons_of(made, solve(made, gap=0.0))
    assert dict(reasons.select("measure", "why").iter_rows())["dear"] == "pinned"


def missed(made, classes):
    """Weighted shortage that the classes leave, money not counted, by placing and recounting."""
    counted = recount(made, classes, place(made, classes))
    return counted.objective - made.settings.cost_weight * counted.cost


@pytest.mark.parametrize("reach", ["free", "fixed"])
def test_what_a_row_is_worth_is_what_the_plan_loses_without_it(reach):
    """Placing again inside one programme gives what placing and recounting the other rows gives."""
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, seed=3, reach=reach, cost_weight=0.001)
    made = replace(made, drains=rows("measure occupation share", ("P00", "O01", 0.4)))
    plan = solve(made, gap=0.02)
    other = made.offers.select("measure", "site").join(plan.classes, on=["measure", "site"], how="anti").head(1)
    asked = pl.concat([plan.classes.select("measure", "site", "year"), other.with_columns(year=pl.lit(2027, pl.Int64))])
    for measure, site, year, worth in row_worth(made, plan, asked).iter_rows():
        here = (pl.col("measure") == measure) & (pl.col("site") == site) & (pl.col("year") == year)
        if plan.classes.filter(here).height:
            lost = missed(made, plan.classes.filter(~here)) - missed(made, plan.classes)
        else:
            full = int(made.measures.filter(measure=measure)["class_max"].item())
            more = rows("measure site year classes seats", (measure, site, year, 1, full))
            lost = missed(made, plan.classes) - missed(made, pl.concat([plan.classes, more]))
        assert worth == pytest.approx(lost, abs=1e-5)


def test_what_a_no_costs():
    """Ten seats with chance 0.5: a yes fills 10 posts for three years, a no none; half of it is expected to be lost."""
    tables = welders()
    tables["measures"] = tables["measures"].with_columns(probability=pl.lit(0.5))
    made = problem(tables, last=2027)
    plan = solve(made, gap=0.0)
    lost = refusals(made, plan).row(0, named=True)
    assert (lost["loses_on_no"], lost["loses_expected"]) == (pytest.approx(30), pytest.approx(15))
    assert (lost["probability"], lost["frees"]) == (0.5, 1000)
    sure = refusals(problem(last=2027), solve(problem(last=2027), gap=0.0))
    assert sure.is_empty()


def test_covered_adds_up_to_what_is_closed():
    made = generate_problem(municipalities=3, measures=3, sites=2, years=2, seed=2)
    plan = solve(made, gap=0.02)
    closed = covered(made, plan)["person_years"].sum()
    assert closed == pytest.approx(made.need["persons"].sum() - plan.counted.short, abs=1e-3)


def test_draws_and_leads_go_through_all_of_it():
    made = generate_problem(municipalities=2, measures=2, sites=2, years=1, seed=6)
    draws = [made.need.with_columns(pl.col("persons") * f, draw=pl.lit(d)) for d, f in (("1", 0.5), ("2", 1.5))]
    columns = ["draw", "municipality", "occupation", "year", "persons"]
    made = replace(
        made,
        need_draws=pl.concat(draws).select(columns).sort(columns[:-1]),
        leads=rows("measure occupation share", ("P00", "O00", 0.5), ("P00", "O01", 0.5), ("P01", "O01", 1.0)),
        measures=made.measures.with_columns(probability=pl.lit(0.8)),
    )
    plan = solve(made, gap=0.0)
    for name, frame in reason_tables(made, plan).items():
        assert tables.check(frame, name).height == frame.height
    reasons = reasons_of(made, plan)
    assert reasons.filter("chosen")["loses_on_no"].null_count() == 0


def test_every_reason_has_words_in_both_languages():
    path = Path(brygga.planning.__file__).parent / "words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        words = {row["code"]: row for row in csv.DictReader(file)}
    codes = next(c.codes for c in tables.dictionary("plan_reasons") if c.column == "why").split("|")
    assert set(words) == set(codes)
    columns = {c.column for c in tables.dictionary("plan_reasons")}
    for row in words.values():
        named = re.findall(r"{(\w+)}", row["sv"])
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", row["en"]))
        assert set(named) <= columns
