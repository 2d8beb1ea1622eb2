"""Industries: which SNI 2007 divisions stand behind the industry codes that input-output tables use.

The codes differ by publisher and say the same thing. Each is read as a set of divisions (two digits):

    29, C29, CPA_C29, SWE_C29          one division
    C10-12, C10-C12, CPA_C10-12, 10T12, C10T12, CPA_C31_32, A01_02, B+C     ranges and lists
    C, B-E, G-I, D_E                   sections
    L68A, CPA_L68B, C24A, C301, C302T309, 86.10      a part of a division
    manufacturing, trade_group         the sectors of small tables, by name (`WORDS`)

SNI 2007, NACE Rev. 2, CPA 2008/2.1 and ISIC Rev. 4 share divisions, which is why one reading does.

Start reading at `divisions_of`.

Sources: the divisions are those of classifications/sni2007.csv; the ways of writing were seen in Eurostat's tables as
the open R package `iotables` carries them, in SCB's tables as `sources` reads them, and in the OECD readers of pymrio.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence

from brygga.core.codes import classification
from brygga.core.errors import UnknownCodeError

Divisions = frozenset[str]

WORDS: Mapping[str, str] = {
    "agriculture": "A",
    "mining": "B",
    "manufacturing": "C",
    "industry": "B-E",
    "utilities": "D-E",
    "construction": "F",
    "trade": "G-I",
    "trade_transport_comm": "G-I",
    "business_services": "J-N",
    "business": "J-N",
    "finance_and_business_services": "J-N",
    "other_services": "O-U",
    "other": "O-U",
    "services": "G-U",
}
"""Sectors of small published tables, by name."""

PREFIX = re.compile(r"^(?:CPA_|NACE_R2_|NACE_|ISIC4_|P_|IND_)", re.IGNORECASE)
COUNTRY = re.compile(r"^[A-Z]{2,3}[0-9]?_(?=[A-Z0-9])")
PIECE = re.compile(r"^([A-U])?(\d{2})?([\d.]*)((?:[A-Z](?:X[A-Z]\d+[A-Z]?)?)?)$")
NO_INDUSTRY = re.compile(r"^(?:CPA_|P_)?(?:TOTAL|TU|TS_BP|TOT|TTL|_T)$", re.IGNORECASE)


@functools.cache
def divisions_of(code: str) -> Divisions | None:
    """The SNI 2007 divisions behind an industry code, or None where it is no industry (a total, a final use).

    A part of a division (L68A) is read as the division.

    Examples
    --------
    >>> sorted(divisions_of("CPA_C10-12")), sorted(divisions_of("SWE_01T02")), sorted(divisions_of("CPA_L68A"))
    (['10', '11', '12'], ['01', '02'], ['68'])
    >>> sorted(divisions_of("D_E"))
    ['35', '36', '37', '38', '39']
    >>> divisions_of("CPA_TOTAL"), divisions_of("P3_S14")
    (None, None)
    """
    if NO_INDUSTRY.match(code.strip()):
        return None
    plain = code.strip().replace("–", "-").replace(" ", "")
    named = WORDS.get(re.sub(r"_(group|sector)s?$", "", PREFIX.sub("", plain).lower()))
    if named:
        plain = named
    for text in (PREFIX.sub("", plain), COUNTRY.sub("", plain), PREFIX.sub("", COUNTRY.sub("", plain))):
        found = _read(text.upper())
        if found:
            return found
    return None


def divisions(code: str, *, where: str = "") -> Divisions:
    """As `divisions_of`, for a code that must be an industry.

    Raises
    ------
    UnknownCodeError when it is none.
    """
    found = divisions_of(code)
    if found is None:
        raise UnknownCodeError(
            f"{where + ': ' if where else ''}industry {code!r} is no SNI 2007 section or division",
            why="its jobs would vanish from the region",
            todo="use SNI 2007 sections (C) or divisions (29); ranges as C10-12 are read too",
        )
    return found


def section_names(parts: Iterable[str]) -> str | None:
    """The sections that these divisions make up exactly, as "B+C"; None where they make up none.

    Examples
    --------
    >>> section_names(["45", "46", "47"]), section_names(["45"])
    ('G', None)
    """
    given = frozenset(parts)
    whole = [letter for letter, inside in _sections().items() if inside <= given]
    made = frozenset().union(*(_sections()[letter] for letter in whole))
    return "+".join(whole) if whole and made == given else None


def sections_of(parts: Iterable[str]) -> frozenset[str]:
    """The letters of the sections that hold any of these divisions.

    Examples
    --------
    >>> sorted(sections_of(["29", "35"]))
    ['C', 'D']
    """
    given = frozenset(parts)
    return frozenset(letter for letter, inside in _sections().items() if inside & given)


def overlapping(groups: Sequence[Divisions], wanted: Divisions) -> list[int]:
    """Which groups share a division with `wanted`."""
    return [place for place, group in enumerate(groups) if group & wanted]


def _read(text: str) -> Divisions | None:
    found: set[str] = set()
    for part in re.split(r"[+,&]", text):
        ends = re.split(r"[-_]|(?<=\d)T(?=[A-Z]?\d)", part)
        if len(ends) > 2 or not all(ends):
            return None
        read = [_piece(end) for end in ends]
        if len(ends) == 2 and read[0] and read[1]:
            order = list(_all())
            first, last = order.index(min(read[0])), order.index(max(read[1]))
            if first > last:
                return None
            found |= set(order[first : last + 1])
        elif read[0] and len(ends) == 1:
            found |= read[0]
        else:
            return None
    return frozenset(found)


def _piece(text: str) -> Divisions | None:
    """One code: a section, a division, or a part of a division (which is read as the division)."""
    match = PIECE.match(text)
    if not match:
        return None
    letter, division = match.group(1), match.group(2)
    if division is None:
        return _sections().get(letter) if letter and text == letter else None
    if division not in _all() or (letter and division not in _sections()[letter]):
        return None
    return frozenset([division])


@functools.cache
def _sections() -> dict[str, Divisions]:
    rows = classification("sni").select("code", "parent").iter_rows()
    inside: dict[str, set[str]] = {}
    for code, parent in rows:
        if parent:
            inside.setdefault(parent, set()).add(code)
    return {letter: frozenset(inside[letter]) for letter in sorted(inside)}


@functools.cache
def _all() -> tuple[str, ...]:
    return tuple(sorted(code for inside in _sections().values() for code in inside))
