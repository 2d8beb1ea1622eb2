"""What in a problem is of no use, or leaves something short whatever is planned: told, never refused.

Start reading at `remarks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from brygga.core.errors import listed
from brygga.core.sums import total
from brygga.planning.check_pins import least_of
from brygga.planning.checks import absent
from brygga.planning.columns import told
from brygga.planning.settings import Settings

Tables = Mapping[str, pl.DataFrame]


def remarks(tables: Tables, settings: Settings) -> list[str]:
    """One sentence for each thing the maker of a problem may not have meant; the tables have no faults."""
    return [
        *_unmet_needs(tables),
        *_idle_measures(tables, settings),
        *_closed_sites(tables),
        *_idle_money(tables, settings),
        *_not_offered(tables),
        *_guidance(tables),
        *_floors(tables),
        *_near_alike(tables),
    ]


def not_led_to(need: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """Rows of `need` above 0 in occupations that no measure leads to."""
    led = leads.filter(pl.col("share") > 0)["occupation"].drop_nulls()
    return need.filter((pl.col("persons") > 0) & ~pl.col("occupation").is_in(led.implode()))


def _unmet_needs(tables: Tables) -> Iterator[str]:
    need = tables["need"].lazy().filter(pl.col("persons") > 0).select("municipality", "occupation").unique().collect()
    led = tables["leads"].filter(pl.col("share") > 0) if tables["leads"].height else tables["measures"]
    unled = absent(need["occupation"], led["occupation"].drop_nulls())
    if len(unled):
        yield f"No measure leads to {len(unled)} occupation(s) with unfilled posts: {listed(unled)}."
    reached = tables["reach"].filter(pl.col("share") > 0)["municipality"]
    far = absent(need["municipality"], reached)
    if len(far):
        yield f"No site reaches {len(far)} municipality(ies) with unfilled posts, which stay short: {listed(far)}."


def _idle_measures(tables: Tables, settings: Settings) -> Iterator[str]:
    measures = tables["measures"]
    if tables["leads"].height:
        nowhere = absent(measures["measure"], tables["leads"].filter(pl.col("share") > 0)["measure"])
        if len(nowhere):
            yield f"Measure {listed(nowhere)} has no row in leads.csv and leads to nothing."
    reasons = {
        "lets nobody reach a post (yield 0)": pl.col("yield") == 0,
        "may start no class (classes_max 0)": pl.col("classes_max") == 0,
        f"is done after {settings.horizon} whenever it starts": settings.first + pl.col("years") > settings.horizon,
    }
    for reason, test in reasons.items():
        idle = measures.filter(test)
        if idle.height:
            yield f"Measure {told(idle, '{measure}')} {reason}: it will not be used."


def _closed_sites(tables: Tables) -> Iterator[str]:
    sites = tables["sites"]
    for column, word in (("rooms", "room"), ("applicants", "applicant")):
        none = sites.filter(pl.col(column) < 1 - 1e-9)
        if none.height:
            yield f"Site {told(none, '{site}')} has no whole {word} ({column} below 1): nothing can start there."
    smallest = tables["measures"]["class_min"].min()
    guided = tables["guidance"].group_by("site").agg(more=total("applicants"))
    most = sites.join(guided, on="site", how="left", maintain_order="left").with_columns(
        most=pl.col("applicants") + pl.col("more").fill_null(0.0)
    )
    few = most.filter(pl.col("applicants").ge(1) & (pl.col("most") < smallest))
    if few.height:
        yield f"Site {told(few, '{site} ({most:g} applicants)')} cannot fill the smallest class of any measure."


def _idle_money(tables: Tables, settings: Settings) -> Iterator[str]:
    budgets, funding, measures = tables["budgets"], tables["funding"].filter(pl.col("share") > 0), tables["measures"]
    costly = measures.filter((pl.col("cost_class") > 0) | (pl.col("cost_seat") > 0))
    if costly.height and not (budgets["amount"] > 0).any():
        yield "Every budget is 0: nothing that costs money can start."
        return
    paying = budgets.filter(pl.col("amount") > 0)
    poor = absent(funding.filter(pl.col("measure").is_in(costly["measure"].implode()))["funder"], paying["funder"])
    if len(poor):
        yield f"Funder {listed(poor)} has no money in budgets.csv: what it is to pay a part of cannot start."
    idle = absent(paying["funder"], funding["funder"])
    if len(idle):
        yield f"Funder {listed(idle)} pays for no measure in funding.csv: its money is not used."
    strange = absent(tables["funders"]["funder"], pl.concat([funding["funder"], budgets["funder"]]))
    if len(strange):
        yield f"Funder {listed(strange)} stands in funders.csv only."
    yield from _unpaid_years(tables["payments"], funding, paying, costly, settings)


def _unpaid_years(
    payments: pl.DataFrame, funding: pl.DataFrame, paying: pl.DataFrame, costly: pl.DataFrame, settings: Settings
) -> Iterator[str]:
    """Measures whose later payments fall in years where a funder has nothing."""
    later = payments.filter((pl.col("offset") > 0) & (pl.col("share") > 0)).join(costly, on="measure", how="semi")
    due = later.join(funding.select("funder", "measure"), on="measure").select(
        "measure", "funder", year=pl.col("offset") + settings.last
    )
    unpaid = due.join(paying, on=["funder", "year"], how="anti").unique().sort("measure", "funder", "year")
    if unpaid.height:
        shown = told(unpaid, "{measure} by {funder} in {year}")
        yield f"There is no money for a later payment of {shown}: what starts that late cannot be paid."


def _not_offered(tables: Tables) -> Iterator[str]:
    """Rows about a measure at a site where it is not given."""
    offers = tables["offers"]
    if offers.is_empty():
        return
    for name in ("applicants", "guidance", "placements", "last_year", "pins"):
        rows = tables[name].filter(least_of().fill_null(0) == 0) if name == "pins" else tables[name]
        lost = rows.join(offers, on=["measure", "site"], how="anti").select("measure", "site").unique()
        if lost.height:
            shown = told(lost.sort("measure", "site"), "{measure} at {site}")
            yield f"{name}.csv has rows for {shown}, where offers.csv does not let it start."
    silent = absent(tables["measures"]["measure"], offers["measure"])
    if len(silent):
        yield f"Measure {listed(silent)} is given nowhere in offers.csv."


def _guidance(tables: Tables) -> Iterator[str]:
    guidance = tables["guidance"]
    before = pl.col("applicants").shift(1).over("guidance", "site", "measure", order_by="step")
    growing = guidance.with_columns(before=before).filter(pl.col("applicants") > pl.col("before") + 1e-9)
    if growing.height:
        shown = told(growing, "{guidance} step {step} at {site} for {measure} ({applicants:g} after {before:g})")
        yield f"A later step of guidance adds more than the one before, which is rarely so: {shown}."
    limited = tables["sites"].filter(pl.col("applicants").is_not_null())
    idle = guidance.join(limited, on="site", how="anti").join(tables["applicants"], on=["site", "measure"], how="anti")
    if idle.height:
        shown = told(idle.select("site", "measure").unique().sort("site", "measure"), "{measure} at {site}")
        yield f"Guidance for {shown} raises applicants that nothing limits."


def _floors(tables: Tables) -> Iterator[str]:
    floors = tables["floors"].filter(pl.col("share") > 0)
    if floors.is_empty():
        return
    needed = tables["need"].filter(pl.col("persons") > 0).select("municipality", "year").unique()
    idle = floors.join(needed, on=["municipality", "year"], how="anti")
    if idle.height:
        yield f"The floor of {told(idle, '{municipality} {year}')} holds by itself: there is no need."


def _near_alike(tables: Tables) -> Iterator[str]:
    """Municipalities and occupations that differ in spaces or capitals only: one of them is probably a slip."""
    where = {
        "municipality": ("need", "sites", "reach", "floors", "funders"),
        "occupation": ("need", "weights", "measures", "leads", "drains"),
    }
    for column, names in where.items():
        ids = pl.concat([tables[name][column].unique() for name in names]).unique().drop_nulls()
        plain = pl.DataFrame({"id": ids}).with_columns(plain=pl.col("id").str.strip_chars().str.to_lowercase())
        alike = plain.filter(pl.len().over("plain") > 1).sort("plain", "id")
        if alike.height:
            yield f"These count as different {column} ids, though they look alike: {told(alike, '{id!r}')}."
