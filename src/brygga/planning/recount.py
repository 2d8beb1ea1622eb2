"""A plan counted again from the tables, by code that shares nothing with the solver.

Every limit of the problem is held against the plan's own rows, and stock, shortage,
money and objective are added up anew:

    stock[t]   = sum of arrivals[y] * stay ** (t - y) over y <= t
    drained[t] = sum of posts left[y] * stay ** (t - y) over y <= t
    short[t]   = what need[t] + drained[t] is above stock[t]

Start reading at `recount`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.sums import total
from brygga.planning.problem import Problem

TOLERANCE = 1e-6
START = ["measure", "site", "year"]
KINDS = {
    "not offered, or outside the years,": "offer",
    "not a whole number": "whole",
    "smallest class (seats needed, seats)": "class_min",
    "largest class": "class_max",
    "most classes": "classes",
    "applicants": "applicants",
    "rooms": "rooms",
    "fewest classes pinned (pinned, started)": "pin_least",
    "most classes pinned, or not yet allowed to start,": "pin_most",
    "budget": "budget",
    "completers": "completers",
    "beyond reach": "reach",
    "fixed share": "fixed_share",
}
"""One word for each thing a plan can break, for sentences in other languages."""
SHOWN = "{what} {name} {year}: {used} of {at_most}"


@dataclass(frozen=True)
class Recount:
    """What a plan does, and which limits it breaks.

    `breaches`: what, name, year, used, at_most (thousand kronor for a budget). `money`: funder, year,
    spent, budget. `cells`: municipality, occupation, year, need, stock, drained, short, surplus for every cell
    with one of the first three. `costs`: measure, site, year, cost. All persons, person-years and thousand
    kronor, expected.
    """

    breaches: pl.DataFrame
    money: pl.DataFrame
    cells: pl.DataFrame
    costs: pl.DataFrame
    cost: float
    short: float
    surplus: float
    objective: float


def recount(problem: Problem, classes: pl.DataFrame, arrivals: pl.DataFrame) -> Recount:
    """Count a plan again.

    Parameters
    ----------
    problem : the tables the plan answers
    classes : measure, site, year, classes, seats
    arrivals : measure, site, municipality, occupation, year, persons
    """
    costs = _costs(problem, classes)
    money = _money(problem, costs)
    cells = _cells(problem, classes, arrivals)
    breaches = [*_start_breaches(problem, classes), *_arrival_breaches(problem, classes, arrivals), _overruns(money)]
    weighed = _weighed(problem, cells)
    cost = fsum(costs["cost"])
    return Recount(
        breaches=pl.concat(breaches).sort("what", "name", "year"),
        money=money,
        cells=cells,
        costs=costs,
        cost=cost,
        short=fsum(cells["short"]),
        surplus=fsum(cells["surplus"]),
        objective=weighed + problem.settings.cost_weight * cost,
    )


def require_sound(counted: Recount) -> None:
    """Raise when the plan breaks a limit.

    Raises
    ------
    TableError
        Naming the limits, what the plan uses of each and what is allowed.
    """
    if counted.breaches.height:
        shown = [SHOWN.format(**row) for row in counted.breaches.rows(named=True)]
        raise TableError(
            f"the plan breaks {len(shown)} limit(s): {listed(shown)}",
            why="a plan that breaks a limit cannot be carried out",
            todo="give it fewer classes or seats there, or raise the limit in the problem folder",
        )


def _costs(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """What each row costs in expectation, charged to its start year."""
    each = pl.col("cost_class") * pl.col("classes") + pl.col("cost_seat") * pl.col("seats")
    joined = _granted(problem, classes.join(problem.measures, on="measure", how="left"))
    return joined.with_columns(cost=pl.col("probability") * each).select(*START, "cost").sort(START)


def _granted(problem: Problem, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` (measure, start year, probability) where the chance of the start year replaces the measure's."""
    years = {(measure, year): chance for measure, year, chance in problem.probabilities.iter_rows()}
    asked = rows.select("measure", "year", "probability").iter_rows()
    chances = [years.get((measure, year), chance) for measure, year, chance in asked]
    return rows.with_columns(probability=pl.Series(chances, dtype=pl.Float64))


def _money(problem: Problem, costs: pl.DataFrame) -> pl.DataFrame:
    """Spent and budget for every funder and year with either."""
    paid = costs.join(problem.funding, on="measure").with_columns(spent=pl.col("cost") * pl.col("share"))
    spent = paid.group_by("funder", "year", maintain_order=True).agg(total("spent"))
    both = spent.join(problem.budgets, on=["funder", "year"], how="full", coalesce=True)
    return both.select("funder", "year", pl.col("spent").fill_null(0.0), budget=pl.col("amount").fill_null(0.0)).sort(
        "funder", "year"
    )


def _cells(problem: Problem, classes: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    cell = ["municipality", "occupation", "year"]
    both = problem.need.rename({"persons": "need"})
    for name, people in (("stock", arrivals), ("drained", _left(problem, classes))):
        own = _stock(problem, people).rename({"stock": name})
        both = both.join(own, on=cell, how="full", coalesce=True)
    both = both.with_columns(pl.col("need", "stock", "drained").fill_null(0.0)).sort(cell)
    over = pl.col("stock") - pl.col("need") - pl.col("drained")
    return both.with_columns(short=(-over).clip(lower_bound=0.0), surplus=over.clip(lower_bound=0.0))


def _stock(problem: Problem, arrivals: pl.DataFrame) -> pl.DataFrame:
    """Placed completers still there at the end of each year that counts."""
    years = pl.DataFrame({"later": list(problem.settings.years)}, schema={"later": pl.Int64})
    kept = arrivals.join(years, how="cross").filter(pl.col("later") >= pl.col("year"))
    still = pl.col("persons") * pl.lit(problem.settings.stay).pow(pl.col("later") - pl.col("year"))
    stock = kept.group_by("municipality", "occupation", year="later", maintain_order=True).agg(stock=total(still))
    return stock.filter(pl.col("stock") > 0)


def _left(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Posts that completers leave in the site's municipality, in the year they complete."""
    rows = _granted(problem, classes.join(problem.measures.drop("occupation"), on="measure"))
    rows = rows.join(problem.drains, on="measure").join(problem.sites.select("site", "municipality"), on="site")
    left = pl.col("seats") * pl.col("yield") * pl.col("probability") * pl.col("share")
    return rows.select("municipality", "occupation", year=pl.col("year") + pl.col("years"), persons=left)


def _weighed(problem: Problem, cells: pl.DataFrame) -> float:
    """Weighted, discounted person-years of shortage and surplus."""
    settings = problem.settings
    worth = pl.col("weight").fill_null(1.0) * settings.discount ** (pl.col("year") - settings.first)
    missed = pl.col("short") + settings.surplus_weight * pl.col("surplus")
    weighed = cells.join(problem.weights, on="occupation", how="left")
    return float(weighed.select(total(worth * missed)).item())


def _breach(frame: pl.DataFrame, what: str, name: pl.Expr, used: str, at_most: str) -> pl.DataFrame:
    """Rows of `frame` that use more than they may."""
    over = pl.col(used) - pl.col(at_most).fill_null(float("inf"))
    wrong = frame.filter(over > TOLERANCE * pl.max_horizontal(pl.lit(1.0), pl.col(at_most).abs()))
    return wrong.select(
        what=pl.lit(what),
        name=name.cast(pl.String),
        year=pl.col("year").cast(pl.Int64),
        used=pl.col(used).cast(pl.Float64),
        at_most=pl.col(at_most).cast(pl.Float64),
    )


def _start_breaches(problem: Problem, classes: pl.DataFrame) -> list[pl.DataFrame]:
    """Rules on the rows: offered, in time, whole, class sizes, most classes, rooms, applicants, pins."""
    start = pl.format("{} at {}", "measure", "site")
    rows = classes.join(problem.measures, on="measure", how="left")
    rows = rows.join(problem.offers.with_columns(offered=True), on=["measure", "site"], how="left")
    settings, one, none = problem.settings, pl.lit(1.0), pl.lit(0.0)
    late = ~pl.col("year").is_between(settings.first, settings.last)
    broken = [pl.col(c) - pl.col(c).cast(pl.Float64).round() for c in ("classes", "seats")]
    rows = rows.with_columns(
        not_offered=pl.when(pl.col("offered").is_null() | late).then(one).otherwise(none),
        fraction=sum((part.abs() for part in broken), none) + (pl.min_horizontal("classes", "seats") < 0),
        least_seats=pl.col("class_min") * pl.col("classes"),
        most_seats=pl.col("class_max") * pl.col("classes"),
        nothing=none,
    )
    return [
        _breach(rows, "not offered, or outside the years,", start, "not_offered", "nothing"),
        _breach(rows, "not a whole number", start, "fraction", "nothing"),
        _breach(rows, "smallest class (seats needed, seats)", start, "least_seats", "seats"),
        _breach(rows, "largest class", start, "seats", "most_seats"),
        _breach(rows, "most classes", start, "classes", "classes_max"),
        _breach(rows, "applicants", start, "seats", "applicants"),
        *_site_breaches(problem, classes),
        *_pin_breaches(problem, classes),
    ]


def _site_breaches(problem: Problem, classes: pl.DataFrame) -> list[pl.DataFrame]:
    used = classes.group_by("site", "year", maintain_order=True).agg(pl.col("classes", "seats").sum())
    sites = used.join(problem.sites, on="site", how="left")
    name = pl.col("site")
    return [
        _breach(sites, "rooms", name, "classes", "rooms"),
        _breach(sites, "applicants", name, "seats", "applicants"),
    ]


def _pin_breaches(problem: Problem, classes: pl.DataFrame) -> list[pl.DataFrame]:
    pinned = problem.pins.rename({"classes": "said"}).join(classes, on=START, how="left")
    kind, start = pl.col("kind"), pl.format("{} at {}", "measure", "site")
    pinned = pinned.with_columns(
        pl.col("classes").fill_null(0),
        least=pl.when(kind == "must").then(1).when(kind == "at_least").then(pl.col("said")).otherwise(0),
        most=pl.when(kind == "never").then(0).when(kind == "at_most").then(pl.col("said")),
    )
    return [
        _breach(pinned, "fewest classes pinned (pinned, started)", start, "least", "classes"),
        _breach(pinned, "most classes pinned, or not yet allowed to start,", start, "classes", "most"),
    ]


def _overruns(money: pl.DataFrame) -> pl.DataFrame:
    return _breach(money, "budget", pl.col("funder"), "spent", "budget")


def _arrival_breaches(problem: Problem, classes: pl.DataFrame, arrivals: pl.DataFrame) -> list[pl.DataFrame]:
    """Nobody arrives who did not complete, nor outside reach; with fixed reach exactly the shares arrive."""
    made = _made(problem, classes)
    key = ["measure", "site", "occupation", "year"]
    stay = problem.reach.group_by("site", maintain_order=True).agg(staying=total("share"))
    came = arrivals.group_by(key, maintain_order=True).agg(came=total("persons")).join(made, on=key, how="left")
    came = came.join(stay, on="site", how="left").with_columns(
        may=(pl.col("made").fill_null(0.0) * pl.col("staying").fill_null(0.0))
    )
    wide = arrivals.join(problem.reach, on=["site", "municipality"], how="left").with_columns(
        beyond=pl.when(pl.col("share").fill_null(0.0) > 0).then(0.0).otherwise("persons"), nothing=pl.lit(0.0)
    )
    return [
        _breach(came, "completers", pl.format("{} at {}", "measure", "site"), "came", "may"),
        _breach(wide, "beyond reach", pl.format("{} to {}", "site", "municipality"), "beyond", "nothing"),
        *([_off_shares(problem, made, arrivals)] if problem.settings.reach == "fixed" else []),
    ]


def _made(problem: Problem, classes: pl.DataFrame) -> pl.DataFrame:
    """Expected placed completers of each measure, site and occupation, in the year they complete."""
    rows = _granted(problem, classes.join(problem.measures.drop("occupation"), on="measure"))
    rows = rows.join(problem.leads, on="measure")
    made = pl.col("seats") * pl.col("yield") * pl.col("probability") * pl.col("share")
    rows = rows.with_columns(made=made, year=pl.col("year") + pl.col("years"))
    counted = rows.filter(pl.col("year") <= problem.settings.horizon)
    return counted.group_by("measure", "site", "occupation", "year", maintain_order=True).agg(total("made"))


def _off_shares(problem: Problem, made: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    key = ["measure", "site", "municipality", "occupation", "year"]
    due = made.join(problem.reach, on="site").with_columns(due=pl.col("made") * pl.col("share"))
    both = due.join(arrivals.select(*key, "persons"), on=key, how="full", coalesce=True)
    off = (pl.col("due").fill_null(0.0) - pl.col("persons").fill_null(0.0)).abs()
    both = both.with_columns(off=off, nothing=pl.lit(0.0))
    return _breach(both, "fixed share", pl.format("{} to {}", "site", "municipality"), "off", "nothing")
