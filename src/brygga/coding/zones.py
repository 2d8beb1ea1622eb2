"""Zones: what each sentence of an ad speaks of - the company, the tasks, what is required, what is a merit, benefits.

Headings ("Kvalifikationer", "What we offer") hold until the next one. Within a sentence, words that say
what it is about ("krävs", "gärna", "vi erbjuder", "nice to have") go before the heading, and divide it:

    Du har erfarenhet av svarvning, gärna Mazatrol.    required up to "gärna", then merit
    Truckkort är ett krav och B-körkort meriterande.   each word that looks back takes what stands before it

Words that also stand elsewhere ("du har", "du är") count only where no heading says otherwise. Where there is
no heading a sentence that says nothing goes on with the zone of the one before it; "du" alone speaks of the work,
"vi" alone of the company at first and of what it offers once the demands have been told.
In a text as short as a need what is named bare is required. All phrases are our own, Swedish and English.

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
_OTHER, _COMPANY, _TASKS, _REQUIRED, _MERIT, _BENEFITS = range(6)
_OPEN, _BACK, _WE = 6, 7, 8
"""No heading holds; the heading before holds again; a sentence of which only "we" is known."""
BOILERPLATE = frozenset({"company", "benefits"})
"""Zones whose words say nothing of the work."""

_FOR_NOW = -100
"""Added to the zone of a heading that holds only until `_BACK`."""

_READ_ON = -1
"""Less the number of a sentence: it begins with a heading and is read all the same."""

WE, YOU, TERMS, WEAK, KNOWING, STRONG, TITLE = range(7)
LONGEST_NEED = 300
"""Characters of a text that is a need rather than an ad: what it names bare is required."""

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
    none (it only hides a shorter phrase, or is only a heading), or if (it opens a condition: what looks back
    takes all of it). Of the levels `STRONG` holds under any heading, `KNOWING` under one of benefits, `WEAK` where
    no heading holds; those below say what a sentence without any of them speaks of.
    """

    zone: str
    way: str
    level: int
    heading: str = ""
    call: bool = False


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

_Mark = tuple[int, int, Cue]
"""A phrase in a sentence: start, end and what it says."""

_CALLS = """vi söker|vi behöver|behöver vi|vi letar efter|söker vi|söker nu|söker en|söker ett|behöver en|behöver ett|
    behöver anställa|behöver rekrytera|we are looking for|we re looking for|we seek|we need"""
"""Calls for somebody: a requirement only if they say what the person has or can do."""

_SENTENCES = {
    # zone, way, level: phrases
    ("required", "forward", STRONG): """
        vi söker dig som|passar dig som|perfekt för dig som|söker vi dig som|söker dig som|vi vill att du har|
        kravet är|kraven är|krav är|ett krav är|kravet är att|vi kräver|kräver vi|tjänsten kräver|arbetet kräver|
        rollen kräver|det krävs|krävs att du|krävs det|för tjänsten krävs|du ska ha|ska du ha|ska du kunna|du måste|
        måste du|du måste ha|måste kunna|ska kunna|du behöver|behöver du|behöver du ha|du bör ha|vi förväntar oss|
        förväntas du|förutsätter|vi ställer krav på|vi lägger stor vikt vid|stor vikt läggs vid|vikt läggs vid|
        looking for someone|you must|must have|must be|you need|you will need|requires|require|we require|
        you should have|you should be|are required to have|the ideal candidate|ideally you have|to be successful|
        we expect""",
    ("required", "forward", WEAK): """du har|du är|du kan|du behärskar|du besitter|vi tror att du|vi ser att du|
        ser vi att du har|vi förutsätter|som person är du|legitimerad|du är utbildad|minst|du talar|du pratar|
        du förstår|du uttrycker dig|du känner till|du tycker om|du gillar|du trivs|du vet|du ser|van att|
        van vid|vana vid|you have|you are|you bring|you possess|you hold|you speak|you know|you like|you enjoy""",
    ("required", "if", KNOWING): """dokumenterad erfarenhet|flerårig erfarenhet|goda kunskaper|
        mycket goda kunskaper|god kunskap|erfarenhet av|erfarenhet inom|kunskaper i|kunskaper inom|kunskap om|vana av|
        van vid att arbeta i|utbildning inom|utbildad|civilingenjör|högskoleingenjör|examen i|examen inom|
        du har goda kunskaper|du har erfarenhet|du har kunskaper|i tal och skrift|
        experience in|experience with|experience of|knowledge of|proficiency in|proficient in|strong knowledge|
        solid understanding|understanding of|familiarity with|ability to|degree in|skilled in|fluent in|
        years of experience""",
    ("required", "if", WEAK): "har du|kan du|have you",
    ("required", "back", STRONG): """krävs|är ett krav|är krav|är ett måste|är ett skallkrav|är obligatoriskt|
        är nödvändigt|är nödvändig|är nödvändiga|är en förutsättning|är en nödvändighet|är viktigt|förutsätts|
        är skallkrav|krav|behövs|måste du ha|är egenskaper vi värdesätter|is required|are required|is a must|
        is mandatory|are mandatory|is essential|are essential|is necessary|are necessary|required""",
    ("merit", "forward", STRONG): """meriterande är|meriterande om|meriterande med|det är meriterande|
        som meriterande|meriterande är även|gärna|gärna också|helst|önskvärt är|önskvärt att|det är önskvärt|
        det är en fördel|det är ett plus|det är en merit|det är positivt|det är bra om|bra om du|vi ser gärna|
        ser vi gärna|ser gärna|du får gärna ha|har du dessutom|har du även|kan du dessutom|kan du även|en fördel är|
        extra plus|plus om du|plus om|fördel om du|fördel om|bonus om|inget krav men|ej krav men|preferably|ideally|
        it is a plus|it s a plus|it is an advantage|it is a merit|it is beneficial|it is meritorious|as a bonus|
        bonus if|plus if|advantage if|beneficial if|nice to have|it helps if|good if|bonus points for""",
    ("merit", "either", STRONG): """är meriterande|är mycket meriterande|är särskilt meriterande|
        är också meriterande|är även meriterande|ses som meriterande|ses som en merit|ses som ett plus|
        räknas som meriterande|är ett plus|är ett stort plus|är en fördel|är en merit|är en stor fördel|
        är fördelaktigt|är önskvärt|är önskvärd|är önskvärda|är en bonus|är till fördel|är bra|med fördel|önskvärt|
        önskvärda|meriterande|meriterar|ett plus|ett stort plus|ett extra plus|en fördel|en klar fördel|
        en stor fördel|en merit|en stor merit|till din fördel|som en merit|är positivt|underlättar|uppskattas|
        is a plus|are a plus|is an advantage|are an advantage|is a merit|are a merit|are merits|is meritorious|
        are meritorious|meritorious|is beneficial|are beneficial|is desirable|are desirable|is preferred|
        are preferred|is a bonus|are a bonus|is nice to have|is merited|is considered a plus|is advantageous|
        would be a plus|would be an advantage|will be an advantage|would be beneficial|would be valued|is valued|
        a plus|an advantage|an advance|desirable|meriting""",
    ("other", "back", STRONG): """är inget krav|är inte ett krav|är ej ett krav|är ej krav|inget krav|inte ett krav|
        ej ett krav|inte nödvändigt|behövs inte|krävs inte|krävs ej|not required|is not required|are not required|
        not a requirement|is not a must|is not necessary""",
    ("other", "forward", STRONG): """vi kräver inga|vi kräver ingen|vi kräver inte|kräver inga|kräver ingen|
        inga krav på|du behöver inte|du behöver ingen|no previous experience|no prior experience""",
    ("tasks", "forward", WEAK): """du kommer att|kommer du att|du ansvarar|ansvarar du|du arbetar|arbetar du|
        dina arbetsuppgifter|dina uppgifter|arbetsuppgifterna|arbetsuppgifter|i rollen ingår|i tjänsten ingår|
        i arbetet ingår|ingår i arbetsuppgifterna|i dina arbetsuppgifter|arbetet innebär|rollen innebär|
        tjänsten innebär|jobbet innebär|uppdraget innebär|arbetet består|arbetet är att|din uppgift|din uppgift är|
        din uppgift blir|uppdraget är att|din huvuduppgift|du får arbeta|du jobbar|jobbar du|du utför|du leder|
        du deltar|du bidrar|du får ansvar|du har ansvar|du har ansvaret|har du ansvar|har du ansvaret|ditt uppdrag|
        du planerar|du hanterar|you will|you ll|you are responsible|responsible for|responsibilities include|
        your responsibilities|your tasks|tasks include|duties include|the role involves|the job involves|
        the work involves|in this position you|in this role you""",
    ("benefits", "forward", STRONG): """vi erbjuder|vi kan erbjuda|erbjuder vi|du erbjuds|erbjuds du|hos oss får du|
        här får du|vi bjuder på|we offer|you are offered|we can offer|we provide you with""",
    ("benefits", "forward", WEAK): """friskvårdsbidrag|tjänstepension|löneväxling|semesterdagar|personalförmåner|
        förmåner|karriärmöjligheter|utvecklingsmöjligheter|kollektivavtal|fri sjukvård|förmånsportal|betald semester|
        konkurrenskraftig lön|fast lön|grundlön|försäkringar|utbildas du|får du utbildning|upplärning|introduktion|
        health insurance|competitive salary|paid vacation|career opportunities|pension plan|wellness allowance|
        parental leave""",
    ("company", "forward", WEAK): """vi är ett|vi är en|är ett av|är en av sveriges|är ett företag|är ett bolag|
        är en del av|är en ledande|är ett ledande|är sveriges|är nordens|grundades|startades|omsätter|en omsättning|
        med huvudkontor|huvudkontor|koncernen|vår vision|våra kunder|våra värderingar|våra värdeord|vårt mål är|
        företaget|bolaget|vi på|medarbetare i|vi utvecklar|vi tillverkar|vi levererar|vi arbetar med|vi jobbar med|
        vi finns|we are a|we are an|we are one|is a leading|is one of|founded in|headquartered|our mission|
        our vision|our customers|our clients|employees|the company|we develop|we deliver|we manufacture|
        part of the""",
}
_FAINT = {
    ("benefits", TERMS): """lön|löner|månadslön|timlön|lönen|heltid|deltid|tillsvidare|tillsvidareanställning|
        tillsvidaretjänst|vikariat|vikariatet|provanställning|visstidsanställning|tidsbegränsad anställning|fast tjänst|
        anställningen är|tjänsten är en|tjänsten är på|tjänsten tillsätts|tillträde|start|startdatum|friskvård|
        pension|semester|flextid|skifttillägg|skiftersättning|ob tillägg|tvåskift|treskift|dagtid|schema|schemat|
        arbetstiden|vi betalar|betalar vi|lär vi dig|vi lär dig|lär du dig|full time|part time|du får|you will have|
        permanent|salary|holiday|start date|benefits|flexible hours|vacation|pay""",
    ("other", TERMS): """ansökan|din ansökan|ansökningar|ansökningarna|ansök|intervjuer|välkommen|personligt brev|cv|
        kontakta|mejla|skicka|alla sökande|sista ansökningsdag|apply|application|applications|interviews""",
    ("tasks", YOU): "du|dig|dina|din|ditt|i rollen|rollen|your|you",
    ("company", WE): "vi|oss|vår|vårt|våra|anställda|medarbetare|kollegor|we|our|us|colleagues",
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
    for (zone, level), text in _FAINT.items():
        known |= {key: Cue(zone, "faint", level) for phrase in _phrases(text) if (key := pattern(phrase))}
    for (zone, way, level), text in _SENTENCES.items():
        known |= {key: Cue(zone, way, level) for phrase in _phrases(text) if (key := pattern(phrase))}
    known |= {key: Cue("required", "forward", STRONG, call=True) for text in _phrases(_CALLS) if (key := pattern(text))}
    known |= {key: Cue("other", "none", WE) for phrase in _phrases(_NEUTRAL) if (key := pattern(phrase))}
    for zone, text in _HEADINGS.items():
        for phrase in _phrases(text):
            key = pattern(phrase) or b""
            known[key] = known.get(key, Cue(zone, "none", WE))._replace(heading=zone)
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
        found = found.take(np.argsort((found[:, 1] << _LENGTH_BITS) - found[:, 2] + found[:, 1]), axis=0)
        headings, titles = self._read_headings(found)
        found = _outermost(found.take(np.flatnonzero(_IN_SENTENCE.take(found[:, 0])), axis=0))
        found = found.take(np.flatnonzero(_SPEAKS.take(found[:, 0])), axis=0)
        sentence = np.searchsorted(self._starts, found[:, 1], side="right")
        taken = np.array([place for place, _ in titles if place >= 0], dtype=np.int64)
        if len(taken):
            free = ~self._chosen(taken)[sentence]
            found, sentence = found[free], sentence[free]
        self._marks = self._read_marks(found, sentence, headings, places)
        about = self._about_someone(taken)
        headings += [(int(self._begins[place]), _OPEN) for place in about]
        titles += [(place, _COMPANY) for place in about]
        headings += [(start, _OPEN) for start in (searched.starts - 1).tolist()]
        self._heads, self._zone_of_head = _settled(headings)
        self._flow = self._read_flow(found, sentence, titles)

    def zones(self, places: Ints) -> npt.NDArray[np.intp]:
        """The zones (places in `NAMES`) of places in the batch."""
        sentences = np.searchsorted(self._starts, places, side="right")
        found, held = self._states(places, sentences)
        spoken = np.flatnonzero(self._chosen(list(self._marks))[sentences])
        divided: dict[int, list[tuple[int, int]]] = {}
        for n, sentence, place in zip(
            spoken.tolist(), sentences[spoken].tolist(), places[spoken].tolist(), strict=True
        ):
            pieces = divided.get(sentence)
            if pieces is None:
                pieces = self._divided(sentence, int(found[n]), bool(held[n]), self._marks[sentence])
                divided[sentence] = pieces
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
        sentences = np.arange(begin, end + 1)
        states, held = self._states(np.maximum(self._begins[sentences], first), sentences)
        for sentence, state, is_held in zip(sentences.tolist(), states.tolist(), held.tolist(), strict=True):
            if max(first, self._begins[sentence]) < min(last, self._begins[sentence + 1]):
                place = int(self._begins[sentence])
                for reach, zone in self._divided(sentence, state, is_held, self._marks.get(sentence, [])):
                    yield Zone(place, reach, NAMES[zone])
                    place = reach

    def _chosen(self, sentences: Ints | Sequence[int]) -> npt.NDArray[np.bool_]:
        """For each sentence whether it is among some."""
        chosen = np.zeros(len(self._begins), dtype=np.bool_)
        chosen[sentences] = True
        return chosen

    def _states(self, places: Ints, sentences: Ints) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """The zone that holds at each place before its sentence is read, and whether a heading says so."""
        state = self._zone_of_head[np.searchsorted(self._heads, places, side="right") - 1]
        held = state != _OPEN
        states: npt.NDArray[np.intp] = np.where(held, state, self._flow[sentences])
        return states, held

    def _read_headings(self, found: Ints) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Where which headings hold from; and the sentences that are headings, with their zone where it only leads on.

        A heading with its text on the same line ("Krav: truckkort.") and one on the company only lead on: sentences
        after it may say otherwise.
        """
        found = _outermost(found.take(np.flatnonzero(_HEADING.take(found[:, 0])), axis=0))
        sentence = np.searchsorted(self._starts, found[:, 1], side="right")
        near = found[:, 1] - self._begins[sentence] <= LONGEST_BULLET
        found, sentence = found[near], sentence[near]
        begin = self._begins[sentence]
        raw, after = self._signs, found[:, 2]
        closed = _CLOSING[raw[after]] | (_SPACES[raw[after]] & _CLOSING[raw[np.minimum(after + 1, len(raw) - 1)]])
        line_end = np.searchsorted(self._starts, found[:, 2], side="left")
        short = _NEW_LINE[raw[np.maximum(begin - 1, 0)]] & (self._begins[line_end + 1] - begin <= LONGEST_HEADING)
        early = np.ones(len(found), dtype=np.bool_)
        for ahead in range(LONGEST_BULLET):
            early &= (begin + ahead >= found[:, 1]) | ~_WORD[raw[np.minimum(begin + ahead, len(raw) - 1)]]
        whole = short & (self._begins[line_end + 1] - after <= 2)  # nothing follows but the end of the line
        below = self._begins[line_end + 1]
        brief = (below - after <= LONGEST_REST + LONGEST_BULLET) | _CLOSING[raw[below - 2]] | _CLOSING[raw[below - 3]]
        sure = closed | whole
        heads = early & sure
        for row in np.flatnonzero(early & short & brief & ~sure).tolist():
            heads[row] = self._is_heading(int(begin[row]), int(found[row, 1]), int(after[row]))
        rows = np.flatnonzero(heads)
        rows = rows[np.append(True, np.diff(sentence[rows]) > 0)[: len(rows)]]  # the first of each sentence
        zone = _ZONE_OF_HEADING.take(found[rows, 0])
        colon = sure[rows] & ((raw[after[rows]] == _COLON) | (raw[np.minimum(after[rows] + 1, len(raw) - 1)] == _COLON))
        headings: list[tuple[int, int]] = []
        titles: list[tuple[int, int]] = []
        for at, end, in_sentence, its_zone, has_colon in zip(
            *(column.tolist() for column in (begin[rows], after[rows], sentence[rows], zone, colon)), strict=True
        ):
            if has_colon:
                line = self._raw.find(b"\n", end)
                if self._raw[end:line].strip(_BLANK + b":?"):
                    titles.append((_READ_ON - in_sentence, its_zone))
                    headings += [(at, _OPEN + _FOR_NOW), (line, _BACK)]
                    continue
            titles.append((in_sentence, its_zone))
            headings.append((at, _OPEN if its_zone == _COMPANY else its_zone))
            if its_zone == _MERIT:
                headings += self._end_of_merits(end)
        return headings, titles

    def _read_marks(
        self, found: Ints, sentence: Ints, headings: list[tuple[int, int]], places: Ints | None
    ) -> dict[int, list[_Mark]]:
        """The phrases of each sentence that is asked for; those of lines that open a list head the list."""
        opens = self._opens_list()[sentence]
        speaks = _LEVEL[found[:, 0]] >= WEAK
        heads = np.flatnonzero(speaks & opens)
        for number, in_sentence in zip(found[heads, 0].tolist(), sentence[heads].tolist(), strict=True):
            place = int(self._begins[in_sentence + 1])
            listed = _LIST.match(self._raw, place)
            headings.append((place, _NUMBER[self._known[number].zone] + _FOR_NOW))
            headings.append((listed.end() if listed else place, _BACK))
        if places is not None:
            speaks &= self._chosen(np.searchsorted(self._starts, places, side="right"))[sentence]
        marks: dict[int, list[_Mark]] = {}
        rows = np.flatnonzero(speaks)
        for (number, start, end), in_sentence in zip(found[rows].tolist(), sentence[rows].tolist(), strict=True):
            marks.setdefault(in_sentence, []).append((start, end, self._known[number]))
        return marks

    def _read_flow(self, found: Ints, sentence: Ints, titles: list[tuple[int, int]]) -> npt.NDArray[np.intp]:
        """For each sentence the zone it has where no heading holds and no phrase of it divides it."""
        size = len(self._begins) - 1
        level = np.full(size, -1, dtype=np.int64)
        said = np.full(size, -1, dtype=np.int64)
        levels, zones = _LEVEL[found[:, 0]], _ZONE[found[:, 0]]
        weight = np.where(zones == _MERIT, 0, levels)
        order = np.argsort(sentence * (TITLE + 1) + weight, kind="stable")  # the last of each sentence is its say
        level[sentence[order]] = levels[order]
        said[sentence[order]] = np.where(levels == WE, _WE, zones)[order]
        for place, zone in titles:
            place = place if place >= 0 else _READ_ON - place
            level[place], said[place] = TITLE, zone
        number = np.arange(size)
        firsts = np.searchsorted(self._starts, self._texts, side="right")
        opening = np.zeros(size, dtype=np.int64)
        opening[firsts] = firsts
        opening = np.maximum.accumulate(opening)  # the first sentence of each one's text
        told = np.where((said >= 0) & (said != _WE), number, -1)
        last = np.maximum.accumulate(told)
        before = np.concatenate([[-1], last[:-1]])
        known = np.where(before >= opening, said[before], _OPEN)
        # before anything is told, sentences but the first speak of the company, if demands or tasks follow
        coming = [
            np.minimum.accumulate(np.where(tells & (level >= YOU), number, size)[::-1])[::-1]
            for tells in ((said == _TASKS) | (said == _REQUIRED), said == _TASKS)
        ]
        ends = np.append(firsts[1:], size)
        text = np.clip(np.searchsorted(firsts, number, side="right") - 1, 0, None)
        lengths = np.diff(np.append(self._texts, len(self._signs)))
        self._short = lengths[text] <= LONGEST_NEED
        opens = (known == _OPEN) & (number > opening) & (coming[0] < ends[text]) & ~self._short
        flow = _AFTER[known]
        flow[opens] = _COMPANY
        flow = np.where(said == _WE, _WE_AFTER[known], flow)
        we = np.where(coming[1] < ends[text], _COMPANY, _OTHER)
        flow = np.where(self._short & (known == _OPEN), np.where(said == _WE, we, _REQUIRED), flow)
        faint = (level >= YOU) & (level <= TERMS) | (level == TITLE)
        return np.where(faint, said, flow)

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

    def _about_someone(self, taken: Ints) -> list[int]:
        """Sentences such as "Om Exempelbolaget" and "About Example Ltd" on a line of their own."""
        raw = self._signs
        starts = self._starts[self._starts < len(raw) - 8]
        number = np.flatnonzero(_ABOUT_FIRST[raw[starts]])
        starts = starts[number]
        second, space = raw[starts + 1], [raw[starts + ahead] == ord(" ") for ahead in (2, 5, 3)]
        about = [(second == ord(sign)) & there for sign, there in zip("mbe", space, strict=True)]
        found = []
        sentences = number[np.logical_or.reduce(about)] + 1
        for sentence in sentences[~self._chosen(taken)[sentences]].tolist():
            start = int(self._begins[sentence])
            line = self._raw[start : self._raw.find(b"\n", start)].decode("latin-1").rstrip()
            if len(line) <= LONGEST_HEADING // 2 and _ABOUT.match(line):
                found.append(sentence)
        return found

    def _divided(self, sentence: int, base: int, held: bool, marks: Sequence[_Mark]) -> list[tuple[int, int]]:
        """The zones of one sentence, in order: where each ends, and its number."""
        place = int(self._begins[sentence])
        sentence_end = int(self._begins[sentence + 1])
        pieces: list[tuple[int, int]] = []
        now, said, strongly = base, False, False  # the zone so far, and whether a phrase of this sentence said so
        for start, end, cue in marks:
            if start < place and said:
                continue  # it shares a word with the phrase before it
            zone = _NUMBER[cue.zone]
            if cue.level < STRONG and (
                strongly or (held and base not in (_OTHER, zone) and not (base == _BENEFITS and cue.level == KNOWING))
            ):
                continue
            if cue.call and not held and not self._short[sentence] and not _ASKS.search(self._raw, end, sentence_end):
                zone = _OTHER
            strongly = strongly or cue.level == STRONG
            if cue.way == "if":
                now = now if said else zone
            elif cue.way == "forward" or (cue.way == "either" and self._looks_forward(place, start, end)):
                if start > place and now != zone and not self._is_blank(place, start):
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
        pieces.append((sentence_end, now))
        return pieces

    def _is_blank(self, place: int, start: int) -> bool:
        """Whether nothing but blanks and bullets stands between two places."""
        return not self._raw[place:start].strip(b" ,.;:-*?\n\r\t(\xa0\xb7\x95")

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


def _settled(headings: list[tuple[int, int]]) -> tuple[Ints, npt.NDArray[np.intp]]:
    """Headings in order of place, with what holds after those that hold for a list or a line only (`_FOR_NOW`)."""
    zones: list[int] = []
    kept = _OPEN
    headings.sort()
    for _, zone in headings:
        if zone < 0:
            zones.append(zone - _FOR_NOW)
        elif zone == _BACK:
            zones.append(kept)
        else:
            kept = zone
            zones.append(zone)
    return np.array([place for place, _ in headings], dtype=np.int64), np.array(zones, dtype=np.intp)


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
_LENGTH_BITS = 10
"""What the length of a phrase takes in a number that sorts by start, the longest first."""
_LEVEL = np.array([cue.level for cue in cues().values()])
_ZONE = np.array([_NUMBER[cue.zone] for cue in cues().values()])
_AFTER = np.array([_OTHER, _COMPANY, _TASKS, _REQUIRED, _OTHER, _BENEFITS, _OTHER])
"""What goes on in a sentence that says nothing, by the zone told before it."""
_WE_AFTER = np.array([_COMPANY, _COMPANY, _TASKS, _BENEFITS, _BENEFITS, _BENEFITS, _COMPANY])
_ASKS = re.compile(rb" (?:som|med|inom|f\xf6r|i|who|with|that|for|in)\b")
_LIST = re.compile(rb"\s*(?:(?:[ \xa0]*[-*?\xb7\x95][^\n\x00]*\n\s*)+|(?:[^\n\x00]+\n)+)")
_ZONE_OF_HEADING = np.array([_NUMBER[cue.heading or "other"] for cue in cues().values()])
_COLON = ord(":")
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
    """Matches that lie within no other, of those in order of start, the longest first."""
    if len(found) < 2:
        return found
    ends = found[:, 2]
    outermost: Ints = found[np.append(True, ends[1:] > np.maximum.accumulate(ends)[:-1])]
    return outermost
