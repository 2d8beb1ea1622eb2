"""Why the plan looks as it does: what is used of each limit, what one more would buy, why this class and not that.

The worth of one more is a price of the linear relaxation (`reasons_prices.py`): exact for a small change
there, an indication for the whole-number plan. It is counted as the objective is, in weighted and
discounted person-years of shortage net of the cost weight. `reasons_again.py` solves again where an exact answer is
wanted, `reasons_rows.py` places again to say what a single row is worth.

Start reading at `limits_of`, then `reasons_of`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.planning.by_measure import by_measure
from brygga.planning.model import offered
from brygga.planning.plans import Counted
from brygga.planning.problem import Problem
from brygga.planning.reasons_guidance import guidance_of, guided
from brygga.planning.reasons_prices import LIMITS, START, Prices, prices_of
from brygga.planning.reasons_rows import Placements, refusals, row_worth

SHOWN = ("budget", "rooms", "applicants", "placements", "classes", "floor", "cost_cap")
PER_MILLION = 1000.0
NEARLY = 1e-6
ALIKE = 1e-3
"""Starts whose net value differs by less than this part of what they close are alike."""
CELL = ["municipality", "occupation", "year"]
LIMIT_COLUMNS = ["limit", "name", "year", "used", "at_most", "unit", "one_more"]


def limits_of(problem: Problem, plan: Counted, prices: Prices | None = None) -> pl.DataFrame:
    """Every limit with what the plan uses of it and what one more unit would buy.

    Returns
    -------
    limit, name, year, used, at_most, unit, one_more : money in thousand kronor, one_more per million. Applicants
    are counted with those that bought guidance adds. A floor is a limit from below: `used` is what is filled, `at_most`
    what it asks for, one_more what a person less would give. A cap on the whole plan's cost stands at the first year.
    """
    prices = prices or prices_of(problem)
    scale = pl.when(pl.col("limit").is_in(["budget", "cost_cap"])).then(PER_MILLION).otherwise(1.0)
    priced = pl.concat([prices.limits.select("limit", "name", "year", "at_most", "unit", "price"), prices.floors])
    kept = priced.filter(pl.col("limit").is_in(SHOWN)).with_columns(one_more=pl.col("price") * scale)
    used = kept.join(_used(problem, plan), on=["limit", "name", "year"], how="left", nulls_equal=True)
    more = _guided(problem, plan)
    used = used.join(more, on=["limit", "name", "year"], how="left")
    whole = used.with_columns(
        pl.col("used").fill_null(0.0),
        pl.col("at_most") + pl.col("more").fill_null(0.0),
        pl.col("year").fill_null(problem.settings.first),
    )
    return whole.select(LIMIT_COLUMNS).sort("limit", "name", "year")


def _used(problem: Problem, plan: Counted) -> pl.DataFrame:
    rows = plan.classes.join(offered(problem), on=["measure", "site"])
    counted = plan.counted
    spent = counted.money.select(limit=pl.lit("budget"), name="funder", year="year", used="spent")
    filled = counted.cells.group_by("municipality", "year", maintain_order=True).agg(
        used=total(pl.col("need") - pl.col("short"))
    )
    cap = pl.DataFrame(
        {"limit": ["cost_cap"], "name": [""], "year": [None], "used": [counted.cost]}, schema=dict(spent.schema)
    )
    return pl.concat(
        [
            spent,
            _summed(rows, "rooms", "site", "classes"),
            _summed(rows, "applicants", "site", "seats"),
            _summed(rows, "applicants", "label", "seats"),
            _summed(rows, "placements", "label", "seats"),
            _summed(rows, "classes", "label", "classes"),
            filled.select(limit=pl.lit("floor"), name="municipality", year="year", used="used"),
            cap,
        ]
    )


def _summed(rows: pl.DataFrame, limit: str, name: str, used: str) -> pl.DataFrame:
    summed = rows.group_by(name, "year", maintain_order=True).agg(total(used).cast(pl.Float64))
    return summed.select(limit=pl.lit(limit), name=name, year="year", used=used)


def _guided(problem: Problem, plan: Counted) -> pl.DataFrame:
    """Applicants that the steps bought add, to the site's and to the measure's own: limit, name, year, more."""
    bought = guided(problem, plan.guidance).join(
        offered(problem).select("measure", "site", "label"), on=["measure", "site"], how="left"
    )
    summed = [
        bought.group_by(name, "year", maintain_order=True).agg(more=total("applicants")).rename({name: "name"})
        for name in ("site", "label")
    ]
    both = pl.concat(summed).drop_nulls("name")
    return both.select("name", "year", "more", limit=pl.lit("applicants"))


def covered(problem: Problem, plan: Counted) -> pl.DataFrame:
    """Person-years of shortage each measure closes: each cell's closed posts shared by who stands in its stock.

    Posts that drains opened and completers fill are among them.

    Returns
    -------
    measure, persons (placed, all years), person_years
    """
    arrivals = by_measure(problem, plan.classes, plan.arrivals)
    years = pl.DataFrame({"later": list(problem.settings.years)}, schema={"later": pl.Int64})
    kept = arrivals.join(years, how="cross").filter(pl.col("later") >= pl.col("year"))
    still = pl.col("persons") * pl.lit(problem.settings.stay).pow(pl.col("later") - pl.col("year"))
    stock = kept.select("measure", "municipality", "occupation", year="later", still=still)
    cells = plan.counted.cells.filter(pl.col("stock") > 0)
    filled = pl.col("need") + pl.col("drained") - pl.col("short")
    years_closed = stock.join(cells, on=CELL).with_columns(person_years=filled / pl.col("stock") * pl.col("still"))
    persons = arrivals.group_by("measure", maintain_order=True).agg(total("persons"))
    person_years = years_closed.group_by("measure", maintain_order=True).agg(total("person_years"))
    return persons.join(person_years, on="measure", how="left").sort("measure")


def reasons_of(problem: Problem, plan: Counted, prices: Prices | None = None, *, most: int = 20) -> pl.DataFrame:
    """Why each row of the plan is in it, and why the best of the others are not.

    Parameters
    ----------
    most : how many starts that are not chosen; of each measure and site the best year

    Returns
    -------
    The columns of table `plan_reasons`, money in thousand kronor and named measure: the parts of `reasons_prices`
    per full class, `worth` and refusals of `reasons_rows`, the limit that weighs heaviest, and for a
    start that is not chosen a chosen one that takes from that limit.
    """
    prices = prices or prices_of(problem)
    starts = prices.starts.join(plan.classes.select(*START, "classes", "seats"), on=START, how="left")
    starts = starts.with_columns(pl.col("classes", "seats").fill_null(0).cast(pl.Int64))
    starts = starts.with_columns(chosen=pl.col("classes") > 0, cost=_full_cost(problem, starts))
    chosen, others = starts.filter("chosen"), _best_others(starts, most)
    shown = pl.concat([chosen, others]).join(_heaviest(prices), on=START, how="left")
    shown = shown.join(_instead(prices, chosen, others), on=START, how="left").with_columns(_why())
    placements = Placements(problem, plan)
    shown = shown.join(row_worth(problem, plan, shown, placements), on=START, how="left")
    shown = shown.join(refusals(problem, plan, placements), on=START, how="left")
    return shown.with_columns(
        probability=pl.coalesce("probability", _chance(problem, shown)),
        per_seat=pl.col("closes") / pl.col("class_max"),
        per_million=pl.when(pl.col("cost") > 0).then(pl.col("closes") / pl.col("cost") * PER_MILLION),
        other=pl.col("classes_limit") + pl.col("pin") + pl.col("cost_cap"),
    ).sort([pl.col("chosen"), pl.col("net"), *map(pl.col, START)], descending=[True, True, False, False, False])


def _full_cost(problem: Problem, starts: pl.DataFrame) -> pl.Series:
    """Expected cost of one full class of each start, thousand kronor."""
    each = pl.col("cost_class") + pl.col("cost_seat") * pl.col("class_max")
    priced = starts.select(*START).join(problem.measures, on="measure", how="left", maintain_order="left")
    return priced.select((each * _chance(problem, starts)).alias("cost"))["cost"]


def _chance(problem: Problem, rows: pl.DataFrame) -> pl.Series:
    years = problem.probabilities.rename({"probability": "that_year"})
    known = (
        rows.select("measure", "year")
        .join(problem.measures.select("measure", "probability"), on="measure", how="left", maintain_order="left")
        .join(years, on=["measure", "year"], how="left", maintain_order="left")
    )
    return known.select(pl.coalesce("that_year", "probability"))["that_year"]


def _best_others(starts: pl.DataFrame, most: int) -> pl.DataFrame:
    """Starts not chosen that would close something, nearest to being worth it first, one of each measure and site."""
    left = starts.filter(~pl.col("chosen") & (pl.col("closes") > NEARLY))
    order = {"net": True, "closes": True, "measure": False, "site": False, "year": False}
    ranked = left.sort(list(order), descending=list(order.values()))
    return ranked.unique(["measure", "site"], keep="first", maintain_order=True).head(most)


def _priced_uses(prices: Prices) -> pl.DataFrame:
    """What each start takes of each limit, with the limit's price."""
    limits = prices.limits.select("limit", "name", "price", limit_year="year")
    return prices.uses.join(limits, on=["limit", "name", "limit_year"], nulls_equal=True)


def _heaviest(prices: Prices) -> pl.DataFrame:
    """The limit whose price weighs heaviest on each start; none where no limit that it takes from has a price."""
    uses = _priced_uses(prices).with_columns(weighs=pl.col("amount") * pl.col("price"))
    heavy = uses.filter(pl.col("weighs") > NEARLY).sort(
        *START, "weighs", "limit", "name", "limit_year", descending=[False] * 3 + [True] + [False] * 3
    )
    first = heavy.unique(START, keep="first", maintain_order=True)
    return first.select(*START, "limit", "limit_year", limit_name="name", limit_price="price", limit_amount="amount")


def _instead(prices: Prices, chosen: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """For each start not chosen, a chosen one that takes from its heaviest limit and what both give per unit of it.

    Of several the one that is worth least, yet not less; where all are worth less, the one worth most.
    """
    key = ["limit", "limit_name", "limit_year"]
    heavy = others.join(_heaviest(prices).drop_nulls("limit"), on=START).with_columns(own=_per_limit())
    uses = _priced_uses(prices).rename({"name": "limit_name", "amount": "limit_amount", "price": "limit_price"})
    rivals = chosen.join(uses.filter(pl.col("limit_amount") > 0), on=START).with_columns(theirs=_per_limit())
    rivals = rivals.select(*key, "theirs", instead_measure="measure", instead_site="site", instead_year="year")
    pairs = heavy.select(*START, *key, "own").join(rivals, on=key, nulls_equal=True)
    better = (pl.col("theirs") >= pl.col("own") - NEARLY).alias("better")
    rank = pl.when("better").then(pl.col("theirs")).otherwise(-pl.col("theirs"))
    order = [*START, "better", "rank", "instead_measure", "instead_site", "instead_year"]
    ranked = pairs.with_columns(better).with_columns(rank=rank).sort(order, descending=[c == "better" for c in order])
    names = ["instead_measure", "instead_site", "instead_year"]
    first = ranked.unique(START, keep="first", maintain_order=True)
    return first.select(*START, *names, instead_per_limit="theirs", own_per_limit="own")


def _per_limit() -> pl.Expr:
    """What a start closes per unit of a limit (a million for money), its costs and other limits' prices taken off."""
    taken = pl.col("limit_amount") * pl.col("limit_price")
    scale = pl.when(pl.col("limit").is_in(["budget", "cost_cap"])).then(PER_MILLION).otherwise(1.0)
    return (pl.col("net") + taken) / pl.col("limit_amount") * scale


def _why() -> pl.Expr:
    """One word for why a start is in the plan or not; `reasons.csv` has it in words."""
    good, chosen = pl.col("net") >= -NEARLY - ALIKE * pl.col("closes").abs(), pl.col("chosen")
    return (
        pl.when(chosen & good)
        .then(pl.lit("worth_it"))
        .when(chosen & (pl.col("least") > 0))
        .then(pl.lit("pinned"))
        .when(chosen)
        .then(pl.lit("fits"))
        .when(pl.col("closes") <= pl.col("costs"))
        .then(pl.lit("costs_more"))
        .when(good)
        .then(pl.lit("as_good"))
        .otherwise(pl.lit("displaces"))
        .alias("why")
    )


__all__ = ["LIMITS", "Counted", "covered", "guidance_of", "limits_of", "reasons_of"]
