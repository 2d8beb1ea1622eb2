"""Reading: what of a text names the occupation - its headline, the part that stands first in it, and the rest.

    "Region Skåne söker sjuksköterska till akuten i Lund"
        whole   region, sjuksköterska, akuten             words with content; no places, no words of seeking
        head    sjuksköterska                             what is sought: after "söker", before "till"
    "Svetsare\\nVi är ett företag ..."
        body    what follows the first line

A text without a line break is all headline; one of many words is cut after its first sentences.

Start reading at `read_text`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from brygga.coding.normalise import bare

HEADLINE_WORDS = 30
"""Words that a headline is read to; what comes after counts as body."""

BODY_LETTERS = 500
BODY_WORDS = 40
"""Different words that the text below a headline is read to, and letters that they are looked for in."""

LETTERS_READ = 1_000
"""Of the text with its headline; what stands later seldom changes the occupation."""

TITLE_WORDS = 4

_WORD = re.compile(r"[^\W\d_]+(?:\+\+|#)?")
_STOP_WORDS = """
    och i till för med vi söker sökes söks vill du en ett på av som hos oss nu är att den det de har kan vår våra
    din ditt dina er ni samt eller om från under vid inom mot via efter utan mellan genom jobb tjänst tjänster heltid
    deltid vikariat ca cirka st stycken minst gärna behöver behov anställa anställer rekrytera rekryterar the a an and
    or for to in of at we you our your need needs looking hiring seeking wanted want with on is are be as join us
    from by m fl mm etc övriga andra övrig övrigt annan dig mig sig sin sitt sina vårt bli blir finns omgående snarast
    januari februari mars april maj juni juli augusti september oktober november december
    hösten våren sommaren vintern år året månader veckor
    tillsvidare tillsvidareanställning visstid visstidsanställning föräldravikariat sommarjobb sommarvikariat
    sommarvikarie sommarvikarier timanställning timvikariat deltidsjobb extrajobb
"""
STOP = frozenset(_STOP_WORDS.split())
_FILLER_WORDS = """
    erfaren erfarna driven drivna engagerad engagerade noggrann noggranna duktig duktiga trygg trygga nyfiken nyfikna
    flexibel självgående ambitiös serviceinriktad kvalitetsmedveten ny nya nytt legitimerad legitimerade leg
    senior seniora junior juniora experienced skilled kompetent kompetenta vass vassa
    stark starka spännande växande ledande stor stora god goda rätt någon några flera fler två tre fyra fem sex sju
    åtta nio tio two three four five six seven eight nine ten
"""
FILLER = frozenset(_FILLER_WORDS.split())
"""Words that praise or count; they may be part of a title, and are left out only where another word stays."""

_EMPTY = STOP | FILLER

_SEEKS = re.compile(
    r"^(?:.*?\s|)(?:söker|behöver|rekryterar|anställer|seeks?|needs?|(?:is |are )?looking for|hiring)\b"
    r"(?:\s+(?:nu|just nu|en|ett|flera|fler|vi|dig som är|dig som|vår|vårt|våra|sin|sina|nästa|nya?|a|an|du|in))*"
    r"\s+(.+)$"
)
_SOUGHT = re.compile(r"(?<=\S)\s+(?:sökes|söks|önskas|efterlyses|wanted)\b")
_CALL = re.compile(
    r"^(?:är du (?:vår|en|ett)?(?: nya| nästa)?|bli (?:vår|en)?(?: nya| nästa)?|vill du (?:jobba|arbeta) som|"
    r"vill du bli|(?:jobba|arbeta) som|join us as(?: an?)?|join our team as(?: an?)?|we want an?)\s+"
)
_BORDER = re.compile(
    r"\s(?:till|på|hos|vid|inom|i|med|för|åt|som|for|in|to|with|at|within)\s|\s[-–—|]\s|[,;:(|!?\n]|[.]\s|\s[-–—]"
)


_SEEKING = re.compile(r"[!?|]|\b(?:till|sökes|söker|hos|vid|i|for|at|in)\b")


@dataclass(frozen=True)
class Reading:
    """A text taken apart: words in lower case, in order."""

    whole: tuple[str, ...]
    head: tuple[str, ...]
    body: tuple[str, ...]
    kind: str  # title | headline | text


def read_text(text: str, places: Set[str] = frozenset()) -> Reading:
    """Takes a text apart.

    Parameters
    ----------
    text : as people wrote it; markup falls away
    places : names of places in lower case, left out where another word stays

    Examples
    --------
    >>> reading = read_text("Region Skåne söker sjuksköterska till akuten i Lund", {"skåne", "lund"})
    >>> reading.whole, reading.head, reading.kind
    (('region', 'sjuksköterska', 'akuten'), ('sjuksköterska',), 'headline')
    >>> read_text("Svetsare, rör").kind
    'title'
    """
    first, _, rest = bare(text, longest=LETTERS_READ).lstrip().partition("\n")
    first = " ".join(first.split())
    found = list(_WORD.finditer(first))
    if len(found) > HEADLINE_WORDS:
        cut = found[HEADLINE_WORDS].start()
        first, rest = first[:cut], f"{first[cut:]}\n{rest}"
    whole = content_words(first, places)
    head = content_words(_sought(first), places) or whole
    body = _first_words(rest)
    kind = "text" if body else "title" if len(found) <= TITLE_WORDS and head_is_all(first) else "headline"
    return Reading(whole, head, body, kind)


def _first_words(text: str) -> tuple[str, ...]:
    """The first different words with content."""
    return tuple(dict.fromkeys(word for word in _WORD.findall(text, 0, BODY_LETTERS) if word not in STOP))[:BODY_WORDS]


def content_words(line: str, places: Set[str] = frozenset()) -> tuple[str, ...]:
    """Words of a line without small words, places and praise, as long as any other word is left.

    Examples
    --------
    >>> content_words("Erfaren svetsare till Osby", {"osby"}), content_words("Osby", {"osby"})
    (('svetsare',), ('osby',))
    """
    known = [word for word in _WORD.findall(line.lower()) if word not in STOP]
    kept = tuple(word for word in known if word not in places and word not in FILLER)
    return kept or tuple(word for word in known if word not in places) or tuple(known)


def head_is_all(line: str) -> bool:
    """Whether nothing in the line says that it seeks somebody, or where."""
    return not _SEEKING.search(line)


def _sought(line: str) -> str:
    """The part of a headline that names who is sought."""
    line = _CALL.sub("", line)
    if match := _SOUGHT.search(line):
        line = line[: match.start()]
    elif match := _SEEKS.match(line):
        line = match[1]
    return next((part for part in _BORDER.split(line) if any(w not in _EMPTY for w in _WORD.findall(part))), line)
