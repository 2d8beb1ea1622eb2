"""A region's programmes turned into the measures of a planning problem.

One measure per programme; money from kronor to thousand kronor; years from start to
completion rounded up, since classes start in the autumn and a level is read at the end
of the year. A programme that cannot start yet is pinned to never until it can. A short course
is for people already employed: where the region says which post they leave, that post is opened again
(a drain); of the posts it says nothing about, only the share that is refilled counts. Guidance raises applicants
in steps, workplaces limit the seats that start, and a class is paid as its profile says.

Start reading at `region_problem`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from brygga.core import tables as core_tables
from brygga.core.errors import listed
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.planning.problem import Problem, Settings, make_problem

THOUSAND = 1000.0
EMPLOYED = "short"
"""The delivery whose people already have work."""
OPEN_TO_YOUTH = ("adult", "short")
"""Deliveries that unemployed people aged 18-24 can be offered at once."""


@dataclass(frozen=True)
class Numbers:
    """The decided numbers of a plan; titles and sources stand in parameters/planning."""

    discount: float
    stay: float
    sek_per_person_year: float
    surplus_weight: float
    youth_share: float
    youth_cap: float
    short_course_refill: float


def region_problem(
    region: Region,
    need: pl.DataFrame,
    *,
    reach: pl.DataFrame,
    numbers: Numbers,
    pins: pl.DataFrame | None = None,
    chances: pl.DataFrame | None = None,
) -> Problem:
    """The planning problem of `region`.

    Parameters
    ----------
    region : its programmes, sites, funding, budgets and intake
    need : municipality, occupation, year, persons: unfilled posts if nothing new is started
    reach : site, municipality, share of its completers
    numbers : the decided numbers
    pins : a user's choices, and what rules forbid, as in pins.csv; none by default
    chances : measure, year, probability: chances of start years that an application area tells; what the region
        says of a start (table `programme_grants`) goes before them

    Raises
    ------
    TableError, or FaultsError with every fault of the region's programmes at once.
    """
    given, first, last = region.tables, region.first_plan_year, region.last_plan_year
    programmes = given["programmes"].rename({"programme": "measure"})
    factors = _factors(given["programmes"], _table(region, "programme_drains"), numbers.short_course_refill)
    settings = _settings(region, need, numbers)
    own = [_not_yet(programmes, first, last)]
    tables = {
        "need": need,
        "measures": _measures(programmes, given["programme_leads"], factors),
        "probabilities": _chances(_table(region, "programme_grants"), chances, first, last),
        "leads": given["programme_leads"].select("occupation", "share", measure="programme"),
        "drains": _drains(_table(region, "programme_drains"), factors),
        "sites": given["sites"].select("site", "municipality", "rooms"),
        "offers": programmes.select("measure", "site"),
        "applicants": _applicants(region, reach, numbers),
        "guidance": _guidance(_table(region, "guidance"), programmes),
        "placements": _placements(_table(region, "placements"), programmes, first, last),
        "payments": _table(region, "payments").select("offset", "share", measure="programme"),
        "reach": reach,
        "budgets": _budgets(given["budgets"], first, _last_paid(settings, _table(region, "payments"))),
        "floors": _table(region, "floors")
        .filter(pl.col("year").is_between(first, settings.horizon))
        .select("municipality", "year", "share"),
        "funding": given["programme_funding"].select("funder", "share", measure="programme"),
        "funders": given["funders"].select("funder", "municipality"),
        "last_year": _last_year(given["intake"], programmes, first),
        "pins": pl.concat(own if pins is None else [*own, pins.select(own[0].columns)]).unique(maintain_order=True),
    }
    problem = make_problem(settings, tables, where=region.name_en)
    return replace(problem, warnings=(*problem.warnings, *_employed_warning(factors)))


def _table(region: Region, name: str) -> pl.DataFrame:
    """An optional table; without rows where the region has none."""
    return region.tables[name] if name in region.tables else core_tables.empty(name)


def net_factors(programmes: pl.DataFrame, refill: float) -> pl.DataFrame:
    """What a completer of each programme counts: `refill` where people already have work, else 1.

    Parameters
    ----------
    programmes : table `programmes`
    refill : share of the posts they leave that somebody from outside the shortage occupations takes

    Returns
    -------
    programme, factor
    """
    return programmes.select("programme", factor=_net_factor(refill))


def _net_factor(refill: float) -> pl.Expr:
    return pl.when(pl.col("delivery") == EMPLOYED).then(refill).otherwise(1.0)


def _factors(programmes: pl.DataFrame, drains: pl.DataFrame, refill: float) -> pl.DataFrame:
    """What a completer counts, and how much of a post he is known to leave: measure, factor, left, refill.

    A post that is known opens again where it is, so its leaver counts in full; of posts that are not known the
    refilled share counts.
    """
    known = drains.group_by("programme", maintain_order=True).agg(left=total("share"))
    rows = net_factors(programmes, refill).join(known, on="programme", how="left", maintain_order="left")
    left = pl.col("left").fill_null(0.0)
    return rows.select(
        measure="programme", factor=left + (1 - left) * pl.col("factor"), left=left, refill=pl.col("factor")
    )


def _drains(drains: pl.DataFrame, factors: pl.DataFrame) -> pl.DataFrame:
    """Posts left per completer that counts: the stated share of all completers over what one of them counts."""
    rows = drains.rename({"programme": "measure"}).join(factors.filter(pl.col("factor") > 0), on="measure")
    return rows.select("measure", "occupation", share=pl.col("share") / pl.col("factor"))


def _employed_warning(factors: pl.DataFrame) -> list[str]:
    moved = factors.filter((pl.col("refill") < 1) & (pl.col("left") < 1))
    known = factors.filter(pl.col("left") > 0)
    told = []
    if moved.height:
        told.append(
            f"{moved.height} short course(s) for people already employed count with {moved['refill'][0]:g} of those "
            "completers whose old post is not known: the rest only move a vacancy to the post they leave."
        )
    if known.height:
        told.append(f"{known.height} measure(s) open the posts that their people leave: {listed(known['measure'])}.")
    return told


def _chances(grants: pl.DataFrame, areas: pl.DataFrame | None, first: int, last: int) -> pl.DataFrame:
    """The chance per start year where the region or the application area tells it, the region's word first."""
    known = grants.drop_nulls("probability").select("year", "probability", measure="programme")
    parts = [known] if areas is None else [known, areas.select(known.columns)]
    rows = pl.concat(parts).unique(["measure", "year"], keep="first", maintain_order=True)
    return rows.filter(pl.col("year").is_between(first, last))


def _guidance(guidance: pl.DataFrame, programmes: pl.DataFrame) -> pl.DataFrame:
    """Steps at the programme's site; money in thousand kronor."""
    rows = guidance.drop_nulls(["cost_sek", "applicants"]).rename({"programme": "measure"})
    placed = rows.join(programmes.select("measure", "site"), on="measure", maintain_order="left")
    cost = pl.col("cost_sek") / THOUSAND
    return placed.select("guidance", "site", "measure", "step", "applicants", cost=cost)


def _placements(placements: pl.DataFrame, programmes: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    rows = placements.drop_nulls("places").filter(pl.col("year").is_between(first, last))
    placed = rows.rename({"programme": "measure"}).join(
        programmes.select("measure", "site"), on="measure", maintain_order="left"
    )
    return placed.select("site", "measure", "year", "places")


def _last_paid(settings: Settings, payments: pl.DataFrame) -> int:
    """The last year in which something may be charged."""
    return max(settings.horizon, settings.last + int(payments["offset"].max() or 0))  # type: ignore[arg-type]


def _settings(region: Region, need: pl.DataFrame, numbers: Numbers) -> Settings:
    horizon = int(need["year"].max() or region.to)  # type: ignore[arg-type]
    return Settings(
        first=region.first_plan_year,
        last=region.last_plan_year,
        horizon=horizon,
        price_year=region.first_plan_year - 1,
        discount=numbers.discount,
        stay=numbers.stay,
        reach="free",
        cost_weight=THOUSAND / numbers.sek_per_person_year,
        surplus_weight=numbers.surplus_weight,
    )


def _measures(programmes: pl.DataFrame, leads: pl.DataFrame, factors: pl.DataFrame) -> pl.DataFrame:
    main = (
        leads.sort("share", "occupation", descending=[True, False]).group_by("programme", maintain_order=True).first()
    )
    joined = programmes.join(main.select("occupation", measure="programme"), on="measure", how="left")
    joined = joined.join(factors, on="measure", how="left")
    return joined.select(
        "measure",
        "occupation",
        years=pl.col("years").ceil().cast(pl.Int64),
        **{"yield": pl.col("completion") * pl.col("placement") * (1 - pl.col("deadweight")) * pl.col("factor")},
        class_min=pl.col("class_min"),
        class_max=pl.col("class_max"),
        classes_max=pl.col("classes_max"),
        cost_class=pl.col("cost_class_sek") / THOUSAND,
        cost_seat=pl.col("cost_seat_sek") / THOUSAND,
        probability=pl.col("grant_probability"),
    )


def _applicants(region: Region, reach: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    """A programme's own applicants plus its part of the unemployed aged 18-24."""
    programmes = region.tables["programmes"].rename({"programme": "measure"})
    extra = youth_applicants(programmes, region.tables["unemployed_youth"], reach, numbers)
    joined = programmes.join(extra, on="measure", how="left")
    total = pl.col("applicants") + pl.col("extra").fill_null(0.0)
    return joined.select("site", "measure", applicants=total.round(3))


def youth_applicants(
    programmes: pl.DataFrame, youth: pl.DataFrame, reach: pl.DataFrame, numbers: Numbers
) -> pl.DataFrame:
    """Unemployed people aged 18-24 who may apply to each adult or short programme: measure, extra.

    A share of each municipality's unemployed is divided over the sites that reach it by the
    reach shares, and there over the open programmes by their own applicants, so that nobody
    is counted twice; at most `youth_cap` of the programme's own applicants.
    """
    latest = youth.filter(pl.col("year") == pl.col("year").max()).drop_nulls("persons")
    open_ones = programmes.filter(pl.col("delivery").is_in(OPEN_TO_YOUTH) & (pl.col("applicants") > 0))
    near = reach.join(latest.select("municipality", "persons"), on="municipality").filter(
        pl.col("site").is_in(open_ones["site"].implode())
    )
    part = pl.col("share") / total("share").over("municipality")
    pools = near.group_by("site", maintain_order=True).agg(pool=total(part * pl.col("persons")) * numbers.youth_share)
    own = pl.col("applicants")
    share_of_pool = pl.col("pool") * own / total(own).over("site")
    joined = open_ones.join(pools, on="site")
    return joined.select("measure", extra=pl.min_horizontal(share_of_pool, numbers.youth_cap * own))


def _budgets(budgets: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    known = budgets.drop_nulls("amount_sek").filter(pl.col("year").is_between(first, last))
    return known.select("funder", "year", amount=pl.col("amount_sek") / THOUSAND)


def _last_year(intake: pl.DataFrame, programmes: pl.DataFrame, first: int) -> pl.DataFrame:
    """The latest intake before the plan."""
    before = intake.filter(pl.col("year") < first).drop_nulls(["classes", "seats"])
    latest = before.filter(pl.col("year") == pl.col("year").max()).rename({"programme": "measure"})
    return latest.join(programmes.select("measure", "site"), on="measure").select("measure", "site", "classes", "seats")


def _not_yet(programmes: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    years = pl.DataFrame({"year": list(range(first, last + 1))}, schema={"year": pl.Int64})
    early = programmes.join(years, how="cross").filter(pl.col("year") < pl.col("first_start"))
    return early.select("measure", "site", "year", kind=pl.lit("never"), classes=pl.lit(None, pl.Int64))
