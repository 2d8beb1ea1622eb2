"""The planning problem as one whole-number programme.

Per measure, site and start year a number of classes and a number of seats; per site,
occupation and year the completers, who flow to the municipalities within reach; per
municipality, occupation and year what is short and what is too many:

    short - surplus = need - stock          stock[t] = stay * stock[t-1] + arrivals[t]

The stock is substituted away, so a cell and year has one row and two columns (`placing.py`).
Starts that complete after the horizon and cells without need are left out where they cannot matter.

Start reading at `build`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from brygga.planning.placing import SOURCE, Placing, add_drains, add_placing
from brygga.planning.problem import Problem
from brygga.planning.program import Program

LIMIT_COLUMNS = ["limit", "name", "year", "at_most", "unit", "row"]


@dataclass(frozen=True)
class Decisions:
    """Columns of classes and seats per start, and the row of every limit on them."""

    starts: pl.DataFrame
    limits: pl.DataFrame


@dataclass(frozen=True)
class Model:
    """The whole programme; its value is the plan's objective minus the objective of starting nothing."""

    program: Program
    decisions: Decisions
    placing: Placing


def build(problem: Problem, *, cuts: bool = True) -> Model:
    """The programme of `problem`, ready for `Program.to_highs`.

    `cuts` adds rows that every whole-number plan holds anyway; they sharpen the bound, but
    take over part of the worth of the limits they follow from.
    """
    program = Program()
    decisions = add_decisions(program, problem)
    if cuts:
        _add_cuts(program, decisions.starts)
    made = completers(problem, decisions.starts)
    placing = add_placing(program, problem, made.select(SOURCE).unique().sort(SOURCE))
    uses = made.join(placing.sources.with_row_index("source"), on=SOURCE)
    per_seat = uses["per_seat"].to_numpy() * uses["share_staying"].to_numpy()
    program.entries(placing.supply[uses["source"].to_numpy()], uses["seats"].to_numpy(), -per_seat)
    add_drains(program, placing, left_behind(problem, decisions.starts).rename({"seats": "column"}))
    return Model(program, decisions, placing)


def completers(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Expected placed completers a seat gives, per start and occupation, in the `year` they arrive."""
    return (
        starts.join(problem.leads, on="measure")
        .with_columns(
            per_seat=pl.col("probability") * pl.col("yield") * pl.col("share"),
            start=pl.col("year"),
            year=pl.col("year") + pl.col("years"),
        )
        .filter((pl.col("per_seat") > 0) & (pl.col("year") <= problem.settings.horizon))
        .sort("measure", "site", "start", "occupation")
    )


def left_behind(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Posts that the completers of a seat leave in the site's municipality when they complete.

    Returns
    -------
    municipality, occupation, year, seats (as in `starts`) and `per_unit`, a row per start and drained occupation.
    """
    left = starts.drop("occupation", strict=False).join(problem.drains, on="measure")
    return (
        left.with_columns(
            per_unit=pl.col("probability") * pl.col("yield") * pl.col("share"),
            year=pl.col("year") + pl.col("years"),
        )
        .filter((pl.col("per_unit") > 0) & (pl.col("year") <= problem.settings.horizon))
        .sort("measure", "site", "year", "occupation")
        .select("municipality", "occupation", "year", "seats", "per_unit")
    )


def with_chance(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """`starts` (measure, year, probability of the measure) with the chance of the start year where one is given."""
    given = problem.probabilities.rename({"probability": "that_year"})
    known = starts.join(given, on=["measure", "year"], how="left", maintain_order="left")
    return known.with_columns(probability=pl.coalesce("that_year", "probability")).drop("that_year")


def offered(problem: Problem) -> pl.DataFrame:
    """Each measure and site with its numbers, its limits and the `label` a limit is shown under."""
    several = pl.len().over("measure") > 1
    label = pl.when(several).then(pl.format("{}, {}", "measure", "site")).otherwise("measure")
    sites = problem.sites.rename({"applicants": "site_applicants"})
    return (
        problem.offers.join(problem.measures.drop("occupation"), on="measure")
        .join(sites, on="site")
        .sort("measure", "site")
        .with_columns(label=label)
    )


def add_decisions(program: Program, problem: Problem) -> Decisions:
    """Columns for classes and seats, class sizes and every limit on them."""
    starts = _possible_starts(problem)
    cost = problem.settings.cost_weight * starts["probability"]
    classes = program.columns(starts.height, cost=cost * starts["cost_class"], whole=True)
    seats = program.columns(starts.height, cost=cost * starts["cost_seat"], whole=True)
    starts = starts.with_columns(classes=pl.Series(classes), seats=pl.Series(seats))
    _add_class_sizes(program, starts)
    limits = [
        _add_limit(program, "rooms", "classes", *_rooms(problem, starts)),
        _add_limit(program, "applicants", "seats", *_site_applicants(problem, starts)),
        _add_limit(program, "applicants", "seats", *_offer_applicants(problem, starts)),
        _add_limit(program, "classes", "classes", *_classes(problem, starts)),
        _add_limit(program, "budget", "thousand kronor", *_budgets(problem, starts)),
        *_add_pins(program, starts),
    ]
    return Decisions(starts, pl.concat(limits))


def _possible_starts(problem: Problem) -> pl.DataFrame:
    """Starts that can do some good, or that a pin asks for."""
    years = pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})
    useful = (pl.col("year") + pl.col("years") <= problem.settings.horizon) & (pl.col("most").fill_null(1) > 0)
    return (
        with_chance(problem, offered(problem).join(years, how="cross"))
        .join(_pinned(problem.pins), on=["measure", "site", "year"], how="left")
        .filter(useful | (pl.col("least").fill_null(0) > 0))
        .sort("measure", "site", "year")
    )


def _pinned(pins: pl.DataFrame) -> pl.DataFrame:
    """The least and most classes that pins ask for, per measure, site and year."""
    kind, classes = pl.col("kind"), pl.col("classes")
    least = pl.when(kind == "must").then(1).when(kind == "at_least").then(classes)
    most = pl.when(kind == "never").then(0).when(kind == "at_most").then(classes)
    return pins.group_by("measure", "site", "year", maintain_order=True).agg(least=least.max(), most=most.min())


def _add_class_sizes(program: Program, starts: pl.DataFrame) -> None:
    """class_min * classes <= seats <= class_max * classes."""
    classes, seats = starts["classes"].to_numpy(), starts["seats"].to_numpy()
    least, most = program.rows(starts.height, upper=0.0), program.rows(starts.height, upper=0.0)
    program.entries(least, classes, starts["class_min"].to_numpy())
    program.entries(least, seats, -1.0)
    program.entries(most, classes, -starts["class_max"].to_numpy())
    program.entries(most, seats, 1.0)


def _add_cuts(program: Program, starts: pl.DataFrame) -> None:
    """Where A applicants fill k whole classes and r seats of one more: seats <= k * class_max + r * (classes - k)."""
    applicants = pl.min_horizontal("applicants", "site_applicants")
    filled = (applicants / pl.col("class_max")).floor()
    split = starts.filter((pl.col("class_max") > 0) & applicants.is_not_null()).with_columns(
        filled=filled, rest=applicants.floor() - filled * pl.col("class_max")
    )
    cut = split.filter((pl.col("rest") > 0) & (pl.col("classes_max") > pl.col("filled")))
    full, rest = cut["filled"].to_numpy(), cut["rest"].to_numpy()
    rows = program.rows(cut.height, upper=full * (cut["class_max"].to_numpy() - rest))
    program.entries(rows, cut["seats"].to_numpy(), 1.0)
    program.entries(rows, cut["classes"].to_numpy(), -rest)


def _add_limit(program: Program, limit: str, unit: str, most: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
    """A row for each name and year of `most`, with what `uses` takes of it; the rows as a table."""
    rows = program.rows(most.height, upper=most["at_most"].to_numpy())
    limits = most.with_columns(limit=pl.lit(limit), unit=pl.lit(unit), row=pl.Series(rows, dtype=pl.Int64))
    taken = uses.join(limits.select("name", "year", "row"), on=["name", "year"])
    program.entries(taken["row"].to_numpy(), taken["column"].to_numpy(), taken["amount"].to_numpy())
    return limits.select(LIMIT_COLUMNS)


def _uses(starts: pl.DataFrame, name: str, column: str, amount: pl.Expr) -> pl.DataFrame:
    return starts.select("year", name=name, column=column, amount=amount.cast(pl.Float64))


def _each_year(problem: Problem, limits: pl.DataFrame) -> pl.DataFrame:
    years = pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})
    return limits.join(years, how="cross").sort("name", "year")


def _rooms(problem: Problem, starts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    most = problem.sites.select(name="site", at_most=(pl.col("rooms") + 1e-9).floor())
    return _each_year(problem, most), _uses(starts, "site", "classes", pl.lit(1))


def _site_applicants(problem: Problem, starts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    sites = problem.sites.drop_nulls("applicants")
    most = sites.select(name="site", at_most=(pl.col("applicants") + 1e-9).floor())
    return _each_year(problem, most), _uses(starts, "site", "seats", pl.lit(1))


def _offer_applicants(problem: Problem, starts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    limited = offered(problem).drop_nulls("applicants")
    most = limited.select(name="label", at_most=(pl.col("applicants") + 1e-9).floor())
    return _each_year(problem, most), _uses(starts, "label", "seats", pl.lit(1))


def _classes(problem: Problem, starts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    most = offered(problem).select(name="label", at_most=pl.col("classes_max").cast(pl.Float64))
    return _each_year(problem, most), _uses(starts, "label", "classes", pl.lit(1))


def _budgets(problem: Problem, starts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every funder and year; a missing row is an empty purse."""
    funders = pl.concat([problem.funding["funder"], problem.budgets["funder"]]).unique().sort()
    amounts = problem.budgets.rename({"funder": "name", "amount": "at_most"})
    most = _each_year(problem, pl.DataFrame({"name": funders})).join(amounts, on=["name", "year"], how="left")
    paid = starts.join(problem.funding, on="measure")
    uses = [
        _uses(paid, "funder", column, pl.col("share") * pl.col("probability") * pl.col(cost))
        for column, cost in (("classes", "cost_class"), ("seats", "cost_seat"))
    ]
    return most.with_columns(pl.col("at_most").fill_null(0.0)).sort("name", "year"), pl.concat(uses)


def _add_pins(program: Program, starts: pl.DataFrame) -> list[pl.DataFrame]:
    """Pins from above are limits like the others; those from below hold as they stand."""
    above = starts.drop_nulls("most").select("year", name="label", at_most=pl.col("most").cast(pl.Float64))
    below = starts.filter(pl.col("least").fill_null(0) > 0)
    rows = program.rows(below.height, lower=below["least"].to_numpy().astype(float))
    program.entries(rows, below["classes"].to_numpy(), 1.0)
    return [_add_limit(program, "pin", "classes", above, _uses(starts, "label", "classes", pl.lit(1)))]
