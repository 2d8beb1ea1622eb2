"""Closure hard: who is hard to place, and what holds them back most.

The chance of work before anybody was given notice, of one who searches as well as anybody, is

    X[h, o] = kappa sum_wq T[h, w] K[o, q] V[w, q] (1 - exp(-A[w, q])) / A[w, q]

For each home, occupation and age three numbers are held against the mean of all hit: X over occupations (at their
home), X over homes (in their occupation), and how well their age searches. The smallest says what holds them back;
where none is under `MUCH` it is the number of those who look for the same posts at once.

Start reading at `hard_table`.

The reasons are told by the model's own numbers; they are no judgement of anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.commuting.flows import OUTSIDE
from brygga.core import tables
from brygga.core.grids import Floats
from brygga.impact.closure import AGE_CLASSES, Shock
from brygga.impact.market import Market, chance_of_work, meeting, per_seeker
from brygga.workflow.closure_inputs import Inputs
from brygga.workflow.closure_tables import QUANTILES

MUCH = 0.8
"""A number under this part of the mean holds somebody back: a judgement."""

HALF = 0.5
"""Hard to place: a smaller expected share than this has work twelve months on."""

REASONS = (
    ("Få lediga arbeten i yrket och i besläktade yrken", "Few vacancies in the occupation and in related ones"),
    ("Få lediga arbeten inom pendlingsavstånd", "Few vacancies within commuting distance"),
    ("I den åldern går det långsammare att få nytt arbete", "At that age it takes longer to find a new post"),
    ("Många söker samma arbeten samtidigt", "Many look for the same posts at the same time"),
)
UNKNOWN_HOME = (
    "Arbetsmarknaden där de bor ligger utanför regionen och är inte känd",
    "The labour market where they live lies outside the region and is not known",
)


def hard_table(
    inputs: Inputs, shock: Shock, names: Sequence[str], chances: Floats, people: Floats, effort: Floats
) -> pl.DataFrame:
    """Table `closure_hard`: the hardest to place first.

    Parameters
    ----------
    names : "home occupation age" of each group
    chances : (draws, groups) share re-employed; NaN where nobody is followed that long
    people : persons hit by home, occupation and class; effort : (draws, classes)
    """
    market = inputs.market
    direct = people[:, :, : len(AGE_CLASSES)]
    near = standing_chance(market)
    reasons = _reasons(near, direct, effort[:, : len(AGE_CLASSES)].mean(0))
    rows: list[dict[str, object]] = []
    known = np.isfinite(chances.sum(0))
    for column, name in enumerate(names):
        home, occupation, age = name.split(" ")
        at = (
            market.homes.index(home),
            market.occupations.index(occupation),
            tuple(AGE_CLASSES).index(age),
        )
        if not known[column]:
            continue
        spans = {key: float(np.quantile(chances[:, column], q)) for key, q in QUANTILES.items()}
        sv, en = UNKNOWN_HOME if home == OUTSIDE and reasons[at] == 1 else REASONS[reasons[at]]
        rows.append(
            {"home": home, "occupation": occupation, "age_group": age, "persons": float(direct[at]), **spans}
            | {"hard": spans["p50"] < HALF, "reason_sv": sv, "reason_en": en}
        )
    if not rows:
        return tables.empty("closure_hard")
    ordered = sorted(rows, key=lambda row: (row["p50"], row["home"], row["occupation"], row["age_group"]))
    frame = pl.DataFrame([{"rank": rank, **row} for rank, row in enumerate(ordered, 1)], infer_schema_length=None)
    return frame.with_columns(shock=pl.lit(shock.key), status=pl.lit("modelled"))


def standing_chance(market: Market) -> Floats:
    """X: the chance of work a month by home and occupation before anybody was given notice, mean over draws."""
    kappa = market.kappa[:, None, None]
    met = kappa * meeting(market.others, market.travel, market.related)
    each = kappa * per_seeker(market.vacancies, met)
    return np.asarray(chance_of_work(each.mean(0, keepdims=True), market.travel, market.related)[0])


def _reasons(near: Floats, direct: Floats, effort: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The number of the reason for each home, occupation and age."""
    people = direct.sum(2)
    by_home, by_occupation, by_age = people.sum(1), people.sum(0), direct.sum((0, 1))
    over_occupations = near / _not_zero(near @ by_occupation / by_occupation.sum())[:, None]
    over_homes = near / _not_zero(by_home @ near / by_home.sum())[None, :]
    of_age = effort / (effort @ by_age / by_age.sum())
    shape = direct.shape
    ratios = np.stack(
        [
            np.broadcast_to(over_occupations[:, :, None], shape),
            np.broadcast_to(over_homes[:, :, None], shape),
            np.broadcast_to(of_age[None, None, :], shape),
        ]
    )
    return np.where(ratios.min(0) < MUCH, ratios.argmin(0), len(REASONS) - 1)


def _not_zero(values: Floats) -> Floats:
    return np.asarray(np.where(values > 0, values, 1.0))
