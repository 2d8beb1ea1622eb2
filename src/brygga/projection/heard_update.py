"""What is heard as an observation of gross openings: a log-normal update with coverage and bias.

Of the openings N of a cell (municipality x occupation x year), those at the organisations that were
heard are x, the rest are r, and N = x + r. Statistics say how many to expect, and how surely:

    L ~ expected openings, mean m, standard deviation s            cv^2 = (s / m)^2
    x = coverage L, in lots         log-variance  v_x = log(1 + cv^2 + lumps (1 - c) / (c m)) + sd_coverage^2
    r = (1 - coverage) L            log-variance  v_L = log(1 + cv^2), log-covariance with x v_L

Companies state y = bias x exp(e), e ~ N(0, sd_bias^2 + sd_horizon^2 years ahead). All logarithms are normal
together, so log x and log r given y are normal again (the conjugate case), with

    weight = v_x / (v_x + sd^2),   log x = (1 - weight) prior + weight log(y / bias)

Log-normal rather than Gamma-Poisson, because a statement is no random sample of openings: what is uncertain is a
factor (how much is wished, how much of the cell was asked), and a statement without bias that
covers everything must be believed as it stands, which a Poisson count is not. Openings that were
heard are never lost in a small share of a small cell: N is at least x.

Start reading at `updated_openings`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import SettingError, TableError, listed
from brygga.core.grids import Floats

CELL = ["municipality", "occupation", "year"]
LEVELS = {"p10": -1.2815515655446004, "p50": 0.0, "p90": 1.2815515655446004}
LEAST_OPENINGS = 0.01
"""Openings that a cell is taken to have where statistics expect none or fewer: a logarithm needs some."""


@dataclass(frozen=True)
class Hearing:
    """How what is said relates to what comes (parameters `projection.heard_...`).

    Parameters
    ----------
    bias_need, bias_ad : posts stated for one that is filled, by companies and in ads
    sd_bias : spread of the bias, log points
    sd_horizon : spread added a year ahead, log points (variances add up)
    coverage_need, coverage_ad : share of a cell's jobs that the organisations heard stand for, where it is unknown
    sd_coverage : spread of that share, log points
    lumps : how many posts open together (1: one by one)
    """

    bias_need: float
    bias_ad: float
    sd_bias: float
    sd_horizon: float
    coverage_need: float
    coverage_ad: float
    sd_coverage: float
    lumps: float

    def __post_init__(self) -> None:
        shares = {"coverage_need": self.coverage_need, "coverage_ad": self.coverage_ad}
        factors = {"bias_need": self.bias_need, "bias_ad": self.bias_ad}
        spreads = {name: getattr(self, name) for name in ("sd_bias", "sd_horizon", "sd_coverage", "lumps")}
        wrong = [f"{name} {value:g}" for name, value in shares.items() if not 0 < value <= 1]
        wrong += [f"{name} {value:g}" for name, value in factors.items() if not 0 < value < np.inf]
        wrong += [f"{name} {value:g}" for name, value in spreads.items() if not 0 <= value < np.inf]
        if wrong:
            raise SettingError(
                f"what companies say cannot be weighed with {listed(wrong)}",
                why="coverage is a share above 0 up to 1, a bias is above 0, and a spread is not negative",
                todo="correct parameters/projection/heard_*.yaml",
            )


def updated_openings(
    posts: pl.DataFrame, prior: pl.DataFrame, hearing: Hearing, coverage: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Table `heard_openings`: the openings that statistics expect, and after what was heard.

    Parameters
    ----------
    posts : municipality, occupation, year, posts, by_ads, organisations, ahead (`across_sources`)
    prior : municipality, occupation, year, openings, openings_sd
    hearing : how what is said relates to what comes
    coverage : municipality, occupation, share of the jobs that the answering organisations stand for

    Returns
    -------
    One row a row of the prior. A cell of which nothing was heard keeps its prior, as a normal number; one of which
    something was heard is log-normal, since what was said to be recruited is not negative.
    """
    after = covered_openings(posts, prior, hearing, coverage)
    heard = after.select(*CELL, "posterior", "posterior_sd", stated="posts", organisations="organisations", c="share")
    joined = prior.join(heard, on=CELL, how="left", maintain_order="left").select(
        *CELL,
        prior="openings",
        prior_sd="openings_sd",
        heard=pl.col("stated").is_not_null(),
        stated=pl.col("stated").fill_null(0.0),
        organisations=pl.col("organisations").fill_null(0),
        coverage=pl.col("c").fill_null(0.0),
        posterior=pl.coalesce("posterior", "openings"),
        posterior_sd=pl.coalesce("posterior_sd", "openings_sd"),
    )
    mean, sd = pl.col("posterior"), pl.col("posterior_sd")
    width = (1 + (sd / mean) ** 2).log()
    skew = {name: mean * ((z * width.sqrt()) - width / 2).exp() for name, z in LEVELS.items()}
    levels = {name: pl.when("heard").then(skew[name]).otherwise(mean + z * sd) for name, z in LEVELS.items()}
    return joined.with_columns(**levels, status=pl.lit("modelled")).drop("heard").sort(CELL)


def covered_openings(
    posts: pl.DataFrame, prior: pl.DataFrame, hearing: Hearing, coverage: pl.DataFrame | None = None
) -> pl.DataFrame:
    """`posts` with `covered` and `covered_sd` (openings at the organisations heard), `covered_expansion` (of these,
    growth that statistics already expect), `posterior` and `posterior_sd` (of the whole cell), and `share`.
    Years after the last of the prior are left out.

    Raises
    ------
    TableError when something was heard of a cell without a prior, or a coverage is no share.
    """
    posts = posts.filter(pl.col("year") <= pl.lit(prior["year"].max()))
    cells = _with_prior(posts, prior, coverage)
    expected = np.maximum(cells["openings"].to_numpy(), LEAST_OPENINGS)
    ads = (cells["by_ads"] / cells["posts"]).to_numpy()
    known = cells["share"].to_numpy()
    unknown = (1 - ads) * hearing.coverage_need + ads * hearing.coverage_ad
    share = np.where(np.isnan(known), unknown, known)
    certain = _log_variance(cells["openings_sd"].to_numpy() / expected)
    lots = np.sqrt((cells["openings_sd"].to_numpy() / expected) ** 2 + hearing.lumps * (1 - share) / (share * expected))
    loose = _log_variance(lots) + np.where(np.isnan(known), hearing.sd_coverage**2, 0.0)
    bias = np.exp((1 - ads) * np.log(hearing.bias_need) + ads * np.log(hearing.bias_ad))
    noise = hearing.sd_bias**2 + hearing.sd_horizon**2 * cells["ahead"].to_numpy()
    surprise = np.log(cells["posts"].to_numpy() / bias) - (np.log(share * expected) - loose / 2)
    x, v_x = _updated(share * expected, loose, loose, loose, noise, surprise)
    r, v_r = _updated((1 - share) * expected, certain, loose, certain, noise, surprise)
    both = certain - _over(certain * loose, loose + noise)
    total = x + r
    variance = x**2 * np.expm1(v_x) + r**2 * np.expm1(v_r) + 2 * x * r * np.expm1(both)
    growing = np.maximum(cells["expansion"].to_numpy(), 0.0)
    return posts.with_columns(
        covered=x,
        covered_sd=x * np.sqrt(np.expm1(v_x)),
        covered_expansion=share * growing,
        posterior=total,
        posterior_sd=np.sqrt(np.maximum(variance, 0.0)),
        share=share,
    )


def _updated(
    mean: Floats, own: Floats, seen: Floats, shared: Floats, noise: Floats, surprise: Floats
) -> tuple[Floats, Floats]:
    """Mean and log-variance of a log-normal number after a surprise in another that shares `shared` with it."""
    pull = _over(shared, seen + noise)
    left = own - pull * shared
    return np.asarray(mean * np.exp(-own / 2 + pull * surprise + left / 2)), left


def _over(part: Floats, whole: Floats) -> Floats:
    """`part / whole`; where nothing is uncertain there is nothing to learn, and what was expected stays."""
    return np.asarray(np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0))


def _log_variance(cv: Floats) -> Floats:
    return np.asarray(np.log1p(cv**2))


def _with_prior(posts: pl.DataFrame, prior: pl.DataFrame, coverage: pl.DataFrame | None) -> pl.DataFrame:
    if "expansion" not in prior.columns:
        prior = prior.with_columns(expansion=0.0)
    numbers = prior.select(*CELL, "openings", "openings_sd", "expansion")
    shares = pl.DataFrame(schema={"municipality": pl.String, "occupation": pl.String, "share": pl.Float64})
    shares = shares if coverage is None else coverage.select("municipality", "occupation", "share")
    wrong = shares.filter(~((pl.col("share") > 0) & (pl.col("share") <= 1)))
    if wrong.height:
        raise TableError(
            f"coverage.share: {listed('/'.join(map(str, row)) for row in wrong.rows())} not above 0 up to 1",
            why="it is the part of a cell's jobs that the answering organisations stand for",
            todo="leave the row out where the part is unknown",
        )
    cells = posts.join(numbers, on=CELL, how="left", maintain_order="left")
    lost = cells.filter(pl.col("openings").is_null() | pl.col("openings_sd").is_null())
    if lost.height:
        raise TableError(
            f"prior: no openings for {listed('/'.join(map(str, row)) for row in lost.select(CELL).rows())}",
            why="something was heard of these cells, and what statistics expect there is not zero but unknown",
            todo="project the openings for all cells and years that needs and ads name",
        )
    return cells.join(shares, on=["municipality", "occupation"], how="left", maintain_order="left").with_columns(
        pl.col("expansion").fill_null(0.0), pl.col("share").cast(pl.Float64).fill_null(float("nan"))
    )
