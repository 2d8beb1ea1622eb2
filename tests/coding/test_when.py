"""When a need is wanted, as people say it; every answer worked out with a calendar in hand."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.when import add_months, find_times

HEARD = date(2026, 11, 23)  # a Monday


def days(text, heard=HEARD):
    """First and last day of the one time in a text, as text."""
    [found] = find_times(text, heard)
    return str(found.first), str(found.last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # seasons and feasts
        ("till hösten", "2027-09-01", "2027-11-30"),
        ("våren 2028", "2028-03-01", "2028-05-31"),
        ("i vår.", "2027-03-01", "2027-05-31"),
        ("hösten -27", "2027-09-01", "2027-11-30"),
        ("hösten nästa år", "2027-09-01", "2027-11-30"),
        ("nästa sommar", "2027-06-01", "2027-08-31"),
        ("i vinter", "2026-12-01", "2027-02-28"),
        ("in the fall", "2027-09-01", "2027-11-30"),
        ("this autumn", "2026-09-01", "2026-11-30"),
        ("före sommaren", "None", "2027-05-31"),
        ("efter semestern", "2027-08-01", "None"),
        ("after the summer", "2027-09-01", "None"),
        ("before Christmas", "None", "2026-12-24"),
        ("efter årsskiftet", "2027-01-01", "None"),
        ("vid årsskiftet", "2027-01-01", "2027-01-01"),
        ("vid halvårsskiftet", "2027-07-01", "2027-07-01"),
        ("innan årets slut", "None", "2026-12-31"),
        ("fram till 2029", "2026-11-23", "2029-12-31"),
        ("hösten 2027 eller våren 2028", "2027-09-01", "2028-05-31"),
        # years
        ("behövs 2029", "2029-01-01", "2029-12-31"),
        ("nästa år", "2027-01-01", "2027-12-31"),
        ("i år", "2026-11-23", "2026-12-31"),
        ("2027-2029", "2027-01-01", "2029-12-31"),
        ("under 2027 och 2028", "2027-01-01", "2028-12-31"),
        ("slutet av 2027", "2027-10-01", "2027-12-31"),
        ("by the end of 2027", "None", "2027-12-31"),
        ("mid-2027", "2027-04-01", "2027-09-30"),
        ("i början av nästa år", "2027-01-01", "2027-03-31"),
        ("senast 2028", "None", "2028-12-31"),
        ("before 2029", "None", "2028-12-31"),
        ("efter 2028", "2029-01-01", "None"),
        # quarters, halves, months, weeks, days
        ("Q3", "2027-07-01", "2027-09-30"),
        ("Q1 -27", "2027-01-01", "2027-03-31"),
        ("2028 Q2", "2028-04-01", "2028-06-30"),
        ("Q3-Q4 2027", "2027-07-01", "2027-12-31"),
        ("tredje kvartalet", "2027-07-01", "2027-09-30"),
        ("third quarter of 2028", "2028-07-01", "2028-09-30"),
        ("H1 2027", "2027-01-01", "2027-06-30"),
        ("andra halvåret 2027", "2027-07-01", "2027-12-31"),
        ("i mars", "2027-03-01", "2027-03-31"),
        ("mars-april 2027", "2027-03-01", "2027-04-30"),
        ("in December", "2026-12-01", "2026-12-31"),
        ("senast i mars", "None", "2027-03-31"),
        ("by May", "None", "2027-05-31"),
        ("i slutet av mars", "2027-03-21", "2027-03-31"),
        ("från och med augusti", "2027-08-01", "None"),
        ("med start i augusti", "2027-08-01", "2027-08-31"),
        ("v. 34", "2027-08-23", "2027-08-29"),
        ("vecka 2-3", "2027-01-11", "2027-01-24"),
        ("1 mars", "2027-03-01", "2027-03-01"),
        ("senast 1 maj 2028", "None", "2028-05-01"),
        ("från 1/3", "2027-03-01", "None"),
        ("tillträde 2027-09-01", "2027-09-01", "2027-09-01"),
        ("2027-02-15", "2027-02-15", "2027-02-15"),
        ("from March 1st", "2027-03-01", "None"),
        # counted from the day it was said
        ("omgående", "2026-11-23", "2026-11-23"),
        ("asap", "2026-11-23", "2026-11-23"),
        ("inom två år", "2026-11-23", "2028-11-23"),
        ("within 18 months", "2026-11-23", "2028-05-23"),
        ("inom ett till två år", "2026-11-23", "2028-11-23"),
        ("over the next five years", "2026-11-23", "2031-11-23"),
        ("de närmaste åren", "2026-11-23", "2029-11-23"),
        ("på två års sikt", "2026-11-23", "2028-11-23"),
        ("om två år", "2028-01-01", "2028-12-31"),
        ("om ett halvår", "2027-05-01", "2027-05-31"),
        ("in two weeks", "2026-12-07", "2026-12-13"),
        ("nästa månad", "2026-12-01", "2026-12-31"),
        ("next quarter", "2027-01-01", "2027-03-31"),
    ],
)
def test_days_between_which_it_is_wanted(text, first, last):
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "till vår plastavdelning",
        "i vår verkstad",
        "we may need two welders",
        "den linje vi har nu",
        "två års erfarenhet",
        "5 års vana",
        "ISO 9001:2015",
        "SolidWorks 2024",
        "S355, 400 V 3-fas",
        "prices fall",
        "snart",
        "",
    ],
)
def test_what_is_no_time(text):
    assert find_times(text, HEARD) == []


@pytest.mark.parametrize(
    ("text", "pace", "year"),
    [("successivt", "spread", None), ("per år", "yearly", None), ("gradually", "spread", None)],
)
def test_a_pace_has_no_days(text, pace, year):
    [found] = find_times(text, HEARD)
    assert (found.pace, found.first, found.last, found.year) == (pace, None, None, year)


@pytest.mark.parametrize(("heard", "year"), [(date(2026, 9, 3), 2026), (date(2026, 10, 31), 2026), (HEARD, 2027)])
def test_till_hosten_is_this_autumn_until_october_is_out(heard, year):
    [found] = find_times("till hösten", heard)
    assert found.year == year


def test_a_horizon_counts_in_its_last_year_and_a_period_in_its_first():
    assert [find_times(text, HEARD)[0].year for text in ("inom två år", "2027-2029", "snarast")] == [2028, 2027, 2026]


def test_a_period_takes_its_year_from_a_year_beside_it():
    found = find_times("nästa år behövs två i mars och fyra i augusti", date(2026, 2, 1))
    assert [str(one.first) for one in found] == ["2027-01-01", "2027-03-01", "2027-08-01"]


def test_two_times_stay_two():
    text = "två nu och fyra till hösten"
    found = find_times(text, HEARD)
    assert [text[one.start : one.end] for one in found] == ["nu", "till hösten"]


WORDS = (
    "till hösten", "nu", "2028", "Q3", "v. 7", "inom två år", "senast", "före", "efter", "i mars", "-27", "och", "-",
    "mitten av", "om", "sommaren", "1", "maj", "nästa år", "per år", "/", "årsskiftet", "5",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_any_heap_of_words_gives_intervals_in_order(words, heard):
    text = " ".join(words)
    found = find_times(text, heard)
    assert all(one.first <= one.last for one in found if one.first and one.last)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.pace or one.first or one.last for one in found)


@given(st.text(max_size=60))
def test_any_text_is_read_without_fault(text):
    assert find_times(text, HEARD) == find_times(text, HEARD)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 200))
def test_months_later_is_that_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
