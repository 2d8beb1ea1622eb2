"""Ads as JobTech gives them, in every shape and packing, whole and broken. None of them is real."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import FileError, TableError
from brygga.core.places import REGIONS, SHARED_DATA
from brygga.sources import ad_files
from brygga.sources.ad_files import ads_of
from brygga.sources.ads import ad_row, read_ads

MADE = Path(__file__).parents[1] / "data" / "ads"
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


def lines(*ads):
    return "\n".join(ad if isinstance(ad, str) else json.dumps(ad) for ad in ads) + "\n"


def wrong(path):
    return [f"{one.place}: {one.what}" for one in read_ads(path).wrong]


def test_a_reply_becomes_one_row_an_ad(tmp_path):
    row = read_ads(write(tmp_path, {"total": {"value": 1}, "hits": [AD]})).ads.row(0, named=True)
    assert (row["ad_id"], row["municipality"], row["occupation"]) == ("1", "0767", "7212")
    assert (row["positions"], str(row["published"]), row["employer"]) == (2.0, "2026-11-20", "Exempel AB")


def test_contact_details_are_gone_from_headline_and_text(tmp_path):
    ad = AD | {
        "headline": "Svetsare, ring Eva Exempelsson 0455-12 34 56",
        "description": {"text": "Eva Exempelsson svarar. +46 70 123 45 67, eva@exempel.se"},
    }
    row = read_ads(write(tmp_path, {"hits": [ad]})).ads.row(0, named=True)
    kept = row["headline"] + row["text"]
    assert not any(part in kept for part in ("Eva", "Exempelsson", "0455", "+46", "@"))


def test_only_what_the_table_has_is_kept():
    assert list(ad_row(AD)) == [column.column for column in tables.dictionary("job_ads")]
    kept = json.dumps(
        ad_row(AD | {"employer": {"name": "Exempel AB", "organization_number": "5560000000"}}), default=str
    )
    assert "5560000000" not in kept


def test_every_shape_gives_the_same_ads():
    search, stream = (read_ads(MADE / name).ads for name in ("search.json", "snapshot.json"))
    assert stream.equals(search)
    historical = read_ads(MADE / "historical.jsonl").ads
    assert historical["original_id"].to_list() == search["ad_id"].to_list()
    assert historical.drop("ad_id", "original_id").equals(search.drop("ad_id", "original_id"))
    assert search["municipality"].to_list() == ["1060", "1060", "1060", "1060", None, "1082"]


@pytest.mark.parametrize("name", ["search.json", "snapshot.json", "historical.jsonl"])
def test_every_packing_gives_the_same_ads(tmp_path, name):
    content = (MADE / name).read_bytes()
    plain = read_ads(MADE / name).ads
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.writestr("__MACOSX/._x", b"\x00")
    (tmp_path / "marked.json").write_bytes(b"\xef\xbb\xbf" + content)
    assert all(read_ads(path).ads.equals(plain) for path in tmp_path.iterdir())


def test_several_files_in_one_archive_are_read_in_turn(tmp_path):
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.jsonl", lines(AD))
        archive.writestr("b.json", json.dumps([AD | {"id": "2"}]))
    assert read_ads(tmp_path / "both.zip").ads["ad_id"].to_list() == ["1", "2"]


def test_older_lists_single_ads_and_replies_a_line_read_alike(tmp_path):
    old = AD | {"occupation_group": [AD["occupation_group"]], "workplace_address": [AD["workplace_address"]]}
    expected = read_ads(write(tmp_path, {"hits": [AD]})).ads
    for content in ([old], lines(old), json.dumps(AD), json.dumps(AD, indent=1), json.dumps({"hits": [AD]}, indent=2)):
        assert read_ads(write(tmp_path, content, "other")).ads.equals(expected)
    two = read_ads(write(tmp_path, lines({"hits": [AD]}, {"hits": [AD | {"id": "2"}]}))).ads
    assert two["ad_id"].to_list() == ["1", "2"]


def test_repeated_removed_and_incomplete_ads(tmp_path):
    stub = {"id": "9", "removed": True, "removed_date": "2026-11-21"}
    late = AD | {"id": "8", "removed": True}
    bare = {"id": "3", "headline": None, "occupation_group": None, "workplace_address": None}
    odd = AD | {"id": "4", "occupation_group": {"legacy_ams_taxonomy_id": "9999"}, "number_of_vacancies": "many"}
    ads = read_ads(write(tmp_path, {"hits": [AD, AD, stub, late, bare, odd]})).ads
    assert ads["ad_id"].to_list() == ["1", "8", "3", "4"]
    assert ads["occupation"].to_list() == ["7212", "7212", None, None]
    assert ads["positions"].to_list() == [2.0, 2.0, 1.0, 1.0]


def test_the_finer_code_of_scb_is_lifted_to_the_group_of_jobtech():
    assert ad_row(AD | {"occupation_group": {"legacy_ams_taxonomy_id": "1372"}})["occupation"] == "1370"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ({"municipality_code": "0767"}, "0767"),
        ({"municipality_code": 767}, "0767"),
        ({"municipality_code": None, "municipality": "Olofström"}, "1060"),
        ({"municipality": "Utomlands"}, None),
        ([], None),
        (None, None),
    ],
)
def test_a_municipality_is_told_by_code_or_name(address, code):
    assert ad_row(AD | {"workplace_address": address})["municipality"] == code


@pytest.mark.parametrize(
    ("description", "text"),
    [
        (
            {"text": None, "text_formatted": "<p>Svetsare &amp; montör</p><ul><li>TIG</li></ul>"},
            ["Svetsare & montör", "TIG"],
        ),
        ({"needs": "Du svetsar", "requirements": "Licens", "conditions": None}, ["Du svetsar", "Licens"]),
        ([{"text": "Du svetsar"}], ["Du svetsar"]),
        (None, []),
    ],
)
def test_the_text_is_found_where_older_ads_have_it(description, text):
    assert [
        line.strip() for line in ad_row(AD | {"description": description})["text"].split("\n") if line.strip()
    ] == text


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"id": None}, "it has no id"),
        ({"id": ""}, "it has no id"),
        ({"id": ["1"]}, "its id is neither text nor a number"),
        ({"headline": ["Svetsare"]}, "its headline is no text"),
        ({"description": "Svetsare"}, "its description is no object"),
        ({"description": {"text": 3}}, "its description has no text but something else"),
    ],
)
def test_a_row_of_wrong_types_says_what_is_wrong(changed, what):
    assert ad_row(AD | changed) == what


def test_broken_lines_lose_nothing_else_and_are_told_with_their_numbers(tmp_path):
    path = tmp_path / "ads.jsonl"
    path.write_bytes(
        lines(
            AD, '{"id": "2", "headl', "[1, 2]", {"headline": "x"}, "", AD | {"id": "3"}, '"text"', "{" * 5000
        ).encode()
        + b'{"id": "4", "headline": "sk\xf6vde"}\n'
        + lines(AD | {"id": "5"}).encode()
    )
    assert read_ads(path).ads["ad_id"].to_list() == ["1", "3", "5"]
    assert wrong(path) == [
        "line 2: it is not JSON (Unterminated string starting at, character 12)",
        "line 3: it is no ad but a list",
        "line 4: it has no id",
        "line 7: it is no ad but a single value",
        "line 8: it is not JSON (Expecting property name enclosed in double quotes, character 1)",
        "line 9: it is not UTF-8 (byte 27)",
    ]


def test_a_broken_first_line_is_one_broken_line(tmp_path):
    path = write(tmp_path, lines("{broken", AD), "ads.jsonl")
    assert (read_ads(path).ads.height, len(wrong(path))) == (1, 1)


def test_a_first_line_that_is_no_json_at_all_loses_no_other(tmp_path):
    path = write(tmp_path, lines("exported", AD), "ads.jsonl")
    assert read_ads(path).ads.height == 1
    assert wrong(path) == ["line 1: it is not JSON (Expecting value, character 0)"]


def test_half_an_emoji_costs_neither_its_ad_nor_the_others(tmp_path):
    half = "Svetsare \ud83d"
    ads = [AD | {"id": half, "headline": half, "description": {"text": half}, "employer": {"name": half}}, AD]
    read = read_ads(write(tmp_path, lines(*ads), "ads.jsonl"))
    assert read.ads.select("ad_id", "headline", "text", "employer").row(0) == ("Svetsare ?",) * 4
    assert (read.ads.height, read.wrong) == (2, ())


def test_a_file_in_an_archive_that_holds_no_ads_loses_no_other(tmp_path):
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.txt", "Read me")
        archive.writestr("b.jsonl", lines(AD))
    assert read_ads(tmp_path / "both.zip").ads["ad_id"].to_list() == ["1"]
    assert wrong(tmp_path / "both.zip") == [
        "a.txt: both.zip/a.txt cannot be read: it is neither a JSON object nor a list"
    ]


def test_a_broken_element_of_a_list_loses_nothing_else(tmp_path):
    whole = [
        AD | {"id": str(n), "must_have": {"skills": [{"concept_id": "x", "id": "y"}, {"id": 3}]}} for n in range(6)
    ]
    texts = [json.dumps(ad) for ad in whole]
    texts[1] = texts[1].replace('"headline": "Svetsare"', '"headline": Svetsare')
    texts[3] = "7"
    path = write(tmp_path, "[" + ", ".join(texts) + "]")
    assert read_ads(path).ads["ad_id"].to_list() == ["0", "2", "4", "5"]
    assert wrong(path) == ["ad 2: it is not JSON (Expecting value)", "ad 4: it is no ad but a number"]


def test_a_list_or_archive_that_is_cut_off_keeps_what_came_before(tmp_path):
    text = json.dumps([AD | {"id": str(n)} for n in range(5)])
    path = write(tmp_path, text[: int(len(text) * 0.7)])
    assert read_ads(path).ads["ad_id"].to_list() == ["0", "1", "2"]
    assert wrong(path) == ["ad 4: the file is cut off in it"]
    many = lines(*(AD | {"id": str(n), "headline": f"{n * 7919 % 4001}"} for n in range(4000))).encode()
    (tmp_path / "ads.jsonl.gz").write_bytes(gzip.compress(many)[:-5000])
    read = read_ads(tmp_path / "ads.jsonl.gz")
    assert read.ads.height > 1000
    assert "the file is cut off or damaged" in read.wrong[-1].what


def test_a_byte_that_is_not_utf8_costs_one_element_of_a_list(tmp_path):
    path = tmp_path / "ads.json"
    path.write_bytes(b'[{"id": "1", "headline": "x\xf6"}, {"id": "2", "headline": "y"}]')
    assert read_ads(path).ads["ad_id"].to_list() == ["2"]
    assert wrong(path) == ["ad 1: it is not UTF-8"]


def test_a_line_longer_than_any_ad_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(ad_files, "LONGEST_AD", 2000)
    path = write(tmp_path, lines(AD, AD | {"id": "2", "headline": "x" * 9000}, AD | {"id": "3"}), "ads.jsonl")
    assert read_ads(path).ads["ad_id"].to_list() == ["1", "3"]
    assert "line 2: it is longer than" in wrong(path)[0]


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("{broken", FileError, r"reply\.json cannot be read: it is not JSON.*read from JSON or JSONL.*fetch it again"),
        ("", FileError, r"reply\.json cannot be read: it is empty"),
        ("<html>", FileError, r"it looks like a web page"),
        ("3", FileError, r"it is neither a JSON object nor a list"),
        ({"message": "no"}, TableError, r"is JSON but no ads: it has message.*under `hits`.*save the whole reply"),
        ({"hits": []}, TableError, r"reply\.json has no ads.*nothing to code.*widen the search"),
        ([], TableError, r"has no ads"),
        ({"hits": [{"headline": "x"}, "y"]}, FileError, r"none of its 2 rows can \(ad 1: it has no id\)"),
    ],
)
def test_what_cannot_be_read_says_what_why_and_what_to_do(tmp_path, content, kind, message):
    with pytest.raises(kind, match=message):
        read_ads(write(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x28\xb5\x2f\xfd\x00", r"packed with zstd.*zstd -d"),
        ("{}".encode("utf-16"), r"it is UTF-16.*save it as UTF-8"),
        (b"PK\x03\x04broken", r"the archive is damaged or locked"),
    ],
)
def test_packings_that_we_do_not_open_say_so(tmp_path, content, message):
    (tmp_path / "ads.bin").write_bytes(content)
    with pytest.raises(FileError, match=message):
        read_ads(tmp_path / "ads.bin")


def test_a_missing_file_an_empty_archive_and_a_folder_are_file_errors(tmp_path):
    with pytest.raises(FileError, match=r"nowhere\.json cannot be read: No such file"):
        read_ads(tmp_path / "nowhere.json")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(FileError, match="the archive is empty"):
        read_ads(tmp_path / "empty.zip")
    with pytest.raises(FileError, match="cannot be read"):
        read_ads(tmp_path)


def test_no_message_shows_a_word_of_an_ad(tmp_path):
    path = write(
        tmp_path, lines(AD, '{"id": "2", "headline": "Hemlig rubrik" "x"}', {"headline": "Hemlig"}), "ads.jsonl"
    )
    assert not any("Hemlig" in one for one in wrong(path))


@given(st.integers(20, 400), st.lists(st.integers(0, 300), min_size=1, max_size=12), st.booleans())
def test_the_window_is_of_no_consequence(window, lengths, indented):
    """A list is read alike however little of it is seen at a time, with å, quotes and brackets in its texts."""
    import io

    made = [{"id": str(n), "headline": 'å"}, {"id": ' * length} for n, length in enumerate(lengths)]
    content = json.dumps(made, ensure_ascii=False, indent=1 if indented else None).encode()
    kept, ad_files.WINDOW = ad_files.WINDOW, window
    try:
        found = [ad.raw for ad in ad_files._Window(io.BytesIO(content), "x").ads()]
    finally:
        ad_files.WINDOW = kept
    assert found == made


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "headline",
                        "description",
                        "text",
                        "employer",
                        "name",
                        "occupation_group",
                        "removed",
                        "workplace_address",
                        "application_contacts",
                        "number_of_vacancies",
                        "publication_date",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_any_json_is_a_row_a_stub_or_told(value):
    row = ad_row(value)
    assert row is None or isinstance(row, (str, dict))


def test_the_example_ads_are_checked_and_coded_by_their_employers():
    ads, broken = read_ads(REGIONS / "sydost" / "ads.json")
    assert tables.check(ads, "job_ads").height >= 30
    assert ads["occupation"].null_count() == 0
    assert ads["employer"].str.starts_with("Exempel").all()
    assert broken == ()


@pytest.mark.shared_data
def test_the_real_reply_reads_whole_and_keeps_no_address():
    path = SHARED_DATA / "ads" / "jobsearch_search_response.json"
    ads, broken = read_ads(path)
    assert (ads.height, broken) == (85, ())
    assert ads["occupation"].null_count() == 0
    assert not ads["text"].str.contains(r"\w@\w").any()
    assert len(list(ads_of(path))) == 85
