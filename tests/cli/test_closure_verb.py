"""`brygga closure`: the answer on a terminal and for a program, faults without a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from brygga.cli import main

ASKED = ["--municipality", "9901", "--industry", "25", "--posts", "60", "--date", "2027-03-01", "--draws", "10"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["closure", *arguments])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_the_answer_in_words_and_files(results_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "run"
    shutil.copytree(results_folder, folder)
    posts = tmp_path / "secret_company.csv"
    posts.write_text("occupation;posts\n7212;20\n7223;40\n", encoding="utf-8")
    code, out, err = run(capsys, str(folder), *ASKED, "--occupations", str(posts))
    assert code == 0
    assert out.startswith("60 posts in ")
    assert "Back in work" in out
    assert "0/5 Posts that disappear, and who held them" in err
    for name in ("closure_summary", "closure_curves", "closure_clock"):
        assert (folder / f"{name}.parquet").is_file()
    assert not [path for path in folder.rglob("*") if path.is_file() and b"secret_company" in path.read_bytes()]


def test_json_says_the_same(results_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "run"
    shutil.copytree(results_folder, folder)
    code, out, _ = run(capsys, str(folder), *ASKED, "--months", "20", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["shock"]["posts"] == 60
    assert {row["measure"] for row in told["summary"]} >= {"posts_all", "without_work_12", "tax_lost_12"}
    assert {row["step"] for row in told["clock"]} >= {"notice", "first_leaving"}


def test_what_see_makes_is_made_first(mini: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out_folder = tmp_path / "out"
    code, _, err = run(capsys, str(mini), *ASKED, "--months", "14", "-o", str(out_folder))
    assert code == 0
    assert "See: population, supply, demand, commuting and the gap" in err
    assert "were missing and have been made first" in err
    assert (out_folder / "gap_draws.parquet").is_file()
    assert (out_folder / "closure_summary.parquet").is_file()


def test_faults_are_told_at_once_and_nothing_is_written(mini: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    wrong = ["--municipality", "1080", "--industry", "25", "--posts", "0", "--date", "soon"]
    code, out, err = run(capsys, str(mini), *wrong, "-o", str(tmp_path / "out"))
    assert code == 1
    assert not out
    assert err.startswith("brygga: the closure has 3 faults:")
    assert not (tmp_path / "out").exists()


def test_help_says_what_the_dates_mean(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "--date is the day the first leave; the notice is then the latest day" in out
