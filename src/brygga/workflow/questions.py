"""What pages ask of a run: shortage and what a plan covers, for any set of municipalities, occupations and years.

Every answer is computed after summing in every draw, so that it holds for the set asked for;
quantiles are never added. With a plan, its placed completers take posts that stood unfilled:

    short[plan]  = max(0, unfilled - stock[plan])        per municipality, occupation, year and draw
    gap[plan]    = unfilled - without_work - stock[plan]
    covered[plan] = short[nothing] - short[plan]

Start reading at `shortage`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import polars as pl

from brygga.core.errors import TableError
from brygga.core.sums import total
from brygga.workflow import names
from brygga.workflow.results import Results

By = Literal["municipality", "group", "occupation", "year"]
PLANS = ("nothing", "last_year", "best")
CELL = ("municipality", "occupation", "year")
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
DEMAND_BASE = ("employed_at_work", "vacancies")
SUPPLY_BASE = ("employed_residents", "unemployed")


def shortage(
    results: Results,
    *,
    municipalities: Collection[str],
    occupations: Collection[str],
    year: int | None,
    by: By | None = None,
) -> pl.DataFrame:
    """Shortage per plan, and what it is made of, with interval and the naive comparator.

    Parameters
    ----------
    results : an opened run (tables `gap_draws`, `plan_stock`, `gap_parts`)
    municipalities, occupations : the set asked for; codes of the run
    year : one year, or None for every year
    by : one row per municipality, occupation group, occupation or year; None for the whole set

    Returns
    -------
    One row per `plan` x `by` x `value`. Value `short` (posts nobody holds) stands for each plan;
    `without_work`, `gap`, `demand` and `supply` for last_year. Columns p10, p50, p90 and naive
    (the base year's number), in persons.

    Raises
    ------
    TableError when the set is empty.
    """
    sums = _sums(results, municipalities, occupations, year, by)
    wanted = {f"short_{plan}": (plan, "short") for plan in PLANS}
    wanted |= {value: ("last_year", value) for value in ("without_work", "gap", "demand", "supply")}
    rows = _quantiles(sums, list(wanted), by)
    base = _naive(results, municipalities, occupations, year, by)
    named = rows.with_columns(
        plan=pl.col("variable").replace_strict({key: plan for key, (plan, _) in wanted.items()}),
        value=pl.col("variable").replace_strict({key: value for key, (_, value) in wanted.items()}),
    )
    key = [by] if by else []
    joined = named.join(base, on=[*key, "value"], how="left", nulls_equal=True)
    return joined.select("plan", *key, "value", "p10", "p50", "p90", "naive")


def covered(
    results: Results,
    *,
    municipalities: Collection[str],
    occupations: Collection[str],
    year: int | None,
    by: By | None = None,
) -> pl.DataFrame:
    """How many posts a plan fills that would stand unfilled if nothing new were started.

    Returns
    -------
    One row per `plan` (last_year, best) x `by`: p10, p50, p90 and naive, which is the median of
    the plan as last year.
    """
    sums = _sums(results, municipalities, occupations, year, by)
    wanted = {f"covered_{plan}": plan for plan in ("last_year", "best")}
    rows = _quantiles(sums, list(wanted), by).with_columns(plan=pl.col("variable").replace_strict(wanted))
    key = [by] if by else []
    usual = rows.filter(plan="last_year").select(*key, naive="p50")
    joined = rows.join(usual, on=key) if by else rows.with_columns(naive=usual["naive"].item())
    return joined.select("plan", *key, "p10", "p50", "p90", "naive")


def leading(
    results: Results, *, municipalities: Collection[str], occupations: Collection[str], year: int, among: int = 5
) -> pl.DataFrame:
    """How often each occupation group is among the ones short of most persons.

    Parameters
    ----------
    among : how many count as the largest

    Returns
    -------
    One row per `group` that is ever among them: `share` of the draws, largest first. A page may
    name a group as one of the largest only when the share carries it.
    """
    sums = _sums(results, municipalities, occupations, year, "group")
    largest = (
        sums.sort("short_last_year", "group", descending=[True, False])
        .group_by("draw", maintain_order=True)
        .head(among)
    )
    shares = largest.group_by("group", maintain_order=True).agg(share=pl.len() / sums["draw"].n_unique())
    return shares.sort("share", "group", descending=[True, False])


def parts(
    results: Results, *, municipalities: Collection[str], occupations: Collection[str], year: int
) -> dict[str, float]:
    """The parts of a number in the run without shocks, summed over the set: they add up exactly.

    Keys are the parts of table `gap_parts`, each with its sign: what adds to the gap is positive.
    """
    cells = _cells(results.table("gap_parts"), municipalities, occupations, year)
    summed = cells.group_by("part", maintain_order=True).agg(total("persons"))
    return dict(summed.iter_rows())


def openings(
    results: Results,
    *,
    municipalities: Collection[str],
    occupations: Collection[str],
    year: int | None,
    by: By | None = None,
) -> pl.DataFrame:
    """Job openings during a year: a flow, never added to a shortage.

    Returns
    -------
    One row per `by`: expansion and replacement (medians), heard (what companies said), p10, p50
    and p90 of the openings, summed over the set in every draw, and naive.
    """
    key = [by] if by else []
    draws = _grouped(_cells(results.table("opening_draws"), municipalities, occupations, year), by)
    terms = (total("expansion"), total("replacement"))
    sums = draws.group_by([*key, "draw"], maintain_order=True).agg(*terms)
    sums = sums.with_columns(openings=pl.col("expansion") + pl.col("replacement"))
    spans = [pl.col("openings").quantile(q, "linear").alias(name) for name, q in QUANTILES.items()]
    asked = [*spans, pl.col("expansion", "replacement").median()]
    rows = sums.group_by(key, maintain_order=True).agg(*asked) if key else sums.select(*asked)
    said = _grouped(_cells(results.table("job_openings"), municipalities, occupations, year), by)
    known = (total("heard"), total("naive"))
    base = said.group_by(key, maintain_order=True).agg(*known) if key else said.select(*known)
    joined = rows.join(base, on=key) if key else pl.concat([rows, base], how="horizontal")
    return joined.select(*key, "expansion", "replacement", "heard", "p10", "p50", "p90", "naive")


def years(results: Results) -> tuple[int, ...]:
    """The projected years of the run."""
    base = results.region.base_year
    return tuple(year for year in results.table("unfilled")["year"].unique().sort().to_list() if year > base)


def occupations(results: Results) -> tuple[str, ...]:
    """The occupations that the run is computed on, by code."""
    return tuple(results.table("unfilled")["occupation"].unique().sort().to_list())


def _sums(
    results: Results,
    municipalities: Collection[str],
    wanted: Collection[str],
    year: int | None,
    by: By | None,
) -> pl.DataFrame:
    """One row per `by` x draw: every quantity summed over the set."""
    draws = _grouped(_cells(results.table("gap_draws"), municipalities, wanted, year), by)
    draws = draws.join(_stocks(results), on=list(CELL), how="left").with_columns(
        pl.col(f"stock_{plan}").fill_null(0.0) for plan in PLANS
    )
    for plan in PLANS:
        draws = draws.with_columns(
            (pl.col("unfilled") - pl.col(f"stock_{plan}")).clip(lower_bound=0).alias(f"short_{plan}")
        )
    draws = draws.with_columns(
        gap=pl.col("unfilled") - pl.col("without_work") - pl.col("stock_last_year"),
        covered_last_year=pl.col("short_nothing") - pl.col("short_last_year"),
        covered_best=pl.col("short_nothing") - pl.col("short_best"),
    )
    summed = [f"short_{plan}" for plan in PLANS]
    summed += ["without_work", "gap", "demand", "supply", "covered_last_year", "covered_best"]
    return draws.group_by([by, "draw"] if by else ["draw"], maintain_order=True).agg(total(pl.col(summed)))


def _stocks(results: Results) -> pl.DataFrame:
    """Placed completers per cell, one column a plan."""
    stock = results.table("plan_stock")
    wide = stock.select(CELL).unique()
    for plan in PLANS:
        one = stock.filter(plan=plan).select(*CELL, pl.col("persons").alias(f"stock_{plan}"))
        wide = wide.join(one, on=list(CELL), how="left")
    return wide


def _quantiles(sums: pl.DataFrame, variables: list[str], by: By | None) -> pl.DataFrame:
    key = [by] if by else []
    long = sums.unpivot(on=variables, index=key)
    spans = [pl.col("value").quantile(q, "linear").alias(name) for name, q in QUANTILES.items()]
    return long.group_by(*key, "variable", maintain_order=True).agg(*spans).sort(*key, "variable")


def _naive(
    results: Results,
    municipalities: Collection[str],
    wanted: Collection[str],
    year: int | None,
    by: By | None,
) -> pl.DataFrame:
    """The base year's numbers: what stands if nothing changes. Constants, so they may be added."""
    named = {"short": "unfilled", "without_work": "without_work", "gap": "gap"}
    frames = [results.table(table).select(*CELL, value=pl.lit(value), naive="naive") for value, table in named.items()]
    for value, base in (("demand", DEMAND_BASE), ("supply", SUPPLY_BASE)):
        of_base = results.table("gap_parts").filter(pl.col("part").is_in(base))
        frames.append(of_base.select(*CELL, value=pl.lit(value), naive=pl.col("persons").abs()))
    cells = _grouped(_cells(pl.concat(frames), municipalities, wanted, year), by)
    if by != "year" and year is None:
        cells = cells.filter(pl.col("year") == cells["year"].max())
    return cells.group_by([by, "value"] if by else ["value"], maintain_order=True).agg(total("naive"))


def _cells(
    frame: pl.DataFrame, municipalities: Collection[str], wanted: Collection[str], year: int | None
) -> pl.DataFrame:
    of_set = pl.col("municipality").is_in(list(municipalities)) & pl.col("occupation").is_in(list(wanted))
    cells = frame.filter(of_set if year is None else of_set & (pl.col("year") == year))
    if not cells.height:
        raise TableError(
            f"nothing is computed for {len(municipalities)} municipalities and {len(wanted)} occupations in {year}",
            why="the run holds no such cell",
            todo="choose municipalities, occupations and a year of the run",
        )
    return cells


def _grouped(cells: pl.DataFrame, by: By | None) -> pl.DataFrame:
    if by != "group":
        return cells
    codes = cells["occupation"].unique().to_list()
    return cells.with_columns(group=pl.col("occupation").replace_strict({code: names.group_of(code) for code in codes}))
