"""Forms: what a label is called in running text, Swedish and English, and what it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.forms import LONGEST_FORM, QUALITIES, forms, gerund, is_name, present
from brygga.coding.scan import pattern


def texts(label: str, language: str = "sv") -> set[str]:
    return {form.text.lower().replace("-", " ") for form in forms(label, language)}


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("Svetsning", "svetsning svetsningen svetsningens svetsa svetsar svetsande svetsare svetsaren svetsarna"),
        ("Montering", "montering monteringen montera monterar montör montörer"),
        ("Installation", "installation installationer installationen installera installerar installatör"),
        ("Lackering", "lackering lackeringen lackera lackerar lackerare"),
        ("Vändning", "vändning vända vänder"),
        ("Körning", "körning köra kör"),
        ("Traktor", "traktor traktorn traktorer traktorerna"),
        ("Robot", "robot roboten robotar"),
        ("Affärssystem", "affärssystem affärssystemet"),
        ("Hydraulik", "hydraulik hydrauliken"),
        ("Elteknik", "elteknik eltekniker"),
    ],
)
def test_a_noun_is_known_by_its_endings_its_verb_and_its_person(label, written):
    known = texts(label)
    assert [word for word in written.split() if word not in known] == []


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("operation", "operatör"),
        ("operation", "operatörer"),
        ("station", "stationera"),
        ("CATIA, CAD-program", "CAD-program"),
        ("Tillverkningsindustri-CATIA", "tillverkningsindustri"),
        ("Flöjt, undervisning", "flöjt"),
        ("SQL, frågespråk", "frågespråk"),
    ],
)
def test_what_says_something_else_is_no_form(label, other):
    assert other.lower().replace("-", " ") not in texts(label)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("CATIA, CAD-program", "CATIA"),
        ("Tillverkningsindustri-CATIA", "CATIA"),
        ("HTTP/HTTPS, kommunikationsprotokoll", "HTTPS"),
        ("Amazon Web Services (AWS), molnplattform", "AWS"),
        ("Svarvning, CNC", "CNC-svarvning"),
        ("Svarvning, CNC", "svarvning inom CNC"),
        ("Microsoft Excel", "Excel"),
        ("Elektriker, yrkesbevis", "yrkesbevis som elektriker"),
        ("Styr- och reglerteknik", "reglerteknik"),
        ("Styr- och reglerteknik", "styrteknik"),
        ("hantera stålrör", "hanterar stålrör"),
        ("hantera stålrör", "hantering av stålrör"),
        ("använda kalkylprogram", "kalkylprogram"),
        ("Montering av stålrör", "montera stålrör"),
    ],
)
def test_the_decoration_of_a_label_falls_away(label, name):
    assert name.lower().replace("-", " ") in texts(label)


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("manage budgets", {"manage budget", "managing budgets", "managing budget"}),
        ("use spreadsheets software", {"using spreadsheets software", "spreadsheets software"}),
        ("operate forklift", {"operating forklift", "operate forklifts"}),
        ("welding techniques", {"welding technique"}),
        ("optimise production", {"optimize production"}),
        ("Agile (ALM)", {"agile", "alm"}),
    ],
)
def test_english_takes_gerunds_numbers_and_american_spelling(label, written):
    assert written <= texts(label, "en")


def test_a_name_takes_no_ending_but_s():
    assert texts("SQL") == {"sql", "sqls"}
    assert is_name("ABB Robot")
    assert is_name("C++")
    assert not is_name("Svetsning")


def test_forms_come_surest_first_and_once_each():
    found = forms("Svarvning, CNC")
    order = [QUALITIES.index(form.quality) for form in found]
    assert order == sorted(order)
    assert len({form.text for form in found}) == len(found)


def test_long_labels_are_no_forms():
    assert forms("utföra mycket avancerad mätning av ytor med stor noggrannhet i labb") == []


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=40), st.sampled_from(["sv", "en"]))
def test_any_label_gives_short_clean_forms(label, language):
    for form in forms(label, language):
        assert form.text == " ".join(form.text.split())
        assert 0 < len(form.text.split()) <= LONGEST_FORM
        assert form.quality in QUALITIES


@given(st.text(max_size=40))
def test_what_is_searched_has_borders_and_single_spaces(text):
    made = pattern(text)
    assert made is None or (made[:1] == made[-1:] == b" " and b"  " not in made and made.strip(b" +#"))


def test_verbs_are_bent():
    assert [present(verb) for verb in ("svetsa", "hyra", "lösa", "förstå")] == ["svetsar", "hyr", "löser", "förstår"]
    assert [gerund(verb) for verb in ("run", "die", "agree", "assemble")] == [
        "running",
        "dying",
        "agreeing",
        "assembling",
    ]
