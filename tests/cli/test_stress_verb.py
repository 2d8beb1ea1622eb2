"""`brygga stress` and `brygga establishment` as somebody types them."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from brygga.cli import brygga
from brygga.core.errors import FileError, SettingError
from brygga.workflow.results import open_results

NEW = ["--municipality", "9901", "--industry", "25", "--posts", "40", "--date", "2027-06-01", "--draws", "10"]


def called(*words: str):
    return CliRunner().invoke(brygga, [*words], catch_exceptions=True)


def test_a_table_for_people_says_what_was_tried(results_folder):
    told = called("stress", str(results_folder), "--draws", "10", "--all")
    assert told.exit_code == 0
    assert "each loses 100% of its posts; 10 draws" in told.output
    assert "in worst 5" in told.output


def test_json_for_programs_and_files_where_asked_for(results_folder, tmp_path):
    told = called("stress", str(results_folder), "--draws", "10", "--json", "-o", str(tmp_path / "out"))
    rows = json.loads(told.stdout)["stress"]
    assert [row["rank_work"] for row in rows] == sorted(row["rank_work"] for row in rows)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["stress.json", "stress.parquet"]


def test_an_establishment_is_told_and_added_to_a_run(results_folder, tmp_path):
    out = shutil.copytree(results_folder, tmp_path / "out")
    told = called("establishment", str(out), *NEW, "-o", str(out))
    assert told.exit_code == 0
    assert "People hired who left another job in the region" in told.output
    called("establishment", str(out), *NEW[:5], "20", *NEW[6:], "-o", str(out))
    keys = open_results(out).table("establishment_summary")["shock"].unique().sort().to_list()
    assert keys == ["9901-25+20", "9901-25+40"]


def test_both_a_share_and_all_are_refused(results_folder):
    told = called("stress", str(results_folder), "--all", "--share", "0.5")
    assert isinstance(told.exception, SettingError)


@pytest.mark.parametrize("words", [("stress",), ("establishment", *NEW)])
def test_a_region_alone_is_no_run(mini, words):
    told = called(words[0], str(mini), *words[1:])
    assert isinstance(told.exception, FileError)
    assert "region without results" in str(told.exception)
