"""Fiscal: tax by residence, from the posts that a plan fills.

A post filled at workplace `w` pays income tax where its holder lives:

    filled[w, o, t, d] = min(stock, unfilled) with the plan - the same with nothing new
    tax[h, t, d]       = rate[h] * sum_w share[h | w] * sum_o filled * 12 * pay[o]

`share[h | w]` is the column share of commuting: of those who work in `w`, how many live in
`h`. The draws are kept, so that any set of municipalities is summed before its quantiles.
This is the case for paying together.

Start reading at `municipal_tax_draws`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.core.sums import total

MONTHS = 12
OUTSIDE = "outside"
NOTHING = "nothing"
CELL = ["municipality", "occupation", "year"]
LEFT_OUT: Mapping[str, str] = {
    "sv": (
        "Bruttobelopp med lönernas och skattesatsernas nivå, inte omräknade till planens år. Utelämnat: "
        "kommunalekonomisk utjämning, som jämnar ut skillnader i skattekraft mellan kommuner, grundavdrag, den skatt "
        "som personen betalade innan, regionskatt, arbetsgivaravgifter, minskade bidrag, vad nya invånare kostar i "
        "service, arbeten som blir tomma när någon byter, och de jobb som i sin tur följer."
    ),
    "en": (
        "Gross amounts at the level of the pay and the tax rates, not brought to the years of the plan. Left out: the "
        "municipal equalisation system, which evens out differences in tax base between municipalities, the basic "
        "allowance, the tax the person paid before, regional tax, employers' contributions, lower benefits, what new "
        "residents cost in services, posts left empty when somebody changes job, and the jobs that follow in turn."
    ),
}
"""What a page must say beside the amounts; the year of the pay stands at the numbers themselves."""

KEY = ("plan", "municipality", "year")
QUANTILES = (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))


def municipal_tax(draws: pl.DataFrame) -> pl.DataFrame:
    """Municipal income tax a year by residence, with its interval: one municipality at a time.

    Quantiles do not add up; for several municipalities sum table `municipal_tax_draws` in every draw first.

    Parameters
    ----------
    draws : table `municipal_tax_draws`

    Returns
    -------
    table `municipal_tax`: one row per plan x municipality x year; SEK of the pay's year. `persons` is the median.
    """
    spans = {name: pl.col("tax_sek").quantile(q, "linear") for name, q in QUANTILES}
    rows = draws.group_by(KEY, maintain_order=True).agg(persons=pl.col("persons").median(), **spans)
    columns = [column.column for column in tables.dictionary("municipal_tax")]
    return rows.with_columns(status=pl.lit("modelled")).select(columns).sort(KEY)


def municipal_tax_draws(
    gap_draws: pl.DataFrame,
    plan_stock: pl.DataFrame,
    commuting: pl.DataFrame,
    pay: pl.DataFrame,
    tax: pl.DataFrame,
    *,
    year: int,
) -> pl.DataFrame:
    """Municipal income tax a year by residence in every draw, per plan, against nothing new.

    Parameters
    ----------
    gap_draws, plan_stock, commuting, pay, tax : tables of these names
    year : the year of `commuting` whose shares are used

    Returns
    -------
    table `municipal_tax_draws`: one row per plan x municipality of `tax` x year of `plan_stock` x draw; SEK of the
    pay's year. Those who live outside are not in it (`by_residence` has them).

    Raises
    ------
    TableError, or FaultsError: a stock without draws, pay, commuting or tax rate is never read as zero.
    """
    shares = residence_shares(commuting, year=year)
    raise_all("municipal tax", _faults(gap_draws, plan_stock, shares, pay, tax))
    living = by_residence(with_income(filled_posts(gap_draws, plan_stock), pay), shares)
    rates = tax.select(pl.col("municipality").alias("home"), "municipal_rate")
    paid = living.join(rates, on="home").with_columns(tax_sek=pl.col("income_sek") * pl.col("municipal_rate"))
    key = ["plan", "home", "year", "draw"]
    full = _grid(gap_draws, plan_stock, tax).join(paid.select(*key, "persons", "tax_sek"), on=key, how="left")
    named = full.with_columns(pl.col("persons", "tax_sek").fill_null(0.0)).rename({"home": "municipality"})
    columns = [column.column for column in tables.dictionary("municipal_tax_draws")]
    return named.select(columns).sort(*KEY, "draw")


def filled_posts(gap_draws: pl.DataFrame, plan_stock: pl.DataFrame) -> pl.DataFrame:
    """Posts that each plan fills beyond plan nothing: plan, municipality (workplace), occupation, year, draw, persons.

    Nobody fills a post that is not there: in each draw at most the unfilled count. A plan that does less than nothing
    somewhere counts as zero there.
    """
    nothing = plan_stock.filter(pl.col("plan") == NOTHING).select(*CELL, pl.col("persons").alias("anyway"))
    stock = plan_stock.filter(pl.col("plan") != NOTHING, pl.col("persons") > 0).join(nothing, on=CELL, how="left")
    drawn = stock.join(gap_draws.select(*CELL, "draw", "unfilled"), on=CELL)
    filled = pl.min_horizontal("persons", "unfilled") - pl.min_horizontal(pl.col("anyway").fill_null(0.0), "unfilled")
    return drawn.select("plan", *CELL, "draw", persons=filled.clip(0.0))


def residence_shares(commuting: pl.DataFrame, *, year: int) -> pl.DataFrame:
    """Of those who work in `work`, the share who live in `home`, outside included: home, work, share (sums to 1).

    Examples
    --------
    >>> homes, works = ["1080", "outside"], ["1080", "1080"]
    >>> flows = pl.DataFrame({"home": homes, "work": works, "year": 2024, "persons": [3.0, 1.0]})
    >>> residence_shares(flows, year=2024)["share"].to_list()
    [0.75, 0.25]
    """
    flows = commuting.filter(pl.col("year") == year)
    hidden = flows.filter(pl.col("persons").is_null())
    if hidden.height:
        pairs = [f"{home}-{work}" for home, work in hidden.select("home", "work").iter_rows()]
        raise TableError(
            f"commuting.persons: hidden between {listed(pairs)}",
            why="a hidden flow is not zero people",
            todo="fill it with an estimate and status modelled",
        )
    there = flows.with_columns(all=total("persons").over("work")).filter(pl.col("all") > 0)
    return there.select("home", "work", share=pl.col("persons") / pl.col("all"))


def with_income(filled: pl.DataFrame, pay: pl.DataFrame) -> pl.DataFrame:
    """Filled posts and their yearly pay per workplace: plan, municipality, year, draw, persons, income_sek."""
    paid = filled.join(pay.select("occupation", "sek_month"), on="occupation")
    income = total(pl.col("persons") * pl.col("sek_month") * MONTHS)
    return paid.group_by("plan", "municipality", "year", "draw", maintain_order=True).agg(
        total("persons"), income_sek=income
    )


def by_residence(at_work: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The same people and income where they live, outside included: plan, home, year, draw, persons, income_sek."""
    spread = at_work.join(shares, left_on="municipality", right_on="work")
    amounts = [total(pl.col(name) * pl.col("share")).alias(name) for name in ("persons", "income_sek")]
    return spread.group_by("plan", "home", "year", "draw", maintain_order=True).agg(amounts)


def _grid(gap_draws: pl.DataFrame, plan_stock: pl.DataFrame, tax: pl.DataFrame) -> pl.DataFrame:
    plans = plan_stock.filter(pl.col("plan") != NOTHING).select("plan").unique()
    homes = tax.select(pl.col("municipality").alias("home")).unique()
    years, draws = plan_stock.select("year").unique(), gap_draws.select("draw").unique()
    return plans.join(homes, how="cross").join(years, how="cross").join(draws, how="cross")


def _faults(
    gap_draws: pl.DataFrame, plan_stock: pl.DataFrame, shares: pl.DataFrame, pay: pl.DataFrame, tax: pl.DataFrame
) -> list[BryggaError]:
    """Everything that a filled post needs and some table lacks."""
    stock = plan_stock.filter(pl.col("persons") > 0)
    undrawn = stock.join(gap_draws.select(CELL).unique(), on=CELL, how="anti")
    cells = [" ".join(str(part) for part in row) for row in undrawn.select(CELL).unique().sort(CELL).iter_rows()]
    places, known = set(stock["municipality"]), set(shares["work"])
    homes = set(shares.filter(pl.col("work").is_in(sorted(places)), pl.col("share") > 0)["home"]) - {OUTSIDE}
    paid = set(pay.filter(pl.col("sek_month").is_not_null())["occupation"])
    taxed = set(tax.filter(pl.col("municipal_rate").is_not_null())["municipality"])
    wanted = (
        ("gap_draws", "draws", cells),
        ("commuting", "flows to workplace", sorted(places - known)),
        ("pay", "pay for occupation", sorted(set(stock["occupation"]) - paid)),
        ("tax", "municipal_rate for", sorted(homes - taxed)),
    )
    return [_lacking(name, what, missing) for name, what, missing in wanted if missing]


def _lacking(name: str, what: str, missing: list[str]) -> TableError:
    return TableError(
        f"{name} has no {what} {listed(missing)}",
        why="the plan fills posts there, and their tax would vanish",
        todo=f"add the rows to {name}",
    )
