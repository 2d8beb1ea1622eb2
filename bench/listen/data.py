"""Data: the development sets beside the repository, and our own texts.

Nothing of an ad is ever printed. Each loader returns None where its file is missing.

Start reading at `titles`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import polars as pl

from bench.listen.measures import Span
from brygga.coding.pack import Pack, embedded_pack
from brygga.core.places import SHARED_DATA
from brygga.workflow.taxonomy import open_pack

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests" / "data" / "listen"
TAXONOMY = SHARED_DATA / "taxonomy"
BENCHMARKS = SHARED_DATA / "benchmarks"
ADS = SHARED_DATA / "ads" / "jobsearch_search_response.json"
SPLIT = "2025-07-15"
"""Headlines published before are trained on, later ones are scored."""

AD_LENGTH = 2_000
NO_LABEL = {"LABEL NOT PRESENT", "UNDERSPECIFIED"}


class Coded(NamedTuple):
    """Texts and their group in JobTech's grouping."""

    texts: list[str]
    truth: list[str]

    def part(self, places: list[int]) -> Coded:
        """Some of the rows."""
        return Coded([self.texts[n] for n in places], [self.truth[n] for n in places])


class Spanned(NamedTuple):
    """Texts, the spans of skills in each, and what each span may be called (nothing where no label fits)."""

    texts: list[str]
    spans: list[list[Span]]
    names: list[list[set[str]]]


def pack() -> Pack:
    """The taxonomy beside the repository with our own words, or our own words alone."""
    return open_pack(TAXONOMY) if TAXONOMY.is_dir() else embedded_pack()


def titles() -> Coded | None:
    """Titles that left the taxonomy."""
    path = BENCHMARKS / "occupation_titles_dev.csv"
    if not path.is_file():
        return None
    rows = pl.read_csv(path, infer_schema=False).drop_nulls(["label", "ssyk4"])
    return Coded(rows["label"].to_list(), rows["ssyk4"].to_list())


def headlines() -> tuple[Coded, Coded] | None:
    """Headlines of ads before and from `SPLIT`, in order of day."""
    path = BENCHMARKS / "ad_headlines_dev.csv"
    if not path.is_file():
        return None
    rows = pl.read_csv(path, infer_schema=False).drop_nulls(["headline", "ssyk4"])
    rows = rows.sort("published_date", maintain_order=True)
    earlier, later = (rows.filter((pl.col("published_date") < SPLIT) == before) for before in (True, False))
    return (
        Coded(earlier["headline"].to_list(), earlier["ssyk4"].to_list()),
        Coded(later["headline"].to_list(), later["ssyk4"].to_list()),
    )


def ads() -> tuple[list[str], Coded] | None:
    """Ids of the shared ads by number, and headline, text and the employer's code of each."""
    if not ADS.is_file():
        return None
    hits = sorted(json.loads(ADS.read_text(encoding="utf-8"))["hits"], key=lambda ad: int(ad["id"]))
    texts = [f"{ad['headline']}\n{ad['description']['text']}" for ad in hits]
    return [ad["id"] for ad in hits], Coded(texts, [ad["occupation_group"]["legacy_ams_taxonomy_id"] for ad in hits])


def short_ads(count: int) -> list[str] | None:
    """Headline and the first 2,000 characters of the shared ads, repeated to `count`.

    Each copy ends with a number of its own, so that no answer can be kept from one copy to the next.
    """
    found = ads()
    if found is None:
        return None
    texts = [text[: text.find("\n") + 1 + AD_LENGTH] for text in found[1].texts]
    return [f"{texts[n % len(texts)]}\n{n}" for n in range(count)]


def english_skills(name: str) -> Spanned | None:
    """One of the English sets (house, tech): sentences, spans and ESCO's label of each."""
    path = BENCHMARKS / f"{name}_validation_annotations.csv"
    if not path.is_file():
        return None
    made = Spanned([], [], [])
    for key, rows in pl.read_csv(path).group_by("sentence", maintain_order=True):
        sentence = str(key[0])
        labels: dict[str, set[str]] = {}
        for span, label in rows.select("span", "label").iter_rows():
            labels.setdefault(span.strip(" .,;:?!*•"), set()).update({label} - NO_LABEL)
        spans = located(sentence, labels)
        made.texts.append(sentence)
        made.spans.append([(start, end) for start, end, _ in spans])
        made.names.append([labels[text] for _, _, text in spans])
    return made


def located(sentence: str, texts: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where the texts stand in a sentence: every place, the longest first, none over another; in order of place.

    Examples
    --------
    >>> located("java and javascript and java", ["java", "javascript"])
    [(0, 4, 'java'), (9, 19, 'javascript'), (24, 28, 'java')]
    """
    taken: list[tuple[int, int, str]] = []
    for text in sorted(filter(None, texts), key=lambda one: (-len(one), one)):
        start = sentence.find(text)
        while start >= 0:
            end = start + len(text)
            if all(end <= a or b <= start for a, b, _ in taken):
                taken.append((start, end, text))
            start = sentence.find(text, end)
    return sorted(taken)


def esco_skills_en() -> list[str] | None:
    """English names of ESCO's skills."""
    path = BENCHMARKS / "skills_en_label.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else None


def own_texts() -> dict[str, dict[str, str]]:
    """Our own texts by id, in order."""
    return {row["text_id"]: row for row in _own("texts")}


def own_needs() -> list[dict[str, str]]:
    """What our own texts ask for."""
    return _own("needs")


def own_spans(name: str = "spans") -> dict[str, list[dict[str, str]]]:
    """Spans of skills by the id of their text: our own (spans), or the shared ads (ads85)."""
    key = "ad_id" if name == "ads85" else "text_id"
    made: dict[str, list[dict[str, str]]] = {}
    for row in _own(name):
        made.setdefault(row[key], []).append(row)
    return made


def own_zones() -> dict[str, list[dict[str, str]]]:
    """Zones of our own ads by the id of their text."""
    return own_spans("zones")


def own_ads_coded() -> dict[str, dict[str, str]]:
    """Our reading of the shared ads' occupation, by id."""
    return {row["ad_id"]: row for row in _own("ads85_occupation")}


def _own(name: str) -> list[dict[str, str]]:
    path = OWN / f"{name}.csv"
    return pl.read_csv(path, infer_schema=False).fill_null("").to_dicts()
