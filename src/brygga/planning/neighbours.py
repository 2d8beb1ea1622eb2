"""A plan made better a few sites at a time: all other sites keep their classes.

Where one start can only replace another that uses as much, as in assignment problems with tight
capacities, the exact programme alone is slow to better its plans, and single moves do not help either.

Start reading at `improve`.
"""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np

from brygga.planning.bound import listen
from brygga.planning.model import Model
from brygga.planning.program import Numbers, by_column, highs_of, make_solver

FREE = (400, 600, 1000)
"""So many starts are free at a time, in turn, at two sites at least."""
SECONDS, NODES = 3.0, 300
"""How long one try may take."""
WITHOUT = 40
"""Tries without a better plan after which it ends."""


def improve(
    model: Model,
    values: Numbers,
    value: float,
    *,
    stop: Callable[[], bool],
    better: Callable[[Numbers, float], None],
    seed: int,
) -> Numbers:
    """The best vector found from `values` until `stop` or until many tries in a row give nothing.

    Parameters
    ----------
    values, value : a vector of `model.program` that holds every row, and its objective
    better : told each better vector and its objective
    """
    random = np.random.default_rng(seed)
    starts, program = model.core.starts, model.program
    columns, rows = program.column_values(), program.row_values()
    matrix = by_column(*program.triplets(), program.width)
    sites = np.unique(starts.site)
    each = starts.count / max(1, len(sites))
    several = [min(len(sites), max(2, round(free / each))) for free in FREE]
    classes = model.decisions.starts["classes"].to_numpy()
    tries = turn = 0
    while tries < WITHOUT and not stop():
        tries += 1
        chosen = random.choice(sites, several[turn % len(FREE)], replace=False)
        kept, turn = classes[~np.isin(starts.site, chosen)], turn + 1
        near = columns.copy()
        near[1:3, kept] = np.rint(values[kept])
        solver = make_solver(seed=seed, time_limit=SECONDS)
        solver.setOptionValue("mip_max_nodes", NODES)
        listen(solver, stop)
        solver.passModel(highs_of(near, rows, matrix, offset=program.offset))
        solver.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)
        solver.run()
        info = solver.getInfo()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if feasible and info.objective_function_value < value - 1e-7 * (1 + abs(value)):
            values, value = np.asarray(solver.getSolution().col_value), info.objective_function_value
            better(values, value)
            tries = 0
    return values
