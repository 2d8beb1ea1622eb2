"""Beside coefficients: jobs, value added, income and households per unit of output, from files.

    employment      industry, persons_per_output      or   industry, persons, output
    value added     industry, value_added_per_output  or   industry, value_added, output    (income likewise)
    households      industry, wages, spending         wages per unit of output, share of a wage spent on each product

Industries in another order or of another classification are refused, with the order that is wanted; so are negative
persons and industries without output.

Start reading at `read_per_output`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.impact.cells import Cells, read_cells, without_row
from brygga.impact.industry_order import label_key, same_order
from brygga.impact.leontief import OVER_ONE, Vector

INDUSTRY = ("industry", "sector", "product", "bransch", "näringsgren", "naringsgren")
WAGES = ("wages", "compensation", "income", "wages_per_output", "compensation_per_output", "income_per_output")
SPENDING = ("spending", "consumption", "spending_share", "consumption_share")
PER_OUTPUT = ("coefficient", "per_output")


def read_per_output(
    path: Path, industries: Sequence[str], *, what: str, by_name: bool = False, beyond: str = ""
) -> Vector:
    """A quantity per unit of output from a file beside COEFFICIENTS, (n,) in the order of `industries`.

    Parameters
    ----------
    path : `industry, <what>_per_output` (or `coefficient`), or `industry, <what>, output`
    industries : the order wanted
    what : "persons" (never negative), "value_added" or "income", for messages
    by_name : take industries by name where they stand in another order, instead of refusing
    beyond : a name whose row is passed over where there is one (households that COEFFICIENTS holds)

    Raises
    ------
    FileError, TableError, UnknownCodeError, or FaultsError with all of them.
    """
    cells = without_row(read_cells(path), beyond)
    heads = [label_key(head) for head in cells.header]
    order, faults = _order(cells, heads, industries, by_name)
    direct = [place for place, head in enumerate(heads) if head in PER_OUTPUT or head.endswith("_per_output")]
    over = [place for place, head in enumerate(heads) if head == "output"]
    amount = [p for p, head in enumerate(heads) if p not in direct + over and head not in INDUSTRY]
    named = [place for place in amount if heads[place] in _amounts(what)] or amount
    if len(direct) == 1 and not over:
        chosen = direct
    elif len(over) == 1 and len(named) == 1:
        chosen = [named[0], over[0]]
    else:
        raise_all(cells.name, [*faults, _columns_fault(cells, what)])
        return np.empty(0)
    values, number_faults = cells.numbers(chosen, order)
    faults += number_faults
    names = [cells.rows[row][0] for row in order]
    if what == "persons":
        faults += _below_zero(cells.name, names, values[:, 0], "persons")
    if len(chosen) == 2:
        faults += _no_output(cells.name, names, values[:, 1])
    raise_all(cells.name, faults)
    return values[:, 0] / values[:, 1] if len(chosen) == 2 else values[:, 0]


def read_households(path: Path, industries: Sequence[str], *, by_name: bool = False) -> tuple[Vector, Vector]:
    """Wages per unit of output, and the share of a wage that households spend on each product, both (n,).

    Raises
    ------
    FileError, TableError, UnknownCodeError, or FaultsError with all of them.
    """
    cells = read_cells(path)
    heads = [label_key(head) for head in cells.header]
    order, faults = _order(cells, heads, industries, by_name)
    wages = [place for place, head in enumerate(heads) if head in WAGES]
    spending = [place for place, head in enumerate(heads) if head in SPENDING]
    if len(wages) != 1 or len(spending) != 1:
        fault = TableError(
            f"{cells.name} has the columns {listed(cells.header, most=8)}",
            why="households need what they earn of each industry and what they buy of it",
            todo="use industry,wages,spending: wages per unit of output, and the share of a wage spent on each product",
        )
        raise_all(cells.name, [*faults, fault])
    values, number_faults = cells.numbers([wages[0], spending[0]], order)
    names = [cells.rows[row][0] for row in order]
    faults += number_faults + _below_zero(cells.name, names, values[:, 0], "wages")
    if np.nansum(values[:, 1]) > 1 + OVER_ONE:
        faults.append(
            TableError(
                f"{cells.name}: households spend {np.nansum(values[:, 1]):.6g} per unit of wage",
                why="shares of a wage add up to at most 1; the rest is tax, saving and imports",
                todo="divide each product's consumption by the households' income, in the same money",
            )
        )
    raise_all(cells.name, faults)
    return values[:, 0], values[:, 1]


def _order(
    cells: Cells, heads: Sequence[str], industries: Sequence[str], by_name: bool
) -> tuple[list[int], list[BryggaError]]:
    """The rows in the order of `industries`, and what is wrong with the names."""
    if heads[0] not in INDUSTRY and any(head in INDUSTRY for head in heads):
        fault = TableError(
            f"{cells.name}: column industry is not the first",
            why="rows are named by their first column",
            todo="move it to the front",
        )
        return list(range(len(cells.rows))), [fault]
    found = cells.column(0)
    faults = same_order(found, industries, where=cells.name, lines=cells.lines)
    at = {label_key(one): row for row, one in enumerate(found)}
    if (
        by_name
        and len(at) == len(found)
        and all(label_key(one) in at for one in industries)
        and len(at) == len(industries)
    ):
        return [at[label_key(one)] for one in industries], []
    return list(range(len(cells.rows))), faults


def _amounts(what: str) -> tuple[str, ...]:
    persons = ("persons", "jobs", "employed", "employment", "personer", "sysselsatta")
    return persons if what == "persons" else (what, what.replace("_", " "), "value", "wages", "gva")


def _columns_fault(cells: Cells, what: str) -> TableError:
    return TableError(
        f"{cells.name} has the columns {listed(cells.header, most=8)}",
        why=f"{what} per unit of output stands in one column, or follows from two",
        todo=f"use industry,{what}_per_output or industry,{what},output",
    )


def _below_zero(name: str, names: Sequence[str], values: Vector, what: str) -> list[BryggaError]:
    wrong = [f"{one} {value:g}" for one, value in zip(names, values, strict=True) if value < 0]
    if not wrong:
        return []
    return [
        TableError(
            f"{name}: {len(wrong)} industry(ies) with negative {what}: {listed(wrong)}",
            why=f"{what} are counted from zero up",
            todo="check the sign, and that the column is not a change between two years",
        )
    ]


def _no_output(name: str, names: Sequence[str], output: Vector) -> list[BryggaError]:
    empty = [one for one, value in zip(names, output, strict=True) if value <= 0]
    if not empty:
        return []
    return [
        TableError(
            f"{name}: {len(empty)} industry(ies) with no output: {listed(empty)}",
            why="per unit of output cannot be said where there is none",
            todo="merge them with a neighbour in every file, or give the coefficient itself",
        )
    ]
