"""Carry: what the industrial jobs carry, as a list of steps.

Further jobs per industrial job (three answers side by side), where the posts that follow lie and in which
occupations, how many jobs sell outside the region, what it all means for each municipality, and the tax of the
posts a plan fills, where their holders live.

Start reading at `carry`, and at `carried` for a question of one's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from brygga.core import tables
from brygga.core.grids import Floats
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.impact.carried import Estimate, carried_jobs, together
from brygga.impact.carried_places import LAYERS, Cells, carried_cells, carried_sums
from brygga.impact.carried_posts import CarriedPosts, carried_posts
from brygga.impact.everyday import everyday_services
from brygga.impact.exporting import Abroad, Claim, exporting_jobs
from brygga.impact.fiscal import LEFT_OUT, municipal_tax, municipal_tax_draws
from brygga.impact.municipal_account import LEFT_OUT as ACCOUNT_LEFT_OUT
from brygga.impact.municipal_account import at_work, municipal_account
from brygga.workflow.carry_answers import own, published
from brygga.workflow.carry_inputs import (
    MANUFACTURING,
    Inputs,
    as_range,
    beside,
    check_question,
    inputs_of,
    jobs_of,
    nation_jobs_of,
    services_of,
)
from brygga.workflow.carry_spread import direct_posts, heads_and_pay, spread_of, weights
from brygga.workflow.settings import decision_day

__all__ = ["ACCOUNT_LEFT_OUT", "LEFT_OUT", "Question", "carried", "carry"]

DRAWS, SEED = 200, 1
HUNDRED = 100.0
REASON_SV = (
    "Påståendet gäller Blekinge och räknar in staten (19 %) och de privata tjänster (24 %) som säljs eller betalas "
    "utifrån. Lokaliseringskvoter ser bara det som regionen har mer av än sitt eget behov: de räknar inte staten, och "
    "tjänster som säljer utåt försvinner bland dem som inte gör det. Raden visar vad påståendet skulle betyda i "
    "regionen om varje industrijobb säljer utåt"
)
REASON_EN = (
    "The claim is about Blekinge and counts the state (19 %) and the private services (24 %) that are sold or paid "
    "from outside. Location quotients see only what the region has beyond its own needs: they do not count the state, "
    "and services that sell outside vanish among those that do not. The row shows what the claim would mean in the "
    "region if every manufacturing job sells outside"
)


@dataclass(frozen=True)
class Question:
    """Which posts are asked about: an industry (SNI 2007), a workplace (None as the industry lies), and figures.

    Tables are per 100 posts whatever their number, since everything is linear in it. `own` are further answers of
    the user, beside those of the region's file.
    """

    industry: str = MANUFACTURING
    municipality: str | None = None
    own: Sequence[Estimate] = ()


def carry(region: Region, gap_draws: pl.DataFrame, plan_stock: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What 100 industrial posts carry, and the tax of the plan; beside the tax a page shows `LEFT_OUT`.

    Returns
    -------
    tables `carried_jobs`, `carried_posts`, `carried_sums`, `exporting_jobs`, `municipal_account`, `municipal_tax` and
    `municipal_tax_draws`
    """
    tax = municipal_tax_draws(
        gap_draws,
        plan_stock,
        region.tables["commuting"],
        region.tables["pay"],
        region.tables["tax"],
        year=region.base_year,
    )
    return {
        **carried(region),
        "municipal_tax": tables.check(municipal_tax(tax), "municipal_tax", extra_codes=region.extra_codes),
        "municipal_tax_draws": tables.check(tax, "municipal_tax_draws", extra_codes=region.extra_codes),
    }


def carried(
    region: Region, question: Question = Question(), *, draws: int = DRAWS, seed: int = SEED
) -> dict[str, pl.DataFrame]:
    """What 100 posts of the question carry: the answers, the posts, the account, and the jobs that sell outside.

    Beside the account a page shows `ACCOUNT_LEFT_OUT`.

    Returns
    -------
    tables `carried_jobs`, `carried_posts`, `carried_sums`, `exporting_jobs` and `municipal_account`

    Raises
    ------
    SettingError or UnknownCodeError for a municipality or an industry that the region does not know.
    """
    check_question(region, question.municipality, HUNDRED)
    day = decision_day(region)
    inputs = inputs_of(region)
    direct = direct_posts(inputs, question.industry, question.municipality, HUNDRED)
    posts = posts_carried(inputs, question, day=day, draws=draws, seed=seed)
    made = {
        "carried_jobs": carried_jobs(
            posts,
            posts=HUNDRED,
            industry=question.industry,
            published=[*published(day), *own(beside(region, "carried_own")), *question.own],
        ),
        **_where(region, inputs, direct, posts, day=day, draws=draws, seed=seed),
        "exporting_jobs": exporting(region, day=day, draws=draws, seed=seed),
    }
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in made.items()}


def posts_carried(inputs: Inputs, question: Question, *, day: date, draws: int, seed: int) -> CarriedPosts | None:
    """The posts that 100 posts carry, by draw and industry; None where nobody in the region works in the industry."""
    region_jobs = inputs.national.jobs_by_industry(inputs.region_jobs)
    parts = [
        carried_posts(
            inputs.national,
            region_jobs,
            value_on("impact.sweden_jobs", day).number,
            industry=place,
            posts=HUNDRED * part,
            draws=draws,
            seed=seed,
            spent=as_range(value_on("impact.wage_spent_share", day)),
            resident_share=inputs.resident_share,
        )
        for place, part in weights(inputs, question.industry, question.municipality).items()
    ]
    return together(parts) if parts else None


def exporting(region: Region, *, day: date, draws: int = DRAWS, seed: int = SEED) -> pl.DataFrame:
    """Jobs that sell outside the region: by location quotients, by the region's own file, and the claim beside.

    The region's folder may hold `exporting.csv` (industry, share, source).
    """
    jobs = jobs_of(region).group_by("industry", maintain_order=True).agg(total("persons"))
    nation, source = nation_jobs_of(region)
    stated = {row["industry"]: (row["share"], row["source"]) for row in beside(region, "exporting").to_dicts()}
    claim = value_on("impact.claim_exporting_manufacturing", day)
    if not jobs.height:
        return tables.empty("exporting_jobs")
    return exporting_jobs(
        dict(jobs.iter_rows()),
        nation,
        Abroad(
            as_range(value_on("impact.exported_goods", day)),
            as_range(value_on("impact.exported_services", day)),
        ),
        draws=draws,
        seed=seed,
        nation_source=source,
        stated=stated,
        claim=Claim(claim.number, claim.source, REASON_SV, REASON_EN),
    )


def _where(
    region: Region,
    inputs: Inputs,
    direct: Floats,
    posts: CarriedPosts | None,
    *,
    day: date,
    draws: int,
    seed: int,
) -> Mapping[str, pl.DataFrame]:
    """Where the posts lie, and what they mean for each municipality; empty tables where there are none."""
    if posts is None:
        return {name: tables.empty(name) for name in ("carried_posts", "carried_sums", "municipal_account")}
    cells = spread_of(inputs, direct)
    return {
        "carried_posts": carried_cells(posts, cells, posts=HUNDRED),
        "carried_sums": pl.concat(
            [carried_sums(posts, cells, posts=HUNDRED), everyday_services(posts, cells, posts=HUNDRED)]
        ).sort("grouping", "group", "layer"),
        "municipal_account": municipal_account(
            at_work(direct, _layers(inputs, cells, posts), inputs.pay),
            inputs.residence,
            services_of(region, inputs, day=day, draws=draws, seed=seed),
            posts=HUNDRED,
            source=f"tables tax, pay ({_pay_told(inputs)}) and commuting; {posts.source}",
        ),
    }


def _layers(inputs: Inputs, cells: Cells, posts: CarriedPosts) -> list[tuple[Floats, Floats, Floats]]:
    drawn = (posts.indirect, posts.induced)
    return [(by_place, *heads_and_pay(inputs, cells, layer)) for layer, by_place in zip(LAYERS, drawn, strict=True)]


def _pay_told(inputs: Inputs) -> str:
    lacking = len(inputs.without_pay)
    year = str(inputs.pay_day.year)
    return f"{year}; {lacking} occupation(s) without pay take the mean of the others" if lacking else year
