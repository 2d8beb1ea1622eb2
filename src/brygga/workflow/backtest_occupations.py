"""Back-tests of employees by occupation: SSYK-3 by county, and SSYK-4 by age in the nation.

The county table answers two questions that are never mixed: what each cell will be when nothing after the
origin is known (`given` nothing), and how a national total spreads over counties when somebody has told us
the total of each occupation (`given` national_total).

Start reading at `backtest_counties`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.provenance import sha256
from brygga.core.sums import total
from brygga.projection import occupation_ages, occupation_growth
from brygga.projection.error_spread import with_intervals
from brygga.projection.occupation_growth import Known, best_without
from brygga.workflow.backtest_breaks import WAYS, merged, of_table, spread_unknown
from brygga.workflow.backtest_municipalities import read_totals
from brygga.workflow.backtest_occupation_files import Jobs, read_age_table, read_county_table, widths
from brygga.workflow.backtest_result import Backtest, choices_from, pooled_scores, size_class, with_used
from brygga.workflow.backtest_settings import check_registered, modules

BOUNDS = (50, 200, 1000)
COUNTY, AGE = "occupations_county", "occupations_age"
Window = tuple[int, int]
Predict = Callable[[Window, Any], dict[str, Floats]]


def settings(table: str, with_population: bool = True) -> dict[str, Any]:
    """What a run does with one of the two tables, to be registered before it."""
    of_county = table == COUNTY
    module = occupation_growth if of_county else occupation_ages
    fold = "county" if of_county else "major group"
    name = module.__name__.rpartition(".")[2]
    return {
        "origins": "every year of the file but the last, to every later year of the file",
        "methods": list(module.METHODS),
        "methods_given_national_total": list(occupation_growth.GIVEN_METHODS) if of_county else [],
        "size_classes_from": list(BOUNDS),
        "constants_tried": [asdict(each) for each in module.TRIED],
        "constants_chosen": f"least weighted error over all windows, without the scored {fold}",
        "interval": "80 % of the errors of the other counties (major groups), by method, horizon and size class",
        "breaks": {each.name: each.says for each in of_table(table)},
        "ways": list(WAYS),
        "population": "municipality, year, population, up to the origin" if of_county and with_population else None,
        "modules": modules(f"projection/{name}.py"),
    }


def backtest_counties(file: Path, *, population: Path | None = None, registered: Path | None = None) -> Backtest:
    """Score the methods on employees by county and three-digit occupation.

    Parameters
    ----------
    file : PxWeb's CSV, region x occupation x sex, one column a year
    population : `municipality, year, population`, read up to each origin
    registered : settings written by `brygga backtest register`, checked before any file is opened

    Raises
    ------
    SettingError when the settings are not those registered; TableError, UnknownCodeError or FileError when
    a file is wrong.
    """
    code = check_registered(registered, COUNTY, settings(COUNTY, population is not None))
    cells, constants = county_cells(file, population)
    return _backtest(COUNTY, cells, constants, code, [file, *([population] if population else [])])


def county_cells(file: Path, population: Path | None) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """What every method said of every county and occupation, breaks carried, left out and bridged, and the constants.

    The cells are as `scores` wants them, with `given`, `breaks`, `size_class`, and `fold`, the county.
    """
    jobs = read_county_table(file)
    people = _people(population, jobs) if population else None
    cells, constants = [], []
    for way in ("carried", "bridged"):
        persons = jobs.persons if way == "carried" else spread_unknown(jobs.persons, jobs.unknown)
        for given in ("nothing", "national_total"):
            predict = _county_predictor(jobs, persons, people, given)
            found, chosen = _left_out_predictions(jobs, persons, predict, occupation_growth.TRIED, axis=0)
            cells.append(found.with_columns(given=pl.lit(given), breaks=pl.lit(way), fold=pl.col("area")))
            constants += [
                {"given": given, "breaks": way, "left_out": area, **asdict(pull)}
                for area, pull in zip(jobs.areas, chosen, strict=True)
            ]
    return _three_ways(COUNTY, pl.concat(cells)), constants


def backtest_ages(file: Path, *, registered: Path | None = None) -> Backtest:
    """Score the methods on the nation's employees by four-digit occupation and age group.

    Parameters
    ----------
    file : JSON-stat, occupation x age x year
    registered : settings written by `brygga backtest register`, checked before any file is opened
    """
    code = check_registered(registered, AGE, settings(AGE))
    jobs = read_age_table(file)
    groups = [occupation[0] for occupation in jobs.occupations]
    cells, constants = [], []
    for way in WAYS:
        persons = spread_unknown(jobs.persons, jobs.unknown) if way == "bridged" else jobs.persons
        predict = _age_predictor(jobs, persons, uncrossed=way == "left_out")
        windows = _windows(jobs, uncrossed=way == "left_out")
        found, chosen = _left_out_predictions(
            jobs, persons, predict, occupation_ages.TRIED, axis=1, folds=groups, windows=windows
        )
        cells.append(
            found.with_columns(given=pl.lit("nothing"), breaks=pl.lit(way), fold=pl.col("occupation").str.head(1))
        )
        constants += [
            {"given": "nothing", "breaks": way, "left_out": group, **asdict(ageing)}
            for group, ageing in sorted(dict(zip(groups, chosen, strict=True)).items())
        ]
    return _backtest(AGE, _three_ways(AGE, pl.concat(cells)), constants, code, [file])


def _three_ways(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with those of a break left out and bridged beside, and their size class."""
    parts = [cells]
    for each in of_table(name):
        if each.occupations:
            carried, bridged = (cells.filter(pl.col("breaks") == way) for way in ("carried", "bridged"))
            parts = [carried, carried.filter(~each.touches()).with_columns(breaks=pl.lit("left_out"))]
            parts.append(merged(bridged, each))
    return pl.concat(parts).with_columns(size_class("base", BOUNDS))


def _backtest(
    name: str, cells: pl.DataFrame, constants: Sequence[Mapping[str, Any]], code: str, inputs: Sequence[Path]
) -> Backtest:
    """Intervals, scores and choices."""
    breaks = of_table(name)
    whole = with_intervals(cells, fold="fold", by=["given", "breaks", "horizon", "size_class"]).drop("fold")
    whole = with_used(whole)
    crossed = [each for each in breaks if not each.occupations and whole.filter(each.crossed()).height]
    return Backtest(
        name=name,
        rows=pooled_scores(whole),
        choices=choices_from(whole),
        constants=constants,
        registered=code,
        inputs={path.name: sha256(path) for path in inputs},
        notes=[f"{each.name}: {each.says}" for each in breaks]
        + [f"Rows with breaks carried or bridged cross {each.name}." for each in crossed if name == AGE],
    )


def _left_out_predictions(
    jobs: Jobs,
    persons: Floats,
    predict: Predict,
    tried: Sequence[Any],
    *,
    axis: int,
    folds: Sequence[str] | None = None,
    windows: Sequence[Window] | None = None,
) -> tuple[pl.DataFrame, list[Any]]:
    """Predictions of every window, each fold with the constants that do best in the others.

    Parameters
    ----------
    axis : the axis of `persons` that is folded: 0 area, 1 occupation
    folds : the fold of every label of that axis; each its own by default

    Returns
    -------
    The cells, and the constants chosen for every label of the axis.
    """
    labels = list(folds or jobs.areas)
    named = sorted(set(labels))
    member = np.array([named.index(label) for label in labels])
    spans = list(windows or _windows(jobs))
    ours = {(n, window): predict(window, constants)["brygga"] for n, constants in enumerate(tried) for window in spans}
    outcome = {window: persons[:, :, jobs.place(sum(window))] for window in spans}

    def folded(cells: Floats) -> list[float]:
        sums = cells.sum(1 - axis)
        return [float(sums[member == n].sum()) for n in range(len(named))]

    errors = np.array(
        [[folded(np.abs(ours[n, window] - outcome[window])) for window in spans] for n in range(len(tried))]
    )
    actual = np.array([folded(outcome[window]) for window in spans])
    best = np.array(best_without(errors, actual))[member]
    frames = []
    for window in spans:
        said = predict(window, tried[0])
        every = np.stack([ours[n, window] for n in range(len(tried))])
        picked = np.arange(len(labels))
        said["brygga"] = every[best, picked] if axis == 0 else every[best, :, picked].T
        base = persons[:, :, jobs.place(window[0])]
        for method, cells in said.items():
            frames.append(_frame(jobs, window, method, base, outcome[window], cells))
    return pl.concat(frames), [tried[n] for n in best]


def _frame(jobs: Jobs, window: Window, method: str, base: Floats, actual: Floats, cells: Floats) -> pl.DataFrame:
    dims = {"area": jobs.areas, "occupation": jobs.occupations}
    return to_frame({"base": base, "actual": actual, "predicted": cells}, dims).with_columns(
        origin=pl.lit(window[0], pl.Int64), horizon=pl.lit(window[1], pl.Int64), method=pl.lit(method)
    )


def _windows(jobs: Jobs, *, uncrossed: bool = False) -> list[Window]:
    """Every origin and number of years ahead that the file holds; without those across a break of the whole table."""
    found = [(origin, target - origin) for origin in jobs.years for target in jobs.years if target > origin]
    starts = [each.first_after for each in of_table(AGE)] if uncrossed else []
    return [(o, h) for o, h in found if not any(o < first <= o + h for first in starts)]


def _county_predictor(jobs: Jobs, persons: Floats, people: Mapping[int, Floats] | None, given: str) -> Predict:
    groups = occupation_growth.two_digit_groups(jobs.occupations)

    def predict(window: Window, pull: occupation_growth.Pull) -> dict[str, Floats]:
        origin, ahead = window
        known = Known(persons[:, :, : jobs.place(origin) + 1], groups, None if people is None else people[origin])
        if given == "nothing":
            return occupation_growth.predict_counties(known, ahead, pull)
        totals = persons[:, :, jobs.place(origin + ahead)].sum(0)
        return occupation_growth.predict_shares(known, totals, ahead, pull)

    return predict


def _age_predictor(jobs: Jobs, persons: Floats, *, uncrossed: bool) -> Predict:
    years_in_group = np.array(widths(jobs))

    def predict(window: Window, ageing: occupation_ages.Ageing) -> dict[str, Floats]:
        origin, ahead = window
        first = 0
        if uncrossed:
            first = max([jobs.place(e.first_after) for e in of_table(AGE) if e.first_after <= origin], default=0)
        known = persons[:, :, first : jobs.place(origin) + 1]
        return occupation_ages.predict_ages(known, years_in_group, ahead, ageing)

    return predict


def _people(population: Path, jobs: Jobs) -> dict[int, Floats]:
    """Inhabitants, county x year, up to each origin."""
    totals = read_totals(population).with_columns(area=pl.col("municipality").str.head(2))
    sums = totals.group_by("area", "year", maintain_order=True).agg(total("persons"))
    lacking = [area for area in jobs.areas if area not in set(sums["area"])]
    if lacking:
        raise TableError(
            f"{population.name}: nobody lives in county {listed(lacking)}",
            why="the counties of both files must be the same",
            todo="use a file of all municipalities",
        )
    years = sums["year"].unique().sort().to_list()
    found = {}
    for origin in jobs.years:
        known = [year for year in years if year <= origin]
        if not known:
            raise TableError(
                f"{population.name}: no year up to {origin}",
                why="the population up to the origin is read",
                todo="use a file that begins earlier, or leave --population out",
            )
        found[origin] = to_array(sums, "persons", {"area": jobs.areas, "year": known}, where=population.name)
    return found
