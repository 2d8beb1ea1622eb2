"""Inhabitants of every municipality some years ahead, from its own few years and its county's many.

Each year's growth is the nation's, plus what the county has above the nation, plus what the
municipality has above its county. The nation returns from its last year towards its mean; the county's
part fades; the municipality's part is shrunk the more, the fewer years of its own are known. Beside it stand the naive
answers: no change, the municipality's own trend, and a constant share of its county's trend.

Start reading at `predict_totals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array
from brygga.core.sums import total

NATION_FADE = 0.9
"""The part of the nation's growth above its mean that is left after a year.

Chosen on the nation's 1968-2010 alone, before the first outcome that municipalities are scored on: of 0.75 to 1,
0.85 and 0.9 miss least one to five years ahead, 5 % less than no fading.
"""

METHODS = ("brygga", "no_change", "trend", "county_share")
NAIVE_YEARS = 5
"""How many years back the constant share looks for its county's trend: as many as it is to look ahead."""


@dataclass(frozen=True)
class Drift:
    """The three constants of `brygga`.

    Parameters
    ----------
    county_years : years over which a county's growth above the nation's is averaged
    fade : the part of a county's growth above the nation's that is left after a year, 0-1
    own_years : known years at which a municipality's growth above its county's counts half
    """

    county_years: int = 20
    fade: float = 0.9
    own_years: float = 3.0


TRIED = tuple(Drift(*each) for each in product((5, 10, 20), (0.8, 0.9, 1.0), (1.0, 2.0, 3.0, 5.0)))
"""The constants that `fit_drift` chooses among."""


@dataclass(frozen=True)
class _Past:
    """What is known at the origin: municipality x year, and county x year from earlier on, in persons.

    `within` holds the place of each municipality's county.
    """

    municipalities: list[str]
    own: Floats
    county: Floats
    within: NDArray[np.int64]


def predict_totals(
    history: pl.DataFrame,
    *,
    origin: int,
    horizons: Sequence[int],
    drift: Drift,
    counties: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every method's answer for every municipality, from years up to `origin` alone.

    Parameters
    ----------
    history : `municipality`, `year`, `persons` (31 December); later years than `origin` are not read
    origin : the year that the methods stand in
    horizons : how many years ahead
    drift : the constants of `brygga`
    counties : `county`, `year`, `persons` of years before the municipalities' first, if known

    Returns
    -------
    `area`, `horizon`, `method`, `base`, `predicted` (persons), sorted. Without a known year of growth a
    trend is no change, and a constant share of a county without one is no change too.

    Raises
    ------
    TableError when a municipality lacks a year, or has nobody in it.

    Examples
    --------
    >>> history = pl.DataFrame({"municipality": ["1060", "1060"], "year": [2011, 2012], "persons": [100.0, 110.0]})
    >>> found = predict_totals(history, origin=2012, horizons=[1], drift=Drift())
    >>> {method: round(persons) for method, persons in found.select("method", "predicted").rows()}
    {'brygga': 121, 'county_share': 121, 'no_change': 110, 'trend': 121}
    """
    past = _past(history, origin, counties)
    base = past.own[:, -1]
    frames = []
    for ahead in horizons:
        for method, growth in _growths(past, ahead, drift).items():
            frames.append(
                pl.DataFrame(
                    {
                        "area": past.municipalities,
                        "horizon": ahead,
                        "method": method,
                        "base": base,
                        "predicted": base * np.exp(growth),
                    }
                )
            )
    return pl.concat(frames).sort("area", "horizon", "method")


def fit_drift(
    history: pl.DataFrame, *, origins: Sequence[int], horizon: int, counties: pl.DataFrame | None = None
) -> Drift:
    """The constants, of those tried, with the least error `horizon` years after the `origins`.

    The error is the mean of the plain and the weighted one in per cent, so that neither the many small
    municipalities nor the few large ones decide alone. Give only origins that are not to be scored with them.
    Without origins the constants are the stated ones.
    """
    if not origins:
        return Drift()
    outcomes = {year: _outcomes(history, year + horizon) for year in origins}
    pasts = {year: _past(history, year, counties) for year in origins}

    def error(drift: Drift) -> float:
        errors = []
        for year in origins:
            past = pasts[year]
            actual = np.array([outcomes[year][code] for code in past.municipalities])
            missed = np.abs(past.own[:, -1] * np.exp(_ours(past, horizon, drift)) - actual)
            errors.append(50 * float(np.mean(missed / actual)) + 50 * float(missed.sum() / actual.sum()))
        return round(float(np.mean(errors)), 9)

    return min(TRIED, key=error)


def _outcomes(history: pl.DataFrame, year: int) -> dict[str, float]:
    return dict(history.filter(pl.col("year") == year).select("municipality", "persons").iter_rows())


def _growths(past: _Past, ahead: int, drift: Drift) -> dict[str, Floats]:
    """Each method's growth over all the years ahead, as a logarithm."""
    own, county = _yearly(past.own), _yearly(past.county)
    still = np.zeros(len(past.municipalities))
    return {
        "brygga": _ours(past, ahead, drift),
        "no_change": still,
        "trend": ahead * own.mean(1) if own.size else still,
        "county_share": ahead * county[:, -NAIVE_YEARS:].mean(1)[past.within] if county.size else still,
    }


def _ours(past: _Past, ahead: int, drift: Drift) -> Floats:
    own, county = _yearly(past.own), _yearly(past.county)
    growth = np.zeros(len(past.municipalities))
    if not county.size:
        return growth
    nation = _yearly(past.county.sum(0, keepdims=True))
    above_nation = (county - nation)[:, -drift.county_years :].mean(1)
    mean = nation.mean()
    growth += ahead * mean + _left(NATION_FADE, ahead) * (nation[0, -1] - mean)
    growth += _left(drift.fade, ahead) * above_nation[past.within]
    if own.size:
        years = own.shape[1]
        above_county = (own - county[:, -years:][past.within]).mean(1)
        growth += ahead * years / (years + drift.own_years) * above_county
    return growth


def _left(fade: float, ahead: int) -> float:
    """What remains of a yearly growth of one over the years ahead."""
    return float((fade ** np.arange(1, ahead + 1)).sum())


def _yearly(persons: Floats) -> Floats:
    """Growth of each year over the one before, as a logarithm; no column when there is one year alone."""
    logs: Floats = np.log(persons)
    return np.diff(logs, axis=1)


def _past(history: pl.DataFrame, origin: int, counties: pl.DataFrame | None) -> _Past:
    known = history.filter(pl.col("year") <= origin)
    if not known.height or known["year"].max() != origin:
        raise TableError(
            f"population: no row of {origin}",
            why="a method can only stand in a year that it knows",
            todo="choose an origin among the years of the file",
        )
    years = list(range(int(known["year"].min()), origin + 1))  # type: ignore[arg-type]
    municipalities = known["municipality"].unique().sort().to_list()
    own = to_array(known, "persons", {"municipality": municipalities, "year": years}, where="population")
    _nobody(municipalities, own)
    codes = sorted({code[:2] for code in municipalities})
    within = np.array([codes.index(code[:2]) for code in municipalities], dtype=np.int64)
    county = np.stack([own[within == n].sum(0) for n in range(len(codes))])
    if counties is not None:
        county = np.hstack([_before(counties, codes, years[0]), county])
    return _Past(municipalities, own, county, within)


def _before(counties: pl.DataFrame, codes: list[str], first: int) -> Floats:
    """The counties' unbroken years up to the municipalities' first; none when a county or the last year lacks."""
    sums = counties.filter((pl.col("year") < first) & pl.col("county").is_in(codes))
    sums = sums.group_by("county", "year", maintain_order=True).agg(total("persons"))
    whole = sums.group_by("year", maintain_order=True).len().filter(pl.col("len") == len(codes))["year"].to_list()
    years: list[int] = []
    for year in range(first - 1, min(whole, default=first) - 1, -1):
        if year not in whole:
            break
        years.insert(0, year)
    if not years:
        return np.empty((len(codes), 0))
    return to_array(sums, "persons", {"county": codes, "year": years}, where="county population")


def _nobody(municipalities: list[str], own: Floats) -> None:
    nobody = [code for code, row in zip(municipalities, own, strict=True) if (row <= 0).any()]
    if nobody:
        raise TableError(
            f"population: nobody lives in {listed(nobody)} in some year",
            why="growth cannot be computed from nobody",
            todo="correct the number; a municipality that was merged stands under its new code in all years",
        )
