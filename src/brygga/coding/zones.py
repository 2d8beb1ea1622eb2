"""Zones: what each sentence of an ad speaks of - the company, the tasks, what is required, what is a merit, benefits.

Headings ("Kvalifikationer", "What we offer") hold until the next one. Within a sentence, words that say
what it is about ("krävs", "gärna", "vi erbjuder", "nice to have") go before the heading, and divide it:

    Du har erfarenhet av svarvning, gärna Mazatrol.    required up to "gärna", then merit
    Truckkort är ett krav och B-körkort meriterande.   each word that looks back takes what stands before it

Words that also stand elsewhere ("du har", "du är") count only where no heading says otherwise.
All phrases are our own, Swedish and English.

Start reading at `zones`.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from brygga.coding.scan import Batch, Finder, Ints, batch, pattern, sentence_starts

NAMES = ("other", "company", "tasks", "required", "merit", "benefits")
BOILERPLATE = frozenset({"company", "benefits"})
"""Zones whose words say nothing of the work."""

LONGEST_HEADING = 70
LONGEST_REST = 24
"""Characters that a heading may have after its known words ("Krav för tjänsten")."""


class Zone(NamedTuple):
    """A part of a text, start and end in code points, and its name (one of `NAMES`)."""

    start: int
    end: int
    name: str


class Cue(NamedTuple):
    """What a phrase says: of which zone within a sentence, looking which way, and of which zone as a heading.

    `way` is forward, back, either (back where something stands before it in its clause, else forward) or
    none (it only hides a shorter phrase, or is only a heading). `strong` ones hold under any heading.
    """

    zone: str
    way: str
    strong: bool
    heading: str = ""


_HEADINGS = {
    "company": """
        om oss|om företaget|om bolaget|om arbetsgivaren|om koncernen|om kunden|om verksamheten|om arbetsplatsen|
        om organisationen|om kommunen|om regionen|om skolan|om enheten|om teamet|företaget|bolaget|vilka är vi|
        vem är vi|vi är|vår verksamhet|vår vision|våra värderingar|vår kultur|presentation av företaget|
        företagspresentation|företagsbeskrivning|företagsinformation|arbetsplatsen|arbetsplatsbeskrivning|
        verksamhetsbeskrivning|bakgrund|din blivande arbetsplats|som arbetsgivare|about us|about the company|
        about the employer|who we are|the company|our company|company description|company profile|our values|
        our culture|our mission|about the team|our team""",
    "tasks": """arbetsuppgifter|dina arbetsuppgifter|huvudsakliga arbetsuppgifter|arbetsbeskrivning|
        beskrivning av arbetsuppgifter|arbetsuppgifterna|ansvarsområden|dina ansvarsområden|
        dina ansvarsområden inkluderar|huvudsakliga ansvarsområden|om rollen|om tjänsten|om jobbet|om uppdraget|
        om arbetet|om befattningen|rollen|din roll|tjänsten|jobbet|uppdraget|ditt uppdrag|ditt jobb|
        befattningen|din vardag|vad innebär rollen|vad innebär din roll|vad innebär jobbet|
        detta kommer du att göra|det här kommer du att göra|det här får du arbeta med|vad du kommer att göra|
        i rollen ingår|i rollen kommer du att|dina uppgifter|uppgifter|exempel på arbetsuppgifter|
        arbetsinnehåll|ansvar|ditt ansvar|en dag på jobbet|arbetsuppgifter och ansvar|
        ansvar och arbetsuppgifter|så fungerar jobbet|så funkar jobbet|about the role|the role|about the job|
        about the position|the position|the job|your role|your job|responsibilities|key responsibilities|
        your responsibilities|main responsibilities|duties|tasks|main tasks|your tasks|job description|
        what you will do|what you ll do|what you do|what will you do|your mission|the assignment|
        about the assignment|role description|day to day|in this role you will""",
    "required": """
        kvalifikationer|dina kvalifikationer|kvalifikationskrav|kvalifikationer och erfarenhet|krav|våra krav|
        kompetenskrav|kravprofil|krav för tjänsten|krav för att söka tjänsten|skallkrav|ska krav|grundkrav|
        behörighet|behörighetskrav|behörighet och krav|obligatoriska krav|profil|din profil|önskad profil|
        kompetens|din kompetens|din kompetens och erfarenhet|kompetens och erfarenhet|din bakgrund|
        dina erfarenheter|din erfarenhet|erfarenhet|utbildning|utbildning och erfarenhet|
        utbildning och kompetens|om dig|vem är du|vem du är|är du|du är|du har|vem vi söker|vem söker vi|
        vi söker|vi söker dig|vi söker dig som|vi söker dig som har|vi söker nu dig som|vi söker en person som|
        vem letar vi efter|vad vi söker|vad söker vi|vad vi önskar av dig|det här söker vi hos dig|
        vi tror att du|vi tror att du är|vi ser att du har|vidare ser vi att du har|för att lyckas i rollen|
        för att trivas i rollen|för denna roll behöver du|det här behöver du|dina egenskaper|
        personliga egenskaper|egenskaper|formella krav|erfarenhet och kunskaper|kunskaper|förkunskaper|
        vi förväntar oss|requirements|qualifications|your qualifications|required qualifications|
        minimum qualifications|basic qualifications|required skills|skills|key skills|skills and experience|
        experience and skills|your profile|profile|candidate profile|who you are|about you|you are|you have|
        what we are looking for|what we re looking for|we are looking for|we re looking for|who are you|
        your background|your experience|experience|education|what you bring|what you ll bring|what you need|
        must have|must haves|essential|essential skills|to succeed in this role|competencies|your skills|
        desired profile|our tech stack|tech stack""",
    "merit": """meriterande|meriter|meriterande är|meriterande om du har|meriterande om|det är meriterande om du har|
        det är meriterande om du|det är även meriterande om du|övriga meriter|meriterande men inget krav|
        meriterande kvalifikationer|önskvärt|önskemål|önskvärda kvalifikationer|bonus|plus|ett plus|extra plus|
        det är ett plus om du har|det är ett plus om|bra att ha|bör krav|vi ser gärna att du|
        vi ser gärna att du har|vi ser gärna|gärna|övrigt meriterande|vi ser det som meriterande om du har|
        meritlista|nice to have|nice to haves|good to have|meriting|meritorious|preferred|
        preferred qualifications|preferred skills|desirable|desired skills|bonus points|
        it s a bonus if you have|it is a bonus if you have|it a bonus if you have|advantageous|a plus|
        considered a plus|it is a plus if you have|it s a plus if you have""",
    "benefits": """vi erbjuder|vi erbjuder dig|vi kan erbjuda|vad vi erbjuder|vad erbjuder vi|vad kan vi erbjuda|
        vad vi kan erbjuda|vad erbjuds du|det här erbjuder vi|det här erbjuder vi dig|detta erbjuder vi|
        detta erbjuder vi dig|vårt erbjudande|du erbjuds|förmåner|våra förmåner|dina förmåner|
        anställningsförmåner|personalförmåner|hos oss får du|du får|vad får du|varför oss|
        varför ska du jobba hos oss|varför välja oss|fördelar|därför ska du söka|lön|lön och förmåner|
        vi kan erbjuda dig|vi på|what we offer|we offer|we offer you|what can we offer|benefits|our benefits|
        our offer|why join us|why us|what s in it for you|what you get|what you ll get|perks|perks and benefits|
        compensation|salary|why work with us|why work for us""",
    "other": """övrigt|övrig information|övriga upplysningar|ansökan|ansök|din ansökan|så ansöker du|hur du ansöker|
        välkommen med din ansökan|ansökningsförfarande|ansökningsprocess|rekryteringsprocess|
        rekryteringsprocessen|om rekryteringsprocessen|anställningsform|anställningsvillkor|villkor|omfattning|
        omfattning och villkor|omfattning villkor|arbetstid|arbetstider|tillträde|placering|start|startdatum|
        kontakt|kontaktperson|kontaktpersoner|upplysningar|frågor|vill du veta mer|mer information|information|
        information om tjänsten|intresserad|låter det intressant|är du intresserad|urval|bra att veta|
        praktisk information|praktiskt info|anställningen|om anställningen|bedömningsgrunder|
        sista ansökningsdag|vad händer nu|säkerhetsprövning|how to apply|application|apply|contact|
        additional information|other information|further information|terms|conditions|employment|location|
        start date|interested|recruitment process|selection|deadline|practical""",
}

_SENTENCES = {
    # zone: (strong forward, weak forward, strong back)
    "required": (
        """
        vi söker dig som|passar dig som|perfekt för dig som|söker vi dig som|vi söker|vi behöver|behöver vi|vi letar efter|
        vi vill att du har|söker vi|söker nu|söker en|söker ett|behöver en|behöver ett|behöver anställa|
        behöver rekrytera|kravet är|kraven är|krav är|ett krav är|kravet är att|vi kräver|kräver vi|
        tjänsten kräver|arbetet kräver|rollen kräver|det krävs|krävs att du|krävs det|för tjänsten krävs|
        du ska ha|du måste|du måste ha|måste kunna|ska kunna|du behöver|behöver du|du bör ha|vi förväntar oss|
        förväntas du|förutsätter|vi ställer krav på|we are looking for|we re looking for|looking for someone|
        we seek|we need|you must|must have|must be|you need|you will need|requires|require|we require|
        you should have|you should be|are required to have|the ideal candidate|ideally you have|
        to be successful|we expect""",
        """du har|har du|du är|du kan|du behärskar|du besitter|vi tror att du|vi ser att du|ser vi att du|
        vi förutsätter|som person är du|legitimerad|du är utbildad|dokumenterad erfarenhet|minst|
        flerårig erfarenhet|goda kunskaper|mycket goda kunskaper|god kunskap|erfarenhet av|erfarenhet inom|
        kunskaper i|kunskaper inom|kunskap om|vana av|van vid att arbeta i|utbildning inom|utbildad|you have|
        you are|you bring|you possess|you hold|experience in|experience with|experience of|knowledge of|
        proficiency in|proficient in|strong knowledge|solid understanding|understanding of|familiarity with|
        ability to|degree in|skilled in|fluent in|years of experience""",
        """krävs|är ett krav|är krav|är ett måste|är ett skallkrav|är obligatoriskt|är nödvändigt|är nödvändig|
        är nödvändiga|är en förutsättning|är en nödvändighet|är viktigt|förutsätts|är skallkrav|krav|
        is required|are required|is a must|is mandatory|are mandatory|is essential|are essential|is necessary|
        are necessary|required""",
    ),
    "merit": (
        """meriterande är|meriterande om|meriterande med|det är meriterande|som meriterande|meriterande är även|
        gärna|gärna också|helst|önskvärt är|önskvärt att|det är önskvärt|det är en fördel|det är ett plus|
        det är en merit|vi ser gärna|ser vi gärna|ser gärna|du får gärna ha|har du dessutom|har du även|
        en fördel är|extra plus|plus om du|plus om|fördel om du|fördel om|bonus om|inget krav men|ej krav men|
        preferably|ideally|it is a plus|it s a plus|it is an advantage|it is a merit|it is beneficial|
        it is meritorious|as a bonus|bonus if|plus if|advantage if|beneficial if|nice to have""",
        "",
        """är meriterande|är mycket meriterande|är särskilt meriterande|är också meriterande|är även meriterande|
        ses som meriterande|ses som en merit|ses som ett plus|räknas som meriterande|är ett plus|
        är ett stort plus|är en fördel|är en merit|är en stor fördel|är fördelaktigt|är önskvärt|är önskvärd|
        är önskvärda|är en bonus|är till fördel|är bra|är inget krav|är inte ett krav|är ej ett krav|är ej krav|
        inget krav|inte ett krav|ej ett krav|med fördel|önskvärt|önskvärda|meriterande|meriterar|is a plus|
        are a plus|is an advantage|are an advantage|is a merit|are a merit|is meritorious|is beneficial|
        are beneficial|is desirable|are desirable|is preferred|are preferred|is a bonus|are a bonus|
        is nice to have|not required|not a requirement|is not a must|is merited|is considered a plus|
        is advantageous|would be a plus|would be an advantage|will be an advantage|would be beneficial|a plus|
        an advantage|an advance|desirable|meriting""",
    ),
    "tasks": (
        "",
        """du kommer att|kommer du att|du ansvarar|ansvarar du|du arbetar|arbetar du|dina arbetsuppgifter|
        dina uppgifter|arbetsuppgifterna|arbetsuppgifter|i rollen ingår|i tjänsten ingår|i arbetet ingår|
        ingår i arbetsuppgifterna|i dina arbetsuppgifter|arbetet innebär|rollen innebär|tjänsten innebär|
        jobbet innebär|uppdraget innebär|arbetet består|uppdraget är att|din huvuduppgift|du får arbeta|
        du jobbar|jobbar du|du utför|du leder|du deltar|du bidrar|du får ansvar|ditt uppdrag|du planerar|
        du hanterar|you will|you ll|you are responsible|responsible for|responsibilities include|
        your responsibilities|your tasks|tasks include|duties include|the role involves|the job involves|
        the work involves""",
        "",
    ),
    "benefits": (
        """vi erbjuder|vi kan erbjuda|erbjuder vi|du erbjuds|erbjuds du|hos oss får du|we offer|you are offered|
        we can offer|we provide you with""",
        """friskvårdsbidrag|tjänstepension|löneväxling|semesterdagar|personalförmåner|förmåner|karriärmöjligheter|
        utvecklingsmöjligheter|kollektivavtal|fri sjukvård|förmånsportal|betald semester|konkurrenskraftig lön|
        fast lön|grundlön|försäkringar|utbildas du|får du utbildning|upplärning|introduktion|health insurance|
        competitive salary|paid vacation|career opportunities|pension plan|wellness allowance|parental leave""",
        "",
    ),
    "company": (
        "",
        """vi är ett|vi är en|är ett av|är en av sveriges|är ett företag|är ett bolag|är en del av|är en ledande|
        är ett ledande|är sveriges|är nordens|grundades|startades|omsätter|en omsättning|med huvudkontor|
        huvudkontor|koncernen|vår vision|våra kunder|våra värderingar|våra värdeord|vårt mål är|företaget|
        bolaget|vi på|medarbetare i|vi utvecklar|vi tillverkar|vi levererar|vi arbetar med|vi jobbar med|
        vi finns|we are a|we are an|we are one|is a leading|is one of|founded in|headquartered|our mission|
        our vision|our customers|our clients|employees|the company|we develop|we deliver|we manufacture|
        part of the""",
        "",
    ),
}
_NEUTRAL = """om du har|om du är|att du har|att du är|för att du|då du är|som du har|inget krav på|utan krav på|
        oavsett om du|if you have|that you have|if you are|when you are|har du frågor|kontakta|
        ställer höga krav|höga krav|krav på kvalitet|kundens krav|kundernas krav|lagkrav|myndighetskrav|
        vi söker löpande|läs gärna|kontakta gärna|ring gärna|hör gärna|följ oss gärna|skicka gärna|ansök gärna|
        tar gärna emot|välkommen att|a plus for us|required by law|as required|when required|if required|
        som kräver|that requires"""


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip()]


@functools.cache
def cues() -> dict[bytes, Cue]:
    """What each phrase says, by the pattern that finds it."""
    known: dict[bytes, Cue] = {}
    for zone, ways in _SENTENCES.items():
        for text, way, strong in zip(
            ways, ("forward", "forward", "either" if zone == "merit" else "back"), (True, False, True), strict=True
        ):
            known |= {key: Cue(zone, way, strong) for phrase in _phrases(text) if (key := pattern(phrase))}
    known |= {key: Cue("other", "none", False) for phrase in _phrases(_NEUTRAL) if (key := pattern(phrase))}
    for zone, text in _HEADINGS.items():
        for phrase in _phrases(text):
            key = pattern(phrase) or b""
            known[key] = known.get(key, Cue(zone, "none", False))._replace(heading=zone)
    return known


@functools.cache
def _finder() -> Finder:
    return Finder(list(cues()))


def zones(text: str) -> list[Zone]:
    """The zones of a text in order, one or more a sentence; together they cover it.

    Examples
    --------
    >>> text = "Vi söker en svarvare, gärna med vana av Mazatrol. Vi erbjuder fri lunch."
    >>> [(text[start:end].strip(), name) for start, end, name in zones(text)]  # doctest: +NORMALIZE_WHITESPACE
    [('Vi söker en svarvare,', 'required'), ('gärna med vana av Mazatrol.', 'merit'),
     ('Vi erbjuder fri lunch.', 'benefits')]
    >>> zones("")
    []
    """
    searched = batch([text])
    found = Zoner(_finder().find(searched), searched)
    first, last = int(searched.starts[0]), int(searched.starts[0]) + len(searched.texts[0])
    pieces = [
        Zone(searched.place(0, max(start, first) - first), searched.place(0, min(end, last) - first), name)
        for start, end, name in found.pieces(0)
        if start < last and end > first
    ]
    told = [piece for piece in pieces if text[piece.start : piece.end].strip()]
    begins = [0, *(piece.start for piece in told[1:]), len(text)]  # blanks and markup belong to what stands before
    return [Zone(start, end, piece.name) for start, end, piece in zip(begins, begins[1:], told, strict=False)]


class Zoner:
    """Reads zones off the phrases found in a batch.

    Parameters
    ----------
    found : phrases found, n x 3 (number of the cue in `cues`, start and end in the batch)
    searched : the batch
    """

    def __init__(self, found: Ints, searched: Batch) -> None:
        self._raw = searched.raw
        self._starts = sentence_starts(searched)
        self._known = list(cues().values())
        self._text_starts = searched.starts
        self._text_ends = np.append(searched.starts[1:], len(searched.raw))
        self._marks, self._headings = self._read(found, len(searched.texts))

    def zone(self, text: int, start: int) -> str:
        """The zone of a place in the batch, within text number `text`."""
        sentence = int(np.searchsorted(self._starts, start, side="right"))
        return self.zone_in(text, sentence, start)

    def zone_in(self, text: int, sentence: int, start: int) -> str:
        """The zone of a place in a sentence (the number of sentences that begin at or before it)."""
        base = self._state(text, start)
        marks = self._marks.get(sentence)
        if marks is None:
            return base
        for piece in self._divided(sentence, base, marks):
            if start < piece.end:
                return piece.name
        return base

    def pieces(self, text: int) -> Iterator[Zone]:
        """All zones of one text, places in the batch."""
        first, last = int(self._text_starts[text]), int(self._text_ends[text])
        for sentence in range(
            int(np.searchsorted(self._starts, first, side="right")), int(np.searchsorted(self._starts, last)) + 1
        ):
            start, end = max(first, self._sentence_start(sentence)), min(last, self._sentence_start(sentence + 1))
            base = self._state(text, start)
            yield from self._divided(sentence, base, self._marks.get(sentence, [])) if end > start else ()

    def _sentence_start(self, sentence: int) -> int:
        if sentence == 0:
            return 0
        return int(self._starts[sentence - 1]) if sentence <= len(self._starts) else len(self._raw)

    def _state(self, text: int, place: int) -> str:
        """The zone of the last heading before a place."""
        headings = self._headings.get(text)
        if not headings:
            return "other"
        n = bisect_right(headings, place, key=_begin)
        return headings[n - 1][1] if n else "other"

    def _read(self, found: Ints, texts: int) -> tuple[dict[int, list[_Mark]], dict[int, list[tuple[int, str]]]]:
        """The marks of each sentence, and the headings of each text with the place from which they hold."""
        with_heading = np.array([bool(cue.heading) for cue in self._known])
        in_sentences = np.array([not cue.heading or cue.way != "none" for cue in self._known])
        headings: dict[int, list[tuple[int, str]]] = {}
        taken: set[int] = set()
        for number, start, end, sentence, begin, text in self._placed(found[with_heading[found[:, 0]]], LONGEST_BULLET):
            if sentence not in taken and self._is_heading(begin, start, end):
                taken.add(sentence)
                headings.setdefault(text, []).append((begin, self._known[number].heading))
                self._end_of_merits(headings[text], end)
        marks: dict[int, list[_Mark]] = {}
        for number, start, end, sentence, _, _ in self._placed(found[in_sentences[found[:, 0]]], len(self._raw)):
            if self._known[number].way != "none" and sentence not in taken:
                marks.setdefault(sentence, []).append(_Mark(start, end, self._known[number]))
        self._open_lines(marks, headings)
        self._about_someone(headings)
        for of_text in headings.values():
            of_text.sort(key=_begin)
        return marks, headings

    def _placed(self, found: Ints, farthest: int) -> Iterator[tuple[int, ...]]:
        """Number, start, end, sentence, its beginning and the text of the outermost phrases that stand early enough."""
        found = _outermost(found)
        sentence = np.searchsorted(self._starts, found[:, 1], side="right")
        begins = np.concatenate([[0], self._starts])[sentence]
        text = np.searchsorted(self._text_starts, found[:, 1], side="right") - 1
        near = found[:, 1] - begins <= farthest
        return zip(*(column[near].tolist() for column in (*found.T, sentence, begins, text)), strict=True)

    def _is_heading(self, begin: int, start: int, end: int) -> bool:
        """Whether known words at the beginning of a line or sentence are a heading."""
        raw = self._raw
        if any(sign.isalnum() for sign in raw[begin:start].decode("latin-1")):
            return False
        if raw[end : end + 2].strip(_BLANK)[:1] in (b":", b"?"):
            return True
        if begin and raw[begin - 1] not in b"\n\r\x00":
            return False
        line_end = raw.find(b"\n", end)
        if line_end - begin > LONGEST_HEADING:
            return False
        after = raw[end:line_end].strip(_BLANK)
        if not after.strip(b"?!.:"):
            return True
        bullet = raw[begin:start].strip(_BLANK + b"?")
        return after[-1:] in b":?" or (
            not bullet and len(after) <= LONGEST_REST and after[-1:] not in b".!,;" and bool(_REST.match(after))
        )

    def _end_of_merits(self, headings: list[tuple[int, str]], end: int) -> None:
        """What stands under "Meriterande" ends with its paragraph or list; what follows is required again."""
        if headings[-1][1] != "merit":
            return
        raw = self._raw
        line_end = raw.find(b"\n", end)
        place = line_end + len(raw[line_end : line_end + 20]) - len(raw[line_end : line_end + 20].lstrip())
        while (place := raw.find(b"\n\n", place)) >= 0:
            following = raw[place : place + 12].lstrip()[:2]
            if following[:1] not in b"-*?\xb7\x95" or not following:
                headings.append((place, "required"))
                return
            place += 2

    def _open_lines(self, marks: dict[int, list[_Mark]], headings: dict[int, list[tuple[int, str]]]) -> None:
        """A line that ends with a colon speaks for the list under it: "För rollen behöver du:"."""
        for sentence, in_sentence in marks.items():
            start, end = self._sentence_start(sentence), self._sentence_start(sentence + 1)
            line = self._raw[start:end].strip(_BLANK + b"\n")
            listed = (
                self._raw[end : end + 8].lstrip()[:1] in _BULLETS
                and self._raw[start : start + 8].lstrip()[:1] not in _BULLETS
            )
            if (line[-1:] == b":" or (listed and line[-1:] not in b".!")) and len(line) < 2 * LONGEST_HEADING:
                text = int(np.searchsorted(self._text_starts, start + 1, side="right")) - 1
                headings.setdefault(text, []).append((end, in_sentence[-1].cue.zone))

    def _about_someone(self, headings: dict[int, list[tuple[int, str]]]) -> None:
        """ "Om Exempelbolaget" and "About Example Ltd" on a line of their own speak of the company."""
        raw = np.frombuffer(self._raw, dtype=np.uint8)
        starts = self._starts[self._starts < len(raw) - 8]
        om = (raw[starts] == ord("O")) & (raw[starts + 1] == ord("m")) & (raw[starts + 2] == ord(" "))
        about = (raw[starts] == ord("A")) & (raw[starts + 1] == ord("b")) & (raw[starts + 5] == ord(" "))
        who = (raw[starts] == ord("V")) & (raw[starts + 1] == ord("e")) & (raw[starts + 3] == ord(" "))
        for start in starts[om | about | who].tolist():
            line = self._raw[start : self._raw.find(b"\n", start)].decode("latin-1").rstrip()
            if len(line) <= LONGEST_HEADING // 2 and _ABOUT.match(line):
                text = int(np.searchsorted(self._text_starts, start, side="right")) - 1
                known = headings.setdefault(text, [])
                if all(begin != start for begin, _ in known):
                    known.append((start, "company"))

    def _divided(self, sentence: int, base: str, marks: Sequence[_Mark]) -> Iterator[Zone]:
        """The zones of one sentence, in order."""
        place, end = self._sentence_start(sentence), self._sentence_start(sentence + 1)
        now, said, strongly = base, False, False  # the zone so far, and whether a phrase of this sentence said so
        for mark in marks:
            cue = mark.cue
            if mark.start < place and said and mark.start != place:
                continue  # it shares a word with the phrase before it
            if not cue.strong and (strongly or base not in ("other", cue.zone)):
                continue
            strongly = strongly or cue.strong
            if cue.way == "forward" or (cue.way == "either" and self._looks_forward(place, mark)):
                if mark.start > place and now != cue.zone:
                    yield Zone(place, mark.start, now)
                    place = mark.start
                now, said = cue.zone, True
            else:
                reach = self._last_break(place, mark.start) if said else place
                if reach > place:
                    yield Zone(place, reach, now)
                yield Zone(reach, mark.end, cue.zone)
                place = mark.end
                now = now if said else cue.zone
        if end > place:
            yield Zone(place, end, now)

    def _looks_forward(self, place: int, mark: _Mark) -> bool:
        after = self._raw[mark.end : mark.end + 6].decode("latin-1").lower()
        before = self._raw[max(place, self._last_break(place, mark.start)) : mark.start].decode("latin-1").lower()
        return bool(_FORWARD.match(after)) or not _EMPTY_WORDS.sub("", before).strip(" ,.;:-*?\n\r\t(")

    def _last_break(self, place: int, end: int) -> int:
        """Where the clause before `end` begins."""
        breaks = [n.end() for n in _BREAK.finditer(self._raw, place, end)]
        return breaks[-1] if breaks else place


class _Mark(NamedTuple):
    start: int
    end: int
    cue: Cue


LONGEST_BULLET = 4
_BLANK = b" \xa0\r\t*_#"
_REST = re.compile(rb"(?:f\xf6r|till|och|&|/|i|p\xe5|hos|som|-|\(|for|and|in|of|at|to)\b|[&/(-]")
_BULLETS = (b"-", b"*", b"\xb7", b"\x95")
_ABOUT = re.compile(r"(?:Om|About|Vem är|Vilka är) [A-ZÅÄÖ][^.!,:]*$")
_FORWARD = re.compile(r":| (?:om|att|med|är|if|to|with)\b")
_EMPTY_WORDS = re.compile(
    r"\b(?:det|är|även|också|som|extra|särskilt|mycket|vidare|men|och|samt|dessutom|ett|en|ses|it|is|also|and|but|as)\b"
)
_BREAK = re.compile(rb"[,;(]|(?<= )(?:och|men|samt|and|but)(?= )")


def _begin(heading: tuple[int, str]) -> int:
    return heading[0]


def _outermost(found: Ints) -> Ints:
    """Matches that lie within no other, in order of start."""
    found = found[np.lexsort((-found[:, 2], found[:, 1]))]
    if len(found) < 2:
        return found
    reach = np.maximum.accumulate(found[:, 2])
    outermost: Ints = found[np.concatenate([[True], found[1:, 2] > reach[:-1]])]
    return outermost
