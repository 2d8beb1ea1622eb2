"""The command line: help at once, clear faults with exit code 1, nothing half-written."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from brygga.cli import VERBS, brygga, main


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and error output of a command in this process."""
    runner = CliRunner()
    result = runner.invoke(_Main(), list(arguments))
    return result.exit_code, result.stdout, result.stderr


class _Main:
    """`main` as CliRunner wants it: with a name and a main()."""

    name = "brygga"

    def main(self, args, prog_name, **extra):
        main(args)


@pytest.fixture
def twin(mini: Path, tmp_path: Path) -> Path:
    """A copy of the mini region to spoil."""
    return Path(shutil.copytree(mini, tmp_path / "twin"))


def test_help_imports_no_table_library():
    asked = "import sys; from brygga.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    asked += "sys.exit(bool({'polars', 'numpy', 'django'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True).returncode == 0


def test_every_verb_has_help_with_an_example():
    runner = CliRunner()
    for verb in VERBS:
        shown = runner.invoke(brygga, [verb, "--help"])
        assert shown.exit_code == 0, shown.output
        assert "Example" in shown.output
        assert f"brygga {verb}" in shown.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "{missing}", "-o", "{out}"), "no region at"),
        (("run", "{twin}", "-o", "{out}", "--to", "2050"), "--to 2050 is outside 2031-2036"),
        (("run", "{twin}", "-o", "{out}", "--draws", "3"), "--draws 3 is outside 10-2000"),
        (("run", "{twin}", "-o", "{out}", "--gap", "-1"), "a gap is a share from 0"),
        (("act", "{twin}", "-o", "{out}"), "run `brygga see REGION"),
        (("see", "{twin}", "-o", "{out}", "--without-intake-from", "2020"), "--without-intake-from 2020 is outside"),
        (("explain", "{out}", "--occupation", "7223", "--year", "2032"), "does not exist"),
        (("explain", "{twin}", "--occupation", "7223", "--year", "2032"), "holds no readable result"),
        (("serve", "{out}"), "holds no whole run"),
        (("listen", "--ads", "{missing}"), "missing"),
        (("run", "{twin}", "-o", "{out}", "--like", "{missing}"), "is no sidecar"),
        (("data", "to-utf8", "{missing}", "-o", "{out}"), "cannot be read"),
    ],
)
def test_a_fault_is_told_in_words_and_leaves_nothing(arguments, words, twin, tmp_path):
    places = {"missing": tmp_path / "missing", "twin": twin, "out": tmp_path / "out"}
    code, _, told = run(*[argument.format(**places) for argument in arguments])
    assert (code, words in told) == (1, True), told
    assert "Traceback" not in told
    assert not [p for p in tmp_path.iterdir() if p.name.startswith((".out", "out"))]


def test_an_output_folder_with_something_else_in_it_is_kept(twin, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    code, _, told = run("run", str(twin), "-o", str(tmp_path / "mine"))
    assert (code, "holds no earlier run" in told) == (1, True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_read_only_folder_is_named(twin, tmp_path, monkeypatch):
    """Refused as by a locked folder; a real one would not stop root, who runs these tests in a container."""

    def refuse(**where):
        raise PermissionError(13, "Permission denied", str(where["dir"]))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    code, _, told = run("run", str(twin), "-o", str(tmp_path / "out"))
    assert (code, "cannot be written: Permission denied" in told) == (1, True)


def test_a_folder_that_cannot_be_made_is_named(twin, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, told = run("run", str(twin), "-o", str(tmp_path / "file" / "out"))
    assert (code, "cannot be written" in told) == (1, True)


def test_a_taken_port_is_named_before_any_work(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        start = time.monotonic()
        code, _, told = run("demo", "--out", str(tmp_path / "out"), "--port", str(port))
    assert (code, f"BRYGGA_PORT={port + 1} make demo" in told) == (1, True), told
    assert not (tmp_path / "out").exists()
    assert time.monotonic() - start < 30


def test_explain_shows_parts_that_add_up(results_folder):
    code, told, _ = run("explain", str(results_folder), "--occupation", "7223", "--year", "2032", "--json")
    content = json.loads(told)
    assert code == 0
    assert sum(content["parts"].values()) == pytest.approx(content["gap"])
    assert content["gap"] == pytest.approx(content["unfilled"] - content["without_work"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--occupation", "0000", "--year", "2032"), "not in SSYK 2012: 0000"),
        (("--occupation", "7223", "--year", "1999"), "--year 1999 is outside"),
        (("--occupation", "7223", "--year", "2032", "--municipality", "1060"), "--municipality 1060: not in the run"),
    ],
)
def test_explain_refuses_what_the_run_does_not_hold(results_folder, options, words):
    code, _, told = run("explain", str(results_folder), *options)
    assert (code, words in told) == (1, True), told


def test_like_makes_the_same_bytes(results_folder, mini, tmp_path):
    code, _, told = run(
        "run", str(mini), "-o", str(tmp_path / "again"), "--like", str(results_folder / "unfilled.json")
    )
    assert code == 0, told
    same = [p.name for p in sorted(results_folder.glob("*.parquet")) if _differs(p, tmp_path / "again" / p.name)]
    assert same == []
    assert not [p.name for p in sorted(results_folder.glob("*.json")) if _differs(p, tmp_path / "again" / p.name)]


def _differs(one: Path, two: Path) -> bool:
    return one.read_bytes() != two.read_bytes()


def test_a_cp1252_file_is_mended(tmp_path):
    (tmp_path / "excel.csv").write_bytes("kommun;antal;ort\n0767;1\xa0480,5;Älmhult\n".encode("cp1252"))
    code, told, _ = run("data", "to-utf8", str(tmp_path / "excel.csv"), "-o", str(tmp_path / "mended.csv"))
    assert (code, "1 rows" in told) == (0, True)
    assert (tmp_path / "mended.csv").read_text(encoding="utf-8") == "kommun,antal,ort\n0767,1480.5,Älmhult\n"


def test_act_names_provider_first_start_and_who_decides(twin, tmp_path):
    out = str(tmp_path / "out")
    for verb in ("listen", "see", "act"):
        code, told, said = run(verb, str(twin), "-o", out)
        assert code == 0, said
    head = next(line for line in told.splitlines() if line.startswith("year"))
    assert all(word in head for word in ("who gives it", "first start", "apply by", "who decides", "lost on a no"))


def test_outcomes_of_a_file_are_added_once_and_faults_change_nothing(twin, tmp_path):
    kept = (twin / "outcomes.csv").read_text(encoding="utf-8")
    head, row = kept.splitlines()[:2]
    (tmp_path / "bad.csv").write_text(head + "\n" + row.replace(row.split(",")[0], "nowhere") + "\n", encoding="utf-8")
    code, _, told = run("follow-up", str(twin), "--outcomes", str(tmp_path / "bad.csv"), "-o", str(tmp_path / "out"))
    assert (code, "nowhere" in told) == (1, True)
    assert (twin / "outcomes.csv").read_text(encoding="utf-8") == kept
    (tmp_path / "good.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    for _ in range(2):
        code, _, told = run(
            "follow-up", str(twin), "--outcomes", str(tmp_path / "good.csv"), "-o", str(tmp_path / "out")
        )
        assert code == 0, told
    assert len((twin / "outcomes.csv").read_text(encoding="utf-8").splitlines()) == len(kept.splitlines())
