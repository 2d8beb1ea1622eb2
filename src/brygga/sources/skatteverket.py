"""Skatteverket: tax rates of every municipality and its region.

One row a parish and year; the municipal and the regional rate are the same in all parishes of a municipality (they
differ in fees to churches, which are not read). Rows name the municipality in capitals and without code. Pages hold
at most 500 rows; `next` is the address of the next one. Rates are in per cent and become shares. A municipality that
is its own region (Gotland) has its whole rate under the municipality.

Start reading at `read_rates`.

Source: Skatteverket, open data (CC0), https://skatteverket.entryscape.net/rowstore/dataset/ and the id below; the shape
is the one that public clients read, it was not probed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import TableError, UnknownCodeError, listed
from brygga.sources.http import Client, NotRecordedError, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import asked, list_of, number_of, text_of, walk, whole_of, wrong_kind

ADDRESS = "https://skatteverket.entryscape.net/rowstore/dataset"
"""Where Skatteverket publishes rows."""

DATASET = "c67b320b-ffee-4876-b073-dd9236cd2a99"
PROVIDER = "skatteverket"
CALLS, SECONDS = 5, 1.0
LICENCE = "CC0"
SOURCE = "Skatteverket, skattesatser"
TABLE = "official_tax"
PAGE = 500
ASKED, RECORDED = 2, 10
"""Years tried from this one back: live, and in a recording, which may be older."""

YEAR, PLACE, MUNICIPAL, REGIONAL = "år", "kommun", "kommunal-skatt", "landstings-skatt"
MOST = 40.0
"""Per cent above which a rate is a slip: the highest sum of both has been below 36."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """The parishes of one year, three pages.

    Examples
    --------
    >>> plan(Wanted(("1060",)))[0].calls
    3
    """
    return [PlannedCall(TABLE, "skattesatser", 3, 3 * PAGE)] if wanted.wants(TABLE) else []


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `official_tax` of the latest year that has rates, for the municipalities wanted.

    Raises
    ------
    TableError when neither this year nor the one before has rates.
    """
    if not wanted.wants(TABLE):
        return
    latest = wanted.last_year or client.network.today.year
    not_recorded: NotRecordedError | None = None
    for year in range(latest, latest - (RECORDED if client.network.played else ASKED), -1):
        try:
            country = read_rates(walk(path_of(year), asked(client), next_page, "Skatteverket"))
        except NotRecordedError as error:
            not_recorded = not_recorded or error
            continue
        tell(f"{TABLE} {year}", 1, 1)
        if country.height:
            here = country.filter(pl.col("municipality").is_in(list(wanted.municipalities)))
            lost = sorted(set(wanted.municipalities) - set(here["municipality"]))
            remarks = (f"no tax rate of {listed(lost)} in {year}",) if lost else ()
            yield Fetched(TABLE, here, (DATASET,), ("",), {"year": year}, remarks)
            return
    raise not_recorded or TableError(
        f"Skatteverket: no row for {latest} or {latest - 1}",
        why="the years are asked for by name, and an empty answer can also mean that a key was renamed",
        todo="look at the data set at Skatteverket; the other tables can be updated without this one",
    )


def path_of(year: int) -> str:
    """The first page of a year.

    Examples
    --------
    >>> path_of(2026)
    'c67b320b-ffee-4876-b073-dd9236cd2a99?%C3%A5r=2026&_limit=500&_offset=0'
    """
    return f"{DATASET}?{quote(YEAR)}={year}&_limit={PAGE}&_offset=0"


def next_page(page: Any, path: str = "") -> str | None:
    """The address of the next page, or None on the last."""
    found = page.get("next") if isinstance(page, Mapping) else None
    if found is not None and not isinstance(found, str):
        raise wrong_kind(found, "an address", "Skatteverket: next")
    return found or None


def read_rates(pages: Iterable[Any]) -> pl.DataFrame:
    """Table `official_tax` from the content of some pages.

    Raises
    ------
    TableError when a key is gone, a rate is missing or absurd, or parishes of one municipality differ in its rate;
    UnknownCodeError when a municipality has a name that is none.

    Examples
    --------
    >>> row = {"år": "2026", "kommun": "OLOFSTRÖM", "kommunal-skatt": "22.26", "landstings-skatt": "12.04"}
    >>> read_rates([{"results": [row]}]).row(0)[:4]
    ('1060', 2026, 0.2226, 0.1204)
    """
    found: dict[tuple[str, int], tuple[float, float]] = {}
    unknown: dict[str, None] = {}
    for n, page in enumerate(pages, 1):
        for k, row in enumerate(list_of(page, "results", f"Skatteverket, page {n}")):
            at = f"Skatteverket, page {n}: results[{k}]"
            name = text_of(row, PLACE, at)
            code = _by_name().get(_plain(name))
            if code is None:
                unknown[name] = None
                continue
            key = (code, whole_of(row, YEAR, at))
            rates = (_rate(row, MUNICIPAL, at), _rate(row, REGIONAL, at))
            if found.setdefault(key, rates) != rates:
                raise _differ(name, key[1], found[key], rates)
    if unknown:
        raise UnknownCodeError(
            f"Skatteverket: {len(unknown)} municipality name(s) not known: {listed(unknown)}",
            why="their rates would belong to nobody",
            todo="a municipality that changed its name or was merged needs a newer version of this program",
        )
    rows = [(*key, *rates, "observed", f"{SOURCE} {key[1]}") for key, rates in sorted(found.items())]
    return tables.check(
        pl.DataFrame(rows, schema=tables.empty(TABLE).schema, orient="row"), TABLE, where="Skatteverket"
    )


def _rate(row: Any, key: str, at: str) -> float:
    """A rate as a share; a missing one is no zero."""
    found = number_of(row, key, at)
    if found is None or not 0 <= found <= MOST:
        raise TableError(
            f"{at}.{key} is {'empty' if found is None else f'{found:g}'}",
            why=f"a rate is a number from 0 to {MOST:g} per cent, and no rate is not a rate of 0",
            todo="look at the row at Skatteverket; the other tables can be updated without this one",
        )
    return round(found / 100, 8)


def _differ(name: str, year: int, one: tuple[float, float], other: tuple[float, float]) -> TableError:
    shown = " and ".join(f"{100 * rates[0]:.2f} + {100 * rates[1]:.2f}" for rates in (one, other))
    return TableError(
        f"Skatteverket: {name} has several rates for {year}: {shown} per cent",
        why="all parishes of a municipality have its rate, so one of the rows is wrong or means something else",
        todo="look at its rows at Skatteverket; the other tables can be updated without this one",
    )


@functools.cache
def _by_name() -> dict[str, str]:
    return {_plain(name): code for code, name in codes.classification("kommun").select("code", "name").iter_rows()}


def _plain(name: str) -> str:
    """A name without case, hyphens and spaces: the publisher writes UPPLANDS-VÄSBY for Upplands Väsby."""
    return name.casefold().replace("-", "").replace(" ", "")
