"""Own: what is read out of our own hundred texts - occupation, number, days, must-have and merit - and every miss.

The reader gets a text and the day it was said, nothing else. A need of ours is right when a need read from the same
text answers it; each answers one at most, paired by how much of their words they share, then by order.

Start reading at `own`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bench.listen import data, ours
from bench.listen.measures import Span
from bench.listen.report import Cell, Report, Table, percent
from brygga.coding.evaluate import to_jobtech
from brygga.coding.needed_skills import Needed, needed_skills
from brygga.coding.needs_text import Need, read_needs_text
from brygga.coding.pack import Pack
from brygga.workflow.listen import parse_needs

PARTS = ("occupation", "number", "days", "must-have", "merit")
QUICK = 20
SHOWN = 60


class Pair(NamedTuple):
    """A need of ours, and what was read for it: nothing where none was."""

    known: dict[str, str]
    read: Need | None
    wanted: list[Needed]
    code: str


def own(report: Report, pack: Pack, *, quick: bool) -> None:
    """Shares right by language of the text, the stretches of must-have and merit, our ads, and the misses in words."""
    every = data.own_texts()
    needs = {key: row for key, row in every.items() if row["kind"] == "need"}
    ads = {key: row for key, row in every.items() if row["kind"] == "ad"}
    texts = {key: needs[key] for key in list(needs)[:: len(needs) // QUICK if quick else 1]}
    pairs, extra = paired(texts, pack)
    groups = {
        "all": pairs,
        "Swedish": [p for p in pairs if texts[p.known["text_id"]]["language"] == "sv"],
        "English or mixed": [p for p in pairs if texts[p.known["text_id"]]["language"] != "sv"],
        "industry (SSYK 7, 8, 31)": [p for p in pairs if p.known["occupation"].startswith(("7", "8", "31"))],
    }
    rows: list[list[Cell]] = [
        [
            name,
            len(some),
            *(percent(sum(is_right(pair, part) for pair in some) / len(some)) for part in PARTS[:3]),
            *(cell for part in PARTS[3:] for cell in _stretch_shares(some, part)),
        ]
        for name, some in groups.items()
        if some
    ]
    strict = sum(pair.code == pair.known["occupation"] for pair in pairs)
    missed = sum(pair.read is None for pair in pairs)
    head = [*PARTS[:3], *(f"{part} {share}" for part in PARTS[3:] for share in ("precision", "recall"))]
    report.tell(
        Table(
            "own",
            f"Needs in our own {len(texts)} texts, per cent",
            ["texts", "needs", *head],
            rows,
            f"occupation: our first or second code; {percent(strict / len(pairs))} with the first alone. number, days: "
            f"both ends. must-have, merit: stretches that hold, or are held by, one of ours. "
            f"{missed} needs were not read at all, {extra} were read that are none.",
        )
    )
    truth = {row["text_id"]: row for row in data.own_needs()}
    found = ours.answers([row["text"] for row in ads.values()], pack, 1).codes
    right = sum(
        bool(codes) and codes[0] in {truth[key]["occupation"], truth[key]["occupation_alt"]} - {""}
        for key, codes in zip(ads, found, strict=True)
    )
    report.tell(Table("own", "Our own ads, whole: occupation", ["ads", "right"], [[len(ads), right]]))
    misses: list[list[Cell]] = [
        [pair.known["text_id"], pair.known["need"], part, _short(_known(pair, part)), _short(_read(pair, part))]
        for pair in pairs
        for part in PARTS
        if not is_right(pair, part)
    ]
    report.tell(Table("own", "Every miss", ["text", "need", "what", "ours", "read"], misses))


def paired(texts: dict[str, dict[str, str]], pack: Pack) -> tuple[list[Pair], int]:
    """Our needs with what was read for each, and how many needs were read that answer none of ours."""
    words = [row["text"] for row in texts.values()]
    days = [date.fromisoformat(row["heard_on"]) for row in texts.values()]
    read = [read_needs_text(text, day) for text, day in zip(words, days, strict=True)]
    wanted = needed_skills(words, read, pack)
    heard = {key: (text, day) for key, text, day in zip(texts, words, days, strict=True)}
    units = iter(parse_needs(heard, pack)["occupation"].to_list())
    coded = [[to_jobtech(next(units)) for _ in needs] for needs in read]
    made: list[Pair] = []
    extra = 0
    for key, needs, wants, found in zip(texts, read, wanted, coded, strict=True):
        known = [row for row in data.own_needs() if row["text_id"] == key]
        answers = _matched(known, needs)
        extra += len(needs) - sum(n is not None for n in answers)
        for row, n in zip(known, answers, strict=True):
            if n is None:
                made.append(Pair(row, None, [], ""))
            else:
                made.append(Pair(row, needs[n], wants[n], found[n]))
    return made, extra


def is_right(pair: Pair, part: str) -> bool:
    """Whether one part of a need was read as we read it."""
    if pair.read is None:
        return False
    if part == "occupation":
        return pair.code in {pair.known["occupation"], pair.known["occupation_alt"]} - {""}
    if part in ("must-have", "merit"):
        return _same_stretches(_stretches(pair, part), _wanted(pair, part))
    return _known(pair, part) == _read(pair, part)


def _matched(known: Sequence[dict[str, str]], needs: Sequence[Need]) -> list[int | None]:
    shared = sorted(
        (-_overlap((int(row["start"]), int(row["end"])), (need.start, need.end)), abs(k - n), k, n)
        for k, row in enumerate(known)
        for n, need in enumerate(needs)
    )
    answers: list[int | None] = [None] * len(known)
    for _, _, k, n in shared:
        if answers[k] is None and n not in answers:
            answers[k] = n
    return answers


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _known(pair: Pair, part: str) -> str:
    row = pair.known
    if part == "occupation":
        return "/".join(filter(None, (row["occupation"], row["occupation_alt"])))
    if part == "number":
        return f"{row['persons_low']}-{row['persons_high']}"
    if part == "days":
        return f"{row['from_date']}..{row['to_date']}"
    return "|".join(_stretches(pair, part))


def _read(pair: Pair, part: str) -> str:
    need = pair.read
    if need is None:
        return "(not read)"
    if part == "occupation":
        return f"{pair.code or 'left open'} ({need.role})"
    if part == "number":
        return "-".join("" if end is None else f"{end:.0f}" for end in (need.persons_low, need.persons_high))
    if part == "days":
        return "..".join("" if day is None else day.isoformat() for day in (need.first, need.last))
    return "|".join(_wanted(pair, part))


def _stretches(pair: Pair, part: str) -> list[str]:
    return [words for words in pair.known[part.replace("-", "_")].split("|") if words]


def _wanted(pair: Pair, part: str) -> list[str]:
    zone = {"must-have": "required", "merit": "merit"}[part]
    return [one.text for one in pair.wanted if one.zone == zone]


def _stretch_shares(pairs: Sequence[Pair], part: str) -> list[Cell]:
    """Precision and recall of the stretches of all pairs."""
    known = [_stretches(pair, part) for pair in pairs]
    read = [_wanted(pair, part) for pair in pairs]
    both = sum(len(_matches(*one)) for one in zip(known, read, strict=True))
    counts = (sum(map(len, read)), sum(map(len, known)))
    return [percent(both / count) if count else None for count in counts]


def _same_stretches(known: Sequence[str], read: Sequence[str]) -> bool:
    """As many, and each holds or is held by its own counterpart."""
    return len(known) == len(read) == len(_matches(known, read))


def _matches(known: Sequence[str], read: Sequence[str]) -> list[str]:
    """Stretches of ours with a counterpart of their own."""
    left = list(read)
    found = []
    for words in known:
        match = next((one for one in left if words.lower() in one.lower() or one.lower() in words.lower()), None)
        if match is not None:
            left.remove(match)
            found.append(words)
    return found


def _short(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
