"""`brygga plan solve`: files, exit codes, progress, Ctrl-C to the real process."""

import json
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli.plan_solve import Told, command
from brygga.planning.generate import benchmark_problem
from brygga.planning.plan_files import read_plan
from brygga.planning.problem import read_problem, write_problem
from brygga.planning.recount import recount, require_sound
from tests.planning.problems import problem, rows, welders

SINGLE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1")


def _run(*arguments, code=0):
    done = CliRunner().invoke(command, [str(a) for a in arguments], standalone_mode=False)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def folder(tmp_path):
    write_problem(problem(), tmp_path / "problem")
    return tmp_path / "problem"


def test_a_folder_becomes_a_plan_with_its_proof(folder, tmp_path):
    out = tmp_path / "out"
    done = _run(folder, "--gap", 0, "-o", out)
    assert "objective          10.000" in done.stdout
    assert "improvement gap    0.000%" in done.stdout
    assert "status             optimal" in done.stdout
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["objective"], summary["nothing_objective"], summary["status"]) == (10.0, 40.0, "optimal")
    classes, arrivals, guidance = read_plan(out)
    require_sound(recount(read_problem(folder), classes, arrivals, guidance))


def test_json_is_what_stands_in_the_summary(folder, tmp_path):
    done = _run(folder, "--gap", 0, "--json", "-o", tmp_path / "out")
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))


def test_with_iterations_the_files_are_the_same_bytes_from_two_processes(tmp_path):
    write_problem(benchmark_problem(9, 14, 6, seed=3), tmp_path / "problem")
    texts = []
    for name in ("one", "two"):
        out = tmp_path / name
        order = [tmp_path / "problem", "--iterations", 20, "--seed", 5, "-o", out]
        assert _ended(*order)[0] == 0
        files = {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.name != "summary.json"}
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        summary.pop("seconds")
        texts.append((files, summary))
    assert texts[0] == texts[1]
    assert texts[0][1]["iterations"] == 20  # both lines ran


def test_a_plan_can_begin_from_the_files_of_another(folder, tmp_path):
    _run(folder, "--gap", 0, "-o", tmp_path / "one")
    done = _run(folder, "--gap", 0, "--start", tmp_path / "one", "-o", tmp_path / "two")
    assert "objective          10.000" in done.stdout


def test_pins_that_cannot_hold_are_explained_and_nothing_is_written(tmp_path):
    tables = {**welders(), "pins": rows("measure site year kind classes", ("course", "school", 2027, "must", None))}
    tables["budgets"] = tables["budgets"].with_columns(amount=pl.lit(300.0))
    write_problem(problem(tables), tmp_path / "problem")
    code, said = _ended(tmp_path / "problem", "-o", tmp_path / "out")
    assert code == 1
    assert "budget of fund in 2027: 500 thousand kronor needed, 300 given" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_ctrl_c_writes_the_best_plan_so_far_and_ends_with_130(tmp_path):
    made = benchmark_problem(12, 20, 6, seed=2)
    write_problem(made, tmp_path / "problem")
    order = [tmp_path / "problem", "--gap", 0, "--progress", "--time-limit", 100, "-o", tmp_path / "out"]
    with _process(*order) as process:
        next(line for line in process.stderr if " plan " in line)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    classes, arrivals, guidance = read_plan(tmp_path / "out")
    counted = recount(made, classes, arrivals, guidance)
    require_sound(counted)
    assert summary["status"] == "interrupted"
    assert summary["objective"] == pytest.approx(counted.objective)
    assert summary["bound"] <= summary["objective"] <= summary["nothing_objective"]


def _process(*arguments):
    order = [sys.executable, "-m", "brygga", "plan", "solve", *map(str, arguments)]
    return subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | SINGLE)


def _ended(*arguments):
    """Exit code and what was said on stderr."""
    with _process(*arguments) as process:
        said = process.communicate(timeout=400)[1]
        return process.returncode, said


def test_progress_is_a_line_a_second_and_silent_unless_asked(capsys):
    for wanted, lines in ((True, 1), (False, 0)):
        told = Told(wanted)
        told(0.0, 200.0, 0.0)
        told(1.0, 100.0, 90.0)
        told(1.1, 95.0, 90.0)
        said = capsys.readouterr().err
        assert said.count("\n") == lines
    assert Told(None).wanted is sys.stderr.isatty()


def test_progress_shows_both_gaps():
    told = Told(True)
    told(0.0, 200.0, 0.0)
    assert told.line(100.0, 90.0) == "plan 100.0  bound 90.0  bound gap 10.00%  improvement gap 9.09%"
    assert told.line(float("inf"), 90.0) == "no plan yet  bound 90.0"


def test_a_time_limit_of_nothing_is_refused(folder, tmp_path):
    with pytest.raises(Exception, match="the time limit is 0 seconds"):
        _run(folder, "--time-limit", 0, "-o", tmp_path / "out")
