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
from brygga.impact.regionalise import jobs_by_sector, regional_coefficients, regional_spending


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


TYPE_I_SV = "Jobb hos leverantörer i regionen, i alla led. Inte det som lönerna köper"
TYPE_I_EN = "Jobs at suppliers in the region, all the way back. Not what the wages buy"
TYPE_II_SV = "Som ovan och dessutom jobb där lönerna spenderas i regionen"
TYPE_II_EN = "The same and also jobs where the wages are spent in the region"


def carried_jobs(
    employed: pl.DataFrame, *, year: int, nation: National, delta: Span, spent: Span, published: Sequence[Estimate]
) -> pl.DataFrame:
    """Further jobs per industrial job: low, middle and high of each answer.

    Parameters
    ----------
    employed : table `employed`, the region's own workplaces
    year : the year of `employed` to use
    nation : the national input-output table (a named stand-in until the Swedish one is at hand)
    delta : the exponent of FLQ; its low end gives the high answer
    spent : share of an extra labour cost that households spend (type II)
    published : answers taken from publications and claims

    Returns
    -------
    table `carried_jobs`
    """
    jobs = jobs_by_sector(employed, year=year)
    type_i = (("low", delta.high), ("mid", delta.mid), ("high", delta.low))
    type_ii = (("low", delta.high, spent.low), ("mid", delta.mid, spent.mid), ("high", delta.low, spent.high))
    estimates = [
        _estimate(
            "FLQ, type I", TYPE_I_SV, TYPE_I_EN, nation, jobs, {k: suppliers(nation, jobs, d) for k, d in type_i}
        ),
        _estimate(
            "FLQ, type II",
            TYPE_II_SV,
            TYPE_II_EN,
            nation,
            jobs,
            {k: spending(nation, jobs, d, s) for k, d, s in type_ii},
        ),
        *published,
    ]
    return tables.check(
        pl.DataFrame([_row(estimate) for estimate in estimates], infer_schema_length=None), "carried_jobs"
    )


def suppliers(nation: National, regional_jobs: Vector, delta: float) -> float:
    """Further jobs in the region per manufacturing job, type I: what the sectors buy of each other there."""
    coefficients = technical_coefficients(nation.flows, nation.output)
    regional = regional_coefficients(coefficients, regional_jobs, nation.jobs, delta)
    return further_jobs(regional, nation.jobs / nation.output, MANUFACTURING)


def spending(nation: National, regional_jobs: Vector, delta: float, spent: float) -> float:
    """Further jobs in the region per manufacturing job, type II: what the wages buy there as well."""
    coefficients = technical_coefficients(nation.flows, nation.output)
    regional = regional_coefficients(coefficients, regional_jobs, nation.jobs, delta)
    basket = spent * nation.household_purchases / nation.household_total
    bought = regional_spending(basket, regional_jobs, nation.jobs, delta)
    closed = with_households(regional, nation.wages / nation.output, bought)
    return further_jobs(closed, nation.jobs / nation.output, MANUFACTURING)


def _estimate(name: str, sv: str, en: str, nation: National, jobs: Vector, ends: dict[str, float]) -> Estimate:
    has_industry = jobs[MANUFACTURING] > 0
    return Estimate(
        answer="input_output",
        name=name,
        includes_sv=sv,
        includes_en=en,
        reach="region",
        span=Span(**ends) if has_industry else None,
        source=nation.source,
        status="modelled" if has_industry else "not_applicable",
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
