"""Carried jobs: further jobs per industrial job, three answers side by side.

1. Input-output: a national table brought down to the region with FLQ (`carried_posts`); type I
   counts what industry buys, type II also what the wages buy.
2. Local multiplier: what Swedish local labour markets have shown in the long run.
3. Claims: what is said, with who says it. Shown as claims, never averaged with the rest.

Beside them may stand a figure of the user's own. Each answer has its range, what it counts and
leaves out, why it differs from the others, its reach, its time and its source. They answer
different questions, so no single number is made of them.

    type I  = sum_i indirect_i / posts
    type II = sum_i (indirect_i + induced_i) / posts          in every draw; low, mid, high are p10, p50, p90

Start reading at `carried_jobs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.impact.carried_posts import CarriedPosts
from brygga.impact.leontief import Vector

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
TRADED = "traded"
"""The industry of an answer about every industry that sells outside."""


@dataclass(frozen=True)
class Span:
    """A number with its range."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True)
class Words:
    """What an answer counts, what it leaves out and why it differs from the others, in one language."""

    includes: str
    excludes: str
    differs: str


@dataclass(frozen=True)
class Estimate:
    """One row of table `carried_jobs`; `span` is None where there is no number, and `status` then says why."""

    answer: str
    name: str
    industry: str
    measure: str
    sv: Words
    en: Words
    reach: str
    horizon: str
    span: Span | None
    source: str
    status: str = field(default="modelled")


TYPE_I_SV = Words(
    "Jobb hos leverantörer i regionen, i alla led",
    "Det som lönerna köper, inflyttning, kapacitetsgränser och jobb som trängs undan",
    "Räknar bara inköp inom regionen. SCB:s tal för fordon räknar inköp i hela landet och blir därför högre",
)
TYPE_I_EN = Words(
    "Jobs at suppliers in the region, all the way back",
    "What the wages buy, people moving in, limits of capacity and jobs that are crowded out",
    "Counts purchases within the region alone. SCB's figure for vehicles counts the whole country and is higher",
)
TYPE_II_SV = Words(
    "Jobb hos leverantörer i regionen och jobb där lönerna spenderas där",
    "Inflyttning, skatt som blir offentlig service, kapacitetsgränser och jobb som trängs undan",
    "Lägger till lönernas köp. Den lokala multiplikatorn är mätt efteråt och har de undanträngda jobben avdragna",
)
TYPE_II_EN = Words(
    "Jobs at suppliers in the region, and jobs where the wages are spent there",
    "People moving in, tax that becomes public services, limits of capacity and jobs that are crowded out",
    "Adds what the wages buy. The local multiplier was measured afterwards, with the jobs crowded out deducted",
)


def carried_jobs(
    carried: CarriedPosts | None, *, posts: float, industry: str, published: Iterable[Estimate]
) -> pl.DataFrame:
    """Further jobs per industrial job: low, middle and high of each answer, with what it means.

    Parameters
    ----------
    carried : the posts that `posts` in `industry` carry, by draw; None where the region has nobody in it
    posts : direct posts that `carried` was computed for (persons, not 0)
    industry : SNI 2007 code of the job, C for manufacturing as a whole
    published : answers taken from publications, claims and the user

    Returns
    -------
    table `carried_jobs`
    """
    computed = (None, None) if carried is None else further(carried, posts)
    source = carried.source if carried else "no jobs in the industry in the region"
    own = [
        _computed("FLQ I", "type_i", industry, (TYPE_I_SV, TYPE_I_EN), computed[0], source),
        _computed("FLQ II", "type_ii", industry, (TYPE_II_SV, TYPE_II_EN), computed[1], source),
    ]
    rows = pl.DataFrame([_row(estimate) for estimate in [*own, *published]], infer_schema_length=None)
    return tables.check(rows, "carried_jobs")


def further(carried: CarriedPosts, posts: float) -> tuple[Span, Span]:
    """Further jobs per post, type I and type II, as p10, p50 and p90 of the draws.

    Examples
    --------
    >>> drawn = np.array([[20.0, 10.0]])
    >>> further(CarriedPosts(("a", "b"), drawn, drawn, np.array([0.2]), "made"), 100.0)
    (Span(low=0.3, mid=0.3, high=0.3), Span(low=0.6, mid=0.6, high=0.6))
    """
    type_i = carried.indirect.sum(axis=1) / posts
    return _span(type_i), _span(type_i + carried.induced.sum(axis=1) / posts)


def together(parts: Sequence[CarriedPosts]) -> CarriedPosts:
    """The posts of several shocks of the same region and seed as one, draw by draw.

    Examples
    --------
    >>> one = CarriedPosts(("a",), np.array([[1.0]]), np.array([[2.0]]), np.array([0.2]), "made")
    >>> together([one, one]).induced.tolist()
    [[4.0]]
    """
    first = parts[0]
    return CarriedPosts(
        industries=first.industries,
        indirect=np.sum([part.indirect for part in parts], axis=0),
        induced=np.sum([part.induced for part in parts], axis=0),
        delta=first.delta,
        source=first.source,
    )


def _span(drawn: Vector) -> Span:
    low, mid, high = (float(np.quantile(drawn, share)) for share in QUANTILES.values())
    return Span(low, mid, high)


def _computed(
    name: str, measure: str, industry: str, words: tuple[Words, Words], span: Span | None, source: str
) -> Estimate:
    return Estimate(
        answer="input_output",
        name=name,
        industry=industry,
        measure=measure,
        sv=words[0],
        en=words[1],
        reach="region",
        horizon="at_once",
        span=span,
        source=source,
        status="modelled" if span else "not_applicable",
    )


def _row(estimate: Estimate) -> dict[str, object]:
    span, sv, en = estimate.span, estimate.sv, estimate.en
    return {
        "answer": estimate.answer,
        "name": estimate.name,
        "industry": estimate.industry,
        "measure": estimate.measure,
        "includes_sv": sv.includes,
        "includes_en": en.includes,
        "excludes_sv": sv.excludes,
        "excludes_en": en.excludes,
        "differs_sv": sv.differs,
        "differs_en": en.differs,
        "reach": estimate.reach,
        "horizon": estimate.horizon,
        "low": span.low if span else None,
        "mid": span.mid if span else None,
        "high": span.high if span else None,
        "status": estimate.status,
        "source": estimate.source,
    }
