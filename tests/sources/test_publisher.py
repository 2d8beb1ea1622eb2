"""Fetching from a publisher that is busy, ailing, slow or cut off: a server of our own plays it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from brygga.core.errors import FileError, SettingError
from brygga.sources import publisher
from brygga.sources.publisher import fetch, plan
from brygga.sources.taxonomy_files import JOBTECH, SKILLS


@dataclass
class Server:
    """What the publisher has, how it misbehaves next for each file, and what it was asked."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    moods: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server(taxonomy_mini) -> Iterator[Server]:
    state = Server(files={name: (taxonomy_mini / "jobtech-1" / name).read_bytes() for name in JOBTECH})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rpartition("/")[2]
            state.asked.append(self.path)
            mood = state.moods[name].pop(0) if state.moods.get(name) else ""
            content = state.files.get(name)
            if mood.isdigit() or content is None:
                self.send_response(int(mood or 404))
                if mood == "429":
                    self.send_header("Retry-After", "3")
                self.end_headers()
                return
            body = b"<html>Under arbete</html>" if mood == "page" else content
            self.send_response(200)
            if mood != "unsized":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if mood == "slow":
                state.done.wait(10)
            self.wfile.write(body[: len(body) // 2] if mood in ("cut", "unsized") else body)

        def log_message(self, *args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.address = f"http://127.0.0.1:{http.server_port}/taxonomy"
        yield state
        state.done.set()
        http.shutdown()
        thread.join()


def fetched(server: Server, folder, version: str = "latest") -> tuple[list[tuple[str, int, int]], list[float]]:
    """What was told, and how long was waited."""
    told: list[tuple[str, int, int]] = []
    waited: list[float] = []
    planned = plan(folder, version, address=server.address)
    fetch(planned, folder, sleep=waited.append, tell=lambda *args: told.append(args))
    return told, waited


def test_all_exports_come_as_they_are_published(server, tmp_path):
    told, waited = fetched(server, tmp_path / "new", "31")
    assert server.asked == [f"/taxonomy/version/31/query/{name[:-5]}/{name}" for name in JOBTECH]
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == server.files
    assert told == [(name, n, len(JOBTECH)) for n, name in enumerate(JOBTECH, 1)]
    assert waited == []


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("503", "answered 503"),
        ("500", "answered 500"),
        ("cut", "IncompleteRead"),
        ("unsized", "what came is no export of the taxonomy"),
        ("page", "what came is no export of the taxonomy"),
    ],
)
def test_what_passes_is_tried_again_after_longer_and_longer(server, tmp_path, mood, said):
    server.moods[SKILLS] = [mood, mood]
    told, waited = fetched(server, tmp_path)
    assert waited == [1.0, 2.0]
    assert (tmp_path / SKILLS).read_bytes() == server.files[SKILLS]
    assert [text for text, _, _ in told if said in text and "; again in" in text] == [
        text for text, done, _ in told if "again" in text and done == JOBTECH.index(SKILLS)
    ]
    assert len([text for text, _, _ in told if "again" in text]) == 2


def test_a_busy_server_is_given_the_time_it_asks_for(server, tmp_path):
    server.moods[SKILLS] = ["429"]
    assert fetched(server, tmp_path)[1] == [3.0]


def test_a_silent_server_counts_as_lost(server, tmp_path, monkeypatch):
    monkeypatch.setattr(publisher, "SILENCE", 0.2)
    server.moods[SKILLS] = ["slow"]
    told, waited = fetched(server, tmp_path)
    assert waited == [1.0]
    assert any("timed out" in text for text, _, _ in told)


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(server, tmp_path):
    server.moods[SKILLS] = ["cut"] * 5
    with pytest.raises(FileError, match=r"skills\.json cannot be fetched: .*connection is cut.*what has come is kept"):
        fetched(server, tmp_path)
    before = JOBTECH[: JOBTECH.index(SKILLS)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(before)
    assert [file.name for file in plan(tmp_path, address=server.address) if file.there] == list(before)
    server.asked.clear()
    fetched(server, tmp_path)
    assert [path.rpartition("/")[2] for path in server.asked] == list(JOBTECH[JOBTECH.index(SKILLS) :])


def test_a_version_that_is_not_there_is_said_at_once(server, tmp_path):
    del server.files[SKILLS]
    with pytest.raises(FileError, match=r"skills\.json is not there \(404\).*no such version.*try without --version"):
        fetched(server, tmp_path)


def test_a_server_that_stays_ill_is_left(server, tmp_path):
    server.moods[JOBTECH[0]] = ["502"] * 5
    with pytest.raises(FileError, match=r"answers 502.*not hand the export out.*run the same command later"):
        fetched(server, tmp_path)
    assert len(server.asked) == 5


def test_a_refusal_is_not_asked_twice(server, tmp_path):
    server.moods[JOBTECH[0]] = ["403"]
    with pytest.raises(FileError, match="answers 403"):
        fetched(server, tmp_path)
    assert len(server.asked) == 1


def test_without_a_network_the_way_out_is_named(tmp_path):
    waited: list[float] = []
    planned = plan(tmp_path, address="http://nowhere.invalid/taxonomy")
    with pytest.raises(FileError, match=r"cannot be fetched: .*there is no network.*folder of exports with --from"):
        fetch(planned, tmp_path, sleep=waited.append)
    assert waited == [1.0]


def test_a_reply_without_end_is_refused(server, tmp_path, monkeypatch):
    monkeypatch.setattr(publisher, "LARGEST", 10)
    with pytest.raises(FileError, match="more than 10 bytes came"):
        fetched(server, tmp_path)


def test_versions_and_addresses_of_another_kind_are_refused(tmp_path, monkeypatch):
    with pytest.raises(SettingError, match=r"--version ../31 is no version.*numbers.*such as 31"):
        plan(tmp_path, "../31")
    monkeypatch.setenv("BRYGGA_TAXONOMY_ADDRESS", "file:///etc")
    with pytest.raises(SettingError, match=r"file:///etc is no web address.*http or https.*BRYGGA_TAXONOMY_ADDRESS"):
        plan(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"cannot be written.*kept there until.*BRYGGA_HOME"):
        fetched(server, tmp_path / "file" / "new")
