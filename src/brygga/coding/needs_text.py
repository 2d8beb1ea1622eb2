"""Needs in words: how many persons, and when, as far as the text itself says it.

    "3-4 CNC-operatörer till hösten"   3 to 4, the next autumn
    "ca 5-7", "ett par", "two welders" 5 to 7, 2, 2

Numbers of other things are passed over (30 %, 12 ton, 5-skift, B1). A text without a
number gets none: nobody's "welders wanted" is turned into a figure.

Start reading at `read_wish`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

MOST_PERSONS = 1_999
_WORDS = {
    "två": 2,
    "tre": 3,
    "fyra": 4,
    "fem": 5,
    "sex": 6,
    "sju": 7,
    "åtta": 8,
    "nio": 9,
    "tio": 10,
    "elva": 11,
    "tolv": 12,
    "femton": 15,
    "tjugo": 20,
    "trettio": 30,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "en": 1,
    "ett": 1,
    "one": 1,
    "a": 1,
    "an": 1,
    "dussin": 12,
    "dozen": 12,
}
_ONE = frozenset({"en", "ett", "one", "a", "an"})
_NUMBER = rf"(?:\d{{1,3}}(?:[ \u00a0]\d{{3}})+|\d+|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_OTHER = (
    r"(?:\s*(?:%|procent\b|per ?cent\b|kr\b|sek\b|ton\b|kg\b|mm\b|cm\b|meter\b|h\b|timmar\b|hours?\b|"
    r"års?\b|years?\b|veckor\b|weeks?\b|månader\b|months?\b)|[\s-]*skift|[\s-]*shift|[\s-]*axl|[\s-]*axis|[:,.]\d|/\d)"
)
_PAIR = re.compile(r"\bett par(?: tre)?\b|\ba couple(?: of)?\b|\bett fåtal\b|\ba few\b|\bnågra\b")
_RANGE = re.compile(rf"(?<![\w-])({_NUMBER})\s*(?:[-–—]|till|to|eller|or)\s*({_NUMBER})(?![\w]){'(?!' + _OTHER + ')'}")
_SINGLE = re.compile(rf"(?<![\w-])({_NUMBER})(?![\w]){'(?!' + _OTHER + ')'}")
_SEASONS = (
    (re.compile(r"\b(?:vår(?:en|terminen)|spring)\b"), 5),
    (re.compile(r"\b(?:sommar(?:en)?|summer)\b"), 8),
    (re.compile(r"\b(?:höst(?:en|terminen)?|autumn|fall)\b"), 10),
    (re.compile(r"\b(?:jul(?:en)?|christmas|årsskiftet|year end)\b"), 12),
)
_YEARS_AHEAD = re.compile(rf"\b(?:om|inom|in|within)\s+({_NUMBER})\s+(?:år|years?)\b")


class Wish(NamedTuple):
    """How many and when; None where the text does not say."""

    persons_low: float | None
    persons_high: float | None
    year: int | None


def read_wish(text: str, heard_on: date) -> Wish:
    """How many persons a need text asks for, and in which year.

    Examples
    --------
    >>> read_wish("3-4 CNC-operatörer till hösten", date(2026, 9, 3))
    Wish(persons_low=3.0, persons_high=4.0, year=2026)
    >>> read_wish("We need two welders next year", date(2026, 9, 3))
    Wish(persons_low=2.0, persons_high=2.0, year=2027)
    >>> read_wish("Svetsare, 30 % kvinnor vore bra", date(2026, 9, 3))
    Wish(persons_low=None, persons_high=None, year=None)
    """
    low, high = read_persons(text)
    return Wish(low, high, read_year(text, heard_on))


def read_persons(text: str) -> tuple[float | None, float | None]:
    """The range of persons in a text: the first range, else "a couple", else the first number, else one.

    Examples
    --------
    >>> read_persons("ca 5-7"), read_persons("ett par"), read_persons("Ett par tre"), read_persons("svetsare")
    ((5.0, 7.0), (2.0, 2.0), (2.0, 3.0), (None, None))
    """
    text = _YEARS_AHEAD.sub(" ", text.lower())
    for found in _RANGE.finditer(text):
        low, high = (_value(group) for group in found.groups())
        if low <= high <= MOST_PERSONS:
            return low, high
    pair = _PAIR.search(text)
    if pair:
        return _pair(pair.group())
    numbers = [found.group(1) for found in _SINGLE.finditer(text) if 0 < _value(found.group(1)) <= MOST_PERSONS]
    counted = [number for number in numbers if not _is_year(number)]
    chosen = next((number for number in counted if number not in _ONE), counted[0] if counted else None)
    return (None, None) if chosen is None else (_value(chosen), _value(chosen))


def read_year(text: str, heard_on: date) -> int | None:
    """The year a text names, in digits or seen from the day it was said.

    Examples
    --------
    >>> day = date(2026, 11, 3)
    >>> [read_year(text, day) for text in ("behövs 2029", "om två år", "till hösten", "snarast", "svetsare")]
    [2029, 2028, 2027, 2026, None]
    """
    text = text.lower()
    named = re.search(r"(?<!\d)(20[2-9]\d)(?!\d)", text)
    if named:
        return int(named.group(1))
    ahead = _YEARS_AHEAD.search(text)
    if ahead:
        return heard_on.year + int(_value(ahead.group(1)))
    if re.search(r"\bnästa år\b|\bnext year\b", text):
        return heard_on.year + 1
    if re.search(r"\bi år\b|\bthis year\b|\bsnarast\b|\bomgående\b|\basap\b|\bimmediately\b", text):
        return heard_on.year
    last = next((month for season, month in _SEASONS if season.search(text)), None)
    return None if last is None else heard_on.year + (heard_on.month > last)


def _value(number: str) -> float:
    return float(_WORDS.get(number) or number.replace(" ", "").replace("\u00a0", ""))


def _pair(words: str) -> tuple[float, float]:
    if words == "ett par tre":
        return 2.0, 3.0
    return (2.0, 2.0) if "par" in words or "couple" in words else (2.0, 4.0)


def _is_year(number: str) -> bool:
    return number.isdigit() and 1900 <= int(number) <= 2100
