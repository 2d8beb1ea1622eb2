"""The linear programme that brings given completers to posts, and the choice among its equally good answers.

What stays short in a cell falls with its stock by a convex function, made of one piece between each two
draws' needs. With `filled` the sum over a cell's pieces, its stock:

    minimise sum over cells, years and pieces of slope * filled
    filled[t] - stay * filled[t-1] = arrivals[t]
    arrivals from a source <= those who complete there and stay in the territory

Many flows close the same shortage, since a post is worth the same everywhere. A second programme looks among
these only, for the one nearest to how people commute: first everybody within the reach share of each
municipality, and what is more where the share is largest.

Start reading at `best_flows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from brygga.core.errors import SettingError
from brygga.planning.program import Program, make_solver

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Kept = tuple[Mask, Numbers]
TIGHT = 1e-9
"""The solver's tolerance for costs."""
SAME = 1e-8
"""Costs nearer than this are equal, in weighted person-years."""
NARROW = 1e-12
"""Pieces narrower than this are left out, in persons."""
DEAR = 1e4
"""What a person below a floor costs, times the dearest shortage: a floor is missed only where it cannot be met."""


@dataclass(frozen=True)
class Ground:
    """Sources, ways and cells of all occupations; ways sorted by cell, cells by occupation.

    `most` : persons who may leave each source; `made` : who complete there. `way_*` : source, cell, year and
    reach share of each way. `target` : posts that wait, by draw, cell and year; `chance` : weight of each draw;
    `worth` : what a person-year counts, by cell and year.
    """

    stay: float
    surplus: float
    most: Numbers
    made: Numbers
    way_source: Places
    way_cell: Places
    way_year: Places
    way_share: Numbers
    target: Numbers
    chance: Numbers
    worth: Numbers


@dataclass(frozen=True)
class Floors:
    """`wanted` : persons that arrivals must meet, by floor. `floor`, `cell`, `year` : what counts for which floor."""

    wanted: Numbers
    floor: Places
    cell: Places
    year: Places


@dataclass(frozen=True)
class Part:
    """One programme's ways (places among all, useful ones only) and pieces, with the rows they stand in.

    `row` : place of the balance row of cell x year, -1 where there is none. `piece_*` : cell, year, width, slope,
    and the share of draws that are short along it.
    """

    ways: Places
    source: Places
    sources: Places
    row: Places
    piece_cell: Places
    piece_year: Places
    width: Numbers
    slope: Numbers
    short: Numbers


@dataclass(frozen=True)
class Best:
    """An optimum: its value, values and reduced costs of the columns, prices of the rows."""

    value: float
    values: Numbers
    costs: Numbers
    prices: Numbers

    def moved(self, *blocks: Places) -> list[Kept]:
        """Which columns of each block may move without loss, and where the others stay (at a limit)."""
        return [(np.abs(self.costs[block]) <= SAME, self.values[block]) for block in blocks]

    def held(self, rows: Places) -> Mask:
        """Which rows have a price, and so are used up."""
        return np.abs(self.prices[rows]) > SAME


def best_flows(ground: Ground, first: int, after: int, floors: Floors) -> Numbers:
    """Persons on each way into the cells from `first` up to `after`."""
    begin, end = np.searchsorted(ground.way_cell, [first, after])
    persons = np.zeros(end - begin)
    part = _part(ground, first, after)
    if len(part.ways):
        persons[part.ways - begin] = _solved(ground, part, first, floors)
    return persons


def _part(ground: Ground, first: int, after: int) -> Part:
    target, worth = ground.target[:, first:after], ground.worth[first:after]
    ways = np.arange(*np.searchsorted(ground.way_cell, [first, after]))
    ways = ways[ground.way_year[ways] <= _last_useful(target)[ground.way_cell[ways] - first]]
    sources, source = np.unique(ground.way_source[ways], return_inverse=True)
    cell, year = ground.way_cell[ways] - first, ground.way_year[ways]
    most: Numbers = np.zeros(worth.shape)
    np.add.at(most, (cell, year), ground.most[ground.way_source[ways]])
    for t in range(1, most.shape[1]):
        most[:, t] += ground.stay * most[:, t - 1]
    if ground.surplus == 0:
        most[np.arange(most.shape[1]) > _last_useful(target)[:, None]] = 0.0
    there = most > 0
    row = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1)
    return Part(ways, source, sources, row, *_pieces(ground, target, worth, most))


def _last_useful(target: Numbers) -> Places:
    """The last year of each cell in which anybody is missing; -1 when nobody ever is."""
    wanted: Mask = np.any(target > 0, axis=0)
    return np.where(wanted.any(axis=1), wanted.shape[1] - 1 - wanted[:, ::-1].argmax(axis=1), -1)


def _pieces(
    ground: Ground, target: Numbers, worth: Numbers, most: Numbers
) -> tuple[Places, Places, Numbers, Numbers, Numbers]:
    """Cell, year, width, slope and share of draws short of every piece that stock up to `most` can fill."""
    order = np.argsort(target, axis=0, kind="stable")
    edges = np.concatenate([np.zeros((1, *most.shape)), np.take_along_axis(target, order, axis=0), most[None]])
    edges = np.minimum(np.maximum.accumulate(edges, axis=0), most)
    passed = np.concatenate([np.zeros((1, *most.shape)), np.cumsum(ground.chance[order], axis=0)])
    whole = ground.chance.sum()
    slope = worth * (ground.surplus * passed - (whole - passed))
    short = np.broadcast_to(1.0 - np.arange(len(target) + 1)[:, None, None] / len(target), slope.shape)
    width = np.diff(edges, axis=0)
    piece, cell, year = np.nonzero(width > NARROW)
    return cell, year, width[piece, cell, year], slope[piece, cell, year], short[piece, cell, year]


def _solved(ground: Ground, part: Part, first: int, floors: Floors) -> Numbers:
    """The best flows of a part; of equally good ones the nearest."""
    flows, pieces = len(part.ways), len(part.width)
    program = Program()
    flow = program.columns(flows)
    filled = program.columns(pieces, cost=part.slope, upper=part.width)
    supply = _add_rows(program, ground, part, first, filled, [flow])
    dear = DEAR * max(1.0, float(ground.worth.max()))
    missed = program.columns(len(floors.wanted), cost=dear)
    floor = program.rows(len(floors.wanted), lower=floors.wanted)
    _add_floors(program, part, filled, missed, floors, floor)
    best = solved(program)
    nearest = _nearest(
        ground, part, first, floors, best.moved(flow, filled, missed), (best.held(supply), best.held(floor))
    )
    return best.values[flow] if nearest is None else nearest


def _nearest(
    ground: Ground, part: Part, first: int, floors: Floors, kept: Sequence[Kept], held: tuple[Mask, Mask]
) -> Numbers | None:
    """Among equally good flows the nearest to the reach shares; None when the solver finds none.

    Parameters
    ----------
    kept : of flows, pieces and misses: which may move, and what the others stay at
    held : which supply and floor rows have to be used up
    """
    (moves, _), (fills, filling), (misses, missing) = kept
    share = ground.way_share[part.ways]
    program = Program()
    usual = share * ground.made[part.sources[part.source]]
    within = program.columns(len(share), cost=1.0, upper=np.where(moves, usual, 0.0))
    beyond = program.columns(len(share), cost=3.0 - share, upper=np.where(moves, np.inf, 0.0))
    low, high = np.where(fills, 0.0, filling), np.where(fills, part.width, filling)
    filled = program.columns(len(part.width), lower=low, upper=high)
    _add_rows(program, ground, part, first, filled, [within, beyond], exact=held[0])
    missed = program.columns(len(misses), lower=np.where(misses, 0.0, missing), upper=np.where(misses, np.inf, missing))
    upper = np.where(held[1], floors.wanted, np.inf)
    _add_floors(program, part, filled, missed, floors, program.rows(len(upper), lower=floors.wanted, upper=upper))
    found = _run(program)
    return None if found is None else found.values[within] + found.values[beyond]


def _add_rows(
    program: Program,
    ground: Ground,
    part: Part,
    first: int,
    filled: Places,
    flows: Sequence[Places],
    *,
    exact: Mask | None = None,
) -> Places:
    """Rows of supply (where `exact`, all of it goes) and of balance; returns those of supply."""
    most = ground.most[part.sources]
    supply = program.rows(len(most), lower=-np.inf if exact is None else np.where(exact, most, -np.inf), upper=most)
    balance = program.rows(int(part.row.max()) + 1, lower=0.0, upper=0.0)
    landing = balance[part.row[ground.way_cell[part.ways] - first, ground.way_year[part.ways]]]
    for columns in flows:
        program.entries(supply[part.source], columns, 1.0)
        program.entries(landing, columns, -1.0)
    program.entries(balance[part.row[part.piece_cell, part.piece_year]], filled, 1.0)
    later = np.pad(part.row, ((0, 0), (0, 1)), constant_values=-1)[part.piece_cell, part.piece_year + 1]
    program.entries(balance[later[later >= 0]], filled[later >= 0], -ground.stay)
    return supply


def _add_floors(program: Program, part: Part, filled: Places, missed: Places, floors: Floors, rows: Places) -> None:
    """What the pieces close counts for the floor of their municipality and year; the rest is missed."""
    program.entries(rows, missed, 1.0)
    floor = np.full(part.row.shape, -1)
    floor[floors.cell, floors.year] = floors.floor
    own = floor[part.piece_cell, part.piece_year]
    program.entries(rows[own[own >= 0]], filled[own >= 0], part.short[own >= 0])


def solved(program: Program) -> Best:
    """The optimum of a programme that has one.

    Raises
    ------
    SettingError when HiGHS does not call it optimal.
    """
    best = _run(program)
    if best is None:
        raise SettingError(
            "completers could not be placed: the solver found no best flows",
            why="flows that are not proven best are not used",
            todo="check the problem folder for very large or very small numbers",
        )
    return best


def _run(program: Program) -> Best | None:
    """The optimum; None when HiGHS does not call it optimal."""
    solver = make_solver()
    solver.setOptionValue("dual_feasibility_tolerance", TIGHT)
    solver.setOptionValue("presolve", "off")  # takes longer here than it saves
    solver.passModel(program.to_highs())
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found, value = solver.getSolution(), solver.getInfo().objective_function_value
    return Best(value, *(np.asarray(part) for part in (found.col_value, found.col_dual, found.row_dual)))
