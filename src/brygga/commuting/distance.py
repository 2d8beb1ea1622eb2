"""Distance between municipalities, as the crow flies between their main places.

Start reading at `distances`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.core import codes
from brygga.core.geo import haversine_km as haversine_km
from brygga.core.grids import Floats, to_frame


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
    return to_frame({"km": distance_matrix(municipalities)}, {"home": municipalities, "work": municipalities})


def distance_matrix(municipalities: Sequence[str], *, inner: float = 0.0) -> Floats:
    """Kilometres between the weighted centres of municipalities (where their people live), home x work.

    Parameters
    ----------
    municipalities : codes in classifications/municipalities.csv
    inner : distance within a municipality as a share of the radius of a circle of its size

    Raises
    ------
    UnknownCodeError when a code is not there.

    Examples
    --------
    >>> distance_matrix(["1080", "1081"], inner=0.4).round(0)
    array([[ 7., 22.],
           [22.,  7.]])
    """
    codes.check_codes(municipalities, "kommun", where="distances")
    rows = codes.classification("kommun").select("code", "wlat", "wlon", "km2").rows()
    place = {code: (lat, lon, km2) for code, lat, lon, km2 in rows}
    lat, lon, km2 = np.array([place[code] for code in municipalities], dtype=np.float64).reshape(-1, 3).T
    km = haversine_km(lat[:, None], lon[:, None], lat, lon)
    np.fill_diagonal(km, inner * np.sqrt(km2 / np.pi))
    return km
