"""The value of cooperation: worked by hand, never below zero within the gaps, and zero where nothing is shared."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.core.execution import Execution
from brygga.planning.alone import alone_problem, common_funders, divided
from brygga.planning.cooperation import cooperation
from brygga.planning.generate import generate_problem
from brygga.planning.reasons_money import paid_by
from brygga.planning.solve import solve
from tests.planning.problems import MEASURE_COLUMNS, problem, rows


def two_towns(**changed):
    """Ten welders short in A, ten nurses in B, every year from 2028; each town's school may give either course.

    The welders' course ends after a year, costs 500 for ten seats; completers of either school can work in
    both towns, half in each; each town has money of its own for one class and there are ten applicants a school.
    """
    cells = [(m, o, y, 10.0) for m, o in (("A", "welder"), ("B", "nurse")) for y in (2028, 2029)]
    tables = {
        "need": rows("municipality occupation year persons", *cells),
        "measures": rows(
            MEASURE_COLUMNS,
            ("weld", "welder", 1, 1.0, 5, 10, 1, 0.0, 50.0),
            ("care", "nurse", 1, 1.0, 5, 10, 1, 0.0, 50.0),
        ),
        "sites": rows("site municipality rooms applicants", ("a", "A", 1, 10), ("b", "B", 1, 10)),
        "reach": rows("site municipality share", ("a", "A", 0.5), ("a", "B", 0.5), ("b", "A", 0.5), ("b", "B", 0.5)),
        "budgets": rows("funder year amount", ("state", 2027, 1000.0)),
        "funding": rows("funder measure share", ("state", "*", 1.0)),
    }
    return problem({**tables, **changed}, last=2027, horizon=2029)


def test_alone_each_sees_its_own_need_money_site_and_reach():
    made = two_towns(
        budgets=rows("funder year amount", ("state", 2027, 800.0), ("A", 2027, 300.0), ("B", 2027, 100.0)),
        funders=rows("funder municipality", ("A", "A"), ("B", "B"), ("state", None)),
        pins=rows("measure site year kind classes", ("weld", "b", 2027, "never", None)),
        floors=rows("municipality year share", ("B", 2028, 0.1)),
    )
    alone = alone_problem(made, ["A"], divided(made))
    assert alone.need["municipality"].unique().to_list() == ["A"]
    assert alone.sites["site"].to_list() == ["a"]
    assert alone.reach.rows() == [("a", "A", 0.5)]
    assert sorted(alone.budgets.rows()) == [("A", 2027, 300.0), ("state", 2027, 400.0)]
    assert alone.pins.is_empty()
    assert alone.floors.is_empty()
    both = alone_problem(made, ["A", "B"], divided(made))
    assert both.budgets.sort("funder").equals(made.budgets.sort("funder"))
    assert both.pins.equals(made.pins)


def test_common_money_is_divided_by_weighted_need_among_those_with_sites():
    need = rows(
        "municipality occupation year persons",
        ("A", "welder", 2028, 3.0),
        ("B", "nurse", 2028, 1.0),
        ("C", "x", 2028, 9.0),
    )
    made = two_towns(need=need)
    assert divided(made) == {"A": 0.75, "B": 0.25}
    assert divided(two_towns(need=need, weights=rows("occupation weight", ("nurse", 3.0)))) == {"A": 0.5, "B": 0.5}
    assert divided(made, rule="equal") == {"A": 0.5, "B": 0.5}
    assert divided(two_towns(need=need.filter(municipality="C"))) == {"A": 0.5, "B": 0.5}
    with pytest.raises(SettingError, match=r"divided by 'people'.*choose one of need, equal"):
        divided(made, rule="people")


def test_money_of_a_funder_that_nobody_lists_is_common():
    made = two_towns(funders=rows("funder municipality", ("A", "A")))
    assert common_funders(made) == ["state"]


def test_by_hand_each_trains_what_it_lacks_itself():
    """Alone, A trains ten welders and B ten nurses: with the best placing that is the joint plan too."""
    made = two_towns()
    joint = solve(made, gap=0.0)
    worth = cooperation(made, joint, gap=0.0)
    assert joint.objective == pytest.approx(0)
    assert (worth.value, worth.low, worth.high) == pytest.approx((0, 0, 0), abs=1e-6)
    assert worth.any_high == pytest.approx(20)
    assert worth.value_by_shares == pytest.approx(20)
    table = worth.municipalities
    assert table["short_believed"].to_list() == pytest.approx([10, 10])
    assert table["short_alone"].to_list() == pytest.approx([0, 0], abs=1e-6)


def unlike_towns(**changed):
    """B has all the need and no school of its own is large enough: A's school could give ten more."""
    need = rows("municipality occupation year persons", *[("B", "nurse", y, 20.0) for y in (2028, 2029)])
    return two_towns(need=need, **changed)


def test_by_hand_a_school_in_the_neighbour_that_lacks_nothing_stands_empty():
    """Jointly both schools train ten nurses for B; alone A starts nothing, so twenty person-years stay unfilled."""
    made = unlike_towns()
    joint = solve(made, gap=0.0)
    worth = cooperation(made, joint, gap=0.0)
    assert joint.objective == pytest.approx(0, abs=1e-6)
    assert worth.value == pytest.approx(20)
    assert worth.low <= worth.value <= worth.high
    assert worth.high == pytest.approx(20)
    assert worth.person_years == pytest.approx(20)
    assert worth.cost == pytest.approx(-500)
    assert worth.alone.select("municipality", "part", "status", "sites").rows() == [
        ("A", 0.0, "as_asked", 1),
        ("B", 1.0, "as_asked", 1),
    ]
    seen = {row["municipality"]: row for row in worth.municipalities.iter_rows(named=True)}
    assert seen["B"]["gain"] == pytest.approx(20)
    assert seen["B"]["cost_jointly"] == pytest.approx(1000)
    assert seen["B"]["cost_alone"] == pytest.approx(500)


def test_common_money_is_counted_to_where_the_completers_work_and_own_money_to_its_owner():
    made = unlike_towns(
        funding=rows("funder measure share", ("state", "*", 0.8), ("A", "*", 0.2)),
        funders=rows("funder municipality", ("A", "A"), ("state", None)),
        budgets=rows("funder year amount", ("state", 2027, 800.0), ("A", 2027, 200.0)),
    )
    joint = solve(made, gap=0.0)
    paid = paid_by(made, joint.counted.paid, joint.arrivals)
    assert paid.rows() == [("A", pytest.approx(200), pytest.approx(0)), ("B", pytest.approx(0), pytest.approx(800))]


def test_a_class_whose_completers_fill_no_post_is_paid_where_it_is_given():
    made = unlike_towns()
    paid = rows("measure site start funder spent", ("weld", "a", 2027, "state", 70.0))
    nobody = pl.DataFrame(
        schema={
            "site": pl.String,
            "municipality": pl.String,
            "occupation": pl.String,
            "year": pl.Int64,
            "persons": pl.Float64,
        }
    )
    assert paid_by(made, paid, nobody).rows() == [("A", 0.0, 70.0)]


def test_a_municipality_without_a_site_starts_nothing_alone():
    made = unlike_towns(sites=rows("site municipality rooms applicants", ("a", "A", 1, 10), ("b", "A", 1, 10)))
    worth = cooperation(made, solve(made, gap=0.0), gap=0.0)
    assert worth.alone["municipality"].to_list() == ["A"]
    assert worth.value == pytest.approx(40)
    row = worth.municipalities.row(1, named=True)
    assert (row["municipality"], row["short_believed"], row["short_alone"]) == ("B", 40, 40)


def test_a_floor_that_cannot_hold_alone_is_left_out_and_said():
    floors = rows("municipality year share", ("B", 2028, 0.9))
    made = unlike_towns(floors=floors)
    worth = cooperation(made, solve(made, gap=0.0), gap=0.0)
    assert worth.alone["status"].to_list() == ["as_asked", "without_floors"]
    assert not worth.comparable
    assert worth.any_high is None
    assert worth.union.counted.breaches["name"].to_list() == ["B"]


def test_guidance_over_several_municipalities_is_nobodys_alone():
    guidance = rows(
        "guidance site measure step cost applicants",
        *[("both", site, "care", 1, 5.0, 2) for site in ("a", "b")],
        ("own", "b", "care", 1, 5.0, 2),
    )
    made = two_towns(guidance=guidance)
    assert alone_problem(made, ["B"], divided(made)).guidance["guidance"].to_list() == ["own"]
    assert alone_problem(made, ["A", "B"], divided(made)).guidance.height == 3


def separate(made):
    """The problem where nobody reaches another municipality and every municipality has its own purse."""
    home = made.sites.select("site", "municipality")
    names = home["municipality"].unique().sort()
    reach = made.reach.join(home, on=["site", "municipality"], how="semi")
    measures = pl.concat(
        [made.measures.with_columns(measure=pl.format("{}-{}", pl.lit(name), "measure")) for name in names]
    ).sort("measure")
    pairs = home.join(made.measures.select("measure"), how="cross")
    offers = pairs.select(pl.format("{}-{}", "municipality", "measure").alias("measure"), "site")
    funding = measures.select(funder=pl.col("measure").str.slice(0, 3), measure="measure", share=pl.lit(1.0))
    years = made.budgets.select("year", pl.col("amount") / len(names))
    return replace(
        made,
        reach=reach,
        measures=measures,
        offers=offers.with_columns(applicants=pl.lit(None, pl.Float64)).sort("measure", "site"),
        leads=measures.select("measure", "occupation", share=pl.lit(1.0)),
        payments=measures.select("measure", offset=pl.lit(0, pl.Int64), share=pl.lit(1.0)),
        funding=funding.sort("funder", "measure"),
        funders=pl.DataFrame({"funder": names, "municipality": names}),
        budgets=pl.DataFrame({"funder": names}).join(years, how="cross").select("funder", "year", "amount"),
    )


@pytest.mark.parametrize("reach", ["free", "fixed"])
@pytest.mark.parametrize("seed", [2, 3])
def test_without_common_reach_and_money_cooperation_is_worth_nothing(reach, seed):
    made = separate(generate_problem(municipalities=3, measures=2, sites=2, years=2, reach=reach, seed=seed))
    worth = cooperation(made, solve(made, gap=0.0), gap=0.0)
    assert worth.comparable
    assert worth.value == pytest.approx(0, abs=1e-4)
    assert worth.any_high == pytest.approx(0, abs=1e-3)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(1, 300), reach=st.sampled_from(["free", "fixed"]), gap=st.sampled_from([0.0, 0.02]))
def test_laws_of_cooperation(seed, reach, gap):
    """The plans made alone hold every limit together; the joint optimum is never worse; intervals hold each other."""
    made = generate_problem(municipalities=3, measures=2, sites=2, years=2, reach=reach, seed=seed, cost_weight=0.0005)
    joint = solve(made, gap=gap)
    worth = cooperation(made, joint, gap=gap)
    assert worth.comparable
    union = worth.union.counted.objective
    assert union >= joint.bound - 1e-6
    assert 0 <= worth.low <= worth.value <= worth.high + 1e-9
    assert worth.any_high >= union - joint.bound - 1e-4
    assert worth.value_by_shares >= union - joint.objective - 1e-4
    table = worth.municipalities
    assert table["gain"].sum() == pytest.approx(worth.person_years)
    assert table["saved"].sum() == pytest.approx(worth.cost, abs=1e-6)
    assert table["short_alone"].sum() == pytest.approx(worth.union.counted.short)


def test_the_worst_draws_weigh_alone_as_they_do_jointly():
    made = unlike_towns()
    draws = [made.need.with_columns(pl.col("persons") * f, draw=pl.lit(d)) for d, f in (("1", 0.5), ("2", 1.5))]
    columns = ["draw", "municipality", "occupation", "year", "persons"]
    made = replace(made, need_draws=pl.concat(draws).select(columns).sort(columns[:-1]))
    tail = {"cvar_weight": 1.0, "cvar_level": 0.5}
    joint = solve(made, gap=0.0, **tail)
    worth = cooperation(made, joint, gap=0.0, **tail)
    union = worth.union.counted.objective
    assert joint.objective == pytest.approx((0 + 20) / 2 + 20)
    assert union == pytest.approx((0 + 40) / 2 + 40)
    assert worth.value == pytest.approx(union - joint.objective)
    assert worth.any_high is None


def test_processes_give_the_same_bytes():
    made = unlike_towns()
    joint = solve(made, gap=0.0)
    here = cooperation(made, joint, gap=0.0)
    there = cooperation(made, joint, gap=0.0, execution=Execution("processes", workers=2))
    assert here.municipalities.equals(there.municipalities)
    assert here.alone.equals(there.alone)
    assert (here.value, here.high, here.any_high) == (there.value, there.high, there.any_high)
