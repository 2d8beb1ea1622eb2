"""Skills: what texts ask for and speak of, with place, zone and confidence.

The confidence of a span is a judgement until it is measured: it starts from how the text writes the skill
(`BY_QUALITY`), and is lowered for everyday words that needed a sign, for forms that several skills share, and
for zones that speak of something else than the work.

Start reading at `find_skills`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.gazetteer import SIGN, Gazetteer, open_gazetteer
from brygga.coding.pack import Pack
from brygga.coding.scan import batches
from brygga.coding.zones import BOILERPLATE, NAMES, Zoner

SCHEMA = {
    "row": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
    "skill_id": pl.String,
    "label": pl.String,
    "zone": pl.String,
    "confidence": pl.Float64,
}

BY_QUALITY = (0.95, 0.9, 0.9, 0.6, 0.65, 0.5)
"""Confidence of an exact, variant, inflected, derived and shortened form, and of a compound; set by hand."""

BY_ZONE = {"other": 0.9, "company": 0.4, "tasks": 1.0, "required": 1.0, "merit": 1.0, "benefits": 0.3}
NEEDED_SIGN = 0.8
LANGUAGE_READ = 600
"""Characters that the language of a text is read from."""

FEW_WORDS = 25
MOST_OPEN = 4
_OPEN: dict[tuple[str, str], Gazetteer] = {}
_SWEDISH = (" och ", " att ", " som ", " med ", " för ", " är ", " av ", " på ", " en ")
_ENGLISH = (" and ", " the ", " to ", " of ", " with ", " for ", " is ")


def find_skills(
    texts: Sequence[str | None], pack: Pack, *, all_zones: bool = False, with_zones: bool = True
) -> pl.DataFrame:
    """The skills in texts.

    Parameters
    ----------
    texts : Swedish or English, as given; empty ones have no skills
    pack : whose skills are looked for
    all_zones : also those in sentences on the company and on benefits
    with_zones : whether sentences are read at all; without, all skills are given, faster, and no zone is known (null)

    Returns
    -------
    table skills found
        row (from 0), start, end (code points in the text as given, end not included), skill_id, label (preferred,
        in the text's language where there is one, or our word), zone (`brygga.coding.zones.NAMES`), confidence (0-1);
        in order of row and start, spans never overlap.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> find_skills(["", "🙂"], embedded_pack()).height
    0
    """
    by_language: dict[str, list[int]] = {"sv": [], "en": [], "both": []}
    for number, text in enumerate(texts):
        spoken = language(text) if text else ""
        if spoken in by_language:
            by_language[spoken].append(number)
    kept = _KEPT if with_zones and not all_zones else _ALL
    both = [_found(texts, by_language["both"], pack, spoken, kept, with_zones) for spoken in ("sv", "en")]
    frames = [
        _found(texts, by_language["sv"], pack, "sv", kept, with_zones),
        _found(texts, by_language["en"], pack, "en", kept, with_zones),
        _merged(both) if by_language["both"] else both[0],
    ]
    return pl.concat(frames).sort("row", "start")


def language(text: str) -> str:
    """The language of a text by its small words: sv, en, both for a short or mixed one, other where neither fits.

    Examples
    --------
    >>> language("Du har vana av att svetsa och kan läsa ritning"), language("You have experience with the tools")
    ('sv', 'en')
    >>> language("CNC-operatör"), language("Wir suchen Schweißer " * 20)
    ('both', 'other')
    """
    head = f" {text[:LANGUAGE_READ]} "
    if " and " not in head and " the " not in head and head.count(" och ") + head.count(" att ") > 1:
        return "sv"
    swedish = sum(map(head.count, _SWEDISH))
    english = sum(map(head.count, _ENGLISH))
    if swedish > 2 * english:
        return "sv"
    if english > 2 * swedish:
        return "en"
    few = head.count(" ") < FEW_WORDS
    return "both" if few or swedish + english else "other"


def _found(
    texts: Sequence[str | None],
    numbers: Sequence[int],
    pack: Pack,
    spoken: str,
    kept_zones: npt.NDArray[np.bool_],
    with_zones: bool,
) -> pl.DataFrame:
    """The skills in some of the texts that stand in zones that are kept, by the gazetteer of one language."""
    if not numbers:
        return pl.DataFrame(schema=SCHEMA)
    gazetteer = _gazetteer(pack, spoken)
    parts: list[tuple[npt.NDArray[Any], ...]] = []
    done = 0
    for searched in batches(texts[number] or "" for number in numbers):
        spans, cues = gazetteer.find(searched)
        if with_zones:
            zones = Zoner(cues, searched, spans.start).zones(spans.start)
        else:
            zones = np.full(len(spans.start), _NO_ZONE)
        kept = kept_zones[zones]
        text, start, end = spans.text[kept], spans.start[kept], spans.end[kept]
        first = searched.starts[text]
        start, end = start - first, end - first
        if searched.maps:
            for row, number in enumerate(text.tolist()):
                if number in searched.maps:
                    start[row], end[row] = searched.place(number, start[row]), searched.end(number, end[row])
        parts.append((done + text, start, end, spans.form[kept], spans.quality[kept], zones[kept]))
        done += len(searched.texts)
    text, start, end, form, quality, zones = (np.concatenate(column) for column in zip(*parts, strict=True))
    confidence = np.array(BY_QUALITY)[quality] * _ZONE_FACTOR[zones] / np.sqrt(gazetteer.share[form])
    confidence *= np.where(gazetteer.flags[form] & SIGN, NEEDED_SIGN, 1.0)
    skill = gazetteer.skill[form]
    return pl.DataFrame(
        {
            "row": np.asarray(numbers, dtype=np.int64)[text],
            "start": start,
            "end": end,
            "skill_id": gazetteer.ids.gather(skill),
            "label": gazetteer.labels.gather(skill),
            "zone": _ZONE_NAMES.gather(zones),
            "confidence": np.round(confidence, 3),
        },
        schema=SCHEMA,
    )


def _gazetteer(pack: Pack, spoken: str) -> Gazetteer:
    """The gazetteer of a pack and language, kept open."""
    key = (pack.fingerprint, spoken)
    if key not in _OPEN:
        while len(_OPEN) >= MOST_OPEN:
            del _OPEN[next(iter(_OPEN))]
        _OPEN[key] = open_gazetteer(pack, spoken)
    return _OPEN[key]


def _merged(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Swedish and English findings of the same texts: of two spans that overlap the longer, else the Swedish."""
    rows = sorted(
        ((*row, n) for n, frame in enumerate(frames) for row in frame.iter_rows()),
        key=lambda row: (row[0], -(row[2] - row[1]), row[7], row[1]),
    )
    kept: list[tuple[object, ...]] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        here = taken.setdefault(row[0], [])
        if all(row[1] >= end or row[2] <= start for start, end in here):
            here.append((row[1], row[2]))
            kept.append(row[:7])
    return pl.DataFrame(kept, schema=SCHEMA, orient="row")


_NO_ZONE = len(NAMES)
_ZONE_FACTOR = np.array([*(BY_ZONE[name] for name in NAMES), 1.0])
_ZONE_NAMES = pl.Series([*NAMES, None])
_KEPT = np.array([*(name not in BOILERPLATE for name in NAMES), True])
_ALL = np.ones(len(_KEPT), dtype=np.bool_)
