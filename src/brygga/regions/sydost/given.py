"""What the recipe starts from: the committed facts, the stated structure, and small helpers to read them."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

import polars as pl
import yaml

from brygga.core import parameters
from brygga.core.errors import TableError
from brygga.core.places import CLASSIFICATIONS, REGIONS

FOLDER = REGIONS / "sydost"
BASE = 2024
BASE_DAY = date(2026, 11, 23)
ASSUMED = parameters.UNCHECKED
TEXT = (
    "source",
    "kind",
    "municipality",
    "area_code",
    "occupation",
    "industry",
    "county",
    "funder",
    "home",
    "work",
    "prefix",
    "profile",
    "price_fact",
    "grant_fact",
    "granted_starts",
    "municipal_fact",
    "regional_fact",
)
MANUFACTURING = tuple(str(code) for code in range(10, 34))


@functools.cache
def read(name: str) -> pl.DataFrame:
    """A committed CSV of the recipe (`structure/jobs`, say); codes stay text."""
    path = FOLDER / f"{name}.csv"
    header = path.read_text("utf-8").partition("\n")[0].split(",")
    return pl.read_csv(
        path, schema_overrides={column: pl.String for column in header if column in TEXT}, infer_schema_length=None
    )


@functools.cache
def facts() -> dict[str, dict[str, Any]]:
    """Every fact by id."""
    return {row["id"]: row for row in read("facts").iter_rows(named=True)}


def number(fact: str) -> float:
    """The value of a fact.

    Raises
    ------
    TableError when there is no such fact, or it is not a number.
    """
    row = facts().get(fact)
    if row is None or row["number"] is None:
        raise TableError(f"facts.csv has no number with id {fact}", why="the recipe cites it", todo="correct the id")
    return float(row["number"])


def parameter(name: str) -> float:
    """Parameter `example.<name>` in force when the region was made."""
    return parameters.value_on(f"example.{name}", BASE_DAY).number


@functools.cache
def municipalities() -> tuple[str, ...]:
    """The twelve, in the order of `structure/municipalities.csv`."""
    return tuple(read("structure/municipalities")["municipality"])


@functools.cache
def places() -> pl.DataFrame:
    """The twelve with what is stated of them and where they lie."""
    atlas = pl.read_csv(CLASSIFICATIONS / "municipalities.csv", infer_schema=False)
    where = atlas.select("code", *(pl.col(column).cast(pl.Float64) for column in ("wlat", "wlon", "km2")))
    return read("structure/municipalities").join(where, left_on="municipality", right_on="code", maintain_order="left")


@functools.cache
def occupations() -> tuple[str, ...]:
    """The nodes that occupations are computed at: a partition of the unit groups."""
    return tuple(pl.read_csv(CLASSIFICATIONS / "occupation_partition.csv", infer_schema=False)["code"])


@functools.cache
def node_of() -> dict[str, str]:
    """The node of each SSYK code that lies inside one, at two to four digits."""
    codes = pl.read_csv(CLASSIFICATIONS / "ssyk2012.csv", infer_schema=False)["code"]
    found = {code: [node for node in occupations() if code.startswith(node)] for code in codes}
    return {code: nodes[0] for code, nodes in found.items() if nodes}


def margin_of(node: str) -> str:
    """The class that a county margin on three digits constrains: the node, or the three digits it lies in."""
    return node[:3]


@functools.cache
def staffing() -> dict[str, dict[str, float]]:
    """Industry -> occupation -> per hundred employees, before fitting."""
    stated: dict[str, dict[str, float]] = yaml.safe_load((FOLDER / "structure" / "staffing.yaml").read_text("utf-8"))
    return {industry: pattern for industry, pattern in stated.items() if industry != "factory"}


def by_longest_prefix(column: str) -> dict[str, float]:
    """A factor of `structure/slack.csv` per node: the longest prefix decides."""
    rows = {row["prefix"]: float(row[column]) for row in read("structure/slack").iter_rows(named=True)}
    return {node: rows[max((p for p in rows if node.startswith(p)), key=len)] for node in occupations()}


def shares(text: str) -> dict[str, float]:
    """`"7223:0.6 7212:0.4"` as a mapping."""
    return {key: float(value) for key, _, value in (part.partition(":") for part in text.split())}


def marked(frame: pl.DataFrame, source: str, status: str = "modelled") -> pl.DataFrame:
    """The frame with status and source on every row."""
    return frame.with_columns(status=pl.lit(status), source=pl.lit(source))
