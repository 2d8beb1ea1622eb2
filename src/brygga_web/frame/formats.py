"""Numbers as they are written in Swedish and English.

Swedish: no-break space between thousands, decimal comma, U+2212 for minus, en dash in a
span and "till" when an end is negative. English: comma, point, "to".
"""

from __future__ import annotations

NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"


def rounded(value: float, digits: int = 0) -> float:
    """Rounded half away from zero, without a negative zero."""
    scale = 10**digits
    whole = int(abs(value) * scale + 0.5 + 1e-9)
    return (whole if value >= 0 else -whole) / scale if whole else 0.0


def number(value: float | None, language: str, digits: int = 0) -> str:
    """A number with thousands set apart.

    Examples
    --------
    >>> number(1480, "sv"), number(-27.04, "en", 1), number(None, "sv")
    ('1\\xa0480', '−27.0', '–')
    """
    if value is None:
        return DASH
    value = rounded(value, digits)
    written = f"{abs(value):,.{digits}f}"
    if language == "sv":
        written = written.replace(",", NBSP).replace(".", ",")
    return (MINUS if value < 0 else "") + written


def span(low: float | None, high: float | None, language: str, digits: int = 0) -> str:
    """An interval.

    Examples
    --------
    >>> span(470, 790, "sv"), span(-14, 58, "sv"), span(470, 790, "en"), span(3, 3, "en")
    ('470–790', '−14 till 58', '470 to 790', '3')
    """
    if low is None or high is None:
        return DASH
    ends = number(low, language, digits), number(high, language, digits)
    if ends[0] == ends[1]:
        return ends[0]
    if language == "en":
        return f"{ends[0]} to {ends[1]}"
    return f"{ends[0]} till {ends[1]}" if MINUS in "".join(ends) else f"{ends[0]}{DASH}{ends[1]}"


def prose(value: float) -> float:
    """Rounded as in running text: to 5 above 100, to 100 above 10 000.

    Examples
    --------
    >>> prose(83.4), prose(622), prose(12_272.6)
    (83.0, 620.0, 12300.0)
    """
    step = 100 if abs(value) >= 10_000 else 5 if abs(value) >= 100 else 1
    return rounded(value / step) * step


def millions(value: float, language: str) -> str:
    """Kronor as millions with one decimal."""
    return number(value / 1e6, language, 1)


def percent(share: float | None, language: str, digits: int = 0) -> str:
    """A share as per cent."""
    if share is None:
        return DASH
    return number(share * 100, language, digits) + (f"{NBSP}%" if language == "sv" else "%")


SMALL = {
    "sv": ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"],
    "en": [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ],
}  # fmt: skip


def counted(count: int, language: str) -> str:
    """A small count as a word, a larger one in digits.

    Examples
    --------
    >>> counted(12, "sv"), counted(290, "en")
    ('tolv', '290')
    """
    words = SMALL[language]
    return words[count] if 0 <= count < len(words) else number(count, language)
