"""Susa-navet: events join their programme, cancelled ones fall, pages are counted up. All replies are invented."""

from datetime import date

import pytest

from brygga.core.errors import SettingError, TableError
from brygga.sources import susa
from brygga.sources.provider import Wanted
from brygga.sources.susa import ASKED, EVENTS, INFOS, path_of, read_events
from tests.sources.replayed import replayed


def info(identity="i.1", form="yh", name="Svetsspecialist"):
    return {"id": identity, "content": {"form": {"code": form}, "title": {"strings": [{"lang": "swe", "value": name}]}}}


def event(identity="e.1", area="1060", status="ACTIVE", **content):
    held = {
        "education": "i.1",
        "providers": ["p.1"],
        "locations": [{"areaCode": area}] if area else [],
        "execution": {"start": "2027-08-16T00:00:00.000", "end": "2028-06-02"},
        "paceOfStudy": {"percentage": 50},
    }
    return {"id": identity, "status": status, "content": held | content}


def page(which, *entries, number=0, pages=1, embedded=False):
    counted = {"number": number, "totalPages": pages, "totalElements": len(entries)}
    held = {which: list(entries)}
    return {"page": counted, **({"_embedded": held} if embedded else held)}


@pytest.mark.parametrize("embedded", [False, True])
def test_an_event_takes_name_and_form_from_its_info(embedded):
    table = read_events([page(EVENTS, event(), embedded=embedded)], [page(INFOS, info(), embedded=embedded)])
    row = table.row(0, named=True)
    assert (row["municipality"], row["name"], row["kind"], row["pace"]) == ("1060", "Svetsspecialist", "yh", 0.5)
    assert (row["starts"], row["ends"]) == (date(2027, 8, 16), date(2028, 6, 2))


def test_what_is_cancelled_or_withdrawn_falls_and_what_has_no_place_stays_without_one():
    events = [event("e.1", isCancelled=True), event("e.2", status="DELETED"), event("e.3", area="")]
    table = read_events([page(EVENTS, *events)], [page(INFOS, info())])
    assert table.select("event", "municipality").rows() == [("e.3", None)]


def test_an_event_without_info_is_kept_as_other():
    assert read_events([page(EVENTS, event())], [])["kind"].to_list() == ["other"]


def test_a_fetch_takes_every_page_and_the_municipalities_wanted(tmp_path):
    replies = {path_of(which, code): page(which) for code in ASKED for which in (INFOS, EVENTS)}
    replies[path_of(INFOS, "YH")] = page(INFOS, info())
    first = path_of(EVENTS, "YH")
    replies[first] = page(EVENTS, event("e.1"), pages=2)
    replies[first.replace("page=0", "page=1")] = page(
        EVENTS, event("e.2", area="0180"), event("e.3", area=""), number=1, pages=2
    )
    client = replayed(susa, tmp_path, replies)
    wanted = Wanted(("1060",), tables=("official_programmes_susa",))
    (fetched,) = susa.fetch(client, wanted, tell=lambda *said: None)
    assert fetched.frame["event"].to_list() == ["e.1"]
    assert fetched.remarks == ("1 events of the country have no municipality and are left out",)


def test_pages_without_numbers_are_followed_by_their_links(tmp_path):
    more = f"{susa.ADDRESS}/educationEvents?schoolType=YH&page=1"
    replies = {path_of(which, code): {which: [], "_links": {}} for code in ASKED for which in (INFOS, EVENTS)}
    replies[path_of(EVENTS, "YH")] = {EVENTS: [event("e.1")], "_links": {"next": {"href": more}}}
    replies[more] = {EVENTS: [event("e.2")], "_links": {"self": {"href": more}}}
    client = replayed(susa, tmp_path, replies)
    wanted = Wanted(("1060",), tables=("official_programmes_susa",))
    (fetched,) = susa.fetch(client, wanted, tell=lambda *said: None)
    assert fetched.frame["event"].to_list() == ["e.1", "e.2"]


def test_pages_that_say_nothing_of_the_next_are_an_error():
    with pytest.raises(TableError, match="Susa-navet has no key page; it has educationEvents"):
        susa.next_page({EVENTS: []}, "educationEvents?page=0")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"items": [], "page": {"totalElements": 3}}, "page 1 of events has no key educationEvents; it has items"),
        (page(EVENTS, {"id": "e.1"}), r"educationEvents\[0\] has no key content"),
        (page(EVENTS, event(education=None)), r"content.education is null where text belongs"),
        (page(EVENTS, event(locations="Olofström")), r"locations is \"Olofström\" where a list belongs"),
        (page(EVENTS, event(execution={"start": "HT27"})), r"execution.start is \"HT27\" where a day"),
    ],
)
def test_a_changed_shape_is_named_with_its_place(reply, words):
    with pytest.raises(TableError, match=words):
        read_events([reply], [])


def test_a_school_type_that_is_none_is_an_error():
    with pytest.raises(SettingError, match="Susa-navet: no school type XX"):
        path_of(EVENTS, "XX")
