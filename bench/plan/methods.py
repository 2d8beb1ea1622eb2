"""Each way to a plan: ours, HiGHS alone on the full form, PuLP with CBC, and the greedy.

A method returns classes and seats, guidance and a bound (none for the greedy); `measure` counts
them again, so that no method's own objective is believed.

Start reading at `measure`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import polars as pl

from bench.plan.greedy import greedy_classes
from brygga.planning.model import Model, build
from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.recount import recount

NO_GUIDANCE = pl.DataFrame(schema={"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64})


@dataclass(frozen=True)
class Outcome:
    """What a method found: no classes when it found no plan, no bound when it has none."""

    classes: pl.DataFrame | None
    bound: float | None = None
    note: str = ""
    guidance: pl.DataFrame = field(default_factory=NO_GUIDANCE.clear)


def ours(problem: Problem, *, seconds: float, seed: int, **_: float) -> Outcome:
    """`solve` as everybody calls it, two threads."""
    from brygga.planning.solve import solve

    plan = solve(problem, time_limit=seconds, gap=0.0001, seed=seed)
    return Outcome(plan.classes, plan.bound, f"{plan.kernel}, {plan.status}", plan.guidance)


def highs(problem: Problem, *, seconds: float, seed: int, cpu: float = float("inf"), **_: float) -> Outcome:
    """HiGHS as it is, one thread, on the full form, until `seconds` of wall or `cpu` seconds of processor are over."""
    began = time.perf_counter()
    model = build(problem, cuts=False)
    lp = model.program.to_highs()
    solver = highspy.Highs()
    options = {"output_flag": False, "threads": 1, "random_seed": seed, "mip_rel_gap": 1e-4}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", max(0.1, seconds - (time.perf_counter() - began)))
    if cpu < float("inf"):
        _stop_after(solver, cpu)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else None
    note = solver.modelStatusToString(solver.getModelStatus())
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(None, bound, note)
    return Outcome(_rounded(model, np.asarray(solver.getSolution().col_value)), bound, note)


def cbc(problem: Problem, *, seconds: float, **_: float) -> Outcome:
    """PuLP with the CBC it carries, one thread, on the same full form."""
    import pulp

    began = time.perf_counter()
    model = build(problem, cuts=False)
    program, columns = _as_pulp(model.program.to_highs())
    left = max(1.0, seconds - (time.perf_counter() - began))
    program.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=left, threads=1, gapRel=1e-4))
    note = pulp.LpSolution[program.sol_status]
    found = program.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    if not found or columns[0].varValue is None:
        return Outcome(None, None, note)
    return Outcome(_rounded(model, np.array([column.varValue or 0.0 for column in columns])), None, note)


def greedy(problem: Problem, **_: float) -> Outcome:
    """One class after another."""
    return Outcome(greedy_classes(problem))


METHODS: dict[str, Callable[..., Outcome]] = {"ours": ours, "highs": highs, "cbc": cbc, "greedy": greedy}


def measure(method: str, problem: Problem, *, seconds: float, seed: int, cpu: float) -> dict[str, Any]:
    """Run one method: recounted objective, bound, nothing, wall and processor seconds, peak memory in GB."""
    wall, processor = time.perf_counter(), _processor()
    outcome = METHODS[method](problem, seconds=seconds, seed=seed, cpu=cpu)
    took = {"wall": time.perf_counter() - wall, "cpu": _processor() - processor}
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    said: dict[str, Any] = {"bound": outcome.bound, "note": outcome.note, **took, "memory": peak / 1024**2}
    if outcome.classes is not None:
        arrivals = place(problem, outcome.classes)
        counted = recount(problem, outcome.classes, arrivals, outcome.guidance)
        said |= {"plan": counted.objective, "breaches": counted.breaches.height}
    none = pl.DataFrame(schema=_PLAN)
    empty = recount(problem, none, place(problem, none), NO_GUIDANCE)
    return said | {"nothing": empty.objective}


_PLAN = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}


def _processor() -> float:
    """Processor seconds of this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _stop_after(solver: highspy.Highs, cpu: float) -> None:
    """Interrupt `solver` after `cpu` processor seconds from now."""
    until = _processor() + cpu

    def look(event: Any) -> None:
        if _processor() >= until:
            event.interrupt()

    for callback in (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt):
        callback.subscribe(look)


def _rounded(model: Model, values: np.ndarray) -> pl.DataFrame:
    """Whole classes and seats of a solver's vector; rows with classes only."""
    starts = model.decisions.starts
    whole = {
        name: pl.Series(np.rint(values[starts[name].to_numpy()]).astype(np.int64)) for name in ("classes", "seats")
    }
    return starts.with_columns(**whole).filter(pl.col("classes") > 0).select(list(_PLAN))


def _as_pulp(lp: highspy.HighsLp) -> tuple[Any, list[Any]]:
    """The same programme in PuLP's words."""
    import pulp

    whole = [kind == highspy.HighsVarType.kInteger for kind in lp.integrality_]
    columns = [
        pulp.LpVariable(f"x{j}", low, None if up == float("inf") else up, "Integer" if whole[j] else "Continuous")
        for j, (low, up) in enumerate(zip(lp.col_lower_, lp.col_upper_, strict=True))
    ]
    rows: list[dict[Any, float]] = [{} for _ in range(lp.num_row_)]
    starts, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    for j, column in enumerate(columns):
        for k in range(starts[j], starts[j + 1]):
            rows[index[k]][column] = value[k]
    program = pulp.LpProblem("plan", pulp.LpMinimize)
    program += pulp.LpAffineExpression(dict(zip(columns, lp.col_cost_, strict=True)), lp.offset_)
    for row, low, up in zip(rows, lp.row_lower_, lp.row_upper_, strict=True):
        expression = pulp.LpAffineExpression(row)
        if low == up:
            program += expression == low
        else:
            if up < float("inf"):
                program += expression <= up
            if low > -float("inf"):
                program += expression >= low
    return program, columns
