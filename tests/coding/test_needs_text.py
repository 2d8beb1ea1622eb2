"""How many and when, as people say it."""

from datetime import date

import pytest

from brygga.coding.needs_text import read_persons, read_wish, read_year


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3-4 CNC-operatörer till hösten", 3, 4),
        ("ca 5-7", 5, 7),
        ("ett par", 2, 2),
        ("Ytbehandlare, ett par tre", 2, 3),
        ("två eller tre svetsare", 2, 3),
        ("10 till 14 robotsvetsare", 10, 14),
        ("two welders", 2, 2),
        ("One or two designers", 1, 2),
        ("En inköpare med teknisk bakgrund", 1, 1),
        ("we need a welder", 1, 1),
        ("Fem processoperatörer på 5-skift, 30 % deltid", 5, 5),
        ("Processoperatörer, tio inom ett år", 10, 10),
        ("några truckförare", 2, 4),
        ("1 200 montörer", 1200, 1200),
        ("12 till 2029", 12, 12),
    ],
)
def test_number_of_persons(text, low, high):
    assert read_persons(text) == (low, high)


@pytest.mark.parametrize("text", ["svetsare", "Svetsare 2029", "flygtekniker B1", "30 % fler", "🙂", ""])
def test_no_number_is_no_number(text):
    assert read_persons(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("behövs 2029", 2029),
        ("om två år", 2028),
        ("in 3 years", 2029),
        ("nästa år", 2027),
        ("snarast", 2026),
        ("till hösten", 2026),
        ("till våren", 2027),
        ("before Christmas", 2026),
        ("svetsare", None),
    ],
)
def test_year_seen_from_the_day_it_was_said(text, year):
    assert read_year(text, date(2026, 9, 3)) == year


def test_a_wish_is_all_three():
    assert tuple(read_wish("2-3 svetsare 2030", date(2026, 9, 3))) == (2, 3, 2030)
