"""See: what is short, where and when, if nothing new is started.

    population -> supply, by residence \\
                                         matching through commuting -> unfilled, without work
    industries, needs -> demand, by workplace /

Start reading at `see`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial

import polars as pl

from brygga.commuting.flows import OUTSIDE, base_flows, commuting_of, employed_residents
from brygga.commuting.matching import match
from brygga.commuting.reach import reach_shares
from brygga.core import tables
from brygga.core.errors import TableError
from brygga.core.execution import HERE, Execution, run
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.core.sums import across
from brygga.planning.measures import net_factors
from brygga.projection.classes import class_flows
from brygga.projection.demand import DEMAND_PARTS, Axes, project_demand
from brygga.projection.heard import heard_posts
from brygga.projection.openings import job_openings, opening_draws
from brygga.projection.population import BANDS, net_migration, project_bands
from brygga.projection.quantiles import cell_spans, summarise
from brygga.projection.supply import (
    SUPPLY_PARTS,
    WorkingLife,
    demographic_entry,
    project_supply,
    working_life,
)
from brygga.projection.uncertainty import CENTRAL, Draws, Uncertainty, migration_shocks
from brygga.workflow.settings import decision_day

BATCH = 25
"""Draws computed together: enough to be quick, few enough to fit in memory."""

CELL = ("municipality", "occupation", "year")


@dataclass(frozen=True)
class Ground:
    """What every draw starts from."""

    region: Region
    axes: Axes
    life: WorkingLife
    flows: pl.DataFrame
    moves: pl.DataFrame
    heard: pl.DataFrame
    classes: pl.DataFrame
    floor: float
    share_boys: float


@dataclass(frozen=True)
class Seen:
    """Some draws: population, the matched cells, openings, and the parts of demand and supply."""

    bands: pl.DataFrame
    cells: pl.DataFrame
    openings: pl.DataFrame
    demand: pl.DataFrame
    supply: pl.DataFrame


def see(
    region: Region,
    *,
    coded_needs: pl.DataFrame,
    to: int,
    draws: int,
    seed: int,
    execution: Execution = HERE,
    uncertainty: Uncertainty | None = None,
) -> dict[str, pl.DataFrame]:
    """Unfilled posts, people without work and job openings per occupation, municipality and year.

    Parameters
    ----------
    region : the region and its tables
    coded_needs : table `coded_needs`: what companies said
    to : last year
    draws : random draws that the intervals are read from
    seed : same seed and tables, same numbers, wherever and in whatever batches they are computed
    execution : where the batches run
    uncertainty : how large the shocks are; as the parameters say when left out

    Returns
    -------
    tables `gap_draws`, `unfilled`, `without_work`, `gap`, `job_openings`, `opening_draws`,
    `gap_parts` and `population_projection`, with the base year among the years (job openings start a year later).
    """
    day = decision_day(region)
    size = uncertainty_on(day) if uncertainty is None else uncertainty
    ground = prepare(region, coded_needs, to=to, day=day)
    central = project(CENTRAL, ground)
    batches = [Draws(first, min(first + BATCH, draws), seed, size) for first in range(0, draws, BATCH)]
    seen = run(partial(project_draws, ground=ground), batches, execution)
    gap_draws = pl.concat(batch.cells for batch in seen).sort(*CELL, "draw")
    openings = pl.concat(batch.openings for batch in seen)
    found = {
        "gap_draws": gap_draws.drop("net_in_commuting"),
        **spans(gap_draws, central.cells),
        "job_openings": job_openings(openings, central.openings, ground.heard),
        "opening_draws": openings.sort(*CELL, "draw"),
        "gap_parts": gap_parts(central),
        "population_projection": population_spans(pl.concat(batch.bands for batch in seen), central.bands),
    }
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in found.items()}


def prepare(region: Region, coded_needs: pl.DataFrame, *, to: int, day: date) -> Ground:
    """Everything the draws have in common: labels, flows, net moves, what was heard, running classes."""
    employed = of_base_year(region, "employed")
    axes = Axes(
        sorted(region.municipalities),
        employed["occupation"].unique().sort().to_list(),
        range(region.base_year, to + 1),
    )
    commuting = commuting_of(of_base_year(region, "commuting"), axes.municipalities)
    flows = base_flows(employed, commuting)
    floor = value_on("commuting.smallest_left_over", day).number
    life = working_life(
        region.tables["working_life"], career=value_on("projection.career_share", day).number, floor=floor
    )
    share_boys = value_on("projection.share_boys", day).number
    years = int(value_on("projection.migration_years", day).number)
    totals = region.tables["population_total"].filter(pl.col("year") <= region.base_year)
    rates = region.tables["vital_rates"]
    moves = net_migration(totals, of_base_year(region, "population"), rates, years=years, share_boys=share_boys)
    heard = heard_posts(coded_needs, employed, municipalities=axes.municipalities, base_year=region.base_year)
    ground = Ground(region, axes, life, flows, moves, heard, pl.DataFrame(), floor, share_boys)
    return replace(ground, classes=classes_beside(ground, commuting, day))


def classes_beside(ground: Ground, commuting: pl.DataFrame, day: date) -> pl.DataFrame:
    """Completers that the demographic entry holds and the plan decides about, and those already on their way."""
    region, axes = ground.region, ground.axes
    entry = demographic_entry(*_people(ground), bands_of(CENTRAL, ground), life=ground.life, axes=axes, draws=CENTRAL)
    sites = region.tables["sites"].filter(pl.col("municipality").is_in(axes.municipalities))
    return class_flows(
        net_programmes(region.tables["programmes"], day),
        region.tables["programme_leads"],
        region.tables["intake"],
        reach_shares(sites, commuting, least=value_on("commuting.least_reach", day).number),
        entry,
        base_year=region.base_year,
        to=axes.years[-1],
        plan_years=(region.first_plan_year, region.last_plan_year),
        stay=value_on("planning.stay", day).number,
    )


def net_programmes(programmes: pl.DataFrame, day: date) -> pl.DataFrame:
    """Table `programmes` with the placement that counts: a short course for the employed only moves some vacancies."""
    factors = net_factors(programmes, value_on("planning.short_course_refill", day).number)
    counted = programmes.join(factors, on="programme", how="left", maintain_order="left")
    return counted.with_columns(pl.col("placement") * pl.col("factor").fill_null(1.0)).drop("factor")


def project(draws: Draws, ground: Ground) -> Seen:
    """Population, demand, supply, their matching and the openings, for some draws."""
    axes, floor = ground.axes, ground.floor
    bands = bands_of(draws, ground)
    demand = project_demand(
        of_base_year(ground.region, "employed"),
        of_base_year(ground.region, "vacancies"),
        ground.region.tables["industry_outlook"],
        bands,
        heard=ground.heard,
        events=of_region(ground.region, "events"),
        axes=axes,
        draws=draws,
        floor=floor,
    )
    supply = project_supply(*_people(ground), bands, ground.classes, life=ground.life, axes=axes, draws=draws)
    cells = match(ground.flows, summed(supply, SUPPLY_PARTS), summed(demand, DEMAND_PARTS), floor=floor)
    openings = opening_draws(demand, supply, ground.flows, axes=axes, draws=draws)
    return Seen(bands, cells.filter(pl.col("municipality") != OUTSIDE), openings, demand, supply)


def project_draws(draws: Draws, ground: Ground) -> Seen:
    """As `project`, without the parts that only the central run shows (they are large)."""
    nothing = pl.DataFrame()
    return replace(project(draws, ground), demand=nothing, supply=nothing)


def bands_of(draws: Draws, ground: Ground) -> pl.DataFrame:
    """Population by age group, year and draw."""
    axes = ground.axes
    return project_bands(
        of_base_year(ground.region, "population"),
        ground.region.tables["vital_rates"],
        ground.moves,
        to=axes.years[-1],
        draws=draws.numbers,
        moves=migration_shocks(draws, axes.municipalities, years=len(axes.years)),
        share_boys=ground.share_boys,
    )


def summed(parts: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Parts added up: municipality, occupation, year, draw, persons."""
    return parts.select(*CELL, "draw", persons=across(columns))


def spans(gap_draws: pl.DataFrame, central: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables `unfilled`, `without_work` and `gap`: the interval per cell, beside the base year's value."""
    gap = pl.col("unfilled") - pl.col("without_work")
    draws, calm = gap_draws.with_columns(gap=gap), central.with_columns(gap=gap)
    base = calm.filter(pl.col("year") == calm["year"].min())
    names = ("unfilled", "without_work", "gap")
    return {
        name: span.join(base.select("municipality", "occupation", naive=name), on=["municipality", "occupation"])
        .with_columns(status=pl.lit("modelled"))
        .sort(CELL)
        for name, span in cell_spans(draws, by=CELL, values=names).items()
    }


def population_spans(bands: pl.DataFrame, central: pl.DataFrame) -> pl.DataFrame:
    """Table `population_projection`: the interval per age group, beside the base year's number."""
    shown = pl.col("age_group").is_in(list(BANDS))
    key = ["municipality", "age_group"]
    base = central.filter(pl.col("year") == central["year"].min()).select(*key, naive="persons")
    interval = summarise(bands.filter(shown), by=[*key, "year"], value="persons")
    return interval.join(base, on=key).with_columns(status=pl.lit("modelled")).sort(*key, "year")


def gap_parts(central: Seen) -> pl.DataFrame:
    """Table `gap_parts`: the run without shocks, in parts with sign.

    Parts of demand stand with plus, parts of supply with minus, so more retirements make the gap
    larger; `net_in_commuting` is minus the people who come in to work less those who go out. These
    parts add up to `unfilled` - `without_work`, which stand beside them, both as they are (plus).
    """
    matched = central.cells.select(*CELL, "unfilled", "without_work", net_in_commuting=-pl.col("net_in_commuting"))
    tables_of_parts = [
        central.demand.select(*CELL, *DEMAND_PARTS),
        central.supply.select(*CELL, *(-pl.col(part) for part in SUPPLY_PARTS)),
        matched,
    ]
    long = [parts.unpivot(index=CELL, variable_name="part", value_name="persons") for parts in tables_of_parts]
    return pl.concat(long).with_columns(status=pl.lit("modelled")).sort(*CELL, "part")


def uncertainty_on(day: date) -> Uncertainty:
    """How large the shocks are, by the parameters in force."""
    named = {field.name: f"sd_{field.name}" for field in fields(Uncertainty)}
    named |= {"persistence": "persistence", "growth": "sd_growth_scale", "events": "events_happen"}
    return Uncertainty(**{field: value_on(f"projection.{name}", day).number for field, name in named.items()})


def of_region(region: Region, name: str) -> pl.DataFrame:
    """A table's rows on the municipalities of the region."""
    return region.tables[name].filter(pl.col("municipality").is_in(list(region.municipalities)))


def of_base_year(region: Region, name: str) -> pl.DataFrame:
    """A table's rows of the base year, or of the last year before it that the table has.

    Raises
    ------
    TableError when the table begins after the base year.
    """
    frame = region.tables[name]
    frame = frame if name == "commuting" else of_region(region, name)
    known = frame.filter(pl.col("year") <= region.base_year)
    if not known.height:
        raise TableError(
            f"{name}.year: no row for {region.base_year} or earlier",
            why="it is the base year that everything starts from",
            todo=f"add rows for {region.base_year}, or change base_year in region.toml",
        )
    return known.filter(pl.col("year") == known["year"].max())


def _people(ground: Ground) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Employed residents, unemployed and the age profile of occupations."""
    unemployed = of_base_year(ground.region, "unemployed")
    return employed_residents(ground.flows), unemployed, ground.region.tables["employed_age"]
