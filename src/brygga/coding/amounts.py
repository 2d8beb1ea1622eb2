"""Amounts: how many persons a text asks for, wherever it says so.

    "3-4", "två eller tre", "mellan 5 och 7"     a range
    "minst tre", "5+", "fler än 10"              at least: no upper end
    "upp till 10", "högst fyra", "max 2"         at most: no lower end
    "ca 5", "ett tiotal", "en handfull", "~8"    about: the number itself
    "ett par", "ett par tre", "några"            2-3, 2-3, 2 and up

Numbers of other things are passed over: 30 %, 12 ton, 5-skift, S355, ISO 9001, 400 V, 2 års erfarenhet. So are
numbers of persons that are there already ("idag är vi 12", "har 3 svetsare") and of some of those asked for
("varav 2 med truckkort"). An article ("en svetsare", "a welder") counts where it asks for somebody.

Start reading at `find_amounts`.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from brygga.coding.need_words import alternatives
from brygga.coding.normalise import stem, words

MOST_PERSONS = 1_999
NEAR = 200
"""Characters around a number that are looked at."""
TITLES = Path(__file__).with_name("titles.csv")
SHORTEST_TITLE = 5
"""Letters of a title that make a longer word one too (produktionsekonom); shorter ones stand alone."""


class Amount(NamedTuple):
    """A number of persons: where it stands, its ends (empty when open), how exact it is, and what it counts.

    `bound` is exact, about, range, at_least, at_most or some ("några"); `counts` is wanted, total (of
    several that follow), part (of one before), there (already), or leaving (who are to be replaced); `article`
    marks "en", "a".
    """

    start: int
    end: int
    low: float | None
    high: float | None
    bound: str
    counts: str = "wanted"
    article: bool = False


NUMBERS = {
    **dict.fromkeys(("en", "ett", "one", "a", "an"), 1.0),
    "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10, "elva": 11, "tolv": 12,
    "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18, "nitton": 19, "tjugo": 20,
    "tjugofem": 25, "trettio": 30, "trettiofem": 35, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70,
    "hundra": 100,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20,
    "twenty-five": 25, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
}  # fmt: skip
_ONE = frozenset({"en", "ett", "one", "a", "an"})
_COLLECTIVE: tuple[tuple[str, float, float | None, str], ...] = (
    (r"ett par,? tre(?: stycken| st)?|ett par eller tre|two or three|a couple or three", 2, 3, "range"),
    (r"ett par(?: stycken| st)?|a couple(?: of)?", 2, 3, "about"),
    (r"ett halvt dussin|halvdussinet|half a dozen", 6, 6, "about"),
    (r"(?:ett )?dussin(?:tal|et)?|(?:a )?dozen", 12, 12, "about"),
    (r"en handfull|a handful(?: of)?", 5, 5, "about"),
    (r"(?:ett\s+)?tiotal(?:et)?(?: stycken| st)?", 10, 10, "about"),
    (r"(?:ett\s+)?femtontal(?:et)?", 15, 15, "about"),
    (r"(?:ett\s+)?tjugotal(?:et)?", 20, 20, "about"),
    (r"(?:ett\s+)?trettiotal(?:et)?", 30, 30, "about"),
    (r"(?:ett\s+)?fyrtiotal(?:et)?", 40, 40, "about"),
    (r"(?:ett\s+)?femtiotal(?:et)?", 50, 50, "about"),
    (r"(?:ett\s+)?hundratal(?:et)?", 100, 100, "about"),
    (r"några(?: få| stycken| st)?|ett fåtal|a few", 2, None, "some"),
)
_COLLECTIVES = tuple(
    (re.compile(rf"(?<![\w-])(?:{said})(?!\w)", re.I), float(low), None if high is None else float(high), bound)
    for said, low, high, bound in _COLLECTIVE
)
_WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\d)|\d+|{_WORDS})"
_PIECES = r"\s*(?:st(?:ycken)?|x)?"
_UNIT_AFTER = rf"(?:\s?(?:{alternatives('other_units')})(?!\w)|{alternatives('other_joined')})"
_NOT_OTHER = rf"(?!{_UNIT_AFTER})"
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+"  # mail, web
    r"|\b(?:19|20)?\d{6}[-+ ]?\d{4}\b|(?:\+\d{2}|\b0)\d(?:[ \-/()]{0,2}\d){5,12}\b"  # personal number, telephone
    r"|^\s*\d{1,2}[.)](?=\s+[^\W\d])",  # number of a line in a list
    re.M,
)
_CODE_BEFORE = re.compile(rf"(?:\b(?:{alternatives('codes_before')})[\s:.-]?|[§#№&]\s?|\+|[/:=<>^]|(?<=\w)[.,-])\Z")
_CODE_CASED = re.compile(r"(?:^|\W)(?:[A-ZÅÄÖ]{2,6}\d*|[A-Z]\d+)[\s-]\Z")
_CASED_BUT_PEOPLE = re.compile(r"(?:^|\W)(?:CNC|NC|PLC|VVS|IT|HR|TIG|MIG|UX|QA|VD)[\s-]\Z")
_CIRCA = r"(?:(?:ca\.?|cirka|about)\s*)?"
_PREFIX = (
    ("at_least", re.compile(rf"\b(?:{alternatives('at_least')})\s*{_CIRCA}\Z", re.I)),
    ("at_most", re.compile(rf"\b(?:{alternatives('at_most')})\s*{_CIRCA}\Z", re.I)),
    ("about", re.compile(rf"(?:\b|(?<=[~≈]))(?:{alternatives('about')})\s*\Z|[~≈]\s*\Z", re.I)),
)
_MORE = re.compile(
    r"\s*(?:\+(?!\w|\s*\d)|eller (?:fler|mer)|or more|och uppåt|and up(?:wards)?|minst(?=\s*(?:[.,;]|\Z)))", re.I
)
_RATHER = rf"(?:,|\()?\s*(?:och |and |men )?(?:{alternatives('or_rather')})\s+(?:rentav\s+|even\s+)?"
_RANGE = re.compile(
    rf"(?<![\w\d-])(?P<low>{_NUMBER}){_PIECES}\s*(?:[-–—−]|till|to|eller|or|à|a|upp till|{_RATHER})"
    rf"\s*(?P<high>{_NUMBER})(?!\w)\)?{_NOT_OTHER}",
    re.I,
)
_BETWEEN = re.compile(
    rf"\b(?:mellan|between)\s+(?P<low>{_NUMBER})\s+(?:och|and|till|to)\s+(?P<high>{_NUMBER})(?!\w){_NOT_OTHER}", re.I
)
_TWO_WORDS = re.compile(rf"(?<![\w-])(?P<low>{_WORDS}),?\s+(?P<high>{_WORDS})(?!\w){_NOT_OTHER}", re.I)
_HALVES = r"\d+[.,]5(?=\s*(?:tjänst|heltid|fte|årsarbet|position))"
_SINGLE = re.compile(
    rf"(?<![\w\d])(?<!\d[.,:/+-])(?P<low>{_HALVES}|{_NUMBER})(?:\s*(?:st|x|×)(?!\w))?(?!\w){_NOT_OTHER}", re.I
)
_TIMES_BEFORE = re.compile(r"(?:^|[\s(])(?P<x>[x×])\s?(?P<low>\d{1,3})(?![\w.,]\d|\w)", re.I)

_CLAUSE_STARTS = re.compile(r"[.;:!?\n()]|,(?!\d)|\b(?:och|samt|men|and|but|plus|medan|while)\b", re.I)
_IS_THERE = re.compile(
    rf"\b(?:{alternatives('there_before')})\s+(?:\w+\s+){{0,2}}(?:(?:ca\.?|cirka|about|around|drygt|knappt|nearly)\s+)?\Z",
    re.I,
)
_THERE_AFTER = re.compile(
    r"\s*(?:st\s+)?(?:\w+\s+){0,1}?(?:anställda|employees|i personalen|staff|kollegor|colleagues)\b", re.I
)
_AT_WORK = re.compile(rf"\b(?:{alternatives('at_work')})\b", re.I)
_AMONG = re.compile(rf"\b(?:{alternatives('among')})\s+(?:\w+\s+)?\Z", re.I)
_AIM = re.compile(r"\b(?:bli|blir|vara|become|grow to|växa till|upp till totalt|to a total of)\s+\Z", re.I)
_NOT_NEEDED = re.compile(
    r"\b(?:behöver|behövs|söker|need|do|don't|does)\s+(?:inte|ej|inga|ingen|not|no)\b"
    r"|\b(?:inget|inte något|no) (?:behov|need)\b",
    re.I,
)
_GROWS = re.compile(r"\b(?:från|from)\s+\Z", re.I)
_GROWTH = re.compile(r"\b(?:väx\w*|gå|går|öka\w*|utök\w*|förstärk\w*|grow\w*|go|going|increas\w*|expand\w*)\b", re.I)
_GROWN = re.compile(
    r"\b(?:ska|skall|vill|måste|behöver|bör|want to|need to|should|must|will)\s+(?:vi\s+|we\s+)?"
    r"(?:vara|bli|ha|be|become|have)\s+\Z",
    re.I,
)
_SECOND_THOUGHT = re.compile(_RATHER.replace(r"\s+(?:rentav", r"\s*(?:rentav"), re.I)
_TODAY = re.compile(r"\b(?:i ?dag|today|currently|för närvarande|at present|redan|already|i nuläget|just nu)\b", re.I)
_WANTED = re.compile(rf"\b(?:{alternatives('asking')})\b", re.I)
_LEAVING = re.compile(rf"\b(?:{alternatives('leaving')})\b", re.I)
_TOTAL = re.compile(rf"\b(?:{alternatives('in_total')})[\s:,]*(?:[^\W\d]+\s+)?\Z", re.I)
_TOTAL_AFTER = re.compile(rf"\s*(?:(?:st|stycken|personer|people)\s+)?(?:{alternatives('in_total')})\b", re.I)
_PART = re.compile(rf"\b(?:{alternatives('of_which')})\s+(?:(?:minst|helst|gärna|at least|ca\.?)\s+)?\Z", re.I)
_PART_AFTER = re.compile(r"\s*(?:st\s+)?(?:av (?:dem|dessa|de)|of (?:them|these|whom|which|the))\b", re.I)
_NOT_ARTICLE = re.compile(rf"\b(?:{alternatives('article_of_things')})\s+\Z", re.I)
_ASKED_WITH = re.compile(rf"\b(?:{alternatives('article_of_persons')})\s+\Z", re.I)
_ASKED_IS = re.compile(rf"\b(?:{alternatives('asking')})\b[^.,;:!?\n]*\b(?:är|is)\s+\Z", re.I)
"""Before an article that asks for somebody: "det vi saknar är en"."""
_NOT_PERSON = re.compile(rf"\s+(?:\w+\s+){{0,2}}?(?:{alternatives('things')})\b", re.I)
_PERSON = re.compile(rf"\w*(?:{alternatives('persons')})", re.I)
_NOT_PERSON_WORD = frozenset(alternatives("no_persons").split("|"))


def find_amounts(text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Amount]:
    """Every number of persons in a text, in order, none overlapping another.

    Parameters
    ----------
    text : what was said
    taken : stretches (start, end) that mean something else, such as times

    Examples
    --------
    >>> [(amount.low, amount.high, amount.bound) for amount in find_amounts("ca 5-7 svetsare och minst tre montörer")]
    [(5.0, 7.0, 'range'), (3.0, None, 'at_least')]
    >>> find_amounts("Vi är 40 anställda och kör 5-skift enligt ISO 9001")
    []
    >>> [amount.low for amount in find_amounts("har 12 svetsare idag, behöver 2 till och en elektriker")]
    [2.0, 1.0]
    """
    hidden = _hide(text, taken)
    found = [amount for amount in _apart(_candidates(hidden)) if _is_asked_for(hidden, amount)]
    counted = _second_thoughts(_grown([_counted(hidden, amount) for amount in found], hidden), hidden)
    wanted = [amount for amount in counted if amount.counts == "wanted"]
    if not wanted:
        return [one._replace(counts="wanted") for one in counted if one.counts in ("total", "leaving")][:1]
    return _without_articles([one for one in counted if one.counts == "wanted"], hidden)


def names_person(word: str) -> bool:
    """Whether a word ends as words for persons do, in Swedish or English; a guess, not a list.

    Examples
    --------
    >>> [names_person(word) for word in ("svetsare", "montörer", "welders", "maskinpark", "större")]
    [True, True, True, False, False]
    """
    word = word.lower().rpartition("-")[2]
    if _is_title(word):
        return True
    return word not in _NOT_PERSON_WORD and bool(
        _PERSON.fullmatch(word) or (word.endswith("s") and _PERSON.fullmatch(word[:-1]))
    )


@functools.cache
def _title_words() -> frozenset[str]:
    """The titles that we know of one word, without endings."""
    with TITLES.open(encoding="utf-8", newline="") as file:
        titles = [words(row["label"]) for row in csv.DictReader(file)]
    return frozenset(stem(title[0]) for title in titles if len(title) == 1 and len(title[0]) >= SHORTEST_TITLE)


def _is_title(word: str) -> bool:
    """Whether a word is a title that we know, or a compound with it (produktionsekonom)."""
    bare = stem(word)
    return any(bare[n:] in _title_words() for n in range(max(1, len(bare) - SHORTEST_TITLE + 1)))


def asks_for_somebody(text: str) -> bool:
    """Whether one of the first words of a text names a person."""
    return any(names_person(word) for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)[:4])


def _hide(text: str, taken: Iterable[tuple[int, int]]) -> str:
    """The text with the taken stretches, addresses and telephone numbers blanked, every offset kept."""
    for start, end in (*taken, *(m.span() for m in _ADDRESS.finditer(text))):
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _candidates(text: str) -> Iterator[Amount]:
    for pattern, low, high, bound in _COLLECTIVES:
        for m in pattern.finditer(text):
            yield _with_prefix(text, Amount(m.start(), m.end(), low, high, bound))
    for pattern in (_BETWEEN, _RANGE):
        for m in pattern.finditer(text):
            low, high = _value(m.group("low")), _value(m.group("high"))
            if low < high <= MOST_PERSONS and not _is_year(m.group("low")):
                before = text[max(0, m.start() - NEAR) : m.start()]
                if _GROWS.search(before) and _GROWTH.search(_clause_before(before)):
                    yield Amount(m.start(), m.end(), high - low, high - low, "exact")
                    continue
                yield _with_prefix(text, Amount(m.start(), m.end(), low, high, "range"))
    for m in _TWO_WORDS.finditer(text):
        low, high = _value(m.group("low")), _value(m.group("high"))
        if low + 1 == high:
            yield _with_prefix(text, Amount(m.start(), m.end(), low, high, "range"))
    for m in _SINGLE.finditer(text):
        value = _value(m.group("low"))
        if 0 < value <= MOST_PERSONS and not _is_year(m.group("low")):
            article = m.group("low").lower() in _ONE
            yield _with_prefix(text, Amount(m.start(), m.end(), value, value, "exact", article=article))
    for m in _TIMES_BEFORE.finditer(text):
        value = _value(m.group("low"))
        if value:
            yield Amount(m.start("x"), m.end(), value, value, "exact")


def _with_prefix(text: str, amount: Amount) -> Amount:
    """The words before ("minst", "ca") and after ("+", "eller fler") taken in."""
    start, end, low, high, bound = amount.start, amount.end, amount.low, amount.high, amount.bound
    before = text[max(0, start - 30) : start]
    prefixes = [(found.start(), kind) for kind, pattern in _PREFIX if (found := pattern.search(before))]
    if amount.article:
        prefixes = [(place, kind) for place, kind in prefixes if kind != "about"]
    if prefixes:
        place, kind = min(prefixes)
        start = start - len(before) + place
        bound = kind if bound != "range" or kind != "about" else bound
    more = _MORE.match(text, end)
    if more and bound in ("exact", "about"):
        end, bound = more.end(), "at_least"
    if bound == "at_least":
        high = None if amount.bound != "range" else high
    elif bound == "at_most":
        low = None if amount.bound != "range" else low
    return Amount(start, end, low, high, bound if amount.bound != "range" else "range", article=amount.article)


def _apart(found: Iterable[Amount]) -> list[Amount]:
    """Leftmost, then longest, none overlapping another."""
    kept: list[Amount] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.article)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _is_asked_for(text: str, amount: Amount) -> bool:
    """Whether the number can count persons: no part of a code, no article of a thing."""
    before, after = _around(text, amount)
    said = text[amount.start : amount.end]
    if said.isupper() and said.isalpha() and len(said) > 1 and not text.isupper():  # FEM, EN: names in capitals
        return False
    digits = said.lstrip("~≈x× ")[:1].isdigit() and not re.match(
        r"\s*(?:st|styck\w*|person\w*|pers|tjänst\w*|people|positions?)\b", after
    )
    if digits and _CODE_BEFORE.search(before):
        return False
    if digits and _CODE_CASED.search(before) and not _CASED_BUT_PEOPLE.search(before):
        return False
    return not amount.article or _is_somebody(before, after)


def _is_somebody(before: str, after: str) -> bool:
    """Whether an article asks for one person: "en svetsare", "elektriker, en" but not "till en ny linje"."""
    if re.match(r"\s*(?:[,.;!)\x00]|\Z|st\b|styck|snarast|till\b|extra|more|person)", after) and re.search(
        r"[,:–-]\s*\Z", before
    ):
        return True
    if (
        re.match(r"\s*\d", after)
        or _NOT_PERSON.match(after)
        or (_NOT_ARTICLE.search(before) and not _ASKED_WITH.search(before) and not _ASKED_IS.search(before))
    ):
        return False
    ahead = re.findall(
        r"[^\W\d_]+(?:-[^\W\d_]+)*", re.split(r"[,.;:()\n\x00]|\b(?:som|med|till|för|i|på|with|who|for|to)\b", after)[0]
    )[:5]
    return any(names_person(word) for word in ahead)


def _counted(text: str, amount: Amount) -> Amount:
    """What the number counts: persons wanted, there already, leaving, a part or a total of others."""
    before, after = _around(text, amount)
    if _PART.search(before) or _PART_AFTER.match(after):
        return amount._replace(counts="part")
    clause, behind = _clause_before(before), _CLAUSE_STARTS.split(after)[0][:60]
    if _TOTAL.search(before) or _TOTAL_AFTER.match(after):
        return amount._replace(counts="total")
    if _LEAVING.search(behind) and not _WANTED.search(clause):
        return amount._replace(counts="leaving")
    if _AIM.search(before) or _AMONG.search(before) or _NOT_NEEDED.search(clause):
        return amount._replace(counts="there")
    if _WANTED.search(clause):
        return amount
    if _THERE_AFTER.match(after) or _AT_WORK.search(behind):
        return amount._replace(counts="there")
    if _WANTED.search(behind[:30]):
        return amount
    if _IS_THERE.search(before) or _TODAY.search(clause) or _TODAY.match(behind.lstrip()):
        return amount._replace(counts="there")
    return amount


def _around(text: str, amount: Amount) -> tuple[str, str]:
    """What stands before and after, as far as it can matter."""
    return text[max(0, amount.start - NEAR) : amount.start], text[amount.end : amount.end + NEAR]


def _clause_before(before: str) -> str:
    """What stands before in the same clause."""
    starts = [m.end() for m in _CLAUSE_STARTS.finditer(before)]
    return before[starts[-1] :] if starts else before


def _grown(found: list[Amount], text: str) -> list[Amount]:
    """What is lacking where a text says how many there are and are to be: "har 8 svetsare, ska vara 11" is 3."""
    kept: list[Amount] = []
    for one in found:
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.counts == "there"
            and one.bound == last.bound == "exact"
            and (one.low or 0) > (last.low or 0)
            and not re.search(r"[.;!?\n]", text[last.end : one.start])
            and _GROWN.search(text[max(0, one.start - NEAR) : one.start])
        ):
            more = (one.low or 0) - (last.low or 0)
            one = one._replace(low=more, high=more, counts="wanted")
        kept.append(one)
    return kept


def _second_thoughts(found: list[Amount], text: str) -> list[Amount]:
    """Two numbers of one need made a range: "a machinist, maybe two", "minst tre svetsare, gärna fem"."""
    kept: list[Amount] = []
    for one in found:
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.low is not None
            and (one.high or one.low or 0) > last.low
            and last.bound != "range"
            and one.start - last.end < NEAR
            and re.match(
                r"\s*(?:st\w*\s*)?(?:[.,;)\x00]|\Z|(?:till|i|på|to|in|for|at|by)\b)", text[one.end : one.end + 40]
            )
            and not re.search(r"[.;!?\n]", text[last.end : one.start])
            and sum(map(names_person, re.findall(r"[^\W\d_]+", text[last.end : one.start]))) < 2
            and _SECOND_THOUGHT.search(text[last.end : one.end])
        ):
            kept[-1] = last._replace(high=one.high or one.low, bound="range")
            continue
        kept.append(one)
    return kept


def _without_articles(found: list[Amount], text: str) -> list[Amount]:
    """Nothing to leave out, or the articles that stand beside a number of the same need ("en grupp om 3")."""
    return [
        one
        for n, one in enumerate(found)
        if not (
            one.article
            and n + 1 < len(found)
            and re.fullmatch(r"\s*(?:\w+\s+)?(?:om|på|of)\s*", text[one.end : found[n + 1].start])
        )
    ]


def _value(number: str) -> float:
    word = number.lower()
    return float(NUMBERS[word]) if word in NUMBERS else float(re.sub(r"[\s\u00a0\u202f]", "", number).replace(",", "."))


def _is_year(number: str) -> bool:
    return number.isdigit() and 1900 <= int(number) <= 2100
