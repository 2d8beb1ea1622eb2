"""Input-output: how much output and how many jobs follow from one more sold.

With technical coefficients `A` (what a sector buys per unit of its output) the output
that a final demand `f` sets going solves

    (I - A) x = f

and a quantity `v` per unit of output follows as `v' x`. Nothing is ever inverted: one shock
is one solve. Type II closes the households into `A`, so that wages are spent and the spending
sets further jobs going.

Start reading at `further_jobs`.

Source: the published multipliers of the Eurostat manual's six-sector table, which the tests reproduce
(germany_1990.source.md); the equations are the field's common ones, no textbook was opened for them.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import TableError

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

SECTORS = ("agriculture", "manufacturing", "construction", "trade", "business_services", "other_services")
MANUFACTURING = SECTORS.index("manufacturing")
GERMANY = Path(__file__).with_name("germany_1990.csv")
GERMANY_SOURCE = (
    "Named stand-in: Germany, 1990s, six sectors; Eurostat (2008), Manual of Supply, Use and Input-Output Tables, "
    "table 15.4"
)


@dataclass(frozen=True)
class National:
    """A national table: `flows[i, j]` is what sector j buys of domestic product i; one money unit, jobs in persons."""

    flows: Matrix
    output: Vector
    wages: Vector
    value_added: Vector
    jobs: Vector
    household_purchases: Vector
    household_total: float
    source: str


@functools.cache
def germany_1990() -> National:
    """The German six-sector table that stands in for Swedish coefficients (`germany_1990.source.md`)."""
    with GERMANY.open(encoding="utf-8", newline="") as file:
        rows = {row["row"]: row for row in csv.DictReader(file)}
    across = {name: np.array([float(row[sector]) for sector in SECTORS]) for name, row in rows.items()}
    return National(
        flows=np.array([across[sector] for sector in SECTORS]),
        output=across["output"],
        wages=across["wages"],
        value_added=across["value_added"],
        jobs=1000.0 * across["employed_thousands"],
        household_purchases=np.array([float(rows[sector]["households"]) for sector in SECTORS]),
        household_total=float(rows["output"]["households"]),
        source=GERMANY_SOURCE,
    )


def technical_coefficients(flows: Matrix, output: Vector) -> Matrix:
    """`A`: what each sector buys of each product per unit of its own output.

    Raises
    ------
    TableError when a sector has no output, or buys so much that no output would suffice.

    Examples
    --------
    >>> technical_coefficients(np.array([[10.0, 40.0], [20.0, 0.0]]), np.array([100.0, 200.0])).tolist()
    [[0.1, 0.2], [0.2, 0.0]]
    """
    empty = [str(number) for number in np.flatnonzero(~(output > 0))]
    if empty:
        raise TableError(
            f"input-output table: sector(s) {', '.join(empty)} (from 0) have no output",
            why="coefficients are purchases per unit of output",
            todo="merge an empty sector with a neighbour, or leave it out",
        )
    return _productive(flows / output)


def total_output(coefficients: Matrix, final_demand: Vector) -> Vector:
    """Output per sector that `final_demand` needs, with everything bought on the way: solves (I - A) x = f.

    Examples
    --------
    A sector that buys half its output from itself turns out two for each one sold.

    >>> total_output(np.array([[0.5]]), np.array([1.0])).tolist()
    [2.0]
    """
    leontief = np.eye(len(coefficients)) - coefficients
    return np.asarray(np.linalg.solve(leontief, final_demand), dtype=np.float64)


def with_households(coefficients: Matrix, wages_per_output: Vector, spending: Vector) -> Matrix:
    """`A` closed for type II: a last row of wages per output, a last column of what households buy per wage.

    `spending[i]` is domestic product i bought per unit of wage (labour cost); what goes to tax, saving and imports
    is missing from its sum.
    """
    size = len(coefficients)
    closed = np.zeros((size + 1, size + 1))
    closed[:size, :size] = coefficients
    closed[size, :size] = wages_per_output
    closed[:size, size] = spending
    return _productive(closed)


def further_jobs(coefficients: Matrix, jobs_per_output: Vector, sector: int) -> float:
    """Further jobs per job in `sector` when one more job there sells outside (final demand): one solve.

    `coefficients` may be closed with `with_households` (type II); the household row itself holds no jobs.

    Examples
    --------
    A factory buys 0.2 of services per unit, both with one job per unit: 0.2 further jobs.

    >>> bought = np.array([[0.0, 0.0], [0.2, 0.0]])
    >>> round(further_jobs(bought, np.array([1.0, 1.0]), 0), 6)
    0.2
    """
    sold = np.zeros(len(coefficients))
    sold[sector] = 1.0 / jobs_per_output[sector]
    output = total_output(coefficients, sold)[: len(jobs_per_output)]
    return float(jobs_per_output @ output) - 1.0


def _productive(coefficients: Matrix) -> Matrix:
    if np.abs(np.linalg.eigvals(coefficients)).max() < 1:
        return coefficients
    raise TableError(
        "input-output table: the sectors buy at least as much as they make",
        why="every sale would set off an endless chain, and no multiplier exists",
        todo="check that flows and output stand in the same unit and that output includes all sales",
    )
