"""The step Act on the invented twins: what starts and what it rests on, in tables, numbers and words."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli import brygga
from brygga.core import tables
from brygga.core.region import read_region
from brygga.planning.scenarios import Candidate
from brygga.workflow.act import act, problem_of, starts_of
from brygga.workflow.act_more import act_front, act_scenarios, with_draws
from brygga.workflow.act_words import sentences
from brygga.workflow.funding import terms_of

MINI = Path(__file__).parents[1] / "data" / "mini"
DRAW_COLUMNS = ["municipality", "occupation", "year", "draw", "demand", "supply", "unfilled", "without_work"]


@pytest.fixture(scope="module")
def twins():
    return read_region(MINI)


@pytest.fixture(scope="module")
def draws(twins):
    random = np.random.default_rng(2)
    occupations = twins.tables["programme_leads"]["occupation"].unique().sort()
    cells = [
        (m, o, y, d, 0.0, 0.0, max(0.0, 2 * (y - 2024) + 3 * random.normal()), 0.0)
        for m in twins.municipalities
        for o in occupations
        for y in range(2025, 2037)
        for d in range(12)
    ]
    return pl.DataFrame(cells, schema=DRAW_COLUMNS, orient="row")


@pytest.fixture(scope="module")
def guided(twins):
    """The twins with guidance for the welders, workplaces, and the area in which the other course is applied for."""
    steps = [
        ("visits", "svets-storby", n, "Besök", "Visits", "Storby", 2000.0, adds, "modelled", None)
        for n, adds in ((1, 3.0), (2, 1.0))
    ]
    places = [("cnc-lillby", year, 6.0, 20.0, "modelled", None) for year in range(2027, 2032)]
    grants = [("cnc-lillby", 2027, 1.0, 1.0, 1.0, "observed", "decision")]
    given = {
        "guidance": steps,
        "placements": places,
        "programme_areas": [("cnc-lillby", "Teknik och tillverkning")],
        "programme_grants": grants,
    }
    frames = {name: pl.DataFrame(rows, schema=tables.empty(name).schema, orient="row") for name, rows in given.items()}
    few = twins.tables["programmes"].with_columns(
        applicants=pl.when(programme="svets-storby").then(6.0).otherwise("applicants")
    )
    youth = twins.tables["unemployed_youth"].clear()
    return replace(twins, tables={**twins.tables, **frames, "programmes": few, "unemployed_youth": youth})


@pytest.fixture(scope="module")
def acted(guided, draws):
    return act(guided, draws, gap=0.01, time_limit=20)


def test_each_start_names_who_when_until_when_and_how_sure(acted):
    starts = acted[0]["plan_starts"]
    assert starts.height == acted[0]["plan"].filter(plan="best").height
    granted = starts.filter(programme="cnc-lillby", year=2027).row(0, named=True)
    assert (granted["probability"], granted["told_by"], granted["provider"]) == (1, "region", "Lillskolan")
    assert granted["apply_by"] is None
    later = starts.filter(programme="cnc-lillby", year=2028).row(0, named=True)
    assert (later["applied"], later["apply_by"], later["decided_on"]) == ("class", date(2027, 6, 16), date(2028, 1, 1))
    assert later["decided_by"] == "MYH"
    assert later["window_standing"] == "example"
    assert 0 < later["p10"] < later["probability"] < later["p90"] < 1
    assert later["told_by"] == "area"
    assert starts["funders"].is_in(["staten 0.5, storby 0.5", "staten 1.0"]).all()


def test_workplaces_and_guidance_shape_the_plan(acted):
    plan = acted[0]["plan"].filter(plan="best")
    assert plan.filter(programme="cnc-lillby")["seats"].max() <= 6
    bought = acted[0]["plan_guidance"].filter(pl.col("steps") > 0)
    assert bought.height
    seats = plan.filter(programme="svets-storby").join(bought, on="year")
    assert (seats["seats"] <= 6 + seats["applicants"]).all()
    assert seats["seats"].max() > 6
    assert acted[1]["guidance"]["steps"] == bought["steps"].sum()


def test_the_summary_has_the_headline_what_binds_and_what_rests_on_a_yes(acted):
    summary = acted[1]
    together = summary["cooperation"]
    assert 0 <= together["low"] <= together["value"] <= together["high"]
    assert summary["binds"]["kinds"]
    assert set(summary["binds"]["kinds"]) <= {"budget", "rooms", "applicants", "placements", "classes", "floor"}
    asked = acted[0]["plan_starts"].filter(pl.col("probability") < 1)
    assert summary["grants"]["ask"] == asked.height == summary["grants"]["with_interval"]
    assert summary["grants"]["expected_yes"] == pytest.approx(asked["probability"].sum(), abs=1e-5)
    assert summary["grants"]["next_to_apply"][0]["apply_by"] == "2027-06-16"
    assert summary["rules"] == {"example": 3}
    assert summary["kernel"]
    assert len(summary["warnings"]) == len(set(summary["warnings"]))


def test_what_is_lost_on_a_no_stands_at_what_is_not_certain(acted):
    starts = acted[0]["plan_starts"]
    unsure = starts.filter(pl.col("probability") < 1)
    assert (unsure["loses_on_no"] > 0).all()
    lost = (unsure["loses_on_no"] * (1 - unsure["probability"])).to_list()
    assert unsure["loses_expected"].to_list() == pytest.approx(lost)


def test_words_say_the_proof_the_value_and_the_warnings(acted):
    summary = acted[1]
    told = sentences(summary, is_example=True)
    assert told[0].startswith("Of ")
    assert f"At most {summary['improvement_gap']:.1%} of what measures can close is missing, proven" in told[0]
    assert any(line.startswith("Cooperation is worth") for line in told)
    assert any(line.startswith("Guidance: ") for line in told)
    assert [line for line in told if line.startswith("Note: ")] == [f"Note: {one}" for one in summary["warnings"]]
    assert "example region" in told[-1]


def test_words_without_cooperation_front_or_grants_are_left_out(acted):
    little = {key: acted[1][key] for key in ("short_person_years", "cost_sek", "improvement_gap", "kernel", "status")}
    assert len(sentences({**little, "cooperation": None})) == 2
    apart = sentences({**little, "cooperation": {"comparable": False}})
    assert "break limits that all share" in apart[1]
    unsearched = sentences({**little, "cooperation": {"comparable": True, "person_years": -1.0}})
    assert "give it more time" in unsearched[1]


def test_a_rule_that_forbids_takes_the_programme_out_of_the_plan(guided, draws):
    """The municipality cannot pay with money of the social fund for a school, so the welders never start."""
    schools = guided.tables["programmes"].with_columns(
        delivery=pl.when(programme="svets-storby").then(pl.lit("upper_secondary")).otherwise("delivery")
    )
    scheme = pl.DataFrame({"funder": ["storby"], "scheme": ["esf_plus"]})
    region = replace(guided, tables={**guided.tables, "programmes": schools, "funder_schemes": scheme})
    frames, summary = act(region, draws, gap=0.01, time_limit=20, alone=False)
    assert "svets-storby" not in frames["plan"].filter(plan="best")["programme"].to_list()
    assert any("esf_plus money is not for upper_secondary measures" in text for text in summary["warnings"])
    assert summary["cooperation"] is None
    assert "plan_cooperation" not in frames


def test_first_start_is_after_the_years_that_rules_close(guided, draws, acted):
    terms = terms_of(guided, date(2026, 12, 31))
    pins = pl.DataFrame(
        [("cnc-lillby", "lillskolan", y, "never", None) for y in (2027, 2028)], schema=terms.pins.schema, orient="row"
    )
    plan = acted[0]["plan"].filter(plan="best", programme="cnc-lillby")
    starts = starts_of(guided, plan, replace(terms, pins=pins), acted[0]["plan_reasons"])
    assert set(starts["first_start"]) == {2029}


def test_draws_become_the_need_of_a_problem(twins, draws):
    problem = with_draws(problem_of(twins, draws), draws)
    assert problem.need_draws["draw"].unique().sort().to_list() == [f"{n:02d}" for n in range(12)]
    cell = {"municipality": "9901", "occupation": "7212", "year": 2030}
    assert problem.need.filter(**cell)["persons"].item() == pytest.approx(draws.filter(**cell)["unfilled"].mean())


def test_front_and_scenarios_come_as_checked_tables(twins, draws, acted):
    frames, told = act_front(twins, draws, points=3, step=0.4, seconds=5)
    assert frames["plan_front"].height == told["points"]
    costs = frames["plan_front"].filter(pl.col("floor").is_null())["cost_sek"].to_list()
    assert costs == sorted(costs)
    plan = acted[0]["plan"].filter(plan="best").select("site", "year", "classes", "seats", measure="programme")
    none = pl.DataFrame(schema={"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64})
    best = Candidate(plan.select("measure", "site", "year", "classes", "seats"), none)
    frames, told = act_scenarios(twins, draws, best, draws=2, seconds=5)
    assert told["draws"] == 2
    assert set(frames["plan_candidates"]["candidate"]) >= {"nothing", "last_year", "mean", "draws", "best"}
    assert frames["plan_regret"]["draw"].n_unique() == 2
    assert any("Held against 2 draws" in line for line in sentences({**acted[1], "scenarios": told}))


def test_the_verb_tells_it_in_plain_words_and_keeps_the_front(results_folder, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(results_folder, out)
    region = str(out / "region")
    made = CliRunner().invoke(brygga, ["act", region, "-o", str(out), "--front", "2", "--scenarios", "2"])
    assert made.exit_code == 0, made.output
    assert "who decides" in made.output
    assert "Cooperation is worth" in made.output
    assert "table plan_front" in made.output
    assert (out / "plan_regret.parquet").is_file()
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert {"front", "scenarios"} <= set(summary)
