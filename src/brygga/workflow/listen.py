"""Listen: what companies say and advertise, coded to occupations.

Start reading at `listen`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brygga.coding.evaluate import Agreement, agreement
from brygga.coding.needed_skills import joined, needed_skills
from brygga.coding.needs_text import Need, named_in, read_needs_text, read_wish, split_needs
from brygga.coding.pack import Pack
from brygga.core import codes, tables
from brygga.core.region import Region
from brygga.sources.ads import Wrong, read_ads
from brygga.sources.needs import read_needs
from brygga.workflow.occupations import first_answers
from brygga.workflow.taxonomy import open_pack

Tables = dict[str, pl.DataFrame]
FOUND = ("occupation", "confidence", "why")
PARTS = ("need", "part", "role", "ssyk", "occupation", "sure", "persons", "when", "must", "merit")
MOST_TOLD = 10
"""Broken rows that are told one by one."""

UNSURE = 0.3
"""Confidence below which a person should look."""


@dataclass(frozen=True)
class Heard:
    """One file of needs or ads, coded; texts of ads stay out of everything shown."""

    name: str
    table: pl.DataFrame
    agrees: Agreement | None = None
    warnings: tuple[str, ...] = ()
    parsed: pl.DataFrame | None = None

    def save(self, folder: Path) -> Path:
        """Write the coded table, and the parts of needs, as CSV into `folder`."""
        path = folder / f"{self.name}.csv"
        tables.write(self.table, path)
        if self.parsed is not None:
            tables.write(self.parsed, folder / "parsed_needs.csv")
        return path

    def summary(self) -> dict[str, Any]:
        """Counts, shares and rows for a program to read."""
        shown = self.table.select(c for c in ("need_id", "ad_id", *FOUND) if c in self.table.columns)
        coded = self.table["occupation"].is_not_null().sum()
        agrees = asdict(self.agrees) if self.agrees else None
        told = {"rows": self.table.height, "coded": coded, "agrees": agrees, "coded_rows": shown.to_dicts()}
        return told | {"parsed": self.parsed.to_dicts()} if self.parsed is not None else told

    def shown(self) -> tuple[Sequence[str], list[list[object]]]:
        """Head and rows for a person: id, occupation, its name and how sure; then why, or the parts of the need."""
        if self.parsed is not None:
            return PARTS, [_part(row) for row in self.parsed.rows(named=True)]
        key = self.table.columns[0]
        rows = [
            [row[key], row["occupation"], _name(row["occupation"]), f"{row['confidence']:.2f}", row["why"]]
            for row in self.table.rows(named=True)
        ]
        return (key, "ssyk", "occupation", "sure", "why"), rows

    def lines(self) -> list[str]:
        """What came of it, in sentences."""
        coded = self.table["occupation"].is_not_null().sum()
        unsure = ((self.table["confidence"] < UNSURE) & self.table["occupation"].is_not_null()).sum()
        told = [f"{coded} of {self.table.height} coded, {unsure} of them unsure (below {UNSURE}); the rest left open."]
        told = told if self.table.height else []
        if self.agrees:
            at = ", ".join(
                f"{round(share * self.agrees.rows)} ({share:.0%}) at {digits}"
                for digits, share in (("4", self.agrees.four), ("3", self.agrees.three), ("1 digit", self.agrees.one))
            )
            told.append(f"Of {self.agrees.rows} with the employer's code, agree: {at}. One left open does not agree.")
        return [*told, *self.warnings]


def _part(row: Mapping[str, Any]) -> list[object]:
    """One need of a text for a person: who, how many, when, must-have, merit."""
    return [
        row["need_id"],
        row["part"],
        row["role"],
        row["occupation"],
        _name(row["occupation"]),
        f"{row['confidence']:.2f}",
        _number(row),
        " to ".join(str(day or "") for day in (row["wanted_from"], row["wanted_to"])) if row["when_said"] else None,
        (row["required"] or "").replace("|", ", "),
        (row["merit"] or "").replace("|", ", "),
    ]


def _number(row: Mapping[str, Any]) -> str:
    """How many, as people write it.

    Examples
    --------
    >>> _number({"persons_low": 3.0, "persons_high": 4.0}), _number({"persons_low": 3.0, "persons_high": None})
    ('3-4', '3+')
    """
    low, high = row["persons_low"], row["persons_high"]
    if low is None or low == high:
        return "" if high is None else f"{high:g}" if low == high else f"up to {high:g}"
    return f"{low:g}+" if high is None else f"{low:g}-{high:g}"


def listen(region: Region, *, taxonomy: Path | None = None) -> tuple[Tables, tuple[str, ...]]:
    """Tables `coded_needs` and `coded_ads` of a region, empty where it has no such file; and warnings.

    Parameters
    ----------
    region : with the files of its needs and ads
    taxonomy : as in `open_pack`
    """
    pack = open_pack(taxonomy)
    needs, ads = tables.empty("stated_needs"), tables.empty("job_ads")
    warnings: tuple[str, ...] = ()
    if region.needs:
        needs, warnings = read_needs(region.needs, wish=read_wish, split=split_needs, extra_codes=region.extra_codes)
    if region.ads:
        ads, wrong = read_ads(region.ads)
        warnings += _told(wrong)
    return {"coded_needs": code_needs(needs, pack), "coded_ads": code_ads(ads, pack)}, warnings


def listen_to_ads(path: Path, *, taxonomy: Path | None = None) -> Heard:
    """The ads of one file, coded, and how many agree with the employer's code; for many see `brygga.workflow.bulk`."""
    ads, wrong = read_ads(path)
    coded = code_ads(ads, open_pack(taxonomy))
    agrees = None
    if ads["occupation"].is_not_null().any():
        answers = coded.select(pl.col("occupation").alias("code")).with_row_index("row").with_columns(rank=pl.lit(1))
        agrees = agreement(answers, ads["occupation"].to_list())
    return Heard("coded_ads", coded, agrees, _told(wrong))


def listen_to_needs(path: Path, *, taxonomy: Path | None = None) -> Heard:
    """The needs of one CSV or XLSX file, coded, and read into their parts."""
    needs, warnings = read_needs(path, wish=read_wish, split=split_needs)
    pack = open_pack(taxonomy)
    heard = {row["need_id"]: (row["text"], row["heard_on"]) for row in needs.iter_rows(named=True)}
    return Heard("coded_needs", code_needs(needs, pack), warnings=warnings, parsed=parse_needs(heard, pack))


def listen_to_text(text: str, heard_on: date, *, taxonomy: Path | None = None) -> Heard:
    """The needs that one text names, coded and read into their parts."""
    parsed = parse_needs({"text": (text, heard_on)}, open_pack(taxonomy))
    warnings = () if parsed.height else ("The text names no need.",)
    return Heard("parsed_needs", parsed, warnings=warnings, parsed=parsed)


def parse_needs(heard: Mapping[str, tuple[str, date]], pack: Pack) -> pl.DataFrame:
    """Table `parsed_needs`: who, how many, when, must-have and merit of each need in each text.

    Parameters
    ----------
    heard : of each need or row its text, and the day it was said
    pack : the taxonomy that occupations and skills are told by
    """
    texts = [text for text, _ in heard.values()]
    needs = [read_needs_text(text, heard_on) for text, heard_on in heard.values()]
    skills = needed_skills(texts, needs, pack)
    rows: list[dict[str, object]] = []
    for key, of_text, needed in zip(heard, needs, skills, strict=True):
        for part, (need, wanted) in enumerate(zip(of_text, needed, strict=True), 1):
            required, required_ids = joined(wanted, "required")
            merit, merit_ids = joined(wanted, "merit")
            asked = {"required": required, "merit": merit, "required_ids": required_ids, "merit_ids": merit_ids}
            rows.append({"need_id": key, "part": part} | _said(need) | asked)
    words = [named_in(text, need) for text, of_text in zip(texts, needs, strict=True) for need in of_text]
    found = first_answers(words, pack, roles=[_alone(need) for of_text in needs for need in of_text])
    coded = {"occupation": found["unit"], "confidence": found["confidence"]}
    schema = {name: kind for name, kind in tables.empty("parsed_needs").schema.items() if name not in coded}
    parsed = pl.DataFrame(rows, schema=schema).with_columns(**coded)
    return tables.check(_in_order("parsed_needs", parsed), "parsed_needs")


def _alone(*needs: Need) -> str:
    """The role of the only need, when nothing else is asked that may tell the occupation better."""
    return needs[0].role if len(needs) == 1 and not needs[0].wants else ""


def _said(need: Need) -> dict[str, object]:
    """What a need says by itself, under the columns of table `parsed_needs`."""
    return {
        "role": need.role or None,
        "persons_low": need.persons_low,
        "persons_high": need.persons_high,
        "bound": need.bound or None,
        "wanted_from": need.first,
        "wanted_to": need.last,
        "year": need.year,
        "pace": need.pace or None,
        "when_said": need.when or None,
        "start": need.start,
        "end": need.end,
        "role_start": need.role_start,
        "role_end": need.role_end,
    }


def _told(wrong: Sequence[Wrong]) -> tuple[str, ...]:
    """Rows that could not be read, in one sentence each for the first few and one for the rest."""
    told = [f"{one.file}, {one.place} could not be read: {one.what}." for one in wrong[:MOST_TOLD]]
    more = [f"{len(wrong) - MOST_TOLD} more rows could not be read."] if len(wrong) > MOST_TOLD else []
    return (*told, *more)


def code_needs(needs: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """Table `coded_needs`: table `stated_needs` with its occupations."""
    read = [(text, read_needs_text(text, day)) for text, day in needs.select("text", "heard_on").rows()]
    words = ["\n".join(named_in(text, need) for need in named) or text for text, named in read]
    found = first_answers(words, pack, roles=[_alone(*named) for _, named in read])
    return _in_order("coded_needs", needs.with_columns(found["unit"].alias("occupation"), *found["confidence", "why"]))


def code_ads(ads: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """Table `coded_ads`: table `job_ads` with our occupations beside the employers', and without a word of theirs."""
    texts = [f"{headline or ''}\n{text or ''}" for headline, text in ads.select("headline", "text").iter_rows()]
    found = first_answers(texts, pack)
    coded = ads.rename({"occupation": "employer_code"}).with_columns(
        occupation=found["unit"],
        confidence=found["confidence"],
        why=found.select(pl.coalesce(pl.format('title "{}"', "label"), pl.lit("no known title")))["label"],
    )
    return _in_order("coded_ads", coded)


def _in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(column.column for column in tables.dictionary(name))


def _name(code: str | None) -> str:
    return codes.name_of(code, "ssyk", "sv") if code else "left open"
