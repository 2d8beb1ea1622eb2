"""Yrkesbarometern: one judgement an occupation and area; where parts differ, each word stands. Records are invented."""

import pytest

from brygga.core.errors import TableError, UnknownCodeError
from brygga.sources import barometer
from brygga.sources.barometer import read_barometer
from brygga.sources.provider import Wanted
from tests.sources.replayed import replayed


def record(ssyk="7212", area="10", name="Svetsare", chances="stora", situation="brist", trend="öka", **other):
    return {
        "yb_yrke": name,
        "ssyk": ssyk,
        "lan": area,
        "omgang": "2026-1",
        "jobbmojligheter": chances,
        "rekryteringssituation": situation,
        "prognos": trend,
        **other,
    }


def test_a_record_becomes_a_row_in_the_publisher_s_words():
    row = read_barometer([record(), record(area="00", trend="minska")]).rows()
    assert [one[:6] for one in row] == [
        ("7212", "00", "2026-1", "stora", "brist", "minska"),
        ("7212", "10", "2026-1", "stora", "brist", "öka"),
    ]


def test_parts_of_a_group_that_agree_say_it_once_and_those_that_differ_each():
    table = read_barometer([record(name="A"), record(name="B", situation="balans")])
    assert table.row(0)[3:6] == ("stora", "brist | balans", "öka")
    assert table["source"][0] == "Arbetsförmedlingen, Yrkesbarometern 2026-1, 2 occupations of it: A, B"


def test_no_judgement_is_not_available():
    table = read_barometer([record(chances=None, situation=None, trend=None)])
    assert table.row(0)[3:7] == (None, None, None, "not_available")


def test_a_merged_group_counts_for_each_of_its_unit_groups():
    assert read_barometer([record(ssyk="1320")])["occupation"].to_list() == ["1321", "1322"]


@pytest.mark.parametrize(
    ("content", "fault", "words"),
    [
        ({"data": []}, TableError, r'Yrkesbarometern is \{"data": \[\]\} where a list of records belongs'),
        ([{"ssyk": "7212"}], TableError, r"record 0 has no key lan; it has ssyk"),
        ([record(), record(trend="stiga")], TableError, "record 1.prognos is 'stiga', not one of minska"),
        ([record(ssyk="9999")], UnknownCodeError, "record 0.ssyk: 9999 is neither SSYK 2012 nor one of JobTech's"),
        ([record(area="99")], UnknownCodeError, r"area: 99 not among|1 code\(s\) not in the counties"),
    ],
)
def test_a_changed_shape_is_named_with_its_place(content, fault, words):
    with pytest.raises(fault, match=words):
        read_barometer(content)


def test_a_fetch_is_one_call_and_its_edition_is_the_vintage(tmp_path):
    client = replayed(barometer, tmp_path, {barometer.PATH: [record()]})
    (fetched,) = barometer.fetch(client, Wanted(("1060",)), tell=lambda *said: None)
    assert (fetched.frame.height, fetched.updated) == (1, ("2026-1",))
    assert list(barometer.fetch(client, Wanted(("1060",), tables=("official_tax",)), tell=lambda *said: None)) == []
