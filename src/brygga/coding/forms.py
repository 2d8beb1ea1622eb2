"""Forms: what a skill of the taxonomy is called in running text, Swedish and English.

    Svetsning                          svetsning, svetsningen, svetsa, svetsar, svetsare, svetsarna ...
    CATIA, CAD-program                 CATIA                   what stands after the comma only says what it is
    HTTP/HTTPS, kommunikationsprotokoll  HTTP, HTTPS
    Tillverkningsindustri-CATIA        CATIA                   what stands before the hyphen says where
    Svarvning, CNC                     CNC-svarvning, svarvning inom CNC
    use spreadsheets software          using spreadsheets software, spreadsheets software

Each form has a quality, from which its confidence follows: `exact` (the label, or its name without
decoration), `variant` (hyphen, space, joined, abbreviated), `inflected`, `derived` (the verb or the person:
svetsa, svetsare) and `shortened` (a part of the label that says less than the whole).
Between words a hyphen, a stroke and a space count alike wherever forms are looked for.

Start reading at `forms`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

QUALITIES = ("exact", "variant", "inflected", "derived", "shortened")
"""From the surest to the least sure; the order in which skills that share a form are ranked."""

LONGEST_FORM = 4
"""Words of a form at most: longer labels are descriptions, which nobody writes word for word."""


LONGEST_INFLECTED = 3
"""Words of a phrase that is inflected at most."""


class Form(NamedTuple):
    """A way to write a skill, as it would stand within a sentence or as a name, and how sure it is."""

    text: str
    quality: str


def forms(label: str, language: str = "sv") -> list[Form]:
    """The forms of a label, the surest first; each text once.

    Parameters
    ----------
    label : as the taxonomy writes it
    language : sv|en

    Examples
    --------
    >>> [form.text for form in forms("CATIA, CAD-program")]
    ['CATIA, CAD-program', 'CATIA', 'CATIAs']
    >>> {form.text: form.quality for form in forms("Svetsning")}["svetsare"]
    'derived'
    >>> [form.text for form in forms("manage budgets", "en")]
    ['manage budgets', 'manage budget', 'managing budgets', 'managing budget']
    >>> forms(" ")
    []
    """
    label = " ".join(label.split())
    found: dict[str, str] = {}
    for form in _swedish(label) if language == "sv" else _english(label):
        text = " ".join(form.text.split()).strip(" ,;")
        known = found.get(text)
        if text and (known is None or QUALITIES.index(form.quality) < QUALITIES.index(known)):
            found[text] = form.quality
    lasting = [Form(text, quality) for text, quality in found.items() if text.count(" ") < LONGEST_FORM]
    return sorted(lasting, key=_place)


def _place(form: Form) -> int:
    return QUALITIES.index(form.quality)


# --- Swedish: taking the decoration off ---------------------------------------------------------------

_KIND = re.compile(
    r"(?:språk|system|systemet|verktyg|protokoll|ramverk|program|programvara|editor|hanterare|plattform|miljö|motor|"
    r"bibliotek|växel|databas|modell|server|serverprogram|format|standard|CMS|LMS|SLS|metod|metodik|kompilator)$",
    re.IGNORECASE,
)
"""Ends of what says what kind of thing a name is: the name alone means the same."""

_OTHER_SKILL = re.compile(
    r"^(?:undervisning|cirkelledning|specialist|specialisering|instruktör|tränare|professionell utövning|"
    r"ledarerfarenhet|medicintekniskt område|funktionshindersfrågor|trafikundervisning|skådespeleri|regi)",
    re.IGNORECASE,
)
"""Tails that make another skill of the word before them: teaching the flute is not playing it."""

_PROOFS_WORDS = """
    gesällbrev mästarbrev yrkesbevis yrkesutbildning doktorsexamen utbildningsbevis kompetensbevis kompetensintyg
    utbildningsintyg yrkesdiplom certifikat certifiering utbildning yrkeshögskoleutbildning legitimation examen
    licentiatexamen behörighet intyg körkort förarbevis diplom
    """
_PROOFS = frozenset(_PROOFS_WORDS.split())
_PREFIX = re.compile(
    r"^(?:Tillverkningsindustri|Tillv\.industri|Arkitekt|Byggkonstruktion|Analys/Beräkning|Film/redigering|Elschema|"
    r"Film/effekter|Samordning/Granskning|Webbdesign|Allmänkonstruktion|Mark/infrastruktur|Design/Visualisering|"
    r"Layout|Ljud|VVS|3D-grafik|2D-grafik|Ljusbordsprogrammering|Manusprogram|Mönsterkonstruktion|3D-animering|"
    r"Bildbehandling|Fotoredigering)-(?=\S)"
)
"""Fields that JobTech writes before the name of a program."""

_MAKER = re.compile(r"^(MS|Microsoft|Adobe) ([A-Z][\w -]{3,20})$")
_ACRONYM = re.compile(r"^[A-ZÅÄÖ0-9][A-ZÅÄÖ0-9&+/.-]{1,7}$")
_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*")
_ENUMERATION = re.compile(r"^(\w+)-,? (?:och|eller|samt) (\w.*)$")


def _swedish(label: str) -> Iterator[Form]:
    yield Form(label, "exact")
    for name, quality in _names(label):
        yield Form(name, quality)
        if quality == "variant" and _LINKED.search(name):
            continue
        for form in _inflected(name):
            yield form if quality in ("exact", "variant") else Form(form.text, _worse(form.quality, quality))


_LINKED = re.compile(r" (?:av|i|inom|på|som|för) ")


def _worse(first: str, second: str) -> str:
    return max(first, second, key=QUALITIES.index)


def _names(label: str) -> Iterator[tuple[str, str]]:
    """The names that a Swedish label consists of, without decoration, and how much each says of the whole."""
    bare = _PREFIX.sub("", label)
    if bare != label:
        yield from _names(bare)
        return
    brackets = _BRACKET.findall(label)
    bare = _BRACKET.sub(" ", label).strip()
    for inside in brackets:
        if _ACRONYM.match(inside):
            yield inside, "variant"
    if brackets:
        bare = bare.replace(" ,", ",")
        if bare:
            yield from _names(bare)
        return
    if ", " in label:
        name, tail = label.split(", ", 1)
        strokes = [part for part in label.split("/") if part]
        if "/" in tail and all(", " in part for part in strokes):  # Golf, instruktör/Golf, tränare
            for part in strokes:
                yield from _names(part.strip())
        else:
            yield from _with_tail(name, tail)
        return
    product = _MAKER.match(label)
    if product:
        yield label, "exact"
        yield product[2], "variant"
        if product[1] != "Adobe":
            yield f"{'MS' if product[1] == 'Microsoft' else 'Microsoft'} {product[2]}", "variant"
        return
    parts = [part.strip() for part in label.split("/")]
    if len(parts) > 1 and all(len(part) > 1 and not part.isdigit() for part in parts):
        for part in parts:
            yield part, "exact"
        return
    together = _ENUMERATION.match(label)
    yield label, "exact"
    if together:
        first, second = together.groups()
        yield second, "shortened"
        head = _shared_head(second)
        if head:
            yield f"{first.lower()}{head}", "shortened"


def _with_tail(name: str, tail: str) -> Iterator[tuple[str, str]]:
    """The names of "name, tail"."""
    low = tail.lower()
    if low in _PROOFS or name.lower() in _PROOFS:
        proof, trade = (name.lower(), tail) if name.lower() in _PROOFS else (low, name.lower())
        for link in ("", "som ", "i ", "inom ", "för "):
            yield f"{proof} {link}{trade}", "variant"
        return
    if _KIND.search(tail):
        yield from _names(name)
        return
    if _OTHER_SKILL.match(tail):
        short = tail.split()[0].lower()
        if short in ("undervisning", "instruktör", "tränare", "cirkelledning"):
            yield f"{name}-{short}", "variant"
            yield _joined(name, short), "variant"
        if short == "undervisning":
            yield f"undervisning i {name}", "variant"
            yield f"undervisa i {name}", "derived"
        return
    if len(low.split()) <= 2 and len(name.split()) <= 2:
        for link in ("av" if _ACTIVITY.match(name) else "i", "inom"):
            yield f"{name} {link} {_inside(tail)}", "variant"
        yield f"{_inside(tail)} {name.lower()}", "variant"
        if " " not in tail and " " not in name:
            yield _joined(tail, name), "variant"
    for part in name.split("/"):
        if low == "erfarenhet" or " " in part or _SAYS_ENOUGH.search(part):
            yield part, "shortened"


_SAYS_ENOUGH = re.compile(
    r"^(?:.{5,}(?:ning|ring|ling|ting|sing|tion|sion|vård|teknik|skötsel|terapi|analys|rätt|logi|grafi)|\S{11,})$"
)
"""Words that still name a skill when their tail is gone: an activity, or a compound."""


def _joined(first: str, second: str) -> str:
    """A compound of two words, with the linking s where the first part takes one."""
    first, second = first.lower(), second.lower()
    link = "s" if re.search(r"(?:ing|tion|sion|het|skap|tet|eri)$", first) else ""
    return f"{first}{link}{second}" if first[-1:].isalpha() else f"{first}-{second}"


def _inside(text: str) -> str:
    """The text as it stands within a sentence: names and abbreviations keep their capitals."""
    first = text.split()[0] if text.split() else ""
    return text[:1].lower() + text[1:] if first[1:] == first[1:].lower() and len(first) > 1 else text


_HEADS = ("teknik", "arbete", "psykiatri", "vård", "pedagogik", "ledning", "skötsel", "underhåll", "montering",
          "rätt", "medicin", "kirurgi", "psykologi", "terapi", "produktion", "journalistik", "administration",
          "vetenskap", "kunskap", "lära", "handel", "industri", "miljö", "analys", "system")  # fmt: skip


def _shared_head(word: str) -> str:
    """The end of a compound that an earlier "styr- och" shares with it."""
    return next((head for head in _HEADS if word.endswith(head) and word != head), "")


# --- Swedish: inflection -------------------------------------------------------------------------------

_NOUN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    # ends, what follows them (the word itself counts already)
    (("motor", "traktor", "sensor", "rotor", "ktor", "ator"), ("n", "er", "erna", "ns")),
    (("robot", "obot"), ("en", "ar", "arna", "ens")),
    (("ning", "ling", "ring", "sing", "ting", "king", "ging", "ping", "bing", "ving"),
     ("en", "ar", "arna", "s", "ens")),
    (("tion", "sion"), ("en", "er", "erna", "s", "ens")),
    (("het", "kompetens", "analys", "process", "metod", "produkt", "effekt", "maskin", "robot", "dator", "rapport",
      "text", "plan", "form", "konst", "funktion", "insats", "vana", "kost", "trend"), ("en", "er", "erna")),
    (("truck", "motor", "kran", "pump", "bil", "båt", "traktor", "dans", "sport", "sång", "ugn", "vagn", "häst"),
     ("en", "ar", "arna")),
    (("ktör", "atör", "ntör", "isör", "itör", "ör", "peut", "ist", "graf", "itet", "tur", "rift", "tjänst", "kurs",
      "kraft", "sorg", "icin", "scen", "ent", "ant", "log", "nom", "bransch", "licens", "assistans", "ans", "gas",
      "yr", "ktat", "gång", "fil", "idrott", "strategi", "artikel", "grupp", "plats", "stad"), ("en", "er", "erna")),
    (("buss", "smed", "stol", "gård", "kniv", "fisk", "hund", "katt", "vägg", "bänk", "hall", "väg", "plåt", "kock",
      "pall", "ring", "sal", "skog", "häck", "svets", "fräs", "press", "svarv", "borr", "såg", "slip", "brygg", "orm"),
     ("en", "ar", "arna")),
    (("verk", "bruk", "bygge", "bygg", "djur", "glas", "flyg", "larm", "bord", "tal", "lyft", "mål", "kök", "kött",
      "land", "gods", "däck", "band", "drag", "lag", "tag", "spår", "nät", "hem", "ljud", "tåg", "krav", "fall",
      "stål", "horn", "fartyg", "tyg", "virke", "medel", "ment", "apparat", "skop", "träd", "brott", "bevis", "sätt",
      "garn", "lås", "tak", "golv", "virus", "vin", "ämne", "skikt", "rör", "råd", "torv", "salt", "betyg", "diplom",
      "manus", "block", "plan", "certifikat", "preparat", "aggregat", "objekt", "bibliotek", "apotek", "ackord"),
     ("et", "en")),
    (("trä", "smide", "foto", "bageri"), ("t", "n")),
    (("miljö", "radio", "foto", "kommun"), ("n", "er")),
    (("examen", "amen", "handel", "film"), ("s",)),
    (("mnen", "eten", "agen", "ngen", "rken", "tten", "gen", "rket", "mmet", "ngar", "dens", "ven", "ren", "let"), ()),
    (("lig", "onal", "al", "iell", "ell", "isk", "erad", "ldad", "ansvarig", "ig", "iv"), ("t", "a")),
    (("skap",), ("en", "et", "er", "erna")),
    (("logi", "grafi", "nomi", "terapi", "kemi", "urgi", "industri", "metri", "psykiatri", "pedi", "sofi"),
     ("n", "er")),
    (("eri",), ("et", "er", "erna")),
    (("system", "program", "verktyg", "protokoll", "språk", "prov", "bevis", "intyg", "material", "instrument", "stöd",
      "skydd", "arbete", "område", "avtal", "register", "spel", "hus", "rum", "ljus", "smide", "montage", "fordon",
      "projekt", "recept", "tryck", "kort", "underhåll", "hjälpmedel"), ("et", "en", "ets", "s")),
    (("vård", "rätt", "ik"), ("en", "ens", "s")),
    (("kontroll", "design", "musik", "politik", "trafik"), ("en", "er")),
    (("are",), ("n", "na", "ns")),
    (("or",), ("na",)),
    (("ar", "er"), ("na",)),
    (("sel",), ("n", "s")),
    (("e",), ("t", "n", "r", "rna")),
)  # fmt: skip
_KNOWN_ENDS = tuple(end for ends, _ in _NOUN for end in ends if end not in ("e", "are"))
_OTHERWISE = ("en", "et", "er", "ar", "erna", "arna")
_ADJECTIVE = re.compile(r"(?:isk|ig|al|ell|ad|iv|är|ös|bar|sam|lös|ert|erad|anpassad|igt|iskt|alt|ellt|ivt)$")
_NO_WORD = re.compile(r"[^a-zåäöéü-]", re.IGNORECASE)
_ACTIVITY = re.compile(r"^(\w+?)(ning|ing|ation|ering)$", re.IGNORECASE)
_NO_PERSON = frozenset(
    {"operation", "situation", "motivation", "station", "relation", "nation", "ration", "generation"}
)
"""Activities whose word for a person means something else (operatör), and words that only end like one."""

_SECOND_CONJUGATION = re.compile(
    r"(?:vänd|led|håll|välj|följ|hjälp|sätt|bygg|lägg|byt|ställ|bered|skriv|läs|sköt|mät|lös|märk|smält|blås|ring|"
    r"stäng|sänd|bränn|klipp|sälj|köp|tvinn|bind|spinn|stick|tryck|ryck|släng|häng|spänn|fyll|skölj|smörj|täck|"
    r"sänk|dyk|kläm|sy|skydd|stöd|fräs)$"
)
_R_STEM = re.compile(r"(?:för|kör|gör|lär|hör|styr|hyr|skär|bär|rör|snör|dyr|smör)$")


def _inflected(name: str) -> Iterator[Form]:
    """Other forms of a name: endings of its noun, its verb and its person; nothing for abbreviations."""
    words = name.split()
    if not words or is_name(name):
        if words and len(name) > 2 and name[-1].isalpha() and name[-1] not in "sSxXzZ":
            yield Form(f"{name}s", "inflected")
        return
    first, last = words[0], words[-1]
    if _is_verb(first, len(words)):
        yield from _verb_phrase(words)
        return
    preposition = next((n for n, word in enumerate(words) if n and word in ("av", "på", "i", "inom", "med", "för")), 0)
    if preposition == 1:
        yield from _activity_of(first, words)
        return
    before = " ".join(words[:-1])
    if len(words) == 2 and _ADJECTIVE.search(first):
        definite = first.removesuffix("t") if first.endswith(("igt", "iskt", "alt", "ellt", "ivt")) else first
        before = f"{definite}e" if first.endswith(("ad", "at")) else f"{definite}a"
    for ending in _noun_forms(last):
        yield Form(f"{before} {ending}", "inflected")
    if len(words) == 1:
        for text in _verb_and_person(last.lower()):
            yield Form(text, "derived")
        if "-" in last and len(last.split("-")[0]) <= 4:
            yield Form(last.replace("-", ""), "variant")


def is_name(name: str) -> bool:
    """A product, an abbreviation or a name of several capitals: it takes no Swedish ending but s."""
    if _LIKE_A_NAME.search(name):
        return True
    words = name.replace("-", " ").split()
    return len(words) > 1 and all(word[:1].isupper() for word in words)


_LIKE_A_NAME = re.compile(r"[\d+#&.]|[A-ZÀ-ÖØ-Þ][^\s-]*[A-ZÀ-ÖØ-Þ]")


_PLURAL_ADJECTIVE = re.compile(r"(?:isk|ig|ell|[ktn]al|iv|ös|bar|sam|lös|ad|när|ler)a$")


def _is_verb(first: str, words: int) -> bool:
    """Whether a label begins with a verb: hantera, använda, ge (ESCO writes them in lower case)."""
    return (
        words > 1
        and first[:1].islower()
        and not _PLURAL_ADJECTIVE.search(first)
        and (first.endswith("a") or first in ("ge", "förstå", "sy", "bistå", "gå"))
    )


def _noun_forms(noun: str) -> list[str]:
    if _NO_WORD.search(noun) or len(noun) < 3:
        return []
    low = noun.lower()
    if low.endswith("a"):
        return [f"{noun[:-1]}{ending}" for ending in ("an", "or", "orna")]
    for ends, instead in _NOUN:
        if low.endswith(ends) and len(low) > len(min(ends, key=len)):
            noun = noun[:-1] if low.endswith("e") and instead[:1] == ("et",) else noun
            return [f"{noun}{ending}" for ending in instead]
    return [f"{noun}{ending}" for ending in _OTHERWISE]


@functools.lru_cache(maxsize=20_000)
def _verb_and_person(noun: str) -> tuple[str, ...]:
    """Verb and agent of an activity: svetsning - svetsa, svetsar, svetsande, svetsare; also teknik - tekniker."""
    if noun.endswith(("teknik", "mekanik", "elektronik")) and len(noun) > 6:
        return tuple(f"{noun}{ending}" for ending in ("er", "ern", "erna", "ers"))
    match = _ACTIVITY.match(noun)
    if not match or len(match[1]) < 3 or noun in _NO_PERSON:
        return ()
    stem, ending = match.groups()
    if ending in ("ation", "ering"):
        persons = [f"{stem}erare"]
        persons += [f"{stem}atör", f"{stem}atörer"] if ending == "ation" else [f"{stem}ör", f"{stem}örer"]
        return (*(f"{stem}er{end}" for end in ("a", "ar", "ande")), *persons, f"{stem}erarna")
    if _R_STEM.search(stem):
        verbs = [f"{stem}a", stem]
    elif _SECOND_CONJUGATION.search(stem):
        verbs = [f"{stem}a", f"{stem}er"]
    else:
        verbs = [f"{stem}a", f"{stem}ar"]
    return (*verbs, f"{stem}ande", f"{stem}are", f"{stem}aren", f"{stem}arna")


_NOUN_OF = {
    "installera": "installation", "montera": "montering", "underhålla": "underhåll", "reparera": "reparation",
    "tillverka": "tillverkning", "utveckla": "utveckling", "planera": "planering", "kontrollera": "kontroll",
    "övervaka": "övervakning", "hantera": "hantering", "analysera": "analys", "dokumentera": "dokumentation",
    "utbilda": "utbildning", "undervisa": "undervisning", "testa": "test", "samordna": "samordning",
    "bedöma": "bedömning", "utforma": "utformning", "programmera": "programmering", "inspektera": "inspektion",
    "leda": "ledning", "köra": "körning", "designa": "design", "granska": "granskning", "utvärdera": "utvärdering",
    "använda": "användning", "administrera": "administration", "förvalta": "förvaltning", "bearbeta": "bearbetning",
    "rengöra": "rengöring", "förbereda": "förberedelse", "justera": "justering", "upprätta": "upprättande",
}  # fmt: skip
_LIGHT = frozenset(
    {"använda", "köra", "utföra", "tillämpa", "hantera", "sköta", "bedriva", "genomföra", "tillhandahålla"}
)
"""Verbs that say little beside their object: who writes the object means the skill."""


def present(infinitive: str) -> str:
    """The present of a Swedish verb; a guess for verbs that end in -er.

    Examples
    --------
    >>> [present(verb) for verb in ("hantera", "använda", "köra", "ge", "sy")]
    ['hanterar', 'använder', 'kör', 'ger', 'syr']
    """
    if not infinitive.endswith("a"):
        return f"{infinitive}r"
    stem = infinitive[:-1]
    if _R_STEM.search(stem):
        return stem
    return f"{stem}er" if _SECOND_CONJUGATION.search(stem) else f"{infinitive}r"


def _verb_phrase(words: list[str]) -> Iterator[Form]:
    """hantera stålrör: hanterar stålrör, hantering av stålrör, and for verbs that say little stålrör."""
    verb, rest = words[0], " ".join(words[1:])
    if len(words) > LONGEST_INFLECTED:
        return
    yield Form(f"{present(verb)} {rest}", "inflected")
    objects = [rest]
    if len(words) <= 3 and words[-1].lower().endswith(_KNOWN_ENDS):
        before = " ".join(words[1:-1])
        objects += [f"{before} {ending}" for ending in _noun_forms(words[-1])[:3]]
    for object_ in objects[1:]:
        yield Form(f"{verb} {object_}", "inflected")
        yield Form(f"{present(verb)} {object_}", "inflected")
    link = "" if words[1] in ("i", "på", "med", "inom", "till", "om", "för") else "av "
    if verb in _NOUN_OF:
        yield Form(f"{_NOUN_OF[verb]} {link}{rest}", "derived")
    if verb in _LIGHT and link and (len(words) > 2 or len(words[1]) > 9):
        for object_ in objects[:4]:
            yield Form(object_, "shortened")


def _activity_of(first: str, words: list[str]) -> Iterator[Form]:
    """Montering av stålrör: monteringen av stålrör, montera stålrör, monterar stålrör."""
    rest = " ".join(words[1:])
    for ending in _noun_forms(first)[:2]:
        yield Form(f"{ending} {rest}", "inflected")
    if words[1] == "av":
        rest = " ".join(words[2:])
    for verb in _verb_and_person(first.lower())[:2]:
        yield Form(f"{verb} {rest}", "derived")


# --- English -------------------------------------------------------------------------------------------

_NO_VERB = re.compile(r"(?:al|ic|ics|tion|ment|ity|s|ing|ed|ous|ive|ent|ant|ary|ogy|ful|able|ible)$")
_OBJECTS_WORDS = """
    use operate perform conduct apply manage develop execute provide carry handle implement practise do deliver
    maintain undertake prepare create utilise work produce write ensure"""
_OBJECTS = frozenset(_OBJECTS_WORDS.split())
_NO_OBJECT = frozenset({"and", "or", "a", "an", "the", "of", "to", "in", "on", "for", "with", "out", "up", "as", "by"})
_BRITISH = re.compile(r"(?<=[aioue]l|an|er|im|or|at|ic|et|on)is(?=e\b|es\b|ing\b|ation)")


def _english(label: str) -> Iterator[Form]:
    yield Form(label, "exact")
    bare = _BRACKET.sub(" ", label).strip()
    if bare:
        yield Form(bare, "exact")
    for inside in _BRACKET.findall(label):
        if _ACRONYM.match(inside):
            yield Form(inside, "variant")
    words = bare.split()
    if not words or is_name(bare) or len(words) > LONGEST_FORM:
        return
    phrases = [(words, "exact"), (_other_number(words), "inflected")]
    if words[-1].endswith(("ing", "ment", "ics", "ology", "ity", "ware", "ication")):
        phrases = phrases[:1]
    for phrase, quality in phrases:
        yield Form(" ".join(phrase), quality)
    if len(words) > 1 and words[0].islower() and not _NO_VERB.search(words[0]):
        verb, *rest = words
        for phrase, _ in phrases:
            yield Form(" ".join((gerund(verb), *phrase[1:])), "inflected")
        if verb in _OBJECTS and len(rest) > 1 and rest[0] not in _NO_OBJECT:
            for phrase, _ in phrases:
                yield Form(" ".join(phrase[1:]), "shortened")
    american = _BRITISH.sub("iz", bare)
    if american != bare:
        yield Form(american, "variant")


def gerund(verb: str) -> str:
    """The -ing form of an English verb.

    Examples
    --------
    >>> [gerund(verb) for verb in ("manage", "plan", "weld", "see", "lie")]
    ['managing', 'planning', 'welding', 'seeing', 'lying']
    """
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    if re.search(r"^[^aeiou]*[aeiou][bdgmnprt]$", verb):
        return f"{verb}{verb[-1]}ing"
    return f"{verb}ing"


def _other_number(words: Iterable[str]) -> list[str]:
    """The last word in the plural, or in the singular where it stands in the plural."""
    *before, last = words
    if last.endswith("ies") and len(last) > 4:
        other = f"{last[:-3]}y"
    elif last.endswith(("sses", "xes", "ches", "shes")):
        other = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is", "ics")):
        other = last[:-1]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        other = f"{last[:-1]}ies"
    else:
        other = f"{last}es" if last.endswith(("s", "x", "ch", "sh")) else f"{last}s"
    return [*before, other]
