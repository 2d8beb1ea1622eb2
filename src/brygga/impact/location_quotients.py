"""Location quotients: how much of each industry a region has, against its nation, and what that says of trade.

With jobs `E` in the region (r) and the nation (n), seller i and buyer j:

    SLQ_i   = (E_ri / E_r) / (E_ni / E_n)                  one industry against the nation
    CILQ_ij = SLQ_i / SLQ_j, SLQ_i on the diagonal         the seller against the buyer
    lambda  = log2(1 + E_r / E_s) ** delta                 E_s the jobs of the nation the region lies in
    FLQ_ij  = CILQ_ij * lambda                             and against the size of the region
    AFLQ_ij = FLQ_ij * log2(1 + SLQ_j) where SLQ_j > 1     a strong buyer draws its suppliers to it

At one and over, everything is bought in the region. SLQ_i stands on the diagonal because an industry against itself
would always be one; then a small industry that buys of itself would buy it all at home.

Start reading at `location_quotients`.

Sources: Flegg and Webber (1997) for FLQ, read in the abstracts at ideas.repec.org/a/taf/regstd/v31y1997i8p795-805 and
of Flegg and Tohmo at econpapers.repec.org/RePEc:wiw:wiwrsa:ersa11p334; the papers were not opened. AFLQ is from memory
of Flegg and Webber (2000): project assumption, not checked.
"""

from __future__ import annotations

import numpy as np

from brygga.core.errors import TableError
from brygga.impact.leontief import Matrix, Vector


def location_quotients(regional: Vector, national: Vector) -> Vector:
    """SLQ: each industry's share of the region's jobs over its share of the nation's; 0 where nobody has any.

    Parameters
    ----------
    regional, national : jobs by industry, in the same order (persons)

    Raises
    ------
    TableError when the region has no jobs, or more than its nation.

    Examples
    --------
    >>> location_quotients(np.array([30.0, 10.0]), np.array([200.0, 200.0])).tolist()
    [1.5, 0.5]
    """
    _part(float(regional.sum()), float(national.sum()))
    quotients = np.zeros(len(national))
    np.divide(regional / regional.sum(), national / national.sum(), out=quotients, where=national > 0)
    return quotients


def cross_quotients(quotients: Vector) -> Matrix:
    """CILQ: the selling industry's quotient over the buying one's, SLQ on the diagonal.

    A buyer that the region lacks has no quotient; a newcomer there is taken to be as in the nation (SLQ_j = 1), so that
    it buys at home what the region has. A seller that the region lacks sells nothing.

    Examples
    --------
    >>> cross_quotients(np.array([1.5, 0.5])).tolist()
    [[1.5, 3.0], [0.3333333333333333, 0.5]]
    """
    sellers = np.broadcast_to(quotients[:, None], (len(quotients),) * 2)
    ratio = sellers.copy()
    with np.errstate(over="ignore"):  # a buyer of next to nobody: everything is bought at home
        np.divide(sellers, quotients[None, :], out=ratio, where=quotients[None, :] > 0)
    np.fill_diagonal(ratio, quotients)
    return ratio


def size_factor(region_jobs: float, nation_jobs: float, delta: float) -> float:
    """lambda: between 0 and 1, smaller for a small region and for a large `delta`.

    Raises
    ------
    TableError when the region has no jobs, or more than the nation it lies in.

    Examples
    --------
    >>> size_factor(50.0, 50.0, 0.175)
    1.0
    """
    _part(region_jobs, nation_jobs)
    return float(np.log2(1.0 + region_jobs / nation_jobs) ** delta)


def flegg_quotients(regional: Vector, national: Vector, size: float) -> Matrix:
    """FLQ: cross quotients times the size factor lambda."""
    return cross_quotients(location_quotients(regional, national)) * size


def augmented_quotients(regional: Vector, national: Vector, size: float) -> Matrix:
    """AFLQ: FLQ, raised in the columns of industries that the region is strong in.

    Examples
    --------
    Half as strong again as the nation: log2(2.5) times what FLQ says.

    >>> jobs, nation = np.array([30.0, 10.0]), np.array([200.0, 200.0])
    >>> (augmented_quotients(jobs, nation, 0.5) / flegg_quotients(jobs, nation, 0.5)).round(3).tolist()
    [[1.322, 1.0], [1.322, 1.0]]
    """
    strong = np.log2(1.0 + np.maximum(1.0, location_quotients(regional, national)))
    return flegg_quotients(regional, national, size) * strong[None, :]


def _part(region_jobs: float, nation_jobs: float) -> None:
    if 0 < region_jobs <= nation_jobs * (1 + 1e-9):
        return
    raise TableError(
        f"jobs to regionalise with: {region_jobs:.0f} in the region, {nation_jobs:.0f} in the nation",
        why="a region is a part of its nation and has jobs",
        todo="check that both count persons, and that table employed has rows for the base year",
    )
