"""Proportional fitting of many small tables at once, and shares that thin rows borrow from their fellows.

    fitted = seed x factor of its row x factor of its column       iterative proportional fitting (RAS)
    share  = (count + strength x prior) / (sum of counts + strength)

`strength` is how many persons the prior counts for. It is read from how much rows differ beyond chance:
rows that are alike lend much, rows that differ lend little (the intraclass correlation of shares).

Start reading at `fit_margins` and `fit_strength`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brygga.core.errors import InfeasibleError
from brygga.core.grids import Floats

STRONGEST = 1e9
"""Persons a prior counts for where rows differ by no more than chance: the rows are then all alike."""


def fit_margins(
    seed: Floats, rows: Floats, columns: Floats, *, tolerance: float = 1e-9, rounds: int = 2000, where: str = "table"
) -> Floats:
    """Tables as close to `seed` as their margins allow, one for each leading index.

    Parameters
    ----------
    seed : ... x row x column, zero or more; a zero stays zero
    rows, columns : ... x row and ... x column; their sums must agree
    tolerance : largest miss of any margin, relative to the table's sum
    rounds : turns at most
    where : what the tables are, for the error

    Raises
    ------
    InfeasibleError when the margins cannot all hold.

    Examples
    --------
    >>> fit_margins(np.ones((2, 2)), np.array([3.0, 7.0]), np.array([4.0, 6.0])).round(6).tolist()
    [[1.2, 1.8], [2.8, 4.2]]
    """
    cells = np.array(np.broadcast_to(seed, (*rows.shape, columns.shape[-1])), dtype=np.float64)
    size = np.maximum(rows.sum(-1, keepdims=True), 1e-300)
    for _ in range(rounds):
        cells *= _factors(rows, cells.sum(-1))[..., :, None]
        cells *= _factors(columns, cells.sum(-2))[..., None, :]
        if np.all(np.abs(cells.sum(-1) - rows) <= tolerance * size):
            return cells
    miss = np.abs(cells.sum(-1) - rows) / size
    worst = np.unravel_index(int(np.argmax(miss)), miss.shape)
    raise InfeasibleError(
        f"{where}: row {worst[-1]} misses its sum by {miss[worst]:.2g} of the table after {rounds} rounds",
        why="the margins contradict each other, or zeros in the seed block them",
        todo="compare the sums of the margins, and the cells that are zero",
    )


def fit_strength(blocks: Sequence[Floats]) -> float:
    """How many persons a prior counts for, from blocks of rows that borrow from each other.

    Parameters
    ----------
    blocks : each row x category, counts; the rows of a block have a common prior, their sum

    Returns
    -------
    (1 - rho) / rho, where rho is the intraclass correlation of shares by analysis of variance: the mean
    square between rows against that within them, over all blocks together.

    Examples
    --------
    >>> fit_strength([np.array([[50.0, 50.0], [50.0, 50.0]])])
    1000000000.0
    >>> fit_strength([np.array([[100.0, 0.0], [0.0, 100.0]])])
    0.0
    """
    between = within = rows_less_one = persons_less_rows = typical = 0.0
    for counts in blocks:
        size = counts.sum(1)
        counts, size = counts[size > 0], size[size > 0]
        if len(size) < 2:
            continue
        shares, mean = counts / size[:, None], counts.sum(0) / size.sum()
        between += float((size[:, None] * (shares - mean) ** 2).sum())
        within += float((size[:, None] * shares * (1 - shares)).sum())
        rows_less_one += len(size) - 1
        persons_less_rows += float(size.sum()) - len(size)
        typical += float(size.sum() - (size**2).sum() / size.sum())
    if rows_less_one == 0 or persons_less_rows <= 0:
        return STRONGEST
    square_between, square_within = between / rows_less_one, within / persons_less_rows
    more = square_between - square_within
    rho = more / (more + typical / rows_less_one * square_within) if more > 0 else 0.0
    return (1 - rho) / rho if rho > 1 / STRONGEST else STRONGEST


def lent(counts: Floats, prior: Floats, strength: float) -> tuple[Floats, Floats]:
    """Shares of each row with what it borrows, and their standard deviations.

    Parameters
    ----------
    counts : ... x category
    prior : shares to borrow, broadcast to `counts`
    strength : persons the prior counts for, above zero where a row has nobody

    Examples
    --------
    >>> shares, sd = lent(np.array([[9.0, 0.0]]), np.array([0.5, 0.5]), 1.0)
    >>> shares.tolist()
    [[0.95, 0.05]]
    """
    size = counts.sum(-1, keepdims=True) + strength
    shares = np.asarray((counts + strength * prior) / np.where(size > 0, size, 1.0))
    return shares, np.asarray(np.sqrt(shares * (1 - shares) / (size + 1)))


def _factors(wanted: Floats, sums: Floats) -> Floats:
    return np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0)
