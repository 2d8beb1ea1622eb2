"""Linear: a model per occupation on the letters of words, learned from labelled texts; using it takes numpy alone.

    pieces("TIG-svets")   runs of 3 to 5 letters of each word: " ti", "tig", ..., "svets", "vets "
    weight of a piece     (1 + log of its count) x rarity, the text's weights scaled to length 1
    score of a code       sum of weight x coefficient + intercept; above 0 means "rather this one than another"

Coefficients are those of a linear support vector machine, one code against all others, every code weighing the
same however many rows it has, since the shares of codes move with time. Labels of the codes that have no rows
stand among the others as examples of "something else", one class for each first digit.

Start reading at `fit_linear`.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from brygga.coding.normalise import plain, words
from brygga.coding.scorers import Floats, Integers
from brygga.core.errors import SettingError

SHORTEST, LONGEST = 3, 5
MOST_WORDS = 60
"""Words of a text that are read: a headline whole, of an advertisement its first sentences."""

HELD_BY = 2
"""Texts that must have a piece; what one text alone has cannot be learned from."""

PENALTY = 0.3
"""C of the support vector machine, chosen on the headlines of the development set."""

TOLERANCE = 0.1


def pieces(text: str) -> list[str]:
    """Runs of 3 to 5 letters of the words of a text, a blank marking their ends.

    Examples
    --------
    >>> pieces("IT & rör")
    [' it', 'it ', ' it ', ' rö', 'rör', 'ör ', ' rör', 'rör ', ' rör ']
    """
    return [piece for word in words(plain(text))[:MOST_WORDS] for piece in _word_pieces(word)]


@functools.lru_cache(maxsize=100_000)
def _word_pieces(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[n : n + size] for size in range(SHORTEST, LONGEST + 1) for n in range(max(0, len(padded) - size + 1))
    )


class Counted:
    """The pieces of some texts, counted: row for row the numbers of the pieces and the damped counts.

    Parameters
    ----------
    texts : the texts
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.numbers: dict[str, int] = {}
        counts = [Counter(pieces(text)) for text in texts]
        self.starts = np.concatenate([[0], np.cumsum([len(count) for count in counts])]).astype(np.int64)
        total = int(self.starts[-1])
        numbers = self.numbers
        self.piece = np.fromiter(
            (numbers.setdefault(piece, len(numbers)) for count in counts for piece in count), np.int64, total
        )
        times = np.fromiter((n for count in counts for n in count.values()), np.float64, total)
        self.damped = 1 + np.log(times)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def places(self, rows: Integers) -> tuple[Integers, Integers]:
        """Of some rows the places of their pieces, and which of the rows (0, 1, ...) each belongs to."""
        sizes = self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(sizes)
        of = np.repeat(np.arange(len(rows)), sizes)
        return np.arange(int(sizes.sum())) - (ends - sizes)[of] + self.starts[rows][of], of


@dataclass(frozen=True)
class Linear:
    """Coefficients, by piece and code.

    Attributes
    ----------
    numbers : piece -> its row among the coefficients
    rarity : log((1 + texts) / (1 + texts with the piece)) + 1
    coefficients : pieces x codes
    intercepts : one a code
    classes : number of each code among the 400
    """

    numbers: dict[str, int]
    rarity: Floats
    coefficients: npt.NDArray[np.float16]
    intercepts: Floats
    classes: Integers

    def scores(self, texts: Sequence[str]) -> Floats:
        """Texts x codes: how much each text looks like the rows of each code."""
        scores = np.tile(self.intercepts, (len(texts), 1))
        for row, text in enumerate(texts):
            counts = Counter(pieces(text))
            known = [
                (number, times) for piece, times in counts.items() if (number := self.numbers.get(piece)) is not None
            ]
            if known:
                place = np.array([number for number, _ in known])
                weight = (1 + np.log([times for _, times in known])) * self.rarity[place]
                weight /= math.sqrt(float(weight @ weight))
                scores[row] += weight.astype(np.float32) @ self.coefficients[place].astype(np.float32)
        return scores


def fit_linear(
    counted: Counted, rows: Integers, classes: Integers, weights: npt.NDArray[np.float64], *, keep: Integers, seed: int
) -> Linear:
    """A model from some of the counted texts.

    Parameters
    ----------
    counted : texts with their pieces
    rows : which of them to learn from
    classes : of each of these its class, any numbers
    weights : of each of these its weight; classes are balanced on top of it
    keep : classes whose coefficients are wanted; the others only teach what something else looks like
    seed : of the solver

    Raises
    ------
    SettingError
        If scikit-learn is missing.
    """
    svm, matrix = _scikit_learn()
    place, of = counted.places(rows)
    held = np.bincount(counted.piece[place], minlength=len(counted.numbers))
    known = np.flatnonzero(held >= HELD_BY)
    number = np.full(len(held), -1, dtype=np.int64)
    number[known] = np.arange(len(known))
    rarity = np.log((1 + len(rows)) / (1 + held[known])) + 1
    column = number[counted.piece[place]]
    place, of, column = place[column >= 0], of[column >= 0], column[column >= 0]
    value = counted.damped[place] * rarity[column]
    length = np.sqrt(np.bincount(of, value**2, minlength=len(rows)))
    table = matrix((value / length[of], (of, column)), shape=(len(rows), len(known)))
    there, of_class = np.unique(classes, return_inverse=True)
    mass = np.bincount(of_class, weights)
    balance = {int(one): weights.sum() / len(there) / mass[n] for n, one in enumerate(there)}
    model = svm(C=PENALTY, class_weight=balance, random_state=seed, tol=TOLERANCE, max_iter=5_000)
    model.fit(table, classes, sample_weight=weights)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(there) == 2:
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.hstack([-intercepts, intercepts])
    kept = np.searchsorted(there, keep)
    names = list(counted.numbers)
    return Linear(
        numbers={names[one]: n for n, one in enumerate(known.tolist())},
        rarity=rarity.astype(np.float32),
        coefficients=np.ascontiguousarray(coefficients[kept].T.astype(np.float16)),
        intercepts=intercepts[kept].astype(np.float32),
        classes=keep,
    )


def _scikit_learn() -> tuple[Any, Any]:
    """The support vector machine and the sparse table that it takes."""
    try:
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise SettingError(
            "training a coder needs the package scikit-learn",
            why="it is an extra: only training needs it, using a trained coder does not",
            todo="pip install 'brygga[train]', or leave --train out",
        ) from error
    return LinearSVC, csr_matrix
