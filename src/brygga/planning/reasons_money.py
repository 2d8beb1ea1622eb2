"""Who gains and who pays: own funders pay at home, common money is counted to where completers come to work.

A krona of the state or the EU belongs to nobody in the area, yet a board asks whom it serves. Here it is
counted to the municipalities where the completers of the class it pays take up work, and to that of the
site where none do. So the parts add up to what the plan costs.

Start reading at `gains_of`, then `paid_by`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount

FLOW = ["site", "municipality", "occupation", "year"]
START = ["measure", "site", "start"]


def gains_of(problem: Problem, arrivals: pl.DataFrame, counted: Recount) -> pl.DataFrame:
    """What each municipality gets and pays, those without anything too.

    Returns
    -------
    municipality, persons (completers who fill posts there, all years), from_elsewhere (of these, from sites in other
    municipalities), person_years (of shortage closed), own and common (thousand kronor, see `paid_by`)
    """
    places = pl.concat([problem.need["municipality"], problem.reach["municipality"], problem.sites["municipality"]])
    came = arrivals.join(problem.sites.select("site", home="municipality"), on="site", how="left")
    elsewhere = pl.col("persons").filter(pl.col("home") != pl.col("municipality"))
    persons = came.group_by("municipality", maintain_order=True).agg(total("persons"), from_elsewhere=total(elsewhere))
    closed = counted.cells.group_by("municipality", maintain_order=True).agg(
        person_years=total(pl.col("need") - pl.col("short"))
    )
    frame = pl.DataFrame({"municipality": places.unique().sort()})
    for part in (persons, closed, paid_by(problem, counted.paid, arrivals)):
        frame = frame.join(part, on="municipality", how="left")
    return frame.with_columns(pl.all().exclude("municipality").fill_null(0.0)).sort("municipality")


def paid_by(problem: Problem, paid: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """What each municipality pays of a plan, over all years, in thousand kronor.

    Parameters
    ----------
    paid : measure, site, start, funder, spent (classes, seats and guidance), as in `recount.Recount`
    arrivals : site, municipality, occupation, year, persons (several rows of one key are added)

    Returns
    -------
    municipality, own (its own funders), common (funders without a municipality, by where completers work); only
    municipalities that pay or are served.
    """
    rows = paid.join(problem.funders.rename({"municipality": "owner"}), on="funder", how="left")
    common = rows.filter(pl.col("owner").is_null())
    served = common.join(landing(problem, common, arrivals), on=START)
    parts = [
        rows.drop_nulls("owner").select(municipality="owner", own="spent", common=pl.lit(0.0)),
        served.select("municipality", own=pl.lit(0.0), common=pl.col("spent") * pl.col("part")),
    ]
    summed = pl.concat(parts).group_by("municipality", maintain_order=True).agg(total("own"), total("common"))
    return summed.sort("municipality")


def landing(problem: Problem, rows: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """Where the completers of each start (measure, site, start) come to work: municipality and part, 1 in all.

    Of those of one site, occupation and year nobody can say which class they came from, so they are alike. A
    start whose completers take up no post falls to the municipality of its site.
    """
    at = ["site", "occupation", "year"]
    flows = arrivals.group_by(FLOW, maintain_order=True).agg(total("persons")).filter(pl.col("persons") > 0)
    flows = flows.sort(FLOW).with_columns(part=pl.col("persons") / total("persons").over(at))
    starts = rows.select(START).unique().sort(START).join(problem.measures.select("measure", "years"), on="measure")
    led = starts.join(problem.leads.filter(pl.col("share") > 0), on="measure")
    led = led.with_columns(year=pl.col("start") + pl.col("years"))
    came = led.join(flows.select(*at, "municipality", "part"), on=at)
    weight = total(pl.col("part") * pl.col("share"))
    shares = came.group_by(*START, "municipality", maintain_order=True).agg(part=weight)
    shares = shares.with_columns(part=pl.col("part") / total("part").over(START))
    lost = starts.join(shares, on=START, how="anti").join(problem.sites, on="site")
    columns = [*START, "municipality", "part"]
    whole = lost.with_columns(part=pl.lit(1.0)).select(columns)
    return pl.concat([shares.select(columns), whole]).sort(columns[:-1])
