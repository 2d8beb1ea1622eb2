"""How far net migration goes wrong: the spreads that `brygga see` draws it with, per nation, county and municipality.

The rule of `projection.population` (the mean change of the last `WINDOW` years goes on) is played at past
years and held against totals `AHEAD` years later. A deviation of x a year, of which `projection.persistence`
is left a year later, adds up to

    sd(total after h years) = sd sqrt(sum_k (sum_{j < h-k} persistence^j)^2)

and each layer gets the sd that makes 80 % of its errors lie within 1.28 of the total's, after the layer above is
taken out. Births and deaths are in the change here; the engine carries them by cohorts.

Needs the folder of open data beside the repository. Run: python -m recipes.migration_spread
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array
from brygga.core.parameters import value_on
from brygga.core.places import SHARED_DATA

WINDOW, AHEAD = 8, 5
MUNICIPAL_WINDOW = 3
"""Changes that municipal totals of 2011-2019 leave before five years ahead: errors are then too large, if anything."""
NORMAL_80 = 1.2816


def main() -> None:
    persistence = value_on("projection.persistence", date(2026, 12, 31)).number
    unit = np.sqrt(sum(sum(persistence**j for j in range(AHEAD - k)) ** 2 for k in range(AHEAD)))
    counties = _county_totals()
    nation = _errors(counties.sum(0, keepdims=True), WINDOW)
    of_county = _errors(counties, WINDOW) - nation
    print(f"{WINDOW} years' mean change, {AHEAD} years ahead, 80 % of errors within (per cent) and sd a year:")
    _line("nation", nation, unit)
    _line("county less nation", of_county, unit)
    codes, totals = _municipal_totals()
    errors = _errors(totals, MUNICIPAL_WINDOW)
    own = errors - _errors(totals.sum(0, keepdims=True), MUNICIPAL_WINDOW)
    groups = {code[:2] for code in codes}
    for county in groups:
        mine = np.array([code[:2] == county for code in codes])
        own[mine] -= own[mine].mean()
    _line(f"municipality less county ({MUNICIPAL_WINDOW} years' mean)", own, unit)
    small = totals[:, -1] < 10_000
    _line("  under 10,000 inhabitants", own[small], unit)
    _line("  others", own[~small], unit)
    for first in range(0, of_county.shape[1], 6):
        some = slice(first, first + 6)
        print(f"  counties, origins {1976 + first}-{1976 + min(first + 5, of_county.shape[1] - 1)}:", end=" ")
        _line("", of_county[:, some], unit)


def _errors(totals: Floats, window: int) -> Floats:
    """Log error of each origin: place x origin."""
    log = np.log(totals)
    origins = range(window, log.shape[1] - AHEAD)
    rule = [log[:, o] + AHEAD / window * (log[:, o] - log[:, o - window]) for o in origins]
    return np.stack([log[:, o + AHEAD] - ahead for o, ahead in zip(origins, rule, strict=True)], 1)


def _line(name: str, errors: Floats, unit: float) -> None:
    within = np.quantile(np.abs(errors), 0.8)
    print(f"{name:42} {100 * within:5.2f} %   {within / NORMAL_80 / unit:.4f}   ({errors.size} errors)")


def _county_totals() -> Floats:
    counted = pl.read_parquet(SHARED_DATA / "regions" / "population_county_age_sex_1968_2010.parquet")
    sums = counted.group_by("region", "year", maintain_order=True).agg(persons=pl.col("population").sum())
    labels = {name: sums[name].unique().sort().to_list() for name in ("region", "year")}
    return to_array(sums, "persons", labels)


def _municipal_totals() -> tuple[list[str], Floats]:
    path = SHARED_DATA / "statistics" / "population_municipality_2011_2019.csv"
    counted = pl.read_csv(path, schema_overrides={"municipality": pl.String})
    labels = {name: counted[name].unique().sort().to_list() for name in ("municipality", "year")}
    return labels["municipality"], to_array(counted, "population", labels)


if __name__ == "__main__":
    main()
