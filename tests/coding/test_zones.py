"""Zones: what a sentence speaks of, by headings, by its own words, and by the sentences before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.zones import NAMES, zones


def zone_of(text: str, words: str) -> str:
    place = text.index(words)
    return next(zone.name for zone in zones(text) if zone.start <= place < zone.end)


AD = """Svarvare till Exempelvik

Exempelbolaget är ett verkstadsföretag med 40 anställda. Vi tillverkar axlar.

Arbetsuppgifter
Ställa om och köra svarvar.

Kvalifikationer
- Vana av CNC-svarvning
- Svenska i tal och skrift

Meriterande
- Mazatrol

Vi lägger stor vikt vid personlig lämplighet.

Vi erbjuder
Friskvård och traversutbildning.

Ansökan
Skicka din ansökan i dag, gärna med intyg om truck.
"""


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Svarvare till", "other"),
        ("Exempelbolaget är", "company"),
        ("axlar", "company"),
        ("köra svarvar", "tasks"),
        ("CNC-svarvning", "required"),
        ("Svenska", "required"),
        ("Mazatrol", "merit"),
        ("lämplighet", "required"),
        ("traversutbildning", "benefits"),
        ("Skicka", "other"),
    ],
)
def test_headings_hold_until_the_next_one(words, zone):
    assert zone_of(AD, words) == zone


@pytest.mark.parametrize(
    ("text", "words", "zone"),
    [
        ("Du har vana av svarvning, gärna Mazatrol.", "svarvning", "required"),
        ("Du har vana av svarvning, gärna Mazatrol.", "Mazatrol", "merit"),
        ("Truckkort är ett krav och B-körkort meriterande.", "Truckkort", "required"),
        ("Truckkort är ett krav och B-körkort meriterande.", "B-körkort", "merit"),
        ("Kunskap om REACH och CLP är meriterande.", "REACH", "merit"),
        ("Har du kört Mazak med Mazatrol är det ett plus.", "Mazak", "merit"),
        ("Erfarenhet av svetsning är inget krav.", "svetsning", "other"),
        ("Vi söker en svetsare." + " Det är en bra dag." * 20, "svetsare", "other"),
        ("2 svetsare till hösten, TIG, gärna MIG", "TIG", "required"),
        ("2 svetsare till hösten, TIG, gärna MIG", "MIG", "merit"),
        ("Vi söker en svetsare som kan TIG.", "TIG", "required"),
        ("Vi söker dig som kan TIG.", "TIG", "required"),
        ("Vi erbjuder kurs i svetsning.", "svetsning", "benefits"),
        ("You have experience with Python. Docker is a plus.", "Python", "required"),
        ("You have experience with Python. Docker is a plus.", "Docker", "merit"),
        ("We offer training in welding.", "welding", "benefits"),
        ("Swedish is not required.", "Swedish", "other"),
        ("Du byter verktyg och mäter detaljer.", "verktyg", "tasks"),
    ],
)
def test_a_sentence_says_what_it_speaks_of(text, words, zone):
    assert zone_of(text, words) == zone


def test_a_sentence_that_addresses_the_reader_ends_what_a_heading_on_its_line_began():
    text = "Om oss: Vi gör ventiler i Osby. Vi erbjuder fri lunch. Du har goda kunskaper i C# och SQL."
    assert zone_of(text, "ventiler") == "company"
    assert zone_of(text, "lunch") == "benefits"
    assert zone_of(text, "SQL") == "required"


def test_knowledge_asked_for_under_what_is_offered_is_required():
    text = "Vi erbjuder\nFri lunch.\nGoda kunskaper i SQL.\n"
    assert zone_of(text, "lunch") == "benefits"
    assert zone_of(text, "SQL") == "required"


def test_a_sentence_that_says_nothing_goes_on_with_the_one_before():
    text = (
        "Rubrik\nDu programmerar i TIA Portal. Simulering görs i RobotStudio. Du har vana av EPLAN. Svenska, engelska."
    )
    assert zone_of(text, "RobotStudio") == "tasks"
    assert zone_of(text, "engelska") == "required"


def test_we_speak_of_the_company_first_and_of_what_is_offered_later():
    text = "Rubrik\nVi gör pumpar. Du svarvar axlar. Du har vana av Mazatrol. Vi har gott kaffe och en svarv."
    assert zone_of(text, "pumpar") == "company"
    assert zone_of(text, "kaffe") == "benefits"


def test_a_list_ends_where_its_lines_do():
    text = "Du behöver:\n- vana av svarvning\n- truckkort\n\nTvåskift och månadslön.\n"
    assert zone_of(text, "truckkort") == "required"
    assert zone_of(text, "månadslön") == "benefits"


def test_a_heading_with_its_text_on_the_line_holds_for_the_line():
    text = "Kvalifikationer\nSvetsning.\nMeriterande: Mazatrol, truckkort\nSvenska i tal och skrift.\n"
    assert zone_of(text, "truckkort") == "merit"
    assert zone_of(text, "Svenska") == "required"


PIECES = st.sampled_from(
    [
        "Vi söker ",
        "gärna ",
        "krävs",
        "Du har ",
        "Krav:\n",
        "- svetsning\n",
        "är meriterande",
        ". ",
        "\n",
        "Om oss\n",
        "🙂",
        "<b>x</b>",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map("".join)))
def test_zones_cover_the_text_in_order(text):
    found = zones(text)
    assert all(zone.name in NAMES and zone.start < zone.end for zone in found)
    assert [zone.start for zone in found[1:]] == [zone.end for zone in found[:-1]]
    if text.strip() and found:
        assert (found[0].start, found[-1].end) == (0, len(text))
