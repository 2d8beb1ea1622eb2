"""The pack: written whole or not at all, read as it was written, and joined with our own words."""

import json
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from brygga.coding import pack as module
from brygga.coding.pack import (
    SCHEMAS,
    Pack,
    embedded_pack,
    is_pack,
    labels_over_isco,
    own_skill_id,
    pack_codes,
    read_pack,
    with_own,
    write_pack,
)
from brygga.core.errors import FileError, TableError, UnknownCodeError

WORK = """code,text,language,kind
7223,ställa om fräs,sv,task
7223,Mazak,sv,tool
7212,Mazak,sv,tool
7212,tig-svetsning,sv,skill
7212,rostfritt,sv,material
"""


@pytest.fixture
def taxonomy() -> Pack:
    """Two names, two skills: a taxonomy that can be seen whole."""
    nothing = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    made = {
        "labels": [
            ("CNC-operatör", "7223", "sv", "name", "n1", 1.0),
            ("Maskinmekaniker", "7233", "sv", "esco", "e1", 1.0),
            ("Verkställande direktörer", "1120", "sv", "group", "g1", 1.0),
        ],
        "skills": [("s1", "TIG-svetsning", "sv", "jobtech", True), ("u1", "tig-svetsning", "sv", "esco", True)],
        "skill_links": [("7212", "s1", 1.0)],
        "crosswalk": [
            ("e1", "i1", "broadMatch", "esco"),
            ("i1", "7223", "relatedMatch", "isco"),
            ("i1", "7233", "relatedMatch", "isco"),
        ],
    }
    frames = {name: pl.DataFrame(rows, schema=SCHEMAS[name], orient="row") for name, rows in made.items()}
    sources = ({"file": "skills.json", "publisher": "we", "version": "1", "sha256": "0" * 64, "day": "2026-11-23"},)
    return Pack(version="jobtech-1", sources=sources, places=("ekeby",), **{**nothing, **frames})


@pytest.fixture
def work(tmp_path, monkeypatch):
    path = tmp_path / "work.csv"
    path.write_text(WORK, encoding="utf-8")
    monkeypatch.setattr(module, "WORK", path)
    return path


def test_what_is_written_is_read_again_with_our_own_half(taxonomy, tmp_path):
    folder = write_pack(taxonomy, tmp_path / "new" / "pack")
    read = read_pack(folder)
    expected = with_own(taxonomy)
    for name in SCHEMAS:
        assert_frame_equal(getattr(read, name), getattr(expected, name))
    assert (read.version, read.sources, read.places) == (expected.version, taxonomy.sources, expected.places)
    assert read.folder == folder
    assert read.fingerprint == expected.fingerprint


def test_the_head_tells_format_counts_and_sources(taxonomy, tmp_path):
    head = json.loads((write_pack(taxonomy, tmp_path / "pack") / "pack.json").read_text(encoding="utf-8"))
    assert (head["format"], head["counts"]["labels"], head["sources"][0]["sha256"]) == (1, 3, "0" * 64)


def test_a_pack_is_replaced_and_anything_else_is_left_alone(taxonomy, tmp_path):
    folder = write_pack(taxonomy, tmp_path / "pack")
    write_pack(replace(taxonomy, version="jobtech-2"), folder)
    assert read_pack(folder).version.startswith("jobtech-2, own ")
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(FileError, match=r"holds something else than a taxonomy pack.*replaces the whole.*empty or new"):
        write_pack(taxonomy, other)
    assert (other / "letter.txt").read_text() == "dear"


def test_a_folder_that_cannot_be_written_is_said_and_nothing_stays(taxonomy, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"cannot be written.*built into that folder.*may write to"):
        write_pack(taxonomy, tmp_path / "file" / "pack")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("edit", "kind", "message"),
    [
        (lambda head: head | {"format": 2}, TableError, r"is a taxonomy pack of format 2; this Brygga reads format 1"),
        (lambda head: {}, TableError, r"format None.*other columns.*build it again with `brygga data update taxonomy"),
        (lambda head: {"format": 1}, FileError, r"pack\.json cannot be read: it is no head of a pack"),
        (lambda head: [], FileError, r"pack\.json cannot be read"),
    ],
)
def test_a_head_of_another_kind_is_refused(taxonomy, tmp_path, edit, kind, message):
    folder = write_pack(taxonomy, tmp_path / "pack")
    path = folder / "pack.json"
    path.write_text(json.dumps(edit(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    with pytest.raises(kind, match=message):
        read_pack(folder)


def test_a_missing_or_damaged_file_is_named(taxonomy, tmp_path):
    folder = write_pack(taxonomy, tmp_path / "pack")
    (folder / "skills.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(FileError, match=r"skills\.parquet cannot be read.*all of them.*build it again"):
        read_pack(folder)
    (folder / "labels.parquet").unlink()
    with pytest.raises(FileError, match=r"labels\.parquet cannot be read"):
        read_pack(folder)
    (folder / "pack.json").write_text("{")
    with pytest.raises(FileError, match=r"pack\.json cannot be read"):
        read_pack(folder)


def test_our_own_half_is_there_without_a_taxonomy():
    pack = embedded_pack()
    assert set(pack.labels["family"]) <= {"own", "work", "group"}
    assert set(pack.labels["code"]) <= set(pack_codes())
    assert pack.labels.filter(family="group")["code"].n_unique() > 390
    assert "olofström" in pack.places
    assert pack.version.startswith("own ")
    assert not is_pack(module.TITLES.parent)


def test_labels_have_no_row_twice_and_weights_between_0_and_1(taxonomy, work):
    labels = with_own(taxonomy).labels
    assert labels.select("text", "code", "family").is_unique().all()
    assert labels["weight"].is_between(0, 1).all()
    directors = labels.filter(text="Verkställande direktörer")
    assert directors.select("family", "concept_id").rows() == [("group", "g1")]


def test_own_work_becomes_labels_and_skills(taxonomy, work):
    pack = with_own(taxonomy)
    assert pack.labels.filter(family="work", text="ställa om fräs").select("code", "weight").rows() == [("7223", 1.0)]
    shared = pack.labels.filter(family="work", text="Mazak").select("code", "weight").rows()
    assert shared == [("7223", pytest.approx(0.5**0.5)), ("7212", pytest.approx(0.5**0.5))]
    own = pack.skills.filter(family="own").select("skill_id", "text").rows()
    assert own == [("own:mazak", "Mazak")]
    assert pack.skill_links.filter(skill_id="own:mazak")["code"].to_list() == ["7223", "7212"]


def test_an_own_skill_that_the_taxonomy_has_takes_its_id(taxonomy, work):
    pack = with_own(taxonomy)
    assert pack.crosswalk.filter(from_id="own:tig-svetsning")["to_id"].to_list() == ["s1"]
    assert pack.skill_links.filter(skill_id="s1").rows() == [("7212", "s1", 1.0)]


def test_an_own_code_outside_ssyk_is_refused(taxonomy, work):
    work.write_text("code,text,language,kind\n9999,x,sv,tool\n", encoding="utf-8")
    with pytest.raises(UnknownCodeError, match=r"work\.csv\.code: 1 code\(s\) not in JobTech's groups.*9999"):
        with_own(taxonomy)


def test_the_version_changes_with_our_own_words(taxonomy, work):
    before = with_own(taxonomy)
    work.write_text(WORK + "7212,slipning,sv,skill\n", encoding="utf-8")
    after = with_own(taxonomy)
    assert before.version != after.version
    assert before.fingerprint != after.fingerprint


def test_labels_over_isco_forget_the_occupation_crosswalk(taxonomy):
    esco = labels_over_isco(with_own(taxonomy)).filter(family="esco")
    assert esco.select("text", "code").rows() == [("Maskinmekaniker", "7223"), ("Maskinmekaniker", "7233")]
    assert esco["weight"].to_list() == [pytest.approx(0.5**0.5)] * 2


def test_ids_of_own_skills_are_their_words():
    assert own_skill_id("  Truckkort  A/B ") == "own:truckkort-a-b"
    assert own_skill_id("C#") != own_skill_id("C")
