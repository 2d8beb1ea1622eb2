"""The untrained coder: cases by hand, laws, and texts that are no titles."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.coding import code as module
from brygga.coding.code import class_scores, code_texts, confidence_of, open_fusion
from brygga.coding.digits import likeliest, name_of
from brygga.coding.evaluate import accuracy_at, agreement, to_jobtech
from brygga.coding.normalise import lookup_key, plain, words
from brygga.coding.pack import Pack, embedded_pack, pack_codes
from brygga.core import codes, tables
from brygga.core.places import REGIONS, SHARED_DATA

GOLD = Path(__file__).parents[1] / "data" / "needs_gold.csv"


@pytest.fixture(scope="module")
def own() -> Pack:
    return embedded_pack()


@pytest.fixture(scope="module")
def whole() -> Pack:
    from brygga.workflow.taxonomy import open_pack

    return open_pack(SHARED_DATA / "taxonomy")


def first(text: str, pack: Pack) -> dict:
    return code_texts([text], pack, top=1).row(0, named=True)


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
def test_titles_people_write_get_their_code(text, code, own):
    assert first(text, own)["code"] == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the text is empty"),
        (" \n ", "the text is empty"),
        ("🙂🙂", "the text has no words"),
        ("12345", "the text has no words"),
        ("<p></p>", "the text has no words"),
        ("\x00", "the text has no words"),
        ("'; DROP TABLE users; --", "the text is a command to a database"),
        ("Szukamy spawacza do fabryki", "no word in the text is known"),
        ("نحن بحاجة إلى لحام", "no word in the text is known"),
    ],
)
def test_what_is_no_title_is_left_open_and_says_why(text, why, own):
    coded = code_texts([text], own)
    assert coded.rows(named=True) == [{"row": 0, "rank": 1, "code": None, "label": None, "confidence": 0.0, "why": why}]


def test_a_megabyte_is_read_from_its_beginning(own):
    assert first("svetsare\n" + "<div>ord " * 120_000, own)["code"] == "7212"


def test_a_bad_row_loses_no_other(own):
    coded = code_texts(["svetsare", None, "\x00", "CNC-operatör"], own, top=1)
    assert coded["code"].to_list() == ["7212", None, None, "7223"]
    assert coded["row"].to_list() == [0, 1, 2, 3]


def test_the_order_of_the_texts_changes_no_answer(own):
    texts = ["svetsare", "CNC-operatör", "lärare", "xyzzyx"]
    there = code_texts(texts, own, top=2).drop("row").rows()
    back = code_texts(texts[::-1], own, top=2)
    parts = [back.filter(row=row).drop("row").rows() for row in (3, 2, 1, 0)]
    assert there == [answer for part in parts for answer in part]


def test_the_same_text_twice_gets_the_same_answer_and_a_blank_row_changes_nothing(own):
    coded = code_texts(["svetsare", "", "svetsare"], own, top=3)
    alone = code_texts(["svetsare"], own, top=3).drop("row")
    assert coded.filter(row=0).drop("row").equals(alone)
    assert coded.filter(row=2).drop("row").equals(alone)


def test_fewer_answers_are_the_first_of_more(own):
    more = code_texts(["Elektriker till industri"], own, top=5)
    assert code_texts(["Elektriker till industri"], own, top=2).equals(more.head(2))


def test_without_reasons_codes_and_confidences_are_the_same(own):
    texts = ["Elektriker till industri", "svetsare\nVi bygger broar.", "🙂"]
    with_reasons, without = code_texts(texts, own), code_texts(texts, own, reasons=False)
    assert without.drop("label", "why").equals(with_reasons.drop("label", "why"))
    assert set(without.filter(pl.col("code").is_not_null())["why"]) == {""}


def test_scores_are_log_probabilities_whose_largest_is_the_first_answer(own):
    texts = ["svetsare", "Erfaren elektriker sökes till Osby", "undersköterska\nnatt på äldreboende", ""]
    scores = class_scores(texts, own)
    assert scores.shape == (4, 400)
    assert scores.dtype == np.float32
    assert np.exp(scores.astype(float)).sum(1) == pytest.approx(np.ones(4), abs=1e-4)
    assert [pack_codes()[n] for n in scores[:3].argmax(1)] == [first(text, own)["code"] for text in texts[:3]]
    assert np.ptp(scores[3]) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_gets_an_answer_or_an_abstention(texts):
    coded = code_texts(texts, embedded_pack(), top=3)
    assert coded["row"].unique().sort().to_list() == list(range(len(texts)))
    assert coded["confidence"].is_between(0, 1).all()
    for _, answers in coded.group_by("row"):
        assert answers["code"].null_count() == 0 or answers.height == 1


def test_confidences_fall_and_stay_within_one_together(own):
    coded = code_texts(["operatör", "ingenjör", "säljare till butik"], own)
    for _, answers in coded.group_by("row"):
        shares = answers["confidence"].to_list()
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) < 1.001


@pytest.mark.parametrize("taxonomy", [False, True])
@pytest.mark.parametrize("kind", ["title", "headline", "text"])
def test_confidence_never_falls_with_the_chance(kind, taxonomy):
    shares = [confidence_of(chance / 20, kind, taxonomy) for chance in range(21)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_the_coder_abstains_below_the_confidence_asked_for(own):
    row = code_texts(["operatör"], own, min_confidence=0.99).row(0, named=True)
    assert (row["code"], row["confidence"], row["rank"]) == (None, 0.0, 1)
    assert row["why"].startswith("not sure enough: ")
    assert row["why"].endswith("asked for 0.99")


def test_the_coded_table_keeps_its_dictionary(own):
    coded = code_texts(["svetsare", "🙂"], own)
    assert tables.check(coded, "coded").equals(coded)


@pytest.mark.parametrize(
    ("text", "label", "why"),
    [
        ("Vi söker CNC operatörer", "CNC-operatör", '"cnc operatörer" is a known title (our list)'),
        ("Plåtslagarmästare", None, '"plåtslagarmästare" looks like "'),
    ],
)
def test_why_names_the_words_and_the_title(text, label, why, own):
    row = first(text, own)
    assert row["why"].startswith(why)
    assert row["label"] == label or label is None


def test_a_merged_group_of_jobtech_has_a_name(own):
    answers = code_texts(["platschef"], own, top=5, reasons=False)
    assert answers.filter(pl.col("label") == "").is_empty()
    assert all(name_of(code) for code in pack_codes())


@given(st.lists(st.floats(0, 1), min_size=400, max_size=400).map(np.array), st.sampled_from([1, 2, 3]))
def test_a_code_of_fewer_digits_has_the_sum_of_what_lies_below_it(shares, digits):
    shares = shares / max(shares.sum(), 1.0)
    found = likeliest(shares, 400, digits)
    for code, share, best in found:
        below = [n for n, four in enumerate(pack_codes()) if four.startswith(code)]
        assert share == pytest.approx(shares[below].sum())
        assert best in below
        assert shares[best] == shares[below].max()
    assert [share for _, share, _ in found] == sorted((share for _, share, _ in found), reverse=True)
    assert sum(share for _, share, _ in found) == pytest.approx(shares.sum())


def test_three_digits_are_surer_than_four(own):
    texts = ["montör", "operatör", "ingenjör", "säljare"]
    three, four = (code_texts(texts, own, top=1, digits=digits) for digits in (3, 4))
    assert three["code"].str.len_chars().to_list() == [3] * 4
    assert (three["confidence"] >= four["confidence"]).all()


def test_the_index_is_kept_beside_the_pack_and_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path))
    monkeypatch.setattr(module, "_OPEN", {})
    built = class_scores(["svetsare", "kock till Osby"], embedded_pack())
    kept = list((tmp_path / "cache").glob("coder-*.npz"))
    assert len(kept) == 1
    monkeypatch.setattr(module, "_OPEN", {})
    monkeypatch.setattr(module, "_built", lambda pack: pytest.fail("built again"))
    assert np.array_equal(class_scores(["svetsare", "kock till Osby"], embedded_pack()), built)


@pytest.mark.parametrize("damage", [b"", b"no archive"])
def test_a_damaged_index_is_built_again_and_an_older_one_removed(tmp_path, monkeypatch, damage):
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path))
    monkeypatch.setattr(module, "_OPEN", {})
    arrays = module._built(embedded_pack())
    monkeypatch.setattr(module, "_built", lambda pack: arrays)
    open_fusion(embedded_pack())
    (path,) = (tmp_path / "cache").glob("coder-*.npz")
    path.write_bytes(damage)
    path.with_name("coder-old-1.npz").write_bytes(b"")
    monkeypatch.setattr(module, "_OPEN", {})
    assert first("svetsare", embedded_pack())["code"] == "7212"
    assert [one.name for one in (tmp_path / "cache").glob("coder-*.npz")] == [path.name]
    assert path.stat().st_size > 1_000


def test_where_nothing_can_be_written_the_index_is_built_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRYGGA_HOME", str(tmp_path / "file"))
    arrays = module._built(embedded_pack())
    monkeypatch.setattr(module, "_built", lambda pack: arrays)
    monkeypatch.setattr(module, "_OPEN", {})
    assert first("svetsare", embedded_pack())["code"] == "7212"


def test_markup_and_endings_fall_away():
    assert plain("<b>SVETSARE</b><br>till&nbsp;Osby<script>x()</script>") == "svetsare\ntill osby"
    assert lookup_key(words("Sjuksköterskorna")) == lookup_key(words("sjuksköterska"))


def test_our_titles_have_valid_codes_of_four_digits(own):
    titles = own.labels.filter(family="own")
    codes.check_codes(titles["code"].unique().to_list(), "jobtech_ssyk", where="titles.csv")
    assert set(titles["code"]) == set(pack_codes())


def test_the_example_needs_get_their_code(own):
    with GOLD.open(encoding="utf-8") as file:
        gold = {row["need_id"]: row["code"] for row in csv.DictReader(file)}
    needs = pl.read_csv(REGIONS / "sydost" / "needs.csv", infer_schema=False)
    assert set(needs["need_id"]) == set(gold)
    coded = code_texts(needs["text"].to_list(), own)
    truth = [to_jobtech(gold[key]) for key in needs["need_id"]]
    assert accuracy_at(coded, truth, 1) >= 0.90
    assert accuracy_at(coded, truth, 5) >= 0.95


@pytest.mark.shared_data
@pytest.mark.parametrize(("pack", "least"), [("own", (0.48, 0.76)), ("whole", (0.48, 0.76))])
def test_real_ads_agree_with_their_employers_as_often_as_measured(pack, least, request):
    from brygga.sources.ads import read_ads

    ads, _ = read_ads(SHARED_DATA / "ads" / "jobsearch_search_response.json")
    texts = [f"{headline}\n{text}" for headline, text in ads.select("headline", "text").iter_rows()]
    agrees = agreement(code_texts(texts, request.getfixturevalue(pack), reasons=False), ads["occupation"].to_list())
    assert (agrees.four, agrees.within_top) >= least
    assert agrees.within_top >= least[1]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "column", "pack", "at_1", "at_5"),
    [
        ("occupation_titles_dev.csv", "label", "own", 0.60, 0.82),
        ("occupation_titles_dev.csv", "label", "whole", 0.71, 0.90),
        ("ad_headlines_dev.csv", "headline", "own", 0.49, 0.67),
        ("ad_headlines_dev.csv", "headline", "whole", 0.50, 0.70),
    ],
)
def test_known_titles_and_headlines_are_coded_as_often_as_measured(file, column, pack, at_1, at_5, request):
    known = pl.read_csv(SHARED_DATA / "benchmarks" / file, infer_schema=False).drop_nulls([column, "ssyk4"])
    known = known.sample(min(800, known.height), seed=1)
    coded = code_texts(known[column].to_list(), request.getfixturevalue(pack), reasons=False)
    assert accuracy_at(coded, known["ssyk4"].to_list(), 1) >= at_1
    assert accuracy_at(coded, known["ssyk4"].to_list(), 5) >= at_5
