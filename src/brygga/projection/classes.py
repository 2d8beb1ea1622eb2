"""Classes: completers that the labour market got used to, and those already on their way.

People enter occupations as the young do today. Part of them come out of the programmes that a
plan decides about. To show what is left if nothing new is started, the completers at last year's
intake are taken out of the entrants, and those of classes that already run are put back. With
the same intake as last year the two are equal, and nothing but the demographic entry is left.

    completers = seats x completion x placement x (1 - deadweight) x share to the occupation

Start reading at `class_flows`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total

CELL = ("municipality", "occupation", "year")


def class_flows(
    programmes: pl.DataFrame,
    programme_leads: pl.DataFrame,
    intake: pl.DataFrame,
    reach: pl.DataFrame,
    entrants: pl.DataFrame,
    *,
    base_year: int,
    to: int,
    first_plan_year: int,
) -> pl.DataFrame:
    """Completers per year, occupation and municipality of residence: those taken out and those running.

    Parameters
    ----------
    programmes, programme_leads, intake : tables of those names
    reach : site, municipality, share: where people of a site come to live and work
    entrants : municipality, occupation, year, persons: the demographic entry, which is never
        taken below zero; what one municipality lacks is taken from the others in proportion
    base_year, to : completers of the years after the base year, to this one
    first_plan_year : classes that start from this year on are the plan's, and left out

    Returns
    -------
    municipality, occupation, year, `taken_out` and `running` (persons, both zero or more). A year
    without intake row, before the plan, has the programme's last known intake.
    """
    one = _yield_per_seat(programmes, programme_leads, reach)
    starts = _starts(programmes, intake, base_year=base_year, to=to, first_plan_year=first_plan_year)
    flows = (
        starts.join(one, on="programme")
        .group_by(CELL, maintain_order=True)
        .agg(
            wanted=total(pl.col("last_seats") * pl.col("per_seat")),
            running=total(pl.col("seats") * pl.col("per_seat")),
        )
    )
    cells = entrants.join(flows, on=CELL, how="left").with_columns(pl.col("wanted", "running").fill_null(0.0))
    kept = _never_below_zero(cells).select(*CELL, "taken_out", running=pl.col("running") * pl.col("kept"))
    return kept.sort(CELL)


def _yield_per_seat(programmes: pl.DataFrame, leads: pl.DataFrame, reach: pl.DataFrame) -> pl.DataFrame:
    """programme, occupation, municipality, per_seat: persons in the occupation there, a seat."""
    rate = pl.col("completion") * pl.col("placement") * (1 - pl.col("deadweight"))
    return (
        programmes.select("programme", "site", rate=rate)
        .join(leads, on="programme")
        .join(reach.rename({"share": "here"}), on="site")
        .select("programme", "occupation", "municipality", per_seat=pl.col("rate") * pl.col("share") * pl.col("here"))
    )


def _starts(
    programmes: pl.DataFrame, intake: pl.DataFrame, *, base_year: int, to: int, first_plan_year: int
) -> pl.DataFrame:
    """programme, year (of completion), seats of the class, last_seats: last year's intake."""
    known = intake.filter(pl.col("year") < first_plan_year).sort("year")
    last = known.group_by("programme", maintain_order=True).agg(last_seats=pl.col("seats").last())
    years = pl.DataFrame({"year": list(range(base_year + 1, to + 1))}, schema={"year": pl.Int64})
    ends = programmes.select("programme", "years").join(last, on="programme").join(years, how="cross")
    started = ends.with_columns(start=pl.col("year") - pl.col("years"))
    seats = started.join(
        known.select("programme", start="year", seats="seats"), on=["programme", "start"], how="left"
    ).with_columns(pl.coalesce("seats", "last_seats").alias("seats"))
    before = pl.when(pl.col("start") < first_plan_year).then("seats").otherwise(0.0)
    return seats.select("programme", "year", "last_seats", seats=before)


def _never_below_zero(cells: pl.DataFrame) -> pl.DataFrame:
    """`taken_out`, at most the entrants; and `kept`, the share of an occupation's completers there is room for."""
    first = pl.min_horizontal("wanted", "persons")
    group = ["occupation", "year"]
    left = total(pl.col("persons") - first).over(group)
    missing = total(pl.col("wanted") - first).over(group)
    part = pl.when(left > 0).then((missing / left).clip(upper_bound=1.0)).otherwise(0.0)
    taken = first + (pl.col("persons") - first) * part
    wanted = total("wanted").over(group)
    kept = pl.when(wanted > 0).then(total(taken).over(group) / wanted).otherwise(1.0)
    return cells.with_columns(taken_out=taken, kept=kept)
