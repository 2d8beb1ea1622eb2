"""Growth: how many an industry employs in a municipality each year, relative to the base year.

    factor[model, i, w, t] = employed[i, w, t] / employed[i, w, base]

Three models that are wrong in different ways, and how much each of them counts:

    constant_share   the municipality keeps its share of the national industry, which follows its damped trend
    damped_trend     the municipality's own growth, shrunk to county and nation by cell size, damped
    outlook          the national industry outlook, (1 + growth)^years, beside its driver

A damped trend grows by `damping` of the year before: exp(g (damping + damping^2 + ...)). Weights are
the inverse squared errors of forecasts made at past years with what was known then (`growth_weights`).

Start reading at `growth_paths`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array
from brygga.projection.growth_rates import History, read_history, shrunk_growth, steps_of

HISTORICAL = ("constant_share", "damped_trend")
"""The models that a history alone determines."""

MODELS = (*HISTORICAL, "outlook")


@dataclass(frozen=True)
class Growth:
    """What several models say of an industry's growth, and how much each of them counts.

    Parameters
    ----------
    models : their names
    weights : model; they sum to 1
    factor : model x industry x municipality x year: employed relative to the base year, 1 in the base year
    """

    models: tuple[str, ...]
    weights: Floats
    factor: Floats

    @property
    def mean(self) -> Floats:
        """The weighted mean of the models: industry x municipality x year."""
        return np.asarray(np.einsum("k,kiwt->iwt", self.weights, self.factor))


@dataclass(frozen=True)
class Trend:
    """How a history is carried forward.

    Parameters
    ----------
    damping : share of a year's growth that is left in the next (parameter `projection.growth_damping`)
    window : latest steps of the history that count (`projection.growth_window`)
    most : largest growth a year, up or down, in log points (`projection.growth_most`)
    least_steps : steps a forecast at a past year must rest on to be scored (`projection.growth_least_steps`)
    least_origins : past years to score at; with fewer all models weigh the same (`projection.growth_least_origins`)
    farthest : years ahead that are scored (`projection.growth_farthest`)
    breaks : years that are not comparable with the year before
    """

    damping: float
    window: int
    most: float
    least_steps: int
    least_origins: int
    farthest: int
    breaks: tuple[int, ...] = ()


def growth_paths(
    jobs_history: pl.DataFrame | None,
    outlook: pl.DataFrame,
    *,
    industries: Sequence[str],
    municipalities: Sequence[str],
    years: Sequence[int],
    driver: Floats | None = None,
    trend: Trend | None = None,
    past_outlooks: pl.DataFrame | None = None,
) -> Growth:
    """Employed per industry, municipality and year relative to the base year, by each model.

    Parameters
    ----------
    jobs_history : table `jobs_history`: municipalities, those around them if wanted, and the nation (00;
        without it their sum stands for the nation). Nothing, or no trend: the outlook alone
    outlook : table `industry_outlook`
    industries, municipalities, years : labels of the result; the first year is the base
    driver : industry x municipality x year, what the outlook's driver does relative to the base year
        (1 where left out: then whoever draws the driver multiplies the model `outlook` by it)
    trend : how the history is carried forward
    past_outlooks : origin, industry, growth: outlooks as they were given in past years. Without them
        the outlook cannot be scored and counts as one model among equals.

    Returns
    -------
    `Growth`. An industry without history follows the outlook in every model; a municipality without
    history follows its county, and a county without history the nation.

    Examples
    --------
    >>> outlook = pl.DataFrame({"industry": ["C"], "growth": [0.1]})
    >>> growth = growth_paths(None, outlook, industries=["C"], municipalities=["1080"], years=range(2024, 2027))
    >>> growth.models, growth.mean[0, 0].round(2).tolist()
    (('outlook',), [1.0, 1.1, 1.21])
    """
    rate = to_array(outlook, "growth", {"industry": industries}, where="industry_outlook.growth")
    shape = (len(industries), len(municipalities), len(years))
    expected = (1 + rate[:, None, None]) ** np.arange(len(years)) * (1.0 if driver is None else driver)
    expected = np.broadcast_to(expected, shape)
    if jobs_history is None or jobs_history.is_empty() or trend is None:
        return Growth(("outlook",), np.ones(1), expected[None])
    history = read_history(jobs_history, industries, municipalities, base_year=years[0])
    ahead = np.array(years) - years[0]
    paths = [_laid_out(path, history, industries, municipalities) for path in historical_paths(history, ahead, trend)]
    factor = np.stack([*(np.where(np.isnan(path), expected, path) for path in paths), expected])
    return Growth(MODELS, growth_weights(history, trend, past_outlooks), factor)


def historical_paths(history: History, ahead: Floats, trend: Trend) -> tuple[Floats, Floats]:
    """Constant share and damped trend: place x industry x year ahead."""
    nation, places = shrunk_growth(history, breaks=trend.breaks, window=trend.window)
    return _damped(np.broadcast_to(nation, places.shape), ahead, trend), _damped(places, ahead, trend)


def growth_weights(history: History, trend: Trend, past_outlooks: pl.DataFrame | None = None) -> Floats:
    """How much each of `MODELS` counts: inverse squared error of forecasts made at past years.

    A forecast uses what was known at its origin and is held against the years until the next break,
    at most `farthest` ahead. Its error is the sum over cells of the absolute error over the sum of what
    came. Fewer scored origins than `least_origins`: equal weights.
    """
    errors = [
        found
        for at, year in enumerate(history.years[:-1])
        if _usable_steps(history.until(year), trend) >= trend.least_steps
        and (found := _errors(history, at, trend, past_outlooks)) is not None
    ]
    if len(errors) < trend.least_origins:
        return np.full(len(MODELS), 1 / len(MODELS))
    mean = np.array([np.mean([error[name] for error in errors if name in error] or [np.nan]) for name in MODELS])
    scored = ~np.isnan(mean)
    mine = _inverse_squared(mean[scored])
    weights = np.full(len(MODELS), 1 / len(MODELS))
    weights[scored] = mine * scored.mean()
    return weights


def _errors(history: History, at: int, trend: Trend, past_outlooks: pl.DataFrame | None) -> dict[str, float] | None:
    """Error per model of forecasts made at the end of year number `at`; nothing when none can be held against data."""
    years = history.years
    reached = next((t for t in range(at + 1, len(years)) if _broken(years[at], years[t], trend.breaks)), len(years))
    later = [t for t in range(at + 1, reached) if years[t] - years[at] <= trend.farthest]
    if not later:
        return None
    ahead = np.array([years[t] - years[at] for t in later])
    paths = dict(zip(HISTORICAL, historical_paths(history.until(years[at]), ahead, trend), strict=True))
    paths |= _past_outlook(past_outlooks, years[at], history, ahead)
    start, came = history.persons[..., at][..., None], history.persons[..., later]
    forecasts = {name: start * path for name, path in paths.items()}
    known = np.isfinite(start) & np.isfinite(came) & np.all([np.isfinite(f) for f in forecasts.values()], axis=0)
    if not came[known].sum() > 0:
        return None
    return {
        name: float(np.abs(forecast - came)[known].sum() / came[known].sum()) for name, forecast in forecasts.items()
    }


def _past_outlook(given: pl.DataFrame | None, origin: int, history: History, ahead: Floats) -> dict[str, Floats]:
    """The latest outlook given by `origin`, as a path; nothing when it lacks an industry."""
    if given is None:
        return {}
    then = given.filter(pl.col("origin") <= origin)
    latest = then.filter(pl.col("origin") == pl.col("origin").max())
    if latest.is_empty() or set(history.industries) - set(latest["industry"]):
        return {}
    rate = to_array(latest, "growth", {"industry": history.industries})
    path = (1 + rate[:, None]) ** ahead
    return {"outlook": np.broadcast_to(path, (len(history.places), *path.shape))}


def _damped(rates: Floats, ahead: Floats, trend: Trend) -> Floats:
    """exp(g (damping + damping^2 + ...)): ... x year ahead."""
    held = np.clip(rates, -1.9, 1.9)
    log = np.clip(np.log((1 + held / 2) / (1 - held / 2)), -trend.most, trend.most)
    powers = trend.damping ** np.arange(1, int(max(ahead, default=0)) + 1)
    reach = np.concatenate([[0.0], powers.cumsum()])[np.asarray(ahead, dtype=int)]
    return np.asarray(np.exp(log[..., None] * reach))


def _laid_out(path: Floats, history: History, industries: Sequence[str], municipalities: Sequence[str]) -> Floats:
    """Industry x municipality x year in the order asked for."""
    rows = [history.places.index(municipality) for municipality in municipalities]
    columns = [history.industries.index(industry) for industry in industries]
    return path[np.ix_(rows, columns)].transpose(1, 0, 2)


def _usable_steps(history: History, trend: Trend) -> int:
    """How many steps any cell can use."""
    steps = steps_of(history.persons, history.years, trend.breaks)
    return int((steps.person_years > 0).any((0, 1)).sum())


def _broken(first: int, last: int, breaks: Collection[int]) -> bool:
    return any(first < year <= last for year in breaks)


def _inverse_squared(errors: Floats) -> Floats:
    """Weights that sum to 1; a model without any error takes all, shared with others without."""
    perfect = errors == 0
    raw = perfect.astype(float) if perfect.any() else 1 / np.where(perfect, 1.0, errors) ** 2
    return np.asarray(raw / raw.sum())
