"""Fit the constants of the occupation coder, and say what each part of it adds.

    python -m recipes.coding_weights

reads retired titles, headlines and ads with known codes from the open data beside the repository, and prints

    the ablation    sources added one by one, ways of reading, the fusion and titles word for word
    WEIGHTS         of `brygga.coding.fuse`: a conditional logit for each kind of text, no weight below 0
    CERTAINTY       of `brygga.coding.code`, and how far the confidence then holds

Every figure is cross-validated over occupations: those of one fold have no part in the constants they are scored with.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.code import class_scores
from brygga.coding.compounds import Splitter
from brygga.coding.evaluate import coverage_at_precision, expected_calibration_error, to_jobtech
from brygga.coding.fuse import KINDS, Weights
from brygga.coding.nearest import FAMILIES, titles_of
from brygga.coding.normalise import stem
from brygga.coding.pack import Pack, embedded_pack, pack_codes
from brygga.coding.reading import read_text
from brygga.coding.scorers import BLOCKS, CLASSES, build_blocks, part_words, rows_of, tokens
from brygga.core.places import SHARED_DATA
from brygga.sources.ads import read_ads
from brygga.workflow.taxonomy import open_pack

SAMPLE = 2_500
"""Headlines of the ablation; the weights are fitted on all."""

FOLDS = 5
CANDIDATES = 50
PENALTY = 3e-3
OUTSIDE = {"title": 1.0, "headline": 0.6}
"""Value of words beside those that name who is sought; tried 1, 0.6 and 0.4."""

FAMILIES_ADDED = (
    ("JobTech's names and groups", ("name", "group")),
    ("+ ESCO and ISCO titles", ("esco", "isco")),
    ("+ definitions", ("definition", "isco_definition")),
    ("+ English titles", ("esco_en", "esco_en_alt")),
    ("+ skills of the taxonomy", ("skill",)),
    ("+ our own titles", ("own",)),
    ("+ our own words of work", ("work",)),
)
NUMBER = {name: n for n, name in enumerate(pack_codes())}
Floats = npt.NDArray[np.float32]


class Known(NamedTuple):
    """Texts and the number of their occupation."""

    texts: list[str]
    truth: npt.NDArray[np.int64]


class Features(NamedTuple):
    """What every block says about every text, and which titles stand in it."""

    blocks: Floats  # texts x 400 x blocks
    covered: Floats  # texts x 400 x families


def titles() -> Known:
    """Titles that left the taxonomy."""
    rows = pl.read_csv(SHARED_DATA / "benchmarks" / "occupation_titles_dev.csv", infer_schema=False)
    return Known(rows["label"].to_list(), np.array([NUMBER[code] for code in rows["ssyk4"]]))


def headlines(count: int | None = None) -> Known:
    """Headlines of ads, all or a sample."""
    rows = pl.read_csv(SHARED_DATA / "benchmarks" / "ad_headlines_dev.csv", infer_schema=False)
    rows = rows.drop_nulls(["headline", "ssyk4"])
    rows = rows[sorted(random.Random(1).sample(range(rows.height), count))] if count else rows
    return Known(rows["headline"].to_list(), np.array([NUMBER[code] for code in rows["ssyk4"]]))


def ads() -> Known:
    """Whole ads with the employer's code."""
    rows, _ = read_ads(SHARED_DATA / "ads" / "jobsearch_search_response.json")
    rows = rows.drop_nulls("occupation")
    texts = [f"{headline}\n{text}" for headline, text in rows.select("headline", "text").iter_rows()]
    return Known(texts, np.array([NUMBER[to_jobtech(code)] for code in rows["occupation"]]))


def features(pack: Pack, known: Known, outside: float) -> Features:
    """Sums over the words of each text, those beside who is sought at a value of their own."""
    rows = rows_of(pack)
    splitter = Splitter(part_words(rows))
    blocks, its_titles, places = build_blocks(rows, splitter), titles_of(rows), frozenset(pack.places)
    kept: dict[str, Floats] = {}
    summed = np.zeros((len(known.texts), len(BLOCKS), CLASSES), dtype=np.float32)
    covered = np.zeros((len(known.texts), len(FAMILIES), CLASSES), dtype=np.float32)
    for n, text in enumerate(known.texts):
        reading = read_text(text, places)
        values = [1.0 if word in set(reading.head) else outside for word in reading.whole]
        for word, value in zip(reading.whole, values, strict=True):
            if word not in kept:
                kept[word] = blocks.scores(tokens(word, splitter))
            summed[n] += np.float32(value) * kept[word]
        letters = [value * len(word) for value, word in zip(values, reading.whole, strict=True)]
        covered[n] = its_titles.covered(its_titles.met([stem(word) for word in reading.whole]), letters)
    return Features(np.moveaxis(summed, 1, 2), np.moveaxis(covered, 1, 2))


def fit(shown: Features, truth: npt.NDArray[np.int64], chosen: Sequence[int], *, met: bool = True) -> Weights:
    """Weights of the chosen blocks and of titles word for word: first of each, then of the sum of all blocks."""
    scale = shown.blocks.max(axis=1).mean(axis=0) + 1e-6
    columns = [_share(shown.blocks[:, :, list(chosen)])] + ([shown.covered] if met else [])
    first = _logit(np.concatenate(columns, axis=2), truth, PENALTY)
    blocks = np.zeros(len(BLOCKS))
    blocks[list(chosen)] = first[: len(chosen)] / scale[list(chosen)]
    blocks /= blocks.sum() or 1.0
    columns = [_share((shown.blocks @ blocks)[:, :, None])] + ([shown.covered] if met else [])
    second = _logit(np.concatenate(columns, axis=2), truth, 1e-4)
    return Weights(tuple(blocks), 1.0, float(second[0]), tuple(second[1:]) or (0.0,) * len(FAMILIES))


def score(shown: Features, weights: Weights) -> Floats:
    """Logits of 400 occupations."""
    share = _share((shown.blocks @ np.array(weights.blocks))[:, :, None])[:, :, 0]
    return np.asarray(weights.share * share + shown.covered @ np.array(weights.covered), dtype=np.float32)


def crossed(shown: Features, truth: npt.NDArray[np.int64], chosen: Sequence[int], *, met: bool = True) -> Floats:
    """Logits of each text by constants that its occupation had no part in."""
    found = np.zeros((len(truth), CLASSES), dtype=np.float32)
    for inside, outside in _folds(truth):
        found[outside] = score(_of(shown, outside), fit(_of(shown, inside), truth[inside], chosen, met=met))
    return found


def ablation(pack: Pack, sets: dict[str, Known]) -> Iterator[str]:
    """Lines of the table."""
    yield "| | titles @1 / 5 | industry @1 / 5 | headlines @1 / 5 |"
    yield "|---|---|---|---|"
    whole = {kind: features(pack, known, OUTSIDE[kind]) for kind, known in sets.items()}
    truth = {kind: known.truth for kind, known in sets.items()}
    for block in ("grams names", "roots names", "grams all", "roots all"):
        place = BLOCKS.index(block)
        yield _line(f"one index, {block}", {k: shown.blocks[:, :, place] for k, shown in whole.items()}, truth)
    every = range(len(BLOCKS))
    for name, chosen, met in (
        ("all blocks of letter runs", [n for n in every if BLOCKS[n].startswith("grams")], False),
        ("all blocks of roots", [n for n in every if BLOCKS[n].startswith("roots")], False),
        ("all blocks", list(every), False),
        ("all blocks, titles word for word: **the coder**", list(every), True),
    ):
        yield _line(name, {k: crossed(shown, truth[k], chosen, met=met) for k, shown in whole.items()}, truth)
    yield "| *the coder with fewer sources:* | | | |"
    allowed: list[str] = []
    for name, families in FAMILIES_ADDED:
        allowed += families
        some = _limited(pack, allowed)
        yield _line(
            name,
            {
                kind: crossed(features(some, known, OUTSIDE[kind]), known.truth, list(every))
                for kind, known in sets.items()
            },
            truth,
        )
    own = {kind: features(embedded_pack(), known, OUTSIDE[kind]) for kind, known in sets.items()}
    yield _line("our own lists alone", {k: crossed(shown, truth[k], list(every)) for k, shown in own.items()}, truth)


def certainty(packs: Sequence[Pack], sets: dict[str, Known]) -> Iterator[str]:
    """Constants of the confidence for each kind of text and pack, and how far they hold on occupations left out."""
    told: list[str] = []
    for pack in packs:
        taxonomy = bool(pack.sources)
        shown = {name: _odds(known, pack) for name, known in sets.items()}
        sure = {name: np.zeros(len(known.truth)) for name, known in sets.items()}
        for kind in ("title", "headline", "text"):
            names = [name for name, (_, kinds, _) in shown.items() if (kinds == kind).sum() > FOLDS]
            if not names:
                continue
            for fold in range(FOLDS + 1):
                odds, right, weights = [], [], []
                for name in names:
                    its_odds, kinds, hits = shown[name]
                    inside = (kinds == kind) & (_fold_of(sets[name].truth) != fold)
                    odds.append(its_odds[inside])
                    right.append(hits[inside])
                    weights.append(np.full(inside.sum(), 1 / len(sets[name].texts)))  # sets count alike
                constants = _logistic(np.concatenate(odds), np.concatenate(right), np.concatenate(weights))
                if fold == FOLDS:  # all rows: what is kept
                    yield f'    ("{kind}", {taxonomy}): ({constants[0]:.2f}, {constants[1]:.2f}),'
                    continue
                for name in names:
                    its_odds, kinds, _ = shown[name]
                    outside = (kinds == kind) & (_fold_of(sets[name].truth) == fold)
                    sure[name][outside] = 1 / (1 + np.exp(-(constants[0] + constants[1] * its_odds[outside])))
        for name, (odds, _, hits) in shown.items():
            error = expected_calibration_error(sure[name].tolist(), hits.tolist())
            covered = coverage_at_precision(sure[name].tolist(), hits.tolist())
            before = expected_calibration_error((1 / (1 + np.exp(-odds))).tolist(), hits.tolist())
            told.append(
                f"| {name} | {'taxonomy' if taxonomy else 'own lists'} | {100 * hits.mean():.1f} "
                f"| {100 * sure[name].mean():.1f} | {before:.3f} | {error:.3f} | {100 * covered:.0f} |"
            )
    yield ""
    yield "| set | known | right @1 | mean confidence | calibration error before | after | coded at 90 % precision |"
    yield "|---|---|---|---|---|---|---|"
    yield from told


def _limited(pack: Pack, families: Sequence[str]) -> Pack:
    labels = pack.labels.filter(pl.col("family").is_in(list(families)))
    links = pack.skill_links if "skill" in families else pack.skill_links.clear()
    return replace(pack, labels=labels, skill_links=links)


def _line(name: str, logits: dict[str, Floats], truth: dict[str, npt.NDArray[np.int64]]) -> str:
    industry = np.array([code.startswith(("7", "8", "31")) for code in pack_codes()])[truth["title"]]
    parts = (
        (logits["title"], truth["title"]),
        (logits["title"][industry], truth["title"][industry]),
        (logits["headline"], truth["headline"]),
    )
    return f"| {name} | " + " | ".join(" / ".join(_within(*part)) for part in parts) + " |"


def _within(logits: Floats, truth: npt.NDArray[np.int64]) -> list[str]:
    order = np.argsort(-logits, axis=1, kind="stable")
    return [f"{100 * (order[:, :top] == truth[:, None]).any(axis=1).mean():.1f}" for top in (1, 5)]


def _odds(known: Known, pack: Pack) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_], npt.NDArray[np.bool_]]:
    """Of each text the log-odds of its first answer by the model, its kind, and whether the answer was right."""
    chances = np.exp(class_scores(known.texts, pack).astype(np.float64))
    best = chances.max(axis=1)
    kinds = np.array([read_text(text, frozenset(pack.places)).kind for text in known.texts])
    return np.log(best / np.maximum(1 - best, 1e-9)), kinds, chances.argmax(axis=1) == known.truth


def _logistic(odds: Floats, right: npt.NDArray[np.bool_], weights: Floats) -> npt.NDArray[np.float64]:
    columns = np.column_stack([np.ones(len(odds)), odds])
    weights = weights / weights.sum() * len(odds)
    found = np.array([0.0, 1.0])
    for _ in range(50):
        sure = 1 / (1 + np.exp(-columns @ found))
        slope = columns.T @ (weights * (sure - right)) + [0.0, found[1] - 1.0]  # a factor near 1 unless rows say so
        curve = (columns * (weights * sure * (1 - sure))[:, None]).T @ columns + np.diag([1e-6, 1.0])
        found = found - np.linalg.solve(curve, slope)
    return found


def _logit(shown: Floats, truth: npt.NDArray[np.int64], penalty: float) -> npt.NDArray[np.float64]:
    """Weights, none below 0, of a conditional logit over the likeliest fifty occupations of each text."""
    order = np.argsort(-shown.sum(axis=2), axis=1, kind="stable")[:, :CANDIDATES].copy()
    missing = ~(order == truth[:, None]).any(axis=1)
    order[missing, -1] = truth[missing]
    shown = np.take_along_axis(shown, order[:, :, None], axis=1).astype(np.float64)
    right = (order == truth[:, None]).argmax(axis=1)
    active = list(range(shown.shape[2]))
    while True:
        found = _newton(shown[:, :, active], right, penalty)
        if (found >= 0).all():
            break
        active.pop(int(found.argmin()))
    weights = np.zeros(shown.shape[2])
    weights[active] = found
    return weights


def _newton(shown: npt.NDArray[np.float64], right: npt.NDArray[np.int64], penalty: float) -> npt.NDArray[np.float64]:
    rows = np.arange(len(right))

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = shown @ weights
        logits -= logits.max(axis=1, keepdims=True)
        spread = np.exp(logits)
        total = spread.sum(axis=1)
        missed = np.log(total) - logits[rows, right]
        return float(missed.mean() + penalty / 2 * weights @ weights), spread / total[:, None]

    weights = np.zeros(shown.shape[2])
    value, chances = loss(weights)
    for _ in range(40):
        mean = (chances[:, :, None] * shown).sum(axis=1)
        slope = (mean - shown[rows, right]).mean(axis=0) + penalty * weights
        flat = (shown * np.sqrt(chances)[:, :, None]).reshape(-1, shown.shape[2])
        curve = (flat.T @ flat - mean.T @ mean) / len(right) + penalty * np.eye(shown.shape[2])
        step, size = np.linalg.solve(curve, slope), 1.0
        while (new := loss(weights - size * step))[0] > value and size > 1e-4:
            size /= 2
        weights, gained = weights - size * step, value - new[0]
        value, chances = new
        if gained < 1e-8:
            break
    return weights


def _share(summed: Floats) -> Floats:
    return np.asarray(summed / np.maximum(summed.max(axis=1, keepdims=True), 1e-6))


def _fold_of(truth: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return (np.random.default_rng(0).permutation(CLASSES) % FOLDS)[truth]


def _folds(truth: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    fold = _fold_of(truth)
    for number in range(FOLDS):
        yield fold != number, fold == number


def _of(shown: Features, rows: npt.NDArray[np.bool_]) -> Features:
    return Features(shown.blocks[rows], shown.covered[rows])


def main(tell: Callable[[str], None] = print) -> None:
    pack, own = open_pack(SHARED_DATA / "taxonomy"), embedded_pack()
    sets = {"title": titles(), "headline": headlines()}
    for line in ablation(pack, sets | {"headline": headlines(SAMPLE)}):
        tell(line)
    weights = {}
    for kind in KINDS:
        of_pack = fit(features(pack, sets[kind], OUTSIDE[kind]), sets[kind].truth, range(len(BLOCKS)))
        weights[kind] = of_pack._replace(outside=OUTSIDE[kind])
        rounded = ", ".join(f"{weight:.3f}" for weight in of_pack.blocks)
        covered = ", ".join(f"{weight:.2f}" for weight in of_pack.covered)
        tell(f'    "{kind}": Weights(({rounded}), {OUTSIDE[kind]}, {of_pack.share:.1f}, ({covered})),')
    ready = {"titles": sets["title"], "headlines": sets["headline"], "whole ads": ads()}
    for line in certainty([own, pack], ready):
        tell(line)


if __name__ == "__main__":
    main()
