"""The planning problem as one whole-number programme, and its small linear form.

Both are made from the same rows and from what a class and a seat of each start take of them:

    whole form    classes c and seats x whole, class_min * c <= x <= class_max * c
    small form    seats only, as parts of full classes: c = x / class_max up to the last full class,
                  beyond it x / (seats left), the strongest line under whole classes

A whole class never costs less than the small form says, so its optimum is a lower bound.
The programme's value is the plan's objective.

Start reading at `build`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.planning.limits import Limits, Uses, add_limits
from brygga.planning.needs import Needs
from brygga.planning.posts import Posts, add_posts
from brygga.planning.problem import Problem
from brygga.planning.program import INFINITE, Indices, Numbers, Places, Program
from brygga.planning.starts import HAIR, Starts, completers, left_behind, offered, with_chance

__all__ = ["Core", "Decisions", "Model", "add_decisions", "build", "completers", "core_of", "left_behind", "offered"]
__all__ += ["small_form", "whole_form", "with_chance"]
TWO_PIECES = 40_000
"""Up to this many starts the small form tells the last, not full class apart."""


@dataclass(frozen=True)
class Core:
    """Rows, all columns but those of starts, and what starts take of the rows.

    A form puts the columns of starts after those of `program`.
    """

    problem: Problem
    program: Program
    uses: Uses
    starts: Starts
    limits: Limits
    posts: Posts


@dataclass(frozen=True)
class Decisions:
    """Columns of classes and seats per start, and the row of every limit on them.

    `starts`: `Starts.frame` with classes and seats (columns). `limits`: limit, name, year, at_most, unit, site,
    measure, row, shared. `guidance`: guidance, year, step, column. `pins`: measure, site, year, least, row (pins
    from below, where limits of single starts are rows).
    """

    starts: pl.DataFrame
    limits: pl.DataFrame
    guidance: pl.DataFrame
    pins: pl.DataFrame


@dataclass(frozen=True)
class Model:
    """The whole programme, and where everything stands in it; its value is the plan's objective.

    `floors`: municipality, year, share, at_least (persons), row.
    """

    program: Program
    decisions: Decisions
    placing: Posts
    floors: pl.DataFrame
    core: Core


def build(
    problem: Problem,
    *,
    cuts: bool = True,
    weights: Numbers | None = None,
    tail: tuple[float, float] | None = None,
    own_rows: bool | None = None,
) -> Model:
    """The whole programme of `problem`, ready for `Program.to_highs`.

    Parameters
    ----------
    cuts : add rows that every whole-number plan holds anyway and set limits of single starts on
        their columns. They sharpen the bound, but take over part of the worth of the limits they follow from.
    weights : of the draws in order of their names; equal without
    tail : weight and level of the worst draws' mean in the objective
    own_rows : limits on single starts as rows; without `cuts` unless said otherwise
    """
    own_rows = not cuts if own_rows is None else own_rows
    core = core_of(problem, weights=weights, tail=tail, own_rows=own_rows)
    program, decisions = whole_form(core, cuts=cuts, limited=not own_rows)
    return Model(program, decisions, core.posts, core.posts.floors, core)


def core_of(
    problem: Problem,
    *,
    weights: Numbers | None = None,
    tail: tuple[float, float] | None = None,
    own_rows: bool = False,
) -> Core:
    """What the whole and the small form have in common."""
    program, uses = Program(), Uses()
    starts = Starts.of(problem, whatever_size=own_rows)
    limits = add_limits(program, uses, problem, starts, own_rows=own_rows)
    needs = Needs.of(problem, weights)
    posts = add_posts(program, uses, problem, starts, needs, limited=not own_rows, tail=tail)
    return Core(problem, program, uses, starts, limits, posts)


def add_decisions(program: Program, problem: Problem) -> Decisions:
    """Columns for classes, seats and guidance in the empty `program`, class sizes and every limit as a row."""
    uses, starts = Uses(), Starts.of(problem, whatever_size=True)
    limits = add_limits(program, uses, problem, starts, own_rows=True)
    return _whole_starts(program, problem, uses, starts, limits, cuts=False, limited=False)


def whole_form(core: Core, *, cuts: bool = True, limited: bool = True) -> tuple[Program, Decisions]:
    """The programme with whole classes and seats."""
    program = core.program.copy()
    given = core.uses, core.starts, core.limits
    return program, _whole_starts(program, core.problem, *given, cuts=cuts, limited=limited)


def _whole_starts(
    program: Program, problem: Problem, uses: Uses, starts: Starts, limits: Limits, *, cuts: bool, limited: bool
) -> Decisions:
    weight = problem.settings.cost_weight
    most = (starts.classes, starts.seats) if limited else (INFINITE, INFINITE)
    least = starts.least if limited else 0.0
    classes = program.columns(starts.count, cost=weight * starts.cost_class, lower=least, upper=most[0], whole=True)
    seats = program.columns(starts.count, cost=weight * starts.cost_seat, upper=most[1], whole=True)
    rows, start, per_class, per_seat = uses.arrays()
    for columns, amount in ((classes, per_class), (seats, per_seat)):
        used = np.flatnonzero(amount)
        program.entries(rows[used], columns[start[used]], amount[used])
    _add_class_sizes(program, starts, classes, seats)
    if cuts:
        _add_cuts(program, starts, classes, seats)
    frame = starts.frame.with_columns(classes=pl.Series(classes), seats=pl.Series(seats))
    pinned = frame.filter(pl.col("least").fill_null(0) > 0)
    if limited:
        pinned = pinned.clear()
    below = program.rows(pinned.height, lower=pinned["least"].to_numpy().astype(float))
    program.entries(below, pinned["classes"].to_numpy(), 1.0)
    pins = pinned.select("measure", "site", "year", "least").with_columns(row=pl.Series(below, dtype=pl.Int64))
    return Decisions(frame, limits.frame, limits.steps, pins)


def _add_class_sizes(program: Program, starts: Starts, classes: Places, seats: Places) -> None:
    """class_min * classes <= seats <= class_max * classes."""
    same = starts.class_min == starts.class_max
    rows = program.rows(starts.count, lower=np.where(same, 0.0, -INFINITE), upper=0.0)
    program.entries(rows, seats, 1.0)
    program.entries(rows, classes, -starts.class_max)
    least = ~same & (starts.class_min > 0)
    rows = program.rows(int(least.sum()), upper=0.0)
    program.entries(rows, classes[least], starts.class_min[least])
    program.entries(rows, seats[least], -1.0)


def last_class(starts: Starts) -> tuple[Numbers, Numbers]:
    """How many classes the most seats of each start fill, and the seats left for one more (0 when none can be)."""
    filled = np.floor(starts.seats / np.maximum(starts.class_max, HAIR) + HAIR)
    rest = np.floor(starts.seats + HAIR) - filled * starts.class_max
    return filled, np.where((rest > HAIR) & (filled < starts.classes), rest, 0.0)


def _add_cuts(program: Program, starts: Starts, classes: Places, seats: Places) -> None:
    """Where the seats fill k whole classes and r seats of one more: seats <= k * class_max + r * (classes - k)."""
    filled, rest = last_class(starts)
    cut = np.flatnonzero((rest > 0) & (filled + 1 <= starts.classes))
    rows = program.rows(len(cut), upper=filled[cut] * (starts.class_max[cut] - rest[cut]))
    program.entries(rows, seats[cut], 1.0)
    program.entries(rows, classes[cut], -rest[cut])


def small_form(core: Core) -> tuple[Program, Places]:
    """The small linear form, and the start of each of its columns after those of `core`.

    A start that a pin forces from below keeps a column for its classes.
    """
    starts, weight = core.starts, core.problem.settings.cost_weight
    program = core.program.copy()
    filled, rest = last_class(starts)
    forced = starts.least > 0
    split = (rest > 0) & (filled > 0) & ~forced
    if starts.count > TWO_PIECES:
        split[:] = False
    one_more = (rest > 0) & (filled == 0) & ~forced
    size = np.where(one_more, rest, starts.class_max)
    most = np.where(split, filled * starts.class_max, starts.seats)
    pieces = [
        (np.flatnonzero(~forced), size, most),
        (np.flatnonzero(split), rest, rest),
    ]
    rows, start, per_class, per_seat = core.uses.arrays()
    of = []
    for which, seats_per_class, upper in pieces:
        part = 1.0 / np.maximum(seats_per_class, HAIR)
        cost = weight * (starts.cost_seat + starts.cost_class * part)
        columns = program.columns(len(which), cost=cost[which], upper=upper[which])
        _enter(program, rows, start, per_seat + per_class * part[start], which, columns, starts.count)
        of.append(which)
    which = np.flatnonzero(forced)
    classes = program.columns(
        len(which), cost=(weight * starts.cost_class)[which], lower=starts.least[which], upper=starts.classes[which]
    )
    seats = program.columns(len(which), cost=(weight * starts.cost_seat)[which], upper=starts.seats[which])
    _enter(program, rows, start, per_class, which, classes, starts.count)
    _enter(program, rows, start, per_seat, which, seats, starts.count)
    for size, sign in ((starts.class_max[which], 1.0), (starts.class_min[which], -1.0)):
        sizes = program.rows(len(which), upper=0.0)
        program.entries(sizes, seats, sign)
        program.entries(sizes, classes, -sign * size)
    return program, np.concatenate([*of, which, which])


def _enter(
    program: Program, rows: Indices, start: Indices, amount: Numbers, which: Places, columns: Places, count: int
) -> None:
    """Enter `amount` of each use by a start in `which` under that start's column."""
    column = np.full(count, -1)
    column[which] = columns
    used = np.flatnonzero((column[start] >= 0) & (amount != 0))
    program.entries(rows[used], column[start[used]], amount[used])
