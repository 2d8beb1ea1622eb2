"""A plan read from its folder, with all its reasons as tables: what `brygga plan explain` prints and writes.

Money is in thousand kronor, as in the problem folder.

Start reading at `explained`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core.errors import SettingError
from brygga.core.execution import HERE, Execution
from brygga.planning.cooperation import Cooperation, cooperation
from brygga.planning.place import place
from brygga.planning.plan_reading import PlanFolder, read_plan_folder
from brygga.planning.problem import Problem
from brygga.planning.reasons import guidance_of, limits_of, reasons_of
from brygga.planning.reasons_again import one_more, pin_costs
from brygga.planning.reasons_money import gains_of
from brygga.planning.reasons_prices import prices_of
from brygga.planning.recount import Recount, recount

LEVEL = 0.9
ROUNDED = 1e-6


@dataclass(frozen=True)
class Stated:
    """A plan as its folder states it, recounted. `bound` is the stated one, else the relaxation's optimum."""

    classes: pl.DataFrame
    guidance: pl.DataFrame
    arrivals: pl.DataFrame
    counted: Recount
    bound: float


@dataclass(frozen=True)
class Explained:
    """A plan and its reasons; `together` when cooperation was asked for.

    `tables`: limits, reasons, municipalities, guidance, and pins, one_more, cooperation, alone as asked for.
    """

    plan: Stated
    tables: dict[str, pl.DataFrame]
    together: Cooperation | None


def explained(
    problem: Problem,
    out: Path,
    *,
    with_cooperation: bool = False,
    with_pins: bool = False,
    with_one_more: bool = False,
    most: int = 20,
    rule: str = "need",
    time_limit: float = 20.0,
    gap: float = 0.01,
    seed: int = 1,
    iterations: int | None = None,
    execution: Execution = HERE,
) -> Explained:
    """The reasons of the plan in `out`.

    Parameters
    ----------
    with_cooperation, with_pins, with_one_more : what is asked for that solves again, each at most `time_limit` seconds
        a time, to `gap`, with `seed` and `iterations`
    most : how many starts that are not chosen
    rule : how money without a municipality is divided alone

    Raises
    ------
    FileError, TableError or SettingError when the plan cannot be read.
    """
    folder = read_plan_folder(out)
    tail = _tail(folder)
    prices = prices_of(problem, tail=tail)
    plan = _stated(problem, folder, tail, prices.value)
    again: dict[str, Any] = {
        "time_limit": time_limit,
        "gap": gap,
        "seed": seed,
        "iterations": iterations,
        "execution": execution,
        **({"cvar_weight": tail[0], "cvar_level": tail[1]} if tail else {}),
    }
    tables = {
        "limits": limits_of(problem, plan, prices),
        "reasons": reasons_of(problem, plan, prices, most=most),
        "municipalities": gains_of(problem, plan.arrivals, plan.counted),
        "guidance": guidance_of(problem, plan, prices),
    }
    if with_one_more:
        tables["one_more"] = one_more(problem, plan, prices, **again)
    if with_pins:
        tables["pins"] = pin_costs(problem, plan, **again)
    together = cooperation(problem, plan, rule=rule, **again) if with_cooperation else None
    if together is not None:
        tables |= {"cooperation": together.municipalities, "alone": together.alone}
    return Explained(plan, tables, together)


def _tail(folder: PlanFolder) -> tuple[float, float] | None:
    """Weight and level of the worst draws that the plan was made with."""
    weight, level = _number(folder, "cvar_weight"), _number(folder, "cvar_level")
    return (weight, LEVEL if level is None else level) if weight else None


def _stated(problem: Problem, folder: PlanFolder, tail: tuple[float, float] | None, relaxed: float) -> Stated:
    classes, arrivals, guidance = folder.tables
    weight, level = tail or (0.0, LEVEL)
    came = place(problem, classes, cvar_weight=weight, cvar_level=level) if arrivals is None else arrivals
    counted = recount(problem, classes, came, guidance, cvar_weight=weight, cvar_level=level)
    bound = _number(folder, "bound")
    if bound is not None and bound > counted.objective + ROUNDED * max(1.0, abs(counted.objective)):
        raise SettingError(
            f"summary.json states a bound of {bound:,.6g}, the plan has objective {counted.objective:,.6g}",
            why="a bound that a plan lies below proves nothing",
            todo="make the plan again with `brygga plan solve`, or take `bound` out of summary.json",
        )
    bound = relaxed if bound is None else max(bound, relaxed)
    return Stated(classes, guidance, came, counted, min(bound, counted.objective))


def _number(folder: PlanFolder, name: str) -> float | None:
    """A number of summary.json; None where it states none."""
    given = folder.summary.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise SettingError(f"summary.json: {name} is {given!r}", why="a number belongs there", todo="correct it")
    return float(given)
