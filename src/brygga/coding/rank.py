"""Rank: how much each occupation looks like a text, and which words say so.

A text is read in windows: the headline whole, every run of one to four words in it, and the
known titles that stand word for word in the rest. For a window w and a label l,

    cos(w, l)     cosine of their TF-IDF weights over character 2- to 4-grams within words
    look(w, c)    (sum of (trust(l) x cos(w, l))^5 over the labels l of occupation c)^(1/5)
    share(w)      weight of the window's words among the words of the headline
    score(c)      max over windows of look(w, c) x share(w)^SHARE_POWER, and of a title found
                  word for word in the text x its place x its length

so that a title inside a long headline is found, and a longer match beats its parts.

Start reading at `rank_text`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.normalise import lookup_key, plain, stem, words

# Chosen by hand, a few values each, on the sets of docs/method/coding.md: their figures flatter a little.
GRAMS = (2, 4)
LONGEST_WINDOW = 4
LONGEST_PHRASE = 5
HEADLINE_WORDS = 24
CANDIDATES = 10  # occupations that each window may speak for
SHARE_POWER = 0.35
UNKNOWN_WORD = 0.35  # weight of a word that no label has, beside 1
BODY_PLACE, BODY_END = 0.62, 0.25  # of a title in the text: at its beginning, far down
EXACT_BONUS = 1.2
TRUST = {"esco": 0.93, "group": 0.95}  # by kind of label; 1 for titles
SHARED_POWER = 0.1  # trust falls with the number of occupations that share a label, to this power
SECOND = 0.25  # what the best title in the text adds to the headline's evidence
GENERIC_SHARE = 0.6  # of a window with nothing but words such as "manager"
_GENERIC_WORDS = """
    chef ledare manager managers officer specialist specialister medarbetare personal assistent assistant
    business konsult consultant ansvarig samordnare koordinator coordinator expert lead leader director head
    worker service team teknik technical senior junior
"""
GENERIC = frozenset(_GENERIC_WORDS.split())
_STOP_WORDS = """
    och i till för med vi söker sökes vill du en ett på av som hos oss nu är att den det de har kan vår våra
    din ditt dina er ni samt eller om från under vid inom jobb tjänst tjänster heltid deltid vikariat ca
    cirka st stycken nya ny minst gärna behöver behov anställa rekrytera the a an and or for to in of at we
    you our your need needs looking hiring seeking wanted want with on is are be new job full time part per
    år hösten våren sommaren januari februari mars april maj juni juli augusti september oktober november
    december year next more some few några par två tre fyra fem sex sju åtta nio tio two three four five six
    seven eight nine ten
"""
STOP = frozenset(_STOP_WORDS.split())

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """What speaks for one occupation: how much, which label, which words, and how they met."""

    code: str
    label: str
    score: float
    words: str
    how: str  # title | text | likeness


@dataclass(frozen=True)
class Index:
    """Labels ready to be compared with: rows in order of code, and for each gram the rows that have it."""

    codes: list[str]
    labels: list[str]
    starts: npt.NDArray[np.int64]  # first row of each code
    grams: dict[str, int]
    idf: Floats
    rows: list[npt.NDArray[np.int64]]  # by gram
    weights: list[Floats]
    phrases: dict[str, list[int]]
    vocabulary: frozenset[str]
    trust: Floats  # by row: how much its source says, less where several occupations share the label


def build_index(labels: pl.DataFrame) -> Index:
    """The index over a label table (columns code, label)."""
    table = labels.select("code", "label", "kind").unique(["code", "label"]).sort("code", "label")
    codes, texts = table["code"].to_list(), table["label"].to_list()
    trust = np.array([TRUST.get(kind, 1.0) for kind in table["kind"]])
    split = [words(text) for text in texts]
    counts = [Counter(_grams(label)) for label in split]
    grams = {gram: n for n, gram in enumerate(dict.fromkeys(gram for count in counts for gram in count))}
    rows, weights, idf = _postings(counts, grams)
    starts = [n for n, code in enumerate(codes) if n == 0 or codes[n - 1] != code]
    phrases: dict[str, list[int]] = defaultdict(list)
    for row, label in enumerate(split):
        phrases[lookup_key(label)].append(row)
    shared = {key: len({codes[row] for row in found}) for key, found in phrases.items()}
    return Index(
        codes=codes,
        labels=texts,
        starts=np.array(starts, dtype=np.int64),
        grams=grams,
        idf=idf,
        rows=rows,
        weights=weights,
        phrases={key: found for key, found in phrases.items() if len(key) > 1},
        vocabulary=frozenset(stem(word) for label in split for word in label),
        trust=trust * np.array([shared[lookup_key(label)] ** -SHARED_POWER for label in split]),
    )


def rank_text(text: str, index: Index, *, top: int) -> list[Evidence]:
    """The occupations that a text looks most like, best first; none when nothing in it is known.

    The first line is the headline and counts most; further lines count by the titles in them.
    """
    headline, _, rest = plain(text).partition("\n")
    best = _best(_in_headline(words(headline), index))
    for code, found in _best(_in_body(words(rest), index)).items():
        first = best.get(code, found)
        best[code] = replace(first, score=first.score + SECOND * found.score) if code in best else found
    return sorted(best.values(), key=lambda found: (-found.score, found.code))[:top]


def _best(all_found: Iterable[Evidence]) -> dict[str, Evidence]:
    """The strongest evidence for each occupation."""
    best: dict[str, Evidence] = {}
    for found in all_found:
        if found.code not in best or found.score > best[found.code].score:
            best[found.code] = found
    return best


def _in_headline(headline: list[str], index: Index) -> Iterator[Evidence]:
    known = [word for word in headline if word not in STOP][:HEADLINE_WORDS]
    if not known:
        return
    value = [_word_value(word, index) for word in known]
    total = sum(value)
    for first, last in _windows(len(known)):
        window = known[first:last]
        share = (sum(value[first:last]) / total) ** SHARE_POWER
        if GENERIC.issuperset(window):
            share *= GENERIC_SHARE
        exact = index.phrases.get(lookup_key(window), [])
        for row in exact:
            yield _evidence(index, row, EXACT_BONUS * share * index.trust[row], window, "title")
        look, likest = _look(window, index)
        for n in np.argsort(-look, kind="stable")[:CANDIDATES]:
            if look[n] > 0:
                yield _evidence(index, likest[n], look[n] * share, window, "likeness")


def _in_body(body: list[str], index: Index) -> Iterator[Evidence]:
    """Titles that stand word for word in the rest of the text: the earlier and the longer, the more."""
    stems = [stem(word) for word in body]
    covered = 0
    for first in range(len(stems)):
        for last in range(min(first + LONGEST_PHRASE, len(stems)), max(first, covered), -1):
            rows = index.phrases.get("".join(stems[first:last]), [])
            if not rows or (last - first == 1 and (body[first] in STOP or body[first] in GENERIC)):
                continue
            place = BODY_END + (BODY_PLACE - BODY_END) * np.exp(-first / 60)
            length = min(1.0, len("".join(stems[first:last])) / 10)
            for row in rows:
                yield _evidence(index, row, place * length * index.trust[row], body[first:last], "text")
            covered = last
            break


def _evidence(index: Index, row: int, score: Any, window: Sequence[str], how: str) -> Evidence:
    return Evidence(index.codes[row], index.labels[row], float(score), " ".join(window), how)


def _word_value(word: str, index: Index) -> float:
    return float(len(word) ** 0.5) * (1.0 if stem(word) in index.vocabulary else UNKNOWN_WORD)


def _windows(count: int) -> list[tuple[int, int]]:
    """Runs of one to four words, and the whole."""
    runs = {(n, n + length) for length in range(1, LONGEST_WINDOW + 1) for n in range(count - length + 1)}
    return sorted(runs | {(0, count)})


def _look(window: Sequence[str], index: Index) -> tuple[Floats, npt.NDArray[np.int64]]:
    """For each occupation how much its labels look like the window, and the row of the likest."""
    cosine = cosines(window, index) * index.trust
    raised = cosine * np.square(np.square(cosine))  # the 5th power; np.power takes ten times as long
    look = np.add.reduceat(raised, index.starts) ** (1 / 5)
    ends = np.append(index.starts[1:], len(cosine))
    peak = np.maximum.reduceat(cosine, index.starts)
    likest = np.full(len(index.starts), -1, dtype=np.int64)
    for n in np.argsort(-look, kind="stable")[:CANDIDATES]:
        likest[n] = index.starts[n] + int(np.argmax(cosine[index.starts[n] : ends[n]] >= peak[n]))
    look[likest < 0] = 0.0
    return look, likest


def cosines(window: Sequence[str], index: Index) -> Floats:
    """The likeness of the window's words to each label of the index, 0 to 1."""
    counted = [(index.grams[gram], n) for gram, n in Counter(_grams(window)).items() if gram in index.grams]
    unknown = sum(1 for gram in _grams(window) if gram not in index.grams)
    cosine = np.zeros(len(index.codes))
    norm = unknown * float(index.idf.max() ** 2)
    for gram, n in counted:
        weight = (1 + np.log(n)) * index.idf[gram]
        norm += weight**2
        cosine[index.rows[gram]] += weight * index.weights[gram]
    return cosine / np.sqrt(norm) if norm else cosine


def _grams(phrase: Sequence[str]) -> list[str]:
    """Character 2- to 4-grams within each word, its ends marked by a blank."""
    low, high = GRAMS
    return [
        padded[n : n + size]
        for word in phrase
        for padded in (f" {word} ",)
        for size in range(low, high + 1)
        for n in range(len(padded) - size + 1)
    ]


def _postings(
    counts: Sequence[Counter[str]], grams: dict[str, int]
) -> tuple[list[npt.NDArray[np.int64]], list[Floats], Floats]:
    """By gram the labels that have it, with their weights of length 1; and the grams' rarity."""
    row = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
    gram = np.fromiter((grams[g] for count in counts for g in count), dtype=np.int64, count=len(row))
    times = np.fromiter((n for count in counts for n in count.values()), dtype=np.float64, count=len(row))
    held = np.bincount(gram, minlength=len(grams))
    idf = np.log((1 + len(counts)) / (1 + held)) + 1
    weight = (1 + np.log(times)) * idf[gram]
    weight /= np.sqrt(np.bincount(row, weight**2, minlength=len(counts)))[row]
    order = np.argsort(gram, kind="stable")
    cuts = np.cumsum(held)[:-1]
    return np.split(row[order], cuts), np.split(weight[order], cuts), idf
