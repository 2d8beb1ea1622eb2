"""Gravity from files: fitted to flows, and predicted for margins where no matrix is known.

Start reading at `fit_file`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from brygga.commuting.balance import balance
from brygga.commuting.gravity import Constraint, Decay, Gravity, Own, fit_gravity, kernel_of
from brygga.commuting.labels import OUTSIDE, compare, matrix, places, same_names
from brygga.commuting.pairs import ALL, Choices, read_flows, read_margins
from brygga.commuting.seed import Side
from brygga.commuting.shrinkage import blend, shrink
from brygga.core import tables
from brygga.core.errors import BryggaError, SettingError, raise_all
from brygga.core.grids import to_frame
from brygga.core.parameters import value_on
from brygga.workflow.commuting import Flows, cost_of, costs_lacking, margins_of, missed_of, table_of

MOST_EXPONENT = 700.0
"""e to more than this is larger than a number can be."""


@dataclass(frozen=True)
class Fit:
    """Gravity models of one file, one a group of people, and their estimates drawn towards each other."""

    models: dict[str, Gravity]
    table: pl.DataFrame
    fitted: pl.DataFrame
    off_diagonal: dict[str, float]
    notes: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """For a program to read; one group's figures stand on top, several under `groups`."""
        told = {group: self._of(group) for group in self.models}
        return (told[ALL] if list(told) == [ALL] else {"groups": told}) | {"notes": list(self.notes)}

    def _of(self, group: str) -> dict[str, Any]:
        model = self.models[group]
        return {
            "decay": model.decay,
            "constraint": model.constraint,
            "own": model.own,
            "beta": model.estimates["cost"].value,
            "standard_error": model.estimates["cost"].error,
            "wide_error": model.estimates["cost"].wide_error,
            "estimates": {row["estimate"]: row for row in self.table.filter(group=group).to_dicts()},
            "observations": model.observations,
            "d2": _known(model.d2),
            "srmse": model.srmse,
            "mean_cost": _known(model.mean_cost),
            "fitted_mean_cost": _known(model.fitted_mean_cost),
            "dispersion": _known(model.dispersion),
            "off_diagonal_error": _known(self.off_diagonal[group]),
        }

    def shown(self) -> tuple[list[str], list[list[object]]]:
        """Head and rows for a person."""
        digits = ("value", "standard_error", "wide_error", "shrunk")
        rows: list[list[object]] = [
            [row["group"], row["estimate"], *(f"{row[name]:.8g}" for name in digits)]
            for row in self.table.iter_rows(named=True)
        ]
        return ["group", "estimate", *digits], rows

    def lines(self) -> Iterator[str]:
        """How well each model fits, and what the reader had to assume."""
        for group, model in self.models.items():
            yield (
                f"{group}: {model.observations} pairs, D2 {model.d2:.5f}, SRMSE {model.srmse:.5f}, mean cost "
                f"{model.mean_cost:.6g} ({model.fitted_mean_cost:.6g} fitted), off the diagonal "
                f"{self.off_diagonal[group]:.1%} of persons misplaced."
            )
        yield from self.notes


def fit_file(
    flows: Path,
    *,
    cost: str = "distance",
    decay: Decay = "power",
    constraint: Constraint = "double",
    own: Own | None = None,
    costs: Path | None = None,
    choices: Choices | None = None,
) -> Fit:
    """Gravity fitted to a file of flows, for all people or for each group of the column `group`.

    Parameters
    ----------
    flows : table `commuting_flows` as CSV; a column of costs goes before the map
    cost : `distance` (km between weighted centres) or `minutes` (from these), where the file has no cost; or the
        name of its column of costs
    decay, constraint, own : see `brygga.commuting.gravity.fit_gravity`; those who stay are left out by themselves
        where the file counts none
    costs : file of costs, before the column and the map
    choices : year, register, group, rest codes, merged municipalities

    Returns
    -------
    estimates with standard errors, fit, and fitted flows.

    Raises
    ------
    FaultsError with every fault of the files, or the one there is.
    """
    faults: list[BryggaError] = []
    said = replace(choices or Choices(), cost=None if cost in ("distance", "minutes") else cost)
    frame = read_flows(flows, said, faults, by_group=True)
    notes = []
    if costs is None and frame["cost"].null_count() == frame.height and OUTSIDE in places(frame, ("home", "work")):
        frame = frame.filter(pl.col("home") != OUTSIDE, pl.col("work") != OUTSIDE)
        notes.append("The zone outside has no place on the map and is left out.")
    distance, told = cost_of(frame, costs, said, faults, kind=cost)
    raise_all(flows.name, faults)
    zones = places(frame, ("home", "work"))
    models, fitted, errors = {}, [], {}
    for group in frame["group"].unique().sort().to_list():
        counted, known = matrix(frame.filter(group=group), zones)
        there = (known > 0) & (np.isfinite(distance) | (np.eye(len(zones)) > 0))
        stays = own or ("shared" if np.nansum(np.diag(counted)) > 0 else "excluded")
        seen = np.nan_to_num(counted)
        models[group] = fit_gravity(
            seen, distance, decay=decay, constraint=constraint, own=stays, known=there, zones=zones
        )
        off_diagonal = ~np.eye(len(zones), dtype=bool)
        off = there & off_diagonal
        travelled = seen[off].sum()
        missed = np.abs(models[group].fitted - seen)[off].sum()
        errors[group] = float(missed / travelled) if travelled > 0 else float("nan")
        shape = to_frame({"persons": models[group].fitted}, {"home": zones, "work": zones})
        fitted.append(shape.with_columns(year=None, status=pl.lit("modelled"), group=pl.lit(group)))
        if lacking := int((off_diagonal & ~np.isfinite(distance)).sum()):
            notes.append(f"{group}: {lacking} pair(s) have no cost and are left out; were they counted as nobody?")
        if hidden := int((known <= 0).sum()):
            notes.append(f"{group}: {hidden} hidden cell(s) are unknown and left out of the fit.")
    return Fit(models, _estimates(models), pl.concat(fitted), errors, (*told, *notes))


def predict_files(
    margins: Path,
    *,
    flows: Path | None = None,
    decay: Decay = "power",
    beta: float | None = None,
    own_effect: float | None = None,
    blended: bool = False,
    scale: Side | None = None,
    costs: Path | None = None,
    choices: Choices | None = None,
    margin_year: int | None = None,
) -> Flows:
    """Flows by gravity at given margins: fitted to another file of flows, or by coefficients that are given.

    Parameters
    ----------
    margins : table `commuting_margins` as CSV
    flows : table `commuting_flows` to fit to; without it `beta` and `own_effect`, or the parameters in force, count
    decay : `power` or `exponential`
    beta, own_effect : coefficients of the logarithm, instead of a fit; beta is zero or less
    blended : keep what was counted as far as counts tell (needs `flows`)
    scale, costs, choices, margin_year : as in `balance_files`

    Returns
    -------
    table `balanced_flows` with every pair of places.

    Raises
    ------
    SettingError for a coefficient that is no number, has flows rise with cost or stands beside `flows`; FaultsError
    with every fault of the files, or the one there is.
    """
    _check_given(beta, own_effect, flows)
    said = choices or Choices()
    faults: list[BryggaError] = []
    notes: list[str] = []
    asked = read_margins(margins, replace(said, year=margin_year), faults)
    zones, counted, known, model = places(asked, ["municipality"]), None, None, None
    pairs = pl.DataFrame({"home": zones}).join(pl.DataFrame({"work": zones}), how="cross")
    frame = pairs.with_columns(cost=pl.lit(None, pl.Float64))
    if flows is not None:
        frame = read_flows(flows, said, faults)
        asked = same_names(asked, ["municipality"], places(frame, ("home", "work")))
        faults += compare(frame, asked, (flows.name, margins.name))
        zones = places(frame, ("home", "work"))
    cost, told = cost_of(frame, costs, said, faults, kind="distance")
    if not faults and not blended:
        faults += costs_lacking(cost, zones)
    raise_all(margins.name, faults)
    home, work = margins_of(asked, zones, scale)
    if flows is not None:
        counted, known = matrix(frame, zones)
        stays: Own = "shared" if np.nansum(np.diag(counted)) > 0 else "excluded"
        model = fit_gravity(np.nan_to_num(counted), cost, decay=decay, own=stays, known=known > 0, zones=zones)
        kernel = model.kernel(cost)
        notes.append(f"Fitted to {flows.name}: {_told(model)}.")
    else:
        beta, own_effect, source = _coefficients(decay, beta, own_effect)
        kernel = kernel_of(cost, beta, own_effect, decay=decay)
        notes.append(source)
    if blended and model is not None and counted is not None and known is not None:
        kernel = blend(np.nan_to_num(counted), model.fitted, known=known > 0)
        notes.append("What was counted is kept as far as counts tell; the rest is gravity.")
    flown = balance(kernel / kernel.max(), home, work, zones=zones)
    made = to_frame({"persons": flown}, {"home": zones, "work": zones}).with_columns(status=pl.lit("modelled"))
    year = asked["year"].drop_nulls().unique().to_list()
    return Flows(table_of(made, year), (*told, *notes), missed_of((flown.sum(1), flown.sum(0)), (home, work)))


def _coefficients(decay: Decay, beta: float | None, own_effect: float | None) -> tuple[float, float, str]:
    """Coefficients given, or those of the parameters in force, and a sentence on them."""
    cost, own = (value_on(f"commuting.gravity_{decay}_{name}", date.today()) for name in ("cost", "own"))
    used = (cost.number if beta is None else beta, own.number if own_effect is None else own_effect)
    if beta is None and own_effect is None:
        return *used, f"Gravity with beta {used[0]:g} and own effect {used[1]:g} ({cost.source})."
    sources = [
        "given by the user" if given is not None else known.source for given, known in ((beta, cost), (own_effect, own))
    ]
    told = f"Gravity with beta {used[0]:g} ({sources[0]}) and own effect {used[1]:g} ({sources[1]})."
    if beta is None or own_effect is None:
        told += f" The own effect {own.number:g} was fitted together with beta {cost.number:g}: give both or neither."
    return *used, told


def _check_given(beta: float | None, own_effect: float | None, flows: Path | None) -> None:
    """Coefficients that cannot be meant, each by its name."""
    named = {name: number for name, number in (("--beta", beta), ("--own-effect", own_effect)) if number is not None}
    faults: list[BryggaError] = [
        SettingError(
            f"{name} {number:g} is no coefficient",
            why=f"flows are e to the coefficients, and beyond {MOST_EXPONENT:g} that is no number",
            todo="give an ordinary number, as `brygga commuting fit` prints them",
        )
        for name, number in named.items()
        if not abs(number) <= MOST_EXPONENT
    ]
    if beta is not None and 0 < beta <= MOST_EXPONENT:
        faults.append(
            SettingError(
                f"--beta {beta:g} is above zero",
                why="more people would commute the farther it is",
                todo=f"write it with a minus sign (--beta {-beta:g}), or 0 where distance plays no part",
            )
        )
    if named and flows is not None:
        faults.append(
            SettingError(
                f"{' and '.join(named)} beside --flows {flows.name}",
                why="coefficients are either given or fitted to the flows, and one of the two would count for nothing",
                todo=f"leave out --flows to use what is given, or {' and '.join(named)} to use the fit",
            )
        )
    raise_all("predict", faults)


def _estimates(models: dict[str, Gravity]) -> pl.DataFrame:
    """Table `gravity_estimates`; several groups are drawn towards each other by how sure each is."""
    rows = []
    for name in next(iter(models.values())).estimates:
        found = [model.estimates[name] for model in models.values()]
        values, errors = (np.array([getattr(e, column) for e in found]) for column in ("value", "wide_error"))
        drawn = shrink(values, errors)[0] if len(found) > 1 and (errors > 0).all() else values
        rows += [
            (group, name, e.value, e.error, e.wide_error, float(d))
            for group, e, d in zip(models, found, drawn, strict=True)
        ]
    columns = [column.column for column in tables.dictionary("gravity_estimates")]
    return tables.check(pl.DataFrame(rows, schema=columns, orient="row"), "gravity_estimates")


def _known(number: float) -> float | None:
    """The number; nothing, as JSON has it, where it is unknown."""
    return None if np.isnan(number) else number


def _told(model: Gravity) -> str:
    return ", ".join(f"{name} {estimate.value:.4g}" for name, estimate in model.estimates.items())
