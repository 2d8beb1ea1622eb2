"""Back-test of the population by age: the cohort component with its intervals, cohort ratios and no change.

Each origin is predicted from what was known in that year: the history is cut there before anything is fitted.
The few constants were chosen on these same counties (recipes/population.py tells how, and how much a choice that
leaves the scored origin out differs).

Start reading at `backtest_population`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from brygga.core.errors import BryggaError, FaultsError, FileError, SettingError, TableError, listed, raise_all
from brygga.core.grids import Floats, to_frame
from brygga.core.provenance import sha256
from brygga.projection.area_population import FEWEST_YEARS, Constants, fit_population, in_bands, project
from brygga.projection.cohort_ratios import cohort_ratios
from brygga.projection.population_history import History, parents_of, read_history
from brygga.projection.scores import scores

BANDS = {"15-19": (15, 19), "20-64": (20, 64), "65+": (65, 1_000)}
METHODS = ("brygga", "cohort_ratio", "no_change")
SCORED = ("origin", "horizon", "age_band", "method", "mape", "coverage_80")
LEVELS = (0.1, 0.9)
AT_ONCE = 100
"""Draws computed together: memory stays bounded, the draws are the same."""
DAY = date(2026, 12, 31)
"""The day the constants are read on."""


@dataclass(frozen=True)
class PopulationBacktest:
    """Scores, and what they were made from.

    Parameters
    ----------
    rows : origin, horizon, age_band, method, mape (per cent), coverage_80 (share, missing without interval)
    pooled : the same over all origins
    sums : the sum of all regions: origin, age_band, error (per cent), low and high (per cent of what came), covered
    cells : table `population_predictions`
    inputs : name and SHA-256 of every file read
    notes : what a reader must know
    """

    rows: pl.DataFrame
    pooled: pl.DataFrame
    sums: pl.DataFrame
    cells: pl.DataFrame
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def summary(self) -> dict[str, Any]:
        """Everything but the cells, JSON-ready."""
        return {
            "backtest": "population",
            "inputs": dict(self.inputs),
            "notes": list(self.notes),
            "rows": self.rows.to_dicts(),
            "pooled": self.pooled.to_dicts(),
            "sums": self.sums.to_dicts(),
        }


def backtest_population(
    population: Path,
    births: Path,
    deaths: Path,
    *,
    origins: Sequence[int],
    horizon: int,
    parents: Path | None = None,
    draws: int = 300,
    seed: int = 1,
) -> PopulationBacktest:
    """Score predictions of people by age band, from each origin, `horizon` years ahead.

    Parameters
    ----------
    population : `age, sex, region, year, population`, parquet or CSV; read until the last origin's outcome
    births, deaths : `age, sex, region, year, n`; read until the last origin
    origins : years to predict from
    horizon : years ahead
    parents : `region, parent`: the larger area that each region leans on, a municipality's county
    draws, seed : the 80 % interval is read from them

    Raises
    ------
    FileError, TableError, SettingError, or FaultsError with all of them when there are several.
    """
    paths = (population, births, deaths, *([parents] if parents else []))
    faults: list[BryggaError] = []
    tables = [_table(path, faults) for path in paths]
    raise_all("the files", faults)
    history = _history(tables[:3], paths, origins, horizon)
    above = _parents(tables[3], paths[3].name, history.areas) if parents else None
    constants = Constants.on(DAY)
    predicted = [
        _predict(history.until(origin), constants, above, horizon=horizon, draws=draws, seed=seed) for origin in origins
    ]
    came = [in_bands(_people(history, origin + horizon), _bands(history)) for origin in origins]
    parts = zip(origins, predicted, came, strict=True)
    cells = pl.concat([_cells(history.areas, origin, horizon, p, actual) for origin, p, actual in parts])
    found = cells.rename({"region": "area"})
    pooled = scores(found, by=["horizon", "age_band"]).select(SCORED[1:])
    return PopulationBacktest(
        rows=scores(found, by=["origin", "horizon", "age_band"]).select(SCORED),
        pooled=pooled,
        sums=pl.concat([_sums(o, p, a) for o, p, a in zip(origins, predicted, came, strict=True)]),
        cells=cells,
        inputs={path.name: sha256(path) for path in paths},
        notes=_notes(history, origins, constants),
    )


@dataclass(frozen=True)
class _Predicted:
    """What the methods say of one origin: area x band, and draws of `brygga`: area x band x draw."""

    base: Floats
    central: dict[str, Floats]
    draws: Floats


def _predict(
    known: History, constants: Constants, parents: Mapping[str, str] | None, *, horizon: int, draws: int, seed: int
) -> _Predicted:
    """Every method's prediction from a history that ends in the origin."""
    bands = _bands(known)
    fitted = fit_population(known, constants=constants, parents=parents)
    to = known.years[-1] + horizon
    batches = [range(first, min(first + AT_ONCE, draws)) for first in range(0, draws, AT_ONCE)]
    runs = [project(fitted, to=to, draws=batch, seed=seed, bands=bands) for batch in batches]
    ratios = cohort_ratios(known.people, horizon=horizon)
    now = in_bands(known.people[..., -1], bands)
    central = {
        "brygga": in_bands(runs[0].central[..., -1], bands),
        "cohort_ratio": in_bands(ratios[..., -1], bands),
        "no_change": now,
    }
    return _Predicted(now, central, np.concatenate([run.draws[:, :, :, -1].sum(1) for run in runs], axis=2))


def _cells(areas: Sequence[str], origin: int, horizon: int, predicted: _Predicted, actual: Floats) -> pl.DataFrame:
    dims = {"region": list(areas), "age_band": list(BANDS)}
    low, high = np.quantile(predicted.draws, LEVELS, axis=2)
    frames = []
    for method in METHODS:
        values = {"base": predicted.base, "actual": actual, "predicted": predicted.central[method]}
        ends = {"low": low, "high": high} if method == "brygga" else {}
        frame = to_frame(values | ends, dims).with_columns(
            origin=pl.lit(origin, pl.Int64), horizon=pl.lit(horizon, pl.Int64), method=pl.lit(method)
        )
        if not ends:
            frame = frame.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
        frames.append(frame)
    names = ["origin", "horizon", "region", "age_band", "method", "base", "actual", "predicted", "low", "high"]
    return pl.concat([frame.select(names) for frame in frames])


def _sums(origin: int, predicted: _Predicted, actual: Floats) -> pl.DataFrame:
    """The sum of all regions, its interval from the summed draws."""
    whole = actual.sum(0)
    low, high = np.quantile(predicted.draws.sum(0), LEVELS, axis=1)
    ends = {"error": predicted.central["brygga"].sum(0), "low": low, "high": high}
    frame = to_frame({"whole": whole, **ends}, {"age_band": list(BANDS)})
    came = pl.when(pl.col("whole") > 0).then("whole")
    return frame.select(
        origin=pl.lit(origin, pl.Int64),
        age_band="age_band",
        **{name: 100 * (pl.col(name) / came - 1) for name in ends},
        covered=pl.col("whole").is_between("low", "high"),
    )


def _bands(history: History) -> list[tuple[int, int]]:
    return [(low, min(high, history.top)) for low, high in BANDS.values()]


def _people(history: History, year: int) -> Floats:
    return np.asarray(history.people[..., history.years.index(year)])


def _table(path: Path, faults: list[BryggaError]) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        faults.append(
            FileError(
                f"{path} cannot be read: {str(error).splitlines()[0]}",
                why="the back-test needs it",
                todo="check the path; parquet, or CSV with comma and UTF-8",
            )
        )
        return pl.DataFrame()


def _history(tables: Sequence[pl.DataFrame], paths: Sequence[Path], origins: Sequence[int], horizon: int) -> History:
    """The history, or the faults of files and origins together."""
    faults: list[BryggaError] = []
    history = None
    last = max(origins, default=None)
    names = [path.name for path in paths[:3]]
    try:
        if last is not None:
            history = read_history(*tables, until=last, people_until=last + horizon, names=names)
    except FaultsError as error:
        faults += error.faults
    except BryggaError as error:
        faults.append(error)
    faults += _origin_faults(history.years if history else _years(tables[0]), origins, horizon, paths[0].name)
    raise_all("the back-test", faults)
    assert history
    return history


def _parents(table: pl.DataFrame, name: str, areas: Sequence[str]) -> dict[str, str]:
    """The larger area of every region."""
    missing = [column for column in ("region", "parent") if column not in table.columns]
    if missing:
        raise TableError(
            f"{name} lacks column(s) {listed(missing)}; it has {listed(table.columns, 12)}",
            why="it says which larger area each region leans on",
            todo="write the columns region, parent",
        )
    rows = table.select(pl.col("region", "parent").cast(pl.String)).unique().sort("region", "parent")
    twice = rows.filter(pl.col("region").is_duplicated())["region"].unique().sort().to_list()
    if twice:
        raise TableError(
            f"{name}: {listed(twice)} with more than one parent",
            why="a region lies in one larger area",
            todo="keep one row of each region",
        )
    found = dict(rows.iter_rows())
    parents_of(areas, found)
    return found


def _years(table: pl.DataFrame) -> Sequence[int]:
    if "year" not in table.columns:
        return ()
    years = table["year"].cast(pl.Float64, strict=False).drop_nulls().drop_nans()
    return sorted({int(year) for year in years})


def _origin_faults(years: Sequence[int], origins: Sequence[int], horizon: int, name: str) -> list[BryggaError]:
    """Origins whose outcome is not known, or before which too little is."""
    faults: list[BryggaError] = []
    if not origins or horizon < 1:
        faults.append(
            SettingError(
                f"{len(origins)} origin(s), horizon {horizon}",
                why="there is nothing to predict",
                todo="give origins such as 1975:2005:5 and a horizon of a year or more",
            )
        )
    if not years:
        return faults
    back = max(FEWEST_YEARS - 1, horizon)
    ahead = [origin for origin in origins if origin + horizon > years[-1]]
    early = [origin for origin in origins if origin - back < years[0]]
    if ahead:
        faults.append(
            SettingError(
                f"origin {listed(ahead)} with horizon {horizon}: {name} ends in {years[-1]}",
                why="what came must be known to score a prediction",
                todo=f"choose origins up to {years[-1] - horizon}, or a shorter horizon",
            )
        )
    if early:
        faults.append(
            SettingError(
                f"origin {listed(early)} with horizon {horizon}: {name} begins in {years[0]}",
                why=f"{back} years before the origin are needed: cohort ratios look as far back as ahead, and means "
                f"of moves need {FEWEST_YEARS - 1}",
                todo=f"choose origins from {years[0] + back}, or a shorter horizon",
            )
        )
    return faults


def _notes(history: History, origins: Sequence[int], constants: Constants) -> list[str]:
    """Borders that moved, as seen from the last origin, and after it."""
    fitted = fit_population(history.until(max(origins)), constants=constants)
    moved = [f"{unit} {year}" for unit, year in fitted.migration.layers[-1].breaks]
    notes = [
        "Constants were chosen on these counties 1968-2010, all origins together: docs/method/population.md says what "
        "a choice that leaves the scored origin out gives.",
    ]
    if moved:
        notes.append(f"Borders that seem to have moved, left out of means: {listed(moved)}.")
    return notes
