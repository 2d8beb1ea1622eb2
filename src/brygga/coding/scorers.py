"""Scorers: how much each token of a word speaks for each occupation, source by source.

Every occupation has a document per source - its names in JobTech's taxonomy, our own titles and work, ESCO's titles,
its skills, its definition, its English titles - and one of all Swedish sources together, read in two ways: as runs of
4 letters within words ("grams"), and as roots of the words and of the parts of compounds ("roots"). A token t speaks
for occupation c in block B by BM25 over those 400 documents,

    score(t, c) = idf(t) tf(t,c) (k1 + 1) / (tf(t,c) + k1 (1 - b + b len(c) / mean len))
    idf(t)      = log(1 + (400 - df(t) + 1/2) / (df(t) + 1/2))

where tf adds up the weights of the labels that hold the token. `brygga.coding.fuse` adds the blocks up to one figure.

Start reading at `build_blocks`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.compounds import Splitter, root
from brygga.coding.pack import Pack, pack_codes
from brygga.coding.reading import content_words

Floats = npt.NDArray[np.float32]
Wide = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CLASSES = 400
K1 = 0.9
B = 0.4
GRAM = 4
SOURCES = ("names", "own", "work", "esco", "skills", "definitions", "english")
ALL = ("names", "own", "work", "esco", "skills", "definitions")
"""Sources of the block `all`."""

BLOCKS = (
    "grams names", "grams own", "grams english", "grams all",
    "roots names", "roots own", "roots skills", "roots english", "roots all",
)  # fmt: skip
WIDTH = len(BLOCKS) * CLASSES
LONGEST_PART = 10
"""Letters of a word of our own titles that compounds are taken apart by; longer ones are mostly compounds."""

_SOURCE_OF = {
    "name": "names",
    "group": "names",
    "own": "own",
    "work": "work",
    "esco": "esco",
    "isco": "esco",
    "skill": "skills",
    "definition": "definitions",
    "isco_definition": "definitions",
    "esco_en": "english",
    "esco_en_alt": "english",
}
ENGLISH = SOURCES.index("english")
ROOT = "="
"""Begins a root among the tokens."""


@dataclass(frozen=True)
class Rows:
    """What is indexed: one row a label and occupation, in order of source, class and text."""

    texts: list[str]
    classes: Integers  # 0-399
    sources: Integers  # number in SOURCES
    weights: Floats

    def __len__(self) -> int:
        return len(self.texts)


def rows_of(pack: Pack) -> Rows:
    """Labels and skills of a pack with their class numbers; English group names count as English titles."""
    number = {code: n for n, code in enumerate(pack_codes())}
    skills = (
        pack.skills.filter(pl.col("preferred"), pl.col("family") != "own", pl.col("language") == "sv")
        .join(pack.skill_links, on="skill_id", maintain_order="left_right")
        .select("text", "code", "language", family=pl.lit("skill"), weight="weight")
    )
    own = pl.col("family").is_in(["own", "work"])
    table = (
        pl.concat([pack.labels.select(skills.columns), skills])
        .filter(pl.col("code").is_in(list(number)))
        .with_columns(
            number=pl.col("code").replace_strict(number, return_dtype=pl.Int64),
            source=pl.when((pl.col("language") == "en") & ~own)
            .then(pl.lit("english"))
            .otherwise(pl.col("family").replace_strict(_SOURCE_OF, return_dtype=pl.String))
            .replace_strict({name: n for n, name in enumerate(SOURCES)}, return_dtype=pl.Int64),
        )
        .sort("source", "number", "text", maintain_order=True)
    )
    return Rows(
        texts=table["text"].to_list(),
        classes=table["number"].to_numpy(),
        sources=table["source"].to_numpy(),
        weights=table["weight"].to_numpy().astype(np.float32),
    )


def part_words(rows: Rows) -> list[str]:
    """The words that compounds are taken apart by: of the taxonomy's titles all, of other labels the short ones."""
    words: dict[str, None] = {}
    for source, text in zip(rows.sources.tolist(), rows.texts, strict=True):
        name = SOURCES[source]
        if name in ("names", "esco"):
            words.update(dict.fromkeys(content_words(text)))
        elif name not in ("english", "definitions"):
            words.update(dict.fromkeys(word for word in content_words(text) if len(word) <= LONGEST_PART))
    return list(words)


def letter_runs(word: str) -> list[str]:
    """Runs of 4 letters of a word with a blank before and after.

    Examples
    --------
    >>> letter_runs("svets"), letter_runs("it")
    ([' sve', 'svet', 'vets', 'ets '], [' it '])
    """
    padded = f" {word} "
    return [padded[n : n + GRAM] for n in range(max(1, len(padded) - GRAM + 1))]


def tokens(word: str, splitter: Splitter | None) -> list[str]:
    """What a word is known by: its runs of letters and its roots; without a splitter (English) it has no parts."""
    return [*letter_runs(word), *(ROOT + one for one in (splitter.roots(word) if splitter else [root(word)]))]


@dataclass(frozen=True)
class Blocks:
    """Postings in order of token, then column (number of block x 400 + class)."""

    vocabulary: dict[str, int]
    start: Integers  # of each token its first posting; one more than there are tokens
    column: Integers
    value: Wide

    def scores(self, asked: Iterable[str]) -> Floats:
        """What some tokens say together: blocks x 400."""
        known = [self.vocabulary[token] for token in asked if token in self.vocabulary]
        spans = [np.arange(self.start[n], self.start[n + 1]) for n in known]
        place = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        summed = np.bincount(self.column[place], self.value[place], minlength=WIDTH)
        return summed.astype(np.float32).reshape(len(BLOCKS), CLASSES)


def build_blocks(rows: Rows, splitter: Splitter) -> Blocks:
    """Counts tokens by source and class, and weighs them."""
    vocabulary: dict[str, int] = {}
    word, document, weight, word_tokens = _words(rows, splitter, vocabulary)
    size = np.array([len(found) for found in word_tokens], dtype=np.int64)
    flat = np.fromiter((n for found in word_tokens for n in found), dtype=np.int64, count=int(size.sum()))
    begin = np.cumsum(size) - size
    times = size[word]
    place = np.repeat(begin[word] - (np.cumsum(times) - times), times) + np.arange(int(times.sum()))
    token, document, weight = _summed(
        flat[place], np.repeat(document, times), np.repeat(weight, times), len(SOURCES) * CLASSES
    )
    is_root = np.fromiter((name[0] == ROOT for name in vocabulary), dtype=bool, count=len(vocabulary))
    parts = [
        _block(token, document, weight, is_root[token] == block.startswith("roots"), n, block.split()[1])
        for n, block in enumerate(BLOCKS)
    ]
    token, column, value = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.argsort(token * WIDTH + column, kind="stable")
    token = token[order]
    return Blocks(vocabulary, np.searchsorted(token, np.arange(len(vocabulary) + 1)), column[order], value[order])


def _words(
    rows: Rows, splitter: Splitter, vocabulary: dict[str, int]
) -> tuple[Integers, Integers, Wide, list[list[int]]]:
    """Words of the labels by document (source x 400 + class) with their weights, and the tokens of each word."""
    numbers: dict[str, int] = {}
    found: list[int] = []
    size = np.zeros(len(rows), dtype=np.int64)
    swedish = 0  # words met in Swedish labels
    for n, (source, text) in enumerate(zip(rows.sources.tolist(), rows.texts, strict=True)):
        words = content_words(text)
        found += [numbers.setdefault(word, len(numbers)) for word in words]
        size[n] = len(words)
        swedish = swedish if source == ENGLISH else len(numbers)
    word, document, weight = _summed(
        np.array(found, dtype=np.int64),
        np.repeat(rows.sources * CLASSES + rows.classes, size),
        np.repeat(rows.weights.astype(np.float64), size),
        len(SOURCES) * CLASSES,
    )
    of_word = [
        [vocabulary.setdefault(token, len(vocabulary)) for token in tokens(one, splitter if n < swedish else None)]
        for n, one in enumerate(numbers)
    ]
    return word, document, weight, of_word


def _block(
    token: Integers, document: Integers, weight: Wide, chosen: npt.NDArray[np.bool_], block: int, source: str
) -> tuple[Integers, Integers, Wide]:
    """Token, column and BM25 of one block."""
    pooled = ALL if source == "all" else (source,)
    chosen = chosen & np.isin(document // CLASSES, [SOURCES.index(name) for name in pooled])
    token, group, frequency = _summed(token[chosen], document[chosen] % CLASSES, weight[chosen], CLASSES)
    length = np.bincount(group, frequency, minlength=CLASSES)
    mean = length.sum() / max(1, (length > 0).sum()) or 1.0
    held = np.bincount(token)[token] if len(token) else token
    rarity = np.log(1 + (CLASSES - held + 0.5) / (held + 0.5))
    value = rarity * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length[group] / mean))
    return token, block * CLASSES + group, value


def _summed(row: Integers, column: Integers, value: Wide, width: int) -> tuple[Integers, Integers, Wide]:
    """Entries of a sparse table in order of row and column, equal places added up."""
    key = row * width + column
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return key[first] // width, key[first] % width, np.add.reduceat(value[order], first) if len(key) else value
