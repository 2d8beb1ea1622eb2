"""JobTech: the ads that stand open now, by municipality (JobSearch).

JobSearch hands out at most 100 ads a call, from an offset of at most 2,000; how many lie beyond is told of. Each ad
becomes a row of table `job_ads` by the one reader there is (`ads.ad_row`): contacts are taken out before anything else
sees the text.

The taxonomy has its own update (`publisher`); whole years of ads are read from files (`ad_files`).

Start reading at `read_search`.

Source: Arbetsförmedlingen, JobTech JobSearch, https://jobsearch.api.jobtechdev.se (CC0, no key).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.sources.ads import ReadAds, Wrong, ad_row
from brygga.sources.http import Client, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import asked, key_of, list_of, whole_of

ADDRESS = "https://jobsearch.api.jobtechdev.se"
"""Where JobSearch answers."""

PROVIDER = "jobsearch"
CALLS, SECONDS = 2, 1.0
LICENCE = "CC0"
SOURCE = "Arbetsförmedlingen, JobTech JobSearch"
TABLE = "job_ads"
PAGE = 100
BEYOND = 2_000
"""The last offset that JobSearch answers (its documentation; not probed here)."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """Nothing unless the table is asked for by name; then a call a municipality and more by the ads it has.

    Examples
    --------
    >>> plan(Wanted(("1080",))), [call.note for call in plan(Wanted(("1080",), tables=("job_ads",)))]
    ([], ['first 100 ads in 1080'])
    """
    if TABLE not in wanted.tables:
        return []
    return [PlannedCall(TABLE, "JobSearch", 1, PAGE, f"first {PAGE} ads in {code}") for code in wanted.territory]


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `job_ads`, when it is asked for by name; broken ads and what lies beyond the last offset are told of."""
    if TABLE not in wanted.tables:
        return
    get, pages, remarks = asked(client), [], []
    for n, code in enumerate(wanted.territory, 1):
        first = get(path_of(code, 0))
        found = total_of(first, f"JobSearch, {code}")
        pages += [first, *(get(path_of(code, offset)) for offset in range(PAGE, min(found, BEYOND + PAGE), PAGE))]
        if found > BEYOND + PAGE:
            remarks.append(f"{found - BEYOND - PAGE} of {found} ads in {code} lie beyond the reach of JobSearch")
        tell(TABLE, n, len(wanted.territory))
    ads, wrong = read_search(pages)
    remarks += [f"{one.file}, {one.place}: {one.what}" for one in wrong]
    yield Fetched(TABLE, ads, ("search",), ("",), {"municipality": list(wanted.territory)}, tuple(remarks))


def path_of(municipality: str, offset: int) -> str:
    """The ads of a municipality from an offset on.

    Examples
    --------
    >>> path_of("1080", 0)
    'search?municipality=1080&limit=100&offset=0'
    """
    return f"search?municipality={municipality}&limit={PAGE}&offset={offset}"


def total_of(page: Any, where: str) -> int:
    """How many ads the search found in all.

    Examples
    --------
    >>> total_of({"total": {"value": 85}, "hits": []}, "JobSearch")
    85
    """
    return whole_of(key_of(page, "total", where), "value", f"{where}: total")


def read_search(pages: Iterable[Any]) -> ReadAds:
    """Table `job_ads` from the content of some pages, an ad met twice kept once; and every broken row.

    Raises
    ------
    TableError when a page has no list of hits. A broken hit is no error: it stands among the wrong ones.
    """
    rows: dict[str, dict[str, object]] = {}
    wrong: list[Wrong] = []
    for n, page in enumerate(pages, 1):
        for k, hit in enumerate(list_of(page, "hits", f"JobSearch, page {n}")):
            row = ad_row(hit)
            if isinstance(row, str):
                wrong.append(Wrong("JobSearch", f"page {n}, hit {k}", row))
            elif row is not None:
                rows.setdefault(str(row["ad_id"]), row)
    frame = pl.DataFrame(list(rows.values()), schema=tables.empty(TABLE).schema)
    return ReadAds(tables.check(frame.sort("ad_id"), TABLE, where="JobSearch"), tuple(wrong))
