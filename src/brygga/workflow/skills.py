"""Skills: a column of texts on file, and the skills in them.

Start reading at `find_in_file`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.coding.skills import find_skills
from brygga.core import tables
from brygga.workflow.taxonomy import open_pack
from brygga.workflow.texts import read_texts

MOST_SHOWN = 20


@dataclass(frozen=True)
class Found:
    """Table `skills_found`, how many texts it was found in, and what was wrong with the file."""

    skills: pl.DataFrame
    texts: int
    taxonomy: str
    notes: tuple[str, ...]

    def save(self, path: Path) -> Path:
        """Write the table as CSV (or parquet, by the ending)."""
        tables.write(self.skills, path)
        return path

    def summary(self) -> dict[str, Any]:
        """Counts for a program to read."""
        zones = Counter(self.skills["zone"].to_list())
        return {
            "texts": self.texts,
            "with_skills": self.skills["row"].n_unique(),
            "skills": self.skills.height,
            "zones": dict(sorted(zones.items())),
            "taxonomy": self.taxonomy,
        }

    def shown(self) -> tuple[list[str], list[list[object]]]:
        """Head and rows for a person: the commonest skills."""
        common = self.skills.group_by("label", maintain_order=True).agg(
            found=pl.len(), texts=pl.col("row").n_unique(), sure=pl.col("confidence").mean()
        )
        rows = common.sort("found", "label", descending=[True, False]).head(MOST_SHOWN).rows()
        return ["skill", "found", "texts", "sure"], [[label, n, texts, f"{sure:.2f}"] for label, n, texts, sure in rows]

    def lines(self) -> list[str]:
        """What came of it, in sentences."""
        told = self.summary()
        zones = ", ".join(f"{count} {zone}" for zone, count in told["zones"].items()) or "none"
        return [
            f"{self.skills.height} skills in {told['with_skills']} of {self.texts} texts ({zones}).",
            f"Taxonomy: {self.taxonomy}.",
        ]


def find_in_file(path: Path, column: str, *, taxonomy: Path | None = None, all_zones: bool = False) -> Found:
    """The skills in one column of a CSV file.

    Parameters
    ----------
    path : the file
    column : name of the column with the texts
    taxonomy : a pack or a folder of exports; without it what is installed, or our own words
    all_zones : also skills in sentences on the company and on benefits

    Raises
    ------
    FileError, TableError
        If the file cannot be read, lacks the column or has no row; or the taxonomy cannot be read.
    """
    texts, notes = read_texts(path, column)
    pack = open_pack(taxonomy)
    return Found(find_skills(texts, pack, all_zones=all_zones), len(texts), pack.version, notes)
