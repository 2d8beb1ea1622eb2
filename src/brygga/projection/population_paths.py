"""Population by age group in every draw: from the municipalities' own history where it is known, else from one year.

    history of people, births and deaths -> area_population: births, deaths and moves by age, back-tested
    one year of people, vital rates, totals -> population: rates held, net moves by the totals

Start reading at `paths`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.core.errors import TableError
from brygga.core.grids import Floats
from brygga.projection.area_population import FEWEST_YEARS, Constants, Fitted, fit_population, in_bands, project
from brygga.projection.population import GROUPS, Inhabitants, project_bands
from brygga.projection.population_history import official_history
from brygga.projection.uncertainty import Draws, migration_shocks


@dataclass(frozen=True)
class People:
    """What the population starts from.

    Parameters
    ----------
    municipalities : labels
    inhabitants : the base year, its rates and net moves; used where there is no history
    fitted : the history of these municipalities and others around them; nothing where it is not known
    """

    municipalities: tuple[str, ...]
    inhabitants: Inhabitants
    fitted: Fitted | None = None

    def among(self, chosen: Sequence[int]) -> People:
        """The same for some of the municipalities."""
        names = tuple(self.municipalities[at] for at in chosen)
        return replace(self, municipalities=names, inhabitants=self.inhabitants.among(chosen))

    def narrowed(self) -> People:
        """The same with numbers of half the size (float32), for many draws."""
        return replace(self, inhabitants=self.inhabitants.narrowed())


def fit_history(
    population: pl.DataFrame,
    births: pl.DataFrame,
    deaths: pl.DataFrame,
    *,
    base_year: int,
    constants: Constants,
    parents: Mapping[str, str],
    share_boys: float,
) -> Fitted | None:
    """The projection of municipalities with a history; nothing where it is shorter than `FEWEST_YEARS`.

    Parameters
    ----------
    population, births, deaths : tables `population_history`, `births_history`, `deaths_history`
    base_year : the year to start from; later rows are not read
    constants, share_boys : see `area_population`
    parents : municipality -> county

    Raises
    ------
    TableError, FaultsError
        If the history does not reach the base year, or the tables have faults (`read_history`).
    """
    known = [table.filter(pl.col("year") <= base_year) for table in (population, births, deaths)]
    years = known[0]["year"].unique().to_list()
    if len(years) < FEWEST_YEARS:
        return None
    if max(years) != base_year:
        raise TableError(
            f"population_history.year: the last is {max(years)}, and the base year {base_year}",
            why="the projection starts from people counted in the base year",
            todo=f"add rows for {base_year}, or take population_history out to project from table population alone",
        )
    history = official_history(*known, share_boys=share_boys)
    return fit_population(history, constants=constants, parents=parents)


def paths(start: People, *, years: Sequence[int], draws: Draws) -> Floats:
    """Persons by municipality x age group (`GROUPS`) x year x draw; the first year is the base.

    Each municipality has the same draws with and without others around it. Without spread of migration
    in `draws.size`, every draw is the central path.
    """
    size = draws.size
    if start.fitted is None:
        return project_bands(start.inhabitants, migration_shocks(draws, start.municipalities, years=len(years)))
    moved = size.migration_nation > 0 or size.migration_municipality > 0
    ahead = project(
        start.fitted.among(start.municipalities),
        to=years[-1],
        draws=draws.numbers if moved else range(0),
        seed=draws.seed,
        bands=list(GROUPS.values()),
    )
    kind = start.inhabitants.people.dtype
    if moved:
        return np.asarray(ahead.draws.sum(1), kind)
    central = in_bands(ahead.central, list(GROUPS.values()))
    return np.repeat(central[..., None], len(draws.numbers), -1).astype(kind)
