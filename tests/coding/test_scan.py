"""Scan: texts made readable, searched at word borders, with places that hold in the text as given."""

from __future__ import annotations

import unicodedata

import pytest
from ahocorasick_rs import BytesAhoCorasick
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.scan import Finder, batch, batches, pattern, sentence_starts


def places(phrase: str, text: str) -> list[str]:
    """What stands in the text, as given, where the phrase is found."""
    searched = batch([text])
    first = int(searched.starts[0])
    found = Finder([pattern(phrase)]).find(searched)
    return [
        text[searched.place(0, start - first) : searched.place(0, end - first - 1) + 1]
        for _, start, end in found.tolist()
    ]


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("såg", "En såg.", ["såg"]),
        ("såg", "ett sågverk, en motorsåg", []),
        ("ål", "stål ål målar", ["ål"]),
        ("el", "elöken é-el", ["el"]),
        (
            "CNC-svarvning",
            "cnc svarvning, CNC/svarvning och Cnc-Svarvning",
            ["cnc svarvning", "CNC/svarvning", "Cnc-Svarvning"],
        ),
        ("C++", "C, C++ och C#", ["C++"]),
        ("C#", "C, C++ och C#", ["C#"]),
        ("svets", "Svets&aring;g och <b>svets</b>", ["svets"]),
        ("svetsåg", "En Svets&aring;g!", ["Svets&aring;g"]),
        ("svetsning", "svets\xadning och svets\u200bning", ["svets\xadning", "svets\u200bning"]),
        ("målning", unicodedata.normalize("NFD", "Målning"), [unicodedata.normalize("NFD", "Målning")]),
        ("truck", "🙂🙂 truck 🙂 数据 truck", ["truck", "truck"]),
        ("truck", "<script>truck</script><!-- truck --> truck", ["truck"]),
    ],
)
def test_a_phrase_is_found_where_it_stands_as_words(phrase, text, there):
    assert places(phrase, text) == there


WORDS = st.sampled_from(["svets", "och", "rör", "c++", "c", "#", "å", "\x00", "läsa", "ritning", "", "-", "\n", ", "])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=8), st.lists(TEXTS, max_size=4))
def test_it_finds_what_an_automaton_finds(phrases, texts):
    patterns = [made for phrase in phrases if (made := pattern(phrase))]
    searched = batch(texts)
    found = sorted(map(tuple, Finder(patterns).find(searched).tolist()))
    if patterns:
        there = BytesAhoCorasick(patterns).find_matches_as_indexes(searched.plain, overlapping=True)
        assert found == sorted((number, start + 1, end - 1) for number, start, end in there)
    else:
        assert found == []


def test_no_phrase_reaches_over_the_border_of_two_texts():
    searched = batch(["läsa", "ritningar", ""])
    assert len(Finder([pattern("läsa ritningar")]).find(searched)) == 0
    assert len(searched.starts) == 3


def test_sentences_end_at_stops_and_lines_but_not_at_abbreviations():
    text = "Vi kör t.ex. Java. Nästa mening\nNy rad, ca. 5 st. av 3.5 mm"
    searched = batch([text])
    begins = [int(start - searched.starts[0]) for start in sentence_starts(searched)]
    starts = [text[begin:].lstrip()[:5] for begin in begins if 0 < begin < len(text)]
    assert starts == ["Nästa", "Ny ra"]


@given(st.lists(st.text(max_size=60), max_size=6))
def test_a_place_in_the_readable_text_is_one_in_the_given(texts):
    searched = batch(texts)
    for number, (given_text, readable) in enumerate(zip(texts, searched.texts, strict=True)):
        mapped = [searched.place(number, place) for place in range(len(readable) + 1)]
        assert mapped == sorted(mapped)
        assert all(0 <= place <= len(given_text) for place in mapped)
    assert len(searched.raw) == len(searched.plain)


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(1, 50))
def test_batches_hold_every_text_once_in_order(texts, size):
    made = list(batches(texts, size))
    assert [len(one.texts) for one in made if not one.texts] == []
    assert sum(len(one.texts) for one in made) == len(texts)
    assert [text for one in made for text in one.texts] == batch(texts).texts
