"""Which pack is opened: one given, one installed, or our own words alone."""

import os
import shutil
from pathlib import Path

import pytest

from brygga.coding.pack import embedded_pack, read_pack, write_pack
from brygga.core.errors import FileError, TableError
from brygga.core.places import SHARED_DATA, home
from brygga.sources.taxonomy import read_exports
from brygga.workflow.taxonomy import as_pack, installed, open_pack


@pytest.fixture
def own_home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_without_anything_our_own_words_serve(own_home):
    assert open_pack(None) is embedded_pack()


def test_an_installed_pack_is_opened_unless_another_is_given(own_home, taxonomy_mini):
    write_pack(as_pack(read_exports(taxonomy_mini)), installed())
    assert open_pack(None).folder == own_home / "data" / "taxonomy"
    assert open_pack(None).version.startswith("jobtech-1, esco-1, own ")
    assert open_pack(installed()).version == open_pack(None).version


def test_exports_are_built_once_and_kept(own_home, taxonomy_mini, monkeypatch):
    first = open_pack(taxonomy_mini)
    assert first.folder is not None
    assert first.folder.parent == own_home / "cache"
    monkeypatch.setattr("brygga.workflow.taxonomy.read_exports", lambda folder: pytest.fail("built twice"))
    again = open_pack(taxonomy_mini)
    assert again.labels.equals(first.labels)
    assert again.fingerprint == first.fingerprint


def test_changed_exports_are_built_again(own_home, taxonomy_mini, tmp_path):
    folder = Path(shutil.copytree(taxonomy_mini, tmp_path / "exports"))
    first = open_pack(folder)
    (folder / "places.json").write_text('[{"label": "Nyby"}]', encoding="utf-8")
    second = open_pack(folder)
    assert first.folder != second.folder
    assert "nyby" in second.places


def test_a_damaged_cache_is_built_again(own_home, taxonomy_mini):
    first = open_pack(taxonomy_mini)
    (first.folder / "labels.parquet").write_bytes(b"")
    assert open_pack(taxonomy_mini).labels.equals(first.labels)
    assert read_pack(first.folder).labels.equals(first.labels)


def test_without_a_place_for_the_cache_the_exports_serve_from_memory(taxonomy_mini, tmp_path, monkeypatch):
    (tmp_path / "home").write_text("a file where the folder should be")
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path / "home"))
    pack = open_pack(taxonomy_mini)
    assert pack.folder is None
    assert pack.labels.filter(family="name").height == 14


def test_what_is_no_taxonomy_is_refused(own_home, tmp_path):
    with pytest.raises(FileError, match=r"nowhere is no folder.*a pack made of them.*--taxonomy"):
        open_pack(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(TableError, match="has no taxonomy that can be read"):
        open_pack(tmp_path / "empty")


def test_an_installed_pack_of_another_format_says_how_to_build_it_again(own_home):
    installed().mkdir(parents=True)
    (installed() / "pack.json").write_text('{"format": 99, "version": "", "sources": [], "places": []}')
    with pytest.raises(TableError, match=r"of format 99.*build it again with `brygga data update taxonomy"):
        open_pack(None)


def test_the_home_follows_the_user(monkeypatch):
    monkeypatch.delenv("BRYGGA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", f"{os.sep}d")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert home("data") == Path(os.sep, "d", "brygga")
    assert home("cache") == Path.home() / ".cache" / "brygga"


@pytest.mark.shared_data
def test_the_real_exports_make_a_pack_of_all_groups(own_home):
    pack = open_pack(SHARED_DATA / "taxonomy")
    assert pack.labels["code"].n_unique() == 400
    assert sum(path.stat().st_size for path in pack.folder.iterdir()) < 4_000_000
