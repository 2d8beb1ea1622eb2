"""Kolada: key figures of municipalities, by indicator, year and sex.

A call names at most 25 ids, indicators and municipalities together, and the service is called at most five times a
second; neither limit is published, both are what careful public clients keep. Pages follow `next_url`. A value of 0
is a number and stays one; a missing value says why by its status.

Start reading at `read_indicators`.

Source: Kolada (RKA), https://api.kolada.se/v3; whoever shows a figure names it "Källa: Kolada".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from brygga.core import tables
from brygga.core.errors import listed
from brygga.sources.http import Client, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import asked, in_pieces, key_of, list_of, number_of, text_of, walk, whole_of, wrong_kind

ADDRESS = "https://api.kolada.se/v3"
"""Where Kolada answers."""

PROVIDER = "kolada"
CALLS, SECONDS = 5, 1.0
LICENCE = "open data, name the source"
SOURCE = "Källa: Kolada"
MOST_IDS = 25
INDICATORS_A_CALL = 9
PAGE = 5_000
YEARS = 20
TABLE = "official_indicators"
GENDERS: Mapping[str, str] = {"T": "all", "K": "women", "M": "men"}
HIDDEN = ("priv", "sekret", "secre", "suppress")


class Indicator(NamedTuple):
    """What an indicator says, and in which unit; none where only Kolada's own catalogue tells."""

    unit: str | None
    about: str


INDICATORS: Mapping[str, Indicator] = {
    "N17801": Indicator("per cent", "upper secondary pupils on vocational programmes, by home municipality"),
    "N17849": Indicator("per cent", "upper secondary pupils on vocational programmes, by municipality of the school"),
    "N18603": Indicator("per cent", "established two years after a vocational degree"),
    "N18606": Indicator("per cent", "at university two years after a vocational degree"),
    "N17447": Indicator("per cent", "degree within three years"),
    "N18828": Indicator("pupils", "adult education pupils on industrial vocational packages"),
    "N03935": Indicator("per cent", "unemployed 18-24, of the population"),
    "N03937": Indicator("per cent", "openly unemployed, of the population"),
    "N03942": Indicator("per cent", "unemployed 18-24, of the labour force"),
    "N02267": Indicator("per cent", "employed 20-64"),
    "N02276": Indicator(None, "in- or out-commuting, number or share"),
    "N02277": Indicator(None, "in- or out-commuting, number or share"),
    "N02278": Indicator(None, "in- or out-commuting, number or share"),
    "N02279": Indicator(None, "in- or out-commuting, number or share"),
    "N00125": Indicator(None, "payroll by workplace"),
    "N01951": Indicator("persons", "inhabitants"),
}
"""The indicators that are asked for, with the unit they are read in."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """One call for some indicators in some municipalities, as many as 25 ids allow.

    Examples
    --------
    >>> plan(Wanted(("1060", "1082")))
    [PlannedCall(table='official_indicators', source='Kolada', calls=2, cells=1920, note='16 indicators, all years')]
    """
    if not wanted.wants(TABLE):
        return []
    cells = len(INDICATORS) * len(wanted.territory) * YEARS * len(GENDERS)
    paths = paths_of(wanted.territory)
    return [PlannedCall(TABLE, "Kolada", len(paths), cells, f"{len(INDICATORS)} indicators, all years")]


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `official_indicators` of the territory, every year there is, page after page."""
    if not wanted.wants(TABLE):
        return
    pages: list[Any] = []
    paths = paths_of(wanted.territory)
    for n, path in enumerate(paths, 1):
        pages.extend(walk(path, asked(client), next_page, "Kolada"))
        tell(TABLE, n, len(paths))
    frame = read_indicators(pages).filter(pl.col("year") <= (wanted.last_year or pl.col("year")))
    silent = sorted(set(INDICATORS) - set(frame["indicator"]))
    hidden = frame.filter(pl.col("status") == "suppressed").height
    remarks: tuple[str, ...] = (f"Kolada has nothing on {listed(silent, most=20)} here",) if silent else ()
    remarks += (f"Kolada hides {hidden} values, which stay unknown",) if hidden else ()
    selection = {"municipality": list(wanted.territory), "kpi": list(INDICATORS), "last_year": wanted.last_year}
    yield Fetched(TABLE, frame, tuple(INDICATORS), ("",), selection, remarks)


def paths_of(municipalities: Sequence[str], indicators: Sequence[str] = tuple(INDICATORS)) -> list[str]:
    """The first page of each call; a call names at most 25 ids, and no year, so that a recording is good in any year.

    Examples
    --------
    >>> paths_of(["1060", "1082"], ["N01951"])
    ['data/kpi/N01951/municipality/1060,1082?per_page=5000']
    """
    return [
        f"data/kpi/{','.join(some)}/municipality/{','.join(places)}?per_page={PAGE}"
        for some in in_pieces(indicators, INDICATORS_A_CALL)
        for places in in_pieces(municipalities, MOST_IDS - len(some))
    ]


def next_page(page: Any, path: str = "") -> str | None:
    """The address of the next page, or None on the last."""
    found = page.get("next_url") if isinstance(page, Mapping) else None
    if found is not None and not isinstance(found, str):
        raise wrong_kind(found, "an address", "Kolada: next_url")
    return found or None


def read_indicators(pages: Iterable[Any]) -> pl.DataFrame:
    """Table `official_indicators` from the content of some pages.

    Raises
    ------
    TableError when a page has another shape than the documented one, or a cell comes twice;
    UnknownCodeError when a municipality is none.

    Examples
    --------
    >>> value = {"gender": "T", "count": 1, "status": "", "value": 0}
    >>> page = {"values": [{"kpi": "N18828", "municipality": "1060", "period": 2024, "values": [value]}]}
    >>> read_indicators([page]).select("municipality", "indicator", "gender", "value", "status").row(0)
    ('1060', 'N18828', 'all', 0.0, 'observed')
    """
    rows = [row for n, page in enumerate(pages, 1) for row in _rows(page, f"Kolada, page {n}")]
    frame = pl.DataFrame(rows, schema=tables.empty(TABLE).schema, orient="row")
    return tables.check(frame.sort(tables.keys(TABLE)), TABLE, where="Kolada")


def _rows(page: Any, where: str) -> Iterator[dict[str, Any]]:
    for n, cell in enumerate(list_of(page, "values", where)):
        at = f"{where}: values[{n}]"
        indicator = text_of(cell, "kpi", at)
        for k, one in enumerate(list_of(cell, "values", at)):
            inner = f"{at}.values[{k}]"
            gender = text_of(one, "gender", inner)
            if gender not in GENDERS:
                raise wrong_kind(gender, f"one of {', '.join(GENDERS)}", f"{inner}.gender")
            value = number_of(one, "value", inner)
            said = str(key_of(one, "status", inner) or "").strip()
            yield {
                "municipality": text_of(cell, "municipality", at),
                "indicator": indicator,
                "year": whole_of(cell, "period", at),
                "gender": GENDERS[gender],
                "value": value,
                "unit": INDICATORS[indicator].unit if indicator in INDICATORS else None,
                "status": status_of(value, said),
                "source": f"{SOURCE}, {indicator}" + (f"; status {said}" if said else ""),
            }


def status_of(value: float | None, said: str) -> str:
    """The status of a cell: a number without remark is observed, one with a remark provisional, none hidden or missing.

    Examples
    --------
    >>> status_of(0.0, ""), status_of(None, "Privacy"), status_of(None, "Missing"), status_of(3.1, "Preliminary")
    ('observed', 'suppressed', 'not_available', 'provisional')
    """
    if value is not None:
        return "provisional" if said else "observed"
    return "suppressed" if any(word in said.lower() for word in HIDDEN) else "not_available"
