"""Prices: what a little more of each limit would buy, and what a class closes, costs and displaces at these prices.

The linear relaxation of the problem (classes may be parts of a class) is solved to its optimum. The dual of a
limit's row is its price: exact for a small change there, an indication for the plan in whole classes. With several
equally good duals HiGHS picks one, so a price of 0 can stand beside a price that a neighbouring limit carries for both.

Each entry of a start's two columns (a class, its seats) meets a row with a dual, so its reduced cost falls into
parts. For one full class of a start (which has nothing to do with the rows of class sizes, whatever their duals):

    net = closes - drains - costs - displaced          net <= 0, and 0 where the relaxation uses the start

`closes` what its completers are worth at the margin, `drains` the posts they leave, `costs` its money at the cost
weight, `displaced` per kind of limit: the price of what it takes. `pinned` is what a pin from below forces.

Start reading at `prices_of`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.planning.model import Model, build
from brygga.planning.problem import Problem
from brygga.planning.program import Numbers, Places, solve_linear

LIMITS = ("budget", "rooms", "applicants", "placements", "classes", "pin", "cost_cap")
"""Kinds of limit a start can take from, in the order they are shown."""

START = ["measure", "site", "year"]
TINY = 1e-9


@dataclass(frozen=True)
class Prices:
    """The relaxation's prices, in weighted and discounted person-years.

    `limits`: limit, name, year, at_most, unit, price (per unit of the limit). `floors`: the same columns; at_most
    is what the floor asks for, the price that of a person less. `pins`: measure, site, year, least, price (per class
    less). `starts`: measure, site, year, label, class_max, least, then per full class closes, drains, costs, one
    column for each of `LIMITS` (most classes as classes_limit), pinned, net. `uses`: measure, site, year, limit,
    name, limit_year, amount (what a full class takes of each limit). `value`: the relaxation's optimum.
    """

    limits: pl.DataFrame
    floors: pl.DataFrame
    pins: pl.DataFrame
    starts: pl.DataFrame
    uses: pl.DataFrame
    value: float


def prices_of(problem: Problem, *, tail: tuple[float, float] | None = None) -> Prices:
    """Prices of all limits, and every start weighed by them.

    `tail`: weight and level of the worst draws' mean in the objective, beside the mean.
    """
    model = build(problem, cuts=False, tail=tail)
    lp = model.program.to_highs(relaxed=True)
    relaxed = solve_linear(lp, purpose="no price of one more unit")
    duals = np.asarray(relaxed.row_dual)
    taken = _entries(model, lp)
    floors = model.floors.select(
        limit=pl.lit("floor"), name="municipality", year="year", at_most="at_least", unit=pl.lit("persons"), row="row"
    )
    return Prices(
        limits=_priced(model.decisions.limits, -duals),
        floors=_priced(floors, duals).drop("row"),
        pins=_priced(model.decisions.pins, duals),
        starts=_weighed(model, lp, taken, duals),
        uses=_uses(model, taken),
        value=float(np.asarray(lp.col_cost_) @ np.asarray(relaxed.col_value)) + lp.offset_,
    )


def _priced(rows: pl.DataFrame, prices: Numbers) -> pl.DataFrame:
    """`rows` with the price of each; what is a rounding error from 0 is 0."""
    price = prices[rows["row"].to_numpy()]
    return rows.with_columns(price=pl.Series(np.where(price > TINY, price, 0.0), dtype=pl.Float64))


@dataclass(frozen=True)
class _Taken:
    """Entries of one full class of every start: number of the start, row, amount."""

    start: Places
    row: Places
    amount: Numbers


def _entries(model: Model, lp: object) -> _Taken:
    """What a full class (one class and its seats) puts in each row."""
    starts, matrix = model.decisions.starts, lp.a_matrix_  # type: ignore[attr-defined]
    begin, index, value = (np.asarray(part) for part in (matrix.start_, matrix.index_, matrix.value_))
    columns = np.concatenate([starts["classes"].to_numpy(), starts["seats"].to_numpy()])
    times = np.concatenate([np.ones(starts.height), starts["class_max"].to_numpy().astype(float)])
    number = np.tile(np.arange(starts.height), 2)
    count = begin[columns + 1] - begin[columns]
    at = np.repeat(begin[columns], count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return _Taken(np.repeat(number, count), index[at].astype(np.int64), value[at] * np.repeat(times, count))


def _weighed(model: Model, lp: object, taken: _Taken, duals: Numbers) -> pl.DataFrame:
    """Each start's net value per full class and its parts."""
    starts = model.decisions.starts
    kinds = _kinds(model, len(duals))
    parts = np.zeros((starts.height, len(_PARTS)))
    np.add.at(parts, (taken.start, kinds[taken.row]), duals[taken.row] * taken.amount)
    cost = np.asarray(lp.col_cost_)  # type: ignore[attr-defined]
    full = starts["class_max"].to_numpy()
    costs = cost[starts["classes"].to_numpy()] + full * cost[starts["seats"].to_numpy()]
    columns = {name: parts[:, i] * (1.0 if name in GIVES else -1.0) for i, name in enumerate(_PARTS)}
    sizes = columns.pop("sizes")
    net = parts.sum(axis=1) - sizes - costs
    columns |= {"costs": costs, "net": net, "classes_limit": columns.pop("classes")}
    weighed = [pl.Series(name, _clean(values)) for name, values in columns.items()]
    shown = [*START, "label", "class_max", "least"]
    kept = starts.select(shown).with_columns(pl.col("least").fill_null(0)).with_columns(weighed)
    limits = ["classes_limit" if limit == "classes" else limit for limit in LIMITS]
    return kept.select(*shown, "closes", "drains", "costs", *limits, "pinned", "net")


_PARTS = ("sizes", "closes", "drains", "pinned", *LIMITS)
GIVES = ("sizes", "closes", "pinned")
"""Parts that add to a start's net; the others take from it."""


def _kinds(model: Model, count: int) -> Places:
    """The part that each row belongs to, as a place in `_PARTS`; rows of class sizes and the rest are `sizes`."""
    kinds = np.zeros(count, np.int64)
    rows = {"closes": model.placing.supply, "drains": model.placing.links}
    rows |= {"closes_here": model.placing.balance["row"].to_numpy(), "pinned": model.decisions.pins["row"].to_numpy()}
    for name, places in rows.items():
        kinds[places] = _PARTS.index(name.removesuffix("_here"))
    for limit, of_kind in model.decisions.limits.group_by("limit", maintain_order=True):
        kinds[of_kind["row"].to_numpy()] = _PARTS.index(str(limit[0]))
    return kinds


def _uses(model: Model, taken: _Taken) -> pl.DataFrame:
    """What a full class of each start takes of each limit."""
    entries = pl.DataFrame({"start": taken.start, "row": taken.row, "amount": taken.amount})
    starts = model.decisions.starts.select(START).with_row_index("start").with_columns(pl.col("start").cast(pl.Int64))
    limits = model.decisions.limits.select("limit", "name", "row", limit_year="year")
    summed = entries.group_by("start", "row", maintain_order=True).agg(pl.col("amount").sum())
    return (
        summed.join(limits, on="row")
        .join(starts, on="start")
        .sort("start", "row")
        .select(*START, "limit", "name", "limit_year", "amount")
    )


def _clean(values: Numbers) -> Numbers:
    return np.where(np.abs(values) < TINY, 0.0, values)
