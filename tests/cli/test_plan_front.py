"""`brygga plan front` and `brygga plan scenarios`: what they print and write, and faults told in words."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from brygga.cli import brygga
from brygga.core.errors import FileError, SettingError
from brygga.planning.problem import write_problem
from tests.planning.test_front import near_and_far, two_courses
from tests.planning.test_pieces import side_by_side, small
from tests.planning.test_scenarios import newsvendor


def run(*arguments: object):
    return CliRunner().invoke(brygga, ["plan", *[str(argument) for argument in arguments]])


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_front_names_its_knee_and_prices_in_words(tmp_path):
    write_problem(two_courses(), tmp_path / "problem")
    done = run("front", tmp_path / "problem", "-o", tmp_path / "out", "--points", 3, "--gap", 0)
    assert done.exit_code == 0, done.output
    assert "Knee: point 2, farthest below the straight line" in done.stdout
    assert "Up to it a person-year costs 10,000 kronor, after it 60,000 kronor." in done.stdout
    assert "at most 150 thousand kronor" in done.stderr
    assert [row["cost_sek"] for row in read(tmp_path / "out" / "front.csv")] == ["0.0", "60000.0", "300000.0"]
    summary = json.loads((tmp_path / "out" / "front.json").read_text(encoding="utf-8"))
    assert summary["knee"]["point"] == 2
    assert summary["target_year"] == 2028


def test_promises_stand_with_what_they_cost(tmp_path):
    write_problem(near_and_far(), tmp_path / "problem")
    done = run(
        "front", tmp_path / "problem", "-o", tmp_path / "out", "--points", 2, "--step", 0.15, "--gap", 0, "--json"
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["knee"] is None
    fair = [row for row in read(tmp_path / "out" / "front.csv") if row["floor"]]
    assert [(row["floor"], row["worst_municipality"], row["floor_costs"]) for row in fair] == [
        ("0.15", "far", "2.0"),
        ("0.3", "far", "3.0"),
    ]


def test_scenarios_show_regret_and_what_to_start_regardless(tmp_path):
    write_problem(newsvendor(), tmp_path / "problem")
    asked = ("--cvar-weight", 0.2, "--cvar-level", 0.5, "--gap", 0, "--no-replan")
    done = run("scenarios", tmp_path / "problem", "-o", tmp_path / "out", *asked)
    assert done.exit_code == 0, done.output
    assert "Knowing the draw beforehand would gain 1.6" in done.stdout
    assert "Start regardless: 1 first-year start(s)" in done.stdout
    assert "draw 2 of 2" in done.stderr
    assert "each regret is known within 0.0 person-years" in done.stdout
    rows = {(row["candidate"], row["draw"]): row["regret"] for row in read(tmp_path / "out" / "regret.csv")}
    assert float(rows["draws", "high"]) == pytest.approx(3.2)
    summary = json.loads((tmp_path / "out" / "scenarios.json").read_text(encoding="utf-8"))
    assert summary["draws"] == 2
    assert summary["value_of_replanning"] is None


def test_pieces_are_planned_side_by_side_and_hold_the_limits_of_the_whole(tmp_path):
    write_problem(side_by_side(small(3), small(8)), tmp_path / "problem")
    done = run("pieces", tmp_path / "problem", "-o", tmp_path / "out", "--gap", 0.05, "--time-limit", 10)
    assert done.exit_code == 0, done.output
    assert "Pieces: 2" in done.stdout
    assert "piece 2 of 2" in done.stderr
    assert run("check", tmp_path / "problem", tmp_path / "out").exit_code == 0


def test_what_is_asked_for_wrongly_is_told_and_nothing_written(tmp_path):
    write_problem(two_courses(), tmp_path / "problem")
    done = run("scenarios", tmp_path / "problem", "-o", tmp_path / "out")
    assert isinstance(done.exception, SettingError)
    assert "give need.csv a column draw" in str(done.exception)
    done = run("front", tmp_path / "problem", "-o", tmp_path / "out", "--points", 1)
    assert "a front has two ends" in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_computed(tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = run("front", tmp_path / "nowhere", "-o", tmp_path / "file")
    assert isinstance(done.exception, FileError)
    assert str(tmp_path / "file") in str(done.exception)
