"""Demand: posts by workplace, filled and unfilled.

    demand[w,o,t] = employed + vacancies                      at the end of the base year
                  + industry: sum_i employed[i,w,o] (factor[i,w,t] - 1)
                  + heard: new posts that companies stated, from their year on
                  + events: posts of named events x probability, from their year on

`factor` is what a model of growth says (`growth.Growth`), times the layered shocks: surprises in an
industry's growth add up year by year, those of nation, county, municipality, occupation and cell fade
(`shocks`). In a draw each industry follows one model, in the central run their weighted mean. The model
`outlook` follows its driver (children, pupils, elderly, population, or constant). What an industry's workplace
is staffed with stays as in the base year.

Start reading at `project_demand`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array
from brygga.core.sums import total
from brygga.projection.growth import Growth, growth_paths
from brygga.projection.shocks import normals, uniforms
from brygga.projection.uncertainty import Draws

DEMAND_PARTS = ("employed_at_work", "vacancies", "industry", "heard", "events")
OUTLOOK = "outlook"


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

    @property
    def counties(self) -> list[str]:
        """The county of each municipality: the first two digits of its code."""
        return [municipality[:2] for municipality in self.municipalities]

    def among(self, chosen: Sequence[int]) -> Axes:
        """The same with some of the municipalities."""
        return replace(self, municipalities=[self.municipalities[i] for i in chosen])


@dataclass(frozen=True)
class Event:
    """Posts of a named event: where, in which occupation and from which year (numbers on the axes), how likely."""

    name: str
    place: int
    occupation: int
    year: int
    posts: float
    probability: float


@dataclass(frozen=True)
class Workplaces:
    """What demand starts from.

    industries, drivers : labels, and what each industry's number of jobs follows
    jobs : employed in the base year, industry x municipality x occupation
    vacancies : municipality x occupation, at least `floor`
    growth, growth_sd : what the models say, and the spread of a year's growth per industry
    heard, heard_sd : new posts so far, and the spread of those of a year, municipality x occupation x year
    events : named events, one a row of their table
    floor : smallest number of vacancies in a cell of the base year, and of posts later
    """

    industries: Sequence[str]
    drivers: Sequence[str]
    jobs: Floats
    vacancies: Floats
    growth: Growth
    growth_sd: Floats
    heard: Floats
    heard_sd: Floats
    events: Sequence[Event]
    floor: float

    def among(self, chosen: Sequence[int]) -> Workplaces:
        """The same for some of the municipalities."""
        at = list(chosen)
        now = {before: i for i, before in enumerate(at)}
        events = [replace(event, place=now[event.place]) for event in self.events if event.place in now]
        return replace(
            self,
            jobs=self.jobs[:, at],
            vacancies=self.vacancies[at],
            growth=replace(self.growth, factor=self.growth.factor[:, :, at]),
            heard=self.heard[at],
            heard_sd=self.heard_sd[at],
            events=events,
        )

    def narrowed(self) -> Workplaces:
        """The same with numbers of half the size (float32), for many draws."""
        names = ("jobs", "vacancies", "growth_sd", "heard", "heard_sd")
        growth = replace(self.growth, factor=self.growth.factor.astype(np.float32))
        return replace(self, growth=growth, **{name: getattr(self, name).astype(np.float32) for name in names})


def workplaces(
    employed: pl.DataFrame,
    vacancies: pl.DataFrame,
    industry_outlook: pl.DataFrame,
    *,
    heard: pl.DataFrame,
    events: pl.DataFrame,
    axes: Axes,
    floor: float,
    growth: Growth | None = None,
) -> Workplaces:
    """What demand starts from, out of tables.

    Parameters
    ----------
    employed, vacancies : tables of the base year; no row means counted and none
    industry_outlook : table `industry_outlook`
    heard : `heard_posts`
    events : table `events`
    axes : labels; the first year is the base
    floor : smallest number of vacancies in a cell of the base year, and of posts later
    growth : what the models say of each industry; the outlook alone when left out
    """
    industries = employed["industry"].unique().sort().to_list()
    drivers = dict(industry_outlook.select("industry", "driver").iter_rows())
    sd = to_array(industry_outlook, "growth_sd", {"industry": industries}, where="industry_outlook.growth_sd")
    spread = heard.select("municipality", "occupation", "year", value="growth_sd") if "growth_sd" in heard else None
    stated = _yearly(heard.rename({"growth": "value"}), axes)
    return Workplaces(
        industries=industries,
        drivers=[drivers[industry] for industry in industries],
        jobs=to_array(employed, "persons", {"industry": industries} | axes.cells, absent=0.0, where="employed.persons"),
        vacancies=np.maximum(to_array(vacancies, "persons", axes.cells, absent=0.0, where="vacancies.persons"), floor),
        growth=growth
        or growth_paths(
            None, industry_outlook, industries=industries, municipalities=axes.municipalities, years=axes.years
        ),
        growth_sd=sd,
        heard=stated.cumsum(2),
        heard_sd=np.zeros_like(stated) if spread is None else _yearly(spread, axes),
        events=_events(events, axes),
        floor=floor,
    )


def project_demand(
    at: Workplaces,
    drivers: Mapping[str, Floats],
    *,
    axes: Axes,
    draws: Draws,
    counted: Floats | None = None,
) -> dict[str, Floats]:
    """Posts per municipality of workplace, occupation, year and draw, in the parts they come from.

    Parameters
    ----------
    at : what demand starts from
    drivers : people that industries follow, by name: municipality x year x draw
    axes : labels; the first year is the base
    draws : which draws to compute, and how large their shocks are
    counted : factor on the base year's jobs where their count may be off, municipality x occupation x draw

    Returns
    -------
    One array a part of `DEMAND_PARTS`, municipality x occupation x year x draw (an axis that a part does
    not vary along has length 1); the parts add up to the demand.
    """
    base = at.jobs.sum(0)[:, :, None, None]
    jobs = _industry_jobs(at, drivers, axes, draws)
    if counted is not None:
        base, jobs = base * counted[:, :, None], jobs * counted[:, :, None]
    vacant = at.vacancies[..., None] * draws.measured("vacancies", axes.municipalities, axes.occupations)
    parts = {
        "employed_at_work": base,
        "vacancies": vacant[:, :, None],
        "industry": np.subtract(jobs, base, out=jobs),
        "heard": _heard(at, axes, draws),
        "events": _event_posts(at.events, jobs.shape, draws).astype(jobs.dtype),
    }
    short = np.maximum(at.floor - summed(parts, DEMAND_PARTS), 0.0)
    if short.any():
        parts["events"] = parts["events"] + short
    return parts


def summed(parts: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    """Some of the parts added up, always from the first to the last: municipality x occupation x year x draw."""
    whole = parts[names[0]]
    for name in names[1:]:
        whole = whole + parts[name]
    return whole


def _industry_jobs(at: Workplaces, drivers: Mapping[str, Floats], axes: Axes, draws: Draws) -> Floats:
    """Filled posts: municipality x occupation x year x draw."""
    factor = _growth_factor(at, drivers, draws, years=len(axes.years))
    years, size = len(axes.years), draws.size
    local = draws.deviations("demand/nation", ["nation"], years, size.demand_nation)
    local = local + draws.deviations("demand/county", axes.counties, years, size.demand_county)
    local = local + draws.deviations("demand/municipality", axes.municipalities, years, size.demand_municipality)
    by_occupation = draws.deviations("demand/occupation", axes.occupations, years, size.demand_occupation)
    jobs = np.empty((len(axes.municipalities), len(axes.occupations), years, len(draws.numbers)), factor.dtype)
    for m, municipality in enumerate(axes.municipalities):
        own = draws.deviations(
            "demand/cell", [f"{municipality}/{o}" for o in axes.occupations], years, size.demand_cell
        )
        own += by_occupation
        own += local[m]
        there = np.flatnonzero(at.jobs[:, m].any(1))
        np.einsum("io,itd->otd", at.jobs[there, m], factor[there, m], out=jobs[m])
        jobs[m] *= np.exp(own, out=own)
    return jobs


def _growth_factor(at: Workplaces, drivers: Mapping[str, Floats], draws: Draws, *, years: int) -> Floats:
    """How many an industry employs relative to its base: industry x municipality x year x draw."""
    labels = [f"growth/{industry}" for industry in at.industries]
    chosen = uniforms("growth", labels, draws=draws.numbers, seed=draws.seed) if draws.size.models else None
    surprise = draws.surprises("demand/industry", at.industries, years, draws.size.growth)
    factors = []
    for i, driver in enumerate(at.drivers):
        followed = _relative(drivers[driver]) if driver != "constant" else None
        paths = []
        for name, path in zip(at.growth.models, at.growth.factor[:, i], strict=True):
            ahead = path[..., None]
            paths.append(ahead * followed if name == OUTLOOK and followed is not None else ahead)
        one = _followed(paths, at.growth.weights, None if chosen is None else chosen[i])
        factors.append(one * np.exp(surprise[i] * at.growth_sd[i]))
    shape = np.broadcast_shapes(*(one.shape for one in factors))
    return np.stack([np.broadcast_to(one, shape) for one in factors])


def _followed(paths: Sequence[Floats], weights: Floats, chosen: Floats | None) -> Floats:
    """The path of the model that each draw follows, or the weighted mean."""
    if len(paths) == 1:
        return paths[0]
    if chosen is None:
        return np.asarray(sum(weight * path for weight, path in zip(weights.tolist(), paths, strict=True)))
    model = np.minimum(np.searchsorted(weights.cumsum(), chosen, side="right"), len(paths) - 1)
    return np.asarray(sum((model == k) * path for k, path in enumerate(paths)))


def _relative(people: Floats) -> Floats:
    """A driver's size as a multiple of its base; 1 where there was nobody."""
    base = people[:, :1]
    return np.asarray(np.where(base > 0, people / np.where(base > 0, base, 1), 1).astype(people.dtype))


def _heard(at: Workplaces, axes: Axes, draws: Draws) -> Floats:
    """New posts that companies stated, so far: municipality x occupation x year x draw, never below none where any."""
    if not draws.size.heard or not at.heard_sd.any():
        return at.heard[..., None]
    posts = np.repeat(np.diff(at.heard, axis=2, prepend=0)[..., None], len(draws.numbers), 3)
    for m, o, t in np.argwhere(at.heard_sd > 0).tolist():
        label = f"{axes.municipalities[m]}/{axes.occupations[o]}/{axes.years[t]}"
        off = normals("heard", [label], draws=draws.numbers, seed=draws.seed)[0, 0]
        least = min(float(posts[m, o, t, 0]), 0.0)
        posts[m, o, t] = np.maximum(posts[m, o, t] + draws.size.heard * at.heard_sd[m, o, t] * off, least)
    return np.asarray(posts.cumsum(2))


def _events(table: pl.DataFrame, axes: Axes) -> list[Event]:
    """The rows of table `events` that fall on the axes, in an order of their own."""
    places, occupations, years = (
        {label: at for at, label in enumerate(labels)} for labels in (axes.municipalities, axes.occupations, axes.years)
    )
    inside = (
        pl.col("municipality").is_in(list(places))
        & pl.col("occupation").is_in(list(occupations))
        & pl.col("year").is_in(list(years))
    )
    rows = table.filter(inside).sort("event", "municipality", "occupation", "year").iter_rows(named=True)
    return [
        Event(
            row["event"],
            places[row["municipality"]],
            occupations[row["occupation"]],
            years[row["year"]],
            row["posts"],
            row["probability"],
        )
        for row in rows
    ]


def _event_posts(events: Sequence[Event], shape: tuple[int, ...], draws: Draws) -> Floats:
    """Posts of events so far: municipality x occupation x year x draw."""
    if not events:
        return np.zeros((1, 1, 1, 1))
    posts = np.zeros(shape)
    names = sorted({event.name for event in events})
    chance = dict(zip(names, uniforms("events", names, draws=draws.numbers, seed=draws.seed), strict=True))
    for event in events:
        happens = chance[event.name] < event.probability if draws.size.events else event.probability
        posts[event.place, event.occupation, event.year :] += event.posts * happens
    return posts


def _yearly(frame: pl.DataFrame, axes: Axes) -> Floats:
    """`value` of each year: municipality x occupation x year."""
    sums = frame.group_by("municipality", "occupation", "year", maintain_order=True).agg(total("value"))
    return to_array(sums, "value", axes.cells | {"year": axes.years}, absent=0.0)
