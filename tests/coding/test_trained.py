import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.coding import stack, trained
from brygga.coding.likeness import Space, grams
from brygga.coding.linear import pieces
from brygga.coding.pack import Pack, embedded_pack, pack_codes
from brygga.coding.trained import Trained, labelled_rows, load_trained, train
from brygga.core import tables
from brygga.core.errors import FileError, SettingError, TableError

TITLES = {
    "7212": ["Svetsare", "TIG-svetsare", "Licenssvetsare", "Rörsvetsare", "MIG-svetsare", "Montagesvetsare"],
    "7223": ["CNC-operatör", "Maskinoperatör CNC", "Svarvare", "Fräsare", "CNC-ställare", "Slipare metall"],
    "7411": ["Elektriker", "Installationselektriker", "Serviceelektriker", "Elmontör", "Industrielektriker"],
    "8332": ["Lastbilsförare", "Chaufför tung lastbil", "Distributionsförare", "Timmerbilsförare", "Fjärrförare"],
    "3115": ["Konstruktör mekanik", "Mekanikkonstruktör", "CAD-konstruktör", "Beräkningsingenjör", "Processtekniker"],
    "5120": ["Kock", "Lunchkock", "Köksmästare", "Skolkock", "Restaurangkock", "Kallskänka"],
}
PLACES = ["Osby", "Olofström", "Växjö", "Kalmar"]
ROWS = [(f"{title} till {place}", code) for code, titles in TITLES.items() for title in titles for place in PLACES]
TEXTS, CODES = [text for text, _ in ROWS], [code for _, code in ROWS]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return embedded_pack()


@pytest.fixture(scope="module", autouse=True)
def _small_taxonomy(pack: Pack):
    """Instead of the untrained coder: the likest name of a group, so that nothing large is built here."""
    names = pack.labels.filter(pl.col("family") == "group", pl.col("language") == "sv")
    space = Space(names["text"].to_list(), grams)
    number = {code: n for n, code in enumerate(pack_codes())}
    column = np.array([number[code] for code in names["code"]])

    def scores(texts: Sequence[str], pack: Pack) -> np.ndarray:
        found = np.zeros((len(texts), len(number)), dtype=np.float32)
        for row, text in enumerate(texts):
            np.maximum.at(found[row], column, 10 * space.cosines(text))
        return found - np.log(np.exp(found).sum(axis=1, keepdims=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trained, "taxonomy_scores", scores)
        yield


@pytest.fixture(scope="module")
def coder(pack: Pack) -> Trained:
    return train(TEXTS, CODES, pack)


def test_new_texts_of_known_codes_are_coded(coder: Trained) -> None:
    coded = coder.code(["Erfaren svetsare sökes", "Två elektriker till Lund", "Kock till vår skola"], top=1)
    assert coded["code"].to_list() == ["7212", "7411", "5120"]
    assert coded["label"][0] == "Svetsare och gasskärare"
    assert tables.check(coded, "coded", where="coded").equals(coded)


def test_a_code_without_rows_can_be_reached(coder: Trained) -> None:
    coded = coder.code(["Tandläkare"], top=1)
    assert coded["code"].to_list() == ["2260"]
    assert coded.select("label", "why").row(0) == ("Tandläkare", '"tandläkare" is a known title (taxonomy)')


def test_the_reason_names_answers_that_are_alike(coder: Trained) -> None:
    why = coder.code(["Licenssvetsare till Osby", "Timmerbilsföraryrket"], top=1)["why"].to_list()
    assert why[0].startswith("like ")
    assert why[0].endswith("of your answers coded 7212: 'Licenssvetsare till Osby'")
    assert why[1] == "'timmerbilsföraryrket' speaks for your 20 answers coded 8332"


def test_chances_of_a_text_add_up_to_one_and_fall(coder: Trained) -> None:
    texts = ["Svetsare", "Tandläkare i Osby", "Kock eller elektriker"]
    assert coder.scores(texts).sum(axis=1) == pytest.approx(1)
    for _, found in coder.code(texts, top=400).group_by("row", maintain_order=True):
        assert found["rank"].to_list() == list(range(1, found.height + 1))
        assert found["confidence"].is_sorted(descending=True)


def test_it_abstains_where_nothing_can_be_said_or_it_is_not_sure(coder: Trained) -> None:
    texts = ["", None, "🙂 1234", "DROP TABLE kock", "qqxw zzkj", "Elektriker eller kock"]
    coded = coder.code(texts, min_confidence=0.999)
    assert coded["row"].to_list() == list(range(6))
    assert coded["code"].to_list() == [None] * 6
    assert coded["confidence"].to_list() == [0.0] * 6
    assert coded["why"].to_list()[:5] == [
        "the text is empty",
        "the text is empty",
        "the text has no words",
        "the text is a command to a database",
        "no word in the text is known",
    ]
    assert coded["why"][5].startswith("not sure enough: ")
    assert coded["why"][5].endswith("asked for 1.00")


def test_what_was_answered_is_answered_again(coder: Trained) -> None:
    assert coder.code(TEXTS, top=1)["code"].to_list() == CODES


def test_the_same_rows_in_another_order_train_the_same_coder(coder: Trained, pack: Pack) -> None:
    order = np.random.default_rng(5).permutation(len(TEXTS))
    again = train([TEXTS[n] for n in order], [CODES[n] for n in order], pack)
    asked = ["Svetsare", "Elektriker i Kalmar", "Tandläkare"]
    assert np.array_equal(again.scores(asked), coder.scores(asked))


def test_a_text_is_coded_the_same_wherever_it_stands(coder: Trained) -> None:
    asked = ["Svetsare", "Elektriker i Kalmar", "", "Tandläkare", "Svetsare"]
    scores = coder.scores(asked)
    assert coder.scores(asked[::-1])[::-1] == pytest.approx(scores)
    assert np.array_equal(scores[0], scores[4])
    alone = coder.scores(asked, adapt=False)
    assert coder.scores(["Tandläkare"], adapt=False)[0] == pytest.approx(alone[3])
    by_itself = coder.code(["Tandläkare"], adapt=False).drop("row")
    assert coder.code(asked, adapt=False).filter(row=3).drop("row").equals(by_itself)


def test_many_codes_are_learned_in_fewer_folds(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained, "MANY_CODES", 5)
    monkeypatch.setattr(trained, "MOST_TITLES", 100)
    folds = []
    fit = trained.Rows.fit
    monkeypatch.setattr(trained.Rows, "fit", lambda *given: folds.append(1) or fit(*given))
    coder = train(TEXTS, CODES, pack)
    assert len(folds) == 1 + trained.FOLDS_OF_MANY
    assert coder.code(["Erfaren svetsare", "Elektriker i Lund"], top=1)["code"].to_list() == ["7212", "7411"]


def test_codes_of_scb_are_lifted(pack: Pack) -> None:
    kept = labelled_rows(["Inköpschef", "Logistikchef", "Svetsare"], ["1321", " 1322 ", "7212"])
    assert [pack_codes()[one] for one in kept.classes] == ["1320", "1320", "7212"]
    assert kept.report is None


def test_rows_that_cannot_be_learned_from_are_told_of_once(pack: Pack) -> None:
    texts = ["", "Svetsare", "Svetsare!", "svetsare", "Kock", "kock", "Målare", "Snickare", None]
    codes = ["7212", "7212", "7212", "5120", "5120", "9411", "9999", "", "7212"]
    kept = labelled_rows(texts, codes)
    assert kept.texts == ("Svetsare", "Svetsare!")
    assert kept.faults == (
        "row 0: no words",
        "row 1: 'svetsare' has several codes: 5120 (1), 7212 (2); 7212 kept",
        "row 4: 'kock' has several codes: 5120 (1), 9411 (1); all left out",
        "row 6: 9999 is no occupation of SSYK 2012",
        "row 7: no code",
        "row 8: no words",
    )
    trained_on_some = train([*TEXTS, *texts], [*CODES, *codes], pack)
    assert "6 fault(s) in the labelled rows, the others are learned from:" in trained_on_some.notes[0]
    many = labelled_rows(["Svetsare"] * 30, ["svets"] * 30).report
    assert many is not None
    assert "row 0: svets is no code of four digits" in many
    assert many.endswith("and 10 more")


@pytest.mark.parametrize(
    ("texts", "codes", "weights", "message"),
    [
        (["Svetsare"], [], None, "1 texts, 0 codes and 1 weights"),
        (["Svetsare"], ["7212"], [0.0], "weights of the rows 0 are not above 0"),
        (["Svetsare"], ["7212"], [float("nan")], "weights of the rows 0 are not above 0"),
        (["Svetsare", ""], ["9999", "7212"], None, "none of the 2 labelled rows can be learned from"),
        ([], [], None, "none of the 0 labelled rows can be learned from"),
    ],
)
def test_what_cannot_be_learned_from_at_all(texts, codes, weights, message: str, pack: Pack) -> None:
    with pytest.raises(TableError, match=message):
        train(texts, codes, pack, weights=weights)


def test_without_scikit_learn_the_extra_is_named(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    with pytest.raises(SettingError, match=r"needs the package scikit-learn.*pip install 'brygga\[train\]'"):
        train(TEXTS, CODES, pack)


def test_too_few_texts_are_remembered_and_no_more(pack: Pack) -> None:
    coder = train(["Gökottare", "Gökottare"], ["7223", "7223"], pack)
    assert coder.notes == (
        "1 different labelled texts are too few to learn from (30 are needed): the same text gets the code that you "
        "gave it, all else comes from the taxonomy alone.",
    )
    coded = coder.code(["gökottare!", "Tandläkare"], top=1)
    assert coded["code"].to_list() == ["7223", "2260"]
    assert coded["confidence"][0] == pytest.approx(0.8, abs=0.01)
    assert coded["why"][0] == "like 2 of your answers coded 7223: 'Gökottare'"
    taxonomy = np.exp(trained.taxonomy_scores(["Tandläkare"], pack))
    assert coder.scores(["Tandläkare"]) == pytest.approx(taxonomy)


def test_a_single_code_is_learned_with_weights_that_are_said(pack: Pack) -> None:
    texts = [f"{word} {place}" for word in ("Svetsare", "Rörsvetsare", "Svets", "MIG") for place in "abcdefghijklmn"]
    coder = train(texts, ["7212"] * len(texts), pack)
    assert coder.notes == (
        "Labelled texts of 1 code(s) do not show how far to trust them beside the taxonomy (5 are needed): weights "
        "learned on advertisements serve.",
    )
    assert coder.code(["Svetsare", "Tandläkare"], top=1)["code"].to_list() == ["7212", "2260"]


def test_one_row_a_code_shows_nothing_on_weights(pack: Pack) -> None:
    names = pack.labels.filter(pl.col("family") == "own", pl.col("language") == "sv").unique("code", keep="first")
    rows = names.sort("code").head(40)
    coder = train(rows["text"].to_list(), rows["code"].to_list(), pack)
    assert coder.weights.tolist() == list(trained.DEFAULT_WEIGHTS)
    assert coder.code(rows["text"].to_list(), top=1)["code"].to_list() == rows["code"].to_list()


def test_a_row_that_weighs_more_counts_more(pack: Pack) -> None:
    texts, codes = [*TEXTS, "Verkstadsarbete"], [*CODES, "7212"]
    of_welder = [train(texts, codes, pack, weights=[1.0] * len(TEXTS) + [last]) for last in (0.1, 20.0)]
    light, heavy = (coder.scores(["verkstadsarbete i Lund"])[0, pack_codes().index("7212")] for coder in of_welder)
    assert heavy > light


def test_a_saved_coder_is_the_same_coder(coder: Trained, pack: Pack, tmp_path: Path) -> None:
    path = coder.save(tmp_path / "coder.npz")
    again = load_trained(path, pack)
    asked = ["Svetsare", "Elektriker i Kalmar", "Tandläkare"]
    assert again.code(asked).equals(coder.code(asked))
    assert again.notes == coder.notes
    assert [file.name for file in tmp_path.iterdir()] == ["coder.npz"]
    other = Pack(**(pack.__dict__ | {"version": "another"}))
    assert "trained with another taxonomy" in load_trained(path, other).notes[-1]


def test_a_coder_of_few_texts_is_saved_too(pack: Pack, tmp_path: Path) -> None:
    coder = train(["Gökottare"], ["7223"], pack)
    again = load_trained(coder.save(tmp_path / "coder.npz"), pack)
    assert again.code(["Gökottare"]).equals(coder.code(["Gökottare"]))


def test_what_is_no_saved_coder_is_told(coder: Trained, pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"missing\.npz is no trained coder"):
        load_trained(tmp_path / "missing.npz", pack)
    for name, content in (("text.npz", b"no zip"), ("empty.npz", b""), ("cut.npz", b"PK\x03\x04 cut off")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError, match="is no trained coder"):
            load_trained(tmp_path / name, pack)
    np.savez(tmp_path / "other.npz", numbers=np.arange(3))
    with pytest.raises(FileError, match="is no trained coder"):
        load_trained(tmp_path / "other.npz", pack)
    np.savez(tmp_path / "later.npz", format=np.array(99))
    with pytest.raises(TableError, match=r"later\.npz is a trained coder of format 99; this Brygga reads format 1"):
        load_trained(tmp_path / "later.npz", pack)
    with pytest.raises(FileError, match="cannot be written"):
        coder.save(tmp_path / "no" / "folder.npz")


def test_using_a_trained_coder_imports_no_scikit_learn(coder: Trained, tmp_path: Path) -> None:
    path = coder.save(tmp_path / "coder.npz")
    code = f"""
import sys
from pathlib import Path
import numpy as np
from brygga.coding import trained
from brygga.coding.pack import embedded_pack
trained.taxonomy_scores = lambda texts, pack: np.full((len(texts), 400), -6.0, dtype=np.float32)
coder = trained.load_trained(Path({str(path)!r}), embedded_pack())
print(coder.code(["Svetsare till Osby"], top=1)["code"][0])
print([name for name in sys.modules if name.split(".")[0] in ("sklearn", "scipy", "joblib")])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["7212", "[]"]


def test_pieces_by_hand() -> None:
    assert pieces("Rör") == [" rö", "rör", "ör ", " rör", "rör ", " rör "]
    assert pieces("12 🙂") == []


def _scores(size: int, seed: int) -> stack.Scores:
    draw = np.random.default_rng(seed)
    has = np.zeros(400, dtype=bool)
    has[:20] = True
    taxonomy = draw.normal(size=(size, 400)).astype(np.float32) - 6
    return stack.Scores(
        draw.normal(size=(size, 400)).astype(np.float32) - 1,
        draw.random((size, 400)).astype(np.float32),
        taxonomy,
        has,
    )


def test_chances_by_hand() -> None:
    scores = _scores(1, 0)
    weights = np.array([0.5, 2.0, 0.0, 1.0, 0.0, 0.7, 0.9])
    chance = stack.probabilities(scores, weights)[0]
    known = 0.5 + 2 * scores.linear[0, 3] + scores.nearest[0, 3] + 0.7 * scores.taxonomy[0, 3]
    best_new = 20 + int(np.argmax(scores.taxonomy[0, 20:]))
    best_known = int(np.argmax(scores.linear[0, :20]))
    known = 0.5 + 2 * scores.linear[0, best_known] + scores.nearest[0, best_known]
    known += 0.7 * scores.taxonomy[0, best_known]
    new = 0.9 * scores.taxonomy[0, best_new]
    assert np.log(chance[best_known] / chance[best_new]) == pytest.approx(known - new, abs=1e-4)


def test_the_weights_of_rows_made_by_a_stack_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "PRIOR_ROWS", 0.01)
    scores = _scores(4000, 1)
    truth_weights = np.array([1.0, 2.0, 0.0, 1.5, 0.0, 0.5, 0.8])
    chance = stack.probabilities(scores, truth_weights)
    draw = np.random.default_rng(2)
    truth = np.array([draw.choice(400, p=row) for row in chance])
    known = truth < 20
    share = float((~known).mean())
    learned = stack.learn_weights(scores, truth, np.ones(len(truth)), np.zeros(7), new_share=share)
    assert learned[[1, 3, 5, 6]] == pytest.approx(truth_weights[[1, 3, 5, 6]], abs=0.35)
    monkeypatch.setattr(stack, "PRIOR_ROWS", 1e9)
    held = stack.learn_weights(scores, truth, np.ones(len(truth)), np.arange(7.0), new_share=share)
    assert held == pytest.approx(np.arange(7), abs=1e-3)


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_adapted_chances_are_chances_and_keep_what_is_impossible(size: int, seed: int) -> None:
    scores = _scores(size, seed)
    chance = stack.probabilities(scores, np.array(trained.DEFAULT_WEIGHTS))
    background = stack.background_of(chance, scores.has_rows)
    adapted = stack.adapt(chance, scores.has_rows, background)
    assert adapted.sum(axis=1) == pytest.approx(1)
    assert not adapted[chance == 0].any()
    order = np.random.default_rng(seed).permutation(size)
    assert stack.adapt(chance[order], scores.has_rows, background) == pytest.approx(adapted[order])


def test_adapting_follows_the_texts_at_hand() -> None:
    has = np.zeros(400, dtype=bool)
    has[:4] = True
    chance = np.zeros((1000, 400))
    chance[:, 0], chance[:, 1], chance[:, 7] = 0.4, 0.4, 0.2
    chance[:900, 0], chance[:900, 1] = 0.7, 0.1
    adapted = stack.adapt(chance, has, stack.background_of(chance, has))
    assert adapted[999, 0] > 0.5 > adapted[999, 1]
    few = stack.adapt(chance[-2:], has, stack.background_of(chance, has))
    assert few[1, 0] == pytest.approx(few[1, 1])
