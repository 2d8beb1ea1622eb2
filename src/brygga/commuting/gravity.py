"""Gravity: flows that fall with distance, fitted by maximum likelihood and met to margins.

    persons[h,w] ~ Poisson(exp(a[h] + b[w] + beta f(cost[h,w]) + own 1[h = w]))

f is the logarithm (decay `power`) or the cost itself (`exponential`). Staying at home follows no
law of distance: `own` is an effect of its own, shared by all zones, so that beta is decided by those
who do travel. The constraint says which of a and b are free: both (doubly constrained), one, or
none; a side without free effects enters by the logarithm of its sum. The estimate reproduces the
margins and, with `exponential`, the mean cost.

Start reading at `fit_gravity`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from brygga.commuting.balance import balance
from brygga.commuting.likelihood import Bools, maximise
from brygga.core.errors import SettingError, TableError, listed
from brygga.core.grids import Floats

Decay = Literal["power", "exponential"]
Constraint = Literal["double", "production", "attraction", "none"]
Own = Literal["shared", "cost", "excluded"]
WORST_CONDITION = 1e10


@dataclass(frozen=True)
class Estimate:
    """One coefficient: its value, the Poisson standard error and the one that flows vary more than Poisson's."""

    value: float
    error: float
    wide_error: float


@dataclass(frozen=True)
class Gravity:
    """A fitted gravity model.

    `estimates` by name: `cost` (beta, negative), `own`, `home` and `work` (exponents of sums), `constant`.
    `observations` cells were counted; `d2` is one less deviance over that of one common mean; `srmse` the
    root mean square error over the mean flow; `mean_cost` of the observed flows, `fitted_mean_cost` of the model's.
    """

    decay: Decay
    constraint: Constraint
    own: Own
    estimates: dict[str, Estimate]
    observations: int
    d2: float
    srmse: float
    mean_cost: float
    fitted_mean_cost: float
    dispersion: float
    fitted: Floats = field(repr=False)

    def kernel(self, cost: Floats) -> Floats:
        """How easily people of h reach w, before margins: home x work."""
        stay = None if self.own == "cost" else -np.inf if self.own == "excluded" else self.estimates["own"].value
        return kernel_of(cost, self.estimates["cost"].value, stay, decay=self.decay)


def kernel_of(cost: Floats, beta: float, own_effect: float | None, *, decay: Decay) -> Floats:
    """exp(beta f(cost)), and on the diagonal exp(own_effect); without an effect those who stay follow their cost.

    Examples
    --------
    >>> kernel_of(np.array([[0.0, 2.0], [2.0, 0.0]]), -2.0, 0.0, decay="power")
    array([[1.  , 0.25],
           [0.25, 1.  ]])
    """
    effect = beta * _decayed(cost, decay)
    if own_effect is not None:
        np.fill_diagonal(effect, own_effect)
    return np.asarray(np.exp(effect))


def fit_gravity(
    flows: Floats,
    cost: Floats,
    *,
    decay: Decay,
    constraint: Constraint = "double",
    own: Own = "shared",
    known: Bools | None = None,
    zones: Sequence[str] = (),
) -> Gravity:
    """Fit a gravity model to a square matrix of flows.

    Parameters
    ----------
    flows : persons by home and workplace, zero or more
    cost : kilometres, minutes or another cost above zero; the diagonal counts with own="cost" only
    decay : how flows fall with cost: `power` (cost to beta) or `exponential` (e to beta cost)
    constraint : `double`, `production` (homes), `attraction` (workplaces) or `none`
    own : `shared` gives those who stay an effect of their own, `cost` lets their cost decide, `excluded` leaves
        them out (as a table of migration has none)
    known : cells whose persons are known; the others are left out
    zones : labels for error messages

    Returns
    -------
    the coefficients with standard errors and how well they fit.

    Raises
    ------
    TableError when a cost is missing, zero or infinite, or too few flows are left; SettingError for an unknown word.

    Examples
    --------
    >>> km = np.array([[1.0, 10.0, 20.0], [10.0, 1.0, 40.0], [20.0, 40.0, 1.0]])
    >>> found = fit_gravity(1e4 * km**-1.5, km, decay="power", own="cost")
    >>> round(found.estimates["cost"].value, 6), round(found.d2, 6)
    (-1.5, 1.0)
    """
    _check_words(decay, constraint, own)
    counted = np.ones(flows.shape, dtype=bool) if known is None else known.copy()
    if own == "excluded":
        np.fill_diagonal(counted, False)
    there = np.where(counted, flows, 0.0)
    active = counted & (there.sum(1) > 0)[:, None] & (there.sum(0) > 0)
    _check_cost(cost, active, own, zones)
    names, features = _features(there, cost, active, decay, constraint, own)
    rows, columns = constraint in ("double", "production"), constraint in ("double", "attraction")
    best = maximise(there, active, features, rows=rows, columns=columns)
    fitted, theta, size = best.fitted, best.theta, np.sqrt(np.abs(np.diag(best.information)))
    if not (size > 0).all() or np.linalg.cond(best.information / np.outer(size, size)) > WORST_CONDITION:
        raise _undecided(names)
    variance = np.diag(np.linalg.inv(best.information))
    if not (variance > 0).all():
        raise _undecided(names)
    spread = np.sqrt(variance)
    dispersion = _dispersion(there, fitted, active, len(names), constraint)
    wide = spread * np.sqrt(max(dispersion, 1.0))
    estimates = {
        name: Estimate(float(t), float(e), float(w)) for name, t, e, w in zip(names, theta, spread, wide, strict=True)
    }
    travelled = active & ~np.eye(len(flows), dtype=bool) if own == "shared" else active
    d2, srmse = goodness(there[counted], fitted[counted])
    return Gravity(
        decay=decay,
        constraint=constraint,
        own=own,
        estimates=estimates,
        observations=int(counted.sum()),
        d2=d2,
        srmse=srmse,
        mean_cost=_mean(cost, np.where(travelled, there, 0.0)),
        fitted_mean_cost=_mean(cost, np.where(travelled, fitted, 0.0)),
        dispersion=dispersion,
        fitted=fitted,
    )


def predict(model: Gravity, cost: Floats, home: Floats, work: Floats, *, zones: Sequence[str] = ()) -> Floats:
    """Flows between zones whose sums are known: the model's kernel balanced to them.

    Parameters
    ----------
    model : fitted with any constraint; its coefficients of cost and own count
    cost : as in the fit, for the zones asked for
    home, work : persons by home and by workplace, with the same sum

    Returns
    -------
    persons by home and workplace, margins met.
    """
    kernel = model.kernel(cost)
    return balance(kernel / kernel.max(), home, work, zones=zones)


def goodness(counted: Floats, fitted: Floats) -> tuple[float, float]:
    """D2 (share of deviance explained, unknown where counts are alike) and SRMSE (root mean square error over mean).

    Examples
    --------
    >>> goodness(np.array([1.0, 3.0]), np.array([1.0, 3.0]))
    (1.0, 0.0)
    """
    some = counted > 0
    counts, mean = counted[some], counted.mean()
    logs = (counts * np.log(counts)).sum()
    deviance = logs - (counts * np.log(fitted[some])).sum() - counted.sum() + fitted.sum()
    of_mean = logs - counts.sum() * np.log(mean)
    left = counted - fitted
    d2 = 1 - deviance / of_mean if of_mean > 0 else np.nan
    return float(d2), float(np.sqrt((left * left).mean()) / mean)


def _features(
    flows: Floats, cost: Floats, active: Bools, decay: Decay, constraint: Constraint, own: Own
) -> tuple[list[str], Floats]:
    """What flows depend on beside the zones' effects: names, and feature x home x work."""
    named = {"cost": _decayed(np.where(active, cost, 1.0), decay)}
    if own == "shared":
        np.fill_diagonal(named["cost"], 0.0)
        named["own"] = np.eye(len(flows))
    if constraint in ("production", "none"):
        named["work"] = np.broadcast_to(np.log(np.maximum(flows.sum(0), 1.0)), flows.shape)
    if constraint in ("attraction", "none"):
        named["home"] = np.broadcast_to(np.log(np.maximum(flows.sum(1), 1.0))[:, None], flows.shape)
    if constraint == "none":
        named["constant"] = np.ones(flows.shape)
    features = np.stack(list(named.values()))
    features *= active
    return list(named), features


def _decayed(cost: Floats, decay: Decay) -> Floats:
    if decay == "exponential":
        return np.array(cost)
    return np.log(np.maximum(cost, np.finfo(float).tiny))


def _mean(cost: Floats, weight: Floats) -> float:
    whole = weight.sum()
    return float((np.where(weight > 0, cost, 0.0) * weight).sum() / whole) if whole > 0 else float("nan")


def _dispersion(flows: Floats, fitted: Floats, active: Bools, coefficients: int, constraint: Constraint) -> float:
    """How many times Poisson's the variance of flows is: Pearson's squares over the degrees of freedom."""
    homes, works = int(active.any(1).sum()), int(active.any(0).sum())
    effects = {"double": homes + works - 1, "production": homes, "attraction": works, "none": 0}[constraint]
    free = int(active.sum()) - coefficients - effects
    squares = (flows - fitted)[active] ** 2 / np.maximum(fitted[active], 1e-12)
    return float(squares.sum() / free) if free > 0 else float("nan")


def _check_words(decay: str, constraint: str, own: str) -> None:
    allowed = {
        "decay": (decay, ("power", "exponential")),
        "constraint": (constraint, ("double", "production", "attraction", "none")),
        "own": (own, ("shared", "cost", "excluded")),
    }
    for name, (given, words) in allowed.items():
        if given not in words:
            raise SettingError(
                f"{name} {given} is unknown", why="the model has no such form", todo=f"use one of: {', '.join(words)}"
            )


def _check_cost(cost: Floats, active: Bools, own: Own, zones: Sequence[str]) -> None:
    if own == "shared":
        active = active & ~np.eye(len(cost), dtype=bool)
    names = list(zones) or [str(i) for i in range(len(cost))]
    wrong = np.argwhere(active & ~(np.isfinite(cost) & (cost > 0)))
    if len(wrong):
        pairs = [f"{names[h]} to {names[w]}" for h, w in wrong]
        raise TableError(
            f"cost: missing, zero or below for {len(wrong)} pair(s): {listed(pairs)}",
            why="a flow without a cost says nothing on how flows fall with it",
            todo="give the cost of every pair, or leave people who stay out (own excluded or shared)",
        )
    if active.sum() < 3:
        raise TableError(
            f"flows: {int(active.sum())} pair(s) with known persons",
            why="that is too few to see how flows fall with cost",
            todo="give flows between at least three zones, or predict with a stated coefficient",
        )


def _undecided(names: Sequence[str]) -> TableError:
    return TableError(
        f"gravity: the flows cannot tell {' and '.join(names)} apart from the zones' own sizes",
        why="with so few pairs, or costs all alike, many values fit equally well",
        todo="give more zones, another constraint, or predict with a stated coefficient",
    )
