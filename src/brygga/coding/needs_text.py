"""Needs in words: who is needed, how many, when, and what they must know, as far as the text itself says it.

    "3-4 CNC-operatörer till hösten, gärna Mazatrol"             one need: 3 to 4, next autumn, Mazatrol a merit
    "2 svetsare nu och 3 montörer nästa år, samt en elektriker"   three needs, each with its own number and time

A text falls into parts at its numbers of persons: "3 montörer" begins one, "Montörer, 3" ends one. Sentences
without a number belong to the needs before them ("B-körkort är ett krav"), or to all when they come first; a
time that opens a sentence, or closes it and is its only one, holds for every need in it. A text without a number
gets none: nobody's "welders wanted" is turned into a figure.

Start reading at `read_needs_text`; `brygga.coding.amounts`, `when` and `wants` read the pieces.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from brygga.coding.amounts import Amount, asks_for_somebody, find_amounts
from brygga.coding.need_words import alternatives
from brygga.coding.wants import Want, find_wants
from brygga.coding.when import Time, find_times

LONGEST_NEED = 8_000
"""Characters of a text that are read; a need is a sentence, not a book."""

MOST_NEEDS = 100
"""Needs that are read from one text."""

MOST_OF_SOME = 4.0
"""What "några" is counted to at most. A judgement."""

LONGEST_ROLE = 200
"""Characters that are searched for who is needed."""

MOST_PIECES = 12
"""Stretches between commas and small words among them."""


@dataclass(frozen=True)
class Need:
    """One need of a text; what the text does not say is empty.

    Attributes
    ----------
    start, end, text : the stretch that names it, and its words
    role, role_start, role_end : the words that name the occupation, and where they stand
    persons_low, persons_high : how many, an end is empty when open ("minst tre", "upp till 10"); so many a year over
        stated years are multiplied ("2 per år de närmaste fem åren" is 10)
    bound : exact, about, range, at_least, at_most, some ("några"), or empty without a number
    first, last : the days it is wanted between (see `brygga.coding.when`); `year` the year to count it in
    pace : spread ("successivt"), yearly ("per år") or empty
    when : the words that say when
    wants : the stretches of the whole text that are required or a merit
    """

    start: int
    end: int
    text: str
    role: str
    role_start: int = 0
    role_end: int = 0
    persons_low: float | None = None
    persons_high: float | None = None
    bound: str = ""
    first: date | None = None
    last: date | None = None
    year: int | None = None
    pace: str = ""
    when: str = ""
    wants: tuple[Want, ...] = ()

    @property
    def persons(self) -> tuple[float | None, float | None]:
        """How many, an open end closed: "minst tre" 3 to 3, "upp till 10" 1 to 10, "några" 2 to 4.

        Examples
        --------
        >>> Need(0, 0, "", "", persons_high=10.0).persons
        (1.0, 10.0)
        """
        low = self.persons_low if self.persons_low is not None or self.persons_high is None else 1.0
        if self.persons_high is None and self.bound == "some":
            return low, MOST_OF_SOME
        return low, self.persons_high if self.persons_high is not None else low


class Wish(NamedTuple):
    """How many and when; None where the text does not say."""

    persons_low: float | None
    persons_high: float | None
    year: int | None


Span = tuple[int, int]


class _Stretch(NamedTuple):
    """A sentence, or the part of one that holds a need."""

    start: int
    end: int
    amount: Amount | None = None


_DIGITS = re.compile(r"\d+")
_MARKUP = re.compile(r"<(?P<line>br|/?p|/?li|/?div|/?ul|/?h\d)\b[^<>]{0,200}>|</?[a-z][^<>]{0,200}>|&nbsp;", re.I)
_SENTENCE = re.compile(r"[.!?]+(?=\s+[^\sa-zåäö]|\s*$)|\s*\n\s*(?:[-–•*·]\s+)?|;|•")
_ABBREVIATED = re.compile(rf"\b(?:{alternatives('abbreviated')})\Z", re.I)
_BETWEEN = re.compile(
    r"\s*[,;]?\s*(?<!\w)(?:och|samt|and|plus|dels|respektive|resp\.?|även|dessutom|as well as|men|but|alternativt)"
    r"(?!\w)\s*"
    r"|\s*[,;:&+/]\s*|\s+[-–—]\s+|\s*\n\s*[-–•*]?\s*|\.\s+"
)
_COUNT_WORDS = re.compile(rf"(?:\s|\x00|[.)(]|\b(?:{alternatives('count_words')})\b)*", re.I)
_COUNTED = re.compile(r"\b(?:st|stycken?|pers|personer|people|persons?|tjänst(?:er)?|positions?)\b", re.I)
_ASKS = re.compile(rf"\b(?:{alternatives('asks')})\b", re.I)
_NO_NEED = re.compile(rf"\b(?:{alternatives('no_need')})\b", re.I)
_LEAD_IN = re.compile(rf"(?:[\s\x00:,.–—•*-]|(?:{alternatives('lead_in')})(?![\w-]))+", re.I)
_ROLE_ENDS = re.compile(rf"[,.;:!?()\n\x00]|\s[-–—]\s|\s(?=\d)|(?<!\w)(?:{alternatives('role_ends')})(?!\w)", re.I)


def read_needs_text(text: str, heard_on: date) -> list[Need]:
    """The needs that a text names, in its order; at least one, unless it has no words.

    Parameters
    ----------
    text : what a company said, in Swedish or English
    heard_on : the day it was said, from which "next year" is counted

    Examples
    --------
    >>> day = date(2026, 11, 23)
    >>> for need in read_needs_text("2 svetsare nu och 3 montörer nästa år, samt en elektriker", day):
    ...     print(need.role, need.persons_low, need.year)
    svetsare 2.0 2026
    montörer 3.0 2027
    elektriker 1.0 None
    >>> [need] = read_needs_text("vi behöver 3-4 CNC-operatörer till hösten, gärna Mazatrol", day)
    >>> need.persons_low, need.persons_high, str(need.first), [(want.zone, want.text) for want in need.wants]
    (3.0, 4.0, '2027-09-01', [('merit', 'Mazatrol')])
    """
    text = _MARKUP.sub(_blank, text[:LONGEST_NEED])
    if not re.search(r"\w", text):
        return []
    times = find_times(text, heard_on)
    amounts = find_amounts(text, _spans(times))[:MOST_NEEDS]
    sentences = _sentences(text, [*_spans(times), *_spans(amounts)])
    masked = _masked(text, times)
    parts = _parts(text, masked, sentences, amounts)[:MOST_NEEDS]
    when = _times_of(masked, parts, sentences, times)
    wants = _wants_of(parts, sentences, find_wants(text, _spans(amounts), _spans(times)))
    needs = [_need(text, masked, part, when[n], wants[n]) for n, part in enumerate(parts)]
    return _without_things(_with_roles(text, needs, sentences))


def read_wish(text: str, heard_on: date) -> Wish:
    """How many persons a need text asks for first, and in which year.

    Examples
    --------
    >>> read_wish("3-4 CNC-operatörer till hösten", date(2026, 9, 3))
    Wish(persons_low=3.0, persons_high=4.0, year=2026)
    >>> read_wish("We need two welders next year", date(2026, 9, 3))
    Wish(persons_low=2.0, persons_high=2.0, year=2027)
    >>> read_wish("Svetsare, 30 % kvinnor vore bra", date(2026, 9, 3))
    Wish(persons_low=None, persons_high=None, year=None)
    """
    needs = read_needs_text(text, heard_on)
    if not needs:
        return Wish(None, None, None)
    counted = next((need for need in needs if need.bound), needs[0])
    return Wish(*counted.persons, counted.year)


def split_needs(text: str, heard_on: date) -> list[tuple[str, float | None, float | None, int | None]]:
    """The needs of a text as words, numbers and year, for `brygga.sources.needs.read_needs`.

    Examples
    --------
    >>> split_needs("2 svetsare nu och 3 montörer nästa år", date(2026, 9, 3))
    [('2 svetsare nu', 2.0, 2.0, 2026), ('3 montörer nästa år', 3.0, 3.0, 2027)]
    """
    return [(need.text, *need.persons, need.year) for need in read_needs_text(text, heard_on)]


def named_in(text: str, need: Need) -> str:
    """What of a text names the occupation of one of its needs: its words without its merits.

    "Gärna truckkort" makes nobody a truck driver, while what is required may be all that says who ("folk som kan
    svetsa"). A role that stands elsewhere in the text is put above the words.

    Examples
    --------
    >>> text = "2 svetsare, gärna med truckkort"
    >>> [named_in(text, need) for need in read_needs_text(text, date(2026, 11, 23))]
    ['2 svetsare, gärna med']
    """
    words = text[need.start : need.end]
    for want in need.wants:
        if want.zone == "merit" and need.start <= want.start and want.end <= need.end:
            start, end = want.start - need.start, want.end - need.start
            words = words[:start] + " " * (end - start) + words[end:]
    words = words.rstrip()
    stands_elsewhere = need.role and not need.start <= need.role_start < need.end
    return f"{need.role}\n{words}" if stands_elsewhere else words


def read_persons(text: str) -> tuple[float | None, float | None]:
    """The range of persons that a text asks for first.

    Examples
    --------
    >>> read_persons("ca 5-7"), read_persons("ett par"), read_persons("Ett par tre"), read_persons("svetsare")
    ((5.0, 7.0), (2.0, 3.0), (2.0, 3.0), (None, None))
    """
    return read_wish(text, date(2000, 1, 1))[:2]


def read_year(text: str, heard_on: date) -> int | None:
    """The year a text names first, in digits or seen from the day it was said.

    Examples
    --------
    >>> day = date(2026, 11, 3)
    >>> [read_year(text, day) for text in ("behövs 2029", "om två år", "till hösten", "snarast", "svetsare")]
    [2029, 2028, 2027, 2026, None]
    """
    return next((time.year for time in find_times(text, heard_on) if time.year), None)


def _blank(markup: re.Match[str]) -> str:
    """Blanks in place of markup, a new line for a tag that begins one; every offset is kept."""
    return ("\n" if markup.group("line") else " ") + " " * (len(markup.group()) - 1)


# Sentences and parts -------------------------------------------------------------------------------------------------


def _spans(found: Iterable[Amount | Time]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in found]


def _sentences(text: str, taken: Sequence[tuple[int, int]]) -> list[_Stretch]:
    """Sentences and lines; a full stop within a time or after an abbreviation ends nothing."""
    cuts = [
        m.span()
        for m in _SENTENCE.finditer(text)
        if not any(start < m.end() and m.start() < end for start, end in taken)
        and not (m.group().startswith(".") and _ABBREVIATED.search(text[: m.start()]) and m.end() < len(text.rstrip()))
    ]
    edges = [(0, 0), *cuts, (len(text), len(text))]
    stretches = (_Stretch(one[1], other[0]) for one, other in itertools.pairwise(edges))
    return [stretch for stretch in stretches if re.search(r"\w", text[stretch.start : stretch.end])]


def _parts(text: str, masked: str, sentences: list[_Stretch], amounts: list[Amount]) -> list[_Stretch]:
    """The stretches that each hold one need: cut at numbers, or a sentence that asks without one, or the whole text."""
    parts: list[_Stretch] = []
    for sentence in sentences:
        inside = [amount for amount in amounts if sentence.start <= amount.start < sentence.end]
        if inside:
            parts += _cut(masked, sentence, inside)
        elif not _NO_NEED.search(text[sentence.start : sentence.end]) and _asks_alone(
            text, sentence, amounts, sentences
        ):
            parts.append(sentence)
    if not any(part.amount for part in parts) and len(parts) < 2:
        return [_Stretch(sentences[0].start, sentences[-1].end)] if sentences and not _NO_NEED.search(text) else []
    return parts


def _asks_alone(text: str, sentence: _Stretch, amounts: list[Amount], sentences: list[_Stretch]) -> bool:
    """Whether a sentence without a number is a need of its own: it asks for somebody, or is one line of a list."""
    words = text[sentence.start : sentence.end]
    if find_wants(words):
        return False
    is_line = len(sentences) > 1 and bool(amounts) and len(re.findall(r"\w+", words)) <= 4 and "\n" in text
    return (bool(_ASKS.search(words)) or is_line) and asks_for_somebody(
        words[_behind(_LEAD_IN, words, 0, len(words)) :]
    )


def _cut(masked: str, sentence: _Stretch, amounts: list[Amount]) -> list[_Stretch]:
    """One part for each number of a sentence."""
    starts, ends = [sentence.start], []
    for last, amount in itertools.pairwise(amounts):
        between = _without_brackets(masked[last.end : amount.start])
        cuts = [(m.start() + last.end, m.end() + last.end) for m in _BETWEEN.finditer(between)]
        if not _stands_first(masked, amount, sentence.end):
            cuts = [cut for cut in cuts if re.search(r"[^\W\d_]", masked[cut[1] : amount.start])] or cuts
        while len(cuts) > 1 and not re.search(
            r"[^\W\d_]", masked[cuts[-2][1] : cuts[-1][0]]
        ):  # nothing but a time between
            cuts.pop()
        first, second = cuts[-1] if cuts else (last.end, last.end)
        if not cuts and _stands_first(masked, amount, sentence.end):
            first = second = amount.start
        ends.append(first)
        starts.append(second)
    ends.append(sentence.end)
    return [_Stretch(*part) for part in zip(starts, ends, amounts, strict=True)]


def _without_brackets(text: str) -> str:
    """The text with what stands in brackets blanked."""
    return re.sub(r"\([^()]*\)", lambda m: "\x00" * len(m.group()), text)


def _stands_first(masked: str, amount: Amount, end: int) -> bool:
    """Whether a number stands before who is counted ("3 montörer"), not after ("Montörer, 3 st")."""
    place = amount.end
    count = _COUNT_WORDS.match(masked, place, end)
    if count:
        place = count.end()
    ahead = _ROLE_ENDS.split(masked[place : min(end, place + LONGEST_ROLE)])[0]
    ahead = re.split(r"(?<!\w)(?:och|samt|and)(?!\w)", ahead)[0]
    return bool(re.search(r"[^\W\d_]{2,}", ahead))


def _masked(text: str, found: Iterable[Amount | Time]) -> str:
    for one in found:
        text = text[: one.start] + "\x00" * (one.end - one.start) + text[one.end :]
    return text


# What belongs to which part ------------------------------------------------------------------------------------------


def _owners(parts: list[_Stretch], sentences: list[_Stretch], place: int) -> list[int]:
    """The parts that something at `place` is said of: its own, else those of the sentence before, else all."""
    own = [n for n, part in enumerate(parts) if part.start <= place < part.end]
    if own:
        return own
    before = [n for n, part in enumerate(parts) if part.end <= place]
    if not before:
        return list(range(len(parts)))
    sentence = next(one for one in sentences if one.start <= parts[before[-1]].start < one.end)
    return [n for n in before if parts[n].start >= sentence.start]


def _times_of(masked: str, parts: list[_Stretch], sentences: list[_Stretch], times: list[Time]) -> list[list[Time]]:
    """The times of each part: its own, or one at an end of its sentence, or of a sentence beside it, or of all."""
    own: list[list[Time]] = [[] for _ in parts]
    other: list[list[Time]] = [[] for _ in parts]
    for time in times:
        inside = any(part.start <= time.start < part.end for part in parts)
        for n in _owners(parts, sentences, time.start):
            (own if inside else other)[n].append(time)
    shared = [list(times_of) for times_of in own]
    for sentence in sentences:
        group = [n for n, part in enumerate(parts) if sentence.start <= part.start < sentence.end and part.amount]
        if len(group) < 2:
            continue
        first, last = group[0], group[-1]
        opening = [time for time in own[first] if time.end <= parts[first].amount.start]  # type: ignore[union-attr]
        closing = own[last] if not any(own[n] for n in group[:-1]) else []
        if closing and closing[0].start < parts[last].amount.start:  # type: ignore[union-attr]
            closing = []
        for n in group:
            shared[n] = shared[n] or opening or closing
    general = [time for time in times if _holds_for_all(masked, parts, sentences, time)]
    return [shared[n] or other[n] or general for n in range(len(parts))]


def _holds_for_all(masked: str, parts: list[_Stretch], sentences: list[_Stretch], time: Time) -> bool:
    """Whether a time is a heading ("Behov 2027: ...") or a sentence by itself ("... Till hösten.")."""
    sentence = next((one for one in sentences if one.start <= time.start < one.end), None)
    if sentence is None:
        return False
    amounts = [part.amount.start for part in parts if part.amount]
    heads = re.match(r"[^\d.!?\n]{0,20}:", masked[time.end :]) and not any(start < time.start for start in amounts)
    return bool(heads) or not re.search(r"\w", masked[sentence.start : sentence.end])


def _wants_of(parts: list[_Stretch], sentences: list[_Stretch], wants: list[Want]) -> list[list[Want]]:
    found: list[list[Want]] = [[] for _ in parts]
    for want in wants:
        for n in _owners(parts, sentences, want.start):
            found[n].append(want)
    return found


def _need(text: str, masked: str, part: _Stretch, own: list[Time], wants: list[Want]) -> Need:
    start, end = _trimmed(text, part.start, part.end)
    amount = part.amount or Amount(end, end, None, None, "")
    dated = [time for time in own if time.first or time.last]
    best = _narrowest(dated) if dated else Time(0, 0, None, None, None)
    pace = next((time.pace for time in own if time.pace), "")
    years = _years(best) if pace == "yearly" and amount.start >= 0 else 1
    role = _role(masked, start, end, part.amount)
    return Need(
        start=start,
        end=end,
        text=text[start:end],
        role=_in_one_line(text[slice(*role)]),
        role_start=role[0],
        role_end=role[1],
        persons_low=None if amount.low is None else amount.low * years,
        persons_high=None if amount.high is None else amount.high * years,
        bound=amount.bound,
        first=best.first,
        last=best.last,
        year=best.year,
        pace=pace,
        when=", ".join(text[time.start : time.end] for time in own),
        wants=tuple(wants),
    )


def _years(time: Time) -> int:
    """Whole years of a stretch of time, at least one."""
    return max(round((time.last - time.first).days / 365.25), 1) if time.first and time.last else 1


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    left = len(words) - len(words.lstrip(" \t\r\n,;:.–—•*-"))
    return start + left, max(start + left, start + len(words.rstrip(" \t\r\n,;:.–—•*-")))


def _narrowest(times: list[Time]) -> Time:
    """The first time, or a later one that lies within it ("nästa år, helst i mars")."""
    best = times[0]
    for time in times[1:]:
        begins = time.first is not None and (best.first is None or best.first <= time.first)
        ends = time.last is not None and (best.last is None or time.last <= best.last)
        if begins and ends:
            best = time
    return best


def _role(masked: str, start: int, end: int, amount: Amount | None) -> Span:
    """Where the words stand that name who is needed: after the number, else before it."""
    digitless = _DIGITS.sub(lambda found: "\x00" * len(found.group()), masked[:end])
    before = _named(digitless, start, amount.start if amount else end)
    after = _named(masked, amount.end, end) if amount else (end, end)
    first, other = (after, before) if amount and _stands_first(masked, amount, end) else (before, after)
    if asks_for_somebody(masked[slice(*first)]):
        return first
    return other if asks_for_somebody(masked[slice(*other)]) or first[0] == first[1] else first


def _with_roles(text: str, needs: list[Need], sentences: list[_Stretch]) -> list[Need]:
    """Needs that name nobody ("behovet är 2 per år") get the role of the need, or the sentence, before them."""
    named: list[Need] = []
    bare = _DIGITS.sub(lambda found: "\x00" * len(found.group()), text)
    for need in needs:
        if not asks_for_somebody(need.role):
            spans = [_named(bare, one.start, one.end) for one in sentences if one.end <= need.start]
            spans = [span for span in spans if asks_for_somebody(text[slice(*span)])]
            is_bare = not need.role or (need.role[:1].islower() and len(need.text.split()) < 6)
            if named and is_bare and asks_for_somebody(named[-1].role):
                spans.append((named[-1].role_start, named[-1].role_end))
            if spans:
                start, end = spans[-1]
                need = replace(need, role=_in_one_line(text[start:end]), role_start=start, role_end=end)
                if named and not named[-1].bound and (start, end) == (named[-1].role_start, named[-1].role_end):
                    need = _with_number(text, named.pop(), need)
        named.append(need)
    return named


def _with_number(text: str, named: Need, counted: Need) -> Need:
    """One need of two sentences, of which the first says who and the second how many."""
    dated = counted if counted.when else named
    return replace(
        counted,
        start=named.start,
        text=text[named.start : counted.end],
        first=dated.first,
        last=dated.last,
        year=dated.year,
        when=dated.when,
        pace=dated.pace,
        wants=tuple(sorted({*named.wants, *counted.wants})),
    )


def _without_things(needs: list[Need]) -> list[Need]:
    """Needs that name somebody, where some do: "köpt 2 robotar, behöver 2 operatörer" is one."""
    if not any(need.bound and asks_for_somebody(need.role) for need in needs):
        return needs
    return [need for need in needs if not need.role or asks_for_somebody(need.role) or _COUNTED.search(need.text)]


def _named(masked: str, start: int, end: int) -> Span:
    """The first words after lead-ins ("vi behöver", "nya") that name somebody, before what is said of them."""
    end = min(end, start + LONGEST_ROLE)
    start = _behind(_LEAD_IN, masked, _behind(_COUNT_WORDS, masked, start, end), end)
    edges = [(start, start), *(m.span() for m in _ROLE_ENDS.finditer(masked, start, end)), (end, end)]
    pieces = []
    for (_, left), (right, _) in pairwise(edges[: MOST_PIECES + 2]):
        left = _behind(_LEAD_IN, masked, left, right)
        words = masked[left:right].strip(" \t\n\x00-–'\"")
        if re.search(r"[^\W\d_]{2,}", words):
            left = masked.index(words, left)
            pieces.append((left, left + len(words)))
    people = (piece for piece in pieces if asks_for_somebody(masked[slice(*piece)]))
    return next(people, pieces[0] if pieces else (end, end))


def _behind(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """The place behind a match that begins at `start`."""
    found = pattern.match(text, start, end)
    return found.end() if found else start


def _in_one_line(words: str) -> str:
    return " ".join(words.split())
