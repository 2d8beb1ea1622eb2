"""Which municipality a plan leaves worst off, and floors that lift it.

Defined once, here: a municipality's **met share** is the part of its need at the end of one
year, the target year, that the plan fills, all occupations together, persons unweighted:

    met share = sum over occupations of (need - short) / sum over occupations of need

with need before any posts that drains open, mean over draws (short likewise). The worst off
is the municipality with the lowest met share among those where some class could help by then;
the others are listed as out of reach. Of equals the first by name.

Start reading at `worst_off`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from brygga.core.errors import SettingError
from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount


@dataclass(frozen=True)
class WorstOff:
    """The municipality with the lowest met share, and that share (below zero where drains take more than is filled)."""

    municipality: str
    share: float


def met_shares(problem: Problem, counted: Recount, year: int) -> pl.DataFrame:
    """Met share of every municipality within reach with need in `year`: municipality, need, share; by name."""
    cells = counted.cells.filter(pl.col("year") == year).join(
        within_reach(problem, year), on="municipality", how="semi", maintain_order="left"
    )
    summed = cells.group_by("municipality", maintain_order=True).agg(
        total("need"), met=total(pl.col("need") - pl.col("short"))
    )
    needy = summed.filter(pl.col("need") > 0).sort("municipality")
    return needy.select("municipality", "need", share=pl.col("met") / pl.col("need"))


def worst_off(problem: Problem, counted: Recount, year: int) -> WorstOff | None:
    """The municipality with the lowest met share in `year`; None when no municipality within reach has any need.

    Parameters
    ----------
    counted : the recount of a plan of `problem`
    year : the target year
    """
    shares = met_shares(problem, counted, year).sort("share", "municipality")
    if not shares.height:
        return None
    return WorstOff(shares["municipality"].item(0), float(shares["share"].item(0)))


def within_reach(problem: Problem, year: int) -> pl.DataFrame:
    """Municipalities with a need in `year` that some class started in time leads to: column municipality, by name."""
    offered = problem.offers.join(problem.measures.select("measure", "years"), on="measure")
    in_time = offered.filter(pl.col("years") + problem.settings.first <= year)
    leads = problem.leads.filter(pl.col("share") > 0).select("measure", "occupation")
    reach = problem.reach.filter(pl.col("share") > 0).select("site", "municipality")
    helped = in_time.join(leads, on="measure").join(reach, on="site").select("municipality", "occupation").unique()
    needy = problem.need.filter((pl.col("year") == year) & (pl.col("persons") > 0))
    return (
        needy.join(helped, on=["municipality", "occupation"], how="semi")
        .select("municipality")
        .unique()
        .sort("municipality")
    )


def out_of_reach(problem: Problem, year: int) -> list[str]:
    """Municipalities with need in `year` that no class started in time can help."""
    needy = problem.need.filter((pl.col("year") == year) & (pl.col("persons") > 0)).select("municipality").unique()
    beyond = needy.join(within_reach(problem, year), on="municipality", how="anti")
    return beyond["municipality"].sort().to_list()


def with_floor(problem: Problem, share: float, year: int) -> Problem:
    """The problem with a floor of `share` in `year` for every municipality within reach; its own higher floors stay."""
    common = within_reach(problem, year).with_columns(year=pl.lit(year, pl.Int64), share=pl.lit(share, pl.Float64))
    both = pl.concat([problem.floors, common.select(problem.floors.columns)])
    kept = both.group_by("municipality", "year", maintain_order=True).agg(pl.col("share").max())
    return replace(problem, floors=kept.select(problem.floors.columns).sort("municipality", "year"))


def check_year(problem: Problem, year: int | None) -> int:
    """The target year: the one asked for, or the last year that counts.

    Raises
    ------
    SettingError when it is not among the years that count.
    """
    years = problem.settings.years
    if year is not None and year not in years:
        raise SettingError(
            f"target year {year}",
            why=f"only the years {years[0]}-{years[-1]} count in this problem",
            todo="choose one of these",
        )
    return years[-1] if year is None else year
