"""Reach index: openings that people can reach by commuting, per person who competes for them.

ROA sets inflow against job openings for a whole country, where everybody can reach every post. Here
people commute: with p[h,w], the share of h's employed residents who work in w,

    at workplace w   competitors[w] = sum_h p[h,w] inflow[h]
    at home h        reachable_openings[h] = sum_w p[h,w] openings[w]
                     reachable_inflow[h]   = sum_w p[h,w] competitors[w]
                     index[h] = reachable_openings[h] / reachable_inflow[h]

Above 1 there are more openings than people for them. Both sums are weighted means over the
workplaces of h, so they are no totals of a region and are never added.

Start reading at `reach_index`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from brygga.commuting.labels import OUTSIDE
from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame


def reach_index(
    openings: pl.DataFrame,
    inflow: pl.DataFrame,
    commuting: pl.DataFrame,
    *,
    by: Sequence[str] = ("group", "year"),
) -> pl.DataFrame:
    """Reachable openings over reachable inflow, per municipality and group.

    Parameters
    ----------
    openings : municipality (of the workplace), the columns `by`, persons: posts to fill in the year
    inflow : municipality (of residence), the columns `by`, persons: people who come to the group in the year
    commuting : home, work, persons (the zone outside and unknown cells count for nobody); with columns of `by`
        beside them each of these groups commutes in its own way, otherwise all alike
    by : what a cell is beside the municipality: education group or occupation, year, draw

    Returns
    -------
    municipality, the columns `by`, openings, inflow, reachable_openings, reachable_inflow, index, status. A cell
    without a row in `openings` or `inflow` has none. Where nobody competes the index is unknown (status
    not_applicable), not infinite.

    Raises
    ------
    TableError when a municipality has inflow and no commuter is known to live there.

    Examples
    --------
    >>> cells = {"municipality": ["a", "b"], "group": ["g", "g"], "year": [2030, 2030]}
    >>> flows = pl.DataFrame({"home": ["a", "a", "b"], "work": ["a", "b", "b"], "persons": [1.0, 1.0, 2.0]})
    >>> posts, people = ({"persons": persons} for persons in ([10.0, 40.0], [20.0, 10.0]))
    >>> reach_index(pl.DataFrame(cells | posts), pl.DataFrame(cells | people), flows)["index"].to_list()
    [1.6666666666666667, 2.0]
    """
    zones = sorted({*openings["municipality"], *inflow["municipality"]})
    keys = pl.concat([openings.select(by), inflow.select(by)]).unique().sort(by)
    groups = [name for name in by if name in commuting.columns]
    parts = []
    for own in keys.select(groups).unique().sort(groups).rows(named=True) if groups else [{}]:
        chosen = keys.filter(**own) if own else keys
        share = _shares(commuting.filter(**own) if own else commuting, zones)
        parts.append(_indexed(openings, inflow, share, chosen, zones, by))
    return pl.concat(parts).sort("municipality", *by)


def _indexed(
    openings: pl.DataFrame, inflow: pl.DataFrame, share: Floats, keys: pl.DataFrame, zones: list[str], by: Sequence[str]
) -> pl.DataFrame:
    """The index of the cells `keys` whose people commute by `share` (home x work)."""
    numbered = keys.with_row_index("cell")
    dims: dict[str, list[Any]] = {"cell": list(range(keys.height)), "municipality": zones}
    posts, people = (
        to_array(frame.join(numbered, on=list(by)), "persons", dims, absent=0.0, where=name)
        for frame, name in ((openings, "openings"), (inflow, "inflow"))
    )
    stuck = [zone for zone, way, some in zip(zones, share.sum(1), people.sum(0), strict=True) if some > 0 and way == 0]
    if stuck:
        raise _nobody_travels(stuck)
    competitors = np.einsum("ch,hw->cw", people, share)
    reachable, rivals = np.einsum("cw,hw->ch", posts, share), np.einsum("cw,hw->ch", competitors, share)
    index = np.divide(reachable, rivals, out=np.full_like(reachable, np.nan), where=rivals > 0)
    arrays = {"openings": posts, "inflow": people, "reachable_openings": reachable, "reachable_inflow": rivals}
    frame = to_frame(arrays | {"index": index}, dims).with_columns(pl.col("index").fill_nan(None))
    status = pl.when(pl.col("index").is_null()).then(pl.lit("not_applicable")).otherwise(pl.lit("modelled"))
    joined = frame.join(numbered.with_columns(pl.col("cell").cast(pl.Int64)), on="cell").with_columns(status=status)
    return joined.select("municipality", *by, *arrays, "index", "status")


def _shares(commuting: pl.DataFrame, zones: list[str]) -> Floats:
    """Where the residents of each municipality work within the set, as shares of those who do."""
    inside = commuting.filter(pl.col("home") != OUTSIDE, pl.col("work") != OUTSIDE, pl.col("persons") > 0)
    flows = to_array(inside, "persons", {"home": zones, "work": zones}, absent=0.0)
    there = flows.sum(1, keepdims=True)
    return np.asarray(np.divide(flows, there, out=np.zeros_like(flows), where=there > 0))


def _nobody_travels(zones: Sequence[str]) -> TableError:
    return TableError(
        f"commuting.home: nobody of {listed(zones)} works in the set",
        why="its inflow could reach no opening, which is not the same as finding none",
        todo="add rows with persons for these homes, or leave the municipalities out",
    )
