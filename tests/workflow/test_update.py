"""The taxonomy brought up to date: from files, from the publisher, and what is said of what lacks."""

import json
import shutil
from datetime import date

import pytest

from brygga.cli import main
from brygga.core.errors import FileError
from brygga.sources import publisher
from brygga.workflow.taxonomy import installed, open_pack
from brygga.workflow.update import downloads, plan_update, update_taxonomy

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def published(taxonomy_mini, monkeypatch):
    """The publisher, played: the names that were fetched."""
    asked = []

    def download(address):
        asked.append(address)
        return (taxonomy_mini / "jobtech-1" / address.rpartition("/")[2]).read_bytes()

    monkeypatch.setattr(publisher, "_download", download)
    return asked


def test_from_files_the_pack_goes_where_verbs_look_for_it(taxonomy_mini):
    updated = update_taxonomy(exports=taxonomy_mini)
    assert updated.folder == installed()
    assert updated.counts()["substitutes"] == 13
    assert updated.missing == updated.remarks == ()
    assert open_pack(None).labels.equals(updated.pack.labels)


def test_live_the_latest_is_named_after_the_day_and_nothing_is_left_lying(published, own_home):
    told = []
    updated = update_taxonomy(today=TODAY, tell=lambda *args: told.append(args))
    assert updated.pack.version.startswith("jobtech-2026-11-23, own ")
    assert told[-1] == ("substitutability-relations-between-occupations.json", 7, 7)
    assert "classification_en.zip" in updated.missing
    assert "ESCO has no open address" in updated.remarks[0]
    assert not downloads("latest", TODAY).exists()


def test_esco_comes_beside_what_is_fetched(published, taxonomy_mini, tmp_path):
    for part in ("esco-1-en", "esco-sv"):
        shutil.copytree(taxonomy_mini / part, tmp_path / "esco" / part)
    updated = update_taxonomy(esco=tmp_path / "esco", version="31")
    assert updated.pack.version.startswith("jobtech-31, esco-1, own ")
    assert updated.remarks == ()


def test_a_broken_fetch_leaves_the_old_pack_and_goes_on_the_next_time(published, taxonomy_mini, monkeypatch):
    update_taxonomy(exports=taxonomy_mini)
    old = open_pack(None).version
    whole = publisher._download

    def breaks(address):
        if "skills" in address:
            raise ConnectionResetError("cut")
        return whole(address)

    monkeypatch.setattr(publisher, "_download", breaks)
    monkeypatch.setattr(publisher, "WAITS", ())
    with pytest.raises(FileError, match="what has come is kept"):
        update_taxonomy(today=TODAY)
    assert open_pack(None).version == old
    assert [file.there for file in plan_update(today=TODAY)][:3] == [True, True, False]
    monkeypatch.setattr(publisher, "_download", whole)
    published.clear()
    update_taxonomy(today=TODAY)
    assert len(published) == 5


def test_what_broke_off_on_an_earlier_day_is_fetched_anew(published):
    earlier = downloads("latest", date(2026, 11, 20))
    earlier.mkdir(parents=True)
    (earlier / "skills.json").write_text("{}")
    update_taxonomy(today=TODAY)
    assert len(published) == 7
    assert not earlier.exists()


def test_a_part_of_jobtech_is_remarked_on(taxonomy_mini, tmp_path):
    folder = tmp_path / "jobtech-1"
    shutil.copytree(taxonomy_mini / "jobtech-1", folder)
    (folder / "skills.json").unlink()
    updated = update_taxonomy(tmp_path / "pack", exports=folder)
    assert "Some of JobTech's exports are missing" in updated.remarks[0]


def verb(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["data", "update", "taxonomy", *options])
    return ended.value.code


def test_the_verb_shows_its_plan_first_then_what_it_built(published, capsys):
    assert verb("--version", "31") == 0
    out, err = capsys.readouterr()
    assert err.startswith("7 files to fetch")
    assert f"{publisher.ADDRESS}/version/31/query/skills/skills.json" in err
    assert "7/7" in err
    assert "jobtech-31, own " in out


def test_the_verb_reads_files_and_tells_programs(taxonomy_mini, tmp_path, capsys):
    out = tmp_path / "pack"
    assert verb("--from", str(taxonomy_mini), "-o", str(out), "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["folder"], summary["counts"]["esco_links"]) == (str(out), 9)
    assert {source["file"] for source in summary["sources"]} >= {"skills.json", "relations.zip"}
    assert not installed().exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "x", "--version", "31"], "leave --esco and --version out"),
        (["--version", "new"], "--version new is no version"),
        (["--from", "nowhere"], "nowhere is no folder"),
    ],
)
def test_the_verb_says_what_does_not_go(options, message, capsys):
    assert verb(*options) > 0
    assert message in capsys.readouterr().err
