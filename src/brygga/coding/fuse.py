"""Fuse: what all blocks say about a text, added up into the chance of each occupation.

For the words w of a text, each with a value v (1, less outside the part that names who is sought),

    s(c)     = sum over w of v(w) x sum over its tokens and over blocks B of weight(B) score_B(t, c)
    logit(c) = a s(c) / max s  +  sum over families of b(family) covered(family, c)

where `covered` is the share of the letters that stand word for word as a title of c. The weights of the blocks and of
the two parts are few and the same for every occupation: one set for bare titles, one for headlines and longer texts.
`recipes/coding_weights.py` fits them, as a conditional logit, on retired titles and ad headlines with known codes.
They are settings tuned on those two sets, not knowledge of occupations.

Since the weights are fixed before a text comes, an index holds one figure for each token, occupation and kind of text,
and a text costs as much as the lookup of its words.

Start reading at `Fusion`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brygga.coding.compounds import Splitter
from brygga.coding.nearest import Met, Titles
from brygga.coding.normalise import stem
from brygga.coding.reading import Reading
from brygga.coding.scorers import CLASSES, ROOT, Blocks, Floats, tokens

KINDS = ("title", "headline")
"""Kinds of text that have weights of their own; a longer text has those of a headline."""


class Weights(NamedTuple):
    """Constants of one kind of text, made by `recipes/coding_weights.py`."""

    blocks: tuple[float, ...]  # in order of BLOCKS
    outside: float  # value of a headline's words beside those that name who is sought
    share: float  # a
    covered: tuple[float, ...]  # b, in order of nearest.FAMILIES


WEIGHTS = {
    "title": Weights((0.019, 0.028, 0.0, 0.111, 0.071, 0.009, 0.223, 0.276, 0.262), 1.0, 8.1, (0.53, 0.40, 1.71)),
    "headline": Weights((0.044, 0.086, 0.083, 0.081, 0.182, 0.223, 0.234, 0.0, 0.068), 0.6, 5.7, (0.88, 1.19, 2.35)),
}
BODY = 0.2
"""Value of a word of the text below a headline, beside 1 for the headline's."""

WORDS_KEPT = 4_096
SHORTEST_ROOT = 3
"""Letters of a root that says something by itself."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for the occupations in one text."""

    words: tuple[str, ...]
    values: tuple[float, ...]
    vectors: Floats  # words x 400
    share: Floats  # 400, the largest 1 (all 0 if nothing is known)
    met: list[Met]
    logits: Floats


class Fusion:
    """Scores texts.

    Parameters
    ----------
    vocabulary : number of each token
    start : of each token its first posting; one more than there are tokens
    classes : 0-399, of each posting
    values : postings x kinds
    splitter : takes compounds apart
    titles : what may stand word for word in a text
    """

    def __init__(
        self,
        vocabulary: dict[str, int],
        start: npt.NDArray[np.int32],
        classes: npt.NDArray[np.uint16],
        values: npt.NDArray[np.float16],
        splitter: Splitter,
        titles: Titles,
    ) -> None:
        self.vocabulary, self.start, self.classes, self.values = vocabulary, start, classes, values
        self.splitter, self.titles = splitter, titles
        self.word_known = functools.lru_cache(4 * WORDS_KEPT)(self._known)
        """Whether a root of a word stands in some label (1), or most of its letter runs do (a half)."""
        self._kept = [np.zeros((0, CLASSES), dtype=np.float32) for _ in KINDS]
        self._place: list[dict[str, int]] = [{} for _ in KINDS]

    def word_vectors(self, words: Sequence[str], kind: int) -> Floats:
        """What each word says in a kind of text: words x 400; those met lately are kept."""
        place = self._place[kind]
        new = [word for word in dict.fromkeys(words) if word not in place]
        if len(place) + len(new) > WORDS_KEPT:
            place.clear()
            new = list(dict.fromkeys(words))
        if len(place) + len(new) > len(self._kept[kind]):
            more = np.zeros((max(len(new), WORDS_KEPT // 8), CLASSES), dtype=np.float32)
            self._kept[kind] = np.concatenate([self._kept[kind], more])
        for word in new:
            self._kept[kind][len(place)] = self._word(word, kind)
            place[word] = len(place)
        return np.asarray(self._kept[kind][[place[word] for word in words]])

    def _word(self, word: str, kind: int) -> Floats:
        known = [n for token in tokens(word, self.splitter) if (n := self.vocabulary.get(token)) is not None]
        if not known:
            return np.zeros(CLASSES, dtype=np.float32)
        spans = [slice(self.start[n], self.start[n + 1]) for n in known]
        classes = np.concatenate([self.classes[span] for span in spans])
        values = np.concatenate([self.values[span, kind] for span in spans])
        return np.bincount(classes, values, minlength=CLASSES).astype(np.float32)

    def _known(self, word: str) -> float:
        of_word = tokens(word, self.splitter)
        if any(token[0] == ROOT and len(token) > SHORTEST_ROOT and token in self.vocabulary for token in of_word):
            return 1.0
        runs = [token for token in of_word if token[0] != ROOT]
        return 0.5 if len(word) > 4 and sum(run in self.vocabulary for run in runs) >= 0.75 * len(runs) else 0.0

    def known(self, reading: Reading) -> float:
        """Share of the letters that are known: all where a title stands in the text, half of words known by runs."""
        if self.titles.met([stem(word) for word in reading.whole]):
            return 1.0
        words = reading.whole + reading.body
        letters = sum(map(len, words))
        return sum(len(word) * self.word_known(word) for word in words) / letters if letters else 0.0

    def evidence(self, reading: Reading) -> Evidence:
        """What speaks for the occupations in a text."""
        kind = "title" if reading.kind == "title" else "headline"
        weights, number = WEIGHTS[kind], KINDS.index(kind)
        inside = set(reading.head)
        values = [1.0 if word in inside else weights.outside for word in reading.whole]
        words = (*reading.whole, *reading.body)
        every = (*values, *[BODY] * len(reading.body))
        if not words:
            nothing = np.zeros(CLASSES, dtype=np.float32)
            return Evidence((), (), np.zeros((0, CLASSES), dtype=np.float32), nothing, [], nothing)
        vectors = self.word_vectors(words, number)
        summed = np.array(every, dtype=np.float32) @ vectors
        largest = float(summed.max())
        share = summed / max(largest, 1e-6)
        met = self.titles.met([stem(word) for word in reading.whole])
        letters = [value * len(word) for value, word in zip(values, reading.whole, strict=True)]
        logits = weights.share * share
        if met:
            logits = logits + np.array(weights.covered, dtype=np.float32) @ self.titles.covered(met, letters)
        return Evidence(words, every, vectors, share, met, logits)


def fused(blocks: Blocks) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16], npt.NDArray[np.float16]]:
    """The postings of all blocks added up by the weights of each kind: start, classes and values of a `Fusion`."""
    weights = np.array([WEIGHTS[kind].blocks for kind in KINDS])  # kinds x blocks
    token = np.repeat(np.arange(len(blocks.start) - 1), np.diff(blocks.start))
    block = blocks.column // CLASSES
    key, place = np.unique(token * CLASSES + blocks.column % CLASSES, return_inverse=True)
    values = np.stack(
        [np.bincount(place, blocks.value * of_kind[block], minlength=len(key)) for of_kind in weights], axis=1
    )
    start = np.searchsorted(key // CLASSES, np.arange(len(blocks.start)))
    return start.astype(np.int32), (key % CLASSES).astype(np.uint16), values.astype(np.float16)


def log_softmax(logits: Sequence[float] | Floats) -> Floats:
    """Logarithms of shares that add up to 1 along the last axis.

    Examples
    --------
    >>> np.exp(log_softmax([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """
    wide = np.asarray(logits)
    wide = wide - wide.max(axis=-1, keepdims=True)
    result: Floats = (wide - np.log(np.exp(wide).sum(axis=-1, keepdims=True))).astype(np.float32, copy=False)
    return result
