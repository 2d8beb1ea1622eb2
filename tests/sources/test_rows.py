from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import FileError, TableError
from brygga.sources.rows import read_rows


def written(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "in.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "id,text\n1,Svetsare\n2,Läkare\n",
        "\ufeffid,text\r\n1,Svetsare\r\n2,Läkare\r\n",
        "id;text\n1;Svetsare\n2;Läkare\n",
        "text\tid\nSvetsare\t1\nLäkare\t2\n",
        '"id","text","more"\n1,Svetsare,x\n\n2,Läkare,y\n',
        "id,text\n1,Svetsare\n2,Läkare\n".encode("cp1252"),
    ],
)
def test_the_same_rows_however_the_file_was_saved(tmp_path: Path, content: bytes | str) -> None:
    rows = read_rows(written(tmp_path, content), ["id", "text"])
    assert rows.cells == {"id": ["1", "2"], "text": ["Svetsare", "Läkare"]}
    assert rows.report is None


def test_one_line_in_another_encoding_spoils_no_other(tmp_path: Path) -> None:
    content = "id,text\n1,Målare\n".encode() + "2,Låssmed\n".encode("cp1252")
    rows = read_rows(written(tmp_path, content), ["text"])
    assert rows.cells["text"] == ["Målare", "Låssmed"]
    assert rows.warnings == (
        "in.csv is not UTF-8 throughout: 1 line(s) were read as cp1252; look that å, ä and ö are right.",
    )


def test_a_bad_row_keeps_its_place_and_is_told_of(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, 'id,text\n1,"två\nrader"\n2\n3,a,b\n4,Slut\n'), ["id", "text"])
    assert rows.cells["text"] == ["två\nrader", "", "", "Slut"]
    assert rows.report == (
        "2 bad row(s), the others are used:\n"
        "  in.csv, line 4: 1 cells where the header has 2\n"
        "  in.csv, line 5: 3 cells where the header has 2"
    )


@pytest.mark.parametrize(
    "content",
    [
        'id,text\n1,Svetsare\n2,"Kock\n3,Läkare\n4,Murare\n',
        'id,text\n1,Svetsare\n2,"Kock\n3,"Lä"kare\n4,"Murare"\n',
    ],
)
def test_a_quote_that_is_never_closed_loses_no_row_below_it(tmp_path: Path, content: str) -> None:
    rows = read_rows(written(tmp_path, content), ["id", "text"])
    assert [text.replace('"', "") for text in rows.cells["text"]] == ["Svetsare", "", "Läkare", "Murare"]
    assert rows.faults == ("in.csv, line 3: a quote is opened and never closed",)


def test_a_quote_inside_a_cell_is_part_of_it(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, 'id,text\n1,3/4" rör\n2,"Kock" och bagare\n3,"två\nrader"\n'), ["text"])
    assert rows.cells["text"] == ['3/4" rör', "Kock och bagare", "två\nrader"]
    assert rows.report is None


def test_empty_cells_beyond_the_header_are_no_fault(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "id;text\n1;Svetsare;;\n2;Kock;\n"), ["text"])
    assert rows.cells["text"] == ["Svetsare", "Kock"]
    assert rows.report is None


def test_a_column_that_stands_twice_is_told_of(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "id,text,text\n1,Svetsare,Kock\n"), ["text"])
    assert rows.cells["text"] == ["Svetsare"]
    assert rows.warnings == ("in.csv has the column text 2 times; the first is read.",)


def test_a_long_report_ends_with_how_many_more(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "id,text\n" + "1\n" * 25), ["text"])
    assert str(rows.report).endswith("\n  and 5 more")


def test_a_cell_of_a_megabyte_and_zero_bytes(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "text\n" + "svets " * 170_000 + "\n\0slut\n"), ["text"])
    assert [len(cell) for cell in rows.cells["text"]] == [1_020_000, 4]
    assert rows.warnings == ("in.csv holds zero bytes, which were taken out.",)


def test_errors_say_what_where_why_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"in\.csv has no column TEXT; its columns are id, text"):
        read_rows(written(tmp_path, "id,text\n1,a\n"), ["TEXT"])
    with pytest.raises(TableError, match=r"in\.csv is empty"):
        read_rows(written(tmp_path, " \n"), ["text"])
    with pytest.raises(FileError, match="cannot be read: No such file"):
        read_rows(tmp_path / "none.csv", ["text"])
    for content in (b"PK\x03\x04", b"\x1f\x8b\x08", "id,text\n1,Svetsare\n".encode("utf-16-le"), bytes(range(256)) * 9):
        with pytest.raises(FileError, match="begins like a spreadsheet"):
            read_rows(written(tmp_path, content), ["text"])


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    import csv

    path = tmp_path_factory.mktemp("rows") / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "text"], *([n, text] for n, text in enumerate(texts))])
    assert read_rows(path, ["text"]).cells["text"] == texts
