"""Trained: headlines in time order, all 400 groups open, and groups withheld from training.

    earlier rows train, later ones are scored
    with rows      later rows whose code has a training row
    without rows   the others: only label evidence can reach them
    withheld       five codes drawn at random are taken out of the training rows too

Start reading at `trained`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np

from bench.listen import data, ours
from bench.listen.data import Coded
from bench.listen.measures import first_right, within
from bench.listen.occupations import SURE_HEAD, sure_rows
from bench.listen.report import Cell, Report, Table, percent
from brygga.coding.pack import Pack
from brygga.coding.trained import train

DRAWS, WITHHELD = 3, 5
TOP = 5
Method = Callable[[Coded, Coded], ours.Answers]


def trained(report: Report, pack: Pack, *, quick: bool) -> None:
    """The table of the time split and of withheld draws, and the confidence of ours."""
    split = data.headlines()
    if split is None:
        report.leave_out("trained headlines: benchmarks/ad_headlines_dev.csv is missing")
        return
    earlier, later = split
    draws = [set[str]()]
    codes = sorted(set(earlier.truth) & set(later.truth))
    draws += [set(random.Random(seed).sample(codes, WITHHELD)) for seed in range(1 if quick else DRAWS)]
    zero = ours.answers(later.texts, pack, TOP)
    methods: dict[str, Method] = {
        "linear SVM, character 2-5-grams, balanced": svm,
        "brygga code, no training": lambda rows, asked: zero,
        "brygga code --train": lambda rows, asked: ours.read(
            train(rows.texts, rows.truth, pack).code(asked.texts, top=TOP), len(asked.texts)
        ),
    }
    rows: list[list[Cell]] = []
    sure: list[list[Cell]] = []
    for draw, withheld in enumerate(draws):
        kept = [n for n, code in enumerate(earlier.truth) if code not in withheld]
        training = earlier.part(kept)
        seen = [code in set(training.truth) for code in later.truth]
        split_name = f"draw {draw}, {WITHHELD} codes withheld" if draw else "time split"
        for name, method in methods.items():
            answers = method(training, later)
            ranks = [first_right(found, {truth}) for found, truth in zip(answers.codes, later.truth, strict=True)]
            with_rows = [rank for rank, there in zip(ranks, seen, strict=True) if there]
            without = [rank for rank, there in zip(ranks, seen, strict=True) if not there]
            rows.append([
                split_name, name,
                *(percent(within(ranks, top)) for top in (1, 3, 5)),
                len(with_rows), *(percent(within(with_rows, top)) for top in (1, 3)),
                len(without), *(percent(within(without, top)) if without else None for top in (1, 3)),
            ])  # fmt: skip
            if name.endswith("--train"):
                sure.append(sure_rows(split_name, later, answers))
    report.tell(
        Table(
            "trained",
            f"Headlines: {len(earlier.texts)} before {data.SPLIT} train, {len(later.texts)} later scored, per cent",
            ["split", "method", "@1", "@3", "@5", "with rows", "@1", "@3", "without rows", "@1", "@3"],
            rows,
        )
    )
    report.tell(Table("trained", "How far the confidence of the trained coder can be trusted", SURE_HEAD, sure))


def svm(rows: Coded, asked: Coded) -> ours.Answers:
    """The usual way: a balanced linear SVM on character n-grams; it never answers a code without a row."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    model = LinearSVC(C=0.3, class_weight="balanced").fit(grams.fit_transform(rows.texts), rows.truth)
    found = model.decision_function(grams.transform(asked.texts))
    order = np.argsort(-found, axis=1, kind="stable")[:, :TOP]
    return ours.Answers(_named(order, model.classes_.tolist()), [0.0] * len(asked.texts))


def _named(order: np.ndarray, names: Sequence[str]) -> list[list[str]]:
    return [[names[column] for column in row] for row in order.tolist()]
