"""Code: texts to occupations, with a confidence and the words that decided.

The confidence of the first answer is read from a fitted monotone curve: the share of answers
of that score and lead that were right among job titles, headlines and ads with known codes
(`CALIBRATION`, made by `recipes/coding_confidence.py`). It is rough, and read from texts that
are seldom industrial; `docs/method/coding.md` says how far it held.

Start reading at `code_texts`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.coding.normalise import plain, words
from brygga.coding.rank import CANDIDATES, Evidence, Index, build_index, rank_text
from brygga.core import tables

WEAKEST_SCORE = 0.42
"""Below this likeness nothing is answered: it is what words of other languages reach by chance."""

LEAD_WEIGHT = 1.0
"""How much the lead of an answer over the next one counts beside its score, in the evidence e = score + lead."""

CALIBRATION: Sequence[tuple[float, float]] = (
    (0.300, 0.050),
    (0.456, 0.140),
    (0.668, 0.211),
    (0.836, 0.453),
    (0.981, 0.608),
    (1.120, 0.652),
    (1.304, 0.743),
    (1.611, 0.789),
)
"""Evidence and the share that was right; fitted 2026-11-23 by `recipes/coding_confidence.py` on 670 retired
titles, 500 headlines, 85 ads and 62 needs, each set counting alike; the first point is set by hand."""

LONGEST_SHOWN = 60
_HOW = {
    "title": 'known title "{label}" stands in "{words}"',
    "text": 'known title "{label}" stands further down as "{words}"',
    "likeness": '"{words}" looks like "{label}"',
}


def code_texts(
    texts: Sequence[str | None], labels: pl.DataFrame, *, top: int = 5, min_confidence: float = 0.0
) -> pl.DataFrame:
    """The likeliest occupations for each text.

    Parameters
    ----------
    texts : what people wrote, headline first, further text after a line break
    labels : label table (`brygga.coding.labels.label_table`)
    top : answers per text at most
    min_confidence : below it the coder abstains (share, 0-1)

    Returns
    -------
    table `coded`
        For each text up to `top` rows, rank 1 the likeliest; a text that nothing is known about gets
        one row of rank 1 with an empty (null) code, confidence 0 and a `why` that says so. Confidences of
        one text add up to at most 1.

    Examples
    --------
    >>> from brygga.coding.labels import label_table
    >>> coded = code_texts(["3-4 CNC-operatörer till hösten", "🙂"], label_table(), top=1)
    >>> coded.select("code", "label").rows()
    [('7223', 'CNC-operatör'), (None, None)]
    """
    index = build_index(labels)
    answers: dict[str, list[tuple[object, ...]]] = {}
    for text in texts:
        if (text or "") not in answers:
            answers[text or ""] = _answers(text or "", index, top, min_confidence)
    rows = [(n, *answer) for n, text in enumerate(texts) for answer in answers[text or ""]]
    return pl.DataFrame(rows, schema=tables.empty("coded").schema, orient="row")


def confidence_of(score: float, lead: float) -> float:
    """The chance that a first answer with this score, and this lead over the next, is right."""
    evidence, chance = zip(*CALIBRATION, strict=True)
    return float(np.interp(score + LEAD_WEIGHT * lead, evidence, chance))


def _answers(text: str, index: Index, top: int, min_confidence: float) -> list[tuple[object, ...]]:
    """Rank, code, label, confidence and why for each answer to one text, or the abstention."""
    found = rank_text(text, index, top=CANDIDATES)
    if not found or found[0].score < WEAKEST_SCORE:
        return [_abstention(_nothing_known(text))]
    confidence = confidence_of(found[0].score, _lead(found))
    if confidence < min_confidence:
        best = f"{found[0].code} {found[0].label}"
        return [_abstention(f"not sure enough: {best} at {confidence:.2f}, asked for {min_confidence:.2f}")]
    shares = _shares(found, confidence)
    return [
        (rank, answer.code, answer.label, share, _why(answer))
        for rank, (answer, share) in enumerate(zip(found[:top], shares, strict=False), 1)
    ]


def _why(answer: Evidence) -> str:
    shown = answer.words if len(answer.words) <= LONGEST_SHOWN else f"{answer.words[:LONGEST_SHOWN].rstrip()}…"
    return _HOW[answer.how].format(label=answer.label, words=shown)


def _lead(found: Sequence[Evidence]) -> float:
    return found[0].score - (found[1].score if len(found) > 1 else 0.0)


def _shares(found: Sequence[Evidence], confidence: float) -> list[float]:
    """The confidence of the first; what it leaves is shared by the others after their scores, none above it."""
    rest = sum(answer.score**4 for answer in found[1:])
    others = [min(confidence, (1 - confidence) * answer.score**4 / rest) for answer in found[1:]]
    return [round(share, 4) for share in (confidence, *others)]


def _abstention(why: str) -> tuple[object, ...]:
    return 1, None, None, 0.0, why


def _nothing_known(text: str) -> str:
    if not text.strip():
        return "the text is empty"
    return "no word in the text looks like a title we know" if words(plain(text)) else "the text has no words"
