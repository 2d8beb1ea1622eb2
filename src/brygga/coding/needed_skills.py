"""Needed skills: the must-have and merits of needs, tied to skills that the pack knows.

The words come from `brygga.coding.wants`; a skill found in them gets their zone. What stands without any word of the
kind in a bare list after the title ("design engineers, CAD and sheet metal") is required, known or not: items of a few
words that are no person, place, time or term of work. One after "till", "i" or "för" says where, not what, and is
neither.

Start reading at `needed_skills`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from brygga.coding.amounts import NUMBERS, names_person
from brygga.coding.needs_text import Need
from brygga.coding.pack import Pack
from brygga.coding.skills import find_skills
from brygga.coding.wants import names_no_skill


class Needed(NamedTuple):
    """One thing a need requires or calls a merit, in the words of the text, and the skills known in it."""

    start: int
    end: int
    zone: str
    text: str
    skill_ids: tuple[str, ...] = ()


_IN_A_LIST = re.compile(r"(?:[,;:(/+&]|\b(?:och|samt|and|eller|or)\b)\s*(?:[\w+#./-]+\s+){0,2}\Z", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,(?!\d)|[:(;]|[-–—](?=\s))")
_LIST_ITEM = re.compile(r"(?:[^\s,;:().!?\n]|[.](?=\w)|,(?=\d)|[^\S\n](?=\S))+")
_AND = re.compile(r"\s+(?:och|samt|and|plus|&|\+)\s+")
_NO_ITEM = re.compile(
    r"(?:till|i|på|för|från|fr|inom|vid|hos|per|med|utan|om|av|som|den|det|de|vi|man|ska|skall|"
    r"ca|minst|gärna|helst|inte|ej|kanske|både|båda|alla|\d+(?:[-–]\d+)?(?=\s|\Z)|both|all|maybe|"
    r"to|in|at|for|from|on|of|with|by|as|the|a|an|we|not|no|preferably)\b",
    re.IGNORECASE,
)
_WORDS_OF_ITEM = 4
_WHERE = re.compile(r"\b(?:till|i|på|för|inom|vid|hos|to|in|at|for|on|of)\s+(?:\w+\s+){0,2}\Z", re.IGNORECASE)


def needed_skills(texts: Sequence[str], needs: Sequence[Sequence[Need]], pack: Pack) -> list[list[list[Needed]]]:
    """What each need of each text asks for, in the order of the text.

    Parameters
    ----------
    texts : what was said
    needs : of each text its needs (`brygga.coding.needs_text.read_needs_text`)
    pack : whose skills are looked for

    Examples
    --------
    >>> from datetime import date
    >>> from brygga.coding.needs_text import read_needs_text
    >>> from brygga.coding.pack import embedded_pack
    >>> text = "2 svetsare, gärna TIG"
    >>> [[found]] = needed_skills([text], [read_needs_text(text, date(2026, 11, 23))], embedded_pack())
    >>> [(one.zone, one.text, len(one.skill_ids)) for one in found]
    [('merit', 'TIG', 1)]
    """
    found = find_skills(texts, pack, all_zones=True)
    places = frozenset(pack.places)
    known: dict[int, list[tuple[int, int, str]]] = {}
    for row, start, end, skill_id in found.select("row", "start", "end", "skill_id").iter_rows():
        known.setdefault(row, []).append((start, end, skill_id))
    return [
        [_of_need(text, need, of_text, known.get(row, []), places) for need in of_text]
        for row, (text, of_text) in enumerate(zip(texts, needs, strict=True))
    ]


def joined(found: Sequence[Needed], zone: str) -> tuple[str | None, str | None]:
    """The words and the skill ids of one zone, each parted by a stroke; None where there are none."""
    inside = [one for one in found if one.zone == zone]
    ids = list(dict.fromkeys(skill_id for one in inside for skill_id in one.skill_ids))
    return "|".join(one.text for one in inside) or None, "|".join(ids) or None


def _of_need(
    text: str, need: Need, others: Sequence[Need], known: Sequence[tuple[int, int, str]], places: Container[str]
) -> list[Needed]:
    needed = [
        Needed(want.start, want.end, want.zone, want.text, _inside(known, want.start, want.end)) for want in need.wants
    ]
    title = _title_end(text, need)
    taken = [(one.role_start, _title_end(text, one)) for one in others]
    taken += [(want.start, want.end) for want in need.wants]
    for start, end in _bare_list(text, need, places):
        if not any(start < stop and begin < end for begin, stop in taken):
            needed.append(Needed(start, end, "required", text[start:end], _inside(known, start, end)))
    taken += [(one.start, one.end) for one in needed]
    for start, end, skill_id in known:
        free = not any(start < stop and begin < end for begin, stop in taken) and not names_no_skill(text[start:end])
        listed = end <= need.role_end or _is_listed(text[need.start : start])
        if free and listed and title <= start and end <= need.end:
            needed.append(Needed(start, end, "required", text[start:end], (skill_id,)))
    return sorted(needed)


def _bare_list(text: str, need: Need, places: Container[str]) -> Iterator[tuple[int, int]]:
    """Items of the list that follows the title at once, to the end of the sentence."""
    place = max(_title_end(text, need), need.role_end)
    opens = _LIST.match(text, place, need.end)
    while opens:
        for found in _items(text, opens.end(), need.end):
            start, end = found
            item = text[start:end]
            words = item.split()
            if (
                not 0 < len(words) <= _WORDS_OF_ITEM
                or _NO_ITEM.match(item)
                or names_no_skill(item)
                or words[0].lower() in NUMBERS
                or item.lower() in places
                or item in need.when
                or any(map(names_person, words))
                or any(word.lower() in need.when.lower().split() for word in words)
            ):
                return
            yield found
            place = end
        opens = _LIST.match(text, place, need.end) if place > opens.end() else None


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items up to the next comma or bracket, parted at "och"."""
    while start < end and text[start].isspace():
        start += 1
    found = _LIST_ITEM.match(text, start, end)
    while found and start < found.end():
        cut = _AND.search(text, start, found.end())
        yield start, cut.start() if cut else found.end()
        start = cut.end() if cut else found.end()


def _title_end(text: str, need: Need) -> int:
    """Where the title ends within the role: "Licenssvetsare TIG" names a skill beside it."""
    words = list(re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)*", text[need.role_start : need.role_end]))
    people = [word.end() for word in words if names_person(word.group())]
    return need.role_start + people[-1] if people else need.role_end


def _inside(known: Sequence[tuple[int, int, str]], start: int, end: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(skill_id for begin, stop, skill_id in known if begin < end and start < stop))


def _is_listed(before: str) -> bool:
    """Whether a word after this stands in a bare list, not after a word that says where."""
    return bool(_IN_A_LIST.search(before)) and not _WHERE.search(before)
