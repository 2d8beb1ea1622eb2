"""Carry: what the industrial jobs carry, as a list of steps.

Further jobs per industrial job (three answers side by side), and the tax of the posts a plan
fills, where their holders live.

Start reading at `carry`.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from brygga.core import tables
from brygga.core.parameters import Value, value_on
from brygga.core.region import Region
from brygga.impact.carried import Estimate, Span, carried_jobs
from brygga.impact.fiscal import LEFT_OUT, municipal_tax, municipal_tax_draws
from brygga.impact.input_output import germany_1990
from brygga.workflow.settings import decision_day

__all__ = ["LEFT_OUT", "carry"]


def carry(region: Region, gap_draws: pl.DataFrame, plan_stock: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables `carried_jobs`, `municipal_tax` and `municipal_tax_draws`; beside the tax a page shows `LEFT_OUT`."""
    day = decision_day(region)
    own = region.tables["employed"].filter(pl.col("municipality").is_in(region.municipalities))
    jobs = carried_jobs(
        own,
        year=region.base_year,
        nation=germany_1990(),
        delta=_ranged(value_on("impact.flq_delta", day)),
        spent=_ranged(value_on("impact.wage_spent_share", day)),
        published=[*_measured(day), *_claimed(day)],
    )
    tax = municipal_tax_draws(
        gap_draws,
        plan_stock,
        region.tables["commuting"],
        region.tables["pay"],
        region.tables["tax"],
        year=region.base_year,
    )
    return {
        "carried_jobs": jobs,
        "municipal_tax": tables.check(municipal_tax(tax), "municipal_tax", extra_codes=region.extra_codes),
        "municipal_tax_draws": tables.check(tax, "municipal_tax_draws", extra_codes=region.extra_codes),
    }


def _measured(day: date) -> list[Estimate]:
    """What Swedish local labour markets have shown."""
    usual = value_on("impact.local_multiplier", day)
    spread = value_on("impact.local_multiplier_spread", day)
    low, high = usual.number - spread.number, usual.number + spread.number
    return [
        Estimate(
            answer="local_multiplier",
            name="Moretti and Thulin 2013",
            includes_sv="Jobb på lång sikt i det som säljs lokalt, med de jobb som trängs undan avdragna. "
            "Spannet är projektets antagande",
            includes_en="Jobs in the long run in what is sold locally, less the jobs that are crowded out. "
            "The range is the project's assumption",
            reach="region",
            span=Span(low, usual.number, high),
            source=usual.source,
            status="observed",
        ),
        _single(
            value_on("impact.local_multiplier_high_education", day),
            answer="local_multiplier",
            name="Moretti and Thulin 2012, high education",
            sv="Tjänstejobb per jobb för högutbildade; rubriktal som publicerats utan spann",
            en="Service jobs per job for the highly educated; a headline figure published without a range",
            reach="region",
        ),
    ]


def _claimed(day: date) -> list[Estimate]:
    """What is said, each with who says it."""
    return [
        _single(
            value_on("impact.claim_vehicles", day),
            answer="claim",
            name="SCB 2020, vehicles",
            sv="Jobb i hela landet genom inköp från underleverantörer; publicerat utan spann",
            en="Jobs in the whole country through purchases from suppliers; published without a range",
            reach="nation",
        ),
        _single(
            value_on("impact.claim_cluster", day),
            answer="claim",
            name="Techtank 2024",
            sv="Tjänstejobb per industrijobb enligt klustret; en åsikt, inte mätt",
            en="Service jobs per industrial job as the cluster believes; an opinion, not measured",
            reach="region",
        ),
        _single(
            value_on("impact.claim_municipality", day),
            answer="claim",
            name="Karlskrona 2023",
            sv="Jobb i kommunen per jobb som säljer utåt; en teori, inte mätt, utan spann",
            en="Jobs in the municipality per job that sells outside; a theory, not measured, without a range",
            reach="municipality",
        ),
    ]


def _single(value: Value, *, answer: str, name: str, sv: str, en: str, reach: str) -> Estimate:
    return Estimate(
        answer=answer,
        name=name,
        includes_sv=sv,
        includes_en=en,
        reach=reach,
        span=_ranged(value),
        source=value.source,
        status="observed",
    )


def _ranged(value: Value) -> Span:
    """The value with its range; the value itself at both ends where none is published."""
    low = value.number if value.low is None else value.low
    high = value.number if value.high is None else value.high
    return Span(low, value.number, high)
