"""Deverbal nouns: "ventilationsmontering" said as a task, "installera ventilation".

One taxonomy names skills by nouns, another by what one does. `verbs.csv` holds the endings and their verbs, ours and
a judgement; an ending that only says "being used to it" (vana, erfarenhet, kunskap) falls away.

Start reading at `said_as_task`.
"""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path

from brygga.coding.likeness import WORD

VERBS = Path(__file__).with_name("verbs.csv")
SHORTEST = 3
"""Letters that must be left of a word before its ending, lest it be no compound."""

FAMILIAR = ("vana", "erfarenhet", "kunskaper", "kunskap", "kännedom")

_LINKING = re.compile(r"(?<=\w{4})s\Z|-\Z")
_FAMILIAR_WORD = re.compile(
    r"[,-]?\s*\b(?:(?:arbetslivs|yrkes)?erfarenhet|vana|kunskaper|kunskap(?:\s+(?:om|i))?)\b", re.IGNORECASE
)
_EDGE = " ,/-"


def said_as_task(text: str) -> list[str]:
    """What one does, where the text names it by a noun; in the order of the words.

    Examples
    --------
    >>> said_as_task("Ventilationsmontering"), said_as_task("Fårskötsel")
    (['installera ventilation', 'montera ventilation'], ['sköta får', 'föda upp får'])
    >>> said_as_task("Undervisning, musik"), said_as_task("Faktureringsvana"), said_as_task("svets")
    (['undervisa i musik'], ['Fakturering'], [])
    """
    wordings: dict[str, None] = {}
    for match in WORD.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if (bare := _familiar(match.group())) is not None:
            wordings.setdefault(f"{before}{bare}{after}")
    if (bare := _FAMILIAR_WORD.sub("", text).strip(_EDGE)) and bare != text:
        wordings.setdefault(bare)
    for match in WORD.finditer(text):
        word = match.group().lower()
        ending = next((ending for ending in _verbs() if word.endswith(ending)), None)
        if ending is None:
            continue
        of = _LINKING.sub("", word[: -len(ending)])
        rest = f"{text[: match.start()]} {text[match.end() :]}".strip(_EDGE)
        if len(of) >= SHORTEST or (not of and rest):
            for verb in _verbs()[ending]:
                wordings.setdefault(" ".join(f"{verb} {of} {rest}".split()))
    wordings.pop(text, None)
    return list(wordings)


def _familiar(word: str) -> str | None:
    """The word without an ending that says that one is used to it; None where it has none."""
    for ending in FAMILIAR:
        if word.lower().endswith(ending) and len(word) - len(ending) > SHORTEST:
            return word[: -len(ending)].rstrip("s-")
    return None


@functools.cache
def _verbs() -> dict[str, tuple[str, ...]]:
    """Verbs by ending, the longest ending first."""
    table: dict[str, list[str]] = {}
    with VERBS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            table.setdefault(row["ending"], []).append(row["verb"])
    return {ending: tuple(table[ending]) for ending in sorted(table, key=lambda one: (-len(one), one))}
