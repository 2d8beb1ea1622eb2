"""The rules of funders and authorities laid on a region's own measures, on the day its plan is decided.

A funder pays only for what its terms allow, and at most the share they allow: what breaks a rule that was read or
reported cannot start (a pin *never*), what breaks an example value is a warning, and both are named. A
class whose application has closed cannot start that year unless it is already granted. Nothing here judges a person.

Start reading at `terms_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from brygga.core import tables
from brygga.core.errors import listed
from brygga.core.region import Region
from brygga.workflow.funding_grants import grant_chances
from brygga.workflow.funding_rules import EXAMPLE, STANDING, Window, eligibility_on, in_force, rules, window

OF_KIND = {"state": "state", "region": "region", "municipality": "municipality", "eu": "esf_plus", "company": "company"}
"""The terms of a funder without a row in `funder_schemes`."""
TOLERANCE = 1e-6
PINS = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "kind": pl.String, "classes": pl.Int64}
NEVER = "never"


@dataclass(frozen=True)
class Terms:
    """What the rules say of a region's measures.

    `day` is the decision day, `budgets` the region's table within the caps. `pins` (as pins.csv) forbid starts;
    `windows` (programme, year, apply_by, decided_on, window_standing, per) tell when each start is applied for;
    `chances` (programme, year, probability, p10, p90, told_by) how likely a yes is; `used` holds the rows of
    `rules_eligibility` that were asked, and the warnings name what breaks a rule.
    """

    day: date
    budgets: pl.DataFrame
    pins: pl.DataFrame
    windows: pl.DataFrame
    chances: pl.DataFrame
    used: pl.DataFrame
    warnings: tuple[str, ...]


def terms_of(
    region: Region,
    day: date,
    *,
    eligibility: pl.DataFrame | None = None,
    windows: pl.DataFrame | None = None,
    limits: pl.DataFrame | None = None,
) -> Terms:
    """The rules in force on `day` laid on the measures of `region`.

    Parameters
    ----------
    region : its programmes, funding, funders and what is granted already
    day : the decision day
    eligibility, windows, limits : other rows of the three tables of rules; those of the package by default
    """
    chances = chances_of(region)
    kept_limits = in_force(rules("rules_limits") if limits is None else limits, ["rule"], day)
    caps = _caps(region, kept_limits)
    asked = _asked(region, eligibility_on(day, {m[:2] for m in region.municipalities}, frame=eligibility))
    closing = _windows(region, asked, day, windows)
    granted = chances.filter(pl.col("probability") >= 1).filter(told_by="region").select("programme", "year")
    broken = asked.filter(pl.col("breaks") != "")
    closed = closing.filter((pl.col("per") == "class") & (pl.col("apply_by") < day)).join(
        granted, on=["programme", "year"], how="anti"
    )
    first = closed.join(region.tables["programmes"].select("programme", "first_start"), on="programme")
    late = first.filter(pl.col("year") >= pl.col("first_start")).drop("first_start")
    forbidden = [
        _never(region, broken.filter(pl.col("standing") != EXAMPLE).select("programme").unique(maintain_order=True)),
        _never(region, late.filter(pl.col("window_standing") != EXAMPLE).select("programme", "year")),
    ]
    return Terms(
        day=day,
        budgets=_capped(region.tables["budgets"], caps),
        pins=pl.concat(forbidden).unique(maintain_order=True).sort("measure", "year"),
        windows=closing,
        chances=chances,
        used=asked.select("scheme", "delivery", "most_share", "standing", "source", "address", "checked_on")
        .drop_nulls("most_share")
        .unique(maintain_order=True)
        .sort("scheme", "delivery"),
        warnings=(
            *_broken_words(broken),
            *_late_words(late, day),
            *_ending_words(region, asked, day, eligibility),
            *_few_weeks_words(region, day),
            *_cap_words(region, caps),
            *_dear_words(region, asked, kept_limits),
        ),
    )


def schemes_of(region: Region) -> pl.DataFrame:
    """The terms that each funder's money comes under: funder, scheme."""
    own = region.tables.get("funder_schemes", tables.empty("funder_schemes"))
    kind = pl.col("kind").replace_strict(OF_KIND, default=None, return_dtype=pl.String)
    joined = region.tables["funders"].join(own, on="funder", how="left", maintain_order="left")
    return joined.select("funder", scheme=pl.coalesce("scheme", kind))


def chances_of(region: Region) -> pl.DataFrame:
    """The chance of each start year: what the region says, else its application area, else the programme's number.

    Returns
    -------
    programme, year, probability, p10, p90, told_by (region, area or programme)
    """
    years = pl.DataFrame({"year": list(range(region.first_plan_year, region.last_plan_year + 1))})
    grants = region.tables.get("programme_grants", tables.empty("programme_grants"))
    bounds = [pl.lit(None, pl.Float64).alias(name) for name in ("p10", "p90") if name not in grants.columns]
    said = grants.with_columns(bounds).drop_nulls("probability")
    areas = region.tables.get("programme_areas", tables.empty("programme_areas"))
    told = areas.join(grant_chances().filter(scheme="state", delivery="yh"), on="area")
    own = region.tables["programmes"].join(years, how="cross").rename({"grant_probability": "probability"})
    none = pl.lit(None, pl.Float64)
    columns = ["programme", "year", "probability", "p10", "p90"]
    parts = [
        said.select(*columns, told_by=pl.lit("region")),
        told.select(*columns, told_by=pl.lit("area")),
        own.with_columns(p10=none, p90=none).select(*columns, told_by=pl.lit("programme")),
    ]
    rows = pl.concat(parts).unique(["programme", "year"], keep="first", maintain_order=True)
    return rows.join(years, on="year", how="semi").sort("programme", "year")


def _asked(region: Region, allowed: pl.DataFrame) -> pl.DataFrame:
    """Every share that the region's funding asks of a funder, with the rule for it and what it breaks."""
    given = region.tables
    rows = given["programme_funding"].filter(pl.col("share") > 0)
    rows = rows.join(given["programmes"].select("programme", "delivery"), on="programme")
    rows = rows.join(schemes_of(region), on="funder").join(allowed, on=["scheme", "delivery"], how="left")
    known = pl.col("scheme").is_in(allowed["scheme"].unique().implode())
    breaks = (
        pl.when(known & pl.col("most_share").is_null())
        .then(pl.lit("not for this"))
        .when(pl.col("share") > pl.col("most_share") + TOLERANCE)
        .then(pl.lit("too much"))
        .otherwise(pl.lit(""))
    )
    of_scheme = allowed.group_by("scheme", maintain_order=True).agg(
        strictest=pl.when((pl.col("standing") != EXAMPLE).any()).then(pl.lit("reported")).otherwise(pl.lit(EXAMPLE))
    )
    joined = rows.join(of_scheme, on="scheme", how="left").with_columns(breaks=breaks)
    return joined.with_columns(standing=pl.coalesce("standing", "strictest")).sort("programme", "funder")


def _windows(region: Region, asked: pl.DataFrame, day: date, frame: pl.DataFrame | None) -> pl.DataFrame:
    """The window of each start: the earliest to close among those of its funders."""
    found = []
    schemes = asked.select("programme", "scheme", "delivery").unique(maintain_order=True).sort("programme", "scheme")
    for programme, scheme, delivery in schemes.rows():
        for year in range(region.first_plan_year, region.last_plan_year + 1):
            one = window(scheme, delivery, year, day, frame=frame) if scheme else None
            if one is not None:
                found.append((programme, year, *_dates(one)))
    schema = {
        "programme": pl.String,
        "year": pl.Int64,
        "apply_by": pl.Date,
        "decided_on": pl.Date,
        "window_standing": pl.String,
        "per": pl.String,
    }
    rows = pl.DataFrame(found, schema=schema, orient="row").sort("programme", "year", "apply_by", nulls_last=True)
    return rows.unique(["programme", "year"], keep="first", maintain_order=True)


def _dates(one: Window) -> tuple[date | None, date | None, str, str]:
    return one.closes, one.decided, one.standing, one.per


def _never(region: Region, starts: pl.DataFrame) -> pl.DataFrame:
    """Pins that forbid programmes, in the years given or in every year."""
    years = pl.DataFrame({"year": list(range(region.first_plan_year, region.last_plan_year + 1))})
    rows = starts if "year" in starts.columns else starts.join(years, how="cross")
    placed = rows.join(region.tables["programmes"].select("programme", "site"), on="programme")
    return placed.select(
        "site", "year", measure="programme", kind=pl.lit(NEVER), classes=pl.lit(None, pl.Int64)
    ).select(*PINS)


def _broken_words(broken: pl.DataFrame) -> list[str]:
    """One sentence a programme and funder, with the rule and what follows."""
    told = []
    for row in broken.iter_rows(named=True):
        follows = (
            "an example value, so it may start: verify" if row["standing"] == EXAMPLE else "the plan may not start it"
        )
        what = (
            f"{row['scheme']} money is not for {row['delivery']} measures"
            if row["breaks"] == "not for this"
            else f"{row['scheme']} pays at most {row['most_share']:g} of {row['delivery']} measures, the rest is "
            f"co-financing by others ({row['source']}; {STANDING[row['standing']]})"
        )
        told.append(f"{row['funder']} pays {row['share']:g} of {row['programme']}: {what}; {follows}.")
    return told


def _late_words(late: pl.DataFrame, day: date) -> list[str]:
    told = []
    for (programme,), rows in late.sort("programme", "year").group_by("programme", maintain_order=True):
        row = rows.row(0, named=True)
        ending = (
            "an example value, so it may start: verify" if row["window_standing"] == EXAMPLE else "it cannot start then"
        )
        told.append(
            f"{programme}: the application for a start in {listed(rows['year'])} closed on {row['apply_by']}, before "
            f"{day}, and no grant is known; {ending}."
        )
    return told


def _ending_words(region: Region, asked: pl.DataFrame, day: date, frame: pl.DataFrame | None) -> list[str]:
    """Schemes whose terms end before the last year in which the region counts on their money."""
    known = in_force(rules("rules_eligibility") if frame is None else frame, ["scheme", "delivery", "counties"], day)
    last = known.filter(pl.col("valid_to").is_not_null()).group_by("scheme", maintain_order=True)
    ends = last.agg(pl.col("valid_to").max())
    money = region.tables["budgets"].filter(pl.col("amount_sek") > 0).join(schemes_of(region), on="funder")
    paying = money.filter(pl.col("funder").is_in(asked["funder"].unique().implode()))
    later = paying.join(ends, on="scheme").filter(pl.col("year") > pl.col("valid_to").dt.year())
    return [
        f"{funder} has money in {listed(rows['year'].unique().sort())}, after the last day of its terms ({scheme}, "
        f"{rows['valid_to'][0]}): no rule is known for those years."
        for (funder, scheme), rows in later.sort("funder", "year").group_by("funder", "scheme", maintain_order=True)
    ]


def _caps(region: Region, limits: pl.DataFrame) -> pl.DataFrame:
    """Budgets above what their terms allow in a year: funder, year, amount_sek, value, rule, standing."""
    caps = limits.filter(topic="budget_cap").select("rule", "scheme", "value", "standing")
    money = region.tables["budgets"].join(schemes_of(region), on="funder").join(caps, on="scheme")
    return money.filter(pl.col("amount_sek") > pl.col("value")).sort("funder", "year")


def _capped(budgets: pl.DataFrame, caps: pl.DataFrame) -> pl.DataFrame:
    """Budgets with those lowered that a read or reported cap is below."""
    sure = caps.filter(pl.col("standing") != EXAMPLE).select("funder", "year", cap="value")
    lowered = budgets.join(sure, on=["funder", "year"], how="left", maintain_order="left")
    return lowered.with_columns(amount_sek=pl.min_horizontal("amount_sek", "cap")).drop("cap")


def _cap_words(region: Region, caps: pl.DataFrame) -> list[str]:
    return [
        f"{funder} has more in {listed(rows['year'])} than the {rows['value'][0]:,.0f} kronor a year its terms allow "
        f"({rule}; {STANDING[standing]}); {'verify' if standing == EXAMPLE else 'the plan may use no more'}."
        for (funder, rule, standing), rows in caps.group_by("funder", "rule", "standing", maintain_order=True)
    ]


def _dear_words(region: Region, asked: pl.DataFrame, limits: pl.DataFrame) -> list[str]:
    """Programmes that cost more for a seat and year, in a full class, than their funder's unit cost.

    The region's whole years may stand for half a year more, which is allowed for.
    """
    most = limits.filter(topic="seat_cost").select("rule", "scheme", "delivery", "value", limit_standing="standing")
    per_seat = pl.col("cost_class_sek") / pl.col("class_max") + pl.col("cost_seat_sek")
    costs = region.tables["programmes"].select("programme", cost=per_seat / (pl.col("years") + 0.5))
    rows = asked.join(costs, on="programme").join(most, on=["scheme", "delivery"])
    dear = rows.filter(pl.col("cost") > pl.col("value") + 0.5).sort("programme")
    return [
        f"{row['programme']} costs {row['cost']:,.0f} kronor a seat and year or more, over {row['value']:,.0f} "
        f"({row['rule']}; {STANDING[row['limit_standing']]}): somebody must pay the rest."
        for row in dear.iter_rows(named=True)
    ]


def _few_weeks_words(region: Region, day: date) -> list[str]:
    """Programmes whose workplaces give fewer weeks than the rules ask for."""
    places = region.tables.get("placements", tables.empty("placements")).drop_nulls("weeks")
    if places.is_empty():
        return []
    least = in_force(rules("rules_limits").filter(topic="workplace", unit="weeks"), ["rule"], day)
    offered = region.tables["programmes"].select(
        "programme", "delivery", programme_years=pl.col("years").cast(pl.Int64)
    )
    asked = least.select("rule", "delivery", "programme_years", "value", "standing")
    kept = places.select("programme", "weeks").join(offered, on="programme")
    few = kept.join(asked, on=["delivery", "programme_years"]).filter(pl.col("weeks") < pl.col("value"))
    rows = few.unique("programme", keep="first", maintain_order=True).sort("programme")
    return [
        f"{row['programme']} has {row['weeks']:g} weeks at a workplace for each, fewer than {row['value']:g} "
        f"({row['rule']}; {STANDING[row['standing']]})."
        for row in rows.iter_rows(named=True)
    ]
