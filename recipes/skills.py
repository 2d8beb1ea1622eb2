"""Measures skills and zones: on our own test set, on our labels of the shared ads, and on two English sets.

Prints the tables of docs/method/skills.md. Texts of ads are read, never printed.

    python -m recipes.skills
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from brygga.coding.pack import Pack, embedded_pack
from brygga.coding.skills import find_skills
from brygga.coding.zones import NAMES, zones
from brygga.core.places import SHARED_DATA
from brygga.workflow.taxonomy import open_pack

LISTEN = Path(__file__).resolve().parents[1] / "tests" / "data" / "listen"
NO_LABEL = ("LABEL NOT PRESENT", "UNDERSPECIFIED")
Gold = Mapping[str, Sequence[tuple[int, int, str]]]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def gold(path: Path, key: str) -> dict[str, list[tuple[int, int, str]]]:
    """Labelled spans by text."""
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in rows(path):
        found[row[key]].append((int(row["start"]), int(row["end"]), row["zone"]))
    return found


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def spans(name: str, texts: Mapping[str, str], labelled: Gold, pack: Pack) -> None:
    """Precision, recall and F1 of spans: the same places; overlapping; and the zone of those that overlap."""
    ids = list(texts)
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row, start, end, zone in (
        find_skills(list(texts.values()), pack, all_zones=True).select("row", "start", "end", "zone").iter_rows()
    ):
        found[ids[row]].append((start, end, zone))
    known, given = sum(len(labelled.get(text, ())) for text in ids), sum(map(len, found.values()))
    same = hit = met = zone_right = 0
    for text in ids:
        truth = labelled.get(text, ())
        for start, end, zone in truth:
            near = [one for one in found[text] if one[0] < end and one[1] > start]
            same += any(one[:2] == (start, end) for one in near)
            hit += bool(near)
            zone_right += bool(near) and near[0][2] == zone
        met += sum(any(one[0] < end and one[1] > start for start, end, _ in truth) for one in found[text])
    strict = same / given, same / known
    loose = met / given, hit / known
    print(
        f"{name:34s} {known:4d} {given:4d}  {strict[0]:.3f} {strict[1]:.3f} {f1(*strict):.3f}  "
        f"{loose[0]:.3f} {loose[1]:.3f} {f1(*loose):.3f}  {zone_right / hit:.3f}"
    )


def zones_of_units(texts: Mapping[str, str]) -> None:
    """How many labelled sentences have the zone that most of their characters are given."""
    confused: Counter[tuple[str, str]] = Counter()
    for text, units in gold(LISTEN / "zones.csv", "text_id").items():
        by_place = [zone.name for zone in zones(texts[text]) for _ in range(zone.start, zone.end)]
        for start, end, zone in units:
            confused[zone, Counter(by_place[start:end]).most_common(1)[0][0]] += 1
    right = sum(count for (truth, given), count in confused.items() if truth == given)
    print(f"\nzones of {confused.total()} sentences: {right / confused.total():.3f} right\n{'':10s}", *NAMES, sep="\t")
    for zone in NAMES:
        print(f"{zone:10s}", *(confused[zone, other] for other in NAMES), sep="\t")


def english(name: str, pack: Pack) -> None:
    """Spans and labels of an English set of sentences with ESCO's labels."""
    by_sentence: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in rows(SHARED_DATA / "benchmarks" / f"{name}_validation_annotations.csv"):
        start = row["sentence"].find(row["span"])
        by_sentence[row["sentence"]].append((start, start + len(row["span"].rstrip(" .,)")), row["label"]))
    sentences = list(by_sentence)
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for row_number, start, end, label in (
        find_skills(sentences, pack, all_zones=True).select("row", "start", "end", "label").iter_rows()
    ):
        found[row_number].append((start, end, label.lower()))
    known = hit = same = labelled = right = met = 0
    for n, sentence in enumerate(sentences):
        for start, end, label in by_sentence[sentence]:
            near = [one for one in found[n] if one[0] < end and one[1] > start]
            known, hit, same = known + 1, hit + bool(near), same + any(one[:2] == (start, end) for one in near)
            if label not in NO_LABEL:
                labelled += 1
                low = label.lower()
                right += any(one[2] == low or low.startswith(one[2].split(",")[0]) for one in near)
        met += sum(any(one[0] < end and one[1] > start for start, end, _ in by_sentence[sentence]) for one in found[n])
    given = sum(map(len, found.values()))
    print(
        f"{name:6s} {len(sentences)} sentences, {known} spans, {given} found:",
        f"strict {same / given:.3f} {same / known:.3f},",
        f"overlapping {met / given:.3f} {hit / known:.3f},",
        f"label of {labelled}: {right / labelled:.3f}",
    )


def main() -> None:
    """All tables."""
    own = {row["text_id"]: row for row in rows(LISTEN / "texts.csv")}
    texts = {text: row["text"] for text, row in own.items()}
    needs = {text: words for text, words in texts.items() if own[text]["kind"] == "need"}
    ads = {text: words for text, words in texts.items() if own[text]["kind"] == "ad"}
    spans_of_own = gold(LISTEN / "spans.csv", "text_id")
    of_shared = gold(LISTEN / "ads85.csv", "ad_id")
    hits = json.loads((SHARED_DATA / "ads" / "jobsearch_search_response.json").read_text(encoding="utf-8"))["hits"]
    shared = {hit["id"]: hit["description"]["text"] for hit in hits if hit["id"] in of_shared}
    taxonomy = open_pack(SHARED_DATA / "taxonomy")
    print(f"{'':34s} gold found  strict P R F1       overlapping P R F1   zone of those")
    for name, pack in (("own lists", embedded_pack()), ("taxonomy", taxonomy)):
        spans(f"{name}, own needs", needs, spans_of_own, pack)
        spans(f"{name}, own ads", ads, spans_of_own, pack)
        spans(f"{name}, 40 shared ads", shared, of_shared, pack)
    zones_of_units(texts)
    print()
    for name in ("tech", "house"):
        english(name, taxonomy)


if __name__ == "__main__":
    main()
