"""What a plan's folder states, held against the recount.

Start reading at `check_plan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from brygga.core.errors import SettingError
from brygga.planning.plan_reading import CELL, PlanFolder
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount, recount

TOLERANCE = 1e-6
"""Share of a figure (of one, where it is smaller) that a stated figure may be off."""
ROUNDED = 0.01
"""How far the cost of one row may be off besides, in thousand kronor: others round to öre."""
NUMBERS = (
    *("objective", "nothing_objective", "cost", "short", "surplus"),
    *("bound", "bound_gap", "improvement_gap", "cvar_weight", "cvar_level"),
)
"""The numbers of summary.json that are read."""
WRONG = {"what": pl.String, "stated": pl.Float64, "recounted": pl.Float64}


@dataclass(frozen=True)
class Checked:
    """The recount of a plan and `nothing`, the objective when nothing starts; what the plan states about itself.

    `stated`: the numbers of summary.json by name, None where it says nothing. `wrong`: what, stated, recounted.
    """

    counted: Recount
    nothing: float
    stated: Mapping[str, float | None]
    wrong: pl.DataFrame

    @property
    def figures(self) -> dict[str, float]:
        """The recounted figures that a plan may state, by the names of summary.json."""
        return _figures(self.counted, self.nothing)

    @property
    def sound(self) -> bool:
        """Whether every limit holds and everything stated is so."""
        return self.counted.breaches.is_empty() and self.wrong.is_empty()


def check_plan(problem: Problem, folder: PlanFolder) -> Checked:
    """Recount the plan of `folder`, and compare with what it states about itself.

    The weight of the worst draws is taken from what summary.json says (`cvar_weight`, `cvar_level`).

    Raises
    ------
    TableError when arrivals are missing, SettingError when summary.json states no number where one belongs.
    """
    stated = {name: _number(folder, name) for name in NUMBERS}
    weight, level = stated["cvar_weight"] or 0.0, 0.9 if stated["cvar_level"] is None else stated["cvar_level"]
    classes, arrivals, guidance = folder.tables
    counted = recount(problem, classes, arrivals, guidance, cvar_weight=weight, cvar_level=level)
    nothing = recount(problem, classes.clear(), cvar_weight=weight, cvar_level=level).objective
    wrong = [
        *_wrong_figures(stated, counted, nothing),
        *_wrong_costs(folder, counted),
        *_wrong_cells(folder, counted),
    ]
    frame = pl.DataFrame(wrong, schema=WRONG, orient="row")
    return Checked(counted, nothing, stated, frame)


Wrong = tuple[str, float | None, float | None]


def _number(folder: PlanFolder, name: str) -> float | None:
    """A number of summary.json; None where it says nothing."""
    value = folder.summary.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingError(
            f"summary.json: {name} is {value!r}", why="a number belongs there", todo="correct it or take it away"
        )
    return float(value)


def _figures(counted: Recount, nothing: float) -> dict[str, float]:
    amounts = {"cost": counted.cost, "short": counted.short, "surplus": counted.surplus}
    return {"objective": counted.objective, "nothing_objective": nothing, **amounts}


def _wrong_figures(stated: dict[str, float | None], counted: Recount, nothing: float) -> list[Wrong]:
    """The figures of summary.json that are not so."""
    objective, bound, true = counted.objective, stated["bound"], _figures(counted, nothing)
    wrong: list[Wrong] = [(name, stated[name], value) for name, value in true.items() if not _same(stated[name], value)]
    if bound is None:
        return wrong
    if not bound <= objective + TOLERANCE * max(1.0, abs(objective)):
        wrong.append(("bound, above the objective", bound, objective))
    for name, whole in (("bound_gap", objective), ("improvement_gap", nothing - bound)):
        gap, distance = stated[name], max(0.0, objective - bound)
        slack = TOLERANCE * max(1.0, abs(objective), abs(whole))
        if gap is not None and not abs(gap * whole - distance) <= slack:
            wrong.append((name, gap, distance / whole if whole > 0 else 0.0))
    return wrong


def _wrong_costs(folder: PlanFolder, counted: Recount) -> list[Wrong]:
    """Rows of plan.csv whose cost is not so."""
    if folder.costs is None:
        return []
    start = ["measure", "site", "year"]
    both = folder.costs.rename({"cost": "stated"}).join(counted.costs, on=start, how="inner").sort(start)
    return [
        (f"cost of {measure} at {site} {year} in plan.csv", stated, cost)
        for measure, site, year, stated, cost in both.select(*start, "stated", "cost").iter_rows()
        if not _same(stated, cost, ROUNDED)
    ]


def _wrong_cells(folder: PlanFolder, counted: Recount) -> list[Wrong]:
    """Cells and years of short.csv that are not so; one that is not there states 0."""
    if folder.short is None:
        return []
    said = [column for column in folder.short.columns if column not in CELL]
    both = folder.short.join(counted.cells, on=CELL, how="full", coalesce=True, suffix="_true").sort(CELL)
    wrong: list[Wrong] = []
    for column in said:
        stated, true = pl.col(column).fill_null(0.0), pl.col(f"{column}_true").fill_null(0.0)
        off = ~((stated - true).abs() <= TOLERANCE * pl.max_horizontal(pl.lit(1.0), true.abs())) | stated.is_nan()
        rows = both.filter(off).select(*CELL, stated, true).iter_rows()
        wrong += [(f"{column} of {o} in {m} {y} in short.csv", given, value) for m, o, y, given, value in rows]
    return wrong


def _same(stated: float | None, true: float, slack: float = 0.0) -> bool:
    """Whether a statement is so; saying nothing is never wrong, NaN always."""
    return stated is None or abs(stated - true) <= max(slack, TOLERANCE * max(1.0, abs(true)))
