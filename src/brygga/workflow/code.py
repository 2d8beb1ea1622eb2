"""Code: a column of texts on file, and the occupations they name.

Start reading at `code_file`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.coding.code import code_texts
from brygga.core import tables
from brygga.workflow.taxonomy import open_pack
from brygga.workflow.texts import read_texts

MOST_SHOWN = 20


@dataclass(frozen=True)
class Coded:
    """Table `coded`, what it was made from and with, and what was wrong with the file.

    Attributes
    ----------
    coded : the answers
    texts : rows of the file
    taxonomy : version of what is known
    learned_from : labelled rows that were learned from, 0 where none were given
    notes : sentences for the user, on bad rows and the training
    """

    coded: pl.DataFrame
    texts: int
    taxonomy: str
    learned_from: int
    notes: tuple[str, ...]

    def save(self, path: Path) -> Path:
        """Write the table as CSV (or parquet, by the ending)."""
        tables.write(self.coded, path)
        return path

    def summary(self) -> dict[str, Any]:
        """Counts for a program to read."""
        first = self._first()
        return {
            "texts": self.texts,
            "coded": first.height,
            "left_open": self.texts - first.height,
            "confidence": round(float(first["confidence"].mean() or 0.0), 4) if first.height else None,  # type: ignore[arg-type]
            "learned_from": self.learned_from,
            "taxonomy": self.taxonomy,
        }

    def shown(self) -> tuple[list[str], list[list[object]]]:
        """Head and rows for a person: the occupations named most."""
        common = (
            self._first()
            .group_by("code", maintain_order=True)
            .agg(label=pl.col("label").first(), texts=pl.len(), sure=pl.col("confidence").mean())
        )
        rows = common.sort("texts", "code", descending=[True, False]).head(MOST_SHOWN).rows()
        return ["code", "for example", "texts", "sure"], [[*row[:3], f"{row[3]:.2f}"] for row in rows]

    def lines(self) -> list[str]:
        """What came of it, in sentences."""
        told = self.summary()
        sure = f", mean confidence {told['confidence']:.2f}" if told["confidence"] is not None else ""
        learned = f" Learned from {self.learned_from} labelled rows." if self.learned_from else ""
        return [
            f"{told['coded']} of {self.texts} texts coded{sure}, {told['left_open']} left open.{learned}",
            f"Taxonomy: {self.taxonomy}.",
        ]

    def _first(self) -> pl.DataFrame:
        return self.coded.filter(pl.col("rank") == 1, pl.col("code").is_not_null())


def code_file(
    path: Path,
    column: str,
    *,
    taxonomy: Path | None = None,
    top: int = 5,
    min_confidence: float = 0.0,
    labelled: Path | None = None,
    label: str | None = None,
    digits: int = 4,
) -> Coded:
    """The likeliest occupations of the texts in one column of a CSV file.

    Parameters
    ----------
    path : the file
    column : name of the column with the texts
    taxonomy : a pack or a folder of exports; without it what is installed, or our own words
    top : answers per text at most
    min_confidence : below it the coder abstains (share, 0-1)
    labelled : a CSV file to learn from first: texts, or answers to this file that someone has looked through
    label : name of the column with codes in it
    digits : of the codes answered, 1 to 4

    Raises
    ------
    FileError, TableError
        If a file cannot be read, lacks a column or has no row; or the taxonomy cannot be read.
    SettingError
        If there is something to learn from and scikit-learn is missing.
    """
    texts, notes = read_texts(path, column)
    pack = open_pack(taxonomy)
    if labelled is None:
        coded = code_texts(texts, pack, top=top, min_confidence=min_confidence, digits=digits)
        return Coded(coded, len(texts), pack.version, 0, notes)
    from brygga.workflow.train import LABEL, train_from

    trained, told = train_from(labelled, column, pack, label=label or LABEL, asked=texts)
    coded = trained.code(texts, top=top, min_confidence=min_confidence, digits=digits)
    return Coded(coded, len(texts), pack.version, len(trained.answers.texts), (*notes, *told))
