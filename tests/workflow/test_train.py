from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from brygga.coding import trained
from brygga.coding.pack import Pack, embedded_pack
from brygga.core.errors import FileError, TableError
from brygga.workflow.train import train_from


@pytest.fixture(autouse=True)
def _no_taxonomy(monkeypatch: pytest.MonkeyPatch) -> None:
    def alike(texts: Sequence[str], pack: Pack) -> np.ndarray:
        return np.full((len(texts), 400), -np.log(400), dtype=np.float32)

    monkeypatch.setattr(trained, "taxonomy_scores", alike)


def written(folder: Path, content: str) -> Path:
    path = folder / "labelled.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_labelled_rows_are_read_and_bad_ones_told_of(tmp_path: Path) -> None:
    path = written(tmp_path, "text;ssyk\nSvetsare;7212\nKock;5120;x\nMålare;9999\n\nSnickare;7111\n")
    coder, notes = train_from(path, "text", embedded_pack(), label="ssyk")
    assert coder.answers.texts == ("Snickare", "Svetsare")
    assert "labelled.csv, line 3: 3 cells where the header has 2" in notes[0]
    assert "row 2: 9999 is no occupation of SSYK 2012" in notes[1]
    assert "2 different labelled texts are too few to learn from" in notes[2]


def test_answers_that_were_looked_through_are_rows(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "row,rank,code,label,confidence,why\n0,1,7212,,0.9,\n0,2,5120,,0.1,\n1,1,,,0,\n2,1,5120,,0.4,\n9,1,5120,,1,\n",
    )
    coder, notes = train_from(path, "text", embedded_pack(), asked=["Svetsare", "Okänt", "Kock"])
    assert coder.answers.texts == ("Kock", "Svetsare")
    assert notes[:2] == (
        "1 answer(s) in labelled.csv belong to no row of the coded file and were left out, the first to row 9.",
        "labelled.csv has no column text: its column row was taken for the rows of the coded file.",
    )
    coded = coder.code(["svetsare", "Kock"], top=1)
    assert coded["code"].to_list() == ["7212", "5120"]


def test_answers_without_rank_are_rows_too(tmp_path: Path) -> None:
    coder, _ = train_from(written(tmp_path, "row,code\n0,7212\n"), "text", embedded_pack(), asked=["Svetsare"])
    assert coder.answers.texts == ("Svetsare",)


def test_a_file_without_the_columns_is_told_by_them(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"labelled\.csv has no column text; its columns are rubrik, code"):
        train_from(written(tmp_path, "rubrik,code\nSvetsare,7212\n"), "text", embedded_pack())
    with pytest.raises(TableError, match=r"labelled\.csv has no column ssyk"):
        train_from(written(tmp_path, "row,code\n0,7212\n"), "row", embedded_pack(), label="ssyk", asked=["Svetsare"])
    with pytest.raises(TableError, match="none of the 1 labelled rows can be learned from"):
        train_from(written(tmp_path, "text,code\nSvetsare,9999\n"), "text", embedded_pack())
    with pytest.raises(FileError, match="cannot be read"):
        train_from(tmp_path / "missing.csv", "text", embedded_pack())
