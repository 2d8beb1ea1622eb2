"""Ads and taxonomies as JobTech gives them."""

import json

import pytest

from brygga.core import tables
from brygga.core.errors import FileError, TableError
from brygga.core.places import REGIONS, SHARED_DATA
from brygga.sources.jobtech import read_ads, read_taxonomy, without_contacts

AD = {
    "id": "1",
    "original_id": None,
    "headline": "Svetsare",
    "description": {"text": "Ring 0455-12 34 56 eller skriv till eva@exempel.se"},
    "number_of_vacancies": 2,
    "employer": {"name": "Exempel AB"},
    "occupation_group": {"legacy_ams_taxonomy_id": "7212", "label": "Svetsare och gasskärare"},
    "workplace_address": {"municipality_code": "0767"},
    "application_contacts": [{"name": "Eva Exempelsson", "email": "eva@exempel.se"}],
    "publication_date": "2026-11-20T08:00:00",
}


def write(tmp_path, content, name="reply.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_reply_becomes_one_row_an_ad(tmp_path):
    row = read_ads(write(tmp_path, {"total": {"value": 1}, "hits": [AD]})).row(0, named=True)
    assert (row["ad_id"], row["municipality"], row["occupation"]) == ("1", "0767", "7212")
    assert (row["positions"], str(row["published"]), row["employer"]) == (2.0, "2026-11-20", "Exempel AB")


def test_contact_details_are_gone(tmp_path):
    ad = AD | {"description": {"text": "Eva Exempelsson svarar. 0455-12 34 56, +46 70 123 45 67, eva@exempel.se"}}
    text = read_ads(write(tmp_path, {"hits": [ad]}))["text"].item()
    assert not any(part in text for part in ("Eva", "0455", "+46", "@"))
    assert without_contacts("3-5 tjänster under 2027, 40 timmar") == "3-5 tjänster under 2027, 40 timmar"


def test_older_lists_jsonl_and_bare_lists_read_alike(tmp_path):
    old = AD | {"occupation_group": [AD["occupation_group"]]}
    expected = read_ads(write(tmp_path, {"hits": [AD]}))
    assert read_ads(write(tmp_path, [old], "list.json")).equals(expected)
    lines = "\n".join(json.dumps(ad) for ad in (old, AD | {"id": "2"}))
    assert read_ads(write(tmp_path, lines, "ads.jsonl")).head(1).equals(expected)
    assert read_ads(write(tmp_path, json.dumps(AD), "one.jsonl")).equals(expected)


def test_repeated_removed_and_incomplete_ads(tmp_path):
    stub = {"id": "9", "removed": True, "removed_date": "2026-11-21"}
    bare = {"id": "3", "headline": None, "occupation_group": None, "workplace_address": None}
    odd = AD | {"id": "4", "occupation_group": {"legacy_ams_taxonomy_id": "9999"}, "number_of_vacancies": "many"}
    ads = read_ads(write(tmp_path, {"hits": [AD, AD, stub, bare, odd]}))
    assert ads["ad_id"].to_list() == ["1", "3", "4"]
    assert ads["occupation"].to_list() == ["7212", None, None]
    assert ads["positions"].to_list() == [2.0, 1.0, 1.0]


def test_the_finer_code_of_scb_is_lifted_to_the_group_of_jobtech(tmp_path):
    ad = AD | {"occupation_group": {"legacy_ams_taxonomy_id": "1372"}}
    assert read_ads(write(tmp_path, {"hits": [ad]}))["occupation"].item() == "1370"


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("{broken", FileError, r"reply\.json cannot be read: it is not JSON.*read from JSON, UTF-8.*check the file"),
        ("", FileError, r"reply\.json cannot be read: it is not JSON"),
        ({"message": "no"}, TableError, r"is JSON but no ads: it has message.*under `hits`.*save the whole reply"),
        ("3", TableError, r"is JSON but no ads: it has int"),
        ({"hits": []}, TableError, r"reply\.json has no ads.*nothing to code.*widen the search"),
        ({"hits": [{"headline": "x"}, "y"]}, TableError, r"ad number 1, 2 has no id.*told from its copies.*fetch"),
    ],
)
def test_what_cannot_be_read_says_what_why_and_what_to_do(tmp_path, content, kind, message):
    with pytest.raises(kind, match=message):
        read_ads(write(tmp_path, content))


def test_a_missing_file_and_other_encodings_are_file_errors(tmp_path):
    with pytest.raises(FileError, match=r"nowhere\.json cannot be read"):
        read_ads(tmp_path / "nowhere.json")
    path = tmp_path / "latin.json"
    path.write_bytes('{"hits": "å"}'.encode("cp1252"))
    with pytest.raises(FileError, match="byte 10 is not UTF-8"):
        read_ads(path)


def test_the_example_ads_are_checked_and_coded_by_their_employers():
    ads = read_ads(REGIONS / "sydost" / "ads.json")
    assert tables.check(ads, "job_ads").height >= 30
    assert ads["occupation"].null_count() == 0
    assert ads["employer"].str.starts_with("Exempel").all()


def test_titles_of_a_taxonomy_carry_a_unit_group_of_scb(taxonomy_mini):
    titles = read_taxonomy(taxonomy_mini)
    assert titles.columns == ["code", "label", "language", "kind"]
    assert ("1372", "Fabrikschef", "sv", "taxonomy") in titles.rows()
    assert ("3115", "beredare", "sv", "esco") in titles.rows()


@pytest.mark.shared_data
def test_the_real_reply_and_taxonomy_read_whole():
    ads = read_ads(SHARED_DATA / "ads" / "jobsearch_search_response.json")
    assert ads.height == 85
    assert ads["occupation"].null_count() == 0
    labels = read_taxonomy(SHARED_DATA / "taxonomy")
    assert labels["code"].n_unique() >= 400
    assert set(labels["kind"]) == {"taxonomy", "esco"}
