"""Closure inputs: what every closure in a region needs, read once from a finished run.

    vacancies   unfilled posts (`gap_draws`), mean over the years that are followed, by draw
    filled      openings (`opening_draws`) in the proportion that `vacancy_chains` says is filled by people without
                work, a month, by draw
    others      people without work (`gap_draws`), by draw
    jobs, lives, ages, leave      from `employed`, `commuting`, `employed_age`, `exit_rates` or `working_life`

A chain of vacancies brings in as many from outside employment as posts were opened, however long it is; so that is
what those hit and the others without work share, and how large a part those hit take is told by their effort.

A closure then costs arrays only (`closure_hit`), and two hundred closures meet the same market. Draws are the run's,
each used as often as the others.

Start reading at `inputs_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl

from brygga.commuting.flows import OUTSIDE
from brygga.core.errors import SettingError
from brygga.core.grids import Floats, to_array
from brygga.core.parameters import Value, value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.impact.carried_posts import CarriedPosts, carried_posts
from brygga.impact.closure import AGE_CLASSES, CLASSES
from brygga.impact.effort import efforts
from brygga.impact.market import Market, market
from brygga.impact.national import National
from brygga.impact.ranges import Range
from brygga.workflow.closure_travel import flows_between, travel_weights
from brygga.workflow.ground import of_base_year, without_hidden
from brygga.workflow.national import national_of
from brygga.workflow.occupation_network import network_of, related_matrix
from brygga.workflow.settings import decision_day

MONTHS_A_YEAR = 12
SEEN = ("gap_draws", "opening_draws", "vacancy_chains")
"""Tables of `see` that a closure starts from."""


class Source(Protocol):
    """A finished run, or one on its way: a region and its tables by name."""

    @property
    def region(self) -> Region:
        """The region."""
        ...

    def table(self, name: str) -> pl.DataFrame:
        """A table by name."""
        ...


@dataclass(frozen=True)
class Inputs:
    """A region as a closure meets it; arrays in the order of the market's labels.

    Attributes
    ----------
    market : who searches and what stands open
    industries : SNI codes of the region; jobs : persons by workplace, industry and occupation in the base year
    by_table : the same by industry of the national table
    lives : of those who work in a workplace, the share who live in each home (works, homes)
    ages : of those in an occupation, the share in each age class (occupations, ages)
    exits : of those in an occupation and age class, the share who leave working life in a month
    effort : how well each class searches, by draw (draws, classes)
    national, region_jobs, home_jobs, resident_share : for `carried_posts`
    pay : SEK a month by occupation; tax : municipal rate by home, NaN outside
    network : table `occupation_network`
    """

    region: Region
    market: Market
    industries: tuple[str, ...]
    jobs: Floats
    by_table: Floats
    lives: Floats
    ages: Floats
    exits: Floats
    effort: Floats
    national: National
    region_jobs: Floats
    home_jobs: float
    resident_share: float
    pay: Floats
    tax: Floats
    network: pl.DataFrame
    draws: int
    seed: int
    start: date
    months: int
    _carried: dict[int, CarriedPosts] = field(default_factory=dict, repr=False, compare=False)

    @property
    def day(self) -> date:
        """The day parameters are read on."""
        return decision_day(self.region)

    def carried(self, industry: str) -> CarriedPosts:
        """What one post in an industry carries, by draw; solved once for each industry of the national table."""
        place = self.national.place(industry)
        if place not in self._carried:
            spent = value_on("impact.wage_spent_share", self.day)
            self._carried[place] = carried_posts(
                self.national,
                self.region_jobs,
                self.home_jobs,
                industry=place,
                posts=1.0,
                draws=self.draws,
                seed=self.seed,
                spent=Range(*ends(spent)),
                resident_share=self.resident_share,
            )
        return self._carried[place]


def inputs_of(
    source: Source,
    *,
    start: date | None = None,
    months: int = 36,
    draws: int = 200,
    seed: int = 1,
    taxonomy: Path | None = None,
) -> Inputs:
    """Everything that the closures of a region share.

    Parameters
    ----------
    source : a finished run (`results.open_results`), or a job on its way (`closure.JobTables`)
    start : the month that is followed from; the first of the first plan year when not given
    months : months that are followed; the market is the mean of their years
    draws, seed : how many draws, and from where; the run's draws are used over again where it has fewer
    taxonomy : a pack or a folder of exports, for the occupation network

    Raises
    ------
    SettingError when the months lie outside the years of the run.
    """
    region = source.region
    begin = start or date(region.first_plan_year, 1, 1)
    works = tuple(sorted(source.table("vacancy_chains")["municipality"].unique()))
    occupations = tuple(sorted(region.tables["employed"]["occupation"].unique()))
    homes = (*works, OUTSIDE)
    day = decision_day(region)
    network = network_of(region, taxonomy=taxonomy)
    industries, jobs = _jobs(region, works, occupations, day)
    flows = flows_between(region, homes, works, day=day)
    exits, ages = _ages(region, occupations)
    national = national_of(region)
    sums = dict(zip(industries, jobs.sum((0, 2)).tolist(), strict=True))
    return Inputs(
        region=region,
        market=market(
            homes,
            works,
            occupations,
            CLASSES,
            travel=travel_weights(region, homes, works, day=day),
            related=related_matrix(network, occupations),
            **_standing(source, works, occupations, _years(region, source, begin, months), draws, seed),
        ),
        industries=industries,
        jobs=jobs,
        by_table=_by_table(national, industries, jobs),
        lives=_lives(flows),
        ages=ages,
        exits=exits,
        effort=efforts(CLASSES, draws=draws, seed=seed, day=day),
        national=national,
        region_jobs=national.jobs_by_industry(sums),
        home_jobs=value_on("impact.sweden_jobs", day).number,
        resident_share=float(flows[:-1].sum() / flows.sum()) if flows.sum() > 0 else 1.0,
        pay=_pay(region, occupations),
        tax=_tax(region, homes),
        network=network,
        draws=draws,
        seed=seed,
        start=begin,
        months=months,
    )


def market_of(source: Source, **given: Any) -> Market:
    """The market that a closure meets; see `inputs_of`, which keeps more."""
    return inputs_of(source, **given).market


def ends(value: Value) -> tuple[float, float, float]:
    """Low, middle and high of a parameter; the middle where no range is given."""
    middle = value.number
    return (
        middle if value.low is None else value.low,
        middle,
        middle if value.high is None else value.high,
    )


def _years(region: Region, source: Source, begin: date, months: int) -> dict[int, float]:
    """The years that the months lie in, each with its share of them; those after the run's last count as it."""
    last = int(source.table("vacancy_chains")["year"].max())  # type: ignore[arg-type]
    if not region.base_year <= begin.year <= last:
        raise SettingError(
            f"the months begin in {begin.year}",
            why=f"the run tells of {region.base_year + 1} to {last}",
            todo="choose a day of notice within these years, or run further (--to)",
        )
    share: dict[int, float] = {}
    for month in range(months):
        year = min(max(begin.year + (begin.month - 1 + month) // MONTHS_A_YEAR, region.base_year + 1), last)
        share[year] = share.get(year, 0.0) + 1.0 / months
    return share


def _standing(
    source: Source,
    works: tuple[str, ...],
    occupations: tuple[str, ...],
    years: Mapping[int, float],
    draws: int,
    seed: int,
) -> dict[str, Floats]:
    """Vacancies and others, and what is filled a month, by draw."""
    dims = {"draw": _draws_of(source), "municipality": works, "occupation": occupations}
    weight = pl.col("year").replace_strict(list(years), list(years.values()), return_dtype=pl.Float64)
    cell = list(dims)
    gap = _of(source.table("gap_draws"), years).group_by(cell, maintain_order=True)
    people = gap.agg(*(total(pl.col(name) * weight).alias(name) for name in ("unfilled", "without_work")))
    opened = pl.max_horizontal(pl.col("expansion") + pl.col("replacement"), 0.0) * weight
    opening = _of(source.table("opening_draws"), years).group_by(cell, maintain_order=True).agg(persons=total(opened))
    chains = _of(source.table("vacancy_chains"), years).group_by(cell[1:], maintain_order=True)
    outside = chains.agg(persons=total(pl.col("from_outside") * weight))
    drawn = to_array(opening, "persons", dims, absent=0.0)
    mean = to_array(outside, "persons", {name: dims[name] for name in cell[1:]}, absent=0.0)
    whole = drawn.mean(0)
    filled = np.where(whole > 0, drawn * mean / np.where(whole > 0, whole, 1.0), mean) / MONTHS_A_YEAR
    chosen = _chosen(len(dims["draw"]), draws, seed)
    others = to_array(people, "without_work", dims, absent=0.0)
    nobody = np.zeros((len(chosen), 1, len(occupations)))
    return {
        "vacancies": to_array(people, "unfilled", dims, absent=0.0)[chosen],
        "filled": filled[chosen],
        "others": np.concatenate([others[chosen], nobody], axis=1),
    }


def _of(frame: pl.DataFrame, years: Mapping[int, float]) -> pl.DataFrame:
    return frame.filter(pl.col("year").is_in(sorted(years)))


def _draws_of(source: Source) -> list[int]:
    return source.table("gap_draws")["draw"].unique().sort().to_list()


def _chosen(there: int, draws: int, seed: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Which of the run's draws each of ours is: all of them equally often, in shuffled order."""
    rng = np.random.default_rng(seed)
    rounds = [rng.permutation(there) for _ in range(-(-draws // there))]
    return np.concatenate(rounds)[:draws]


def _jobs(
    region: Region, works: tuple[str, ...], occupations: tuple[str, ...], day: date
) -> tuple[tuple[str, ...], Floats]:
    """Jobs of the base year by workplace, industry and occupation; a hidden count stands for a number."""
    employed = without_hidden(of_base_year(region, "employed"), day)
    industries = tuple(sorted(employed["industry"].unique()))
    dims = {"municipality": works, "industry": industries, "occupation": occupations}
    return industries, to_array(employed, "persons", dims, absent=0.0, where="employed.persons")


def _by_table(national: National, industries: tuple[str, ...], jobs: Floats) -> Floats:
    """Persons by workplace, industry of the national table and occupation."""
    found = np.zeros((jobs.shape[0], len(national.industries), jobs.shape[2]))
    for number, industry in enumerate(industries):
        found[:, national.place(industry)] += jobs[:, number]
    return found


def _lives(flows: Floats) -> Floats:
    """Column shares of commuting (works, homes); where nobody is known to work, people live where they work."""
    there = flows.sum(0)
    own = np.eye(len(there), len(flows))
    return np.where(there[:, None] > 0, flows.T / np.where(there > 0, there, 1.0)[:, None], own)


def _ages(region: Region, occupations: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Monthly exits and shares by occupation and age class."""
    groups = [group for inside in AGE_CLASSES.values() for group in inside]
    dims = {"occupation": occupations, "age_group": groups}
    share = to_array(region.tables["employed_age"], "share", dims, absent=0.0, where="employed_age.share")
    life = region.tables["working_life"]
    yearly = np.broadcast_to(to_array(life, "exit_rate", {"age_group": groups}, absent=0.0), share.shape).copy()
    known = to_array(region.tables["exit_rates"], "rate", dims, absent=-1.0, where="exit_rates.rate")
    yearly = np.where(known >= 0, known, yearly)
    of_class = np.array([[group in inside for inside in AGE_CLASSES.values()] for group in groups], dtype=float)
    ages = share @ of_class
    left = (share * yearly) @ of_class
    rate = np.where(ages > 0, left / np.where(ages > 0, ages, 1.0), (yearly @ of_class) / of_class.sum(0))
    whole = ages.sum(1, keepdims=True)
    ages = np.where(whole > 0, ages / np.where(whole > 0, whole, 1.0), 1.0 / len(AGE_CLASSES))
    return 1.0 - (1.0 - rate) ** (1.0 / MONTHS_A_YEAR), ages


def _pay(region: Region, occupations: tuple[str, ...]) -> Floats:
    """SEK a month by occupation; the mean of the others where one has none."""
    pay = region.tables["pay"].drop_nulls("sek_month")
    latest = pay.sort("occupation", "year").unique("occupation", keep="last", maintain_order=True)
    known = to_array(latest, "sek_month", {"occupation": occupations}, absent=-1.0)
    return np.where(known >= 0, known, known[known >= 0].mean() if (known >= 0).any() else 0.0)


def _tax(region: Region, homes: tuple[str, ...]) -> Floats:
    """Municipal rate by home; NaN where it is not known, as outside."""
    rates = region.tables["tax"].drop_nulls("municipal_rate")
    latest = rates.sort("municipality", "year").unique("municipality", keep="last", maintain_order=True)
    known = to_array(latest, "municipal_rate", {"municipality": homes}, absent=-1.0)
    return np.where(known >= 0, known, np.nan)
