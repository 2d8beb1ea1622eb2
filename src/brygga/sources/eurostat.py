"""Eurostat: Sweden's symmetric input-output table, product by product at basic prices (naio_10_cp1700).

One call in JSON-stat 2.0: domestic use, million euro, every year since 2015. The service answers 200 without values
when a filter names something that does not exist, and its time dimension lists the years of the data set, not those of
a country; so the years are read from the values, and an answer without values is an error. The last year with
values is the table. `CPA_TOTAL` and `TU` are totals and stay with their codes: sums belong to the reader.

A cell that the publisher withholds (flag c) is suppressed. A cell that does not come is not in the table: the
publisher leaves out what it does not know, and nothing turns it into 0.

Start reading at `read_input_output`.

Source: Eurostat, https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0 (its API guide; reuse with the source
named). The dimensions prd_ava, prd_use, stk_flow are those that public clients of this data set read; not probed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.errors import TableError, listed
from brygga.sources.http import Client, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import CHANGED, TELL, asked, key_of, list_of, number_of, wrong_kind

ADDRESS = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0"
"""Where Eurostat answers."""

PROVIDER = "eurostat"
CALLS, SECONDS = 1, 1.0
LICENCE = "reuse with the source named (Commission Decision 2011/833/EU)"
SOURCE = "Eurostat, naio_10_cp1700"
TABLE = "official_input_output"
DATASET = "naio_10_cp1700"
SUPPLIER, BUYER, YEAR = "prd_ava", "prd_use", "time"
FILTERS: Mapping[str, str] = {"geo": "SE", "unit": "MIO_EUR", "stk_flow": "DOM"}
SINCE = 2015
FLAGS: Mapping[str, str] = {"c": "suppressed", "p": "provisional", "e": "modelled"}
"""Statuses of Eurostat's flags; other flags with a value are remarks on an observed one, without one not available."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """The one call.

    Examples
    --------
    >>> plan(Wanted(("1060",)))[0].source
    'naio_10_cp1700'
    """
    return [PlannedCall(TABLE, DATASET, 1, 60_000, "Sweden, domestic use")] if wanted.wants(TABLE) else []


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `official_input_output`, the latest year there is."""
    if not wanted.wants(TABLE):
        return
    content = asked(client)(path_of())
    frame = read_input_output(content, last_year=wanted.last_year)
    tell(TABLE, 1, 1)
    hidden = frame.filter(pl.col("status") == "suppressed").height
    remarks = (f"Eurostat withholds {hidden} cells, which stay unknown",) if hidden else ()
    yield Fetched(TABLE, frame, (DATASET,), (str(content.get("updated") or ""),), dict(FILTERS), remarks)


def path_of() -> str:
    """The call.

    Examples
    --------
    >>> path_of()
    'data/naio_10_cp1700?format=JSON&lang=EN&geo=SE&unit=MIO_EUR&stk_flow=DOM&sinceTimePeriod=2015'
    """
    chosen = "".join(f"&{name}={code}" for name, code in FILTERS.items())
    return f"data/{DATASET}?format=JSON&lang=EN{chosen}&sinceTimePeriod={SINCE}"


def read_input_output(content: Any, *, last_year: int = 0) -> pl.DataFrame:
    """Table `official_input_output` from a reply in JSON-stat 2.0.

    Parameters
    ----------
    content : the reply
    last_year : no year after it is taken; 0 for the last there is

    Raises
    ------
    TableError when the reply is an error or of another shape, lacks a dimension, holds more than was asked for, or has
    no value.
    """
    _check_no_error(content)
    order = list_of(content, "id", SOURCE)
    sizes = list_of(content, "size", SOURCE)
    labels = {name: _codes(content, name) for name in order}
    _check_dimensions(labels, dict(zip(order, sizes, strict=False)))
    rows = [row for row in _cells(content, order, labels) if not last_year or row["year"] <= last_year]
    if not any(row["value"] is not None for row in rows):
        raise TableError(
            f"{SOURCE}: the reply has no value{f' up to {last_year}' if last_year else ''}",
            why="Eurostat answers so when a filter names a code or year that it does not have",
            todo="see in its data browser which years of Sweden there are, and whether a code was renamed",
        )
    latest = max(row["year"] for row in rows if row["value"] is not None)
    frame = pl.DataFrame(
        [row for row in rows if row["year"] == latest], schema=tables.empty(TABLE).schema, orient="row"
    )
    return tables.check(frame.sort(tables.keys(TABLE)), TABLE, where=SOURCE)


def _check_no_error(content: Any) -> None:
    errors = content.get("error") if isinstance(content, Mapping) else None
    if errors:
        first = errors[0] if isinstance(errors, list) else errors
        said = first.get("label", first) if isinstance(first, Mapping) else first
        raise TableError(f"{SOURCE}: Eurostat answers with an error: {said}", why=CHANGED, todo=TELL)


def _codes(content: Any, name: str) -> list[str]:
    """The codes of a dimension in order."""
    where = f"{SOURCE}: dimension"
    category = key_of(key_of(key_of(content, "dimension", SOURCE), name, where), "category", f"{where}.{name}")
    index = key_of(category, "index", f"{where}.{name}.category")
    if isinstance(index, list):
        return [str(code) for code in index]
    if not isinstance(index, Mapping):
        raise wrong_kind(index, "an object or a list", f"{where}.{name}.category.index")
    return sorted(index, key=lambda code: index[code])


def _check_dimensions(labels: Mapping[str, list[str]], sizes: Mapping[str, int]) -> None:
    missing = [name for name in (SUPPLIER, BUYER, YEAR) if name not in labels]
    if missing:
        raise TableError(
            f"{SOURCE} has no dimension {listed(missing)}; it has {listed(labels, most=12)}", why=CHANGED, todo=TELL
        )
    wide = [name for name, codes in labels.items() if name not in (SUPPLIER, BUYER, YEAR) and len(codes) > 1]
    if wide:
        raise TableError(
            f"{SOURCE}: dimension {listed(wide)} has several codes where one was asked for",
            why="values of different kinds or units would stand in one cell",
            todo="see whether Eurostat has renamed the dimension; the other tables can be updated without this one",
        )
    wrong = [name for name, codes in labels.items() if sizes.get(name) != len(codes)]
    if wrong:
        raise TableError(f"{SOURCE}: dimension {listed(wrong)} has another size than codes", why=CHANGED, todo=TELL)


def _cells(content: Any, order: list[str], labels: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Every cell with a value or a flag; JSON-stat counts cells in the order of the dimensions, the last fastest."""
    values, flags = (_by_place(content, key) for key in ("value", "status"))
    cells = 1
    for name in order:
        cells *= len(labels[name])
    for place in sorted({*values, *flags}):
        if not 0 <= place < cells:
            raise TableError(f"{SOURCE}: value {place} lies outside its {cells} cells", why=CHANGED, todo=TELL)
        at, rest = {}, place
        for name in reversed(order):
            rest, k = divmod(rest, len(labels[name]))
            at[name] = labels[name][k]
        value = number_of(values, place, f"{SOURCE}: value") if place in values else None
        flag = str(flags.get(place) or "")
        if value is None and not flag:
            continue
        status = next((FLAGS[letter] for letter in flag if letter in FLAGS), "observed")
        yield {
            "product_from": at[SUPPLIER],
            "product_to": at[BUYER],
            "year": int(at[YEAR][:4]),
            "value": value,
            "status": status if value is not None or status == "suppressed" else "not_available",
            "source": SOURCE + (f"; flag {flag}" if flag else ""),
        }


def _by_place(content: Any, key: str) -> dict[Any, Any]:
    """Values or flags by place; sparse replies give an object with places as text, full ones a list."""
    found = content.get(key) if key == "status" else key_of(content, key, SOURCE)
    if found is None:
        return {}
    if isinstance(found, list):
        return {place: one for place, one in enumerate(found) if one is not None}
    if not isinstance(found, Mapping):
        raise wrong_kind(found, "an object or a list", f"{SOURCE}: {key}")
    return {int(place): one for place, one in found.items()}
