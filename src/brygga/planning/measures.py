"""A region's programmes turned into the measures of a planning problem.

One measure per programme; money from kronor to thousand kronor; years from start to
completion rounded up, since classes start in the autumn and a level is read at the end
of the year. A programme that cannot start yet is pinned to never until it can. A short course
is for people already employed: it moves a vacancy unless somebody takes the post they leave, so
its completers count only with the share of these posts that is refilled.

Start reading at `region_problem`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

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
    region: Region, need: pl.DataFrame, *, reach: pl.DataFrame, numbers: Numbers, pins: pl.DataFrame | None = None
) -> Problem:
    """The planning problem of `region`.

    Parameters
    ----------
    region : its programmes, sites, funding, budgets and intake
    need : municipality, occupation, year, persons: unfilled posts if nothing new is started
    reach : site, municipality, share of its completers
    numbers : the decided numbers
    pins : a user's choices as in pins.csv; none by default

    Raises
    ------
    TableError, or FaultsError with every fault of the region's programmes at once.
    """
    given = region.tables
    programmes = given["programmes"].rename({"programme": "measure"})
    own = [_not_yet(programmes, region.first_plan_year, region.last_plan_year)]
    tables = {
        "need": need,
        "measures": _measures(programmes, given["programme_leads"], numbers),
        "probabilities": _chances(given["programme_grants"], region.first_plan_year, region.last_plan_year),
        "leads": given["programme_leads"].select("occupation", "share", measure="programme"),
        "sites": given["sites"].select("site", "municipality", "rooms"),
        "applicants": _applicants(region, reach, numbers),
        "offers": programmes.select("measure", "site"),
        "reach": reach,
        "budgets": _budgets(given["budgets"], region.first_plan_year, region.last_plan_year),
        "funding": given["programme_funding"].select("funder", "share", measure="programme"),
        "funders": given["funders"].select("funder", "municipality"),
        "last_year": _last_year(given["intake"], programmes, region.first_plan_year),
        "pins": pl.concat(own if pins is None else [*own, pins.select(own[0].columns)]).unique(maintain_order=True),
    }
    problem = make_problem(_settings(region, need, numbers), tables, where=region.name_en)
    return replace(problem, warnings=(*problem.warnings, *_employed_warning(programmes, numbers)))


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


def _employed_warning(programmes: pl.DataFrame, numbers: Numbers) -> list[str]:
    count = programmes.filter(pl.col("delivery") == EMPLOYED).height
    if not count or numbers.short_course_refill == 1:
        return []
    return [
        f"{count} short course(s) for people already employed count with {numbers.short_course_refill:g} of their "
        "completers: the rest only move a vacancy to the post they leave."
    ]


def _chances(grants: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """The chance per start year where the region knows it, in the years of the plan."""
    known = grants.drop_nulls("probability").filter(pl.col("year").is_between(first, last))
    return known.select("year", "probability", measure="programme")


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


def _measures(programmes: pl.DataFrame, leads: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    main = (
        leads.sort("share", "occupation", descending=[True, False]).group_by("programme", maintain_order=True).first()
    )
    joined = programmes.join(main.select("occupation", measure="programme"), on="measure", how="left")
    net = _net_factor(numbers.short_course_refill)
    return joined.select(
        "measure",
        "occupation",
        years=pl.col("years").ceil().cast(pl.Int64),
        **{"yield": pl.col("completion") * pl.col("placement") * (1 - pl.col("deadweight")) * net},
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


def describe_plan(
    plan: pl.DataFrame,
    programmes: pl.DataFrame,
    sites: pl.DataFrame,
    funding: pl.DataFrame,
    grants: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Table `plan` with what somebody needs to start each row: who gives it, where, when at the earliest, who decides.

    Returns
    -------
    The columns of `plan` and name_sv, name_en, provider, delivery, site_name, municipality, first_start,
    decided_by, grant_probability (of the start year where `grants`, table `programme_grants`, has it), funders
    (names and shares as text).
    """
    about = ["programme", "name_sv", "name_en", "provider", "delivery", "first_start", "decided_by"]
    paid = funding.sort("share", "funder", descending=[True, False]).group_by("programme", maintain_order=True)
    funders = paid.agg(funders=pl.format("{} {}", "funder", pl.col("share").round(3)).str.join(", "))
    named = plan.join(programmes.select(*about, "grant_probability"), on="programme", how="left")
    if grants is not None:
        that_year = grants.select("programme", "year", that_year="probability")
        named = named.join(that_year, on=["programme", "year"], how="left", maintain_order="left")
        named = named.with_columns(grant_probability=pl.coalesce("that_year", "grant_probability")).drop("that_year")
    places = sites.select("site", "municipality", site_name="name")
    return named.join(places, on="site", how="left").join(funders, on="programme", how="left")
