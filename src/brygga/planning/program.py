"""A linear or whole-number programme put together block by block, and handed to HiGHS as one sparse matrix.

    minimise    cost . x + offset        lower <= A x <= upper, and limits on every column

Start reading at `Program`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt

from brygga.core.errors import SettingError

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]
INFINITE = float("inf")
NOTHING = 1e-12
"""An entry of the matrix nearer to zero than this is none."""


@dataclass
class Program:
    """Columns, rows and entries so far; `minimise cost . x` with `lower <= A x <= upper`."""

    offset: float = 0.0
    _columns: list[Numbers] = field(default_factory=list)
    _rows: list[Numbers] = field(default_factory=list)
    _places: list[tuple[Indices, Indices]] = field(default_factory=list)
    _values: list[Numbers] = field(default_factory=list)

    def copy(self) -> Program:
        """Another programme that begins with all of this one."""
        return Program(self.offset, [*self._columns], [*self._rows], [*self._places], [*self._values])

    def with_columns(self, values: Numbers) -> Program:
        """Another programme with these `column_values`."""
        return Program(self.offset, [values], [*self._rows], [*self._places], [*self._values])

    def columns(
        self, count: int, *, cost: object = 0.0, lower: object = 0.0, upper: object = INFINITE, whole: object = False
    ) -> Places:
        """Add `count` columns and return their places; cost, limits and `whole` are one value or one a column."""
        return _add(self._columns, count, cost, lower, upper, whole)

    def rows(self, count: int, *, lower: object = -INFINITE, upper: object = INFINITE) -> Places:
        """Add `count` rows and return their places."""
        return _add(self._rows, count, lower, upper)

    def entries(self, rows: npt.ArrayLike, columns: npt.ArrayLike, values: npt.ArrayLike) -> None:
        """Add entries of the matrix; several at one place are summed."""
        at, along, value = np.broadcast_arrays(rows, columns, values)
        self._places.append((at.ravel().astype(np.int32), along.ravel().astype(np.int32)))
        self._values.append(value.ravel().astype(float))

    @property
    def width(self) -> int:
        """Columns so far."""
        return sum(block.shape[1] for block in self._columns)

    @property
    def height(self) -> int:
        """Rows so far."""
        return sum(block.shape[1] for block in self._rows)

    def column_values(self) -> Numbers:
        """Cost, lower limit, upper limit and wholeness (0 or 1) of every column, four rows of numbers."""
        return _joined(self._columns, 4)

    def row_values(self) -> Numbers:
        """Lower and upper limit of every row, two rows of numbers."""
        return _joined(self._rows, 2)

    def triplets(self) -> tuple[Indices, Indices, Numbers]:
        """Row, column and value of every entry as given."""
        nothing = np.zeros(0, np.int32)
        rows = np.concatenate([nothing, *(rows for rows, _ in self._places)])
        columns = np.concatenate([nothing, *(columns for _, columns in self._places)])
        return rows, columns, np.concatenate([np.zeros(0), *self._values])

    def to_highs(self, *, relaxed: bool = False, fractional: Places | None = None) -> highspy.HighsLp:
        """The programme as HiGHS takes it; `relaxed` forgets that columns are whole, `fractional` only for some.

        One without columns gets one that stands at zero: HiGHS does not look at its rows otherwise.
        """
        if not self.width:
            self.columns(1, upper=0.0)
        columns, rows = self.column_values(), self.row_values()
        if fractional is not None:
            columns[3, fractional] = 0.0
        matrix = by_column(*self.triplets(), columns.shape[1])
        return highs_of(columns, rows, matrix, offset=self.offset, relaxed=relaxed)


Matrix = tuple[Indices, Indices, Numbers]
"""Start of each column, then row and value of each entry."""


def highs_of(
    columns: Numbers, rows: Numbers, matrix: Matrix, *, offset: float = 0.0, relaxed: bool = False
) -> highspy.HighsLp:
    """A programme for HiGHS from its columns, rows (as in `Program`) and matrix."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = columns.shape[1], rows.shape[1], offset
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = columns[0], columns[1], columns[2]
    lp.row_lower_, lp.row_upper_ = rows[0], rows[1]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix
    if not relaxed and columns[3].any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in columns[3]]
    return lp


def by_column(rows: Indices, columns: Indices, values: Numbers, count: int) -> Matrix:
    """Entries in order of column and row; doubles summed, zeros left out."""
    height = int(rows.max(initial=0)) + 1
    key = columns.astype(np.int64) * height + rows
    if len(key) and (np.diff(key) <= 0).any():
        order = np.argsort(key, kind="stable")
        key, values = key[order], values[order]
        first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        key, values = key[first], np.add.reduceat(values, first)
    kept = np.abs(values) > NOTHING
    key, values = key[kept], values[kept]
    starts = np.searchsorted(key, np.arange(count + 1, dtype=np.int64) * height)
    return starts.astype(np.int32), (key % height).astype(np.int32), values


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
