"""Regionalise: how much of what is bought in the nation is bought in the region.

A small region buys more from outside. With jobs `E` in the region (r) and the nation (n):

    SLQ_i   = (E_ri / E_r) / (E_ni / E_n)
    CILQ_ij = SLQ_i / SLQ_j          (SLQ_i on the diagonal, as is usual)
    lambda  = log2(1 + E_r / E_s) ** delta,  E_s the jobs of the nation the region lies in
    FLQ_ij  = CILQ_ij * lambda
    r_ij    = min(1, FLQ_ij) * a_ij

SLQ and CILQ compare the mix of industries with that of the nation of the coefficients; lambda
asks how large a part of its own nation the region is. `delta` is uncertain, so every answer is
computed for a low, a middle and a high lambda.

Start reading at `regional_coefficients`.

The formula is that of Flegg and Webber (1997), read in the abstracts at ideas.repec.org/a/taf/regstd/v31y1997i8p795-805
and of Flegg and Tohmo at econpapers.repec.org/RePEc:wiw:wiwrsa:ersa11p334; the papers themselves were not opened.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.errors import TableError, UnknownCodeError
from brygga.core.sums import total
from brygga.impact.input_output import SECTORS, Matrix, Vector

SECTOR_OF_SECTION = (
    dict.fromkeys("A", "agriculture")
    | dict.fromkeys("BCDE", "manufacturing")
    | dict.fromkeys("F", "construction")
    | dict.fromkeys("GHI", "trade")
    | dict.fromkeys("JKLMN", "business_services")
    | dict.fromkeys("OPQRSTU", "other_services")
)
LAST_DIVISION = (
    (3, "agriculture"),
    (39, "manufacturing"),
    (43, "construction"),
    (56, "trade"),
    (82, "business_services"),
    (99, "other_services"),
)
"""The last SNI 2007 division of each sector, in order."""


def sector_of(industry: str) -> str:
    """The sector of an SNI 2007 section or division (or anything finer).

    Examples
    --------
    >>> sector_of("C"), sector_of("29"), sector_of("86.10")
    ('manufacturing', 'manufacturing', 'other_services')
    """
    if industry in SECTOR_OF_SECTION:
        return SECTOR_OF_SECTION[industry]
    division = int(industry[:2]) if industry[:2].isdecimal() and len(industry) >= 2 else 0
    for last, sector in LAST_DIVISION:
        if 0 < division <= last:
            return sector
    raise UnknownCodeError(
        f"industry {industry!r} belongs to no sector of the input-output table",
        why="its jobs would vanish from the region",
        todo="use SNI 2007 sections (C) or divisions (29)",
    )


def jobs_by_sector(employed: pl.DataFrame, *, year: int) -> Vector:
    """Jobs in each of `SECTORS` (persons), summed from table `employed` for `year`.

    Raises
    ------
    TableError when cells of the year are hidden: unknown is not zero.
    """
    now = employed.filter(pl.col("year") == year)
    hidden = now.filter(pl.col("persons").is_null())
    if hidden.height:
        first = hidden.row(0, named=True)
        raise TableError(
            f"employed.persons: {hidden.height} hidden cell(s), first industry {first['industry']} in "
            f"{first['municipality']}",
            why="a hidden cell is not zero jobs, and the region's mix of industries would be skewed",
            todo="fill them with an estimate and status modelled",
        )
    sums = now.group_by("industry", maintain_order=True).agg(total("persons"))
    jobs = dict.fromkeys(SECTORS, 0.0)
    for industry, persons in sums.iter_rows():
        jobs[sector_of(industry)] += persons
    return np.array([jobs[sector] for sector in SECTORS])


def location_quotients(regional: Vector, national: Vector) -> Vector:
    """SLQ: each sector's share of the region's jobs over its share of the nation's."""
    _part(float(regional.sum()), float(national.sum()))
    quotients: Vector = (regional / regional.sum()) / (national / national.sum())
    return quotients


def cross_quotients(quotients: Vector) -> Matrix:
    """CILQ: the selling sector's quotient over the buying one's, SLQ on the diagonal.

    A buyer that the region lacks buys nothing, so its column is never used; it is left at "all bought here" to keep
    the numbers finite. A seller that the region lacks sells nothing.
    """
    sellers = np.broadcast_to(quotients[:, None], (len(quotients),) * 2)
    ratio = np.ones_like(sellers)
    np.divide(sellers, quotients[None, :], out=ratio, where=quotients[None, :] > 0)
    ratio[quotients == 0, :] = 0.0
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


def regional_coefficients(coefficients: Matrix, regional: Vector, national: Vector, size: float) -> Matrix:
    """What each sector buys in the region per unit of output: national coefficients times min(1, FLQ).

    Parameters
    ----------
    coefficients : national technical coefficients
    regional, national : jobs by sector; the nation is that of the coefficients
    size : lambda, see `size_factor`
    """
    return coefficients * np.minimum(1.0, flegg_quotients(regional, national, size))


def regional_spending(spending: Vector, regional: Vector, national: Vector, size: float) -> Vector:
    """What households buy in the region per wage: national spending times min(1, SLQ x lambda)."""
    return spending * np.minimum(1.0, location_quotients(regional, national) * size)


def _part(region_jobs: float, nation_jobs: float) -> None:
    if 0 < region_jobs <= nation_jobs * (1 + 1e-9):
        return
    raise TableError(
        f"jobs to regionalise with: {region_jobs:.0f} in the region, {nation_jobs:.0f} in the nation",
        why="a region is a part of its nation and has jobs",
        todo="check that both count persons, and that table employed has rows for the base year",
    )
