"""The stress test as the last step of the loop: its table, whole closures, and what is said where it cannot be."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from brygga.core.errors import SettingError
from brygga.core.region import read_region
from brygga.workflow import stress_step as step
from brygga.workflow.job import Job
from brygga.workflow.results import open_results
from brygga.workflow.settings import settings_for


@pytest.fixture
def job(results_folder, tmp_path):
    out = shutil.copytree(results_folder, tmp_path / "out")
    region = read_region(out / "region")
    return Job(region, settings_for(region, draws=20), out)


def test_a_run_holds_the_test_and_the_closures_of_the_worst_plants_first(results_folder):
    results = open_results(results_folder)
    table = results.table("stress")
    kept = results.table("closure_shocks")["shock"].to_list()
    assert len(kept) == step.KEPT
    assert set(kept) <= set(table["shock"])
    plants = table.filter(pl.col("industry").is_in(sorted(step.MADE))).sort("rank_work")["shock"].to_list()
    assert kept[: len(plants)] == plants[: step.KEPT]
    assert results.provenance("stress")["warnings"] == results.provenance("carried_jobs")["warnings"]


def test_every_closure_has_all_scenarios_and_tables(results_folder):
    results = open_results(results_folder)
    curves = results.table("closure_curves")
    told = curves.group_by("shock").agg(pl.col("scenario").unique().sort())
    assert told["scenario"].to_list() == [["best", "none", "planned"]] * step.KEPT
    for name in ("summary", "posts", "persons", "hard", "ways", "clock", "tax"):
        assert results.table(f"closure_{name}")["shock"].n_unique() == step.KEPT, name


def test_a_run_without_draws_of_openings_is_told_so(job):
    (job.out / "opening_draws.parquet").unlink()
    frames, notes = step.stress_step(job)
    assert frames["stress"].is_empty()
    assert notes == (step.LEFT_OUT,)


def test_a_closure_that_cannot_be_made_leaves_the_ranks(job, monkeypatch):
    def refused(*_, **__):
        raise SettingError("no course is known", why="the folder has none", todo="add one")

    monkeypatch.setattr(step, "closure", refused)
    frames, notes = step.stress_step(job)
    assert list(frames) == ["stress"]
    assert frames["stress"].height == 5
    assert len(notes) == step.KEPT
    assert "could not be made: no course is known." in notes[0]


def test_a_region_that_cannot_be_tried_keeps_its_run(job, monkeypatch):
    def refused(*_, **__):
        raise SettingError("jobs are hidden", why="none is known", todo="fill them in")

    monkeypatch.setattr(step, "inputs_of", refused)
    frames, notes = step.stress_step(job)
    assert frames["stress"].is_empty()
    assert "the stress test could not be made: jobs are hidden." in notes[0]
