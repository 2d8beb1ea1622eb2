"""Synonyms: a text in other words, where our own list knows some.

    said_otherwise("TIG-svetsning av rostfritt")     "gasvolframsvetsning av rostfritt", ...

One step only: what a synonym in turn is called is not followed. Short abbreviations are known by
their capitals, other words by their roots, so that endings do not matter. The list is ours, a
judgement: `synonyms.csv`, pairs that hold in both directions.

Start reading at `said_otherwise`.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from brygga.coding.compounds import root
from brygga.coding.likeness import WORD

SYNONYMS = Path(__file__).with_name("synonyms.csv")
MOST_WORDS = 4
SHORT = 3
"""Letters of an abbreviation that is known only in capitals."""


def said_otherwise(text: str) -> list[str]:
    """The text with one term replaced by another of the same meaning, for each that is known, longest terms first.

    Examples
    --------
    >>> said_otherwise("Kalkylering")[0], said_otherwise("Okänd sak")
    ('kostnadsberäkning', [])
    """
    found = list(WORD.finditer(text))
    keys = [_key(match.group()) for match in found]
    wordings: dict[str, None] = {}
    for count in range(min(MOST_WORDS, len(keys)), 0, -1):
        for first in range(len(keys) - count + 1):
            for other in _table().get(" ".join(keys[first : first + count]), ()):
                start, end = found[first].start(), found[first + count - 1].end()
                wordings.setdefault(f"{text[:start]}{other}{text[end:]}")
    wordings.pop(text, None)
    return list(wordings)


@functools.cache
def _table() -> dict[str, tuple[str, ...]]:
    """By the roots of a term's words: what else it is called, in the order of the list."""
    table: dict[str, dict[str, None]] = {}
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for term, other in ((row["term"], row["same_as"]), (row["same_as"], row["term"])):
                key = " ".join(_key(word) for word in WORD.findall(term))
                table.setdefault(key, {}).setdefault(other)
    return {key: tuple(others) for key, others in table.items()}


@functools.lru_cache(maxsize=100_000)
def _key(word: str) -> str:
    """What a word is looked up by: a short abbreviation as it stands, another word by its root."""
    return word if len(word) <= SHORT and word.isupper() else root(word)
