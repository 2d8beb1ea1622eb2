"""Code: texts to occupations, with a confidence and the words that decided.

    class_scores   log-probabilities of all 400 groups, for many texts
    code_texts     the likeliest groups of each text with a confidence and a reason, or an honest abstention

Nothing is learned from coded texts here: what speaks are the labels of the pack (`brygga.coding.fuse`). The index over
them is built once and kept beside the pack.

Start reading at `code_texts`.
"""

from __future__ import annotations

import functools
import hashlib
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.compounds import Splitter
from brygga.coding.digits import likeliest, name_of
from brygga.coding.fuse import Evidence, Fusion, fused, log_softmax
from brygga.coding.nearest import FAMILIES, Titles, titles_of
from brygga.coding.normalise import plain
from brygga.coding.pack import Pack, pack_codes
from brygga.coding.reading import Reading, read_text
from brygga.coding.scorers import CLASSES, Floats, build_blocks, part_words, rows_of
from brygga.core import tables
from brygga.core.places import home

CERTAINTY: dict[tuple[str, bool], tuple[float, float]] = {
    ("title", False): (-0.33, 1.14),
    ("title", True): (0.08, 1.12),
    ("headline", False): (1.83, 1.88),
    ("headline", True): (1.29, 1.25),
    ("text", False): (1.35, 1.28),
    ("text", True): (1.11, 1.51),
}
"""Of each kind of text, without and with a taxonomy: log-odds that the first answer is right, from those that the model
gives it, as a constant and a factor. Fitted by `recipes/coding_weights.py` on retired titles, headlines and ads."""

LONGEST_SHOWN = 60
COMMAND_READ = 300
"""Letters in which a command to a database is looked for."""

DECIDING = 3
"""Words that are named at most where no title is like the text."""

LEAST_KNOWN = 0.25
"""Share of a text's letters that must be known, lest words of other languages be taken for ours by chance."""

NEXT = 0.999
"""The largest share of the first answer's confidence that the next one may have."""

INDEXES_KEPT = 2
_SAID = {"names": "taxonomy", "own": "our list", "esco": "ESCO"}
_COMMAND = re.compile(
    r"\b(?:select\b.+\bfrom|insert\s+into|delete\s+from|drop\s+(?:table|database)|alter\s+table|update\s+\w+\s+set)\b",
    re.IGNORECASE,
)


class Answer(NamedTuple):
    """One answer to a text; an abstention has neither code nor label."""

    rank: int
    code: str | None
    label: str | None
    confidence: float
    why: str


def class_scores(texts: Sequence[str | None], pack: Pack) -> Floats:
    """How likely each occupation is for each text, as natural logarithms of chances.

    Parameters
    ----------
    texts : what people wrote, headline first, further text after a line break
    pack : what is known

    Returns
    -------
    texts x 400, in the order of `pack_codes`; a text that nothing is known about gives all the same chance

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> scores = class_scores(["svetsare", ""], embedded_pack())
    >>> pack_codes()[scores[0].argmax()], round(float(np.exp(scores[1, 0])), 4)
    ('7212', 0.0025)
    """
    fusion, places = open_fusion(pack), _places(pack)
    logits = np.zeros((len(texts), CLASSES), dtype=np.float32)
    for n, text in enumerate(texts):
        if text:
            logits[n] = fusion.evidence(read_text(text, places)).logits
    return log_softmax(logits)


def code_texts(
    texts: Sequence[str | None],
    pack: Pack,
    *,
    top: int = 5,
    min_confidence: float = 0.0,
    reasons: bool = True,
    digits: int = 4,
) -> pl.DataFrame:
    """The likeliest occupations for each text.

    Parameters
    ----------
    texts : what people wrote, headline first, further text after a line break
    pack : what is known
    top : answers per text at most
    min_confidence : below it the coder abstains (share, 0-1)
    digits : of the codes, 1 to 4; fewer add up the groups below them
    reasons : whether to look for the title and the words that decided; without them it is quicker, the label is
        the group's name and `why` is empty

    Returns
    -------
    table `coded`
        For each text `top` rows, rank 1 the likeliest, code in JobTech's grouping; a text that nothing is known about
        gets one row of rank 1 with an empty (null) code, confidence 0 and a `why` that says so. Confidences of one
        text add up to at most 1.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> coded = code_texts(["3-4 CNC-operatörer till hösten", "🙂"], embedded_pack(), top=1)
    >>> coded.select("code", "label", "why").rows()
    [('7223', 'CNC-operatör', '"cnc operatörer" is a known title (our list)'), (None, None, 'the text has no words')]
    """
    coder = _Coder(pack)
    answers: dict[str, list[Answer]] = {}
    for text in texts:
        if (text or "") not in answers:
            answers[text or ""] = coder.answers(text or "", top, min_confidence, reasons, digits)
    rows = [(n, *answer) for n, text in enumerate(texts) for answer in answers[text or ""]]
    return pl.DataFrame(rows, schema=tables.empty("coded").schema, orient="row")


def abstention(text: str, pack: Pack) -> str | None:
    """Why nothing can be said of a text, if so: it is empty, holds no known word, or is no text for people.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> abstention("🙂", embedded_pack()), abstention("svetsare", embedded_pack())
    ('the text has no words', None)
    """
    return _nothing_known(text, open_fusion(pack).known(read_text(text, _places(pack))))


def is_command(text: str) -> bool:
    """Whether a text is a command to a database.

    Examples
    --------
    >>> is_command("DROP TABLE jobs"), is_command("Bordsservering")
    (True, False)
    """
    return _COMMAND.search(text, 0, COMMAND_READ) is not None


def reasons(text: str, groups: Sequence[int], pack: Pack) -> list[tuple[str, str]]:
    """For each of some groups (number among `pack_codes`) the title or name to show, and why it may be meant.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> reasons("CNC-operatörer till hösten", [pack_codes().index("7223")], embedded_pack())
    [('CNC-operatör', '"cnc operatörer" is a known title (our list)')]
    """
    coder = _Coder(pack)
    reading = read_text(text, coder.places)
    evidence = coder.fusion.evidence(reading)
    found = [coder.reason(evidence, reading, group) for group in groups]
    return [(label or group_name(group), why) for group, (label, why) in zip(groups, found, strict=True)]


def group_name(group: int) -> str:
    """The Swedish name of a group, by its number among `pack_codes`."""
    return name_of(pack_codes()[group])


def confidence_of(chance: float, kind: str, taxonomy: bool) -> float:
    """The share of first answers with this chance by the model that were right among texts of the kind.

    Examples
    --------
    >>> low, high = confidence_of(0.2, "title", True), confidence_of(0.9, "title", True)
    >>> 0 < low < high < 1
    True
    """
    constant, factor = CERTAINTY[kind, taxonomy]
    odds = math.log(max(chance, 1e-9) / max(1 - chance, 1e-9))
    return 1 / (1 + math.exp(-(constant + factor * odds)))


class _Coder:
    """Answers texts one by one."""

    def __init__(self, pack: Pack) -> None:
        self.fusion, self.places = open_fusion(pack), _places(pack)
        self.taxonomy = bool(pack.sources)

    def answers(self, text: str, top: int, least: float, reasons: bool, digits: int) -> list[Answer]:
        """The answers to one text, or the abstention."""
        reading = read_text(text, self.places)
        known = self.fusion.known(reading)
        if nothing := _nothing_known(text, known):
            return [_abstention(nothing)]
        evidence = self.fusion.evidence(reading)
        chances = np.exp(log_softmax(evidence.logits).astype(np.float64))
        first = known * confidence_of(float(chances.max()), reading.kind, self.taxonomy)
        found = []
        for rank, (code, share, group) in enumerate(likeliest(_shares(chances, first), top, digits), 1):
            if share < least and rank == 1:
                best = f"{code} {name_of(code)}"
                return [_abstention(f"not sure enough: {best} at {share:.2f}, asked for {least:.2f}")]
            label, why = self.reason(evidence, reading, group) if reasons else (None, "")
            found.append(Answer(rank, code, label or name_of(code), round(share, 4), why))
        return found

    def reason(self, evidence: Evidence, reading: Reading, group: int) -> tuple[str | None, str]:
        """The title that speaks most for an occupation, if one does, and in words why."""
        titles = self.fusion.titles
        met = [one for one in evidence.met if titles.classes[one.title] == group]
        if met:
            best = max(met, key=lambda one: (sum(map(len, reading.whole[one.first : one.last])), -one.title))
            said = " ".join(reading.whole[best.first : best.last])
            return titles.texts[best.title], f'"{_short(said)}" is a known title ({_source(titles, best.title)})'
        given = np.array(evidence.values) * evidence.vectors[:, group]
        order = [int(n) for n in np.argsort(-given, kind="stable")[:DECIDING] if given[n] > 0.1 * given.max()]
        if not order:
            return None, "little speaks for it"
        decider = (evidence.words[order[0]],)
        likest = titles.likest([reading.head, decider] if len(reading.head) > 1 else [decider], group)
        if likest:
            title, phrase = likest
            why = f'"{_short(" ".join(phrase))}" looks like "{titles.texts[title]}" ({_source(titles, title)})'
            return titles.texts[title], why
        words = ", ".join(f'"{word}"' for word in dict.fromkeys(evidence.words[n] for n in order))
        return None, f"{words} stand{'s' if len(order) == 1 else ''} in what is known of the occupation"


def _source(titles: Titles, title: int) -> str:
    return _SAID[FAMILIES[titles.families[title]]]


def _short(said: str) -> str:
    return said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN].rstrip()}…"


def _shares(chances: npt.NDArray[np.float64], first: float) -> npt.NDArray[np.float64]:
    """The confidence of the first; what it leaves is shared by the others after their chances, none up to it."""
    best = int(chances.argmax())
    shares = (1 - first) * chances / max(1e-9, 1 - float(chances[best]))
    shares[best] = 0.0
    shares *= min(1.0, NEXT * first / max(1e-9, float(shares.max())))
    shares[best] = first
    return shares


def _abstention(why: str) -> Answer:
    return Answer(1, None, None, 0.0, why)


def _nothing_known(text: str, known: float) -> str | None:
    """Why a text is left open, if so, by how much of it is known (share, 0-1)."""
    if not text.strip():
        return "the text is empty"
    if is_command(text):
        return "the text is a command to a database"
    if known >= LEAST_KNOWN:
        return None
    if not re.search(r"[^\W\d_]", plain(text)):
        return "the text has no words"
    return "too little of the text is known" if known else "no word in the text is known"


@functools.lru_cache(INDEXES_KEPT)
def _place_set(places: tuple[str, ...]) -> frozenset[str]:
    return frozenset(places)


def _places(pack: Pack) -> frozenset[str]:
    return _place_set(pack.places)


# --- building and keeping ------------------------------------------------------------------------------

_OPEN: dict[str, Fusion] = {}


def open_fusion(pack: Pack) -> Fusion:
    """The index over a pack: from memory, from the file kept beside the pack, or built.

    Without a folder of its own (our own words alone) it is kept in the user's cache. Where that cannot be written it
    is built each time.
    """
    key = pack.fingerprint
    if key not in _OPEN:
        while len(_OPEN) >= INDEXES_KEPT:
            del _OPEN[next(iter(_OPEN))]
        _OPEN[key] = _read_or_build(pack)
    return _OPEN[key]


def _read_or_build(pack: Pack) -> Fusion:
    path = (pack.folder or home("cache")) / f"coder-{pack.fingerprint}-{_own_version()}.npz"
    with (
        suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile),
        np.load(path, allow_pickle=False) as kept,
    ):
        return _fusion({name: kept[name] for name in kept.files})
    arrays = _built(pack)
    _keep(arrays, path)
    return _fusion(arrays)


def _built(pack: Pack) -> dict[str, np.ndarray]:
    rows = rows_of(pack)
    splitter = Splitter(part_words(rows))
    blocks = build_blocks(rows, splitter)
    start, classes, values = fused(blocks)
    titles = titles_of(rows)
    return {
        "vocabulary": _as_bytes(blocks.vocabulary),
        "start": start,
        "classes": classes,
        "values": values,
        "splitter": np.frombuffer(splitter.kept().encode(), dtype=np.uint8),
        "titles": _as_bytes(titles.texts),
        "title_keys": _as_bytes(titles.keys),
        "title_classes": titles.classes.astype(np.int16),
        "title_families": titles.families.astype(np.int8),
    }


def _fusion(arrays: dict[str, np.ndarray]) -> Fusion:
    return Fusion(
        {token: n for n, token in enumerate(_as_texts(arrays["vocabulary"]))},
        arrays["start"],
        arrays["classes"],
        arrays["values"],
        Splitter.restored(arrays["splitter"].tobytes().decode()),
        Titles(
            _as_texts(arrays["titles"]),
            arrays["title_classes"],
            arrays["title_families"],
            _as_texts(arrays["title_keys"]),
        ),
    )


def _as_bytes(texts: Sequence[str] | dict[str, int]) -> np.ndarray:
    return np.frombuffer("\n".join(" ".join(text.split("\n")) for text in texts).encode(), dtype=np.uint8)


def _as_texts(kept: np.ndarray) -> list[str]:
    return kept.tobytes().decode().split("\n")


def _own_version() -> str:
    """What changes when the way the index is made does."""
    here = Path(__file__).parent
    names = ("compounds.py", "fuse.py", "nearest.py", "normalise.py", "reading.py", "scorers.py")
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in names)).hexdigest()[:8]


def _keep(arrays: dict[str, np.ndarray], path: Path) -> None:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".coder-", suffix=".npz", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]
            os.replace(name, path)
            for older in path.parent.glob("coder-*.npz"):
                if older != path:
                    older.unlink(missing_ok=True)
        finally:
            Path(name).unlink(missing_ok=True)
