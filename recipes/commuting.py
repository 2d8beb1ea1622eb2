"""Coefficients of gravity for places without a matrix: `python -m recipes.commuting`.

Fitted to the commuters between the six municipalities of Halland in 2016 (SCB through Regionfakta, in the folder of
open data beside the repository), kilometres between the weighted centres of classifications/municipalities.csv.
Prints what stands in parameters/commuting/gravity_*.yaml.
"""

from __future__ import annotations

import polars as pl

from brygga.commuting.distance import distance_matrix
from brygga.commuting.gravity import Decay, fit_gravity
from brygga.commuting.labels import code_of, matrix, places
from brygga.core.places import SHARED_DATA

COUNTED = SHARED_DATA / "commuting" / "halland_od_2016.csv"
DECAYS: tuple[Decay, ...] = ("power", "exponential")


def coefficients(decay: Decay) -> dict[str, float]:
    """Coefficient of the distance and of those who stay."""
    flows = pl.read_csv(COUNTED)
    zones = places(flows, ("home", "work"))
    counted, _ = matrix(flows, zones)
    km = distance_matrix([str(code_of(zone)) for zone in zones])
    model = fit_gravity(counted, km, decay=decay, zones=zones)
    return {name: float(f"{estimate.value:.3g}") for name, estimate in model.estimates.items()}


def main() -> None:
    for decay in DECAYS:
        for name, value in coefficients(decay).items():
            print(f"gravity_{decay}_{name}: {value}")


if __name__ == "__main__":
    main()
