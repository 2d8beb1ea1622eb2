"""Distance between municipalities, as the crow flies between their main places.

Start reading at `distances`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.core import codes

EARTH_KM = 6371.0


def haversine_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance in kilometres between two places in degrees.

    Examples
    --------
    >>> round(haversine_km(0, 0, 0, 1), 1)
    111.2
    """
    a, b, c, d = np.radians([lat, lon, other_lat, other_lon])
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return float(2 * EARTH_KM * np.arcsin(np.sqrt(half)))


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
    pairs = [(a, b, haversine_km(*place[a], *place[b])) for a in municipalities for b in municipalities]
    return pl.DataFrame(pairs, schema={"home": pl.String, "work": pl.String, "km": pl.Float64}, orient="row")
