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
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brygga.coding.scan import Batch, Finder, Ints, batch, pattern, sentence_starts

NAMES = ("other", "company", "tasks", "required", "merit", "benefits")
_NUMBER = {name: number for number, name in enumerate(NAMES)}
_OTHER = _NUMBER["other"]
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
        vi söker dig som|passar dig som|perfekt för dig som|
        söker vi dig som|vi söker|vi behöver|behöver vi|vi letar efter|
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
    places : places in the batch whose zones will be asked for; None for all
    """

    def __init__(self, found: Ints, searched: Batch, places: Ints | None = None) -> None:
        self._raw = searched.raw
        self._signs = np.frombuffer(searched.raw, dtype=np.uint8)
        self._starts = sentence_starts(searched)
        self._begins = np.concatenate([[0], self._starts, [len(self._signs)]])
        self._texts = searched.starts
        self._known = list(cues().values())
        headings, taken = self._read_headings(found)
        self._marks = self._read_marks(found, taken, headings, places)
        headings += self._about_someone(taken)
        headings += [(start, _NUMBER["other"]) for start in (searched.starts - 1).tolist()]
        headings.sort()
        self._heads = np.array([place for place, _ in headings], dtype=np.int64)
        self._zone_of_head = np.array([zone for _, zone in headings], dtype=np.intp)

    def zones(self, places: Ints) -> npt.NDArray[np.intp]:
        """The zones (places in `NAMES`) of places in the batch."""
        found = self._states(places)
        sentences = np.searchsorted(self._starts, places, side="right")
        spoken = np.flatnonzero(np.isin(sentences, list(self._marks)))
        divided: dict[int, list[tuple[int, int]]] = {}
        for n, sentence, place in zip(
            spoken.tolist(), sentences[spoken].tolist(), places[spoken].tolist(), strict=True
        ):
            pieces = divided.get(sentence)
            if pieces is None:
                pieces = divided[sentence] = self._divided(sentence, int(found[n]), self._marks[sentence])
            for end, zone in pieces:
                if place < end:
                    found[n] = zone
                    break
        return found

    def pieces(self, text: int) -> Iterator[Zone]:
        """All zones of one text, places in the batch."""
        first = int(self._texts[text])
        last = int(self._texts[text + 1]) if text + 1 < len(self._texts) else len(self._signs)
        begin, end = np.searchsorted(self._starts, [first, last], side="right").tolist()
        states = self._states(np.maximum(self._begins[begin : end + 1], first))
        for sentence, state in zip(range(begin, end + 1), states.tolist(), strict=True):
            if max(first, self._begins[sentence]) < min(last, self._begins[sentence + 1]):
                place = int(self._begins[sentence])
                for reach, zone in self._divided(sentence, state, self._marks.get(sentence, [])):
                    yield Zone(place, reach, NAMES[zone])
                    place = reach

    def _states(self, places: Ints) -> npt.NDArray[np.intp]:
        """The zone of the last heading before each place."""
        states: npt.NDArray[np.intp] = self._zone_of_head[np.searchsorted(self._heads, places, side="right") - 1]
        return states

    def _read_headings(self, found: Ints) -> tuple[list[tuple[int, int]], Ints]:
        """Where which headings hold from, and the sentences that are headings."""
        found = _outermost(found[_HEADING[found[:, 0]]])
        sentence = np.searchsorted(self._starts, found[:, 1], side="right")
        begin = self._begins[sentence]
        raw, after = self._signs, found[:, 2]
        closed = _CLOSING[raw[after]] | (_SPACES[raw[after]] & _CLOSING[raw[np.minimum(after + 1, len(raw) - 1)]])
        line_end = np.searchsorted(self._starts, found[:, 2], side="left")
        short = _NEW_LINE[raw[np.maximum(begin - 1, 0)]] & (self._begins[line_end + 1] - begin <= LONGEST_HEADING)
        early = found[:, 1] - begin <= LONGEST_BULLET
        for ahead in range(LONGEST_BULLET):
            early &= (begin + ahead >= found[:, 1]) | ~_WORD[raw[np.minimum(begin + ahead, len(raw) - 1)]]
        whole = short & (self._begins[line_end + 1] - after <= 2)  # nothing follows but the end of the line
        rows = np.flatnonzero(early & (closed | short))
        headings: list[tuple[int, int]] = []
        taken: list[int] = []
        for number, start, end, at, in_sentence, is_sure in zip(
            *(column[rows].tolist() for column in (*found.T, begin, sentence, closed | whole)), strict=True
        ):
            if in_sentence not in taken[-1:] and (is_sure or self._is_heading(at, start, end)):
                taken.append(in_sentence)
                zone = self._known[number].heading
                headings.append((at, _NUMBER[zone]))
                if zone == "merit":
                    headings += self._end_of_merits(end)
        return headings, np.array(taken, dtype=np.int64)

    def _read_marks(
        self, found: Ints, taken: Ints, headings: list[tuple[int, int]], places: Ints | None
    ) -> dict[int, list[_Mark]]:
        """The phrases of each sentence that is asked for; those of lines that open a list become headings."""
        found = _outermost(found[_IN_SENTENCE[found[:, 0]]])
        found = found[_SPEAKS[found[:, 0]]]
        sentence = np.searchsorted(self._starts, found[:, 1], side="right")
        opens = self._opens_list()[sentence]
        wanted = np.ones(len(found), dtype=np.bool_)
        if places is not None:
            wanted = opens | np.isin(sentence, np.searchsorted(self._starts, places, side="right"))
        if len(taken):
            wanted &= ~np.isin(sentence, taken)
        marks: dict[int, list[_Mark]] = {}
        for number, start, end, in_sentence, opening in zip(
            *(column[wanted].tolist() for column in (*found.T, sentence, opens)), strict=True
        ):
            cue = self._known[number]
            marks.setdefault(in_sentence, []).append(_Mark(start, end, cue))
            if opening:
                headings.append((int(self._begins[in_sentence + 1]), _NUMBER[cue.zone]))
        return marks

    def _opens_list(self) -> npt.NDArray[np.bool_]:
        """Which sentences end their line with a colon, or stand before a list without being part of one."""
        raw, begins = self._signs, self._begins
        opens = np.zeros(len(begins), dtype=np.bool_)
        ends = begins[1:-1]
        line = _NEW_LINE[raw[ends - 1]] & (ends - begins[:-2] < 2 * LONGEST_HEADING)
        last, earlier = raw[np.maximum(ends - 2, 0)], raw[np.maximum(ends - 3, 0)]
        colon = (last == ord(":")) | (_SPACES[last] & (earlier == ord(":")))
        bullet = _BULLET[raw[begins[:-1]]] | (
            _SPACES[raw[begins[:-1]]] & _BULLET[raw[np.minimum(begins[:-1] + 1, len(raw) - 1)]]
        )
        bare = ~_CLOSING_STOP[last] & ~bullet[:-1] & bullet[1:]
        opens[:-2] = line & (colon | bare)
        return opens

    def _is_heading(self, begin: int, start: int, end: int) -> bool:
        """Whether known words at the beginning of a short line are a heading, by what follows them."""
        raw = self._raw
        after = raw[end : raw.find(b"\n", end)].strip(_BLANK)
        if not after.strip(b"?!.:"):
            return True
        bullet = raw[begin:start].strip(_BLANK + b"?")
        return after[-1:] in b":?" or (
            not bullet and len(after) <= LONGEST_REST and after[-1:] not in b".!,;" and bool(_REST.match(after))
        )

    def _end_of_merits(self, end: int) -> list[tuple[int, int]]:
        """What stands under "Meriterande" ends with its paragraph or list; what follows is required again."""
        raw = self._raw
        line_end = raw.find(b"\n", end)
        place = line_end + len(raw[line_end : line_end + 20]) - len(raw[line_end : line_end + 20].lstrip())
        while (place := raw.find(b"\n\n", place)) >= 0:
            following = raw[place : place + 12].lstrip()[:1]
            if following and following not in b"-*?\xb7\x95":
                return [(place, _NUMBER["required"])]
            place += 2
        return []

    def _about_someone(self, taken: Ints) -> list[tuple[int, int]]:
        """ "Om Exempelbolaget" and "About Example Ltd" on a line of their own speak of the company."""
        raw = self._signs
        starts = self._starts[self._starts < len(raw) - 8]
        number = np.flatnonzero(_ABOUT_FIRST[raw[starts]])
        starts = starts[number]
        second, space = raw[starts + 1], [raw[starts + ahead] == ord(" ") for ahead in (2, 5, 3)]
        about = [(second == ord(sign)) & there for sign, there in zip("mbe", space, strict=True)]
        found = []
        for sentence in np.setdiff1d(number[np.logical_or.reduce(about)] + 1, taken).tolist():
            start = int(self._begins[sentence])
            line = self._raw[start : self._raw.find(b"\n", start)].decode("latin-1").rstrip()
            if len(line) <= LONGEST_HEADING // 2 and _ABOUT.match(line):
                found.append((start, _NUMBER["company"]))
        return found

    def _divided(self, sentence: int, base: int, marks: Sequence[_Mark]) -> list[tuple[int, int]]:
        """The zones of one sentence, in order: where each ends, and its number."""
        place = int(self._begins[sentence])
        pieces: list[tuple[int, int]] = []
        now, said, strongly = base, False, False  # the zone so far, and whether a phrase of this sentence said so
        for start, end, cue in marks:
            if start < place and said:
                continue  # it shares a word with the phrase before it
            zone = _NUMBER[cue.zone]
            if not cue.strong and (strongly or (base != _OTHER and base != zone)):
                continue
            strongly = strongly or cue.strong
            if cue.way == "forward" or (cue.way == "either" and self._looks_forward(place, start, end)):
                if start > place and now != zone:
                    pieces.append((start, now))
                    place = start
                now, said = zone, True
            else:
                reach = self._last_break(place, start) if said else place
                if reach > place:
                    pieces.append((reach, now))
                pieces.append((end, zone))
                place = end
                now = now if said else zone
        pieces.append((int(self._begins[sentence + 1]), now))
        return pieces

    def _looks_forward(self, place: int, start: int, end: int) -> bool:
        """Whether a phrase begins its clause, but for small words, or is followed by what it speaks of."""
        if _FORWARD.match(self._raw, end):
            return True
        before = self._raw[self._last_break(place, start) : start].lower()
        return not _EMPTY_WORDS.sub(b"", before).strip(b" ,.;:-*?\n\r\t(\xa0\xb7\x95")

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


def _flags(signs: bytes) -> npt.NDArray[np.bool_]:
    flags = np.zeros(256, dtype=np.bool_)
    flags[list(signs)] = True
    return flags


_WORD = np.array([chr(number).isalnum() for number in range(256)])
_CLOSING, _CLOSING_STOP, _NEW_LINE = _flags(b":?"), _flags(b".!:"), _flags(b"\n\r\x00")
_SPACES, _BULLET = _flags(b" \xa0"), _flags(b"-*\xb7\x95")
_ABOUT_FIRST = _flags(b"OAV")
_HEADING = np.array([bool(cue.heading) for cue in cues().values()])
_IN_SENTENCE = np.array([not cue.heading or cue.way != "none" for cue in cues().values()])
_SPEAKS = np.array([cue.way != "none" for cue in cues().values()])
_ABOUT = re.compile(r"(?:Om|About|Vem är|Vilka är) [A-ZÅÄÖ][^.!,:]*$")
_FORWARD = re.compile(rb":| (?:om|att|med|\xe4r|if|to|with)\b", re.IGNORECASE)
_EMPTY_WORDS = re.compile(
    rb"(?<![a-z\xe0-\xff])(?:det|\xe4r|\xe4ven|ocks\xe5|som|extra|s\xe4rskilt|mycket|vidare|men|och|samt|dessutom|ett|en|"
    rb"ses|it|is|also|and|but|as)(?![a-z\xe0-\xff])"
)
_BREAK = re.compile(rb"[,;(]|(?<= )(?:och|men|samt|and|but)(?= )")


def _outermost(found: Ints) -> Ints:
    """Matches that lie within no other, in order of start."""
    found = found[np.lexsort((-found[:, 2], found[:, 1]))]
    if len(found) < 2:
        return found
    reach = np.maximum.accumulate(found[:, 2])
    outermost: Ints = found[np.concatenate([[True], found[1:, 2] > reach[:-1]])]
    return outermost
