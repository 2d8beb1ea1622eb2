"""`brygga plan check`: passes what is so, and ends with 1 on a broken limit or a false statement, by name."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli import brygga
from brygga.core.errors import BryggaError
from brygga.planning.plan_files import write_plan
from brygga.planning.problem import write_problem
from tests.planning.problems import problem, rows, welders
from tests.planning.test_plan_files import CLASSES, planned


def check(tmp_path, *more):
    done = CliRunner().invoke(brygga, ["plan", "check", str(tmp_path / "problem"), str(tmp_path / "out"), *more])
    if isinstance(done.exception, BryggaError):
        raise done.exception
    return done


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The welders' problem and a plan of eight seats for it, written; with cost in the objective."""
    folder, asked = tmp_path_factory.mktemp("once"), problem(welders(), cost_weight=0.001)
    write_problem(asked, folder / "problem")
    write_plan(folder / "out", asked, planned(asked))
    return folder


@pytest.fixture
def written(once, tmp_path):
    """A copy to spoil."""
    return shutil.copytree(once, tmp_path, dirs_exist_ok=True)


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_plan_that_holds_passes(written):
    done = check(written)
    assert done.exit_code == 0
    assert "The plan holds every limit, and is as it says." in done.output
    assert "16.800" in done.output
    told = json.loads(check(written, "--json").output)
    assert (told["sound"], told["breaches"], told["wrong"]) == (True, [], [])
    assert (told["objective"], told["stated"]["bound"]) == (pytest.approx(16.8), pytest.approx(15.8))


def test_what_does_not_hold_is_shown_in_words(written):
    change(written / "out" / "plan.csv", "2027,1,8", "2027,1,9")
    change(written / "out" / "arrivals.csv", "2028,8.0", "2028,9.5")
    done = check(written)
    assert done.exit_code == 1
    lines = [line.split() for line in done.output.splitlines()]
    assert ["The", "plan", "breaks", "1", "limit"] in lines
    assert ["completers", "welder", "at", "school", "2028", "9.5", "9"] in lines
    assert ["cost", "of", "course", "at", "school", "2027", "in", "plan.csv", "800", "900"] in lines
    assert ["stock", "of", "welder", "in", "norra", "2029", "in", "short.csv", "8", "9.5"] in lines


def test_a_plan_alone_is_enough(written):
    for name in ("summary.json", "short.csv"):
        (written / "out" / name).unlink()
    change(written / "out" / "plan.csv", ",cost\n", ",remark\n")
    done = check(written)
    assert (done.exit_code, json.loads(check(written, "--json").output)["stated"]) == (0, {})


BROKEN = {
    "2027,1,8": {"2027,1,11": "class_max", "2027,1,nan": "whole", "2027,1,7.5": "whole", "2027,-1,8": "whole"}
    | {"2029,1,8": "offer", "2027,3,30": "rooms"},
    "course,": {"yoga,": "offer"},
    "school,2027": {"elsewhere,2027": "offer"},
}


@pytest.mark.parametrize(
    ("old", "new", "kind"), [(old, new, kind) for old, news in BROKEN.items() for new, kind in news.items()]
)
def test_a_broken_limit_is_named(written, old, new, kind):
    change(written / "out" / "plan.csv", old, new)
    (written / "out" / "summary.json").unlink()
    done = check(written, "--json")
    assert done.exit_code == 1
    assert kind in {breach["kind"] for breach in json.loads(done.output)["breaches"]}


@pytest.mark.parametrize(
    ("name", "off", "what"),
    [
        ("objective", 1e-4, "objective"),
        ("bound", 1.01, "bound, above the objective"),
        ("nothing_objective", -1.0, "nothing_objective"),
        ("bound_gap", -0.01, "bound_gap"),
        ("improvement_gap", -0.01, "improvement_gap"),
        ("cost", 1.0, "cost"),
        ("short", 1.0, "short"),
        ("surplus", 1.0, "surplus"),
        ("objective", float("nan"), "objective"),
        ("bound", float("nan"), "bound, above the objective"),
    ],
)
def test_a_false_figure_is_named(written, name, off, what):
    path = written / "out" / "summary.json"
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, name: said[name] + off}))
    done = check(written, "--json")
    assert done.exit_code == 1
    assert what in {wrong["what"] for wrong in json.loads(done.output)["wrong"]}


def test_a_figure_off_by_rounding_passes(written):
    path = written / "out" / "summary.json"
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, "objective": said["objective"] + 1e-6, "bound": said["objective"] + 1e-6}))
    wrong = {row["what"] for row in json.loads(check(written, "--json").output)["wrong"]}
    assert wrong == {"bound_gap", "improvement_gap"}


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("short.csv", "2028,10.0,8.0,0.0,2.0", "2028,10.0,8.0,0.0,1.0", "short of welder in norra 2028 in short.csv"),
        ("short.csv", "2028,10.0,8.0", "2028,10.0,9.0", "stock of welder in norra 2028 in short.csv"),
        ("short.csv", "norra,welder,2030,10.0,8.0,0.0,2.0,0.0\n", "", "short of welder in norra 2030 in short.csv"),
        ("plan.csv", ",800.0", ",700.0", "cost of course at school 2027 in plan.csv"),
        ("arrivals.csv", "2028,8.0", "2028,7.0", "objective"),
    ],
)
def test_a_table_that_differs_is_named(written, name, old, new, what):
    change(written / "out" / name, old, new)
    done = check(written, "--json")
    assert done.exit_code == 1
    assert what in {wrong["what"] for wrong in json.loads(done.output)["wrong"]}


def test_free_reach_without_arrivals_is_an_error_in_words(written):
    (written / "out" / "arrivals.csv").unlink()
    with pytest.raises(BryggaError, match=r"says nothing about arrivals, and reach is free.*write arrivals\.csv"):
        check(written)


def test_a_word_where_a_figure_belongs_is_an_error_in_words(written):
    change(written / "out" / "summary.json", '"bound": 15.8', '"bound": "low"')
    with pytest.raises(BryggaError, match=r"bound is 'low'.*a number belongs there"):
        check(written)


def test_the_tail_of_the_draws_is_counted_as_the_plan_says(tmp_path):
    draws = [(draw, "norra", "welder", 2028, n) for draw, n in (("a", 8.0), ("b", 12.0))]
    asked = problem({**welders(), "need": rows("draw municipality occupation year persons", *draws)}, horizon=2028)
    write_problem(asked, tmp_path / "problem")
    plan = planned(asked, cvar_weight=0.5, cvar_level=0.5)
    write_plan(tmp_path / "out", asked, plan)
    wrong = {row["what"]: row["recounted"] for row in json.loads(check(tmp_path, "--json").output)["wrong"]}
    assert wrong["objective"] == (0 + 4) / 2 + 0.5 * 4


def test_many_breaches_are_cut_short_but_counted(tmp_path):
    tables = welders()
    tables["measures"] = pl.concat([tables["measures"].with_columns(measure=pl.lit(f"p{i:02d}")) for i in range(30)])
    tables["funding"] = rows("funder measure share", ("fund", "*", 1.0))
    asked = problem(tables, reach="fixed")
    write_problem(asked, tmp_path / "problem")
    (tmp_path / "out").mkdir()
    CLASSES.clear().write_csv(tmp_path / "out" / "plan.csv")
    with (tmp_path / "out" / "plan.csv").open("a") as file:
        file.writelines(f"p{i:02d},school,2028,1,11\n" for i in range(30))
    assert "The plan breaks 33 limits" in check(tmp_path).output
    assert "and 13 more; --json shows all" in check(tmp_path).output
