"""`brygga see` on its own: nobody heard, another first year, and what it prints."""

import json

import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli import brygga

TABLES = {"unfilled", "without_work", "gap", "job_openings", "gap_parts", "gap_width", "population_projection"}


@pytest.fixture(scope="module")
def told(mini, tmp_path_factory):
    """See on the twins without having listened: exit code, output, and the folder."""
    out = tmp_path_factory.mktemp("see")
    arguments = ["see", str(mini), "--to", "2033", "--draws", "20", "--seed", "3", "-o", str(out)]
    return CliRunner().invoke(brygga, arguments), out


def test_see_runs_without_needs_and_says_so(told):
    result, out = told
    assert result.exit_code == 0, result.output
    assert "note: no company has been heard" in result.output
    assert "Width of the 80 % interval" in result.output
    sidecar = json.loads((out / "gap.json").read_text(encoding="utf-8"))
    assert any("no company has been heard" in warning for warning in sidecar["warnings"])
    assert "without_intake_from" not in sidecar["settings"]


def test_every_table_has_its_sidecar_and_ends_in_the_year_asked_for(told):
    _, out = told
    for name in TABLES:
        assert (out / f"{name}.json").is_file()
        assert pl.read_parquet(out / f"{name}.parquet")["year"].max() == 2033


def test_classes_of_more_years_are_left_in_when_asked(told, mini, tmp_path):
    """Classes that start in 2027 to 2029 then run: supply is larger, and a plan refuses to stand on it."""
    _, out = told
    arguments = ["--to", "2033", "--draws", "20", "--seed", "3", "-o", str(tmp_path)]
    later = CliRunner().invoke(brygga, ["see", str(mini), "--without-intake-from", "2030", *arguments])
    assert later.exit_code == 0, later.output
    running = [
        pl.read_parquet(folder / "gap_parts.parquet").filter(part="running_classes", year=2031)["persons"].sum()
        for folder in (out, tmp_path)
    ]
    assert running[1] < running[0] <= 0
    plan = CliRunner().invoke(brygga, ["act", str(mini), "-o", str(tmp_path)])
    assert plan.exit_code == 1
    assert "leaves out classes from 2030" in str(plan.exception)
