"""When: what a need's text says about time, as days from and to.

    "till hösten"               said 2026-11-23: 2027-09-01 to 2027-11-30
    "omgående", "asap"          the day it was said
    "Q3", "v. 34", "1 mars"     the next of them, or that of the year beside it ("våren 2028", "i mars nästa år")
    "inom två år"               from the day it was said to that day two years on
    "senast i maj", "före jul"  no first day, to the last day of it, or the day before it
    "från maj", "efter semestern"   from its first day, or the day after it, with no last day
    "på två års sikt"           a horizon too; "på sikt" alone says nothing
    "successivt", "per år"      no days, but a pace: spread, yearly

Each expression is a period of the calendar, maybe narrowed ("slutet av 2027"), and the word before it says how it
is meant. Start reading at `find_times`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from brygga.coding.need_words import alternatives

FEW = {"year": 3, "month": 3, "quarter": 2, "week": 4, "day": 14}
"""How many "the coming years" (months, quarters, weeks, days) are where no number is said. A judgement."""

FARTHEST_YEAR = 2099
WEEK = 6
"""Days from the first to the last of a week; what is shorter has no early, middle or late part."""


class Time(NamedTuple):
    """One expression of time: where it stands, the days it means, the year to count it in, and a pace.

    Both days are empty for a pace alone, `first` for a deadline ("senast i maj"), `last` for a start ("från maj").
    `year` is the last of a horizon or a deadline ("inom två år"), else that of the first day. `pace` is spread
    ("successivt"), yearly ("per år") or empty.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    year: int | None
    pace: str = ""


class _Found(NamedTuple):
    """A match before its year is settled: `days(year)` gives its first and last day."""

    start: int
    end: int
    days: Callable[[int | None], tuple[date, date | None]]
    deadline: bool = False  # its last day is what counts: "inom två år"
    is_year: bool = False  # names nothing but a year: "2027", "nästa år"
    settled: bool = False  # has its own year
    now: bool = False
    to_its_end: bool = False  # "before" means to its last day: "före jul"


WORDS = {
    **dict.fromkeys(("en", "ett", "one", "a", "an"), 1),
    **dict.fromkeys(("två", "two", "ett par", "a couple of", "a couple"), 2),
    **dict.fromkeys(("tre", "three", "några", "a few", "några få", "few"), 3),
    **dict.fromkeys(("fyra", "four"), 4),
    **dict.fromkeys(("fem", "five"), 5),
    **dict.fromkeys(("sex", "six"), 6),
    **dict.fromkeys(("sju", "seven"), 7),
    **dict.fromkeys(("åtta", "eight"), 8),
    **dict.fromkeys(("nio", "nine"), 9),
    **dict.fromkeys(("tio", "ten"), 10),
    **dict.fromkeys(("tolv", "twelve"), 12),
}
_N = rf"(?:\d{{1,2}}|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_UNITS = {
    "year": r"år(?:en|et)?|years?|yrs?",
    "half": r"halvår(?:et)?|half[- ]years?",
    "quarter": r"kvartal(?:en|et)?|quarters?",
    "month": r"månader(?:na)?|månad(?:en)?|mån|months?",
    "week": r"veckor(?:na)?|vecka(?:n)?|weeks?",
    "day": r"dagar(?:na)?|dag(?:en)?|days?",
}
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_NOT_EXPERIENCE = r"(?!\w)(?!\s+(?:av\s+|of\s+)?(?:\w+\s+)?(?:erfarenhet|vana|experience))"
_MONTHS = (
    r"januari|january|jan",
    r"februari|february|feb",
    r"mars|march",
    r"april|apr",
    r"maj|may",
    r"juni|june|jun",
    r"juli|july",
    r"augusti|august|aug",
    r"september|sept?",
    r"oktober|october|okt|oct",
    r"november|nov",
    r"december|dec",
)
_MONTH = "|".join(f"(?P<m{n}>{words})" for n, words in enumerate(_MONTHS, 1))
_NOT_OURS = (
    r"(?=\s*(?:[.,;:!?)/–-]|$|\d|"
    r"(?:och|eller|samt|behöver|söker|ska|vill|kommer|gärna|helst|nästa|men|är|två|tre|fyra|fem)\b))"
)
"""What may follow "vår" where it is spring and not "our"."""
_FALL = r"(?:(?<=the )|(?<=in )|(?<=this )|(?<=next )|(?<=by ))fall|fall(?= (?:of )?20)"
_SEASONS: dict[str, tuple[str, tuple[int, int], int]] = {
    "spring": (rf"vår(?:en|kanten|sidan)|vår{_NOT_OURS}|spring", (3, 5), 5),
    "summer": (r"sommar(?:en)?|summer", (6, 8), 8),
    "autumn": (rf"höst(?:en|kanten|sidan)?|autumn|{_FALL}", (9, 11), 10),
    "spring_term": (r"vårtermin(?:en)?|spring term", (1, 6), 5),
    "autumn_term": (r"hösttermin(?:en)?|(?:autumn|fall) term", (8, 12), 10),
    "winter": (r"vinter(?:n)?|winter", (12, 2), 2),
}
"""Words, months, and the last month in which "till hösten" still means this year's."""
_SEASON = "|".join(f"(?P<{name}>{words})" for name, (words, _, _) in _SEASONS.items())
_ORDINALS = {
    1: r"första|first|1st|1:a",
    2: r"andra|second|2nd|2:a",
    3: r"tredje|third|3rd|3:e",
    4: r"fjärde|sista|fourth|last|4th|4:e",
}
_ORDINAL = "|".join(f"(?P<o{n}>{words})" for n, words in _ORDINALS.items())
_TAIL = (
    r"(?:,?\s*(?:/\s*|år\s+|of\s+|in\s+|av\s+|under\s+)?(?P<year>20[2-9]\d)(?:/\d{2,4})?(?!\d)|\s*[-–’'´]\s?(?P<short>[2-9]\d)(?!\d)"
    r"|\s+(?P<bare>2[4-9]|3\d)(?=\s*(?:[.,;:!?)]|$))"
    r"|\s+(?:of\s+|av\s+)?(?P<next>nästa år|next year)|\s+(?:of\s+|av\s+)?(?P<this>i år|this year))?"
)
_HEAD = r"(?:(?P<before>20[2-9]\d)[\s-]+)?"
_NARROW = {
    "early": (
        r"(?:(?:i|in|the)\s+)*(?:början\s+(?:av|på)|inledningen\s+av|(?:the\s+)?(?:beginning|start)\s+of|early(?:\s+in)?|"
        r"tidigt?(?:\s+(?:i|under|på))?)"
    ),
    "mid": r"(?:(?:i|in|the)\s+)*(?:mitten\s+(?:av|på)|(?:the\s+)?middle\s+of|mid)",
    "late": (
        r"(?:(?:i|in|at|vid|the)\s+)*(?:slutet\s+(?:av|på)|utgången\s+av|(?:the\s+)?end\s+of|late(?:\s+in)?|"
        r"sent?(?:\s+(?:i|under|på))?)"
    ),
}
_MODES = {
    "before": r"före|innan|before|prior to|ahead of",
    "until": r"fram till|until|framme vid|ända till",
    "deadline": alternatives("deadline"),
    "after": r"efter|after",
    "from": alternatives("from"),
    "in": alternatives("within"),
}
_ARTICLE = r"(?:\s+(?:the|den|kommande|denna|nu|i|in|till))*"
_BEFORE = [(mode, re.compile(rf"\b(?:{words}){_ARTICLE}\s*[-–]?\s*\Z", re.I)) for mode, words in _MODES.items()]
_NARROWED = [(kind, re.compile(rf"\b{words}{_ARTICLE}[\s-]*\Z", re.I)) for kind, words in _NARROW.items()]
_JOINED = re.compile(r"\s*(?:[-–—/]|till|to|eller|or|och|and|alt\.?|samt)\s*(?:under\s+|i\s+|in\s+|till\s+)?", re.I)
_APART = re.compile(r"[.!?]\s|(?<!:)\n|;")
"""What parts a period from a year said before it."""
_LEADS_ON = re.compile(r"\s+(?:(?:i|till|under|inför|in|for|by|this|the)\s+)*", re.I)
_HAS_NOW = re.compile(r"\b(?:har|hade|är|finns|jobbar|have|has|are|is|vi)\s+(?:\w+\s+){0,3}\Z", re.I)
_PACE = {pace: re.compile(rf"(?<!\w)(?:{alternatives(pace)})(?!\w)", re.I) for pace in ("spread", "yearly")}


def find_times(text: str, heard_on: date) -> list[Time]:
    """Every expression of time in a text, in order, none overlapping another.

    Parameters
    ----------
    text : what was said
    heard_on : the day it was said; "next year" is counted from it, and years before it are not wished for

    Examples
    --------
    >>> day = date(2026, 11, 23)
    >>> [(str(time.first), str(time.last), time.year) for time in find_times("2 nu och 3 till hösten", day)]
    [('2026-11-23', '2026-11-23', 2026), ('2027-09-01', '2027-11-30', 2027)]
    >>> [(str(time.last), time.year) for time in find_times("senast Q1 2028", day)]
    [('2028-03-31', 2028)]
    """
    found = _without_fillers(text, _apart(_candidates(text, heard_on)))
    paces = [(m.start(), m.end(), kind) for kind, words in _PACE.items() for m in words.finditer(text)]
    times = list(_settled(text, found, heard_on))
    times += [
        Time(start, end, None, None, None, kind)
        for start, end, kind in paces
        if not any(start < time.end and time.start < end for time in times)
    ]
    return sorted(times)


def add_months(day: date, months: int) -> date:
    """The day so many months later, or the last of that month.

    Examples
    --------
    >>> add_months(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year, month = min(year, FARTHEST_YEAR), month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _word(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.I)


def _number(text: str) -> int:
    text = " ".join(text.lower().split())
    return WORDS[text] if text in WORDS else int(text)


def _which(match: re.Match[str], names: Sequence[str]) -> str:
    """The named group of these that matched."""
    return next(name for name in names if match.group(name))


# What is looked for --------------------------------------------------------------------------------------------------

_NOW = _word(alternatives("now"))
_HORIZON = _word(
    r"(?:inom|within|(?:(?:under|over|during|för|for|inför)\s+)?(?:(?:de|the|det|den)\s+)?(?:närmaste|närmsta|kommande|coming|next|upcoming|nästkommande))"
    rf"\s+(?:(?:loppet av|a period of|the next|de närmaste)\s+)?(?P<n>{_N})"
    rf"(?:\s*(?:[-–]|till|to|eller|or)\s*(?P<n2>{_N}))?\s*(?:{_UNIT}){_NOT_EXPERIENCE}"
)
_YEARS_ON = _word(rf"(?:i|under|for|over)\s+(?P<n>{_N})\s+(?P<year>år|years)\s+(?:framåt|framöver|ahead|to come)")
_SIGHT = _word(rf"(?:på|om)\s+(?P<n>{_N})(?:\s*[-–]\s*(?P<n2>{_N}))?\s+(?:(?P<year>års)|(?P<month>månaders))\s+sikt")
_HORIZON_FEW = _word(
    r"(?:(?:under|over|during|för|for|within|inom)\s+)?(?:(?:de|the|det|den)\s+)?(?:närmaste|närmsta|kommande|coming|upcoming)\s+"
    r"(?:(?P<years>åren|years)|(?P<months>månaderna|months)|(?P<quarters>kvartalen|quarters)|(?P<weeks>veckorna|weeks)|(?P<days>dagarna|days)"
    r"|(?P<one>året|år|year|månaden|month))"
)
_AHEAD = _word(rf"(?:om|in)\s+(?:about\s+|cirka\s+|ca\.?\s+)?(?P<n>{_N})\s*(?:{_UNIT}){_NOT_EXPERIENCE}")
_NEXT = _word(
    r"(?:nästa|nästkommande|next)\s+(?:(?P<year>år|year)|(?P<half>halvår)|(?P<quarter>kvartal|quarter)|(?P<month>månad|month)|(?P<week>vecka|week))"
)
_THIS = _word(
    r"i år|this year|(?:den här|denna|i denna|this)\s+(?P<month>månad(?:en)?|month)|"
    r"(?:detta|this)\s+(?P<quarter>kvartal(?:et)?|quarter)"
)
_YEAR = re.compile(
    r"(?<![\w.,:/])(?<!\d-)(?:år\s+)?(?P<year>20[2-9]\d)(?:\s*[-–/]\s*(?P<to>(?:20)?[2-9]\d))?(?![\w])(?![.,:-]\d)",
    re.I,
)
_SEASON_OF = re.compile(
    rf"(?<!\w)(?P<nearer>i\s+|this\s+)?(?P<farther>nästa\s+|next\s+)?(?:{_SEASON})(?!\w){_TAIL}", re.I
)
_MONTH_OF = re.compile(rf"(?<!\w){_HEAD}(?:{_MONTH})\b(?:\.(?=\s*\d))?{_TAIL}(?!\w)", re.I)
_DAY_OF = re.compile(
    rf"(?<!\w)(?:den\s+)?(?:(?P<day>[0-3]?\d)(?:\s*(?::?[ae]|st|nd|rd|th))?\s+(?:of\s+)?(?:{_MONTH})\b(?:\.(?=\s*\d))?"
    rf"|(?:{_MONTH.replace('<m', '<n')})\s+(?P<day2>[0-3]?\d)(?:st|nd|rd|th|(?!\s*[^\W\d]))(?!\d)){_TAIL}(?!\w)",
    re.I,
)
_ISO_DAY = re.compile(r"(?<!\d)(?P<year>20[2-9]\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?(?![\d-])")
_SLASH_DAY = re.compile(
    r"(?<=\s)(?:den\s+)?(?P<day>[0-3]?\d)/(?P<month>1[0-2]|0?[1-9])(?:[\s-]+(?P<year>20[2-9]\d)|-(?P<short>[2-9]\d))?(?![\d/])",
    re.I,
)
_QUARTER_OF = re.compile(
    rf"(?<!\w){_HEAD}(?:Q\s?(?P<q>[1-4])|kvartal\s*(?P<k>[1-4])|(?:{_ORDINAL})\s+(?:kvartalet|quarter)){_TAIL}(?!\w)",
    re.I,
)
_HALF_OF = re.compile(
    rf"(?<!\w){_HEAD}(?:H(?P<h>[12])|(?:(?P<h1>första|first)|(?P<h2>andra|second))\s+(?:halvåret|half)){_TAIL}(?!\w)",
    re.I,
)
_WEEK_OF = re.compile(
    rf"(?<!\w)(?<!\d\s)(?:(?-i:v)\.?|vecka|veckan|week|wk)\s?(?P<w>[0-5]?\d)(?:\s*[-–]\s*(?P<w2>[0-5]?\d))?(?!\d){_TAIL}(?!\w)",
    re.I,
)
_FEAST = re.compile(
    r"(?<!\w)(?:(?P<christmas>jul(?:en)?|julhelgen|christmas|xmas)"
    r"|(?P<newyear>årsskiftet|nyår|new year(?:'?s)?|(?:the\s+)?turn of the year)"
    r"|(?P<yearend>year[- ]end|(?:the\s+)?end of the year|årets slut|(?:i\s+)?slutet (?:av|på) året)"
    r"|(?P<holiday>(?:industri|sommar)?semester(?:n|perioden)|(?:summer )?(?:vacation|holidays?))"
    r"|(?P<midyear>halvårsskiftet))"
    rf"(?!\w){_TAIL}",
    re.I,
)
_EARLY_YEAR = _word(
    r"(?:i\s+)?början\s+(?:av|på)\s+(?:nästa år|året)|early next year|(?:the\s+)?beginning of next year"
)
_LATE_YEAR = _word(r"(?:i\s+)?slutet\s+(?:av|på)\s+nästa år|late next year|(?:the\s+)?end of next year")
_SIGNS_OF_MAY = re.compile(
    r"\b(?:in|by|from|before|after|during|until|starting|late|early|mid|of|for|since|and|to|-|–)[\s-]*(?:\d+(?:st|nd|rd|th)?\s+)?\Z",
    re.I,
)


def _candidates(text: str, heard: date) -> Iterator[_Found]:
    """Every match of every kind; some overlap."""
    yield from _relative(text, heard)
    yield from _calendar(text, heard)


def _relative(text: str, heard: date) -> Iterator[_Found]:
    for m in _NOW.finditer(text):
        if (
            m.group().lower() in ("nu", "now")
            and _HAS_NOW.search(text[max(0, m.start() - 60) : m.start()])
            and "need" not in text[max(0, m.start() - 60) : m.start()]
        ):
            continue
        yield _fixed(m, heard, heard, now=True)
    for m in _HORIZON.finditer(text):
        count = max(_number(m.group(n)) for n in ("n", "n2") if m.group(n))
        yield _fixed(m, heard, _later(heard, count, _which(m, list(_UNITS))), deadline=True)
    for m in _YEARS_ON.finditer(text):
        yield _fixed(m, heard, _later(heard, _number(m.group("n")), "year"), deadline=True)
    for m in _SIGHT.finditer(text):
        count = max(_number(m.group(n)) for n in ("n", "n2") if m.group(n))
        yield _fixed(m, heard, _later(heard, count, _which(m, ("year", "month"))), deadline=True)
    for m in _HORIZON_FEW.finditer(text):
        kind = _which(m, ("years", "months", "quarters", "weeks", "days", "one"))
        unit = kind[:-1] if kind != "one" else "month" if m.group().lower().endswith(("månaden", "month")) else "year"
        yield _fixed(m, heard, _later(heard, 1 if kind == "one" else FEW[unit], unit), deadline=True)
    for m in _AHEAD.finditer(text):
        unit = _which(m, list(_UNITS))
        yield _fixed(m, *_period(_later(heard, _number(m.group("n")), unit), "month" if unit == "half" else unit))
    for m in _NEXT.finditer(text):
        unit = _which(m, ("year", "half", "quarter", "month", "week"))
        yield _fixed(m, *_period(_later(heard, 1, unit), unit), is_year=unit == "year")
    for m in _THIS.finditer(text):
        unit = "month" if m.group("month") else "quarter" if m.group("quarter") else "year"
        yield _fixed(m, heard, _period(heard, unit)[1], is_year=unit == "year")


def _calendar(text: str, heard: date) -> Iterator[_Found]:
    for m in _YEAR.finditer(text):
        year, to = int(m.group("year")), m.group("to")
        last = max(int(f"20{to[-2:]}"), year) if to else year
        if last >= heard.year:
            yield _fixed(m, date(year, 1, 1), date(last, 12, 31), is_year=not to)
    for m in _EARLY_YEAR.finditer(text):
        yield _fixed(m, date(heard.year + 1, 1, 1), date(heard.year + 1, 3, 31))
    for m in _LATE_YEAR.finditer(text):
        yield _fixed(m, date(heard.year + 1, 10, 1), date(heard.year + 1, 12, 31))
    for m in _ISO_DAY.finditer(text):
        year, month = int(m.group("year")), int(m.group("month"))
        day = _day(year, month, int(m.group("day") or 1))
        if day and day >= heard.replace(day=1):
            yield _fixed(m, *((day, day) if m.group("day") else _period(day, "month")))
    for m in _SLASH_DAY.finditer(text):
        if _mode(text, m.start())[0] is not None and _day(2028, int(m.group("month")), int(m.group("day"))):
            yield _of_year(m, heard, _on_day(int(m.group("month")), int(m.group("day"))))
    for m in _DAY_OF.finditer(text):
        month = next(n for n in range(1, 13) if m.group(f"m{n}") or m.group(f"n{n}"))
        day_of = int(m.group("day") or m.group("day2"))
        if _day(2028, month, day_of):
            yield _of_year(m, heard, _on_day(month, day_of))
    for m in _MONTH_OF.finditer(text):
        month = next(n for n in range(1, 13) if m.group(f"m{n}"))
        if m.group().strip().lower() not in ("may", "march") or _SIGNS_OF_MAY.search(
            text[max(0, m.start() - 40) : m.start()]
        ):
            yield _of_year(m, heard, _in_months(month, month))
    for m in _QUARTER_OF.finditer(text):
        quarter = int(m.group("q") or m.group("k") or _which(m, ("o1", "o2", "o3", "o4"))[1])
        yield _of_year(m, heard, _in_months(3 * quarter - 2, 3 * quarter))
    for m in _HALF_OF.finditer(text):
        half = int(m.group("h") or (1 if m.group("h1") else 2))
        yield _of_year(m, heard, _in_months(6 * half - 5, 6 * half))
    for m in _WEEK_OF.finditer(text):
        first, last = int(m.group("w")), int(m.group("w2") or m.group("w"))
        if 1 <= first <= last <= 53:
            yield _of_year(m, heard, _in_weeks(first, last))
    for m in _FEAST.finditer(text):
        feast = _which(m, list(_FEASTS))
        yield _of_year(m, heard, _FEASTS[feast])._replace(to_its_end=feast in ("christmas", "yearend"))
    for m in _SEASON_OF.finditer(text):
        yield _season(m, heard)


def _fixed(
    m: re.Match[str],
    first: date,
    last: date | None,
    *,
    deadline: bool = False,
    is_year: bool = False,
    now: bool = False,
) -> _Found:
    return _Found(m.start(), m.end(), lambda year: (first, last), deadline, is_year, True, now)


def _of_year(m: re.Match[str], heard: date, days: Callable[[int], tuple[date, date]]) -> _Found:
    """A period that comes every year: of the year beside it, else of a year given later, else the next to end."""
    own = _own_year(m, heard)

    def settle(year: int | None) -> tuple[date, date]:
        chosen = own or year or next(y for y in (heard.year, heard.year + 1) if days(y)[1] >= heard)
        return days(chosen)

    return _Found(m.start(), m.end(), settle, settled=own is not None)


def _season(m: re.Match[str], heard: date) -> _Found:
    """A season: this year's until its last month, unless the text says which."""
    name = _which(m, list(_SEASONS))
    (first, last), until = _SEASONS[name][1:]
    own = _own_year(m, heard)
    if own is None and m.group("farther"):
        own = heard.year + 1

    def settle(year: int | None) -> tuple[date, date]:
        chosen = own or year
        if name == "winter":
            if chosen and not (m.group("year") and "/" in m.group()):
                return date(chosen, 1, 1), _month_end(chosen, 2)
            chosen = chosen or heard.year - (heard.month <= until)
            return date(chosen, 12, 1), _month_end(chosen + 1, 2)
        chosen = chosen or heard.year + (heard.month > until and not (m.group("nearer") and heard.month <= last))
        return date(chosen, first, 1), _month_end(chosen, last)

    return _Found(m.start(), m.end(), settle, settled=own is not None)


def _own_year(m: re.Match[str], heard: date) -> int | None:
    """The year written beside a period: 2027, -27, nästa år, or in front of it."""
    given = m.groupdict()
    if given.get("year") or given.get("before"):
        return int(given.get("year") or given["before"])
    if given.get("short") or given.get("bare"):
        return 2000 + int(given.get("short") or given["bare"])
    return heard.year + 1 if given.get("next") else heard.year if given.get("this") else None


# Days ----------------------------------------------------------------------------------------------------------------


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _on_day(month: int, day: int) -> Callable[[int], tuple[date, date]]:
    def days(year: int) -> tuple[date, date]:
        found = _day(year, month, day) or _month_end(year, month)
        return found, found

    return days


def _in_months(first: int, last: int) -> Callable[[int], tuple[date, date]]:
    return lambda year: (date(year, first, 1), _month_end(year, last))


def _in_weeks(first: int, last: int) -> Callable[[int], tuple[date, date]]:
    def days(year: int) -> tuple[date, date]:
        most = date(year, 12, 28).isocalendar().week
        return date.fromisocalendar(year, min(first, most), 1), date.fromisocalendar(year, min(last, most), 7)

    return days


_FEASTS: dict[str, Callable[[int], tuple[date, date]]] = {
    "christmas": lambda year: (date(year, 12, 1), date(year, 12, 24)),
    "newyear": lambda year: (date(year + 1, 1, 1), date(year + 1, 1, 1)),
    "yearend": lambda year: (date(year, 10, 1), date(year, 12, 31)),
    "holiday": lambda year: (date(year, 7, 1), date(year, 7, 31)),
    "midyear": lambda year: (date(year, 7, 1), date(year, 7, 1)),
}


def _later(day: date, count: int, unit: str) -> date:
    if unit in ("week", "day"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    return add_months(day, count * {"year": 12, "half": 6, "quarter": 3, "month": 1}[unit])


def _period(day: date, unit: str) -> tuple[date, date]:
    """The year, half-year, quarter, month or week that a day lies in."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "day":
        return day, day
    length = {"year": 12, "half": 6, "quarter": 3, "month": 1}[unit]
    first = (day.month - 1) // length * length + 1
    return date(day.year, first, 1), _month_end(day.year, first + length - 1)


# From matches to times -----------------------------------------------------------------------------------------------


def _apart(found: Iterator[_Found]) -> list[_Found]:
    """Leftmost, then longest, none overlapping another."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _without_fillers(text: str, found: list[_Found]) -> list[_Found]:
    """Without a "nu" that only leads to the time after it: "nu till hösten"."""
    return [
        one
        for n, one in enumerate(found)
        if not (one.now and n + 1 < len(found) and _LEADS_ON.fullmatch(text[one.end : found[n + 1].start]))
        or text[one.start : one.end].lower() not in ("nu", "now")
    ]


def _settled(text: str, found: list[_Found], heard: date) -> Iterator[Time]:
    """Years settled, neighbours joined ("mars-april 2027"), words before them read."""
    place, context, since = 0, None, 0
    while place < len(found):
        run = [found[place]]
        while place + len(run) < len(found) and _JOINED.fullmatch(text[run[-1].end : found[place + len(run)].start]):
            run.append(found[place + len(run)])
        if len(run) > 1 and any(one.now for one in run):
            run = run[:1]
        place += len(run)
        if context and _APART.search(text[since : run[0].start]):
            context = None
        yield _time(text, run, context, heard)
        if run[-1].is_year and _mode(text, run[0].start)[0] in (None, "in"):
            context, since = run[-1].days(None)[0].year, run[-1].end


def _time(text: str, run: list[_Found], context: int | None, heard: date) -> Time:
    own = next((one.days(None)[0].year for one in run if one.settled and len(run) > 1), None)
    first, last = run[0].days(own or context)
    for one in run[1:]:
        last = one.days(own or context)[1]
    if last is not None and last < first:
        first = run[0].days(first.year - 1)[0]
        if last < first:
            first, last = run[0].days(own or context)
    start, end = run[0].start, run[-1].end
    narrowed, start = _narrowing(text, start)
    if narrowed and last is not None and (last - first).days >= WEEK:
        first, last = _narrow(first, last, narrowed)
    mode, start = _mode(text, start)
    to_its_end = narrowed == "late" or run[-1].to_its_end
    days = _meant(mode or "in", first, last, heard, to_its_end) if not run[0].deadline else (first, last)
    counted = days[1] if run[0].deadline or days[0] is None or mode == "until" else days[0]
    return Time(start, end, *days, counted.year if counted else None, _pace_of(text[start:end]))


def _meant(mode: str, first: date, last: date | None, heard: date, to_its_end: bool) -> tuple[date | None, date | None]:
    """The days that a period means with the word before it."""
    if mode == "before" and not to_its_end:
        return None, first - timedelta(days=1)
    if mode in ("before", "deadline"):
        return None, last
    if mode == "until":
        return min(heard, last or heard), last
    if mode == "from":
        return first, None
    if mode == "after":
        return (last or first) + timedelta(days=0 if first == last and first.day == first.month == 1 else 1), None
    return first, last


def _mode(text: str, start: int) -> tuple[str | None, int]:
    """How the word before a period means it, and where that word begins."""
    before = text[max(0, start - 40) : start]
    for mode, words in _BEFORE:
        found = words.search(before)
        if found:
            return mode, start - len(before) + found.start()
    return None, start


def _narrowing(text: str, start: int) -> tuple[str, int]:
    before = text[max(0, start - 40) : start]
    for kind, words in _NARROWED:
        found = words.search(before)
        if found:
            return kind, start - len(before) + found.start()
    return "", start


def _narrow(first: date, last: date, kind: str) -> tuple[date, date]:
    """The early, middle or late part of a period: a quarter of a year (half for the middle), a third of others."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months < 3:
        days = (last - first).days + 1
        cuts = [first + timedelta(days=days // 3), first + timedelta(days=2 * days // 3)]
    else:
        early, late = (3, 9) if months == 12 else (months // 3, months - months // 3)
        cuts = [add_months(first, early), add_months(first, late)]
    return {
        "early": (first, cuts[0] - timedelta(days=1)),
        "mid": (cuts[0], cuts[1] - timedelta(days=1)),
        "late": (cuts[1], last),
    }[kind]


def _pace_of(text: str) -> str:
    return next((kind for kind, words in _PACE.items() if words.search(text)), "")
