"""Measures: ranks and spans against what is known; shares are 0-1.

Measures of the coder's confidence stand in `brygga.coding.evaluate`.

Start reading at `first_right`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

Span = tuple[int, int]


class SpanScores(NamedTuple):
    """Of the spans found the share that touch a known one, of the known ones the share touched; and the same, exact."""

    found: int
    known: int
    precision: float
    recall: float
    exact_precision: float
    exact_recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of spans that touch."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def first_right(answers: Iterable[str], truth: Collection[str]) -> int:
    """The rank, from 1, of the first right answer; 0 when none is right.

    Examples
    --------
    >>> first_right(["7222", "7223"], {"7223"}), first_right(["7222"], {"7223"})
    (2, 0)
    """
    return next((rank for rank, answer in enumerate(answers, 1) if answer in truth), 0)


def within(ranks: Sequence[int], top: int) -> float:
    """The share of questions whose right answer is among the first `top`.

    Examples
    --------
    >>> within([1, 3, 0, 2], 1), within([1, 3, 0, 2], 3)
    (0.25, 0.75)
    """
    return sum(0 < rank <= top for rank in ranks) / len(ranks) if ranks else 0.0


def mean_reciprocal_rank(ranks: Sequence[int]) -> float:
    """The mean of 1 / rank, 0 where no answer was right.

    Examples
    --------
    >>> mean_reciprocal_rank([1, 2, 0, 4])
    0.4375
    """
    return sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0


def span_scores(found: Sequence[Sequence[Span]], known: Sequence[Sequence[Span]]) -> SpanScores:
    """Precision and recall of spans over texts: two spans touch when they share a character.

    Examples
    --------
    >>> scores = span_scores([[(0, 5), (9, 12)]], [[(0, 5), (6, 10), (20, 22), (30, 34)]])
    >>> scores.precision, scores.recall, scores.exact_precision, scores.exact_recall
    (1.0, 0.5, 0.5, 0.25)
    """
    pairs = list(zip(found, known, strict=True))
    n_found, n_known = (sum(map(len, side)) for side in (found, known))
    touching = sum(_touches(span, there) for here, there in pairs for span in here)
    touched = sum(_touches(span, here) for here, there in pairs for span in there)
    same = sum(len(set(here) & set(there)) for here, there in pairs)
    return SpanScores(
        n_found,
        n_known,
        touching / n_found if n_found else 0.0,
        touched / n_known if n_known else 0.0,
        same / n_found if n_found else 0.0,
        same / n_known if n_known else 0.0,
    )


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
