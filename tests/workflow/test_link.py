from pathlib import Path

import polars as pl
import pytest

from brygga.cli import main
from brygga.core.errors import TableError
from brygga.workflow.link import link_files

QUERIES = "id,text\na,Truckvana\nb,\na,Truckvana igen\nc,Kalkylering\nd,🙂\n"
LABELS = "text;id\nköra gaffeltruck;1\nkostnadsberäkning;2\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    queries, labels = tmp_path / "queries.csv", tmp_path / "labels.csv"
    queries.write_text(QUERIES, encoding="utf-8")
    labels.write_text(LABELS, encoding="utf-8")
    return queries, labels


def test_bad_rows_are_told_of_and_lose_no_other(files: tuple[Path, Path]) -> None:
    linked = link_files(*files, top=1)
    assert linked.links.select("query_id", "label_id").rows() == [("a", "1"), ("c", "2")]
    assert linked.notes == (
        "2 row(s) left out:\n  queries.csv, data row 2: no text\n  queries.csv, data row 3: the id a stands further up",
    )
    assert linked.lines()[1] == "1 have no letters in common with any label and got no row."


def test_of_a_long_text_the_start_is_read_and_that_is_told(files: tuple[Path, Path]) -> None:
    whole = link_files(*files, top=1).links
    files[0].write_text(f"id,text\na,Truckvana{' ' * 2000}{'svetsare med truckkort ' * 40_000}\n", encoding="utf-8")
    linked = link_files(*files, top=1)
    assert linked.links.rows() == whole.filter(query_id="a").rows()
    assert linked.notes == ("queries.csv: of 1 text(s) longer than 2,000 characters only that much was read.",)


def test_the_command_writes_plain_columns(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    out = files[0].with_name("links.csv")
    with pytest.raises(SystemExit) as stop:
        main(["link", *map(str, files), "-o", str(out), "--top", "2"])
    assert stop.value.code == 0
    assert pl.read_csv(out).columns == ["query_id", "rank", "label_id", "score"]
    told = capsys.readouterr()
    assert told.out.startswith("2 of 3 queries linked to 2 labels; known of occupations: own ")
    assert "no text" in told.err


def test_nothing_to_link_is_told(files: tuple[Path, Path]) -> None:
    files[1].write_text("id,text\n1,\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"labels\.csv has no row with an id and a text"):
        link_files(*files)
