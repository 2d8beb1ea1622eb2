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

import functools
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

BATCH_SIZE = 400_000
"""Characters that are searched at once: few calls, and yet little memory."""

_BEFORE, _BETWEEN, _BEHIND = b"\n ", b"\n\x00\n", b" \n"
"""What stands before the first text, between two and behind the last: no phrase reaches over it."""


def _plain_byte(number: int) -> int:
    sign = chr(number)
    if sign == "\x00" or sign in "+#":
        return number
    return ord(sign.lower()) if sign.isalnum() else ord(" ")


PLAIN = bytes(_plain_byte(number) for number in range(256))
_SEARCHED = PLAIN.replace(b"\x00", b" ")
_LIKE_LATIN = (("–", "-"), ("—", "-"), ("‑", "-"), ("’", "'"))
_UNREADABLE = tuple("<&\xad\u200b\u200c\u200d\u2060\ufeff\u0300\u0301\u0308\u030a")
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

    @functools.cached_property
    def gaps(self) -> Ints:
        """Places of what stands between words."""
        return np.flatnonzero(np.frombuffer(self.plain, dtype=np.uint8) == _SPACE)

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
    for number, text in enumerate(readable):
        if any(map(text.__contains__, _UNREADABLE)):
            readable[number], places = _made_readable(text)
            if places is not None:
                maps[number], ends[number] = places
    raw = _BEFORE + _BETWEEN.join(map(_encoded, readable)) + _BEHIND
    lengths = np.fromiter(map(len, readable), dtype=np.int64, count=len(readable)) + len(_BETWEEN)
    starts = len(_BEFORE) + np.cumsum(lengths) - lengths
    return Batch(readable, maps, ends, raw, raw.translate(PLAIN), starts)


def _encoded(text: str) -> bytes:
    """A text as Latin-1; text by text, since signs that need wide characters are in few."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
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
    """Searches batches for patterns, all of them at every place, in one pass over the words.

    Every run of words has a number that follows from its letters (a polynomial in 64 bits, from sums that are made once
    a batch), and a table says which numbers are patterns, or begin one. It finds what an Aho-Corasick automaton finds,
    since patterns are whole words; a run of other letters with the same number and length is not to be expected within
    10 ** 12 texts.

    Parameters
    ----------
    patterns : as `pattern` makes them
    """

    def __init__(self, patterns: Sequence[bytes]) -> None:
        chunks = [_numbered_patterns(patterns[first : first + CHUNK]) for first in range(0, len(patterns), CHUNK)]
        if not chunks:
            self._longest = 0
            return
        keys = np.concatenate([chunk[0] for chunk in chunks])
        of = np.concatenate([chunk[1] + n * CHUNK for n, chunk in enumerate(chunks)])
        whole = np.concatenate([chunk[2] for chunk in chunks])
        self._longest = max(chunk[3] for chunk in chunks)
        self._length = np.fromiter(map(len, patterns), dtype=np.int64, count=len(patterns)) - 2
        order = np.argsort(keys, kind="stable")
        keys, of, whole = keys[order], of[order], whole[order]
        first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        self._more = np.append(np.logical_or.reduceat(~whole, first), np.zeros(1, dtype=np.bool_))
        # patterns of the same letters follow one another; those that only begin one come last
        order = np.lexsort((of, ~whole, keys))
        of, whole = of[order], whole[order]
        count = np.add.reduceat(whole.astype(np.int32), first)
        self._first = np.append(first, 0).astype(np.int32)
        self._count = np.append(count, 0).astype(np.int32)
        self._of = of.astype(np.int32)
        self._keys = np.append(keys[first], np.uint64(0))
        slot = (self._keys[:-1] >> _SHIFT).view(np.int64)
        in_slot = np.bincount(slot, minlength=1 << SLOT_BITS)
        self._most = int(in_slot.max())
        self._marks = np.zeros(1 << SLOT_BITS, dtype=np.uint8)
        np.bitwise_or.at(self._marks, slot, np.uint8(1) << _bit(self._keys[:-1]))
        self._slot = np.concatenate([[0], np.cumsum(in_slot[:-1])]).astype(np.int32)

    def find(self, searched: Batch) -> Ints:
        """Where which patterns stand: an array of n x 3, pattern, start and end in the batch, in no order."""
        if not self._longest:
            return np.empty((0, 3), dtype=np.int64)
        letters = np.frombuffer(searched.plain, dtype=np.uint8)
        sums, powers = _sums(letters)
        gaps = searched.gaps
        words = np.flatnonzero(gaps[1:] - gaps[:-1] > 1)
        start, until = gaps.take(words) + 1, words + 1  # where a run begins, and the gap that ends it
        before, power = sums.take(start), powers.take(start)
        found: list[tuple[Ints, Ints, Ints]] = []
        for _ in range(self._longest):
            end = gaps.take(until)
            numbers = sums.take(end)
            numbers -= before
            numbers *= power
            runs, place = self._look_up(_mixed(numbers))
            start, end = start.take(runs), end.take(runs)
            count = self._count.take(place)
            for n in range(int(count.max(initial=0))):
                here = np.flatnonzero(count > n)
                pattern = self._of.take(self._first.take(place.take(here)) + n).astype(np.int64)
                found.append((pattern, start.take(here), end.take(here)))
            on = np.flatnonzero(self._more.take(place))
            following = until.take(runs.take(on)) + 1
            on = on[gaps.take(following, mode="clip") - end.take(on) > 1]  # the next word follows at once
            start, until = start.take(on), until.take(runs.take(on)) + 1
            before, power = before.take(runs.take(on)), power.take(runs.take(on))
            if len(start) == 0:
                break
        if not found:
            return np.empty((0, 3), dtype=np.int64)
        places = np.stack([np.concatenate(column) for column in zip(*found, strict=True)], axis=1)
        longest: Ints = places[self._length[places[:, 0]] == places[:, 2] - places[:, 1]]
        return longest

    def _look_up(self, keys: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
        """Which numbers are known, and their places in the table."""
        slot = (keys >> _SHIFT).view(np.int64)
        runs = np.flatnonzero(((self._marks.take(slot) >> _bit(keys)) & np.uint8(1)).view(np.bool_))
        keys, place = keys.take(runs), self._slot.take(slot.take(runs)).astype(np.int64)
        waiting = np.flatnonzero(self._keys.take(place) != keys)  # another number in the same slot, or in none
        for _ in range(1, self._most):
            place[waiting] += 1
            waiting = waiting[self._keys.take(place.take(waiting), mode="clip") != keys.take(waiting)]
        known = np.ones(len(runs), dtype=np.bool_)
        known[waiting] = False
        return runs[known], place[known]


CHUNK = 10_000
"""Patterns that are numbered at once."""

SLOT_BITS = 20
_SHIFT = np.uint64(64 - SLOT_BITS)
_BASE = 0x9E3779B97F4A7C15
_MIXER = np.uint64(0xD6E8FEB86659FD93)


@functools.lru_cache(maxsize=4)
def _powers(size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Powers of the base and of its inverse, modulo 2 ** 64."""
    made = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(size, base, dtype=np.uint64)
        powers[0] = 1
        made.append(np.multiply.accumulate(powers))
    return made[0], made[1]


def _sums(letters: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """For each place the polynomial of what stands before it, and what takes a place's power away."""
    size = 1 << max(19, (len(letters) + 1).bit_length())
    powers, inverse = _powers(size)
    sums = np.empty(len(letters) + 1, dtype=np.uint64)
    sums[0] = 0
    np.multiply(letters, powers[: len(letters)], out=sums[1:])
    np.cumsum(sums[1:], out=sums[1:])
    return sums, inverse


def _bit(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    """One of eight bits for each number; most that are not known are told by it without a look at the table."""
    bit: npt.NDArray[np.uint8] = keys.astype(np.uint8) & np.uint8(7)
    return bit


def _mixed(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    keys = keys * _MIXER
    mixed: npt.NDArray[np.uint64] = keys ^ (keys >> np.uint64(32))
    return mixed


def _numbered_patterns(
    patterns: Sequence[bytes],
) -> tuple[npt.NDArray[np.uint64], Ints, npt.NDArray[np.bool_], int]:
    """The numbers of patterns and of what begins them, of which pattern, whether whole; and the most words of one."""
    letters = np.frombuffer(b"\n" + b"\n".join(patterns) + b"\n", dtype=np.uint8)
    sums, inverse = _sums(letters)
    gaps, lines = np.flatnonzero(letters == _SPACE), np.flatnonzero(letters == ord("\n"))
    first, last = np.searchsorted(gaps, lines[:-1]), np.searchsorted(gaps, lines[1:]) - 1
    start, words = gaps[first] + 1, last - first
    longest = int(words.max())
    keys, of, whole = [], [], []
    for count in range(1, longest + 1):
        here = np.flatnonzero(words >= count)
        end = gaps[first[here] + count]
        keys.append(_mixed((sums[end] - sums[start[here]]) * inverse[start[here]]))
        of.append(here)
        whole.append(words[here] == count)
    return np.concatenate(keys), np.concatenate(of), np.concatenate(whole), longest


def _made_readable(text: str) -> tuple[str, tuple[Ints, Ints] | None]:
    """The text without markup, entities and hidden signs, and where each character began and ended (None: it stays)."""
    steps = [
        (place.start(), place.end(), instead)
        for signs, found, made in _REPAIRS
        if any(map(text.__contains__, signs))
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
