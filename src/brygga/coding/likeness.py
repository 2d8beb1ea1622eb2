"""Likeness: which of many short texts look like one, by their pieces, weighted by how rare these are.

    space = Space(["svetsare", "rörsvetsare", "läkare"], grams)
    space.cosines("svetsar")     likeness to each of the three, 0 to 1

A piece is whatever the given function takes a text apart into: character n-grams (`grams`), or
roots of words. Weights are TF-IDF with a damped count; lists of places are kept per piece, so that
a text costs as much as its pieces are common.

Start reading at `Space`.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Pieces = Callable[[str], Sequence[str]]
WORD = re.compile(r"\w+(?:[+#]+)?")
SHORTEST, LONGEST = 2, 4


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case: letters and digits, and the signs of C++ and C#.

    Examples
    --------
    >>> plain_words("C++-utvecklare (MIG/MAG 135)")
    ['c++', 'utvecklare', 'mig', 'mag', '135']
    """
    return WORD.findall(text.lower())


@functools.lru_cache(maxsize=100_000)
def _word_grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[n : n + size] for size in range(SHORTEST, LONGEST + 1) for n in range(max(0, len(padded) - size + 1))
    )


def grams(text: str) -> list[str]:
    """Character 2- to 4-grams within words, whose ends are marked by a blank.

    Examples
    --------
    >>> grams("CNC")
    [' c', 'cn', 'nc', 'c ', ' cn', 'cnc', 'nc ', ' cnc', 'cnc ']
    """
    return [gram for word in plain_words(text) for gram in _word_grams(word)]


class Space:
    """Texts ready to be compared with.

    Parameters
    ----------
    texts : the texts to look among
    pieces : takes a text apart
    """

    def __init__(self, texts: Sequence[str], pieces: Pieces) -> None:
        self.size = len(texts)
        self._pieces = pieces
        counts = [Counter(pieces(text)) for text in texts]
        names = dict.fromkeys(piece for count in counts for piece in count)
        self._place = {piece: n for n, piece in enumerate(names)}
        row = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
        piece = np.fromiter((self._place[p] for count in counts for p in count), dtype=np.int64, count=len(row))
        times = np.fromiter((n for count in counts for n in count.values()), dtype=np.float64, count=len(row))
        held = np.bincount(piece, minlength=len(names))
        self._idf = np.log((1 + self.size) / (1 + held)) + 1
        weight = (1 + np.log(times)) * self._idf[piece]
        length = np.sqrt(np.bincount(row, weight**2, minlength=self.size))
        weight /= length[row]
        order = np.argsort(piece, kind="stable")
        ends = np.cumsum(held)
        self._starts, self._ends = ends - held, ends
        self._rows = row[order].astype(np.int32)
        self._weights = weight[order].astype(np.float32)
        self._unknown = float(np.log(1 + self.size) + 1) ** 2

    def cosines(self, text: str) -> Floats:
        """Likeness of a text to each, 0 to 1 (float32, one a text); a piece that nobody has lessens all of them."""
        counted = Counter(self._pieces(text))
        known = [(self._place[piece], times) for piece, times in counted.items() if piece in self._place]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        place = np.array([piece for piece, _ in known])
        weight = (1 + np.log([times for _, times in known])) * self._idf[place]
        length = float(np.sqrt((weight**2).sum() + self._unknown * (len(counted) - len(known))))
        spans = [slice(self._starts[piece], self._ends[piece]) for piece in place.tolist()]
        rows = np.concatenate([self._rows[span] for span in spans])
        parts = [self._weights[span] * np.float32(w / length) for span, w in zip(spans, weight.tolist(), strict=True)]
        return np.bincount(rows, np.concatenate(parts), minlength=self.size).astype(np.float32)
