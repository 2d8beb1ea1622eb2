"""Seed: an observed matrix brought to new margins, with hidden cells estimated and unknown places modelled.

Start reading at `commuting_seed`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from brygga.commuting.balance import balance, margin_faults, scaled_margins
from brygga.commuting.gravity import Decay, Gravity, Own, fit_gravity, predict
from brygga.commuting.hidden import LEAST, MOST, drawn, expected
from brygga.commuting.labels import margin_of, matrix, places
from brygga.core import tables
from brygga.core.errors import TableError, listed, raise_all
from brygga.core.grids import Floats, to_frame

Side = Literal["home", "work", "mean"]


@dataclass(frozen=True)
class Seeded:
    """A balanced matrix with its zones, and sentences on what was modelled in it."""

    zones: tuple[str, ...]
    flows: Floats
    known: Floats
    notes: tuple[str, ...]

    def frame(self) -> pl.DataFrame:
        """home, work, persons, status (modelled): every pair."""
        dims = {"home": self.zones, "work": self.zones}
        return to_frame({"persons": self.flows}, dims).with_columns(status=pl.lit("modelled"))

    def table(self, year: int, *, extra_codes: Collection[str] = ()) -> pl.DataFrame:
        """Table `commuting` of a region: the same flows as those of a year, with what was modelled as their source."""
        source = " ".join(("balanced to new margins.", *self.notes))
        frame = self.frame().with_columns(year=pl.lit(year, pl.Int64), source=pl.lit(source))
        return tables.check(frame, "commuting", extra_codes=extra_codes)


def commuting_seed(
    commuting: pl.DataFrame,
    margins: pl.DataFrame,
    *,
    scale: Side | None = None,
    cost: Floats | None = None,
    fill: bool = False,
    decay: Decay = "power",
    draw: int | None = None,
) -> Seeded:
    """An observed matrix that keeps its pattern and meets new margins of supply and demand.

    Parameters
    ----------
    commuting : home, work, persons; empty persons are hidden counts of 1 or 2, a pair without a row is 0
    margins : municipality, margin (home or work), persons, for every place of the matrix (`outside` among them)
    scale : which side's sum counts where the two differ; without it a difference is an error
    cost : home x work in the order of `places`, for hidden cells and `fill`
    fill : whether places without flows in the seed are modelled by gravity, fitted to the other places
    decay : how flows fall with cost, for `fill` and hidden cells
    draw : draw hidden counts with this seed instead of taking their mean

    Returns
    -------
    the matrix, margins met to 1e-9, and what was modelled.

    Raises
    ------
    TableError, or all faults at once: sums that differ, places without flows, numbers below zero.

    Examples
    --------
    >>> flows = {"home": ["a", "a", "b", "b"], "work": ["a", "b", "a", "b"], "persons": [3.0, 1.0, 1.0, 3.0]}
    >>> new = {"municipality": ["a", "b", "a", "b"], "margin": ["home", "home", "work", "work"]}
    >>> commuting_seed(pl.DataFrame(flows), pl.DataFrame(new | {"persons": [6.0, 2.0, 5.0, 3.0]})).flows.round(6)
    array([[4.5, 1.5],
           [0.5, 1.5]])
    """
    zones = places(commuting, ("home", "work"))
    home, work = (margin_of(margins, zones, side) for side in ("home", "work"))
    notes = []
    if scale and home.sum() != work.sum():
        notes.append(f"Margins scaled to the sum of {scale}: home {home.sum():.10g}, work {work.sum():.10g} persons.")
        home, work = scaled_margins(home, work, scale)
    counted, known = matrix(commuting, zones)
    model = _model(counted, known, cost, decay, zones) if cost is not None else None
    if fill and cost is not None and model is None:
        _check_filled(counted, home, work, zones)
    seed, told = _without_hidden(counted, known, model, draw)
    notes += told
    if fill and model is not None and cost is not None:
        seed, told = _filled(seed, model, cost, home, work, zones)
        notes += told
    raise_all("the seed and its margins", margin_faults(seed, home[None], work[None], zones))
    return Seeded(tuple(zones), balance(seed, home, work, zones=zones), known, tuple(notes))


def _model(counted: Floats, known: Floats, cost: Floats, decay: Decay, zones: list[str]) -> Gravity | None:
    """Gravity fitted to the known cells; none when hidden cells or `fill` do not ask for it or too few are known."""
    there = known > 0
    nothing = (np.nansum(counted, 0) <= 0) | (np.nansum(counted, 1) <= 0)
    if (there.all() and not nothing.any()) or (there & (np.nan_to_num(counted) > 0)).sum() < len(zones) + 3:
        return None
    own: Own = "shared" if np.nansum(np.diag(counted)) > 0 else "excluded"
    return fit_gravity(np.nan_to_num(counted), cost, decay=decay, own=own, known=there, zones=zones)


def _check_filled(counted: Floats, home: Floats, work: Floats, zones: list[str]) -> None:
    """Places without flows that no gravity can fill, since too few flows are known to fit it to."""
    nothing = (np.nansum(counted, 1) <= 0) & (home > 0) | (np.nansum(counted, 0) <= 0) & (work > 0)
    hidden = np.isnan(counted)
    nothing &= ~(hidden.any(0) & hidden.any(1))
    if nothing.any():
        lost = [zone for zone, none in zip(zones, nothing, strict=True) if none]
        raise TableError(
            f"{listed(lost)}: no flow to fill from, since gravity needs {len(zones) + 3} known flows above zero "
            f"and the seed has {int((np.nan_to_num(counted) > 0).sum())}",
            why="with so few flows nothing shows how they fall with distance",
            todo=f"add rows home,work,persons for {lost[0]} (those who stay and those who travel, both ways) to the "
            "seed, or model all flows with `brygga commuting predict`",
        )


def _without_hidden(
    counted: Floats, known: Floats, model: Gravity | None, draw: int | None
) -> tuple[Floats, list[str]]:
    """Hidden cells given what they may be, and a sentence on how many there were."""
    hidden = known <= 0
    if not hidden.any():
        return counted, []
    seen = np.nan_to_num(counted)
    mu = model.fitted[hidden] if model else (np.outer(seen.sum(1), seen.sum(0)) / seen.sum())[hidden]
    given = expected(mu) if draw is None else drawn(mu, seed=draw)
    seed = seen.copy()
    seed[hidden] = given
    how = "estimated" if draw is None else f"drawn (seed {draw})"
    by = "gravity" if model else "the sums of rows and columns"
    return seed, [
        f"{hidden.sum()} hidden cell(s) {how} between {LEAST} and {MOST} by {by}, "
        f"{given.sum():.1f} persons together; hidden is not zero."
    ]


def _filled(
    seed: Floats, model: Gravity, cost: Floats, home: Floats, work: Floats, zones: list[str]
) -> tuple[Floats, list[str]]:
    """Rows and columns of places without flows, as gravity has them at the new margins."""
    rows, columns = (seed.sum(1) <= 0) & (home > 0), (seed.sum(0) <= 0) & (work > 0)
    if not (rows.any() or columns.any()):
        return seed, []
    modelled = predict(model, cost, home, work, zones=zones)
    empty = rows[:, None] | columns
    seed = seed * (modelled[~empty].sum() / seed.sum())
    names = [zone for zone, row, column in zip(zones, rows, columns, strict=True) if row or column]
    return np.where(empty, modelled, seed), [
        f"No flow was counted for {', '.join(names)}: modelled by gravity "
        f"(cost {model.estimates['cost'].value:.3g}), fitted to the others."
    ]
