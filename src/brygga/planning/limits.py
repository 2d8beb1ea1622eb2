"""Every limit on the classes and seats of a plan as a row: rooms, applicants, budgets, guidance, pins, places.

A row is kept apart from how a start enters it: `Uses` says what a class and a seat of a start take
of a row, and `model.py` turns that into whole classes and seats or into the small linear form.

Start reading at `add_limits`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.planning.problem import Problem
from brygga.planning.program import Indices, Numbers, Places, Program
from brygga.planning.starts import HAIR, Starts, payment_shares

LIMIT = {"limit": pl.String, "name": pl.String, "year": pl.Int64, "at_most": pl.Float64, "unit": pl.String}
LIMITS = pl.Schema({**LIMIT, "site": pl.String, "measure": pl.String, "row": pl.Int64, "shared": pl.Boolean})
UNITS = {"rooms": "classes", "classes": "classes", "pin": "classes", "budget": "thousand kronor"}
UNITS |= {"applicants": "seats", "placements": "seats", "cost_cap": "thousand kronor"}
STEPS = pl.Schema({"guidance": pl.String, "year": pl.Int64, "step": pl.Int64, "column": pl.Int64})


@dataclass
class Uses:
    """What starts take of rows: parallel lists of row, start, amount per class and amount per seat."""

    _parts: list[tuple[Indices, Indices, Numbers, Numbers]] = field(default_factory=list)

    def add(self, rows: Places, starts: Places, per_class: npt.ArrayLike, per_seat: npt.ArrayLike) -> None:
        """Add uses of `rows` by `starts`."""
        at, start, classes, seats = np.broadcast_arrays(rows, starts, per_class, per_seat)
        self._parts.append((at.astype(np.int32), start.astype(np.int32), classes.astype(float), seats.astype(float)))

    def arrays(self) -> tuple[Indices, Indices, Numbers, Numbers]:
        """Row, start, per class and per seat of all uses."""
        whole, real = np.zeros(0, np.int32), np.zeros(0)
        rows, starts, classes, seats = zip(*self._parts, strict=True) if self._parts else ((), (), (), ())
        return (
            np.concatenate([whole, *rows]),
            np.concatenate([whole, *starts]),
            np.concatenate([real, *classes]),
            np.concatenate([real, *seats]),
        )


@dataclass
class Limits:
    """The rows of all limits and the columns of guidance.

    `frame`: limit, name, year, at_most, unit, site, measure, row, shared (by starts of several measures). `steps`:
    guidance, year, step, column, in that order. `chains`: rows that keep the steps in order.
    """

    frame: pl.DataFrame
    steps: pl.DataFrame
    chains: Places


@dataclass(frozen=True)
class _Build:
    """What the functions below write to."""

    program: Program
    uses: Uses
    problem: Problem
    starts: Starts
    frames: list[pl.DataFrame]

    @property
    def length(self) -> int:
        """Start years."""
        return len(self.problem.settings.starts)

    def limit(self, limit: str, rows: pl.DataFrame, *, shared: bool) -> Places:
        """A row for each of `rows` (name, year, at_most and maybe site, measure)."""
        places = self.program.rows(rows.height, upper=rows["at_most"].to_numpy())
        missing = [pl.lit(None, pl.String).alias(name) for name in ("site", "measure") if name not in rows.columns]
        said = {"limit": pl.lit(limit), "unit": pl.lit(UNITS[limit]), "shared": pl.lit(shared)}
        full = rows.with_columns(*missing, row=pl.Series(places, dtype=pl.Int64), **said)
        self.frames.append(full.select(LIMITS.names()).cast(LIMITS))
        return places


def add_limits(program: Program, uses: Uses, problem: Problem, starts: Starts, *, own_rows: bool) -> Limits:
    """Add every limit; with `own_rows` also those on a single start as rows, else they stand in `starts` only."""
    build = _Build(program, uses, problem, starts, [])
    _add_rooms(build)
    site_rows = _add_site_applicants(build)
    own = _add_own_applicants(build, own_rows=own_rows)
    money = _add_money(build)
    if own_rows:
        _add_own_limits(build)
    steps, chains = _add_guidance(build, site_rows, own, money)
    return Limits(pl.concat(build.frames), steps, chains)


def _years(problem: Problem) -> pl.DataFrame:
    return pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})


def _grid(places: Places, at: Places, shape: tuple[int, int]) -> Places:
    """Row of each place and year, -1 where there is none; `at` are the places with rows, in order."""
    grid = np.full(shape, -1)
    grid[at] = places.reshape(len(at), shape[1])
    return grid


def _add_site_rows(build: _Build, limit: str, at_most: pl.Expr, per_class: float, per_seat: float) -> Places:
    sites = build.problem.sites.with_row_index("at").filter(pl.col(limit).is_not_null())
    rows = sites.select("site", name="site", at_most=at_most).join(_years(build.problem), how="cross")
    places = build.limit(limit, rows, shared=True)
    grid = _grid(places, sites["at"].to_numpy().astype(np.int64), (build.problem.sites.height, build.length))
    row = grid[build.starts.site, build.starts.year]
    used = np.flatnonzero(row >= 0)
    build.uses.add(row[used], used, per_class, per_seat)
    return grid


def _add_rooms(build: _Build) -> None:
    _add_site_rows(build, "rooms", (pl.col("rooms") + HAIR).floor(), 1.0, 0.0)


def _add_site_applicants(build: _Build) -> Places:
    guided = pl.col("site").is_in(build.problem.guidance["site"].unique().implode())
    at_most = pl.when(guided).then("applicants").otherwise((pl.col("applicants") + HAIR).floor())
    return _add_site_rows(build, "applicants", at_most, 0.0, 1.0)


def _add_own_applicants(build: _Build, *, own_rows: bool) -> dict[tuple[str, str, int], int]:
    """Rows for measures at a site with applicants of their own; where guidance adds to them, or all."""
    guided = build.problem.guidance.select("measure", "site").unique().with_columns(guided=True)
    frame = build.starts.frame.with_row_index("start").join(build.problem.offers, on=["measure", "site"], how="left")
    frame = frame.join(guided, on=["measure", "site"], how="left").sort("start").drop_nulls("applicants")
    asked = pl.col("guided").fill_null(False)
    at_most = pl.when(asked).then("applicants").otherwise((pl.col("applicants") + HAIR).floor())
    kept = frame.filter(asked | own_rows).with_columns(name="label", at_most=at_most)
    rows = build.limit("applicants", kept.select("name", "year", "at_most", "site", "measure"), shared=False)
    if kept.height:
        shared = pl.when(pl.col("row").is_in(rows[kept["guided"].fill_null(False).to_numpy()])).then(True)
        build.frames[-1] = build.frames[-1].with_columns(shared=shared.otherwise("shared"))
    build.uses.add(rows, kept["start"].to_numpy().astype(np.int64), 0.0, 1.0)
    keys = kept.select("measure", "site", "year").rows()
    return {key: int(row) for key, row in zip(keys, rows, strict=True)}


def _add_own_limits(build: _Build) -> None:
    """Most classes, places and pins from above of a single start."""
    frame = build.starts.frame.with_row_index("start").with_columns(name="label")
    places = build.problem.placements
    limits = {
        "classes": frame.with_columns(at_most=pl.col("classes_max").cast(pl.Float64)).drop_nulls("at_most"),
        "placements": frame.join(places, on=["measure", "site", "year"]).with_columns(
            at_most=(pl.col("places") + HAIR).floor()
        ),
        "pin": frame.drop_nulls("most").with_columns(at_most=pl.col("most").cast(pl.Float64)),
    }
    for limit, given in limits.items():
        rows = build.limit(limit, given.select("name", "year", "at_most", "site", "measure"), shared=False)
        seats = limit == "placements"
        build.uses.add(rows, given["start"].to_numpy().astype(np.int64), float(not seats), float(seats))


@dataclass(frozen=True)
class _Money:
    """Row of each funder and year, and of the cap on all cost (or None)."""

    rows: dict[tuple[str, int], int]
    cap: int | None


def _add_money(build: _Build) -> _Money:
    """Every funder and year; a missing budget is an empty purse."""
    problem, starts = build.problem, build.starts
    funders = pl.concat([problem.funding["funder"], problem.budgets["funder"]]).unique().sort()
    later = max(problem.payments["offset"].to_list(), default=0)
    years = list(range(problem.settings.first, problem.settings.last + later + 1))
    grid = pl.DataFrame({"name": funders}).join(pl.DataFrame({"year": years}, schema={"year": pl.Int64}), how="cross")
    amounts = problem.budgets.select(name="funder", year="year", at_most="amount")
    full = grid.join(amounts, on=["name", "year"], how="left", maintain_order="left")
    rows = build.limit("budget", full.with_columns(pl.col("at_most").fill_null(0.0)), shared=True)
    places = {name: at for at, name in enumerate(funders)}
    shares = payment_shares(problem)
    order = np.argsort(starts.measure, kind="stable")
    ends = np.searchsorted(starts.measure[order], np.arange(problem.measures.height + 1))
    for at, measure in enumerate(problem.measures["measure"]):
        own = order[ends[at] : ends[at + 1]]
        for funder, offset, share in shares.get(measure, []):
            row = rows[places[funder] * len(years) + starts.year[own] + offset]
            build.uses.add(row, own, share * starts.cost_class[own], share * starts.cost_seat[own])
    cap = None
    if problem.cost_cap is not None:
        one = pl.DataFrame({"name": [""], "year": [None], "at_most": [float(problem.cost_cap)]})
        cap = int(build.limit("cost_cap", one, shared=True)[0])
        build.uses.add(np.array(cap), np.arange(starts.count), starts.cost_class, starts.cost_seat)
    keys = full.select("name", "year").rows()
    return _Money({key: int(row) for key, row in zip(keys, rows, strict=True)}, cap)


def _add_guidance(
    build: _Build, site_rows: Places, own: dict[tuple[str, str, int], int], money: _Money
) -> tuple[pl.DataFrame, Places]:
    """A column per step and year, bought in order; what it adds and what it costs."""
    problem, program = build.problem, build.program
    given = problem.guidance
    if given.is_empty():
        return pl.DataFrame(schema=STEPS), np.zeros(0, np.int64)
    steps = given.select("guidance", "step").unique().sort("guidance", "step").join(_years(problem), how="cross")
    steps = steps.sort("guidance", "year", "step")
    costs = _step_costs(given)
    weight = problem.settings.cost_weight
    cost = [weight * costs[guidance, step] for guidance, year, step in steps.select("guidance", "year", "step").rows()]
    columns = program.columns(steps.height, cost=np.array(cost), upper=1.0, whole=True)
    at = {key: int(c) for key, c in zip(steps.select("guidance", "step", "year").rows(), columns, strict=True)}
    sites = {site: place for place, site in enumerate(problem.sites["site"])}
    shares = payment_shares(problem)
    entries: list[tuple[int, int, float]] = []
    for guidance, site, measure, step, price, more in given.select(
        "guidance", "site", "measure", "step", "cost", "applicants"
    ).rows():
        for y, year in enumerate(problem.settings.starts):
            column = at[guidance, step, year]
            if (row := int(site_rows[sites[site], y])) >= 0:
                entries.append((row, column, -more))
            if (measure, site, year) in own:
                entries.append((own[measure, site, year], column, -more))
            for funder, offset, share in shares.get(measure, []):
                entries.append((money.rows[funder, year + offset], column, share * price))
            if money.cap is not None:
                entries.append((money.cap, column, price))
    table = np.array(entries, dtype=float).reshape(-1, 3)
    program.entries(table[:, 0], table[:, 1], table[:, 2])
    same = steps.select(same=pl.struct("guidance", "year") == pl.struct("guidance", "year").shift(1))["same"]
    later = np.flatnonzero(same.fill_null(False).to_numpy())
    chains = program.rows(len(later), upper=0.0)
    program.entries(chains, columns[later], 1.0)
    program.entries(chains, columns[later - 1], -1.0)
    return steps.with_columns(column=pl.Series(columns)).select(STEPS.names()).cast(STEPS), chains


def _step_costs(given: pl.DataFrame) -> dict[tuple[str, int], float]:
    """What each step costs, over all its sites and measures."""
    costs: dict[tuple[str, int], float] = {}
    for guidance, step, cost in given.select("guidance", "step", "cost").rows():
        costs[guidance, step] = costs.get((guidance, step), 0.0) + cost
    return costs
