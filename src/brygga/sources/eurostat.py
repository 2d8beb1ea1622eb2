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
from brygga.sources.json_stat import STATE, VALUE, Shape, read_dataset
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import CHANGED, TELL, asked

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
WITHHELD = "c"
"""Eurostat's flag of a confidential cell; p and e are provisional and estimated, other flags are remarks."""


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
    cube = read_dataset(content, SOURCE)
    _check_dimensions(cube.shape)
    known = cube.frame().filter(pl.col(VALUE).is_not_null() | pl.col(STATE).is_not_null())
    known = known.with_columns(pl.col(YEAR).str.head(4).cast(pl.Int64, strict=False))
    with_value = known.filter(pl.col(VALUE).is_not_null(), pl.col(YEAR) <= (last_year or pl.col(YEAR)))
    if with_value.is_empty():
        raise TableError(
            f"{SOURCE}: the reply has no value{f' up to {last_year}' if last_year else ''}",
            why="Eurostat answers so when a filter names a code or year that it does not have",
            todo="see in its data browser which years of Sweden there are, and whether a code was renamed",
        )
    flag, value = pl.col(STATE).fill_null(""), pl.col(VALUE)
    frame = known.filter(pl.col(YEAR) == with_value[YEAR].max()).select(
        product_from=SUPPLIER,
        product_to=BUYER,
        year=YEAR,
        value=pl.when(flag.str.contains(WITHHELD)).then(None).otherwise(value),
        status=pl.when(flag.str.contains(WITHHELD))
        .then(pl.lit("suppressed"))
        .when(value.is_null())
        .then(pl.lit("not_available"))
        .when(flag.str.contains("p|e"))
        .then(pl.lit("provisional"))
        .otherwise(pl.lit("observed")),
        source=pl.lit(SOURCE) + pl.when(flag == "").then(pl.lit("")).otherwise(pl.lit("; flag ") + flag),
    )
    return tables.check(frame.sort(tables.keys(TABLE)), TABLE, where=SOURCE)


def _check_dimensions(shape: Shape) -> None:
    names = [dimension.name for dimension in shape.dimensions]
    missing = [name for name in (SUPPLIER, BUYER, YEAR) if name not in names]
    if missing:
        raise TableError(
            f"{SOURCE} has no dimension {listed(missing)}; it has {listed(names, most=12)}", why=CHANGED, todo=TELL
        )
    wide = [one.name for one in shape.dimensions if one.name not in (SUPPLIER, BUYER, YEAR) and len(one.codes) > 1]
    if wide:
        raise TableError(
            f"{SOURCE}: dimension {listed(wide)} has several codes where one was asked for",
            why="values of different kinds or units would stand in one cell",
            todo="see whether Eurostat has renamed the dimension; the other tables can be updated without this one",
        )
