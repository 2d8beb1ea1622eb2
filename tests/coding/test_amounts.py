"""Numbers of persons, and all the other numbers that a need can hold."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.amounts import find_amounts, names_person


def ends(text):
    return [(amount.low, amount.high) for amount in find_amounts(text)]


@pytest.mark.parametrize(
    ("text", "low", "high", "bound"),
    [
        ("3-4 CNC-operatörer", 3, 4, "range"),
        ("10 – 12 st", 10, 12, "range"),
        ("ca 5-7", 5, 7, "range"),
        ("två eller tre svetsare", 2, 3, "range"),
        ("tre fyra svetsare", 3, 4, "range"),
        ("mellan 5 och 7 montörer", 5, 7, "range"),
        ("between 2 and 4 engineers", 2, 4, "range"),
        ("3 à 4 svetsare", 3, 4, "range"),
        ("minst tre, helst fem", 3, 5, "range"),
        ("A CNC machinist for titanium parts, maybe two", 1, 2, "range"),
        ("en mekaniker eller två till verkstaden", 1, 2, "range"),
        ("ett par tre", 2, 3, "range"),
        ("några truckförare", 2, None, "some"),
        ("ett par", 2, 3, "about"),
        ("a couple of welders", 2, 3, "about"),
        ("en handfull operatörer", 5, 5, "about"),
        ("ett tiotal", 10, 10, "about"),
        ("ett dussin", 12, 12, "about"),
        ("half a dozen assemblers", 6, 6, "about"),
        ("ca 5 svetsare", 5, 5, "about"),
        ("~8 operatörer", 8, 8, "about"),
        ("minst tre", 3, None, "at_least"),
        ("drygt 10 operatörer", 10, None, "at_least"),
        ("at least four", 4, None, "at_least"),
        ("5+ engineers", 5, None, "at_least"),
        ("3 eller fler", 3, None, "at_least"),
        ("upp till 10", None, 10, "at_most"),
        ("max 4", None, 4, "at_most"),
        ("no more than 6 welders", None, 6, "at_most"),
        ("sju stycken", 7, 7, "exact"),
        ("1 200 montörer", 1200, 1200, "exact"),
        ("2st elektriker", 2, 2, "exact"),
        ("2 x svetsare", 2, 2, "exact"),
        ("svetsare x3", 3, 3, "exact"),
        ("svetsare (2)", 2, 2, "exact"),
        ("2,5 tjänster", 2.5, 2.5, "exact"),
        ("En inköpare med teknisk bakgrund", 1, 1, "exact"),
        ("we need a welder", 1, 1, "exact"),
        ("behov av en svetsare", 1, 1, "exact"),
        ("Kvalitetstekniker, en", 1, 1, "exact"),
        ("Vi ska växa från 8 till 10 svetsare", 2, 2, "exact"),
        ("Två personer går i pension", 2, 2, "exact"),
    ],
)
def test_how_many(text, low, high, bound):
    [found] = find_amounts(text)
    assert (found.low, found.high, found.bound) == (low, high, bound)


@pytest.mark.parametrize(
    "text",
    [
        "30 % fler kvinnor",
        "12 ton stål",
        "5-skift",
        "5-axlig fräs",
        "flygtekniker B1",
        "minst 2 års erfarenhet",
        "vi är 40 anställda",
        "idag är vi 12",
        "Vi har 3 svetsare",
        "ett team på 8 personer",
        "ISO 9001 och EN 1090",
        "TIG 141",
        "400 V",
        "S355",
        "Heidenhain 530",
        "24/7",
        "Python 3",
        "gärna Six Sigma och FEM",
        "omsätter 200 miljoner",
        "50 MSEK",
        "tel 0455-12 34 56",
        "eva2@exempel.se",
        "till en ny linje",
        "i ett team",
        "med en bakgrund inom industri",
        "svetsare",
        "behöver inte 3 svetsare",
        "0 svetsare",
        "5000 svetsare",
        "🙂",
        "",
    ],
)
def test_numbers_of_other_things_are_passed_over(text):
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 svetsare och 3 montörer samt en elektriker", [(2, 2), (3, 3), (1, 1)]),
        ("vi är 12 och behöver 3 till", [(3, 3)]),
        ("Vi är ett företag med 25 anställda som söker en plåtslagare", [(1, 1)]),
        ("40 personer jobbar här, vi söker 2", [(2, 2)]),
        ("2 av våra 5 elektriker går i pension", [(2, 2)]),
        ("10 operatörer, varav 3 med truckkort", [(10, 10)]),
        ("Totalt 6: 3 svetsare, 2 montörer och 1 elektriker", [(3, 3), (2, 2), (1, 1)]),
        ("totalt 6 personer", [(6, 6)]),
        ("1. Svetsare, 2 st\n2. Montörer, 3 st", [(2, 2), (3, 3)]),
    ],
)
def test_what_is_counted_of_several(text, expected):
    assert ends(text) == expected


def test_stretches_that_are_taken_hold_no_number():
    assert find_amounts("om 3 år", [(0, 7)]) == []


@pytest.mark.parametrize(
    ("word", "person"),
    [("produktionsekonom", True), ("lackerare", True), ("welders", True), ("pension", False), ("maskin", False)],
)
def test_words_for_persons(word, person):
    assert names_person(word) is person


PIECES = ("2", "3-4", "svetsare", "minst", "ca", "en", "montörer", "år", "%", ",", "och", "ISO", "till", "varav", "st")


@given(st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_amounts_stand_apart_and_in_order(text):
    found = find_amounts(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(one.low is not None or one.high is not None for one in found)
    assert all(one.low <= one.high for one in found if one.low is not None and one.high is not None)


@given(st.integers(1, 1899), st.integers(1, 1899))
def test_a_range_of_any_two_numbers_is_that_range(one, other):
    low, high = sorted((one, other))
    expected = [(low, high)] if low < high else [(low, low)]
    assert ends(f"vi söker {low}-{high} svetsare")[:1] == expected[:1]
