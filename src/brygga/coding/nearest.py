"""Nearest: titles that stand word for word in a text, and the title of an occupation that a text is nearest to.

The first is evidence (`brygga.coding.fuse`), the second is what is shown as the reason.

Start reading at `Titles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brygga.coding.normalise import lookup_key
from brygga.coding.reading import content_words
from brygga.coding.scorers import CLASSES, SOURCES, Floats, Integers, Rows, letter_runs

FAMILIES = ("names", "own", "esco")
"""Sources whose labels are titles."""

LONGEST_PHRASE = 5
LONGEST_TITLE = 80
"""Characters of a label beyond which it describes more than it names."""

ALIKE = 0.3
"""Share of common letter runs below which no title is said to be like a text."""


@dataclass(frozen=True)
class Met:
    """A title that stands in a text: its number, and the words it stands as (first, one after the last)."""

    title: int
    first: int
    last: int


class Titles:
    """Titles in order of class and family.

    Parameters
    ----------
    texts : the titles
    classes : 0-399 of each
    families : number in FAMILIES of each
    keys : lookup key of each
    """

    def __init__(self, texts: Sequence[str], classes: Integers, families: Integers, keys: Sequence[str]) -> None:
        self.texts, self.classes, self.families, self.keys = list(texts), classes, families, list(keys)
        self._starts = np.searchsorted(classes, np.arange(CLASSES + 1))
        self._first: dict[str, int] = {}
        self._more: dict[str, list[int]] = {}
        for n, key in enumerate(self.keys):
            if len(key) > 1 and self._first.setdefault(key, n) != n:
                self._more.setdefault(key, []).append(n)
        self._runs: dict[int, list[frozenset[str]]] = {}

    def met(self, stems: Sequence[str]) -> list[Met]:
        """Titles that stand word for word among words of which the stems are given."""
        found = []
        for first in range(len(stems)):
            key = ""
            for last in range(first, min(first + LONGEST_PHRASE, len(stems))):
                key += stems[last]
                if key in self._first:
                    titles = [self._first[key], *self._more.get(key, ())]
                    found += [Met(title, first, last + 1) for title in titles]
        return found

    def covered(self, found: Sequence[Met], values: Sequence[float]) -> Floats:
        """What the words of the longest title of each family and class are worth, as a share of all: families x 400."""
        covered = np.zeros((len(FAMILIES), CLASSES), dtype=np.float32)
        total = sum(values) or 1
        for one in found:
            share = sum(values[one.first : one.last]) / total
            place = self.families[one.title], self.classes[one.title]
            if share > covered[place]:
                covered[place] = share
        return covered

    def likest(self, phrases: Sequence[Sequence[str]], group: int) -> tuple[int, Sequence[str]] | None:
        """The title of a class that shares most letter runs with one of the phrases, and the phrase."""
        begin = int(self._starts[group])
        if group not in self._runs:
            texts = self.texts[begin : int(self._starts[group + 1])]
            self._runs[group] = [_runs(content_words(text)) for text in texts]
        best, likest = ALIKE, None
        asked = [(phrase, _runs(phrase)) for phrase in phrases]
        for n, title in enumerate(self._runs[group]):
            for phrase, runs in asked:
                both = len(title & runs)
                if both and (alike := 2 * both / (len(title) + len(runs))) > best + 1e-9:
                    best, likest = alike, (begin + n, phrase)
        return likest


def _runs(words: Sequence[str]) -> frozenset[str]:
    return frozenset(run for word in words for run in letter_runs(word))


def titles_of(rows: Rows) -> Titles:
    """The titles among the rows."""
    family = {SOURCES.index(name): n for n, name in enumerate(FAMILIES)}
    chosen = [
        (int(group), family[source], text)
        for group, source, text in zip(rows.classes, rows.sources.tolist(), rows.texts, strict=True)
        if source in family and len(text) <= LONGEST_TITLE
    ]
    chosen.sort()
    classes: npt.NDArray[np.int64] = np.array([group for group, _, _ in chosen], dtype=np.int64)
    families = np.array([number for _, number, _ in chosen], dtype=np.int64)
    texts = [text for _, _, text in chosen]
    return Titles(texts, classes, families, [lookup_key(content_words(text)) for text in texts])
