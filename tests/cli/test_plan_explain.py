"""`brygga plan explain` on a problem small enough to check in the head."""

import json

import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli.plan_explain import command
from brygga.planning.plan_files import write_plan
from brygga.planning.problem import write_problem
from brygga.planning.solve import solve
from tests.planning.problems import rows
from tests.planning.test_cooperation import unlike_towns


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two towns, one with all the need: the joint plan trains for it in both."""
    home = tmp_path_factory.mktemp("explain")
    made = unlike_towns(pins=rows("measure site year kind classes", ("weld", "a", 2027, "never", None)))
    write_problem(made, home / "problem")
    write_plan(home / "plan", made, solve(made, gap=0.0))
    return home


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_it_says_what_binds_why_and_who_gains(folders):
    said = run(folders / "problem", folders / "plan").output
    assert "Objective 0.0" in said
    assert "Why these are in the plan" in said
    assert "care at a 2027: A full class closes" in said
    assert "What each municipality gains and pays" in said
    assert "cooperation" not in said


def test_everything_that_solves_again_on_demand_and_written(folders):
    out = folders / "reasons"
    asked = ("--cooperation", "--pins", "--one-more", "--gap", "0", "-o", out)
    said = run(folders / "problem", folders / "plan", *asked).output
    assert "The value of cooperation is 20.0 weighted person-years of shortage (proven: 20.0 to 20.0" in said
    assert "What each pinned choice costs" in said
    written = {path.stem for path in out.glob("*.csv")}
    assert written == {"limits", "reasons", "municipalities", "guidance", "one_more", "pins", "cooperation", "alone"}
    assert pl.read_csv(out / "cooperation.csv").filter(municipality="B")["gain"].item() == pytest.approx(20)


def test_json_holds_the_same(folders):
    done = run(folders / "problem", folders / "plan", "--cooperation", "--gap", "0", "--json")
    content = json.loads(done.stdout)
    assert content["value_of_cooperation"]["value"] == pytest.approx(20)
    assert {row["measure"] for row in content["reasons"] if row["chosen"]} == {"care"}


def test_a_bound_above_the_plan_is_refused(folders, tmp_path):
    for path in (folders / "plan").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "summary.json").write_text('{"bound": 7}', encoding="utf-8")
    done = run(folders / "problem", tmp_path)
    assert "states a bound of 7" in str(done.exception)
    (tmp_path / "summary.json").write_text('{"bound": "low"}', encoding="utf-8")
    assert "bound is 'low'" in str(run(folders / "problem", tmp_path).exception)
