"""Distance between municipalities, as the crow flies between their main places.

Start reading at `distances`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brygga.core import codes
from brygga.core.geo import haversine_km as haversine_km


def distances(municipalities: Sequence[str]) -> pl.DataFrame:
    """Kilometres between each pair: home, work, km; zero to itself.

    Parameters
    ----------
    municipalities : codes in classifications/municipalities.csv, whose weighted coordinates are used

    Raises
    ------
    UnknownCodeError when a code is not there: an invented municipality has no place on the map.

    Examples
    --------
    >>> round(distances(["1080", "1081"]).filter(home="1080", work="1081")["km"].item(), -1)
    20.0
    """
    codes.check_codes(municipalities, "kommun", where="distances")
    rows = codes.classification("kommun").select("code", "wlat", "wlon").rows()
    place = {code: (lat, lon) for code, lat, lon in rows}
    pairs = [(a, b, float(haversine_km(*place[a], *place[b]))) for a in municipalities for b in municipalities]
    return pl.DataFrame(pairs, schema={"home": pl.String, "work": pl.String, "km": pl.Float64}, orient="row")
