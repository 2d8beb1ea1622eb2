"""Asking a publisher: pace, patience, whole replies, recordings, and going on after a fetch that broke off."""

import errno
import json
import os
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.error import HTTPError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import FileError, SettingError
from brygga.sources import patience
from brygga.sources.http import Limiter, NotRecordedError, RefusedError, UnreachableError
from brygga.sources.recordings import Recording, Reply, Request
from tests.sources.server import Axis, Clock, Made, Publisher, network, served


def small() -> Made:
    return Made("TAB1", "Tabell", [Axis("Kon", "kön", {"1": "män"}), Axis("Tid", "år", {"2024": "2024"}, "time")])


@pytest.fixture
def publisher():
    with served(Publisher({"TAB1": small()})) as state:
        yield state


def client(publisher, clock=None, **settings):
    return network(clock or Clock(), **settings).client("scb", publisher.address, calls=30, seconds=1)


@given(st.integers(1, 5), st.lists(st.floats(0, 3), max_size=40))
def test_no_window_ever_holds_more_calls_than_allowed(calls, pauses):
    clock, made = Clock(), []
    limiter = Limiter(calls, 2.0, clock=clock.time, sleep=clock.sleep)
    for pause in pauses:
        clock.now += pause
        limiter.wait()
        made.append(clock.now)
    assert all(made[n + calls] - made[n] >= 2.0 - 1e-9 for n in range(len(made) - calls))


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("500", "answered 500"),
        ("503", "answered 503"),
        ("429", "answered 429"),
        ("cut", "IncompleteRead"),
        ("half", "what came is no whole JSON"),
        ("page", "what came is no whole JSON; it begins '<html>Under arbete</html>'"),
    ],
)
def test_what_passes_is_survived(publisher, mood, said):
    clock, told = Clock(), []
    publisher.moods["config"] = [mood, mood]
    asked = network(clock, tell=lambda text, *_: told.append(text)).client("scb", publisher.address, calls=9, seconds=1)
    assert asked.get("config")["maxDataCells"] == 150_000
    assert clock.waited == [1.0, 2.0]
    assert len([text for text in told if said in text and "again in" in text]) == 2


def test_retry_after_in_seconds_is_honoured(publisher):
    clock = Clock()
    publisher.moods["config"] = ["after"]
    client(publisher, clock).get("config")
    assert clock.waited == [7.0]


@pytest.mark.parametrize(("minutes", "expected"), [(0.5, 30), (60, 60), (-5, 1)])
def test_retry_after_as_a_day_and_time_is_honoured_within_reason(minutes, expected):
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    error = HTTPError("http://x", 429, "", {"Retry-After": until}, None)
    assert patience._asked_for(error, 1.0) == pytest.approx(expected, abs=2)


def test_a_silent_server_counts_as_lost(publisher, monkeypatch):
    monkeypatch.setattr(patience, "SILENCE", 0.2)
    clock = Clock()
    publisher.moods["config"] = ["slow"]
    client(publisher, clock).get("config")
    assert clock.waited == [1.0]


def test_a_server_that_stays_ill_is_given_up_after_five_tries(publisher):
    publisher.moods["config"] = ["503"] * 9
    with pytest.raises(RefusedError, match=r"config answers 503.*does not hand this out.*what has come is kept"):
        client(publisher).get("config")
    assert len(publisher.asked) == 5


def test_a_no_is_told_in_the_servers_own_words_and_not_asked_again(publisher):
    with pytest.raises(RefusedError, match=r"tables/TAB9/metadata answers 404: Non-existent table.*--probe") as caught:
        client(publisher).get("tables/TAB9/metadata")
    assert (caught.value.status, len(publisher.asked)) == (404, 1)


def test_a_machine_without_network_is_told_soon():
    clock = Clock()
    lost = network(clock).client("scb", "http://nowhere.invalid/api", calls=9, seconds=1)
    with pytest.raises(UnreachableError, match=r"cannot be fetched.*there is no network.*play a recording with --from"):
        lost.get("config")
    assert clock.waited == [1.0]


def test_a_reply_without_end_is_refused(publisher, monkeypatch):
    monkeypatch.setattr(patience, "LARGEST", 10)
    with pytest.raises(UnreachableError, match="more than 10 bytes came"):
        client(publisher).get("config")


def test_what_was_recorded_plays_without_a_network_and_keeps_its_day(publisher, tmp_path):
    recording = Recording(tmp_path)
    body = {
        "selection": [{"variableCode": "Kon", "valueCodes": ["1"]}, {"variableCode": "Tid", "valueCodes": ["2024"]}]
    }
    first = client(publisher, recorded=recording).post("tables/TAB1/data", body, lang="sv")
    playing = network(Clock(), played=recording, today=date(2027, 1, 1))
    played = playing.client("scb", "https://statistikdatabasen.scb.se/api/v2", calls=3, seconds=1)
    assert played.post("tables/TAB1/data", body, lang="sv") == first
    assert played.taken() == (1, date(2026, 11, 23))
    about = json.loads(next(tmp_path.glob("scb/*.request.json")).read_text())
    assert (about["method"], about["path"], about["body"]) == ("POST", "/api/v2/tables/TAB1/data?lang=sv", body)


def test_a_call_that_was_not_recorded_is_named(tmp_path):
    playing = network(Clock(), played=Recording(tmp_path)).client("scb", "https://x.se/v2", calls=3, seconds=1)
    with pytest.raises(NotRecordedError, match=r"holds no reply to GET https://x\.se/v2/config.*--record FOLDER"):
        playing.get("config")


def test_replies_of_a_broken_run_are_not_asked_for_again_on_the_same_day(publisher, tmp_path):
    kept = Recording(tmp_path)
    client(publisher, unfinished=kept).get("config")
    client(publisher, unfinished=kept).get("config")
    assert len(publisher.asked) == 1
    client(publisher, unfinished=kept, today=date(2026, 11, 24)).get("config")
    assert len(publisher.asked) == 2


def test_after_a_finished_run_only_replies_of_a_vintage_are_kept(publisher, tmp_path):
    reached = network(Clock(), unfinished=Recording(tmp_path))
    asked = reached.client("scb", publisher.address, calls=30, seconds=1)
    asked.get("config")
    asked.get("tables/TAB1/metadata", vintage="2026")
    reached.finish()
    asked.get("config")
    asked.get("tables/TAB1/metadata", vintage="2026")
    asked.get("tables/TAB1/metadata", vintage="2027")
    assert [line.rpartition("/")[2] for line in publisher.asked] == ["config", "metadata", "config", "metadata"]


def test_the_disk_that_fills_is_named_and_nothing_half_written_stays(publisher, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("brygga.sources.recordings.Path.replace", full)
    with pytest.raises(FileError, match=r"cannot be written: No space left on device.*half-written.*free space"):
        client(publisher, unfinished=Recording(tmp_path)).get("config")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_kept_reply_that_cannot_be_read_is_named(tmp_path):
    recording, request = Recording(tmp_path), Request("scb", "GET", "https://x.se/config")
    recording.store(request, Reply(b"{}", date(2026, 11, 23)))
    next(tmp_path.glob("scb/*.request.json")).write_text("{")
    with pytest.raises(FileError, match=r"cannot be used.*delete both"):
        recording.find(request)


def test_addresses_of_another_kind_are_refused(monkeypatch):
    monkeypatch.setenv("BRYGGA_SCB_ADDRESS", "file:///etc")
    with pytest.raises(SettingError, match=r"file:///etc is no web address.*BRYGGA_SCB_ADDRESS"):
        network(Clock()).client("scb", "https://x.se", calls=1, seconds=1)
