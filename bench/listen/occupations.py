"""Occupations: titles, headlines and ads to 400 groups, beside the baselines.

Start reading at `titles`, `headlines` and `ads`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import polars as pl

from bench.listen import data, ours
from bench.listen.baselines import baselines, groups_of, ranked
from bench.listen.data import Coded
from bench.listen.measures import first_right, within
from bench.listen.report import Cell, Report, Table, percent
from brygga.coding.evaluate import coverage_at_precision, expected_calibration_error
from brygga.coding.pack import Pack

PUBLISHED = ("name", "group", "esco")
"""Families of labels that anybody can download: JobTech's names, SSYK's groups, ESCO in Swedish."""

KNOWN = (*PUBLISHED, "isco", "own", "work")
"""The same, and our own lists."""

SAMPLE, QUICK = 2_500, 300
INDUSTRY = ("7", "8", "31")
TOP = 10
Ranks = list[int]


def titles(report: Report, pack: Pack, *, quick: bool) -> None:
    """Titles that left the taxonomy: all, and those of industry."""
    known = data.titles()
    if known is None:
        report.leave_out("retired titles: benchmarks/occupation_titles_dev.csv is missing")
        return
    known = known.part(list(range(0, len(known.texts), len(known.texts) // QUICK))) if quick else known
    industry = [code.startswith(INDUSTRY) for code in known.truth]
    same = {text.lower() for text in pack.labels["text"].to_list()}
    new = [text.lower() not in same for text in known.texts]
    rows: list[list[Cell]] = []
    for name, ranks in _all_ranks(known, pack):
        some = [rank for rank, chosen in zip(ranks, industry, strict=True) if chosen]
        unseen = [rank for rank, chosen in zip(ranks, new, strict=True) if chosen]
        rows.append([name, *_shares(ranks, 1, 5, 10), *_shares(some, 1, 5, 10), *_shares(unseen, 1, 5)])
    report.tell(
        Table(
            "titles",
            f"Retired titles to SSYK-4, per cent ({len(known.texts)}; industry, SSYK 7-8 and 31: {sum(industry)})",
            ["method", "@1", "@5", "@10", "industry @1", "@5", "@10", "new words @1", "@5"],
            rows,
            f"new words: {sum(new)} titles that stand in no list we know, word for word. {_error(len(known.texts))}",
        )
    )
    _sure(report, "titles", [("retired titles", known, ours.answers(known.texts, pack))])


def headlines(report: Report, pack: Pack, *, quick: bool) -> None:
    """Headlines without a training row."""
    split = data.headlines()
    if split is None:
        report.leave_out("headlines: benchmarks/ad_headlines_dev.csv is missing")
        return
    both = Coded([*split[0].texts, *split[1].texts], [*split[0].truth, *split[1].truth])
    count = QUICK if quick else SAMPLE
    sample = both.part(sorted(random.Random(1).sample(range(len(both.texts)), count)))
    rows = [[name, *_shares(ranks, 1, 3, 5)] for name, ranks in _all_ranks(sample, pack)]
    report.tell(
        Table(
            "headlines",
            f"Ad headlines to SSYK-4 without training, per cent right ({count} of {len(both.texts)}, SSYK 0-2)",
            ["method", "@1", "@3", "@5"],
            rows,
            _error(count),
        )
    )
    _sure(report, "headlines", [("headlines", sample, ours.answers(sample.texts, pack))])


def ads(report: Report, pack: Pack) -> None:
    """The shared ads: headline and text, at 4, 3 and 1 digits, against the employer's code and our own reading."""
    found = data.ads()
    if found is None:
        report.leave_out("the 85 ads: ads/jobsearch_search_response.json is missing")
        return
    ids, known = found
    mine = data.own_ads_coded()
    read = [{mine[key]["occupation"], mine[key]["occupation_alt"]} - {""} for key in ids]
    rows: list[list[Cell]] = []
    for name, codes in _firsts(known.texts, pack):
        employer = [
            percent(sum(code[:n] == truth[:n] for code, truth in zip(codes, known.truth, strict=True)) / len(ids))
            for n in (4, 3, 1)
        ]
        rows.append(
            [name, *employer, percent(sum(code in ok for code, ok in zip(codes, read, strict=True)) / len(ids))]
        )
    agree = sum(code in ok for code, ok in zip(known.truth, read, strict=True))
    report.tell(
        Table(
            "ads",
            f"Whole ads to SSYK, per cent right at first ({len(ids)} shared ads; baselines read the headline)",
            ["method", "employer's code, 4 digits", "3 digits", "1 digit", "our reading, 4 digits"],
            rows,
            f"our reading allows a second code where it is as good; the employer's is in it for {agree} of {len(ids)}.",
        )
    )
    _sure(report, "ads", [("whole ads, employer's code", known, ours.answers(known.texts, pack))])


def _all_ranks(known: Coded, pack: Pack) -> Iterator[tuple[str, Ranks]]:
    """Of each method the rank of the right group of each text; the baselines with two sets of labels."""
    for families, said in ((PUBLISHED, "published labels"), (KNOWN, "all our labels")):
        labels = _labels(pack, families)
        groups = groups_of(labels["code"].to_list())
        for name, scorer in baselines(labels["text"].to_list(), labels["code"].to_list()):
            found = ranked(scorer(known.texts), groups, TOP)
            yield f"{name}, {said}", _ranks(found, known.truth)
    yield "brygga code", _ranks(ours.answers(known.texts, pack, TOP).codes, known.truth)


def _firsts(texts: Sequence[str], pack: Pack) -> Iterator[tuple[str, list[str]]]:
    """Of each method the first code of each text."""
    labels = _labels(pack, KNOWN)
    groups = groups_of(labels["code"].to_list())
    heads = [text.partition("\n")[0] for text in texts]
    for name, scorer in baselines(labels["text"].to_list(), labels["code"].to_list()):
        yield f"{name}, all our labels", [codes[0] for codes in ranked(scorer(heads), groups, 1)]
    yield "brygga code, headline", _first(ours.answers(heads, pack, 1))
    yield "brygga code, headline and text", _first(ours.answers(texts, pack, 1))


def _first(answers: ours.Answers) -> list[str]:
    return [codes[0] if codes else "" for codes in answers.codes]


def _labels(pack: Pack, families: Sequence[str]) -> pl.DataFrame:
    swedish = pack.labels.filter(pl.col("family").is_in(list(families)), language="sv")
    return swedish.select("text", "code").unique(maintain_order=True)


def _ranks(answers: Sequence[Sequence[str]], truth: Sequence[str]) -> Ranks:
    return [first_right(codes, {code}) for codes, code in zip(answers, truth, strict=True)]


def _shares(ranks: Ranks, *tops: int) -> list[Cell]:
    return [percent(within(ranks, top)) for top in tops]


def sure_rows(name: str, known: Coded, answers: ours.Answers) -> list[Cell]:
    """Name, share right at first, mean confidence, calibration error, and the share coded at 90 % precision."""
    right = [bool(codes) and codes[0] == truth for codes, truth in zip(answers.codes, known.truth, strict=True)]
    return [
        name,
        percent(sum(right) / len(right)),
        percent(sum(answers.confidence) / len(right)),
        round(expected_calibration_error(answers.confidence, right), 3),
        percent(coverage_at_precision(answers.confidence, right)),
    ]


SURE_HEAD = ["set", "right @1", "mean confidence", "expected calibration error", "coded at 90 % precision"]


def _sure(report: Report, part: str, sets: Sequence[tuple[str, Coded, ours.Answers]]) -> None:
    report.tell(Table(part, "How far the confidence can be trusted", SURE_HEAD, [sure_rows(*one) for one in sets]))


def _error(count: int) -> str:
    return f"Standard error of a share near a half: {50 / count**0.5:.1f} points."
