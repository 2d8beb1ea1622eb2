"""Compounds: parts where known words meet, the same root for noun, verb and person, and laws of both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.compounds import Splitter, root

LABELS = [
    "Lastbilsförare",
    "Lastbil, tung",
    "Förare, buss",
    "Rörsvetsare",
    "Svetsare, rostfritt",
    "Svetsning",
    "Plåtslagare",
    "Mjukvara",
    "Utvecklare",
    "System",
    "Kyrka",
    "Gård",
    "Arbetare",
    "Skola",
    "Lärare",
    "Läkare",
    "Sekreterare",
    "Sköterska",
    "Sjuk",
    "Specialist",
    "Konstruktör",
    "Chef",
    "Person",
    "Rör",
]


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter(LABELS)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("lastbilsförare", ("lastbil", "förare")),
        ("lastbilsförarna", ("lastbil", "förarna")),
        ("rörsvetsning", ("rör", "svetsning")),
        ("systemutvecklare", ("system", "utvecklare")),
        ("kyrkogårdsarbetare", ("kyrka", "gård", "arbetare")),
        ("skollärare", ("skola", "lärare")),
        ("läkarsekreterare", ("läkare", "sekreterare")),
        ("elkonstruktör", ("el", "konstruktör")),
        ("specialistsjuksköterska", ("specialist", "sjuksköterska")),
    ],
)
def test_words_part_where_known_words_meet(splitter: Splitter, word: str, parts: tuple[str, ...]) -> None:
    assert splitter.parts(word) == parts


@pytest.mark.parametrize("word", ["sjuksköterska", "personal", "svetsning", "utvecklare", "xyzzy", "", "å"])
def test_words_that_are_no_compound_stay_whole(splitter: Splitter, word: str) -> None:
    assert splitter.parts(word) == (word,)


def test_an_unknown_part_may_stand_beside_one_that_many_words_share() -> None:
    shared = [f"{machine} {machine}operatör" for machine in ("maskin", "process", "linje", "truck")]
    splitter = Splitter(["operatör", *shared])
    assert splitter.parts("mazatroloperatör") == ("mazatrol", "operatör")


def test_roots_are_the_whole_word_and_its_parts(splitter: Splitter) -> None:
    assert splitter.roots("Lastbilsförarna kör!") == ["lastbilsför", "lastbil", "för", "kör"]
    assert splitter.roots("") == splitter.roots("🙂 3-4") == []


@pytest.mark.parametrize(
    "family",
    [
        ("svetsa", "svetsning", "svetsare", "svetsarna", "svetsaren", "svets"),
        ("montera", "montering", "montör", "montörer", "monterar"),
        ("installera", "installation", "installatör", "installationer"),
        ("tekniker", "teknik", "teknisk", "teknikern"),
        ("vårdare", "vård", "vårda", "vårdande"),
        ("sköterska", "skötare", "sköta", "skötsel"),
        ("welder", "welders", "welding"),
        ("maskin", "maskiner", "maskinen", "maskinerna"),
    ],
)
def test_noun_verb_and_person_share_a_root(family: tuple[str, ...]) -> None:
    assert len({root(word) for word in family}) == 1


@given(st.text(alphabet="abdeklmnorstuvåäö", min_size=1, max_size=30))
def test_parts_stand_in_the_word_in_order(word: str) -> None:
    parts = Splitter(LABELS[:8]).parts(word)
    assert parts
    assert all(parts)
    assert "".join(parts)[:2] == word[:2]
    assert parts[-1] == word[len(word) - len(parts[-1]) :]


@given(st.permutations(LABELS))
def test_the_order_of_the_labels_does_not_matter(labels: list[str]) -> None:
    words = ["lastbilsförare", "rörsvetsning", "mjukvaruutvecklare", "skolchef"]
    assert [Splitter(labels).parts(word) for word in words] == [Splitter(LABELS).parts(word) for word in words]


@given(st.text(max_size=60))
def test_any_text_has_roots(text: str) -> None:
    assert all(Splitter(["svets", "rör"]).roots(text))
