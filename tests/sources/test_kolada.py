"""Kolada: zero is a value, missing says why, pages are followed."""

import pytest

from brygga.core.errors import TableError, UnknownCodeError
from brygga.sources import kolada
from brygga.sources.kolada import INDICATORS, MOST_IDS, paths_of, plan, read_indicators
from brygga.sources.provider import Wanted
from tests.sources.replayed import replayed


def cell(municipality="1060", kpi="N01951", period=2024, **values):
    """One cell of a reply, in the shape of v3; values by sex (T, K, M), a text stands for a missing one's status."""
    given = [
        {"gender": sex, "count": 1, "status": "" if isinstance(v, (int, float)) else v}
        | {"value": v if isinstance(v, (int, float)) else None}
        for sex, v in values.items()
    ]
    return {"kpi": kpi, "municipality": municipality, "period": period, "values": given}


def page(*cells, following=None):
    return {"count": len(cells), "values": list(cells), "next_url": following}


def test_each_sex_is_a_row_and_zero_stays_zero():
    table = read_indicators([page(cell(T=0, K=3.5, M="Missing"))])
    assert table.select("gender", "value", "status").rows() == [
        ("all", 0.0, "observed"),
        ("men", None, "not_available"),
        ("women", 3.5, "observed"),
    ]
    assert table["source"][0] == "Källa: Kolada, N01951"


def test_a_hidden_value_is_suppressed_and_never_a_number():
    table = read_indicators([page(cell(T="Privacy"))])
    assert table.select("value", "status").row(0) == (None, "suppressed")


@pytest.mark.parametrize("count", [1, 12, 32, 290])
def test_no_call_names_more_ids_than_allowed_and_together_they_name_all(count):
    places = [f"{n:04d}" for n in range(count)]
    named = set()
    for path in paths_of(places):
        indicators, municipalities = (part.split(",") for part in path.partition("?")[0].split("/")[2:5:2])
        assert len(indicators) + len(municipalities) <= MOST_IDS
        named |= {(i, m) for i in indicators for m in municipalities}
    assert named == {(i, m) for i in INDICATORS for m in places}


def test_the_plan_names_the_calls_and_nothing_unwanted():
    assert plan(Wanted(("1060",), ring=("1080",)))[0].calls == 2
    assert plan(Wanted(("1060",), tables=("official_tax",))) == []


def test_a_fetch_follows_next_url_to_the_last_page(tmp_path):
    first, second = paths_of(["1060"])
    more = f"{kolada.ADDRESS}/more?page=2"
    replies = {
        first: page(cell(T=13_000), following=more),
        more: page(cell(T=12_900, period=2023)),
        second: page(),
    }
    client = replayed(kolada, tmp_path, replies)
    told = []
    (fetched,) = kolada.fetch(client, Wanted(("1060",)), tell=lambda *said: told.append(said))
    assert fetched.frame["value"].to_list() == [12_900.0, 13_000.0]
    assert told == [("official_indicators", 1, 2), ("official_indicators", 2, 2)]
    assert fetched.remarks[0].startswith("Kolada has nothing on N00125")


def test_a_web_page_in_a_recording_is_named(tmp_path):
    replies = dict.fromkeys(paths_of(["1060"]), b"<html>Underh\xc3\xa5ll</html>")
    with pytest.raises(TableError, match="kolada: a web page came instead of data"):
        list(kolada.fetch(replayed(kolada, tmp_path, replies), Wanted(("1060",)), tell=lambda *said: None))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"results": []}, r"page 1 has no key values; it has results"),
        ({"values": [{"kpi": "N1", "municipality": "1060", "period": 2024}]}, r"values\[0\] has no key values"),
        ({"values": [cell(X=1)]}, r'values\[0\].gender is "X" where one of T, K, M belongs'),
        ({"values": [cell(T=1), cell(T=2)]}, r"1 key\(s\) stand more than once"),
    ],
)
def test_a_changed_shape_is_named_with_its_place(changed, words):
    with pytest.raises(TableError, match=words):
        read_indicators([changed])


def test_a_municipality_that_is_none_is_an_error():
    with pytest.raises(UnknownCodeError, match=r"municipality: 1 code\(s\) not in the municipalities of Sweden: 1099"):
        read_indicators([page(cell(municipality="1099", T=1))])
