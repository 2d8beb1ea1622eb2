"""What each plan would have cost in each draw against the best that could have been done there: arithmetic on tables.

    regret(plan, draw) = objective of the plan in the draw - least objective possible in the draw

The least possible is known only between a bound and the best plan found with perfect foresight, so
a regret has a least and a most too. The width is theirs, never the reader's to guess.

Start reading at `regret_table`, then `values_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

import polars as pl

from brygga.planning.recount_cells import tail_mean

AS_IT_STANDS, REPLANNED = "as_it_stands", "replanned"
"""The whole plan whatever comes; or its first year kept, and the later years planned anew in each draw."""


@dataclass(frozen=True)
class Outcome:
    """One plan in one draw: objective, a bound below it (itself when nothing is searched), weighted shortage, cost."""

    objective: float
    bound: float
    weighted: float
    cost: float


@dataclass(frozen=True)
class Between:
    """A figure as found, and what it is at least and at most by the bounds."""

    found: float
    least: float
    most: float


Outcomes = Mapping[tuple[str, str], Mapping[str, Outcome]]
"""By candidate and mode, then by draw."""


def regret_table(outcomes: Outcomes, foresight: Mapping[str, Outcome]) -> pl.DataFrame:
    """Table `plan_regret`: one row per candidate, mode and draw.

    Parameters
    ----------
    outcomes : each candidate in each mode, by draw
    foresight : the best plan found for each draw alone, and its bound

    Examples
    --------
    >>> stands = {("nothing", "as_it_stands"): {"a": Outcome(40.0, 40.0, 40.0, 0.0)}}
    >>> table = regret_table(stands, {"a": Outcome(10.0, 9.0, 10.0, 5.0)})
    >>> table.select("regret", "regret_least", "regret_most").row(0)
    (30.0, 30.0, 31.0)
    """
    rows = []
    for (candidate, mode), by_draw in outcomes.items():
        for draw in sorted(by_draw):
            one, best = by_draw[draw], foresight[draw]
            rows.append(
                {
                    "candidate": candidate,
                    "mode": mode,
                    "draw": draw,
                    "objective": one.objective,
                    "bound": one.bound,
                    "foresight": best.objective,
                    "foresight_bound": best.bound,
                    "regret": one.objective - best.objective,
                    "regret_least": min(max(one.bound - best.objective, 0.0), one.objective - best.objective),
                    "regret_most": one.objective - best.bound,
                }
            )
    return pl.DataFrame(rows)


def candidate_table(
    outcomes: Outcomes, foresight: Mapping[str, Outcome], *, broken: Mapping[str, int], weight: float, level: float
) -> pl.DataFrame:
    """Table `plan_candidates`: mean, tail, cost and regret of each candidate in each mode; perfect foresight last.

    Parameters
    ----------
    broken : how many limits each candidate breaks as it stands
    weight, level : of the tail (CVaR) in `weighed`, the figure a cautious board would choose by
    """
    rows = []
    for (candidate, mode), by_draw in {**outcomes, ("foresight", REPLANNED): foresight}.items():
        regrets = {draw: one.objective - foresight[draw].objective for draw, one in by_draw.items()}
        worst = max(sorted(regrets), key=lambda draw: regrets[draw])
        mean = mean_of(one.objective for one in by_draw.values())
        tail = tail_mean([one.weighted for one in by_draw.values()], level)
        rows.append(
            {
                "candidate": candidate,
                "mode": mode,
                "mean": mean,
                "mean_bound": mean_of(one.bound for one in by_draw.values()),
                "tail": tail,
                "weighed": mean + weight * tail,
                "cost_sek": 1000.0 * mean_of(one.cost for one in by_draw.values()),
                "mean_regret": mean_of(regrets.values()),
                "worst_regret": regrets[worst],
                "worst_draw": worst,
                "breaks": broken.get(candidate, 0) if mode == AS_IT_STANDS else 0,
            }
        )
    return pl.DataFrame(rows)


def values_of(
    outcomes: Outcomes,
    foresight: Mapping[str, Outcome],
    *,
    sound: Sequence[str],
    common_bound: float,
    mean: str = "mean",
) -> dict[str, Between]:
    """What planning for the draws is worth, and what knowing the draw would be worth.

    `stochastic` (value of the stochastic solution): mean objective of the plan made for the mean need, as it
    stands, minus the best common plan's. `information` (expected value of perfect information): the best
    common plan's mean minus perfect foresight's. `replanning`: the best common plan's mean as it stands
    minus with its later years planned anew; missing when nothing was.

    Parameters
    ----------
    sound : candidates that break no limit; the best of them is the best common plan found
    common_bound : no common plan has a lower mean objective
    """
    means = {name: mean_of(one.objective for one in outcomes[name, AS_IT_STANDS].values()) for name in sound}
    best = min(sorted(means), key=lambda name: means[name])
    seen, least_seen = (
        mean_of(values) for values in zip(*((f.objective, f.bound) for f in foresight.values()), strict=True)
    )
    bound = min(max(common_bound, least_seen), means[best])
    of_mean = mean_of(one.objective for one in outcomes[mean, AS_IT_STANDS].values())
    found = {
        "stochastic": Between(of_mean - means[best], of_mean - means[best], of_mean - bound),
        "information": Between(means[best] - seen, max(0.0, bound - seen), means[best] - least_seen),
    }
    if (best, REPLANNED) in outcomes:
        later = outcomes[best, REPLANNED].values()
        gain = means[best] - mean_of(one.objective for one in later)
        found["replanning"] = Between(gain, gain, means[best] - mean_of(one.bound for one in later))
    return found


def first_year_table(first_years: Mapping[str, pl.DataFrame], common: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """Table `plan_first_year`: which first-year starts hold whatever comes, and which depend on the draw.

    Parameters
    ----------
    first_years : by draw, the classes that start in the first year with perfect foresight (measure, site, classes)
    common : the common plan's classes (measure, site, year, classes)
    first : the first year

    Returns
    -------
    measure, site, draws (how many start it), of (draws in all), least and most classes over draws, common (classes
    in the common plan), choice: `always` (every draw starts it), `depends`, `never` (only the common plan does).
    """
    key = ["measure", "site"]
    frames = [frame.select(*key, "classes", draw=pl.lit(draw)) for draw, frame in sorted(first_years.items())]
    started = pl.concat(frames).filter(pl.col("classes") > 0)
    over = started.group_by(key).agg(
        draws=pl.len().cast(pl.Int64), low=pl.col("classes").min(), most=pl.col("classes").max()
    )
    own = common.filter((pl.col("year") == first) & (pl.col("classes") > 0)).select(*key, common="classes")
    both = over.join(own, on=key, how="full", coalesce=True).with_columns(
        pl.col("draws", "low", "most", "common").fill_null(0), of=pl.lit(len(first_years), pl.Int64)
    )
    everywhere, nowhere = pl.col("draws") == pl.col("of"), pl.col("draws") == 0
    choice = pl.when(everywhere).then(pl.lit("always")).when(nowhere).then(pl.lit("never")).otherwise(pl.lit("depends"))
    least = pl.when(everywhere).then("low").otherwise(0)
    return both.select(*key, "draws", "of", least.alias("least"), "most", "common", choice=choice).sort(key)


def mean_of(values: Iterable[float]) -> float:
    """The mean of numbers, the same in any order.

    Examples
    --------
    >>> mean_of([0.1, 0.2, 0.3])
    0.19999999999999998
    """
    given = list(values)
    return fsum(given) / len(given)
