"""Carried jobs: further jobs per industrial job, three answers side by side.

1. Input-output: a national table brought down to the region with FLQ; type I counts what
   industry buys, type II also what the wages buy.
2. Local multiplier: what Swedish local labour markets have shown in the long run.
3. Claims: what is said, with who says it. Shown as claims, never averaged with the rest.

Each answer has its range, what it counts, its reach and its source. They answer different
questions, so no single number is made of them.

Start reading at `carried_jobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from brygga.core import tables
from brygga.impact.input_output import (
    MANUFACTURING,
    National,
    Vector,
    further_jobs,
    technical_coefficients,
    with_households,
)
from brygga.impact.regionalise import jobs_by_sector, regional_coefficients, regional_spending, size_factor


@dataclass(frozen=True)
class Span:
    """A number with its range."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """One row of table `carried_jobs`; `span` is None where the region has no industrial job to ask about."""

    answer: str
    name: str
    includes_sv: str
    includes_en: str
    reach: str
    span: Span | None
    source: str
    status: str = field(default="modelled")


TYPE_I_SV = "Typ I: jobb hos leverantörer i regionen, i alla led. Inte det som lönerna köper"
TYPE_I_EN = "Type I: jobs at suppliers in the region, all the way back. Not what the wages buy"
TYPE_II_SV = "Typ II: som typ I och dessutom jobb där lönerna spenderas i regionen"
TYPE_II_EN = "Type II: as type I and also jobs where the wages are spent in the region"


def carried_jobs(
    employed: pl.DataFrame,
    *,
    year: int,
    nation: National,
    home_jobs: float,
    delta: Span,
    spent: Span,
    published: Sequence[Estimate],
) -> pl.DataFrame:
    """Further jobs per industrial job: low, middle and high of each answer.

    Parameters
    ----------
    employed : table `employed`, the region's own workplaces
    year : the year of `employed` to use
    nation : the national input-output table (a named stand-in until the Swedish one is at hand)
    home_jobs : jobs in the nation the region lies in (persons), for its size
    delta : the exponent of FLQ; its low end gives the high answer
    spent : share of an extra labour cost that households spend (type II)
    published : answers taken from publications and claims

    Returns
    -------
    table `carried_jobs`
    """
    jobs = jobs_by_sector(employed, year=year)
    computed = _computed(nation, jobs, home_jobs, delta, spent) if jobs[MANUFACTURING] > 0 else (None, None)
    estimates = [
        _estimate("FLQ I", TYPE_I_SV, TYPE_I_EN, nation, computed[0]),
        _estimate("FLQ II", TYPE_II_SV, TYPE_II_EN, nation, computed[1]),
        *published,
    ]
    return tables.check(
        pl.DataFrame([_row(estimate) for estimate in estimates], infer_schema_length=None), "carried_jobs"
    )


def sizes(region_jobs: float, home_jobs: float, stand_in_jobs: float, delta: Span) -> Span:
    """lambda: low, middle and high. The middle is the part of the region's own nation.

    The range covers both nations: delta was never estimated for a region of one nation with the coefficients of
    another, so the low end takes the larger nation and the high end the smaller.

    Examples
    --------
    >>> span = sizes(1.0, 1.0, 3.0, Span(0.0, 0.5, 1.0))
    >>> round(span.low, 3), span.mid, span.high
    (0.415, 1.0, 1.0)
    """
    ends = (home_jobs, stand_in_jobs)
    return Span(
        low=min(size_factor(region_jobs, jobs, delta.high) for jobs in ends),
        mid=size_factor(region_jobs, home_jobs, delta.mid),
        high=max(size_factor(region_jobs, jobs, delta.low) for jobs in ends),
    )


def suppliers(nation: National, regional_jobs: Vector, size: float) -> float:
    """Further jobs in the region per manufacturing job, type I: what the sectors buy of each other there."""
    coefficients = technical_coefficients(nation.flows, nation.output)
    regional = regional_coefficients(coefficients, regional_jobs, nation.jobs, size)
    return further_jobs(regional, nation.jobs / nation.output, MANUFACTURING)


def spending(nation: National, regional_jobs: Vector, size: float, spent: float) -> float:
    """Further jobs in the region per manufacturing job, type II: what the wages buy there as well."""
    coefficients = technical_coefficients(nation.flows, nation.output)
    regional = regional_coefficients(coefficients, regional_jobs, nation.jobs, size)
    basket = spent * nation.household_purchases / nation.household_total
    bought = regional_spending(basket, regional_jobs, nation.jobs, size)
    closed = with_households(regional, nation.wages / nation.output, bought)
    return further_jobs(closed, nation.jobs / nation.output, MANUFACTURING)


def _computed(nation: National, jobs: Vector, home_jobs: float, delta: Span, spent: Span) -> tuple[Span, Span]:
    """Type I and type II."""
    size = sizes(float(jobs.sum()), home_jobs, float(nation.jobs.sum()), delta)
    type_i = Span(*(suppliers(nation, jobs, factor) for factor in (size.low, size.mid, size.high)))
    ends = ((size.low, spent.low), (size.mid, spent.mid), (size.high, spent.high))
    return type_i, Span(*(spending(nation, jobs, factor, share) for factor, share in ends))


def _estimate(name: str, sv: str, en: str, nation: National, span: Span | None) -> Estimate:
    return Estimate(
        answer="input_output",
        name=name,
        includes_sv=sv,
        includes_en=en,
        reach="region",
        span=span,
        source=nation.source,
        status="modelled" if span else "not_applicable",
    )


def _row(estimate: Estimate) -> dict[str, object]:
    span = estimate.span
    return {
        "answer": estimate.answer,
        "name": estimate.name,
        "includes_sv": estimate.includes_sv,
        "includes_en": estimate.includes_en,
        "reach": estimate.reach,
        "low": span.low if span else None,
        "mid": span.mid if span else None,
        "high": span.high if span else None,
        "status": estimate.status,
        "source": estimate.source,
    }
