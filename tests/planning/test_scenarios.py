"""Plans against draws: a case worked by hand, the laws of regret, and the same bytes wherever draws run."""

from dataclasses import replace

import polars as pl
import pytest

from brygga.core.errors import SettingError
from brygga.core.execution import Execution
from brygga.planning.draws import mean_problem
from brygga.planning.effort import Effort
from brygga.planning.front_files import scenario_summary, write_scenarios
from brygga.planning.generate import generate_problem
from brygga.planning.recount import recount
from brygga.planning.regret import AS_IT_STANDS, REPLANNED, Between
from brygga.planning.replan import pinned, within_limits
from brygga.planning.scenarios import Candidate, scenarios
from brygga.planning.solve import solve
from tests.planning.problems import MEASURE_COLUMNS, problem, rows

COLUMNS = "municipality occupation year persons draw"


def newsvendor():
    """Two or ten welders short at the end of 2028, as likely; a seat, in pairs, costs what 0.6 person-years are worth.

    The first two are needed for sure; each of the next eight is used half of the time.
    """
    return problem(
        {
            "need": rows(COLUMNS, ("norra", "welder", 2028, 2.0, "low"), ("norra", "welder", 2028, 10.0, "high")),
            "measures": rows(MEASURE_COLUMNS, ("pair", "welder", 1, 1.0, 2, 2, 6, 0.0, 1.0)),
            "sites": rows("site municipality rooms applicants", ("school", "norra", 9, 99)),
            "reach": rows("site municipality share", ("school", "norra", 1.0)),
            "budgets": rows("funder year amount", ("fund", 2027, 100.0)),
            "funding": rows("funder measure share", ("fund", "pair", 1.0)),
            "last_year": rows("measure site classes seats", ("pair", "school", 1, 2)),
        },
        last=2027,
        horizon=2028,
        cost_weight=0.6,
    )


@pytest.fixture(scope="module")
def sold():
    return scenarios(newsvendor(), cvar_weight=0.2, cvar_level=0.5, gap=0.0)


def seats(found, name):
    return found.plans[name].classes["seats"].sum()


def test_the_plan_for_the_draws_stops_where_half_a_use_no_longer_pays_and_the_cautious_one_goes_on(sold):
    assert {name: seats(sold, name) for name in sold.plans} == {
        "nothing": 0,
        "last_year": 2,
        "mean": 6,
        "draws": 2,
        "tail": 10,
    }


def test_what_each_plan_comes_to(sold):
    """Short 0 and 8 with two seats, 0 and 4 with six, none with ten; each seat costs 0.6."""
    stands = sold.summary.filter(mode=AS_IT_STANDS)
    by_name = {row["candidate"]: row for row in stands.rows(named=True)}
    assert {name: row["mean"] for name, row in by_name.items()} == pytest.approx(
        {"nothing": 6.0, "last_year": 5.2, "mean": 5.6, "draws": 5.2, "tail": 6.0}
    )
    assert by_name["draws"]["tail"] == 8.0
    assert by_name["draws"]["weighed"] == pytest.approx(5.2 + 0.2 * 8)
    assert by_name["tail"]["weighed"] == pytest.approx(6.0)


def test_regret_is_against_the_best_for_the_draw(sold):
    """Low: two seats, 1.2. High: ten seats, 6. With two seats 9.2 in the high draw, so 3.2 to regret."""
    own = sold.regret.filter(candidate="draws", mode=AS_IT_STANDS)
    assert dict(own.select("draw", "foresight").iter_rows()) == pytest.approx({"low": 1.2, "high": 6.0})
    assert dict(own.select("draw", "regret").iter_rows()) == pytest.approx({"low": 0.0, "high": 3.2}, abs=1e-9)
    worst = sold.summary.filter(candidate="draws", mode=AS_IT_STANDS)
    assert worst.select("worst_draw", "worst_regret").row(0) == ("high", pytest.approx(3.2))


def test_what_planning_for_draws_and_knowing_them_are_worth(sold):
    assert sold.values["stochastic"].found == pytest.approx(5.6 - 5.2)
    assert sold.values["information"].found == pytest.approx(5.2 - (1.2 + 6.0) / 2)
    for one in sold.values.values():
        assert isinstance(one, Between)
        assert one.least - 1e-9 <= one.found <= one.most + 1e-9


def test_one_class_is_started_whatever_comes_and_the_rest_depends(sold):
    row = sold.first_year.row(0, named=True)
    assert (row["draws"], row["of"], row["least"], row["most"], row["choice"]) == (2, 2, 1, 5, "always")


def test_with_a_single_year_nothing_is_left_to_plan_anew(sold):
    wide = sold.regret.pivot("mode", index=["candidate", "draw"], values="objective")
    assert wide[AS_IT_STANDS].to_list() == pytest.approx(wide[REPLANNED].to_list())


def drawn(seed, draws=3, **changed):
    """A small invented problem whose needs are scaled up and down by draw."""
    made = generate_problem(municipalities=2, measures=2, sites=1, years=2, seed=seed, **changed)
    factors = [0.5 + i / max(draws - 1, 1) for i in range(draws)]
    need = pl.concat(
        [made.need.with_columns(persons=pl.col("persons") * f, draw=pl.lit(f"d{i}")) for i, f in enumerate(factors)]
    )
    cell = ["municipality", "occupation", "year"]
    mean = need.group_by(cell, maintain_order=True).agg(pl.col("persons").mean()).sort(cell)
    return replace(made, need=mean, need_draws=need.select(made.need_draws.columns).sort("draw", *cell))


EFFORT = {"time_limit": 2.0, "gap": 0.05}


@pytest.fixture(scope="module", params=[3])
def invented(request):
    made = drawn(request.param, draws=2)
    return made, scenarios(made, cvar_weight=0.5, cvar_level=0.6, **EFFORT)


def test_nobody_does_better_than_knowing_the_draw(invented):
    _, found = invented
    assert found.regret["regret"].min() >= -1e-9
    assert (found.regret["foresight_bound"] <= found.regret["foresight"] + 1e-9).all()
    assert (found.regret["regret_least"] <= found.regret["regret"] + 1e-9).all()
    assert (found.regret["regret_most"] >= found.regret["regret"] - 1e-9).all()
    assert (found.regret["bound"] <= found.regret["objective"] + 1e-9).all()


def test_planning_the_later_years_anew_is_never_worse(invented):
    _, found = invented
    wide = found.regret.pivot("mode", index=["candidate", "draw"], values="objective")
    assert (wide[REPLANNED] <= wide[AS_IT_STANDS] + 1e-9).all()


def test_the_mean_over_draws_is_the_recounted_objective(invented):
    made, found = invented
    row = found.summary.filter(candidate="draws", mode=AS_IT_STANDS).row(0, named=True)
    plan = found.plans["draws"]
    counted = recount(made, plan.classes, plan.arrivals, plan.guidance, cvar_weight=0.5, cvar_level=0.6)
    assert row["mean"] == pytest.approx(found.counted["draws"].objective)
    assert row["weighed"] == pytest.approx(counted.objective)


def test_the_cautious_plan_weighs_no_more_than_the_others(invented):
    _, found = invented
    stands = found.summary.filter((pl.col("mode") == AS_IT_STANDS) & (pl.col("breaks") == 0))
    own = stands.filter(candidate="tail")["weighed"].item()
    assert own <= stands["weighed"].min() * 1.05 + 1e-6


def test_the_plan_for_the_draws_is_the_best_in_the_mean(invented):
    _, found = invented
    stands = found.summary.filter((pl.col("mode") == AS_IT_STANDS) & (pl.col("breaks") == 0))
    assert (
        stands.filter(candidate="draws")["mean"].item()
        <= stands.filter(pl.col("candidate") != "foresight")["mean"].min() + 1e-9
    )


def test_what_the_cautious_search_finds_serves_the_mean_too(monkeypatch):
    """The search for the mean stops at nothing; the one for the tail finds ten seats, which do as well or better."""
    solved = Effort.solved

    def weak(self, problem, start, **tail):
        plan = solved(self, problem, start, **tail)
        if tail or not problem.need_draws.height:
            return plan
        return solved(self, replace(problem, budgets=problem.budgets.with_columns(amount=0.0)), None)

    monkeypatch.setattr(Effort, "solved", weak)
    made = replace(newsvendor(), settings=replace(newsvendor().settings, cost_weight=0.5))
    found = scenarios(made, cvar_weight=0.2, cvar_level=0.5, gap=0.0, replan=False)
    assert seats(found, "draws") == seats(found, "tail") == 10


def test_a_tail_of_no_weight_is_the_mean():
    made = drawn(3)
    plain = solve(made, **EFFORT)
    weightless = solve(made, cvar_weight=0.0, cvar_level=0.6, **EFFORT)
    assert weightless.objective == pytest.approx(plain.objective)
    assert [*scenarios(made, replan=False, **EFFORT).plans] == ["nothing", "mean", "draws"]


def test_draws_that_are_all_alike_leave_nothing_to_know():
    made = drawn(5, draws=2)
    one = made.need_draws.filter(draw="d0")
    alike = pl.concat([one, one.with_columns(draw=pl.lit("d1"))])
    need = one.select(made.need.columns)
    found = scenarios(replace(made, need=need, need_draws=alike), time_limit=5, gap=0.0, replan=False)
    assert found.values["information"].found == pytest.approx(0.0, abs=1e-4)
    assert found.values["stochastic"].found == pytest.approx(0.0, abs=1e-4)
    assert found.first_year.filter(choice="depends").height == 0


def test_neither_the_order_of_draws_nor_processes_change_a_byte(tmp_path):
    made = drawn(7, draws=2)
    turned = replace(made, need_draws=made.need_draws.sort("draw", descending=True).sort("year", maintain_order=True))
    for name, one, execution in (("here", made, Execution()), ("there", turned, Execution("processes", 2))):
        found = scenarios(one, cvar_weight=0.5, iterations=20_000, seed=2, execution=execution)
        write_scenarios(found, tmp_path / name, weight=0.5, level=0.9)
    files = sorted(p.name for p in (tmp_path / "here").iterdir())
    assert files == ["candidates.csv", "first_year.csv", "regret.csv", "scenario_plans.csv", "scenarios.json"]
    for file in files:
        assert (tmp_path / "here" / file).read_bytes() == (tmp_path / "there" / file).read_bytes()


def test_a_first_year_is_kept_class_by_class_and_never_with_more_seats():
    made = drawn(3)
    plan = solve(mean_problem(made), **EFFORT)
    first = plan.classes.filter(year=2027)
    kept = solve(pinned(mean_problem(made), plan.classes), start=plan.classes, **EFFORT).classes.filter(year=2027)
    key = ["measure", "site", "year", "classes"]
    assert kept.select(key).rows() == first.select(key).rows()
    both = first.join(kept, on=key, suffix="_kept")
    assert (both["seats_kept"] <= both["seats"]).all()


def test_last_year_beyond_the_limits_is_cut_to_them_and_said():
    made = replace(newsvendor(), budgets=rows("funder year amount", ("fund", 2027, 5.0)))
    wish = rows("measure site year classes seats", ("pair", "school", 2027, 4, 8))
    assert within_limits(made, wish).rows() == [("pair", "school", 2027, 2, 4)]
    made = replace(made, last_year=rows("measure site classes seats", ("pair", "school", 4, 8)))
    found = scenarios(made, gap=0.0)
    assert found.notes == (
        "last_year breaks 1 limit(s) as it stands; replanned it keeps as much of its first year as they allow.",
    )
    assert found.summary.filter(candidate="last_year", mode=AS_IT_STANDS)["breaks"].item() == 1
    replanned = found.summary.filter(candidate="last_year", mode=REPLANNED)
    assert replanned["cost_sek"].item() == pytest.approx(4000)


def test_a_floor_is_promised_in_the_mean_over_draws_and_left_out_of_each():
    """Half of the mean need, 3 of 6: two seats leave 0 and 8 short, 4 in the mean; four seats leave 3."""
    floors = rows("municipality year share", ("norra", 2028, 0.5))
    found = scenarios(replace(newsvendor(), floors=floors), gap=0.0)
    assert seats(found, "draws") == 4
    stands = found.summary.filter(mode=AS_IT_STANDS)
    assert dict(stands.select("candidate", "breaks").iter_rows()) == {
        "nothing": 1,
        "last_year": 1,
        "mean": 0,
        "draws": 0,
    }
    assert found.notes[0] == "nothing breaks 1 limit(s) as it stands, all of them floors."
    assert found.regret.filter(candidate="draws", draw="low")["foresight"].to_list() == pytest.approx([1.2, 1.2])


def test_a_plan_of_ones_own_can_be_held_against_the_draws():
    made = newsvendor()
    own = Candidate(rows("measure site year classes seats", ("pair", "school", 2027, 2, 4)), made.guidance.select())
    own = replace(own, guidance=pl.DataFrame(schema={"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64}))
    found = scenarios(made, {"mine": own}, gap=0.0, replan=False)
    assert found.summary.filter(candidate="mine")["mean"].item() == pytest.approx(3 + 2.4)
    assert scenario_summary(found, weight=0.0, level=0.9)["value_of_replanning"] is None


def test_without_draws_there_is_nothing_to_regret():
    with pytest.raises(SettingError, match="no draws"):
        scenarios(problem())
