"""The problem some municipalities would solve alone: their own sites, need, money and reach, nothing of others'.

What belongs to a place goes with its municipality: a site with its rooms, applicants, placements, guidance
and pins, a need, a floor, the purse of an own funder. Money without a municipality (state, EU) is divided in
advance by a stated rule, since somebody who plans alone cannot take what another was given. Completers who
would work elsewhere are of no use to the one who plans, so only the reach to the members themselves stays.

Every plan of such a problem is allowed in the whole one, and plans of different municipalities together are
too: no limit of theirs is shared but the divided money. Guidance that raises applicants of several municipalities is
something they do together, so nobody has it alone.

Start reading at `alone_problem`, then `divided`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import fsum

import polars as pl

from brygga.core.errors import SettingError
from brygga.core.sums import total
from brygga.planning.problem import Problem

RULES = ("need", "equal")
"""How money without a municipality is divided: by weighted need, or in equal parts."""


def alone_problem(problem: Problem, members: Collection[str], parts: Mapping[str, float]) -> Problem:
    """The problem of `members` (municipalities) when nobody else is there.

    Parameters
    ----------
    problem : the whole problem
    members : one municipality, or several that plan together
    parts : each municipality's part of the money without a municipality, from `divided`

    Returns
    -------
    A problem whose sites, need, reach and floors are those of the members; others' own funders have nothing,
    common funders and the cost cap the members' part.
    """
    own = sorted(set(members))
    part = min(1.0, fsum(parts.get(name, 0.0) for name in own))
    sites = problem.sites.filter(_of(own))
    at_site = pl.col("site").is_in(sites["site"].implode())
    here = {
        name: getattr(problem, name).filter(at_site) for name in ("offers", "placements", "pins", "last_year", "reach")
    }
    cap = problem.cost_cap
    return replace(
        problem,
        **{**here, "reach": here["reach"].filter(_of(own))},
        sites=sites,
        need=problem.need.filter(_of(own)),
        need_draws=draws_with(problem.need_draws, _of(own)),
        floors=problem.floors.filter(_of(own)),
        guidance=_guidance(problem, at_site),
        budgets=_budgets(problem, own, part),
        cost_cap=None if cap is None else cap * part,
        warnings=(),
    )


def divided(problem: Problem, *, rule: str = "need") -> dict[str, float]:
    """Each municipality's part of the money that has no municipality; only those with sites get any.

    `need`: in proportion to weighted, discounted need over all years (equal parts where nobody has any);
    `equal`: the same to each.

    Raises
    ------
    SettingError for another rule.

    Examples
    --------
    >>> from brygga.planning.generate import generate_problem
    >>> divided(generate_problem(sites=2), rule="equal")
    {'M00': 0.5, 'M01': 0.5}
    """
    if rule not in RULES:
        raise SettingError(
            f"money without a municipality divided by {rule!r}",
            why="there is no such rule",
            todo=f"choose one of {', '.join(RULES)}",
        )
    names = problem.sites["municipality"].unique().sort().to_list()
    weight = weighted_needs(problem) if rule == "need" else {}
    amounts = {name: weight.get(name, 0.0) for name in names}
    whole = fsum(amounts.values())
    return {name: amount / whole if whole > 0 else 1.0 / len(names) for name, amount in amounts.items()}


def weighted_needs(problem: Problem) -> dict[str, float]:
    """Weighted, discounted need of each municipality, person-years: what starting nothing costs there."""
    settings = problem.settings
    worth = pl.col("weight").fill_null(1.0) * settings.discount ** (pl.col("year") - settings.first)
    weighed = problem.need.join(problem.weights, on="occupation", how="left")
    summed = weighed.group_by("municipality", maintain_order=True).agg(need=total(worth * pl.col("persons")))
    return dict(summed.sort("municipality").iter_rows())


def common_funders(problem: Problem) -> list[str]:
    """Funders without a municipality: state, region, EU, companies, and any that funders.csv does not name."""
    owned = problem.funders.drop_nulls("municipality")["funder"]
    every = pl.concat([problem.budgets["funder"], problem.funding["funder"]]).unique().sort()
    return every.filter(~every.is_in(owned.implode())).to_list()


def _of(names: list[str]) -> pl.Expr:
    return pl.col("municipality").is_in(names)


def _budgets(problem: Problem, own: list[str], part: float) -> pl.DataFrame:
    """Own funders' money in full, the common funders' in part; a row that goes is an empty purse."""
    mine = problem.funders.filter(_of(own))["funder"]
    common = pl.col("funder").is_in(common_funders(problem))
    kept = problem.budgets.filter(common | pl.col("funder").is_in(mine.implode()))
    return kept.with_columns(amount=pl.when(common).then(pl.col("amount") * part).otherwise("amount"))


def _guidance(problem: Problem, at_site: pl.Expr) -> pl.DataFrame:
    """Guidance whose every row lies at the members' sites."""
    elsewhere = problem.guidance.filter(~at_site)["guidance"].unique()
    return problem.guidance.filter(~pl.col("guidance").is_in(elsewhere.implode()))


def draws_with(draws: pl.DataFrame, kept: pl.Expr) -> pl.DataFrame:
    """The rows of `need_draws` that are kept; a draw left without any keeps one row of 0, so that it still counts."""
    rows = draws.filter(kept)
    absent = draws.join(rows.select("draw").unique(), on="draw", how="anti")
    zeros = absent.unique("draw", keep="first", maintain_order=True).with_columns(persons=pl.lit(0.0))
    return pl.concat([rows, zeros]).sort("draw", "municipality", "occupation", "year")
