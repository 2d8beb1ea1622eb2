import csv

from brygga.coding.synonyms import SYNONYMS, said_otherwise

KINDS = {"abbreviation", "english", "synonym", "old", "verb", "broader_same"}


def test_pairs_are_whole_and_stand_once() -> None:
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [frozenset((row["term"].lower(), row["same_as"].lower())) for row in rows]
    assert len(rows) > 5_000
    assert {row["kind"] for row in rows} == KINDS
    assert all(len(pair) == 2 for pair in pairs)
    assert len(set(pairs)) == len(pairs)


def test_both_directions_and_any_ending() -> None:
    assert "gasvolframsvetsning av rör" in said_otherwise("TIG-svetsning av rör")
    assert any("TIG" in other for other in said_otherwise("gasvolframsvetsningen"))


def test_a_short_abbreviation_is_known_only_in_capitals() -> None:
    assert said_otherwise("CNC")
    assert said_otherwise("cnc") == []


def test_unknown_words_stay() -> None:
    assert said_otherwise("qwertz") == said_otherwise("") == []
