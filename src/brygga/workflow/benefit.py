"""What pages ask of the tax of a plan: for any set of municipalities, with its interval.

As in `brygga.workflow.questions`, amounts are summed in every draw before quantiles are taken.

Start reading at `tax`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import polars as pl

from brygga.core.errors import TableError
from brygga.core.sums import total
from brygga.workflow.results import Results

By = Literal["municipality", "year"]
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def tax(results: Results, *, municipalities: Collection[str], year: int | None, by: By | None = None) -> pl.DataFrame:
    """Municipal income tax a year where the people live who fill the plan's posts, against nothing new.

    Parameters
    ----------
    results : an opened run (table `municipal_tax_draws`)
    municipalities : the municipalities of residence asked for
    year : one year; None for every year, together with `by="year"`, since a tax a year is no sum over years
    by : one row per municipality or year; None for the whole set

    Returns
    -------
    One row per `plan` (last_year, best) x `by`: persons (median), p10, p50, p90 and naive, in SEK of the pay's year.
    naive is the median of the plan as last year. No row for a year before any class is out.

    Raises
    ------
    TableError when nothing is computed for the municipalities, or when years would be added.
    """
    key = [by] if by else []
    draws = _cells(results.table("municipal_tax_draws"), municipalities, year, by)
    sums = draws.group_by(["plan", *key, "draw"], maintain_order=True).agg(total("persons"), total("tax_sek"))
    spans = {name: pl.col("tax_sek").quantile(q, "linear") for name, q in QUANTILES.items()}
    rows = sums.group_by(["plan", *key], maintain_order=True).agg(persons=pl.col("persons").median(), **spans)
    usual = rows.filter(plan="last_year").select(*key, naive="p50")
    joined = rows.join(usual, on=key, how="left") if by else rows.join(usual, how="cross")
    return joined.sort("plan", *key)


def paid_a_year(results: Results, *, municipalities: Collection[str], plan: str = "best") -> dict[str, float]:
    """What each municipality itself pays for the plan in a year (SEK): the mean over the years the plan starts classes.

    Amounts without a span: they may be added.
    """
    region = results.region
    years = region.last_plan_year - region.first_plan_year + 1
    rows = results.table("plan_municipalities").filter(plan=plan).select("municipality", "pays_sek")
    paid = {code: sek / years for code, sek in rows.iter_rows()}
    return {code: paid.get(code, 0.0) for code in municipalities}


def pay_years(results: Results) -> tuple[int, int]:
    """The first and the last year of the pay that the tax is computed from; the same when all pay is of one year."""
    years = results.table("pay").drop_nulls("sek_month")["year"].unique().sort().to_list()
    return years[0], years[-1]


def _cells(draws: pl.DataFrame, municipalities: Collection[str], year: int | None, by: By | None) -> pl.DataFrame:
    if year is None and by != "year":
        raise TableError(
            "tax asked for without a year",
            why="a tax a year is no sum over years",
            todo='give a year, or by="year" for one row a year',
        )
    cells = draws.filter(pl.col("municipality").is_in(list(municipalities)))
    if not cells.height:
        raise TableError(
            f"no tax is computed for {len(municipalities)} municipalities",
            why="the run holds no such cell",
            todo="choose municipalities of the run",
        )
    return cells if year is None else cells.filter(year=year)
