"""Needs in words: who, how many, when and what they must know. Every sentence is ours and answered by hand."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.coding.needs_text import (
    LONGEST_NEED,
    MOST_NEEDS,
    named_in,
    read_needs_text,
    read_persons,
    read_wish,
    read_year,
)

HEARD = date(2026, 11, 23)


def read(text, heard=HEARD):
    return read_needs_text(text, heard)


def wants(need, zone):
    return [want.text for want in need.wants if want.zone == zone]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3-4 CNC-operatörer till hösten", 3, 4),
        ("ca 5-7", 5, 7),
        ("ett par", 2, 3),
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
        ("minst tre svetsare", 3, 3),
        ("upp till 10 svetsare", 1, 10),
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


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("vi behöver 3-4 CNC-operatörer till hösten", ["CNC-operatörer"]),
        ("Montörer till slutmonteringen, 8-12 personer", ["Montörer"]),
        ("Förskollärare, 2-3 legitimerade", ["Förskollärare"]),
        ("Processoperatörer massa, 6-8 per år framöver", ["Processoperatörer massa"]),
        ("We need two production supervisors for the night shift", ["production supervisors"]),
        ("Två heltidstjänster som maskinoperatör, 5-skift", ["maskinoperatör"]),
        ("Vi är 40 anställda och har 3 svetsare, behöver 2 till.", ["svetsare"]),
        ("Två personer går i pension 2028, båda är verktygsmakare", ["verktygsmakare"]),
        ("Vi har svårt att hitta automationsingenjörer. Behovet är 2 per år.", ["automationsingenjörer"]),
        ("Svetsare 3, montörer 2, elektriker 1", ["Svetsare", "montörer", "elektriker"]),
        ("Svetsare: 3 st, montörer: 2 st", ["Svetsare", "montörer"]),
        ("Gjutare, fyra, och slipare, två", ["Gjutare", "slipare"]),
        ("Brist på processtekniker (minst 3), laboranter (1-2) och en miljöingenjör",
         ["processtekniker", "laboranter", "miljöingenjör"]),
        ("Kantpressare och laseroperatörer, 3-5", ["Kantpressare och laseroperatörer"]),
        ("Vi behöver 2 svetsare. Dessutom söker vi elektriker.", ["svetsare", "elektriker"]),
        ("1. Svetsare, 2 st\n2. Montörer, 3 st", ["Svetsare", "Montörer"]),
        ("Behov 2027:\n- 3 svetsare\n- 2 montörer\n- elektriker", ["svetsare", "montörer", "elektriker"]),
        ("Need: 2 x maintenance electricians (PLC, Siemens), 1 x quality engineer. ASAP.",
         ["maintenance electricians", "quality engineer"]),
        ("Bristen på CNC-programmerare är stor, vi behöver 2-3 stycken nu och på två års sikt 5 till",
         ["CNC-programmerare", "CNC-programmerare"]),
        ("vi letar efter en produktionstekniker (lean, 5S) till vårt team på 12 personer", ["produktionstekniker"]),
        ("<ul><li>2 svetsare</li><li>3 montörer</li></ul>", ["svetsare", "montörer"]),
    ],
)  # fmt: skip
def test_who_is_needed(text, roles):
    assert [need.role for need in read(text)] == roles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 svetsare nu och 3 montörer nästa år, samt en elektriker", [(2, 2026), (3, 2027), (1, None)]),
        ("Till hösten behöver vi 2 svetsare och 3 montörer", [(2, 2027), (3, 2027)]),
        ("Vi behöver 2 svetsare och 3 montörer till hösten", [(2, 2027), (3, 2027)]),
        ("Nu behöver vi 2 svetsare, och till hösten 3 montörer", [(2, 2026), (3, 2027)]),
        ("Personalbehov 2027: 4 svetsare, 2028: 6 svetsare", [(4, 2027), (6, 2028)]),
        ("4 svetsare senast 1 mars. 2 målare om två år.", [(4, 2027), (2, 2028)]),
        ("Two welders and a painter, start in March", [(2, 2027), (1, 2027)]),
        ("Behovet är akut. Vi söker två svetsare.", [(2, 2026)]),
        ("Over the next five years we need 20 assemblers and 5 welders", [(20, 2031), (5, 2031)]),
        ("Under 2027 kommer fem montörer att gå i pension och måste ersättas.", [(5, 2027)]),
        ("Vi ska växa från 8 till 10 svetsare under 2027", [(2, 2027)]),
    ],
)
def test_each_need_has_its_own_number_and_time(text, expected):
    assert [(need.persons_low, need.year) for need in read(text)] == expected


def test_a_time_within_another_is_the_one():
    [need] = read("två svetsare nästa år, helst i mars")
    assert (str(need.first), str(need.last)) == ("2027-03-01", "2027-03-31")
    assert need.when == "nästa år, i mars"


def test_so_many_a_year_over_stated_years_are_multiplied():
    [need] = read("6-8 montörer per år de närmaste fem åren")
    assert (need.persons_low, need.persons_high, need.pace) == (30, 40, "yearly")


def test_the_role_stands_where_it_says():
    text = "Till hösten söker vi 3 erfarna CNC-operatörer och en elektriker"
    assert [text[need.role_start : need.role_end] for need in read(text)] == ["CNC-operatörer", "elektriker"]


def test_a_pace_is_kept_beside_its_days():
    [need] = read("5 montörer successivt under 2027")
    assert (need.pace, need.year) == ("spread", 2027)


@pytest.mark.parametrize(
    ("text", "required", "merit"),
    [
        ("vi behöver 3-4 CNC-operatörer till hösten, gärna Mazatrol", [[]], [["Mazatrol"]]),
        ("Två industrielektriker med behörighet AL, B-körkort är ett krav. PLC-kunskap är meriterande.",
         [["behörighet AL", "B-körkort"]], [["PLC-kunskap"]]),
        ("Svetsare 3, gärna TIG, montörer 2 med truckkort", [[], ["truckkort"]], [["TIG"], []]),
        ("2 svetsare och 3 montörer. Truckkort krävs.", [["Truckkort"], ["Truckkort"]], [[], []]),
        ("4 svetsare med licens. 2 målare, gärna med våtlack.", [["licens"], []], [[], ["våtlack"]]),
        ("We're looking for 2–3 technicians by Q3 2027; Siemens S7 required, Danish a plus",
         [["Siemens S7"]], [["Danish"]]),
        ("3 st plåtslagare, kantpressvana krävs, 2 st lackerare gärna pulverlack",
         [["kantpressvana"], []], [[], ["pulverlack"]]),
        ("Sju stycken gjuteriarbetare. Inga förkunskaper krävs, vi utbildar själva.", [[]], [[]]),
    ],
)  # fmt: skip
def test_what_each_must_know(text, required, merit):
    needs = read(text)
    assert [wants(need, "required") for need in needs] == required
    assert [wants(need, "merit") for need in needs] == merit


@pytest.mark.parametrize("text", ["Ingen brist just nu", "We do not need anyone", "Vi behöver inte fler svetsare"])
def test_who_needs_nobody_has_no_need(text):
    assert read(text) == []


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "!!!", "\n\n"])
def test_a_text_without_words_has_no_need(text):
    assert read(text) == []


def test_open_ends_stay_open_in_the_need_and_are_closed_for_counting():
    [least], [most] = read("minst tre svetsare"), read("upp till 10 svetsare")
    assert (least.persons_low, least.persons_high, least.persons) == (3, None, (3, 3))
    assert (most.persons_low, most.persons_high, most.persons) == (None, 10, (1, 10))


def test_a_megabyte_is_read_to_its_limit_and_not_further():
    needs = read("2 svetsare och " * 70_000)
    assert len(needs) == MOST_NEEDS
    assert all(need.end <= LONGEST_NEED for need in needs)


NEEDS = (
    "3 svetsare", "ca 5 montörer till hösten", "en elektriker", "minst två målare, gärna våtlack", "2 welders by 2028",
    "operatörer, 4 st", "10-12 lagerarbetare omgående", "Vi söker ett par truckförare med A och B",
)  # fmt: skip


@given(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=5))
def test_needs_in_sentences_of_their_own_are_read_as_alone(sentences):
    """Sentence by sentence is all at once: number, days and role of each need."""
    together = read(".\n".join(sentence[0].upper() + sentence[1:] for sentence in sentences) + ".")
    alone = [need for sentence in sentences for need in read(sentence[0].upper() + sentence[1:] + ".")]
    shown = [[(n.role, n.persons, n.first, n.last, n.bound) for n in needs] for needs in (together, alone)]
    assert shown[0] == shown[1]


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from([*NEEDS, ",", "och", ".", "inte", "\n-"]), max_size=8).map(" ".join)
)
def test_any_text_gives_needs_that_stand_in_it_in_order(text):
    needs = read(text)
    assert all(0 <= need.start <= need.end <= len(text) for need in needs)
    assert all(one.end <= other.start for one, other in itertools.pairwise(needs))
    assert all(need.first <= need.last for need in needs if need.first and need.last)
    assert all(low <= high for low, high in (need.persons for need in needs) if low is not None and high is not None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi behöver två, tre plåtslagare till våren", [(2, 3, "2027-03-01", "2027-05-31")]),
        ("En kock, tillträde den 15/2 2027", [(1, 1, "2027-02-15", "2027-02-15")]),
        ("Det som fattas oss är en lackerare", [(1, 1, "", "")]),
        ("Vad vi behöver är en inköpare omg.", [(1, 1, "2026-11-23", "2026-11-23")]),
        ("3 lokförare våren 28", [(3, 3, "2028-03-01", "2028-05-31")]),
        ("Hösten 27: 4 gjutare", [(4, 4, "2027-09-01", "2027-11-30")]),
        ("Till hösten 28 svetsare", [(28, 28, "2027-09-01", "2027-11-30")]),  # a number of persons, not a year
        ("Vi har 8 svetsare idag och ska vara 11 till sommaren", [(3, 3, "2027-06-01", "2027-08-31")]),
        ("Today we are 20 electricians, we want to be 25 by June", [(5, 5, "", "2027-06-30")]),
        ("3 förskollärare till höstterminen", [(3, 3, "2027-08-01", "2027-12-31")]),
        ("2 barnskötare, vårterminen 2028", [(2, 2, "2028-01-01", "2028-06-30")]),
        ("Behov 2028: Murare 2; Målare 3", [(2, 2, "2028-01-01", "2028-12-31"), (3, 3, "2028-01-01", "2028-12-31")]),
        ("Murare 2. Målare 3. I maj.", [(2, 2, "2027-05-01", "2027-05-31"), (3, 3, "2027-05-01", "2027-05-31")]),
        ("2 målare per år i fyra år framöver", [(8, 8, "2026-11-23", "2030-11-23")]),
        ("3 lärare plus vaktmästare, kanske 4", [(3, 3, "", ""), (4, 4, "", "")]),
        ("Snickare 2 st + 1 målare", [(2, 2, "", ""), (1, 1, "", "")]),
        (
            "En murare och två målare, alla tre i maj",
            [(1, 1, "2027-05-01", "2027-05-31"), (2, 2, "2027-05-01", "2027-05-31")],
        ),
        ("minst tre svetsare, gärna fem", [(3, 5, "", "")]),
        ("Köpt 2 nya robotar för 12 miljoner, behöver 2 robotoperatörer", [(2, 2, "", "")]),
    ],
)
def test_numbers_and_days_as_people_say_them(text, expected):
    needs = read_needs_text(text, date(2026, 11, 23))
    assert [(n.persons_low, n.persons_high, str(n.first or ""), str(n.last or "")) for n in needs] == expected


@pytest.mark.parametrize(
    ("text", "required", "merit"),
    [
        (
            "2 elektriker. Ska ha minst 3 års erfarenhet, behärska KNX och läsa ritningar.",
            ["KNX", "läsa ritningar"],
            [],
        ),
        ("3 operatörer. Truckkort är ett krav, travers är bra", ["Truckkort"], ["travers"]),
        ("En tekniker. Måste kunna: PLC, Profinet. Bra att kunna: Python.", ["PLC", "Profinet"], ["Python"]),
        ("4 montörer. Lödning är bonus, engelska räcker.", ["engelska"], ["Lödning"]),
        ("En ingenjör. SolidWorks ska du kunna. Inventor är meriterande.", ["SolidWorks"], ["Inventor"]),
        ("Vi har 8 svetsare idag och ska vara 11", [], []),
    ],
)
def test_demands_as_people_put_them(text, required, merit):
    [need] = read_needs_text(text, date(2026, 11, 23))
    assert [want.text for want in need.wants if want.zone == "required"] == required
    assert [want.text for want in need.wants if want.zone == "merit"] == merit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 svetsare, gärna med truckkort", ["2 svetsare, gärna med"]),
        ("Folk som kan svetsa behövs, 3 st", ["Folk som kan svetsa behövs, 3 st"]),  # what is required may say who
        ("Svetsare saknas. Behovet är 2 per år.", ["Svetsare saknas. Behovet är 2 per år"]),
        (
            "Svetsare går i pension. Behovet är 2 i vår och 3 i höst.",
            ["Svetsare\nBehovet är 2 i vår", "Svetsare\n3 i höst"],
        ),
    ],
)
def test_merits_name_no_occupation(text, expected):
    assert [named_in(text, need) for need in read_needs_text(text, date(2026, 11, 23))] == expected


def test_a_sentence_that_says_who_and_one_that_says_how_many_are_one_need():
    [need] = read_needs_text("Svetsare saknas till hösten, TIG är ett krav. Behovet är 2.", date(2026, 11, 23))
    assert (need.persons, str(need.first), [want.text for want in need.wants]) == ((2.0, 2.0), "2027-09-01", ["TIG"])
