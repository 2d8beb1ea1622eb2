"""Skatteverket's tax rates: parishes of one municipality agree, names become codes. Rates are invented."""

import pytest

from brygga.core import codes
from brygga.core.errors import TableError, UnknownCodeError
from brygga.sources import skatteverket
from brygga.sources.http import NotRecordedError
from brygga.sources.provider import Wanted
from brygga.sources.skatteverket import path_of, read_rates
from tests.sources.replayed import replayed


def row(name="OLOFSTRÖM", year="2026", municipal="22.26", regional="12.04", parish="X"):
    return {
        "år": year,
        "kommun": name,
        "församling": parish,
        "kommunal-skatt": municipal,
        "landstings-skatt": regional,
        "kyrkoavgift": "1.0",
    }


def test_parishes_of_a_municipality_are_one_row_with_shares():
    table = read_rates([{"results": [row(parish="A"), row(parish="B")]}])
    assert table.rows() == [("1060", 2026, 0.2226, 0.1204, "observed", "Skatteverket, skattesatser 2026")]


def test_every_municipality_is_found_by_its_name_in_capitals():
    names = codes.classification("kommun").select("code", "name")
    table = read_rates([{"results": [row(name=name.upper().replace(" ", "-")) for name in names["name"]]}])
    assert table["municipality"].to_list() == sorted(names["code"])


def test_a_region_that_is_a_municipality_has_no_regional_rate():
    assert read_rates([{"results": [row("GOTLAND", municipal="33.6", regional="0")]}])["regional_rate"].item() == 0.0


@pytest.mark.parametrize(
    ("rows", "fault", "words"),
    [
        ([row(), row(municipal="21.0")], TableError, "OLOFSTRÖM has several rates for 2026: 22.26"),
        ([row(municipal="")], TableError, r"results\[0\].kommunal-skatt is empty. .*no rate is not a rate of 0"),
        ([row(regional="-3")], TableError, r"landstings-skatt is -3\."),
        ([row(municipal="2226")], TableError, "kommunal-skatt is 2226"),
        ([row("HEBY-SALA")], UnknownCodeError, r"1 municipality name\(s\) not known: HEBY-SALA"),
        ([{"kommun": "OLOFSTRÖM"}], TableError, r"results\[0\] has no key år"),
    ],
)
def test_a_wrong_row_is_named_with_a_way_out(rows, fault, words):
    with pytest.raises(fault, match=words):
        read_rates([{"results": rows}])


def test_a_fetch_takes_the_latest_year_with_rates_page_after_page(tmp_path):
    more = "https://skatteverket.entryscape.net/next"
    replies = {
        path_of(2026): {"results": []},
        path_of(2025): {"results": [row(year=2025)], "next": more},
        more: {"results": [row("RONNEBY", year=2025), row("SOLNA", year=2025)]},
    }
    client = replayed(skatteverket, tmp_path, replies)
    (fetched,) = skatteverket.fetch(client, Wanted(("1060", "1081", "1080")), tell=lambda *said: None)
    assert fetched.frame.select("municipality", "year").rows() == [("1060", 2025), ("1081", 2025)]
    assert fetched.remarks == ("no tax rate of 1080 in 2025",)


def test_a_recording_of_an_earlier_year_still_plays(tmp_path):
    client = replayed(skatteverket, tmp_path, {path_of(2023): {"results": [row(year=2023)]}})
    (fetched,) = skatteverket.fetch(client, Wanted(("1060",)), tell=lambda *said: None)
    assert fetched.selection == {"year": 2023}
    with pytest.raises(NotRecordedError, match=r"holds no reply to GET .*r=2026"):
        list(skatteverket.fetch(replayed(skatteverket, tmp_path / "none", {}), Wanted(("1060",)), tell=print))


def test_two_empty_years_are_an_error(tmp_path):
    empty = {path_of(year): {"results": []} for year in range(2017, 2027)}
    client = replayed(skatteverket, tmp_path, empty)
    with pytest.raises(TableError, match="Skatteverket: no row for 2026 or 2025"):
        list(skatteverket.fetch(client, Wanted(("1060",)), tell=lambda *said: None))
