"""Commuting: files in, files out, for whoever has a matrix, margins or only a map.

Start reading at `balance_files`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from brygga.commuting.areas import areas, ring, same_area
from brygga.commuting.balance import AGREE, margins_disagree, no_flow, scaled_margins
from brygga.commuting.distance import distance_matrix
from brygga.commuting.labels import code_of, compare, margin_of, matrix, places, same_names
from brygga.commuting.pairs import Choices, read_costs, read_flows, read_margins, read_times
from brygga.commuting.seed import Side, commuting_seed
from brygga.commuting.travel import Road, travel_times
from brygga.core import tables
from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.core.grids import Floats
from brygga.core.sums import total

__all__ = [
    "Choices",
    "areas",
    "balance_files",
    "ring_of_file",
    "same_area",
    "times_of_file",
]


@dataclass(frozen=True)
class Flows:
    """Flows that meet their margins, and what was modelled in them."""

    table: pl.DataFrame
    notes: tuple[str, ...]
    missed: float

    def summary(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "rows": self.table.select("home", "work", "persons", "status").to_dicts(),
            "persons": float(self.table["persons"].sum()),
            "largest_margin_error": self.missed,
            "notes": list(self.notes),
        }

    def save(self, path: Path) -> None:
        """Write the flows as CSV or parquet."""
        tables.write(self.table, path)

    def lines(self) -> Iterator[str]:
        """What a person wants to know of it."""
        zones, persons = self.table["home"].n_unique(), self.table["persons"].sum()
        yield f"{zones} places, {persons:,.0f} persons, margins met to {self.missed:.0e} of each."
        yield from self.notes


def balance_files(
    seed: Path,
    margins: Path,
    *,
    choices: Choices | None = None,
    margin_year: int | None = None,
    scale: Side | None = None,
    fill: bool = False,
    costs: Path | None = None,
    draw: int | None = None,
) -> Flows:
    """A seed matrix balanced to new margins (tables `commuting_flows` and `commuting_margins` as CSV).

    Parameters
    ----------
    seed, margins : the files
    choices : year, register, group, rest codes and merged municipalities of the seed; the last two of both
    margin_year : year of the margins where the file has several
    scale : side whose sum counts where the two sums of margins differ
    fill : model by gravity the places without flows in the seed, or without a row in it
    costs : file of distances or other costs, for places off the map
    draw : draw hidden counts with this seed of chance instead of taking their mean

    Returns
    -------
    table `balanced_flows` with every pair of places.

    Raises
    ------
    FaultsError with every fault of both files, or the one there is.
    """
    said = choices or Choices()
    faults: list[BryggaError] = []
    flows = read_flows(seed, said, faults)
    asked = read_margins(margins, replace(said, year=margin_year), faults)
    asked = same_names(asked, ["municipality"], places(flows, ("home", "work")))
    flows, added = _with_places(flows, asked) if fill else (flows, [])
    hint = f"; if {seed.name} counted nobody there, --fill gravity models them from distance"
    faults += compare(flows, asked, (seed.name, margins.name), without_flows=hint)
    zones = places(flows, ("home", "work"))
    faults += _margin_faults(flows, asked, scale=scale, fill=fill)
    cost = None
    if fill or flows["persons"].null_count():
        cost = _cost_if_any(flows, costs, said, faults, needed=fill)
    if cost is not None:
        faults += costs_lacking(cost, zones, added)
    raise_all(f"{seed.name} and {margins.name}", faults)
    made = commuting_seed(flows, asked, scale=scale, cost=cost, fill=fill, draw=draw)
    year = asked["year"].drop_nulls().unique().to_list()
    home, work = made.flows.sum(1), made.flows.sum(0)
    wanted = margins_of(asked, zones, scale)
    notes = [f"In {margins.name} and not in {seed.name}: {', '.join(added)}."] if added else []
    return Flows(table_of(made.frame(), year), (*notes, *made.notes), missed_of((home, work), wanted))


def ring_of_file(territory: Sequence[str], flows: Path, *, least_share: float, choices: Choices) -> pl.DataFrame:
    """Table `commuting_ring` of a territory (codes or names) from a file of flows."""
    faults: list[BryggaError] = []
    frame = read_flows(flows, choices, faults)
    known = places(frame, ("home", "work"))
    wanted = same_names(pl.DataFrame({"municipality": list(territory)}), ["municipality"], known)["municipality"]
    lacking = sorted(set(wanted) - set(known))
    if lacking:
        faults.append(_not_there(lacking, flows.name))
    raise_all(flows.name, faults)
    return ring(wanted.to_list(), frame, least_share=least_share)


def times_of_file(
    municipalities: Sequence[str], day: date, *, known: Path | None = None, fill: bool = False
) -> pl.DataFrame:
    """Table `travel_time` of some municipalities (codes or names), from the user's file as far as it goes."""
    faults: list[BryggaError] = []
    given = read_times(known, faults) if known else None
    raise_all(known.name if known else "travel_time", faults)
    codes = [code_of(place) or place for place in municipalities]
    return travel_times(codes, Road.on(day), known=given, fill=fill)


def cost_of(
    frame: pl.DataFrame, costs: Path | None, said: Choices, faults: list[BryggaError], *, kind: str
) -> tuple[Floats, list[str]]:
    """Cost of each pair, and where it comes from: a file, the column of the flows, or the map."""
    zones = places(frame, ("home", "work"))
    if costs is not None:
        given = same_names(read_costs(costs, said, faults), ("home", "work"), zones)
        return matrix(given, zones, "cost")[0], [f"Costs of {costs.name}."]
    if frame["cost"].null_count() < frame.height:
        pairs = frame.select("home", "work", "cost").unique(["home", "work"], maintain_order=True)
        return matrix(pairs, zones, "cost")[0], [f"Costs of the column {said.cost or 'cost'}."]
    off = [zone for zone in zones if code_of(zone) is None]
    if off:
        faults.append(
            TableError(
                f"{listed(off)} have no place on the map",
                why="without coordinates there is no distance",
                todo="give a column cost beside the flows, or --costs FILE with home, work, cost",
            )
        )
        return np.full((len(zones), len(zones)), np.nan), []
    road = Road.on(date.today())
    km = distance_matrix([str(code_of(zone)) for zone in zones], inner=road.inner)
    if kind == "minutes":
        return road.minutes(km), ["Minutes from kilometres between weighted centres, by assumed detour and speed."]
    return km, ["Kilometres as the crow flies between weighted centres."]


def _cost_if_any(
    flows: pl.DataFrame, costs: Path | None, said: Choices, faults: list[BryggaError], *, needed: bool
) -> Floats | None:
    """As `cost_of`; nothing where it is unknown and can be done without."""
    wrong: list[BryggaError] = []
    cost, _ = cost_of(flows, costs, said, wrong, kind="distance")
    if costs is not None or needed:
        faults += wrong
    return None if wrong else cost


def _with_places(flows: pl.DataFrame, asked: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The flows with a row of nobody for each place that only the margins know, and these places."""
    if flows.is_empty():
        return flows, []
    there = set(places(flows, ("home", "work")))
    added = [place for place in places(asked, ["municipality"]) if place not in there]
    rows = pl.DataFrame({"home": added, "work": added}, schema={"home": pl.String, "work": pl.String})
    return pl.concat([flows, rows.with_columns(persons=pl.lit(0.0))], how="diagonal"), added


def costs_lacking(cost: Floats, zones: Sequence[str], of: Sequence[str] | None = None) -> list[BryggaError]:
    """Pairs of different places (with some places only) whose cost is unknown or zero: gravity cannot model them."""
    asked = np.isin(zones, zones if of is None else of)
    there = np.isfinite(cost) & (cost > 0)
    lacking = np.argwhere((asked[:, None] | asked) & ~np.eye(len(zones), dtype=bool) & ~there)
    if not len(lacking):
        return []
    pairs = listed(f"{zones[h]} to {zones[w]}" for h, w in lacking)
    return [
        TableError(
            f"{len(lacking)} pair(s) to be modelled have no cost above zero: {pairs}",
            why="gravity has flows fall with cost, and says nothing where there is none",
            todo="give a file with a row home,work,cost for every pair with --costs FILE",
        )
    ]


def _margin_faults(flows: pl.DataFrame, asked: pl.DataFrame, *, scale: Side | None, fill: bool) -> list[BryggaError]:
    """What sums show to be wrong, so that it stands in the same report: sums that differ, places without flows."""
    if flows.is_empty() or asked.is_empty():
        return []
    sums = {side: _persons(asked.filter(margin=side), "municipality") for side in ("home", "work")}
    home, work = (sum(sums[side].values()) for side in ("home", "work"))
    faults: list[BryggaError] = []
    if not scale and abs(home - work) > AGREE * max(home, work):
        faults.append(margins_disagree(home, work))
    for side in ("home", "work") if not fill else ():
        known = _persons(flows.with_columns(pl.col("persons").fill_null(1.0)), side)
        lost = [place for place, some in sorted(sums[side].items()) if some > 0 and known.get(place, 0) == 0]
        if lost := [place for place in lost if place in places(flows, ("home", "work"))]:
            faults.append(no_flow(side, lost))
    return faults


def _persons(frame: pl.DataFrame, column: str) -> dict[str, float]:
    sums = frame.drop_nulls(column).group_by(column, maintain_order=True).agg(total("persons"))
    return dict(sums.iter_rows())


def margins_of(asked: pl.DataFrame, zones: Sequence[str], scale: Side | None) -> tuple[Floats, Floats]:
    """Both margins in the order of the zones, with one sum where a side wins."""
    home, work = (margin_of(asked, zones, side) for side in ("home", "work"))
    return scaled_margins(home, work, scale) if scale else (home, work)


def table_of(frame: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    year = pl.lit(years[0] if len(years) == 1 else None, pl.Int64)
    return tables.check(frame.with_columns(year=year), "balanced_flows")


def missed_of(found: Sequence[Floats], wanted: Sequence[Floats]) -> float:
    """How far the worst margin is from what was asked for, relative to it."""
    both = zip(found, wanted, strict=True)
    return float(max(np.abs(np.divide(f, w, out=np.ones_like(f), where=w > 0) - 1).max() for f, w in both))


def _not_there(lacking: Sequence[str], where: str) -> TableError:
    return TableError(
        f"{listed(lacking)} not in {where}",
        why="a territory without flows has no ring",
        todo="write the places as in the file",
    )
