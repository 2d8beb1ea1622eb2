"""What may not be kept of an ad: names, addresses and numbers of persons. All of them here are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.sources.contacts import GONE, without_contacts


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Kontakta Anna Exempelsson på 070-123 45 67", "Kontakta … på …"),
        ("Kontakt: Anna Exempelsson", "Kontakt: …"),
        ("Kontaktperson: Lisa Ek, 0455-123456\nVi söker", "…\nVi söker"),
        ("Facklig företrädare: Unionen, Bo Ek", "…"),
        ("kontakta vår produktionschef Per-Olof Ek, tel 0478-12345", "kontakta vår produktionschef …, tel …"),
        ("Frågor besvaras av Bo Ek. Svetsare sökes.", "Frågor besvaras av …. Svetsare sökes."),
        ("Ring Bo, Eva Ek eller Li Al", "Ring …"),
        ("Ansvarig chef: Karin Ö. Exempelsson", "Ansvarig chef: …"),
        ("rekryteringsansvarig Maria von Exempel", "rekryteringsansvarig …"),
        ("Vänliga hälsningar, Eva Ek", "Vänliga hälsningar, …"),
        ("Please contact Jane Doe at jane.doe(at)example.com", "Please contact … at …"),
        ("skriv till anna [at] exempel.se", "skriv till …"),
        ("eva.ek@exempel.se", "…"),
        ("850101-1234 och 19850101-1234", "… och …"),
        ("+46 (0)470-12 34 56 eller 0046 70 123 45 67!", "… eller …!"),
        ("www.exempel.se/jobb?x=1 och https://exempel.se/c", "… och …"),
    ],
)
def test_persons_and_how_to_reach_them_are_gone(text, kept):
    assert without_contacts(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "3-5 tjänster under 2027, 40 timmar",
        "2027-01-31, Q3 2027, 12 000 kr",
        "Kontakta Arbetsförmedlingen",
        "Kontakta oss för mer om svetsare i Osby",
        "Ringar svarvas i CNC",
        "Kontaktlackering, ISO 9001:2015",
        "",
    ],
)
def test_what_an_ad_is_about_stays(text):
    assert without_contacts(text) == text


def test_named_contacts_go_whole_and_in_parts_but_only_as_words():
    assert without_contacts("Eva möter dig, Evas kollega Exempelsson också", ["Eva Exempelsson"]) == (
        "… möter dig, Evas kollega … också"
    )


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_twice_is_once(text):
    once = without_contacts(text)
    assert without_contacts(once) == once or GONE in once
    assert once.count("@") <= text.count("@")


@given(st.integers(10**8, 10**9 - 1), st.sampled_from(["Ring {} nu", "tel:{}", "({})", "{}."]))
def test_any_telephone_number_is_gone(number, around):
    digits = f"0{number}"
    assert digits not in without_contacts(around.format(digits))
    spaced = f"0{digits[1:3]}-{digits[3:6]} {digits[6:8]} {digits[8:]}"
    assert spaced not in without_contacts(around.format(spaced))
