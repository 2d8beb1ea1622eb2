"""The parts of an instance: names to positions, needs of cells, ways within reach, rows of limits, guidance.

Start reading at `Names`, then `limits_of`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.planning.problem import Problem

Whole = npt.NDArray[np.int64]
Number = npt.NDArray[np.float64]
HAIR = 1e-8
"""Each limit is this share wider, for rounding; a hundredth of what the recount forgives."""
EVERY = "*"


@dataclass(frozen=True)
class Names:
    """Names by position, sorted; `first` is the first year, `years` how many count, `start_years` how many start."""

    municipalities: pl.Series
    occupations: pl.Series
    measures: pl.Series
    sites: pl.Series
    guidance: pl.Series
    first: int
    years: int
    start_years: int
    draw_names: pl.Series

    @classmethod
    def of(cls, problem: Problem) -> Names:
        """All names the tables of `problem` use."""

        def names(*columns: pl.Series) -> pl.Series:
            return pl.concat([column.unique() for column in columns]).unique().sort()

        settings = problem.settings
        return cls(
            municipalities=names(
                problem.need["municipality"],
                problem.sites["municipality"],
                problem.reach["municipality"],
                problem.floors["municipality"],
            ),
            occupations=names(problem.need["occupation"], problem.leads["occupation"], problem.drains["occupation"]),
            measures=problem.measures["measure"],
            sites=problem.sites["site"],
            guidance=names(problem.guidance["guidance"]),
            first=settings.first,
            years=len(settings.years),
            start_years=len(settings.starts),
            draw_names=names(problem.need_draws["draw"].fill_null("")),
        )

    @property
    def draws(self) -> int:
        """How many draws there are; 0 when the need is certain."""
        return len(self.draw_names)

    @staticmethod
    def positions(names: pl.Series, given: pl.Series) -> Whole:
        """Position in `names` of each of `given`."""
        if not len(given):
            return np.zeros(0, np.int64)
        place = pl.DataFrame({"name": names}).with_row_index("place")
        found = pl.DataFrame({"name": given}).join(place, on="name", how="left", maintain_order="left")
        return found["place"].cast(pl.Int64).to_numpy().copy()


def pointers(keys: npt.ArrayLike, count: int) -> Whole:
    """Where the rows of each of `count` keys begin and end, for rows sorted by key."""
    sums = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(np.asarray(keys, np.int64), minlength=count), out=sums[1:])
    return sums


@dataclass(frozen=True)
class Needs:
    """Need and worth of a person-year of each cell; with draws their sorted needs; floors as most persons short."""

    need: Number
    worth: Number
    draws: Whole
    levels: Number
    order: npt.NDArray[np.int32]
    floors: Number
    wanted: npt.NDArray[np.bool_]


def needs_of(problem: Problem, names: Names) -> Needs:
    """The cells of `problem`: municipality by occupation by year."""
    shape = len(names.municipalities), len(names.occupations), names.years
    need = _cells(names, problem.need)
    weight = np.ones(shape[1])
    known = problem.weights.filter(pl.col("occupation").is_in(names.occupations.implode()))
    weight[names.positions(names.occupations, known["occupation"])] = known["weight"].to_numpy()
    worth = weight[None, :, None] * problem.settings.discount ** np.arange(names.years)[None, None, :]
    draws, levels, order = _levels(problem, names)
    wanted: npt.NDArray[np.bool_] = np.any(need.reshape(shape) > 0, axis=2)
    home = names.positions(names.municipalities, problem.sites["municipality"])
    drained = problem.drains.filter(pl.col("share") > 0)["occupation"]
    wanted[np.ix_(home, names.positions(names.occupations, drained))] = True
    floors = np.full(shape[0] * shape[2], np.inf)
    if problem.floors.height:
        rows = problem.floors
        place = names.positions(names.municipalities, rows["municipality"]) * names.years
        place = place + rows["year"].to_numpy() - names.first
        whole = need.reshape(shape).sum(axis=1).ravel()[place]
        floors[place] = (1.0 - rows["share"].to_numpy()) * whole + HAIR * np.maximum(1.0, whole)
    spread = np.ascontiguousarray(np.broadcast_to(worth, shape).ravel())
    return Needs(need, spread, draws, levels, order, floors, wanted)


def _cells(names: Names, rows: pl.DataFrame) -> Number:
    count = names.years
    made = np.zeros(len(names.municipalities) * len(names.occupations) * count)
    made[_cell_of(names, rows)] = rows["persons"].to_numpy()
    return made


def _cell_of(names: Names, rows: pl.DataFrame) -> Whole:
    chain = names.positions(names.municipalities, rows["municipality"]) * len(names.occupations)
    chain += names.positions(names.occupations, rows["occupation"])
    cell: Whole = chain * names.years + rows["year"].to_numpy() - names.first
    return cell


def _levels(problem: Problem, names: Names) -> tuple[Whole, Number, npt.NDArray[np.int32]]:
    """Pointers per cell, needs of all draws sorted, and which draw each is; a missing row is 0."""
    cells = len(names.municipalities) * len(names.occupations) * names.years
    rows = problem.need_draws
    if not rows.height:
        return np.zeros(cells + 1, np.int64), np.zeros(0), np.zeros(0, np.int32)
    cell, draw = _cell_of(names, rows), names.positions(names.draw_names, rows["draw"].fill_null(""))
    there = np.unique(cell)
    table = np.zeros((len(there), names.draws))
    table[np.searchsorted(there, cell), draw] = rows["persons"].to_numpy()
    order = np.argsort(table, axis=1, kind="stable")
    levels = np.take_along_axis(table, order, axis=1)
    found = pointers(np.repeat(there, names.draws), cells)
    return found, levels.ravel(), order.ravel().astype(np.int32)


def weighted_draws(order: npt.NDArray[np.int32], levels: Number, weights: Number) -> tuple[Number, Number]:
    """For each breakpoint the weight, and the weighted need, of it and all above in its cell."""
    if not len(levels):
        return np.zeros(0), np.zeros(0)
    count = len(weights)
    own = weights[order].reshape(-1, count)
    above = np.cumsum(own[:, ::-1], axis=1)[:, ::-1]
    sums = np.cumsum((own * levels.reshape(-1, count))[:, ::-1], axis=1)[:, ::-1]
    return np.ascontiguousarray(above.ravel()), np.ascontiguousarray(sums.ravel())


@dataclass(frozen=True)
class Ways:
    """Where the completers of a site in an occupation can go: pointers per site and occupation, chains, shares."""

    pointers: Whole
    chain: Whole
    share: Number
    staying: Number
    wanted: npt.NDArray[np.bool_]


def ways_of(problem: Problem, names: Names, needs: Needs) -> Ways:
    """Ways to chains that need somebody in some year (with a surplus weight: to all)."""
    count = len(names.occupations)
    reach = problem.reach.filter(pl.col("share") > 0)
    site = names.positions(names.sites, reach["site"])
    place = names.positions(names.municipalities, reach["municipality"])
    share = reach["share"].to_numpy()
    alive = needs.wanted | (problem.settings.surplus_weight > 0)
    row, occupation = np.nonzero(alive[place])
    key = site[row] * count + occupation
    order = np.lexsort((place[row], key))
    row, occupation, key = row[order], occupation[order], key[order]
    wanted = np.zeros((len(names.sites), count), bool)
    np.logical_or.at(wanted, (site[row], occupation), needs.wanted[place[row], occupation])
    return Ways(
        pointers=pointers(key, len(names.sites) * count),
        chain=(place[row] * count + occupation) * names.years,
        share=share[row].copy(),
        staying=np.bincount(site, weights=share, minlength=len(names.sites)).astype(np.float64),
        wanted=wanted,
    )


@dataclass(frozen=True)
class Limits:
    """Rows of limits: `rooms` and `applicants` say the first row of each site (-1 without limit), `own` of pairs."""

    at_most: Number
    rooms: Whole
    applicants: Whole
    own: Whole
    pays: Whole
    pay_row: Whole
    pay_share: Number

    @staticmethod
    def row_of(first: Whole, site: Whole, year: Whole) -> Whole:
        """The row of each site and year, -1 without limit."""
        return np.where(first[site] >= 0, first[site] + year, -1)

    def own_row(self, measure: Whole, site: Whole, year: Whole, names: Names) -> Whole:
        """The row of applicants that guidance adds to, of each measure, site and year; -1 without."""
        return self.row_of(self.own, measure * len(names.sites) + site, year)

    def of_starts(
        self, problem: Problem, names: Names, measure: Whole, site: Whole, year: Whole
    ) -> tuple[Number, Whole, Number]:
        """Most classes, fewest classes and most seats of each start, by what limits it alone."""
        shape = len(names.measures), len(names.sites), names.start_years
        seats = np.full(shape, np.inf)
        offers = problem.offers
        own = offers["applicants"].cast(pl.Float64).fill_null(np.inf).to_numpy()
        pair = names.positions(names.measures, offers["measure"]), names.positions(names.sites, offers["site"])
        guided_pair = self.own.reshape(shape[:2])[pair] >= 0
        seats[pair] = np.where(guided_pair, np.inf, np.floor(own + 1e-9))[:, None]
        places = problem.placements
        where = (
            names.positions(names.measures, places["measure"]),
            names.positions(names.sites, places["site"]),
            places["year"].to_numpy() - names.first,
        )
        np.minimum.at(seats, where, np.floor(places["places"].to_numpy() + 1e-9))
        most = np.empty(shape)
        classes = problem.measures["classes_max"].cast(pl.Float64).fill_null(np.inf).to_numpy()
        most[:] = classes[:, None, None]
        least = np.zeros(shape, np.int64)
        for name, place, start, kind, said in problem.pins.select(
            "measure", "site", "year", "kind", "classes"
        ).iter_rows():
            at = (
                int(names.positions(names.measures, pl.Series([name]))[0]),
                int(names.positions(names.sites, pl.Series([place]))[0]),
                start - names.first,
            )
            if kind in ("must", "at_least"):
                least[at] = max(least[at], 1 if kind == "must" else said)
            else:
                most[at] = min(most[at], 0 if kind == "never" else said)
        chosen = measure, site, year
        return most[chosen], least[chosen], np.minimum(seats[chosen], float(2**30))


def limits_of(problem: Problem, names: Names) -> Limits:
    """The rows of all limits of `problem` that several starts, or guidance, share."""
    count, rows = names.start_years, 0
    parts: list[Number] = []
    firsts: list[Whole] = []
    for column in ("rooms", "applicants"):
        given = problem.sites[column].cast(pl.Float64).to_numpy()
        limited = ~np.isnan(given)
        first = np.where(limited, rows + count * (np.cumsum(limited) - 1), -1).astype(np.int64)
        # Applicants that guidance adds to keep their fraction: what is added may complete it.
        whole = np.floor(given[limited] + 1e-9) if column == "rooms" else given[limited]
        parts.append(np.repeat(whole, count))
        firsts.append(first)
        rows += int(limited.sum()) * count
    own, own_rows = _own_rows(problem, names, rows)
    parts.append(np.repeat(own_rows, count))
    rows += len(own_rows) * count
    pays, pay_row, pay_share, budgets = _pays(problem, names, rows)
    parts.append(budgets)
    if problem.cost_cap is not None:
        parts.append(np.array([float(problem.cost_cap)]))
    at_most = np.concatenate(parts)
    return Limits(at_most + HAIR * np.maximum(1.0, at_most), firsts[0], firsts[1], own, pays, pay_row, pay_share)


def _own_rows(problem: Problem, names: Names, first: int) -> tuple[Whole, Number]:
    """First row of each pair of measure and site whose own applicants guidance adds to, and their limits."""
    own = np.full(len(names.measures) * len(names.sites), -1, np.int64)
    pairs = problem.guidance.select("measure", "site").unique().sort("measure", "site")
    limited = pairs.join(problem.offers.drop_nulls("applicants"), on=["measure", "site"], maintain_order="left")
    place = names.positions(names.measures, limited["measure"]) * len(names.sites)
    place += names.positions(names.sites, limited["site"])
    own[place] = first + names.start_years * np.arange(limited.height)
    return own, limited["applicants"].cast(pl.Float64).to_numpy().copy()


def _pays(problem: Problem, names: Names, first: int) -> tuple[Whole, Whole, Number, Number]:
    """Pointers per unit, rows and shares of what it costs, and the budgets of those rows."""
    count = names.start_years
    funding, payments = problem.funding, problem.payments
    span = count + int(payments["offset"].max() or 0) if payments.height else count  # type: ignore[arg-type]
    funders = funding["funder"].unique().sort()
    budgets = np.zeros((len(funders), span))
    rows = problem.budgets.filter(pl.col("funder").is_in(funders.implode()))
    rows = rows.filter(pl.col("year").is_between(names.first, names.first + span - 1))
    place = names.positions(funders, rows["funder"]), rows["year"].to_numpy() - names.first
    budgets[place] = rows["amount"].to_numpy()
    joined = funding.filter(pl.col("share") > 0).join(
        payments.filter(pl.col("share") > 0), on="measure", suffix="_of_payment", maintain_order="left"
    )
    measure = np.repeat(names.positions(names.measures, joined["measure"]), count)
    year = np.tile(np.arange(count), joined.height)
    row = np.repeat(names.positions(funders, joined["funder"]) * span + joined["offset"].to_numpy(), count) + year
    share = np.repeat((joined["share"] * joined["share_of_payment"]).to_numpy(), count)
    unit, row = measure * count + year, row + first
    if problem.cost_cap is not None:
        units = np.arange(len(names.measures) * count)
        unit, row = np.concatenate([unit, units]), np.concatenate([row, np.full(len(units), first + budgets.size)])
        share = np.concatenate([share, np.ones(len(units))])
    order = np.argsort(unit, kind="stable")
    return pointers(unit, len(names.measures) * count), row[order], share[order], budgets.ravel()


@dataclass(frozen=True)
class Guided:
    """Guidance: pointers per guidance and step; rows and units of its first year, and applicants and cost."""

    pointers: Whole
    whole: Whole
    number: Number


def guided(problem: Problem, names: Names, limits: Limits) -> Guided:
    """Each step's entries: row of the site's applicants, row of its own, unit and site; applicants added and cost."""
    rows = problem.guidance
    which = names.positions(names.guidance, rows["guidance"])
    step = (
        rows.select(pl.col("step").rank("dense").over("guidance") - 1).to_series().cast(pl.Int64).to_numpy()
        if rows.height
        else which
    )
    most = int(step.max()) + 1 if rows.height else 0
    site, measure = names.positions(names.sites, rows["site"]), names.positions(names.measures, rows["measure"])
    key = which * most + step
    order = np.argsort(key, kind="stable")
    own = limits.own[measure * len(names.sites) + site] if rows.height else which
    whole = [limits.applicants[site] if rows.height else which, own, measure * names.start_years, site]
    number = [rows["applicants"].to_numpy().astype(float), rows["cost"].to_numpy().astype(float)]
    return Guided(
        pointers(key, len(names.guidance) * most),
        np.ascontiguousarray(np.stack([column[order] for column in whole], axis=1).astype(np.int64)),
        np.ascontiguousarray(np.stack([column[order] for column in number], axis=1)),
    )
