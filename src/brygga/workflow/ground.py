"""Ground: what every draw of `see` starts from, read out of a region's tables once.

Arrays are laid out by municipality and occupation, in the order of `Axes`. A part of a territory
(`Ground.among`) is a ground too: its other municipalities become a part of the zone outside.

Start reading at `prepare`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from brygga.commuting.flows import Flows, base_flows, commuting_of
from brygga.commuting.reach import reach_shares
from brygga.core import codes
from brygga.core.errors import TableError
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.planning.measures import net_factors
from brygga.projection.area_population import Constants
from brygga.projection.classes import class_flows
from brygga.projection.demand import Axes, Workplaces, workplaces
from brygga.projection.growth import Growth
from brygga.projection.heard import heard_posts
from brygga.projection.population import inhabitants, net_migration, of_working_age
from brygga.projection.population_paths import People, fit_history, paths
from brygga.projection.supply import Residents, WorkingLife, demographic_entry, residents, working_life
from brygga.projection.uncertainty import CENTRAL

HIDDEN = (pl.col("status") == "suppressed") & pl.col("persons").is_null()
"""A count that exists and is not told."""

MAY_BE_HIDDEN = ("employed", "vacancies", "commuting")
"""Tables whose hidden counts stand for a number."""

NO_NEEDS = pl.DataFrame(
    schema={
        "municipality": pl.String,
        "occupation": pl.String,
        "year": pl.Int64,
        "posts": pl.Float64,
        "growth": pl.Float64,
        "growth_sd": pl.Float64,
    }
)


@dataclass(frozen=True)
class Ground:
    """What every draw starts from.

    axes : labels of the arrays
    living, work, home, life, flows : population, demand, supply, working life and commuting of the base year
    hidden : published cells of the base year's jobs that are hidden, municipality x occupation
    mix : share of each occupation in all jobs of the base year, ring included
    heard : `heard_posts`, shown beside the openings
    shown : how many of the municipalities, from the first, are shown; the rest is the ring around them
    """

    axes: Axes
    living: People
    work: Workplaces
    home: Residents
    life: WorkingLife
    flows: Flows
    hidden: Floats
    mix: Floats
    heard: pl.DataFrame
    shown: int

    def among(self, chosen: Sequence[int], *, shown: int | None = None) -> Ground:
        """The same for some of the municipalities, of which the first `shown` are shown."""
        axes = self.axes.among(chosen)
        return replace(
            self,
            axes=axes,
            living=self.living.among(chosen),
            work=self.work.among(chosen),
            home=self.home.among(chosen),
            flows=self.flows.among(chosen),
            hidden=self.hidden[list(chosen)],
            heard=self.heard.filter(pl.col("municipality").is_in(list(axes.municipalities))),
            shown=len(chosen) if shown is None else shown,
        )

    def narrowed(self) -> Ground:
        """The same with numbers of half the size (float32), for many draws."""
        return replace(self, living=self.living.narrowed(), work=self.work.narrowed(), home=self.home.narrowed())


def prepare(
    region: Region,
    coded_needs: pl.DataFrame | None,
    *,
    to: int,
    day: date,
    without_intake_from: int | None = None,
    growth: Growth | None = None,
    heard: pl.DataFrame | None = None,
) -> Ground:
    """Everything the draws have in common.

    Parameters
    ----------
    region : the region and its tables
    coded_needs : table `coded_needs`; nothing when nobody has been asked
    to : last year
    day : the day parameters are read on
    without_intake_from : first year whose classes are left out of supply; the first plan year when left out
    growth : what several models say of each industry; the outlook alone when left out
    heard : `heard_posts` after the update by what statistics expect; as companies stated it when left out
    """
    shown = sorted(region.municipalities)
    wide = replace(region, municipalities=(*shown, *sorted(region.ring)))
    employed, hidden = _counted(of_base_year(wide, "employed"), day)
    vacancies, _ = _counted(of_base_year(wide, "vacancies"), day)
    commuting, _ = _counted(of_base_year(wide, "commuting"), day)
    occupations = employed["occupation"].unique().sort().to_list()
    axes = Axes(list(wide.municipalities), occupations, range(region.base_year, to + 1))
    floor = value_on("commuting.smallest_left_over", day).number
    if heard is None:
        heard = NO_NEEDS if coded_needs is None else _as_stated(coded_needs, employed, axes)
    matrix = commuting_of(commuting, axes.municipalities)
    tables = wide.tables
    ground = Ground(
        axes=axes,
        living=_living(wide, axes, day),
        work=workplaces(
            employed,
            vacancies,
            tables["industry_outlook"],
            heard=heard,
            events=of_region(wide, "events"),
            axes=axes,
            floor=floor,
            growth=growth,
        ),
        home=residents(of_base_year(wide, "unemployed"), tables["employed_age"], axes=axes, floor=floor),
        life=working_life(
            tables["working_life"],
            career=value_on("projection.career_share", day).number,
            floor=floor,
            exit_rates=tables.get("exit_rates"),
            occupations=occupations,
        ),
        flows=base_flows(employed, matrix, municipalities=axes.municipalities, occupations=occupations),
        hidden=to_array(hidden, "cells", axes.cells, absent=0.0),
        mix=_mix(employed, occupations),
        heard=heard,
        shown=len(shown),
    )
    first = region.first_plan_year if without_intake_from is None else without_intake_from
    return replace(ground, home=_with_classes(ground, wide, matrix, day, first=first))


def _mix(employed: pl.DataFrame, occupations: Sequence[str]) -> Floats:
    jobs = employed.group_by("occupation", maintain_order=True).agg(total("persons"))
    persons = to_array(jobs, "persons", {"occupation": occupations})
    return np.asarray(persons / persons.sum())


def _as_stated(coded_needs: pl.DataFrame, employed: pl.DataFrame, axes: Axes) -> pl.DataFrame:
    return heard_posts(coded_needs, employed, municipalities=axes.municipalities, base_year=axes.years[0])


def _living(region: Region, axes: Axes, day: date) -> People:
    """People of the base year and how they live on: by their own history, or by vital rates and the known totals."""
    population, rates = of_base_year(region, "population"), region.tables["vital_rates"]
    boys = value_on("projection.share_boys", day).number
    years = int(value_on("projection.migration_years", day).number)
    totals = region.tables["population_total"].filter(pl.col("year") <= region.base_year)
    moves = net_migration(totals, population, rates, years=years, share_boys=boys)
    start = inhabitants(population, rates, moves, municipalities=axes.municipalities, share_boys=boys)
    history = [of_region(region, f"{kind}_history") for kind in ("population", "births", "deaths")]
    if any(table.is_empty() for table in history):
        return People(tuple(axes.municipalities), start)
    counties = dict(codes.classification("kommun").select("code", "county").iter_rows())
    fitted = fit_history(
        *history,
        base_year=region.base_year,
        constants=Constants.on(day),
        parents={municipality: counties.get(municipality, "") for municipality in axes.municipalities},
        share_boys=boys,
    )
    return People(tuple(axes.municipalities), start, fitted)


def _with_classes(ground: Ground, region: Region, commuting: pl.DataFrame, day: date, *, first: int) -> Residents:
    """Supply with completers that the demographic entry holds and the plan decides about, and those on their way."""
    axes = ground.axes
    population = of_working_age(paths(ground.living, years=axes.years, draws=CENTRAL))
    entry = demographic_entry(
        ground.home, ground.flows.residents(), population, life=ground.life, axes=axes, draws=CENTRAL
    )
    sites = region.tables["sites"].filter(pl.col("municipality").is_in(axes.municipalities))
    classes = class_flows(
        net_programmes(region.tables["programmes"], day),
        region.tables["programme_leads"],
        region.tables["intake"],
        reach_shares(sites, commuting, least=value_on("commuting.least_reach", day).number),
        to_frame({"persons": entry}, axes.cells | {"year": axes.years[1:]}),
        base_year=axes.years[0],
        to=axes.years[-1],
        plan_years=(first, region.last_plan_year),
        stay=value_on("planning.stay", day).number,
    )
    dims = axes.cells | {"year": axes.years}
    taken_out, running = (to_array(classes, name, dims, absent=0.0) for name in ("taken_out", "running"))
    return replace(ground.home, taken_out=taken_out, running=running)


def net_programmes(programmes: pl.DataFrame, day: date) -> pl.DataFrame:
    """Table `programmes` with the placement that counts: a short course for the employed only moves some vacancies."""
    factors = net_factors(programmes, value_on("planning.short_course_refill", day).number)
    counted = programmes.join(factors, on="programme", how="left", maintain_order="left")
    return counted.with_columns(pl.col("placement") * pl.col("factor").fill_null(1.0)).drop("factor")


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


def hidden_notes(region: Region) -> tuple[str, ...]:
    """What is said of the hidden counts that the ground stands on."""
    notes = []
    for name in MAY_BE_HIDDEN:
        frame = of_base_year(region, name)
        hidden = frame.filter(HIDDEN).height
        if hidden:
            drawn = " and is drawn around it" if name == "employed" else ""
            notes.append(f"hidden counts of {name}: {hidden}, each stands for projection.hidden_count persons{drawn}")
    return tuple(notes)


def without_hidden(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """Numbers with what a hidden count stands for (`projection.hidden_count`): it is not zero."""
    number = value_on("projection.hidden_count", day).number
    return frame.with_columns(persons=pl.when(HIDDEN).then(number).otherwise("persons"))


def _counted(frame: pl.DataFrame, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbers with what a hidden count stands for, and how many hidden cells each municipality and occupation has."""
    filled = without_hidden(frame, day)
    if "occupation" not in frame.columns:
        return filled, frame.clear()
    where = frame.filter(HIDDEN).group_by("municipality", "occupation", maintain_order=True)
    return filled, where.agg(cells=pl.len().cast(pl.Float64))
