"""Published table: a symmetric input-output table as somebody publishes it, brought to a `National`.

Whatever the file looks like, it becomes a grid of cells with codes for rows and columns; this module tells industries
from totals, primary inputs and final uses, and builds the table:

- totals, and industries that others of the table make up, are left out (L68 beside L68A and L68B);
- output is the row of output, or the total use of each product where there is none (domestic tables: the same thing);
- cells that are withheld get what is left of their column's total, shared as the products' output; without a total
  they count as nothing, and both are told in `notes`;
- an industry without output is merged with its neighbour, so that its place is not lost.

Start reading at `national_from_grid`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from brygga.core.errors import TableError, listed
from brygga.impact.industries import divisions_of
from brygga.impact.leontief import Matrix, Vector
from brygga.impact.national import National, held, merged
from brygga.impact.published_codes import role_of_column, role_of_row

FIELDS = ("wages", "value_added", "jobs")


@dataclass(frozen=True)
class Grid:
    """Cells of a published table: `values[i, j]` is what column j takes of row i; NaN where withheld or absent.

    `names` says more about a code where the file does (its label in words); `withheld` counts the cells that the
    publisher hides, as far as the file tells them from those it leaves out.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Matrix
    names: Mapping[str, tuple[str, ...]]
    withheld: int = 0


def national_from_grid(
    grid: Grid,
    *,
    source: str,
    stand_in: bool = False,
    jobs_unit: float = 1.0,
    is_industry: Callable[[str], bool] | None = None,
) -> National:
    """A `National` of the industries that stand both as rows and as columns.

    Parameters
    ----------
    grid : the cells
    source : in words for a page
    stand_in : whether it is another country's
    jobs_unit : persons per unit of the row of jobs (1000 where it is in thousands)
    is_industry : which codes are industries; by default those that are SNI 2007 divisions

    Raises
    ------
    TableError when no industry stands on both sides, or no output can be told.
    """
    known = is_industry or (lambda code: divisions_of(code) is not None)
    both = [code for code in grid.rows if code in set(grid.columns) and known(code)]
    rows = {role: at for at, code in reversed(list(enumerate(grid.rows))) if (role := _row(grid, code, both))}
    columns = {role: at for at, code in reversed(list(enumerate(grid.columns))) if (role := _column(grid, code, both))}
    if not both:
        raise _no_industries(grid, source)
    output = _output(grid, both, rows, columns, source)
    codes, notes = _finest(both, output)
    output = output[[both.index(code) for code in codes]]
    across = [grid.columns.index(code) for code in codes]
    down = [grid.rows.index(code) for code in codes]
    flows, told = _filled(grid, down, across, rows, output, grid.withheld)
    read = {field: grid.values[rows[field], across] for field in FIELDS if field in rows}
    bought, total, spent = _households(grid, down, rows, columns)
    lacks = [field for field in FIELDS if field not in read or not np.isfinite(read[field]).all()]
    lacks += [] if total > 0 else ["household_purchases", "household_total"]
    blank = np.full(len(codes), np.nan)
    national = National(
        flows=flows,
        output=output,
        wages=read.get("wages", blank),
        value_added=read.get("value_added", blank),
        jobs=read.get("jobs", blank) * jobs_unit,
        household_purchases=bought,
        household_total=total,
        source=source,
        industries=tuple(codes),
        stand_in=stand_in,
        lacks=tuple(lacks),
        notes=(*notes, *told, *spent),
    )
    return replace(_without_empty(national), lacks=tuple(lacks))


def _row(grid: Grid, code: str, industries: Sequence[str]) -> str | None:
    return None if code in industries else role_of_row(code, *grid.names.get(code, ()))


def _column(grid: Grid, code: str, industries: Sequence[str]) -> str | None:
    return None if code in industries else role_of_column(code, *grid.names.get(code, ()))


def _output(
    grid: Grid, codes: Sequence[str], rows: Mapping[str, int], columns: Mapping[str, int], source: str
) -> Vector:
    """Output by the row of output, else by total use."""
    output = np.full(len(codes), np.nan)
    if "output" in rows:
        output = grid.values[rows["output"], [grid.columns.index(code) for code in codes]].copy()
    if "total_use" in columns:
        use = grid.values[[grid.rows.index(code) for code in codes], columns["total_use"]]
        output = np.where(np.isfinite(output), output, use)
    if not np.isfinite(output).any():
        raise TableError(
            f"{source}: no row of output (P1) and no column of total use (TU)",
            why="coefficients are purchases per unit of output",
            todo="fetch the table whole, with its rows of primary inputs",
        )
    return np.where(np.isfinite(output), output, 0.0)


def _finest(codes: Sequence[str], output: Vector) -> tuple[list[str], list[str]]:
    """Industries without those that others make up; the finer ones give way where their output is not told."""
    holds = {code: divisions_of(code) or frozenset() for code in codes}
    told = dict(zip(codes, output > 0, strict=True))
    dropped: set[str] = set()
    for code in sorted(codes, key=lambda one: (-len(holds[one]), len(one))):
        if code in dropped or not holds[code]:
            continue
        parts = [one for one in codes if one != code and one not in dropped and _is_part(one, code, holds)]
        if not parts or frozenset().union(*(holds[one] for one in parts)) != holds[code]:
            continue
        if len(parts) == 1 and holds[parts[0]] == holds[code]:
            continue
        dropped |= {code} if any(told[one] for one in parts) and not _short(parts, code, codes, output) else set(parts)
    kept = [code for code in codes if code not in dropped]
    notes = [f"left out, since others make them up: {listed(sorted(dropped), most=12)}"] if dropped else []
    return kept, notes


def _is_part(one: str, whole: str, holds: Mapping[str, frozenset[str]]) -> bool:
    return holds[one] < holds[whole] or (holds[one] == holds[whole] and one != whole and one.startswith(whole))


def _short(parts: Sequence[str], whole: str, codes: Sequence[str], output: Vector) -> bool:
    """Whether the parts tell clearly less output than the whole, so that some of them are hidden."""
    of_parts = sum(float(output[list(codes).index(one)]) for one in parts)
    return of_parts < 0.98 * float(output[list(codes).index(whole)])


def _filled(
    grid: Grid, down: Sequence[int], across: Sequence[int], rows: Mapping[str, int], output: Vector, withheld: int
) -> tuple[Matrix, list[str]]:
    """The square of flows with unknown cells filled, and what is told of it."""
    flows = grid.values[np.ix_(down, across)].copy()
    unknown = ~np.isfinite(flows)
    if not unknown.any():
        return flows, []
    flows[unknown] = 0.0
    filled = 0
    for place, column in enumerate(across):
        gaps = unknown[:, place]
        total = grid.values[rows["domestic"], column] if "domestic" in rows else np.nan
        left = total - flows[:, place].sum()
        if gaps.any() and np.isfinite(total) and left > 0 and output[gaps].sum() > 0:
            flows[gaps, place] = left * output[gaps] / output[gaps].sum()
            filled += int(gaps.sum())
    empty = int(unknown.sum()) - filled
    notes = [f"{withheld} cells of the published table are withheld"] if withheld else []
    if filled:
        notes.append(f"{filled} cells unknown: filled with what is left of their column's total")
    if empty:
        notes.append(f"{empty} cells unknown without a total to share: taken as nothing")
    return flows, notes


def _households(
    grid: Grid, down: Sequence[int], rows: Mapping[str, int], columns: Mapping[str, int]
) -> tuple[Vector, float, list[str]]:
    """What households buy of each domestic product, and all that they spend with imports and taxes."""
    if "households" not in columns:
        return np.full(len(down), np.nan), float("nan"), ["no column of households' consumption"]
    column = grid.values[:, columns["households"]]
    gaps = int((~np.isfinite(column[list(down)])).sum())
    bought = np.nan_to_num(column[list(down)])
    notes = [f"{gaps} cells of households' consumption unknown: taken as nothing"] if gaps else []
    for role in ("inputs", "output"):
        if role in rows and np.isfinite(column[rows[role]]) and column[rows[role]] >= bought.sum() > 0:
            return bought, float(column[rows[role]]), notes
    more = [role for role in ("imports", "taxes") if role in rows and np.isfinite(column[rows[role]])]
    lost = [role for role in ("imports", "taxes") if role not in more]
    if lost:
        notes.append(f"households' {' and '.join(lost)} unknown: their share of domestic products is too high")
    return bought, float(bought.sum() + sum(column[rows[role]] for role in more)), notes


def _without_empty(national: National) -> National:
    """Industries without output merged with the neighbour before them (after, for the first)."""
    holds = held(national.industries)
    national = replace(national, holds=holds)
    empty = [place for place, value in enumerate(national.output) if not value > 0]
    if not empty:
        return national
    full = [place for place in range(len(national.output)) if place not in empty]
    if not full:
        raise TableError(
            f"{national.source}: no industry has output",
            why="coefficients are purchases per unit of output",
            todo="fetch the table again, or a year that is published",
        )
    home = {place: max((one for one in full if one < place), default=full[0]) for place in empty}
    groups = [[one, *(place for place in empty if home[place] == one)] for one in full]
    names = [national.industries[one] for one in full]
    note = "without output, merged with the industry before: " + listed(
        [national.industries[place] for place in empty], most=12
    )
    return replace(merged(national, groups, names), notes=(*national.notes, note))


def _no_industries(grid: Grid, source: str) -> TableError:
    return TableError(
        f"{source}: no industry stands both as a row and as a column; rows {listed(grid.rows)}, "
        f"columns {listed(grid.columns)}",
        why="a symmetric table says what each industry buys of each",
        todo="check that it is a symmetric table with codes as CPA_C29, C10-12 or 01T02, not a supply or use table",
    )
