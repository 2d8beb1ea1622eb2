"""Skills: spans found in English sentences, in our own texts and in the shared ads, beside plain matching.

The peers look for the same labels: flashtext and spaCy word for word, rapidfuzz and TF-IDF by comparing every run
of up to six words with every label. None of them knows an inflected form, a sign or a zone.

Start reading at `skills`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

import numpy as np

from bench.listen import data
from bench.listen.data import Spanned
from bench.listen.measures import Span, span_scores
from bench.listen.report import Cell, Report, Table, percent
from brygga.coding.pack import Pack
from brygga.coding.skills import find_skills

RUN = 6
ALIKE = 0.9
"""Likeness of a run of words to a label from which it counts as found; set by hand."""

CHUNK = 500
Finder = Callable[[str], list[Span]]


def skills(report: Report, pack: Pack, *, quick: bool) -> None:
    """A table for each set, and how zones and names come out."""
    sets = [(f"English sentences, {name}", "en", data.english_skills(name)) for name in ("house", "tech")]
    sets += [("our own texts", "sv", own()), ("the 40 shared ads with labels", "sv", shared())]
    labels = {language: _labels(pack, language) for language in ("en", "sv")}
    for name, language, known in sets:
        if known is None:
            report.leave_out(f"skills in {name}: the data beside the repository is missing")
            continue
        rows: list[list[Cell]] = []
        found = _ours(known.texts, pack)
        peers = {} if quick else dict(_peers(labels[language]))
        for method, spans in [
            *((peer, [finder(text) for text in known.texts]) for peer, finder in peers.items()),
            ("brygga skills", found),
        ]:
            score = span_scores(spans, known.spans)
            shares = (*score[2:4], score.f1, *score[4:])
            rows.append([method, score.found, *(percent(share) for share in shares)])
        spans_known = sum(map(len, known.spans))
        report.tell(
            Table(
                "skills",
                f"Spans of skills in {name}: {len(known.texts)} texts, {spans_known} spans known, per cent",
                ["method", "found", "precision", "recall", "F1", "exact precision", "exact recall"],
                rows,
                "A span counts when it touches a known one; exact: the same letters.",
            )
        )
        if language == "en":
            _named(report, name, known, pack)
    _zones(report, pack)


def own() -> Spanned:
    """Our own texts and their spans."""
    texts, spans = data.own_texts(), data.own_spans()
    keys = list(texts)
    return Spanned(
        [texts[key]["text"] for key in keys],
        [_places(spans.get(key, [])) for key in keys],
        [[{row["skill"]} for row in spans.get(key, [])] for key in keys],
    )


def shared() -> Spanned | None:
    """The shared ads that have spans, without their headline."""
    found = data.ads()
    if found is None:
        return None
    spans = data.own_spans("ads85")
    texts = {key: text.partition("\n")[2] for key, text in zip(found[0], found[1].texts, strict=True)}
    return Spanned(
        [texts[key] for key in spans],
        [_places(rows) for rows in spans.values()],
        [[{row["skill"]} for row in rows] for rows in spans.values()],
    )


def _places(rows: Sequence[dict[str, str]]) -> list[Span]:
    return [(int(row["start"]), int(row["end"])) for row in rows]


def _ours(texts: Sequence[str], pack: Pack) -> list[list[Span]]:
    spans: list[list[Span]] = [[] for _ in texts]
    for row, start, end in find_skills(texts, pack, all_zones=True).select("row", "start", "end").iter_rows():
        spans[row].append((start, end))
    return spans


def _named(report: Report, name: str, known: Spanned, pack: Pack) -> None:
    """Of the spans with a name in ESCO, how many are found under that name."""
    found = find_skills(known.texts, pack, all_zones=True).select("row", "start", "end", "label").rows()
    names = [
        (row, span, called)
        for row, (spans, all_names) in enumerate(zip(known.spans, known.names, strict=True))
        for span, called in zip(spans, all_names, strict=True)
        if called
    ]
    touched = [
        {label for at, start, end, label in found if at == row and start < span[1] and span[0] < end}
        for row, span, _ in names
    ]
    right = sum(bool(labels & called) for labels, (_, _, called) in zip(touched, names, strict=True))
    some = sum(bool(labels) for labels in touched)
    report.tell(
        Table(
            "skills",
            f"Names of the spans in {name} that ESCO has a name for",
            ["spans with a name", "found at all", "found under that name", "of those found, per cent"],
            [[len(names), some, right, percent(right / some if some else 0.0)]],
        )
    )


def _zones(report: Report, pack: Pack) -> None:
    """How many of the found and known spans of our own texts, and of the shared ads, get the known zone."""
    texts = data.own_texts()
    shared_texts: dict[str, str] = {}
    found_ads = data.ads()
    if found_ads:
        shared_texts = {k: t.partition("\n")[2] for k, t in zip(found_ads[0], found_ads[1].texts, strict=True)}
    rows: list[list[Cell]] = []
    for name, spans, words in (
        ("our own needs and ads", data.own_spans(), {key: row["text"] for key, row in texts.items()}),
        ("the shared ads", data.own_spans("ads85"), shared_texts),
    ):
        keys = [key for key in spans if key in words]
        table = find_skills([words[key] for key in keys], pack, all_zones=True)
        found: dict[str, list[tuple[int, int, str]]] = {key: [] for key in keys}
        for row, start, end, zone in table.select("row", "start", "end", "zone").iter_rows():
            found[keys[row]].append((start, end, zone))
        both = [
            (span["zone"], zone)
            for key in keys
            for span in spans[key]
            for start, end, zone in found[key]
            if start < int(span["end"]) and int(span["start"]) < end
        ]
        for zone in ("all", "tasks", "required", "merit", "company", "benefits", "other"):
            of = [pair for pair in both if zone in ("all", pair[0])]
            said = [pair for pair in both if zone in ("all", pair[1])]
            right = sum(pair[0] == pair[1] for pair in of)
            rows.append([
                name if zone == "all" else "", zone, len(of),
                percent(right / len(said)) if said else None, percent(right / len(of)) if of else None,
            ])  # fmt: skip
    report.tell(
        Table(
            "skills",
            "Zones of the spans that both we and the reader found, per cent",
            ["texts", "zone", "spans", "precision", "recall"],
            rows,
        )
    )


def _labels(pack: Pack, language: str) -> list[str]:
    labels = pack.skills.filter(language=language)["text"].unique(maintain_order=True).to_list()
    return [label for label in labels if len(label) > 1]


def _peers(labels: Sequence[str]) -> Iterator[tuple[str, Finder]]:
    lower = list(dict.fromkeys(label.lower() for label in labels))
    if find_spec("flashtext"):
        yield "flashtext", flashtext(lower)
    if find_spec("spacy"):
        yield "spaCy PhraseMatcher", spacy(lower)
    if find_spec("rapidfuzz"):
        from rapidfuzz import fuzz
        from rapidfuzz.process import cdist

        def ratios(runs: Sequence[str]) -> np.ndarray:
            cut = 100 * ALIKE
            return cdist(runs, lower, scorer=fuzz.ratio, score_cutoff=cut, dtype=np.uint8).max(axis=1) / 100

        yield f"rapidfuzz ratio of runs of words, {100 * ALIKE:.0f}", by_runs(ratios)
    if find_spec("sklearn"):
        from sklearn.feature_extraction.text import TfidfVectorizer

        grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), dtype=np.float32)
        matrix = grams.fit_transform(lower).T.tocsr()

        def cosines(runs: Sequence[str]) -> np.ndarray:
            return (grams.transform(runs) @ matrix).max(axis=1).toarray()[:, 0]

        yield f"character TF-IDF of runs of words, {ALIKE}", by_runs(cosines)


def flashtext(forms: Sequence[str]) -> Finder:
    """Keywords by flashtext."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    for sign in "åäöéüÅÄÖÉÜ":
        processor.add_non_word_boundary(sign)
    for form in forms:
        processor.add_keyword(form, form)
    return lambda text: [(start, end) for _, start, end in processor.extract_keywords(text, span_info=True)]


def spacy(forms: Sequence[str]) -> Finder:
    """Phrases by spaCy, lower case, the longest of those that overlap."""
    import spacy as package
    from spacy.matcher import PhraseMatcher
    from spacy.util import filter_spans

    language = package.blank("sv")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("skill", [language.make_doc(form) for form in forms])

    def find(text: str) -> list[Span]:
        found = filter_spans(matcher(language.make_doc(text), as_spans=True))
        return [(span.start_char, span.end_char) for span in found]

    return find


def by_runs(likeness: Callable[[Sequence[str]], np.ndarray]) -> Finder:
    """Runs of words that are like enough to a label, the likest first, none over another."""

    def find(text: str) -> list[Span]:
        words = [match.span() for match in re.finditer(r"[\w+#]+", text)]
        places = [(words[a][0], words[b][1]) for a in range(len(words)) for b in range(a, min(a + RUN, len(words)))]
        runs = [text[start:end].lower() for start, end in places]
        found = [likeness(runs[n : n + CHUNK]) for n in range(0, len(runs), CHUNK)]
        score = np.concatenate(found) if found else np.zeros(0)
        kept: list[Span] = []
        for n in sorted(np.flatnonzero(score >= ALIKE).tolist(), key=lambda n: (-score[n], places[n])):
            start, end = places[n]
            if all(end <= a or b <= start for a, b in kept):
                kept.append((start, end))
        return sorted(kept)

    return find
