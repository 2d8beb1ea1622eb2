"""Leontief: the output, and the jobs, that what is sold sets going through everything bought on the way.

With technical coefficients `A` (column j: what industry j buys of each product per unit of its output) the output
that a final demand `f` needs solves

    (I - A) x = f

and a quantity `v` per unit of output (jobs, value added, wages) follows as `v' x`. Nothing is ever inverted. One
shock is one solve; the multipliers of *all* industries are one solve too, of the transpose:

    m = v' (I - A)^-1   is   (I - A)' m = v

A system is productive when everybody can be paid with something left to sell. That is the Hawkins-Simon condition,
and for `A >= 0` it holds if and only if the m of `v = 1` is positive, so the check is the same solve.

Start reading at `shock_solve`.

Source: the published multipliers of the Eurostat manual's six-sector table, which the tests reproduce
(germany_1990.source.md); the equations are the field's common ones, no textbook was opened for them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import TableError, listed

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

OVER_ONE = 1e-9
"""How far over 1 a column of published, rounded coefficients may add up."""

EATS_ITSELF = "input-output table: the sectors buy at least as much as they make"


def technical_coefficients(flows: Matrix, output: Vector, *, industries: Sequence[str] = ()) -> Matrix:
    """`A`: what each industry buys of each product per unit of its own output.

    Parameters
    ----------
    flows : what industry j (column) buys of product i (row), money
    output : output of each industry, the same money
    industries : their names, for messages

    Raises
    ------
    TableError when an industry has no output but buys, or all buy so much that no output would suffice.

    Examples
    --------
    >>> technical_coefficients(np.array([[10.0, 40.0], [20.0, 0.0]]), np.array([100.0, 200.0])).tolist()
    [[0.1, 0.2], [0.2, 0.0]]
    """
    empty = np.flatnonzero(~(output > 0)).tolist()
    if empty:
        names = [str(industries[i]) if industries else str(i) for i in empty]
        raise TableError(
            f"input-output table: sector(s) {listed(names)}{'' if industries else ' (from 0)'} have no output",
            why="coefficients are purchases per unit of output",
            todo="merge an empty sector with a neighbour, or leave it out",
        )
    return productive(flows / output)


def shock_solve(coefficients: Matrix, final_demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """Output per industry that `final_demand` needs, with everything bought on the way: solves (I - A) x = f.

    Parameters
    ----------
    coefficients : (n, n), columns buy from rows
    final_demand : (n,), or (n, k) for k shocks at once (they share one factorisation)

    Returns
    -------
    (n,) or (n, k), same money

    Examples
    --------
    A sector that buys half its output from itself turns out two for each one sold.

    >>> shock_solve(np.array([[0.5]]), np.array([1.0])).tolist()
    [2.0]
    >>> shock_solve(np.array([[0.5]]), np.array([[1.0, -3.0]])).tolist()
    [[2.0, -6.0]]
    """
    return _solve(np.eye(len(coefficients)) - coefficients, final_demand)


def effects(coefficients: Matrix, per_output: NDArray[np.float64]) -> NDArray[np.float64]:
    """What one more unit sold by each industry sets going in all: v'(I - A)^-1 by one solve of the transpose.

    Parameters
    ----------
    coefficients : (n, n), columns buy from rows
    per_output : (n,) a quantity per unit of output, or (n, k) for k quantities; ones give output multipliers

    Examples
    --------
    The first industry buys 0.2 of the second's product, which buys nothing.

    >>> effects(np.array([[0.0, 0.0], [0.2, 0.0]]), np.ones(2)).tolist()
    [1.2, 1.0]
    """
    return _solve((np.eye(len(coefficients)) - coefficients).T, per_output)


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
    return productive(closed)


def is_productive(coefficients: Matrix) -> bool:
    """Whether the industries make more than they buy of each other, so that multipliers exist.

    Examples
    --------
    >>> is_productive(np.array([[0.5, 0.6], [0.4, 0.4]])), is_productive(np.array([[0.5, 0.6], [0.6, 0.5]]))
    (True, False)
    """
    if not np.isfinite(coefficients).all():
        return False
    if (np.abs(coefficients).sum(axis=0) < 1).all():
        return True
    try:
        solved = effects(coefficients, np.ones(len(coefficients)))
    except TableError:
        return False
    return bool((solved > 0).all() and np.isfinite(solved).all())


def productive(coefficients: Matrix) -> Matrix:
    """`coefficients` as they are, or a TableError where no multiplier exists."""
    if is_productive(coefficients):
        return coefficients
    raise _endless()


def _solve(system: Matrix, right: NDArray[np.float64]) -> NDArray[np.float64]:
    try:
        return np.asarray(np.linalg.solve(system, right), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise _endless() from error


def _endless() -> TableError:
    return TableError(
        EATS_ITSELF,
        why="every sale would set off an endless chain, and no multiplier exists",
        todo="check that flows and output stand in the same unit and that output includes all sales",
    )
