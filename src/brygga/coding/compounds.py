"""Compounds: Swedish words taken apart where the taxonomy's own words meet, and cut to their roots.

    Splitter(words).parts("lastbilsförare")   lastbil, förare       known words, linking s taken away
    Splitter(words).roots("Lastbilsförarna")  lastbilsför, lastbil, last, bil, för
    root("svetsning") = root("svetsare")      svets                 noun, verb and person share a root

No dictionary is carried: the words come from the labels that are to be found, so that the parts are
words that mean something there. A dynamic programme takes the fewest parts, then the longest ones.

Start reading at `Splitter`.
"""

from __future__ import annotations

import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Self

SHORTEST_PART = 3
SHORTEST_UNKNOWN = 4
"""Letters of a part that no label has: it stands beside a part that many labels have."""

BOUND = 3
"""A beginning (or end) that is no word by itself counts as a part when it meets so many known words."""

STRONG = 4
"""A part that so many different words share may stand beside an unknown one."""

LONGEST_WORD = 45
SHORT_PARTS = ("el", "yt", "it", "tv", "pr", "hr")
"""Beginnings of two letters: elmontör, ytbehandling."""

_KEPT_WORDS = """
    sjuksköterska sjuksköterskor undersköterska undersköterskor barnmorska barnmorskor personal material
    verkstad verkstäder kontroll kontroller arbete ansvar ansvarig verksamhet underhåll utbildning handling
    behandling förvaltning försäljning inköp utveckling uppföljning redovisning samordnare handläggare
    medarbetare företag tillverkning anläggning avdelning användning användare enhet område inredning
    planering beredning leverans trafik kommunal kommunikation information ekonomi ekonom säkerhet miljö
    kvalitet teknik tekniker ledare ledning mästare kamrer sekreterare konsulent konsult assistent operatör
    montör inspektör ingenjör direktör redaktör arkitekt skribent student patient klient agent tandläkare
    landskap vetenskap egenskap kunskap samhälle undervisning lärare förskola grundskola gymnasium gymnasie
    högskola samtal bibliotek apotek hotell restaurang recept reception internat lokal central manual digital
    social special speciell analys analytiker möbel metall kristall protokoll instrument dokument element
    automat apparat aggregat inventarie trädgård lantbruk bokföring rådgivare föreståndare vaktmästare
    barista veterinär terapeut terapi intendent producent regissör dirigent kantor kurator organisation
    organisatör handläggning administratör administration installation installatör konstruktion konstruktör instruktör
    kontrollant kommission kommissarie revisor auktion station position motorcykel maskinist
"""
KEPT_WHOLE = frozenset(_KEPT_WORDS.split())
"""Words that fall apart into known words without consisting of them (personal, verkstad), or that mean more whole."""

_NO_MODIFIER_WORDS = """
    för att och med till från över under upp ned ner in ut an av på om per hos vid mot sam fram efter
    bort hem igen bak för fort väl miss van sig den det som ett men non des del ger lar ver ter sta era ren
    ing ning are isk lig het eri ion ist ande else inom utan mellan genom kring
"""
_NO_MODIFIER = frozenset(_NO_MODIFIER_WORDS.split())
"""What begins words without being their first part: utbildning is no bildning of an ut."""

_NO_HEAD_WORDS = """
    are aren arna ning ningen ande ende else isk iska lig liga ligt het heten skap eri ion ist ing era ter ler
    ner mer der ger ker ser ten nen sten ren den ven ar er or en et ad at na ska skor ares ers ling ling ator
    atör tör ent ant age dom inna essa graf log logi loger grafi gram metri met ment mentet iken iker
    för ett den det som med till från över under att upp hand sning
"""
_NO_HEAD = frozenset(_NO_HEAD_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouyåäöé")


class Splitter:
    """Takes words apart at the borders of known words.

    Parameters
    ----------
    words : words or whole labels; the letters between other signs are the words

    Examples
    --------
    >>> split = Splitter(["Lastbilsförare", "lastbil", "Förare, buss", "Svets, rör", "Svetsare", "rör"])
    >>> split.parts("lastbilsförarna"), split.parts("rörsvetsning"), split.parts("potatis")
    (('lastbil', 'förarna'), ('rör', 'svetsning'), ('potatis',))
    """

    def __init__(self, words: Iterable[str]) -> None:
        known = {word for text in words for word in _WORD.findall(text.lower()) if len(word) >= SHORTEST_PART}
        known |= {word for word in KEPT_WHOLE if not word.endswith("or")}
        self._modifiers = dict(_combining_forms(sorted(known))) | {part: part for part in SHORT_PARTS}
        self._heads = {root(word) for word in known if _may_be_head(word)}
        modifier_of, head_of = self._meetings(sorted(known))
        for part, heads in modifier_of.items():
            if len(heads) >= BOUND and part not in self._modifiers and part not in _NO_MODIFIER:
                self._modifiers[part] = part[:-1] if part[-1] == "s" and part[:-1] in modifier_of else part
        self._heads |= {root(part) for part, met in head_of.items() if len(met) >= BOUND}
        self._strong_modifiers = {
            part for part, heads in modifier_of.items() if len(heads) >= STRONG and len(part) >= SHORTEST_UNKNOWN
        }
        strong: dict[str, set[str]] = defaultdict(set)
        for part, met in head_of.items():
            if len(part) > SHORTEST_UNKNOWN and root(part) in self._heads:
                strong[root(part)] |= met
        self._strong_heads = {part for part, met in strong.items() if len(met) >= STRONG}
        self.parts = functools.lru_cache(maxsize=200_000)(self._parts)
        """The parts of one word, in order; the word itself where it is no compound of known words."""
        self._word_roots = functools.lru_cache(maxsize=200_000)(self._roots_of_word)

    def kept(self) -> str:
        """What was learned from the words, as text: for `restored`, which is much quicker than learning again."""
        learned = [
            self._modifiers,
            *map(sorted, (self._heads, self._strong_modifiers, self._strong_heads)),
        ]
        return json.dumps(learned, ensure_ascii=False)

    @classmethod
    def restored(cls, kept: str) -> Self:
        """The splitter that `kept` tells of.

        Examples
        --------
        >>> Splitter.restored(Splitter(["svets", "rör", "svetsare"]).kept()).parts("rörsvetsare")
        ('rör', 'svetsare')
        """
        splitter = cls(())
        splitter._modifiers, *others = json.loads(kept)
        splitter._heads, splitter._strong_modifiers, splitter._strong_heads = map(set, others)
        return splitter

    @property
    def modifiers(self) -> frozenset[str]:
        """What known words look like as the first part of a compound."""
        return frozenset(part for part in self._modifiers if part not in _NO_MODIFIER)

    def roots(self, text: str) -> list[str]:
        """Roots of the words of a text in order: each word whole, then its parts, and their parts.

        Examples
        --------
        >>> Splitter(["svets", "rör", "svetsare"]).roots("Rörsvetsare sökes")
        ['rörsvets', 'rör', 'svets', 'sök']
        """
        return [part for word in _WORD.findall(text.lower()) for part in self._word_roots(word)]

    def _roots_of_word(self, word: str) -> tuple[str, ...]:
        found = dict.fromkeys((root(word),))
        parts = self.parts(word)
        if len(parts) > 1:
            for part in parts:
                found.update(dict.fromkeys(self._word_roots(part)))
        return tuple(found)

    def _meetings(self, known: list[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Which known heads follow each beginning, and which known modifiers stand before each end."""
        modifier_of: dict[str, set[str]] = defaultdict(set)
        head_of: dict[str, set[str]] = defaultdict(set)
        whole = set(known)
        for word in known:
            if root(word) in _KEPT_ROOTS:
                continue
            holds_head = False  # a shorter end of the word is a head already: no longer one is learned beyond it
            for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
                before, after = word[:cut], word[cut:]
                is_known = after in whole and len(after) > SHORTEST_PART and _may_be_head(after)
                if is_known:
                    bare = before[:-1] if before[-1] == "s" and len(before) > SHORTEST_UNKNOWN else before
                    modifier_of[before].add(after)
                    modifier_of[self._modifiers.get(bare, bare)].add(after)
                may_end = before in self._modifiers and before not in _NO_MODIFIER
                if may_end and (is_known or (not holds_head and _may_be_learned(after))):
                    head_of[after].add(self._modifiers[before])
                holds_head = holds_head or is_known
        return modifier_of, head_of

    def _parts(self, word: str) -> tuple[str, ...]:
        word = word.lower()
        if root(word) in _KEPT_ROOTS or not 2 * SHORTEST_PART <= len(word) <= LONGEST_WORD or not word.isalpha():
            return (word,)
        return self._known_parts(word) or self._half_known(word) or (word,)

    def _known_parts(self, word: str) -> tuple[str, ...] | None:
        """The fewest known parts that make the word; among as few, those with the largest sum of squared lengths."""
        size = len(word)
        best: list[tuple[int, int, tuple[str, ...]] | None] = [None] * size
        for start in range(size - SHORTEST_PART, -1, -1):
            tail = word[start:]
            if start and _may_be_head(tail) and root(tail) in self._heads:
                best[start] = (1, -(len(tail) ** 2), (tail,))
                continue
            for end in range(start + (2 if start == 0 else SHORTEST_PART), size - SHORTEST_PART + 1):
                rest, piece = best[end], word[start:end]
                base = self._modifiers.get(piece) if rest else None
                if rest and base and piece not in _NO_MODIFIER:
                    found = (rest[0] + 1, rest[1] - len(piece) ** 2, (base, *rest[2]))
                    here = best[start]
                    best[start] = found if here is None else min(here, found)
        whole = best[0]
        if whole is None or (whole[0] > 2 and min(len(part) for part in whole[2]) <= SHORTEST_PART and size < 12):
            return None
        return whole[2]

    def _half_known(self, word: str) -> tuple[str, ...] | None:
        """An unknown part beside one that many words share: mazatrol-operatör, svets-okänd."""
        for cut in range(SHORTEST_UNKNOWN, len(word) - SHORTEST_UNKNOWN):
            before, after = word[:cut], word[cut:]
            if root(after) in self._strong_heads and _may_be_head(after) and _may_be_part(before):
                return None if before in _NO_MODIFIER else (before, after)
        for cut in range(len(word) - SHORTEST_UNKNOWN, SHORTEST_UNKNOWN - 1, -1):
            before, after = word[:cut], word[cut:]
            if before in self._strong_modifiers and before not in _NO_MODIFIER and _may_be_learned(after):
                return self._modifiers.get(before, before), after
        return None


def _combining_forms(known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What a known word looks like before another one, and the word; a form that is a word itself comes last."""
    known = list(known)
    whole = set(known)
    for word in known:
        if word in _NO_MODIFIER:
            continue
        if not word.endswith("s"):
            yield f"{word}s", word  # arbete-s-, säkerhet-s-
        if word.endswith("are") and len(word) > 5:
            yield word[:-1], word  # läkar-
            yield word[:-3], word[:-3]  # svets-
        elif word.endswith(("a", "e")) and len(word) > SHORTEST_PART + 1:
            yield word[:-1], word  # skol-, pojk-
            yield f"{word[:-1]}s", word  # arbets-
            if word.endswith("a"):
                for vowel in "oeu":
                    yield word[:-1] + vowel, word  # kyrko-, rese-, gatu-
    for word in known:
        if word not in _NO_MODIFIER:
            yield word, word[:-1] if word[-1] == "s" and word[:-1] in whole else word


def _may_be_head(word: str) -> bool:
    return len(word) >= SHORTEST_PART and word not in _NO_HEAD and _may_be_part(word)


def _may_be_learned(word: str) -> bool:
    """An end that no label has as a word: long, and not an ending that begins with a vowel (-ering, -ation)."""
    return len(word) > SHORTEST_UNKNOWN and word[0] not in _VOWELS and _may_be_head(word)


def _may_be_part(word: str) -> bool:
    """A part of a word has a vowel, and begins as Swedish words begin."""
    return not _VOWELS.isdisjoint(word) and word[:2] not in _NO_BEGINNING and word[:1] != word[1:2]


_NO_BEGINNING = frozenset(
    f"{first}{second}"
    for first, seconds in {
        "b": "bcdfgkmnpstvz", "c": "bcdfgkmnpstvz", "d": "bcdfgklmnpstz", "f": "bcdgkmpstvz", "g": "bcdfgkmpstvz",
        "k": "bcdfgkmpstz", "l": "bcdfgkmnprstvz", "m": "bcdfgklnprstvz", "n": "bcdfgklmprstvz",
        "p": "bcdgkmtvz", "r": "bcdfgklmnpstvz", "s": "bdgrsz", "t": "bcdfgklmnptz", "v": "bcdfgkmnpstvz",
        "j": "bcdfgklmnprstvz",
    }.items()
    for second in seconds
)  # fmt: skip

_ENDINGS: tuple[tuple[str, str, int], ...] = tuple(
    sorted(
        (
            *((ending, "", 4) for ending in ("erarna", "eraren", "erarens", "erares", "erare", "eringen", "eringar",
              "eringarna", "erings", "ering", "erandet", "erande", "erats", "erade", "erat", "erad", "erar", "eras",
              "era", "ationerna", "ationens", "ationen", "ationer", "ations", "ation", "atörerna", "atörens",
              "atören", "atörer", "atörs", "atör", "örerna", "örens", "ören", "örer", "örs", "ör", "iker",
              "ikerns", "ikern", "ikerna", "ikers", "iken", "ikens", "ik", "isk", "iska", "iskt", "ment", "ments",
              "ational", "ators", "ator", "ating", "ates", "ate")),
            *((ending, "", 3) for ending in ("arnas", "arna", "arens", "aren", "ares", "are", "ornas", "orna",
              "ernas", "erna", "erskorna", "erskor", "erskans", "erskan", "erskas", "erska", "ningarna", "ningars",
              "ningar", "ningens", "ningen", "nings", "ning", "ingarna", "ingar", "ingens", "ingen", "ings", "ing",
              "andets", "andet", "ande", "endets", "endet", "ende", "andes", "eriets", "eriet", "erier", "eri",
              "seln", "sel", "ars", "ar", "or", "ors", "ers", "ans", "ades", "ade", "ats", "at", "ad", "orna",
              "ens", "en", "ets", "et")),
            *((ending, "", 4) for ending in ("er", "ern", "erns", "ent", "ents", "enter", "enten", "heter", "heten",
              "hets", "het", "istens", "isten", "ister", "isterna", "ists", "ist")),
            *((f"{sign}s", sign, 5) for sign in "lmdkgphr"),
            ("mäns", "man", 2), ("männen", "man", 2), ("männens", "man", 2), ("mannen", "man", 2), ("män", "man", 2),
            ("a", "", 3), ("e", "", 3), ("as", "", 3), ("es", "", 3),
            ("stad", "stad", 0), ("stads", "stad", 0), ("staden", "stad", 0), ("städer", "stad", 0),
            ("städerna", "stad", 0), ("i", "", 4), ("n", "", 99), ("ies", "", 4),
            ("y", "", 4),
        ),
        key=lambda rule: (-len(rule[0]), rule[0]),
    )
)  # fmt: skip
_BY_LAST = {
    sign: tuple(rule for rule in _ENDINGS if rule[0][-1] == sign) for sign in {rule[0][-1] for rule in _ENDINGS}
}


@functools.lru_cache(maxsize=500_000)
def root(word: str) -> str:
    """What a noun, its verb and its person share, Swedish or English; only for comparing, not for showing.

    Examples
    --------
    >>> [root(word) for word in ("svetsa", "svetsning", "svetsare", "svetsarna", "svets")]
    ['svets', 'svets', 'svets', 'svets', 'svets']
    >>> [root(word) for word in ("montera", "montering", "montör", "montörer")]
    ['mont', 'mont', 'mont', 'mont']
    >>> root("welding"), root("welders"), root("bilar"), root("el")
    ('weld', 'weld', 'bil', 'el')
    """
    word = word.lower()
    for ending, instead, least in _BY_LAST.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > SHORTEST_PART and word[-1] == word[-2] and word[-1] not in _VOWELS:
        word = word[:-1]
    return word


_KEPT_ROOTS = frozenset(root(word) for word in KEPT_WHOLE)
