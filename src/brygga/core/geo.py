"""Where places are: distance as the crow flies."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0


def haversine_km(lat: ArrayLike, lon: ArrayLike, other_lat: ArrayLike, other_lon: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance in kilometres between places in degrees; arrays broadcast as numpy's do.

    Examples
    --------
    >>> haversine_km(0, 0, [0, 1], [1, 0]).round(1).tolist()
    [111.2, 111.2]
    """
    a, b, c, d = (np.radians(np.asarray(degrees, dtype=np.float64)) for degrees in (lat, lon, other_lat, other_lon))
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)
