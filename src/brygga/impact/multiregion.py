"""Multiregion: one system of R regions and N industries, and a shock solved in it without ever building it.

Each region s has its technical coefficients a_s (what industry j buys of product i, wherever it was made), and trade
says where that comes from: t[r, s, i], the share of the product i bought in s that was made in r. The rest is imported.

    A[(r, i), (s, j)] = t[r, s, i] a_s[i, j]

That matrix has (R N)^2 cells, but a product with it is only two small ones, since trade depends on the product and the
coefficients on the buyer:

    (A x)[r, i] = sum_s t[r, s, i] (sum_j a_s[i, j] x[s, j])

so x = f + A f + A A f + ... is summed round by round (each round is what the last one's suppliers buy). With c the
largest sum of a column of |A|, what is left after a round `g` is at most |g| c / (1 - c) in all, so the sum stops
where that is below 1e-13 of the output. Where c is not below 1, the system is built and solved instead.

Start reading at `shock`.

The rounds are the field's textbook expansion of the inverse; no source was opened for them. The form of A is that of
multiregional models with pooled trade (Chenery-Moses), read in no textbook here either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.impact.leontief import OVER_ONE, Matrix, shock_solve

Array = NDArray[np.float64]

LEFT, MOST_ROUNDS = 1e-13, 400
"""Share of the output that may be left out when the rounds stop, and how many rounds are tried."""


@dataclass(frozen=True)
class Regions:
    """R regions and N industries.

    Attributes
    ----------
    regions, industries : names, in order
    technical : (R, N, N) what industry j of region s buys of product i per unit of output, wherever it was made
    trade : (R, R, N) the share of product i bought in region s (second) that was made in region r (first)
    """

    regions: tuple[str, ...]
    industries: tuple[str, ...]
    technical: Array
    trade: Array


def system(tables: Mapping[str, Matrix], industries: Sequence[str], trade: Array) -> Regions:
    """Regions from their tables of technical coefficients and trade shares, checked.

    Parameters
    ----------
    tables : region -> (N, N) coefficients, in the order of the first axis of `trade`
    industries : N names
    trade : (R, R, N) see `Regions`

    Raises
    ------
    TableError or FaultsError: shapes that do not fit, shares below 0 or over 1, regions whose industries buy for more
    than they make.
    """
    regions = tuple(tables)
    size = len(industries)
    shapes = [f"{name} {table.shape}" for name, table in tables.items() if table.shape != (size, size)]
    faults: list[BryggaError] = []
    if shapes or trade.shape != (len(regions), len(regions), size):
        faults.append(
            TableError(
                f"regional tables: {listed(shapes) or 'all'} with {size} industries; trade shares {trade.shape}",
                why="every region needs a row and column for each industry, and trade a share for every pair",
                todo=f"give coefficients of {size} x {size} and trade of {len(regions)} x {len(regions)} x {size}",
            )
        )
        raise_all("regions", faults)
    for name, table in tables.items():
        over = [industries[j] for j in np.flatnonzero(table.sum(axis=0) > 1 + OVER_ONE).tolist()]
        if over or not np.isfinite(table).all():
            faults.append(
                TableError(
                    f"region {name}: " + (f"columns over 1: {listed(over)}" if over else "cells that are no numbers"),
                    why="an industry would buy for more than it sells",
                    todo="check that columns buy from rows, per unit of output",
                )
            )
    faults += _trade_faults(regions, industries, trade)
    raise_all("regions", faults)
    return Regions(regions, tuple(industries), np.stack(list(tables.values())), trade)


def shared_trade(own: Array, output: Array) -> Array:
    """Trade where a region makes the share `own` itself, and the rest comes from the others as they make of it.

    Parameters
    ----------
    own : (R, N) share of a product bought in the region that was made there
    output : (R, N) output, which says where the rest comes from

    Returns
    -------
    (R, R, N) shares that add up to 1 for each buyer and product that anybody else makes

    Examples
    --------
    >>> shared_trade(np.array([[0.6], [0.5], [1.0]]), np.array([[1.0], [1.0], [3.0]]))[:, 0, 0].tolist()
    [0.6, 0.1, 0.30000000000000004]
    """
    count = len(own)
    trade = np.zeros((count, count, own.shape[1]))
    for buyer in range(count):
        others = output.copy()
        others[buyer] = 0.0
        made = others.sum(axis=0)
        part = np.divide(others, made, out=np.zeros_like(others), where=made > 0)
        trade[:, buyer, :] = part * (1.0 - own[buyer])
        trade[buyer, buyer, :] = own[buyer]
    return trade


def dense(regions: Regions) -> Matrix:
    """The whole matrix A, (R N, R N), region by region: for small systems, tests and other programs."""
    count, size = regions.trade.shape[0], len(regions.industries)
    whole: Array = np.einsum("rsi,sij->risj", regions.trade, regions.technical)
    return whole.reshape(count * size, count * size)


def shock(regions: Regions, final_demand: Array) -> Array:
    """Output of every industry of every region that `final_demand` needs.

    Parameters
    ----------
    regions : the system
    final_demand : (R, N), or (R, N, k) for k shocks at once

    Returns
    -------
    the same shape

    Examples
    --------
    One industry in two regions; each buys 0.5 per unit, half of it at home, half from the other: in all 0.5 a round.

    >>> two = system({"a": np.array([[0.5]]), "b": np.array([[0.5]])}, ["x"], np.full((2, 2, 1), 0.5))
    >>> shock(two, np.array([[1.0], [0.0]])).round(12).tolist()
    [[1.5], [0.5]]
    """
    worst = float(np.einsum("rsi,sij->sj", np.abs(regions.trade), np.abs(regions.technical)).max(initial=0.0))
    flat = final_demand.reshape(-1, *final_demand.shape[2:])
    found = rounds(lambda output: _bought(regions, output), flat, worst)
    if found is None:
        found = shock_solve(dense(regions), flat)
    return found.reshape(final_demand.shape)


def rounds(bought: Callable[[Array], Array], final_demand: Array, worst: float) -> Array | None:
    """x = f + A f + A A f + ..., to 1e-13 of the output; None where that cannot be promised.

    Parameters
    ----------
    bought : what an output buys, A x, of the same shape
    final_demand : (n,), or (n, k) for k shocks
    worst : the largest sum of a column of |A|

    Examples
    --------
    >>> rounds(lambda output: 0.5 * output, np.array([1.0]), 0.5).round(9).tolist()
    [2.0]
    >>> rounds(lambda output: output, np.array([1.0]), 1.0) is None
    True
    """
    if not worst < 1.0:
        return None
    added = output = np.asarray(final_demand, dtype=np.float64)
    for _ in range(MOST_ROUNDS):
        added = bought(added)
        output = output + added
        if (np.abs(added).sum(axis=0) * worst / (1.0 - worst) <= LEFT * np.abs(output).sum(axis=0)).all():
            return output
    return None


def jobs_of(output: Array, jobs_per_output: Array) -> Array:
    """Jobs behind an output, (R, N) or (R, N, k), with jobs per unit of output (R, N)."""
    return output * (jobs_per_output if output.ndim == 2 else jobs_per_output[:, :, None])


def _bought(regions: Regions, output: Array) -> Array:
    """What an output buys of every industry of every region: A x, flat as x is."""
    count, size = len(regions.regions), len(regions.industries)
    of_buyers = np.matmul(regions.technical, output.reshape(count, size, -1))  # (S, N, k)
    of_makers = np.matmul(regions.trade.transpose(2, 0, 1), of_buyers.transpose(1, 0, 2))  # (N, R, k)
    return np.ascontiguousarray(of_makers.transpose(1, 0, 2)).reshape(output.shape)


def _trade_faults(regions: Sequence[str], industries: Sequence[str], trade: Array) -> list[BryggaError]:
    sums = trade.sum(axis=0)
    wrong = [
        f"{industries[i]} bought in {regions[s]} {sums[s, i]:.4g}"
        for s, i in np.argwhere(~(sums <= 1 + OVER_ONE)).tolist()
    ]
    below = [f"{industries[i]}: {regions[r]} -> {regions[s]}" for r, s, i in np.argwhere(trade < 0).tolist()]
    if not wrong and not below:
        return []
    return [
        TableError(
            f"trade shares: {len(wrong)} over 1 ({listed(wrong)}), {len(below)} below 0 ({listed(below)})",
            why="what is bought comes from somewhere, once",
            todo="make the shares of each product bought in a region add up to at most 1; the rest is imported",
        )
    ]
