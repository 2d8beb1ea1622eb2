"""Normalise: what people write, made comparable with the titles we know.

    plain("<p>Svetsare&nbsp;sökes!</p>")      "svetsare sökes!"      markup and capitals gone
    words("CNC-operatörerna, 3 st")           cnc operatörerna st    letters only, in order
    stem("operatörerna")                      operatör               endings of Swedish and English titles
    lookup_key(words("svetsarna"))            svetsare               what a phrase is looked up by

Only endings that titles of people take are cut (operatörer, svetsarna, sköterskor, welders);
a general stemmer would make svets out of svetsare and lose which of them stood there.

Start reading at `words`.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence

LONGEST_READ = 4_000
"""Characters of a text that are read; what an ad is about stands early."""

_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/h\d|/li|/div)\b[^<>]*>", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:\+\+)?")
_ENDINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w{4}[^s])s$", ""),
        (r"(?<=\w{3})(?:arna|aren)$", "are"),
        (r"(?<=\w{3})orna$", "a"),
        (r"(?<=[kgl])or$", "a"),
        (r"(?<=sk)an$", "a"),
        (r"(?<=\w{3})erna$", "er"),
        (r"(?<=\w{2}ik)ern$", "er"),
        (r"(?<=ör)en$|(?<=ist)en$|(?<=chef)en$|(?<=ent)en$|(?<=log)en$", ""),
        (r"(?<=ör)er$|(?<=ist)er$|(?<=chef)er$|(?<=ent)er$|(?<=log)er$|(?<=ekt)er$|(?<=agog)er$", ""),
        (r"(?<=m)än(?:nen)?$", "an"),
        (r"(?<=träde)n$", ""),
    )
)


def plain(text: str, *, longest: int = LONGEST_READ) -> str:
    """The text in lower case without markup: its first `longest` characters, lines kept.

    Examples
    --------
    >>> plain("<h1>SVETSARE</h1>till&nbsp;Osby")
    'svetsare\\ntill osby'
    """
    lines = (" ".join(line.split()) for line in bare(text, longest=longest).split("\n"))
    return "\n".join(line for line in lines if line)[:longest]


def bare(text: str, *, longest: int = LONGEST_READ) -> str:
    """The beginning of a text in lower case without markup, blanks and lines as they stand.

    Examples
    --------
    >>> bare("<p>SVETSARE&amp;</p>")
    ' svetsare&\\n'
    """
    marked = "<" in text
    text = text[: 4 * longest if marked else longest]
    if marked:
        text = _MARKUP.sub(" ", _BREAK.sub("\n", text))
    return (html.unescape(text) if "&" in text else text).lower()


def words(text: str) -> list[str]:
    """The words of a text: letters only (C++ keeps its signs), lower case, in order.

    Examples
    --------
    >>> words("3-4 CNC-operatörer (MIG/MAG)")
    ['cnc', 'operatörer', 'mig', 'mag']
    """
    return _WORD.findall(text.lower())


@functools.lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The word without the plural and definite endings that titles take in Swedish and English.

    Examples
    --------
    >>> [stem(word) for word in ("operatörerna", "svetsarna", "sjuksköterskor", "welders", "tekniker")]
    ['operatör', 'svetsare', 'sjuksköterska', 'welder', 'tekniker']
    """
    for ending, replacement in _ENDINGS:
        word = ending.sub(replacement, word)
    return word


def lookup_key(phrase: Sequence[str]) -> str:
    """What a phrase is looked up by: its stems without blanks, so that "CNC operatörer" meets "CNC-operatör".

    Examples
    --------
    >>> lookup_key(words("CNC operatörer")) == lookup_key(words("cnc-operatör"))
    True
    """
    return "".join(stem(word) for word in phrase)
