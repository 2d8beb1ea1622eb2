"""Jobs by workplace, industry and occupation.

1. The national staffing pattern: the stated one, fitted to the employees of every occupation
   in Sweden 2024 (facts) and to stated national industry sizes.
2. Jobs per municipality and industry as stated, anchored in the facts on employers; Blekinge's
   municipalities are scaled so that they make the county's total.
3. Jobs per occupation: step 1 applied to step 2, and in Blekinge fitted to the county's
   employees per SSYK-3 (2017, carried to 2024).
"""

from __future__ import annotations

import functools

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core.sums import total
from brygga.regions.fit import Margin, ipf
from brygga.regions.sydost import given

Floats = NDArray[np.float64]
THINNEST = 0.02
OLOFSTROM, VEHICLES = "1060", "29"
VEHICLE_SHARE, PRIVATE, PUBLIC = "F1993", "F1988", "F1989"
SOURCE = (
    "modelled: stated jobs per industry and staffing pattern fitted to employees per occupation in Sweden 2024 (SCB)"
)
CLAIMED = (
    f"; Olofström's 8,400 jobs are claimed ({PRIVATE}, {PUBLIC}), "
    f"vehicles are 54.4 % (SCB, {VEHICLE_SHARE}) of the 7,000 claimed private ones"
)
SOURCE_BLEKINGE = SOURCE + " and to Blekinge's employees per SSYK-3 2017 carried to 2024"


@functools.cache
def national() -> dict[str, float]:
    """Employees in Sweden in the base year per node (facts)."""
    rows = given.read("employees_age_2024").with_columns(
        node=pl.col("occupation").replace_strict(given.node_of(), default=None)
    )
    return dict(
        rows.group_by("node", maintain_order=True).agg(total("persons").cast(pl.Float64)).sort("node").iter_rows()
    )


def employed_age() -> pl.DataFrame:
    """Table `employed_age`: the national age profile of each node, 2024."""
    rows = given.read("employees_age_2024").with_columns(
        occupation=pl.col("occupation").replace_strict(given.node_of(), default=None)
    )
    sums = (
        rows.group_by("occupation", "age_group", maintain_order=True)
        .agg(total("persons"))
        .sort("occupation", "age_group")
    )
    table = sums.with_columns(share=pl.col("persons") / total("persons").over("occupation")).drop("persons")
    return given.marked(table, "SCB employees by SSYK-4 and age, Sweden 2024 (YREG54BAS)", "observed")


def industry_outlook(industries: list[str]) -> pl.DataFrame:
    """Table `industry_outlook`: what each industry follows, stated."""
    rows = given.read("structure/industries").filter(pl.col("industry").is_in(industries)).drop("national_thousand")
    return given.marked(rows, given.ASSUMED)


def jobs() -> pl.DataFrame:
    """Municipality, industry, persons: as stated, Olofström's vehicles and Blekinge's total met."""
    stated = given.read("structure/jobs").unpivot(index="industry", variable_name="municipality", value_name="persons")
    exact = stated.with_columns(pl.col("persons").cast(pl.Float64)).with_columns(
        pl.when((pl.col("municipality") == OLOFSTROM) & (pl.col("industry") == VEHICLES))
        .then(given.number(VEHICLE_SHARE) / 100 * given.number(PRIVATE))
        .otherwise("persons")
        .alias("persons")
    )
    olofstrom = pl.col("municipality") == OLOFSTROM
    total = given.number(PRIVATE) + given.number(PUBLIC)
    vehicles = given.number(VEHICLE_SHARE) / 100 * given.number(PRIVATE)
    exact = _scaled(exact, olofstrom & (pl.col("industry") != VEHICLES), total - vehicles)
    blekinge = pl.col("municipality").str.starts_with("10")
    return _scaled(exact, blekinge & ~olofstrom, sum(county_margin().values()) - total).sort("municipality", "industry")


def employed() -> pl.DataFrame:
    """Table `employed`: the twelve municipalities by industry and occupation in the base year."""
    cells = _seed(jobs())
    inside = cells["municipality"].str.starts_with("10")
    blekinge, rest = cells.filter(inside), cells.filter(~inside)
    fitted = blekinge.with_columns(persons=pl.Series(_fit_blekinge(blekinge)))
    claimed = pl.when(pl.col("municipality") == OLOFSTROM).then(pl.lit(CLAIMED)).otherwise(pl.lit(""))
    told = given.marked(fitted, SOURCE_BLEKINGE).with_columns(source=pl.col("source") + claimed)
    table = pl.concat([told, given.marked(rest, SOURCE)])
    return table.with_columns(pl.col("persons").round(6), year=pl.lit(given.BASE, pl.Int64)).sort(
        "municipality", "industry", "occupation"
    )


@functools.cache
def county_margin() -> dict[str, float]:
    """Blekinge's employees in the base year per node or three-digit group.

    Those of 2017 times the national growth of the same occupations, times Blekinge's
    population growth over the nation's.
    """
    known = (
        given.read("employees_county_2017")
        .group_by("area_code", "occupation", maintain_order=True)
        .agg(total("persons"))
    )
    now: dict[str, float] = {}
    for node, persons in national().items():
        now[given.margin_of(node)] = now.get(given.margin_of(node), 0.0) + persons
    then = {area: _by_margin(known.filter(pl.col("area_code") == area), now) for area in ("10", "00")}
    relative = _relative_growth()
    return {c: then["10"].get(c, 0.0) * now[c] / then["00"][c] * relative for c in sorted(now)}


def staffing() -> dict[str, dict[str, float]]:
    """Industry -> occupation -> share of its employees, fitted to the nation; shares sum to 1."""
    sizes = dict(given.read("structure/industries").select("industry", "national_thousand").iter_rows())
    cells = [(i, o, p) for i, pattern in given.staffing().items() for o, p in pattern.items()]
    industries, nodes = sorted(sizes), list(given.occupations())
    row = np.array([industries.index(i) for i, _, _ in cells])
    column = np.array([nodes.index(o) for _, o, _ in cells])
    heads = np.array([national()[o] for o in nodes])
    size = np.array([float(sizes[i]) for i in industries])
    seed = np.array([p * sizes[i] for i, _, p in cells])
    margins = [Margin("industries", row, size / size.sum() * heads.sum()), Margin("occupations", column, heads)]
    fitted = ipf(seed, margins, tolerance=1e-7)
    within = np.bincount(row, fitted)[row]
    found: dict[str, dict[str, float]] = {}
    for (industry, occupation, _), share in zip(cells, fitted / within, strict=True):
        found.setdefault(industry, {})[occupation] = float(share)
    return found


def _relative_growth() -> float:
    """Blekinge's population growth 2017 to the base year over the nation's."""
    nation = dict(given.read("population_sweden").iter_rows())
    facts = given.read("facts").filter(
        (pl.col("variable") == "population")
        & (pl.col("dimension") == "date=12-31")
        & (pl.col("quality") == "official")
        & pl.col("area_code").is_in([m for m in given.municipalities() if m.startswith("10")])
    )
    own = dict(facts.group_by("year", maintain_order=True).agg(total("number")).iter_rows())
    return float(own[str(given.BASE)] / own["2017"] / (nation[given.BASE] / nation[2017]))


def _by_margin(rows: pl.DataFrame, classes: dict[str, float]) -> dict[str, float]:
    """Three-digit counts added up to the classes of the county margin."""
    sums: dict[str, float] = {}
    for occupation, persons in rows.select("occupation", "persons").iter_rows():
        for n in (3, 2, 1):
            if occupation[:n] in classes:
                sums[occupation[:n]] = sums.get(occupation[:n], 0.0) + persons
                break
    return sums


def _scaled(frame: pl.DataFrame, where: pl.Expr, total: float) -> pl.DataFrame:
    now = frame.filter(where)["persons"].sum()
    return frame.with_columns(
        pl.when(where).then(pl.col("persons") * total / now).otherwise("persons").alias("persons")
    )


def _seed(stated: pl.DataFrame) -> pl.DataFrame:
    """Stated jobs spread by the staffing pattern and its local exceptions; thin cells left out, totals kept."""
    local = {
        (r["municipality"], r["industry"], r["occupation"]): float(r["factor"])
        for r in given.read("structure/local_staffing").iter_rows(named=True)
    }
    pattern, rows = staffing(), []
    for industry, municipality, persons in stated.select("industry", "municipality", "persons").iter_rows():
        weights = {o: s * local.get((municipality, industry, o), 1.0) for o, s in pattern[industry].items()}
        whole = sum(weights.values())
        kept = {o: w for o, w in weights.items() if persons * w / whole >= THINNEST}
        rows += [(municipality, industry, o, persons * w / sum(kept.values())) for o, w in kept.items()]
    return pl.DataFrame(rows, schema=["municipality", "industry", "occupation", "persons"], orient="row")


def _fit_blekinge(cells: pl.DataFrame) -> Floats:
    """Blekinge's cells fitted to jobs per municipality and industry and to the county's occupations."""
    margin = county_margin()
    classes = sorted(margin)
    places = cells.select(pl.concat_str("municipality", pl.lit(" "), "industry").alias("place"))["place"]
    names = places.unique().sort().to_list()
    at = np.array([names.index(place) for place in places])
    persons = cells["persons"].to_numpy()
    group = np.array([classes.index(given.margin_of(o)) for o in cells["occupation"]])
    return ipf(
        persons,
        [
            Margin("county occupations", group, np.array([margin[c] for c in classes])),
            Margin("jobs per industry", at, np.bincount(at, persons).astype(np.float64)),
        ],
        tolerance=1e-6,
    )
