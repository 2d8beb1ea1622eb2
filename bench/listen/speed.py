"""Speed and memory: skills alone and the whole pipeline on ads of 2,000 characters, as ratios to each peer.

Process CPU time, the median of several rounds; in each round every contender has its turn. All of those that look for
words get the same forms (those that our gazetteer holds). Memory is the peak of a process of its own.

Start reading at `speed`.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from bench.listen import data
from bench.listen.report import Cell, Report, Table
from bench.listen.skills import flashtext, spacy
from brygga.coding.gazetteer import open_gazetteer
from brygga.coding.pack import Pack
from brygga.coding.skills import find_skills

COPIES, ROUNDS = 2_000, 5
SLOW = 200
"""Ads given to peers that would take minutes over all of them."""

SLOWEST = 5
PEERS = ("ahocorasick_rs", "flashtext", "spacy", "rapidfuzz")
Work = Callable[[Sequence[str]], object]

CHILD = """
import json, sys, time
wall, cpu = time.perf_counter(), time.process_time()
texts = json.load(open(sys.argv[1], encoding="utf-8"))
wall, cpu = time.perf_counter(), time.process_time()
{ready}
ready = time.perf_counter() - wall, time.process_time() - cpu
{work}
told = {{"wall": ready[0], "cpu": ready[1], "sklearn": "sklearn" in sys.modules, "scipy": "scipy" in sys.modules}}
try:
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    told["peak"] = int(peak.split()[1]) / 1024
except (OSError, StopIteration):
    import resource
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(told))
"""


def speed(report: Report, pack: Pack, *, quick: bool) -> None:
    """Ads a second of CPU time, ours and the peers', then loading and memory."""
    texts = data.short_ads(SLOW if quick else COPIES)
    if texts is None:
        report.leave_out("speed on the shared ads: ads/jobsearch_search_response.json is missing; our own texts serve")
        texts = [f"{row['text']}\n{n}" for n in range(20) for row in data.own_texts().values()]
    gazetteer = open_gazetteer(pack, "sv")
    forms = [gazetteer.form(n) for n in range(len(gazetteer.skill))]
    workers = _workers(pack, forms, report)
    taken: dict[str, list[float]] = {name: [] for name in workers}
    first = {name: _seconds(work, texts[:85]) for name, (work, _) in workers.items()}
    for _ in range(3 if quick else ROUNDS):
        for name, (work, count) in workers.items():
            taken[name].append(_seconds(work, texts[:count]) * len(texts) / min(count, len(texts)))
    rate = {name: len(texts) / statistics.median(seconds) for name, seconds in taken.items()}
    ours = [name for name in rate if name.startswith("brygga")]
    report.tell(
        Table(
            "speed",
            f"Ads a second of one core's CPU time: {len(texts)} ads, mean {_mean(texts):,.0f} characters",
            ["contender", "ads/s", "first 85, ads/s", *(f"{name} / it" for name in ours)],
            [
                [name, rate[name], min(85, len(texts)) / first[name], *(rate[one] / rate[name] for one in ours)]
                for name in rate
            ],
            f"{len(forms):,} forms. Median of {3 if quick else ROUNDS} rounds, {', '.join(_slowed(workers, texts))}. "
            "The 85 ads are repeated, each copy with a number of its own; words met before are quicker, so "
            "the first pass is shown beside.",
        )
    )
    _memory(report, texts, forms, pack)


def _workers(pack: Pack, forms: Sequence[str], report: Report) -> dict[str, tuple[Work, int]]:
    """Each contender's work, and how many ads it gets."""
    from brygga.coding.code import class_scores

    def whole(texts: Sequence[str]) -> object:
        return find_skills(texts, pack), class_scores(texts, pack).argmax(axis=1)

    workers: dict[str, tuple[Work, int]] = {
        "brygga, skills and zones": (lambda texts: find_skills(texts, pack), COPIES),
        "brygga, skills, zones and occupation": (whole, COPIES),
    }
    for name in PEERS:
        if find_spec(name) is None:
            report.leave_out(f"speed beside {name}: it is not installed")
    if find_spec("ahocorasick_rs"):
        from ahocorasick_rs import AhoCorasick, MatchKind

        automaton = AhoCorasick(forms, matchkind=MatchKind.LeftmostLongest)
        workers["ahocorasick_rs, raw"] = _each(lambda text: automaton.find_matches_as_indexes(text.lower())), COPIES
    if find_spec("flashtext"):
        workers["flashtext"] = _each(flashtext(forms)), COPIES
    if find_spec("spacy"):
        workers["spaCy PhraseMatcher"] = _each(spacy(forms)), SLOW
    if find_spec("rapidfuzz"):
        from rapidfuzz import fuzz, process

        workers["rapidfuzz extract, partial ratio"] = (
            _each(lambda text: process.extract(text.lower(), forms, scorer=fuzz.partial_ratio, limit=10)),
            SLOWEST,
        )
    return workers


def _each(work: Callable[[str], object]) -> Work:
    return lambda texts: [work(text) for text in texts]


def _seconds(work: Work, texts: Sequence[str]) -> float:
    began = time.process_time()
    work(texts)
    return time.process_time() - began


def _slowed(workers: dict[str, tuple[Work, int]], texts: Sequence[str]) -> list[str]:
    return [f"{name} on {count} ads" for name, (_, count) in workers.items() if count < len(texts)]


def _mean(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / len(texts)


def _memory(report: Report, texts: Sequence[str], forms: Sequence[str], pack: Pack) -> None:
    """Time until the first answer can be given, and peak memory, each in a process of its own, the median of three."""
    where = f"Path({str(pack.folder)!r})" if pack.folder else "None"
    opened = f"from pathlib import Path\nfrom brygga.workflow.taxonomy import open_pack\npack = open_pack({where})"
    warm = {
        "skills": 'from brygga.coding.skills import find_skills\nfind_skills(["och att svetsa"], pack)',
        "code": 'from brygga.coding.code import class_scores\nclass_scores(["svetsare"], pack)',
    }
    read = "forms = json.load(open(sys.argv[2], encoding='utf-8'))"
    here = "from bench.listen.skills import"
    each = "for text in texts: find(text)"
    jobs = {
        "brygga, pack alone": (opened, ""),
        "brygga, skills and zones": (f"{opened}\n{warm['skills']}", "find_skills(texts, pack)"),
        "brygga, skills, zones and occupation": (
            f"{opened}\n{warm['skills']}\n{warm['code']}",
            "find_skills(texts, pack), class_scores(texts, pack)",
        ),
    }
    if find_spec("ahocorasick_rs"):
        raw = "from ahocorasick_rs import AhoCorasick\nfind = AhoCorasick(forms).find_matches_as_indexes"
        jobs["ahocorasick_rs, raw"] = (f"{read}\n{raw}", each)
    if find_spec("flashtext"):
        jobs["flashtext"] = (f"{read}\n{here} flashtext\nfind = flashtext(forms)", each)
    if find_spec("spacy"):
        jobs["spaCy PhraseMatcher"] = (f"{read}\n{here} spacy\nfind = spacy(forms)", each)
    told: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "texts.json", Path(folder) / "forms.json"
        given.write_text(json.dumps(list(texts[:SLOW])), encoding="utf-8")
        made.write_text(json.dumps(list(forms)), encoding="utf-8")
        for name, (ready, work) in jobs.items():
            rounds = [_child(CHILD.format(ready=ready, work=work), given, made) for _ in range(3)]
            told[name] = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
            if name.startswith("brygga") and any(one["sklearn"] or one["scipy"] for one in rounds):
                raise AssertionError(f"{name} imports scikit-learn or scipy while predicting")
    whole = told["brygga, skills, zones and occupation"]
    rows: list[list[Cell]] = [
        [name, one["cpu"], one["wall"], one["peak"], whole["cpu"] / one["cpu"], whole["peak"] / one["peak"]]
        for name, one in told.items()
    ]
    report.tell(
        Table(
            "speed",
            "Until the first answer, and peak memory over 200 ads, each in its own process (median of three)",
            ["contender", "ready, CPU s", "ready, wall s", "peak MB", "ours whole / it, ready", "peak"],
            rows,
            "Ready: imports, the pack or the forms read, indexes built or read from the cache. While ours predicted, "
            "neither scikit-learn nor scipy was imported (checked).",
        )
    )


def _child(script: str, *paths: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, paths)], capture_output=True, text=True, check=False, cwd=data.ROOT
    )
    if done.returncode:
        raise RuntimeError(f"a contender failed in its own process: {done.stderr.strip().splitlines()[-1]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
