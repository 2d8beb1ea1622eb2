"""Back-test of the inhabitants of every municipality, one to five years ahead.

Start reading at `backtest_municipalities`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes
from brygga.core.errors import SettingError, TableError, listed
from brygga.core.provenance import sha256
from brygga.core.sums import total
from brygga.projection.error_spread import with_intervals
from brygga.projection.municipal_totals import METHODS, NATION_FADE, TRIED, Drift, fit_drift, predict_totals
from brygga.workflow.backtest_files import column_names, number_column, read_columns
from brygga.workflow.backtest_result import Backtest, choices_from, pooled_scores, size_class, with_used
from brygga.workflow.backtest_settings import check_registered, modules

BOUNDS = (10_000, 25_000, 50_000)
JUMP = 0.2
"""A municipality that grows or shrinks more than this in a year is named: it is seldom people who moved."""


def settings(origins: Sequence[int], horizon: int, with_counties: bool) -> dict[str, Any]:
    """What a run does, to be registered before it."""
    return {
        "origins": list(origins),
        "horizons": list(range(1, horizon + 1)),
        "methods": list(METHODS),
        "size_classes_from": list(BOUNDS),
        "nation_fade": NATION_FADE,
        "constants_tried": [asdict(drift) for drift in TRIED],
        "constants_chosen": "least mean of plain and weighted error at the longest horizon, all other origins",
        "interval": "80 % of every other origin's errors, by method, horizon and size class",
        "choice_measure": "weighted_mape at the longest horizon",
        "file": "municipality, year, population; every municipality in every year",
        "counties": "age, sex, region, year, population; years before the file's first" if with_counties else None,
        "modules": modules("projection/municipal_totals.py"),
    }


def backtest_municipalities(
    file: Path,
    *,
    origins: Sequence[int],
    horizon: int = 5,
    counties: Path | None = None,
    registered: Path | None = None,
) -> Backtest:
    """Score `brygga`, no change, trend and county share on years that are known by now.

    Parameters
    ----------
    file : `municipality, year, population`, 31 December; other columns are not read
    origins : years to predict from
    horizon : the longest number of years ahead; all shorter ones are scored too
    counties : `age, sex, region, year, population` by county, for the years before the file's first
    registered : settings written by `brygga backtest register`, checked before any file is opened

    Raises
    ------
    SettingError when the settings are not those registered, or an origin's outcome is not in the file;
    TableError, UnknownCodeError or FileError when a file is wrong.
    """
    code = check_registered(registered, "municipalities", settings(origins, horizon, counties is not None))
    inputs = [file, *([counties] if counties else [])]
    history = read_totals(file)
    earlier = read_counties(counties) if counties else None
    known = _known_origins(history, origins, horizon)
    fitted = {
        origin: fit_drift(
            history, origins=[other for other in known if other != origin], horizon=horizon, counties=earlier
        )
        for origin in known
    }
    cells = predicted_cells(history, fitted, horizon, earlier)
    cells = with_used(with_intervals(cells, fold="origin", by=["horizon", "size_class"]))
    cells = cells.filter(pl.col("origin").is_in(list(origins)))
    now = fit_drift(history, origins=known, horizon=horizon, counties=earlier)
    constants = [{"left_out": str(origin), **asdict(fitted[origin])} for origin in sorted(set(origins))]
    return Backtest(
        name="municipalities",
        rows=pooled_scores(cells),
        choices=choices_from(cells),
        constants=[*constants, {"left_out": "nothing", **asdict(now)}],
        registered=code,
        inputs={path.name: sha256(path) for path in inputs},
        notes=_notes(history, known, horizon, earlier is not None),
    )


def predicted_cells(
    history: pl.DataFrame, fitted: Mapping[int, Drift], horizon: int, counties: pl.DataFrame | None
) -> pl.DataFrame:
    """What every method said from every origin, and what came."""
    outcomes = history.select(area="municipality", target="year", actual="persons")
    frames = []
    for origin, drift in fitted.items():
        said = predict_totals(
            history, origin=origin, horizons=range(1, horizon + 1), drift=drift, counties=counties
        ).with_columns(origin=pl.lit(origin, pl.Int64), horizon=pl.col("horizon").cast(pl.Int64))
        frames.append(said.with_columns(target=pl.col("origin") + pl.col("horizon")))
    return (
        pl.concat(frames)
        .join(outcomes, on=["area", "target"], how="left", maintain_order="left")
        .drop("target")
        .with_columns(size_class("base", BOUNDS), given=pl.lit("nothing"), breaks=pl.lit("none"))
    )


def sort_files(files: Sequence[Path]) -> tuple[Path | None, Path | None]:
    """The file of municipalities and that of counties, told apart by their columns.

    Raises
    ------
    SettingError when two are of the same kind.
    """
    kinds: dict[bool, Path] = {}
    for file in files:
        by_county = "municipality" not in column_names(file) and "region" in column_names(file)
        if by_county in kinds:
            kind = "counties" if by_county else "municipalities"
            raise SettingError(
                f"{kinds[by_county].name} and {file.name} are both files of {kind}",
                why="one file of each kind is read",
                todo="give one of them",
            )
        kinds[by_county] = file
    return kinds.get(False), kinds.get(True)


def read_totals(file: Path) -> pl.DataFrame:
    """`municipality`, `year`, `persons` of a file, every municipality once in every year.

    Raises
    ------
    FileError, TableError or UnknownCodeError, which name file, column and what is wrong.
    """
    found = read_columns(file, ["municipality", "year", "population"])
    codes.check_codes(found["municipality"].unique().to_list(), "kommun", where=f"{file.name}.municipality")
    found = found.select(
        "municipality",
        year=number_column(found["year"], file.name, whole=True),
        persons=number_column(found["population"], file.name),
    )
    twice = found.filter(found.select("municipality", "year").is_duplicated())
    count = found["year"].n_unique() * found["municipality"].n_unique()
    if twice.height or found.height != count:
        full = found.select("municipality").unique().join(found.select("year").unique(), how="cross")
        lacking = full.join(found, on=["municipality", "year"], how="anti").sort("municipality", "year")
        wrong = [
            f"{m} {y} stands twice" for m, y in twice.select("municipality", "year").unique().sort(pl.all()).rows()
        ]
        wrong += [f"{m} lacks {y}" for m, y in lacking.rows()]
        raise TableError(
            f"{file.name}: {listed(wrong)}",
            why="growth needs every municipality once in every year",
            todo="add or remove the rows; merged municipalities stand under their new code in all years",
        )
    return found.sort("municipality", "year")


def read_counties(file: Path) -> pl.DataFrame:
    """`county`, `year`, `persons` from a file of ages; regions by code or by name.

    Raises
    ------
    FileError, TableError or UnknownCodeError, which name file, column and what is wrong.
    """
    found = read_columns(file, ["region", "year", "population"])
    regions = found["region"].unique().sort().to_list()
    named = {region: county_code(region, file.name) for region in regions}
    return (
        found.select(
            county=pl.col("region").replace_strict(named, return_dtype=pl.String),
            year=number_column(found["year"], file.name, whole=True),
            persons=number_column(found["population"], file.name),
        )
        .group_by("county", "year", maintain_order=True)
        .agg(total("persons"))
        .sort("county", "year")
    )


def county_code(region: str, where: str) -> str:
    """The code of a county given by code or name, with or without "county", å, ä and ö.

    Examples
    --------
    >>> county_code("Skane", ""), county_code("Gotaland", ""), county_code("10 Blekinge county", "")
    ('12', '14', '10')
    """
    known = codes.classification("county").select("code", "name", "name_en").rows()
    if region[:2] in {code for code, *_ in known} and not region[2:3].isdigit():
        return region[:2]
    asked = _folded(region)
    names = [(code, _folded(name)) for code, *both in known for name in both]
    whole = {code for code, name in names if name == asked}
    same = sorted(whole or {code for code, name in names if name.endswith(f" {asked}")})
    if len(same) != 1:
        raise TableError(
            f"{where}: region {region} is no county",
            why="municipalities are compared with their county",
            todo="write a code such as 10, or a name such as Blekinge",
        )
    return str(same[0])


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return plain.removesuffix(" county").removesuffix(" lan").strip()


def _known_origins(history: pl.DataFrame, origins: Sequence[int], horizon: int) -> list[int]:
    """Every origin whose outcomes the file holds; those asked for must be among them."""
    first, last = (int(year) for year in (history["year"].min(), history["year"].max()))  # type: ignore[arg-type]
    unknown = [origin for origin in origins if not first <= origin <= last - horizon]
    if unknown:
        raise SettingError(
            f"origin {listed(unknown)} with horizon {horizon}: the file has {first}-{last}",
            why="the origin and the year to predict must both be known",
            todo=f"choose origins {first}:{last - horizon}, or a shorter --horizon",
        )
    return list(range(first, last - horizon + 1))


def _notes(history: pl.DataFrame, origins: Sequence[int], horizon: int, with_counties: bool) -> list[str]:
    if len(origins) > 1:
        notes = [
            "A prediction uses data up to its origin. Constants of brygga and the width of intervals come from every "
            "other origin that the file can score, later ones and their outcomes included. "
            f"Outcomes {horizon} years ahead from {origins[0]}-{origins[-1]} overlap, so they share the years' luck."
        ]
    else:
        notes = ["The file can score one origin alone: constants are the stated ones, and there is no interval."]
    notes.append(f"The file begins in {origins[0]}: from there no growth is known, and trend is no change.")
    if not with_counties:
        notes.append("Without a file of counties they are known no longer than their municipalities.")
    grown = (pl.col("persons") / pl.col("persons").shift(1).over("municipality") - 1).abs()
    jumps = history.filter(grown > JUMP).select("municipality", "year").rows()
    if jumps:
        notes.append(f"More than {JUMP:.0%} in a year: {listed(f'{m} {y}' for m, y in jumps)}. Borders may have moved.")
    return notes
