"""Why the plan looks as it does: what is used of each limit, what one more unit would buy, what each measure covers.

The worth of one more comes from the duals of the linear relaxation at its optimum: exact for
a small change there, an indication for the whole-number plan. It is counted as the objective
is, in weighted and discounted person-years of shortage net of the cost weight.

Start reading at `limits_of`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.sums import total
from brygga.planning.model import Model, build, offered
from brygga.planning.problem import Problem
from brygga.planning.program import solve_linear
from brygga.planning.recount import Recount

KINDS = ("budget", "rooms", "applicants", "classes")
PER_MILLION = 1000.0


def limits_of(problem: Problem, classes: pl.DataFrame, counted: Recount) -> pl.DataFrame:
    """Every limit with what the plan uses of it and what one more unit would buy.

    Returns
    -------
    limit, name, year, used, at_most, unit, one_more : money in thousand kronor, one_more per million.
    """
    model = build(problem, cuts=False)
    limits = model.decisions.limits.with_columns(one_more=pl.Series(_worth(model), dtype=pl.Float64))
    scale = pl.when(pl.col("limit") == "budget").then(PER_MILLION).otherwise(1.0)
    kept = limits.filter(pl.col("limit").is_in(KINDS)).with_columns(one_more=pl.col("one_more") * scale)
    used = kept.join(_used(problem, classes, counted), on=["limit", "name", "year"], how="left")
    columns = ["limit", "name", "year", "used", "at_most", "unit", "one_more"]
    return used.with_columns(pl.col("used").fill_null(0.0)).select(columns).sort("limit", "name", "year")


def _worth(model: Model) -> np.ndarray:
    """How much the relaxation's objective falls per unit more of each limit."""
    relaxed = solve_linear(model.program.to_highs(relaxed=True), purpose="no worth of one more unit")
    duals = np.asarray(relaxed.row_dual)[model.decisions.limits["row"].to_numpy()]
    return np.where(duals < -1e-9, -duals, 0.0)


def _used(problem: Problem, classes: pl.DataFrame, counted: Recount) -> pl.DataFrame:
    rows = classes.join(offered(problem), on=["measure", "site"])
    spent = counted.money.select(limit=pl.lit("budget"), name="funder", year="year", used="spent")
    return pl.concat(
        [
            spent,
            _summed(rows, "rooms", "site", "classes"),
            _summed(rows, "applicants", "site", "seats"),
            _summed(rows, "applicants", "label", "seats"),
            _summed(rows, "classes", "label", "classes"),
        ]
    )


def _summed(rows: pl.DataFrame, limit: str, name: str, used: str) -> pl.DataFrame:
    summed = rows.group_by(name, "year", maintain_order=True).agg(total(used).cast(pl.Float64))
    return summed.select(limit=pl.lit(limit), name=name, year="year", used=used)


def covered(problem: Problem, arrivals: pl.DataFrame, counted: Recount) -> pl.DataFrame:
    """Person-years of shortage each measure closes: each cell's closed posts shared by who stands in its stock.

    Posts that drains opened and completers fill are among them.

    Returns
    -------
    measure, persons (placed, all years), person_years
    """
    years = pl.DataFrame({"later": list(problem.settings.years)}, schema={"later": pl.Int64})
    kept = arrivals.join(years, how="cross").filter(pl.col("later") >= pl.col("year"))
    still = pl.col("persons") * pl.lit(problem.settings.stay).pow(pl.col("later") - pl.col("year"))
    stock = kept.select("measure", "municipality", "occupation", year="later", still=still)
    cells = counted.cells.filter(pl.col("stock") > 0)
    closed = pl.min_horizontal(pl.col("need") + pl.col("drained"), "stock") / pl.col("stock") * pl.col("still")
    years_closed = stock.join(cells, on=["municipality", "occupation", "year"]).with_columns(person_years=closed)
    persons = arrivals.group_by("measure", maintain_order=True).agg(total("persons"))
    person_years = years_closed.group_by("measure", maintain_order=True).agg(total("person_years"))
    return persons.join(person_years, on="measure", how="left").sort("measure")
