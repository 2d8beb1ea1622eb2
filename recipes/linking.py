"""What each part of the linker adds, and where the curve of its first score comes from.

    python -m recipes.linking

reads the crosswalks of the open data beside the repository: JobTech's occupation names to ESCO's Swedish
labels, and JobTech's skills to ESCO's (exact pairs). The weights in `brygga.coding.linker` were chosen on
the skills; occupations were looked at. Prints a table in Markdown, then the curve fitted on the skills.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from brygga.coding import linker
from brygga.coding.linker import Linker
from brygga.coding.pack import Pack, embedded_pack
from brygga.core.places import SHARED_DATA
from brygga.workflow.taxonomy import open_pack

TOP = 100
FOLDER = SHARED_DATA / "taxonomy" / "esco-sv"
Task = tuple[list[str], list[str], list[set[int]]]


def occupations(folder: Path = FOLDER) -> Task:
    """JobTech's names, ESCO's Swedish labels, and for each name the labels of any concept it is related to."""
    labels = pl.read_csv(folder / "occupation_labels_sv.csv", infer_schema=False).with_row_index("place")
    pairs = pl.read_csv(folder / "occupation_crosswalk_dev.csv", infer_schema=False)
    of_concept = labels.group_by("uri", maintain_order=True).agg("place")
    gold = (
        pairs.join(of_concept, left_on="esco_uri", right_on="uri", maintain_order="left")
        .explode("place")
        .group_by("jobtech_label", maintain_order=True)
        .agg("place")
    )
    return gold["jobtech_label"].to_list(), labels["label"].to_list(), [set(found) for found in gold["place"]]


def skills(folder: Path = FOLDER) -> Task:
    """JobTech's skills with an exact answer, the ESCO skills of the crosswalk, and the answers."""
    pairs = pl.read_csv(folder / "skill_crosswalk_dev.csv", infer_schema=False).drop_nulls()
    labels = pairs["esco_skill_label_sv"].unique(maintain_order=True).to_list()
    place = {label: n for n, label in enumerate(labels)}
    gold = (
        pairs.filter(relation="exactMatch")
        .group_by("jobtech_skill_label", maintain_order=True)
        .agg("esco_skill_label_sv")
    )
    answers = [{place[label] for label in found} for found in gold["esco_skill_label_sv"]]
    return gold["jobtech_skill_label"].to_list(), labels, answers


def ranks(task: Task, ready: Linker) -> np.ndarray:
    """For each query the rank of its first right label, 0 when none is among the first hundred."""
    queries, _, gold = task
    found = [ready.find(query, TOP)[0].tolist() for query in queries]
    return np.array([
        next((rank for rank, place in enumerate(places, 1) if place in right), 0)
        for places, right in zip(found, gold, strict=True)
    ])  # fmt: skip


@contextmanager
def weights(**changed: float) -> Iterator[None]:
    """The linker with other weights."""
    kept = {name: getattr(linker, name) for name in changed}
    try:
        for name, value in changed.items():
            setattr(linker, name, value)
        yield
    finally:
        for name, value in kept.items():
            setattr(linker, name, value)


def row(name: str, found: np.ndarray) -> str:
    """One line of the table."""
    mrr = np.mean([1 / rank if rank else 0 for rank in found])
    at = [np.mean((found > 0) & (found <= k)) for k in (1, 5, 10)]
    return f"| {name} | {mrr:.3f} | " + " / ".join(f"{100 * share:.1f}" for share in at) + " |"


def ablation(title: str, task: Task, own: Pack, taxonomy: Pack) -> list[str]:
    """The table of one task."""
    mine = Linker(task[1], own)
    told = [f"| {title} ({len(task[0])} x {len(task[1])}) | MRR | @1 / 5 / 10 |", "|---|---|---|"]
    nothing = {"ROOTS": 0.0, "AGREEMENT": 0.0, "LENGTH": 0.0, "MOST_WORDINGS": 0, "MOST_TASKS": 0}
    added: dict[str, float] = dict(nothing)
    for name, one in (
        ("characters", None),
        ("+ roots of compounds", "ROOTS"),
        ("+ class agreement, own lists", "AGREEMENT"),
        ("+ length of the label", "LENGTH"),
        ("+ synonyms", "MOST_WORDINGS"),
        ("+ nouns as tasks: the default", "MOST_TASKS"),
    ):
        if one:
            added.pop(one)
        with weights(**added):
            told.append(row(name, ranks(task, mine)))
    told.append(
        row(
            "with --taxonomy (names and ESCO labels known, ESCO's groups over ISCO)",
            ranks(task, Linker(task[1], taxonomy)),
        )
    )
    return told


def curve(task: Task, own: Pack) -> list[float]:
    """Constant and weights of evidence and lead in the chance that the first label is right."""
    from sklearn.linear_model import LogisticRegression

    ready, features, right = Linker(task[1], own), [], []
    scores, linker._scores = linker._scores, lambda evidence: evidence.astype(float)
    try:
        for query, gold in zip(task[0], task[2], strict=True):
            places, evidence = ready.find(query, 2)
            if len(places) == 2:
                features.append([evidence[0], evidence[0] - evidence[1]])
                right.append(int(places[0]) in gold)
    finally:
        linker._scores = scores
    fitted = LogisticRegression(C=1_000).fit(features, right)
    return [float(fitted.intercept_[0]), *(float(weight) for weight in fitted.coef_[0])]


def main() -> None:
    own, taxonomy = embedded_pack(), open_pack(SHARED_DATA / "taxonomy")
    for title, task in (("names to ESCO Swedish", occupations()), ("skill to ESCO skill, exact", skills())):
        print("\n".join(ablation(title, task, own, taxonomy)), end="\n\n", flush=True)
    print("CERTAINTY", [round(value, 2) for value in curve(skills(), own)])


if __name__ == "__main__":
    main()
