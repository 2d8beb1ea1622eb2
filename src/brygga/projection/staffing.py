"""Staffing: who works in which industry, where only the sums are published.

The national pattern, occupation x industry, is scaled until it has the municipality's own sums
(iterative proportional fitting, also called RAS), in turn over the occupations and the industries:

    x[o,i] = q[o,i] r[o] s[i],   sum_i x = employed per occupation,   sum_o x = jobs per industry

It is the table nearest to the national one, in the sense of least information added, that has these
sums. Sums that the publisher hides are unknown: together they get what the others leave over. Cells that
are published stay as they are, and only the rest is fitted. Where nobody in the nation stands, nobody is
put, unless the sums cannot be met otherwise.

Start reading at `staff`; `brygga.projection.unit_groups` goes on to four digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame

Winner = Literal["industry", "occupation"]
ROUNDING = 1e-6
"""How far two sums of the same people may lie apart, as a share, before they disagree."""

EXACT = 1e-10
SWEEPS = 5000
BACKGROUND = 1e-6
"""What a cell without anybody in the nation begins with, as a share of an even spread, where the sums need it."""


@dataclass(frozen=True)
class Margins:
    """Sums along one axis: municipality x label; what is hidden or not published is not a number."""

    axis: str
    labels: Sequence[str]
    persons: Floats


def staff(
    national: pl.DataFrame,
    *,
    year: int,
    jobs: pl.DataFrame | None = None,
    occupied: pl.DataFrame | None = None,
    known: pl.DataFrame | None = None,
    wins: Winner | None = None,
    source: str = "national staffing pattern",
) -> pl.DataFrame:
    """Table `employed`: the national pattern with the municipality's own sums.

    Parameters
    ----------
    national : occupation, industry, persons: the pattern
    year : year of the sums
    jobs : municipality, industry, persons; empty where hidden. Or nothing, when only `occupied` is known
    occupied : municipality, occupation, persons; empty where hidden. Or nothing
    known : municipality, occupation, industry, persons: published cells, empty where the publisher hides them
    wins : which sums count when the two disagree: the other is scaled to them
    source : what stands in the column source of fitted cells

    Returns
    -------
    One row a municipality, industry and occupation with somebody in it or published as empty: status `observed` for
    published cells, `modelled` for the rest.

    Raises
    ------
    TableError when there are no sums, they disagree, published cells exceed them, or they cannot be met.

    Examples
    --------
    >>> pattern = pl.DataFrame({"occupation": ["7212", "3114"], "industry": ["25", "25"], "persons": [30.0, 10.0]})
    >>> jobs = pl.DataFrame({"municipality": ["1080"], "industry": ["25"], "persons": [100.0]})
    >>> staff(pattern, year=2024, jobs=jobs)["persons"].to_list()
    [25.0, 75.0]
    """
    given = [frame for frame in (jobs, occupied) if frame is not None]
    if not given:
        raise TableError(
            "no sums for any municipality",
            why="a national pattern alone says nothing of how many work where",
            todo="give the jobs per industry, the employed per occupation, or both",
        )
    places = sorted({place for frame in given for place in frame["municipality"]})
    occupations, industries = (national[axis].unique().sort().to_list() for axis in ("occupation", "industry"))
    pattern = to_array(
        national, "persons", {"occupation": occupations, "industry": industries}, absent=0.0, where="national.persons"
    )
    across = _margins(jobs, "industry", places, industries)
    down = _margins(occupied, "occupation", places, occupations)
    across, down = _agreed(across, down, places, wins)
    dims = {"municipality": places, "occupation": occupations, "industry": industries}
    fixed = np.full([len(labels) for labels in dims.values()], np.nan)
    if known is not None:
        fixed = to_array(known.filter(pl.col("persons").is_not_null()), "persons", dims, absent=np.nan)
    fitted = fit_margins(pattern, down, across, fixed=fixed, places=places)
    cells = to_frame({"persons": fitted, "published": fixed}, dims)
    published = pl.col("published").is_not_nan()
    table = cells.filter((pl.col("persons") > 0) | published).with_columns(
        year=pl.lit(year, pl.Int64),
        status=pl.when(published).then(pl.lit("observed")).otherwise(pl.lit("modelled")),
        source=pl.when(published).then(pl.lit(None, pl.String)).otherwise(pl.lit(source)),
    )
    columns = [column.column for column in tables.dictionary("employed")]
    return table.select(columns).sort("municipality", "industry", "occupation")


def fit_margins(
    pattern: Floats, down: Margins | None, across: Margins | None, *, fixed: Floats, places: Sequence[str]
) -> Floats:
    """Municipality x occupation x industry: `pattern` with the sums asked for, `fixed` cells as they are.

    Parameters
    ----------
    pattern : occupation x industry
    down, across : sums per occupation and per industry, or nothing where they are not known at all
    fixed : municipality x occupation x industry, not a number where the cell is to be fitted
    places : names of the municipalities, for messages
    """
    free = np.isnan(fixed)
    held = np.where(free, 0.0, fixed)
    rows = _left(down, held.sum(2), places)
    columns = _left(across, held.sum(1), places)
    x = _fit(np.where(free, pattern, 0.0), rows, columns)
    unmet = _missed(x.sum(2), rows).any(1) | _missed(x.sum(1), columns).any(1)
    if unmet.any():
        thin = BACKGROUND * _chance(rows, columns, float(pattern.sum()))
        filled = np.where(free & (pattern == 0), thin, np.where(free, pattern, 0.0))
        some = [None if sums is None else sums[unmet] for sums in (rows, columns)]
        x[unmet] = _fit(filled[unmet], *some)
    _check_met(x.sum(2), rows, down, places)
    _check_met(x.sum(1), columns, across, places)
    return np.asarray(x + held)


def _fit(seed: Floats, rows: Floats | None, columns: Floats | None) -> Floats:
    """The sums met in turn, until a turn changes nothing."""
    x = seed
    row_rest, column_rest = _rest(rows, columns), _rest(columns, rows)
    for _ in range(SWEEPS):
        before = x
        x = x * _factors(x.sum(2), rows, row_rest)[:, :, None]
        x = x * _factors(x.sum(1), columns, column_rest)[:, None, :]
        if np.abs(x - before).max(initial=0.0) <= EXACT * x.max(initial=0.0):
            break
    return x


def _margins(frame: pl.DataFrame | None, axis: str, places: Sequence[str], labels: Sequence[str]) -> Margins | None:
    """Sums per municipality and label; a label without a row is counted and none, one without a number is hidden."""
    if frame is None:
        return None
    beyond = frame.filter(~pl.col(axis).is_in(list(labels)) & (pl.col("persons").fill_null(1.0) > 0))
    if beyond.height:
        raise TableError(
            f"{axis}: {listed(beyond[axis].unique().sort())} not in the national pattern",
            why="nothing tells how these people spread",
            todo="take the pattern and the sums in the same codes",
        )
    hidden = pl.col("persons").is_null()
    dims = {"municipality": places, axis: labels}
    counted = to_array(frame.filter(~hidden), "persons", dims, absent=0.0)
    unknown = to_array(frame.select("municipality", axis, persons=hidden.cast(pl.Float64)), "persons", dims, absent=0.0)
    without = [place for place in places if place not in set(frame["municipality"])]
    if without:
        raise TableError(
            f"{axis}: no sums for {listed(without)}, which have sums of the other kind",
            why="no row is not the same as zero",
            todo="add their rows, empty where they are hidden, or fit these municipalities by themselves",
        )
    return Margins(axis, labels, np.where(unknown > 0, np.nan, counted))


def _agreed(
    across: Margins | None, down: Margins | None, places: Sequence[str], wins: Winner | None
) -> tuple[Margins | None, Margins | None]:
    """The two kinds of sums with one total a municipality; the loser scaled, or an error where nobody wins."""
    if across is None or down is None:
        return across, down
    sums = [np.nansum(margins.persons, 1) for margins in (across, down)]
    whole = [~np.isnan(margins.persons).any(1) for margins in (across, down)]
    most = np.maximum(*sums) * ROUNDING
    off = (whole[0] & (sums[1] > sums[0] + most)) | (whole[1] & (sums[0] > sums[1] + most))
    if off.any() and wins is None:
        at = int(np.flatnonzero(off)[0])
        raise TableError(
            f"{places[at]}: {sums[0][at]:g} jobs over its industries and {sums[1][at]:g} employed over its occupations"
            + (f" (and {int(off.sum()) - 1} more municipalities)" if off.sum() > 1 else ""),
            why="they count the same people, and no table has both sums",
            todo="take both from one register and year, or say which wins: wins='industry' or wins='occupation'",
        )
    winner = 1 if wins == "occupation" else 0
    loser = 1 - winner
    ratio = np.where(whole[winner] & (sums[loser] > 0), sums[winner] / np.where(sums[loser] > 0, sums[loser], 1.0), 1.0)
    scaled = np.where(whole[loser] | (ratio < 1), ratio, 1.0)
    both = [across, down]
    both[loser] = Margins(both[loser].axis, both[loser].labels, both[loser].persons * scaled[:, None])
    return both[0], both[1]


def _left(margins: Margins | None, held: Floats, places: Sequence[str]) -> Floats | None:
    """What is left of the sums after the published cells; hidden sums stay unknown."""
    if margins is None:
        return None
    left = margins.persons - held
    over = np.argwhere(left < -ROUNDING * np.maximum(held, 1.0))
    if len(over):
        m, n = over[0]
        raise TableError(
            f"{places[m]}, {margins.axis} {margins.labels[n]}: published cells add up to {held[m, n]:g}, "
            f"their sum is given as {margins.persons[m, n]:g}",
            why="the parts cannot be more than the whole",
            todo="take both from the same table, or leave the published cells of disturbed tables out",
        )
    return np.asarray(np.maximum(left, 0.0))


def _chance(rows: Floats | None, columns: Floats | None, size: float) -> Floats:
    """Everybody spread alike, on the scale of the pattern; nothing when only one kind of sums is known."""
    if rows is None or columns is None:
        return np.zeros((1, 1, 1))
    down, across = np.nan_to_num(rows), np.nan_to_num(columns)
    whole = np.maximum(down.sum(1), across.sum(1))[:, None, None]
    return np.asarray(size * down[:, :, None] * across[:, None, :] / np.where(whole > 0, whole, 1.0) ** 2)


def _rest(own: Floats | None, other: Floats | None) -> Floats | None:
    """What the hidden sums of one kind are together, where the other kind is whole; else not a number."""
    if own is None:
        return None
    if other is None:
        return np.full(len(own), np.nan)
    return np.asarray(np.maximum(other.sum(1) - np.nansum(own, 1), 0.0))


def _factors(sums: Floats, wanted: Floats | None, rest: Floats | None) -> Floats:
    """What each row is multiplied by: known sums as wanted, hidden ones together what is left over."""
    if wanted is None or rest is None:
        return np.ones_like(sums)
    hidden = np.isnan(wanted)
    unknown = np.where(hidden, sums, 0.0).sum(1)
    together = np.where(np.isnan(rest), 1.0, _divided(rest, unknown))
    return np.where(hidden, together[:, None], _divided(np.nan_to_num(wanted), sums))


def _divided(over: Floats, under: Floats) -> Floats:
    return np.asarray(np.divide(over, under, out=np.zeros(np.shape(under)), where=under > 0))


def _missed(found: Floats, wanted: Floats | None) -> Floats:
    """Where a known sum is not met."""
    if wanted is None:
        return np.zeros(found.shape, dtype=bool)
    size = np.nansum(wanted, 1, keepdims=True)
    return np.asarray(np.abs(found - wanted) > ROUNDING * np.maximum(size, 1.0))


def _check_met(found: Floats, wanted: Floats | None, margins: Margins | None, places: Sequence[str]) -> None:
    off = np.argwhere(_missed(found, wanted))
    if len(off) and wanted is not None and margins is not None:
        m, n = off[0]
        raise TableError(
            f"{places[m]}, {margins.axis} {margins.labels[n]}: {wanted[m, n]:g} persons to place and room for "
            f"{found[m, n]:g} (and {len(off) - 1} more sums)",
            why="the national pattern and the published cells leave nowhere else to put them",
            todo="use a pattern where these occupations and industries meet, or fewer published cells",
        )
