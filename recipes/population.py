"""Choose the constants of the population's projection, and say how much the choice matters.

Fitted on the people, births and deaths of 21 counties 1968-2010 (the folder of open data beside the
repository). Persistence and memory are those with the least error, relative to cohort ratios', over all origins
1973-2009 and one to five years ahead. The spreads are those whose draws are as wide as the errors were
from 1975, 1980, ..., 2005: of the nation's elderly 5, 10 and 15 years ahead (the fall of mortality), and of counties
around the nation five years ahead (net migration and mortality). The nation's net migration keeps the spread of its
own history: seven outcomes of one nation say too little about a factor.

Because every origin then helps to choose, the same is done for each of the seven origins without the
origins whose five years overlap with its own, and the scored origin's error and coverage with that choice are shown
beside. Last, what a mean with cohort ratios would have given.

Run it with `python -m recipes.population` (a minute); the constants stand in
`parameters/projection/population_*.yaml`, the figures in docs/method/population.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from brygga.core.grids import Floats
from brygga.core.places import SHARED_DATA
from brygga.projection.area_population import Constants, fit_population, in_bands, project
from brygga.projection.cohort_ratios import cohort_ratios
from brygga.projection.population_history import History, read_history

BANDS = ((15, 19), (20, 64), (65, 100))
SCORED = tuple(range(1975, 2006, 5))
ORIGINS, HORIZON = range(1973, 2010), 5
GRID = {"nation_persistence": (0.8, 0.85, 0.9, 0.95), "area_persistence": (0.6, 0.7, 0.8), "nation_memory": (5.0, 20.0)}
SPREADS, FALLS = (1.0, 1.1, 1.2, 1.3, 1.4), (0.002, 0.003, 0.004, 0.005, 0.006)
DRAWS = 100
Choice = tuple[float, ...]
Errors = dict[tuple[int, int], Floats]


def history() -> History:
    folder = SHARED_DATA / "regions"
    names = ("population_county_age_sex", "births_county", "deaths_county")
    return read_history(*(pl.read_parquet(folder / f"{name}_1968_2010.parquet") for name in names))


def counted(known: History, year: int) -> Floats:
    return in_bands(known.people[..., known.years.index(year)], BANDS)


def errors(known: History, predict: Callable[[History, int], Floats]) -> Errors:
    """Mean absolute error per cent by band, for every origin and horizon whose outcome is known."""
    found = {}
    for origin in ORIGINS:
        years = min(HORIZON, known.years[-1] - origin)
        ahead = predict(known.until(origin), years)
        for horizon in range(1, years + 1):
            actual = counted(known, origin + horizon)
            said = in_bands(ahead[..., horizon - 1], BANDS)
            found[origin, horizon] = 100 * np.abs(said / actual - 1).mean(0)
    return found


def component(constants: Constants) -> Callable[[History, int], Floats]:
    def predict(known: History, years: int) -> Floats:
        fitted = fit_population(known, constants=constants)
        run = project(fitted, to=known.years[-1] + years, draws=range(0), seed=1)
        return np.asarray(run.central[..., 1:])

    return predict


def relative(found: Errors, twin: Errors, without: int | None = None) -> float:
    """Error over that of cohort ratios at the same horizon, its mean; origins that overlap with `without` left out."""
    ours = {key: value for key, value in found.items() if without is None or abs(key[0] - without) >= HORIZON}
    usual = {h: np.mean([twin[key] for key in twin if key[1] == h], 0) for h in range(1, HORIZON + 1)}
    return float(np.mean([value / usual[horizon] for (_, horizon), value in ours.items()]))


def standing(known: History, constants: Constants, moved: Set[str]) -> dict[int, tuple[Floats, Floats, Floats]]:
    """By origin and band, five years ahead: the sum's error and counties' deviations from it, both squared and in
    variances of the draws, and the share of counties inside the interval. Counties whose border moved are left out
    of the second."""
    found, stayed = {}, [area not in moved for area in known.areas]
    for origin in SCORED:
        fitted = fit_population(known.until(origin), constants=constants)
        run = project(fitted, to=origin + HORIZON, draws=range(DRAWS), seed=1)
        drawn, said = in_bands(run.draws[:, :, :, -1], BANDS), in_bands(run.central[..., -1], BANDS)
        actual = counted(known, origin + HORIZON)
        whole = np.log(drawn.sum(0))
        off = np.log(said.sum(0) / actual.sum(0))
        apart = np.log(drawn) - whole
        own = np.log(said / actual) - off
        low, high = np.quantile(drawn, (0.1, 0.9), axis=-1)
        found[origin] = (
            off**2 / whole.var(-1),
            (own**2 / apart.var(-1))[stayed].mean(0),
            ((actual >= low) & (actual <= high)).mean(0),
        )
    return found


Standing = Mapping[int, tuple[Floats, Floats, Floats]]


def elderly(known: History, constants: Constants) -> dict[int, float]:
    """By origin: the nation's squared standardised error, 65 and over, mean of 5, 10 and 15 years ahead."""
    found = {}
    for origin in SCORED:
        years = [h for h in (5, 10, 15) if origin + h <= known.years[-1]]
        fitted = fit_population(known.until(origin), constants=constants)
        run = project(fitted, to=origin + years[-1], draws=range(DRAWS), seed=1)
        drawn, said = in_bands(run.draws, BANDS)[:, 2].sum(0), in_bands(run.central, BANDS)[:, 2].sum(0)
        off = [np.log(said[h] / counted(known, origin + h)[:, 2].sum()) for h in years]
        found[origin] = float(np.mean([o**2 / np.log(drawn[h]).var() for o, h in zip(off, years, strict=True)]))
    return found


def elderly_in_nation(found: Mapping[int, float], without: int | None = None) -> float:
    """Root mean square of it: 1 where the spread is right."""
    return float(np.sqrt(np.mean([value for origin, value in found.items() if origin != without])))


def counties(found: Standing, without: int | None = None) -> float:
    """Root mean square of counties' standardised deviations from the nation, all bands."""
    return float(np.sqrt(np.mean([value[1] for origin, value in found.items() if origin != without])))


def nearest_one(found: Mapping[float, Any], measure: Callable[..., float], without: int | None = None) -> float:
    """The choice whose standardised errors are nearest to 1."""
    return min(found, key=lambda choice: abs(np.log(measure(found[choice], without))))


def figures(values: Floats) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


def main() -> None:
    known, constants = history(), Constants.on(date(2026, 12, 31))
    twin = errors(known, lambda past, years: cohort_ratios(past.people, horizon=years))
    tried: dict[Choice, Errors] = {}
    for choice in itertools.product(*GRID.values()):
        tried[choice] = errors(known, component(replace(constants, **dict(zip(GRID, choice, strict=True)))))
    print("persistence and memory, error over cohort ratios':")
    for choice in sorted(tried, key=lambda c: relative(tried[c], twin)):
        print(" ", dict(zip(GRID, choice, strict=True)), f"{relative(tried[choice], twin):.4f}")
    left_out = []
    for origin in SCORED:
        best = min(tried, key=lambda c: relative(tried[c], twin, origin))
        left_out.append(tried[best][origin, HORIZON])
        ours, theirs = figures(left_out[-1]), figures(twin[origin, HORIZON])
        print(f"  {origin} chosen without it {best}: {ours}; cohort ratios {theirs}")
    print(f"  mean: {figures(np.mean(left_out, 0))}\n")

    moved = {unit for unit, _ in fit_population(known, constants=constants).migration.layers[-1].breaks}
    print(f"spreads (borders moved: {sorted(moved)}); root mean square of standardised errors:")
    falls = {sd: elderly(known, replace(constants, improvement_sd=sd)) for sd in FALLS}
    print("  improvement_sd", {sd: round(elderly_in_nation(found), 2) for sd, found in falls.items()})
    fall = nearest_one(falls, elderly_in_nation)
    areas = {s: standing(known, replace(constants, improvement_sd=fall, area_spread=s), moved) for s in SPREADS}
    print("  area_spread", {s: round(counties(found), 2) for s, found in areas.items()})
    print(f"  chosen: improvement_sd {fall}, area_spread {nearest_one(areas, counties)}")
    now = areas[nearest_one(areas, counties)]
    print("  the nation, with its own history's spread:", figures(np.sqrt(np.mean([v[0] for v in now.values()], 0))))
    inside = []
    for origin in SCORED:
        best = nearest_one(falls, elderly_in_nation, origin), nearest_one(areas, counties, origin)
        other = replace(constants, improvement_sd=best[0], area_spread=best[1])
        inside.append(standing(known, other, moved)[origin][2])
        print(
            f"  {origin} chosen without it {best}: inside {figures(inside[-1])}; all chosen {figures(now[origin][2])}"
        )
    pooled = figures(np.mean([value[2] for value in now.values()], 0))
    print(f"  pooled: {figures(np.mean(inside, 0))}; all chosen {pooled}\n")

    print("a mean with cohort ratios, five years ahead from the seven origins:")
    ours = component(constants)
    for weight in (0.0, 0.5, 0.8, 1.0):

        def mixed(past: History, years: int, weight: float = weight) -> Floats:
            return weight * ours(past, years) + (1 - weight) * cohort_ratios(past.people, horizon=years)

        found = errors(known, mixed)
        print(f"  {weight:.1f} ours: {figures(np.mean([found[o, HORIZON] for o in SCORED], 0))}")


if __name__ == "__main__":
    main()
