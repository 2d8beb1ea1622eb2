"""Company needs from files as people save them."""

from datetime import datetime

import pytest
import xlsxwriter

from brygga.coding.needs_text import read_wish, split_needs
from brygga.core import tables
from brygga.core.errors import BryggaError, FaultsError, FileError, TableError, UnknownCodeError
from brygga.core.places import REGIONS
from brygga.sources.needs import read_needs

HEAD = "Företag;Kommun;Behov;Antal;År;Tillväxt;Datum;Samtycke"
ROW = "Exempel AB;0767;Svetsare till nya hallen;3-4;2027;0,5;2026-11-03;ja"


def write(tmp_path, *lines, name="needs.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def test_a_swedish_survey_is_read(tmp_path):
    heard = read_needs(write(tmp_path, HEAD, ROW))
    row = heard.needs.row(0, named=True)
    assert (row["company"], row["municipality"], row["persons_low"], row["persons_high"]) == (
        "Exempel AB",
        "0767",
        3,
        4,
    )
    assert (row["year"], row["growth"], str(row["heard_on"]), row["consent"]) == (2027, 0.5, "2026-11-03", True)
    assert (row["language"], row["need_id"], heard.warnings) == ("sv", "R2", ())


@pytest.mark.parametrize("mark", [",", "\t"])
def test_other_separators_and_english_headings(tmp_path, mark):
    head = ["company", "municipality", "need", "number", "year", "growth", "date", "consent"]
    row = ["Exempel AB", "Markaryd", "We need welders for the new hall", "2", "2027", "30 %", "2026-11-03", "no"]
    got = read_needs(write(tmp_path, mark.join(head), mark.join(row))).needs.row(0, named=True)
    assert (got["municipality"], got["growth"], got["language"], got["consent"]) == ("0767", 0.3, "en", False)


def test_a_byte_order_mark_and_cp1252_are_read_and_the_second_is_told(tmp_path):
    plain = read_needs(write(tmp_path, HEAD, ROW))
    assert read_needs(write(tmp_path, HEAD, ROW, encoding="utf-8-sig")).needs.equals(plain.needs)
    old = read_needs(write(tmp_path, HEAD, ROW, encoding="cp1252"))
    assert old.needs.equals(plain.needs)
    assert "is not UTF-8 and was read as cp1252" in old.warnings[0]


@pytest.mark.parametrize(
    ("given", "low", "high"), [("ca 5-7", 5, 7), ("1\u00a0200", 1200, 1200), ("2,5", 2.5, 2.5), ("3 st", 3, 3)]
)
def test_numbers_as_people_write_them(tmp_path, given, low, high):
    row = read_needs(write(tmp_path, HEAD, ROW.replace("3-4", given))).needs.row(0, named=True)
    assert (row["persons_low"], row["persons_high"]) == (low, high)


def test_number_and_year_come_from_the_text_where_the_file_has_none(tmp_path):
    path = write(tmp_path, "Företag;Kommun;Behov;Datum", "Exempel AB;1060;Två svetsare nästa år;2026-11-03")
    heard = read_needs(path, wish=read_wish)
    assert heard.needs.select("persons_low", "persons_high", "year", "growth").row(0) == (2.0, 2.0, 2027, 0.0)
    assert heard.warnings == ("No column says how much is growth: all needs are taken as replacement.",)


def test_a_need_without_a_year_is_next_years_and_says_so(tmp_path):
    heard = read_needs(write(tmp_path, HEAD, ROW.replace("2027", "")))
    assert heard.needs["year"].to_list() == [2027]
    assert "wanted the year after they were heard" in heard.warnings[0]


def test_a_title_above_the_header_and_blank_rows_do_no_harm(tmp_path):
    heard = read_needs(write(tmp_path, "Enkät hösten 2026;;", ";;", HEAD, ROW, ";;;;;;;", ROW))
    assert heard.needs["need_id"].to_list() == ["R4", "R6"]


def test_a_lost_zero_is_named(tmp_path):
    with pytest.raises(UnknownCodeError, match=r"row 2, column municipality.*767 looks like 0767 read as a number"):
        read_needs(write(tmp_path, HEAD, ROW.replace("0767", "767")))


def test_all_bad_cells_stand_in_one_report(tmp_path):
    bad = ["Exempel AB;9999;🙂;-2;21019;7;i går;kanske", ROW, ROW.replace("3-4", "5000")]
    with pytest.raises(FaultsError) as caught:
        read_needs(write(tmp_path, HEAD, *bad))
    told = str(caught.value)
    assert len(caught.value.faults) == 8
    for words in (
        "row 2, column heard_on: 'i går'. it cannot be read as that. write a date as 2026-11-23.",
        "row 2, column text: '🙂'",
        "row 2, column persons: '-2'",
        "row 2, column year: '21019'",
        "row 2, column growth: '7'",
        "row 2, column consent: 'kanske'",
        "row 2, column municipality: 1 code(s) not in the municipalities of Sweden: 9999",
        "row 4, column persons: '5000'",
        "a number or a range from 0 to 2000, as 3 or 3-4",
    ):
        assert words in told


def test_no_number_anywhere_is_asked_for_not_guessed(tmp_path):
    path = write(tmp_path, "Företag;Kommun;Behov;Datum", "Exempel AB;1060;Svetsare;2026-11-03")
    with pytest.raises(TableError, match=r"column persons: empty.*cannot be counted without it.*a number or a range"):
        read_needs(path, wish=read_wish)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("",), r"needs\.csv (is empty|has no header)"),
        (("Exempel AB;0767;Svetsare",), r"has no header row that can be read.*found by their names.*put a first row"),
        (("Företag;Kommun;Behov", "a;1060;b"), r"lacks column\(s\) heard_on.*somebody said.*datum"),
        ((HEAD,), r"has no needs below its header"),
    ],
)
def test_a_file_that_is_no_table_of_needs_says_what_is_missing(tmp_path, lines, message):
    with pytest.raises(TableError, match=message):
        read_needs(write(tmp_path, *lines))


def test_a_missing_or_broken_file_is_a_file_error(tmp_path):
    with pytest.raises(FileError, match=r"cannot be read.*unprotected XLSX"):
        read_needs(tmp_path / "nowhere.csv")
    with pytest.raises(FileError, match=r"broken\.xlsx cannot be read"):
        read_needs(write(tmp_path, "no workbook", name="broken.xlsx"))


def test_excel_gives_the_same_needs(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "needs.xlsx") as book:
        sheet = book.add_worksheet("Svar")
        for n, line in enumerate((HEAD, ROW)):
            sheet.write_row(n, 0, line.split(";"))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_number(1, 4, 2027)
        sheet.write_datetime(1, 6, datetime(2026, 11, 3), day)
    assert read_needs(tmp_path / "needs.xlsx").needs.equals(read_needs(write(tmp_path, HEAD, ROW)).needs)


def test_excel_faults_name_the_sheet(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "needs.xlsx") as book:
        sheet = book.add_worksheet("Svar")
        for n, line in enumerate((HEAD, ROW)):
            sheet.write_row(n, 0, line.split(";"))
        sheet.write_number(1, 1, 767)
    with pytest.raises(BryggaError, match=r"needs\.xlsx, sheet Svar, row 2, column municipality.*767 looks like 0767"):
        read_needs(tmp_path / "needs.xlsx")


def test_the_example_needs_are_read_whole_and_name_invented_companies():
    heard = read_needs(REGIONS / "sydost" / "needs.csv")
    assert tables.check(heard.needs, "stated_needs").height >= 60
    assert heard.needs["company"].str.starts_with("Exempel").all()
    assert heard.warnings == ()


def test_the_order_of_rows_changes_no_need(tmp_path):
    other = ROW.replace("Svetsare", "Montörer")
    there = read_needs(write(tmp_path, HEAD, ROW, other)).needs.drop("need_id")
    back = read_needs(write(tmp_path, HEAD, other, ROW)).needs.drop("need_id")
    assert there.equals(back.reverse())


SPLIT = "Företag;Kommun;Behov;Datum"


def split(tmp_path, text, head=SPLIT, end=""):
    path = write(tmp_path, head, f"Exempel AB;1060;{text};2026-11-03{end}")
    return read_needs(path, wish=read_wish, split=split_needs)


def test_several_needs_in_one_text_become_as_many_rows(tmp_path):
    heard = split(tmp_path, "2 svetsare nu och 3-4 montörer nästa år")
    shown = heard.needs.select("need_id", "text", "persons_low", "persons_high", "year").rows()
    assert shown == [("R2.1", "2 svetsare nu", 2.0, 2.0, 2026), ("R2.2", "3-4 montörer nästa år", 3.0, 4.0, 2027)]
    assert set(heard.needs["company"]) == {"Exempel AB"}


@pytest.mark.parametrize(("head", "end"), [(SPLIT + ";Antal", ";5"), (SPLIT + ";Antal;År", ";5;2028")])
def test_a_row_that_says_how_many_is_one_need(tmp_path, head, end):
    heard = split(tmp_path, "2 svetsare nu och 3 montörer nästa år", head, end)
    assert heard.needs.select("need_id", "persons_low").rows() == [("R2", 5.0)]


def test_a_year_in_the_row_holds_for_every_need_of_its_text(tmp_path):
    heard = split(tmp_path, "2 svetsare nu och 3 montörer nästa år", SPLIT + ";År", ";2029")
    assert heard.needs["year"].to_list() == [2029, 2029]


def test_parts_without_a_number_are_left_out_and_told(tmp_path):
    heard = split(tmp_path, "Vi behöver 2 svetsare. Vi söker 3 montörer. Dessutom behöver vi elektriker.")
    assert heard.needs["persons_low"].to_list() == [2.0, 3.0]
    assert any("row 2" in told and "says no number and is left out" in told for told in heard.warnings)


def test_without_a_reader_of_texts_a_row_stays_one_need(tmp_path):
    path = write(tmp_path, SPLIT, "Exempel AB;1060;2 svetsare och 3 montörer;2026-11-03")
    assert read_needs(path, wish=read_wish).needs["need_id"].to_list() == ["R2"]
