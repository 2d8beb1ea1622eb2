"""`brygga code`: a column of texts answered, left open, learned from; and files that are not as they should be."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from brygga.cli import main
from brygga.core.errors import FileError, TableError
from brygga.workflow.code import code_file

COLUMNS = ["row", "rank", "code", "label", "confidence", "why"]
TEXTS = [
    "3-4 CNC-operatörer till hösten",
    "",
    "🙂🙂",
    "<b>Undersköterska</b> till hemtjänsten i Osby",
    "DROP TABLE needs; --",
    "Ищем сварщика",
    "welder",
    "svetsare " * 125_000,
]


def write(path: Path, texts: list[str], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
    return path


def verb(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["code", *options])
    return ended.value.code, *capsys.readouterr()


def first(path: Path) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["row"]: row for row in rows if row["rank"] == "1"}


def test_the_verb_writes_plain_csv_and_leaves_open_what_it_knows_nothing_about(tmp_path, capsys):
    file, out = write(tmp_path / "in.csv", TEXTS), tmp_path / "out.csv"
    code, _, _ = verb(capsys, str(file), "--column", "text", "-o", str(out), "--top", "3")
    assert code == 0
    assert out.read_text(encoding="utf-8").splitlines()[0].split(",") == COLUMNS
    answers = first(out)
    assert sorted(answers) == [str(n) for n in range(len(TEXTS))]
    assert {row: answer["code"] for row, answer in answers.items()} == {
        "0": "7223", "1": "", "2": "", "3": "5321", "4": "", "5": "", "6": "7212", "7": "7212",
    }  # fmt: skip
    assert [answers[row]["why"] for row in "1245"] == [
        "the text is empty",
        "the text has no words",
        "the text is a command to a database",
        "no word in the text is known",
    ]
    assert all((float(answer["confidence"]) > 0) == bool(answer["code"]) for answer in answers.values())


def test_confidences_of_a_text_fall_with_rank_and_add_up_to_at_most_one(tmp_path):
    coded = code_file(write(tmp_path / "in.csv", TEXTS), "text", top=400).coded
    for _, rows in coded.group_by("row", maintain_order=True):
        shares = rows["confidence"].to_list()
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1 + 400 * 0.00005  # rounded to four places
        assert rows["rank"].to_list() == list(range(1, rows.height + 1))


def test_below_the_confidence_asked_for_a_text_is_left_open_and_says_what_was_likeliest(tmp_path, capsys):
    file, out = write(tmp_path / "in.csv", ["svetsare", "chef"]), tmp_path / "out.csv"
    code, _, _ = verb(capsys, str(file), "--column", "text", "-o", str(out), "--min-confidence", "1")
    assert code == 0
    answers = first(out)
    assert [answer["code"] for answer in answers.values()] == ["", ""]
    assert answers["0"]["why"].startswith("not sure enough: 7212 Svetsare")
    assert answers["0"]["why"].endswith("asked for 1.00")


def test_the_verb_learns_from_a_file_of_labelled_texts(tmp_path, capsys):
    pytest.importorskip("sklearn")
    labelled = tmp_path / "labelled.csv"
    towns = [a + b for a in ("Ås", "Ek", "Sten", "Kul", "Lund", "Berg") for b in ("by", "torp", "hult", "vik", "ryd")]
    rows = [f"Snickelfritz i {town},7223" for town in towns] + [f"Pannkaksmästare i {town},5120" for town in towns]
    labelled.write_text("text,ssyk\n" + "\n".join(rows) + "\n", encoding="utf-8")
    file, out = write(tmp_path / "in.csv", ["Snickelfritz", "Pannkaksmästare", "sjuksköterska"]), tmp_path / "out.csv"
    code, told, _ = verb(
        capsys, str(file), "--column", "text", "-o", str(out), "--train", str(labelled), "--label", "ssyk"
    )
    assert code == 0
    assert "Learned from 60 labelled rows" in told
    assert [answer["code"] for answer in first(out).values()][:2] == ["7223", "5120"]


def test_json_tells_the_counts(tmp_path, capsys):
    code, told, _ = verb(capsys, str(write(tmp_path / "in.csv", ["svetsare", ""])), "--column", "text", "--json")
    assert code == 0
    counts = json.loads(told)
    assert (counts["texts"], counts["coded"], counts["left_open"], counts["learned_from"]) == (2, 1, 1, 0)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path, capsys):
    code, _, told = verb(capsys, str(write(tmp_path / "in.csv", TEXTS)), "--column", "texten")
    assert code == 1
    assert "in.csv has no column texten; its columns are id, text" in told


def test_a_file_without_a_row_says_so(tmp_path):
    with pytest.raises(TableError, match=r"in\.csv has a header and no row"):
        code_file(write(tmp_path / "in.csv", []), "text")


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileError, match="nowhere"):
        code_file(tmp_path / "nowhere.csv", "text")


def test_a_label_without_a_file_to_learn_from_is_a_mistake_in_the_call(tmp_path, capsys):
    code, _, told = verb(capsys, str(write(tmp_path / "in.csv", TEXTS)), "--column", "text", "--label", "ssyk")
    assert code == 2
    assert "--label names a column of the file given with --train" in told


def test_a_bad_row_never_loses_the_others(tmp_path, capsys):
    file = tmp_path / "in.csv"
    file.write_bytes(b"id,text\n1,svetsare\n2,a,b,c\n3," + "förskollärare".encode("cp1252") + b"\n")
    code, told, notes = verb(capsys, str(file), "--column", "text", "-o", str(tmp_path / "out.csv"))
    assert code == 0
    assert "1 bad row(s), the others are used" in notes
    answers = first(tmp_path / "out.csv")
    assert (answers["0"]["code"], answers["1"]["code"], answers["2"]["code"]) == ("7212", "", "2343")
    assert "2 of 3 texts coded" in told


def test_the_order_of_rows_changes_no_answer(tmp_path):
    one = code_file(write(tmp_path / "a.csv", TEXTS[:7]), "text").coded.sort("row", "rank")
    other = code_file(write(tmp_path / "b.csv", TEXTS[6::-1]), "text").coded
    assert other.with_columns(row=6 - other["row"]).sort("row", "rank").equals(one)
