"""Yrkesbarometern: Arbetsförmedlingen's judgement of each occupation, in the country and every county.

One file, twice a year: a list of records, one an occupation of the barometer and an area, with the SSYK-4 code it
lies in. An occupation of the barometer may be a part of an SSYK group, and then the group has several records: where
they say the same the group says it too, where they differ the group keeps each word once, parted by ` | `, and nothing
is averaged. A judgement that is not made (null) is not available.

It is a yardstick beside our own gap, never an input to it.

Start reading at `read_barometer`.

Source: Arbetsförmedlingen, https://data.arbetsformedlingen.se/prognoser/yrkesbarometer.json (CC0).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import TableError, UnknownCodeError, listed
from brygga.sources.http import Client, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import CHANGED, TELL, asked, key_of, text_of, wrong_kind

ADDRESS = "https://data.arbetsformedlingen.se"
"""Where Arbetsförmedlingen publishes files."""

PROVIDER = "barometer"
CALLS, SECONDS = 1, 1.0
LICENCE = "CC0"
SOURCE = "Arbetsförmedlingen, Yrkesbarometern"
TABLE = "official_barometer"
PATH = "prognoser/yrkesbarometer.json"
RECORDS = 4_818
"""Records of an edition: 219 occupations, the country and 21 counties."""

PARTED = " | "
WORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "opportunities": ("jobbmojligheter", ("små", "medelstora", "stora")),
    "recruitment": ("rekryteringssituation", ("överskott", "balans", "paradox", "brist")),
    "direction": ("prognos", ("minska", "vara oförändrad", "öka")),
}
"""Our column -> the publisher's key, and the words it uses; another word is a change to be looked at."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """The one call, which brings the country and all counties.

    Examples
    --------
    >>> plan(Wanted(("1060",)))[0].calls
    1
    """
    return [PlannedCall(TABLE, "Yrkesbarometern", 1, RECORDS)] if wanted.wants(TABLE) else []


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `official_barometer` as it is published now."""
    if not wanted.wants(TABLE):
        return
    frame = read_barometer(asked(client)(PATH))
    tell(TABLE, 1, 1)
    yield Fetched(TABLE, frame, ("yrkesbarometer",), (str(frame["edition"].max()),), {"file": PATH})


def read_barometer(content: Any) -> pl.DataFrame:
    """Table `official_barometer` from the content of the file.

    Raises
    ------
    TableError when it is no list of records, a record lacks a key, or a judgement is a word not known;
    UnknownCodeError when an occupation or county is none.

    Examples
    --------
    >>> record = {"ssyk": "7212", "lan": "10", "omgang": "2026-1", "yb_yrke": "Svetsare", "jobbmojligheter": "stora",
    ...           "rekryteringssituation": "brist", "prognos": None}
    >>> read_barometer([record]).row(0)[:6]
    ('7212', '10', '2026-1', 'stora', 'brist', None)
    """
    if not isinstance(content, list):
        raise wrong_kind(content, "a list of records", "Yrkesbarometern")
    told: defaultdict[tuple[str, str, str], list[tuple[str, dict[str, str | None]]]] = defaultdict(list)
    for n, record in enumerate(content):
        at = f"Yrkesbarometern: record {n}"
        area, edition = text_of(record, "lan", at), text_of(record, "omgang", at)
        judged = {column: _word(record, column, at) for column in WORDS}
        for unit in units_of(text_of(record, "ssyk", at), at):
            told[unit, area.zfill(2), edition].append((text_of(record, "yb_yrke", at), judged))
    rows = [_row(key, told[key]) for key in sorted(told)]
    frame = pl.DataFrame(rows, schema=tables.empty(TABLE).schema, orient="row")
    return tables.check(frame, TABLE, where="Yrkesbarometern")


def units_of(said: str, at: str) -> tuple[str, ...]:
    """SCB's unit groups for the code of a record, which is JobTech's: several where JobTech merges them.

    Examples
    --------
    >>> units_of("7212", "record 0"), units_of("1320", "record 1")
    (('7212',), ('1321', '1322'))
    """
    if said in codes.codes("ssyk"):
        return (said,)
    try:
        return codes.from_jobtech(said)
    except UnknownCodeError as error:
        raise UnknownCodeError(
            f"{at}.ssyk: {said} is neither SSYK 2012 nor one of JobTech's groups",
            why="the judgement would belong to no occupation",
            todo="see whether the classification has a new edition; the other tables can be updated without this one",
        ) from error


def _word(record: Any, column: str, at: str) -> str | None:
    key, words = WORDS[column]
    found: str | None = key_of(record, key, at)
    if found is not None and found not in words:
        raise TableError(f"{at}.{key} is {found!r}, not one of {', '.join(words)}", why=CHANGED, todo=TELL)
    return found


def _row(key: tuple[str, str, str], told: list[tuple[str, dict[str, str | None]]]) -> dict[str, Any]:
    said = {
        column: PARTED.join(dict.fromkeys(word for _, judged in told if (word := judged[column]) is not None)) or None
        for column in WORDS
    }
    names = sorted({name for name, _ in told})
    several = f", {len(names)} occupations of it: {listed(names)}" if len(names) > 1 else ""
    occupation, area, edition = key
    return {
        "occupation": occupation,
        "area": area,
        "edition": edition,
        **said,
        "status": "observed" if any(said.values()) else "not_available",
        "source": f"{SOURCE} {edition}{several}",
    }
