"""What each part of the trained coder adds, on headlines of advertisements split in time.

    python -m recipes.coding_trained [draws]

reads `benchmarks/ad_headlines_dev.csv` of the open data beside the repository: rows before 15 July 2025 train, later
ones are scored, all 400 codes open. The file has 33 codes, so the split in time alone has no new ones; each draw takes
5-8 of the codes out of training that make up 15-25 % of the later rows, "wide" takes 14. `NEW_SHARE` and `HOLD`
(`brygga.coding.stack`) were chosen on these draws, so their figures are a little flattering. Prints a table in
Markdown and the weights of the time split, which are `DEFAULT_WEIGHTS` (`brygga.coding.trained`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.coding import stack, trained
from brygga.coding.pack import Pack, pack_codes
from brygga.core.places import SHARED_DATA
from brygga.workflow.taxonomy import open_pack

SPLIT = "2025-07-15"
DRAWS = 5
WIDE = 14
BINS = 10


@dataclass(frozen=True)
class Split:
    """Rows that train and rows that are scored, and what speaks for each code, out of fold and later."""

    has_rows: np.ndarray
    truth: np.ndarray
    later: stack.Scores
    bare: stack.Scores  # the linear model without the taxonomy's titles
    fold_truth: np.ndarray
    folds: dict[bool, stack.Scores]  # withheld or not


def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Texts, code numbers, and whether each row is a later one."""
    table = pl.read_csv(SHARED_DATA / "benchmarks" / "ad_headlines_dev.csv", infer_schema=False)
    table = table.drop_nulls(["headline", "ssyk4"])
    number = {code: n for n, code in enumerate(pack_codes())}
    classes = np.array([number[code] for code in table["ssyk4"]])
    return np.array(table["headline"].to_list(), dtype=object), classes, table["published_date"].to_numpy() >= SPLIT


def drawn(draw: int, classes: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Codes to withhold: 5-8 that make up 15-25 % of the later rows."""
    chance = np.random.default_rng(1000 + draw)
    while True:
        out = chance.choice(np.unique(classes[~later]), chance.integers(5, 9), replace=False)
        if 0.15 <= np.isin(classes[later], out).mean() <= 0.25:
            return out


def splits(pack: Pack, draws: int) -> Iterator[tuple[str, Split]]:
    texts, classes, later = rows()
    known = np.unique(classes[~later])
    plans = [("time", np.array([], dtype=int))]
    plans += [(f"draw {n}", drawn(n, classes, later)) for n in range(draws)]
    plans += [("wide", np.random.default_rng(2000 + n).choice(known, WIDE, replace=False)) for n in range(3)]
    for name, withheld in plans:
        earlier = ~later & ~np.isin(classes, withheld)
        yield name, split(texts[earlier], classes[earlier], texts[later], classes[later], pack)


def split(texts: np.ndarray, classes: np.ndarray, asked: np.ndarray, truth: np.ndarray, pack: Pack) -> Split:
    kept = trained.labelled_rows(texts.tolist(), [pack_codes()[one] for one in classes])
    answers = trained.Answers(kept.texts, kept.classes)
    keys = [trained.text_key(text) for text in answers.texts]
    has_rows = answers.counts() > 0
    taxonomy, nearest = trained.taxonomy_scores(asked.tolist(), pack), answers.nearest(asked.tolist())
    scores = []
    for titles in (True, False):
        ready = trained.Rows(answers, np.ones(len(keys)), pack, 0, titles=titles)
        model = ready.fit(np.ones(len(keys), dtype=bool), 0)
        linear = np.zeros(taxonomy.shape, dtype=np.float32)
        linear[:, model.classes] = model.scores(asked.tolist())
        scores.append(stack.Scores(linear, nearest, taxonomy, has_rows))
        if titles:
            found = {hold: trained.out_of_fold(answers, keys, ready, pack, 0, withhold=hold) for hold in (True, False)}
    chosen = found[True][0]
    folds = {hold: one for hold, (_, one) in found.items()}
    return Split(has_rows, truth, scores[0], scores[1], answers.classes[chosen], folds)


def learned(scores: stack.Scores, truth: np.ndarray) -> np.ndarray:
    return stack.learn_weights(scores, truth, np.ones(len(truth)), np.zeros(len(stack.FEATURES)))


def alone(scores: stack.Scores) -> np.ndarray:
    """Chances of the linear model alone: the softmax of five times its scores."""
    held = np.where(scores.has_rows, 5 * scores.linear.astype(float), -np.inf)
    chance = np.exp(held - held.max(axis=1, keepdims=True))
    return chance / chance.sum(axis=1, keepdims=True)


def without_nearest(scores: stack.Scores) -> stack.Scores:
    return stack.Scores(scores.linear, np.zeros_like(scores.nearest), scores.taxonomy, scores.has_rows)


def stacked(
    one: Split, *, hold: bool = True, nearest: bool = True, adapt: bool = True, cool: bool = False
) -> np.ndarray:
    fold, later = one.folds[hold], one.later
    if not nearest:
        fold, later = without_nearest(fold), without_nearest(later)
    weights = learned(fold, one.fold_truth)
    found, folded = stack.probabilities(later, weights), stack.probabilities(fold, weights)
    if adapt:
        found = stack.adapt(found, one.has_rows, stack.background_of(folded, one.has_rows))
    return found ** temperature(folded, one.fold_truth) if cool else found


def temperature(chance: np.ndarray, truth: np.ndarray) -> float:
    """The power of the chances that makes the truth of the rows out of fold likeliest."""

    def loss(power: float) -> float:
        moved = chance**power
        right = moved[np.arange(len(truth)), truth] / moved.sum(axis=1)
        return float(-np.log(right + 1e-6).mean())

    return float(min(np.arange(0.6, 1.61, 0.05), key=loss))


METHODS: dict[str, Callable[[Split], np.ndarray]] = {
    "untrained coder": lambda one: np.exp(one.later.taxonomy.astype(float)),
    "linear model, only codes with rows": lambda one: alone(one.bare),
    "+ titles of the taxonomy among the rows": lambda one: alone(one.later),
    "+ untrained coder, nothing withheld": lambda one: stacked(one, hold=False, nearest=False, adapt=False),
    "the same, a fifth of the codes withheld": lambda one: stacked(one, nearest=False, adapt=False),
    "+ likeness to single answers": lambda one: stacked(one, adapt=False),
    "+ shares of the texts at hand (**the trained coder**)": stacked,
    "+ temperature from the rows out of fold": lambda one: stacked(one, cool=True),
    "trained coder without withholding": lambda one: stacked(one, hold=False),
}


def measures(chance: np.ndarray, one: Split) -> list[float]:
    """In per cent: @1 of all; @1 and @3 of codes with rows; the same of those without; error; coverage."""
    order = np.argsort(-chance, axis=1, kind="stable")[:, :3]
    hit = order == one.truth[:, None]
    seen = one.has_rows[one.truth]
    sure = np.take_along_axis(chance, order[:, :1], axis=1)[:, 0] / chance.sum(axis=1)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    error = sum(abs((sure - hit[:, 0])[bins == n].sum()) for n in range(BINS)) / len(sure)
    right = np.cumsum(hit[np.argsort(-sure, kind="stable"), 0]) / np.arange(1, len(sure) + 1)
    covered = np.flatnonzero(right >= 0.9)
    figures = [hit[:, 0].mean()]
    for part in (seen, ~seen):
        figures += [hit[part, :top].any(axis=1).mean() if part.any() else np.nan for top in (1, 3)]
    return [*(100 * np.array(figures)), float(error), 100 * (covered[-1] + 1) / len(sure) if len(covered) else 0.0]


def main(draws: int = DRAWS) -> None:
    pack = open_pack(SHARED_DATA / "taxonomy")
    found: dict[str, dict[str, list[list[float]]]] = {}
    for name, one in splits(pack, draws):
        group = "draws" if name.startswith("draw") else name
        for method, chances in METHODS.items():
            found.setdefault(group, {}).setdefault(method, []).append(measures(chances(one), one))
        if name == "time":
            print("weights:", learned(one.folds[True], one.fold_truth).round(2).tolist(), "\n")
    head = ["split", "method", "@1", "with rows @1", "@3", "without @1", "@3", "calibration error", "at 90 %"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for group, of_method in found.items():
        for method, several in of_method.items():
            print("| " + " | ".join([f"{group} ({len(several)})", method, *shown(np.array(several))]) + " |")


def shown(several: np.ndarray) -> list[str]:
    """Mean and range of each figure."""
    cells = []
    for n, column in enumerate(several.T):
        digits = 3 if n == 5 else 1
        if np.isnan(column).all():
            cells.append("–")
        elif len(column) == 1:
            cells.append(f"{column[0]:.{digits}f}")
        else:
            cells.append(f"{column.mean():.{digits}f} ({column.min():.{digits}f}–{column.max():.{digits}f})")
    return cells


if __name__ == "__main__":
    main(*[int(given) for given in sys.argv[1:]])
