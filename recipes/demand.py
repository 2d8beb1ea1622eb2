"""Fit and measure what `docs/method/demand.md` says of staffing, on employees per SSYK-3, sex and county.

Printed: the concentration of three-digit groups within two-digit ones over the counties of 2014 and 2017 (parameter
`projection.unit_concentration`, as nothing below three digits is published by place); the share of the splits of 2017
that the 80 % intervals made with the concentration of 2014 hold; and how far the national pattern, its own or scaled to
a county's margins, lies from the county's known occupation x sex table of 2017 (sex stands in for industry, which
is not published by occupation here); and how far trends miss counts of people, unemployed and employees.

Run it with `python recipes/demand.py`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.core.grids import to_array
from brygga.core.places import SHARED_DATA
from brygga.projection.growth import Trend, growth_paths
from brygga.projection.staffing import staff
from brygga.projection.unit_groups import fit_concentration, share_draws

COUNTIES = SHARED_DATA / "statistics" / "employees_ssyk3_sex_county_2014_2017.csv"
MUNICIPALITIES = SHARED_DATA / "statistics" / "population_municipality_2011_2019.csv"


def counts(year: int) -> pl.DataFrame:
    """place, occupation, group, sex, persons; without unknown occupations and counties."""
    raw = pl.read_csv(COUNTIES, infer_schema=False)
    code = pl.col("occupation (SSYK 2012)").str.slice(0, 4).str.strip_chars()
    table = raw.select(
        place=pl.col("region").str.slice(0, 2),
        occupation=code,
        group=code.str.slice(0, 2),
        sex="sex",
        persons=pl.col(str(year)).cast(pl.Float64),
    )
    return table.filter((pl.col("place") != "99") & (pl.col("occupation") != "0002"))


def coverage(fitted: float, outcome: pl.DataFrame) -> tuple[float, float]:
    """Share of the outcome's splits within their 80 % interval, and over those with 100 persons or more."""
    sums = outcome.group_by("place", "group", "occupation", maintain_order=True).agg(pl.col("persons").sum())
    nation = sums.group_by("occupation", "group", maintain_order=True).agg(pl.col("persons").sum()).sort("occupation")
    shares = nation.select("occupation", "group", share=pl.col("persons") / pl.col("persons").sum().over("group"))
    drawn = share_draws(shares, sums["place"].unique().sort().to_list(), concentration=fitted, draws=range(400), seed=1)
    spans = drawn.group_by("municipality", "occupation", maintain_order=True).agg(
        low=pl.col("share").quantile(0.1, "linear"), high=pl.col("share").quantile(0.9, "linear")
    )
    n = pl.col("persons").sum().over("place", "group")
    split = sums.with_columns(n=n, came=pl.col("persons") / n).filter(pl.col("n") > 0)
    split = split.join(spans.rename({"municipality": "place"}), on=["place", "occupation"])
    split = split.filter(pl.col("high") < 1)
    inside = split.with_columns(inside=(pl.col("came") >= pl.col("low")) & (pl.col("came") <= pl.col("high")))
    return inside["inside"].mean(), inside.filter(pl.col("n") >= 100)["inside"].mean()


def staffing_errors(year: int) -> dict[str, float]:
    """Weighted absolute error, per cent, of the counties' occupation x sex cells."""
    table = counts(year).rename({"place": "municipality", "sex": "industry"})
    nation = table.group_by("occupation", "industry", maintain_order=True).agg(pl.col("persons").sum())
    by = {
        "jobs": table.group_by("municipality", "industry", maintain_order=True).agg(pl.col("persons").sum()),
        "occupied": table.group_by("municipality", "occupation", maintain_order=True).agg(pl.col("persons").sum()),
    }
    found = {}
    for name, margins in (("industries", ["jobs"]), ("occupations", ["occupied"]), ("both", ["jobs", "occupied"])):
        fitted = staff(nation, year=year, **{margin: by[margin] for margin in margins})
        both = table.join(fitted, on=["municipality", "industry", "occupation"], how="left", suffix="_fitted")
        miss = (both["persons"] - both["persons_fitted"].fill_null(0.0)).abs().sum()
        found[name] = 100 * float(miss) / float(both["persons"].sum())
    return found


def growth_errors(history: pl.DataFrame, *, base: int, to: int, damping: float) -> dict[str, tuple[float, float]]:
    """Weighted and mean absolute error, per cent, of each model, of no change and of the cell's own trend."""
    industries, places = (history[axis].unique().sort().to_list() for axis in ("industry", "municipality"))
    outlook = pl.DataFrame({"industry": industries, "growth": [0.0] * len(industries)})
    trend = Trend(damping=damping, window=8, most=0.1, least_steps=2, least_origins=3, farthest=3)
    growth = growth_paths(
        history, outlook, industries=industries, municipalities=places, years=range(base, to + 1), trend=trend
    )
    dims = {"industry": industries, "municipality": places}
    first = history["year"].min()
    then, start, came = (
        to_array(history.filter(pl.col("year") == year), "persons", dims, absent=0.0) for year in (first, base, to)
    )
    own = np.divide(start, then, out=np.ones_like(start), where=then > 0) ** (damping * (to - base) / (base - first))
    paths = {"no change": start, "own trend": start * own}
    paths |= {name: start * growth.factor[k, ..., -1] for k, name in enumerate(growth.models[:2])}
    known = came > 0
    return {
        name: (
            round(100 * float(np.abs(path - came).sum() / came.sum()), 2),
            round(100 * float(np.abs(path / np.where(known, came, 1) - 1)[known].mean()), 2),
        )
        for name, path in paths.items()
    }


def histories() -> dict[str, tuple[pl.DataFrame, int, int]]:
    """Counts to try trends on, with base year and year foretold; none is of jobs per industry, which is not in hand."""
    people = pl.read_csv(MUNICIPALITIES, schema_overrides={"municipality": pl.String})
    unemployed = pl.col("population") * pl.col("openly_unemployed_share") / 100
    key = {"municipality": "municipality", "industry": pl.lit("C"), "year": "year"}
    jobs = pl.concat([counts(year).with_columns(year=year) for year in (2014, 2015, 2016, 2017)])
    sums = jobs.group_by("place", "occupation", "year", maintain_order=True).agg(pl.col("persons").sum())
    return {
        "population": (people.select(**key, persons="population"), 2014, 2019),
        "openly unemployed": (people.select(**key, persons=unemployed), 2014, 2019),
        "employees": (sums.rename({"place": "municipality", "occupation": "industry"}), 2016, 2017),
    }


def main() -> None:
    fitted = {year: fit_concentration(counts(year)) for year in (2014, 2017)}
    print("concentration", {year: round(value, 1) for year, value in fitted.items()})
    print("coverage 2017 with 2014's", np.round(coverage(fitted[2014], counts(2017)), 3).tolist())
    print("staffing, weighted error in per cent", {k: round(v, 2) for k, v in staffing_errors(2017).items()})
    for name, (history, base, to) in histories().items():
        for damping in (0.5, 0.8, 0.9, 1.0):
            print(name, f"{base}-{to}, damping {damping}", growth_errors(history, base=base, to=to, damping=damping))


if __name__ == "__main__":
    main()
