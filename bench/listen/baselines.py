"""Baselines: what anybody can set up in an afternoon, on the same labels as ours.

    characters    TF-IDF of character 2-4-grams within words, the best label of each group (scikit-learn)
    words         BM25 over words, the best label of each group (bm25s)
    4-grams       BM25 over character 4-grams, all labels of a group one document (bm25s)
    ratio         rapidfuzz: the label with the highest ratio of characters in common
    word set      rapidfuzz: the same over the sets of words

All read lower-case text. A group is whatever the labels are named by: a code, or the label itself.

Start reading at `baselines`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Scorer = Callable[[Sequence[str]], Matrix]
"""Texts to scores, a text a row and a group a column, groups in the order of `groups_of`."""

CHUNK = 500
PEERS = {"scikit-learn": "sklearn", "bm25s": "bm25s", "rapidfuzz": "rapidfuzz"}


def groups_of(groups: Sequence[str]) -> list[str]:
    """The groups once, in order."""
    return sorted(set(groups))


def missing() -> list[str]:
    """The peers of this module that are not installed."""
    return [name for name, module in PEERS.items() if find_spec(module) is None]


def baselines(labels: Sequence[str], groups: Sequence[str]) -> Iterator[tuple[str, Scorer]]:
    """Name and scorer of each baseline whose package is installed; made one at a time, to keep memory low."""
    lower = [label.lower() for label in labels]
    columns = np.searchsorted(groups_of(groups), groups)
    if find_spec("sklearn"):
        yield "character TF-IDF, best label", characters(lower, columns)
    if find_spec("bm25s"):
        yield "BM25 over words, best label", bm25(lower, columns, _words, whole=False)
        yield "BM25 over character 4-grams, a document a group", bm25(lower, columns, _four_grams, whole=True)
    if find_spec("rapidfuzz"):
        from rapidfuzz import fuzz

        yield "rapidfuzz, ratio", fuzzy(lower, columns, fuzz.ratio)
        yield "rapidfuzz, word set", fuzzy(lower, columns, fuzz.token_set_ratio)


def characters(labels: Sequence[str], columns: npt.NDArray[np.int64]) -> Scorer:
    """Cosine of character n-grams to the best label of each group."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), lowercase=True, dtype=np.float32)
    matrix = grams.fit_transform(labels).T.tocsr()

    def score(texts: Sequence[str]) -> Matrix:
        made = grams.transform([text.lower() for text in texts])
        parts = [best((made[n : n + CHUNK] @ matrix).toarray(), columns) for n in range(0, len(texts), CHUNK)]
        return np.concatenate(parts)

    return score


def bm25(
    labels: Sequence[str],
    columns: npt.NDArray[np.int64],
    pieces: Callable[[str], list[str]],
    *,
    whole: bool,
) -> Scorer:
    """BM25 of a text's pieces over labels, or over groups as whole documents."""
    import bm25s

    size = int(columns.max()) + 1
    documents: list[list[str]] = [[] for _ in range(size)] if whole else [pieces(label) for label in labels]
    if whole:
        for label, column in zip(labels, columns.tolist(), strict=True):
            documents[column] += pieces(label)
    index = bm25s.BM25(k1=1.2, b=0.75 if not whole else 0.4)
    index.index([document or [""] for document in documents], show_progress=False)
    vocabulary = index.vocab_dict
    nothing = np.zeros((1, size), dtype=np.float32)

    def score(texts: Sequence[str]) -> Matrix:
        rows = []
        for text in texts:
            asked = [piece for piece in pieces(text.lower()) if piece in vocabulary]
            found = index.get_scores(asked)[np.newaxis].astype(np.float32) if asked else None
            rows.append(nothing if found is None else found if whole else best(found, columns))
        return np.concatenate(rows)

    return score


def fuzzy(labels: Sequence[str], columns: npt.NDArray[np.int64], ratio: Callable[..., float]) -> Scorer:
    """The highest ratio among the labels of each group."""
    from rapidfuzz.process import cdist

    def score(texts: Sequence[str]) -> Matrix:
        lower = [text.lower() for text in texts]
        parts = [
            best(cdist(lower[n : n + CHUNK], labels, scorer=ratio, dtype=np.float32, workers=1), columns)
            for n in range(0, len(texts), CHUNK)
        ]
        return np.concatenate(parts)

    return score


def best(scores: Matrix, columns: npt.NDArray[np.int64]) -> Matrix:
    """The highest score in each group of columns.

    Examples
    --------
    >>> best(np.array([[0.2, 0.9, 0.5]], dtype=np.float32), np.array([1, 0, 1])).tolist()
    [[0.8999999761581421, 0.5]]
    """
    order = np.argsort(columns, kind="stable")
    starts = np.searchsorted(columns[order], np.arange(int(columns.max()) + 1))
    return np.maximum.reduceat(scores[:, order], starts, axis=1)


def ranked(scores: Matrix, groups: Sequence[str], top: int) -> list[list[str]]:
    """The groups with the highest scores of each row, highest first, ties by group."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    return [[groups[column] for column in row] for row in order.tolist()]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _four_grams(text: str) -> list[str]:
    padded = [f" {word} " for word in _words(text)]
    return [word[n : n + 4] for word in padded for n in range(max(1, len(word) - 3))]
