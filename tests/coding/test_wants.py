"""Must-have and merit, clause by clause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.wants import find_wants, names_no_skill


def told(text):
    wants = find_wants(text)
    return [want.text for want in wants if want.zone == "required"], [w.text for w in wants if w.zone == "merit"]


@pytest.mark.parametrize(
    ("text", "required", "merit"),
    [
        ("CNC-operatörer, gärna Mazatrol", [], ["Mazatrol"]),
        ("operatörer, gärna med vana av femaxligt", [], ["femaxligt"]),
        ("svetsare med licens, gärna MIG och TIG", ["licens"], ["MIG", "TIG"]),
        ("B-körkort är ett krav", ["B-körkort"], []),
        ("Krav: B-körkort, svenska i tal och skrift", ["B-körkort", "svenska i tal och skrift"], []),
        ("Krav: truckkort. Meriterande: PLC, Siemens S7", ["truckkort"], ["PLC", "Siemens S7"]),
        ("tekniker som kan PLC och ABB-robotar", ["PLC", "ABB-robotar"], []),
        ("Underhållsingenjör med inriktning mekanik", ["mekanik"], []),
        ("Truckförare med A och B", ["A", "B"], []),
        ("PLC-kunskap är meriterande", [], ["PLC-kunskap"]),
        ("Erfarenhet av TIG är meriterande men inget krav", [], ["TIG"]),
        ("SolidWorks är ett krav och Inventor är en merit", ["SolidWorks"], ["Inventor"]),
        ("TIG krävs och MIG är meriterande", ["TIG"], ["MIG"]),
        ("körkort C och YKB krävs, ADR meriterande", ["körkort C", "YKB"], ["ADR"]),
        ("måste kunna läsa ritningar men inte svetsa", ["läsa ritningar"], []),
        ("Minst 2 års erfarenhet av CNC krävs", ["CNC"], []),
        ("Minst 2 års erfarenhet krävs", [], []),
        ("Det är ett plus om du kan Fanuc", [], ["Fanuc"]),
        ("gärna någon som kan svetsa", [], ["svetsa"]),
        ("vi ser gärna att du har truckkort", [], ["truckkort"]),
        ("montörer (gärna elektro)", [], ["elektro"]),
        ("Svetsare, certifierade", ["certifierade"], []),
        ("Siemens S7 required, Danish a plus", ["Siemens S7"], ["Danish"]),
        ("must have TIG and MIG, preferably also aluminium", ["TIG", "MIG"], ["aluminium"]),
        ("engineers with experience of composite hulls", ["composite hulls"], []),
        ("power electronics preferred", [], ["power electronics"]),
        ("Danish and German are an asset", [], ["Danish", "German"]),
        ("B driving licence is a must", ["B driving licence"], []),
        ("svetsare med start i augusti", [], []),
        ("Inga förkunskaper krävs", [], []),
        ("svetsare", [], []),
        ("", [], []),
    ],
)
def test_required_and_merit(text, required, merit):
    assert told(text) == (required, merit)


def test_who_is_counted_is_not_what_they_know():
    text = "vi vill gärna ha två svetsare"
    assert find_wants(text, amounts=[(18, 21)]) == []


def test_a_time_ends_a_stretch():
    text = "montörer med truckkort till hösten"
    assert [want.text for want in find_wants(text, times=[(23, 34)])] == ["truckkort"]


PIECES = (
    "gärna",
    "krav",
    "med",
    "TIG",
    "är",
    "och",
    ",",
    ".",
    "måste",
    "kunna",
    "PLC",
    "meriterande",
    "inte",
    "(",
    ")",
)


@given(st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join))
def test_a_want_is_the_text_at_its_place(text):
    wants = find_wants(text)
    assert all(text[want.start : want.end] == want.text and want.text.strip() == want.text for want in wants)
    assert {want.zone for want in wants} <= {"required", "merit"}
    assert wants == sorted(wants)


@given(st.text(max_size=80))
def test_any_text_is_read_without_fault(text):
    assert all(text[want.start : want.end] == want.text for want in find_wants(text))


@pytest.mark.parametrize(
    ("words", "expected"), [("skiftgång", True), ("anställning nu", True), ("svetsning", False), ("personlyft", False)]
)
def test_terms_of_work_are_no_skills(words, expected):
    assert names_no_skill(words) is expected
