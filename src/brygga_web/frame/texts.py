"""The words of the site, both languages side by side in `texts/*.yaml`.

A key is `file.name`; its entry has `sv` and `en`. Values are put in by name and escaped;
the texts themselves are ours and may hold simple markup. A text with the forms `one` and
`many` in each language takes its form from the value `n`.

Start reading at `text`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).resolve().parents[1] / "texts"
LANGUAGES = ("sv", "en")


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Every text of the site by key."""
    texts: dict[str, Mapping[str, Any]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts |= {f"{path.stem}.{key}": entry for key, entry in content.items()}
    return texts


def text(key: str, language: str, **values: object) -> SafeString:
    """The text of `key`, values put in and escaped; KeyError when there is none."""
    entry = catalogue()[key][language]
    if isinstance(entry, Mapping):
        entry = entry["one" if values.get("n") == 1 else "many"]
    return format_html(entry, **values) if values else mark_safe(entry.replace("{{", "{").replace("}}", "}"))


def plain(key: str, language: str, **values: object) -> str:
    """The text without markup, for files."""
    from html import unescape

    return unescape(strip_tags(text(key, language, **values)))


def has(key: str) -> bool:
    """Whether there is a text of that key."""
    return key in catalogue()


def in_sentence(name: str) -> str:
    """A name as it stands inside a sentence; abbreviations such as CNC keep their letters.

    Examples
    --------
    >>> in_sentence("Svetsare"), in_sentence("CNC-operatörer"), in_sentence("IT-tekniker")
    ('svetsare', 'CNC-operatörer', 'IT-tekniker')
    """
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def joined(words: list[str], language: str) -> str:
    """Words in a row: "a, b och c"; with semicolons where a word holds an "och" itself."""
    last = {"sv": "och", "en": "and"}[language]
    if any(f" {last} " in word for word in words):
        return "; ".join(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
