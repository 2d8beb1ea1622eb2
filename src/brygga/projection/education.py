"""Education: how many people have which education, carried forward year by year.

    N[e, m, s, a, t+1] = stayed + grown into the age group - grown out of it
                       + arrivals + further education + completers + movers

Each year, in every municipality (m) and sex (s):

1. people leave for good (death, retirement) at the rate of their age group (a) and education (e);
2. those who stay grow older: one in `width` of an age group into the next. Under `settled` they take the
   educations that age group has today, so attainment stays as it is; from `settled` on they keep their own;
3. the youngest arrive, with the educations of the youngest age group today;
4. further education moves people between groups at stated rates;
5. completers of programmes move from the groups that they come from to the one that they are trained for;
6. movers, given or what is missing to a given total, come and go with the educations of their age group.

Further education and completers sum to zero over groups: nobody appears by being educated.

Start reading at `project_education`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.projection.ages import bounds, in_order

FLOWS = ("exits", "aged_out", "arrivals", "further", "completers", "movers")
KEY = ("municipality", "sex", "education", "age_group")
SETTLED = 35
"""From this age on people keep the education they have, but for further education and programmes."""


@dataclass(frozen=True)
class Axes:
    """Labels of the stock, age groups from the youngest, years from the base."""

    municipalities: Sequence[str]
    sexes: Sequence[str]
    educations: Sequence[str]
    age_groups: Sequence[str]
    years: Sequence[int]

    @property
    def people(self) -> dict[str, Sequence[str]]:
        """The axes of a year's stock."""
        return dict(zip(KEY, (self.municipalities, self.sexes, self.educations, self.age_groups), strict=True))


def project_education(
    stock: pl.DataFrame,
    exits: pl.DataFrame,
    *,
    to: int,
    arrivals: pl.DataFrame | None = None,
    totals: pl.DataFrame | None = None,
    movers: pl.DataFrame | None = None,
    further: pl.DataFrame | None = None,
    completers: pl.DataFrame | None = None,
    sources: Mapping[str, Sequence[str]] | None = None,
    settled: int = SETTLED,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People by education, municipality of residence, sex and age group to the end of year `to`, and their flows.

    Parameters
    ----------
    stock : municipality, sex, education, age_group, year, persons of one base year. `education` is any label,
        `sex` may be one for all; no row means counted and none
    exits : age_group, rate, and `education` if it differs: leaving for good within the year
    to : last year
    arrivals : municipality, sex, year, persons: those who come of age into the youngest group; none when left out
    totals : municipality, sex, age_group, year, persons: what each age group is to be; movers are what is missing
    movers : municipality, sex, age_group, year, persons (signed); only without `totals`
    further : origin, education, age_group, rate: share of those with education `origin` who get `education` in a year
    completers : municipality, education, year, persons; below zero for completers that are left out
    sources : for each education with completers, the groups they come from, in proportion to who is there
    settled : age from which people keep their education as they grow older

    Returns
    -------
    stock : the columns of `stock`, every cell and year from the base year on
    flows : municipality, education, year and one column a flow (`FLOWS`, signed) for each year after the base:
        stock[t] = stock[t-1] + their sum, exactly. What people change by growing older under `settled` is `further`

    Raises
    ------
    TableError when both `totals` and `movers` are given, rates are missing, or an education has completers but no
    group that they come from.
    """
    if totals is not None and movers is not None:
        raise TableError(
            "project_education was given totals and movers",
            why="movers are what is missing to the totals, so the two say the same twice",
            todo="give one of them",
        )
    axes = _axes(stock, to)
    yearly = axes.years[1:]
    people = to_array(stock, "persons", axes.people, absent=0.0, where="education stock")
    rates = _exit_rates(exits, axes)
    arriving = _yearly(arrivals, axes, ("municipality", "sex"), "arrivals")
    wanted = None if totals is None else _yearly(totals, axes, ("municipality", "sex", "age_group"), "totals", None)
    moving = _yearly(movers, axes, ("municipality", "sex", "age_group"), "movers")
    trained = _yearly(completers, axes, ("municipality", "education"), "completers")
    learning = _further_rates(further, axes)
    origins = _origins(sources or {}, trained, axes)
    today = _mix(people)
    young = np.array([bounds(group)[0] < settled for group in axes.age_groups])
    stocks, flows = [people], []
    for t in range(len(yearly)):
        people, flow = _grow_older(people, rates, today, young, axes)
        come = arriving[..., t, None] * today[..., 0]
        people[..., 0] += come
        learned = _learn(people, learning)
        people = people + learned
        done = _complete(people, trained[..., t], origins, young)
        people = people + done
        net = moving[..., t] if wanted is None else wanted[..., t] - people.sum(2)
        moved = _move(people, net, today)
        people = people + moved
        flow |= {"arrivals": come[..., None], "completers": done, "movers": moved}
        flow["further"] = flow["further"] + learned
        flows.append({name: flow[name].sum((1, 3)) for name in FLOWS})
        stocks.append(people)
    whole = to_frame({"persons": np.stack(stocks, -1)}, axes.people | {"year": axes.years})
    cells = {"municipality": axes.municipalities, "education": axes.educations, "year": yearly}
    nothing = np.zeros((len(axes.municipalities), len(axes.educations), 0))
    return whole, to_frame(
        {name: np.stack([f[name] for f in flows], -1) if flows else nothing for name in FLOWS}, cells
    )


def programme_completers(
    programmes: pl.DataFrame,
    intake: pl.DataFrame,
    gives: pl.DataFrame,
    reach: pl.DataFrame,
    *,
    base_year: int,
    to: int,
    stay: float,
    without_intake: tuple[int, int] | None = None,
) -> pl.DataFrame:
    """Completers by education, municipality of residence and year: intake x completion x stay.

    Parameters
    ----------
    programmes, intake : tables of those names
    gives : programme, education, share: which education completers get; shares of a programme sum to 1 (to less
        where some get none that is counted here)
    reach : site, municipality, share: where people of a site come to live
    base_year, to : completers of the years after the base year, to this one
    stay : share of completers who live there at the end of the year
    without_intake : first and last year whose classes are left out, because a plan decides about them. Classes
        already running finish and count, and later ones too. With None every year has its usual intake

    Returns
    -------
    municipality, education, year, persons. A year without intake, or with a hidden one, has the programme's mean of
    the known years.
    """
    told = intake.drop_nulls("seats").sort("programme", "year")
    usual = told.group_by("programme", maintain_order=True).agg(usual=total("seats") / pl.len())
    years = pl.DataFrame({"year": list(range(base_year + 1, to + 1))}, schema={"year": pl.Int64})
    ends = programmes.select("programme", "site", "years", "completion").join(usual, on="programme")
    started = ends.join(years, how="cross").with_columns(start=pl.col("year") - pl.col("years"))
    seats = started.join(told.select("programme", start="year", seats="seats"), on=["programme", "start"], how="left")
    left_out = pl.lit(False) if without_intake is None else pl.col("start").is_between(*without_intake)
    seats = seats.with_columns(pl.when(left_out).then(0.0).otherwise(pl.coalesce("seats", "usual")).alias("seats"))
    persons = pl.col("seats") * pl.col("completion") * pl.col("share") * pl.col("here") * stay
    return (
        seats.join(gives, on="programme")
        .join(reach.select("site", "municipality", here="share"), on="site")
        .group_by("municipality", "education", "year", maintain_order=True)
        .agg(persons=total(persons))
        .sort("municipality", "education", "year")
    )


def _axes(stock: pl.DataFrame, to: int) -> Axes:
    years = stock["year"].unique().to_list()
    if len(years) != 1 or to < years[0]:
        raise TableError(
            f"education stock of {listed(sorted(years))}, to {to}",
            why="it is carried forward from one base year",
            todo="give the rows of the base year, and a last year that is not before it",
        )
    municipalities, sexes, educations = (stock[name].unique().sort().to_list() for name in KEY[:3])
    groups = in_order(stock["age_group"].unique().to_list(), where="education stock.age_group")
    return Axes(municipalities, sexes, educations, groups, range(years[0], to + 1))


def _exit_rates(exits: pl.DataFrame, axes: Axes) -> Floats:
    """Education x age group, or one row for all."""
    own = {"education": axes.educations} if "education" in exits.columns else {}
    rates = to_array(exits, "rate", own | {"age_group": axes.age_groups}, where="exits.rate")
    return rates if own else rates[None]


def _yearly(
    frame: pl.DataFrame | None, axes: Axes, columns: Sequence[str], where: str, absent: float | None = 0.0
) -> Floats:
    """Persons over the columns and the years after the base."""
    labels = axes.people
    dims: dict[str, Sequence[str] | Sequence[int]] = {name: labels[name] for name in columns}
    dims["year"] = axes.years[1:]
    if frame is None:
        return np.zeros(tuple(len(values) for values in dims.values()))
    for name in columns:
        unknown = sorted(set(frame[name]) - set(labels[name]))
        if unknown:
            raise TableError(
                f"{where}.{name}: {listed(unknown)} not in the education stock",
                why="rows that point nowhere would vanish from the sums",
                todo="add them to the stock, with persons 0 where nobody has it yet",
            )
    return to_array(frame, "persons", dims, absent=absent, where=where)


def _further_rates(further: pl.DataFrame | None, axes: Axes) -> Floats:
    """From education x to education x age group."""
    size = len(axes.educations)
    if further is None:
        return np.zeros((size, size, len(axes.age_groups)))
    dims = {"origin": axes.educations, "education": axes.educations, "age_group": axes.age_groups}
    rates = to_array(further, "rate", dims, absent=0.0, where="further education")
    if (rates.sum(1) > 1 + 1e-12).any():
        raise TableError(
            "further education: the rates of a group and age sum to more than 1",
            why="more people would change education than there are",
            todo="rates are shares of the group in a year, written 0.02 for 2 per cent",
        )
    return rates


def _origins(sources: Mapping[str, Sequence[str]], trained: Floats, axes: Axes) -> Floats:
    """To education x from education: 1 where completers may come from."""
    places = {education: i for i, education in enumerate(axes.educations)}
    origins = np.zeros((len(places), len(places)))
    for education, groups in sources.items():
        for group in groups:
            if education in places and group in places and group != education:
                origins[places[education], places[group]] = 1.0
    lost = [e for e, i in places.items() if np.any(trained[:, i] != 0) and not origins[i].any()]
    if lost:
        raise TableError(
            f"completers of {listed(lost)} come from no education group",
            why="they had another education before, and would be counted twice",
            todo="name the groups they come from in `sources`",
        )
    return origins


def _mix(people: Floats) -> Floats:
    """Share of each education in every municipality, sex and age group; of all municipalities where nobody is."""
    everywhere = np.broadcast_to(people.sum((0, 1), keepdims=True), people.shape)
    base = np.where(people.sum(2, keepdims=True) > 0, people, everywhere)
    size = base.sum(2, keepdims=True)
    return np.asarray(np.where(size > 0, base / np.where(size > 0, size, 1.0), 1.0 / people.shape[2]))


def _grow_older(
    people: Floats, rates: Floats, today: Floats, young: Floats, axes: Axes
) -> tuple[Floats, dict[str, Floats]]:
    width = np.array([bounds(group)[1] - bounds(group)[0] + 1 for group in axes.age_groups], dtype=np.float64)
    left = people * rates
    stay = people - left
    growing = stay / width
    after = stay - growing
    grown = growing[..., :-1]
    taken = np.where(young[1:], grown.sum(2, keepdims=True) * today[..., 1:], grown)
    after[..., 1:] += taken
    aged = np.zeros_like(people)
    aged[..., -1] = growing[..., -1]
    further = np.zeros_like(people)
    further[..., 1:] = taken - grown
    return after, {"exits": -left, "aged_out": -aged, "further": further}


def _learn(people: Floats, rates: Floats) -> Floats:
    """What further education changes: sums to zero over educations."""
    moves = people[:, :, :, None] * rates
    return np.asarray(moves.sum(2) - moves.sum(3))


def _complete(people: Floats, trained: Floats, origins: Floats, young: Floats) -> Floats:
    """Completers from where they come to where they are trained for; those left out the other way. Never below zero."""
    change = np.zeros_like(people)
    reach = people * young
    for e in np.flatnonzero(trained.any(0)):
        pool = reach * origins[e][:, None]
        there = reach.copy()
        there[:, :, np.arange(people.shape[2]) != e] = 0.0
        for m in np.flatnonzero(trained[:, e]):
            number = trained[m, e]
            giving, sign = (pool[m], 1.0) if number > 0 else (there[m], -1.0)
            available = giving.sum()
            if available <= 0:
                continue
            by_age = giving.sum(1) * min(abs(number) / available, 1.0)
            lower = np.where(pool[m].sum(1, keepdims=True) > 0, pool[m], origins[e][:, None])
            share = lower / lower.sum(1, keepdims=True)
            change[m] -= sign * by_age[:, None] * share
            change[m, :, e] += sign * by_age
    return change


def _move(people: Floats, net: Floats, today: Floats) -> Floats:
    """Net movers with the educations of their age group; an age group loses at most those it has."""
    size = people.sum(2)
    mix = np.where(size[:, :, None] > 0, people / np.where(size > 0, size, 1.0)[:, :, None], today)
    return np.asarray(np.maximum(net, -size)[:, :, None] * mix)
