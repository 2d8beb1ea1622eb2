"""Related: the occupations near one, for a person who must or wants to change.

Start reading at `related`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.coding.normalise import lookup_key, words
from brygga.coding.pack import Pack, lifted
from brygga.coding.related import Related, relate
from brygga.core import codes, tables
from brygga.core.errors import SettingError, UnknownCodeError, listed
from brygga.workflow.taxonomy import open_pack

BY_TITLE = ("own", "name", "group", "esco", "isco", "esco_en", "esco_en_alt")
"""Families of labels that a title is looked up in; the first that has it decides."""

JUDGED = (
    "Judged from our own words and the digits of the codes: no taxonomy is installed. "
    "`brygga data update taxonomy` brings JobTech's substitutability and skills."
)


@dataclass(frozen=True)
class Near:
    """The occupations near one, with their names."""

    code: str
    name: str
    tables: Related
    names: dict[str, str]
    judged: bool

    def shown(self, skills: int = 3) -> tuple[list[str], list[list[object]]]:
        """Head and rows for a person: a few of the rarest skills that carry over, and that are missing."""
        rows: list[list[object]] = [
            [
                row["to_code"],
                self.names[row["to_code"]],
                f"{row['strength']:.2f}",
                "" if row["substitutability"] is None else f"{row['substitutability']:.2f}",
                f"{row['similarity']:.2f}",
                self._few(row, "carried", skills),
                self._few(row, "missing", skills),
            ]
            for row in self.tables.occupations.rows(named=True)
        ]
        return ["ssyk", "occupation", "strength", "substitutes", "similar", "carries over", "missing"], rows

    def _few(self, row: dict[str, Any], state: str, most: int) -> str:
        found = self.tables.skills.filter(to_code=row["to_code"], state=state)["label"].to_list()
        more = f"; {len(found) - most} more" if len(found) > most else ""
        return "; ".join(found[:most]) + more if found else "-"

    def summary(self) -> dict[str, Any]:
        """For a program to read: every related occupation with its skills."""
        return {
            "from_code": self.code,
            "name": self.name,
            "related": [
                row
                | {"name": self.names[row["to_code"]]}
                | {state: self._skills(row["to_code"], state) for state in ("carried", "missing")}
                for row in self.tables.occupations.rows(named=True)
            ],
        }

    def _skills(self, to_code: str, state: str) -> list[dict[str, Any]]:
        found = self.tables.skills.filter(to_code=to_code, state=state)
        return found.select("skill_id", "label", "rarity").to_dicts()

    def lines(self) -> Iterator[str]:
        """What stands behind it, in sentences."""
        sources = self.tables.occupations["source"].unique().to_list()
        if sources:
            yield f"From {sources[0]}."
        else:
            yield "Nothing near enough is known."
        if self.judged:
            yield JUDGED

    def save(self, folder: Path) -> None:
        """Write both tables as CSV into `folder`."""
        tables.write(self.tables.occupations, folder / "related_occupations.csv")
        tables.write(self.tables.skills, folder / "related_skills.csv")


def related(occupation: str, *, taxonomy: Path | None = None, top: int = 10) -> Near:
    """The occupations near an SSYK code or a title.

    Parameters
    ----------
    occupation : four digits of SCB or JobTech, or a title
    taxonomy : a pack or a folder of exports; None for the installed one, or our own words alone
    top : occupations at most

    Raises
    ------
    UnknownCodeError
        If there is no such code or title, or a title stands for several groups.
    SettingError
        If `top` is below 1.
    """
    if top < 1:
        raise SettingError(f"--top {top} is below 1", why="there would be nothing to show", todo="give 1 or more")
    pack = open_pack(taxonomy)
    code = code_of(occupation, pack)
    found = relate(pack, [code], top=top)
    names = group_names(pack)
    judged = "taxonomy" not in found.occupations["basis"].to_list()
    return Near(code, names[code], found, names, judged)


def code_of(occupation: str, pack: Pack) -> str:
    """JobTech's group for a code or a title that the pack has word for word.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> code_of("cnc-operatörer", embedded_pack()), code_of("1372", embedded_pack())
    ('7223', '1370')
    """
    text = occupation.strip()
    if text.isdecimal():
        codes.check_codes([lifted(text)], "jobtech_ssyk", where="occupation")
        return lifted(text)
    key = lookup_key(words(text))
    first = words(text)[0][:3] if key else ""
    titles = pack.labels.filter(pl.col("text").str.to_lowercase().str.contains(first, literal=True))
    for family in BY_TITLE if key else ():
        rows = titles.filter(family=family).select("text", "code").iter_rows()
        found: list[str] = sorted({code for title, code in rows if lookup_key(words(title)) == key})
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownCodeError(
                f'"{text}" stands for {len(found)} groups: {listed(f"{c} {group_names(pack)[c]}" for c in found)}',
                why="their neighbours differ",
                todo="give one of these codes instead of the title",
            )
    raise UnknownCodeError(
        f'no occupation is called "{text}"',
        why="neighbours are known of occupations alone",
        todo="give an SSYK code of four digits, another title, or ask `brygga code` what it may be",
    )


def group_names(pack: Pack) -> dict[str, str]:
    """The Swedish name of each of JobTech's groups: JobTech's own, else those of SCB's groups in it."""
    published = pack.labels.filter(pl.col("family") == "group", pl.col("concept_id").is_not_null())
    own: dict[str, str] = dict(published.select("code", "text").iter_rows())
    return {
        code: own.get(code) or " / ".join(codes.name_of(unit, "ssyk", "sv") for unit in codes.from_jobtech(code))
        for code in sorted(codes.codes("jobtech_ssyk"))
    }
