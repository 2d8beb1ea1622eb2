"""Labels: the titles that texts are compared with, each with its occupation.

A label table has one row a label: `code` (SSYK 2012, four digits), `label`, `language`
(sv|en) and `kind` (title, synonym, abbreviation, english, group,
taxonomy, esco). Our own list is
`titles.csv`; the names of the unit groups come from the classification; a taxonomy that the
user has at hand comes in as a table of the same shape.

Start reading at `label_table`.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import polars as pl

from brygga.core import codes
from brygga.core.errors import TableError

COLUMNS = ["code", "label", "language", "kind"]
TITLES = Path(__file__).with_name("titles.csv")
_FILLER = re.compile(r"\s*(?:m\.\s?fl\.|m\.\s?m\.|etc\.?|n\.e\.c\.?|, nivå \d|, level \d)\s*", re.IGNORECASE)


def label_table(taxonomy: pl.DataFrame | None = None) -> pl.DataFrame:
    """Our own titles, the names of the unit groups, and those of a taxonomy if given.

    Parameters
    ----------
    taxonomy : columns code, label, language, kind; as `brygga.sources.jobtech.read_taxonomy` gives it

    Returns
    -------
    label table
        One row per code x label, in order of code and label.

    Raises
    ------
    TableError
        If the taxonomy lacks a column or has no row.

    Examples
    --------
    >>> labels = label_table()
    >>> labels.filter(label="CNC-operatör").row(0)
    ('7223', 'CNC-operatör', 'sv', 'title')
    """
    frames = [own_titles(), group_names()]
    if taxonomy is not None:
        frames.append(_checked(taxonomy))
    return (
        pl.concat(frames)
        .filter(pl.col("label").str.strip_chars() != "")
        .unique(["code", "label"], keep="first", maintain_order=True)
        .sort("code", "label")
    )


@functools.cache
def own_titles() -> pl.DataFrame:
    """Our list of common titles with synonyms, Swedish and English: a label table."""
    return pl.read_csv(TITLES, infer_schema=False).select(COLUMNS)


def group_names() -> pl.DataFrame:
    """The names of the 429 unit groups, taken apart at their commas: a label table of kind group."""
    units = codes.classification("ssyk").filter(pl.col("level") == 4)
    rows = [
        (code, part, language, "group")
        for code, *names in units.select("code", "name_sv", "name_en").iter_rows()
        for language, name in zip(("sv", "en"), names, strict=True)
        for part in _parts(name or "", whole=language == "en")
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _parts(name: str, *, whole: bool) -> list[str]:
    """The name whole, and in Swedish its first part, which mostly is a title by itself."""
    name = _FILLER.sub(" ", name).strip(" ,")
    first = name.split(",")[0].split(" och ")[0].split(" and ")[0].strip()
    return list(
        dict.fromkeys(
            part
            for part in ((name,) if whole else (name, first))
            if len(part) > 3 and part[-1] != "-" and "Övriga" not in part
        )
    )


def _checked(taxonomy: pl.DataFrame) -> pl.DataFrame:
    lacking = [column for column in COLUMNS if column not in taxonomy.columns]
    if lacking or taxonomy.is_empty():
        raise TableError(
            f"the taxonomy {'lacks column(s) ' + ', '.join(lacking) if lacking else 'has no row'}",
            why="a label without its code cannot code anything",
            todo="read it with `brygga.sources.jobtech.read_taxonomy`, or leave --taxonomy out",
        )
    codes.check_codes(taxonomy["code"].unique().sort().to_list(), "ssyk", where="taxonomy.code")
    return taxonomy.select(COLUMNS)
