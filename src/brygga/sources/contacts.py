"""Contacts: names, addresses and numbers of persons, taken out of texts before anything else reads them.

Mail and web addresses, telephone and personal numbers, lines that name who to ask ("Kontaktperson: ..."), names
after words that lead to one ("ring Eva Exempelsson", "questions are answered by ..."), and the names that an ad
lists among its contacts, whole and in parts. What is taken out leaves "…". Better a word too much than a name left.

Each kind is looked for only from where its first letters or digits stand, since millions of ads pass here.

Start reading at `without_contacts`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

import ahocorasick_rs

GONE = "…"
SHORTEST_NAME = 3
"""Letters of a given name, or of a part of it, that is looked for in the text."""

_BEFORE_AT = re.compile(r"[\w.+-]{1,64}\s?\Z")
_AFTER_AT = re.compile(r"\s?[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"\S+")
_DIGITS = re.compile(r"[+\d][\d \u00a0()/.+-]{6,24}\d")
"""Where a telephone or personal number can stand."""
_NUMBER = re.compile(
    r"(?<!\d)(?:19|20)?\d{6}[-+ ]?\d{4}(?!\d)"  # personal number
    r"|(?:\+\d{2}|(?<!\d)00\d{2}|(?<!\d)0)[\d()]?(?:[ \u00a0\-/().]{0,2}\d){6,12}(?!\d)"  # telephone
)
_LINE = re.compile(
    r"(?:kontaktperson(?:er)?|kontaktuppgifter|contact persons?|contact details|"
    r"fackliga? (?:kontakt\w*|företräd\w*|ombud\w*|representant\w*)|arbetstagarorganisation\w*|"
    r"rekryterande chef(?=\s*:)|recruiting manager(?=\s*:))\b[^\n]*",
    re.I,
)
_ONE = r"[A-ZÅÄÖÉ][a-zåäöéèüáí]+(?:-[A-ZÅÄÖÉ][a-zåäöéèüáí]+)?"
_MORE = rf"[ \t]+(?:[A-ZÅÄÖ]\.[ \t]?)?(?:(?:von|af|de|van|der|la)[ \t]+)?{_ONE}"
_WHOLE = rf"{_ONE}(?:{_MORE}){{1,3}}"
_OTHERS = rf"(?:(?:,| och| eller| and| or|/)[ \t]*{_WHOLE}){{0,3}}"
_LEADS = (
    "kontakt", "ring", "maila", "mejla", "hör av dig till", "vänd dig till", "fråga", "frågor", "besvaras av",
    "svaras av", "lämnas av", "upplysningar", "ansökan till", "skickas till", "hälsar", "hälsning", "rekryterare",
    "rekryteringskonsult", "konsultchef", "rekryterande chef", "chef:", "contact", "call", "e-mail", "email",
    "answered by", "reach out to", "get in touch with", "regards", "hiring manager", "recruiter",
    "ansvarig chef", "rekryteringsansvarig",
)  # fmt: skip
_LED_TO = re.compile(
    r"[\wåäöÅÄÖ-]+(?: (?:av|till|by|to|with|dig|out|chef|manager))*[:,]?(?: (?:är|is))?[ \t]*:?[ \t]*"
    rf"(?:(?P<near>{_ONE}(?:{_MORE}){{0,3}}{_OTHERS})|"
    rf"(?:[a-zåäö][\wåäö-]*,?[ \t]+){{1,5}}?(?P<far>{_WHOLE}{_OTHERS}))(?=\W|\Z)"
)
"""A name right after the word that leads to it, or a whole one a few words on."""
_NO_NAMES = frozenset(
    ["Arbetsförmedlingen", "Du", "Vi", "Det", "Har", "För", "Om", "Den", "Ni", "We", "You", "If", "Vill", "Är", "Med"]
)


def without_contacts(text: str, names: Iterable[str] = ()) -> str:
    """The text without mail and web addresses, telephone and personal numbers, contact lines and names of contacts.

    Parameters
    ----------
    text : what is to be kept
    names : persons who are named beside the text; each part of a name goes too

    Examples
    --------
    >>> without_contacts("Ring Eva 0455-12 34 56 eller eva@exempel.se om 3 tjänster 2027", ["Eva Exempelsson"])
    'Ring … … eller … om 3 tjänster 2027'
    >>> without_contacts("Frågor besvaras av produktionschef Bo Ek. Svetsare sökes.")
    'Frågor besvaras av produktionschef …. Svetsare sökes.'
    """
    gone = sorted({*_named(text, names), *_announced(text), *_numbers(text)})
    if not gone:
        return text
    kept, behind = [], 0
    for start, end in gone:
        if start >= behind:
            kept += [text[behind:start], GONE]
        behind = max(behind, end)
    return "".join([*kept, text[behind:]])


def _named(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the names, and each part of them, stand as words."""
    for part in dict.fromkeys(part for name in names for part in (name.strip(), *name.split())):
        if len(part) >= SHORTEST_NAME and part in text:
            for found in re.finditer(rf"\b{re.escape(part)}\b", text):
                yield found.span()


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where telephone and personal numbers stand."""
    for run in _DIGITS.finditer(text):
        for found in _NUMBER.finditer(run.group()):
            yield run.start() + found.start(), run.start() + found.end()


def _announced(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands that a sign or a word announces: an address, a contact line, a name."""
    lower = text.lower()
    if len(lower) != len(text):  # a rare letter that is two in lower case: places would not agree
        lower = text
    for number, start, end in _signs().find_matches_as_indexes(lower, overlapping=True):
        kind = _SIGNS[number][1]
        if kind == "mail":
            before, after = _BEFORE_AT.search(text[max(0, start - 66) : start]), _AFTER_AT.match(text, end)
            if before and after:
                yield start - len(before.group()), after.end()
            continue
        if start and lower[start - 1].isalnum():
            continue
        found = _ANNOUNCED[kind].match(text, start)
        if found and kind != "lead":
            yield found.span()
        elif found:
            name = "near" if found.group("near") else "far"
            if found.group(name).split()[0] not in _NO_NAMES:
                yield found.span(name)


_SIGNS = [
    *((sign, "mail") for sign in ("@", "(at)", "[at]", "(a)", "[a]", "(snabela)", "(snabel-a)")),
    *((sign, "web") for sign in ("http://", "https://", "www.")),
    *((sign, "line") for sign in ("kontaktperson", "kontaktuppgifter", "contact person", "contact details")),
    *((sign, "line") for sign in ("facklig", "arbetstagarorganisation", "rekryterande chef", "recruiting manager")),
    *((sign, "lead") for sign in _LEADS),
]
_ANNOUNCED = {"web": _WEB, "line": _LINE, "lead": _LED_TO}


@functools.cache
def _signs() -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick([sign for sign, _ in _SIGNS])
