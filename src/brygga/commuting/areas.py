"""Areas: which labour market area, functional region and county a municipality lies in, and a territory's ring.

They are tables, not computed, and no walls: a territory is any set of municipalities, and its ring
is whoever exchanges commuters with it.

Start reading at `areas`.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from brygga.commuting.labels import OUTSIDE
from brygga.core import codes, tables
from brygga.core.errors import SettingError
from brygga.core.sums import total

KINDS = {"la": "labour_market_area", "fa": "functional_region", "county": "county"}


def areas(municipalities: Collection[str] = ()) -> pl.DataFrame:
    """Table `areas`: LA 2022, FA15 and county of some municipalities, or of all 290.

    Raises
    ------
    UnknownCodeError for a code that is not a municipality.

    Examples
    --------
    >>> areas(["1083"]).select("name", "labour_market_area_name", "functional_region_name", "county_name").row(0)
    ('Sölvesborg', 'Kristianstad-Hässleholm', 'Kristianstad-Hässleholm', 'Blekinge län')
    """
    codes.check_codes(municipalities, "kommun", where="areas")
    frame = codes.classification("kommun")
    if municipalities:
        frame = frame.filter(pl.col("code").is_in(list(municipalities)))
    frame = frame.rename({"code": "municipality"})
    for kind, column in KINDS.items():
        names = {code: codes.name_of(code, kind, "sv") for code in frame[column].unique().sort()}
        frame = frame.with_columns(pl.col(column).replace_strict(names).alias(f"{column}_name"))
    return tables.check(frame.sort("municipality"), "areas")


def same_area(municipalities: Collection[str], kind: str) -> list[str]:
    """Every municipality that shares an area with one of these: kind `la`, `fa` or `county`.

    Examples
    --------
    >>> same_area(["1080"], "la"), same_area(["1080"], "fa")
    (['1080', '1081'], ['1060', '1080', '1081', '1082'])
    """
    if kind not in KINDS:
        raise SettingError(
            f"area {kind} is unknown", why="three divisions are known", todo=f"one of {', '.join(KINDS)}"
        )
    wanted = areas(municipalities)[KINDS[kind]].unique().to_list()
    return areas().filter(pl.col(KINDS[kind]).is_in(wanted))["municipality"].to_list()


def ring(territory: Collection[str], commuting: pl.DataFrame, *, least_share: float) -> pl.DataFrame:
    """Table `commuting_ring`: the municipalities that exchange commuters with a territory.

    Parameters
    ----------
    territory : municipality codes
    commuting : home, work, persons, one row a pair; the zone outside and unknown cells count for nobody
    least_share : a municipality belongs to the ring from this share of its employed residents who work in the
        territory, or of its jobs that the territory's people hold

    Returns
    -------
    municipality, to_territory, from_territory, share_out, share_in; by municipality.

    Raises
    ------
    SettingError when `least_share` is outside 0 to 1.

    Examples
    --------
    >>> rows = {"home": ["1080", "1060", "1060", "0180"], "work": ["1080", "1080", "1060", "1080"]}
    >>> ring(["1080"], pl.DataFrame(rows | {"persons": [9.0, 1.0, 9.0, 0.0]}), least_share=0.1).row(0)
    ('1060', 1.0, 0.0, 0.1, 0.0)
    """
    if not 0 <= least_share <= 1:
        raise SettingError(f"least share {least_share:g} is outside 0 to 1", why="it is a share", todo="give 0.05, say")
    known = commuting.filter(pl.col("persons").is_not_null(), pl.col("home") != OUTSIDE, pl.col("work") != OUTSIDE)
    inside = list(territory)
    out = _of_place(known, "home", pl.col("work").is_in(inside), "to_territory", "share_out")
    into = _of_place(known, "work", pl.col("home").is_in(inside), "from_territory", "share_in")
    both = out.join(into, on="municipality", how="full", coalesce=True).fill_null(0.0)
    near = (pl.col("share_out") >= least_share) | (pl.col("share_in") >= least_share)
    meets = pl.col("to_territory") + pl.col("from_territory") > 0
    found = both.filter(near, meets, ~pl.col("municipality").is_in(inside)).sort("municipality")
    return tables.check(found, "commuting_ring", extra_codes=found["municipality"].to_list())


def _of_place(flows: pl.DataFrame, side: str, touches: pl.Expr, persons: str, share: str) -> pl.DataFrame:
    """Per municipality on one side: persons whose other side is in the territory, and their share of all."""
    grouped = flows.group_by(municipality=side, maintain_order=True).agg(
        total(pl.when(touches).then("persons").otherwise(0.0)).alias(persons), all_persons=total("persons")
    )
    part = pl.when(pl.col("all_persons") > 0).then(pl.col(persons) / pl.col("all_persons")).otherwise(0.0)
    return grouped.select("municipality", persons, part.alias(share))
