"""Wants: what a need asks for, told apart into must-have and merit, clause by clause.

    "svetsare med licens, gärna MIG"           licens is required, MIG a merit
    "B-körkort är ett krav"                    B-körkort is required: the word comes after
    "meriterande: PLC, Siemens S7"             both are merits: a list goes on until another word turns it
    "power electronics preferred"              a merit

A marker says which ("gärna", "krav på", "must have", "a plus"); "med", "som kan", "with" and "who can" require.
It speaks of what follows it in its clause, else of what stands before it. Nothing here knows what a skill is:
the stretches found are looked up by those who do.

Start reading at `find_wants`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from brygga.coding.amounts import NUMBERS, names_person
from brygga.coding.need_words import alternatives


class Want(NamedTuple):
    """A stretch of a text that names what somebody should know, have or be; `zone` is required or merit."""

    start: int
    end: int
    zone: str
    text: str


class _Marker(NamedTuple):
    start: int
    end: int
    zone: str
    weak: bool  # "med", "with": gives way to a marker that follows at once


_MARKERS = re.compile(
    r"(?<!\w)(?:"
    + "|".join(rf"(?P<{zone}>{alternatives(zone)})" for zone in ("merit", "required", "with"))
    + r")(?!\w)\s*:?",
    re.I,
)
_COPULA = re.compile(
    r"\b(?:är|is|are|vore|blir)"
    r"(?:\s+(?:ett|en|an?|också|även|absolut|starkt|helt|inte|ej|inget|not|no|highly|strongly|considered))*\s*\Z",
    re.I,
)
_BACKWARD = re.compile(alternatives("speaks_back"), re.I)
_BREAK = re.compile(
    r"[.!?](?=\s|\Z)|[\n;()•]|,(?!\d)|\s[-–—]\s|\b(?:men|but|dessutom|däremot|medan|while|whereas|samtidigt)\b"
    r"|\b(?:och|samt|and)(?="
    r"\s+(?:gärna|helst|krav|måste|ska(?:ll)? (?:kunna|ha)|det är|meriterande|preferably|ideally|must|with|som|med)\b)",
    re.I,
)
_HARDLY = re.compile(
    r"[\s\x00]*(?:(?:att|om|du|ni|de|det|är|någon|en|person|personer|den|dem|that|if|you|alla|someone|somebody|people|"
    r"those)\s+)*"
)
"""What may stand between two markers that are one: "gärna någon som kan"."""
_ABOUT_NOTHING = re.compile(r"\s*(?:det|it|this|detta|ett|vi|we|du|you|ni|de|they)\b[\w\s]*\Z", re.I)
_SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)|[\n•]")
_ITEM = re.compile(r"\s*(?:,(?!\d)|\b(?:och(?! skrift)|samt|and(?! writ)|plus)\b|&|\+(?!\+)(?=\s))\s*", re.I)
_LEAD = re.compile(rf"^(?:[\s\x00:,.–—-]|(?:{alternatives('before_skill')})(?![\w-]))+", re.I)
_TAIL = re.compile(rf"(?:[\s\x00:,.!?–—-]|(?<!\w)(?:{alternatives('after_skill')}))+\Z", re.I)
_NO_SKILL = re.compile(rf"^(?:{alternatives('no_skill')})\b", re.I)
_CLAUSE_VERB = re.compile(rf"\b(?:{alternatives('clause_verbs')})\b", re.I)
_QUALIFIED = re.compile(rf"(?<!\w)(?:{alternatives('qualified')})(?!\w)", re.I)
_NUMBERED = re.compile(r"\d+\s")
_LONGEST_ITEM = 8
"""Words of one item at most; what is longer is a sentence, not a skill."""


def find_wants(text: str, amounts: Iterable[tuple[int, int]] = (), times: Iterable[tuple[int, int]] = ()) -> list[Want]:
    """Every stretch that a need requires or calls a merit, in order.

    Parameters
    ----------
    text : what was said about one need
    amounts : stretches (start, end) that say how many; what comes next is who, not what they know
    times : stretches that say when

    Examples
    --------
    >>> text = "3 svetsare med licens, gärna MIG och TIG. B-körkort är ett krav"
    >>> [(text[want.start : want.end], want.zone) for want in find_wants(text)]
    [('licens', 'required'), ('MIG', 'merit'), ('TIG', 'merit'), ('B-körkort', 'required')]
    """
    for mark, stretches in (("\x01", amounts), ("\x00", times)):
        for start, end in stretches:
            text = text[:start] + mark * (end - start) + text[end:]
    wants: list[Want] = []
    carried = ""
    for start, end, fresh in _clauses(text):
        carried = "" if fresh else carried
        found = list(_markers(text, start, end))
        if found:
            carried = ""
            for marker, left, right in _scopes(found, start, end):
                after = [] if _speaks_back(text, left, marker) else list(_items(text, marker.end, right, marker.zone))
                if after:
                    wants += after
                    carried = marker.zone
                elif not marker.weak:
                    back = list(_items(text, left, marker.start, marker.zone))
                    wants = [want for want in wants if want[:2] not in {one[:2] for one in back}] + back
                    if not back:  # "ska ha minst 3 års erfarenhet, PLC": the list goes on behind what is no skill
                        carried = marker.zone
        elif carried and _goes_on(text[start:end]):
            wants += _items(text, start, end, carried)
        elif not re.fullmatch(r"[\s\x00\x01]*", text[start:end]):
            carried = ""
    for m in _QUALIFIED.finditer(text):
        if not any(want.start <= m.start() < want.end for want in wants):
            wants.append(Want(m.start(), m.end(), "required", m.group()))
    return sorted(set(wants))


def names_no_skill(words: str) -> bool:
    """Whether a stretch begins with words that are no skill: terms of work, starts, persons.

    Examples
    --------
    >>> names_no_skill("skiftgång"), names_no_skill("PLC")
    (True, False)
    """
    return bool(_NO_SKILL.match(words))


def _clauses(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each clause, and whether it begins a sentence."""
    start, fresh = 0, True
    for m in [*_BREAK.finditer(text), None]:
        end = m.start() if m else len(text)
        if end > start:
            yield start, end, fresh
            fresh = False
        if m:
            fresh = fresh or bool(_SENTENCE_END.fullmatch(m.group()))
            start = m.end()


def _markers(text: str, start: int, end: int) -> Iterator[_Marker]:
    """The markers of a clause; a weak one right after a strong one belongs to it ("gärna med")."""
    last: _Marker | None = None
    for m in _MARKERS.finditer(text, start, end):
        zone = "merit" if m.group("merit") else "required"
        one = _Marker(m.start(), m.end(), zone, bool(m.group("with")))
        if last and _HARDLY.fullmatch(text[last.end : one.start]):
            if last.zone == "merit" or one.weak:
                one = _Marker(last.start, one.end, last.zone, last.weak)
            else:
                one = _Marker(last.start, one.end, one.zone, False)
        elif last:
            yield last
        last = one
    if last:
        yield last


def _speaks_back(text: str, left: int, marker: _Marker) -> bool:
    """Whether a marker is about what stands before it: "truckkort är meriterande", but not "det är ett plus om"."""
    if marker.weak:
        return False
    before, word = text[left : marker.start], text[marker.start : marker.end]
    if not re.search(r"[^\W\x00\x01]", _LEAD.sub("", before)) or _ABOUT_NOTHING.match(before):
        return False
    return bool(_COPULA.search(before) or _BACKWARD.fullmatch(word.strip()))


def _scopes(found: list[_Marker], start: int, end: int) -> Iterator[tuple[_Marker, int, int]]:
    """Each marker with where its clause begins before it and ends after it."""
    for n, marker in enumerate(found):
        left = found[n - 1].end if n else start
        right = found[n + 1].start if n + 1 < len(found) else end
        yield marker, left, right


def _goes_on(clause: str) -> bool:
    """Whether a clause without marker can be one more item of the list before it."""
    return not _CLAUSE_VERB.search(clause) and 0 < len(re.findall(r"\w+", clause)) <= _LONGEST_ITEM


def _items(text: str, start: int, end: int, zone: str) -> Iterator[Want]:
    """The things named between start and end, without the words around them."""
    place = start
    for m in [*_ITEM.finditer(text, start, end), None]:
        stop = m.start() if m else end
        want = _trimmed(text, place, stop, zone)
        if want:
            yield want
        place = m.end() if m else end


def _trimmed(text: str, start: int, end: int, zone: str) -> Want | None:
    piece = text[start:end]
    if "\x01" in piece:  # who, not what
        return None
    cut = piece.find("\x00")
    while cut == 0 or (cut > 0 and not piece[:cut].strip()):  # begins with a number or a time
        rest = piece.lstrip("\x00 ")
        start += len(piece) - len(rest)
        piece, cut = rest, rest.find("\x00")
    if cut > 0:
        piece, end = piece[:cut], start + cut
    lead, tail = _LEAD.match(piece), _TAIL.search(piece)
    if tail:
        end -= len(tail.group())
    if lead:
        if lead.end() >= end - start:
            return None
        start += lead.end()
    found = text[start:end]
    if _CLAUSE_VERB.search(found) or re.search(r"\b(?:de|du|ni|man|you)\b", found, re.I):
        return None
    if (
        not re.search(r"[^\W\d]", found)
        or (_NUMBERED.match(found) and any(map(names_person, re.findall(r"[^\W\d_]+", found)[:2])))
        or (found.lower() in NUMBERS and not found.isupper())
        or _NO_SKILL.match(found)
        or len(re.findall(r"\w+", found)) > _LONGEST_ITEM
    ):
        return None
    return Want(start, end, zone, found)
