"""The words that needs are read by: lists in `need_words.yaml`, each the alternatives of a regular expression.

Whoever knows how companies speak can add to them without reading code; the tests hold what must stay right.
"""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

LISTS = Path(__file__).with_name("need_words.yaml")


@functools.cache
def _lists() -> dict[str, str]:
    content: dict[str, str] = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    return {name: "".join(line.strip() for line in text.splitlines()) for name, text in content.items()}


def alternatives(name: str) -> str:
    """One list, to be put between brackets in a regular expression.

    Examples
    --------
    >>> alternatives("yearly").split("|")[:2]
    ['per år', 'per year']
    """
    return _lists()[name]
