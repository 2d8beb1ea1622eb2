"""What the measures of the example rest on beside their programmes: money by year, workplaces, guidance, posts left.

Start reading at `budgets`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.regions.sydost import given, offer

PLAN_YEARS = range(2027, 2032)
LONGEST = 3
"""Years over which the longest programme is paid."""


def funder_schemes() -> pl.DataFrame:
    """Table `funder_schemes`: the terms that the money of the European Social Fund comes under."""
    return pl.DataFrame({"funder": ["esf"], "scheme": ["esf_plus"]})


def budgets(offered: pl.DataFrame) -> pl.DataFrame:
    """Table `budgets`: what each funder has a year, stated, less what classes outside the plan take of it.

    Those are the classes that began before the plan, as they did, and those that begin after it, as in the
    last intake; `offered` is table `programmes`.
    """
    years = pl.DataFrame({"year": list(range(PLAN_YEARS[0], PLAN_YEARS[-1] + LONGEST))})
    stated = given.read("structure/budgets").select("funder", amount_sek=pl.col("amount_sek").cast(pl.Float64))
    rows = stated.join(years, how="cross").join(_bound(offered), on=["funder", "year"], how="left")
    left = ((pl.col("amount_sek") - pl.col("bound").fill_null(0.0)).clip(0) / 1000).round() * 1000
    return given.marked(rows.select("funder", "year", amount_sek=left), given.ASSUMED)


def _bound(offered: pl.DataFrame) -> pl.DataFrame:
    """Money for classes outside the plan: funder, year, bound."""
    began = offer.intake().select("programme", "year", "classes", "seats")
    last = began.filter(year=offer.INTAKE_YEARS[-1]).drop("year")
    later = last.join(pl.DataFrame({"year": list(range(PLAN_YEARS[-1] + 1, PLAN_YEARS[-1] + LONGEST))}), how="cross")
    rows = pl.concat([began, later.select(began.columns)]).join(offered, on="programme")
    cost = pl.col("cost_class_sek") * pl.col("classes") + pl.col("cost_seat_sek") * pl.col("seats")
    paid = rows.join(_profile(), on="programme").join(offer.programme_funding(), on="programme")
    charged = paid.select(
        "funder", year=pl.col("year") + pl.col("offset"), bound=cost * pl.col("part") * pl.col("share")
    )
    return charged.group_by("funder", "year", maintain_order=True).agg(total("bound"))


def _profile() -> pl.DataFrame:
    """A programme is paid in equal parts over its years: programme, offset, part."""
    rows = [
        (row["programme"], offset, 1 / row["years"])
        for row in given.read("structure/programmes").iter_rows(named=True)
        for offset in range(row["years"])
    ]
    return pl.DataFrame(rows, schema=["programme", "offset", "part"], orient="row")


def payments() -> pl.DataFrame:
    """Table `payments`: programmes of several years are paid over them; the others in their start year."""
    return _profile().filter(pl.col("part") < 1).select("programme", "offset", share="part")


def placements() -> pl.DataFrame:
    """Table `placements`: seats that workplaces take, stated; weeks as the rule asks for."""
    rows = given.read("structure/placements").select(
        "programme", "source", *(pl.col(name).cast(pl.Float64) for name in ("places", "weeks"))
    )
    return rows.join(pl.DataFrame({"year": list(PLAN_YEARS)}), how="cross").with_columns(status=pl.lit("modelled"))


def guidance(offered: pl.DataFrame) -> pl.DataFrame:
    """Table `guidance`: steps that each add a share of the programme's applicants, less by every step."""
    applicants = dict(offered.select("programme", "applicants").iter_rows())
    rows = []
    for row in given.read("structure/guidance").iter_rows(named=True):
        told = (row["name_sv"], row["name_en"], row["provider"], float(row["step_sek"]))
        for programme in row["programmes"].split():
            for step in range(row["steps"]):
                adds = round(applicants[programme] * row["first_share"] * row["fall"] ** step, 2)
                rows.append((row["guidance"], programme, step + 1, *told, adds, "modelled", row["source"]))
    columns = ["guidance", "programme", "step", "name_sv", "name_en", "provider", "cost_sek", "applicants"]
    return pl.DataFrame(rows, schema=[*columns, "status", "source"], orient="row")


def programme_areas() -> pl.DataFrame:
    """Table `programme_areas`: the area in which MYH decides."""
    areas = {row["kind"]: row["myh_area"] for row in given.read("structure/kinds").iter_rows(named=True)}
    rows = [
        (row["programme"], areas[row["kind"]])
        for row in given.read("structure/programmes").iter_rows(named=True)
        if areas[row["kind"]]
    ]
    return pl.DataFrame(rows, schema=["programme", "area"], orient="row")


def programme_drains() -> pl.DataFrame:
    """Table `programme_drains`: the posts that those on two of the short courses leave."""
    rows = [
        (row["programme"], occupation, share, row["source"])
        for row in given.read("structure/drains").iter_rows(named=True)
        for occupation, share in given.shares(row["drains"]).items()
    ]
    return pl.DataFrame(rows, schema=["programme", "occupation", "share", "source"], orient="row")
