"""A linear or whole-number programme put together block by block, and handed to HiGHS as one sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt

from brygga.core.errors import SettingError

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
INFINITE = float("inf")


@dataclass
class Program:
    """Columns, rows and entries so far; `minimise cost . x` with `lower <= A x <= upper`."""

    offset: float = 0.0
    _columns: list[Numbers] = field(default_factory=list)
    _rows: list[Numbers] = field(default_factory=list)
    _entries: list[Numbers] = field(default_factory=list)

    def columns(
        self, count: int, *, cost: object = 0.0, lower: object = 0.0, upper: object = INFINITE, whole: bool = False
    ) -> Places:
        """Add `count` columns and return their places; cost and limits are one number or one a column."""
        return _add(self._columns, count, cost, lower, upper, float(whole))

    def rows(self, count: int, *, lower: object = -INFINITE, upper: object = INFINITE) -> Places:
        """Add `count` rows and return their places."""
        return _add(self._rows, count, lower, upper)

    def entries(self, rows: npt.ArrayLike, columns: npt.ArrayLike, values: npt.ArrayLike) -> None:
        """Add entries of the matrix; several at one place are summed."""
        self._entries.append(np.stack(np.broadcast_arrays(rows, columns, values)).astype(float))

    def to_highs(self, *, relaxed: bool = False, fractional: Places | None = None) -> highspy.HighsLp:
        """The programme as HiGHS takes it; `relaxed` forgets that columns are whole, `fractional` only for some."""
        columns, rows = _joined(self._columns, 4), _joined(self._rows, 2)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.offset_ = columns.shape[1], rows.shape[1], self.offset
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = columns[0], columns[1], columns[2]
        lp.row_lower_, lp.row_upper_ = rows[0], rows[1]
        starts, index, value = _by_column(_joined(self._entries, 3), columns.shape[1])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
        if fractional is not None:
            columns[3, fractional] = 0.0
        if not relaxed and columns[3].any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(whole)] for whole in columns[3]]
        return lp


def make_solver(*, seed: int = 1, time_limit: float = INFINITE, gap: float = 0.0) -> highspy.Highs:
    """HiGHS: silent, one thread, fixed seed, tight tolerances; `gap` relative, `time_limit` in seconds."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed,
        "mip_rel_gap": gap,
        "mip_feasibility_tolerance": 1e-8,
        "primal_feasibility_tolerance": 1e-8,
        "time_limit": float(time_limit),
    }
    for name, value in options.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SettingError(f"{name} is {value}", why="the solver does not take it", todo="choose another value")
    return solver


def solve_linear(lp: highspy.HighsLp, *, purpose: str, dual_tolerance: float = 1e-7) -> highspy.HighsSolution:
    """The optimal solution of a linear programme; costs are told apart down to `dual_tolerance`.

    Raises
    ------
    SettingError when HiGHS does not call it optimal.
    """
    solver = make_solver()
    solver.setOptionValue("dual_feasibility_tolerance", dual_tolerance)
    solver.passModel(lp)
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise SettingError(
            f"{purpose}: the solver ended with {solver.modelStatusToString(status)}",
            why="a vector that is not proven optimal is not used",
            todo="check the problem folder for very large or very small numbers",
        )
    return solver.getSolution()


def _add(blocks: list[Numbers], count: int, *values: object) -> Places:
    before = sum(block.shape[1] for block in blocks)
    blocks.append(np.stack([np.broadcast_to(np.asarray(value, float), count) for value in values]))
    return np.arange(before, before + count)


def _joined(blocks: list[Numbers], height: int) -> Numbers:
    return np.concatenate([np.zeros((height, 0)), *blocks], axis=1)


def _by_column(entries: Numbers, count: int) -> tuple[Places, Places, Numbers]:
    """Start of each column, row and value of each entry; doubles summed, zeros left out."""
    rows, columns, values = entries[0].astype(np.int64), entries[1].astype(np.int64), entries[2]
    order = np.lexsort((rows, columns))
    rows, columns, values = rows[order], columns[order], values[order]
    new = np.ones(len(rows), bool)
    new[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    if len(rows):
        values = np.add.reduceat(values, np.flatnonzero(new))
    rows, columns = rows[new], columns[new]
    kept = values != 0
    starts = np.searchsorted(columns[kept], np.arange(count + 1))
    return starts.astype(np.int32), rows[kept].astype(np.int32), values[kept]
