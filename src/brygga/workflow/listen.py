"""Listen: what companies say and advertise, coded to occupations.

Start reading at `listen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.coding.code import code_texts
from brygga.coding.evaluate import Agreement, agreement
from brygga.coding.labels import label_table
from brygga.coding.needs_text import read_wish
from brygga.core import codes, tables
from brygga.core.region import Region
from brygga.sources.jobtech import read_ads
from brygga.sources.needs import read_needs
from brygga.workflow.taxonomy import open_pack, titles

Tables = dict[str, pl.DataFrame]
FOUND = ("occupation", "confidence", "why")
UNSURE = 0.3
"""Confidence below which a person should look."""


@dataclass(frozen=True)
class Heard:
    """One file of needs or ads, coded; texts of ads stay out of everything shown."""

    name: str
    table: pl.DataFrame
    agrees: Agreement | None = None
    warnings: tuple[str, ...] = ()

    def save(self, folder: Path) -> Path:
        """Write the coded table as CSV into `folder`."""
        path = folder / f"{self.name}.csv"
        tables.write(self.table, path)
        return path

    def summary(self) -> dict[str, Any]:
        """Counts, shares and rows for a program to read."""
        shown = self.table.select(*[c for c in ("need_id", "ad_id") if c in self.table.columns], *FOUND)
        coded = self.table["occupation"].is_not_null().sum()
        agrees = asdict(self.agrees) if self.agrees else None
        return {"rows": self.table.height, "coded": coded, "agrees": agrees, "coded_rows": shown.to_dicts()}

    def shown(self) -> tuple[Sequence[str], list[list[object]]]:
        """Head and rows for a person: id, occupation, its name, how sure, and why."""
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
        if self.agrees:
            at = ", ".join(
                f"{round(share * self.agrees.rows)} ({share:.0%}) at {digits}"
                for digits, share in (("4", self.agrees.four), ("3", self.agrees.three), ("1 digit", self.agrees.one))
            )
            told.append(f"Of {self.agrees.rows} with the employer's code, agree: {at}. One left open does not agree.")
        return [*told, *self.warnings]


def listen(region: Region, *, taxonomy: Path | None = None) -> tuple[Tables, tuple[str, ...]]:
    """Tables `coded_needs` and `coded_ads` of a region, empty where it has no such file; and warnings.

    Parameters
    ----------
    region : with the files of its needs and ads
    taxonomy : folder with JobTech (and ESCO) exports, for more titles
    """
    labels = _labels(taxonomy)
    needs = tables.empty("stated_needs")
    warnings: tuple[str, ...] = ()
    if region.needs:
        needs, warnings = read_needs(region.needs, wish=read_wish, extra_codes=region.extra_codes)
    ads = read_ads(region.ads) if region.ads else tables.empty("job_ads")
    return {"coded_needs": code_needs(needs, labels), "coded_ads": code_ads(ads, labels)}, warnings


def listen_to_ads(path: Path, *, taxonomy: Path | None = None) -> Heard:
    """The ads of one JobSearch reply, coded, and how many agree with the employer's code."""
    ads, labels = read_ads(path), _labels(taxonomy)
    coded = code_texts(_ad_texts(ads), labels)
    known = ads["occupation"].is_not_null().any()
    agrees = agreement(coded, ads["occupation"].to_list()) if known else None
    return Heard("coded_ads", code_ads(ads, labels), agrees)


def listen_to_needs(path: Path, *, taxonomy: Path | None = None) -> Heard:
    """The needs of one CSV or XLSX file, coded."""
    needs, warnings = read_needs(path, wish=read_wish)
    return Heard("coded_needs", code_needs(needs, _labels(taxonomy)), warnings=warnings)


def code_needs(needs: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Table `coded_needs`: table `stated_needs` with its occupations."""
    return _in_order("coded_needs", _with_occupation(needs, needs["text"].to_list(), labels))


def code_ads(ads: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Table `coded_ads`: table `job_ads` with our occupations beside the employers', and without a word of theirs."""
    found = code_texts(_ad_texts(ads), labels, top=1).filter(rank=1).sort("row")
    coded = ads.rename({"occupation": "employer_code"}).with_columns(
        occupation=found["code"],
        confidence=found["confidence"],
        why=found.select(pl.coalesce(pl.format('title "{}"', "label"), pl.lit("no known title")))["label"],
    )
    return _in_order("coded_ads", coded)


def _ad_texts(ads: pl.DataFrame) -> list[str]:
    return [f"{headline or ''}\n{text or ''}" for headline, text in ads.select("headline", "text").iter_rows()]


def _with_occupation(frame: pl.DataFrame, texts: list[str], labels: pl.DataFrame) -> pl.DataFrame:
    first = code_texts(texts, labels, top=1).filter(rank=1).sort("row")
    return frame.with_columns(occupation=first["code"], confidence=first["confidence"], why=first["why"])


def _in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(column.column for column in tables.dictionary(name))


def _labels(taxonomy: Path | None) -> pl.DataFrame:
    return label_table(titles(open_pack(taxonomy)))


def _name(code: str | None) -> str:
    return codes.name_of(code, "ssyk", "sv") if code else "left open"
