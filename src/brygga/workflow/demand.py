"""Demand beside what `see` shows: what was heard, hirings that openings set going, and the barometer.

    jobs_history -> growth of each industry by several models -> see
    openings of see, needs, ads -> openings before and after what was heard
    openings of see -> hirings, by people with and without a job
    gap of see, Yrkesbarometern -> where the two differ

Start reading at `see_demand`; `growth_of` and `heard_of` make what `see` itself can start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

import polars as pl

from brygga.core import tables
from brygga.core.grids import to_frame
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.projection.growth import Growth, Trend, growth_paths
from brygga.projection.heard import heard_openings, heard_posts
from brygga.projection.heard_update import CELL, Hearing, prior_openings
from brygga.projection.uncertainty import Draws, Uncertainty
from brygga.projection.vacancy_chains import vacancy_chains
from brygga.projection.yardstick import agreement, yardstick
from brygga.sources.breaks import BREAKS
from brygga.workflow.ground import of_base_year, of_region, prepare, without_hidden
from brygga.workflow.project import openings, project
from brygga.workflow.settings import decision_day

PRIOR_DRAWS = 50
"""Draws that the mean and spread of the openings before anything was heard are read from."""


def see_demand(
    region: Region,
    found: Mapping[str, pl.DataFrame],
    *,
    coded_needs: pl.DataFrame | None = None,
    ads: pl.DataFrame | None = None,
    barometer: pl.DataFrame | None = None,
    heard: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Tables `heard_openings` and `vacancy_chains`, and with the barometer `yardstick` and `yardstick_agreement`.

    Parameters
    ----------
    region : the region and its tables
    found : what `see` found: `opening_draws` and `gap_draws` are read
    coded_needs : table `coded_needs` that `see` was given; nothing when nobody was asked
    ads : table `coded_ads`, with `employer` where it is known
    barometer : table `official_barometer`
    heard : the posts that `see` started from (`heard_of`); those stated when left out
    """
    day = decision_day(region)
    needs = tables.empty("coded_needs") if coded_needs is None else coded_needs
    employed = without_hidden(of_base_year(region, "employed"), day)
    places, base = region.municipalities, region.base_year
    if heard is None:
        heard = heard_posts(needs, employed, municipalities=places, base_year=base)
    prior = unheard(found["opening_draws"], heard)
    made = {
        "heard_openings": heard_openings(
            needs,
            employed,
            prior,
            hearing_on(day),
            municipalities=places,
            base_year=base,
            ads=ads,
            events=of_region(region, "events"),
        ),
        "vacancy_chains": chains(found["opening_draws"], day),
    }
    if barometer is not None:
        made["yardstick"] = yardstick(found["gap_draws"], barometer)
        made["yardstick_agreement"] = agreement(made["yardstick"])
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in made.items()}


def growth_of(region: Region, *, to: int) -> Growth | None:
    """Growth of each industry by all models, laid out as `ground.prepare` does; nothing without `jobs_history`."""
    history = region.tables.get("jobs_history")
    if history is None or history.is_empty():
        return None
    wide = replace(region, municipalities=(*sorted(region.municipalities), *sorted(region.ring)))
    return growth_paths(
        history,
        region.tables["industry_outlook"],
        industries=of_base_year(wide, "employed")["industry"].unique().sort().to_list(),
        municipalities=wide.municipalities,
        years=range(region.base_year, to + 1),
        trend=trend_on(decision_day(region)),
    )


def heard_of(
    region: Region,
    coded_needs: pl.DataFrame,
    *,
    to: int,
    uncertainty: Uncertainty,
    seed: int,
    ads: pl.DataFrame | None = None,
    growth: Growth | None = None,
) -> pl.DataFrame:
    """`heard_posts` after the update, for `see` to draw around: new posts by what statistics expect and companies say.

    The openings that statistics expect come from `PRIOR_DRAWS` draws in which nothing was heard.

    Parameters
    ----------
    region, to, uncertainty, seed, growth : as `see` has them
    coded_needs : table `coded_needs`
    ads : table `coded_ads`, with `employer` where it is known
    """
    day = decision_day(region)
    ground = prepare(region, None, to=to, day=day, growth=growth)
    draws = Draws(0, PRIOR_DRAWS, seed, uncertainty)
    expansion, replacement = openings(project(draws, ground), ground)
    axes = ground.axes.among(range(ground.shown))
    dims = axes.cells | {"year": axes.years[1:], "draw": draws.numbers}
    return heard_posts(
        coded_needs,
        without_hidden(of_base_year(region, "employed"), day),
        municipalities=region.municipalities,
        base_year=region.base_year,
        ads=ads,
        events=of_region(region, "events"),
        prior=prior_openings(to_frame({"expansion": expansion, "replacement": replacement}, dims)),
        hearing=hearing_on(day),
    )


def trend_on(day: date) -> Trend:
    """How a history of jobs is carried forward, by the parameters in force and the breaks of the official series."""
    return Trend(
        damping=value_on("projection.growth_damping", day).number,
        window=int(value_on("projection.growth_window", day).number),
        most=value_on("projection.growth_most", day).number,
        least_steps=int(value_on("projection.growth_least_steps", day).number),
        least_origins=int(value_on("projection.growth_least_origins", day).number),
        farthest=int(value_on("projection.growth_farthest", day).number),
        breaks=tuple(sorted({one.year for one in BREAKS if "official_jobs" in one.tables})),
    )


def hearing_on(day: date) -> Hearing:
    """How what is said relates to what comes, by the parameters in force."""
    return Hearing(**{one.name: value_on(f"projection.heard_{one.name}", day).number for one in fields(Hearing)})


def unheard(opening_draws: pl.DataFrame, heard: pl.DataFrame) -> pl.DataFrame:
    """What statistics alone expect: `prior_openings` less the growth that `see` took from what was heard.

    Growth strays with its occupation in each draw; over the draws that averages out, and is not taken off.
    """
    told = heard.group_by(CELL, maintain_order=True).agg(told=total("growth"))
    prior = prior_openings(opening_draws).join(told, on=CELL, how="left", maintain_order="left")
    growth = pl.col("told").fill_null(0.0)
    return prior.with_columns(pl.col("openings") - growth, pl.col("expansion") - growth).drop("told")


def chains(opening_draws: pl.DataFrame, day: date) -> pl.DataFrame:
    """Table `vacancy_chains`: hirings of the mean openings; who changes job stays in the occupation."""
    share = value_on("projection.vacancies_filled_by_employed", day).number
    openings = prior_openings(opening_draws).select(*CELL, "openings")
    return vacancy_chains(openings, share).with_columns(status=pl.lit("modelled"))
