"""`brygga plan make`: a folder that reads back, and what is asked for wrongly told in words."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from brygga.cli import brygga
from brygga.planning.generate import benchmark_problem
from brygga.planning.problem import read_problem


def run(*arguments: str):
    return CliRunner().invoke(brygga, ["plan", *arguments])


def test_the_folder_holds_the_instance_of_its_seed(tmp_path):
    out = tmp_path / "problem"
    asked = ["--sites", "4", "--programmes", "3", "--years", "4", "--modes", "2", "--reach", "fixed", "--seed", "5"]
    done = run("make", *asked, "--draws", "2", "--horizon-after", "1", "-o", str(out))
    assert done.exit_code == 0, done.output
    assert f"{4 * 6 * 4} possible starts" in done.output
    made, read = (
        benchmark_problem(4, 3, 4, 2, "fixed", 5, own_applicants=True, horizon_after=1, draws=2),
        read_problem(out),
    )
    assert read.settings == made.settings
    assert read.need_draws.equals(made.need_draws)
    assert read.offers.equals(made.offers)


def test_json_tells_the_size(tmp_path):
    done = run("make", "--sites", "2", "--programmes", "2", "--years", "3", "-o", str(tmp_path), "--json")
    assert json.loads(done.output)["possible_starts"] == 2 * 6 * 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [(["--modes", "4"], "4 is not in the range 1<=x<=3"), (["--sites", "0"], "0 is not in the range x>=1")],
)
def test_a_size_that_cannot_be_is_refused(tmp_path, asked, words):
    done = run("make", *asked, "-o", str(tmp_path))
    assert done.exit_code == 2
    assert words in done.output


def test_the_group_names_its_commands_without_importing_them():
    asked = "import sys; from brygga.cli import main\ntry: main(['plan', '--help'])\nexcept SystemExit: pass\n"
    asked += "sys.exit(bool({'polars', 'numpy', 'highspy', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("solve", "check", "make", "front", "scenarios", "explain"))
