"""Separations: who leaves an occupation for good, at which age, and what an employer must refill.

Nobody publishes how many retire from an occupation. Head counts by age in successive years show it:

    P[o, x+1, t+1] = P[o, x, t] (1 - exit[o, x]) + entries        x a single year of age

Ages inside a group are read off a curve through the groups (`ages.single_ages`), so the same people
are followed from one year to the next. What is seen is exits less entries, and few enter an occupation
after 55: there the net rate is taken for the exit rate. Below that age people change occupation more
than they leave for good, and all occupations keep the rate of table `working_life`.

An occupation that grows or is coded anew gains at every age, which is no retirement. So its rate is
read beside its own 40-54-year-olds, and as a distance from all occupations in the same years:

    distance[o, g, t] = (net[o, g, t] - net[o, 40-54, t]) - (net[all, g, t] - net[all, 40-54, t])
    exit[o, g]        = net[all, g] + distance, drawn to the major group and to all (`credibility.shrink`)

Start reading at `exit_rates`; `separations` and `replacement_demand` use the rates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from brygga.core.errors import TableError
from brygga.core.sums import total
from brygga.projection.ages import bounds
from brygga.projection.credibility import Credibility, fit_credibility, shrink
from brygga.projection.head_counts import net_rates
from brygga.projection.known import known
from brygga.projection.supply import AGE_GROUPS

RETIRING = ("55-59", "60-64", "65-69")
"""Age groups whose exits show in head counts; few enter an occupation so late."""
REASONS = ("retirement", "death", "moving_out", "change_of_occupation")
SMALLEST_EXPOSURE = 1.0
"""Persons that a rate is read from at least."""


def exit_rates(history: pl.DataFrame, working_life: pl.DataFrame, *, breaks: Collection[int] = ()) -> pl.DataFrame:
    """Table `exit_rates`: leaving working life per occupation and age group, from head counts in successive years.

    Parameters
    ----------
    history : occupation, age_group, year, persons: head counts of one area at the end of each year, any
        occupations of which none contains another. An age group that nobody has in any occupation was
        not counted that year. A cell without number (hidden) leaves the occupation out for its years
    working_life : table `working_life`; its rates hold below 55
    breaks : first years of a new way of counting; nobody is followed from the year before into these

    Raises
    ------
    TableError when no two successive years count an age group over 55.
    """
    seen = net_rates(history, breaks=breaks)
    fitted = {group: _fitted(seen, group) for group in RETIRING if _seen(seen, group).height}
    if not fitted:
        raise TableError(
            "employed_age: nobody over 55 can be followed from one year to the next",
            why="exits are what is missing a year later of the same people",
            todo=f"give successive years with the age groups {', '.join(RETIRING)}, without a break between them",
        )
    occupations = seen["occupation"].unique().sort().to_list()
    rows = [_estimated(seen, group, *fitted[group], occupations) for group in fitted]
    borrowed = (
        working_life.filter(~pl.col("age_group").is_in(list(fitted)))
        .select("age_group", rate="exit_rate")
        .join(pl.DataFrame({"occupation": occupations}), how="cross")
        .select("occupation", "age_group", "rate", rate_sd=pl.lit(None, pl.Float64), source=pl.lit("all occupations"))
    )
    both = pl.concat([*rows, borrowed]).with_columns(status=pl.lit("modelled"))
    return both.select("occupation", "age_group", "rate", "rate_sd", "status", "source").sort(
        "occupation", pl.col("age_group").cast(pl.Enum(AGE_GROUPS))
    )


def separations(people: pl.DataFrame, rates: Mapping[str, pl.DataFrame], *, year: int) -> pl.DataFrame:
    """Table `separations`: those who leave each occupation and municipality during `year`, by reason.

    Reasons compete: of those at several risks, each takes its part of those who leave, so that nobody
    leaves twice: all = 1 - product of (1 - rate), shared in proportion to -log(1 - rate).

    Parameters
    ----------
    people : municipality, occupation, age_group, persons at the end of the year before
    rates : for each reason (retirement, death, moving_out, change_of_occupation) a frame with column `rate`
        and any of municipality, occupation, age_group as key
    year : the year people leave in

    Raises
    ------
    TableError when people have no rate or no number: what is missing is never read as zero.

    Examples
    --------
    >>> people = pl.DataFrame({"municipality": ["1080"] * 2, "occupation": ["7223"] * 2,
    ...     "age_group": ["55-59", "60-64"], "persons": [100.0, 50.0]})
    >>> exits = pl.DataFrame({"age_group": ["55-59", "60-64"], "rate": [0.02, 0.20]})
    >>> separations(people, {"retirement": exits}, year=2027).select("reason", "persons").rows()
    [('retirement', 12.0)]
    """
    rated = known(people, "persons", where="people")
    for reason, frame in rates.items():
        rated = _with_rate(rated, reason, frame)
    hazard = {reason: -(1 - pl.col(reason).clip(0, 1 - 1e-12)).log() for reason in rates}
    rated = rated.with_columns(**hazard).with_columns(all=pl.sum_horizontal(list(rates)))
    part = pl.when(pl.col("all") > 0).then((1 - (-pl.col("all")).exp()) / pl.col("all")).otherwise(0.0)
    leaving = rated.with_columns((pl.col(reason) * part * pl.col("persons")) for reason in rates)
    cells = leaving.group_by("municipality", "occupation", maintain_order=True).agg(total(r) for r in rates)
    long = cells.unpivot(index=["municipality", "occupation"], variable_name="reason", value_name="persons")
    return long.select(
        "municipality",
        "occupation",
        "reason",
        year=pl.lit(year, pl.Int64),
        persons="persons",
        status=pl.lit("modelled"),
    ).sort("municipality", "occupation", "reason")


def replacement_demand(left: pl.DataFrame, *, refilled: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Posts to be filled again: municipality, occupation, year, persons.

    Parameters
    ----------
    left : table `separations`, by place of work
    refilled : share of the posts left for a reason that the employer fills again; 1 where left out. What an
        industry does not refill because it shrinks is expansion below zero, and no matter of this number

    Examples
    --------
    >>> left = pl.DataFrame({"municipality": ["1080"] * 2, "occupation": ["7223"] * 2, "year": [2027] * 2,
    ...     "reason": ["retirement", "death"], "persons": [10.0, 2.0]})
    >>> replacement_demand(left, refilled={"retirement": 0.5})["persons"].item()
    7.0
    """
    given = refilled or {}
    part = pl.col("reason").replace_strict(list(given), list(given.values()), default=1.0, return_dtype=pl.Float64)
    return (
        known(left, "persons", where="separations")
        .group_by("municipality", "occupation", "year", maintain_order=True)
        .agg(total(pl.col("persons") * part))
        .sort("municipality", "occupation", "year")
    )


def death_rates(vital_rates: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Deaths a year in each age group of working life, men and women together: age_group, rate.

    Parameters
    ----------
    vital_rates : table `vital_rates`
    population : table `population`, of the people the rate is for
    """
    joined = population.join(vital_rates.select("sex", "age", "death_rate"), on=["sex", "age"])
    rows = []
    for group in AGE_GROUPS:
        low, high = bounds(group)
        inside = joined.filter(pl.col("age").is_between(low, high))
        rows.append((group, inside.select(total(pl.col("persons") * pl.col("death_rate")) / total("persons")).item()))
    return pl.DataFrame(rows, schema=["age_group", "rate"], orient="row")


def _seen(seen: pl.DataFrame, group: str) -> pl.DataFrame:
    """Observations of one age group, each as a distance from all occupations in the same year."""
    cells = seen.filter(pl.col("age_group") == group, pl.col("persons") >= SMALLEST_EXPOSURE)
    beside = pl.col("net") - pl.col("reference")
    everybody = total(pl.col("persons") * beside).over("year") / total("persons").over("year")
    return cells.select(
        cell="occupation", group=pl.col("occupation").str.head(1), value=beside - everybody, weight="persons"
    )


def _fitted(seen: pl.DataFrame, group: str) -> tuple[Credibility, pl.DataFrame]:
    """How far occupations are believed in this age group; not at all where none was seen twice at any age."""
    observed = _seen(seen, group)
    if _again(observed):
        fitted = fit_credibility(observed)
    else:
        every = pl.concat(_seen(seen, g).with_columns(pl.col("cell") + "/" + g) for g in RETIRING)
        fitted = NOBODY if not _again(every) else fit_credibility(observed, within=fit_credibility(every).within)
    return fitted, shrink(observed, fitted)


NOBODY = Credibility(within=0.0, between=0.0, across=0.0, cells=0, observations=0)
"""Chance and occupation cannot be told apart: all occupations have the rate of all."""


def _again(observed: pl.DataFrame) -> bool:
    return bool(observed["cell"].is_duplicated().any())


def _estimated(
    seen: pl.DataFrame, group: str, fitted: Credibility, shrunk: pl.DataFrame, occupations: Sequence[str]
) -> pl.DataFrame:
    """Rows of `exit_rates` for one age group; an occupation never seen in it has the rate of all."""
    cells = seen.filter(pl.col("age_group") == group)
    whole = cells.filter("whole") if cells["whole"].any() else cells
    everybody = whole.select(total(pl.col("persons") * pl.col("net")) / total("persons")).item()
    unseen = (fitted.between + fitted.across) ** 0.5
    frame = pl.DataFrame({"occupation": occupations}).join(
        shrunk, left_on="occupation", right_on="cell", how="left", maintain_order="left"
    )
    return frame.select(
        "occupation",
        age_group=pl.lit(group),
        rate=(everybody + pl.col("value").fill_null(0.0)).clip(0.0, 1.0),
        rate_sd=pl.col("sd").fill_null(unseen),
        source=pl.lit("head counts by age, ")
        + (pl.col("trust").fill_null(0.0) * 100).round().cast(pl.Int64).cast(pl.String)
        + pl.lit(" % the occupation's own"),
    )


def _with_rate(people: pl.DataFrame, reason: str, frame: pl.DataFrame) -> pl.DataFrame:
    if reason not in REASONS:
        raise TableError(
            f"separations: {reason} is no reason to leave",
            why="a reader must know why people leave",
            todo=f"use one of {', '.join(REASONS)}",
        )
    key = [column for column in ("municipality", "occupation", "age_group") if column in frame.columns]
    joined = people.join(frame.select(*key, pl.col("rate").alias(reason)), on=key, how="left", maintain_order="left")
    unrated = joined.filter(pl.col(reason).is_null() & (pl.col("persons") > 0))
    if unrated.height:
        first = unrated.row(0, named=True)
        raise TableError(
            f"no rate of {reason} for {unrated.height} populated cell(s), first occupation {first['occupation']}, "
            f"ages {first['age_group']}, {first['municipality']}",
            why="a missing rate is not zero",
            todo="add the rate, or estimate it with `exit_rates`",
        )
    return joined.with_columns(pl.col(reason).fill_null(0.0))
