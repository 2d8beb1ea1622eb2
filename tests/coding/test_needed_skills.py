"""Must-have and merit of needs, tied to known skills."""

from dataclasses import replace
from datetime import date

import pytest

from brygga.coding.needed_skills import joined, needed_skills
from brygga.coding.needs_text import read_needs_text
from brygga.coding.pack import embedded_pack

DAY = date(2026, 11, 23)


def needed(text):
    """Of each need of a text its must-have and its merits."""
    [found] = needed_skills([text], [read_needs_text(text, DAY)], embedded_pack())
    return [(joined(one, "required")[0], joined(one, "merit")[0]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vi behöver 3-4 CNC-operatörer till hösten, gärna Mazatrol", [(None, "Mazatrol")]),
        ("2 svetsare, TIG och MIG", [("TIG|MIG", None)]),  # a bare list after the title
        ("En konstruktör: Creo, Qwertyzon, ISO GPS", [("Creo|Qwertyzon|ISO GPS", None)]),  # known or not
        ("2 programmerare (Rust, Kubernetes)", [("Rust|Kubernetes", None)]),
        ("2 kockar, à la carte, gärna bageri", [("à la carte", "bageri")]),
        ("4 sjuksköterskor, natt, snarast", [(None, None)]),  # terms of work and times are no skills
        ("Snickare, 6 st, TIG", [("TIG", None)]),
        ("A buyer, three days a week", [(None, None)]),
        ("2 welders, one electrician", [(None, None), (None, None)]),  # nor are persons
        ("2 welders, TIG a plus", [(None, "TIG")]),
        ("3 svetsare till robotlinjen", [(None, None)]),  # says where, not what
        ("2 svetsare med licens nu och 3 montörer 2027, gärna truckkort", [("licens", None), (None, "truckkort")]),
        ("🙂", []),
    ],
)  # fmt: skip
def test_what_a_need_asks_for(text, expected):
    assert needed(text) == expected


def test_a_title_is_no_skill_of_its_own_need():
    assert needed("4 truckförare och 2 svetsare") == [(None, None), (None, None)]


def test_known_skills_have_ids_and_unknown_words_stay_words():
    text = "2 svetsare, gärna TIG och Qwertyzon"
    [[found]] = needed_skills([text], [read_needs_text(text, DAY)], embedded_pack())
    assert [(one.text, bool(one.skill_ids)) for one in found] == [("TIG", True), ("Qwertyzon", False)]
    assert all(text[one.start : one.end] == one.text for one in found)
    words, ids = joined(found, "merit")
    assert words == "TIG|Qwertyzon"
    assert ids == found[0].skill_ids[0]
    assert joined(found, "required") == (None, None)


def test_texts_are_read_together_as_they_are_alone():
    texts = ["2 svetsare, TIG", "", "3 montörer, gärna truckkort"]
    needs = [read_needs_text(text, DAY) for text in texts]
    together = needed_skills(texts, needs, embedded_pack())
    assert together == [
        needed_skills([text], [own], embedded_pack())[0] for text, own in zip(texts, needs, strict=True)
    ]


def test_a_place_is_no_skill():
    pack = replace(embedded_pack(), places=("karlshamn",))
    [[found]] = needed_skills(["3 montörer, Karlshamn"], [read_needs_text("3 montörer, Karlshamn", DAY)], pack)
    assert found == []
