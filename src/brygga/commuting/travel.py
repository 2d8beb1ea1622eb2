"""Travel time: from coordinates by stated assumptions, or from the user's own matrix.

    minutes = door + 60 detour km / speed

`km` is as the crow flies between weighted centres; within a municipality it is a share of the
radius of a circle of its size. All four numbers are judgements and stand in parameters/commuting.

Start reading at `travel_times`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from brygga.commuting.distance import distance_matrix
from brygga.core import tables
from brygga.core.errors import TableError, listed, raise_all
from brygga.core.grids import Floats, to_frame
from brygga.core.parameters import value_on

SOURCE = "modelled: distance as the crow flies, detour and speed assumed"
LONGEST = 24 * 60
"""Minutes above which a travel time is no commute but a mistake."""


@dataclass(frozen=True)
class Road:
    """What turns kilometres into minutes."""

    door_minutes: float
    detour: float
    speed_km_h: float
    inner: float

    @classmethod
    def on(cls, day: date) -> Road:
        """By the parameters in force."""
        named = ("door_minutes", "road_detour", "road_speed", "inner_distance")
        return cls(*(value_on(f"commuting.{name}", day).number for name in named))

    def minutes(self, km: Floats) -> Floats:
        """Minutes one way for kilometres as the crow flies.

        Examples
        --------
        >>> Road(door_minutes=5, detour=1.25, speed_km_h=75, inner=0.4).minutes(np.array([0.0, 60.0])).tolist()
        [5.0, 65.0]
        """
        return np.asarray(self.door_minutes + 60 * self.detour * km / self.speed_km_h)


def modelled_times(municipalities: Sequence[str], road: Road) -> pl.DataFrame:
    """Table `travel_time` from coordinates: home, work, minutes, status modelled, source."""
    minutes = road.minutes(distance_matrix(municipalities, inner=road.inner))
    frame = to_frame({"minutes": minutes}, {"home": municipalities, "work": municipalities})
    return frame.with_columns(status=pl.lit("modelled"), source=pl.lit(SOURCE))


def travel_times(
    municipalities: Sequence[str],
    road: Road,
    *,
    known: pl.DataFrame | None = None,
    fill: bool = False,
    extra_codes: Collection[str] = (),
) -> pl.DataFrame:
    """Table `travel_time` for every pair of the municipalities.

    Parameters
    ----------
    municipalities : codes
    road : what turns kilometres into minutes
    known : the user's table `travel_time`; the way there may take longer than the way back
    fill : whether pairs that `known` lacks are modelled from coordinates
    extra_codes : invented municipalities, off the map, of which `known` must know all

    Returns
    -------
    home, work, minutes, status, source, one row a pair.

    Raises
    ------
    TableError (or all faults at once) when the user's matrix lacks pairs and `fill` is not asked for, or has a time
    of zero between two municipalities or above a day; UnknownCodeError when a municipality is not on the map.

    Examples
    --------
    >>> road = Road(door_minutes=5, detour=1.25, speed_km_h=75, inner=0.4)
    >>> travel_times(["1080", "1081"], road).select("home", "work", pl.col("minutes").round(0)).row(1)
    ('1080', '1081', 27.0)
    """
    wanted = sorted(set(municipalities))
    if known is None or known.is_empty():
        return tables.check(modelled_times(wanted, road), "travel_time")
    mine = known.filter(pl.col("home").is_in(wanted), pl.col("work").is_in(wanted), pl.col("minutes").is_not_null())
    pairs = pl.DataFrame({"home": wanted}).join(pl.DataFrame({"work": wanted}), how="cross")
    lacking = pairs.join(mine, on=["home", "work"], how="anti")
    faults = [] if fill or lacking.is_empty() else [_lacking(lacking.rows())]
    impossible = mine.filter(
        (pl.col("minutes") > LONGEST) | ((pl.col("minutes") <= 0) & (pl.col("home") != pl.col("work")))
    )
    raise_all("travel_time", [*faults, *([_impossible(impossible)] if impossible.height else [])])
    added = pairs.head(0) if lacking.is_empty() else modelled_times(wanted, road).join(lacking, on=["home", "work"])
    columns = [column.column for column in tables.dictionary("travel_time")]
    both = [mine.select(columns), *([added.select(columns)] if lacking.height else [])]
    return tables.check(pl.concat(both).sort("home", "work"), "travel_time", extra_codes=extra_codes)


def within_minutes(times: pl.DataFrame, most: float) -> pl.DataFrame:
    """Pairs whose travel time is at most `most` minutes: home, work, minutes."""
    return times.filter(pl.col("minutes") <= most).select("home", "work", "minutes")


def _lacking(pairs: Sequence[tuple[str, ...]]) -> TableError:
    return TableError(
        f"travel_time: {len(pairs)} pair(s) missing: {listed(f'{home} to {work}' for home, work in pairs)}",
        why="a pair without a time is neither near nor far",
        todo="add the rows in both directions, or let the missing ones be modelled from coordinates (--fill)",
    )


def _impossible(rows: pl.DataFrame) -> TableError:
    told = [f"{home} to {work} {minutes:g}" for home, work, minutes in rows.select("home", "work", "minutes").rows()]
    return TableError(
        f"travel_time.minutes: {listed(told)}",
        why=f"a commute between two municipalities takes more than 0 and at most {LONGEST} minutes",
        todo="write minutes one way, or leave the pair out",
    )
