"""The worked example of docs/method/planning-problem.md, solved to the numbers found there by hand."""

import re
from pathlib import Path

import pytest

from brygga.planning.columns import FILES
from brygga.planning.problem import read_problem
from brygga.planning.recount import recount
from brygga.planning.settings import WANTED
from brygga.planning.solve import solve

DOCS = Path(__file__).resolve().parents[2] / "docs" / "method"
EXAMPLE = DOCS / "planning-example"


def test_the_example_is_solved_to_the_numbers_found_by_hand():
    problem = read_problem(EXAMPLE)
    assert problem.warnings == ()
    plan = solve(problem, gap=0.0, time_limit=20)
    assert plan.status == "optimal"
    assert plan.classes.rows() == [("course", "school", 2027, 1, 8), ("course", "school", 2028, 1, 4)]
    assert plan.guidance.select("guidance", "year", "steps").filter(plan.guidance["steps"] > 0).rows() == [
        ("talks", 2027, 1)
    ]
    came = plan.arrivals.select("municipality", "year", "persons").sort("year").rows()
    assert [row[:2] for row in came] == [("norra", 2028), ("norra", 2029)]
    assert [row[2] for row in came] == pytest.approx([3.6, 1.8])
    counted = recount(problem, plan.classes, plan.arrivals, plan.guidance)
    assert counted.breaches.is_empty()
    short = counted.cells.filter(occupation="welder")["short"].to_list()
    assert short == pytest.approx([10, 6.4, 6.4])
    assert counted.cells.filter(occupation="cleaner")["short"].to_list() == pytest.approx([1, 1])
    assert counted.money["spent"].to_list() == pytest.approx([100, 170, 70])
    assert counted.cost == pytest.approx(340)
    assert plan.objective == pytest.approx(24.14)
    assert plan.nothing == pytest.approx(30)


def test_the_page_names_every_file_column_and_setting():
    page = (DOCS / "planning-problem.md").read_text(encoding="utf-8")
    rows = {row[0]: row[1] for row in re.findall(r"^\| ([\w]+)\.(?:csv|json) \| ([^|]+) \|", page, re.MULTILINE)}
    assert rows.keys() == {*FILES, "settings"}
    for name, columns in FILES.items():
        assert [part.split()[0] for part in rows[name].split(",")] == list(columns), name
    assert set(re.findall(r"`(\w+)`", rows["settings"])) == {*WANTED, "horizon"}
