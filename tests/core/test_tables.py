"""The dictionary holds data to its word, and says all that is wrong at once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import FaultsError, FileError, TableError, UnknownCodeError

HEAD = "municipality,occupation,year,persons,status,source\n"
GOOD = HEAD + "0767,7223,2024,12.5,modelled,our own\n"


@pytest.fixture
def vacancies(tmp_path: Path):
    """Writes a vacancies.csv with the given content and reads it."""

    def read(content: str | bytes) -> pl.DataFrame:
        path = tmp_path / "vacancies.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tables.read(path, "vacancies")

    return read


def test_a_code_keeps_its_zero(vacancies):
    assert vacancies(GOOD)["municipality"].item() == "0767"


def test_a_byte_order_mark_and_a_missing_note_are_fine(vacancies):
    frame = vacancies(b"\xef\xbb\xbf" + b"municipality,occupation,year,persons,status\n0767,7223,2024,1,modelled\n")
    assert frame["source"].item() is None


def test_0767_read_as_a_number_is_recognised(vacancies):
    with pytest.raises(UnknownCodeError, match="767 looks like 0767"):
        vacancies(GOOD.replace("0767", "767"))


def test_an_unknown_occupation_is_named(vacancies):
    with pytest.raises(UnknownCodeError, match=r"occupation: 1 code\(s\) not in SSYK 2012: 9999"):
        vacancies(GOOD.replace("7223", "9999"))


def test_a_missing_column_is_named_with_what_is_there(vacancies):
    with pytest.raises(TableError, match=r"lacks column\(s\) persons; it has municipality"):
        vacancies("municipality,occupation,year,status\n0767,7223,2024,modelled\n")


def test_text_where_a_number_belongs_names_row_and_value(vacancies):
    with pytest.raises(TableError, match=r"column persons: 'många' \(row 2\) where a number belongs"):
        vacancies(GOOD.replace("12.5", "många"))


def test_a_decimal_comma_is_text_and_the_message_shows_a_point(vacancies):
    with pytest.raises(TableError, match=r"12\.5 \(decimal point\)"):
        vacancies(GOOD.replace("12.5", '"12,5"'))


@pytest.mark.parametrize("word", ["inf", "NaN"])
def test_infinity_is_no_number(vacancies, word):
    with pytest.raises(TableError, match="where a number belongs"):
        vacancies(GOOD.replace("12.5", word))


def test_negative_persons_are_refused(vacancies):
    with pytest.raises(TableError, match=r"persons: -3 \(row 2\) below zero"):
        vacancies(GOOD.replace("12.5", "-3"))


def test_year_21019_is_no_year(vacancies):
    with pytest.raises(TableError, match=r"year 21019 \(row 2\) is outside 1900-2100"):
        vacancies(GOOD.replace("2024", "21019"))


def test_an_empty_cell_needs_a_status_that_says_why(vacancies):
    with pytest.raises(TableError, match="neither zero nor known"):
        vacancies(GOOD.replace("12.5", ""))
    assert vacancies(GOOD.replace("12.5", "").replace("modelled", "suppressed"))["persons"].item() is None


def test_a_word_outside_the_list_is_refused(vacancies):
    with pytest.raises(UnknownCodeError, match="guessed not among modelled"):
        vacancies(GOOD.replace("modelled", "guessed"))


def test_a_repeated_key_is_refused(vacancies):
    with pytest.raises(TableError, match="stand more than once, first 0767, 7223, 2024"):
        vacancies(GOOD + GOOD.removeprefix(HEAD))


def test_cp1252_is_recognised_with_its_line(vacancies):
    with pytest.raises(FileError, match=r"line 2: not UTF-8 .*cp1252.*brygga data to-utf8"):
        vacancies(GOOD.replace("our own", "påhittad").encode("cp1252"))


def test_an_empty_file_says_so(vacancies):
    with pytest.raises(TableError, match="is empty"):
        vacancies("")


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        tables.read(tmp_path / "nowhere.csv", "vacancies")


def test_all_faults_come_in_one_report(vacancies):
    with pytest.raises(FaultsError) as caught:
        vacancies(GOOD.replace("7223", "9999").replace("2024", "3024").replace("12.5", "-1"))
    assert len(caught.value.faults) == 3
    assert "Nothing was computed or written" in str(caught.value)


def test_writing_to_a_folder_that_is_a_file_leaves_nothing(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        tables.write(tables.empty("vacancies"), tmp_path / "taken" / "vacancies.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize("name", tables.names())
def test_every_dictionary_is_whole(name):
    columns = tables.dictionary(name)
    assert all(c.type in tables.TYPES and c.description_en and c.description_sv for c in columns)
    assert {c.role for c in columns} <= {"key", "value", "signed", "attribute", "note", "status"}
    assert tables.keys(name)
    assert all(c.unit for c in columns if c.type == "float" and name not in ("facts", "plan_limits"))


def test_written_and_read_again_is_the_same(vacancies, tmp_path):
    frame = vacancies(GOOD)
    for ending in ("csv", "parquet"):
        tables.write(frame, tmp_path / f"vacancies.{ending}")
        assert tables.read(tmp_path / f"vacancies.{ending}", "vacancies").equals(frame)


def test_a_hidden_count_is_not_zero(vacancies):
    with pytest.raises(TableError, match=r"0 and suppressed in row 2.*hidden is not zero.*leave the number empty"):
        vacancies(GOOD.replace("12.5", "0").replace("modelled", "suppressed"))


def test_a_folder_that_cannot_be_is_named_before_anything_is_computed(tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(FileError, match=r"taken/out cannot be written: .*choose another folder with -o"):
        tables.check_writable(tmp_path / "taken" / "out")
    tables.check_writable(tmp_path / "new" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
