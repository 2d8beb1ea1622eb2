"""What is heard as an observation of gross openings: a log-normal update with coverage and bias.

Of the openings N of a cell (municipality x occupation x year), those at the organisations that were
heard are x, the rest are r, and N = x + r. Statistics expect m openings, with standard deviation s:

    x   mean c m,         log-variance  v = log(1 + (s/m)^2 + lumps (1 - c) / (c m)) + sd_coverage^2
    r   mean (1 - c) m,   standard deviation (1 - c) s

`c` is the share of the cell's jobs that these organisations stand for: as given (then sd_coverage counts nothing), or
organisations x jobs / employed, with `jobs` those of the occupation at an organisation that is heard. Companies state
y = bias x exp(e), e ~ N(0, sd_bias^2 + sd_horizon^2 years ahead). With log x normal this is the conjugate case:

    weight = v / (v + sd^2),   log x | y  has mean  (1 - weight) (log(c m) - v/2) + weight log(y / bias)
                                          and variance  (1 - weight) v

The rest stays as statistics expect it: those who are heard are not drawn by lot, they have needs, and what they say of
themselves says little of the others. N is at least x, so a new plant in a small cell is not lost.

Log-normal rather than Gamma-Poisson, because a statement is no random sample of openings: what is uncertain is a
factor (how much is wished, how much of the cell was asked), and a statement without bias that
covers everything must be believed as it stands, which a Poisson count is not.

Start reading at `updated_openings`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import SettingError, TableError, listed
from brygga.core.grids import Floats
from brygga.core.sums import total

CELL = ["municipality", "occupation", "year"]
LEVELS = {"p10": -1.2815515655446004, "p50": 0.0, "p90": 1.2815515655446004}
LEAST_OPENINGS = 0.01
"""Openings that a cell is taken to have where statistics expect none or fewer: a logarithm needs some."""
MOST_COVERED = 0.9
"""Largest share of a cell's jobs that organisations are reckoned to stand for, where it is not known."""


@dataclass(frozen=True)
class Hearing:
    """How what is said relates to what comes (parameters `projection.heard_...`).

    Parameters
    ----------
    bias_need, bias_ad : posts stated for one that is filled, by companies and in ads
    sd_bias : spread of the bias, log points
    sd_horizon : spread added a year ahead, log points (variances add up)
    jobs : jobs of the occupation at an organisation that is heard, where its share of them is unknown
    sd_coverage : spread of the share reckoned so, log points
    lumps : how many posts open together (1: one by one)
    """

    bias_need: float
    bias_ad: float
    sd_bias: float
    sd_horizon: float
    jobs: float
    sd_coverage: float
    lumps: float

    def __post_init__(self) -> None:
        above = {name: getattr(self, name) for name in ("bias_need", "bias_ad", "jobs")}
        spreads = {name: getattr(self, name) for name in ("sd_bias", "sd_horizon", "sd_coverage", "lumps")}
        wrong = [f"{name} {value:g}" for name, value in above.items() if not 0 < value < np.inf]
        wrong += [f"{name} {value:g}" for name, value in spreads.items() if not 0 <= value < np.inf]
        if wrong:
            raise SettingError(
                f"what companies say cannot be weighed with {listed(wrong)}",
                why="a bias and a number of jobs are above 0, and a spread is not negative",
                todo="correct parameters/projection/heard_*.yaml",
            )


def updated_openings(
    posts: pl.DataFrame, prior: pl.DataFrame, hearing: Hearing, coverage: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Table `heard_openings`: the openings that statistics expect, and after what was heard.

    Parameters
    ----------
    posts : municipality, occupation, year, posts, by_ads, organisations, ahead, employed (`across_sources`)
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


def prior_openings(opening_draws: pl.DataFrame) -> pl.DataFrame:
    """What statistics expect: municipality, occupation, year, openings, openings_sd and expansion (means over draws).

    Parameters
    ----------
    opening_draws : table `opening_draws` of a run in which nothing was heard

    Examples
    --------
    >>> draws = pl.DataFrame({"municipality": ["1080"] * 2, "occupation": ["7212"] * 2, "year": [2026] * 2,
    ...     "expansion": [1.0, 3.0], "replacement": [4.0, 4.0]})
    >>> prior_openings(draws).row(0)
    ('1080', '7212', 2026, 6.0, 1.0, 2.0)
    """
    openings = pl.col("expansion") + pl.col("replacement")
    sums = opening_draws.group_by(CELL, maintain_order=True).agg(
        total(openings).alias("sum"), total(openings**2).alias("squares"), total("expansion").alias("grown"), n=pl.len()
    )
    mean = pl.col("sum") / pl.col("n")
    return sums.select(
        *CELL,
        openings=mean,
        openings_sd=(pl.col("squares") / pl.col("n") - mean**2).clip(0.0).sqrt(),
        expansion=pl.col("grown") / pl.col("n"),
    ).sort(CELL)


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
    heard_jobs = hearing.jobs * np.maximum(cells["organisations"].to_numpy(), 1)
    employed = np.maximum(cells["employed"].to_numpy(), LEAST_OPENINGS)
    share = np.where(np.isnan(known), np.minimum(heard_jobs / employed, MOST_COVERED), known)
    spread = cells["openings_sd"].to_numpy() / expected
    lots = hearing.lumps * (1 - share) / (share * expected)
    before = np.log1p(spread**2 + lots) + np.where(np.isnan(known), hearing.sd_coverage**2, 0.0)
    noise = hearing.sd_bias**2 + hearing.sd_horizon**2 * cells["ahead"].to_numpy()
    weight = _over(before, before + noise)
    bias = np.exp((1 - ads) * np.log(hearing.bias_need) + ads * np.log(hearing.bias_ad))
    said = np.log(cells["posts"].to_numpy() / bias)
    after = (1 - weight) * before
    x = np.exp((1 - weight) * (np.log(share * expected) - before / 2) + weight * said + after / 2)
    rest, shared = (1 - share) * expected, np.expm1((1 - weight) * np.log1p(spread**2))
    variance = x**2 * np.expm1(after) + (rest * spread) ** 2 + 2 * x * rest * shared
    growing = np.maximum(cells["expansion"].to_numpy(), 0.0)
    return posts.with_columns(
        covered=x,
        covered_sd=x * np.sqrt(np.expm1(after)),
        covered_expansion=share * growing,
        posterior=x + rest,
        posterior_sd=np.sqrt(variance),
        share=share,
    )


def _over(part: Floats, whole: Floats) -> Floats:
    """`part / whole`; where nothing is uncertain there is nothing to learn, and what was expected stays."""
    return np.asarray(np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0))


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
