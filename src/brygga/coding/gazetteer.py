"""Gazetteer: which skills of a pack stand where in texts.

Built once a pack and language from the forms of every label (`brygga.coding.forms`), one concept for each
form, and kept beside the pack; the phrases that tell zones (`brygga.coding.zones`) are searched in the same
pass. Matches are found overlapping, tested one by one, and the longest that hold are chosen:

    borders      part of what is searched (`brygga.coding.scan`); nothing within addresses
    capitals     abbreviations of three letters, programs named like words (LAN, Go)
    a sign       everyday words (färg, data, C) count after "erfarenhet av", "programmering i" ..., or close to
                 another skill of the same field
    compounds    a long word that ends with a known skill behind a known word (rostfrittsvetsning), or begins
                 with one before a word such as -kunskaper, -arbete (Excelkunskaper)

Start reading at `Gazetteer.find`.
"""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.compounds import Splitter
from brygga.coding.everyday import treatment
from brygga.coding.forms import QUALITIES, forms, is_name
from brygga.coding.pack import Pack, own_skill_id
from brygga.coding.scan import Batch, Finder, Ints, pattern
from brygga.coding.zones import cues
from brygga.core.places import home

COMPOUND = len(QUALITIES)
"""The quality of a compound that only holds a skill; the number of one is its place in `QUALITIES`."""

LONGEST_SHARED = 2
"""A shortened form that more skills share is no form of any of them."""

LONGEST_OTHER = 3
"""Words of another label of ESCO at most."""

CLOSE = 80
"""Characters within which another skill is a sign."""

SHORTEST_HEAD, SHORTEST_COMPOUND = 6, 10
SHORTEST_END, ENDING_BITS = 4, 18
"""Letters by which words that end in no known part are told apart, of general heads, and size of the table for it."""

_MIXER = np.uint64(0x9E3779B97F4A7C15)
MOST_CACHED = 200_000

MANY_WORDS, CAPITALS, SIGN, LITERAL = 1, 2, 4, 8
_AS_WRITTEN = CAPITALS | LITERAL
_FAMILIES = {"sv": ("jobtech", "own", "esco"), "en": ("esco", "own", "jobtech")}
_JOINS = np.zeros(256, dtype=np.bool_)
_JOINS[list(b"./@:_=%?")] = True
_GAPS = np.zeros(256, dtype=np.bool_)
_GAPS[list(b" \n\r\t\x00\xa0")] = True
_BROKEN = re.compile(rb"[,;:!?()\[\]|\n\r\t\"*\xb7]|\. ")
_SIGN_WORDS = """
    erfarenhet erfarenheter kunskap kunskaper kunnig kunnande kompetens kompetenser van vana utbildning utbildad
    certifierad certifiering certifikat behörighet examen programmering programmera programmerar programmerare utveckla
    utvecklar utvecklare utveckling specialist specialiserad arbeta arbetar arbetat jobba jobbar jobbat undervisa
    undervisar undervisning färdigheter skicklig duktig behärska behärskar expert insatt bakgrund intresse
    språk språkkunskaper talar tala pratar behärskar förstår kan
    språket programspråket systemet affärssystemet verktyget programmet
    experience experienced knowledge skill skills skilled proficient proficiency expertise familiar familiarity
    understanding background degree programming develop developing development language languages using fluent fluency
"""
_LINKS = "av i inom om med på kring för från till of in with within as from on for to about som att använda"
_AFTER_SIGN = re.compile(rf"(?: (?:{'|'.join(_LINKS.split())}))*(?: [^ ]+)? {{1,2}}".encode("latin-1"))
_STOP = re.compile(rb"[.;!?\n\r\x00]")
_WORD_END = re.compile(rb"[ \n\x00]")
FARTHEST_SIGN = 30
"""Characters between the end of a sign and what it is a sign for, at most: small words and one other."""

LONGEST_ADDRESS = 200
LONGEST_RUN, LONGEST_JOIN = 6, 8
"""Everyday words in a row that may hold by each other, and characters between two of them."""

_JOIN = rb"(?:, ?|/| ?& ?| \+ |,? (?:och|and|eller|or|samt) )"
_LISTED_BEFORE, _LISTED_AFTER = re.compile(_JOIN + rb"\Z"), re.compile(_JOIN)

_JOIN_ENDS, _JOIN_BEGINS = np.zeros(256, dtype=np.bool_), np.zeros(256, dtype=np.bool_)
_JOIN_ENDS[list(b",&+hdrt")] = True
_JOIN_BEGINS[list(b",/&+oaes")] = True
"""Bytes that the signs and words between the parts of a list end and begin with."""

_SIGNS = {made: None for word in _SIGN_WORDS.split() if (made := pattern(word))}
_HEAD_WORDS = """
    kunskaper kunskap kunskapen erfarenhet erfarenheter vana arbete arbeten arbetet arbetare jobb uppdrag uppgifter
    utbildning utbildad kompetens certifikat certifierad certifiering behörighet licens intyg bevis kurs system
    systemet utvecklare utveckling programmering programmerare program operatör operatörer tekniker ingenjör
    specialist ansvarig projekt miljö färdigheter metoder metodik teknik
"""
GENERAL_HEADS = tuple(word.encode("latin-1") for word in _HEAD_WORDS.split())
"""Ends of compounds that say little beside the skill before them."""
_NO_COMPOUNDS = (b"arbetsgivar", b"uppdragsgivar", b"arbetstagar", b"rekryterings", b"medarbetar", b"lastvagn")
"""Beginnings of words whose parts are no skills."""


@dataclass(frozen=True)
class Spans:
    """What was found in a batch: one row a span, in order of text and place.

    Attributes
    ----------
    text, start, end : number of the text, and places in the batch
    form : number of the form, whose skill is `Gazetteer.skill[form]`
    quality : number of the quality (place in `QUALITIES`, or `COMPOUND`)
    """

    text: Ints
    start: Ints
    end: Ints
    form: Ints
    quality: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Stored:
    """What a gazetteer consists of, as arrays that lie in one file."""

    patterns: npt.NDArray[np.uint8]
    skill: npt.NDArray[np.int32]
    quality: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint8]
    share: npt.NDArray[np.uint8]
    head: npt.NDArray[np.bool_]
    literal: npt.NDArray[np.uint8]
    ids: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    fields: npt.NDArray[np.uint64]
    modifiers: npt.NDArray[np.uint8]


class Gazetteer:
    """Skills with their forms, ready to be found.

    Attributes
    ----------
    ids, labels : concepts in order of their number, and their preferred labels in the gazetteer's language
    skill : number of the concept of each form
    flags : what a form must fulfil
    share : how many concepts share a form
    """

    def __init__(self, stored: _Stored) -> None:
        self._stored = stored
        patterns = stored.patterns.tobytes().split(b"\n") if len(stored.patterns) else []
        self._places = np.concatenate([[0], np.cumsum([len(made) + 1 for made in patterns], dtype=np.int64)])
        phrases = [*cues(), *(sign for sign in _SIGNS if sign not in cues())]
        self._cues, self._phrases = len(cues()), len(phrases)
        self._is_sign = np.array([phrase in _SIGNS for phrase in phrases])
        self._finder = Finder([*phrases, *patterns])
        self.skill, self.flags, self.share = stored.skill, stored.flags, stored.share
        self.quality = stored.quality
        self.ids, self.labels = pl.Series(_lines(stored.ids)), pl.Series(_lines(stored.labels))
        self._patterns = stored.patterns.tobytes()
        self._literal = dict(_numbered(_lines(stored.literal)))
        self._dotted = np.zeros(len(self.skill), dtype=np.bool_)  # forms whose first sign is a stop (.NET)
        self._dotted[[number for number, text in self._literal.items() if text[:1] == "."]] = True
        self._compounds: dict[bytes, tuple[int, int, int] | None] = {}
        self._words: dict[bytes, int] = {}
        self._modifiers: frozenset[bytes] = frozenset()
        self._endings = np.empty(0, dtype=np.bool_)

    def form(self, number: int) -> str:
        """A form as it is searched: lower case, its words apart."""
        return self._patterns[self._places[number] : self._places[number + 1]].strip().decode("latin-1")

    def find(self, searched: Batch) -> tuple[Spans, Ints]:
        """The spans of skills in a batch, and the phrases of zones (number of the cue, start, end)."""
        found = self._finder.find(searched)
        number = found[:, 0]
        zone_cues = found[number < self._cues]
        of_forms = number >= self._phrases
        signs = found[~of_forms]
        signs = signs[self._is_sign[signs[:, 0]]]
        found = found[of_forms]
        found[:, 0] -= self._phrases
        found = self._holding(found, signs, searched)
        found = _longest(found)
        dotted = self._dotted[found[:, 0]]
        if dotted.any():
            found[:, 1] -= dotted & (np.frombuffer(searched.raw, dtype=np.uint8)[found[:, 1] - 1] == ord("."))
        quality = self.quality[found[:, 0]]
        compounds = self._in_compounds(found, searched)
        if len(compounds):
            quality = np.concatenate([quality, np.full(len(compounds), COMPOUND, dtype=np.uint8)])
            found = np.concatenate([found, compounds])
            order = np.argsort(found[:, 1], kind="stable")
            found, quality = found[order], quality[order]
        text = np.searchsorted(searched.starts, found[:, 1], side="right") - 1
        return Spans(text, found[:, 1], found[:, 2], found[:, 0], quality), zone_cues

    def _holding(self, found: Ints, signs: Ints, searched: Batch) -> Ints:
        """The matches that hold: no part of an address, written as they must be, with a sign where they need one."""
        raw = np.frombuffer(searched.raw, dtype=np.uint8)
        flags = self.flags[found[:, 0]]
        start, after = found[:, 1], np.minimum(found[:, 2], len(raw) - 2)
        joined_before = _JOINS[raw[start - 1]] & ~_GAPS[raw[start - 2]]
        beside = joined_before | (_JOINS[raw[after]] & ~_GAPS[raw[after + 1]]) | (raw[after] == ord("?"))
        kept = ~beside & (flags == 0)
        unsure = np.flatnonzero(~kept)
        waiting: list[int] = []
        for row, (form, start, end), flag, near in zip(
            unsure.tolist(), found[unsure].tolist(), flags[unsure].tolist(), beside[unsure].tolist(), strict=True
        ):
            if near and not self._stands_alone(searched, start, end):
                continue
            if flag == MANY_WORDS:
                kept[row] = _BROKEN.search(searched.raw, start, end) is None
                continue
            if flag & ~SIGN and not self._is_written(searched, form, flag, start, end):
                continue
            if flag & SIGN:
                waiting.append(row)
            else:
                kept[row] = True
        if waiting:
            rows = np.array(waiting)
            kept[rows] = self._near_same_field(found[rows], found[kept], searched)
            rows = rows[~kept[rows]]
            kept[rows] = self._after_sign(found[rows], signs, searched)
            rows = rows[~kept[rows]]
            before, after = self._joined(found[rows], searched)
            joined = (before >= 0) | (after >= 0)
            rows, before, after = rows[joined], before[joined], after[joined]
            for _ in range(LONGEST_RUN if len(rows) else 0):
                listed = _among(before, found[kept, 2]) | _among(after, found[kept, 1])
                if not listed.any():
                    break
                kept[rows[listed]] = True
                rows, before, after = rows[~listed], before[~listed], after[~listed]
        holding: Ints = found[kept]
        return holding

    def _near_same_field(self, found: Ints, sure: Ints, searched: Batch) -> npt.NDArray[np.bool_]:
        """Which matches have a sure skill of the same field close by: one of the two next on either side."""
        sure = sure[np.argsort(sure[:, 1], kind="stable")]
        near = np.zeros(len(found), dtype=np.bool_)
        if len(sure) == 0:
            return near
        text_of = np.searchsorted(searched.starts, found[:, 1])
        mask = self._stored.fields[self.skill[found[:, 0]]]
        place = np.searchsorted(sure[:, 1], found[:, 1])
        for step in (-2, -1, 0, 1):
            other = sure[np.clip(place + step, 0, len(sure) - 1)]
            gap = np.where(other[:, 1] < found[:, 1], found[:, 1] - other[:, 2], other[:, 1] - found[:, 2])
            same_field = (self._stored.fields[self.skill[other[:, 0]]] & mask) != 0
            same_text = np.searchsorted(searched.starts, other[:, 1]) == text_of
            near |= (gap >= 0) & (gap <= CLOSE) & same_field & same_text
        return near

    def _joined(self, found: Ints, searched: Batch) -> tuple[Ints, Ints]:
        """For matches that stand in a list (C, R och Go): where the one before ends and the one after begins, or -1."""
        raw = np.frombuffer(searched.raw, dtype=np.uint8)
        before, after = np.full(len(found), -1, dtype=np.int64), np.full(len(found), -1, dtype=np.int64)
        start, end = found[:, 1], found[:, 2]
        for row in np.flatnonzero(_JOIN_ENDS[raw[start - 2]] | (raw[start - 1] == ord("/"))).tolist():
            here = int(start[row])
            if joined := _LISTED_BEFORE.search(searched.raw, max(0, here - LONGEST_JOIN), here):
                before[row] = joined.start()
        for row in np.flatnonzero(
            _JOIN_BEGINS[raw[end]] | _JOIN_BEGINS[raw[np.minimum(end + 1, len(raw) - 1)]]
        ).tolist():
            if joined := _LISTED_AFTER.match(searched.raw, int(end[row])):
                after[row] = joined.end()
        return before, after

    def _after_sign(self, found: Ints, signs: Ints, searched: Batch) -> npt.NDArray[np.bool_]:
        """Which matches follow a word that says that a skill is meant (erfarenhet av, programmering i)."""
        after = np.zeros(len(found), dtype=np.bool_)
        if len(signs) == 0:
            return after
        ends = np.sort(signs[:, 2])
        last = ends[np.searchsorted(ends, found[:, 1]) - 1]
        for row in np.flatnonzero((last < found[:, 1]) & (found[:, 1] - last <= FARTHEST_SIGN)).tolist():
            sign_end, start = int(last[row]), int(found[row, 1])
            after[row] = (
                _AFTER_SIGN.fullmatch(searched.plain, sign_end, start) is not None
                and _STOP.search(searched.raw, sign_end, start) is None
            )
        return after

    def _stands_alone(self, searched: Batch, start: int, end: int) -> bool:
        """Not within a web or mail address, nor beside a letter that Latin-1 lacks."""
        raw = searched.raw
        around = raw[max(0, start - LONGEST_ADDRESS) : end + LONGEST_ADDRESS]
        if b"://" not in around and b"@" not in around and b"www." not in around:
            return (raw[start - 1 : start] != b"?" and raw[end : end + 1] != b"?") or self._no_part(
                searched, start, end
            )
        earliest, before = max(0, start - LONGEST_ADDRESS), -1
        for sign in (b" ", b"\n", b"\x00"):
            before = max(before, raw.rfind(sign, max(earliest, before), start))
        word_end = _WORD_END.search(raw, end, end + LONGEST_ADDRESS)
        word = raw[before + 1 : word_end.start() if word_end else end]
        if b"://" in word or b"www." in word or b"@" in word:
            return False
        return self._no_part(searched, start, end)

    @staticmethod
    def _no_part(searched: Batch, start: int, end: int) -> bool:
        """Whether no letter that Latin-1 lacks stands beside a match."""
        number = int(np.searchsorted(searched.starts, start, side="right")) - 1
        first, text = int(searched.starts[number]), searched.texts[number]
        before, after = text[start - first - 1 : start - first], text[end - first : end - first + 1]
        return not before.isalpha() and not after.isalpha()

    def _is_written(self, searched: Batch, form: int, flag: int, start: int, end: int) -> bool:
        """Whether the text writes a form as it must be written: its words together, its capitals, its signs."""
        here = searched.raw[start:end].decode("latin-1")
        if flag & CAPITALS and (
            here != self._literal[form] or (len(here) == 1 and self._is_part(searched, start, end))
        ):
            return False
        if flag & LITERAL:
            form_text = self._literal[form].lower().replace("-", " ")
            ahead = searched.raw[max(0, start - len(form_text)) : end + 2].decode("latin-1").lower().replace("-", " ")
            return form_text in ahead or f". {form_text[1:]}" in ahead
        return not (flag & MANY_WORDS and _BROKEN.search(searched.raw, start, end))

    def _is_part(self, searched: Batch, start: int, end: int) -> bool:
        """Whether a letter belongs to a number or a range: F-3, B1, 4-C."""
        before, after = searched.raw[start - 2 : start], searched.raw[end : end + 2]
        return (after[:1] in b"-&." and after[1:].isalnum()) or (before[1:] in b"-&." and before[:1].isalnum())

    def _in_compounds(self, found: Ints, searched: Batch) -> Ints:
        """Skills within long words: as their last part, or as their first before a general word."""
        self._prepare_compounds()
        plain = searched.plain
        spaces = searched.gaps
        lengths = spaces[1:] - spaces[:-1] - 1
        long = np.flatnonzero(lengths >= SHORTEST_COMPOUND)
        last = _last_letters(plain, spaces.take(long + 1))
        long = long[self._endings.take(_ending(last, SHORTEST_HEAD)) | self._endings.take(_ending(last, SHORTEST_END))]
        begins = spaces[long] + 1
        if len(found):  # words that a match covers are done
            place = np.searchsorted(found[:, 1], begins, side="right") - 1
            free = (place < 0) | (found[np.maximum(place, 0), 2] <= begins)
            begins, long = begins[free], long[free]
        known = self._compounds
        rows: list[tuple[int, int, int]] = []
        for start, end in zip(begins.tolist(), (begins + lengths[long]).tolist(), strict=True):
            word = plain[start:end]
            try:
                part = known[word]
            except KeyError:
                part = self._remember(word)
            if part is not None:
                rows.append((part[0], start + part[1], start + part[2]))
        return np.array(rows, dtype=np.int64).reshape(-1, 3)

    def _remember(self, word: bytes) -> tuple[int, int, int] | None:
        if len(self._compounds) >= MOST_CACHED:
            self._compounds.clear()
        part = self._compounds[word] = self._part_of(word)
        return part

    def _part_of(self, word: bytes) -> tuple[int, int, int] | None:
        """Form, start and end of the skill within a word; the whole word where the skill is its last part."""
        size = len(word)
        if size > 60 or any(48 <= sign <= 57 for sign in word) or word.startswith(_NO_COMPOUNDS):
            return None
        for cut in range(3, size - SHORTEST_HEAD + 1):
            form = self._words.get(word[cut:])
            if form is not None and self._stored.head[form]:
                before = word[:cut]
                if before in self._modifiers or (before[-1:] == b"s" and before[:-1] in self._modifiers):
                    return form, 0, size
        for head in GENERAL_HEADS:
            if word.endswith(head):
                for before in (word[: -len(head)], word[: -len(head)].removesuffix(b"s")):
                    form = self._words.get(before)
                    if form is not None and len(before) >= 3:
                        return form, 0, len(before)
        return None

    def _prepare_compounds(self) -> None:
        if self._modifiers:
            return
        self._modifiers = frozenset(self._stored.modifiers.tobytes().split(b"\n"))
        single = self.flags == 0
        sure = single & (self.quality <= QUALITIES.index("inflected"))
        patterns = self._patterns.split(b"\n")
        self._endings = np.zeros(1 << ENDING_BITS, dtype=np.bool_)
        heads = [patterns[number][:-1] for number in np.flatnonzero(self._stored.head).tolist()]
        for words, size in ((heads, SHORTEST_HEAD), (GENERAL_HEADS, SHORTEST_END)):
            letters = b"".join(word[-8:].rjust(8) for word in words)
            self._endings[_ending(np.frombuffer(letters, dtype="<u8"), size)] = True
        self._words = {
            word: number
            for number in np.flatnonzero(sure).tolist()
            if b" " not in (word := patterns[number][1:-1]) and len(word) >= 3
        }


def _last_letters(plain: bytes, ends: Ints) -> npt.NDArray[np.uint64]:
    """The eight bytes before each place, as one number."""
    eight = np.ndarray((max(len(plain) - 7, 0),), dtype="<u8", buffer=plain, strides=(1,))
    letters: npt.NDArray[np.uint64] = eight[ends - 8]
    return letters


def _ending(letters: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.int64]:
    """A place in the table of endings for the last letters of words, `size` of eight; few share one by chance."""
    mixed = (letters >> np.uint64(64 - 8 * size)) * _MIXER
    return (mixed >> np.uint64(64 - ENDING_BITS)).view(np.int64)


def _among(places: Ints, of: Ints) -> npt.NDArray[np.bool_]:
    """Which places are among others."""
    known = np.append(np.sort(of), -2)
    among: npt.NDArray[np.bool_] = known[np.searchsorted(known[:-1], places)] == places
    return among


def _longest(found: Ints) -> Ints:
    """The longest matches that do not overlap, in order of start; of two that do, the longer, else the first."""
    if len(found) < 2:
        return found
    found = found[np.lexsort((found[:, 0], -found[:, 2], found[:, 1]))]
    reach = np.maximum.accumulate(found[:, 2])
    found = found[np.concatenate([[True], found[1:, 2] > reach[:-1]])]  # within no other
    clash = np.flatnonzero(found[1:, 1] < found[:-1, 2])
    if len(clash) == 0:
        return found
    kept = np.ones(len(found), dtype=np.bool_)
    for group in np.split(clash, np.flatnonzero(np.diff(clash) > 1) + 1):
        rows = range(int(group[0]), int(group[-1]) + 2)
        taken: list[int] = []
        for row in sorted(rows, key=lambda row: (found[row, 1] - found[row, 2], row)):
            free = all(found[row, 1] >= found[other, 2] or found[row, 2] <= found[other, 1] for other in taken)
            kept[row] = free
            if free:
                taken.append(row)
    chosen: Ints = found[kept]
    return chosen


# --- building and keeping ------------------------------------------------------------------------------


def open_gazetteer(pack: Pack, language: str = "sv") -> Gazetteer:
    """The gazetteer of a pack for texts in a language (sv|en), read from beside the pack or built.

    It is kept in the pack's folder, or in the user's cache for our own words alone; where that cannot be written
    it is built each time.
    """
    folder = pack.folder or home("cache")
    path = folder / f"skills-{language}-{pack.fingerprint}-{_own_version()}.npz"
    if path.is_file():
        with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile), np.load(path) as kept:
            return Gazetteer(_Stored(**{field.name: kept[field.name] for field in fields(_Stored)}))
    stored = build(pack, language)
    _keep(stored, path)
    return Gazetteer(stored)


def _own_version() -> str:
    """What changes when the way forms are made does."""
    import hashlib

    here = Path(__file__).parent
    names = ("forms.py", "everyday.py", "gazetteer.py", "compounds.py", "zones.py", "scan.py", "aliases.csv")
    read = b"".join((here / name).read_bytes() for name in names)
    return hashlib.sha256(read).hexdigest()[:8]


def _keep(stored: _Stored, path: Path) -> None:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".skills-", suffix=".npz", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                arrays: dict[str, Any] = {field.name: getattr(stored, field.name) for field in fields(stored)}
                np.savez(file, **arrays)
            os.replace(name, path)
            for older in path.parent.glob(f"{path.name.rsplit('-', 2)[0]}-*.npz"):
                if older != path:
                    older.unlink(missing_ok=True)
        finally:
            Path(name).unlink(missing_ok=True)


class _Candidate(NamedTuple):
    """A concept that a form may mean; the smallest is taken."""

    quality: int
    family: int
    other: bool
    links: int
    skill_id: str
    text: str


def build(pack: Pack, language: str) -> _Stored:
    """All forms of a pack's skills in a language, each with the concept it means."""
    same = _same_concept(pack)
    links = Counter(pack.skill_links["skill_id"].to_list())
    candidates: dict[bytes, list[_Candidate]] = defaultdict(list)
    rank_of = {family: rank for rank, family in enumerate(_FAMILIES[language])}
    for skill_id, text, of_language, family, preferred in pack.skills.select(
        "skill_id", "text", "language", "family", "preferred"
    ).rows():
        concept = same.get(skill_id, skill_id)
        rank, fewer = rank_of[family], -links[concept]
        if family == "own" and of_language == "sv" and language == "en" and _OWN_NAME.match(text):
            candidates[pattern(text) or b""].append(_Candidate(0, rank, False, fewer, concept, text))
        for form_text, quality in _forms_for(text, of_language, language, preferred):
            key = pattern(form_text)
            if key is not None:
                candidates[key].append(_Candidate(quality, rank, not preferred, fewer, concept, form_text))
    aliases, own_names = _aliases(pack, language, same)
    for concept, rank, form_text, quality in aliases:
        key = pattern(form_text)
        if key is not None:
            candidates[key].append(_Candidate(quality, rank, False, -links[concept], concept, form_text))
    chosen = {key: found for key, all_ in sorted(candidates.items()) if (found := _best(all_))}
    labels = _labels(pack, language, same) | own_names
    spoken = pack.skills.filter(pl.col("preferred"), pl.col("language") == language)["skill_id"].to_list()
    named = {same.get(skill_id, skill_id) for skill_id in spoken} | own_names.keys()
    for concept, _, form_text, quality in reversed(aliases):  # what the taxonomy names in the other language only
        if quality == 0 and concept not in named:
            labels[concept] = form_text
    ids = sorted({best.skill_id for best, _ in chosen.values()})
    number = {skill_id: n for n, skill_id in enumerate(ids)}
    demands: dict[bytes, tuple[int, bool]] = {}
    for key, (best, _) in chosen.items():
        flags, may_end = _demands(key, best, language)
        if flags is not None:
            demands[key] = flags, may_end
    literal = [
        f"{n}\t{chosen[key][0].text}" for n, (key, (flags, _)) in enumerate(demands.items()) if flags & _AS_WRITTEN
    ]
    modifiers = _modifiers(pack) if language == "sv" else []
    return _Stored(
        patterns=_packed(b"\n".join(demands)),
        skill=np.array([number[chosen[key][0].skill_id] for key in demands], dtype=np.int32),
        quality=np.array([chosen[key][0].quality for key in demands], dtype=np.uint8),
        flags=np.array([flags for flags, _ in demands.values()], dtype=np.uint8),
        share=np.array([min(chosen[key][1], 255) for key in demands], dtype=np.uint8),
        head=np.array([may_end for _, may_end in demands.values()], dtype=np.bool_),
        literal=_packed("\n".join(literal).encode()),
        ids=_packed("\n".join(ids).encode()),
        labels=_packed("\n".join(" ".join(labels[skill_id].split()) for skill_id in ids).encode()),
        fields=_fields(pack, ids, same),
        modifiers=_packed(b"\n".join(word.encode("latin-1", "ignore") for word in modifiers)),
    )


def _aliases(pack: Pack, language: str, same: dict[str, str]) -> tuple[list[tuple[str, int, str, int]], dict[str, str]]:
    """Our own words for skills: concept, rank of its family, form and quality; and the names of those only we have.

    An alias means the first of its labels that the pack has; where it has none, a skill of our own, named by the last.
    """
    preferred = pack.skills.filter(pl.col("preferred")).select("text", "skill_id", "family")
    known: dict[str, tuple[int, str]] = {}
    for text, skill_id, family in preferred.iter_rows():
        here = (_FAMILIES[language].index(family), same.get(skill_id, skill_id))
        known[text.lower()] = min(here, known.get(text.lower(), here))
    found: list[tuple[str, int, str, int]] = []
    names: dict[str, str] = {}
    for text, labels in _ALIASES.filter(language=language).select("text", "labels").iter_rows():
        if known.get(text.lower(), (1, ""))[0] == 0:
            continue  # a label of the first taxonomy in this language
        tried = labels.split("|")
        rank, concept = next((known[label.lower()] for label in tried if label.lower() in known), (0, ""))
        if not concept:
            concept = own_skill_id(tried[-1])
            names[concept] = tried[-1]
        for form in forms(text, language):
            quality = max(QUALITIES.index(form.quality), QUALITIES.index("variant"))
            found.append((concept, min(rank, 1), form.text, quality if form.text != text else 0))
    for concept, name in names.items():
        found += [(concept, 1, form.text, QUALITIES.index(form.quality)) for form in forms(name, language)]
    return found, names


def _modifiers(pack: Pack) -> list[str]:
    """First parts of compounds: what words of Swedish skills and titles look like before another word."""
    titles = pack.labels.filter(pl.col("language") == "sv", ~pl.col("family").str.ends_with("definition"))["text"]
    skills = pack.skills.filter(pl.col("language") == "sv")["text"]
    return sorted(Splitter([*titles, *skills]).modifiers)


def _forms_for(text: str, of: str, language: str, preferred: bool) -> Iterator[tuple[str, int]]:
    """The forms of a label for texts in a language; from Swedish ones for English texts only names, of programs say."""
    if of == language and not preferred:  # ESCO's many other labels as they stand, those of one word only as names
        if 1 < len(text.split()) <= LONGEST_OTHER or is_name(text):
            yield text, 0
    elif of == language:
        for form in forms(text, of):
            yield form.text, QUALITIES.index(form.quality)
    elif of == "sv" and language == "en" and _MAY_HOLD_NAME.search(text):
        for form in forms(text, of):
            if form.quality in ("exact", "variant") and is_name(form.text) and "," not in form.text:
                yield form.text, QUALITIES.index(form.quality)


_OWN_NAME = re.compile(r"[A-Z][a-z]{3,}$")
"""Names of programs and makes in our own Swedish list, where other words have small letters."""

_MAY_HOLD_NAME = re.compile(r"[\d+#&.]|[A-ZÅÄÖÉ].*[A-ZÅÄÖÉ]")


def _best(candidates: list[_Candidate]) -> tuple[_Candidate, int] | None:
    """The concept that a form means, and how many mean it as well; None where too many do."""
    best = candidates[0]
    if len(candidates) == 1:
        return best, 1
    best = min(candidates)
    share = len({other.skill_id for other in candidates if other[:3] == best[:3]})
    if best.quality == QUALITIES.index("shortened") and share > LONGEST_SHARED:
        return None
    return best, share


def _demands(key: bytes, best: _Candidate, language: str) -> tuple[int | None, bool]:
    """What a form must fulfil to count (None: it never does), and whether it may end a compound."""
    words = key.split()
    quality = QUALITIES[best.quality]
    text = best.text
    if len(words) > 1:
        flags = MANY_WORDS
        if (len(words) == 2 and len(words[0]) == 1) or max(map(len, words)) <= 2:
            flags |= LITERAL
        return flags, False
    if text[:1] == "." or ("&" in text):
        return LITERAL, False
    how = treatment(text, quality, english=language == "en")
    if how == "drop":
        return None, False
    if how == "name":
        return CAPITALS | SIGN, False
    if how == "capitals":
        return CAPITALS, False
    if language == "en" and _FAMILIES[language][best.family] == "own" and _OWN_NAME.match(text):
        return CAPITALS, False
    plain_noun = _FAMILIES[language][best.family] == "esco" and language == "sv" and len(text) <= 7 and text.islower()
    if how == "sign" or (plain_noun and not text.endswith(_ACTIVITIES)):
        return SIGN, False
    may_end = (
        language == "sv"
        and quality in ("exact", "inflected")
        and len(words[0]) >= SHORTEST_HEAD
        and not is_name(text)
        and words[0].isalpha()
    )
    return 0, may_end


_ALIASES = pl.read_csv(Path(__file__).with_name("aliases.csv"), infer_schema=False)
_ACTIVITIES = ("ning", "ring", "ling", "ting", "sing", "king", "tion", "logi", "rätt", "slöjd")


def _same_concept(pack: Pack) -> dict[str, str]:
    """ESCO's and our own ids that the crosswalk says are the same as one of JobTech."""
    known = set(pack.skills.filter(pl.col("family") == "jobtech")["skill_id"].to_list())
    pairs = pack.crosswalk.filter(pl.col("kind") == "skill", pl.col("relation") == "exactMatch").sort(
        "from_id", "to_id"
    )
    return {
        from_id: to_id
        for from_id, to_id in reversed(pairs.select("from_id", "to_id").rows())
        if to_id in known or from_id.startswith("own:")
    }


def _labels(pack: Pack, language: str, same: dict[str, str]) -> dict[str, str]:
    """The preferred label of each concept, in the language if there is one (of its exact counterpart, too)."""
    preferred = pack.skills.filter(pl.col("preferred")).select("skill_id", "text", "language")
    labels: dict[str, str] = {}
    for in_language in (False, True):
        own: dict[str, str] = {}
        for skill_id, text, of_language in preferred.iter_rows():
            if (of_language == language) is in_language:
                own.setdefault(skill_id, text)
                if skill_id in same:
                    labels[same[skill_id]] = text
        labels |= own
    return labels


def _fields(pack: Pack, ids: Sequence[str], same: dict[str, str]) -> npt.NDArray[np.uint64]:
    """For each concept the two-digit groups of occupations that ask for it, a bit each."""
    groups = sorted({code[:2] for code in pack.skill_links["code"].to_list()})[:64]
    bit = {group: 1 << n for n, group in enumerate(groups)}
    masks: dict[str, int] = defaultdict(int)
    for code, skill_id in pack.skill_links.select("code", "skill_id").iter_rows():
        masks[same.get(skill_id, skill_id)] |= bit.get(code[:2], 0)
    for from_id, to_id in (
        pack.crosswalk.filter(pl.col("kind") == "skill").select("from_id", "to_id").sort("from_id", "to_id").iter_rows()
    ):
        masks[from_id] |= masks.get(to_id, 0)
    return np.array([masks.get(skill_id, 0) for skill_id in ids], dtype=np.uint64)


def _packed(joined: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(joined, dtype=np.uint8)


def _lines(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n") if len(packed) else []


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        number, text = line.split("\t", 1)
        yield int(number), text
