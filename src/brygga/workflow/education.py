"""See by education: the gap of each education group where people live, and how well its young are placed.

    people by occupation and age -> by education and age -> carried forward without the plan's intake
    unfilled and without work by occupation -> by education, in every draw -> intervals

The same posts and people as in the gap by occupation; the two are never added.

Start reading at `see_education`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from brygga.commuting.flows import OUTSIDE, commuting_of, residence_shares
from brygga.commuting.reach import reach_shares
from brygga.commuting.reach_index import reach_index
from brygga.core import tables
from brygga.core.grids import to_array, to_frame
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.projection.ages import bounds
from brygga.projection.education import programme_completers, project_education
from brygga.projection.education_gap import (
    by_education,
    education_draws,
    education_of,
    education_spans,
    local_key,
    parts,
)
from brygga.projection.quantiles import summarise
from brygga.projection.shocks import normals
from brygga.projection.supply import AGE_GROUPS
from brygga.workflow.ground import of_base_year, without_hidden
from brygga.workflow.settings import decision_day

LEVEL_OF = {"upper_secondary": "3", "adult": "3", "validation": "3", "yh": "4"}
"""The level that completers of a delivery reach. Short courses and recruitment change nobody's level."""
BELOW = {"3": ("1", "2"), "4": ("3",), "5": ("3", "4"), "6": ("5",)}
"""The levels that people come from who reach a level."""
ALL = "all"
NEW = "25-29"
"""The age group that people enter working life in for good."""


def see_education(
    region: Region, found: Mapping[str, pl.DataFrame], *, seed: int, without_intake_from: int | None = None
) -> dict[str, pl.DataFrame]:
    """Tables `education_gap` and `education_reach`, empty where the region has no table `occupation_education`.

    Parameters
    ----------
    region : the region and its tables
    found : what `see` found: `gap_draws`, `opening_draws` and `population_projection` are read
    seed : of the run; the spread of the choice of education has streams of its own
    without_intake_from : first year whose classes are left out; the first plan year when left out, as in `see`
    """
    key = region.tables["occupation_education"]
    if key.is_empty():
        return {name: tables.empty(name) for name in ("education_gap", "education_reach")}
    day = decision_day(region)
    gap_draws = found["gap_draws"]
    here = local_key(key, base_people(gap_draws), base_stock(region, day))
    first = region.first_plan_year if without_intake_from is None else without_intake_from
    path = carried(region, here, gap_draws, found["population_projection"], day, first)
    numbers = gap_draws["draw"].unique().sort().to_list()
    chosen = choice(path, numbers, day, seed)
    draws = education_draws(gap_draws, here, homes_of(region, day), growth(path), chosen)
    made = {
        "education_gap": education_spans(draws),
        "education_reach": reach_spans(
            base_commuting(region, day), found["opening_draws"], here, newcomers(path), chosen
        ),
    }
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in made.items()}


def base_commuting(region: Region, day: date) -> pl.DataFrame:
    """The base year's commuters within the region and over its border; a hidden pair has what `see` gives it."""
    return commuting_of(without_hidden(of_base_year(region, "commuting"), day), region.municipalities)


def base_stock(region: Region, day: date) -> pl.DataFrame:
    """The education stock of the base year, or of the last year before it; no row where the region has none."""
    stock = region.tables["education_stock"]
    return stock if stock.is_empty() else without_hidden(of_base_year(region, "education_stock"), day)


def base_people(gap_draws: pl.DataFrame) -> pl.DataFrame:
    """People by residence and occupation in the base year, the mean of the draws: municipality, occupation, persons."""
    base = gap_draws.filter(pl.col("year") == pl.col("year").min())
    cells = base.group_by("municipality", "occupation", maintain_order=True)
    return cells.agg(persons=total("supply") / pl.len()).sort("municipality", "occupation")


def carried(
    region: Region, key: pl.DataFrame, gap_draws: pl.DataFrame, population: pl.DataFrame, day: date, first: int
) -> pl.DataFrame:
    """People in working life by education and age, the plan's intake left out: and municipality, year, persons."""
    people = base_people(gap_draws)
    start = education_of(people, key, region.tables["employed_age"])
    stock = start.with_columns(sex=pl.lit(ALL), year=pl.lit(region.base_year, pl.Int64))
    exits = region.tables["working_life"].select("age_group", rate="exit_rate")
    to = int(gap_draws["year"].max())  # type: ignore[arg-type]
    whole, _ = project_education(
        stock,
        exits,
        to=to,
        totals=called_for(start, population),
        completers=decided_completers(region, key, to, day, first),
        sources=sources_of(key),
    )
    return whole.drop("sex").sort("municipality", "education", "age_group", "year")


def called_for(start: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """What each age group is to be: today's people in working life x the median growth of its population."""
    young = pl.when(pl.col("age_group").is_in(["16-19", "20-24"])).then(pl.lit("16-24")).otherwise("age_group")
    cells = ["municipality", "age_group"]
    bands = population.with_columns(age_group=young).group_by(*cells, "year", maintain_order=True).agg(total("p50"))
    first = bands.filter(pl.col("year") == pl.col("year").min()).select(*cells, base="p50")
    grown = bands.join(first, on=cells).filter(pl.col("age_group").is_in(AGE_GROUPS))
    factor = pl.when(pl.col("base") > 0).then(pl.col("p50") / pl.col("base")).otherwise(1.0)
    today = start.group_by(cells, maintain_order=True).agg(total("persons"))
    return grown.join(today, on=cells).select(
        "municipality", "age_group", "year", sex=pl.lit(ALL), persons=pl.col("persons") * factor
    )


def decided_completers(region: Region, key: pl.DataFrame, to: int, day: date, first: int) -> pl.DataFrame:
    """Completers of classes from year `first` that a plan decides about, below zero: today's young hold them."""
    gives = gives_of(region, key)
    sites = region.tables["sites"].filter(pl.col("municipality").is_in(list(region.municipalities)))
    reach = reach_shares(sites, base_commuting(region, day), least=value_on("commuting.least_reach", day).number)
    known = region.tables["intake"].filter(pl.col("year") < first)
    whole, kept = (
        programme_completers(
            region.tables["programmes"],
            known,
            gives,
            reach,
            base_year=region.base_year,
            to=to,
            stay=value_on("planning.stay", day).number,
            without_intake=without,
        )
        for without in (None, (first, region.last_plan_year))
    )
    cells = ["municipality", "education", "year"]
    both = whole.join(kept, on=cells, suffix="_kept", maintain_order="left")
    return both.select(*cells, persons=pl.col("persons_kept") - pl.col("persons"))


def gives_of(region: Region, key: pl.DataFrame) -> pl.DataFrame:
    """Which education completers of a programme get: programme, education, share.

    The level is that of the delivery; the field is spread as among those of that level in the occupations that the
    programme leads to. Programmes whose level the key does not know get none.
    """
    level = pl.col("delivery").replace_strict(LEVEL_OF, default=None, return_dtype=pl.String)
    programmes = region.tables["programmes"].select("programme", level=level).drop_nulls()
    mean = key.group_by("occupation", "education", maintain_order=True).agg(share=total("share") / pl.len())
    of_level = mean.with_columns(level=pl.col("education").str.split("/").list.first())
    led = (
        programmes.join(region.tables["programme_leads"].rename({"share": "lead"}), on="programme")
        .join(of_level, on=["occupation", "level"])
        .group_by("programme", "education", maintain_order=True)
        .agg(weight=total(pl.col("lead") * pl.col("share")))
    )
    share = pl.col("weight") / total("weight").over("programme")
    return led.filter(pl.col("weight") > 0).select("programme", "education", share=share).sort("programme", "education")


def sources_of(key: pl.DataFrame) -> dict[str, list[str]]:
    """For each education the ones that people come from who reach it."""
    educations = key["education"].unique().sort().to_list()
    return {
        education: [e for e in educations if e.partition("/")[0] in BELOW.get(education.partition("/")[0], ())]
        for education in educations
    }


def homes_of(region: Region, day: date) -> pl.DataFrame:
    """Where within the region the workers of each municipality live: home, work, share, 1 a workplace.

    A workplace whose workers all live elsewhere is seen from its own municipality.
    """
    inside = residence_shares(base_commuting(region, day)).filter(pl.col("home") != OUTSIDE, pl.col("share") > 0)
    shares = inside.with_columns(share=pl.col("share") / total("share").over("work"))
    alone = sorted(set(region.municipalities) - set(shares["work"]))
    own = pl.DataFrame({"home": alone, "work": alone, "share": [1.0] * len(alone)}, schema=shares.schema)
    return pl.concat([shares, own]).sort("home", "work")


def choice(path: pl.DataFrame, numbers: list[int], day: date, seed: int) -> pl.DataFrame:
    """How far the choice of education may be off, the same everywhere: education, year, draw, factor.

    What is unknown is the yearly growth of an education, and it lasts, so that the distance grows with the years. An
    education that most people have can grow by less: its spread is the parameter x (1 - its share)^2.
    """
    educations, years = (path[name].unique().sort().to_list() for name in ("education", "year"))
    base = path.filter(pl.col("year") == years[0]).group_by("education", maintain_order=True)
    persons = to_array(base.agg(total("persons")), "persons", {"education": educations})
    spread = value_on("projection.sd_education", day).number * (1 - persons / persons.sum()) ** 2
    slope = spread[:, None] * normals("education", educations, draws=numbers, seed=seed)[:, 0].astype(np.float64)
    ahead = np.array([year - years[0] for year in years], dtype=np.float64)
    factor = np.exp(ahead[None, :, None] * slope[:, None])
    return to_frame({"factor": factor}, {"education": educations, "year": years, "draw": numbers})


def growth(path: pl.DataFrame) -> pl.DataFrame:
    """People with an education against the base year: municipality, education, year, factor."""
    cells = ["municipality", "education"]
    sums = path.group_by(*cells, "year", maintain_order=True).agg(total("persons"))
    first = sums.filter(pl.col("year") == pl.col("year").min()).select(*cells, base="persons")
    plain = pl.when(pl.col("base") > 0).then(pl.col("persons") / pl.col("base")).otherwise(1.0)
    return sums.join(first, on=cells).select(*cells, "year", factor=plain)


def newcomers(path: pl.DataFrame) -> pl.DataFrame:
    """Those who turn 25 in the year, a fifth of those aged 25-29: municipality, education, year, persons."""
    low, high = bounds(NEW)
    young = path.filter(pl.col("age_group") == NEW, pl.col("year") > pl.col("year").min())
    return young.select("municipality", "education", "year", persons=pl.col("persons") / (high - low + 1))


def reach_spans(
    commuting: pl.DataFrame, openings: pl.DataFrame, key: pl.DataFrame, young: pl.DataFrame, chosen: pl.DataFrame
) -> pl.DataFrame:
    """Table `education_reach`: reachable openings per person of reachable inflow, with its interval.

    An occupation that loses posts faster than people leave frees people for others of the same education; only an
    education that loses more than all of them at a workplace has no openings there. Where nobody competes in some
    draw the cell is left out. One education at a time, so that memory follows the region.
    """
    wanted = openings.with_columns(persons=pl.col("expansion") + pl.col("replacement"))
    dims, posts = by_education(wanted, key, "persons")
    cells = {name: labels for name, labels in dims.items() if name != "education"}
    found = []
    for place, education in enumerate(dims["education"]):
        there = to_frame({"persons": np.maximum(posts[:, place], 0.0)}, cells)
        come = young.filter(education=education).join(chosen.filter(education=education), on=["education", "year"])
        inflow = come.select("municipality", "year", "draw", persons=pl.col("persons") * pl.col("factor"))
        index = reach_index(there, inflow, commuting, by=("year", "draw"))
        known = index.filter(pl.col("index").is_not_null().all().over("municipality", "year"))
        spans = summarise(known, by=["municipality", "year"], value="index")
        found.append(spans.with_columns(education=pl.lit(education)))
    whole = pl.concat(found).sort("municipality", "education", "year")
    first = pl.col("p50").first().over("municipality", "education")
    return whole.with_columns(parts(), naive=first, status=pl.lit("modelled")).unnest("parts")
