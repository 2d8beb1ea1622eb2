"""Employed residents and commuting between the municipalities and outside.

Gravity with a power law between weighted centres, fitted to jobs (by workplace) and employed
residents (by home):

    persons[h, w] = a[h] b[w] barrier(h, w) / distance[h, w] ** exponent

Who crosses the region's border is a stated share of residents and of jobs. Where the labour
force base and the registered unemployed are published, employed residents are their difference.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core.geo import haversine_km
from brygga.core.sums import total
from brygga.regions.fit import Margin, ipf
from brygga.regions.sydost import given

Floats = NDArray[np.float64]
OUTSIDE = "outside"
COUNTY_SHARES = {"12": ("F1882",), "07": ("F1868", "F1895", "F1894")}
"""Registered unemployed per hundred of a county's labour force base: published, or another county's share times
own youth share over that county's."""
SOURCE = "modelled: gravity between weighted centres fitted to modelled jobs and employed residents"


def labour_force(people: pl.DataFrame) -> pl.DataFrame:
    """Municipality, labour force base 16-65, registered unemployed, and the fact of each (empty: modelled)."""
    rows = []
    ages = _between(people, 16, 65)
    known = [p for p in given.places().iter_rows(named=True) if p["labour_force_base"]]
    ratio = sum(given.number(p["labour_force_base"]) for p in known) / sum(ages[p["municipality"]] for p in known)
    for place in given.places().iter_rows(named=True):
        code, fact = place["municipality"], place["labour_force_base"]
        base = given.number(fact) if fact else ratio * ages[code]
        rows.append((code, base, *_unemployed(place, base)))
    return pl.DataFrame(rows, schema=["municipality", "base", "unemployed", "fact", "how"], orient="row")


def commuting(employed: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Table `commuting`: the twelve and the zone outside, in the base year."""
    codes = list(given.municipalities())
    jobs = dict(employed.group_by("municipality", maintain_order=True).agg(total("persons")).iter_rows())
    at_work = np.array([jobs[code] for code in codes])
    crossing_in = given.places()["in_share"].to_numpy() * at_work
    homes = _residents(people, float((at_work - crossing_in).sum()))
    crossing_out = given.places()["out_share"].to_numpy() * homes
    inner = _gravity(homes - crossing_out, at_work - crossing_in)
    rows = [(h, w, inner[i, j]) for i, h in enumerate(codes) for j, w in enumerate(codes)]
    rows += [(h, OUTSIDE, n) for h, n in zip(codes, crossing_out, strict=True)]
    rows += [(OUTSIDE, w, n) for w, n in zip(codes, crossing_in, strict=True)]
    table = pl.DataFrame(
        [(h, w, given.BASE, round(float(n), 6)) for h, w, n in rows],
        schema=["home", "work", "year", "persons"],
        orient="row",
    )
    return given.marked(table, SOURCE).sort("home", "work")


def residents_by_occupation(employed: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """Municipality of residence, occupation, employed: workers of each workplace live as all its workers do."""
    jobs = employed.group_by("municipality", "occupation", maintain_order=True).agg(total("persons"))
    lives = flows.with_columns(share=pl.col("persons") / total("persons").over("work")).select("home", "work", "share")
    joined = jobs.join(lives, left_on="municipality", right_on="work").filter(pl.col("home") != OUTSIDE)
    return (
        joined.group_by("home", "occupation", maintain_order=True)
        .agg(persons=total(pl.col("persons") * pl.col("share")))
        .rename({"home": "municipality"})
        .sort("municipality", "occupation")
    )


def _between(people: pl.DataFrame, low: int, high: int) -> dict[str, float]:
    rows = (
        people.filter(pl.col("age").is_between(low, high))
        .group_by("municipality", maintain_order=True)
        .agg(total("persons"))
    )
    return dict(rows.iter_rows())


def _unemployed(place: dict[str, str], base: float) -> tuple[float, str | None, str]:
    """Registered unemployed, the fact behind them, and how they were reached."""
    if place["unemployed_total"]:
        return given.number(place["unemployed_total"]), place["unemployed_total"], "registered unemployed"
    if place["unemployed_share"]:
        share = given.number(place["unemployed_share"]) / 100
        return share * base, None, f"share {place['unemployed_share']} of a modelled labour force"
    share, how = _county_share(place["county"])
    return share * base, None, f"{how} of a modelled labour force, as if the municipality were as its county"


def _county_share(county: str) -> tuple[float, str]:
    """Registered unemployed of a county as a share of its labour force base, and how it was reached."""
    first, *youth = COUNTY_SHARES[county]
    if not youth:
        return given.number(first) / 100, f"county share {first}"
    own, other = youth
    share = given.number(first) / 100 * given.number(own) / given.number(other)
    return share, f"Blekinge's share {first} times youth shares {own} over {other}"


def _residents(people: pl.DataFrame, inside: float) -> Floats:
    """Employed residents: published differences kept, the others scaled so that jobs and people inside balance."""
    force = labour_force(people)
    beyond = 1 + given.parameter("residents_beyond_65")
    homes = (force["base"] - force["unemployed"]).to_numpy() * beyond
    free = given.places()["labour_force_base"].is_null().to_numpy()
    stay = 1 - given.places()["out_share"].to_numpy()
    factor = (inside - (homes * stay)[~free].sum()) / (homes * stay)[free].sum()
    return np.where(free, homes * factor, homes)


def _gravity(homes: Floats, at_work: Floats) -> Floats:
    """Flows inside the region that meet both margins."""
    n = len(homes)
    seed = _barriers() / _distances() ** given.parameter("gravity_exponent")
    seed *= np.outer(homes, at_work)
    row, column = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    fitted = ipf(seed.ravel(), [Margin("jobs", column, at_work), Margin("employed residents", row, homes)])
    return fitted.reshape(n, n)


def _barriers() -> Floats:
    county = given.places()["county"].to_numpy()
    return np.where(county[:, None] == county[None, :], 1.0, given.parameter("county_barrier"))


def _distances() -> Floats:
    """Kilometres between weighted centres; within a municipality a stated share of its radius."""
    places = given.places()
    lat, lon = (places[column].to_numpy() for column in ("wlat", "wlon"))
    found = haversine_km(lat[:, None], lon[:, None], lat, lon)
    radius = np.sqrt(places["km2"].to_numpy() / np.pi)
    np.fill_diagonal(found, radius * given.parameter("inner_distance"))
    return found
