import importlib.util
import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from brygga.cli import brygga
from brygga.core import tables
from brygga.core.errors import FileError, SettingError, TableError
from brygga.workflow import backtest_scorecard
from brygga.workflow.backtest_all import plans, run_all
from brygga.workflow.backtest_scorecard import (
    STAGES,
    as_markdown,
    briefly,
    collect,
    embedded,
    open_data,
    write_report,
)
from brygga.workflow.backtest_settings import register


def score(method, mape, **other):
    fixed = {"given": "nothing", "breaks": "none", "horizon": 5, "size_class": "all", "cells": 10}
    scores = dict.fromkeys(("direction", "faster", "rank", "coverage_80"), 0.75)
    return fixed | {"origin": "all", "method": method, "mape": mape, "weighted_mape": mape / 2} | scores | other


TOWNS = {
    "backtest": "municipalities",
    "settings_sha256": "abc",
    "inputs": {"towns.csv": "1"},
    "notes": ["A note."],
    "choices": [
        {"given": "nothing", "breaks": "none", "horizon": 5, "size_class": "0-9999", "method": "trend"}
        | {"ours": 2.0, "naive": 1.5, "best_naive": "trend"}
    ],
    "rows": [
        score("brygga", 2.0),
        score("trend", 3.0),
        score("brygga", 1.0, origin=2011),
        score("trend", 2.0, origin=2011),
    ],
}
PEOPLE = {
    "backtest": "population",
    "rows": [
        {"origin": origin, "horizon": 5, "age_band": "65+", "method": method, "mape": mape, "coverage_80": 0.8}
        for origin, ours in ((1975, 1.0), (1980, 2.0))
        for method, mape in (("brygga", ours), ("cohort_ratio", 1.2))
    ],
}


@pytest.fixture
def answers(tmp_path):
    def write(**contents):
        for name, content in contents.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(content))
        return [tmp_path / f"{name}.json" for name in contents]

    return write


def test_two_answers_become_one_table(answers):
    card = collect(answers(towns=TOWNS, people=PEOPLE))
    assert card.scores["stage"].value_counts().sort("stage")["count"].to_list() == [4, 6]
    band = card.scores.filter((pl.col("stage") == "population") & (pl.col("origin") == "all"))
    assert band.select("cell_class", "method", "mape").rows() == [("65+", "brygga", 1.5), ("65+", "cohort_ratio", 1.2)]
    assert card.about["registered"] == {"municipalities": "abc", "population": None}


def test_what_is_used_follows_the_pooled_error_where_the_answer_does_not_say(answers):
    card = collect(answers(towns=TOWNS, people=PEOPLE))
    chosen = {row["stage"]: (row["cell_class"], row["method"]) for row in card.choices.iter_rows(named=True)}
    assert chosen == {"municipalities": ("0-9999", "trend"), "population": ("65+", "cohort_ratio")}


def test_the_order_of_files_changes_nothing(answers):
    files = answers(towns=TOWNS, people=PEOPLE)
    assert_frame_equal(collect(files).scores, collect(files[::-1]).scores, check_exact=True)


def test_the_report_says_what_was_used_and_what_was_not_tested(answers, tmp_path):
    written = write_report(collect(answers(towns=TOWNS, people=PEOPLE)), tmp_path / "out")
    assert [path.name for path in written] == ["scorecard.json", "scorecard_choices.json", "scorecard.md"]
    text = written[-1].read_text()
    assert "| 0-9999 | nothing | none | trend | 2.00 | trend | 1.50 |" in text
    assert "| nothing | none | 5 | all | brygga | 2.00 | 1.00 | 0.75 | 0.75 | 0.75 | 0.75 |" in text
    assert "settings registered beforehand, SHA-256 abc" in text
    assert "Population by age: settings not registered" in text
    assert "directions right for 77-84%" in text
    assert "## What is not back-tested" in text
    content = json.loads(written[0].read_text())
    assert {column["column"] for column in content["columns"]} == set(content["rows"][0])
    assert all(column["description_sv"] for column in content["columns"])


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ({"rows": []}, TableError, "holds no rows of a back-test"),
        ([1], TableError, "holds no rows of a back-test"),
        (TOWNS | {"backtest": "weather"}, TableError, "says it is a back-test of weather.*knows population"),
    ],
)
def test_what_is_no_back_test_is_named(answers, content, error, words):
    with pytest.raises(error, match=words):
        collect(answers(other=content))


def test_a_file_that_is_no_json_is_named(tmp_path):
    (tmp_path / "half.json").write_text("{")
    with pytest.raises(FileError, match=r"half\.json cannot be read"):
        collect([tmp_path / "half.json"])


def test_the_same_scores_twice_are_refused(answers):
    with pytest.raises(TableError, match="stand more than once"):
        collect(answers(one=TOWNS, two=TOWNS))


def test_a_report_needs_a_folder(answers, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(FileError, match="taken cannot be made"):
        write_report(collect(answers(towns=TOWNS)), tmp_path / "taken")


def test_without_open_data_the_option_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(backtest_scorecard, "SHARED_DATA", tmp_path)
    with pytest.raises(SettingError, match=r"no file was given with --population.*--population FILE"):
        open_data("statistics/towns.csv", "--population")


def test_the_embedded_scorecard_is_whole():
    """Every stage, every choice the lower of its two errors, pooled and by class; it says what it was made from."""
    card = embedded()
    assert set(card.scores["stage"]) == set(card.choices["stage"]) == set(STAGES)
    used = pl.when(pl.col("naive") < pl.col("ours")).then("best_naive").otherwise(pl.lit("brygga"))
    clear = card.choices.filter((pl.col("naive") - pl.col("ours")).abs() > 0.01)
    assert clear["method"].to_list() == clear.select(used.alias("method"))["method"].to_list()
    assert {"source", "measured", "version", "recipe", "inputs", "registered", "notes"} <= set(card.about)
    assert_frame_equal(briefly(card).scores, card.scores)
    assert "# How well" in as_markdown(card)


def test_the_document_is_the_embedded_scorecard():
    path = Path(__file__).parents[2] / "recipes" / "scorecard.py"
    spec = importlib.util.spec_from_file_location("recipe_scorecard", path)
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    assert recipe.DOCUMENT.read_text(encoding="utf-8") == recipe.document()
    assert "## Where it went wrong" in recipe.document()


def test_every_stage_is_planned_and_nothing_runs_without_data(monkeypatch, tmp_path):
    assert set(plans()) == set(STAGES)
    monkeypatch.setattr(backtest_scorecard, "SHARED_DATA", tmp_path)
    with pytest.raises(SettingError, match="no file was given with --population"):
        run_all(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_of_all_refuses_other_settings_before_it_looks_for_data(monkeypatch, tmp_path):
    monkeypatch.setattr(backtest_scorecard, "SHARED_DATA", tmp_path)
    changed = plans() | {"population": plans()["population"] | {"draws": 20}}
    register(changed, tmp_path / "settings.json")
    with pytest.raises(SettingError, match=r"draws \(registered 20, now 300\)"):
        run_all(tmp_path / "out", registered=tmp_path / "settings.json")


def test_the_command_line_goes_from_settings_to_report(tmp_path):
    """Register, run with what was registered, be refused with something else, and report."""
    towns = tmp_path / "towns.csv"
    rows = [(code, y, 9_000 + 10 * n * y % 997) for n, code in enumerate(("1060", "1290")) for y in range(2011, 2018)]
    pl.DataFrame(rows, schema=["municipality", "year", "population"], orient="row").write_csv(towns)
    runner, settings = CliRunner(), str(tmp_path / "settings.json")

    def run(*arguments):
        return runner.invoke(brygga, ["backtest", *arguments])

    span = ["--origins", "2012:2014", "--horizon", "2"]
    registered = run("register", "-o", settings, *span, "--without-counties")
    assert registered.exit_code == 0
    towns_run = ["municipalities", "--population", str(towns), "--settings", settings]
    answer = run(*towns_run, *span, "--json")
    assert json.loads(answer.output)["settings_sha256"] == registered.output.split()[-1]
    refused = run(*towns_run, "--origins", "2012:2013", "--horizon", "2")
    assert isinstance(refused.exception, SettingError)
    shown = run(*towns_run, *span)
    assert "Settings registered as" in shown.output
    assert "county_share" in shown.output
    (tmp_path / "towns.json").write_text(answer.output)
    reported = run("report", str(tmp_path / "towns.json"), "-o", str(tmp_path / "card"))
    assert reported.output.split() == [str(tmp_path / "card" / name) for name in tables_written()]


def run_examples(help_of, folder):
    """The lines of a help's example run as printed, `> FILE` and all; returns what the last wrote."""
    shown = CliRunner().invoke(brygga, [*help_of, "--help"]).output
    lines = [line.split() for line in shown.splitlines() if line.startswith("      brygga backtest ")]
    assert ["brygga", *help_of, "register", "-o", "settings.json"] in lines or help_of[-1] == "register"
    for line in lines:
        words, into = (line[:-2], line[-1]) if ">" in line else (line, None)
        done = CliRunner().invoke(brygga, words[1:])
        assert done.exit_code == 0, (line, done.exception)
        if into:
            (folder / into).write_text(done.stdout)
    return done.stdout


@pytest.fixture
def open_files(monkeypatch, tmp_path):
    """Two towns 2011-2019 and their two counties 2001-2010 where the open data would stand."""
    towns = [(code, y, 9_000 + 10 * n * y % 997) for n, code in enumerate(("1060", "1290")) for y in range(2011, 2020)]
    ages = [("0", code, y, 90_000 + y) for code in ("10", "12") for y in range(2001, 2011)]
    for name in ("statistics", "regions"):
        (tmp_path / name).mkdir()
    pl.DataFrame(towns, schema=["municipality", "year", "population"], orient="row").write_csv(
        tmp_path / "statistics" / "population_municipality_2011_2019.csv"
    )
    pl.DataFrame(ages, schema=["age", "region", "year", "population"], orient="row").write_parquet(
        tmp_path / "regions" / "population_county_age_sex_1968_2010.parquet"
    )
    monkeypatch.setattr(backtest_scorecard, "SHARED_DATA", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("help_of", [["backtest"], ["backtest", "register"]])
def test_the_registered_example_runs_as_printed(help_of, open_files):
    said = run_examples(help_of, open_files)
    answer = json.loads((open_files / "towns.json").read_text() if help_of == ["backtest"] else said)
    assert answer["settings_sha256"] == json.loads((open_files / "settings.json").read_text())["sha256"]
    assert set(answer["inputs"]) == {
        "population_municipality_2011_2019.csv",
        "population_county_age_sex_1968_2010.parquet",
    }


def test_what_is_registered_without_options_is_what_runs_without_options(open_files):
    def run(*arguments):
        return CliRunner().invoke(brygga, ["backtest", *arguments])

    registered = run("register", "-o", "s.json")
    answer = run("municipalities", "--origins", "2011:2014", "--settings", "s.json", "--json")
    assert json.loads(answer.stdout)["settings_sha256"] == registered.output.split()[-1]
    alone = ["--population", "statistics/population_municipality_2011_2019.csv"]
    refused = run("municipalities", *alone, "--settings", "s.json")
    assert isinstance(refused.exception, SettingError)
    assert "in counties" in str(refused.exception)
    assert run("register", "-o", "alone.json", "--without-counties").exit_code == 0
    assert run("municipalities", *alone, "--settings", "alone.json").exit_code == 0


@pytest.mark.shared_data
def test_the_registered_example_runs_on_the_open_data(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    run_examples(["backtest"], tmp_path)
    assert (tmp_path / "scorecard" / "scorecard.md").is_file()


def test_the_help_says_what_is_learnt_from_other_origins():
    for part in ([], ["municipalities"]):
        shown = " ".join(CliRunner().invoke(brygga, ["backtest", *part, "--help"]).output.split())
        assert "other origins of the file, later ones" in shown
        assert "nothing of later date" not in shown


def tables_written():
    return ["scorecard.json", "scorecard_choices.json", "scorecard.md"]


@pytest.mark.parametrize("part", ["municipalities", "occupations", "register", "report", "all"])
def test_every_part_has_help_with_an_example(part):
    shown = CliRunner().invoke(brygga, ["backtest", part, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Example" in shown.output
    assert f"brygga backtest {part}" in shown.output


@pytest.mark.parametrize("name", ["scorecard", "scorecard_choices"])
def test_the_dictionary_describes_what_is_embedded(name):
    card = embedded()
    frame = card.scores if name == "scorecard" else card.choices
    assert frame.columns == [column.column for column in tables.dictionary(name)]
