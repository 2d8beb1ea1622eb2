"""Train: labelled rows on file, and the coder that has learned from them.

    TEXT and LABEL in one file     what was coded by hand, historical ads
    row and LABEL                  answers to the file that is coded now, looked through by a person and corrected

Start reading at `train_from`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from brygga.coding.pack import Pack
from brygga.coding.trained import Trained, train
from brygga.core.errors import TableError
from brygga.sources.rows import read_rows

LABEL = "code"


def train_from(
    path: Path, column: str, pack: Pack, *, label: str = LABEL, asked: Sequence[str] = ()
) -> tuple[Trained, tuple[str, ...]]:
    """A coder that has learned from a CSV file, and what should be known of the file and the training.

    Parameters
    ----------
    path : the file
    column : name of the column with the texts; a file without it may have `row` instead, the row of the coded file
        (from 0), as answers have. Of answers the first one of each row counts, so correct or delete it
    pack : what the taxonomy says
    label : name of the column with codes of SSYK 2012
    asked : the texts of the coded file

    Raises
    ------
    FileError, TableError
        If the file cannot be read, lacks a column, or has no row that can be learned from.
    SettingError
        If scikit-learn is missing.
    """
    try:
        rows = read_rows(path, [column, label])
    except TableError as error:
        try:
            texts, codes, notes = _answers(path, label, asked)
        except TableError:
            raise error from None
        notes.append(f"{path.name} has no column {column}: its column row was taken for the rows of the coded file.")
    else:
        texts, codes = rows.cells[column], rows.cells[label]
        notes = [*rows.warnings, *([rows.report] if rows.report else [])]
    trained = train(texts, codes, pack)
    return trained, (*notes, *trained.notes)


def _answers(path: Path, label: str, asked: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Texts and codes of answers to the texts asked, and notes; an abstention is no answer."""
    rows = read_rows(path, ["row", label])
    try:
        ranks = read_rows(path, ["rank"]).cells["rank"]
    except TableError:
        ranks = ["1"] * len(rows.cells["row"])
    notes = [*rows.warnings, *([rows.report] if rows.report else [])]
    texts, codes, astray = [], [], []
    for row, code, rank in zip(rows.cells["row"], rows.cells[label], ranks, strict=True):
        if rank.strip() != "1" or not code.strip():
            continue
        if row.strip().isdecimal() and int(row) < len(asked):
            texts.append(asked[int(row)])
            codes.append(code)
        else:
            astray.append(row)
    if astray:
        notes.append(
            f"{len(astray)} answer(s) in {path.name} belong to no row of the coded file and were left out, "
            f"the first to row {astray[0] or '(empty)'}."
        )
    return texts, codes, notes
