"""A closure on the mini region: its laws, its tables, and that they lie beside those of others."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brygga.core.provenance import read_result
from brygga.core.region import read_region
from brygga.impact.closure import Shock
from brygga.impact.matching import simulate
from brygga.workflow.closure import JobTables, closure, follow, tables_of
from brygga.workflow.closure_hit import hit_of, holds, leave_rate, posts_of
from brygga.workflow.closure_inputs import Inputs, inputs_of
from brygga.workflow.closure_run import Done, run_closure, write_closure
from brygga.workflow.closure_shock import Asked
from brygga.workflow.closure_tables import groups_of, told_by
from brygga.workflow.closure_words import closure_content, closure_lines
from brygga.workflow.job import Job
from brygga.workflow.results import Results, open_results
from brygga.workflow.settings import settings_for

NOTICE, FIRST = date(2026, 11, 1), date(2027, 3, 1)
MONTHS, DRAWS = 30, 12
SHOCK = Shock("9901", "25", 60.0, NOTICE, ((FIRST, 1.0),))
CONSERVED = 1e-9


@pytest.fixture(scope="module")
def results(results_folder: Path) -> Results:
    return open_results(results_folder)


@pytest.fixture(scope="module")
def inputs(results: Results) -> Inputs:
    return inputs_of(results, start=NOTICE, months=MONTHS, draws=DRAWS)


@pytest.fixture(scope="module")
def frames(results: Results, inputs: Inputs) -> dict[str, pl.DataFrame]:
    return tables_of(follow(results, inputs, SHOCK))


@pytest.fixture(scope="module")
def done(results_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    run = tmp_path_factory.mktemp("closure") / "run"
    shutil.copytree(results_folder, run)
    return run_closure(run, Asked("9901", "25", 60, first="2027-03-01", months=MONTHS, draws=DRAWS))


# laws


def test_persons_are_conserved_in_every_month_draw_and_group(results: Results, inputs: Inputs):
    found = follow(results, inputs, SHOCK)
    for curves in found.told.values():
        assert curves.conserved < CONSERVED
        for grouping, size in curves.size.items():
            whole = sum(curves.state[state][grouping] for state in curves.state)
            assert np.abs(whole - size[:, None, :]).max() < 1e-7
    drawn = found.posts.by_draw.sum(1)
    assert np.abs(found.curves["none"].size["home_layer"].sum(1) - drawn).max() < CONSERVED


def test_direct_and_indirect_posts_are_linear_in_posts(inputs: Inputs):
    once, twice = (posts_of(inputs, replace(SHOCK, posts=posts)) for posts in (60.0, 120.0))
    assert np.allclose(twice.by_draw, 2 * once.by_draw, rtol=1e-12)
    assert np.allclose(twice.mean, 2 * once.mean, rtol=1e-12)


def test_zero_posts_change_nothing(inputs: Inputs):
    hit = hit_of(inputs, replace(SHOCK, posts=0.0))
    assert not hit.leaving.any()
    curves = simulate(inputs.market, hit, months=MONTHS)
    assert np.abs(curves.others).max() == 0.0
    assert not curves.moves.any()
    assert not any(by["all"].any() for by in curves.state.values())


def test_more_vacancies_never_slow_anybody(inputs: Inputs):
    hit = hit_of(inputs, SHOCK)
    labels = {name: group.labels for name, group in groups_of(inputs, hit.leaving).items()}
    added = np.zeros((MONTHS, *inputs.market.vacancies.shape[1:]))
    added[3] = 1.0
    few, more = (
        simulate(inputs.market, hit, months=MONTHS, groups=labels, added=some).state["re_employed"]
        for some in (None, added)
    )
    for grouping in labels:
        assert (more[grouping] >= few[grouping] - 1e-9).all()
    assert more["home_layer"].sum() > few["home_layer"].sum() + 1.0


def test_the_order_of_rows_and_municipalities_is_irrelevant(mini: Path, results_folder: Path, tmp_path: Path):
    turned = tmp_path / "turned"
    shutil.copytree(results_folder, turned)
    region = turned / "region"
    for name in ("employed", "commuting", "employed_age", "pay", "tax", "occupation_education"):
        lines = (region / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        (region / f"{name}.csv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n", encoding="utf-8")
    settings = (region / "region.toml").read_text(encoding="utf-8")
    (region / "region.toml").write_text(settings.replace('["9901", "9902"]\nbase', '["9902", "9901"]\nbase'))
    other, same = (
        closure(open_results(folder), SHOCK, months=MONTHS, draws=DRAWS) for folder in (turned, results_folder)
    )
    assert read_region(region).municipalities == ("9902", "9901")
    for name, frame in same.items():
        if name != "closure_courses":
            assert other[name].equals(frame), name


def test_the_same_again_gives_the_same(results: Results, inputs: Inputs, frames: dict[str, pl.DataFrame]):
    again = tables_of(follow(results, inputs, SHOCK))
    assert all(again[name].equals(frame) for name, frame in frames.items())


# what is read


def test_residence_is_the_columns_of_commuting(inputs: Inputs):
    # 9901 has 600 + 100 + 100 workers from 9901, 9902 and outside.
    assert inputs.lives[0].tolist() == pytest.approx([0.75, 0.125, 0.125])
    assert inputs.market.homes == ("9901", "9902", "outside")


def test_the_staffing_of_the_industry_there_says_which_posts(inputs: Inputs):
    # industry 25 in 9901: 100 of 7212 and 100 of 7223
    direct = posts_of(inputs, SHOCK).mean[0]
    assert direct[0].tolist() == pytest.approx([0.0, 30.0, 30.0])
    assert not direct[1].any()


def test_given_occupations_are_taken_as_they_are(inputs: Inputs):
    given = replace(SHOCK, occupations={"7223": 50.0, "5": 10.0})
    assert posts_of(inputs, given).mean[0, 0].tolist() == [10.0, 0.0, 50.0]


def test_the_old_leave_working_life_faster(inputs: Inputs):
    rate = leave_rate(inputs, hit_of(inputs, SHOCK).leaving)
    # a year: none under 55; 0.02 at 55-59, 0.1 at 60-64, 0.3 at 65-69
    assert rate[0] == rate[1] == 0.0
    assert 1 - 0.98 ** (1 / 12) < rate[2] < 1 - 0.7 ** (1 / 12)


def test_draws_of_the_run_are_used_alike(results: Results):
    wide = inputs_of(results, start=NOTICE, months=MONTHS, draws=40).market.others
    there = {row.tobytes() for row in wide}
    assert wide.shape[0] == 40
    assert len(there) == 20


@pytest.mark.parametrize(
    ("asked", "there", "held"), [("C", "25", True), ("25", "C", True), ("25", "29", False), ("A", "C", False)]
)
def test_an_industry_may_be_asked_for_finer_or_coarser(asked: str, there: str, held: bool):
    assert holds(asked, there) is held


# tables


def test_the_persons_sum_to_the_posts(frames: dict[str, pl.DataFrame]):
    posts = frames["closure_posts"].filter(occupation="all", municipality="all", layer="direct", month=MONTHS - 1)
    persons = frames["closure_persons"].filter(layer="direct")["persons"].sum()
    assert posts["p50"].item() == pytest.approx(60.0)
    assert persons == pytest.approx(60.0)


def test_posts_by_month_never_come_back(frames: dict[str, pl.DataFrame]):
    path = frames["closure_posts"].filter(occupation="all", municipality="all", layer="all").sort("month")
    assert path["p50"][0] == 0.0
    assert (path["p50"].diff().drop_nulls() >= -1e-9).all()


def test_every_curve_begins_at_work_and_its_states_are_its_persons(frames: dict[str, pl.DataFrame]):
    curves = frames["closure_curves"]
    start = curves.filter(month=0, grouping="all", scenario="none")
    assert dict(start.select("state", "p50").iter_rows())["without_work"] == 0.0
    assert set(curves["grouping"]) == {"all", "layer", "home", "occupation", "age_group", "occupation_age"}
    assert set(curves["scenario"]) == {"none", "planned", "best"}
    whole = curves.filter(pl.col("group").is_in(["direct", "all"]), scenario="best", month=MONTHS)
    assert whole.filter(group="direct", state="at_work")["p90"].item() == 0.0


def test_shares_are_of_each_draw_s_own_group(frames: dict[str, pl.DataFrame]):
    curves = frames["closure_curves"].filter(pl.col("persons") > 0)
    for name in ("share_p10", "share_p50", "share_p90"):
        assert curves[name].is_between(-1e-9, 1 + 1e-9).all()
    direct = curves.filter(group="direct", state="re_employed", scenario="none", month=MONTHS)
    assert direct["share_p50"].item() == pytest.approx(direct["p50"].item() / 60.0)
    carried = curves.filter(group="induced", state="re_employed", scenario="none", month=MONTHS)
    assert carried["share_p90"].item() < carried["p90"].item() / carried["persons"].item()


def test_groups_of_a_closure_are_sums_of_three(results: Results, inputs: Inputs):
    found = follow(results, inputs, SHOCK)
    told = told_by(found.curves["none"], found.groups)
    home = np.indices((3, 3, 9))[0]
    direct = simulate(inputs.market, found.hit, months=MONTHS, groups={"home": home})
    assert np.abs(told.state["re_employed"]["home"] - direct.state["re_employed"]["home"]).max() < 1e-9


def test_the_hardest_stand_first_with_a_reason(frames: dict[str, pl.DataFrame]):
    hard = frames["closure_hard"]
    assert hard["p50"].is_sorted()
    assert hard["rank"].to_list() == list(range(1, hard.height + 1))
    assert (hard["hard"] == (hard["p50"] < 0.5)).all()
    assert hard["reason_en"].str.len_chars().min() > 10


def test_ways_are_within_the_network(frames: dict[str, pl.DataFrame], inputs: Inputs):
    ways = frames["closure_ways"]
    assert ways["strength"].min() > 0
    hired = frames["closure_curves"].filter(grouping="all", scenario="none", month=MONTHS, state="re_employed")
    assert ways["persons"].sum() == pytest.approx(hired["p50"].item(), rel=0.15)


def test_tax_follows_the_residence(frames: dict[str, pl.DataFrame]):
    tax = frames["closure_tax"]
    assert sorted(tax["municipality"].unique()) == ["9901", "9902"]
    assert (tax["p50"] > 0).all()
    by_home = dict(tax.filter(scenario="none").select("municipality", "p50").iter_rows())
    assert by_home["9901"] > by_home["9902"]


def test_the_clock_counts_from_the_notice(frames: dict[str, pl.DataFrame]):
    clock = dict(frames["closure_clock"].select("step", "date").iter_rows())
    assert clock["notice"] == NOTICE
    assert clock["first_leaving"] == date(2027, 3, 1)
    assert not frames["closure_clock"]["text_en"].str.contains("Stockholm").any()


def test_the_summary_says_the_same_as_the_tables(frames: dict[str, pl.DataFrame]):
    told = {(row["scenario"], row["measure"]): row for row in frames["closure_summary"].iter_rows(named=True)}
    assert told["all", "posts_direct"]["p10"] == told["all", "posts_direct"]["p90"] == 60.0
    for after in (6, 12, 24):
        row = told["none", f"share_back_{after}"]
        assert 0 <= row["p10"] <= row["p50"] <= row["p90"] <= 1
    assert told["none", "share_back_6"]["p50"] < told["none", "share_back_12"]["p50"]
    assert frames["closure_shocks"]["month_12"].item() == 4 + 12


# files


def test_tables_lie_in_the_run_with_their_story(done: Done):
    assert done.out.name == "run"
    frame, sidecar = read_result(done.out, "closure_summary")
    assert frame["shock"][-1] == "9901-25-60"
    assert sidecar["step"] == "closure"
    assert sidecar["method"] == "docs/method/closure.md"
    assert "seed 1" in sidecar["settings"]["shock 9901-25-60"]
    assert "impact.indirect_lag_months" in {parameter["name"] for parameter in sidecar["parameters"]}
    assert not [path for path in done.out.iterdir() if path.name.startswith(".")]


def test_another_shock_is_added_and_the_same_one_replaced(done: Done, tmp_path: Path):
    run = tmp_path / "run"
    shutil.copytree(done.out, run)
    other = {name: frame.with_columns(shock=pl.lit("9902-25-40")) for name, frame in done.tables.items()}
    for _ in range(2):
        write_closure(other, run, region=done.region, settings={"shock 9902-25-40": "seed 1"})
    (before, _), (frame, sidecar) = (read_result(folder, "closure_summary") for folder in (done.out, run))
    assert frame.filter(pl.col("shock") != "9902-25-40").equals(before)
    assert frame.height == before.height + done.tables["closure_summary"].height
    assert sorted(name for name in sidecar["settings"]) == ["shock 9901-25-60", "shock 9902-25-40"]


def test_shocks_of_other_region_files_are_left_out(done: Done, tmp_path: Path):
    run = tmp_path / "run"
    shutil.copytree(done.out, run)
    pay = run / "region" / "pay.csv"
    pay.write_text(pay.read_text(encoding="utf-8").replace("\n", "\r\n"), encoding="utf-8", newline="")
    other = {name: frame.with_columns(shock=pl.lit("9902-25-40")) for name, frame in done.tables.items()}
    write_closure(other, run, region=read_region(run / "region"), settings={})
    assert read_result(run, "closure_summary")[0]["shock"].unique().to_list() == ["9902-25-40"]


def test_a_fault_while_writing_leaves_what_was_there(done: Done, tmp_path: Path):
    run = tmp_path / "run"
    shutil.copytree(done.out, run)
    before = {path.name: path.read_bytes() for path in run.glob("closure_*")}
    broken = {**done.tables, "closure_tax": done.tables["closure_tax"].drop("p50")}
    with pytest.raises(Exception, match="p50"):
        write_closure(broken, run, region=done.region, settings={})
    assert {path.name: path.read_bytes() for path in run.glob("closure_*")} == before
    assert not list(run.glob(".closure*"))


def test_a_job_on_its_way_is_a_source_too(results: Results, mini: Path, results_folder: Path):
    job = Job(results.region, settings_for(results.region, draws=20), results_folder)
    assert JobTables(job).table("employed").height == 9
    assert JobTables(job).table("gap_draws").equals(results.table("gap_draws"))


# words


def test_the_answer_is_the_range_first_and_names_no_company(done: Done):
    lines = list(closure_lines(done))
    assert lines[0] == (
        "60 posts in Manufacture of metal products, except machinery in Storby: notice on 2026-11-01, "
        "the first leave on 2027-03-01."
    )
    assert lines[1].startswith("Posts: 6")
    assert "80 % interval" in lines[1]
    assert any(line.startswith("Clock: 2026-11-01") for line in lines)
    content = json.loads(json.dumps(closure_content(done), default=str))
    assert content["shock"]["shock"] == "9901-25-60"
    assert content["text_en"] == "\n".join(lines)
    assert {row["home"] for row in content["residence"]} == {"9901", "9902", "outside"}
