"""The coder: cases by hand, laws, and texts that are no titles."""

import csv
import time
from pathlib import Path

import polars as pl
import pytest

from brygga.coding.code import code_texts, confidence_of
from brygga.coding.evaluate import agreement
from brygga.coding.labels import group_names, label_table, own_titles
from brygga.coding.normalise import lookup_key, plain, words
from brygga.core import codes, tables
from brygga.core.errors import TableError, UnknownCodeError
from brygga.core.places import REGIONS, SHARED_DATA

GOLD = Path(__file__).parents[1] / "data" / "needs_gold.csv"
LABELS = label_table()


def first(text: str) -> dict:
    return code_texts([text], LABELS, top=1).row(0, named=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3-4 CNC-operatörer till hösten", "7223"),
        ("Svetsarna går i pension, vi söker svetsare", "7212"),
        ("we need two welders", "7212"),
        ("två svettsare", "7212"),
        ("Truckförare med A och B", "8344"),
        ("Underhållsmekaniker dagtid", "7233"),
        ("Förskollärare, 2-3 legitimerade", "2343"),
        ("Grundutbildad sjuksköterska", "2221"),
        ("Software developer, C++", "2512"),
        ("<h1>Industrielektriker</h1><p>skift</p>", "7412"),
    ],
)
def test_titles_people_write_get_their_code(text, code):
    assert first(text)["code"] == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the text is empty"),
        ("🙂🙂", "the text has no words"),
        ("12345", "the text has no words"),
        ("<p></p>", "the text has no words"),
        ("'; DROP TABLE users; --", "no word in the text looks like a title we know"),
        ("Szukamy spawacza do fabryki", "no word in the text looks like a title we know"),
        ("نحن بحاجة إلى لحام", "no word in the text looks like a title we know"),
    ],
)
def test_what_is_no_title_is_left_open_and_says_why(text, why):
    row = first(text)
    assert (row["code"], row["confidence"], row["rank"]) == (None, 0.0, 1)
    assert why in row["why"]


def test_a_long_text_is_read_from_its_beginning_and_quickly():
    started = time.perf_counter()
    assert first("svetsare\n" + "<div>ord " * 200_000)["code"] == "7212"
    assert time.perf_counter() - started < 10


def test_a_bad_row_loses_no_other():
    coded = code_texts(["svetsare", None, "\x00", "CNC-operatör"], LABELS, top=1)
    assert coded["code"].to_list() == ["7212", None, None, "7223"]


def test_the_order_of_the_texts_changes_no_answer():
    texts = ["svetsare", "CNC-operatör", "lärare", "okänt ord"]
    there = code_texts(texts, LABELS, top=2).drop("row").rows()
    back = code_texts(texts[::-1], LABELS, top=2)
    parts = [back.filter(row=row).drop("row").rows() for row in (3, 2, 1, 0)]
    assert there == [answer for part in parts for answer in part]


def test_the_same_text_twice_gets_the_same_answer_and_a_blank_row_changes_nothing():
    coded = code_texts(["svetsare", "", "svetsare"], LABELS, top=3)
    alone = code_texts(["svetsare"], LABELS, top=3).drop("row")
    assert coded.filter(row=0).drop("row").equals(alone)
    assert coded.filter(row=2).drop("row").equals(alone)


def test_fewer_answers_are_the_first_of_more():
    more = code_texts(["Elektriker till industri"], LABELS, top=5)
    assert code_texts(["Elektriker till industri"], LABELS, top=2).equals(more.head(2))


def test_confidences_fall_and_stay_within_one_together():
    coded = code_texts(["operatör", "ingenjör", "säljare till butik"], LABELS)
    for _, answers in coded.group_by("row"):
        shares = answers["confidence"].to_list()
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) < 1.001


def test_confidence_never_falls_with_the_evidence():
    chances = [confidence_of(score / 20, 0.0) for score in range(60)]
    assert chances == sorted(chances)


def test_the_coder_abstains_below_the_confidence_asked_for():
    row = code_texts(["operatör"], LABELS, min_confidence=0.99).row(0, named=True)
    assert row["code"] is None
    assert row["why"].startswith("not sure enough: ")
    assert row["why"].endswith("asked for 0.99")


def test_the_coded_table_keeps_its_dictionary():
    coded = code_texts(["svetsare", "🙂"], LABELS)
    assert tables.check(coded, "coded").equals(coded)


def test_why_names_the_title_and_the_words():
    assert first("Vi söker CNC operatörer")["why"] == 'known title "CNC-operatör" stands in "cnc operatörer"'


def test_our_titles_are_many_valid_and_stand_once():
    titles = own_titles()
    codes.check_codes(titles["code"].to_list(), "ssyk", where="titles.csv")
    assert titles.height > 2_000
    assert titles["code"].str.len_chars().unique().to_list() == [4]
    assert not titles["label"].str.to_lowercase().is_duplicated().any()
    assert set(titles["kind"]) == {"title", "synonym", "abbreviation", "english"}


def test_every_unit_group_has_a_label():
    units = codes.classification("ssyk").filter(level=4)["code"]
    named = set(group_names()["code"]) | set(own_titles()["code"])
    assert not {unit for unit in units if unit not in named}


def test_a_taxonomy_adds_its_titles():
    extra = pl.DataFrame({"code": ["8121"], "label": ["kromdoppare"], "language": ["sv"], "kind": ["taxonomy"]})
    assert code_texts(["kromdoppare"], label_table(extra), top=1)["code"].to_list() == ["8121"]


def test_a_taxonomy_without_codes_or_with_wrong_ones_is_refused():
    with pytest.raises(TableError, match=r"lacks column\(s\) code.*cannot code anything.*read_taxonomy"):
        label_table(pl.DataFrame({"label": ["x"], "language": ["sv"], "kind": ["taxonomy"]}))
    with pytest.raises(UnknownCodeError, match=r"taxonomy\.code: 1 code\(s\) not in SSYK 2012: 9999"):
        label_table(pl.DataFrame({"code": ["9999"], "label": ["x"], "language": ["sv"], "kind": ["taxonomy"]}))


def test_markup_and_endings_fall_away():
    assert plain("<b>SVETSARE</b><br>till&nbsp;Osby<script>x()</script>") == "svetsare\ntill osby"
    assert lookup_key(words("Sjuksköterskorna")) == lookup_key(words("sjuksköterska"))


def test_truth_in_merged_groups_agrees_with_either_part():
    coded = pl.DataFrame({"row": [0, 1, 2], "rank": [1, 1, 1], "code": ["1371", "5322", None]})
    agrees = agreement(coded, ["1370", "5321", "7212"])
    assert (agrees.rows, agrees.coded) == (3, 2)
    assert agrees.four == pytest.approx(2 / 3)


def test_truth_that_is_too_short_is_an_error():
    coded = pl.DataFrame({"row": [0, 1], "rank": [1, 1], "code": ["7212", "7223"]})
    with pytest.raises(TableError, match="coded has 2 rows, the truth 1"):
        agreement(coded, ["7212"])


def test_nine_of_ten_example_needs_get_their_code():
    with GOLD.open(encoding="utf-8") as file:
        gold = {row["need_id"]: row["code"] for row in csv.DictReader(file)}
    needs = pl.read_csv(REGIONS / "sydost" / "needs.csv", infer_schema=False)
    assert set(needs["need_id"]) == set(gold)
    agrees = agreement(code_texts(needs["text"].to_list(), LABELS), [gold[key] for key in needs["need_id"]])
    assert agrees.four >= 0.90


@pytest.mark.shared_data
@pytest.mark.parametrize(("with_taxonomy", "least"), [(False, (0.48, 0.52, 0.62)), (True, (0.52, 0.54, 0.62))])
def test_real_ads_agree_with_their_employers_as_often_as_measured(with_taxonomy, least):
    from brygga.sources.jobtech import read_ads, read_taxonomy

    ads = read_ads(SHARED_DATA / "ads" / "jobsearch_search_response.json")
    labels = label_table(read_taxonomy(SHARED_DATA / "taxonomy")) if with_taxonomy else LABELS
    agrees = agreement(
        code_texts((ads["headline"] + "\n" + ads["text"]).to_list(), labels), ads["occupation"].to_list()
    )
    assert (agrees.four, agrees.three, agrees.one) >= least
    assert agrees.three >= least[1]
    assert agrees.one >= least[2]


@pytest.mark.shared_data
def test_retired_titles_are_coded_as_often_as_measured():
    from brygga.sources.jobtech import read_taxonomy

    titles = pl.read_csv(SHARED_DATA / "benchmarks" / "occupation_titles_dev.csv", infer_schema=False)
    labels = label_table(read_taxonomy(SHARED_DATA / "taxonomy"))
    agrees = agreement(code_texts(titles["label"].to_list(), labels), titles["ssyk4"].to_list())
    assert agrees.four >= 0.46
    assert agrees.within_top >= 0.71
