"""Carry inputs: what a region's tables say about jobs, pay and residence, as the computations want it.

Start reading at `inputs_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.errors import SettingError, TableError, listed
from brygga.core.grids import Floats, to_array
from brygga.core.parameters import Value, value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.impact.carried import Span
from brygga.impact.carried_places import CELL
from brygga.impact.exporting import SWEDEN_SOURCE, sweden_jobs
from brygga.impact.fiscal import OUTSIDE, residence_shares
from brygga.impact.leontief import Vector
from brygga.impact.municipal_account import Residence, Services
from brygga.impact.national import National
from brygga.impact.ranges import Range
from brygga.workflow.carry_answers import ranged
from brygga.workflow.national import national_of

MANUFACTURING, NATION = "C", "00"
FIRST_COST = date(2012, 12, 31)
"""The first day the cost of places is known; earlier pay is met with it."""
WORKING_AGE, PRESCHOOL, SCHOOL = (20, 64), (1, 5), (6, 15)
"""Ages, both ends included: of those who move in, of children in preschool and in compulsory school."""


@dataclass(frozen=True)
class Inputs:
    """The region as the computations want it; workplaces and homes in the order of `works`.

    `without_pay` are occupations whose pay is not known: they take the mean of the others.
    """

    national: National
    jobs: pl.DataFrame
    works: tuple[str, ...]
    occupations: tuple[str, ...]
    pay: Vector
    residence: Residence
    near: Floats
    pay_day: date
    without_pay: tuple[str, ...] = ()

    @property
    def region_jobs(self) -> dict[str, float]:
        """Jobs by industry as the region counts them."""
        sums = self.jobs.group_by("industry", maintain_order=True).agg(total("persons")).sort("industry")
        return dict(sums.iter_rows())

    @property
    def resident_share(self) -> float:
        """Of those who work in the region, the share who live there."""
        there = to_array(
            self.jobs.group_by("municipality", maintain_order=True).agg(total("persons")),
            "persons",
            {"municipality": self.works},
            absent=0.0,
        )
        inside = self.residence.share[: len(self.works)].sum(axis=0)
        return float(min(1.0, inside @ there / there.sum())) if there.sum() > 0 else 1.0


def inputs_of(region: Region) -> Inputs:
    """The region's jobs with their place in the national table, pay by occupation, and where people live.

    Raises
    ------
    TableError: hidden jobs or flows, or no pay at all.
    """
    national = national_of(region)
    jobs = jobs_of(region)
    placed = {code: national.place(code) for code in jobs["industry"].unique().to_list()}
    jobs = jobs.with_columns(place=pl.col("industry").replace_strict(placed, return_dtype=pl.Int64))
    works = tuple(sorted(region.municipalities))
    occupations = tuple(jobs["occupation"].unique().sort().to_list())
    pay, without = pay_of(region, jobs)
    tax = region.tables["tax"].drop_nulls("municipal_rate")
    residence = residence_of(region, works, tax)
    return Inputs(
        national=national,
        jobs=jobs,
        works=works,
        occupations=occupations,
        pay=to_array(pay, "sek_month", {"occupation": occupations}),
        without_pay=without,
        residence=residence,
        near=nearness(region, works),
        pay_day=date(max(pay["year"].drop_nulls().to_list(), default=region.base_year), 12, 31),
    )


def jobs_of(region: Region) -> pl.DataFrame:
    """Jobs of the base year at the region's own workplaces: industry, occupation, municipality, persons.

    Raises
    ------
    TableError when cells are hidden: unknown is not zero.
    """
    own = region.tables["employed"].filter(
        pl.col("municipality").is_in(region.municipalities), pl.col("year") == region.base_year
    )
    hidden = own.filter(pl.col("persons").is_null())
    if hidden.height:
        first = hidden.row(0, named=True)
        raise TableError(
            f"employed.persons: {hidden.height} hidden cell(s), first industry {first['industry']} in "
            f"{first['municipality']}",
            why="a hidden cell is not zero jobs, and the region's mix of industries would be skewed",
            todo="fill them with an estimate and status modelled",
        )
    return own.group_by(CELL, maintain_order=True).agg(total("persons")).filter(pl.col("persons") > 0).sort(CELL)


def pay_of(region: Region, jobs: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Pay of every occupation (occupation, year, sek_month), and those that take the mean of the others.

    The mean is weighed by the jobs of the occupations whose pay is known.

    Raises
    ------
    TableError when no pay is known of any occupation.
    """
    known = region.tables["pay"].drop_nulls("sek_month").select("occupation", "year", "sek_month")
    heads = jobs.group_by("occupation", maintain_order=True).agg(total("persons")).sort("occupation")
    paid = heads.join(known, on="occupation", how="left", maintain_order="left")
    some = paid.drop_nulls("sek_month")
    if heads.height and not some.height:
        raise TableError(
            f"pay has no pay for {listed(heads['occupation'].to_list())}",
            why="posts become tax through their pay, and none is known",
            todo="add rows to pay",
        )
    lacking = tuple(paid.filter(pl.col("sek_month").is_null())["occupation"])
    mean = some.select(total(pl.col("persons") * pl.col("sek_month")) / total("persons"))
    return paid.with_columns(pl.col("sek_month").fill_null(mean.item() if some.height else 0.0)), lacking


def nation_jobs_of(region: Region) -> tuple[dict[str, float], str]:
    """Jobs by industry in the nation and where they come from.

    The file `national_jobs.csv` of the region's folder; else table `jobs_history` for the nation, when all its
    industries are counted in its latest year; else the named table of Sweden.
    """
    given = beside(region, "national_jobs")
    if given.height:
        return dict(given.select("industry", "persons").iter_rows()), "; ".join(given["source"].unique().sort())
    history = region.tables.get("jobs_history", tables.empty("jobs_history")).filter(municipality=NATION)
    last = history.filter(pl.col("year") == pl.col("year").max())
    if last.height and not last["persons"].null_count():
        sums = last.group_by("industry", maintain_order=True).agg(total("persons")).sort("industry")
        said = last["source"].drop_nulls().to_list() or ["table jobs_history"]
        return dict(sums.iter_rows()), f"{said[0]}, {last['year'][0]}"
    return sweden_jobs(), SWEDEN_SOURCE


def beside(region: Region, name: str) -> pl.DataFrame:
    """An optional file of the region's folder, checked; without rows where there is none."""
    path = region.folder / f"{name}.csv"
    return tables.read(path, name, extra_codes=region.extra_codes) if path.is_file() else tables.empty(name)


def residence_of(region: Region, works: Sequence[str], tax: pl.DataFrame) -> Residence:
    """Where those who work in each municipality live; every home that is not of the region is outside.

    A workplace without a flow to it is lived in by those who work there. A home without a published rate has NaN.
    """
    shares = residence_shares(region.tables["commuting"], year=region.base_year).filter(pl.col("work").is_in(works))
    named = shares.with_columns(home=pl.when(pl.col("home").is_in(works)).then("home").otherwise(pl.lit(OUTSIDE)))
    summed = named.group_by("home", "work", maintain_order=True).agg(total("share"))
    homes = (*works, OUTSIDE)
    matrix = to_array(summed, "share", {"home": homes, "work": works}, absent=0.0)
    for place in np.flatnonzero(matrix.sum(axis=0) <= 0):
        matrix[place, place] = 1.0
    known = dict(tax.select("municipality", "municipal_rate").iter_rows())
    rates = np.array([known.get(home, np.nan) for home in homes])
    return Residence(homes, tuple(works), matrix / matrix.sum(axis=0), rates)


def nearness(region: Region, works: Sequence[str]) -> Floats:
    """How easily residents of each municipality reach each other: observed commuting over what size alone would give.

    Homes x workplaces, 0 to 1; the easiest of each home is 1.
    """
    flows = region.tables["commuting"].filter(pl.col("year") == region.base_year)
    matrix = to_array(flows, "persons", {"home": works, "work": works}, absent=0.0)
    size = np.outer(matrix.sum(axis=1), matrix.sum(axis=0))
    ease = np.divide(matrix, size, out=np.zeros_like(matrix), where=size > 0)
    most = ease.max(axis=1, keepdims=True)
    return np.asarray(np.divide(ease, most, out=np.zeros_like(ease), where=most > 0))


def services_of(region: Region, inputs: Inputs, *, day: date, draws: int, seed: int) -> Services:
    """Children per resident of working age by municipality, the cost of their places, and how many move in."""
    rng = np.random.default_rng(seed)
    costs = max(inputs.pay_day, FIRST_COST)
    in_preschool = value_on("impact.preschool_share", costs).number
    adults, small, pupils = (_ages(region, inputs.works, ages) for ages in (WORKING_AGE, PRESCHOOL, SCHOOL))
    return Services(
        preschool=np.append(in_preschool * _ratio(small, adults), 0.0),
        school=np.append(_ratio(pupils, adults), 0.0),
        preschool_sek=value_on("impact.preschool_place_cost", costs).number,
        school_sek=value_on("impact.school_place_cost", costs).number,
        moving=as_range(value_on("impact.moving_in", day)).sample(draws, rng),
        family=as_range(value_on("impact.moving_family", day)).sample(draws, rng),
    )


def as_range(value: Value) -> Range:
    """A parameter with its range, to draw from."""
    span: Span = ranged(value)
    return Range(span.low, span.mid, span.high)


def check_question(region: Region, municipality: str | None, posts: float) -> None:
    """Raise SettingError when the municipality is not of the region or the posts are no number of people."""
    if municipality is not None and municipality not in region.municipalities:
        raise SettingError(
            f"--municipality {municipality} is not in {region.name_sv}",
            why="nothing is known of workplaces outside the region",
            todo=f"choose one of {listed(sorted(region.municipalities), most=15)}",
        )
    if not 0 <= posts <= 1e6:
        raise SettingError(
            f"--posts {posts:g}", why="posts are people at work in one industry", todo="give a number from 0 up"
        )


def _ages(region: Region, works: Sequence[str], ages: tuple[int, int]) -> Vector:
    """Residents of those ages at the end of the base year; NaN where a cell is hidden."""
    people = region.tables["population"].filter(
        pl.col("year") == region.base_year,
        pl.col("age").is_between(*ages),
        pl.col("municipality").is_in(works),
    )
    known = pl.when(pl.col("persons").is_null().any()).then(None).otherwise(total("persons"))
    sums = people.group_by("municipality", maintain_order=True).agg(persons=known).fill_null(float("nan"))
    found = dict(sums.iter_rows())
    return np.array([found.get(work, np.nan) for work in works])


def _ratio(children: Vector, adults: Vector) -> Vector:
    """Children per adult; a municipality where that is hidden takes the mean of the others."""
    ratio = np.divide(children, adults, out=np.full_like(adults, np.nan), where=adults > 0)
    known = np.isfinite(ratio)
    mean = children[known].sum() / adults[known].sum() if known.any() else 0.0
    return np.where(known, ratio, mean)
