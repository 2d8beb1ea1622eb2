"""Scan: many texts at once searched for many phrases, with places that hold in the texts as they were given.

All texts of a batch are laid after each other and turned into bytes of one byte a character (Latin-1),
lower case, with a space for every sign that ends a word. Every phrase is searched as " phrase ": the
border of a word is part of the phrase, so that å, ä, ö and é are letters, `såg` is not found in `sågverk`,
and a place in the bytes is a place in the text. Hyphen, stroke and space count alike; + and # are letters
(C++, C#).

Texts that are not what one reads - markup, entities, accents that stand apart, soft hyphens - are first
made readable, and a table leads each place back.

Start reading at `Batch`.
"""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import BytesAhoCorasick, Implementation

Ints = npt.NDArray[np.int64]

BATCH_SIZE = 400_000
"""Characters that are searched at once: few calls, and yet little memory."""

_BETWEEN = b"\n\x00\n"
"""What stands between two texts: no phrase reaches over it."""


def _plain_byte(number: int) -> int:
    sign = chr(number)
    if sign == "\x00" or sign in "+#":
        return number
    return ord(sign.lower()) if sign.isalnum() else ord(" ")


PLAIN = bytes(_plain_byte(number) for number in range(256))
_SEARCHED = PLAIN.replace(b"\x00", b" ")
_LIKE_LATIN = (("–", "-"), ("—", "-"), ("‑", "-"), ("’", "'"))
_UNREADABLE = (
    "<",
    "&",
    "\xad",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u0300",
    "\u0301",
    "\u0308",
    "\u030a",
)
_MARKUP = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|br|li|ul|ol|div|h\d|tr|td|table|section)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_HIDDEN = re.compile("[\xad\u200b-\u200d\u2060\ufeff]")
_ACCENTED = re.compile("[A-Za-z][\u0300-\u036f]+")


@dataclass(frozen=True)
class Batch:
    """Texts laid after each other, ready to be searched.

    Attributes
    ----------
    texts : as they were made readable
    maps : for a text that had to be changed, by its number: the place in the given text of each
        character, and of its end
    ends : the same for where each character ends there
    raw, plain : the batch as Latin-1 (`?` for other signs), and lower case without signs
    starts : place of each text in the batch
    """

    texts: list[str]
    maps: dict[int, Ints]
    ends: dict[int, Ints]
    raw: bytes
    plain: bytes
    starts: Ints

    def place(self, number: int, place: int) -> int:
        """The place in the text as it was given, of a place in readable text `number`."""
        return int(self.maps[number][place]) if number in self.maps else place

    def end(self, number: int, place: int) -> int:
        """Where what ends before a place of readable text `number` ends in the text as it was given."""
        return int(self.ends[number][place - 1]) if number in self.ends and place else place


def batches(texts: Iterable[str], size: int = BATCH_SIZE) -> Iterator[Batch]:
    """The texts in batches of about `size` characters, in order."""
    waiting: list[str] = []
    length = 0
    for text in texts:
        waiting.append(text)
        length += len(text)
        if length >= size:
            yield batch(waiting)
            waiting, length = [], 0
    if waiting:
        yield batch(waiting)


def batch(texts: Sequence[str]) -> Batch:
    """One batch of texts.

    Examples
    --------
    >>> made = batch(["Svets&aring;g, C#", "Ålder"])
    >>> made.plain[2:-2].split(b" ")[0].decode("latin-1"), made.starts.tolist(), made.place(0, 10)
    ('svetsåg', [2, 16], 16)
    """
    readable = list(texts)
    maps: dict[int, Ints] = {}
    ends: dict[int, Ints] = {}
    encoded: list[bytes] = []
    for number, text in enumerate(readable):
        try:
            made = text.encode("latin-1")
            mend = b"<" in made or b"&" in made or b"\xad" in made
        except UnicodeEncodeError:
            made = _encoded(text)
            mend = any(sign in text for sign in _UNREADABLE)
        if mend:
            readable[number], places = _made_readable(text)
            if places is not None:
                maps[number], ends[number] = places
                made = _encoded(readable[number])
        encoded.append(made)
    raw = b"\n " + _BETWEEN.join(encoded) + b" \n"
    lengths = np.fromiter(map(len, readable), dtype=np.int64, count=len(readable))
    starts = 2 + np.concatenate([[0], np.cumsum(lengths[:-1] + len(_BETWEEN))]) if len(readable) else lengths
    return Batch(readable, maps, ends, raw, raw.translate(PLAIN), starts.astype(np.int64))


def _encoded(text: str) -> bytes:
    for sign, instead in _LIKE_LATIN:
        if sign in text:
            text = text.replace(sign, instead)
    return text.encode("latin-1", "replace")


def pattern(phrase: str) -> bytes | None:
    """What to search for to find a phrase; None if it has signs that Latin-1 lacks, or no letter or digit.

    Examples
    --------
    >>> pattern("CNC-svarvning"), pattern("R&D"), pattern("Å"), pattern("数据"), pattern("+")
    (b' cnc svarvning ', b' r d ', b' \\xe5 ', None, None)
    """
    try:
        plain = phrase.encode("latin-1")
    except UnicodeEncodeError:
        try:
            plain = unicodedata.normalize("NFC", phrase).encode("latin-1")
        except UnicodeEncodeError:
            return None
    plain = plain.translate(_SEARCHED)
    return b" %b " % b" ".join(plain.split()) if plain.strip(b" +#") else None


class Finder:
    """Searches batches for patterns.

    Parameters
    ----------
    patterns : as `pattern` makes them, each once
    """

    def __init__(self, patterns: Sequence[bytes]) -> None:
        self._automaton = BytesAhoCorasick(patterns, implementation=Implementation.ContiguousNFA) if patterns else None

    def find(self, searched: Batch) -> Ints:
        """Where which patterns stand: an array of n x 3, pattern, start and end in the batch, in order of end."""
        if self._automaton is None:
            return np.empty((0, 3), dtype=np.int64)
        found = self._automaton.find_matches_as_indexes(searched.plain, overlapping=True)
        flat = np.fromiter(itertools.chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        places: Ints = flat.reshape(-1, 3)
        places[:, 1] += 1  # the spaces around a phrase are no part of it
        places[:, 2] -= 1
        return places


def _made_readable(text: str) -> tuple[str, tuple[Ints, Ints] | None]:
    """The text without markup, entities and hidden signs, and where each character began and ended (None: it stays)."""
    steps = [
        (place.start(), place.end(), instead)
        for signs, found, made in _REPAIRS
        if any(sign in text for sign in signs)
        for place in found.finditer(text)
        if (instead := made(place[0])) != place[0]
    ]
    if not steps:
        return text, None
    parts: list[str] = []
    places: list[Ints] = []
    ends: list[Ints] = []
    reached = 0
    for start, end, instead in sorted(steps):
        if start < reached:  # within something that was taken away already
            continue
        parts += [text[reached:start], instead]
        places += [np.arange(reached, start), np.full(len(instead), start)]
        ends += [np.arange(reached, start) + 1, np.full(len(instead), end)]
        reached = end
    parts.append(text[reached:])
    places.append(np.arange(reached, len(text) + 1))
    ends.append(np.arange(reached, len(text)) + 1)
    return "".join(parts), (np.concatenate(places), np.concatenate(ends))


def _without_markup(tag: str) -> str:
    return "\n" if _BLOCK.match(tag) else " "


def _character(entity: str) -> str:
    sign = html.unescape(entity)
    return sign if len(sign) == 1 and sign != "\x00" else entity


def _nothing(_: str) -> str:
    return ""


def _together(letters: str) -> str:
    return unicodedata.normalize("NFC", letters)


_REPAIRS = (
    ("<", _MARKUP, _without_markup),
    ("&", _ENTITY, _character),
    ("\xad\u200b\u200c\u200d\u2060\ufeff", _HIDDEN, _nothing),
    ("\u0300\u0301\u0308\u030a", _ACCENTED, _together),
)


def sentence_starts(searched: Batch) -> Ints:
    """Places in the batch where a sentence or line begins, in order; abbreviations (t.ex. Java) end none."""
    raw = np.frombuffer(searched.raw, dtype=np.uint8)
    ends = np.flatnonzero(np.frombuffer(searched.raw.translate(_ENDS), dtype=np.bool_)[:-2])
    sign, after = raw[ends], raw[ends + 1]
    line = _LINE_END[sign]
    stop = ~line & (after == _SPACE) & _OPENING[raw[ends + 2]]
    before, earlier = raw[ends - 1], raw[ends - 2]
    short = _GAP[earlier] | (_GAP[raw[np.maximum(ends - 3, 0)]] & _ABBREVIATED[earlier, before])
    stop &= ~(short & (sign == ord(".")))
    starts: Ints = ends[line | stop] + 1
    return starts


def _flags(signs: str) -> npt.NDArray[np.bool_]:
    flags = np.zeros(256, dtype=np.bool_)
    flags[list(signs.encode("latin-1"))] = True
    return flags


_SPACE = ord(" ")
_LINE_END = _flags("\n\r\x00·¤")
_STOP = _flags(".!?;")
_ENDS = bytes(_LINE_END | _STOP)
_GAP = _flags(" .\n(/")
_OPENING = _flags("".join(chr(n) for n in range(256) if chr(n).isupper() or chr(n).isdigit()) + "*-?\"'( ")
_ABBREVIATED = np.zeros((256, 256), dtype=np.bool_)
for _pair in ("ex", "ca", "nr", "kl", "st", "dr", "vs"):
    _ABBREVIATED[ord(_pair[0]), ord(_pair[1])] = True
