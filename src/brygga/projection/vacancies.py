"""The base year: how many posts stand vacant where, and whether vacancies less job seekers balance.

The vacancy survey says how many of a county's employments are vacant, with a margin of error. That number is
spread over municipalities and occupations by what else is known: their employed, and the posts that
ads and stated needs name, in lots rather than one by one:

    weight[cell]   = prior_posts employed[cell] / employed[county] + posts[cell] / lumps
    share[cell]    = weight[cell] / W,   W = sum of weights         (the mean of a Dirichlet)
    vacant[cell]   = rate[county] employed[county] share[cell]
    variance       = vacant^2 (sd_rate^2 / rate^2 + v + v sd_rate^2 / rate^2),   v = (1 - share) / (share (W + 1))

Where nothing is advertised the cell has its share of the employed; where much is, its share of the ads. The
county's sum stays the survey's. With the unemployed by occupation the base year's gap is
vacancies less job seekers, and both are held against what is published (`base_balance`).

Start reading at `base_vacancies`; openings become hirings in `brygga.projection.vacancy_chains`.
"""

from __future__ import annotations

from collections.abc import Collection
from statistics import NormalDist

import polars as pl

from brygga.core import tables
from brygga.core.errors import SettingError, TableError, listed
from brygga.core.sums import total

NATION = "00"
MARGIN_IN_SD = NormalDist().inv_cdf(0.975)
"""Published margins of error are half of a 95 % interval."""

MEASURES = ("vacancies", "unemployed", "gap")


def base_vacancies(
    survey: pl.DataFrame,
    employed: pl.DataFrame,
    posts: pl.DataFrame,
    *,
    year: int,
    prior_posts: float,
    lumps: float,
    unknown_sd: float,
) -> pl.DataFrame:
    """Table `base_vacancies`: vacant posts at the end of the year per municipality and occupation.

    Parameters
    ----------
    survey : table `official_vacancies`: vacancies per 100 employments; the year's last quarter counts, and the
        nation's (00) for a county that is not published
    employed : municipality, occupation, persons at the end of the year
    posts : municipality, occupation, posts: what ads and needs of that year name, each once
        (`heard_once.counted_posts` with the base year before, or `heard_once.advertised_posts`)
    year : the base year
    prior_posts : advertised posts that weigh as much as a county's employed together
        (parameter `projection.vacancy_prior_posts`)
    lumps : posts that open together (`projection.heard_lumps`)
    unknown_sd : spread of a rate without a published margin, log points (`projection.sd_vacancies_nation`)

    Raises
    ------
    TableError when the survey has neither the county nor the nation; SettingError when weights are not above 0.

    Examples
    --------
    >>> survey = pl.DataFrame({"county": ["10"], "year": [2024], "quarter": [4], "vacancies": [2.0], "margin": [0.5]})
    >>> employed = pl.DataFrame({"municipality": ["1080"] * 2, "occupation": ["7212", "5"], "persons": [100.0, 300.0]})
    >>> posts = pl.DataFrame({"municipality": ["1080"], "occupation": ["7212"], "posts": [10.0]})
    >>> found = base_vacancies(survey, employed, posts, year=2024, prior_posts=10, lumps=1, unknown_sd=0.2)
    >>> found.select("occupation", "persons").rows()
    [('5', 3.0), ('7212', 5.0)]
    """
    if not (prior_posts > 0 and lumps > 0):
        raise SettingError(
            f"prior_posts {prior_posts:g}, lumps {lumps:g}",
            why="cells are weighed by both, and nothing can be divided by them",
            todo="give numbers above 0",
        )
    jobs = _by_cell(employed, "persons").with_columns(county=pl.col("municipality").str.slice(0, 2))
    rates = _rates(survey, jobs["county"].unique().sort().to_list(), year, unknown_sd)
    cells = _evidence(jobs, posts).join(rates, on="county", maintain_order="left")
    whole = total("persons").over("county")
    share_of_jobs = pl.when(whole > 0).then(pl.col("persons") / whole).otherwise(0.0)
    weighed = cells.with_columns(weight=prior_posts * share_of_jobs + pl.col("posts") / lumps, jobs=whole)
    all_weight = total("weight").over("county")
    shared = weighed.with_columns(share=pl.col("weight") / all_weight, all_weight=all_weight)
    loose = (1 - pl.col("share")) / (pl.col("share") * (pl.col("all_weight") + 1))
    survey_part = (pl.col("rate_sd") / pl.col("rate")) ** 2
    counted = shared.filter(pl.col("share") > 0).with_columns(vacant=pl.col("rate") * pl.col("jobs") * pl.col("share"))
    spread = pl.when(pl.col("vacant") > 0).then((survey_part + loose + survey_part * loose).sqrt()).otherwise(0.0)
    table = counted.select(
        "municipality",
        "occupation",
        year=pl.lit(year, pl.Int64),
        persons="vacant",
        persons_sd=pl.col("vacant") * spread,
        posts="posts",
        status=pl.lit("modelled"),
        source="source",
    )
    return tables.check(table.sort("municipality", "occupation"), "base_vacancies", extra_codes=_extra(employed))


def base_balance(
    vacancies: pl.DataFrame, unemployed: pl.DataFrame, published: pl.DataFrame, *, year: int, whole: Collection[str]
) -> pl.DataFrame:
    """Table `base_balance`: vacancies, job seekers and the gap of the base year beside what is published.

    Parameters
    ----------
    vacancies, unemployed : municipality, occupation, persons, of the base year
    published : area (municipality, county or 00), measure (vacancies or unemployed), persons, and margin where known
    year : the base year
    whole : areas of which all municipalities stand in the two tables; only these can be compared

    Returns
    -------
    One row an area and measure. `difference` is ours less the published; empty with status `not_available` where the
    area is not whole or nothing is published.

    Raises
    ------
    TableError when something is published under another measure.
    """
    other = sorted(set(published["measure"]) - set(MEASURES[:2]))
    if other:
        raise TableError(
            f"published.measure: {listed(other)}",
            why="only vacancies and unemployed are counted by their publishers",
            todo=f"write one of {', '.join(MEASURES[:2])}",
        )
    if "margin" not in published.columns:
        published = published.with_columns(margin=pl.lit(None, pl.Float64))
    ours = pl.concat([_over_areas(vacancies, "vacancies"), _over_areas(unemployed, "unemployed")])
    signed = pl.when(pl.col("measure") == "vacancies").then("persons").otherwise(-pl.col("persons"))
    gap = ours.group_by("area", maintain_order=True).agg(persons=total(signed)).with_columns(measure=pl.lit("gap"))
    theirs = published.select("area", "measure", "margin", published="persons")
    told = theirs.pivot("measure", index="area", values="published", aggregate_function="first")
    if set(MEASURES[:2]) <= set(told.columns):
        of_both = told.select(
            "area",
            measure=pl.lit("gap"),
            margin=pl.lit(None, pl.Float64),
            published=pl.col("vacancies") - pl.col("unemployed"),
        )
        theirs = pl.concat([theirs, of_both])
    both = pl.concat([ours, gap.select(ours.columns)]).join(theirs, on=["area", "measure"], how="left")
    comparable = pl.col("area").is_in(list(whole)) & pl.col("published").is_not_null()
    difference = pl.when(comparable).then(pl.col("persons") - pl.col("published"))
    table = both.with_columns(
        year=pl.lit(year, pl.Int64),
        difference=difference,
        status=pl.when(comparable).then(pl.lit("modelled")).otherwise(pl.lit("not_available")),
    )
    order = pl.col("measure").replace_strict({name: n for n, name in enumerate(MEASURES)}, return_dtype=pl.Int64)
    columns = [column.column for column in tables.dictionary("base_balance")]
    return table.sort("area", order).select(columns)


def _rates(survey: pl.DataFrame, counties: list[str], year: int, unknown_sd: float) -> pl.DataFrame:
    """county, rate (vacant posts an employment), rate_sd, source."""
    known = survey.filter((pl.col("year") == year) & pl.col("vacancies").is_not_null()).sort("county", "quarter")
    last = {row["county"]: row for row in known.iter_rows(named=True)}
    lost = [county for county in counties if county not in last and NATION not in last]
    if lost:
        raise TableError(
            f"official_vacancies: no rate for {listed(lost)} in {year}, nor for the nation",
            why="how many posts stand vacant is then not known, which is not the same as none",
            todo="fetch the survey of that year (`brygga data update`), or choose a base year that it has",
        )
    rows = []
    for county in counties:
        found = last.get(county) or last[NATION]
        rate, margin = found["vacancies"] / 100, found["margin"]
        sd = rate * unknown_sd if margin is None else margin / 100 / MARGIN_IN_SD
        source = f"vacancy survey {found['county']} {year} quarter {found['quarter']}, spread by employed and ads"
        rows.append((county, rate, sd, source))
    return pl.DataFrame(rows, schema=["county", "rate", "rate_sd", "source"], orient="row")


def _evidence(jobs: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Employed cells, and cells that only ads know of within the same counties; posts 0 where none is named."""
    named = _by_cell(posts, "posts").with_columns(county=pl.col("municipality").str.slice(0, 2))
    inside = named.filter(pl.col("municipality").is_in(jobs["municipality"].unique().to_list()))
    both = jobs.join(inside, on=["municipality", "occupation", "county"], how="full", coalesce=True)
    return both.with_columns(pl.col("persons", "posts").fill_null(0.0)).sort("municipality", "occupation")


def _by_cell(frame: pl.DataFrame, value: str) -> pl.DataFrame:
    hidden = frame.filter(pl.col(value).is_null())
    if hidden.height:
        raise TableError(
            f"{value}: {hidden.height} cell(s) without a number, first "
            f"{'/'.join(hidden.select('municipality', 'occupation').row(0))}",
            why="a hidden cell is not zero, and shares over it are not known",
            todo="fit them first (`projection.staffing`), or use a coarser occupation",
        )
    return frame.group_by("municipality", "occupation", maintain_order=True).agg(total(value).alias(value))


def _over_areas(frame: pl.DataFrame, measure: str) -> pl.DataFrame:
    """area, measure, persons: municipalities, their counties, and all together as 00."""
    areas = [pl.col("municipality"), pl.col("municipality").str.slice(0, 2), pl.lit(NATION)]
    sums = [
        frame.group_by(area.alias("area"), maintain_order=True).agg(total("persons").alias("persons")) for area in areas
    ]
    return pl.concat(sums).select("area", measure=pl.lit(measure), persons="persons")


def _extra(employed: pl.DataFrame) -> list[str]:
    """Municipalities were checked when `employed` was read; invented ones pass here too."""
    return employed["municipality"].unique().to_list()
