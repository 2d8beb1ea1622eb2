"""Taxonomies as their publishers give them: what is read, and what each fault says."""

import json
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest

from brygga.core.errors import FaultsError, FileError, TableError, UnknownCodeError
from brygga.core.places import SHARED_DATA
from brygga.sources.taxonomy import read_exports
from brygga.sources.taxonomy_files import (
    ESCO,
    ESCO_SWEDISH,
    GROUP_ISCO,
    GROUP_SKILLS,
    HIERARCHY,
    JOBTECH,
    KNOWN,
    SKILLS,
    version_of,
)

UE = "http://data.europa.eu/esco/"


@pytest.fixture(scope="module")
def exports(taxonomy_mini):
    return read_exports(taxonomy_mini)


@pytest.fixture
def folder(taxonomy_mini, tmp_path) -> Path:
    """A copy of the miniature that a test may break."""
    return Path(shutil.copytree(taxonomy_mini, tmp_path / "exports"))


def rows(frame: pl.DataFrame, *columns: str, **where: str) -> list[tuple]:
    return frame.filter(**where).select(columns).rows()


def change(path: Path, edit) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def test_occupation_names_keep_their_ids_and_are_taken_apart_at_the_stroke(exports):
    assert rows(exports.labels, "text", "code", "weight", concept_id="mini_cncO_0001") == [
        ("CNC-operatör/CNC-svarvare", "7223", 1.0),
        ("CNC-operatör", "7223", 1.0),
        ("CNC-svarvare", "7223", 1.0),
    ]


def test_the_surest_match_of_the_crosswalk_decides_an_esco_occupation(exports):
    assert rows(exports.labels, "code", "family", text="beredare") == [("3115", "esco")]
    assert rows(exports.labels, "code", text="CNC-maskinoperatör") == [("7223",)]


def test_without_a_sure_match_the_group_comes_over_isco_and_weighs_less_where_that_splits(exports):
    assert rows(exports.labels, "code", text="maskinreparatör") == [("7233",)]
    split = exports.labels.filter(text="planslipare").select("code", "weight").rows()
    assert split == [("7212", pytest.approx(0.5**0.5)), ("7223", pytest.approx(0.5**0.5))]


def test_english_labels_come_with_their_other_names_once(exports):
    assert rows(exports.labels, "text", family="esco_en", code="3115") == [("machining planner",)]
    assert rows(exports.labels, "text", family="esco_en_alt", code="3115") == [("process planner",)]


def test_isco_titles_of_four_digits_are_labels_and_wider_ones_are_not(exports):
    titles = exports.labels.filter(family="isco")["text"].to_list()
    assert "Slipare" in titles
    assert "Metallarbete" not in titles


def test_a_definition_ends_where_it_points_elsewhere_and_the_pointer_is_a_title_there(exports):
    texts = exports.labels.filter(family="definition", code="7223")["text"].to_list()
    assert texts == [
        "Ställer in och sköter maskiner som svarvar, fräser och borrar metall. Mäter detaljer mot ritning."
    ]
    assert ("Processtekniker", "mini_g3115_0001") in rows(exports.labels, "text", "concept_id", family="definition")
    assert not exports.labels["text"].str.contains("Slipare \\(se").any()
    assert "Berednings-" not in exports.labels["text"].to_list()


def test_skills_keep_ids_decorations_and_both_languages(exports):
    jobtech = rows(exports.skills, "skill_id", "text", family="jobtech")
    assert ("mini_catD_0001", "CATIA, CAD-program") in jobtech
    assert ("mini_catT_0001", "Tillverkningsindustri-CATIA") in jobtech
    assert rows(exports.skills, "text", "language", "preferred", skill_id=f"{UE}skill/s-cnc") == [
        ("programmera CNC-styrning", "sv", True),
        ("program a CNC controller", "en", True),
        ("CNC programming", "en", False),
        ("write CNC programs", "en", False),
    ]
    preferred = exports.skills.filter("preferred")
    assert preferred.select("skill_id", "language").is_unique().all()


def test_links_substitutes_and_crosswalks(exports):
    assert ("8211", "mini_mont_0001", 1.0) in exports.skill_links.rows()
    assert exports.skill_links.height == 25
    assert exports.substitutes.filter(from_id="mini_cncO_0001", to_id="mini_berE_0001")["share"].to_list() == [0.25]
    assert exports.substitutes.height == 13
    assert rows(exports.crosswalk, "to_id", kind="skill", relation="exactMatch") == [
        ("mini_cncp_0001",),
        ("mini_ritn_0001",),
    ]
    assert rows(exports.crosswalk, "to_id", kind="isco", from_id=f"{UE}isco/C1321") == [("1370",)]
    assert rows(exports.crosswalk, "to_id", kind="esco", from_id=f"{UE}occupation/o-prep") == [(f"{UE}isco/C7223",)]
    assert "no relation" not in exports.crosswalk["relation"].to_list()
    assert exports.places == ("ekeby", "långsjö", "vikstad")


def test_esco_links_are_shares_of_the_occupations_of_a_group(exports):
    links = {(code, skill.rpartition("/")[2]): weight for code, skill, weight in exports.esco_links.iter_rows()}
    assert links["3115", "s-cad"] == links["7233", "s-hyd"] == 1.0
    half = 0.5**0.5  # the grinder lies in 7212 and 7223, beside one whole occupation in each
    assert links["7223", "s-cnc"] == pytest.approx((1 + half * 0.5) / (1 + half), abs=1e-6)
    assert links["7212", "s-draw"] == pytest.approx(0.5 / (1 + half), abs=1e-6)
    assert exports.esco_links["weight"].is_between(0, 1).all()


def test_versions_and_files_are_told(exports):
    assert exports.version == "jobtech-1, esco-1"
    assert exports.missing == ()
    assert [source["file"] for source in exports.sources] == [name for name in KNOWN if name != ESCO_SWEDISH]
    assert all(len(source["sha256"]) == 64 and len(source["day"]) == 10 for source in exports.sources)
    assert {source["publisher"] for source in exports.sources[: len(JOBTECH)]} == {"Arbetsförmedlingen, JobTech"}


def test_the_export_alone_or_the_folder_above_it_reads_alike(taxonomy_mini, exports):
    alone = read_exports(taxonomy_mini / "jobtech-1")
    assert alone.version == "jobtech-1"
    assert set(ESCO) <= set(alone.missing)
    names = exports.labels.filter(family="name")
    assert alone.labels.filter(family="name").equals(names)


def test_of_two_versions_the_last_by_name_is_read(folder):
    newer = Path(shutil.copytree(folder / "jobtech-1", folder / "jobtech-2"))
    change(newer / SKILLS, lambda content: content["data"]["concepts"].pop())
    assert read_exports(folder).version == "jobtech-2, esco-1"


def test_a_part_of_a_crosswalk_serves_where_the_whole_is_missing(folder, exports):
    (folder / "esco-sv" / "occupation_crosswalk.csv").rename(folder / "esco-sv" / "occupation_crosswalk_dev.csv")
    assert read_exports(folder).labels.equals(exports.labels)


def test_versions_are_compared_as_numbers(folder):
    (folder / "jobtech-1").rename(folder / "jobtech-9")
    shutil.copytree(folder / "jobtech-9", folder / "jobtech-31")
    assert read_exports(folder).version == "jobtech-31, esco-1"


def test_escos_own_download_reads_as_it_comes(folder, exports):
    """One zip a language, relations and all, the language at the end of the names."""
    old = folder / "esco-1-en"
    with zipfile.ZipFile(folder / "ESCO dataset - v1.2.0 - classification - en - csv.zip", "w") as archive:
        for name in ("classification_en.zip", "relations.zip"):
            with zipfile.ZipFile(old / name) as part:
                for member in part.namelist():
                    archive.writestr(f"csv/{member}".replace("Relations.csv", "Relations_en.csv"), part.read(member))
    shutil.rmtree(old)
    swedish = "conceptUri,preferredLabel,altLabels\n"
    with zipfile.ZipFile(folder / "ESCO dataset - v1.2.0 - classification - sv - csv.zip", "w") as archive:
        archive.writestr("occupations_sv.csv", f'{swedish}{UE}occupation/o-weld,svetsare,"svetserska\nfogsvetsare"\n')
        archive.writestr("skills_sv.csv", f"{swedish}{UE}skill/s-weld,svetsa med MIG,MIG-svetsa\n")
    read = read_exports(folder)
    assert read.missing == ()
    assert read.version == "jobtech-1, esco-1.2.0"
    assert read.esco_links.equals(exports.esco_links)
    welders = read.labels.filter(family="esco", code="7212")["text"].to_list()
    assert {"svetsoperatör", "svetsare", "svetserska", "fogsvetsare"} <= set(welders)
    weld = read.skills.filter(skill_id=f"{UE}skill/s-weld", language="sv").select("text", "preferred").rows()
    assert weld == [("svetsa med MIG", True), ("MIG-svetsa", False)]


def test_two_folders_are_read_as_one_and_the_first_goes_first(taxonomy_mini, tmp_path, exports):
    esco = tmp_path / "mine"
    for part in ("esco-1-en", "esco-sv"):
        shutil.copytree(taxonomy_mini / part, esco / part)
    read = read_exports(taxonomy_mini / "jobtech-1", esco)
    assert read.labels.equals(exports.labels)
    assert read.missing == ("places.json",)
    with pytest.raises(FileError, match="nowhere is no folder"):
        read_exports(taxonomy_mini, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/jobtech-2026-11-23/skills.json", ("jobtech", "2026-11-23")),
        ("a/esco-1.1.1-en/relations.zip", ("esco", "1.1.1")),
        ("a/esco-sv/occupation_labels_sv.csv", ("", "")),
    ],
)
def test_the_version_stands_in_the_name_of_the_folder(path, expected):
    assert version_of(Path(path)) == expected


def test_a_folder_without_taxonomy_says_so(tmp_path):
    with pytest.raises(TableError, match=r"has no taxonomy that can be read.*the-ssyk-hierarchy.*leave --taxonomy out"):
        read_exports(tmp_path)
    with pytest.raises(FileError, match=r"is no folder.*folder of exports.*the path that you gave"):
        read_exports(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("{broken", FileError, r"skills\.json cannot be read: it is not JSON.*as they are.*fetch it again"),
        ("[]", TableError, r"skills\.json has no list data\.concepts.*another shape.*fetch the export again"),
        ('{"data": {"concepts": [3]}}', TableError, r"skills\.json has no list data\.concepts"),
        ('{"data": {"concepts": [{"id": "a"}]}}', TableError, r"skills\.json has a concept without preferred_label: a"),
    ],
)
def test_json_of_another_shape_is_named(folder, content, kind, message):
    (folder / "jobtech-1" / SKILLS).write_text(content, encoding="utf-8")
    with pytest.raises(kind, match=message):
        read_exports(folder)


def test_another_encoding_is_named(folder):
    (folder / "jobtech-1" / SKILLS).write_bytes('{"å": 1}'.encode("cp1252"))
    with pytest.raises(FileError, match=r"skills\.json cannot be read: byte 2 is not UTF-8"):
        read_exports(folder)


def test_every_code_outside_ssyk_is_in_one_report_with_its_file(folder):
    def lose(content):
        for n, concept in enumerate(content["data"]["concepts"]):
            concept["ssyk_code_2012"] = f"99{n:02}"

    change(folder / "jobtech-1" / GROUP_ISCO, lose)
    with pytest.raises(FaultsError, match=r"exports has 7 faults") as caught:
        read_exports(folder)
    assert all(isinstance(fault, UnknownCodeError) for fault in caught.value.faults)
    assert f"{GROUP_ISCO}: code 9903 is not in SSYK 2012." in str(caught.value)
    assert "use exports of a taxonomy that follows SSYK 2012" in str(caught.value)


def test_an_id_that_stands_for_two_things_is_named_and_a_mere_repetition_is_not(folder, exports):
    def repeat(content):
        content["data"]["concepts"].append(content["data"]["concepts"][0])

    change(folder / "jobtech-1" / SKILLS, repeat)
    assert read_exports(folder).skills.equals(exports.skills)
    change(
        folder / "jobtech-1" / SKILLS, lambda content: content["data"]["concepts"][0].update(preferred_label="Annan")
    )
    with pytest.raises(
        TableError, match=r"skills\.json: the id mini_cncp_0001 stands twice, for Annan and for CNC-pro"
    ):
        read_exports(folder)


def test_a_truncated_zip_and_one_without_its_file_are_named(folder):
    path = folder / "esco-1-en" / "classification_en.zip"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileError, match=r"classification_en\.zip cannot be read: .*cut off.*fetch it again"):
        read_exports(folder)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.csv", "a,b\n")
    with pytest.raises(
        FileError, match=r"classification_en\.zip cannot be read: occupations_en\.csv is not in it"
    ) as e:
        read_exports(folder)
    assert str(e.value).count("is not in it") >= 1


def test_a_zip_damaged_inside_is_named(folder):
    path = folder / "esco-1-en" / "classification_en.zip"
    whole = bytearray(path.read_bytes())
    start = whole.index(b"skills_en.csv") + len(b"skills_en.csv")
    whole[start + 20 : start + 40] = bytes(20)
    path.write_bytes(whole)
    with pytest.raises(FileError, match=r"classification_en\.zip cannot be read"):
        read_exports(folder)


def test_a_csv_without_its_columns_is_named(folder):
    (folder / "esco-sv" / "skill_crosswalk.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(
        TableError, match=r"skill_crosswalk\.csv lacks the column\(s\) esco_skill_uri, esco_skill_label"
    ):
        read_exports(folder)


def test_links_of_a_group_that_nothing_names_are_a_fault(folder):
    change(folder / "jobtech-1" / GROUP_SKILLS, lambda content: content["data"]["concepts"][0].update(id="mini_none"))
    with pytest.raises(TableError, match=r"names the group mini_none, whose code stands in no other export"):
        read_exports(folder)


def test_a_substitutability_outside_its_range_is_a_fault(folder):
    path = folder / "jobtech-1" / "substitutability-relations-between-occupations.json"
    change(path, lambda c: c["data"]["concepts"][0]["substitutes"][0].update(substitutability_percentage=750))
    with pytest.raises(TableError, match="has a substitutability of 750, not a percentage"):
        read_exports(folder)


def test_places_of_another_shape_are_a_fault(folder):
    (folder / "places.json").write_text('{"label": "Ekeby"}', encoding="utf-8")
    with pytest.raises(TableError, match=r"places\.json is no list of places"):
        read_exports(folder)


def test_faults_of_several_files_stand_in_one_report(folder):
    (folder / "jobtech-1" / SKILLS).write_text("[]", encoding="utf-8")
    (folder / "jobtech-1" / HIERARCHY).write_text("[", encoding="utf-8")
    (folder / "esco-1-en" / "classification_en.zip").write_bytes(b"")
    with pytest.raises(FaultsError, match=r"(?s)has 3 faults.*hierarchy.*classification_en.*skills") as caught:
        read_exports(folder)
    assert len(caught.value.faults) == 3


@pytest.mark.shared_data
def test_the_real_exports_read_whole():
    exports = read_exports(SHARED_DATA / "taxonomy")
    assert exports.version == "jobtech-2025, esco-1.1.1"
    assert exports.missing == ()
    names = exports.labels.filter(family="name")
    assert names["concept_id"].n_unique() == 2412
    assert exports.labels.filter(family="group")["code"].n_unique() == 400
    assert exports.skills.filter(family="jobtech")["skill_id"].n_unique() == 6657
    assert exports.skill_links.height == 17_517
    assert exports.substitutes.height == 8324
    assert set(exports.substitutes["share"]) == {0.25, 0.75}
    assert exports.substitutes["from_id"].is_in(names["concept_id"].unique().to_list()).all()
    english = exports.skills.filter(language="en", preferred=True)
    assert english["skill_id"].n_unique() == 13_896
