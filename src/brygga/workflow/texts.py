"""Texts: one column of a CSV file, as the verbs that read any texts take it.

Start reading at `read_texts`.
"""

from __future__ import annotations

from pathlib import Path

from brygga.core.errors import TableError
from brygga.sources.rows import read_rows


def read_texts(path: Path, column: str) -> tuple[list[str], tuple[str, ...]]:
    """The texts of a column, in the order of the file (a bad row has an empty one), and notes on bad rows.

    Parameters
    ----------
    path : the file, with a header
    column : name of the column with the texts

    Raises
    ------
    FileError, TableError
        If the file cannot be read, lacks the column or has no row.
    """
    rows = read_rows(path, [column])
    texts = rows.cells[column]
    if not texts:
        raise TableError(
            f"{path.name} has a header and no row",
            why="there is no text to read in it",
            todo="check that the file was saved whole",
        )
    return texts, (*rows.warnings, *([rows.report] if rows.report else []))
