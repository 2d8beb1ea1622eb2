"""Classes: completers that the labour market got used to, and those already on their way.

People enter occupations as the young do today. Part of them come out of the programmes that a
plan decides about. To show what is left if nothing new is started, the completers at the usual
intake (the mean of the known years) are taken out of the entrants, and those of classes that
already run are put back. A plan that starts the usual classes puts the rest back:

    completers    = seats x completion x placement x (1 - deadweight) x share to the occupation
    taken_out[t]  = stay taken_out[t-1] + completers of the usual classes that end in t
    running[t]    = stay running[t-1]   + completers of the running classes that end in t

Both fade as a plan's completers do (`planning.stay`). Classes that would start after the last plan
year are nobody's decision here: they stay in the demographic entry.

Start reading at `class_flows`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.grids import to_array, to_frame
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
    plan_years: tuple[int, int],
    stay: float,
) -> pl.DataFrame:
    """Completers still there per year, occupation and municipality: those taken out and those running.

    Parameters
    ----------
    programmes, programme_leads, intake : tables of those names
    reach : site, municipality, share: where people of a site come to live and work
    entrants : municipality, occupation, year, persons: the demographic entry, which is never
        taken below zero; what one municipality lacks is taken from the others in proportion
    base_year, to : completers of the years after the base year, to this one
    plan_years : first and last year in which a plan may start classes; these are left out
    stay : share of completers still there a year later

    Returns
    -------
    municipality, occupation, year, `taken_out` and `running` (persons at the end of the year, both
    zero or more). A year without intake row, before the plan, has the programme's usual intake.
    """
    one = _yield_per_seat(programmes, programme_leads, reach)
    starts = _starts(programmes, intake, base_year=base_year, to=to, plan_years=plan_years)
    flows = (
        starts.join(one, on="programme")
        .group_by(CELL, maintain_order=True)
        .agg(
            wanted=total(pl.col("usual_seats") * pl.col("per_seat")),
            running=total(pl.col("seats") * pl.col("per_seat")),
        )
    )
    cells = entrants.join(flows, on=CELL, how="left").with_columns(pl.col("wanted", "running").fill_null(0.0))
    kept = _never_below_zero(cells).select(*CELL, "taken_out", running=pl.col("running") * pl.col("kept"))
    return _still_there(kept, stay)


def _still_there(flows: pl.DataFrame, stay: float) -> pl.DataFrame:
    """Yearly flows as stocks that fade by `stay` a year."""
    dims = {column: flows[column].unique().sort().to_list() for column in CELL}
    stocks = {name: to_array(flows, name, dims, where="entrants") for name in ("taken_out", "running")}
    for t in range(1, len(dims["year"])):
        for stock in stocks.values():
            stock[:, :, t] += stay * stock[:, :, t - 1]
    return to_frame(stocks, dims)


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
    programmes: pl.DataFrame, intake: pl.DataFrame, *, base_year: int, to: int, plan_years: tuple[int, int]
) -> pl.DataFrame:
    """programme, year (of completion), seats of a class that runs, usual_seats: what the entry holds of it."""
    known = intake.filter(pl.col("year") < plan_years[0]).sort("programme", "year")
    usual = known.group_by("programme", maintain_order=True).agg(usual=total("seats") / pl.len())
    years = pl.DataFrame({"year": list(range(base_year + 1, to + 1))}, schema={"year": pl.Int64})
    ends = programmes.select("programme", "years").join(usual, on="programme").join(years, how="cross")
    started = ends.with_columns(start=pl.col("year") - pl.col("years"))
    seats = started.join(
        known.select("programme", start="year", seats="seats"), on=["programme", "start"], how="left"
    ).with_columns(pl.coalesce("seats", "usual").alias("seats"))
    before = pl.when(pl.col("start") < plan_years[0]).then("seats").otherwise(0.0)
    decided = pl.when(pl.col("start") <= plan_years[1]).then("usual").otherwise(0.0)
    return seats.select("programme", "year", usual_seats=decided, seats=before)


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
