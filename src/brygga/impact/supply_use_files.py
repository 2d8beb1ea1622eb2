"""Supply and use from files: two wide CSV tables brought to a `National` by one of the manual's models.

    SUPPLY   rows products, columns industries: what each industry makes of each product, basic prices
    USE      rows products, columns industries and final uses: domestic products at basic prices; below the products
             rows of primary inputs (D1 wages, B1G value added, EMP jobs)

Codes are those of Eurostat, SCB or OECD. Of the final uses, households' consumption is read; the rest is what is made
and not used otherwise, so that supply and use balance, and a rest below zero is told.

Start reading at `national_from_files`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brygga.core.errors import TableError, listed, raise_all
from brygga.impact.cells import read_cells
from brygga.impact.industries import divisions_of
from brygga.impact.leontief import Matrix, Vector
from brygga.impact.national import National, held
from brygga.impact.published_codes import role_of_column, role_of_row
from brygga.impact.published_files import first_number_column, is_numeric
from brygga.impact.published_table import FIELDS
from brygga.impact.supply_use import SupplyUse, symmetric


@dataclass(frozen=True)
class _Wide:
    """A wide table: products and industries by code, the square between them, and rows and columns beyond by role."""

    name: str
    products: tuple[str, ...]
    industries: tuple[str, ...]
    between: Matrix
    rows: dict[str, Vector]
    columns: dict[str, Vector]
    corner: dict[tuple[str, str], float]


def national_from_files(
    supply: Path, use: Path, *, model: str = "D", source: str = "", stand_in: bool = False
) -> National:
    """A `National` from a supply and a use table.

    Parameters
    ----------
    supply, use : CSV files, see above
    model : "A" to "D", see `supply_use`
    source : in words for a page; the files' names by default

    Raises
    ------
    FileError, TableError, or FaultsError with all of them.
    """
    made, used = _wide(supply), _wide(use)
    _same(made.products, used.products, made, used, "products")
    _same(made.industries, used.industries, made, used, "industries")
    make = made.between[:, [made.industries.index(one) for one in used.industries]].T
    make = make[:, [made.products.index(one) for one in used.products]]
    output = make.sum(axis=0)
    homes = used.columns.get("households", np.full(len(output), np.nan))
    rest = output - used.between.sum(axis=1) - np.nan_to_num(homes)
    fields = [field for field in FIELDS if field in used.rows and np.isfinite(used.rows[field]).all()]
    tables = SupplyUse(
        products=used.products,
        industries=used.industries,
        make=make,
        use=used.between,
        final=np.column_stack([np.nan_to_num(homes), rest]),
        primary=np.array([used.rows[field] for field in fields]).reshape(len(fields), len(used.industries)),
    )
    turned = symmetric(tables, model)
    blank = np.full(len(turned.labels), np.nan)
    read = dict(zip(fields, turned.primary, strict=True))
    total = _spent(used, homes)
    lacks = [field for field in FIELDS if field not in read]
    lacks += [] if total > 0 else ["household_purchases", "household_total"]
    below = [used.products[place] for place in np.flatnonzero(rest < -1e-6 * np.maximum(output, 1.0)).tolist()]
    notes = [f"made symmetric by model {model}"]
    notes += [f"{len(turned.negative)} negative cells: {listed(turned.negative)}"] if turned.negative else []
    notes += [f"more used than made at home: {listed(below)}"] if below else []
    return National(
        flows=turned.flows,
        output=turned.output,
        wages=read.get("wages", blank),
        value_added=read.get("value_added", blank),
        jobs=read.get("jobs", blank),
        household_purchases=turned.final[:, 0] if total > 0 else blank,
        household_total=total,
        source=source or f"{made.name} and {used.name}",
        industries=turned.labels,
        stand_in=stand_in,
        holds=held(turned.labels),
        lacks=tuple(lacks),
        notes=tuple(notes),
    )


def _wide(path: Path) -> _Wide:
    cells = read_cells(path)
    first = first_number_column(cells)
    labels = [cells.column(place) for place in range(first) if not is_numeric(cells.column(place))]
    codes = max(labels, key=lambda column: sum(divisions_of(text) is not None for text in column))
    down = [at for at, code in enumerate(codes) if divisions_of(code)]
    across = [at for at, head in enumerate(cells.header[first:], first) if divisions_of(head)]
    if not down or not across:
        raise TableError(
            f"{cells.name}: {len(down)} products as rows and {len(across)} industries as columns",
            why="supply and use say what each industry makes and buys of each product",
            todo="use codes as CPA_C29 for rows and C29 for columns",
        )
    values, faults = cells.numbers(across, down)
    beyond, more = cells.numbers(range(first, len(cells.header)), unknown_is_fault=False)
    raise_all(cells.name, [*faults, *more])
    rows = _roles(
        [role_of_row(*(column[at] for column in labels)) if at not in down else None for at in range(len(codes))]
    )
    columns = _roles([role_of_column(head) if at not in across else None for at, head in enumerate(cells.header)])
    return _Wide(
        cells.name,
        tuple(codes[at] for at in down),
        tuple(cells.header[at] for at in across),
        values,
        {role: beyond[at, [place - first for place in across]] for role, at in rows.items()},
        {role: beyond[down, at - first] for role, at in columns.items() if at >= first},
        {
            (row, column): float(beyond[at, place - first])
            for row, at in rows.items()
            for column, place in columns.items()
            if place >= first
        },
    )


def _roles(found: Sequence[str | None]) -> dict[str, int]:
    """The first place of each role."""
    places: dict[str, int] = {}
    for at, role in enumerate(found):
        if role:
            places.setdefault(role, at)
    return places


def _spent(used: _Wide, homes: Vector) -> float:
    """All that households buy: told whole, or with imports and taxes as far as they are told."""
    whole = used.corner.get(("inputs", "households"), np.nan)
    if np.isfinite(whole):
        return whole
    parts = [used.corner.get((role, "households"), np.nan) for role in ("imports", "taxes")]
    return float(np.nansum([np.nansum(homes), *parts])) if np.isfinite(homes).any() else float("nan")


def _same(one: Sequence[str], other: Sequence[str], made: _Wide, used: _Wide, what: str) -> None:
    alone = sorted(set(one) ^ set(other))
    if alone or len(set(one)) != len(one) or len(set(other)) != len(other):
        raise TableError(
            f"{made.name} and {used.name} have different {what}: {listed(alone) if alone else 'some stand twice'}",
            why="what is made of a product must be what is used of it",
            todo="give both tables of the same year and the same classification, without totals of some products",
        )
