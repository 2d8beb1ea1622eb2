"""Carry: what the industrial jobs carry, as a list of steps.

Further jobs per industrial job (three answers side by side), and the tax of the posts a plan
fills, where their holders live.

Start reading at `carry`.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Published:
    """An answer taken from a publication or a claim.

    `status`: `modelled` where the middle or the range is ours, `provisional` where a number stands as others
    reported it and nobody here has read how it was made. `half_width` is the parameter of a range that is ours.
    """

    answer: str
    name: str
    parameter: str
    reach: str
    status: str
    sv: str
    en: str
    half_width: str = ""


PUBLISHED = (
    Published(
        "local_multiplier",
        "Moretti, Thulin 2013",
        "impact.local_multiplier",
        "region",
        "modelled",
        sv="Jobb på lång sikt i det som säljs lokalt, med de jobb som trängs undan avdragna. "
        "Spannet är projektets antagande",
        en="Jobs in the long run in what is sold locally, less the jobs that are crowded out. "
        "The range is the project's assumption",
        half_width="impact.local_multiplier_spread",
    ),
    Published(
        "local_multiplier",
        "Moretti, Thulin 2012",
        "impact.local_multiplier_high_education",
        "region",
        "provisional",
        sv="Tjänstejobb per jobb för högutbildade; rubriktal som publicerats utan spann",
        en="Service jobs per job for the highly educated; a headline figure published without a range",
    ),
    Published(
        "claim",
        "SCB 2020",
        "impact.claim_vehicles",
        "nation",
        "provisional",
        sv="Jobb per jobb i fordonsindustrin genom inköp från underleverantörer; publicerat utan spann",
        en="Jobs per job in vehicles through purchases from suppliers; published without a range",
    ),
    Published(
        "claim",
        "Techtank 2024",
        "impact.claim_cluster",
        "region",
        "modelled",
        sv="Tjänstejobb per industrijobb enligt klustret; en åsikt, inte mätt. Mitten är projektets",
        en="Service jobs per industrial job as the cluster believes; an opinion, not measured. The middle is ours",
    ),
    Published(
        "claim",
        "Karlskrona 2023",
        "impact.claim_municipality",
        "municipality",
        "provisional",
        sv="Jobb per jobb som säljer utåt; en teori, inte mätt, utan spann",
        en="Jobs per job that sells outside; a theory, not measured, without a range",
    ),
)
"""What Swedish local labour markets have shown, and what is said, each with who says it."""


def carry(region: Region, gap_draws: pl.DataFrame, plan_stock: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables `carried_jobs`, `municipal_tax` and `municipal_tax_draws`; beside the tax a page shows `LEFT_OUT`."""
    day = decision_day(region)
    own = region.tables["employed"].filter(pl.col("municipality").is_in(region.municipalities))
    jobs = carried_jobs(
        own,
        year=region.base_year,
        nation=germany_1990(),
        home_jobs=value_on("impact.sweden_jobs", day).number,
        delta=_ranged(value_on("impact.flq_delta", day)),
        spent=_ranged(value_on("impact.wage_spent_share", day)),
        published=_published(day),
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


def _published(day: date) -> list[Estimate]:
    """The answers of `PUBLISHED`, with their numbers in force on a day."""
    return [
        Estimate(
            answer=row.answer,
            name=row.name,
            includes_sv=row.sv,
            includes_en=row.en,
            reach=row.reach,
            span=_span(row, day),
            source=value_on(row.parameter, day).source,
            status=row.status,
        )
        for row in PUBLISHED
    ]


def _span(row: Published, day: date) -> Span:
    value = value_on(row.parameter, day)
    if not row.half_width:
        return _ranged(value)
    width = value_on(row.half_width, day).number
    return Span(value.number - width, value.number, value.number + width)


def _ranged(value: Value) -> Span:
    """The value with its range; the value itself at both ends where none is published."""
    low = value.number if value.low is None else value.low
    high = value.number if value.high is None else value.high
    return Span(low, value.number, high)
