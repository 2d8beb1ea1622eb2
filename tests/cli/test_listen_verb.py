"""`brygga listen` as people and programs use it. Every text and ad is invented."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli import brygga, listen_verb
from brygga.core.errors import BryggaError

MADE = Path(__file__).parents[1] / "data" / "ads"
SURVEY = (
    "Företag;Kommun;Behov;Datum\nExempel AB;1060;2 svetsare nu och 3 undersköterskor 2028, gärna truckkort;2026-11-03\n"
)


def run(*arguments):
    """Exit code, what was printed, and what was told beside it (or the fault)."""
    done = CliRunner().invoke(brygga, ["listen", *map(str, arguments)])
    fault = done.exception if isinstance(done.exception, BryggaError) else ""
    return done.exit_code, done.stdout, done.stderr + str(fault)


def test_a_text_is_read_into_its_needs():
    text = "vi behöver 3-4 CNC-operatörer till hösten, gärna Mazatrol"
    code, told, _ = run("--text", text, "--heard-on", "2026-11-23", "--json")
    content = json.loads(told)
    [need] = content["parsed"]
    assert (code, content["rows"], content["coded"]) == (0, 1, 1)
    assert (need["occupation"], need["persons_low"], need["persons_high"]) == ("7223", 3, 4)
    assert (need["wanted_from"], need["wanted_to"], need["merit"]) == ("2027-09-01", "2027-11-30", "Mazatrol")
    code, told, _ = run("--text", text, "--heard-on", "2026-11-23")
    assert "CNC-operatörer" in told
    assert "3-4" in told
    assert "2027-09-01 to 2027-11-30" in told


@pytest.mark.parametrize("text", ["", "🙂", "vi har inga behov"])
def test_a_text_without_a_need_says_so(text):
    code, told, _ = run("--text", text)
    assert (code, "The text names no need." in told) == (0, True)


def test_a_survey_is_coded_and_its_needs_split(tmp_path):
    (tmp_path / "survey.csv").write_text(SURVEY, encoding="utf-8")
    code, told, _ = run("--needs", tmp_path / "survey.csv", "-o", tmp_path / "out")
    assert code == 0
    assert "all needs are taken as replacement" in told
    coded = pl.read_csv(tmp_path / "out" / "coded_needs.csv", infer_schema=False)
    assert coded["need_id"].to_list() == ["R2.1", "R2.2"]
    assert coded["occupation"].to_list() == ["7212", "5321"]
    parsed = pl.read_csv(tmp_path / "out" / "parsed_needs.csv", infer_schema=False)
    assert parsed["merit"].to_list() == [None, "truckkort"]


def test_a_small_file_of_ads_is_shown_without_its_texts():
    code, told, _ = run("--ads", MADE / "search.json")
    assert code == 0
    assert "Of 5 with the employer's code, agree" in told
    assert not any(word in told for word in ("ventiler", "Exempelsson", "0455", "exempel.se", "Svarv AB"))


def test_files_of_ads_are_coded_in_bulk(tmp_path):
    files = [MADE / "search.json", MADE / "historical.jsonl"]
    code, told, _ = run("--ads", *files, "-o", tmp_path / "one")
    assert code == 0
    assert "12 ads, 5 when reposts count once, seeking 11 persons" in told
    code, told, _ = run("--ads", files[0], "--ads", files[1], "-o", tmp_path / "two", "--json")
    assert json.loads(told)["counted_once"] == 5
    for name in ("bulk_ads.parquet", "ads_demand.parquet", "ads_demand.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_progress_is_told_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(listen_verb, "TOLD_EVERY", 0.0)
    _, told, beside = run("--ads", MADE / "search.json", "-o", tmp_path)
    assert "6 ads, " in beside
    assert "a second" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("region",),
        ("region", "--text", "svetsare"),
        ("--text", "svetsare", "--needs", "a.csv"),
        ("--ads", "a.json", "--needs", "a.csv"),
        ("a", "b", "-o", "out"),
    ],
)
def test_one_thing_is_listened_to_at_a_time(arguments):
    code, _, told = run(*arguments)
    assert (code, "Give one of: a REGION with -o FOLDER, --ads FILE" in told) == (2, True)


def test_many_ads_need_a_folder(monkeypatch):
    code, _, told = run("--ads", MADE / "search.json", MADE / "snapshot.json")
    assert (code, "give -o FOLDER" in told) == (2, True)
    monkeypatch.setattr(listen_verb, "SMALL", 10)
    code, _, told = run("--ads", MADE / "search.json")
    assert (code, "give -o FOLDER" in told) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ads", "{gone}"), "cannot be read: No such file"),
        (("--ads", "{gone}", "-o", "{out}"), "cannot be read: No such file"),
        (("--needs", "{gone}"), "cannot be read"),
        (("--text", "svetsare", "--taxonomy", "{gone}"), "is no folder"),
        (("--ads", "{ads}", "-o", "{out}", "--taxonomy", "{gone}"), "is no folder"),
    ],
)
def test_a_fault_is_told_in_words(arguments, words, tmp_path):
    places = {"gone": tmp_path / "gone", "out": tmp_path / "out", "ads": MADE / "search.json"}
    code, _, told = run(*[argument.format(**places) for argument in arguments])
    assert code == 1
    assert words in told
