"""SCB's replies read into official tables.

Codes become ours, the publisher's sign for a missing value becomes a status, and what was asked for code by code to
be added up here is added up, unless a part of it is hidden. Cells with random noise are marked as disturbed.

Start reading at `official_rows`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.sums import total
from brygga.sources.breaks import said
from brygga.sources.json_stat import STATE, VALUE, Shape
from brygga.sources.scb_picks import Values
from brygga.sources.scb_tables import Official, Part, Variable

NOISE = re.compile(r"Cell Key|\bCKM\b|slumpmässig osäkerhet", re.IGNORECASE)
NOISE_FROM = 2025
STATUSES = {".": "not_applicable", "..": "not_available", "p": "provisional", "e": "provisional"}
"""The publisher's signs; `-` means none, which is a counted zero."""


@dataclass(frozen=True)
class Chosen:
    """What is asked for of one part: its live id, its shape, and for each variable the codes and our values.

    Parameters
    ----------
    table : the live id
    shape : its metadata
    variables : our variable and its values, by the publisher's name of the variable
    metric : the publisher's name of the variable that says what is counted, empty if there is none
    contents : the publisher's code of a content -> our column, or its label under `part.as_column`
    """

    table: str
    shape: Shape
    variables: Mapping[str, tuple[Variable, Values]]
    metric: str
    contents: Mapping[str, str]

    def selection(self) -> dict[str, tuple[str, ...]]:
        """Variable -> codes, in the table's own order; what the publisher sums up is left out."""
        asked = {name: tuple(values) for name, (_, values) in self.variables.items() if values}
        if self.metric:
            asked[self.metric] = tuple(self.contents)
        return {dimension.name: asked[dimension.name] for dimension in self.shape.dimensions if dimension.name in asked}


def official_rows(official: Official, part: Part, chosen: Chosen, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that one part gives an official table.

    Parameters
    ----------
    official, part : which table, and which part of it
    chosen : what was asked for
    frame : what came: a column of codes a variable, `value` and `state`

    Returns
    -------
    the columns of the official table, not yet checked
    """
    renamed = {
        variable.column: pl.col(name).replace_strict(dict(values), return_dtype=_type(values))
        for name, (variable, values) in chosen.variables.items()
        if variable.column and values
    }
    if "quarter" in {column.column for column in tables.dictionary(official.name)}:
        period = next(name for name, (variable, _) in chosen.variables.items() if variable.column == "year")
        renamed["quarter"] = pl.col(period).str.slice(-1).cast(pl.Int64)
    content = pl.col(chosen.metric).replace_strict(dict(chosen.contents)) if chosen.metric else pl.lit("persons")
    rows = frame.select(
        **renamed, content=content, value=_value(), status=_status(official.hides_small), known=_value().is_not_null()
    )
    rows = _added_up(rows, [*renamed, "content"])
    rows = (
        rows.rename({"content": part.as_column, "value": "persons"})
        if part.as_column
        else _side_by_side(rows, official)
    )
    noise = any(NOISE.search(note) for note in chosen.shape.notes) or part.register.endswith("disturbed")
    return rows.with_columns(
        *(pl.lit(value).alias(column) for column, value in part.fixed),
        disturbed=pl.lit(noise) & (pl.col("year") >= NOISE_FROM),
        source=pl.lit(f"SCB {chosen.table} ({part.register})"),
    ).select(column.column for column in tables.dictionary(official.name))


def together(official: Official, parts: Sequence[tuple[Part, pl.DataFrame]]) -> tuple[pl.DataFrame, list[str]]:
    """The official table, checked, and what must be said of it.

    Of a year that two parts have for the same area, only the later-named part counts.

    Raises
    ------
    TableError, UnknownCodeError
        Naming the official table and the publisher's.
    """
    kept: list[pl.DataFrame] = []
    remarks: list[str] = []
    area = next((name for name in ("municipality", "county", "home") if name in tables.keys(official.name)), None)
    shared = [name for name in ("year", area) if name]
    for n, (part, rows) in enumerate(parts):
        for later, newer in parts[n + 1 :]:
            twice = rows.join(newer.select(shared).unique(), on=shared, how="semi")
            if twice.height:
                years = sorted(twice["year"].unique().to_list())
                remarks.append(f"{part.name} has {listed(years)} as {later.name} has; those of {later.name} count")
                rows = rows.join(newer.select(shared).unique(), on=shared, how="anti", maintain_order="left")
        kept.append(rows)
    whole = pl.concat(kept).sort(tables.keys(official.name))
    named = " and ".join(dict.fromkeys(whole["source"].to_list())) if whole.height else "nothing"
    where = f"{official.name} from {named}"
    if not whole.height:
        raise TableError(
            f"{official.name}: no rows came", why="an empty table says nothing", todo="run the same command later"
        )
    try:
        checked = tables.check(whole, official.name, where=where)
    except BryggaError as error:
        error.what = f"{error.what} (as SCB published it)"
        raise
    years = checked["year"].unique().sort().to_list()
    remarks += said(official.name, years[0], years[-1])
    hidden = checked.filter(pl.col("status") == "suppressed").height
    if hidden:
        remarks.append(f"{hidden:,} of {checked.height:,} cells are hidden (1 or 2 persons); they are not zero")
    if checked["disturbed"].any() and not any(remark.startswith(f"{NOISE_FROM}:") for remark in remarks):
        remarks.append(f"{NOISE_FROM}: values carry random noise (CKM); totals differ from the sum of their parts")
    return checked, remarks


def _type(values: Values) -> pl.DataType:
    return pl.Int64() if all(isinstance(value, int) for value in values.values()) else pl.String()


def _value() -> pl.Expr:
    """The value; where the publisher writes `-`, none was counted."""
    return pl.when(pl.col(VALUE).is_null() & (pl.col(STATE) == "-")).then(0.0).otherwise(pl.col(VALUE))


def _status(hides_small: bool) -> pl.Expr:
    missing = "suppressed" if hides_small else "not_available"
    signs = pl.col(STATE).replace_strict(STATUSES | ({"..": missing} if hides_small else {}), default=None)
    present = pl.when(signs == "provisional").then(pl.lit("provisional")).otherwise(pl.lit("observed"))
    lacking = pl.when(signs.is_null() | (signs == "provisional")).then(pl.lit(missing)).otherwise(signs)
    return pl.when(_value().is_not_null()).then(present).otherwise(lacking)


def _added_up(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Cells of the same key as one; if a part of it has no value, the whole has none."""
    if not rows.select(by).is_duplicated().any():
        return rows.drop("known")
    whole = pl.col("known").all()
    least = pl.col("status").filter(~pl.col("known")).first()
    return rows.group_by(by, maintain_order=True).agg(
        value=pl.when(whole).then(total("value")),
        status=pl.when(whole).then(pl.col("status").sort().last()).otherwise(least),
    )


def _side_by_side(rows: pl.DataFrame, official: Official) -> pl.DataFrame:
    """One column a content; the status is that of the first content that is not simply observed."""
    columns = {column.column: column.role for column in tables.dictionary(official.name)}
    names = [name for name in columns if name in set(rows["content"].to_list())]
    keys = [name for name in rows.columns if name not in ("content", "value", "status")]
    first = rows.filter(pl.col("content") == names[0]).drop("content").rename({"value": names[0]})
    for name in names[1:]:
        other = rows.filter(pl.col("content") == name).drop("content").rename({"value": name, "status": "other"})
        first = first.join(other, on=keys, how="left", maintain_order="left", validate="1:1")
        if columns[name] != "note":
            worse = pl.when(pl.col("status") == "observed").then(pl.col("other")).otherwise(pl.col("status"))
            first = first.with_columns(status=worse)
        first = first.drop("other")
    return first
