"""Reposts: ads that are one ad, counted once.

Two ads are one

    when they carry the same identity: the id of the live ad (`original_id`, else `id`), or
    when employer, words (headline and text, letters only), municipality and occupation are the same, and both lie
    within so many days of the first of them; after that the same words are a new demand.

One that is the same as either of two others joins them all. An ad without employer or without words is like no
other. Of one ad the earliest day counts, and the largest number of positions: somebody who posts again seeks no more.

Only 64-bit fingerprints and days are kept, about 40 bytes an ad, and neither the order of the ads nor of the files
matters. Among the seven million ads since 2006 the chance that any two different ones share one is 1 in 750,000.

Start reading at `counted_once`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

RECORD = {
    "identity": pl.UInt64,
    "fingerprint": pl.UInt64,
    "published": pl.Date,
    "positions": pl.Float64,
}
"""What is known of each ad here, in the order of the ads."""

_NO_LETTER = re.compile(r"[\W\d_]+")


def identity(row: Mapping[str, Any]) -> int:
    """Sixty-four bits of what a row of table `job_ads` is called: the id that live ads carry.

    Examples
    --------
    >>> identity({"ad_id": "h7", "original_id": "7"}) == identity({"ad_id": "7", "original_id": None})
    True
    """
    return _bits("id", row["original_id"] or row["ad_id"])


def fingerprint(row: Mapping[str, Any], occupation: str | None) -> int:
    """Sixty-four bits of what a row of table `job_ads` says: equal for the same ad posted again.

    Examples
    --------
    >>> row = {"ad_id": "1", "original_id": None, "employer": "Exempel AB", "municipality": "1060",
    ...        "headline": "Svetsare sökes!", "text": "Sök senast 1 maj."}
    >>> again = row | {"ad_id": "2", "headline": "SVETSARE SÖKES", "text": "Sök senast 1 juni."}
    >>> fingerprint(row, "7212") == fingerprint(row | {"ad_id": "3"}, "7212"), fingerprint(again, "7212") == \
fingerprint(row, "7212")
    (True, False)
    """
    said = _NO_LETTER.sub("", f"{row['headline']} {row['text']}".lower())
    employer = _NO_LETTER.sub("", (row["employer"] or "").lower())
    if not said or not employer:
        return _bits("one", row["original_id"] or row["ad_id"])
    return _bits("said", employer, row["municipality"] or "", occupation or "", said)


def counted_once(records: pl.DataFrame, days: int) -> pl.DataFrame:
    """Which ads stand for themselves and their reposts.

    Parameters
    ----------
    records : columns `RECORD`, a row an ad
    days : the same words count once within so many days of the first of them

    Returns
    -------
    DataFrame
        A row an ad, in the same order: `counted` (true for one of each group: the earliest), and for those
        `first` (day first published, empty when unknown) and `most` (positions sought).

    Examples
    --------
    >>> from datetime import date
    >>> made = [(1, 9, date(2026, 1, 1), 2.0), (2, 9, date(2026, 1, 20), 3.0), (3, 9, date(2026, 6, 1), 2.0)]
    >>> counted_once(pl.DataFrame(made, schema=RECORD, orient="row"), 60).rows()
    [(True, datetime.date(2026, 1, 1), 3.0), (False, None, None), (True, datetime.date(2026, 6, 1), 2.0)]
    """
    sessions = _sessions(records, days)
    repeated = _repeated(records["identity"].to_numpy()) | _repeated(sessions)
    alone = records.select(counted=pl.lit(True), first="published", most="positions")
    if not repeated.any():
        return alone
    among = records.with_columns(place=pl.int_range(pl.len())).filter(pl.Series(repeated))
    group = _groups(among["identity"].to_numpy(), sessions[repeated])
    ranked = among.with_columns(group=group).sort(
        "group", "published", "fingerprint", "identity", "place", nulls_last=True
    )
    chosen = ranked.group_by("group", maintain_order=True).agg(
        pl.col("place").first(), first=pl.col("published").first(), most=pl.col("positions").max()
    )
    counted = ~repeated
    counted[chosen["place"].to_numpy()] = True
    found = {
        name: alone[name].scatter(among["place"], None).scatter(chosen["place"], chosen[name])
        for name in ("first", "most")
    }
    return pl.DataFrame({"counted": counted, **found})


def _repeated(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which values stand more than once."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    same = ordered[1:] == ordered[:-1]
    found = np.zeros(len(values), dtype=np.bool_)
    found[order[1:][same]] = True
    found[order[:-1][same]] = True
    return found


def _sessions(records: pl.DataFrame, days: int) -> npt.NDArray[np.int64]:
    """A number for each run of one fingerprint within `days` of its first day; undated ads join the first run."""
    day = records["published"].to_physical().to_numpy().astype(np.float64)  # NaN where unknown
    print_of = records["fingerprint"].to_numpy()
    order = np.lexsort((np.nan_to_num(day, nan=-np.inf), print_of))
    marks, ordered = print_of[order], day[order]
    begins = np.ones(len(order), dtype=np.bool_)
    again = np.flatnonzero(marks[1:] == marks[:-1]) + 1
    since = np.nan
    for place in again.tolist():  # the few that stand behind one of the same words
        if begins[place - 1]:
            since = ordered[place - 1]
        begins[place] = ordered[place] - since > days
        if np.isnan(since):
            since = ordered[place]
    sessions = np.empty(len(order), np.int64)
    sessions[order] = np.cumsum(begins) - 1
    return sessions


def _groups(identities: npt.NDArray[np.uint64], sessions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The lowest session that each ad hangs together with, over equal identities and equal sessions."""
    frame = pl.DataFrame({"identity": identities, "session": sessions, "group": sessions})
    while True:
        joined = frame.with_columns(pl.col("group").min().over("identity")).with_columns(
            pl.col("group").min().over("session")
        )
        if joined["group"].equals(frame["group"]):
            return joined["group"].to_numpy()
        frame = joined


def _bits(*parts: str) -> int:
    return int.from_bytes(blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).digest(), "big")
