"""Choose how much the nation's rates weigh beside a region's own deaths and births, and say how much it matters.

Of 21 counties 1968-2010 a share of the people and, drawn with one seed, of the events is taken, so that a county is as
small as a municipality. From the five years up to an origin each band of ages gets its factor on the nation's rates
(`official_people.factors`) for several priors; with the nation's rates of the five years after it, deaths and births
of these years are predicted and held against what came. So only how an area departs from the nation is judged.

The priors are chosen on origins 1975-1990, and scored on 1995-2005. Run it with `python -m recipes.official_region`
(a few seconds); the constants stand in `parameters/projection/prior_*.yaml`, the figures in
docs/method/official-region.md.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.grids import Floats
from brygga.core.places import SHARED_DATA
from brygga.regions.official_people import BIRTH_BANDS, DEATH_BANDS, factors

CHOSEN_ON, SCORED = range(1975, 1991, 5), range(1995, 2006, 5)
PRIORS = (0.0, 25.0, 50.0, 100.0, 200.0, 400.0, 1e9)
SHARES = (0.1, 0.03, 0.01)
SPAN, SEED = 5, 20261123


def read(name: str, value: str) -> tuple[Floats, list[int]]:
    """County x sex x age x year; the open classes stand at their nearest age, events of unknown age are left out."""
    frame = pl.read_parquet(SHARED_DATA / "regions" / f"{name}.parquet").filter(pl.col("age") != "no information")
    age = pl.when(pl.col("age") == "<15").then(pl.lit("14")).otherwise(pl.col("age").str.strip_chars("+"))
    frame = frame.with_columns(age=age.cast(pl.Int64))
    regions, years = (frame[column].unique().sort().to_list() for column in ("region", "year"))
    array = np.zeros((len(regions), 2, 101, len(years)))
    places = frame.select(
        pl.col("region").replace_strict(regions, range(len(regions))),
        pl.col("sex").replace_strict({"Males": 0, "Females": 1}),
        "age",
        pl.col("year").replace_strict(years, range(len(years))),
    )
    np.add.at(array, tuple(places.to_numpy().T), frame[value].to_numpy())
    return array, years


def errors(
    events: Floats, lived: Floats, years: list[int], bands: tuple[tuple[int, int], ...], origins: range, share: float
) -> list[float]:
    """Weighted absolute error in per cent of events in the next five years, one a prior."""
    draw = np.random.default_rng(SEED)
    missed, whole = np.zeros(len(PRIORS)), 0.0
    for origin in origins:
        at = years.index(origin)
        past, ahead = slice(at - SPAN + 1, at + 1), slice(at + 1, at + SPAN + 1)
        before, after = (
            events[..., when].sum((0, 3)) / np.maximum(lived[..., when].sum((0, 3)), 1e-9) for when in (past, ahead)
        )
        for county in range(len(events)):
            seen = draw.binomial(events[county, ..., past].astype(np.int64), share).sum(-1).astype(np.float64)
            here = lived[county, ..., past].sum(-1) * share
            expected = lived[county, ..., ahead].sum(-1) * share * after
            came = events[county, ..., ahead].sum(-1) * share
            for n, prior in enumerate(PRIORS):
                found = expected * factors(seen, here, before, bands, prior)
                missed[n] += sum(abs((found - came)[:, low : high + 1].sum()) for low, high in bands)
            whole += sum(came[:, low : high + 1].sum() for low, high in bands)
    return [round(float(100 * miss / whole), 2) for miss in missed]


def main() -> None:
    """Print the errors of every prior, share and half of the origins."""
    people, years = read("population_county_age_sex_1968_2010", "population")
    lived = people.copy()
    lived[..., 1:] = (people[..., 1:] + people[..., :-1]) / 2
    deaths, _ = read("deaths_county_1968_2010", "n")
    births, _ = read("births_county_1968_2010", "n")
    births = np.stack([np.zeros_like(births[:, 0]), births.sum(1)], 1)
    size = people[..., -1].sum((1, 2)).mean()
    print("priors", PRIORS)
    for name, events, bands in (("deaths", deaths, DEATH_BANDS), ("births", births, BIRTH_BANDS)):
        for word, origins in (("chosen on", CHOSEN_ON), ("scored", SCORED)):
            for share in SHARES:
                print(name, word, f"{share * size:,.0f} people", errors(events, lived, years, bands, origins, share))


if __name__ == "__main__":
    main()
