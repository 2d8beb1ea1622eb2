"""A run appears whole or not at all, says what it stands on, and answers the main question."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import FileError, SettingError
from brygga.core.provenance import read_result
from brygga.core.region import read_region
from brygga.workflow import run as loop
from brygga.workflow.answer import answer
from brygga.workflow.listen import listen, listen_to_needs
from brygga.workflow.results import open_results
from brygga.workflow.settings import decision_day, settings_for


def test_every_result_has_its_story(results_folder):
    names = [path.stem for path in results_folder.glob("*.parquet")]
    assert len(names) >= 19
    for name in names:
        frame, sidecar = read_result(results_folder, name)
        tables.check(frame, name, extra_codes=("9901", "9902"))
        assert sidecar["settings"]["seed"] == 1
        assert {i["name"] for i in sidecar["inputs"]} >= {"employed.csv", "needs.csv"}
        assert sidecar["step"] in loop.STEPS


def test_a_story_names_its_parameters_with_source(results_folder):
    _, sidecar = read_result(results_folder, "unfilled")
    assert sidecar["parameters"]
    assert all(p["source"] and p["unit"] for p in sidecar["parameters"])


def test_a_step_that_fails_leaves_the_earlier_run(mini, tmp_path, monkeypatch):
    out = loop.run(mini, tmp_path / "out", draws=10)
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    monkeypatch.setattr(loop, "carry", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        loop.run(mini, out, draws=10)
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_steps_one_by_one_give_what_the_run_gives(mini, results_folder, tmp_path):
    region = read_region(mini)
    job = loop.Job(region, settings_for(region, draws=20), tmp_path)
    for step in loop.STEPS:
        loop.run_step(step, job)
    for path in results_folder.glob("*.parquet"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_step_refuses_tables_of_another_region(mini, results_folder, tmp_path):
    twin = shutil.copytree(mini, tmp_path / "twin")
    pay = (twin / "pay.csv").read_text(encoding="utf-8")
    (twin / "pay.csv").write_text(pay.replace("modelled", "observed"), encoding="utf-8")
    out = shutil.copytree(results_folder, tmp_path / "out")
    region = read_region(twin)
    with pytest.raises(SettingError, match="was made from other region files"):
        loop.run_step("act", loop.Job(region, settings_for(region), Path(out)))


def test_a_current_run_is_recognised_and_another_seed_is_not(mini, results_folder):
    assert loop.is_current(results_folder, results_folder / "region", draws=20)
    assert not loop.is_current(results_folder, results_folder / "region", draws=20, seed=2)
    assert not loop.is_current(results_folder / "nowhere", mini)


def test_another_taxonomy_makes_another_run(mini, results_folder, taxonomy_mini):
    current = {"draws": 20, "place": results_folder / "region"}
    assert not loop.is_current(results_folder, taxonomy=taxonomy_mini, **current)
    stored = json.loads((results_folder / "run.json").read_text(encoding="utf-8"))
    assert stored["taxonomy"].startswith("own ")


def test_a_sidecar_of_another_version_is_refused(results_folder, tmp_path):
    sidecar = json.loads((results_folder / "unfilled.json").read_text(encoding="utf-8"))
    (tmp_path / "old.json").write_text(json.dumps({**sidecar, "version": "0.0.1"}))
    with pytest.raises(SettingError, match=r"made by Brygga 0\.0\.1"):
        loop.like_sidecar(tmp_path / "old.json")


def test_the_answer_is_what_the_tables_say(results_folder):
    told = answer(results_folder)
    plan = open_results(results_folder).table("plan").filter(plan="best")
    assert told["plan"]["seats"] == plan["seats"].sum()
    assert sum(told["plan"]["paid_by"].values()) == pytest.approx(plan["cost_sek"].sum(), abs=5)
    assert told["short"]["p10"] <= told["short"]["p50"] <= told["short"]["p90"]
    assert f"at the end of {told['year']}" in told["text_en"]


def test_a_results_folder_without_its_last_file_is_no_run(results_folder, tmp_path):
    half = Path(shutil.copytree(results_folder, tmp_path / "half"))
    (half / "run.json").unlink()
    with pytest.raises(FileError, match="holds no whole run"):
        open_results(half)


def test_parameters_are_read_on_a_day_that_the_region_decides(mini):
    assert decision_day(read_region(mini)).isoformat() == "2026-12-31"


def test_a_region_without_needs_and_ads_is_heard_as_silent(mini, tmp_path):
    twin = Path(shutil.copytree(mini, tmp_path / "twin"))
    text = (twin / "region.toml").read_text(encoding="utf-8")
    (twin / "region.toml").write_text(text.replace('needs = "needs.csv"', "").replace('ads = "ads.json"', ""))
    frames, warnings = listen(read_region(twin))
    assert [frame.height for frame in frames.values()] == [0, 0]
    assert warnings == ()


def test_needs_of_one_file_are_coded_and_saved(tmp_path):
    (tmp_path / "survey.csv").write_bytes(
        "Företag;Kommun;Behov;Antal;Datum\nExempelverkstad AB;0767;Svetsare till hösten;3-4;2026-10-01\n".encode(
            "cp1252"
        )
    )
    heard = listen_to_needs(tmp_path / "survey.csv")
    row = heard.table.row(0, named=True)
    assert (row["occupation"], row["persons_low"], row["persons_high"]) == ("7212", 3, 4)
    assert pl.read_csv(heard.save(tmp_path / "out"), infer_schema=False)["municipality"].item() == "0767"
    assert any("cp1252" in line for line in heard.lines())


def test_a_part_of_a_region_runs_by_its_toml_alone(mini, tmp_path):
    part = Path(shutil.copytree(mini, tmp_path / "part"))
    text = (part / "region.toml").read_text(encoding="utf-8")
    text = text.replace('municipalities = ["9901", "9902"]', 'municipalities = ["9901"]')
    (part / "region.toml").write_text(text, encoding="utf-8")
    out = loop.run(part, tmp_path / "out", draws=10)
    assert answer(out)["municipalities"] == 1
    assert any("outside the region" in note for note in open_results(out).provenance("plan")["warnings"])


@pytest.mark.parametrize("name", ["run.json", "summary.json"])
def test_a_damaged_file_of_a_run_is_named(results_folder, tmp_path, name):
    hurt = Path(shutil.copytree(results_folder, tmp_path / "hurt"))
    (hurt / name).write_text("{")
    with pytest.raises(FileError, match=f"{name} cannot be read"):
        _ = open_results(hurt).summary


def test_no_word_of_an_ad_is_kept(results_folder):
    told = open_results(results_folder).table("coded_ads")["why"].to_list()
    assert all(why.startswith(("title ", "no known title")) for why in told)
