"""Exporting jobs: how many jobs of a region make what is sold outside it.

By location quotients (method `location_quotient`): what a region has beyond its own needs it sells. With jobs `E_g` of
an industry in the region, `E` in all, `s_g` the industry's share of the nation's jobs and `x_g` the share of the
nation's industry that works for other countries,

    needed_g    = s_g (1 - x_g) E
    exporting_g = max(0, E_g - needed_g)

With x = 0 this is the plain excess over the nation's share. That is a lower bound: the nation itself sells abroad, and
within an industry a region sells one thing and buys another. `x` is drawn from a range for each draw, and the interval
comes from there.

By stated shares (method `stated`): jobs times the share that somebody says is sold outside; industries without a stated
share keep their location quotient.

By claim (method `claim`): a published share of manufacturing in the jobs that sell outside, and what it would mean in
the region if every manufacturing job sells outside.

Industries are compared at the finest level that region and nation share: a region's divisions are added up where the
nation has only the section, and what is in excess is spread over them as their jobs are. Where public services (SNI O
to Q) stand in one group with others, the others sell what is in excess.

Start reading at `exporting_jobs`.

The minimal-excess idea is the field's export-base method; no textbook was opened for it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, TableError, raise_all
from brygga.impact.carried import QUANTILES
from brygga.impact.industries import Divisions, divisions
from brygga.impact.leontief import Matrix, Vector
from brygga.impact.ranges import Range

ALL, MANUFACTURING = "all", "C"
GOODS, PUBLIC = divisions("A-C"), divisions("O-Q")
SWEDEN = Path(__file__).with_name("sweden_jobs_2021.csv")
SWEDEN_SOURCE = (
    "jobs by industry in Sweden: SCB, day population 2021, sections A to G as published, H to U as the rest of all "
    "gainfully employed (sweden_jobs_2021.source.md)"
)


@dataclass(frozen=True)
class Abroad:
    """Share of the nation's jobs that work for other countries: in goods (SNI A to C) and in everything else."""

    goods: Range
    services: Range


@dataclass(frozen=True)
class Claim:
    """A published share of manufacturing in the jobs that sell outside, and why it differs from what is computed."""

    share: float
    source: str
    reason_sv: str
    reason_en: str


def sweden_jobs() -> dict[str, float]:
    """Jobs by industry in Sweden, the named table that stands until the region's folder has a better one.

    Examples
    --------
    >>> jobs = sweden_jobs()
    >>> round(jobs["C"] / sum(jobs.values()), 3)
    0.105
    """
    with SWEDEN.open(encoding="utf-8", newline="") as file:
        return {row["industry"]: float(row["persons"]) for row in csv.DictReader(file)}


def exporting_jobs(
    region_jobs: Mapping[str, float],
    nation_jobs: Mapping[str, float],
    abroad: Abroad,
    *,
    draws: int,
    seed: int,
    nation_source: str,
    stated: Mapping[str, tuple[float, str]] | None = None,
    claim: Claim | None = None,
) -> pl.DataFrame:
    """Jobs that sell outside the region by industry, in manufacturing and in all, by every method at hand.

    Parameters
    ----------
    region_jobs, nation_jobs : jobs by SNI 2007 section or division, or a range as H-U (persons)
    abroad : share of the nation's jobs that work for other countries
    draws, seed : draws of `abroad`
    nation_source : where `nation_jobs` come from
    stated : share that is sold outside, and who says so, by industry; one of several divisions holds for all of them
        that have no share of their own
    claim : a published share of manufacturing in the jobs that sell outside

    Returns
    -------
    table `exporting_jobs`

    Raises
    ------
    TableError or FaultsError: no jobs, a stated industry that the region lacks, a share outside 0 to 1.
    """
    codes = sorted(region_jobs)
    jobs = np.array([region_jobs[code] for code in codes])
    raise_all("exporting jobs", _faults(codes, jobs, stated or {}))
    shares = excess_shares(region_jobs, nation_jobs, abroad.goods, abroad.services, draws=draws, seed=seed)
    compared = dict.fromkeys(codes, nation_source)
    frames = [_told("location_quotient", codes, jobs, shares * jobs, compared, nation_source)]
    if stated:
        said, sources = shares.copy(), dict(compared)
        for code in sorted(stated, key=lambda one: -len(divisions(one))):
            share, source = stated[code]
            for inside in _within(code, codes):
                said[:, codes.index(inside)] = share
                sources[inside] = source
        of = sum(sources[code] != nation_source for code in codes)
        whole = f"{of} of {len(codes)} industries as stated; the others by location quotient: {nation_source}"
        frames.append(_told("stated", codes, jobs, said * jobs, sources, whole))
    if claim:
        making = float(jobs[_places(MANUFACTURING, codes)].sum())
        frames.append(_claimed(claim, making, float(jobs.sum()), _verdict(claim, frames[0])))
    return pl.concat(frames).sort("method", "industry")


def excess_shares(
    region_jobs: Mapping[str, float],
    nation_jobs: Mapping[str, float],
    goods: Range,
    services: Range,
    *,
    draws: int,
    seed: int,
) -> Matrix:
    """Share of each industry's jobs that sells outside (draws, industries in the order of their codes), 0 to 1.

    Examples
    --------
    A region with 30 % of its jobs in industry, in a nation with 10 %: two thirds of them are in excess.

    >>> none = Range(0.0, 0.0, 0.0)
    >>> excess_shares({"C": 30.0, "Q": 70.0}, {"C": 10.0, "Q": 90.0}, none, none, draws=1, seed=1).round(3).tolist()
    [[0.667, 0.0]]
    """
    codes, groups = sorted(region_jobs), common_groups(sorted(region_jobs), sorted(nation_jobs))
    rng = np.random.default_rng(seed)
    sold = {True: goods.sample(draws, rng), False: services.sample(draws, rng)}
    everybody, nation = sum(region_jobs.values()), sum(nation_jobs.values())
    shares = np.zeros((draws, len(codes)))
    for here, there in groups:
        own = sum(region_jobs[code] for code in here)
        is_goods = all(divisions(code) <= GOODS for code in here)
        needed = sum(nation_jobs[code] for code in there) / nation * (1.0 - sold[is_goods]) * everybody
        selling = [code for code in here if not divisions(code) <= PUBLIC] or here
        able = sum(region_jobs[code] for code in selling)
        excess = np.clip((own - needed) / able, 0.0, 1.0) if able > 0 else np.zeros(draws)
        shares[:, [codes.index(code) for code in selling]] = excess[:, None]
    return shares


def common_groups(region: Sequence[str], nation: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """The finest groups of industries that both know: the region's codes and the nation's in each.

    A region's industry that the nation lacks stands alone, with no need of its own.

    Examples
    --------
    >>> common_groups(["10", "29", "Q"], ["C", "P-Q"])
    [(['10', '29'], ['C']), (['Q'], ['P-Q'])]
    """
    parts: list[tuple[frozenset[str], frozenset[str], Divisions]] = []
    sides = [(code, frozenset([code]), frozenset[str]()) for code in region]
    sides += [(code, frozenset[str](), frozenset([code])) for code in nation]
    for code, here, there in sides:
        inside = divisions(code)
        touching = [part for part in parts if part[2] & inside]
        merged = (
            here.union(*(part[0] for part in touching)),
            there.union(*(part[1] for part in touching)),
            inside.union(*(part[2] for part in touching)),
        )
        parts = [part for part in parts if part not in touching] + [merged]
    return sorted((sorted(here), sorted(there)) for here, there, _ in parts if here)


def _within(code: str, codes: Sequence[str]) -> list[str]:
    """Those of `codes` that lie within an industry."""
    inside = divisions(code)
    return [one for one in codes if divisions(one) <= inside]


def _places(code: str, codes: Sequence[str]) -> list[int]:
    return [codes.index(inside) for inside in _within(code, codes)]


def _told(
    method: str, codes: Sequence[str], jobs: Vector, exporting: Matrix, sources: Mapping[str, str], whole: str
) -> pl.DataFrame:
    """The rows of a method: each industry, manufacturing as a whole, and all."""
    everybody = exporting.sum(axis=1)
    industry = _places(MANUFACTURING, codes)
    rows = [(code, jobs[n], exporting[:, n], sources[code]) for n, code in enumerate(codes) if code != MANUFACTURING]
    if industry:
        rows.append((MANUFACTURING, jobs[industry].sum(), exporting[:, industry].sum(axis=1), whole))
    rows.append((ALL, jobs.sum(), everybody, whole))
    return _frame([_row(method, *row, everybody) for row in rows])


def _row(method: str, code: str, jobs: float, exporting: Vector, source: str, everybody: Vector) -> dict[str, object]:
    part = np.divide(exporting, everybody, out=np.zeros_like(exporting), where=everybody > 0)
    spans = {name: float(np.quantile(exporting, share)) for name, share in QUANTILES.items()}
    parts = {f"part_{name}": float(np.quantile(part, share)) for name, share in QUANTILES.items()}
    share = spans["p50"] / jobs if jobs > 0 else 0.0
    return {
        "method": method,
        "industry": code,
        "jobs": float(jobs),
        **spans,
        "share": float(share),
        **parts,
        "status": "modelled",
        "source": source,
        "reason_sv": None,
        "reason_en": None,
    }


def _verdict(claim: Claim, computed: pl.DataFrame) -> tuple[str, str]:
    """Whether the claim lies within the computed range, in Swedish and English."""
    row = computed.filter(industry=MANUFACTURING)
    if not row.height:
        return "", ""
    low, high = row["part_p10"].item(), row["part_p90"].item()
    span = f"{100 * low:.0f}-{100 * high:.0f} %"
    if claim.share < low:
        return f"Under det beräknade spannet {span}. ", f"Below the computed range {span}. "
    if claim.share > high:
        return f"Över det beräknade spannet {span}. ", f"Above the computed range {span}. "
    return f"Ryms i det beräknade spannet {span}. ", f"Within the computed range {span}. "


def _claimed(claim: Claim, industry: float, everybody: float, verdict: tuple[str, str]) -> pl.DataFrame:
    """The claim beside: what it says, and how many jobs sell outside if every manufacturing job does."""
    base = min(industry / claim.share, everybody)
    rows = []
    for code, jobs, exporting, part in (
        (MANUFACTURING, industry, industry, claim.share),
        (ALL, everybody, base, 1.0),
    ):
        row = _row("claim", code, jobs, np.array([exporting]), claim.source, np.array([base]))
        row |= {f"part_{name}": part for name in QUANTILES}
        row |= {"status": "provisional", "reason_sv": verdict[0] + claim.reason_sv}
        row |= {"reason_en": verdict[1] + claim.reason_en}
        rows.append(row)
    return _frame(rows)


def _frame(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=tables.empty("exporting_jobs").schema)


def _faults(codes: Sequence[str], jobs: Vector, stated: Mapping[str, tuple[float, str]]) -> list[BryggaError]:
    faults: list[BryggaError] = []
    if not codes or jobs.sum() <= 0:
        faults.append(
            TableError("no jobs in the region", why="a share of nothing is none", todo="check table employed")
        )
    for code, (share, _) in sorted(stated.items()):
        if not _within(code, codes):
            faults.append(
                TableError(
                    f"exporting.csv: industry {code} has no jobs in the region",
                    why=f"the region's jobs are counted by {', '.join(codes)}",
                    todo="name the industry as table employed does",
                )
            )
        if not 0 <= share <= 1:
            faults.append(
                TableError(
                    f"exporting.csv: {share:g} of industry {code} sells outside",
                    why="a share lies between 0 and 1",
                    todo="write 0.8 for 80 per cent",
                )
            )
    return faults
