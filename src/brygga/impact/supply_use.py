"""Supply and use: a symmetric table from who makes what and who uses what.

    V[i, j]   make: industry i makes of product j          x = V 1, output by industry;  q = V' 1, by product
    U[j, i]   use: industry i buys of product j            Y[j, .] final uses;  W[., i] primary inputs

Four ways to a table with the same labels on both sides, each an assumption (the manual's models):

    A  product technology      a product needs the same inputs wherever it is made        product x product
    B  industry technology     an industry uses the same inputs for all it makes          product x product
    C  fixed industry sales    an industry sells to the same users whatever it makes      industry x industry
    D  fixed product sales     a product goes to the same users whoever makes it          industry x industry

With T the transformation of each, the flows are

    A   Z = U T,  T = (V')^-1 diag(q)       B   Z = U T,  T = diag(x)^-1 V
    C   Z = T U,  T = diag(x) (V')^-1       D   Z = T U,  T = V diag(q)^-1

A and C need as many products as industries, and A may give negative cells, which are named and kept. All four keep the
totals: domestic output by product (A, B) or by industry (C, D). Type D with rectangular tables is what Eurostat's
countries publish most.

Start reading at `symmetric`.

Source: the names and numbering of the models are those of the Eurostat manual (2008), chapter 11, as two public
projects tell them (README of AZFARHAD24511/IOT_SUT for B and D; the manual itself was not opened). The formulas follow
from the assumptions by the accounting above, and the tests hold them against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brygga.core.errors import BryggaError, SettingError, TableError, listed, raise_all
from brygga.impact.leontief import Matrix, Vector

MODELS = ("A", "B", "C", "D")
BALANCE = 1e-6
"""Relative difference between what is made and what is used of a product that still counts as rounding."""


@dataclass(frozen=True)
class SupplyUse:
    """Domestic supply and use at basic prices.

    Attributes
    ----------
    products, industries : names, in order
    make : (industries, products) what each industry makes of each product
    use : (products, industries) what each industry buys of each domestic product
    final : (products, uses) final uses of domestic products
    primary : (inputs, industries) imports, taxes, wages and what else is in output
    """

    products: tuple[str, ...]
    industries: tuple[str, ...]
    make: Matrix
    use: Matrix
    final: Matrix
    primary: Matrix


@dataclass(frozen=True)
class Symmetric:
    """A symmetric table: `labels` are products (A, B) or industries (C, D).

    flows (n, n), output (n,), final (n, uses), primary (inputs, n); `negative` names cells below zero.
    """

    labels: tuple[str, ...]
    flows: Matrix
    output: Vector
    final: Matrix
    primary: Matrix
    negative: tuple[str, ...]


def symmetric(tables: SupplyUse, model: str) -> Symmetric:
    """A symmetric table by model "A", "B", "C" or "D".

    Raises
    ------
    SettingError for another model. TableError or FaultsError: no output, unequal numbers of products and industries or
    a singular make table where the model inverts it, a product of which more is used than made.

    Examples
    --------
    Two industries that make one product each: every model gives the use table itself.

    >>> plain = SupplyUse(("p", "q"), ("a", "b"), np.diag([10.0, 20.0]), np.array([[1.0, 4.0], [2.0, 0.0]]),
    ...     np.array([[5.0], [18.0]]), np.array([[7.0, 16.0]]))
    >>> [symmetric(plain, model).flows.tolist() for model in ("A", "D")]
    [[[1.0, 4.0], [2.0, 0.0]], [[1.0, 4.0], [2.0, 0.0]]]
    """
    if model not in MODELS:
        raise SettingError(
            f"model {model!r} of supply and use",
            why="the manual has four",
            todo="A (product technology), B (industry technology), C (fixed industry sales), D (fixed product sales)",
        )
    _check(tables, model)
    by_industry, by_product = tables.make.sum(axis=1), tables.make.sum(axis=0)
    if model in "AB":
        turn = _inverse(tables, by_product) if model == "A" else tables.make / by_industry[:, None]
        flows, final, primary = tables.use @ turn, tables.final, tables.primary @ turn
        labels, output = tables.products, by_product
    else:
        turn = _inverse(tables, by_industry, rows=True) if model == "C" else tables.make / by_product[None, :]
        flows, final, primary = turn @ tables.use, turn @ tables.final, tables.primary
        labels, output = tables.industries, by_industry
    below = np.argwhere(flows < -BALANCE * np.abs(flows).max(initial=0.0)).tolist()
    negative = tuple(f"{labels[i]} -> {labels[j]} {flows[i, j]:.4g}" for i, j in below)
    return Symmetric(labels, flows, output, final, primary, negative)


def _inverse(tables: SupplyUse, totals: Vector, *, rows: bool = False) -> Matrix:
    """(V')^-1 diag(q), or diag(x) (V')^-1 with `rows`; by solving, the one place where a whole matrix is turned."""
    try:
        if rows:
            return np.asarray(np.linalg.solve(tables.make, np.diag(totals)).T, dtype=np.float64)
        return np.asarray(np.linalg.solve(tables.make.T, np.diag(totals)), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise TableError(
            "make table: it is singular",
            why="two industries make the same mix of products, so their technologies cannot be told apart",
            todo="merge them, or use model B or D",
        ) from error


def _check(tables: SupplyUse, model: str) -> None:
    faults: list[BryggaError] = []
    faults += _shape_faults(tables)
    raise_all("supply and use", faults)
    if model in "AC" and len(tables.products) != len(tables.industries):
        faults.append(
            TableError(
                f"{len(tables.products)} products and {len(tables.industries)} industries",
                why=f"model {model} turns the make table round, which needs as many of both",
                todo="aggregate them to the same classification, or use model B or D",
            )
        )
    for names, totals, what in (
        (tables.industries, tables.make.sum(axis=1), "industry"),
        (tables.products, tables.make.sum(axis=0), "product"),
    ):
        empty = [names[place] for place in np.flatnonzero(~(totals > 0)).tolist()]
        if empty:
            faults.append(
                TableError(
                    f"make table: no output of {what} {listed(empty)}",
                    why="its inputs or sales cannot be shared out",
                    todo="merge it with a neighbour, or leave it out of both tables",
                )
            )
    used, made = tables.use.sum(axis=1) + tables.final.sum(axis=1), tables.make.sum(axis=0)
    apart = np.abs(used - made) > BALANCE * np.maximum(made, 1.0)
    if apart.any():
        wrong = [f"{tables.products[p]} made {made[p]:g}, used {used[p]:g}" for p in np.flatnonzero(apart).tolist()]
        faults.append(
            TableError(
                f"supply and use differ for {int(apart.sum())} product(s): {listed(wrong)}",
                why="what is made at home is used somewhere",
                todo="take the use table of domestic output at basic prices, with exports among the final uses",
            )
        )
    raise_all("supply and use", faults)


def _shape_faults(tables: SupplyUse) -> list[BryggaError]:
    products, industries = len(tables.products), len(tables.industries)
    wanted: Sequence[tuple[str, Matrix, tuple[int | None, int | None]]] = (
        ("make", tables.make, (industries, products)),
        ("use", tables.use, (products, industries)),
        ("final", tables.final, (products, None)),
        ("primary", tables.primary, (None, industries)),
    )
    faults: list[BryggaError] = [
        TableError(
            f"{name} table is {table.shape}, with {products} products and {industries} industries",
            why="rows and columns must be the named ones",
            todo="make is industries x products, use products x industries",
        )
        for name, table, shape in wanted
        if table.ndim != 2 or any(want not in (None, got) for want, got in zip(shape, table.shape, strict=True))
    ]
    faults += [
        TableError(
            f"{name} table has cells that are no numbers",
            why="unknown is not zero",
            todo="fill hidden cells with an estimate",
        )
        for name, table, _ in wanted
        if not np.isfinite(table).all()
    ]
    return faults
