"""Official data in one command: plan, fetch, broken and resumed, recorded and played, changed and refused."""

import errno
import json
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brygga.cli import main
from brygga.core import codes, tables
from brygga.core.errors import FaultsError, FileError, SettingError, UnknownCodeError
from brygga.core.region import read_region
from brygga.sources.http import UnreachableError
from brygga.sources.lock import read_lock
from brygga.sources.recordings import Recording
from brygga.workflow import update_territory as workflow
from brygga.workflow.official_region import assemble
from brygga.workflow.territory import check_territory, ring_of
from brygga.workflow.update_territory import plan_territory, update_territory
from tests.sources import scb_made
from tests.sources.server import Clock, Publisher, network, served

CALLS = 44
"""What the made country takes, with one call less for commuting than the whole country's 45."""


@pytest.fixture
def publisher(monkeypatch, tmp_path):
    """SCB alone, played on this machine, and no region made of its tables."""
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(workflow, "PROVIDERS", ("scb",))
    monkeypatch.setattr(workflow, "assemble", lambda found, **settings: ())
    with served(Publisher(scb_made.tables(), pace=1000)) as state:
        monkeypatch.setenv("BRYGGA_SCB_ADDRESS", state.address)
        yield state


def plan(**settings):
    return plan_territory("1080,1060", **{"ring": "1081,1272"} | settings)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def kept(tmp_path, **settings):
    return network(Clock(), unfinished=Recording(tmp_path / "kept"), **settings)


def test_every_table_is_written_checked_and_locked(publisher, tmp_path):
    told = []
    done = update_territory(plan(), tmp_path / "out", network=kept(tmp_path), tell=lambda *args: told.append(args))
    lock = read_lock(tmp_path / "out")
    assert set(done.rows) == set(lock.tables) == {line.table for line in plan().lines if line.table}
    for name, one in lock.tables.items():
        frame = tables.read(tmp_path / "out" / "official" / f"{name}.parquet", name)
        assert (frame.height, one.retrieved, one.licence) == (done.rows[name], "2026-11-23", "CC0 1.0")
    assert done.calls == len(publisher.asked) == CALLS - 1
    assert sum(one.calls for one in lock.tables.values()) == CALLS - 1
    assert (lock.territory, lock.ring) == (("1060", "1080"), ("1081", "1272"))
    assert told[-2:] == [("official_vacancies: 12 rows", CALLS - 1, CALLS), ("done", CALLS, CALLS)]
    assert done.faults == ()


def test_a_second_run_asks_only_whether_anything_changed(publisher, tmp_path):
    update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    before = files(tmp_path / "out")
    publisher.asked.clear()
    update_territory(plan(out=tmp_path / "out"), tmp_path / "out", network=kept(tmp_path, today=date(2026, 12, 1)))
    assert not any("/data" in line or "query=" in line for line in publisher.asked)
    assert len(publisher.asked) == 21
    after = files(tmp_path / "out")
    assert {name: after[name] for name in after if name.endswith(".parquet")} == {
        name: before[name] for name in before if name.endswith(".parquet")
    }
    publisher.tables["TAB3204"].updated = "2026-11-30T07:00:00Z"
    publisher.asked.clear()
    update_territory(plan(out=tmp_path / "out"), tmp_path / "out", network=kept(tmp_path, today=date(2026, 12, 2)))
    assert [line for line in publisher.asked if "/data" in line] == [
        "POST /api/v2/tables/TAB3204/data?lang=sv&outputFormat=json-stat2"
    ]


def test_a_network_that_dies_at_call_30_goes_on_at_call_30(publisher, tmp_path):
    update_territory(plan(), tmp_path / "whole", network=network(Clock()))
    publisher.asked.clear()
    publisher.dies_at = 30
    with pytest.raises(UnreachableError, match=r"what has come is kept"):
        update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    assert len(publisher.asked) == 29 + 5
    written = read_lock(tmp_path / "out").tables
    assert 0 < len(written) < len(read_lock(tmp_path / "whole").tables)
    publisher.dies_at, publisher.asked = 0, []
    update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    assert len(publisher.asked) == CALLS - 1 - 29
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_what_is_recorded_plays_without_a_network(publisher, tmp_path, monkeypatch):
    recording = tmp_path / "recording"
    update_territory(plan(), tmp_path / "live", network=network(Clock(), recorded=Recording(recording)))
    publisher.asked.clear()
    monkeypatch.setenv("BRYGGA_SCB_ADDRESS", "https://nowhere.invalid/api/v2")
    update_territory(plan(), tmp_path / "played", played=recording)
    assert publisher.asked == []
    assert files(tmp_path / "played") == files(tmp_path / "live")


def test_a_resumed_run_can_still_be_recorded_whole(publisher, tmp_path):
    publisher.dies_at = 20
    with pytest.raises(UnreachableError):
        update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    publisher.dies_at = 0
    update_territory(plan(), tmp_path / "out", network=kept(tmp_path, recorded=Recording(tmp_path / "recording")))
    played = update_territory(plan(), tmp_path / "played", played=tmp_path / "recording")
    assert played.faults == ()


def test_one_table_that_changed_does_not_keep_the_others_back(publisher, tmp_path):
    publisher.tables["TAB3204"].axis("SNI2007").codes = {"A-U+US": "samtliga"}
    publisher.tables["TAB2921"].axis("Kon").codes = {"M": "män"}
    publisher.tables["TAB5557"].axis("Kon").codes = {"M": "män"}
    done = update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    assert "official_population" in done.rows
    assert "official_labour_status" not in read_lock(tmp_path / "out").tables
    named = [fault.partition(":")[0] for fault in done.faults]
    assert named == ["official_population", "official_jobs", "official_labour_status"]
    assert "TAB2921, variable Kon: code 1, 2 is not there" in done.faults[2]


def test_a_later_provider_that_cannot_be_reached_does_not_keep_the_region_back(publisher, tmp_path, monkeypatch):
    monkeypatch.setattr(workflow, "PROVIDERS", ("scb", "skatteverket"))
    monkeypatch.setenv("BRYGGA_SKATTEVERKET_ADDRESS", "http://nowhere.invalid")
    only = ["official_vacancies", "official_tax"]
    done = update_territory(plan(only=only), tmp_path / "out", network=kept(tmp_path))
    assert set(done.rows) == {"official_vacancies"}
    assert "official_tax and what else skatteverket has: GET http://nowhere.invalid" in done.faults[0]


def test_what_comes_is_a_region_that_can_be_read(publisher, tmp_path, monkeypatch):
    monkeypatch.setattr(workflow, "assemble", assemble)
    done = update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    assert done.faults == ()
    region = read_region(tmp_path / "out")
    assert region.municipalities == ("1060", "1080")
    assert region.tables["population_total"].height > 0


def test_a_part_that_makes_no_region_is_no_fault(publisher, tmp_path, monkeypatch):
    monkeypatch.setattr(workflow, "assemble", assemble)
    done = update_territory(plan(only=["official_vacancies"]), tmp_path / "out", network=kept(tmp_path))
    assert done.faults == ()
    assert any(remark.startswith("no region was made of the official tables:") for remark in done.remarks)


def test_a_disk_that_fills_is_named_and_the_next_run_goes_on(publisher, tmp_path, monkeypatch):
    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", full)
        with pytest.raises(FileError, match=r"official_population\.parquet cannot be written: No space left"):
            update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    assert files(tmp_path / "out") == {}
    publisher.asked.clear()
    done = update_territory(plan(), tmp_path / "out", network=kept(tmp_path))
    assert len(done.rows) == 15
    assert not any("TAB638" in line for line in publisher.asked)


def test_a_folder_of_another_territory_is_not_mixed(publisher, tmp_path):
    only = ["official_vacancies"]
    update_territory(plan(only=only), tmp_path / "out", network=kept(tmp_path))
    with pytest.raises(FileError, match=r"official tables of another territory or ring \(1060, 1080\).*another folder"):
        update_territory(plan_territory("1083", ring="", only=only), tmp_path / "out", network=kept(tmp_path))


def test_a_recording_that_is_not_there_is_named(publisher, tmp_path):
    with pytest.raises(FileError, match=r"nowhere is no folder.*check --from"):
        update_territory(plan(), tmp_path / "out", played=tmp_path / "nowhere")
    (tmp_path / "scb").mkdir()
    with pytest.raises(FileError, match=r"holds no recording.*\.request\.json.*--record FOLDER"):
        update_territory(plan(), tmp_path / "out", played=tmp_path)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ("", SettingError, "names no municipality"),
        ("1231,1917", UnknownCodeError, r"1917 is no municipality of today.*merged or renumbered"),
        ("9999", UnknownCodeError, r"9999 is a rest code.*leave it out"),
        ("767", UnknownCodeError, r"767 looks like 0767 read as a number.*write 0767"),
        ("10", SettingError, r"10 is a county \(Blekinge län\).*1060,1080,1081,1082,1083"),
        ("00", SettingError, "the whole country"),
        ("1080,1080", SettingError, "names 1080 more than once"),
        ("1080,Olofström", UnknownCodeError, r"Olofström is no municipality.*four digits"),
        ("10,767", FaultsError, r"(?s)2 faults.*10 is a county.*767 looks like"),
    ],
)
def test_a_territory_is_checked_before_anything_is_asked(given, error, said):
    with pytest.raises(error, match=said):
        check_territory(given)


def test_a_ring_is_around_and_never_inside():
    everyone = codes.codes("kommun")
    for code in sorted(everyone)[::29]:
        ring = ring_of([code])
        assert code not in ring
        assert set(ring) <= everyone
        assert set(ring_of([code], km=10)) <= set(ring)
    assert ring_of(sorted(everyone)) == ()
    assert {"1081", "1082"} <= set(ring_of(["1080"]))


def test_a_ring_that_overlaps_is_named():
    with pytest.raises(SettingError, match=r"1080 stands in the territory and in the ring"):
        plan_territory("1080", ring="1080,1081")


def test_a_table_that_no_provider_has_is_named():
    with pytest.raises(SettingError, match=r"--only official_weather: no provider has it"):
        plan_territory("1080", only=["official_weather"])


def test_the_whole_plan_of_all_providers_is_under_sixty_calls():
    territory = "0765,0767,1060,1080,1081,1082,1083,1256,1272,1273,1290,1293"
    assert plan_territory(territory).calls < 60


def verb(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["data", "update", *options])
    return ended.value.code


ASKED = ("--territory", "1060,1080", "--ring", "1081")


def test_the_verb_shows_its_plan_and_asks_nobody(publisher, capsys):
    assert verb(*ASKED, "--plan") == 0
    out = capsys.readouterr().out
    assert "Territory: 1060, 1080\nRing: 1081\n" in out
    assert "2 calls    12,120 cells  official_population  (TAB638)" in out
    assert publisher.asked == []
    assert verb(*ASKED, "--plan", "--json") == 0
    assert json.loads(capsys.readouterr().out)["calls"] == CALLS


def test_the_verb_fetches_with_plan_and_progress_before_the_result(publisher, tmp_path, capsys):
    assert verb(*ASKED, "-o", str(tmp_path / "out"), "--only", "official_vacancies", "--json") == 0
    out, err = capsys.readouterr()
    assert err.index("3 calls") < err.index("official_vacancies: 8 rows")
    assert json.loads(out)["rows"] == {"official_vacancies": 8}
    publisher.tables["TAB6605"].axes.pop(0)
    publisher.tables["TAB6605"].axis("AARegion").codes = {"00": "Riket"}
    assert verb(*ASKED, "-o", str(tmp_path / "new"), "--only", "official_vacancies") == 1
    assert "TAB6605, variable AARegion: county 10 is not there" in capsys.readouterr().err


def test_the_verb_records_and_plays(publisher, tmp_path, capsys, monkeypatch):
    small = (*ASKED, "--only", "official_vacancies")
    assert verb(*small, "-o", str(tmp_path / "live"), "--record", str(tmp_path / "recording")) == 0
    monkeypatch.setenv("BRYGGA_SCB_ADDRESS", "https://nowhere.invalid/api/v2")
    publisher.asked.clear()
    assert verb(*small, "-o", str(tmp_path / "played"), "--from", str(tmp_path / "recording")) == 0
    assert publisher.asked == []
    assert files(tmp_path / "played") == files(tmp_path / "live")
    assert (
        verb(*ASKED, "--only", "official_jobs", "-o", str(tmp_path / "x"), "--from", str(tmp_path / "recording")) == 1
    )
    assert "holds no reply to GET https://nowhere.invalid/api/v2/tables/TAB3204" in capsys.readouterr().err


def test_the_verb_probes(publisher, capsys):
    assert verb("--probe", "--ring", "none") == 0
    assert "official_jobs  TAB3204  TAB3204  80 cells, changed 2026-02-21" in capsys.readouterr().out
    publisher.tables["TAB3204"].axis("Kon").codes = {"1": "män"}
    assert verb("--probe", "--ring", "none", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [one["part"] for one in found if one["fault"]] == ["TAB3204"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (ASKED, "Say with -o which folder"),
        ((*ASKED, "-o", "x", "--from", "a", "--record", "b"), "give one of them"),
        ((*ASKED, "--table", "FoddaK"), "write NAME=ID, such as FoddaK=TAB1264"),
        (("--territory", "1060", "taxonomy"), "write those of the taxonomy after it"),
        (("--from", "exports", "taxonomy"), "write those of the taxonomy after it"),
    ],
)
def test_the_verb_says_what_does_not_go(publisher, options, said, capsys):
    assert verb(*options) > 0
    assert said in capsys.readouterr().err


def test_the_verb_without_a_territory_shows_its_help(capsys):
    assert verb() == 0
    assert "brygga data update --territory" in capsys.readouterr().out
