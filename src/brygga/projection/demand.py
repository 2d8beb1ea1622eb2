"""Demand: posts by workplace, filled and unfilled.

    demand[w,o,t] = employed + vacancies                      at the end of the base year
                  + industry: sum_i employed[i,w,o] (factor[i,w,t] - 1)
                  + heard: new posts that companies stated, from their year on
                  + events: posts of named events x probability, from their year on

`factor` is the driver's growth (children, pupils, elderly, population, or constant) times
(1 + growth)^years, times the layered shocks: surprises in an industry's growth add up year by
year, those of nation, municipality, occupation and cell fade (`shocks`). What an industry's workplace is staffed with
stays as in the base year.

Start reading at `project_demand`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.projection.shocks import uniforms
from brygga.projection.uncertainty import Draws

DEMAND_PARTS = ("employed_at_work", "vacancies", "industry", "heard", "events")


@dataclass(frozen=True)
class Axes:
    """The labels that arrays are laid out by, in order."""

    municipalities: Sequence[str]
    occupations: Sequence[str]
    years: Sequence[int]

    @property
    def cells(self) -> dict[str, Sequence[str]]:
        """Municipality x occupation."""
        return {"municipality": self.municipalities, "occupation": self.occupations}


def project_demand(
    employed: pl.DataFrame,
    vacancies: pl.DataFrame,
    industry_outlook: pl.DataFrame,
    bands: pl.DataFrame,
    *,
    heard: pl.DataFrame,
    events: pl.DataFrame,
    axes: Axes,
    draws: Draws,
    floor: float,
) -> pl.DataFrame:
    """Posts per municipality of workplace, occupation, year and draw, in the parts they come from.

    Parameters
    ----------
    employed, vacancies : tables of the base year; no row means counted and none
    industry_outlook : table `industry_outlook`
    bands : municipality, age_group, year, draw, persons, with the drivers (`project_bands`)
    heard : `heard_posts`
    events : table `events`
    axes : labels; the first year is the base
    draws : which draws to compute, and how large their shocks are
    floor : smallest number of vacancies in a cell of the base year, and of posts later

    Returns
    -------
    municipality, occupation, year, draw and one column a part; the parts add up to the demand.
    """
    jobs = _industry_jobs(employed, industry_outlook, bands, axes, draws)
    base = jobs[:, :, :1, :]
    vacant = np.maximum(to_array(vacancies, "persons", axes.cells, absent=0.0), floor)[..., None]
    vacant = vacant * draws.measured("vacancies", axes.municipalities, axes.occupations)
    parts = {
        "employed_at_work": base,
        "vacancies": vacant[:, :, None, :],
        "industry": jobs - base,
        "heard": _since(heard.rename({"growth": "value"}), axes)[..., None],
        "events": _event_posts(events, axes, draws),
    }
    short = np.maximum(floor - sum(parts.values()), 0.0)
    parts["events"] = parts["events"] + short
    dims = axes.cells | {"year": axes.years, "draw": draws.numbers}
    return to_frame({name: parts[name] for name in DEMAND_PARTS}, dims)


def _industry_jobs(
    employed: pl.DataFrame, outlook: pl.DataFrame, bands: pl.DataFrame, axes: Axes, draws: Draws
) -> Floats:
    """Filled posts: municipality x occupation x year x draw."""
    industries = employed["industry"].unique().sort().to_list()
    jobs = to_array(employed, "persons", {"industry": industries} | axes.cells, absent=0.0)
    factor = _driver_growth(outlook, bands, industries, axes, draws) * _trend(outlook, industries, axes, draws)
    years, size = len(axes.years), draws.size
    local = draws.deviations("demand/nation", ["nation"], years, size.demand_nation)
    local = local + draws.deviations("demand/municipality", axes.municipalities, years, size.demand_municipality)
    by_occupation = draws.deviations("demand/occupation", axes.occupations, years, size.demand_occupation)
    cells = [f"{m}/{o}" for m in axes.municipalities for o in axes.occupations]
    own = draws.deviations("demand/cell", cells, years, size.demand_cell)
    own = own.reshape(len(axes.municipalities), len(axes.occupations), years, -1)
    moved = np.einsum("iwo,iwtd->wotd", jobs, factor)
    return np.asarray(moved * np.exp(own + by_occupation[None] + local[:, None]))


def _driver_growth(
    outlook: pl.DataFrame, bands: pl.DataFrame, industries: Sequence[str], axes: Axes, draws: Draws
) -> Floats:
    """The driver's size as a multiple of its base: industry x municipality x year x draw."""
    drivers = dict(outlook.select("industry", "driver").iter_rows())
    shape = (len(axes.municipalities), len(axes.years), len(draws.numbers))
    growth = {"constant": np.ones(shape)}
    for driver in sorted({drivers[industry] for industry in industries} - {"constant"}):
        dims = {"municipality": axes.municipalities, "year": axes.years, "draw": draws.numbers}
        people = to_array(bands.filter(pl.col("age_group") == driver), "persons", dims, where=f"population: {driver}")
        growth[driver] = people / np.where(people[:, :1] > 0, people[:, :1], 1.0)
        growth[driver] = np.where(people[:, :1] > 0, growth[driver], 1.0)
    return np.stack([growth[drivers[industry]] for industry in industries])


def _trend(outlook: pl.DataFrame, industries: Sequence[str], axes: Axes, draws: Draws) -> Floats:
    """(1 + growth)^years x exp(sum of yearly surprises), laid out for multiplication with the drivers."""
    growth, sd = (
        to_array(outlook, column, {"industry": industries}, where=f"industry_outlook.{column}")
        for column in ("growth", "growth_sd")
    )
    years = np.arange(len(axes.years))
    steady = (1 + growth[:, None]) ** years
    surprise = draws.surprises("demand/industry", industries, len(years), draws.size.growth) * sd[:, None, None]
    return np.asarray((steady[..., None] * np.exp(surprise))[:, None])


def _event_posts(events: pl.DataFrame, axes: Axes, draws: Draws) -> Floats:
    """Posts of events so far: municipality x occupation x year x draw."""
    posts = np.zeros((*(len(labels) for labels in axes.cells.values()), len(axes.years), len(draws.numbers)))
    names = events["event"].unique().sort().to_list()
    chance = dict(zip(names, uniforms("events", names, draws=draws.numbers, seed=draws.seed), strict=True))
    for row in events.iter_rows(named=True):
        one = _since(pl.DataFrame([row]).rename({"posts": "value"}), axes)[..., None]
        happens = chance[row["event"]] < row["probability"] if draws.size.events else row["probability"]
        posts += one * happens
    return posts


def _since(frame: pl.DataFrame, axes: Axes) -> Floats:
    """`value` summed over all years so far: municipality x occupation x year."""
    sums = frame.group_by("municipality", "occupation", "year", maintain_order=True).agg(total("value"))
    yearly = to_array(sums, "value", axes.cells | {"year": axes.years}, absent=0.0)
    return np.asarray(yearly.cumsum(2))
