"""Compare two readings of the sample in `tests/data/listen`: how steady one annotator's labels are.

`first_*.csv` hold the labels as first set and `reread_*.csv` those of the second reading, made from the text alone.
Printed per measure: how many, the share that is the same, Cohen's kappa (agreement above chance) and, for skill
spans, F1 of the second reading against the first. Tokens are runs of letters and digits; a token is in a span or not.
The shared ads are read from the folder of open data beside the repository; without it they are left out.

Run it with `python recipes/listen_kappa.py`; the figures stand in `tests/data/listen/README.md`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path

import polars as pl

from brygga.core.places import SHARED_DATA

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "listen"
ADS = SHARED_DATA / "ads" / "jobsearch_search_response.json"
TOKEN = re.compile(r"\w+")


def read(name: str) -> pl.DataFrame:
    offsets = [pl.col("start", "end").cast(pl.Int64)]
    table = pl.read_csv(FOLDER / f"{name}.csv", infer_schema=False).fill_null("")
    return table.with_columns(offsets) if "start" in table.columns else table


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Cohen's kappa of two labellings of the same things; 1 where chance alone would agree in full."""
    total = len(first)
    same = sum(a == b for a, b in zip(first, second, strict=True)) / total
    left, right = Counter(first), Counter(second)
    chance = sum(left[label] * right[label] for label in left) / total**2
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


def line(what: str, first: Sequence[Hashable], second: Sequence[Hashable]) -> str:
    same = sum(a == b for a, b in zip(first, second, strict=True))
    return f"{what:<46} {len(first):>6} {same / len(first):>7.3f} {kappa(first, second):>7.3f}"


def span_lines(what: str, texts: dict[str, str], first: pl.DataFrame, second: pl.DataFrame) -> list[str]:
    """Token agreement, F1 of tokens and of whole spans, and zones of the spans both readings found."""
    marks: list[list[bool]] = []
    sets: list[dict[tuple[str, int, int], str]] = []
    for spans in (first, second):
        rows = spans.select(spans.columns[0], "start", "end", "zone").iter_rows()
        found = {(key, start, end): zone for key, start, end, zone in rows}
        sets.append(found)
        marks.append(
            [
                any(key == text_id and start < token.end() and token.start() < end for key, start, end in found)
                for text_id, text in texts.items()
                for token in TOKEN.finditer(text)
            ]
        )
    both = sorted(sets[0].keys() & sets[1].keys())
    hits = sum(a and b for a, b in zip(*marks, strict=True))
    return [
        line(f"{what}: tokens in a skill span or not", *marks),
        f"{what + ': tokens, F1':<46} {sum(marks[0]):>6} {2 * hits / (sum(marks[0]) + sum(marks[1])):>7.3f}",
        f"{what + ': whole spans, F1':<46} {len(sets[0]):>6} {2 * len(both) / (len(sets[0]) + len(sets[1])):>7.3f}",
        line(f"{what}: zone of spans in both", [sets[0][k] for k in both], [sets[1][k] for k in both]),
    ]


def need_lines() -> list[str]:
    """Needs are paired by text and by overlapping words for the occupation, in the order of the file."""
    first, second = read("first_needs").to_dicts(), read("reread_needs").to_dicts()
    pairs, left = [], list(second)
    for a in first:
        met = [b for b in left if b["text_id"] == a["text_id"] and b["start"] < a["end"] and a["start"] < b["end"]]
        if met:
            left.remove(met[0])
            pairs.append((a, met[0]))
    codes = [({a["occupation"], a["occupation_alt"]}, {b["occupation"], b["occupation_alt"]}) for a, b in pairs]
    met_codes = sum(bool((x & y) - {""}) for x, y in codes)
    lines = [f"{'needs found in both, of first and second':<46} {len(pairs):>6} of {len(first)} and {len(second)}"]
    for what, columns in [
        ("occupation, first code", ("occupation",)),
        ("persons, low and high", ("persons_low", "persons_high")),
        ("from and to", ("from_date", "to_date")),
        ("must-have, all the same", ("must_have",)),
        ("merit, all the same", ("merit",)),
    ]:
        sides = ([tuple(row[c] for c in columns) for row in side] for side in zip(*pairs, strict=True))
        lines.append(line(f"needs: {what}", *sides))
    lines.insert(2, f"{'needs: a code in common':<46} {len(pairs):>6} {met_codes / len(pairs):>7.3f}")
    return lines


def main() -> None:
    print(f"{'':<46} {'number':>6} {'same/F1':>7} {'kappa':>7}")
    sample = set(read("reread_needs")["text_id"])
    texts = {r["text_id"]: r["text"] for r in read("texts").to_dicts() if r["text_id"] in sample}
    zones = read("first_zones").join(read("reread_zones"), on=["text_id", "start", "end"], suffix="_second")
    print(line("own ads: zone of sentences", zones["zone"].to_list(), zones["zone_second"].to_list()))
    print("\n".join(span_lines("own texts", texts, read("first_spans"), read("reread_spans"))))
    print("\n".join(need_lines()))
    jobs = read("first_ads85_occupation").join(read("reread_ads85_occupation"), on="ad_id", suffix="_second")
    print(line("shared ads: occupation", jobs["occupation"].to_list(), jobs["occupation_second"].to_list()))
    if ADS.is_file():
        ads = json.loads(ADS.read_text(encoding="utf-8"))["hits"]
        bodies = {ad["id"]: ad["description"]["text"] for ad in ads if ad["id"] in set(jobs["ad_id"])}
        print("\n".join(span_lines("shared ads", bodies, read("first_ads85"), read("reread_ads85"))))


if __name__ == "__main__":
    main()
