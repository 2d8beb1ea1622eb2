"""`brygga skills`: a column of texts on file, with and without a taxonomy, and files that are not as they should be."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from brygga.cli import main
from brygga.core.errors import FileError, TableError
from brygga.workflow.skills import find_in_file

COLUMNS = ["row", "start", "end", "skill_id", "label", "zone", "confidence"]
TEXTS = [
    "Åh, vi söker dig som kan TIG-svetsning och har B-körkort 🙂 å ä ö, gärna truckkort.",
    "",
    "<p>Du&nbsp;har goda kunskaper i SQL.</p>",
    "Vi erbjuder kurs i svetsning.",
    "🙂🙂",
]


def write(path: Path, texts: list[str], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
    return path


def verb(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["skills", *options])
    return ended.value.code, *capsys.readouterr()


def test_the_verb_writes_plain_csv_whose_places_hold_in_the_texts(tmp_path, capsys):
    file, out = write(tmp_path / "in.csv", TEXTS), tmp_path / "out.csv"
    code, _, _ = verb(capsys, str(file), "--column", "text", "-o", str(out))
    assert code == 0
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == COLUMNS
    found = [(int(row), TEXTS[int(row)][int(start) : int(end)], zone) for row, start, end, _, _, zone, _ in rows[1:]]
    assert found == [
        (0, "TIG-svetsning", "required"),
        (0, "B-körkort", "required"),
        (0, "truckkort", "merit"),
        (2, "SQL", "required"),
    ]
    assert all(0 < float(row[-1]) <= 1 for row in rows[1:])


def test_the_verb_finds_the_taxonomys_skills(taxonomy_mini, tmp_path, capsys):
    file, out = write(tmp_path / "in.csv", ["Du har vana av CATIA."]), tmp_path / "out.csv"
    code, told, _ = verb(capsys, str(file), "--column", "text", "-o", str(out), "--taxonomy", str(taxonomy_mini))
    assert code == 0
    [row] = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert (row["start"], row["end"]) == ("15", "20")
    assert "CATIA" in row["label"]
    assert "Taxonomy: jobtech-1, esco-1, own " in told


def test_skills_of_all_zones_and_a_summary_for_programs(tmp_path, capsys):
    file = write(tmp_path / "in.csv", TEXTS)
    code, out, _ = verb(capsys, str(file), "--column", "text", "--all-zones", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["texts"] == 5
    assert told["with_skills"] == 3
    assert told["zones"]["benefits"] == 1


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t")])
def test_files_as_people_save_them_give_the_same(encoding, delimiter, tmp_path):
    texts = ["Du har vana av målning, såg och B-körkort."]
    plain = find_in_file(write(tmp_path / "a.csv", texts), "text").skills
    saved = find_in_file(write(tmp_path / "b.csv", texts, encoding=encoding, delimiter=delimiter), "text").skills
    assert saved.equals(plain)
    assert plain.height > 0


def test_a_missing_column_says_which_there_are(tmp_path):
    with pytest.raises(TableError, match=r"(?s)annons.*text"):
        find_in_file(write(tmp_path / "in.csv", TEXTS), "annons")


def test_a_missing_file_and_one_without_rows_say_so(tmp_path):
    with pytest.raises(FileError, match=r"nothing\.csv"):
        find_in_file(tmp_path / "nothing.csv", "text")
    with pytest.raises(TableError, match=r"in\.csv has a header and no row"):
        find_in_file(write(tmp_path / "in.csv", []), "text")


def test_a_taxonomy_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileError, match=r"is no folder"):
        find_in_file(write(tmp_path / "in.csv", TEXTS), "text", taxonomy=tmp_path / "nowhere")


def test_a_bad_row_keeps_its_place_and_loses_no_other(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,text\n1,Du har vana av svetsning.\n2,för,många,celler\n3,Krav: truckkort\n", encoding="utf-8")
    found = find_in_file(path, "text")
    assert found.texts == 3
    assert found.skills["row"].to_list() == [0, 2]
    assert any("1 bad row" in note for note in found.notes)


def test_zero_bytes_sql_and_a_very_long_text_are_read(tmp_path):
    path = tmp_path / "in.csv"
    long = "Det är bra att du är här och inte där. " * 27_000 + "Du svetsar."
    path.write_bytes(f'id,text\n1,"a\0b\'; DROP TABLE x;-- truckkort krävs"\n2,{long}\n'.encode())
    found = find_in_file(path, "text")
    assert found.skills["row"].to_list() == [0, 1]
