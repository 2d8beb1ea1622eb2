"""Nouns that name a task: what they are said as, and that nothing else is touched."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.deverbal import VERBS, said_as_task


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Elektronikkonstruktion", "designa elektronik"),
        ("Kvalitetsansvar", "ansvara för kvalitet"),
        ("Kök, montering", "installera Kök"),
        ("CNC-programmering", "programmera CNC"),
        ("Telefonväxelvana", "Telefonväxel"),
        ("Truck, erfarenhet", "Truck"),
    ],
)
def test_a_noun_is_said_as_what_one_does(text, task):
    assert task in said_as_task(text)


@pytest.mark.parametrize("text", ["", "🙂", "svetsare", "montering", "vana", "Ledning", "rätt"])
def test_a_text_that_names_no_task_of_something_has_no_other_wording(text):
    assert said_as_task(text) == []


def test_every_ending_stands_once_with_each_verb():
    with VERBS.open(encoding="utf-8", newline="") as file:
        rows = [(row["ending"], row["verb"]) for row in csv.DictReader(file)]
    assert len(rows) == len(set(rows)) > 50
    assert all(part == part.strip().lower() != "" for row in rows for part in row)


@given(st.text(max_size=60))
def test_wordings_are_new_and_each_is_said_once(text):
    found = said_as_task(text)
    assert text not in found
    assert len(found) == len(set(found))
