"""Fit the confidence of `brygga.coding.code`: the share of first answers that were right, by their evidence.

Four sets with known codes count alike: retired job titles and a sample of ad headlines (open data beside
the repository), the 85 ads of a JobSearch reply, and the example region's needs. Each is coded with our own
labels and with a taxonomy. The evidence is score + LEAD_WEIGHT x lead; the curve is the weighted isotonic regression
(pool adjacent violators) over ten bins of equal weight, shrunk half a hit and half a miss into each. It
also prints the agreement that `docs/method/coding.md` tells, against the best label of the plain cosine.

Run it with `python recipes/coding_confidence.py`; copy the curve to `CALIBRATION`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from brygga.coding.code import LEAD_WEIGHT, code_texts
from brygga.coding.evaluate import Agreement, agreement, to_jobtech
from brygga.coding.labels import label_table
from brygga.coding.normalise import plain, words
from brygga.coding.rank import Index, build_index, cosines, rank_text
from brygga.core.places import REGIONS, SHARED_DATA
from brygga.sources.jobtech import read_ads, read_taxonomy

BINS = 10
HEADLINES = 500
GOLD = Path(__file__).parents[1] / "tests" / "data" / "needs_gold.csv"


class Known(NamedTuple):
    """Texts and their true codes in JobTech's grouping."""

    texts: list[str]
    truth: list[str]


def known_sets() -> dict[str, Known]:
    folder = SHARED_DATA / "benchmarks"
    titles = pl.read_csv(folder / "occupation_titles_dev.csv", infer_schema=False)
    headlines = pl.read_csv(folder / "ad_headlines_dev.csv", infer_schema=False).drop_nulls(["headline", "ssyk4"])
    headlines = headlines.sample(HEADLINES, seed=3)
    ads = read_ads(SHARED_DATA / "ads" / "jobsearch_search_response.json")
    needs = pl.read_csv(REGIONS / "sydost" / "needs.csv", infer_schema=False)
    needs = needs.join(pl.read_csv(GOLD, infer_schema=False), on="need_id", maintain_order="left")
    return {
        "titles": Known(titles["label"].to_list(), titles["ssyk4"].to_list()),
        "headlines": Known(headlines["headline"].to_list(), headlines["ssyk4"].to_list()),
        "ads": Known((ads["headline"] + "\n" + ads["text"]).to_list(), ads["occupation"].to_list()),
        "needs": Known(needs["text"].to_list(), [to_jobtech(code) for code in needs["code"]]),
    }


def evidence(known: Known, index: Index) -> tuple[list[float], list[bool]]:
    """Evidence of the first answer, and whether it was right; texts without an answer are left out."""
    strengths, right = [], []
    for text, truth in zip(*known, strict=True):
        found = rank_text(text, index, top=5)
        if found:
            lead = found[0].score - (found[1].score if len(found) > 1 else 0.0)
            strengths.append(found[0].score + LEAD_WEIGHT * lead)
            right.append(to_jobtech(found[0].code) == truth)
    return strengths, right


def curve(strengths: Sequence[float], right: Sequence[bool], weight: Sequence[float]) -> list[tuple[float, float]]:
    """Isotonic share of right answers over bins of equal weight: (mean evidence, share)."""
    order = np.argsort(strengths)
    e, r, w = (np.array(values, dtype=float)[order] for values in (strengths, right, weight))
    place = np.minimum((np.cumsum(w) / w.sum() * BINS).astype(int), BINS - 1)
    blocks: list[list[float]] = []
    for n in range(BINS):
        chosen = place == n
        share = (r[chosen] @ w[chosen] + 0.5 / BINS) / (w[chosen].sum() + 1 / BINS)
        blocks.append([e[chosen] @ w[chosen] / w[chosen].sum(), share, 1])
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][1] >= pooled[-1][1]:
            x, y, n = pooled.pop()
            a, b, m = pooled.pop()
            pooled.append([(a * m + x * n) / (m + n), (b * m + y * n) / (m + n), m + n])
    return [(round(float(x), 3), round(float(y), 3)) for x, y, _ in pooled]


def best_label(known: Known, labels: pl.DataFrame) -> Agreement:
    """The yardstick: the label with the highest plain cosine to the headline decides."""
    index = build_index(labels)
    rows = []
    for n, text in enumerate(known.texts):
        best = np.maximum.reduceat(cosines(words(plain(text).partition("\n")[0]), index), index.starts)
        answers = [index.codes[index.starts[place]] for place in np.argsort(-best, kind="stable")[:5]]
        rows += [(n, rank, code) for rank, code in enumerate(answers, 1)]
    return agreement(pl.DataFrame(rows, schema=["row", "rank", "code"], orient="row"), known.truth)


def main() -> None:
    tables = {"own": label_table(), "with taxonomy": label_table(read_taxonomy(SHARED_DATA / "taxonomy"))}
    sets = known_sets()
    strengths, right, weight = [], [], []
    for table, labels in tables.items():
        index = build_index(labels)
        for name, known in sets.items():
            e, r = evidence(known, index)
            strengths, right = strengths + e, right + r
            weight += [1 / len(e)] * len(e)
            print(f"{table:14} {name:10} ours  {agreement(code_texts(known.texts, labels), known.truth)}")
            print(f"{table:14} {name:10} plain {best_label(known, labels)}")
    print(curve(strengths, right, weight))


if __name__ == "__main__":
    main()
